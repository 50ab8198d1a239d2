/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as what inspect shows of a container, whose images and owners may be anybody's. The words that doctor makes of it are
 * those of a command line that is read without reading any of them as another command; as many are shown as are decided. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "safe-docker/docker/cli.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds)
    abort();
}

static void check(struct sd_arena *arena, const struct sd_json *json) {
  const struct container_defaults defaults = {"runc", "json-file"};
  struct container_words words = {.arena = arena, .json = json, .defaults = &defaults};
  struct sd_problems problems = {.arena = arena};
  struct sd_command_line line;
  struct sd_strv argv = {0};
  container_words(&words);
  require(words.real.v.len == words.shown.v.len);
  sd_strv_add(&argv, arena, "create");
  for (size_t i = 0; i < words.real.v.len; i++)
    sd_strv_add(&argv, arena, words.real.v.items[i]);
  sd_cli_parse(arena, (const char *const *)sd_strv_argv(&argv, arena), &line, &problems);
  require(line.verb == SD_VERB_CREATE || problems.list.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_json *json = NULL;
  struct sd_error err;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  const char *text = sd_arena_strndup(&arena, (const char *)data, size);
  if (sd_json_read_large(&arena, "inspect", text, strlen(text), &json, &err) &&
      json->type == SD_JSON_OBJECT)
    check(&arena, json);
  sd_arena_finish(&arena);
  return 0;
}
