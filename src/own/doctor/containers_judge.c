/* SPDX-License-Identifier: Apache-2.0 */
/* Each check over each container; one that finds nothing passes. */
#include <string.h>

#include "containers_judge.h"

#define SHORT_ID 12

/* -- words of all ----------------------------------------------------------------------------------- */

bool container_runs(const struct facts_container *it) {
  static const char *const states[] = {"running", "paused", "restarting"};
  for (size_t i = 0; it->state != NULL && i < sizeof(states) / sizeof(states[0]); i++)
    if (strcmp(it->state, states[i]) == 0)
      return true;
  return it->state == NULL;
}

bool container_matters(const struct facts_container *it) {
  bool returns = it->restart == NULL || (it->restart[0] != '\0' && strcmp(it->restart, "no") != 0);
  return container_runs(it) || returns;
}

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

const char *container_called(const struct container_case *at) {
  struct sd_arena *arena = at->findings->arena;
  const char *id = or_empty(at->it->id);
  size_t len = strlen(id) < SHORT_ID ? strlen(id) : SHORT_ID;
  return sd_arena_printf(arena, "%s (%s, image %s)", or_empty(at->it->name),
                         sd_arena_strndup(arena, id, len), or_empty(at->it->image));
}

const char *container_joined(struct sd_arena *arena, const struct sd_strv *texts) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < texts->v.len; i++) {
    if (i > 0)
      sd_str_add(&out, i + 1 == texts->v.len ? " and " : ", ");
    sd_str_add(&out, texts->v.items[i]);
  }
  return sd_str_text(&out);
}

static void add_command(const struct container_case *at, struct finding *finding,
                        const char *verb) {
  struct sd_str line;
  sd_str_init(&line, at->findings->arena);
  for (size_t i = 0; i < at->all->cli.list.v.len; i++) {
    sd_str_add(&line, finding_word(at->findings, at->all->cli.list.v.items[i]));
    sd_str_add_char(&line, ' ');
  }
  finding_command(at->findings, finding, "%s%s %s", sd_str_text(&line), verb,
                  finding_word(at->findings, at->it->id));
}

/* One that removes itself is gone when it is stopped. */
void container_removal(const struct container_case *at, struct finding *finding) {
  bool runs = container_runs(at->it);
  if (!at->all->cli.known || at->it->id == NULL || at->it->auto_remove == FACT_UNKNOWN)
    return;
  if (runs)
    add_command(at, finding, "stop");
  if (!runs || at->it->auto_remove == FACT_NO)
    add_command(at, finding, "rm");
}

/* -- the walk --------------------------------------------------------------------------------------- */

static const struct {
  enum check_id check;
  container_judging *judge;
  const char *passes; /* what was seen of all */
} judgings[] = {
    {CHECK_FORGED, container_judge_forged, "none has a label of safe-docker that it did not set"},
    {CHECK_FOREIGN, container_judge_foreign,
     "none that was made past safe-docker runs as one of its users or has their files"},
    {CHECK_ORPHAN, container_judge_orphan, "none belongs to an account that is gone"},
    {CHECK_REFUSED_NOW, container_judge_refused, "none that was launched would be refused now"},
    {CHECK_PROFILE, container_judge_profile, "none that was launched has another profile"},
    {CHECK_ESCAPE, container_judge_escape, "none has rights or files that are the host"},
    {CHECK_SOCKET, container_judge_socket, "none has a socket of an engine"},
    {CHECK_UNCONFINED, container_judge_unconfined, "none has its confinement turned off"},
    {CHECK_PUBLISHED, container_judge_published,
     "none that was made past safe-docker has a port on all addresses"},
};
#define JUDGINGS (sizeof(judgings) / sizeof(judgings[0]))

/* One finding for each check, with the same words. */
static void all_unknown(struct findings *out, const char *reason) {
  for (size_t i = 0; i < JUDGINGS; i++) {
    struct finding *finding =
        finding_unknown(out, judgings[i].check, "", "the containers are not known: %s", reason);
    finding_remedy(out, finding,
                   "mend what keeps the engine from answering, and ask again: "
                   "safe-docker doctor");
  }
}

/* A rootless engine has nothing of root's to give away. */
static bool is_harmless(const struct facts_containers *all, enum check_id check) {
  return all->rootless == FACT_YES && (check == CHECK_ESCAPE || check == CHECK_SOCKET);
}

static void judge_all(const struct facts_containers *all, size_t which, struct findings *out) {
  size_t before = out->v.len;
  size_t count = all->list.len;
  if (is_harmless(all, judgings[which].check)) {
    finding_pass(out, judgings[which].check, "",
                 "the engine is rootless: a container is no more than the account that runs it");
    return;
  }
  for (size_t i = 0; i < count; i++) {
    const struct container_case at = {out, all, &all->list.items[i]};
    judgings[which].judge(&at);
  }
  if (out->v.len == before)
    finding_pass(out, judgings[which].check, "", "%zu container%s: %s", count,
                 count == 1 ? "" : "s", judgings[which].passes);
}

void doctor_judge_containers(const struct facts *facts, struct findings *out) {
  const struct facts_containers *all = &facts->containers;
  if (all->looked != FACT_YES || all->problem != NULL) {
    all_unknown(out, all->problem != NULL ? all->problem : "nobody has looked");
    return;
  }
  for (size_t i = 0; i < JUDGINGS; i++)
    judge_all(all, i, out);
}
