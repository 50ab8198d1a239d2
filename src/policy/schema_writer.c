/* SPDX-License-Identifier: Apache-2.0 */
#include "json_schema.h"

#include "safe-docker/base/json_write.h"

static void start(struct sd_schema_writer *to, const char *name) {
  if (to->depth > 0)
    sd_str_addf(&to->out, "%s\n%*s", to->first ? "" : ",", (int)to->depth * 2, "");
  to->first = false;
  if (name == NULL)
    return;
  sd_str_add_json(&to->out, name);
  sd_str_add(&to->out, ": ");
}

void sd_schema_open(struct sd_schema_writer *to, const char *name, char bracket) {
  start(to, name);
  sd_str_add_char(&to->out, bracket);
  to->depth++;
  to->first = true;
}

void sd_schema_close(struct sd_schema_writer *to, char bracket) {
  to->depth--;
  if (!to->first)
    sd_str_addf(&to->out, "\n%*s", (int)to->depth * 2, "");
  to->first = false;
  sd_str_add_char(&to->out, bracket);
}

void sd_schema_text(struct sd_schema_writer *to, const char *name, const char *text) {
  start(to, name);
  sd_str_add_json(&to->out, text);
}

void sd_schema_number(struct sd_schema_writer *to, const char *name, int64_t number) {
  start(to, name);
  sd_str_addf(&to->out, "%jd", (intmax_t)number);
}

void sd_schema_bool(struct sd_schema_writer *to, const char *name, bool value) {
  start(to, name);
  sd_str_add(&to->out, value ? "true" : "false");
}

void sd_schema_json(struct sd_schema_writer *to, const char *name, const struct sd_json *node) {
  start(to, name);
  sd_json_write(&to->out, node);
}

void sd_schema_raw(struct sd_schema_writer *to, const char *name, const char *json) {
  start(to, name);
  sd_str_add(&to->out, json);
}

void sd_schema_words(struct sd_schema_writer *to, const char *name, const char *const *words) {
  sd_schema_open(to, name, '[');
  for (; *words != NULL; words++)
    sd_schema_text(to, NULL, *words);
  sd_schema_close(to, ']');
}
