/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a policy: each mistake is found at its place, and what is good means what it says. */
#include <string.h>

#include "../../known_groups.h"
#include "../with_arena.h"

#include "safe-docker/base/sha256.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/policy/policy.h"

#define FILE_NAME "/etc/safe-docker/policy.json"

static const gid_t group_ids[] = {1000, 27};
static struct sd_gids groups = {group_ids, 2};

static const struct sd_policy_caller alice = {.uid = 1000,
                                              .gid = 1000,
                                              .user = "alice",
                                              .home = "/home/alice",
                                              .groups = known_groups,
                                              .context = &groups};

static bool load(const char *text, const struct sd_policy_caller *caller, struct sd_policy *policy,
                 struct sd_error *err) {
  const struct sd_policy_text texts[] = {{.name = FILE_NAME, .text = text, .len = strlen(text)}};
  sd_error_init(err, &arena);
  return sd_policy_load(&arena, texts, 1, caller, policy, err);
}

/* The text between the braces of a policy. */
static bool load_keys(const char *keys, const struct sd_policy_caller *caller,
                      struct sd_policy *policy, struct sd_error *err) {
  return load(sd_arena_printf(&arena, "{\"version\": 1,\n%s}", keys), caller, policy, err);
}

/* -- bad ones ---------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
  const char *text, *message;
} bad_texts[] = {
    {"", "1:1: "},
    {"[]", "1:1: the policy: must be an object, not a list"},
    {"null", "1:1: the policy: must be an object, not null"},
    {"{}", "1:1: the key \"version\" is missing"},
    {"{\"version\": 2}", "1:13: version: must be 1"},
    {"{\"version\": \"1\"}", "1:13: version: must be 1"},
    {"{\"version\": 1,\n \"isolation\": \"owner\",\n \"isolation\": \"owner\"}", "3:2: "},
    {"{\"version\": 1,", "1:"},
    {"{\"version\": 1} {}", "1:"},
};
/* clang-format on */

