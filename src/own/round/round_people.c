/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a rule of sudo for safe-docker: its rules in one piece, by cvtsudoers(1), which follows @include and writes aliases
 * out. A rule that is not understood names nobody here; what is asked of sudo for each user decides. */
#include <string.h>

#include "round.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_tool.h"

/* "alice, %dev, #1000 ALL = (root) /usr/bin/x": those before the hosts. */
static void add_people(struct sd_arena *arena, const char *line, struct sd_strv *out) {
  for (;;) {
    line += strspn(line, " \t");
    size_t len = 0;
    while (line[len] != '\0' && strchr(", \t", line[len]) == NULL)
      len += line[len] == '\\' && line[len + 1] != '\0' ? 2 : 1;
    const char *name = sd_arena_strndup(arena, line, len);
    if (len > 0 && strchr("!+#", name[0]) == NULL && strcmp(name, "ALL") != 0 &&
        !sd_strv_contains(out, name))
      sd_strv_add(out, arena, name);
    line += len;
    line += strspn(line, " \t");
    if (*line != ',')
      return;
    line++;
  }
}

static bool names_program(const char *line) {
  static const char name[] = "/safe-docker";
  for (const char *at = line; (at = strstr(at, name)) != NULL; at += strlen(name)) {
    char behind = at[strlen(name)];
    if (behind == '\0' || behind == ',' || behind == ' ')
      return true;
  }
  return false;
}

void round_people_of_sudo(struct sd_arena *arena, struct sd_strv *out) {
  static const char *const words[] = {"cvtsudoers", "-e", "-f", "sudoers", "/etc/sudoers", NULL};
  struct sd_answer answer = {0};
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (!sd_setup_ask(arena, words, &answer, &ignored))
    return;
  const char *whole = "";
  for (const char *text = answer.out; *text != '\0';) {
    size_t len = strcspn(text, "\n");
    bool more = len > 0 && text[len - 1] == '\\';
    whole = sd_arena_printf(arena, "%s%.*s", whole, (int)(more ? len - 1 : len), text);
    text += len + (text[len] == '\n' ? 1 : 0);
    if (more)
      continue;
    if (!sd_text_starts_with(whole, "Defaults") && names_program(whole))
      add_people(arena, whole, out);
    whole = "";
  }
}
