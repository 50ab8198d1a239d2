/* SPDX-License-Identifier: Apache-2.0 */
/* --tmpfs. */
#include "spec_fuzz.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_tmpfs tmpfs;
  if (!sd_tmpfs_parse(arena, text, &tmpfs, err))
    return NULL;
  REQUIRE(tmpfs.size >= -1 && tmpfs.nr_inodes >= -1 && tmpfs.mode >= -1 && tmpfs.mode <= 07777);
  return sd_tmpfs_format(arena, &tmpfs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_with(data, size, run);
}
