/* SPDX-License-Identifier: Apache-2.0 */
/* Whole command lines under made policies and on made hosts, from the file that is called as the program: lines.txt,
 * lines_options.txt. What is decided about each stands in said/ under the same name (see said.h); here is checked only
 * that there is a decision, with a hint wherever it is no.
 *
 * A line of the file is a comment (#), a setting for the command lines below it (@), "@reset", which ends all settings, "@usual" and a
 * command line, of which the others below it tell only what differs, or a command line. Words have single blanks between; {SP}, {NL}, {TAB} and {E} are a blank, a line's end, a tab and nothing, {ID} and {DIGEST}
 * the id of a container and of an image. */
#include "fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "said.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/cli.h"

#define PREFIX "test-rules-"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ID TEN TEN TEN TEN TEN TEN "abcd"
#define TEN "0123456789"

static struct sd_strv words_of(struct sd_arena *arena, const char *text) {
  static const struct {
    const char *name, *value;
  } marks[] = {
      {"{SP}", " "}, {"{NL}", "\n"}, {"{TAB}", "\t"}, {"{E}", ""}, {"{DIGEST}", "sha256:" ID},
      {"{ID}", ID}};
  struct sd_strv words = {0};
  char *rest = sd_arena_strdup(arena, text);
  for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
    const char *made = word;
    for (size_t i = 0; i < COUNT(marks); i++)
      for (const char *at = strstr(made, marks[i].name); at != NULL;
           at = strstr(made, marks[i].name))
        made = sd_arena_printf(arena, "%.*s%s%s", (int)(at - made), made, marks[i].value,
                               at + strlen(marks[i].name));
    sd_strv_add(&words, arena, made);
  }
  return words;
}

/* -- settings ----------------------------------------------------------------------------------- */
typedef void set(struct fixture *f, const struct sd_strv *words, const char *rest);

static const char *word(const struct sd_strv *words, size_t index) {
  return index < words->v.len ? words->v.items[index] : NULL;
}

static unsigned number(const struct sd_strv *words, size_t index) {
  const char *text = word(words, index);
  assert_non_null(text);
  return (unsigned)atol(text); /* NOLINT */
}

static void set_policy(struct fixture *f, const struct sd_strv *words, const char *rest) {
  struct sd_policy_text text = {"lines.txt", rest, strlen(rest)};
  struct sd_error err;
  (void)words;
  sd_error_init(&err, &f->arena);
  f->policy = (struct sd_policy){0};
  if (!sd_policy_load(&f->arena, &text, 1, &f->caller, &f->policy, &err))
    fail_msg("%s", err.message);
}

static void set_caller(struct fixture *f, const struct sd_strv *words, const char *rest) {
  gid_t *list = sd_arena_alloc(&f->arena, sizeof(*list) * 8);
  (void)rest;
  f->caller.uid = number(words, 1);
  f->caller.gid = number(words, 2);
  for (size_t i = 3; i < words->v.len; i++)
    list[i - 3] = number(words, i);
  f->groups = (struct sd_gids){list, words->v.len - 3};
}

static void set_node(struct fixture *f, const struct sd_strv *words, const char *rest) {
  static const char *const kinds[] = {
      [SD_NODE_MISSING] = "missing", [SD_NODE_UNREACHABLE] = "unreachable",
      [SD_NODE_FILE] = "file",       [SD_NODE_DIRECTORY] = "folder",
      [SD_NODE_SOCKET] = "socket",   [SD_NODE_DEVICE] = "device",
      [SD_NODE_FIFO] = "fifo",       [SD_NODE_OTHER] = "other"};
  (void)rest;
  for (size_t i = 0; i < COUNT(kinds); i++)
    if (kinds[i] != NULL && strcmp(kinds[i], word(words, 1)) == 0) {
      struct sd_resolved *node = fixture_node(f, word(words, 2), (enum sd_node)i, word(words, 3));
      node->callers = word(words, 4) != NULL && strcmp(word(words, 4), "callers") == 0;
      return;
    }
  fail_msg("node %s", word(words, 1));
}

