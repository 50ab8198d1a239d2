/* SPDX-License-Identifier: Apache-2.0 */
/* Every key of a policy: one row each. safe-docker-policy(5) describes them in the same order. */
#include "schema.h"

#include <stddef.h>

#define AT(member) offsetof(struct sd_policy, member)
#define SHAPE(rows)                                                                                \
  { (rows), sizeof(rows) / sizeof((rows)[0]) }

/* Readers of pairs write the second value behind the first. */
_Static_assert(AT(network.port_last) == AT(network.port_first) + sizeof(unsigned), "pair");
_Static_assert(AT(user.fallback_gid) == AT(user.fallback_uid) + sizeof(uint32_t), "pair");
_Static_assert(offsetof(struct sd_ulimit_policy, hard) ==
                   offsetof(struct sd_ulimit_policy, soft) + sizeof(int64_t),
               "pair");
/* Items of lists and maps start with the text that names them. */
_Static_assert(offsetof(struct sd_endpoint, name) == 0 &&
                   offsetof(struct sd_ulimit_policy, name) == 0 &&
                   offsetof(struct sd_bind_policy, source) == 0 &&
                   offsetof(struct sd_device_policy, path) == 0,
               "named items");

static const char *const isolation_words[] = {
    [SD_ISOLATION_OWNER] = "owner", [SD_ISOLATION_SHARED] = "shared", NULL};
static const char *const user_words[] = {
    [SD_USER_CALLER] = "caller", [SD_USER_NON_ROOT] = "non-root", [SD_USER_ANY] = "any", NULL};
static const char *const read_only_words[] = {[SD_READ_ONLY_ALLOW] = "allow",
                                              [SD_READ_ONLY_DEFAULT] = "default",
                                              [SD_READ_ONLY_REQUIRE] = "require",
                                              NULL};
static const char *const profiles_words[] = {
    [SD_PROFILES_DENY] = "deny", [SD_PROFILES_STRICTER] = "stricter", NULL};
static const char *const apparmor_words[] = {[SD_APPARMOR_AUTO] = "auto",
                                             [SD_APPARMOR_REQUIRE] = "require",
                                             [SD_APPARMOR_OFF] = "off",
                                             NULL};
static const char *const machine_words[] = {
    [SD_MACHINE_AUTO] = "auto", [SD_MACHINE_THIS] = "this", [SD_MACHINE_OTHER] = "other", NULL};
static const char *const credentials_words[] = {
    [SD_CREDENTIALS_POLICY] = "policy", [SD_CREDENTIALS_CALLER] = "caller", NULL};
static const char *const access_words[] = {"ro", "rw", NULL};
static const char *const pull_words[] = {"", "always", "missing", "never", NULL};
static const char *const restart_words[] = {"no", "on-failure", "always", "unless-stopped", NULL};
/* Drivers that the engine ships; plugins are not among them. */
static const char *const driver_words[] = {"awslogs",  "fluentd",   "gcplogs", "gelf",
                                           "journald", "json-file", "local",   "none",
                                           "splunk",   "syslog",    NULL};
/* github.com/docker/go-units knows these. */
static const char *const ulimit_words[] = {
    "core",   "cpu",   "data", "fsize",  "locks",  "memlock",    "msgqueue", "nice",
    "nofile", "nproc", "rss",  "rtprio", "rttime", "sigpending", "stack",    NULL};

#define TEXT SD_POLICY_TEMPLATE
#define PATTERNS (SD_POLICY_TEMPLATE | SD_POLICY_PATTERN | SD_POLICY_OPTIONAL)
#define CPU_MIN                                                                                    \
  INT64_C(10000000) /* a hundredth; the engine takes less than it can count for no limit */
#define CPU_MAX INT64_C(1000000000000000)
#define PIDS_MAX 4194304 /* PID_MAX_LIMIT of the kernel */

/* clang-format off */
static const struct sd_policy_field tls_rows[] = {
  {.key = "ca", .read = sd_policy_read_text, .offset = offsetof(struct sd_tls, ca), .flags = TEXT, .check = sd_policy_check_optional_path},
  {.key = "cert", .read = sd_policy_read_text, .offset = offsetof(struct sd_tls, cert), .flags = TEXT, .check = sd_policy_check_optional_path},
  {.key = "key", .read = sd_policy_read_text, .offset = offsetof(struct sd_tls, key), .flags = TEXT, .check = sd_policy_check_optional_path},
};
static const struct sd_policy_shape tls_shape = SHAPE(tls_rows);

