/* SPDX-License-Identifier: Apache-2.0 */
/* docker build: names, contexts, limits, and what is refused. */
#include "fixture.h"

#include <string.h>

#define LABELS "--label=io.safe-docker.owner= --label=io.safe-docker.version="
#define LIMITS                                                                                     \
  "--cpu-period=100000 --cpu-quota=100000 --memory=536870912 --memory-swap=536870912 "             \
  "--shm-size=67108864"
#define ULIMITS "--ulimit=core=0:0 --ulimit=nofile=1024:65536"
#define END "--network=default -- -"

static void prepare(struct fixture *f) {
  fixture_reset(f);
  sd_strv_add(&f->policy.images.own, &f->arena, "alice/**");
  (void)fixture_node(f, "ctx", SD_NODE_DIRECTORY, "/home/alice/ctx");
  (void)fixture_node(f, "ctx/sub/Dockerfile", SD_NODE_FILE, "/home/alice/ctx/sub/Dockerfile");
  (void)fixture_node(f, "ctxt/Dockerfile", SD_NODE_FILE, "/home/alice/ctxt/Dockerfile");
  (void)fixture_node(f, "link", SD_NODE_FILE, "/etc/shadow");
  /* what was a folder when it was looked at, and is none by now */
  (void)fixture_node(f, "swapped", SD_NODE_FILE, "/home/alice/ctx");
}

