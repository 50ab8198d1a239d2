/* SPDX-License-Identifier: Apache-2.0 */
/* Models of projects: what each key of a service becomes, and what no service, network or volume may be. */
#include <string.h>

#include "../rules/fixture.h"
#include "safe-docker/base/json.h"
#include "safe-docker/compose/compose.h"

struct judged {
  struct sd_compose_line line;
  struct sd_compose_project project;
  const char *text; /* the hardened model; NULL: refused */
};

static struct fixture *fixture_of(void **state) {
  fixture_reset(*state);
  return *state;
}

/* A project of one service with these keys, and these other members of the model, each with a comma before it. */
static const char *model(struct fixture *fixture, const char *service, const char *more) {
  return sd_arena_printf(&fixture->arena,
                         "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"alpine\"%s}},"
                         "\"networks\":{\"default\":{\"name\":\"p_default\",\"ipam\":{}}},"
                         "\"volumes\":{\"data\":{\"name\":\"p_data\"}}%s}",
                         service, more);
}

static struct sd_decision *again(struct fixture *fixture) {
  fixture->decision =
      (struct sd_decision){.arena = &fixture->arena, .problems = {.arena = &fixture->arena}};
  return &fixture->decision;
}

/* As the program does: read, judged without and with what was looked up, written. */
static struct judged judge(struct fixture *fixture, const char *words, const char *text) {
  struct judged out = {.text = NULL};
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  fixture_line(fixture, words);
  fixture->in.invocation = &fixture->invocation;
  if (!sd_compose_read_line(&fixture->arena, &fixture->invocation, &fixture->host, &out.line,
                            &fixture->decision.problems) ||
      !sd_compose_read(&fixture->arena, &fixture->in, &out.line, text, strlen(text), &out.project,
                       &fixture->decision.problems))
    return out;
  for (size_t i = 0; i < fixture->objects.v.len; i++)
    if (fixture->objects.v.items[i].kind == SD_OBJECT_CONTAINER)
      sd_strv_add(&out.project.containers, &fixture->arena, fixture->objects.v.items[i].id);
  fixture->in.objects = NULL;
  sd_compose_judge(&fixture->in, &out.line, &out.project, again(fixture));
  if (fixture->decision.problems.list.len > 0)
    return out;
  fixture->objects.complete = true;
  fixture->in.objects = &fixture->objects;
  sd_compose_judge(&fixture->in, &out.line, &out.project, again(fixture));
  if (fixture->decision.problems.list.len > 0)
    return out;
  if (!sd_compose_write(&fixture->arena, &out.line, &out.project, "/proc/self/fd/3", &out.text,
                        &err))
    sd_problem_add(&fixture->decision.problems, err.rule, "", err.hint, "%s", err.message);
  return out;
}

static const struct sd_json *parse(struct fixture *fixture, const char *text) {
  struct sd_json *root = NULL;
  struct sd_error err;
  sd_error_init(&err, &fixture->arena);
  if (!sd_json_read(&fixture->arena, "hardened", text, strlen(text), false, &root, &err))
    fail_msg("%s", err.message);
  return root;
}

/* The first of the problems is of that rule (NULL: whichever), and nothing is executed. */
static bool has_rule(const struct fixture *fixture, const struct judged *judged, const char *about,
                     const char *rule) {
  const struct sd_problems *problems = &fixture->decision.problems;
  const char *found = problems->list.len > 0 ? problems->list.items[0].rule : "allowed";
  bool good =
      judged->text == NULL && problems->list.len > 0 && (rule == NULL || strcmp(found, rule) == 0);
  if (!good)
    print_message("%s: %s, not %s\n", about, found, rule);
  return good;
}

/* -- refused ------------------------------------------------------------------------------------- */

