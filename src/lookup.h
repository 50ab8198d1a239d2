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

/* Creates those of run->decision.volumes that are new as the caller's own, and verifies then that all of them are:
 * somebody else may have created one of the same name meanwhile. Without a new one nothing is asked again. */
bool lookup_create_volumes(struct run *run, struct sd_error *err) SD_WARN_UNUSED;

#endif
