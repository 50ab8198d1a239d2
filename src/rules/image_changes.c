/* SPDX-License-Identifier: Apache-2.0 */
/* commit --change and import --change: lines of a Dockerfile, which the daemon joins and reads as one.
 *
 * MUST: let one line be one instruction; let nothing set what safe-docker's labels say. */
#include <string.h>

#include "checks.h"
#include "images.h"
#include "safe-docker/base/text.h"

#include "command.h"

/* What the daemon takes there (moby, daemon/commit.go), but ONBUILD: that acts in builds of others. */
static const char *const instructions[] = {"CMD",   "ENTRYPOINT", "ENV",    "EXPOSE", "HEALTHCHECK",
                                           "LABEL", "USER",       "VOLUME", "WORKDIR"};

static const char *find_instruction(const char *word, size_t len) {
  for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
    if (strlen(instructions[i]) == len && strncasecmp(instructions[i], word, len) == 0)
      return instructions[i];
  return NULL;
}

/* Quotes may stand anywhere in a key; variables and escapes could put it together unseen. */
static bool may_be_reserved(struct sd_arena *arena, const char *labels) {
  struct sd_str bare;
  sd_str_init(&bare, arena);
  for (; *labels != '\0'; labels++) {
    if (strchr("$\\`", *labels) != NULL)
      return true;
    if (*labels != '"' && *labels != '\'')
      sd_str_add_char(&bare, *labels);
  }
  const char *text = sd_str_text(&bare);
  return strstr(text, "io.safe-docker") != NULL || strstr(text, "com.docker.swarm.") != NULL;
}

/* A line that ends so goes on in the next one. */
static bool goes_on(const char *text) {
  const char *last = "";
  for (; *text != '\0'; text++)
    if (*text != ' ')
      last = text;
  return *last == '\\' || *last == '`';
}

static void judge(const struct sd_rule_input *in, struct sd_decision *decision,
                  const struct sd_setting *setting) {
  const char *text = setting->text + strspn(setting->text, " ");
  size_t len = strcspn(text, " ");
  const char *instruction = find_instruction(text, len);
  const char *rest = text + len + strspn(text + len, " ");
  if (!sd_text_is_printable(text) || goes_on(text)) {
    sd_command_deny(decision, "image-change", setting, "write one instruction for each --change",
                    "it must be a single line");
    return;
  }
  if (instruction == NULL || rest[0] == '\0') {
    sd_command_deny(decision, "image-change", setting,
                    "use CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, USER, VOLUME or WORKDIR",
                    "it is no instruction that may change an image here");
    return;
  }
  if (strcmp(instruction, "LABEL") == 0 && may_be_reserved(in->arena, rest)) {
    sd_command_deny(decision, "label-reserved", setting,
                    "use a plain label, without variables and escapes",
                    "it could set a label that is reserved for what manages containers");
    return;
  }
  sd_invocation_add_text(in->arena, &decision->invocation, "change",
                         sd_arena_printf(in->arena, "%s %s", instruction, rest));
}

void sd_image_changes(const struct sd_rule_input *in, struct sd_decision *decision) {
  (void)sd_command_take(in, decision, "change");
  for (size_t i = 0; i < in->invocation->settings.len; i++)
    if (strcmp(in->invocation->settings.items[i].row->name, "change") == 0)
      judge(in, decision, &in->invocation->settings.items[i]);
}
