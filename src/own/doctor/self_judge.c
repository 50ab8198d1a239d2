/* SPDX-License-Identifier: Apache-2.0 */
#include "self_judge.h"

#include <string.h>

#include "safe-docker/base/number.h"

#define MIB ((int64_t)1024 * 1024)
#define SPACE_LEAST (64 * MIB)
#define SIZE_MOST (1024 * MIB) /* of an audit file that nothing rotates */

void self_tell_unknown(struct findings *out, enum check_id check, const char *subject,
                       const char *what) {
  finding_remedy(out,
                 finding_unknown(out, check, subject, "%s: that could not be looked at.", what),
                 "Ask as root, on this host, with a policy that can be used: safe-docker doctor.");
}

/* -- the policy ----------------------------------------------------------------------------------- */

static void judge_lint(const struct fact_policy *policy, struct findings *out, enum check_id check,
                       const struct fact_number *count, const char *worst) {
  const char *kind = check == CHECK_POLICY_DANGERS ? "dangers" : "warnings";
  if (!count->known) {
    self_tell_unknown(out, check, "", "What `policy check` finds");
    return;
  }
  if (count->value == 0) {
    finding_pass(out, check, "", "`policy check` finds no %s (%lld notes).", kind,
                 (long long)policy->notes.value);
    return;
  }
  struct finding *finding =
      finding_bad(out, check, "", "`policy check` finds %lld %s. The first: %s",
                  (long long)count->value, kind, worst != NULL ? worst : "");
  finding_remedy(out, finding,
                 "See all of them, with what to write instead: safe-docker policy check. What "
                 "callers need in spite of it stays a decision of the administrator.");
}

static void judge_policy(const struct fact_policy *policy, struct findings *out) {
  if (policy->loads == FACT_UNKNOWN) {
    self_tell_unknown(out, CHECK_POLICY_LOADS, "", "The policy");
    return;
  }
  if (policy->loads == FACT_NO) {
    struct finding *finding =
        finding_bad(out, CHECK_POLICY_LOADS, "", "The policy cannot be used: %s.",
                    policy->problem != NULL ? policy->problem : "");
    finding_remedy(
        out, finding,
        "Mend it where the message points to, and see: safe-docker policy check. Or take "
        "one that comes along: safe-docker setup policy strict.");
    return;
  }
  bool built_in = policy->sources.known && policy->sources.list.v.len == 0;
  finding_pass(out, CHECK_POLICY_LOADS, "", "%s",
               built_in ? "There is no policy file: the built-in default holds, which is strict."
                        : sd_arena_printf(out->arena, "The policy is well made: %s.",
                                          sd_strv_join(&policy->sources.list, out->arena, ", ")));
  judge_lint(policy, out, CHECK_POLICY_DANGERS, &policy->dangers, policy->danger);
  judge_lint(policy, out, CHECK_POLICY_WARNINGS, &policy->warnings, policy->warning);
}

/* -- deployments ---------------------------------------------------------------------------------- */

static bool is(const char *text, const char *other) {
  return text != NULL && strcmp(text, other) == 0;
}

static void tell_incomplete(struct findings *out, const struct fact_deployment *deployment) {
  struct finding *finding =
      finding_bad(out, CHECK_DEPLOYMENT, deployment->name, "The deployment %s is not complete: %s.",
                  deployment->name, sd_strv_join(&deployment->missing.list, out->arena, "; "));
  finding_remedy(out, finding,
                 "Make it complete, which does again what is missing alone; what it would do is "
                 "shown with --dry-run. Or undo it: safe-docker setup %s --undo.",
                 deployment->name);
  finding_command(out, finding, "safe-docker setup %s --yes", finding_word(out, deployment->name));
}

static void tell_none(struct findings *out, const struct facts_self *self) {
  if (self->users.len > 0) {
    finding_pass(out, CHECK_DEPLOYMENT_NONE, "",
                 "No deployment of safe-docker setup is in place, but rules or the policy name %zu "
                 "users.",
                 self->users.len);
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_DEPLOYMENT_NONE, "", "Nobody but root has a door to safe-docker.");
  finding_remedy(
      out, finding,
      "Set one up, and name its users (--user); who is in the group docker loses nothing "
      "by it, until they are taken out of that.");
  finding_command(out, finding, "safe-docker setup sudo --yes");
}

