/* SPDX-License-Identifier: Apache-2.0 */
/* Listening sockets by sock_diag(7). /proc/net/unix has them, too, but there a newline in the name of one begins a line that
 * its owner writes; here names are bytes with a length. */
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket_collect.h"

#define STATE_LISTEN 10 /* TCP_LISTEN: netinet/tcp.h, which unix(7) sockets share */
#define ANSWER_MAX 65536

struct request {
  struct nlmsghdr header;
  struct unix_diag_req body;
};

static bool ask(int fd) {
  struct request request = {
      .header = {.nlmsg_len = sizeof(request),
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .body = {.sdiag_family = AF_UNIX,
               .udiag_states = 1U << STATE_LISTEN,
               .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS},
  };
  return send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request);
}

/* A name may end with NUL or with its length; an abstract one begins with NUL (unix(7)). */
static const char *read_name(struct sd_arena *arena, const char *bytes, size_t len) {
  if (len > 0 && bytes[0] == '\0')
    return sd_arena_printf(arena, "@%s", sd_arena_strndup(arena, bytes + 1, len - 1));
  return sd_arena_strndup(arena, bytes, len);
}

static void read_one(struct sd_arena *arena, const char *bytes, size_t len, struct listeners *out) {
  struct unix_diag_msg message;
  struct nlattr attribute;
  struct listener found = {0};
  if (len < sizeof(message))
    return;
  memcpy(&message, bytes, sizeof(message));
  found.inode = message.udiag_ino;
  for (size_t at = NLMSG_ALIGN(sizeof(message)); at + sizeof(attribute) <= len;) {
    memcpy(&attribute, bytes + at, sizeof(attribute));
    if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > len - at)
      break;
    const char *value = bytes + at + NLA_HDRLEN;
    size_t size = attribute.nla_len - NLA_HDRLEN;
    struct unix_diag_vfs file;
    if (attribute.nla_type == UNIX_DIAG_NAME)
      found.name = read_name(arena, value, size);
    if (attribute.nla_type == UNIX_DIAG_VFS && size >= sizeof(file)) {
      memcpy(&file, value, sizeof(file));
      found.file = file.udiag_vfs_ino;
    }
    at += NLA_ALIGN(attribute.nla_len);
  }
  if (found.name != NULL)
    *sd_vec_push(arena, &out->v) = found;
}

/* Adds what a part of the answer has. *done: it was the last part. False: it is an error. */
static bool read_part(struct sd_arena *arena, const char *bytes, size_t len, struct listeners *out,
                      bool *done) {
  struct nlmsghdr header;
  for (size_t at = 0; at + sizeof(header) <= len; at += NLMSG_ALIGN(header.nlmsg_len)) {
    memcpy(&header, bytes + at, sizeof(header));
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > len - at ||
        header.nlmsg_type == NLMSG_ERROR)
      return false;
    *done = header.nlmsg_type == NLMSG_DONE;
    if (*done)
      return true;
    if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY)
      read_one(arena, bytes + at + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN, out);
  }
  return true;
}

static bool read_all(struct sd_arena *arena, int fd, struct listeners *out) {
  char *bytes = sd_arena_alloc(arena, ANSWER_MAX);
  bool done = false;
  while (!done) {
    ssize_t len = recv(fd, bytes, ANSWER_MAX, 0);
    if (len <= 0 || !read_part(arena, bytes, (size_t)len, out, &done))
      return false;
  }
  return true;
}

bool socket_listeners(struct sd_arena *arena, struct listeners *out) {
  const struct timeval patience = {.tv_sec = 5};
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0)
    return false;
  bool good = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
              ask(fd) && read_all(arena, fd, out);
  (void)close(fd);
  return good;
}
