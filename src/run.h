/* SPDX-License-Identifier: Apache-2.0 */
/* One request from parsing to execve; also one that is only imagined, which ends with the decision. */
#ifndef SAFE_DOCKER_SRC_RUN_H
#define SAFE_DOCKER_SRC_RUN_H

#include "safe-docker/docker/emit.h"
#include "safe-docker/report/report.h"
#include "safe-docker/rules/rules.h"
#include "safe-docker/sys/child.h"

#include "config.h"
#include "session.h"

/* How a request is decided that nobody made: src/whatif.c, and nothing else, sets it. */
struct run_imagined {
  bool alone; /* the real CLI is not asked: what is named exists and is the caller's own */
  const struct sd_host *host; /* the machine; NULL: this one */
  const char *unknown;        /* what could not be decided, because nobody was asked; or NULL */
};

struct run {
  struct sd_arena *arena;
  struct run_imagined *imagined; /* NULL: it is a request. Whatever acts refuses where it is not */
  int64_t seconds;               /* that the daemon has for each answer; 0: it may take its time */
  bool looks_only;               /* --explain: nothing is pulled, and nothing approved */
  struct session *session;
  const char *const *argv; /* as typed, the program's name first */
  struct sd_command_line line;
  const struct sd_request *request;       /* of run and create; else NULL */
  const struct sd_invocation *invocation; /* of another command; else NULL */
  struct sd_decision decision;
  int failed; /* the exit status where the daemon could not be asked; 0: it was, or need not be */
  const char *words; /* of the real CLI, why it could not; NULL: it is no matter of the daemon */
  const struct sd_endpoint *endpoint;
  bool made_output;             /* decision.output_file was not there before */
  struct sd_stand_in *stand_in; /* who acts in place of this process: src/endpoint.h; or NULL */
  struct sd_emitted emitted;
  struct sd_strv full; /* the argv that is executed */
  struct sd_strv environ;
  const char *config; /* config.json to hand over, where environ names the folder for it; or NULL */
  struct compose_run *compose; /* of compose: src/compose_command.c; else NULL */
  const char *note;            /* to tell before the command is executed; or NULL */
};

/* The machine as the one who asks sees it. */
const struct sd_host *run_host(const struct run *run);
/* True where nothing may be asked of the daemon. */
bool run_is_alone(const struct run *run);

/* An empty decision; it keeps nothing of the one before. */
void run_reset_decision(struct run *run);
/* The real CLI as a child, with the rights that it gets and these words and variables, which must outlive it. */
struct sd_child run_child(const struct run *run, const struct sd_strv *argv,
                          const struct sd_strv *variables);
/* Where the program lies that speaks for ssh:// endpoints. */
#define RUN_SSH_FOLDER SD_DATADIR "/ssh"
/* The environment of the real CLI: sd_environ_build, and what run->endpoint needs. */
void run_environ(const struct run *run, const char *config_dir, struct sd_strv *out);
/* The same where no other program is found by its name. */
void run_environ_alone(const struct run *run, const char *config_dir, struct sd_strv *out);
/* What was decided: denied where there is any problem. */
struct sd_outcome run_outcome(const struct run *run);
/* Writes the audit record; `failure` is what went wrong after the decision, or NULL. False where the
 * policy requires a record that could not be written. */
bool run_record(const struct run *run, const char *failure, struct sd_error *err) SD_WARN_UNUSED;
/* The same where `failure` ends the request whether it is recorded or not. */
void run_record_failure(const struct run *run, const char *failure);
/* Records what was decided and tells the caller why it is not carried out. Returns the exit status. */
int run_refuse(struct run *run);

#endif
