/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for the real CLI and prints, as JSON, everything that it was given: ids, capabilities,
 * words, environment, descriptors, limits, signals. Static, so that nothing but the kernel stands
 * between. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void text(const char *value) {
  putchar('"');
  for (const unsigned char *at = (const unsigned char *)value; *at; at++) {
    if (*at == '"' || *at == '\\')
      printf("\\%c", *at);
    else if (*at < 0x20 || *at >= 0x7f)
      printf("\\u%04x", *at);
    else
      putchar(*at);
  }
  putchar('"');
}

static void list(const char *name, char **values) {
  printf("\"%s\": [", name);
  for (size_t i = 0; values[i]; i++) {
    if (i)
      printf(", ");
    text(values[i]);
  }
  printf("],\n");
}

static void ids(void) {
  uid_t real, effective, saved;
  gid_t real_group, effective_group, saved_group;
  if (getresuid(&real, &effective, &saved) ||
      getresgid(&real_group, &effective_group, &saved_group))
    abort();
  printf("\"uids\": [%u, %u, %u, %d],\n", real, effective, saved, setfsuid((uid_t)-1));
  printf("\"gids\": [%u, %u, %u, %d],\n", real_group, effective_group, saved_group,
         setfsgid((gid_t)-1));
  gid_t groups[1024];
  int count = getgroups(1024, groups);
  printf("\"groups\": [");
  for (int i = 0; i < count; i++)
    printf("%s%u", i ? ", " : "", groups[i]);
  printf("],\n");
}

/* The lines of /proc/self/status that speak of rights and signals, as "Name": "value". */
static void status(void) {
  static const char *const wanted[] = {"CapInh",     "CapPrm",  "CapEff", "CapBnd", "CapAmb",
                                       "NoNewPrivs", "Seccomp", "SigBlk", "SigIgn"};
  FILE *file = fopen("/proc/self/status", "re");
  char line[4096];
  while (file && fgets(line, sizeof line, file)) {
    char *value = strchr(line, ':');
    if (!value)
      continue;
    *value++ = '\0';
    value[strcspn(value, "\n")] = '\0';
    while (isspace((unsigned char)*value))
      value++;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
      if (strcmp(line, wanted[i]) == 0)
        printf("\"%s\": \"%s\",\n", line, value);
  }
  if (file)
    fclose(file);
}

/* Every open descriptor, what it is, and its seals (-1: none can be asked for). */
static void descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  const char *comma = "";
  printf("\"fds\": [");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == dirfd(folder))
      continue;
    char target[PATH_MAX];
    ssize_t len = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
    target[len < 0 ? 0 : len] = '\0';
    int fd = atoi(entry->d_name);
    printf("%s{\"fd\": %d, \"seals\": %d, \"flags\": %d, \"target\": ", comma, fd,
           fcntl(fd, F_GET_SEALS), fcntl(fd, F_GETFL));
    text(target);
    printf("}");
    comma = ", ";
  }
  printf("],\n");
  if (folder)
    closedir(folder);
}

static void limits(void) {
  static const struct {
    const char *name;
    int resource;
  } rows[] = {{"nofile", RLIMIT_NOFILE}, {"core", RLIMIT_CORE},   {"fsize", RLIMIT_FSIZE},
              {"stack", RLIMIT_STACK},   {"nproc", RLIMIT_NPROC}, {"as", RLIMIT_AS},
              {"cpu", RLIMIT_CPU},       {"data", RLIMIT_DATA}};
  printf("\"limits\": {");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct rlimit limit;
    if (getrlimit(rows[i].resource, &limit))
      abort();
    printf("%s\"%s\": [%lld, %lld]", i ? ", " : "", rows[i].name, (long long)limit.rlim_cur,
           (long long)limit.rlim_max);
  }
  printf("},\n");
}

/* What the sealed memfds hold: the words name them as /proc/self/fd/N. */
static void memfds(char **argv) {
  const char *comma = "";
  printf("\"memfds\": {");
  for (size_t i = 0; argv[i]; i++) {
    const char *path = strstr(argv[i], "/proc/self/fd/");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
      continue;
    static char content[1 << 20];
    ssize_t len = read(fd, content, sizeof content - 1);
    content[len < 0 ? 0 : len] = '\0';
    printf("%s", comma);
    text(argv[i]);
    printf(": ");
    text(content);
    comma = ", ";
    close(fd);
  }
  printf("},\n");
}

/* Asked by safe-docker itself what is called so: nothing. */
static int inspect(void) {
  puts("[]");
  fputs("Error: No such object\n", stderr);
  return 1;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "inspect") == 0)
      return inspect();
  char folder[PATH_MAX];
  mode_t mask = umask(0);
  printf("{");
  list("argv", argv);
  list("env", environ);
  ids();
  status();
  descriptors();
  limits();
  memfds(argv);
  printf("\"umask\": %u, \"dumpable\": %d, \"cwd\": ", mask, prctl(PR_GET_DUMPABLE));
  text(getcwd(folder, sizeof folder) ? folder : "");
  printf("}\n");
  return 0;
}
