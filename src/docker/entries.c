/* SPDX-License-Identifier: Apache-2.0 */
#include "entries.h"

#include <string.h>

#include "safe-docker/base/text.h"

#define FILE_MAX_BYTES ((size_t)4 * 1024 * 1024)

/* -- reading ------------------------------------------------------------------------------------ */

static void add_entry(struct sd_arena *arena, struct sd_entries *entries, struct sd_pair pair,
                      bool hidden, const struct sd_given *given) {
  *sd_vec_push(arena, &entries->v) =
      (struct sd_entry){.name = pair.name, .value = pair.value, .hidden = hidden, .given = given};
}

/* Gives a bare name its value from the caller's environment. True where there is one. */
static bool look_up(struct sd_arena *arena, const struct sd_host *host, struct sd_pair *pair) {
  const char *value = host->getenv(host->context, pair->name);
  if (value != NULL)
    pair->value = sd_arena_strdup(arena, value);
  return value != NULL;
}

/* The real CLI has variables of its own by these names; a bare name would take their values. */
static bool is_taken(const char *name) {
  return strcmp(name, "PATH") == 0 || strcmp(name, "HOME") == 0 ||
         strcmp(name, "DOCKER_CONFIG") == 0;
}

bool sd_entries_add_env(struct sd_arena *arena, const struct sd_host *host,
                        const struct sd_given *given, struct sd_entries *out,
                        struct sd_error *err) {
  struct sd_pair pair;
  if (!sd_pair_parse(arena, given->value, &pair, err))
    return false;
  bool bare = pair.value == NULL;
  bool found = bare && look_up(arena, host, &pair);
  if (bare && !found && is_taken(pair.name))
    return sd_fail(err, "the variable is not set in your environment; write NAME=VALUE");
  if (found && !sd_text_is_utf8(pair.value, strlen(pair.value)))
    return sd_fail(err, "its value is not valid UTF-8, which Docker would change");
  add_entry(arena, out, pair, found, given);
  return true;
}

static bool read_pairs(struct sd_arena *arena, const struct sd_host *host,
                       const struct sd_given *given, struct sd_pairs *out, struct sd_error *err) {
  const char *text = NULL;
  size_t len = 0;
  if (!host->read_file(host->context, arena, given->value, FILE_MAX_BYTES, &text, &len, err))
    return false;
  return sd_pairs_parse_file(arena, sd_text_safe(arena, given->value), text, len, out, err);
}

bool sd_entries_add_env_file(struct sd_arena *arena, const struct sd_host *host,
                             const struct sd_given *given, struct sd_entries *out,
                             struct sd_error *err) {
  struct sd_pairs pairs = {0};
  if (!read_pairs(arena, host, given, &pairs, err))
    return false;
  for (size_t i = 0; i < pairs.v.len; i++) {
    struct sd_pair pair = pairs.v.items[i];
    /* an unset one is left out, as Docker does */
    if (pair.value != NULL || look_up(arena, host, &pair))
      add_entry(arena, out, pair, true, given);
  }
  return true;
}

bool sd_entries_add_label(struct sd_arena *arena, const struct sd_given *given,
                          struct sd_entries *out, struct sd_error *err) {
  struct sd_pair pair;
  if (!sd_pair_parse(arena, given->value, &pair, err))
    return false;
  add_entry(arena, out, pair, false, given);
  return true;
}

bool sd_entries_add_label_file(struct sd_arena *arena, const struct sd_host *host,
                               const struct sd_given *given, struct sd_entries *out,
                               struct sd_error *err) {
  struct sd_pairs pairs = {0};
  if (!read_pairs(arena, host, given, &pairs, err))
    return false;
  for (size_t i = 0; i < pairs.v.len; i++)
    if (pairs.v.items[i].value != NULL) /* a bare name is left out, as Docker does */
      add_entry(arena, out, pairs.v.items[i], true, given);
  return true;
}

void sd_entries_put_first(struct sd_arena *arena, struct sd_entries *files,
                          struct sd_entries *others) {
  for (size_t i = 0; i < others->v.len; i++)
    *sd_vec_push(arena, &files->v) = others->v.items[i];
  *others = *files;
}

/* -- writing ------------------------------------------------------------------------------------ */

static const char *entry_text(struct sd_arena *arena, const struct sd_entry *entry) {
  return entry->value == NULL ? entry->name
                              : sd_arena_printf(arena, "%s=%s", entry->name, entry->value);
}

/* Whether the entry can be read back from a file; a bare name there would be looked up, not passed.
 */
static bool fits_file(const struct sd_entry *entry) {
  struct sd_pair pair = {entry->name, entry->value};
  return entry->value != NULL && sd_pair_fits_file(&pair);
}

/* The last hidden entry and all before it go into the file, since the CLI reads files first: len of
 * that part. */
static size_t file_part(const struct sd_entries *entries) {
  size_t len = 0;
  for (size_t i = 0; i < entries->v.len; i++)
    if (entries->v.items[i].hidden)
      len = i + 1;
  return len;
}

/* A later entry of the same name wins, so this one may be left out. */
static bool is_overridden(const struct sd_entries *entries, size_t index) {
  for (size_t i = index + 1; i < entries->v.len; i++)
    if (strcmp(entries->v.items[i].name, entries->v.items[index].name) == 0)
      return true;
  return false;
}

static void token(struct sd_arena *arena, const char *name, const char *value,
                  struct sd_strv *argv) {
  sd_strv_add(argv, arena, sd_arena_printf(arena, "--%s=%s", name, value));
}

/* What stands in the file part but cannot be written there goes out as a token after all, when it
 * was on the caller's command line anyway; the order changes, the meaning does not. */
bool sd_entries_emit(struct sd_arena *arena, const char *name, const struct sd_entries *entries,
                     struct sd_strv *argv, const char **file, struct sd_error *err) {
  struct sd_str text;
  sd_str_init(&text, arena);
  size_t part = file_part(entries);
  for (size_t i = 0; i < entries->v.len; i++) {
    const struct sd_entry *entry = &entries->v.items[i];
    const char *line = entry_text(arena, entry);
    if (i < part && fits_file(entry)) {
      sd_str_add(&text, line);
      sd_str_add_char(&text, '\n');
    } else if (i >= part || !is_overridden(entries, i)) {
      if (entry->hidden && entry->value != NULL)
        return sd_fail_rule(
            err, "hidden-value",
            "write --env NAME=VALUE, which shows the value in the process list, or mount a file",
            "%s: the value has several lines or more than 64 KiB; it cannot be handed on without "
            "showing it in the process list",
            entry->name);
      token(arena, name, line, argv);
    }
  }
  *file = text.len > 0 ? sd_str_text(&text) : NULL;
  return true;
}
