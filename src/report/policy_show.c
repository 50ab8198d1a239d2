/* SPDX-License-Identifier: Apache-2.0 */
/* `policy show --format text`: what holds for somebody, in words, and which file or override says so. */
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/policy.h"

#include "seccomp_lines.h"

#define COLUMN 16
#define KEYS 8

static const char BUILTIN[] = "built-in";

struct show {
  struct sd_arena *arena;
  const struct sd_policy *policy;
  const struct sd_json *tree;
  struct sd_str out;
};

/* Words to be wrapped. */
struct words {
  struct sd_arena *arena;
  struct sd_strv list;
};

SD_PRINTF(2, 3) static void say(struct words *words, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = sd_arena_vprintf(words->arena, format, args);
  va_end(args);
  while (*text != '\0') {
    size_t len = strcspn(text, " ");
    if (len > 0)
      sd_strv_add(&words->list, words->arena, sd_arena_strndup(words->arena, text, len));
    text += len + (text[len] == ' ');
  }
}

static void say_list(struct words *words, const struct sd_strv *list, const char *nothing) {
  const char *text = list->v.len > 0 ? sd_strv_join(list, words->arena, ", ") : nothing;
  while (*text != '\0') {
    size_t len = strcspn(text, " ");
    sd_strv_add(&words->list, words->arena,
                sd_text_safe(words->arena, sd_arena_strndup(words->arena, text, len)));
    text += len + (text[len] == ' ');
  }
}

/* -- what each line says -------------------------------------------------------------------------- */

typedef void describe(const struct sd_policy *policy, struct words *words);

static void daemon_of(const struct sd_policy *policy, struct words *words) {
  const struct sd_endpoint *at = &policy->docker.endpoint;
  say(words, "%s, by %s as %s", sd_text_safe(words->arena, at->host), policy->docker.path,
      at->run_as);
  for (size_t i = 0; i < policy->docker.contexts.len; i++)
    say(words, " ; --context %s: %s", policy->docker.contexts.items[i].name,
        sd_text_safe(words->arena, policy->docker.contexts.items[i].host));
}

static void commands(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->commands, "none");
}

static void isolation(const struct sd_policy *policy, struct words *words) {
  say(words, "%s",
      policy->isolation == SD_ISOLATION_OWNER ? "own containers, volumes and networks alone"
                                              : "containers and volumes of everybody");
}

static void capabilities(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->capabilities.defaults, "none");
  say(words, "if not asked for ; --cap-add:");
  say_list(words, &policy->capabilities.allow, "none");
}

static void say_limit(struct words *words, const struct sd_limit *limit,
                      const char *(*format)(struct sd_arena *, int64_t)) {
  say(words, "%s if not asked for, at most %s", format(words->arena, limit->value),
      format(words->arena, limit->max));
}

static const char *count(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%jd", (intmax_t)value);
}

static void memory(const struct sd_policy *policy, struct words *words) {
  say_limit(words, &policy->resources.memory, sd_number_format_size);
  if (policy->resources.swap_max == 0)
    say(words, " ; no swap");
  else
    say(words, " ; swap: at most %s",
        sd_number_format_size(words->arena, policy->resources.swap_max));
}

static void cpus(const struct sd_policy *policy, struct words *words) {
  say_limit(words, &policy->resources.cpus, sd_number_format_cpus);
}

static void pids(const struct sd_policy *policy, struct words *words) {
  say_limit(words, &policy->resources.pids, count);
}

static void shared_memory(const struct sd_policy *policy, struct words *words) {
  say_limit(words, &policy->resources.shm_size, sd_number_format_size);
}

static void tmpfs(const struct sd_policy *policy, struct words *words) {
  if (policy->mounts.tmpfs)
    say_limit(words, &policy->resources.tmpfs_size, sd_number_format_size);
  else
    say(words, "not allowed");
}

static void ulimits(const struct sd_policy *policy, struct words *words) {
  for (size_t i = 0; i < policy->resources.ulimits.len; i++) {
    const struct sd_ulimit_policy *limit = &policy->resources.ulimits.items[i];
    say(words, "%s%s %jd:%jd if not asked for, at most %jd", i > 0 ? " ; " : "", limit->name,
        (intmax_t)limit->soft, (intmax_t)limit->hard, (intmax_t)limit->max);
  }
  if (policy->resources.ulimits.len == 0)
    say(words, "none may be set");
}

static void cgroup(const struct sd_policy *policy, struct words *words) {
  const char *parent = policy->resources.cgroup_parent;
  say(words, "%s",
      parent[0] != '\0'
          ? parent
          : "Docker's own: limits are for each container, whose number is not limited");
}

static void user(const struct sd_policy *policy, struct words *words) {
  static const char *const modes[] = {[SD_USER_CALLER] = "the caller alone",
                                      [SD_USER_NON_ROOT] = "the caller, or any but root",
                                      [SD_USER_ANY] = "the caller, or any, root too"};
  say(words, "%s", modes[policy->user.mode]);
}

