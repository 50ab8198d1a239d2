/* SPDX-License-Identifier: Apache-2.0 */
/* Commands other than run and create. */
#include <string.h>

#include "oracle.h"

#include "safe-docker/base/str.h"
#include "safe-docker/sys/launch.h"

/* The options of a command, read: "--name=value" and "-t=5". */
struct option {
  const char *name, *value;
};
#define OPTIONS 1024
struct words {
  struct option options[OPTIONS];
  size_t count;
  size_t operands; /* where they begin in the argv */
};

typedef void check(const struct oracle *oracle, const struct words *words);

/* -- reading -------------------------------------------------------------------------------------- */

static const struct sd_option *row_of(const struct oracle *oracle, const char *name, size_t len) {
  struct sd_option_table table = sd_command_options(oracle->command);
  for (size_t i = 0; i < table.count; i++)
    if (strlen(table.rows[i].name) == len && strncmp(table.rows[i].name, name, len) == 0)
      return &table.rows[i];
  return NULL;
}

static const struct sd_option *short_row_of(const struct oracle *oracle, char name) {
  struct sd_option_table table = sd_command_options(oracle->command);
  for (size_t i = 0; i < table.count; i++)
    if (table.rows[i].shorthand == name && (table.rows[i].flags & SD_OPTION_SHORT) != 0)
      return &table.rows[i];
  return NULL;
}

static void read_option(const struct oracle *oracle, const char *token, struct words *out) {
  size_t len = strcspn(token, "=");
  oracle_require(oracle, token[len] == '=' && token[0] == '-' && out->count < OPTIONS,
                 "no --name=value", token);
  const struct sd_option *row = token[1] == '-' ? row_of(oracle, token + 2, len - 2)
                                : len == 2      ? short_row_of(oracle, token[1])
                                                : NULL;
  oracle_require(oracle,
                 row != NULL && row->disposition != SD_DENY &&
                     (row->disposition != SD_DENY_TRUE || strcmp(token + len, "=false") == 0),
                 "an option that never goes out", token);
  out->options[out->count++] = (struct option){row->name, token + len + 1};
}

static const char *value_of(const struct oracle *oracle, const struct words *words,
                            const char *name) {
  const char *found = NULL;
  for (size_t i = 0; i < words->count; i++) {
    if (strcmp(words->options[i].name, name) != 0)
      continue;
    oracle_require(oracle, found == NULL, "an option twice", name);
    found = words->options[i].value;
  }
  return found;
}

static bool has_value(const struct words *words, const char *name, const char *value) {
  for (size_t i = 0; i < words->count; i++)
    if (strcmp(words->options[i].name, name) == 0 && strcmp(words->options[i].value, value) == 0)
      return true;
  return false;
}

static const char *operand(const struct oracle *oracle, const struct words *words, size_t index) {
  size_t at = words->operands + index;
  return at < oracle->argv->v.len ? oracle->argv->v.items[at] : NULL;
}

static const char *owner(const struct oracle *oracle, const char *start) {
  return sd_arena_printf(oracle->arena, "%sio.safe-docker.owner=%u", start, (unsigned)oracle->uid);
}

static void never(const struct oracle *oracle, const struct words *words,
                  const char *const *names) {
  for (size_t i = 0; i < words->count; i++)
    oracle_require(oracle, !oracle_one_of(words->options[i].name, names),
                   "an option that never goes out", words->options[i].name);
}

/* -- single commands ------------------------------------------------------------------------------ */

/* Of a list, and of what sweeps: the caller's own alone. */
static void check_list(const struct oracle *oracle, const struct words *words) {
  if (oracle->policy->isolation == SD_ISOLATION_OWNER)
    oracle_require(oracle, has_value(words, "filter", owner(oracle, "label=")),
                   "a list of everybody's", NULL);
}

static void check_exec(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"privileged", NULL};
  const char *user = value_of(oracle, words, "user");
  oracle_require(oracle, user != NULL, "a process of the image's user", NULL);
  oracle_check_user(oracle, user);
  never(oracle, words, names);
}

static int64_t number_of(const struct oracle *oracle, const struct words *words, const char *name,
                         int64_t max) {
  const char *value = value_of(oracle, words, name);
  int64_t number = 0;
  if (value == NULL)
    return 0;
  oracle_require(oracle, oracle_number(value, &number) && number > 0 && number <= max,
                 "a limit above the policy's", value);
  return number;
}

static void check_cpus(const struct oracle *oracle, const struct words *words) {
  const char *cpus = value_of(oracle, words, "cpus");
  int64_t number = 0;
  if (cpus != NULL)
    oracle_require(oracle,
                   oracle_cpus(cpus, &number) && number >= 10000000 &&
                       number <= oracle->policy->resources.cpus.max,
                   "more or less CPUs than the policy's", cpus);
}