/* Positions are of the second line. */
/* clang-format off */
static const struct {
  const char *keys, *message;
} bad_keys[] = {
    {"\"resorces\": {}", "2:1: unknown key \"resorces\"; did you mean \"resources\"?"},
    {"\"whatever\": {}", "2:1: unknown key \"whatever\""},
    {"\"resources\": {\"memroy\": {}}", "2:15: unknown key \"resources.memroy\"; did you mean \"memory\"?"},
    {"\"docker\": []", "2:11: docker: must be an object such as {\"host\": \"unix:///var/run/docker.sock\"}, not a list"},
    {"\"docker\": null", "2:11: docker: must be an object such as {\"host\": \"unix:///var/run/docker.sock\"}, not null; leave the key out for the default"},
    /* docker */
    {"\"docker\": {\"path\": \"docker\"}", "2:20: docker.path: \"docker\" is not an absolute path"},
    {"\"docker\": {\"path\": \"/usr/../docker\"}", "2:20: docker.path: \"/usr/../docker\" is not an absolute path"},
    {"\"docker\": {\"path\": \"/usr//docker\"}", "2:20: docker.path: \"/usr//docker\" is not"},
    {"\"docker\": {\"path\": 1}", "2:20: docker.path: must be a string such as \"/usr/bin/docker\", not a number"},
    {"\"docker\": {\"host\": \"/run/docker.sock\"}", "2:20: docker.host: \"/run/docker.sock\" is not an address of a daemon"},
    {"\"docker\": {\"host\": \"fd://\"}", "2:20: docker.host: \"fd://\" is not an address"},
    {"\"docker\": {\"host\": \"unix://docker.sock\"}", "2:20: docker.host: \"unix://docker.sock\" is not unix://"},
    {"\"docker\": {\"host\": \"unix:///run/../docker.sock\"}", "2:20: docker.host: "},
    {"\"docker\": {\"host\": \"unix:///\"}", "2:20: docker.host: "},
    {"\"docker\": {\"host\": \"tcp://h:2376\"}", "2:20: docker.host: tcp:// needs the files tls.ca, tls.cert and tls.key"},
    {"\"docker\": {\"host\": \"tcp://h:2376\", \"tls\": {\"ca\": \"/c\", \"cert\": \"/c\"}}", "2:20: docker.host: tcp:// needs"},
    {"\"docker\": {\"host\": \"tcp://-h:2376\", \"tls\": {\"ca\": \"/c\", \"cert\": \"/c\", \"key\": \"/k\"}}", "2:20: docker.host: \"tcp://-h:2376\" is not tcp"},
    {"\"docker\": {\"tls\": {\"ca\": \"/c\"}}", "2:19: docker.tls: is for tcp:// alone"},
    {"\"docker\": {\"tls\": {\"ca\": \"c\"}}", "2:26: docker.tls.ca: \"c\" is not an absolute path"},
    {"\"docker\": {\"host\": \"ssh://-oProxyCommand=x\"}", "2:20: docker.host: \"ssh://-oProxyCommand=x\" is not ssh://"},
    {"\"docker\": {\"host\": \"ssh://-l@h\"}", "2:20: docker.host: "},
    {"\"docker\": {\"run_as\": \"0\"}", "2:22: docker.run_as: \"0\" is not \"caller\", \"root\" or"},
    {"\"docker\": {\"run_as\": \"\"}", "2:22: docker.run_as: "},
    {"\"docker\": {\"contexts\": {\"a b\": {\"host\": \"unix:///s\"}}}", "2:25: docker.contexts: \"a b\" is not the name of a context"},
    {"\"docker\": {\"contexts\": {\"default\": {\"host\": \"unix:///s\"}}}", "2:25: docker.contexts: \"default\" is Docker's name"},
    {"\"docker\": {\"contexts\": {\"a\": {}}}", "2:30: docker.contexts.a: the key \"host\" is missing"},
    {"\"docker\": {\"contexts\": {\"a\": {\"host\": \"tcp://h:1\"}}}", "2:39: docker.contexts.a.host: tcp:// needs"},
    /* commands */
    {"\"commands\": {\"allow\": [\"rnu\"]}", "2:24: commands.allow[0]: \"rnu\" is not a command of Docker"},
    {"\"commands\": {\"allow\": [\"container\"]}", "2:24: commands.allow[0]: \"container\" is a group of commands"},
    {"\"commands\": {\"allow\": [\"run\", \"__complete\"]}", "2:31: commands.allow[1]: "},
    {"\"commands\": {\"allow\": [\"--privileged\"]}", "2:24: commands.allow[0]: "},
    {"\"commands\": {\"allow\": \"run\"}", "2:23: commands.allow: must be a list of strings such as [\"run\", \"ps\", \"container prune\"], not a string"},
    /* words */
    {"\"isolation\": \"shard\"", "2:14: isolation: \"shard\" is not one of owner, shared; did you mean \"shared\"?"},
    {"\"isolation\": 1", "2:14: isolation: must be one of owner, shared, not a number"},
    {"\"user\": {\"mode\": \"root\"}", "2:18: user.mode: "},
    {"\"filesystem\": {\"read_only\": true}", "2:29: filesystem.read_only: must be one of allow, default, require, not a boolean"},
    {"\"images\": {\"pull\": \"sometimes\"}", "2:20: images.pull: \"sometimes\" is not one of \"\", always, missing, never"},
    {"\"restart\": {\"allow\": [\"on-failure:3\"]}", "2:23: restart.allow[0]: "},
    {"\"restart\": {\"max_retries\": 0}", "2:28: restart.max_retries: 0 is not within 1 to"},
    {"\"logging\": {\"drivers\": [\"jsonfile\"]}", "2:25: logging.drivers[0]: \"jsonfile\" is not one of "},
    /* capabilities */
    {"\"capabilities\": {\"allow\": [\"ALL\"]}", "2:28: capabilities.allow[0]: \"ALL\" is no capability"},
    {"\"capabilities\": {\"default\": [\"CAP_ALL\"]}", "2:30: capabilities.default[0]: \"CAP_ALL\" is no"},
    {"\"capabilities\": {\"allow\": [\"net_admin\"]}", "2:28: capabilities.allow[0]: \"net_admin\" is not a capability in capital"},
    {"\"capabilities\": {\"default\": [\"CHOWN\"]}", "2:29: capabilities.default: CHOWN is not in capabilities.allow"},
    /* resources */
    {"\"resources\": {\"memory\": {\"max\": 0}}", "2:33: resources.memory.max: must be above 0"},
    {"\"resources\": {\"memory\": {\"max\": \"-1\"}}", "2:33: resources.memory.max: must be above 0"},
    {"\"resources\": {\"memory\": {\"max\": \"2q\"}}", "2:33: resources.memory.max: \"2q\" is not a size"},
    {"\"resources\": {\"memory\": {\"max\": true}}", "2:33: resources.memory.max: must be a size"},
    {"\"resources\": {\"memory\": {\"max\": \"256m\"}}", "2:33: resources.memory.max: 256m is below the default, 512m (built-in:"},
    {"\"resources\": {\"memory\": {\"default\": \"3g\"}}", "2:37: resources.memory.default: 3g is above the maximum, 2g (built-in:"},
    {"\"resources\": {\"memory\": {\"max\": \"9999999p\"}}", "2:33: resources.memory.max: "},
    {"\"resources\": {\"swap\": {\"max\": -1}}", "2:31: resources.swap.max: must be 0 or above"},
    {"\"resources\": {\"swap\": {\"default\": 1}}", "2:24: unknown key \"resources.swap.default\""},
    {"\"resources\": {\"cpus\": {\"max\": \"0.001\"}}", "2:31: resources.cpus.max: must be within 0.01 to"},
    {"\"resources\": {\"cpus\": {\"max\": 0}}", "2:31: resources.cpus.max: must be within"},
    {"\"resources\": {\"cpus\": {\"max\": 9223372036854775807}}", "2:31: resources.cpus.max: must be within"},
    {"\"resources\": {\"cpus\": {\"default\": 3}}", "2:35: resources.cpus.default: 3 is above the maximum, 2"},
    {"\"resources\": {\"pids\": {\"max\": \"10\"}}", "2:31: resources.pids.max: must be a whole number such as 4096, not a string; take the quotes away"},
    {"\"resources\": {\"pids\": {\"max\": 1.5}}", "2:31: "},
    {"\"resources\": {\"pids\": {\"max\": 0}}", "2:31: resources.pids.max: 0 is not within 1 to"},
    {"\"resources\": {\"pids\": {\"max\": -1}}", "2:31: resources.pids.max: -1 is not"},
    {"\"resources\": {\"ulimits\": {\"nofle\": {\"max\": 1}}}", "2:27: resources.ulimits: \"nofle\" is not one of "},
    {"\"resources\": {\"ulimits\": {\"nproc\": {}}}", "2:36: resources.ulimits.nproc: has neither \"default\" nor \"max\""},
    {"\"resources\": {\"ulimits\": {\"core\": {\"default\": \"2:1\"}}}", "2:47: resources.ulimits.core.default: the soft limit is above"},
    {"\"resources\": {\"ulimits\": {\"core\": {\"default\": 1}}}", "2:47: resources.ulimits.core.default: 1 is above the maximum, 0"},
    {"\"resources\": {\"ulimits\": {\"core\": {\"default\": \"-1\"}}}", "2:47: resources.ulimits.core.default: must be a number"},
    {"\"resources\": {\"ulimits\": {\"core\": {\"max\": -1}}}", "2:43: resources.ulimits.core.max: must be a number from 0"},
    {"\"resources\": {\"cgroup_parent\": \"../x\"}", "2:32: resources.cgroup_parent: "},
    {"\"resources\": {\"cgroup_parent\": \"/\"}", "2:32: resources.cgroup_parent: "},
    /* user */
    {"\"user\": {\"root_fallback\": \"0:0\"}", "2:27: user.root_fallback: must be"},
    {"\"user\": {\"root_fallback\": \"1000:0\"}", "2:27: user.root_fallback: must be"},
    {"\"user\": {\"root_fallback\": \"1000\"}", "2:27: user.root_fallback: must be"},
    {"\"user\": {\"root_fallback\": \"nobody:nogroup\"}", "2:27: user.root_fallback: must be"},
    {"\"user\": {\"root_fallback\": \"4294967295:1\"}", "2:27: user.root_fallback: must be"},
    /* mounts */
    {"\"mounts\": {\"bind\": [{\"source\": \"data\", \"access\": \"ro\"}]}", "2:32: mounts.bind[0].source: \"data\" is not an absolute path"},
    {"\"mounts\": {\"bind\": [{\"source\": \"/data/\", \"access\": \"ro\"}]}", "2:32: mounts.bind[0].source: "},
    {"\"mounts\": {\"bind\": [{\"source\": \"/data\", \"access\": \"rwx\"}]}", "2:51: mounts.bind[0].access: \"rwx\" is not one of ro, rw"},
    {"\"mounts\": {\"bind\": [{\"access\": \"rw\"}]}", "2:21: mounts.bind[0]: the key \"source\" is missing"},
    {"\"mounts\": {\"bind\": [{\"source\": \"x{home}\"}]}", "2:32: mounts.bind[0].source: \"x{home}\": \"x/home/anybody\" is not an absolute path"},
    {"\"mounts\": {\"bind\": [\"/data\"]}", "2:21: mounts.bind[0]: must be an object such as {\"source\": \"/srv/data\", \"access\": \"ro\"}, not a string"},
    {"\"mounts\": {\"bind\": [{\"source\": \"/{hom}\"}]}", "2:32: mounts.bind[0].source: \"/{hom}\": {hom} is not a template"},
    {"\"mounts\": {\"bind\": [{\"source\": \"/{user\"}]}", "2:32: mounts.bind[0].source: \"/{user\": there is a { without its }"},
    {"\"mounts\": {\"bind\": [{\"source\": \"/user}\"}]}", "2:32: mounts.bind[0].source: \"/user}\": there is a } without its {"},
    {"\"mounts\": {\"bind\": [{\"source\": \"/{a{user}}\"}]}", "2:32: mounts.bind[0].source: "},
    {"\"mounts\": {\"bind\": [{\"source\": \"/a\\nb\"}]}", "2:32: mounts.bind[0].source: \"/a\\x0ab\" has control characters"},
    {"\"mounts\": {\"protect\": [\"etc\"]}", "2:24: mounts.protect[0]: \"etc\" is not an absolute path"},
    {"\"mounts\": {\"volumes\": {\"allow\": [\"\"]}}", "2:34: mounts.volumes.allow[0]: an empty pattern"},
    {"\"mounts\": {\"volumes\": {\"allow\": [\"[a\"]}}", "2:34: mounts.volumes.allow[0]: \"[a\" has a [ without its ]"},
    {"\"mounts\": {\"volumes\": {\"allow\": [\"a\\\\\"]}}", "2:34: mounts.volumes.allow[0]: \"a\\\" ends with a backslash"},
    {"\"mounts\": {\"volumes\": {\"allow\": [\"[{user}]\"]}}", "2:34: mounts.volumes.allow[0]: \"[{user}]\": a template cannot stand between"},
    {"\"mounts\": {\"volumes\": {\"allow\": [\"\\\\{user}\"]}}", "2:34: mounts.volumes.allow[0]: \"\\{user}\": a brace cannot be escaped"},
    /* network */
    {"\"network\": {\"publish\": {\"addresses\": [\"localhost\"]}}", "2:39: network.publish.addresses[0]: \"localhost\" is not an IPv4 or IPv6 address"},
    {"\"network\": {\"publish\": {\"addresses\": [\"127.1\"]}}", "2:39: network.publish.addresses[0]: "},
    {"\"network\": {\"publish\": {\"addresses\": [\"::1\"]}}", "built-in:"},
    {"\"network\": {\"publish\": {\"default_address\": \"0.0.0.0\"}}", "2:44: network.publish.default_address: 0.0.0.0 is not in network.publish.addresses"},
    {"\"network\": {\"publish\": {\"ports\": \"0-80\"}}", "2:34: network.publish.ports: must be"},
    {"\"network\": {\"publish\": {\"ports\": \"90-80\"}}", "2:34: network.publish.ports: the first port is above the last one"},
    {"\"network\": {\"publish\": {\"ports\": \"1-65536\"}}", "2:34: network.publish.ports: must be"},
    {"\"network\": {\"publish\": {\"all\": \"no\"}}", "2:32: network.publish.all: must be true or false, not a string"},
    /* profiles */
    {"\"seccomp\": {\"profile\": \"unconfined\"}", "2:24: seccomp.profile: \"unconfined\" is no profile"},
    {"\"seccomp\": {\"profile\": \"../x\"}", "2:24: seccomp.profile: \"../x\" is neither"},
    {"\"seccomp\": {\"profile\": \"\"}", "2:24: seccomp.profile: "},
    {"\"apparmor\": {\"profile\": \"unconfined\"}", "2:25: apparmor.profile: \"unconfined\" is no profile"},
    {"\"apparmor\": {\"mode\": \"on\"}", "2:22: apparmor.mode: "},
    {"\"apparmor\": {\"allow\": [\"*\"]}", "2:24: apparmor.allow[0]: \"*\" is not the name"},
    /* lists */
    {"\"network\": {\"subnets\": [\"10.20.0.1/16\"]}", "2:25: network.subnets[0]: \"10.20.0.1/16\" is not a subnet"},
    {"\"network\": {\"subnets\": [\"10.20.0.0\"]}", "2:25: network.subnets[0]: "},
    {"\"mounts\": {\"volumes\": {\"shared\": [\"[a\"]}}", "2:35: mounts.volumes.shared[0]: "},
    {"\"docker\": {\"annotations\": \"yes\"}", "2:27: docker.annotations: must be true or false"},
    {"\"sysctls\": {\"allow\": [\"kernel core\"]}", "2:23: sysctls.allow[0]: "},
    {"\"sysctls\": {\"allow\": [\"net.*\"]}", "2:23: sysctls.allow[0]: \"net.*\" is not the name of a kernel parameter"},
    {"\"devices\": {\"allow\": [{\"path\": \"/dev/s*\", \"access\": \"r\"}]}", "2:32: devices.allow[0].path: \"/dev/s*\" is a pattern"},
    {"\"devices\": {\"allow\": [\"/dev/fuse\"]}", "2:23: devices.allow[0]: must be an object"},
    {"\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rx\"}]}", "2:55: devices.allow[0].access: \"rx\" is not made of"},
    {"\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rr\"}]}", "2:55: devices.allow[0].access: "},
    {"\"devices\": {\"allow\": [{\"path\": \"fuse\", \"access\": \"r\"}]}", "2:32: devices.allow[0].path: \"fuse\" is neither"},
    {"\"runtimes\": {\"allow\": [\"/usr/bin/evil\"]}", "2:24: runtimes.allow[0]: "},
    {"\"options\": {\"allow\": [\"privileged\"]}", "2:23: options.allow[0]: \"privileged\" can never be allowed: gives the container"},
    {"\"options\": {\"allow\": [\"device-cgroup-rule\"]}", "2:23: options.allow[0]: \"device-cgroup-rule\" can never be allowed"},
    {"\"options\": {\"allow\": [\"uts\"]}", "2:23: options.allow[0]: \"uts\" needs no entry here"},
    {"\"options\": {\"allow\": [\"memory\"]}", "2:23: options.allow[0]: \"memory\" needs no entry here"},
    {"\"options\": {\"allow\": [\"gpu\"]}", "2:23: options.allow[0]: \"gpu\" is not a long option of docker run; did you mean \"gpus\"?"},
    /* audit */
    {"\"audit\": {\"file\": \"log\"}", "2:19: audit.file: \"log\" is not an absolute path"},
    {"\"audit\": {\"required\": \"yes\"}", "2:23: audit.required: must be true or false"},
    /* overrides are checked whomever they are for */
    {"\"overrides\": {}", "2:14: overrides: must be a list of objects"},
    {"\"overrides\": [{\"policy\": {}}]", "2:15: overrides[0]: has neither \"users\" nor \"groups\""},
    {"\"overrides\": [{\"users\": []}]", "2:15: overrides[0]: the key \"policy\" is missing"},
    {"\"overrides\": [{\"users\": [true], \"policy\": {}}]", "2:26: overrides[0].users[0]: must be a name, or an id"},
    {"\"overrides\": [{\"users\": [-1], \"policy\": {}}]", "2:26: overrides[0].users[0]: must be a name, or an id"},
    {"\"overrides\": [{\"users\": [\"bob\"], \"policy\": {\"isolaton\": 1}}]", "2:45: unknown key \"overrides[0].policy.isolaton\"; did you mean \"isolation\"?"},
    {"\"overrides\": [{\"users\": [\"bob\"], \"policy\": {\"audit\": {}}}]", "2:45: \"overrides[0].policy.audit\" cannot stand in an override"},
    {"\"overrides\": [{\"users\": [\"bob\"], \"policy\": {\"version\": 1}}]", "2:45: \"overrides[0].policy.version\" cannot stand in an override"},
    {"\"overrides\": [{\"users\": [\"bob\"], \"policy\": {\"overrides\": []}}]", "2:45: \"overrides[0].policy.overrides\" cannot stand in an override"},
    {"\"overrides\": [{\"users\": [\"bob\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 0}}}}]", "2:75: overrides[0].policy.resources.pids.max: 0 is not within"},
    {"\"overrides\": [{\"user\": [\"bob\"], \"policy\": {}}]", "2:16: unknown key \"overrides[0].user\"; did you mean \"users\"?"},
};
/* clang-format on */

