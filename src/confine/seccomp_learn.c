/* SPDX-License-Identifier: Apache-2.0 */
/* Which rules of a profile served the calls that were seen.
 *
 * MUST: keep no rule that the profile does not have; give out nothing that is not proven to be within it. */
#include "safe-docker/confine/seccomp_learn.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "seccomp_condition.h"
#include "seccomp_lesson.h"
#include "seccomp_target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* More ways to make one call are not told apart: its arguments count as unknown. */
#define ALL_WAYS 64
#define X32_BIT 0x40000000
/* Calls without a name that are told apart; a program may try any number. */
#define NAMELESS_MAX 64
/* What pthread_create(3) asks of clone(2). */
#define THREAD_FLAGS 0x3d0f00

/* -- noting --------------------------------------------------------------------------------------- */

static bool names(const struct sd_seccomp_rule *rule, const char *name) {
  return sd_strv_contains(&rule->names, name);
}

/* A rule for socket(2) opens socketcall(2) too, where an architecture has it; so do those for ipc(2). */
static bool touches(const struct sd_seccomp_rule *rule, const char *name) {
  for (size_t i = 0; i < rule->names.v.len; i++) {
    const char *multiplexer = sd_seccomp_multiplexer(rule->names.v.items[i]);
    if (multiplexer != NULL && strcmp(multiplexer, name) == 0)
      return true;
  }
  return names(rule, name);
}

static unsigned arguments_of(const struct sd_seccomp_rule *rule) {
  unsigned asked = 0;
  for (size_t i = 0; i < rule->conditions.len; i++)
    asked |= 1U << rule->conditions.items[i].index;
  return asked;
}

static unsigned what_matters(const struct sd_seccomp_lesson *lesson, const char *name) {
  unsigned asked = 0;
  for (size_t i = 0; name != NULL && i < lesson->profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &lesson->profile->rules.items[i];
    if (names(rule, name))
      asked |= arguments_of(rule);
    else if (touches(rule, name))
      asked |= 1U; /* the multiplexer's first argument tells which call is meant */
  }
  return asked;
}

/* NULL: one too many without a name. */
static struct subject *find_subject(struct sd_seccomp_lesson *lesson, uint32_t arch, int number) {
  struct subject **place =
      &lesson->buckets[((unsigned)number ^ arch >> 24 ^ arch) % LESSON_BUCKETS];
  for (struct subject *known = *place; known != NULL; known = known->next)
    if (known->arch == arch && known->number == number)
      return known;
  const char *name = sd_seccomp_call_name(lesson->arena, arch, number);
  if (name == NULL && lesson->nameless++ >= NAMELESS_MAX)
    return NULL;
  struct subject *made = sd_arena_alloc(lesson->arena, sizeof(*made));
  *made = (struct subject){.next = *place, .arch = arch, .number = number, .name = name};
  made->matters = what_matters(lesson, made->name);
  *place = made;
  *sd_vec_push(lesson->arena, &lesson->subjects) = made;
  return made;
}

static bool is_same(const struct sample *a, const struct sample *b) {
  return a->known == b->known && memcmp(a->args, b->args, sizeof(a->args)) == 0;
}

void sd_seccomp_lesson_note(struct sd_seccomp_lesson *lesson, const struct sd_seccomp_call *call,
                            unsigned known) {
  bool x32 = call->arch == SCMP_ARCH_X86_64 && call->number >= X32_BIT;
  struct subject *subject = find_subject(lesson, x32 ? SCMP_ARCH_X32 : call->arch, call->number);
  if (subject == NULL)
    return;
  struct sample sample = {.known = known & subject->matters};
  for (unsigned i = 0; i < COUNT(sample.args); i++)
    if ((sample.known & 1U << i) != 0)
      sample.args[i] = call->args[i];
  for (size_t i = 0; i < subject->samples.len; i++)
    if (is_same(&subject->samples.items[i], &sample))
      return;
  if (subject->samples.len > ALL_WAYS)
    return;
  if (subject->samples.len == ALL_WAYS)
    sample = (struct sample){.known = 0};
  *sd_vec_push(lesson->arena, &subject->samples) = sample;
}

