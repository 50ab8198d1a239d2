/* SPDX-License-Identifier: Apache-2.0 */
/* The whole way from a policy, a caller and words to a decision, as the program goes it, on a made machine and without a
 * daemon: decide/input.h says what the bytes mean. What would be executed is checked by decide/oracle.h, and is read and
 * emitted again as itself; what is refused has a rule that safe-docker-rules(7) describes, a reason, and nothing to execute; what is told of either can be read by programs. */
#include <stdlib.h>
#include <string.h>

#include "decide/input.h"
#include "decide/oracle.h"
#include "decide/world.h"

#include "decide.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/audit_log.h"
#include "safe-docker/report/pages.h"
#include "safe-docker/sys/launch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* -- who asks ------------------------------------------------------------------------------------- */

static const gid_t plain_groups[] = {WORLD_GID, 27};
static const gid_t member_groups[] = {WORLD_GID, 27, WORLD_SOCKET_GROUP};

static struct sd_identity identity(const struct input *input) {
  return (struct sd_identity){
      .door = SD_DOOR_SUDO,
      .uid = input->root ? 0 : WORLD_UID,
      .gid = input->root ? 0 : WORLD_GID,
      .user = input->root ? "root" : "al",
      .home = input->root ? "/root" : WORLD_HOME,
      .groups = input->member ? (struct sd_gids){.items = member_groups, .len = 3}
                              : (struct sd_gids){.items = plain_groups, .len = 2},
      .login_uid = (uid_t)-1,
      .folder = WORLD_FOLDER,
  };
}

/* What would be parked does not hang on the machine that this runs on. */
static void park(struct session *session, const struct sd_identity *who) {
  const struct sd_run_as own = {
      .uid = who->uid, .gid = who->gid, .has_group = true, .group = WORLD_SOCKET_GROUP};
  session->own = session->run_as = own;
  for (size_t i = 0; i < session->contexts.len; i++) {
    session->contexts.items[i].run_as = own;
    session->contexts.items[i].problem = NULL;
  }
}

/* -- what is refused ------------------------------------------------------------------------------ */

static void require(const struct oracle *oracle, bool holds, const char *what, const char *token) {
  oracle_require(oracle, holds, what, token);
}

/* The page is read once; what is read stays for all inputs. */
static bool is_described(const char *rule) {
  static struct sd_arena arena;
  static struct sd_page_sections sections;
  if (sections.v.len == 0) {
    sd_arena_init(&arena);
    sd_page_read(&arena, SD_PAGE_RULES, &sections);
  }
  for (size_t i = 0; i < sections.v.len; i++)
    if (sd_strv_contains(&sections.v.items[i].names, rule))
      return true;
  return false;
}

static void check_refusal(const struct oracle *oracle, const struct run *run) {
  const struct sd_problems *problems = &run->decision.problems;
  for (size_t i = 0; i < problems->list.len; i++) {
    const struct sd_problem *problem = &problems->list.items[i];
    require(oracle, problem->message[0] != '\0', "a refusal without a reason", problem->rule);
    require(oracle, is_described(problem->rule), "a rule that nobody describes", problem->rule);
    require(oracle, sd_text_is_printable(problem->message), "a reason that cannot be shown",
            problem->rule);
    require(oracle, sd_text_is_printable(problem->hint), "a hint that cannot be shown",
            problem->rule);
  }
}

/* -- what is told --------------------------------------------------------------------------------- */

static void check_reports(const struct oracle *oracle, const struct run *run,
                          const char *const *typed) {
  struct sd_outcome outcome = run_outcome(run);
  struct sd_audit_facts facts = {.typed = typed, .policy_hash = "", .policy_sources = ""};
  struct sd_audit_record record;
  struct sd_json *json = NULL;
  struct sd_error err;
  sd_error_init(&err, oracle->arena);
  const char *explained = sd_report_explain_json(oracle->arena, &outcome);
  require(oracle,
          sd_json_read_large(oracle->arena, "explain", explained, strlen(explained), &json, &err),
          "--explain=json is no JSON", err.message);
  (void)sd_report_explain_text(oracle->arena, &outcome, false);
  (void)sd_report_denial(oracle->arena, &run->decision.problems, false);
  const char *line = sd_report_audit(oracle->arena, &outcome, &facts);
  require(oracle, sd_audit_read_record(oracle->arena, line, strlen(line), &record),
          "the record cannot be read", line);
  require(oracle, record.denied == (outcome.argv == NULL), "the record tells another decision",
          line);
}

/* -- what is executed ----------------------------------------------------------------------------- */

static const struct sd_emit_paths paths = {"/proc/self/fd/4", "/proc/self/fd/5", NULL};

