/* SPDX-License-Identifier: Apache-2.0 */
/* The image: which one, from where, and how it is fetched.
 *
 * MUST: match a pattern against every name that an administrator writes for the image and no other:
 * a pattern without a registry means Docker Hub alone; with a digest the tag decides nothing. */
#include <string.h>

#include "internal.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/rules.h"

#define HUB "docker.io/"
#define OFFICIAL HUB "library/"

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

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

/* Patterns that say something of content: a tag. A digest overrides the tag of a reference, so that
 * only "any tag" and patterns of digests may match one. */
static bool fits_digest(const char *pattern) {
  size_t len = strlen(pattern);
  return strchr(pattern, '@') != NULL || (len >= 2 && strcmp(pattern + len - 2, ":*") == 0);
}

static bool matches_form(const struct sd_rule_input *in, const char *pattern,
                         const struct sd_image *image, const char *name) {
  if (sd_policy_matches(pattern, name))
    return true;
  const char *tag = image->tag != NULL ? image->tag : "latest";
  if (image->digest == NULL)
    return sd_policy_matches(pattern, sd_arena_printf(in->arena, "%s:%s", name, tag));
  if (!fits_digest(pattern))
    return false;
  return sd_policy_matches(pattern, sd_arena_printf(in->arena, "%s@%s", name, image->digest)) ||
         sd_policy_matches(pattern,
                           sd_arena_printf(in->arena, "%s:%s@%s", name, tag, image->digest));
}

static bool matches(const struct sd_rule_input *in, const char *pattern,
                    const struct sd_image *image) {
  if (strcmp(pattern, "**") == 0)
    return true;
  if (names_registry(pattern) && matches_form(in, pattern, image, image->name))
    return true;
  if (!sd_text_starts_with(image->name, HUB))
    return false;
  const char *short_name = image->name + strlen(HUB);
  bool official = sd_text_starts_with(image->name, OFFICIAL);
  const char *bare = image->name + strlen(official ? OFFICIAL : HUB);
  if (names_registry(pattern))
    return official && matches_form(in, pattern, image, sd_arena_printf(in->arena, HUB "%s", bare));
  return matches_form(in, pattern, image, short_name) ||
         (official && matches_form(in, pattern, image, bare));
}

/* The image is no option: violations about it name it themselves. */
static void deny_image(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *rule, const char *hint, const char *reason) {
  const char *image = shown(in, in->request->image.given);
  sd_problem_add(&decision->problems, rule, image, hint, "%s: %s", image, reason);
}

static const char *allowed_images(const struct sd_rule_input *in) {
  return sd_arena_printf(in->arena, "allowed images: %s",
                         sd_rule_list(in->arena, &in->policy->images.allow, "none"));
}

static bool check_name(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_image *image = &in->request->image;
  const struct sd_strv *allow = &in->policy->images.allow;
  bool id = image->is_id || image->maybe_id || image->name == NULL;
  if (id && !sd_strv_contains(allow, "**")) {
    deny_image(in, decision, "image-id", "write the image as name:tag",
               "it may be the id of any image of the host, whatever its name");
    return false;
  }
  for (size_t i = 0; i < allow->v.len; i++)
    if (id || matches(in, allow->v.items[i], image))
      return true;
  deny_image(in, decision, "image", allowed_images(in), "the policy does not allow this image");
  return false;
}

static bool check_digest(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_image *image = &in->request->image;
  if (!in->policy->images.require_digest || image->is_id || image->digest != NULL)
    return true;
  deny_image(in, decision, "image-digest",
             "write the image as name@sha256:..., see docker images --digests",
             "the policy requires images by digest: a tag can be moved");
  return false;
}

static void check_image(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (in->request->image.given == NULL)
    return; /* parsing has said that it is missing, or why it is none */
  bool good = check_name(in, decision);
  good = check_digest(in, decision) && good;
  if (good)
    decision->out.image = in->request->image;
}

static bool is_pull_value(const char *value) {
  return strcmp(value, "always") == 0 || strcmp(value, "missing") == 0 ||
         strcmp(value, "never") == 0;
}

static void check_pull(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *pull = &in->request->pull;
  const char *wanted = in->policy->images.pull != NULL ? in->policy->images.pull : "";
  bool given = pull->set && pull->value[0] != '\0'; /* "" is the same as none */
  if (given && !is_pull_value(pull->value)) {
    sd_deny(decision, "invalid-value", pull->given, "write always, missing or never",
            "%s says nothing about when to pull", shown(in, pull->value));
  } else if (given && wanted[0] != '\0' && strcmp(wanted, pull->value) != 0) {
    sd_deny(decision, "pull", pull->given,
            sd_arena_printf(in->arena, "leave it out, or write --pull=%s", wanted),
            "the policy says when images are pulled: %s", wanted);
  } else if (given) {
    decision->out.pull = *pull;
  } else if (wanted[0] != '\0') {
    sd_rule_set_text(decision, SD_OPT_PULL, wanted);
    sd_changed(decision, "pull", "the policy says when images are pulled", "--pull=%s", wanted);
  }
}

/* "linux/arm64/v8", "windows(10.0.17763)/amd64" */
static void check_platform(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *platform = &in->request->platform;
  static const char known[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/()+-";
  if (!platform->set || platform->value[0] == '\0')
    return;
  if (platform->value[strspn(platform->value, known)] == '\0') {
    decision->out.platform = *platform;
    return;
  }
  sd_deny(decision, "platform", platform->given, "write it as linux/amd64", "%s is no platform",
          shown(in, platform->value));
}

/* The CLI's own default is to check nothing; checking asks a server of its own choice. */
static void check_trust(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_flag *flag = &in->request->disable_content_trust;
  bool wanted = in->policy->images.content_trust;
  if (flag->set && wanted && flag->value) {
    sd_deny(decision, "content-trust", flag->given, "leave it out",
            "the policy requires signed images");
  } else if (flag->set && !wanted && !flag->value) {
    sd_deny(decision, "content-trust", flag->given, "leave it out, or name the image by digest",
            "content trust asks a signature server, which the policy does not want");
  } else if (wanted) {
    decision->out.disable_content_trust = (struct sd_flag){.set = true, .given = flag->given};
    if (!flag->set)
      sd_changed(decision, "content-trust", "the policy requires signed images",
                 "--disable-content-trust=false");
  }
}

void sd_rules_image(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {SD_OPT_PULL, SD_OPT_PLATFORM,
                                           SD_OPT_DISABLE_CONTENT_TRUST};
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  check_image(in, decision);
  check_pull(in, decision);
  check_platform(in, decision);
  check_trust(in, decision);
}
