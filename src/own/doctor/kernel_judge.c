/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "engine.h"
#include "kernel.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define SETTINGS "/etc/sysctl.d/90-safe-docker.conf"

/* -- switches -------------------------------------------------------------------------------------- */

/* NULL: it was not looked for. */
static const struct fact_switch *find(const struct facts_kernel *kernel, const char *name) {
  for (size_t i = 0; i < kernel->switches.len; i++) {
    const struct fact_switch *item = &kernel->switches.items[i];
    if (item->name != NULL && strcmp(item->name, name) == 0)
      return item;
  }
  return NULL;
}

static const char *value_of(const struct facts_kernel *kernel, const char *name) {
  const struct fact_switch *item = find(kernel, name);
  return item == NULL ? NULL : item->value;
}

/* Now, and at every boot: in a file of its own, each switch once. */
static void add_setting(struct findings *out, struct finding *finding, const char *name,
                        const char *value) {
  struct sd_str pattern;
  struct sd_str path;
  sd_str_init(&pattern, out->arena);
  sd_str_init(&path, out->arena);
  for (const char *at = name; *at != '\0'; at++) {
    sd_str_add(&pattern, *at == '.' ? "\\." : (const char[]){*at, '\0'});
    sd_str_add_char(&path, *at == '.' ? '/' : *at);
  }
  finding_command(out, finding, "mkdir -p /etc/sysctl.d && touch " SETTINGS);
  finding_command(out, finding, "sed -i '/^%s *=/d' " SETTINGS " && echo '%s = %s' >>" SETTINGS,
                  sd_str_text(&pattern), name, value);
  finding_command(out, finding, "echo '%s' >/proc/sys/%s", value, sd_str_text(&path));
}

static void judge_switch(const struct facts_kernel *kernel, const struct kernel_switch *row,
                         struct findings *out) {
  const struct fact_switch *item = find(kernel, row->name);
  struct sd_error ignored;
  int64_t value = 0;
  sd_error_init(&ignored, out->arena);
  if (item == NULL) {
    struct finding *finding = finding_unknown(out, row->check, row->name, "it was not looked at");
    finding_remedy(out, finding, "sysctl %s shows it", row->name);
  } else if (item->value == NULL && row->absence == ABSENT_IS_GOOD) {
    finding_pass(out, row->check, row->name, "this kernel has nothing that it would be for");
  } else if (item->value == NULL) {
    struct finding *finding = finding_bad(out, row->check, row->name,
                                          "this kernel has no such switch, so %s", row->effect);
    finding_remedy(out, finding, "run a kernel that has it, as those of Debian and Ubuntu do");
  } else if (!sd_number_go_int(item->value, &value, &ignored)) {
    struct finding *finding =
        finding_unknown(out, row->check, row->name, "it is no number: %s", item->value);
    finding_remedy(out, finding, "the kernel's documentation tells what that means");
  } else if (value >= row->min && value <= row->max) {
    finding_pass(out, row->check, row->name, "it is %s", item->value);
  } else {
    struct finding *finding =
        finding_bad(out, row->check, row->name, "it is %s: %s", item->value, row->effect);
    finding_remedy(out, finding, "set it to %s, now and at each boot%s%s", row->wanted,
                   row->price[0] == '\0' ? "" : "; the price: ", row->price);
    add_setting(out, finding, row->name, row->wanted);
  }
}

/* -- user namespaces ------------------------------------------------------------------------------- */

static bool is_value(const struct facts_kernel *kernel, const char *name, const char *value) {
  const char *is = value_of(kernel, name);
  return is != NULL && strcmp(is, value) == 0;
}

static void close_userns(const struct facts_kernel *kernel, struct findings *out) {
  static const char price[] =
      "the sandboxes of browsers and of Flatpak no longer start, nor do rootless engines";
  struct finding *finding =
      finding_bad(out, CHECK_UNPRIVILEGED_USERNS, "",
                  "everybody may make user namespaces, and nobody here runs a rootless engine");
  if (value_of(kernel, SWITCH_USERNS_CLONE) != NULL) {
    finding_remedy(out, finding, "leave them to root; the price: %s", price);
    add_setting(out, finding, SWITCH_USERNS_CLONE, "0");
  } else if (value_of(kernel, SWITCH_USERNS_APPARMOR) != NULL) {
    finding_remedy(out, finding,
                   "leave them to programs with an AppArmor profile; the price: programs "
                   "without one that make them no longer start");
    add_setting(out, finding, SWITCH_USERNS_APPARMOR, "1");
  } else {
    finding_remedy(out, finding,
                   "this kernel cannot leave them to root. " SWITCH_USERNS_MAX
                   " = 0 closes them for "
                   "everybody; the price: userns-remap of the engine stops working, too, and %s",
                   price);
  }
}

