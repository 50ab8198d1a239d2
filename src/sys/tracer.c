/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: ptrace(2); seccomp(2): a filter holds for one thread, for all threads with SECCOMP_FILTER_FLAG_TSYNC,
 * and for what they start. */
#include "safe-docker/sys/tracer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "safe-docker/base/number.h"

#define BUCKETS 1024
#define STATUS_MAX 8192
#define SYSCALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */
#define FINISH_SECONDS 2

struct task {
  struct task *next; /* in its bucket, or in the list of free ones */
  pid_t tid, tgid;
  enum sd_trace mode;
  bool filtered; /* behind a seccomp filter */
  bool loading;  /* the call under way may load one */
  bool leaving;  /* let go at its next stop */
  bool settled;  /* what it is rests on itself: it has executed a program */
};

struct sd_tracer {
  struct sd_arena *arena;
  struct sd_tracer_hooks hooks;
  struct task *buckets[BUCKETS];
  struct task *unused;
  size_t count;
  sigset_t signals; /* that are waited for */
  sigset_t before;
};

/* -- the table of tasks --------------------------------------------------------------------------- */

static struct task **find_place(struct sd_tracer *tracer, pid_t tid) {
  struct task **place = &tracer->buckets[(unsigned)tid % BUCKETS];
  while (*place != NULL && (*place)->tid != tid)
    place = &(*place)->next;
  return place;
}

static struct task *find_task(struct sd_tracer *tracer, pid_t tid) {
  return *find_place(tracer, tid);
}

static struct task *add_task(struct sd_tracer *tracer, pid_t tid, pid_t tgid, enum sd_trace mode) {
  struct task *task = tracer->unused;
  if (task != NULL)
    tracer->unused = task->next;
  else
    task = sd_arena_alloc(tracer->arena, sizeof(*task));
  struct task **place = find_place(tracer, tid);
  *task = (struct task){.next = *place, .tid = tid, .tgid = tgid, .mode = mode};
  *place = task;
  tracer->count++;
  return task;
}

static void drop_task(struct sd_tracer *tracer, pid_t tid) {
  struct task **place = find_place(tracer, tid);
  struct task *task = *place;
  if (task == NULL)
    return;
  *place = task->next;
  task->next = tracer->unused;
  tracer->unused = task;
  tracer->count--;
}

size_t sd_tracer_count(const struct sd_tracer *tracer) {
  return tracer->count;
}

/* -- what the kernel says of a task --------------------------------------------------------------- */

static long field_of(const char *status, const char *name) {
  const char *line = strstr(status, name);
  long value = 0;
  if (line == NULL)
    return -1;
  for (line += strlen(name); *line == ' ' || *line == '\t'; line++)
    ;
  for (; *line >= '0' && *line <= '9'; line++)
    value = value * 10 + (*line - '0');
  return value;
}

struct facts {
  pid_t tgid, parent, tracer;
  bool filtered;
};

