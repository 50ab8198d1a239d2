/* SPDX-License-Identifier: Apache-2.0 */
/* --ulimit, --restart, --user and --add-host. */
#include "spec_fixture.h"

static const char *run_ulimit(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_ulimit ulimit;
  return sd_ulimit_parse(arena, text, &ulimit, err) ? sd_ulimit_format(arena, &ulimit) : NULL;
}

static const char *run_restart(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_restart restart;
  if (!sd_restart_parse(arena, text, &restart, err))
    return NULL;
  if (restart.max_retries == -1)
    return restart.policy;
  return sd_arena_printf(arena, "%s:%lld", restart.policy, (long long)restart.max_retries);
}

static const char *run_user(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_user_spec user;
  if (!sd_user_parse(arena, text, &user, err))
    return NULL;
  if (user.user_numeric)
    assert_string_equal(user.user, sd_arena_printf(arena, "%u", user.uid));
  if (user.group_numeric)
    assert_string_equal(user.group, sd_arena_printf(arena, "%u", user.gid));
  return user.group == NULL ? user.user : sd_arena_printf(arena, "%s:%s", user.user, user.group);
}

static const char *run_host(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_extra_host host;
  if (!sd_extra_host_parse(arena, text, &host, err))
    return NULL;
  return sd_arena_printf(arena, "%s:%s", host.name, host.address);
}

static void ulimits(void **state) {
  static const struct spec_case rows[] = {
      {"nofile=1", "nofile=1:1", NULL},
      SPEC_SAME("nofile=1024:4096"),
      SPEC_SAME("core=0:0"),
      SPEC_SAME("nproc=5:-1"),
      {"nofile=-1", "nofile=-1:-1", NULL},
      SPEC_SAME("rttime=1:9223372036854775807"),
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("nofile", "NAME=SOFT[:HARD]"),
      SPEC_REFUSED("nofile=", "not valid"),
      SPEC_REFUSED("nofile=1:", "not valid"),
      SPEC_REFUSED("nofile=:1", "not valid"),
      SPEC_REFUSED("nofile=1:2:3", "not valid"),
      SPEC_REFUSED("nofile=unlimited", "-1 for no limit"),
      SPEC_REFUSED("nofile=-2", "not valid"),
      SPEC_REFUSED("nofile=5:-2", "not valid"),
      {"nofile=+1:010", "nofile=1:10", NULL},
      {"nofile=00:+00", "nofile=0:0", NULL},
      SPEC_REFUSED("nofile=+", "not valid"),
      SPEC_REFUSED("nofile=++1", "not valid"),
      SPEC_REFUSED("nofile=+-1", "not valid"),
      SPEC_REFUSED("nofile=-01", "not valid"),
      SPEC_REFUSED("nofile=-0", "not valid"),
      SPEC_REFUSED("nofile=0x10", "not valid"),
      SPEC_REFUSED("nofile=1_0", "not valid"),
      SPEC_REFUSED("nofile=1e3", "not valid"),
      SPEC_REFUSED("nofile= 1", "not valid"),
      SPEC_REFUSED("nofile=9223372036854775808", "not valid"),
      SPEC_REFUSED("nofile=2:1", "above the hard limit"),
      SPEC_REFUSED("nofile=-1:1", "above the hard limit"),
      SPEC_REFUSED("NOFILE=1", "did you mean nofile"),
      SPEC_REFUSED("as=1", "unknown ulimit 'as'"),
      SPEC_REFUSED("nofiles=1", "did you mean nofile"),
  };
  (void)state;
  CHECK_CASES(rows, run_ulimit);
}

static void restarts(void **state) {
  static const struct spec_case rows[] = {
      {"", "no", NULL},
      SPEC_SAME("no"),
      SPEC_SAME("always"),
      SPEC_SAME("unless-stopped"),
      SPEC_SAME("on-failure"),
      SPEC_SAME("on-failure:0"),
      SPEC_SAME("on-failure:3"),
      SPEC_REFUSED("on-failure:", "on-failure:5"),
      SPEC_REFUSED("on-failure:-1", "not valid"),
      SPEC_REFUSED("on-failure:03", "not valid"),
      SPEC_REFUSED("on-failure:0x3", "not valid"),
      SPEC_REFUSED("on-failure:3:4", "not valid"),
      SPEC_REFUSED("on-failure:2147483648", "not valid"),
      SPEC_REFUSED("always:3", "leave the number out"),
      SPEC_REFUSED("no:0", "leave the number out"),
      SPEC_REFUSED("No", "did you mean no"),
      SPEC_REFUSED("on-faliure", "did you mean on-failure"),
      SPEC_REFUSED(":3", "unknown restart policy ''"),
      SPEC_REFUSED(" always", "unknown restart policy"),
  };
  (void)state;
  CHECK_CASES(rows, run_restart);
}

