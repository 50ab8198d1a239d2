/* SPDX-License-Identifier: Apache-2.0 */
/* Names of images against the policy's patterns; for the rules alone. */
#ifndef SAFE_DOCKER_RULES_IMAGES_H
#define SAFE_DOCKER_RULES_IMAGES_H

#include "safe-docker/rules/rules.h"

/* What of the name a pattern must cover. */
enum sd_image_scope {
  SD_IMAGE_ONE,   /* the reference: without a tag and a digest it is that of the tag "latest" */
  SD_IMAGE_EVERY, /* whatever has the name, under every tag */
};

/* True where a pattern of the list covers the image, which has a name. */
bool sd_image_matches(const struct sd_rule_input *in, const struct sd_strv *patterns,
                      const struct sd_image *image, enum sd_image_scope scope);
/* An image that is pulled against images.allow and images.require_digest; false: denied. */
bool sd_image_judge(const struct sd_rule_input *in, struct sd_decision *decision,
                    const struct sd_image *image);
/* The same of one that is started: by what it is, where the policy looks at that (image_trust.c). *out: to hand on. */
bool sd_image_judge_launch(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_image *image, struct sd_image *out);
/* Whether names are not taken for what they say: some images are not allowed, or each must be verified. */
bool sd_image_is_looked_at(const struct sd_policy *policy);
/* The part of sd_image_judge_launch for that. What must be looked up or pulled first is then in decision->wants or ->pulls,
 * and the answer is true. */
bool sd_image_resolve(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_image *image, struct sd_image *out);
/* A violation about the image, which is no option. `hint` and `reason` are safe to show. */
void sd_image_deny(const struct sd_rule_input *in, struct sd_decision *decision,
                   const struct sd_image *image, const char *rule, const char *hint,
                   const char *reason);
/* The texts of a list that inspect shows of an image: "RepoTags" or "RepoDigests". */
struct sd_strv sd_image_names(struct sd_arena *arena, const struct sd_object *object,
                              const char *key);
/* Whether one of them is the reference. */
bool sd_image_has_name(struct sd_arena *arena, const struct sd_object *object,
                       const char *canonical);
/* "allowed images: ..." and "your own names: ...", for hints. */
const char *sd_image_allowed_hint(const struct sd_rule_input *in);
const char *sd_image_own_hint(const struct sd_rule_input *in);
/* The full name, with the tag and the digest that were given alone: "docker.io/library/alpine", so that the real CLI
 * says what it says when a tag is left out. */
const char *sd_image_spelled(struct sd_arena *arena, const struct sd_image *image);

/* The shortest full text that names it, as Docker shows names, always with its tag: "alpine:latest". */
const char *sd_image_familiar(struct sd_arena *arena, const struct sd_image *image);

/* -- for the commands on images (command.h) ------------------------------------------------------ */

/* Judges --disable-content-trust of pull. */
void sd_image_content_trust(const struct sd_rule_input *in, struct sd_decision *decision);
/* Judges and passes every --change. */
void sd_image_changes(const struct sd_rule_input *in, struct sd_decision *decision);

/* An operand that names an image, by name or by id. */
struct sd_image_named {
  struct sd_image image; /* where it is a name; else image.name is NULL */
  const struct sd_object
      *object; /* where it is an id, looked up; its json is NULL while it is not */
};
/* Reads and, where it may be an id, looks up; false: it was denied, or noted as absent. */
bool sd_image_operand(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *operand, struct sd_image_named *out);
/* True where images.allow or images.own covers the name, or one of the names of the object. */
bool sd_image_is_usable(const struct sd_rule_input *in, const struct sd_image_named *named,
                        enum sd_image_scope scope);
/* The name with its tag, where it is a name that the caller may give; else denied, and NULL. */
const char *sd_image_own_name(const struct sd_rule_input *in, struct sd_decision *decision,
                              const char *operand);

#endif
