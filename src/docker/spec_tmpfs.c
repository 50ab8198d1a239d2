/* SPDX-License-Identifier: Apache-2.0 */
/* --tmpfs.
 *
 * MUST: know every option that the kernel would act on; a second size, or one in blocks, would undo
 * a limit. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

/* Of a class one flag may stand: the last would win over those before it. */
struct tmpfs_flag {
  const char *name;
  const char *class;
};

/* The flags of mount(8) that the daemon knows (moby/sys/mount). */
static const struct tmpfs_flag flags[] = {
    {"async", "sync"},
    {"atime", "atime"},
    {"bind", "bind"},
    {"defaults", "defaults"},
    {"dev", "dev"},
    {"diratime", "diratime"},
    {"dirsync", "dirsync"},
    {"exec", "exec"},
    {"mand", "mand"},
    {"noatime", "atime"},
    {"nodev", "dev"},
    {"nodiratime", "diratime"},
    {"noexec", "exec"},
    {"nomand", "mand"},
    {"norelatime", "relatime"},
    {"nostrictatime", "strictatime"},
    {"nosuid", "suid"},
    {"private", "propagation"},
    {"rbind", "bind"},
    {"relatime", "relatime"},
    {"remount", "remount"},
    {"ro", "ro"},
    {"rprivate", "propagation"},
    {"rshared", "propagation"},
    {"rslave", "propagation"},
    {"runbindable", "propagation"},
    {"rw", "ro"},
    {"shared", "propagation"},
    {"slave", "propagation"},
    {"strictatime", "strictatime"},
    {"suid", "suid"},
    {"sync", "sync"},
    {"unbindable", "propagation"},
};

typedef bool set_key(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                     const char *value, struct sd_error *err);

struct tmpfs_key {
  const char *name;
  set_key *set;
};

/* Digits and one of k, m and g, as both the kernel and Docker read them; the kernel takes a leading
 * 0 for octal. */
static bool read_amount(const char *key, const char *value, int64_t *out, struct sd_error *err) {
  size_t digits = strspn(value, SD_SPEC_DIGITS);
  size_t letters = strspn(value + digits, "kKmMgG");
  struct sd_error inner;
  sd_error_init(&inner, err->arena);
  if (digits == 0 || letters > 1 || value[digits + letters] != '\0' ||
      (value[0] == '0' && value[1] != '\0'))
    return sd_fail_rule(err, NULL, "write digits and at most one of k, m and g: size=64m",
                        "%s '%s' is not an amount", key, sd_text_safe(err->arena, value));
  if (!sd_number_size(value, out, &inner))
    return sd_spec_fail_in(key, &inner, err);
  return true;
}

static bool set_size(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                     const char *value, struct sd_error *err) {
  (void)arena;
  return read_amount(key, value, &tmpfs->size, err);
}

static bool set_nr_inodes(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                          const char *value, struct sd_error *err) {
  (void)arena;
  return read_amount(key, value, &tmpfs->nr_inodes, err);
}

static bool set_mode(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                     const char *value, struct sd_error *err) {
  struct sd_error inner;
  uint64_t mode = 0;
  sd_error_init(&inner, arena);
  if (!sd_number_octal(value, 07777, &mode, &inner))
    return sd_spec_fail_in(key, &inner, err);
  tmpfs->mode = (int64_t)mode;
  return true;
}

static bool add_other(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                      const char *value, struct sd_error *err) {
  (void)err;
  sd_strv_add(&tmpfs->others, arena, sd_arena_printf(arena, "%s=%s", key, value));
  return true;
}

static bool add_id(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                   const char *value, struct sd_error *err) {
  struct sd_error inner;
  uint64_t id = 0;
  sd_error_init(&inner, arena);
  if (!sd_number_decimal(value, 0, INT32_MAX, &id, &inner))
    return sd_spec_fail_in(key, &inner, err);
  return add_other(arena, tmpfs, key, value, err);
}

static bool add_blocks(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                       const char *value, struct sd_error *err) {
  int64_t ignored = 0;
  return read_amount(key, value, &ignored, err) && add_other(arena, tmpfs, key, value, err);
}

static bool add_mpol(struct sd_arena *arena, struct sd_tmpfs *tmpfs, const char *key,
                     const char *value, struct sd_error *err) {
  if (sd_spec_consists_of(value, SD_SPEC_LOWER SD_SPEC_DIGITS ":=-"))
    return add_other(arena, tmpfs, key, value, err);
  return sd_fail(err, "mpol '%s' is not a memory policy", sd_text_safe(err->arena, value));
}

