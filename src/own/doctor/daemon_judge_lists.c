/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that are lists or maps. */
#include <string.h>

#include "daemon_judge.h"

#include "safe-docker/base/json_write.h"
#include "safe-docker/base/text.h"

static bool list_of(struct daemon_case *this, enum check_id check, const char *key,
                    struct sd_strv *out) {
  if (daemon_setting_texts(&this->settings, key, out))
    return true;
  struct finding *finding =
      finding_unknown(this->out, check, this->subject, "what %s is for %s is not known", key,
                      daemon_case_name(this));
  finding_remedy(this->out, finding, "mend %s first, and ask again as root", this->subject);
  return false;
}

/* A list of JSON without the items that `bad` names; NULL: nothing is left. */
static const char *list_without(struct daemon_case *this, const struct sd_strv *list,
                                bool (*bad)(const char *item)) {
  struct sd_str out;
  bool any = false;
  sd_str_init(&out, this->out->arena);
  for (size_t i = 0; i < list->v.len; i++) {
    if (bad(list->v.items[i]))
      continue;
    sd_str_add(&out, any ? ", " : "[");
    sd_str_add_json(&out, list->v.items[i]);
    any = true;
  }
  sd_str_add_char(&out, ']');
  return any ? sd_str_text(&out) : NULL;
}

struct list_row {
  enum check_id check;
  const char *key;
  bool (*bad)(const char *item);
  const char *good, *what, *remedy; /* what: "images come from %s ..." */
};

static void judge_list(struct daemon_case *this, const struct list_row *row) {
  struct findings *out = this->out;
  struct sd_strv list = {0};
  bool good = true;
  if (!list_of(this, row->check, row->key, &list))
    return;
  for (size_t i = 0; i < list.v.len; i++) {
    if (!row->bad(list.v.items[i]))
      continue;
    good = false;
    struct finding *finding =
        finding_bad(out, row->check, list.v.items[i], "%s (%s %s)", row->what, row->key,
                    daemon_setting_source(&this->settings, row->key));
    finding_remedy(out, finding, "%s", row->remedy);
    daemon_mend(this, finding, row->key, list_without(this, &list, row->bad));
  }
  if (good)
    finding_pass(out, row->check, this->subject, "%s", row->good);
}

static bool is_remote(const char *registry) {
  return !sd_text_starts_with(registry, "127.") && strcmp(registry, "localhost") != 0 &&
         !sd_text_starts_with(registry, "localhost:") && strcmp(registry, "::1") != 0 &&
         strcmp(registry, "::1/128") != 0 && !sd_text_starts_with(registry, "[::1]");
}

static bool is_plain(const char *mirror) {
  return !sd_text_starts_with(mirror, "https://");
}

static bool is_any(const char *item) {
  (void)item;
  return true;
}

static bool is_odd_storage(const char *option) {
  return sd_text_starts_with(option, "dm.loop") ||
         sd_text_starts_with(option, "dm.override_udev_sync_check") ||
         strcmp(option, "dm.blkdiscard=false") == 0 ||
         sd_text_starts_with(option, "overlay2.override_kernel_check");
}

static const struct list_row rows[] = {
    {CHECK_INSECURE_REGISTRIES, "insecure-registries", is_remote,
     "images come from no registry without TLS, but from this host",
     "images come from there without TLS, or with a certificate that nobody vouches for: whoever "
     "stands between gives the host programs to run",
     "give the registry a certificate, and put its CA in /etc/docker/certs.d; until then images "
     "from there cannot be pulled"},
    {CHECK_REGISTRY_MIRRORS, "registry-mirrors", is_plain, "no mirror is asked without TLS",
     "images are asked of this mirror without TLS: whoever stands between can hand out others for "
     "names without a digest",
     "take it out, or give it a certificate; pulls go to the registry itself then"},
    {CHECK_NONDISTRIBUTABLE, "allow-nondistributable-artifacts", is_any,
     "layers that may not be passed on are not pushed",
     "layers that their owner does not allow to be passed on are pushed there",
     "take it out; images with such layers are pushed without them"},
    {CHECK_STORAGE_OPTS, "storage-opts", is_odd_storage,
     "none of them turns a check of the storage driver off",
     "it turns off a check that keeps the storage driver from losing data, or stores containers in "
     "a file",
     "take it out; a storage driver that needs it should be overlay2 instead, whose images have to "
     "be pulled anew"},
};

/* -- maps --------------------------------------------------------------------------------------- */

static void judge_ulimits(struct daemon_case *this) {
  struct findings *out = this->out;
  struct finding *finding = NULL;
  const struct daemon_setting *setting = daemon_setting(&this->settings, "default-ulimits");
  bool given =
      setting->flags.v.len > 0 || (setting->value != NULL && setting->value->members.len > 0);
  if (!daemon_setting_known(&this->settings, "default-ulimits")) {
    finding =
        finding_unknown(out, CHECK_DEFAULT_ULIMITS, this->subject,
                        "what default-ulimits is for %s is not known", daemon_case_name(this));
    finding_remedy(out, finding, "mend %s first, and ask again as root", this->subject);
  } else if (given) {
    finding_pass(out, CHECK_DEFAULT_ULIMITS, this->subject, "containers have limits by default");
  } else {
    finding =
        finding_bad(out, CHECK_DEFAULT_ULIMITS, this->subject,
                    "containers that ask for no limits have those of %s, which has nearly none",
                    daemon_case_name(this));
    finding_remedy(out, finding,
                   "give them a default; programs with more than 65536 open files say "
                   "--ulimit");
    daemon_mend(this, finding, "default-ulimits",
                "{\"nofile\": {\"Name\": \"nofile\", \"Soft\": 1024, \"Hard\": 65536}}");
  }
}

