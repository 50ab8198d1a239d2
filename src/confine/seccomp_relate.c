/* SPDX-License-Identifier: Apache-2.0 */
/* Two compiled profiles, compared for one call or for all at once, over all arguments. The inner program is followed
 * to each end that allows; with what is then known of the words of the call, the outer one is followed to each end
 * that refuses. "Within" MUST be proven: what is not understood, or takes too long, is uncertain. */
#include <string.h>

#include "seccomp_bpf.h"
#include "seccomp_word.h"

/* Instructions followed and facts looked at: about a second. Docker's default profile takes a thousandth of it. */
#define MAX_STEPS 100000000
#define HALF_BITS 32

/* Where a program is followed. The accumulator is words[word] & mask; 0 before anything is loaded. */
struct place {
  size_t program;
  size_t at;
  size_t word;
  uint32_t mask;
};

/* What is known of the word on one side of a jump. */
struct side {
  size_t at;
  enum { EQUAL, UNEQUAL, BETWEEN } kind;
  uint32_t a; /* mask, or first */
  uint32_t b; /* value, or last */
};

/* A jump on the way, of which one side is followed after the other. */
struct fork {
  struct place place;
  struct side sides[2];
  size_t tried;
  struct sd_seccomp_facts before;
  struct sd_seccomp_unequal *unequal; /* made once for each depth; the facts point to it */
};

struct job {
  struct sd_arena *arena;
  const struct sd_seccomp_program *programs[2]; /* inner, outer */
  uint32_t arch;
  size_t steps;
  bool uncertain;
  bool found;
  struct sd_seccomp_facts words[SD_SECCOMP_WORDS];
  uint32_t picked[SD_SECCOMP_WORDS];
  SD_VEC(struct fork) forks;
  size_t depth; /* of them are in use */
};

static void open_fork(struct job *job, struct place place, const struct side sides[2]) {
  struct fork *fork = job->depth < job->forks.len ? &job->forks.items[job->depth]
                                                  : sd_vec_push(job->arena, &job->forks);
  struct sd_seccomp_unequal *unequal = fork->unequal;
  if (unequal == NULL)
    unequal = sd_arena_alloc(job->arena, sizeof(*unequal));
  *fork = (struct fork){.place = place,
                        .sides = {sides[0], sides[1]},
                        .before = job->words[place.word],
                        .unequal = unequal};
  job->depth++;
}

/* Adds what is known on that side. False: no word is like that. */
static bool assume(const struct fork *fork, const struct side *side,
                   struct sd_seccomp_facts *facts) {
  switch (side->kind) {
  case EQUAL:
    return sd_seccomp_facts_equal(facts, side->a, side->b);
  case BETWEEN:
    return sd_seccomp_facts_between(facts, side->a, side->b);
  case UNEQUAL:
    *fork->unequal =
        (struct sd_seccomp_unequal){.before = facts->unequal, .mask = side->a, .value = side->b};
    if ((side->b & ~side->a) == 0) /* otherwise it holds for every word */
      facts->unequal = fork->unequal;
    return true;
  }
  return true;
}

static bool is_possible(struct job *job, const struct sd_seccomp_facts *facts) {
  uint32_t unused;
  enum sd_seccomp_pick pick = sd_seccomp_facts_pick(facts, &job->steps, &unused);
  job->uncertain = job->uncertain || pick == SD_SECCOMP_PICK_UNKNOWN;
  return pick == SD_SECCOMP_PICK_FOUND;
}

/* To the next side that is still to be followed. False: there is none. */
static bool take_next(struct job *job, struct place *place) {
  while (job->depth > 0) {
    struct fork *fork = &job->forks.items[job->depth - 1];
    struct sd_seccomp_facts *facts = &job->words[fork->place.word];
    *facts = fork->before;
    if (fork->tried == 2) {
      job->depth--;
      continue;
    }
    const struct side *side = &fork->sides[fork->tried++];
    if (assume(fork, side, facts) && is_possible(job, facts)) {
      *place = fork->place;
      place->at = side->at;
      return true;
    }
  }
  return false;
}

/* The sides of a jump that is taken for numbers from `first` on. */
static void split_range(const struct sd_seccomp_instruction *now, uint64_t first,
                        struct side sides[2]) {
  const struct side never = {.kind = BETWEEN, .a = 1, .b = 0};
  sides[0] = never;
  sides[1] = never;
  if (first <= UINT32_MAX)
    sides[0] = (struct side){now->yes, BETWEEN, (uint32_t)first, UINT32_MAX};
  if (first > 0)
    sides[1] = (struct side){now->no, BETWEEN, 0, (uint32_t)(first - 1)};
}

/* False where the jump is of a kind that libseccomp does not make. */
static bool split(const struct sd_seccomp_instruction *now, uint32_t mask, struct side sides[2]) {
  switch (now->op) {
  case SD_SECCOMP_EQUAL:
    sides[0] = (struct side){now->yes, EQUAL, mask, now->value};
    sides[1] = (struct side){now->no, UNEQUAL, mask, now->value};
    return true;
  case SD_SECCOMP_SHARES:
    sides[0] = (struct side){now->yes, UNEQUAL, mask & now->value, 0};
    sides[1] = (struct side){now->no, EQUAL, mask & now->value, 0};
    return true;
  case SD_SECCOMP_ABOVE:
    split_range(now, (uint64_t)now->value + 1, sides);
    return mask == UINT32_MAX;
  case SD_SECCOMP_REACHES:
    split_range(now, now->value, sides);
    return mask == UINT32_MAX;
  case SD_SECCOMP_LOAD:
  case SD_SECCOMP_AND:
  case SD_SECCOMP_JUMP:
  case SD_SECCOMP_RETURN:
    break;
  }
  return false;
}

