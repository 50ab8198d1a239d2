/* SPDX-License-Identifier: Apache-2.0 */
/* Completion of the words that safe-docker has and docker has not: apparmor, audit, doctor, policy, seccomp and
 * setup. */
#include <string.h>

#include "completion.h"
#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"
#include "safe-docker/confine/seccomp.h"
#include "safe-docker/confine/seccomp_calls.h"
#include "safe-docker/report/pages.h"

typedef void adder(const struct sd_completion_place *place);

/* -- what may stand somewhere ------------------------------------------------------------------- */

static void add_files(const struct sd_completion_place *place) {
  place->out->directive = SD_DIRECTIVE_FILES;
}

static void add_nothing(const struct sd_completion_place *place) {
  (void)place;
}

static void add_shipped(const struct sd_completion_place *place) {
  const char *name;
  for (size_t i = 0; (name = sd_seccomp_shipped(i)) != NULL; i++)
    sd_completion_add(place, name, "A profile that comes with safe-docker");
  add_files(place);
}

static void add_profiles(const struct sd_completion_place *place) {
  add_shipped(place);
  sd_completion_add(place, "docker", "Docker's own default profile");
}

static void add_calls(const struct sd_completion_place *place) {
  struct sd_seccomp_numbers calls = {{NULL, 0, 0}};
  sd_seccomp_list_calls(place->arena, sd_seccomp_native_arch(), &calls);
  for (size_t i = 0; i < calls.v.len; i++)
    sd_completion_add(place, calls.v.items[i].name, "");
}

static void add_arches(const struct sd_completion_place *place) {
  sd_completion_add(place, "amd64", "");
  sd_completion_add(place, "arm64", "");
}

static void add_capabilities(const struct sd_completion_place *place) {
  struct sd_strv names = {0};
  sd_capability_list(place->arena, &names);
  sd_completion_add(place, "ALL", "");
  sd_completion_add(place, "none", "");
  for (size_t i = 0; i < names.v.len; i++)
    sd_completion_add(place, names.v.items[i], "");
}

static void add_formats(const struct sd_completion_place *place) {
  sd_completion_add(place, "json", "");
  sd_completion_add(place, "text", "");
}

static void add_page(const struct sd_completion_place *place, enum sd_page page) {
  struct sd_page_sections sections = {0};
  sd_page_read(place->arena, page, &sections);
  for (size_t i = 0; i < sections.v.len; i++)
    for (size_t k = 0; k < sections.v.items[i].names.v.len; k++)
      sd_completion_add(place, sections.v.items[i].names.v.items[k],
                        sd_page_summary(place->arena, &sections.v.items[i]));
}

static void add_policies(const struct sd_completion_place *place) {
  sd_completion_add(place, "default", "The built-in policy");
  sd_completion_add(place, "ci", "A policy for job launchers");
  sd_completion_add(place, "lab", "A policy for shared machines");
  sd_completion_add(place, "strict", "A policy by the CIS Docker Benchmark");
  add_files(place);
}

/* Rules first; keys when what is typed has a dot, which no rule has. */
static void add_rules(const struct sd_completion_place *place) {
  add_page(place, strchr(place->out->start, '.') != NULL ? SD_PAGE_KEYS : SD_PAGE_RULES);
}

static void add_times(const struct sd_completion_place *place) {
  sd_completion_add(place, "1h", "");
  sd_completion_add(place, "today", "");
  sd_completion_add(place, "yesterday", "");
}

static void add_suggest_formats(const struct sd_completion_place *place) {
  add_formats(place);
  sd_completion_add(place, "policy", "");
}

static void add_test_formats(const struct sd_completion_place *place) {
  add_formats(place);
  sd_completion_add(place, "tap", "");
}

/* -- the commands ------------------------------------------------------------------------------- */

#define MAX_OPERANDS 2

struct own_option {
  const char *name, *description;
  adder *add; /* what its value may be; NULL: it takes none */
};

