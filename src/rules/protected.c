/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of the host that no container gets, whatever mounts.bind says.
 *
 * MUST: refuse the path, what is below it, and what contains it; look at resolved paths, because
 * /var/run is /run on most hosts. */
#include <string.h>

#include "mounts.h"
#include "safe-docker/base/text.h"

#define SPECIAL "*?[\\" /* what makes a pattern of a path */

/* "/" stands for itself alone here: everything is below it. */
static const struct {
  const char *path;
  const char *reason;
} builtin[] = {
    {"/boot", "it holds the kernel of the host"},
    {"/dev", "it holds the devices of the host"},
    {"/etc/docker", "it configures the Docker daemon, which runs as root"},
    {"/etc/doas.conf", "it says who becomes root on the host"},
    {"/etc/gshadow", "it holds password hashes of the host"},
    {"/etc/safe-docker", "it holds the policy of safe-docker"},
    {"/etc/shadow", "it holds password hashes of the host"},
    {"/etc/ssh", "it holds the host's keys"},
    {"/etc/ssl/private", "it holds the host's keys"},
    {"/etc/sudoers", "it says who becomes root on the host"},
    {"/etc/sudoers.d", "it says who becomes root on the host"},
    {"/proc", "it reaches every process of the host"},
    {"/root", "it is the home of root"},
    {"/run", "it holds the sockets of the host's services"},
    {"/sys", "it is the kernel's own interface to the host"},
    {"/var/lib/containerd", "it holds the files of every container"},
    {"/var/lib/containers", "it holds the files of every container"},
    {"/var/lib/docker", "it holds the files of every container"},
    {"/var/lib/kubelet", "it holds the files and secrets of every pod"},
    {"/var/lib/safe-docker", "it holds the files of safe-docker"},
    {"/var/run", "it holds the sockets of the host's services"},
};

static const char *const policy_reason = "the policy protects it (mounts.protect)";

/* The path of a unix:// address, or NULL. */
static const char *socket_path(const struct sd_endpoint *endpoint) {
  static const char scheme[] = "unix://";
  if (endpoint == NULL || endpoint->host == NULL || !sd_text_starts_with(endpoint->host, scheme))
    return NULL;
  const char *path = endpoint->host + sizeof(scheme) - 1;
  return path[0] == '/' ? path : NULL;
}

/* Where `path` is, or would be: what exists of it with its links followed, and the rest as written.
 */
static const char *resolve(const struct sd_rule_input *in, const char *path) {
  const char *rest = "";
  if (in->host->is_straight(in->host->context, path))
    return path;
  char *part = sd_arena_strdup(in->arena, path);
  for (;;) {
    struct sd_resolved at = {0};
    in->host->resolve(in->host->context, in->arena, part, &at);
    if (at.straight)
      return path;
    bool there = at.path != NULL && at.path[0] == '/' && at.node != SD_NODE_MISSING &&
                 at.node != SD_NODE_UNREACHABLE;
    if (there)
      return sd_arena_printf(in->arena, "%s%s",
                             strcmp(at.path, "/") == 0 && rest[0] != '\0' ? "" : at.path, rest);
    char *slash = strrchr(part, '/');
    if (slash == NULL || slash == part)
      return path;
    rest = sd_arena_printf(in->arena, "%s%s", slash, rest);
    *slash = '\0';
  }
}

/* The socket is named by docker.host and by the endpoint of the request, which are mostly the same. */
static bool has(const struct sd_protected_list *list, const char *path) {
  for (size_t i = 0; i < list->v.len; i++)
    if (!list->v.items[i].pattern && strcmp(list->v.items[i].path, path) == 0)
      return true;
  return false;
}

static void add(const struct sd_rule_input *in, struct sd_protected_list *out, const char *path,
                const char *reason) {
  if (path == NULL || path[0] != '/')
    return;
  const char *clean = path;
  struct sd_error err;
  sd_error_init(&err, in->arena);
  if (!sd_path_clean(in->arena, path, &clean, &err))
    clean = path;
  if (has(out, clean))
    return;
  *sd_vec_push(in->arena, &out->v) = (struct sd_protected){.path = clean, .reason = reason};
  const char *real = resolve(in, clean);
  if (strcmp(real, clean) != 0)
    *sd_vec_push(in->arena, &out->v) = (struct sd_protected){.path = real, .reason = reason};
}

static void add_socket(const struct sd_rule_input *in, struct sd_protected_list *out,
                       const struct sd_endpoint *endpoint) {
  add(in, out, socket_path(endpoint), "it is the Docker API socket");
}

static void add_pattern(struct sd_protected_list *out, const struct sd_rule_input *in,
                        const char *pattern) {
  *sd_vec_push(in->arena, &out->v) =
      (struct sd_protected){.path = pattern, .reason = policy_reason, .pattern = true};
}

