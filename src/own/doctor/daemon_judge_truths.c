/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that are on or off: a row each. */
#include <string.h>

#include "daemon_judge.h"

struct truth_row {
  enum check_id check;
  const char *key;
  bool wanted, fallback; /* fallback: dockerd's own */
  const char *bad;       /* "dockerd ..." */
  const char *remedy;    /* with its price */
};

static const struct truth_row rows[] = {
    {CHECK_NO_NEW_PRIVILEGES, "no-new-privileges", true, false,
     "lets programs in containers gain rights by setuid files, unless a container says otherwise",
     "turn it on; sudo, su and ping of old images stop working in containers that are started "
     "after"},
    {CHECK_ICC, "icc", false, true,
     "lets every container of the default network talk to every other",
     "turn it off; containers that are to talk to each other need a network of their own: docker "
     "network create. dockerd needs the kernel's module br_netfilter for it"},
    {CHECK_LIVE_RESTORE, "live-restore", true, false,
     "stops every container when it is stopped or updated",
     "turn it on; it does not go together with swarm mode"},
    {CHECK_USERLAND_PROXY, "userland-proxy", false, true,
     "starts a process of root's for each published port, which hides where clients come from",
     "turn it off; published ports are no longer reached by [::1] of the host, and by 127.0.0.1 "
     "through route_localnet alone"},
    {CHECK_EXPERIMENTAL, "experimental", false, false,
     "has features on that its makers do not call finished",
     "turn it off; what uses them stops working"},
    {CHECK_DEBUG, "debug", false, false,
     "writes all that it does to its log, values of environment variables among it",
     "turn it off; the log tells less when something goes wrong"},
    {CHECK_DIRECT_ROUTING, "allow-direct-routing", false, false,
     "lets the network reach ports of containers that were never published",
     "turn it off; who reached containers by their own addresses needs published ports"},
    {CHECK_IPTABLES, "iptables", true, true,
     "makes no firewall rules, so networks of containers are not kept apart",
     "let it make them; rules of yours for the FORWARD chain belong into DOCKER-USER then"},
};

/* dockerd does not start with icc off and without iptables: that is mended first. */
static bool can_mend(const struct daemon_case *this, const struct truth_row *row) {
  return row->check != CHECK_ICC ||
         daemon_setting_truth(&this->settings, "iptables", true) == FACT_YES;
}

static void judge(struct daemon_case *this, const struct truth_row *row) {
  struct findings *out = this->out;
  struct finding *finding = NULL;
  enum fact_truth is = daemon_setting_truth(&this->settings, row->key, row->fallback);
  const char *source = daemon_setting_source(&this->settings, row->key);
  if (is == FACT_UNKNOWN) {
    finding = finding_unknown(out, row->check, this->subject, "what %s is for %s is not known",
                              row->key, daemon_case_name(this));
    finding_remedy(out, finding, "mend %s first, and ask again as root", this->subject);
    return;
  }
  if ((is == FACT_YES) == row->wanted) {
    finding_pass(out, row->check, this->subject, "%s is %s %s", row->key,
                 row->wanted ? "true" : "false", source);
    return;
  }
  finding = finding_bad(out, row->check, this->subject, "%s %s (%s %s)", daemon_case_name(this),
                        row->bad, row->key, source);
  finding_remedy(out, finding, "%s", row->remedy);
  if (can_mend(this, row))
    daemon_mend(this, finding, row->key, row->wanted ? "true" : "false");
}

static void judge_selinux(struct daemon_case *this) {
  static const struct truth_row row = {
      CHECK_SELINUX_ENABLED,
      "selinux-enabled",
      true,
      false,
      "gives containers no SELinux labels, on a host that has SELinux",
      "turn it on; bind mounts need :z or :Z, or a label that containers may read"};
  if (this->facts->selinux == FACT_YES)
    judge(this, &row);
}

void daemon_judge_truths(struct daemon_case *this) {
  const char *bridge = daemon_setting_text(&this->settings, "bridge", "");
  bool none = bridge != NULL && strcmp(bridge, "none") == 0; /* there is no default network */
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (!none || rows[i].check != CHECK_ICC)
      judge(this, &rows[i]);
  judge_selinux(this);
}