static void refused_services(void **state) {
  static const struct {
    const char *keys, *rule;
  } rows[] = {
      {",\"privileged\":true", "privileged"},
      {",\"cap_add\":[\"ALL\"]", "capabilities"},
      {",\"cap_add\":[\"SYS_ADMIN\"]", "capabilities"},
      {",\"pid\":\"host\"", "pid-namespace"},
      {",\"pid\":\"service:db\"", "pid-namespace"},
      {",\"ipc\":\"host\"", "ipc-namespace"},
      {",\"ipc\":\"service:db\"", "ipc-namespace"},
      {",\"uts\":\"host\"", "uts-namespace"},
      {",\"userns_mode\":\"host\"", "user-namespace"},
      {",\"cgroup\":\"host\"", "cgroup-namespace"},
      {",\"network_mode\":\"host\"", "network"},
      {",\"network_mode\":\"service:db\"", "invalid-value"},
      {",\"user\":\"0:0\"", "user"},
      {",\"use_api_socket\":true", "api-socket"},
      {",\"security_opt\":[\"apparmor=unconfined\"]", "apparmor"},
      {",\"security_opt\":[\"seccomp=unconfined\"]", "seccomp"},
      {",\"security_opt\":[\"seccomp:/proc/self/fd/7\"]", "seccomp"},
      {",\"security_opt\":[\"systempaths=unconfined\"]", "system-paths"},
      {",\"security_opt\":[\"no-new-privileges=false\"]", "no-new-privileges"},
      {",\"devices\":[{\"source\":\"/dev/sda\",\"target\":\"/dev/sda\",\"permissions\":\"rwm\"}]",
       "device"},
      {",\"devices\":[\"/dev/kvm\"]", "device"},
      {",\"device_cgroup_rules\":[\"a *:* rwm\"]", "device-cgroup-rule"},
      {",\"runtime\":\"evil\"", "runtime"},
      {",\"cgroup_parent\":\"/\"", "cgroup-parent"},
      {",\"mem_limit\":\"999999999999\"", "memory"},
      {",\"memswap_limit\":-1", "memory-swap"},
      {",\"pids_limit\":-1", "pids-limit"},
      {",\"cpus\":999.5", "cpus"},
      {",\"deploy\":{\"resources\":{\"limits\":{\"memory\":\"999999999999\"}}}", "memory"},
      {",\"deploy\":{\"resources\":{\"limits\":{\"cpus\":\"999\"}}}", "cpus"},
      {",\"deploy\":{\"resources\":{\"limits\":{\"pids\":999999999}}}", "pids-limit"},
      {",\"deploy\":{\"resources\":{\"reservations\":{\"devices\":[{\"driver\":\"nvidia\"}]}}}",
       "compose-key"},
      {",\"deploy\":{\"mode\":\"global\"}", "compose-key"},
      {",\"deploy\":{\"replicas\":100000}", "compose-value"},
      {",\"deploy\":{\"resources\":{\"frobnicate\":1}}", "compose-key"},
      {",\"scale\":33", "compose-value"},
      {",\"gpus\":[{\"count\":-1}]", "compose-key"},
      {",\"sysctls\":{\"kernel.core_pattern\":\"|/x\"}", "sysctl"},
      {",\"ulimits\":{\"nofile\":99999999}", "ulimit"},
      {",\"ulimits\":{\"nofile\":{\"soft\":1,\"hard\":99999999}}", "ulimit"},
      {",\"volumes\":[{\"type\":\"bind\",\"source\":\"/etc\",\"target\":\"/x\"}]",
       "bind-protected"},
      {",\"volumes\":[{\"type\":\"bind\",\"source\":\"/var/run/"
       "docker.sock\",\"target\":\"/x\"}]",
       "bind-socket"},
      {",\"volumes\":[{\"type\":\"volume\",\"source\":\"bobs\",\"target\":\"/x\"}]",
       "compose-volume"},
      {",\"volumes\":[{\"type\":\"cluster\",\"target\":\"/x\"}]", "invalid-value"},
      {",\"volumes\":[{\"type\":\"bind\",\"source\":\"/home/alice\",\"target\":\"/x\",\"bind\":{"
       "\"selinux\":\"z\"}}]",
       "bind-relabel"},
      {",\"volumes\":[{\"type\":\"volume\",\"source\":\"data\",\"target\":\"/x\",\"volume\":{"
       "\"driver_opts\":{}}}]",
       "compose-key"},
      {",\"volumes\":{\"type\":\"bind\"}", "compose-value"},
      {",\"ports\":[{\"target\":80,\"published\":\"22\",\"protocol\":\"tcp\"}]", "publish-port"},
      {",\"volumes_from\":[\"db\"]", "compose-key"},
      {",\"links\":[\"db\"]", "compose-key"},
      {",\"external_links\":[\"bobs\"]", "compose-key"},
      {",\"build\":{\"context\":\"/\"}", "compose-key"},
      {",\"extends\":{\"service\":\"db\"}", "compose-key"},
      {",\"env_file\":[\"/etc/shadow\"]", "compose-key"},
      {",\"label_file\":[\"/etc/shadow\"]", "compose-key"},
      {",\"secrets\":[{\"source\":\"s\"}]", "compose-key"},
      {",\"configs\":[{\"source\":\"c\"}]", "compose-key"},
      {",\"credential_spec\":{\"file\":\"x\"}", "compose-key"},
      {",\"develop\":{\"watch\":[]}", "compose-key"},
      {",\"provider\":{\"type\":\"sh\"}", "compose-key"},
      {",\"models\":{\"m\":{}}", "compose-key"},
      {",\"post_start\":[{\"command\":[\"id\"],\"privileged\":true}]", "compose-key"},
      {",\"pre_stop\":[{\"command\":[\"id\"],\"user\":\"root\"}]", "compose-key"},
      {",\"frobnicate\":1", "compose-key"},
      {",\"Privileged\":true", "compose-key"},
      {",\"pull_policy\":\"build\"", "invalid-value"},
      {",\"labels\":{\"com.docker.compose.project\":\"bobs\"}", "label-reserved"},
      {",\"labels\":{\"io.safe-docker.owner\":\"1\"}", "label-reserved"},
      {",\"annotations\":{\"a\":\"b\"}", "annotation"},
      {",\"logging\":{\"driver\":\"syslog\"}", "log-driver"},
      {",\"networks\":{\"other\":null}", "compose-network"},
      {",\"networks\":{\"default\":{\"ipv4_address\":\"10.0.0.1\"}}", "compose-key"},
      {",\"networks\":{\"default\":{\"driver_opts\":{\"a\":\"b\"}}}", "compose-key"},
      {",\"networks\":{\"default\":{\"gw_priority\":1}}", "compose-key"},
      {",\"networks\":{\"default\":null},\"network_mode\":\"none\"", "compose-network"},
      {",\"healthcheck\":{\"interval\":\"1ns\"}", "health-interval"},
      {",\"working_dir\":\"/proc/self/fd/8\"", "workdir"},
      {",\"environment\":{\"A\":\"$left\"}", "compose-value"},
      {",\"tty\":\"yes\"", "compose-value"},
      {",\"hostname\":[\"a\"]", "compose-value"},
      {",\"image\":{}", NULL}, /* a key twice: not even JSON that is read */
  };
  bool good = true;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct fixture *fixture = fixture_of(state);
    struct judged judged = judge(fixture, "compose up", model(fixture, rows[i].keys, ""));
    good = has_rule(fixture, &judged, rows[i].keys, rows[i].rule) && good;
  }
  assert_true(good);
}

