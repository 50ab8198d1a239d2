/* SPDX-License-Identifier: Apache-2.0 */
/* How libFuzzer changes an input of the target "decide": by words and options of the tables as well as by bytes. Not part of the
 * replay. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "values.h"

#include "safe-docker/docker/commands.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

#define LINES 256
#define LINE 4096

/* The lines of an input; the first has the letters. */
struct lines {
  char text[LINES][LINE];
  size_t count;
};

static unsigned roll(unsigned *seed, size_t bound) {
  *seed = *seed * 1664525U + 1013904223U;
  return bound == 0 ? 0 : (unsigned)((*seed >> 8) % bound);
}

static void split(const uint8_t *data, size_t size, struct lines *out) {
  size_t len = 0;
  out->count = 0;
  for (size_t i = 0; i <= size && out->count < LINES; i++) {
    if (i < size && data[i] != '\n') {
      if (len + 1 < LINE)
        out->text[out->count][len++] = (char)(data[i] == 0 ? 1 : data[i]);
      continue;
    }
    out->text[out->count++][len] = '\0';
    len = 0;
  }
}

static size_t join(const struct lines *lines, uint8_t *data, size_t max) {
  size_t size = 0;
  for (size_t i = 0; i < lines->count; i++) {
    size_t len = strlen(lines->text[i]);
    if (size + len + 1 > max)
      break;
    memcpy(data + size, lines->text[i], len);
    size += len;
    if (i + 1 < lines->count)
      data[size++] = '\n';
  }
  for (size_t i = 0; i < size; i++)
    if (data[i] == 1)
      data[i] = 0;
  return size;
}

static size_t first_word(const struct lines *lines) {
  size_t first = lines->count > 0 && strchr(lines->text[0], 'J') != NULL ? 2 : 1;
  return first < lines->count ? first : lines->count;
}

static void insert(struct lines *lines, size_t at, const char *text) {
  if (lines->count >= LINES || at > lines->count)
    return;
  memmove(lines->text[at + 1 < LINES ? at + 1 : at], lines->text[at],
          (lines->count - at) * sizeof(lines->text[0]));
  (void)snprintf(lines->text[at], LINE, "%s", text);
  lines->count++;
}

static void drop(struct lines *lines, size_t at) {
  if (at >= lines->count)
    return;
  lines->count--;
  memmove(lines->text[at], lines->text[at + 1], (lines->count - at) * sizeof(lines->text[0]));
}

/* The command that stands there, by its first one or two words. */
static const struct sd_command *command_of(const struct lines *lines) {
  size_t at = first_word(lines);
  char path[64];
  if (at >= lines->count)
    return NULL;
  if (at + 1 < lines->count) {
    (void)snprintf(path, sizeof(path), "%.30s %.30s", lines->text[at], lines->text[at + 1]);
    const struct sd_command *found = sd_command_find(path);
    if (found != NULL)
      return found;
  }
  return sd_command_find(lines->text[at]);
}

static void add_option(struct lines *lines, unsigned *seed) {
  const struct sd_command *command = command_of(lines);
  struct sd_option_table table = {sd_options, SD_OPT_COUNT};
  char text[LINE];
  if (command != NULL && command->handling == SD_HANDLED)
    table = sd_command_options(command);
  if (table.count == 0)
    return;
  const struct sd_option *row = &table.rows[roll(seed, table.count)];
  const char *value = values[roll(seed, value_count)];
  size_t at = first_word(lines) + 1 + roll(seed, 3);
  bool apart = roll(seed, 4) == 0 && row->kind != SD_KIND_BOOL;
  if (row->shorthand != 0 && roll(seed, 3) == 0)
    (void)snprintf(text, sizeof(text), "-%c%s", row->shorthand, apart ? "" : value);
  else if (row->kind == SD_KIND_BOOL && roll(seed, 2) == 0)
    (void)snprintf(text, sizeof(text), "--%s", row->name);
  else
    (void)snprintf(text, sizeof(text), "--%s%s%s", row->name, apart ? "" : "=", apart ? "" : value);
  if (at > lines->count)
    at = lines->count;
  if (apart)
    insert(lines, at, value);
  insert(lines, at, text);
}

