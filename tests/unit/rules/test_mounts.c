/* SPDX-License-Identifier: Apache-2.0 */
/* Bind mounts, volumes and tmpfs: what may be seen, where, and with which access. */
#include "fixture.h"

#include <string.h>

#include "safe-docker/rules/sockets.h"

/* What every test's host has. */
static void make_host(struct fixture *f) {
  static const char *const folders[] = {
      "/",
      "/etc",
      "/home",
      "/home/alice",
      "/home/alice-evil",
      "/home/alice/w",
      "/home/alice/.ssh",
      "/home/bob",
      "/proc",
      "/srv",
      "/srv/data",
      "/srv/data/rw",
      "/sys",
      "/tmp",
      "/usr",
      "/var",
      "/var/lib",
      "/var/lib/docker",
      "/var/lib/docker-x",
      "/dev",
      "/dev/shm",
      "/boot",
      "/run",
      "/root",
      "/home/alice/a,src=/etc",
      "/run/user/1000",
      "/etc/ssh",
      "/etc/ssl",
      "/etc/safe-docker",
      "/etc/safe-docker/docker",
      "/opt/sock",
  };
  for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
    fixture_node(f, folders[i], SD_NODE_DIRECTORY, NULL);
  static const char *const files[] = {"/etc/hosts", "/etc/shadow", "/etc/sudoers",
                                      "/home/alice/file", "/root/x"};
  for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
    fixture_node(f, files[i], SD_NODE_FILE, NULL);
  fixture_node(f, "/var/run", SD_NODE_DIRECTORY, "/run");
  fixture_node(f, "/var/run/docker.sock", SD_NODE_SOCKET, "/run/docker.sock");
  fixture_node(f, "/run/docker.sock", SD_NODE_SOCKET, NULL);
  fixture_node(f, "/home/alice/d.sock", SD_NODE_SOCKET, "/run/docker.sock");
  fixture_node(f, "/home/alice/my.sock", SD_NODE_SOCKET, NULL);
  fixture_node(f, "/home/alice/docker.sock", SD_NODE_SOCKET, NULL);
  fixture_node(f, "/run/containerd/containerd.sock", SD_NODE_UNREACHABLE, NULL)->reason =
      "permission denied";
  fixture_node(f, "/dev/null", SD_NODE_DEVICE, NULL);
  fixture_node(f, "/home/alice/disk", SD_NODE_DEVICE, NULL);
  fixture_node(f, "/home/alice/fifo", SD_NODE_FIFO, NULL);
  fixture_node(f, "/home/alice/odd", SD_NODE_OTHER, NULL);
  fixture_node(f, "/home/bob/x", SD_NODE_UNREACHABLE, NULL)->reason = "permission denied";
  fixture_node(f, "/home/alice/../bob", SD_NODE_DIRECTORY, "/home/bob");
  fixture_node(f, "/home/alice/../../etc", SD_NODE_DIRECTORY, "/etc");
  fixture_node(f, "/home/alice/l-root", SD_NODE_DIRECTORY, "/");
  fixture_node(f, "/home/alice/l-etc", SD_NODE_DIRECTORY, "/etc");
  fixture_node(f, "/home/alice/l-evil", SD_NODE_DIRECTORY, "/home/alice-evil");
  fixture_node(f, "/home/alice/l-w", SD_NODE_DIRECTORY, "/home/alice/w");
  fixture_node(f, "/home/alice/l-shadow", SD_NODE_FILE, "/etc/shadow");
  fixture_node(f, "/home/alice/l-ff", SD_NODE_DIRECTORY, "/home/alice/\xff");
  fixture_node(f, "/home/alice/l-lf", SD_NODE_DIRECTORY, "/home/alice/a\nb");
  fixture_node(f, "/home/alice/l-blank", SD_NODE_DIRECTORY, "/home/alice/w ");
  fixture_node(f, "/home/alice/l-back", SD_NODE_DIRECTORY, "/home/alice/x\\..\\..\\..\\etc");
  fixture_node(f, "./w", SD_NODE_DIRECTORY, "/home/alice/w");
  fixture_node(f, "../..", SD_NODE_DIRECTORY, "/");
  fixture_node(f, "/proc/self/root", SD_NODE_UNREACHABLE, NULL)->reason = "a magic link";
  fixture_folder_with(f, "/home/alice/sockets", (struct sd_special){"agent", "socket"});
}

static void start(struct fixture *f) {
  fixture_reset(f);
  make_host(f);
}

static struct sd_mount *push(struct fixture *f, enum sd_option_id id, const char *text) {
  struct sd_error err;
  struct sd_mount mount = {0};
  sd_error_init(&err, &f->arena);
  bool parsed = id == SD_OPT_VOLUME ? sd_volume_parse(&f->arena, text, &mount, &err)
                                    : sd_mount_parse(&f->arena, text, &mount, &err);
  if (!parsed)
    fail_msg("%s: %s", text, err.message);
  mount.given = fixture_given(f, id, text);
  struct sd_mount *slot = sd_vec_push(&f->arena, &f->request.mounts.v);
  *slot = mount;
  return slot;
}

static void push_tmpfs(struct fixture *f, const char *text) {
  struct sd_error err;
  struct sd_tmpfs tmpfs = {0};
  sd_error_init(&err, &f->arena);
  if (!sd_tmpfs_parse(&f->arena, text, &tmpfs, &err))
    fail_msg("%s: %s", text, err.message);
  tmpfs.given = fixture_given(f, SD_OPT_TMPFS, text);
  *sd_vec_push(&f->arena, &f->request.tmpfs.v) = tmpfs;
}

static void allow_bind(struct fixture *f, const char *source, bool writable) {
  *sd_vec_push(&f->arena, &f->policy.mounts.bind) = (struct sd_bind_policy){source, writable};
}

static const char *out_mount(struct fixture *f) {
  assert_int_equal(f->decision.out.mounts.v.len, 1);
  return sd_mount_format(&f->arena, &f->decision.out.mounts.v.items[0]);
}

static void assert_denied(struct fixture *f, const char *rule) {
  fixture_run(f, sd_rules_mounts);
  (void)fixture_assert_denied(f, rule);
  assert_int_equal(f->decision.out.mounts.v.len, 0);
  assert_int_equal(f->decision.out.tmpfs.v.len, 0);
}

