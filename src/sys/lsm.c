/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: say LOADED only of a profile that is there by its exact name and confines; what cannot be
 * seen is UNKNOWN, and the policy decides about it. */
#include "safe-docker/sys/lsm.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/apparmor.h>
#include <unistd.h>

#include "safe-docker/base/text.h"

static void close_file(FILE **file) {
  if (*file != NULL)
    (void)fclose(*file);
}

static void close_folder(DIR **folder) {
  if (*folder != NULL)
    (void)closedir(*folder);
}

static void free_text(char **text) {
  free(*text);
}

static bool is_confining(const char *mode) {
  static const char *const modes[] = {"enforce", "kill", "prompt", "user"};
  for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
    if (strcmp(mode, modes[i]) == 0)
      return true;
  return false;
}

static void found(struct sd_arena *arena, struct sd_lsm_profile *profile, const char *mode) {
  profile->state = is_confining(mode) ? SD_APPARMOR_PROFILE_LOADED : SD_APPARMOR_PROFILE_LOOSE;
  profile->mode = sd_text_safe(arena, mode);
}

/* Of those that were asked for: what is not found is `state`. */
static void set_all(struct sd_lsm_view *view, enum sd_lsm_state state) {
  for (size_t i = 0; i < view->profiles.len; i++)
    view->profiles.items[i].state = state;
}

static void leave_unfound(struct sd_lsm_view *view, enum sd_lsm_state state) {
  for (size_t i = 0; i < view->profiles.len; i++)
    if (view->profiles.items[i].mode[0] == '\0')
      view->profiles.items[i].state = state;
}

static struct sd_lsm_profile *find(const struct sd_lsm_view *view, const char *name) {
  for (size_t i = 0; i < view->profiles.len; i++)
    if (strcmp(view->profiles.items[i].name, name) == 0)
      return &view->profiles.items[i];
  return NULL;
}

/* One line without its end: false at the end of the file, on an error and for a line that holds
 * NUL. */
static bool read_line(FILE *file, char **line, size_t *size) {
  ssize_t len = getline(line, size, file);
  if (len < 0 || strlen(*line) != (size_t)len)
    return false;
  (*line)[strcspn(*line, "\n")] = '\0';
  return true;
}

/* Lines of `profiles` are "NAME (MODE)"; a name may hold blanks and parentheses, a mode none. Ends the name. */
static bool split_line(char *line, const char **mode) {
  char *open = strrchr(line, '(');
  if (open == NULL || open - line < 2 || open[-1] != ' ')
    return false;
  size_t len = strlen(open);
  if (open[len - 1] != ')')
    return false;
  open[len - 1] = '\0';
  open[-1] = '\0';
  *mode = open + 1;
  return true;
}

static void look_in_list(struct sd_arena *arena, FILE *list, struct sd_lsm_view *view) {
  __attribute__((cleanup(free_text))) char *line = NULL;
  size_t size = 0;
  while (read_line(list, &line, &size)) {
    const char *mode = NULL;
    struct sd_lsm_profile *profile = split_line(line, &mode) ? find(view, line) : NULL;
    if (profile != NULL && profile->mode[0] == '\0')
      found(arena, profile, mode);
  }
  leave_unfound(view, feof(list) ? SD_APPARMOR_PROFILE_MISSING : SD_APPARMOR_PROFILE_UNKNOWN);
}

