/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/auths.h"

#include <string.h>
#include <strings.h>

#include "safe-docker/base/base64.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define SERVER_MAX 255
#define LOGINS_MAX 256

/* -- reading ------------------------------------------------------------------------------------ */

struct reader {
  struct sd_arena *arena;
  const char *source;
  struct sd_error *err;
};

static bool fail(const struct reader *reader, const char *server, const char *why) {
  return sd_fail(reader->err, "%s: auths: %s: %s", sd_text_safe(reader->arena, reader->source),
                 sd_text_safe(reader->arena, server), why);
}

/* NULL where it is missing, null or empty. */
static bool read_text(const struct reader *reader, const struct sd_json *entry, const char *server,
                      const char *key, const char **out) {
  const struct sd_json *value = sd_json_get(entry, key);
  *out = NULL;
  if (value == NULL || value->type == SD_JSON_NULL)
    return true;
  if (value->type != SD_JSON_STRING || strlen(value->string) > 2 * SD_AUTHS_SECRET_MAX)
    return fail(reader, server,
                sd_arena_printf(reader->arena, "%s is not a text, or too long", key));
  if (value->string[0] != '\0')
    *out = value->string;
  return true;
}

/* As the docker command splits it: at the first colon, and no user without a name. */
static bool read_login(const struct reader *reader, const char *auth, struct sd_auth *out) {
  const char *decoded = NULL;
  size_t len = 0;
  bool good = sd_base64_decode(reader->arena, auth, &decoded, &len) && strlen(decoded) == len;
  const char *colon = good ? strchr(decoded, ':') : NULL;
  if (colon == NULL || colon == decoded)
    return fail(reader, out->server, "auth is not the base64 text of USER:PASSWORD");
  out->username = sd_arena_strndup(reader->arena, decoded, (size_t)(colon - decoded));
  out->password = colon + 1;
  return true;
}

static bool read_entry(const struct reader *reader, const struct sd_json_member *member,
                       struct sd_auths *out) {
  struct sd_auth login = {.server = member->key};
  const char *auth = NULL;
  if (member->value->type == SD_JSON_NULL)
    return true;
  if (!sd_text_is_printable(member->key) || strlen(member->key) > SERVER_MAX)
    return fail(reader, member->key, "no name of a server");
  if (member->value->type != SD_JSON_OBJECT)
    return fail(reader, member->key, "not an object");
  if (!read_text(reader, member->value, login.server, "auth", &auth) ||
      !read_text(reader, member->value, login.server, "identitytoken", &login.identity_token) ||
      !read_text(reader, member->value, login.server, "registrytoken", &login.registry_token) ||
      (auth != NULL && !read_login(reader, auth, &login)))
    return false;
  if (auth == NULL && login.identity_token == NULL && login.registry_token == NULL)
    return true;
  if (out->list.len == LOGINS_MAX)
    return fail(reader, member->key, "too many entries");
  *sd_vec_push(reader->arena, &out->list) = login;
  return true;
}

static bool names_helpers(const struct sd_json *root) {
  const struct sd_json *store = sd_json_get(root, "credsStore");
  const struct sd_json *helpers = sd_json_get(root, "credHelpers");
  return (store != NULL && store->type == SD_JSON_STRING && store->string[0] != '\0') ||
         (helpers != NULL && helpers->members.len > 0);
}

/* Go reads keys whatever their case; two readers must not find two things. */
static bool check_spelling(const struct reader *reader, const struct sd_json *root) {
  for (size_t i = 0; i < root->members.len; i++) {
    const char *key = root->members.items[i].key;
    if (strcasecmp(key, "auths") == 0 && strcmp(key, "auths") != 0)
      return sd_fail(reader->err, "%s: write the key \"%s\" as \"auths\"",
                     sd_text_safe(reader->arena, reader->source), sd_text_safe(reader->arena, key));
  }
  return true;
}

static bool read_root(const struct reader *reader, const struct sd_json *root,
                      struct sd_auths *out) {
  if (root->type != SD_JSON_OBJECT)
    return sd_fail(reader->err, "%s: not a JSON object",
                   sd_text_safe(reader->arena, reader->source));
  const struct sd_json *auths = sd_json_get(root, "auths");
  out->helpers = names_helpers(root);
  if (!check_spelling(reader, root))
    return false;
  if (auths == NULL || auths->type == SD_JSON_NULL)
    return true;
  if (auths->type != SD_JSON_OBJECT)
    return sd_fail(reader->err, "%s: auths is not an object",
                   sd_text_safe(reader->arena, reader->source));
  for (size_t i = 0; i < auths->members.len; i++)
    if (!read_entry(reader, &auths->members.items[i], out))
      return false;
  return true;
}

bool sd_auths_read(struct sd_arena *arena, const char *source, const char *text, size_t len,
                   struct sd_auths *out, struct sd_error *err) {
  struct reader reader = {.arena = arena, .source = source, .err = err};
  struct sd_auths read = {0};
  struct sd_json *root = NULL;
  struct sd_error why;
  sd_error_init(&why, arena);
  *out = read;
  if (!sd_json_read(arena, source, text, len, false, &root, &why))
    return memmem(text, len, "auths", 5) == NULL || sd_fail(err, "%s", why.message);
  if (!read_root(&reader, root, &read))
    return false;
  *out = read;
  return true;
}

