/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/sys/identity.h"

#include <fcntl.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"

#define ENTRY_MAX ((size_t)1024 * 1024)
#define UID_LAST 4294967294U /* (uid_t)-1 is no account */

const char *sd_door_name(enum sd_door door) {
  switch (door) {
  case SD_DOOR_DIRECT:
    return "direct";
  case SD_DOOR_SUDO:
    return "sudo";
  case SD_DOOR_DOAS:
    return "doas";
  case SD_DOOR_PKEXEC:
    return "pkexec";
  case SD_DOOR_SETGID:
    return "setgid";
  case SD_DOOR_SETUID:
    return "setuid";
  }
  return "unknown";
}

/* -- passwd database --------------------------------------------------------------------------- */

/* Looks up by name, or by uid where `name` is NULL. The buffer grows until the entry fits. */
static bool find_account(struct sd_arena *arena, const char *name, uid_t uid, struct passwd *out,
                         struct sd_error *err) {
  const char *shown =
      name != NULL ? sd_text_safe(arena, name) : sd_arena_printf(arena, "%u", (unsigned)uid);
  for (size_t size = 1024; size <= ENTRY_MAX; size *= 4) {
    struct passwd *found = NULL;
    char *buffer = sd_arena_alloc(arena, size);
    int failed = name != NULL ? getpwnam_r(name, out, buffer, size, &found)
                              : getpwuid_r(uid, out, buffer, size, &found);
    if (found != NULL)
      return true;
    if (failed != ERANGE && failed != 0)
      return sd_fail_errno(err, failed, "the account %s cannot be looked up", shown);
    if (failed == 0)
      break;
  }
  return sd_fail(err, "no account %s in the passwd database; safe-docker must know who asks",
                 shown);
}

bool sd_identity_account(struct sd_arena *arena, const char *name, uid_t *uid, gid_t *gid,
                         struct sd_error *err) {
  struct passwd entry;
  if (!find_account(arena, name, 0, &entry, err))
    return false;
  *uid = entry.pw_uid;
  *gid = entry.pw_gid;
  return true;
}

const struct sd_gids *sd_identity_groups(struct sd_arena *arena, struct sd_identity *who) {
  /* It fails only where the array is too small. */
  for (int size = 64; who->groups.len == 0; size *= 4) {
    gid_t *items = sd_arena_alloc(arena, (size_t)size * sizeof(*items));
    int count = size;
    if (getgrouplist(who->user, who->gid, items, &count) >= 0)
      who->groups = (struct sd_gids){items, (size_t)count};
  }
  return &who->groups;
}

/* -- the door ---------------------------------------------------------------------------------- */

static bool parse_uid(const char *name, const char *text, uid_t *out, struct sd_error *err) {
  struct sd_error ignored;
  sd_error_init(&ignored, err->arena);
  uint64_t value = 0;
  if (!sd_number_decimal(text, 0, UID_LAST, &value, &ignored))
    return sd_fail(err, "%s in the environment is not a user id", name);
  *out = (uid_t)value;
  return true;
}

/* Notes that `door` names `uid`; a second door must name the same. */
static bool agree(enum sd_door found, uid_t uid, enum sd_door *door, uid_t *caller,
                  struct sd_error *err) {
  if (*door != SD_DOOR_DIRECT && uid != *caller)
    return sd_fail(
        err,
        "the environment names two different callers (%s says %u, %s says %u); unset one, "
        "or let doas.conf not keep the caller's environment",
        sd_door_name(*door), (unsigned)*caller, sd_door_name(found), (unsigned)uid);
  *door = found;
  *caller = uid;
  return true;
}

static bool door_of_root(struct sd_arena *arena, const struct sd_identity_facts *facts,
                         enum sd_door *door, uid_t *caller, struct sd_error *err) {
  uid_t uid = 0;
  gid_t gid = 0;
  if (facts->pkexec_uid != NULL && !(parse_uid("PKEXEC_UID", facts->pkexec_uid, &uid, err) &&
                                     agree(SD_DOOR_PKEXEC, uid, door, caller, err)))
    return false;
  if (facts->doas_user != NULL && !(sd_identity_account(arena, facts->doas_user, &uid, &gid, err) &&
                                    agree(SD_DOOR_DOAS, uid, door, caller, err)))
    return false;
  return facts->sudo_uid == NULL || (parse_uid("SUDO_UID", facts->sudo_uid, &uid, err) &&
                                     agree(SD_DOOR_SUDO, uid, door, caller, err));
}

