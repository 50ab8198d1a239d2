/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: open nothing; follow links one by one, so that every folder that holds one is seen. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "facts_place.h"
#include "safe-docker/sys/setup_account.h"

#include "people_collect.h"

#define LINKS_MAX 40 /* path_resolution(7) */
#define TARGET_MAX 4096

/* -- the list of rights ------------------------------------------------------------------------- */

/* linux/posix_acl_xattr.h: a version, then entries, all little-endian. */
#define ACL_NAME "system.posix_acl_access"
#define ACL_MAX 65536
#define ACL_VERSION 2U
enum { ACL_USER = 0x02, ACL_GROUP_OBJ = 0x04, ACL_GROUP = 0x08, ACL_MASK = 0x10 };

struct acl_entry {
  uint16_t tag, permissions;
  uint32_t id;
};

static struct acl_entry acl_entry_at(const char *bytes) {
  struct acl_entry entry;
  memcpy(&entry, bytes, sizeof(entry));
  return (struct acl_entry){le16toh(entry.tag), le16toh(entry.permissions), le32toh(entry.id)};
}

static void add_entry(struct sd_arena *arena, const struct acl_entry *entry, unsigned mask,
                      struct sd_strv *out) {
  unsigned bits = entry->permissions & mask;
  const char *kind = entry->tag == ACL_USER ? "user" : "group";
  const char *name = entry->tag == ACL_USER    ? people_user_name(arena, entry->id)
                     : entry->tag == ACL_GROUP ? sd_setup_group_name(arena, entry->id)
                                               : "";
  if (entry->tag != ACL_USER && entry->tag != ACL_GROUP && entry->tag != ACL_GROUP_OBJ)
    return;
  sd_strv_add(out, arena,
              sd_arena_printf(arena, "%s:%s:%c%c%c", kind, name, (bits & 4U) != 0 ? 'r' : '-',
                              (bits & 2U) != 0 ? 'w' : '-', (bits & 1U) != 0 ? 'x' : '-'));
}

static void read_acl(struct sd_arena *arena, const char *path, struct fact_texts *out) {
  char *bytes = sd_arena_alloc(arena, ACL_MAX);
  ssize_t len = lgetxattr(path, ACL_NAME, bytes, ACL_MAX);
  uint32_t version = 0;
  unsigned mask = 7;
  if (len < 0) {
    out->known = errno == ENODATA || errno == EOPNOTSUPP;
    return;
  }
  if ((size_t)len < sizeof(version))
    return;
  memcpy(&version, bytes, sizeof(version));
  if (le32toh(version) != ACL_VERSION)
    return;
  out->known = true;
  size_t step = sizeof(struct acl_entry);
  for (size_t at = sizeof(version); at + step <= (size_t)len; at += step)
    if (acl_entry_at(bytes + at).tag == ACL_MASK)
      mask = acl_entry_at(bytes + at).permissions;
  for (size_t at = sizeof(version); at + step <= (size_t)len; at += step) {
    struct acl_entry entry = acl_entry_at(bytes + at);
    add_entry(arena, &entry, mask, &out->list);
  }
}

/* -- what is there ------------------------------------------------------------------------------ */

static void fill(struct sd_arena *arena, const char *path, const struct stat *info,
                 struct fact_rights *out) {
  out->path = path;
  out->owner = people_user_name(arena, info->st_uid);
  out->group = sd_setup_group_name(arena, info->st_gid);
  out->uid = fact_number_of(info->st_uid);
  out->gid = fact_number_of(info->st_gid);
  out->mode = fact_number_of(info->st_mode & 07777);
  read_acl(arena, path, &out->acl);
}

static const char *kind_of(mode_t mode) {
  return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "folder" : S_ISSOCK(mode) ? "socket" : "other";
}

struct walk {
  struct sd_arena *arena;
  struct fact_place *out;
  const char *folder; /* "" is / */
  const char *rest;
  unsigned links;
};

static void add_step(struct walk *walk, const char *path, const struct stat *info) {
  for (size_t i = 0; i < walk->out->way.len; i++)
    if (strcmp(walk->out->way.items[i].path, path) == 0)
      return;
  fill(walk->arena, path, info, sd_vec_push(walk->arena, &walk->out->way));
}

static void end_at(struct walk *walk, const char *path, const struct stat *info) {
  walk->out->kind = kind_of(info->st_mode);
  walk->out->links = fact_number_of((int64_t)info->st_nlink);
  if (S_ISREG(info->st_mode)) {
    ssize_t len = lgetxattr(path, "security.capability", NULL, 0);
    walk->out->privileged = len > 0                                   ? FACT_YES
                            : errno == ENODATA || errno == EOPNOTSUPP ? FACT_NO
                                                                      : FACT_UNKNOWN;
  }
  fill(walk->arena, path, info, &walk->out->rights);
}

static bool follow(struct walk *walk, const char *path) {
  char target[TARGET_MAX];
  ssize_t len = readlink(path, target, sizeof(target));
  if (len <= 0 || (size_t)len == sizeof(target) || ++walk->links > LINKS_MAX)
    return false;
  walk->rest = sd_arena_printf(walk->arena, "%.*s%s", (int)len, target, walk->rest);
  if (target[0] == '/')
    walk->folder = "";
  return true;
}

/* One name of the path. False: the end is reached. */
static bool step(struct walk *walk, const char *name) {
  struct stat info;
  const char *path = sd_arena_printf(walk->arena, "%s/%s", walk->folder, name);
  bool last = walk->rest[strspn(walk->rest, "/")] == '\0';
  if (strcmp(name, "..") == 0) {
    const char *slash = strrchr(walk->folder, '/');
    walk->folder =
        slash == NULL ? ""
                      : sd_arena_strndup(walk->arena, walk->folder, (size_t)(slash - walk->folder));
    return true;
  }
  if (lstat(path, &info) != 0) {
    walk->out->kind = errno == ENOENT || errno == ENOTDIR ? "missing" : NULL;
    return false;
  }
  if (S_ISLNK(info.st_mode))
    return follow(walk, path);
  if (last || !S_ISDIR(info.st_mode)) {
    if (last)
      end_at(walk, path, &info);
    else
      walk->out->kind = "missing";
    return false;
  }
  add_step(walk, path, &info);
  walk->folder = path;
  return true;
}

void place_look(struct sd_arena *arena, const char *path, struct fact_place *out) {
  struct walk walk = {.arena = arena, .out = out, .folder = "", .rest = path};
  struct stat info;
  *out = (struct fact_place){.path = path};
  if (path[0] != '/' || lstat("/", &info) != 0)
    return;
  add_step(&walk, "/", &info);
  for (;;) {
    const char *name = walk.rest + strspn(walk.rest, "/");
    size_t len = strcspn(name, "/");
    walk.rest = name + len;
    if (len == 0) { /* a path that ends with .. or a slash */
      const char *folder = walk.folder[0] == '\0' ? "/" : walk.folder;
      if (lstat(folder, &info) == 0)
        end_at(&walk, folder, &info);
      return;
    }
    if (len == 1 && name[0] == '.')
      continue;
    if (!step(&walk, sd_arena_strndup(arena, name, len)))
      return;
  }
}

const char *place_real(const struct fact_place *place) {
  const char *asked = place->path != NULL ? place->path : "";
  return place->rights.path != NULL ? place->rights.path : asked;
}