static void set_file(struct fixture *f, const struct sd_strv *words, const char *rest) {
  const char *text = sd_arena_strdup(&f->arena, word(words, 2));
  (void)rest;
  fixture_file(f, word(words, 1), text);
}

static void set_creatable(struct fixture *f, const struct sd_strv *words, const char *rest) {
  (void)rest;
  fixture_creatable(f, word(words, 1), word(words, word(words, 2) != NULL ? 2 : 1));
}

static void set_variable(struct fixture *f, const struct sd_strv *words, const char *rest) {
  (void)rest;
  fixture_variable(f, word(words, 1), word(words, 2));
}

static void set_container(struct fixture *f, const struct sd_strv *words, const char *rest) {
  const char *members = strchr(rest, ',');
  fixture_container(f, word(words, 1), word(words, 2)[0], number(words, 3),
                    members != NULL ? members : "");
}

static void set_object(struct fixture *f, const struct sd_strv *words, const char *rest) {
  static const char *const kinds[] = {[SD_OBJECT_CONTAINER] = "container",
                                      [SD_OBJECT_IMAGE] = "image",
                                      [SD_OBJECT_NETWORK] = "network",
                                      [SD_OBJECT_VOLUME] = "volume"};
  for (size_t i = 0; i < COUNT(kinds); i++)
    if (kinds[i] != NULL && strcmp(kinds[i], word(words, 1)) == 0) {
      fixture_object(f, (enum sd_object_kind)i, strchr(rest, '{'));
      return;
    }
  fail_msg("object %s", word(words, 1));
}

static void set_apparmor(struct fixture *f, const struct sd_strv *words, const char *rest) {
  static const char *const states[] = {[SD_APPARMOR_ABSENT] = "absent",
                                       [SD_APPARMOR_PROFILE_UNKNOWN] = "unknown",
                                       [SD_APPARMOR_PROFILE_MISSING] = "missing",
                                       [SD_APPARMOR_PROFILE_LOOSE] = "loose",
                                       [SD_APPARMOR_PROFILE_LOADED] = "loaded"};
  (void)rest;
  for (size_t i = 0; i < COUNT(states); i++)
    if (states[i] != NULL && strcmp(states[i], word(words, 2)) == 0) {
      fixture_apparmor(f, word(words, 1), (enum sd_lsm_state)i,
                       word(words, 3) != NULL ? word(words, 3) : "");
      return;
    }
  fail_msg("apparmor %s", word(words, 2));
}

static void set_own_daemon(struct fixture *f, const struct sd_strv *words, const char *rest) {
  (void)words;
  (void)rest;
  f->in.own_daemon = true;
}

static void set_socket_group(struct fixture *f, const struct sd_strv *words, const char *rest) {
  (void)rest;
  f->in.socket_group = number(words, 1);
}

static void set_kernel(struct fixture *f, const struct sd_strv *words, const char *rest) {
  (void)rest;
  f->in.kernel = number(words, 1) << 16 | number(words, 2);
}

/* A reference, and the platform it was pulled for. */
static void set_pulled(struct fixture *f, const struct sd_strv *words, const char *rest) {
  struct sd_image_pulls *pulled = sd_arena_alloc(&f->arena, sizeof(*pulled));
  const char *platform = word(words, 2);
  (void)rest;
  if (f->in.pulled != NULL)
    *pulled = *f->in.pulled;
  *sd_vec_push(&f->arena, &pulled->v) = (struct sd_image_pull){
      .reference = word(words, 1), .platform = platform != NULL ? platform : ""};
  f->in.pulled = pulled;
}

static void set_blind(struct fixture *f, const struct sd_strv *words, const char *rest) {
  (void)words;
  (void)rest;
  f->in.blind = true;
}

