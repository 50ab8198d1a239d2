/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_command.h"

#include <string.h>

#include "safe-docker/base/text.h"

#include "output.h"

static const struct {
  const char *word, *form, *description;
  int (*command)(struct session *session, const char *const *words);
} commands[] = {
    {"check", "check [FILE]", "Mistakes and dangers of the policy in force, or of a file",
     policy_check_command},
    {"diff", "diff [FIRST [SECOND]]", "What differs between two policies, and which way",
     policy_diff_command},
    {"explain", "explain [RULE|KEY]...", "What a rule or a key is about, and its value in force",
     policy_explain_command},
    {"schema", "schema", "The JSON Schema of policy files, for editors", policy_schema_command},
    {"show", "show [FILE]", "What holds for the caller or --user, and where it came from",
     policy_show_command},
    {"suggest", "suggest -- COMMAND", "The smallest additions that would allow what is refused",
     policy_suggest_command},
    {"test", "test FILE", "Command lines, and whether they are decided as a file says",
     policy_test_command},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char *usage(struct sd_arena *arena) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "Usage:  safe-docker policy COMMAND\n\nCommands:\n");
  for (size_t i = 0; i < COMMANDS; i++)
    sd_str_addf(&out, "  %-28s  %s\n", commands[i].form, commands[i].description);
  sd_str_add(&out, "\nEach takes --help. See safe-docker-policy(1).\n");
  return sd_str_text(&out);
}

static const char *word_at(const void *context, size_t index) {
  (void)context;
  return commands[index].word;
}

static int refuse(struct sd_arena *arena, const char *word) {
  struct sd_error err;
  sd_error_init(&err, arena);
  const char *near = sd_text_nearest(word, COMMANDS, word_at, NULL);
  (void)sd_fail_rule(&err, NULL,
                     near != NULL ? sd_arena_printf(arena, "did you mean \"%s\"?", near)
                                  : "safe-docker policy lists its commands",
                     "policy: there is no command \"%s\"", sd_text_safe(arena, word));
  return output_complain(arena, &err);
}

int policy_command(struct session *session, const char *const *words) {
  const char *first = words[0];
  if (first == NULL || strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 ||
      strcmp(first, "help") == 0)
    return output_answer(session->arena, usage(session->arena), 0);
  for (size_t i = 0; i < COMMANDS; i++)
    if (strcmp(first, commands[i].word) == 0)
      return commands[i].command(session, words + 1);
  return refuse(session->arena, first);
}
