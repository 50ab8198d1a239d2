/* SPDX-License-Identifier: Apache-2.0 */
/* Words as for the target "decide", an empty line, and any text as what the real CLI printed of the things that they name. What
 * would be executed is checked by the same oracle; and under isolation "owner" a command that names containers, networks or
 * volumes gets the ids of things that have the caller's label, and of no other. */
#include <stdlib.h>
#include <string.h>

#include "decide/input.h"
#include "decide/oracle.h"
#include "decide/world.h"

#include "../known_groups.h"
#include "decide.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const gid_t group_ids[] = {WORLD_GID, 27};
static struct sd_gids groups = {.items = group_ids, .len = 2};
static const struct sd_policy_caller caller = {.uid = WORLD_UID,
                                               .gid = WORLD_GID,
                                               .user = "al",
                                               .home = WORLD_HOME,
                                               .groups = known_groups,
                                               .context = &groups};

/* -- whose ---------------------------------------------------------------------------------------- */

static const struct sd_json *text_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = object != NULL ? sd_json_get(object, key) : NULL;
  return value != NULL && value->type == SD_JSON_STRING ? value : NULL;
}

static const char *owner_of(const struct sd_object *object) {
  const struct sd_json *at = object->json;
  if (object->kind == SD_OBJECT_CONTAINER)
    at = sd_json_get(at, "Config");
  at = at != NULL ? sd_json_get(at, "Labels") : NULL;
  at = text_at(at, "io.safe-docker.owner");
  return at != NULL ? at->string : "";
}

static void check_owned(const struct oracle *oracle, const struct sd_objects *objects,
                        enum sd_object_kind kind, const char *operand) {
  for (size_t i = 0; i < objects->v.len; i++)
    if (objects->v.items[i].kind == kind && strcmp(objects->v.items[i].id, operand) == 0 &&
        strcmp(owner_of(&objects->v.items[i]), "1000") == 0)
      return;
  oracle_require(oracle, false, "a thing of somebody else's", operand);
}

static size_t operands_at(const struct oracle *oracle) {
  for (size_t i = 0; i < oracle->argv->v.len; i++)
    if (strcmp(oracle->argv->v.items[i], "--") == 0)
      return i + 1;
  return oracle->argv->v.len;
}

static void check_operands(const struct oracle *oracle, const struct sd_objects *objects) {
  static const enum sd_command_id first[] = {SD_COMMAND_EXEC, SD_COMMAND_TOP, SD_COMMAND_PORT,
                                             SD_COMMAND_RENAME, SD_COMMAND_COMMIT};
  size_t at = operands_at(oracle);
  enum sd_object_kind kind = SD_OBJECT_CONTAINER;
  size_t end = oracle->argv->v.len;
  bool known = oracle->command->operands == SD_OPERANDS_CONTAINERS;
  if (oracle->command->operands == SD_OPERANDS_VOLUMES) {
    kind = SD_OBJECT_VOLUME;
    known = true;
  }
  for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
    if (oracle->command->id == first[i] && at < end) {
      end = at + 1;
      known = true;
    }
  for (; known && at < end; at++)
    check_owned(oracle, objects, kind, oracle->argv->v.items[at]);
}

/* -- deciding ------------------------------------------------------------------------------------- */

struct asked {
  struct sd_command_line line;
  struct sd_request request;
  struct sd_invocation invocation;
};

static bool ask(struct sd_arena *arena, const struct sd_strv *words, const struct sd_host *host,
                struct asked *out) {
  struct sd_problems problems = {.arena = arena};
  sd_cli_parse(arena, (const char *const *)sd_strv_argv(words, arena), &out->line, &problems);
  if (out->line.verb == SD_VERB_OTHER)
    sd_invocation_build(arena, &out->line, host, &out->invocation, &problems);
  else if (out->line.verb == SD_VERB_RUN || out->line.verb == SD_VERB_CREATE)
    sd_request_build(arena, &out->line, host, &out->request, &problems);
  else
    return false;
  return problems.list.len == 0 && !out->invocation.help && !out->request.help.value;
}

static bool emit(struct sd_arena *arena, const struct sd_rule_input *in,
                 const struct sd_decision *decision, struct sd_emitted *out) {
  static const struct sd_emit_paths paths = {"/proc/self/fd/4", "/proc/self/fd/5",
                                             "/proc/self/fd/3"};
  struct sd_error err;
  sd_error_init(&err, arena);
  return in->invocation != NULL
             ? sd_invocation_emit(arena, &decision->invocation, &paths, out, &err)
             : sd_emit(arena, &decision->out, &paths, out, &err);
}