static const struct sd_policy_field context_rows[] = {
  {.key = "host", .read = sd_policy_read_text, .offset = offsetof(struct sd_endpoint, host), .flags = TEXT | SD_POLICY_REQUIRED, .check = sd_policy_check_host},
  {.key = "tls", .read = sd_policy_read_object, .offset = offsetof(struct sd_endpoint, tls), .shape = &tls_shape},
  {.key = "run_as", .read = sd_policy_read_text, .offset = offsetof(struct sd_endpoint, run_as), .flags = TEXT, .check = sd_policy_check_account},
  {.key = "machine", .read = sd_policy_read_enum, .offset = offsetof(struct sd_endpoint, machine), .words = machine_words},
};
static const struct sd_policy_shape context_shape = SHAPE(context_rows);

static const struct sd_policy_field docker_rows[] = {
  {.key = "path", .read = sd_policy_read_text, .offset = AT(docker.path), .flags = TEXT, .check = sd_policy_check_path},
  {.key = "host", .read = sd_policy_read_text, .offset = AT(docker.endpoint.host), .flags = TEXT, .check = sd_policy_check_host},
  {.key = "tls", .read = sd_policy_read_object, .offset = AT(docker.endpoint.tls), .shape = &tls_shape},
  {.key = "config_dir", .read = sd_policy_read_text, .offset = AT(docker.config_dir), .flags = TEXT, .check = sd_policy_check_path},
  {.key = "run_as", .read = sd_policy_read_text, .offset = AT(docker.endpoint.run_as), .flags = TEXT, .check = sd_policy_check_account},
  {.key = "machine", .read = sd_policy_read_enum, .offset = AT(docker.endpoint.machine), .words = machine_words},
  {.key = "contexts", .read = sd_policy_read_map, .offset = AT(docker.contexts), .check = sd_policy_check_context, .shape = &context_shape, .item = sizeof(struct sd_endpoint)},
  {.key = "annotations", .read = sd_policy_read_bool, .offset = AT(docker.annotations)},
};
static const struct sd_policy_shape docker_shape = SHAPE(docker_rows);

static const struct sd_policy_field commands_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(commands), .check = sd_policy_check_command},
};
static const struct sd_policy_shape commands_shape = SHAPE(commands_rows);

static const struct sd_policy_field capabilities_rows[] = {
  {.key = "default", .read = sd_policy_read_texts, .offset = AT(capabilities.defaults), .check = sd_policy_check_capability},
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(capabilities.allow), .check = sd_policy_check_capability},
};
static const struct sd_policy_shape capabilities_shape = SHAPE(capabilities_rows);

static const struct sd_policy_field size_rows[] = {
  {.key = "default", .read = sd_policy_read_size, .offset = offsetof(struct sd_limit, value), .min = 1, .max = INT64_MAX},
  {.key = "max", .read = sd_policy_read_size, .offset = offsetof(struct sd_limit, max), .min = 1, .max = INT64_MAX},
};
static const struct sd_policy_shape size_shape = SHAPE(size_rows);

static const struct sd_policy_field cpus_rows[] = {
  {.key = "default", .read = sd_policy_read_cpus, .offset = offsetof(struct sd_limit, value), .min = CPU_MIN, .max = CPU_MAX},
  {.key = "max", .read = sd_policy_read_cpus, .offset = offsetof(struct sd_limit, max), .min = CPU_MIN, .max = CPU_MAX},
};
static const struct sd_policy_shape cpus_shape = SHAPE(cpus_rows);

static const struct sd_policy_field pids_rows[] = {
  {.key = "default", .read = sd_policy_read_count, .offset = offsetof(struct sd_limit, value), .min = 1, .max = PIDS_MAX},
  {.key = "max", .read = sd_policy_read_count, .offset = offsetof(struct sd_limit, max), .min = 1, .max = PIDS_MAX},
};
static const struct sd_policy_shape pids_shape = SHAPE(pids_rows);

