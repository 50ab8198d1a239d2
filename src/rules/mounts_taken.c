/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of another container, which --volumes-from takes over: what inspect shows of them, as mounts of this one. */
#include <string.h>

#include "internal.h"
#include "mounts.h"
#include "others.h"
#include "safe-docker/base/text.h"

static const char *text_of(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == SD_JSON_STRING && value->string[0] != '\0' ? value->string
                                                                                    : NULL;
}

/* What does not say that it is for reading can be written to. */
static bool is_writable(const struct sd_json *object) {
  const struct sd_json *value = sd_json_get(object, "RW");
  return value == NULL || value->type != SD_JSON_BOOL || value->boolean;
}

bool sd_mounts_read(const struct sd_json *json, struct sd_mount *out) {
  static const struct {
    const char *type, *source_key;
    enum sd_mount_kind kind;
  } types[] = {{"bind", "Source", SD_MOUNT_BIND},
               {"volume", "Name", SD_MOUNT_VOLUME},
               {"tmpfs", "Name", SD_MOUNT_TMPFS}};
  const char *type = text_of(json, "Type");
  const char *target = text_of(json, "Destination");
  for (size_t i = 0; type != NULL && target != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
    if (strcmp(types[i].type, type) != 0)
      continue;
    const char *source = text_of(json, types[i].source_key);
    if (source == NULL && types[i].kind != SD_MOUNT_TMPFS)
      return false;
    *out = (struct sd_mount){
        .kind = types[i].kind,
        .source = source,
        .target = target,
        .read_only = !is_writable(json),
        .propagation = text_of(json, "Propagation"),
    };
    return true;
  }
  return false;
}

static void take(const struct sd_rule_input *in, struct sd_decision *decision,
                 const struct sd_json *json, bool read_only, const struct sd_given *given,
                 struct sd_mount_list *out) {
  struct sd_mount mount = {0};
  if (!sd_mounts_read(json, &mount)) {
    sd_deny(decision, "volumes-from", given, "leave it out, and name the volumes with -v",
            "the other container has a mount of a type that is not known");
    return;
  }
  mount.short_form = true; /* for what messages propose */
  mount.read_only = mount.read_only || read_only;
  mount.given = given;
  *sd_vec_push(in->arena, &out->v) = mount;
}

void sd_mounts_taken(const struct sd_rule_input *in, struct sd_decision *decision,
                     struct sd_mount_list *out) {
  const struct sd_texts *list = &in->request->volumes_from;
  for (size_t i = 0; i < list->v.len && sd_rule_option_allowed(in, "volumes-from"); i++) {
    const struct sd_object *container = NULL;
    const char *name = NULL;
    bool read_only = false;
    if (!sd_other_split_volumes(in->arena, list->v.items[i].value, &name, &read_only) ||
        sd_rule_find(in, decision, SD_OBJECT_CONTAINER, name, &container) != SD_FOUND_OWN ||
        container->json == NULL)
      continue; /* refused, or not looked up yet */
    const struct sd_json *mounts = sd_json_get(container->json, "Mounts");
    for (size_t k = 0; mounts != NULL && k < mounts->items.len; k++)
      take(in, decision, mounts->items.items[k], read_only, list->v.items[i].given, out);
  }
}
