/* SPDX-License-Identifier: Apache-2.0 */
/* Which place is trusted, whose a socket is, and what is taken for a rootless daemon of the caller's own. Daemons are played
 * by processes without root's rights, whoever runs the tests. */
#include "safe-docker/sys/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../remove_tree.h"
#include "../support.h"

#include "safe-docker/sys/trusted.h"

#define NOBODY 65534
#define PLACE_MAX 200

struct fixture {
  struct sd_arena arena;
  struct sd_error err;
  char folder[64];
  uid_t uid; /* who plays the caller */
  gid_t gid;
};

static int set_up(void **state) {
  static struct fixture fixture;
  bool root = geteuid() == 0;
  fixture = (struct fixture){.folder = "/tmp/test-socket-XXXXXX",
                             .uid = root ? NOBODY : getuid(),
                             .gid = root ? NOBODY : getgid()};
  assert_non_null(mkdtemp(fixture.folder));
  assert_int_equal(chown(fixture.folder, fixture.uid, fixture.gid), 0);
  assert_int_equal(chmod(fixture.folder, 0755), 0);
  sd_arena_init(&fixture.arena);
  sd_error_init(&fixture.err, &fixture.arena);
  *state = &fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  remove_tree(fixture->folder);
  sd_arena_finish(&fixture->arena);
  return 0;
}

/* "unix://FOLDER/name" */
static const char *host_of(struct fixture *fixture, const char *name) {
  return sd_arena_printf(&fixture->arena, "unix://%s/%s", fixture->folder, name);
}

/* -- the place ---------------------------------------------------------------------------------- */

static const struct {
  const char *host;
  enum sd_socket_place expected;
} places[] = {
    {"tcp://127.0.0.1:2376", SD_SOCKET_NONE},
    {"ssh://somebody@host", SD_SOCKET_NONE},
    {"unix:///etc/passwd", SD_SOCKET_TRUSTED},
    {"unix:///etc/../etc/./passwd", SD_SOCKET_TRUSTED},
    {"unix:///etc/there-is-no-such-socket", SD_SOCKET_ABSENT},
    {"unix:///etc/there-is-no-such-folder/socket", SD_SOCKET_ANYBODYS},
    {"unix:///etc/passwd/socket", SD_SOCKET_ANYBODYS},
    {"unix:///etc", SD_SOCKET_ANYBODYS},
    {"unix:///tmp/there-is-no-such-socket", SD_SOCKET_ANYBODYS},
    {"unix:///proc/self/cwd/socket", SD_SOCKET_ANYBODYS}, /* the test stands in nobody's folder */
    {"unix://etc/passwd", SD_SOCKET_ANYBODYS},
};

static void test_places(void **state) {
  struct fixture *fixture = *state;
  int fd = -1;
  bool missing = false;
  struct stat info;
  if (!sd_trusted_open_place(&fixture->arena, "/etc/passwd", 0, &fd, &missing, &fixture->err))
    skip(); /* in a user namespace even / may be a stranger's */
  assert_int_equal(fstat(fd, &info), 0);
  (void)close(fd);
  assert_int_equal(chdir(fixture->folder), 0);
  for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
    struct sd_error why;
    gid_t group = 77;
    sd_error_init(&why, &fixture->arena);
    enum sd_socket_place got = sd_socket_find(&fixture->arena, places[i].host, 0, &group, &why);
    if (got != places[i].expected)
      print_message("%s: %d\n", places[i].host, (int)got);
    assert_int_equal(got, places[i].expected);
    assert_int_equal(group, got == SD_SOCKET_TRUSTED ? info.st_gid : 77);
    assert_true(got != SD_SOCKET_ANYBODYS || why.message != NULL);
  }
  assert_int_equal(chdir("/"), 0);
}

/* -- whose it is -------------------------------------------------------------------------------- */

static int listen_at(const char *path, int backlog) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_true(fd >= 0 && strlen(path) < sizeof(address.sun_path));
  (void)memcpy(address.sun_path, path, strlen(path));
  (void)unlink(path);
  if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, backlog) != 0)
    return -1;
  return fd;
}

static void test_foreign(void **state) {
  struct fixture *fixture = *state;
  const char *host = host_of(fixture, "socket");
  const char *path = host + strlen("unix://");
  const char *link = host_of(fixture, "link");
  const char *file = host_of(fixture, "file");
  uid_t uid = geteuid();
  int fd = listen_at(path, 1);
  assert_true(fd >= 0);
  assert_int_equal(symlink(path, link + strlen("unix://")), 0);
  assert_int_equal(mknod(file + strlen("unix://"), S_IFREG | 0600, 0), 0);
  assert_false(sd_socket_is_foreign(host, uid));
  assert_true(sd_socket_is_foreign(host, uid + 1));
  assert_false(sd_socket_is_foreign(link, uid));
  assert_true(sd_socket_is_foreign(link, uid + 1)); /* whose it leads to counts */
  assert_false(sd_socket_is_foreign(file, uid + 1));
  assert_false(sd_socket_is_foreign(host_of(fixture, "none"), uid + 1));
  assert_false(sd_socket_is_foreign("tcp://127.0.0.1:1", uid + 1));
  (void)close(fd);
}

/* -- the caller's own daemon -------------------------------------------------------------------- */

