/* SPDX-License-Identifier: Apache-2.0 */
/* The image: which one, from where, and how it is fetched. Which names a pattern covers is in image_names.c. */
#include <string.h>

#include "images.h"
#include "internal.h"
#include "safe-docker/base/text.h"
#include "safe-docker/rules/rules.h"

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

static void check_image(const struct sd_rule_input *in, struct sd_decision *decision) {
  struct sd_image image;
  if (in->request->image.given == NULL)
    return; /* parsing has said that it is missing, or why it is none */
  if (sd_image_judge_launch(in, decision, &in->request->image, &image))
    decision->out.image = image;
}

static bool is_pull_value(const char *value) {
  return strcmp(value, "always") == 0 || strcmp(value, "missing") == 0 ||
         strcmp(value, "never") == 0;
}

static void check_pull(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_text *pull = &in->request->pull;
  const char *wanted = in->policy->images.pull;
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

/* The real CLI asks for a signature of name:tag, and takes whatever else names an image for checked (docker/cli,
 * cli/command/container/create.go). */
static void check_signable(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_image *image = &in->request->image;
  if (decision->out.image.given != NULL) /* the beginning of an id is handed on as the id */
    image = &decision->out.image;
  if (!image->is_id && (image->digest == NULL || image->tag != NULL))
    return;
  sd_image_deny(in, decision, image, "content-trust", "write the image as name:tag",
                "the policy requires signed images, and the docker command looks for no signature "
                "of an image that is named so");
}

/* The CLI's own default is to check nothing; checking asks a server of its own choice. */
static void check_trust(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_flag *flag = &in->request->disable_content_trust;
  bool wanted = in->policy->images.content_trust;
  if (wanted)
    check_signable(in, decision);
  if (wanted && flag->value) {
    sd_deny(decision, "content-trust", flag->given, "leave it out",
            "the policy requires signed images");
  } else if (flag->set && !wanted && !flag->value) {
    sd_deny(decision, "content-trust", flag->given,
            "leave it out; an image that is named by digest needs no signature",
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
  check_pull(in, decision);
  check_image(in, decision); /* what is pinned is pulled no more */
  check_platform(in, decision);
  check_trust(in, decision);
}