bool sd_identity_door(struct sd_arena *arena, const struct sd_identity_facts *facts,
                      enum sd_door *door, uid_t *uid, struct sd_error *err) {
  enum sd_door found = SD_DOOR_DIRECT;
  uid_t caller = facts->real_uid;
  if (facts->real_uid != facts->effective_uid && facts->effective_uid != 0)
    return sd_fail(err,
                   "installed setuid to an account that is not root; install it setuid root or "
                   "setgid to the group of the Docker socket");
  /* First, because a rule of sudo or doas may name the setgid program: then its caller is theirs. */
  if (facts->real_uid == 0 && !door_of_root(arena, facts, &found, &caller, err))
    return false;
  if (facts->real_uid != facts->effective_uid)
    found = SD_DOOR_SETUID;
  else if (found == SD_DOOR_DIRECT && facts->real_gid != facts->effective_gid)
    found = SD_DOOR_SETGID;
  *door = found;
  *uid = caller;
  return true;
}

/* -- all of it --------------------------------------------------------------------------------- */

static uid_t read_login_uid(void) {
  char text[16] = "";
  int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return (uid_t)-1;
  ssize_t len = read(fd, text, sizeof(text) - 1);
  char more = '\0';
  bool whole = len > 0 && read(fd, &more, 1) == 0;
  (void)close(fd);
  uid_t value = 0;
  if (!whole)
    return (uid_t)-1;
  for (ssize_t i = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++)
    value = value * 10 + (uid_t)(text[i] - '0');
  return value;
}

/* The kernel's own answer, or none: the C library would list folder after folder above one that is
 * too deep for it. */
static const char *read_folder(struct sd_arena *arena) {
  char *folder = sd_arena_alloc(arena, PATH_MAX);
  long len = syscall(SYS_getcwd, folder, (size_t)PATH_MAX);
  return len > 0 && folder[0] == '/' ? folder : ""; /* "(unreachable)/..." */
}

/* `sudo -g` lends a group that cannot be put aside without being root: what the caller names would
 * be opened with it. A group of the caller's own is no loan. */
static bool check_loan(struct sd_arena *arena, const struct sd_identity_facts *facts,
                       struct sd_identity *who, struct sd_error *err) {
  bool lent = facts->sudo_uid != NULL || facts->doas_user != NULL || facts->pkexec_uid != NULL;
  if (who->door != SD_DOOR_DIRECT || !lent || facts->real_gid == who->gid)
    return true;
  const struct sd_gids *groups = sd_identity_groups(arena, who);
  for (size_t i = 0; i < groups->len; i++)
    if (groups->items[i] == facts->real_gid)
      return true;
  return sd_fail_rule(err, NULL, "let the rule run safe-docker as root, without sudo -g",
                      "started with the group %u, which is not one of %s's and cannot be put aside",
                      (unsigned)facts->real_gid, sd_text_safe(arena, who->user));
}

bool sd_identity_find(struct sd_arena *arena, struct sd_identity *out, struct sd_error *err) {
  struct sd_identity_facts facts = {
      .real_uid = getuid(),
      .effective_uid = geteuid(),
      .real_gid = getgid(),
      .effective_gid = getegid(),
      .sudo_uid = sd_environ_get("SUDO_UID"),
      .doas_user = sd_environ_get("DOAS_USER"),
      .pkexec_uid = sd_environ_get("PKEXEC_UID"),
  };
  struct sd_identity who = {.login_uid = read_login_uid(), .folder = read_folder(arena)};
  struct passwd entry;
  if (!sd_identity_door(arena, &facts, &who.door, &who.uid, err) ||
      !find_account(arena, NULL, who.uid, &entry, err))
    return false;
  who.gid = entry.pw_gid;
  who.user = entry.pw_name;
  who.home = entry.pw_dir;
  if (!check_loan(arena, &facts, &who, err))
    return false;
  *out = who;
  return true;
}

bool sd_identity_named(struct sd_arena *arena, const char *name, struct sd_identity *out,
                       struct sd_error *err) {
  struct passwd entry;
  struct sd_error by_name;
  struct sd_error ignored;
  uint64_t uid = 0;
  sd_error_init(&by_name, arena);
  sd_error_init(&ignored, arena);
  if (!find_account(arena, name, 0, &entry, &by_name) &&
      !(sd_number_decimal(name, 0, UID_LAST, &uid, &ignored) &&
        find_account(arena, NULL, (uid_t)uid, &entry, &ignored)))
    return sd_fail(err, "%s", by_name.message);
  *out = (struct sd_identity){.door = SD_DOOR_DIRECT,
                              .uid = entry.pw_uid,
                              .gid = entry.pw_gid,
                              .user = entry.pw_name,
                              .home = entry.pw_dir,
                              .login_uid = (uid_t)-1,
                              .folder = ""};
  (void)sd_identity_groups(arena, out);
  return true;
}
