/* SPDX-License-Identifier: Apache-2.0 */
/* The table of system calls that scripts/embed-calls makes from syscalls.txt: no pointers, so that it costs nothing
 * until it is used. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_TABLE_H
#define SAFE_DOCKER_CONFINE_SECCOMP_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define SD_SECCOMP_SLOTS 2048

extern const size_t sd_seccomp_call_count;
/* Names in byte order, each with a NUL, and where each begins. */
extern const char sd_seccomp_call_text[];
extern const uint16_t sd_seccomp_call_offsets[];
/* 1: also reached through socketcall, 2: through ipc; 3: socketcall itself, 4: ipc. */
extern const uint8_t sd_seccomp_call_through_table[];
/* By hash (33 times what was, plus the byte, 16 bits), then the next free one: the call's index plus 1, or 0. */
extern const uint16_t sd_seccomp_call_slots[SD_SECCOMP_SLOTS];

#endif
