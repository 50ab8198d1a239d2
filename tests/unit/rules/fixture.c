/* SPDX-License-Identifier: Apache-2.0 */
/* A default policy, a made host and a request, and what must come of them. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "../../known_groups.h"
#include "said.h"

#define MIB ((int64_t)1024 * 1024)
#define CPU ((int64_t)1000000000)

static const gid_t groups[] = {1000, 100};

/* -- the made host ----------------------------------------------------------------------------- */
static bool host_is_straight(void *context, const char *path) {
  const struct fixture *fixture = context;
  for (size_t i = 0; i < fixture->nodes.len; i++)
    if (strcmp(fixture->nodes.items[i].path, path) == 0)
      return fixture->nodes.items[i].resolved.straight;
  return false;
}

static void host_resolve(void *context, struct sd_arena *arena, const char *path,
                         struct sd_resolved *out) {
  const struct fixture *fixture = context;
  for (size_t i = 0; i < fixture->nodes.len; i++) {
    if (strcmp(fixture->nodes.items[i].path, path) == 0) {
      *out = fixture->nodes.items[i].resolved;
      return;
    }
  }
  *out = (struct sd_resolved){.node = SD_NODE_MISSING, .path = sd_arena_strdup(arena, path)};
}

static struct sd_special host_find_special(void *context, struct sd_arena *arena,
                                           const char *path) {
  const struct fixture *fixture = context;
  (void)arena;
  for (size_t i = 0; i < fixture->nodes.len; i++)
    if (strcmp(fixture->nodes.items[i].path, path) == 0)
      return fixture->nodes.items[i].inside;
  return (struct sd_special){0};
}

static bool host_read_file(void *context, struct sd_arena *arena, const char *path, size_t max,
                           const char **text, size_t *len, struct sd_error *err) {
  const struct fixture *fixture = context;
  for (size_t i = 0; i < fixture->files.len; i++) {
    const struct fixture_file *file = &fixture->files.items[i];
    if (strcmp(file->path, path) != 0)
      continue;
    if (strlen(file->text) > max)
      return sd_fail(err, "larger than %zu bytes", max);
    *text = sd_arena_strdup(arena, file->text);
    *len = strlen(file->text);
    return true;
  }
  return sd_fail(err, "no such file");
}

static const char *host_getenv(void *context, const char *name) {
  const struct fixture *fixture = context;
  for (size_t i = 0; i < fixture->variables.len; i++)
    if (strcmp(fixture->variables.items[i].name, name) == 0)
      return fixture->variables.items[i].value;
  return NULL;
}

static bool host_can_create(void *context, struct sd_arena *arena, const char *path,
                            const char **resolved, struct sd_error *err) {
  const struct fixture *fixture = context;
  for (size_t i = 0; i < fixture->creatable.len; i++) {
    if (strcmp(fixture->creatable.items[i].path, path) == 0) {
      *resolved = sd_arena_strdup(arena, fixture->creatable.items[i].text);
      return true;
    }
  }
  return sd_fail(err, "may not be created");
}

struct sd_resolved *fixture_node(struct fixture *fixture, const char *path, enum sd_node node,
                                 const char *resolved) {
  struct fixture_node *entry = sd_vec_push(&fixture->arena, &fixture->nodes);
  *entry = (struct fixture_node){
      .path = path,
      .resolved = {.node = node, .path = resolved != NULL ? resolved : path},
  };
  return &entry->resolved;
}

void fixture_folder_with(struct fixture *fixture, const char *path, struct sd_special inside) {
  (void)fixture_node(fixture, path, SD_NODE_DIRECTORY, NULL);
  fixture->nodes.items[fixture->nodes.len - 1].inside = inside;
}

void fixture_file(struct fixture *fixture, const char *path, const char *text) {
  *sd_vec_push(&fixture->arena, &fixture->files) =
      (struct fixture_file){.path = path, .text = text};
}

