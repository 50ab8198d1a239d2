/* SPDX-License-Identifier: Apache-2.0 */
/* daemon.json itself: whose it is, whether dockerd can read it, and whether it means what it says. */
#include <string.h>

#include "daemon_judge.h"

#include "safe-docker/base/json_write.h"
#include "safe-docker/base/number.h"

#define SLACK_MS 100 /* between the start of the process and its reading of the file */

static const char *json_text(struct sd_arena *arena, const struct sd_json *value) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_json_write(&out, value);
  return sd_str_text(&out);
}

/* -- owner and syntax ---------------------------------------------------------------------------- */

static void judge_owner(struct daemon_case *this) {
  const struct fact_daemon_file *config = &this->dockerd->config;
  if (config->path != NULL &&
      !daemon_judge_changers(this, CHECK_DAEMON_JSON_OWNER, "what dockerd reads", config))
    finding_pass(this->out, CHECK_DAEMON_JSON_OWNER, this->subject,
                 "nobody but root may change it");
}

static void judge_syntax(struct daemon_case *this) {
  struct findings *out = this->out;
  const struct fact_daemon_file *config = &this->dockerd->config;
  struct finding *finding = NULL;
  if (this->settings.file == FACT_NO) {
    finding = finding_bad(out, CHECK_DAEMON_JSON, this->subject,
                          "it is no JSON that can be judged: dockerd does not start with it, or "
                          "reads something else than stands there (%s)",
                          this->settings.problem);
    finding_remedy(out, finding,
                   "mend that line by hand: what was meant is not for a program to guess. JSON has "
                   "no comments, no comma behind the last member, each key once");
  } else if (this->settings.file == FACT_YES) {
    finding_pass(out, CHECK_DAEMON_JSON, this->subject, "%s",
                 daemon_is_missing(config) ? "there is none, so every default holds"
                                           : "dockerd can read it");
  } else if (config->kind != NULL && strcmp(config->kind, "file") != 0) {
    finding = finding_bad(out, CHECK_DAEMON_JSON, this->subject,
                          "it is no regular file, so nothing that it may say is known");
    finding_remedy(out, finding, "put a file of root's in its place");
  } else {
    finding = finding_unknown(out, CHECK_DAEMON_JSON, this->subject,
                              "it could not be read, so nothing that it may say is known");
    finding_remedy(out, finding,
                   "it must be a file of root's, smaller than 1 MiB: look what it is, as root");
  }
}

/* -- keys --------------------------------------------------------------------------------------- */

static unsigned version_of(const struct daemon_case *this) {
  const char *version = this->dockerd->version;
  struct sd_arena *arena = this->out->arena;
  struct sd_error ignored;
  uint64_t major = 0;
  uint64_t minor = 0;
  sd_error_init(&ignored, arena);
  size_t dot = version != NULL ? strcspn(version, ".") : 0;
  if (version == NULL || version[dot] != '.')
    return 0;
  const char *rest = version + dot + 1;
  bool good =
      sd_number_decimal(sd_arena_strndup(arena, version, dot), 0, 99, &major, &ignored) &&
      sd_number_decimal(sd_arena_strndup(arena, rest, strcspn(rest, ".")), 0, 99, &minor, &ignored);
  return good ? (unsigned)(major * 100 + minor) : 0;
}

/* Its value goes to the key that was meant, where that can be: it is not there yet, and takes the value. */
static void unknown_key(struct daemon_case *this, const struct sd_json_member *member) {
  struct findings *out = this->out;
  const struct daemon_key *meant = daemon_key_meant(member->key);
  const struct daemon_key *flag = daemon_key_of_flag(member->key);
  struct sd_error why;
  sd_error_init(&why, out->arena);
  struct finding *finding = finding_bad(
      out, CHECK_DAEMON_JSON_KEYS, member->key, "%s has \"%s\" in line %u, which is no key%s",
      this->subject, member->key, member->line,
      flag != NULL ? ": dockerd takes it for its option of that name, and does nothing with it"
                   : ": dockerd does not start, or takes no notice of it");
  if (meant == NULL) {
    finding_remedy(out, finding, "take it out; what it was to do is not done now, either");
    daemon_mend(this, finding, member->key, NULL);
    return;
  }
  bool moves = !daemon_setting_given(&this->settings, meant->name) &&
               daemon_key_takes(meant, member->value, &why);
  finding_remedy(out, finding, "\"%s\" is the key%s", meant->name,
                 moves ? "; its value begins to have an effect then"
                       : ", but the value cannot go there as it is: take this one out, and see "
                         "dockerd(8) for what the key takes");
  size_t before = finding->commands.v.len;
  daemon_mend(this, finding, member->key, NULL);
  if (moves && finding->commands.v.len > before) {
    finding->commands = (struct sd_strv){0};
    daemon_mend(this, finding, meant->name, json_text(out->arena, member->value));
    struct sd_strv set = finding->commands;
    finding->commands = (struct sd_strv){0};
    daemon_mend(this, finding, member->key, NULL);
    struct sd_strv unset = finding->commands;
    finding->commands = (struct sd_strv){0};
    sd_strv_add(&finding->commands, out->arena, unset.v.items[0]);
    for (size_t i = 0; i < set.v.len; i++)
      sd_strv_add(&finding->commands, out->arena, set.v.items[i]);
  }
}

