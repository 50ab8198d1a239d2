/* SPDX-License-Identifier: Apache-2.0 */
/* Bind mounts: what of the host a container gets.
 *
 * MUST: judge and hand on the resolved path, never the one that was written; write every bind as
 * --mount, which the daemon refuses when the source is gone (--volume would create it as root). A
 * folder of the caller's that becomes a link after the check is followed by the daemon: then the
 * container's user, which is the caller, is what holds. So no bind goes with another user. */
#include <string.h>

#include "internal.h"
#include "mounts.h"
#include "safe-docker/rules/sockets.h"
#include "safe-docker/base/text.h"

/* Names under which daemons listen that give root to whoever may write to them. */
static const char *const api_sockets[] = {
    "buildkitd.sock",  "containerd.sock", "cri-dockerd.sock", "crio.sock",
    "docker.raw.sock", "docker.sock",     "dockershim.sock",  "libvirt-sock",
    "podman.sock",     "snapd.socket",    "unix.socket",
};

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

bool sd_mount_is_api_socket(const char *path) {
  for (size_t i = 0; i < sizeof(api_sockets) / sizeof(api_sockets[0]); i++)
    if (strcmp(base_name(path), api_sockets[i]) == 0)
      return true;
  return false;
}

static const char *shown(const struct sd_rule_input *in, const char *text) {
  return sd_text_safe(in->arena, text);
}

/* Sockets first: a socket that cannot be looked at is still the wrong thing to ask for. */
static bool deny_socket(const struct sd_rule_input *in, struct sd_decision *decision,
                        const struct sd_mount *mount, const struct sd_resolved *at) {
  bool api = sd_protected_is_daemon_socket(in, at->path);
  bool may_be = at->node == SD_NODE_SOCKET || sd_path_within(at->path, "/run") ||
                sd_path_within(at->path, "/var/run");
  if (api || (may_be && sd_mount_is_api_socket(at->path))) {
    sd_deny(
        decision, "bind-socket", mount->given, "run the docker command outside the container",
        "%s: this is the Docker API socket or one like it; who can write to it is root on the host",
        shown(in, at->path));
    return true;
  }
  if (at->node != SD_NODE_SOCKET)
    return false;
  sd_deny(decision, "bind-socket", mount->given, "reach the service over the network instead",
          "%s is a socket: the container would talk to a service of the host", shown(in, at->path));
  return true;
}

static bool deny_protected(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_protected_list *list, const struct sd_mount *mount,
                           const struct sd_resolved *at) {
  const struct sd_protected *entry = sd_protected_find(in, list, at->path, at->node);
  if (entry == NULL)
    return false;
  const char *relation = sd_path_within(at->path, entry->path)   ? "belongs to"
                         : sd_path_within(entry->path, at->path) ? "holds"
                                                                 : "falls under";
  const char *better = sd_mounts_better_way(mount);
  sd_deny(decision, "bind-protected", mount->given,
          better != NULL ? better : "bind a folder of your own, as narrow as the container needs",
          "%s %s the protected %s: %s", shown(in, at->path), relation, shown(in, entry->path),
          entry->reason);
  return true;
}

/* The command is there to be copied, so that it names no path which a shell would take apart. */
static const char *missing_hint(const struct sd_rule_input *in, const char *path) {
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%=";
  bool copied = path[0] == '/' && path[strspn(path, plain)] == '\0';
  return sd_arena_printf(in->arena,
                         "create it first, with mkdir%s%s, or name something that exists",
                         copied ? " -p " : "", copied ? path : "");
}

/* What cannot be bound at all, in words; true where the node is one. */
static bool deny_node(const struct sd_rule_input *in, struct sd_decision *decision,
                      const struct sd_mount *mount, const struct sd_resolved *at) {
  const char *path = shown(in, at->path);
  switch (at->node) {
  case SD_NODE_FILE:
  case SD_NODE_DIRECTORY:
    return false;
  case SD_NODE_MISSING:
    sd_deny(decision, "bind-missing", mount->given, missing_hint(in, at->path),
            "%s does not exist; Docker would create it as root", path);
    return true;
  case SD_NODE_UNREACHABLE:
    sd_deny(decision, "bind-unreachable", mount->given, "name a path that you can reach yourself",
            "%s cannot be reached with your rights: %s", path,
            at->reason != NULL ? at->reason : "permission denied");
    return true;
  case SD_NODE_SOCKET: /* deny_socket has spoken */
    return true;
  case SD_NODE_DEVICE:
    sd_deny(decision, "bind-device", mount->given,
            sd_arena_printf(in->arena,
                            "use --device=%s instead, once the administrator has allowed it "
                            "(devices.allow)",
                            path),
            "%s is a device of the host", path);
    return true;
  case SD_NODE_FIFO:
    sd_deny(decision, "bind-fifo", mount->given, "use a file, or the container's standard input",
            "%s is a fifo: the container would talk to a process of the host", path);
    return true;
  case SD_NODE_OTHER:
    break;
  }
  sd_deny(decision, "bind-type", mount->given, "bind a file or a folder",
          "%s is neither a file nor a folder", path);
  return true;
}

