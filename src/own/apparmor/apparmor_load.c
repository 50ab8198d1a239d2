/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: run a parser and give it texts that nobody but root can change. */
#include "apparmor_load.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/trusted.h"

#define FOLDER SD_SYSCONFDIR "/apparmor.d"
#define HOST_FOLDER "/etc/apparmor.d" /* the parser's own */
#define SAID_MAX ((size_t)64 * 1024)

static const char *const profiles[] = {FOLDER "/safe-docker-default", FOLDER "/safe-docker-strict"};

/* What the profiles include. */
static const char *const included[] = {FOLDER "/abi/safe-docker",
                                       FOLDER "/abstractions/safe-docker-base",
                                       FOLDER "/tunables/safe-docker"};
/* The site's, where there are any. */
static const char *const additions[] = {FOLDER "/local/safe-docker-default",
                                        FOLDER "/local/safe-docker-strict"};
static const char *const addition_folders[] = {FOLDER "/abstractions/safe-docker-base.d",
                                               FOLDER "/tunables/safe-docker.d"};

static bool check_file(struct sd_arena *arena, const char *path, bool needed,
                       struct sd_error *err) {
  int fd = -1;
  bool missing = false;
  struct sd_error why;
  sd_error_init(&why, arena);
  if (sd_trusted_open(arena, path, 0, &fd, &missing, &why)) {
    (void)close(fd);
    return true;
  }
  if (missing && !needed)
    return true;
  return sd_fail_rule(err, NULL, missing ? "install safe-docker's files again" : why.hint,
                      "apparmor load: %s", why.message);
}

static bool check_files(struct sd_arena *arena, const char *const *paths, size_t count, bool needed,
                        struct sd_error *err) {
  for (size_t i = 0; i < count; i++)
    if (!check_file(arena, paths[i], needed, err))
      return false;
  return true;
}

static void close_folder(DIR **folder) {
  if (*folder != NULL)
    (void)closedir(*folder);
}

static bool check_entries(struct sd_arena *arena, const char *path, int fd, struct sd_error *err) {
  __attribute__((cleanup(close_folder))) DIR *folder = fdopendir(fd);
  if (folder == NULL) {
    (void)close(fd);
    return sd_fail_errno(err, errno, "apparmor load: cannot read %s", path);
  }
  errno = 0;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL; errno = 0)
    if (entry->d_name[0] != '.' &&
        !check_file(arena, sd_arena_printf(arena, "%s/%s", path, entry->d_name), true, err))
      return false;
  return errno == 0 || sd_fail_errno(err, errno, "apparmor load: cannot read %s", path);
}

static bool check_folder(struct sd_arena *arena, const char *path, struct sd_error *err) {
  int fd = -1;
  bool missing = false;
  struct sd_error why;
  sd_error_init(&why, arena);
  if (sd_trusted_open_folder(arena, path, 0, &fd, &missing, &why))
    return check_entries(arena, path, fd, err);
  return missing || sd_fail_rule(err, NULL, why.hint, "apparmor load: %s", why.message);
}

static bool check_all(struct sd_arena *arena, struct sd_error *err) {
  for (size_t i = 0; i < sizeof(addition_folders) / sizeof(addition_folders[0]); i++)
    if (!check_folder(arena, addition_folders[i], err))
      return false;
  return check_files(arena, profiles, sizeof(profiles) / sizeof(profiles[0]), true, err) &&
         check_files(arena, included, sizeof(included) / sizeof(included[0]), true, err) &&
         check_files(arena, additions, sizeof(additions) / sizeof(additions[0]), false, err);
}

static bool find_parser(struct sd_arena *arena, const char **path, struct sd_error *err) {
  static const char *const places[] = {"/usr/sbin/apparmor_parser", "/sbin/apparmor_parser"};
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    int fd = -1;
    bool missing = false;
    struct sd_error why;
    sd_error_init(&why, arena);
    if (sd_trusted_open(arena, places[i], 0, &fd, &missing, &why)) {
      (void)close(fd);
      *path = places[i];
      return true;
    }
    if (!missing)
      return sd_fail_rule(err, NULL, why.hint, "apparmor load: %s", why.message);
  }
  return sd_fail_rule(err, NULL, "install it; the package is called apparmor",
                      "apparmor load: there is no apparmor_parser in /usr/sbin or /sbin");
}

static const char *lines_of(struct sd_arena *arena, const struct sd_answer *answer) {
  const char *const texts[] = {answer->out, answer->err};
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
    for (const char *line = texts[i]; *line != '\0';) {
      size_t len = strcspn(line, "\n");
      if (len > 0)
        sd_str_addf(&out, "apparmor_parser: %s\n",
                    sd_text_safe(arena, sd_arena_strndup(arena, line, len)));
      line += len + (line[len] == '\n' ? 1 : 0);
    }
  return sd_str_text(&out);
}

bool apparmor_load(struct sd_arena *arena, const char **said, struct sd_error *err) {
  struct sd_strv argv = {0};
  struct sd_strv variables = {0};
  struct sd_answer answer = {0};
  struct sd_child child = {.argv = &argv, .environ = &variables};
  *said = "";
  if (!check_all(arena, err) || !find_parser(arena, &child.path, err))
    return false;
  sd_strv_add(&argv, arena, "apparmor_parser");
  sd_strv_add(&argv, arena, "--replace");
  sd_strv_add(&argv, arena, "--write-cache");
  if (strcmp(FOLDER, HOST_FOLDER) != 0)
    sd_strv_add(&argv, arena, "--Include=" FOLDER);
  for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
    sd_strv_add(&argv, arena, profiles[i]);
  sd_strv_add(&variables, arena, "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  sd_strv_add(&variables, arena, "LC_ALL=C");
  if (!sd_child_ask(arena, &child, SAID_MAX, &answer, err))
    return false;
  *said = lines_of(arena, &answer);
  return answer.status == 0 ||
         sd_fail(err, "apparmor load: apparmor_parser ended with status %d", answer.status);
}
