/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define SMALL 4096
#define PROCESSOR "/sys/devices/system/cpu/vulnerabilities"

static const char *const others[] = {SWITCH_ACTIONS,         SWITCH_SUID_DUMPABLE,
                                     SWITCH_CORE_PATTERN,    SWITCH_USERNS_CLONE,
                                     SWITCH_USERNS_APPARMOR, SWITCH_USERNS_MAX};

/* "kernel.dmesg_restrict" is /proc/sys/kernel/dmesg_restrict. */
static void add_switch(struct doctor *doctor, struct facts_kernel *out, const char *name) {
  char *path = sd_arena_printf(doctor->arena, "/proc/sys/%s", name);
  for (char *at = path + strlen("/proc/sys/"); *at != '\0'; at++)
    if (*at == '.')
      *at = '/';
  struct fact_switch *added = sd_vec_push(doctor->arena, &out->switches);
  *added = (struct fact_switch){.name = name, .value = doctor_read(doctor->arena, path, SMALL)};
}

/* Without /proc/sys nothing is known, and the list stays empty. */
static void collect_switches(struct doctor *doctor, struct facts_kernel *out) {
  out->release = doctor_read(doctor->arena, "/proc/sys/kernel/osrelease", SMALL);
  if (out->release == NULL)
    return;
  for (size_t i = 0; i < kernel_switches_count; i++)
    add_switch(doctor, out, kernel_switches[i].name);
  for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
    add_switch(doctor, out, others[i]);
}

static int by_name(const void *left, const void *right) {
  return strcmp(((const struct fact_switch *)left)->name,
                ((const struct fact_switch *)right)->name);
}

static void collect_processor(struct doctor *doctor, struct facts_kernel *out) {
  DIR *folder = opendir(PROCESSOR);
  if (folder == NULL)
    return;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const char *path = sd_arena_printf(doctor->arena, PROCESSOR "/%s", entry->d_name);
    const char *value = entry->d_name[0] == '.' ? NULL : doctor_read(doctor->arena, path, SMALL);
    if (value == NULL)
      continue;
    struct fact_switch *added = sd_vec_push(doctor->arena, &out->processor);
    *added = (struct fact_switch){sd_arena_strdup(doctor->arena, entry->d_name), value};
  }
  (void)closedir(folder);
  if (out->processor.len > 0)
    qsort(out->processor.items, out->processor.len, sizeof(out->processor.items[0]), by_name);
}

static enum fact_truth is_there(const char *path) {
  return access(path, F_OK) == 0 ? FACT_YES : FACT_NO;
}

static void collect_modules(struct doctor *doctor, struct facts_kernel *out) {
  const char *enabled =
      doctor_read(doctor->arena, "/sys/module/apparmor/parameters/enabled", SMALL);
  if (access("/sys/kernel", F_OK) != 0)
    return; /* no /sys */
  out->lsm = doctor_read(doctor->arena, "/sys/kernel/security/lsm", SMALL);
  out->apparmor = enabled != NULL && strcmp(enabled, "Y") == 0 ? FACT_YES : FACT_NO;
  out->apparmor_built = is_there("/sys/module/apparmor");
  out->selinux = is_there("/sys/fs/selinux/enforce");
}

/* "SwapTotal:       0 kB" of /proc/meminfo. */
static void collect_swap(struct doctor *doctor, struct facts_kernel *out) {
  static const char label[] = "\nSwapTotal:";
  const char *text = doctor_read(doctor->arena, "/proc/meminfo", (size_t)64 * 1024);
  const char *at = text == NULL ? NULL : strstr(text, label);
  struct sd_error ignored;
  uint64_t value = 0;
  if (at == NULL)
    return;
  at += strlen(label);
  at += strspn(at, " \t");
  const char *number = sd_arena_strndup(doctor->arena, at, strcspn(at, " \n"));
  sd_error_init(&ignored, doctor->arena);
  if (sd_number_decimal(number, 0, INT64_MAX, &value, &ignored))
    out->swap_kib = fact_number_of((int64_t)value);
}

/* Sockets of engines that people run themselves. */
static enum fact_truth find_rootless(void) {
  static const char *const patterns[] = {"/run/user/*/docker.sock",
                                         "/run/user/*/podman/podman.sock",
                                         "/run/user/*/containerd-rootless/api.sock"};
  enum fact_truth found = FACT_NO;
  for (size_t i = 0; found == FACT_NO && i < sizeof(patterns) / sizeof(patterns[0]); i++) {
    glob_t matches = {0};
    int status = glob(patterns[i], GLOB_NOSORT, NULL, &matches);
    if (status == 0 && matches.gl_pathc > 0)
      found = FACT_YES;
    if (status == 0)
      globfree(&matches);
  }
  return found;
}

void doctor_collect_kernel(struct doctor *doctor, struct facts *out) {
  struct facts_kernel *kernel = &out->kernel;
  kernel->looked = FACT_YES;
  collect_switches(doctor, kernel);
  collect_processor(doctor, kernel);
  collect_modules(doctor, kernel);
  collect_swap(doctor, kernel);
  kernel->rootless = find_rootless();
  kernel->reboot = is_there("/run/reboot-required");
}
