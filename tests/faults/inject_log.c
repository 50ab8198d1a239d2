/* SPDX-License-Identifier: Apache-2.0 */
/* What the injector writes down: calls, faults, ends, and of an executed program all that it was given. */
#include "inject.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTENT_MAX 65536

static void put_text(FILE *log, const char *text, size_t len) {
  (void)fputc('"', log);
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
      (void)fprintf(log, "\\u%04x", c);
    else
      (void)fputc(c, log);
  }
  (void)fputc('"', log);
}

static void put_name(FILE *log, const char *name) {
  put_text(log, name, strlen(name));
  (void)fputs(": ", log);
}

/* All of a file; the caller frees it. */
static char *read_file(const char *path, size_t *len) {
  char *text = calloc(1, CONTENT_MAX + 1);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  *len = 0;
  for (ssize_t got = 1;
       text != NULL && fd >= 0 && got > 0 && *len<CONTENT_MAX; *len += got> 0 ? (size_t)got : 0)
    got = read(fd, text + *len, CONTENT_MAX - *len);
  if (fd >= 0)
    (void)close(fd);
  return text;
}

/* Words that end in NUL each. */
static void put_list(FILE *log, const struct process *process, const char *file) {
  char path[64];
  size_t len = 0;
  const char *comma = "";
  (void)snprintf(path, sizeof(path), "/proc/%d/%s", process->pid, file);
  char *text = read_file(path, &len);
  (void)fputc('[', log);
  for (size_t at = 0; text != NULL && at < len; at += strlen(text + at) + 1) {
    (void)fputs(comma, log);
    put_text(log, text + at, strlen(text + at));
    comma = ", ";
  }
  (void)fputc(']', log);
  free(text);
}

/* The lines of /proc/PID/status that speak of rights and signals. */
static void put_status(FILE *log, const struct process *process) {
  static const char *const wanted[] = {"Uid",        "Gid",     "Groups", "CapInh",
                                       "CapPrm",     "CapEff",  "CapAmb", "CapBnd",
                                       "NoNewPrivs", "Seccomp", "SigBlk", "SigIgn"};
  char path[64];
  char line[4096];
  const char *comma = "";
  (void)snprintf(path, sizeof(path), "/proc/%d/status", process->pid);
  FILE *file = fopen(path, "re");
  (void)fputc('{', log);
  while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
    size_t name = strcspn(line, ":");
    size_t value = name + 1 + strspn(line + name + 1, " \t");
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
      if (strlen(wanted[i]) == name && strncmp(wanted[i], line, name) == 0) {
        (void)fputs(comma, log);
        put_name(log, wanted[i]);
        put_text(log, line + value, strcspn(line + value, "\n"));
        comma = ", ";
      }
  }
  if (file != NULL)
    (void)fclose(file);
  (void)fputc('}', log);
}

/* A file in memory is told by what it holds; others, and a copy of the input that found no room elsewhere, by name. */
static void put_descriptor(FILE *log, const struct process *process, const char *number) {
  char path[64];
  char target[PATH_MAX];
  size_t size = 0;
  (void)snprintf(path, sizeof(path), "/proc/%d/fd/%.16s", process->pid, number);
  ssize_t len = readlink(path, target, sizeof(target));
  put_name(log, number);
  if (len >= 7 && strncmp(target, "/memfd:", 7) == 0 && strncmp(target, "/memfd:spool", 12) != 0) {
    char *text = read_file(path, &size);
    put_text(log, text != NULL ? text : "", size);
    free(text);
  } else {
    put_text(log, target, len > 0 ? (size_t)len : 0);
  }
}

static void put_descriptors(FILE *log, const struct process *process) {
  char path[64];
  const char *comma = "";
  (void)snprintf(path, sizeof(path), "/proc/%d/fd", process->pid);
  DIR *folder = opendir(path);
  (void)fputc('{', log);
  for (struct dirent *entry = folder != NULL ? readdir(folder) : NULL; entry != NULL;
       entry = readdir(folder)) {
    if (!isdigit((unsigned char)entry->d_name[0]))
      continue;
    (void)fputs(comma, log);
    put_descriptor(log, process, entry->d_name);
    comma = ", ";
  }
  if (folder != NULL)
    (void)closedir(folder);
  (void)fputc('}', log);
}

static void put_link(FILE *log, const struct process *process, const char *name) {
  char path[64];
  char target[PATH_MAX];
  (void)snprintf(path, sizeof(path), "/proc/%d/%s", process->pid, name);
  ssize_t len = readlink(path, target, sizeof(target));
  put_text(log, target, len > 0 ? (size_t)len : 0);
}

void log_exec(FILE *log, const struct process *process) {
  (void)fprintf(log, "{\"event\": \"exec\", \"process\": %d, \"watched\": %d, \"image\": ",
                process->number, process->watched);
  put_link(log, process, "exe");
  (void)fputs(", \"argv\": ", log);
  put_list(log, process, "cmdline");
  (void)fputs(", \"env\": ", log);
  put_list(log, process, "environ");
  (void)fputs(", \"status\": ", log);
  put_status(log, process);
  (void)fputs(", \"files\": ", log);
  put_descriptors(log, process);
  (void)fputs(", \"folder\": ", log);
  put_link(log, process, "cwd");
  (void)fputs("}\n", log);
}

void log_call(FILE *log, const struct process *process, long number,
              const unsigned long long args[6], const char *path) {
  (void)fprintf(
      log, "{\"event\": \"call\", \"process\": %d, \"index\": %ld, \"number\": %ld, \"args\": [",
      process->number, process->calls, number);
  for (int i = 0; i < 6; i++)
    (void)fprintf(log, "%s%llu", i > 0 ? ", " : "", args[i]);
  (void)fputs("], \"path\": ", log);
  put_text(log, path, strlen(path));
  (void)fputs("}\n", log);
}

void log_answer(FILE *log, const struct process *process, long long answer) {
  (void)fprintf(log, "{\"event\": \"answer\", \"process\": %d, \"index\": %ld, \"answer\": %lld}\n",
                process->number, process->calls, answer);
}

void log_fault(FILE *log, const struct process *process, long number) {
  (void)fprintf(log, "{\"event\": \"fault\", \"process\": %d, \"index\": %ld, \"number\": %ld}\n",
                process->number, process->calls, number);
}

void log_end(FILE *log, const char *what, const struct process *process, int status) {
  (void)fprintf(log, "{\"event\": \"%s\", \"process\": %d, \"status\": %d, \"image\": ", what,
                process->number, status);
  put_link(log, process, "exe");
  (void)fputs("}\n", log);
}
