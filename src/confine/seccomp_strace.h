/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of strace's lines. Private to src/confine/seccomp_strace*.c. */
#ifndef SAFE_DOCKER_CONFINE_SECCOMP_STRACE_PRIVATE_H
#define SAFE_DOCKER_CONFINE_SECCOMP_STRACE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A part of a text; not ended with NUL. */
struct slice {
  const char *text;
  size_t len;
};

bool slice_starts_with(struct slice slice, const char *prefix);
bool slice_ends_with(struct slice slice, const char *suffix);
/* Without its first `count` bytes, of which it has at least so many. */
struct slice slice_from(struct slice slice, size_t count);
/* Without blanks at both ends. */
struct slice slice_trim(struct slice slice);
/* How many of the first bytes are among `bytes`. */
size_t slice_span(struct slice slice, const char *bytes);

#define STRACE_ARGS 6

/* What stands between a call's parentheses, of which `text` lacks the first. False: they do not close, and what is cut
 * off there is none of the arguments. *rest is what follows the closing one. */
bool strace_split(struct slice text, struct slice args[STRACE_ARGS], size_t *count,
                  struct slice *rest);
/* A number as it is given to the kernel: 1, 0x10, 0644, NULL, AF_UNIX, CLONE_VM|SIGCHLD, 3</dev/null>, each also with
 * the comment that -X verbose adds. False where it is none, is negative, or has a name that is not known here. */
bool strace_value(struct slice text, uint64_t *out);

#endif
