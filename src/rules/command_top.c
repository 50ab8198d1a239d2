/* SPDX-License-Identifier: Apache-2.0 */
/* docker top: the daemon runs ps on the host, as root, with the caller's options, and shows the lines whose column PID
 * is that of a process of the container (moby, daemon/top_unix.go).
 *
 * MUST: let through no option that shows the environment of processes, renames a column, or reads a file; let nothing
 * that a process can choose stand before the column PID, or its line could pass for one of the container. */
#include <string.h>

#include "command.h"
#include "safe-docker/base/text.h"

/* ps(1), "SIMPLE PROCESS SELECTION" and "OUTPUT FORMAT CONTROL". One word alone: what ps does not understand together it
 * reads again in the old way of BSD, where "e" shows the environment. */
static const char bsd_letters[] = "afjluwx";
static const char *const unix_words[] = {"-A",  "-AF", "-Af", "-F",  "-a",   "-aux", "-ax", "-e",
                                         "-eF", "-ef", "-ej", "-el", "-ely", "-f",   "-j",  "-l"};
/* Columns follow, in the same word or the next one; before these may stand a word that selects. */
static const char *const column_words[] = {"-axo", "axo", "-Ao", "-ao", "-eo",
                                           "ao",   "xo",  "-o",  "o"};
static const char *const selecting_words[] = {"-A", "-a", "-ax", "-e", "a", "ax", "x"};

static const struct {
  const char *name;
  bool free; /* may hold blanks, or what the process chooses */
} columns[] = {
    {"%cpu", false},    {"%mem", false},    {"args", true},     {"bsdstart", true},
    {"bsdtime", false}, {"c", false},       {"cgroup", true},   {"class", false},
    {"cls", false},     {"cmd", true},      {"comm", true},     {"command", true},
    {"cp", false},      {"cputime", false}, {"egid", false},    {"egroup", false},
    {"etime", false},   {"etimes", false},  {"euid", false},    {"euser", false},
    {"f", false},       {"fgid", false},    {"flag", false},    {"flags", false},
    {"fuid", false},    {"gid", false},     {"group", false},   {"lstart", true},
    {"lwp", false},     {"maj_flt", false}, {"min_flt", false}, {"ni", false},
    {"nice", false},    {"nlwp", false},    {"pcpu", false},    {"pgid", false},
    {"pgrp", false},    {"pid", false},     {"pmem", false},    {"policy", false},
    {"ppid", false},    {"pri", false},     {"psr", false},     {"rgid", false},
    {"rgroup", false},  {"rss", false},     {"rssize", false},  {"rsz", false},
    {"ruid", false},    {"ruser", false},   {"s", false},       {"sess", false},
    {"sid", false},     {"size", false},    {"start", true},    {"start_time", true},
    {"stat", false},    {"state", false},   {"stime", true},    {"sz", false},
    {"thcount", false}, {"time", false},    {"tname", false},   {"tt", false},
    {"tty", false},     {"ucmd", true},     {"uid", false},     {"user", false},
    {"vsize", false},   {"vsz", false},     {"wchan", false},
};

/* How far the reading of columns has come. */
struct format {
  bool pid;    /* the column PID has come */
  bool hidden; /* one that may hold anything has come before it */
};

/* The next column of the list at *text. */
static bool read_column(const char **text, struct format *format) {
  size_t len = strcspn(*text, ",");
  for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
    if (strlen(columns[i].name) != len || strncmp(columns[i].name, *text, len) != 0)
      continue;
    format->pid = format->pid || strcmp(columns[i].name, "pid") == 0;
    format->hidden = format->hidden || (columns[i].free && !format->pid);
    *text += len;
    return true;
  }
  return false;
}

/* Why the columns may not be shown, or NULL. */
static const char *refuse_columns(const char *text) {
  struct format format = {0};
  while (read_column(&text, &format)) {
    if (*text == '\0')
      return format.pid && !format.hidden
                 ? NULL
                 : "the column pid must be among them, before those that hold blanks";
    text++;
  }
  return "these columns of ps are not known, or could show what is not the container's";
}

static bool is_word(const char *const *words, size_t count, const char *word) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(words[i], word) == 0)
      return true;
  return false;
}
#define IS_WORD(words, word) is_word(words, sizeof(words) / sizeof((words)[0]), word)

/* The columns that the word itself has, "" where the next one has them; NULL: it is about no columns. */
static const char *columns_of(const char *word) {
  for (size_t i = 0; i < sizeof(column_words) / sizeof(column_words[0]); i++)
    if (sd_text_starts_with(word, column_words[i]))
      return word + strlen(column_words[i]);
  return NULL;
}

/* Why the words behind the container may not reach ps, or NULL. */
static const char *refuse(const char *const *words, size_t count) {
  static const char general[] = "ps would get these options on the host, as root";
  if (count == 0)
    return NULL;
  bool bsd = words[0][0] != '\0' && words[0][strspn(words[0], bsd_letters)] == '\0';
  if (count == 1 && (bsd || IS_WORD(unix_words, words[0])))
    return NULL;
  if (count > 1 && IS_WORD(selecting_words, words[0])) {
    words++;
    count--;
  }
  const char *list = columns_of(words[0]);
  if (list != NULL && list[0] == '\0' && count == 2)
    return refuse_columns(words[1]);
  return list != NULL && count == 1 ? refuse_columns(list) : general;
}

void sd_command_top(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  if (operands->v.len == 0)
    return;
  const char *reason = refuse(operands->v.items + 1, operands->v.len - 1);
  if (reason != NULL) {
    struct sd_strv words = {0};
    for (size_t i = 1; i < operands->v.len; i++)
      sd_strv_add(&words, in->arena, operands->v.items[i]);
    sd_operand_deny(decision, "top-options", sd_strv_join(&words, in->arena, " "),
                    "write aux, -ef, or -o with columns such as pid,user,time,cmd", "%s", reason);
    return;
  }
  if (sd_command_object(in, decision, SD_OBJECT_CONTAINER, operands->v.items[0]) == NULL)
    return;
  for (size_t i = 1; i < operands->v.len; i++)
    sd_command_word(in, decision, operands->v.items[i]);
}