static const struct own_option no_options[] = {{NULL, NULL, NULL}};
static const struct own_option status_options[] = {
    {"--format", "text or json", add_formats},
    {NULL, NULL, NULL},
};
static const struct own_option check_options[] = {
    {"--format", "text or json", add_formats},
    {"--strict", "exit status 1 for warnings, too", NULL},
    {NULL, NULL, NULL},
};
static const struct own_option user_options[] = {
    {"--format", "text or json", add_formats},
    {"--user", "the account that it is about", add_nothing},
    {NULL, NULL, NULL},
};
static const struct own_option audit_options[] = {
    {"--allowed", "what was allowed", NULL},
    {"--command", "of this command", add_nothing},
    {"--denied", "what was denied", NULL},
    {"--file", "this log", add_files},
    {"--follow", "and then what comes", NULL},
    {"--format", "text or json", add_formats},
    {"--group", "of members of this group", add_nothing},
    {"--lines", "the last ones", add_nothing},
    {"--rule", "denied by this rule", add_nothing},
    {"--since", "from then on", add_times},
    {"--summary", "counts", NULL},
    {"--until", "up to then", add_times},
    {"--user", "of this user", add_nothing},
    {NULL, NULL, NULL},
};
static const struct own_option audit_changes_options[] = {
    {"--allowed", "what was allowed", NULL},
    {"--command", "of this command", add_nothing},
    {"--denied", "what was denied", NULL},
    {"--file", "this log", add_files},
    {"--format", "text or json", add_formats},
    {"--group", "of members of this group", add_nothing},
    {"--rule", "denied by this rule", add_nothing},
    {"--since", "from then on", add_times},
    {"--until", "up to then", add_times},
    {"--user", "of this user", add_nothing},
    {NULL, NULL, NULL},
};
static const struct own_option audit_suggest_options[] = {
    {"--command", "of this command", add_nothing},
    {"--file", "this log", add_files},
    {"--for-group", "for this group alone", add_nothing},
    {"--for-user", "for this user alone", add_nothing},
    {"--format", "text, json or policy", add_suggest_formats},
    {"--group", "of members of this group", add_nothing},
    {"--rule", "denied by this rule", add_nothing},
    {"--since", "from then on", add_times},
    {"--until", "up to then", add_times},
    {"--user", "of this user", add_nothing},
    {NULL, NULL, NULL},
};
static const struct own_option doctor_options[] = {
    {"--all", "show what is well, too", NULL},
    {"--facts", "judge this recorded host", add_files},
    {"--format", "text or json", add_formats},
    {"--record", "write what is known of this host", NULL},
    {"--strict", "exit status 1 for warnings, too", NULL},
    {NULL, NULL, NULL},
};
static const struct own_option doctor_set_options[] = {
    {"--config", "this daemon.json", add_files},
    {NULL, NULL, NULL},
};
static const struct own_option policy_suggest_options[] = {
    {"--as", "who would ask", add_nothing},
    {"--ask-daemon", "look up what the command names", NULL},
    {"--format", "text, json or policy", add_suggest_formats},
    {"--group", "for this group alone", add_nothing},
    {"--policy", "the policy to start from", add_policies},
    {"--user", "for this user alone", add_nothing},
    {NULL, NULL, NULL},
};
static const struct own_option policy_test_options[] = {
    {"--format", "text, json or tap", add_test_formats},
    {"--policy", "the policy to test", add_policies},
    {NULL, NULL, NULL},
};
static const struct own_option seccomp_options[] = {
    {"--arch", "architecture of the machine", add_arches},
    {"--cap", "a capability that the container holds", add_capabilities},
    {"--format", "text or json", add_formats},
    {"--kernel", "kernel of the machine: 5.10", add_nothing},
    {NULL, NULL, NULL},
};
static const struct own_option learn_options[] = {
    {"--output", "where the profile is written", add_files},
    {"--profile", "the profile to learn under", add_shipped},
    {"--strace", "what strace wrote", add_files},
    {NULL, NULL, NULL},
};