/* The first line of FOLDER/ENTRY/NAME, to be freed, or NULL. */
static char *first_line(int folder, const char *entry, const char *name) {
  int inside = openat(folder, entry, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (inside < 0)
    return NULL;
  int fd = openat(inside, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  (void)close(inside);
  __attribute__((cleanup(close_file))) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
  if (file == NULL) {
    if (fd >= 0)
      (void)close(fd);
    return NULL;
  }
  char *line = NULL;
  size_t size = 0;
  if (read_line(file, &line, &size))
    return line;
  free(line);
  return NULL;
}

/* Entries are called NAME.NUMBER, with other names for some bytes; the file `name` in them has the
 * exact one. One that cannot be read might be any. */
static void look_in_folder(struct sd_arena *arena, DIR *folder, struct sd_lsm_view *view) {
  enum sd_lsm_state rest = SD_APPARMOR_PROFILE_MISSING;
  errno = 0;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL; errno = 0) {
    if (entry->d_name[0] == '.')
      continue;
    __attribute__((cleanup(free_text))) char *name =
        first_line(dirfd(folder), entry->d_name, "name");
    if (name == NULL)
      rest = SD_APPARMOR_PROFILE_UNKNOWN;
    struct sd_lsm_profile *profile = name != NULL ? find(view, name) : NULL;
    if (profile == NULL)
      continue;
    __attribute__((cleanup(free_text))) char *mode =
        first_line(dirfd(folder), entry->d_name, "mode");
    if (mode != NULL)
      found(arena, profile, mode);
    else
      rest = SD_APPARMOR_PROFILE_UNKNOWN;
  }
  leave_unfound(view, errno == 0 ? rest : SD_APPARMOR_PROFILE_UNKNOWN);
}

static void want(struct sd_arena *arena, const struct sd_strv *names, struct sd_lsm_view *view) {
  for (size_t i = 0; i < names->v.len; i++)
    if (find(view, names->v.items[i]) == NULL)
      *sd_vec_push(arena, &view->profiles) = (struct sd_lsm_profile){
          .name = names->v.items[i], .state = SD_APPARMOR_PROFILE_UNKNOWN, .mode = ""};
}

void sd_lsm_look_at(struct sd_arena *arena, const char *mountpoint, const struct sd_strv *names,
                    struct sd_lsm_view *out) {
  want(arena, names, out);
  int base = open(mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0)
    return;
  int fd = openat(base, "profiles", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  int folder_fd = fd < 0 ? openat(base, "policy/profiles", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  (void)close(base);
  __attribute__((cleanup(close_file))) FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
  __attribute__((cleanup(close_folder))) DIR *folder = folder_fd < 0 ? NULL : fdopendir(folder_fd);
  if (list != NULL)
    look_in_list(arena, list, out);
  else if (folder != NULL)
    look_in_folder(arena, folder, out);
  if (list == NULL && fd >= 0)
    (void)close(fd);
  if (folder == NULL && folder_fd >= 0)
    (void)close(folder_fd);
}

/* Without the interface (ENOENT) or the right to look, AppArmor may be there all the same. */
static enum sd_lsm_kernel kernel_of(int enabled, int number) {
  if (enabled != 0)
    return SD_LSM_ON;
  if (number == ENOSYS)
    return SD_LSM_WITHOUT;
  return number == ECANCELED ? SD_LSM_OFF : SD_LSM_HIDDEN;
}

void sd_lsm_look(struct sd_arena *arena, const struct sd_strv *names, struct sd_lsm_view *out) {
  *out = (struct sd_lsm_view){.kernel = SD_LSM_HIDDEN};
  want(arena, names, out);
  errno = 0;
  int enabled = aa_is_enabled();
  out->kernel = kernel_of(enabled, errno);
  if (out->kernel == SD_LSM_WITHOUT || out->kernel == SD_LSM_OFF)
    set_all(out, SD_APPARMOR_ABSENT);
  __attribute__((cleanup(free_text))) char *mountpoint = NULL;
  if (out->kernel == SD_LSM_ON && aa_find_mountpoint(&mountpoint) == 0)
    sd_lsm_look_at(arena, mountpoint, names, out);
}

const struct sd_lsm_profile *sd_lsm_find(const struct sd_lsm_view *view, const char *name) {
  return find(view, name);
}

enum sd_lsm_state sd_lsm_state(const struct sd_lsm_view *view, const char *name) {
  const struct sd_lsm_profile *profile = view != NULL ? find(view, name) : NULL;
  return profile != NULL ? profile->state : SD_APPARMOR_PROFILE_UNKNOWN;
}
