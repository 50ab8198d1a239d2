/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that name containers: start, stop, exec, update, top, port, rename, export and what has no rule of its own. */
#include "fixture.h"

#include <string.h>

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define B16 "bbbbbbbbbbbbbbbb"
#define B64 B16 B16 B16 B16
#define NO_THEIRS "Error response from daemon: No such container: theirs"

/* alice's web (aaaa...), with a bind of her folder, and plain (dddd...); bob's theirs (bbbb...); root's admin (cccc...),
 * not launched by safe-docker. */
static void fill(struct fixture *fixture) {
  fixture_container(fixture, "web", 'a', 1000,
                    ", \"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/home/alice/src\", "
                    "\"Destination\": \"/src\", \"RW\": true, \"Propagation\": \"rprivate\"}]");
  fixture_container(fixture, "plain", 'd', 1000, "");
  fixture_container(fixture, "theirs", 'b', 1001, "");
  fixture_object(fixture, SD_OBJECT_CONTAINER,
                 "{\"Id\": \"cccc\", \"Name\": \"/admin\", \"Config\": {\"Labels\": {}}, "
                 "\"HostConfig\": {}}");
  fixture_node(fixture, "/home/alice", SD_NODE_DIRECTORY, NULL)->callers = true;
  fixture_node(fixture, "/home/alice/src", SD_NODE_DIRECTORY, NULL)->callers = true;
  fixture_node(fixture, "/home", SD_NODE_DIRECTORY, NULL);
  fixture_node(fixture, "/", SD_NODE_DIRECTORY, NULL);
  fixture_node(fixture, "/tmp", SD_NODE_DIRECTORY, NULL);
  fixture_node(fixture, ".", SD_NODE_DIRECTORY, "/home/alice");
  fixture_node(fixture, "/tmp/there", SD_NODE_FILE, NULL);
  fixture_node(fixture, "/tmp/pipe", SD_NODE_FIFO, NULL);
  fixture_node(fixture, "/dev/sda", SD_NODE_DEVICE, NULL);
}

static void decide(struct fixture *fixture, const char *line) {
  fixture_reset(fixture);
  fill(fixture);
  fixture_line(fixture, line);
  fixture_decide(fixture);
}

struct row {
  const char *line;
  const char *emitted; /* or "! rule", or "? Docker's words" */
};

static void check(struct fixture *fixture, const struct row *row) {
  decide(fixture, row->line);
  print_message("%s\n", row->line);
  if (row->emitted[0] == '!')
    (void)fixture_assert_refused(fixture, row->emitted + 2);
  else if (row->emitted[0] == '?') {
    fixture_assert_allowed(fixture);
    fixture_assert_absent(fixture, row->emitted + 2);
    assert_int_equal(fixture->decision.invocation.operands.v.len, 0);
  } else
    fixture_assert_emitted(fixture, row->emitted);
}

