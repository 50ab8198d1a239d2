/* SPDX-License-Identifier: Apache-2.0 */
/* Whose containers are, and what the policy says of them. */
#include <string.h>

#include "containers_judge.h"
#include "safe-docker/base/number.h"

static bool is_text(const char *text) {
  return text != NULL && text[0] != '\0';
}

static bool is_number(struct sd_arena *arena, const char *text) {
  struct sd_error ignored;
  uint64_t uid = 0;
  sd_error_init(&ignored, arena);
  return sd_number_decimal(text, 0, UINT32_MAX - 1, &uid, &ignored);
}

/* -- forged and foreign ----------------------------------------------------------------------------- */

/* The label came with the image: then whoever started the container need not know of it. */
static bool is_of_image(const struct facts_container *it) {
  return it->image_label != NULL && it->label != NULL && strcmp(it->image_label, it->label) == 0;
}

static bool contradicts(const struct facts_container *it) {
  return is_text(it->annotation) && (it->label == NULL || strcmp(it->annotation, it->label) != 0);
}

static bool claims(const struct facts_container *it) {
  return is_text(it->label) || is_text(it->annotation);
}

bool container_is_forged(const struct facts_container *it) {
  struct sd_arena scratch;
  if (!claims(it))
    return false;
  sd_arena_init(&scratch);
  bool number = it->label != NULL && is_number(&scratch, it->label);
  sd_arena_finish(&scratch);
  return it->launched != FACT_YES || !number || contradicts(it);
}

static void forged_unknown(const struct container_case *at) {
  struct finding *finding = finding_unknown(
      at->findings, CHECK_FORGED, at->it->name,
      "the container %s says that it is safe-docker's (io.safe-docker.owner=%s), which did not "
      "launch it; its image is gone, so it is not known whether the label is the image's",
      container_called(at), at->it->label);
  finding_remedy(at->findings, finding,
                 "ask whoever made it. Removing it loses what it wrote outside its volumes");
  container_removal(at, finding);
}

void container_judge_forged(const struct container_case *at) {
  const struct facts_container *it = at->it;
  if (!container_is_forged(it) || (is_of_image(it) && !contradicts(it)))
    return;
  if (it->image_label == NULL && is_text(it->label) && !is_text(it->annotation)) {
    forged_unknown(at);
    return;
  }
  struct finding *finding =
      finding_bad(at->findings, CHECK_FORGED, it->name,
                  "the container %s says that it is safe-docker's and of uid %s, but safe-docker "
                  "did not launch "
                  "it like this: the label io.safe-docker.owner is forged%s",
                  container_called(at), is_text(it->label) ? it->label : it->annotation,
                  contradicts(it) ? " (label and annotation contradict each other)" : "");
  finding_remedy(
      at->findings, finding,
      "find out who reaches the daemon past safe-docker (the findings about sockets name "
      "them, the daemon's log tells when), and remove the container. What it wrote outside "
      "its volumes is lost");
  container_removal(at, finding);
}

static const char *foreign_reasons(const struct container_case *at) {
  struct sd_arena *arena = at->findings->arena;
  const struct facts_container *it = at->it;
  struct sd_strv reasons = {0};
  if (is_text(it->person) && at->all->remapped != FACT_YES)
    sd_strv_add(&reasons, arena, sd_arena_printf(arena, "runs as %s", it->person));
  for (size_t i = 0; i < it->binds.len; i++)
    if (is_text(it->binds.items[i].home_of))
      sd_strv_add(&reasons, arena,
                  sd_arena_printf(arena, "mounts %s, which lies in the home of %s",
                                  it->binds.items[i].source, it->binds.items[i].home_of));
  if (claims(it) && is_of_image(it))
    sd_strv_add(&reasons, arena,
                sd_arena_printf(arena, "has the label of uid %s from its image", it->label));
  return container_joined(arena, &reasons);
}

