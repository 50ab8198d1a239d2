/* SPDX-License-Identifier: Apache-2.0 */
/* Containers that are a way to the host, whoever made them. */
#include <string.h>

#include "containers_judge.h"
#include "safe-docker/base/text.h"

#include "policy/lint.h"
#include "policy/lint_places.h"

static bool is(const char *text, const char *value) {
  return text != NULL && strcmp(text, value) == 0;
}

/* -- rights and files that are the host ------------------------------------------------------------- */

struct reasons {
  const struct container_case *at;
  struct sd_strv list;
};

static void add(struct reasons *reasons, const char *format, const char *a, const char *b) {
  struct sd_arena *arena = reasons->at->findings->arena;
  struct sd_str text;
  sd_str_init(&text, arena);
  sd_str_addf(&text, "%s%s%s", format, a, b);
  sd_strv_add(&reasons->list, arena, sd_str_text(&text));
}

/* A numeric user other than 0 who cannot become another: no program in it has a right of root. */
static bool may_be_root(const struct facts_container *it) {
  size_t len = it->user == NULL ? 0 : strcspn(it->user, ":");
  bool number = len > 0 && strspn(it->user, "0123456789") >= len && strspn(it->user, "0") < len;
  return !number || it->no_new_privileges != FACT_YES;
}

/* Root of a user namespace is nobody on the host, but for --userns=host. */
static bool is_remapped(const struct container_case *at) {
  return at->all->remapped == FACT_YES && !is(at->it->userns, "host");
}

/* Docker gives these to every container, so they say nothing of one that was made past safe-docker. */
static bool is_default(const struct facts_container *it, const char *name) {
  return it->launched != FACT_YES && (is(name, "MKNOD") || is(name, "DAC_OVERRIDE"));
}

static void find_capabilities(struct reasons *reasons) {
  const struct facts_container *it = reasons->at->it;
  for (size_t i = 0; i < it->capabilities.list.v.len; i++) {
    const char *name = it->capabilities.list.v.items[i];
    const struct lint_row *row = lint_capability(name);
    if (strcmp(name, "ALL") == 0)
      add(reasons, "has every capability of root", "", "");
    else if (row->severity == SD_POLICY_DANGER && !row->harmless && !is_default(it, name))
      add(reasons, "has the capability ", name,
          sd_arena_printf(reasons->at->findings->arena, ", which %s", row->what));
  }
}

static void find_devices(struct reasons *reasons) {
  const struct facts_container *it = reasons->at->it;
  for (size_t i = 0; i < it->devices.list.v.len; i++) {
    const char *path = it->devices.list.v.items[i];
    const struct lint_row *row = lint_device(path);
    if (row->severity == SD_POLICY_DANGER)
      add(reasons, "has the device ", path,
          sd_arena_printf(reasons->at->findings->arena, ", which %s", row->what));
  }
  for (size_t i = 0; i < it->device_rules.list.v.len; i++)
    add(reasons, "may open devices by the rule ", it->device_rules.list.v.items[i], "");
}

/* What lies there besides is nobody's way to the host: a socket of a database, a terminal. */
static bool is_too_wide(const char *place, const char *source) {
  static const char *const wide[] = {"/dev", "/run", "/var/run"};
  for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
    if (strcmp(place, wide[i]) == 0)
      return strcmp(source, place) != 0;
  return false;
}

static void find_place(struct reasons *reasons, const struct facts_container_bind *bind) {
  bool holds = false;
  const struct lint_place *place =
      bind->source != NULL && bind->source[0] == '/' ? lint_place_of(bind->source, &holds) : NULL;
  bool written = bind->writable != FACT_NO;
  if (place == NULL || (written ? place->written : place->read) != SD_POLICY_DANGER ||
      (bind->sockets.list.v.len > 0 && !is(bind->node, "directory")) ||
      (!holds && is_too_wide(place->path, bind->source)) ||
      (!place->refused && strcmp(place->path, "/") != 0 && is(bind->node, "file")))
    return;
  add(reasons, "mounts ", bind->source,
      sd_arena_printf(reasons->at->findings->arena, "%s of the host, which %s%s%s",
                      written ? "" : " (read-only)", holds ? "holds " : "",
                      holds ? place->path : "", holds ? "" : place->what));
}

static void find_spaces(struct reasons *reasons) {
  const struct facts_container *it = reasons->at->it;
  if (is(it->pid, "host"))
    add(reasons, "shares the processes of the host", "", "");
  if (is(it->ipc, "host"))
    add(reasons, "shares the memory segments of the host", "", "");
  if (is(it->network, "host"))
    add(reasons, "is on the network of the host, its loopback and abstract sockets too", "", "");
}

static const char *find_reasons(const struct container_case *at) {
  struct reasons reasons = {.at = at};
  bool privileged = at->it->privileged == FACT_YES;
  if (privileged)
    add(&reasons, "is privileged", "", "");
  find_spaces(&reasons);
  if (may_be_root(at->it) && !is_remapped(at)) {
    if (!privileged) { /* which has all of them */
      find_capabilities(&reasons);
      find_devices(&reasons);
    }
    for (size_t i = 0; i < at->it->binds.len; i++)
      find_place(&reasons, &at->it->binds.items[i]);
  }
  return container_joined(at->findings->arena, &reasons.list);
}

