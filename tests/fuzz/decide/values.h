/* SPDX-License-Identifier: Apache-2.0 */
/* What values look like, whatever the option is: most of them are wrong for it. */
#ifndef SAFE_DOCKER_TESTS_DECIDE_VALUES_H
#define SAFE_DOCKER_TESTS_DECIDE_VALUES_H

#include <stddef.h>

extern const char *const values[];
extern const size_t value_count;

#endif
