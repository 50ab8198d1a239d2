/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of the check: mistakes of the text, then what its parts find, in the order of the text. */
#include "safe-docker/confine/seccomp_check.h"

#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "seccomp_check_job.h"

#define MAX_FINDINGS 500
#define MAX_NAMES_SHOWN 6

/* -- pieces that the parts share ---------------------------------------------------------------- */

static void add_finding(struct sd_arena *arena, struct sd_seccomp_findings *findings,
                        struct sd_seccomp_finding finding) {
  findings->errors += finding.error ? 1 : 0;
  findings->warnings += finding.error ? 0 : 1;
  findings->more = findings->v.len >= MAX_FINDINGS;
  if (!findings->more)
    *sd_vec_push(arena, &findings->v) = finding;
}

void sd_seccomp_find(const struct sd_seccomp_job *job, struct sd_seccomp_spot spot,
                     const char *kind, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *message = sd_arena_vprintf(job->arena, format, args);
  va_end(args);
  add_finding(job->arena, job->findings,
              (struct sd_seccomp_finding){
                  .line = spot.line, .column = spot.column, .kind = kind, .message = message});
}

const char *sd_seccomp_line_text(const struct sd_seccomp_job *job,
                                 const struct sd_seccomp_rule *rule) {
  return sd_arena_printf(job->arena, "line %u", rule->line);
}

const char *sd_seccomp_some_names(struct sd_arena *arena, const struct sd_strv *names) {
  struct sd_str out;
  sd_str_init(&out, arena);
  size_t count = names->v.len;
  size_t shown = count > MAX_NAMES_SHOWN ? MAX_NAMES_SHOWN - 1 : count;
  for (size_t i = 0; i < shown; i++) {
    const char *comma = i + 1 == count ? " and " : ", ";
    sd_str_addf(&out, "%s%s", i == 0 ? "" : comma, names->v.items[i]);
  }
  if (shown < count)
    sd_str_addf(&out, " and %zu others", count - shown);
  return sd_str_text(&out);
}

/* -- all of it ---------------------------------------------------------------------------------- */

/* The place is put in front of findings anyway. */
static const char *without_place(struct sd_arena *arena, const char *message, const char *place) {
  const char *front = sd_arena_printf(arena, "%s: ", place);
  return sd_text_starts_with(message, front) ? message + strlen(front) : message;
}

static void add_mistakes(struct sd_arena *arena, const char *source,
                         const struct sd_seccomp_mistakes *mistakes,
                         struct sd_seccomp_findings *out) {
  for (size_t i = 0; i < mistakes->v.len; i++) {
    const struct sd_seccomp_mistake *mistake = &mistakes->v.items[i];
    const char *place = sd_arena_printf(arena, "%s:%u:%u", sd_text_safe(arena, source),
                                        mistake->line, mistake->column);
    const char *words = without_place(arena, mistake->message, place);
    if (mistake->hint != NULL)
      words = sd_arena_printf(arena, "%s (%s)", words, mistake->hint);
    add_finding(arena, out,
                (struct sd_seccomp_finding){.error = true,
                                            .line = mistake->line,
                                            .column = mistake->column,
                                            .kind = "error",
                                            .message = words});
  }
  out->more = out->more || mistakes->more;
}

static int order_findings(const void *a, const void *b) {
  const struct sd_seccomp_finding *left = a;
  const struct sd_seccomp_finding *right = b;
  if (left->line != right->line)
    return left->line < right->line ? -1 : 1;
  if (left->column != right->column)
    return left->column < right->column ? -1 : 1;
  int kinds = strcmp(left->kind, right->kind);
  return kinds != 0 ? kinds : strcmp(left->message, right->message);
}

static struct sd_seccomp_spot spot_of(const struct sd_json *root, const char *key,
                                      struct sd_seccomp_spot otherwise) {
  const struct sd_json *value = sd_json_get(root, key);
  return value != NULL && value->type != SD_JSON_NULL
             ? (struct sd_seccomp_spot){value->line, value->column}
             : otherwise;
}

static void find_places(struct sd_seccomp_job *job, const char *text, size_t len) {
  struct sd_json *root = NULL;
  struct sd_error unused;
  sd_error_init(&unused, job->arena);
  job->action = job->architectures = (struct sd_seccomp_spot){1, 1};
  if (!sd_json_read(job->arena, job->profile->source, text, len, false, &root, &unused))
    return;
  const struct sd_seccomp_spot start = {root->line, root->column};
  job->action = spot_of(root, "defaultAction", start);
  job->architectures = spot_of(root, "archMap", spot_of(root, "architectures", start));
}

static void check_newer(const struct sd_seccomp_job *job) {
  struct sd_strv names = {{NULL, 0, 0}};
  struct sd_seccomp_spot first = {0, 0};
  for (size_t i = 0; i < job->profile->rules.len; i++) {
    const struct sd_seccomp_rule *rule = &job->profile->rules.items[i];
    for (size_t k = 0; k < rule->names.v.len; k++) {
      if (seccomp_syscall_resolve_name(rule->names.v.items[k]) != __NR_SCMP_ERROR)
        continue;
      if (names.v.len == 0)
        first = rule->spots[k];
      sd_strv_add(&names, job->arena, rule->names.v.items[k]);
    }
  }
  if (names.v.len > 0)
    sd_seccomp_find(job, first, "newer-call",
                    "%s: newer than the libseccomp of this build, so here no rule takes effect on "
                    "them",
                    sd_seccomp_some_names(job->arena, &names));
}

static void check_profile(struct sd_seccomp_job *job) {
  struct sd_seccomp_program program;
  struct sd_error why;
  sd_error_init(&why, job->arena);
  if (sd_seccomp_compile_bounded(job->arena, job->profile, job->target, &program, &why))
    job->program = &program;
  else
    add_finding(job->arena, job->findings,
                (struct sd_seccomp_finding){
                    .error = true,
                    .line = job->action.line,
                    .column = job->action.column,
                    .kind = "error",
                    .message = without_place(job->arena, why.message,
                                             sd_text_safe(job->arena, job->profile->source))});
  sd_seccomp_check_open(job);
  sd_seccomp_check_errnos(job);
  sd_seccomp_check_rules(job);
  sd_seccomp_check_dangers(job);
  check_newer(job);
  job->program = NULL;
}

void sd_seccomp_check(struct sd_arena *arena, const char *source, const char *text, size_t len,
                      const struct sd_seccomp_target *target, struct sd_seccomp_findings *out) {
  struct sd_seccomp_mistakes mistakes = {.more = false};
  struct sd_seccomp_profile *profile = NULL;
  bool good = sd_seccomp_parse_all(arena, source, text, len, &profile, &mistakes);
  *out = (struct sd_seccomp_findings){.more = false};
  if (!good)
    add_mistakes(arena, source, &mistakes, out);
  if (profile != NULL) {
    struct sd_seccomp_job job = {
        .arena = arena, .profile = profile, .target = target, .findings = out};
    sd_seccomp_open_arches(arena, profile, target->arch, &job.arches);
    find_places(&job, text, len);
    check_profile(&job);
  }
  if (out->v.len > 0)
    qsort(out->v.items, out->v.len, sizeof(out->v.items[0]), order_findings);
}