static const struct {
  const char *name;
  set *set;
} settings[] = {
    {"apparmor", set_apparmor},
    {"blind", set_blind},
    {"caller", set_caller},
    {"container", set_container},
    {"creatable", set_creatable},
    {"file", set_file},
    {"kernel", set_kernel},
    {"node", set_node},
    {"object", set_object},
    {"own-daemon", set_own_daemon},
    {"policy", set_policy},
    {"pulled", set_pulled},
    {"socket-group", set_socket_group},
    {"variable", set_variable},
};

static bool apply(struct fixture *f, const char *line) {
  if (line[0] != '@')
    return false;
  struct sd_strv words = words_of(&f->arena, line + 1);
  for (size_t i = 0; i < COUNT(settings); i++)
    if (strcmp(settings[i].name, word(&words, 0)) == 0) {
      const char *rest = strchr(line, ' ');
      settings[i].set(f, &words, rest != NULL ? rest + 1 : "");
      return true;
    }
  fail_msg("%s: no such setting", line);
  return false;
}

/* -- command lines ------------------------------------------------------------------------------ */
static void decide_invocation(struct fixture *f, const struct sd_command_line *line) {
  f->in.request = NULL;
  f->in.invocation = &f->invocation;
  sd_invocation_build(&f->arena, line, &f->host, &f->invocation, &f->decision.problems);
  if (f->decision.problems.list.len > 0)
    said(f);
  else
    fixture_decide(f);
}

/* As the program does: once more with what is on the daemon, where something of it is named. */
static void decide_request(struct fixture *f) {
  sd_rules_decide(&f->in, &f->decision);
  if (f->decision.problems.list.len == 0 && f->decision.wants.v.len > 0) {
    f->decision = (struct sd_decision){.arena = &f->arena, .problems = {.arena = &f->arena}};
    f->objects.complete = true;
    f->in.objects = &f->objects;
    sd_rules_decide(&f->in, &f->decision);
  }
  said(f);
}

static void judge(struct fixture *f, const char *text) {
  struct sd_strv words = words_of(&f->arena, text);
  struct sd_command_line line;
  said_title(text);
  sd_cli_parse(&f->arena, (const char *const *)sd_strv_argv(&words, &f->arena), &line,
               &f->decision.problems);
  if (f->decision.problems.list.len > 0) {
    said(f);
  } else if (line.verb == SD_VERB_RUN || line.verb == SD_VERB_CREATE) {
    sd_request_build(&f->arena, &line, &f->host, &f->request, &f->decision.problems);
    if (f->decision.problems.list.len > 0)
      said(f);
    else
      decide_request(f);
  } else if (line.known != NULL) {
    decide_invocation(f, &line);
  }
  for (size_t i = 0; i < f->decision.problems.list.len; i++)
    assert_string_not_equal(f->decision.problems.list.items[i].message, "");
}

static FILE *open_lines(void) {
  char name[64];
  snprintf(name, sizeof(name), "%s.txt", program_invocation_short_name + strlen(PREFIX));
  return said_open(name);
}

static void lines(void **state) {
  struct fixture *f = *state;
  SD_VEC(const char *) applied = {0};
  struct sd_arena arena;
  char *line = NULL;
  size_t room = 0;
  FILE *file = open_lines();
  assert_non_null(file);
  sd_arena_init(&arena);
  for (ssize_t len = getline(&line, &room, file); len >= 0; len = getline(&line, &room, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0')
      continue;
    sd_arena_reset(&f->arena);
    fixture_reset(f);
    if (strcmp(line, "@reset") == 0) {
      applied.len = 0;
      said_usual(NULL);
      continue;
    }
    for (size_t i = 0; i < applied.len; i++)
      assert_true(apply(f, applied.items[i]));
    bool usual = sd_text_starts_with(line, "@usual ");
    if (usual)
      judge(f, line + strlen("@usual "));
    if (usual)
      said_usual(f);
    else if (apply(f, line))
      *sd_vec_push(&arena, &applied) = sd_arena_strdup(&arena, line);
    else
      judge(f, line);
  }
  free(line);
  (void)fclose(file);
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(lines, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
