/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon_settings.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#define CONFIG_FLAG "config-file"

/* -- the command line --------------------------------------------------------------------------- */

struct words {
  struct daemon_settings *out;
  const struct sd_strv *argv;
  size_t at;
};

/* Options that dockerd has and daemon.json has not. */
static bool is_other_flag(const char *name) {
  static const char *const flags[] = {"help", "restart", "validate", "version"};
  for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
    if (strcmp(flags[i], name) == 0)
      return true;
  return false;
}

static void add_flag(struct daemon_settings *out, const struct daemon_key *key, const char *value) {
  size_t index = (size_t)(key - daemon_keys);
  sd_strv_add(&out->all.items[index].flags, out->arena, value != NULL ? value : "");
}

static const char *next_word(struct words *words) {
  return words->at + 1 < words->argv->v.len ? words->argv->v.items[++words->at] : NULL;
}

static void take_long(struct words *words, const char *word) {
  struct daemon_settings *out = words->out;
  size_t len = strcspn(word, "=");
  const char *name = sd_arena_strndup(out->arena, word, len);
  const char *value = word[len] == '=' ? word + len + 1 : NULL;
  const struct daemon_key *key = daemon_key_of_flag(name);
  if (strcmp(name, CONFIG_FLAG) == 0) {
    const char *path = value != NULL ? value : next_word(words);
    out->config = path != NULL ? path : out->config;
  } else if (key == NULL) {
    if (!is_other_flag(name))
      sd_strv_add(&out->odd, out->arena, name);
  } else if (key->kind == DAEMON_TRUTH) {
    add_flag(out, key, value != NULL ? value : "true");
  } else {
    add_flag(out, key, value != NULL ? value : next_word(words));
  }
}

/* -DH fd:// is -D and -H fd://. */
static void take_short(struct words *words, const char *letters) {
  struct daemon_settings *out = words->out;
  for (; *letters != '\0'; letters++) {
    const struct daemon_key *key = daemon_key_of_letter(*letters);
    if (key == NULL) {
      if (*letters != 'v' && *letters != 'r')
        sd_strv_add(&out->odd, out->arena, sd_arena_strndup(out->arena, letters, 1));
      return;
    }
    if (key->kind != DAEMON_TRUTH) {
      const char *value = letters[1] == '=' ? letters + 2 : letters + 1;
      add_flag(out, key, *value != '\0' ? value : next_word(words));
      return;
    }
    if (letters[1] == '=') {
      add_flag(out, key, letters + 2);
      return;
    }
    add_flag(out, key, "true");
  }
}

void daemon_settings_of_argv(struct sd_arena *arena, const struct fact_texts *argv,
                             const char *config, struct daemon_settings *out) {
  *out = (struct daemon_settings){.arena = arena, .config = config, .argv_known = argv->known};
  for (size_t i = 0; i < daemon_keys_count; i++)
    sd_vec_push(arena, &out->all)->key = &daemon_keys[i];
  struct words words = {.out = out, .argv = &argv->list, .at = 1};
  for (; words.at < argv->list.v.len; words.at++) {
    const char *word = argv->list.v.items[words.at];
    if (strcmp(word, "--") == 0)
      return;
    if (strncmp(word, "--", 2) == 0)
      take_long(&words, word + 2);
    else if (word[0] == '-' && word[1] != '\0')
      take_short(&words, word + 1);
  }
}

/* -- the file ----------------------------------------------------------------------------------- */

bool daemon_settings_parse(struct sd_arena *arena, const char *path, const char *text, size_t len,
                           const struct sd_json **out, struct sd_error *err) {
  struct sd_json *root = NULL;
  *out = NULL;
  if (strspn(text, " \t\r\n") == len)
    return true;
  if (!sd_json_read_fractions(arena, path, text, len, &root, err))
    return false;
  if (root->type != SD_JSON_OBJECT)
    return sd_fail(err, "%s:%u:%u: an object must stand here: {\"key\": value}",
                   sd_text_safe(arena, path), root->line, root->column);
  *out = root;
  return true;
}

static void take_file(struct daemon_settings *out) {
  for (size_t i = 0; i < out->root->members.len; i++) {
    const struct sd_json_member *member = &out->root->members.items[i];
    const struct daemon_key *key = daemon_key_find(member->key);
    if (key != NULL && member->value->type != SD_JSON_NULL)
      out->all.items[key - daemon_keys].value = member->value;
  }
}