static void check_update(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"cpu-period",     "cpu-quota",     "cpu-rt-period",
                                      "cpu-rt-runtime", "kernel-memory", NULL};
  const struct sd_policy *policy = oracle->policy;
  int64_t memory = number_of(oracle, words, "memory", policy->resources.memory.max);
  int64_t swap = number_of(oracle, words, "memory-swap", INT64_MAX);
  (void)number_of(oracle, words, "pids-limit", policy->resources.pids.max);
  never(oracle, words, names);
  check_cpus(oracle, words);
  oracle_require(oracle,
                 memory == 0 || (swap >= memory && swap - memory <= policy->resources.swap_max),
                 "memory and swap", NULL);
}

static void check_labels(const struct oracle *oracle, const struct words *words) {
  for (size_t i = 0; i < words->count; i++)
    oracle_require(oracle,
                   strcmp(words->options[i].name, "label") != 0 ||
                       !oracle_label_is_reserved(words->options[i].value) ||
                       strcmp(words->options[i].value, owner(oracle, "")) == 0 ||
                       oracle_starts(words->options[i].value, "io.safe-docker.version="),
                   "a reserved label", words->options[i].value);
}

static void check_network_create(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"attachable", "aux-address", "config-from", "config-only",
                                      "ingress",    "ipam-driver", "ipam-opt",    "opt",
                                      "scope",      NULL};
  const char *driver = value_of(oracle, words, "driver");
  never(oracle, words, names);
  check_labels(oracle, words);
  oracle_require(oracle, driver == NULL || strcmp(driver, "bridge") == 0, "a driver", driver);
  oracle_require(oracle, has_value(words, "label", owner(oracle, "")), "a network of nobody's",
                 NULL);
  for (size_t i = 0; i < words->count; i++)
    oracle_require(oracle,
                   strcmp(words->options[i].name, "subnet") != 0 ||
                       oracle->policy->network.subnets.v.len > 0,
                   "an address that the policy does not name", words->options[i].value);
}

static void check_volume_create(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"driver", "opt", NULL};
  const char *name = operand(oracle, words, 0);
  bool shared =
      oracle->policy->isolation == SD_ISOLATION_SHARED ||
      (name != NULL && sd_policy_matches_any(&oracle->policy->mounts.shared_volumes, name));
  never(oracle, words, names);
  check_labels(oracle, words);
  oracle_require(oracle, shared || has_value(words, "label", owner(oracle, "")),
                 "a volume of nobody's", NULL);
  oracle_require(oracle,
                 name == NULL || sd_policy_matches_any(&oracle->policy->mounts.volumes, name),
                 "a volume that the policy does not name", name);
}

/* The real CLI touches no file of the host: it reads or writes an archive. */
static void check_copy(const struct oracle *oracle, const struct words *words) {
  const char *from = operand(oracle, words, 0);
  const char *to = operand(oracle, words, 1);
  oracle_require(oracle, from != NULL && to != NULL && operand(oracle, words, 2) == NULL,
                 "two places", NULL);
  oracle_require(oracle, (strcmp(from, "-") == 0) != (strcmp(to, "-") == 0), "a path of the host",
                 from);
  const char *inside = strcmp(from, "-") == 0 ? to : from;
  oracle_require(oracle, strchr(inside, ':') != NULL && inside[0] != ':', "no container", inside);
}

/* Within the limits, of an archive that was packed with the caller's rights, by the daemon's own builder. */
static void check_build(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"add-host", "iidfile", "isolation", "output",       "secret",
                                      "squash",   "ssh",     "progress",  "security-opt", NULL};
  const struct sd_policy *policy = oracle->policy;
  const char *network = value_of(oracle, words, "network");
  const char *context = operand(oracle, words, 0);
  int64_t memory = number_of(oracle, words, "memory", policy->resources.memory.max);
  int64_t swap = number_of(oracle, words, "memory-swap", INT64_MAX);
  never(oracle, words, names);
  oracle_require(oracle, context != NULL && strcmp(context, "-") == 0, "a context", context);
  oracle_require(oracle,
                 memory > 0 && swap >= memory && swap - memory <= policy->resources.swap_max,
                 "memory and swap", NULL);
  oracle_require(oracle, number_of(oracle, words, "cpu-quota", INT64_MAX) > 0, "CPUs", NULL);
  oracle_require(oracle, number_of(oracle, words, "shm-size", policy->resources.shm_size.max) > 0,
                 "shared memory", NULL);
  oracle_require(
      oracle,
      value_of(oracle, words, "cgroup-parent") == NULL ||
          strcmp(value_of(oracle, words, "cgroup-parent"), policy->resources.cgroup_parent) == 0,
      "another cgroup", NULL);
  oracle_require(oracle,
                 network == NULL || strcmp(network, "host") != 0 ||
                     sd_strv_contains(&policy->network.allow, "host"),
                 "the host's network", network);
  oracle_require(oracle, policy->images.own.v.len > 0, "a name of nobody's", NULL);
  oracle_require(oracle,
                 has_value(words, "label", "io.safe-docker.owner=") &&
                     has_value(words, "label", "io.safe-docker.version="),
                 "labels of others", NULL);
}

