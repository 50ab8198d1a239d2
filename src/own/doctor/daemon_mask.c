/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that stand where dockerd is told something. Facts are shown, recorded and passed on: none of these may get into
 * them. What is wrong as JSON is masked, too, so this reads it byte by byte and trusts no parser. */
#include <string.h>
#include <strings.h>

#include "daemon.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void cover(char *text, size_t len) {
  for (size_t i = 0; i < len; i++)
    if (text[i] != '\n')
      text[i] = DAEMON_MASKED;
}

/* -- user:password@ ------------------------------------------------------------------------------ */

static bool is_end(char byte) {
  return byte == '\0' || strchr("\"' \t\r\n", byte) != NULL;
}

/* One piece without blanks and quotes: up to its last @, from behind "://", or else from behind "=" of an option. */
static void mask_piece(char *text, size_t len) {
  size_t begin = 0;
  size_t end = 0;
  bool colon = false;
  for (size_t i = 0; i < len; i++)
    end = text[i] == '@' ? i : end;
  for (size_t i = 0; i + 2 < end; i++)
    if (strncmp(text + i, "://", 3) == 0) {
      cover(text + i + 3, text[i + 3] == '/' ? 0 : end - i - 3); /* a path has no user */
      return;
    }
  for (size_t i = 0; i < end; i++) {
    begin = text[i] == '=' && !colon ? i + 1 : begin;
    colon = colon || text[i] == ':';
  }
  if (colon)
    cover(text + begin, end - begin);
}

static void mask_users(char *text) {
  while (*text != '\0') {
    size_t len = 0;
    while (!is_end(text[len]))
      len++;
    mask_piece(text, len);
    text += len;
    text += *text != '\0' ? 1 : 0;
  }
}

const char *daemon_mask(struct sd_arena *arena, const char *text) {
  char *copy = sd_arena_strdup(arena, text);
  mask_users(copy);
  return copy;
}

/* -- named secrets ------------------------------------------------------------------------------- */

/* Whose members or items may be secrets. */
static bool is_secret_part(const char *key) {
  static const char *const parts[] = {"log-opts",           "log-opt",          "labels", "label",
                                      "cluster-store-opts", "cluster-store-opt"};
  for (size_t i = 0; i < COUNT(parts); i++)
    if (strcasecmp(parts[i], key) == 0)
      return true;
  return false;
}

/* Of daemon.json: "auths" of another program's file, for one. */
static bool is_unknown(const char *key) {
  return daemon_key_find(key) == NULL && daemon_key_of_flag(key) == NULL &&
         daemon_key_meant(key) == NULL;
}

static bool is_secret_name(const char *key) {
  static const char *const parts[] = {"pass", "token", "secret", "auth", "credential"};
  for (size_t i = 0; i < COUNT(parts); i++)
    if (strcasestr(key, parts[i]) != NULL && strcmp(key, "authorization-plugins") != 0)
      return true;
  return false;
}

/* What judges read of those parts, and no secret. */
static bool is_plain_name(const char *key) {
  static const char *const names[] = {"max-size", "max-file", "max-buffer-size", "mode",
                                      "compress"};
  for (size_t i = 0; i < COUNT(names); i++)
    if (strcmp(names[i], key) == 0)
      return true;
  return false;
}

/* "name=value", or a value alone. */
static void mask_pair(struct sd_arena *arena, char *text, size_t len) {
  size_t name = 0;
  while (name < len && text[name] != '=')
    name++;
  if (name < len && is_plain_name(sd_arena_strndup(arena, text, name)))
    return;
  name = name < len ? name + 1 : 0;
  cover(text + name, len - name);
}

/* -- daemon.json --------------------------------------------------------------------------------- */

struct scan {
  struct sd_arena *arena;
  char *at;
  unsigned depth;
  bool part;       /* within one whose members may be secrets */
  const char *key; /* the last one; NULL: it stands for nothing any more */
  bool list;       /* the last bracket that was opened is one of a list */
};

static void take_string(struct scan *scan) {
  char *text = scan->at + 1;
  size_t len = 0;
  while (text[len] != '\0' && text[len] != '"')
    len += text[len] == '\\' && text[len + 1] != '\0' ? 2 : 1;
  scan->at = text + len + (text[len] != '\0' ? 1 : 0);
  if (scan->at[strspn(scan->at, " \t\r\n")] == ':') {
    scan->key = sd_arena_strndup(scan->arena, text, len);
    scan->part = scan->depth == 1 ? is_secret_part(scan->key) || is_unknown(scan->key) : scan->part;
  } else if (scan->part && scan->list) {
    mask_pair(scan->arena, text, len);
  } else if (scan->key != NULL &&
             ((scan->part && !is_plain_name(scan->key)) || is_secret_name(scan->key))) {
    cover(text, len);
  }
}

const char *daemon_mask_json(struct sd_arena *arena, const char *text) {
  char *copy = sd_arena_strdup(arena, text);
  struct scan scan = {.arena = arena, .at = copy};
  mask_users(copy);
  while (*scan.at != '\0') {
    char byte = *scan.at;
    if (byte == '"') {
      take_string(&scan);
      continue;
    }
    if (byte == '{' || byte == '[') {
      scan.depth++;
      scan.list = byte == '[';
    } else if (byte == '}' || byte == ']') {
      scan.depth -= scan.depth > 0 ? 1 : 0;
      scan.list = false;
    }
    scan.at++;
  }
  return copy;
}

/* -- the command line ---------------------------------------------------------------------------- */

void daemon_mask_words(struct sd_arena *arena, struct sd_strv *words) {
  bool secret = false; /* the value of the option before */
  for (size_t i = 0; i < words->v.len; i++) {
    char *word = sd_arena_strdup(arena, words->v.items[i]);
    size_t len = strlen(word);
    size_t name = strcspn(word, "=");
    bool option = strncmp(word, "--", 2) == 0;
    mask_users(word);
    if (secret && !option)
      mask_pair(arena, word, len);
    secret = option && name > 2 && is_secret_part(sd_arena_strndup(arena, word + 2, name - 2));
    if (secret && name < len) {
      mask_pair(arena, word + name + 1, len - name - 1);
      secret = false;
    }
    words->v.items[i] = word;
  }
}
