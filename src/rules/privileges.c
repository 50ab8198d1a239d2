/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities, user, groups, no-new-privileges: what a process of the container may be.
 *
 * MUST: end with CapDrop ALL, capabilities of the policy only, exactly one numeric uid:gid, groups
 * of the caller's own, and no-new-privileges as the last security option. */
#include "safe-docker/rules/rules.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "safe-docker/base/number.h"
#include "safe-docker/confine/capability.h"
#include "verdict.h"

/* The largest id that the daemon takes. */
#define ID_MAX INT32_MAX

/* -- capabilities ------------------------------------------------------------------------------ */
static const char *capability_hint(const struct sd_rule_input *in) {
  const struct sd_strv *allow = &in->policy->capabilities.allow;
  if (allow->v.len == 0)
    return "leave it out: no capability is allowed here";
  return sd_arena_printf(in->arena, "leave it out, or choose from what is allowed here: %s",
                         sd_rule_list(in->arena, allow, ""));
}

/* The canonical name, or NULL and a violation. */
static const char *capability_name(const struct sd_rule_input *in, struct sd_decision *decision,
                                   const struct sd_text *text) {
  const char *name = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (sd_capability_parse(in->arena, text->value, &name, &err))
    return name;
  sd_problem_add_error(&decision->problems, "capabilities", text->given->option, text->given->typed,
                       &err);
  return NULL;
}

static bool capability_allowed(const struct sd_policy *policy, const char *name) {
  return sd_strv_contains(&policy->capabilities.allow, name) ||
         sd_strv_contains(&policy->capabilities.defaults, name);
}

/* What of the caller's --cap-add may be had. */
static void asked_capabilities(const struct sd_rule_input *in, struct sd_decision *decision,
                               struct sd_strv *asked) {
  const struct sd_texts *adds = &in->request->cap_add;
  for (size_t i = 0; i < adds->v.len; i++) {
    const struct sd_text *text = &adds->v.items[i];
    const char *name = capability_name(in, decision, text);
    if (name == NULL)
      continue;
    if (strcmp(name, "ALL") == 0)
      sd_deny(decision, "capabilities", text->given, capability_hint(in),
              "all capabilities together are root on the host");
    else if (!capability_allowed(in->policy, name))
      sd_deny(decision, "capabilities", text->given, capability_hint(in),
              "the policy does not allow the capability %s", name);
    else if (!sd_strv_contains(asked, name))
      sd_strv_add(asked, in->arena, name);
  }
}