static void judge_deployments(const struct facts_self *self, struct findings *out) {
  static const char *const doors[] = {"sudo", "doas", "setgid"};
  bool door = false;
  if (self->deployments.len == 0) {
    self_tell_unknown(out, CHECK_DEPLOYMENT, "", "What is deployed");
    return;
  }
  for (size_t i = 0; i < self->deployments.len; i++) {
    const struct fact_deployment *deployment = &self->deployments.items[i];
    if (deployment->name == NULL || deployment->state == NULL || is(deployment->state, "absent") ||
        is(deployment->name, "policy"))
      continue;
    for (size_t k = 0; k < sizeof(doors) / sizeof(doors[0]); k++)
      door = door || is(deployment->name, doors[k]);
    if (is(deployment->state, "complete"))
      finding_pass(out, CHECK_DEPLOYMENT, deployment->name, "The deployment %s is complete.",
                   deployment->name);
    else
      tell_incomplete(out, deployment);
  }
  if (self->sudoers_read == FACT_NO)
    finding_remedy(out,
                   finding_bad(out, CHECK_DEPLOYMENT, "sudoers",
                               "sudo does not read the rule that setup made in /etc/sudoers.d."),
                   "Write @includedir /etc/sudoers.d into /etc/sudoers with visudo, and see that "
                   "nothing in it is wrong: visudo -c.");
  if (door)
    finding_pass(out, CHECK_DEPLOYMENT_NONE, "", "Users have a door to safe-docker.");
  else
    tell_none(out, self);
}

/* -- profiles ------------------------------------------------------------------------------------- */

static const char *state_of(const struct fact_confinement *confinement, const char *name) {
  for (size_t i = 0; i < confinement->profiles.len; i++)
    if (is(confinement->profiles.items[i].name, name))
      return confinement->profiles.items[i].state;
  return NULL;
}

static void judge_profile(const struct fact_confinement *confinement, struct findings *out,
                          const char *name) {
  const char *state = state_of(confinement, name);
  if (state == NULL || is(state, "unknown")) {
    self_tell_unknown(out, CHECK_APPARMOR_PROFILES, name, "Whether the AppArmor profile is loaded");
    return;
  }
  if (is(state, "loaded")) {
    finding_pass(out, CHECK_APPARMOR_PROFILES, name, "%s is loaded, and refuses.", name);
    return;
  }
  struct finding *finding = finding_bad(
      out, CHECK_APPARMOR_PROFILES, name, "The AppArmor profile %s %s.", name,
      is(state, "loose") ? "is loaded in a mode that refuses nothing" : "is not loaded");
  finding_remedy(
      out, finding,
      "Load it; at boot the kernel gets what is in /etc/apparmor.d. A profile of your own "
      "is loaded with apparmor_parser --replace FILE.");
  if (strncmp(name, "safe-docker-", strlen("safe-docker-")) == 0)
    finding_command(out, finding, "safe-docker apparmor load");
}

static void judge_apparmor(const struct fact_confinement *confinement, struct findings *out) {
  if (confinement->kernel == NULL || confinement->mode == NULL ||
      is(confinement->kernel, "hidden")) {
    self_tell_unknown(out, CHECK_APPARMOR_PROFILES, "", "Which AppArmor profiles are loaded");
    return;
  }
  if (is(confinement->mode, "off"))
    return;
  if (!is(confinement->kernel, "on")) {
    if (is(confinement->mode, "require"))
      finding_remedy(out,
                     finding_bad(out, CHECK_APPARMOR_PROFILES, "",
                                 "The policy requires AppArmor, which this kernel has not or has "
                                 "switched off: no container starts."),
                     "Start the kernel with apparmor=1 security=apparmor, or write \"auto\" for "
                     "apparmor.mode in the policy; containers lack that defence then.");
    return; /* whether a host should have it is said with the kernel's switches */
  }
  if (confinement->needs != NULL && confinement->needs[0] != '\0')
    judge_profile(confinement, out, confinement->needs);
  for (size_t i = 0; i < confinement->allow.list.v.len; i++)
    if (!is(confinement->needs, confinement->allow.list.v.items[i]))
      judge_profile(confinement, out, confinement->allow.list.v.items[i]);
}

static void judge_seccomp(const struct fact_confinement *confinement, struct findings *out) {
  const char *name = confinement->seccomp;
  if (confinement->seccomp_usable == FACT_UNKNOWN || name == NULL) {
    self_tell_unknown(out, CHECK_POLICY_SECCOMP, "", "The seccomp profile");
    return;
  }
  if (confinement->seccomp_usable == FACT_YES) {
    finding_pass(out, CHECK_POLICY_SECCOMP, name, "The seccomp profile %s can be used.", name);
    return;
  }
  finding_remedy(
      out,
      finding_bad(out, CHECK_POLICY_SECCOMP, name, "The seccomp profile %s cannot be used: %s.",
                  name, confinement->seccomp_problem != NULL ? confinement->seccomp_problem : ""),
      "Mend it, and see: safe-docker seccomp check; or name one that comes along in "
      "seccomp.profile of the policy: default, no-network or strict.");
}

