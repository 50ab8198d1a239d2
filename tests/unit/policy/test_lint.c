/* SPDX-License-Identifier: Apache-2.0 */
/* The lint: for each kind policies that it is told of and policies that it is not, places, overrides, and that no row of a
 * table is out of reach. */
#include <string.h>

#include "../with_arena.h"

#include "safe-docker/confine/capability.h"
#include "safe-docker/policy/lint.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GIB (INT64_C(1) << 30)
#define SILENT (-1)

/* -- a host ------------------------------------------------------------------------------------- */

static void resolve(void *context, struct sd_arena *unused, const char *path,
                    struct sd_resolved *out) {
  (void)context;
  (void)unused;
  *out = (struct sd_resolved){.node = SD_NODE_DIRECTORY, .path = path};
  if (strcmp(path, "/srv/link") == 0)
    out->path = "/etc";
  if (strcmp(path, "/opt/link") == 0)
    out->path = "/";
  if (strcmp(path, "/srv/socket") == 0)
    out->node = SD_NODE_SOCKET;
  if (strcmp(path, "/srv/missing") == 0)
    out->node = SD_NODE_MISSING;
}

static struct sd_special find_special(void *context, struct sd_arena *unused, const char *path) {
  (void)context;
  (void)unused;
  if (strcmp(path, "/srv/mysql") == 0)
    return (struct sd_special){"mysqld", "socket"};
  if (strcmp(path, "/srv/devices") == 0)
    return (struct sd_special){"null", "device"};
  return (struct sd_special){NULL, NULL};
}

static enum sd_policy_account find_user(const char *name, uid_t *uid) {
  if (strcmp(name, "unsure") == 0)
    return SD_ACCOUNT_UNKNOWN;
  if (uid != NULL)
    *uid = strcmp(name, "toor") == 0 ? 0 : 1000;
  return strcmp(name, "ghost") == 0 ? SD_ACCOUNT_MISSING : SD_ACCOUNT_THERE;
}

static enum sd_policy_account find_group(const char *name) {
  return strcmp(name, "ghosts") == 0 ? SD_ACCOUNT_MISSING : SD_ACCOUNT_THERE;
}

static const struct sd_host host = {.resolve = resolve, .find_special = find_special};

static struct sd_policy_facts known_facts(void) {
  struct sd_policy_facts facts = {.host = &host,
                                  .memory = 16 * GIB,
                                  .nano_cpus = INT64_C(8000000000),
                                  .pids = 32768,
                                  .find_user = find_user,
                                  .find_group = find_group};
  return facts;
}

static bool lint_with(const struct sd_policy_facts *facts, const char *body,
                      struct sd_policy_findings *out, struct sd_error *err) {
  const char *text = sd_arena_printf(&arena, "{\"version\": 1,\n%s}", body);
  const struct sd_policy_text texts[] = {{"/p.json", text, strlen(text)}};
  sd_error_init(err, &arena);
  return sd_policy_lint(&arena, texts, 1, facts, out, err);
}

static struct sd_policy_findings lint(const char *body) {
  const struct sd_policy_facts facts = known_facts();
  struct sd_policy_findings found;
  struct sd_error err;
  memset(&found, 0, sizeof(found));
  if (!lint_with(&facts, body, &found, &err))
    fail_msg("%s", err.message);
  return found;
}

static const struct sd_policy_finding *find(const struct sd_policy_findings *found,
                                            const char *kind) {
  for (size_t i = 0; i < found->v.len; i++)
    if (strcmp(found->v.items[i].kind, kind) == 0)
      return &found->v.items[i];
  return NULL;
}

/* -- what is told, and what not ------------------------------------------------------------------- */

#define ADDRESSES(list)                                                                            \
  "\"network\": {\"publish\": {\"addresses\": " list ", \"default_address\": \"\"}}"
#define VOLUMES(isolation, pattern)                                                                \
  "\"isolation\": \"" isolation "\", \"mounts\": {\"volumes\": {\"allow\": [\"" pattern "\"]}}"
#define BIND(path, access)                                                                         \
  "\"mounts\": {\"bind\": [{\"source\": \"" path "\", \"access\": \"" access "\"}]}"
#define OVERRIDE(who, policy) "\"overrides\": [{" who ", \"policy\": {" policy "}}]"

