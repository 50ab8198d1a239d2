/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: read nothing of argv; end with the drop, whatever failed before it. */
#include "session.h"

#include <string.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/json.h"
#include "safe-docker/confine/capability.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/policy/files.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/trusted.h"

/* -- policy ------------------------------------------------------------------------------------ */

static const char *chosen_policy(struct session *session) {
  const char *chosen = sd_environ_get("SAFE_DOCKER_POLICY");
  if (chosen == NULL || chosen[0] == '\0')
    return NULL;
  session->variable_ignored = session->who.door != SD_DOOR_DIRECT || sd_environ_is_secure();
  if (session->variable_ignored)
    return NULL;
  session->owner = session->who.uid;
  return chosen;
}

/* What is wrong with section.key, where that was written. */
static bool fail_at(const struct sd_policy *policy, const char *section, const char *key,
                    const struct sd_error *why, struct sd_error *err) {
  const struct sd_json *value = sd_json_get(sd_json_get(policy->effective, section), key);
  if (value == NULL)
    return sd_fail_rule(err, NULL, why->hint, "%s.%s: %s", section, key, why->message);
  return sd_fail_rule(err, NULL, why->hint, "%s:%u:%u: %s.%s: %s", value->source, value->line,
                      value->column, section, key, why->message);
}

static bool check_account(struct sd_arena *arena, const struct sd_policy *policy,
                          struct sd_error *err) {
  const char *name = policy->docker.endpoint.run_as;
  uid_t uid = 0;
  gid_t gid = 0;
  struct sd_error why;
  sd_error_init(&why, arena);
  return strcmp(name, "caller") == 0 || sd_identity_account(arena, name, &uid, &gid, &why) ||
         fail_at(policy, "docker", "run_as", &why, err);
}

/* The names of capabilities.`key`, where they were written. */
static bool check_capabilities(struct sd_arena *arena, const struct sd_policy *policy,
                               const char *key, struct sd_error *err) {
  const struct sd_json *names = sd_json_get(sd_json_get(policy->effective, "capabilities"), key);
  const char *ignored = NULL;
  for (size_t i = 0; names != NULL && i < names->items.len; i++) {
    const struct sd_json *name = names->items.items[i];
    struct sd_error why;
    sd_error_init(&why, arena);
    if (!sd_capability_parse(arena, name->string, &ignored, &why))
      return sd_fail_rule(err, NULL, why.hint, "%s:%u:%u: capabilities.%s: %s", name->source,
                          name->line, name->column, key, why.message);
  }
  return true;
}

/* Shipped profiles are in the program; other names are files of the data folder. *source: the file, or NULL. */
static bool find_seccomp(struct sd_arena *arena, const struct sd_policy *policy, uid_t owner,
                         const char **text, const char **source, struct sd_error *err) {
  const char *profile = policy->seccomp.profile;
  size_t len = 0;
  *source = NULL;
  *text = sd_seccomp_builtin(profile, &len);
  if (*text != NULL)
    return true;
  struct sd_error why;
  sd_error_init(&why, arena);
  *source = profile[0] == '/' ? profile
                              : sd_arena_printf(arena, "%s/seccomp/%s.json", SD_DATADIR, profile);
  if (sd_trusted_read(arena, *source, owner, SD_JSON_MAX_BYTES, text, &len, NULL, &why))
    return true;
  if (why.hint == NULL && profile[0] != '/')
    why.hint = "default, no-network and strict come with safe-docker; a file is named by its "
               "absolute path";
  return fail_at(policy, "seccomp", "profile", &why, err);
}

/* No problem of a shipped profile. */
static bool parse_seccomp(struct sd_arena *arena, const struct sd_policy *policy, const char *text,
                          const char *source, struct sd_seccomp_profile **out,
                          struct sd_error *err) {
  struct sd_error why;
  sd_error_init(&why, arena);
  return source == NULL || sd_seccomp_parse(arena, source, text, strlen(text), out, &why) ||
         fail_at(policy, "seccomp", "profile", &why, err);
}

bool session_read_profile(struct session *session, struct sd_error *err) {
  return session->seccomp_rules != NULL ||
         parse_seccomp(session->arena, &session->policy, session->seccomp_profile,
                       session->seccomp_source, &session->seccomp_rules, err);
}

static bool check_names(struct sd_arena *arena, const struct sd_policy *policy,
                        struct sd_error *err) {
  return check_capabilities(arena, policy, "default", err) &&
         check_capabilities(arena, policy, "allow", err) && check_account(arena, policy, err);
}

