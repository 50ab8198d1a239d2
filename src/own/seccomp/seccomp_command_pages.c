/* SPDX-License-Identifier: Apache-2.0 */
/* `safe-docker seccomp check`, `show`, `test` and `diff`: they read with the caller's rights, and change nothing. */
#include <limits.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_constants.h"
#include "safe-docker/report/seccomp.h"

#include "output.h"
#include "seccomp_command_input.h"

#define MAX_ARGUMENTS 6
#define REFUSED 1
#define DIFFERENT 1

/* -- check -------------------------------------------------------------------------------------- */

int seccomp_check_command(struct session *session, const char *const *words) {
  static const struct seccomp_form form = {"safe-docker seccomp check [OPTION]... FILE", 1, 1};
  struct sd_arena *arena = session->arena;
  struct seccomp_input input;
  struct seccomp_text text;
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!seccomp_input_read(session, words, &form, &input, &err) ||
      !seccomp_text_find(session, input.operands.v.items[0], &text, &err))
    return output_complain(arena, &err);
  struct sd_seccomp_findings findings;
  sd_seccomp_check(arena, text.name, text.text, text.len, &input.target, &findings);
  const char *page = input.json ? sd_report_seccomp_check_json(arena, text.name, &findings)
                                : sd_report_seccomp_check_text(arena, text.name, &findings);
  return output_answer(arena, page, findings.errors > 0 ? SD_EXIT_DENIED : 0);
}

/* -- show --------------------------------------------------------------------------------------- */

/* The facts about Docker's default profile are complete for these. */
static bool has_docker(uint32_t arch) {
  const char *name = sd_seccomp_arch_name(arch);
  return name != NULL && (strcmp(name, "amd64") == 0 || strcmp(name, "arm64") == 0);
}

int seccomp_show_command(struct session *session, const char *const *words) {
  static const struct seccomp_form form = {"safe-docker seccomp show [OPTION]... [PROFILE]", 0, 1};
  struct sd_arena *arena = session->arena;
  struct seccomp_input input;
  struct sd_seccomp_made made;
  struct sd_seccomp_made docker;
  struct sd_seccomp_page page = {.made = &made};
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!seccomp_input_read(session, words, &form, &input, &err))
    return output_complain(arena, &err);
  const char *word = input.operands.v.len > 0 ? input.operands.v.items[0] : NULL;
  if (!seccomp_input_make(&input, word, &made, &err))
    return output_complain(arena, &err);
  bool compared = has_docker(input.target.arch) && (word == NULL || strcmp(word, "docker") != 0);
  if (compared && !seccomp_input_make(&input, "docker", &docker, &err))
    return output_complain(arena, &err);
  page.beside = compared ? &docker : NULL;
  for (size_t i = 0; i < made.arches.v.len; i++)
    sd_seccomp_look(arena, &made, made.arches.v.items[i], page.beside,
                    sd_vec_push(arena, &page.surveys));
  return output_answer(arena,
                       input.json ? sd_report_seccomp_show_json(arena, &page)
                                  : sd_report_seccomp_show_text(arena, &page),
                       0);
}

/* -- test --------------------------------------------------------------------------------------- */

/* Records of the kernel tell numbers, and no names. */
static const char *name_of_number(struct sd_arena *arena, const char *word, uint32_t arch) {
  uint64_t number = 0;
  struct sd_error unused;
  sd_error_init(&unused, arena);
  return sd_number_decimal(word, 0, INT_MAX, &number, &unused)
             ? sd_seccomp_call_name(arena, arch, (int)number)
             : NULL;
}

static bool check_call(struct sd_arena *arena, const char *name, uint32_t arch,
                       struct sd_error *err) {
  if (sd_seccomp_has_call(name))
    return true;
  const char *near = name_of_number(arena, name, arch);
  if (near == NULL)
    near = sd_seccomp_nearest_call(arena, name);
  const char *hint = near != NULL ? sd_arena_printf(arena, "did you mean %s?", near)
                                  : "the calls are listed in syscalls(2)";
  return sd_fail_rule(err, NULL, hint, "\"%s\" is not a system call", sd_text_safe(arena, name));
}

static bool allowed(const struct sd_seccomp_verdicts *verdicts) {
  for (size_t i = 0; i < verdicts->v.len; i++)
    if (sd_seccomp_allows_action(verdicts->v.items[i].action))
      return true;
  return false;
}

int seccomp_test_command(struct session *session, const char *const *words) {
  static const struct seccomp_form form = {
      "safe-docker seccomp test [OPTION]... PROFILE SYSCALL [ARGUMENT]...", 2, 2 + MAX_ARGUMENTS};
  struct sd_arena *arena = session->arena;
  struct seccomp_input input;
  struct sd_seccomp_made made;
  struct sd_error err;
  uint64_t args[MAX_ARGUMENTS] = {0};
  sd_error_init(&err, arena);
  if (!seccomp_input_read(session, words, &form, &input, &err) ||
      !seccomp_input_make(&input, input.operands.v.items[0], &made, &err) ||
      !check_call(arena, input.operands.v.items[1], input.target.arch, &err))
    return output_complain(arena, &err);
  for (size_t i = 2; i < input.operands.v.len; i++)
    if (!sd_seccomp_parse_value(arena, input.operands.v.items[i], &args[i - 2], &err))
      return output_complain(arena, &err);
  struct sd_seccomp_verdicts verdicts = {{NULL, 0, 0}};
  sd_seccomp_judge(arena, &made, input.operands.v.items[1], args, &verdicts);
  const struct sd_seccomp_question question = {.made = &made,
                                               .name = input.operands.v.items[1],
                                               .args = args,
                                               .given = (unsigned)input.operands.v.len - 2,
                                               .verdicts = &verdicts};
  return output_answer(arena,
                       input.json ? sd_report_seccomp_test_json(arena, &question)
                                  : sd_report_seccomp_test_text(arena, &question),
                       allowed(&verdicts) ? 0 : REFUSED);
}

/* -- diff --------------------------------------------------------------------------------------- */

int seccomp_diff_command(struct session *session, const char *const *words) {
  static const struct seccomp_form form = {"safe-docker seccomp diff [OPTION]... PROFILE PROFILE",
                                           2, 2};
  struct sd_arena *arena = session->arena;
  struct seccomp_input input;
  struct sd_seccomp_made first;
  struct sd_seccomp_made second;
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!seccomp_input_read(session, words, &form, &input, &err) ||
      !seccomp_input_make(&input, input.operands.v.items[0], &first, &err) ||
      !seccomp_input_make(&input, input.operands.v.items[1], &second, &err))
    return output_complain(arena, &err);
  struct sd_seccomp_comparisons comparisons = {{NULL, 0, 0}};
  sd_seccomp_differ(arena, &first, &second, &comparisons);
  const struct sd_seccomp_pair pair = {
      .first = &first, .second = &second, .comparisons = &comparisons};
  return output_answer(arena,
                       input.json ? sd_report_seccomp_diff_json(arena, &pair)
                                  : sd_report_seccomp_diff_text(arena, &pair),
                       comparisons.v.len > 0 ? DIFFERENT : 0);
}