static const struct row {
  const char *kind;
  int severity; /* SILENT: it is not told */
  const char *body;
} rows[] = {
    {"capability", SD_POLICY_DANGER, "\"capabilities\": {\"allow\": [\"CAP_SYS_ADMIN\"]}"},
    {"capability", SD_POLICY_WARNING, "\"capabilities\": {\"allow\": [\"NET_RAW\"]}"},
    {"capability", SD_POLICY_NOTE, "\"capabilities\": {\"allow\": [\"KILL\"]}"},
    {"capability", SD_POLICY_DANGER, "\"capabilities\": {\"allow\": [\"CAP_NEW_ONE\"]}"},
    {"capability", SILENT, "\"capabilities\": {\"allow\": [\"CAP_NET_BIND_SERVICE\"]}"},
    {"bind-root", SD_POLICY_DANGER, BIND("/", "ro")},
    {"bind-root", SILENT, BIND("/srv/data", "rw")},
    {"bind-system", SD_POLICY_DANGER, BIND("/etc", "rw")},
    {"bind-system", SD_POLICY_WARNING, BIND("/etc/ssl/certs", "ro")},
    {"bind-system", SD_POLICY_DANGER, BIND("/proc", "ro")},
    {"bind-system", SD_POLICY_DANGER, BIND("/var", "ro")},
    {"bind-system", SD_POLICY_WARNING, BIND("/home", "rw")},
    {"bind-system", SD_POLICY_DANGER, BIND("/srv/link", "rw")},
    {"bind-system", SILENT, BIND("/home/{user}/work", "rw")},
    {"bind-system", SILENT, BIND("{home}", "rw")},
    {"bind-system", SILENT, BIND("/etcetera", "rw")},
    {"bind-system", SILENT, BIND("/srv/missing", "rw")},
    {"bind-system", SILENT, BIND("/tmp/jobs", "rw")},
    {"bind-system", SD_POLICY_DANGER, BIND("/var/lib", "rw")},
    {"bind-system", SD_POLICY_DANGER, BIND("/var/lib/docker/volumes", "ro")},
    {"bind-system", SILENT, BIND("/var/lib/jenkins/workspace", "rw")},
    {"bind-socket", SD_POLICY_DANGER, BIND("/srv/socket", "ro")},
    {"bind-socket", SD_POLICY_DANGER, BIND("/srv/mysql", "ro")},
    {"bind-socket", SD_POLICY_DANGER, BIND("/var/run/docker.sock", "ro")},
    {"bind-socket", SILENT, BIND("/srv/devices", "ro")},
    {"bind-writable-user", SD_POLICY_WARNING,
     BIND("/srv/data", "rw") ", \"user\": {\"mode\": \"any\"}"},
    {"bind-writable-user", SILENT, BIND("/srv/data", "ro") ", \"user\": {\"mode\": \"any\"}"},
    {"bind-writable-user", SILENT, BIND("/srv/data", "rw")},
    {"bind-writable-user", SILENT, BIND("{home}", "rw") ", \"user\": {\"mode\": \"any\"}"},
    {"volume-shared", SD_POLICY_NOTE, "\"mounts\": {\"volumes\": {\"shared\": [\"cache\"]}}"},
    {"volume-shared", SD_POLICY_WARNING, "\"mounts\": {\"volumes\": {\"shared\": [\"*\"]}}"},
    {"volume-shared", SILENT, "\"mounts\": {\"volumes\": {\"allow\": [\"*\"]}}"},
    {"volume-names", SILENT, VOLUMES("owner", "*")},
    {"volume-names", SD_POLICY_NOTE, VOLUMES("shared", "*")},
    {"volume-names", SD_POLICY_NOTE, VOLUMES("shared", "{user}-*")},
    {"volume-names", SD_POLICY_NOTE, VOLUMES("shared", "u{uid}*")},
    {"volume-names", SD_POLICY_NOTE, VOLUMES("shared", "u{uid}0*")},
    {"volume-names", SD_POLICY_NOTE, VOLUMES("shared", "*{uid}-x")},
    {"volume-names", SD_POLICY_NOTE, VOLUMES("shared", "cache")},
    {"volume-names", SILENT, VOLUMES("shared", "u{uid}-*")},
    {"volume-names", SILENT, VOLUMES("shared", "{user}-data")},
    {"user-any", SD_POLICY_WARNING, "\"user\": {\"mode\": \"any\"}, \"mounts\": {\"bind\": []}"},
    {"user-any", SILENT, "\"user\": {\"mode\": \"non-root\"}"},
    {"user-any-binds", SD_POLICY_DANGER, "\"user\": {\"mode\": \"any\"}"},
    {"user-any-binds", SILENT, "\"user\": {\"mode\": \"any\"}, \"mounts\": {\"bind\": []}"},
    {"user-non-root", SD_POLICY_NOTE, "\"user\": {\"mode\": \"non-root\"}"},
    {"user-non-root", SILENT, "\"user\": {\"mode\": \"caller\"}"},
    {"run-as-root", SD_POLICY_DANGER, "\"docker\": {\"run_as\": \"root\"}"},
    {"run-as-root", SD_POLICY_DANGER, "\"docker\": {\"run_as\": \"toor\"}"},
    {"run-as-root", SILENT, "\"docker\": {\"run_as\": \"nobody\"}"},
    {"run-as-account", SD_POLICY_NOTE, "\"docker\": {\"run_as\": \"nobody\"}"},
    {"run-as-account", SILENT, "\"docker\": {\"run_as\": \"caller\"}"},
    {"remote-key", SD_POLICY_DANGER,
     "\"docker\": {\"host\": \"tcp://h:2376\", \"tls\": {\"ca\": \"/a\", \"cert\": \"/b\", "
     "\"key\": \"/c\"}}"},
    {"remote-key", SILENT,
     "\"docker\": {\"run_as\": \"relay\", \"host\": \"tcp://h:2376\", \"tls\": {\"ca\": \"/a\", "
     "\"cert\": \"/b\", "
     "\"key\": \"/c\"}}"},
    {"remote-ssh", SD_POLICY_WARNING, "\"docker\": {\"host\": \"ssh://h\"}"},
    {"remote-ssh", SILENT, "\"docker\": {\"host\": \"unix:///run/docker.sock\"}"},
    {"remote-owner", SD_POLICY_NOTE, "\"docker\": {\"host\": \"ssh://h\"}"},
    {"remote-owner", SILENT, "\"docker\": {\"host\": \"unix:///run/docker.sock\"}"},
    {"remote-machine", SD_POLICY_WARNING,
     "\"docker\": {\"host\": \"ssh://h\", \"machine\": \"this\"}"},
    {"remote-machine", SILENT, "\"docker\": {\"host\": \"ssh://h\"}"},
    {"context", SD_POLICY_NOTE,
     "\"docker\": {\"contexts\": {\"far\": {\"host\": \"unix:///run/far.sock\"}}}"},
    {"context", SILENT, "\"docker\": {\"contexts\": {}}"},
    {"remote-ssh", SD_POLICY_WARNING,
     "\"docker\": {\"contexts\": {\"far\": {\"host\": \"ssh://h\"}}}"},
    {"run-as-root", SD_POLICY_DANGER,
     "\"docker\": {\"contexts\": {\"far\": {\"host\": \"unix:///run/far.sock\", \"run_as\": "
     "\"root\"}}}"},
    {"isolation-shared", SD_POLICY_WARNING, "\"isolation\": \"shared\""},
    {"isolation-shared", SILENT, "\"isolation\": \"owner\""},
    {"command", SD_POLICY_WARNING, "\"commands\": {\"allow\": [\"run\", \"image build\"]}"},
    {"command", SD_POLICY_NOTE, "\"commands\": {\"allow\": [\"load\"]}"},
    {"command", SILENT, "\"commands\": {\"allow\": [\"run\", \"ps\", \"pull\"]}"},
    {"option", SD_POLICY_DANGER, "\"options\": {\"allow\": [\"runtime\"]}"},
    {"option", SILENT, "\"options\": {\"allow\": []}"},
    {"device", SD_POLICY_DANGER,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/sda1\", \"access\": \"r\"}]}"},
    {"device", SD_POLICY_DANGER,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/mem\", \"access\": \"r\"}]}"},
    {"device", SD_POLICY_DANGER,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/nbd0\", \"access\": \"r\"}]}"},
    {"device", SD_POLICY_DANGER,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/char/1:1\", \"access\": \"r\"}]}"},
    {"device", SD_POLICY_WARNING,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/kvm\", \"access\": \"rw\"}]}"},
    {"device", SD_POLICY_WARNING,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/fuse\", \"access\": \"rw\"}]}"},
    {"device", SD_POLICY_NOTE,
     "\"devices\": {\"allow\": [{\"path\": \"nvidia.com/gpu=0\", \"access\": \"rw\"}]}"},
    {"device", SD_POLICY_WARNING,
     "\"devices\": {\"allow\": [{\"path\": \"nvidia.com/gpu=all\", \"access\": \"rw\"}]}"},
    {"device", SD_POLICY_WARNING,
     "\"devices\": {\"allow\": [{\"path\": \"/dev/odd\", \"access\": \"r\"}]}"},
    {"device", SILENT, "\"devices\": {\"allow\": []}"},
    {"runtime", SD_POLICY_WARNING, "\"runtimes\": {\"allow\": [\"nvidia\"]}"},
    {"runtime", SD_POLICY_WARNING, "\"runtimes\": {\"allow\": [\"mine\"]}"},
    {"runtime", SILENT, "\"runtimes\": {\"allow\": [\"runsc\", \"runc\", \"crun\"]}"},
    {"sysctl", SD_POLICY_NOTE, "\"sysctls\": {\"allow\": [\"kernel.shmmax\"]}"},
    {"sysctl", SD_POLICY_WARNING, "\"sysctls\": {\"allow\": [\"kernel.core_pattern\"]}"},
    {"sysctl", SILENT,
     "\"sysctls\": {\"allow\": [\"net.ipv4.tcp_syncookies\", \"kernel.shm_rmid_forced\"]}"},
    {"log-driver", SD_POLICY_WARNING, "\"logging\": {\"drivers\": [\"splunk\"]}"},
    {"log-driver", SILENT,
     "\"logging\": {\"drivers\": [\"journald\", \"json-file\", \"local\", \"none\"]}"},
    {"restart-always", SD_POLICY_NOTE, "\"restart\": {\"allow\": [\"unless-stopped\"]}"},
    {"restart-always", SILENT, "\"restart\": {\"allow\": [\"no\", \"on-failure\"]}"},
    {"network-host", SD_POLICY_DANGER, "\"network\": {\"allow\": [\"host\"]}"},
    {"network-host", SILENT, "\"network\": {\"allow\": [\"hostel\", \"**\"]}"},
    {"network-pattern", SD_POLICY_WARNING, "\"network\": {\"allow\": [\"**\"]}"},
    {"network-pattern", SILENT, "\"network\": {\"allow\": [\"team-*\"]}"},
    {"network-container", SD_POLICY_NOTE, "\"network\": {\"allow\": [\"container:*\"]}"},
    {"network-container", SILENT, "\"network\": {\"allow\": [\"bridge\"]}"},
    {"publish-everywhere", SD_POLICY_WARNING, ADDRESSES("[\"0.0.0.0\"]")},
    {"publish-everywhere", SD_POLICY_WARNING, ADDRESSES("[\"0::0\"]")},
    {"publish-everywhere", SILENT, ADDRESSES("[\"192.0.2.1\"]")},
    {"publish-outside", SD_POLICY_NOTE, ADDRESSES("[\"192.0.2.1\"]")},
    {"publish-outside", SILENT, ADDRESSES("[\"127.0.0.2\", \"::1\"]")},
    {"publish-low-ports", SD_POLICY_WARNING, "\"network\": {\"publish\": {\"ports\": \"80-90\"}}"},
    {"publish-low-ports", SILENT, "\"network\": {\"publish\": {\"ports\": \"1024\"}}"},
    {"publish-low-ports", SILENT,
     "\"network\": {\"publish\": {\"ports\": \"80\", \"addresses\": [], \"default_address\": "
     "\"\"}}"},
    {"publish-all", SD_POLICY_WARNING, "\"network\": {\"publish\": {\"all\": true}}"},
    {"publish-all", SILENT, "\"network\": {\"publish\": {\"all\": false}}"},
    {"images-any", SD_POLICY_NOTE, "\"images\": {\"allow\": [\"**\"]}"},
    {"images-any", SILENT, "\"images\": {\"allow\": [\"**\"], \"require_digest\": true}"},
    {"images-any", SILENT, "\"images\": {\"allow\": [\"registry.example.com/**\"]}"},
    {"images-own", SD_POLICY_WARNING, "\"images\": {\"own\": [\"team/**\"]}"},
    {"images-own", SD_POLICY_WARNING, "\"images\": {\"own\": [\"{user}*/**\"]}"},
    {"images-own", SD_POLICY_WARNING, "\"images\": {\"own\": [\"r.example.com/u{uid}?\"]}"},
    {"images-own-allowed", SD_POLICY_NOTE,
     "\"images\": {\"allow\": [\"library/*\", \"{user}/**\"], \"own\": [\"{user}/**\"]}"},
    {"images-own-allowed", SD_POLICY_NOTE,
     "\"images\": {\"allow\": [\"r.example.com/**\"], \"own\": [\"r.example.com/{user}/*\"]}"},
    {"images-own-allowed", SILENT,
     "\"images\": {\"allow\": [\"library/*\"], \"own\": [\"{user}/**\"]}"},
    {"images-own-allowed", SILENT, "\"images\": {\"own\": [\"{user}/**\"]}"},
    {"images-own-allowed", SILENT,
     "\"images\": {\"allow\": [\"{user}/**\"], \"own\": [\"{user}/**\"], \"verify\": {\"command\": "
     "[\"/bin/v\", \"{image}\"]}}"},
    {"images-local-verify", SD_POLICY_NOTE,
     "\"images\": {\"local\": [\"site/*\"], \"verify\": {\"command\": [\"/bin/v\", \"{image}\"]}}"},
    {"images-local-verify", SILENT, "\"images\": {\"local\": [\"site/*\"]}"},
    {"images-any", SD_POLICY_NOTE, "\"images\": {\"allow\": [\"docker.io/**\"]}"},
    {"images-any", SD_POLICY_NOTE, "\"images\": {\"allow\": [\"*/*\"]}"},
    {"network-pattern", SD_POLICY_WARNING, "\"network\": {\"allow\": [\"?*\"]}"},
    {"bind-root", SD_POLICY_DANGER, BIND("/opt/link", "ro")},
    {"images-own", SILENT, "\"images\": {\"own\": [\"{user}/**\", \"r.example.com/u{uid}/**\"]}"},
    {"images-credentials", SD_POLICY_NOTE, "\"images\": {\"credentials\": \"caller\"}"},
    {"images-credentials", SILENT, "\"images\": {\"credentials\": \"policy\"}"},
    {"seccomp-caller-profiles", SD_POLICY_NOTE, "\"seccomp\": {\"caller_profiles\": \"stricter\"}"},
    {"seccomp-caller-profiles", SILENT, "\"seccomp\": {\"caller_profiles\": \"deny\"}"},
    {"apparmor-off", SD_POLICY_WARNING, "\"apparmor\": {\"mode\": \"off\"}"},
    {"apparmor-off", SILENT, "\"apparmor\": {\"mode\": \"auto\"}"},
    {"apparmor-auto", SD_POLICY_NOTE, "\"apparmor\": {\"mode\": \"auto\"}"},
    {"apparmor-auto", SILENT, "\"apparmor\": {\"mode\": \"require\"}"},
    {"apparmor-allow", SD_POLICY_NOTE, "\"apparmor\": {\"allow\": [\"mine\"]}"},
    {"apparmor-allow", SILENT, "\"apparmor\": {\"allow\": []}"},
    {"audit-off", SD_POLICY_WARNING, "\"audit\": {\"syslog\": false}"},
    {"audit-off", SILENT,
     "\"audit\": {\"syslog\": false, \"file\": \"/var/log/safe-docker/audit.jsonl\"}"},
    {"audit-optional", SD_POLICY_WARNING, "\"audit\": {\"required\": false}"},
    {"audit-optional", SILENT, "\"audit\": {\"required\": true}"},
    {"audit-file-place", SD_POLICY_WARNING, "\"audit\": {\"file\": \"/srv/audit\"}"},
    {"audit-file-place", SILENT, "\"audit\": {\"file\": \"/var/log/audit\"}"},
    {"limit-beyond-host", SD_POLICY_WARNING, "\"resources\": {\"memory\": {\"max\": \"16g\"}}"},
    {"limit-all-cpus", SD_POLICY_NOTE, "\"resources\": {\"cpus\": {\"max\": 8}}"},
    {"limit-all-cpus", SILENT, "\"resources\": {\"cpus\": {\"max\": \"7.5\"}}"},
    {"limit-beyond-host", SD_POLICY_WARNING, "\"resources\": {\"pids\": {\"max\": 40000}}"},
    {"limit-beyond-host", SILENT,
     "\"resources\": {\"memory\": {\"max\": \"15g\"}, \"cpus\": {\"max\": \"7.5\"}}"},
    {"limit-each", SD_POLICY_NOTE, "\"resources\": {\"cgroup_parent\": \"\"}"},
    {"limit-each", SILENT, "\"resources\": {\"cgroup_parent\": \"u{uid}.slice\"}"},
    {"limit-shared", SD_POLICY_NOTE, "\"resources\": {\"cgroup_parent\": \"all.slice\"}"},
    {"limit-shared", SILENT, "\"resources\": {\"cgroup_parent\": \"u{uid}.slice\"}"},
    {"limit-swap", SD_POLICY_WARNING, "\"resources\": {\"swap\": {\"max\": \"3g\"}}"},
    {"limit-swap", SILENT, "\"resources\": {\"swap\": {\"max\": \"1g\"}}"},
    {"ulimit-high", SD_POLICY_WARNING,
     "\"resources\": {\"ulimits\": {\"nofile\": {\"max\": 1048576}}}"},
    {"ulimit-high", SILENT, "\"resources\": {\"ulimits\": {\"nofile\": {\"max\": 524288}}}"},
    {"ulimit-priority", SD_POLICY_WARNING,
     "\"resources\": {\"ulimits\": {\"rtprio\": {\"max\": 1}}}"},
    {"ulimit-priority", SILENT, "\"resources\": {\"ulimits\": {\"rtprio\": {\"max\": 0}}}"},
    {"override-root", SD_POLICY_NOTE, OVERRIDE("\"users\": [\"root\"]", "")},
    {"override-root", SD_POLICY_NOTE, OVERRIDE("\"users\": [0]", "")},
    {"override-root", SILENT, OVERRIDE("\"users\": [\"alice\"]", "")},
    {"override-unknown-user", SD_POLICY_WARNING, OVERRIDE("\"users\": [\"ghost\"]", "")},
    {"override-unknown-user", SILENT,
     OVERRIDE("\"users\": [\"alice\", \"unsure\", \"4000\", 7]", "")},
    {"override-unknown-group", SD_POLICY_WARNING, OVERRIDE("\"groups\": [\"ghosts\"]", "")},
    {"override-unknown-group", SILENT, OVERRIDE("\"groups\": [\"ml\", \"4000\"]", "")},
    {"override-root-group", SD_POLICY_WARNING, OVERRIDE("\"groups\": [\"root\"]", "")},
    {"override-root-group", SILENT, OVERRIDE("\"groups\": [\"users\"]", "")},
    {"override-docker-group", SD_POLICY_WARNING, OVERRIDE("\"groups\": [\"docker\"]", "")},
    {"override-docker-group", SILENT, OVERRIDE("\"groups\": [\"dockers\"]", "")},
    {"override-contradiction", SD_POLICY_WARNING,
     "\"overrides\": [{\"groups\": [\"a\"], \"policy\": {\"resources\": {\"pids\": {\"default\": "
     "900}}}},"
     "{\"groups\": [\"b\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 800}}}}]"},
    {"override-contradiction", SILENT,
     "\"overrides\": [{\"users\": [\"a\"], \"policy\": {\"resources\": {\"pids\": {\"default\": "
     "900}}}},"
     "{\"users\": [\"b\"], \"policy\": {\"resources\": {\"pids\": {\"max\": 800}}}}]"},
};

