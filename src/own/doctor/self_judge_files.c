/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "self_judge.h"

#define SETUID 04000
#define SETGID 02000
#define EXECUTE 0111

/* -- who can change them -------------------------------------------------------------------------- */

static const struct row {
  const char *role;
  enum check_id check;
  const char *what;
  const char *harm;
  bool needed; /* at least one must be there; else that it is not known is told */
} rows[] = {
    {"program", CHECK_PROGRAM_FILES, "safe-docker's program", "", true},
    {"policy folder", CHECK_POLICY_FILES, "The folder of the policy", "", false},
    {"policy", CHECK_POLICY_FILES, "The policy", "", false},
    {"seccomp profile", CHECK_POLICY_SECCOMP, "The seccomp profile of the policy", "", false},
    {"real docker", CHECK_REAL_CLI, "The real docker command", "", true},
    {"plugin folder", CHECK_CLI_PLUGINS, "A folder of plugins", "", false},
    {"plugin", CHECK_CLI_PLUGINS, "A plugin of the docker command", "", false},
    {"config folder", CHECK_CLI_CONFIG, "The configuration of the docker command", "", false},
    {"config", CHECK_CLI_CONFIG, "The configuration of the docker command", "", false},
    {"helper", CHECK_CLI_CONFIG, "A credential helper", "", false},
    {"verify program", CHECK_VERIFY_PROGRAM, "The program of images.verify", "", false},
    {"sudo command", CHECK_SUDO_PROGRAMS,
     "A program that sudo runs as root for users of safe-docker", "", false},
};

static bool is_missing(const struct fact_place *place) {
  return place->kind != NULL && strcmp(place->kind, "missing") == 0;
}

static const struct row *row_of(const char *role) {
  for (size_t i = 0; role != NULL && i < sizeof(rows) / sizeof(rows[0]); i++)
    if (strcmp(rows[i].role, role) == 0)
      return &rows[i];
  return NULL;
}

/* The others are judged elsewhere where they are not there, or need not be. */
static void judge_missing(struct findings *out, const struct row *row,
                          const struct fact_place *place) {
  const struct place_rule rule = {
      .check = row->check, .what = row->what, .harm = "; it is not there now"};
  if (row->check == CHECK_SUDO_PROGRAMS && place->way.len > 0)
    (void)place_judge_way(out, place, &rule); /* who puts it there decides what root runs */
  if (row->check != CHECK_VERIFY_PROGRAM)
    return;
  finding_remedy(out,
                 finding_bad(out, row->check, place->path,
                             "%s, %s, is not there, so every image is refused.", row->what,
                             place->path),
                 "Install it, or name another one in images.verify.command of the policy.");
}

static void judge_file(struct findings *out, const struct fact_file *file) {
  const struct row *row = row_of(file->role);
  if (row == NULL)
    return;
  if (is_missing(&file->place)) {
    judge_missing(out, row, &file->place);
    return;
  }
  const struct place_rule rule = {.check = row->check, .what = row->what, .harm = row->harm};
  if (!place_judge(out, &file->place, &rule))
    finding_pass(out, row->check, place_real(&file->place), "%s: %s is root's alone.", row->what,
                 place_real(&file->place));
}

static void judge_needed(const struct facts_self *self, struct findings *out) {
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    bool some = !rows[i].needed;
    for (size_t k = 0; k < self->files.len; k++)
      some = some || (self->files.items[k].role != NULL &&
                      strcmp(self->files.items[k].role, rows[i].role) == 0);
    if (!some)
      self_tell_unknown(out, rows[i].check, "", rows[i].what);
  }
}

/* -- the bits of programs ------------------------------------------------------------------------- */

/* The group of a socket of the host's engine. */
static bool is_socket_group(const struct facts *facts, const char *group) {
  for (size_t i = 0; i < facts->sockets.list.len; i++) {
    const struct fact_socket *socket = &facts->sockets.list.items[i];
    const char *of = socket->place.rights.group;
    if (of != NULL && strcmp(of, group) == 0 && strcmp(group, "root") != 0 &&
        (!socket->runs_as.known || socket->runs_as.value == 0))
      return true;
  }
  return false;
}

