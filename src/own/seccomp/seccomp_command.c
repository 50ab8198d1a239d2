/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_command.h"

#include <string.h>

#include "safe-docker/base/text.h"

#include "learn.h"
#include "output.h"
#include "seccomp_command_input.h"

static const char USAGE[] =
    "Usage:  safe-docker seccomp COMMAND\n"
    "\n"
    "Says what seccomp profiles really do: they are compiled as for a container, and asked.\n"
    "\n"
    "Commands:\n"
    "  check FILE                          Mistakes, rules without effect, and what is left open\n"
    "  show [PROFILE]                      What is allowed and refused, beside Docker's default "
    "profile\n"
    "  test PROFILE SYSCALL [ARGUMENT]...  Whether a call is allowed, and by which rule\n"
    "  diff PROFILE PROFILE                What one profile allows and the other does not\n"
    "  learn -- run IMAGE ...              The smallest profile that served a program\n"
    "\n"
    "PROFILE is default, strict, no-network, docker (Docker's own default) or a file. Without it\n"
    "the profile of the policy is shown.\n"
    "\n"
    "Options:\n"
    "  --cap CAPABILITY    One that the container holds (ALL, none; again for more)\n"
    "  --arch ARCH         Architecture of the machine (amd64, arm64, ...)\n"
    "  --kernel VERSION    Kernel of the machine (5.10)\n"
    "  --format text|json  How the answer is written\n"
    "\n"
    "See safe-docker-seccomp(1).\n";

static const struct {
  const char *word;
  int (*command)(struct session *session, const char *const *words);
} commands[] = {{"check", seccomp_check_command},
                {"diff", seccomp_diff_command},
                {"learn", learn_command},
                {"show", seccomp_show_command},
                {"test", seccomp_test_command}};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char *word_at(const void *context, size_t index) {
  (void)context;
  return commands[index].word;
}

static int refuse(struct sd_arena *arena, const char *word) {
  struct sd_error err;
  sd_error_init(&err, arena);
  const char *near = sd_text_nearest(word, COMMANDS, word_at, NULL);
  const char *hint = near != NULL ? sd_arena_printf(arena, "did you mean \"%s\"?", near)
                     : word[0] == '-'
                         ? "options stand behind the command: seccomp show --arch arm64"
                         : "check, show, test, diff and learn are the commands";
  (void)sd_fail_rule(&err, NULL, hint, "seccomp: there is no command \"%s\"",
                     sd_text_safe(arena, word));
  return output_complain(arena, &err);
}

static bool is_help(const char *word) {
  return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Before a "--"; what stands behind it is a request or an operand. */
static bool asks_for_help(const char *const *words) {
  for (; *words != NULL && strcmp(*words, "--") != 0; words++)
    if (is_help(*words))
      return true;
  return false;
}

int seccomp_command(struct session *session, const char *const *words) {
  static const char *const help[] = {"--help", NULL};
  const char *first = words[0];
  if (first == NULL || is_help(first) || strcmp(first, "help") == 0)
    return output_answer(session->arena, USAGE, 0);
  bool helps = asks_for_help(words + 1);
  for (size_t i = 0; i < COMMANDS; i++)
    if (strcmp(first, commands[i].word) == 0 && helps && commands[i].command != learn_command)
      return output_answer(session->arena, USAGE, 0);
    else if (strcmp(first, commands[i].word) == 0)
      return commands[i].command(session, helps ? help : words + 1);
  return refuse(session->arena, first);
}
