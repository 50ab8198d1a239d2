/* SPDX-License-Identifier: Apache-2.0 */
#include "seccomp_command_input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "safe-docker/base/json.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/confine/seccomp_docker.h"
#include "safe-docker/sys/host.h"

static const char DOCKER[] = "docker";

/* -- options ------------------------------------------------------------------------------------ */

static bool set_capability(struct seccomp_input *input, const char *value, struct sd_error *err) {
  struct sd_arena *arena = input->session->arena;
  const char *name = NULL;
  if (strcmp(value, "none") == 0)
    return true;
  if (!sd_capability_parse(arena, value, &name, err))
    return false;
  if (strcmp(name, "ALL") == 0)
    sd_capability_list(arena, &input->capabilities);
  else if (!sd_strv_contains(&input->capabilities, name))
    sd_strv_add(&input->capabilities, arena, name);
  return true;
}

static bool set_arch(struct seccomp_input *input, const char *value, struct sd_error *err) {
  return sd_seccomp_parse_arch(input->session->arena, value, &input->target.arch, err);
}

static bool set_kernel(struct seccomp_input *input, const char *value, struct sd_error *err) {
  struct sd_arena *arena = input->session->arena;
  size_t dot = strcspn(value, ".");
  uint64_t major = 0;
  uint64_t minor = 0;
  struct sd_error unused;
  sd_error_init(&unused, arena);
  if (value[dot] == '\0' ||
      !sd_number_decimal(sd_arena_strndup(arena, value, dot), 0, UINT16_MAX, &major, &unused) ||
      !sd_number_decimal(value + dot + 1, 0, UINT16_MAX, &minor, &unused))
    return sd_fail_rule(err, NULL, "two numbers, such as 5.10", "\"%s\" is not a kernel version",
                        sd_text_safe(arena, value));
  input->target.kernel = (uint32_t)(major << 16 | minor);
  return true;
}

static bool set_format(struct seccomp_input *input, const char *value, struct sd_error *err) {
  input->json = strcmp(value, "json") == 0;
  return input->json || strcmp(value, "text") == 0 ||
         sd_fail_rule(err, NULL, "text or json", "\"%s\" is not a format",
                      sd_text_safe(input->session->arena, value));
}

static const struct {
  const char *name;
  bool (*set)(struct seccomp_input *input, const char *value, struct sd_error *err);
} options[] = {{"--arch", set_arch},
               {"--cap", set_capability},
               {"--format", set_format},
               {"--kernel", set_kernel}};

#define OPTIONS (sizeof(options) / sizeof(options[0]))

static const char *option_at(const void *context, size_t index) {
  (void)context;
  return options[index].name;
}

static bool unknown_option(struct sd_arena *arena, const char *name, struct sd_error *err) {
  const char *near = sd_text_nearest(name, OPTIONS, option_at, NULL);
  const char *hint = near != NULL ? sd_arena_printf(arena, "did you mean %s?", near)
                                  : "--arch, --cap, --format and --kernel are options";
  return sd_fail_rule(err, NULL, hint, "seccomp: there is no option %s", sd_text_safe(arena, name));
}

/* `**words` is an option; afterwards its last word. */
static bool read_option(struct seccomp_input *input, const char *const **words,
                        struct sd_error *err) {
  struct sd_arena *arena = input->session->arena;
  const char *word = **words;
  size_t len = strcspn(word, "=");
  const char *name = sd_arena_strndup(arena, word, len);
  for (size_t i = 0; i < OPTIONS; i++) {
    if (strcmp(options[i].name, name) != 0)
      continue;
    const char *value = word[len] == '=' ? word + len + 1 : *++*words;
    return value != NULL ? options[i].set(input, value, err)
                         : sd_fail(err, "seccomp: %s needs a value", name);
  }
  return unknown_option(arena, name, err);
}

/* "-1" is an argument of a system call. */
static bool is_option(const char *word) {
  return word[0] == '-' && word[1] != '\0' && (word[1] < '0' || word[1] > '9');
}

static bool read_words(struct seccomp_input *input, const char *const *words,
                       struct sd_error *err) {
  bool ended = false;
  for (; *words != NULL; words++) {
    if (ended || !is_option(*words))
      sd_strv_add(&input->operands, input->session->arena, *words);
    else if (strcmp(*words, "--") == 0)
      ended = true;
    else if (!read_option(input, &words, err))
      return false;
  }
  return true;
}

static bool names_option(const char *const *words, const char *option) {
  for (; *words != NULL && strcmp(*words, "--") != 0; words++)
    if (sd_text_starts_with(*words, option) && strchr("=", (*words)[strlen(option)]) != NULL)
      return true;
  return false;
}

