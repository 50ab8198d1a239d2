/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"

void oracle_require(const struct oracle *oracle, bool holds, const char *what, const char *token) {
  if (holds)
    return;
  (void)fprintf(stderr, "oracle: %s%s%s\nwould be executed:\n", what, token != NULL ? ": " : "",
                token != NULL ? token : "");
  for (size_t i = 0; i < oracle->argv->v.len; i++)
    (void)fprintf(stderr, "  %s\n", oracle->argv->v.items[i]);
  (void)fprintf(stderr, "typed:\n");
  for (size_t i = 0; i < oracle->typed->v.len; i++)
    (void)fprintf(stderr, "  %s\n", oracle->typed->v.items[i]);
  abort();
}

/* -- small readers -------------------------------------------------------------------------------- */

bool oracle_number(const char *text, int64_t *out) {
  bool minus = text[0] == '-';
  const char *digits = text + (minus ? 1 : 0);
  size_t len = strspn(digits, "0123456789");
  uint64_t value = 0;
  if (len == 0 || digits[len] != '\0' || len > 19 || (digits[0] == '0' && (len > 1 || minus)))
    return false;
  for (size_t i = 0; i < len; i++)
    value = value * 10 + (uint64_t)(digits[i] - '0');
  if (value > INT64_MAX)
    return false;
  *out = minus ? -(int64_t)value : (int64_t)value;
  return true;
}

bool oracle_cpus(const char *text, int64_t *out) {
  size_t whole = strspn(text, "0123456789");
  const char *point = text + whole;
  size_t part = point[0] == '.' ? strspn(point + 1, "0123456789") : 0;
  int64_t value = 0;
  if (whole == 0 || whole > 9 || (text[0] == '0' && whole > 1) || part > 9)
    return false;
  if (point[0] == '.' && (part == 0 || point[part] == '0'))
    return false;
  if (point[0] == '.' ? point[1 + part] != '\0' : point[0] != '\0')
    return false;
  for (size_t i = 0; i < whole; i++)
    value = value * 10 + (text[i] - '0');
  for (size_t i = 0; i < 9; i++)
    value = value * 10 + (i < part ? point[1 + i] - '0' : 0);
  *out = value;
  return true;
}

bool oracle_user(const char *text, uint32_t *uid, uint32_t *gid) {
  char copy[32];
  size_t len = strcspn(text, ":");
  int64_t first = 0;
  int64_t second = 0;
  if (len >= sizeof(copy) || text[len] != ':')
    return false;
  memcpy(copy, text, len);
  copy[len] = '\0';
  if (!oracle_number(copy, &first) || !oracle_number(text + len + 1, &second) || first < 0 ||
      second < 0 || first > UINT32_MAX || second > UINT32_MAX)
    return false;
  *uid = (uint32_t)first;
  *gid = (uint32_t)second;
  return true;
}

bool oracle_word(const char *text) {
  for (const char *at = text; *at != '\0'; at++)
    if ((unsigned char)*at <= ' ' || *at == 0x7f)
      return false;
  return text[0] != '\0';
}

bool oracle_one_of(const char *text, const char *const *list) {
  for (; *list != NULL; list++)
    if (strcmp(text, *list) == 0)
      return true;
  return false;
}

