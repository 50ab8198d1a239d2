/* SPDX-License-Identifier: Apache-2.0 */
/* Environment, labels, and the annotation of the owner. Label and annotation of the owner are what later says whose the
 * container is: nobody else may set them, and they go out last, because the last one wins. */
#include <string.h>

#include "checks.h"
#include "lifecycle.h"
#include "safe-docker/base/text.h"

static bool is_utf8(const char *text) {
  return text == NULL || sd_text_is_utf8(text, strlen(text));
}

/* JSON would turn other bytes into another text. */
static bool check_utf8(struct sd_decision *decision, const struct sd_entry *entry) {
  if (is_utf8(entry->name) && is_utf8(entry->value))
    return true;
  sd_deny(decision, "invalid-value", entry->given, "write it in UTF-8",
          "its name or value is not valid UTF-8");
  return false;
}

static void check_env(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->request->env.v.len; i++) {
    const struct sd_entry *entry = &in->request->env.v.items[i];
    if (check_utf8(decision, entry))
      *sd_vec_push(in->arena, &decision->out.env.v) = *entry;
  }
}

/* As in u1001-shop: by this label the compose plugin finds what belongs to a project, whosever it is, and safe-docker gives the
 * names of that form to projects of that caller alone. */
static bool is_project_of_another(const struct sd_rule_input *in, const struct sd_entry *entry) {
  const char *value = entry->value != NULL ? entry->value : "";
  const char *own = sd_arena_printf(in->arena, "u%u-", (unsigned)in->caller->uid);
  if (in->policy->isolation == SD_ISOLATION_SHARED ||
      strcmp(entry->name, "com.docker.compose.project") != 0 || value[0] != 'u' ||
      sd_text_starts_with(value, own))
    return false;
  size_t digits = strspn(value + 1, "0123456789");
  return digits > 0 && value[1 + digits] == '-';
}

static void check_label(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_entry *entry) {
  if (!check_utf8(decision, entry))
    return;
  if (sd_label_is_reserved(entry->name)) {
    sd_deny(decision, "label-reserved", entry->given, "choose another name for the label",
            "the label %s is reserved for what manages containers",
            sd_text_safe(in->arena, entry->name));
    return;
  }
  if (is_project_of_another(in, entry)) {
    sd_deny(decision, "label-reserved", entry->given, "name another project",
            "it would put the container into the compose project %s, of another caller",
            sd_text_safe(in->arena, entry->value));
    return;
  }
  *sd_vec_push(in->arena, &decision->out.labels.v) = *entry;
}

static void add_label(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *name, const char *value) {
  *sd_vec_push(in->arena, &decision->out.labels.v) =
      (struct sd_entry){.name = name, .value = value};
  sd_changed(decision, "label", "says whose container it is, and who launched it", "--label=%s=%s",
             name, value);
}

/* An image cannot set annotations, so this says more than the label. */
static void add_annotation(const struct sd_rule_input *in, struct sd_decision *decision) {
  const char *value = sd_arena_printf(in->arena, SD_OWNER_LABEL "=%u", (unsigned)in->caller->uid);
  *sd_vec_push(in->arena, &decision->out.annotations.v) =
      (struct sd_text){.set = true, .value = value};
  sd_changed(decision, "annotation", "says whose container it is, where no image can set it",
             "--annotation=%s", value);
}

void sd_lifecycle_metadata(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {SD_OPT_ENV, SD_OPT_ENV_FILE, SD_OPT_LABEL,
                                           SD_OPT_LABEL_FILE};
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  check_env(in, decision);
  for (size_t i = 0; i < in->request->labels.v.len; i++)
    check_label(in, decision, &in->request->labels.v.items[i]);
  add_label(in, decision, SD_OWNER_LABEL,
            sd_arena_printf(in->arena, "%u", (unsigned)in->caller->uid));
  add_label(in, decision, SD_VERSION_LABEL, in->version);
  if (in->policy->docker.annotations)
    add_annotation(in, decision);
}
