/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/report/apparmor.h"

#include <string.h>

#include "json_out.h"
#include "safe-docker/base/text.h"

static const char *kernel_word(enum sd_lsm_kernel kernel) {
  switch (kernel) {
  case SD_LSM_HIDDEN:
    return "unknown";
  case SD_LSM_WITHOUT:
    return "absent";
  case SD_LSM_OFF:
    return "off";
  case SD_LSM_ON:
    return "enabled";
  }
  return "unknown";
}

static const char *kernel_sentence(enum sd_lsm_kernel kernel) {
  switch (kernel) {
  case SD_LSM_HIDDEN:
    return "its AppArmor cannot be seen from here (is securityfs mounted?)";
  case SD_LSM_WITHOUT:
    return "has no AppArmor";
  case SD_LSM_OFF:
    return "has AppArmor, and it was switched off at boot (apparmor=1 security=apparmor)";
  case SD_LSM_ON:
    return "AppArmor is enabled";
  }
  return "unknown";
}

static const char *state_word(enum sd_lsm_state state) {
  switch (state) {
  case SD_APPARMOR_PROFILE_UNKNOWN:
    return "unknown";
  case SD_APPARMOR_ABSENT:
    return "absent";
  case SD_APPARMOR_PROFILE_MISSING:
    return "missing";
  case SD_APPARMOR_PROFILE_LOOSE:
  case SD_APPARMOR_PROFILE_LOADED:
    return "loaded";
  }
  return "unknown";
}

static const char *state_sentence(struct sd_arena *arena, const struct sd_lsm_profile *profile) {
  switch (profile->state) {
  case SD_APPARMOR_PROFILE_UNKNOWN:
    return "cannot be seen from here";
  case SD_APPARMOR_ABSENT:
  case SD_APPARMOR_PROFILE_MISSING:
    return "not loaded";
  case SD_APPARMOR_PROFILE_LOOSE:
    return sd_arena_printf(arena, "loaded, mode %s, which refuses nothing", profile->mode);
  case SD_APPARMOR_PROFILE_LOADED:
    return sd_arena_printf(arena, "loaded, mode %s", profile->mode);
  }
  return "unknown";
}

static const char *mode_word(enum sd_apparmor_mode mode) {
  switch (mode) {
  case SD_APPARMOR_AUTO:
    return "auto";
  case SD_APPARMOR_REQUIRE:
    return "require";
  case SD_APPARMOR_OFF:
    return "off";
  }
  return "unknown";
}

bool sd_report_apparmor_is_good(const struct sd_apparmor_status *status) {
  return status->decision != NULL && status->decision->problems.list.len == 0;
}

/* -- text ---------------------------------------------------------------------------------------- */

static void add_line(struct sd_str *out, const char *label, const char *text) {
  sd_str_addf(out, "%-12s%s\n", label, text);
}

static void add_policy(struct sd_str *out, const struct sd_apparmor_status *status) {
  if (status->policy == NULL) {
    add_line(out, "policy", status->policy_problem);
    return;
  }
  const char *profile = status->policy->apparmor.profile;
  add_line(out, "policy",
           sd_arena_printf(out->arena, "mode %s, profile %s",
                           mode_word(status->policy->apparmor.mode),
                           profile[0] != '\0' ? sd_text_safe(out->arena, profile) : "none"));
  const struct sd_strv *allow = &status->policy->apparmor.allow;
  for (size_t i = 0; i < allow->v.len; i++)
    add_line(
        out, i == 0 ? "callers" : "",
        sd_arena_printf(out->arena, "may choose %s", sd_text_safe(out->arena, allow->v.items[i])));
}

/* Of a container that starts. */
static const char *start_sentence(struct sd_arena *arena, const struct sd_decision *decision) {
  static const struct {
    const char *state, *sentence;
  } rows[] = {
      {"absent", "start without AppArmor: the kernel has none, and the policy's mode is auto"},
      {"off", "start under what Docker chooses: the policy wants no profile"}};
  if (decision->apparmor.profile != NULL)
    return sd_arena_printf(arena, "start under %s (%s)",
                           sd_text_safe(arena, decision->apparmor.profile),
                           decision->apparmor.state);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (strcmp(rows[i].state, decision->apparmor.state) == 0)
      return rows[i].sentence;
  return "start without a profile of the policy's";
}

