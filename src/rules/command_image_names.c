/* SPDX-License-Identifier: Apache-2.0 */
/* Names of images, given and taken: within images.own alone, so that nobody can put something else under a name that
 * others trust.
 *
 * MUST: hand on names in full, with registry and tag, where the daemon could take the caller's for an id. */
#include <string.h>

#include "checks.h"
#include "command.h"
#include "images.h"
#include "safe-docker/base/text.h"

/* -- operands ----------------------------------------------------------------------------------- */

/* The names of an image that was looked up: its tags, then its digests. */
static struct sd_strv names_of(const struct sd_rule_input *in, const struct sd_object *object) {
  struct sd_strv names = sd_image_names(in->arena, object, "RepoTags");
  struct sd_strv digests = sd_image_names(in->arena, object, "RepoDigests");
  for (size_t i = 0; i < digests.v.len; i++)
    sd_strv_add(&names, in->arena, digests.v.items[i]);
  return names;
}

/* Docker takes a name before the beginning of an id. */
bool sd_image_operand(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *operand, struct sd_image_named *out) {
  struct sd_error err;
  sd_error_init(&err, in->arena);
  *out = (struct sd_image_named){0};
  if (!sd_image_parse(in->arena, operand, &out->image, &err)) {
    sd_operand_deny(decision, "invalid-image", operand, err.hint, "%s", err.message);
    return false;
  }
  if (!out->image.is_id && !out->image.maybe_id)
    return true;
  if (sd_rule_find(in, decision, SD_OBJECT_IMAGE, operand, &out->object) == SD_FOUND_NOTHING) {
    sd_strv_add(&decision->absent, in->arena,
                sd_object_absent(in->arena, SD_OBJECT_IMAGE, operand));
    return false;
  }
  if (sd_image_has_name(in->arena, out->object, out->image.canonical))
    out->object = NULL;
  else
    out->image.name = NULL;
  return true;
}

static bool name_is_within(const struct sd_rule_input *in, const struct sd_strv *patterns,
                           const char *name, struct sd_image *image) {
  struct sd_error err;
  sd_error_init(&err, in->arena);
  return sd_image_parse(in->arena, name, image, &err) && image->name != NULL &&
         sd_image_matches(in, patterns, image, SD_IMAGE_ONE);
}

bool sd_image_is_usable(const struct sd_rule_input *in, const struct sd_image_named *named,
                        enum sd_image_scope scope) {
  const struct sd_strv *lists[] = {&in->policy->images.allow, &in->policy->images.own};
  struct sd_image image;
  if (named->object != NULL &&
      (named->object->json == NULL || sd_strv_contains(&in->policy->images.allow, "**")))
    return true;
  for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
    if (named->object == NULL && sd_image_matches(in, lists[k], &named->image, scope))
      return true;
    struct sd_strv names = {0};
    if (named->object != NULL)
      names = names_of(in, named->object);
    for (size_t i = 0; i < names.v.len; i++)
      if (name_is_within(in, lists[k], names.v.items[i], &image))
        return true;
  }
  return false;
}

static void deny_name(const struct sd_rule_input *in, struct sd_decision *decision,
                      const char *operand, const char *reason) {
  sd_operand_deny(decision, "image-own", operand, sd_image_own_hint(in), "%s", reason);
}

const char *sd_image_own_name(const struct sd_rule_input *in, struct sd_decision *decision,
                              const char *operand) {
  struct sd_image image;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_image_parse(in->arena, operand, &image, &err))
    sd_operand_deny(decision, "invalid-image", operand, err.hint, "%s", err.message);
  else if (image.name == NULL || image.digest != NULL)
    sd_operand_deny(decision, "invalid-image", operand, "write NAME[:TAG]",
                    "an image is given a name and a tag, and no id or digest");
  else if (!sd_image_matches(in, &in->policy->images.own, &image, SD_IMAGE_ONE))
    deny_name(in, decision, operand, "this name is not yours to give");
  else
    return sd_image_familiar(in->arena, &image);
  return NULL;
}

/* -- tag ---------------------------------------------------------------------------------------- */

void sd_command_tag(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (in->invocation->operands.v.len != 2)
    return;
  const char *source = in->invocation->operands.v.items[0];
  const char *name = sd_image_own_name(in, decision, in->invocation->operands.v.items[1]);
  struct sd_image_named named;
  if (!sd_image_operand(in, decision, source, &named))
    return;
  if (!sd_image_is_usable(in, &named, SD_IMAGE_ONE)) {
    sd_operand_deny(decision, "image", source, sd_image_allowed_hint(in),
                    "the policy does not allow this image");
    return;
  }
  sd_command_word(in, decision,
                  named.object != NULL ? named.object->id
                                       : sd_image_familiar(in->arena, &named.image));
  if (name != NULL)
    sd_command_word(in, decision, name);
}

/* -- rmi ---------------------------------------------------------------------------------------- */