static void test_kinds(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct sd_policy_findings found = lint(rows[i].body);
    const struct sd_policy_finding *finding = find(&found, rows[i].kind);
    if ((finding == NULL) != (rows[i].severity == SILENT))
      fail_msg("%s: %s %s", rows[i].body, rows[i].kind,
               finding != NULL ? "is told" : "is not told");
    if (finding == NULL)
      continue;
    if ((int)finding->severity != rows[i].severity)
      fail_msg("%s: %s is a %s", rows[i].body, rows[i].kind,
               sd_policy_severity_word(finding->severity));
    assert_true(finding->message[0] != '\0' && finding->attack[0] != '\0' &&
                finding->advice[0] != '\0');
    assert_true(finding->line >= 1 && finding->column >= 1);
  }
}

/* Both ways: each kind is told somewhere above, and somewhere it is not. */
static void test_each_has_both(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    bool told = false;
    bool silent = false;
    for (size_t k = 0; k < COUNT(rows); k++)
      if (strcmp(rows[k].kind, rows[i].kind) == 0) {
        told = told || rows[k].severity != SILENT;
        silent = silent || rows[k].severity == SILENT;
      }
    if (!told || !silent)
      fail_msg("%s needs a case that is told and one that is not", rows[i].kind);
  }
}

