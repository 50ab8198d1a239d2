/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a seccomp filter over a made system call, so that filters of other architectures can be
 * looked at. */
#ifndef SAFE_DOCKER_TESTS_BPF_H
#define SAFE_DOCKER_TESTS_BPF_H

#include <linux/seccomp.h>

#include "../support.h"

/* SECCOMP_RET_*, with its data; aborts on an instruction that seccomp filters do not have. */
uint32_t bpf_run(const void *program, size_t len, const struct seccomp_data *call);

#endif
