/* SPDX-License-Identifier: Apache-2.0 */
/* Image references, as github.com/distribution/reference reads and normalises them.
 *
 * MUST: give the one full name that the daemon would look up, so that a rule on names cannot be
 * passed by another spelling of one. */
#include "spec_common.h"

#include <string.h>

#include "safe-docker/base/text.h"

#define NAME_MAX_BYTES 255
#define TAG_MAX_BYTES 128
#define ID_DIGITS 64
#define HEX SD_SPEC_DIGITS "abcdef"

static bool fail(struct sd_error *err, const char *hint, const char *why, const char *text) {
  return sd_fail_rule(err, NULL, hint, "%s: '%s'", why, sd_text_safe(err->arena, text));
}

/* One ".", one or two "_", or any number of "-"; 0: none of them. */
static size_t joint_length(const char *text) {
  if (*text == '-')
    return strspn(text, "-");
  if (*text == '_')
    return text[1] == '_' ? 2 : 1;
  return *text == '.' ? 1 : 0;
}

/* [a-z0-9]+ with a joint between each two. */
static bool is_component(const char *text) {
  static const char alnum[] = SD_SPEC_DIGITS SD_SPEC_LOWER;
  for (const char *at = text;;) {
    size_t word = strspn(at, alnum);
    at += word;
    size_t joint = joint_length(at);
    if (word == 0 || joint == 0)
      return word > 0 && *at == '\0';
    at += joint;
  }
}

static bool is_path(struct sd_arena *arena, const char *path) {
  struct sd_strv parts;
  sd_spec_split(arena, path, '/', &parts);
  for (size_t i = 0; i < parts.v.len; i++)
    if (!is_component(parts.v.items[i]))
      return false;
  return true;
}

/* Letters, digits and inner dashes between dots; then a port of digits. */
static bool is_domain(struct sd_arena *arena, const char *text) {
  struct sd_strv labels;
  const char *host = NULL;
  const char *port = NULL;
  if (sd_spec_cut(arena, text, ':', &host, &port) && !sd_spec_consists_of(port, SD_SPEC_DIGITS))
    return false;
  sd_spec_split(arena, host, '.', &labels);
  for (size_t i = 0; i < labels.v.len; i++) {
    const char *label = labels.v.items[i];
    if (!sd_spec_consists_of(label, SD_SPEC_ALNUM "-") || label[0] == '-' ||
        label[strlen(label) - 1] == '-')
      return false;
  }
  return true;
}

static bool is_tag(const char *text) {
  return sd_spec_consists_of(text, SD_SPEC_ALNUM "_.-") && text[0] != '.' && text[0] != '-' &&
         strlen(text) <= TAG_MAX_BYTES;
}

struct algorithm {
  const char *name;
  size_t digits;
};

static const struct algorithm algorithms[] = {{"sha256", 64}, {"sha384", 96}, {"sha512", 128}};

static bool check_digest(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(algorithms);
  const char *name = NULL;
  const char *hex = NULL;
  bool cut = sd_spec_cut(arena, text, ':', &name, &hex);
  size_t index = sd_spec_find(&table, name);
  if (cut && index < table.count && sd_spec_consists_of(hex, HEX) &&
      strlen(hex) == algorithms[index].digits)
    return true;
  return fail(err, "write sha256: and 64 hex digits in lower case", "the digest is not valid",
              text);
}

/* True where the text is an id, or fails as one (see err->message). */
static bool take_id(struct sd_arena *arena, const char *text, struct sd_image *image,
                    struct sd_error *err) {
  struct sd_spec_table table = SD_SPEC_TABLE(algorithms);
  const char *name = NULL;
  const char *hex = NULL;
  if (!sd_spec_cut(arena, text, ':', &name, &hex)) {
    hex = name;
    name = NULL;
  }
  bool is_hex = sd_spec_consists_of(hex, HEX);
  if (name != NULL && (sd_spec_find(&table, name) == table.count || !is_hex))
    return false;
  if (name == NULL && (!is_hex || strlen(hex) != ID_DIGITS))
    return false;
  if ((name != NULL && strcmp(name, "sha256") != 0) || strlen(hex) != ID_DIGITS) {
    (void)fail(err, "write the full id, sha256: and 64 hex digits, or the image's name",
               "this could be a tag or the start of an id", text);
    return true;
  }
  image->is_id = true;
  image->canonical = sd_arena_printf(arena, "sha256:%s", hex);
  return true;
}

