/* SPDX-License-Identifier: Apache-2.0 */
/* What lies below a bound folder of the container but is not there yet: the runtime would create it,
 * as root, in the folder of the host. That is refused where the caller could not create it.
 *
 * MUST: look at every path that the daemon or the runtime makes sure of: mount points, the working
 * directory, and the files that Docker puts into each container. */
#include <string.h>

#include "mounts.h"
#include "safe-docker/base/text.h"
#include "safe-docker/base/text_map.h"

/* Docker binds these itself. */
static const char *const files_of_docker[] = {"/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
                                              "/sbin/docker-init"};

/* By their targets. Of two with the same target the first counts, and a mount more than a tmpfs. */
struct targets {
  struct sd_text_map mounts; /* struct sd_mount */
  struct sd_text_map tmpfs;
};

static struct targets collect(const struct sd_rule_input *in) {
  struct targets all = {.mounts = {.arena = in->arena}, .tmpfs = {.arena = in->arena}};
  const struct sd_request *request = in->request;
  for (size_t i = 0; i < request->mounts.v.len; i++)
    if (request->mounts.v.items[i].target != NULL)
      (void)sd_text_map_add(&all.mounts, request->mounts.v.items[i].target,
                            &request->mounts.v.items[i]);
  for (size_t i = 0; i < request->tmpfs.v.len; i++)
    (void)sd_text_map_add(&all.tmpfs, request->tmpfs.v.items[i].target,
                          request->tmpfs.v.items[i].target);
  return all;
}

static const struct sd_mount *as_writable_bind(const struct sd_mount *mount) {
  bool writable = !mount->read_only || mount->recursive != NULL;
  return mount->kind == SD_MOUNT_BIND && writable ? mount : NULL;
}

/* The innermost mount above `path`, when that is a bind that can be written to; else NULL. */
static const struct sd_mount *bind_above(const struct targets *all, const char *path) {
  for (size_t len = strlen(path); len-- > 0;) { /* nothing is mounted on "/" itself */
    if (path[len] != '/')
      continue;
    const struct sd_mount *mount = sd_text_map_find(&all->mounts, path, len);
    if (mount != NULL)
      return as_writable_bind(mount);
    if (sd_text_map_find(&all->tmpfs, path, len) != NULL)
      return NULL;
  }
  return NULL;
}

/* Why the runtime may not be left to create `path`, which lies in `folder`; NULL: it is there, or the
 * caller can create it as well. */
static const char *refuse_point(const struct sd_rule_input *in, const char *folder,
                                const char *path) {
  char *part = sd_arena_strdup(in->arena, path);
  for (;;) {
    struct sd_resolved at = {0};
    in->host->resolve(in->host->context, in->arena, part, &at);
    bool whole = strcmp(part, path) == 0;
    bool good =
        at.node == SD_NODE_DIRECTORY ? whole || at.callers : whole && at.node == SD_NODE_FILE;
    if (at.path == NULL || strcmp(at.path, part) != 0)
      return "leads through a link, which the container reads in its own way";
    if (good)
      return NULL;
    if (at.node != SD_NODE_MISSING || strlen(part) <= strlen(folder))
      return "would be created on the host as root, where you cannot create it";
    *strrchr(part, '/') = '\0';
  }
}

static void check_point(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct targets *all, const char *path, const struct sd_given *given) {
  const struct sd_mount *above = bind_above(all, path);
  if (above == NULL || above->source == NULL)
    return;
  struct sd_resolved folder = {0};
  in->host->resolve(in->host->context, in->arena, above->source, &folder);
  if (folder.node != SD_NODE_DIRECTORY || folder.path == NULL || folder.path[1] == '\0')
    return; /* a file has nothing below it, and the rest is refused for other reasons */
  const char *wanted =
      sd_arena_printf(in->arena, "%s%s", folder.path, path + strlen(above->target));
  const char *reason = refuse_point(in, folder.path, wanted);
  if (reason != NULL)
    sd_deny(decision, "mount-point", given != NULL ? given : above->given,
            "choose another folder of the container, or have the path created first", "%s %s",
            sd_text_safe(in->arena, wanted), reason);
}

void sd_mounts_points(const struct sd_rule_input *in, struct sd_decision *decision) {
  const struct sd_request *request = in->request;
  const struct targets all = collect(in);
  const char *workdir = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  for (size_t i = 0; i < request->mounts.v.len; i++)
    if (request->mounts.v.items[i].target != NULL)
      check_point(in, decision, &all, request->mounts.v.items[i].target,
                  request->mounts.v.items[i].given);
  for (size_t i = 0; i < request->tmpfs.v.len; i++)
    check_point(in, decision, &all, request->tmpfs.v.items[i].target,
                request->tmpfs.v.items[i].given);
  for (size_t i = 0; i < sizeof(files_of_docker) / sizeof(files_of_docker[0]); i++)
    check_point(in, decision, &all, files_of_docker[i], NULL);
  if (request->workdir.set && sd_path_clean(in->arena, request->workdir.value, &workdir, &err))
    check_point(in, decision, &all, workdir, request->workdir.given);
}
