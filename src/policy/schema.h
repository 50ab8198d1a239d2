/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of the policy's keys, and how a tree is read by it into struct sd_policy. */
#ifndef SAFE_DOCKER_POLICY_SCHEMA_H
#define SAFE_DOCKER_POLICY_SCHEMA_H

#include "safe-docker/policy/policy.h"

#define SD_POLICY_BUILTIN_NAME "built-in"

/* Whom and what the tree is read for. */
struct sd_policy_reading {
  struct sd_arena *arena;
  const struct sd_policy_caller *caller;
  bool in_override; /* the policy of an override: no version, audit, overrides */
};

/* Where a value stands: its key, or, where that is NULL, its index in a list, and the place of what holds
 * it. NULL is the policy itself. It becomes a text in messages alone. */
struct sd_policy_path {
  const struct sd_policy_path *up;
  const char *key;
  size_t index;
};

struct sd_policy_field;
struct sd_policy_shape {
  const struct sd_policy_field *fields;
  size_t count;
};

/* Checks one value and writes it to `dest`; `path` is for messages. */
typedef bool sd_policy_reader(const struct sd_policy_reading *in,
                              const struct sd_policy_field *field,
                              const struct sd_policy_path *path, const struct sd_json *node,
                              void *dest, struct sd_error *err);
/* Checks a text and gives its canonical form. Messages speak of the value alone: "... is not ...".
 */
typedef bool sd_policy_check(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err);

enum sd_policy_flags {
  SD_POLICY_ROOT_ONLY = 1,   /* no override may hold it */
  SD_POLICY_REQUIRED = 2,    /* of an object in a list: must be given */
  SD_POLICY_TEMPLATE = 4,    /* {user} {uid} {gid} {home} are expanded */
  SD_POLICY_PATTERN = 8,     /* a shell pattern: what is expanded stands for itself */
  SD_POLICY_OPTIONAL = 16,   /* left out of its list where it has no meaning for this caller */
  SD_POLICY_WITH_IMAGE = 32, /* {image} may stand there, too */
};

struct sd_policy_field {
  const char *key;
  sd_policy_reader *read;
  size_t offset; /* of the value in the struct that its object fills */
  unsigned flags;
  int64_t min, max;         /* numbers, sizes, CPUs: the range */
  sd_policy_check *check;   /* texts; NULL: anything printable. Maps: the names */
  const char *const *words; /* enumerations: names in the order of the values; texts: those known.
                               Ends with NULL */
  const struct sd_policy_shape *shape; /* objects, and the items of lists and maps */
  size_t item;                         /* size of an item of a list or map */
};

/* read.c */
sd_policy_reader sd_policy_read_bool, sd_policy_read_count, sd_policy_read_size,
    sd_policy_read_cpus, sd_policy_read_text, sd_policy_read_texts, sd_policy_read_words,
    sd_policy_read_enum, sd_policy_read_access, sd_policy_read_ulimit, sd_policy_read_ulimit_max,
    sd_policy_read_ids, sd_policy_read_ports, sd_policy_read_object, sd_policy_read_list,
    sd_policy_read_map, sd_policy_read_names, sd_policy_read_override, sd_policy_read_overrides,
    sd_policy_read_version, sd_policy_read_ignored;

/* schema.c: the whole policy. */
extern const struct sd_policy_shape sd_policy_root;

/* Reads an object by its shape; keys that are not there leave `dest` as it is. */
bool sd_policy_read_shape(const struct sd_policy_reading *in, const struct sd_policy_shape *shape,
                          const struct sd_policy_path *path, const struct sd_json *node, void *dest,
                          struct sd_error *err) SD_WARN_UNUSED;

/* mistake.c: what is said. */
/* "resources.ulimits.nofile", "mounts.bind[0].source"; "" for NULL. */
const char *sd_policy_path_text(struct sd_arena *arena, const struct sd_policy_path *path);

/* "FILE:LINE:COLUMN: PATH: ...", and false. */
bool sd_policy_fail(struct sd_error *err, const struct sd_json *node,
                    const struct sd_policy_path *path, const char *format, ...) SD_PRINTF(4, 5);

/* The same for a value of another type: "must be WANTED such as EXAMPLE, not a list". */
bool sd_policy_wrong_type(struct sd_error *err, const struct sd_json *node,
                          const struct sd_policy_path *path, const char *wanted);
/* The same, and that the quotes go where `quoted`: in them the value would be right. */
bool sd_policy_wrong_type_quoted(struct sd_error *err, const struct sd_json *node,
                                 const struct sd_policy_path *path, const char *wanted,
                                 bool quoted);

/* values.c: the checks of texts. */
sd_policy_check sd_policy_check_path, sd_policy_check_optional_path, sd_policy_check_pattern,
    sd_policy_check_command, sd_policy_check_capability, sd_policy_check_option,
    sd_policy_check_account, sd_policy_check_context, sd_policy_check_address,
    sd_policy_check_optional_address, sd_policy_check_seccomp, sd_policy_check_apparmor,
    sd_policy_check_sysctl, sd_policy_check_device, sd_policy_check_device_access,
    sd_policy_check_cgroup, sd_policy_check_subnet, sd_policy_check_runtime, sd_policy_check_host,
    sd_policy_check_protect, sd_policy_check_word;

/* True for an absolute path without empty, "." and ".." components and without a final slash but
 * "/". */
bool sd_policy_is_clean_path(const char *text);

/* template.c: expands {user} {uid} {gid} {home}; in a pattern (flags of the field) what comes from the databases is
 * escaped; {image} stays, where it may stand there. *out is NULL where a value is not to be had for this caller (no name, no home or home
 * "/") and *why then says so. Errors: an unknown template, a brace without its other half, a user
 * name that is no file name. */
bool sd_policy_expand(const struct sd_policy_reading *in, const char *text, unsigned flags,
                      const char **out, const char **why, struct sd_error *err) SD_WARN_UNUSED;

/* merge.c: `over` merged over `base` into a new tree (parts are shared). */
struct sd_json *sd_policy_merge(struct sd_arena *arena, struct sd_json *base, struct sd_json *over);
/* `tree` without the member whose value is `member`. */
struct sd_json *sd_policy_without(struct sd_arena *arena, const struct sd_json *tree,
                                  const struct sd_json *member);
/* Merges every override of `tree` that names the caller, and takes the key away. Fails where a group cannot be
 * looked up, and so nobody can say whether an override is for the caller. */
bool sd_policy_apply_overrides(struct sd_arena *arena, const struct sd_json *tree,
                               const struct sd_policy_caller *caller, struct sd_json **out,
                               struct sd_error *err) SD_WARN_UNUSED;

/* load.c: checks every text and merges them over the built-in default; overrides are not applied. *hash: see struct
 * sd_policy. */
bool sd_policy_merge_texts(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                           struct sd_json **tree, const char **hash,
                           struct sd_error *err) SD_WARN_UNUSED;
/* An account like any other, whose groups are not to be asked for. */
extern const struct sd_policy_caller sd_policy_anybody;

/* lint.c: whom an override is for: "user alice, group ml". */
const char *sd_policy_override_name(struct sd_arena *arena, const struct sd_json *entry);

/* cross.c: what concerns several keys of the merged policy, and the defaults of contexts. `tree` is
 * for the positions in messages. */
bool sd_policy_check_whole(const struct sd_policy_reading *in, const struct sd_json *tree,
                           struct sd_policy *policy, struct sd_error *err) SD_WARN_UNUSED;

#endif