static const struct sd_policy_field swap_rows[] = {
  {.key = "max", .read = sd_policy_read_size, .offset = AT(resources.swap_max), .min = 0, .max = INT64_MAX},
};
static const struct sd_policy_shape swap_shape = SHAPE(swap_rows);

static const struct sd_policy_field ulimit_rows[] = {
  {.key = "default", .read = sd_policy_read_ulimit, .offset = offsetof(struct sd_ulimit_policy, soft)},
  {.key = "max", .read = sd_policy_read_ulimit_max, .offset = offsetof(struct sd_ulimit_policy, max)},
};
static const struct sd_policy_shape ulimit_shape = SHAPE(ulimit_rows);

static const struct sd_policy_field resources_rows[] = {
  {.key = "memory", .read = sd_policy_read_object, .offset = AT(resources.memory), .shape = &size_shape},
  {.key = "swap", .read = sd_policy_read_object, .shape = &swap_shape},
  {.key = "cpus", .read = sd_policy_read_object, .offset = AT(resources.cpus), .shape = &cpus_shape},
  {.key = "pids", .read = sd_policy_read_object, .offset = AT(resources.pids), .shape = &pids_shape},
  {.key = "shm_size", .read = sd_policy_read_object, .offset = AT(resources.shm_size), .shape = &size_shape},
  {.key = "tmpfs_size", .read = sd_policy_read_object, .offset = AT(resources.tmpfs_size), .shape = &size_shape},
  {.key = "ulimits", .read = sd_policy_read_map, .offset = AT(resources.ulimits), .words = ulimit_words, .shape = &ulimit_shape, .item = sizeof(struct sd_ulimit_policy)},
  {.key = "cgroup_parent", .read = sd_policy_read_text, .offset = AT(resources.cgroup_parent), .flags = TEXT, .check = sd_policy_check_cgroup},
};
static const struct sd_policy_shape resources_shape = SHAPE(resources_rows);

static const struct sd_policy_field user_rows[] = {
  {.key = "mode", .read = sd_policy_read_enum, .offset = AT(user.mode), .words = user_words},
  {.key = "root_fallback", .read = sd_policy_read_ids, .offset = AT(user.fallback_uid)},
};
static const struct sd_policy_shape user_shape = SHAPE(user_rows);

static const struct sd_policy_field bind_rows[] = {
  {.key = "source", .read = sd_policy_read_text, .offset = offsetof(struct sd_bind_policy, source), .flags = TEXT | SD_POLICY_OPTIONAL | SD_POLICY_REQUIRED, .check = sd_policy_check_path},
  {.key = "access", .read = sd_policy_read_access, .offset = offsetof(struct sd_bind_policy, writable), .words = access_words},
};
static const struct sd_policy_shape bind_shape = SHAPE(bind_rows);

static const struct sd_policy_field volumes_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(mounts.volumes), .flags = PATTERNS, .check = sd_policy_check_pattern},
  {.key = "shared", .read = sd_policy_read_texts, .offset = AT(mounts.shared_volumes), .flags = PATTERNS, .check = sd_policy_check_pattern},
};
static const struct sd_policy_shape volumes_shape = SHAPE(volumes_rows);

static const struct sd_policy_field mounts_rows[] = {
  {.key = "bind", .read = sd_policy_read_list, .offset = AT(mounts.bind), .shape = &bind_shape, .item = sizeof(struct sd_bind_policy)},
  {.key = "protect", .read = sd_policy_read_texts, .offset = AT(mounts.protect), .flags = SD_POLICY_TEMPLATE | SD_POLICY_PATTERN, .check = sd_policy_check_protect},
  {.key = "volumes", .read = sd_policy_read_object, .shape = &volumes_shape},
  {.key = "tmpfs", .read = sd_policy_read_bool, .offset = AT(mounts.tmpfs)},
};
static const struct sd_policy_shape mounts_shape = SHAPE(mounts_rows);

static const struct sd_policy_field publish_rows[] = {
  {.key = "addresses", .read = sd_policy_read_texts, .offset = AT(network.addresses), .check = sd_policy_check_address},
  {.key = "default_address", .read = sd_policy_read_text, .offset = AT(network.default_address), .check = sd_policy_check_optional_address},
  {.key = "ports", .read = sd_policy_read_ports, .offset = AT(network.port_first)},
  {.key = "all", .read = sd_policy_read_bool, .offset = AT(network.publish_all)},
};
static const struct sd_policy_shape publish_shape = SHAPE(publish_rows);

