/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as text.
 *
 * MUST: write all of what decides, and only in forms that every engine since 20.10 and every runtime reads alike:
 * "names" also for one call, the number of an errno and not its name, the oldest word for an action, each key once and
 * in Docker's spelling. */
#include "seccomp_write.h"

#include <inttypes.h>
#include <string.h>

#define WIDTH 100

static bool has_errno(uint32_t action) {
  uint32_t kind = action & SECCOMP_RET_ACTION_FULL;
  return kind == SCMP_ACT_ERRNO(0) || kind == SCMP_ACT_TRACE(0);
}

/* The text grows in place while nothing else is allocated, so numbers alone are formatted (sd_str_addf). */

/* An unknown action or operator, which no parsed profile has, becomes one that no reader takes. */
static const char *word(const char *name) {
  return name != NULL ? name : "";
}

/* ["a", "b"], in lines of their own where it is long. */
static void add_list(struct sd_str *out, const struct sd_strv *list, const char *indent) {
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
      sd_str_add_char(out, '\n');
      sd_str_add(out, indent);
      sd_str_add(out, "  ");
      column = strlen(indent) + 2;
    } else if (i > 0) {
      sd_str_add_char(out, ' ');
    }
    /* Calls, architectures and capabilities: letters, digits and underscores. */
    sd_str_add_char(out, '"');
    sd_str_add_bytes(out, list->v.items[i], len - 4);
    sd_str_add_char(out, '"');
    column += len;
  }
  if (folded) {
    sd_str_add_char(out, '\n');
    sd_str_add(out, indent);
  }
  sd_str_add_char(out, ']');
}

static void add_arches(struct sd_str *out, const struct sd_seccomp_arch *const *arches,
                       size_t count, const char *indent) {
  struct sd_strv names = {{NULL, 0, 0}};
  for (size_t i = 0; i < count; i++)
    sd_strv_add(&names, out->arena, arches[i]->name);
  add_list(out, &names, indent);
}

static void add_architectures(struct sd_str *out, const struct sd_seccomp_profile *profile) {
  if (profile->architectures.len > 0) {
    sd_str_add(out, "  \"architectures\": ");
    add_arches(out, profile->architectures.items, profile->architectures.len, "    ");
    sd_str_add(out, ",\n");
  }
  if (profile->arch_map.len == 0)
    return;
  sd_str_add(out, "  \"archMap\": [");
  for (size_t i = 0; i < profile->arch_map.len; i++) {
    const struct sd_seccomp_arch_entry *entry = &profile->arch_map.items[i];
    sd_str_add(out, i > 0 ? ",\n    { \"architecture\": " : "\n    { \"architecture\": ");
    sd_str_add_json(out, entry->arch->name);
    sd_str_add(out, ", \"subArchitectures\": ");
    add_arches(out, entry->sub.items, entry->sub.len, "    ");
    sd_str_add(out, " }");
  }
  sd_str_add(out, "\n  ],\n");
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
                filter->min_kernel >> 16, filter->min_kernel & UINT16_MAX);
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
    sd_str_addf(out, ", \"op\": \"%s\" }", word(sd_seccomp_word_of_operator(condition->op)));
  }
  sd_str_add_char(out, ']');
}

static void add_rule(struct sd_str *out, const struct sd_seccomp_rule *rule, const char *comment) {
  sd_str_add(out, "    {\n");
  if (comment != NULL) {
    sd_str_add(out, "      \"comment\": ");
    sd_str_add_json(out, comment);
    sd_str_add(out, ",\n");
  }
  sd_str_add(out, "      \"names\": ");
  add_list(out, &rule->names, "      ");
  sd_str_add(out, ",\n      \"action\": ");
  sd_str_add_json(out, word(sd_seccomp_word_of_action(rule->action)));
  if (has_errno(rule->action))
    sd_str_addf(out, ",\n      \"errnoRet\": %u", rule->action & SECCOMP_RET_DATA);
  add_conditions(out, rule);
  add_filter(out, "includes", &rule->includes);
  add_filter(out, "excludes", &rule->excludes);
  sd_str_add(out, "\n    }");
}

const char *sd_seccomp_write_commented(struct sd_arena *arena,
                                       const struct sd_seccomp_profile *profile,
                                       const char *comment) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "{\n  \"defaultAction\": \"%s\",\n",
              word(sd_seccomp_word_of_action(profile->default_action)));
  if (has_errno(profile->default_action))
    sd_str_addf(&out, "  \"defaultErrnoRet\": %u,\n", profile->default_action & SECCOMP_RET_DATA);
  add_architectures(&out, profile);
  sd_str_add(&out, "  \"syscalls\": [");
  for (size_t i = 0; i < profile->rules.len; i++) {
    sd_str_add(&out, i > 0 ? ",\n" : "\n");
    add_rule(&out, &profile->rules.items[i], i > 0 ? NULL : comment);
  }
  sd_str_add(&out, "\n  ]\n}\n");
  return sd_str_text(&out);
}

const char *sd_seccomp_write(struct sd_arena *arena, const struct sd_seccomp_profile *profile) {
  return sd_seccomp_write_commented(arena, profile, NULL);
}