/* -- tables --------------------------------------------------------------------------------------- */

/* A row that is not in its place is not found. */
static void test_every_capability_is_known(void **state) {
  (void)state;
  struct sd_strv names = {{NULL, 0, 0}};
  sd_capability_list(&arena, &names);
  assert_true(names.v.len >= 40);
  for (size_t i = 0; i < names.v.len; i++) {
    struct sd_policy_findings found =
        lint(sd_arena_printf(&arena, "\"capabilities\": {\"allow\": [\"%s\"]}", names.v.items[i]));
    const struct sd_policy_finding *finding = find(&found, "capability");
    bool harmless = strcmp(names.v.items[i], "NET_BIND_SERVICE") == 0 ||
                    strcmp(names.v.items[i], "NET_BROADCAST") == 0;
    if ((finding == NULL) != harmless ||
        (finding != NULL && strstr(finding->message, "not known") != NULL))
      fail_msg("%s: %s", names.v.items[i], finding != NULL ? finding->message : "is not told");
  }
}

static void test_every_name_is_known(void **state) {
  (void)state;
  static const struct {
    const char *format, *kind, *names[24];
  } lists[] = {
      {"\"commands\": {\"allow\": [\"%s\"]}",
       "command",
       {"build", "commit", "compose", "import", "load", "login", "push", "rmi", "save", "tag"}},
      {"\"options\": {\"allow\": [\"%s\"]}",
       "option",
       {"annotation", "blkio-weight-device", "cpu-rt-period", "cpu-rt-runtime", "device-read-bps",
        "device-read-iops", "device-write-bps", "device-write-iops", "gpus", "ip", "ip6", "ipc",
        "link", "link-local-ip", "mac-address", "pid", "runtime", "storage-opt", "volumes-from"}},
      {"\"logging\": {\"drivers\": [\"%s\"]}",
       "log-driver",
       {"awslogs", "fluentd", "gcplogs", "gelf", "splunk", "syslog"}},
      {"\"sysctls\": {\"allow\": [\"%s\"]}",
       "sysctl",
       {"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall",
        "kernel.shmmax", "kernel.shmmni", "net.ipv4.conf.all.route_localnet",
        "net.ipv4.ip_forward"}},
      {"\"runtimes\": {\"allow\": [\"%s\"]}", "runtime", {"nvidia", "sysbox-runc"}},
  };
  for (size_t i = 0; i < COUNT(lists); i++)
    for (size_t k = 0; k < 24 && lists[i].names[k] != NULL; k++) {
      char *body = sd_arena_strdup(&arena, lists[i].format);
      const char *mark = strstr(lists[i].format, "%s");
      size_t before = (size_t)(mark - lists[i].format);
      body[before] = '\0';
      struct sd_policy_findings found =
          lint(sd_arena_printf(&arena, "%s%s%s", body, lists[i].names[k], mark + 2));
      const struct sd_policy_finding *finding = find(&found, lists[i].kind);
      if (finding == NULL || strstr(finding->message, "not known") != NULL)
        fail_msg("%s %s", lists[i].kind, lists[i].names[k]);
    }
}

