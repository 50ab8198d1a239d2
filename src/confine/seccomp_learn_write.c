/* SPDX-License-Identifier: Apache-2.0 */
/* A part of a profile as text, which is the same for the same calls in whatever order they were seen. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "seccomp_lesson.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WIDTH 100

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

/* -- words of the format -------------------------------------------------------------------------- */

static const char *action_word(uint32_t action) {
  static const char *const words[] = {
      "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO",  "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
      "SCMP_ACT_LOG",   "SCMP_ACT_NOTIFY", "SCMP_ACT_TRACE",        "SCMP_ACT_TRAP"};
  uint32_t known = 0;
  for (size_t i = 0; i < COUNT(words); i++)
    if (sd_seccomp_find_action(words[i], &known) &&
        (known == action || (known != SCMP_ACT_ALLOW && known == (action & 0xffff0000U))))
      return words[i];
  return "SCMP_ACT_KILL_PROCESS";
}

static bool has_errno(uint32_t action) {
  uint32_t kind = action & 0xffff0000U;
  return kind == SCMP_ACT_ERRNO(0) || kind == SCMP_ACT_TRACE(0);
}

static const char *operator_word(enum scmp_compare op) {
  switch (op) {
  case SCMP_CMP_NE:
    return "SCMP_CMP_NE";
  case SCMP_CMP_LT:
    return "SCMP_CMP_LT";
  case SCMP_CMP_LE:
    return "SCMP_CMP_LE";
  case SCMP_CMP_EQ:
    return "SCMP_CMP_EQ";
  case SCMP_CMP_GE:
    return "SCMP_CMP_GE";
  case SCMP_CMP_GT:
    return "SCMP_CMP_GT";
  case SCMP_CMP_MASKED_EQ:
    return "SCMP_CMP_MASKED_EQ";
  case _SCMP_CMP_MIN:
  case _SCMP_CMP_MAX:
    break;
  }
  return ""; /* no profile that was read has one; the proof would refuse the text */
}

/* -- parts ---------------------------------------------------------------------------------------- */

/* ["a", "b"], in lines of their own where it is long. */
static void add_list(struct sd_str *out, const struct sd_strv *list, const char *indent) {
  struct sd_str line;
  sd_str_init(&line, out->arena);
  size_t width = strlen(indent) + 16;
  for (size_t i = 0; i < list->v.len; i++)
    width += strlen(list->v.items[i]) + 4;
  bool folded = width > WIDTH;
  size_t column = WIDTH;
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < list->v.len; i++) {
    size_t len = strlen(list->v.items[i]) + 4;
    sd_str_add(out, i > 0 ? "," : "");
    if (folded && column + len > WIDTH) {
      sd_str_addf(out, "\n%s  ", indent);
      column = strlen(indent) + 2;
    } else if (i > 0) {
      sd_str_add_char(out, ' ');
    }
    sd_str_add_json(out, list->v.items[i]);
    column += len;
  }
  if (folded)
    sd_str_addf(out, "\n%s", indent);
  sd_str_add_char(out, ']');
}

static void add_arches(struct sd_str *out, const struct sd_seccomp_lesson *lesson,
                       const struct kept *kept) {
  const struct sd_seccomp_profile *profile = lesson->profile;
  const struct sd_seccomp_arch *own = sd_seccomp_find_token(lesson->target->arch);
  struct sd_strv list = {0};
  if (own == NULL || (profile->arch_map.len == 0 && profile->architectures.len == 0))
    return;
  if (profile->arch_map.len == 0)
    sd_strv_add(&list, lesson->arena, own->name);
  for (size_t i = 0; i < kept->arches.v.len; i++)
    sd_strv_add(&list, lesson->arena, kept->arches.v.items[i]);
  lesson_sort(&list);
  if (profile->arch_map.len > 0)
    sd_str_addf(
        out, "  \"archMap\": [\n    { \"architecture\": \"%s\", \"subArchitectures\": ", own->name);
  else
    sd_str_add(out, "  \"architectures\": ");
  add_list(out, &list, "    ");
  sd_str_add(out, profile->arch_map.len > 0 ? " }\n  ],\n" : ",\n");
}

