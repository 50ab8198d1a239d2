/* SPDX-License-Identifier: Apache-2.0 */
/* How a container comes to be: dockerd asks containerd, which starts a shim with the container's id on its command line,
 * which starts the runtime, which loads the filter and executes the container's program. `docker exec` and health checks
 * are started by the same shim. So containerd is traced until the shim is there, and then the shim alone. The id stands
 * in the file that --cidfile names before the shim is started.
 *
 * MUST: note nothing of any other container. */
#include "learn_trace.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "execute.h"
#include "learn_engine.h"
#include "output.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/child.h"
#include "safe-docker/sys/tracer.h"

#define ID_LEN 64
#define SMALL 4096

struct trace {
  struct learning *learning;
  struct sd_tracer *tracer;
  const char *id; /* of the container; NULL: not known yet */
};

/* -- what the tracer tells ------------------------------------------------------------------------ */

static const char *read_id(const struct run *run) {
  const struct sd_host *host = sd_host_real();
  const char *text = NULL;
  size_t len = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, run->arena);
  if (!host->read_file(host->context, run->arena, run->decision.out.cidfile.value, SMALL, &text,
                       &len, &ignored) ||
      strspn(text, "0123456789abcdef") != ID_LEN || (text[ID_LEN] != '\0' && text[ID_LEN] != '\n'))
    return NULL;
  return sd_arena_strndup(run->arena, text, ID_LEN);
}

static enum sd_trace began_sought(struct trace *trace, pid_t process) {
  struct run *run = trace->learning->run;
  if (trace->id == NULL)
    trace->id = read_id(run);
  if (trace->id == NULL || !learn_is_shim_of(run->arena, process, trace->id))
    return SD_TRACE_LEAVE;
  trace->learning->found = true;
  sd_tracer_release_sought(trace->tracer);
  return SD_TRACE_PASS;
}

/* The shim is there for as long as its container, and health checks start programs all the time. */
static enum sd_trace began_passed(pid_t process) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  enum sd_trace now = learn_is_shim(&arena, process) ? SD_TRACE_PASS : SD_TRACE_WATCH;
  sd_arena_finish(&arena);
  return now;
}

static enum sd_trace began(void *context, pid_t process, enum sd_trace now) {
  return now == SD_TRACE_SEEK ? began_sought(context, process) : began_passed(process);
}

/* By the numbers of this machine; a debugger of another architecture is not told of. */
static unsigned untraced(const struct sd_traced_call *made) {
  if (made->arch != sd_seccomp_native_arch())
    return 0;
  if (made->number == SYS_ptrace)
    return LEARN_TRACES;
  return made->number == SYS_clone && (made->args[0] & CLONE_UNTRACED) != 0 ? LEARN_UNTRACED : 0;
}

static void called(void *context, const struct sd_traced_call *made) {
  const struct trace *trace = context;
  trace->learning->seen = true;
  trace->learning->untraced |= untraced(made);
  struct sd_seccomp_call call = {.arch = made->arch, .number = (int)made->number};
  memcpy(call.args, made->args, sizeof(call.args));
  sd_seccomp_lesson_note(trace->learning->lesson, &call, SD_SECCOMP_ALL_ARGS);
}

/* -- the child ------------------------------------------------------------------------------------ */

static int carry_out(void *context) {
  const struct trace *trace = context;
  sd_tracer_unblock(trace->tracer);
  bool placed = !trace->learning->quiet || dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
  return placed ? execute(trace->learning->run) : SD_EXIT_DENIED;
}

static bool ends_learning(int number, bool ended) {
  return number == SIGTERM || number == SIGHUP ||
         (ended && (number == SIGINT || number == SIGQUIT));
}

static void serve(struct trace *trace, pid_t child) {
  static const char until[] = "safe-docker: learning until the container stops; end it before with "
                              "Ctrl-C, which lets the container go on\n";
  struct learning *learning = trace->learning;
  bool ended = false;
  while (!ended || (learning->found && sd_tracer_count(trace->tracer) > 0)) {
    struct sd_tracer_news news;
    sd_tracer_serve(trace->tracer, &news);
    if (news.child == child) {
      ended = true;
      learning->status =
          WIFSIGNALED(news.status) ? 128 + WTERMSIG(news.status) : WEXITSTATUS(news.status);
      if (learning->found && sd_tracer_count(trace->tracer) > 0 &&
          learning->run->decision.out.detach.value)
        output_tell(until);
    }
    if (ends_learning(news.signal, ended)) {
      output_tell("safe-docker: learning ends here; the container goes on\n");
      break;
    }
  }
}

bool learn_trace(struct learning *learning, struct sd_error *err) {
  struct run *run = learning->run;
  struct trace trace = {.learning = learning};
  struct sd_tracer_hooks hooks = {.context = &trace, .began = began, .called = called};
  pid_t engine = 0;
  if (!learn_find_engine(run->arena, run->endpoint->host, &engine, err))
    return false;
  trace.tracer = sd_tracer_create(run->arena, &hooks);
  pid_t child = 0;
  bool good =
      sd_tracer_seize(trace.tracer, engine, err) && sd_child_fork(carry_out, &trace, &child, err);
  if (good)
    serve(&trace, child);
  sd_tracer_finish(trace.tracer);
  return good;
}
