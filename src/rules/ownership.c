/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an object is.
 *
 * MUST: believe a label of a container only together with what no image can set. An image can carry labels, and
 * whoever starts a container from it without safe-docker gives them to that container. */
#include <string.h>

#include "checks.h"
#include "internal.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/objects.h"

/* -- reading what inspect shows ----------------------------------------------------------------- */
/* A value of another type has no number, is not true and has no items. */

static const struct sd_json *get(const struct sd_json *object, const char *key) {
  return object == NULL ? NULL : sd_json_get(object, key);
}

static const char *text_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = get(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : "";
}

static int64_t number_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = get(object, key);
  return value != NULL ? value->number : 0;
}

static bool is_true(const struct sd_json *object, const char *key) {
  const struct sd_json *value = get(object, key);
  return value != NULL && value->boolean;
}

/* -- labels ------------------------------------------------------------------------------------- */

static const struct sd_json *labels_of(const struct sd_object *object) {
  return object->kind == SD_OBJECT_CONTAINER ? get(get(object->json, "Config"), "Labels")
                                             : get(object->json, "Labels");
}

static bool has_owner(const struct sd_rule_input *in, const struct sd_json *texts) {
  const char *uid = sd_arena_printf(in->arena, "%u", (unsigned)in->caller->uid);
  return strcmp(text_at(texts, SD_OWNER_LABEL), uid) == 0;
}

/* -- the fingerprint of a launch ---------------------------------------------------------------- */

static bool drops_all(const struct sd_json *host) {
  const struct sd_json *dropped = get(host, "CapDrop");
  return dropped != NULL && dropped->items.len == 1 &&
         dropped->items.items[0]->type == SD_JSON_STRING &&
         strcmp(dropped->items.items[0]->string, "ALL") == 0;
}

/* A profile of its own for seccomp, and no-new-privileges behind everything else. */
static bool is_confined(const struct sd_json *host) {
  const struct sd_json *options = get(host, "SecurityOpt");
  bool seccomp = false;
  const char *last = "";
  for (size_t i = 0; options != NULL && i < options->items.len; i++) {
    const char *option = options->items.items[i]->string;
    last = option != NULL ? option : "";
    seccomp = seccomp || sd_text_starts_with(last, "seccomp={");
    if (strcmp(last, "seccomp=unconfined") == 0 || strcmp(last, "apparmor=unconfined") == 0)
      return false;
  }
  return seccomp && (strcmp(last, "no-new-privileges=true") == 0 ||
                     strcmp(last, "no-new-privileges:true") == 0);
}

static bool is_limited(const struct sd_json *host) {
  return number_at(host, "Memory") > 0 && number_at(host, "MemorySwap") > 0 &&
         number_at(host, "PidsLimit") > 0 &&
         (number_at(host, "NanoCpus") > 0 || number_at(host, "CpuQuota") > 0);
}

static bool has_own_namespaces(const struct sd_json *host) {
  const char *ipc = text_at(host, "IpcMode");
  return (strcmp(ipc, "private") == 0 || strcmp(ipc, "none") == 0 ||
          sd_text_starts_with(ipc, "container:")) &&
         strcmp(text_at(host, "CgroupnsMode"), "private") == 0 &&
         strcmp(text_at(host, "PidMode"), "host") != 0 &&
         strcmp(text_at(host, "UTSMode"), "host") != 0 &&
         strcmp(text_at(host, "UsernsMode"), "host") != 0;
}

static size_t count_of(const struct sd_json *host, const char *key) {
  const struct sd_json *list = get(host, key);
  return list != NULL ? list->items.len : 0;
}

static bool has_item(const struct sd_json *host, const char *key, const char *start) {
  const struct sd_json *list = get(host, key);
  for (size_t i = 0; i < count_of(host, key); i++)
    if (list->items.items[i]->type == SD_JSON_STRING &&
        sd_text_starts_with(list->items.items[i]->string, start))
      return true;
  return false;
}

/* Binds go out as --mount, which is another list; paths of the system are hidden unless somebody asked for them. */
static bool has_what_no_launch_has(const struct sd_json *host) {
  const struct sd_json *masked = get(host, "MaskedPaths");
  bool uncovered =
      masked != NULL && masked->type == SD_JSON_ARRAY && count_of(host, "MaskedPaths") == 0;
  return uncovered || has_item(host, "Binds", "/") || has_item(host, "CapAdd", "ALL") ||
         has_item(host, "CapAdd", "CAP_ALL") || has_item(host, "SecurityOpt", "label=disable") ||
         has_item(host, "SecurityOpt", "label:disable") || count_of(host, "DeviceCgroupRules") > 0;
}

/* What no launch by safe-docker is without. A rootless daemon may have no say in limits and forget them. */
static bool has_fingerprint(const struct sd_rule_input *in, const struct sd_json *host) {
  return host != NULL && !is_true(host, "Privileged") && drops_all(host) && is_confined(host) &&
         (in->own_daemon || is_limited(host)) && has_own_namespaces(host) &&
         !has_what_no_launch_has(host);
}

static bool is_number(const char *text, size_t len) {
  return len > 0 && strspn(text, "0123456789") >= len;
}

/* "uid:gid", both numeric. */
static bool is_numeric_user(const char *user) {
  size_t len = strcspn(user, ":");
  return is_number(user, len) && user[len] == ':' &&
         is_number(user + len + 1, strlen(user + len + 1));
}

static bool is_user(const struct sd_rule_input *in, const char *user, struct sd_ids ids) {
  return strcmp(user, sd_arena_printf(in->arena, "%u:%u", ids.uid, ids.gid)) == 0;
}

/* Where the policy lets nobody choose another user, it must be the caller's own, too. */
static bool has_user(const struct sd_rule_input *in, const struct sd_object *container) {
  const char *user = text_at(get(container->json, "Config"), "User");
  if (in->policy->user.mode != SD_USER_CALLER)
    return is_numeric_user(user);
  return is_user(in, user, sd_rule_own_ids(in)) ||
         (in->own_daemon && is_user(in, user, (struct sd_ids){in->caller->uid, in->caller->gid}));
}

/* -- what follows ------------------------------------------------------------------------------- */

/* The annotation cannot come from an image. Where there is none the engine may be too old for it, so the whole of
 * the container's settings must look like a launch. */
static bool is_own_container(const struct sd_rule_input *in, const struct sd_object *container) {
  const struct sd_json *host = get(container->json, "HostConfig");
  const struct sd_json *annotations = get(host, "Annotations");
  if (!has_owner(in, labels_of(container)) || !has_fingerprint(in, host))
    return false;
  if (text_at(annotations, SD_OWNER_LABEL)[0] != '\0')
    return has_owner(in, annotations);
  return has_user(in, container);
}

bool sd_object_is_own(const struct sd_rule_input *in, const struct sd_object *object) {
  switch (object->kind) {
  case SD_OBJECT_CONTAINER:
    return is_own_container(in, object);
  case SD_OBJECT_NETWORK:
  case SD_OBJECT_VOLUME:
    return has_owner(in, labels_of(object));
  case SD_OBJECT_IMAGE:
    return true;
  case SD_OBJECT_ANY:
    break;
  }
  return false;
}

bool sd_object_is_launched(const struct sd_rule_input *in, const struct sd_object *container) {
  return container->json == NULL ||
         (text_at(labels_of(container), SD_OWNER_LABEL)[0] != '\0' &&
          has_fingerprint(in, get(container->json, "HostConfig")) &&
          is_numeric_user(text_at(get(container->json, "Config"), "User")));
}
