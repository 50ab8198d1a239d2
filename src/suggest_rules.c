/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing here says that an addition is enough: each is tried. So a row may offer too much, and never harms by it. */
#include "suggest_rules.h"

#include <ctype.h>
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/host.h"

struct job {
  const struct suggest_refusal *of;
  const struct row *row;
  struct suggest_additions *out;
};

typedef void offerer(const struct job *job);

struct row {
  const char *rule;
  offerer *offer;
  const char *key;
  const char *risk;
};

/* -- offering ------------------------------------------------------------------------------------ */

static void offer_as(const struct job *job, const char *key, bool list, const char *json) {
  *sd_vec_push(job->of->arena, &job->out->v) =
      (struct suggest_addition){job->of->rule, key, job->row->risk, json, list};
}

static const char *quoted(struct sd_arena *arena, const char *text) {
  struct sd_str out;
  sd_str_init(&out, arena);
  sd_str_add_json(&out, text);
  return sd_str_text(&out);
}

static void offer_word(const struct job *job, const char *word) {
  if (word != NULL && word[0] != '\0')
    offer_as(job, job->row->key, true, quoted(job->of->arena, word));
}

static void offer_text(const struct job *job, const char *text) {
  offer_as(job, job->row->key, false, quoted(job->of->arena, text));
}

static void offer_number(const struct job *job, const char *key, int64_t number) {
  offer_as(job, key, false, sd_arena_printf(job->of->arena, "%lld", (long long)number));
}

/* The text up to the first of `ends`. */
static const char *cut(struct sd_arena *arena, const char *text, const char *ends) {
  return sd_arena_strndup(arena, text, strcspn(text, ends));
}

/* The value behind one of the keys ("source=|src=") in a list with commas; NULL: none. */
static const char *part_of(struct sd_arena *arena, const char *text, const char *keys) {
  for (const char *at = text;; at++) {
    size_t len = strcspn(at, ",");
    for (const char *key = keys; *key != '\0';) {
      size_t key_len = strcspn(key, "|");
      if (len >= key_len && strncmp(at, key, key_len) == 0)
        return sd_arena_strndup(arena, at + key_len, len - key_len);
      key += key_len + (key[key_len] == '|' ? 1 : 0);
    }
    at += len;
    if (*at == '\0')
      return NULL;
  }
}

/* -- kinds of rows ------------------------------------------------------------------------------- */

static void offer_value(const struct job *job) {
  offer_word(job, job->of->value);
}

/* Of commands, and other texts that are no options. */
static void offer_whole(const struct job *job) {
  offer_word(job, job->of->option);
}

static void offer_before_equals(const struct job *job) {
  offer_word(job, cut(job->of->arena, job->of->value, "="));
}

static void offer_option(const struct job *job) {
  const char *parts[] = {"ip=", "ip6=", "link-local-ip=", "mac-address="};
  bool network = strcmp(job->of->option, "network") == 0 || strcmp(job->of->option, "net") == 0;
  for (size_t i = 0; network && i < sizeof(parts) / sizeof(parts[0]); i++)
    if (part_of(job->of->arena, job->of->value, parts[i]) != NULL)
      offer_word(job, cut(job->of->arena, parts[i], "="));
  if (!network)
    offer_word(job, job->of->option);
}

static void offer_true(const struct job *job) {
  offer_as(job, job->row->key, false, "true");
}

static void offer_false(const struct job *job) {
  offer_as(job, job->row->key, false, "false");
}

static void offer_trust(const struct job *job) {
  offer_as(job, job->row->key, false, job->of->policy->images.content_trust ? "false" : "true");
}

static void offer_none(const struct job *job) {
  offer_text(job, "");
}

static void offer_auto(const struct job *job) {
  offer_text(job, "auto");
}

static void offer_default(const struct job *job) {
  offer_text(job, "default");
}

static void offer_stricter(const struct job *job) {
  offer_text(job, "stricter");
}

static void offer_callers(const struct job *job) {
  offer_text(job, "caller");
}

static void offer_user(const struct job *job) {
  offer_text(job, "non-root");
  offer_text(job, "any");
}

static void offer_as_text(const struct job *job) {
  if (job->of->value[0] != '\0')
    offer_text(job, job->of->value);
}

