/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt apparmor=NAME, and what the policy wants of AppArmor.
 *
 * MUST: let a container start under the profile that was judged, or where the policy lets it start without; know of
 * every profile that is handed on whether it refuses anything; note what was decided for the record. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "internal.h"
#include "safe-docker/base/text.h"

static const char load[] = "ask the administrator to run: safe-docker apparmor load";

static const char *choice_hint(const struct sd_rule_input *in) {
  const struct sd_strv *allow = &in->policy->apparmor.allow;
  if (allow->v.len == 0)
    return "leave it out; the policy's profile is used";
  return sd_arena_printf(in->arena, "leave it out, or choose from what is allowed here: %s",
                         sd_rule_list(in->arena, allow, ""));
}

/* True where nothing was asked, or something that the policy names. */
static bool is_choice(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_security *asked) {
  if (asked == NULL)
    return true;
  if (strcmp(asked->value, "unconfined") == 0) {
    sd_deny(decision, "apparmor", asked->given, choice_hint(in),
            "without a profile the container may touch what AppArmor keeps from it");
    return false;
  }
  if (asked->value[0] != '\0' && (strcmp(asked->value, in->policy->apparmor.profile) == 0 ||
                                  sd_strv_contains(&in->policy->apparmor.allow, asked->value)))
    return true;
  sd_deny(decision, "apparmor", asked->given, choice_hint(in),
          "the policy does not allow this profile");
  return false;
}

static void note(struct sd_decision *decision, const char *profile, const char *state) {
  decision->apparmor.profile = profile;
  decision->apparmor.state = state;
}

/* Only `require` insists on what cannot be known. */
static bool is_enough(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *state, const char *hint, const char *why) {
  note(decision, NULL, state);
  if (in->policy->apparmor.mode != SD_APPARMOR_REQUIRE)
    return true;
  sd_deny(decision, "apparmor-required", NULL, hint, "the policy demands AppArmor, and %s", why);
  return false;
}

static void deny_not_loaded(const struct sd_rule_input *in, struct sd_decision *decision,
                            const char *profile) {
  const struct sd_lsm_profile *seen = sd_lsm_find(in->apparmor, profile);
  bool shipped = sd_text_starts_with(profile, "safe-docker-");
  const char *hint =
      shipped ? load : "ask the administrator to load it with apparmor_parser -r, from its file";
  note(decision, NULL, "missing");
  if (seen->mode[0] == '\0') {
    sd_deny(decision, "apparmor-not-loaded", NULL, hint,
            "the AppArmor profile %s is not loaded on this host, and nothing starts without it",
            profile);
    return;
  }
  note(decision, NULL, seen->mode);
  sd_deny(decision, "apparmor-not-loaded", NULL,
          "ask the administrator to run: aa-enforce with the file of the profile",
          "the AppArmor profile %s is loaded in mode %s, which refuses nothing", profile,
          seen->mode);
}

/* Whether the host can give what the policy wants; else that is a violation. Notes it. */
static bool host_gives(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *profile) {
  if (sd_rule_is_remote(in)) {
    bool enough = is_enough(in, decision, "remote",
                            "ask the administrator to set apparmor.mode to \"auto\" for whoever "
                            "uses remote daemons",
                            "whether a remote daemon has it cannot be seen from here");
    decision->apparmor.profile = enough ? profile : NULL;
    return enough;
  }
  switch (sd_lsm_state(in->apparmor, profile)) {
  case SD_APPARMOR_PROFILE_LOADED:
    note(decision, profile, sd_lsm_find(in->apparmor, profile)->mode);
    return true;
  case SD_APPARMOR_PROFILE_UNKNOWN: {
    /* The daemon starts nothing under a profile that is not loaded, but does under one that only complains. */
    bool enough = is_enough(in, decision, "unknown",
                            "ask the administrator to mount securityfs on /sys/kernel/security",
                            "which profiles are loaded cannot be seen from here");
    decision->apparmor.profile = enough ? profile : NULL;
    return enough;
  }
  case SD_APPARMOR_PROFILE_MISSING:
  case SD_APPARMOR_PROFILE_LOOSE:
    deny_not_loaded(in, decision, profile);
    return false;
  case SD_APPARMOR_ABSENT:
    /* Nothing to emit. */
    (void)is_enough(
        in, decision, "absent",
        "ask the administrator to enable AppArmor on this host, or to set apparmor.mode "
        "to \"auto\"",
        "this host has none");
    return false;
  }
  return false;
}

void sd_rules_apparmor(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_security *asked =
      sd_rule_only_security(in, decision, SD_SECURITY_APPARMOR, "apparmor");
  note(decision, NULL, "refused");
  if (!is_choice(in, decision, asked))
    return;
  const char *profile = asked != NULL ? asked->value : in->policy->apparmor.profile;
  if (asked == NULL && in->policy->apparmor.mode == SD_APPARMOR_OFF) {
    note(decision, NULL, "off");
    return;
  }
  if (profile[0] == '\0') {
    (void)is_enough(in, decision, "off",
                    "ask the administrator to set apparmor.profile in the policy",
                    "names no profile");
    return;
  }
  if (!host_gives(in, decision, profile))
    return;
  *sd_vec_push(decision->arena, &decision->out.security.v) =
      (struct sd_security){.key = SD_SECURITY_APPARMOR, .value = profile};
  if (asked == NULL)
    sd_changed(decision, "apparmor", "the policy's AppArmor profile", "--security-opt=apparmor=%s",
               profile);
}
