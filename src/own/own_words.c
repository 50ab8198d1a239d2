/* SPDX-License-Identifier: Apache-2.0 */
#include "own_words.h"

#include <string.h>

#include "safe-docker/base/text.h"

#include "output.h"

static const struct own_option *find(const struct own_form *form, const char *name) {
  for (const struct own_option *option = form->options; option->name != NULL; option++)
    if (strcmp(option->name, name) == 0)
      return option;
  return NULL;
}

static const char *option_at(const void *context, size_t index) {
  const struct own_option *options = context;
  return options[index].name;
}

static const char *list_options(struct sd_arena *arena, const struct own_form *form) {
  struct sd_strv names = {0};
  for (const struct own_option *option = form->options; option->name != NULL; option++)
    sd_strv_add(&names, arena, option->name);
  return names.v.len == 0
             ? "it takes no options"
             : sd_arena_printf(arena, "its options are %s", sd_strv_join(&names, arena, ", "));
}

static bool fail_unknown(struct sd_arena *arena, const struct own_form *form, const char *name,
                         struct sd_error *err) {
  size_t count = 0;
  while (form->options[count].name != NULL)
    count++;
  const char *near = sd_text_nearest(name, count, option_at, form->options);
  return sd_fail_rule(err, NULL,
                      near != NULL ? sd_arena_printf(arena, "did you mean %s?", near)
                                   : list_options(arena, form),
                      "%s: there is no option %s", form->command, sd_text_safe(arena, name));
}

static bool is_choice(const char *choices, const char *value) {
  size_t len = strlen(value);
  for (const char *at = choices;; at++) {
    size_t this = strcspn(at, "|");
    if (this == len && memcmp(at, value, len) == 0)
      return true;
    at += this;
    if (*at == '\0')
      return *choices == '\0';
  }
}

/* `**words` is an option; afterwards its last word. */
static bool read_option(struct sd_arena *arena, const char *const **words,
                        const struct own_form *form, struct own_words *out, struct sd_error *err) {
  const char *word = **words;
  size_t len = strcspn(word, "=");
  const char *name = sd_arena_strndup(arena, word, len);
  const struct own_option *option = find(form, name);
  if (option == NULL)
    return fail_unknown(arena, form, name, err);
  const char *value = "";
  if (option->choices == NULL && word[len] == '=')
    return sd_fail(err, "%s: %s takes no value", form->command, name);
  if (option->choices != NULL)
    value = word[len] == '=' ? word + len + 1 : *++*words;
  if (value == NULL)
    return sd_fail(err, "%s: %s needs a value", form->command, name);
  if (option->choices != NULL && !is_choice(option->choices, value))
    return sd_fail_rule(err, NULL, sd_arena_printf(arena, "%s %s", name, option->choices),
                        "%s: \"%s\" is no value of %s", form->command, sd_text_safe(arena, value),
                        name);
  *sd_vec_push(arena, &out->given) = (struct own_given){.name = option->name, .value = value};
  return true;
}

static bool asks_for_help(const char *const *words) {
  for (; *words != NULL && strcmp(*words, "--") != 0; words++)
    if (strcmp(*words, "--help") == 0 || strcmp(*words, "-h") == 0)
      return true;
  return false;
}

static bool read_words(struct sd_arena *arena, const struct own_form *form, struct own_words *out,
                       struct sd_error *err) {
  bool ended = false;
  for (const char *const *words = out->typed; *words != NULL; words++) {
    if (ended)
      sd_strv_add(form->request ? &out->request : &out->operands, arena, *words);
    else if (strcmp(*words, "--") == 0)
      ended = true;
    else if ((*words)[0] != '-' || (*words)[1] == '\0')
      sd_strv_add(&out->operands, arena, *words);
    else if (!read_option(arena, &words, form, out, err))
      return false;
  }
  size_t count = out->operands.v.len;
  return (count >= form->least && count <= form->most) ||
         sd_fail_rule(err, NULL, form->usage, "%s: too %s words", form->command,
                      count < form->least ? "few" : "many");
}

int own_command(struct session *session, const char *const *words, const struct own_form *form) {
  struct own_words given = {.typed = words};
  struct sd_error err;
  sd_error_init(&err, session->arena);
  if (asks_for_help(words))
    return output_answer(session->arena, form->help, 0);
  if (!read_words(session->arena, form, &given, &err))
    return output_complain(session->arena, &err);
  return form->run(session, &given);
}

const char *own_words_value(const struct own_words *words, const char *name) {
  const char *value = NULL;
  for (size_t i = 0; i < words->given.len; i++)
    if (strcmp(words->given.items[i].name, name) == 0)
      value = words->given.items[i].value;
  return value;
}

bool own_words_is(const struct own_words *words, const char *name, const char *value) {
  const char *given = own_words_value(words, name);
  return given != NULL && strcmp(given, value) == 0;
}