static void dropped_capabilities(const struct sd_rule_input *in, struct sd_decision *decision,
                                 struct sd_strv *dropped) {
  const struct sd_texts *drops = &in->request->cap_drop;
  for (size_t i = 0; i < drops->v.len; i++) {
    const char *name = capability_name(in, decision, &drops->v.items[i]);
    if (name != NULL)
      sd_strv_add(dropped, in->arena, name);
  }
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The policy's defaults without the caller's drops, and what the caller added: adding wins, as in
 * Docker. */
static void granted_capabilities(const struct sd_rule_input *in, struct sd_decision *decision,
                                 const struct sd_strv *dropped, struct sd_strv *granted) {
  const struct sd_strv *defaults = &in->policy->capabilities.defaults;
  bool none = sd_strv_contains(dropped, "ALL");
  for (size_t i = 0; i < defaults->v.len && !none; i++) {
    const char *name = defaults->v.items[i];
    if (sd_strv_contains(dropped, name) || sd_strv_contains(granted, name))
      continue;
    sd_strv_add(granted, in->arena, name);
    sd_changed(decision, "capabilities", "the policy gives it to every container", "--cap-add=%s",
               name);
  }
  if (granted->v.len > 1)
    qsort(granted->v.items, granted->v.len, sizeof(granted->v.items[0]), compare_names);
}

static void add_text(struct sd_decision *decision, struct sd_texts *texts, const char *value) {
  *sd_vec_push(decision->arena, &texts->v) = (struct sd_text){.set = true, .value = value};
}

static void judge_capabilities(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_strv granted = {0};
  struct sd_strv dropped = {0};
  sd_claim(decision, SD_OPT_CAP_ADD);
  sd_claim(decision, SD_OPT_CAP_DROP);
  asked_capabilities(in, decision, &granted);
  dropped_capabilities(in, decision, &dropped);
  granted_capabilities(in, decision, &dropped, &granted);
  add_text(decision, &decision->out.cap_drop, "ALL");
  if (!sd_strv_contains(&dropped, "ALL"))
    sd_changed(decision, "capabilities", "a container starts without capabilities",
               "--cap-drop=ALL");
  for (size_t i = 0; i < granted.v.len; i++)
    add_text(decision, &decision->out.cap_add, granted.v.items[i]);
}

/* -- user -------------------------------------------------------------------------------------- */
static const char *user_hint(const struct sd_rule_input *in) {
  struct sd_ids own = sd_rule_own_ids(in);
  const char *other = "";
  switch (in->policy->user.mode) {
  case SD_USER_CALLER:
    break;
  case SD_USER_NON_ROOT:
    other = "; another user needs a numeric uid:gid, neither of them 0";
    break;
  case SD_USER_ANY:
    other = "; another user needs a numeric uid:gid";
    break;
  }
  return sd_arena_printf(in->arena, "leave it out: the container then runs as %u:%u%s", own.uid,
                         own.gid, other);
}

/* Why ids that are not the caller's own may not be had; NULL: they may. */
static const char *refuse_ids(const struct sd_rule_input *in, const struct sd_user_spec *user) {
  if (in->policy->user.mode == SD_USER_CALLER)
    return "a container may run as its caller only";
  if (user->group == NULL)
    return "without a group it would get the group that the image's /etc/passwd names, or root's";
  if (user->uid > ID_MAX || user->gid > ID_MAX)
    return "ids above 2147483647 do not exist";
  if ((gid_t)user->gid == in->socket_group)
    return "members of this group may talk to the Docker daemon, which is root on the host";
  if (in->policy->user.mode == SD_USER_ANY)
    return NULL;
  return user->uid == 0 || user->gid == 0 ? "root is not allowed, neither as user nor as group"
                                          : NULL;
}

static bool same_ids(const struct sd_user_spec *user, struct sd_ids own) {
  return user->user_numeric && (uid_t)user->uid == own.uid &&
         (user->group == NULL || (user->group_numeric && (gid_t)user->gid == own.gid));
}

/* In mode any, and where the container's root is the caller, "root" and "0" alone can mean only one thing, and 0:0 is the
 * same: root needs no group of a socket. */
static bool means_root(const struct sd_rule_input *in, const struct sd_user_spec *user) {
  bool number = user->user_numeric && user->uid == 0;
  if (in->policy->user.mode != SD_USER_ANY && sd_rule_own_ids(in).uid != 0)
    return false;
  if (user->group == NULL)
    return number || strcmp(user->user, "root") == 0;
  return number && user->group_numeric && user->gid == 0;
}

/* Of a rootless daemon, too, the caller's numbers may be asked for: there they are subordinate ids, with fewer rights than
 * the caller's. The group is always named: without one it would be the one of the image. */
static bool is_own_number(const struct sd_rule_input *in, const struct sd_user_spec *user) {
  return in->own_daemon && same_ids(user, (struct sd_ids){in->caller->uid, in->caller->gid});
}

/* Why `value` is refused, or NULL and the ids that it means (unchanged where it means the caller's
 * own). */
static const char *refuse_user(const struct sd_rule_input *in, const char *value,
                               struct sd_ids *ids) {
  struct sd_user_spec user = {0};
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (value[0] == '\0')
    return "an empty user means the one of the image, or root";
  if (!sd_user_parse(in->arena, value, &user, &err))
    return err.message;
  if (same_ids(&user, sd_rule_own_ids(in)))
    return NULL;
  if (means_root(in, &user)) {
    *ids = (struct sd_ids){0, 0};
    return NULL;
  }
  if (is_own_number(in, &user)) {
    *ids = (struct sd_ids){in->caller->uid, in->caller->gid};
    return NULL;
  }
  if (!user.user_numeric || (user.group != NULL && !user.group_numeric))
    return "names are looked up in the image, whose author decides what they mean";
  const char *reason = refuse_ids(in, &user);
  if (reason == NULL)
    *ids = (struct sd_ids){user.uid, user.gid};
  return reason;
}

struct sd_verdict sd_judge_user(const struct sd_rule_input *in, const char *asked) {
  struct sd_ids ids = sd_rule_own_ids(in);
  const char *reason = asked != NULL ? refuse_user(in, asked, &ids) : NULL;
  if (reason != NULL)
    return (struct sd_verdict){.reason = reason, .hint = user_hint(in)};
  const char *value = sd_arena_printf(in->arena, "%u:%u", ids.uid, ids.gid);
  bool same = asked != NULL && strcmp(asked, value) == 0;
  const char *why = in->own_daemon && ids.uid == 0
                        ? "rootless: the container's root is you, and what it writes is yours"
                        : "a container has no more rights on the files of the host than its caller";
  return (struct sd_verdict){.value = value, .reason = same ? NULL : why};
}

static void judge_user(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *asked = &in->request->user;
  sd_claim(decision, SD_OPT_USER);
  struct sd_verdict user = sd_judge_user(in, asked->value); /* NULL: nothing was asked */
  if (user.value == NULL) {
    sd_deny(decision, "user", asked->given, user.hint, "%s", user.reason);
    return;
  }
  sd_rule_set_text(decision, SD_OPT_USER, user.value);
  decision->out.user.given = asked->given;
  if (user.reason != NULL)
    sd_changed(decision, "user", user.reason, "--user=%s", user.value);
}

/* -- supplementary groups ---------------------------------------------------------------------- */
static const char *refuse_group(const struct sd_rule_input *in, gid_t gid) {
  if (gid == in->socket_group)
    return "members of this group may talk to the Docker daemon, which is root on the host";
  if (gid == 0 && in->own_daemon)
    return NULL; /* the caller's own, on the host */
  if (gid == 0 && in->caller->uid != 0)
    return "it is root's group";
  if (!sd_rule_caller_has_group(in, gid))
    return "you are not a member of this group";
  return NULL;
}

static const char *group_hint(const struct sd_rule_input *in) {
  struct sd_strv names = {0};
  const struct sd_gids *groups = in->caller->groups(in->caller->context);
  for (size_t i = 0; i < groups->len; i++)
    if (refuse_group(in, groups->items[i]) == NULL)
      sd_strv_add(&names, in->arena, sd_arena_printf(in->arena, "%u", groups->items[i]));
  if (names.v.len == 0)
    return "leave it out";
  return sd_arena_printf(in->arena, "leave it out, or give the number of a group of yours: %s",
                         sd_rule_list(in->arena, &names, ""));
}

static void judge_group(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_text *asked) {
  struct sd_error err;
  sd_error_init(&err, in->arena);
  uint64_t gid = 0;
  const char *reason = NULL;
  if (!sd_number_decimal(asked->value, 0, ID_MAX, &gid, &err))
    reason =
        "a group is its decimal number; names are looked up in the image, whose author decides "
        "what they mean";
  else
    reason = refuse_group(in, (gid_t)gid);
  if (reason != NULL) {
    sd_deny(decision, "group-add", asked->given, group_hint(in), "%s", reason);
    return;
  }
  const char *value = sd_arena_printf(in->arena, "%u", (gid_t)gid);
  struct sd_texts *out = &decision->out.group_add;
  for (size_t i = 0; i < out->v.len; i++)
    if (strcmp(out->v.items[i].value, value) == 0)
      return;
  *sd_vec_push(decision->arena, &out->v) =
      (struct sd_text){.set = true, .value = value, .given = asked->given};
}

static void judge_groups(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_claim(decision, SD_OPT_GROUP_ADD);
  for (size_t i = 0; i < in->request->group_add.v.len; i++)
    judge_group(in, decision, &in->request->group_add.v.items[i]);
}

/* -- no-new-privileges ------------------------------------------------------------------------- */
static void judge_no_new_privileges(const struct sd_rule_input *in, struct sd_decision *decision) {
  bool asked = false;
  for (size_t i = 0; i < in->request->security.v.len; i++) {
    const struct sd_security *entry = &in->request->security.v.items[i];
    if (entry->key != SD_SECURITY_NO_NEW_PRIVILEGES)
      continue;
    asked = true;
    if (!entry->enabled)
      sd_deny(decision, "no-new-privileges", entry->given, "leave it out",
              "set-user-id programs of the image could make the caller root in the container");
  }
  *sd_vec_push(decision->arena, &decision->out.security.v) =
      (struct sd_security){.key = SD_SECURITY_NO_NEW_PRIVILEGES, .value = "true", .enabled = true};
  if (!asked)
    sd_changed(decision, "no-new-privileges",
               "set-user-id programs of the image must not make the caller root in the container",
               "--security-opt=no-new-privileges=true");
}

void sd_rules_privileges(const struct sd_rule_input *in, struct sd_decision *decision) {
  judge_capabilities(in, decision);
  judge_user(in, decision);
  judge_groups(in, decision);
  judge_no_new_privileges(in, decision);
}
