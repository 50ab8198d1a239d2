/* SPDX-License-Identifier: Apache-2.0 */
/* The policy model: what safe-docker-policy(5) describes, typed, for one caller. */
#ifndef SAFE_DOCKER_POLICY_POLICY_H
#define SAFE_DOCKER_POLICY_POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"
#include "safe-docker/sys/identity.h"

enum sd_isolation { SD_ISOLATION_OWNER, SD_ISOLATION_SHARED };
enum sd_user_mode { SD_USER_CALLER, SD_USER_NON_ROOT, SD_USER_ANY };
enum sd_read_only { SD_READ_ONLY_ALLOW, SD_READ_ONLY_DEFAULT, SD_READ_ONLY_REQUIRE };
enum sd_caller_profiles { SD_PROFILES_DENY, SD_PROFILES_STRICTER };
/* In images.verify.command: what is to be approved. */
#define SD_POLICY_IMAGE_TEMPLATE "{image}"

enum sd_credentials { SD_CREDENTIALS_POLICY, SD_CREDENTIALS_CALLER };
enum sd_machine { SD_MACHINE_AUTO, SD_MACHINE_THIS, SD_MACHINE_OTHER };
enum sd_apparmor_mode { SD_APPARMOR_AUTO, SD_APPARMOR_REQUIRE, SD_APPARMOR_OFF };

struct sd_tls {
  const char *ca, *cert, *key;
}; /* "" : none */
struct sd_endpoint {
  const char *name; /* of a context; "" for docker.host */
  const char *host;
  struct sd_tls tls;
  const char *run_as; /* "caller", "root" or an account */
  enum sd_machine machine;
};
struct sd_limit {
  int64_t value, max;
}; /* value: the default that is injected. Bytes, nano CPUs or a count */
struct sd_ulimit_policy {
  const char *name;
  int64_t soft, hard, max;
};
struct sd_bind_policy {
  const char *source;
  bool writable;
};
struct sd_device_policy {
  const char *path;
  const char *access;
}; /* access: subset of "rwm" */

struct sd_policy {
  struct {
    const char *path;
    const char *config_dir;
    struct sd_endpoint endpoint;
    SD_VEC(struct sd_endpoint) contexts;
    bool annotations; /* the CLI and the daemon know --annotation (API 1.43) */
  } docker;
  struct sd_strv commands; /* canonical command paths: "run", "container prune" */
  enum sd_isolation isolation;
  struct {
    struct sd_strv defaults, allow;
  } capabilities; /* "NET_BIND_SERVICE": upper case, no CAP_ */
  struct {
    struct sd_limit memory, cpus, pids, shm_size, tmpfs_size;
    int64_t swap_max; /* bytes on top of memory */
    SD_VEC(struct sd_ulimit_policy) ulimits;
    const char *cgroup_parent; /* "": none */
  } resources;
  struct {
    enum sd_user_mode mode;
    uid_t fallback_uid;
    gid_t fallback_gid;
  } user;
  struct {
    SD_VEC(struct sd_bind_policy) bind;
    struct sd_strv protect;
    struct sd_strv volumes;        /* patterns of names */
    struct sd_strv shared_volumes; /* patterns of names: these are nobody's own */
    bool tmpfs;
  } mounts;
  struct {
    struct sd_strv allow;
    struct sd_strv addresses;    /* canonical text */
    const char *default_address; /* "": none is injected */
    unsigned port_first, port_last;
    bool publish_all;
    struct sd_strv subnets; /* canonical: where networks of callers may lie */
  } network;
  struct {
    struct sd_strv allow;
    struct sd_strv own; /* patterns of names that the caller may give and take away */
    enum sd_credentials credentials;
    struct sd_strv local; /* patterns of names that are given on this host, by the administrator */
    bool require_digest, content_trust;
    const char *pull;
    struct {
      struct sd_strv
          command;     /* words; SD_POLICY_IMAGE_TEMPLATE stands for name@digest; empty: none */
      int64_t timeout; /* seconds */
    } verify;
  } images;
  enum sd_read_only read_only;
  struct {
    const char *profile;
    enum sd_caller_profiles caller_profiles;
  } seccomp;
  struct {
    const char *profile;
    enum sd_apparmor_mode mode;
    struct sd_strv allow;
  } apparmor;
  struct {
    struct sd_strv allow;
    int64_t max_retries;
  } restart;
  struct sd_strv log_drivers;
  struct sd_strv sysctls;
  SD_VEC(struct sd_device_policy) devices;
  struct sd_strv runtimes;
  struct sd_strv options;
  struct {
    bool syslog;
    const char *file;
    bool required;
    bool required_by_admin;
  } audit;
  /* required_by_admin: a policy file says required, not only the built-in default */

  const char *
      hash; /* SHA-256 in hex over the files that were read, in order: of one file what sha256sum(1)
                        * says of it; of none that of the built-in text */
  const char *sources; /* "built-in", or the files, separated by ", " */
  struct sd_json *
      effective; /* the merged tree, overrides applied, templates still in place; nodes know their origin */
};

/* Whom the policy is for. Texts for templates come from the passwd database. */
struct sd_policy_caller {
  uid_t uid;
  gid_t gid;
  const char *user;
  const char *home;
  /* All of the caller's groups; asked for only where a rule or an override needs them. */
  const struct sd_gids *(*groups)(void *context);
  void *context;
  /* Names of groups of theirs that the host need not have, for who is only imagined; NULL: none. */
  const struct sd_strv *group_names;
};

/* Whether the daemon runs on this host: only then do its paths, devices and kernel mean what they mean here. By `auto`,
 * where it is reached by a unix socket. */
bool sd_endpoint_is_here(const struct sd_endpoint *endpoint);

/* fnmatch where `/` is matched by `**` alone. Templates are already expanded in policy texts. */
bool sd_policy_matches(const char *pattern, const char *text);
bool sd_policy_matches_any(const struct sd_strv *patterns, const char *text);

/* One text to merge; `name` is for messages. */
struct sd_policy_text {
  const char *name;
  const char *text;
  size_t len;
};

/* Merges `texts` over the built-in default, applies the caller's overrides, checks every key, type, range
 * and reference, expands templates. Pure but for user and group lookups. Errors: "FILE:LINE:COLUMN: ...". */
bool sd_policy_load(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                    const struct sd_policy_caller *caller, struct sd_policy *out,
                    struct sd_error *err) SD_WARN_UNUSED;

/* The embedded profiles/policy/default.json. */
struct sd_policy_text sd_policy_builtin(void);
/* What sd_json_read makes of it, made at build time. */
struct sd_json *sd_policy_builtin_tree(struct sd_arena *arena);

/* `policy show`: {"policy": the effective tree, "origin": {"resources.memory.max": "FILE:LINE:COLUMN"},
 * "sources": [...], "hash": "..."}; pretty-printed, with a final newline. */
const char *sd_policy_show(struct sd_arena *arena, const struct sd_policy *policy,
                           const struct sd_policy_caller *caller);

#endif
