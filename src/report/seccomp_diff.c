/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `seccomp diff`. */
#include <string.h>

#include "safe-docker/report/seccomp.h"

#include "seccomp_lines.h"

#define INDENT 4

/* Which calls a paragraph has, and what is said of each. */
struct paragraph {
  enum sd_seccomp_comparison second;
  bool whole;
};

static bool belongs(const struct paragraph *paragraph,
                    const struct sd_seccomp_difference *difference) {
  bool parted = paragraph->second == SD_SECCOMP_LESS || paragraph->second == SD_SECCOMP_MORE;
  return difference->second == paragraph->second &&
         (!parted || difference->whole == paragraph->whole);
}

static const char *title(struct sd_arena *arena, const struct sd_seccomp_pair *pair,
                         const struct paragraph *paragraph) {
  const char *first = pair->first->name;
  const char *second = pair->second->name;
  switch (paragraph->second) {
  case SD_SECCOMP_LESS:
    return sd_arena_printf(
        arena, paragraph->whole ? "only %s allows" : "%s allows for more arguments, for example",
        first);
  case SD_SECCOMP_MORE:
    return sd_arena_printf(
        arena, paragraph->whole ? "only %s allows" : "%s allows for more arguments, for example",
        second);
  case SD_SECCOMP_OTHER:
    return "each allows for arguments that the other refuses, for example";
  case SD_SECCOMP_SAME:
    return "allowed alike, but answered differently";
  case SD_SECCOMP_UNKNOWN:
    break;
  }
  return "too complicated to compare";
}

/* Calls that tell the two apart. */
static const char *details(struct sd_arena *arena, const struct sd_seccomp_pair *pair,
                           const struct sd_seccomp_difference *difference) {
  const char *first = pair->first->name;
  const char *second = pair->second->name;
  switch (difference->second) {
  case SD_SECCOMP_LESS:
    return difference->only_first;
  case SD_SECCOMP_MORE:
    return difference->only_second;
  case SD_SECCOMP_OTHER:
    return sd_arena_printf(arena, "%s: only by %s, %s: only by %s", difference->only_first, first,
                           difference->only_second, second);
  case SD_SECCOMP_SAME:
    return sd_arena_printf(arena, "%s: %s by %s, %s by %s", difference->name,
                           sd_seccomp_action_text(arena, difference->actions[0]), first,
                           sd_seccomp_action_text(arena, difference->actions[1]), second);
  case SD_SECCOMP_UNKNOWN:
    break;
  }
  return difference->name;
}

static void add_paragraph(struct sd_str *out, const struct sd_seccomp_pair *pair,
                          const struct sd_seccomp_differences *differences,
                          const struct paragraph *paragraph) {
  struct sd_strv words = {{NULL, 0, 0}};
  bool names = paragraph->whole;
  for (size_t i = 0; i < differences->v.len; i++) {
    const struct sd_seccomp_difference *difference = &differences->v.items[i];
    if (belongs(paragraph, difference))
      sd_strv_add(&words, out->arena,
                  names ? difference->name : details(out->arena, pair, difference));
  }
  if (words.v.len == 0)
    return;
  sd_str_addf(out, "  %s (%zu)\n", title(out->arena, pair, paragraph), words.v.len);
  if (names) {
    sd_lines_add_columns(out, INDENT, &words);
    return;
  }
  for (size_t i = 0; i < words.v.len; i++) {
    sd_lines_add_blanks(out, INDENT);
    sd_str_addf(out, "%s\n", words.v.items[i]);
  }
}

/* An architecture that only one of them opens: all calls of the other are refused there. */
static void add_one_sided(struct sd_str *out, const struct sd_seccomp_pair *pair,
                          const struct sd_seccomp_differences *differences) {
  const char *opener = differences->open[0] ? pair->first->name : pair->second->name;
  size_t count = 0;
  for (size_t i = 0; i < differences->v.len; i++)
    count += differences->v.items[i].second != SD_SECCOMP_SAME ? 1 : 0;
  sd_str_addf(out,
              "\n%s\n  only %s opens it: %zu calls are allowed there, if only for some arguments\n",
              sd_lines_arch(out->arena, differences->arch), opener, count);
}

static void add_arch(struct sd_str *out, const struct sd_seccomp_pair *pair,
                     const struct sd_seccomp_differences *differences) {
  static const struct paragraph paragraphs[] = {
      {SD_SECCOMP_LESS, true},    {SD_SECCOMP_MORE, true},   {SD_SECCOMP_LESS, false},
      {SD_SECCOMP_MORE, false},   {SD_SECCOMP_OTHER, false}, {SD_SECCOMP_SAME, false},
      {SD_SECCOMP_UNKNOWN, false}};
  if (differences->open[0] != differences->open[1]) {
    add_one_sided(out, pair, differences);
    return;
  }
  sd_str_addf(out, "\n%s\n", sd_lines_arch(out->arena, differences->arch));
  for (size_t i = 0; i < sizeof(paragraphs) / sizeof(paragraphs[0]); i++)
    add_paragraph(out, pair, differences, &paragraphs[i]);
}

const char *sd_report_seccomp_diff_text(struct sd_arena *arena,
                                        const struct sd_seccomp_pair *pair) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "%s and %s on %s\n", pair->first->name, pair->second->name,
              sd_lines_target(arena, pair->first->target));
  for (size_t i = 0; i < pair->comparisons->v.len; i++)
    add_arch(&out, pair, &pair->comparisons->v.items[i]);
  if (pair->comparisons->v.len == 0)
    sd_str_add(&out, "no difference: every call is answered alike, whatever its arguments\n");
  return sd_str_text(&out);
}
