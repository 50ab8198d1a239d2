/* SPDX-License-Identifier: Apache-2.0 */
/* What a build is made from. A folder is packed with the caller's rights by tar(1), and the real CLI gets the archive:
 * it would read the folder with the rights of the socket's group.
 *
 * Of .dockerignore (docs.docker.com, "Build context") what tar's patterns can say is said to it, the rest is refused: a
 * file that was to stay away must not end up in an image. */
#include <string.h>

#include "build.h"
#include "command.h"
#include "safe-docker/base/tar.h"
#include "safe-docker/base/text.h"

#define IGNORE_MAX ((size_t)256 * 1024)

static void deny(struct sd_decision *decision, const char *what, const char *hint,
                 const char *reason) {
  sd_operand_deny(decision, "build-context", what, hint, "%s", reason);
}

/* -- .dockerignore ------------------------------------------------------------------------------ */

/* Without blanks around it, "./" and "/" before it and "/" behind it. */
static const char *trimmed(struct sd_arena *arena, const char *line, size_t len) {
  while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL)
    len--;
  while (len > 0 && strchr(" \t", line[0]) != NULL) {
    line++;
    len--;
  }
  while (len > 1 && (line[0] == '/' || (line[0] == '.' && line[1] == '/'))) {
    size_t skip = line[0] == '/' ? 1 : 2;
    line += skip;
    len -= skip;
  }
  while (len > 1 && line[len - 1] == '/')
    len--;
  return sd_arena_strndup(arena, line, len);
}

/* A pattern of tar: "./" begins at the context, anything else in any folder. NULL: there is none that means the same. */
static const char *translated(struct sd_arena *arena, const char *pattern) {
  bool anywhere = sd_text_starts_with(pattern, "**/");
  const char *rest = pattern + (anywhere ? strlen("**/") : 0);
  size_t len = strlen(rest);
  if (len > 3 && strcmp(rest + len - 3, "/**") == 0)
    rest = sd_arena_printf(arena, "%.*s/*", (int)(len - 3), rest);
  if (strcmp(rest, "**") == 0)
    rest = "*";
  if (strpbrk(rest, "![\\") != NULL || strstr(rest, "**") != NULL || !sd_tar_path_is_clean(rest))
    return NULL;
  return sd_arena_printf(arena, "%s%s", anywhere ? "" : "./", rest);
}

static void read_line(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *line, size_t len) {
  const char *pattern = trimmed(in->arena, line, len);
  if (line[0] == '#' || pattern[0] == '\0' || strcmp(pattern, ".") == 0)
    return;
  const char *exclude = translated(in->arena, pattern);
  if (exclude != NULL)
    sd_strv_add(&decision->context.excludes, in->arena, exclude);
  else
    sd_operand_deny(decision, "build-context", pattern,
                    "use names with * and ?, and ** before a first or behind a last / alone",
                    "this line of .dockerignore cannot be followed here");
}

static void read_ignored(const struct sd_rule_input *in, struct sd_decision *decision,
                         const char *folder) {
  const char *path = sd_arena_printf(in->arena, "%s/.dockerignore", folder);
  struct sd_resolved resolved = {0};
  const char *text = NULL;
  size_t len = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  in->host->resolve(in->host->context, in->arena, path, &resolved);
  if (resolved.node == SD_NODE_MISSING)
    return;
  if (!in->host->read_file(in->host->context, in->arena, path, IGNORE_MAX, &text, &len, &err)) {
    deny(decision, ".dockerignore", err.hint != NULL ? err.hint : "make it readable, or remove it",
         err.message);
    return;
  }
  if (sd_text_starts_with(text, "\xef\xbb\xbf"))
    text += 3;
  for (bool more = true; more;) {
    size_t size = strcspn(text, "\n");
    read_line(in, decision, text, size);
    more = text[size] != '\0';
    text += size + 1;
  }
}

/* -- --file ------------------------------------------------------------------------------------- */

/* As in Docker: from where the caller is, and it must lie in the folder. Its path in there, or NULL. */
static const char *file_in(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_setting *setting, const char *folder) {
  struct sd_resolved file = {0};
  in->host->resolve(in->host->context, in->arena, setting->text, &file);
  size_t len = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
  if (file.node != SD_NODE_FILE)
    sd_command_deny(decision, "build-context", setting, "write the path of the Dockerfile",
                    "there is no such file that you can read");
  else if (!sd_path_within(file.path, folder) || file.path[len] != '/')
    sd_command_deny(decision, "build-context", setting, "put it into the folder of the build",
                    "the file is outside the folder of the build");
  else
    return file.path + len + 1;
  return NULL;
}

static void judge_file(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *folder) {
  const struct sd_setting *setting = sd_command_take(in, decision, "file");
  const char *file = NULL;
  if (setting == NULL || setting->text[0] == '\0')
    return;
  if (folder != NULL)
    file = file_in(in, decision, setting, folder);
  else if (sd_tar_path_is_clean(setting->text) && strcmp(setting->text, "-") != 0)
    file = setting->text;
  else
    sd_command_deny(decision, "build-context", setting, "write its path in the archive",
                    "it is no path of a file in the archive");
  if (file == NULL)
    return;
  decision->context.file = file;
  sd_invocation_add_text(in->arena, &decision->invocation, "file", file);
}

/* -- the context -------------------------------------------------------------------------------- */

static bool is_remote(const char *text) {
  static const char *const prefixes[] = {"git@", "github.com/"};
  for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
    if (sd_text_starts_with(text, prefixes[i]))
      return true;
  return strstr(text, "://") != NULL;
}

void sd_build_context(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_resolved folder = {0};
  if (in->invocation->operands.v.len != 1)
    return;
  const char *operand = in->invocation->operands.v.items[0];
  bool piped = strcmp(operand, "-") == 0;
  if (!piped)
    in->host->resolve(in->host->context, in->arena, operand, &folder);
  if (!piped && folder.node != SD_NODE_DIRECTORY) {
    (void)sd_command_take(in, decision, "file");
    if (is_remote(operand))
      deny(decision, operand, "fetch it yourself, and build from the folder",
           "the daemon would fetch it, from where you may not be able to");
    else
      deny(decision, operand,
           "write a folder, or - for an archive or a Dockerfile on standard input",
           "this is no folder that you can read");
    return;
  }
  judge_file(in, decision, piped ? NULL : folder.path);
  sd_command_word(in, decision, "-");
  decision->context.piped = piped;
  if (piped)
    return;
  decision->context.folder = folder.path;
  read_ignored(in, decision, folder.path);
}
