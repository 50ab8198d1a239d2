/* SPDX-License-Identifier: Apache-2.0 */
/* `setup status`: which deployments are in place, and what is missing of them. */
#include <string.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_account.h"

#include "output.h"
#include "setup_show.h"

static struct setup_state look(struct setup *setup, const struct setup_deployment *deployment) {
  struct setup_state out = {.deployment = deployment};
  struct setup_views views;
  bool some = false;
  setup->name = deployment->name;
  setup_views_look(setup, deployment, &views);
  for (size_t i = 0; i < deployment->count; i++) {
    some = some || (views.v.items[i].ours && !deployment->steps[i].shared);
    if (!views.v.items[i].complete)
      sd_strv_add(&out.missing, setup->arena, views.v.items[i].line);
  }
  out.state = !some ? "absent" : views.open == 0 ? "complete" : "incomplete";
  return out;
}

const struct setup_state *setup_states(struct setup *setup) {
  struct setup_state *out = sd_arena_alloc(setup->arena, setup_deployments_count * sizeof(*out));
  for (size_t i = 0; i < setup_deployments_count; i++)
    out[i] = look(setup, &setup_deployments[i]);
  setup->name = "status";
  return out;
}

static void add_text(const struct setup_state *found, struct sd_str *out) {
  sd_str_addf(out, "%-7s  %-10s  %s\n", found->deployment->name, found->state,
              found->deployment->what);
  if (strcmp(found->state, "incomplete") != 0)
    return;
  for (size_t i = 0; i < found->missing.v.len; i++)
    sd_str_addf(out, "         missing: %s\n", found->missing.v.items[i]);
}

static void add_list(struct sd_str *out, const struct sd_strv *texts) {
  sd_str_add_char(out, '[');
  for (size_t i = 0; i < texts->v.len; i++) {
    sd_str_add(out, i > 0 ? "," : "");
    sd_str_add_json(out, texts->v.items[i]);
  }
  sd_str_add_char(out, ']');
}

static void add_json(const struct setup_state *found, struct sd_str *out) {
  sd_str_add(out, "{\"name\":");
  sd_str_add_json(out, found->deployment->name);
  sd_str_add(out, ",\"state\":");
  sd_str_add_json(out, found->state);
  sd_str_add(out, ",\"missing\":");
  add_list(out, &found->missing);
  sd_str_add_char(out, '}');
}

static const char *as_json(struct setup *setup, const struct setup_state *found,
                           const struct sd_strv *members, const struct sd_strv *warnings) {
  struct sd_str out;
  sd_str_init(&out, setup->arena);
  sd_str_add(&out, "{\"deployments\":[");
  for (size_t i = 0; i < setup_deployments_count; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    add_json(&found[i], &out);
  }
  sd_str_add(&out, "],\"group\":");
  sd_str_add_json(&out, setup->group);
  sd_str_add(&out, ",\"members\":");
  add_list(&out, members);
  sd_str_add(&out, ",\"warnings\":");
  add_list(&out, warnings);
  sd_str_add(&out, "}\n");
  return sd_str_text(&out);
}

#define WIDTH 80

/* All of them, on lines that fit a terminal. */
static void add_members(struct setup *setup, const struct sd_strv *members, struct sd_str *out) {
  size_t start = out->len;
  sd_str_addf(out, "group %s:", setup->group);
  for (size_t i = 0; i < members->v.len; i++) {
    const char *name = sd_text_safe(setup->arena, members->v.items[i]);
    const char *behind = i + 1 < members->v.len ? "," : "";
    bool fits = out->len - start + 1 + strlen(name) + strlen(behind) <= WIDTH;
    if (!fits)
      start = out->len + 1;
    sd_str_addf(out, "%s%s%s", fits ? " " : "\n  ", name, behind);
  }
  sd_str_add(out, members->v.len > 0 ? "\n" : " nobody\n");
}

static const char *as_text(struct setup *setup, const struct setup_state *found,
                           const struct sd_strv *members, const struct sd_strv *warnings) {
  struct sd_str out;
  sd_str_init(&out, setup->arena);
  for (size_t i = 0; i < setup_deployments_count; i++)
    add_text(&found[i], &out);
  add_members(setup, members, &out);
  for (size_t i = 0; i < warnings->v.len; i++)
    sd_str_addf(&out, "warning: %s\n", warnings->v.items[i]);
  return sd_str_text(&out);
}

int setup_status(struct setup *setup, bool json) {
  const struct setup_state *found = setup_states(setup);
  struct sd_setup_group group = {0};
  struct sd_strv warnings = {0};
  (void)sd_setup_group(setup->arena, setup->group, &group);
  setup_warnings(setup, &warnings);
  const char *text = (json ? as_json : as_text)(setup, found, &group.members, &warnings);
  return output_answer(setup->arena, text, 0);
}