#define ROWS(table)                                                                                \
  static void table(void **state) {                                                                \
    for (size_t i = 0; i < sizeof(table##_rows) / sizeof((table##_rows)[0]); i++)                  \
      check(*state, &(table##_rows)[i]);                                                           \
  }

static const struct row named_rows[] = {
    {"logs web", "logs -- " A64},
    {"logs -f --tail 3 web", "logs --follow=true --tail=3 -- " A64},
    {"logs aa", "logs -- " A64},
    {"logs theirs", "? " NO_THEIRS},
    {"logs bb", "? Error response from daemon: No such container: bb"},
    {"logs admin", "? Error response from daemon: No such container: admin"},
    {"logs nothing", "? Error response from daemon: No such container: nothing"},
    {"logs ..", "? Error response from daemon: No such container: .."},
    {"rm -f web", "rm --force=true -- " A64},
    {"rm -l web", "! link"},
    {"rm --link=false web", "rm -- " A64},
    {"attach --no-stdin web", "attach --no-stdin=true -- " A64},
    {"wait web web", "wait -- " A64 " " A64},
};
ROWS(named)

static const struct row stop_rows[] = {
    {"stop web", "stop -- " A64},
    {"stop -t 3 web", "stop -t=3 -- " A64},
    {"stop --signal SIGINT web", "stop --signal=SIGINT -- " A64},
    {"kill -s 9 web", "kill --signal=9 -- " A64},
    {"kill --signal=RTMIN+3 web", "kill --signal=RTMIN+3 -- " A64},
    {"kill --signal= web", "kill -- " A64},
    {"kill -s 0 web", "! stop-signal"},
    {"kill -s 65 web", "! stop-signal"},
    {"kill -s -9 web", "! stop-signal"},
    {"kill -s FOO! web", "! stop-signal"},
    {"restart -s KILL? web", "! stop-signal"},
    {"kill theirs", "? Error response from daemon: Cannot kill container: theirs: No such "
                    "container: theirs"},
};
ROWS(stop)

static const struct row start_rows[] = {
    {"start web", "start -- " A64},
    {"start -ai web", "start --attach=true --interactive=true -- " A64},
    {"restart -t 1 web", "restart -t=1 -- " A64},
    {"start --checkpoint x web", "! checkpoint"},
    {"start --checkpoint-dir /x web", "! checkpoint"},
    {"start theirs", "? " NO_THEIRS "\nError: failed to start containers: theirs"},
    {"start -a theirs", "? " NO_THEIRS},
    {"restart theirs", "? " NO_THEIRS},
};
ROWS(start)

static const struct row exec_rows[] = {
    {"exec web id", "exec --user=1000:1000 -- " A64 " id"},
    {"exec -it web sh -c x",
     "exec --interactive=true --tty=true --user=1000:1000 -- " A64 " sh -c x"},
    {"exec web --privileged", "exec --user=1000:1000 -- " A64 " --privileged"},
    {"exec -u 1000 web id", "exec --user=1000:1000 -- " A64 " id"},
    {"exec -u 0 web id", "! user"},
    {"exec -u root web id", "! user"},
    {"exec -u= web id", "! user"},
    {"exec -u 1001:1001 web id", "! user"},
    {"exec --privileged web id", "! privileged"},
    {"exec --privileged=false web id", "exec --user=1000:1000 -- " A64 " id"},
    {"exec -w /src/../tmp web id", "exec --user=1000:1000 --workdir=/tmp -- " A64 " id"},
    {"exec -w /proc/self/fd/7 web id", "! workdir"},
    {"exec -w /x/../proc/self web id", "! workdir"},
    {"exec -w /dev/fd/8 web id", "! workdir"},
    {"exec -w src web id", "! workdir"},
    {"exec -e A=1 -e B web id", "exec --user=1000:1000 --env=A=1 --env=B -- " A64 " id"},
    {"exec -d --detach-keys ctrl-q web id",
     "exec --detach=true --detach-keys=ctrl-q --user=1000:1000 -- " A64 " id"},
    {"exec theirs id", "? " NO_THEIRS},
    {"exec admin id", "? Error response from daemon: No such container: admin"},
};
ROWS(exec)

static const struct row update_rows[] = {
    {"update -m 100m web", "update --memory=104857600 --memory-swap=104857600 -- " A64},
    {"update -m 100m --memory-swap 0 web",
     "update --memory=104857600 --memory-swap=104857600 -- " A64},
    {"update -m 100m --memory-swap 100m web",
     "update --memory=104857600 --memory-swap=104857600 -- " A64},
    {"update -m 100m --memory-swap 200m web", "! memory-swap"},
    {"update -m 100m --memory-swap 50m web", "! memory-swap"},
    {"update -m 100m --memory-swap -1 web", "! memory-swap"},
    {"update -m 0 web", "! memory"},
    {"update -m 3g web", "! memory"},
    {"update --memory-swap 512m web", "update --memory-swap=536870912 --memory=536870912 -- " A64},
    {"update --memory-swap 513m web", "! memory-swap"},
    {"update --memory-swap 511m web", "! memory-swap"},
    {"update --memory-swap -1 web", "! memory-swap"},
    {"update --memory-reservation 512m web", "update --memory-reservation=536870912 -- " A64},
    {"update --memory-reservation 513m web", "! memory-reservation"},
    {"update --memory-reservation 0 web", "! memory-reservation"},
    {"update -m 100m --memory-reservation 101m web", "! memory-reservation"},
    {"update --cpus 1.5 web", "update --cpus=1.5 -- " A64},
    {"update --cpus 0 web", "! cpus"},
    {"update --cpus 0.000001 web", "! cpus"},
    {"update --cpus 3 web", "! cpus"},
    {"update --cpu-quota -1 web", "! cpus"},
    {"update --cpu-period 1000 web", "! cpus"},
    {"update --cpu-rt-runtime 1 web", "! cpu-realtime"},
    {"update --kernel-memory 1g web", "! kernel-memory"},
    {"update --pids-limit 100 web", "update --pids-limit=100 -- " A64},
    {"update --pids-limit 0 web", "! pids-limit"},
    {"update --pids-limit -1 web", "! pids-limit"},
    {"update --pids-limit 2000 web", "! pids-limit"},
    {"update -c 512 web", "update --cpu-shares=512 -- " A64},
    {"update -c 2048 web", "! cpu-shares"},
    {"update -c -1 web", "! cpu-shares"},
    {"update --blkio-weight 1000 web", "! blkio-weight"},
    {"update --cpuset-cpus 0-1 web", "update --cpuset-cpus=0-1 -- " A64},
    {"update --cpuset-mems x web", "! cpuset"},
    {"update --restart no web", "update --restart=no -- " A64},
    {"update --restart on-failure web", "update --restart=on-failure:5 -- " A64},
    {"update --restart on-failure:3 web", "update --restart=on-failure:3 -- " A64},
    {"update --restart on-failure:9 web", "! restart"},
    {"update --restart always web", "! restart"},
    {"update --restart unless-stopped web", "! restart"},
    {"update -m 100m theirs", "? " NO_THEIRS},
};
ROWS(update)

static const struct row top_rows[] = {
    {"top web", "top -- " A64},
    {"top web aux", "top -- " A64 " aux"},
    {"top web -ef", "top -- " A64 " -ef"},
    {"top web -eo pid,cmd", "top -- " A64 " -eo pid,cmd"},
    {"top web -eopid,cmd", "top -- " A64 " -eopid,cmd"},
    {"top web -o user,pid,args", "top -- " A64 " -o user,pid,args"},
    {"top web ax -o pid", "top -- " A64 " ax -o pid"},
    {"top web axo pid,comm", "top -- " A64 " axo pid,comm"},
    {"top web auxe", "! top-options"},
    {"top web e", "! top-options"},
    {"top web -efe", "! top-options"},
    {"top web -ef e", "! top-options"},
    {"top web -ax -e", "! top-options"},
    {"top web -ax e", "! top-options"},
    {"top web a -o", "! top-options"},
    {"top web -aux", "top -- " A64 " -aux"},
    {"top web -o", "! top-options"},
    {"top web -o cmd", "! top-options"},
    {"top web -o cmd,pid", "! top-options"},
    {"top web -o pid,environ", "! top-options"},
    {"top web -o pid=PID,cmd", "! top-options"},
    {"top web -o pid, cmd", "! top-options"},
    {"top web -o ,pid", "! top-options"},
    {"top web -o pid -o cmd", "! top-options"},
    {"top web -C sh", "! top-options"},
    {"top web --pid 1", "! top-options"},
    {"top web -f/etc/shadow", "! top-options"},
    {"top web -", "! top-options"},
    {"top theirs", "? Error response from daemon: No such container: theirs"},
    {"top theirs aux", "? " NO_THEIRS},
};
ROWS(top)

static const struct row other_rows[] = {
    {"port web", "port -- " A64},
    {"port web 80", "port -- " A64 " 80"},
    {"port web 80/udp", "port -- " A64 " 80/udp"},
    {"port web 70000", "! operands"},
    {"port web 80/xxx", "! operands"},
    {"port web 080", "! operands"},
    {"port web tcp", "! operands"},
    {"port theirs 80", "? " NO_THEIRS},
    {"rename web www", "rename -- " A64 " www"},
    {"rename web /www", "rename -- " A64 " www"},
    {"rename web w", "! name"},
    {"rename web ../x", "! name"},
    {"rename web " B64, "! name"},
    {"rename web abcdef012345", "! name"},
    {"rename web theirs", "! name"},
    {"rename web admin", "! name"},
    {"rename web plain", "rename -- " A64 " plain"},
    {"rename web bbb", "rename -- " A64 " bbb"},
    {"rename theirs www", "? " NO_THEIRS "\nError: failed to rename container named theirs"},
    {"export web", "export -- " A64},
    {"export -o /tmp/new web", "export -- " A64},
    {"export -o /tmp/there web", "export -- " A64},
    {"export -o new web", "export -- " A64},
    {"export -o /tmp web", "! output-file"},
    {"export -o /tmp/new/ web", "! output-file"},
    {"export -o /nowhere/new web", "! output-file"},
    {"export -o /tmp/pipe web", "! output-file"},
    {"export -o /dev/sda web", "! output-file"},
    {"export -o /tmp/new theirs", "? " NO_THEIRS},
};

ROWS(other)

static void output_file(void **state) {
  struct fixture *fixture = *state;
  decide(fixture, "export -o /tmp/new web");
  assert_string_equal(fixture->decision.output_file, "/tmp/new");
  decide(fixture, "export -o /tmp/new theirs");
  assert_null(fixture->decision.output_file);
}

/* What is served, and what is not there. */
static void some_of_several(void **state) {
  struct fixture *fixture = *state;
  decide(fixture, "stop theirs web nothing");
  fixture_assert_emitted(fixture, "stop -- " A64);
  fixture_assert_absent(fixture,
                        NO_THEIRS "\nError response from daemon: No such container: nothing");
  decide(fixture, "start theirs plain");
  assert_int_equal(fixture->decision.invocation.operands.v.len, 1);
}

/* Under isolation "shared" everything can be named, but not everything entered, changed or started. */
static void shared(void **state) {
  static const struct row rows[] = {
      {"logs theirs", "logs -- " B64},
      {"logs admin", "logs -- cccc"},
      {"stop admin", "stop -- cccc"},
      {"exec theirs id", "exec --user=1000:1000 -- " B64 " id"},
      {"exec admin id", "! not-launched"},
      {"attach theirs", "attach -- " B64},
      {"attach admin", "! not-launched"},
      {"attach --no-stdin=false admin", "! not-launched"},
      {"attach --no-stdin --no-stdin=false admin", "! not-launched"},
      {"attach --no-stdin admin", "attach --no-stdin=true -- cccc"},
      {"export admin", "! not-launched"},
      {"start admin", "! not-launched"},
      {"restart admin", "! not-launched"},
      {"update -m 1m admin", "! not-launched"},
      {"rename web theirs", "rename -- " A64 " theirs"},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(fixture);
    fill(fixture);
    fixture->policy.isolation = SD_ISOLATION_SHARED;
    fixture_line(fixture, rows[i].line);
    fixture_decide(fixture);
    if (rows[i].emitted[0] == '!')
      (void)fixture_assert_refused(fixture, rows[i].emitted + 2);
    else
      fixture_assert_emitted(fixture, rows[i].emitted);
  }
}

/* A start resolves the sources of binds anew: what they are by now is judged. */
static void binds_at_start(void **state) {
  static const struct {
    enum sd_node node;
    const char *leads_to;
    const char *rule;
  } cases[] = {
      {SD_NODE_DIRECTORY, "/home/alice/src", NULL},
      {SD_NODE_DIRECTORY, "/home/alice/other", "bind-moved"},
      {SD_NODE_DIRECTORY, "/", "bind-protected"},
      {SD_NODE_DIRECTORY, "/etc/ssh", "bind-protected"},
      {SD_NODE_DIRECTORY, "/srv", "bind-source"},
      {SD_NODE_SOCKET, "/var/run/docker.sock", "bind-socket"},
      {SD_NODE_MISSING, "/home/alice/src", "bind-missing"},
      {SD_NODE_UNREACHABLE, "/home/alice/src", "bind-unreachable"},
      {SD_NODE_DEVICE, "/home/alice/src", "bind-device"},
  };
  static const char *const lines[] = {"start web", "restart web"};
  struct fixture *fixture = *state;
  for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fill(fixture);
    for (size_t j = 0; j < fixture->nodes.len; j++)
      if (strcmp(fixture->nodes.items[j].path, "/home/alice/src") == 0) {
        fixture->nodes.items[j].resolved.node = cases[i / 2].node;
        fixture->nodes.items[j].resolved.path = cases[i / 2].leads_to;
      }
    fixture_line(fixture, lines[i % 2]);
    fixture_decide(fixture);
    if (cases[i / 2].rule == NULL)
      fixture_assert_allowed(fixture);
    else
      fixture_assert_contains(fixture_assert_refused(fixture, cases[i / 2].rule)->message, "web: ");
  }
}

static void grants_at_start(void **state) {
  static const struct {
    const char *member;
    const char *rule;
  } cases[] = {
      {"\"CapAdd\": [\"NET_BIND_SERVICE\"]", NULL},
      {"\"CapAdd\": [\"CAP_NET_BIND_SERVICE\"]", NULL},
      {"\"CapAdd\": [\"SYS_ADMIN\"]", "capabilities"},
      {"\"CapAdd\": [\"KILL\"]", NULL},
      {"\"CapAdd\": [\"no capability\"]", "capabilities"},
      {"\"CapAdd\": [7]", "capabilities"},
      {"\"Devices\": [{\"PathOnHost\": \"/dev/fuse\"}]", "device"},
      {"\"Devices\": []", NULL},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture_object(
        fixture, SD_OBJECT_CONTAINER,
        sd_arena_printf(
            &fixture->arena,
            "{\"Id\": \"" A64 "\", \"Name\": \"/web\", \"Config\": {\"User\": \"1000:1000\", "
            "\"Labels\": {\"io.safe-docker.owner\": \"1000\"}}, \"HostConfig\": {\"CapDrop\": "
            "[\"ALL\"], \"SecurityOpt\": [\"seccomp={}\", \"no-new-privileges=true\"], "
            "\"Memory\": 1, \"MemorySwap\": 1, \"NanoCpus\": 1, \"PidsLimit\": 1, \"IpcMode\": "
            "\"private\", \"CgroupnsMode\": \"private\", %s}}",
            cases[i].member));
    sd_strv_add(&fixture->policy.capabilities.defaults, &fixture->arena, "KILL");
    fixture_line(fixture, "start web");
    fixture_decide(fixture);
    if (cases[i].rule == NULL)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_refused(fixture, cases[i].rule);
  }
}

/* A container that never ran knows its network by name, which somebody else may have by now. */
static void networks_at_start(void **state) {
  static const struct {
    const char *networks;
    bool good;
  } cases[] = {
      {"{\"lan\": {\"NetworkID\": \"\"}}", true},
      {"{\"lan\": {\"NetworkID\": \"e1e1\"}}", true},
      {"{\"lan\": {\"NetworkID\": \"f2f2\"}}", false},
      {"{\"lan\": {\"NetworkID\": \"0000\"}}", false},
      {"{\"bobs\": {\"NetworkID\": \"\"}}", false},
      {"{\"bobs\": {\"NetworkID\": \"f2f2\"}}", false},
      {"{\"gone\": {\"NetworkID\": \"\"}}", false},
      {"{\"lan\": {\"NetworkID\": \"\"}, \"bobs\": {\"NetworkID\": \"\"}}", false},
      {"{\"host\": {\"NetworkID\": \"\"}}", false},
      {"{\"bridge\": {\"NetworkID\": \"abcd\"}}", true},
      {"{\"none\": {\"NetworkID\": \"abcd\"}}", true},
      {"{}", true},
      {"null", true},
  };
  struct fixture *fixture = *state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    fixture_reset(fixture);
    fixture_container(fixture, "made", 'a', 1000,
                      sd_arena_printf(&fixture->arena, ", \"NetworkSettings\": {\"Networks\": %s}",
                                      cases[i].networks));
    fixture_object(fixture, SD_OBJECT_NETWORK,
                   "{\"Id\": \"e1e1\", \"Name\": \"lan\", \"IPAM\": {}, \"Labels\": "
                   "{\"io.safe-docker.owner\": \"1000\"}}");
    fixture_object(fixture, SD_OBJECT_NETWORK,
                   "{\"Id\": \"f2f2\", \"Name\": \"bobs\", \"IPAM\": {}, \"Labels\": "
                   "{\"io.safe-docker.owner\": \"1001\"}}");
    fixture_line(fixture, i % 2 == 0 ? "start made" : "restart made");
    fixture_decide(fixture);
    print_message("%s\n", cases[i].networks);
    if (cases[i].good)
      fixture_assert_allowed(fixture);
    else
      (void)fixture_assert_refused(fixture, "network");
  }
}

/* Where callers may choose a user, a bind still needs the caller's own. */
static void user_beside_a_bind(void **state) {
  struct fixture *fixture = *state;
  static const struct row rows[] = {
      {"exec -u 5:6 plain id", "exec --user=5:6 -- dddd"},
      {"exec -u 5:6 web id", "! bind-foreign-user"},
      {"exec -u 1000 web id", "exec --user=1000:1000 -- "},
      {"exec -u 5:999 plain id", "! user"}, /* the socket's group */
      {"exec -u 0:0 plain id", "! user"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(fixture);
    fill(fixture);
    fixture->policy.user.mode = SD_USER_NON_ROOT;
    fixture_line(fixture, rows[i].line);
    fixture_decide(fixture);
    if (rows[i].emitted[0] == '!')
      (void)fixture_assert_refused(fixture, rows[i].emitted + 2);
    else
      fixture_assert_contains(fixture_emitted(fixture), rows[i].emitted);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(named, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(stop, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(start, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(exec, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(update, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(top, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(other, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(output_file, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(some_of_several, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(shared, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(binds_at_start, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(grants_at_start, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(networks_at_start, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(user_beside_a_bind, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests_name("command-containers", tests, NULL, NULL);
}
