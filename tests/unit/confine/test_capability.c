/* SPDX-License-Identifier: Apache-2.0 */
/* Names of capabilities: every spelling that Docker takes, and nothing else. */
#include "safe-docker/confine/capability.h"

#include <linux/capability.h>
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/base/text.h"

static struct sd_error err;

static const char *parse(const char *text) {
  const char *name = NULL;
  sd_error_init(&err, &arena);
  bool good = sd_capability_parse(&arena, text, &name, &err);
  assert_int_equal(good, name != NULL);
  assert_int_equal(good, err.message == NULL);
  return name;
}

static void spellings(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"ALL", "ALL"},
      {"all", "ALL"},
      {"All", "ALL"},
      {"NET_ADMIN", "NET_ADMIN"},
      {"net_admin", "NET_ADMIN"},
      {"CAP_NET_ADMIN", "NET_ADMIN"},
      {"cap_net_admin", "NET_ADMIN"},
      {"Cap_Net_Admin", "NET_ADMIN"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_string_equal(parse(rows[i][0]), rows[i][1]);
}

/* capabilities(7), up to Linux 5.9; also where a kernel runs that has fewer. */
static void every_name(void **state) {
  (void)state;
  static const char *const names[] = {
      "CHOWN",
      "DAC_OVERRIDE",
      "DAC_READ_SEARCH",
      "FOWNER",
      "FSETID",
      "KILL",
      "SETGID",
      "SETUID",
      "SETPCAP",
      "LINUX_IMMUTABLE",
      "NET_BIND_SERVICE",
      "NET_BROADCAST",
      "NET_ADMIN",
      "NET_RAW",
      "IPC_LOCK",
      "IPC_OWNER",
      "SYS_MODULE",
      "SYS_RAWIO",
      "SYS_CHROOT",
      "SYS_PTRACE",
      "SYS_PACCT",
      "SYS_ADMIN",
      "SYS_BOOT",
      "SYS_NICE",
      "SYS_RESOURCE",
      "SYS_TIME",
      "SYS_TTY_CONFIG",
      "MKNOD",
      "LEASE",
      "AUDIT_WRITE",
      "AUDIT_CONTROL",
      "SETFCAP",
      "MAC_OVERRIDE",
      "MAC_ADMIN",
      "SYSLOG",
      "WAKE_ALARM",
      "BLOCK_SUSPEND",
      "AUDIT_READ",
      "PERFMON",
      "BPF",
      "CHECKPOINT_RESTORE",
  };
  assert_int_equal(sizeof(names) / sizeof(names[0]), CAP_CHECKPOINT_RESTORE + 1);
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    assert_string_equal(parse(names[i]), names[i]);
    assert_string_equal(parse(sd_arena_printf(&arena, "CAP_%s", names[i])), names[i]);
  }
}

static void not_names(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",
      " ",
      "CAP_",
      "cap_",
      "_",
      "0",
      "21",
      "CAP_21",
      "cap_0x15",
      "CAP_ALL",
      "CAP_CAP_CHOWN",
      " CHOWN",
      "CHOWN ",
      "CHOWN\n",
      "CHOWN,SYS_ADMIN",
      "CHOWN=ep",
      "cap_chown+ep",
      "CHOWN SYS_ADMIN",
      "CHOW",
      "CHOWNX",
      "NET",
      "SYS_",
      "all,chown",
      "ALLX",
      "*",
      "NET-ADMIN",
      "NETADMIN",
      "RESET",
      "-chown",
      "!CHOWN",
      "chown\x01",
      "\xC5\xBFys_admin", /* U+017F, which Unicode upper-cases to S */
      "sys_adm\xC4\xB1n", /* U+0131, which it upper-cases to I */
      "NET_ADMIN\xFF",
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    if (parse(rows[i]) != NULL)
      fail_msg("accepted: \"%s\"", rows[i]);
    assert_true(sd_text_is_printable(err.message));
    assert_non_null(strstr(err.message, "is not a capability"));
    assert_non_null(err.hint);
  }
}

static void hints(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"NET_ADMN", "did you mean NET_ADMIN?"},
      {"cap_sys_ptrac", "did you mean SYS_PTRACE?"},
      {"CAP_ALL", "did you mean ALL?"},
      {"xyzzy", "see capabilities(7)"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    assert_null(parse(rows[i][0]));
    assert_string_equal(err.hint, rows[i][1]);
  }
}

static void very_long_names(void **state) {
  (void)state;
  const size_t len = 1000000;
  char *name = sd_arena_alloc(&arena, len + 1);
  memset(name, 'A', len);
  assert_null(parse(name));
  assert_true(strlen(err.message) < 300);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spellings), cmocka_unit_test(every_name),      cmocka_unit_test(not_names),
      cmocka_unit_test(hints),     cmocka_unit_test(very_long_names),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
