/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: copy nothing into a volume that is not verified; give the keeper to no caller, whatever its image says. */
#include "keeper.h"

#include <signal.h>
#include <string.h>

#include "config.h"
#include "decide.h"
#include "lookup.h"
#include "output.h"
#include "safe-docker/base/text.h"

/* Not in any image: an administrator who starts everything starts no keeper. */
#define ENTRYPOINT "/io.safe-docker.keeper"

/* -- making it ----------------------------------------------------------------------------------- */

/* What the request has of these: whatever confines and limits, so that the keeper is no less hardened than any other
 * container, though it never runs, and what holds for the image. A pull that is always wanted is that of the container itself. */
static bool is_taken_over(const char *token) {
  static const char *const starts[] = {"--cap-drop=",
                                       "--cgroup-parent=",
                                       "--cgroupns=",
                                       "--cpu",
                                       "--disable-content-trust=",
                                       "--ipc=",
                                       "--memory",
                                       "--pids-limit=",
                                       "--platform=",
                                       "--pull=never",
                                       "--quiet=",
                                       "--read-only=",
                                       "--security-opt=",
                                       "--shm-size=",
                                       "--ulimit=",
                                       "--user="};
  for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
    if (sd_text_starts_with(token, starts[i]))
      return true;
  return false;
}

/* "nocopy": the daemon would copy what the image has there into a volume that is empty, at this very moment (moby,
 * daemon/create_unix.go, populateVolumes). */
void keeper_argv(const struct run *run, struct sd_strv *out) {
  static const char *const fixed[] = {
      "--entrypoint=" ENTRYPOINT, "--label=io.safe-docker.keeper=true",
      "--label=" SD_OWNER_LABEL "=", "--label=" SD_VERSION_LABEL "=" SD_VERSION, "--network=none"};
  const struct sd_strv *words = &run->emitted.argv;
  size_t end = 1;
  sd_strv_add(out, run->arena, run->session->policy.docker.path);
  decide_add_globals(run, out);
  sd_strv_add(out, run->arena, "create");
  for (; end < words->v.len && strcmp(words->v.items[end], "--") != 0; end++)
    if (is_taken_over(words->v.items[end]))
      sd_strv_add(out, run->arena, words->v.items[end]);
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
    sd_strv_add(out, run->arena, fixed[i]);
  for (size_t i = 0; i < run->decision.volumes.v.len; i++)
    sd_strv_add(out, run->arena,
                sd_arena_printf(run->arena, "--volume=%s:" ENTRYPOINT "-%zu:nocopy",
                                run->decision.volumes.v.items[i].name, i));
  sd_strv_add(out, run->arena, "--");
  if (end + 1 < words->v.len)
    sd_strv_add(out, run->arena, words->v.items[end + 1]); /* the image */
}

void keeper_remove(struct run *run, const char *id) {
  const char *const fixed[] = {"rm", "--force=true", "--volumes=true", "--", id};
  struct sd_strv words = {0};
  struct sd_answer answer;
  struct sd_error err;
  sd_error_init(&err, run->arena);
  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
    sd_strv_add(&words, run->arena, fixed[i]);
  if (lookup_ask(run, &words, &answer, &err) && answer.status == 0)
    return;
  /* It holds the caller's own volumes, and is never started. */
  output_tell(sd_arena_printf(
      run->arena,
      "safe-docker: the container %.12s, which held the volumes, could "
      "not be removed: %s\n  hint: ask the administrator to remove it\n",
      id, err.message != NULL ? err.message : sd_text_safe(run->arena, answer.err)));
}

/* -- signals -------------------------------------------------------------------------------------- */

static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
static volatile sig_atomic_t came;

static void note(int number) {
  came = number;
}

/* What is ignored stays so; a handler is no child's. */
static void set_handlers(void (*from)(int), void (*to)(int)) {
  struct sigaction now;
  struct sigaction wanted = {.sa_handler = to, .sa_flags = SA_RESTART};
  (void)sigemptyset(&wanted.sa_mask);
  for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
    if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler == from)
      (void)sigaction(ending[i], &wanted, NULL);
}

void keeper_signals_begin(void) {
  came = 0;
  set_handlers(SIG_DFL, note);
}

int keeper_signals_end(void) {
  set_handlers(note, SIG_DFL);
  return came;
}
