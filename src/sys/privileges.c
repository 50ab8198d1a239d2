/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/socket.h"

/* -- the process ------------------------------------------------------------------------------- */

static bool open_standard(struct sd_error *err) {
  for (;;) {
    int fd = open("/dev/null", O_RDWR | O_NOCTTY);
    if (fd < 0)
      return sd_fail_errno(err, errno, "/dev/null cannot be opened");
    if (fd > STDERR_FILENO)
      return true; /* closed with the others */
  }
}

static bool stays_ignored(int number) {
  struct sigaction now;
  bool job = number == SIGHUP || number == SIGINT || number == SIGQUIT;
  return job && sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void reset_signals(void) {
  for (int number = 1; number <= SIGRTMAX; number++)
    if (number != SIGKILL && number != SIGSTOP && !stays_ignored(number))
      (void)signal(number, SIG_DFL);
  /* A reader of ours that went away, or a tiny RLIMIT_FSIZE, must be an error that we see. */
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGXFSZ, SIG_IGN);
  sigset_t none;
  (void)sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Limits are the caller's choice, and they decide what fails: an account database that cannot be read
 * to its end names fewer groups. Below these nothing is promised, and the real CLI would not start. */
static bool check_limits(struct sd_error *err) {
  static const struct {
    int resource;
    rlim_t least;
    const char *name;
  } rows[] = {{RLIMIT_NOFILE, 32, "-n, open files"},
              {RLIMIT_AS, (rlim_t)128 << 20, "-v, address space"},
              {RLIMIT_DATA, (rlim_t)64 << 20, "-d, data"},
              {RLIMIT_STACK, (rlim_t)256 << 10, "-s, stack"}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct rlimit now;
    if (getrlimit(rows[i].resource, &now) != 0)
      return sd_fail_errno(err, errno, "getrlimit");
    if (now.rlim_cur < rows[i].least)
      return sd_fail_rule(err, NULL, "raise the limit; see ulimit in your shell's manual",
                          "a limit is too low to work reliably (ulimit %s: at least %llu)",
                          rows[i].name, (unsigned long long)rows[i].least);
  }
  return true;
}

bool sd_process_harden(struct sd_error *err) {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return sd_fail_errno(err, errno, "PR_SET_DUMPABLE");
  struct rlimit core = {0, 0};
  if (setrlimit(RLIMIT_CORE, &core) != 0)
    return sd_fail_errno(err, errno, "RLIMIT_CORE");
  if (!open_standard(err))
    return false;
  if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
    return sd_fail_errno(err, errno, "close_range");
  mode_t mask = umask(077);
  (void)umask(mask | 022);
  reset_signals();
  return check_limits(err);
}

/* -- what to run as ---------------------------------------------------------------------------- */

/* Rights that the caller lacks are at hand, and the docker command gets some of them. */
static bool is_boundary(const struct sd_identity *who) {
  return who->uid != 0 && (geteuid() == 0 || who->door == SD_DOOR_SETGID);
}

static void look_at_socket(const char *host, struct sd_run_as *out) {
  static const char scheme[] = "unix://";
  struct stat info;
  if (sd_text_starts_with(host, scheme) && stat(host + sizeof(scheme) - 1, &info) == 0) {
    out->has_group = true;
    out->group = info.st_gid;
  }
}

/* Nothing is parked for a path that the caller may lead elsewhere: see socket.h. */
static bool find_group(struct sd_arena *arena, const char *run_as, const char *host,
                       struct sd_run_as *out, struct sd_error *err) {
  struct sd_error why;
  sd_error_init(&why, arena);
  switch (sd_socket_find(arena, host, out->other_uid ? out->uid : 0, &out->group, &why)) {
  case SD_SOCKET_TRUSTED:
    out->has_group = true;
    return true;
  case SD_SOCKET_NONE:
  case SD_SOCKET_ABSENT:
    return true;
  case SD_SOCKET_ANYBODYS:
    break;
  }
  out->bare = true;
  return !out->other_uid ||
         sd_fail_rule(err, NULL,
                      "let run_as be the account that owns the folder of the socket, or keep the "
                      "socket in one that only root can write to",
                      "the policy lets the docker command run as %s, but others can change what "
                      "lies at the path of its socket: %s",
                      sd_text_safe(arena, run_as), why.message);
}

bool sd_run_as_find(struct sd_arena *arena, const char *run_as, const char *host,
                    const struct sd_identity *who, struct sd_run_as *out, struct sd_error *err) {
  struct sd_run_as found = {.uid = who->uid, .gid = who->gid, .fixed_group = geteuid() != 0};
  if (strcmp(run_as, "caller") != 0 &&
      !sd_identity_account(arena, run_as, &found.uid, &found.gid, err))
    return false;
  found.other_uid = found.uid != who->uid;
  if (found.other_uid && geteuid() != 0)
    return sd_fail(
        err,
        "the policy lets the docker command run as %s, which needs a sudo or doas rule to root; "
        "safe-docker was started without it",
        sd_text_safe(arena, run_as));
  if (!is_boundary(who))
    look_at_socket(host, &found);
  else if (!find_group(arena, run_as, host, &found, err))
    return false;
  *out = found;
  return true;
}

static gid_t parked_group(const struct sd_run_as *plan) {
  return plan->has_group ? plan->group : plan->gid;
}

bool sd_run_as_equal(const struct sd_run_as *a, const struct sd_run_as *b) {
  return a->uid == b->uid && a->bare == b->bare && a->fixed_group == b->fixed_group &&
         (a->fixed_group || parked_group(a) == parked_group(b));
}

/* -- the drop ---------------------------------------------------------------------------------- */

static bool has_uids(uid_t real, uid_t effective, uid_t saved) {
  uid_t r = 0;
  uid_t e = 0;
  uid_t s = 0;
  return getresuid(&r, &e, &s) == 0 && r == real && e == effective && s == saved;
}

static bool has_gids(gid_t real, gid_t effective, gid_t saved) {
  gid_t r = 0;
  gid_t e = 0;
  gid_t s = 0;
  return getresgid(&r, &e, &s) == 0 && r == real && e == effective && s == saved;
}

static int compare_gids(const void *a, const void *b) {
  gid_t first = *(const gid_t *)a;
  gid_t second = *(const gid_t *)b;
  return first < second ? -1 : first > second;
}

/* The kernel keeps them in an order of its own. */
static bool has_groups(struct sd_arena *arena, const struct sd_gids *wanted) {
  size_t size = wanted->len * sizeof(gid_t);
  gid_t *now = sd_arena_alloc(arena, size);
  gid_t *sorted = sd_arena_alloc(arena, size);
  int count = getgroups((int)wanted->len, now);
  if (count < 0 || (size_t)count != wanted->len)
    return false;
  memcpy(sorted, wanted->items, size);
  qsort(sorted, wanted->len, sizeof(gid_t), compare_gids);
  qsort(now, wanted->len, sizeof(gid_t), compare_gids);
  return memcmp(sorted, now, size) == 0;
}

static bool has_no_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}};
  if (syscall(SYS_capget, &header, data) != 0)
    return false;
  for (size_t i = 0; i < 2; i++)
    if ((data[i].effective | data[i].permitted | data[i].inheritable) != 0)
      return false;
  return true;
}

