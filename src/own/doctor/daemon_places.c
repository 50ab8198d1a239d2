/* SPDX-License-Identifier: Apache-2.0 */
/* The files and folders that dockerd's settings name, and the group of its socket. */
#include <string.h>

#include "daemon.h"
#include "safe-docker/sys/setup_account.h"

#define TLS_FOLDER                                                                                 \
  "/root/.docker" /* of root's dockerd, whatever HOME is: dockerd(8), --tlscacert */

struct place_row {
  const char *key, *fallback; /* fallback NULL: only where it is given */
  bool text;
};
static const struct place_row rows[] = {
    {"data-root", "/var/lib/docker", false},
    {"exec-root", "/var/run/docker", false},
    {"init-path", NULL, false},
    {"seccomp-profile", NULL, true},
    {"userland-proxy-path", NULL, false},
};
static const struct place_row tls_rows[] = {
    {"tlscacert", TLS_FOLDER "/ca.pem", false},
    {"tlscert", TLS_FOLDER "/cert.pem", false},
    {"tlskey", TLS_FOLDER "/key.pem", false},
};

static void add(struct sd_arena *arena, const struct daemon_view *view, const char *role,
                const char *path, struct facts_dockerd *out) {
  struct fact_daemon_file place;
  daemon_look(arena, view, role, path, &place);
  *sd_vec_push(arena, &out->places) = place;
}

static void add_row(struct sd_arena *arena, const struct daemon_view *view,
                    const struct daemon_settings *settings, const struct place_row *row,
                    struct facts_dockerd *out) {
  struct daemon_view this = *view;
  const char *path = daemon_setting_text(settings, row->key, row->fallback);
  this.want_text = row->text;
  if (path != NULL && path[0] == '/')
    add(arena, &this, row->key, path, out);
}

/* The CA's own key need not be on this host, but tutorials leave it there: whoever has it makes certificates that dockerd
 * takes. */
static void add_ca_key(struct sd_arena *arena, const struct daemon_view *view,
                       const struct daemon_settings *settings, struct facts_dockerd *out) {
  static const char *const names[] = {"ca-key.pem", "ca.key", "cakey.pem"};
  const char *ca = daemon_setting_text(settings, "tlscacert", TLS_FOLDER "/ca.pem");
  const char *slash = ca != NULL ? strrchr(ca, '/') : NULL;
  for (size_t i = 0; slash != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
    struct fact_daemon_file place;
    daemon_look(arena, view, "ca-key",
                sd_arena_printf(arena, "%.*s/%s", (int)(slash - ca), ca, names[i]), &place);
    if (place.kind != NULL && strcmp(place.kind, "missing") != 0)
      *sd_vec_push(arena, &out->places) = place;
  }
}

/* {"name": {"path": "/usr/bin/x"}}, and --add-runtime name=/usr/bin/x. */
static void add_runtimes(struct sd_arena *arena, const struct daemon_view *view,
                         const struct daemon_settings *settings, struct facts_dockerd *out) {
  const struct daemon_setting *setting = daemon_setting(settings, "runtimes");
  const struct sd_json *list = setting->value;
  for (size_t i = 0; list != NULL && i < list->members.len; i++) {
    const struct sd_json *path = sd_json_get(list->members.items[i].value, "path");
    if (path != NULL && path->type == SD_JSON_STRING && path->string[0] == '/')
      add(arena, view, "runtimes", path->string, out);
  }
  for (size_t i = 0; i < setting->flags.v.len; i++) {
    const char *path = strchr(setting->flags.v.items[i], '=');
    if (path != NULL && path[1] == '/')
      add(arena, view, "runtimes", path + 1, out);
  }
}

static bool wants_tls(const struct daemon_settings *settings) {
  static const char *const keys[] = {"tls", "tlsverify", "tlscacert", "tlscert", "tlskey"};
  for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
    if (daemon_setting_given(settings, keys[i]))
      return true;
  return false;
}

void daemon_read_places(struct sd_arena *arena, const struct daemon_view *view,
                        struct facts_dockerd *dockerd) {
  struct daemon_settings settings;
  struct sd_setup_group group;
  daemon_settings_read(arena, dockerd, &settings);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    add_row(arena, view, &settings, &rows[i], dockerd);
  for (size_t i = 0; wants_tls(&settings) && i < sizeof(tls_rows) / sizeof(tls_rows[0]); i++)
    add_row(arena, view, &settings, &tls_rows[i], dockerd);
  if (wants_tls(&settings))
    add_ca_key(arena, view, &settings, dockerd);
  add_runtimes(arena, view, &settings, dockerd);
  dockerd->group = daemon_setting_text(&settings, "group", "docker");
  if (dockerd->group != NULL && sd_setup_group(arena, dockerd->group, &group))
    dockerd->members = (struct fact_texts){.known = true, .list = group.members};
}
