/* SPDX-License-Identifier: Apache-2.0 */
/* Devices: only those of the policy, with no more access than it gives. */
#include "fixture.h"

#include <string.h>

static void policy_device(struct fixture *fixture, const char *path, const char *access) {
  *sd_vec_push(&fixture->arena, &fixture->policy.devices) = (struct sd_device_policy){path, access};
}

static void ask_device(struct fixture *fixture, struct sd_device device) {
  device.given = fixture_given(fixture, SD_OPT_DEVICE, device.path);
  *sd_vec_push(&fixture->arena, &fixture->request.devices.v) = device;
}

#define FUSE(target_, permissions_)                                                                \
  { .path = "/dev/fuse", .target = (target_), .permissions = (permissions_) }

static void devices_granted(void **state) {
  static const struct {
    struct sd_device device;
    const char *out;
    bool changed;
  } cases[] = {
      {FUSE("/dev/fuse", "rw"), "rw", false},   {FUSE("/dev/fuse", "r"), "r", false},
      {FUSE("/dev/other", "w"), "w", false},    {FUSE("/dev/fuse", NULL), "rw", true},
      {FUSE("/dev/net/fuse", "r"), "r", false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    policy_device(fixture, "/dev/fuse", "rw");
    ask_device(fixture, cases[i].device);
    fixture_run(fixture, sd_rules_devices);
    fixture_assert_allowed(fixture);
    assert_true(fixture->decision.claimed[SD_OPT_DEVICE]);
    assert_int_equal(fixture->decision.out.devices.v.len, 1);
    const struct sd_device *out = &fixture->decision.out.devices.v.items[0];
    assert_string_equal(out->path, "/dev/fuse");
    assert_string_equal(out->target, cases[i].device.target);
    assert_string_equal(out->permissions, cases[i].out);
    fixture_assert_change_count(fixture, cases[i].changed ? 1 : 0);
    if (cases[i].changed)
      fixture_assert_changed(fixture, "device", "--device=/dev/fuse:/dev/fuse:rw");
  }
}

static void devices_refused(void **state) {
  static const struct sd_device cases[] = {
      {.path = "/dev/sda", .target = "/dev/sda"},
      {.path = "/dev/fuse2", .target = "/dev/fuse"},
      {.path = "/dev", .target = "/dev"},
      {.path = "/", .target = "/x"},
      FUSE("/dev/fuse", "rwm"),
      FUSE("/dev/fuse", "m"),
      FUSE("/dev/fuse", ""),
      FUSE("dev/fuse", "r"),
      FUSE("/dev/../fuse", "r"),
      FUSE("/", "r"),
      FUSE("/proc", "r"),
      FUSE("/proc/fuse", "r"),
      FUSE("/sys/fuse", "r"),
      FUSE("/dev", "r"),
      FUSE("/dev/shm/fuse", "r"),
      FUSE("/work/fuse", "r"),
      {.cdi = true, .path = "vendor.com/gpu=0"},
      {.cdi = true, .path = "vendor.com/class=all"},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    policy_device(fixture, "/dev/fuse", "rw");
    policy_device(fixture, "vendor.com/class=1", "rw");
    ask_device(fixture, cases[i]);
    fixture_run(fixture, sd_rules_devices);
    fixture_assert_contains(fixture_assert_denied(fixture, "device")->hint, "/dev/fuse (rw)");
    assert_int_equal(fixture->decision.out.devices.v.len, 0);
  }
  fixture_reset(fixture);
  ask_device(fixture, (struct sd_device){.path = "/dev/fuse", .target = "/dev/fuse"});
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_contains(fixture_assert_denied(fixture, "device")->hint, "devices.allow");
}

static void cdi_granted(void **state) {
  struct fixture *fixture = *state;
  policy_device(fixture, "vendor.com/class=1", "rw");
  ask_device(fixture, (struct sd_device){.cdi = true, .path = "vendor.com/class=1"});
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_allowed(fixture);
  fixture_assert_change_count(fixture, 0);
  assert_true(fixture->decision.out.devices.v.items[0].cdi);
  assert_string_equal(fixture->decision.out.devices.v.items[0].path, "vendor.com/class=1");
}

static void gpus(void **state) {
  static const struct {
    const char *named, *option; /* what the policy names */
    const char *asked, *out;    /* out NULL: refused */
  } cases[] = {
      {NULL, NULL, "all", NULL},
      {NULL, "runtime", "all", NULL},
      {NULL, "gpus", "all", "count=all"},
      {NULL, "gpus", "device=7", "device=7"},
      {NULL, "gpus", "driver=cdi,device=0", NULL},
      {"vendor.com/gpu=all", NULL, "all", NULL},
      {"/dev/nvidia0", NULL, "1", NULL},
      {"nvidia.com/gpu=all", NULL, "all", "count=all"},
      {"nvidia.com/gpu=all", NULL, "8", "count=8"},
      {"nvidia.com/gpu=all", NULL, "\"device=0,MIG-1a\"", "\"device=0,MIG-1a\""},
      {"nvidia.com/gpu=all", NULL, "device=nvidia.com/gpu=all", NULL},
      {"nvidia.com/gpu=0", NULL, "1", "count=1"},
      {"nvidia.com/gpu=0", NULL, "capabilities=utility", "count=1,capabilities=utility"},
      {"nvidia.com/gpu=0", NULL, "2", NULL},
      {"nvidia.com/gpu=0", NULL, "all", NULL},
      {"nvidia.com/gpu=0", NULL, "device=all", NULL},
      {"nvidia.com/gpu=0", NULL, "\"device=0,1\"", NULL},
      {"nvidia.com/gpu=0", NULL, "device=0:1", NULL},
      {"nvidia.com/gpu=0", NULL, "device=GPU-1a", NULL},
      {"nvidia.com/gpu=1", NULL, "1", NULL}, /* the first one is 0 */
      {"nvidia.com/gpu=1", NULL, "device=1", "device=1"},
      {"nvidia.com/gpu=GPU-1a2b", NULL, "device=GPU-1a2b", "device=GPU-1a2b"},
      {"nvidia.com/gpu=GPU-1a2b", NULL, "device=GPU-1a", NULL}, /* could be another one */
      {"nvidia.com/gpu=GPU-1a2b", NULL, "device=gpu-1a2b", NULL},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    if (cases[i].named != NULL)
      policy_device(fixture, cases[i].named, "rw");
    if (cases[i].option != NULL)
      sd_strv_add(&fixture->policy.options, &fixture->arena, cases[i].option);
    fixture_list(fixture, SD_OPT_GPUS, cases[i].asked);
    fixture_run(fixture, sd_rules_devices);
    assert_true(fixture->decision.claimed[SD_OPT_GPUS]);
    if (cases[i].out == NULL) {
      (void)fixture_assert_denied(fixture, "gpus");
      assert_int_equal(fixture->decision.out.gpus.v.len, 0);
    } else {
      fixture_assert_allowed(fixture);
      assert_string_equal(fixture->decision.out.gpus.v.items[0].value, cases[i].out);
    }
  }
}

/* Two requests are two: the second is not covered by the first. */
static void gpus_twice(void **state) {
  struct fixture *fixture = *state;
  policy_device(fixture, "nvidia.com/gpu=0", "rw");
  fixture_list(fixture, SD_OPT_GPUS, "device=0");
  fixture_list(fixture, SD_OPT_GPUS, "all");
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_contains(fixture_assert_denied(fixture, "gpus")->hint, "with: 0");
}

static void runtimes(void **state) {
  static const struct {
    const char *listed, *option, *asked;
    bool granted;
  } cases[] = {
      {NULL, NULL, "", true},
      {NULL, NULL, "runc", false},
      {NULL, NULL, "io.containerd.runc.v2", false},
      {NULL, "gpus", "runc", false},
      {"runsc", NULL, "runsc", true},
      {"runsc", NULL, "runc", false},
      {"runsc", NULL, "RUNSC", false},
      {NULL, "runtime", "runsc", true},
      {NULL, "runtime", "/usr/bin/evil", false},
      {NULL, "runtime", "evil/shim", false},
      {"/usr/local/bin/shim", NULL, "/usr/local/bin/shim", true},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    if (cases[i].listed != NULL)
      sd_strv_add(&fixture->policy.runtimes, &fixture->arena, cases[i].listed);
    if (cases[i].option != NULL)
      sd_strv_add(&fixture->policy.options, &fixture->arena, cases[i].option);
    fixture_text(fixture, SD_OPT_RUNTIME, cases[i].asked);
    fixture_run(fixture, sd_rules_devices);
    assert_true(fixture->decision.claimed[SD_OPT_RUNTIME]);
    assert_int_equal(fixture->decision.out.runtime.set,
                     cases[i].granted && cases[i].asked[0] != '\0');
    if (cases[i].granted)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_denied(fixture, "runtime");
  }
}

static void sysctls(void **state) {
  static const struct {
    const char *value;
    bool granted;
  } cases[] = {
      {"net.ipv4.ip_unprivileged_port_start=80", true},
      {"net.ipv4.ping_group_range=0 1000", true},
      {"net.ipv4.ping_group_range=~", true},
      {"net.ipv4.ping_group_range=\x7f", false},
      {"net.ipv4.ping_group_range=0  1000", false},
      {"net.ipv4.ping_group_range= 0 1000", false},
      {"net.ipv4.ping_group_range=0 1000 ", false},
      {"net.ipv4.ping_group_range=0\t1000", false},
      {"net.ipv4.ping_group_range=0\n1000", false},
      {"net.ipv4.ping_group_range=\xc3\xa9", false},
      {"net.ipv4.ping_group_range=", false},
      {"net.ipv4.ping_group_range", false},
      {"net/ipv4/ping_group_range=0", false},
      {"Net.ipv4.ping_group_range=0", false},
      {" net.ipv4.ping_group_range=0", false},
      {"net.ipv4.ping_group_range =0", false},
      {"net.ipv4.ip_forward=1", false},
      {"kernel.msgmax=1", false},
      {"kernel.core_pattern=|/bin/sh", false},
      {"=1", false},
      {"", false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture_list(fixture, SD_OPT_SYSCTL, cases[i].value);
    fixture_run(fixture, sd_rules_devices);
    assert_true(fixture->decision.claimed[SD_OPT_SYSCTL]);
    assert_int_equal(fixture->decision.out.sysctls.v.len, cases[i].granted ? 1 : 0);
    if (cases[i].granted) {
      fixture_assert_allowed(fixture);
      assert_string_equal(fixture->decision.out.sysctls.v.items[0].value, cases[i].value);
    } else {
      (void)fixture_assert_denied(fixture, "sysctl");
    }
  }
}

static void sysctl_twice(void **state) {
  struct fixture *fixture = *state;
  fixture_list(fixture, SD_OPT_SYSCTL, "net.ipv4.ip_unprivileged_port_start=80");
  fixture_list(fixture, SD_OPT_SYSCTL, "net.ipv4.ping_group_range=0 0");
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_allowed(fixture);
  fixture_reset(fixture);
  fixture_list(fixture, SD_OPT_SYSCTL, "net.ipv4.ip_unprivileged_port_start=80");
  fixture_list(fixture, SD_OPT_SYSCTL, "net.ipv4.ip_unprivileged_port_start=81");
  fixture_run(fixture, sd_rules_devices);
  (void)fixture_assert_denied(fixture, "sysctl");
  /* Other keys of the same length are not the same. */
  fixture_reset(fixture);
  sd_strv_add(&fixture->policy.sysctls, &fixture->arena, "kernel.msgmax");
  sd_strv_add(&fixture->policy.sysctls, &fixture->arena, "kernel.shmmax");
  fixture_list(fixture, SD_OPT_SYSCTL, "kernel.msgmax=1");
  fixture_list(fixture, SD_OPT_SYSCTL, "kernel.shmmax=1");
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_allowed(fixture);
}

static void hints(void **state) {
  struct fixture *fixture = *state;
  fixture_list(fixture, SD_OPT_SYSCTL, "kernel.msgmax=1");
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_contains(fixture_assert_denied(fixture, "sysctl")->hint, "ping_group_range");
  fixture_reset(fixture);
  fixture->policy.sysctls.v.len = 0;
  fixture_list(fixture, SD_OPT_SYSCTL, "kernel.msgmax=1");
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_contains(fixture_assert_denied(fixture, "sysctl")->hint, "none");
  fixture_reset(fixture);
  sd_strv_add(&fixture->policy.runtimes, &fixture->arena, "runsc");
  fixture_text(fixture, SD_OPT_RUNTIME, "crun");
  fixture_run(fixture, sd_rules_devices);
  fixture_assert_contains(fixture_assert_denied(fixture, "runtime")->hint, "runsc");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(devices_granted), TEST(devices_refused), TEST(cdi_granted), TEST(gpus),
      TEST(gpus_twice),      TEST(runtimes),        TEST(sysctls),     TEST(sysctl_twice),
      TEST(hints),
  };
  return cmocka_run_group_tests_name("devices", tests, NULL, NULL);
}
