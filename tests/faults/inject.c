/* SPDX-License-Identifier: Apache-2.0 */
/* inject [-c] [-s] [-f FAULT] [-t SECONDS] [-u USER] [-p FOLDER] LOG PROGRAM COMMAND...: runs COMMAND as USER, in FOLDER,
 * and lets one system call of PROGRAM fail, whichever process of COMMAND executes PROGRAM, set-id or behind sudo. As root,
 * on x86-64. The status is 0 where COMMAND could be run at all; the log has the rest, one JSON object a line.
 *
 * FAULT is PROCESS:KIND:CALL:HOW:VALUE. PROCESS: 0 is the first that executes PROGRAM, others are its children in their
 * order. KIND: the number of a system call. CALL: which one of that kind in that process, from 1. HOW: "e", it is not done
 * and fails with the errno VALUE; "l", it is done and then fails with VALUE; "r", it is not done and VALUE is its answer; a
 * digit, that argument is VALUE. -s: from there on every call of the kind. -c: each call is written down, and its answer. */
#include "inject.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES_MAX 64
#define GRACE_MS 700 /* for what the command has left behind */
#define OPTIONS                                                                                    \
  (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |         \
   PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)

struct fault {
  int process;
  long kind, call;
  char how;
  long long value;
  bool sticky;
  bool done;
};

struct work {
  FILE *log;
  const char *user, *folder, *program;
  struct stat image; /* of the program */
  struct fault fault;
  bool every_call;
  long seconds;
  struct process all[PROCESSES_MAX];
  int count, numbers;
  pid_t first;
};

static void ring(int number) {
  (void)number; /* waitpid is interrupted */
}

static void set_timer(long ms) {
  struct itimerval timer = {.it_value = {ms / 1000, ms % 1000 * 1000}, .it_interval = {0, 100000}};
  struct sigaction action = {.sa_handler = ring};
  (void)sigaction(SIGALRM, &action, NULL);
  (void)setitimer(ITIMER_REAL, &timer, NULL);
}

/* -- the command -------------------------------------------------------------------------------- */

/* It is seized, and does not ask to be traced: the rights of who asks would count, and set-id bits would not. */
_Noreturn static void begin(const struct work *work, char **argv) {
  const struct passwd *entry = work->user != NULL ? getpwnam(work->user) : NULL;
  if (work->user != NULL && (entry == NULL || initgroups(work->user, entry->pw_gid) != 0 ||
                             setgid(entry->pw_gid) != 0 || setuid(entry->pw_uid) != 0))
    _exit(127);
  if (work->folder != NULL && chdir(work->folder) != 0)
    _exit(127);
  (void)raise(SIGSTOP);
  (void)execvp(argv[0], argv);
  _exit(127);
}

/* -- processes ---------------------------------------------------------------------------------- */

static struct process *find(struct work *work, pid_t pid) {
  for (int i = 0; i < work->count; i++)
    if (work->all[i].pid == pid && !work->all[i].knows_death)
      return &work->all[i];
  return NULL;
}

static struct process *add(struct work *work, pid_t pid) {
  int at = 0;
  while (at < work->count && !work->all[at].knows_death)
    at++;
  if (at == PROCESSES_MAX)
    exit(3);
  if (at == work->count)
    work->count++;
  work->all[at] = (struct process){.pid = pid, .number = -1};
  return &work->all[at];
}

static void resume(const struct process *process, int number) {
  (void)ptrace(process->watched ? PTRACE_SYSCALL : PTRACE_CONT, process->pid, NULL, (long)number);
}

static void on_fork(struct work *work, const struct process *parent) {
  unsigned long pid = 0;
  (void)ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid);
  struct process *child = find(work, (pid_t)pid);
  bool stopped = child != NULL;
  if (child == NULL)
    child = add(work, (pid_t)pid);
  child->watched = parent->watched;
  if (child->watched)
    child->number = work->numbers++;
  child->early = false;
  if (stopped)
    resume(child, 0);
}

