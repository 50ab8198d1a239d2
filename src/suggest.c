/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest.h"

bool suggest_make(struct session *session, const struct whatif *questions, size_t count,
                  const struct suggest_target *target, struct suggestions *out,
                  struct sd_error *err) {
  (void)session;
  (void)questions;
  (void)count;
  (void)target;
  (void)out;
  return sd_fail(err, "there are no suggestions yet");
}

const char *suggest_text(struct sd_arena *arena, const struct suggestions *suggestions) {
  (void)arena;
  (void)suggestions;
  return "";
}

const char *suggest_json(struct sd_arena *arena, const struct suggestions *suggestions) {
  (void)arena;
  (void)suggestions;
  return "{}\n";
}
