/* SPDX-License-Identifier: Apache-2.0 */
/* The rows that pass and the rows that are refused, and the net below all rules. */
#include "fixture.h"

#include <string.h>

/* A text that a rule on the values of the option takes. */
static const char *fitting(enum sd_option_id id) {
  static const struct {
    enum sd_option_id id;
    const char *value;
  } rows[] = {
      {SD_OPT_ANNOTATION, "seven=7"},
      {SD_OPT_BLKIO_WEIGHT_DEVICE, "/dev/sda:7"},
      {SD_OPT_DEVICE_READ_BPS, "/dev/sda:7mb"},
      {SD_OPT_DEVICE_READ_IOPS, "/dev/sda:7"},
      {SD_OPT_DEVICE_WRITE_BPS, "/dev/disk/by-id/x:7"},
      {SD_OPT_DEVICE_WRITE_IOPS, "/dev/sda:7"},
      {SD_OPT_IP, "10.0.0.7"},
      {SD_OPT_IP6, "fd00::7"},
      {SD_OPT_LINK, "seven:7"},
      {SD_OPT_LINK_LOCAL_IP, "169.254.0.7"},
      {SD_OPT_MAC_ADDRESS, "02:42:ac:11:00:07"},
      {SD_OPT_STORAGE_OPT, "size=7g"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (rows[i].id == id)
      return rows[i].value;
  return "seven";
}

/* Gives the option some value of its kind; false for kinds that hold more than one text or
 * number. */
static bool give(struct fixture *fixture, const struct sd_option *row) {
  switch (row->kind) {
  case SD_KIND_BOOL:
    fixture_flag(fixture, row->id, true);
    return true;
  case SD_KIND_INT:
  case SD_KIND_SIZE:
  case SD_KIND_CPUS:
  case SD_KIND_DURATION:
    fixture_number(fixture, row->id, 7);
    return true;
  case SD_KIND_TEXT:
    fixture_text(fixture, row->id, fitting(row->id));
    return true;
  case SD_KIND_LIST:
    fixture_list(fixture, row->id, fitting(row->id));
    return true;
  default:
    return false;
  }
}

/* What give() gave has arrived in the request that goes out, or nothing has. */
static bool arrived(const struct fixture *fixture, const struct sd_option *row) {
  const void *out = fixture_out(fixture, row->id);
  switch (row->kind) {
  case SD_KIND_BOOL:
    return ((const struct sd_flag *)out)->set && ((const struct sd_flag *)out)->value;
  case SD_KIND_TEXT:
    return ((const struct sd_text *)out)->set &&
           strcmp(((const struct sd_text *)out)->value, fitting(row->id)) == 0;
  case SD_KIND_LIST:
    return ((const struct sd_texts *)out)->v.len == 1 &&
           strcmp(((const struct sd_texts *)out)->v.items[0].value, fitting(row->id)) == 0;
  default:
    return ((const struct sd_number *)out)->set && ((const struct sd_number *)out)->value == 7;
  }
}

/* Every row of the table that the generic rules know: passed, refused, or granted by the policy. */
static void every_row(void **state) {
  struct fixture *fixture = *state;
  size_t passed = 0;
  size_t denied = 0;
  for (size_t i = 0; i < SD_OPT_COUNT; i++) {
    const struct sd_option *row = &sd_options[i];
    fixture_reset(fixture);
    if (row->disposition == SD_CHECK)
      continue;
    assert_true(give(fixture, row));
    fixture_run(fixture, sd_rules_generic);
    assert_true(fixture->decision.claimed[row->id]);
    fixture_assert_change_count(fixture, 0);
    if (row->disposition == SD_PASS) {
      fixture_assert_allowed(fixture);
      assert_true(arrived(fixture, row));
      passed++;
    } else {
      fixture_assert_contains(fixture_assert_denied(fixture, row->rule)->message, row->reason);
      assert_false(arrived(fixture, row));
      denied++;
    }
  }
  assert_true(passed > 5);
  assert_true(denied > 20);
}

/* options.allow opens exactly the rows that say so. */
static void policy_options(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < SD_OPT_COUNT; i++) {
    const struct sd_option *row = &sd_options[i];
    if (row->disposition != SD_DENY && row->disposition != SD_DENY_TRUE)
      continue;
    fixture_reset(fixture);
    sd_strv_add(&fixture->policy.options, &fixture->arena, row->name);
    assert_true(give(fixture, row));
    fixture_run(fixture, sd_rules_generic);
    assert_true(fixture->decision.claimed[row->id]);
    assert_int_equal(arrived(fixture, row), (row->flags & SD_OPTION_POLICY) != 0);
    assert_int_equal(fixture->decision.problems.list.len,
                     (row->flags & SD_OPTION_POLICY) != 0 ? 0 : 1);
  }
}

static void reserved_annotations(void **state) {
  static const char *const values[] = {"io.safe-docker.owner=0", "io.safe-docker.owner",
                                       " io.safe-docker.version=9", "com.docker.swarm.node.id=x"};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
    fixture_reset(fixture);
    sd_strv_add(&fixture->policy.options, &fixture->arena, "annotation");
    fixture_list(fixture, SD_OPT_ANNOTATION, "mine=1");
    fixture_list(fixture, SD_OPT_ANNOTATION, values[i]);
    fixture_run(fixture, sd_rules_generic);
    const struct sd_problem *problem = fixture_assert_denied(fixture, "label-reserved");
    assert_string_equal(problem->option,
                        sd_arena_printf(&fixture->arena, "--annotation=%s", values[i]));
    assert_int_equal(fixture->decision.out.annotations.v.len, 0);
    assert_true(fixture->decision.claimed[SD_OPT_ANNOTATION]);
  }
}

