/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that mend a setting where it stands. */
#include <string.h>

#include "daemon_judge.h"

#include "safe-docker/base/text.h"

#define DROP_IN "zz-safe-docker-doctor.conf" /* read behind all that do not begin with zz, too */
#define SYSTEM "/etc/systemd/system"
#define SCRIPTS "/etc/init.d/"

void daemon_case_begin(struct findings *out, const struct facts_daemons *facts,
                       const struct facts_dockerd *dockerd, struct daemon_case *new_case) {
  unsigned running = 0;
  *new_case = (struct daemon_case){.out = out, .facts = facts, .dockerd = dockerd};
  daemon_settings_read(out->arena, dockerd, &new_case->settings);
  new_case->subject = new_case->settings.config;
  new_case->argv = (struct sd_strv){0};
  for (size_t i = 0; i < dockerd->argv.list.v.len; i++)
    sd_strv_add(&new_case->argv, out->arena, dockerd->argv.list.v.items[i]);
  for (size_t i = 0; i < facts->list.len; i++)
    running += daemon_case_is_hosts(&facts->list.items[i]) && facts->list.items[i].pid.known;
  new_case->several = running > 1 || (running == 1 && !dockerd->pid.known);
}

bool daemon_case_is_hosts(const struct facts_dockerd *dockerd) {
  return dockerd->uid.known && dockerd->uid.value == 0 && dockerd->elsewhere == FACT_NO;
}

const char *daemon_case_name(const struct daemon_case *this) {
  const struct facts_dockerd *dockerd = this->dockerd;
  if (dockerd->pid.known)
    return sd_arena_printf(this->out->arena, "dockerd (pid %lld)", (long long)dockerd->pid.value);
  return dockerd->unit != NULL
             ? sd_arena_printf(this->out->arena, "the dockerd that %s starts", dockerd->unit)
             : "dockerd";
}

void daemon_restart(struct daemon_case *this, struct finding *finding) {
  const char *unit = this->dockerd->unit;
  if (this->dockerd->pid.known && unit == NULL) {
    if (finding->remedy != NULL)
      finding_remedy(this->out, finding, "%s; then start %s again, as it was started",
                     finding->remedy, daemon_case_name(this));
    return;
  }
  if (unit != NULL && sd_text_starts_with(unit, SCRIPTS))
    finding_command(this->out, finding, "service docker restart");
  else
    finding_command(this->out, finding, "systemctl restart docker");
}

/* -- the command line --------------------------------------------------------------------------- */

/* One word of ExecStart=: quoted where it must be, and nothing in it expanded. NULL: it cannot be written. */
static const char *unit_word(struct sd_arena *arena, const char *word) {
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@+[]";
  struct sd_str out;
  if (!sd_text_is_printable(word))
    return NULL;
  sd_str_init(&out, arena);
  bool quoted = word[0] == '\0' || word[strspn(word, plain)] != '\0';
  sd_str_add(&out, quoted ? "\"" : "");
  for (; *word != '\0'; word++) {
    if (strchr("\"\\", *word) != NULL)
      sd_str_add_char(&out, '\\');
    else if (strchr("$%", *word) != NULL)
      sd_str_add_char(&out, *word);
    sd_str_add_char(&out, *word);
  }
  sd_str_add(&out, quoted ? "\"" : "");
  return sd_str_text(&out);
}

/* Whether systemd reads that file behind ours. */
static bool is_behind(const char *path) {
  static const char folder[] = ".d/";
  const char *name = strrchr(path, '/');
  return name != NULL && strstr(path, folder) != NULL && strcmp(name + 1, DROP_IN) > 0;
}

bool daemon_mend_unit(struct daemon_case *this, struct finding *finding, const char *name,
                      const char *section, const char *key, const struct sd_strv *lines) {
  struct sd_arena *arena = this->out->arena;
  const struct sd_strv *files = &this->dockerd->unit_files.list;
  const char *path = sd_arena_printf(arena, SYSTEM "/%s.d/" DROP_IN, name);
  bool of_service = strcmp(section, "Service") == 0;
  for (size_t i = 1; of_service && i < files->v.len; i++)
    if (is_behind(files->v.items[i]))
      return false;
  if (!of_service && this->dockerd->socket_unit != NULL && is_behind(this->dockerd->socket_unit))
    return false;
  struct sd_str text;
  sd_str_init(&text, arena);
  sd_str_addf(&text, "%s ", finding_word(this->out, sd_arena_printf(arena, "[%s]", section)));
  sd_str_addf(&text, "%s=", key);
  for (size_t i = 0; i < lines->v.len; i++)
    sd_str_addf(&text, " %s",
                finding_word(this->out, sd_arena_printf(arena, "%s=%s", key, lines->v.items[i])));
  finding_command(this->out, finding, "mkdir -p " SYSTEM "/%s.d", name);
  finding_command(this->out, finding, "printf '%%s\\n' %s > %s", sd_str_text(&text), path);
  finding_command(this->out, finding, "systemctl daemon-reload");
  return true;
}

