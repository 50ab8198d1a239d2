/* SPDX-License-Identifier: Apache-2.0 */
/* Networks of callers: bridges without options, labelled as their own; what is connected to them; what is shown.
 *
 * MUST: connect nothing but the caller's own containers, to nothing but what run would put them on. */
#include "command.h"

#include <string.h>

#include "checks.h"
#include "internal.h"
#include "network.h"
#include "safe-docker/base/text.h"

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

/* -- options that are never handed on ----------------------------------------------------------- */

struct refused {
  const char *option, *reason;
};

static const struct refused create_refused[] = {
    {"attachable", "it is for networks of a cluster"},
    {"aux-address", "it names addresses for drivers of other kinds"},
    {"config-from", "it takes settings over from a network that need not be yours"},
    {"config-only", "it makes settings for other networks and not a network"},
    {"ingress", "it is for networks of a cluster"},
    {"ipam-driver", "drivers of addresses run as root on the host"},
    {"ipam-opt", "drivers of addresses run as root on the host"},
    {"opt", "driver options choose interfaces, addresses and firewall rules of the host, as root"},
    {"scope", "it is for networks of a cluster"},
};

static const struct refused connect_refused[] = {
    {"driver-opt", "driver options set kernel parameters of the network as root"},
    {"gw-priority", "it chooses which network the container reaches others by"},
    {"link", "links join containers behind the networks"},
    {"link-local-ip", "a chosen address can take the place of another container"},
};

/* A boolean that is false is what holds anyway. */
static void refuse_options(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct refused *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct sd_setting *setting = sd_command_take(in, decision, rows[i].option);
    if (setting != NULL && (setting->row->kind != SD_KIND_BOOL || setting->flag))
      sd_command_deny(decision, "network-options", setting, "leave it out", "%s", rows[i].reason);
  }
}

#define REFUSE(in, decision, rows)                                                                 \
  refuse_options(in, decision, rows, sizeof(rows) / sizeof((rows)[0]))

/* -- create: addresses -------------------------------------------------------------------------- */

struct subnets {
  SD_VEC(struct sd_subnet) v;
};

static const char *allowed_subnets(const struct sd_rule_input *in) {
  const char *list = sd_rule_list(in->arena, &in->policy->network.subnets, "");
  return list[0] == '\0' ? "leave it out; Docker chooses the addresses"
                         : sd_arena_printf(in->arena, "within one of: %s", list);
}

static bool is_within_policy(const struct sd_rule_input *in, const struct sd_subnet *subnet) {
  for (size_t i = 0; i < in->policy->network.subnets.v.len; i++) {
    struct sd_subnet allowed = {0};
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (sd_subnet_parse(in->arena, in->policy->network.subnets.v.items[i], &allowed, &err) &&
        sd_subnet_within(subnet, &allowed))
      return true;
  }
  return false;
}

static bool is_within(const struct subnets *subnets, const struct sd_subnet *inner) {
  for (size_t i = 0; i < subnets->v.len; i++)
    if (sd_subnet_within(inner, &subnets->v.items[i]))
      return true;
  return false;
}

static void take_subnet(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_setting *setting, struct subnets *subnets) {
  struct sd_subnet subnet = {0};
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_subnet_parse(in->arena, setting->text, &subnet, &err)) {
    sd_command_deny(decision, "network-subnet", setting, "write one such as 10.20.0.0/24", "%s",
                    err.message);
  } else if (!is_within_policy(in, &subnet)) {
    sd_command_deny(decision, "network-subnet", setting, allowed_subnets(in),
                    "chosen addresses can take the place of other hosts, and the policy does not "
                    "allow these");
  } else {
    *sd_vec_push(in->arena, &subnets->v) = subnet;
    sd_invocation_add_text(in->arena, &decision->invocation, "subnet", subnet.text);
  }
}

static void deny_outside(struct sd_decision *decision, const struct sd_setting *setting) {
  sd_command_deny(decision, "network-subnet", setting, "name the --subnet that it lies in, too",
                  "it lies in no --subnet of this command");
}

