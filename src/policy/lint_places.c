/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of the host that are no data of callers. hier(7) says what they hold. */
#include "lint_places.h"

#include <string.h>

#define D SD_POLICY_DANGER
#define W SD_POLICY_WARNING

/* The more particular one first. */
/* clang-format off */
static const struct lint_place places[] = {
  {"/", D, D, false, true, "is the whole host", "binds any folder that safe-docker does not protect, as far as its account reaches; one way past the account, such as a mistake of the runtime, is then the host"},
  {"/boot", D, D, true, false, "holds the kernel that starts next", "puts a kernel of its own in its place"},
  {"/dev", D, D, true, false, "holds the devices of the host", "reads and writes the host's disk past its file system"},
  {"/proc", D, D, true, false, "reaches every process of the host", "has the kernel run a program as root by /proc/sys/kernel/core_pattern"},
  {"/sys", D, D, true, false, "is the kernel's own interface", "has the kernel run a program as root by the release_agent of a cgroup"},
  {"/root", D, D, true, false, "is the home of root", "reads root's keys, and writes what root's shell runs next"},
  {"/run", D, D, true, false, "holds the sockets of the host's services", "talks to the Docker daemon by docker.sock, which is root on the host"},
  {"/var/run", D, D, true, false, "holds the sockets of the host's services", "talks to the Docker daemon by docker.sock, which is root on the host"},
  {"/var/lib/docker", D, D, true, false, "holds the files of every container", "reads the secrets of all containers and writes programs that they run as root"},
  {"/var/lib/containerd", D, D, true, false, "holds the files of every container", "reads the secrets of all containers and writes programs that they run as root"},
  {"/var/lib/containers", D, D, true, false, "holds the files of every container", "reads the secrets of all containers and writes programs that they run as root"},
  {"/var/lib/kubelet", D, D, true, false, "holds the files and secrets of every pod", "reads the secrets of all pods"},
  {"/var/lib/safe-docker", D, D, true, false, "holds the files of safe-docker", "changes what safe-docker relies on"},
  {"/etc/safe-docker", D, D, true, false, "holds the policy", "reads the policy and the registry passwords of docker.config_dir"},
  {"/etc/docker", D, D, true, false, "configures the Docker daemon", "gives the daemon a runtime of its own, which it runs as root"},
  {"/etc/ssh", D, D, true, false, "holds the host's keys", "takes the place of the host for everybody who logs in to it"},
  {"/etc/ssl/private", D, D, true, false, "holds the host's keys", "takes the place of the host's services"},
  {"/etc/sudoers", D, D, true, false, "says who becomes root", "adds itself to those who become root"},
  {"/etc/sudoers.d", D, D, true, false, "says who becomes root", "adds itself to those who become root"},
  {"/etc/shadow", D, D, true, false, "holds password hashes", "tries passwords on the hashes"},
  {"/etc/gshadow", D, D, true, false, "holds password hashes", "tries passwords on the hashes"},
  {"/etc/doas.conf", D, D, true, false, "says who becomes root", "adds itself to those who become root"},
  {"/etc", D, W, false, false, "configures the host", "adds a job to /etc/cron.d or an account to /etc/passwd, where its rights reach"},
  {"/bin", D, W, false, false, "holds programs of the host", "changes a program that root runs, where its rights reach"},
  {"/sbin", D, W, false, false, "holds programs of the host", "changes a program that root runs, where its rights reach"},
  {"/lib", D, W, false, false, "holds libraries of the host", "changes a library that every program loads, where its rights reach"},
  {"/lib64", D, W, false, false, "holds libraries of the host", "changes a library that every program loads, where its rights reach"},
  {"/opt", W, SD_POLICY_NOTE, false, false, "holds programs of the host", "changes a program that others run, where its rights reach"},
  {"/usr", D, W, false, false, "holds programs of the host", "changes a program that root runs, where its rights reach"},
  {"/var/spool", D, W, false, false, "holds jobs and mail of the host", "writes a job that cron runs for another account, or reads others' mail"},
  {"/var/log", D, W, false, false, "holds the logs of the host", "removes the traces of what it did, and reads what the logs tell of others"},
  {"/var/backups", D, W, false, false, "holds copies of /etc/shadow and others", "tries passwords on the hashes in shadow.bak"},
  {"/var/lib", D, W, false, true, "holds the state of the host's services", "reads and changes data of services, where its rights reach"},
  {"/var/cache", W, W, false, false, "holds packages that root installs next", "puts another package in the place of one that root will install, where its rights reach"},
  {"/tmp", W, W, false, true, "is everybody's", "reads and replaces files of others there, and waits with links for programs that write there"},
  {"/var/tmp", W, W, false, true, "is everybody's", "reads and replaces files of others there, and waits with links for programs that write there"},
  {"/home", W, W, false, true, "holds the homes of all", "reads what others leave readable, and writes what they leave writable, such as a start-up script"},
};
/* clang-format on */

#define PLACES (sizeof(places) / sizeof(places[0]))

bool lint_is_within(const char *path, const char *folder) {
  size_t len = strlen(folder);
  return strcmp(folder, "/") == 0 ||
         (strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0'));
}

static bool fits(const struct lint_place *place, const char *path) {
  return place->alone ? strcmp(path, place->path) == 0 : lint_is_within(path, place->path);
}

const struct lint_place *lint_place_of(const char *path, bool *holds) {
  *holds = false;
  for (size_t i = 0; i < PLACES; i++)
    if (fits(&places[i], path))
      return &places[i];
  *holds = true;
  for (size_t i = 1; i < PLACES; i++)
    if (lint_is_within(places[i].path, path))
      return &places[i];
  return NULL;
}