/* What the daemon lets through for tmpfs; other keys it refuses. */
static const struct tmpfs_key keys[] = {
    {"gid", add_id},           {"mode", set_mode},           {"mpol", add_mpol},
    {"nr_blocks", add_blocks}, {"nr_inodes", set_nr_inodes}, {"size", set_size},
    {"uid", add_id},
};

/* What no policy refuses. */
static const char useful[] =
    "use size=SIZE, mode=MODE, nr_inodes=N, uid=N, gid=N, ro, rw, exec, noexec, nodev or nosuid";

/* A word is taken once, whether it is a flag of a class or a key. */
static bool take(struct sd_arena *arena, struct sd_strv *seen, const char *class, const char *word,
                 struct sd_error *err) {
  if (sd_strv_contains(seen, class))
    return sd_fail_rule(err, NULL, "give one of a kind",
                        "'%s' repeats or contradicts an option before it", word);
  sd_strv_add(seen, arena, class);
  return true;
}

static bool parse_flag(struct sd_arena *arena, const char *word, struct sd_strv *seen,
                       struct sd_tmpfs *tmpfs, struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(flags);
  table.useful = useful;
  size_t index = sd_spec_find(&table, word);
  if (index == table.count)
    return sd_spec_unknown(&table, "tmpfs option", word, err);
  if (!take(arena, seen, flags[index].class, word, err))
    return false;
  sd_strv_add(&tmpfs->flags, arena, flags[index].name);
  return true;
}

static bool parse_option(struct sd_arena *arena, const char *word, struct sd_strv *seen,
                         struct sd_tmpfs *tmpfs, struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(keys);
  table.useful = useful;
  const char *name = NULL;
  const char *value = NULL;
  if (*word == '\0')
    return sd_fail_rule(err, NULL, "leave the extra comma out",
                        "an option between commas is empty");
  if (!sd_spec_cut(arena, word, '=', &name, &value))
    return parse_flag(arena, word, seen, tmpfs, err);
  size_t index = sd_spec_find(&table, name);
  if (index == table.count)
    return sd_spec_unknown(&table, "tmpfs option", name, err);
  return take(arena, seen, keys[index].name, name, err) &&
         keys[index].set(arena, tmpfs, name, value, err);
}

bool sd_tmpfs_parse(struct sd_arena *arena, const char *text, struct sd_tmpfs *out,
                    struct sd_error *err) {
  struct sd_tmpfs tmpfs = {.size = -1, .mode = -1, .nr_inodes = -1};
  struct sd_strv words = {0};
  struct sd_strv seen = {0};
  const char *target = NULL;
  const char *options = NULL;
  if (!sd_spec_check(text, err))
    return false;
  if (sd_spec_cut(arena, text, ':', &target, &options) && *options != '\0')
    sd_spec_split(arena, options, ',', &words);
  if (!sd_spec_target(arena, target, &tmpfs.target, err))
    return false;
  for (size_t i = 0; i < words.v.len; i++)
    if (!parse_option(arena, words.v.items[i], &seen, &tmpfs, err))
      return false;
  *out = tmpfs;
  return true;
}

const char *sd_tmpfs_format(struct sd_arena *arena, const struct sd_tmpfs *tmpfs) {
  struct sd_strv words = {0};
  for (size_t i = 0; i < tmpfs->flags.v.len; i++)
    sd_strv_add(&words, arena, tmpfs->flags.v.items[i]);
  if (tmpfs->size != -1)
    sd_strv_add(&words, arena, sd_arena_printf(arena, "size=%lld", (long long)tmpfs->size));
  if (tmpfs->mode != -1)
    sd_strv_add(&words, arena,
                sd_arena_printf(arena, "mode=%llo", (unsigned long long)tmpfs->mode));
  if (tmpfs->nr_inodes != -1)
    sd_strv_add(&words, arena,
                sd_arena_printf(arena, "nr_inodes=%lld", (long long)tmpfs->nr_inodes));
  for (size_t i = 0; i < tmpfs->others.v.len; i++)
    sd_strv_add(&words, arena, tmpfs->others.v.items[i]);
  return sd_arena_printf(arena, "%s%s%s", tmpfs->target, words.v.len > 0 ? ":" : "",
                         sd_strv_join(&words, arena, ","));
}
