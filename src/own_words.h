/* SPDX-License-Identifier: Apache-2.0 */
/* Options and operands of safe-docker's own commands: --name VALUE or --name=VALUE, anywhere before "--". */
#ifndef SAFE_DOCKER_SRC_OWN_WORDS_H
#define SAFE_DOCKER_SRC_OWN_WORDS_H

#include "safe-docker/base/error.h"
#include "safe-docker/base/str.h"

struct own_option {
  const char *name; /* "--format" */
  const char
      *choices; /* NULL: a switch; "": any value; else the values there are, as in "text|json" */
};

/* How a command is called. */
struct own_form {
  const char *command;              /* "policy check": what messages begin with */
  const char *usage;                /* the hint where there are too few or too many words */
  const struct own_option *options; /* ended by a row without a name */
  size_t least, most;               /* operands before "--" */
  bool request;                     /* "--" and words for the docker command may follow */
};

struct own_given {
  const char *name, *value; /* value "" of a switch */
};

struct own_words {
  struct sd_strv operands;
  SD_VEC(struct own_given) given; /* in order */
  struct sd_strv request;         /* behind "--" where the form takes it */
  bool help; /* --help or -h stands before "--"; then nothing else is checked */
};

/* False: a word that the form does not know, a value that is missing or none of the choices, or a wrong number of
 * operands. */
bool own_words_read(struct sd_arena *arena, const char *const *words, const struct own_form *form,
                    struct own_words *out, struct sd_error *err) SD_WARN_UNUSED;

/* The last value of the option; NULL: not given. */
const char *own_words_value(const struct own_words *words, const char *name);
/* Whether its last value is `value`. */
bool own_words_is(const struct own_words *words, const char *name, const char *value);

#endif
