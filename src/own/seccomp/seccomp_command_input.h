/* SPDX-License-Identifier: Apache-2.0 */
/* What the seccomp commands are told: options, and profiles by name or file. */
#ifndef SAFE_DOCKER_SRC_SECCOMP_COMMAND_INPUT_H
#define SAFE_DOCKER_SRC_SECCOMP_COMMAND_INPUT_H

#include "safe-docker/confine/seccomp_survey.h"

#include "session.h"

struct seccomp_input {
  struct session *session;
  struct sd_strv operands;
  struct sd_strv capabilities; /* of the target */
  struct sd_seccomp_target target;
  bool json;
};

/* How a command is called. */
struct seccomp_form {
  const char *usage;
  size_t least, most; /* operands */
};

/* Options and operands. The target points into *out, which must stay where it is. */
bool seccomp_input_read(struct session *session, const char *const *words,
                        const struct seccomp_form *form, struct seccomp_input *out,
                        struct sd_error *err) SD_WARN_UNUSED;

struct seccomp_text {
  const char *name; /* as it is shown and named in errors */
  const char *text;
  size_t len;
};
/* A shipped name, "docker" or a file, which is opened with the caller's rights; NULL: the policy's profile. */
bool seccomp_text_find(struct session *session, const char *word, struct seccomp_text *out,
                       struct sd_error *err) SD_WARN_UNUSED;
/* The same, parsed and compiled. */
bool seccomp_input_make(const struct seccomp_input *input, const char *word,
                        struct sd_seccomp_made *out, struct sd_error *err) SD_WARN_UNUSED;

/* `check FILE`, `show [PROFILE]`, `test PROFILE SYSCALL [ARGUMENT]...`, `diff A B`; words are those behind these. */
int seccomp_check_command(struct session *session, const char *const *words);
int seccomp_show_command(struct session *session, const char *const *words);
int seccomp_test_command(struct session *session, const char *const *words);
int seccomp_diff_command(struct session *session, const char *const *words);

#endif
