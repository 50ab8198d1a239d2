/* SPDX-License-Identifier: Apache-2.0 */
/* --publish and --expose.
 *
 * MUST: refuse keys of the long form that the CLI drops without a word: host_ip would then publish
 * on every address. */
#include "spec_common.h"

#include <arpa/inet.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define PORT_MAX 65535

bool sd_ip_parse(struct sd_arena *arena, const char *text, const char **out, struct sd_error *err) {
  char shown[INET6_ADDRSTRLEN];
  struct in6_addr address;
  int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
  if (inet_pton(family, text, &address) != 1)
    return sd_fail_rule(err, NULL, "write an IPv4 or IPv6 address such as 127.0.0.1 or ::1",
                        "'%s' is not an IP address", sd_text_safe(err->arena, text));
  /* Docker takes these for IPv4 in some places and for IPv6 in others. */
  if (family == AF_INET6 && (IN6_IS_ADDR_V4MAPPED(&address) || IN6_IS_ADDR_V4COMPAT(&address)))
    return sd_fail_rule(err, NULL, "write the IPv4 address itself",
                        "'%s' is an IPv4 address in the dress of IPv6",
                        sd_text_safe(err->arena, text));
  if (inet_ntop(family, &address, shown, sizeof(shown)) == NULL)
    return sd_fail(err, "the address cannot be shown");
  *out = sd_arena_strdup(arena, shown);
  return true;
}

static bool parse_range(struct sd_arena *arena, const char *what, const char *text, unsigned *first,
                        unsigned *last, struct sd_error *err) {
  struct sd_error inner;
  const char *low = NULL;
  const char *high = NULL;
  uint64_t from = 0;
  uint64_t to = 0;
  sd_error_init(&inner, arena);
  if (!sd_spec_cut(arena, text, '-', &low, &high))
    high = low;
  if (!sd_number_padded(low, 1, PORT_MAX, &from, &inner) ||
      !sd_number_padded(high, 1, PORT_MAX, &to, &inner))
    return sd_fail_rule(err, NULL, "use 1 to 65535, or a range such as 8000-8010",
                        "the %s port '%s' is not a port", what, sd_text_safe(err->arena, text));
  if (from > to)
    return sd_fail_rule(err, NULL, "write the lower port first", "the %s ports '%s' run backwards",
                        what, sd_text_safe(err->arena, text));
  *first = (unsigned)from;
  *last = (unsigned)to;
  return true;
}

/* An empty one leaves *out as it is. */
static bool parse_protocol(struct sd_arena *arena, const char *text, const char **out,
                           struct sd_error *err) {
  static const char *const protocols[] = {"sctp", "tcp", "udp"};
  struct sd_spec_table table = SD_SPEC_TABLE(protocols);
  if (*text == '\0')
    return true;
  size_t index = sd_spec_find(&table, sd_spec_lower(arena, text));
  if (index == table.count)
    return sd_fail_rule(err, NULL, "use tcp, udp or sctp", "the protocol '%s' is not known",
                        sd_text_safe(err->arena, text));
  *out = protocols[index];
  return true;
}

/* PORT[-PORT][/PROTO] of the container. */
static bool parse_container(struct sd_arena *arena, const char *text, struct sd_port *port,
                            struct sd_error *err) {
  const char *range = NULL;
  const char *protocol = NULL;
  port->protocol = "tcp";
  if (sd_spec_cut(arena, text, '/', &range, &protocol) &&
      !parse_protocol(arena, protocol, &port->protocol, err))
    return false;
  return parse_range(arena, "container", range, &port->first, &port->last, err);
}

static bool check_ranges(const struct sd_port *port, struct sd_error *err) {
  unsigned container = port->last - port->first;
  unsigned host = port->host_last - port->host_first;
  if (port->host_first == 0 || container == host || container == 0)
    return true;
  return sd_fail_rule(err, NULL, "make both ranges equally long",
                      "the range of host ports and the range of container ports differ in length");
}

/* Cuts "[v6]:" or "v4:" off a text that has it; *rest is then HOST:CONTAINER. */
static bool cut_address(struct sd_arena *arena, const char *text, const char **address,
                        const char **rest, struct sd_error *err) {
  struct sd_strv parts;
  const char *close = strchr(text, ']');
  if (text[0] == '[') {
    if (close == NULL || close[1] != ':')
      return sd_fail_rule(err, NULL, "write [::1]:8080:80", "the address in brackets does not end");
    *address = sd_arena_strndup(arena, text + 1, (size_t)(close - text) - 1);
    *rest = close + 2;
    if (strchr(*address, ':') != NULL)
      return true;
    return sd_fail_rule(err, NULL, "write 127.0.0.1:8080:80 or [::1]:8080:80",
                        "only IPv6 addresses stand in brackets");
  }
  sd_spec_split(arena, text, ':', &parts);
  if (parts.v.len > 3)
    return sd_fail_rule(err, NULL, "put an IPv6 address in brackets: [::1]:8080:80",
                        "too many colons in '%s'", sd_text_safe(err->arena, text));
  *address = NULL;
  *rest = text;
  if (parts.v.len == 3)
    (void)sd_spec_cut(arena, text, ':', address, rest);
  return true;
}

/* An empty port of the host and 0 are the same: the daemon takes a free one. */
static bool parse_host(struct sd_arena *arena, const char *text, struct sd_port *port,
                       struct sd_error *err) {
  return text[strspn(text, "0")] == '\0' ||
         parse_range(arena, "host", text, &port->host_first, &port->host_last, err);
}

