/* SPDX-License-Identifier: Apache-2.0 */
/* docker build, by the builder of the daemon: names within images.own, a context that is read with the caller's rights,
 * steps within the policy's limits. The steps run as the Dockerfile says, as root of the image too, in the daemon's
 * default confinement: that is for the policy to know (safe-docker-policy(5)). */
#include <string.h>

#include "build.h"
#include "checks.h"
#include "command.h"
#include "images.h"
#include "safe-docker/base/text.h"

typedef void check(const struct sd_rule_input *in, struct sd_decision *decision,
                   const struct sd_setting *setting);

static void pass(const struct sd_rule_input *in, struct sd_decision *decision,
                 const struct sd_setting *setting) {
  *sd_vec_push(in->arena, &decision->invocation.settings) = *setting;
}

/* -- single values ------------------------------------------------------------------------------ */

static void check_tag(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_setting *setting) {
  const char *name = sd_image_own_name(in, decision, setting->text);
  if (name != NULL)
    sd_invocation_add_text(in->arena, &decision->invocation, "tag", name);
}

static void check_label(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_setting *setting) {
  if (sd_label_is_reserved(setting->text))
    sd_command_deny(decision, "label-reserved", setting, "choose another name for the label",
                    "it is reserved for what manages containers");
  else
    pass(in, decision, setting);
}

/* Without a value the real CLI would look into its own environment, which is not the caller's. */
static void check_argument(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_setting *setting) {
  const char *equals = strchr(setting->text, '=');
  if (equals == NULL || equals == setting->text)
    sd_command_deny(decision, "build-arg", setting, "write --build-arg NAME=VALUE",
                    "it has no value of its own");
  else
    pass(in, decision, setting);
}

static void check_cache(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_setting *setting) {
  struct sd_image_named named = {0};
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_image_parse(in->arena, setting->text, &named.image, &err) || named.image.name == NULL)
    sd_command_deny(decision, "invalid-image", setting, "write NAME[:TAG]",
                    "it is no name of an image");
  else if (!sd_image_is_usable(in, &named, SD_IMAGE_ONE))
    sd_command_deny(decision, "image", setting, sd_image_allowed_hint(in),
                    "the policy does not allow this image");
  else
    sd_invocation_add_text(in->arena, &decision->invocation, "cache-from",
                           sd_image_familiar(in->arena, &named.image));
}

static void check_target(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_setting *setting) {
  if (setting->text[0] == '\0' || sd_check_word(setting->text))
    pass(in, decision, setting);
  else
    sd_command_deny(decision, "invalid-value", setting, "write the name of a stage",
                    "it is no name of a stage");
}

/* "linux/arm64/v8" */
static void check_platform(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_setting *setting) {
  if (sd_check_name(setting->text, "._/-"))
    pass(in, decision, setting);
  else if (setting->text[0] != '\0')
    sd_command_deny(decision, "platform", setting, "write it as linux/amd64",
                    "this is no platform");
}

/* The builder of the daemon has one way of telling how far it is. */
static void check_progress(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_setting *setting) {
  static const char *const known[] = {"", "auto", "plain", "tty"};
  (void)in;
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
    if (strcmp(setting->text, known[i]) == 0)
      return;
  sd_command_deny(decision, "build-option", setting, "use --progress=plain",
                  "the builder of the daemon has no such output");
}

/* -- what is refused ---------------------------------------------------------------------------- */

static const struct {
  const char *name, *reason, *hint;
} refused[] = {
    {"iidfile", "the real docker command would write the file, with rights that you lack",
     "use --quiet, which prints the id"},
    {"output", "only BuildKit writes results elsewhere, and it runs without any limits",
     "use docker create and docker cp, or docker save"},
    {"secret", "only BuildKit has secrets, and it runs without any limits",
     "fetch what is secret when the container runs"},
    {"security-opt", "on Linux the daemon's builder takes none", "leave it out"},
    {"ssh", "only BuildKit reaches an agent, and it runs without any limits",
     "fetch sources before building"},
};

static void refuse(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    const struct sd_setting *setting = sd_command_take(in, decision, refused[i].name);
    if (setting != NULL)
      sd_command_deny(decision, "build-option", setting, refused[i].hint, "%s", refused[i].reason);
  }
  const struct sd_setting *isolation = sd_command_take(in, decision, "isolation");
  if (isolation != NULL && isolation->text[0] != '\0' && strcmp(isolation->text, "default") != 0)
    sd_command_deny(decision, "build-option", isolation, "leave it out",
                    "only Windows has several isolations");
  const struct sd_setting *squash = sd_command_take(in, decision, "squash");
  if (squash != NULL && squash->flag)
    sd_command_deny(decision, "build-option", squash, "leave it out",
                    "it is an experiment of the daemon's");
}

/* -- all of it ---------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  check *check; /* NULL: without any effect here, and left out */
} checks[] = {
    {"build-arg", check_argument},
    {"cache-from", check_cache},
    {"compress", NULL},
    {"force-rm", pass},
    {"label", check_label},
    {"no-cache", pass},
    {"platform", check_platform},
    {"progress", check_progress},
    {"pull", pass},
    {"quiet", pass},
    {"rm", pass},
    {"tag", check_tag},
    {"target", check_target},
};

static void check_all(const struct sd_rule_input *in, struct sd_decision *decision, size_t row) {
  (void)sd_command_take(in, decision, checks[row].name);
  for (size_t i = 0; checks[row].check != NULL && i < in->invocation->settings.len; i++)
    if (strcmp(in->invocation->settings.items[i].row->name, checks[row].name) == 0)
      checks[row].check(in, decision, &in->invocation->settings.items[i]);
}

/* What the image inherits of such labels says nothing then. */
static void clear_labels(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const char *const labels[] = {SD_OWNER_LABEL "=", SD_VERSION_LABEL "="};
  for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
    sd_invocation_add_text(in->arena, &decision->invocation, "label", labels[i]);
    sd_changed(decision, "label", "an image makes nobody the owner of a container", "--label=%s",
               labels[i]);
  }
}

void sd_command_build(const struct sd_rule_input *in, struct sd_decision *decision) {
  if (sd_setting_find(in->invocation, "tag") == NULL)
    sd_problem_add(&decision->problems, "image-own", "", sd_image_own_hint(in),
                   "docker build: the image needs a name, or it would be nobody's: --tag NAME");
  for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
    check_all(in, decision, i);
  clear_labels(in, decision);
  refuse(in, decision);
  sd_image_content_trust(in, decision);
  sd_build_limits(in, decision);
  sd_build_context(in, decision);
  /* BuildKit runs its steps past all limits. */
  sd_strv_add(&decision->variables, in->arena, "DOCKER_BUILDKIT=0");
}
