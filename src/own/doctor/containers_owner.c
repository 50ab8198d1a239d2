/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a container is, and whether the policy of now would let its owner make it. */
#include <string.h>

#include "containers.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/socket.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/rules/profile.h"
#include "safe-docker/sys/host.h"

#include "own/policy/whatif.h"

#define LAST_UID (UINT32_MAX - 1)
#define IMAGES_MAX 8

/* What was decided of these words; a service of many containers is decided once. */
struct decided {
  const char *words;
  const struct facts_container *facts;
};

/* Somebody whose number a label has. */
struct container_owner {
  uint32_t uid;
  struct sd_identity who;
  struct session session; /* the policy as it is for them; nothing of this process is changed */
  const char *problem;    /* why there is none; NULL: there is */
  bool there;             /* the account is */
  const char *policy_profile, *last_profile, *last_verdict;
  SD_VEC(struct decided) decided;
};

void container_owners_begin(struct container_owners *owners, struct doctor *doctor) {
  struct sd_error err;
  sd_error_init(&err, doctor->arena);
  *owners = (struct container_owners){.doctor = doctor};
  if (!whatif_texts(doctor->session, NULL, &owners->texts, &err))
    owners->problem = err.message;
}

/* -- owners ------------------------------------------------------------------------------------------ */

/* The text of a profile as it is written by us. One that is shipped was not read so far. */
static bool write_profile(struct sd_arena *arena, const struct session *session, const char **out,
                          struct sd_error *err) {
  struct sd_seccomp_profile *profile = session->seccomp_rules;
  const char *text = session->seccomp_profile;
  if (profile == NULL &&
      !sd_seccomp_parse(arena, "the policy's profile", text, strlen(text), &profile, err))
    return false;
  *out = sd_seccomp_write(arena, profile);
  return true;
}

static void find_policy(struct container_owners *owners, struct container_owner *owner) {
  struct sd_arena *arena = owners->doctor->arena;
  const struct session_pretence pretence = {.who = &owner->who,
                                            .texts = owners->texts.v.items,
                                            .text_count = owners->texts.v.len,
                                            .owner = owners->doctor->session->owner};
  struct sd_error err;
  sd_error_init(&err, arena);
  if (owners->problem != NULL)
    owner->problem = owners->problem;
  else if (!session_pretend(arena, &pretence, &owner->session, &err) ||
           !session_read_profile(&owner->session, &err))
    owner->problem = err.message;
  else if (!write_profile(arena, &owner->session, &owner->policy_profile, &err))
    owner->problem = err.message;
}

static struct container_owner *find_owner(struct container_owners *owners, uint32_t uid) {
  struct sd_arena *arena = owners->doctor->arena;
  for (size_t i = 0; i < owners->list.len; i++)
    if (owners->list.items[i]->uid == uid)
      return owners->list.items[i];
  struct container_owner *owner = sd_arena_alloc(arena, sizeof(*owner));
  struct sd_error err;
  *owner = (struct container_owner){.uid = uid};
  sd_error_init(&err, arena);
  owner->there =
      whatif_find_user(arena, sd_arena_printf(arena, "%u", (unsigned)uid), &owner->who, &err) &&
      owner->who.uid == uid;
  owner->problem = owner->there ? NULL : "there is no such account";
  if (owner->there)
    find_policy(owners, owner);
  *sd_vec_push(arena, &owners->list) = owner;
  return owner;
}

/* As sd_socket_is_own_daemon has it for the owner's own requests: there root of a container is the owner. */
static bool is_own_daemon(const struct container_owners *owners,
                          const struct container_owner *owner) {
  const char *host = owners->doctor->session->policy.docker.endpoint.host;
  return owners->rootless && owner->uid != 0 && sd_text_starts_with(host, "unix://") &&
         !sd_socket_is_foreign(host, owner->uid);
}

/* Nobody is asked as the owner whether the daemon is theirs; who writes no user gets this one. */
static void forget_own_user(struct sd_strv *words) {
  size_t kept = 0;
  for (size_t i = 0; i < words->v.len; i++)
    if (strcmp(words->v.items[i], "--user=0:0") != 0)
      words->v.items[kept++] = words->v.items[i];
  words->v.len = kept;
}

