/* SPDX-License-Identifier: Apache-2.0 */
/* The processes that are dockerd. Anybody may call a program dockerd: whose it is, is what the kernel says. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon.h"
#include "doctor.h"
#include "safe-docker/base/number.h"
#include "safe-docker/sys/setup_tool.h"
#include "safe-docker/sys/trusted.h"

#define NAME "dockerd"
#define GONE " (deleted)"
#define STATUS_MAX ((size_t)64 * 1024)
#define ARGV_MAX ((size_t)1024 * 1024)
#define ENTRY_BYTES 16384
#define MS_PER_S 1000
#define NS_PER_MS 1000000
#define FIELD_STARTED 20 /* of proc(5) /proc/PID/stat, counted from the one behind the name */

static const char *proc_path(struct sd_arena *arena, int64_t pid, const char *name) {
  return sd_arena_printf(arena, "/proc/%lld/%s", (long long)pid, name);
}

static bool parse_id(struct sd_arena *arena, const char *text, int64_t *out) {
  struct sd_error ignored;
  uint64_t value = 0;
  sd_error_init(&ignored, arena);
  if (!sd_number_decimal(sd_arena_strndup(arena, text, strspn(text, "0123456789")), 0, INT32_MAX,
                         &value, &ignored))
    return false;
  *out = (int64_t)value;
  return true;
}

/* -- one process -------------------------------------------------------------------------------- */

static const char *program_of(struct sd_arena *arena, int64_t pid) {
  char *path = sd_arena_alloc(arena, PATH_MAX + 1);
  ssize_t len = readlink(proc_path(arena, pid, "exe"), path, PATH_MAX);
  size_t gone = sizeof(GONE) - 1;
  if (len <= 0)
    return NULL;
  if ((size_t)len > gone && strcmp(path + len - gone, GONE) == 0)
    path[(size_t)len - gone] = '\0';
  return path;
}

static bool is_dockerd(struct sd_arena *arena, int64_t pid, const char *program) {
  const char *name = doctor_read(arena, proc_path(arena, pid, "comm"), STATUS_MAX);
  const char *slash = program != NULL ? strrchr(program, '/') : NULL;
  return (name != NULL && strcmp(name, NAME) == 0) ||
         (slash != NULL && strcmp(slash + 1, NAME) == 0);
}

/* The effective one: with the rights of that account it acts. */
static bool read_uid(struct sd_arena *arena, int64_t pid, struct fact_number *out) {
  const char *text = doctor_read(arena, proc_path(arena, pid, "status"), STATUS_MAX);
  const char *line = text != NULL ? strstr(text, "\nUid:\t") : NULL;
  const char *second = line != NULL ? strchr(line + 6, '\t') : NULL;
  out->known = second != NULL && parse_id(arena, second + 1, &out->value);
  return out->known;
}

static void read_argv(struct sd_arena *arena, int64_t pid, struct fact_texts *out) {
  struct sd_error ignored;
  const char *text = NULL;
  size_t len = 0;
  const char *path = proc_path(arena, pid, "cmdline");
  sd_error_init(&ignored, arena);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  out->known = sd_trusted_read_all(arena, fd, path, ARGV_MAX, &text, &len, &ignored) && len > 0;
  (void)close(fd);
  for (size_t at = 0; out->known && at < len; at += strlen(text + at) + 1)
    sd_strv_add(&out->list, arena, text + at);
  daemon_mask_words(arena, &out->list);
}

/* Ticks since boot, as milliseconds since 1970. */
static void read_started(struct sd_arena *arena, int64_t pid, struct fact_number *out) {
  const char *text = doctor_read(arena, proc_path(arena, pid, "stat"), STATUS_MAX);
  const char *at = text != NULL ? strrchr(text, ')') : NULL;
  struct sd_error ignored;
  struct timespec now;
  struct timespec up;
  uint64_t ticks = 0;
  sd_error_init(&ignored, arena);
  for (unsigned i = 0; at != NULL && i < FIELD_STARTED; i++) {
    at = strchr(at, ' ');
    at = at != NULL ? at + 1 : NULL;
  }
  long per_second = sysconf(_SC_CLK_TCK);
  if (at == NULL || per_second <= 0 ||
      !sd_number_decimal(sd_arena_strndup(arena, at, strcspn(at, " ")), 0, INT64_MAX / MS_PER_S,
                         &ticks, &ignored) ||
      clock_gettime(CLOCK_REALTIME, &now) != 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0)
    return;
  int64_t booted =
      (int64_t)(now.tv_sec - up.tv_sec) * MS_PER_S + (now.tv_nsec - up.tv_nsec) / NS_PER_MS;
  out->known = true;
  out->value = booted + (int64_t)(ticks * MS_PER_S / (uint64_t)per_second);
}

static enum fact_truth is_elsewhere(struct sd_arena *arena, int64_t pid) {
  struct stat theirs;
  struct stat ours;
  if (stat(proc_path(arena, pid, "root/"), &theirs) != 0 || stat("/", &ours) != 0)
    return FACT_UNKNOWN;
  return theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino ? FACT_YES : FACT_NO;
}

