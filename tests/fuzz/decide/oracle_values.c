/* SPDX-License-Identifier: Apache-2.0 */
/* Values with an inner grammar: mounts, volumes, tmpfs, ports. */
#include <arpa/inet.h>
#include <string.h>

#include "oracle.h"
#include "world.h"

#include "safe-docker/base/str.h"

/* -- CSV ------------------------------------------------------------------------------------------ */

/* The next field of a record as encoding/csv of Go reads it; NULL: there is none, or it is none. */
static const char *next_field(struct sd_arena *arena, const char **at) {
  struct sd_str out;
  const char *text = *at;
  sd_str_init(&out, arena);
  if (text == NULL)
    return NULL;
  if (*text != '"') {
    size_t len = strcspn(text, ",\"\r\n");
    if (text[len] != ',' && text[len] != '\0')
      return NULL;
    sd_str_add_bytes(&out, text, len);
    text += len;
  } else {
    for (text++; *text != '\0' && (*text != '"' || text[1] == '"'); text++) {
      text += *text == '"' ? 1 : 0;
      sd_str_add_char(&out, *text);
    }
    if (*text++ != '"' || (*text != ',' && *text != '\0'))
      return NULL;
  }
  *at = *text == ',' ? text + 1 : NULL;
  return sd_str_text(&out);
}

struct field {
  const char *key, *value;
};
#define FIELDS 64
struct record {
  struct field fields[FIELDS];
  size_t count;
};

static void read_record(const struct oracle *oracle, const char *text, struct record *out) {
  out->count = 0;
  for (const char *at = text; at != NULL;) {
    const char *field = next_field(oracle->arena, &at);
    oracle_require(oracle, field != NULL, "no CSV", text);
    const char *equals = strchr(field, '=');
    oracle_require(oracle, equals != NULL && out->count < FIELDS, "a field without =", text);
    out->fields[out->count++] = (struct field){
        sd_arena_strndup(oracle->arena, field, (size_t)(equals - field)), equals + 1};
  }
}

/* The one value of the key; NULL: it is not there. */
static const char *value_of(const struct oracle *oracle, const struct record *record,
                            const char *key) {
  const char *found = NULL;
  for (size_t i = 0; i < record->count; i++) {
    if (strcmp(record->fields[i].key, key) != 0)
      continue;
    oracle_require(oracle, found == NULL, "a key twice", key);
    found = record->fields[i].value;
  }
  return found;
}

static void only_keys(const struct oracle *oracle, const struct record *record,
                      const char *const *keys) {
  for (size_t i = 0; i < record->count; i++)
    oracle_require(oracle, oracle_one_of(record->fields[i].key, keys), "a key that nobody gets",
                   record->fields[i].key);
}

/* -- targets -------------------------------------------------------------------------------------- */

static void check_target(const struct oracle *oracle, const char *target, struct sd_strv *targets) {
  oracle_require(oracle, target != NULL && oracle_clean(target) && strcmp(target, "/") != 0,
                 "a target", target);
  oracle_require(oracle,
                 !oracle_within(target, "/proc") && !oracle_within(target, "/sys") &&
                     (!oracle_within(target, "/dev") || oracle_within(target, "/dev/shm")),
                 "a target of the runtime", target);
  oracle_require(oracle, !sd_strv_contains(targets, target), "a target twice", target);
  sd_strv_add(targets, oracle->arena, target);
}

/* -- binds ---------------------------------------------------------------------------------------- */

/* Neither these, nor what is below, nor what holds them. */
static const char *const precious[] = {
    "/boot", "/dev", "/etc/docker", "/etc/safe-docker", "/etc/shadow", "/etc/ssh", "/etc/sudoers",
    "/proc", "/run", "/sys",        "/var/lib/docker",  "/var/run",    NULL};

static void check_precious(const struct oracle *oracle, const char *source) {
  bool folder = strcmp(source, "/etc/passwd") != 0;
  oracle_require(oracle, strcmp(source, "/") != 0, "the whole host", source);
  for (size_t i = 0; precious[i] != NULL; i++)
    oracle_require(oracle,
                   !oracle_within(source, precious[i]) &&
                       (!folder || !oracle_within(precious[i], source)),
                   "a path that nobody gets", source);
}

/* Where a link of the made world leads whose name a source of the policy may have. */
static const char *place_of(const char *source) {
  static const char *const links[][2] = {{"/srv/link", "/srv/data"},
                                         {"/home/al/in", WORLD_FOLDER},
                                         {"/home/al/out", "/srv/other"},
                                         {"/home/al/link", "/etc"}};
  for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
    if (strcmp(links[i][0], source) == 0)
      return links[i][1];
  return source;
}

