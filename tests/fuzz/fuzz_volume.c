/* SPDX-License-Identifier: Apache-2.0 */
/* --volume. */
#include "spec_fuzz.h"

/* A bind mount goes out as --mount; whatever its path, that must give the same source and
 * target. */
static void check_bind(struct sd_arena *arena, const struct sd_mount *mount) {
  struct sd_mount again;
  struct sd_error err;
  sd_error_init(&err, arena);
  REQUIRE(sd_mount_parse(arena, sd_mount_format(arena, mount), &again, &err));
  REQUIRE(again.kind == SD_MOUNT_BIND && again.read_only == mount->read_only);
  REQUIRE(strcmp(again.source, mount->source) == 0 && strcmp(again.target, mount->target) == 0);
}

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_mount mount;
  if (!sd_volume_parse(arena, text, &mount, err))
    return NULL;
  REQUIRE(mount.short_form && mount.target[0] == '/' && mount.target[1] != '\0');
  if (mount.kind == SD_MOUNT_VOLUME)
    return sd_volume_format(arena, &mount);
  check_bind(arena, &mount);
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_with(data, size, run);
}
