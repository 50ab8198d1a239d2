/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of a file, a folder or a socket, and of the folders that lead to it: who besides root could change it, or put
 * something else in its place. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_PLACE_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_PLACE_H

#include "facts.h"
#include "finding.h"

/* Whose something is, and what its mode and its list of rights say. */
struct fact_rights {
  const char *path;
  const char *owner, *group; /* names; numbers as text where they have none */
  struct fact_number uid, gid;
  struct fact_number mode; /* 07777 */
  /* The entries of its POSIX ACL besides those of the mode, as they act under its mask: "user:alice:rw-", "group:dev:r--",
   * and "group::r--" for its own group, whose rights the mode does not show then. Empty: it has no such list. */
  struct fact_texts acl;
};
extern const struct fact_shape fact_rights_shape;

struct fact_place {
  const char *path;               /* as it was asked for */
  const char *kind;               /* "file", "folder", "socket", "other", "missing"; "abstract" of
                                 sockets without a file; NULL: unknown */
  struct fact_rights rights;      /* of what is there: `path` has no links and no dots */
  struct fact_number links;       /* names that it has */
  enum fact_truth privileged;     /* a file that has capabilities (capabilities(7)) */
  SD_VEC(struct fact_rights) way; /* each folder above it and above the links that lead to it */
};
extern const struct fact_shape fact_place_shape;

/* -- collecting (place_collect.c) ----------------------------------------------------------------- */

/* What is at `path` (absolute), links followed. */
void place_look(struct sd_arena *arena, const char *path, struct fact_place *out);
/* Where it leads to, or `path` where that is not known. */
const char *place_real(const struct fact_place *place);

/* -- judging (place_judge.c) ---------------------------------------------------------------------- */

struct place_rule {
  enum check_id check;
  const char *what;    /* "the policy": begins the sentences */
  int64_t owner;       /* whose it may be besides root's */
  const char *harm;    /* "so whoever can may ...": what follows from it; may be "" */
  const char *writers; /* a group that may write to it all the same; NULL: none */
};
/* Adds a finding for each thing by which somebody besides root and `owner` can change the place, or for what is not known
 * of it. False: there was nothing to say. */
bool place_judge(struct findings *findings, const struct fact_place *place,
                 const struct place_rule *rule);
/* The half of it that is about the folders above. */
bool place_judge_way(struct findings *findings, const struct fact_place *place,
                     const struct place_rule *rule);

/* Whether nobody but root can put something else at the real path. Else a command of root's that names the path (chown, chmod)
 * may act upon what a link of theirs leads to by then: a finding has none. */
bool place_is_steady(const struct fact_place *place);

/* -- who may what (place_rights.c) ---------------------------------------------------------------- */

#define PLACE_SEARCH 1
#define PLACE_WRITE 2

/* Somebody, by what the kernel asks of them. */
struct place_person {
  const char *name; /* NULL: nobody in particular */
  int64_t uid;      /* -1: of no account that owns anything */
  const struct sd_strv *groups;
};
/* The rights (bits of rwx) that they have by owner, groups, list and mode. */
unsigned place_rights_of(const struct fact_rights *rights, const struct place_person *person);
/* Whether they get through all folders to what is there, and may write to it. */
bool place_reaches(const struct fact_place *place, const struct place_person *person);
/* Such an entry of the list that lets a named account or group write; NULL behind the last. */
const char *place_acl_writer(const struct fact_rights *rights, size_t *at);

#endif
