/* SPDX-License-Identifier: Apache-2.0 */
/* References to images; the canonical name says the same. */
#include "spec_fuzz.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_image image;
  if (!sd_image_parse(arena, text, &image, err))
    return NULL;
  REQUIRE(image.is_id == (image.name == NULL));
  REQUIRE(image.is_id || strchr(image.name, '/') != NULL);
  return image.canonical;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_with(data, size, run);
}
