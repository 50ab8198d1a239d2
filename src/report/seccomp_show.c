/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `seccomp show`. */
#include <string.h>

#include "safe-docker/report/seccomp.h"

#include "seccomp_lines.h"

#define CALL_INDENT 4
/* Conditions begin behind the names, which are rarely longer. */
#define NAME_WIDTH 16

static char mark_of(enum sd_seccomp_comparison beside) {
  switch (beside) {
  case SD_SECCOMP_SAME:
    return ' ';
  case SD_SECCOMP_MORE:
    return '+';
  case SD_SECCOMP_LESS:
    return '-';
  case SD_SECCOMP_OTHER:
    return '~';
  case SD_SECCOMP_UNKNOWN:
    break;
  }
  return '?';
}

static const char *marked(struct sd_arena *arena, const struct sd_seccomp_survey_call *call) {
  return sd_arena_printf(arena, "%c %s", mark_of(call->beside), call->name);
}

/* -- the machine's own architecture -------------------------------------------------------------- */

static void add_group(struct sd_str *out, const char *title, const struct sd_strv *names) {
  if (names->v.len == 0)
    return;
  sd_str_addf(out, "\n  %s (%zu)\n", title, names->v.len);
  sd_lines_add_columns(out, CALL_INDENT - 2, names);
}

static void add_allowed(struct sd_str *out, const struct sd_seccomp_survey *survey) {
  struct sd_strv names = {{NULL, 0, 0}};
  for (size_t i = 0; i < survey->calls.len; i++)
    if (survey->calls.items[i].extent == SD_SECCOMP_ALWAYS)
      sd_strv_add(&names, out->arena, marked(out->arena, &survey->calls.items[i]));
  add_group(out, "allowed", &names);
}

/* The conditions as words of a sentence that may be wrapped between them. */
static void condition_words(struct sd_arena *arena, const struct sd_seccomp_survey_call *call,
                            struct sd_strv *words) {
  const char *action = sd_seccomp_action_text(arena, call->action);
  if (call->when.v.len == 0)
    sd_strv_add(words, arena, "under conditions that no single rule has;");
  else if (call->unless)
    sd_strv_add(words, arena, "unless");
  for (size_t i = 0; i < call->when.v.len; i++) {
    const char *last = call->unless ? ":" : ";";
    sd_strv_add(words, arena,
                sd_arena_printf(arena, "%s%s", call->when.v.items[i],
                                i + 1 < call->when.v.len ? " or" : last));
  }
  sd_strv_add(words, arena, call->unless ? action : sd_arena_printf(arena, "else %s", action));
}

static void add_conditional(struct sd_str *out, const struct sd_seccomp_survey *survey) {
  size_t count = 0;
  for (size_t i = 0; i < survey->calls.len; i++)
    count += survey->calls.items[i].extent == SD_SECCOMP_SOMETIMES ? 1 : 0;
  if (count > 0)
    sd_str_addf(out, "\n  allowed for some arguments (%zu)\n", count);
  for (size_t i = 0; i < survey->calls.len; i++) {
    const struct sd_seccomp_survey_call *call = &survey->calls.items[i];
    struct sd_strv words = {{NULL, 0, 0}};
    if (call->extent != SD_SECCOMP_SOMETIMES)
      continue;
    condition_words(out->arena, call, &words);
    const char *name = marked(out->arena, call);
    size_t len = strlen(name);
    sd_lines_add_blanks(out, CALL_INDENT - 2);
    sd_str_add(out, name);
    sd_lines_add_blanks(out, len < NAME_WIDTH ? NAME_WIDTH - len : 1);
    size_t column = CALL_INDENT - 2 + (len < NAME_WIDTH ? NAME_WIDTH : len + 1);
    sd_lines_add_wrapped(out, CALL_INDENT - 2 + NAME_WIDTH, column, &words);
  }
}

static void add_refused(struct sd_str *out, const struct sd_seccomp_survey *survey,
                        uint32_t action) {
  struct sd_strv names = {{NULL, 0, 0}};
  for (size_t i = 0; i < survey->calls.len; i++)
    if (survey->calls.items[i].extent == SD_SECCOMP_NEVER &&
        survey->calls.items[i].action == action)
      sd_strv_add(&names, out->arena, marked(out->arena, &survey->calls.items[i]));
  add_group(out,
            sd_arena_printf(out->arena, "refused: %s", sd_seccomp_action_text(out->arena, action)),
            &names);
}

