/* SPDX-License-Identifier: Apache-2.0 */
/* Whom safe-docker is for: those who have a door to it and those whom the policy names; and what they may besides. */
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "own/policy/policy_input.h"
#include "own/round/round.h"
#include "own/setup/setup.h"
#include "people_collect.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_account.h"
#include "safe-docker/sys/setup_tool.h"
#include "self_collect.h"

#define ENTRY_BYTES 65536
#define GROUPS_MAX 65536
#define CONFIG_MAX ((size_t)1024 * 1024)
#define COMMANDS_MAX 256  /* programs of sudo's rules that are looked at */
#define PERSONS_FROM 1000 /* login.defs(5), UID_MIN */
#define PERSONS_TO 60000

struct people {
  struct sd_arena *arena;
  struct facts_self *out;
  gid_t *groups; /* room for GROUPS_MAX */
};

/* -- accounts ------------------------------------------------------------------------------------- */

static struct fact_user *find(struct people *people, const char *name) {
  for (size_t i = 0; i < people->out->users.len; i++)
    if (strcmp(people->out->users.items[i].name, name) == 0)
      return &people->out->users.items[i];
  return NULL;
}

static void add_groups(struct people *people, const char *name, gid_t gid, struct fact_user *out) {
  int count = GROUPS_MAX;
  gid_t *list = people->groups;
  if (getgrouplist(name, gid, list, &count) < 0)
    return;
  out->groups.known = true;
  for (int i = 0; i < count; i++)
    sd_strv_add(&out->groups.list, people->arena, sd_setup_group_name(people->arena, list[i]));
}

/* `name` as it stands in a rule; root and accounts that are not there are nobody's concern. */
static void add_user(struct people *people, const char *name, const char *because) {
  char buffer[ENTRY_BYTES];
  struct passwd entry;
  struct passwd *found = NULL;
  struct fact_user *user = find(people, name);
  if (user == NULL) {
    if (getpwnam_r(name, &entry, buffer, sizeof(buffer), &found) != 0 || found == NULL ||
        entry.pw_uid == 0)
      return;
    user = sd_vec_push(people->arena, &people->out->users);
    user->name = sd_arena_strdup(people->arena, name);
    user->uid = (struct fact_number){.known = true, .value = entry.pw_uid};
    user->because.known = true;
    add_groups(people, user->name, entry.pw_gid, user);
  }
  if (!sd_strv_contains(&user->because.list, because))
    sd_strv_add(&user->because.list, people->arena, because);
}

static void add_group(struct people *people, const char *name, const char *because) {
  struct sd_setup_group group = {0};
  if (!sd_setup_group(people->arena, name, &group))
    return;
  for (size_t i = 0; i < group.members.v.len; i++)
    add_user(people, group.members.v.items[i],
             sd_arena_printf(people->arena, "%s: group %s", because, name));
}

/* Users, and groups with % in front. */
static void add_named(struct people *people, const struct sd_strv *names, const char *because) {
  for (size_t i = 0; i < names->v.len; i++)
    if (names->v.items[i][0] == '%')
      add_group(people, names->v.items[i] + 1, because);
    else
      add_user(people, names->v.items[i], because);
}

/* A setgid program is for whoever logs in. */
static void add_persons(struct people *people) {
  struct sd_strv names = {0};
  setpwent();
  for (const struct passwd *entry; (entry = getpwent()) != NULL;) /* one thread */
    if (entry->pw_uid >= PERSONS_FROM && entry->pw_uid < PERSONS_TO &&
        people_shell_works(entry->pw_shell))
      sd_strv_add(&names, people->arena, sd_arena_strdup(people->arena, entry->pw_name));
  endpwent();
  add_named(people, &names, "the setgid program");
}

/* -- the policy's overrides ----------------------------------------------------------------------- */

/* Names, and ids as numbers or texts. */
static const char *name_of(struct sd_arena *arena, const struct sd_json *node, bool group) {
  struct sd_error ignored;
  uint64_t id = 0;
  sd_error_init(&ignored, arena);
  const char *text = node->type == SD_JSON_NUMBER
                         ? sd_arena_printf(arena, "%lld", (long long)node->number)
                         : node->string;
  if (text == NULL || !sd_number_decimal(text, 0, UINT32_MAX - 1, &id, &ignored))
    return text;
  return group ? sd_setup_group_name(arena, (gid_t)id) : people_user_name(arena, (uid_t)id);
}