static void add_verdict(struct sd_str *out, const struct sd_apparmor_status *status) {
  const struct sd_decision *decision = status->decision;
  if (decision == NULL) {
    add_line(out, "containers", "none starts without a policy");
    return;
  }
  if (decision->problems.list.len > 0) {
    const struct sd_problem *problem = &decision->problems.list.items[0];
    add_line(out, "containers", sd_arena_printf(out->arena, "none starts: %s", problem->message));
    add_line(out, "", sd_arena_printf(out->arena, "hint: %s", problem->hint));
    return;
  }
  add_line(out, "containers", start_sentence(out->arena, decision));
}

const char *sd_report_apparmor_text(struct sd_arena *arena,
                                    const struct sd_apparmor_status *status) {
  struct sd_str out;
  sd_str_init(&out, arena);
  add_line(&out, "kernel", kernel_sentence(status->view->kernel));
  for (size_t i = 0; i < status->view->profiles.len; i++) {
    const struct sd_lsm_profile *profile = &status->view->profiles.items[i];
    add_line(&out, i == 0 ? "profiles" : "",
             sd_arena_printf(arena, "%s: %s", sd_text_safe(arena, profile->name),
                             state_sentence(arena, profile)));
  }
  add_policy(&out, status);
  add_verdict(&out, status);
  return sd_str_text(&out);
}

/* -- JSON ---------------------------------------------------------------------------------------- */

static void add_profiles(struct sd_str *out, const struct sd_lsm_view *view) {
  sd_str_add(out, ",\"profiles\":[");
  for (size_t i = 0; i < view->profiles.len; i++) {
    const struct sd_lsm_profile *profile = &view->profiles.items[i];
    sd_str_add(out, i > 0 ? ",{" : "{");
    sd_json_add_member(out, "name", profile->name);
    sd_json_add_member(out, "state", state_word(profile->state));
    sd_json_add_member(out, "mode", profile->mode[0] != '\0' ? profile->mode : NULL);
    sd_str_add_char(out, '}');
  }
  sd_str_add_char(out, ']');
}

static void add_wanted(struct sd_str *out, const struct sd_policy *policy) {
  sd_str_add(out, ",\"policy\":");
  if (policy == NULL) {
    sd_str_add(out, "null");
    return;
  }
  sd_str_add_char(out, '{');
  sd_json_add_member(out, "mode", mode_word(policy->apparmor.mode));
  sd_json_add_member(out, "profile", policy->apparmor.profile);
  sd_str_add(out, ",\"allow\":");
  sd_json_add_strings(out, &policy->apparmor.allow);
  sd_str_add_char(out, '}');
}

static void add_problem(struct sd_str *out, const struct sd_apparmor_status *status) {
  sd_str_add(out, ",\"problem\":");
  if (sd_report_apparmor_is_good(status)) {
    sd_str_add(out, "null");
    return;
  }
  const struct sd_problem *problem =
      status->decision != NULL ? &status->decision->problems.list.items[0] : NULL;
  sd_str_add_char(out, '{');
  sd_json_add_member(out, "rule", problem != NULL ? problem->rule : "policy");
  sd_json_add_member(out, "message", problem != NULL ? problem->message : status->policy_problem);
  sd_json_add_member(out, "hint", problem != NULL ? problem->hint : NULL);
  sd_str_add_char(out, '}');
}

const char *sd_report_apparmor_json(struct sd_arena *arena,
                                    const struct sd_apparmor_status *status) {
  const struct sd_decision *decision = status->decision;
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_char(&out, '{');
  sd_json_add_member(&out, "kernel", kernel_word(status->view->kernel));
  add_profiles(&out, status->view);
  add_wanted(&out, status->policy);
  sd_str_addf(&out, ",\"starts\":%s", sd_report_apparmor_is_good(status) ? "true" : "false");
  sd_json_add_member(&out, "apparmor", decision != NULL ? decision->apparmor.profile : NULL);
  sd_json_add_member(&out, "apparmor_state", decision != NULL ? decision->apparmor.state : NULL);
  add_problem(&out, status);
  sd_str_add(&out, "}\n");
  return sd_str_text(&out);
}