/* Go's runtime may start a thread, wait or collect garbage at any moment, also between loading the filter and
 * executing the program of the container. Read from what runc 1.1 and 1.2 and crun do there. clone3 is not here: where
 * profiles refuse it with ENOSYS the C library takes clone, and that refusal is kept. */
static const struct {
  const char *name;
  uint64_t first; /* argument, where rules ask about it */
} runtime_calls[] = {
    {"brk", 0},
    {"clock_gettime", 0},
    {"clone", THREAD_FLAGS},
    {"close", 0},
    {"close_range", 0},
    {"epoll_ctl", 0},
    {"epoll_pwait", 0},
    {"execve", 0},
    {"exit", 0},
    {"exit_group", 0},
    {"fcntl", 0},
    {"fstat", 0},
    {"fstatfs", 0},
    {"futex", 0},
    {"getdents64", 0},
    {"getpid", 0},
    {"gettid", 0},
    {"madvise", 0},
    {"mmap", 0},
    {"mprotect", 0},
    {"munmap", 0},
    {"nanosleep", 0},
    {"newfstatat", 0},
    {"openat", 0},
    {"prctl", 0},
    {"read", 0},
    {"restart_syscall", 0},
    {"rseq", 0},
    {"rt_sigaction", 0},
    {"rt_sigprocmask", 0},
    {"rt_sigreturn", 0},
    {"sched_getaffinity", 0},
    {"sched_yield", 0},
    {"set_robust_list", 0},
    {"sigaltstack", 0},
    {"tgkill", 0},
    {"write", 0},
};

static void note_runtime(struct sd_seccomp_lesson *lesson) {
  for (size_t i = 0; i < COUNT(runtime_calls); i++) {
    struct sd_seccomp_call call = {.arch = lesson->target->arch, .args = {runtime_calls[i].first}};
    call.number = seccomp_syscall_resolve_name_arch(call.arch, runtime_calls[i].name);
    if (call.number >= 0)
      sd_seccomp_lesson_note(lesson, &call, SD_SECCOMP_ALL_ARGS);
  }
}

bool sd_seccomp_lesson_create(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                              const struct sd_seccomp_target *target,
                              struct sd_seccomp_lesson **out, struct sd_error *err) {
  if (sd_seccomp_allows_action(profile->default_action))
    return sd_fail_rule(err, NULL, "start from a profile that refuses by default",
                        "%s allows what no rule names, so no part of it can be written down",
                        sd_text_safe(arena, profile->source));
  struct sd_seccomp_lesson *lesson = sd_arena_alloc(arena, sizeof(*lesson));
  lesson->arena = arena;
  lesson->profile = profile;
  lesson->target = target;
  if (!sd_seccomp_compile(arena, profile, target, &lesson->program, err))
    return false;
  note_runtime(lesson);
  *out = lesson;
  return true;
}

/* -- judging -------------------------------------------------------------------------------------- */

/* Filters of 32-bit architectures compare the low halves. */
static bool is_narrow(uint32_t arch) {
  return (arch & __AUDIT_ARCH_64BIT) == 0 || arch == SCMP_ARCH_X32;
}

/* Arguments that are not known may be any. */
static bool may_match(const struct sd_seccomp_rule *rule, const struct sample *sample,
                      bool narrow) {
  for (size_t i = 0; i < rule->conditions.len; i++) {
    struct sd_seccomp_condition condition = rule->conditions.items[i];
    uint64_t number = sample->args[condition.index];
    if (narrow) {
      condition = sd_seccomp_low_half(&condition);
      number &= UINT32_MAX;
    }
    if ((sample->known & 1U << condition.index) != 0 &&
        !sd_seccomp_condition_holds(&condition, number))
      return false;
  }
  return true;
}

static bool is_open(const struct sd_seccomp_lesson *lesson, const struct sd_seccomp_rule *rule) {
  return sd_seccomp_allows_action(rule->action) && sd_seccomp_applies(rule, lesson->target);
}

