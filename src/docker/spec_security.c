/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt.
 *
 * MUST: split as the CLI and the daemon both do: at the first "=" where there is one, else at the
 * first
 * ":". What comes out otherwise in one of them is refused. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

/* security->value is "" where none stood there. */
typedef bool check_value(struct sd_security *security, bool has_value, struct sd_error *err);

struct security_key {
  const char *name;
  enum sd_security_key key;
  check_value *check;
};

static bool check_any(struct sd_security *security, bool has_value, struct sd_error *err) {
  (void)has_value;
  if (security->value[0] != '\0')
    return true;
  return sd_fail_rule(err, NULL, "write KEY=VALUE", "the security option has no value");
}

/* The first CLI with the name "builtin" took what was a file before. */
static bool check_seccomp(struct sd_security *security, bool has_value, struct sd_error *err) {
  if (!check_any(security, has_value, err))
    return false;
  if (strcmp(security->value, "builtin") == 0)
    return sd_fail_rule(
        err, NULL, "leave it out for the default profile; write ./builtin for a file",
        "seccomp=builtin is a file to Docker 20.10 and a profile to later versions");
  return true;
}

static bool check_bool(struct sd_security *security, bool has_value, struct sd_error *err) {
  struct sd_error inner;
  sd_error_init(&inner, err->arena);
  security->enabled = true;
  if (!has_value || sd_number_bool(security->value, &security->enabled, &inner))
    return true;
  return sd_spec_fail_in("the value after the key", &inner, err);
}

/* Only this one value means something; the CLI acts on it itself, and only when written with "=".
 */
static bool check_systempaths(struct sd_security *security, bool has_value, struct sd_error *err) {
  (void)has_value;
  if (strcmp(security->value, "unconfined") == 0)
    return true;
  return sd_fail_rule(err, NULL, "leave it out", "systempaths has no value but unconfined");
}

static const struct security_key keys[] = {
    {"apparmor", SD_SECURITY_APPARMOR, check_any},
    {"credentialspec", SD_SECURITY_CREDENTIALSPEC, check_any},
    {"label", SD_SECURITY_LABEL, check_any},
    {"no-new-privileges", SD_SECURITY_NO_NEW_PRIVILEGES, check_bool},
    {"seccomp", SD_SECURITY_SECCOMP, check_seccomp},
    {"systempaths", SD_SECURITY_SYSTEMPATHS, check_systempaths},
    {"writable-cgroups", SD_SECURITY_WRITABLE_CGROUPS, check_bool},
};

/* "label:user=a" is the key "label:user" to Docker, and never what was meant. */
static bool fail_unknown(const struct sd_spec_table *table, const char *name,
                         struct sd_error *err) {
  const char *before = NULL;
  const char *after = NULL;
  if (sd_spec_cut(err->arena, name, ':', &before, &after) &&
      sd_spec_find(table, before) < table->count)
    return sd_fail_rule(err, NULL, sd_arena_printf(err->arena, "write %s=...", before),
                        "Docker splits at '=' first, so its key is '%s'",
                        sd_text_safe(err->arena, name));
  return sd_spec_unknown(table, "security option", name, err);
}

bool sd_security_parse(struct sd_arena *arena, const char *text, struct sd_security *out,
                       struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(keys);
  table.useful = "use apparmor, no-new-privileges or seccomp"; /* the others are refused */
  const char *name = NULL;
  const char *value = NULL;
  if (!sd_spec_check(text, err))
    return false;
  bool equals = strchr(text, '=') != NULL;
  bool has_value = sd_spec_cut(arena, text, equals ? '=' : ':', &name, &value);
  size_t index = sd_spec_find(&table, name);
  if (index == table.count)
    return fail_unknown(&table, name, err);
  if (has_value && sd_spec_has_outer_blank(value))
    return sd_fail_rule(err, NULL, "leave the blanks out", "a blank stands around the value of %s",
                        name);
  if (keys[index].key == SD_SECURITY_SYSTEMPATHS && !equals)
    return sd_fail_rule(err, NULL, "leave it out", "systempaths is only read as systempaths=...");
  struct sd_security security = {.key = keys[index].key, .value = has_value ? value : ""};
  if (!keys[index].check(&security, has_value, err))
    return false;
  *out = security;
  return true;
}