/* The kernel's interface itself: all sets empty. libcap is for names only. */
static bool drop_capabilities(struct sd_error *err) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}};
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* EINVAL before Linux 4.3 */
  if (syscall(SYS_capset, &header, data) != 0)
    return sd_fail_errno(err, errno, "capset");
  return has_no_capabilities() || sd_fail(err, "the capabilities could not be given up");
}

static bool drop_from_root(struct sd_arena *arena, struct sd_identity *who,
                           const struct sd_run_as *plan, struct sd_error *err) {
  const struct sd_gids *groups = sd_identity_groups(arena, who);
  gid_t parked = parked_group(plan);
  if (setgroups(groups->len, groups->items) != 0)
    return sd_fail_errno(err, errno, "setgroups");
  if (!has_groups(arena, groups))
    return sd_fail(err, "the supplementary groups could not be changed to those of %s",
                   sd_text_safe(arena, who->user));
  if (setresgid(who->gid, who->gid, parked) != 0 || !has_gids(who->gid, who->gid, parked))
    return sd_fail_errno(err, errno, "the groups could not be changed to those of %s", who->user);
  if (setresuid(who->uid, who->uid, plan->uid) != 0 || !has_uids(who->uid, who->uid, plan->uid))
    return sd_fail_errno(err, errno, "the user could not be changed to %s", who->user);
  return true;
}

