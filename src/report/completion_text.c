/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates and the answer.
 *
 * MUST: let nothing through that a shell or a terminal acts on. Names of networks could be of any characters in old
 * versions of Docker, and each caller chooses the names of their own. */
#include <string.h>

#include "completion.h"
#include "safe-docker/base/text.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

extern const char sd_completion_bash_text[];
extern const char sd_completion_zsh_text[];
extern const char sd_completion_fish_text[];

/* -- candidates --------------------------------------------------------------------------------- */

/* Options, words, paths and names; blanks, quotes, $, `, ;, *, ~ and the like are none of them. */
static bool is_plain(const char *word) {
  return word[0] != '\0' && word[strspn(word, LETTERS "_-+=:./@,")] == '\0';
}

static bool has_candidate(const struct sd_completion *out, const char *word) {
  for (size_t i = 0; i < out->candidates.len; i++)
    if (strcmp(out->candidates.items[i].word, word) == 0)
      return true;
  return false;
}

void sd_completion_add(const struct sd_completion_place *place, const char *word,
                       const char *description) {
  if (is_plain(word) && sd_text_starts_with(word, place->out->start) &&
      !has_candidate(place->out, word))
    *sd_vec_push(place->arena, &place->out->candidates) = (struct sd_candidate){word, description};
}

/* As the daemon demands it of new names; images also have registries, tags and paths. */
static bool is_name(enum sd_names kind, const char *name) {
  const char *more = kind == SD_NAMES_IMAGES ? LETTERS "_.-/:@" : LETTERS "_.-";
  return name[0] != '\0' && strchr(LETTERS, name[0]) != NULL && name[strspn(name, more)] == '\0';
}

static void add_name(struct sd_arena *arena, enum sd_names kind, const char *name,
                     struct sd_completion *out) {
  const char *word = sd_arena_printf(arena, "%s%s", name, out->suffix);
  if (is_name(kind, name) && sd_text_starts_with(word, out->start) && !has_candidate(out, word) &&
      !sd_strv_contains(&out->taken, word))
    *sd_vec_push(arena, &out->candidates) = (struct sd_candidate){word, ""};
}

void sd_completion_add_names(struct sd_arena *arena, enum sd_names kind, const char *lines,
                             struct sd_completion *out) {
  while (*lines != '\0') {
    size_t len = strcspn(lines, ",\r\n");
    if (len > 0)
      add_name(arena, kind, sd_arena_strndup(arena, lines, len), out);
    lines += len + (lines[len] != '\0' ? 1 : 0);
  }
}

/* -- the answer --------------------------------------------------------------------------------- */

const char *sd_completion_text(struct sd_arena *arena, const struct sd_completion *completion,
                               bool descriptions) {
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < completion->candidates.len; i++) {
    const struct sd_candidate *candidate = &completion->candidates.items[i];
    sd_str_add(&out, candidate->word);
    if (descriptions && candidate->description[0] != '\0')
      sd_str_addf(&out, "\t%s", candidate->description);
    sd_str_add_char(&out, '\n');
  }
  sd_str_addf(&out, ":%u\n", completion->directive);
  return sd_str_text(&out);
}

/* -- scripts ------------------------------------------------------------------------------------ */

/* Each script is for safe-docker; before and behind it stands what makes it one for docker as well. */
const char *sd_completion_script(struct sd_arena *arena, const char *shell, bool descriptions) {
  static const struct {
    const char *shell, *before, *plain, *text, *behind;
  } scripts[] = {
      {"bash", "", "", sd_completion_bash_text, "complete -F _safe_docker docker\n"},
      {"zsh", "#compdef docker\ntypeset -g _safe_docker_also=docker\n",
       "typeset -g _safe_docker_request=__completeNoDesc\n", sd_completion_zsh_text, ""},
      {"fish", "", "set -g __safe_docker_request __completeNoDesc\n", sd_completion_fish_text,
       "__safe_docker_register docker\n"},
  };
  for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
    if (strcmp(scripts[i].shell, shell) == 0)
      return sd_arena_printf(arena, "%s%s%s%s", scripts[i].before,
                             descriptions ? "" : scripts[i].plain, scripts[i].text,
                             scripts[i].behind);
  return "";
}
