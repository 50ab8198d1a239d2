/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of names, each name with its own words: commands, options, devices, sysctls, runtimes, log drivers. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"

#include "lint.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DANGER false, SD_POLICY_DANGER
#define WARNING false, SD_POLICY_WARNING
#define NOTE false, SD_POLICY_NOTE
#define HARMLESS true, SD_POLICY_NOTE, "", "", ""

/* -- commands ----------------------------------------------------------------------------------- */

/* clang-format off */
static const struct lint_row commands[] = {
  {"build", WARNING, "runs steps that this policy does not confine", "runs a step as root of the image with Docker's own capabilities and profile, without no-new-privileges and without images.allow, and lets the daemon fetch addresses of the host's network", "allow it in an override for those who may run anything that Docker confines by default; write resources.cgroup_parent, which limits its processes"},
  {"commit", NOTE, "makes images of containers", "leaves an image under a name of images.own, with an entry point of its own, for others to run", "keep images.own to names of the caller: \"{user}/**\""},
  {"compose", NOTE, "starts many containers by one file", "starts as many containers as the file names, each with the whole of resources", "write resources.cgroup_parent with {uid}, one budget for all of a caller's containers"},
  {"import", NOTE, "makes images of archives", "brings in any file system under a name of images.own, past images.allow", "keep images.own to names of the caller: \"{user}/**\""},
  {"load", NOTE, "brings in images from archives", "brings in an image under a name of images.own that no registry has seen", "keep images.own to names of the caller: \"{user}/**\""},
  {"login", NOTE, "lets callers log in to registries", "has the daemon speak to any registry and address of its network that it names", "leave it out, and log docker.config_dir in"},
  {"logout", HARMLESS},
  {"push", WARNING, "sends images away", "sends data of the host's network to a registry of its own, or replaces an image that others pull, with the log-ins of docker.config_dir", "keep images.own to names of the caller, and give docker.config_dir log-ins that may write nowhere else"},
  {"rmi", NOTE, "removes images of images.own", "removes an image that somebody else needs, where images.own reaches it", "keep images.own to names of the caller: \"{user}/**\""},
  {"save", NOTE, "reads whole images", "reads secrets that were left in the layers of any image of the host that images.allow lets it name", "leave it out, or narrow images.allow"},
  {"tag", NOTE, "gives names to images", "gives a name of images.own to another image, for others to run", "keep images.own to names of the caller: \"{user}/**\""},
};

/* -- options ------------------------------------------------------------------------------------ */

static const struct lint_row options[] = {
  {"annotation", WARNING, "hands words to the OCI runtime, which is root", "sets what the runtime or a hook of it reads from annotations", "leave it out; --label is for metadata"},
  {"blkio-weight-device", NOTE, "names devices of the host", "takes the disk's time from others", "leave it out; --blkio-weight is allowed"},
  {"cpu-rt-period", WARNING, "gives real-time scheduling", "takes the processors from everybody else", "leave it out; use resources.cpus"},
  {"cpu-rt-runtime", WARNING, "gives real-time scheduling", "takes the processors from everybody else", "leave it out; use resources.cpus"},
  {"device-read-bps", NOTE, "names devices of the host", "learns which devices there are", "leave it out; --blkio-weight is allowed"},
  {"device-read-iops", NOTE, "names devices of the host", "learns which devices there are", "leave it out; --blkio-weight is allowed"},
  {"device-write-bps", NOTE, "names devices of the host", "learns which devices there are", "leave it out; --blkio-weight is allowed"},
  {"device-write-iops", NOTE, "names devices of the host", "learns which devices there are", "leave it out; --blkio-weight is allowed"},
  {"gpus", WARNING, "gives every GPU, by hooks that run as root", "reads what others left in the memory of a GPU, and uses mistakes of the vendor's hook, which runs as root on the host (CVE-2024-0132, CVE-2025-23266)", "name GPUs one by one in devices.allow: {\"path\": \"nvidia.com/gpu=0\", \"access\": \"rw\"}"},
  {"ip", NOTE, "lets callers choose addresses", "takes the address of another container that is stopped, and gets what was meant for it", "leave it out; containers find each other by name"},
  {"ip6", NOTE, "lets callers choose addresses", "takes the address of another container that is stopped, and gets what was meant for it", "leave it out; containers find each other by name"},
  {"ipc", NOTE, "lets containers of one caller share memory", "joins containers that were meant to be apart; others' are out of reach", "leave it out where no program needs it"},
  {"link", NOTE, "copies the environment of one container into another", "reads the secrets in the environment of another container of the same caller", "leave it out; use a network of the caller's own"},
  {"link-local-ip", WARNING, "lets callers choose link-local addresses", "answers for a metadata service at 169.254.169.254 in place of the real one", "leave it out"},
  {"mac-address", NOTE, "lets callers choose hardware addresses", "takes the hardware address of another container and with it its traffic", "leave it out"},
  {"pid", NOTE, "lets containers of one caller share processes", "sees and signals processes of another container of the same caller", "leave it out where no program needs it"},
  {"runtime", DANGER, "lets callers choose any runtime of the daemon", "chooses a runtime without this confinement, such as one that starts a privileged container", "name the runtimes in runtimes.allow"},
  {"storage-opt", NOTE, "changes settings of the storage driver", "takes more of the disk than the default of the storage driver", "leave it out"},
  {"volumes-from", NOTE, "takes over mounts of another container", "joins mounts of another container of the same caller", "leave it out; name the volumes"},
};

