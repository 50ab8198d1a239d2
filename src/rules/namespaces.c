/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces are private: those of the host are not for sharing, and those of other containers only where the policy
 * names the option, and with containers of the caller's own. */
#include "safe-docker/rules/rules.h"

#include <string.h>

#include "internal.h"
#include "others.h"

struct space {
  enum sd_option_id id;
  const char *rule;
  const char *values[3]; /* what may be asked for besides "", NULL-terminated */
  const char *injected;  /* when "" or nothing was asked; NULL: Docker's default is private */
  const char *reason;    /* of a refusal */
  const char *hint;
};

static const struct space spaces[] = {
    {SD_OPT_PID,
     "pid-namespace",
     {NULL},
     NULL,
     "shows and exposes processes outside the container; a container has its own process ids",
     "leave it out"},
    {SD_OPT_IPC,
     "ipc-namespace",
     {"private", "none", NULL},
     "private",
     "shares memory and semaphores outside the container",
     "leave it out; --shm-size gives more shared memory; or use --ipc=private or --ipc=none"},
    {SD_OPT_CGROUPNS,
     "cgroup-namespace",
     {"private", NULL},
     "private",
     "shows the cgroups of the host inside the container",
     "leave it out, or use --cgroupns=private"},
    {SD_OPT_USERNS,
     "user-namespace",
     {NULL},
     NULL,
     "gives up the daemon's mapping of user ids; a container keeps the daemon's user namespace",
     "leave it out"},
    {SD_OPT_UTS,
     "uts-namespace",
     {NULL},
     NULL,
     "lets the container see and change the host's name; a container has its own",
     "leave it out, and name the container with --hostname"},
};

static bool may_ask(const struct space *row, const char *value) {
  for (size_t i = 0; row->values[i] != NULL; i++)
    if (strcmp(row->values[i], value) == 0)
      return true;
  return false;
}

/* "container:NAME", where options.allow names the option. False: it is not asked for, or not open to the policy. */
static bool judge_other(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct space *row, const struct sd_text *asked) {
  const struct sd_option *option = &sd_options[row->id];
  const char *name = asked->set ? sd_other_name(asked->value) : NULL;
  if (name == NULL || (option->flags & SD_OPTION_POLICY) == 0 ||
      !sd_rule_option_allowed(in, option->name))
    return false;
  const struct sd_object *container =
      sd_other_container(in, decision, row->rule, asked->given, name);
  if (container != NULL)
    sd_rule_set_text(decision, row->id, sd_arena_printf(in->arena, "container:%s", container->id));
  return true;
}

static void judge(const struct sd_rule_input *in, struct sd_decision *decision,
                  const struct space *row) {
  const struct sd_text *asked = sd_rule_text(in->request, row->id);
  sd_claim(decision, row->id);
  if (judge_other(in, decision, row, asked))
    return;
  if (asked->set && may_ask(row, asked->value)) {
    sd_rule_pass(in, decision, row->id);
    return;
  }
  if (asked->set && asked->value[0] != '\0')
    sd_deny(decision, row->rule, asked->given, row->hint, "%s", row->reason);
  if (row->injected == NULL)
    return;
  sd_rule_set_text(decision, row->id, row->injected);
  sd_changed(decision, row->rule, "the daemon's own default may share it with the host or others",
             "--%s=%s", sd_options[row->id].name, row->injected);
}

void sd_rules_namespaces(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
    judge(in, decision, &spaces[i]);
}
