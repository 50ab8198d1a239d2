/* SPDX-License-Identifier: Apache-2.0 */
/* What any C program in the real CLI's place costs: it executes TARGET with its own words. */
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  (void)argc;
  argv[0] = TARGET;
  execve(TARGET, argv, environ);
  return 127;
}
