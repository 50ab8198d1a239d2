/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt. */
#include "spec_fuzz.h"

/* The key as Docker finds it: up to the first "=", or where there is none up to the first ":". */
static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_security security;
  if (!sd_security_parse(arena, text, &security, err))
    return NULL;
  size_t key = strcspn(text, strchr(text, '=') != NULL ? "=" : ":");
  const char *value = text[key] != '\0' ? text + key + 1 : "";
  REQUIRE(strcmp(security.value, value) == 0);
  return text[key] == '\0' ? text
                           : sd_arena_printf(arena, "%.*s=%s", (int)key, text, security.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_with(data, size, run);
}
