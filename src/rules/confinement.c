/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt: the system call filter, AppArmor, SELinux labels, masked paths.
 * (no-new-privileges is a matter of privileges.c.)
 *
 * MUST: always end with a seccomp profile that the policy stands behind or a stricter one, and take
 * from the caller nothing but what the policy names. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "config.h"
#include "internal.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp.h"

/* Enough for every real profile (Docker's own has 15 KiB). */
#define PROFILE_MAX ((size_t)256 * 1024)

/* The options of one key that the caller gave. One is judged; several contradict each other. */
static const struct sd_security *only_one(const struct sd_rule_input *in,
                                          struct sd_decision *decision, enum sd_security_key key,
                                          const char *rule) {
  const struct sd_security *first = NULL;
  for (size_t i = 0; i < in->request->security.v.len; i++) {
    const struct sd_security *entry = &in->request->security.v.items[i];
    if (entry->key != key)
      continue;
    if (first != NULL)
      sd_deny(decision, rule, entry->given, "give it once",
              "%s was already set by another --security-opt", rule);
    else
      first = entry;
  }
  return first;
}

/* -- seccomp ----------------------------------------------------------------------------------- */
static const char *seccomp_hint(const struct sd_rule_input *in) {
  if (in->policy->seccomp.caller_profiles == SD_PROFILES_STRICTER)
    return "leave it out, or name the file of a profile that allows less than the policy's";
  return "leave it out; the policy's profile is used";
}

/* The text of the caller's profile when it allows nothing that the policy's forbids, or NULL. Read
 * once: what was compared is what is handed on. */
static const char *stricter_profile(const struct sd_rule_input *in, const char *path,
                                    struct sd_error *err) {
  struct sd_seccomp_profile *inner = NULL;
  struct sd_seccomp_profile *outer = NULL;
  const char *text = NULL;
  size_t len = 0;
  if (in->host->read_file(in->host->context, in->arena, path, PROFILE_MAX, &text, &len, err) &&
      sd_seccomp_parse(in->arena, sd_text_safe(in->arena, path), text, len, &inner, err) &&
      sd_seccomp_parse(in->arena, "the policy's profile", in->seccomp_profile,
                       strlen(in->seccomp_profile), &outer, err) &&
      sd_seccomp_is_stricter(inner, outer, err))
    return text;
  return NULL;
}

static const char *asked_profile(const struct sd_rule_input *in, struct sd_decision *decision,
                                 const struct sd_security *asked) {
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (strcmp(asked->value, "unconfined") == 0)
    (void)sd_fail(&err, "without the filter every system call of the kernel is open to attack");
  else if (strcmp(asked->value, "builtin") == 0)
    (void)sd_fail(&err, "the daemon's own profile may allow more than the policy's");
  else if (asked->value[0] == '\0')
    (void)sd_fail(&err, "an empty value names no profile");
  else if (in->policy->seccomp.caller_profiles != SD_PROFILES_STRICTER)
    (void)sd_fail(&err, "the policy does not take profiles of callers");
  else {
    const char *text = stricter_profile(in, asked->value, &err);
    if (text != NULL)
      return text;
  }
  sd_deny(decision, "seccomp", asked->given, err.hint != NULL ? err.hint : seccomp_hint(in), "%s",
          err.message);
  return NULL;
}

static void judge_seccomp(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_security *asked = only_one(in, decision, SD_SECURITY_SECCOMP, "seccomp");
  const char *text = asked != NULL ? asked_profile(in, decision, asked) : NULL;
  decision->seccomp_profile = text != NULL ? text : in->seccomp_profile;
  if (asked == NULL)
    sd_changed(decision, "seccomp", "the policy's filter of system calls",
               "--security-opt=seccomp=%s", in->policy->seccomp.profile);
}

/* -- AppArmor ---------------------------------------------------------------------------------- */
static const char *apparmor_hint(const struct sd_rule_input *in) {
  const struct sd_strv *allow = &in->policy->apparmor.allow;
  if (allow->v.len == 0)
    return "leave it out; the policy's profile is used";
  return sd_arena_printf(in->arena, "leave it out, or choose from what is allowed here: %s",
                         sd_rule_list(in->arena, allow, ""));
}

/* True where nothing was asked, or something that the policy names. */
static bool asked_apparmor(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_security *asked) {
  if (asked == NULL)
    return true;
  if (strcmp(asked->value, "unconfined") == 0) {
    sd_deny(decision, "apparmor", asked->given, apparmor_hint(in),
            "without a profile the container may touch what AppArmor keeps from it");
    return false;
  }
  if (asked->value[0] != '\0' && (strcmp(asked->value, in->policy->apparmor.profile) == 0 ||
                                  sd_strv_contains(&in->policy->apparmor.allow, asked->value)))
    return true;
  sd_deny(decision, "apparmor", asked->given, apparmor_hint(in),
          "the policy does not allow this profile");
  return false;
}