void fixture_creatable(struct fixture *fixture, const char *path, const char *resolved) {
  *sd_vec_push(&fixture->arena, &fixture->creatable) =
      (struct fixture_file){.path = path, .text = resolved};
}

void fixture_variable(struct fixture *fixture, const char *name, const char *value) {
  *sd_vec_push(&fixture->arena, &fixture->variables) =
      (struct fixture_variable){.name = name, .value = value};
}

/* -- the default policy, as safe-docker-policy(5) shows it ------------------------------------- */
static void add_names(struct fixture *fixture, struct sd_strv *names, const char *const *list) {
  for (; *list != NULL; list++)
    sd_strv_add(names, &fixture->arena, *list);
}
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void policy_resources(struct fixture *fixture, struct sd_policy *policy) {
  policy->resources.memory = (struct sd_limit){512 * MIB, 2048 * MIB};
  policy->resources.swap_max = 0;
  policy->resources.cpus = (struct sd_limit){CPU, 2 * CPU};
  policy->resources.pids = (struct sd_limit){256, 1024};
  policy->resources.shm_size = (struct sd_limit){64 * MIB, 256 * MIB};
  policy->resources.tmpfs_size = (struct sd_limit){64 * MIB, 512 * MIB};
  policy->resources.cgroup_parent = "";
  *sd_vec_push(&fixture->arena, &policy->resources.ulimits) =
      (struct sd_ulimit_policy){"core", 0, 0, 0};
  *sd_vec_push(&fixture->arena, &policy->resources.ulimits) =
      (struct sd_ulimit_policy){"nofile", 1024, 65536, 65536};
}

static void policy_network(struct fixture *fixture, struct sd_policy *policy) {
  add_names(fixture, &policy->network.allow, NAMES("default", "bridge", "none"));
  add_names(fixture, &policy->network.addresses, NAMES("127.0.0.1", "::1"));
  policy->network.default_address = "127.0.0.1";
  policy->network.port_first = 1024;
  policy->network.port_last = 65535;
}

static void default_policy(struct fixture *fixture) {
  struct sd_policy *policy = &fixture->policy;
  policy->docker.path = "/usr/bin/docker";
  policy->docker.config_dir = "/etc/safe-docker/docker";
  policy->docker.endpoint = (struct sd_endpoint){.name = "",
                                                 .host = "unix:///var/run/docker.sock",
                                                 .tls = {.ca = "", .cert = "", .key = ""},
                                                 .run_as = "caller"};
  add_names(fixture, &policy->commands, NAMES("run", "create", "ps"));
  policy->isolation = SD_ISOLATION_OWNER;
  add_names(fixture, &policy->capabilities.allow, NAMES("NET_BIND_SERVICE"));
  policy_resources(fixture, policy);
  policy->user.mode = SD_USER_CALLER;
  policy->user.fallback_uid = 65534;
  policy->user.fallback_gid = 65534;
  *sd_vec_push(&fixture->arena, &policy->mounts.bind) =
      (struct sd_bind_policy){"/home/alice", true};
  add_names(fixture, &policy->mounts.volumes, NAMES("*"));
  policy->mounts.tmpfs = true;
  policy_network(fixture, policy);
  add_names(fixture, &policy->images.allow, NAMES("**"));
  policy->images.pull = "";
  policy->read_only = SD_READ_ONLY_ALLOW;
  policy->seccomp.profile = "default";
  policy->apparmor.profile = "safe-docker-default";
  add_names(fixture, &policy->restart.allow, NAMES("no", "on-failure"));
  policy->restart.max_retries = 5;
  add_names(fixture, &policy->log_drivers, NAMES("json-file", "local", "journald", "none"));
  add_names(fixture, &policy->sysctls,
            NAMES("net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"));
  policy->audit.file = "";
  policy->hash = "";
  policy->sources = "built-in";
}

