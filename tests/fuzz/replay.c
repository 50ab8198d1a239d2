/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over the files and folders named on the command line: corpora as ordinary tests. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  static uint8_t data[1 << 20];
  size_t size = fread(data, 1, sizeof(data), file);
  (void)fclose(file);
  /* A copy of the exact size, so that a read past the end is seen by ASan. */
  uint8_t *exact = malloc(size == 0 ? 1 : size);
  if (exact == NULL)
    exit(1);
  memcpy(exact, data, size);
  (void)LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  return 1;
}

static unsigned replay(const char *path) {
  struct stat info;
  if (stat(path, &info) != 0) {
    perror(path);
    exit(1);
  }
  if (!S_ISDIR(info.st_mode))
    return replay_file(path);
  struct dirent **names = NULL;
  int count = scandir(path, &names, NULL, alphasort);
  unsigned done = 0;
  for (int i = 0; i < count; i++) {
    char child[4096];
    if (names[i]->d_name[0] != '.' &&
        snprintf(child, sizeof(child), "%s/%s", path, names[i]->d_name) < (int)sizeof(child))
      done += replay(child);
    free(names[i]);
  }
  free(names);
  return done;
}

int main(int argc, char **argv) {
  unsigned done = 0;
  for (int i = 1; i < argc; i++)
    done += replay(argv[i]);
  printf("%u inputs replayed\n", done);
  return done > 0 ? 0 : 1;
}
