/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: accept nothing that two readers of JSON could take for two things (duplicate keys, NUL,
 * halves of surrogate pairs, numbers that lose digits), and never hand yajl a NULL from an
 * allocator: it does not look. */
#include "safe-docker/base/json.h"

#include <limits.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "json_checks.h"
#include "json_words.h"
#include "safe-docker/base/text.h"

struct reader {
  struct sd_arena *arena;
  const char *source;
  const char *text;
  size_t len;
  bool comments, fractions;
  yajl_handle yajl;
  struct sd_error *err;
  /* All of the text before `end` has been reported by yajl; `start` is where the current token
   * begins. */
  size_t start, end;
  /* The line that was counted last, where it starts, and where it ends. */
  unsigned line;
  size_t line_start, line_end;
  struct sd_json *open[SD_JSON_MAX_DEPTH];
  size_t depth;
  struct sd_json *root;
};

/* yajl's memory comes from the arena, where running out of it has one meaning. A header keeps the
 * size. */
union header {
  size_t size;
  max_align_t align;
};

static void *allocate(void *context, size_t size) {
  union header *header = sd_arena_alloc(context, sizeof(*header) + size);
  header->size = size;
  return header + 1;
}

static void release(void *context, void *memory) {
  (void)context;
  (void)memory;
}

static void *reallocate(void *context, void *memory, size_t size) {
  void *bigger = allocate(context, size);
  if (memory != NULL) {
    size_t old = ((const union header *)memory - 1)->size;
    memcpy(bigger, memory, old < size ? old : size);
  }
  return bigger;
}

static void enter_line(struct reader *reader, size_t start) {
  const char *end = memchr(reader->text + start, '\n', reader->len - start);
  reader->line++;
  reader->line_start = start;
  reader->line_end = end != NULL ? (size_t)(end - reader->text) : reader->len;
}

/* Moves the line counter on to `offset`, which is never before the last one. */
static unsigned column_of(struct reader *reader, size_t offset) {
  while (reader->line_end < offset)
    enter_line(reader, reader->line_end + 1);
  return (unsigned)(offset - reader->line_start) + 1;
}

static bool fail_at(struct reader *reader, unsigned line, unsigned column, const char *what) {
  return sd_fail(reader->err, "%s:%u:%u: %s", sd_text_safe(reader->arena, reader->source), line,
                 column, what);
}

static bool fail_here(struct reader *reader, size_t offset, const char *what) {
  unsigned column = column_of(reader, offset);
  return fail_at(reader, reader->line, column, what);
}

/* The end of the comment at `i`, or `i` itself for one that does not end. */
static size_t skip_comment(const struct reader *reader, size_t i) {
  const char *from = reader->text + i + 2;
  size_t left = reader->len - i - 2;
  bool block = reader->text[i + 1] == '*';
  const char *end = block ? memmem(from, left, "*/", 2) : memchr(from, '\n', left);
  if (end == NULL)
    return block ? i : reader->len;
  return (size_t)(end - reader->text) + (block ? 2 : 1);
}

/* Where the next token with a meaning of its own begins: behind blanks, commas, colons and
 * comments. */
static size_t next_token(const struct reader *reader) {
  static const bool gaps[UCHAR_MAX + 1] = {
      [' '] = true,  ['\t'] = true, ['\r'] = true, ['\n'] = true,
      ['\v'] = true, ['\f'] = true, [','] = true,  [':'] = true};
  for (size_t i = reader->end; i < reader->len;) {
    if (gaps[(unsigned char)reader->text[i]]) {
      i++;
      continue;
    }
    char next = i + 1 < reader->len ? reader->text[i + 1] : '\0';
    bool comment = reader->comments && reader->text[i] == '/' && (next == '/' || next == '*');
    size_t after = comment ? skip_comment(reader, i) : i;
    if (after == i)
      return i;
    i = after;
  }
  return reader->len;
}

/* Called first by each callback: yajl has just consumed the token. */
static void locate(struct reader *reader) {
  reader->start = next_token(reader);
  size_t consumed = yajl_get_bytes_consumed(reader->yajl);
  /* A number at the very end of the text is reported only when yajl is told that the text is over.
   */
  reader->end = consumed > reader->start ? consumed : reader->len;
}