static void offer_capability(const struct job *job) {
  struct sd_str name;
  const char *text = job->of->value;
  sd_str_init(&name, job->of->arena);
  text += strncasecmp(text, "CAP_", 4) == 0 ? 4 : 0;
  for (; *text != '\0'; text++)
    sd_str_add_char(&name, (char)toupper((unsigned char)*text));
  offer_word(job, sd_str_text(&name));
}

/* -- sizes and numbers --------------------------------------------------------------------------- */

#define KIB ((int64_t)1024)
#define MIB (KIB * 1024)

/* Rounded up to what can be read: to whole mebibytes, or kibibytes below one. */
static const char *readable(struct sd_arena *arena, int64_t bytes) {
  int64_t unit = bytes > MIB ? MIB : KIB;
  if (bytes > INT64_MAX - unit)
    return sd_number_format_size(arena, bytes);
  return sd_number_format_size(arena, (bytes + unit - 1) / unit * unit);
}

static bool read_size(const struct job *job, const char *text, int64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, job->of->arena);
  return text != NULL && sd_number_size(text, out, &ignored) && *out > 0;
}

static void offer_size(const struct job *job) {
  int64_t bytes = 0;
  const char *tmpfs = strcmp(job->of->rule, "tmpfs-size") == 0
                          ? part_of(job->of->arena, job->of->value, "tmpfs-size=")
                          : job->of->value;
  const char *options = strchr(job->of->value, ':');
  if (tmpfs == NULL && options != NULL)
    tmpfs = part_of(job->of->arena, options + 1, "size=");
  if (read_size(job, tmpfs, &bytes))
    offer_text(job, readable(job->of->arena, bytes));
}

/* Memory and swap together are asked for; the memory is somewhere among the words, or the policy's. */
static void offer_swap(const struct job *job) {
  static const char *const names[] = {"--memory=", "-m=", "-m"};
  const struct sd_strv *words = job->of->question->words;
  int64_t both = 0;
  int64_t memory = 0;
  if (!read_size(job, job->of->value, &both))
    return;
  for (size_t i = 0; i < words->v.len; i++)
    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
      const char *word = words->v.items[i];
      const char *text = sd_text_starts_with(word, names[n]) ? word + strlen(names[n]) : NULL;
      if (text == NULL && strcmp(word, "--memory") == 0)
        text = "";
      if (text != NULL && text[0] == '\0' && i + 1 < words->v.len)
        text = words->v.items[i + 1];
      if (read_size(job, text, &memory) && both > memory)
        offer_text(job, readable(job->of->arena, both - memory));
    }
  memory = job->of->policy->resources.memory.value;
  if (both > memory)
    offer_text(job, readable(job->of->arena, both - memory));
}

static bool read_count(const struct job *job, const char *text, int64_t *out) {
  struct sd_error ignored;
  sd_error_init(&ignored, job->of->arena);
  return sd_number_go_int(text, out, &ignored) && *out > 0;
}

static void offer_count(const struct job *job) {
  int64_t count = 0;
  if (read_count(job, job->of->value, &count))
    offer_number(job, job->row->key, count);
}

#define CPU ((int64_t)1000000000)
#define USUAL_PERIOD 100000

/* --cpus, or a quota in the usual period and in the one that is among the words. */
static void offer_cpus(const struct job *job) {
  static const char period_name[] = "--cpu-period=";
  const struct sd_strv *words = job->of->question->words;
  struct sd_arena *arena = job->of->arena;
  struct sd_error ignored;
  int64_t nano = 0;
  int64_t period = USUAL_PERIOD;
  sd_error_init(&ignored, arena);
  if (strcmp(job->of->option, "cpus") == 0) {
    if (sd_number_nano_cpus(job->of->value, &nano, &ignored) && nano > 0)
      offer_text(job, sd_number_format_cpus(arena, nano));
    return;
  }
  int64_t quota = 0;
  if (!read_count(job, job->of->value, &quota) || quota > INT64_MAX / CPU)
    return;
  for (size_t i = 0; i < words->v.len; i++)
    if (sd_text_starts_with(words->v.items[i], period_name) &&
        !read_count(job, words->v.items[i] + strlen(period_name), &period))
      return;
  offer_text(job, sd_number_format_cpus(arena, (quota * CPU + period - 1) / period));
}

