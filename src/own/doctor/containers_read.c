/* SPDX-License-Identifier: Apache-2.0 */
#include "containers.h"

const struct sd_json *container_at(const struct sd_json *object, const char *part,
                                   const char *key) {
  const struct sd_json *at = object;
  if (at != NULL && part != NULL)
    at = at->type == SD_JSON_OBJECT ? sd_json_get(at, part) : NULL;
  if (at != NULL && key != NULL)
    at = at->type == SD_JSON_OBJECT ? sd_json_get(at, key) : NULL;
  return at;
}

const char *container_text(const struct sd_json *object, const char *key) {
  const struct sd_json *value = container_at(object, NULL, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : "";
}

enum fact_truth container_truth(const struct sd_json *object, const char *key) {
  const struct sd_json *value = container_at(object, NULL, key);
  if (value == NULL || value->type != SD_JSON_BOOL)
    return FACT_UNKNOWN;
  return value->boolean ? FACT_YES : FACT_NO;
}

void container_texts(struct sd_arena *arena, const struct sd_json *object, const char *key,
                     struct fact_texts *out) {
  const struct sd_json *list = container_at(object, NULL, key);
  if (list == NULL)
    return;
  out->known = true;
  for (size_t i = 0; list->type == SD_JSON_ARRAY && i < list->items.len; i++)
    if (list->items.items[i]->type == SD_JSON_STRING)
      sd_strv_add(&out->list, arena, list->items.items[i]->string);
}