static struct sd_json *new_value(struct reader *reader, enum sd_json_type type) {
  locate(reader);
  struct sd_json *value = sd_arena_alloc(reader->arena, sizeof(*value));
  value->type = type;
  value->source = reader->source;
  value->column = column_of(reader, reader->start);
  value->line = reader->line;
  struct sd_json *parent = reader->depth > 0 ? reader->open[reader->depth - 1] : NULL;
  if (parent == NULL)
    reader->root = value;
  else if (parent->type == SD_JSON_OBJECT)
    parent->members.items[parent->members.len - 1].value = value;
  else
    *sd_vec_push(reader->arena, &parent->items) = value;
  return value;
}

static int on_null(void *context) {
  (void)new_value(context, SD_JSON_NULL);
  return 1;
}

static int on_boolean(void *context, int boolean) {
  new_value(context, SD_JSON_BOOL)->boolean = boolean != 0;
  return 1;
}

static int on_number(void *context, const char *text, size_t len) {
  struct reader *reader = context;
  struct sd_json *value = new_value(reader, SD_JSON_NUMBER);
  if (sd_json_whole_number(text, len, &value->number))
    return 1;
  if (reader->fractions) {
    value->type = SD_JSON_STRING;
    value->string = sd_arena_strndup(reader->arena, text, len);
    return 1;
  }
  return sd_fail(reader->err, "%s:%u:%u: %s%s is not a whole number of at most 64 bits%s",
                 sd_text_safe(reader->arena, reader->source), value->line, value->column,
                 sd_json_say_place(reader->arena, reader->open, reader->depth),
                 sd_text_safe(reader->arena, sd_arena_strndup(reader->arena, text, len)),
                 memchr(text, '.', len) != NULL
                     ? "; a fraction, where there may be one, stands in double quotes"
                     : "");
}

/* Copies a string or key that locate() has found. */
static const char *copy_text(struct reader *reader, const unsigned char *bytes, size_t len) {
  const char *text = sd_arena_strndup(reader->arena, (const char *)bytes, len);
  const char *problem = NULL;
  /* An escape is longer than what it stands for. */
  bool escapes = reader->end - reader->start != len + strlen("\"\"");
  if (memchr(text, '\0', len) != NULL)
    problem = "a string holds the character NUL";
  else if (!sd_text_is_utf8(text, len) ||
           (escapes &&
            !sd_json_surrogates_paired(reader->text + reader->start, reader->end - reader->start)))
    problem = "a string is not valid Unicode";
  if (problem == NULL)
    return text;
  (void)fail_here(reader, reader->start, problem);
  return NULL;
}

static int on_string(void *context, const unsigned char *bytes, size_t len) {
  struct reader *reader = context;
  struct sd_json *value = new_value(reader, SD_JSON_STRING);
  value->string = copy_text(reader, bytes, len);
  return value->string != NULL;
}

static int on_key(void *context, const unsigned char *bytes, size_t len) {
  struct reader *reader = context;
  locate(reader);
  struct sd_json *object = reader->open[reader->depth - 1];
  struct sd_json_member *member = sd_vec_push(reader->arena, &object->members);
  member->column = column_of(reader, reader->start);
  member->line = reader->line;
  member->key = copy_text(reader, bytes, len);
  return member->key != NULL;
}

static int open_value(struct reader *reader, enum sd_json_type type) {
  struct sd_json *value = new_value(reader, type);
  if (reader->depth == SD_JSON_MAX_DEPTH)
    return fail_at(reader, value->line, value->column, "nested too deeply");
  reader->open[reader->depth++] = value;
  return 1;
}

static int on_array(void *context) {
  return open_value(context, SD_JSON_ARRAY);
}

static int on_object(void *context) {
  return open_value(context, SD_JSON_OBJECT);
}

/* Nobody asks where a bracket that closes stands. */
static void close_value(struct reader *reader) {
  reader->end = yajl_get_bytes_consumed(reader->yajl);
  reader->depth--;
}

static int on_array_end(void *context) {
  close_value(context);
  return 1;
}

