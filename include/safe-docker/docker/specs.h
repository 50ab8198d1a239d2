/* SPDX-License-Identifier: Apache-2.0 */
/* Values with an inner grammar, parsed to what they mean. No policy here: what is well-formed parses,
 * whatever it would do. Every parser takes the caller's text, fills *out only on success, keeps texts on
 * the arena, and refuses what the CLIs 20.10, 28 and 29 read differently, unknown keys, repeated keys,
 * text that is not printable UTF-8, and what the table of keys does not know (with the nearest known one
 * as the hint). Relative paths stay relative; container paths come out cleaned ("/a/../b" is "/b"). */
#ifndef SAFE_DOCKER_DOCKER_SPECS_H
#define SAFE_DOCKER_DOCKER_SPECS_H

#include <stdbool.h>
#include <stdint.h>

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

struct sd_given; /* docker/request.h: what the caller wrote */

/* -- mounts: --mount (quoted CSV) and --volume (source:target:options) ------------------------- */
enum sd_mount_kind { SD_MOUNT_BIND, SD_MOUNT_VOLUME, SD_MOUNT_TMPFS };
enum sd_tristate { SD_UNSET, SD_FALSE, SD_TRUE };

struct sd_mount {
  enum sd_mount_kind kind;
  bool short_form; /* --volume: a missing bind source would be created by the daemon */
  const char *
      source; /* bind: path as written ("/a", "./a", "~" is not special); volume: name; NULL: anonymous */
  const char *target; /* absolute, cleaned */
  bool read_only;
  const char *propagation; /* "rprivate", "shared", ...; NULL: not given */
  const char *
      recursive; /* bind-recursive: "enabled", "disabled", "writable", "readonly"; NULL: not given */
  enum sd_tristate nonrecursive; /* bind-nonrecursive */
  bool create_source;            /* bind-create-src */
  const char *consistency;       /* no effect on Linux; NULL: not given */
  const char *selinux;           /* "z" or "Z" of --volume; NULL: not given */
  bool nocopy;
  const char *subpath;        /* volume-subpath; NULL: not given */
  const char *driver;         /* volume-driver; NULL: not given */
  struct sd_strv driver_opts; /* volume-opt, "key=value" */
  struct sd_strv labels;      /* volume-label, "key=value" */
  int64_t tmpfs_size;         /* bytes; -1: not given */
  int64_t tmpfs_mode;         /* file mode; -1: not given */
  const struct sd_given *given;
};
bool sd_mount_parse(struct sd_arena *arena, const char *text, struct sd_mount *out,
                    struct sd_error *err) SD_WARN_UNUSED;
bool sd_volume_parse(struct sd_arena *arena, const char *text, struct sd_mount *out,
                     struct sd_error *err) SD_WARN_UNUSED;
/* Canonical value of --mount (quoted CSV, keys: type, source, target, readonly, bind-propagation, ...). */
const char *sd_mount_format(struct sd_arena *arena, const struct sd_mount *mount);
/* Canonical value of --volume for named and anonymous volumes ("name:/t:ro,nocopy", "/t"). */
const char *sd_volume_format(struct sd_arena *arena, const struct sd_mount *mount);

/* -- --tmpfs target[:options] ------------------------------------------------------------------ */
struct sd_tmpfs {
  const char *target;   /* absolute, cleaned */
  int64_t size;         /* bytes; -1: not given */
  int64_t mode;         /* -1: not given */
  int64_t nr_inodes;    /* -1: not given */
  struct sd_strv flags; /* the options without value, in order: "rw", "noexec", "suid", ... */
  struct sd_strv
      others; /* "uid=1", "gid=1", and any other key=value that mount(8) knows for tmpfs */
  const struct sd_given *given;
};
bool sd_tmpfs_parse(struct sd_arena *arena, const char *text, struct sd_tmpfs *out,
                    struct sd_error *err) SD_WARN_UNUSED;
const char *sd_tmpfs_format(struct sd_arena *arena, const struct sd_tmpfs *tmpfs);