/* In mode `caller` the container runs as the caller whatever was asked; else a bind needs it to. In a rootless daemon of
 * the caller's nobody has rights on the host that the caller has not. */
static bool is_foreign_user(const struct sd_rule_input *in) {
  const struct sd_text *user = &in->request->user;
  if (in->policy->user.mode == SD_USER_CALLER || in->own_daemon || !user->set)
    return false;
  struct sd_user_spec spec = {0};
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_user_parse(in->arena, user->value, &spec, &err) || !spec.user_numeric ||
      (spec.group != NULL && !spec.group_numeric))
    return true;
  uid_t uid =
      in->caller->uid == 0 && spec.uid != 0 ? in->policy->user.fallback_uid : in->caller->uid;
  gid_t gid =
      in->caller->uid == 0 && spec.uid != 0 ? in->policy->user.fallback_gid : in->caller->gid;
  return spec.uid != uid || (spec.group != NULL && spec.gid != gid);
}

static bool check_user(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_mount *mount) {
  if (!is_foreign_user(in))
    return true;
  sd_deny(
      decision, "bind-foreign-user", mount->given,
      sd_arena_printf(in->arena, "leave --user out, or write --user=%u:%u",
                      (unsigned)in->caller->uid, (unsigned)in->caller->gid),
      "a container with a bind mount runs as its caller: another user could change files that the "
      "caller could not");
  return false;
}

static bool is_private(const char *propagation) {
  return propagation == NULL || strcmp(propagation, "private") == 0 ||
         strcmp(propagation, "rprivate") == 0;
}

static bool check_options(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_mount *mount) {
  bool good = true;
  if (!is_private(mount->propagation)) {
    sd_deny(decision, "bind-propagation", mount->given, "leave it out, or write rprivate",
            "propagation %s carries mounts between the container and the host",
            shown(in, mount->propagation));
    good = false;
  }
  if (mount->selinux != NULL) {
    sd_deny(decision, "bind-relabel", mount->given,
            "leave it out; where the host has SELinux the administrator can label the folder",
            "%s would change the SELinux labels of files on the host, as root",
            shown(in, mount->selinux));
    good = false;
  }
  if (mount->create_source) {
    sd_deny(decision, "bind-create", mount->given,
            "create the folder yourself and leave bind-create-src out",
            "the daemon would create the source as root");
    good = false;
  }
  return good;
}

/* The CLIs and the daemon differ on blanks at the end, and on backslashes. */
static bool check_name(struct sd_decision *decision, const struct sd_mount *mount,
                       const char *path) {
  size_t len = strlen(path);
  if (len > 0 && path[len - 1] != ' ' && strchr(path, '\\') == NULL && sd_text_is_printable(path))
    return true;
  sd_deny(decision, "bind-name", mount->given, "rename the file or folder",
          "a source that is empty, ends with a blank, or has backslashes, control characters or "
          "invalid UTF-8 could reach the daemon as another name");
  return false;
}

/* A path that leads nowhere is as it was written; the checks want it clean, and absolute. */
static bool settle(const struct sd_rule_input *in, struct sd_decision *decision,
                   const struct sd_mount *mount, struct sd_resolved *at) {
  struct sd_error err;
  sd_error_init(&err, in->arena);
  bool nowhere = at->node == SD_NODE_MISSING || at->node == SD_NODE_UNREACHABLE;
  if (!check_name(decision, mount, at->path))
    return false;
  if (nowhere && at->path[0] == '/' && !sd_path_clean(in->arena, at->path, &at->path, &err))
    at->node = SD_NODE_UNREACHABLE;
  if (at->path[0] == '/')
    return true;
  if (!nowhere)
    at->node = SD_NODE_UNREACHABLE;
  (void)deny_node(in, decision, mount, at);
  return false;
}

/* Last, and only for what may be bound otherwise: it lists the folder. */
static bool check_contents(const struct sd_rule_input *in, struct sd_decision *decision,
                           const struct sd_mount *mount, const struct sd_resolved *at) {
  if (at->node != SD_NODE_DIRECTORY)
    return true;
  struct sd_special inside = in->host->find_special(in->host->context, in->arena, at->path);
  if (inside.name == NULL)
    return true;
  sd_deny(decision, "bind-contains", mount->given, "bind a folder below it, or move that away",
          "%s holds the %s %s, which the container would reach", shown(in, at->path), inside.kind,
          shown(in, inside.name));
  return false;
}

