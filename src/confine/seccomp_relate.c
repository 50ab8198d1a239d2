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

static enum sd_seccomp_possible add_fact(struct job *job, const struct fork *fork,
                                         const struct side *side) {
  struct sd_seccomp_facts *facts = &job->words[fork->place.word];
  switch (side->kind) {
  case EQUAL:
    return sd_seccomp_facts_equal(facts, side->a, side->b, &job->steps);
  case BETWEEN:
    return sd_seccomp_facts_between(facts, side->a, side->b, &job->steps);
  case UNEQUAL:
    return sd_seccomp_facts_unequal(facts, side->a, side->b, fork->unequal, &job->steps);
  }
  return SD_SECCOMP_POSSIBLE_UNKNOWN;
}

static bool is_possible(struct job *job, const struct fork *fork, const struct side *side) {
  enum sd_seccomp_possible possible = add_fact(job, fork, side);
  job->uncertain = job->uncertain || possible == SD_SECCOMP_POSSIBLE_UNKNOWN;
  return possible == SD_SECCOMP_POSSIBLE_YES;
}

/* To the next side that is still to be followed. False: there is none. */
static bool take_next(struct job *job, struct place *place) {
  while (job->depth > 0) {
    struct fork *fork = &job->forks.items[job->depth - 1];
    job->words[fork->place.word] = fork->before;
    if (fork->tried == 2) {
      job->depth--;
      continue;
    }
    const struct side *side = &fork->sides[fork->tried++];
    if (is_possible(job, fork, side)) {
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

/* Whether there is something to follow behind an end of a program: the outer one, behind the inner one. */
static bool go_on(struct job *job, struct place *place, uint32_t action) {
  bool allows = sd_seccomp_allows_action(action);
  if (place->program == 0 && allows) {
    *place = (struct place){.program = 1};
    return true;
  }
  job->found = place->program == 1 && !allows;
  return false;
}

/* Where all bits of the word are known, the way does not fork. */
static bool follow_jump(struct job *job, struct place *place,
                        const struct sd_seccomp_instruction *now) {
  const struct sd_seccomp_facts *facts = &job->words[place->word];
  struct side sides[2];
  if (facts->mask == UINT32_MAX) {
    place->at = sd_seccomp_holds(now, facts->value & place->mask) ? now->yes : now->no;
    return true;
  }
  if (split(now, place->mask, sides))
    open_fork(job, *place, sides);
  else
    job->uncertain = true;
  return false;
}

static bool follow_instruction(struct job *job, struct place *place,
                               const struct sd_seccomp_instruction *now) {
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
    return follow_jump(job, place, now);
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
  const struct sd_seccomp_facts *halves = &job->words[SD_SECCOMP_WORD_ARGS + 2 * index];
  bool high_first = sd_seccomp_high_first(job->arch);
  uint64_t high = halves[high_first ? 0 : 1].word;
  return high << HALF_BITS | halves[high_first ? 1 : 0].word;
}

/* What was found by following the programs must be so when they are run. */
static enum sd_seccomp_relation confirm(const struct job *job, struct sd_seccomp_call *witness) {
  struct sd_seccomp_call call = {.arch = job->words[SD_SECCOMP_WORD_ARCH].word,
                                 .number = (int)job->words[SD_SECCOMP_WORD_NUMBER].word};
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

/* For calls with a number of which `mask` is as in `number`. */
static enum sd_seccomp_relation relate(struct job *job, uint32_t mask, uint32_t number,
                                       struct sd_seccomp_call *witness) {
  struct sd_seccomp_call call;
  struct sd_seccomp_facts *words = job->words;
  for (size_t i = 0; i < SD_SECCOMP_WORDS; i++)
    sd_seccomp_facts_init(&words[i]);
  if (sd_seccomp_facts_equal(&words[SD_SECCOMP_WORD_ARCH], UINT32_MAX,
                             sd_seccomp_kernel_arch(witness->arch),
                             &job->steps) != SD_SECCOMP_POSSIBLE_YES ||
      sd_seccomp_facts_equal(&words[SD_SECCOMP_WORD_NUMBER], mask, number & mask, &job->steps) !=
          SD_SECCOMP_POSSIBLE_YES)
    return SD_SECCOMP_UNCERTAIN;
  enum sd_seccomp_relation relation = run(job, &call);
  if (relation == SD_SECCOMP_WIDER) {
    witness->number = call.number;
    memcpy(witness->args, call.args, sizeof(call.args));
  }
  return relation;
}

enum sd_seccomp_relation sd_seccomp_relate(struct sd_arena *arena,
                                           const struct sd_seccomp_program *inner,
                                           const struct sd_seccomp_program *outer,
                                           struct sd_seccomp_call *witness) {
  struct job job = {
      .arena = arena, .programs = {inner, outer}, .arch = witness->arch, .steps = MAX_STEPS};
  return relate(&job, UINT32_MAX, (uint32_t)witness->number, witness);
}

enum sd_seccomp_relation sd_seccomp_relate_arch(struct sd_arena *arena,
                                                const struct sd_seccomp_program *inner,
                                                const struct sd_seccomp_program *outer,
                                                struct sd_seccomp_call *witness) {
  struct job job = {
      .arena = arena, .programs = {inner, outer}, .arch = witness->arch, .steps = MAX_STEPS};
  uint32_t mask;
  uint32_t value;
  sd_seccomp_number_bits(witness->arch, &mask, &value);
  return relate(&job, mask, value, witness);
}