static void judge_bits(const struct facts *facts, struct findings *out,
                       const struct fact_place *place) {
  const struct fact_rights *rights = &place->rights;
  const char *path = place_real(place);
  unsigned mode = (unsigned)rights->mode.value;
  const char *group = rights->group != NULL ? rights->group : "?";
  bool setgid = (mode & SETGID) != 0;
  if (!rights->mode.known)
    return;
  if ((mode & SETUID) == 0 && place->privileged != FACT_YES &&
      (!setgid || is_socket_group(facts, group))) {
    finding_pass(out, CHECK_PROGRAM_MODE, path, "%s: mode %04o%s%s.", path, mode,
                 setgid ? ", setgid to " : "", setgid ? group : "");
    return;
  }
  struct finding *finding =
      (mode & SETUID) != 0
          ? finding_bad(out, CHECK_PROGRAM_MODE, path,
                        "%s is setuid (mode %04o): everybody begins with all of %s's rights.", path,
                        mode, rights->owner != NULL ? rights->owner : "?")
      : setgid ? finding_bad(out, CHECK_PROGRAM_MODE, path,
                             "%s is setgid to %s, which is not the group of a daemon's socket here "
                             "(mode %04o).",
                             path, group, mode)
               : finding_bad(out, CHECK_PROGRAM_MODE, path,
                             "%s has capabilities of its own, which it does not need.", path);
  finding_remedy(
      out, finding,
      "Take the bits away; callers need another door then: safe-docker setup setgid sets "
      "the one that is right, safe-docker setup sudo needs none.");
  if (place->privileged == FACT_YES)
    finding_command(out, finding, "setcap -r %s", finding_word(out, path));
  if ((mode & (SETUID | SETGID)) != 0)
    finding_command(out, finding, "chmod ug-s %s", finding_word(out, path));
}

static bool is_program(const struct facts_self *self, const char *path) {
  for (size_t i = 0; i < self->files.len; i++)
    if (self->files.items[i].role != NULL && strcmp(self->files.items[i].role, "program") == 0 &&
        strcmp(place_real(&self->files.items[i].place), path) == 0)
      return true;
  return false;
}

static bool judge_client(struct findings *out, const struct fact_place *place) {
  const struct fact_rights *rights = &place->rights;
  const char *path = place_real(place);
  unsigned mode = (unsigned)rights->mode.value;
  bool bits = (mode & (SETUID | SETGID)) != 0 && (mode & EXECUTE) != 0;
  if (!bits && place->privileged != FACT_YES)
    return false;
  struct finding *finding = finding_bad(
      out, CHECK_ENGINE_CLIENTS, path, "%s has rights of its own (mode %04o, %s:%s%s).", path, mode,
      rights->owner != NULL ? rights->owner : "?", rights->group != NULL ? rights->group : "?",
      place->privileged == FACT_YES ? ", capabilities" : "");
  finding_remedy(out, finding,
                 "Take them away. Who used it without being root gets a door to safe-docker: "
                 "safe-docker setup sudo.");
  if (place->privileged == FACT_YES)
    finding_command(out, finding, "setcap -r %s", finding_word(out, path));
  if (bits)
    finding_command(out, finding, "chmod ug-s %s", finding_word(out, path));
  return true;
}

static void judge_clients(const struct facts_self *self, struct findings *out) {
  size_t clients = 0;
  bool bad = false;
  for (size_t i = 0; i < self->files.len; i++) {
    const struct fact_file *file = &self->files.items[i];
    if (file->role == NULL || strcmp(file->role, "client") != 0 ||
        is_program(self, place_real(&file->place)))
      continue;
    clients++;
    bad = judge_client(out, &file->place) || bad;
  }
  if (clients > 0 && !bad)
    finding_pass(out, CHECK_ENGINE_CLIENTS, "",
                 "None of %zu clients of engines is setuid or setgid, or has capabilities.",
                 clients);
}

void self_judge_files(const struct facts *facts, struct findings *out) {
  judge_needed(&facts->self, out);
  for (size_t i = 0; i < facts->self.files.len; i++) {
    const struct fact_file *file = &facts->self.files.items[i];
    judge_file(out, file);
    if (file->role != NULL && strcmp(file->role, "program") == 0 && !is_missing(&file->place))
      judge_bits(facts, out, &file->place);
  }
  judge_clients(&facts->self, out);
}
