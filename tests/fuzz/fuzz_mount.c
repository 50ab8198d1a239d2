/* SPDX-License-Identifier: Apache-2.0 */
/* --mount. */
#include "spec_fuzz.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_mount mount;
  if (!sd_mount_parse(arena, text, &mount, err))
    return NULL;
  REQUIRE(mount.target[0] == '/' && mount.target[1] != '\0');
  REQUIRE(mount.kind != SD_MOUNT_BIND || mount.source != NULL);
  REQUIRE(mount.kind != SD_MOUNT_TMPFS || mount.source == NULL);
  return sd_mount_format(arena, &mount);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_with(data, size, run);
}
