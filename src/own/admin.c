/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: hand over with the caller's rights and nothing else: no parked id, no descriptor, no variable that was not
 * looked at. What becomes of the words is for sudo, doas or pkexec to say. */
#include "admin.h"

#include <unistd.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/launch.h"

#include "output.h"

#define ADMIN SD_SBINDIR "/safe-docker-admin"
#define FIRST_OWN 3 /* descriptor behind the standard ones */

struct tool {
  enum sd_door door;
  const char *name, *path;
  bool ends_options; /* takes "--" */
  bool
      has_prompt; /* takes "--prompt": what is said where a password is asked for, and nowhere else */
};

/* In the order in which they are tried for one who came through none of them. */
static const struct tool tools[] = {{SD_DOOR_SUDO, "sudo", "/usr/bin/sudo", true, true},
                                    {SD_DOOR_DOAS, "doas", "/usr/bin/doas", true, false},
                                    {SD_DOOR_PKEXEC, "pkexec", "/usr/bin/pkexec", false, false}};

#define TOOLS (sizeof(tools) / sizeof(tools[0]))

/* Root at a program that is setgid is root, too: nobody else has the real uid 0 without a door that is seen. */
bool admin_is(const struct session *session) {
  enum sd_door door = session->who.door;
  return session->who.uid == 0 && getuid() == 0 && geteuid() == 0 &&
         (door == SD_DOOR_DIRECT || door == SD_DOOR_SETGID);
}

/* The one that the caller came through; else the first that is there; NULL: none. */
static const struct tool *find_tool(enum sd_door door) {
  for (size_t i = 0; i < TOOLS; i++)
    if (tools[i].door == door)
      return &tools[i];
  for (size_t i = 0; i < TOOLS; i++)
    if (access(tools[i].path, X_OK) == 0)
      return &tools[i];
  return NULL;
}

/* What a person would type: "... safe-docker-admin apparmor load". */
static bool fail(struct sd_arena *arena, const struct tool *tool, const char *group,
                 const char *first, const char *why, struct sd_error *err) {
  const char *line =
      sd_arena_printf(arena, "%s%s" ADMIN " %s%s%s", tool != NULL ? tool->name : "as root:", " ",
                      group, first != NULL ? " " : "", first != NULL ? first : "");
  return sd_fail_rule(err, NULL, line, "%s is for root itself%s", group, why);
}

/* Who meant a command of docker must not wonder for what a password is asked; who may do it without one need not be told.
 * Without a terminal of its own the tool can only refuse, and says less than this. Returns the prompt; NULL: it was told. */
#define WHAT "this is for administrators, and no command of docker"
static const char *tell_whom(struct sd_arena *arena, const struct tool *tool) {
  if (tool->has_prompt && tcgetpgrp(STDIN_FILENO) != -1)
    return sd_arena_printf(arena,
                           "--prompt=safe-docker: " WHAT "\n[%s] password for %%p: ", tool->name);
  output_tell(sd_arena_printf(arena, "safe-docker: " WHAT ": %s decides\n", tool->name));
  return NULL;
}

static void launch(struct sd_arena *arena, const struct tool *tool, const char *group,
                   const char *const *words, struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  const char *prompt = tell_whom(arena, tool);
  sd_strv_add(&argv, arena, tool->name);
  if (prompt != NULL)
    sd_strv_add(&argv, arena, prompt);
  if (tool->ends_options)
    sd_strv_add(&argv, arena, "--");
  sd_strv_add(&argv, arena, ADMIN);
  sd_strv_add(&argv, arena, group);
  for (; *words != NULL; words++)
    sd_strv_add(&argv, arena, *words);
  sd_environ_build_terminal(arena, &variables);
  sd_launch(tool->path, sd_strv_argv(&argv, arena), sd_strv_argv(&variables, arena), err);
}

int admin_hand_over(struct session *session, const char *group, const char *const *words) {
  struct sd_arena *arena = session->arena;
  const struct tool *tool = find_tool(session->who.door);
  struct sd_error err;
  struct sd_error why;
  sd_error_init(&err, arena);
  sd_error_init(&why, arena);
  const char *first = words[0] != NULL ? sd_text_safe(arena, words[0]) : NULL;
  if (tool == NULL) {
    (void)fail(arena, NULL, group, first, ", and there is no sudo, doas or pkexec to ask", &err);
    return output_complain(arena, &err);
  }
  if (!sd_privileges_forget(&err))
    return output_complain(arena, &err);
  (void)close_range(FIRST_OWN, ~0U, 0);
  launch(arena, tool, group, words, &why);
  (void)fail(arena, tool, group, first, sd_arena_printf(arena, "; %s", why.message), &err);
  return output_complain(arena, &err);
}
