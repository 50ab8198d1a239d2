/* SPDX-License-Identifier: Apache-2.0 */
/* Programs are compared with each other, and with those that allow everything and nothing: that is exact. Only the words
 * for conditions come from the rules. */
#include "safe-docker/confine/seccomp_survey.h"

#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_check.h"
#include "safe-docker/confine/seccomp_constants.h"
#include "seccomp_multiplex.h"
#include "seccomp_profile.h"
#include "seccomp_survey_job.h"

/* -- programs to compare with ------------------------------------------------------------------- */

/* One instruction, which returns the action. */
static struct sd_seccomp_program constant(struct sd_arena *arena, uint32_t action) {
  struct sock_filter *code = sd_arena_alloc(arena, sizeof(*code));
  code->code = BPF_RET | BPF_K;
  code->k = action;
  return (struct sd_seccomp_program){.code = code, .len = sizeof(*code)};
}

void sd_seccomp_extremes(struct sd_arena *arena, struct sd_seccomp_extremes *out) {
  out->all = constant(arena, SCMP_ACT_ALLOW);
  out->nothing = constant(arena, SCMP_ACT_KILL_PROCESS);
}

enum sd_seccomp_extent sd_seccomp_extent_of(struct sd_arena *arena,
                                            const struct sd_seccomp_program *program,
                                            const struct sd_seccomp_extremes *extremes,
                                            struct sd_seccomp_call *refused) {
  struct sd_seccomp_call allowed = *refused;
  if (sd_seccomp_relate(arena, program, &extremes->nothing, &allowed) == SD_SECCOMP_WITHIN)
    return SD_SECCOMP_NEVER;
  return sd_seccomp_relate(arena, &extremes->all, program, refused) == SD_SECCOMP_WITHIN
             ? SD_SECCOMP_ALWAYS
             : SD_SECCOMP_SOMETIMES;
}

enum sd_seccomp_comparison sd_seccomp_beside(struct sd_arena *arena,
                                             const struct sd_seccomp_program *own,
                                             const struct sd_seccomp_program *other,
                                             struct sd_seccomp_call *more,
                                             struct sd_seccomp_call *less) {
  enum sd_seccomp_relation gains = sd_seccomp_relate(arena, own, other, more);
  enum sd_seccomp_relation loses = sd_seccomp_relate(arena, other, own, less);
  if (gains == SD_SECCOMP_UNCERTAIN || loses == SD_SECCOMP_UNCERTAIN)
    return SD_SECCOMP_UNKNOWN;
  if (gains == SD_SECCOMP_WIDER)
    return loses == SD_SECCOMP_WIDER ? SD_SECCOMP_OTHER : SD_SECCOMP_MORE;
  return loses == SD_SECCOMP_WIDER ? SD_SECCOMP_LESS : SD_SECCOMP_SAME;
}

/* -- one profile -------------------------------------------------------------------------------- */

bool sd_seccomp_make(struct sd_arena *arena, const char *source, const char *text, size_t len,
                     const struct sd_seccomp_target *target, struct sd_seccomp_made *out,
                     struct sd_error *err) {
  struct sd_seccomp_profile *profile = NULL;
  struct sd_seccomp_made made = {.name = sd_text_safe(arena, source), .target = target};
  if (!sd_seccomp_parse(arena, source, text, len, &profile, err) ||
      !sd_seccomp_compile_bounded(arena, profile, target, &made.program, err))
    return false;
  made.profile = profile;
  sd_seccomp_open_arches(arena, profile, target->arch, &made.arches);
  *out = made;
  return true;
}

