/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/base/words.h"

#include <string.h>

struct splitter {
  const char *at;
  struct sd_str word;
  bool open; /* a word has begun, be it an empty one in quotes */
  struct sd_error *err;
};

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n';
}

static bool is_one_of(char byte, const char *set) {
  return byte != '\0' && strchr(set, byte) != NULL;
}

static bool refuse(struct splitter *in) {
  return sd_fail_rule(in->err, NULL, "write it in single quotes, or \\ before it",
                      "a shell would take %c for something else, and nothing is expanded here",
                      *in->at);
}

static bool take_single(struct splitter *in) {
  const char *end = strchr(in->at + 1, '\'');
  if (end == NULL)
    return sd_fail(in->err, "a single quote is not closed");
  sd_str_add_bytes(&in->word, in->at + 1, (size_t)(end - in->at - 1));
  in->at = end + 1;
  return true;
}

/* Between double quotes a backslash stands for itself, unless what follows has a meaning there. */
static bool take_double(struct splitter *in) {
  const char *begin = in->at++;
  for (; *in->at != '"'; in->at++) {
    if (*in->at == '\0') {
      in->at = begin;
      return sd_fail(in->err, "a double quote is not closed");
    }
    if (is_one_of(*in->at, "$`"))
      return refuse(in);
    if (in->at[0] == '\\' && in->at[1] == '\n') {
      in->at++;
      continue;
    }
    if (in->at[0] == '\\' && is_one_of(in->at[1], "$`\"\\"))
      in->at++;
    sd_str_add_char(&in->word, *in->at);
  }
  in->at++;
  return true;
}

static bool take_escape(struct splitter *in) {
  if (in->at[1] == '\0')
    return sd_fail(in->err, "nothing follows the backslash");
  if (in->at[1] != '\n')
    sd_str_add_char(&in->word, in->at[1]);
  in->at += 2;
  return true;
}

static bool take(struct splitter *in) {
  bool begins = !in->open;
  in->open = in->open || in->at[0] != '\\' || in->at[1] != '\n';
  if (*in->at == '\'')
    return take_single(in);
  if (*in->at == '"')
    return take_double(in);
  if (*in->at == '\\')
    return take_escape(in);
  if (is_one_of(*in->at, "$`|&;<>()") || (begins && *in->at == '~'))
    return refuse(in);
  sd_str_add_char(&in->word, *in->at++);
  return true;
}

static void end_word(struct splitter *in, struct sd_arena *arena, struct sd_strv *words) {
  if (in->open)
    sd_strv_add(words, arena, sd_str_text(&in->word));
  in->open = false;
  sd_str_init(&in->word, arena);
}

bool sd_words_split(struct sd_arena *arena, const char *text, struct sd_strv *out, size_t *where,
                    struct sd_error *err) {
  struct splitter in = {.at = text, .err = err};
  struct sd_strv words = {0};
  sd_str_init(&in.word, arena);
  while (*in.at != '\0' && (in.open || *in.at != '#')) {
    if (is_blank(*in.at)) {
      end_word(&in, arena, &words);
      in.at++;
    } else if (!take(&in)) {
      *where = (size_t)(in.at - text);
      return false;
    }
  }
  end_word(&in, arena, &words);
  *out = words;
  return true;
}