/* Refusals by action, each once, in the order of the calls. */
static void add_refusals(struct sd_str *out, const struct sd_seccomp_survey *survey) {
  SD_VEC(uint32_t) told = {NULL, 0, 0};
  for (size_t i = 0; i < survey->calls.len; i++) {
    const struct sd_seccomp_survey_call *call = &survey->calls.items[i];
    bool known = call->extent != SD_SECCOMP_NEVER;
    for (size_t k = 0; k < told.len && !known; k++)
      known = told.items[k] == call->action;
    if (known)
      continue;
    *sd_vec_push(out->arena, &told) = call->action;
    add_refused(out, survey, call->action);
  }
}

/* -- the others --------------------------------------------------------------------------------- */

static const struct sd_seccomp_survey_call *find(const struct sd_seccomp_survey *survey,
                                                 const char *name) {
  for (size_t i = 0; i < survey->calls.len; i++)
    if (strcmp(survey->calls.items[i].name, name) == 0)
      return &survey->calls.items[i];
  return NULL;
}

static size_t count_of(const struct sd_seccomp_survey *survey, enum sd_seccomp_extent extent) {
  size_t count = 0;
  for (size_t i = 0; i < survey->calls.len; i++)
    count += survey->calls.items[i].extent == extent ? 1 : 0;
  return count;
}

static void add_list(struct sd_str *out, const char *title, const struct sd_strv *names) {
  if (names->v.len == 0)
    return;
  sd_str_addf(out, "  %s (%zu)\n", title, names->v.len);
  sd_lines_add_columns(out, CALL_INDENT - 2, names);
}

/* How the calls by `survey` differ from those by the machine's own architecture. */
static void add_other(struct sd_str *out, const struct sd_seccomp_survey *own,
                      const struct sd_seccomp_survey *survey) {
  struct sd_arena *arena = out->arena;
  struct sd_strv more = {{NULL, 0, 0}};
  struct sd_strv less = {{NULL, 0, 0}};
  struct sd_strv alone = {{NULL, 0, 0}};
  const char *names[] = {sd_lines_arch(arena, survey->arch), sd_lines_arch(arena, own->arch)};
  for (size_t i = 0; i < survey->calls.len; i++) {
    const struct sd_seccomp_survey_call *call = &survey->calls.items[i];
    const struct sd_seccomp_survey_call *twin = find(own, call->name);
    if (twin == NULL && call->extent != SD_SECCOMP_NEVER)
      sd_strv_add(&alone, arena, marked(arena, call));
    else if (twin != NULL && call->extent != twin->extent)
      sd_strv_add(call->extent > twin->extent ? &more : &less, arena, marked(arena, call));
  }
  sd_str_addf(out, "\n%s is open, too: %zu calls allowed, %zu for some arguments, %zu refused\n",
              names[0], count_of(survey, SD_SECCOMP_ALWAYS), count_of(survey, SD_SECCOMP_SOMETIMES),
              count_of(survey, SD_SECCOMP_NEVER));
  add_list(out, sd_arena_printf(arena, "it allows more of these than %s does", names[1]), &more);
  add_list(out, sd_arena_printf(arena, "it allows less of these than %s does", names[1]), &less);
  add_list(out, sd_arena_printf(arena, "it allows these, which %s does not have", names[1]),
           &alone);
}

/* -- all of it ---------------------------------------------------------------------------------- */

static void add_legend(struct sd_str *out, const struct sd_seccomp_page *page) {
  if (page->beside == NULL)
    return;
  sd_str_add(out, "beside Docker's own profile:  + allows more  - allows less  ~ other arguments");
  for (size_t i = 0; i < page->surveys.len; i++)
    for (size_t k = 0; k < page->surveys.items[i].calls.len; k++)
      if (page->surveys.items[i].calls.items[k].beside == SD_SECCOMP_UNKNOWN) {
        sd_str_add(out, "  ? not certain\n");
        return;
      }
  sd_str_add_char(out, '\n');
}

const char *sd_report_seccomp_show_text(struct sd_arena *arena,
                                        const struct sd_seccomp_page *page) {
  struct sd_str out;
  sd_str_init(&out, arena);
  const struct sd_seccomp_survey *own = &page->surveys.items[0];
  sd_str_addf(&out, "%s on %s\n", page->made->name, sd_lines_target(arena, page->made->target));
  sd_str_addf(&out, "calls that no rule names: %s\n",
              sd_seccomp_action_text(arena, sd_seccomp_default_action(page->made->profile)));
  add_legend(&out, page);
  add_allowed(&out, own);
  add_conditional(&out, own);
  add_refusals(&out, own);
  for (size_t i = 1; i < page->surveys.len; i++)
    add_other(&out, own, &page->surveys.items[i]);
  return sd_str_text(&out);
}
