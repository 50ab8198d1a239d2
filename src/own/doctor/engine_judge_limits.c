/* SPDX-License-Identifier: Apache-2.0 */
/* Which limits work: the engine only warns of those that the kernel does not know, and starts the container without them. */
#include <string.h>

#include "engine.h"

enum remedy { REMEDY_MEMORY, REMEDY_SWAP, REMEDY_KERNEL };

static const struct limit {
  const char *name;
  size_t offset; /* of an enum fact_truth in struct facts_engine */
  enum remedy remedy;
  const char *effect;
} limits[] = {
    {"memory", offsetof(struct facts_engine, memory_limit), REMEDY_MEMORY,
     "a container takes all memory of the host"},
    {"memory and swap", offsetof(struct facts_engine, swap_limit), REMEDY_SWAP,
     "a container takes all swap of the host, because --memory-swap is passed over"},
    {"processes", offsetof(struct facts_engine, pids_limit), REMEDY_KERNEL,
     "a container starts processes until the host has none left"},
    {"CPUs", offsetof(struct facts_engine, cpu_limit), REMEDY_KERNEL,
     "a container takes all CPUs of the host"},
};

/* The configuration of GRUB, in a file of its own; it counts from the next boot on. */
static void add_kernel_words(struct findings *out, struct finding *finding, const char *file,
                             const char *words) {
  finding_command(out, finding, "mkdir -p /etc/default/grub.d");
  finding_command(out, finding,
                  "echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX %s\"' >/etc/default/grub.d/%s",
                  words, file);
  finding_command(out, finding, "update-grub");
}

static void add_rootless(struct findings *out, struct finding *finding) {
  finding_remedy(
      out, finding,
      "a rootless engine needs the unified cgroup hierarchy and the controllers from systemd; who "
      "runs it logs out and in again, and restarts it (systemctl --user restart docker)");
  finding_command(out, finding, "mkdir -p /etc/systemd/system/user@.service.d");
  finding_command(out, finding,
                  "printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' "
                  ">/etc/systemd/system/user@.service.d/safe-docker.conf");
  finding_command(out, finding, "systemctl daemon-reload");
}

static void add_remedy(const struct facts_engine *engine, const struct limit *limit,
                       struct findings *out, struct finding *finding) {
  if (engine_has_option(engine, "rootless") == FACT_YES) {
    add_rootless(out, finding);
    return;
  }
  if (limit->remedy == REMEDY_KERNEL) {
    finding_remedy(
        out, finding,
        "run a kernel that knows it: those of every Debian and Ubuntu do; where a container or a "
        "virtual machine hides it, its maker must pass it on");
    return;
  }
  finding_remedy(
      out, finding,
      "switch the kernel's accounting on, and boot again; it costs about one per cent of memory%s",
      limit->remedy == REMEDY_SWAP ? ". A host without swap needs it not: swapoff --all, and no "
                                     "line of swap in /etc/fstab"
                                   : "");
  add_kernel_words(out, finding, "safe-docker-memory.cfg", "cgroup_enable=memory swapaccount=1");
}

static void judge_limit(const struct facts *facts, const struct limit *limit,
                        struct findings *out) {
  const struct facts_engine *engine = &facts->engine;
  enum fact_truth works = *(const enum fact_truth *)((const char *)engine + limit->offset);
  const struct fact_number *swap = &facts->kernel.swap_kib;
  bool harmless =
      limit->remedy == REMEDY_SWAP && engine->local == FACT_YES && swap->known && swap->value == 0;
  if (works == FACT_UNKNOWN) {
    struct finding *finding = finding_unknown(out, CHECK_LIMITS_WORK, limit->name,
                                              "the engine does not tell whether it works");
    finding_remedy(out, finding, "docker info ends with warnings of limits that do not work");
  } else if (works == FACT_YES || harmless) {
    finding_pass(out, CHECK_LIMITS_WORK, limit->name, "%s",
                 works == FACT_YES ? "it works" : "it does not work, but this host has no swap");
  } else {
    struct finding *finding =
        finding_bad(out, CHECK_LIMITS_WORK, limit->name, "the limit of %s does not work: %s",
                    limit->name, limit->effect);
    add_remedy(engine, limit, out, finding);
  }
}

static void judge_version(const struct facts_engine *engine, struct findings *out) {
  const char *version = engine->cgroup_version;
  if (version == NULL) {
    struct finding *finding = finding_unknown(out, CHECK_CGROUP_VERSION, "",
                                              "the engine does not tell the cgroup version");
    finding_remedy(out, finding,
                   "stat --file-system --format=%%T /sys/fs/cgroup prints cgroup2fs "
                   "where it is the unified one");
  } else if (strcmp(version, "2") == 0) {
    finding_pass(out, CHECK_CGROUP_VERSION, "", "the engine uses the unified hierarchy");
  } else {
    struct finding *finding =
        finding_bad(out, CHECK_CGROUP_VERSION, "", "the engine uses cgroup version %s", version);
    finding_remedy(
        out, finding,
        "let systemd use the unified hierarchy, and boot again; needs systemd 226, and programs "
        "that write to the old files of /sys/fs/cgroup no longer work");
    add_kernel_words(out, finding, "safe-docker-cgroup.cfg", "systemd.unified_cgroup_hierarchy=1");
  }
}

void engine_judge_limits(const struct facts *facts, struct findings *out) {
  for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
    judge_limit(facts, &limits[i], out);
  judge_version(&facts->engine, out);
}
