/* SPDX-License-Identifier: Apache-2.0 */
/* Images before they are used: what must be fetched to be judged, whether signatures are looked for, and what the policy's
 * program says of them. What is allowed is decided in rules/image_trust.c. */
#ifndef SAFE_DOCKER_SRC_TRUST_H
#define SAFE_DOCKER_SRC_TRUST_H

#include "run.h"

/* True where the decision has no fault so far and waits for images, and may act. */
bool trust_must_pull(const struct run *run);
/* Records that they are pulled and pulls them, with the log-ins of the request; each is added to *pulled. False: one could
 * not be, and run->decision tells. */
bool trust_pull(struct run *run, struct sd_image_pulls *pulled) SD_WARN_UNUSED;

/* False where the policy requires signed images and the real CLI would look for no signature: run->decision tells. */
bool trust_signatures(struct run *run) SD_WARN_UNUSED;

/* Has the policy's program approve what will run, each content once; what it does not approve is a problem. */
void trust_verify(struct run *run);

#endif