/* Conditions as the rules have them. */
static void describe(struct sd_arena *arena, const struct sd_seccomp_made *made,
                     struct sd_seccomp_survey_call *call) {
  struct sd_seccomp_rulings rulings = {{NULL, 0, 0}};
  sd_seccomp_rule_on(arena, made->profile, made->target, call->name, &rulings);
  bool wide = sd_seccomp_allows_action(sd_seccomp_default_action(made->profile));
  for (size_t i = 0; i < rulings.v.len; i++)
    wide = wide || (rulings.v.items[i].when[0] == '\0' && !rulings.v.items[i].left_out &&
                    sd_seccomp_allows_action(rulings.v.items[i].action));
  call->unless = wide;
  for (size_t i = 0; i < rulings.v.len; i++) {
    const struct sd_seccomp_ruling *ruling = &rulings.v.items[i];
    if (!ruling->left_out && sd_seccomp_allows_action(ruling->action) != wide &&
        ruling->when[0] != '\0')
      sd_strv_add(&call->when, arena, sd_seccomp_annotate(arena, call->name, ruling->when));
  }
}

/* Those of socketcall and ipc follow from the rules for other calls. */
static void describe_multiplexer(struct sd_arena *arena, const struct sd_seccomp_made *made,
                                 const struct sd_seccomp_call *call,
                                 struct sd_seccomp_survey_call *out) {
  const struct sd_seccomp_sub_call *row;
  for (size_t i = 0; (row = sd_seccomp_sub_call(i)) != NULL; i++) {
    struct sd_seccomp_call sub = *call;
    uint32_t action;
    memset(sub.args, 0, sizeof(sub.args));
    sub.args[0] = row->number;
    if (strcmp(row->through, out->name) == 0 && sd_seccomp_answer(&made->program, &sub, &action) &&
        sd_seccomp_allows_action(action))
      sd_strv_add(&out->when, arena,
                  sd_arena_printf(arena, "arg0 == %u (%s)", row->number, row->name));
  }
}

static void look_at(struct sd_arena *arena, const struct sd_seccomp_made *made,
                    const struct sd_seccomp_made *other, const struct sd_seccomp_extremes *extremes,
                    const struct sd_seccomp_call *call, struct sd_seccomp_survey_call *out) {
  struct sd_seccomp_call refused = *call;
  struct sd_seccomp_call more = *call;
  struct sd_seccomp_call less = *call;
  out->extent = sd_seccomp_extent_of(arena, &made->program, extremes, &refused);
  if (!sd_seccomp_answer(&made->program, out->extent == SD_SECCOMP_SOMETIMES ? &refused : call,
                         &out->action))
    out->action = SCMP_ACT_KILL_PROCESS;
  if (out->extent == SD_SECCOMP_SOMETIMES) {
    describe(arena, made, out);
    if (out->when.v.len == 0)
      describe_multiplexer(arena, made, call, out);
  }
  if (other != NULL)
    out->beside = sd_seccomp_beside(arena, &made->program, &other->program, &more, &less);
}

static int order_calls(const void *a, const void *b) {
  const struct sd_seccomp_number *left = a;
  const struct sd_seccomp_number *right = b;
  return strcmp(left->name, right->name);
}

void sd_seccomp_sorted_calls(struct sd_arena *arena, uint32_t arch,
                             struct sd_seccomp_numbers *out) {
  sd_seccomp_list_calls(arena, arch, out);
  if (out->v.len > 0)
    qsort(out->v.items, out->v.len, sizeof(out->v.items[0]), order_calls);
}

void sd_seccomp_look(struct sd_arena *arena, const struct sd_seccomp_made *made, uint32_t arch,
                     const struct sd_seccomp_made *other, struct sd_seccomp_survey *out) {
  struct sd_seccomp_numbers numbers = {{NULL, 0, 0}};
  struct sd_seccomp_extremes extremes;
  sd_seccomp_sorted_calls(arena, arch, &numbers);
  sd_seccomp_extremes(arena, &extremes);
  out->arch = arch;
  for (size_t i = 0; i < numbers.v.len; i++) {
    const struct sd_seccomp_call call = {.arch = arch, .number = numbers.v.items[i].number};
    struct sd_seccomp_survey_call found = {.name = numbers.v.items[i].name, .number = call.number};
    look_at(arena, made, other, &extremes, &call, &found);
    *sd_vec_push(arena, &out->calls) = found;
  }
}