/* True: dockerd knows the key. */
static bool judge_key(struct daemon_case *this, const struct sd_json_member *member) {
  struct findings *out = this->out;
  const struct daemon_key *key = daemon_key_find(member->key);
  unsigned version = version_of(this);
  struct finding *finding = NULL;
  if (key == NULL) {
    unknown_key(this, member);
    return false;
  }
  if (version == 0 || (version >= key->since && (key->until == 0 || version <= key->until)))
    return true;
  finding =
      finding_bad(out, CHECK_DAEMON_JSON_KEYS, member->key,
                  "%s has \"%s\" in line %u, which dockerd %s does not know: it does not start",
                  this->subject, member->key, member->line, this->dockerd->version);
  finding_remedy(out, finding, "take it out; it %s version %u.%u",
                 version < key->since ? "comes with" : "went after",
                 (version < key->since ? key->since : key->until) / 100,
                 (version < key->since ? key->since : key->until) % 100);
  daemon_mend(this, finding, member->key, NULL);
  return false;
}

/* True: of a type that dockerd reads. */
static bool judge_type(struct daemon_case *this, const struct sd_json_member *member) {
  struct findings *out = this->out;
  const struct daemon_key *key = daemon_key_find(member->key);
  struct sd_error why;
  sd_error_init(&why, out->arena);
  if (key == NULL || daemon_key_takes(key, member->value, &why))
    return true;
  struct finding *finding = finding_bad(out, CHECK_DAEMON_JSON_TYPES, member->key,
                                        "%s, line %u: dockerd does not start: %s", this->subject,
                                        member->value->line, why.message);
  const struct sd_json *value = member->value;
  bool truth = key->kind == DAEMON_TRUTH && value->type == SD_JSON_STRING &&
               (strcmp(value->string, "true") == 0 || strcmp(value->string, "false") == 0);
  bool one = key->kind == DAEMON_TEXTS && value->type == SD_JSON_STRING;
  finding_remedy(out, finding, "%s",
                 truth || one ? "give it the same value, as dockerd reads it"
                              : "take it out, or give it a value that dockerd reads");
  const char *json = truth ? value->string : NULL;
  if (one)
    json = sd_arena_printf(out->arena, "[%s]", json_text(out->arena, value));
  daemon_mend(this, finding, member->key, json);
  return false;
}

/* Both are not merged: dockerd refuses to start, but for runtimes. */
static bool judge_twice(struct daemon_case *this, const struct sd_json_member *member) {
  struct findings *out = this->out;
  const struct daemon_key *key = daemon_key_find(member->key);
  if (key == NULL || strcmp(key->name, "runtimes") == 0 ||
      daemon_setting(&this->settings, key->name)->flags.v.len == 0)
    return true;
  struct finding *finding =
      finding_bad(out, CHECK_DAEMON_JSON_TWICE, member->key,
                  "dockerd is given --%s%s%s and \"%s\" in %s: it does not start", key->flag,
                  this->dockerd->unit != NULL ? " by " : "",
                  this->dockerd->unit != NULL ? this->dockerd->unit : "", key->name, this->subject);
  /* By the option alone dockerd listens now; what the file says besides it must not begin to hold unasked. */
  bool hosts = strcmp(key->name, "hosts") == 0;
  finding_remedy(out, finding, "%s",
                 hosts ? "take the key out; then the command line alone decides where it listens"
                       : "take the option off the command line; then the file alone decides");
  if (hosts)
    daemon_mend_in_file(this, finding, member->key, NULL);
  else
    daemon_mend(this, finding, member->key, NULL);
  return false;
}

static void judge_members(struct daemon_case *this) {
  static const struct {
    enum check_id check;
    bool (*judge)(struct daemon_case *this, const struct sd_json_member *member);
    const char *good;
  } parts[] = {
      {CHECK_DAEMON_JSON_KEYS, judge_key, "dockerd knows every key"},
      {CHECK_DAEMON_JSON_TYPES, judge_type, "every value is of the kind that dockerd reads"},
      {CHECK_DAEMON_JSON_TWICE, judge_twice, "nothing stands there and on the command line"},
  };
  for (size_t p = 0; p < sizeof(parts) / sizeof(parts[0]); p++) {
    bool good = true;
    for (size_t i = 0; i < this->settings.root->members.len; i++)
      good = parts[p].judge(this, &this->settings.root->members.items[i]) && good;
    if (good)
      finding_pass(this->out, parts[p].check, this->subject, "%s", parts[p].good);
  }
}

static void judge_restart(struct daemon_case *this) {
  const struct facts_dockerd *dockerd = this->dockerd;
  struct findings *out = this->out;
  if (!dockerd->pid.known || !dockerd->started.known || !dockerd->config.changed.known)
    return;
  if (dockerd->config.changed.value <= dockerd->started.value + SLACK_MS) {
    finding_pass(out, CHECK_DAEMON_RESTART, this->subject,
                 "dockerd was started after it was changed");
    return;
  }
  struct finding *finding =
      finding_bad(out, CHECK_DAEMON_RESTART, this->subject,
                  "it was changed after %s was started: what it says need not hold yet",
                  daemon_case_name(this));
  finding_remedy(
      out, finding,
      "start dockerd again; containers stop and start with it, unless live-restore is on");
  daemon_restart(this, finding);
}

void daemon_judge_file(struct daemon_case *this) {
  judge_owner(this);
  judge_syntax(this);
  if (this->settings.root != NULL)
    judge_members(this);
  judge_restart(this);
}