static void keep(struct sd_seccomp_lesson *lesson, struct kept *kept, size_t rule,
                 const char *name) {
  if (!sd_strv_contains(&kept->names[rule], name))
    sd_strv_add(&kept->names[rule], lesson->arena, name);
}

/* One rule without conditions does for all. */
static size_t keep_rules(struct sd_seccomp_lesson *lesson, struct kept *kept,
                         const struct subject *subject, const struct sample *sample) {
  const struct sd_seccomp_profile *profile = lesson->profile;
  bool narrow = is_narrow(subject->arch);
  size_t count = 0;
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (rule->conditions.len == 0 && names(rule, subject->name) && is_open(lesson, rule)) {
      keep(lesson, kept, i, subject->name);
      return 1;
    }
  }
  for (size_t i = 0; i < profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &profile->rules.items[i];
    if (names(rule, subject->name) && is_open(lesson, rule) && may_match(rule, sample, narrow)) {
      keep(lesson, kept, i, subject->name);
      count++;
    }
  }
  return count;
}

/* What the profile opens along with other calls. */
static void keep_multiplexed(struct sd_seccomp_lesson *lesson, struct kept *kept,
                             const char *multiplexer) {
  for (size_t i = 0; i < lesson->profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &lesson->profile->rules.items[i];
    for (size_t k = 0; is_open(lesson, rule) && k < rule->names.v.len; k++) {
      const char *by = sd_seccomp_multiplexer(rule->names.v.items[k]);
      if (by != NULL && strcmp(by, multiplexer) == 0)
        keep(lesson, kept, i, rule->names.v.items[k]);
    }
  }
}

static void keep_arch(struct sd_seccomp_lesson *lesson, struct kept *kept, uint32_t arch) {
  const struct sd_seccomp_arch *row = sd_seccomp_find_token(arch);
  if (arch != lesson->target->arch && row != NULL && !sd_strv_contains(&kept->arches, row->name))
    sd_strv_add(&kept->arches, lesson->arena, row->name);
}

static void add_once(struct sd_strv *list, struct sd_arena *arena, const char *text) {
  if (!sd_strv_contains(list, text))
    sd_strv_add(list, arena, text);
}

/* "socket(17): errno 1 (EPERM)": with the arguments that rules ask about. */
static const char *refusal(struct sd_seccomp_lesson *lesson, const struct subject *subject,
                           const struct sample *sample, uint32_t action) {
  struct sd_str out;
  sd_str_init(&out, lesson->arena);
  if (subject->name != NULL)
    sd_str_add(&out, subject->name);
  else
    sd_str_addf(&out, "call %d", subject->number);
  for (unsigned i = 0; i < COUNT(sample->args); i++)
    if ((sample->known & 1U << i) != 0)
      sd_str_addf(&out, " with argument %u = %#llx", i, (unsigned long long)sample->args[i]);
  if (subject->arch != lesson->target->arch) {
    const struct sd_seccomp_arch *row = sd_seccomp_find_token(subject->arch);
    sd_str_addf(&out, " by %s", row != NULL ? row->engine : "an unknown architecture");
  }
  sd_str_addf(&out, ": %s", sd_seccomp_action_text(lesson->arena, action));
  return sd_str_text(&out);
}

/* A filter kills for an architecture that it does not know. */
static bool answer_of(const struct sd_seccomp_program *program, const struct subject *subject,
                      const struct sample *sample, uint32_t *action) {
  if (sd_seccomp_find_token(subject->arch) == NULL) {
    *action = SCMP_ACT_KILL_PROCESS;
    return true;
  }
  struct sd_seccomp_call call = {.arch = subject->arch, .number = subject->number};
  memcpy(call.args, sample->args, sizeof(call.args));
  return sd_seccomp_answer(program, &call, action);
}

