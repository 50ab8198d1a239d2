/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the containers that exist, and what the policy of now decides of those that safe-docker launched.
 *
 * Texts of callers stand in here as the engine tells them; neither variables nor labels of theirs do, which may be
 * secrets. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_CONTAINERS_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_CONTAINERS_H

#include "facts.h"

/* What a container has of the host. */
struct facts_container_bind {
  const char
      *source; /* where it is when links are followed; of a volume that is a bind: what it binds */
  const char *target;  /* in the container */
  const char *volume;  /* the volume's name; "": it is none */
  const char *node;    /* "directory", "file", "socket", "device", "other", "missing" */
  const char *home_of; /* the account in whose home it is; "": in none */
  enum fact_truth writable;
  struct fact_texts sockets; /* of engines, that it is or that are in it */
};

struct facts_container_port {
  const char *address;          /* of the host; "0.0.0.0" and "::" are all */
  const char *host, *container; /* "8080", "80/tcp" */
};

struct facts_container_violation {
  const char *rule, *option, *message, *hint;
};

struct facts_container {
  const char *id, *name, *image; /* the image as it was named */
  const char *state;   /* "running", "paused", "restarting", "created", "exited", "dead" */
  const char *restart; /* "no", "always", ... */
  enum fact_truth auto_remove;

  /* whose it is */
  const char *label;        /* io.safe-docker.owner; "": it has none */
  const char *annotation;   /* the same; "": it has none, or the engine knows of none */
  const char *image_label;  /* the same label of its image; NULL: not known */
  const char *owner;        /* the account with that number; "": there is none */
  enum fact_truth launched; /* by safe-docker, for whomever, as far as the container can tell */
  enum fact_truth own;      /* and by its owner */
  const char *user;         /* as it was written; "": the image's */
  const char *person; /* the account of a person who has the number that it runs as; "": none */

  /* what it has */
  enum fact_truth privileged, no_new_privileges,
      system_paths; /* uncovered ones of /proc and /sys */
  const char *pid, *ipc, *network,
      *userns;          /* namespaces as the engine calls them: "host", "container:ID", "" */
  const char *seccomp;  /* of a launched one, beside the policy's: "same", "stricter", "other" */
  const char *apparmor; /* the same: "same", "other", "none" */
  struct fact_texts capabilities; /* added ones, without CAP_ */
  struct fact_texts devices;      /* paths of the host, and names of CDI */
  struct fact_texts device_rules; /* "a *:* rwm" */
  struct fact_texts unconfined;   /* "seccomp", "apparmor", "label": turned off by hand */
  SD_VEC(struct facts_container_bind) binds;
  SD_VEC(struct facts_container_port) ports;

  /* only of launched ones: the options of a `docker create` that makes such a container, values that may be secret left
   * out, and what the policy says when its owner asks for that */
  struct fact_texts words;
  const char *undecided; /* why it was not decided; NULL: it was, or need not be */
  enum fact_truth refused;
  SD_VEC(struct facts_container_violation) violations;
};

struct facts_containers {
  enum fact_truth looked;              /* the collector has been at work */
  const char *problem;                 /* why the engine could not be asked; NULL: it was */
  struct fact_texts cli;               /* what a command begins with that is for this engine */
  enum fact_truth rootless;            /* the engine runs as somebody else than root */
  enum fact_truth remapped;            /* root of a container is another user of the host */
  enum fact_truth owners_apart;        /* isolation "owner": nobody enters another's containers */
  SD_VEC(struct facts_container) list; /* those that run come first */
};
extern const struct fact_shape facts_containers_shape;

#endif