/* Names are given within images.own, which must name some. */
static void check_name(const struct oracle *oracle, const struct words *words) {
  (void)words;
  oracle_require(oracle, oracle->policy->images.own.v.len > 0, "a name of nobody's", NULL);
}

static void check_import(const struct oracle *oracle, const struct words *words) {
  const char *source = operand(oracle, words, 0);
  check_name(oracle, words);
  oracle_require(oracle, source != NULL && strcmp(source, "-") == 0, "a path of the host", source);
}

static void check_save(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"output", "input", NULL};
  (void)oracle;
  never(oracle, words, names);
}

static void check_login(const struct oracle *oracle, const struct words *words) {
  static const char *const names[] = {"password", NULL};
  never(oracle, words, names);
  oracle_require(oracle, oracle->policy->images.credentials == SD_CREDENTIALS_CALLER,
                 "a log-in of the administrator's", NULL);
}

static void check_pull(const struct oracle *oracle, const struct words *words) {
  const char *trust = value_of(oracle, words, "disable-content-trust");
  const char *image = operand(oracle, words, 0);
  oracle_require(oracle, value_of(oracle, words, "all-tags") == NULL, "every tag", NULL);
  oracle_require(oracle,
                 (trust != NULL) == oracle->policy->images.content_trust &&
                     (trust == NULL || strcmp(trust, "false") == 0),
                 "content trust", trust);
  oracle_require(oracle,
                 image != NULL &&
                     (!oracle->policy->images.require_digest || strstr(image, "@sha256:") != NULL),
                 "an image without a digest", image);
}

static const struct {
  enum sd_command_id id;
  check *check;
} rows[] = {
    {SD_COMMAND_BUILD, check_build},
    {SD_COMMAND_COMMIT, check_name},
    {SD_COMMAND_CONTAINER_PRUNE, check_list},
    {SD_COMMAND_CP, check_copy},
    {SD_COMMAND_EVENTS, check_list},
    {SD_COMMAND_EXEC, check_exec},
    {SD_COMMAND_EXPORT, check_save},
    {SD_COMMAND_IMPORT, check_import},
    {SD_COMMAND_LOAD, check_save},
    {SD_COMMAND_LOGIN, check_login},
    {SD_COMMAND_NETWORK_CREATE, check_network_create},
    {SD_COMMAND_NETWORK_LS, check_list},
    {SD_COMMAND_NETWORK_PRUNE, check_list},
    {SD_COMMAND_PS, check_list},
    {SD_COMMAND_PULL, check_pull},
    {SD_COMMAND_PUSH, check_name},
    {SD_COMMAND_RMI, check_name},
    {SD_COMMAND_SAVE, check_save},
    {SD_COMMAND_TAG, check_name},
    {SD_COMMAND_UPDATE, check_update},
    {SD_COMMAND_VOLUME_CREATE, check_volume_create},
    {SD_COMMAND_VOLUME_LS, check_list},
    {SD_COMMAND_VOLUME_PRUNE, check_list},
};

/* What the project is, only the plugin can say: without it there is nothing to execute but version and config. */
static void check_compose(const struct oracle *oracle, size_t at) {
  static const char *const known[] = {"config", "version", NULL};
  const struct sd_strv *argv = oracle->argv;
  while (at < argv->v.len && argv->v.items[at][0] == '-')
    oracle_require(oracle,
                   oracle_starts(argv->v.items[at], "--") && strchr(argv->v.items[at], '=') != NULL,
                   "no --name=value", argv->v.items[at]),
        at++;
  oracle_require(oracle, at < argv->v.len && oracle_one_of(argv->v.items[at], known),
                 "a project that nobody looked at", NULL);
}

void oracle_command(const struct oracle *oracle, size_t at) {
  struct words words = {.count = 0};
  const struct sd_strv *argv = oracle->argv;
  if (oracle->command->id == SD_COMMAND_COMPOSE) {
    check_compose(oracle, at);
    return;
  }
  for (; at < argv->v.len && strcmp(argv->v.items[at], "--") != 0; at++)
    read_option(oracle, argv->v.items[at], &words);
  words.operands = at + 1;
  if (value_of(oracle, &words, "env-file") != NULL)
    oracle_require(oracle,
                   oracle->env_file != NULL && strcmp(value_of(oracle, &words, "env-file"),
                                                      sd_handed_path(SD_HANDED_ENV)) == 0,
                   "a file with variables", NULL);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (rows[i].id == oracle->command->id)
      rows[i].check(oracle, &words);
}
