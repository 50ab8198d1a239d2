/* SPDX-License-Identifier: Apache-2.0 */
/* The program that attacks from inside a container: what it tries, and what the answers are to be. */
#ifndef SAFE_DOCKER_TESTS_INSIDE_H
#define SAFE_DOCKER_TESTS_INSIDE_H

#include <stddef.h>

/* By which door a call goes to the kernel. */
enum inside_door {
  DOOR_NATIVE,
  DOOR_X32, /* with bit 30 in the number */
  DOOR_32   /* int 0x80, by the numbers of 32-bit x86 */
};

/* One attempt. The answers are "worked", the name of an errno, or of the signal that ends the process; several that
 * are equally right have a | between them. With a ! before it, it is the filter that says so; without, the kernel.
 * `none` is what the kernel says without any filter: where it is the same as under a filter, the kernel refuses
 * before it looks at anything, and there are no arguments to tell the two apart. */
struct inside_attempt {
  const char *name;
  const char *standard; /* under the profile "default" */
  const char *offline;  /* "no-network"; NULL: as `standard` */
  const char *strict;   /* "strict" */
  const char *none;
  long (*run)(long argument); /* as a system call: -1 and errno; NULL: the call below */
  enum inside_door door;
  long number;
  long args[6];
};

extern const struct inside_attempt inside_calls[];
extern const size_t inside_calls_count;
extern const struct inside_attempt inside_acts[];
extern const size_t inside_acts_count;

long inside_call(enum inside_door door, long number, const long args[6]);

/* The bombs, each by its word; the answer is the status of the program. */
int inside_bomb(const char *word);

#endif
