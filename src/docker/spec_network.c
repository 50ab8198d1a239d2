/* SPDX-License-Identifier: Apache-2.0 */
/* --network and --net.
 *
 * MUST: take the long form exactly where the CLI does. It looks for a word, "=" and a word anywhere
 * in the text; so "=", commas, quotes and blanks are refused wherever the two forms could be
 * confused. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

typedef bool set_key(struct sd_arena *arena, struct sd_network *network, const char *value,
                     struct sd_error *err);

struct network_key {
  const char *name;
  bool repeats;
  bool no_empty; /* an empty value is the same as none */
  set_key *set;
};

static const char form_hint[] = "write NAME, or name=NAME,alias=...,ip=... without blanks";

/* What "container:" names may be a name or an id. */
static bool check_name(const char *text, struct sd_error *err) {
  static const char container[] = "container:";
  const char *name = text;
  if (sd_text_starts_with(text, container))
    name = text + strlen(container);
  if (sd_spec_is_name(name))
    return true;
  return sd_fail_rule(err, NULL, "names are of [a-zA-Z0-9_.-] and begin with a letter or digit",
                      "'%s' is not the name of a network", sd_text_safe(err->arena, text));
}

static bool set_name(struct sd_arena *arena, struct sd_network *network, const char *value,
                     struct sd_error *err) {
  (void)arena;
  network->name = value;
  return check_name(value, err);
}

static bool add_alias(struct sd_arena *arena, struct sd_network *network, const char *value,
                      struct sd_error *err) {
  (void)err;
  sd_strv_add(&network->aliases, arena, value);
  return true;
}

static bool add_driver_opt(struct sd_arena *arena, struct sd_network *network, const char *value,
                           struct sd_error *err) {
  const char *name = NULL;
  const char *rest = NULL;
  if (!sd_spec_cut(arena, value, '=', &name, &rest) || *name == '\0')
    return sd_fail_rule(err, NULL, "write driver-opt=KEY=VALUE", "driver-opt is no KEY=VALUE");
  if (sd_spec_has_outer_blank(name) || sd_spec_has_outer_blank(rest))
    return sd_fail_rule(err, NULL, "leave the blanks out", "a blank stands around a driver-opt");
  const char *prefix = sd_arena_printf(arena, "%s=", name);
  for (size_t i = 0; i < network->driver_opts.v.len; i++)
    if (sd_text_starts_with(network->driver_opts.v.items[i], prefix))
      return sd_fail_rule(err, NULL, "give it once", "driver-opt '%s' is given twice",
                          sd_text_safe(err->arena, name));
  sd_strv_add(&network->driver_opts, arena, value);
  return true;
}

/* An address of the other family would be refused by the daemon, after the check of ours. */
static bool read_ip(struct sd_arena *arena, const char *key, bool v6, const char *value,
                    const char **out, struct sd_error *err) {
  const char *ip = NULL;
  if (!sd_ip_parse(arena, value, &ip, err))
    return false;
  if ((strchr(ip, ':') != NULL) != v6)
    return sd_fail_rule(err, NULL, "use ip= for IPv4 and ip6= for IPv6",
                        "%s '%s' is of the other kind", key, ip);
  *out = ip;
  return true;
}

static bool set_ip(struct sd_arena *arena, struct sd_network *network, const char *value,
                   struct sd_error *err) {
  return read_ip(arena, "ip", false, value, &network->ip, err);
}

static bool set_ip6(struct sd_arena *arena, struct sd_network *network, const char *value,
                    struct sd_error *err) {
  return read_ip(arena, "ip6", true, value, &network->ip6, err);
}

static bool add_link_local(struct sd_arena *arena, struct sd_network *network, const char *value,
                           struct sd_error *err) {
  const char *ip = NULL;
  if (!sd_ip_parse(arena, value, &ip, err))
    return false;
  sd_strv_add(&network->link_local_ips, arena, ip);
  return true;
}

/* Six pairs of hex digits with colons; Go's other forms of a hardware address are not worth having.
 */
