/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and reading packed profiles. Both sides are of one build, so the words are believed. */
#include "seccomp_pack.h"

#include <string.h>

/* Calls of a rule in one word. */
#define PER_WORD (sizeof(uint64_t) / sizeof(uint16_t))

/* -- writing ----------------------------------------------------------------------------------- */

static void put(struct sd_arena *arena, struct sd_seccomp_words *out, uint64_t word) {
  *sd_vec_push(arena, &out->v) = word;
}

static void put_filter(struct sd_arena *arena, struct sd_seccomp_words *out,
                       const struct sd_seccomp_filter *filter) {
  put(arena, out, filter->arch_bits);
  put(arena, out, filter->cap_bits);
  put(arena, out, filter->min_kernel);
}

/* Four to a word, as they lie in memory. */
static void put_calls(struct sd_arena *arena, struct sd_seccomp_words *out,
                      const struct sd_seccomp_rule *rule) {
  for (size_t i = 0; i < rule->names.v.len; i += PER_WORD) {
    uint16_t part[PER_WORD] = {0};
    uint64_t word = 0;
    for (size_t k = 0; k < PER_WORD && i + k < rule->names.v.len; k++)
      part[k] = rule->calls[i + k];
    memcpy(&word, part, sizeof(word));
    put(arena, out, word);
  }
}

static void put_rule(struct sd_arena *arena, struct sd_seccomp_words *out,
                     const struct sd_seccomp_rule *rule) {
  put(arena, out, rule->line);
  put(arena, out, rule->action);
  put(arena, out, rule->names.v.len);
  put_calls(arena, out, rule);
  put(arena, out, rule->conditions.len);
  for (size_t i = 0; i < rule->conditions.len; i++) {
    const struct sd_seccomp_condition *condition = &rule->conditions.items[i];
    put(arena, out, condition->index);
    put(arena, out, (uint64_t)condition->op);
    put(arena, out, condition->value);
    put(arena, out, condition->value_two);
  }
  put_filter(arena, out, &rule->includes);
  put_filter(arena, out, &rule->excludes);
}

static uint64_t bits_of(const struct sd_seccomp_arch *const *arches, size_t count) {
  uint64_t bits = 0;
  for (size_t i = 0; i < count; i++)
    bits |= sd_seccomp_arch_bit(arches[i]);
  return bits;
}

void sd_seccomp_pack(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                     struct sd_seccomp_words *out) {
  put(arena, out, profile->default_action);
  put(arena, out, bits_of(profile->architectures.items, profile->architectures.len));
  put(arena, out, profile->arch_map.len);
  for (size_t i = 0; i < profile->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *entry = &profile->arch_map.items[i];
    put(arena, out, sd_seccomp_arch_bit(entry->arch));
    put(arena, out, bits_of(entry->sub.items, entry->sub.len));
  }
  put(arena, out, profile->rules.len);
  for (size_t i = 0; i < profile->rules.len; i++)
    put_rule(arena, out, &profile->rules.items[i]);
}

/* -- reading ----------------------------------------------------------------------------------- */

struct reader {
  struct sd_arena *arena;
  const uint64_t *at;
};

static uint64_t take(struct reader *reader) {
  return *reader->at++;
}

struct arch_list {
  SD_VEC(const struct sd_seccomp_arch *) v;
};

static struct arch_list take_arches(struct reader *reader) {
  struct arch_list list = {{NULL, 0, 0}};
  uint64_t bits = take(reader);
  for (size_t i = 0; bits >> i != 0; i++)
    if ((bits >> i & 1) != 0)
      *sd_vec_push(reader->arena, &list.v) = sd_seccomp_arch_at(i);
  return list;
}

static void take_filter(struct reader *reader, struct sd_seccomp_filter *out) {
  out->arch_bits = (uint32_t)take(reader);
  out->cap_bits = take(reader);
  out->min_kernel = take(reader);
}

static void take_rule(struct reader *reader, struct sd_seccomp_rule *out) {
  out->line = (unsigned)take(reader);
  out->action = (uint32_t)take(reader);
  out->names.v.len = (size_t)take(reader);
  out->calls = (const uint16_t *)(const void *)reader->at;
  reader->at += (out->names.v.len + PER_WORD - 1) / PER_WORD;
  size_t count = (size_t)take(reader);
  for (size_t i = 0; i < count; i++) {
    struct sd_seccomp_condition *made = sd_vec_push(reader->arena, &out->conditions);
    made->index = (unsigned)take(reader);
    made->op = (enum scmp_compare)take(reader);
    made->value = take(reader);
    made->value_two = take(reader);
  }
  take_filter(reader, &out->includes);
  take_filter(reader, &out->excludes);
}

struct sd_seccomp_profile *sd_seccomp_unpack(struct sd_arena *arena, const char *source,
                                             const struct sd_seccomp_pack *pack) {
  struct reader reader = {arena, pack->words};
  struct sd_seccomp_profile *made = sd_arena_alloc(arena, sizeof(*made));
  made->source = source;
  made->default_action = (uint32_t)take(&reader);
  struct arch_list list = take_arches(&reader);
  made->architectures.items = list.v.items;
  made->architectures.len = list.v.len;
  size_t entries = (size_t)take(&reader);
  for (size_t i = 0; i < entries; i++) {
    struct sd_seccomp_arch_entry *entry = sd_vec_push(arena, &made->arch_map);
    list = take_arches(&reader);
    entry->arch = list.v.len > 0 ? list.v.items[0] : 0;
    list = take_arches(&reader);
    entry->sub.items = list.v.items;
    entry->sub.len = list.v.len;
  }
  made->rules.len = made->rules.cap = (size_t)take(&reader);
  made->rules.items = sd_arena_alloc(arena, made->rules.len * sizeof(*made->rules.items));
  for (size_t i = 0; i < made->rules.len; i++)
    take_rule(&reader, &made->rules.items[i]);
  return made;
}
