/* SPDX-License-Identifier: Apache-2.0 */
/* Rare answers of the rules: what is refused below the table of options, on strange objects of a daemon, and where a
 * request is one that no parser makes. */
#include "fixture.h"

#include <string.h>

#include "safe-docker/rules/rules.h"

#define TEN(digit) digit digit digit digit digit digit digit digit digit digit
#define DIGITS(digit)                                                                              \
  TEN(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit) TEN(digit) digit digit digit digit

static void allow_images(struct fixture *f, const char *pattern) {
  f->policy.images.allow = (struct sd_strv){0};
  sd_strv_add(&f->policy.images.allow, &f->arena, pattern);
}

/* -- the net below the rules --------------------------------------------------------------------- */

static void an_option_without_a_rule(void **state) {
  struct fixture *f = *state;
  fixture_line(f, "update --memory 1g web");
  struct sd_setting strange = f->invocation.settings.items[0];
  fixture_reset(f);
  fixture_line(f, "ps");
  *sd_vec_push(&f->arena, &f->invocation.settings) = strange;
  fixture_decide(f);
  fixture_assert_contains(fixture_assert_refused(f, "unhandled-option")->message, "--memory");
}

static void a_command_without_a_rule(void **state) {
  static const struct {
    enum sd_operands operands;
    const char *rule; /* NULL: what it names does not hang on a rule of its own */
  } rows[] = {{SD_OPERANDS_NONE, NULL},
              {SD_OPERANDS_IMAGES, "command-unsupported"},
              {SD_OPERANDS_OBJECTS, "command-unsupported"},
              {SD_OPERANDS_WORDS, "command-unsupported"},
              {(enum sd_operands)99, "command-unsupported"}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_line(f, "unpause web");
    struct sd_command made = *f->invocation.command;
    made.operands = rows[i].operands;
    f->invocation.command = &made;
    fixture_decide(f);
    if (rows[i].rule != NULL)
      (void)fixture_assert_refused(f, rows[i].rule);
    else
      fixture_assert_emitted(f, "unpause");
    fixture_reset(f);
  }
}

/* Nothing of a command line is looked at behind --help. */
static void help_alone(void **state) {
  struct fixture *f = *state;
  fixture_line(f, "exec --privileged --help web id");
  fixture_decide(f);
  fixture_assert_emitted(f, "exec --help");
}

/* The number of operands is judged where they are read; a rule does not read behind the last one. */
static void commands_without_operands(void **state) {
  static const char *const names[] = {
      "attach",          "build",          "commit", "exec",   "export", "import",
      "network connect", "network create", "port",   "rename", "top"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    fixture_command(f, names[i]);
    sd_rules_command(&f->in, &f->decision);
    assert_int_equal(f->decision.invocation.operands.v.len, 0);
    fixture_reset(f);
  }
}

/* A policy names commands by any of their spellings. */
static void commands_of_a_policy(void **state) {
  struct fixture *f = *state;
  f->policy.commands = (struct sd_strv){0};
  assert_false(sd_rules_allow_command(&f->policy, sd_command_find("ps")));
  assert_true(sd_rules_allow_command(&f->policy, sd_command_find("completion bash")));
  sd_strv_add(&f->policy.commands, &f->arena, "container ls");
  assert_true(sd_rules_allow_command(&f->policy, sd_command_find("ps")));
  assert_false(sd_rules_allow_command(&f->policy, sd_command_find("exec")));
  sd_strv_add(&f->policy.commands, &f->arena, "exec");
  assert_true(sd_rules_allow_command(&f->policy, sd_command_find("exec")));
}

/* One that ends too early is none, whatever stands behind its end. */
static void a_short_address(void **state) {
  static const char short_one[24] = "02:42:ac:11:00:0";
  struct fixture *f = *state;
  sd_strv_add(&f->policy.options, &f->arena, "mac-address");
  fixture_text(f, SD_OPT_MAC_ADDRESS, short_one);
  fixture_run(f, sd_rules_generic);
  (void)fixture_assert_denied(f, "network-address");
}

/* What is printed under its id can be told by the word that was typed. */
static void what_things_are_called(void **state) {
  struct fixture *f = *state;
  fixture_container(f, "web", 'a', 1000, "");
  fixture_line(f, "stop aaaa web");
  fixture_decide(f);
  assert_int_equal(f->decision.called.v.len, 2);
  assert_string_equal(f->decision.called.v.items[0].word, "aaaa");
  assert_string_equal(f->decision.called.v.items[1].word, "web");
  assert_string_equal(f->decision.called.v.items[1].id, DIGITS("a"));
}

/* -- other commands ------------------------------------------------------------------------------ */

