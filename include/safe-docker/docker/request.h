/* SPDX-License-Identifier: Apache-2.0 */
/* A `run` or `create` as the caller meant it: typed values, no policy. Rules read one of these (what was
 * asked) and fill another (what will be executed). */
#ifndef SAFE_DOCKER_DOCKER_REQUEST_H
#define SAFE_DOCKER_DOCKER_REQUEST_H

#include "safe-docker/base/host.h"
#include "safe-docker/base/problem.h"
#include "safe-docker/docker/cli.h"
#include "safe-docker/docker/options.h"
#include "safe-docker/docker/specs.h"

struct sd_flag {
  bool set;
  bool value;
  const struct sd_given *given; /* NULL: not from the caller */
};
struct sd_number {
  bool set;
  int64_t value;
  const struct sd_given *given;
};
struct sd_text {
  bool set;
  const char *value;
  const struct sd_given *given;
};
struct sd_texts {
  SD_VEC(struct sd_text) v;
};

/* One entry of the container's environment or labels, in Docker's order of precedence (last wins). */
struct sd_entry {
  const char *name;
  const char *value; /* NULL: a label without "=" */
  bool hidden; /* the value was not on the command line and must not appear on the real CLI's */
  const struct sd_given *given;
};
struct sd_entries {
  SD_VEC(struct sd_entry) v;
};

struct sd_request {
  enum sd_verb verb; /* SD_VERB_RUN or SD_VERB_CREATE */

  struct sd_flag detach, disable_content_trust, help, init, interactive, no_healthcheck,
      oom_kill_disable, privileged, publish_all, quiet, read_only, rm, sig_proxy, tty,
      use_api_socket;
  struct sd_number blkio_weight, cpu_count, cpu_percent, cpu_period, cpu_quota, cpu_rt_period,
      cpu_rt_runtime, cpu_shares, cpus, health_interval, health_retries, health_start_interval,
      health_start_period, health_timeout, kernel_memory, memory, memory_reservation, memory_swap,
      memory_swappiness, oom_score_adj, pids_limit, shm_size, stop_timeout;
  struct sd_text cgroup_parent, cgroupns, cidfile, cpuset_cpus, cpuset_mems, detach_keys,
      domainname, entrypoint, health_cmd, hostname, io_maxbandwidth, io_maxiops, ip, ip6, ipc,
      isolation, log_driver, mac_address, name, pid, platform, pull, restart, runtime, stop_signal,
      user, userns, uts, volume_driver, workdir;
  struct sd_texts add_hosts, annotations, attach, blkio_weight_device, cap_add, cap_drop,
      device_cgroup_rule, device_read_bps, device_read_iops, device_write_bps, device_write_iops,
      dns, dns_option, dns_search, expose, gpus, group_add, link, link_local_ip, log_opts,
      network_alias, storage_opt, sysctls, volumes_from;

  struct sd_entries env, labels;
  struct {
    SD_VEC(struct sd_mount) v;
  } mounts;
  struct {
    SD_VEC(struct sd_tmpfs) v;
  } tmpfs;
  struct {
    SD_VEC(struct sd_network) v;
  } networks;
  struct {
    SD_VEC(struct sd_port) v;
  } ports;
  struct {
    SD_VEC(struct sd_security) v;
  } security;
  struct {
    SD_VEC(struct sd_ulimit) v;
  } ulimits;
  struct {
    SD_VEC(struct sd_device) v;
  } devices;

  struct sd_image image;
  struct sd_strv args; /* command and arguments inside the container */
  bool present
      [SD_OPT_COUNT]; /* the caller gave this option, with a value that could be understood */
};

/* Options and words to typed values. Files and variables that the caller names are read through `host`.
 * What cannot be understood becomes a problem (rules: invalid-value, missing-image, ...), all of them. */
void sd_request_build(struct sd_arena *arena, const struct sd_command_line *line,
                      const struct sd_host *host, struct sd_request *out,
                      struct sd_problems *problems);

#endif
