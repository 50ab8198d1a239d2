/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own help. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/report/report.h"

#define WIDTH 80
#define INDENT 13

/* The commands of a kind are those that Docker also has below a group of its own: ps is "container ls". */
static const struct {
  const char *title, *group;
} kinds[] = {{"containers", "container "},
             {"images", "image "},
             {"networks", "network "},
             {"volumes", "volume "},
             {"other", ""}};

static size_t kind_of(enum sd_command_id id) {
  size_t last = sizeof(kinds) / sizeof(kinds[0]) - 1;
  for (size_t kind = 0; kind < last; kind++)
    for (size_t i = 0; i < sd_command_path_count; i++)
      if (sd_command_paths[i].id == id &&
          sd_text_starts_with(sd_command_paths[i].path, kinds[kind].group))
        return kind;
  return last;
}

/* A name, on a new line where this one is full. */
static void add_name(struct sd_str *out, const char *name, size_t *column) {
  bool first = *column == INDENT;
  size_t len = strlen(name);
  if (!first && *column + len + 3 > WIDTH) {
    sd_str_addf(out, ",\n%*s", INDENT, "");
    *column = INDENT;
    first = true;
  }
  sd_str_addf(out, "%s%s", first ? "" : ", ", name);
  *column += len + (first ? 0 : 2);
}

static void add_kind(struct sd_str *out, const struct sd_policy *policy, size_t kind) {
  size_t column = INDENT;
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++) {
    const struct sd_command *command = &sd_commands[i];
    if (command->handling == SD_REFUSED || (command->flags & SD_COMMAND_ALWAYS) != 0 ||
        !sd_rules_allow_command(policy, command) || kind_of(command->id) != kind)
      continue;
    if (column == INDENT)
      sd_str_addf(out, "  %-*s", INDENT - 2, kinds[kind].title);
    add_name(out, command->name, &column);
  }
  if (column != INDENT)
    sd_str_add_char(out, '\n');
}

static const char opening[] =
    "safe-docker %s: docker for people who must not be root\n"
    "\n"
    "Usage:  docker COMMAND ...      as the real one, within the policy of this host\n"
    "        docker COMMAND --help   the real one's help on a command\n"
    "\n"
    "Commands that the policy allows:\n";

static const char closing[] =
    "\n"
    "About your own requests:\n"
    "  safe-docker --explain[=text|json] COMMAND ...\n"
    "                              decide and print what would run; run nothing\n"
    "  safe-docker policy show     what you may, and why; --format text in words\n"
    "  safe-docker policy explain  what is behind a rule or a key, and what helps\n"
    "  docker completion SHELL     completion for bash, fish or zsh\n"
    "\n"
    "For administrators; the first three behind sudo, and each takes --help:\n"
    "  safe-docker setup           put it between users and Docker, status, undo\n"
    "  safe-docker audit           who asked for what, why denied, what changed\n"
    "  safe-docker doctor          is this host hardened, and what mends it\n"
    "  safe-docker policy          check, compare, test a policy; suggest additions\n"
    "  safe-docker apparmor        what AppArmor has, and what the policy wants\n"
    "  safe-docker seccomp         what seccomp profiles really do\n"
    "\n"
    "Before a command: -D, -l LEVEL, --context NAME. Exit status: the real one's own;\n"
    "125 denied or failed before it ran, 126 and 127 it could not be run.\n"
    "More: safe-docker(1), safe-docker-policy(5), safe-docker-rules(7),\n"
    "safe-docker-setup(8), safe-docker-audit(8), safe-docker-doctor(8)\n";

const char *sd_report_help(struct sd_arena *arena, const char *version,
                           const struct sd_policy *policy) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_addf(&out, opening, version);
  for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
    add_kind(&out, policy, kind);
  sd_str_add(&out, closing);
  return sd_str_text(&out);
}
