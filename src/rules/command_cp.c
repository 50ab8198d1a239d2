/* SPDX-License-Identifier: Apache-2.0 */
/* Files to and from containers. The daemon reads and writes as root in the mounts of the container, so these must hold
 * nothing but what is the container's own. The real CLI never opens a file of the host: src/copy.c does without it. */
#include <string.h>

#include "command.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/copy.h"

/* -- mounts ------------------------------------------------------------------------------------- */

static const struct sd_json *get(const struct sd_json *object, const char *key) {
  return object == NULL ? NULL : sd_json_get(object, key);
}

static bool is_one_of(const struct sd_json *value, const char *a, const char *b) {
  return value != NULL && value->type == SD_JSON_STRING &&
         (strcmp(value->string, a) == 0 || strcmp(value->string, b) == 0);
}

static bool is_list(const struct sd_json *list) {
  return list == NULL || list->type == SD_JSON_ARRAY || list->type == SD_JSON_NULL;
}

/* Every mount is a volume of the local driver or in memory; what has another type, or none, is not known. */
static bool has_harmless_types(const struct sd_json *mounts) {
  for (size_t i = 0; mounts != NULL && i < mounts->items.len; i++) {
    const struct sd_json *driver = get(mounts->items.items[i], "Driver");
    if (!is_one_of(get(mounts->items.items[i], "Type"), "volume", "tmpfs") ||
        (driver != NULL && !is_one_of(driver, "", "local")))
      return false;
  }
  return true;
}

/* "SOURCE:TARGET": a source that is a path is one of the host. */
static bool has_no_paths(const struct sd_json *binds) {
  for (size_t i = 0; binds != NULL && i < binds->items.len; i++) {
    const struct sd_json *bind = binds->items.items[i];
    if (bind->type != SD_JSON_STRING || bind->string[0] == '/' || bind->string[0] == '\0')
      return false;
  }
  return true;
}

static bool has_own_files_only(const struct sd_json *container) {
  const struct sd_json *host = get(container, "HostConfig");
  const struct sd_json *lists[] = {get(container, "Mounts"), get(host, "Mounts"),
                                   get(host, "Binds")};
  for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
    if (!is_list(lists[i]))
      return false;
  return has_harmless_types(lists[0]) && has_harmless_types(lists[1]) && has_no_paths(lists[2]);
}

/* -- the command -------------------------------------------------------------------------------- */

static const char *const words[] = {"source", "destination"};

static bool check_words(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_copy_place place[2]) {
  const struct sd_strv *operands = &in->invocation->operands;
  for (size_t i = 0; i < 2; i++)
    if (place[i].path[0] == '\0') {
      sd_operand_deny(decision, "copy-operands", operands->v.items[i],
                      "docker cp CONTAINER:PATH PATH, or docker cp PATH CONTAINER:PATH",
                      "%s can not be empty", words[i]);
      return false;
    }
  if ((place[0].container == NULL) != (place[1].container == NULL))
    return true;
  sd_operand_deny(decision, "copy-operands", operands->v.items[0],
                  "docker cp A:/x - | docker cp - B:/y copies from one to another", "%s",
                  place[0].container != NULL ? "copying between containers is not supported"
                                             : "must specify at least one container source");
  return false;
}

/* Owners cannot be kept without root: what comes out is the caller's, what goes in keeps its numbers as ever. */
static void take_settings(const struct sd_rule_input *in, struct sd_decision *decision,
                          bool from_container) {
  const struct sd_setting *archive = sd_command_take(in, decision, "archive");
  if (archive != NULL && archive->flag)
    sd_changed(decision, "copy-archive",
               "owners: what is copied out is the caller's, what is copied in keeps its numbers",
               "--archive=false");
  (void)sd_command_take(in, decision, "quiet"); /* the real CLI has nothing to say here */
  if (from_container)
    sd_command_pass(in, decision, "follow-link");
  else
    (void)sd_command_take(in, decision, "follow-link"); /* on the host, where the real CLI is not */
}

void sd_command_cp(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  if (operands->v.len != 2) { /* a problem by now; no more need be said */
    take_settings(in, decision, false);
    return;
  }
  const struct sd_copy_place place[2] = {sd_copy_split(in->arena, operands->v.items[0]),
                                         sd_copy_split(in->arena, operands->v.items[1])};
  const struct sd_copy_place *inside = &place[place[0].container != NULL ? 0 : 1];
  take_settings(in, decision, inside == &place[0]);
  if (!check_words(in, decision, place))
    return;
  const struct sd_object *container = sd_command_launched(in, decision, inside->container);
  if (container == NULL)
    return;
  if (!has_own_files_only(container->json))
    sd_operand_deny(decision, "copy-mounts", inside->container,
                    "use the folder of the host itself, or docker exec and cat",
                    "folders of the host, or what is not known, are mounted in it, and the daemon "
                    "copies as root");
  else
    sd_command_volumes(in, decision, container, inside->container);
  const char *named = sd_arena_printf(in->arena, "%s:%s", container->id, inside->path);
  decision->invocation.operands = (struct sd_strv){0};
  sd_command_word(in, decision, inside == &place[0] ? named : "-");
  sd_command_word(in, decision, inside == &place[0] ? "-" : named);
}
