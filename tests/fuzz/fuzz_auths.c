/* SPDX-License-Identifier: Apache-2.0 */
/* What is handed on of a config.json is read as the same log-ins; a log-in that is put into it is found, one that is
 * taken out is not, and everything else in the text stays. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/json.h"
#include "safe-docker/docker/auths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sd_auth login = {.server = "a:5000", .username = "u", .password = "p:\"\\"};

static void require(bool good) {
  if (!good)
    abort();
}

static bool same_text(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_login(const struct sd_auth *a, const struct sd_auth *b) {
  return same_text(a->server, b->server) && same_text(a->username, b->username) &&
         same_text(a->password, b->password) && same_text(a->identity_token, b->identity_token) &&
         same_text(a->registry_token, b->registry_token);
}

static struct sd_auths read_again(struct sd_arena *arena, const char *text) {
  struct sd_auths auths;
  struct sd_error err;
  sd_error_init(&err, arena);
  require(sd_auths_read(arena, "again", text, strlen(text), &auths, &err));
  return auths;
}

/* The members of both, but `but`, are alike as far as their own types and texts go. */
static void check_rest(const struct sd_json *before, const struct sd_json *after, const char *but) {
  for (size_t i = 0; before != NULL && i < before->members.len; i++) {
    const struct sd_json_member *member = &before->members.items[i];
    const struct sd_json *other = sd_json_get(after, member->key);
    if (strcmp(member->key, but) == 0)
      continue;
    require(other != NULL && other->type == member->value->type);
    require(other->members.len == member->value->members.len &&
            other->items.len == member->value->items.len && other->number == member->value->number);
    require(same_text(other->string, member->value->string));
  }
}

static void check_change(struct sd_arena *arena, const char *before, const char *after) {
  struct sd_error err;
  struct sd_json *old = NULL;
  struct sd_json *new = NULL;
  sd_error_init(&err, arena);
  require(sd_json_read(arena, "after", after, strlen(after), false, &new, &err));
  if (!sd_json_read(arena, "before", before, strlen(before), false, &old, &err))
    return; /* nothing but blanks */
  const struct sd_json *auths = sd_json_get(old, "auths");
  check_rest(old, new, "auths");
  if (auths != NULL && auths->type == SD_JSON_OBJECT)
    check_rest(auths, sd_json_get(new, "auths"), login.server);
}

static void check(struct sd_arena *arena, const char *text, size_t len) {
  struct sd_auths auths;
  struct sd_error err;
  const char *with = NULL;
  const char *without = NULL;
  sd_error_init(&err, arena);
  if (sd_auths_read(arena, "input", text, len, &auths, &err)) {
    struct sd_auths again = read_again(arena, sd_auths_text(arena, &auths));
    require(again.list.len == auths.list.len && !again.helpers);
    for (size_t i = 0; i < auths.list.len; i++)
      require(same_login(&auths.list.items[i], &again.list.items[i]));
  }
  sd_error_init(&err, arena);
  if (!sd_auths_put(arena, "input", text, &login, &with, &err))
    return;
  check_change(arena, text, with);
  auths = read_again(arena, with);
  const struct sd_auth *found = sd_auths_find(&auths, login.server);
  require(found != NULL && same_login(found, &login));
  require(sd_auths_remove(arena, "input", with, login.server, &without, &err));
  check_change(arena, with, without);
  auths = read_again(arena, without);
  require(sd_auths_find(&auths, login.server) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  /* Files with NUL bytes are refused before; near the limit of size a log-in more need not fit. */
  if (memchr(data, '\0', size) == NULL && size < SD_JSON_MAX_BYTES / 2) {
    const char *text = sd_arena_strndup(&arena, (const char *)data, size);
    check(&arena, text, size);
  }
  sd_arena_finish(&arena);
  return 0;
}