/* The program begins, or something else takes the place of it. */
static void on_exec(struct work *work, struct process *process) {
  char path[64];
  struct stat now;
  (void)snprintf(path, sizeof(path), "/proc/%d/exe", process->pid);
  bool program =
      stat(path, &now) == 0 && now.st_dev == work->image.st_dev && now.st_ino == work->image.st_ino;
  log_exec(work->log, process);
  if (program && process->number < 0)
    process->number = work->numbers++;
  process->watched = program;
  process->inside = false;
}

/* -- calls -------------------------------------------------------------------------------------- */

/* The calls that name a file, and which argument it is. */
static int path_argument(long number) {
  static const struct {
    long number;
    int argument;
  } rows[] = {{SYS_access, 0},     {SYS_chdir, 0},   {SYS_execve, 0},     {SYS_faccessat, 1},
              {SYS_faccessat2, 1}, {SYS_lstat, 0},   {SYS_newfstatat, 1}, {SYS_open, 0},
              {SYS_openat, 1},     {SYS_openat2, 1}, {SYS_readlink, 0},   {SYS_readlinkat, 1},
              {SYS_renameat, 1},   {SYS_rename, 0},  {SYS_stat, 0},       {SYS_statx, 1},
              {SYS_unlink, 0},     {SYS_unlinkat, 1}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (rows[i].number == number)
      return rows[i].argument;
  return -1;
}

static void write_down(const struct work *work, const struct process *process, long number,
                       const unsigned long long args[6]) {
  char path[256] = "";
  int argument = path_argument(number);
  struct iovec here = {path, sizeof(path) - 1};
  struct iovec there = {argument >= 0 ? (void *)(uintptr_t)args[argument] : NULL, sizeof(path) - 1};
  if (argument >= 0 && process_vm_readv(process->pid, &here, 1, &there, 1, 0) < 0) {
    there.iov_len = 4096 - (uintptr_t)there.iov_base % 4096; /* up to the end of a page */
    if (there.iov_len < sizeof(path))
      (void)process_vm_readv(process->pid, &here, 1, &there, 1, 0);
  }
  log_call(work->log, process, number, args, path);
}

static bool is_due(const struct work *work, const struct process *process, long number) {
  const struct fault *fault = &work->fault;
  if (number != fault->kind || fault->done)
    return number == fault->kind && fault->sticky;
  return process->number == fault->process && process->of_kind[number] == fault->call;
}

static unsigned long long *argument(struct user_regs_struct *regs, int number) {
  unsigned long long *const all[] = {&regs->rdi, &regs->rsi, &regs->rdx,
                                     &regs->r10, &regs->r8,  &regs->r9};
  return all[number];
}

static void break_call(struct work *work, struct process *process, long number) {
  struct fault *fault = &work->fault;
  struct user_regs_struct regs;
  (void)ptrace(PTRACE_GETREGS, process->pid, NULL, &regs);
  fault->done = true;
  process->to_answer = true;
  if (fault->how == 'e' || fault->how == 'r') {
    regs.orig_rax = (unsigned long long)-1;
  } else if (fault->how != 'l') {
    unsigned long long *at = argument(&regs, fault->how - '0');
    process->kept = *at;
    *at = (unsigned long long)fault->value;
  }
  (void)ptrace(PTRACE_SETREGS, process->pid, NULL, &regs);
  log_fault(work->log, process, number);
}

/* The program sees its argument as it was: the C library compares some of them with the answer. */
static void answer(const struct work *work, struct process *process) {
  struct user_regs_struct regs;
  const struct fault *fault = &work->fault;
  (void)ptrace(PTRACE_GETREGS, process->pid, NULL, &regs);
  if (fault->how == 'r')
    regs.rax = (unsigned long long)fault->value;
  else if (fault->how == 'e' || fault->how == 'l')
    regs.rax = (unsigned long long)-fault->value;
  else
    *argument(&regs, fault->how - '0') = process->kept;
  (void)ptrace(PTRACE_SETREGS, process->pid, NULL, &regs);
  process->to_answer = false;
}

static void on_call(struct work *work, struct process *process) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof(info), &info) <= 0)
    return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    long number = (long)info.entry.nr;
    unsigned long long args[6];
    for (int i = 0; i < 6; i++)
      args[i] = info.entry.args[i];
    process->calls++;
    if (number >= 0 && number < KINDS)
      process->of_kind[number]++;
    process->inside = true;
    if (work->every_call)
      write_down(work, process, number, args);
    if (is_due(work, process, number))
      break_call(work, process, number);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && process->inside) {
    process->inside = false;
    if (process->to_answer)
      answer(work, process);
    if (work->every_call)
      log_answer(work->log, process, info.exit.rval);
  }
}