/* Resolves the source; true where it may be bound. */
static bool check_path(const struct sd_rule_input *in, struct sd_decision *decision,
                       const struct sd_protected_list *list, const struct sd_mount *mount,
                       struct sd_resolved *at) {
  const char *source = mount->source != NULL ? mount->source : "";
  if (!check_name(decision, mount, source))
    return false;
  in->host->resolve(in->host->context, in->arena, source, at);
  if (!settle(in, decision, mount, at))
    return false;
  if (deny_socket(in, decision, mount, at))
    return false;
  if (at->node == SD_NODE_DEVICE)
    return !deny_node(in, decision, mount, at);
  if (deny_protected(in, decision, list, mount, at))
    return false;
  /* Where it is not allowed anyway, to be told to create it would lead to a second refusal. */
  if (at->node == SD_NODE_MISSING && !sd_mounts_source(in, decision, mount, at))
    return false;
  return !deny_node(in, decision, mount, at) && sd_mounts_source(in, decision, mount, at) &&
         check_contents(in, decision, mount, at);
}

static bool keeps_recursive(const char *recursive) {
  return recursive != NULL &&
         strcmp(recursive, "enabled") != 0; /* "enabled" is what holds anyway */
}

static bool known_recursive(struct sd_decision *decision, const struct sd_rule_input *in,
                            const struct sd_mount *mount) {
  static const char *const known[] = {"enabled", "disabled", "writable", "readonly"};
  if (mount->recursive == NULL)
    return true;
  for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
    if (strcmp(mount->recursive, known[i]) == 0)
      return true;
  sd_deny(decision, "bind-recursive", mount->given, "write disabled, writable, readonly or enabled",
          "bind-recursive=%s is not known", shown(in, mount->recursive));
  return false;
}

static void hand_on(const struct sd_rule_input *in, struct sd_decision *decision,
                    const struct sd_mount *mount, const struct sd_resolved *at) {
  struct sd_mount *out = sd_vec_push(in->arena, &decision->out.mounts.v);
  *out = (struct sd_mount){
      .kind = SD_MOUNT_BIND,
      .source = at->path,
      .target = mount->target,
      .read_only = mount->read_only,
      .propagation = mount->propagation,
      .recursive = keeps_recursive(mount->recursive) ? mount->recursive : NULL,
      .nonrecursive = mount->nonrecursive == SD_TRUE ? SD_TRUE : SD_UNSET,
      .tmpfs_size = -1,
      .tmpfs_mode = -1,
      .given = mount->given,
  };
  bool moved = strcmp(at->path, mount->source) != 0;
  if (moved || mount->short_form)
    sd_changed(decision, "bind",
               moved ? "the source is handed on as it resolves, without symbolic links"
                     : "--mount lets the daemon refuse a source that is gone; --volume would "
                       "create it as root",
               "--mount=%s", shown(in, sd_mount_format(in->arena, out)));
}

/* What the caller may read and write is known of this host alone; that the other one has an account of the same number
 * says nothing. */
static bool is_elsewhere(const struct sd_rule_input *in, struct sd_decision *decision,
                         const struct sd_mount *mount) {
  if (!sd_rule_is_remote(in))
    return false;
  sd_deny(
      decision, "bind-remote", mount->given,
      "use a named volume and docker cp, or put the files into the image with docker build",
      "the daemon is on another machine, whose files are not the caller's to name: what they may "
      "do there cannot be seen from here");
  return true;
}

void sd_mounts_bind(const struct sd_rule_input *in, struct sd_decision *decision,
                    const struct sd_protected_list *protected_list, const struct sd_mount *mount) {
  struct sd_resolved at = {0};
  if (is_elsewhere(in, decision, mount))
    return;
  bool good = check_path(in, decision, protected_list, mount, &at);
  good = check_options(in, decision, mount) && good;
  good = known_recursive(decision, in, mount) && good;
  good = check_user(in, decision, mount) && good;
  if (good)
    hand_on(in, decision, mount, &at);
}

void sd_mounts_bind_again(const struct sd_rule_input *in, struct sd_decision *decision,
                          const struct sd_protected_list *protected_list,
                          const struct sd_mount *mount) {
  struct sd_resolved at = {0};
  if (is_elsewhere(in, decision, mount))
    return;
  if (check_path(in, decision, protected_list, mount, &at) && strcmp(at.path, mount->source) != 0)
    sd_deny(decision, "bind-moved", mount->given, "create a new container instead",
            "the bind source %s leads to %s by now", shown(in, mount->source), shown(in, at.path));
  (void)check_options(in, decision, mount);
  (void)check_user(in, decision, mount);
}
