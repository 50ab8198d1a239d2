/* SPDX-License-Identifier: Apache-2.0 */
/* What each capability opens: capabilities(7) and the places in the kernel that ask for them. The words hold for a process of
 * a container that has it effectively, which today is one of root (user.mode any); they are told in every mode, because
 * that is one key away. */
#include "lint.h"

#include <string.h>

#include "safe-docker/base/text.h"

#define DANGER false, SD_POLICY_DANGER
#define WARNING false, SD_POLICY_WARNING
#define NOTE false, SD_POLICY_NOTE
#define HARMLESS true, SD_POLICY_NOTE, "", "", ""

#define LEAVE_OUT "leave it out, and name in an override the few who need it"
#define NO_NEED "leave it out; few programs need it"

/* clang-format off */
static const struct lint_row rows[] = {
  {"AUDIT_CONTROL", WARNING, "rules the kernel's audit", "turns the audit of the host off, or changes its rules, so that nothing of what follows is recorded", LEAVE_OUT},
  {"AUDIT_READ", WARNING, "reads the kernel's audit log", "reads what everybody on the host does, as the audit log tells it", LEAVE_OUT},
  {"AUDIT_WRITE", NOTE, "writes to the kernel's audit log", "writes records into the audit log of the host that look like those of its log-in programs", NO_NEED},
  {"BLOCK_SUSPEND", NOTE, "keeps the host awake", "keeps a laptop from sleeping until its battery is empty", NO_NEED},
  {"BPF", DANGER, "loads programs into the kernel", "loads a BPF program that uses a mistake of the kernel's verifier (CVE-2021-3490, CVE-2022-23222), and is root on the host", LEAVE_OUT},
  {"CHECKPOINT_RESTORE", WARNING, "reaches into processes as checkpoints do", "opens the files that other processes have mapped by /proc/PID/map_files, and chooses the ids of new processes", LEAVE_OUT},
  {"CHOWN", WARNING, "changes the owner of any file", "takes files in volumes and binds, or gives them to another account", "leave it out; own the files in the image instead (COPY --chown)"},
  {"DAC_OVERRIDE", DANGER, "reads and writes every file, whatever its mode", "changes files of others in everything that is bound or shared, such as their start-up scripts", "leave it out; give the files to the account that needs them"},
  {"DAC_READ_SEARCH", DANGER, "reads every file, and opens files by their number", "reads any file of the host's file system by open_by_handle_at(2), /etc/shadow too (the shocker exploit)", "leave it out; bind what is to be read, with access ro"},
  {"FOWNER", WARNING, "counts as the owner of any file", "changes modes of others' files in volumes and binds, also to set-user-id", NO_NEED},
  {"FSETID", NOTE, "keeps set-user-id bits of files that it writes", "puts another program into a set-user-id file of a shared volume, which stays set-user-id", NO_NEED},
  {"IPC_LOCK", NOTE, "locks memory beyond the ulimit memlock", "holds memory that cannot be swapped out; resources.memory still limits it", "leave it out, or write resources.ulimits.memlock"},
  {"IPC_OWNER", NOTE, "reaches every System V object of its IPC namespace", "reads shared memory of other accounts where containers share their IPC namespace", NO_NEED},
  {"KILL", NOTE, "signals any process that it sees", "ends processes of others where containers share their PID namespace", NO_NEED},
  {"LEASE", NOTE, "takes leases of any file", "delays others who open a file that is bound", NO_NEED},
  {"LINUX_IMMUTABLE", WARNING, "makes files that cannot be changed or removed", "leaves files in binds that not even root removes before the flag is found, and fills a disk with them", NO_NEED},
  {"MAC_ADMIN", DANGER, "changes the host's mandatory access control", "loads an AppArmor or Smack policy that confines nothing any more", LEAVE_OUT},
  {"MAC_OVERRIDE", DANGER, "is not held by mandatory access control", "passes what Smack forbids on the host", LEAVE_OUT},
  {"MKNOD", DANGER, "makes device files", "makes a device file of the host's disk in the container and opens it from outside, by /proc/PID/root, as the account that it has on the host", "leave it out; name devices in devices.allow"},
  {"NET_ADMIN", WARNING, "rules the network of its namespace", "turns addresses and routes so that others' traffic comes by, and reaches mistakes of nf_tables that give root on the host (CVE-2022-1015, CVE-2024-1086); with the network host it rules the firewall of the host", LEAVE_OUT},
  {"NET_BIND_SERVICE", HARMLESS},
  {"NET_BROADCAST", HARMLESS},
  {"NET_RAW", WARNING, "sends packets of any making", "takes the place of another container on the same network by false ARP answers, and reads its traffic", "leave it out; for ping allow the sysctl net.ipv4.ping_group_range"},
  {"PERFMON", DANGER, "watches the whole machine by performance events", "reads addresses and data of the kernel and of others' processes from events and BPF", LEAVE_OUT},
  {"SETFCAP", WARNING, "gives capabilities to files", "leaves a program in a volume that gives capabilities to whoever runs it", NO_NEED},
  {"SETGID", WARNING, "takes any group", "becomes a member of the group that owns others' files in volumes and binds, or of the group docker's number", "leave it out; user.mode says whom a container runs as"},
  {"SETPCAP", NOTE, "changes the sets of its own capabilities", "keeps, in the set that children inherit, what it has anyway", NO_NEED},
  {"SETUID", WARNING, "becomes any account", "takes the number of another account and with it that account's files in volumes and binds", "leave it out; user.mode says whom a container runs as"},
  {"SYSLOG", WARNING, "reads the kernel's log and its addresses", "reads from the kernel's log where it lies in memory, the first step of most attacks on it", NO_NEED},
  {"SYS_ADMIN", DANGER, "is next to root on the host", "mounts the host's disk, or has the kernel run a program as root on the host by release_agent (CVE-2022-0492)", "leave it out; there is hardly a program that cannot do without"},
  {"SYS_BOOT", DANGER, "restarts the machine or loads another kernel", "puts a kernel of its own in the place of the running one with kexec_load(2)", LEAVE_OUT},
  {"SYS_CHROOT", NOTE, "changes its root folder, and enters mount namespaces", "leaves a chroot(2) that a program in the container relies on", NO_NEED},
  {"SYS_MODULE", DANGER, "loads kernel modules", "loads a kernel module of its own, which is above root on the host", "leave it out; load modules on the host, in /etc/modules-load.d"},
  {"SYS_NICE", WARNING, "takes priority over other processes", "takes the processors from everybody else by real-time scheduling", "leave it out; --cpu-shares is allowed"},
  {"SYS_PACCT", WARNING, "turns process accounting on and off", "turns off the accounting of the host, or has it written to a file of its own", LEAVE_OUT},
  {"SYS_PTRACE", DANGER, "reads and changes every process that it sees", "takes over processes of others in a shared PID namespace, and reads files of the host through a process that has them open", "leave it out; without it a program can still trace its own children"},
  {"SYS_RAWIO", DANGER, "talks to the hardware", "writes to I/O ports and sends commands to the disk past the file system, and so changes any file of the host", LEAVE_OUT},
  {"SYS_RESOURCE", WARNING, "goes beyond limits", "takes more open files and processes than its ulimits, and the space that a file system keeps for root", NO_NEED},
  {"SYS_TIME", WARNING, "sets the clock of the host", "turns the clock of the host, so that expired certificates are good again and logs tell wrong times", "leave it out; the host keeps the time"},
  {"SYS_TTY_CONFIG", NOTE, "hangs up terminals", "hangs up a terminal that the container was given", NO_NEED},
  {"WAKE_ALARM", NOTE, "wakes the host", "keeps a laptop awake by timers", NO_NEED},
};
/* clang-format on */

static const struct lint_row unknown = {
    "", DANGER, "is not known to this safe-docker", "does whatever a newer kernel allows with it",
    "leave it out until it is described in safe-docker-policy(1)"};

const struct lint_row *lint_capability(const char *name) {
  const struct lint_row *row = lint_find(rows, sizeof(rows) / sizeof(rows[0]), name);
  return row != NULL ? row : &unknown;
}

void lint_capabilities(const struct lint *lint) {
  static const char *const keys[] = {"capabilities.default", "capabilities.allow"};
  for (size_t k = 0; k < 2; k++) {
    const struct sd_json *list = lint_at(lint, keys[k]);
    for (size_t i = 0; list != NULL && i < list->items.len; i++) {
      const struct sd_json *item = list->items.items[i];
      const char *name =
          sd_text_starts_with(item->string, "CAP_") ? item->string + 4 : item->string;
      lint_add_row(lint, item, keys[k], "capability", lint_capability(name));
    }
  }
}