/* By its names, which stay the caller's whatever they mean by then; an id could have got another name meanwhile. */
static void remove_object(const struct sd_rule_input *in, struct sd_decision *decision,
                          const char *operand, const struct sd_object *object) {
  const struct sd_setting *force = sd_setting_find(in->invocation, "force");
  struct sd_strv names = names_of(in, object);
  struct sd_image image;
  const char *repository = NULL;
  bool several = false;
  for (size_t i = 0; i < names.v.len; i++) {
    if (!name_is_within(in, &in->policy->images.own, names.v.items[i], &image)) {
      deny_name(in, decision, operand, "the image has a name that is not yours");
      return;
    }
    several = several || (repository != NULL && strcmp(repository, image.name) != 0);
    repository = image.name;
  }
  if (names.v.len == 0)
    deny_name(in, decision, operand, "the image has no name, so nothing says that it is yours");
  else if (several && (force == NULL || !force->flag))
    sd_operand_deny(decision, "image-names", operand, "name each of them, or use --force",
                    "the image has names in several repositories");
  else
    for (size_t i = 0; i < names.v.len; i++)
      if (name_is_within(in, &in->policy->images.own, names.v.items[i], &image))
        sd_command_word(in, decision, sd_image_familiar(in->arena, &image));
}

static void remove_image(const struct sd_rule_input *in, struct sd_decision *decision,
                         const char *operand) {
  struct sd_image_named named;
  if (!sd_image_operand(in, decision, operand, &named))
    return;
  if (named.object == NULL &&
      sd_image_matches(in, &in->policy->images.own, &named.image, SD_IMAGE_ONE))
    sd_command_word(in, decision, sd_image_familiar(in->arena, &named.image));
  else if (named.object == NULL)
    deny_name(in, decision, operand, "this name is not yours to take away");
  else if (named.object->json != NULL)
    remove_object(in, decision, operand, named.object);
}

void sd_command_rmi(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->invocation->operands.v.len; i++)
    remove_image(in, decision, in->invocation->operands.v.items[i]);
}

/* -- push --------------------------------------------------------------------------------------- */

void sd_command_push(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_setting *all = sd_command_take(in, decision, "all-tags");
  const struct sd_setting *trust = sd_command_take(in, decision, "disable-content-trust");
  bool every = all != NULL && all->flag;
  if (trust != NULL && !trust->flag)
    sd_command_deny(decision, "content-trust", trust, "leave it out",
                    "it would sign with the keys of the docker command, which are nobody's own");
  for (size_t i = 0; i < in->invocation->operands.v.len; i++) {
    const char *operand = in->invocation->operands.v.items[i];
    struct sd_image image;
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (sd_image_own_name(in, decision, operand) == NULL ||
        !sd_image_parse(in->arena, operand, &image, &err))
      continue;
    if (every && image.tag != NULL)
      sd_command_deny(decision, "image-all-tags", all, "leave the tag out, or --all-tags",
                      "a tag cannot be used with --all-tags");
    else if (every && !sd_image_matches(in, &in->policy->images.own, &image, SD_IMAGE_EVERY))
      deny_name(in, decision, operand, "not every tag of this name is yours to give");
    else
      sd_command_word(in, decision, sd_image_spelled(in->arena, &image));
  }
  if (every)
    sd_command_pass(in, decision, "all-tags");
}

/* -- commit and import -------------------------------------------------------------------------- */

static void need_name(const struct sd_rule_input *in, struct sd_decision *decision) {
  sd_problem_add(&decision->problems, "image-own", "", sd_image_own_hint(in),
                 "docker %s: the image needs a name, or it would be nobody's",
                 in->invocation->command->name);
}

/* A container keeps its labels in the image, and whoever starts a container from that without safe-docker gives them to
 * it: they are made to say nothing. The last one counts. */
static void clear_labels(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const char change[] = "LABEL " SD_OWNER_LABEL "=\"\" " SD_VERSION_LABEL "=\"\"";
  sd_invocation_add_text(in->arena, &decision->invocation, "change", change);
  sd_changed(decision, "label", "an image belongs to nobody's containers", "--change=%s", change);
}

/* That a name is missing is said of a container that is there alone. */
void sd_command_commit(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  const char *name = NULL;
  sd_image_changes(in, decision);
  clear_labels(in, decision);
  if (operands->v.len == 0)
    return;
  if (operands->v.len > 1)
    name = sd_image_own_name(in, decision, operands->v.items[1]);
  const struct sd_object *container = sd_command_launched(in, decision, operands->v.items[0]);
  if (container != NULL && name != NULL)
    sd_command_word(in, decision, name);
  else if (container != NULL && container->json != NULL)
    need_name(in, decision);
}

static bool is_url(const char *text) {
  return strstr(text, "://") != NULL;
}

void sd_command_import(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_strv *operands = &in->invocation->operands;
  sd_image_changes(in, decision);
  if (operands->v.len == 0)
    return;
  const char *source = operands->v.items[0];
  if (is_url(source))
    sd_operand_deny(decision, "import-url", source,
                    "fetch it yourself: curl URL | docker import - NAME",
                    "the daemon would fetch it, from where you may not be able to");
  else if (source[0] == '\0')
    sd_operand_deny(decision, "operands", source, "write FILE or -", "this is no file");
  else if (strcmp(source, "-") != 0)
    decision->input_file = source;
  if (operands->v.len < 2) {
    need_name(in, decision);
    return;
  }
  const char *name = sd_image_own_name(in, decision, operands->v.items[1]);
  sd_command_word(in, decision, "-");
  if (name != NULL)
    sd_command_word(in, decision, name);
}
