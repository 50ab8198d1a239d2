/* SPDX-License-Identifier: Apache-2.0 */
/* `policy test FILE`: command lines, and what is expected to be decided about them. */
#include "policy_test.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/host.h"

#include "output.h"
#include "own/own_words.h"
#include "policy_command.h"
#include "policy_input.h"

#define TABLE_MAX ((size_t)8 * 1024 * 1024)

/* -- one line ------------------------------------------------------------------------------------ */

static bool has_same(const struct sd_strv *a, const struct sd_strv *b) {
  for (size_t i = 0; i < a->v.len; i++)
    if (!sd_strv_contains(b, a->v.items[i]))
      return false;
  return true;
}

static bool is_matched(const struct sd_json *argv, const char *pattern) {
  for (size_t i = 0; argv != NULL && i < argv->items.len; i++) {
    const char *word = argv->items.items[i]->string;
    if (word != NULL && (strcmp(word, pattern) == 0 || sd_policy_matches(pattern, word)))
      return true;
  }
  return false;
}

/* What of an allowed line is not as expected, or NULL. */
static const char *judge_argv(struct sd_arena *arena, const struct test_case *test,
                              const struct whatif_answer *answer) {
  const struct sd_json *argv = sd_json_get(answer->explain, "argv");
  for (size_t i = 0; i < test->argv.len; i++) {
    const struct test_word *word = &test->argv.items[i];
    if (is_matched(argv, word->pattern) != word->present)
      return sd_arena_printf(arena, "the docker command would get %s word like %s",
                             word->present ? "no" : "a", sd_text_safe(arena, word->pattern));
  }
  return NULL;
}

static const char *judge(struct sd_arena *arena, const struct test_case *test,
                         const struct whatif_answer *answer) {
  if (test->allow != answer->allowed)
    return answer->allowed ? "it is allowed" : "it is denied";
  if (test->exact &&
      (!has_same(&test->rules, &answer->rules) || !has_same(&answer->rules, &test->rules)))
    return "it is denied by other rules";
  return judge_argv(arena, test, answer);
}

/* -- all of them --------------------------------------------------------------------------------- */

struct known_user {
  const struct sd_identity *who; /* NULL: `problem` says why */
  const char *problem;
  const struct whatif_world *world;
};

static struct known_user know(struct session *session, const struct test_table *table,
                              const struct test_user *user) {
  struct sd_identity *who = sd_arena_alloc(session->arena, sizeof(*who));
  struct sd_error err;
  sd_error_init(&err, session->arena);
  *who = user->made ? user->who : session->who;
  (void)sd_identity_groups(session->arena, who);
  if (!user->made && strcmp(user->name, "-") != 0 &&
      !whatif_find_user(session->arena, user->name, who, &err))
    return (struct known_user){.problem = err.message};
  return (struct known_user){.who = who, .world = policy_test_world(session->arena, table, user)};
}

static const char *text_at(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : "";
}

static void keep(struct sd_arena *arena, const struct whatif_answer *answer,
                 struct test_result *out) {
  const struct sd_json *all = sd_json_get(answer->explain, "violations");
  out->allowed = answer->allowed;
  for (size_t i = 0; i < answer->rules.v.len; i++)
    sd_strv_add(&out->rules, arena, sd_arena_strdup(arena, answer->rules.v.items[i]));
  for (size_t i = 0; i < all->items.len; i++)
    *sd_vec_push(arena, &out->violations) =
        (struct test_violation){sd_arena_strdup(arena, text_at(all->items.items[i], "rule")),
                                sd_arena_strdup(arena, text_at(all->items.items[i], "message"))};
}

/* With memory of its own, of which little is kept: each line forks, and that takes the longer the more there is. Returns
 * the answer's note. */
static const char *decide_case(const struct session *session, const struct whatif *question,
                               struct test_result *out) {
  struct sd_arena *arena = session->arena;
  struct session own = *session;
  struct sd_arena scratch;
  struct sd_error err;
  struct whatif_answer answer = {0};
  sd_arena_init(&scratch);
  own.arena = &scratch;
  sd_error_init(&err, &scratch);
  out->decided = whatif_decide(&own, question, &answer, &err);
  const char *problem = out->decided ? judge(&scratch, out->test, &answer) : err.message;
  out->good = problem == NULL;
  out->problem = problem != NULL ? sd_arena_strdup(arena, problem) : NULL;
  if (out->decided)
    keep(arena, &answer, out);
  sd_arena_finish(&scratch);
  return answer.note;
}

