/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions: request x policy -> violations and what will be executed. Pure functions; they look at the
 * machine through `host` alone. A rule knows no other rule and prints nothing.
 *
 * `out` starts with every given option of disposition SD_PASS copied; whatever else shall reach the real CLI
 * a rule must put there, and it claims the option (sd_claim) when it has judged it. A given option that
 * nobody claimed is denied as `unhandled-option`, so that a forgotten row fails closed. */
#ifndef SAFE_DOCKER_RULES_RULES_H
#define SAFE_DOCKER_RULES_RULES_H

#include "safe-docker/docker/invocation.h"
#include "safe-docker/docker/request.h"
#include "safe-docker/policy/policy.h"
#include "safe-docker/rules/objects.h"
#include "safe-docker/sys/lsm.h"

/* An injected or rewritten setting, for --explain. */
struct sd_change {
  const char *rule;
  const char *option; /* "--cap-drop=ALL" */
  const char *reason;
};

/* A named volume of the caller's own. */
struct sd_own_volume {
  const char *name;
  struct sd_strv labels; /* "key=value": what the caller wants a new one to have */
  bool exists;           /* and was the caller's when it was looked up */
};
struct sd_own_volumes {
  SD_VEC(struct sd_own_volume) v;
};

/* What the caller called something that is handed on by its id. */
struct sd_call {
  const char *id, *word;
};
struct sd_called {
  SD_VEC(struct sd_call) v;
};

/* A volume that is to be removed, and the value of its label that no other volume has ("": it has none). */
struct sd_named_volume {
  const char *name, *mark;
};
struct sd_named_volumes {
  SD_VEC(struct sd_named_volume) v;
};

/* What must be pulled before the request can be decided: see rules/image_trust.c. */
struct sd_image_pull {
  const char *reference; /* full: name:tag, or name@digest */
  const char *platform;  /* "": the daemon's own */
  bool quiet;
  const char *absent; /* as Docker calls it, because it is not on this host; else NULL */
};
struct sd_image_pulls {
  SD_VEC(struct sd_image_pull) v;
};

/* An image whose content is known. */
struct sd_used_image {
  const char *name;    /* full, as it was asked for: "docker.io/library/alpine:3.20" */
  const char *content; /* "docker.io/library/alpine@sha256:...": what runs */
  bool verify;         /* the policy's program must approve it */
  bool verified;       /* and has */
};
struct sd_used_images {
  SD_VEC(struct sd_used_image) v;
};

struct sd_decision {
  struct sd_arena *arena;
  struct sd_problems problems;
  SD_VEC(struct sd_change) changes;
  struct sd_request out;
  bool claimed[SD_OPT_COUNT];
  /* Of a command other than run and create: what will be executed. */
  struct sd_invocation invocation;
  bool *settled;         /* for each setting of in->invocation: a rule has judged it */
  struct sd_wants wants; /* what must be looked up before this can be decided: rules/objects.h */
  struct sd_image_pulls pulls; /* what must be pulled before this can be decided, in the same way */
  struct sd_used_images used;  /* of run, create and the services of compose */
  struct sd_named_volumes named; /* of volume rm */
  struct sd_called called;       /* operands of the invocation that were looked up, in order */
  struct sd_strv absent; /* operands left out: they do not exist for this caller. Docker's words */
  bool absent_is_fine;   /* as --force of the removing commands has it: no failure */
  const char *answer;    /* to print, where the real CLI need not be asked at all; else NULL */
  const char *taken; /* what Docker says of a name that is in use: nothing is executed; else NULL */
  struct sd_own_volumes
      volumes; /* new ones are created as the caller's own, and all verified, before the command */
  const char
      *input_file; /* opened with the caller's rights, the command's standard input; or NULL */
  const char *output_file; /* made with the caller's rights, its standard output; or NULL */
  struct {
    const char *folder; /* packed with the caller's rights, the command's standard input; or NULL */
    bool piped;         /* standard input is an archive or a Dockerfile instead */
    const char *file;   /* the Dockerfile in there, where it has another name than that; or NULL */
    struct sd_strv excludes; /* patterns of tar(1), of the whole path where they begin with "./" */
  } context;                 /* of build */
  struct sd_strv variables;  /* "NAME=value", on top of the usual environment */
  /* Text of the profile to hand on as a sealed memfd; set by the confinement rules. */
  const char *seccomp_profile;
  const char *seccomp_name; /* what the policy or safe-docker calls it; NULL: it is the caller's */
  /* What the container will have of AppArmor, for the record; state NULL: not judged. */
  struct {
    const char *profile; /* NULL: none of safe-docker's choosing */
    const char *
        state; /* its mode as the kernel calls it, or why there is none: see struct sd_confinement of report.h */
  } apparmor;
};