#define LAUNCH(name, digit, more)                                                                  \
  "{\"Id\":\"" DIGITS(                                                                             \
      digit) "\",\"Name\":\"/" name "\",\"Config\":{\"User\":\"1000:1000\","                       \
             "\"Labels\":{\"io.safe-docker.owner\":\"1000\",\"io.safe-docker.version\":\"1\"}},"   \
             "\"HostConfig\":{\"Privileged\":false,\"CapDrop\":[\"ALL\"],\"CapAdd\":null,"         \
             "\"SecurityOpt\":[\"seccomp={}\",\"no-new-privileges=true\"],\"Memory\":268435456,"   \
             "\"MemorySwap\":268435456,\"NanoCpus\":1000000000,\"PidsLimit\":256,"                 \
             "\"IpcMode\":\"private\",\"CgroupnsMode\":\"private\",\"PidMode\":\"\","              \
             "\"UTSMode\":\"\",\"UsernsMode\":\"\"" more "},\"Mounts\":[]}"

/* Its binds are told in HostConfig, and in no known way. */
static const char bound[] = LAUNCH("bound", "b", ",\"Binds\":[\"\"]");

static void fill(struct fixture *f) {
  fixture_container(f, "web", 'a', 1000, "");
  fixture_object(f, SD_OBJECT_CONTAINER, bound);
  fixture_object(
      f, SD_OBJECT_IMAGE,
      "{\"Id\":\"sha256:" DIGITS("1") "\",\"RepoTags\":[\"alice/app:1\"],"
                                      "\"RepoDigests\":[\"alice/app@sha256:" DIGITS("2") "\"]}");
  fixture_object(
      f, SD_OBJECT_IMAGE,
      "{\"Id\":\"sha256:" DIGITS("3") "\",\"RepoTags\":[\"cafe:latest\"],\"RepoDigests\":[]}");
  (void)fixture_node(f, "ctx", SD_NODE_DIRECTORY, "/home/alice/ctx");
  fixture_node(f, "/far/out.tar", SD_NODE_UNREACHABLE, NULL)->reason = "the disk is gone";
  (void)fixture_node(f, "/run/a.sock", SD_NODE_SOCKET, NULL);
  sd_strv_add(&f->policy.images.own, &f->arena, "alice/app:1");
  sd_strv_add(&f->policy.images.own, &f->arena, "alice/app:latest");
  allow_images(f, "alpine");
}

static const struct {
  const char *line;
  const char *wanted; /* what is executed, or "! rule", or "? Docker's words" */
} lines[] = {
    {"build -t alice/app:1 --cache-from busybox ctx", "! image"},
    {"build -t alice/app:1 --target a\1b ctx", "! invalid-value"},
    {"export -o /far/out.tar web", "! output-file"},
    {"export -o /run/a.sock web", "! output-file"},
    {"ps --filter name=a\1b", "! filter"},
    {"images --filter reference=a\1b", "! invalid-value"},
    {"push --all-tags alice/app", "! image-own"},
    {"save deadbeef", "? Error response from daemon: No such image: deadbeef"},
    {"network create --ip-range 10.0.0.0 mine", "! network-subnet"},
    {"cp bound:/f .", "! copy-mounts"},
    {"rmi cafe", "! image-own"},
    {"rmi " DIGITS("1"), "! image-own"},
};

static void other_commands(void **state) {
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
    print_message("%s\n", lines[i].line);
    fill(f);
    fixture_line(f, lines[i].line);
    fixture_decide(f);
    if (lines[i].wanted[0] == '!')
      (void)fixture_assert_refused(f, lines[i].wanted + 2);
    else if (lines[i].wanted[0] == '?')
      fixture_assert_absent(f, lines[i].wanted + 2);
    else
      fixture_assert_emitted(f, lines[i].wanted);
    fixture_reset(f);
  }
}

static void an_import_of_nothing(void **state) {
  struct fixture *f = *state;
  fill(f);
  fixture_command(f, "import");
  fixture_operand(f, "");
  fixture_operand(f, "alice/app:1");
  fixture_decide(f);
  (void)fixture_assert_refused(f, "operands");
}

/* The parser refuses it, too; what is handed on in a file must not hang on that alone. */
static void an_environment_of_other_bytes(void **state) {
  static const struct sd_entry entries[] = {{.name = "A", .value = "\xff"},
                                            {.name = "\xff", .value = NULL}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
    fill(f);
    fixture_line(f, "exec web id");
    *sd_vec_push(&f->arena, &f->invocation.env.v) = entries[i];
    f->invocation.env.v.items[0].given = fixture_given(f, SD_OPT_ENV, "A");
    fixture_decide(f);
    (void)fixture_assert_refused(f, "invalid-value");
    fixture_reset(f);
  }
}

static bool is_refused_for(const struct fixture *f, const char *rule) {
  for (size_t i = 0; i < f->decision.problems.list.len; i++)
    if (strcmp(f->decision.problems.list.items[i].rule, rule) == 0)
      return true;
  return false;
}