static struct sd_rule_input rule_input(struct container_owner *owner, struct sd_arena *arena) {
  struct session *session = &owner->session;
  return (struct sd_rule_input){.arena = arena,
                                .policy = &session->policy,
                                .caller = &session->caller,
                                .host = sd_host_real(),
                                .seccomp_profile = session->seccomp_profile,
                                .seccomp_rules = session->seccomp_rules,
                                .kernel = sd_host_kernel(),
                                .endpoint = &session->policy.docker.endpoint};
}

/* -- the profiles -------------------------------------------------------------------------------------- */

static const char *compare_seccomp(struct container_owner *owner, const struct sd_rule_input *in,
                                   const char *text) {
  struct sd_seccomp_profile *profile = NULL;
  struct sd_error ignored;
  sd_error_init(&ignored, in->arena);
  if (!sd_seccomp_parse(in->arena, "the container's profile", text, strlen(text), &profile,
                        &ignored))
    return "other";
  if (strcmp(sd_seccomp_write(in->arena, profile), owner->policy_profile) == 0)
    return "same";
  return sd_rules_profile_fits(in, profile, &ignored) ? "stricter" : "other";
}

static const char *judge_seccomp(struct container_owner *owner, const struct sd_rule_input *in,
                                 const char *text) {
  if (owner->last_profile == NULL || strcmp(owner->last_profile, text) != 0) {
    owner->last_verdict = compare_seccomp(owner, in, text);
    owner->last_profile = text;
  }
  return owner->last_verdict;
}

static const char *judge_apparmor(const struct container_owner *owner, const char *name) {
  const struct sd_policy *policy = &owner->session.policy;
  bool wanted = policy->apparmor.mode != SD_APPARMOR_OFF &&
                owner->session.apparmor.kernel == SD_LSM_ON && policy->apparmor.profile[0] != '\0';
  if (name[0] == '\0')
    return wanted ? "none" : "same";
  bool known = strcmp(name, policy->apparmor.profile) == 0 ||
               sd_strv_contains(&policy->apparmor.allow, name);
  return known ? "same" : "other";
}

static void judge_profiles(struct container_owner *owner, const struct sd_rule_input *in,
                           const struct sd_json *json, struct facts_container *out) {
  struct fact_texts options = {0};
  container_texts(in->arena, container_at(json, NULL, "HostConfig"), "SecurityOpt", &options);
  out->apparmor = judge_apparmor(owner, "");
  for (size_t i = 0; i < options.list.v.len; i++) {
    const char *option = options.list.v.items[i];
    if (sd_text_starts_with(option, "seccomp={"))
      out->seccomp = judge_seccomp(owner, in, option + strlen("seccomp="));
    else if (sd_text_starts_with(option, "apparmor=") || sd_text_starts_with(option, "apparmor:"))
      out->apparmor = judge_apparmor(owner, option + strlen("apparmor="));
  }
}

/* -- the decision -------------------------------------------------------------------------------------- */

static const char *copy(struct sd_arena *arena, const struct sd_json *object, const char *key) {
  return sd_arena_strdup(arena, container_text(object, key));
}

static void take_answer(struct sd_arena *arena, const struct whatif_answer *answer,
                        struct facts_container *out) {
  const struct sd_json *list = container_at(answer->explain, NULL, "violations");
  out->refused = answer->allowed ? FACT_NO : FACT_YES;
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    *sd_vec_push(arena, &out->violations) =
        (struct facts_container_violation){.rule = copy(arena, item, "rule"),
                                           .option = copy(arena, item, "option"),
                                           .message = copy(arena, item, "message"),
                                           .hint = copy(arena, item, "hint")};
  }
}

/* In memory of its own: the answer holds the profile and more, for each container. */
static void ask(struct container_owners *owners, const struct container_owner *owner,
                const struct sd_strv *words, struct facts_container *out) {
  struct sd_arena *arena = owners->doctor->arena;
  struct sd_arena scratch;
  struct session own = *owners->doctor->session;
  struct whatif_answer answer;
  struct sd_error err;
  const struct whatif question = {.texts = owners->texts.v.items,
                                  .text_count = owners->texts.v.len,
                                  .who = &owner->who,
                                  .folder = "/",
                                  .words = words};
  sd_arena_init(&scratch);
  sd_error_init(&err, &scratch);
  own.arena = &scratch;
  if (whatif_decide(&own, &question, &answer, &err))
    take_answer(arena, &answer, out);
  else
    out->undecided = sd_arena_strdup(arena, err.message);
  sd_arena_finish(&scratch);
}

