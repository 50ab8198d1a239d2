/* SPDX-License-Identifier: Apache-2.0 */
/* A small interpreter of classic BPF, as seccomp uses it. */
#include "bpf.h"

#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>

static int jump_taken(uint16_t code, uint32_t left, uint32_t right) {
  switch (BPF_OP(code)) {
  case BPF_JEQ:
    return left == right;
  case BPF_JGT:
    return left > right;
  case BPF_JGE:
    return left >= right;
  case BPF_JSET:
    return (left & right) != 0;
  default:
    abort();
  }
}

uint32_t bpf_run(const void *program, size_t len, const struct seccomp_data *call) {
  const struct sock_filter *code = program;
  size_t count = len / sizeof(*code);
  uint32_t accumulator = 0;
  for (size_t at = 0; at < count; at++) {
    const struct sock_filter *op = &code[at];
    switch (BPF_CLASS(op->code)) {
    case BPF_LD:
      if (op->code != (BPF_LD | BPF_W | BPF_ABS) || op->k + sizeof(accumulator) > sizeof(*call))
        abort();
      memcpy(&accumulator, (const char *)call + op->k, sizeof(accumulator));
      break;
    case BPF_ALU:
      if (op->code != (BPF_ALU | BPF_AND | BPF_K))
        abort();
      accumulator &= op->k;
      break;
    case BPF_JMP:
      if (BPF_OP(op->code) == BPF_JA)
        at += op->k;
      else
        at += jump_taken(op->code, accumulator, op->k) ? op->jt : op->jf;
      break;
    case BPF_RET:
      return op->k;
    default:
      abort();
    }
  }
  abort();
}