static void binds(const struct sd_policy *policy, struct words *words) {
  for (size_t i = 0; i < policy->mounts.bind.len; i++)
    say(words, "%s%s (%s)", i > 0 ? " , " : "",
        sd_text_safe(words->arena, policy->mounts.bind.items[i].source),
        policy->mounts.bind.items[i].writable ? "rw" : "ro");
  if (policy->mounts.bind.len == 0)
    say(words, "none");
  if (policy->mounts.protect.v.len > 0) {
    say(words, " ; not");
    say_list(words, &policy->mounts.protect, "");
  }
}

static void volumes(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->mounts.volumes, "none");
  if (policy->mounts.shared_volumes.v.len == 0)
    return;
  say(words, " ; nobody's own:");
  say_list(words, &policy->mounts.shared_volumes, "");
}

static void networks(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->network.allow, "none");
  say(words, " , and those of the caller's own");
  if (policy->network.subnets.v.len == 0)
    return;
  say(words, "within");
  say_list(words, &policy->network.subnets, "");
}

static void ports(const struct sd_policy *policy, struct words *words) {
  if (policy->network.addresses.v.len == 0) {
    say(words, "none are published");
    return;
  }
  say(words, "%u to %u on", policy->network.port_first, policy->network.port_last);
  say_list(words, &policy->network.addresses, "");
  say(words, " ; --publish-all %s", policy->network.publish_all ? "too" : "is refused");
}

static void images(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->images.allow, "none");
  if (policy->images.require_digest)
    say(words, " ; by their digest alone");
  if (policy->images.content_trust)
    say(words, " ; signed ones alone");
  if (policy->images.verify.command.v.len > 0)
    say(words, " ; approved by %s alone", policy->images.verify.command.v.items[0]);
  if (policy->images.pull[0] != '\0')
    say(words, " ; --pull=%s", policy->images.pull);
  if (policy->images.local.v.len > 0) {
    say(words, " ; names given on this host:");
    say_list(words, &policy->images.local, "");
  }
  if (policy->images.own.v.len == 0)
    return;
  say(words, " ; names of the caller's own:");
  say_list(words, &policy->images.own, "");
}

static void log_ins(const struct sd_policy *policy, struct words *words) {
  say(words, "%s",
      policy->images.credentials == SD_CREDENTIALS_POLICY ? "the administrator's"
                                                          : "the caller's own");
}

static void root_files(const struct sd_policy *policy, struct words *words) {
  static const char *const modes[] = {[SD_READ_ONLY_ALLOW] = "read-only where it is asked for",
                                      [SD_READ_ONLY_DEFAULT] =
                                          "read-only but with --read-only=false",
                                      [SD_READ_ONLY_REQUIRE] = "read-only"};
  say(words, "%s", modes[policy->read_only]);
}

static void seccomp(const struct sd_policy *policy, struct words *words) {
  say(words, "%s ; %s", sd_text_safe(words->arena, policy->seccomp.profile),
      policy->seccomp.caller_profiles == SD_PROFILES_DENY ? "no profiles of the caller"
                                                          : "stricter ones of the caller");
}

static void apparmor(const struct sd_policy *policy, struct words *words) {
  static const char *const modes[] = {[SD_APPARMOR_AUTO] = "where the host has AppArmor",
                                      [SD_APPARMOR_REQUIRE] = "required",
                                      [SD_APPARMOR_OFF] = "none is named"};
  if (policy->apparmor.mode == SD_APPARMOR_OFF)
    say(words, "%s", modes[SD_APPARMOR_OFF]);
  else
    say(words, "%s, %s", sd_text_safe(words->arena, policy->apparmor.profile),
        modes[policy->apparmor.mode]);
  if (policy->apparmor.allow.v.len == 0)
    return;
  say(words, " ; or");
  say_list(words, &policy->apparmor.allow, "");
}

static void restart(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->restart.allow, "none");
  say(words, " ; at most %jd retries", (intmax_t)policy->restart.max_retries);
}

static void logging(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->log_drivers, "none");
}

static void sysctls(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->sysctls, "none");
}

static void devices(const struct sd_policy *policy, struct words *words) {
  for (size_t i = 0; i < policy->devices.len; i++)
    say(words, "%s%s (%s)", i > 0 ? " , " : "",
        sd_text_safe(words->arena, policy->devices.items[i].path), policy->devices.items[i].access);
  if (policy->devices.len == 0)
    say(words, "none");
}

static void runtimes(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->runtimes, "the daemon's default alone");
}

static void options(const struct sd_policy *policy, struct words *words) {
  say_list(words, &policy->options, "none");
}

