/* SPDX-License-Identifier: Apache-2.0 */
/* policy-verdicts: says of many policies whether they are right, for tests/cli/policy_schema.py. Each one comes on the standard
 * input as its length in decimal, a new line, and its text; the answer is a line: "+", or "-" and the message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../known_groups.h"

#include "safe-docker/base/number.h"
#include "safe-docker/policy/policy.h"

static const gid_t group_ids[] = {1000};
static struct sd_gids groups = {group_ids, 1};
static const struct sd_policy_caller alice = {.uid = 1000,
                                              .gid = 1000,
                                              .user = "alice",
                                              .home = "/home/alice",
                                              .groups = known_groups,
                                              .context = &groups};

static bool answer(struct sd_arena *arena, size_t len) {
  /* Memory of its own size, so that a sanitizer sees what reads behind the text. */
  char *text = malloc(len > 0 ? len : 1);
  if (text == NULL || fread(text, 1, len, stdin) != len) {
    free(text);
    return false;
  }
  struct sd_policy policy;
  struct sd_error err;
  sd_error_init(&err, arena);
  const struct sd_policy_text whole = {.name = "policy.json", .text = text, .len = len};
  bool good = sd_policy_load(arena, &whole, 1, &alice, &policy, &err);
  printf("%s%s\n", good ? "+" : "-", good ? "" : err.message);
  free(text);
  return fflush(stdout) == 0;
}

int main(void) {
  char line[32];
  bool good = true;
  while (good && fgets(line, sizeof(line), stdin) != NULL) {
    struct sd_arena arena;
    struct sd_error err;
    uint64_t len = 0;
    sd_arena_init(&arena);
    sd_error_init(&err, &arena);
    line[strcspn(line, "\n")] = '\0';
    good = sd_number_decimal(line, 0, SD_JSON_MAX_BYTES, &len, &err) && answer(&arena, len);
    sd_arena_finish(&arena);
  }
  return good ? 0 : 1;
}
