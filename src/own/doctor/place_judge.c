/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "facts_place.h"

#define GROUP_WRITE 020
#define OTHER_WRITE 002
#define STICKY 01000
#define PERSONS_FROM 1000 /* login.defs(5), UID_MIN */

/* -- one file or folder ------------------------------------------------------------------------- */

struct loose {
  bool owner, mode, acl;
  const char *writer; /* the first entry of the list that may write */
};

/* Under a list of rights the bits of the group are its mask: the entry "group::" has the group's. */
static bool group_writes(const struct fact_rights *rights) {
  const struct place_person member = {
      .uid = -1, .groups = &(const struct sd_strv){{(const char **)&rights->group, 1, 1}}};
  return rights->group != NULL ? (place_rights_of(rights, &member) & PLACE_WRITE) != 0
                               : (rights->mode.value & GROUP_WRITE) != 0;
}

static bool look(const struct fact_rights *rights, const struct place_rule *rule,
                 struct loose *out) {
  size_t at = 0;
  bool excused =
      rule->writers != NULL && rights->group != NULL && strcmp(rule->writers, rights->group) == 0;
  out->owner = rights->uid.value != 0 && rights->uid.value != rule->owner;
  out->mode = (rights->mode.value & OTHER_WRITE) != 0 || (group_writes(rights) && !excused);
  out->writer = place_acl_writer(rights, &at);
  out->acl = out->writer != NULL;
  return out->owner || out->mode || out->acl;
}

static const char *who_writes(struct sd_arena *arena, const struct fact_rights *rights,
                              const struct loose *loose) {
  const char *mode = sd_arena_printf(arena, "%04o", (unsigned)rights->mode.value);
  if (loose->owner)
    return sd_arena_printf(arena, "belongs to %s", rights->owner != NULL ? rights->owner : "?");
  if (loose->mode && (rights->mode.value & OTHER_WRITE) != 0)
    return sd_arena_printf(arena, "may be written to by everybody (mode %s)", mode);
  if (loose->mode)
    return sd_arena_printf(arena, "may be written to by the group %s (mode %s)",
                           rights->group != NULL ? rights->group : "?", mode);
  return sd_arena_printf(arena, "may be written to by %s (its ACL)", loose->writer);
}

static void add_commands(struct findings *findings, struct finding *finding,
                         const struct fact_rights *rights, const struct loose *loose,
                         const char *keep) {
  const char *path = finding_word(findings, rights->path);
  if (loose->owner)
    finding_command(findings, finding, "chown root %s", path);
  if (loose->acl)
    finding_command(findings, finding, "setfacl --remove-all %s", path);
  if (loose->mode || loose->acl)
    finding_command(findings, finding, "chmod %s %s", keep != NULL ? "o-w" : "go-w", path);
}

static bool is_known(const struct fact_rights *rights) {
  return rights->path != NULL && rights->uid.known && rights->mode.known && rights->acl.known;
}

static bool tell_unknown(struct findings *findings, const struct place_rule *rule,
                         const char *path) {
  finding_remedy(findings,
                 finding_unknown(findings, rule->check, path,
                                 "Whose %s is, and who may write to it, could not be seen.", path),
                 "Ask as root, on this host: safe-docker doctor.");
  return true;
}

/* In a folder with the sticky bit nobody moves what is root's. */
static bool is_held(const struct fact_rights *step, const struct fact_rights *next) {
  return (step->mode.value & STICKY) != 0 && step->uid.value == 0 && next->uid.known &&
         next->uid.value == 0;
}

/* The first `count` folders on the way. */
static bool are_steady(const struct fact_place *place, size_t count) {
  static const struct place_rule nobody = {.owner = 0};
  struct loose loose;
  for (size_t i = 0; i < count; i++) {
    const struct fact_rights *step = &place->way.items[i];
    const struct fact_rights *next =
        i + 1 < place->way.len ? &place->way.items[i + 1] : &place->rights;
    if (!is_known(step) || (look(step, &nobody, &loose) && !is_held(step, next)))
      return false;
  }
  return true;
}

bool place_is_steady(const struct fact_place *place) {
  return place->way.len > 0 && are_steady(place, place->way.len);
}

static bool judge_itself(struct findings *findings, const struct fact_place *place,
                         const struct place_rule *rule) {
  const struct fact_rights *rights = &place->rights;
  struct loose loose;
  if (!is_known(rights))
    return tell_unknown(findings, rule, place->path != NULL ? place->path : "");
  if (!look(rights, rule, &loose))
    return false;
  struct finding *finding =
      finding_bad(findings, rule->check, rights->path, "%s: %s %s%s", rule->what, rights->path,
                  who_writes(findings->arena, rights, &loose), rule->harm);
  finding_remedy(findings, finding,
                 "Give it to root, and let nobody else write to it; whoever changed it on purpose "
                 "needs root for it then. Look at what it holds first: it may have been changed.");
  if (place_is_steady(place))
    add_commands(findings, finding, rights, &loose, rule->writers);
  return true;
}

/* A folder such as a home is not to be taken from the one whose it is. */
static bool is_persons(const struct fact_rights *step) {
  return step->uid.value >= PERSONS_FROM;
}

/* -- the folders above -------------------------------------------------------------------------- */

static void judge_step(struct findings *findings, const struct fact_place *place, size_t at,
                       const struct place_rule *rule, const struct loose *loose) {
  const struct fact_rights *step = &place->way.items[at];
  const char *real = place_real(place);
  struct finding *finding =
      finding_bad(findings, rule->check, real,
                  "%s: the folder %s above %s %s, so something else can be put there", rule->what,
                  step->path, real, who_writes(findings->arena, step, loose));
  /* A folder for everybody, such as /tmp, must stay one. */
  if ((step->mode.value & STICKY) != 0 && (step->mode.value & OTHER_WRITE) != 0) {
    finding_remedy(findings, finding,
                   "Move it to a folder that is root's alone all the way from /, and name it there "
                   "in whatever uses it; %s is for everybody and stays so.",
                   step->path);
    return;
  }
  finding_remedy(findings, finding,
                 "Give the folder to root, and let nobody else write to it; who keeps other things "
                 "in it needs a folder of their own for them.");
  if (are_steady(place, at) && !is_persons(step))
    add_commands(findings, finding, step, loose, NULL);
}

bool place_judge_way(struct findings *findings, const struct fact_place *place,
                     const struct place_rule *rule) {
  struct loose loose;
  bool said = false;
  struct place_rule strict = *rule;
  strict.writers = NULL;
  if (place->way.len == 0)
    return tell_unknown(findings, rule, place->path != NULL ? place->path : "");
  for (size_t i = 0; i < place->way.len; i++) {
    const struct fact_rights *step = &place->way.items[i];
    if (!is_known(step)) {
      said = tell_unknown(findings, rule, step->path != NULL ? step->path : "");
    } else if (look(step, &strict, &loose)) {
      judge_step(findings, place, i, rule, &loose);
      said = true;
    }
  }
  return said;
}

bool place_judge(struct findings *findings, const struct fact_place *place,
                 const struct place_rule *rule) {
  bool way = place_judge_way(findings, place, rule);
  return judge_itself(findings, place, rule) || way;
}
