/* SPDX-License-Identifier: Apache-2.0 */
/* Ports on the host: addresses and numbers that the policy allows. */
#include <string.h>

#include "checks.h"
#include "internal.h"
#include "network.h"
#include "safe-docker/base/text.h"

/* Docker keeps a process or a rule for each published port, and an entry for each exposed one. */
#define PORTS_MAX 256
#define PRIVILEGED_PORTS 1024

/* Where no address is allowed there is nothing to choose. */
static const char no_ports[] =
    "leave it out: no ports are published here; containers on a network of your own (docker "
    "network create) find each other by their names";

static const char *addresses(const struct sd_rule_input *in) {
  const char *usual = in->policy->network.default_address;
  if (in->policy->network.addresses.v.len == 0)
    return no_ports;
  const char *allowed = sd_rule_list(in->arena, &in->policy->network.addresses, "none");
  if (usual[0] == '\0')
    return sd_arena_printf(in->arena, "allowed addresses: %s", allowed);
  return sd_arena_printf(in->arena, "leave the address out for %s; allowed addresses: %s", usual,
                         allowed);
}

static bool is_listed(const struct sd_rule_input *in, const char *address) {
  return sd_strv_contains(&in->policy->network.addresses, address);
}

/* No address given means every one to Docker: the policy's own, or all where it lists them. */
static bool fill_address(const struct sd_rule_input *in, struct sd_decision *decision,
                         struct sd_port *port) {
  if (in->policy->network.default_address[0] != '\0') {
    port->ip = in->policy->network.default_address;
    return true;
  }
  if (is_listed(in, "0.0.0.0")) {
    port->ip = is_listed(in, "::") ? NULL : "0.0.0.0";
    return true;
  }
  sd_deny(decision, "publish-address", port->given, addresses(in),
          "without an address the port would be open on every address of the host");
  return false;
}

static bool check_address(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_port *port) {
  if (is_listed(in, port->ip))
    return true;
  bool every = strcmp(port->ip, "0.0.0.0") == 0 || strcmp(port->ip, "::") == 0;
  sd_deny(decision, "publish-address", port->given, addresses(in),
          every ? "%s is every address of the host" : "the policy does not allow the address %s",
          sd_text_safe(in->arena, port->ip));
  return false;
}

/* A host port that would do for one that does not: 80 becomes 8080, 443 becomes 8443. 0: there is none so near. */
static unsigned port_nearby(const struct sd_port *port, unsigned first, unsigned last) {
  unsigned near = 8000U + port->host_first;
  bool single = port->host_first == port->host_last && port->host_first < 1000;
  return single && near >= first && near <= last ? near : 0;
}

static const char *range_hint(const struct sd_rule_input *in, const struct sd_port *port) {
  unsigned first = in->policy->network.port_first;
  unsigned last = in->policy->network.port_last;
  unsigned near = port_nearby(port, first, last);
  if (in->policy->network.addresses.v.len == 0)
    return no_ports;
  return sd_arena_printf(in->arena,
                         "use a host port from %u to %u%s, or leave it out for any free one", first,
                         last, near > 0 ? sd_arena_printf(in->arena, ", such as %u", near) : "");
}

static bool check_range(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_port *port) {
  if (port->host_last == 0) /* any free one; ranges that run backwards are refused before */
    return true;
  unsigned first = in->policy->network.port_first;
  unsigned last = in->policy->network.port_last;
  if (port->host_first >= first && port->host_last <= last)
    return true;
  const char *why = port->host_first < PRIVILEGED_PORTS && first >= PRIVILEGED_PORTS
                        ? "ports below 1024 are those of the host's own services"
                        : "the host port is outside what the policy allows";
  sd_deny(decision, "publish-port", port->given, range_hint(in, port), "%s", why);
  return false;
}

static void publish(const struct sd_rule_input *in, struct sd_decision *decision,
                    const struct sd_port *asked) {
  struct sd_port port = *asked;
  bool good =
      asked->ip == NULL ? fill_address(in, decision, &port) : check_address(in, decision, asked);
  good = check_range(in, decision, asked) && good;
  if (!good)
    return;
  *sd_vec_push(in->arena, &decision->out.ports.v) = port;
  if (asked->ip == NULL && port.ip != NULL)
    sd_changed(decision, "publish-address",
               "without an address the port would be open on every address", "--publish=%s",
               sd_port_format(in->arena, &port));
}

/* One that runs backwards is longer than any. */
static size_t range_size(const struct sd_port *port) {
  unsigned inside = port->last - port->first;
  unsigned outside = port->host_last - port->host_first;
  return (inside > outside ? inside : outside) + (size_t)1;
}

static void publish_each(const struct sd_rule_input *in, struct sd_decision *decision) {
  size_t total = 0;
  for (size_t i = 0; i < in->request->ports.v.len; i++) {
    const struct sd_port *port = &in->request->ports.v.items[i];
    size_t before = total;
    total += range_size(port);
    if (before <= PORTS_MAX && total > PORTS_MAX)
      sd_deny(decision, "publish-count", port->given, "publish at most 256 ports",
              "the daemon keeps a process for each port");
    if (total <= PORTS_MAX)
      publish(in, decision, port);
  }
}

static void publish_all(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_flag *flag = &in->request->publish_all;
  if (!flag->value)
    return;
  if (in->policy->network.publish_all) {
    decision->out.publish_all = *flag;
    return;
  }
  sd_deny(decision, "publish-all", flag->given,
          in->policy->network.addresses.v.len == 0
              ? no_ports
              : "publish single ports with -p: -p 80 is any free port of the host for port 80",
          "it opens every port that the image names, on every address of the host");
}

static void expose_each(const struct sd_rule_input *in, struct sd_decision *decision) {
  size_t total = 0;
  for (size_t i = 0; i < in->request->expose.v.len; i++) {
    const struct sd_text *text = &in->request->expose.v.items[i];
    struct sd_port port = {0};
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (!sd_expose_parse(in->arena, text->value, &port, &err)) {
      sd_check_failed(decision, "expose", text->given, &err);
      continue;
    }
    size_t before = total;
    total += range_size(&port);
    if (before <= PORTS_MAX && total > PORTS_MAX)
      sd_deny(decision, "expose", text->given, "expose at most 256 ports",
              "the daemon keeps an entry for each port");
    if (total <= PORTS_MAX)
      *sd_vec_push(in->arena, &decision->out.expose.v) = (struct sd_text){
          .set = true, .value = sd_expose_format(in->arena, &port), .given = text->given};
  }
}

void sd_network_ports(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {SD_OPT_PUBLISH, SD_OPT_PUBLISH_ALL, SD_OPT_EXPOSE};
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  publish_each(in, decision);
  publish_all(in, decision);
  expose_each(in, decision);
}