/* What one limit is judged beside must be the same for all. */
static void memory_of_several(void **state) {
  struct fixture *f = *state;
  fill(f);
  f->policy.resources.swap_max = f->policy.resources.memory.max;
  fixture_line(f, "update --memory-swap 512m web bound");
  fixture_decide(f);
  fixture_assert_contains(fixture_assert_refused(f, "memory-swap")->message, "different limits");
}

static void mounts_at_start(void **state) {
  static const struct {
    const char *host, *rule;
  } rows[] = {{"unix:///var/run/docker.sock", "mount-type"}, {"ssh://there", "bind-remote"}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    f->policy.docker.endpoint.host = rows[i].host;
    (void)fixture_node(f, "/home/alice", SD_NODE_DIRECTORY, NULL);
    fixture_container(f, "web", 'a', 1000,
                      ",\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/home/alice\","
                      "\"Destination\":\"/a\",\"RW\":true},{\"Type\":\"new\"}]");
    fixture_line(f, "start web");
    fixture_decide(f);
    assert_true(is_refused_for(f, rows[i].rule));
    fixture_reset(f);
  }
}

static void a_build_below_a_cgroup(void **state) {
  struct fixture *f = *state;
  fill(f);
  f->policy.resources.cgroup_parent = "safe.slice";
  fixture_line(f, "build -t alice/app:1 ctx");
  fixture_decide(f);
  fixture_assert_allowed(f);
  fixture_assert_contains(fixture_emitted(f), " --cgroup-parent=safe.slice ");
}

/* -- run ----------------------------------------------------------------------------------------- */

static void a_security_option_of_no_kind(void **state) {
  struct fixture *f = *state;
  *sd_vec_push(&f->arena, &f->request.security.v) =
      (struct sd_security){.key = (enum sd_security_key)99,
                           .value = "",
                           .given = fixture_given(f, SD_OPT_SECURITY_OPT, "new=1")};
  fixture_run(f, sd_rules_confinement);
  (void)fixture_assert_denied(f, "security-opt");
}

static void a_device_of_another_machine(void **state) {
  struct fixture *f = *state;
  f->policy.docker.endpoint.host = "ssh://there";
  *sd_vec_push(&f->arena, &f->policy.devices) =
      (struct sd_device_policy){.path = "/dev/fuse", .access = "rwm"};
  *sd_vec_push(&f->arena, &f->request.devices.v) =
      (struct sd_device){.path = "/dev/fuse",
                         .target = "/dev/fuse",
                         .given = fixture_given(f, SD_OPT_DEVICE, "/dev/fuse")};
  fixture_run(f, sd_rules_devices);
  fixture_assert_contains(fixture_assert_denied(f, "device")->message, "another machine");
}

static void a_tag_of_a_log_that_cannot_be_shown(void **state) {
  struct fixture *f = *state;
  fixture_text(f, SD_OPT_LOG_DRIVER, "json-file");
  fixture_list(f, SD_OPT_LOG_OPT, "tag=a\1b");
  fixture_run(f, sd_rules_lifecycle);
  assert_int_equal(f->decision.problems.list.len, 1);
  assert_string_equal(f->decision.problems.list.items[0].rule, "log-option");
}

static void ids_that_do_not_exist(void **state) {
  static const char *const users[] = {"2147483648:5", "5:2147483648"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
    f->policy.user.mode = SD_USER_ANY;
    fixture_text(f, SD_OPT_USER, users[i]);
    fixture_run(f, sd_rules_privileges);
    (void)fixture_assert_denied(f, "user");
    fixture_reset(f);
  }
}

static void no_group_to_offer(void **state) {
  static const gid_t sockets[] = {999};
  struct fixture *f = *state;
  f->groups = (struct sd_gids){sockets, 1};
  fixture_list(f, SD_OPT_GROUP_ADD, "5");
  fixture_run(f, sd_rules_privileges);
  assert_string_equal(fixture_assert_denied(f, "group-add")->hint, "leave it out");
}

static void the_group_of_ones_own_daemon(void **state) {
  struct fixture *f = *state;
  f->in.own_daemon = true;
  fixture_list(f, SD_OPT_GROUP_ADD, "0");
  fixture_run(f, sd_rules_privileges);
  fixture_assert_allowed(f);
}

/* -- paths --------------------------------------------------------------------------------------- */

static void bind(struct fixture *f, const char *source, const char *target) {
  *sd_vec_push(&f->arena, &f->request.mounts.v) =
      (struct sd_mount){.kind = SD_MOUNT_BIND,
                        .source = source,
                        .target = target,
                        .given = fixture_given(f, SD_OPT_VOLUME, source)};
}