/* What stands there, and limits. */
static const char *log_opts(struct daemon_case *this) {
  const struct daemon_setting *setting = daemon_setting(&this->settings, "log-opts");
  struct sd_str out;
  sd_str_init(&out, this->out->arena);
  sd_str_add_char(&out, '{');
  for (size_t i = 0; setting->value != NULL && i < setting->value->members.len; i++) {
    const struct sd_json_member *member = &setting->value->members.items[i];
    if (strcmp(member->key, "max-size") == 0 || strcmp(member->key, "max-file") == 0)
      continue;
    sd_str_add_json(&out, member->key);
    sd_str_add(&out, ": ");
    sd_json_write(&out, member->value);
    sd_str_add(&out, ", ");
  }
  for (size_t i = 0; i < setting->flags.v.len; i++) {
    size_t len = strcspn(setting->flags.v.items[i], "=");
    sd_str_add_json(&out, sd_arena_strndup(this->out->arena, setting->flags.v.items[i], len));
    sd_str_add(&out, ": ");
    sd_str_add_json(&out, setting->flags.v.items[i] + len +
                              (setting->flags.v.items[i][len] == '=' ? 1 : 0));
    sd_str_add(&out, ", ");
  }
  sd_str_add(&out, "\"max-size\": \"10m\", \"max-file\": \"3\"}");
  return sd_str_text(&out);
}

static void judge_logs(struct daemon_case *this) {
  struct findings *out = this->out;
  struct finding *finding = NULL;
  const char *driver = daemon_setting_text(&this->settings, "log-driver", "json-file");
  const char *size = daemon_setting_entry(&this->settings, "log-opts", "max-size");
  if (driver == NULL || !daemon_setting_known(&this->settings, "log-opts")) {
    finding = finding_unknown(out, CHECK_LOG_LIMITS, this->subject,
                              "what log-opts is for %s is not known", daemon_case_name(this));
    finding_remedy(out, finding, "mend %s first, and ask again as root", this->subject);
  } else if (strcmp(driver, "json-file") != 0) {
    finding_pass(out, CHECK_LOG_LIMITS, this->subject, "the log driver %s keeps its logs itself",
                 driver);
  } else if (size != NULL && strcmp(size, "-1") != 0) {
    finding_pass(out, CHECK_LOG_LIMITS, this->subject, "a log grows to %s", size);
  } else {
    finding = finding_bad(out, CHECK_LOG_LIMITS, this->subject,
                          "what a container prints is kept without end: each can fill the disk");
    finding_remedy(out, finding,
                   "keep 3 files of 10 MB for each container; of older output nothing is "
                   "left, and containers that are there already keep what they have");
    daemon_mend(this, finding, "log-opts", log_opts(this));
  }
}

/* One of these for all networks of a driver opens them. */
static void judge_networks(struct daemon_case *this) {
  static const char *const modes[] = {"com.docker.network.bridge.gateway_mode_ipv4",
                                      "com.docker.network.bridge.gateway_mode_ipv6"};
  const struct sd_json *value = daemon_setting(&this->settings, "default-network-opts")->value;
  for (size_t d = 0; value != NULL && d < value->members.len; d++) {
    for (size_t m = 0; m < sizeof(modes) / sizeof(modes[0]); m++) {
      const struct sd_json *driver = value->members.items[d].value;
      const struct sd_json *mode =
          driver->type == SD_JSON_OBJECT ? sd_json_get(driver, modes[m]) : NULL;
      if (mode == NULL || mode->type != SD_JSON_STRING ||
          strcmp(mode->string, "nat-unprotected") != 0)
        continue;
      struct finding *finding =
          finding_bad(this->out, CHECK_NETWORK_OPTS, this->subject,
                      "in every new network the ports of containers are open that were never "
                      "published: %s is nat-unprotected",
                      modes[m]);
      finding_remedy(this->out, finding, "take the default away; networks that need it say it");
      daemon_mend(this, finding, "default-network-opts", NULL);
    }
  }
}

/* Told, not judged: what stands between is for the administrator to know. */
static void tell_plugins(struct daemon_case *this) {
  struct sd_strv list = {0};
  if (list_of(this, CHECK_AUTHORIZATION_PLUGINS, "authorization-plugins", &list))
    finding_pass(this->out, CHECK_AUTHORIZATION_PLUGINS, this->subject, "%s%s",
                 list.v.len > 0 ? "every request goes through " : "no plugin decides on requests",
                 sd_strv_join(&list, this->out->arena, ", "));
}

void daemon_judge_lists(struct daemon_case *this) {
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    judge_list(this, &rows[i]);
  judge_ulimits(this);
  judge_logs(this);
  judge_networks(this);
  tell_plugins(this);
}