const struct sd_auth *sd_auths_find(const struct sd_auths *auths, const char *server) {
  for (size_t i = 0; i < auths->list.len; i++)
    if (strcmp(auths->list.items[i].server, server) == 0)
      return &auths->list.items[i];
  return NULL;
}

/* -- writing ------------------------------------------------------------------------------------ */

static void add_member(struct sd_str *out, bool *first, const char *key, const char *value) {
  if (value == NULL)
    return;
  sd_str_addf(out, "%s\"%s\":", *first ? "" : ",", key);
  sd_str_add_json(out, value);
  *first = false;
}

static void add_login(struct sd_str *out, const struct sd_auth *login) {
  bool first = true;
  const char *auth = NULL;
  if (login->username != NULL) {
    const char *pair = sd_arena_printf(out->arena, "%s:%s", login->username, login->password);
    auth = sd_base64_encode(out->arena, pair, strlen(pair));
  }
  sd_str_add_json(out, login->server);
  sd_str_add(out, ":{");
  add_member(out, &first, "auth", auth);
  add_member(out, &first, "identitytoken", login->identity_token);
  add_member(out, &first, "registrytoken", login->registry_token);
  sd_str_add_char(out, '}');
}

const char *sd_auths_text(struct sd_arena *arena, const struct sd_auths *auths) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add(&out, "{\"auths\":{");
  for (size_t i = 0; i < auths->list.len; i++) {
    sd_str_add(&out, i > 0 ? "," : "");
    add_login(&out, &auths->list.items[i]);
  }
  /* A name that no registry can have (RFC 6761, section 6.4). */
  sd_str_add(&out, auths->list.len == 0 ? "\"safe-docker.invalid\":{}}}" : "}}");
  return sd_str_text(&out);
}

/* -- names of servers --------------------------------------------------------------------------- */

static bool is_host(const char *host) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
  size_t len = strlen(host);
  if (host[0] == '[') /* an IPv6 address */
    return len > 3 && strspn(host + 1, "0123456789abcdefABCDEF:.") == len - 2 &&
           host[len - 1] == ']';
  return len > 0 && strspn(host, letters) == len && host[0] != '-' && host[0] != '.' &&
         host[len - 1] != '-';
}

static bool is_port(struct sd_arena *arena, const char *port) {
  struct sd_error ignored;
  uint64_t number = 0;
  sd_error_init(&ignored, arena);
  return sd_number_decimal(port, 1, 65535, &number, &ignored);
}

/* HOST or HOST:PORT. */
static bool is_address(struct sd_arena *arena, const char *text) {
  const char *bracket = strrchr(text, ']');
  const char *colon = strchr(bracket != NULL ? bracket : text, ':');
  const char *host = colon == NULL ? text : sd_arena_strndup(arena, text, (size_t)(colon - text));
  return is_host(host) && (colon == NULL || is_port(arena, colon + 1));
}

bool sd_auths_server(struct sd_arena *arena, const char *text, const char **server,
                     struct sd_error *err) {
  static const char *const schemes[] = {"https://", "http://"};
  if (text[0] == '\0' || strcmp(text, "docker.io") == 0 || strcmp(text, SD_AUTHS_INDEX) == 0) {
    *server = SD_AUTHS_INDEX;
    return true;
  }
  const char *from = text;
  for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]) && from == text; i++)
    if (sd_text_starts_with(text, schemes[i]))
      from = text + strlen(schemes[i]);
  const char *address = sd_arena_strndup(arena, from, strcspn(from, "/"));
  if (strlen(text) > SERVER_MAX || !sd_text_is_printable(text) || !is_address(arena, address))
    return sd_fail_rule(err, NULL, "give HOST or HOST:PORT, such as registry.example:5000",
                        "not the name of a registry");
  *server = address;
  return true;
}

/* -- records ------------------------------------------------------------------------------------ */

static const char hidden[] = "***";

/* `word` is an option that takes, or may hold, a password: where its value begins; strlen(word): in the next word. */
static size_t secret_at(const char *word) {
  static const char harmless[] = "--password-stdin";
  if (word[0] != '-' || sd_text_starts_with(word, harmless))
    return 0;
  if (word[1] == '-')
    return word[2] == 'p' ? strcspn(word, "=") + (strchr(word, '=') != NULL ? 1 : 0) : 0;
  size_t p = strcspn(word, "p");
  return word[p] == 'p' ? p + 1 : 0;
}

const char *const *sd_auths_mask(struct sd_arena *arena, const char *const *words) {
  struct sd_strv masked = {0};
  bool next = false;
  for (size_t i = 0; words[i] != NULL; i++) {
    size_t at = secret_at(words[i]);
    const char *shown = words[i];
    if (next)
      shown = hidden;
    else if (at > 0 && words[i][at] != '\0')
      shown = sd_arena_printf(arena, "%.*s%s", (int)at, words[i], hidden);
    next = !next && at > 0 && words[i][at] == '\0';
    sd_strv_add(&masked, arena, shown);
  }
  return (const char *const *)sd_strv_argv(&masked, arena);
}
