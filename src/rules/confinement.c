/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt: the system call filter, SELinux labels, masked paths. (AppArmor is a matter of
 * apparmor.c, no-new-privileges one of privileges.c.)
 *
 * MUST: always end with a seccomp profile that the policy stands behind or a stricter one, and take
 * from the caller nothing but what the policy names. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "internal.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp.h"

/* Enough for every real profile (Docker's own has 15 KiB). */
#define PROFILE_MAX ((size_t)256 * 1024)

const struct sd_security *sd_rule_only_security(const struct sd_rule_input *in,
                                                struct sd_decision *decision,
                                                enum sd_security_key key, const char *rule) {
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
  const struct sd_security *asked =
      sd_rule_only_security(in, decision, SD_SECURITY_SECCOMP, "seccomp");
  const char *text = asked != NULL ? asked_profile(in, decision, asked) : NULL;
  decision->seccomp_profile = text != NULL ? text : in->seccomp_profile;
  if (asked == NULL)
    sd_changed(decision, "seccomp", "the policy's filter of system calls",
               "--security-opt=seccomp=%s", in->policy->seccomp.profile);
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
  sd_rules_apparmor(in, decision);
  for (size_t i = 0; i < in->request->security.v.len; i++)
    judge_other(decision, &in->request->security.v.items[i]);
}