static const char *decide_line(const struct session *session, const struct sd_policy_texts *texts,
                               const struct test_user *user, const struct known_user *known,
                               struct test_result *out) {
  out->problem = known->problem;
  if (known->who == NULL)
    return NULL;
  const struct whatif question = {
      .texts = texts->v.items,
      .text_count = texts->v.len,
      .who = known->who,
      .folder = out->test->folder == NULL && user->made ? known->who->home : out->test->folder,
      .words = &out->test->words,
      .group_names = user->made ? &user->group_names : NULL,
      .world = known->world,
  };
  return decide_case(session, &question, out);
}

static void decide_all(struct session *session, const struct sd_policy_texts *texts,
                       struct test_report *report) {
  const struct test_table *table = report->table;
  SD_VEC(struct known_user) users = {NULL, 0, 0};
  for (size_t i = 0; i < table->users.len; i++)
    *sd_vec_push(session->arena, &users) = know(session, table, &table->users.items[i]);
  for (size_t i = 0; i < table->cases.len; i++) {
    const struct test_case *test = &table->cases.items[i];
    if (test->user >= users.len) { /* no reader of tables makes one; it would be a failure */
      report->failures++;
      continue;
    }
    struct test_result *result = sd_vec_push(session->arena, &report->results);
    result->test = test;
    const struct test_user *user = &table->users.items[test->user];
    const char *note = decide_line(session, texts, user, &users.items[test->user], result);
    report->failures += result->good ? 0 : 1;
    if (report->note == NULL && !user->made)
      report->note = note;
  }
}

/* -- the command --------------------------------------------------------------------------------- */

static bool read_table(struct session *session, const char *path, struct test_table *out,
                       struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  const char *text = NULL;
  size_t len = 0;
  struct sd_error why;
  sd_error_init(&why, session->arena);
  if (!host->read_file(host->context, session->arena, path, TABLE_MAX, &text, &len, &why))
    return sd_fail_rule(err, NULL, why.hint, "%s: %s", sd_text_safe(session->arena, path),
                        why.message);
  return policy_test_read(session->arena, path, text, out, err);
}

/* A mistake of the policy is told once, and not for each line. */
static bool check_policy(struct session *session, const struct sd_policy_texts *texts,
                         struct sd_error *err) {
  struct sd_policy *policy = sd_arena_alloc(session->arena, sizeof(*policy));
  return sd_policy_load(session->arena, texts->v.items, texts->v.len, &session->caller, policy,
                        err);
}

static const char *show(struct sd_arena *arena, const struct own_words *given,
                        const struct test_report *report) {
  if (own_words_is(given, "--format", "json"))
    return policy_test_json(arena, report);
  if (own_words_is(given, "--format", "tap"))
    return policy_test_tap(arena, report);
  return policy_test_text(arena, report);
}

#define USAGE "safe-docker policy test FILE [--policy FILE|NAME] [--format text|json|tap]"

static const char help[] =
    "Usage:  " USAGE "\n"
    "\n"
    "Command lines and what is expected to be decided about them: safe-docker-policy-test(5).\n";

static int test(struct session *session, const struct own_words *given) {
  struct sd_arena *arena = session->arena;
  struct test_table table;
  struct sd_policy_texts texts = {0};
  struct sd_error err;
  sd_error_init(&err, arena);
  const char *policy = own_words_value(given, "--policy");
  if (!read_table(session, given->operands.v.items[0], &table, &err) ||
      !whatif_texts(session, policy, &texts, &err) || !check_policy(session, &texts, &err))
    return output_complain(arena, &err);
  struct test_report report = {.table = &table, .policy = policy_input_name(session, policy)};
  decide_all(session, &texts, &report);
  return output_answer(arena, show(arena, given, &report), report.failures == 0 ? 0 : 1);
}

int policy_test_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {
      {"--format", "text|json|tap"}, {"--policy", ""}, {NULL, NULL}};
  static const struct own_form form = {.command = "policy test",
                                       .usage = USAGE,
                                       .options = options,
                                       .least = 1,
                                       .most = 1,
                                       .help = help,
                                       .run = test};
  return own_command(session, words, &form);
}
