/* SPDX-License-Identifier: Apache-2.0 */
#include "setup.h"

#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "safe-docker/base/sha256.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

#define TEMPLATES SD_DATADIR "/setup/"
#define HASH_LEN 64

static const char mark[] = "made by safe-docker setup ";
static const char hash_is[] = ", sha256 ";
static const char nothing[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* -- the line ----------------------------------------------------------------------------------- */

/* The hash in the line of `text`; NULL: it has none. *deployment may be NULL. */
static const char *find_hash(struct sd_arena *arena, const char *text, const char **deployment) {
  const char *name = strstr(text, mark);
  if (name == NULL)
    return NULL;
  name += strlen(mark);
  size_t len = strcspn(name, ",\n");
  const char *hash = name + len + strlen(hash_is);
  if (strncmp(name + len, hash_is, strlen(hash_is)) != 0 ||
      strspn(hash, "0123456789abcdef") != HASH_LEN)
    return NULL;
  if (deployment != NULL)
    *deployment = sd_arena_strndup(arena, name, len);
  return hash;
}

/* Of everything but the hash itself. */
static const char *hash_of(struct sd_arena *arena, const char *text, const char *hash) {
  struct sd_sha256 state;
  sd_sha256_init(&state);
  sd_sha256_add(&state, text, (size_t)(hash - text));
  sd_sha256_add(&state, hash + HASH_LEN, strlen(hash + HASH_LEN));
  return sd_sha256_finish(&state, arena);
}

enum setup_mark setup_mark_of(struct sd_arena *arena, const char *text, const char **deployment) {
  *deployment = "";
  const char *hash = text != NULL ? find_hash(arena, text, deployment) : NULL;
  if (hash == NULL)
    return SETUP_UNMARKED;
  return memcmp(hash, hash_of(arena, text, hash), HASH_LEN) == 0 ? SETUP_UNCHANGED : SETUP_CHANGED;
}

/* Puts the hash where the zeros stand. */
static const char *seal(struct sd_arena *arena, const char *text) {
  const char *hash = find_hash(arena, text, NULL);
  char *out = sd_arena_strdup(arena, text);
  if (hash != NULL)
    memcpy(out + (hash - text), hash_of(arena, text, hash), HASH_LEN);
  return out;
}

static const char *line_of(const struct setup *setup) {
  return sd_arena_printf(setup->arena, "%s%s%s%s", mark, setup->name, hash_is, nothing);
}

const char *setup_sign(struct setup *setup, const char *comment, const char *text) {
  return seal(setup->arena,
              sd_arena_printf(setup->arena, "%s%s\n%s", comment, line_of(setup), text));
}

/* -- templates ---------------------------------------------------------------------------------- */

/* How the launcher reaches safe-docker: through the rule that is set up. */
static const char *words_to(struct setup *setup) {
  struct sd_setup_seen seen;
  struct sd_error ignored;
  const char *deployment = NULL;
  sd_error_init(&ignored, setup->arena);
  if (setup_owner_of(setup->arena, SETUP_SUDOERS) != NULL)
    return "/usr/bin/sudo -n -- " SETUP_PROGRAM;
  if (sd_setup_look(setup->arena, SETUP_DOAS, &seen, &ignored) &&
      setup_mark_of(setup->arena, seen.kind == SD_SETUP_REGULAR ? seen.text : NULL, &deployment) !=
          SETUP_UNMARKED)
    return "/usr/bin/doas -n " SETUP_PROGRAM;
  return SETUP_PROGRAM;
}

bool setup_has_door(struct setup *setup) {
  struct sd_setup_seen seen;
  struct sd_error ignored;
  sd_error_init(&ignored, setup->arena);
  return strcmp(words_to(setup), SETUP_PROGRAM) != 0 ||
         (sd_setup_look(setup->arena, SETUP_PROGRAM, &seen, &ignored) &&
          (seen.mode & S_ISGID) != 0);
}

static const char *value_of(struct setup *setup, const char *name) {
  const struct {
    const char *name, *value;
  } values[] = {{"MADE", line_of(setup)},      {"GROUP", setup->group},
                {"PROGRAM", SETUP_PROGRAM},    {"REAL", SETUP_DIVERTED},
                {"SYSCONFDIR", SD_SYSCONFDIR}, {"COMPLETION", SD_COMPLETION}};
  for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
    if (strcmp(values[i].name, name) == 0)
      return values[i].value;
  return strcmp(name, "THROUGH") == 0 ? words_to(setup) : NULL;
}

/* @NAME@ where there is such a name; any other @ stays. */
static const char *fill_in(struct setup *setup, const char *text) {
  struct sd_str out;
  sd_str_init(&out, setup->arena);
  while (*text != '\0') {
    size_t plain = strcspn(text, "@");
    sd_str_add_bytes(&out, text, plain);
    text += plain;
    if (*text == '\0')
      break;
    size_t len = strcspn(text + 1, "@\n");
    const char *value = text[len + 1] == '@'
                            ? value_of(setup, sd_arena_strndup(setup->arena, text + 1, len))
                            : NULL;
    if (value == NULL)
      sd_str_add_char(&out, *text++);
    else {
      sd_str_add(&out, value);
      text += len + 2;
    }
  }
  return sd_str_text(&out);
}

bool setup_render(struct setup *setup, const char *template, const char **out,
                  struct sd_error *err) {
  const char *path = sd_arena_printf(setup->arena, TEMPLATES "%s", template);
  const char *text = NULL;
  size_t len = 0;
  struct sd_error why;
  sd_error_init(&why, setup->arena);
  if (!sd_trusted_read(setup->arena, path, 0, SD_SETUP_TEXT_MAX, &text, &len, NULL, &why))
    return sd_fail_rule(err, NULL,
                        why.hint != NULL ? why.hint : "install safe-docker's files again", "%s",
                        why.message);
  const char *filled = fill_in(setup, text);
  *out = find_hash(setup->arena, filled, NULL) != NULL ? seal(setup->arena, filled)
                                                       : setup_sign(setup, "// ", filled);
  return true;
}
