/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: say yes only of what was seen; connect to nothing with rights that the caller lacks. */
#include "safe-docker/sys/socket.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

#define MAP_MAX 512 /* enough for the first line of a map */

/* The path of a unix:// host, or NULL. */
static const char *path_of(const char *host) {
  static const char scheme[] = "unix://";
  return sd_text_starts_with(host, scheme) ? host + sizeof(scheme) - 1 : NULL;
}

/* -- the place ---------------------------------------------------------------------------------- */

/* A folder that is missing on the way may be made for the caller, as that of a session is at every login. */
static bool has_trusted_folder(struct sd_arena *arena, const char *path, uid_t owner) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  int fd = -1;
  size_t len = (size_t)(strrchr(path, '/') - path);
  const char *folder = len == 0 ? "/" : sd_arena_strndup(arena, path, len);
  if (!sd_trusted_open_parent(arena, folder, owner, &fd, &ignored))
    return false;
  (void)close(fd);
  return true;
}

enum sd_socket_place sd_socket_find(struct sd_arena *arena, const char *host, uid_t owner,
                                    gid_t *group, struct sd_error *why) {
  const char *path = path_of(host);
  int fd = -1;
  bool missing = false;
  struct stat info;
  if (path == NULL)
    return SD_SOCKET_NONE;
  if (!sd_trusted_open_place(arena, path, owner, &fd, &missing, why))
    return missing && has_trusted_folder(arena, path, owner) ? SD_SOCKET_ABSENT
                                                             : SD_SOCKET_ANYBODYS;
  bool seen = fstat(fd, &info) == 0;
  (void)close(fd);
  if (!seen) {
    (void)sd_fail(why, "%s cannot be looked at", sd_text_safe(arena, path));
    return SD_SOCKET_ANYBODYS;
  }
  *group = info.st_gid;
  return SD_SOCKET_TRUSTED;
}

bool sd_socket_is_foreign(const char *host, uid_t uid) {
  const char *path = path_of(host);
  struct stat info;
  return path != NULL && stat(path, &info) == 0 && S_ISSOCK(info.st_mode) && info.st_uid != uid;
}

/* -- whose the daemon is ------------------------------------------------------------------------ */

/* The ids of this process are the caller's and no others, saved ones included. */
static bool is_nothing_parked(const struct sd_identity *who) {
  uid_t uid[3];
  gid_t gid[3];
  if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 || getresgid(&gid[0], &gid[1], &gid[2]) != 0)
    return false;
  for (int i = 0; i < 3; i++)
    if (uid[i] != who->uid || gid[i] != gid[0])
      return false;
  return true;
}

static bool is_of(const char *path, uid_t uid) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISSOCK(info.st_mode) && info.st_uid == uid;
}

/* The credentials of who began to listen there. Never waits. */
static bool find_listener(const char *path, struct ucred *out) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  socklen_t len = sizeof(*out);
  size_t size = strlen(path);
  if (size >= sizeof(address.sun_path))
    return false;
  (void)memcpy(address.sun_path, path, size);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return false;
  bool found = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
               getsockopt(fd, SOL_SOCKET, SO_PEERCRED, out, &len) == 0 && len == sizeof(*out);
  (void)close(fd);
  return found;
}

/* Behind blanks and `word`, where these stand at `text` and another blank follows; else NULL. */
static const char *skip_word(const char *text, const char *word) {
  const char *at = text + strspn(text, " ");
  return sd_text_starts_with(at, word) && at[strlen(word)] == ' ' ? at + strlen(word) : NULL;
}

/* Whether root of the user namespace of process `pid` is `uid` here: the first line of /proc/PID/uid_map is "0 UID
 * COUNT". Root comes first in the map of a rootless daemon. */
static bool is_root_there(pid_t pid, uid_t uid) {
  char path[64];
  char text[MAP_MAX];
  char id[16];
  (void)snprintf(path, sizeof(path), "/proc/%ld/uid_map", (long)pid);
  (void)snprintf(id, sizeof(id), "%u", uid);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
  if (fd >= 0)
    (void)close(fd);
  text[len < 0 ? 0 : len] = '\0';
  const char *rest = skip_word(text, "0");
  return rest != NULL && skip_word(rest, id) != NULL;
}

bool sd_socket_is_own_daemon(const char *host, const struct sd_identity *who) {
  const char *path = path_of(host);
  struct ucred peer = {.pid = 0};
  return path != NULL && who->uid != 0 && is_nothing_parked(who) && is_of(path, who->uid) &&
         find_listener(path, &peer) && peer.uid == who->uid && peer.pid > 0 &&
         is_root_there(peer.pid, who->uid);
}
