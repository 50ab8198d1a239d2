/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the daemon, by the real CLI, what is called so. */
#ifndef SAFE_DOCKER_SRC_LOOKUP_H
#define SAFE_DOCKER_SRC_LOOKUP_H

#include "run.h"
#include "safe-docker/sys/child.h"

/* One call for each kind that is wanted. What does not exist is not among `out`. False: the daemon could not be asked,
 * and run->decision tells why. */
bool lookup(struct run *run, const struct sd_wants *wants, struct sd_objects *out) SD_WARN_UNUSED;

/* Runs the real CLI with the endpoint of the request and `words` (the command and its options), and collects what it
 * prints. */
bool lookup_ask(struct run *run, const struct sd_strv *words, struct sd_answer *out,
                struct sd_error *err) SD_WARN_UNUSED;

/* The ids, one a line, that such a command prints: `ps --quiet=true --no-trunc=true`. */
bool lookup_ids(struct run *run, const struct sd_strv *words, struct sd_strv *out,
                struct sd_error *err) SD_WARN_UNUSED;

/* The same as lookup for the wants of one kind; no word of it in run->decision. */
bool lookup_kind(struct run *run, const struct sd_wants *wants, enum sd_object_kind kind,
                 struct sd_objects *out, struct sd_error *err) SD_WARN_UNUSED;

#endif
