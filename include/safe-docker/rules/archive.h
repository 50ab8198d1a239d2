/* SPDX-License-Identifier: Apache-2.0 */
/* What an archive of images would name, judged when it has been read: long after the command line was. */
#ifndef SAFE_DOCKER_RULES_ARCHIVE_H
#define SAFE_DOCKER_RULES_ARCHIVE_H

#include "safe-docker/docker/archive.h"
#include "safe-docker/rules/rules.h"

/* A problem for each name that is not within images.own. Needs in->arena and in->policy alone. */
void sd_rules_archive(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_archive *archive);

#endif