void container_judge_foreign(const struct container_case *at) {
  if (!container_matters(at->it) || at->it->launched == FACT_YES ||
      (container_is_forged(at->it) && !is_of_image(at->it)))
    return;
  const char *reasons = foreign_reasons(at);
  if (reasons[0] == '\0')
    return;
  struct finding *finding = finding_bad(at->findings, CHECK_FOREIGN, at->it->name,
                                        "the container %s %s, and safe-docker did not launch it",
                                        container_called(at), reasons);
  finding_remedy(
      at->findings, finding,
      "where root made it on purpose there is nothing to do; where nobody says so, somebody "
      "reaches the daemon past safe-docker. Launch it anew through safe-docker, as the user "
      "whom it serves, and remove this one. What it wrote outside its volumes is lost");
  container_removal(at, finding);
}

/* -- launched ones ------------------------------------------------------------------------------------ */

static bool is_launched(const struct facts_container *it) {
  return it->launched == FACT_YES && !container_is_forged(it);
}

void container_judge_orphan(const struct container_case *at) {
  if (!is_launched(at->it) || is_text(at->it->owner))
    return;
  struct finding *finding =
      finding_bad(at->findings, CHECK_ORPHAN, at->it->name,
                  "the container %s was launched for uid %s, which no account has any more",
                  container_called(at), at->it->label);
  finding_remedy(at->findings, finding, "remove it. What it wrote outside its volumes is lost");
  container_removal(at, finding);
}

static const char *violations(const struct container_case *at) {
  struct sd_arena *arena = at->findings->arena;
  struct sd_strv list = {0};
  for (size_t i = 0; i < at->it->violations.len; i++) {
    const struct facts_container_violation *one = &at->it->violations.items[i];
    sd_strv_add(&list, arena,
                sd_arena_printf(arena, "%s (%s)", is_text(one->message) ? one->message : "refused",
                                is_text(one->rule) ? one->rule : "no rule"));
  }
  return sd_strv_join(&list, arena, "; ");
}

/* What comes of it when nothing is done. */
static const char *outlook(const struct container_case *at) {
  if (container_runs(at->it))
    return "runs";
  return container_matters(at->it) ? "is stopped and comes back with the daemon"
                                   : "is stopped, and its owner may start it again";
}

void container_judge_refused(const struct container_case *at) {
  const struct facts_container *it = at->it;
  if (!is_launched(it) || !is_text(it->owner) || it->refused == FACT_NO)
    return;
  if (it->refused == FACT_UNKNOWN) {
    struct finding *unknown = finding_unknown(
        at->findings, CHECK_REFUSED_NOW, it->name,
        "it is not known whether the policy of now would let the container %s of %s start: %s",
        container_called(at), it->owner, is_text(it->undecided) ? it->undecided : "nobody asked");
    finding_remedy(at->findings, unknown,
                   "see that the policy can be used: safe-docker policy check");
    return;
  }
  struct finding *finding =
      finding_bad(at->findings, CHECK_REFUSED_NOW, it->name,
                  "the container %s of %s %s with what the policy of now refuses: %s",
                  container_called(at), it->owner, outlook(at), violations(at));
  finding_remedy(
      at->findings, finding,
      "have %s launch it anew within the policy, and remove this one; or allow in the policy "
      "what it has. What it wrote outside its volumes is lost",
      it->owner);
  container_removal(at, finding);
}

static const char *profile_reason(const struct facts_container *it) {
  if (it->seccomp != NULL && strcmp(it->seccomp, "other") == 0)
    return "with a filter of system calls that lets more through than the policy's of now";
  if (it->apparmor != NULL && strcmp(it->apparmor, "other") == 0)
    return "under an AppArmor profile that the policy of now does not name";
  if (it->apparmor != NULL && strcmp(it->apparmor, "none") == 0)
    return "without the AppArmor profile of the policy of now";
  return NULL;
}

void container_judge_profile(const struct container_case *at) {
  const char *reason = profile_reason(at->it);
  if (!is_launched(at->it) || !is_text(at->it->owner) || reason == NULL)
    return;
  struct finding *finding = finding_bad(at->findings, CHECK_PROFILE, at->it->name,
                                        "the container %s of %s was launched %s",
                                        container_called(at), at->it->owner, reason);
  finding_remedy(
      at->findings, finding,
      "have %s launch it anew, and remove this one. What it wrote outside its volumes is "
      "lost",
      at->it->owner);
  container_removal(at, finding);
}