static const struct sd_ulimit_policy *find_ulimit(const struct sd_policy *policy,
                                                  const char *name) {
  for (size_t i = 0; i < policy->resources.ulimits.len; i++)
    if (strcmp(policy->resources.ulimits.items[i].name, name) == 0)
      return &policy->resources.ulimits.items[i];
  return NULL;
}

/* NAME=SOFT[:HARD] */
static void offer_ulimit(const struct job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *name = cut(arena, job->of->value, "=");
  const char *limits = strchr(job->of->value, '=');
  if (limits == NULL)
    return;
  const char *hard_text = strchr(++limits, ':');
  int64_t soft = 0;
  int64_t hard = 0;
  if (!read_count(job, cut(arena, limits, ":"), &soft) ||
      !read_count(job, hard_text != NULL ? hard_text + 1 : limits, &hard) || soft > hard)
    return;
  const char *key = sd_arena_printf(arena, "resources.ulimits.%s", name);
  if (find_ulimit(job->of->policy, name) != NULL)
    offer_number(job, sd_arena_printf(arena, "%s.max", key), hard);
  else
    offer_as(job, key, false,
             sd_arena_printf(arena, "{\"default\": \"%lld:%lld\", \"max\": %lld}", (long long)soft,
                             (long long)hard, (long long)hard));
}

static void offer_restart(const struct job *job) {
  const char *times = strchr(job->of->value, ':');
  int64_t count = 0;
  offer_word(job, cut(job->of->arena, job->of->value, ":"));
  if (times != NULL && read_count(job, times + 1, &count))
    offer_number(job, "restart.max_retries", count);
}

/* -- mounts -------------------------------------------------------------------------------------- */

static bool is_mount(const struct job *job) {
  return strcmp(job->of->option, "mount") == 0;
}

static const char *source_of(const struct job *job) {
  return is_mount(job) ? part_of(job->of->arena, job->of->value, "source=|src=")
                       : cut(job->of->arena, job->of->value, ":");
}

/* As the rules see it: without links, by the eyes of this process where it is another machine's not. */
static const char *resolve(const struct job *job, const char *path) {
  const struct whatif *question = job->of->question;
  const struct sd_host *host = sd_host_real();
  struct sd_arena *arena = job->of->arena;
  struct sd_resolved found;
  struct whatif_world world;
  if (path[0] != '/' && question->folder != NULL)
    path = sd_arena_printf(arena, "%s/%s", question->folder, path);
  if (question->world != NULL) {
    world = *question->world;
    world.folder = question->folder != NULL ? question->folder : "/";
    host = whatif_world_host(arena, &world);
  }
  host->resolve(host->context, arena, path, &found);
  return found.path;
}

static void offer_bind(const struct job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *source = source_of(job);
  if (source == NULL || source[0] == '\0')
    return;
  const char *name = quoted(arena, resolve(job, source));
  if (strcmp(job->of->rule, "bind-read-only") != 0)
    offer_as(job, job->row->key, true,
             sd_arena_printf(arena, "{\"source\": %s, \"access\": \"ro\"}", name));
  offer_as(job, job->row->key, true,
           sd_arena_printf(arena, "{\"source\": %s, \"access\": \"rw\"}", name));
}

static void offer_volume(const struct job *job) {
  const char *name = source_of(job);
  offer_word(job, name != NULL ? name : job->of->option);
  offer_word(job, job->of->option); /* of volume create */
}

static void offer_device(const struct job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *path = cut(arena, job->of->value, ":");
  const char *access = strrchr(job->of->value, ':');
  bool given =
      access != NULL && access[1] != '/' && strspn(access + 1, "rwm") == strlen(access + 1);
  static const char *const narrow[] = {"r", "rw", "rwm"};
  if (given)
    offer_as(job, job->row->key, true,
             sd_arena_printf(arena, "{\"path\": %s, \"access\": %s}", quoted(arena, path),
                             quoted(arena, access + 1)));
  for (size_t i = 0; !given && i < sizeof(narrow) / sizeof(narrow[0]); i++)
    offer_as(job, job->row->key, true,
             sd_arena_printf(arena, "{\"path\": %s, \"access\": \"%s\"}", quoted(arena, path),
                             narrow[i]));
}

