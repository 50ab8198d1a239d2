/* SPDX-License-Identifier: Apache-2.0 */
/* What was meant by a word that a profile may not hold. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "seccomp_reading.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *did_you_mean(struct sd_arena *arena, const char *near) {
  return near != NULL ? sd_arena_printf(arena, "did you mean %s?", near) : NULL;
}

static const char *in_case(struct sd_arena *arena, const char *text, char first, char last) {
  char *copy = sd_arena_strdup(arena, text);
  for (char *at = copy; *at != '\0'; at++)
    if (*at >= first && *at <= last)
      *at ^= 0x20;
  return copy;
}

static const char *upper(struct sd_arena *arena, const char *text) {
  return in_case(arena, text, 'a', 'z');
}

static const char *lower(struct sd_arena *arena, const char *text) {
  return in_case(arena, text, 'A', 'Z');
}

/* One more than the last of a table that ends with NULL. */
static size_t count_names(const char *(*name_at)(size_t)) {
  size_t count = 0;
  while (name_at(count) != NULL)
    count++;
  return count;
}

struct name_table {
  const char *(*name_at)(size_t);
};

static const char *table_at(const void *context, size_t index) {
  return ((const struct name_table *)context)->name_at(index);
}

static const char *nearest(const char *word, const char *(*name_at)(size_t)) {
  const struct name_table table = {name_at};
  return sd_text_nearest(word, count_names(name_at), table_at, &table);
}

/* "Allow", "ERRNO", "SCMP_ACT_ALOW": with the prefix, in upper case. */
static const char *with_prefix(struct sd_arena *arena, const char *word, const char *prefix) {
  const char *shout = upper(arena, word);
  return sd_text_starts_with(shout, prefix) ? shout : sd_arena_printf(arena, "%s%s", prefix, shout);
}

const char *sd_seccomp_meant_action(struct sd_arena *arena, const char *word) {
  return did_you_mean(arena,
                      nearest(with_prefix(arena, word, "SCMP_ACT_"), sd_seccomp_action_name));
}

const char *sd_seccomp_meant_operator(struct sd_arena *arena, const char *word) {
  const char *name = sd_seccomp_operator_of_sign(word);
  return did_you_mean(arena, name != NULL ? name
                                          : nearest(with_prefix(arena, word, "SCMP_CMP_"),
                                                    sd_seccomp_operator_name));
}

static const char *arch_name(size_t index) {
  const struct sd_seccomp_arch *arch = sd_seccomp_arch_at(index);
  return arch != NULL ? arch->name : NULL;
}

static const char *engine_name(size_t index) {
  const struct sd_seccomp_arch *arch = sd_seccomp_arch_at(index);
  return arch != NULL ? arch->engine : NULL;
}

const char *sd_seccomp_meant_arch(struct sd_arena *arena, const char *word, bool engine) {
  uint32_t token;
  struct sd_error unused;
  sd_error_init(&unused, arena);
  const char *candidates[] = {word, lower(arena, word), upper(arena, word)};
  for (size_t i = 0; i < COUNT(candidates); i++)
    if (sd_seccomp_parse_arch(arena, candidates[i], &token, &unused)) {
      const struct sd_seccomp_arch *arch = sd_seccomp_find_token(token);
      return did_you_mean(arena, engine ? arch->engine : arch->name);
    }
  return did_you_mean(arena, engine ? nearest(lower(arena, word), engine_name)
                                    : nearest(with_prefix(arena, word, "SCMP_ARCH_"), arch_name));
}

const char *sd_seccomp_meant_call(struct sd_arena *arena, const char *word) {
  static const char *const prefixes[] = {"__nr_", "sys_"};
  const char *name = lower(arena, word);
  for (size_t i = 0; i < COUNT(prefixes); i++)
    if (sd_text_starts_with(name, prefixes[i]))
      name += strlen(prefixes[i]);
  uint16_t call;
  return did_you_mean(arena, sd_seccomp_find_call(name, &call)
                                 ? sd_seccomp_name_of_call(call)
                                 : nearest(name, sd_seccomp_name_of_call));
}

struct key_list {
  const char *const *keys;
};

static const char *key_at(const void *context, size_t index) {
  return ((const struct key_list *)context)->keys[index];
}

const char *sd_seccomp_meant_key(struct sd_arena *arena, const char *word, const char *const *keys,
                                 size_t count) {
  struct key_list list = {keys};
  for (size_t i = 0; i < count; i++)
    if (strcmp(lower(arena, keys[i]), lower(arena, word)) == 0)
      return did_you_mean(arena, keys[i]);
  return did_you_mean(arena, sd_text_nearest(word, count, key_at, &list));
}
