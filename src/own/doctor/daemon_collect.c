/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "daemon.h"
#include "doctor.h"

/* Of a user's own dockerd only what the kernel says, and its daemon.json where that is theirs: the rest is their own affair. */
static void look_at(struct sd_arena *arena, struct facts_dockerd *dockerd) {
  const char *root = dockerd->pid.known
                         ? sd_arena_printf(arena, "/proc/%lld/root", (long long)dockerd->pid.value)
                         : "/";
  bool users = dockerd->uid.value != 0;
  struct daemon_view view = {.root = open(users ? "/" : root, O_PATH | O_DIRECTORY | O_CLOEXEC),
                             .owner = (uid_t)dockerd->uid.value,
                             .want_text = true};
  if (dockerd->pid.known)
    daemon_read_listeners(arena, dockerd->pid.value, &dockerd->listeners);
  if (dockerd->config.path != NULL && view.root >= 0)
    daemon_look(arena, &view, "config-file", dockerd->config.path, &dockerd->config);
  view.want_text = false;
  if (!users && view.root >= 0)
    daemon_read_places(arena, &view, dockerd);
  if (!users && dockerd->elsewhere == FACT_NO)
    daemon_read_certificates(arena, dockerd);
  if (view.root >= 0)
    (void)close(view.root);
}

void doctor_collect_daemon(struct doctor *doctor, struct facts *out) {
  struct sd_arena *arena = doctor->arena;
  struct statfs info;
  daemon_list(arena, &out->daemons);
  for (size_t i = 0; i < out->daemons.list.len; i++)
    look_at(arena, &out->daemons.list.items[i]);
  out->daemons.selinux = access("/sys/fs/selinux/enforce", F_OK) == 0 ? FACT_YES : FACT_NO;
  if (statfs("/sys/fs/cgroup", &info) == 0)
    out->daemons.cgroup2 = info.f_type == CGROUP2_SUPER_MAGIC ? FACT_YES : FACT_NO;
}
