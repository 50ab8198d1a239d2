/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets of docker/specs.h share. */
#ifndef SAFE_DOCKER_TESTS_FUZZ_SPEC_FUZZ_H
#define SAFE_DOCKER_TESTS_FUZZ_SPEC_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/specs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert: this must hold in every build. */
#define REQUIRE(condition)                                                                         \
  do {                                                                                             \
    if (!(condition))                                                                              \
      abort();                                                                                     \
  } while (0)

/* Parses and gives the canonical text, or NULL and an error. */
typedef const char *fuzz_run(struct sd_arena *arena, const char *text, struct sd_error *err);

/* What is accepted stays itself when formatted and parsed again; what is refused says why. */
static inline void fuzz_canonical(const char *text, fuzz_run *run) {
  struct sd_arena arena;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const char *once = run(&arena, text, &err);
  if (once == NULL) {
    REQUIRE(err.message != NULL && sd_text_is_printable(err.message));
    REQUIRE(err.hint == NULL || sd_text_is_printable(err.hint));
  } else {
    REQUIRE(err.message == NULL);
    const char *twice = run(&arena, once, &err);
    REQUIRE(twice != NULL && strcmp(once, twice) == 0);
  }
  sd_arena_finish(&arena);
}

/* The input as a string: up to its first NUL. */
static inline char *fuzz_text(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  REQUIRE(text != NULL);
  if (size > 0)
    memcpy(text, data, size);
  text[size] = '\0';
  return text;
}

static inline int fuzz_with(const uint8_t *data, size_t size, fuzz_run *run) {
  char *text = fuzz_text(data, size);
  fuzz_canonical(text, run);
  free(text);
  return 0;
}

#endif
