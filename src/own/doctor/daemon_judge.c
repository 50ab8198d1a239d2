/* SPDX-License-Identifier: Apache-2.0 */
/* Root's dockerd are judged, each by its own command line and daemon.json, and the one that would be started. A user's own can
 * do no more than its user. */
#include <string.h>

#include "daemon_judge.h"

/* The one that would be started reads what one that runs reads already, and that one is judged. */
static bool is_doubled(const struct facts_daemons *facts, const struct facts_dockerd *dockerd) {
  for (size_t i = 0; i < facts->list.len && !dockerd->pid.known; i++) {
    const struct facts_dockerd *other = &facts->list.items[i];
    if (other->pid.known && daemon_case_is_hosts(other) && other->config.path != NULL &&
        dockerd->config.path != NULL && strcmp(other->config.path, dockerd->config.path) == 0)
      return true;
  }
  return false;
}

static void pass_rootless(const struct facts_dockerd *dockerd, struct findings *out) {
  if (dockerd->uid.known && dockerd->uid.value != 0 && dockerd->user != NULL)
    finding_pass(out, CHECK_USERNS_REMAP, dockerd->user,
                 "the dockerd of %s is rootless: root in its containers is %s", dockerd->user,
                 dockerd->user);
}

/* Where the file says nothing, that is one finding, of CHECK_DAEMON_JSON, and not one for each key that could stand there. */
static void drop_unknown(const struct daemon_case *this, size_t before) {
  struct findings *out = this->out;
  size_t kept = before;
  if (this->settings.file == FACT_YES)
    return;
  for (size_t i = before; i < out->v.len; i++) {
    const struct finding *finding = &out->v.items[i];
    bool of_file =
        finding->status == FINDING_UNKNOWN && strcmp(finding->subject, this->subject) == 0;
    if (!of_file)
      out->v.items[kept++] = *finding;
  }
  out->v.len = kept;
}

void doctor_judge_daemon(const struct facts *facts, struct findings *out) {
  const struct facts_daemons *daemons = &facts->daemons;
  if (daemons->looked != FACT_YES) {
    struct finding *finding =
        finding_unknown(out, CHECK_DAEMON_JSON, "", "which dockerd there are is not known");
    finding_remedy(out, finding, "ask as root, on the host itself: safe-docker doctor");
    return;
  }
  for (size_t i = 0; i < daemons->list.len; i++) {
    struct daemon_case this;
    if (!daemon_case_is_hosts(&daemons->list.items[i])) {
      pass_rootless(&daemons->list.items[i], out);
      continue;
    }
    if (is_doubled(daemons, &daemons->list.items[i]))
      continue;
    daemon_case_begin(out, daemons, &daemons->list.items[i], &this);
    daemon_judge_file(&this);
    size_t before = out->v.len;
    daemon_judge_values(&this);
    daemon_judge_truths(&this);
    daemon_judge_lists(&this);
    drop_unknown(&this, before);
  }
}
