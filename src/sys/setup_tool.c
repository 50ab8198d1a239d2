/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/setup_tool.h"

#include <string.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

#define SAID_MAX ((size_t)1024 * 1024)
#define PATIENCE 60 /* seconds for an answer; what changes something takes its time */

const char *sd_setup_tool(struct sd_arena *arena, const char *name) {
  static const char *const folders[] = {"/usr/sbin", "/usr/bin", "/sbin", "/bin"};
  for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
    const char *path = sd_arena_printf(arena, "%s/%s", folders[i], name);
    struct sd_error why;
    int fd = -1;
    sd_error_init(&why, arena);
    if (sd_trusted_open(arena, path, 0, &fd, NULL, &why)) {
      (void)close(fd);
      return path;
    }
  }
  return NULL;
}

static bool ask(struct sd_arena *arena, const char *const *words, int64_t seconds,
                struct sd_answer *out, struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  const char *path = sd_setup_tool(arena, words[0]);
  if (path == NULL)
    return sd_fail(err, "there is no %s in /usr/sbin or /usr/bin", words[0]);
  for (size_t i = 0; words[i] != NULL; i++)
    sd_strv_add(&argv, arena, words[i]);
  sd_strv_add(&variables, arena, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  sd_strv_add(&variables, arena, "LC_ALL=C");
  const struct sd_child child = {
      .path = path, .argv = &argv, .environ = &variables, .seconds = seconds};
  return sd_child_ask(arena, &child, SAID_MAX, out, err);
}

bool sd_setup_ask(struct sd_arena *arena, const char *const *words, struct sd_answer *out,
                  struct sd_error *err) {
  return ask(arena, words, PATIENCE, out, err);
}

/* The last line that is not empty: what a tool ends with is why. */
static const char *last_line(struct sd_arena *arena, const char *text) {
  const char *found = "";
  while (*text != '\0') {
    size_t len = strcspn(text, "\n");
    if (len > 0)
      found = sd_arena_strndup(arena, text, len);
    text += len + (text[len] == '\n' ? 1 : 0);
  }
  return sd_text_safe(arena, found);
}

bool sd_setup_run(struct sd_arena *arena, const char *const *words, struct sd_error *err) {
  struct sd_answer answer = {0};
  if (!ask(arena, words, 0, &answer, err))
    return false;
  const char *said = last_line(arena, answer.err[0] != '\0' ? answer.err : answer.out);
  return answer.status == 0 || sd_fail(err, "%s ended with status %d%s%s", words[0], answer.status,
                                       said[0] != '\0' ? ": " : "", said);
}
