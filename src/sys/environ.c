/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: let nothing through that chooses a daemon, a configuration, a program or a file: the real
 * CLI runs with the rights of the socket's group. */
#include "safe-docker/sys/environ.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "safe-docker/base/text.h"

#define VALUE_MAX 128

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

struct passed {
  const char *name;
  const char *marks; /* characters allowed besides letters and digits */
};

#define TERMINAL 2 /* TERM and LANG */

static const struct passed passed[] = {
    {"TERM", "+-._"},
    {"LANG", "-._@"},
    {"LC_ALL", "-._@"},
    {"LC_ADDRESS", "-._@"},
    {"LC_COLLATE", "-._@"},
    {"LC_CTYPE", "-._@"},
    {"LC_IDENTIFICATION", "-._@"},
    {"LC_MEASUREMENT", "-._@"},
    {"LC_MESSAGES", "-._@"},
    {"LC_MONETARY", "-._@"},
    {"LC_NAME", "-._@"},
    {"LC_NUMERIC", "-._@"},
    {"LC_PAPER", "-._@"},
    {"LC_TELEPHONE", "-._@"},
    {"LC_TIME", "-._@"},
    {"TZ", "+-_/,.:<>"},
    {"NO_COLOR", ""},
    {"COLUMNS", ""},
};

const char *sd_environ_get(const char *name) {
  return getenv(name);
}

bool sd_environ_is_secure(void) {
  return getauxval(AT_SECURE) != 0;
}

/* TZ may name a file: only a zone name below the system's folder is one that we want read. */
static bool is_plain(const struct passed *row, const char *value) {
  size_t len = strlen(value);
  if (len > VALUE_MAX || value[0] == '/' || value[0] == ':' || strstr(value, "..") != NULL)
    return false;
  for (size_t i = 0; i < len; i++)
    if (strchr(letters, value[i]) == NULL && strchr(row->marks, value[i]) == NULL)
      return false;
  return true;
}

/* The first `count` of them. */
static void add_passed(struct sd_arena *arena, size_t count, struct sd_strv *out) {
  for (size_t i = 0; i < count; i++) {
    const char *value = sd_environ_get(passed[i].name);
    if (value != NULL && is_plain(&passed[i], value))
      sd_strv_add(out, arena, sd_arena_printf(arena, "%s=%s", passed[i].name, value));
  }
}

void sd_environ_build(struct sd_arena *arena, const char *config_dir, struct sd_strv *out) {
  sd_strv_add(out, arena, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  sd_environ_build_alone(arena, config_dir, out);
}

void sd_environ_build_alone(struct sd_arena *arena, const char *config_dir, struct sd_strv *out) {
  sd_strv_add(out, arena, sd_arena_printf(arena, "HOME=%s", config_dir));
  sd_strv_add(out, arena, sd_arena_printf(arena, "DOCKER_CONFIG=%s", config_dir));
  sd_strv_add(out, arena, "TMPDIR=" SD_ENVIRON_NOWHERE);
  add_passed(arena, sizeof(passed) / sizeof(passed[0]), out);
}

void sd_environ_put_first(struct sd_arena *arena, const char *folder, struct sd_strv *out) {
  static const char name[] = "PATH=";
  for (size_t i = 0; i < out->v.len; i++)
    if (sd_text_starts_with(out->v.items[i], name)) {
      out->v.items[i] =
          sd_arena_printf(arena, "PATH=%s:%s", folder, out->v.items[i] + strlen(name));
      return;
    }
  sd_strv_add(out, arena, sd_arena_printf(arena, "PATH=%s", folder));
}

void sd_environ_build_terminal(struct sd_arena *arena, struct sd_strv *out) {
  add_passed(arena, TERMINAL, out);
}

static bool is_dropped(const char *variable, bool home) {
  return sd_text_starts_with(variable, "DOCKER_") || sd_text_starts_with(variable, "LD_") ||
         (home && sd_text_starts_with(variable, "HOME="));
}

void sd_environ_callers(struct sd_arena *arena, const char *config_dir, const char *home,
                        struct sd_strv *out) {
  for (char **variable = environ; variable != NULL && *variable != NULL; variable++)
    if (!is_dropped(*variable, home != NULL))
      sd_strv_add(out, arena, *variable);
  if (home != NULL)
    sd_strv_add(out, arena, sd_arena_printf(arena, "HOME=%s", home));
  sd_strv_add(out, arena, sd_arena_printf(arena, "DOCKER_CONFIG=%s", config_dir));
}