static const struct own_option setup_options[] = {
    {"--dry-run", "show it, and do nothing", NULL},
    {"--group", "group of those who run containers", add_nothing},
    {"--undo", "take away what setup put there", NULL},
    {"--user", "who is to be in the group", add_nothing},
    {"--yes", "do not ask", NULL},
    {NULL, NULL, NULL},
};
static const struct own_option setup_status_options[] = {
    {"--format", "text or json", add_formats},
    {"--group", "group of those who run containers", add_nothing},
    {NULL, NULL, NULL},
};

static const struct {
  const char *group, *description;
} groups[] = {
    {"apparmor", "Show or load the AppArmor profiles of safe-docker"},
    {"audit", "Read the log of what was decided"},
    {"doctor", "Tell whether this host is hardened"},
    {"policy", "Show or check the policy of safe-docker"},
    {"seccomp", "Show what seccomp profiles really do"},
    {"setup", "Put safe-docker between users and Docker, or undo it"},
};

static const struct own_command {
  const char *group, *word, *description;
  const struct own_option *options;
  adder *operands[MAX_OPERANDS];
  bool request; /* -- and a request may follow */
} commands[] = {
    {"apparmor", "load", "Give the profiles to the kernel", no_options, {NULL}, false},
    {"apparmor", "status", "Show what is loaded and wanted", status_options, {NULL}, false},
    {"audit", "", "Show the log", audit_options, {NULL}, false},
    {"audit",
     "changes",
     "Show what is decided differently now",
     audit_changes_options,
     {NULL},
     false},
    {"audit",
     "suggest",
     "Show what would allow what was denied",
     audit_suggest_options,
     {NULL},
     false},
    {"doctor", "", "Tell whether this host is hardened", doctor_options, {NULL}, false},
    {"doctor", "set", "Write one key of daemon.json", doctor_set_options, {NULL}, false},
    {"doctor", "unset", "Take one key out of daemon.json", doctor_set_options, {NULL}, false},
    {"policy",
     "check",
     "Look for mistakes and dangers of a policy",
     check_options,
     {add_policies},
     false},
    {"policy",
     "diff",
     "What differs between two policies",
     user_options,
     {add_policies, add_policies},
     false},
    {"policy",
     "explain",
     "What a rule or a key of the policy is about",
     status_options,
     {add_rules, add_rules},
     false},
    {"policy", "schema", "The JSON Schema of policy files", no_options, {NULL}, false},
    {"policy", "show", "Show what holds for somebody", user_options, {add_policies}, false},
    {"policy",
     "suggest",
     "The smallest additions that would allow a command",
     policy_suggest_options,
     {NULL},
     true},
    {"policy",
     "test",
     "Whether commands are decided as a file says",
     policy_test_options,
     {add_files},
     false},
    {"seccomp", "check", "Look for mistakes in a profile", seccomp_options, {add_profiles}, false},
    {"seccomp",
     "diff",
     "Compare what two profiles allow",
     seccomp_options,
     {add_profiles, add_profiles},
     false},
    {"seccomp",
     "learn",
     "Make the smallest profile that serves a program",
     learn_options,
     {NULL},
     true},
    {"seccomp",
     "show",
     "Show what a profile allows and refuses",
     seccomp_options,
     {add_profiles},
     false},
    {"seccomp",
     "test",
     "Ask a profile for one system call",
     seccomp_options,
     {add_profiles, add_calls},
     false},
    {"setup", "alias", "A guard rail in shells", setup_options, {NULL}, false},
    {"setup", "divert", "docker itself, for scripts, too", setup_options, {NULL}, false},
    {"setup", "doas", "A doas rule for a group", setup_options, {NULL}, false},
    {"setup", "policy", "A policy that comes along", setup_options, {add_policies}, false},
    {"setup", "setgid", "safe-docker with the socket's group", setup_options, {NULL}, false},
    {"setup", "status", "What is in place", setup_status_options, {NULL}, false},
    {"setup", "sudo", "A sudo rule for a group", setup_options, {NULL}, false},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void sd_completion_own_groups(const struct sd_completion_place *place) {
  for (size_t i = 0; i < COUNT(groups); i++)
    sd_completion_add(place, groups[i].group, groups[i].description);
}

static bool is_group(const char *word) {
  for (size_t i = 0; i < COUNT(groups); i++)
    if (strcmp(groups[i].group, word) == 0)
      return true;
  return false;
}

static const struct own_command *find_command(const char *group, const char *word) {
  for (size_t i = 0; i < COUNT(commands); i++)
    if (strcmp(commands[i].group, group) == 0 && strcmp(commands[i].word, word) == 0)
      return &commands[i];
  return NULL;
}

static void add_commands(const struct sd_completion_place *place, const char *group) {
  for (size_t i = 0; i < COUNT(commands); i++)
    if (strcmp(commands[i].group, group) == 0 && commands[i].word[0] != '\0')
      sd_completion_add(place, commands[i].word, commands[i].description);
}

static const struct own_option *find_option(const struct own_command *command, const char *word,
                                            size_t len) {
  for (const struct own_option *row = command->options; row->name != NULL; row++)
    if (strlen(row->name) == len && strncmp(row->name, word, len) == 0)
      return row;
  return NULL;
}

static void add_options(const struct sd_completion_place *place,
                        const struct own_command *command) {
  for (const struct own_option *row = command->options; row->name != NULL; row++)
    sd_completion_add(place, row->name, row->description);
}

/* `--name=value`: what is completed is the value. */
static void add_joined(const struct sd_completion_place *place, const struct own_command *command) {
  const char *word = place->out->start;
  size_t len = strcspn(word, "=");
  const struct own_option *row = find_option(command, word, len);
  place->out->start = word + len + 1;
  if (row != NULL && row->add != NULL)
    row->add(place);
}

static void add_here(const struct sd_completion_place *place, const struct own_command *command,
                     size_t operand) {
  const char *last = place->out->start;
  if (last[0] == '-' && strchr(last, '=') != NULL)
    add_joined(place, command);
  else if (last[0] == '-')
    add_options(place, command);
  else if (operand < MAX_OPERANDS && command->operands[operand] != NULL)
    command->operands[operand](place);
}

enum sd_completion_own sd_completion_own(const struct sd_completion_place *place,
                                         const char *const **words) {
  const char *const *at = *words;
  if (at[0] == NULL || !is_group(at[0]))
    return SD_OWN_NOT;
  /* A group may take options without a word of its own. */
  const struct own_command *plain = find_command(at[0], "");
  if (at[1] == NULL && (plain == NULL || place->out->start[0] != '-')) {
    add_commands(place, at[0]);
    return SD_OWN_DONE;
  }
  const struct own_command *named = at[1] != NULL ? find_command(at[0], at[1]) : NULL;
  const struct own_command *command = named != NULL ? named : plain;
  const struct own_option *waiting = NULL;
  size_t operand = 0;
  if (command == NULL)
    return SD_OWN_DONE;
  for (at += named != NULL ? 2 : 1; *at != NULL; at++) {
    if (waiting != NULL) {
      waiting = NULL;
    } else if (strcmp(*at, "--") == 0 && command->request) {
      *words = at + 1;
      return SD_OWN_REQUEST;
    } else if ((*at)[0] == '-') {
      waiting = find_option(command, *at, strlen(*at));
      waiting = waiting != NULL && waiting->add != NULL ? waiting : NULL;
    } else {
      operand++;
    }
  }
  if (waiting != NULL)
    waiting->add(place);
  else
    add_here(place, command, operand);
  return SD_OWN_DONE;
}
