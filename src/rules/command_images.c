/* SPDX-License-Identifier: Apache-2.0 */
/* Images that are read, fetched or copied: they are everybody's, within images.allow. Names that are given and taken
 * are in command_image_names.c. */
#include <string.h>

#include "checks.h"
#include "command.h"
#include "images.h"
#include "safe-docker/base/text.h"

/* -- reading ------------------------------------------------------------------------------------ */

static void pass_filters(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->invocation->settings.len; i++) {
    const struct sd_setting *setting = &in->invocation->settings.items[i];
    if (strcmp(setting->row->name, "filter") == 0 && !sd_text_is_printable(setting->text))
      sd_command_deny(decision, "invalid-value", setting, "write it as KEY=VALUE",
                      "it has characters that cannot be shown");
  }
  sd_command_pass(in, decision, "filter");
}

/* The operand is a pattern of the daemon's. */
void sd_command_images(const struct sd_rule_input *in, struct sd_decision *decision) {
  pass_filters(in, decision);
  for (size_t i = 0; i < in->invocation->operands.v.len; i++) {
    const char *pattern = in->invocation->operands.v.items[i];
    if (sd_check_word(pattern))
      sd_command_word(in, decision, pattern);
    else
      sd_operand_deny(decision, "invalid-image", pattern, "write NAME[:TAG]",
                      "this is no pattern of names");
  }
}

/* "sha256:" and the beginning of an id */
static bool is_short_id(const char *text) {
  static const char algorithm[] = "sha256:";
  return sd_text_starts_with(text, algorithm) && sd_check_hex(text + strlen(algorithm));
}

/* What does not exist the real CLI says itself. */
void sd_command_image_read(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->invocation->operands.v.len; i++) {
    const char *operand = in->invocation->operands.v.items[i];
    struct sd_image image;
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (is_short_id(operand) || sd_image_parse(in->arena, operand, &image, &err))
      sd_command_word(in, decision, operand);
    else
      sd_operand_deny(decision, "invalid-image", operand, err.hint, "%s", err.message);
  }
}

/* -- searching ---------------------------------------------------------------------------------- */

/* The daemon asks the registry that the word begins with: only those that images may come from. */
static bool is_searchable(const struct sd_rule_input *in, const char *term) {
  size_t len = strcspn(term, "/");
  bool registry =
      term[len] == '/' && (memchr(term, '.', len) != NULL || memchr(term, ':', len) != NULL ||
                           (len == strlen("localhost") && memcmp(term, "localhost", len) == 0));
  struct sd_image image;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return !registry || (sd_image_parse(in->arena, term, &image, &err) &&
                       sd_image_matches(in, &in->policy->images.allow, &image, SD_IMAGE_ONE));
}

void sd_command_search(const struct sd_rule_input *in, struct sd_decision *decision) {
  pass_filters(in, decision);
  for (size_t i = 0; i < in->invocation->operands.v.len; i++) {
    const char *term = in->invocation->operands.v.items[i];
    if (!sd_check_word(term))
      sd_operand_deny(decision, "search-term", term, "write a single word",
                      "this is no word to search for");
    else if (strstr(term, "://") != NULL || !is_searchable(in, term))
      sd_operand_deny(decision, "search-term", term, "leave the registry out, to search Docker Hub",
                      "the policy allows no image of that registry");
    else
      sd_command_word(in, decision, term);
  }
}

/* -- fetching ----------------------------------------------------------------------------------- */

void sd_image_content_trust(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *setting = sd_command_take(in, decision, "disable-content-trust");
  bool wanted = in->policy->images.content_trust;
  if (setting != NULL && wanted && setting->flag)
    sd_command_deny(decision, "content-trust", setting, "leave it out",
                    "the policy requires signed images");
  else if (setting != NULL && !wanted && !setting->flag)
    sd_command_deny(decision, "content-trust", setting,
                    "leave it out; an image that is named by digest needs no signature",
                    "content trust asks a signature server, which the policy does not want");
  else if (wanted) {
    sd_invocation_add_flag(in->arena, &decision->invocation, "disable-content-trust", false);
    sd_changed(decision, "content-trust", "the policy requires signed images",
               "--disable-content-trust=false");
  }
}

static void pull_image(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *operand) {
  struct sd_image image;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_image_parse(in->arena, operand, &image, &err)) {
    sd_operand_deny(decision, "invalid-image", operand, err.hint, "%s", err.message);
    return;
  }
  if (image.is_id) {
    sd_operand_deny(decision, "image-id", operand, "write the image as name:tag",
                    "a registry knows names, and no ids");
    return;
  }
  if (sd_image_judge(in, decision, &image))
    sd_command_word(in, decision, sd_image_spelled(in->arena, &image));
}

void sd_command_pull(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *all = sd_command_take(in, decision, "all-tags");
  sd_image_content_trust(in, decision);
  if (all != NULL && all->flag)
    sd_command_deny(decision, "image-all-tags", all, "name the tag that you want",
                    "a repository can have any number of images, of any size");
  if (strcmp(in->policy->images.pull, "never") == 0)
    sd_problem_add(&decision->problems, "pull", "", "use an image that docker images lists",
                   "docker pull: the policy says that images are never pulled");
  for (size_t i = 0; i < in->invocation->operands.v.len; i++)
    pull_image(in, decision, in->invocation->operands.v.items[i]);
}

/* -- copying ------------------------------------------------------------------------------------ */

/* A name alone is every tag that it has. */
static void save_image(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *operand) {
  struct sd_image_named named;
  if (!sd_image_operand(in, decision, operand, &named))
    return;
  const struct sd_image *image = &named.image;
  bool every = image->name != NULL && image->tag == NULL && image->digest == NULL;
  if (!sd_image_is_usable(in, &named, every ? SD_IMAGE_EVERY : SD_IMAGE_ONE))
    sd_operand_deny(decision, "image", operand, sd_image_allowed_hint(in), "%s",
                    every ? "the policy does not allow this image, with all its tags"
                          : "the policy does not allow this image");
  else
    sd_command_word(in, decision,
                    named.object != NULL ? named.object->id : sd_image_spelled(in->arena, image));
}

void sd_command_save(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *output = sd_command_take(in, decision, "output");
  if (output != NULL && output->text[0] != '\0')
    decision->output_file = output->text;
  for (size_t i = 0; i < in->invocation->operands.v.len; i++)
    save_image(in, decision, in->invocation->operands.v.items[i]);
}

/* What it names is judged when it has been read: rules/archive.h. */
void sd_command_load(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *input = sd_command_take(in, decision, "input");
  if (input != NULL && input->text[0] != '\0')
    decision->input_file = input->text;
}