/* How many words at `at` are the key's; 0: none; -1: among other letters behind one dash. */
static int words_of(const struct sd_strv *argv, size_t at, const struct daemon_key *key) {
  const char *word = argv->v.items[at];
  bool takes = key->kind != DAEMON_TRUTH;
  size_t len = strlen(key->flag);
  if (strncmp(word, "--", 2) == 0) {
    if (strncmp(word + 2, key->flag, len) != 0)
      return 0;
    if (word[2 + len] == '=')
      return 1;
    return word[2 + len] == '\0' ? 1 + (takes ? 1 : 0) : 0;
  }
  if (word[0] != '-' || key->letter == 0 || strchr(word, key->letter) == NULL)
    return 0;
  if (word[1] != key->letter)
    return daemon_key_of_letter(word[1]) != NULL &&
                   daemon_key_of_letter(word[1])->kind == DAEMON_TRUTH
               ? -1
               : 0;
  return word[2] == '\0' && takes ? 2 : 1;
}

/* The value of a flag that says the same as the JSON; NULL: an option cannot say it. */
static bool flag_values(struct sd_arena *arena, const char *json, struct sd_strv *out) {
  struct sd_json *value = NULL;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (json == NULL)
    return true;
  if (!sd_json_read(arena, "value", json, strlen(json), false, &value, &ignored))
    return false;
  if (value->type == SD_JSON_BOOL)
    sd_strv_add(out, arena, value->boolean ? "true" : "false");
  else if (value->type == SD_JSON_STRING)
    sd_strv_add(out, arena, value->string);
  for (size_t i = 0; i < value->items.len; i++)
    sd_strv_add(out, arena, value->items.items[i]->string);
  for (size_t i = 0; i < value->members.len; i++) {
    const struct sd_json_member *member = &value->members.items[i];
    if (member->value->type != SD_JSON_STRING)
      return false;
    sd_strv_add(out, arena, sd_arena_printf(arena, "%s=%s", member->key, member->value->string));
  }
  return true;
}

/* The command line with other values for the key; kept for the remedies that follow. */
static bool change_argv(struct daemon_case *this, const struct daemon_key *key, const char *json) {
  struct sd_arena *arena = this->out->arena;
  struct sd_strv values = {0};
  struct sd_strv changed = {0};
  if (!flag_values(arena, json, &values))
    return false;
  for (size_t i = 0; i < this->argv.v.len; i++) {
    int skip = i == 0 ? 0 : words_of(&this->argv, i, key);
    if (skip < 0)
      return false;
    if (skip == 0)
      sd_strv_add(&changed, arena, this->argv.v.items[i]);
    i += skip == 2 ? 1 : 0;
  }
  for (size_t i = 0; i < values.v.len; i++)
    sd_strv_add(&changed, arena, sd_arena_printf(arena, "--%s=%s", key->flag, values.v.items[i]));
  this->argv = changed;
  return true;
}

/* What was masked is not known here, and must not be written in the place of the secret. */
static bool is_masked(struct daemon_case *this, struct finding *finding, const char *text) {
  if (text == NULL || strchr(text, DAEMON_MASKED) == NULL)
    return false;
  if (finding->remedy != NULL)
    finding_remedy(this->out, finding,
                   "%s; by hand, for beside it stands what may be a secret, which is not kept here",
                   finding->remedy);
  return true;
}

static bool mend_flag(struct daemon_case *this, struct finding *finding,
                      const struct daemon_key *key, const char *json) {
  struct sd_arena *arena = this->out->arena;
  const struct facts_dockerd *dockerd = this->dockerd;
  struct sd_strv words = {0};
  struct sd_strv lines = {0};
  if (dockerd->unit == NULL || sd_text_starts_with(dockerd->unit, SCRIPTS) ||
      !change_argv(this, key, json))
    return false;
  for (size_t i = 0; i < this->argv.v.len; i++) {
    if (is_masked(this, finding, this->argv.v.items[i]))
      return false;
    const char *word =
        i == 0 && this->argv.v.items[0][0] != '/' ? dockerd->program : this->argv.v.items[i];
    word = word != NULL ? unit_word(arena, word) : NULL;
    if (word == NULL)
      return false;
    sd_strv_add(&words, arena, word);
  }
  sd_strv_add(&lines, arena, sd_strv_join(&words, arena, " "));
  return daemon_mend_unit(this, finding, "docker.service", "Service", "ExecStart", &lines);
}

