/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/setup_account.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#define ENTRY_MAX ((size_t)16 * 1024 * 1024)
#define NAME_LEN 32

/* By name, or by gid where `name` is NULL; the buffer grows until the entry fits. */
static bool find(struct sd_arena *arena, const char *name, gid_t gid, struct group *out) {
  for (size_t size = 4096; size <= ENTRY_MAX; size *= 8) {
    struct group *found = NULL;
    char *buffer = sd_arena_alloc(arena, size);
    int failed = name != NULL ? getgrnam_r(name, out, buffer, size, &found)
                              : getgrgid_r(gid, out, buffer, size, &found);
    if (failed != ERANGE)
      return found != NULL;
  }
  return false;
}

bool sd_setup_group(struct sd_arena *arena, const char *name, struct sd_setup_group *out) {
  struct group entry;
  if (!find(arena, name, 0, &entry))
    return false;
  *out = (struct sd_setup_group){.gid = entry.gr_gid};
  for (char **member = entry.gr_mem; *member != NULL; member++)
    sd_strv_add(&out->members, arena, sd_arena_strdup(arena, *member));
  setpwent();
  for (const struct passwd *account; (account = getpwent()) != NULL;) /* one thread */
    if (account->pw_gid == entry.gr_gid && !sd_strv_contains(&out->members, account->pw_name))
      sd_strv_add(&out->members, arena, sd_arena_strdup(arena, account->pw_name));
  endpwent();
  return true;
}

const char *sd_setup_group_name(struct sd_arena *arena, gid_t gid) {
  struct group entry;
  return find(arena, NULL, gid, &entry) ? sd_arena_strdup(arena, entry.gr_name)
                                        : sd_arena_printf(arena, "%u", (unsigned)gid);
}

bool sd_setup_is_name(const char *name) {
  static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.-";
  size_t len = strlen(name);
  return len > 0 && len <= NAME_LEN && strchr(first, name[0]) != NULL && strspn(name, more) == len;
}