static const struct sd_policy_field network_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(network.allow), .flags = PATTERNS, .check = sd_policy_check_pattern},
  {.key = "publish", .read = sd_policy_read_object, .shape = &publish_shape},
  {.key = "subnets", .read = sd_policy_read_texts, .offset = AT(network.subnets), .check = sd_policy_check_subnet},
};
static const struct sd_policy_shape network_shape = SHAPE(network_rows);

static const struct sd_policy_field verify_rows[] = {
  {.key = "command", .read = sd_policy_read_words, .offset = AT(images.verify.command), .flags = TEXT | SD_POLICY_WITH_IMAGE, .check = sd_policy_check_word},
  {.key = "timeout", .read = sd_policy_read_count, .offset = AT(images.verify.timeout), .min = 1, .max = 3600},
};
static const struct sd_policy_shape verify_shape = SHAPE(verify_rows);

static const struct sd_policy_field images_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(images.allow), .flags = PATTERNS, .check = sd_policy_check_pattern},
  {.key = "own", .read = sd_policy_read_texts, .offset = AT(images.own), .flags = PATTERNS, .check = sd_policy_check_pattern},
  {.key = "local", .read = sd_policy_read_texts, .offset = AT(images.local), .flags = PATTERNS, .check = sd_policy_check_pattern},
  {.key = "credentials", .read = sd_policy_read_enum, .offset = AT(images.credentials), .words = credentials_words},
  {.key = "require_digest", .read = sd_policy_read_bool, .offset = AT(images.require_digest)},
  {.key = "content_trust", .read = sd_policy_read_bool, .offset = AT(images.content_trust)},
  {.key = "pull", .read = sd_policy_read_text, .offset = AT(images.pull), .words = pull_words},
  {.key = "verify", .read = sd_policy_read_object, .shape = &verify_shape},
};
static const struct sd_policy_shape images_shape = SHAPE(images_rows);

static const struct sd_policy_field filesystem_rows[] = {
  {.key = "read_only", .read = sd_policy_read_enum, .offset = AT(read_only), .words = read_only_words},
};
static const struct sd_policy_shape filesystem_shape = SHAPE(filesystem_rows);

static const struct sd_policy_field seccomp_rows[] = {
  {.key = "profile", .read = sd_policy_read_text, .offset = AT(seccomp.profile), .flags = TEXT, .check = sd_policy_check_seccomp},
  {.key = "caller_profiles", .read = sd_policy_read_enum, .offset = AT(seccomp.caller_profiles), .words = profiles_words},
};
static const struct sd_policy_shape seccomp_shape = SHAPE(seccomp_rows);

static const struct sd_policy_field apparmor_rows[] = {
  {.key = "profile", .read = sd_policy_read_text, .offset = AT(apparmor.profile), .flags = TEXT, .check = sd_policy_check_apparmor},
  {.key = "mode", .read = sd_policy_read_enum, .offset = AT(apparmor.mode), .words = apparmor_words},
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(apparmor.allow), .flags = TEXT | SD_POLICY_OPTIONAL, .check = sd_policy_check_apparmor},
};
static const struct sd_policy_shape apparmor_shape = SHAPE(apparmor_rows);

static const struct sd_policy_field restart_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(restart.allow), .words = restart_words},
  {.key = "max_retries", .read = sd_policy_read_count, .offset = AT(restart.max_retries), .min = 1, .max = INT32_MAX},
};
static const struct sd_policy_shape restart_shape = SHAPE(restart_rows);

static const struct sd_policy_field logging_rows[] = {
  {.key = "drivers", .read = sd_policy_read_texts, .offset = AT(log_drivers), .words = driver_words},
};
static const struct sd_policy_shape logging_shape = SHAPE(logging_rows);

static const struct sd_policy_field sysctls_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(sysctls), .check = sd_policy_check_sysctl},
};
static const struct sd_policy_shape sysctls_shape = SHAPE(sysctls_rows);