static void take_range(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_setting *setting, struct subnets *subnets) {
  struct sd_subnet range = {0};
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_subnet_parse(in->arena, setting->text, &range, &err))
    sd_command_deny(decision, "network-subnet", setting, "write one such as 10.20.0.128/25", "%s",
                    err.message);
  else if (!is_within(subnets, &range))
    deny_outside(decision, setting);
  else
    sd_invocation_add_text(in->arena, &decision->invocation, "ip-range", range.text);
}

static void take_gateway(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_setting *setting, struct subnets *subnets) {
  struct sd_subnet alone = {0};
  struct sd_error err;
  const char *ip = NULL;
  sd_error_init(&err, in->arena);
  if (!sd_ip_parse(in->arena, setting->text, &ip, &err) ||
      !sd_subnet_parse(in->arena,
                       sd_arena_printf(in->arena, "%s/%d", ip, strchr(ip, ':') != NULL ? 128 : 32),
                       &alone, &err))
    sd_command_deny(decision, "network-subnet", setting, "write one address", "%s", err.message);
  else if (!is_within(subnets, &alone))
    deny_outside(decision, setting);
  else
    sd_invocation_add_text(in->arena, &decision->invocation, "gateway", ip);
}

static void take_addresses(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const struct {
    const char *option;
    void (*take)(const struct sd_rule_input *in, struct sd_decision *decision,
                 const struct sd_setting *setting, struct subnets *subnets);
  } kinds[] = {{"subnet", take_subnet}, {"ip-range", take_range}, {"gateway", take_gateway}};
  struct subnets subnets = {0};
  for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
    (void)sd_command_take(in, decision, kinds[kind].option);
    for (size_t i = 0; i < in->invocation->settings.len; i++)
      if (strcmp(in->invocation->settings.items[i].row->name, kinds[kind].option) == 0)
        kinds[kind].take(in, decision, &in->invocation->settings.items[i], &subnets);
  }
}

/* -- create ------------------------------------------------------------------------------------- */

#define SHORT_ID_LEN 12

static bool check_name(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *name) {
  if (!sd_check_name(name, "_.-"))
    sd_operand_deny(decision, "network-name", name, "use letters, digits, _ . and - alone",
                    "it is no name of a network");
  else if (sd_network_is_built_in(name))
    sd_operand_deny(decision, "network-name", name, "choose another name",
                    "the name has a meaning of its own for Docker");
  else if (strlen(name) >= SHORT_ID_LEN && sd_check_hex(name))
    sd_operand_deny(decision, "network-name", name, "choose another name",
                    "the name could be the id of a network");
  else if (sd_strv_contains(&in->policy->network.allow, name))
    sd_operand_deny(decision, "network-name", name, "choose another name",
                    "the policy gives the network of this name to everybody, so it is not for "
                    "callers to create");
  else
    return true;
  return false;
}

/* Names of networks need not be unique for the daemon, so its answer alone would not do. */
static bool is_taken(const struct sd_rule_input *in, struct sd_decision *decision,
                     const char *name) {
  const struct sd_object *network = NULL;
  return sd_rule_find(in, decision, SD_OBJECT_NETWORK, name, &network) != SD_FOUND_NOTHING &&
         network->json != NULL && strcmp(network->name, name) == 0;
}

static void check_driver(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *driver = sd_command_take(in, decision, "driver");
  if (driver == NULL)
    return;
  if (strcmp(driver->text, "bridge") == 0)
    sd_invocation_add_text(in->arena, &decision->invocation, "driver", driver->text);
  else
    sd_command_deny(decision, "network-driver", driver, "leave it out, or write bridge",
                    "networks of the driver %s reach interfaces of the host or other hosts",
                    shown(in, driver->text));
}