static void decide(struct container_owners *owners, struct container_owner *owner,
                   const struct sd_strv *options, const char *image, struct facts_container *out) {
  struct sd_arena *arena = owners->doctor->arena;
  struct sd_strv words = {0};
  sd_strv_add(&words, arena, "create");
  for (size_t i = 0; i < options->v.len; i++)
    sd_strv_add(&words, arena, options->v.items[i]);
  sd_strv_add(&words, arena, "--");
  sd_strv_add(&words, arena, image);
  const char *whole = sd_strv_join(&words, arena, "\n");
  for (size_t i = 0; i < owner->decided.len; i++) {
    const struct facts_container *same = owner->decided.items[i].facts;
    if (strcmp(owner->decided.items[i].words, whole) != 0)
      continue;
    out->refused = same->refused;
    out->undecided = same->undecided;
    out->violations.items = same->violations.items;
    out->violations.len = same->violations.len;
    out->violations.cap = same->violations.cap;
    return;
  }
  ask(owners, owner, &words, out);
  struct facts_container *kept = sd_arena_alloc(arena, sizeof(*kept));
  *kept = *out;
  *sd_vec_push(arena, &owner->decided) = (struct decided){.words = whole, .facts = kept};
}

static bool is_about_image(const struct facts_container *facts) {
  for (size_t i = 0; i < facts->violations.len; i++)
    if (sd_text_starts_with(facts->violations.items[i].rule, "image"))
      return true;
  return false;
}

/* An image that was named by its content may have a name that the policy allows. */
static void decide_image(struct container_owners *owners, struct container_owner *owner,
                         const struct sd_strv *options, const struct sd_strv *names,
                         struct facts_container *out) {
  decide(owners, owner, options, out->image, out);
  bool by_content = strchr(out->image, '@') != NULL || sd_text_starts_with(out->image, "sha256:");
  for (size_t i = 0; by_content && i < names->v.len && i < IMAGES_MAX; i++) {
    struct facts_container other = {.image = out->image};
    if (out->undecided != NULL || !is_about_image(out))
      return;
    decide(owners, owner, options, names->v.items[i], &other);
    if (other.undecided != NULL || is_about_image(&other))
      continue;
    out->refused = other.refused;
    out->violations.items = other.violations.items;
    out->violations.len = other.violations.len;
    out->violations.cap = other.violations.cap;
    return;
  }
}

/* -- all of it ------------------------------------------------------------------------------------------ */

static void judge_owner(struct container_owners *owners, const struct container_job *job,
                        uint32_t uid, struct facts_container *out) {
  struct sd_arena *arena = owners->doctor->arena;
  struct container_owner *owner = find_owner(owners, uid);
  if (owner->there)
    out->owner = owner->who.user;
  if (out->launched == FACT_YES && owner->problem != NULL)
    out->undecided = owner->problem;
  if (owner->problem != NULL)
    return;
  struct sd_rule_input in = rule_input(owner, arena);
  in.own_daemon = is_own_daemon(owners, owner);
  out->own = sd_object_is_own(&in, job->object) ? FACT_YES : FACT_NO;
  if (out->launched != FACT_YES)
    return;
  judge_profiles(owner, &in, job->object->json, out);
  struct container_words words = {
      .arena = arena, .json = job->object->json, .defaults = job->defaults};
  container_words(&words);
  out->words = (struct fact_texts){.known = true, .list = words.shown};
  if (in.own_daemon)
    forget_own_user(&words.real);
  decide_image(owners, owner, &words.real, job->image_names, out);
}

void container_judge(struct container_owners *owners, const struct container_job *job,
                     struct facts_container *out) {
  struct sd_arena *arena = owners->doctor->arena;
  const struct sd_json *json = job->object->json;
  const struct sd_rule_input nobody = {.arena = arena};
  struct sd_error ignored;
  uint64_t uid = 0;
  sd_error_init(&ignored, arena);
  out->label = container_text(container_at(json, "Config", "Labels"), SD_OWNER_LABEL);
  out->annotation = container_text(container_at(json, "HostConfig", "Annotations"), SD_OWNER_LABEL);
  out->owner = "";
  out->launched = sd_object_is_launched(&nobody, job->object) ? FACT_YES : FACT_NO;
  out->own = FACT_UNKNOWN;
  if (out->label[0] != '\0' && sd_number_decimal(out->label, 0, LAST_UID, &uid, &ignored))
    judge_owner(owners, job, (uint32_t)uid, out);
}
