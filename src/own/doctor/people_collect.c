/* SPDX-License-Identifier: Apache-2.0 */
#include "people_collect.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#define ENTRY_BYTES 65536

const char *people_user_name(struct sd_arena *arena, uid_t uid) {
  struct passwd entry;
  struct passwd *found = NULL;
  char buffer[ENTRY_BYTES];
  if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) == 0 && found != NULL)
    return sd_arena_strdup(arena, entry.pw_name);
  return sd_arena_printf(arena, "%u", (unsigned)uid);
}

bool people_shell_works(const char *shell) {
  static const char *const none[] = {"nologin", "false", "sync", "shutdown", "halt"};
  const char *slash = strrchr(shell, '/');
  const char *name = slash != NULL ? slash + 1 : shell;
  for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
    if (strcmp(none[i], name) == 0)
      return false;
  return true;
}

#define ENTRY_MAX ((size_t)16 * 1024 * 1024) /* a group of very many members */

static bool find(struct sd_arena *arena, gid_t gid, struct group *out) {
  for (size_t size = ENTRY_BYTES; size <= ENTRY_MAX; size *= 4) {
    struct group *found = NULL;
    if (getgrgid_r(gid, out, sd_arena_alloc(arena, size), size, &found) != ERANGE)
      return found != NULL;
  }
  return false;
}

bool people_members(struct sd_arena *arena, gid_t gid, struct sd_strv *listed,
                    struct sd_strv *own) {
  struct group entry;
  bool there = find(arena, gid, &entry);
  for (char **name = entry.gr_mem; there && *name != NULL; name++)
    if (strcmp(*name, "root") != 0)
      sd_strv_add(listed, arena, *name);
  setpwent();
  for (const struct passwd *account; (account = getpwent()) != NULL;) /* one thread */
    if (account->pw_gid == gid && account->pw_uid != 0 && people_shell_works(account->pw_shell))
      sd_strv_add(own, arena, sd_arena_strdup(arena, account->pw_name));
  endpwent();
  return there;
}
