/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon_keys.h"

#include <string.h>

#include "safe-docker/base/row.h"
#include "safe-docker/base/text.h"

#define KEY(name, kind, since, until, flag, letter)                                                \
  {name, DAEMON_##kind, since, until, flag, letter},
const struct daemon_key daemon_keys[] = {
#include "daemon_keys.def"
};
#undef KEY
const size_t daemon_keys_count = sizeof(daemon_keys) / sizeof(daemon_keys[0]);

#define KEY(its_name, kind, since, until, its_flag, letter)                                        \
  SD_ROW_FITS(struct daemon_key, name, its_name);                                                  \
  SD_ROW_FITS(struct daemon_key, flag, its_flag);
#include "daemon_keys.def"
#undef KEY

/* What stands in tutorials, and in daemon.json of other years, where another key is meant. */
static const struct {
  char written[24], meant[24];
} mistakes[] = {
    {"apparmor", "apparmor-profile"},
    {"authz-plugins", "authorization-plugins"},
    {"ca", "tlscacert"},
    {"cert", "tlscert"},
    {"cgroupdriver", "exec-opts"},
    {"dataroot", "data-root"},
    {"default-ulimits-nofile", "default-ulimits"},
    {"dns-options", "dns-opts"},
    {"graph-root", "data-root"},
    {"insecure_registries", "insecure-registries"},
    {"key", "tlskey"},
    {"listen", "hosts"},
    {"live_restore", "live-restore"},
    {"log-options", "log-opts"},
    {"mirrors", "registry-mirrors"},
    {"native.cgroupdriver", "exec-opts"},
    {"registry", "registry-mirrors"},
    {"seccomp", "seccomp-profile"},
    {"security-opt", "no-new-privileges"},
    {"selinux", "selinux-enabled"},
    {"tls-ca-cert", "tlscacert"},
    {"tls-verify", "tlsverify"},
    {"tlsca", "tlscacert"},
    {"ulimits", "default-ulimits"},
    {"userns", "userns-remap"},
    {"userns-remapping", "userns-remap"},
};

const struct daemon_key *daemon_key_find(const char *name) {
  for (size_t i = 0; i < daemon_keys_count; i++)
    if (strcmp(daemon_keys[i].name, name) == 0)
      return &daemon_keys[i];
  return NULL;
}

const struct daemon_key *daemon_key_of_flag(const char *flag) {
  for (size_t i = 0; i < daemon_keys_count; i++)
    if (flag[0] != '\0' && strcmp(daemon_keys[i].flag, flag) == 0)
      return &daemon_keys[i];
  return NULL;
}

const struct daemon_key *daemon_key_of_letter(char letter) {
  for (size_t i = 0; i < daemon_keys_count; i++)
    if (letter != 0 && daemon_keys[i].letter == letter)
      return &daemon_keys[i];
  return NULL;
}

static char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* Whether they are the same but for case and for "-", "_", "." and blanks. */
static bool sounds_alike(const char *a, const char *b) {
  static const char apart[] = "-_. ";
  for (;;) {
    a += strspn(a, apart);
    b += strspn(b, apart);
    if (lower(*a) != lower(*b))
      return false;
    if (*a == '\0')
      return true;
    a++;
    b++;
  }
}

static const char *name_at(const void *context, size_t index) {
  const struct daemon_key *keys = context;
  return keys[index].name;
}

const struct daemon_key *daemon_key_meant(const char *name) {
  for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
    if (sounds_alike(mistakes[i].written, name))
      return daemon_key_find(mistakes[i].meant);
  for (size_t i = 0; i < daemon_keys_count; i++)
    if (sounds_alike(daemon_keys[i].name, name))
      return &daemon_keys[i];
  for (size_t i = 0; i < daemon_keys_count; i++)
    if (daemon_keys[i].flag[0] != '\0' && sounds_alike(daemon_keys[i].flag, name))
      return &daemon_keys[i];
  const char *near = sd_text_nearest(name, daemon_keys_count, name_at, daemon_keys);
  return near != NULL ? daemon_key_find(near) : NULL;
}

/* -- types -------------------------------------------------------------------------------------- */

static bool each_is(const struct sd_json *node, enum sd_json_type type) {
  for (size_t i = 0; i < node->items.len; i++)
    if (node->items.items[i]->type != type)
      return false;
  for (size_t i = 0; i < node->members.len; i++)
    if (node->members.items[i].value->type != type)
      return false;
  return true;
}

static bool is_maps(const struct sd_json *node) {
  for (size_t i = 0; i < node->members.len; i++)
    if (!each_is(node->members.items[i].value, SD_JSON_STRING))
      return false;
  return each_is(node, SD_JSON_OBJECT);
}

static const struct {
  enum sd_json_type type;
  enum sd_json_type each; /* SD_JSON_NULL: anything */
  const char *words;
} kinds[] = {
    [DAEMON_TRUTH] = {SD_JSON_BOOL, SD_JSON_NULL, "true or false, without quotes"},
    [DAEMON_TEXT] = {SD_JSON_STRING, SD_JSON_NULL, "a text in double quotes"},
    [DAEMON_NUMBER] = {SD_JSON_NUMBER, SD_JSON_NULL, "a whole number, without quotes"},
    [DAEMON_TEXTS] = {SD_JSON_ARRAY, SD_JSON_STRING, "a list of texts: [\"...\"]"},
    [DAEMON_MAP] = {SD_JSON_OBJECT, SD_JSON_STRING, "an object of texts: {\"...\": \"...\"}"},
    [DAEMON_MAPS] = {SD_JSON_OBJECT, SD_JSON_OBJECT,
                     "an object of objects of texts: {\"...\": {\"...\": \"...\"}}"},
    [DAEMON_TRUTHS] = {SD_JSON_OBJECT, SD_JSON_BOOL,
                       "an object of true and false: {\"...\": true}"},
    [DAEMON_RECORD] = {SD_JSON_OBJECT, SD_JSON_NULL, "an object: {\"...\": ...}"},
    [DAEMON_RECORDS] = {SD_JSON_ARRAY, SD_JSON_OBJECT, "a list of objects: [{\"...\": ...}]"},
};

bool daemon_key_takes(const struct daemon_key *key, const struct sd_json *value,
                      struct sd_error *err) {
  if (value->type == SD_JSON_NULL)
    return true;
  bool good = value->type == kinds[key->kind].type &&
              (kinds[key->kind].each == SD_JSON_NULL || each_is(value, kinds[key->kind].each)) &&
              (key->kind != DAEMON_MAPS || is_maps(value));
  return good || sd_fail(err, "\"%s\" must be %s", key->name, kinds[key->kind].words);
}
