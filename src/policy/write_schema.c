/* SPDX-License-Identifier: Apache-2.0 */
/* write-schema: writes the JSON Schema of the policy, as `safe-docker policy schema` does. A tool of the build, not installed. */
#include <stdbool.h>
#include <stdio.h>

#include "safe-docker/policy/json_schema.h"

int main(void) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  bool good = fputs(sd_policy_json_schema(&arena), stdout) >= 0 && fflush(stdout) == 0;
  sd_arena_finish(&arena);
  return good ? 0 : 1;
}
