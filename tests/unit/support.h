/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka, and the headers that it wants to come first. */
#ifndef SAFE_DOCKER_TESTS_UNIT_SUPPORT_H
#define SAFE_DOCKER_TESTS_UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
