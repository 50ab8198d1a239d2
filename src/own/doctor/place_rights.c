/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel would say (path_resolution(7), acl(5)): the first class that somebody belongs to decides. */
#include <string.h>

#include "facts_place.h"
#include "safe-docker/base/text.h"

#define ALL_RIGHTS 7U

static unsigned bits_of(const char *entry) {
  const char *bits = strrchr(entry, ':');
  if (bits == NULL)
    return ALL_RIGHTS;
  return (strchr(bits, 'r') != NULL ? 4U : 0U) | (strchr(bits, 'w') != NULL ? 2U : 0U) |
         (strchr(bits, 'x') != NULL ? 1U : 0U);
}

/* "user:alice:rw-" of "user" and "alice". */
static bool is_for(const char *entry, const char *kind, const char *name) {
  size_t len = strlen(kind);
  const char *end = strrchr(entry, ':');
  if (strncmp(entry, kind, len) != 0 || entry[len] != ':' || end == NULL || end <= entry + len)
    return false;
  const char *at = entry + len + 1;
  return strlen(name) == (size_t)(end - at) && strncmp(at, name, (size_t)(end - at)) == 0;
}

static const char *entry_for(const struct fact_rights *rights, const char *kind, const char *name) {
  for (size_t i = 0; i < rights->acl.list.v.len; i++)
    if (is_for(rights->acl.list.v.items[i], kind, name))
      return rights->acl.list.v.items[i];
  return NULL;
}

/* Of all groups they are in, together; *member: they are in one that is named. */
static unsigned bits_of_groups(const struct fact_rights *rights, const struct sd_strv *groups,
                               bool *member) {
  unsigned mode = (unsigned)rights->mode.value;
  unsigned bits = 0;
  for (size_t i = 0; groups != NULL && i < groups->v.len; i++) {
    const char *group = groups->v.items[i];
    const char *entry = entry_for(rights, "group", group);
    const char *own = entry_for(rights, "group", "");
    bool owns = rights->group != NULL && strcmp(rights->group, group) == 0;
    if (owns)
      bits |= own != NULL ? bits_of(own) : (mode >> 3U) & ALL_RIGHTS;
    if (entry != NULL)
      bits |= bits_of(entry);
    *member = *member || owns || entry != NULL;
  }
  return bits;
}

unsigned place_rights_of(const struct fact_rights *rights, const struct place_person *person) {
  unsigned mode = (unsigned)rights->mode.value;
  bool member = false;
  if (!rights->mode.known || !rights->uid.known || person->uid == 0)
    return ALL_RIGHTS;
  if (rights->uid.value == person->uid)
    return ALL_RIGHTS; /* who owns something gives themselves what they lack */
  const char *entry = person->name != NULL ? entry_for(rights, "user", person->name) : NULL;
  if (entry != NULL)
    return bits_of(entry);
  unsigned bits = bits_of_groups(rights, person->groups, &member);
  return member ? bits : mode & ALL_RIGHTS;
}

bool place_reaches(const struct fact_place *place, const struct place_person *person) {
  for (size_t i = 0; i < place->way.len; i++)
    if ((place_rights_of(&place->way.items[i], person) & PLACE_SEARCH) == 0)
      return false;
  return (place_rights_of(&place->rights, person) & PLACE_WRITE) != 0;
}

const char *place_acl_writer(const struct fact_rights *rights, size_t *at) {
  while (*at < rights->acl.list.v.len) {
    const char *entry = rights->acl.list.v.items[(*at)++];
    bool named = !sd_text_starts_with(entry, "group::");
    if (named && (bits_of(entry) & PLACE_WRITE) != 0)
      return entry;
  }
  return NULL;
}
