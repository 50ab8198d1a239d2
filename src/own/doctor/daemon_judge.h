/* SPDX-License-Identifier: Apache-2.0 */
/* What the judges of the areas "daemon" and "exposure" share. */
#ifndef SAFE_DOCKER_OWN_DOCTOR_DAEMON_JUDGE_H
#define SAFE_DOCKER_OWN_DOCTOR_DAEMON_JUDGE_H

#include "daemon_settings.h"
#include "doctor.h"

/* One dockerd under judgement. */
struct daemon_case {
  struct findings *out;
  const struct facts_daemons *facts;
  const struct facts_dockerd *dockerd;
  struct daemon_settings settings;
  const char *subject; /* path of its daemon.json */
  bool several;        /* more than one of root's runs, so commands must say which file is meant */
  struct sd_strv argv; /* with the changes of every remedy so far: one file holds them all */
};

void daemon_case_begin(struct findings *out, const struct facts_daemons *facts,
                       const struct facts_dockerd *dockerd, struct daemon_case *new_case);
/* "dockerd (pid 12)", or what would start it. */
const char *daemon_case_name(const struct daemon_case *this);
/* Root's, in the host's own root folder: what can be mended from here. */
bool daemon_case_is_hosts(const struct facts_dockerd *dockerd);

/* Gives `key` the value `json` (NULL: takes it away), where it stands: in daemon.json, or by the command line in a file of the
 * unit; then dockerd is started again. The commands are added to the finding; words, where there can be none. */
void daemon_mend(struct daemon_case *this, struct finding *finding, const char *key,
                 const char *json);
/* The same in daemon.json, whatever the command line says. */
void daemon_mend_in_file(struct daemon_case *this, struct finding *finding, const char *key,
                         const char *json);
/* The same for what is not in daemon.json: dockerd is started again. */
void daemon_restart(struct daemon_case *this, struct finding *finding);
/* A file of systemd's that takes the place of the lines `key`= of `section` in the unit `name`. False: another file is read
 * after it, or a line cannot be written. */
bool daemon_mend_unit(struct daemon_case *this, struct finding *finding, const char *name,
                      const char *section, const char *key, const struct sd_strv *lines);

/* A finding for each of what others than root may change of the place. False: it is nobody's but root's. */
bool daemon_judge_changers(struct daemon_case *this, enum check_id check, const char *what,
                           const struct fact_daemon_file *place);
/* NULL: it was not looked at. */
const struct fact_daemon_file *daemon_place(const struct facts_dockerd *dockerd, const char *role);
bool daemon_is_missing(const struct fact_daemon_file *place);

void daemon_judge_file(struct daemon_case *this);
void daemon_judge_truths(struct daemon_case *this);
void daemon_judge_values(struct daemon_case *this);
void daemon_judge_lists(struct daemon_case *this);
void exposure_judge_files(struct daemon_case *this);

#endif