static bool judge_sample(struct sd_seccomp_lesson *lesson, struct kept *kept,
                         const struct subject *subject, const struct sample *sample,
                         struct sd_error *err) {
  uint32_t action = 0;
  bool whole = (sample->known & subject->matters) == subject->matters;
  if (!answer_of(&lesson->program, subject, sample, &action))
    return sd_fail(err, "the compiled profile cannot be read");
  bool served = sd_seccomp_allows_action(action);
  size_t count = 0;
  if (subject->name != NULL && (served || !whole))
    count = keep_rules(lesson, kept, subject, sample);
  if (count == 0 && served && subject->name != NULL)
    keep_multiplexed(lesson, kept, subject->name);
  if (count > 0 || served)
    keep_arch(lesson, kept, subject->arch);
  else
    add_once(&kept->refused, lesson->arena, refusal(lesson, subject, sample, action));
  if (!whole && count > 1)
    add_once(&kept->vague, lesson->arena, subject->name);
  return true;
}

bool lesson_judge(struct sd_seccomp_lesson *lesson, struct kept *out, struct sd_error *err) {
  *out = (struct kept){.names = sd_arena_alloc(lesson->arena, (lesson->profile->rules.len + 1) *
                                                                  sizeof(*out->names))};
  for (size_t i = 0; i < lesson->subjects.len; i++) {
    const struct subject *subject = lesson->subjects.items[i];
    for (size_t k = 0; k < subject->samples.len; k++)
      if (!judge_sample(lesson, out, subject, &subject->samples.items[k], err))
        return false;
  }
  lesson_sort(&out->refused);
  lesson_sort(&out->vague);
  return true;
}

/* -- proving and counting ------------------------------------------------------------------------- */

static bool serves(const struct sd_seccomp_lesson *lesson, const struct sd_seccomp_program *program,
                   struct sd_error *err) {
  for (size_t i = 0; i < lesson->subjects.len; i++) {
    const struct subject *subject = lesson->subjects.items[i];
    for (size_t k = 0; k < subject->samples.len; k++) {
      const struct sample *sample = &subject->samples.items[k];
      uint32_t before = 0;
      uint32_t after = 0;
      if ((sample->known & subject->matters) == subject->matters &&
          (!answer_of(&lesson->program, subject, sample, &before) ||
           !answer_of(program, subject, sample, &after) ||
           (sd_seccomp_allows_action(before) && !sd_seccomp_allows_action(after))))
        return sd_fail(err, "the profile that was learned would not serve %s",
                       subject->name != NULL ? subject->name : "a call without a name");
    }
  }
  return true;
}

static bool prove(struct sd_seccomp_lesson *lesson, const char *text, struct sd_error *err) {
  struct sd_seccomp_profile *made = NULL;
  struct sd_seccomp_program program;
  struct sd_error why;
  sd_error_init(&why, lesson->arena);
  if (!sd_seccomp_parse(lesson->arena, "learned", text, strlen(text), &made, &why) ||
      !sd_seccomp_is_stricter(made, lesson->profile, &why) ||
      !sd_seccomp_compile(lesson->arena, made, lesson->target, &program, &why) ||
      !serves(lesson, &program, &why))
    return sd_fail_rule(err, NULL, why.hint,
                        "what was learned cannot be proven to be a part of %s: %s",
                        sd_text_safe(lesson->arena, lesson->profile->source), why.message);
  return true;
}

static size_t count_names(struct sd_seccomp_lesson *lesson, const struct kept *kept) {
  struct sd_strv all = {0};
  for (size_t i = 0; i < lesson->profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &lesson->profile->rules.items[i];
    const struct sd_strv *list = kept != NULL ? &kept->names[i] : &rule->names;
    for (size_t k = 0; is_open(lesson, rule) && k < list->v.len; k++)
      sd_strv_add(&all, lesson->arena, list->v.items[k]);
  }
  lesson_sort(&all);
  return all.v.len;
}

bool sd_seccomp_lesson_write(struct sd_seccomp_lesson *lesson, const char *comment,
                             struct sd_seccomp_learned *out, struct sd_error *err) {
  struct kept kept;
  if (!lesson_judge(lesson, &kept, err))
    return false;
  const char *text = lesson_text(lesson, &kept, comment);
  if (!prove(lesson, text, err))
    return false;
  *out = (struct sd_seccomp_learned){.text = text,
                                     .served = count_names(lesson, &kept),
                                     .allowed = count_names(lesson, NULL),
                                     .refused = kept.refused,
                                     .vague = kept.vague};
  return true;
}
