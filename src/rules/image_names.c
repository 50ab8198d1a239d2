/* SPDX-License-Identifier: Apache-2.0 */
/* Names of images against patterns.
 *
 * MUST: match a pattern against every name that an administrator writes for the image and no other:
 * a pattern without a registry means Docker Hub alone; with a digest the tag decides nothing. */
#include <string.h>

#include "images.h"
#include "internal.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/archive.h"

#define HUB "docker.io/"
#define OFFICIAL HUB "library/"

/* -- one pattern -------------------------------------------------------------------------------- */

/* "ghcr.io/a", "localhost/a", "host:5000/a", "**": what may name another registry than Docker Hub,
 * by the rule of references: the part before the first slash has a dot or a colon, or is localhost.
 */
static bool names_registry(const char *pattern) {
  if (sd_text_starts_with(pattern, "**"))
    return true;
  size_t len = strcspn(pattern, "/");
  if (pattern[len] == '\0')
    return false;
  return memchr(pattern, '.', len) != NULL || memchr(pattern, ':', len) != NULL ||
         (len == strlen("localhost") && memcmp(pattern, "localhost", len) == 0);
}

static bool fits_any_tag(const char *pattern) {
  size_t len = strlen(pattern);
  return len >= 2 && strcmp(pattern + len - 2, ":*") == 0;
}

/* Patterns that say something of content: a tag. A digest overrides the tag of a reference, so that
 * only "any tag" and patterns of digests may match one. */
static bool fits_digest(const char *pattern) {
  return strchr(pattern, '@') != NULL || fits_any_tag(pattern);
}

struct form {
  const struct sd_rule_input *in;
  const char *pattern;
  const struct sd_image *image;
  enum sd_image_scope scope;
};

static bool matches_form(const struct form *form, const char *name) {
  struct sd_arena *arena = form->in->arena;
  const struct sd_image *image = form->image;
  if (sd_policy_matches(form->pattern, name))
    return true;
  if (form->scope == SD_IMAGE_EVERY && !fits_any_tag(form->pattern))
    return false;
  const char *tag = image->tag != NULL ? image->tag : "latest";
  if (image->digest == NULL)
    return sd_policy_matches(form->pattern, sd_arena_printf(arena, "%s:%s", name, tag));
  if (!fits_digest(form->pattern))
    return false;
  return sd_policy_matches(form->pattern, sd_arena_printf(arena, "%s@%s", name, image->digest)) ||
         sd_policy_matches(form->pattern,
                           sd_arena_printf(arena, "%s:%s@%s", name, tag, image->digest));
}

static bool matches(const struct form *form) {
  const char *name = form->image->name;
  bool registry = names_registry(form->pattern);
  if (registry && matches_form(form, name))
    return true;
  if (!registry && sd_text_starts_with(name, HUB) && matches_form(form, name + strlen(HUB)))
    return true;
  if (!sd_text_starts_with(name, OFFICIAL))
    return false;
  const char *bare = name + strlen(OFFICIAL);
  return matches_form(form, registry ? sd_arena_printf(form->in->arena, HUB "%s", bare) : bare);
}

bool sd_image_matches(const struct sd_rule_input *in, const struct sd_strv *patterns,
                      const struct sd_image *image, enum sd_image_scope scope) {
  for (size_t i = 0; i < patterns->v.len; i++) {
    struct form form = {in, patterns->v.items[i], image, scope};
    if (matches(&form))
      return true;
  }
  return false;
}

/* -- what an image is called ---------------------------------------------------------------------- */

struct sd_strv sd_image_names(struct sd_arena *arena, const struct sd_object *object,
                              const char *key) {
  struct sd_strv names = {0};
  const struct sd_json *list = object->json != NULL ? sd_json_get(object->json, key) : NULL;
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (list->items.items[i]->type == SD_JSON_STRING)
      sd_strv_add(&names, arena, list->items.items[i]->string);
  return names;
}

bool sd_image_has_name(struct sd_arena *arena, const struct sd_object *object,
                       const char *canonical) {
  static const char *const keys[] = {"RepoTags", "RepoDigests"};
  for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
    struct sd_strv names = sd_image_names(arena, object, keys[k]);
    for (size_t i = 0; i < names.v.len; i++) {
      struct sd_image image;
      struct sd_error err;
      sd_error_init(&err, arena);
      if (sd_image_parse(arena, names.v.items[i], &image, &err) &&
          strcmp(image.canonical, canonical) == 0)
        return true;
    }
  }
  return false;
}