/* -- binds ------------------------------------------------------------------------------------- */
static void test_bind_allowed(void **state) {
  static const struct {
    const char *text, *out;
    bool volume, changed;
  } rows[] = {
      {"/home/alice:/w", "type=bind,source=/home/alice,target=/w", true, true},
      {"/home/alice/w:/w:ro", "type=bind,source=/home/alice/w,target=/w,readonly=true", true, true},
      {"/home/alice/file:/f", "type=bind,source=/home/alice/file,target=/f", true, true},
      {"/home/alice/l-w:/w", "type=bind,source=/home/alice/w,target=/w", true, true},
      {"./w:/w", "type=bind,source=/home/alice/w,target=/w", true, true},
      {"type=bind,source=/home/alice/w,target=/w", "type=bind,source=/home/alice/w,target=/w",
       false, false},
      {"type=bind,source=/home/alice/l-w,target=/w", "type=bind,source=/home/alice/w,target=/w",
       false, true},
      {"type=bind,source=/home/alice/w,target=/w,consistency=cached",
       "type=bind,source=/home/alice/w,target=/w", false, false},
      {"/home/alice/a,src=/etc:/w", "type=bind,\"source=/home/alice/a,src=/etc\",target=/w", true,
       true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    push(f, rows[i].volume ? SD_OPT_VOLUME : SD_OPT_MOUNT, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
    assert_string_equal(out_mount(f), rows[i].out);
    assert_false(f->decision.out.mounts.v.items[0].short_form);
    fixture_assert_change_count(f, rows[i].changed ? 1 : 0);
    if (rows[i].changed)
      fixture_assert_changed(f, "bind", sd_arena_printf(&f->arena, "--mount=%s", rows[i].out));
    assert_true(f->decision.claimed[SD_OPT_VOLUME] && f->decision.claimed[SD_OPT_MOUNT]);
  }
}

static void test_bind_options_pass(void **state) {
  struct fixture *f = *state;
  static const char *const stricter[] = {"disabled", "readonly", "writable"};
  for (size_t i = 0; i < 3; i++) {
    start(f);
    struct sd_mount *mount =
        push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice/w,target=/w,readonly");
    mount->recursive = stricter[i];
    mount->propagation = "rprivate";
    mount->nonrecursive = SD_TRUE;
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
    const struct sd_mount *out = &f->decision.out.mounts.v.items[0];
    assert_string_equal(out->recursive, stricter[i]);
    assert_string_equal(out->propagation, "rprivate");
    assert_int_equal(out->nonrecursive, SD_TRUE);
  }
  start(f);
  struct sd_mount *mount = push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice/w,target=/w");
  mount->recursive = "enabled";
  mount->nonrecursive = SD_FALSE;
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  assert_null(f->decision.out.mounts.v.items[0].recursive);
  assert_int_equal(f->decision.out.mounts.v.items[0].nonrecursive, SD_UNSET);
}

static void test_bind_refused(void **state) {
  static const struct {
    const char *text, *rule, *part;
  } rows[] = {
      {"/home/alice/none:/w", "bind-missing", "does not exist"},
      {"./none:/w", "bind-missing", "./none does not exist"},
      {"/home/alice/x/../none:/w", "bind-missing", "/home/alice/none does not exist"},
      {"/home/alice/../../run/none:/w", "bind-protected", "/run"},
      {"/home/alice/no/docker.sock:/w", "bind-missing", "does not exist"},
      {"/home/bob/x:/w", "bind-unreachable", "permission denied"},
      {"/home/bob:/w", "bind-source", "/home/bob"},
      {"/home/alice/../bob:/w", "bind-source", "/home/bob"},
      {"/home/alice/../../etc:/w", "bind-protected", "/etc"},
      {"/home/alice-evil:/w", "bind-source", "/home/alice-evil"},
      {"/home/alice/l-evil:/w", "bind-source", "/home/alice-evil"},
      {"/home/alice/l-root:/w", "bind-protected", "whole host"},
      {"/home/alice/l-etc:/w", "bind-protected", "/etc"},
      {"/home/alice/l-shadow:/w", "bind-protected", "password"},
      {"/:/w", "bind-protected", "whole host"},
      {"../..:/w", "bind-protected", "whole host"},
      {"/etc:/w", "bind-protected", "holds the protected"},
      {"/etc/ssl:/w", "bind-protected", "/etc/ssl/private"},
      {"/etc/shadow:/w", "bind-protected", "password"},
      {"/etc/sudoers:/w", "bind-protected", "root"},
      {"/etc/ssh:/w", "bind-protected", "keys"},
      {"/etc/safe-docker/docker:/w", "bind-protected", "policy"},
      {"/var:/w", "bind-protected", "holds the protected"},
      {"/var/lib:/w", "bind-protected", "holds the protected"},
      {"/var/lib/docker:/w", "bind-protected", "every container"},
      {"/proc:/w", "bind-protected", "process"},
      {"/proc/self/root:/w", "bind-protected", "process"},
      {"/sys:/w", "bind-protected", "kernel"},
      {"/boot:/w", "bind-protected", "kernel"},
      {"/dev:/w", "bind-protected", "devices"},
      {"/dev/shm:/w", "bind-protected", "devices"},
      {"/run:/w", "bind-protected", "sockets"},
      {"/var/run:/w", "bind-protected", "sockets"},
      {"/run/user/1000:/w", "bind-protected", "sockets"},
      {"/run/none:/w", "bind-protected", "sockets"},
      {"/root:/w", "bind-protected", "root"},
      {"/root/x:/w", "bind-protected", "root"},
      {"/etc/hosts:/w", "bind-source", "/etc/hosts"},
      {"/home:/w", "bind-source", "/home"},
      {"/tmp:/w", "bind-source", "/tmp"},
      {"/var/lib/docker-x:/w", "bind-source", "docker-x"},
      {"/var/run/docker.sock:/w", "bind-socket", "Docker API socket"},
      {"/run/docker.sock:/w", "bind-socket", "Docker API socket"},
      {"/home/alice/d.sock:/w", "bind-socket", "Docker API socket"},
      {"/home/alice/docker.sock:/w", "bind-socket", "root on the host"},
      {"/run/containerd/containerd.sock:/w", "bind-socket", "root on the host"},
      {"/run/podman/podman.sock:/w", "bind-socket", "root on the host"},
      {"/home/alice/my.sock:/w", "bind-socket", "a service of the host"},
      {"/dev/null:/w", "bind-device", "device"},
      {"/home/alice/disk:/w", "bind-device", "device"},
      {"/home/alice/fifo:/w", "bind-fifo", "fifo"},
      {"/home/alice/odd:/w", "bind-type", "neither"},
      {"/home/alice/sockets:/w", "bind-contains", "agent"},
      {"/home/alice/l-ff:/w", "bind-name", "UTF-8"},
      {"/home/alice/l-lf:/w", "bind-name", "control"},
      {"/home/alice/l-blank:/w", "bind-name", "blank"},
      {"/home/alice/l-back:/w", "bind-name", "backslash"},
      {"/home/alice:/w:rshared", "bind-propagation", "rshared"},
      {"/home/alice:/w:slave", "bind-propagation", "slave"},
      {"/home/alice:/w:z", "bind-relabel", "SELinux"},
      {"/home/alice:/w:Z", "bind-relabel", "SELinux"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (f->decision.problems.list.len != 1 ||
        strcmp(f->decision.problems.list.items[0].rule, rows[i].rule) != 0)
      print_message("row %s\n", rows[i].text);
    fixture_assert_contains(fixture_assert_denied(f, rows[i].rule)->message, rows[i].part);
    assert_int_equal(f->decision.out.mounts.v.len, 0);
  }
}

static void test_bind_by_hand(void **state) {
  struct fixture *f = *state;
  static const char *const names[] = {"/home/alice/a\nb", "/home/alice/\xff",
                                      "/home/alice/\xc2\x85", ""};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    start(f);
    push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice,target=/w")->source = names[i];
    assert_denied(f, "bind-name");
  }
  start(f);
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice,target=/w")->source = NULL;
  assert_denied(f, "bind-name");
  start(f);
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice,target=/w")->create_source = true;
  assert_denied(f, "bind-create");
  start(f);
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice,target=/w")->recursive = "sometimes";
  assert_denied(f, "bind-recursive");
  start(f);
  fixture_node(f, "/home/alice/strange", SD_NODE_DIRECTORY, "relative");
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice/strange,target=/w");
  assert_denied(f, "bind-unreachable");
  start(f);
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice,target=/w")->kind = (enum sd_mount_kind)9;
  assert_denied(f, "mount-type");
}

/* What the host says of a source, and what is only said of a folder. */
static void test_bind_words_of_the_host(void **state) {
  struct fixture *f = *state;
  start(f);
  fixture_node(f, "/home/alice/far", SD_NODE_UNREACHABLE, NULL)->reason = "it is on the moon";
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice/far,target=/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_contains(fixture_assert_denied(f, "bind-unreachable")->message, "on the moon");
  start(f);
  fixture_folder_with(f, "/home/alice/note", (struct sd_special){.name = "s", .kind = "socket"});
  f->nodes.items[f->nodes.len - 1].resolved.node = SD_NODE_FILE;
  push(f, SD_OPT_MOUNT, "type=bind,source=/home/alice/note,target=/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* With a folder before them or without. */
static void test_names_of_sockets(void **state) {
  (void)state;
  assert_true(sd_mount_is_api_socket("docker.sock"));
  assert_true(sd_mount_is_api_socket("/run/docker.sock"));
  assert_false(sd_mount_is_api_socket("docker.sock/x"));
}

static void test_bind_all_violations_at_once(void **state) {
  struct fixture *f = *state;
  start(f);
  struct sd_mount *mount = push(f, SD_OPT_VOLUME, "/etc:/w:Z");
  mount->propagation = "shared";
  mount->create_source = true;
  fixture_run(f, sd_rules_mounts);
  assert_int_equal(f->decision.problems.list.len, 4);
}

/* The longest source decides, by what it resolves to; of equals the one for reading. */
static void test_bind_access(void **state) {
  static const struct {
    const char *text;
    const char *rule; /* NULL: allowed */
    const char *hint;
  } rows[] = {
      {"/srv/data:/w", "bind-read-only", "add :ro"},
      {"/srv/data:/w:ro", NULL, NULL},
      {"/srv/data/rw:/w", NULL, NULL},
      {"/home/alice/.ssh:/w", "bind-read-only", "add :ro"},
      {"/home/alice/w:/w", NULL, NULL},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    allow_bind(f, "/srv/data", true);
    allow_bind(f, "/srv/data", false);
    allow_bind(f, "/srv/data/rw", true);
    allow_bind(f, "/home/alice/.ssh", false);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].rule == NULL)
      fixture_assert_allowed(f);
    else
      assert_string_equal(fixture_assert_denied(f, rows[i].rule)->hint, rows[i].hint);
  }
  start(f);
  allow_bind(f, "/srv/data", false);
  push(f, SD_OPT_MOUNT, "type=bind,source=/srv/data,target=/w");
  fixture_run(f, sd_rules_mounts);
  assert_string_equal(fixture_assert_denied(f, "bind-read-only")->hint, "add ,readonly");
  start(f);
  allow_bind(f, "/srv/data", false);
  push(f, SD_OPT_MOUNT, "type=bind,source=/srv/data,target=/w,readonly")->recursive = "writable";
  assert_denied(f, "bind-read-only");
}

static void test_bind_sources(void **state) {
  struct fixture *f = *state;
  start(f); /* an allowed source is where it resolves */
  fixture_node(f, "/data", SD_NODE_DIRECTORY, "/srv/data");
  allow_bind(f, "/data", true);
  push(f, SD_OPT_VOLUME, "/srv/data/rw:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  start(f); /* and what is written below it counts for nothing */
  fixture_node(f, "/data", SD_NODE_DIRECTORY, "/srv/data");
  fixture_node(f, "/data/x", SD_NODE_DIRECTORY, "/usr");
  allow_bind(f, "/data", true);
  push(f, SD_OPT_VOLUME, "/data/x:/w");
  assert_denied(f, "bind-source");
  start(f); /* the hint names the sources */
  allow_bind(f, "/srv/data", false);
  push(f, SD_OPT_VOLUME, "/usr:/w");
  fixture_run(f, sd_rules_mounts);
  assert_string_equal(
      fixture_assert_denied(f, "bind-source")->hint,
      "name a file or folder below the allowed sources: /home/alice (rw), /srv/data (ro); "
      "or use a named volume, such as data:/data");
  start(f);
  f->policy.mounts.bind.len = 0;
  push(f, SD_OPT_VOLUME, "/home/alice:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_contains(fixture_assert_denied(f, "bind-source")->hint, "no bind mounts");
  start(f); /* a home of "/" or "" allows nothing */
  f->caller.home = "/";
  f->policy.mounts.bind.len = 0;
  allow_bind(f, "/", true);
  allow_bind(f, "", true);
  push(f, SD_OPT_VOLUME, "/usr:/w");
  assert_denied(f, "bind-source");
  start(f); /* an administrator's own "/" does, but for what is protected */
  allow_bind(f, "/", true);
  push(f, SD_OPT_VOLUME, "/usr:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  start(f);
  allow_bind(f, "/", true);
  push(f, SD_OPT_VOLUME, "/etc:/w");
  assert_denied(f, "bind-protected");
}

static void test_bind_without_home(void **state) {
  struct fixture *f = *state;
  start(f);
  f->caller.home = NULL;
  allow_bind(f, "/home/alice/l-root", true);
  push(f, SD_OPT_VOLUME, "/srv:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* A link decides where a source is only where the caller cannot put it. */
static void test_bind_callers_link(void **state) {
  static const struct {
    bool callers; /* may write to the folder of the link */
    uid_t uid;
    const char *text;
    bool allowed;
  } rows[] = {
      {true, 1000, "/srv/data:/w", false}, {true, 1000, "/srv/data/rw:/w", false},
      {false, 1000, "/srv/data:/w", true}, {false, 1000, "/srv/data/rw:/w", true},
      {true, 0, "/srv/data:/w", true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    f->caller.uid = rows[i].uid;
    f->policy.mounts.bind.len = 0;
    fixture_node(f, "/scratch", SD_NODE_DIRECTORY, NULL)->callers = rows[i].callers;
    fixture_node(f, "/scratch/alice", SD_NODE_DIRECTORY, "/srv");
    fixture_node(f, "/scratch/alice/data", SD_NODE_DIRECTORY, "/srv/data");
    allow_bind(f, "/scratch/alice/data", true);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].allowed)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, "bind-source");
  }
  start(f); /* a folder of the caller's without links is what it says */
  f->policy.mounts.bind.len = 0;
  fixture_node(f, "/scratch", SD_NODE_DIRECTORY, NULL)->callers = true;
  fixture_node(f, "/scratch/alice", SD_NODE_DIRECTORY, NULL)->callers = true;
  allow_bind(f, "/scratch/alice", true);
  push(f, SD_OPT_VOLUME, "/scratch/alice:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* What is for reading stays so within a larger folder that can be written to. */
static void test_bind_inner_read_only(void **state) {
  static const struct {
    const char *text;
    bool allowed;
  } rows[] = {
      {"/srv:/w", false},      {"/srv:/w:ro", true},      {"/srv/data:/w", false},
      {"/srv/other:/w", true}, {"/srv/data/rw:/w", true}, {"/srv/data:/w:ro", true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    fixture_node(f, "/srv/other", SD_NODE_DIRECTORY, NULL);
    allow_bind(f, "/srv", true);
    allow_bind(f, "/srv/data", false);
    allow_bind(f, "/srv/data/rw", true);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].allowed)
      fixture_assert_allowed(f);
    else
      fixture_assert_contains(fixture_assert_denied(f, "bind-read-only")->message, "/srv/data");
  }
}

/* What the runtime would create as root below a bound folder. */
static void test_mount_points(void **state) {
  static const struct {
    const char *bind, *tmpfs, *workdir;
    bool allowed;
  } rows[] = {
      {"/srv:/w", NULL, "/w", true},
      {"/srv:/w", NULL, "/w/data", true},
      {"/srv:/w", NULL, "/w/new", false},
      {"/srv:/w", NULL, "/w/data/../new/deep", false},
      {"/srv:/w", NULL, "/wx/new", true},
      {"/srv:/w:ro", NULL, "/w/new", true},
      {"/srv:/w", "/w/data", NULL, true},
      {"/srv:/w", "/w/new", NULL, false},
      {"/srv:/w", "/w/new/deep", NULL, false},
      {"/srv:/w", "/w/link", NULL, false},
      {"/srv:/w", "/w/link/x", NULL, false},
      {"/srv:/w", "/w/data", "/w/data/new", true},
      {"/srv:/w", "/w/mine/new/deep", NULL, true},
      {"/srv:/etc", NULL, NULL, false},
      {"/srv/mine:/etc", NULL, NULL, true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    allow_bind(f, "/srv", true);
    fixture_node(f, "/srv/link", SD_NODE_DIRECTORY, "/usr");
    fixture_node(f, "/srv/mine", SD_NODE_DIRECTORY, NULL)->callers = true;
    push(f, SD_OPT_VOLUME, rows[i].bind);
    if (rows[i].tmpfs != NULL)
      push_tmpfs(f, rows[i].tmpfs);
    if (rows[i].workdir != NULL)
      fixture_text(f, SD_OPT_WORKDIR, rows[i].workdir);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].allowed) {
      fixture_assert_allowed(f);
      continue;
    }
    assert_true(f->decision.problems.list.len > 0);
    for (size_t k = 0; k < f->decision.problems.list.len; k++)
      assert_string_equal(f->decision.problems.list.items[k].rule, "mount-point");
  }
}

static void test_policy_protects(void **state) {
  static const struct {
    const char *protect, *text;
    bool refused;
  } rows[] = {
      {"/home/alice/.ssh", "/home/alice/.ssh:/w", true},
      {"/home/alice/.ssh", "/home/alice:/w", true},
      {"/home/alice/.ssh", "/home/alice/w:/w", false},
      {"/home/alice/.s", "/home/alice/.ssh:/w", false},
      {"/home/*/.ssh", "/home/alice/.ssh:/w", true},
      {"/home/*/.ssh", "/home/alice:/w", true},
      {"/home/*/.ssh", "/home/alice/w:/w", false},
      {"/home/*/.ssh", "/home/alice/file:/w", false},
      {"/home/*/w", "/home/alice/l-w:/w", true},
      {"**/.ssh", "/home/alice/.ssh:/w", true},
      {"**/.ssh", "/home/alice/w:/w", true},
      {"**/.ssh", "/home/alice/file:/w", false},
      {"/home/alice/l-w", "/home/alice/w:/w", true},
      {"/home/alice/w/", "/home/alice/w:/w", true},
      /* a ** within a name takes slashes, too */
      {"/home/**.key", "/home/alice/w:/w", true},
      {"/home/**.key", "/home/alice/file:/w", false},
      {"/home/**secret", "/home/alice:/w", true},
      {"/home/al**x/y", "/home/alice/w:/w", true},
      {"/home/bo**x/y", "/home/alice/w:/w", false},
      {"/srv/**.key", "/home/alice/w:/w", false},
      {"/home\\/alice/[vw]", "/home/alice:/w", true},
      /* the folders before the pattern can be links */
      {"/link/*/w", "/home/alice/w:/w", true},
      {"/link/*/w", "/home/alice:/w", true},
      {"/link/alice/x*", "/home/alice/w:/w", false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    fixture_node(f, "/link", SD_NODE_DIRECTORY, "/home");
    sd_strv_add(&f->policy.mounts.protect, &f->arena, rows[i].protect);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].refused)
      fixture_assert_contains(fixture_assert_denied(f, "bind-protected")->message,
                              "mounts.protect");
    else
      fixture_assert_allowed(f);
  }
}

static void test_daemon_sockets(void **state) {
  struct fixture *f = *state;
  start(f); /* a daemon elsewhere, behind a link; the folder that holds it, too */
  f->policy.docker.endpoint.host = "unix:///opt/sock/api";
  fixture_node(f, "/opt/sock/api", SD_NODE_SOCKET, "/home/alice/w/api");
  fixture_node(f, "/home/alice/w/api", SD_NODE_SOCKET, NULL);
  push(f, SD_OPT_VOLUME, "/home/alice/w/api:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_contains(fixture_assert_denied(f, "bind-socket")->message, "Docker API socket");
  start(f);
  f->policy.docker.endpoint.host = "unix:///opt/sock/api";
  allow_bind(f, "/opt", true);
  push(f, SD_OPT_VOLUME, "/opt/sock:/w");
  assert_denied(f, "bind-protected");
  start(f); /* out of the caller's sight: found by the folders above it */
  f->policy.docker.endpoint.host = "unix:///links/to/api";
  fixture_node(f, "/links", SD_NODE_DIRECTORY, "/srv/data");
  allow_bind(f, "/srv", true);
  push(f, SD_OPT_VOLUME, "/srv/data:/w");
  assert_denied(f, "bind-protected");
  start(f);
  f->policy.docker.endpoint.host = "unix:///links/api";
  fixture_node(f, "/links", SD_NODE_DIRECTORY, "/");
  fixture_node(f, "/api", SD_NODE_SOCKET, NULL);
  push(f, SD_OPT_VOLUME, "/api:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_contains(fixture_assert_denied(f, "bind-socket")->message, "Docker API socket");
  start(f); /* gone for the moment: still the socket */
  f->policy.docker.endpoint.host = "unix:///home/alice/api";
  push(f, SD_OPT_VOLUME, "/home/alice/api:/w");
  assert_denied(f, "bind-socket");
  start(f);
  *sd_vec_push(&f->arena, &f->policy.docker.contexts) =
      (struct sd_endpoint){.name = "other", .host = "unix:///home/alice/w/other"};
  fixture_node(f, "/home/alice/w/other", SD_NODE_SOCKET, NULL);
  push(f, SD_OPT_VOLUME, "/home/alice/w/other:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_contains(fixture_assert_denied(f, "bind-socket")->message, "Docker API socket");
  start(f);
  f->policy.docker.config_dir = "/home/alice/conf";
  push(f, SD_OPT_VOLUME, "/home/alice:/w");
  assert_denied(f, "bind-protected");
  start(f); /* a remote daemon has no socket here */
  f->policy.docker.endpoint.host = "ssh://host";
  f->policy.docker.endpoint.machine = SD_MACHINE_THIS;
  push(f, SD_OPT_VOLUME, "/home/alice/w:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* The socket of the policy, that of the endpoint, and those of contexts, each alone and by way of links. */
static void test_every_socket(void **state) {
  static const struct {
    const char *policy, *endpoint, *context, *text, *rule; /* rule NULL: allowed */
  } rows[] = {
      {"unix:///a/one", "unix:///b/two", "unix:///c/three", "/a:/w", "bind-protected"},
      {"unix:///a/one", "unix:///b/two", "unix:///c/three", "/b:/w", "bind-protected"},
      {"unix:///a/one", "unix:///b/two", "unix:///c/three", "/c:/w", "bind-protected"},
      {"unix:///a/one", "unix:///b/two", "unix:///c/three", "/a/one:/w", "bind-socket"},
      {"unix:///a/one", "unix:///b/two", "unix:///c/three", "/b/two:/w", "bind-socket"},
      {"unix:///a/one", "unix:///b/two", "unix:///c/three", "/c/three:/w", "bind-socket"},
      {"unix:///l/one", "unix:///b/two", "unix:///c/three", "/a/one:/w", "bind-socket"},
      {"unix:///a/one", "unix:///l/two", "unix:///c/three", "/a/two:/w", "bind-socket"},
      {"unix:///a/one", "unix:///b/two", "unix:///l/three", "/a/three:/w", "bind-socket"},
      {"unix:///a/one", "unix:///b/two", "tcp://10.0.0.1:2376", "/c/three:/w", NULL},
      {"unix:///a/one", "unix:///b/two", "ssh://a/c/three", "/c/three:/w", NULL},
      {"unix:///a/one", "unix:///b/two", NULL, "/c/three:/w", NULL},
      {"unix:///a/one", NULL, "unix:///c/three", "/b/two:/w", NULL},
      {"unix:///straight/gone", NULL, "unix:///c/three", "/straight:/w", "bind-protected"},
      {"unix:///l/locked/api", NULL, "unix:///c/three", "/a/locked:/w", "bind-protected"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    static const char *const sources[] = {"/a", "/b", "/c", "/straight"};
    struct sd_endpoint endpoint = {.name = "", .host = rows[i].endpoint};
    start(f);
    for (size_t k = 0; k < sizeof(sources) / sizeof(sources[0]); k++) {
      allow_bind(f, sources[k], true);
      fixture_node(f, sources[k], SD_NODE_DIRECTORY, NULL)->straight = k == 3;
    }
    fixture_node(f, "/l", SD_NODE_DIRECTORY, "/a");
    fixture_node(f, "/l/locked", SD_NODE_UNREACHABLE, NULL);
    fixture_node(f, "/a/locked", SD_NODE_DIRECTORY, NULL);
    static const char *const files[] = {"/a/one", "/a/two", "/a/three", "/b/two", "/c/three"};
    for (size_t k = 0; k < sizeof(files) / sizeof(files[0]); k++)
      fixture_node(f, files[k], SD_NODE_FILE, NULL);
    f->policy.docker.endpoint.host = rows[i].policy;
    f->in.endpoint = rows[i].endpoint != NULL ? &endpoint : NULL;
    *sd_vec_push(&f->arena, &f->policy.docker.contexts) =
        (struct sd_endpoint){.name = "other", .host = rows[i].context};
    push(f, SD_OPT_VOLUME, rows[i].text);
    if (rows[i].rule != NULL) {
      assert_denied(f, rows[i].rule);
      continue;
    }
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
  }
}

/* Protected by a link to everything, and by a pattern behind a link to a folder whose name looks like a pattern. */
static void test_protected_links(void **state) {
  static const struct {
    const char *protect, *text;
    bool refused;
  } rows[] = {
      {"/home/alice/l-root", "/home/alice/w:/w", true},
      {"/star/*x", "/home/st*r/ax:/w", true},
      {"/star/*x", "/home/star/ax:/w", false},
      {"/link/al*/w", "/home/alice/w:/w", true},
      {"/link/al*/w", "/etc/l/w:/w", false},
      {"/straight", "/straight:/w", true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    allow_bind(f, "/home", true);
    allow_bind(f, "/etc/l", true);
    allow_bind(f, "/straight", true);
    fixture_node(f, "/straight", SD_NODE_DIRECTORY, NULL)->straight = true;
    fixture_node(f, "/star", SD_NODE_DIRECTORY, "/home/st*r");
    fixture_node(f, "/home/st*r/ax", SD_NODE_DIRECTORY, NULL);
    fixture_node(f, "/home/star/ax", SD_NODE_DIRECTORY, NULL);
    fixture_node(f, "/link", SD_NODE_DIRECTORY, "/home");
    fixture_node(f, "/link/a", SD_NODE_DIRECTORY, "/etc");
    fixture_node(f, "/etc/l", SD_NODE_DIRECTORY, NULL);
    fixture_node(f, "/etc/l/w", SD_NODE_DIRECTORY, NULL);
    sd_strv_add(&f->policy.mounts.protect, &f->arena, rows[i].protect);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].refused)
      (void)fixture_assert_denied(f, "bind-protected");
    else
      fixture_assert_allowed(f);
  }
}

/* Whose files a bind names is known of this machine alone. */
static void test_other_machine(void **state) {
  struct fixture *f = *state;
  static const struct {
    const char *host;
    enum sd_machine machine;
    bool allowed;
  } rows[] = {{"unix:///run/docker.sock", SD_MACHINE_AUTO, true},
              {"unix:///run/docker.sock", SD_MACHINE_OTHER, false},
              {"ssh://host", SD_MACHINE_AUTO, false},
              {"tcp://127.0.0.1:2376", SD_MACHINE_AUTO, false},
              {"tcp://127.0.0.1:2376", SD_MACHINE_THIS, true}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    f->policy.docker.endpoint.host = rows[i].host;
    f->policy.docker.endpoint.machine = rows[i].machine;
    push(f, SD_OPT_VOLUME, "/home/alice/w:/w");
    if (!rows[i].allowed) {
      assert_denied(f, "bind-remote");
      continue;
    }
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
  }
  start(f); /* what has no file on the host */
  f->policy.docker.endpoint.host = "ssh://host";
  push(f, SD_OPT_VOLUME, "data:/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

static void test_root_home(void **state) {
  struct fixture *f = *state;
  static const struct {
    uid_t uid;
    const char *home;
    bool allowed;
  } rows[] = {
      {0, "/root", true}, {0, "/home/alice", false}, {0, NULL, false}, {1000, "/root", false}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    f->caller.uid = rows[i].uid;
    f->caller.home = rows[i].home;
    allow_bind(f, "/root", true);
    push(f, SD_OPT_VOLUME, "/root/x:/w");
    fixture_run(f, sd_rules_mounts);
    if (rows[i].allowed)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, "bind-protected");
  }
  start(f); /* and nothing else */
  f->caller.uid = 0;
  f->caller.home = "/root";
  allow_bind(f, "/etc", true);
  push(f, SD_OPT_VOLUME, "/etc/ssh:/w");
  assert_denied(f, "bind-protected");
}

static void test_foreign_user(void **state) {
  static const struct {
    enum sd_user_mode mode;
    uid_t caller;
    const char *user;
    bool refused;
  } rows[] = {
      {SD_USER_ANY, 1000, NULL, false},
      {SD_USER_ANY, 1000, "1000", false},
      {SD_USER_ANY, 1000, "1000:1000", false},
      {SD_USER_ANY, 1000, "0", true},
      {SD_USER_ANY, 1000, "0:0", true},
      {SD_USER_ANY, 1000, "1000:0", true},
      {SD_USER_ANY, 1000, "1000:100", true},
      {SD_USER_ANY, 1000, "root", true},
      {SD_USER_ANY, 1000, "alice", true},
      {SD_USER_ANY, 1000, "1000:docker", true},
      {SD_USER_ANY, 1000, "+0", true},
      {SD_USER_ANY, 1000, "", true},
      {SD_USER_NON_ROOT, 1000, "1001:1001", true},
      {SD_USER_ANY, 0, "0", false},
      {SD_USER_NON_ROOT, 0, "65534:65534", false},
      {SD_USER_NON_ROOT, 0, "1000:1000", true},
      {SD_USER_CALLER, 1000, "1000", false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    f->policy.user.mode = rows[i].mode;
    f->caller.uid = rows[i].caller;
    if (rows[i].caller == 0)
      f->caller.gid = 0;
    push(f, SD_OPT_VOLUME, "/home/alice/w:/w:ro");
    if (rows[i].user != NULL)
      fixture_text(f, SD_OPT_USER, rows[i].user);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].refused)
      (void)fixture_assert_denied(f, "bind-foreign-user");
    else
      fixture_assert_allowed(f);
  }
  start(f); /* whom a volume is written by is nobody's matter */
  f->policy.user.mode = SD_USER_ANY;
  push(f, SD_OPT_VOLUME, "data:/w");
  fixture_text(f, SD_OPT_USER, "5:5");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* -- targets ----------------------------------------------------------------------------------- */
/* What the parser lets nobody write: a mount on nothing, and a bind of nothing. */
static void test_no_target(void **state) {
  struct fixture *f = *state;
  start(f);
  push(f, SD_OPT_VOLUME, "/home/alice/w:/w")->source = NULL;
  fixture_text(f, SD_OPT_WORKDIR, "/w/x");
  assert_denied(f, "bind-name");
  start(f);
  push(f, SD_OPT_VOLUME, "/home/alice/w:/w")->target = NULL;
  fixture_run(f, sd_rules_mounts);
  assert_true(f->decision.problems.list.len > 0);
  assert_string_equal(f->decision.problems.list.items[0].rule, "mount-target");
}

static void test_targets(void **state) {
  static const struct {
    const char *text;
    bool refused;
  } rows[] = {
      {"data:/proc", true},          {"data:/proc/self", true}, {"data:/x/../proc/1", true},
      {"data:/sys/fs/cgroup", true}, {"data:/process", false},  {"data:/dev", true},
      {"data:/dev/null", true},      {"data:/dev/pts", true},   {"data:/dev/shm", false},
      {"data:/dev/shm/x", false},    {"data:/devel", false},    {"data:/system", false},
      {"data:/dev/shm", false},      {"data:/etc", false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    push(f, SD_OPT_VOLUME, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].refused)
      (void)fixture_assert_denied(f, "mount-target");
    else
      fixture_assert_allowed(f);
  }
  static const char *const odd[] = {"/", "relative", "/a\nb", "/\xff"};
  for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
    start(f);
    push(f, SD_OPT_VOLUME, "data:/w")->target = odd[i];
    fixture_run(f, sd_rules_mounts);
    (void)fixture_assert_denied(f, "mount-target");
  }
  start(f);
  push_tmpfs(f, "/sys/x:size=1m");
  fixture_run(f, sd_rules_mounts);
  (void)fixture_assert_denied(f, "mount-target");
}

static void test_duplicates(void **state) {
  struct fixture *f = *state;
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w");
  push(f, SD_OPT_MOUNT, "type=volume,source=other,target=/x/../w/");
  fixture_run(f, sd_rules_mounts);
  (void)fixture_assert_denied(f, "mount-duplicate");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w");
  push_tmpfs(f, "/w:size=1m");
  fixture_run(f, sd_rules_mounts);
  (void)fixture_assert_denied(f, "mount-duplicate");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w");
  push(f, SD_OPT_VOLUME, "data:/w/x");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

/* -- volumes ----------------------------------------------------------------------------------- */
static void test_volumes_allowed(void **state) {
  struct fixture *f = *state;
  static const char *const shorts[] = {"data:/w", "data:/w:ro", "data:/w:nocopy", "/w"};
  for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
    start(f);
    push(f, SD_OPT_VOLUME, shorts[i]);
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
    fixture_assert_change_count(f, 0);
    assert_int_equal(f->decision.out.mounts.v.len, 1);
    assert_true(f->decision.out.mounts.v.items[0].short_form);
    assert_string_equal(sd_volume_format(&f->arena, &f->decision.out.mounts.v.items[0]), shorts[i]);
  }
  start(f);
  push(f, SD_OPT_MOUNT,
       "type=volume,source=data,target=/"
       "w,readonly,volume-nocopy,volume-driver=local,volume-label=a=b,"
       "volume-subpath=x/y");
  fixture_text(f, SD_OPT_VOLUME_DRIVER, "local");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  const struct sd_mount *out = &f->decision.out.mounts.v.items[0];
  assert_false(out->short_form);
  assert_null(out->driver);
  assert_true(out->nocopy && out->read_only);
  assert_string_equal(out->subpath, "x/y");
  assert_string_equal(out->labels.v.items[0], "a=b");
  assert_false(f->decision.out.volume_driver.set);
}

static void test_volume_names(void **state) {
  static const struct {
    const char *pattern, *name;
    bool allowed;
  } rows[] = {
      {"alice-*", "alice-data", true},
      {"alice-*", "alice-", true},
      {"alice-*", "bob-data", false},
      {"alice-*", "xalice-d", false},
      {"data", "data2", false},
      {"*", "a/b", false},
      {"**", "/etc", false},
      {"**", "a:b", false},
      {"**", "a,b", false},
      {"**", ".hidden", false},
      {"**", "", false},
      /* the form of anonymous volumes: perhaps somebody else's */
      {"**", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false},
      {"**", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    f->policy.mounts.volumes.v.len = 0;
    sd_strv_add(&f->policy.mounts.volumes, &f->arena, rows[i].pattern);
    push(f, SD_OPT_VOLUME, "data:/w")->source = rows[i].name;
    fixture_run(f, sd_rules_mounts);
    if (rows[i].allowed)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, "volume-name");
  }
  start(f);
  f->policy.mounts.volumes.v.len = 0;
  push(f, SD_OPT_VOLUME, "data:/w");
  assert_denied(f, "volume-name");
  start(f);
  f->policy.mounts.volumes.v.len = 0;
  push(f, SD_OPT_VOLUME, "/w");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
}

static void test_volumes_refused(void **state) {
  static const struct {
    const char *text, *rule;
  } rows[] = {
      {"type=volume,source=data,target=/w,volume-driver=rexray", "volume-driver"},
      {"type=volume,target=/w,volume-driver=nfs", "volume-driver"},
      {"type=volume,source=data,target=/w,volume-opt=type=none", "volume-options"},
      {"type=volume,target=/w,volume-driver=local,\"volume-opt=o=bind\",volume-opt=device=/",
       "volume-options"},
      {"type=volume,source=data,target=/w,volume-label=io.safe-docker.owner=0", "label-reserved"},
      {"type=volume,source=data,target=/w,volume-label=io.safe-docker", "label-reserved"},
      {"type=volume,source=data,target=/w,volume-label=com.docker.swarm.x=1", "label-reserved"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    push(f, SD_OPT_MOUNT, rows[i].text);
    assert_denied(f, rows[i].rule);
  }
  static const char *const subpaths[] = {"..", "a/../b", "/etc", "", "./a", "a//b", "a/", "a\nb"};
  for (size_t i = 0; i < sizeof(subpaths) / sizeof(subpaths[0]); i++) {
    start(f);
    push(f, SD_OPT_MOUNT, "type=volume,source=data,target=/w")->subpath = subpaths[i];
    assert_denied(f, "volume-subpath");
  }
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->propagation = "rshared";
  assert_denied(f, "bind-propagation");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->selinux = "z";
  assert_denied(f, "bind-relabel");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->create_source = true;
  assert_denied(f, "volume-options");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->recursive = "enabled";
  assert_denied(f, "volume-options");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->nonrecursive = SD_FALSE;
  assert_denied(f, "volume-options");
  start(f);
  sd_strv_add(&push(f, SD_OPT_VOLUME, "data:/w")->labels, &f->arena, "a=\n");
  assert_denied(f, "label-reserved");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->driver = "x";
  assert_denied(f, "volume-driver");
  start(f);
  push(f, SD_OPT_VOLUME, "data:/w")->driver = "";
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  start(f);
  fixture_text(f, SD_OPT_VOLUME_DRIVER, "rexray");
  assert_denied(f, "volume-driver");
}

/* -- tmpfs ------------------------------------------------------------------------------------- */
static void test_tmpfs_allowed(void **state) {
  static const struct {
    const char *text, *out;
    bool injected;
  } rows[] = {
      {"/t", "/t:size=67108864", true},
      {"/t:size=512m", "/t:size=536870912", false},
      {"/t:rw,exec,nosuid,nodev,noatime", "/t:rw,exec,nosuid,nodev,noatime,size=67108864", true},
      {"/t:size=1m,mode=1777,uid=1000,gid=100,nr_inodes=10",
       "/t:size=1048576,mode=1777,nr_inodes=10,uid=1000,gid=100", false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    push_tmpfs(f, rows[i].text);
    fixture_run(f, sd_rules_mounts);
    fixture_assert_allowed(f);
    assert_int_equal(f->decision.out.tmpfs.v.len, 1);
    assert_string_equal(sd_tmpfs_format(&f->arena, &f->decision.out.tmpfs.v.items[0]), rows[i].out);
    fixture_assert_change_count(f, rows[i].injected ? 1 : 0);
    if (rows[i].injected)
      fixture_assert_changed(f, "tmpfs-size",
                             sd_arena_printf(&f->arena, "--tmpfs=%s", rows[i].out));
    assert_true(f->decision.claimed[SD_OPT_TMPFS]);
  }
  start(f);
  push(f, SD_OPT_MOUNT, "type=tmpfs,target=/t,tmpfs-mode=700");
  fixture_run(f, sd_rules_mounts);
  fixture_assert_allowed(f);
  assert_int_equal(f->decision.out.mounts.v.items[0].tmpfs_size, 64 * 1024 * 1024);
  assert_int_equal(f->decision.out.mounts.v.items[0].tmpfs_mode, 0700);
  fixture_assert_change_count(f, 1);
  fixture_assert_changed(
      f, "tmpfs-size",
      sd_arena_printf(&f->arena, "--mount=%s",
                      sd_mount_format(&f->arena, &f->decision.out.mounts.v.items[0])));
}

static void test_tmpfs_refused(void **state) {
  static const struct {
    const char *text, *rule;
  } rows[] = {
      {"/t:size=0", "tmpfs-size"},
      {"/t:size=513m", "tmpfs-size"},
      {"/t:size=1000g", "tmpfs-size"},
      {"/t:suid,size=1m", "tmpfs-options"},
      {"/t:dev,size=1m", "tmpfs-options"},
      {"/t:remount,size=1m", "tmpfs-options"},
      {"/t:bind,size=1m", "tmpfs-options"},
      {"/t:rshared,size=1m", "tmpfs-options"},
      {"/t:mode=4755", "tmpfs-options"},
      {"/t:mode=2755", "tmpfs-options"},
      {"/t:nr_inodes=0", "tmpfs-options"},
      {"/t:mpol=bind:0", "tmpfs-options"},
      {"/t:nr_blocks=100000000", "tmpfs-options"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    push_tmpfs(f, rows[i].text);
    assert_denied(f, rows[i].rule);
  }
  static const struct {
    const char *text, *rule;
  } mounts[] = {
      {"type=tmpfs,target=/t,tmpfs-size=0", "tmpfs-size"},
      {"type=tmpfs,target=/t,tmpfs-size=1g", "tmpfs-size"},
      {"type=tmpfs,target=/t,tmpfs-mode=4755", "tmpfs-options"},
  };
  for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
    start(f);
    push(f, SD_OPT_MOUNT, mounts[i].text);
    assert_denied(f, mounts[i].rule);
  }
  start(f);
  push(f, SD_OPT_MOUNT, "type=tmpfs,target=/t")->source = "/etc";
  assert_denied(f, "tmpfs-options");
  start(f);
  push(f, SD_OPT_MOUNT, "type=tmpfs,target=/t")->tmpfs_mode = -2;
  assert_denied(f, "tmpfs-options");
  start(f);
  push_tmpfs(f, "/t");
  sd_strv_add(&f->request.tmpfs.v.items[0].others, &f->arena, "odd=5");
  assert_denied(f, "tmpfs-options");
  struct sd_mount foreign[10];
  for (size_t i = 0; i < 10; i++)
    foreign[i] = (struct sd_mount){
        .kind = SD_MOUNT_TMPFS, .target = "/t", .tmpfs_size = -1, .tmpfs_mode = -1};
  foreign[0].propagation = "shared";
  foreign[1].selinux = "z";
  foreign[2].recursive = "enabled";
  foreign[3].nonrecursive = SD_TRUE;
  foreign[4].create_source = true;
  foreign[5].subpath = "x";
  foreign[6].driver = "local";
  foreign[7].nocopy = true;
  sd_strv_add(&foreign[8].driver_opts, &f->arena, "o=bind");
  sd_strv_add(&foreign[9].labels, &f->arena, "a=b");
  for (size_t i = 0; i < 10; i++) {
    start(f);
    struct sd_mount *mount = push(f, SD_OPT_MOUNT, "type=tmpfs,target=/t");
    foreign[i].given = mount->given;
    *mount = foreign[i];
    assert_denied(f, "tmpfs-options");
  }
  start(f);
  push_tmpfs(f, "/t");
  sd_strv_add(&f->request.tmpfs.v.items[0].others, &f->arena, "uid=root");
  assert_denied(f, "tmpfs-options");
}

static void test_tmpfs_by_policy(void **state) {
  struct fixture *f = *state;
  start(f);
  f->policy.mounts.tmpfs = false;
  push_tmpfs(f, "/t:size=1m");
  assert_denied(f, "tmpfs");
  start(f);
  f->policy.mounts.tmpfs = false;
  push(f, SD_OPT_MOUNT, "type=tmpfs,target=/t,tmpfs-size=1m");
  assert_denied(f, "tmpfs");
}

/* -- the root file system ---------------------------------------------------------------------- */
static void test_read_only(void **state) {
  static const struct {
    enum sd_read_only policy;
    int asked; /* -1: not given */
    int out;   /* -1: not set; 2: denied */
    bool injected;
  } rows[] = {
      {SD_READ_ONLY_ALLOW, -1, -1, false}, {SD_READ_ONLY_ALLOW, 0, 0, false},
      {SD_READ_ONLY_ALLOW, 1, 1, false},   {SD_READ_ONLY_DEFAULT, -1, 1, true},
      {SD_READ_ONLY_DEFAULT, 0, 0, false}, {SD_READ_ONLY_DEFAULT, 1, 1, false},
      {SD_READ_ONLY_REQUIRE, -1, 1, true}, {SD_READ_ONLY_REQUIRE, 0, 2, false},
      {SD_READ_ONLY_REQUIRE, 1, 1, false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    start(f);
    f->policy.read_only = rows[i].policy;
    if (rows[i].asked != -1)
      fixture_flag(f, SD_OPT_READ_ONLY, rows[i].asked == 1);
    fixture_run(f, sd_rules_mounts);
    if (rows[i].out == 2) {
      (void)fixture_assert_denied(f, "read-only");
      assert_false(f->decision.out.read_only.set);
      continue;
    }
    fixture_assert_allowed(f);
    assert_int_equal(f->decision.out.read_only.set ? f->decision.out.read_only.value : -1,
                     rows[i].out);
    fixture_assert_change_count(f, rows[i].injected ? 1 : 0);
    if (rows[i].injected)
      fixture_assert_changed(f, "read-only", "--read-only=true");
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_bind_allowed),
      TEST(test_bind_options_pass),
      TEST(test_bind_refused),
      TEST(test_bind_by_hand),
      TEST(test_bind_words_of_the_host),
      TEST(test_names_of_sockets),
      TEST(test_bind_all_violations_at_once),
      TEST(test_bind_access),
      TEST(test_bind_sources),
      TEST(test_bind_without_home),
      TEST(test_bind_callers_link),
      TEST(test_bind_inner_read_only),
      TEST(test_mount_points),
      TEST(test_policy_protects),
      TEST(test_daemon_sockets),
      TEST(test_every_socket),
      TEST(test_protected_links),
      TEST(test_other_machine),
      TEST(test_root_home),
      TEST(test_foreign_user),
      TEST(test_targets),
      TEST(test_no_target),
      TEST(test_duplicates),
      TEST(test_volumes_allowed),
      TEST(test_volume_names),
      TEST(test_volumes_refused),
      TEST(test_tmpfs_allowed),
      TEST(test_tmpfs_refused),
      TEST(test_tmpfs_by_policy),
      TEST(test_read_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
