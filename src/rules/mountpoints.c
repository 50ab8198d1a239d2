/* SPDX-License-Identifier: Apache-2.0 */
/* What lies below a bound folder of the container but is not there yet: the runtime would create it,
 * as root, in the folder of the host. That is refused where the caller could not create it.
 *
 * MUST: look at every path that the daemon or the runtime makes sure of: mount points, the working
 * directory, and the files that Docker puts into each container. */
#include <string.h>

#include "mounts.h"
#include "safe-docker/base/text.h"

/* Docker binds these itself. */
static const char *const files_of_docker[] = {"/etc/hostname", "/etc/hosts", "/etc/resolv.conf",
                                              "/sbin/docker-init"};

/* The innermost mount above `path`, when that is a bind that can be written to; else NULL. */
static const struct sd_mount *bind_above(const struct sd_request *request, const char *path) {
  const char *best = "";
  const struct sd_mount *found = NULL;
  for (size_t i = 0; i < request->mounts.v.len; i++) {
    const struct sd_mount *mount = &request->mounts.v.items[i];
    if (mount->target == NULL || strcmp(mount->target, path) == 0 ||
        !sd_path_within(path, mount->target) || strlen(mount->target) <= strlen(best))
      continue;
    bool writable = !mount->read_only || mount->recursive != NULL;
    best = mount->target;
    found = mount->kind == SD_MOUNT_BIND && writable ? mount : NULL;
  }
  for (size_t i = 0; i < request->tmpfs.v.len; i++) {
    const char *target = request->tmpfs.v.items[i].target;
    if (strcmp(target, path) != 0 && sd_path_within(path, target) && strlen(target) > strlen(best))
      return NULL;
  }
  return found;
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
    bool there = at.node == SD_NODE_DIRECTORY || (whole && at.node == SD_NODE_FILE);
    if (there && (at.path == NULL || strcmp(at.path, part) != 0))
      return "leads through a link, which the container reads in its own way";
    if (there && (whole || at.callers))
      return NULL;
    if (there || at.node != SD_NODE_MISSING || strlen(part) <= strlen(folder))
      return "would be created on the host as root, where you cannot create it";
    *strrchr(part, '/') = '\0';
  }
}

static void check_point(const struct sd_rule_input *in, struct sd_decision *decision,
                        const char *path, const struct sd_given *given) {
  const struct sd_mount *above = bind_above(in->request, path);
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
  const char *workdir = NULL;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  for (size_t i = 0; i < request->mounts.v.len; i++)
    if (request->mounts.v.items[i].target != NULL)
      check_point(in, decision, request->mounts.v.items[i].target,
                  request->mounts.v.items[i].given);
  for (size_t i = 0; i < request->tmpfs.v.len; i++)
    check_point(in, decision, request->tmpfs.v.items[i].target, request->tmpfs.v.items[i].given);
  for (size_t i = 0; i < sizeof(files_of_docker) / sizeof(files_of_docker[0]); i++)
    check_point(in, decision, files_of_docker[i], NULL);
  if (request->workdir.set && request->workdir.value[0] == '/' &&
      sd_path_clean(in->arena, request->workdir.value, &workdir, &err))
    check_point(in, decision, workdir, request->workdir.given);
}
