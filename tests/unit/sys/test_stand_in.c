/* SPDX-License-Identifier: Apache-2.0 */
/* Stand-ins that go on, that may not, and that nobody wants. Each row is a first process of its own, without root's rights,
 * whoever runs the tests; how it ends is what its caller would see. */
#include "safe-docker/sys/stand_in.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support.h"

#define NOBODY 65534
#define MANY 64         /* descriptors that are looked at */
#define PATIENCE 10000  /* milliseconds */
#define REFUSED_LATE 77 /* exit status of a stand-in that was woken and may not go on */
#define NOT_DONE 78     /* of a first process whose stand-in did not act */
#define UNEXPECTED 79

/* What a stand-in does that goes on. */
enum deed { LEAVE, DIE, WAIT, LOOK };

/* What happens to the processes meanwhile. */
enum fate {
  NOTHING,
  SIGNAL,        /* the first one gets the number of the row */
  KILLED_ASLEEP, /* the stand-in is, before it is woken */
  NO_MORE,       /* the stand-in can start no other process */
  OTHER_CHOSEN,  /* another stand-in */
  NONE_CHOSEN,   /* none, and the first one ends */
};

struct row {
  const char *what;
  enum deed deed;
  int number; /* of the exit or the signal */
  enum fate fate;
  bool root_wanted; /* the plan asks for ids that nobody can take up */
  const char *expected;
  bool silent; /* nothing is done: no word from the stand-in */
};

static const struct row rows[] = {
    {"its status is handed on", LEAVE, 42, NOTHING, false, "exit 42", false},
    {"so is success", LEAVE, 0, NOTHING, false, "exit 0", false},
    {"ended by a signal", DIE, SIGTERM, NOTHING, false, "signal 15", false},
    {"killed", DIE, SIGKILL, NOTHING, false, "signal 9", false},
    {"a signal is passed on", WAIT, SIGTERM, SIGNAL, false, "exit 15", false},
    {"that of ^C, too", WAIT, SIGINT, SIGNAL, false, "exit 2", false},
    {"one that nobody catches", WAIT, SIGUSR2, SIGNAL, false, "signal 12", false},
    {"the first one is killed", WAIT, SIGKILL, SIGNAL, false, "signal 9", false},
    {"it has no way to any other process", LOOK, 0, NOTHING, false, "exit 0", false},
    {"killed before it is woken", LEAVE, 0, KILLED_ASLEEP, false, "exit 78", true},
    {"nobody could watch over it", LEAVE, 0, NO_MORE, false, "exit 77", true},
    {"ids that cannot be had", LEAVE, 0, NOTHING, true, "exit 125", true},
    {"another one is chosen", LEAVE, 3, OTHER_CHOSEN, false, "exit 3", false},
    {"none is chosen", LEAVE, 0, NONE_CHOSEN, false, "exit 5", true},
};

struct first {
  const struct row *row;
  struct sd_arena arena;
  struct sd_error err;
  struct sd_identity who;
  struct sd_stand_ins all;
  bool before[MANY]; /* descriptors that were open when it began */
  int words;         /* where a stand-in writes that goes on */
};

/* -- in the stand-in ---------------------------------------------------------------------------- */

static void leave(int number) {
  _exit(number);
}

static void say(const struct first *first) {
  if (write(first->words, "x", 1) != 1)
    _exit(UNEXPECTED);
}

static bool is_open(int fd) {
  return fcntl(fd, F_GETFD) >= 0;
}

_Noreturn static void do_deed(const struct first *first) {
  switch (first->row->deed) {
  case LEAVE:
    say(first);
    _exit(first->row->number);
  case DIE:
    say(first);
    (void)raise(first->row->number);
    break;
  case WAIT:
    (void)signal(SIGTERM, leave);
    (void)signal(SIGINT, leave);
    say(first);
    for (;;)
      (void)pause();
  case LOOK:
    say(first);
    for (int fd = 0; fd < MANY; fd++)
      if (is_open(fd) != first->before[fd])
        _exit(UNEXPECTED);
    _exit(first->all.v.len == 0 ? 0 : UNEXPECTED);
  }
  _exit(UNEXPECTED);
}

/* -- in the first process ----------------------------------------------------------------------- */

