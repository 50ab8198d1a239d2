/* SPDX-License-Identifier: Apache-2.0 */
/* What a dockerd is told: by its command line and by daemon.json. Pure: all of it is in the facts. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_DAEMON_SETTINGS_H
#define SAFE_DOCKER_OWN_DOCTOR_DAEMON_SETTINGS_H

#include "daemon_keys.h"
#include "facts_daemon.h"

#define DAEMON_CONFIG "/etc/docker/daemon.json"
#define DAEMON_MASKED '*' /* stands for a byte of a secret; what has one is not written anywhere */

struct daemon_setting {
  const struct daemon_key *key;
  struct sd_strv flags;        /* values on the command line, "true" of one without a value */
  const struct sd_json *value; /* in the file; NULL: not there, or null */
};

struct daemon_settings {
  struct sd_arena *arena;
  const char *config;         /* path of daemon.json */
  enum fact_truth file;       /* YES: it was read, or is not there; NO: dockerd cannot read it */
  const char *problem;        /* where NO: "PATH:1:2: ..." */
  const struct sd_json *root; /* NULL: there is none, or it was not read */
  bool argv_known;
  struct sd_strv odd;                /* options on the command line that are not in the table */
  SD_VEC(struct daemon_setting) all; /* one a key, in the order of the table */
};

/* What `argv` says alone: config and flags. */
void daemon_settings_of_argv(struct sd_arena *arena, const struct fact_texts *argv,
                             const char *config, struct daemon_settings *out);
/* The same, with the text of the file. */
void daemon_settings_read(struct sd_arena *arena, const struct facts_dockerd *dockerd,
                          struct daemon_settings *out);
/* The text of daemon.json as a tree; NULL for one that is empty. False: `err` says where it is wrong. */
bool daemon_settings_parse(struct sd_arena *arena, const char *path, const char *text, size_t len,
                           const struct sd_json **out, struct sd_error *err) SD_WARN_UNUSED;

/* The setting of a key of the table. */
const struct daemon_setting *daemon_setting(const struct daemon_settings *settings,
                                            const char *key);
bool daemon_setting_given(const struct daemon_settings *settings, const char *key);
/* Whether everything that could name the key was seen; else what it is, is not known. */
bool daemon_setting_known(const struct daemon_settings *settings, const char *key);
/* UNKNOWN where it is not known, or is no truth. */
enum fact_truth daemon_setting_truth(const struct daemon_settings *settings, const char *key,
                                     bool fallback);
/* `fallback` where it is not given or is no text; NULL where it is not known. */
const char *daemon_setting_text(const struct daemon_settings *settings, const char *key,
                                const char *fallback);
/* The texts of a list; false where it is not known. */
bool daemon_setting_texts(const struct daemon_settings *settings, const char *key,
                          struct sd_strv *out);
/* The text that `name` has in a map ("max-size" in log-opts); NULL: none. */
const char *daemon_setting_entry(const struct daemon_settings *settings, const char *key,
                                 const char *name);
/* Where it comes from, in words: "by daemon.json", "by the option --icc", "by default". */
const char *daemon_setting_source(const struct daemon_settings *settings, const char *key);

#endif
