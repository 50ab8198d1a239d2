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
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/rules/profile.h"

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
    return "leave it out, or name the file of a profile that allows less than the policy's, or a "
           "shipped one that does: strict";
  return "leave it out; the policy's profile is used";
}

bool sd_rule_is_remote(const struct sd_rule_input *in) {
  return in->endpoint != NULL && !sd_endpoint_is_here(in->endpoint);
}

/* No container gets a capability that the policy does not name. */
static void possible_capabilities(const struct sd_rule_input *in, struct sd_strv *out) {
  const struct sd_strv *lists[] = {&in->policy->capabilities.defaults,
                                   &in->policy->capabilities.allow};
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < lists[i]->v.len; k++)
      sd_strv_add(out, in->arena, lists[i]->v.items[k]);
}

bool sd_rules_profile_fits(const struct sd_rule_input *in, const struct sd_seccomp_profile *profile,
                           struct sd_error *err) {
  struct sd_strv capabilities = {{NULL, 0, 0}};
  struct sd_seccomp_place place = {.capabilities = &capabilities};
  possible_capabilities(in, &capabilities);
  if (!sd_rule_is_remote(in)) {
    place.arch = sd_seccomp_native_arch();
    place.kernel = in->kernel;
  }
  return in->seccomp_rules != NULL
             ? sd_seccomp_is_stricter_at(profile, in->seccomp_rules, &place, err)
             : sd_seccomp_is_stricter_than(profile, "the policy's profile", in->seccomp_profile,
                                           &place, err);
}

/* True where the text allows nothing that the policy's profile refuses. *out then has no text of the caller's, which
 * another reader could take for something else, but our own of what was compared. */
static bool judge_text(const struct sd_rule_input *in, const char *path, const char *text,
                       size_t len, struct sd_caller_profile *out, struct sd_error *err) {
  struct sd_seccomp_profile *profile = NULL;
  if (strcmp(text, in->seccomp_profile) == 0) {
    *out = (struct sd_caller_profile){path, in->seccomp_profile, in->policy->seccomp.profile};
    return true;
  }
  if (!sd_seccomp_parse(in->arena, sd_text_safe(in->arena, path), text, len, &profile, err) ||
      !sd_rules_profile_fits(in, profile, err))
    return false;
  *out = (struct sd_caller_profile){path, sd_seccomp_write(in->arena, profile), NULL};
  return true;
}

/* The real CLI takes every value for a file. A name that could be both is neither. */
static bool is_shipped(const struct sd_rule_input *in, const char *value, const char **text,
                       size_t *len, struct sd_error *err) {
  struct sd_resolved there = {.node = SD_NODE_MISSING};
  *text = sd_seccomp_builtin(value, len);
  if (*text == NULL)
    return true;
  in->host->resolve(in->host->context, in->arena, value, &there);
  return there.node == SD_NODE_MISSING ||
         sd_fail_rule(
             err, NULL,
             sd_arena_printf(in->arena, "write ./%s for the file, or go to another folder", value),
             "it is the name of a shipped profile, and of a file here as well");
}

/* The caller's profile when it allows nothing that the policy's forbids. Read once, also for the decisions that follow. */
static bool find_profile(const struct sd_rule_input *in, const char *value,
                         struct sd_caller_profile *out, struct sd_error *err) {
  const char *shipped = NULL;
  const char *text = NULL;
  size_t len = 0;
  if (in->caller_profile != NULL && in->caller_profile->path != NULL &&
      strcmp(in->caller_profile->path, value) == 0) {
    *out = *in->caller_profile;
    return true;
  }
  if (!is_shipped(in, value, &shipped, &len, err))
    return false;
  text = shipped;
  if ((text == NULL &&
       !in->host->read_file(in->host->context, in->arena, value, PROFILE_MAX, &text, &len, err)) ||
      !judge_text(in, value, text, len, out, err))
    return false;
  if (shipped != NULL)
    *out = (struct sd_caller_profile){value, shipped, value};
  if (in->caller_profile != NULL)
    *in->caller_profile = *out;
  return true;
}

static bool asked_profile(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_security *asked, struct sd_caller_profile *out) {
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
  else if (find_profile(in, asked->value, out, &err))
    return true;
  sd_deny(decision, "seccomp", asked->given, err.hint != NULL ? err.hint : seccomp_hint(in), "%s",
          err.message);
  return false;
}

static void judge_seccomp(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_security *asked =
      sd_rule_only_security(in, decision, SD_SECURITY_SECCOMP, "seccomp");
  struct sd_caller_profile chosen;
  if (asked == NULL || !asked_profile(in, decision, asked, &chosen))
    chosen = (struct sd_caller_profile){NULL, in->seccomp_profile, in->policy->seccomp.profile};
  decision->seccomp_profile = chosen.text;
  decision->seccomp_name = chosen.name;
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