static bool read_facts(pid_t tid, struct facts *out) {
  char path[64];
  char text[STATUS_MAX];
  (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  ssize_t len = read(fd, text, sizeof(text) - 1);
  (void)close(fd);
  if (len <= 0)
    return false;
  text[len] = '\0';
  *out = (struct facts){.tgid = (pid_t)field_of(text, "\nTgid:"),
                        .parent = (pid_t)field_of(text, "\nPPid:"),
                        .tracer = (pid_t)field_of(text, "\nTracerPid:"),
                        .filtered = field_of(text, "\nSeccomp:") == 2};
  return true;
}

static void look_for_filter(struct task *task) {
  struct facts facts;
  if (!task->filtered && read_facts(task->tid, &facts))
    task->filtered = facts.filtered;
}

/* -- letting run ---------------------------------------------------------------------------------- */

/* Where this fails the task is being killed, and its end is told by waitpid. */
static void resume(struct sd_tracer *tracer, struct task *task, int number) {
  if (!task->leaving) {
    (void)ptrace(task->mode == SD_TRACE_WATCH ? PTRACE_SYSCALL : PTRACE_CONT, task->tid, NULL,
                 (void *)(intptr_t)number);
    return;
  }
  (void)ptrace(PTRACE_DETACH, task->tid, NULL, (void *)(intptr_t)number);
  drop_task(tracer, task->tid);
}

static void let_go(struct task *task) {
  task->leaving = true;
  (void)ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
}

static void let_go_if(struct sd_tracer *tracer, bool all) {
  for (size_t i = 0; i < BUCKETS; i++)
    for (struct task *task = tracer->buckets[i]; task != NULL; task = task->next)
      if (!task->leaving && (all || task->mode == SD_TRACE_SEEK))
        let_go(task);
}

void sd_tracer_release_sought(struct sd_tracer *tracer) {
  let_go_if(tracer, false);
}

/* -- stops ---------------------------------------------------------------------------------------- */

/* A task may be seen before the event of the one that made it, and where that one is killed the event never comes. Then
 * its kin tells what it is; in doubt it is watched, which costs time and nothing else. */
static struct task *meet(struct sd_tracer *tracer, pid_t tid, const struct facts *facts) {
  const struct task *kin = find_task(tracer, facts->tgid);
  if (kin == NULL)
    kin = find_task(tracer, facts->parent);
  struct task *task = add_task(tracer, tid, facts->tgid, kin != NULL ? kin->mode : SD_TRACE_WATCH);
  task->leaving = kin != NULL && kin->leaving;
  task->filtered = facts->filtered;
  return task;
}

/* The child may have ended, and been seen to, before its birth is told: then nobody traces it any more. Or it has
 * executed a program by then: what was found about that is not undone. */
static void on_birth(struct sd_tracer *tracer, struct task *parent) {
  unsigned long message = 0;
  struct task *child = NULL;
  struct facts facts;
  if (ptrace(PTRACE_GETEVENTMSG, parent->tid, NULL, &message) == 0 && message > 0) {
    child = find_task(tracer, (pid_t)message);
    if (child == NULL && read_facts((pid_t)message, &facts) && facts.tracer != 0)
      child = meet(tracer, (pid_t)message, &facts);
  }
  if (child != NULL && !child->settled) {
    child->mode = parent->mode;
    child->filtered = child->filtered || parent->filtered;
    if (parent->leaving && !child->leaving)
      let_go(child);
  }
  resume(tracer, parent, 0);
}

/* Another thread than the first may execute: it goes on under the number of the first. */
static void on_exec(struct sd_tracer *tracer, struct task *task) {
  unsigned long former = 0;
  if (ptrace(PTRACE_GETEVENTMSG, task->tid, NULL, &former) == 0 && (pid_t)former != task->tid)
    drop_task(tracer, (pid_t)former);
  task->filtered = false;
  task->settled = true;
  look_for_filter(task);
  if (!task->leaving && task->mode != SD_TRACE_WATCH) {
    enum sd_trace now = task->mode;
    task->mode = SD_TRACE_PASS; /* the hook may release what is sought, which this one is no more */
    task->mode = tracer->hooks.began(tracer->hooks.context, task->tid, now);
    task->leaving = task->mode == SD_TRACE_LEAVE;
  }
  resume(tracer, task, 0);
}

/* By the numbers of this machine: runtimes are programs of its own architecture. */
static bool may_load_filter(uint64_t number, uint64_t first) {
  return number == SYS_seccomp || (number == SYS_prctl && first == PR_SET_SECCOMP);
}

static void on_filter_loaded(struct sd_tracer *tracer, pid_t tgid) {
  for (size_t i = 0; i < BUCKETS; i++)
    for (struct task *task = tracer->buckets[i]; task != NULL; task = task->next)
      if (task->tgid == tgid)
        look_for_filter(task);
}

static void on_call(struct sd_tracer *tracer, struct task *task) {
  struct __ptrace_syscall_info info = {0};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, (void *)sizeof(info), &info) > 0) {
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY && task->filtered) {
      struct sd_traced_call call = {.arch = info.arch, .number = info.entry.nr};
      for (size_t i = 0; i < 6; i++)
        call.args[i] = info.entry.args[i];
      tracer->hooks.called(tracer->hooks.context, &call);
    } else if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      task->loading = may_load_filter(info.entry.nr, info.entry.args[0]);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && task->loading) {
      task->loading = false;
      if (!info.exit.is_error)
        on_filter_loaded(tracer, task->tgid);
    }
  }
  resume(tracer, task, 0);
}

/* Without PTRACE_LISTEN a stopped process would run again. */
static void on_stop(struct sd_tracer *tracer, struct task *task, int number) {
  bool group = number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
  if (group && !task->leaving)
    (void)ptrace(PTRACE_LISTEN, task->tid, NULL, NULL);
  else
    resume(tracer, task, 0);
}

static void on_stopped(struct sd_tracer *tracer, pid_t tid, int status) {
  struct task *task = find_task(tracer, tid);
  struct facts facts = {.tgid = tid};
  if (task == NULL) {
    bool known = read_facts(tid, &facts);
    (void)known; /* it is about to end, then */
    task = meet(tracer, tid, &facts);
  }
  int number = WSTOPSIG(status);
  switch (status >> 16) {
  case PTRACE_EVENT_FORK:
  case PTRACE_EVENT_VFORK:
  case PTRACE_EVENT_CLONE:
    on_birth(tracer, task);
    break;
  case PTRACE_EVENT_EXEC:
    on_exec(tracer, task);
    break;
  case PTRACE_EVENT_STOP:
    on_stop(tracer, task, number);
    break;
  default:
    if (number == SYSCALL_STOP)
      on_call(tracer, task);
    else
      resume(tracer, task, number);
  }
}