/* The words from the command on. */
static bool emit_again(struct sd_arena *arena, const struct sd_strv *argv,
                       const struct sd_host *host, struct sd_emitted *out) {
  struct sd_problems problems = {.arena = arena};
  struct sd_command_line line;
  struct sd_request *request = sd_arena_alloc(arena, sizeof(*request));
  struct sd_invocation invocation;
  struct sd_error err;
  sd_error_init(&err, arena);
  sd_cli_parse(arena, (const char *const *)sd_strv_argv(argv, arena), &line, &problems);
  if (problems.list.len > 0)
    return false;
  if (line.verb == SD_VERB_OTHER) {
    sd_invocation_build(arena, &line, host, &invocation, &problems);
    return problems.list.len == 0 && sd_invocation_emit(arena, &invocation, &paths, out, &err);
  }
  sd_request_build(arena, &line, host, request, &problems);
  return problems.list.len == 0 && sd_emit(arena, request, &paths, out, &err);
}

static bool same_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* An image goes away by the names that it has, which nobody looks up here. */
static bool waits_for_names(const struct run *run) {
  return run->line.known != NULL && run->line.known->id == SD_COMMAND_RMI &&
         run->decision.wants.v.len > 0;
}

static void check_again(const struct oracle *oracle, const struct run *run) {
  const struct world world = {run->emitted.env_file, run->emitted.label_file};
  const struct sd_host host = world_host(&world);
  struct sd_emitted again = {0};
  require(oracle, emit_again(oracle->arena, &run->emitted.argv, &host, &again),
          "what was emitted is not understood", NULL);
  require(oracle, again.argv.v.len == run->emitted.argv.v.len, "it is emitted otherwise again",
          NULL);
  for (size_t i = 0; i < again.argv.v.len; i++)
    require(oracle, strcmp(again.argv.v.items[i], run->emitted.argv.v.items[i]) == 0,
            "it is emitted otherwise again", again.argv.v.items[i]);
  require(oracle,
          same_text(again.env_file, run->emitted.env_file) &&
              same_text(again.label_file, run->emitted.label_file),
          "other files are handed over again", NULL);
}

static void check_environment(const struct oracle *oracle, const struct run *run) {
  static const char *const names[] = {
      "COMPOSE_MENU=", "COLUMNS=", "DOCKER_BUILDKIT=0", "DOCKER_CONFIG=", "HOME=",
      "LANG=",         "LC_",      "NO_COLOR=",         "PATH=",          "TERM=",
      "TMPDIR=/proc/", "TZ=",      "LANGUAGE="};
  for (size_t i = 0; i < run->environ.v.len; i++) {
    bool known = false;
    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
      known = known || oracle_starts(run->environ.v.items[i], names[k]);
    require(oracle, known, "a variable that nobody gets", run->environ.v.items[i]);
  }
}

/* -- the whole ------------------------------------------------------------------------------------ */

static void check(struct sd_arena *arena, struct session *session, const struct input *input) {
  const struct world world = {NULL, NULL};
  const struct sd_host host = world_host(&world);
  struct run_imagined imagined = {.alone = true, .host = &host};
  struct run run = {
      .arena = arena, .imagined = &imagined, .session = session, .line = {.command = ""}};
  const char *const *words = (const char *const *)sd_strv_argv(&input->words, arena);
  run.argv = words;
  run_reset_decision(&run);
  decide_words(&run, words);
  if (run.line.verb == SD_VERB_HELP)
    return;
  struct sd_outcome outcome = run_outcome(&run);
  const struct oracle oracle = {
      .arena = arena,
      .policy = &session->policy,
      .uid = session->who.uid,
      .gid = session->who.gid,
      .groups = session->who.groups,
      .socket_group = WORLD_SOCKET_GROUP,
      .endpoint = run.endpoint,
      .argv = &run.full,
      .typed = &input->words,
      .command = run.line.known,
      .env_file = run.emitted.env_file,
      .label_file = run.emitted.label_file,
      .has_profile = run.decision.seccomp_profile != NULL,
  };
  check_reports(&oracle, &run, words);
  check_refusal(&oracle, &run);
  require(&oracle, outcome.argv != NULL || outcome.problems->list.len > 0,
          "refused without a reason", NULL);
  if (outcome.argv == NULL || run.full.v.len == 0 || imagined.unknown != NULL ||
      run.line.verb == SD_VERB_VERSION)
    return;
  oracle_check(&oracle);
  check_environment(&oracle, &run);
  if (run.emitted.argv.v.len > 0 && !waits_for_names(&run))
    check_again(&oracle, &run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct input input;
  struct session session;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  input_read(&arena, data, size, &input);
  const struct sd_identity who = identity(&input);
  const struct session_pretence pretence = {.who = &who,
                                            .texts = input.texts,
                                            .text_count = input.text_count,
                                            .owner = 0,
                                            .other_machine = true};
  if (input.words.v.len > 0 && session_pretend(&arena, &pretence, &session, &err)) {
    park(&session, &who);
    check(&arena, &session, &input);
  }
  sd_arena_finish(&arena);
  return 0;
}
