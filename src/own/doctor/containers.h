/* SPDX-License-Identifier: Apache-2.0 */
/* Between the parts of the collector of containers. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_CONTAINERS_H
#define SAFE_DOCKER_OWN_DOCTOR_CONTAINERS_H

#include "doctor.h"
#include "safe-docker/policy/files.h"
#include "safe-docker/rules/objects.h"
#include "safe-docker/sys/identity.h"

/* -- reading what inspect shows (containers_read.c): missing members and other types are none ----- */

/* "HostConfig", "CapAdd"; any of them may be NULL. */
const struct sd_json *container_at(const struct sd_json *object, const char *part, const char *key);
/* "" where it is no text. */
const char *container_text(const struct sd_json *object, const char *key);
enum fact_truth container_truth(const struct sd_json *object, const char *key);
/* The texts of a list; *known is false where there is no such member. null is an empty list. */
void container_texts(struct sd_arena *arena, const struct sd_json *object, const char *key,
                     struct fact_texts *out);

/* What the engine gives a container that asks for nothing. */
struct container_defaults {
  const char *runtime, *log_driver; /* "": not known */
};

/* -- the words (containers_words.c, containers_words_parts.c) -------------------------------------- */

/* The options of a `docker create` as somebody would have written them who wanted such a container. What safe-docker
 * puts into every container is left out: its labels, no-new-privileges, and the profiles of seccomp and AppArmor. */
struct container_words {
  struct sd_arena *arena;
  const struct sd_json *json;
  const struct container_defaults *defaults;
  struct sd_strv real;  /* to decide */
  struct sd_strv shown; /* the same without values that may be secrets */
};
void container_words(struct container_words *words);

/* For the readers of parts. */
void container_word(struct container_words *words, const char *option, const char *value);
/* `value` is decided, `shown` recorded. */
void container_secret(struct container_words *words, const char *option, const char *value,
                      const char *shown);
typedef void container_reader(struct container_words *words, const struct sd_json *value);
container_reader container_read_binds, container_read_blkio_bps_read,
    container_read_blkio_bps_write, container_read_blkio_iops_read, container_read_blkio_iops_write,
    container_read_blkio_weight, container_read_devices, container_read_gpus, container_read_links,
    container_read_log, container_read_masked, container_read_mounts, container_read_network,
    container_read_ports, container_read_restart, container_read_runtime, container_read_security,
    container_read_tmpfs, container_read_ulimits, container_read_volumes_from;

/* -- what it has of the host (containers_host.c) ---------------------------------------------------- */

/* `volumes`: those that containers name, as far as they could be looked up. */
void container_host(struct sd_arena *arena, const struct sd_json *json,
                    const struct sd_objects *volumes, const char *socket,
                    struct facts_container *out);
/* The account of a person with that number, with its home; NULL: there is none. */
const struct sd_identity *container_person(struct sd_arena *arena, int64_t uid);

/* -- whose it is, and what the policy says of it (containers_owner.c) ------------------------------- */

struct container_owner;
struct container_owners {
  struct doctor *doctor;
  struct sd_policy_texts texts;
  bool rootless;       /* the engine is; whose it is, the owner of its socket tells */
  const char *problem; /* why nothing can be decided; NULL: it can */
  SD_VEC(struct container_owner *) list;
};
void container_owners_begin(struct container_owners *owners, struct doctor *doctor);

struct container_job {
  const struct sd_object *object;
  const struct container_defaults *defaults;
  const struct sd_strv *image_names; /* of its image, where it is called by its content */
};
/* Fills what stands under "whose it is" but for image_label, the two profiles, the words and the decision. */
void container_judge(struct container_owners *owners, const struct container_job *job,
                     struct facts_container *out);

#endif