/* -- networks and ports -------------------------------------------------------------------------- */

static void offer_network(const struct job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *name = part_of(arena, job->of->value, "name=");
  if (name == NULL)
    name = job->of->value[0] != '\0' ? job->of->value : job->of->option;
  if (sd_text_starts_with(name, "container:"))
    name = "container:*";
  if (strcmp(name, "host") != 0)
    offer_word(job, name);
}

/* [ADDRESS:][PORTS:]PORTS[/PROTOCOL] */
static void offer_address(const struct job *job) {
  const char *text = job->of->value;
  const char *last = strrchr(text, ':');
  if (text[0] == '[') {
    offer_word(job, cut(job->of->arena, text + 1, "]"));
    return;
  }
  if (last != NULL && strchr(text, ':') != last)
    offer_word(job, cut(job->of->arena, text, ":"));
  else
    offer_as(job, "network.publish.default_address", false, "\"127.0.0.1\"");
}

static void offer_ports(const struct job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *last = strrchr(job->of->value, ':');
  if (last == NULL)
    return;
  const char *host = sd_arena_strndup(arena, job->of->value, (size_t)(last - job->of->value));
  const char *before = strrchr(host, ':');
  host = before != NULL ? before + 1 : host;
  int64_t first = 0;
  int64_t end = 0;
  const char *dash = strchr(host, '-');
  if (!read_count(job, cut(arena, host, "-"), &first) ||
      !read_count(job, dash != NULL ? dash + 1 : host, &end))
    return;
  int64_t low = job->of->policy->network.port_first;
  int64_t high = job->of->policy->network.port_last;
  offer_text(job, sd_arena_printf(arena, "%lld-%lld", (long long)(first < low ? first : low),
                                  (long long)(end > high ? end : high)));
}

/* -- images -------------------------------------------------------------------------------------- */

static void offer_image(const struct job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *text = job->of->value[0] != '\0' ? job->of->value : job->of->option;
  const char *slash = strrchr(text, '/');
  bool tagged = strchr(slash != NULL ? slash : text, ':') != NULL || strchr(text, '@') != NULL;
  if (!tagged)
    offer_word(job, sd_arena_printf(arena, "%s:latest", text));
  offer_word(job, text);
  offer_word(job, sd_arena_printf(arena, "%s:*", cut(arena, text, "@")));
  offer_word(job, sd_arena_printf(arena, "%s/**", cut(arena, text, "/")));
}

static void offer_every_image(const struct job *job) {
  offer_word(job, "**");
}

static void offer_profile(const struct job *job) {
  const char *name = part_of(job->of->arena, job->of->value, "apparmor=|apparmor:");
  if (name != NULL && strcmp(name, "unconfined") != 0)
    offer_word(job, name);
}

/* -- the tables ---------------------------------------------------------------------------------- */

