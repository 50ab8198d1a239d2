/* SPDX-License-Identifier: Apache-2.0 */
/* dockerd listens on the socket of docker.host, or holds it for systemd (docker.socket). It starts a containerd of its
 * own, unless --containerd or "containerd" in daemon.json names one, or the system's is there (moby,
 * cmd/dockerd/daemon_unix.go, cmd/dockerd/config.go; it refuses to start where both name one). */
#include "learn_engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

#define FILE_MAX ((size_t)4 * 1024 * 1024)
#define LISTENS 0x10000 /* __SO_ACCEPTCON, in the flags of /proc/net/unix */
static const char SYSTEM_SOCKET[] = "/run/containerd/containerd.sock";
static const char CONFIG_FILE[] = "/etc/docker/daemon.json";
static const char SCHEME[] = "unix://";

static void close_fd(const int *fd) {
  if (*fd >= 0)
    (void)close(*fd);
}

static void close_folder(DIR **folder) {
  if (*folder != NULL)
    (void)closedir(*folder);
}

static void free_text(char **text) {
  free(*text);
}

/* -- files of the kernel -------------------------------------------------------------------------- */

static bool read_file(struct sd_arena *arena, const char *path, const char **text, size_t *len) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  __attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC);
  return fd >= 0 && sd_trusted_read_all(arena, fd, path, FILE_MAX, text, len, &ignored);
}

/* The words of a process's command line; none where it has ended. */
static void read_words(struct sd_arena *arena, pid_t process, struct sd_strv *out) {
  const char *text = NULL;
  size_t len = 0;
  if (!read_file(arena, sd_arena_printf(arena, "/proc/%d/cmdline", (int)process), &text, &len))
    return;
  for (size_t at = 0; at < len; at += strlen(text + at) + 1)
    sd_strv_add(out, arena, text + at);
}

static bool is_called(const struct sd_strv *words, const char *name, bool whole) {
  if (words->v.len == 0)
    return false;
  const char *slash = strrchr(words->v.items[0], '/');
  const char *base = slash != NULL ? slash + 1 : words->v.items[0];
  return whole ? strcmp(base, name) == 0 : sd_text_starts_with(base, name);
}

static pid_t parent_of(struct sd_arena *arena, pid_t process) {
  const char *text = NULL;
  size_t len = 0;
  if (!read_file(arena, sd_arena_printf(arena, "/proc/%d/status", (int)process), &text, &len))
    return 0;
  const char *line = strstr(text, "\nPPid:\t");
  uint64_t parent = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (line == NULL)
    return 0;
  line += strlen("\nPPid:\t");
  const char *digits = sd_arena_strndup(arena, line, strspn(line, "0123456789"));
  return sd_number_decimal(digits, 0, INT32_MAX, &parent, &ignored) ? (pid_t)parent : 0;
}

/* The first process that `is` says yes to; 0: none. */
static pid_t find_process(struct sd_arena *arena,
                          bool (*is)(struct sd_arena *arena, pid_t process, const void *context),
                          const void *context) {
  __attribute__((cleanup(close_folder))) DIR *folder = opendir("/proc");
  if (folder == NULL)
    return 0;
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    uint64_t pid = 0;
    struct sd_error ignored;
    sd_error_init(&ignored, arena);
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
        sd_number_decimal(entry->d_name, 1, INT32_MAX, &pid, &ignored) &&
        is(arena, (pid_t)pid, context))
      return (pid_t)pid;
  }
  return 0;
}

/* -- who listens ---------------------------------------------------------------------------------- */

/* The process that made the socket at `path` listen; 0: nobody, or none that can be seen from here. */
static pid_t listener_of(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct ucred peer = {0};
  socklen_t size = sizeof(peer);
  if (strlen(path) >= sizeof(address.sun_path))
    return 0;
  memcpy(address.sun_path, path, strlen(path));
  __attribute__((cleanup(close_fd))) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
      getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return 0;
  return peer.pid;
}

static bool is_same_file(const char *a, const char *b) {
  __attribute__((cleanup(free_text))) char *first = realpath(a, NULL);
  __attribute__((cleanup(free_text))) char *second = realpath(b, NULL);
  return first != NULL && second != NULL && strcmp(first, second) == 0;
}

/* "socket:[INODE]" of who listens at `path`, or NULL. A line of /proc/net/unix has seven fields before the path. */
static const char *listening_inode(struct sd_arena *arena, const char *path) {
  const char *text = NULL;
  size_t len = 0;
  if (!read_file(arena, "/proc/net/unix", &text, &len))
    return NULL;
  for (char *rest = sd_arena_strdup(arena, text), *line = strsep(&rest, "\n"); line != NULL;
       line = strsep(&rest, "\n")) {
    const char *fields[8] = {NULL};
    size_t count = 0;
    for (char *field = strsep(&line, " "); field != NULL && count < 8; field = strsep(&line, " "))
      if (field[0] != '\0')
        fields[count++] = field;
    if (count == 8 && fields[7][0] == '/' && strcmp(fields[3], "00010000") == 0 &&
        is_same_file(fields[7], path))
      return sd_arena_printf(arena, "socket:[%s]", fields[6]);
  }
  return NULL;
}

