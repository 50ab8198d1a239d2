/* SPDX-License-Identifier: Apache-2.0 */
/* Members of HostConfig that are no plain values. What has a form of its own on the command line is put into the struct of
 * its parser and written by that. */
#include <string.h>

#include "containers.h"
#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/specs.h"

static int64_t number_at(const struct sd_json *object, const char *key, int64_t otherwise) {
  const struct sd_json *value = container_at(object, NULL, key);
  return value != NULL && value->type == SD_JSON_NUMBER ? value->number : otherwise;
}

static bool is_true(const struct sd_json *object, const char *key) {
  return container_truth(object, key) == FACT_YES;
}

static size_t count(const struct sd_json *value, enum sd_json_type type) {
  if (value == NULL || value->type != type)
    return 0;
  return type == SD_JSON_ARRAY ? value->items.len : value->members.len;
}

static const char *text_of(const struct sd_json *value) {
  return value->type == SD_JSON_STRING ? value->string : "";
}

/* -- devices and what they may take -------------------------------------------------------------- */

static void add_blkio(struct container_words *words, const char *option, const char *key,
                      const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++) {
    const struct sd_json *item = value->items.items[i];
    container_word(words, option,
                   sd_arena_printf(words->arena, "%s:%lld", container_text(item, "Path"),
                                   (long long)number_at(item, key, 0)));
  }
}

void container_read_blkio_weight(struct container_words *words, const struct sd_json *value) {
  add_blkio(words, "blkio-weight-device", "Weight", value);
}
void container_read_blkio_bps_read(struct container_words *words, const struct sd_json *value) {
  add_blkio(words, "device-read-bps", "Rate", value);
}
void container_read_blkio_bps_write(struct container_words *words, const struct sd_json *value) {
  add_blkio(words, "device-write-bps", "Rate", value);
}
void container_read_blkio_iops_read(struct container_words *words, const struct sd_json *value) {
  add_blkio(words, "device-read-iops", "Rate", value);
}
void container_read_blkio_iops_write(struct container_words *words, const struct sd_json *value) {
  add_blkio(words, "device-write-iops", "Rate", value);
}

void container_read_devices(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++) {
    const struct sd_json *item = value->items.items[i];
    struct sd_device device = {.path = container_text(item, "PathOnHost"),
                               .target = container_text(item, "PathInContainer"),
                               .permissions = container_text(item, "CgroupPermissions")};
    container_word(words, "device", sd_device_format(words->arena, &device));
  }
}

/* Of {"Capabilities": [["gpu", "compute"]]}; the CLI adds "gpu" itself. */
static void add_gpu_capabilities(struct container_words *words, const struct sd_json *item,
                                 struct sd_gpus *gpus) {
  const struct sd_json *sets = container_at(item, NULL, "Capabilities");
  for (size_t i = 0; i < count(sets, SD_JSON_ARRAY); i++)
    for (size_t j = 0; j < count(sets->items.items[i], SD_JSON_ARRAY); j++) {
      const char *name = text_of(sets->items.items[i]->items.items[j]);
      if (strcmp(name, "gpu") != 0)
        sd_strv_add(&gpus->capabilities, words->arena, name);
    }
}

static void add_request(struct container_words *words, const struct sd_json *item) {
  struct fact_texts ids = {0};
  struct sd_gpus gpus = {.count = number_at(item, "Count", 0),
                         .nvidia = strcmp(container_text(item, "Driver"), "nvidia") == 0};
  container_texts(words->arena, item, "DeviceIDs", &ids);
  gpus.devices = ids.list;
  if (strcmp(container_text(item, "Driver"), "cdi") == 0) {
    for (size_t i = 0; i < ids.list.v.len; i++)
      container_word(words, "device", ids.list.v.items[i]);
    return;
  }
  add_gpu_capabilities(words, item, &gpus);
  if (gpus.count < 0 || (gpus.count == 0 && gpus.devices.v.len == 0))
    gpus.count = SD_GPUS_ALL;
  container_word(words, "gpus", sd_gpus_format(words->arena, &gpus));
}

void container_read_gpus(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++)
    add_request(words, value->items.items[i]);
}

void container_read_ulimits(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++) {
    const struct sd_json *item = value->items.items[i];
    struct sd_ulimit ulimit = {.name = container_text(item, "Name"),
                               .soft = number_at(item, "Soft", 0),
                               .hard = number_at(item, "Hard", 0)};
    container_word(words, "ulimit", sd_ulimit_format(words->arena, &ulimit));
  }
}

/* -- mounts ---------------------------------------------------------------------------------------- */