static void users(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("1000:1000"),
      SPEC_SAME("0"),
      SPEC_SAME("0:0"),
      SPEC_SAME("2147483647:1"),
      SPEC_SAME("alice"),
      SPEC_SAME("alice:100"),
      SPEC_SAME("1000:staff"),
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED(":", "the user is empty"),
      SPEC_REFUSED(":0", "the user is empty"),
      SPEC_REFUSED("1234:", "the group is empty"),
      SPEC_REFUSED("a:b:c", "colon"),
      SPEC_REFUSED(" ", "blank"),
      SPEC_REFUSED("+0", "'+0' is not valid"),
      SPEC_REFUSED("-1", "'-1' is not valid"),
      SPEC_REFUSED("00", "'00' is not valid"),
      SPEC_REFUSED("0x0", "'0x0' is not valid"),
      SPEC_REFUSED("1000:00", "group '00' is not valid"),
      SPEC_REFUSED("4294967296", "not valid"),
      SPEC_REFUSED("4294967295", "not valid"),
      SPEC_REFUSED("2147483648", "not valid"),
      SPEC_REFUSED("1000\n", "control characters"),
      SPEC_REFUSED("\xFF", "not UTF-8"),
  };
  (void)state;
  CHECK_CASES(rows, run_user);
}

static void user_fields(void **state) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_user_spec user;
  (void)state;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  assert_true(sd_user_parse(&arena, "1000:staff", &user, &err));
  assert_true(user.user_numeric);
  assert_int_equal(user.uid, 1000);
  assert_false(user.group_numeric);
  assert_string_equal(user.group, "staff");
  assert_true(sd_user_parse(&arena, "root", &user, &err));
  assert_false(user.user_numeric);
  assert_null(user.group);
  sd_arena_finish(&arena);
}

static void hosts(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("a:1.2.3.4"),
      {"a=1.2.3.4", "a:1.2.3.4", NULL},
      SPEC_SAME("a:host-gateway"),
      {"a=host-gateway", "a:host-gateway", NULL},
      SPEC_SAME("a:::1"),
      {"a=::1", "a:::1", NULL},
      {"a:[::1]", "a:::1", NULL},
      {"a=[0:0::1]", "a:::1", NULL},
      SPEC_SAME("A_-.b:1.2.3.4"),
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("a", "no address"),
      SPEC_REFUSED("a:", "not an IP address"),
      SPEC_REFUSED("a=", "not an IP address"),
      SPEC_REFUSED(":1.2.3.4", "not the name of a host"),
      SPEC_REFUSED("a:foo", "not an IP address"),
      SPEC_REFUSED("a:HOST-GATEWAY", "not an IP address"),
      SPEC_REFUSED("a b:1.2.3.4", "not the name of a host"),
      SPEC_REFUSED("a:1.2.3.4 ", "not an IP address"),
      SPEC_REFUSED("a:1.2.3.4\nb", "control characters"),
      SPEC_REFUSED("a:[1.2.3.4]", "not an IP address"),
      SPEC_REFUSED("a:b:1.2.3.4", "not an IP address"),
      SPEC_REFUSED("a=b:1.2.3.4", "not an IP address"),
      SPEC_REFUSED("a:b=1.2.3.4", "not the name of a host"),
      /* 20.10 takes the name "a=1" and the address 2::3 from this. */
      SPEC_REFUSED("a=1:2::3", "different addresses"),
      SPEC_REFUSED("a:::ffff:1.2.3.4", "write the IPv4 address"),
  };
  (void)state;
  CHECK_CASES(rows, run_host);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ulimits),     cmocka_unit_test(restarts), cmocka_unit_test(users),
      cmocka_unit_test(user_fields), cmocka_unit_test(hosts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
