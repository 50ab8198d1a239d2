/* SPDX-License-Identifier: Apache-2.0 */
/* A text that a test prints, compared with the one in a file. After a change that is meant: SD_SAID_WRITE=1 writes the file
 * anew; look at the difference. */
#ifndef SAFE_DOCKER_TESTS_UNIT_DOCKER_KEPT_H
#define SAFE_DOCKER_TESTS_UNIT_DOCKER_KEPT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support.h"

static inline void kept_show(const char *path, const char *before, const char *now) {
  size_t same = 0;
  while (before[same] != '\0' && before[same] == now[same])
    same++;
  while (same > 0 && before[same - 1] != '\n')
    same--;
  fail_msg("%s has\n%.*s\nand the program\n%.*s", path, (int)strcspn(before + same, "\n"),
           before + same, (int)strcspn(now + same, "\n"), now + same);
}

static inline void kept_compare(const char *path, const char *now) {
  const char *wish = getenv("SD_SAID_WRITE");
  size_t len = strlen(now);
  char *before = NULL;
  size_t room = 0;
  FILE *file = fopen(path, wish != NULL ? "w+" : "r");
  assert_non_null(file);
  if (wish != NULL) {
    assert_int_equal(fwrite(now, 1, len, file), len);
    rewind(file);
  }
  assert_true(getdelim(&before, &room, '\0', file) > 0);
  (void)fclose(file);
  if (strcmp(before, now) != 0)
    kept_show(path, before, now);
  free(before);
}

#endif