/* -- the whole -------------------------------------------------------------------------------------- */

static void test_built_in_is_clean(void **state) {
  (void)state;
  const struct sd_policy_facts facts = known_facts();
  struct sd_policy_findings found;
  struct sd_error err;
  sd_error_init(&err, &arena);
  assert_true(sd_policy_lint(&arena, NULL, 0, &facts, &found, &err));
  for (size_t i = 0; i < found.v.len; i++)
    if (found.v.items[i].severity != SD_POLICY_NOTE)
      fail_msg("%s", found.v.items[i].message);
  assert_int_equal(found.dangers + found.warnings, 0);
  assert_int_equal(found.notes, found.v.len);
}

/* The overrides of two files; the later one takes the place of the earlier one. */
static void test_hidden_overrides(void **state) {
  (void)state;
#define ML "{\"groups\": [\"ml\"], \"policy\": {\"isolation\": \"owner\"}}"
#define BOB "{\"users\": [\"bob\"], \"policy\": {}}"
  static const struct {
    const char *kind;
    int severity;
    const char *early, *late;
  } cases[] = {
      {"override-hidden", SD_POLICY_WARNING, ",\"overrides\": [" ML "]",
       ",\"overrides\": [" BOB "]"},
      {"override-hidden", SD_POLICY_WARNING, ",\"overrides\": [" ML "]", ",\"overrides\": []"},
      {"override-hidden", SD_POLICY_NOTE, ",\"overrides\": [" ML "]",
       ",\"overrides\": [" BOB "," ML "]"},
      {"override-hidden", SILENT, ",\"overrides\": [" ML "]", ""},
      {"override-hidden", SILENT, "", ",\"overrides\": [" ML "]"},
  };
#undef ML
#undef BOB
  const struct sd_policy_facts facts = known_facts();
  for (size_t i = 0; i < COUNT(cases); i++) {
    const char *early = sd_arena_printf(&arena, "{\"version\": 1%s}", cases[i].early);
    const char *late = sd_arena_printf(&arena, "{\"version\": 1%s}", cases[i].late);
    const struct sd_policy_text texts[] = {{"/p.json", early, strlen(early)},
                                           {"/policy.d/a.json", late, strlen(late)}};
    struct sd_policy_findings found;
    struct sd_error err;
    sd_error_init(&err, &arena);
    assert_true(sd_policy_lint(&arena, texts, 2, &facts, &found, &err));
    const struct sd_policy_finding *finding = find(&found, cases[i].kind);
    assert_int_equal(finding != NULL ? (int)finding->severity : SILENT, cases[i].severity);
    if (finding != NULL)
      assert_string_equal(finding->source, "/p.json");
  }
}