static const struct sd_policy_field device_rows[] = {
  {.key = "path", .read = sd_policy_read_text, .offset = offsetof(struct sd_device_policy, path), .flags = TEXT | SD_POLICY_OPTIONAL | SD_POLICY_REQUIRED, .check = sd_policy_check_device},
  {.key = "access", .read = sd_policy_read_text, .offset = offsetof(struct sd_device_policy, access), .flags = SD_POLICY_REQUIRED, .check = sd_policy_check_device_access},
};
static const struct sd_policy_shape device_shape = SHAPE(device_rows);

static const struct sd_policy_field devices_rows[] = {
  {.key = "allow", .read = sd_policy_read_list, .offset = AT(devices), .shape = &device_shape, .item = sizeof(struct sd_device_policy)},
};
static const struct sd_policy_shape devices_shape = SHAPE(devices_rows);

static const struct sd_policy_field runtimes_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(runtimes), .check = sd_policy_check_runtime},
};
static const struct sd_policy_shape runtimes_shape = SHAPE(runtimes_rows);

static const struct sd_policy_field options_rows[] = {
  {.key = "allow", .read = sd_policy_read_texts, .offset = AT(options), .check = sd_policy_check_option},
};
static const struct sd_policy_shape options_shape = SHAPE(options_rows);

static const struct sd_policy_field audit_rows[] = {
  {.key = "syslog", .read = sd_policy_read_bool, .offset = AT(audit.syslog)},
  {.key = "file", .read = sd_policy_read_text, .offset = AT(audit.file), .flags = TEXT, .check = sd_policy_check_optional_path},
  {.key = "required", .read = sd_policy_read_bool, .offset = AT(audit.required)},
};
static const struct sd_policy_shape audit_shape = SHAPE(audit_rows);

static const struct sd_policy_field override_rows[] = {
  {.key = "users", .read = sd_policy_read_names},
  {.key = "groups", .read = sd_policy_read_names},
  {.key = "policy", .read = sd_policy_read_override, .flags = SD_POLICY_REQUIRED},
};
static const struct sd_policy_shape override_shape = SHAPE(override_rows);

static const struct sd_policy_field root_rows[] = {
  {.key = "version", .read = sd_policy_read_version, .flags = SD_POLICY_ROOT_ONLY},
  {.key = "docker", .read = sd_policy_read_object, .shape = &docker_shape},
  {.key = "commands", .read = sd_policy_read_object, .shape = &commands_shape},
  {.key = "isolation", .read = sd_policy_read_enum, .offset = AT(isolation), .words = isolation_words},
  {.key = "capabilities", .read = sd_policy_read_object, .shape = &capabilities_shape},
  {.key = "resources", .read = sd_policy_read_object, .shape = &resources_shape},
  {.key = "user", .read = sd_policy_read_object, .shape = &user_shape},
  {.key = "mounts", .read = sd_policy_read_object, .shape = &mounts_shape},
  {.key = "network", .read = sd_policy_read_object, .shape = &network_shape},
  {.key = "images", .read = sd_policy_read_object, .shape = &images_shape},
  {.key = "filesystem", .read = sd_policy_read_object, .shape = &filesystem_shape},
  {.key = "seccomp", .read = sd_policy_read_object, .shape = &seccomp_shape},
  {.key = "apparmor", .read = sd_policy_read_object, .shape = &apparmor_shape},
  {.key = "restart", .read = sd_policy_read_object, .shape = &restart_shape},
  {.key = "logging", .read = sd_policy_read_object, .shape = &logging_shape},
  {.key = "sysctls", .read = sd_policy_read_object, .shape = &sysctls_shape},
  {.key = "devices", .read = sd_policy_read_object, .shape = &devices_shape},
  {.key = "runtimes", .read = sd_policy_read_object, .shape = &runtimes_shape},
  {.key = "options", .read = sd_policy_read_object, .shape = &options_shape},
  {.key = "audit", .read = sd_policy_read_object, .shape = &audit_shape, .flags = SD_POLICY_ROOT_ONLY},
  {.key = "overrides", .read = sd_policy_read_overrides, .shape = &override_shape, .flags = SD_POLICY_ROOT_ONLY},
  {.key = "$schema", .read = sd_policy_read_ignored, .flags = SD_POLICY_ROOT_ONLY},
};
/* clang-format on */

const struct sd_policy_shape sd_policy_root = SHAPE(root_rows);
