/* SPDX-License-Identifier: Apache-2.0 */
/* --filter KEY=VALUE of lists and of what sweeps.
 *
 * The daemon joins filters of different keys, and all labels, by "and"; filters of one other key by "or" (moby,
 * api/types/filters). So behind the label of the owner a filter of the caller's can only narrow.
 *
 * MUST: hand on no key that is not known; leave the labels of safe-docker to safe-docker; name no container that is not
 * the caller's. */
#include <ctype.h>
#include <string.h>

#include "checks.h"
#include "command.h"
#include "internal.h"
#include "safe-docker/base/text.h"

/* docs.docker.com, "docker ps", "docker events", and so on: the filters of each. */
static const struct {
  enum sd_command_id id;
  const char *keys; /* with blanks around each */
} known[] = {
    {SD_COMMAND_PS, " ancestor before exited expose health id is-task isolation label name network "
                    "publish since status volume "},
    {SD_COMMAND_EVENTS, " config container daemon event image label network node plugin scope "
                        "secret service type volume "},
    {SD_COMMAND_VOLUME_LS, " dangling driver label name "},
    {SD_COMMAND_NETWORK_LS, " dangling driver id label name scope type "},
    {SD_COMMAND_CONTAINER_PRUNE, " label label! until "},
    {SD_COMMAND_NETWORK_PRUNE, " label label! until "},
    {SD_COMMAND_VOLUME_PRUNE, " all label label! "},
};

static const char *keys_of(const struct sd_rule_input *in) {
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
    if (known[i].id == in->invocation->command->id)
      return known[i].keys;
  return " ";
}

static const char blank[] = " \t\n\v\f\r";

/* As the real CLI reads them: without blanks around, and the key in small letters. */
static char *trimmed(struct sd_arena *arena, const char *text, size_t len) {
  while (len > 0 && strchr(blank, text[0]) != NULL) {
    text++;
    len--;
  }
  while (len > 0 && strchr(blank, text[len - 1]) != NULL)
    len--;
  return sd_arena_strndup(arena, text, len);
}

static bool is_known(const struct sd_rule_input *in, const char *key) {
  const char *padded = sd_arena_printf(in->arena, " %s ", key);
  return strchr(key, ' ') == NULL && strstr(keys_of(in), padded) != NULL;
}

/* "before" and "since" name a container; the daemon says whether there is one. The value that is handed on, or NULL where
 * the caller has none that is called so. */
static const char *container_value(const struct sd_rule_input *in, struct sd_decision *decision,
                                   const char *text) {
  const struct sd_object *object = NULL;
  if (sd_rule_find(in, decision, SD_OBJECT_CONTAINER, text, &object) == SD_FOUND_OWN)
    return object->id;
  sd_strv_add(&decision->absent, in->arena,
              sd_arena_printf(in->arena, "Error response from daemon: no such container %s",
                              sd_text_safe(in->arena, text)));
  return NULL;
}

static const char *refuse(const struct sd_rule_input *in, const char *filter, const char *key,
                          const char *value) {
  if (strchr(filter, '=') == NULL)
    return "a filter is written KEY=VALUE";
  if (!sd_text_is_printable(filter))
    return "a filter has no control characters";
  if (!is_known(in, key))
    return "safe-docker does not know this filter of the command";
  bool label = strcmp(key, "label") == 0 || strcmp(key, "label!") == 0;
  return label && in->policy->isolation == SD_ISOLATION_OWNER && sd_label_is_reserved(value)
             ? "by this label safe-docker finds what is yours; it is asked for anyway"
             : NULL;
}

static void judge_filter(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_setting *setting) {
  const char *filter = setting->text;
  size_t len = strcspn(filter, "=");
  char *key = trimmed(in->arena, filter, len);
  for (char *at = key; *at != '\0'; at++)
    *at = (char)tolower((unsigned char)*at);
  const char *equals = strchr(filter, '=');
  const char *rest = equals != NULL ? equals + 1 : "";
  const char *value = trimmed(in->arena, rest, strlen(rest));
  const char *reason = refuse(in, filter, key, value);
  if (reason != NULL) {
    sd_command_deny(decision, "filter", setting,
                    sd_arena_printf(in->arena, "filters of this command: %s",
                                    trimmed(in->arena, keys_of(in), strlen(keys_of(in)))),
                    "%s", reason);
    return;
  }
  if (strcmp(key, "before") == 0 || strcmp(key, "since") == 0)
    value = container_value(in, decision, value);
  if (value != NULL)
    sd_invocation_add_text(in->arena, &decision->invocation, "filter",
                           sd_arena_printf(in->arena, "%s=%s", key, value));
}

void sd_command_filters(const struct sd_rule_input *in, struct sd_decision *decision) {
  (void)sd_command_take(in, decision, "filter");
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (strcmp(in->invocation->settings.items[i].row->name, "filter") == 0)
      judge_filter(in, decision, &in->invocation->settings.items[i]);
}
