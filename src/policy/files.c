/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and reading the policy's files. MUST: read nothing that anybody but its owner could have
 * written, and never take a file that cannot be read for one that is not there. */
#include "safe-docker/policy/files.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

static const char hint_file[] = "a policy file and every folder above it must belong to root and "
                                "be writable by nobody else, and the file "
                                "must be readable: chown root, chmod go-w, chmod a+r";
static const char hint_chosen[] = "the file named by SAFE_DOCKER_POLICY and every folder above it "
                                  "must belong to you or root and be writable "
                                  "by nobody else; folders such as /tmp are not";

static bool read_file(struct sd_arena *arena, const char *path, uid_t owner, const char *hint,
                      struct sd_policy_texts *out, bool *missing, struct sd_error *err) {
  const char *text = NULL;
  size_t len = 0;
  if (!sd_trusted_read(arena, path, owner, SD_JSON_MAX_BYTES, &text, &len, missing, err)) {
    if (err->hint == NULL)
      err->hint = hint;
    return false;
  }
  *sd_vec_push(arena, &out->v) = (struct sd_policy_text){.name = path, .text = text, .len = len};
  return true;
}

static void close_folder(DIR **folder) {
  if (*folder != NULL)
    (void)closedir(*folder);
}

static bool is_drop_in(const char *name) {
  size_t len = strlen(name);
  return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".json") == 0;
}

/* Keeps the names in byte order; there are few. */
static void insert_name(struct sd_arena *arena, struct sd_strv *names, const char *name) {
  sd_strv_add(names, arena, sd_arena_strdup(arena, name));
  for (size_t i = names->v.len - 1; i > 0; i--) {
    const char **pair = &names->v.items[i - 1];
    if (strcmp(pair[0], pair[1]) <= 0)
      break;
    const char *swap = pair[0];
    pair[0] = pair[1];
    pair[1] = swap;
  }
}

static bool list_folder(struct sd_arena *arena, const char *path, int fd, struct sd_strv *names,
                        struct sd_error *err) {
  __attribute__((cleanup(close_folder))) DIR *folder = fdopendir(fd);
  if (folder == NULL) {
    int failed = errno;
    (void)close(fd);
    return sd_fail_errno(err, failed, "%s cannot be listed", sd_text_safe(arena, path));
  }
  for (;;) {
    errno = 0;
    const struct dirent *entry = readdir(folder);
    if (entry == NULL)
      break;
    if (is_drop_in(entry->d_name))
      insert_name(arena, names, entry->d_name);
  }
  int failed = errno;
  return failed == 0 ||
         sd_fail_errno(err, failed, "%s cannot be listed", sd_text_safe(arena, path));
}

static bool read_folder(struct sd_arena *arena, const char *path, struct sd_policy_texts *out,
                        bool *missing, struct sd_error *err) {
  int fd = -1;
  if (!sd_trusted_open_folder(arena, path, 0, &fd, missing, err)) {
    if (err->hint == NULL)
      err->hint = hint_file;
    return false;
  }
  struct sd_strv names = {0};
  if (!list_folder(arena, path, fd, &names, err))
    return false;
  for (size_t i = 0; i < names.v.len; i++)
    if (!read_file(arena, sd_arena_printf(arena, "%s/%s", path, names.v.items[i]), 0, hint_file,
                   out, NULL, err))
      return false;
  return true;
}

/* Nothing there is no error; anything else that keeps us from reading is. */
static bool read_installed(struct sd_arena *arena, const char *sysconfdir,
                           struct sd_policy_texts *out, struct sd_error *err) {
  const char *file = sd_arena_printf(arena, "%s/safe-docker/policy.json", sysconfdir);
  const char *folder = sd_arena_printf(arena, "%s/safe-docker/policy.d", sysconfdir);
  bool missing = false;
  struct sd_error found;
  sd_error_init(&found, arena);
  if (read_file(arena, file, 0, hint_file, out, &missing, &found) || missing) {
    missing = false;
    sd_error_init(&found, arena);
    if (read_folder(arena, folder, out, &missing, &found) || missing)
      return true;
  }
  return sd_fail_rule(err, found.rule, found.hint, "%s", found.message);
}

static bool read_chosen(struct sd_arena *arena, const char *chosen, uid_t owner,
                        struct sd_policy_texts *out, struct sd_error *err) {
  if (chosen[0] != '/')
    return sd_fail_rule(err, NULL, "write the whole path, from / on",
                        "SAFE_DOCKER_POLICY is \"%s\", which is not an absolute path",
                        sd_text_safe(arena, chosen));
  return read_file(arena, chosen, owner, hint_chosen, out, NULL, err);
}

bool sd_policy_files_read(struct sd_arena *arena, const char *sysconfdir, const char *chosen,
                          uid_t owner, struct sd_policy_texts *out, struct sd_error *err) {
  struct sd_policy_texts texts = {0};
  bool good = chosen != NULL ? read_chosen(arena, chosen, owner, &texts, err)
                             : read_installed(arena, sysconfdir, &texts, err);
  if (good)
    *out = texts;
  return good;
}