/* -- sysctls: Docker lets containers set those of their own namespaces ---------------------------- */

static const struct lint_row sysctls[] = {
  {"kernel.msgmax", NOTE, "raises the size of messages", "holds more of the kernel's memory by System V messages", "leave it out"},
  {"kernel.msgmnb", NOTE, "raises the size of message queues", "holds more of the kernel's memory by System V messages", "leave it out"},
  {"kernel.msgmni", NOTE, "raises the number of message queues", "holds more of the kernel's memory by System V messages", "leave it out"},
  {"kernel.sem", NOTE, "raises the number of semaphores", "holds more of the kernel's memory by semaphores", "leave it out"},
  {"kernel.shm_rmid_forced", HARMLESS},
  {"kernel.shmall", NOTE, "raises what shared memory may hold", "holds memory in segments that outlive processes; resources.memory still limits it", "leave it out"},
  {"kernel.shmmax", NOTE, "raises what shared memory may hold", "holds memory in segments that outlive processes; resources.memory still limits it", "leave it out"},
  {"kernel.shmmni", NOTE, "raises the number of segments", "holds memory in segments that outlive processes; resources.memory still limits it", "leave it out"},
  {"net.ipv4.conf.all.route_localnet", WARNING, "opens loopback addresses to the network", "reaches services that listen on 127.0.0.1 of the container from its network", "leave it out"},
  {"net.ipv4.ip_forward", NOTE, "makes a router of a container", "passes traffic from one network that it is in to another", "leave it out"},
  {"net.ipv4.ip_local_port_range", HARMLESS},
  {"net.ipv4.ip_unprivileged_port_start", HARMLESS},
  {"net.ipv4.ping_group_range", HARMLESS},
  {"net.ipv4.tcp_syncookies", HARMLESS},
};
static const struct lint_row other_sysctl = {"", WARNING, "is a parameter of the kernel whose effect is not known here", "sets it to a value that takes memory of the kernel, or turns a protection of the network off", "leave it out, or see in the kernel's documentation that it belongs to a namespace and costs nothing"};

/* -- log drivers -------------------------------------------------------------------------------- */

#define SHIPS "sends logs to another host, as root of this one"
#define SHIPPED "has the daemon connect to any address of its network by the driver's options, and sends there what it likes, past the container's network"
#define LOCAL "leave it out; \"local\" and \"journald\" stay on this host"
static const struct lint_row drivers[] = {
  {"awslogs", WARNING, SHIPS, SHIPPED, LOCAL},
  {"fluentd", WARNING, SHIPS, SHIPPED, LOCAL},
  {"gcplogs", WARNING, SHIPS, SHIPPED, LOCAL},
  {"gelf", WARNING, SHIPS, SHIPPED, LOCAL},
  {"journald", HARMLESS},
  {"json-file", HARMLESS},
  {"local", HARMLESS},
  {"none", HARMLESS},
  {"splunk", WARNING, SHIPS, SHIPPED, LOCAL},
  {"syslog", WARNING, "writes to the host's syslog, or to that of another host", "writes records into the host's syslog that look like those of other programs, those of safe-docker's audit too", LOCAL},
};

/* -- runtimes ----------------------------------------------------------------------------------- */

