/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest.h"

#include <string.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#include "output.h"

static const char file[] = "/etc/safe-docker/policy.d/NAME.json";

static void add_never(struct sd_str *out, const struct sd_strv *never, const char *first) {
  for (size_t i = 0; i < never->v.len; i++)
    sd_str_addf(out, "%sno addition allows %s\n", i == 0 ? first : "",
                sd_text_safe(out->arena, never->v.items[i]));
}

const char *suggest_policy(struct sd_arena *arena, const struct suggestions *suggestions) {
  struct sd_str out;
  struct sd_str told;
  sd_str_init(&out, arena);
  sd_str_init(&told, arena);
  if (suggestions->list.len == 0 && suggestions->never.v.len == 0)
    sd_str_add(&told, "nothing need be added\n");
  for (size_t i = 0; i < suggestions->warnings.v.len; i++)
    sd_str_addf(&told, "%s\n", sd_text_safe(arena, suggestions->warnings.v.items[i]));
  add_never(&told, &suggestions->never, "");
  if (told.len > 0)
    output_tell(sd_str_text(&told));
  if (suggestions->policy == NULL)
    return "";
  for (size_t i = 0; i < suggestions->list.len; i++) {
    const struct suggestion *one = &suggestions->list.items[i];
    sd_str_addf(&out, "// %s %s\n//     risk: %s\n", one->key, sd_text_safe(arena, one->value),
                one->risk);
  }
  sd_str_add(&out, suggestions->policy);
  return sd_str_text(&out);
}

const char *suggest_text(struct sd_arena *arena, const struct suggestions *suggestions) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < suggestions->list.len; i++) {
    const struct suggestion *one = &suggestions->list.items[i];
    sd_str_addf(&out, "%s: %s %s\n    risk: %s\n", one->rule, one->key,
                sd_text_safe(arena, one->value), one->risk);
  }
  for (size_t i = 0; i < suggestions->warnings.v.len; i++)
    sd_str_addf(&out, "%s%s\n", i == 0 ? "\n" : "",
                sd_text_safe(arena, suggestions->warnings.v.items[i]));
  if (suggestions->policy != NULL) {
    sd_str_addf(&out, "\nAs %s (the name decides the order: the last one counts):\n\n%s", file,
                suggestions->policy);
    sd_str_add(&out, "\nLists are written whole, because they replace those before them. Then: "
                     "safe-docker policy check\n");
  }
  add_never(&out, &suggestions->never, out.len > 0 ? "\n" : "");
  if (out.len == 0)
    sd_str_add(&out, "nothing need be added: it is allowed already\n");
  return sd_str_text(&out);
}

static void add_texts(struct sd_str *out, const char *before, const struct sd_strv *texts) {
  sd_str_add(out, before);
  for (size_t i = 0; i < texts->v.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    sd_str_add_json(out, texts->v.items[i]);
  }
}

const char *suggest_json(struct sd_arena *arena, const struct suggestions *suggestions) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, "{\"enough\":%s,\"additions\":[", suggestions->enough ? "true" : "false");
  for (size_t i = 0; i < suggestions->list.len; i++) {
    const struct suggestion *one = &suggestions->list.items[i];
    sd_str_add(&out, i > 0 ? ",{\"rule\":" : "{\"rule\":");
    sd_str_add_json(&out, one->rule);
    sd_str_add(&out, ",\"key\":");
    sd_str_add_json(&out, one->key);
    sd_str_addf(&out, ",\"value\":%s,\"risk\":", one->value);
    sd_str_add_json(&out, one->risk);
    sd_str_add_char(&out, '}');
  }
  add_texts(&out, "],\"never\":[", &suggestions->never);
  add_texts(&out, "],\"warnings\":[", &suggestions->warnings);
  sd_str_add(&out, "],\"policy\":");
  sd_str_add(&out, suggestions->policy != NULL ? suggestions->policy : "null");
  sd_str_add(&out, "}\n");
  return sd_str_text(&out);
}
