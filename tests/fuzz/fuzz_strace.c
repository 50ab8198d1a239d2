/* SPDX-License-Identifier: Apache-2.0 */
/* Reads strace's output and learns from it: whatever it says, what is learned is a part of the profile (which
 * sd_seccomp_lesson_write proves, and fails where it cannot). */
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/confine/seccomp_learn.h"
#include "safe-docker/confine/seccomp_strace.h"

/* Reading is done a hundred times while a profile is proven once. */
#define LEARN_EVERY 32

static void check(void *context, const struct sd_seccomp_call *call, unsigned known) {
  (void)context;
  if ((known & ~SD_SECCOMP_ALL_ARGS) != 0 || call->number < 0)
    abort();
  for (unsigned i = 0; i < 6; i++)
    if ((known & 1U << i) == 0 && call->args[i] != 0)
      abort();
}

static void note(void *context, const struct sd_seccomp_call *call, unsigned known) {
  sd_seccomp_lesson_note(context, call, known);
}

static void learn(struct sd_arena *arena, const char *text, size_t size) {
  struct sd_error err;
  struct sd_strv none = {0};
  struct sd_seccomp_profile *profile = NULL;
  struct sd_seccomp_lesson *lesson = NULL;
  struct sd_seccomp_strace found;
  struct sd_seccomp_learned learned;
  const struct sd_seccomp_target target = {SCMP_ARCH_X86_64, SD_SECCOMP_NEWEST, &none};
  size_t len = 0;
  sd_error_init(&err, arena);
  const char *shipped = sd_seccomp_builtin("default", &len);
  if (!sd_seccomp_parse(arena, "default", shipped, len, &profile, &err) ||
      !sd_seccomp_lesson_create(arena, profile, &target, &lesson, &err))
    abort();
  sd_seccomp_strace_read(arena, SCMP_ARCH_X86_64, text, size, note, lesson, &found);
  if (!sd_seccomp_lesson_write(lesson, "", &learned, &err))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_seccomp_strace found;
  const char *text = (const char *)data;
  sd_arena_init(&arena);
  sd_seccomp_strace_read(&arena, SCMP_ARCH_X86_64, text, size, check, NULL, &found);
  if (found.first_unread > size + 1 || (found.unread == 0) != (found.first_unread == 0))
    abort();
  if (size % LEARN_EVERY == 0)
    learn(&arena, text, size);
  sd_arena_finish(&arena);
  return 0;
}