void container_read_binds(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++)
    container_word(words, "volume", text_of(value->items.items[i]));
}

void container_read_tmpfs(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_OBJECT); i++) {
    const char *options = text_of(value->members.items[i].value);
    container_word(words, "tmpfs",
                   sd_arena_printf(words->arena, "%s%s%s", value->members.items[i].key,
                                   options[0] != '\0' ? ":" : "", options));
  }
}

static void read_bind(const struct sd_json *options, struct sd_mount *mount) {
  const char *propagation = container_text(options, "Propagation");
  mount->kind = SD_MOUNT_BIND;
  mount->propagation = propagation[0] != '\0' ? propagation : NULL;
  mount->create_source = is_true(options, "CreateMountpoint");
  if (is_true(options, "ReadOnlyForceRecursive"))
    mount->recursive = "readonly";
  else if (is_true(options, "ReadOnlyNonRecursive"))
    mount->recursive = "writable";
  else if (is_true(options, "NonRecursive"))
    mount->recursive = "disabled";
}

static void add_pairs(struct sd_arena *arena, const struct sd_json *object, const char *value,
                      struct sd_strv *out) {
  for (size_t i = 0; i < count(object, SD_JSON_OBJECT); i++) {
    const char *key = object->members.items[i].key;
    if (!sd_text_starts_with(key, "io.safe-docker."))
      sd_strv_add(out, arena,
                  sd_arena_printf(arena, "%s=%s", key,
                                  value != NULL ? value : text_of(object->members.items[i].value)));
  }
}

/* `hidden` is what stands for the values of options and labels; NULL: they themselves. */
static void read_volume(struct sd_arena *arena, const struct sd_json *options, const char *hidden,
                        struct sd_mount *mount) {
  const char *driver = container_text(container_at(options, NULL, "DriverConfig"), "Name");
  const char *subpath = container_text(options, "Subpath");
  mount->kind = SD_MOUNT_VOLUME;
  mount->nocopy = is_true(options, "NoCopy");
  mount->subpath = subpath[0] != '\0' ? subpath : NULL;
  mount->driver = driver[0] != '\0' ? driver : NULL;
  add_pairs(arena, container_at(options, NULL, "Labels"), hidden, &mount->labels);
  add_pairs(arena, container_at(options, "DriverConfig", "Options"), hidden, &mount->driver_opts);
}

static const char *mount_text(struct sd_arena *arena, const struct sd_json *item,
                              const char *hidden) {
  const char *type = container_text(item, "Type");
  const char *source = container_text(item, "Source");
  struct sd_mount mount = {.source = source[0] != '\0' ? source : NULL,
                           .target = container_text(item, "Target"),
                           .read_only = is_true(item, "ReadOnly"),
                           .tmpfs_size = -1,
                           .tmpfs_mode = -1};
  const struct sd_json *tmpfs = container_at(item, NULL, "TmpfsOptions");
  if (strcmp(type, "bind") == 0) {
    read_bind(container_at(item, NULL, "BindOptions"), &mount);
  } else if (strcmp(type, "volume") == 0) {
    read_volume(arena, container_at(item, NULL, "VolumeOptions"), hidden, &mount);
  } else if (strcmp(type, "tmpfs") == 0) {
    mount.kind = SD_MOUNT_TMPFS;
    mount.source = NULL;
    mount.tmpfs_size = number_at(tmpfs, "SizeBytes", -1);
    mount.tmpfs_mode = number_at(tmpfs, "Mode", -1);
    mount.tmpfs_mode = mount.tmpfs_mode == 0 ? -1 : mount.tmpfs_mode;
  } else {
    struct sd_str other; /* which create refuses */
    sd_str_init(&other, arena);
    sd_str_add_csv(&other, sd_arena_printf(arena, "type=%s", type));
    sd_str_add_char(&other, ',');
    sd_str_add_csv(&other, sd_arena_printf(arena, "target=%s", mount.target));
    return sd_str_text(&other);
  }
  return sd_mount_format(arena, &mount);
}

void container_read_mounts(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++)
    container_secret(words, "mount", mount_text(words->arena, value->items.items[i], NULL),
                     mount_text(words->arena, value->items.items[i], "..."));
}

/* -- others ----------------------------------------------------------------------------------------- */

/* The daemon writes "/other:/this/alias". */
void container_read_links(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++) {
    const char *text = text_of(value->items.items[i]);
    const char *alias = strrchr(text, '/');
    size_t len = strcspn(text, ":");
    size_t slash = text[0] == '/' ? 1 : 0;
    container_word(words, "link",
                   sd_arena_printf(words->arena, "%s:%s",
                                   sd_arena_strndup(words->arena, text + slash, len - slash),
                                   alias != NULL ? alias + 1 : ""));
  }
}