static void test_nothing_is_known_of_the_host(void **state) {
  (void)state;
  static const struct sd_policy_facts nothing = {.host = NULL};
  struct sd_policy_findings found;
  struct sd_error err;
  assert_true(lint_with(
      &nothing,
      BIND("/srv/socket", "ro") ", \"resources\": {\"memory\": {\"max\": \"99g\"}}," OVERRIDE(
          "\"users\": [\"ghost\"]", ""),
      &found, &err));
  assert_int_equal(found.dangers + found.warnings, 0);
}

static void test_socket(void **state) {
  (void)state;
  struct sd_policy_facts facts = known_facts();
  struct sd_policy_findings found;
  struct sd_error err;
  facts.socket_group = "engine";
  facts.socket_gid = 990;
  sd_strv_add(&facts.socket_group_users, &arena, "alice");
  assert_true(lint_with(&facts, OVERRIDE("\"users\": [\"alice\"], \"groups\": [\"engine\"]", ""),
                        &found, &err));
  assert_non_null(find(&found, "override-socket-group"));
  assert_non_null(find(&found, "override-docker-group"));
  assert_non_null(strstr(find(&found, "socket-group-members")->message, "alice"));
  assert_null(find(&found, "socket-open"));
  assert_true(lint_with(&facts, OVERRIDE("\"groups\": [990]", ""), &found, &err));
  assert_non_null(find(&found, "override-docker-group"));
  assert_true(lint_with(&facts, OVERRIDE("\"groups\": [\"990\"]", ""), &found, &err));
  assert_non_null(find(&found, "override-docker-group"));
  assert_true(lint_with(&facts, OVERRIDE("\"groups\": [991, \"992\"]", ""), &found, &err));
  assert_null(find(&found, "override-docker-group"));
  facts.socket_open = true;
  facts.socket_group_users = (struct sd_strv){{NULL, 0, 0}};
  assert_true(lint_with(&facts, OVERRIDE("\"users\": [\"alice\"]", ""), &found, &err));
  assert_int_equal(find(&found, "socket-open")->severity, SD_POLICY_DANGER);
  assert_null(find(&found, "override-socket-group"));
  assert_null(find(&found, "socket-group-members"));
}

