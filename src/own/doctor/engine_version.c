/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_version.h"

#include <string.h>

#define DIGITS "0123456789"
#define DIGITS_MAX 9 /* fits in 32 bits */

/* Words behind "-" or "~". */
static const struct {
  const char *word;
  enum engine_stage stage;
} stages[] = {
    {"alpha", STAGE_ALPHA}, {"beta", STAGE_BETA},  {"rc", STAGE_RC},      {"dev", STAGE_DEV},
    {"ce", STAGE_RELEASE},  {"ee", STAGE_RELEASE}, {"ds", STAGE_RELEASE}, {"dfsg", STAGE_RELEASE},
};

static bool read_number(const char **at, uint32_t *out) {
  size_t len = strspn(*at, DIGITS);
  uint32_t value = 0;
  if (len == 0 || len > DIGITS_MAX)
    return false;
  for (size_t i = 0; i < len; i++)
    value = value * 10 + (uint32_t)((*at)[i] - '0');
  *at += len;
  *out = value;
  return true;
}

static bool read_parts(const char **at, struct engine_version *out) {
  size_t count = 0;
  while (count < ENGINE_VERSION_PARTS) {
    if (!read_number(at, &out->part[count++]))
      return false;
    if (**at != '.')
      break;
    (*at)++;
  }
  bool any = false;
  for (size_t i = 0; i < ENGINE_VERSION_PARTS; i++)
    any = any || out->part[i] != 0;
  return any && count >= 2;
}

/* What stands behind the numbers, from its "-", "~" or "+" on. */
static bool read_stage(const char *at, struct engine_version *out) {
  out->stage = STAGE_RELEASE;
  if (*at == '\0' || *at == '+')
    return true;
  if (*at != '-' && *at != '~')
    return false;
  at++;
  if (strspn(at, DIGITS) > 0)
    return true; /* the revision of a package */
  out->stage = STAGE_OTHER;
  for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
    size_t len = strlen(stages[i].word);
    if (strncmp(at, stages[i].word, len) != 0 || strspn(at + len, "abcdefghijklmnopqrstuvwxyz") > 0)
      continue;
    at += len;
    at += *at == '.' ? 1 : 0;
    out->stage = stages[i].stage;
    if (out->stage != STAGE_RELEASE && strspn(at, DIGITS) > 0)
      return read_number(&at, &out->stage_number);
    return true;
  }
  return true;
}

bool engine_version_read(const char *text, struct engine_version *out) {
  struct engine_version version = {0};
  if (text == NULL)
    return false;
  text += *text == 'v' ? 1 : 0;
  if (!read_parts(&text, &version) || !read_stage(text, &version))
    return false;
  *out = version;
  return true;
}

static int compare_numbers(uint32_t left, uint32_t right) {
  return left == right ? 0 : left < right ? -1 : 1;
}

int engine_version_compare(const struct engine_version *left, const struct engine_version *right) {
  for (size_t i = 0; i < ENGINE_VERSION_PARTS; i++)
    if (left->part[i] != right->part[i])
      return compare_numbers(left->part[i], right->part[i]);
  if (left->stage != right->stage)
    return left->stage < right->stage ? -1 : 1;
  return compare_numbers(left->stage_number, right->stage_number);
}

bool engine_version_is_branch(const struct engine_version *left,
                              const struct engine_version *right) {
  return left->part[0] == right->part[0] && left->part[1] == right->part[1];
}

bool engine_version_is_package(const char *package, const char *reported) {
  const char *colon = strchr(package, ':');
  if (colon != NULL && strspn(package, DIGITS) == (size_t)(colon - package))
    package = colon + 1;
  reported += *reported == 'v' ? 1 : 0;
  size_t len = strlen(reported);
  if (len == 0 || strncmp(package, reported, len) != 0)
    return false;
  /* Nothing more, as Ubuntu's programs tell the revision, too; or the revision. "~ds1" and "+dfsg1" are of the version. */
  const char *rest = package + len;
  return *rest == '\0' || ((*rest == '-' || *rest == '~') && strspn(rest + 1, DIGITS) > 0);
}
