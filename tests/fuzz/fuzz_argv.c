/* SPDX-License-Identifier: Apache-2.0 */
/* Words (separated by newlines) through the whole way of a command line. What is accepted and
 * emitted is accepted again and emitted the same, and nothing that was emitted is an option but in
 * our own spelling. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../fake_host.h"
#include "safe-docker/docker/emit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Without files and variables. */
static struct fake_host fake = {.node = SD_NODE_MISSING};
static const struct sd_emit_paths paths = {"/e", "/l", NULL};

/* NULL: not accepted. */
static const struct sd_strv *through(struct sd_arena *arena, const char *const *argv) {
  struct sd_problems problems = {.arena = arena};
  struct sd_command_line line;
  struct sd_host host = fake_host_of(&fake);
  struct sd_request *request = sd_arena_alloc(arena, sizeof(*request));
  struct sd_emitted *out = sd_arena_alloc(arena, sizeof(*out));
  struct sd_error err;
  sd_error_init(&err, arena);
  sd_cli_parse(arena, argv, &line, &problems);
  if (line.verb == SD_VERB_NONE && problems.list.len == 0)
    abort();
  if (line.verb != SD_VERB_RUN && line.verb != SD_VERB_CREATE)
    return NULL;
  sd_request_build(arena, &line, &host, request, &problems);
  if (problems.list.len > 0 || !sd_emit(arena, request, &paths, out, &err))
    return NULL;
  return &out->argv;
}

static bool same(const struct sd_strv *a, const struct sd_strv *b) {
  if (a->v.len != b->v.len)
    return false;
  for (size_t i = 0; i < a->v.len; i++)
    if (strcmp(a->v.items[i], b->v.items[i]) != 0)
      return false;
  return true;
}

/* Up to "--" every token is --long-name=value by a row of the table. */
static void check_tokens(const struct sd_strv *argv) {
  for (size_t i = 1; i < argv->v.len; i++) {
    const char *token = argv->v.items[i];
    if (strcmp(token, "--") == 0 || strcmp(token, "--help") == 0)
      return;
    size_t len = strcspn(token, "=");
    if (strncmp(token, "--", 2) != 0 || token[len] != '=' ||
        sd_option_by_name(token + 2, len - 2) == NULL)
      abort();
  }
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_strv words = {0};
  char *text = sd_arena_strndup(&arena, (const char *)data, size);
  for (char *word = text, *end = text; word < text + size; word = end + 1) {
    end = word + strcspn(word, "\n");
    *end = '\0';
    sd_strv_add(&words, &arena, word);
  }
  const struct sd_strv *once = through(&arena, (const char *const *)sd_strv_argv(&words, &arena));
  if (once != NULL) {
    check_tokens(once);
    const struct sd_strv *twice = through(&arena, (const char *const *)sd_strv_argv(once, &arena));
    if (twice == NULL || !same(once, twice))
      abort();
  }
  sd_arena_finish(&arena);
  return 0;
}
