/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of a container; its ports are in ports.c, its names and resolvers in names.c.
 *
 * MUST: hand on at most one network: one that the policy names, by a name that only the daemon's names can
 * answer to (what could be the start of a network's id counts as listed only when the policy writes it out), or one
 * of the caller's own, by its id. */
#include "network.h"

#include <string.h>

#include "checks.h"
#include "internal.h"
#include "others.h"
#include "safe-docker/base/text.h"

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

static bool is_listed(const struct sd_rule_input *in, const char *name) {
  return sd_strv_contains(&in->policy->network.allow, name);
}

/* On Linux "default" is the network "bridge". */
static bool default_allowed(const struct sd_rule_input *in) {
  return is_listed(in, "default") || is_listed(in, "bridge");
}

static const char *allowed_names(const struct sd_rule_input *in) {
  return sd_arena_printf(in->arena,
                         "allowed networks: %s, and your own (docker network create); the "
                         "administrator can name others (network.allow)",
                         sd_rule_list(in->arena, &in->policy->network.allow, "none"));
}

/* A container without a network has less than any policy gives. */
bool sd_network_is_allowed(const struct sd_rule_input *in, const char *name) {
  if (strcmp(name, "none") == 0)
    return true;
  if (strcmp(name, "default") == 0 || strcmp(name, "bridge") == 0)
    return default_allowed(in) || sd_policy_matches_any(&in->policy->network.allow, name);
  if (strcmp(name, "host") == 0 || sd_check_hex(name))
    return is_listed(in, name);
  return sd_policy_matches_any(&in->policy->network.allow, name);
}

bool sd_network_is_built_in(const char *name) {
  static const char *const names[] = {"bridge", "container", "default", "host", "none"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

/* Where the things of callers are not kept apart it is some caller's: no network of the administrator or the daemon. */
static bool is_of_caller(const struct sd_object *network) {
  const struct sd_json *labels =
      network->json != NULL ? sd_json_get(network->json, "Labels") : NULL;
  const struct sd_json *owner = labels != NULL ? sd_json_get(labels, SD_OWNER_LABEL) : NULL;
  return network->json == NULL ||
         (owner != NULL && owner->type == SD_JSON_STRING && owner->string[0] != '\0');
}

const struct sd_object *sd_network_own(const struct sd_rule_input *in, struct sd_decision *decision,
                                       const char *name) {
  const struct sd_object *network = NULL;
  if (sd_network_is_built_in(name) ||
      sd_rule_find(in, decision, SD_OBJECT_NETWORK, name, &network) != SD_FOUND_OWN ||
      !is_of_caller(network))
    return NULL;
  return network;
}

/* The network of another container; NULL: it is refused. */
static const char *name_container(const struct sd_rule_input *in, struct sd_decision *decision,
                                  const struct sd_network *network, const char *name) {
  if (!is_listed(in, SD_NETWORK_OF_CONTAINERS)) {
    sd_deny(
        decision, "network", network->given,
        "put both containers on one network of your own: docker network create NAME, and "
        "--network=NAME for each",
        "it would share the network of another container: its ports, its loopback, its addresses");
    return NULL;
  }
  const struct sd_object *container =
      sd_other_container(in, decision, "network", network->given, name);
  return container != NULL ? sd_arena_printf(in->arena, "container:%s", container->id) : NULL;
}

static const char *instead_of_host(const struct sd_rule_input *in) {
  const char *publish =
      in->policy->network.addresses.v.len == 0 ? "" : ", and publish ports with -p";
  return sd_arena_printf(in->arena, "leave it out%s; %s", publish, allowed_names(in));
}

static void deny_name(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_network *network) {
  const char *name = network->name;
  if (strcmp(name, "host") == 0)
    sd_deny(decision, "network", network->given, instead_of_host(in),
            "the container would be on the network of the host, with its loopback services and "
            "abstract "
            "sockets");
  else if (sd_check_hex(name))
    sd_deny(decision, "network", network->given, allowed_names(in),
            "you have no network %s, and it could be the start of another network's id",
            shown(in, name));
  else
    sd_deny(decision, "network", network->given,
            sd_arena_printf(in->arena, "make it with docker network create %s; %s", shown(in, name),
                            allowed_names(in)),
            "the policy does not allow the network %s, and you have none of this name",
            shown(in, name));
}

/* What is handed on: the name of a network that the policy gives, the id of one of the caller's own; NULL: it is
 * refused. */
static const char *name_of(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_network *network) {
  const char *name = network->name != NULL ? network->name : "";
  const char *container = sd_other_name(name);
  if (container != NULL)
    return name_container(in, decision, network, container);
  if (!sd_check_name(name, "_.-")) {
    sd_deny(decision, "network", network->given, allowed_names(in), "%s is no name of a network",
            name[0] != '\0' ? shown(in, name) : "an empty text");
    return NULL;
  }
  if (sd_network_is_allowed(in, name))
    return name;
  const struct sd_object *own = sd_network_own(in, decision, name);
  if (own == NULL)
    deny_name(in, decision, network);
  return own != NULL ? own->id : NULL;
}

static bool check_option(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_network *network, const char *option, bool given_too) {
  if (!sd_rule_option_allowed(in, option)) {
    sd_deny(decision, "network-address", network->given, "leave it out; Docker assigns addresses",
            "a chosen address (as with --%s) can take the place of another container", option);
    return false;
  }
  if (!given_too)
    return true;
  sd_deny(decision, "network-address", network->given, "write it once",
          "the address stands here and in --%s", option);
  return false;
}

static bool check_ip(struct sd_arena *arena, struct sd_decision *decision,
                     const struct sd_network *network, const char *text, const char **out) {
  struct sd_error err;
  sd_error_init(&err, arena);
  if (sd_ip_parse(arena, text, out, &err))
    return true;
  sd_check_failed(decision, "network-address", network->given, &err);
  return false;
}

static struct sd_text from(const struct sd_network *network, const char *value) {
  return (struct sd_text){.set = true, .value = value, .given = network->given};
}

/* The addresses of the long form, to the options of the same meaning. */
static void take_addresses(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_network *network) {
  const struct sd_request *request = in->request;
  const char *ip = NULL;
  if (network->ip != NULL && check_option(in, decision, network, "ip", request->ip.set) &&
      check_ip(in->arena, decision, network, network->ip, &ip))
    decision->out.ip = from(network, ip);
  if (network->ip6 != NULL && check_option(in, decision, network, "ip6", request->ip6.set) &&
      check_ip(in->arena, decision, network, network->ip6, &ip))
    decision->out.ip6 = from(network, ip);
  if (network->mac != NULL &&
      check_option(in, decision, network, "mac-address", request->mac_address.set)) {
    if (sd_check_mac(network->mac))
      decision->out.mac_address = from(network, network->mac);
    else
      sd_deny(decision, "network-address", network->given, "write it as 02:42:ac:11:00:02",
              "%s is no MAC address", shown(in, network->mac));
  }
  for (size_t i = 0; i < network->link_local_ips.v.len; i++)
    if (check_option(in, decision, network, "link-local-ip", request->link_local_ip.v.len > 0) &&
        check_ip(in->arena, decision, network, network->link_local_ips.v.items[i], &ip))
      *sd_vec_push(in->arena, &decision->out.link_local_ip.v) = from(network, ip);
}

static void take_alias(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *alias, const struct sd_given *given) {
  if (!sd_check_name(alias, "_.-")) {
    sd_deny(decision, "network-alias", given, "use letters, digits, _ . and - alone",
            "%s is no name for a container on a network", shown(in, alias));
    return;
  }
  *sd_vec_push(in->arena, &decision->out.network_alias.v) =
      (struct sd_text){.set = true, .value = alias, .given = given};
}

static void check_network(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_network *network) {
  const char *name = name_of(in, decision, network);
  bool good = name != NULL;
  if (network->driver_opts.v.len > 0 || network->gw_priority != NULL) {
    sd_deny(decision, "network-options", network->given, "leave driver-opt and gw-priority out",
            "driver options set kernel parameters of the network as root");
    good = false;
  }
  take_addresses(in, decision, network);
  for (size_t i = 0; i < network->aliases.v.len; i++)
    take_alias(in, decision, network->aliases.v.items[i], network->given);
  if (good)
    *sd_vec_push(in->arena, &decision->out.networks.v) =
        (struct sd_network){.name = name, .given = network->given};
}

/* Nothing was asked for: Docker would take "default". The first network that the policy writes out,
 * but never the host's unasked; without any, no network at all. */
static void inject(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (default_allowed(in) || sd_policy_matches_any(&in->policy->network.allow, "bridge"))
    return;
  const char *name = "none";
  for (size_t i = in->policy->network.allow.v.len; i > 0; i--) {
    const char *entry = in->policy->network.allow.v.items[i - 1];
    if (strcmp(entry, "host") != 0 && sd_check_name(entry, "_.-"))
      name = entry;
  }
  *sd_vec_push(in->arena, &decision->out.networks.v) = (struct sd_network){.name = name};
  sd_changed(decision, "network", "the policy does not allow the default network", "--network=%s",
             name);
}

void sd_rules_network(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {SD_OPT_NET, SD_OPT_NETWORK, SD_OPT_NET_ALIAS,
                                           SD_OPT_NETWORK_ALIAS};
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  size_t count = in->request->networks.v.len;
  if (count == 0)
    inject(in, decision);
  for (size_t i = 0; i < count; i++)
    check_network(in, decision, &in->request->networks.v.items[i]);
  if (count > 1)
    sd_deny(decision, "network-multiple", in->request->networks.v.items[1].given,
            "name one network, with --network or --net", "a container gets one network here");
  for (size_t i = 0; i < in->request->network_alias.v.len; i++)
    take_alias(in, decision, in->request->network_alias.v.items[i].value,
               in->request->network_alias.v.items[i].given);
  sd_network_ports(in, decision);
  sd_network_names(in, decision);
}
