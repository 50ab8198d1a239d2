/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a profile, which is the same text for the same calls in whatever order they were seen. */
#include <stdlib.h>
#include <string.h>

#include "seccomp_lesson.h"
#include "seccomp_write.h"

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void lesson_sort(struct sd_strv *names) {
  size_t kept = 0;
  if (names->v.len == 0)
    return;
  qsort(names->v.items, names->v.len, sizeof(*names->v.items), by_bytes);
  for (size_t i = 1; i < names->v.len; i++)
    if (strcmp(names->v.items[kept], names->v.items[i]) != 0)
      names->v.items[++kept] = names->v.items[i];
  names->v.len = kept + 1;
}

struct arch_list {
  SD_VEC(const struct sd_seccomp_arch *) v;
};

/* The architectures of the calls that were seen, in the way in which the profile lists its own. */
static void add_arches(const struct sd_seccomp_lesson *lesson, const struct kept *kept,
                       struct sd_seccomp_profile *out) {
  const struct sd_seccomp_profile *profile = lesson->profile;
  const struct sd_seccomp_arch *own = sd_seccomp_find_token(lesson->target->arch);
  struct sd_strv names = {{NULL, 0, 0}};
  struct arch_list list = {{NULL, 0, 0}};
  if (own == NULL || (profile->arch_map.len == 0 && profile->architectures.len == 0))
    return;
  if (profile->arch_map.len == 0)
    sd_strv_add(&names, lesson->arena, own->name);
  for (size_t i = 0; i < kept->arches.v.len; i++)
    sd_strv_add(&names, lesson->arena, kept->arches.v.items[i]);
  lesson_sort(&names);
  for (size_t i = 0; i < names.v.len; i++)
    *sd_vec_push(lesson->arena, &list.v) = sd_seccomp_find_arch(names.v.items[i]);
  if (profile->arch_map.len == 0) {
    out->architectures.items = list.v.items;
    out->architectures.len = list.v.len;
    return;
  }
  struct sd_seccomp_arch_entry *entry = sd_vec_push(lesson->arena, &out->arch_map);
  entry->arch = own;
  entry->sub.items = list.v.items;
  entry->sub.len = list.v.len;
}

const char *lesson_text(struct sd_seccomp_lesson *lesson, const struct kept *kept,
                        const char *comment) {
  const struct sd_seccomp_profile *profile = lesson->profile;
  struct sd_seccomp_profile out = {.source = "learned", .default_action = profile->default_action};
  add_arches(lesson, kept, &out);
  for (size_t i = 0; i < profile->rules.len; i++) {
    struct sd_seccomp_rule rule = profile->rules.items[i];
    const struct sd_strv *from =
        sd_seccomp_allows_action(rule.action) ? &kept->names[i] : &rule.names;
    struct sd_strv names = {{NULL, 0, 0}};
    for (size_t k = 0; rule.action != profile->default_action && k < from->v.len; k++)
      sd_strv_add(&names, lesson->arena, from->v.items[k]);
    lesson_sort(&names);
    rule.names = names;
    if (names.v.len > 0)
      *sd_vec_push(lesson->arena, &out.rules) = rule;
  }
  return sd_seccomp_write_commented(lesson->arena, &out, comment);
}