static void judge_userns(const struct facts *facts, struct findings *out) {
  const struct facts_kernel *kernel = &facts->kernel;
  bool closed = is_value(kernel, SWITCH_USERNS_CLONE, "0") ||
                is_value(kernel, SWITCH_USERNS_APPARMOR, "1") ||
                is_value(kernel, SWITCH_USERNS_MAX, "0");
  bool needed =
      kernel->rootless == FACT_YES || engine_has_option(&facts->engine, "rootless") == FACT_YES;
  if (closed)
    finding_pass(out, CHECK_UNPRIVILEGED_USERNS, "", "they are not for everybody");
  else if (needed)
    finding_pass(out, CHECK_UNPRIVILEGED_USERNS, "", "a rootless engine needs them");
  else if (kernel->rootless == FACT_NO && find(kernel, SWITCH_USERNS_MAX) != NULL)
    close_userns(kernel, out);
  else {
    struct finding *finding = finding_unknown(out, CHECK_UNPRIVILEGED_USERNS, "",
                                              "it is not known whether somebody needs them");
    finding_remedy(out, finding, "run doctor as root on the host itself");
  }
}

/* -- core dumps ------------------------------------------------------------------------------------ */

static void judge_pattern(const struct facts_kernel *kernel, struct findings *out) {
  const char *pattern = value_of(kernel, SWITCH_CORE_PATTERN);
  if (pattern == NULL) {
    struct finding *finding =
        finding_unknown(out, CHECK_CORE_DUMPS, SWITCH_CORE_PATTERN, "it was not looked at");
    finding_remedy(out, finding, "sysctl " SWITCH_CORE_PATTERN " shows it");
  } else if (pattern[0] != '|') {
    finding_pass(out, CHECK_CORE_DUMPS, SWITCH_CORE_PATTERN, "it is a file of the container");
  } else {
    struct finding *finding =
        finding_bad(out, CHECK_CORE_DUMPS, SWITCH_CORE_PATTERN,
                    "a crash in a container starts %s as root of the host", pattern + 1);
    finding_remedy(out, finding,
                   "let crashes write a file instead; the price: they are collected at no "
                   "one place any more, and a service that sets the pattern at boot "
                   "(apport, systemd-coredump, kdump) must be switched off, too");
    add_setting(out, finding, SWITCH_CORE_PATTERN, "core");
  }
}

static void judge_dumpable(const struct facts_kernel *kernel, struct findings *out) {
  const char *dumpable = value_of(kernel, SWITCH_SUID_DUMPABLE);
  if (dumpable == NULL) {
    struct finding *finding =
        finding_unknown(out, CHECK_CORE_DUMPS, SWITCH_SUID_DUMPABLE, "it was not looked at");
    finding_remedy(out, finding, "sysctl " SWITCH_SUID_DUMPABLE " shows it");
  } else if (strcmp(dumpable, "0") == 0 || strcmp(dumpable, "2") == 0) {
    finding_pass(out, CHECK_CORE_DUMPS, SWITCH_SUID_DUMPABLE, "it is %s", dumpable);
  } else {
    struct finding *finding = finding_bad(
        out, CHECK_CORE_DUMPS, SWITCH_SUID_DUMPABLE,
        "it is %s: programs with more rights than their caller leave their memory to the caller",
        dumpable);
    finding_remedy(out, finding, "set it to 0, now and at each boot");
    add_setting(out, finding, SWITCH_SUID_DUMPABLE, "0");
  }
}

/* -- features -------------------------------------------------------------------------------------- */

static void judge_seccomp(const struct facts_kernel *kernel, struct findings *out) {
  const struct fact_switch *actions = find(kernel, SWITCH_ACTIONS);
  if (actions == NULL) {
    struct finding *finding =
        finding_unknown(out, CHECK_KERNEL_SECCOMP, "", "it was not looked at");
    finding_remedy(out, finding, "sysctl " SWITCH_ACTIONS " shows what seccomp can do");
  } else if (actions->value != NULL && strstr(actions->value, "errno") != NULL) {
    finding_pass(out, CHECK_KERNEL_SECCOMP, "", "it has: %s", actions->value);
  } else {
    struct finding *finding =
        finding_bad(out, CHECK_KERNEL_SECCOMP, "", "the kernel has no seccomp filters");
    finding_remedy(out, finding,
                   "run a kernel from 4.14 on that was built with them, as those of "
                   "Debian and Ubuntu are");
  }
}