/* Who gets into it by safe-docker. */
static const char *who_enters(const struct container_case *at) {
  const struct facts_container *it = at->it;
  if (it->launched != FACT_YES || container_is_forged(it))
    return "safe-docker lets nobody enter it, because it did not launch it";
  return sd_arena_printf(at->findings->arena, "%s may enter it by safe-docker%s",
                         it->owner != NULL && it->owner[0] != '\0' ? it->owner : "its owner",
                         at->all->owners_apart == FACT_YES
                             ? ""
                             : ", and so may every other user of safe-docker (isolation)");
}

void container_judge_escape(const struct container_case *at) {
  if (!container_matters(at->it))
    return;
  const char *reasons = find_reasons(at);
  if (reasons[0] == '\0' && at->it->privileged != FACT_UNKNOWN)
    return;
  if (reasons[0] == '\0') {
    struct finding *unknown = finding_unknown(
        at->findings, CHECK_ESCAPE, at->it->name,
        "what the container %s has is not known: the engine does not tell", container_called(at));
    finding_remedy(at->findings, unknown, "look at it with docker inspect");
    return;
  }
  struct finding *finding =
      finding_bad(at->findings, CHECK_ESCAPE, at->it->name, "the container %s %s; %s",
                  container_called(at), reasons, who_enters(at));
  finding_remedy(at->findings, finding,
                 "where it needs that, guard what runs in it as you guard root. Else make it anew "
                 "without, and remove this one. What it wrote outside its volumes is lost");
  container_removal(at, finding);
}

/* -- sockets of engines ------------------------------------------------------------------------------- */

/* Of "/" that is told as the whole host. */
void container_judge_socket(const struct container_case *at) {
  struct sd_strv list = {0};
  if (!container_matters(at->it))
    return;
  for (size_t i = 0; i < at->it->binds.len; i++) {
    const struct facts_container_bind *bind = &at->it->binds.items[i];
    for (size_t j = 0; !is(bind->source, "/") && j < bind->sockets.list.v.len; j++)
      sd_strv_add(&list, at->findings->arena, bind->sockets.list.v.items[j]);
  }
  if (list.v.len == 0)
    return;
  struct finding *finding = finding_bad(
      at->findings, CHECK_SOCKET, at->it->name, "the container %s has the socket of an engine: %s",
      container_called(at), container_joined(at->findings->arena, &list));
  finding_remedy(
      at->findings, finding,
      "give it a proxy of the socket that lets through the few requests that it needs, or "
      "run it on the host as root's own program; then remove this one. What it wrote "
      "outside its volumes is lost");
  container_removal(at, finding);
}

/* -- defences that are off ------------------------------------------------------------------------------ */

void container_judge_unconfined(const struct container_case *at) {
  struct sd_arena *arena = at->findings->arena;
  const struct facts_container *it = at->it;
  struct sd_strv list = {0};
  if (!container_matters(it) || it->privileged == FACT_YES)
    return;
  bool unlabelled = is(it->pid, "host") || is(it->ipc, "host"); /* by the daemon itself */
  for (size_t i = 0; i < it->unconfined.list.v.len; i++)
    if (!unlabelled || !is(it->unconfined.list.v.items[i], "label"))
      sd_strv_add(&list, arena, it->unconfined.list.v.items[i]);
  if (it->system_paths == FACT_YES)
    sd_strv_add(&list, arena, "the masks over /proc and /sys");
  if (list.v.len == 0)
    return;
  struct finding *finding = finding_bad(at->findings, CHECK_UNCONFINED, it->name,
                                        "the container %s runs with this turned off: %s",
                                        container_called(at), container_joined(arena, &list));
  finding_remedy(
      at->findings, finding,
      "make it anew without that --security-opt, or with a profile of its own "
      "(safe-docker seccomp learn makes one), and remove this one. What it wrote outside "
      "its volumes is lost");
  container_removal(at, finding);
}

/* -- ports ------------------------------------------------------------------------------------------------ */

static bool is_everywhere(const char *address) {
  return address == NULL || address[0] == '\0' || strcmp(address, "0.0.0.0") == 0 ||
         strcmp(address, "::") == 0;
}

/* What a launch publishes was judged by the policy. */
void container_judge_published(const struct container_case *at) {
  struct sd_arena *arena = at->findings->arena;
  struct sd_strv list = {0};
  if (!container_runs(at->it) || at->it->launched == FACT_YES)
    return;
  for (size_t i = 0; i < at->it->ports.len; i++) {
    const struct facts_container_port *port = &at->it->ports.items[i];
    const char *text = sd_arena_printf(arena, "%s for %s", port->host != NULL ? port->host : "?",
                                       port->container != NULL ? port->container : "?");
    if (is_everywhere(port->address) && !sd_strv_contains(&list, text))
      sd_strv_add(&list, arena, text);
  }
  if (list.v.len == 0)
    return;
  struct finding *finding =
      finding_bad(at->findings, CHECK_PUBLISHED, at->it->name,
                  "the container %s publishes on all addresses of the host: %s",
                  container_called(at), container_joined(arena, &list));
  finding_remedy(
      at->findings, finding,
      "where everybody is meant to reach it there is nothing to do. Else make it anew with "
      "an address before the port (--publish 127.0.0.1:8080:80), and remove this one. What "
      "it wrote outside its volumes is lost");
  container_removal(at, finding);
}
