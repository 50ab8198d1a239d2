/* SPDX-License-Identifier: Apache-2.0 */
/* --ulimit, --restart, --user and --add-host. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

/* -- --ulimit ---------------------------------------------------------------------------------- */

/* docker/go-units; "as" is not among them. */
static const char *const ulimit_names[] = {
    "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue", "nice",
    "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack",
};

static bool parse_limit(const char *text, int64_t *out, struct sd_error *err) {
  uint64_t number = 0;
  if (strcmp(text, "-1") == 0) {
    *out = -1;
    return true;
  }
  if (!sd_number_padded(*text == '+' ? text + 1 : text, 0, INT64_MAX, &number, err))
    return false;
  *out = (int64_t)number;
  return true;
}

bool sd_ulimit_parse(struct sd_arena *arena, const char *text, struct sd_ulimit *out,
                     struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(ulimit_names);
  struct sd_ulimit ulimit = {0};
  struct sd_error inner;
  const char *name = NULL;
  const char *limits = NULL;
  const char *soft = NULL;
  const char *hard = NULL;
  sd_error_init(&inner, err->arena);
  if (!sd_spec_check(text, err))
    return false;
  if (!sd_spec_cut(arena, text, '=', &name, &limits))
    return sd_fail_rule(err, NULL, "write NAME=SOFT[:HARD], such as nofile=1024:4096",
                        "'%s' has no limit", sd_text_safe(err->arena, text));
  size_t index = sd_spec_find(&table, name);
  if (index == table.count)
    return sd_spec_unknown(&table, "ulimit", name, err);
  ulimit.name = ulimit_names[index];
  if (!sd_spec_cut(arena, limits, ':', &soft, &hard))
    hard = soft;
  if (!parse_limit(soft, &ulimit.soft, &inner) || !parse_limit(hard, &ulimit.hard, &inner))
    return sd_fail_rule(err, NULL, "use plain decimal numbers, or -1 for no limit",
                        "the limit '%s' is not valid: %s", sd_text_safe(err->arena, limits),
                        inner.message);
  if (ulimit.hard != -1 && (ulimit.soft == -1 || ulimit.soft > ulimit.hard))
    return sd_fail_rule(err, NULL, "write the lower limit first",
                        "the soft limit is above the hard limit");
  *out = ulimit;
  return true;
}

const char *sd_ulimit_format(struct sd_arena *arena, const struct sd_ulimit *ulimit) {
  return sd_arena_printf(arena, "%s=%lld:%lld", ulimit->name, (long long)ulimit->soft,
                         (long long)ulimit->hard);
}

/* -- --restart --------------------------------------------------------------------------------- */

bool sd_restart_parse(struct sd_arena *arena, const char *text, struct sd_restart *out,
                      struct sd_error *err) {
  static const char *const policies[] = {"always", "no", "on-failure", "unless-stopped"};
  struct sd_spec_table table = SD_SPEC_TABLE(policies);
  struct sd_restart restart = {.policy = "no", .max_retries = -1};
  struct sd_error inner;
  const char *name = NULL;
  const char *count = NULL;
  uint64_t retries = 0;
  sd_error_init(&inner, err->arena);
  if (*text == '\0') {
    *out = restart;
    return true;
  }
  if (!sd_spec_check(text, err))
    return false;
  bool counted = sd_spec_cut(arena, text, ':', &name, &count);
  size_t index = sd_spec_find(&table, name);
  if (index == table.count)
    return sd_spec_unknown(&table, "restart policy", name, err);
  restart.policy = policies[index];
  if (counted && strcmp(name, "on-failure") != 0)
    return sd_fail_rule(err, NULL, "leave the number out",
                        "only on-failure takes a number of retries");
  if (counted && !sd_number_decimal(count, 0, INT32_MAX, &retries, &inner))
    return sd_fail_rule(err, NULL, "write on-failure:5",
                        "the number of retries '%s' is not valid: %s",
                        sd_text_safe(err->arena, count), inner.message);
  if (counted)
    restart.max_retries = (int64_t)retries;
  *out = restart;
  return true;
}