/* -- --network: plain, or name=...,alias=...,driver-opt=...,ip=... ----------------------------- */
struct sd_network {
  const char *name; /* lower-cased in the long form, as the CLI does */
  bool long_form;
  struct sd_strv aliases;
  struct sd_strv driver_opts;
  const char *ip, *ip6, *mac; /* NULL: not given */
  struct sd_strv link_local_ips;
  const char *gw_priority; /* NULL: not given */
  const struct sd_given *given;
};
bool sd_network_parse(struct sd_arena *arena, const char *text, struct sd_network *out,
                      struct sd_error *err) SD_WARN_UNUSED;

/* -- --publish: ip:host:container/proto, ranges, [v6], or published=,target=,protocol=,mode= --- */
struct sd_port {
  const char *ip; /* canonical text of the address without brackets; NULL: not given */
  unsigned host_first, host_last; /* 0, 0: not given (any free port) */
  unsigned first, last;           /* container ports */
  const char *protocol;           /* "tcp", "udp", "sctp" */
  const struct sd_given *given;
};
bool sd_port_parse(struct sd_arena *arena, const char *text, struct sd_port *out,
                   struct sd_error *err) SD_WARN_UNUSED;
/* Canonical value of --publish: "127.0.0.1:8080:80/tcp", "[::1]:8080:80/tcp", "127.0.0.1::80/tcp". */
const char *sd_port_format(struct sd_arena *arena, const struct sd_port *port);
/* --expose PORT[-PORT][/PROTO]: fills first, last and protocol; host_* stay 0. */
bool sd_expose_parse(struct sd_arena *arena, const char *text, struct sd_port *out,
                     struct sd_error *err) SD_WARN_UNUSED;
const char *sd_expose_format(struct sd_arena *arena, const struct sd_port *port);

/* -- --security-opt: key=value and key:value, as the CLI and the daemon split them ------------- */
enum sd_security_key {
  SD_SECURITY_SECCOMP,
  SD_SECURITY_APPARMOR,
  SD_SECURITY_NO_NEW_PRIVILEGES,
  SD_SECURITY_LABEL,
  SD_SECURITY_SYSTEMPATHS,
  SD_SECURITY_CREDENTIALSPEC,
  SD_SECURITY_WRITABLE_CGROUPS,
};
struct sd_security {
  enum sd_security_key key;
  const char *value; /* "" for a bare no-new-privileges, which means true */
  bool enabled;      /* no-new-privileges, writable-cgroups: the boolean meant */
  const struct sd_given *given;
};
bool sd_security_parse(struct sd_arena *arena, const char *text, struct sd_security *out,
                       struct sd_error *err) SD_WARN_UNUSED;

/* -- --ulimit name=soft[:hard] ----------------------------------------------------------------- */
struct sd_ulimit {
  const char *name;   /* one of the names Docker knows: nofile, nproc, core, ... */
  int64_t soft, hard; /* -1: unlimited; hard equals soft where it was not given */
  const struct sd_given *given;
};
bool sd_ulimit_parse(struct sd_arena *arena, const char *text, struct sd_ulimit *out,
                     struct sd_error *err) SD_WARN_UNUSED;
const char *sd_ulimit_format(struct sd_arena *arena, const struct sd_ulimit *ulimit);

/* -- --device host[:container[:rwm]] and CDI names vendor.com/class=name ----------------------- */
struct sd_device {
  bool cdi;
  const char *path;        /* host path, cleaned, or the CDI name */
  const char *target;      /* container path; the host path where not given */
  const char *permissions; /* subset of "rwm" in that order; NULL: not given (Docker takes "rwm") */
  const struct sd_given *given;
};
bool sd_device_parse(struct sd_arena *arena, const char *text, struct sd_device *out,
                     struct sd_error *err) SD_WARN_UNUSED;
const char *sd_device_format(struct sd_arena *arena, const struct sd_device *device);

/* -- --gpus all|N|CSV of count, device, capabilities, driver ------------------------------------ */
#define SD_GPUS_ALL (-1)
struct sd_gpus {
  int64_t count;               /* SD_GPUS_ALL, or the first so many; 0: those of `devices` */
  struct sd_strv devices;      /* "0", "0:1", "GPU-...", "MIG-...", "all" */
  struct sd_strv capabilities; /* of the driver: "compute", "utility" ... */
  bool nvidia;                 /* driver=nvidia, the only one, was written */
};
bool sd_gpus_parse(struct sd_arena *arena, const char *text, struct sd_gpus *out,
                   struct sd_error *err) SD_WARN_UNUSED;