static void add_filter(struct sd_str *out, const char *key,
                       const struct sd_seccomp_filter *filter) {
  const char *separator = " ";
  if (filter->arches.v.len == 0 && filter->caps.v.len == 0 && filter->min_kernel == 0)
    return;
  sd_str_addf(out, ",\n      \"%s\": {", key);
  if (filter->arches.v.len > 0) {
    sd_str_add(out, " \"arches\": ");
    add_list(out, &filter->arches, "      ");
    separator = ", ";
  }
  if (filter->caps.v.len > 0) {
    sd_str_addf(out, "%s\"caps\": ", separator);
    add_list(out, &filter->caps, "      ");
    separator = ", ";
  }
  if (filter->min_kernel != 0)
    sd_str_addf(out, "%s\"minKernel\": \"%" PRIu64 ".%" PRIu64 "\"", separator,
                filter->min_kernel >> 16, filter->min_kernel & 0xffff);
  sd_str_add(out, " }");
}

static void add_conditions(struct sd_str *out, const struct sd_seccomp_rule *rule) {
  if (rule->conditions.len == 0)
    return;
  sd_str_add(out, ",\n      \"args\": [");
  for (size_t i = 0; i < rule->conditions.len; i++) {
    const struct sd_seccomp_condition *condition = &rule->conditions.items[i];
    sd_str_addf(out, "%s{ \"index\": %u, \"value\": %" PRIu64, i > 0 ? ", " : "", condition->index,
                condition->value);
    if (condition->op == SCMP_CMP_MASKED_EQ)
      sd_str_addf(out, ", \"valueTwo\": %" PRIu64, condition->value_two);
    sd_str_addf(out, ", \"op\": \"%s\" }", operator_word(condition->op));
  }
  sd_str_add_char(out, ']');
}

static void add_rule(struct sd_str *out, const struct sd_seccomp_rule *rule,
                     const struct sd_strv *names, const char *comment) {
  sd_str_add(out, "    {\n");
  if (comment != NULL) {
    sd_str_add(out, "      \"comment\": ");
    sd_str_add_json(out, comment);
    sd_str_add(out, ",\n");
  }
  sd_str_add(out, "      \"names\": ");
  add_list(out, names, "      ");
  sd_str_addf(out, ",\n      \"action\": \"%s\"", action_word(rule->action));
  if (has_errno(rule->action))
    sd_str_addf(out, ",\n      \"errnoRet\": %u", rule->action & 0xffffU);
  add_conditions(out, rule);
  add_filter(out, "includes", &rule->includes);
  add_filter(out, "excludes", &rule->excludes);
  sd_str_add(out, "\n    }");
}

/* -- all of it ------------------------------------------------------------------------------------ */

const char *lesson_text(struct sd_seccomp_lesson *lesson, const struct kept *kept,
                        const char *comment) {
  const struct sd_seccomp_profile *profile = lesson->profile;
  struct sd_str out;
  bool first = true;
  sd_str_init(&out, lesson->arena);
  sd_str_addf(&out, "{\n  \"defaultAction\": \"%s\",\n", action_word(profile->default_action));
  if (has_errno(profile->default_action))
    sd_str_addf(&out, "  \"defaultErrnoRet\": %u,\n", profile->default_action & 0xffffU);
  add_arches(&out, lesson, kept);
  sd_str_add(&out, "  \"syscalls\": [");
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    struct sd_strv names = {0};
    const struct sd_strv *from =
        sd_seccomp_allows_action(rule->action) ? &kept->names[i] : &rule->names;
    for (size_t k = 0; rule->action != profile->default_action && k < from->v.len; k++)
      sd_strv_add(&names, lesson->arena, from->v.items[k]);
    lesson_sort(&names);
    if (names.v.len == 0)
      continue;
    sd_str_add(&out, first ? "\n" : ",\n");
    add_rule(&out, rule, &names, first ? comment : NULL);
    first = false;
  }
  sd_str_add(&out, "\n  ]\n}\n");
  return sd_str_text(&out);
}