static const char bobs_volume[] = "{\"Name\":\"bobs\",\"Mountpoint\":\"/x\",\"Labels\":{"
                                  "\"io.safe-docker.owner\":\"1001\"}}";
static const char bobs_network[] =
    "{\"Name\":\"bobs\",\"Id\":"
    "\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\","
    "\"IPAM\":{},\"Labels\":{\"io.safe-docker.owner\":\"1001\"}}";
#define OWN_NETWORK_ID "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
static const char own_network[] = "{\"Name\":\"mine\",\"Id\":\"" OWN_NETWORK_ID "\","
                                  "\"IPAM\":{},\"Labels\":{\"io.safe-docker.owner\":\"1000\"}}";

static void refused_projects(void **state) {
  static const struct {
    const char *words, *text, *rule;
  } rows[] = {
      {"compose up", "[]", "compose-value"},
      {"compose up", "{", "compose-model"},
      {"compose up", "{\"services\":{}}", "compose-project"},
      {"compose up", "{\"name\":\"../x\",\"services\":{}}", "compose-project"},
      {"compose up", "{\"name\":\"p\",\"services\":{\"a/b\":{\"image\":\"alpine\"}}}",
       "compose-key"},
      {"compose up", "{\"name\":\"p\",\"services\":{\"web\":{}}}", "missing-image"},
      {"compose up other", "{\"name\":\"p\",\"services\":{}}", "operands"},
      {"compose up --scale web=1", "{\"name\":\"p\",\"services\":{}}", "compose-scale"},
      {"compose port web", "{\"name\":\"p\",\"services\":{}}", "operands"},
      {"compose down", "{\"name\":\"p\",\"services\":{},\"volumes\":{\"v\":{\"name\":\"bobs\"}}}",
       "compose-volume"},
      {"compose down",
       "{\"name\":\"p\",\"services\":{},\"volumes\":{\"v\":{\"name\":\"bobs\",\"external\":true}}}",
       "compose-volume"},
      {"compose down",
       "{\"name\":\"p\",\"services\":{},\"volumes\":{\"v\":{\"name\":\"../containers/x\"}}}",
       "compose-volume"},
      {"compose down", "{\"name\":\"p\",\"services\":{},\"networks\":{\"n\":{\"name\":\"bobs\"}}}",
       "compose-network"},
      {"compose down",
       "{\"name\":\"p\",\"services\":{},\"networks\":{\"n\":{\"name\":\"bbbbbbbb\"}}}",
       "compose-network"},
      {"compose up",
       "{\"name\":\"p\",\"services\":{},\"volumes\":{\"v\":{\"driver_opts\":{\"type\":\"nfs\"}}}}",
       "compose-key"},
      {"compose up", "{\"name\":\"p\",\"services\":{},\"volumes\":{\"v\":{\"driver\":\"evil\"}}}",
       "volume-driver"},
      {"compose up",
       "{\"name\":\"p\",\"services\":{},\"networks\":{\"n\":{\"driver_opts\":{\"a\":\"b\"}}}}",
       "compose-key"},
      {"compose up",
       "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"alpine\",\"networks\":{\"n\":null}}},"
       "\"networks\":{\"n\":{\"driver\":\"macvlan\"}}}",
       "network-driver"},
      {"compose up",
       "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"alpine\",\"networks\":{\"n\":null}}},"
       "\"networks\":{\"n\":{\"name\":\"gone\",\"external\":true}}}",
       "compose-network"},
  };
  bool good = true;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct fixture *fixture = fixture_of(state);
    fixture_object(fixture, SD_OBJECT_VOLUME, bobs_volume);
    fixture_object(fixture, SD_OBJECT_NETWORK, bobs_network);
    struct judged judged = judge(fixture, rows[i].words, rows[i].text);
    good = has_rule(fixture, &judged, rows[i].text, rows[i].rule) && good;
  }
  assert_true(good);
}