static bool parse_short(struct sd_arena *arena, const char *text, struct sd_port *port,
                        struct sd_error *err) {
  const char *address = NULL;
  const char *rest = NULL;
  const char *host = NULL;
  const char *container = NULL;
  if (!cut_address(arena, text, &address, &rest, err))
    return false;
  bool has_host = sd_spec_cut(arena, rest, ':', &host, &container);
  if (address != NULL && (!has_host || strchr(container, ':') != NULL))
    return sd_fail_rule(err, NULL,
                        "write ADDRESS:HOST_PORT:CONTAINER_PORT or ADDRESS::CONTAINER_PORT",
                        "an address needs two ports");
  if (address != NULL && *address != '\0' && !sd_ip_parse(arena, address, &port->ip, err))
    return false;
  if (!parse_container(arena, has_host ? container : rest, port, err))
    return false;
  return !has_host || parse_host(arena, host, port, err);
}

/* -- published=,target=,protocol=,mode=: split at commas, not as CSV --------------------------- */

static const char *const long_keys[] = {"mode", "protocol", "published", "target"};
enum long_key { MODE, PROTOCOL, PUBLISHED, TARGET, LONG_KEYS };

static bool read_long(struct sd_arena *arena, const char *text, const char **values,
                      struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(long_keys);
  struct sd_strv fields;
  sd_spec_split(arena, text, ',', &fields);
  for (size_t i = 0; i < fields.v.len; i++) {
    const char *name = NULL;
    const char *value = NULL;
    (void)sd_spec_cut(arena, fields.v.items[i], '=', &name, &value);
    size_t index = sd_spec_find(&table, name);
    if (index == table.count)
      return sd_fail_rule(err, NULL, "name an address in the short form: 127.0.0.1:8080:80",
                          "the key '%s' is not known and would be ignored",
                          sd_text_safe(err->arena, name));
    if (value == NULL)
      return sd_fail_rule(err, NULL, "leave the key out or give it a value", "%s has no value",
                          name);
    if (values[index] != NULL)
      return sd_fail_rule(err, NULL, "give it once", "%s is given twice", name);
    values[index] = value;
  }
  return true;
}

static bool parse_long(struct sd_arena *arena, const char *text, struct sd_port *port,
                       struct sd_error *err) {
  const char *values[LONG_KEYS] = {NULL};
  if (!read_long(arena, text, values, err))
    return false;
  for (size_t i = 0; i < LONG_KEYS; i++)
    if (values[i] != NULL && *values[i] == '\0')
      values[i] = NULL;
  if (values[TARGET] == NULL)
    return sd_fail_rule(err, NULL, "write published=8080,target=80", "target= is missing");
  /* The CLI drops the mode of a container's port; services alone have modes. */
  if (values[MODE] != NULL && strcmp(values[MODE], "host") != 0 &&
      strcmp(values[MODE], "ingress") != 0)
    return sd_fail_rule(err, NULL, "leave mode out", "the mode '%s' is not known",
                        sd_text_safe(err->arena, values[MODE]));
  port->protocol = "tcp";
  if (values[PROTOCOL] != NULL && !parse_protocol(arena, values[PROTOCOL], &port->protocol, err))
    return false;
  return parse_range(arena, "container", values[TARGET], &port->first, &port->last, err) &&
         (values[PUBLISHED] == NULL || parse_host(arena, values[PUBLISHED], port, err));
}

bool sd_port_parse(struct sd_arena *arena, const char *text, struct sd_port *out,
                   struct sd_error *err) {
  struct sd_port port = {0};
  if (!sd_spec_check(text, err))
    return false;
  bool good = strchr(text, '=') != NULL ? parse_long(arena, text, &port, err)
                                        : parse_short(arena, text, &port, err);
  if (!good || !check_ranges(&port, err))
    return false;
  *out = port;
  return true;
}

static const char *format_range(struct sd_arena *arena, unsigned first, unsigned last) {
  return first == last ? sd_arena_printf(arena, "%u", first)
                       : sd_arena_printf(arena, "%u-%u", first, last);
}

const char *sd_port_format(struct sd_arena *arena, const struct sd_port *port) {
  struct sd_str out;
  sd_str_init(&out, arena);
  if (port->ip != NULL)
    sd_str_addf(&out, strchr(port->ip, ':') != NULL ? "[%s]:" : "%s:", port->ip);
  if (port->host_first != 0)
    sd_str_add(&out, format_range(arena, port->host_first, port->host_last));
  if (port->host_first != 0 || port->ip != NULL)
    sd_str_add_char(&out, ':');
  sd_str_add(&out, sd_expose_format(arena, port));
  return sd_str_text(&out);
}

bool sd_expose_parse(struct sd_arena *arena, const char *text, struct sd_port *out,
                     struct sd_error *err) {
  struct sd_port port = {0};
  if (!sd_spec_check(text, err))
    return false;
  if (strchr(text, ':') != NULL)
    return sd_fail_rule(err, NULL, "use --publish to name a port of the host",
                        "only a container port stands here");
  if (!parse_container(arena, text, &port, err))
    return false;
  *out = port;
  return true;
}

const char *sd_expose_format(struct sd_arena *arena, const struct sd_port *port) {
  return sd_arena_printf(arena, "%s/%s", format_range(arena, port->first, port->last),
                         port->protocol);
}