bool session_check_policy(struct sd_arena *arena, const struct sd_policy *policy, uid_t owner,
                          struct sd_error *err) {
  struct sd_seccomp_profile *ignored = NULL;
  const char *text = NULL;
  const char *source = NULL;
  return check_names(arena, policy, err) &&
         find_seccomp(arena, policy, owner, &text, &source, err) &&
         parse_seccomp(arena, policy, text, source, &ignored, err);
}

static bool check_config_dir(struct session *session, struct sd_error *err) {
  int fd = -1;
  bool missing = false;
  if (sd_trusted_open_folder(session->arena, session->policy.docker.config_dir, session->owner, &fd,
                             &missing, err)) {
    (void)close(fd);
    return true;
  }
  if (!missing)
    return false;
  sd_error_init(err,
                session->arena); /* the real CLI does without; only root could make it meanwhile */
  return true;
}

/* The way from texts to a policy that can be used, for a request and for what is only asked. */
static bool load_policy(struct session *session, const struct sd_policy_text *texts, size_t count,
                        struct sd_error *err) {
  return sd_policy_load(session->arena, texts, count, &session->caller, &session->policy, err) &&
         check_names(session->arena, &session->policy, err) &&
         find_seccomp(session->arena, &session->policy, session->owner, &session->seccomp_profile,
                      &session->seccomp_source, err);
}

/* -- what is parked ---------------------------------------------------------------------------- */

typedef bool finder(struct session *session, const struct sd_endpoint *endpoint,
                    struct sd_run_as *out, struct sd_error *err);

static bool find_plan(struct session *session, const struct sd_endpoint *endpoint,
                      struct sd_run_as *out, struct sd_error *err) {
  return sd_run_as_find(session->arena, endpoint->run_as, endpoint->host, &session->who, out, err);
}

/* What it would be with the rights of a request: nothing is run as it. */
static bool find_pretended(struct session *session, const struct sd_endpoint *endpoint,
                           struct sd_run_as *out, struct sd_error *err) {
  if (!sd_run_as_find(session->arena, "caller", endpoint->host, &session->who, out, err))
    return false;
  if (strcmp(endpoint->run_as, "caller") != 0 &&
      !sd_identity_account(session->arena, endpoint->run_as, &out->uid, &out->gid, err))
    return false;
  out->other_uid = out->uid != session->who.uid;
  return true;
}

/* A context that cannot be had is no matter of who does not choose it. */
static bool find_run_as(struct session *session, finder *find, struct sd_error *err) {
  const struct sd_policy *policy = &session->policy;
  if (!find(session, &policy->docker.endpoint, &session->own, err))
    return false;
  session->run_as = session->own;
  for (size_t i = 0; i < policy->docker.contexts.len; i++) {
    struct session_context *context = sd_vec_push(session->arena, &session->contexts);
    struct sd_error why;
    sd_error_init(&why, session->arena);
    *context = (struct session_context){.problem = NULL};
    if (!find(session, &policy->docker.contexts.items[i], &context->run_as, &why))
      context->problem = why.message;
  }
  return true;
}

const struct sd_run_as *session_plan_of(const struct session *session,
                                        const struct sd_endpoint *endpoint, const char **problem) {
  const struct sd_policy *policy = &session->policy;
  *problem = NULL;
  if (endpoint == &policy->docker.endpoint)
    return &session->own;
  for (size_t i = 0; i < policy->docker.contexts.len && i < session->contexts.len; i++) {
    if (endpoint != &policy->docker.contexts.items[i])
      continue;
    *problem = session->contexts.items[i].problem;
    return *problem == NULL ? &session->contexts.items[i].run_as : NULL;
  }
  *problem = "the policy names no such daemon";
  return NULL;
}

/* Of all contexts that would need the same. */
static void put_problem(struct session *session, const struct sd_run_as *plan,
                        const char *problem) {
  for (size_t i = 0; i < session->contexts.len; i++) {
    struct session_context *context = &session->contexts.items[i];
    if (context->problem == NULL && sd_run_as_equal(&context->run_as, plan))
      context->problem = problem;
  }
}

/* One for each plan that is not the session's own. NULL: this is none of them. */
static const struct sd_dropped *start_stand_ins(struct session *session) {
  const struct sd_dropped *woken = NULL;
  for (size_t i = 0; i < session->contexts.len && woken == NULL; i++) {
    struct session_context *context = &session->contexts.items[i];
    struct sd_error why;
    sd_error_init(&why, session->arena);
    if (context->problem != NULL || sd_run_as_equal(&context->run_as, &session->own) ||
        sd_stand_in_find(&session->stand_ins, &context->run_as) != NULL)
      continue;
    if (!sd_stand_in_start(session->arena, &session->who, &context->run_as, &session->stand_ins,
                           &woken, &why))
      put_problem(session, &context->run_as, why.message);
    if (woken != NULL)
      session->run_as = context->run_as;
  }
  return woken;
}