/* The rule of reference.splitDockerDomain; what only later versions take for a registry is refused.
 */
static bool split_domain(struct sd_arena *arena, const char *text, const char **domain,
                         const char **path, struct sd_error *err) {
  const char *first = NULL;
  const char *rest = NULL;
  bool cut = sd_spec_cut(arena, text, '/', &first, &rest);
  if (cut && first[0] == '[')
    return fail(err, "use the registry's name",
                "an IPv6 address is a registry only to later versions", text);
  if (cut && (strpbrk(first, ".:") != NULL || strcmp(first, "localhost") == 0)) {
    *domain = strcmp(first, "index.docker.io") == 0 ? "docker.io" : first;
    *path = rest;
  } else {
    *domain = "docker.io";
    *path = text;
  }
  if (strcmp(*domain, "docker.io") == 0 && strchr(*path, '/') == NULL)
    *path = sd_arena_printf(arena, "library/%s", *path);
  return true;
}

static bool parse_name(struct sd_arena *arena, const char *text, struct sd_image *image,
                       struct sd_error *err) {
  const char *domain = NULL;
  const char *path = NULL;
  if (!split_domain(arena, text, &domain, &path, err))
    return false;
  if (strcmp(sd_spec_lower(arena, path), path) != 0)
    return fail(err, "write the name in lower case", "names of images have no capitals", text);
  if (!is_domain(arena, domain))
    return fail(err, "write HOST[:PORT]/NAME", "the registry is not valid", domain);
  const char *name = sd_arena_printf(arena, "%s/%s", domain, path);
  if (strlen(name) > NAME_MAX_BYTES)
    return sd_fail_rule(err, NULL, "use a shorter name",
                        "the name with its registry is longer than 255 characters");
  if (!is_path(arena, path))
    return fail(err, "write [REGISTRY/]NAME[:TAG][@DIGEST]", "this is not the name of an image",
                text);
  image->name = name;
  return true;
}

/* Cuts [:TAG][@DIGEST] off; a colon before the last "/" belongs to the registry. */
static bool cut_version(struct sd_arena *arena, const char *text, const char **name,
                        struct sd_image *image, struct sd_error *err) {
  const char *rest = NULL;
  (void)sd_spec_cut(arena, text, '@', &rest, &image->digest);
  const char *slash = strrchr(rest, '/');
  const char *colon = strchr(slash != NULL ? slash : rest, ':');
  *name = rest;
  if (colon != NULL) {
    *name = sd_arena_strndup(arena, rest, (size_t)(colon - rest));
    image->tag = colon + 1;
  }
  if (image->tag != NULL && !is_tag(image->tag))
    return fail(err, "tags are of [a-zA-Z0-9_.-], at most 128 characters", "the tag is not valid",
                image->tag);
  return image->digest == NULL || check_digest(arena, image->digest, err);
}

static const char *canonical_text(struct sd_arena *arena, const struct sd_image *image) {
  const char *tag = image->tag;
  if (tag == NULL && image->digest == NULL)
    tag = "latest";
  return sd_arena_printf(arena, "%s%s%s%s%s", image->name, tag != NULL ? ":" : "",
                         tag != NULL ? tag : "", image->digest != NULL ? "@" : "",
                         image->digest != NULL ? image->digest : "");
}

bool sd_image_parse(struct sd_arena *arena, const char *text, struct sd_image *out,
                    struct sd_error *err) {
  const char *name = NULL;
  if (!sd_spec_check(text, err))
    return false;
  struct sd_image image = {.given = sd_arena_strdup(arena, text)};
  if (take_id(arena, text, &image, err)) {
    if (image.is_id)
      *out = image;
    return image.is_id;
  }
  if (!cut_version(arena, text, &name, &image, err) || !parse_name(arena, name, &image, err))
    return false;
  image.maybe_id = image.tag == NULL && image.digest == NULL && sd_spec_consists_of(text, HEX);
  image.canonical = canonical_text(arena, &image);
  *out = image;
  return true;
}