static void give_up_root(void) {
  if (geteuid() != 0)
    return;
  if (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
    _exit(UNEXPECTED);
}

static struct sd_run_as plan_of(const struct row *row, bool bare) {
  struct sd_run_as plan = {.uid = getuid(), .gid = getgid(), .fixed_group = true, .bare = bare};
  if (row->root_wanted) {
    plan.uid = 0;
    plan.other_uid = true;
  }
  return plan;
}

static void start(struct first *first, bool bare) {
  const struct sd_run_as plan = plan_of(first->row, bare);
  const struct sd_dropped *woken = NULL;
  bool good =
      sd_stand_in_start(&first->arena, &first->who, &plan, &first->all, &woken, &first->err);
  if (woken != NULL && !good)
    _exit(strstr(first->err.message, "no process") != NULL ? REFUSED_LATE : UNEXPECTED);
  if (woken != NULL)
    do_deed(first);
  if (!good)
    _exit(UNEXPECTED);
}

/* Whether all but the chosen one have ended, and only they. */
static bool are_gone(const struct first *first, const struct sd_stand_in *chosen) {
  for (size_t i = 0; i < first->all.v.len; i++) {
    const struct sd_stand_in *one = &first->all.v.items[i];
    if ((kill(one->pid, 0) == 0) != (one == chosen) || (one->control >= 0) != (one == chosen))
      return false;
  }
  return true;
}

static struct sd_stand_in *choose(struct first *first) {
  const struct sd_run_as plan = plan_of(first->row, first->row->fate == OTHER_CHOSEN);
  const struct sd_run_as other = {.uid = getuid(), .gid = getgid(), .fixed_group = false};
  if (first->row->fate == NONE_CHOSEN)
    return NULL;
  struct sd_stand_in *chosen = sd_stand_in_find(&first->all, &plan);
  if (chosen == NULL || sd_stand_in_find(&first->all, &other) != NULL)
    _exit(UNEXPECTED);
  return chosen;
}

static void befall(const struct first *first, const struct sd_stand_in *chosen) {
  const struct rlimit none = {0, 0};
  siginfo_t info;
  if (first->row->fate == KILLED_ASLEEP &&
      (kill(chosen->pid, SIGKILL) != 0 ||
       waitid(P_PID, (id_t)chosen->pid, &info, WEXITED | WNOWAIT) != 0))
    _exit(UNEXPECTED);
  if (first->row->fate == NO_MORE && prlimit(chosen->pid, RLIMIT_NPROC, &none, NULL) != 0)
    _exit(UNEXPECTED);
}

_Noreturn static void be_first(const struct row *row, int words) {
  struct first first = {.row = row, .words = words};
  int status = NOT_DONE;
  give_up_root();
  sd_arena_init(&first.arena);
  sd_error_init(&first.err, &first.arena);
  first.who = (struct sd_identity){.uid = getuid(), .gid = getgid(), .user = "nobody", .home = "/"};
  for (int fd = 0; fd < MANY; fd++)
    first.before[fd] = is_open(fd);
  start(&first, true);
  start(&first, false);
  struct sd_stand_in *chosen = choose(&first);
  sd_stand_ins_dismiss(&first.all, chosen);
  if (!are_gone(&first, chosen))
    _exit(UNEXPECTED);
  if (chosen == NULL)
    _exit(5);
  befall(&first, chosen);
  (void)close(words);
  if (!sd_stand_in_act(chosen, &status, &first.err))
    _exit(first.err.message != NULL ? NOT_DONE : UNEXPECTED);
  if (chosen->control >= 0) /* or it would be waited for once more */
    _exit(UNEXPECTED);
  _exit(status);
}

/* -- who looks on ------------------------------------------------------------------------------- */

static bool waits_for(int fd) {
  struct pollfd polled = {fd, POLLIN, 0};
  return poll(&polled, 1, PATIENCE) == 1;
}

static void test_rows(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct row *row = &rows[i];
    int ends[2];
    int status = 0;
    char word = '\0';
    char got[32];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0) {
      (void)close(ends[0]);
      be_first(row, ends[1]);
    }
    (void)close(ends[1]);
    bool in_time = waits_for(ends[0]);
    bool silent = in_time && read(ends[0], &word, 1) == 0;
    if (row->fate == SIGNAL)
      (void)kill(pid, row->number);
    /* The end of it: whoever goes on has ended, too. */
    in_time = in_time && waits_for(ends[0]) && read(ends[0], &word, 1) == 0;
    if (!in_time)
      (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void)snprintf(got, sizeof(got), WIFSIGNALED(status) ? "signal %d" : "exit %d",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    if (!in_time || silent != row->silent || strcmp(got, row->expected) != 0)
      print_message("%s: %s\n", row->what, got);
    assert_string_equal(got, row->expected);
    assert_true(in_time);
    assert_int_equal(silent, row->silent);
    (void)close(ends[0]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
