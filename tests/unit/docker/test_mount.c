/* SPDX-License-Identifier: Apache-2.0 */
/* --mount and --volume: what the real CLI takes, in canonical form, and what it would misread. */
#include "spec_fixture.h"

static const char *run_mount(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_mount mount;
  if (!sd_mount_parse(arena, text, &mount, err))
    return NULL;
  assert_false(mount.short_form);
  assert_null(mount.given);
  return sd_mount_format(arena, &mount);
}

static const char *run_volume(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_mount mount;
  if (!sd_volume_parse(arena, text, &mount, err))
    return NULL;
  assert_true(mount.short_form);
  return mount.kind == SD_MOUNT_VOLUME ? sd_volume_format(arena, &mount) : "bind";
}

/* The canonical text of a bind mount written short. */
static const char *run_bind(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_mount mount;
  if (strncmp(text, "type=", 5) == 0)
    return run_mount(arena, text, err);
  if (!sd_volume_parse(arena, text, &mount, err))
    return NULL;
  assert_int_equal(mount.kind, SD_MOUNT_BIND);
  return sd_mount_format(arena, &mount);
}

static void mount_spellings(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("type=bind,source=/a,target=/b"),
      {"TYPE=bind,SRC=/a,DST=/b", "type=bind,source=/a,target=/b", NULL},
      {"Type=BIND,Source=/a,Destination=/b", "type=bind,source=/a,target=/b", NULL},
      {"dst=/b", "type=volume,target=/b", NULL},
      {"source=data,target=/b", "type=volume,source=data,target=/b", NULL},
      {"type=bind,src=/a,dst=/b/../c/./d//", "type=bind,source=/a,target=/c/d", NULL},
      {"type=bind,src=/a//../x,dst=/b", "type=bind,source=/a//../x,target=/b", NULL},
      {"type=bind,src=./a,dst=/b", "type=bind,source=./a,target=/b", NULL},
      {"type=bind,src=..,dst=/b", "type=bind,source=..,target=/b", NULL},
      {"type=bind,src=/a=b,dst=/b", "type=bind,source=/a=b,target=/b", NULL},
      {"type=bind,src=/a b,dst=/b:c", "type=bind,source=/a b,target=/b:c", NULL},
      {"type=bind,src=/a\\b,dst=/b", "type=bind,source=/a\\b,target=/b", NULL},
      {"type=bind,src=/\xC3\xA9,dst=/b", "type=bind,source=/\xC3\xA9,target=/b", NULL},
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void mount_booleans(void **state) {
  static const struct spec_case rows[] = {
      {"type=bind,src=/a,dst=/b,readonly", "type=bind,source=/a,target=/b,readonly=true", NULL},
      {"type=bind,src=/a,dst=/b,RO", "type=bind,source=/a,target=/b,readonly=true", NULL},
      {"type=bind,src=/a,dst=/b,ro=1", "type=bind,source=/a,target=/b,readonly=true", NULL},
      {"type=bind,src=/a,dst=/b,ReadOnly=T", "type=bind,source=/a,target=/b,readonly=true", NULL},
      {"type=bind,src=/a,dst=/b,readonly=false", "type=bind,source=/a,target=/b", NULL},
      {"type=bind,src=/a,dst=/b,bind-create-src=1",
       "type=bind,source=/a,target=/b,bind-create-src=true", NULL},
      {"type=bind,src=/a,dst=/b,bind-nonrecursive=0",
       "type=bind,source=/a,target=/b,bind-nonrecursive=false", NULL},
      {"dst=/b,volume-nocopy", "type=volume,target=/b,volume-nocopy=true", NULL},
      SPEC_REFUSED("type=bind,src=/a,dst=/b,ro=yes", "ro: "),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,readonly=", "readonly is empty"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,bind-propagation", "bind-propagation has no value"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void mount_bind_options(void **state) {
  static const struct spec_case rows[] = {
      {"type=bind,src=/a,dst=/b,bind-propagation=RSlave",
       "type=bind,source=/a,target=/b,bind-propagation=rslave", NULL},
      {"type=bind,src=/a,dst=/b,consistency=Delegated",
       "type=bind,source=/a,target=/b,consistency=delegated", NULL},
      SPEC_SAME("type=bind,source=/a,target=/b,bind-recursive=disabled"),
      SPEC_SAME("type=bind,source=/a,target=/b,readonly=true,bind-recursive=writable"),
      SPEC_SAME("type=bind,source=/a,target=/b,readonly=true,bind-propagation=rprivate,"
                "bind-recursive=readonly"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,bind-recursive=writable", "needs readonly"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,ro,bind-recursive=readonly",
                   "bind-propagation=rprivate"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,bind-recursive=Enabled", "did you mean enabled"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,bind-recursive=disabled,bind-nonrecursive",
                   "exclude each other"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,bind-propagation=everywhere", "use one of private"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,consistency=loose", "unknown consistency"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void mount_volume_options(void **state) {
  static const struct spec_case rows[] = {
      {"src=vol,dst=/b,volume-label=a=b,volume-label=c",
       "type=volume,source=vol,target=/b,volume-label=a=b,volume-label=c=", NULL},
      {"dst=/b,volume-opt=type=nfs,volume-opt=o=addr=1,volume-driver=local",
       "type=volume,target=/b,volume-driver=local,volume-opt=type=nfs,volume-opt=o=addr=1", NULL},
      {"src=vol,dst=/b,volume-subpath=x/y", "type=volume,source=vol,target=/b,volume-subpath=x/y",
       NULL},
      {"dst=/b,\"volume-opt=o=bind,device=/\"",
       "type=volume,target=/b,\"volume-opt=o=bind,device=/\"", NULL},
      SPEC_REFUSED("dst=/b,volume-opt=o=bind,device=/", "unknown key 'device'"),
      SPEC_REFUSED("dst=/b,volume-opt==b", "no key before"),
      SPEC_REFUSED("dst=/b,volume-opt=a=1,volume-opt=a=2", "'a' is given twice"),
      SPEC_REFUSED("dst=/b,volume-label=a,volume-label=a=2", "'a' is given twice"),
      SPEC_REFUSED("src=vol,dst=/b,volume-subpath=/etc", "leaves the volume"),
      SPEC_REFUSED("src=vol,dst=/b,volume-subpath=a/../..", "leaves the volume"),
      SPEC_REFUSED("dst=/b,volume-subpath=a", "needs a named volume"),
      {"src=vol,dst=/b,volume-driver=", "type=volume,source=vol,target=/b", NULL},
      {"src=,dst=/b,consistency=", "type=volume,target=/b", NULL},
      SPEC_REFUSED("src=,src=vol,dst=/b", "source is given twice"),
      SPEC_REFUSED("src=vol,dst=", "dst is empty"),
      SPEC_REFUSED("src=vol,dst=/b,volume-subpath=", "volume-subpath is empty"),
      SPEC_REFUSED("src=/v,dst=/b", "add type=bind"),
      SPEC_REFUSED("src=v,dst=/b", "name of a volume"),
      SPEC_REFUSED("src=-vol,dst=/b", "name of a volume"),
      SPEC_REFUSED("src=vol,dst=/b:c", "colon"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void mount_tmpfs_options(void **state) {
  static const struct spec_case rows[] = {
      {"type=tmpfs,dst=/b,tmpfs-size=1m,tmpfs-mode=01777,ro",
       "type=tmpfs,target=/b,readonly=true,tmpfs-size=1048576,tmpfs-mode=1777", NULL},
      SPEC_SAME("type=tmpfs,target=/b,tmpfs-size=0"),
      SPEC_REFUSED("type=tmpfs,dst=/b,tmpfs-size=-1", "negative"),
      SPEC_REFUSED("type=tmpfs,dst=/b,tmpfs-size=1e3", "tmpfs-size: "),
      SPEC_REFUSED("type=tmpfs,dst=/b,tmpfs-mode=0o777", "tmpfs-mode: "),
      SPEC_REFUSED("type=tmpfs,dst=/b,tmpfs-mode=77777", "tmpfs-mode: "),
      SPEC_REFUSED("type=tmpfs,src=x,dst=/b", "has no source"),
      SPEC_REFUSED("type=tmpfs,dst=/b,volume-nocopy", "does not go with type=tmpfs"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void mount_refusals(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("type=bind,dst=/b", "add source=/PATH"),
      SPEC_REFUSED("type=bind,src=/a", "add target=/PATH"),
      SPEC_REFUSED("type=bind,src=a,dst=/b", "begin the source with"),
      SPEC_REFUSED("type=bind,src=~/a,dst=/b", "$HOME"),
      SPEC_REFUSED("type=bind,src=/a,dst=b", "not absolute"),
      SPEC_REFUSED("type=bind,src=/a,dst=/", "root of the container"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b/..", "root of the container"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b\\c", "backslash"),
      SPEC_REFUSED("type=bind,src=/a,dst=\\b", "backslash"),
      SPEC_REFUSED("type=image,src=x,dst=/b", "use type=bind, type=volume or type=tmpfs"),
      SPEC_REFUSED("type=npipe,src=x,dst=/b", "'npipe' is not supported"),
      SPEC_REFUSED("type=cluster,src=x,dst=/b", "'cluster' is not supported"),
      SPEC_REFUSED("type=,dst=/b", "type is empty"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,", "unknown key ''"),
      SPEC_REFUSED("type=bind,sorce=/a,dst=/b", "did you mean source"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,bind-idmap=userns", "unknown key 'bind-idmap'"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,volume-nocopy=false", "does not go with type=bind"),
      SPEC_REFUSED("volume-nocopy,type=bind,src=/a,dst=/b", "does not go with type=bind"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,tmpfs-mode=1", "does not go with type=bind"),
      SPEC_REFUSED("dst=/b,bind-propagation=rshared", "does not go with type=volume"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

/* The CLI lets the last of two win and takes aliases for one key. */
static void mount_repeated_keys(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("type=bind,src=/a,src=/c,dst=/b", "source is given twice"),
      SPEC_REFUSED("type=bind,src=/a,SOURCE=/c,dst=/b", "source is given twice"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,destination=/c", "target is given twice"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b,ro,readonly=false", "readonly is given twice"),
      SPEC_REFUSED("type=volume,type=bind,src=/a,dst=/b", "type is given twice"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void mount_csv(void **state) {
  static const struct spec_case rows[] = {
      {"\"type=bind\",\"src=/a,b\",\"dst=/b\"", "type=bind,\"source=/a,b\",target=/b", NULL},
      {"type=bind,\"src=/a\"\"b\",dst=/b", "type=bind,\"source=/a\"\"b\",target=/b", NULL},
      /* A folder of this name must not become a second source. */
      {"type=bind,\"src=/p,src=/etc\",dst=/b", "type=bind,\"source=/p,src=/etc\",target=/b", NULL},
      SPEC_REFUSED("type=\"bind\",src=/a,dst=/b", "does not begin with one"),
      SPEC_REFUSED("type=bind,src=/a\"b,dst=/b", "does not begin with one"),
      SPEC_REFUSED("type=bind,\"src=/a,dst=/b", "never closed"),
      SPEC_REFUSED("type=bind,\"src=/a\"x,dst=/b", "follows a closing quote"),
      SPEC_REFUSED("type=bind,\"src=/a\" ,dst=/b", "follows a closing quote"),
      SPEC_REFUSED("\ntype=bind,src=/a,dst=/b", "control characters"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b\ntype=bind,src=/x,dst=/y", "control characters"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b\r\n", "control characters"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b\r", "control characters"),
      SPEC_REFUSED("\"type=bind\n\",src=/a,dst=/b", "control characters"),
      SPEC_REFUSED("type=bind,src=/\xFF,dst=/b", "not UTF-8"),
      SPEC_REFUSED("type=bind,src=/a\t,dst=/b", "control characters"),
      SPEC_REFUSED("type=bind,src=/a, dst=/b", "around the key ' dst'"),
      SPEC_REFUSED("type=bind,src=/a,dst =/b", "around the key 'dst '"),
      SPEC_REFUSED("type= bind,src=/a,dst=/b", "begins or ends with a blank"),
      SPEC_REFUSED("type=bind,src=/a ,dst=/b", "begins or ends with a blank"),
      SPEC_REFUSED("type=bind,src=/a,dst=/b, ro", "around the key ' ro'"),
      SPEC_REFUSED("\" type=bind\",src=/a,dst=/b", "around the key ' type'"),
  };
  (void)state;
  CHECK_CASES(rows, run_mount);
}

static void volume_names(void **state) {
  static const struct spec_case rows[] = {
      SPEC_SAME("/t"),
      {"/t/../u/", "/u", NULL},
      SPEC_SAME("data:/t"),
      SPEC_SAME("V_.-1:/t"),
      {"data:/t:rw", "data:/t", NULL},
      {"data:/t:nocopy,ro,z", "data:/t:ro,z,nocopy", NULL},
      {"data:/t:Z,cached", "data:/t:Z,cached", NULL},
      {"/s:/t", "bind", NULL},
      {"../s:/t", "bind", NULL},
      {".:/t", "bind", NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct sd_arena arena;
    struct sd_error err;
    sd_arena_init(&arena);
    sd_error_init(&err, &arena);
    const char *got = run_volume(&arena, rows[i].text, &err);
    assert_non_null(got);
    assert_string_equal(got, rows[i].want);
    if (strcmp(got, "bind") != 0)
      assert_string_equal(run_volume(&arena, got, &err), got);
    sd_arena_finish(&arena);
  }
}

static void volume_binds(void **state) {
  static const struct spec_case rows[] = {
      {"/s:/t", "type=bind,source=/s,target=/t", NULL},
      {"/s:/t:ro", "type=bind,source=/s,target=/t,readonly=true", NULL},
      {"./s:/t:rw", "type=bind,source=./s,target=/t", NULL},
      {"/s:/t:rshared,ro,delegated",
       "type=bind,source=/s,target=/t,readonly=true,bind-propagation=rshared,consistency=delegated",
       NULL},
      /* Such a name would inject a source into --mount were it not quoted. */
      {"/p,src=/etc:/t", "type=bind,\"source=/p,src=/etc\",target=/t", NULL},
      {"/p\"q:/t", "type=bind,\"source=/p\"\"q\",target=/t", NULL},
  };
  (void)state;
  CHECK_CASES(rows, run_bind);
}

static void volume_refusals(void **state) {
  static const struct spec_case rows[] = {
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("t", "not absolute"),
      SPEC_REFUSED("/", "root of the container"),
      SPEC_REFUSED("/s:/", "root of the container"),
      SPEC_REFUSED("/s:/t/..", "root of the container"),
      SPEC_REFUSED("v:/t", "at least two"),
      SPEC_REFUSED("c:/t", "name of a volume"),
      SPEC_REFUSED("C:\\x:/t", "name of a volume"),
      SPEC_REFUSED("\\\\.\\pipe\\x:/t", "backslash"),
      SPEC_REFUSED("/s:\\t", "backslash"),
      SPEC_REFUSED("/s:/t:RO", "did you mean ro"),
      SPEC_REFUSED("/s:/t:", "between colons is empty"),
      SPEC_REFUSED("/s:", "between colons is empty"),
      SPEC_REFUSED(":/t", "between colons is empty"),
      SPEC_REFUSED("::", "between colons is empty"),
      SPEC_REFUSED("/s:/t:ro:x", "--mount type=bind"),
      SPEC_REFUSED("/s:/t:/u", "unknown volume option"),
      SPEC_REFUSED("/s:/t:ro,", "unknown volume option ''"),
      SPEC_REFUSED("/s:/t:ro,rw", "repeats or contradicts"),
      SPEC_REFUSED("/s:/t:ro,ro", "repeats or contradicts"),
      SPEC_REFUSED("/s:/t:z,Z", "repeats or contradicts"),
      SPEC_REFUSED("/s:/t:shared,rslave", "repeats or contradicts"),
      SPEC_REFUSED("/s:/t:nocopy", "nocopy is for named volumes"),
      SPEC_REFUSED("data:/t:rshared", "rshared is for bind mounts"),
      SPEC_REFUSED("/t:ro", "not absolute"),
      SPEC_REFUSED("~/s:/t", "$HOME"),
      SPEC_REFUSED("a/b:/t", "name of a volume"),
      SPEC_REFUSED("v x:/t", "name of a volume"),
      SPEC_REFUSED(" /s:/t", "begins or ends with a blank"),
      SPEC_REFUSED("/s :/t", "begins or ends with a blank"),
      SPEC_REFUSED("/s:/t ", "ends with a blank"),
      SPEC_REFUSED("/s:/t /", "ends with a blank"),
      SPEC_REFUSED("/\xFF:/t", "not UTF-8"),
      SPEC_REFUSED("/s\n:/t", "control characters"),
  };
  (void)state;
  CHECK_CASES(rows, run_volume);
}

static void volume_fields(void **state) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_mount mount;
  (void)state;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  assert_true(sd_volume_parse(&arena, "/s:/t:Z,slave", &mount, &err));
  assert_string_equal(mount.selinux, "Z");
  assert_string_equal(mount.propagation, "slave");
  assert_false(mount.read_only);
  assert_int_equal(mount.tmpfs_size, -1);
  assert_int_equal(mount.tmpfs_mode, -1);
  assert_true(sd_volume_parse(&arena, "/t", &mount, &err));
  assert_int_equal(mount.kind, SD_MOUNT_VOLUME);
  assert_null(mount.source);
  /* Nothing is written where the text is refused. */
  assert_false(sd_volume_parse(&arena, "/t:ro", &mount, &err));
  assert_string_equal(mount.target, "/t");
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mount_spellings),     cmocka_unit_test(mount_booleans),
      cmocka_unit_test(mount_bind_options),  cmocka_unit_test(mount_volume_options),
      cmocka_unit_test(mount_tmpfs_options), cmocka_unit_test(mount_refusals),
      cmocka_unit_test(mount_repeated_keys), cmocka_unit_test(mount_csv),
      cmocka_unit_test(volume_names),        cmocka_unit_test(volume_binds),
      cmocka_unit_test(volume_refusals),     cmocka_unit_test(volume_fields),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
