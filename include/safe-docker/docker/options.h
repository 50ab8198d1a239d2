/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the docker CLI, 20.10 to 29.8: one row each. Those of `run` and `create` are in options.def; those of
 * the other commands in command_options.def (docker/commands.h). */
#ifndef SAFE_DOCKER_DOCKER_OPTIONS_H
#define SAFE_DOCKER_DOCKER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "safe-docker/base/row.h"

/* How a value is written and parsed, and which type of field of struct sd_request it fills. */
enum sd_kind {
  SD_KIND_BOOL,     /* struct sd_flag; never takes the next word */
  SD_KIND_INT,      /* struct sd_number: Go base-0 integer */
  SD_KIND_SIZE,     /* struct sd_number: bytes; -1 where the caller wrote -1 */
  SD_KIND_CPUS,     /* struct sd_number: billionths of a CPU */
  SD_KIND_DURATION, /* struct sd_number: nanoseconds */
  SD_KIND_TEXT,     /* struct sd_text: last one wins */
  SD_KIND_LIST,     /* struct sd_texts: accumulates */
  SD_KIND_ENV,      /* sd_request.env */
  SD_KIND_ENV_FILE, /* sd_request.env, entries before those of --env */
  SD_KIND_LABEL,    /* sd_request.labels */
  SD_KIND_LABEL_FILE,
  SD_KIND_MOUNT,    /* sd_request.mounts */
  SD_KIND_VOLUME,   /* sd_request.mounts */
  SD_KIND_TMPFS,    /* sd_request.tmpfs */
  SD_KIND_NETWORK,  /* sd_request.networks */
  SD_KIND_PORT,     /* sd_request.ports */
  SD_KIND_SECURITY, /* sd_request.security */
  SD_KIND_ULIMIT,   /* sd_request.ulimits */
  SD_KIND_DEVICE,   /* sd_request.devices */
};

/* What is done with an option that the caller gave. */
enum sd_disposition {
  SD_PASS,  /* arrives unchanged, in our spelling of the parsed value */
  SD_CHECK, /* a rule judges it; one that no rule claims is denied */
  SD_DENY, /* refused, unless the row says SD_OPTION_POLICY and the policy's options.allow names it */
  SD_DENY_TRUE, /* booleans: as SD_DENY when true; false is what holds anyway and is dropped */
};

enum sd_option_flags {
  SD_OPTION_RUN = 1,       /* `run` only */
  SD_OPTION_HIDDEN = 2,    /* not in --help of a CLI that talks to a Linux daemon */
  SD_OPTION_POLICY = 4,    /* options.allow may name it */
  SD_OPTION_STUB = 8,      /* hidden, deprecated and without effect in newer versions */
  SD_OPTION_UNSIGNED = 32, /* INT: no sign, and at most 65535 */
  SD_OPTION_NO_EMPTY = 64, /* TEXT: an empty value is the same as none */
  SD_OPTION_SHORT = 16, /* goes out by its shorthand, the one spelling that no version warns of */
};

/* First Docker version that has it, as major * 100 + minor. */
#define SD_SINCE_20_10 2010
#define SD_SINCE_23 2300
#define SD_SINCE_25 2500
#define SD_SINCE_28_2 2802

enum sd_option_id {
#define SD_OPTION(id, name, shorthand, kind, field, disposition, since, flags, rule, reason, hint) \
  SD_OPT_##id,
#include "safe-docker/docker/options.def"
#undef SD_OPTION
  SD_OPT_COUNT
};

/* Its texts lie in it: see base/row.h. */
struct sd_option {
  enum sd_option_id id;
  char name[32];
  char shorthand; /* 0: none */
  enum sd_kind kind;
  size_t field; /* offset in struct sd_request */
  enum sd_disposition disposition;
  int since;
  unsigned flags;
  char rule[24]; /* DENY, DENY_TRUE: rule name, reason and hint of the violation; else "" */
  char reason[96];
  char hint[104];
};

#define SD_OPTION_FITS(its_name, its_rule, its_reason, its_hint)                                   \
  SD_ROW_FITS(struct sd_option, name, its_name);                                                   \
  SD_ROW_FITS(struct sd_option, rule, its_rule);                                                   \
  SD_ROW_FITS(struct sd_option, reason, its_reason);                                               \
  SD_ROW_FITS(struct sd_option, hint, its_hint);

/* Rows in order of name. */
extern const struct sd_option sd_options[SD_OPT_COUNT];

/* In any table of rows: by long name (of `len` bytes), by shorthand, or NULL. */
const struct sd_option *sd_option_find(const struct sd_option *rows, size_t count, const char *name,
                                       size_t len);
const struct sd_option *sd_option_find_shorthand(const struct sd_option *rows, size_t count,
                                                 char shorthand);
/* The nearest long name of the table, or NULL. */
const char *sd_option_find_nearest(const struct sd_option *rows, size_t count, const char *name);

/* The same for run and create. */
const struct sd_option *sd_option_by_name(const char *name, size_t len);
const struct sd_option *sd_option_by_shorthand(char shorthand);
const char *sd_option_nearest(const char *name);

#endif