static void pick_all(struct job *job) {
  job->found = true;
  for (size_t i = 0; i < SD_SECCOMP_WORDS; i++)
    if (sd_seccomp_facts_pick(&job->words[i], &job->steps, &job->picked[i]) !=
        SD_SECCOMP_PICK_FOUND) {
      job->found = false;
      job->uncertain = true;
      return;
    }
}

/* Whether there is something to follow behind an end of a program: the outer one, behind the inner one. */
static bool go_on(struct job *job, struct place *place, uint32_t action) {
  bool allows = sd_seccomp_allows_action(action);
  if (place->program == 0 && allows) {
    *place = (struct place){.program = 1};
    return true;
  }
  if (place->program == 1 && !allows)
    pick_all(job);
  return false;
}

static bool follow_instruction(struct job *job, struct place *place,
                               const struct sd_seccomp_instruction *now) {
  struct side sides[2];
  switch (now->op) {
  case SD_SECCOMP_RETURN:
    return go_on(job, place, now->value);
  case SD_SECCOMP_LOAD:
    place->word = now->value;
    place->mask = UINT32_MAX;
    break;
  case SD_SECCOMP_AND:
    place->mask &= now->value;
    break;
  case SD_SECCOMP_JUMP:
    break;
  case SD_SECCOMP_EQUAL:
  case SD_SECCOMP_ABOVE:
  case SD_SECCOMP_REACHES:
  case SD_SECCOMP_SHARES:
    if (split(now, place->mask, sides))
      open_fork(job, *place, sides);
    else
      job->uncertain = true;
    return false;
  }
  place->at = now->yes;
  return true;
}

/* Follows one instruction; false where this way ends, or forks. */
static bool follow(struct job *job, struct place *place) {
  struct sd_seccomp_instruction now;
  if (job->steps == 0 ||
      !sd_seccomp_decode(job->programs[place->program], job->arch, place->at, &now)) {
    job->uncertain = true;
    return false;
  }
  job->steps--;
  return follow_instruction(job, place, &now);
}

static uint64_t argument(const struct job *job, size_t index) {
  const uint32_t *halves = &job->picked[SD_SECCOMP_WORD_ARGS + 2 * index];
  bool high_first = sd_seccomp_high_first(job->arch);
  uint64_t high = halves[high_first ? 0 : 1];
  return high << HALF_BITS | halves[high_first ? 1 : 0];
}

/* What was found by following the programs must be so when they are run. */
static enum sd_seccomp_relation confirm(const struct job *job, struct sd_seccomp_call *witness) {
  struct sd_seccomp_call call = {.arch = job->picked[SD_SECCOMP_WORD_ARCH],
                                 .number = (int)job->picked[SD_SECCOMP_WORD_NUMBER]};
  uint32_t actions[2];
  for (size_t i = 0; i < sizeof(call.args) / sizeof(call.args[0]); i++)
    call.args[i] = argument(job, i);
  if (!sd_seccomp_answer(job->programs[0], &call, &actions[0]) ||
      !sd_seccomp_answer(job->programs[1], &call, &actions[1]) ||
      !sd_seccomp_allows_action(actions[0]) || sd_seccomp_allows_action(actions[1]))
    return SD_SECCOMP_UNCERTAIN;
  *witness = call;
  return SD_SECCOMP_WIDER;
}

static enum sd_seccomp_relation run(struct job *job, struct sd_seccomp_call *witness) {
  struct place place = {.program = 0};
  bool goes_on = true;
  while (!job->found && (goes_on || take_next(job, &place)))
    goes_on = follow(job, &place);
  if (job->found)
    return confirm(job, witness);
  return job->uncertain ? SD_SECCOMP_UNCERTAIN : SD_SECCOMP_WITHIN;
}

static struct job make_job(struct sd_arena *arena, const struct sd_seccomp_program *inner,
                           const struct sd_seccomp_program *outer, uint32_t arch) {
  struct job job = {.arena = arena, .programs = {inner, outer}, .arch = arch, .steps = MAX_STEPS};
  for (size_t i = 0; i < SD_SECCOMP_WORDS; i++)
    job.words[i].last = UINT32_MAX;
  return job;
}

enum sd_seccomp_relation sd_seccomp_relate(struct sd_arena *arena,
                                           const struct sd_seccomp_program *inner,
                                           const struct sd_seccomp_program *outer,
                                           struct sd_seccomp_call *witness) {
  struct job job = make_job(arena, inner, outer, witness->arch);
  struct sd_seccomp_call call = *witness;
  if (!sd_seccomp_facts_equal(&job.words[SD_SECCOMP_WORD_ARCH], UINT32_MAX,
                              sd_seccomp_kernel_arch(call.arch)) ||
      !sd_seccomp_facts_equal(&job.words[SD_SECCOMP_WORD_NUMBER], UINT32_MAX,
                              (uint32_t)call.number))
    return SD_SECCOMP_UNCERTAIN;
  enum sd_seccomp_relation relation = run(&job, &call);
  if (relation == SD_SECCOMP_WIDER)
    memcpy(witness->args, call.args, sizeof(call.args));
  return relation;
}

enum sd_seccomp_relation sd_seccomp_relate_all(struct sd_arena *arena,
                                               const struct sd_seccomp_program *inner,
                                               const struct sd_seccomp_program *outer,
                                               uint32_t arch, struct sd_seccomp_call *witness) {
  struct job job = make_job(arena, inner, outer, arch);
  struct sd_seccomp_call call = {.arch = arch};
  enum sd_seccomp_relation relation = run(&job, &call);
  if (relation == SD_SECCOMP_WIDER) {
    *witness = call;
    witness->arch = sd_seccomp_arch_of(call.arch, call.number);
  }
  return relation;
}
