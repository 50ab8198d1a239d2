/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of every dockerd of the host, its listeners, TLS files and daemon.json. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_FACTS_DAEMON_H
#define SAFE_DOCKER_OWN_DOCTOR_FACTS_DAEMON_H

#include "facts.h"

/* A file or folder that dockerd uses. */
struct fact_daemon_file {
  const char *
      role; /* the key that names it: "tlskey", "data-root", "runtimes"; of daemon.json "config-file" */
  const char *path;
  const char *kind; /* "file", "folder", "link" (that leads nowhere), "other", "missing" */
  struct fact_number uid, gid, mode; /* of what the path leads to; the mode as a number of 07777 */
  struct fact_texts
      changers; /* the path, folders above it and links on the way that somebody besides root may change */
  const char *readers; /* besides its owner and root: "nobody", "the group NAME" or "everybody" */
  struct fact_number changed; /* milliseconds since 1970 */
  const char *text;           /* of daemon.json and of a seccomp profile */
};

/* What openssl says of tlscert, tlskey and tlscacert. */
struct fact_certificates {
  enum fact_truth asked;                 /* openssl is there */
  enum fact_truth pair;                  /* the certificate is that of the key */
  enum fact_truth signed_by_ca;          /* tlscacert signed tlscert */
  struct fact_number cert_days, ca_days; /* until they expire; below 0: since */
};

/* A dockerd that runs, or the one that the host's units would start. */
struct facts_dockerd {
  struct fact_number pid; /* unknown of one that does not run */
  struct fact_number uid;
  const char *user;    /* name of the account, else the number */
  const char *program; /* path of the binary */
  enum fact_truth
      elsewhere; /* it runs with another root folder or mount namespace: in a container, rootless */
  struct fact_number started;     /* milliseconds since 1970 */
  const char *version;            /* "20.10.24" */
  struct fact_texts argv;         /* the program's name first */
  struct fact_texts listeners;    /* "tcp://0.0.0.0:2375", "unix:///run/docker.sock" */
  const char *unit;               /* the file with the ExecStart line that gives this argv */
  struct fact_texts unit_files;   /* of docker.service, in the order in which systemd reads them */
  struct fact_texts sockets;      /* ListenStream of docker.socket, where fd:// is given */
  const char *socket_unit;        /* the file that the last of them stands in */
  struct fact_daemon_file config; /* daemon.json */
  SD_VEC(struct fact_daemon_file) places; /* others that the settings name */
  struct fact_certificates certificates;
  const char *group;         /* of the socket, where it is there */
  struct fact_texts members; /* accounts in it */
};

struct facts_daemons {
  enum fact_truth looked;  /* every process was looked at */
  enum fact_truth selinux; /* the host's kernel has it on */
  enum fact_truth cgroup2; /* the one hierarchy, and no other */
  SD_VEC(struct facts_dockerd) list;
};
extern const struct fact_shape facts_daemons_shape;

#endif