static const struct row rows[] = {
    {"annotation", offer_option, "options.allow",
     "annotations are read by the OCI runtime, which runs as root: some start hooks or change what "
     "it does"},
    {"apparmor", offer_profile, "apparmor.allow",
     "the container runs under this profile instead of the policy's; what it allows more is open "
     "to whoever is in the container"},
    {"apparmor-required", offer_auto, "apparmor.mode",
     "containers run without AppArmor where the host has none: one layer of what keeps them in is "
     "gone"},
    {"bind-read-only", offer_bind, "mounts.bind",
     "they can change and delete there what their own account could, from any image"},
    {"bind-source", offer_bind, "mounts.bind",
     "any image that they run can read (and with rw change) there what their own account could, "
     "secrets included, and send it away"},
    {"blkio-device", offer_option, "options.allow",
     "they name devices of the host, and can take the disk from others"},
    {"build-network", offer_network, "network.allow",
     "the steps of builds, and all of their containers, reach what is on this network"},
    {"capabilities", offer_capability, "capabilities.allow",
     "a program of root in the container, or one with file capabilities, has this right of root's "
     "over the host's kernel"},
    {"cgroup-parent", offer_as_text, "resources.cgroup_parent",
     "all of their containers lie in this cgroup, with its limits or none"},
    {"command-not-allowed", offer_whole, "commands.allow",
     "they can use this command, on what is their own"},
    {"content-trust", offer_trust, "images.content_trust",
     "signatures of images are looked at, or no longer, for all of their images"},
    {"cpu-realtime", offer_option, "options.allow",
     "one container can starve every other process of the host"},
    {"cpus", offer_cpus, "resources.cpus.max",
     "each of their containers can use so many CPUs, which others then lack"},
    {"device", offer_device, "devices.allow",
     "whoever is in the container talks to this device as the driver lets them; mistakes of the "
     "driver are reached from any image"},
    {"gpus", offer_option, "options.allow",
     "hooks of the vendor run as root on the host at each start, and the GPU's memory is shared "
     "with others"},
    {"image", offer_image, "images.allow",
     "what is in this image runs as them; whoever can push it decides what that is"},
    {"image-digest", offer_false, "images.require_digest",
     "a tag can be moved: tomorrow something else may run under the same name"},
    {"image-id", offer_every_image, "images.allow", "any image of any registry can be run"},
    {"image-own", offer_image, "images.own",
     "they can give this name to anything, and others who trust the name run it"},
    {"ipc-namespace", offer_option, "options.allow",
     "containers of theirs can read and change each other's shared memory"},
    {"link", offer_option, "options.allow",
     "the environment of the other container is copied, secrets included"},
    {"log-driver", offer_value, "logging.drivers",
     "the driver runs in the daemon, as root, and may send what containers print to other hosts or "
     "fill their logs"},
    {"login-credentials", offer_callers, "images.credentials",
     "images come and go with their own log-ins at registries, not with the administrator's"},
    {"memory", offer_size, "resources.memory.max",
     "each of their containers can take so much memory of the host; several together can take all "
     "of it"},
    {"memory-swap", offer_swap, "resources.swap.max",
     "each of their containers can fill so much swap, which makes the host slow for everybody"},
    {"network", offer_network, "network.allow",
     "their containers reach every container and service on this network"},
    {"network-address", offer_option, "options.allow",
     "a container can take the address of another one, and what is sent to it"},
    {"network-subnet", offer_value, "network.subnets",
     "their networks can lie here, and so hide other hosts with these addresses from the host"},
    {"pid-namespace", offer_option, "options.allow",
     "containers of theirs see and signal each other's processes"},
    {"pids-limit", offer_count, "resources.pids.max",
     "each of their containers can have so many processes; the host has a limit for all"},
    {"publish-address", offer_address, "network.publish.addresses",
     "services of their containers are reached on this address: on 0.0.0.0 and :: from every "
     "network of the host, past its firewall"},
    {"publish-all", offer_true, "network.publish.all",
     "whoever makes the image decides which ports are opened"},
    {"publish-port", offer_ports, "network.publish.ports",
     "they can take these ports before the service of the host that should have them does; below "
     "1024 others trust who answers"},
    {"pull", offer_none, "images.pull",
     "they decide when images are pulled: an old one may run for long, or a new one come unseen"},
    {"read-only", offer_default, "filesystem.read_only",
     "whoever is in the container can change its programs, and what they put there stays as long "
     "as it does"},
    {"restart", offer_restart, "restart.allow",
     "the daemon starts such containers again, after each boot, without anything being decided or "
     "recorded anew"},
    {"runtime", offer_value, "runtimes.allow",
     "this runtime runs as root on the host, and what it makes of the confinement is its own "
     "matter"},
    {"search-term", offer_image, "images.allow",
     "images of this registry can be run, whoever pushed them"},
    {"seccomp", offer_stricter, "seccomp.caller_profiles",
     "they can bring filters of their own; each is proven to allow nothing that the policy's "
     "forbids, by a check that is a program, too"},
    {"shm-size", offer_size, "resources.shm_size.max",
     "each of their containers can keep so much of the host's memory in /dev/shm"},
    {"storage-opt", offer_option, "options.allow",
     "it changes settings of the storage driver, such as how much of the disk a container can "
     "fill"},
    {"sysctl", offer_before_equals, "sysctls.allow",
     "they can set this parameter of the kernel in their containers; make sure that it belongs to "
     "a namespace"},
    {"tmpfs", offer_true, "mounts.tmpfs",
     "their containers can keep files in the host's memory, up to resources.tmpfs_size.max each"},
    {"tmpfs-size", offer_size, "resources.tmpfs_size.max",
     "each tmpfs of their containers can take so much of the host's memory"},
    {"ulimit", offer_ulimit, "resources.ulimits",
     "their containers can have more of this of the kernel, which others then lack"},
    {"user", offer_user, "user.mode",
     "containers can run as other users: what they leave in volumes is others', and a way out of "
     "the container ends as that user"},
    {"volume-name", offer_volume, "mounts.volumes.allow",
     "they can make a volume of this name, before somebody else does who needs it"},
    {"volume-owner", offer_volume, "mounts.volumes.shared",
     "everybody whom the policy is for can read and change what is in this volume"},
    {"volumes-from", offer_option, "options.allow",
     "a container gets every mount of another one of theirs, also those that it was not meant to "
     "have"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* What the command line must be changed for, or the host, or what nobody gets. */
static const char *const finals[] = {
    "add-host",
    "api-socket",
    "apparmor-not-loaded",
    "attach",
    "audit",
    "bind",
    "bind-contains",
    "bind-create",
    "bind-device",
    "bind-fifo",
    "bind-foreign-user",
    "bind-missing",
    "bind-moved",
    "bind-name",
    "bind-propagation",
    "bind-protected",
    "bind-recursive",
    "bind-relabel",
    "bind-socket",
    "bind-type",
    "bind-unreachable",
    "blkio-weight",
    "build-arg",
    "build-context",
    "build-option",
    "cgroup-namespace",
    "cidfile",
    "command-refused",
    "command-unsupported",
    "compose-command",
    "compose-key",
    "compose-model",
    "compose-network",
    "compose-option",
    "compose-project",
    "compose-scale",
    "compose-unsupported",
    "compose-value",
    "compose-volume",
    "context",
    "copy-archive",
    "copy-mounts",
    "copy-operands",
    "cpu-shares",
    "cpuset",
    "credential-spec",
    "credentials",
    "device-cgroup-rule",
    "dns",
    "dns-option",
    "dns-search",
    "domainname",
    "expose",
    "file-size",
    "file-type",
    "file-unreadable",
    "filter",
    "global-option",
    "group-add",
    "health-interval",
    "health-retries",
    "hidden-value",
    "hostname",
    "image-all-tags",
    "image-change",
    "image-names",
    "import-url",
    "inspect-type",
    "invalid-image",
    "invalid-value",
    "isolation",
    "kernel-memory",
    "label",
    "label-reserved",
    "load-archive",
    "log-option",
    "login-password",
    "login-server",
    "login-user",
    "lookup",
    "memory-reservation",
    "memory-swappiness",
    "missing-image",
    "mount-duplicate",
    "mount-point",
    "mount-target",
    "mount-type",
    "name",
    "network-alias",
    "network-driver",
    "network-inspect",
    "network-multiple",
    "network-name",
    "network-options",
    "no-new-privileges",
    "not-found",
    "not-launched",
    "oom-kill-disable",
    "oom-score-adj",
    "operands",
    "output-file",
    "own-only",
    "platform",
    "policy",
    "privileged",
    "prune-label",
    "publish-count",
    "security-opt",
    "selinux-label",
    "stop-signal",
    "stop-timeout",
    "system-paths",
    "tmpfs-options",
    "top-options",
    "unhandled-option",
    "unknown-command",
    "unknown-option",
    "user-namespace",
    "uts-namespace",
    "volume-driver",
    "volume-options",
    "volume-subpath",
    "windows-option",
    "workdir",
    "writable-cgroups",
};

const char *suggest_liftable(size_t index) {
  return index < ROWS ? rows[index].rule : NULL;
}

const char *suggest_final(size_t index) {
  return index < sizeof(finals) / sizeof(finals[0]) ? finals[index] : NULL;
}

void suggest_candidates(const struct suggest_refusal *refusal, struct suggest_additions *out) {
  for (size_t i = 0; i < ROWS; i++)
    if (strcmp(rows[i].rule, refusal->rule) == 0) {
      const struct job job = {refusal, &rows[i], out};
      rows[i].offer(&job);
    }
}