static void set_command(struct lines *lines, unsigned *seed) {
  const char *path = sd_command_paths[roll(seed, sd_command_path_count)].path;
  const char *blank = strchr(path, ' ');
  size_t at = first_word(lines);
  char first[40];
  const struct sd_command *old = command_of(lines);
  if (roll(seed, 3) == 0)
    path = "run", blank = NULL;
  if (old != NULL && at < lines->count) {
    if (strchr(old->name, ' ') != NULL)
      drop(lines, at);
    drop(lines, at);
  }
  (void)snprintf(first, sizeof(first), "%.*s", (int)(blank != NULL ? blank - path : 38), path);
  if (blank != NULL)
    insert(lines, at, blank + 1);
  insert(lines, at, first);
}

static void change_letters(struct lines *lines, unsigned *seed) {
  const char *letters = input_letters();
  char *text = lines->text[0];
  size_t len = strlen(text);
  if (roll(seed, 2) == 0 && len > 0) {
    memmove(text, text + 1, len);
    return;
  }
  char letter = letters[roll(seed, strlen(letters))];
  if (len + 1 >= LINE || len > 12)
    return;
  text[len] = letter;
  text[len + 1] = '\0';
  if (letter == 'J' && strchr(text, 'J') == text + len)
    insert(lines, 1, "{\"version\":1,\"resources\":{\"memory\":{\"max\":\"4g\"}}}");
}

static void change_word(struct lines *lines, unsigned *seed) {
  size_t first = first_word(lines);
  if (first >= lines->count)
    return;
  char *text = lines->text[first + roll(seed, lines->count - first)];
  size_t len = LLVMFuzzerMutate((uint8_t *)text, strlen(text),
                                strlen(text) + 16 < LINE ? strlen(text) + 16 : LINE - 1);
  text[len] = '\0';
}

static void change_value(struct lines *lines, unsigned *seed) {
  size_t first = first_word(lines);
  if (first >= lines->count)
    return;
  char *text = lines->text[first + roll(seed, lines->count - first)];
  char *equals = strchr(text, '=');
  size_t kept = equals != NULL && text[0] == '-' ? (size_t)(equals - text) + 1 : 0;
  (void)snprintf(text + kept, LINE - kept, "%s", values[roll(seed, value_count)]);
}

static void move_words(struct lines *lines, unsigned *seed) {
  size_t first = first_word(lines);
  if (first >= lines->count)
    return;
  size_t count = lines->count - first;
  size_t from = first + roll(seed, count);
  char text[LINE];
  memcpy(text, lines->text[from], LINE);
  if (roll(seed, 2) == 0)
    drop(lines, from);
  insert(lines, first + roll(seed, count), text);
}

static void add_word(struct lines *lines, unsigned *seed) {
  size_t first = first_word(lines);
  insert(lines, first + roll(seed, lines->count - first + 1), values[roll(seed, value_count)]);
}

static void drop_word(struct lines *lines, unsigned *seed) {
  size_t first = first_word(lines);
  if (first < lines->count)
    drop(lines, first + roll(seed, lines->count - first));
}

typedef void change(struct lines *lines, unsigned *seed);
static change *const changes[] = {add_option,   add_option,   add_option,  add_option,
                                  change_value, change_value, change_word, change_letters,
                                  move_words,   add_word,     drop_word,   set_command};

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
  struct lines *lines = malloc(sizeof(*lines));
  unsigned times = 1 + roll(&seed, 4);
  if (lines == NULL || roll(&seed, 12) == 0) {
    free(lines);
    return LLVMFuzzerMutate(data, size, max);
  }
  split(data, size, lines);
  for (unsigned i = 0; i < times; i++)
    changes[roll(&seed, sizeof(changes) / sizeof(changes[0]))](lines, &seed);
  size = join(lines, data, max);
  free(lines);
  return size;
}
