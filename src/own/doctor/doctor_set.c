/* SPDX-License-Identifier: Apache-2.0 */
/* `doctor set` and `doctor unset`: one key of daemon.json.
 *
 * MUST: write where root alone may put things; write nothing that dockerd would not start with; keep what stood there
 * before beside it. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "daemon_edit.h"
#include "doctor.h"
#include "output.h"
#include "own/admin.h"
#include "own/own_words.h"
#include "safe-docker/base/json_write.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_file.h"
#include "safe-docker/sys/trusted.h"

#define MODE 0644
#define SAVED ".saved"

struct change {
  struct session *session;
  struct sd_arena *arena;
  const char *key;
  const char *value; /* a text of JSON; NULL: the key is taken away */
  const char *path;
  const char *text; /* of the file; "" where it is not there */
  bool there;
  mode_t mode;
  const struct sd_json *root;
  const struct facts_dockerd *dockerd; /* whose file it is; NULL: nobody's that is known */
};

/* -- which file --------------------------------------------------------------------------------- */

static bool is_roots(const struct facts_dockerd *dockerd) {
  return dockerd->uid.known && dockerd->uid.value == 0 && dockerd->elsewhere == FACT_NO &&
         dockerd->config.path != NULL;
}

/* Of root's that run, else of the unit. */
static bool choose(struct change *change, const struct facts_daemons *facts, struct sd_error *err) {
  const struct facts_dockerd *found = NULL;
  for (size_t i = 0; i < facts->list.len; i++) {
    const struct facts_dockerd *dockerd = &facts->list.items[i];
    if (!is_roots(dockerd) || (found != NULL && !dockerd->pid.known))
      continue;
    if (found != NULL && strcmp(found->config.path, dockerd->config.path) != 0)
      return sd_fail_rule(err, NULL, "say which: --config FILE",
                          "more than one dockerd runs here: one reads %s, another %s",
                          sd_text_safe(change->arena, found->config.path),
                          sd_text_safe(change->arena, dockerd->config.path));
    found = dockerd;
  }
  change->path = found != NULL ? found->config.path : DAEMON_CONFIG;
  change->dockerd = found;
  return true;
}

static bool find_file(struct change *change, const char *named, struct sd_error *err) {
  struct facts_daemons *facts = sd_arena_alloc(change->arena, sizeof(*facts));
  daemon_list(change->arena, facts);
  if (named == NULL)
    return choose(change, facts, err);
  change->path = named;
  for (size_t i = 0; i < facts->list.len; i++)
    if (is_roots(&facts->list.items[i]) && strcmp(facts->list.items[i].config.path, named) == 0)
      change->dockerd = &facts->list.items[i];
  return true;
}

/* A link is followed by the words of root alone: sd_trusted_read has walked it. */
static bool read_file(struct change *change, struct sd_error *err) {
  struct sd_setup_seen seen;
  size_t len = 0;
  bool missing = false;
  change->text = "";
  change->mode = MODE;
  if (change->path[0] != '/')
    return sd_fail(err, "%s is not an absolute path", sd_text_safe(change->arena, change->path));
  if (!sd_setup_look(change->arena, change->path, &seen, err))
    return false;
  if (seen.kind == SD_SETUP_MISSING)
    return true;
  struct sd_error why;
  sd_error_init(&why, change->arena);
  if (!sd_trusted_read(change->arena, change->path, 0, SD_SETUP_TEXT_MAX, &change->text, &len,
                       &missing, &why))
    return sd_fail_rule(err, NULL, why.hint, "%s", why.message);
  if (strlen(change->text) != len)
    return sd_fail(err, "%s holds a byte 0, which is no JSON",
                   sd_text_safe(change->arena, change->path));
  if (seen.kind == SD_SETUP_LINK) {
    char *real = sd_arena_alloc(change->arena, PATH_MAX);
    if (realpath(change->path, real) == NULL || !sd_setup_look(change->arena, real, &seen, err))
      return sd_fail(err, "%s leads nowhere", sd_text_safe(change->arena, change->path));
    change->path = real;
  }
  change->there = true;
  change->mode = seen.mode & MODE;
  struct sd_error wrong;
  sd_error_init(&wrong, change->arena);
  return daemon_settings_parse(change->arena, change->path, change->text, len, &change->root,
                               &wrong) ||
         sd_fail_rule(err, NULL,
                      "mend it by hand: what is meant there is not for a program to guess",
                      "dockerd cannot read the file as it is: %s", wrong.message);
}