/* -- what an archive names ---------------------------------------------------------------------- */

void sd_rules_archive(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_archive *archive) {
  struct sd_strv judged = {0};
  for (size_t i = 0; i < archive->names.v.len; i++) {
    const char *name = archive->names.v.items[i];
    if (sd_strv_contains(&judged, name))
      continue;
    sd_strv_add(&judged, in->arena, name);
    const char *shown = sd_text_safe(in->arena, name);
    struct sd_image image;
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (!sd_image_parse(in->arena, name, &image, &err) || image.name == NULL)
      sd_problem_add(&decision->problems, "load-archive", shown, "see docker save",
                     "the archive names an image %s, which is no name of an image", shown);
    else if (image.digest != NULL ||
             !sd_image_matches(in, &in->policy->images.own, &image, SD_IMAGE_ONE))
      sd_problem_add(&decision->problems, "image-own", shown, sd_image_own_hint(in),
                     "the archive names an image %s, and that name is not yours to give", shown);
  }
}

/* -- the image of a launch or a pull ------------------------------------------------------------ */

/* The image is no option: violations about it name it themselves. */
void sd_image_deny(const struct sd_rule_input *in, struct sd_decision *decision,
                   const struct sd_image *image, const char *rule, const char *hint,
                   const char *reason) {
  const char *shown = sd_text_safe(in->arena, image->given);
  sd_problem_add(&decision->problems, rule, shown, hint, "%s: %s", shown, reason);
}

const char *sd_image_allowed_hint(const struct sd_rule_input *in) {
  return sd_arena_printf(in->arena,
                         "allowed images: %s; the administrator can name others (images.allow)",
                         sd_rule_list(in->arena, &in->policy->images.allow, "none"));
}

const char *sd_image_own_hint(const struct sd_rule_input *in) {
  return sd_arena_printf(in->arena, "names of your own: %s (images.own in the policy)",
                         sd_rule_list(in->arena, &in->policy->images.own, "none"));
}

static bool check_name(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_image *image) {
  if (sd_image_matches(in, &in->policy->images.allow, image, SD_IMAGE_ONE))
    return true;
  sd_image_deny(in, decision, image, "image", sd_image_allowed_hint(in),
                "the policy does not allow this image");
  return false;
}

static bool check_digest(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_image *image) {
  if (!in->policy->images.require_digest || image->is_id || image->digest != NULL)
    return true;
  sd_image_deny(in, decision, image, "image-digest",
                "write the image as name@sha256:..., see docker images --digests",
                "the policy requires images by digest: a tag can be moved");
  return false;
}

bool sd_image_judge(const struct sd_rule_input *in, struct sd_decision *decision,
                    const struct sd_image *image) {
  bool good = check_name(in, decision, image);
  return check_digest(in, decision, image) && good;
}

bool sd_image_judge_launch(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_image *image, struct sd_image *out) {
  *out = *image; /* as it is, where every image is allowed */
  bool good = !sd_image_is_looked_at(in->policy) || sd_image_resolve(in, decision, image, out);
  return check_digest(in, decision, image) && good;
}

const char *sd_image_spelled(struct sd_arena *arena, const struct sd_image *image) {
  return sd_arena_printf(arena, "%s%s%s%s%s", image->name, image->tag != NULL ? ":" : "",
                         image->tag != NULL ? image->tag : "", image->digest != NULL ? "@" : "",
                         image->digest != NULL ? image->digest : "");
}

/* Only where it is read as the same name again, and cannot be taken for an id. */
const char *sd_image_familiar(struct sd_arena *arena, const struct sd_image *image) {
  static const char *const prefixes[] = {OFFICIAL, HUB};
  for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
    struct sd_image again;
    struct sd_error err;
    sd_error_init(&err, arena);
    if (!sd_text_starts_with(image->canonical, prefixes[i]))
      continue;
    const char *text = image->canonical + strlen(prefixes[i]);
    if (sd_image_parse(arena, text, &again, &err) && !again.is_id && !again.maybe_id &&
        strcmp(again.canonical, image->canonical) == 0)
      return text;
  }
  return image->canonical;
}
