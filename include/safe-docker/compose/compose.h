/* SPDX-License-Identifier: Apache-2.0 */
/* docker compose: its command line, the model that the plugin resolves from the caller's files, and the hardened model
 * that it is executed on. What a service may be is judged by the rules of `docker create`; nothing here looks at the
 * machine or runs a program.
 *
 * Sources: docs/reference of docker/compose 2.0 to 2.39 (commands and options), the compose specification and the
 * types of compose-go (keys of the model and what the plugin makes of them). */
#ifndef SAFE_DOCKER_COMPOSE_COMPOSE_H
#define SAFE_DOCKER_COMPOSE_COMPOSE_H

#include "safe-docker/docker/invocation.h"
#include "safe-docker/rules/rules.h"

/* -- the command line --------------------------------------------------------------------------- */

enum sd_compose_handling {
  SD_COMPOSE_REFUSED, /* whatever the policy says: `reason` and `hint` */
  SD_COMPOSE_CREATE,  /* makes containers, networks and volumes */
  SD_COMPOSE_USE,     /* acts on what there is */
  SD_COMPOSE_PRINT,   /* shows what the caller's files say: runs with the caller's rights alone */
  SD_COMPOSE_PLAIN,   /* needs no model */
};

struct sd_compose_command {
  const char *name; /* "up" */
  enum sd_compose_handling handling;
  unsigned ports; /* operands behind the service that are no services */
  const char *reason, *hint;
};

struct sd_compose_line {
  const struct sd_compose_command *command;
  const struct sd_invocation *globals; /* of `docker compose`; its operands are the words behind */
  struct sd_invocation own;            /* of the sub-command */
};

/* Reads the words behind the global options. False: there are problems. */
bool sd_compose_read_line(struct sd_arena *arena, const struct sd_invocation *globals,
                          const struct sd_host *host, struct sd_compose_line *out,
                          struct sd_problems *problems) SD_WARN_UNUSED;
/* The words that make the plugin print the model as JSON; for a command that PRINTs: what prints it as the caller
 * asked. Both are for a process with the caller's rights alone. */
bool sd_compose_ask(struct sd_arena *arena, const struct sd_compose_line *line,
                    struct sd_strv *words, struct sd_error *err) SD_WARN_UNUSED;
/* -- the model ---------------------------------------------------------------------------------- */

struct sd_compose_dependency {
  const char *service, *condition;
  bool restart, required;
};
struct sd_compose_attachment {
  const char *network; /* key of the project */
  struct sd_strv aliases;
  int64_t priority;
};

struct sd_compose_service {
  const char *name;
  struct sd_strv words; /* the options of a `docker create` that makes the same container */
  const char *image;    /* NULL: none */
  bool has_command, has_entrypoint;
  struct sd_strv command, entrypoint; /* run in the container, like the next */
  struct sd_strv health;              /* "CMD", "CMD-SHELL" or "NONE", then words; empty: none */
  bool has_mode;                      /* network_mode */
  int64_t scale;                      /* -1: not given */
  enum sd_tristate attach;
  struct {
    SD_VEC(struct sd_compose_attachment) v;
  } networks;
  struct {
    SD_VEC(struct sd_compose_dependency) v;
  } dependencies;
  struct sd_request request;
  struct sd_decision decision; /* of sd_compose_judge */
};

/* A network or volume of the project. */
struct sd_compose_object {
  const char *key, *name;
  bool external;        /* is not the project's to make */
  struct sd_strv words; /* network: options of a `docker network create` that makes it */
  bool used;            /* by a service */
  bool exists;          /* and is the caller's */
  const char *id;       /* network: of the one that there is, or that was made; NULL: to be made */
  struct sd_strv make;  /* network: argv that makes it, from "network" on */
  bool shared;          /* volume: the policy gives it to everybody */
};
struct sd_compose_objects {
  SD_VEC(struct sd_compose_object) v;
};

struct sd_compose_project {
  const char *name; /* of the caller's own: sd_compose_own_name */
  struct {
    SD_VEC(struct sd_compose_service) v;
  } services;
  struct sd_compose_objects networks, volumes;
  struct sd_strv containers; /* ids of what there is of the project: to be filled before judging */
};

/* The name that a project of this name gets: nobody else can have a project of the same. */
const char *sd_compose_own_name(struct sd_arena *arena, const struct sd_policy *policy, uid_t uid,
                                const char *name);

/* Reads what `compose config --format json` printed. The text is the caller's. False: there are problems. */
bool sd_compose_read(struct sd_arena *arena, const struct sd_rule_input *in,
                     const struct sd_compose_line *line, const char *text, size_t len,
                     struct sd_compose_project *out, struct sd_problems *problems) SD_WARN_UNUSED;

/* Judges every service, network, volume and container of the project; problems, wants, changes and volumes of all are
 * in `decision` then. As rules, until nothing is wanted any more: see rules/objects.h. */
void sd_compose_judge(const struct sd_rule_input *in, const struct sd_compose_line *line,
                      struct sd_compose_project *project, struct sd_decision *decision);

/* The words of the command itself, from "compose" on, for the hardened model in the file `model`. */
bool sd_compose_emit(struct sd_arena *arena, const struct sd_compose_line *line,
                     const struct sd_compose_project *project, const char *model,
                     struct sd_strv *words, struct sd_error *err) SD_WARN_UNUSED;

/* The hardened model: every value from the decided requests. `seccomp` is the path of the profile. False: a service
 * has a setting that no key of the model has. */
bool sd_compose_write(struct sd_arena *arena, const struct sd_compose_line *line,
                      const struct sd_compose_project *project, const char *seccomp,
                      const char **out, struct sd_error *err) SD_WARN_UNUSED;

#endif