static bool set_mac(struct sd_arena *arena, struct sd_network *network, const char *value,
                    struct sd_error *err) {
  bool good = strlen(value) == 17;
  (void)arena;
  for (size_t i = 0; good && i < 17; i++)
    good = i % 3 == 2 ? value[i] == ':' : strchr(SD_SPEC_DIGITS "abcdef", value[i]) != NULL;
  if (!good)
    return sd_fail_rule(err, NULL, "write it as 02:42:ac:11:00:02",
                        "'%s' is not a hardware address", sd_text_safe(err->arena, value));
  network->mac = value;
  return true;
}

static bool set_priority(struct sd_arena *arena, struct sd_network *network, const char *value,
                         struct sd_error *err) {
  const char *digits = value[0] == '-' ? value + 1 : value;
  struct sd_error inner;
  uint64_t number = 0;
  sd_error_init(&inner, arena);
  if (!sd_number_decimal(digits, 0, INT32_MAX, &number, &inner))
    return sd_spec_fail_in("gw-priority", &inner, err);
  network->gw_priority = value;
  return true;
}

static const struct network_key keys[] = {
    {"alias", true, false, add_alias},
    {"driver-opt", true, false, add_driver_opt},
    {"gw-priority", false, false, set_priority},
    {"ip", false, true, set_ip},
    {"ip6", false, true, set_ip6},
    {"link-local-ip", true, false, add_link_local},
    {"mac-address", false, true, set_mac},
    {"name", false, false, set_name},
};

static bool set_field(struct sd_arena *arena, const char *field, bool *seen,
                      struct sd_network *network, struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(keys);
  const char *name = NULL;
  const char *value = NULL;
  if (!sd_spec_cut(arena, field, '=', &name, &value))
    return sd_fail_rule(err, NULL, form_hint, "'%s' is no KEY=VALUE",
                        sd_text_safe(err->arena, field));
  size_t index = sd_spec_find(&table, name);
  if (sd_spec_has_outer_blank(name) || sd_spec_has_outer_blank(value))
    return sd_fail_rule(err, NULL, form_hint, "a blank stands around a key or value");
  if (index == table.count)
    return sd_spec_unknown(&table, "network key", name, err);
  if (*value == '\0' && !keys[index].no_empty)
    return sd_fail_rule(err, NULL, "leave the key out or give it a value", "%s is empty",
                        keys[index].name);
  if (seen[index] && !keys[index].repeats)
    return sd_fail_rule(err, NULL, "give it once", "%s is given twice", keys[index].name);
  seen[index] = true;
  return *value == '\0' || keys[index].set(arena, network, value, err);
}

static bool parse_long(struct sd_arena *arena, const char *text, struct sd_network *network,
                       struct sd_error *err) {
  bool seen[sizeof(keys) / sizeof(keys[0])] = {false};
  struct sd_strv fields;
  for (const char *s = text; *s != '\0'; s++)
    if ((unsigned char)*s >= 0x80)
      return sd_fail_rule(err, NULL, "use ASCII in the long form",
                          "the CLI would change letters outside ASCII");
  if (!sd_csv_read(arena, sd_spec_lower(arena, text), &fields, err))
    return false;
  for (size_t i = 0; i < fields.v.len; i++)
    if (!set_field(arena, fields.v.items[i], seen, network, err))
      return false;
  if (network->name == NULL)
    return sd_fail_rule(err, NULL, form_hint, "the long form has no name=");
  network->long_form = true;
  return true;
}

bool sd_network_parse(struct sd_arena *arena, const char *text, struct sd_network *out,
                      struct sd_error *err) {
  struct sd_network network = {0};
  if (!sd_spec_check(text, err))
    return false;
  if (strchr(text, '=') != NULL) {
    if (!parse_long(arena, text, &network, err))
      return false;
  } else {
    if (text[strcspn(text, ",\" ")] != '\0')
      return sd_fail_rule(err, NULL, form_hint,
                          "'%s' has a comma, quote or blank but is not the long form",
                          sd_text_safe(err->arena, text));
    if (!check_name(text, err))
      return false;
    network.name = sd_arena_strdup(arena, text);
  }
  *out = network;
  return true;
}