/* Within a source of the policy; to be written to only where the longest such source is, and none below is not. */
static void check_source(const struct oracle *oracle, const char *source, bool writable) {
  size_t best = 0;
  bool found = false;
  bool may_write = true;
  for (size_t i = 0; i < oracle->policy->mounts.bind.len; i++) {
    const struct sd_bind_policy *entry = &oracle->policy->mounts.bind.items[i];
    const char *place = place_of(entry->source);
    if (!entry->writable && oracle_within(place, source) && writable)
      oracle_require(oracle, false, "writing to what is for reading", source);
    if (!oracle_within(source, place) || (found && strlen(place) < best))
      continue;
    may_write = entry->writable && (may_write || strlen(place) > best || !found);
    best = strlen(place);
    found = true;
  }
  oracle_require(oracle, found, "a source that the policy does not name", source);
  oracle_require(oracle, may_write || !writable, "writing to what is for reading", source);
}

static void check_bind(const struct oracle *oracle, const struct record *record) {
  static const char *const keys[] = {"type",
                                     "source",
                                     "target",
                                     "readonly",
                                     "bind-recursive",
                                     "bind-propagation",
                                     "bind-nonrecursive",
                                     NULL};
  static const char *const propagations[] = {"private", "rprivate", NULL};
  static const char *const recursions[] = {"disabled", "writable", "readonly", NULL};
  const char *source = value_of(oracle, record, "source");
  const char *propagation = value_of(oracle, record, "bind-propagation");
  const char *recursive = value_of(oracle, record, "bind-recursive");
  const char *nonrecursive = value_of(oracle, record, "bind-nonrecursive");
  const char *readonly = value_of(oracle, record, "readonly");
  only_keys(oracle, record, keys);
  oracle_require(oracle, source != NULL && oracle_clean(source), "a source", source);
  oracle_require(oracle, world_is_plain(oracle->arena, source), "no plain file or folder", source);
  oracle_require(oracle, oracle->endpoint->host[0] == 'u', "a bind on another machine", source);
  oracle_require(oracle, propagation == NULL || oracle_one_of(propagation, propagations),
                 "propagation", propagation);
  oracle_require(oracle, recursive == NULL || oracle_one_of(recursive, recursions), "recursion",
                 recursive);
  oracle_require(oracle, nonrecursive == NULL || strcmp(nonrecursive, "true") == 0, "recursion",
                 nonrecursive);
  oracle_require(oracle, readonly == NULL || strcmp(readonly, "true") == 0, "readonly", readonly);
  check_precious(oracle, source);
  check_source(oracle, source,
               readonly == NULL || (recursive != NULL && strcmp(recursive, "writable") == 0));
}

/* -- volumes -------------------------------------------------------------------------------------- */

static void check_volume_name(const struct oracle *oracle, const char *name) {
  static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  oracle_require(
      oracle, name[0] != '\0' && strchr(first, name[0]) != NULL && name[strspn(name, rest)] == '\0',
      "no name of a volume", name);
  oracle_require(oracle, sd_policy_matches_any(&oracle->policy->mounts.volumes, name),
                 "a volume that the policy does not name", name);
}

static void check_volume(const struct oracle *oracle, const struct record *record) {
  static const char *const keys[] = {"type",           "source",       "target",        "readonly",
                                     "volume-subpath", "volume-label", "volume-nocopy", NULL};
  const char *source = value_of(oracle, record, "source");
  only_keys(oracle, record, keys);
  if (source != NULL)
    check_volume_name(oracle, source);
  for (size_t i = 0; i < record->count; i++)
    oracle_require(oracle,
                   strcmp(record->fields[i].key, "volume-label") != 0 ||
                       !oracle_label_is_reserved(record->fields[i].value),
                   "a label of others", record->fields[i].value);
}

static void check_size(const struct oracle *oracle, const char *size) {
  int64_t bytes = 0;
  oracle_require(oracle, size != NULL && oracle_number(size, &bytes), "a tmpfs without a size",
                 size);
  oracle_require(oracle, bytes > 0 && bytes <= oracle->policy->resources.tmpfs_size.max,
                 "a tmpfs that is too large", size);
  oracle_require(oracle, oracle->policy->mounts.tmpfs, "a tmpfs", size);
}

static void check_mode(const struct oracle *oracle, const char *mode) {
  if (mode != NULL)
    oracle_require(oracle,
                   mode[0] != '\0' && mode[strspn(mode, "01234567")] == '\0' &&
                       (strlen(mode) < 4 || (strlen(mode) == 4 && mode[0] == '1')),
                   "a mode", mode);
}

void oracle_mount(const struct oracle *oracle, const char *value, struct sd_strv *targets) {
  static const char *const tmpfs_keys[] = {"type",       "target",     "readonly",
                                           "tmpfs-size", "tmpfs-mode", NULL};
  struct record record;
  read_record(oracle, value, &record);
  const char *type = value_of(oracle, &record, "type");
  oracle_require(oracle, type != NULL && record.fields[0].value == type, "a mount without a type",
                 value);
  check_target(oracle, value_of(oracle, &record, "target"), targets);
  if (strcmp(type, "bind") == 0) {
    check_bind(oracle, &record);
  } else if (strcmp(type, "volume") == 0) {
    check_volume(oracle, &record);
  } else {
    oracle_require(oracle, strcmp(type, "tmpfs") == 0, "a type of mounts", type);
    only_keys(oracle, &record, tmpfs_keys);
    check_size(oracle, value_of(oracle, &record, "tmpfs-size"));
    check_mode(oracle, value_of(oracle, &record, "tmpfs-mode"));
  }
}