/* -- hardened ------------------------------------------------------------------------------------- */

static const struct sd_json *service_of(struct fixture *fixture, const char *keys) {
  struct judged judged = judge(fixture, "compose up", model(fixture, keys, ""));
  fixture_assert_allowed(fixture);
  assert_non_null(judged.text);
  return sd_json_get(sd_json_get(parse(fixture, judged.text), "services"), "web");
}

static int64_t number(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == SD_JSON_NUMBER ? value->number : -1;
}

static const char *text_of(const struct sd_json *object, const char *key) {
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == SD_JSON_STRING ? value->string : "(none)";
}

static bool has(const struct sd_json *object, const char *key, const char *item) {
  const struct sd_json *list = sd_json_get(object, key);
  for (size_t i = 0; list != NULL && i < list->items.len; i++)
    if (strcmp(list->items.items[i]->string, item) == 0)
      return true;
  return false;
}

/* What every service ends up with, whatever it asked for. */
static void assert_hardened(const struct sd_json *web) {
  assert_true(has(web, "cap_drop", "ALL"));
  assert_null(sd_json_get(web, "privileged"));
  assert_string_equal(text_of(web, "user"), "1000:1000");
  assert_string_equal(text_of(web, "ipc"), "private");
  assert_string_equal(text_of(web, "cgroup"), "private");
  assert_true(number(web, "mem_limit") > 0 && number(web, "memswap_limit") > 0);
  assert_true(number(web, "cpu_quota") > 0 && number(web, "cpu_period") > 0);
  assert_true(number(web, "pids_limit") > 0 && number(web, "shm_size") > 0);
  assert_true(has(web, "security_opt", "seccomp=/proc/self/fd/3"));
  const struct sd_json *options = sd_json_get(web, "security_opt");
  assert_string_equal(options->items.items[options->items.len - 1]->string,
                      "no-new-privileges=true");
  assert_true(has(web, "labels", "io.safe-docker.owner=1000"));
  assert_true(sd_json_get(web, "networks") != NULL || sd_json_get(web, "network_mode") != NULL);
}

