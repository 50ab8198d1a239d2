/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of sudo with arguments of their own: which of them give root all the same. */
#include "own/round/round.h"

#include <string.h>

#include "../with_arena.h"

static void expect(const char *const *commands, bool way) {
  for (; *commands != NULL; commands++)
    if ((round_why(&arena, *commands) != NULL) != way)
      fail_msg("%s: %s", *commands, way ? "is no way" : "is a way");
}

static void test_ways(void **state) {
  static const char *const commands[] = {"/usr/bin/docker run -v /\\:/h x",
                                         "/usr/bin/docker exec -it web sh",
                                         "/usr/bin/docker -H tcp\\://x ps",
                                         "/usr/bin/docker compose up",
                                         "/usr/bin/docker container exec web sh",
                                         "/usr/bin/docker-compose -f /srv/x.yml up -d",
                                         "/usr/bin/ctr run x y",
                                         "/usr/bin/vim /etc/hosts",
                                         "/usr/bin/less /var/log/syslog",
                                         "/bin/bash -l",
                                         "/bin/sh -c id",
                                         "/bin/sh x.sh",
                                         "/usr/bin/python3 tool.py",
                                         "/usr/bin/python3 -m http.server",
                                         "/usr/bin/env FOO=1 vim /etc/hosts",
                                         "/usr/bin/timeout 5 /usr/bin/docker run x",
                                         "/usr/bin/nice -n 5 bash",
                                         "/usr/bin/find /srv -name x -exec /bin/sh -i ;",
                                         "/usr/sbin/chroot /srv/jail",
                                         "/usr/bin/su - root",
                                         "/usr/bin/screen -r",
                                         "/usr/bin/make install",
                                         "/usr/bin/git pull",
                                         "/usr/sbin/visudo -f /etc/sudoers.d/x",
                                         "/usr/bin/passwd root",
                                         "/usr/bin/passwd \"\"",
                                         "/usr/sbin/usermod -aG docker alice",
                                         "/usr/sbin/usermod -aG dev\\,sudo alice",
                                         "/usr/sbin/chpasswd -e",
                                         NULL};
  (void)state;
  expect(commands, true);
}

static void test_no_ways(void **state) {
  static const char *const commands[] = {"/usr/bin/docker ps",
                                         "/usr/bin/docker restart web",
                                         "/usr/bin/docker container ls --all",
                                         "/usr/bin/docker --version",
                                         "/usr/bin/systemctl restart nginx",
                                         "/usr/bin/python3 /usr/local/lib/report.py",
                                         "/bin/sh /usr/local/lib/report.sh -v",
                                         "/usr/bin/env LANG=C /usr/local/bin/report",
                                         "/usr/bin/find /srv -name x -delete",
                                         "/usr/bin/cat /var/log/syslog",
                                         "/usr/bin/passwd alice",
                                         "/usr/sbin/usermod -aG dev alice",
                                         "/usr/bin/apt-get update",
                                         "/usr/local/bin/report",
                                         "/usr/bin/safe-docker",
                                         NULL};
  (void)state;
  expect(commands, false);
}

static void test_scripts(void **state) {
  (void)state;
  assert_string_equal(round_script(&arena, "/bin/sh /home/alice/my\\ x.sh -v"),
                      "/home/alice/my x.sh");
  assert_null(round_script(&arena, "/bin/sh x.sh"));
  assert_null(round_script(&arena, "/usr/bin/cat /etc/hosts"));
  assert_null(round_script(&arena, "/bin/sh"));
  struct sd_strv rules = {0};
  struct sd_strv programs = {0};
  sd_strv_add(&rules, &arena, "(root) NOPASSWD: /usr/bin/python3 /home/alice/x.py, /usr/bin/id");
  sd_strv_add(&rules, &arena, "(bob) /bin/sh /home/bob/y.sh");
  round_programs_of_sudo(&arena, &rules, &programs);
  assert_string_equal(sd_strv_join(&programs, &arena, " "),
                      "/usr/bin/python3 /home/alice/x.py /usr/bin/id");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ways),
      cmocka_unit_test(test_no_ways),
      cmocka_unit_test(test_scripts),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