/* options.allow opens the option, not every value of it. */
static void policy_options_values(void **state) {
  static const struct {
    enum sd_option_id id;
    const char *value;
    bool allowed;
  } rows[] = {
      {SD_OPT_ANNOTATION, "com.example.team=a b", true},
      {SD_OPT_ANNOTATION, "x=", true},
      {SD_OPT_ANNOTATION, "x", false},
      {SD_OPT_ANNOTATION, "=x", false},
      {SD_OPT_ANNOTATION, "x y=z", false},
      {SD_OPT_ANNOTATION, "x=a\nb", false},
      {SD_OPT_ANNOTATION, "org.systemd.property.MemoryMax='infinity'", false},
      {SD_OPT_ANNOTATION, "org.criu.config=/etc/x", false},
      {SD_OPT_ANNOTATION, "run.oci.hooks.stdout=/etc/cron.d/x", false},
      {SD_OPT_ANNOTATION, "run.oci.keep_original_groups=1", false},
      {SD_OPT_ANNOTATION, "cdi.k8s.io/x=vendor.com/class=all", false},
      {SD_OPT_ANNOTATION, "nvidia.cdi.k8s.io/x=0", false},
      {SD_OPT_ANNOTATION, "io.katacontainers.config.hypervisor.path=/tmp/x", false},
      {SD_OPT_ANNOTATION, "dev.gvisor.flag.network=host", false},
      {SD_OPT_BLKIO_WEIGHT_DEVICE, "/dev/sda:1001", false},
      {SD_OPT_BLKIO_WEIGHT_DEVICE, "/root/secret:100", false},
      {SD_OPT_DEVICE_READ_BPS, "/dev/../root/secret:1mb", false},
      {SD_OPT_DEVICE_READ_BPS, "/dev:1mb", false},
      {SD_OPT_DEVICE_READ_BPS, "/dev/sda", false},
      {SD_OPT_DEVICE_WRITE_IOPS, "/dev/sda:-1", false},
      {SD_OPT_DEVICE_WRITE_IOPS, "/dev/sda:1mb", false},
      {SD_OPT_IP, "fd00::7", false},
      {SD_OPT_IP, "10.0.0.7\n", false},
      {SD_OPT_IP6, "10.0.0.7", false},
      {SD_OPT_LINK_LOCAL_IP, "x", false},
      {SD_OPT_MAC_ADDRESS, "02:42:ac:11:00:0g", false},
      {SD_OPT_STORAGE_OPT, "size=0", false},
      {SD_OPT_STORAGE_OPT, "dm.basesize=1g", false},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct sd_option *row = &sd_options[rows[i].id];
    fixture_reset(fixture);
    sd_strv_add(&fixture->policy.options, &fixture->arena, row->name);
    if (row->kind == SD_KIND_TEXT)
      fixture_text(fixture, row->id, rows[i].value);
    else
      fixture_list(fixture, row->id, rows[i].value);
    fixture_run(fixture, sd_rules_generic);
    assert_true(fixture->decision.claimed[row->id]);
    if (rows[i].allowed) {
      fixture_assert_allowed(fixture);
      continue;
    }
    (void)fixture_assert_denied(fixture, row->rule);
    if (row->kind == SD_KIND_LIST)
      assert_int_equal(((const struct sd_texts *)fixture_out(fixture, row->id))->v.len, 0);
    else
      assert_false(((const struct sd_text *)fixture_out(fixture, row->id))->set);
  }
  fixture_reset(fixture); /* one that is refused, and one that is not */
  sd_strv_add(&fixture->policy.options, &fixture->arena, "annotation");
  fixture_list(fixture, SD_OPT_ANNOTATION, "org.criu.x=1");
  fixture_list(fixture, SD_OPT_ANNOTATION, "mine=1");
  fixture_list(fixture, SD_OPT_LINK, "web"); /* which the policy does not open */
  fixture_run(fixture, sd_rules_generic);
  assert_int_equal(fixture->decision.problems.list.len, 2);
  assert_int_equal(fixture->decision.out.annotations.v.len, 0);
  assert_int_equal(fixture->decision.out.link.v.len, 0);
}

