/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a service: each is an option of docker create, or refused. */
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"

#include "reader.h"

#define SCALE_MAX 32
#define SECOND ((int64_t)1000000000)

/* -- keys that are no option as they are --------------------------------------------------------- */

static void read_attach(struct sd_compose_reader *reader, const char *key,
                        const struct sd_json *value) {
  reader->service->attach = sd_compose_flag(reader, key, value) ? SD_TRUE : SD_FALSE;
}

static void read_command(struct sd_compose_reader *reader, const char *key,
                         const struct sd_json *value) {
  reader->service->has_command = true;
  sd_compose_texts(reader, key, value, &reader->service->command);
}

static void read_entrypoint(struct sd_compose_reader *reader, const char *key,
                            const struct sd_json *value) {
  reader->service->has_entrypoint = true;
  sd_compose_texts(reader, key, value, &reader->service->entrypoint);
}

/* What has no value is taken from the caller's environment, as of docker run --env NAME. */
static void read_environment(struct sd_compose_reader *reader, const char *key,
                             const struct sd_json *value) {
  struct sd_strv pairs = {0};
  sd_compose_pairs(reader, key, value, true, &pairs);
  for (size_t i = 0; i < pairs.v.len; i++)
    sd_compose_word(reader, "env", pairs.v.items[i]);
}

static void read_image(struct sd_compose_reader *reader, const char *key,
                       const struct sd_json *value) {
  reader->service->image = sd_compose_text(reader, key, value);
}

/* The plugin finds what belongs to a project by these. */
static void read_labels(struct sd_compose_reader *reader, const char *key,
                        const struct sd_json *value) {
  struct sd_strv pairs = {0};
  sd_compose_pairs(reader, key, value, false, &pairs);
  for (size_t i = 0; i < pairs.v.len; i++) {
    const char *label = pairs.v.items[i];
    if (sd_text_starts_with(label + strspn(label, " \t"), "com.docker.compose."))
      sd_compose_refuse(reader, "label-reserved", key, "choose another label",
                        "labels of com.docker.compose are the plugin's");
    else
      sd_compose_word(reader, "label", label);
  }
}

static void read_network_mode(struct sd_compose_reader *reader, const char *key,
                              const struct sd_json *value) {
  const char *mode = sd_compose_text(reader, key, value);
  if (mode == NULL || mode[0] == '\0')
    return;
  reader->service->has_mode = true;
  sd_compose_word(reader, "network", mode);
}

static void read_pull_policy(struct sd_compose_reader *reader, const char *key,
                             const struct sd_json *value) {
  const char *policy = sd_compose_text(reader, key, value);
  if (policy != NULL && policy[0] != '\0')
    sd_compose_word(reader, "pull", strcmp(policy, "if_not_present") == 0 ? "missing" : policy);
}

/* Only the policy's profile can be handed to the plugin. */
static void read_security_opt(struct sd_compose_reader *reader, const char *key,
                              const struct sd_json *value) {
  struct sd_strv options = {0};
  sd_compose_texts(reader, key, value, &options);
  for (size_t i = 0; i < options.v.len; i++) {
    if (sd_text_starts_with(options.v.items[i], "seccomp"))
      sd_compose_refuse(reader, "seccomp", key, "leave it out; the policy's profile is used",
                        "services of compose get the policy's system call filter");
    else
      sd_compose_word(reader, "security-opt", options.v.items[i]);
  }
}

void sd_compose_scale(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value) {
  int64_t number = 0;
  if (sd_compose_number(reader, key, value, 0, SCALE_MAX, &number))
    reader->service->scale = number;
}