/* The seccomp profile that the caller brings, when it has been judged and found good. */
struct sd_caller_profile {
  const char *path, *text; /* as typed, and what to hand on; NULL: not yet */
  const char *name;        /* of a shipped one; NULL: a file of theirs */
};

/* Everything a rule may know. */
struct sd_seccomp_profile;
struct sd_rule_input {
  struct sd_arena *arena;
  const struct sd_policy *policy;
  const struct sd_policy_caller *caller;
  const struct sd_request *request;
  const struct sd_invocation *invocation; /* of a command other than run and create; else NULL */
  const struct sd_objects *objects;       /* what was looked up; NULL: nothing yet */
  const struct sd_image_pulls *pulled;    /* for this request; NULL: nothing */
  bool blind; /* nothing is ever looked up: an image has no other name than what is written */
  bool nothing_starts; /* images are named, and no container is made: names alone are judged */
  bool pulls_names;    /* with nothing_starts: they are pulled, so that none can be an id */
  const struct sd_host *host;
  const struct sd_lsm_view
      *apparmor;      /* of this host, with every profile that the policy names; NULL: not looked */
  gid_t socket_group; /* of the daemon's socket; (gid_t)-1: none. Nobody may --group-add it */
  bool own_daemon;    /* a rootless one of the caller's: root of its containers is the caller on the
                         host, and all other ids are subordinate ones of theirs */
  const char *seccomp_profile;                    /* text of the policy's profile */
  const struct sd_seccomp_profile *seccomp_rules; /* the same, read; NULL: not yet */
  struct sd_caller_profile
      *caller_profile;                /* kept from one decision to the next; NULL: nothing is */
  uint32_t kernel;                    /* of this host, major << 16 | minor; 0: unknown */
  const char *version;                /* for the label io.safe-docker.version */
  const struct sd_endpoint *endpoint; /* the daemon the request goes to */
  int64_t now;                        /* seconds since 1970, before anything was looked up */
};

/* Whether the policy allows the command at all. */
bool sd_rules_allow_command(const struct sd_policy *policy, const struct sd_command *command);

/* Judges everything of a run or create. The decision's problems are appended to (they may hold those of parsing). */
void sd_rules_decide(const struct sd_rule_input *in, struct sd_decision *decision);

/* The same for the other commands. Where decision->wants is not empty afterwards (and there are no problems), look
 * these up and decide anew with in->objects; what stands in the first decision is then without meaning. */
void sd_rules_command(const struct sd_rule_input *in, struct sd_decision *decision);

/* -- for the rules themselves ------------------------------------------------------------------ */
typedef void sd_rule(const struct sd_rule_input *in, struct sd_decision *decision);

/* One function an area; rules/decide.c calls all of them. */
sd_rule sd_rules_generic;     /* pass rows, deny rows */
sd_rule sd_rules_privileges;  /* capabilities, user, groups, no-new-privileges */
sd_rule sd_rules_confinement; /* security-opt: seccomp, apparmor, labels, paths */
sd_rule sd_rules_resources;   /* memory, swap, cpu, pids, shm, ulimits, oom, blkio, cgroup parent */
sd_rule sd_rules_namespaces;  /* pid, ipc, uts, userns, cgroupns */
sd_rule sd_rules_mounts;      /* binds, volumes, tmpfs, read-only root */
sd_rule sd_rules_network;     /* networks, ports, dns, hosts */
sd_rule sd_rules_devices;     /* devices, runtimes, sysctls */
sd_rule sd_rules_image;       /* image, pull, platform, content trust */
sd_rule
    sd_rules_lifecycle; /* restart, logging, stop, health, names, labels, cidfile, workdir, env */

void sd_claim(struct sd_decision *decision, enum sd_option_id id);
/* A violation about one thing the caller wrote: "TYPED: message". `given` may be NULL (then no prefix). */
void sd_deny(struct sd_decision *decision, const char *rule, const struct sd_given *given,
             const char *hint, const char *format, ...) SD_PRINTF(5, 6);
/* Records an injection; `reason` must live as long as the arena. */
void sd_changed(struct sd_decision *decision, const char *rule, const char *reason,
                const char *option_format, ...) SD_PRINTF(4, 5);

#endif
