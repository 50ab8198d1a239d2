/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest_offer.h"

#include <ctype.h>
#include <string.h>

/* What comes of it where a program in the container gets hold of it. */
static const struct {
  const char *name, *risk;
} capabilities[] = {
    {"AUDIT_CONTROL", "a program in the container can switch the audit log of the host off"},
    {"BPF", "a program in the container can look into the memory of the kernel"},
    {"CHOWN",
     "a program in the container can give files to itself, those of folders bound into it, too"},
    {"DAC_OVERRIDE", "a program in the container can change every file of folders bound into it"},
    {"DAC_READ_SEARCH", "a program in the container can open every file of the host by its number: "
                        "it is root there (shocker)"},
    {"FOWNER",
     "a program in the container can change the modes of every file of folders bound into it"},
    {"IPC_LOCK", "a program in the container can lock memory of the host beyond its ulimit"},
    {"KILL", "a program in the container can end every other process in it"},
    {"MKNOD",
     "a program in the container can make devices, and open those that the cgroup lets it"},
    {"NET_ADMIN", "a program in the container can change addresses, routes and firewall of its "
                  "networks, and reach much of "
                  "the kernel that has had many holes"},
    {"NET_BIND_SERVICE", "a program in the container can listen on ports below 1024 there"},
    {"NET_RAW", "a program in the container can forge packets on its network, and so take the "
                "place of others on the "
                "same bridge"},
    {"PERFMON", "a program in the container can watch what the kernel and other processes do"},
    {"SETGID", "a program in the container can take any group, and with it the files of folders "
               "bound into it"},
    {"SETUID",
     "a program in the container can become any user, and with it owner of files bound into it"},
    {"SYS_ADMIN",
     "a program in the container is nearly root on the host: it mounts file systems and leaves"},
    {"SYS_BOOT", "a program in the container can restart the host, or load another kernel"},
    {"SYS_CHROOT", "a program in the container can change its root, a step of many ways out"},
    {"SYS_MODULE",
     "a program in the container can load code into the kernel: it is root on the host"},
    {"SYS_NICE",
     "a program in the container can take CPU time from every other process of the host"},
    {"SYS_PTRACE", "a program in the container can take over every process that it sees"},
    {"SYS_RAWIO", "a program in the container can write to the disks and the memory of the host: "
                  "it is root there"},
    {"SYS_RESOURCE", "a program in the container can go beyond its limits, at the cost of others"},
    {"SYS_TIME", "a program in the container can set the clock of the host, which certificates and "
                 "logs rely on"},
};

static const char *capability_risk(const char *name, const char *usual) {
  for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
    if (strcmp(capabilities[i].name, name) == 0)
      return capabilities[i].risk;
  return usual;
}

void suggest_offer_capability(const struct suggest_job *job) {
  struct sd_str name;
  const char *text = job->of->value;
  sd_str_init(&name, job->of->arena);
  text += strncasecmp(text, "CAP_", 4) == 0 ? 4 : 0;
  for (; *text != '\0'; text++)
    sd_str_add_char(&name, (char)toupper((unsigned char)*text));
  if (name.len == 0 || strcmp(sd_str_text(&name), "ALL") == 0)
    return;
  suggest_offer_word(job, sd_str_text(&name));
  struct suggest_addition *last = &job->out->v.items[job->out->v.len - 1];
  last->risk = capability_risk(sd_str_text(&name), job->row->risk);
}
