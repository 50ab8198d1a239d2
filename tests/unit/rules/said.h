/* SPDX-License-Identifier: Apache-2.0 */
/* Every decision that a test of the rules makes, in full, as it was said before: words, hints, changes and what goes out.
 * Each test program has its file in tests/unit/rules/said/. With SD_SAID=1 it fails where it says anything else; these are the
 * tests of suite `said`. After a change that is meant: SD_SAID_WRITE=1 meson test -C BUILD --suite said, and look at the
 * difference. */
#ifndef SAFE_DOCKER_TESTS_RULES_SAID_H
#define SAFE_DOCKER_TESTS_RULES_SAID_H

#include <stdio.h>

#include "fixture.h"

/* A file of tests/unit/rules; NULL: there is none. */
FILE *said_open(const char *name);

/* What the next one is about. */
void said_title(const char *title);

/* From now on only what differs from this decision is taken down; NULL: everything. */
void said_usual(struct fixture *fixture);

/* Takes down what came of a request. */
void said(struct fixture *fixture);

#endif
