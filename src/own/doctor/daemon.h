/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting facts of dockerd, one part a file. All of it is for root, who must not be led astray by the processes and files of
 * others: nothing that is no regular file is read, nothing of a process is believed but what the kernel says of it. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_DAEMON_H
#define SAFE_DOCKER_OWN_DOCTOR_DAEMON_H

#include <sys/types.h>

#include "daemon_settings.h"
#include "facts_daemon.h"

#define DAEMON_TEXT_MAX ((size_t)1024 * 1024)

/* Every dockerd that runs, and the one that would be started where none of root's has its command line: who they are and what
 * they are told, with the path of daemon.json, and no more. */
void daemon_list(struct sd_arena *arena, struct facts_daemons *out);

/* What docker.service, docker.socket and /etc/default/docker would start. False: nothing. */
bool daemon_read_units(struct sd_arena *arena, struct facts_dockerd *out);

/* What the process listens on, in its own network. */
void daemon_read_listeners(struct sd_arena *arena, int64_t pid, struct fact_texts *out);

/* How a place is looked at. */
struct daemon_view {
  int root;    /* descriptor of the folder that stands for "/" */
  uid_t owner; /* whose files they may be besides root's */
  bool want_text;
};
void daemon_look(struct sd_arena *arena, const struct daemon_view *view, const char *role,
                 const char *path, struct fact_daemon_file *out);

/* -- secrets (daemon_mask.c): each byte becomes DAEMON_MASKED (daemon_settings.h), and nothing gets longer or shorter ----- */

/* Without the names and passwords before an @, as in scheme://user:password@host. */
const char *daemon_mask(struct sd_arena *arena, const char *text);
/* The same for daemon.json, right or wrong: also without what drivers of logs and keys that dockerd does not know are given, values of
 * labels, and whatever is called a password, token, secret or auth. */
const char *daemon_mask_json(struct sd_arena *arena, const char *text);
/* The same for a command line of dockerd. */
void daemon_mask_words(struct sd_arena *arena, struct sd_strv *words);

/* The places that the settings name, the socket's group and the certificates. */
void daemon_read_places(struct sd_arena *arena, const struct daemon_view *view,
                        struct facts_dockerd *dockerd);
void daemon_read_certificates(struct sd_arena *arena, struct facts_dockerd *dockerd);

#endif