void fixture_apparmor(struct fixture *fixture, const char *name, enum sd_lsm_state state,
                      const char *mode) {
  struct sd_lsm_profile *seen = NULL;
  for (size_t i = 0; i < fixture->apparmor.profiles.len; i++)
    if (strcmp(fixture->apparmor.profiles.items[i].name, name) == 0)
      seen = &fixture->apparmor.profiles.items[i];
  if (seen == NULL)
    seen = sd_vec_push(&fixture->arena, &fixture->apparmor.profiles);
  *seen = (struct sd_lsm_profile){.name = name, .state = state, .mode = mode};
}

/* -- setting up -------------------------------------------------------------------------------- */
static void fill(struct fixture *fixture) {
  default_policy(fixture);
  fixture->caller = (struct sd_policy_caller){.uid = 1000,
                                              .gid = 1000,
                                              .user = "alice",
                                              .home = "/home/alice",
                                              .groups = known_groups,
                                              .context = &fixture->groups};
  fixture->groups = (struct sd_gids){groups, sizeof(groups) / sizeof(groups[0])};
  fixture->host = (struct sd_host){.context = fixture,
                                   .resolve = host_resolve,
                                   .is_straight = host_is_straight,
                                   .find_special = host_find_special,
                                   .read_file = host_read_file,
                                   .getenv = host_getenv,
                                   .can_create = host_can_create};
  fixture->apparmor.kernel = SD_LSM_WITHOUT;
  fixture_apparmor(fixture, "safe-docker-default", SD_APPARMOR_ABSENT, "");
  fixture->request.verb = SD_VERB_RUN;
  fixture->decision.arena = &fixture->arena;
  fixture->decision.problems.arena = &fixture->arena;
  fixture->in = (struct sd_rule_input){.arena = &fixture->arena,
                                       .policy = &fixture->policy,
                                       .caller = &fixture->caller,
                                       .request = &fixture->request,
                                       .host = &fixture->host,
                                       .apparmor = &fixture->apparmor,
                                       .socket_group = 999,
                                       .seccomp_profile = "{\"defaultAction\": \"SCMP_ACT_ERRNO\"}",
                                       .version = "0.1.0",
                                       .endpoint = &fixture->policy.docker.endpoint};
}

int fixture_setup(void **state) {
  struct fixture *fixture = calloc(1, sizeof(*fixture));
  if (fixture == NULL)
    return -1;
  sd_arena_init(&fixture->arena);
  fill(fixture);
  *state = fixture;
  return 0;
}

int fixture_teardown(void **state) {
  struct fixture *fixture = *state;
  sd_arena_finish(&fixture->arena);
  free(fixture);
  return 0;
}

void fixture_reset(struct fixture *fixture) {
  struct sd_arena arena = fixture->arena;
  memset(fixture, 0, sizeof(*fixture));
  fixture->arena = arena;
  fill(fixture);
}

/* -- the request ------------------------------------------------------------------------------- */
const struct sd_given *fixture_given(struct fixture *fixture, enum sd_option_id id,
                                     const char *value) {
  struct sd_given *given = sd_arena_alloc(&fixture->arena, sizeof(*given));
  const char *name = sd_options[id].name;
  *given = (struct sd_given){
      .row = &sd_options[id],
      .value = value,
      .option = sd_arena_printf(&fixture->arena, "--%s=%s", name, value),
      .typed = sd_arena_printf(&fixture->arena, "--%s %s", name, value),
  };
  fixture->request.present[id] = true;
  return given;
}

static void *field(struct fixture *fixture, enum sd_option_id id) {
  return (char *)&fixture->request + sd_options[id].field;
}

void fixture_text(struct fixture *fixture, enum sd_option_id id, const char *value) {
  assert_int_equal(sd_options[id].kind, SD_KIND_TEXT);
  *(struct sd_text *)field(fixture, id) =
      (struct sd_text){.set = true, .value = value, .given = fixture_given(fixture, id, value)};
}

