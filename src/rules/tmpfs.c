/* SPDX-License-Identifier: Apache-2.0 */
/* File systems in memory: sizes within the policy, and no setuid files or devices on them. */
#include <string.h>

#include "mounts.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

/* Read, write, execute for all, and the sticky bit; never setuid or setgid. */
#define MODE_MAX 01777
#define ID_MAX 4294967294U

/* Options of mount(8) that loosen nothing but exec, which the image's own files have anyway. */
static const char *const known_flags[] = {
    "async",      "atime",  "diratime",    "exec",          "noatime", "nodev",
    "nodiratime", "noexec", "norelatime",  "nostrictatime", "nosuid",  "relatime",
    "ro",         "rw",     "strictatime", "sync",          "dirsync",
};

static bool check_allowed(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_given *given) {
  if (in->policy->mounts.tmpfs)
    return true;
  sd_deny(decision, "tmpfs", given, "use a volume: -v /path", "the policy allows no tmpfs mounts");
  return false;
}

/* Gives the size to use: what was asked, or the policy's. */
static bool check_size(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_given *given, int64_t asked, int64_t *size) {
  const struct sd_limit *limit = &in->policy->resources.tmpfs_size;
  *size = asked == -1 ? limit->value : asked;
  if (*size > 0 && *size <= limit->max)
    return true;
  const char *max = sd_number_format_size(in->arena, limit->max);
  sd_deny(decision, "tmpfs-size", given,
          sd_arena_printf(in->arena, "ask for a size of at most %s", max),
          asked == 0 ? "a size of 0 is no limit at all; the policy allows at most %s"
                     : "its size is outside what the policy allows: at most %s",
          max);
  return false;
}

static bool check_mode(struct sd_decision *decision, const struct sd_given *given, int64_t mode) {
  if (mode == -1 || (mode >= 0 && mode <= MODE_MAX))
    return true;
  sd_deny(decision, "tmpfs-options", given, "use a mode from 0 to 1777",
          "a mode with setuid or setgid bits is refused");
  return false;
}

static bool is_known_flag(const char *flag) {
  for (size_t i = 0; i < sizeof(known_flags) / sizeof(known_flags[0]); i++)
    if (strcmp(flag, known_flags[i]) == 0)
      return true;
  return false;
}

static bool check_flags(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_tmpfs *tmpfs) {
  bool good = true;
  for (size_t i = 0; i < tmpfs->flags.v.len; i++) {
    const char *flag = tmpfs->flags.v.items[i];
    if (is_known_flag(flag))
      continue;
    bool opens = strcmp(flag, "suid") == 0 || strcmp(flag, "dev") == 0;
    sd_deny(decision, "tmpfs-options", tmpfs->given,
            sd_arena_printf(in->arena, "leave %s out", sd_text_safe(in->arena, flag)),
            opens ? "%s would let setuid files or devices work on it"
                  : "the option %s is not allowed",
            sd_text_safe(in->arena, flag));
    good = false;
  }
  return good;
}

/* uid=N and gid=N: who owns the folder inside the container. */
static bool is_owner(const struct sd_rule_input *in, const char *option) {
  uint64_t id = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  bool owner = sd_text_starts_with(option, "uid=") || sd_text_starts_with(option, "gid=");
  return owner && sd_number_decimal(option + 4, 0, ID_MAX, &id, &err);
}

static bool check_others(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_tmpfs *tmpfs) {
  bool good = true;
  for (size_t i = 0; i < tmpfs->others.v.len; i++) {
    const char *option = tmpfs->others.v.items[i];
    if (is_owner(in, option))
      continue;
    sd_deny(decision, "tmpfs-options", tmpfs->given,
            "size, mode, nr_inodes, uid=N and gid=N are allowed", "the option %s is not allowed",
            sd_text_safe(in->arena, option));
    good = false;
  }
  if (tmpfs->nr_inodes != -1 && tmpfs->nr_inodes <= 0) {
    sd_deny(decision, "tmpfs-options", tmpfs->given,
            "leave nr_inodes out, or give a number above 0", "nr_inodes=0 is no limit at all");
    good = false;
  }
  return good;
}

static const char size_reason[] = "a tmpfs without a size could take half of the host's memory";

void sd_mounts_tmpfs_mount(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_mount *mount) {
  int64_t size = -1;
  if (!check_allowed(in, decision, mount->given))
    return;
  bool good = check_size(in, decision, mount->given, mount->tmpfs_size, &size);
  good = check_mode(decision, mount->given, mount->tmpfs_mode) && good;
  bool foreign = mount->source != NULL || mount->propagation != NULL || mount->selinux != NULL ||
                 mount->recursive != NULL || mount->nonrecursive != SD_UNSET ||
                 mount->create_source || mount->subpath != NULL || mount->driver != NULL ||
                 mount->driver_opts.v.len > 0 || mount->labels.v.len > 0 || mount->nocopy;
  if (foreign) {
    sd_deny(decision, "tmpfs-options", mount->given,
            "target, readonly, tmpfs-size and tmpfs-mode are allowed",
            "it mixes a tmpfs with settings of other mounts");
    good = false;
  }
  if (!good)
    return;
  struct sd_mount *out = sd_vec_push(in->arena, &decision->out.mounts.v);
  *out = (struct sd_mount){
      .kind = SD_MOUNT_TMPFS,
      .target = mount->target,
      .read_only = mount->read_only,
      .tmpfs_size = size,
      .tmpfs_mode = mount->tmpfs_mode,
      .given = mount->given,
  };
  if (mount->tmpfs_size == -1)
    sd_changed(decision, "tmpfs-size", size_reason, "--mount=%s",
               sd_text_safe(in->arena, sd_mount_format(in->arena, out)));
}

void sd_mounts_tmpfs(const struct sd_rule_input *in, struct sd_decision *decision,
                     const struct sd_tmpfs *tmpfs) {
  int64_t size = -1;
  if (!check_allowed(in, decision, tmpfs->given))
    return;
  bool good = check_size(in, decision, tmpfs->given, tmpfs->size, &size);
  good = check_mode(decision, tmpfs->given, tmpfs->mode) && good;
  good = check_flags(in, decision, tmpfs) && good;
  good = check_others(in, decision, tmpfs) && good;
  if (!good)
    return;
  struct sd_tmpfs *out = sd_vec_push(in->arena, &decision->out.tmpfs.v);
  *out = *tmpfs;
  out->size = size;
  if (tmpfs->size == -1)
    sd_changed(decision, "tmpfs-size", size_reason, "--tmpfs=%s",
               sd_text_safe(in->arena, sd_tmpfs_format(in->arena, out)));
}