static void expect_start(const char *what, const struct sd_error *err, const char *start) {
  assert_non_null(err->message);
  if (strncmp(start, "built-in:", 9) != 0)
    start = sd_arena_printf(&arena, "%s:%s", FILE_NAME, start);
  if (strncmp(err->message, start, strlen(start)) != 0)
    fail_msg("%s\n  expected: %s\n  got:      %s", what, start, err->message);
}

static void test_bad(void **state) {
  (void)state;
  struct sd_error err;
  struct sd_policy policy = {.hash = "untouched"};
  for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
    if (load(bad_texts[i].text, &alice, &policy, &err))
      fail_msg("accepted: %s", bad_texts[i].text);
    expect_start(bad_texts[i].text, &err, bad_texts[i].message);
  }
  for (size_t i = 0; i < sizeof(bad_keys) / sizeof(bad_keys[0]); i++) {
    if (load_keys(bad_keys[i].keys, &alice, &policy, &err))
      fail_msg("accepted: %s", bad_keys[i].keys);
    expect_start(bad_keys[i].keys, &err, bad_keys[i].message);
  }
  assert_string_equal(policy.hash, "untouched");
}

/* -- good ones --------------------------------------------------------------------------------- */

static struct sd_policy good(const char *keys, const struct sd_policy_caller *caller) {
  struct sd_error err;
  struct sd_policy policy;
  memset(&policy, 0, sizeof(policy));
  if (!load_keys(keys, caller, &policy, &err))
    fail_msg("%s: %s", keys, err.message);
  return policy;
}