void fixture_list(struct fixture *fixture, enum sd_option_id id, const char *value) {
  assert_int_equal(sd_options[id].kind, SD_KIND_LIST);
  struct sd_texts *list = field(fixture, id);
  *sd_vec_push(&fixture->arena, &list->v) =
      (struct sd_text){.set = true, .value = value, .given = fixture_given(fixture, id, value)};
}

void fixture_flag(struct fixture *fixture, enum sd_option_id id, bool value) {
  assert_int_equal(sd_options[id].kind, SD_KIND_BOOL);
  *(struct sd_flag *)field(fixture, id) = (struct sd_flag){
      .set = true, .value = value, .given = fixture_given(fixture, id, value ? "true" : "false")};
}

void fixture_number(struct fixture *fixture, enum sd_option_id id, int64_t value) {
  enum sd_kind kind = sd_options[id].kind;
  assert_true(kind == SD_KIND_INT || kind == SD_KIND_SIZE || kind == SD_KIND_CPUS ||
              kind == SD_KIND_DURATION);
  const char *text = sd_arena_printf(&fixture->arena, "%lld", (long long)value);
  *(struct sd_number *)field(fixture, id) =
      (struct sd_number){.set = true, .value = value, .given = fixture_given(fixture, id, text)};
}

void fixture_run(struct fixture *fixture, sd_rule *area) {
  (area != NULL ? area : sd_rules_decide)(&fixture->in, &fixture->decision);
  said(fixture);
}

/* -- what came of it --------------------------------------------------------------------------- */
static void print_problems(const struct fixture *fixture) {
  for (size_t i = 0; i < fixture->decision.problems.list.len; i++) {
    const struct sd_problem *problem = &fixture->decision.problems.list.items[i];
    print_message("%s: %s\n  hint: %s\n", problem->rule, problem->message, problem->hint);
  }
}

const void *fixture_out(const struct fixture *fixture, enum sd_option_id id) {
  return (const char *)&fixture->decision.out + sd_options[id].field;
}

void fixture_assert_allowed(const struct fixture *fixture) {
  print_problems(fixture);
  assert_int_equal(fixture->decision.problems.list.len, 0);
}

/* "--name=value" was typed as "--name value" by fixture_given(). */
static void assert_starts_with_typed(const struct sd_problem *problem) {
  const char *equals = strchr(problem->option, '=');
  size_t len = equals != NULL ? (size_t)(equals - problem->option) : strlen(problem->option);
  assert_int_equal(strncmp(problem->message, problem->option, len), 0);
  if (equals != NULL)
    assert_int_equal(strncmp(problem->message + len + 1, equals + 1, strlen(equals + 1)), 0);
}

const struct sd_problem *fixture_assert_denied(const struct fixture *fixture, const char *rule) {
  if (fixture->decision.problems.list.len != 1)
    print_problems(fixture);
  assert_int_equal(fixture->decision.problems.list.len, 1);
  const struct sd_problem *problem = &fixture->decision.problems.list.items[0];
  assert_string_equal(problem->rule, rule);
  assert_string_not_equal(problem->message, "");
  assert_string_not_equal(problem->hint, "");
  assert_starts_with_typed(problem);
  return problem;
}

const struct sd_change *fixture_assert_changed(const struct fixture *fixture, const char *rule,
                                               const char *option) {
  for (size_t i = 0; i < fixture->decision.changes.len; i++) {
    const struct sd_change *change = &fixture->decision.changes.items[i];
    if (strcmp(change->option, option) == 0) {
      assert_string_equal(change->rule, rule);
      assert_string_not_equal(change->reason, "");
      return change;
    }
  }
  for (size_t i = 0; i < fixture->decision.changes.len; i++)
    print_message("changed: %s\n", fixture->decision.changes.items[i].option);
  fail_msg("no change %s", option);
  return NULL;
}

void fixture_assert_change_count(const struct fixture *fixture, size_t count) {
  assert_int_equal(fixture->decision.changes.len, count);
}

void fixture_assert_contains(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    fail_msg("\"%s\" does not hold \"%s\"", text, part);
}
