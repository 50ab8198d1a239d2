/* SPDX-License-Identifier: Apache-2.0 */
/* yajl tells where it stopped and what its grammar wanted there. People want to know what to write: what they wrote is mostly
 * one of a few things that other formats allow. */
#include "json_words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/text.h"

#define WORD_SHOWN 40

static bool starts(const struct sd_json_mistake *in, const char *what) {
  size_t len = strlen(what);
  return in->len - in->offset >= len && memcmp(in->text + in->offset, what, len) == 0;
}

static char at(const struct sd_json_mistake *in, size_t offset) {
  return offset < in->len ? in->text[offset] : '\0';
}

/* Letters, digits and what names and patterns are made of. */
static size_t word_length(const struct sd_json_mistake *in, size_t offset) {
  size_t len = 0;
  while (isalnum((unsigned char)at(in, offset + len)) ||
         (at(in, offset + len) != '\0' && strchr("_.-", at(in, offset + len)) != NULL))
    len++;
  return len;
}

static const char *word_at(struct sd_arena *arena, const struct sd_json_mistake *in,
                           size_t offset) {
  size_t len = word_length(in, offset);
  return sd_text_safe(
      arena, sd_arena_strndup(arena, in->text + offset, len < WORD_SHOWN ? len : WORD_SHOWN));
}

/* Whether the innermost bracket waits for a key. */
static bool wants_key(const struct sd_json_mistake *in) {
  if (in->open == NULL || in->open->type != SD_JSON_OBJECT)
    return false;
  size_t count = in->open->members.len;
  return count == 0 || in->open->members.items[count - 1].value != NULL;
}

/* The last comma before the token, or `offset` where there is none. Comments are passed over. */
static size_t comma_before(const struct sd_json_mistake *in) {
  size_t found = in->offset;
  for (size_t i = in->gap; i < in->offset; i++) {
    if (in->text[i] == ',')
      found = i;
    if (in->text[i] != '/')
      continue;
    bool block = at(in, i + 1) == '*';
    for (i += 2; i < in->offset; i++)
      if (block ? in->text[i - 1] == '*' && in->text[i] == '/' : in->text[i] == '\n')
        break;
  }
  return found;
}

/* -- the text ends ------------------------------------------------------------------------------ */

static const char *say_end(struct sd_arena *arena, const struct sd_json_mistake *in) {
  if (starts(in, "/*"))
    return "a comment that does not end: its */ is missing";
  if (starts(in, "\""))
    return "a string that does not end: the \" that closes it is missing";
  if (in->open == NULL)
    return in->gap == 0 ? "the text is empty: it should start with {"
                        : "the text is not one value of JSON";
  return sd_arena_printf(
      arena, "the text ends here, but the %s of line %u, column %u is not closed",
      in->open->type == SD_JSON_OBJECT ? "{" : "[", in->open->line, in->open->column);
}

/* -- words without quotes ----------------------------------------------------------------------- */

static const char *say_word(struct sd_arena *arena, const struct sd_json_mistake *in) {
  const char *word = word_at(arena, in, in->offset);
  if (in->open == NULL)
    return sd_arena_printf(arena, "this is not JSON, which starts with {%s",
                           at(in, in->offset + word_length(in, in->offset)) == ':' ? "; is it YAML?"
                                                                                   : "");
  if (wants_key(in))
    return sd_arena_printf(arena, "keys stand in double quotes: \"%s\"", word);
  if (strcasecmp(word, "true") == 0 || strcasecmp(word, "false") == 0 ||
      strcasecmp(word, "null") == 0)
    return "true, false and null are written in small letters";
  static const char switches[][4] = {"yes", "no", "on", "off"};
  for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
    if (strcasecmp(word, switches[i]) == 0)
      return "write true or false";
  return sd_arena_printf(arena, "texts stand in double quotes: \"%s\"", word);
}

/* What stands directly behind a number. */
static const char *say_number(struct sd_arena *arena, struct sd_json_mistake *in) {
  size_t start = in->offset;
  while (start > 0 && isalnum((unsigned char)at(in, start - 1)))
    start--;
  in->offset = start;
  const char *word = word_at(arena, in, start);
  if (at(in, start) == '0' && isdigit((unsigned char)at(in, start + 1)))
    return "a number does not start with 0";
  return sd_arena_printf(arena, "a number has digits alone; a text stands in double quotes: \"%s\"",
                         word);
}

/* -- characters --------------------------------------------------------------------------------- */