static void false_is_dropped(void **state) {
  struct fixture *fixture = *state;
  fixture_flag(fixture, SD_OPT_PRIVILEGED, false);
  fixture_flag(fixture, SD_OPT_USE_API_SOCKET, false);
  fixture_flag(fixture, SD_OPT_OOM_KILL_DISABLE, false);
  fixture_run(fixture, sd_rules_generic);
  fixture_assert_allowed(fixture);
  assert_false(fixture->decision.out.privileged.set);
  assert_false(fixture->decision.out.use_api_socket.set);
  assert_false(fixture->decision.out.oom_kill_disable.set);
  assert_true(fixture->decision.claimed[SD_OPT_PRIVILEGED]);
}

static void privileged_hint(void **state) {
  struct fixture *fixture = *state;
  sd_strv_add(&fixture->policy.capabilities.allow, &fixture->arena, "SYS_PTRACE");
  fixture_flag(fixture, SD_OPT_PRIVILEGED, true);
  fixture_run(fixture, sd_rules_generic);
  fixture_assert_contains(fixture_assert_denied(fixture, "privileged")->hint,
                          "--cap-add; allowed here: NET_BIND_SERVICE, SYS_PTRACE");
  fixture_reset(fixture);
  fixture->policy.capabilities.allow.v.len = 0;
  fixture_flag(fixture, SD_OPT_PRIVILEGED, true);
  fixture_run(fixture, sd_rules_generic);
  fixture_assert_contains(fixture_assert_denied(fixture, "privileged")->hint, "none are allowed");
}

static void each_of_a_list(void **state) {
  struct fixture *fixture = *state;
  fixture_list(fixture, SD_OPT_VOLUMES_FROM, "one");
  fixture_list(fixture, SD_OPT_VOLUMES_FROM, "two");
  fixture_run(fixture, sd_rules_generic);
  assert_int_equal(fixture->decision.problems.list.len, 2);
  assert_string_equal(fixture->decision.problems.list.items[0].option, "--volumes-from=one");
  assert_string_equal(fixture->decision.problems.list.items[1].option, "--volumes-from=two");
  fixture_assert_contains(fixture->decision.problems.list.items[1].message, "--volumes-from two: ");
  assert_int_equal(fixture->decision.out.volumes_from.v.len, 0);
}