/* -- what may stand there ------------------------------------------------------------------------ */

/* "28.2.2" is 2802; 0: unknown. */
static unsigned version_number(struct sd_arena *arena, const char *version) {
  struct sd_error ignored;
  uint64_t major = 0;
  uint64_t minor = 0;
  sd_error_init(&ignored, arena);
  size_t dot = version != NULL ? strcspn(version, ".") : 0;
  if (version == NULL || version[dot] != '.' ||
      !sd_number_decimal(sd_arena_strndup(arena, version, dot), 0, 99, &major, &ignored))
    return 0;
  const char *rest = version + dot + 1;
  if (!sd_number_decimal(sd_arena_strndup(arena, rest, strcspn(rest, ".")), 0, 99, &minor,
                         &ignored))
    return 0;
  return (unsigned)(major * 100 + minor);
}

static bool check_dockerd(const struct change *change, const struct daemon_key *key,
                          struct sd_error *err) {
  const struct facts_dockerd *dockerd = change->dockerd;
  struct daemon_settings settings;
  if (dockerd == NULL)
    return true;
  unsigned version = version_number(change->arena, dockerd->version);
  if (version != 0 && (version < key->since || (key->until != 0 && version > key->until)))
    return sd_fail(err, "dockerd %s, which is here, does not know the key \"%s\"",
                   sd_text_safe(change->arena, dockerd->version), key->name);
  daemon_settings_of_argv(change->arena, &dockerd->argv, DAEMON_CONFIG, &settings);
  if (daemon_setting(&settings, key->name)->flags.v.len == 0 || strcmp(key->name, "runtimes") == 0)
    return true;
  return sd_fail_rule(err, NULL, "take the option away first: safe-docker doctor says how",
                      "dockerd is started with --%s%s%s; where \"%s\" stands in daemon.json, too, "
                      "it does not start",
                      key->flag, dockerd->unit != NULL ? " by " : "",
                      dockerd->unit != NULL ? sd_text_safe(change->arena, dockerd->unit) : "",
                      key->name);
}

static bool check_value(struct change *change, struct sd_error *err) {
  const struct daemon_key *key = daemon_key_find(change->key);
  struct sd_json *value = NULL;
  if (key == NULL) {
    const struct daemon_key *meant = daemon_key_meant(change->key);
    return sd_fail_rule(err, NULL,
                        meant != NULL
                            ? sd_arena_printf(change->arena, "did you mean \"%s\"?", meant->name)
                            : "dockerd(8) has the keys that there are",
                        "dockerd has no key \"%s\"", sd_text_safe(change->arena, change->key));
  }
  if (!sd_json_read(change->arena, "VALUE", change->value, strlen(change->value), false, &value,
                    err))
    return false;
  if (value->type == SD_JSON_NULL)
    return sd_fail_rule(err, NULL,
                        sd_arena_printf(change->arena, "safe-docker doctor unset %s", key->name),
                        "null is no value");
  struct sd_str text;
  sd_str_init(&text, change->arena);
  sd_json_write(&text, value);
  change->value = sd_str_text(&text);
  return daemon_key_takes(key, value, err) && check_dockerd(change, key, err);
}

/* -- doing it ----------------------------------------------------------------------------------- */

static const char *written(struct sd_arena *arena, const struct sd_json *value) {
  struct sd_str text;
  sd_str_init(&text, arena);
  if (value == NULL)
    return "not set";
  sd_json_write(&text, value);
  return sd_str_text(&text);
}