bool oracle_starts(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

bool oracle_within(const char *inner, const char *outer) {
  size_t len = strlen(outer);
  if (strcmp(outer, "/") == 0)
    return inner[0] == '/';
  return strncmp(inner, outer, len) == 0 && (inner[len] == '\0' || inner[len] == '/');
}

bool oracle_clean(const char *path) {
  size_t len = strlen(path);
  bool end = len > 1 && path[len - 1] == '/';
  bool dots = len > 1 && (strcmp(path + len - 2, "/.") == 0 ||
                          (len > 2 && strcmp(path + len - 3, "/..") == 0));
  return path[0] == '/' && !end && !dots && strstr(path, "//") == NULL &&
         strstr(path, "/./") == NULL && strstr(path, "/../") == NULL;
}

/* -- the policy ----------------------------------------------------------------------------------- */

bool oracle_option_allowed(const struct oracle *oracle, const char *name) {
  for (size_t i = 0; i < oracle->policy->options.v.len; i++)
    if (strcmp(oracle->policy->options.v.items[i], name) == 0)
      return true;
  return false;
}

bool oracle_caller_has_group(const struct oracle *oracle, gid_t gid) {
  for (size_t i = 0; i < oracle->groups.len; i++)
    if (oracle->groups.items[i] == gid)
      return true;
  return gid == oracle->gid;
}

void oracle_own_ids(const struct oracle *oracle, uint32_t *uid, uint32_t *gid) {
  *uid = oracle->uid != 0 ? oracle->uid : oracle->policy->user.fallback_uid;
  *gid = oracle->uid != 0 ? oracle->gid : oracle->policy->user.fallback_gid;
}

void oracle_check_user(const struct oracle *oracle, const char *value) {
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t own_uid = 0;
  uint32_t own_gid = 0;
  oracle_require(oracle, oracle_user(value, &uid, &gid), "the user is not uid:gid", value);
  oracle_own_ids(oracle, &own_uid, &own_gid);
  if (uid == own_uid && gid == own_gid)
    return;
  oracle_require(oracle, oracle->policy->user.mode != SD_USER_CALLER, "the user is another", value);
  oracle_require(oracle, oracle->policy->user.mode == SD_USER_ANY || (uid != 0 && gid != 0),
                 "the user is root", value);
  oracle_require(oracle, gid != oracle->socket_group, "the group is that of the socket", value);
}

bool oracle_label_is_reserved(const char *label) {
  return oracle_starts(label, "io.safe-docker.");
}

/* -- the whole ------------------------------------------------------------------------------------ */

static const char *word_at(const struct oracle *oracle, size_t at) {
  return at < oracle->argv->v.len ? oracle->argv->v.items[at] : "";
}

/* Which daemon: the policy's, and nothing that the caller wrote but -D and -l. */
static size_t check_globals(const struct oracle *oracle) {
  static const char *const levels[] = {"--log-level=debug", "--log-level=info",  "--log-level=warn",
                                       "--log-level=error", "--log-level=fatal", NULL};
  const struct sd_endpoint *endpoint = oracle->endpoint;
  const char *const expected[] = {
      sd_arena_printf(oracle->arena, "--host=%s", endpoint->host),
      endpoint->tls.ca[0] != '\0' ? "--tlsverify=true" : NULL,
      endpoint->tls.ca[0] != '\0'
          ? sd_arena_printf(oracle->arena, "--tlscacert=%s", endpoint->tls.ca)
          : NULL,
      endpoint->tls.cert[0] != '\0'
          ? sd_arena_printf(oracle->arena, "--tlscert=%s", endpoint->tls.cert)
          : NULL,
      endpoint->tls.key[0] != '\0'
          ? sd_arena_printf(oracle->arena, "--tlskey=%s", endpoint->tls.key)
          : NULL,
  };
  size_t at = 1;
  oracle_require(oracle, strcmp(word_at(oracle, 0), oracle->policy->docker.path) == 0,
                 "another program", word_at(oracle, 0));
  for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
    if (expected[i] != NULL)
      oracle_require(oracle, strcmp(word_at(oracle, at++), expected[i]) == 0, "another daemon",
                     expected[i]);
  if (strcmp(word_at(oracle, at), "--debug=true") == 0)
    at++;
  if (oracle_one_of(word_at(oracle, at), levels))
    at++;
  return at;
}

/* The command's words; for help they may be another spelling of it. */
static size_t check_command(const struct oracle *oracle, size_t at) {
  struct sd_str name;
  sd_str_init(&name, oracle->arena);
  for (const char *word = word_at(oracle, at); word[0] != '-' && word[0] != '\0';
       word = word_at(oracle, ++at)) {
    sd_str_addf(&name, "%s%s", name.len > 0 ? " " : "", word);
    /* With named volumes a run is create and start: src/volumes.h. */
    bool made = oracle->command->id == SD_COMMAND_RUN && strcmp(sd_str_text(&name), "create") == 0;
    if (made || strcmp(sd_str_text(&name), oracle->command->name) == 0)
      return at + 1;
  }
  oracle_require(oracle, false, "another command", sd_str_text(&name));
  return at;
}

static bool is_help(const struct oracle *oracle) {
  return oracle->argv->v.len > 1 &&
         strcmp(oracle->argv->v.items[oracle->argv->v.len - 1], "--help") == 0;
}

/* "compose up": the plugin has commands of its own, each of one word. */
static bool is_of_compose(const char *path) {
  static const char start[] = "compose ";
  const char *word = path + strlen(start);
  return strncmp(path, start, strlen(start)) == 0 && *word != '\0' &&
         word[strspn(word, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* Only words of commands that Docker has, and nothing behind them. */
static void check_help(const struct oracle *oracle, size_t at) {
  struct sd_str path;
  sd_str_init(&path, oracle->arena);
  for (; at + 1 < oracle->argv->v.len; at++)
    sd_str_addf(&path, "%s%s", path.len > 0 ? " " : "", word_at(oracle, at));
  oracle_require(oracle,
                 sd_command_find(sd_str_text(&path)) != NULL ||
                     sd_command_is_group(sd_str_text(&path)) || is_of_compose(sd_str_text(&path)),
                 "help of no command", sd_str_text(&path));
}

void oracle_check(const struct oracle *oracle) {
  for (size_t i = 0; i < oracle->argv->v.len; i++)
    oracle_require(oracle,
                   sd_text_is_utf8(oracle->argv->v.items[i], strlen(oracle->argv->v.items[i])),
                   "not UTF-8", oracle->argv->v.items[i]);
  size_t at = check_globals(oracle);
  bool operands = false;
  for (size_t i = at; i < oracle->argv->v.len; i++)
    operands = operands || strcmp(oracle->argv->v.items[i], "--") == 0;
  if (!operands && is_help(oracle)) {
    check_help(oracle, at);
    return;
  }
  oracle_require(oracle, oracle->command != NULL && oracle->command->handling != SD_REFUSED,
                 "a command that nobody gets", NULL);
  oracle_require(oracle, sd_strv_contains(&oracle->policy->commands, oracle->command->name),
                 "a command that the policy does not name", oracle->command->name);
  at = check_command(oracle, at);
  if (oracle->command->handling == SD_HANDLED_RUN)
    oracle_container(oracle, at);
  else
    oracle_command(oracle, at);
}