/* Seconds, rounded up. */
static void read_grace(struct sd_compose_reader *reader, const char *key,
                       const struct sd_json *value) {
  struct sd_error err;
  int64_t nanoseconds = 0;
  const char *text = sd_compose_text(reader, key, value);
  sd_error_init(&err, reader->arena);
  if (text == NULL)
    return;
  if (!sd_number_duration(text, &nanoseconds, &err)) {
    sd_compose_refuse(reader, "compose-value", key, "write a time such as 1m30s", "%s",
                      err.message);
    return;
  }
  int64_t seconds = nanoseconds / SECOND + (nanoseconds % SECOND > 0 ? 1 : 0);
  sd_compose_word(reader, "stop-timeout",
                  sd_arena_printf(reader->arena, "%lld", (long long)seconds));
}

/* -- the table ---------------------------------------------------------------------------------- */

#define TEXT(key, option)                                                                          \
  { key, SD_COMPOSE_KEY_TEXT, option, NULL, NULL }
#define FLAG(key, option)                                                                          \
  { key, SD_COMPOSE_KEY_FLAG, option, NULL, NULL }
#define LIST(key, option)                                                                          \
  { key, SD_COMPOSE_KEY_LIST, option, NULL, NULL }
#define PAIRS(key, option)                                                                         \
  { key, SD_COMPOSE_KEY_PAIRS, option, NULL, NULL }
#define READ(key, function)                                                                        \
  { key, SD_COMPOSE_KEY_READ, NULL, NULL, function }
#define IGNORE(key)                                                                                \
  { key, SD_COMPOSE_KEY_IGNORE, NULL, NULL, NULL }
#define NO(key, reason, hint)                                                                      \
  { key, SD_COMPOSE_KEY_NO, reason, hint, NULL }
#define BUILD_HINT                                                                                 \
  "build the image before, where the administrator allows docker build, and name it with image:"
#define HOST_FILES "the plugin would read a file of the host with the rights of the daemon's group"

