/* SPDX-License-Identifier: Apache-2.0 */
/* Actions in words. */
#include <linux/seccomp.h>
#include <string.h>

#include "safe-docker/confine/seccomp_program.h"

static const char *with_errno(struct sd_arena *arena, const char *words, uint32_t number) {
  const char *name = strerrorname_np((int)number);
  return name != NULL ? sd_arena_printf(arena, "%s %u (%s)", words, number, name)
                      : sd_arena_printf(arena, "%s %u", words, number);
}

/* seccomp(2), "Filter return actions". */
const char *sd_seccomp_action_text(struct sd_arena *arena, uint32_t action) {
  switch (action & SECCOMP_RET_ACTION_FULL) {
  case SECCOMP_RET_ALLOW:
    return "allow";
  case SECCOMP_RET_LOG:
    return "log and allow";
  case SECCOMP_RET_TRACE:
    return sd_arena_printf(arena, "ask the tracer (%u)", action & SECCOMP_RET_DATA);
  case SECCOMP_RET_USER_NOTIF:
    return "ask the supervisor";
  case SECCOMP_RET_ERRNO:
    return with_errno(arena, "errno", action & SECCOMP_RET_DATA);
  case SECCOMP_RET_TRAP:
    return "signal SIGSYS";
  case SECCOMP_RET_KILL_THREAD:
    return "kill the thread";
  default: /* the kernel kills for actions that it does not know, too */
    return "kill the process";
  }
}
