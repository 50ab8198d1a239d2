/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of `policy test`: safe-docker-policy-test(5). */
#ifndef SAFE_DOCKER_SRC_POLICY_TEST_TABLE_H
#define SAFE_DOCKER_SRC_POLICY_TEST_TABLE_H

#include "whatif.h"

struct test_user {
  const char *name;
  bool made; /* by a line of the table; then `who` and `group_names` are of it */
  struct sd_identity who;
  struct sd_strv group_names;
};

/* What the argv of an allowed line must have, or must not. */
struct test_word {
  const char *pattern;
  bool present;
};

struct test_case {
  unsigned line;
  const char *text;   /* the command line as it stands there */
  size_t user;        /* of table->users */
  const char *folder; /* NULL: the user's home, or where the process stands */
  bool allow;
  bool exact; /* these `rules` and no others */
  struct sd_strv rules, words;
  SD_VEC(struct test_word) argv;
};

struct test_table {
  const char *name; /* safe to show */
  SD_VEC(struct test_user) users;
  SD_VEC(struct whatif_place) places;
  SD_VEC(struct test_case) cases;
};

/* Mistakes are "NAME:LINE:COLUMN: ...". Accounts of the host are not looked up. */
bool policy_test_read(struct sd_arena *arena, const char *name, const char *text,
                      struct test_table *out, struct sd_error *err) SD_WARN_UNUSED;

/* What the users of the table see: an imagined machine, or for accounts of the host (`user` not made) the places alone.
 * NULL: this machine as it is. */
const struct whatif_world *policy_test_world(struct sd_arena *arena, const struct test_table *table,
                                             const struct test_user *user);

#endif
