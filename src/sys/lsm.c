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

static enum sd_lsm_state state_of(const char *mode) {
  return is_confining(mode) ? SD_APPARMOR_PROFILE_LOADED : SD_APPARMOR_PROFILE_MISSING;
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

/* Lines of `profiles` are "NAME (MODE)"; a name may hold blanks and parentheses, a mode none. */
static bool line_names(char *line, const char *profile, const char **mode) {
  char *open = strrchr(line, '(');
  if (open == NULL || open - line < 2 || open[-1] != ' ')
    return false;
  size_t len = strlen(open);
  if (open[len - 1] != ')')
    return false;
  open[len - 1] = '\0';
  open[-1] = '\0';
  *mode = open + 1;
  return strcmp(line, profile) == 0;
}

static enum sd_lsm_state look_in_list(FILE *list, const char *profile) {
  __attribute__((cleanup(free_text))) char *line = NULL;
  size_t size = 0;
  while (read_line(list, &line, &size)) {
    const char *mode = NULL;
    if (line_names(line, profile, &mode))
      return state_of(mode);
  }
  return feof(list) ? SD_APPARMOR_PROFILE_MISSING : SD_APPARMOR_PROFILE_UNKNOWN;
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
 * exact one. */
static enum sd_lsm_state look_in_folder(DIR *folder, const char *profile) {
  enum sd_lsm_state state = SD_APPARMOR_PROFILE_MISSING;
  errno = 0;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL; errno = 0) {
    if (entry->d_name[0] == '.')
      continue;
    __attribute__((cleanup(free_text))) char *name =
        first_line(dirfd(folder), entry->d_name, "name");
    if (name == NULL)
      state = SD_APPARMOR_PROFILE_UNKNOWN;
    if (name == NULL || strcmp(name, profile) != 0)
      continue;
    __attribute__((cleanup(free_text))) char *mode =
        first_line(dirfd(folder), entry->d_name, "mode");
    return mode == NULL ? SD_APPARMOR_PROFILE_UNKNOWN : state_of(mode);
  }
  return errno == 0 ? state : SD_APPARMOR_PROFILE_UNKNOWN;
}

enum sd_lsm_state sd_lsm_apparmor_at(const char *mountpoint, const char *profile) {
  int base = open(mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (base < 0)
    return SD_APPARMOR_PROFILE_UNKNOWN;
  int fd = openat(base, "profiles", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  int folder_fd = fd < 0 ? openat(base, "policy/profiles", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  (void)close(base);
  __attribute__((cleanup(close_file))) FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
  if (list != NULL)
    return look_in_list(list, profile);
  __attribute__((cleanup(close_folder))) DIR *folder = folder_fd < 0 ? NULL : fdopendir(folder_fd);
  if (folder != NULL)
    return look_in_folder(folder, profile);
  if (fd >= 0)
    (void)close(fd);
  if (folder_fd >= 0)
    (void)close(folder_fd);
  return SD_APPARMOR_PROFILE_UNKNOWN;
}

enum sd_lsm_state sd_lsm_apparmor(const char *profile) {
  if (aa_is_enabled() == 0) {
    /* Without the interface (ENOENT) or the right to look, AppArmor may be there all the same. */
    bool absent = errno == ENOSYS || errno == ECANCELED;
    return absent ? SD_APPARMOR_ABSENT : SD_APPARMOR_PROFILE_UNKNOWN;
  }
  __attribute__((cleanup(free_text))) char *mountpoint = NULL;
  if (aa_find_mountpoint(&mountpoint) != 0)
    return SD_APPARMOR_PROFILE_UNKNOWN;
  return sd_lsm_apparmor_at(mountpoint, profile);
}
