/* SPDX-License-Identifier: Apache-2.0 */
/* Options and operands of safe-docker's own commands: --name VALUE or --name=VALUE, anywhere before "--". */
#ifndef SAFE_DOCKER_SRC_OWN_WORDS_H
#define SAFE_DOCKER_SRC_OWN_WORDS_H

#include "session.h"

struct own_option {
  const char *name; /* "--format" */
  const char
      *choices; /* NULL: a switch; "": any value; else the values there are, as in "text|json" */
};

struct own_words;

/* How a command is called, and what carries it out. */
struct own_form {
  const char *command;              /* "policy check": what messages begin with */
  const char *usage;                /* the hint where there are too few or too many words */
  const struct own_option *options; /* ended by a row without a name */
  size_t least, most;               /* operands before "--" */
  bool request;                     /* "--" and words for the docker command may follow */
  const char *help;                 /* what --help and -h answer; with a final newline */
  int (*run)(struct session *session, const struct own_words *given); /* returns the exit status */
};

struct own_given {
  const char *name, *value; /* value "" of a switch */
};

struct own_words {
  const char *const *typed; /* all of them */
  struct sd_strv operands;
  SD_VEC(struct own_given) given; /* in order */
  struct sd_strv request;         /* behind "--" where the form takes it */
  bool help; /* --help or -h stands before "--"; then nothing else is checked */
};

/* Reads the words and runs the command; answers --help and tells what is wrong with the words itself: one that the form
 * does not know, a value that is missing or none of the choices, a wrong number of operands. Returns the exit status. */
int own_command(struct session *session, const char *const *words, const struct own_form *form);

/* The last value of the option; NULL: not given. */
const char *own_words_value(const struct own_words *words, const char *name);
/* Whether its last value is `value`. */
bool own_words_is(const struct own_words *words, const char *name, const char *value);

#endif
