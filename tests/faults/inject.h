/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the injector share: a traced process, and the log. */
#ifndef SD_FAULTS_INJECT_H
#define SD_FAULTS_INJECT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#define KINDS 512

/* number: of the program's processes, in the order in which they began; -1: of none of them. */
struct process {
  pid_t pid;
  int number;
  long calls;
  long of_kind[KINDS];     /* calls, by their number */
  bool inside;             /* of the system call that was counted last */
  bool watched;            /* it executes the program, so that its calls are counted */
  bool early;              /* it stopped before its parent told of it */
  bool to_answer;          /* the call that it is in gets the answer that was ordered */
  unsigned long long kept; /* what an argument of it was before it was changed */
  bool knows_death;        /* it has ended */
};

/* One JSON object a line. */
void log_call(FILE *log, const struct process *process, long number,
              const unsigned long long args[6], const char *path);
void log_answer(FILE *log, const struct process *process, long long answer);
void log_fault(FILE *log, const struct process *process, long number);
void log_exec(FILE *log, const struct process *process);
void log_end(FILE *log, const char *what, const struct process *process, int status);

#endif