void daemon_settings_read(struct sd_arena *arena, const struct facts_dockerd *dockerd,
                          struct daemon_settings *out) {
  const struct fact_daemon_file *config = &dockerd->config;
  struct sd_error err;
  sd_error_init(&err, arena);
  daemon_settings_of_argv(arena, &dockerd->argv, DAEMON_CONFIG, out);
  if (config->path != NULL)
    out->config = config->path;
  if (config->kind != NULL && strcmp(config->kind, "missing") == 0)
    out->file = FACT_YES;
  if (config->text == NULL)
    return;
  bool good = daemon_settings_parse(arena, out->config, config->text, strlen(config->text),
                                    &out->root, &err);
  out->file = good ? FACT_YES : FACT_NO;
  out->problem = err.message;
  if (out->root != NULL)
    take_file(out);
}

/* -- what it is --------------------------------------------------------------------------------- */

const struct daemon_setting *daemon_setting(const struct daemon_settings *settings,
                                            const char *key) {
  return &settings->all.items[daemon_key_find(key) - daemon_keys];
}

bool daemon_setting_given(const struct daemon_settings *settings, const char *key) {
  const struct daemon_setting *setting = daemon_setting(settings, key);
  return setting->value != NULL || setting->flags.v.len > 0;
}

bool daemon_setting_known(const struct daemon_settings *settings, const char *key) {
  return daemon_setting_given(settings, key) ||
         (settings->argv_known && settings->file == FACT_YES);
}

/* Of an option that may stand once, dockerd takes the last. */
static const char *last_flag(const struct daemon_setting *setting) {
  size_t count = setting->flags.v.len;
  return count > 0 ? setting->flags.v.items[count - 1] : NULL;
}

enum fact_truth daemon_setting_truth(const struct daemon_settings *settings, const char *key,
                                     bool fallback) {
  const struct daemon_setting *setting = daemon_setting(settings, key);
  const char *flag = last_flag(setting);
  struct sd_error ignored;
  bool value = fallback;
  sd_error_init(&ignored, settings->arena);
  if (!daemon_setting_known(settings, key))
    return FACT_UNKNOWN;
  if (flag != NULL && !sd_number_bool(flag, &value, &ignored))
    return FACT_UNKNOWN;
  if (flag == NULL && setting->value != NULL) {
    if (setting->value->type != SD_JSON_BOOL)
      return FACT_UNKNOWN;
    value = setting->value->boolean;
  }
  return value ? FACT_YES : FACT_NO;
}

const char *daemon_setting_text(const struct daemon_settings *settings, const char *key,
                                const char *fallback) {
  const struct daemon_setting *setting = daemon_setting(settings, key);
  const char *flag = last_flag(setting);
  if (!daemon_setting_known(settings, key))
    return NULL;
  if (flag == NULL && setting->value != NULL && setting->value->type == SD_JSON_STRING)
    flag = setting->value->string;
  return flag != NULL && *flag != '\0' ? flag : fallback;
}

bool daemon_setting_texts(const struct daemon_settings *settings, const char *key,
                          struct sd_strv *out) {
  const struct daemon_setting *setting = daemon_setting(settings, key);
  const struct sd_json *list = setting->value;
  for (size_t i = 0; i < setting->flags.v.len; i++)
    sd_strv_add(out, settings->arena, setting->flags.v.items[i]);
  if (list != NULL && list->type != SD_JSON_ARRAY)
    return false;
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    if (list->items.items[i]->type != SD_JSON_STRING)
      return false;
    sd_strv_add(out, settings->arena, list->items.items[i]->string);
  }
  return daemon_setting_known(settings, key);
}

const char *daemon_setting_entry(const struct daemon_settings *settings, const char *key,
                                 const char *name) {
  const struct daemon_setting *setting = daemon_setting(settings, key);
  size_t len = strlen(name);
  for (size_t i = 0; i < setting->flags.v.len; i++) {
    const char *flag = setting->flags.v.items[i];
    if (strncmp(flag, name, len) == 0 && flag[len] == '=')
      return flag + len + 1;
  }
  const struct sd_json *value = setting->value != NULL && setting->value->type == SD_JSON_OBJECT
                                    ? sd_json_get(setting->value, name)
                                    : NULL;
  return value != NULL && value->type == SD_JSON_STRING ? value->string : NULL;
}

const char *daemon_setting_source(const struct daemon_settings *settings, const char *key) {
  const struct daemon_setting *setting = daemon_setting(settings, key);
  if (setting->flags.v.len > 0)
    return sd_arena_printf(settings->arena, "by the option --%s", setting->key->flag);
  return setting->value != NULL ? "by daemon.json" : "by default";
}