/* Of the daemon's own driver the options may be the daemon's, too: it adds those of daemon.json to each container. */
void container_read_log(struct container_words *words, const struct sd_json *value) {
  const char *driver = container_text(value, "Type");
  const struct sd_json *options = container_at(value, NULL, "Config");
  if (driver[0] == '\0' || strcmp(driver, words->defaults->log_driver) == 0)
    return;
  container_word(words, "log-driver", driver);
  for (size_t i = 0; i < count(options, SD_JSON_OBJECT); i++) {
    const char *key = options->members.items[i].key;
    container_secret(
        words, "log-opt",
        sd_arena_printf(words->arena, "%s=%s", key, text_of(options->members.items[i].value)),
        sd_arena_printf(words->arena, "%s=...", key));
  }
}

/* Nothing is hidden: that is asked for with systempaths, or comes with --privileged. */
void container_read_masked(struct container_words *words, const struct sd_json *value) {
  bool privileged = is_true(container_at(words->json, NULL, "HostConfig"), "Privileged");
  if (value->type == SD_JSON_ARRAY && value->items.len == 0 && !privileged)
    container_word(words, "security-opt", "systempaths=unconfined");
}

static void add_address(struct container_words *words, const char *option,
                        const struct sd_json *config, const char *key) {
  if (container_text(config, key)[0] != '\0')
    container_word(words, option, container_text(config, key));
}

/* "default" is the network "bridge"; addresses were asked for where they stand in IPAMConfig. */
void container_read_network(struct container_words *words, const struct sd_json *value) {
  const char *mode = text_of(value);
  if (mode[0] == '\0')
    return;
  const char *name = strcmp(mode, "default") == 0 ? "bridge" : mode;
  const struct sd_json *networks = container_at(words->json, "NetworkSettings", "Networks");
  const struct sd_json *config = container_at(networks, name, "IPAMConfig");
  container_word(words, "network", name);
  add_address(words, "ip", config, "IPv4Address");
  add_address(words, "ip6", config, "IPv6Address");
}

static void add_port(struct container_words *words, const char *container,
                     const struct sd_json *binding) {
  const char *ip = container_text(binding, "HostIp");
  const char *host = container_text(binding, "HostPort");
  bool v6 = strchr(ip, ':') != NULL;
  bool colon = ip[0] != '\0' || host[0] != '\0';
  container_word(words, "publish",
                 sd_arena_printf(words->arena, "%s%s%s%s%s%s%s", v6 ? "[" : "", ip, v6 ? "]" : "",
                                 ip[0] != '\0' ? ":" : "", host, colon ? ":" : "", container));
}

void container_read_ports(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_OBJECT); i++) {
    const struct sd_json *bindings = value->members.items[i].value;
    for (size_t j = 0; j < count(bindings, SD_JSON_ARRAY); j++)
      add_port(words, value->members.items[i].key, bindings->items.items[j]);
  }
}

void container_read_restart(struct container_words *words, const struct sd_json *value) {
  const char *name = container_text(value, "Name");
  int64_t retries = number_at(value, "MaximumRetryCount", 0);
  if (name[0] != '\0' && strcmp(name, "no") != 0)
    container_word(words, "restart",
                   retries > 0 ? sd_arena_printf(words->arena, "%s:%lld", name, (long long)retries)
                               : name);
}

void container_read_runtime(struct container_words *words, const struct sd_json *value) {
  const char *runtime = text_of(value);
  if (runtime[0] != '\0' && strcmp(runtime, words->defaults->runtime) != 0)
    container_word(words, "runtime", runtime);
}

/* The profiles are compared by their meaning, not here. */
static bool is_injected(const char *option) {
  static const char *const starts[] = {"seccomp={", "seccomp:{", "no-new-privileges"};
  for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
    if (sd_text_starts_with(option, starts[i]))
      return strstr(option, "false") == NULL || option[0] == 's';
  return sd_text_starts_with(option, "apparmor") && strstr(option, "unconfined") == NULL;
}

void container_read_security(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++)
    if (!is_injected(text_of(value->items.items[i])))
      container_word(words, "security-opt", text_of(value->items.items[i]));
}

void container_read_volumes_from(struct container_words *words, const struct sd_json *value) {
  for (size_t i = 0; i < count(value, SD_JSON_ARRAY); i++)
    container_word(words, "volumes-from", text_of(value->items.items[i]));
}
