/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/specs.h"

#include <arpa/inet.h>
#include <string.h>

#include "safe-docker/base/number.h"

/* Whether the address has no bit set behind the prefix. */
static bool is_network(const struct sd_subnet *subnet, size_t size) {
  for (size_t bit = subnet->bits; bit < size * 8; bit++)
    if ((subnet->address[bit / 8] & (0x80U >> (bit % 8))) != 0)
      return false;
  return true;
}

bool sd_subnet_parse(struct sd_arena *arena, const char *text, struct sd_subnet *out,
                     struct sd_error *err) {
  const char *slash = strchr(text, '/');
  char canonical[INET6_ADDRSTRLEN];
  struct sd_subnet subnet = {.v6 = strchr(text, ':') != NULL};
  size_t size = subnet.v6 ? 16 : 4;
  uint64_t bits = 0;
  int family = subnet.v6 ? AF_INET6 : AF_INET;
  if (slash == NULL ||
      inet_pton(family, sd_arena_strndup(arena, text, (size_t)(slash - text)), subnet.address) !=
          1 ||
      !sd_number_decimal(slash + 1, 0, size * 8, &bits, err) ||
      inet_ntop(family, subnet.address, canonical, sizeof(canonical)) == NULL) {
    sd_error_init(err, arena);
    return sd_fail(err, "it is no subnet such as 10.20.0.0/16");
  }
  subnet.bits = (unsigned)bits;
  if (!is_network(&subnet, size))
    return sd_fail(err, "the address has bits behind its prefix of %u bits", subnet.bits);
  subnet.text = sd_arena_printf(arena, "%s/%u", canonical, subnet.bits);
  *out = subnet;
  return true;
}

bool sd_subnet_within(const struct sd_subnet *inner, const struct sd_subnet *outer) {
  if (inner->v6 != outer->v6 || inner->bits < outer->bits)
    return false;
  for (size_t bit = 0; bit < outer->bits; bit++) {
    unsigned mask = 0x80U >> (bit % 8);
    if ((inner->address[bit / 8] & mask) != (outer->address[bit / 8] & mask))
      return false;
  }
  return true;
}
