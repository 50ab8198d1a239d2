/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/group.h"

#include <errno.h>
#include <grp.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define ENTRY_MAX ((size_t)4 * 1024 * 1024) /* a group of very many members */

/* False with *found NULL: there is no such group; errno tells where that is not known. */
static bool look_up(struct sd_arena *arena, const char *name, struct group *entry,
                    struct group **found) {
  struct sd_error ignored;
  uint64_t gid = 0;
  sd_error_init(&ignored, arena);
  bool number = sd_number_decimal(name, 0, (gid_t)-2, &gid, &ignored);
  int status = ERANGE;
  for (size_t size = 4096; status == ERANGE && size <= ENTRY_MAX; size *= 4) {
    char *buffer = sd_arena_alloc(arena, size);
    status = number ? getgrgid_r((gid_t)gid, entry, buffer, size, found)
                    : getgrnam_r(name, entry, buffer, size, found);
  }
  errno = status;
  return *found != NULL;
}

bool sd_group_find(struct sd_arena *arena, const char *name, struct sd_group *out,
                   struct sd_error *err) {
  struct group entry;
  struct group *found = NULL;
  if (!look_up(arena, name, &entry, &found))
    return sd_fail(err, "there is no group \"%s\" on this host", sd_text_safe(arena, name));
  *out = (struct sd_group){.gid = entry.gr_gid};
  for (char **member = entry.gr_mem; *member != NULL; member++)
    sd_strv_add(&out->members, arena, sd_arena_strdup(arena, *member));
  return true;
}