static void check_emitted(struct sd_arena *arena, const struct sd_rule_input *in,
                          const struct sd_decision *decision, const struct sd_strv *typed,
                          const struct sd_command *command) {
  struct sd_emitted emitted;
  struct sd_strv argv = {0};
  if (!emit(arena, in, decision, &emitted))
    return;
  sd_strv_add(&argv, arena, in->policy->docker.path);
  decide_add_endpoint(arena, in->endpoint, &argv);
  for (size_t i = 0; i < emitted.argv.v.len; i++)
    sd_strv_add(&argv, arena, emitted.argv.v.items[i]);
  const struct oracle oracle = {.arena = arena,
                                .policy = in->policy,
                                .uid = WORLD_UID,
                                .gid = WORLD_GID,
                                .groups = groups,
                                .socket_group = WORLD_SOCKET_GROUP,
                                .endpoint = in->endpoint,
                                .argv = &argv,
                                .typed = typed,
                                .command = command,
                                .env_file = emitted.env_file,
                                .label_file = emitted.label_file,
                                .has_profile = decision->seccomp_profile != NULL};
  bool nothing = in->invocation != NULL && decision->invocation.operands.v.len == 0 &&
                 (decision->absent.v.len > 0 || decision->answer != NULL);
  if (nothing || decision->taken != NULL || (command->flags & SD_COMMAND_ALWAYS) != 0 ||
      command->id == SD_COMMAND_COMPOSE)
    return;
  oracle_check(&oracle);
  if (in->policy->isolation == SD_ISOLATION_OWNER && in->invocation != NULL)
    check_operands(&oracle, in->objects);
}

static void check(struct sd_arena *arena, const struct sd_policy *policy,
                  const struct sd_strv *words, struct sd_objects *objects) {
  const struct world world = {NULL, NULL};
  const struct sd_host host = world_host(&world);
  struct asked asked = {.invocation = {.command = NULL}};
  struct sd_decision decision = {.arena = arena, .problems = {.arena = arena}};
  size_t ignored = 0;
  if (!ask(arena, words, &host, &asked))
    return;
  bool other = asked.line.verb == SD_VERB_OTHER;
  struct sd_rule_input in = {
      .arena = arena,
      .policy = policy,
      .caller = &caller,
      .request = other ? NULL : &asked.request,
      .invocation = other ? &asked.invocation : NULL,
      .objects = objects,
      .host = &host,
      .socket_group = WORLD_SOCKET_GROUP,
      .seccomp_profile = sd_seccomp_builtin("default", &ignored),
      .version = "1",
      .endpoint = &policy->docker.endpoint,
      .now = 1795356000,
  };
  if (asked.line.known->handling == SD_REFUSED || !sd_rules_allow_command(policy, asked.line.known))
    return;
  if (other)
    sd_rules_command(&in, &decision);
  else
    sd_rules_decide(&in, &decision);
  bool wanting = decision.wants.v.len > 0 || decision.wants.list != SD_OWN_LIST_NONE ||
                 decision.pulls.v.len > 0;
  if (decision.problems.list.len == 0 && !wanting)
    check_emitted(arena, &in, &decision, words, asked.line.known);
}

/* The answer begins behind the first empty line. */
static size_t find_answer(const uint8_t *data, size_t size) {
  for (size_t i = 0; i + 1 < size; i++)
    if (data[i] == '\n' && data[i + 1] == '\n')
      return i;
  return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct input input;
  struct sd_policy policy;
  struct sd_objects objects = {.complete = true};
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  size_t head = find_answer(data, size);
  input_read(&arena, data, head, &input);
  size_t from = head + 2 < size ? head + 2 : size;
  char *text = sd_arena_strndup(&arena, (const char *)data + from, size - from);
  if (input.words.v.len > 0 &&
      sd_policy_load(&arena, input.texts, input.text_count, &caller, &policy, &err) &&
      sd_objects_read(&arena, SD_OBJECT_ANY, text, strlen(text), &objects, &err))
    check(&arena, &policy, &input.words, &objects);
  sd_arena_finish(&arena);
  return 0;
}