static void add_overrides(struct people *people, const struct sd_json *overrides) {
  static const char because[] = "override of the policy";
  for (size_t i = 0; i < overrides->items.len; i++) {
    const struct sd_json *users = sd_json_get(overrides->items.items[i], "users");
    const struct sd_json *groups = sd_json_get(overrides->items.items[i], "groups");
    for (size_t k = 0; users != NULL && k < users->items.len; k++) {
      const char *name = name_of(people->arena, users->items.items[k], false);
      if (name != NULL)
        add_user(people, name, because);
    }
    for (size_t k = 0; groups != NULL && k < groups->items.len; k++) {
      const char *name = name_of(people->arena, groups->items.items[k], true);
      if (name != NULL)
        add_group(people, name, because);
    }
  }
}

/* Of the last text that has them: lists replace. */
static void add_of_policy(struct doctor *doctor, struct people *people) {
  struct sd_policy_texts texts = {0};
  const struct sd_json *overrides = NULL;
  struct sd_error ignored;
  sd_error_init(&ignored, doctor->arena);
  if (!policy_input_texts(doctor->session, NULL, &texts, &ignored))
    return;
  for (size_t i = 0; i < texts.v.len; i++) {
    const struct sd_policy_text *text = &texts.v.items[i];
    struct sd_json *tree = NULL;
    if (!sd_json_read(doctor->arena, text->name, text->text, text->len, true, &tree, &ignored))
      return;
    const struct sd_json *found = sd_json_get(tree, "overrides");
    overrides = found != NULL ? found : overrides;
  }
  if (overrides != NULL)
    add_overrides(people, overrides);
}

/* -- rules ---------------------------------------------------------------------------------------- */

static void read_doas(struct sd_arena *arena, struct facts_self *out) {
  const char *text = doctor_read(arena, SETUP_DOAS, CONFIG_MAX);
  out->doas.known = text != NULL || access(SETUP_DOAS, F_OK) != 0;
  while (text != NULL && *text != '\0') {
    size_t len = strcspn(text, "\n");
    sd_strv_add(&out->doas.list, arena, sd_arena_strndup(arena, text, len));
    text += len + (text[len] == '\n' ? 1 : 0);
  }
}

/* Each user is asked about: what holds for one is for sudo alone to say. */
static void ask_sudo(struct people *people) {
  struct facts_self *out = people->out;
  struct sd_strv programs = {0};
  bool there = sd_setup_tool(people->arena, "sudo") != NULL;
  out->sudo = FACT_YES;
  for (size_t i = 0; i < out->users.len; i++) {
    struct fact_user *user = &out->users.items[i];
    struct sd_error ignored;
    sd_error_init(&ignored, people->arena);
    user->sudo.known =
        !there || round_sudo_rules(people->arena, user->name, &user->sudo.list, &ignored);
    round_programs_of_sudo(people->arena, &user->sudo.list, &programs);
  }
  for (size_t i = 0; i < programs.v.len && i < COMMANDS_MAX; i++)
    self_add_file(people->arena, out, "sudo command", programs.v.items[i]);
}

static bool is_setgid(const struct facts_self *self) {
  for (size_t i = 0; i < self->files.len; i++)
    if (strcmp(self->files.items[i].role, "program") == 0 &&
        (self->files.items[i].place.rights.mode.value & 02000) != 0)
      return true;
  return false;
}

void self_add_people(struct doctor *doctor, struct facts_self *out) {
  struct people people = {.arena = doctor->arena,
                          .out = out,
                          .groups = sd_arena_alloc(doctor->arena, GROUPS_MAX * sizeof(gid_t))};
  struct sd_strv of_sudo = {0};
  struct sd_strv of_doas = {0};
  read_doas(doctor->arena, out);
  round_people_of_sudo(doctor->arena, &of_sudo);
  round_people_of_doas(doctor->arena, &out->doas.list, &of_doas);
  add_group(&people, out->group, "the deployment");
  add_named(&people, &of_sudo, "rule of sudo");
  add_named(&people, &of_doas, "rule of doas");
  if (is_setgid(out))
    add_persons(&people);
  add_of_policy(doctor, &people);
  ask_sudo(&people);
}