enum twist {
  PLAIN,
  IS_ROOT,      /* root asks */
  ANOTHER,      /* the socket is not theirs who ask */
  GROUP_PARKED, /* by who asks; only root can play it */
  GONE,         /* nobody listens any more */
  FULL,         /* nobody accepts */
  BY_LINK,      /* the path is a link to it */
  LONG_PATH,    /* for a socket's address */
};

static const struct daemon {
  const char *what;
  const char *
      map; /* of the daemon's user namespace: "ID UID 1" for UID of theirs; NULL: it has none of its own */
  enum twist twist;
  bool expected;
} daemons[] = {
    {"rootless", "0", PLAIN, true},
    {"rootless, by a link", "0", BY_LINK, true},
    {"a relay without a namespace", NULL, PLAIN, false},
    {"somebody else than root there", "1", PLAIN, false},
    {"a number that begins like root's", "00000001", PLAIN, false},
    {"root asks", "0", IS_ROOT, false},
    {"another one's", "0", ANOTHER, false},
    {"a group is parked", "0", GROUP_PARKED, false},
    {"nobody listens any more", "0", GONE, false},
    {"nobody accepts", "0", FULL, false},
    {"a path that is too long", "0", LONG_PATH, false},
};

static bool put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  if (fd >= 0)
    (void)close(fd);
  return good;
}

static bool give_up_root(const struct fixture *fixture, gid_t parked) {
  return geteuid() != 0 || (setresgid(fixture->gid, fixture->gid, parked) == 0 &&
                            setresuid(fixture->uid, fixture->uid, fixture->uid) == 0);
}

/* Says "y" when it listens, "n" where the host forbids such namespaces; until it is killed. */
_Noreturn static void play_daemon(struct fixture *fixture, const struct daemon *row,
                                  const char *path, int words) {
  bool good = give_up_root(fixture, fixture->gid);
  /* Who changed their ids may not write below /proc/self: a daemon is a program of its own. */
  good = good && prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
  const char *map = row->map != NULL ? sd_arena_printf(&fixture->arena, "%s %u 1", row->map,
                                                       (unsigned)fixture->uid)
                                     : NULL;
  if (map != NULL)
    good = good && unshare(CLONE_NEWUSER) == 0 && put("/proc/self/uid_map", map);
  int fd = good ? listen_at(path, row->twist == FULL ? 0 : 8) : -1;
  if (write(words, fd >= 0 ? "y" : "n", 1) != 1)
    _exit(1);
  if (fd < 0 || row->twist == GONE)
    _exit(0);
  for (;;)
    (void)pause();
}

/* So that another one would have to wait. */
static void fill(const char *path) {
  for (int i = 0; i < 4; i++) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    (void)memcpy(address.sun_path, path, strlen(path));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
      return;
  }
}

/* As who asks. */
_Noreturn static void ask(struct fixture *fixture, const struct daemon *row, const char *host) {
  struct sd_identity who = {.uid = fixture->uid, .gid = fixture->gid, .user = "", .home = ""};
  if (row->twist == FULL)
    fill(host + strlen("unix://"));
  if (row->twist == IS_ROOT)
    who.uid = 0;
  if (row->twist == ANOTHER)
    who.uid++;
  if (row->twist == LONG_PATH)
    host = sd_arena_printf(&fixture->arena, "%s/%0*d", host, PLACE_MAX, 0);
  if (row->twist == BY_LINK) {
    const char *link = host_of(fixture, "by-link");
    if (symlink(host + strlen("unix://"), link + strlen("unix://")) != 0)
      _exit(2);
    host = link;
  }
  (void)alarm(10); /* it never waits */
  if (!give_up_root(fixture, row->twist == GROUP_PARKED ? 0 : fixture->gid))
    _exit(2);
  _exit(sd_socket_is_own_daemon(host, &who) ? 1 : 0);
}

static int ends_with(pid_t pid) {
  int status = 0;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the row is about, or -1: this host cannot tell. */
static int look(struct fixture *fixture, const struct daemon *row) {
  const char *host = host_of(fixture, "daemon");
  int ends[2];
  char word = 'n';
  assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
  pid_t daemon = fork();
  if (daemon == 0)
    play_daemon(fixture, row, host + strlen("unix://"), ends[1]);
  (void)close(ends[1]);
  bool told = read(ends[0], &word, 1) == 1 && word == 'y';
  (void)close(ends[0]);
  if (row->twist == GONE)
    (void)ends_with(daemon);
  pid_t asker = told ? fork() : -1;
  if (asker == 0)
    ask(fixture, row, host);
  int got = told ? ends_with(asker) : -1;
  if (row->twist != GONE) {
    (void)kill(daemon, SIGKILL);
    (void)ends_with(daemon);
  }
  return got;
}

static void test_daemons(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]); i++) {
    const struct daemon *row = &daemons[i];
    if (row->twist == GROUP_PARKED && geteuid() != 0)
      continue;
    int got = look(fixture, row);
    if (got != (row->expected ? 1 : 0))
      print_message("%s: %d\n", row->what, got);
    if (got == -1 && row->map != NULL)
      continue; /* no user namespaces here */
    assert_int_equal(got, row->expected ? 1 : 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_foreign, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_daemons, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