const char *sd_gpus_format(struct sd_arena *arena, const struct sd_gpus *gpus);

/* -- --restart no|always|unless-stopped|on-failure[:N] ----------------------------------------- */
struct sd_restart {
  const char *policy;  /* "no" for an empty text */
  int64_t max_retries; /* -1: not given */
};
bool sd_restart_parse(struct sd_arena *arena, const char *text, struct sd_restart *out,
                      struct sd_error *err) SD_WARN_UNUSED;

/* -- --user name|uid[:group|gid] --------------------------------------------------------------- */
struct sd_user_spec {
  const char *user, *group; /* as written; group NULL: not given */
  bool user_numeric, group_numeric;
  uint32_t uid, gid; /* where numeric; plain decimal only ("+0", "00", "0x0" are errors) */
};
bool sd_user_parse(struct sd_arena *arena, const char *text, struct sd_user_spec *out,
                   struct sd_error *err) SD_WARN_UNUSED;

/* -- --add-host name:ip | name=ip | name:host-gateway ------------------------------------------ */
struct sd_extra_host {
  const char *name;
  const char *address;
};
bool sd_extra_host_parse(struct sd_arena *arena, const char *text, struct sd_extra_host *out,
                         struct sd_error *err) SD_WARN_UNUSED;
/* An IPv4 or IPv6 address in canonical text. */
bool sd_ip_parse(struct sd_arena *arena, const char *text, const char **out,
                 struct sd_error *err) SD_WARN_UNUSED;

/* A subnet such as 10.20.0.0/16. */
struct sd_subnet {
  const char *text; /* canonical */
  bool v6;
  unsigned bits;
  unsigned char address[16];
};
bool sd_subnet_parse(struct sd_arena *arena, const char *text, struct sd_subnet *out,
                     struct sd_error *err) SD_WARN_UNUSED;
bool sd_subnet_within(const struct sd_subnet *inner, const struct sd_subnet *outer);

/* -- environment and label files, in Docker's format ------------------------------------------- */
struct sd_pair {
  const char *name;
  const char *value; /* NULL: a bare name (value from the caller's environment, or unset) */
};
struct sd_pairs {
  SD_VEC(struct sd_pair) v;
};
/* The lines of an --env-file or --label-file (docker/cli kvfile: left blanks trimmed, '#' comments, empty
 * lines, BOM on the first line, no blank in a name, lines of at most 64 KiB, UTF-8). Messages name the
 * line by number and never show its text: the file may be one that the caller cannot read. */
bool sd_pairs_parse_file(struct sd_arena *arena, const char *name, const char *text, size_t len,
                         struct sd_pairs *out, struct sd_error *err) SD_WARN_UNUSED;
/* NAME=VALUE or NAME. */
bool sd_pair_parse(struct sd_arena *arena, const char *text, struct sd_pair *out,
                   struct sd_error *err) SD_WARN_UNUSED;
/* True where the pair can stand in such a file and is read back as it is. */
bool sd_pair_fits_file(const struct sd_pair *pair);

/* -- image references, normalised as github.com/distribution/reference does -------------------- */
struct sd_image {
  const char *given; /* as written */
  bool is_id;        /* 64 hex digits, or sha256: and 64 hex digits: an image id, no name */
  bool
      maybe_id; /* hex digits only, without tag and digest: the daemon may take it as the start of an id */
  const char *name;   /* "docker.io/library/alpine"; NULL for ids */
  const char *tag;    /* NULL: not given */
  const char *digest; /* "sha256:..."; NULL: not given */
  const char
      *canonical; /* name[:tag][@digest], tag "latest" where neither was given; for ids the id */
};
bool sd_image_parse(struct sd_arena *arena, const char *text, struct sd_image *out,
                    struct sd_error *err) SD_WARN_UNUSED;

/* An absolute container or host path, lexically cleaned as Go's path.Clean; error when not absolute. */
bool sd_path_clean(struct sd_arena *arena, const char *text, const char **out,
                   struct sd_error *err) SD_WARN_UNUSED;
/* True where `path` is `parent` or below it, by component. Both absolute and clean. */
bool sd_path_within(const char *path, const char *parent);

#endif
