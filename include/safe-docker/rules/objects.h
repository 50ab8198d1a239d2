/* SPDX-License-Identifier: Apache-2.0 */
/* Containers, images, networks and volumes that a request names: what must be looked up, what was found, and whose
 * it is.
 *
 * A request is decided again and again. The first time in->objects is NULL: sd_rule_find then notes what must be looked
 * up in decision->wants and answers as if it were the caller's. When that finds no fault, the real CLI is asked once for
 * each kind, and the request is decided with what it said; what was found may lead to more (the volumes of a container).
 * It is settled when nothing is wanted any more. */
#ifndef SAFE_DOCKER_RULES_OBJECTS_H
#define SAFE_DOCKER_RULES_OBJECTS_H

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"
#include "safe-docker/policy/policy.h"

/* Labels that nobody but safe-docker sets. */
#define SD_OWNER_LABEL "io.safe-docker.owner" /* the uid; also the name of the annotation */
#define SD_VERSION_LABEL "io.safe-docker.version"
#define SD_ID_LABEL "io.safe-docker.id" /* of volumes: drawn by chance */

enum sd_object_kind {
  SD_OBJECT_CONTAINER,
  SD_OBJECT_IMAGE,
  SD_OBJECT_NETWORK,
  SD_OBJECT_VOLUME,
  SD_OBJECT_ANY, /* wanted: whatever has the name; nothing is of this kind */
};

struct sd_object {
  enum sd_object_kind kind;
  const char *id;   /* what names it for good: 64 hex digits, sha256:..., of a volume its name */
  const char *name; /* without a slash; "" for images */
  const struct sd_json
      *json; /* as the real CLI's inspect shows it; NULL while it is not looked up */
};

struct sd_want {
  enum sd_object_kind kind;
  const char *text; /* as the caller calls it */
};
/* The containers that have the label of the caller: none, those that run, all. */
enum sd_own_list { SD_OWN_LIST_NONE, SD_OWN_LIST_RUNNING, SD_OWN_LIST_ALL };
struct sd_wants {
  SD_VEC(struct sd_want) v;
  enum sd_own_list list;
};

struct sd_objects {
  SD_VEC(struct sd_object) v;
  struct sd_wants asked; /* all that was looked up so far, found or not */
  bool complete;         /* there is nothing else: what is not here does not exist, asked or not */
};

/* Reads what `docker inspect` of `kind` (ANY: any) printed, and adds it. What is of no known kind is left out. */
bool sd_objects_read(struct sd_arena *arena, enum sd_object_kind kind, const char *text, size_t len,
                     struct sd_objects *out, struct sd_error *err) SD_WARN_UNUSED;

/* The object of that kind (ANY: any, in Docker's order) that Docker means by `text`: a full id before a name before the
 * beginning of an id, which must be that of one object only. NULL: none. */
const struct sd_object *sd_objects_find(struct sd_arena *arena, const struct sd_objects *objects,
                                        enum sd_object_kind kind, const char *text);

/* "container", "image", "network", "volume": the words of the real CLI. */
const char *sd_object_kind_name(enum sd_object_kind kind);
/* False where no object of that kind can be called so; nobody need ask the daemon for it, nor should: such a text could
 * be a path of its API. */
bool sd_object_name_is_possible(enum sd_object_kind kind, const char *text);

struct sd_rule_input;
struct sd_decision;

enum sd_found {
  SD_FOUND_NOTHING, /* does not exist */
  SD_FOUND_FOREIGN, /* exists and is not the caller's: answer as for NOTHING where the caller only names it */
  SD_FOUND_OWN, /* the caller's; under isolation "shared" anybody's. Images are everybody's */
};
/* *out (may be NULL) is the object, unless NOTHING. Without in->objects: OWN, with id = text and no json. */
enum sd_found sd_rule_find(const struct sd_rule_input *in, struct sd_decision *decision,
                           enum sd_object_kind kind, const char *text,
                           const struct sd_object **out);

/* All containers with the caller's label; whoever uses them asks of each whether it is the caller's (an image can have
 * the label, too). NULL: not looked up yet, or there is none. */
const struct sd_objects *sd_rule_list_own(const struct sd_rule_input *in,
                                          struct sd_decision *decision, enum sd_own_list list);

/* True where the object says that it is the caller's: containers by the label and what no image can set, networks and
 * volumes by the label. */
bool sd_object_is_own(const struct sd_rule_input *in, const struct sd_object *object);
/* True where the container was launched by safe-docker, for whomever: no other is started, entered or copied from. */
bool sd_object_is_launched(const struct sd_rule_input *in, const struct sd_object *container);

/* What Docker says of an object that does not exist: "Error response from daemon: No such container: NAME". */
const char *sd_object_absent(struct sd_arena *arena, enum sd_object_kind kind, const char *text);

#endif
