/* SPDX-License-Identifier: Apache-2.0 */
/* Log drivers run in the daemon, as root: their addresses and files would be the daemon's, so that
 * only keys without either are known here. */
#include <ctype.h>
#include <string.h>

#include "checks.h"
#include "internal.h"
#include "lifecycle.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define MIB ((int64_t)1024 * 1024)
#define BUFFER_MAX (16 * MIB)
#define FILES_MAX 100
#define TEXT_MAX 1024

/* Which drivers know a key. The daemon's own, which is not known here, counts as one that keeps files. */
enum { FILES = 1, JOURNALD = 2, EVERY = FILES | JOURNALD };

typedef bool check_value(const struct sd_rule_input *in, const char *value);

/* Digits and one letter of unit. The daemon reads max-size by thousands and max-buffer-size by
 * 1024s, so that the text itself is handed on. */
static bool is_size_within(const struct sd_rule_input *in, const char *value, int64_t max) {
  size_t digits = strspn(value, "0123456789");
  int64_t bytes = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  const char *unit = value + digits;
  bool plain = unit[0] == '\0' || (strchr("bkmgBKMG", unit[0]) != NULL && unit[1] == '\0');
  return digits <= 12 && plain && sd_number_size(value, &bytes, &err) && bytes > 0 && bytes <= max;
}

static bool is_size(const struct sd_rule_input *in, const char *value) {
  return is_size_within(in, value, INT64_MAX);
}

static bool is_buffer_size(const struct sd_rule_input *in, const char *value) {
  return is_size_within(in, value, BUFFER_MAX);
}

static bool is_file_count(const struct sd_rule_input *in, const char *value) {
  uint64_t count = 0;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return sd_number_decimal(value, 1, FILES_MAX, &count, &err);
}

static bool is_bool(const struct sd_rule_input *in, const char *value) {
  (void)in;
  return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
}

static bool is_mode(const struct sd_rule_input *in, const char *value) {
  (void)in;
  return strcmp(value, "blocking") == 0 || strcmp(value, "non-blocking") == 0;
}

static bool is_text(const struct sd_rule_input *in, const char *value) {
  (void)in;
  return strlen(value) <= TEXT_MAX && sd_text_is_printable(value);
}

/* The daemon runs a tag as a Go template; its functions can take any amount of memory. Only fields.
 */
static bool is_tag(const struct sd_rule_input *in, const char *value) {
  if (!is_text(in, value))
    return false;
  for (const char *open = strstr(value, "{{"); open != NULL; open = strstr(open, "{{")) {
    open += 2;
    if (open[0] != '.' || !isalpha((unsigned char)open[1]))
      return false;
    for (open++; isalnum((unsigned char)open[0]);)
      open++;
    if (!sd_text_starts_with(open, "}}"))
      return false;
  }
  return true;
}

struct log_key {
  const char *name;
  unsigned drivers;
  check_value *check;
  const char *hint;
};

static const struct log_key keys[] = {
    {"compress", FILES, is_bool, "write true or false"},
    {"env", EVERY, is_text, "write names with commas between"},
    {"env-regex", EVERY, is_text, "write a short expression"},
    {"labels", EVERY, is_text, "write names with commas between"},
    {"labels-regex", EVERY, is_text, "write a short expression"},
    {"max-buffer-size", EVERY, is_buffer_size, "write a size of at most 16m"},
    {"max-file", FILES, is_file_count, "write a number from 1 to 100"},
    {"max-size", FILES, is_size, "write a size above 0, such as 10m"},
    {"mode", EVERY, is_mode, "write blocking or non-blocking"},
    {"tag", EVERY, is_tag, "use plain fields alone, such as {{.Name}}"},
};

static unsigned driver_bit(const struct sd_text *driver) {
  static const struct {
    const char *name;
    unsigned bit;
  } drivers[] = {{"json-file", FILES}, {"local", FILES}, {"journald", JOURNALD}};
  if (!driver->set || driver->value[0] == '\0')
    return FILES;
  for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
    if (strcmp(driver->value, drivers[i].name) == 0)
      return drivers[i].bit;
  return 0;
}

static const struct log_key *find_key(const char *name, unsigned driver) {
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if (strcmp(keys[i].name, name) == 0 && (keys[i].drivers & driver) != 0)
      return &keys[i];
  return NULL;
}

static const char *known_keys(const struct sd_rule_input *in, unsigned driver) {
  struct sd_strv names = {0};
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if ((keys[i].drivers & driver) != 0)
      sd_strv_add(&names, in->arena, keys[i].name);
  if (names.v.len == 0)
    return "leave log options out with this driver";
  return sd_arena_printf(in->arena, "known here: %s", sd_strv_join(&names, in->arena, ", "));
}

static void check_option(const struct sd_rule_input *in, struct sd_decision *decision,
                         unsigned driver, struct sd_strv *seen, const struct sd_text *option) {
  const char *equals = strchr(option->value, '=');
  size_t len = equals != NULL ? (size_t)(equals - option->value) : strlen(option->value);
  const char *name = sd_arena_strndup(in->arena, option->value, len);
  const struct log_key *key = find_key(name, driver);
  const char *shown = sd_text_safe(in->arena, name);
  if (key == NULL)
    sd_deny(decision, "log-option", option->given, known_keys(in, driver),
            "the log option %s is not known to be harmless with this driver", shown);
  else if (sd_strv_contains(seen, name))
    sd_deny(decision, "log-option", option->given, "write it once", "the log option %s is repeated",
            shown);
  else if (equals == NULL || !key->check(in, equals + 1))
    sd_deny(decision, "log-option", option->given, key->hint,
            "the log option %s has no fitting value", shown);
  else
    *sd_vec_push(in->arena, &decision->out.log_opts.v) = *option;
  sd_strv_add(seen, in->arena, name);
}

static void check_driver(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *driver = &in->request->log_driver;
  if (!driver->set || driver->value[0] == '\0')
    return; /* the daemon's own */
  if (sd_strv_contains(&in->policy->log_drivers, driver->value)) {
    decision->out.log_driver = *driver;
    return;
  }
  sd_deny(decision, "log-driver", driver->given,
          sd_arena_printf(in->arena, "leave it out, or choose from what is allowed: %s",
                          sd_rule_list(in->arena, &in->policy->log_drivers, "none")),
          "the log driver %s is not allowed: drivers run in the daemon, as root",
          sd_text_safe(in->arena, driver->value));
}

void sd_lifecycle_logging(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_LOG_DRIVER);
  sd_claim(decision, SD_OPT_LOG_OPT);
  struct sd_strv seen = {0};
  check_driver(in, decision);
  for (size_t i = 0; i < in->request->log_opts.v.len; i++)
    check_option(in, decision, driver_bit(&in->request->log_driver), &seen,
                 &in->request->log_opts.v.items[i]);
}