/* -- audit ---------------------------------------------------------------------------------------- */

static void tell_sink(const struct fact_audit *audit, struct findings *out, const char *subject,
                      const char *problem, const char *remedy) {
  if (problem == NULL) {
    self_tell_unknown(out, CHECK_AUDIT_WRITTEN, subject, "Whether audit records are taken");
    return;
  }
  if (problem[0] == '\0') {
    finding_pass(out, CHECK_AUDIT_WRITTEN, subject, "%s takes audit records.", subject);
    return;
  }
  finding_remedy(
      out,
      finding_bad(out, CHECK_AUDIT_WRITTEN, subject, "%s takes no audit records%s: %s.", subject,
                  audit->required == FACT_YES ? ", so requests are refused" : "", problem),
      "%s", remedy);
}

/* A setgid program writes with the group of the daemon's socket, who have the host anyway. */
static const char *writers_of(const struct facts *facts) {
  for (size_t i = 0; i < facts->self.deployments.len; i++) {
    const struct fact_deployment *deployment = &facts->self.deployments.items[i];
    if (is(deployment->name, "setgid") && !is(deployment->state, "absent"))
      for (size_t k = 0; k < facts->sockets.list.len; k++)
        if (is(facts->sockets.list.items[k].engine, "docker"))
          return facts->sockets.list.items[k].place.rights.group;
  }
  return NULL;
}

static void judge_audit_file(const struct facts *facts, struct findings *out) {
  for (size_t i = 0; i < facts->self.files.len; i++) {
    const struct fact_file *file = &facts->self.files.items[i];
    if (!is(file->role, "audit file") || is(file->place.kind, "missing"))
      continue;
    const struct place_rule rule = {.check = CHECK_AUDIT_FILE,
                                    .what = "The audit file",
                                    .harm = "",
                                    .writers = writers_of(facts)};
    if (!place_judge(out, &file->place, &rule))
      finding_pass(out, CHECK_AUDIT_FILE, place_real(&file->place), "%s is root's alone.",
                   place_real(&file->place));
  }
}

static void judge_space(const struct fact_audit *audit, struct findings *out) {
  bool full = audit->free.known && audit->free.value < SPACE_LEAST;
  bool grows = audit->rotated != FACT_YES && audit->size.known && audit->size.value > SIZE_MOST;
  if (!audit->free.known) {
    self_tell_unknown(out, CHECK_AUDIT_SPACE, audit->file, "How much room the audit file has");
    return;
  }
  if (!full && !grows && audit->rotated == FACT_YES) {
    finding_pass(out, CHECK_AUDIT_SPACE, audit->file, "%s is rotated, and has %s.", audit->file,
                 sd_number_format_size(out->arena, audit->free.value));
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_AUDIT_SPACE, audit->file, "The file system of %s has %lld MiB left%s.",
                  audit->file, (long long)(audit->free.value / MIB),
                  audit->rotated == FACT_YES ? "" : ", and no file in /etc/logrotate.d names it");
  finding_remedy(out, finding,
                 "Make room, and let logrotate(8) take it: the file that comes along, logrotate, "
                 "names /var/log/safe-docker/audit.log and audit.jsonl; another name is written "
                 "into a copy of it. Old records go then, unless they are kept elsewhere.");
  if (audit->rotated != FACT_YES && !full)
    finding_command(out, finding,
                    "printf '%%s {\\n\\tmonthly\\n\\trotate 24\\n\\tmaxsize 100M\\n\\tmissingok\\n"
                    "\\tnotifempty\\n\\tcompress\\n\\tcreate\\n}\\n' %s >/etc/logrotate.d/"
                    "safe-docker-audit",
                    finding_word(out, audit->file));
}