static int tell(const struct change *change, const char *before) {
  const char *path = sd_text_safe(change->arena, change->path);
  const char *key = sd_text_safe(change->arena, change->key);
  const char *after = change->value != NULL ? change->value : "not set";
  if (strcmp(before, after) == 0)
    return output_answer(
        change->arena,
        sd_arena_printf(change->arena, "%s: \"%s\" is %s already\n", path, key, after), 0);
  return output_answer(
      change->arena,
      sd_arena_printf(
          change->arena,
          "%s: \"%s\" was %s, is %s now%s%s%s\n"
          "The dockerd that reads it must be started again (the host's: systemctl restart "
          "docker)\n",
          path, key, before, after, change->there ? "; what was there is in " : "",
          change->there ? path : "", change->there ? SAVED : ""),
      0);
}

static bool write_file(const struct change *change, struct sd_error *err) {
  struct sd_arena *arena = change->arena;
  const char *text =
      change->value != NULL
          ? daemon_edit_set(arena, change->text, change->root, change->key, change->value)
          : daemon_edit_unset(arena, change->text, change->root, change->key);
  const struct sd_json *again = NULL;
  if (!daemon_settings_parse(arena, change->path, text, strlen(text), &again, err))
    return false;
  return (!change->there || sd_setup_write(arena, sd_arena_printf(arena, "%s" SAVED, change->path),
                                           change->text, change->mode, NULL, err)) &&
         sd_setup_write(arena, change->path, text, change->mode, NULL, err);
}

static int carry_out(struct change *change, const char *named) {
  struct sd_error err;
  sd_error_init(&err, change->arena);
  if (!find_file(change, named, &err) || !read_file(change, &err) ||
      (change->value != NULL && !check_value(change, &err)))
    return output_complain(change->arena, &err);
  const struct sd_json *value =
      change->root != NULL ? sd_json_get(change->root, change->key) : NULL;
  const char *before = written(change->arena, value);
  bool same = strcmp(before, change->value != NULL ? change->value : "not set") == 0;
  if (!same && !write_file(change, &err))
    return output_complain(change->arena, &err);
  return tell(change, before);
}

static int hand_over(struct session *session, const char *word, const struct own_words *given) {
  struct sd_strv words = {0};
  sd_strv_add(&words, session->arena, word);
  for (const char *const *typed = given->typed; *typed != NULL; typed++)
    sd_strv_add(&words, session->arena, *typed);
  return admin_hand_over(session, "doctor",
                         (const char *const *)sd_strv_argv(&words, session->arena));
}

static int run_set(struct session *session, const struct own_words *given) {
  if (!admin_is(session))
    return hand_over(session, "set", given);
  struct change change = {.session = session,
                          .arena = session->arena,
                          .key = given->operands.v.items[0],
                          .value = given->operands.v.items[1]};
  return carry_out(&change, own_words_value(given, "--config"));
}

static int run_unset(struct session *session, const struct own_words *given) {
  if (!admin_is(session))
    return hand_over(session, "unset", given);
  struct change change = {
      .session = session, .arena = session->arena, .key = given->operands.v.items[0]};
  return carry_out(&change, own_words_value(given, "--config"));
}

static const struct own_option options[] = {{"--config", ""}, {NULL, NULL}};

int doctor_set_command(struct session *session, const char *const *words) {
  static const struct own_form form = {
      .command = "doctor set",
      .usage = "safe-docker doctor set KEY VALUE",
      .options = options,
      .least = 2,
      .most = 2,
      .help = "Usage:  safe-docker doctor set KEY VALUE [--config FILE]\n"
              "\n"
              "Gives one key of daemon.json a value, which is JSON: true, '\"text\"', '[\"a\"]'.\n"
              "What else stands there stays as it is. The file is that of the dockerd that runs,\n"
              "else /etc/docker/daemon.json; what was in it is kept in daemon.json.saved.\n",
      .run = run_set};
  return own_command(session, words, &form);
}

int doctor_unset_command(struct session *session, const char *const *words) {
  static const struct own_form form = {
      .command = "doctor unset",
      .usage = "safe-docker doctor unset KEY",
      .options = options,
      .least = 1,
      .most = 1,
      .help = "Usage:  safe-docker doctor unset KEY [--config FILE]\n"
              "\n"
              "Takes one key out of daemon.json, also one that dockerd does not know.\n"
              "What else stands there stays as it is.\n",
      .run = run_unset};
  return own_command(session, words, &form);
}