/* `inode` is "socket:[INODE]". */
static bool has_open(struct sd_arena *arena, pid_t process, const char *inode) {
  const char *path = sd_arena_printf(arena, "/proc/%d/fd", (int)process);
  __attribute__((cleanup(close_folder))) DIR *folder = process != 1 ? opendir(path) : NULL;
  if (folder == NULL)
    return false;
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    char target[64];
    ssize_t len = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);
    if (len <= 0)
      continue;
    target[len] = '\0';
    if (strcmp(target, inode) == 0)
      return true;
  }
  return false;
}

static bool is_daemon(struct sd_arena *arena, pid_t process, const void *inode) {
  struct sd_strv words = {0};
  read_words(arena, process, &words);
  return is_called(&words, "dockerd", true) && has_open(arena, process, inode);
}

/* With socket activation it was systemd that made the socket listen; in another network namespace the socket is not in
 * the list. */
static pid_t find_daemon(struct sd_arena *arena, const char *path) {
  const char *inode = listening_inode(arena, path);
  pid_t found = inode != NULL ? find_process(arena, is_daemon, inode) : 0;
  return found > 0 ? found : listener_of(path);
}

/* -- containerd ----------------------------------------------------------------------------------- */

static bool is_own_containerd(struct sd_arena *arena, pid_t process, const void *context) {
  const pid_t *daemon = context;
  struct sd_strv words = {0};
  if (parent_of(arena, process) != *daemon)
    return false;
  read_words(arena, process, &words);
  return is_called(&words, "containerd", true);
}

/* The value of the option on a command line, or NULL. */
static const char *option_of(const struct sd_strv *words, const char *option) {
  for (size_t i = 1; i < words->v.len; i++) {
    const char *word = words->v.items[i];
    if (strcmp(word, option) == 0 && i + 1 < words->v.len)
      return words->v.items[i + 1];
    if (sd_text_starts_with(word, option) && word[strlen(option)] == '=')
      return word + strlen(option) + 1;
  }
  return NULL;
}

/* What the daemon's configuration names, or NULL. */
static const char *configured_socket(struct sd_arena *arena, const char *file) {
  const char *text = NULL;
  size_t len = 0;
  struct sd_json *root = NULL;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (!read_file(arena, file, &text, &len) ||
      !sd_json_read(arena, file, text, len, false, &root, &ignored) || root->type != SD_JSON_OBJECT)
    return NULL;
  const struct sd_json *named = sd_json_get(root, "containerd");
  return named != NULL && named->type == SD_JSON_STRING ? named->string : NULL;
}

/* The socket of the containerd that the daemon was told to use; NULL: none was named. */
static const char *named_socket(struct sd_arena *arena, pid_t daemon) {
  struct sd_strv words = {0};
  read_words(arena, daemon, &words);
  const char *named = option_of(&words, "--containerd");
  const char *file = option_of(&words, "--config-file");
  if (named == NULL)
    named = configured_socket(arena, file != NULL ? file : CONFIG_FILE);
  return named != NULL && named[0] != '\0' ? named : NULL;
}

bool learn_find_engine(struct sd_arena *arena, const char *host, pid_t *out, struct sd_error *err) {
  static const char hint[] = "learn where the daemon runs, or from strace's output: --strace FILE";
  if (!sd_text_starts_with(host, SCHEME))
    return sd_fail_rule(err, NULL, hint, "the daemon at %s is not reached by a socket of this host",
                        sd_text_safe(arena, host));
  const char *path = host + strlen(SCHEME);
  pid_t daemon = find_daemon(arena, path);
  if (daemon <= 0)
    return sd_fail_rule(err, NULL, hint, "no process of this host can be seen behind %s",
                        sd_text_safe(arena, path));
  const char *named = named_socket(arena, daemon);
  pid_t found =
      named != NULL ? listener_of(named) : find_process(arena, is_own_containerd, &daemon);
  if (found <= 0 && named == NULL)
    found = listener_of(SYSTEM_SOCKET);
  if (found <= 1)
    return sd_fail_rule(err, NULL, hint,
                        "no containerd can be seen that serves the daemon (process %d)",
                        (int)daemon);
  *out = found;
  return true;
}

/* -- shims ---------------------------------------------------------------------------------------- */

static const char SHIM[] = "containerd-shim";

bool learn_is_shim(struct sd_arena *arena, pid_t process) {
  struct sd_strv words = {0};
  read_words(arena, process, &words);
  return is_called(&words, SHIM, false);
}

bool learn_is_shim_of(struct sd_arena *arena, pid_t process, const char *id) {
  struct sd_strv words = {0};
  read_words(arena, process, &words);
  if (!is_called(&words, SHIM, false))
    return false;
  for (size_t i = 1; i + 1 < words.v.len; i++)
    if (strcmp(words.v.items[i], "-id") == 0)
      return strcmp(words.v.items[i + 1], id) == 0;
  return false;
}