static void judge_audit(const struct facts *facts, struct findings *out) {
  const struct fact_audit *audit = &facts->self.audit;
  if (audit->file == NULL || audit->syslog == FACT_UNKNOWN || audit->required == FACT_UNKNOWN) {
    self_tell_unknown(out, CHECK_AUDIT_WRITTEN, "", "Where audit records go");
    return;
  }
  bool file = audit->file[0] != '\0';
  if (file)
    tell_sink(
        audit, out, audit->file, audit->file_problem,
        "Make its folder root's, and nobody else's to write to, or name another in audit.file "
        "of the policy; safe-docker setup sudo makes the folder.");
  if (audit->syslog == FACT_YES)
    tell_sink(audit, out, "syslog", audit->syslog_problem,
              "Start a syslog service or systemd-journald, or write a file into audit.file of the "
              "policy and false for audit.syslog.");
  if (!file && audit->syslog == FACT_NO)
    finding_remedy(
        out, finding_bad(out, CHECK_AUDIT_WRITTEN, "", "The policy lets no record be written."),
        "Write true for audit.syslog of the policy, or a file into audit.file.");
  if (audit->required == FACT_YES)
    finding_pass(out, CHECK_AUDIT_REQUIRED, "", "A request that cannot be recorded is refused.");
  else
    finding_remedy(
        out,
        finding_bad(out, CHECK_AUDIT_REQUIRED, "",
                    "A request is carried out even where it is not "
                    "recorded (audit.required of the policy)."),
        "Write true for audit.required of the policy; requests are refused then while no record "
        "can be written.");
  judge_audit_file(facts, out);
  if (file)
    judge_space(audit, out);
}

/* -- the real CLI, the kernel --------------------------------------------------------------------- */

/* Something is wrong with it, or not known, by who can change its file. */
static bool is_told(const struct findings *out, enum check_id check) {
  for (size_t i = 0; i < out->v.len; i++)
    if (out->v.items[i].check == check && out->v.items[i].status != FINDING_PASS)
      return true;
  return false;
}

static void judge_cli(const struct facts_self *self, struct findings *out) {
  const struct fact_cli *cli = &self->cli;
  bool told = is_told(out, CHECK_REAL_CLI);
  if (cli->path == NULL || cli->usable == FACT_UNKNOWN) {
    if (!told)
      self_tell_unknown(out, CHECK_REAL_CLI, "", "docker.path of the policy");
    return;
  }
  if (cli->usable == FACT_NO && !told) {
    finding_remedy(out,
                   finding_bad(out, CHECK_REAL_CLI, cli->path,
                               "docker.path of the policy cannot be used: %s.",
                               cli->problem != NULL ? cli->problem : ""),
                   "Install the docker command (on Debian docker.io or docker-cli), or name it in "
                   "docker.path of the policy.");
  }
  if (!cli->helpers.known)
    self_tell_unknown(out, CHECK_CLI_CONFIG, "", "config.json of the docker command");
}

static void judge_feature(struct findings *out, enum fact_truth has, const char *name,
                          const char *without, const char *remedy) {
  if (has == FACT_UNKNOWN)
    self_tell_unknown(out, CHECK_KERNEL_FEATURES, name, "Whether the kernel has it");
  else if (has == FACT_YES)
    finding_pass(out, CHECK_KERNEL_FEATURES, name, "The kernel has %s.", name);
  else
    finding_remedy(
        out,
        finding_bad(out, CHECK_KERNEL_FEATURES, name, "The kernel has no %s: %s.", name, without),
        "%s", remedy);
}

static void judge_features(const struct fact_features *features, struct findings *out) {
  enum fact_truth landlock = !features->landlock.known      ? FACT_UNKNOWN
                             : features->landlock.value > 0 ? FACT_YES
                                                            : FACT_NO;
  judge_feature(out, landlock, "Landlock", "--cidfile is refused",
                "Take a kernel of 5.13 or later that has landlock in its list of lsm= (see "
                "/sys/kernel/security/lsm).");
  judge_feature(
      out, features->openat2, "openat2", "files of callers are refused",
      "Take a kernel of 5.6 or later; a seccomp filter around this host (a container) may "
      "keep it away, too.");
  judge_feature(out, features->seals, "sealed memory files",
                "environments and profiles cannot be handed to the docker command",
                "Take a kernel with memfd_create(2), 3.17 or later.");
}

void doctor_judge_self(const struct facts *facts, struct findings *out) {
  if (facts->self.looked != FACT_YES)
    self_tell_unknown(out, CHECK_USER_SUDO, "", "Who the users of safe-docker are");
  judge_policy(&facts->self.policy, out);
  judge_deployments(&facts->self, out);
  self_judge_files(facts, out);
  self_judge_people(facts, out);
  judge_apparmor(&facts->self.confinement, out);
  judge_seccomp(&facts->self.confinement, out);
  judge_audit(facts, out);
  judge_cli(&facts->self, out);
  judge_features(&facts->self.features, out);
}