static const char *joined(const struct sd_strv *strv) {
  return sd_strv_join(strv, &arena, "|");
}

/* What the contract of the policy file says, value for value. */
static void test_builtin(void **state) {
  (void)state;
  struct sd_policy p;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_true(sd_policy_load(&arena, NULL, 0, &alice, &p, &err));
  assert_string_equal(p.docker.path, "/usr/bin/docker");
  assert_string_equal(p.docker.config_dir, "/etc/safe-docker/docker");
  assert_string_equal(p.docker.endpoint.name, "");
  assert_string_equal(p.docker.endpoint.host, "unix:///var/run/docker.sock");
  assert_string_equal(p.docker.endpoint.tls.ca, "");
  assert_string_equal(p.docker.endpoint.run_as, "caller");
  assert_int_equal(p.docker.contexts.len, 0);
  assert_false(p.docker.annotations);
  assert_int_equal(p.isolation, SD_ISOLATION_OWNER);
  assert_string_equal(joined(&p.capabilities.defaults), "");
  assert_string_equal(joined(&p.capabilities.allow), "NET_BIND_SERVICE");
  assert_int_equal(p.resources.memory.value, 512 << 20);
  assert_int_equal(p.resources.memory.max, INT64_C(2) << 30);
  assert_int_equal(p.resources.swap_max, 0);
  assert_int_equal(p.resources.cpus.value, 1000000000);
  assert_int_equal(p.resources.cpus.max, 2000000000);
  assert_int_equal(p.resources.pids.value, 256);
  assert_int_equal(p.resources.pids.max, 1024);
  assert_int_equal(p.resources.shm_size.value, 64 << 20);
  assert_int_equal(p.resources.shm_size.max, 256 << 20);
  assert_int_equal(p.resources.tmpfs_size.value, 64 << 20);
  assert_int_equal(p.resources.tmpfs_size.max, 512 << 20);
  assert_int_equal(p.resources.ulimits.len, 2);
  assert_string_equal(p.resources.ulimits.items[0].name, "nofile");
  assert_int_equal(p.resources.ulimits.items[0].soft, 1024);
  assert_int_equal(p.resources.ulimits.items[0].hard, 16384);
  assert_int_equal(p.resources.ulimits.items[0].max, 65536);
  assert_string_equal(p.resources.ulimits.items[1].name, "core");
  assert_int_equal(p.resources.ulimits.items[1].hard, 0);
  assert_int_equal(p.resources.ulimits.items[1].max, 0);
  assert_string_equal(p.resources.cgroup_parent, "");
  assert_int_equal(p.user.mode, SD_USER_CALLER);
  assert_int_equal(p.user.fallback_uid, 65534);
  assert_int_equal(p.user.fallback_gid, 65534);
  assert_int_equal(p.mounts.bind.len, 1);
  assert_string_equal(p.mounts.bind.items[0].source, "/home/alice");
  assert_true(p.mounts.bind.items[0].writable);
  assert_int_equal(p.mounts.protect.v.len, 0);
  assert_string_equal(joined(&p.mounts.volumes), "*");
  assert_int_equal(p.mounts.shared_volumes.v.len, 0);
  assert_true(p.mounts.tmpfs);
  assert_string_equal(joined(&p.network.allow), "default|bridge|none");
  assert_string_equal(joined(&p.network.addresses), "127.0.0.1|::1");
  assert_string_equal(p.network.default_address, "127.0.0.1");
  assert_int_equal(p.network.port_first, 1024);
  assert_int_equal(p.network.port_last, 65535);
  assert_false(p.network.publish_all);
  assert_int_equal(p.network.subnets.v.len, 0);
  assert_string_equal(joined(&p.images.allow), "**");
  assert_int_equal(p.images.own.v.len, 0);
  assert_int_equal(p.images.credentials, SD_CREDENTIALS_POLICY);
  assert_false(p.images.require_digest);
  assert_false(p.images.content_trust);
  assert_string_equal(p.images.pull, "");
  assert_int_equal(p.read_only, SD_READ_ONLY_ALLOW);
  assert_string_equal(p.seccomp.profile, "default");
  assert_int_equal(p.seccomp.caller_profiles, SD_PROFILES_DENY);
  assert_string_equal(p.apparmor.profile, "safe-docker-default");
  assert_int_equal(p.apparmor.mode, SD_APPARMOR_AUTO);
  assert_int_equal(p.apparmor.allow.v.len, 0);
  assert_string_equal(joined(&p.restart.allow), "no|on-failure");
  assert_int_equal(p.restart.max_retries, 5);
  assert_string_equal(joined(&p.log_drivers), "json-file|local|journald|none");
  assert_string_equal(joined(&p.sysctls),
                      "net.ipv4.ip_unprivileged_port_start|net.ipv4.ping_group_range");
  assert_int_equal(p.devices.len, 0);
  assert_int_equal(p.runtimes.v.len, 0);
  assert_int_equal(p.options.v.len, 0);
  assert_true(p.audit.syslog);
  assert_string_equal(p.audit.file, "");
  assert_true(p.audit.required);
  assert_false(p.audit.required_by_admin);
  assert_string_equal(p.sources, "built-in");
}