/* -- daemon.json -------------------------------------------------------------------------------- */

static void mend_file(struct daemon_case *this, struct finding *finding, const char *key,
                      const char *json) {
  bool plain = !this->several && strcmp(this->subject, DAEMON_CONFIG) == 0;
  const char *config = plain ? ""
                             : sd_arena_printf(this->out->arena, " --config %s",
                                               finding_word(this->out, this->subject));
  const char *word = finding_word(this->out, key);
  if (json != NULL)
    finding_command(this->out, finding, "safe-docker doctor set %s %s%s", word,
                    finding_word(this->out, json), config);
  else
    finding_command(this->out, finding, "safe-docker doctor unset %s%s", word, config);
}

void daemon_mend_in_file(struct daemon_case *this, struct finding *finding, const char *key,
                         const char *json) {
  if (!daemon_case_is_hosts(this->dockerd) || this->settings.file == FACT_NO ||
      is_masked(this, finding, json))
    return;
  mend_file(this, finding, key, json);
  daemon_restart(this, finding);
}

void daemon_mend(struct daemon_case *this, struct finding *finding, const char *name,
                 const char *json) {
  const struct daemon_key *key = daemon_key_find(name);
  bool by_flag = key != NULL && daemon_setting(&this->settings, name)->flags.v.len > 0;
  if (!daemon_case_is_hosts(this->dockerd) || this->settings.file == FACT_NO)
    return;
  if (!by_flag)
    daemon_mend_in_file(this, finding, name, json);
  else if (mend_flag(this, finding, key, json))
    daemon_restart(this, finding);
}

/* -- places ------------------------------------------------------------------------------------- */

const struct fact_daemon_file *daemon_place(const struct facts_dockerd *dockerd, const char *role) {
  for (size_t i = 0; i < dockerd->places.len; i++)
    if (dockerd->places.items[i].role != NULL && strcmp(dockerd->places.items[i].role, role) == 0)
      return &dockerd->places.items[i];
  return NULL;
}

bool daemon_is_missing(const struct fact_daemon_file *place) {
  return place->kind != NULL &&
         (strcmp(place->kind, "missing") == 0 || strcmp(place->kind, "link") == 0);
}

/* Folders of people are not to be taken from them: of other things than this file and Docker's own folders a person decides. */
static bool may_take(const struct fact_daemon_file *place, const char *path) {
  return strcmp(path, place->path) == 0 || strcmp(path, "/etc") == 0 ||
         sd_text_starts_with(path, "/etc/docker") || sd_text_starts_with(path, "/var/lib/docker");
}

/* Whether somebody may put a link of theirs where root's chmod would follow it: who changes a folder above. */
static bool can_swap(const struct fact_daemon_file *place, const char *path) {
  for (size_t i = 0; i < place->changers.list.v.len; i++) {
    const char *other = place->changers.list.v.items[i];
    size_t len = strlen(other);
    if (strcmp(other, path) != 0 && sd_text_starts_with(path, other) &&
        (path[len] == '/' || (len > 0 && other[len - 1] == '/')))
      return true;
  }
  return false;
}

bool daemon_judge_changers(struct daemon_case *this, enum check_id check, const char *what,
                           const struct fact_daemon_file *place) {
  struct findings *out = this->out;
  if (!place->changers.known) {
    struct finding *finding =
        finding_unknown(out, check, place->path, "who may change %s is not known", place->path);
    finding_remedy(out, finding,
                   "ask as root, where /proc shows every process: safe-docker doctor");
    return true;
  }
  for (size_t i = 0; i < place->changers.list.v.len; i++) {
    const char *path = place->changers.list.v.items[i];
    struct finding *finding =
        strcmp(path, place->path) == 0
            ? finding_bad(out, check, place->path, "others than root may change %s, %s", path, what)
            : finding_bad(out, check, place->path,
                          "others than root may change %s, and with it %s, %s", path, place->path,
                          what);
    finding_remedy(out, finding,
                   "give it to root alone, or keep it where root alone may write; whoever changed "
                   "it until now no longer can");
    if (!may_take(place, path) || !daemon_case_is_hosts(this->dockerd) || can_swap(place, path))
      continue;
    finding_command(out, finding, "chown -h root %s", finding_word(out, path));
    finding_command(out, finding, "chmod go-w %s", finding_word(out, path));
  }
  return place->changers.list.v.len > 0;
}