/* Of the host's own dockerd alone: no other program is run. */
static const char *version_of(struct sd_arena *arena, const char *program) {
  static const char *const words[] = {NAME, "--version", NULL};
  static const char before[] = "version ";
  struct sd_answer answer = {0};
  struct sd_error ignored;
  struct stat ours;
  struct stat theirs;
  sd_error_init(&ignored, arena);
  const char *tool = sd_setup_tool(arena, NAME);
  if (tool == NULL || program == NULL || stat(tool, &ours) != 0 || stat(program, &theirs) != 0 ||
      ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino ||
      !sd_setup_ask(arena, words, &answer, &ignored) || answer.status != 0)
    return NULL;
  const char *at = strstr(answer.out, before);
  if (at == NULL)
    return NULL;
  at += sizeof(before) - 1;
  return sd_arena_strndup(arena, at, strspn(at, "0123456789."));
}

/* -- whose, and what they are told --------------------------------------------------------------- */

static void name_user(struct sd_arena *arena, struct facts_dockerd *out, const char **home) {
  struct passwd entry;
  struct passwd *found = NULL;
  char *buffer = sd_arena_alloc(arena, ENTRY_BYTES);
  out->user = sd_arena_printf(arena, "%lld", (long long)out->uid.value);
  if (getpwuid_r((uid_t)out->uid.value, &entry, buffer, ENTRY_BYTES, &found) != 0 || found == NULL)
    return;
  out->user = sd_arena_strdup(arena, found->pw_name);
  *home = sd_arena_strdup(arena, found->pw_dir);
}

/* daemon.json is that of --config-file; of somebody's own dockerd by default the one of their home. */
static void name_config(struct sd_arena *arena, struct facts_dockerd *out, const char *home) {
  struct daemon_settings settings;
  const char *fallback = DAEMON_CONFIG;
  if (out->uid.value != 0)
    fallback = home != NULL ? sd_arena_printf(arena, "%s/.config/docker/daemon.json", home) : NULL;
  daemon_settings_of_argv(arena, &out->argv, fallback, &settings);
  out->config.role = "config-file";
  out->config.path = settings.config;
}

static void look_at(struct sd_arena *arena, int64_t pid, struct facts_daemons *out) {
  struct facts_dockerd dockerd = {.pid = {.known = true, .value = pid}};
  const char *home = NULL;
  dockerd.program = program_of(arena, pid);
  if (!is_dockerd(arena, pid, dockerd.program) || !read_uid(arena, pid, &dockerd.uid))
    return;
  dockerd.elsewhere = is_elsewhere(arena, pid);
  read_argv(arena, pid, &dockerd.argv);
  if (!dockerd.argv.known && dockerd.program == NULL)
    return; /* it has ended */
  read_started(arena, pid, &dockerd.started);
  name_user(arena, &dockerd, &home);
  name_config(arena, &dockerd, home);
  if (dockerd.uid.value == 0 && dockerd.elsewhere == FACT_NO)
    dockerd.version = version_of(arena, dockerd.program);
  *sd_vec_push(arena, &out->list) = dockerd;
}

static bool same_words(const struct fact_texts *a, const struct fact_texts *b) {
  bool same = a->known && b->known && a->list.v.len == b->list.v.len;
  for (size_t i = 1; same && i < a->list.v.len; i++) /* the program's name may be a path */
    same = strcmp(a->list.v.items[i], b->list.v.items[i]) == 0;
  return same;
}

/* A process of root's with the unit's words is the unit's; where there is none, the unit's stands in the list for itself. */
static void add_units(struct sd_arena *arena, struct facts_daemons *out) {
  struct facts_dockerd unit = {.uid = {.known = true}, .user = "root", .elsewhere = FACT_NO};
  const char *tool = sd_setup_tool(arena, NAME);
  bool started = daemon_read_units(arena, &unit);
  for (size_t i = 0; started && i < out->list.len; i++) {
    struct facts_dockerd *dockerd = &out->list.items[i];
    if (dockerd->uid.value != 0 || dockerd->elsewhere != FACT_NO ||
        !same_words(&dockerd->argv, &unit.argv))
      continue;
    dockerd->unit = unit.unit;
    dockerd->unit_files = unit.unit_files;
    dockerd->sockets = unit.sockets;
    dockerd->socket_unit = unit.socket_unit;
    return;
  }
  if (!started && (tool == NULL || out->list.len > 0))
    return;
  if (!started)
    sd_strv_add(&unit.argv.list, arena, NAME);
  const char *word = unit.argv.list.v.items[0];
  unit.program = word[0] == '/' ? word : tool;
  if (unit.program == NULL || access(unit.program, F_OK) != 0)
    return; /* a unit that was left behind */
  unit.version = version_of(arena, unit.program);
  name_config(arena, &unit, NULL);
  *sd_vec_push(arena, &out->list) = unit;
}

void daemon_list(struct sd_arena *arena, struct facts_daemons *out) {
  DIR *proc = opendir("/proc");
  int64_t pid = 0;
  if (proc == NULL)
    return;
  for (const struct dirent *entry; (entry = readdir(proc)) != NULL;)
    if (isdigit((unsigned char)entry->d_name[0]) && parse_id(arena, entry->d_name, &pid))
      look_at(arena, pid, out);
  (void)closedir(proc);
  add_units(arena, out);
  out->looked = FACT_YES;
}
