/* SPDX-License-Identifier: Apache-2.0 */
/* mounts.bind: the sources that the policy allows, and for what.
 *
 * MUST: give nothing for a source that the caller can point elsewhere, and no writing to what lies
 * below a source that the policy gives for reading. */
#include <string.h>

#include "mounts.h"
#include "safe-docker/base/text.h"

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

/* A link on the way of a source is the administrator's, unless it stands where the caller can make
 * one: {home}/data may be a folder today and a link to /srv tomorrow. */
static bool is_callers_choice(const struct sd_rule_input *in, const char *source) {
  struct sd_resolved folder = {0};
  if (in->caller->uid == 0)
    return false;
  in->host->resolve(in->host->context, in->arena, "/", &folder);
  for (const char *name = source; *name == '/' && name[1] != '\0';) {
    const char *end = name + 1 + strcspn(name + 1, "/");
    struct sd_resolved at = {0};
    const char *part = sd_arena_strndup(in->arena, source, (size_t)(end - source));
    in->host->resolve(in->host->context, in->arena, part, &at);
    const char *plain =
        sd_arena_printf(in->arena, "%s%.*s", strcmp(folder.path, "/") == 0 ? "" : folder.path,
                        (int)(end - name), name);
    if (at.path == NULL || (folder.callers && strcmp(at.path, plain) != 0))
      return true;
    folder = at;
    name = end;
  }
  return false;
}

/* Where a source of the policy is; NULL where it allows nothing. A home of "/" (accounts of
 * services) does not: {home} was not meant to give the whole host. */
static const char *place_of(const struct sd_rule_input *in, const char *source) {
  struct sd_resolved at = {0};
  if (source[0] != '/')
    return NULL;
  in->host->resolve(in->host->context, in->arena, source, &at);
  if (at.path == NULL || at.path[0] != '/')
    return NULL;
  if (strcmp(at.path, "/") == 0 && in->caller->home != NULL &&
      strcmp(source, in->caller->home) == 0)
    return NULL;
  return at.path;
}

/* What people want who bind these, and how they get it. */
static const struct {
  const char *path, *hint;
} better_ways[] = {
    {"/dev/shm", "leave it out, and ask for its size with --shm-size"},
    {"/etc/localtime", "leave it out, and name the time zone: -e TZ=Europe/Berlin"},
    {"/etc/timezone", "leave it out, and name the time zone: -e TZ=Europe/Berlin"},
    {"/lib/modules", "leave it out: modules of the kernel are loaded by the administrator"},
    {"/sys/fs/cgroup", "leave it out: a container sees its own cgroup"},
};

const char *sd_mounts_better_way(const struct sd_mount *mount) {
  if (mount->source == NULL)
    return NULL;
  size_t len = strlen(mount->source);
  while (len > 1 && mount->source[len - 1] == '/')
    len--;
  for (size_t i = 0; i < sizeof(better_ways) / sizeof(better_ways[0]); i++)
    if (len == strlen(better_ways[i].path) && strncmp(mount->source, better_ways[i].path, len) == 0)
      return better_ways[i].hint;
  return NULL;
}

/* Folders that are named for others, and are not there, would be bad advice. */
static bool is_there(const struct sd_rule_input *in, const char *source) {
  struct sd_resolved at = {0};
  if (place_of(in, source) == NULL)
    return false;
  in->host->resolve(in->host->context, in->arena, source, &at);
  return at.node != SD_NODE_MISSING;
}

static const char *allowed_sources(const struct sd_rule_input *in, const struct sd_mount *mount) {
  const char *better = sd_mounts_better_way(mount);
  if (better != NULL)
    return better;
  struct sd_str text;
  sd_str_init(&text, in->arena);
  for (size_t i = 0; i < in->policy->mounts.bind.len; i++) {
    const struct sd_bind_policy *entry = &in->policy->mounts.bind.items[i];
    if (is_there(in, entry->source))
      sd_str_addf(&text, "%s%s (%s)", text.len > 0 ? ", " : "", shown(in, entry->source),
                  entry->writable ? "rw" : "ro");
  }
  if (text.len == 0)
    return "no bind mounts are allowed here; use a named volume, such as data:/data";
  return sd_arena_printf(in->arena,
                         "name a file or folder below the allowed sources: %s; or use a named "
                         "volume, such as data:/data",
                         sd_str_text(&text));
}

/* The longest allowed source that `path` is within; of equals a read-only one. */
static const struct sd_bind_policy *find_source(const struct sd_rule_input *in, const char *path) {
  const struct sd_bind_policy *best = NULL;
  size_t best_len = 0;
  for (size_t i = 0; i < in->policy->mounts.bind.len; i++) {
    const struct sd_bind_policy *entry = &in->policy->mounts.bind.items[i];
    const char *place = place_of(in, entry->source);
    /* Looked at last, and only where it matters: it resolves every folder on the way. */
    if (place == NULL || !sd_path_within(path, place) || is_callers_choice(in, entry->source))
      continue;
    size_t len = strlen(place);
    if (best == NULL || len > best_len || (len == best_len && !entry->writable)) {
      best = entry;
      best_len = len;
    }
  }
  return best;
}

/* A source for reading below `path`, which would be written to along with it; or NULL. */
static const struct sd_bind_policy *find_inner(const struct sd_rule_input *in, const char *path) {
  for (size_t i = 0; i < in->policy->mounts.bind.len; i++) {
    const struct sd_bind_policy *entry = &in->policy->mounts.bind.items[i];
    const char *place = entry->writable ? NULL : place_of(in, entry->source);
    if (place != NULL && (sd_path_within(place, path) || sd_path_within(entry->source, path)))
      return entry;
  }
  return NULL;
}

bool sd_mounts_source(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_mount *mount, const struct sd_resolved *at) {
  const struct sd_bind_policy *entry = find_source(in, at->path);
  if (entry == NULL) {
    bool moved =
        mount->source != NULL && mount->source[0] == '/' && strcmp(mount->source, at->path) != 0;
    sd_deny(decision, "bind-source", mount->given, allowed_sources(in, mount),
            "%s%s%s is not within a source that the policy allows",
            moved ? shown(in, mount->source) : "", moved ? " leads to " : "", shown(in, at->path));
    return false;
  }
  bool writable =
      !mount->read_only || (mount->recursive != NULL && strcmp(mount->recursive, "writable") == 0);
  const struct sd_bind_policy *inner = entry->writable ? find_inner(in, at->path) : entry;
  if (!writable || inner == NULL)
    return true;
  const char *hint = mount->read_only    ? "leave bind-recursive=writable out"
                     : mount->short_form ? "add :ro"
                                         : "add ,readonly";
  sd_deny(decision, "bind-read-only", mount->given, hint, "the policy allows %s for reading only",
          shown(in, inner->source));
  return false;
}
