/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "own/setup/setup.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"
#include "self_collect.h"

#define NAMES_MAX 256 /* of a folder; more are left out, and the folder itself is judged */
#define PATH_BYTES 4096
#define CONFIG_MAX ((size_t)1024 * 1024)

void self_add_file(struct sd_arena *arena, struct facts_self *out, const char *role,
                   const char *path) {
  struct fact_place place;
  place_look(arena, path, &place);
  for (size_t i = 0; i < out->files.len; i++)
    if (strcmp(out->files.items[i].role, role) == 0 &&
        strcmp(place_real(&out->files.items[i].place), place_real(&place)) == 0)
      return;
  *sd_vec_push(arena, &out->files) = (struct fact_file){.role = role, .place = place};
}

/* The same, where there is something. */
static bool add_if_there(struct sd_arena *arena, struct facts_self *out, const char *role,
                         const char *path) {
  if (access(path, F_OK) != 0)
    return false;
  self_add_file(arena, out, role, path);
  return true;
}

static int compare(const void *one, const void *other) {
  return strcmp(*(const char *const *)one, *(const char *const *)other);
}

bool self_list(struct sd_arena *arena, const char *folder, struct sd_strv *out) {
  DIR *open = opendir(folder);
  const struct dirent *entry;
  if (open == NULL)
    return false;
  while ((entry = readdir(open)) != NULL && out->v.len < NAMES_MAX)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      sd_strv_add(out, arena, sd_arena_strdup(arena, entry->d_name));
  (void)closedir(open);
  if (out->v.len > 0)
    qsort(out->v.items, out->v.len, sizeof(*out->v.items), compare);
  return true;
}

/* A folder, if it is there, and what is in it. */
static void add_folder(struct sd_arena *arena, struct facts_self *out, const char *role,
                       const char *role_of_files, const char *folder) {
  struct sd_strv names = {0};
  if (!add_if_there(arena, out, role, folder) || !self_list(arena, folder, &names))
    return;
  for (size_t i = 0; i < names.v.len; i++)
    self_add_file(arena, out, role_of_files,
                  sd_arena_printf(arena, "%s/%s", folder, names.v.items[i]));
}

/* -- safe-docker's -------------------------------------------------------------------------------- */

static void add_own(struct doctor *doctor, struct facts_self *out) {
  struct sd_arena *arena = doctor->arena;
  char self[PATH_BYTES];
  ssize_t len = readlink("/proc/self/exe", self, sizeof(self));
  if (len > 0 && (size_t)len < sizeof(self))
    self_add_file(arena, out, "program", sd_arena_strndup(arena, self, (size_t)len));
  (void)add_if_there(arena, out, "program", SETUP_PROGRAM);
  (void)add_if_there(arena, out, "program", SD_SBINDIR "/safe-docker-admin");
  if (doctor->session->chosen != NULL)
    self_add_file(arena, out, "policy", doctor->session->chosen);
  (void)add_if_there(arena, out, "policy folder", SETUP_FOLDER);
  (void)add_if_there(arena, out, "policy", SETUP_FOLDER "/policy.json");
  add_folder(arena, out, "policy folder", "policy", SETUP_FOLDER "/policy.d");
  if (doctor->session->has_policy && doctor->session->seccomp_source != NULL)
    self_add_file(arena, out, "seccomp profile", doctor->session->seccomp_source);
}

/* -- the real CLI's ------------------------------------------------------------------------------- */

/* Where programs are found that the real CLI starts (environment(7) of a request). */
static const char *const search[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                     "/usr/bin",        "/sbin",          "/bin"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void add_helper(struct sd_arena *arena, struct facts_self *out, const struct sd_json *name) {
  if (name == NULL || name->type != SD_JSON_STRING || strchr(name->string, '/') != NULL ||
      sd_strv_contains(&out->cli.helpers.list, name->string))
    return;
  sd_strv_add(&out->cli.helpers.list, arena, name->string);
  for (size_t i = 0; i < COUNT(search); i++)
    if (add_if_there(arena, out, "helper",
                     sd_arena_printf(arena, "%s/docker-credential-%s", search[i], name->string)))
      return;
}

static void add_helpers(struct sd_arena *arena, struct facts_self *out, const char *config) {
  struct sd_error ignored;
  struct sd_json *tree = NULL;
  sd_error_init(&ignored, arena);
  const char *text = doctor_read(arena, config, CONFIG_MAX);
  out->cli.helpers.known =
      text == NULL ? access(config, F_OK) != 0
                   : sd_json_read(arena, config, text, strlen(text), false, &tree, &ignored) &&
                         tree->type == SD_JSON_OBJECT;
  if (!out->cli.helpers.known || text == NULL)
    return;
  add_helper(arena, out, sd_json_get(tree, "credsStore"));
  const struct sd_json *list = sd_json_get(tree, "credHelpers");
  for (size_t i = 0; list != NULL && list->type == SD_JSON_OBJECT && i < list->members.len; i++)
    add_helper(arena, out, list->members.items[i].value);
}

/* cli-plugins/manager of the real CLI: these folders, in this order. */
static void add_real(struct doctor *doctor, struct facts_self *out) {
  static const char *const plugins[] = {
      "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins",
      "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"};
  struct sd_arena *arena = doctor->arena;
  const struct sd_policy *policy = &doctor->session->policy;
  for (size_t i = 0; i < COUNT(plugins); i++)
    add_folder(arena, out, "plugin folder", "plugin", plugins[i]);
  if (!doctor->session->has_policy)
    return;
  self_add_file(arena, out, "real docker", policy->docker.path);
  if (policy->images.verify.command.v.len > 0)
    self_add_file(arena, out, "verify program", policy->images.verify.command.v.items[0]);
  const char *folder = policy->docker.config_dir;
  const char *config = sd_arena_printf(arena, "%s/config.json", folder);
  (void)add_if_there(arena, out, "config folder", folder);
  (void)add_if_there(arena, out, "config", config);
  add_folder(arena, out, "plugin folder", "plugin",
             sd_arena_printf(arena, "%s/cli-plugins", folder));
  add_helpers(arena, out, config);
}

/* -- others --------------------------------------------------------------------------------------- */

static void add_clients(struct sd_arena *arena, struct facts_self *out) {
  static const char *const names[] = {"docker", "docker.distrib", "docker-compose",
                                      "podman", "nerdctl",        "ctr",
                                      "crictl", "buildctl",       "lxc",
                                      "incus",  "dockerd",        "containerd",
                                      "runc"};
  for (size_t i = 0; i < COUNT(names); i++)
    for (size_t k = 0; k < COUNT(search); k++)
      (void)add_if_there(arena, out, "client",
                         sd_arena_printf(arena, "%s/%s", search[k], names[i]));
}

void self_add_files(struct doctor *doctor, struct facts_self *out) {
  add_own(doctor, out);
  add_real(doctor, out);
  add_clients(doctor->arena, out);
}
