/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_facts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/host.h"

#define ENTRY_BYTES 65536 /* of one account or group; a larger one is unknown */
#define NANO_PER_CPU INT64_C(1000000000)

/* getpwnam(3): some services say these where they mean "no such account". */
static bool means_missing(int failed) {
  return failed == 0 || failed == ENOENT || failed == ESRCH || failed == EBADF || failed == EPERM;
}

static enum sd_policy_account find_user(const char *name, uid_t *uid) {
  char buffer[ENTRY_BYTES];
  struct passwd entry;
  struct passwd *found = NULL;
  int failed = getpwnam_r(name, &entry, buffer, sizeof(buffer), &found);
  if (found == NULL)
    return means_missing(failed) ? SD_ACCOUNT_MISSING : SD_ACCOUNT_UNKNOWN;
  if (uid != NULL)
    *uid = found->pw_uid;
  return SD_ACCOUNT_THERE;
}

static enum sd_policy_account find_group(const char *name) {
  char buffer[ENTRY_BYTES];
  struct group entry;
  struct group *found = NULL;
  int failed = getgrnam_r(name, &entry, buffer, sizeof(buffer), &found);
  if (found != NULL)
    return SD_ACCOUNT_THERE;
  return means_missing(failed) ? SD_ACCOUNT_MISSING : SD_ACCOUNT_UNKNOWN;
}

/* Those whose own group it is stand in the passwd database alone. */
static void add_primary_members(struct sd_arena *arena, gid_t gid, struct sd_strv *out) {
  setpwent();
  for (const struct passwd *entry = getpwent(); entry != NULL; entry = getpwent())
    if (entry->pw_gid == gid && entry->pw_uid != 0 && !sd_strv_contains(out, entry->pw_name))
      sd_strv_add(out, arena, sd_arena_strdup(arena, entry->pw_name));
  endpwent();
}

/* Root's group is no way round: who is in it is the administrator's matter. */
static void find_members(struct sd_arena *arena, gid_t gid, struct sd_policy_facts *out) {
  struct group entry;
  struct group *found = NULL;
  if (gid == 0 ||
      getgrgid_r(gid, &entry, sd_arena_alloc(arena, ENTRY_BYTES), ENTRY_BYTES, &found) != 0 ||
      found == NULL)
    return;
  out->socket_group = found->gr_name;
  out->socket_gid = gid;
  for (char **name = found->gr_mem; *name != NULL; name++)
    if (strcmp(*name, "root") != 0 && !sd_strv_contains(&out->socket_group_users, *name))
      sd_strv_add(&out->socket_group_users, arena, *name);
  add_primary_members(arena, gid, &out->socket_group_users);
}

static void look_at_socket(struct sd_arena *arena, const char *path, struct sd_policy_facts *out) {
  struct stat info;
  if (stat(path, &info) != 0 || !S_ISSOCK(info.st_mode))
    return;
  out->socket_open = (info.st_mode & S_IWOTH) != 0;
  if ((info.st_mode & S_IWGRP) != 0)
    find_members(arena, info.st_gid, out);
}

/* 0: unknown. */
static int64_t read_number(struct sd_arena *arena, const char *path) {
  const struct sd_host *host = sd_host_real();
  const char *text = NULL;
  size_t len = 0;
  uint64_t number = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  if (!host->read_file(host->context, arena, path, ENTRY_BYTES, &text, &len, &ignored) ||
      !sd_number_decimal(sd_arena_strndup(arena, text, strcspn(text, "\n")), 1, INT64_MAX, &number,
                         &ignored))
    return 0;
  return (int64_t)number;
}

void policy_facts_find(struct sd_arena *arena, const char *docker_host,
                       struct sd_policy_facts *out) {
  static const char scheme[] = "unix://";
  struct sysinfo info;
  *out = (struct sd_policy_facts){.find_user = find_user, .find_group = find_group};
  if (!sd_text_starts_with(docker_host, scheme))
    return;
  out->host = sd_host_real();
  if (sysinfo(&info) == 0)
    out->memory = (int64_t)info.totalram * (int64_t)info.mem_unit;
  long cpus = sysconf(_SC_NPROCESSORS_CONF);
  out->nano_cpus = cpus > 0 ? cpus * NANO_PER_CPU : 0;
  out->pids = read_number(arena, "/proc/sys/kernel/pid_max");
  look_at_socket(arena, docker_host + sizeof(scheme) - 1, out);
}
