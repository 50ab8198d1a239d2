/* SPDX-License-Identifier: Apache-2.0 */
/* --ulimit, --device, --gpus, --restart, --user, --add-host, addresses and paths: each tries every
 * input. */
#include "spec_fuzz.h"

static const char *run_ulimit(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_ulimit ulimit;
  if (!sd_ulimit_parse(arena, text, &ulimit, err))
    return NULL;
  REQUIRE(ulimit.soft >= -1 && ulimit.hard >= -1);
  REQUIRE(ulimit.hard == -1 || (ulimit.soft != -1 && ulimit.soft <= ulimit.hard));
  return sd_ulimit_format(arena, &ulimit);
}

static const char *run_device(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_device device;
  if (!sd_device_parse(arena, text, &device, err))
    return NULL;
  REQUIRE(device.cdi == (device.path[0] != '/'));
  return sd_device_format(arena, &device);
}

static const char *run_gpus(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_gpus gpus;
  if (!sd_gpus_parse(arena, text, &gpus, err))
    return NULL;
  REQUIRE((gpus.count == 0) == (gpus.devices.v.len > 0) && gpus.count >= SD_GPUS_ALL);
  return sd_gpus_format(arena, &gpus);
}

static const char *run_restart(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_restart restart;
  if (!sd_restart_parse(arena, text, &restart, err))
    return NULL;
  return restart.max_retries == -1
             ? restart.policy
             : sd_arena_printf(arena, "%s:%lld", restart.policy, (long long)restart.max_retries);
}

static const char *run_user(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_user_spec user;
  if (!sd_user_parse(arena, text, &user, err))
    return NULL;
  REQUIRE(!user.user_numeric || strcmp(user.user, sd_arena_printf(arena, "%u", user.uid)) == 0);
  REQUIRE(user.user_numeric || strchr("+-0123456789", user.user[0]) == NULL);
  return user.group == NULL ? user.user : sd_arena_printf(arena, "%s:%s", user.user, user.group);
}

static const char *run_host(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_extra_host host;
  if (!sd_extra_host_parse(arena, text, &host, err))
    return NULL;
  return sd_arena_printf(arena, "%s:%s", host.name, host.address);
}

static const char *run_ip(struct sd_arena *arena, const char *text, struct sd_error *err) {
  const char *ip = NULL;
  return sd_ip_parse(arena, text, &ip, err) ? ip : NULL;
}

static const char *run_path(struct sd_arena *arena, const char *text, struct sd_error *err) {
  const char *clean = NULL;
  if (!sd_path_clean(arena, text, &clean, err))
    return NULL;
  REQUIRE(sd_path_within(clean, "/") && sd_path_within(clean, clean));
  REQUIRE(strstr(clean, "//") == NULL && strstr(clean, "/../") == NULL);
  return clean;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static fuzz_run *const runs[] = {run_ulimit, run_device, run_gpus, run_restart,
                                   run_user,   run_host,   run_ip,   run_path};
  for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
    (void)fuzz_with(data, size, runs[i]);
  return 0;
}
