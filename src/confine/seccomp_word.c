/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a word exists that meets a range, known bits and a list of inequalities under masks. The answer MUST be
 * exact or "unknown": that no word exists is what a proof rests on. */
#include "seccomp_word.h"

#define BITS 32

/* False where no word has these bits. */
static bool learn_bits(struct sd_seccomp_facts *facts, uint32_t mask, uint32_t value) {
  if ((value & ~mask) != 0 || ((value ^ facts->value) & mask & facts->mask) != 0)
    return false;
  facts->mask |= mask;
  facts->value |= value;
  return true;
}

/* The bits above the highest in which the ends of the range differ are the same for all between. */
static bool learn_from_range(struct sd_seccomp_facts *facts) {
  uint32_t differ = facts->first ^ facts->last;
  uint32_t same = UINT32_MAX;
  while ((differ & same) != 0)
    same <<= 1;
  return learn_bits(facts, same, facts->first & same);
}

static bool is_one_bit(uint32_t bits) {
  return bits != 0 && (bits & (bits - 1)) == 0;
}

/* An inequality of which one bit only is open says what that bit is. Repeated until nothing new comes up. False: no
 * word is like that. */
static bool learn_from_unequal(struct sd_seccomp_facts *facts, size_t *steps) {
  for (bool again = true; again;) {
    again = false;
    for (const struct sd_seccomp_unequal *at = facts->unequal; at != NULL; at = at->before) {
      uint32_t open = at->mask & ~facts->mask;
      *steps -= *steps > 0;
      if (((facts->value ^ at->value) & at->mask & facts->mask) != 0)
        continue; /* it holds already */
      if (open == 0)
        return false;
      if (is_one_bit(open)) {
        facts->mask |= open;
        facts->value |= open & ~at->value;
        again = true;
      }
    }
  }
  return true;
}

/* The smallest word not below `first` with the known bits. */
static bool next_match(const struct sd_seccomp_facts *facts, uint32_t *out) {
  uint32_t wrong = (facts->first ^ facts->value) & facts->mask;
  if (wrong == 0) {
    *out = facts->first;
    return true;
  }
  /* It equals `first` down to some bit, has a 1 there instead of a 0, and below it only the bits that are known. */
  for (unsigned i = 0; i < BITS; i++) {
    uint32_t bit = UINT32_C(1) << i;
    uint32_t above = ~(bit | (bit - 1));
    bool can_rise = (facts->first & bit) == 0 && (facts->mask & ~facts->value & bit) == 0;
    if ((wrong & above) == 0 && can_rise) {
      *out = (facts->first & above) | bit | (facts->value & (bit - 1));
      return *out <= facts->last;
    }
  }
  return false;
}

static const struct sd_seccomp_unequal *find_violated(const struct sd_seccomp_facts *facts,
                                                      uint32_t word, size_t *steps) {
  for (const struct sd_seccomp_unequal *at = facts->unequal; at != NULL; at = at->before) {
    *steps -= *steps > 0;
    if ((word & at->mask) == at->value)
      return at;
  }
  return NULL;
}

static enum sd_seccomp_possible find(struct sd_seccomp_facts facts, size_t *steps, uint32_t *out);

/* The words that meet `facts` and the inequality, as disjoint sets: equal in the first open bits, different in the
 * next. */
static enum sd_seccomp_possible find_around(const struct sd_seccomp_facts *facts,
                                            const struct sd_seccomp_unequal *unequal, size_t *steps,
                                            uint32_t *out) {
  enum sd_seccomp_possible result = SD_SECCOMP_POSSIBLE_NO;
  struct sd_seccomp_facts part = *facts;
  for (unsigned i = 0; i < BITS && result == SD_SECCOMP_POSSIBLE_NO; i++) {
    uint32_t bit = UINT32_C(1) << i;
    if ((unequal->mask & ~facts->mask & bit) == 0)
      continue;
    part.mask |= bit;
    part.value |= ~unequal->value & bit;
    result = find(part, steps, out);
    part.value = (part.value & ~bit) | (unequal->value & bit);
  }
  return result;
}

/* Programs compare with small numbers, so the largest word is often free. */
static bool last_will_do(const struct sd_seccomp_facts *facts, size_t *steps) {
  return (facts->last & facts->mask) == facts->value &&
         find_violated(facts, facts->last, steps) == NULL;
}

static enum sd_seccomp_possible find(struct sd_seccomp_facts facts, size_t *steps, uint32_t *out) {
  if (!learn_from_range(&facts) || !learn_from_unequal(&facts, steps))
    return SD_SECCOMP_POSSIBLE_NO;
  if (last_will_do(&facts, steps)) {
    *out = facts.last;
    return SD_SECCOMP_POSSIBLE_YES;
  }
  for (uint32_t word; next_match(&facts, &word); facts.first = word + 1) {
    const struct sd_seccomp_unequal *violated = find_violated(&facts, word, steps);
    if (*steps == 0)
      return SD_SECCOMP_POSSIBLE_UNKNOWN;
    if (violated == NULL) {
      *out = word;
      return SD_SECCOMP_POSSIBLE_YES;
    }
    facts.first = word;
    if ((violated->mask | facts.mask) != UINT32_MAX)
      return find_around(&facts, violated, steps, out);
    if (word == facts.last) /* it excludes this word alone */
      return SD_SECCOMP_POSSIBLE_NO;
  }
  return SD_SECCOMP_POSSIBLE_NO;
}

void sd_seccomp_facts_init(struct sd_seccomp_facts *facts) {
  *facts = (struct sd_seccomp_facts){.last = UINT32_MAX};
}

/* `holds`: the new fact, for the word that met the others. */
static enum sd_seccomp_possible keep_or_find(struct sd_seccomp_facts *facts, bool holds,
                                             size_t *steps) {
  return holds ? SD_SECCOMP_POSSIBLE_YES : find(*facts, steps, &facts->word);
}

enum sd_seccomp_possible sd_seccomp_facts_equal(struct sd_seccomp_facts *facts, uint32_t mask,
                                                uint32_t value, size_t *steps) {
  if (!learn_bits(facts, mask, value))
    return SD_SECCOMP_POSSIBLE_NO;
  return keep_or_find(facts, (facts->word & mask) == value, steps);
}

enum sd_seccomp_possible sd_seccomp_facts_between(struct sd_seccomp_facts *facts, uint32_t first,
                                                  uint32_t last, size_t *steps) {
  facts->first = first > facts->first ? first : facts->first;
  facts->last = last < facts->last ? last : facts->last;
  if (facts->first > facts->last)
    return SD_SECCOMP_POSSIBLE_NO;
  return keep_or_find(facts, facts->word >= first && facts->word <= last, steps);
}

enum sd_seccomp_possible sd_seccomp_facts_unequal(struct sd_seccomp_facts *facts, uint32_t mask,
                                                  uint32_t value, struct sd_seccomp_unequal *place,
                                                  size_t *steps) {
  bool holds_always = (value & ~mask) != 0 || ((value ^ facts->value) & mask & facts->mask) != 0 ||
                      (mask == UINT32_MAX && (value < facts->first || value > facts->last));
  if (holds_always)
    return SD_SECCOMP_POSSIBLE_YES;
  *place = (struct sd_seccomp_unequal){.before = facts->unequal, .mask = mask, .value = value};
  facts->unequal = place;
  return keep_or_find(facts, (facts->word & mask) != value, steps);
}