static const struct lint_row runtimes[] = {
  {"crun", HARMLESS},
  {"io.containerd.kata.v2", HARMLESS},
  {"io.containerd.runc.v2", HARMLESS},
  {"io.containerd.runsc.v1", HARMLESS},
  {"kata", HARMLESS},
  {"kata-runtime", HARMLESS},
  {"nvidia", WARNING, "gives every GPU to images that ask for one", "runs an image whose NVIDIA_VISIBLE_DEVICES is all, and uses mistakes of the vendor's hook, which runs as root on the host (CVE-2024-0132, CVE-2025-23266)", "name GPUs one by one in devices.allow"},
  {"runc", HARMLESS},
  {"runsc", HARMLESS},
  {"sysbox-runc", NOTE, "runs containers in which daemons run", "is root of a user namespace there, which reaches more of the kernel", "leave it out where no caller needs a daemon"},
  {"youki", HARMLESS},
};
static const struct lint_row other_runtime = {"", WARNING, "is a program that the daemon runs as root, and not known here", "uses what that runtime does not confine: seccomp, capabilities and no-new-privileges are the runtime's work", "name runc, crun, or one that confines more, such as runsc"};
/* clang-format on */

/* -- judging ------------------------------------------------------------------------------------ */

struct judged {
  const char *key, *kind;
  const struct lint_row *rows;
  size_t count;
  const struct lint_row *otherwise; /* for names that have no row; NULL: they are harmless */
};

static void judge(const struct lint *lint, const struct judged *judged) {
  const struct sd_json *list = lint_at(lint, judged->key);
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    const struct lint_row *row = lint_find(judged->rows, judged->count, item->string);
    row = row != NULL ? row : judged->otherwise;
    if (row != NULL)
      lint_add_row(lint, item, judged->key, judged->kind, row);
  }
}

/* "image build" is build. */
void lint_commands(const struct lint *lint) {
  const struct sd_json *list = lint_at(lint, "commands.allow");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    const struct sd_command *command = sd_command_find(item->string);
    const struct lint_row *row =
        command != NULL ? lint_find(commands, COUNT(commands), command->name) : NULL;
    if (row != NULL)
      lint_add_row(lint, item, "commands.allow", "command", row);
  }
}

void lint_options(const struct lint *lint) {
  static const struct lint_row otherwise = {
      "", WARNING, "is refused by default and not known here",
      "uses what the option opens; safe-docker-rules(7) says why it is refused", "leave it out"};
  static const struct judged judged = {"options.allow", "option", options, COUNT(options),
                                       &otherwise};
  judge(lint, &judged);
}

void lint_others(const struct lint *lint) {
  static const struct judged judged[] = {
      {"logging.drivers", "log-driver", drivers, COUNT(drivers), NULL},
      {"sysctls.allow", "sysctl", sysctls, COUNT(sysctls), &other_sysctl},
      {"runtimes.allow", "runtime", runtimes, COUNT(runtimes), &other_runtime},
  };
  static const struct lint_words restart = {
      SD_POLICY_NOTE, "restart-always",
      "leaves a container that comes back at every start of the daemon, also when its account is "
      "closed",
      "write [\"no\", \"on-failure\"], or end containers of closed accounts by their label "
      "io.safe-docker.owner"};
  for (size_t i = 0; i < COUNT(judged); i++)
    judge(lint, &judged[i]);
  const struct sd_json *list = lint_at(lint, "restart.allow");
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (strcmp(list->items.items[i]->string, "always") == 0 ||
        strcmp(list->items.items[i]->string, "unless-stopped") == 0)
      lint_add(lint, list->items.items[i], "restart.allow", &restart,
               "restart.allow: %s starts containers that nobody asks for any more",
               list->items.items[i]->string);
}

/* -- devices ------------------------------------------------------------------------------------ */