/* The commands are those that their table says are allowed by default, in its order, and nothing else. */
static void test_builtin_commands(void **state) {
  (void)state;
  struct sd_policy policy;
  struct sd_error err;
  struct sd_strv expected = {0};
  sd_error_init(&err, &arena);
  assert_true(sd_policy_load(&arena, NULL, 0, &alice, &policy, &err));
  for (size_t i = 0; i < SD_COMMAND_COUNT; i++)
    if ((sd_commands[i].flags & SD_COMMAND_DEFAULT) != 0)
      sd_strv_add(&expected, &arena, sd_commands[i].name);
  assert_string_equal(joined(&policy.commands), joined(&expected));
  assert_true(sd_strv_contains(&policy.commands, "run"));
  assert_false(sd_strv_contains(&policy.commands, "build"));
}

/* Of networks and volumes of callers, and of what may be taken from other containers. */
static void test_callers_things(void **state) {
  (void)state;
  struct sd_policy p =
      good("\"docker\": {\"annotations\": true}, \"mounts\": {\"volumes\": {\"shared\": "
           "[\"cache-*\"]}}, \"network\": {\"allow\": [\"none\", \"container:*\"], "
           "\"subnets\": [\"10.20.0.0/16\", \"FD00:0020::/32\"]}, "
           "\"options\": {\"allow\": [\"ipc\", \"link\", \"pid\", \"volumes-from\"]}",
           &alice);
  assert_true(p.docker.annotations);
  assert_string_equal(joined(&p.mounts.shared_volumes), "cache-*");
  assert_string_equal(joined(&p.mounts.volumes), "*");
  assert_string_equal(joined(&p.network.allow), "none|container:*");
  assert_string_equal(joined(&p.network.subnets), "10.20.0.0/16|fd00:20::/32");
  assert_string_equal(joined(&p.options), "ipc|link|pid|volumes-from");
}

