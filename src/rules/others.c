/* SPDX-License-Identifier: Apache-2.0 */
/* Other containers that a new one refers to: by --link, --volumes-from, and in the values "container:NAME".
 *
 * MUST: refer to nothing but the caller's own, and to that by its id. */
#include "others.h"

#include <string.h>

#include "checks.h"
#include "safe-docker/base/text.h"

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

const struct sd_object *sd_other_container(const struct sd_rule_input *in,
                                           struct sd_decision *decision, const char *rule,
                                           const struct sd_given *given, const char *name) {
  const struct sd_object *container = NULL;
  if (sd_rule_find(in, decision, SD_OBJECT_CONTAINER, name, &container) != SD_FOUND_OWN) {
    sd_deny(decision, rule, given, "docker ps -a shows the containers that you have",
            "you have no container %s", shown(in, name));
    return NULL;
  }
  if (sd_object_is_launched(in, container))
    return container;
  sd_deny(decision, "not-launched", given, "create a new one with docker run or docker create",
          "%s was not created by safe-docker, so nothing says that it is confined",
          shown(in, name));
  return NULL;
}

const char *sd_other_name(const char *text) {
  static const char container[] = "container:";
  return sd_text_starts_with(text, container) ? text + strlen(container) : NULL;
}

/* -- links -------------------------------------------------------------------------------------- */

static void take_link(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_text *link) {
  const char *colon = strchr(link->value, ':');
  size_t len = strcspn(link->value, ":");
  const char *name = sd_arena_strndup(in->arena, link->value, len);
  const char *alias = colon != NULL ? colon + 1 : name + (name[0] == '/' ? 1 : 0);
  if (!sd_check_name(alias, "_.-")) {
    sd_deny(decision, "link", link->given, "write NAME or NAME:ALIAS",
            "%s is no name for a container on a network", shown(in, alias));
    return;
  }
  const struct sd_object *container = sd_other_container(in, decision, "link", link->given, name);
  if (container != NULL)
    *sd_vec_push(in->arena, &decision->out.link.v) =
        (struct sd_text){.set = true,
                         .value = sd_arena_printf(in->arena, "%s:%s", container->id, alias),
                         .given = link->given};
}

void sd_other_links(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_LINK);
  for (size_t i = 0; i < in->request->link.v.len; i++)
    take_link(in, decision, &in->request->link.v.items[i]);
}

/* -- volumes ------------------------------------------------------------------------------------ */

bool sd_other_split_volumes(struct sd_arena *arena, const char *text, const char **name,
                            bool *read_only) {
  size_t len = strcspn(text, ":");
  *name = sd_arena_strndup(arena, text, len);
  *read_only = strcmp(text + len, ":ro") == 0;
  return text[len] == '\0' || *read_only || strcmp(text + len, ":rw") == 0;
}

static void take_volumes(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_text *from) {
  const char *name = NULL;
  bool read_only = false;
  if (!sd_other_split_volumes(in->arena, from->value, &name, &read_only)) {
    sd_deny(decision, "volumes-from", from->given, "write NAME, NAME:ro or NAME:rw",
            "what stands behind the name is neither ro nor rw");
    return;
  }
  const struct sd_object *container =
      sd_other_container(in, decision, "volumes-from", from->given, name);
  if (container != NULL)
    *sd_vec_push(in->arena, &decision->out.volumes_from.v) = (struct sd_text){
        .set = true,
        .value = sd_arena_printf(in->arena, "%s%s", container->id, from->value + strlen(name)),
        .given = from->given};
}

void sd_other_volumes(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_VOLUMES_FROM);
  for (size_t i = 0; i < in->request->volumes_from.v.len; i++)
    take_volumes(in, decision, &in->request->volumes_from.v.items[i]);
}
