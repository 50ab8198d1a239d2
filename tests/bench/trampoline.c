/* SPDX-License-Identifier: Apache-2.0 */
/* The least that anything in the real CLI's place can cost: it executes TARGET with its own words. */
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
  (void)argc;
  argv[0] = TARGET;
  execve(TARGET, argv, environ);
  return 127;
}