static void judge_lsm(const struct facts_kernel *kernel, struct findings *out) {
  if (kernel->apparmor == FACT_YES || kernel->selinux == FACT_YES) {
    finding_pass(out, CHECK_KERNEL_LSM, "", "%s is on",
                 kernel->apparmor == FACT_YES ? "AppArmor" : "SELinux");
  } else if (kernel->apparmor == FACT_UNKNOWN || kernel->selinux == FACT_UNKNOWN) {
    struct finding *finding = finding_unknown(out, CHECK_KERNEL_LSM, "", "it was not looked at");
    finding_remedy(out, finding, "cat /sys/kernel/security/lsm shows the modules that are on");
  } else if (kernel->apparmor_built == FACT_YES) {
    struct finding *finding =
        finding_bad(out, CHECK_KERNEL_LSM, "AppArmor", "the kernel has AppArmor, switched off");
    finding_remedy(out, finding, "switch it on, and boot again");
    finding_command(out, finding, "apt-get install --yes apparmor");
    finding_command(out, finding, "mkdir -p /etc/default/grub.d");
    finding_command(
        out, finding,
        "echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX apparmor=1 security=apparmor\"' "
        ">/etc/default/grub.d/safe-docker-apparmor.cfg");
    finding_command(out, finding, "update-grub");
  } else {
    struct finding *finding =
        finding_bad(out, CHECK_KERNEL_LSM, "", "the kernel has neither AppArmor nor SELinux");
    finding_remedy(out, finding, "run a kernel that has one, as those of Debian and Ubuntu do");
  }
}

static void judge_processor(const struct facts_kernel *kernel, struct findings *out) {
  struct sd_str list;
  sd_str_init(&list, out->arena);
  if (kernel->processor.len == 0) {
    struct finding *finding =
        finding_unknown(out, CHECK_PROCESSOR_HOLES, "", "the kernel does not tell of them");
    finding_remedy(out, finding,
                   "kernels from 4.15 on tell in /sys/devices/system/cpu/vulnerabilities");
    return;
  }
  for (size_t i = 0; i < kernel->processor.len; i++) {
    const struct fact_switch *hole = &kernel->processor.items[i];
    if (hole->name != NULL &&
        (hole->value == NULL || sd_text_starts_with(hole->value, "Vulnerable")))
      sd_str_addf(&list, "%s%s (%s)", list.len == 0 ? "" : ", ", hole->name,
                  hole->value == NULL ? "not known" : hole->value);
  }
  if (list.len == 0) {
    finding_pass(out, CHECK_PROCESSOR_HOLES, "", "none of those that the kernel knows is open");
    return;
  }
  struct finding *finding = finding_bad(out, CHECK_PROCESSOR_HOLES, "",
                                        "the kernel calls these open: %s", sd_str_text(&list));
  finding_remedy(
      out, finding,
      "install the processor's microcode (intel-microcode or amd64-microcode, of Debian's "
      "non-free-firmware) or a newer kernel, take mitigations=off out of the kernel's command "
      "line, "
      "and boot again; in a virtual machine its host must do so. It costs speed");
}

static void judge_reboot(const struct facts_kernel *kernel, struct findings *out) {
  if (kernel->reboot == FACT_YES) {
    struct finding *finding =
        finding_bad(out, CHECK_REBOOT_REQUIRED, "", "an update asks for a new start of this host");
    finding_remedy(out, finding, "boot again when the people here can bear it: systemctl reboot");
  } else if (kernel->reboot == FACT_NO) {
    finding_pass(out, CHECK_REBOOT_REQUIRED, "", "no update asks for it");
  } else {
    struct finding *finding =
        finding_unknown(out, CHECK_REBOOT_REQUIRED, "", "it was not looked at");
    finding_remedy(out, finding, "there is a file /run/reboot-required where one does");
  }
}

void doctor_judge_kernel(const struct facts *facts, struct findings *out) {
  const struct facts_kernel *kernel = &facts->kernel;
  for (size_t i = 0; i < kernel_switches_count; i++)
    judge_switch(kernel, &kernel_switches[i], out);
  judge_userns(facts, out);
  judge_pattern(kernel, out);
  judge_dumpable(kernel, out);
  judge_seccomp(kernel, out);
  judge_lsm(kernel, out);
  judge_processor(kernel, out);
  judge_reboot(kernel, out);
}