/* The built-in text is not checked at run time before it is merged; here it is, as a file. */
static void test_builtin_is_a_policy(void **state) {
  (void)state;
  struct sd_policy policy;
  struct sd_error err;
  assert_true(load(sd_policy_builtin().text, &alice, &policy, &err));
  assert_true(policy.audit.required_by_admin);
}

static void test_docker(void **state) {
  (void)state;
  struct sd_policy p = good(
      "\"docker\": {\"path\": \"/opt/docker\", \"host\": \"unix:///run/user/{uid}/docker.sock\", "
      "\"run_as\": \"docker-proxy\", \"config_dir\": \"{home}/.safe-docker\", "
      "\"contexts\": {\"lab\": {\"host\": \"ssh://ops@lab.example:22\"}, "
      "\"far\": {\"host\": \"tcp://[2001:db8::1]:2376\", \"run_as\": \"root\", "
      "\"tls\": {\"ca\": \"/c/ca\", \"cert\": \"/c/cert\", \"key\": \"/c/key\"}}}}",
      &alice);
  assert_string_equal(p.docker.path, "/opt/docker");
  assert_string_equal(p.docker.endpoint.host, "unix:///run/user/1000/docker.sock");
  assert_string_equal(p.docker.endpoint.run_as, "docker-proxy");
  assert_string_equal(p.docker.config_dir, "/home/alice/.safe-docker");
  assert_int_equal(p.docker.contexts.len, 2);
  const struct sd_endpoint *lab = &p.docker.contexts.items[0];
  assert_string_equal(lab->name, "lab");
  assert_string_equal(lab->host, "ssh://ops@lab.example:22");
  assert_string_equal(lab->run_as, "docker-proxy");
  assert_string_equal(lab->tls.key, "");
  const struct sd_endpoint *far = &p.docker.contexts.items[1];
  assert_string_equal(far->run_as, "root");
  assert_string_equal(far->tls.key, "/c/key");
}

