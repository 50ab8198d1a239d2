/* SPDX-License-Identifier: Apache-2.0 */
/* mounts and user: what of the host a container reaches, and as whom. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "lint.h"
#include "lint_places.h"

static const char narrow[] =
    "name the one folder that containers need, with access ro where they only read";

/* -- binds -------------------------------------------------------------------------------------- */

struct bind {
  const struct sd_json *node;
  const char *source; /* as written */
  bool writable;
};

/* True where a danger was told. */
static bool judge_place(const struct lint *lint, const struct bind *bind, const char *path) {
  bool holds = false;
  const struct lint_place *place = lint_place_of(path, &holds);
  if (place == NULL)
    return false;
  bool refused = place->refused && !holds;
  const char *attack = place->attack;
  if (refused)
    attack = sd_arena_printf(
        lint->arena, "nothing today, because safe-docker refuses it whatever stands here; else: %s",
        place->attack);
  const struct lint_words words = {bind->writable ? place->written : place->read,
                                   strcmp(place->path, "/") == 0 ? "bind-root" : "bind-system",
                                   attack, narrow};
  const char *shown = sd_text_safe(lint->arena, bind->source);
  const char *led =
      strcmp(path, bind->source) != 0
          ? sd_arena_printf(lint->arena, ", which leads to %s,", sd_text_safe(lint->arena, path))
          : "";
  if (holds || strcmp(place->path, path) != 0)
    lint_add(lint, bind->node, "mounts.bind", &words, "mounts.bind: %s%s %s %s, which %s", shown,
             led, holds ? "holds" : "is in", place->path, place->what);
  else
    lint_add(lint, bind->node, "mounts.bind", &words, "mounts.bind: %s%s %s", shown, led,
             place->what);
  return words.severity == SD_POLICY_DANGER;
}

static void add_socket(const struct lint *lint, const struct bind *bind, const char *socket) {
  const struct lint_words words = {
      SD_POLICY_DANGER, "bind-socket",
      sd_arena_printf(lint->arena,
                      "talks to the service behind %s with its own rights; where that is a daemon "
                      "such as Docker's, it is root on the host",
                      sd_text_safe(lint->arena, socket)),
      "bind a folder without sockets, and reach services over the network"};
  lint_add(lint, bind->node, "mounts.bind", &words, "mounts.bind: %s %s",
           sd_text_safe(lint->arena, bind->source),
           strcmp(socket, bind->source) == 0 ? "is a socket"
                                             : sd_arena_printf(lint->arena, "holds the socket %s",
                                                               sd_text_safe(lint->arena, socket)));
}

/* Where the source really is, and what stands there. */
static void judge_found(const struct lint *lint, const struct bind *bind, bool told) {
  const struct sd_host *host = lint->facts->host;
  struct sd_resolved at = {.node = SD_NODE_MISSING};
  host->resolve(host->context, lint->arena, bind->source, &at);
  if (at.node == SD_NODE_MISSING || at.node == SD_NODE_UNREACHABLE)
    return;
  if (!told && at.path != NULL && strcmp(at.path, bind->source) != 0)
    (void)judge_place(lint, bind, at.path);
  if (at.node == SD_NODE_SOCKET)
    add_socket(lint, bind, bind->source);
  if (at.node != SD_NODE_DIRECTORY)
    return;
  struct sd_special special = host->find_special(host->context, lint->arena, at.path);
  if (special.name != NULL && special.kind != NULL && strcmp(special.kind, "socket") == 0)
    add_socket(lint, bind, sd_arena_printf(lint->arena, "%s/%s", at.path, special.name));
}

static bool has_socket_name(const char *path) {
  size_t len = strlen(path);
  return (len > 5 && strcmp(path + len - 5, ".sock") == 0) ||
         (len > 7 && strcmp(path + len - 7, ".socket") == 0);
}

/* As whom a container gets binds: as its caller, whatever user.mode is. So an own home is no finding. */
static void judge_bind(const struct lint *lint, const struct bind *bind) {
  static const struct lint_words outside = {
      SD_POLICY_WARNING, "bind-writable-user",
      "waits for a way to have the bind as that other user; that a container of another user gets "
      "no binds is then all that keeps the files",
      "write access ro, or leave user.mode at caller"};
  size_t before = lint->out->v.len;
  bool fixed = strchr(bind->source, '{') == NULL;
  if (!fixed && bind->source[0] == '{')
    return; /* {home} */
  bool told = judge_place(lint, bind, bind->source);
  if (fixed && has_socket_name(bind->source))
    add_socket(lint, bind, bind->source);
  else if (fixed && lint->facts->host != NULL)
    judge_found(lint, bind, told);
  if (lint->out->v.len == before && bind->writable && lint->view->policy.user.mode == SD_USER_ANY)
    lint_add(lint, bind->node, "mounts.bind", &outside,
             "mounts.bind: %s may be written to, and user.mode lets containers run as root",
             sd_text_safe(lint->arena, bind->source));
}