static void test_places(void **state) {
  (void)state;
  struct sd_policy_findings found =
      lint("\"capabilities\": {\"allow\": [\"NET_BIND_SERVICE\",\n  \"SYS_ADMIN\"]}");
  const struct sd_policy_finding *finding = find(&found, "capability");
  assert_string_equal(finding->source, "/p.json");
  assert_string_equal(finding->key, "capabilities.allow");
  assert_int_equal(finding->line, 3);
  assert_int_equal(finding->column, 3);
  assert_null(finding->who);
  /* What the built-in default says stands there. */
  assert_string_equal(find(&found, "images-any")->source, "built-in");
}

/* -- overrides ---------------------------------------------------------------------------------------- */

static size_t count_kind(const struct sd_policy_findings *found, const char *kind) {
  size_t count = 0;
  for (size_t i = 0; i < found->v.len; i++)
    count += strcmp(found->v.items[i].kind, kind) == 0;
  return count;
}

static void test_override_is_named(void **state) {
  (void)state;
  struct sd_policy_findings found =
      lint(OVERRIDE("\"users\": [\"alice\", 7], \"groups\": [\"ml\"]",
                    "\"capabilities\": {\"allow\": [\"SYS_ADMIN\"]}"));
  assert_string_equal(find(&found, "capability")->who, "user alice, user 7, group ml");
  assert_int_equal(found.dangers, 1);
}

