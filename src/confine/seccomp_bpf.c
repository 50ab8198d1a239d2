/* SPDX-License-Identifier: Apache-2.0 */
/* Classic BPF as the kernel reads it for seccomp(2) (linux/filter.h, linux/seccomp.h). A program that
 * is not understood to the last jump MUST have no answer: a guess could say "refused" of a call that
 * the kernel makes. */
#include "seccomp_bpf.h"

#include <endian.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>

#define WORD sizeof(uint32_t)
#define HALF_BITS 32
#define X32_BIT UINT32_C(0x40000000) /* __X32_SYSCALL_BIT */

_Static_assert(sizeof(struct seccomp_data) == SD_SECCOMP_WORDS * WORD, "as the kernel has it");
_Static_assert(offsetof(struct seccomp_data, arch) == SD_SECCOMP_WORD_ARCH * WORD, "as above");
_Static_assert(offsetof(struct seccomp_data, args) == SD_SECCOMP_WORD_ARGS * WORD, "as above");

bool sd_seccomp_high_first(uint32_t arch) {
  return (arch & __AUDIT_ARCH_LE) == 0;
}

uint32_t sd_seccomp_kernel_arch(uint32_t arch) {
  return arch == SCMP_ARCH_X32 ? SCMP_ARCH_X86_64 : arch;
}

void sd_seccomp_number_bits(uint32_t arch, uint32_t *mask, uint32_t *value) {
  *mask = arch == SCMP_ARCH_X32 || arch == SCMP_ARCH_X86_64 ? X32_BIT : 0;
  *value = arch == SCMP_ARCH_X32 ? X32_BIT : 0;
}

/* libseccomp writes a program in the byte order of the machine that it is for. */
static struct sock_filter fetch(const struct sd_seccomp_program *program, uint32_t arch,
                                size_t at) {
  struct sock_filter raw;
  memcpy(&raw, (const char *)program->code + at * sizeof(raw), sizeof(raw));
  if (sd_seccomp_high_first(arch) != (__BYTE_ORDER == __BIG_ENDIAN)) {
    raw.code = __builtin_bswap16(raw.code);
    raw.k = __builtin_bswap32(raw.k);
  }
  return raw;
}

static bool find_op(uint16_t code, enum sd_seccomp_op *op) {
  static const struct {
    uint16_t code;
    enum sd_seccomp_op op;
  } rows[] = {
      {BPF_LD | BPF_W | BPF_ABS, SD_SECCOMP_LOAD},
      {BPF_ALU | BPF_AND | BPF_K, SD_SECCOMP_AND},
      {BPF_JMP | BPF_JA, SD_SECCOMP_JUMP},
      {BPF_JMP | BPF_JEQ | BPF_K, SD_SECCOMP_EQUAL},
      {BPF_JMP | BPF_JGT | BPF_K, SD_SECCOMP_ABOVE},
      {BPF_JMP | BPF_JGE | BPF_K, SD_SECCOMP_REACHES},
      {BPF_JMP | BPF_JSET | BPF_K, SD_SECCOMP_SHARES},
      {BPF_RET | BPF_K, SD_SECCOMP_RETURN},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (rows[i].code == code) {
      *op = rows[i].op;
      return true;
    }
  return false;
}

bool sd_seccomp_decode(const struct sd_seccomp_program *program, uint32_t arch, size_t at,
                       struct sd_seccomp_instruction *out) {
  size_t count = program->len / sizeof(struct sock_filter);
  if (at >= count || program->len % sizeof(struct sock_filter) != 0)
    return false;
  struct sock_filter raw = fetch(program, arch, at);
  struct sd_seccomp_instruction made = {.value = raw.k, .yes = at + 1, .no = at + 1};
  if (!find_op(raw.code, &made.op))
    return false;
  if (made.op == SD_SECCOMP_RETURN) {
    *out = made;
    return true;
  }
  if (made.op == SD_SECCOMP_LOAD) {
    if (raw.k % WORD != 0 || raw.k >= sizeof(struct seccomp_data))
      return false;
    made.value = raw.k / WORD;
  } else if (made.op == SD_SECCOMP_JUMP) {
    made.yes += raw.k;
    made.no += raw.k;
  } else if (made.op != SD_SECCOMP_AND) {
    made.yes += raw.jt;
    made.no += raw.jf;
  }
  if (made.yes >= count || made.no >= count)
    return false;
  *out = made;
  return true;
}

uint32_t sd_seccomp_word(const struct sd_seccomp_call *call, size_t index) {
  if (index == SD_SECCOMP_WORD_NUMBER)
    return (uint32_t)call->number;
  if (index == SD_SECCOMP_WORD_ARCH)
    return sd_seccomp_kernel_arch(call->arch);
  if (index < SD_SECCOMP_WORD_ARGS)
    return 0;
  size_t at = index - SD_SECCOMP_WORD_ARGS;
  bool high = (at % 2 == 0) == sd_seccomp_high_first(call->arch);
  return (uint32_t)(high ? call->args[at / 2] >> HALF_BITS : call->args[at / 2]);
}

bool sd_seccomp_holds(const struct sd_seccomp_instruction *jump, uint32_t accumulator) {
  switch (jump->op) {
  case SD_SECCOMP_EQUAL:
    return accumulator == jump->value;
  case SD_SECCOMP_ABOVE:
    return accumulator > jump->value;
  case SD_SECCOMP_REACHES:
    return accumulator >= jump->value;
  case SD_SECCOMP_SHARES:
    return (accumulator & jump->value) != 0;
  case SD_SECCOMP_LOAD:
  case SD_SECCOMP_AND:
  case SD_SECCOMP_JUMP:
  case SD_SECCOMP_RETURN:
    break;
  }
  return true;
}

/* Every jump leads forward, so it comes to an end. */
bool sd_seccomp_answer(const struct sd_seccomp_program *program, const struct sd_seccomp_call *call,
                       uint32_t *action) {
  uint32_t accumulator = 0;
  struct sd_seccomp_instruction now;
  for (size_t at = 0; sd_seccomp_decode(program, call->arch, at, &now);) {
    if (now.op == SD_SECCOMP_RETURN) {
      *action = now.value;
      return true;
    }
    at = sd_seccomp_holds(&now, accumulator) ? now.yes : now.no;
    if (now.op == SD_SECCOMP_LOAD)
      accumulator = sd_seccomp_word(call, now.value);
    else if (now.op == SD_SECCOMP_AND)
      accumulator &= now.value;
  }
  return false;
}
