/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker doctor`: does this host keep the promise that the policy makes?
 *
 * Three walks over one table of areas: collect (looks at the machine, judges nothing), judge (a pure function from facts to
 * findings), show. `--record` stops after the first, `--facts FILE` begins with the second.
 *
 * MUST: change nothing on the host but by `set` and `unset`; run no program but the host's own tools and the real
 * CLI; take nothing that could not be looked at for good. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_H
#define SAFE_DOCKER_OWN_DOCTOR_H

#include "safe-docker/sys/child.h"

#include "facts.h"
#include "finding.h"
#include "session.h"

/* -- the areas: each has its facts, a collector and a judge in files of its own ------------------- */

#include "facts_containers.h"
#include "facts_daemon.h"
#include "facts_engine.h"
#include "facts_kernel.h"
#include "facts_self.h"
#include "facts_socket.h"

struct facts {
  struct facts_daemons daemons; /* dockerd: processes, their listeners, TLS files, daemon.json */
  struct facts_sockets sockets; /* of this and other engines, and the people who reach them */
  struct facts_engine engine;   /* what the engine says of itself */
  struct facts_kernel kernel;   /* switches and features of the kernel */
  struct facts_self self;       /* safe-docker itself */
  struct facts_containers containers;
};

struct doctor {
  struct session *session;
  struct sd_arena *arena;
  bool silent; /* the daemon gave no answer once; it is not asked again */
};

struct doctor_area {
  const char *name; /* as in struct check */
  const char *what; /* one line for --help */
  void (*collect)(struct doctor *doctor, struct facts *out);
  void (*judge)(const struct facts *facts, struct findings *out);
};
/* In the order in which they are collected and shown. "exposure" and "daemon" share facts: one of them collects. A judge may
 * read the facts of any area. */
extern const struct doctor_area doctor_areas[];
extern const size_t doctor_areas_count;

#define DOCTOR_AREA(name)                                                                          \
  void doctor_collect_##name(struct doctor *doctor, struct facts *out);                            \
  void doctor_judge_##name(const struct facts *facts, struct findings *out)
DOCTOR_AREA(daemon);
void doctor_judge_exposure(const struct facts *facts, struct findings *out);
DOCTOR_AREA(socket);
DOCTOR_AREA(engine);
DOCTOR_AREA(kernel);
DOCTOR_AREA(self);
DOCTOR_AREA(containers);

/* -- for collectors (doctor_ask.c) ---------------------------------------------------------------- */

#define DOCTOR_PATIENCE 30 /* seconds that the daemon has for an answer */

/* Asks the daemon of docker.host by the real CLI, `words` NULL-terminated ("version", "--format={{json .}}"), with the rights
 * that a request of this caller has. False: it could not be asked or ended with another status than 0. */
bool doctor_ask(struct doctor *doctor, const char *const *words, struct sd_answer *out,
                struct sd_error *err) SD_WARN_UNUSED;
/* The text of a small file such as those of /proc and /sys, at most `max` bytes, without trailing newlines; NULL: it is not
 * there or cannot be read. Nothing is followed that is no regular file. */
const char *doctor_read(struct sd_arena *arena, const char *path, size_t max);

/* -- daemon.json (doctor_set.c) ------------------------------------------------------------------- */

/* `doctor set KEY VALUE` and `doctor unset KEY`: one key of daemon.json, what it holds besides unchanged. */
int doctor_set_command(struct session *session, const char *const *words);
int doctor_unset_command(struct session *session, const char *const *words);

/* -- the command (doctor_command.c) and what it shows (doctor_show.c) ------------------------------ */

int doctor_command(struct session *session, const char *const *words);

struct doctor_view {
  bool all;     /* also what passed */
  bool colour;  /* of text */
  size_t width; /* columns that text has */
};
/* By area, failures first; "why" once for findings of one check that follow each other. */
const char *doctor_text(struct sd_arena *arena, const struct findings *findings,
                        const struct doctor_view *view);
/* One object: "format": 1, "summary": {"pass": N, "warn": N, "fail": N, "unknown": N}, "findings": [{"check", "area", "status",
 * "subject", "title", "what", "why", "remedy", "commands": [], "source"}], all of them. */
const char *doctor_json(struct sd_arena *arena, const struct findings *findings);

#endif