/* What cannot stand where a token starts, whatever the grammar wants. */
static const char *say_character(const struct sd_json_mistake *in) {
  static const struct {
    const char character[4], words[76];
  } rows[] = {
      {"\xEF\xBB\xBF", "a byte order mark stands here; save the file as UTF-8 without it"},
      {"'", "texts and keys stand in double quotes, not in single ones"},
      {"`", "texts and keys stand in double quotes, not in backquotes"},
      {"\xE2\x80\x9C", "texts and keys stand in plain double quotes (\"), not in typographic ones"},
      {"\xE2\x80\x9D", "texts and keys stand in plain double quotes (\"), not in typographic ones"},
      {"\xE2\x80\x9E", "texts and keys stand in plain double quotes (\"), not in typographic ones"},
      {"\xE2\x80\x98", "texts and keys stand in plain double quotes (\"), not in typographic ones"},
      {"\xE2\x80\x99", "texts and keys stand in plain double quotes (\"), not in typographic ones"},
      {"\xC2\xA0", "a no-break space stands here; write a plain one"},
      {"#", "a comment starts with //, not with #"},
      {";", "a comma stands between two members, not a semicolon"},
      {"=", "a colon stands between a key and its value, not ="},
      {"(", "lists stand in [ and ], objects in { and }"},
      {"+", "a number starts with a digit or -"},
      {".", "a number starts with a digit or -"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (starts(in, rows[i].character))
      return rows[i].words;
  return NULL;
}

/* -- the grammar -------------------------------------------------------------------------------- */

static const char *say_bracket(struct sd_arena *arena, struct sd_json_mistake *in) {
  size_t comma = comma_before(in);
  if (comma != in->offset) {
    in->offset = comma;
    return "a comma that nothing follows; take it away";
  }
  if (in->open == NULL)
    return "a bracket too many";
  if (in->open->type == SD_JSON_OBJECT && at(in, in->offset) == '}')
    return "a key without a value";
  return sd_arena_printf(arena, "%c cannot close the %s of line %u, column %u", at(in, in->offset),
                         in->open->type == SD_JSON_OBJECT ? "{" : "[", in->open->line,
                         in->open->column);
}

static const char *say_string(const struct sd_json_mistake *in) {
  const char *from = in->text + in->offset;
  size_t left = in->len - in->offset;
  const char *end = memchr(from, '\n', left);
  size_t line = end != NULL ? (size_t)(end - from) : left;
  if (strstr(in->words, "UTF8") != NULL)
    return "a string is not valid UTF-8; save the file as UTF-8";
  if (strstr(in->words, "'\\'") != NULL || strstr(in->words, "\\u") != NULL)
    return "a backslash in a string stands before one of \" \\ / b f n r t, or before u and four "
           "hex digits; for a backslash itself write two";
  if (line < 2 || memchr(from + 1, '"', line - 1) == NULL)
    return "a string that does not end on its line: the \" that closes it is missing";
  return "a string holds a control character; write \\t for a tab and \\n for a new line";
}

static const char *say_grammar(const struct sd_json_mistake *in) {
  if (strstr(in->words, "garbage") != NULL)
    return "more text stands behind the end";
  if (strstr(in->words, "by a colon") != NULL)
    return "the colon between a key and its value is missing here";
  if (strstr(in->words, "I expect ','") != NULL || strstr(in->words, "after array element") != NULL)
    return "a comma is missing before this";
  if (at(in, in->offset) == '/')
    return in->comments ? "a comment starts with // or /*" : "comments are not allowed here";
  if (wants_key(in))
    return "a key in double quotes should stand here";
  const char *colon = strstr(in->words, "error: ");
  return colon != NULL ? colon + strlen("error: ") : in->words;
}

const char *sd_json_say(struct sd_arena *arena, struct sd_json_mistake *mistake) {
  char first = at(mistake, mistake->offset);
  if (mistake->ended || mistake->offset >= mistake->len)
    return say_end(arena, mistake);
  const char *words = say_character(mistake);
  if (words != NULL)
    return words;
  if (first == '"' && sd_text_starts_with(mistake->words, "lexical error"))
    return say_string(mistake);
  if (first == '}' || first == ']')
    return say_bracket(arena, mistake);
  if (first == ',')
    return "a comma too many";
  if (mistake->offset > 0 && mistake->offset == mistake->gap &&
      isdigit((unsigned char)at(mistake, mistake->offset - 1)) && isalnum((unsigned char)first))
    return say_number(arena, mistake);
  if (isalpha((unsigned char)first) || first == '_')
    return say_word(arena, mistake);
  if (mistake->open == NULL && strchr("-<", first) != NULL &&
      strstr(mistake->words, "garbage") == NULL)
    return "this is not JSON, which starts with {";
  return say_grammar(mistake);
}

const char *sd_json_say_place(struct sd_arena *arena, struct sd_json *const *open, size_t depth) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < depth; i++) {
    if (open[i]->type == SD_JSON_ARRAY)
      sd_str_addf(&out, "[%zu]", open[i]->items.len - 1);
    else
      sd_str_addf(&out, "%s%s", i > 0 ? "." : "",
                  sd_text_safe(arena, open[i]->members.items[open[i]->members.len - 1].key));
  }
  if (out.len > 0)
    sd_str_add(&out, ": ");
  return sd_str_text(&out);
}