/* By the start of the path; the first that fits. CDI names have no slash in front. */
/* clang-format off */
static const struct lint_row devices[] = {
  {"/dev/mem", DANGER, "is the memory of the machine", "reads and writes the kernel's memory", "leave it out"},
  {"/dev/kmem", DANGER, "is the kernel's memory", "reads and writes the kernel's memory", "leave it out"},
  {"/dev/port", DANGER, "is the I/O ports of the machine", "writes to the hardware, past the kernel", "leave it out"},
  {"/dev/kvm", WARNING, "runs virtual machines", "reaches a large part of the kernel from a guest of its own, and holds memory", "name it in an override for those who run virtual machines"},
  {"/dev/vhost", WARNING, "reaches the kernel's virtio drivers", "reaches a part of the kernel that few programs need", "leave it out"},
  {"/dev/fuse", WARNING, "makes file systems", "mounts file systems of its own where it also has SYS_ADMIN, and lets programs of the host wait for its answers", "name it in an override for those who need it"},
  {"/dev/loop", DANGER, "makes disks of files", "has a file of its own as a disk, and reads the disks of others' files", "leave it out"},
  {"/dev/sd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/vd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/xvd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/hd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/nvme", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/nvidia", WARNING, "is a GPU", "reads what others left in the GPU's memory, and reaches the vendor's driver in the kernel", "name it in an override for those who compute on it"},
  {"/dev/mmcblk", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/md", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/dm-", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/mapper", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/disk", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/block", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/bcache", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/drbd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/mtd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/nbd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/pmem", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/rbd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/zd", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/zram", DANGER, "is a disk of the host", "reads and writes any file of the host past its file system", "bind a folder instead"},
  {"/dev/char", DANGER, "is any device, by its number", "has the memory and the terminals of the host under other names", "name the device itself"},
  {"/dev/cpu", DANGER, "is the registers of the processors", "writes to a register that the kernel relies on", "leave it out"},
  {"/dev/hidraw", DANGER, "is the keyboard of the host", "reads the passwords that are typed at the host", "leave it out"},
  {"/dev/snapshot", DANGER, "is the memory of the machine, to be written to a disk", "reads the memory of every process", "leave it out"},
  {"/dev/vcs", DANGER, "is the screen of the console", "reads what is shown there", "leave it out"},
  {"/dev/sg", DANGER, "sends commands to disks", "reads and writes any file of the host past its file system", "leave it out"},
  {"/dev/bsg", DANGER, "sends commands to disks", "reads and writes any file of the host past its file system", "leave it out"},
  {"/dev/dri/render", NOTE, "is a GPU", "reads what others left in the GPU's memory, and reaches its driver in the kernel", "name it in an override for those who compute on it"},
  {"/dev/kfd", NOTE, "is the GPUs of AMD", "reads what others left in a GPU's memory, and reaches its driver in the kernel", "name it in an override for those who compute on it"},
  {"/dev/dri", WARNING, "is a GPU", "reads what others left in the GPU's memory, and reaches its driver in the kernel", "name the render node alone, below /dev/dri"},
  {"/dev/input", DANGER, "is the keyboard of the host", "reads the passwords that are typed at the host", "leave it out"},
  {"/dev/uinput", DANGER, "types as the keyboard of the host", "types commands into the session at the host", "leave it out"},
  {"/dev/tty", WARNING, "is a terminal or a serial line of the host", "reads and types what goes over it, where it is a console", "name the serial line alone that is needed, such as /dev/ttyUSB0"},
  {"/dev/console", DANGER, "is the console of the host", "types commands at the console", "leave it out"},
  {"/dev/vfio", DANGER, "gives whole devices", "has a device write to memory of the host, where the IOMMU does not part it", "leave it out"},
  {"/dev/net/tun", WARNING, "makes network interfaces", "tunnels traffic past the host's firewall, with NET_ADMIN", "leave it out, or name it in an override"},
  {"/dev/bus/usb", WARNING, "is every USB device", "writes to any USB device, also a disk", "name the one device that is needed"},
  {"/dev/snd", NOTE, "is the sound of the host", "listens through the microphone", "leave it out"},
  {"/dev/video", NOTE, "is a camera", "watches through the camera", "leave it out"},
  {"nvidia.com/gpu=all", WARNING, "is every GPU", "reads what others left in the memory of the GPUs, and uses mistakes of the vendor's hook (CVE-2024-0132, CVE-2025-23266)", "name the GPUs one by one, in overrides for those who compute on them"},
  {"nvidia.com/gpu=", NOTE, "is a GPU", "reads what the one before left in the GPU's memory, and uses mistakes of the vendor's hook (CVE-2024-0132, CVE-2025-23266)", "name it in an override for those who compute on it"},
};
static const struct lint_row other_device = {"", WARNING, "is a device of the host that is not known here", "reaches a driver in the kernel, and what the device stores", "name it in an override for those who need it, with access r where they only read"};
/* clang-format on */

const struct lint_row *lint_device(const char *path) {
  for (size_t i = 0; i < COUNT(devices); i++)
    if (sd_text_starts_with(path, devices[i].name))
      return &devices[i];
  return &other_device;
}

void lint_devices(const struct lint *lint) {
  const struct sd_json *list = lint_at(lint, "devices.allow");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *path = sd_json_get(list->items.items[i], "path");
    lint_add_row(lint, path, "devices.allow", "device", lint_device(path->string));
  }
}
