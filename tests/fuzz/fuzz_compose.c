/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as what the compose plugin printed. A model that is allowed is written as JSON that is read again, in which
 * every service keeps the promises of a launch and no $ stands alone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../fake_host.h"
#include "../known_groups.h"
#include "safe-docker/compose/compose.h"
#include "safe-docker/confine/seccomp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const gid_t group_ids[] = {1000, 27};
static struct sd_gids groups = {group_ids, 2};
static const struct sd_policy_caller caller = {.uid = 1000,
                                               .gid = 1000,
                                               .user = "al",
                                               .home = "/home/al",
                                               .groups = known_groups,
                                               .context = &groups};

static void require(bool holds) {
  if (!holds)
    abort();
}

static const struct sd_json *get(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  require(value != NULL);
  return value;
}

static bool has(const struct sd_json *list, const char *text) {
  for (size_t i = 0; i < list->items.len; i++)
    if (strcmp(list->items.items[i]->string, text) == 0)
      return true;
  return false;
}

static void check_service(const struct sd_json *service) {
  static const char *const numbers[] = {"mem_limit", "memswap_limit", "pids_limit", "shm_size",
                                        "cpu_quota"};
  const struct sd_json *options = get(service, "security_opt");
  require(has(get(service, "cap_drop"), "ALL"));
  require(strcmp(get(service, "user")->string, "1000:1000") == 0);
  require(has(options, "seccomp=S"));
  require(strcmp(options->items.items[options->items.len - 1]->string, "no-new-privileges=true") ==
          0);
  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
    require(get(service, numbers[i])->number > 0);
  require(sd_json_get(service, "privileged") == NULL && sd_json_get(service, "build") == NULL);
  require(sd_json_get(service, "networks") != NULL || sd_json_get(service, "network_mode") != NULL);
}

static void check_dollars(const struct sd_json *value) {
  const char *text = value->type == SD_JSON_STRING ? value->string : "";
  for (const char *at = strchr(text, '$'); at != NULL; at = strchr(at + 2, '$'))
    require(at[1] == '$');
  for (size_t i = 0; i < value->items.len; i++)
    check_dollars(value->items.items[i]);
  for (size_t i = 0; i < value->members.len; i++)
    check_dollars(value->members.items[i].value);
}

static void check_model(struct sd_arena *arena, const char *text) {
  struct sd_json *model = NULL;
  struct sd_error err;
  sd_error_init(&err, arena);
  require(sd_json_read_large(arena, "hardened", text, strlen(text), &model, &err));
  const struct sd_json *services = get(model, "services");
  for (size_t i = 0; i < services->members.len; i++)
    check_service(services->members.items[i].value);
  check_dollars(model);
}

static void run(struct sd_arena *arena, const char *text, size_t len) {
  static const struct sd_compose_command up = {"up", SD_COMPOSE_CREATE, 0, NULL, NULL};
  static const struct sd_command known = {.name = "compose up"};
  struct fake_host fake = {.node = SD_NODE_DIRECTORY};
  struct sd_host host = fake_host_of(&fake);
  struct sd_policy policy;
  struct sd_policy_text builtin = sd_policy_builtin();
  struct sd_error err;
  size_t profile_len = 0;
  sd_error_init(&err, arena);
  require(sd_policy_load(arena, &builtin, 0, &caller, &policy, &err));
  struct sd_rule_input in = {.arena = arena,
                             .policy = &policy,
                             .caller = &caller,
                             .host = &host,
                             .socket_group = (gid_t)-1,
                             .seccomp_profile = sd_seccomp_builtin("default", &profile_len),
                             .version = "1"};
  struct sd_compose_line line = {.command = &up, .own = {.command = &known}};
  struct sd_compose_project project;
  struct sd_decision decision = {.arena = arena, .problems = {.arena = arena}};
  struct sd_objects none = {.complete = true};
  const char *out = NULL;
  if (!sd_compose_read(arena, &in, &line, text, len, &project, &decision.problems)) {
    require(decision.problems.list.len > 0);
    return;
  }
  in.objects = &none;
  sd_compose_judge(&in, &line, &project, &decision);
  if (decision.problems.list.len == 0 && sd_compose_write(arena, &line, &project, "S", &out, &err))
    check_model(arena, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  run(&arena, sd_arena_strndup(&arena, (const char *)data, size), size);
  sd_arena_finish(&arena);
  return 0;
}