/* setgid door: the group that the program was started with is parked; the real one is the caller's.
 */
static bool drop_group(const struct sd_run_as *plan, struct sd_error *err) {
  gid_t real = getgid();
  gid_t parked = plan->bare ? real : getegid();
  if (setresgid(real, real, parked) != 0 || !has_gids(real, real, parked))
    return sd_fail_errno(err, errno, "the group could not be parked");
  return true;
}

/* A change of ids may have made the process dumpable again (prctl(2)). */
static bool is_closed(struct sd_error *err) {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return sd_fail_errno(err, errno, "PR_SET_DUMPABLE");
  return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 || sd_fail(err, "the process can still be dumped");
}

static bool is_irreversible(const struct sd_identity *who, const struct sd_run_as *plan,
                            struct sd_error *err) {
  if (who->uid == 0 || plan->uid == 0)
    return true; /* root is who asked, or who the policy runs the CLI as */
  if (setresuid((uid_t)-1, 0, (uid_t)-1) == 0 || setuid(0) == 0)
    return sd_fail(err, "the way back to root is still open");
  return true;
}

struct sd_dropped {
  const char *what;
};

static const struct sd_dropped drop_token = {"every step of the drop is done and verified"};

const struct sd_dropped *sd_privileges_drop(struct sd_arena *arena, struct sd_identity *who,
                                            const struct sd_run_as *plan, struct sd_error *err) {
  bool done = geteuid() == 0                ? drop_from_root(arena, who, plan, err)
              : who->door == SD_DOOR_SETGID ? drop_group(plan, err)
                                            : true;
  if (!done)
    return NULL;
  if (who->uid != 0 && plan->uid != 0 && !drop_capabilities(err))
    return NULL;
  return is_closed(err) && is_irreversible(who, plan, err) ? &drop_token : NULL;
}

/* -- taking up --------------------------------------------------------------------------------- */

static void default_signals(void) {
  (void)signal(SIGPIPE, SIG_DFL);
  (void)signal(SIGXFSZ, SIG_DFL);
}

bool sd_privileges_forget(struct sd_error *err) {
  gid_t gid = getgid();
  uid_t uid = getuid();
  if (setresgid(gid, gid, gid) != 0 || !has_gids(gid, gid, gid) || setresuid(uid, uid, uid) != 0 ||
      !has_uids(uid, uid, uid))
    return sd_fail_errno(err, errno, "the parked ids could not be given up");
  default_signals();
  return true;
}

static bool take_up_uid(const struct sd_run_as *plan, struct sd_error *err) {
  if (setresuid(plan->uid, plan->uid, plan->uid) != 0 || !has_uids(plan->uid, plan->uid, plan->uid))
    return sd_fail_errno(err, errno, "the user could not be changed for the docker command");
  return true;
}

bool sd_privileges_take_up(const struct sd_run_as *plan, struct sd_error *err) {
  gid_t real = 0;
  gid_t effective = 0;
  gid_t parked = 0;
  bool root = plan->other_uid && plan->uid == 0;
  if (getresgid(&real, &effective, &parked) != 0)
    return sd_fail_errno(err, errno, "getresgid");
  if (root && (!take_up_uid(plan, err) || setgroups(0, NULL) != 0))
    return sd_fail_errno(err, errno, "setgroups");
  if (setresgid(parked, parked, parked) != 0 || !has_gids(parked, parked, parked))
    return sd_fail_errno(err, errno, "the group of the socket could not be taken up");
  if (plan->other_uid && !root && !take_up_uid(plan, err))
    return false;
  default_signals();
  return true;
}