static void audit(const struct sd_policy *policy, struct words *words) {
  bool syslog = policy->audit.syslog;
  bool file = policy->audit.file[0] != '\0';
  say(words, "%s%s%s", syslog ? "syslog" : "", syslog && file ? " and " : "",
      file ? sd_text_safe(words->arena, policy->audit.file) : "");
  if (!syslog && !file)
    say(words, "no records");
  say(words, "%s",
      !policy->audit.required           ? " ; requests pass without a record"
      : policy->audit.required_by_admin ? " ; required"
                                        : " ; required where the host has syslog");
}

/* With the keys that each comes from. */
static const struct {
  const char *title;
  describe *describe;
  const char *keys[KEYS];
} lines[] = {
    {"daemon", daemon_of, {"docker"}},
    {"commands", commands, {"commands"}},
    {"sees", isolation, {"isolation"}},
    {"runs as", user, {"user"}},
    {"capabilities", capabilities, {"capabilities"}},
    {"memory", memory, {"resources.memory", "resources.swap"}},
    {"cpus", cpus, {"resources.cpus"}},
    {"processes", pids, {"resources.pids"}},
    {"shared memory", shared_memory, {"resources.shm_size"}},
    {"tmpfs", tmpfs, {"resources.tmpfs_size", "mounts.tmpfs"}},
    {"ulimits", ulimits, {"resources.ulimits"}},
    {"cgroup", cgroup, {"resources.cgroup_parent"}},
    {"binds", binds, {"mounts.bind", "mounts.protect"}},
    {"volumes", volumes, {"mounts.volumes"}},
    {"networks", networks, {"network.allow", "network.subnets"}},
    {"ports", ports, {"network.publish"}},
    {"images",
     images,
     {"images.allow", "images.own", "images.local", "images.require_digest", "images.content_trust",
      "images.verify.command", "images.verify.timeout", "images.pull"}},
    {"log-ins", log_ins, {"images.credentials"}},
    {"root files", root_files, {"filesystem"}},
    {"seccomp", seccomp, {"seccomp"}},
    {"AppArmor", apparmor, {"apparmor"}},
    {"restart", restart, {"restart"}},
    {"logging", logging, {"logging"}},
    {"sysctls", sysctls, {"sysctls"}},
    {"devices", devices, {"devices"}},
    {"runtimes", runtimes, {"runtimes"}},
    {"options", options, {"options"}},
    {"audit", audit, {"audit"}},
};

/* -- where it was written --------------------------------------------------------------------------- */

static void add_origin(struct show *show, const char *key, const struct sd_json *node) {
  if (node->type == SD_JSON_OBJECT && node->members.len > 0) {
    for (size_t i = 0; i < node->members.len; i++)
      add_origin(show, sd_arena_printf(show->arena, "%s.%s", key, node->members.items[i].key),
                 node->members.items[i].value);
    return;
  }
  if (strcmp(node->source, BUILTIN) == 0)
    return;
  const char *who = sd_policy_override_of(show->arena, show->tree, node);
  sd_lines_add_blanks(&show->out, COLUMN);
  sd_str_addf(&show->out, "%s: %s:%u:%u%s%s\n", sd_text_safe(show->arena, key), node->source,
              node->line, node->column, who != NULL ? ", for " : "", who != NULL ? who : "");
}

static void add_line(struct show *show, size_t index) {
  struct words words = {.arena = show->arena};
  sd_str_addf(&show->out, "%-*s", COLUMN, lines[index].title);
  lines[index].describe(show->policy, &words);
  /* A sign belongs to the word before it. */
  struct sd_strv joined = {{NULL, 0, 0}};
  for (size_t i = 0; i < words.list.v.len; i++) {
    const char *word = words.list.v.items[i];
    if (joined.v.len > 0 && (strcmp(word, ";") == 0 || strcmp(word, ",") == 0))
      joined.v.items[joined.v.len - 1] =
          sd_arena_printf(show->arena, "%s%s", joined.v.items[joined.v.len - 1], word);
    else
      sd_strv_add(&joined, show->arena, word);
  }
  sd_lines_add_wrapped(&show->out, COLUMN, COLUMN, &joined);
  for (size_t i = 0; i < KEYS && lines[index].keys[i] != NULL; i++) {
    const struct sd_json *node =
        sd_policy_at(show->arena, show->policy->effective, lines[index].keys[i]);
    if (node != NULL)
      add_origin(show, lines[index].keys[i], node);
  }
}

const char *sd_report_policy_show_text(struct sd_arena *arena, const struct sd_policy *policy,
                                       const struct sd_json *tree,
                                       const struct sd_policy_caller *caller) {
  struct show show = {.arena = arena, .policy = policy, .tree = tree};
  sd_str_init(&show.out, arena);
  sd_str_addf(&show.out, "What %s (uid %u, gid %u) may, by %s:\n\n",
              caller->user != NULL ? sd_text_safe(arena, caller->user) : "the caller",
              (unsigned)caller->uid, (unsigned)caller->gid, policy->sources);
  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
    add_line(&show, i);
  sd_str_addf(&show.out, "\nhash of the policy: %s\n", policy->hash);
  return sd_str_text(&show.out);
}