/* -- taking, serving, letting go ------------------------------------------------------------------ */

/* All that is traced would stand still with this process. */
static const int stopping[] = {SIGTSTP, SIGTTIN, SIGTTOU};

struct sd_tracer *sd_tracer_create(struct sd_arena *arena, const struct sd_tracer_hooks *hooks) {
  static const int told[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  struct sd_tracer *tracer = sd_arena_alloc(arena, sizeof(*tracer));
  tracer->arena = arena;
  tracer->hooks = *hooks;
  (void)sigemptyset(&tracer->signals);
  (void)sigaddset(&tracer->signals, SIGCHLD);
  for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
    struct sigaction now;
    if (sigaction(told[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
      (void)sigaddset(&tracer->signals, told[i]);
  }
  (void)sigprocmask(SIG_BLOCK, &tracer->signals, &tracer->before);
  for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++)
    (void)signal(stopping[i], SIG_IGN);
  return tracer;
}

void sd_tracer_unblock(const struct sd_tracer *tracer) {
  for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++)
    (void)signal(stopping[i], SIG_DFL);
  (void)sigprocmask(SIG_SETMASK, &tracer->before, NULL);
}

static bool seize_thread(struct sd_tracer *tracer, pid_t process, pid_t tid, struct sd_error *err) {
  const intptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                           PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)options) == 0) {
    (void)add_task(tracer, tid, process, SD_TRACE_SEEK);
    return true;
  }
  int failure = errno;
  if (failure == ESRCH)
    return true; /* it ended meanwhile */
  (void)sd_fail_errno(err, failure, "process %d cannot be traced", (int)process);
  if (failure == EPERM)
    err->hint =
        "a process has one tracer: wait until the debugger, or the other learner, has ended";
  return false;
}

/* One pass over the threads; *more tells whether there was one that is not taken yet. */
static bool seize_pass(struct sd_tracer *tracer, DIR *folder, pid_t process, bool *more,
                       struct sd_error *err) {
  *more = false;
  rewinddir(folder);
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    uint64_t tid = 0;
    struct sd_error ignored;
    sd_error_init(&ignored, tracer->arena);
    if (!sd_number_decimal(entry->d_name, 1, INT32_MAX, &tid, &ignored) ||
        find_task(tracer, (pid_t)tid) != NULL)
      continue;
    *more = true;
    if (!seize_thread(tracer, process, (pid_t)tid, err))
      return false;
  }
  return true;
}

bool sd_tracer_seize(struct sd_tracer *tracer, pid_t process, struct sd_error *err) {
  char path[64];
  (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
  DIR *folder = opendir(path);
  if (folder == NULL)
    return sd_fail_errno(err, errno, "process %d cannot be looked at", (int)process);
  bool good = true;
  bool more = true;
  while (good && more)
    good = seize_pass(tracer, folder, process, &more, err);
  (void)closedir(folder);
  return good;
}

/* False where nothing waits. */
static bool take_one(struct sd_tracer *tracer, struct sd_tracer_news *news) {
  int status = 0;
  pid_t pid = waitpid(-1, &status, __WALL | WNOHANG);
  if (pid <= 0)
    return false;
  if (WIFSTOPPED(status)) {
    on_stopped(tracer, pid, status);
  } else if (find_task(tracer, pid) != NULL) {
    drop_task(tracer, pid);
  } else if (WIFEXITED(status) || WIFSIGNALED(status)) {
    news->child = pid;
    news->status = status;
  }
  return true;
}

void sd_tracer_serve(struct sd_tracer *tracer, struct sd_tracer_news *news) {
  *news = (struct sd_tracer_news){0};
  size_t before = tracer->count;
  while (news->child == 0 && news->signal == 0) {
    if (take_one(tracer, news))
      continue;
    if (tracer->count == 0 && before > 0)
      return;
    siginfo_t info;
    int number = sigwaitinfo(&tracer->signals, &info);
    if (number > 0 && number != SIGCHLD)
      news->signal = number;
  }
}

void sd_tracer_finish(struct sd_tracer *tracer) {
  struct timespec tick = {.tv_nsec = 1000000};
  struct timespec start;
  struct timespec now;
  struct sd_tracer_news ignored = {0};
  (void)clock_gettime(CLOCK_MONOTONIC, &start);
  let_go_if(tracer, true);
  do {
    while (take_one(tracer, &ignored))
      ;
    if (tracer->count == 0)
      return;
    (void)nanosleep(&tick, NULL);
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
  } while (now.tv_sec - start.tv_sec <= FINISH_SECONDS);
}
