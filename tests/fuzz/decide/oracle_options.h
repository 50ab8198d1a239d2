/* SPDX-License-Identifier: Apache-2.0 */
/* Values of single options of run and create, between the parts of the oracle. */
#ifndef SAFE_DOCKER_TESTS_DECIDE_ORACLE_OPTIONS_H
#define SAFE_DOCKER_TESTS_DECIDE_ORACLE_OPTIONS_H

#include "oracle.h"

/* What the options are together. */
struct oracle_seen {
  int64_t memory, swap, reservation, cpus, quota, period;
  unsigned owners, versions, filters, privileges, profiles;
  struct sd_strv targets, ulimits;
  const char *user, *bind;
};

typedef void oracle_option(const struct oracle *oracle, struct oracle_seen *seen,
                           const char *value);

/* Decimal; ends the program where it is none. */
int64_t oracle_number_of(const struct oracle *oracle, const char *value);
/* The same, above 0 and at most `max`. */
int64_t oracle_number_within(const struct oracle *oracle, const char *value, int64_t max);

oracle_option option_any, option_bool, option_number, option_word, option_duration, option_address,
    option_cap_add, option_cap_drop, option_user, option_group, option_security, option_memory,
    option_swap, option_reservation, option_pids, option_shm, option_cpus, option_quota,
    option_period, option_shares, option_weight, option_swappiness, option_oom_score, option_cpuset,
    option_ulimit, option_parent, option_ipc, option_pid, option_cgroupns, option_network,
    option_publish, option_publish_all, option_mount, option_volume, option_tmpfs, option_device,
    option_gpus, option_annotation, option_label, option_env_file, option_label_file, option_attach,
    option_cidfile, option_log_driver, option_log_option, option_pull, option_restart, option_root,
    option_runtime, option_sysctl, option_trust;

#endif
