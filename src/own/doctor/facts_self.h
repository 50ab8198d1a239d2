/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of safe-docker itself: its files, its deployment, its users and the real CLI. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_SELF_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_SELF_H

#include "facts_place.h"

/* Something that safe-docker relies on, or that goes round it. */
struct fact_file {
  /* "program", "policy", "policy folder", "seccomp profile", "audit file", "real docker", "plugin folder", "plugin",
   * "config folder", "config", "helper", "verify program", "client", "sudo command" */
  const char *role;
  struct fact_place place;
};
extern const struct fact_shape fact_file_shape;

/* Somebody who has a door to safe-docker, or whom the policy names. */
struct fact_user {
  const char *name;
  struct fact_number uid;
  struct fact_texts groups;
  struct fact_texts because; /* "group containers", "override of the policy", "rule of sudo", ... */
  struct fact_texts sudo;    /* a line for each rule, as sudo -l tells them, and "Defaults ..." */
};
extern const struct fact_shape fact_user_shape;

struct fact_deployment {
  const char *name;
  const char *state; /* "complete", "incomplete", "absent" */
  struct fact_texts missing;
};
extern const struct fact_shape fact_deployment_shape;

struct fact_policy {
  const char *chosen; /* the file that SAFE_DOCKER_POLICY names; "" where it names none */
  enum fact_truth loads;
  const char *problem;       /* why it does not; "" where it does */
  struct fact_texts sources; /* its files; empty: the built-in default */
  struct fact_number dangers, warnings, notes;
  const char *danger, *warning; /* the worst of each: message, place and advice; "" for none */
};
extern const struct fact_shape fact_policy_shape;

struct fact_profile {
  const char *name;
  const char *state; /* "loaded", "loose", "missing", "absent", "unknown" */
};
extern const struct fact_shape fact_profile_shape;

struct fact_confinement {
  const char *kernel;      /* AppArmor: "on", "off", "without", "hidden" */
  const char *mode;        /* apparmor.mode of the policy */
  const char *needs;       /* the profile that containers get; "" for none */
  struct fact_texts allow; /* profiles that callers may choose */
  SD_VEC(struct fact_profile) profiles;
  const char *seccomp; /* seccomp.profile of the policy */
  enum fact_truth seccomp_usable;
  const char *seccomp_problem;
};
extern const struct fact_shape fact_confinement_shape;

struct fact_audit {
  const char *file; /* "" for none */
  enum fact_truth syslog, required;
  const char *file_problem, *syslog_problem; /* "" where records are taken */
  struct fact_number free, size;             /* bytes of its file system for root; of the file */
  enum fact_truth rotated;                   /* a file of logrotate names it */
};
extern const struct fact_shape fact_audit_shape;

struct fact_cli {
  const char *path;
  enum fact_truth usable;
  const char *problem;
  struct fact_texts helpers; /* credential helpers that config.json names */
};
extern const struct fact_shape fact_cli_shape;

struct fact_features {
  struct fact_number landlock; /* its version; 0: none */
  enum fact_truth openat2, seals;
};
extern const struct fact_shape fact_features_shape;

struct facts_self {
  enum fact_truth looked; /* the collector has been at work */
  struct fact_policy policy;
  struct fact_confinement confinement;
  struct fact_audit audit;
  struct fact_cli cli;
  struct fact_features features;
  const char *group;            /* of the deployments */
  enum fact_truth sudo;         /* sudo was asked, or there is none */
  enum fact_truth sudoers_read; /* the rules of setup are read by sudo; unknown: there are none */
  struct fact_texts doas;       /* the lines of doas.conf; empty: there is none */
  SD_VEC(struct fact_file) files;
  SD_VEC(struct fact_deployment) deployments;
  SD_VEC(struct fact_user) users;
};
extern const struct fact_shape facts_self_shape;

#endif