static int on_object_end(void *context) {
  struct reader *reader = context;
  close_value(reader);
  const struct sd_json *object = reader->open[reader->depth];
  const struct sd_json_member *second = sd_json_second_key(reader->arena, object);
  if (second == NULL)
    return 1;
  const char *key = sd_text_safe(reader->arena, second->key);
  return fail_at(reader, second->line, second->column,
                 sd_arena_printf(reader->arena, "the key \"%s\" stands here a second time", key));
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

/* At the token that yajl did not expect. */
static bool syntax_error(struct reader *reader, bool ended) {
  size_t offset = next_token(reader);
  /* A comma or colon too many has been passed over. */
  size_t consumed = ended ? reader->len : yajl_get_bytes_consumed(reader->yajl);
  if (!ended && consumed > reader->end && offset >= consumed &&
      strchr(",:", reader->text[consumed - 1]) != NULL)
    offset = consumed - 1;
  char *words = (char *)yajl_get_error(reader->yajl, 0, NULL, 0);
  size_t len = strcspn(words, "\n");
  words[len > 0 && words[len - 1] == '.' ? len - 1 : len] = '\0';
  struct sd_json_mistake mistake = {.text = reader->text,
                                    .len = reader->len,
                                    .gap = reader->end,
                                    .offset = offset,
                                    .open =
                                        reader->depth > 0 ? reader->open[reader->depth - 1] : NULL,
                                    .comments = reader->comments,
                                    .ended = ended,
                                    .words = words};
  const char *said = sd_json_say(reader->arena, &mistake);
  return fail_here(reader, mistake.offset, said);
}

static bool parse(struct reader *reader) {
  yajl_status status = yajl_parse(reader->yajl, (const unsigned char *)reader->text, reader->len);
  bool ended = status == yajl_status_ok;
  if (ended)
    status = yajl_complete_parse(reader->yajl);
  if (status == yajl_status_client_canceled)
    return false;
  if (status != yajl_status_ok)
    return syntax_error(reader, ended);
  if (reader->root == NULL)
    return fail_here(reader, reader->len, "there is no value");
  /* All but one thing behind the value has been refused by yajl. */
  size_t left = next_token(reader);
  if (left < reader->len)
    return fail_here(reader, left, "a comment that does not end: its */ is missing");
  return true;
}

static bool read_document(struct reader *reader, size_t max, struct sd_json **out) {
  struct sd_arena *arena = reader->arena;
  enter_line(reader, 0);
  if (reader->len > max)
    return fail_at(reader, 1, 1, sd_arena_printf(arena, "larger than %zu bytes", max));
  yajl_alloc_funcs memory = {allocate, reallocate, release, arena};
  /* Never freed: all of it lies on the arena. */
  reader->yajl = yajl_alloc(&callbacks, &memory, reader);
  yajl_config(reader->yajl, yajl_allow_comments, reader->comments ? 1 : 0);
  if (!parse(reader))
    return false;
  *out = reader->root;
  return true;
}

bool sd_json_read(struct sd_arena *arena, const char *source, const char *text, size_t len,
                  bool comments, struct sd_json **out, struct sd_error *err) {
  struct reader reader = {
      .arena = arena, .source = source, .text = text, .len = len, .comments = comments, .err = err};
  return read_document(&reader, SD_JSON_MAX_BYTES, out);
}

bool sd_json_read_large(struct sd_arena *arena, const char *source, const char *text, size_t len,
                        struct sd_json **out, struct sd_error *err) {
  struct reader reader = {.arena = arena, .source = source, .text = text, .len = len, .err = err};
  return read_document(&reader, SD_JSON_LARGE_BYTES, out);
}

bool sd_json_read_fractions(struct sd_arena *arena, const char *source, const char *text,
                            size_t len, struct sd_json **out, struct sd_error *err) {
  struct reader reader = {
      .arena = arena, .source = source, .text = text, .len = len, .fractions = true, .err = err};
  return read_document(&reader, SD_JSON_LARGE_BYTES, out);
}

struct sd_json *sd_json_get(const struct sd_json *object, const char *key) {
  for (size_t i = 0; i < object->members.len; i++)
    if (strcmp(object->members.items[i].key, key) == 0)
      return object->members.items[i].value;
  return NULL;
}
