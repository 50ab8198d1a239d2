/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for the real CLI. What it says lies in the folder "answers" beside it, in a file that is called after the
 * words: COMMAND-SUBCOMMAND-LAST, COMMAND-SUBCOMMAND, COMMAND-LAST or COMMAND. Of NAME.err it ends with 1. What comes in
 * by standard input it counts, so that a lost byte shows; an archive must have its end. Static: no library stands between. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANSWER_MAX 65536

struct input {
  unsigned long long count, sum, zeros; /* zeros: that it ends with */
};

static void count_input(struct input *out) {
  struct stat info;
  unsigned char bytes[4096];
  ssize_t len = 0;
  if (fstat(STDIN_FILENO, &info) != 0 || (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode)))
    return;
  while ((len = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
    for (ssize_t i = 0; i < len; i++) {
      out->count++;
      out->sum = out->sum * 31 + bytes[i];
      out->zeros = bytes[i] == 0 ? out->zeros + 1 : 0;
    }
}

/* Copies the file to fd; whether there is one. */
static int say(const char *name, const char *end, int fd) {
  char path[1024];
  static char text[ANSWER_MAX];
  char self[256] = "";
  if (readlink("/proc/self/exe", self, sizeof(self) - 1) <= 0)
    return 0;
  *strrchr(self, '/') = '\0';
  (void)snprintf(path, sizeof(path), "%s/answers/%.300s%s", self, name, end);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t len = file < 0 ? -1 : read(file, text, sizeof(text));
  if (file >= 0)
    (void)close(file);
  return len >= 0 && write(fd, text, (size_t)len) == len;
}

static int answer(const char *name, int *status) {
  int words = say(name, "", STDOUT_FILENO);
  int complaint = say(name, ".err", STDERR_FILENO);
  *status = complaint ? 1 : 0;
  return words || complaint;
}

/* A name of a file has no slash. */
static void name_of(char *out, size_t size, const char *a, const char *b, const char *c) {
  (void)snprintf(out, size, "%.99s%s%.99s%s%.99s", a, b[0] ? "-" : "", b, c[0] ? "-" : "", c);
  for (char *at = out; *at; at++)
    if (*at == '/')
      *at = '_';
}

int main(int argc, char **argv) {
  const char *words[2] = {"", ""};
  const char *last = argc > 1 ? argv[argc - 1] : "";
  struct input input = {0, 0, 0};
  int count = 0;
  int status = 0;
  char name[320];
  for (int i = 1; i < argc && count < 2; i++)
    if (argv[i][0] != '-')
      words[count++] = argv[i];
  count_input(&input);
  if (strcmp(words[0], "cp") == 0 && input.count > 0 &&
      (input.count % 512 != 0 || input.zeros < 1024)) {
    (void)fprintf(stderr, "Error response from daemon: unexpected EOF\n");
    return 1;
  }
  const char *const tries[4][3] = {{words[0], words[1], last},
                                   {words[0], words[1], ""},
                                   {words[0], last, ""},
                                   {words[0], "", ""}};
  for (int i = 0; i < 4; i++) {
    name_of(name, sizeof(name), tries[i][0], tries[i][1], tries[i][2]);
    if (answer(name, &status))
      return status;
  }
  printf("stub: done; input %llu %llu\n", input.count, input.sum);
  return 0;
}
