/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions of a compiled profile. Private to src/confine. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_BPF_H
#define SAFE_DOCKER_CONFINE_SECCOMP_BPF_H

#include "safe-docker/confine/seccomp_program.h"

/* What seccomp(2) can look at: 32-bit words of struct seccomp_data. */
enum sd_seccomp_word_index {
  SD_SECCOMP_WORD_NUMBER,
  SD_SECCOMP_WORD_ARCH,
  SD_SECCOMP_WORD_POINTER, /* two words: the address of the instruction */
  SD_SECCOMP_WORD_ARGS = SD_SECCOMP_WORD_POINTER + 2, /* six times two words */
  SD_SECCOMP_WORDS = SD_SECCOMP_WORD_ARGS + 12
};

enum sd_seccomp_op {
  SD_SECCOMP_LOAD,    /* accumulator = word[value] */
  SD_SECCOMP_AND,     /* accumulator &= value */
  SD_SECCOMP_JUMP,    /* to `yes` */
  SD_SECCOMP_EQUAL,   /* accumulator == value ? yes : no; the next three likewise */
  SD_SECCOMP_ABOVE,   /* accumulator > value */
  SD_SECCOMP_REACHES, /* accumulator >= value */
  SD_SECCOMP_SHARES,  /* (accumulator & value) != 0 */
  SD_SECCOMP_RETURN   /* value */
};

struct sd_seccomp_instruction {
  enum sd_seccomp_op op;
  uint32_t value;
  size_t yes; /* indexes of instructions, behind this one and within the program */
  size_t no;
};

/* Instruction `at` of a program for machines of the byte order of `arch`. False where it is none that libseccomp
 * makes, or leads out of the program: then it cannot be followed. */
bool sd_seccomp_decode(const struct sd_seccomp_program *program, uint32_t arch, size_t at,
                       struct sd_seccomp_instruction *out) SD_WARN_UNUSED;

/* Whether a jump goes to `yes`; true for what is none. */
bool sd_seccomp_holds(const struct sd_seccomp_instruction *jump, uint32_t accumulator);

/* The architecture as the kernel names it: x32 calls come as those of x86-64. */
uint32_t sd_seccomp_kernel_arch(uint32_t arch);
/* The bits that tell the numbers of `arch` from others that the kernel takes for the same architecture: bit 30 is set
 * for x32, and clear for x86-64. */
void sd_seccomp_number_bits(uint32_t arch, uint32_t *mask, uint32_t *value);
/* Word `index` of a call, as the kernel shows it; the address of the instruction is 0. */
uint32_t sd_seccomp_word(const struct sd_seccomp_call *call, size_t index);
/* Whether words are stored with the more significant half of an argument first. */
bool sd_seccomp_high_first(uint32_t arch);

#endif