/* The state of this host says nothing about the host of another daemon. */
static bool is_remote(const struct sd_rule_input *in) {
  return in->endpoint != NULL && !sd_text_starts_with(in->endpoint->host, "unix://");
}

/* A daemon without AppArmor ignores the option silently, one without the profile refuses it. */
static bool remote_has_apparmor(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (in->policy->apparmor.mode != SD_APPARMOR_REQUIRE)
    return true;
  sd_deny(
      decision, "apparmor-required", NULL,
      "ask the administrator to set apparmor.mode to \"auto\" for whoever uses remote daemons",
      "the policy demands AppArmor, and whether a remote daemon has it cannot be seen from here");
  return false;
}

/* False where the host cannot give what the policy demands, which then is a violation. */
static bool host_has_apparmor(const struct sd_rule_input *in, struct sd_decision *decision,
                              const char *profile) {
  if (is_remote(in))
    return remote_has_apparmor(in, decision);
  switch (in->apparmor) {
  case SD_APPARMOR_PROFILE_LOADED:
  case SD_APPARMOR_PROFILE_UNKNOWN: /* the daemon refuses to start what it cannot confine */
    return true;
  case SD_APPARMOR_PROFILE_MISSING:
    /* What is known is about the policy's profile; another one is the daemon's to look up. */
    if (strcmp(profile, in->policy->apparmor.profile) != 0)
      return true;
    sd_deny(decision, "apparmor-not-loaded", NULL,
            sd_arena_printf(in->arena,
                            "ask the administrator to run: apparmor_parser -r %s/apparmor.d/%s",
                            SD_SYSCONFDIR, profile),
            "the AppArmor profile %s that the policy demands is not loaded on this host", profile);
    return false;
  case SD_APPARMOR_ABSENT: /* nothing to emit */
    if (in->policy->apparmor.mode == SD_APPARMOR_REQUIRE)
      sd_deny(decision, "apparmor-required", NULL,
              "ask the administrator to enable AppArmor on this host, or to set apparmor.mode to "
              "\"auto\"",
              "the policy demands AppArmor, and this host has none");
    return false;
  }
  return false;
}

static void judge_apparmor(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_security *asked = only_one(in, decision, SD_SECURITY_APPARMOR, "apparmor");
  if (!asked_apparmor(in, decision, asked))
    return;
  const char *profile = asked != NULL ? asked->value : in->policy->apparmor.profile;
  if (asked == NULL && in->policy->apparmor.mode == SD_APPARMOR_OFF)
    return;
  if (profile[0] == '\0') {
    if (in->policy->apparmor.mode == SD_APPARMOR_REQUIRE)
      sd_deny(decision, "apparmor-required", NULL,
              "ask the administrator to set apparmor.profile in the policy",
              "the policy demands AppArmor, and names no profile");
    return;
  }
  if (!host_has_apparmor(in, decision, profile))
    return;
  *sd_vec_push(decision->arena, &decision->out.security.v) = (struct sd_security){
      .key = SD_SECURITY_APPARMOR, .value = profile, .given = asked != NULL ? asked->given : NULL};
  if (asked == NULL)
    sd_changed(decision, "apparmor", "the policy's AppArmor profile", "--security-opt=apparmor=%s",
               profile);
}

/* -- the others: nothing of theirs can be asked for -------------------------------------------- */
static void judge_other(struct sd_decision *decision, const struct sd_security *entry) {
  switch (entry->key) {
  case SD_SECURITY_SECCOMP:
  case SD_SECURITY_APPARMOR:
  case SD_SECURITY_NO_NEW_PRIVILEGES:
    return;
  case SD_SECURITY_LABEL:
    sd_deny(decision, "selinux-label", entry->given, "leave it out; the daemon chooses the label",
            "another SELinux label may take the container out of its confinement");
    return;
  case SD_SECURITY_SYSTEMPATHS:
    sd_deny(decision, "system-paths", entry->given, "leave it out",
            "it uncovers paths below /proc and /sys that Docker masks or makes read-only");
    return;
  case SD_SECURITY_CREDENTIALSPEC:
    sd_deny(decision, "credential-spec", entry->given, "leave it out",
            "it is for Windows containers");
    return;
  case SD_SECURITY_WRITABLE_CGROUPS:
    if (entry->enabled)
      sd_deny(decision, "writable-cgroups", entry->given, "leave it out",
              "the container could change its own limits");
    return;
  }
  sd_deny(decision, "security-opt", entry->given, "leave it out",
          "it is not among the options that safe-docker knows");
}

void sd_rules_confinement(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_SECURITY_OPT);
  judge_seccomp(in, decision);
  judge_apparmor(in, decision);
  for (size_t i = 0; i < in->request->security.v.len; i++)
    judge_other(decision, &in->request->security.v.items[i]);
}
