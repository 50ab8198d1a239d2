/* SPDX-License-Identifier: Apache-2.0 */
/* --gpus: a count, or GPUs by number or id, as the CLI reads them (docker/cli, opts/gpus.go).
 *
 * MUST: take nothing that the CLI or the daemon would read as more GPUs than it says: a count and a
 * list contradict each other, and each key stands once. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define GPUS_MAX 1024

static const char form[] =
    "write all, a number, '\"device=0,1\"' with both kinds of quotes, or add "
    "\"capabilities=compute,utility\"";

/* What the daemon's drivers know (moby, daemon/nvidia_linux.go). */
static const struct {
  const char *name;
} capabilities[] = {{"compat32"}, {"compute"}, {"display"}, {"gpu"},
                    {"graphics"}, {"nvidia"},  {"utility"}, {"video"}};

static bool is_number(struct sd_arena *arena, const char *text, uint64_t min, uint64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  return sd_number_decimal(text, min, GPUS_MAX, out, &ignored);
}

static bool read_count(struct sd_arena *arena, const char *text, struct sd_gpus *gpus,
                       struct sd_error *err) {
  uint64_t count = 0;
  bool all = strcmp(text, "all") == 0;
  if (gpus->count != 0)
    return sd_fail_rule(err, NULL, form, "the number of GPUs stands there twice");
  if (!all && !is_number(arena, text, 1, &count))
    return sd_fail_rule(err, NULL, form, "'%s' is neither all nor a number of GPUs",
                        sd_text_safe(err->arena, text));
  gpus->count = all ? SD_GPUS_ALL : (int64_t)count;
  return true;
}

/* "0", "0:1" (a part of a GPU), "GPU-<id>", "MIG-<id>", "all". */
static bool is_device(struct sd_arena *arena, const char *text) {
  uint64_t ignored = 0;
  const char *gpu = NULL;
  const char *part = NULL;
  if (strcmp(text, "all") == 0)
    return true;
  if (sd_text_starts_with(text, "GPU-") || sd_text_starts_with(text, "MIG-"))
    return sd_spec_consists_of(text + strlen("GPU-"), SD_SPEC_ALNUM "-");
  bool cut = sd_spec_cut(arena, text, ':', &gpu, &part);
  return is_number(arena, gpu, 0, &ignored) && (!cut || is_number(arena, part, 0, &ignored));
}

static bool read_devices(struct sd_arena *arena, const char *text, struct sd_gpus *gpus,
                         struct sd_error *err) {
  sd_spec_split(arena, text, ',', &gpus->devices);
  for (size_t i = 0; i < gpus->devices.v.len; i++)
    if (!is_device(arena, gpus->devices.v.items[i]))
      return sd_fail_rule(err, NULL, form, "'%s' is neither the number of a GPU nor its id",
                          sd_text_safe(err->arena, gpus->devices.v.items[i]));
  return true;
}

static bool read_capabilities(struct sd_arena *arena, const char *text, struct sd_gpus *gpus,
                              struct sd_error *err) {
  const struct sd_spec_table table = SD_SPEC_TABLE(capabilities);
  sd_spec_split(arena, text, ',', &gpus->capabilities);
  for (size_t i = 0; i < gpus->capabilities.v.len; i++)
    if (sd_spec_find(&table, gpus->capabilities.v.items[i]) == table.count)
      return sd_spec_unknown(&table, "capability of GPUs", gpus->capabilities.v.items[i], err);
  return true;
}

/* driver=cdi would take any CDI device, by its name alone. */
static bool read_driver(struct sd_arena *arena, const char *text, struct sd_gpus *gpus,
                        struct sd_error *err) {
  (void)arena;
  gpus->nvidia = strcmp(text, "nvidia") == 0;
  if (gpus->nvidia)
    return true;
  return sd_fail_rule(err, NULL, "leave it out, or write driver=nvidia; for others use --device",
                      "safe-docker knows nothing of the driver '%s'",
                      sd_text_safe(err->arena, text));
}

static const struct key {
  const char *name;
  bool (*read)(struct sd_arena *arena, const char *text, struct sd_gpus *gpus,
               struct sd_error *err);
} keys[] = {{"capabilities", read_capabilities},
            {"count", read_count},
            {"device", read_devices},
            {"driver", read_driver}};

/* A word without "=" is a count. `seen` has a place for each key. */
static bool read_field(struct sd_arena *arena, const char *field, struct sd_gpus *gpus, bool *seen,
                       struct sd_error *err) {
  const struct sd_spec_table table = SD_SPEC_TABLE(keys);
  const char *key = NULL;
  const char *value = NULL;
  if (!sd_spec_cut(arena, field, '=', &key, &value))
    return read_count(arena, field, gpus, err);
  size_t index = sd_spec_find(&table, key);
  if (index == table.count)
    return sd_spec_unknown(&table, "key", key, err);
  if (seen[index])
    return sd_fail_rule(err, NULL, form, "the key %s stands there twice", key);
  seen[index] = true;
  return keys[index].read(arena, value, gpus, err);
}

bool sd_gpus_parse(struct sd_arena *arena, const char *text, struct sd_gpus *out,
                   struct sd_error *err) {
  struct sd_gpus gpus = {0};
  struct sd_strv fields;
  bool seen[sizeof(keys) / sizeof(keys[0])] = {false};
  if (!sd_csv_read(arena, text, &fields, err))
    return false;
  for (size_t i = 0; i < fields.v.len; i++)
    if (!read_field(arena, fields.v.items[i], &gpus, seen, err))
      return false;
  if (gpus.count != 0 && gpus.devices.v.len > 0)
    return sd_fail_rule(err, NULL, form,
                        "a number of GPUs and a list of them contradict each other");
  if (gpus.count == 0 && gpus.devices.v.len == 0)
    gpus.count = 1;
  *out = gpus;
  return true;
}

static void add_list(struct sd_arena *arena, struct sd_str *str, const char *key,
                     const struct sd_strv *words) {
  if (words->v.len == 0)
    return;
  sd_str_add_char(str, ',');
  sd_str_add_csv(str, sd_arena_printf(arena, "%s=%s", key, sd_strv_join(words, arena, ",")));
}

const char *sd_gpus_format(struct sd_arena *arena, const struct sd_gpus *gpus) {
  struct sd_str str;
  sd_str_init(&str, arena);
  if (gpus->count == SD_GPUS_ALL)
    sd_str_add(&str, ",count=all");
  else if (gpus->count > 0)
    sd_str_addf(&str, ",count=%lld", (long long)gpus->count);
  add_list(arena, &str, "device", &gpus->devices);
  add_list(arena, &str, "capabilities", &gpus->capabilities);
  if (gpus->nvidia)
    sd_str_add(&str, ",driver=nvidia");
  return sd_str_text(&str) + 1;
}
