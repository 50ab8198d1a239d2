/* SPDX-License-Identifier: Apache-2.0 */
/* --publish and --expose. */
#include "spec_fuzz.h"

static void check_port(const struct sd_port *port) {
  REQUIRE(port->first >= 1 && port->first <= port->last && port->last <= 65535);
  REQUIRE((port->host_first == 0) == (port->host_last == 0));
  REQUIRE(port->host_first <= port->host_last && port->host_last <= 65535);
  REQUIRE(port->protocol != NULL);
}

static const char *run_port(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_port port;
  if (!sd_port_parse(arena, text, &port, err))
    return NULL;
  check_port(&port);
  return sd_port_format(arena, &port);
}

static const char *run_expose(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_port port;
  if (!sd_expose_parse(arena, text, &port, err))
    return NULL;
  check_port(&port);
  return sd_expose_format(arena, &port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  (void)fuzz_with(data, size, run_expose);
  return fuzz_with(data, size, run_port);
}