static void services_are_hardened(void **state) {
  static const char *const rows[] = {
      "",
      ",\"x-anything\":{\"privileged\":true},\"profiles\":[\"dev\"]",
      ",\"cap_drop\":[\"CHOWN\"],\"privileged\":false,\"read_only\":true,\"init\":true",
      ",\"networks\":{\"default\":{\"aliases\":[\"www\"],\"priority\":5}}",
      ",\"volumes\":[{\"type\":\"volume\",\"source\":\"data\",\"target\":\"/d\",\"volume\":{}},"
      "{\"type\":\"volume\",\"target\":\"/anonymous\"},"
      "{\"type\":\"tmpfs\",\"target\":\"/t\",\"tmpfs\":{\"size\":\"1048576\",\"mode\":511}}]",
      ",\"command\":[\"sh\",\"-c\",\"echo $$HOME\"],\"entrypoint\":[\"/init\",\"--\"]",
      ",\"deploy\":{\"replicas\":2,\"resources\":{\"limits\":{\"cpus\":0.1,\"memory\":\"67108864\"}"
      "},"
      "\"placement\":{}}",
      ",\"healthcheck\":{\"test\":[\"CMD\",\"true\"],\"interval\":\"10s\",\"retries\":3}",
      ",\"healthcheck\":{\"disable\":true}",
      ",\"ports\":[{\"mode\":\"ingress\",\"target\":80,\"protocol\":\"tcp\"}]",
      ",\"network_mode\":\"none\"",
      ",\"ulimits\":{\"nofile\":{\"soft\":10,\"hard\":20}},\"stop_grace_period\":\"1m0s\"",
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    assert_hardened(service_of(fixture_of(state), rows[i]));
}

/* A $ comes doubled from the plugin, is judged as one, and goes out doubled again. */
static void values_survive(void **state) {
  struct fixture *fixture = fixture_of(state);
  const struct sd_json *web = service_of(
      fixture, ",\"environment\":{\"A\":\"x$$y$${z}\",\"B\":null,\"C\":\"1\"},\"command\":[],"
               "\"labels\":{\"team\":\"a=b\"},\"cpus\":0.5");
  assert_true(has(web, "environment", "A=x$$y$${z}"));
  assert_true(has(web, "environment", "C=1"));
  assert_int_equal(sd_json_get(web, "environment")->items.len, 2);
  assert_int_equal(sd_json_get(web, "command")->type, SD_JSON_ARRAY);
  assert_null(sd_json_get(web, "entrypoint"));
  assert_true(has(web, "labels", "team=a=b"));
  assert_int_equal(number(web, "cpu_quota"), 50000);
}

/* Without networks of its own a service gets none; the plugin would add one. */
static void no_network_is_added(void **state) {
  assert_string_equal(text_of(service_of(fixture_of(state), ""), "network_mode"), "none");
}

/* -- networks, volumes, containers ---------------------------------------------------------------- */

static void names_of_the_project(void **state) {
  struct fixture *fixture = fixture_of(state);
  fixture_object(fixture, SD_OBJECT_VOLUME,
                 "{\"Name\":\"u1000-p_data\",\"Mountpoint\":\"/x\",\"Labels\":{"
                 "\"io.safe-docker.owner\":\"1000\"}}");
  struct judged judged =
      judge(fixture, "compose down", model(fixture, ",\"networks\":{\"default\":null}", ""));
  fixture_assert_allowed(fixture);
  const struct sd_json *root = parse(fixture, judged.text);
  assert_string_equal(text_of(root, "name"), "u1000-p");
  const struct sd_json *network = sd_json_get(sd_json_get(root, "networks"), "default");
  assert_string_equal(text_of(network, "name"), "u1000-p_default");
  assert_true(sd_json_get(network, "external")->boolean); /* is not there, so not to be removed */
  const struct sd_json *volume = sd_json_get(sd_json_get(root, "volumes"), "data");
  assert_string_equal(text_of(volume, "name"), "u1000-p_data");
  assert_null(sd_json_get(volume, "external"));
}

/* The plugin removes by the name, which could be another's by then where the caller chose it: such a volume stays. */
static void chosen_names_are_not_removed(void **state) {
  struct fixture *fixture = fixture_of(state);
  fixture_object(fixture, SD_OBJECT_VOLUME,
                 "{\"Name\":\"data\",\"Mountpoint\":\"/x\",\"Labels\":{"
                 "\"io.safe-docker.owner\":\"1000\"}}");
  struct judged judged =
      judge(fixture, "compose down",
            "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"alpine\","
            "\"network_mode\":\"none\"}},\"volumes\":{\"v\":{\"name\":\"data\"}}}");
  fixture_assert_allowed(fixture);
  const struct sd_json *volume =
      sd_json_get(sd_json_get(parse(fixture, judged.text), "volumes"), "v");
  assert_string_equal(text_of(volume, "name"), "data");
  assert_true(sd_json_get(volume, "external")->boolean);
}

/* A new network is made as docker network create makes one, with the labels that the plugin finds it by. */
static void networks_are_made(void **state) {
  struct fixture *fixture = fixture_of(state);
  struct judged judged =
      judge(fixture, "compose up", model(fixture, ",\"networks\":{\"default\":null}", ""));
  fixture_assert_allowed(fixture);
  const char *make = sd_strv_join(&judged.project.networks.v.items[0].make, &fixture->arena, " ");
  fixture_assert_contains(make, "network create ");
  fixture_assert_contains(make, "--label=io.safe-docker.owner=1000");
  fixture_assert_contains(make, "--label=com.docker.compose.network=default");
  fixture_assert_contains(make, "--label=com.docker.compose.project=u1000-p");
  fixture_assert_contains(make, " -- u1000-p_default");
}

static void own_networks_are_used_by_id(void **state) {
  struct fixture *fixture = fixture_of(state);
  fixture_object(fixture, SD_OBJECT_NETWORK, own_network);
  struct judged judged = judge(
      fixture, "compose up",
      "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"alpine\",\"networks\":{\"n\":null}}},"
      "\"networks\":{\"n\":{\"name\":\"mine\",\"external\":true}}}");
  fixture_assert_allowed(fixture);
  const struct sd_json *network =
      sd_json_get(sd_json_get(parse(fixture, judged.text), "networks"), "n");
  assert_string_equal(text_of(network, "name"), OWN_NETWORK_ID);
  assert_true(sd_json_get(network, "external")->boolean);
  assert_int_equal(judged.project.networks.v.items[0].make.v.len, 0);
}

/* Where everything is everybody's, the daemon's own networks still are not. */
static void the_hosts_network(void **state) {
  static const char host[] =
      "{\"Name\":\"host\",\"Id\":\"" OWN_NETWORK_ID "\",\"IPAM\":{},\"Labels\":{}}";
  static const char *const names[] = {"host", OWN_NETWORK_ID, "aaaaaaaaaaaa"};
  for (size_t i = 0; i < 2 * sizeof(names) / sizeof(names[0]); i++) {
    struct fixture *fixture = fixture_of(state);
    fixture->policy.isolation = i % 2 == 0 ? SD_ISOLATION_SHARED : SD_ISOLATION_OWNER;
    sd_strv_add(&fixture->policy.network.allow, &fixture->arena, "*");
    fixture_object(fixture, SD_OBJECT_NETWORK, host);
    const char *text = sd_arena_printf(
        &fixture->arena,
        "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"alpine\",\"networks\":{\"n\":null}}},"
        "\"networks\":{\"n\":{\"name\":\"%s\",\"external\":true}}}",
        names[i / 2]);
    struct judged judged = judge(fixture, "compose up", text);
    assert_true(has_rule(fixture, &judged, text, "compose-network"));
  }
}

static void containers_of_others(void **state) {
  struct fixture *fixture = fixture_of(state);
  fixture_container(fixture, "u1000-p-web-1", 'c', 1000, "");
  (void)judge(fixture, "compose down", model(fixture, "", ""));
  fixture_assert_allowed(fixture);
  fixture = fixture_of(state);
  fixture_container(fixture, "u1000-p-web-1", 'd', 1001, "");
  (void)judge(fixture, "compose down", model(fixture, "", ""));
  fixture_assert_refused(fixture, "compose-project");
}

/* What is only named may be an id; what is pulled is always a name. */
static void names_that_are_pulled(void **state) {
  static const char text[] = "{\"name\":\"p\",\"services\":{\"web\":{\"image\":\"cafe\"}},"
                             "\"networks\":{\"default\":{\"name\":\"p_default\",\"ipam\":{}}}}";
  static const struct {
    const char *words, *allow, *rule;
  } rows[] = {{"compose ps", "alpine", ""},
              {"compose down", "alpine", ""},
              {"compose pull", "alpine", "image"},
              {"compose pull", "cafe", ""},
              {"compose pull", "**", ""}};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    struct fixture *fixture = fixture_of(state);
    fixture->policy.images.allow.v.len = 0;
    sd_strv_add(&fixture->policy.images.allow, &fixture->arena, rows[i].allow);
    (void)judge(fixture, rows[i].words, text);
    const struct sd_problems *problems = &fixture->decision.problems;
    assert_string_equal(problems->list.len > 0 ? problems->list.items[0].rule : "", rows[i].rule);
  }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(refused_services),      TEST(refused_projects),
      TEST(services_are_hardened), TEST(values_survive),
      TEST(no_network_is_added),   TEST(names_of_the_project),
      TEST(no_network_is_added),   TEST(chosen_names_are_not_removed),
      TEST(networks_are_made),     TEST(own_networks_are_used_by_id),
      TEST(the_hosts_network),     TEST(containers_of_others),
      TEST(names_that_are_pulled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