static const struct sd_gids *groups_of_caller(void *context) {
  struct session *session = context;
  return sd_identity_groups(session->arena, &session->who);
}

static void describe_caller(struct session *session) {
  const struct sd_identity *who = &session->who;
  session->caller = (struct sd_policy_caller){.uid = who->uid,
                                              .gid = who->gid,
                                              .user = who->user,
                                              .home = who->home,
                                              .groups = groups_of_caller,
                                              .context = session};
}

/* No other profile of the host is looked up: what is seen here may be shown to the caller. */
static struct sd_strv list_profiles(const struct session *session) {
  struct sd_arena *arena = session->arena;
  struct sd_strv names = {0};
  sd_strv_add(&names, arena, "safe-docker-default");
  sd_strv_add(&names, arena, "safe-docker-strict");
  const struct sd_strv *allow = &session->policy.apparmor.allow;
  if (session->has_policy && session->policy.apparmor.profile[0] != '\0')
    sd_strv_add(&names, arena, session->policy.apparmor.profile);
  for (size_t i = 0; session->has_policy && i < allow->v.len; i++)
    sd_strv_add(&names, arena, allow->v.items[i]);
  return names;
}

void session_look_at_apparmor(struct session *session) {
  const struct sd_strv names = list_profiles(session);
  sd_lsm_look(session->arena, &names, &session->apparmor);
}

static void imagine_apparmor(struct session *session) {
  const struct sd_strv names = list_profiles(session);
  session->apparmor.kernel = SD_LSM_ON;
  for (size_t i = 0; i < names.v.len; i++)
    *sd_vec_push(session->arena, &session->apparmor.profiles) = (struct sd_lsm_profile){
        .name = names.v.items[i], .state = SD_APPARMOR_PROFILE_LOADED, .mode = "enforce"};
}

/* Of a request: the texts that are in force, and what is parked. */
static bool settle(struct session *session, struct sd_error *err) {
  struct sd_policy_texts texts = {0};
  session->chosen = chosen_policy(session);
  return sd_policy_files_read(session->arena, SD_SYSCONFDIR, session->chosen, session->who.uid,
                              &texts, err) &&
         load_policy(session, texts.v.items, texts.v.len, err) && check_config_dir(session, err) &&
         find_run_as(session, find_plan, err);
}

static void begin(struct sd_arena *arena, struct session *out) {
  describe_caller(out);
  sd_error_init(&out->problem, arena);
  out->own = out->run_as = (struct sd_run_as){.uid = out->who.uid, .gid = out->who.gid};
}

const struct sd_dropped *session_prepare(struct sd_arena *arena, struct session *out,
                                         struct sd_error *err) {
  *out = (struct session){.arena = arena};
  if (!sd_identity_find(arena, &out->who, err))
    return NULL;
  begin(arena, out);
  out->has_policy = settle(out, &out->problem);
  const struct sd_policy *policy = &out->policy;
  if (out->has_policy) {
    sd_audit_open(arena, policy->audit.syslog, policy->audit.file, out->owner, &out->sink);
  } else {
    out->own = out->run_as = (struct sd_run_as){.uid = out->who.uid, .gid = out->who.gid};
    sd_audit_open(arena, true, "", 0, &out->sink);
  }
  session_look_at_apparmor(out);
  const struct sd_dropped *woken = out->has_policy ? start_stand_ins(out) : NULL;
  return woken != NULL ? woken : sd_privileges_drop(arena, &out->who, &out->run_as, err);
}

bool session_pretend(struct sd_arena *arena, const struct session_pretence *pretence,
                     struct session *out, struct sd_error *err) {
  *out = (struct session){.arena = arena, .who = *pretence->who, .owner = pretence->owner};
  out->sink = (struct sd_audit_sink){.syslog = -1, .file = -1};
  begin(arena, out);
  out->caller.group_names = pretence->group_names;
  out->has_policy = load_policy(out, pretence->texts, pretence->text_count, err) &&
                    (pretence->other_machine || check_config_dir(out, err)) &&
                    find_run_as(out, find_pretended, err);
  if (out->has_policy && pretence->other_machine)
    imagine_apparmor(out);
  else if (out->has_policy)
    session_look_at_apparmor(out);
  return out->has_policy;
}