/* The folders before the first special character can be links, too: /home may be /data/home. */
static void add_resolved(const struct sd_rule_input *in, struct sd_protected_list *out,
                         const char *pattern) {
  size_t len = strcspn(pattern, SPECIAL);
  while (len > 0 && pattern[len - 1] != '/')
    len--;
  if (len < 2)
    return;
  const char *folder = sd_arena_strndup(in->arena, pattern, len - 1);
  const char *real = resolve(in, folder);
  if (strcmp(real, folder) == 0)
    return;
  struct sd_str text;
  sd_str_init(&text, in->arena);
  for (; *real != '\0'; real++) {
    if (strchr(SPECIAL, *real) != NULL)
      sd_str_add_char(&text, '\\');
    sd_str_add_char(&text, *real);
  }
  sd_str_add(&text, pattern + len - 1);
  add_pattern(out, in, sd_str_text(&text));
}

static void add_policy(const struct sd_rule_input *in, struct sd_protected_list *out) {
  for (size_t i = 0; i < in->policy->mounts.protect.v.len; i++) {
    const char *entry = in->policy->mounts.protect.v.items[i];
    if (strpbrk(entry, SPECIAL) == NULL) {
      add(in, out, entry, policy_reason);
      continue;
    }
    add_pattern(out, in, entry);
    add_resolved(in, out, entry);
  }
}

void sd_protected_collect(const struct sd_rule_input *in, struct sd_protected_list *out) {
  for (size_t i = 0; i < sizeof(builtin) / sizeof(builtin[0]); i++)
    add(in, out, builtin[i].path, builtin[i].reason);
  add_socket(in, out, &in->policy->docker.endpoint);
  add_socket(in, out, in->endpoint);
  for (size_t i = 0; i < in->policy->docker.contexts.len; i++)
    add_socket(in, out, &in->policy->docker.contexts.items[i]);
  add(in, out, in->policy->docker.config_dir,
      "it holds the configuration and registry passwords of the docker command");
  add_policy(in, out);
}

/* True where `path` or a folder above it matches, so that it is protected or below what is. */
static bool pattern_covers(const struct sd_rule_input *in, const char *pattern, const char *path) {
  char *part = sd_arena_strdup(in->arena, path);
  while (part[0] != '\0') {
    if (sd_policy_matches(pattern, part))
      return true;
    *strrchr(part, '/') = '\0';
  }
  return false;
}

/* True where something below `path` could match: then the slash behind `path` is either a slash of the
 * pattern, or one that a `**` takes. So the pattern is cut behind each of these. */
static bool pattern_below(const struct sd_rule_input *in, const char *pattern, const char *path) {
  const char *folder = sd_arena_printf(in->arena, "%s/", path);
  for (const char *end = pattern; *end != '\0'; end++) {
    bool cut = end[0] == '/' || (end[0] == '*' && end > pattern && end[-1] == '*');
    if (cut && sd_policy_matches(sd_arena_strndup(in->arena, pattern, (size_t)(end - pattern) + 1),
                                 folder))
      return true;
  }
  return false;
}

static bool refuses(const struct sd_rule_input *in, const struct sd_protected *entry,
                    const char *path, enum sd_node node) {
  bool holds = node != SD_NODE_FILE; /* a file contains nothing */
  if (entry->pattern)
    return pattern_covers(in, entry->path, path) || (holds && pattern_below(in, entry->path, path));
  return sd_path_within(path, entry->path) || (holds && sd_path_within(entry->path, path));
}

/* Root's own home is no secret from root. */
static bool is_own_home(const struct sd_rule_input *in, const struct sd_protected *entry) {
  return in->caller->uid == 0 && strcmp(entry->path, "/root") == 0 && in->caller->home != NULL &&
         strcmp(in->caller->home, "/root") == 0;
}

const struct sd_protected *sd_protected_find(const struct sd_rule_input *in,
                                             const struct sd_protected_list *list, const char *path,
                                             enum sd_node node) {
  static const struct sd_protected whole = {.path = "/", .reason = "it is the whole host"};
  if (path[0] != '/' || path[1] == '\0')
    return &whole;
  for (size_t i = 0; i < list->v.len; i++) {
    const struct sd_protected *entry = &list->v.items[i];
    if (!is_own_home(in, entry) && refuses(in, entry, path, node))
      return entry;
  }
  return NULL;
}

bool sd_protected_is_daemon_socket(const struct sd_rule_input *in, const char *path) {
  const char *named[2] = {socket_path(&in->policy->docker.endpoint), socket_path(in->endpoint)};
  for (size_t i = 0; i < 2; i++)
    if (named[i] != NULL &&
        (strcmp(path, named[i]) == 0 || strcmp(path, resolve(in, named[i])) == 0))
      return true;
  for (size_t i = 0; i < in->policy->docker.contexts.len; i++) {
    const char *other = socket_path(&in->policy->docker.contexts.items[i]);
    if (other != NULL && (strcmp(path, other) == 0 || strcmp(path, resolve(in, other)) == 0))
      return true;
  }
  return false;
}
