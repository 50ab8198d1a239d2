/* SPDX-License-Identifier: Apache-2.0 */
/* Templates in policy texts. What they stand for comes from the passwd database, which is the
 * host's but may be filled by others (LDAP): a name such as "*" or "../x" must not widen what the
 * policy says. */
#include <string.h>

#include "safe-docker/base/text.h"
#include "schema.h"

struct expansion {
  const struct sd_policy_reading *in;
  bool pattern;
  bool image;      /* {image} may stand there, and stays: it is replaced when an image is known */
  bool in_set;     /* behind a `[` of a pattern that is not closed yet */
  const char *why; /* the value is not to be had */
  struct sd_str out;
};

typedef bool template_value(struct expansion *to, const char **value, struct sd_error *err);

static bool value_user(struct expansion *to, const char **value, struct sd_error *err) {
  const char *user = to->in->caller->user;
  if (user == NULL || *user == '\0') {
    to->why = "the caller has no name in the passwd database";
    return true;
  }
  if (strchr(user, '/') != NULL || strstr(user, "..") != NULL || strcmp(user, ".") == 0 ||
      !sd_text_is_printable(user))
    return sd_fail(err, "{user} is \"%s\", which cannot be part of a path or name",
                   sd_text_safe(to->in->arena, user));
  *value = user;
  return true;
}

static bool value_uid(struct expansion *to, const char **value, struct sd_error *err) {
  (void)err;
  *value = sd_arena_printf(to->in->arena, "%u", (unsigned)to->in->caller->uid);
  return true;
}

static bool value_gid(struct expansion *to, const char **value, struct sd_error *err) {
  (void)err;
  *value = sd_arena_printf(to->in->arena, "%u", (unsigned)to->in->caller->gid);
  return true;
}

/* An account whose home is / has no home: all of the host would be its own. */
static bool value_home(struct expansion *to, const char **value, struct sd_error *err) {
  (void)err;
  const char *home = to->in->caller->home != NULL ? to->in->caller->home : "";
  size_t len = strlen(home);
  while (len > 1 && home[len - 1] == '/')
    len--;
  const char *clean = sd_arena_strndup(to->in->arena, home, len);
  if (!sd_policy_is_clean_path(clean) || strcmp(clean, "/") == 0 || !sd_text_is_printable(clean))
    to->why = "the caller has no home folder";
  else
    *value = clean;
  return true;
}

static const struct {
  const char *name;
  template_value *value;
} templates[] = {
    {"gid", value_gid},
    {"home", value_home},
    {"uid", value_uid},
    {"user", value_user},
};

static void add_value(struct expansion *to, const char *value) {
  for (; *value != '\0'; value++) {
    if (to->pattern && strchr("*?[]\\", *value) != NULL)
      sd_str_add_char(&to->out, '\\');
    sd_str_add_char(&to->out, *value);
  }
}

static bool expand_one(struct expansion *to, const char *name, size_t len, struct sd_error *err) {
  static const char image[] = "image";
  if (to->in_set)
    return sd_fail(err, "a template cannot stand between [ and ]");
  if (to->image && len == strlen(image) && memcmp(name, image, len) == 0) {
    sd_str_add(&to->out, SD_POLICY_IMAGE_TEMPLATE);
    return true;
  }
  for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
    if (strlen(templates[i].name) != len || memcmp(templates[i].name, name, len) != 0)
      continue;
    const char *value = "";
    if (!templates[i].value(to, &value, err))
      return false;
    add_value(to, value);
    return true;
  }
  return sd_fail(err, "{%s} is not a template; there are %s{user}, {uid}, {gid} and {home}",
                 sd_text_safe(to->in->arena, sd_arena_strndup(to->in->arena, name, len)),
                 to->image ? SD_POLICY_IMAGE_TEMPLATE ", " : "");
}

/* Copies one character of the text; an escaped one comes with its backslash. */
static size_t copy_character(struct expansion *to, const char *text) {
  size_t len = to->pattern && text[0] == '\\' && text[1] != '\0' ? 2 : 1;
  if (to->pattern && text[0] == '[')
    to->in_set = true;
  if (to->pattern && text[0] == ']')
    to->in_set = false;
  sd_str_add_bytes(&to->out, text, len);
  return len;
}

bool sd_policy_expand(const struct sd_policy_reading *in, const char *text, unsigned flags,
                      const char **out, const char **why, struct sd_error *err) {
  bool pattern = (flags & SD_POLICY_PATTERN) != 0;
  struct expansion to = {
      .in = in, .pattern = pattern, .image = (flags & SD_POLICY_WITH_IMAGE) != 0};
  *why = NULL;
  *out = text;
  if (text[strcspn(text, "{}")] == '\0') /* nearly all of them: each character stands for itself */
    return true;
  sd_str_init(&to.out, in->arena);
  while (*text != '\0') {
    if (*text == '}')
      return sd_fail(err, "there is a } without its {");
    /* The backslash would escape the one that guards the value's first character. */
    if (pattern && text[0] == '\\' && (text[1] == '{' || text[1] == '}'))
      return sd_fail(err, "a brace cannot be escaped");
    if (*text != '{') {
      text += copy_character(&to, text);
      continue;
    }
    size_t len = strcspn(text + 1, "{}");
    if (text[1 + len] != '}')
      return sd_fail(err, "there is a { without its }");
    if (!expand_one(&to, text + 1, len, err))
      return false;
    text += len + 2;
  }
  *why = to.why;
  *out = to.why != NULL ? NULL : sd_str_text(&to.out);
  return true;
}