bool seccomp_input_read(struct session *session, const char *const *words,
                        const struct seccomp_form *form, struct seccomp_input *out,
                        struct sd_error *err) {
  *out = (struct seccomp_input){
      .session = session,
      .target = {.arch = sd_seccomp_native_arch(), .kernel = SD_SECCOMP_NEWEST}};
  out->target.capabilities = &out->capabilities;
  if (session->has_policy && !names_option(words, "--cap"))
    for (size_t i = 0; i < session->policy.capabilities.defaults.v.len; i++)
      if (!set_capability(out, session->policy.capabilities.defaults.v.items[i], err))
        return false;
  if (!read_words(out, words, err))
    return false;
  if (out->operands.v.len >= form->least && out->operands.v.len <= form->most)
    return true;
  return sd_fail_rule(err, NULL, form->usage, "seccomp: too %s words",
                      out->operands.v.len < form->least ? "few" : "many");
}

/* -- profiles ----------------------------------------------------------------------------------- */

/* People who look for the profile of a container find the configuration that it is a part of. */
static bool check_kind(const struct seccomp_text *text, const char *shown, struct sd_error *err) {
  if (text->len == 0)
    return sd_fail(err, "%s: the file is empty", shown);
  if (strstr(text->text, "\"ociVersion\"") != NULL)
    return sd_fail_rule(err, NULL,
                        "its profile is the member linux.seccomp: jq .linux.seccomp makes a file "
                        "of it",
                        "%s: the configuration of a container (OCI), not a seccomp profile", shown);
  return true;
}

static bool read_file(struct sd_arena *arena, const char *path, struct seccomp_text *out,
                      struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  struct seccomp_text found = {.name = path};
  struct sd_error why;
  sd_error_init(&why, arena);
  if (!host->read_file(host->context, arena, path, SD_JSON_MAX_BYTES, &found.text, &found.len,
                       &why))
    return sd_fail_rule(err, NULL, why.hint, "%s: %s", sd_text_safe(arena, path), why.message);
  if (!check_kind(&found, sd_text_safe(arena, path), err))
    return false;
  *out = found;
  return true;
}

static bool policy_text(const struct session *session, struct seccomp_text *out,
                        struct sd_error *err) {
  if (!session->has_policy)
    return sd_fail_rule(err, NULL, session->problem.hint, "%s", session->problem.message);
  *out = (struct seccomp_text){.name = session->policy.seccomp.profile,
                               .text = session->seccomp_profile,
                               .len = strlen(session->seccomp_profile)};
  return true;
}

static const char *name_at(const void *context, size_t index) {
  (void)context;
  return index == 0 ? DOCKER : sd_seccomp_shipped(index - 1);
}

/* A word that could be a name, and is neither one nor a file. */
static bool fail_word(struct sd_arena *arena, const char *word, struct sd_error *err) {
  size_t count = 1;
  while (sd_seccomp_shipped(count - 1) != NULL)
    count++;
  const char *near = sd_text_nearest(word, count, name_at, NULL);
  return sd_fail_rule(err, NULL,
                      near != NULL ? sd_arena_printf(arena, "did you mean the profile %s?", near)
                                   : "default, no-network, strict and docker are profiles by name",
                      "\"%s\" is no profile and no file", sd_text_safe(arena, word));
}

static bool is_missing(const char *path) {
  struct stat info;
  return strchr(path, '/') == NULL && stat(path, &info) != 0 && errno == ENOENT;
}

bool seccomp_text_find(struct session *session, const char *word, struct seccomp_text *out,
                       struct sd_error *err) {
  struct sd_arena *arena = session->arena;
  struct seccomp_text found = {.name = word};
  if (word == NULL)
    return policy_text(session, out, err);
  found.text = strcmp(word, DOCKER) == 0 ? sd_seccomp_docker(arena, &found.len)
                                         : sd_seccomp_builtin(word, &found.len);
  if (found.text == NULL && is_missing(word))
    return fail_word(arena, word, err);
  if (found.text == NULL && !read_file(arena, word, &found, err))
    return false;
  *out = found;
  return true;
}

bool seccomp_input_make(const struct seccomp_input *input, const char *word,
                        struct sd_seccomp_made *out, struct sd_error *err) {
  struct seccomp_text text = {.name = word};
  return seccomp_text_find(input->session, word, &text, err) &&
         sd_seccomp_make(input->session->arena, text.name, text.text, text.len, &input->target, out,
                         err);
}
