/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets of a process: the inodes of its descriptors, looked up in what its network says of sockets (proc(5)). */
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "doctor.h"

#define TABLE_MAX ((size_t)64 * 1024 * 1024)
#define DESCRIPTORS_MAX 65536
#define FIELDS 10
#define HEX_WORD 8
#define LISTEN "0A"
#define ACCEPTS "00010000" /* the flag of a unix socket that listens: __SO_ACCEPTCON */

struct table {
  const char *name, *scheme;
  unsigned inode; /* field, from 0 */
  unsigned state; /* field that says whether it listens */
  const char *listens;
  unsigned address; /* field */
  int family;
};

static const struct table tables[] = {
    {"tcp", "tcp", 9, 3, LISTEN, 1, AF_INET},
    {"tcp6", "tcp", 9, 3, LISTEN, 1, AF_INET6},
    {"unix", "unix", 6, 3, ACCEPTS, 7, AF_UNIX},
};

/* The inodes of the process's sockets; false: its descriptors cannot be seen. */
static bool read_inodes(struct sd_arena *arena, int64_t pid, struct sd_strv *out) {
  static const char prefix[] = "socket:[";
  DIR *folder = opendir(sd_arena_printf(arena, "/proc/%lld/fd", (long long)pid));
  unsigned seen = 0;
  if (folder == NULL)
    return false;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL && seen < DESCRIPTORS_MAX;
       seen++) {
    char target[64];
    ssize_t len = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);
    if (len <= (ssize_t)sizeof(prefix) || memcmp(target, prefix, sizeof(prefix) - 1) != 0)
      continue;
    target[len - 1] = '\0'; /* the closing bracket */
    sd_strv_add(out, arena, sd_arena_strdup(arena, target + sizeof(prefix) - 1));
  }
  (void)closedir(folder);
  return seen < DESCRIPTORS_MAX;
}

static bool hex_word(const char *text, size_t len, uint32_t *out) {
  static const char digits[] = "0123456789ABCDEF";
  uint32_t value = 0;
  for (size_t i = 0; i < len; i++) {
    const char *digit = text[i] != '\0' ? strchr(digits, text[i]) : NULL;
    if (digit == NULL)
      return false;
    value = value << 4 | (uint32_t)(digit - digits);
  }
  *out = value;
  return true;
}

/* "0100007F:0947": the words of the address as this machine has them in memory. */
static const char *inet_address(struct sd_arena *arena, const char *field, int family) {
  uint32_t words[4] = {0};
  uint32_t port = 0;
  size_t count = family == AF_INET ? 1 : 4;
  char text[INET6_ADDRSTRLEN];
  for (size_t i = 0; i < count; i++)
    if (!hex_word(field + i * HEX_WORD, HEX_WORD, &words[i]))
      return NULL;
  const char *rest = field + count * HEX_WORD;
  if (*rest != ':' || !hex_word(rest + 1, 4, &port) ||
      inet_ntop(family, words, text, sizeof(text)) == NULL)
    return NULL;
  return sd_arena_printf(arena, family == AF_INET ? "%s:%u" : "[%s]:%u", text, (unsigned)port);
}

static void add_line(struct sd_arena *arena, const struct table *table, char *const *fields,
                     struct fact_texts *out) {
  const char *address = table->family == AF_UNIX
                            ? fields[table->address]
                            : inet_address(arena, fields[table->address], table->family);
  if (address == NULL || *address == '\0')
    address = "?";
  sd_strv_add(&out->list, arena, sd_arena_printf(arena, "%s://%s", table->scheme, address));
}

/* The path of a unix socket is the rest of its line. */
static void split(char *line, char **fields) {
  char *at = line;
  for (unsigned i = 0; i < FIELDS; i++) {
    at += strspn(at, " ");
    fields[i] = at;
    at += i == 7 && fields[0][0] != '\0' && strchr(at, '/') == at ? strlen(at) : strcspn(at, " ");
    if (*at != '\0')
      *at++ = '\0';
  }
}

static bool read_table(struct sd_arena *arena, int64_t pid, const struct table *table,
                       const struct sd_strv *inodes, struct fact_texts *out) {
  const char *path = sd_arena_printf(arena, "/proc/%lld/net/%s", (long long)pid, table->name);
  const char *text = doctor_read(arena, path, TABLE_MAX);
  if (text == NULL)
    return table->family == AF_INET6 && access(path, F_OK) != 0; /* a kernel without it */
  for (size_t len; *text != '\0'; text += len + (text[len] == '\n' ? 1 : 0)) {
    char *fields[FIELDS];
    len = strcspn(text, "\n");
    char *line = sd_arena_strndup(arena, text, len);
    split(line, fields);
    if (strcmp(fields[table->state], table->listens) == 0 &&
        sd_strv_contains(inodes, fields[table->inode]))
      add_line(arena, table, fields, out);
  }
  return true;
}

void daemon_read_listeners(struct sd_arena *arena, int64_t pid, struct fact_texts *out) {
  struct sd_strv inodes = {0};
  bool good = read_inodes(arena, pid, &inodes);
  for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
    good = read_table(arena, pid, &tables[i], &inodes, out) && good;
  out->known = good;
}
