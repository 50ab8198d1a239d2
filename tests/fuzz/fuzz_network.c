/* SPDX-License-Identifier: Apache-2.0 */
/* --network. */
#include "spec_fuzz.h"

/* The name alone goes to the real CLI, in the short form: it must be read as that name. */
static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_network network;
  if (!sd_network_parse(arena, text, &network, err))
    return NULL;
  REQUIRE(network.name != NULL && strpbrk(network.name, "=,\" \n") == NULL);
  return network.name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_with(data, size, run);
}
