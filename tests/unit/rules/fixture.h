/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the rules share: a default policy, a caller, a made host, and a request that is
 * built by hand. The caller is alice, 1000:1000, groups {1000, 100}, home /home/alice; the socket's
 * group is 999. */
#ifndef SAFE_DOCKER_TESTS_RULES_FIXTURE_H
#define SAFE_DOCKER_TESTS_RULES_FIXTURE_H

#include "safe-docker/rules/rules.h"

#include "../support.h"

struct fixture_node {
  const char *path; /* as asked for */
  struct sd_resolved resolved;
  struct sd_special inside;
};
struct fixture_file {
  const char *path;
  const char *text; /* read_file; for can_create: NULL, the file does not exist */
};
struct fixture_variable {
  const char *name, *value;
};

struct fixture {
  struct sd_arena arena;
  struct sd_policy policy;
  struct sd_policy_caller caller;
  struct sd_gids groups; /* of the caller */
  struct sd_request request;
  struct sd_invocation invocation; /* of a command other than run and create */
  struct sd_objects objects;       /* what is on the made daemon */
  struct sd_host host;
  struct sd_rule_input in;
  struct sd_decision decision;
  struct sd_lsm_view apparmor; /* none, unless fixture_apparmor says otherwise */
  SD_VEC(struct fixture_node) nodes;
  SD_VEC(struct fixture_file) files;
  SD_VEC(struct fixture_file) creatable; /* path -> text: the resolved path */
  SD_VEC(struct fixture_variable) variables;
};

/* For cmocka_unit_test_setup_teardown: *state becomes a struct fixture. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
/* All over again: same arena, default policy and caller, empty request and decision. For loops over
 * tables. */
void fixture_reset(struct fixture *fixture);

/* Paths that the made host knows; what is not named here is missing. `resolved` NULL: as `path`. */
struct sd_resolved *fixture_node(struct fixture *fixture, const char *path, enum sd_node node,
                                 const char *resolved);
/* A folder with something special directly in it. */
void fixture_folder_with(struct fixture *fixture, const char *path, struct sd_special inside);
void fixture_file(struct fixture *fixture, const char *path, const char *text);
void fixture_creatable(struct fixture *fixture, const char *path, const char *resolved);
void fixture_variable(struct fixture *fixture, const char *name, const char *value);

/* What is seen of an AppArmor profile; `mode` is the kernel's word or "". */
void fixture_apparmor(struct fixture *fixture, const char *name, enum sd_lsm_state state,
                      const char *mode);

/* What the caller gave: marks the option as present; option is "--name=value" and typed "--name
 * value". */
const struct sd_given *fixture_given(struct fixture *fixture, enum sd_option_id id,
                                     const char *value);
/* The same, and fills the field of the request that belongs to the row (its kind must fit). */
void fixture_text(struct fixture *fixture, enum sd_option_id id, const char *value);
void fixture_list(struct fixture *fixture, enum sd_option_id id, const char *value);
void fixture_flag(struct fixture *fixture, enum sd_option_id id, bool value);
void fixture_number(struct fixture *fixture, enum sd_option_id id, int64_t value);

/* -- commands other than run and create --------------------------------------------------------- */

/* Another command is asked for, by its name; begins anew, as fixture_reset. */
void fixture_command(struct fixture *fixture, const char *name);
/* An option of it, in the words of a command line: "--signal", "9". */
void fixture_option(struct fixture *fixture, const char *name, const char *value);
void fixture_operand(struct fixture *fixture, const char *word);
/* A whole command line, words with single blanks: "exec -u 0 web id". No quotes. It is read as any, and must be
 * understood. */
void fixture_line(struct fixture *fixture, const char *words);
/* Something on the made daemon, as inspect shows it. */
void fixture_object(struct fixture *fixture, enum sd_object_kind kind, const char *json);
/* A container that safe-docker launched for `uid`, 64 times `digit` its id; `more` are members of the object, each with a
 * comma before it, or "". */
void fixture_container(struct fixture *fixture, const char *name, char digit, unsigned uid,
                       const char *more);
/* Decides twice, as the program does: without and with what was looked up. */
void fixture_decide(struct fixture *fixture);
/* What would be executed, from the command on, with single blanks between. */
const char *fixture_emitted(struct fixture *fixture);
/* Exactly one violation, of this rule, with a message and a hint. */
const struct sd_problem *fixture_assert_refused(const struct fixture *fixture, const char *rule);
/* Nothing is wrong, and these words would be executed. */
void fixture_assert_emitted(struct fixture *fixture, const char *words);
/* Docker's words for what does not exist, one a line, are these. */
void fixture_assert_absent(struct fixture *fixture, const char *words);

/* Runs one area, or everything for NULL. */
void fixture_run(struct fixture *fixture, sd_rule *area);
/* The field of the request that goes out. */
const void *fixture_out(const struct fixture *fixture, enum sd_option_id id);

/* No violation at all; prints those there are. */
void fixture_assert_allowed(const struct fixture *fixture);
/* Exactly one violation, of this rule, with a hint, and with a message that starts with what was
 * typed. */
const struct sd_problem *fixture_assert_denied(const struct fixture *fixture, const char *rule);
/* A change with exactly this option, and a reason; and how many changes there are. */
const struct sd_change *fixture_assert_changed(const struct fixture *fixture, const char *rule,
                                               const char *option);
void fixture_assert_change_count(const struct fixture *fixture, size_t count);
/* `text` holds `part`. */
void fixture_assert_contains(const char *text, const char *part);

#endif