/* A home that is empty, or no path, allows nothing. */
static void sources_that_are_no_paths(void **state) {
  static const char *const sources[] = {"", "home/alice"};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
    f->policy.mounts.bind.items[0].source = sources[i];
    (void)fixture_node(f, "/home/alice/a", SD_NODE_DIRECTORY, NULL);
    bind(f, "/home/alice/a", "/a");
    fixture_run(f, sd_rules_mounts);
    assert_int_equal(f->decision.problems.list.len, 1);
    assert_string_equal(f->decision.problems.list.items[0].rule, "bind-source");
    fixture_reset(f);
  }
}

/* The pattern of the policy names a folder that is a link; characters of patterns in its place are no pattern. */
static void patterns_below_a_link(void **state) {
  struct fixture *f = *state;
  sd_strv_add(&f->policy.mounts.protect, &f->arena, "/home/alice/link/*.key");
  (void)fixture_node(f, "/home/alice/link", SD_NODE_DIRECTORY, "/home/alice/a[1]*b");
  (void)fixture_node(f, "/home/alice/a[1]*b/x.key", SD_NODE_FILE, NULL);
  bind(f, "/home/alice/a[1]*b/x.key", "/a");
  fixture_run(f, sd_rules_mounts);
  assert_int_equal(f->decision.problems.list.len, 1);
  assert_string_equal(f->decision.problems.list.items[0].rule, "bind-protected");
}

/* What is protected need not be there yet. */
static void what_is_protected_is_missing(void **state) {
  struct fixture *f = *state;
  sd_strv_add(&f->policy.mounts.protect, &f->arena, "/home/alice/kept/sub");
  fixture_node(f, "/home/alice/kept", SD_NODE_DIRECTORY, NULL)->straight = true;
  bind(f, "/home/alice/kept", "/a");
  fixture_run(f, sd_rules_mounts);
  assert_int_equal(f->decision.problems.list.len, 1);
  assert_string_equal(f->decision.problems.list.items[0].rule, "bind-protected");
}

/* A file has nothing below it: whether there is a place for another mount is not asked. */
static void a_mount_below_a_file(void **state) {
  struct fixture *f = *state;
  (void)fixture_node(f, "/home/alice/file", SD_NODE_FILE, NULL);
  bind(f, "/home/alice/file", "/a");
  *sd_vec_push(&f->arena, &f->request.mounts.v) =
      (struct sd_mount){.kind = SD_MOUNT_VOLUME,
                        .source = "data",
                        .target = "/a/b",
                        .given = fixture_given(f, SD_OPT_VOLUME, "data:/a/b")};
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* -- objects ------------------------------------------------------------------------------------- */

static void devices_at_start(void **state) {
  static const struct {
    const char *path, *rule; /* of the policy; NULL: it may be started */
  } rows[] = {{"/dev/fuse", NULL}, {"/dev/kvm", "device"}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    *sd_vec_push(&f->arena, &f->policy.devices) =
        (struct sd_device_policy){.path = rows[i].path, .access = "rwm"};
    fixture_object(f, SD_OBJECT_CONTAINER,
                   LAUNCH("web", "a", ",\"Devices\":[{\"PathOnHost\":\"/dev/fuse\"}]"));
    fixture_line(f, "start web");
    fixture_decide(f);
    if (rows[i].rule != NULL)
      assert_true(is_refused_for(f, rows[i].rule));
    else
      fixture_assert_allowed(f);
    fixture_reset(f);
  }
}

static void an_object_of_no_kind(void **state) {
  struct fixture *f = *state;
  fixture_container(f, "web", 'a', 1000, "");
  struct sd_object object = f->objects.v.items[0];
  assert_true(sd_object_is_own(&f->in, &object));
  object.kind = SD_OBJECT_ANY;
  assert_false(sd_object_is_own(&f->in, &object));
}

#define RARE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      RARE(an_option_without_a_rule),
      RARE(a_command_without_a_rule),
      RARE(help_alone),
      RARE(commands_without_operands),
      RARE(commands_of_a_policy),
      RARE(a_short_address),
      RARE(what_things_are_called),
      RARE(other_commands),
      RARE(an_import_of_nothing),
      RARE(an_environment_of_other_bytes),
      RARE(memory_of_several),
      RARE(mounts_at_start),
      RARE(a_build_below_a_cgroup),
      RARE(a_security_option_of_no_kind),
      RARE(a_device_of_another_machine),
      RARE(a_tag_of_a_log_that_cannot_be_shown),
      RARE(ids_that_do_not_exist),
      RARE(no_group_to_offer),
      RARE(the_group_of_ones_own_daemon),
      RARE(sources_that_are_no_paths),
      RARE(patterns_below_a_link),
      RARE(what_is_protected_is_missing),
      RARE(a_mount_below_a_file),
      RARE(devices_at_start),
      RARE(an_object_of_no_kind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
