/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts and the root file system: what holds for every kind; the kinds are in binds.c, volumes.c
 * and tmpfs.c. */
#include "mounts.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/base/text_map.h"

/* Of the runtime: it hides files of /proc behind /dev/null, whatever that is then. */
static bool is_device_target(const char *target) {
  return sd_path_within(target, "/dev") && !sd_path_within(target, "/dev/shm");
}

/* The kernel's own file systems: mounting over them hides what confines the container. */
static bool is_system_target(const char *target) {
  return target == NULL || strcmp(target, "/") == 0 || target[0] != '/' ||
         !sd_text_is_printable(target) || sd_path_within(target, "/proc") ||
         sd_path_within(target, "/sys") || is_device_target(target);
}

/* One target of the request; `seen` holds those before it. */
static void check_target(const struct sd_rule_input *in, struct sd_decision *decision,
                         struct sd_text_map *seen, const char *target,
                         const struct sd_given *given) {
  if (is_system_target(target)) {
    sd_deny(decision, "mount-target", given, "choose another folder of the container",
            "nothing may be mounted on /, /proc, /sys or /dev of a container, or below the last "
            "three but /dev/shm");
    return;
  }
  if (!sd_text_map_add(seen, target, target))
    sd_deny(decision, "mount-duplicate", given, "give each mount a target of its own",
            "another mount has the target %s, too", sd_text_safe(in->arena, target));
}

static void check_targets(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_text_map seen = {.arena = in->arena};
  for (size_t i = 0; i < in->request->mounts.v.len; i++)
    check_target(in, decision, &seen, in->request->mounts.v.items[i].target,
                 in->request->mounts.v.items[i].given);
  for (size_t i = 0; i < in->request->tmpfs.v.len; i++)
    check_target(in, decision, &seen, in->request->tmpfs.v.items[i].target,
                 in->request->tmpfs.v.items[i].given);
}

static bool has_bind(const struct sd_request *request) {
  for (size_t i = 0; i < request->mounts.v.len; i++)
    if (request->mounts.v.items[i].kind == SD_MOUNT_BIND)
      return true;
  return false;
}

static void check_mount(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_protected_list *protected_list,
                        const struct sd_mount *mount) {
  switch (mount->kind) {
  case SD_MOUNT_BIND:
    sd_mounts_bind(in, decision, protected_list, mount);
    return;
  case SD_MOUNT_VOLUME:
    sd_mounts_volume(in, decision, mount);
    return;
  case SD_MOUNT_TMPFS:
    sd_mounts_tmpfs_mount(in, decision, mount);
    return;
  }
  sd_deny(decision, "mount-type", mount->given, "use bind, volume or tmpfs",
          "its type is not known");
}

static void check_volume_driver(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *driver = &in->request->volume_driver;
  if (!driver->set || driver->value[0] == '\0' || strcmp(driver->value, "local") == 0)
    return;
  sd_deny(decision, "volume-driver", driver->given, "leave it out: volumes are of the local driver",
          "the volume driver %s runs as root on the host", sd_text_safe(in->arena, driver->value));
}

static void check_root(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_flag *flag = &in->request->read_only;
  if (in->policy->read_only == SD_READ_ONLY_REQUIRE && flag->set && !flag->value) {
    sd_deny(decision, "read-only", flag->given, "leave it out, and write to a volume or a tmpfs",
            "the policy requires a read-only root file system");
    return;
  }
  if (flag->set) {
    decision->out.read_only = *flag;
  } else if (in->policy->read_only != SD_READ_ONLY_ALLOW) {
    decision->out.read_only = (struct sd_flag){.set = true, .value = true};
    sd_changed(decision, "read-only", "the policy makes the root file system read-only",
               "--read-only=true");
  }
}

/* What other containers lend lies in this one along with its own mounts. */
static void check_points(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_mount_list *taken) {
  struct sd_request all = *in->request;
  struct sd_rule_input with_taken = *in;
  memset(&all.mounts, 0, sizeof(all.mounts));
  for (size_t i = 0; i < in->request->mounts.v.len; i++)
    *sd_vec_push(in->arena, &all.mounts.v) = in->request->mounts.v.items[i];
  for (size_t i = 0; i < taken->v.len; i++)
    *sd_vec_push(in->arena, &all.mounts.v) = taken->v.items[i];
  with_taken.request = &all;
  sd_mounts_points(&with_taken, decision);
}

static void check_taken(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_mount_list *taken) {
  struct sd_protected_list protected_list = {0};
  for (size_t i = 0; i < taken->v.len; i++) {
    const struct sd_mount *mount = &taken->v.items[i];
    if (mount->kind == SD_MOUNT_VOLUME && !sd_volume_is_held_rightly(in, decision, mount->source))
      sd_deny(decision, "volume-owner", mount->given, "name volumes of your own with -v",
              "the other container has the volume %s, which is not yours",
              sd_text_safe(in->arena, mount->source));
    if (mount->kind != SD_MOUNT_BIND)
      continue;
    if (protected_list.v.len == 0)
      sd_protected_collect(in, &protected_list);
    sd_mounts_bind_again(in, decision, &protected_list, &taken->v.items[i]);
  }
}

void sd_rules_mounts(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {SD_OPT_MOUNT, SD_OPT_VOLUME, SD_OPT_TMPFS,
                                           SD_OPT_VOLUME_DRIVER, SD_OPT_READ_ONLY};
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  struct sd_protected_list protected_list = {0};
  if (has_bind(in->request))
    sd_protected_collect(in, &protected_list);
  struct sd_mount_list taken = {0};
  check_targets(in, decision);
  sd_mounts_taken(in, decision, &taken);
  check_taken(in, decision, &taken);
  check_points(in, decision, &taken);
  for (size_t i = 0; i < in->request->mounts.v.len; i++)
    check_mount(in, decision, &protected_list, &in->request->mounts.v.items[i]);
  for (size_t i = 0; i < in->request->tmpfs.v.len; i++)
    sd_mounts_tmpfs(in, decision, &in->request->tmpfs.v.items[i]);
  check_volume_driver(in, decision);
  check_root(in, decision);
}
