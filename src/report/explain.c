/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/report/report.h"

#include <string.h>

#include "json_out.h"

void sd_json_add_strings(struct sd_str *out, const struct sd_strv *strings) {
  if (strings == NULL) {
    sd_str_add(out, "null");
    return;
  }
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < strings->v.len; i++) {
    if (i > 0)
      sd_str_add_char(out, ',');
    sd_str_add_json(out, strings->v.items[i]);
  }
  sd_str_add_char(out, ']');
}

void sd_json_add_caller(struct sd_str *out, const struct sd_identity *who) {
  sd_str_addf(out, "\"caller\":{\"uid\":%u,\"gid\":%u,\"user\":", (unsigned)who->uid,
              (unsigned)who->gid);
  sd_str_add_json(out, who->user);
  sd_str_addf(out, ",\"via\":\"%s\"}", sd_door_name(who->door));
}

void sd_json_add_decision(struct sd_str *out, const struct sd_outcome *outcome) {
  sd_str_addf(out, "\"decision\":\"%s\"", outcome->argv != NULL ? "allow" : "deny");
}

void sd_json_add_member(struct sd_str *out, const char *key, const char *value) {
  char last = out->len > 0 ? out->data[out->len - 1] : '{';
  sd_str_addf(out, last == '{' || last == ',' ? "\"%s\":" : ",\"%s\":", key);
  sd_str_add_json(out, value);
}

void sd_json_add_confinement(struct sd_str *out, const struct sd_outcome *outcome) {
  const struct sd_confinement *confinement = outcome->confinement;
  if (confinement == NULL)
    return;
  sd_str_add(out, ",\"confinement\":{");
  sd_json_add_member(out, "seccomp",
                     confinement->seccomp != NULL ? confinement->seccomp : "caller's");
  sd_json_add_member(out, "apparmor", confinement->apparmor);
  sd_json_add_member(out, "apparmor_state", confinement->apparmor_state);
  sd_str_add_char(out, '}');
}

struct member {
  const char *key, *value;
};

/* {"key":"value",...}, behind a comma unless it is the first of its list. */
static void add_object(struct sd_str *out, bool first, const struct member *members, size_t count) {
  sd_str_add(out, first ? "{" : ",{");
  for (size_t i = 0; i < count; i++) {
    sd_str_addf(out, "%s\"%s\":", i > 0 ? "," : "", members[i].key);
    sd_str_add_json(out, members[i].value);
  }
  sd_str_add_char(out, '}');
}

static void add_environ(struct sd_str *out, const struct sd_strv *environ) {
  if (environ == NULL) {
    sd_str_add(out, "null");
    return;
  }
  sd_str_add_char(out, '{');
  for (size_t i = 0; i < environ->v.len; i++) {
    const char *entry = environ->v.items[i];
    size_t len = strcspn(entry, "=");
    if (i > 0)
      sd_str_add_char(out, ',');
    sd_str_add_json(out, sd_arena_strndup(out->arena, entry, len));
    sd_str_add_char(out, ':');
    sd_str_add_json(out, entry + len + 1);
  }
  sd_str_add_char(out, '}');
}

const char *sd_report_explain_json(struct sd_arena *arena, const struct sd_outcome *outcome) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_char(&out, '{');
  sd_json_add_decision(&out, outcome);
  sd_str_add(&out, ",\"command\":");
  sd_str_add_json(&out, outcome->command);
  sd_str_add_char(&out, ',');
  sd_json_add_caller(&out, outcome->who);
  sd_str_add(&out, ",\"violations\":[");
  for (size_t i = 0; i < outcome->problems->list.len; i++) {
    const struct sd_problem *problem = &outcome->problems->list.items[i];
    struct member members[] = {{"rule", problem->rule},
                               {"option", problem->option},
                               {"message", problem->message},
                               {"hint", problem->hint}};
    add_object(&out, i == 0, members, sizeof(members) / sizeof(members[0]));
  }
  sd_str_add(&out, "],\"changes\":[");
  for (size_t i = 0; i < outcome->change_count; i++) {
    const struct sd_change *change = &outcome->changes[i];
    struct member members[] = {
        {"rule", change->rule}, {"option", change->option}, {"reason", change->reason}};
    add_object(&out, i == 0, members, sizeof(members) / sizeof(members[0]));
  }
  sd_str_add_char(&out, ']');
  sd_json_add_confinement(&out, outcome);
  sd_str_add(&out, ",\"argv\":");
  sd_json_add_strings(&out, outcome->argv);
  sd_str_add(&out, ",\"env\":");
  add_environ(&out, outcome->environ);
  sd_str_add(&out, "}\n");
  return sd_str_text(&out);
}