static void verb_and_words(void **state) {
  struct fixture *fixture = *state;
  fixture->request.verb = SD_VERB_CREATE;
  sd_strv_add(&fixture->request.args, &fixture->arena, "--privileged");
  fixture_run(fixture, sd_rules_generic);
  assert_int_equal(fixture->decision.out.verb, SD_VERB_CREATE);
  assert_string_equal(sd_strv_join(&fixture->decision.out.args, &fixture->arena, " "),
                      "--privileged");
}

/* -- all rules together ------------------------------------------------------------------------ */
static void give_image(struct fixture *fixture) {
  fixture->request.image = (struct sd_image){.given = "busybox",
                                             .name = "docker.io/library/busybox",
                                             .tag = "latest",
                                             .canonical = "docker.io/library/busybox:latest"};
}

static bool has_problem(const struct fixture *fixture, const char *rule) {
  for (size_t i = 0; i < fixture->decision.problems.list.len; i++)
    if (strcmp(fixture->decision.problems.list.items[i].rule, rule) == 0)
      return true;
  return false;
}

/* Whatever a row is, some rule judges it: nothing of the table ends as unhandled-option. */
static void every_row_is_claimed(void **state) {
  struct fixture *fixture = *state;
  for (size_t i = 0; i < SD_OPT_COUNT; i++) {
    fixture_reset(fixture);
    give_image(fixture);
    fixture->request.present[i] = true;
    if (!give(fixture, &sd_options[i]))
      (void)fixture_given(fixture, (enum sd_option_id)i, "");
    fixture_run(fixture, NULL);
    if (has_problem(fixture, "unhandled-option"))
      fail_msg("--%s is not judged by any rule", sd_options[i].name);
  }
}

static void unclaimed_is_denied(void **state) {
  struct fixture *fixture = *state;
  give_image(fixture);
  fixture->request.present[SD_OPT_VOLUMES_FROM] = true; /* but the list is empty */
  fixture_run(fixture, NULL);
  const struct sd_problem *problem = fixture_assert_denied(fixture, "unhandled-option");
  assert_string_equal(problem->option, "--volumes-from");
}

static void the_least_request(void **state) {
  struct fixture *fixture = *state;
  give_image(fixture);
  fixture_run(fixture, NULL);
  fixture_assert_allowed(fixture);
  const struct sd_request *out = &fixture->decision.out;
  assert_string_equal(out->cap_drop.v.items[0].value, "ALL");
  assert_string_equal(out->user.value, "1000:1000");
  assert_true(out->memory.set && out->memory_swap.set && out->cpus.set && out->pids_limit.set);
  assert_string_equal(out->ipc.value, "private");
  assert_string_equal(out->cgroupns.value, "private");
  assert_ptr_equal(fixture->decision.seccomp_profile, fixture->in.seccomp_profile);
  assert_string_equal(out->image.canonical, "docker.io/library/busybox:latest");
  /* Of several the daemon takes the last. */
  const struct sd_security *last = &out->security.v.items[out->security.v.len - 1];
  assert_int_equal(last->key, SD_SECURITY_NO_NEW_PRIVILEGES);
  assert_true(last->enabled);
}

static void no_new_privileges_is_last(void **state) {
  struct fixture *fixture = *state;
  give_image(fixture);
  fixture_apparmor(fixture, "safe-docker-default", SD_APPARMOR_PROFILE_LOADED, "enforce");
  fixture_run(fixture, NULL);
  assert_int_equal(fixture->decision.out.security.v.len, 2);
  assert_int_equal(fixture->decision.out.security.v.items[0].key, SD_SECURITY_APPARMOR);
  assert_int_equal(fixture->decision.out.security.v.items[1].key, SD_SECURITY_NO_NEW_PRIVILEGES);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(every_row),           TEST(policy_options),       TEST(policy_options_values),
      TEST(false_is_dropped),    TEST(reserved_annotations), TEST(privileged_hint),
      TEST(each_of_a_list),      TEST(verb_and_words),       TEST(every_row_is_claimed),
      TEST(unclaimed_is_denied), TEST(the_least_request),    TEST(no_new_privileges_is_last),
  };
  return cmocka_run_group_tests_name("generic", tests, NULL, NULL);
}