static const struct sd_compose_key keys[] = {
    PAIRS("annotations", "annotation"),
    READ("attach", read_attach),
    READ("blkio_config", sd_compose_read_blkio),
    NO("build", "compose builds nothing here: a build runs with other rights than a container",
       BUILD_HINT),
    LIST("cap_add", "cap-add"),
    LIST("cap_drop", "cap-drop"),
    TEXT("cgroup", "cgroupns"),
    TEXT("cgroup_parent", "cgroup-parent"),
    READ("command", read_command),
    NO("configs", HOST_FILES, "mount the file with volumes:"),
    TEXT("container_name", "name"),
    TEXT("cpu_count", "cpu-count"),
    TEXT("cpu_percent", "cpu-percent"),
    TEXT("cpu_period", "cpu-period"),
    TEXT("cpu_quota", "cpu-quota"),
    TEXT("cpu_rt_period", "cpu-rt-period"),
    TEXT("cpu_rt_runtime", "cpu-rt-runtime"),
    TEXT("cpu_shares", "cpu-shares"),
    TEXT("cpus", "cpus"),
    TEXT("cpuset", "cpuset-cpus"),
    NO("credential_spec", "it is for Windows containers", "leave it out"),
    READ("depends_on", sd_compose_read_depends_on),
    READ("deploy", sd_compose_read_deploy),
    NO("develop", "compose builds and synchronises nothing here", "leave it out"),
    LIST("device_cgroup_rules", "device-cgroup-rule"),
    READ("devices", sd_compose_read_devices),
    LIST("dns", "dns"),
    LIST("dns_opt", "dns-option"),
    LIST("dns_search", "dns-search"),
    NO("dockerfile", "compose builds nothing here", BUILD_HINT),
    TEXT("domainname", "domainname"),
    READ("entrypoint", read_entrypoint),
    NO("env_file", "the plugin has left it over; " HOST_FILES, "use environment:"),
    READ("environment", read_environment),
    LIST("expose", "expose"),
    NO("extends", "the plugin has left it over, so the service is not whole",
       "write the service out"),
    NO("external_links", "a link copies the environment of the other container, secrets included",
       "use a network that both containers share"),
    PAIRS("extra_hosts", "add-host"),
    NO("gpus", "GPU requests run vendor hooks as root and open devices of the host",
       "use docker run, where the administrator allows GPUs"),
    LIST("group_add", "group-add"),
    READ("healthcheck", sd_compose_read_healthcheck),
    TEXT("hostname", "hostname"),
    READ("image", read_image),
    FLAG("init", "init"),
    TEXT("ipc", "ipc"),
    TEXT("isolation", "isolation"),
    NO("label_file", "the plugin has left it over; " HOST_FILES, "use labels:"),
    READ("labels", read_labels),
    NO("links", "a link copies the environment of the other container, secrets included",
       "leave it out: services of a project reach each other by their names"),
    NO("log_driver", "it is the old name of logging", "use logging:"),
    NO("log_opt", "it is the old name of logging", "use logging:"),
    READ("logging", sd_compose_read_logging),
    TEXT("mac_address", "mac-address"),
    TEXT("mem_limit", "memory"),
    TEXT("mem_reservation", "memory-reservation"),
    TEXT("mem_swappiness", "memory-swappiness"),
    TEXT("memswap_limit", "memory-swap"),
    NO("models", "the plugin would start programs for it", "leave it out"),
    NO("net", "it is the old name of network_mode", "use network_mode:"),
    READ("network_mode", read_network_mode),
    READ("networks", sd_compose_read_networks),
    FLAG("oom_kill_disable", "oom-kill-disable"),
    TEXT("oom_score_adj", "oom-score-adj"),
    TEXT("pid", "pid"),
    TEXT("pids_limit", "pids-limit"),
    TEXT("platform", "platform"),
    READ("ports", sd_compose_read_ports),
    NO("post_start", "hooks run in the container with another user and other rights than it has",
       "make it a part of the command"),
    NO("pre_stop", "hooks run in the container with another user and other rights than it has",
       "make it a part of the command"),
    FLAG("privileged", "privileged"),
    IGNORE("profiles"),
    NO("provider", "the plugin would start another program with the rights of the daemon's group",
       "leave it out"),
    READ("pull_policy", read_pull_policy),
    FLAG("read_only", "read-only"),
    TEXT("restart", "restart"),
    TEXT("runtime", "runtime"),
    READ("scale", sd_compose_scale),
    NO("secrets", HOST_FILES, "mount the file with volumes:, read_only: true"),
    READ("security_opt", read_security_opt),
    TEXT("shm_size", "shm-size"),
    FLAG("stdin_open", "interactive"),
    READ("stop_grace_period", read_grace),
    TEXT("stop_signal", "stop-signal"),
    PAIRS("storage_opt", "storage-opt"),
    PAIRS("sysctls", "sysctl"),
    LIST("tmpfs", "tmpfs"),
    FLAG("tty", "tty"),
    READ("ulimits", sd_compose_read_ulimits),
    FLAG("use_api_socket", "use-api-socket"),
    TEXT("user", "user"),
    TEXT("userns_mode", "userns"),
    TEXT("uts", "uts"),
    TEXT("volume_driver", "volume-driver"),
    READ("volumes", sd_compose_read_volumes),
    NO("volumes_from", "it takes over every mount of another container", "name the volumes"),
    TEXT("working_dir", "workdir"),
};

void sd_compose_read_service(struct sd_compose_reader *reader, const struct sd_json *value) {
  if (!sd_compose_is_object(reader, "", value))
    return;
  sd_compose_members(reader, value, "", keys, sizeof(keys) / sizeof(keys[0]));
  if (reader->service->image == NULL || reader->service->image[0] == '\0')
    sd_compose_refuse(reader, "missing-image", "image", BUILD_HINT, "the service names no image");
  if (reader->service->has_mode && reader->service->networks.v.len > 0)
    sd_compose_refuse(reader, "compose-network", "network_mode", "write one of the two",
                      "it cannot stand beside networks");
}
