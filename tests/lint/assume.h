/* SPDX-License-Identifier: Apache-2.0 */
/* What the analyzers cannot know, because they read one file at a time: a function that notes a failure returns false,
 * and memory of an arena is always there. Read in front of each file by scripts/lint, never by a build. */
#ifndef SAFE_DOCKER_TESTS_LINT_ASSUME_H
#define SAFE_DOCKER_TESTS_LINT_ASSUME_H

#include "safe-docker/base/arena.h"
#include "safe-docker/base/error.h"

#define sd_fail(...) ((void)sd_fail(__VA_ARGS__), false)
#define sd_fail_rule(...) ((void)sd_fail_rule(__VA_ARGS__), false)
#define sd_fail_errno(...) ((void)sd_fail_errno(__VA_ARGS__), false)

#endif