static void test_emitted(void **state) {
  static const struct {
    const char *words, *wanted;
  } rows[] = {
      {"build -t alice/x ctx", "build --tag=alice/x:latest " LABELS " " LIMITS " " ULIMITS " " END},
      {"image build -t alice/x:1 -t docker.io/alice/y -",
       "build --tag=alice/x:1 --tag=alice/y:latest " LABELS " " LIMITS " " ULIMITS " " END},
      {"build -t alice/x --build-arg A=b --label c=d --no-cache --pull -q --target t ctx",
       "build --build-arg=A=b --label=c=d --no-cache=true --pull=true --quiet=true "
       "--tag=alice/x:latest --target=t " LABELS " " LIMITS " " ULIMITS " " END},
      {"build -t alice/x --progress plain --compress --rm=false --force-rm ctx",
       "build --force-rm=true --rm=false --tag=alice/x:latest " LABELS " " LIMITS " " ULIMITS
       " " END},
      {"build -t alice/x --cache-from alpine --platform linux/arm64 ctx",
       "build --cache-from=alpine:latest --platform=linux/arm64 --tag=alice/x:latest " LABELS
       " " LIMITS " " ULIMITS " " END},
      {"build -t alice/x -m 1g --cpu-quota 50000 --add-host a:10.0.0.1 ctx",
       "build --tag=alice/x:latest " LABELS " --cpu-period=100000 --cpu-quota=50000 "
       "--memory=1073741824 --memory-swap=1073741824 --shm-size=67108864 " ULIMITS
       " --add-host=a:10.0.0.1 " END},
      {"build -t alice/x --network none --ulimit nofile=10:20 -f ctx/sub/Dockerfile ctx",
       "build --tag=alice/x:latest " LABELS " " LIMITS
       " --ulimit=core=0:0 --ulimit=nofile=10:20 --network=none --file=sub/Dockerfile -- -"},
      {"build -t alice/x -f sub/Dockerfile -",
       "build --tag=alice/x:latest " LABELS " " LIMITS " " ULIMITS
       " --network=default --file=sub/Dockerfile -- -"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    prepare(f);
    fixture_line(f, rows[i].words);
    fixture_decide(f);
    fixture_assert_emitted(f, rows[i].wanted);
    assert_string_equal(sd_strv_join(&f->decision.variables, &f->arena, " "), "DOCKER_BUILDKIT=0");
    assert_null(f->decision.input_file);
  }
}

static void test_refused(void **state) {
  static const struct {
    const char *words, *rule;
  } rows[] = {
      {"build ctx", "image-own"},
      {"build -t bob/x ctx", "image-own"},
      {"build -t alpine -t alice/x ctx", "image-own"},
      {"build -t alice/x nowhere", "build-context"},
      {"build -t alice/x http://10.0.0.1/x.tar", "build-context"},
      {"build -t alice/x git://h/x", "build-context"},
      {"build -t alice/x git@h:x", "build-context"},
      {"build -t alice/x github.com/a/b", "build-context"},
      {"build -t alice/x -f ctxt/Dockerfile ctx", "build-context"},
      {"build -t alice/x -f link ctx", "build-context"},
      {"build -t alice/x -f swapped ctx", "build-context"},
      {"build -t alice/x -f nothing ctx", "build-context"},
      {"build -t alice/x -f - ctx", "build-context"},
      {"build -t alice/x -f - -", "build-context"},
      {"build -t alice/x -f /etc/shadow -", "build-context"},
      {"build -t alice/x -f ../x -", "build-context"},
      {"build -t alice/x --build-arg A ctx", "build-arg"},
      {"build -t alice/x --build-arg =b ctx", "build-arg"},
      {"build -t alice/x --label io.safe-docker.owner=5 ctx", "label-reserved"},
      {"build -t alice/x --label io.safe-docker.owner ctx", "label-reserved"},
      {"build -t alice/x --network host ctx", "build-network"},
      {"build -t alice/x --network container:x ctx", "build-network"},
      {"build -t alice/x --network bridge ctx", "build-network"},
      {"build -t alice/x -m 100g ctx", "memory"},
      {"build -t alice/x --memory-swap -1 ctx", "memory-swap"},
      {"build -t alice/x --cpu-quota -1 ctx", "cpus"},
      {"build -t alice/x --cpu-quota 900000 ctx", "cpus"},
      {"build -t alice/x --cpu-period 1 ctx", "cpus"},
      {"build -t alice/x --cpu-shares 5000 ctx", "cpu-shares"},
      {"build -t alice/x --cpuset-cpus x ctx", "cpuset"},
      {"build -t alice/x --shm-size 100g ctx", "shm-size"},
      {"build -t alice/x --ulimit nofile=-1 ctx", "ulimit"},
      {"build -t alice/x --ulimit memlock=5 ctx", "ulimit"},
      {"build -t alice/x --ulimit x ctx", "invalid-value"},
      {"build -t alice/x --cgroup-parent / ctx", "cgroup-parent"},
      {"build -t alice/x --add-host a ctx", "add-host"},
      {"build -t alice/x --iidfile /etc/x ctx", "build-option"},
      {"build -t alice/x -o type=local,dest=/etc ctx", "build-option"},
      {"build -t alice/x --secret id=x,src=/etc/shadow ctx", "build-option"},
      {"build -t alice/x --ssh default ctx", "build-option"},
      {"build -t alice/x --security-opt seccomp=unconfined ctx", "build-option"},
      {"build -t alice/x --squash ctx", "build-option"},
      {"build -t alice/x --isolation hyperv ctx", "build-option"},
      {"build -t alice/x --progress rawjson ctx", "build-option"},
      {"build -t alice/x --cache-from type=registry,ref=x ctx", "invalid-image"},
      {"build -t alice/x --platform a;b ctx", "platform"},
      {"build -t alice/x --disable-content-trust=false ctx", "content-trust"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    prepare(f);
    fixture_line(f, rows[i].words);
    fixture_decide(f);
    if (f->decision.problems.list.len != 1)
      print_message("%s\n", rows[i].words);
    fixture_assert_refused(f, rows[i].rule);
  }
}

static void test_without_default_network(void **state) {
  struct fixture *f = *state;
  prepare(f);
  f->policy.network.allow.v.len = 0;
  fixture_line(f, "build -t alice/x ctx");
  fixture_decide(f);
  fixture_assert_emitted(f, "build --tag=alice/x:latest " LABELS " " LIMITS " " ULIMITS
                            " --network=none -- -");
  (void)fixture_assert_changed(f, "network", "--network=none");
  prepare(f);
  f->policy.network.allow.v.len = 0;
  fixture_line(f, "build -t alice/x --network default ctx");
  fixture_decide(f);
  fixture_assert_refused(f, "network");
}

static void test_ignored(void **state) {
  static const struct {
    const char *text;
    const char *excludes; /* with single blanks; NULL: refused */
  } rows[] = {
      {"", ""},
      {"# words\n\n.\n", ""},
      {"a\n", "./a"},
      {"a", "./a"},
      {"\xef\xbb\xbf"
       "a",
       "./a"},
      {" a/ \r\n/b\n./c\n", "./a ./b ./c"},
      {"\r\na\r\n", "./a"},
      {" \n\t\na\n", "./a"},
      {"*.log\n**/*.log\n", "./*.log *.log"},
      {"a/*/b?\na/**\n", "./a/*/b? ./a/*"},
      {"**\n", "./*"},
      {"**/a/**\n", "a/*"},
      {"**/node_modules\n", "node_modules"},
      {"**/**\n", "*"},
      {"*\n!a\n", NULL},
      {"a/**/b\n", NULL},
      {"**a\n", NULL},
      {"[ab]\n", NULL},
      {"a\\b\n", NULL},
      {"../a\n", NULL},
      {"a/../b\n", NULL},
      {"a//b\n", NULL},
      {"!\n", NULL},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    prepare(f);
    (void)fixture_node(f, "/home/alice/ctx/.dockerignore", SD_NODE_FILE, NULL);
    fixture_file(f, "/home/alice/ctx/.dockerignore", rows[i].text);
    fixture_line(f, "build -t alice/x -f ctx/sub/Dockerfile ctx");
    fixture_decide(f);
    if (rows[i].excludes == NULL) {
      fixture_assert_refused(f, "build-context");
      continue;
    }
    fixture_assert_allowed(f);
    assert_string_equal(sd_strv_join(&f->decision.context.excludes, &f->arena, " "),
                        rows[i].excludes);
    assert_string_equal(f->decision.context.folder, "/home/alice/ctx");
    assert_string_equal(f->decision.context.file, "sub/Dockerfile");
  }
}

static bool refuse_to_read(void *context, struct sd_arena *arena, const char *path, size_t max,
                           const char **text, size_t *len, struct sd_error *err) {
  (void)context, (void)arena, (void)path, (void)max, (void)text, (void)len;
  return sd_fail_rule(err, NULL, "sleep over it", "it is not to be read");
}

/* What cannot be read may say what must stay away. */
static void test_unreadable_list(void **state) {
  struct fixture *f = *state;
  prepare(f);
  (void)fixture_node(f, "/home/alice/ctx/.dockerignore", SD_NODE_UNREACHABLE, NULL);
  fixture_line(f, "build -t alice/x ctx");
  fixture_decide(f);
  fixture_assert_refused(f, "build-context");
  prepare(f);
  (void)fixture_node(f, "/home/alice/ctx/.dockerignore", SD_NODE_FILE, NULL);
  f->host.read_file = refuse_to_read;
  fixture_line(f, "build -t alice/x ctx");
  fixture_decide(f);
  assert_string_equal(fixture_assert_refused(f, "build-context")->hint, "sleep over it");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      TEST(test_emitted), TEST(test_refused),         TEST(test_without_default_network),
      TEST(test_ignored), TEST(test_unreadable_list),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
