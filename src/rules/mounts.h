/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the mounts area share. */
#ifndef SAFE_DOCKER_RULES_MOUNTS_H
#define SAFE_DOCKER_RULES_MOUNTS_H

#include "safe-docker/rules/rules.h"

/* A path that no bind may name, lie below, or contain. */
struct sd_protected {
  const char *path;
  const char *reason;
  bool pattern; /* of mounts.protect */
};

/* The built-in list, the sockets and the config folder of the policy, and mounts.protect, each as
 * written and as it resolves. */
struct sd_protected_list {
  SD_VEC(struct sd_protected) v;
};
void sd_protected_collect(const struct sd_rule_input *in, struct sd_protected_list *out);
/* The entry that refuses `path` (resolved, or lexically clean where nothing resolves), or NULL. */
const struct sd_protected *sd_protected_find(const struct sd_rule_input *in,
                                             const struct sd_protected_list *list, const char *path,
                                             enum sd_node node);
/* True where `path` is a socket of the policy's daemons, as written or resolved. */
bool sd_protected_is_daemon_socket(const struct sd_rule_input *in, const char *path);

/* A hint for sources that people bind by habit, where there is a better way to what they want; or NULL. */
const char *sd_mounts_better_way(const struct sd_mount *mount);
/* Whether mounts.bind gives what `at` resolved to, for what `mount` wants; else a violation. */
bool sd_mounts_source(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_mount *mount, const struct sd_resolved *at);
/* What the runtime would have to create as root in a bound folder: mount points, and the working
 * directory. */
void sd_mounts_points(const struct sd_rule_input *in, struct sd_decision *decision);

/* One of the mounts of a container, as inspect shows them: of what and where, for reading or not, and how it propagates.
 * False for types that no launch has, and for binds and volumes that do not say of what. */
bool sd_mounts_read(const struct sd_json *json, struct sd_mount *out);
/* A bind that a container has already is judged as a new one would be, and must still be of the same source. */
void sd_mounts_bind_again(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_protected_list *protected_list,
                          const struct sd_mount *mount);

struct sd_mount_list {
  SD_VEC(struct sd_mount) v;
};
/* The mounts that --volumes-from takes over, as they are known by now. Types that are not known are violations. */
void sd_mounts_taken(const struct sd_rule_input *in, struct sd_decision *decision,
                     struct sd_mount_list *out);

void sd_mounts_bind(const struct sd_rule_input *in, struct sd_decision *decision,
                    const struct sd_protected_list *protected_list, const struct sd_mount *mount);
/* Named volumes: why a caller may not use one. */
struct sd_refusal {
  const char *rule, *reason, *hint;
};
/* Whether it is a name, and one that the policy allows. */
bool sd_volume_name(const struct sd_rule_input *in, const char *name, struct sd_refusal *out);
/* Whether a container that exists may have that volume. It holds its volumes from when it is created, so they cannot change
 * any more; but who held up the real CLI before that may have got one of somebody else's by its name. Those that Docker
 * named by chance are the container's own. */
bool sd_volume_is_held_rightly(const struct sd_rule_input *in, struct sd_decision *decision,
                               const char *name);
/* True for names of mounts.volumes.shared, and where the things of callers are not kept apart. */
bool sd_volume_is_shared(const struct sd_rule_input *in, const char *name);
/* Whether the volume is the caller's own, or can become so: a new one is noted in decision->volumes, with `labels`. */
bool sd_volume_own(const struct sd_rule_input *in, struct sd_decision *decision, const char *name,
                   const struct sd_strv *labels, struct sd_refusal *out);

void sd_mounts_volume(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_mount *mount);
void sd_mounts_tmpfs_mount(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_mount *mount);
void sd_mounts_tmpfs(const struct sd_rule_input *in, struct sd_decision *decision,
                     const struct sd_tmpfs *tmpfs);

#endif
