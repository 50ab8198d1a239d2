/* SPDX-License-Identifier: Apache-2.0 */
/* Any lines as rules of sudo and doas. What is not understood is taken for a way to root: a rule of root's without a command,
 * or for every command, is always one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "own/round/round.h"
#include "safe-docker/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds)
    abort();
}

static void check_ways(const struct round_ways *ways) {
  for (size_t i = 0; i < ways->v.len; i++) {
    const struct round_way *way = &ways->v.items[i];
    require(way->rule != NULL && way->command != NULL && way->why != NULL && way->why[0] != '\0');
  }
}

static void check_command(struct sd_arena *arena, const char *text) {
  const char *program = round_program(arena, text);
  const char *script = round_script(arena, text);
  (void)round_why(arena, text);
  (void)round_group(text);
  require(program == NULL || program[0] == '/');
  require(script == NULL || script[0] != '\0');
}

static bool has_root(const struct round_ways *ways) {
  for (size_t i = 0; i < ways->v.len; i++)
    if (ways->v.items[i].root)
      return true;
  return false;
}

/* With a rule behind them that gives everything, lines give everything, whatever they are. */
static void check_everything(struct sd_arena *arena, const struct sd_strv *lines) {
  struct round_ways sudo = {0};
  struct round_ways doas = {0};
  struct sd_strv groups = {0};
  struct sd_strv more = *lines;
  more.v.items = NULL;
  more.v.len = more.v.cap = 0;
  for (size_t i = 0; i < lines->v.len; i++)
    sd_strv_add(&more, arena, lines->v.items[i]);
  sd_strv_add(&more, arena, "(root) NOPASSWD: ALL");
  round_ways_of_sudo(arena, &more, &sudo);
  require(has_root(&sudo));
  more.v.items[more.v.len - 1] = "permit nopass al";
  sd_strv_add(&groups, arena, "al");
  round_ways_of_doas(arena, &more, "al", &groups, &doas);
  require(has_root(&doas));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_strv lines = {0};
  struct sd_strv groups = {0};
  struct sd_strv people = {0};
  struct sd_strv programs = {0};
  struct round_ways ways = {0};
  sd_arena_init(&arena);
  char *text = sd_arena_strndup(&arena, (const char *)data, size);
  for (char *line = strsep(&text, "\n"); line != NULL; line = strsep(&text, "\n")) {
    sd_strv_add(&lines, &arena, line);
    check_command(&arena, line);
  }
  sd_strv_add(&groups, &arena, "al");
  sd_strv_add(&groups, &arena, "wheel");
  round_ways_of_sudo(&arena, &lines, &ways);
  round_ways_of_doas(&arena, &lines, "al", &groups, &ways);
  check_ways(&ways);
  round_programs_of_sudo(&arena, &lines, &programs);
  for (size_t i = 0; i < programs.v.len; i++)
    require(programs.v.items[i][0] == '/');
  round_people_of_doas(&arena, &lines, &people);
  check_everything(&arena, &lines);
  sd_arena_finish(&arena);
  return 0;
}