static void test_canonical_forms(void **state) {
  (void)state;
  struct sd_policy p = good(
      "\"commands\": {\"allow\": [\"container ls\", \"image ls\", \"ps\", \"container prune\"]},"
      "\"capabilities\": {\"allow\": [\"CAP_CHOWN\", \"NET_RAW\"], \"default\": [\"CHOWN\"]},"
      "\"resources\": {\"memory\": {\"max\": 1073741824}, \"cpus\": {\"default\": \"0.5\", "
      "\"max\": 4},"
      "  \"swap\": {\"max\": \"1g\"}, \"cgroup_parent\": \"sd-u{uid}.slice\","
      "  \"ulimits\": {\"nproc\": {\"max\": \"100\"}, \"memlock\": {\"default\": \"1:2\"}, "
      "\"core\": {\"max\": 5, \"default\": 5}}},"
      "\"network\": {\"publish\": {\"addresses\": [\"127.0.0.1\", \"2001:DB8:0:0::1\"], \"ports\": "
      "\"8080\", \"default_address\": \"2001:db8::1\"}},"
      "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"wr\"}, {\"path\": "
      "\"vendor.com/gpu=all\", \"access\": \"rwm\"}]},"
      "\"mounts\": {\"bind\": [{\"source\": \"/srv/{user}\"}], \"protect\": [\"/srv/*/keys\"]},"
      "\"options\": {\"allow\": [\"gpus\", \"runtime\"]},"
      "\"audit\": {\"required\": true}",
      &alice);
  assert_string_equal(joined(&p.commands), "ps|images|container prune");
  assert_string_equal(joined(&p.capabilities.allow), "CHOWN|NET_RAW");
  assert_int_equal(p.resources.memory.max, 1 << 30);
  assert_int_equal(p.resources.cpus.value, 500000000);
  assert_int_equal(p.resources.cpus.max, INT64_C(4000000000));
  assert_int_equal(p.resources.swap_max, 1 << 30);
  assert_string_equal(p.resources.cgroup_parent, "sd-u1000.slice");
  assert_int_equal(p.resources.ulimits.len, 4);
  assert_int_equal(p.resources.ulimits.items[1].max, 5);
  assert_int_equal(p.resources.ulimits.items[2].soft, 100);
  assert_int_equal(p.resources.ulimits.items[2].hard, 100);
  assert_int_equal(p.resources.ulimits.items[3].max, 2);
  assert_string_equal(joined(&p.network.addresses), "127.0.0.1|2001:db8::1");
  assert_int_equal(p.network.port_first, 8080);
  assert_int_equal(p.network.port_last, 8080);
  assert_string_equal(p.devices.items[0].access, "rw");
  assert_string_equal(p.devices.items[1].path, "vendor.com/gpu=all");
  assert_string_equal(p.mounts.bind.items[0].source, "/srv/alice");
  assert_false(p.mounts.bind.items[0].writable);
  assert_string_equal(joined(&p.mounts.protect), "/srv/*/keys");
  assert_string_equal(joined(&p.options), "gpus|runtime");
  assert_true(p.audit.required_by_admin);
  assert_string_equal(p.sources, FILE_NAME);
}

/* -- templates --------------------------------------------------------------------------------- */

static void test_homes(void **state) {
  (void)state;
  static const struct {
    const char *home, *source, *expected; /* expected NULL: no source is left */
  } homes[] = {
      {"/home/alice", "{home}", "/home/alice"},
      {"/home/alice/", "{home}", "/home/alice"},
      {"/home/alice", "{home}/a", "/home/alice/a"},
      {"/", "{home}", NULL},
      {"///", "{home}", NULL},
      {"/", "{home}/a", NULL},
      {"", "{home}", NULL},
      {NULL, "{home}", NULL},
      {"home", "{home}", NULL},
      {"/home/../etc", "{home}", NULL},
      {"/home//a", "{home}", NULL},
      {"/home/a\nb", "{home}", NULL},
      {"/home/*", "{home}", "/home/*"}, /* a source is no pattern */
  };
  for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
    struct sd_policy_caller caller = alice;
    caller.home = homes[i].home;
    struct sd_policy p = good(sd_arena_printf(&arena,
                                              "\"mounts\": {\"bind\": [{\"source\": \"%s\", "
                                              "\"access\": \"rw\"}, {\"source\": \"/z\"}]}",
                                              homes[i].source),
                              &caller);
    assert_int_equal(p.mounts.bind.len, homes[i].expected != NULL ? 2 : 1);
    assert_string_equal(p.mounts.bind.items[0].source,
                        homes[i].expected != NULL ? homes[i].expected : "/z");
    assert_int_equal(p.mounts.bind.items[0].writable, homes[i].expected != NULL);
  }
}

/* An account named "*" must not be allowed everybody's things. */
static void test_names_in_patterns(void **state) {
  (void)state;
  static const char *const users[] = {"*", "a?", "[ab]", "a\\", "**", "alice"};
  static const char *const others[] = {"u-bob", "u-ax", "u-a", "u-a/b", "u-", "u-a\\b"};
  for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
    struct sd_policy_caller caller = alice;
    caller.user = users[i];
    struct sd_policy p = good("\"mounts\": {\"volumes\": {\"allow\": [\"u-{user}\"]}}", &caller);
    assert_true(
        sd_policy_matches_any(&p.mounts.volumes, sd_arena_printf(&arena, "u-%s", users[i])));
    for (size_t j = 0; j < sizeof(others) / sizeof(others[0]); j++)
      assert_false(sd_policy_matches_any(&p.mounts.volumes, others[j]));
  }
}