/* -- --user ------------------------------------------------------------------------------------ */

/* A name is looked up in the image; *numeric and *id stay as they are. What only looks like a number would be
 * one to the daemon ("+0", "00") or a surprise to the reader ("0x0"). */
static bool parse_id(const char *text, const char *what, bool *numeric, uint32_t *id,
                     struct sd_error *err) {
  struct sd_error inner;
  uint64_t number = 0;
  sd_error_init(&inner, err->arena);
  if (*text == '\0')
    return sd_fail_rule(err, NULL, "write UID:GID, such as 1000:1000", "the %s is empty", what);
  if (strchr(text, ' ') != NULL || strchr(text, ':') != NULL)
    return sd_fail_rule(err, NULL, "write UID:GID, such as 1000:1000",
                        "the %s '%s' has a blank or a colon", what, sd_text_safe(err->arena, text));
  if (strchr("+-" SD_SPEC_DIGITS, text[0]) == NULL)
    return true;
  /* The largest id that runc and the daemon take. */
  if (!sd_number_decimal(text, 0, INT32_MAX, &number, &inner))
    return sd_fail_rule(err, NULL, "write the id in plain decimal", "the %s '%s' is not valid: %s",
                        what, sd_text_safe(err->arena, text), inner.message);
  *numeric = true;
  *id = (uint32_t)number;
  return true;
}

bool sd_user_parse(struct sd_arena *arena, const char *text, struct sd_user_spec *out,
                   struct sd_error *err) {
  struct sd_user_spec spec = {0};
  if (!sd_spec_check(text, err))
    return false;
  (void)sd_spec_cut(arena, text, ':', &spec.user, &spec.group);
  if (!parse_id(spec.user, "user", &spec.user_numeric, &spec.uid, err))
    return false;
  if (spec.group != NULL && !parse_id(spec.group, "group", &spec.group_numeric, &spec.gid, err))
    return false;
  *out = spec;
  return true;
}

/* -- --add-host -------------------------------------------------------------------------------- */

static bool is_ip(struct sd_arena *arena, const char *text) {
  struct sd_error ignored;
  const char *ip = NULL;
  sd_error_init(&ignored, arena);
  return sd_ip_parse(arena, text, &ip, &ignored);
}

static bool parse_address(struct sd_arena *arena, const char *text, const char **out,
                          struct sd_error *err) {
  size_t len = strlen(text);
  if (strcmp(text, "host-gateway") == 0) {
    *out = "host-gateway";
    return true;
  }
  if (text[0] == '[' && text[len - 1] == ']' && strchr(text, ':') != NULL)
    text = sd_arena_strndup(arena, text + 1, len - 2);
  return sd_ip_parse(arena, text, out, err);
}

/* 20.10 cuts at the first ":" alone; later CLIs at the first "=" where there is one. */
bool sd_extra_host_parse(struct sd_arena *arena, const char *text, struct sd_extra_host *out,
                         struct sd_error *err) {
  static const char hint[] = "write NAME:ADDRESS, such as db:10.0.0.2 or gateway:host-gateway";
  struct sd_extra_host host = {0};
  const char *address = NULL;
  const char *other_name = NULL;
  const char *other = NULL;
  if (!sd_spec_check(text, err))
    return false;
  bool equals = strchr(text, '=') != NULL;
  if (!sd_spec_cut(arena, text, equals ? '=' : ':', &host.name, &address))
    return sd_fail_rule(err, NULL, hint, "'%s' has no address", sd_text_safe(err->arena, text));
  if (!sd_spec_is_name(host.name))
    return sd_fail_rule(err, NULL, hint, "'%s' is not the name of a host",
                        sd_text_safe(err->arena, host.name));
  if (!parse_address(arena, address, &host.address, err))
    return false;
  if (equals && sd_spec_cut(arena, text, ':', &other_name, &other) && is_ip(arena, other))
    return sd_fail_rule(err, NULL, hint, "'%s' means different addresses to different versions",
                        sd_text_safe(err->arena, text));
  *out = host;
  return true;
}