void sd_command_network_create(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const char *const passed[] = {"internal", "ipv4", "ipv6"};
  const struct sd_strv *operands = &in->invocation->operands;
  check_driver(in, decision);
  for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
    sd_command_pass(in, decision, passed[i]);
  REFUSE(in, decision, create_refused);
  take_addresses(in, decision);
  sd_command_labels(in, decision, true);
  if (operands->v.len != 1 || !check_name(in, decision, operands->v.items[0]))
    return;
  const char *name = operands->v.items[0];
  sd_command_word(in, decision, name);
  if (is_taken(in, decision, name))
    decision->taken = sd_arena_printf(
        in->arena, "Error response from daemon: network with name %s already exists", name);
}

/* -- connect and disconnect --------------------------------------------------------------------- */

static void take_aliases(const struct sd_rule_input *in, struct sd_decision *decision) {
  (void)sd_command_take(in, decision, "alias");
  for (size_t i = 0; i < in->invocation->settings.len; i++) {
    const struct sd_setting *setting = &in->invocation->settings.items[i];
    if (strcmp(setting->row->name, "alias") != 0)
      continue;
    if (sd_check_name(setting->text, "_.-"))
      sd_invocation_add_text(in->arena, &decision->invocation, "alias", setting->text);
    else
      sd_command_deny(decision, "network-alias", setting, "use letters, digits, _ . and - alone",
                      "%s is no name for a container on a network", shown(in, setting->text));
  }
}

static void take_ip(const struct sd_rule_input *in, struct sd_decision *decision,
                    const char *option, bool v6) {
  const struct sd_setting *setting = sd_command_take(in, decision, option);
  struct sd_error err;
  const char *ip = NULL;
  sd_error_init(&err, in->arena);
  if (setting == NULL)
    return;
  if (!sd_rule_option_allowed(in, option))
    sd_command_deny(decision, "network-address", setting, "leave it out; Docker assigns addresses",
                    "a chosen address can take the place of another container");
  else if (!sd_ip_parse(in->arena, setting->text, &ip, &err) || (strchr(ip, ':') != NULL) != v6)
    sd_command_deny(decision, "network-address", setting,
                    v6 ? "write an IPv6 address" : "write an IPv4 address", "%s is no such address",
                    shown(in, setting->text));
  else
    sd_invocation_add_text(in->arena, &decision->invocation, option, ip);
}

/* What run would take as well: one of the caller's own, or one that the policy names. */
static bool take_network(const struct sd_rule_input *in, struct sd_decision *decision,
                         const char *name) {
  bool named = sd_check_name(name, "_.-") && sd_network_is_allowed(in, name);
  const struct sd_object *own = named ? NULL : sd_network_own(in, decision, name);
  if (named || own != NULL)
    sd_command_word(in, decision, named ? name : own->id);
  else
    sd_strv_add(&decision->absent, in->arena, sd_object_absent(in->arena, SD_OBJECT_NETWORK, name));
  return named || own != NULL;
}

void sd_command_network_connect(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  take_aliases(in, decision); /* disconnect has none of these options */
  take_ip(in, decision, "ip", false);
  take_ip(in, decision, "ip6", true);
  REFUSE(in, decision, connect_refused);
  if (operands->v.len == 2 && take_network(in, decision, operands->v.items[0]) &&
      sd_command_launched(in, decision, operands->v.items[1]) != NULL)
    return;
  decision->invocation.operands.v.len = 0; /* the one without the other means nothing */
}

/* -- inspect ------------------------------------------------------------------------------------ */

/* A network that others are on, too, shows their containers and addresses. */
void sd_command_network_inspect(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  for (size_t i = 0; i < operands->v.len; i++) {
    const char *name = operands->v.items[i];
    bool shared = in->policy->isolation == SD_ISOLATION_SHARED;
    bool common = sd_network_is_built_in(name) || sd_network_is_allowed(in, name);
    if (shared || !common ||
        (!sd_network_is_built_in(name) &&
         sd_rule_find(in, decision, SD_OBJECT_NETWORK, name, NULL) == SD_FOUND_OWN))
      (void)sd_command_object(in, decision, SD_OBJECT_NETWORK, name);
    else
      sd_operand_deny(decision, "network-inspect", name, "inspect networks of your own",
                      "it would show the containers of everybody on this network");
  }
}