static void test_bad_names(void **state) {
  (void)state;
  static const char *const users[] = {"../bob", "a/b", "..", ".", "a..b", "a\nb", "/"};
  for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
    struct sd_policy_caller caller = alice;
    struct sd_policy p;
    struct sd_error err;
    caller.user = users[i];
    assert_false(
        load_keys("\"mounts\": {\"bind\": [{\"source\": \"/srv/{user}\"}]}", &caller, &p, &err));
    assert_non_null(strstr(err.message, "which cannot be part of a path or name"));
    (void)good("\"isolation\": \"shared\"", &caller); /* not where it is not used */
  }
}

/* No name: what is allowed by it falls away, what is protected by it is an error. */
static void test_no_name(void **state) {
  (void)state;
  struct sd_policy_caller caller = alice;
  struct sd_error err;
  struct sd_policy p;
  caller.user = NULL;
  p = good("\"mounts\": {\"bind\": [{\"source\": \"/srv/{user}\"}], \"volumes\": {\"allow\": "
           "[\"{user}\", \"x\"]}}",
           &caller);
  assert_int_equal(p.mounts.bind.len, 0);
  assert_string_equal(joined(&p.mounts.volumes), "x");
  assert_false(load_keys("\"mounts\": {\"protect\": [\"/srv/{user}\"]}", &caller, &p, &err));
  expect_start(
      "protect", &err,
      "2:24: mounts.protect[0]: \"/srv/{user}\" cannot be expanded: the caller has no name");
  assert_false(load_keys("\"audit\": {\"file\": \"/log/{user}\"}", &caller, &p, &err));
}

/* -- merging ----------------------------------------------------------------------------------- */

static void test_merging(void **state) {
  (void)state;
  static const char first[] =
      "{\"version\": 1, \"network\": {\"allow\": [\"a\", \"b\"], \"publish\": {\"all\": true}},"
      "\"docker\": {\"contexts\": {\"x\": {\"host\": \"unix:///x\"}}}, \"audit\": {\"required\": "
      "true}}";
  static const char second[] = "{\"network\": {\"allow\": [\"c\"]}, \"docker\": {\"contexts\": "
                               "{\"y\": {\"host\": \"unix:///y\"}}},"
                               "\"resources\": {\"memory\": {\"max\": \"3g\"}}}";
  const struct sd_policy_text texts[] = {
      {FILE_NAME, first, sizeof(first) - 1},
      {"/etc/safe-docker/policy.d/10.json", second, sizeof(second) - 1}};
  struct sd_policy p;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_true(sd_policy_load(&arena, texts, 2, &alice, &p, &err));
  assert_string_equal(joined(&p.network.allow), "c");
  assert_true(p.network.publish_all);
  assert_int_equal(p.docker.contexts.len, 2);
  assert_int_equal(p.resources.memory.value, 512 << 20);
  assert_int_equal(p.resources.memory.max, INT64_C(3) << 30);
  assert_true(p.audit.required_by_admin);
  assert_string_equal(p.sources, FILE_NAME ", /etc/safe-docker/policy.d/10.json");
  struct sd_sha256 hash;
  sd_sha256_init(&hash);
  sd_sha256_add(&hash, first, sizeof(first) - 1);
  sd_sha256_add(&hash, second, sizeof(second) - 1);
  assert_string_equal(p.hash, sd_sha256_finish(&hash, &arena));
  /* Without files it is that of the built-in text. */
  assert_true(sd_policy_load(&arena, NULL, 0, &alice, &p, &err));
  sd_sha256_init(&hash);
  sd_sha256_add(&hash, sd_policy_builtin().text, sd_policy_builtin().len);
  assert_string_equal(p.hash, sd_sha256_finish(&hash, &arena));
  /* A drop-in may stand alone, and without a version. */
  assert_true(sd_policy_load(&arena, texts + 1, 1, &alice, &p, &err));
  assert_false(p.audit.required_by_admin);
}

/* A later text does not hide a mistake of an earlier one. */
static void test_hidden_mistake(void **state) {
  (void)state;
  static const char first[] = "{\"version\": 1, \"isolation\": \"x\"}";
  static const char second[] = "{\"isolation\": \"owner\"}";
  const struct sd_policy_text texts[] = {
      {FILE_NAME, first, sizeof(first) - 1},
      {"/etc/safe-docker/policy.d/10.json", second, sizeof(second) - 1}};
  struct sd_policy p;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_false(sd_policy_load(&arena, texts, 2, &alice, &p, &err));
  expect_start("hidden", &err, "1:29: isolation: ");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_bad),
                                     cmocka_unit_test(test_builtin),
                                     cmocka_unit_test(test_builtin_is_a_policy),
                                     cmocka_unit_test(test_builtin_commands),
                                     cmocka_unit_test(test_callers_things),
                                     cmocka_unit_test(test_docker),
                                     cmocka_unit_test(test_homes),
                                     cmocka_unit_test(test_canonical_forms),
                                     cmocka_unit_test(test_bad_names),
                                     cmocka_unit_test(test_no_name),
                                     cmocka_unit_test(test_merging),
                                     cmocka_unit_test(test_names_in_patterns),
                                     cmocka_unit_test(test_hidden_mistake)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