static void judge_binds(const struct lint *lint) {
  const struct sd_json *list = lint_at(lint, "mounts.bind");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    const struct sd_json *source = sd_json_get(item, "source");
    const struct sd_json *access = sd_json_get(item, "access");
    const struct bind bind = {source, source->string,
                              access != NULL && strcmp(access->string, "rw") == 0};
    judge_bind(lint, &bind);
  }
}

/* -- volumes ------------------------------------------------------------------------------------ */

/* Whether no two accounts have a name in common by it. A name of an account may have any sign that a volume's has, a uid
 * digits alone. */
static bool is_one_callers(const char *pattern) {
  static const char signs[] = "*?[\\";
  const char *uid = strstr(pattern, "{uid}");
  if (strpbrk(pattern, signs) == NULL)
    return uid != NULL || strstr(pattern, "{user}") != NULL;
  if (uid == NULL || strcspn(pattern, signs) < (size_t)(uid - pattern))
    return false;
  char next = uid[strlen("{uid}")];
  return strchr(signs, next) == NULL && (next < '0' || next > '9');
}

/* Where volumes have owners, whoever has a name keeps it. */
static void judge_volumes(const struct lint *lint) {
  static const struct lint_words words = {
      SD_POLICY_NOTE, "volume-names",
      "reads and changes what others keep in volumes, which have no owners under isolation shared",
      "write names with the caller's uid in them: \"u{uid}-*\"; or isolation owner"};
  const struct sd_json *list = lint_at(lint, "mounts.volumes.allow");
  if (lint->view->policy.isolation != SD_ISOLATION_SHARED)
    return;
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (!is_one_callers(list->items.items[i]->string))
      lint_add(
          lint, list->items.items[i], "mounts.volumes.allow", &words,
          "mounts.volumes.allow: %s is about names of several callers, and isolation is shared",
          lint_text(lint, list->items.items[i]));
}

void lint_mounts(const struct lint *lint) {
  static const struct lint_words shared = {
      SD_POLICY_NOTE, "volume-shared",
      "reads, changes and fills what others keep in it, and leaves files there for them to run",
      "share as few names as possible, or use a bind with access ro"};
  const struct sd_json *list = lint_at(lint, "mounts.volumes.shared");
  judge_binds(lint);
  judge_volumes(lint);
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *item = list->items.items[i];
    struct lint_words words = shared;
    bool any = strspn(item->string, "*") == strlen(item->string);
    words.severity = any ? SD_POLICY_WARNING : SD_POLICY_NOTE;
    lint_add(lint, item, "mounts.volumes.shared", &words,
             any ? "mounts.volumes.shared: %s makes every volume everybody's"
                 : "mounts.volumes.shared: volumes named %s are nobody's own",
             lint_text(lint, item));
  }
}

/* -- user --------------------------------------------------------------------------------------- */

void lint_user(const struct lint *lint) {
  static const struct lint_words any = {
      SD_POLICY_WARNING, "user-any",
      "is root in its container: mistakes of the runtime and the kernel (CVE-2019-5736, "
      "CVE-2024-21626) then give root on the host, and the capabilities of capabilities.allow take "
      "effect",
      "write \"caller\", or \"non-root\" where images need an account of their own; use rootless "
      "Docker or userns-remap where root must be"};
  static const struct lint_words binds = {
      SD_POLICY_DANGER, "user-any-binds",
      "is root in its container, and the folders of mounts.bind are near: that a container of "
      "another user gets no binds is all that keeps root from writing set-user-id programs there",
      "write \"caller\", or empty mounts.bind for those who need root"};
  static const struct lint_words other = {
      SD_POLICY_NOTE, "user-non-root",
      "takes the number of another account: its processes count as that account's on the host, for "
      "limits and signals, and own that account's files in shared volumes",
      "write \"caller\" where images run with any number"};
  const struct sd_json *mode = lint_at(lint, "user.mode");
  const struct sd_json *list = lint_at(lint, "mounts.bind");
  switch (lint->view->policy.user.mode) {
  case SD_USER_CALLER:
    return;
  case SD_USER_NON_ROOT:
    lint_add(lint, mode, "user.mode", &other,
             "user.mode: containers may run as any account but root");
    return;
  case SD_USER_ANY:
    break;
  }
  if (list != NULL && list->items.len > 0)
    lint_add(lint, mode, "user.mode", &binds,
             "user.mode: containers may run as root, and mounts.bind gives folders of the host");
  else
    lint_add(lint, mode, "user.mode", &any, "user.mode: containers may run as root");
}