/* NAME:/target[:ro,nocopy], or /target. */
void oracle_volume(const struct oracle *oracle, const char *value, struct sd_strv *targets) {
  static const char *const options[] = {"ro", "nocopy", "ro,nocopy", NULL};
  if (value[0] == '/') {
    oracle_require(oracle, strchr(value, ':') == NULL, "a bind as --volume", value);
    check_target(oracle, value, targets);
    return;
  }
  const char *target = strchr(value, ':');
  oracle_require(oracle, target != NULL, "no volume", value);
  check_volume_name(oracle, sd_arena_strndup(oracle->arena, value, (size_t)(target - value)));
  size_t len = strcspn(target + 1, ":");
  check_target(oracle, sd_arena_strndup(oracle->arena, target + 1, len), targets);
  const char *end = target + 1 + len;
  oracle_require(oracle, *end == '\0' || oracle_one_of(end + 1, options), "options of a volume",
                 value);
}

void oracle_tmpfs(const struct oracle *oracle, const char *value, struct sd_strv *targets) {
  static const char *const refused[] = {"suid", "dev", "mand", "remount", "bind", NULL};
  size_t len = strcspn(value, ":");
  const char *size = NULL;
  const char *mode = NULL;
  check_target(oracle, sd_arena_strndup(oracle->arena, value, len), targets);
  for (const char *at = value + len; *at != '\0';) {
    size_t word = strcspn(at + 1, ",");
    const char *option = sd_arena_strndup(oracle->arena, at + 1, word);
    at += 1 + word;
    oracle_require(oracle, oracle_word(option) && !oracle_one_of(option, refused),
                   "an option of a tmpfs", option);
    if (oracle_starts(option, "size=")) {
      oracle_require(oracle, size == NULL, "two sizes", value);
      size = option + 5;
    } else if (oracle_starts(option, "mode=")) {
      mode = option + 5;
    } else if (strchr(option, '=') != NULL) {
      oracle_require(oracle,
                     oracle_starts(option, "uid=") || oracle_starts(option, "gid=") ||
                         oracle_starts(option, "nr_inodes="),
                     "an option of a tmpfs", option);
    }
  }
  check_size(oracle, size);
  check_mode(oracle, mode);
}

/* -- ports ---------------------------------------------------------------------------------------- */

static bool is_address(const char *text) {
  unsigned char out[16];
  return inet_pton(AF_INET, text, out) == 1 || inet_pton(AF_INET6, text, out) == 1;
}

static void check_ports(const struct oracle *oracle, const char *text, int64_t min, int64_t max) {
  const char *dash = strchr(text, '-');
  int64_t first = 0;
  int64_t last = 0;
  const char *low =
      dash != NULL ? sd_arena_strndup(oracle->arena, text, (size_t)(dash - text)) : text;
  bool good = oracle_number(low, &first) && oracle_number(dash != NULL ? dash + 1 : text, &last);
  oracle_require(oracle, good && first >= min && first <= last && last <= max, "ports", text);
}

/* [ADDRESS:][HOST:]CONTAINER/PROTOCOL */
void oracle_publish(const struct oracle *oracle, const char *value) {
  static const char *const protocols[] = {"tcp", "udp", "sctp", NULL};
  const struct sd_strv *addresses = &oracle->policy->network.addresses;
  bool every = sd_strv_contains(addresses, "0.0.0.0") && sd_strv_contains(addresses, "::");
  const char *colon = strrchr(value, ':');
  const char *inside = colon != NULL ? colon + 1 : value;
  const char *slash = strchr(inside, '/');
  oracle_require(oracle, slash != NULL && oracle_one_of(slash + 1, protocols), "a protocol", value);
  check_ports(oracle, sd_arena_strndup(oracle->arena, inside, (size_t)(slash - inside)), 1, 65535);
  const char *before =
      colon != NULL ? sd_arena_strndup(oracle->arena, value, (size_t)(colon - value)) : "";
  const char *host = strrchr(before, ':');
  const char *port = host != NULL ? host + 1 : before;
  const char *address =
      host != NULL ? sd_arena_strndup(oracle->arena, before, (size_t)(host - before)) : NULL;
  if (address != NULL && address[0] == '[' && address[strlen(address) - 1] == ']')
    address = sd_arena_strndup(oracle->arena, address + 1, strlen(address) - 2);
  if (address == NULL)
    oracle_require(oracle, every, "a port on every address", value);
  else
    oracle_require(oracle, is_address(address) && sd_strv_contains(addresses, address),
                   "an address that the policy does not name", value);
  if (port[0] != '\0')
    check_ports(oracle, port, oracle->policy->network.port_first,
                oracle->policy->network.port_last);
}
