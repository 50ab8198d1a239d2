/* SPDX-License-Identifier: Apache-2.0 */
#include "engine_holes.h"

#include <string.h>

#include "safe-docker/base/row.h"

#define HOLE(component, cve, since, fixed, gives, only, what)                                      \
  {component, cve, since, fixed, HOLE_##gives, HOLE_##only, what},
const struct hole holes[] = {
#include "holes.def"
};
#undef HOLE
const size_t holes_count = sizeof(holes) / sizeof(holes[0]);

#define HOLE(its_component, its_cve, its_since, its_fixed, gives, only, its_what)                  \
  SD_ROW_FITS(struct hole, component, its_component);                                              \
  SD_ROW_FITS(struct hole, cve, its_cve);                                                          \
  SD_ROW_FITS(struct hole, since, its_since);                                                      \
  SD_ROW_FITS(struct hole, fixed, its_fixed);                                                      \
  SD_ROW_FITS(struct hole, what, its_what);
#include "holes.def"
#undef HOLE

#define WORD_MAX 32

/* The next version of a list; false at its end, and where a word is none (which a test forbids). */
static bool next_version(const char **list, struct engine_version *out) {
  char word[WORD_MAX];
  size_t len = strcspn(*list, " ");
  if (len == 0 || len >= sizeof(word))
    return false;
  memcpy(word, *list, len);
  word[len] = '\0';
  *list += len + ((*list)[len] == ' ' ? 1 : 0);
  return engine_version_read(word, out);
}

bool hole_is_open(const struct hole *hole, const struct engine_version *version) {
  const char *list = hole->fixed;
  struct engine_version since;
  struct engine_version fixed = {0};
  if (engine_version_read(hole->since, &since) && engine_version_compare(version, &since) < 0)
    return false;
  while (next_version(&list, &fixed))
    if (engine_version_is_branch(version, &fixed))
      return engine_version_compare(version, &fixed) < 0;
  return engine_version_compare(version, &fixed) < 0;
}