/* -- all of it ---------------------------------------------------------------------------------- */

static void on_stop(struct work *work, pid_t pid, int status) {
  struct process *process = find(work, pid);
  int event = status >> 16;
  int number = WSTOPSIG(status);
  if (process == NULL) {
    add(work, pid)->early = true; /* until its parent tells whose child it is */
    return;
  }
  if (number == (SIGTRAP | 0x80))
    on_call(work, process);
  else if (event == PTRACE_EVENT_EXEC)
    on_exec(work, process);
  else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
    on_fork(work, process);
  bool ours = event != 0 || number == (SIGTRAP | 0x80);
  resume(process, ours ? 0 : number);
}

static void on_end(struct work *work, struct process *process, int status) {
  const char *what = process->pid == work->first ? "end" : "child";
  log_end(work->log, what, process,
          WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status));
  process->knows_death = true;
  if (process->pid == work->first)
    set_timer(GRACE_MS);
}

/* What is still there when the time is up. */
static void end_all(struct work *work) {
  for (int i = 0; i < work->count; i++)
    if (!work->all[i].knows_death) {
      log_end(work->log, "left", &work->all[i], 0);
      (void)kill(work->all[i].pid, SIGKILL);
    }
}

static void follow(struct work *work) {
  int status = 0;
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) {
      end_all(work);
      continue;
    }
    if (pid < 0)
      return;
    struct process *process = find(work, pid);
    if (WIFSTOPPED(status))
      on_stop(work, pid, status);
    else if (process != NULL)
      on_end(work, process, status);
  }
}

/* The two take turns: on one processor neither has to be woken on another. */
static void stay_here(void) {
  cpu_set_t here;
  int number = sched_getcpu();
  CPU_ZERO(&here);
  CPU_SET(number >= 0 ? number : 0, &here);
  (void)sched_setaffinity(0, sizeof(here), &here);
}

static bool read_options(int argc, char **argv, struct work *out) {
  int option = 0;
  while ((option = getopt(argc, argv, "+csf:t:u:p:")) != -1) {
    if (option == 'c')
      out->every_call = true;
    else if (option == 's')
      out->fault.sticky = true;
    else if (option == 't')
      out->seconds = strtol(optarg, NULL, 10);
    else if (option == 'u')
      out->user = optarg;
    else if (option == 'p')
      out->folder = optarg;
    else if (option != 'f' ||
             sscanf(optarg, "%d:%ld:%ld:%c:%lld", &out->fault.process, &out->fault.kind,
                    &out->fault.call, &out->fault.how, &out->fault.value) != 5)
      return false;
  }
  return argc - optind >= 3;
}

int main(int argc, char **argv) {
  struct work work = {.fault = {.kind = -1}, .seconds = 20};
  int status = 0;
  if (!read_options(argc, argv, &work) || stat(argv[optind + 1], &work.image) != 0)
    return 2;
  work.log = fopen(argv[optind], "we");
  if (work.log == NULL)
    return 2;
  stay_here();
  work.first = fork();
  if (work.first == 0)
    begin(&work, argv + optind + 2);
  if (work.first < 0 || waitpid(work.first, &status, WUNTRACED) != work.first ||
      !WIFSTOPPED(status) || ptrace(PTRACE_SEIZE, work.first, NULL, OPTIONS) != 0)
    return 1;
  (void)add(&work, work.first);
  (void)kill(work.first, SIGCONT);
  set_timer(work.seconds * 1000);
  follow(&work);
  return fclose(work.log) == 0 ? 0 : 1;
}
