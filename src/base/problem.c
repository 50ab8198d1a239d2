/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/problem.h"

#include "safe-docker/base/text.h"

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

void sd_problem_add(struct sd_problems *problems, const char *rule, const char *option,
                    const char *hint, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *message = sd_arena_vprintf(problems->arena, format, args);
  va_end(args);
  struct sd_problem *problem = sd_vec_push(problems->arena, &problems->list);
  *problem = (struct sd_problem){.rule = or_empty(rule),
                                 .option = or_empty(option),
                                 .message = message,
                                 .hint = or_empty(hint)};
}

void sd_problem_add_error(struct sd_problems *problems, const char *rule, const char *option,
                          const char *typed, const struct sd_error *err) {
  sd_problem_add(problems, err->rule != NULL ? err->rule : rule, option, err->hint, "%s: %s",
                 sd_text_safe(problems->arena, typed), or_empty(err->message));
}