/* What is so for everybody is told once, for everybody. */
static void test_told_once(void **state) {
  (void)state;
  struct sd_policy_findings found = lint("\"isolation\": \"shared\", " OVERRIDE(
      "\"groups\": [\"ml\"]", "\"resources\": {\"pids\": {\"max\": 2000}}"));
  assert_int_equal(count_kind(&found, "isolation-shared"), 1);
  assert_null(find(&found, "isolation-shared")->who);
}

/* A danger of two keys, of which the override has one. */
static void test_danger_of_both(void **state) {
  (void)state;
  struct sd_policy_findings found =
      lint(OVERRIDE("\"groups\": [\"ml\"]", "\"user\": {\"mode\": \"any\"}"));
  assert_string_equal(find(&found, "user-any-binds")->who, "group ml");
}

/* A danger that two overrides make together; those who cannot be one caller make none. */
static void test_danger_of_two_overrides(void **state) {
  (void)state;
  static const char *const whose[][2] = {{"\"groups\": [\"a\"]", "\"groups\": [\"b\"]"},
                                         {"\"users\": [\"a\"]", "\"users\": [\"b\"]"},
                                         {"\"users\": [\"a\"]", "\"users\": [1000]"}};
  for (size_t i = 0; i < COUNT(whose); i++) {
    struct sd_policy_findings found = lint(
        sd_arena_printf(&arena,
                        "\"mounts\": {\"bind\": []}, \"overrides\": [{%s, \"policy\": {\"user\": "
                        "{\"mode\": \"any\"}}},"
                        "{%s, \"policy\": {\"mounts\": {\"bind\": [{\"source\": \"{home}\"}]}}}]",
                        whose[i][0], whose[i][1]));
    const struct sd_policy_finding *finding = find(&found, "user-any-binds");
    assert_int_equal(finding != NULL, i != 1);
    if (finding != NULL)
      assert_non_null(strstr(finding->who, " together with "));
  }
}

/* A mistake that only an override makes of the whole is a mistake of the policy, told before it is met. */
static void test_override_makes_a_mistake(void **state) {
  (void)state;
  const struct sd_policy_facts facts = known_facts();
  struct sd_policy_findings found;
  struct sd_error err;
  assert_false(lint_with(
      &facts, OVERRIDE("\"groups\": [\"ml\"]", "\"resources\": {\"memory\": {\"max\": \"1m\"}}"),
      &found, &err));
  assert_non_null(strstr(err.message, "/p.json:2:"));
  assert_non_null(strstr(err.message, "resources.memory.max"));
  assert_non_null(strstr(err.message, "(in the override for group ml)"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kinds),
      cmocka_unit_test(test_each_has_both),
      cmocka_unit_test(test_every_capability_is_known),
      cmocka_unit_test(test_every_name_is_known),
      cmocka_unit_test(test_built_in_is_clean),
      cmocka_unit_test(test_hidden_overrides),
      cmocka_unit_test(test_nothing_is_known_of_the_host),
      cmocka_unit_test(test_socket),
      cmocka_unit_test(test_places),
      cmocka_unit_test(test_override_is_named),
      cmocka_unit_test(test_told_once),
      cmocka_unit_test(test_danger_of_both),
      cmocka_unit_test(test_danger_of_two_overrides),
      cmocka_unit_test(test_override_makes_a_mistake),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
