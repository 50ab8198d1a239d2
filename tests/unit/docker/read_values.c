/* SPDX-License-Identifier: Apache-2.0 */
#include "read_values.h"

#include <inttypes.h>
#include <string.h>

/* Parses, and adds what came out; the canonical form, "" where there is none, NULL: refused. */
typedef const char *reader(struct sd_arena *arena, const char *text, struct sd_str *out,
                           struct sd_error *err);

void add_named(struct sd_str *out, const char *name, const char *value) {
  if (value != NULL)
    sd_str_addf(out, " %s=%s", name, value);
}

void add_list(struct sd_str *out, const char *name, const struct sd_strv *list) {
  if (list->v.len > 0)
    sd_str_addf(out, " %s=[%s]", name, sd_strv_join(list, out->arena, ", "));
}

static void add_number(struct sd_str *out, const char *name, int64_t value) {
  if (value != -1)
    sd_str_addf(out, " %s=%" PRId64, name, value);
}

static void add_true(struct sd_str *out, const char *name, bool value) {
  if (value)
    sd_str_addf(out, " %s", name);
}

/* -- mounts ------------------------------------------------------------------------------------- */

static void add_mount(struct sd_str *out, const struct sd_mount *mount) {
  static const char *const kinds[] = {
      [SD_MOUNT_BIND] = "bind", [SD_MOUNT_VOLUME] = "volume", [SD_MOUNT_TMPFS] = "tmpfs"};
  static const char *const states[] = {[SD_UNSET] = NULL, [SD_FALSE] = "no", [SD_TRUE] = "yes"};
  sd_str_add(out, kinds[mount->kind]);
  add_true(out, "short", mount->short_form);
  add_named(out, "source", mount->source);
  add_named(out, "target", mount->target);
  add_true(out, "read-only", mount->read_only);
  add_named(out, "propagation", mount->propagation);
  add_named(out, "recursive", mount->recursive);
  add_named(out, "nonrecursive", states[mount->nonrecursive]);
  add_true(out, "create-source", mount->create_source);
  add_named(out, "consistency", mount->consistency);
  add_named(out, "selinux", mount->selinux);
  add_true(out, "nocopy", mount->nocopy);
  add_named(out, "subpath", mount->subpath);
  add_named(out, "driver", mount->driver);
  add_list(out, "driver-opts", &mount->driver_opts);
  add_list(out, "labels", &mount->labels);
  add_number(out, "size", mount->tmpfs_size);
  add_number(out, "mode", mount->tmpfs_mode);
}

static const char *read_mount(struct sd_arena *arena, const char *text, struct sd_str *out,
                              struct sd_error *err) {
  struct sd_mount mount = {0};
  if (!sd_mount_parse(arena, text, &mount, err))
    return NULL;
  add_mount(out, &mount);
  return sd_mount_format(arena, &mount);
}

static const char *read_volume(struct sd_arena *arena, const char *text, struct sd_str *out,
                               struct sd_error *err) {
  struct sd_mount mount = {0};
  if (!sd_volume_parse(arena, text, &mount, err))
    return NULL;
  add_mount(out, &mount);
  return mount.kind == SD_MOUNT_VOLUME ? sd_volume_format(arena, &mount)
                                       : sd_mount_format(arena, &mount);
}

static const char *read_tmpfs(struct sd_arena *arena, const char *text, struct sd_str *out,
                              struct sd_error *err) {
  struct sd_tmpfs tmpfs = {0};
  if (!sd_tmpfs_parse(arena, text, &tmpfs, err))
    return NULL;
  sd_str_add(out, tmpfs.target);
  add_number(out, "size", tmpfs.size);
  add_number(out, "mode", tmpfs.mode);
  add_number(out, "inodes", tmpfs.nr_inodes);
  add_list(out, "flags", &tmpfs.flags);
  add_list(out, "others", &tmpfs.others);
  return sd_tmpfs_format(arena, &tmpfs);
}

/* -- networks and devices ------------------------------------------------------------------------ */

static const char *read_network(struct sd_arena *arena, const char *text, struct sd_str *out,
                                struct sd_error *err) {
  struct sd_network network = {0};
  if (!sd_network_parse(arena, text, &network, err))
    return NULL;
  sd_str_add(out, network.name);
  add_true(out, "long", network.long_form);
  add_list(out, "aliases", &network.aliases);
  add_list(out, "driver-opts", &network.driver_opts);
  add_named(out, "ip", network.ip);
  add_named(out, "ip6", network.ip6);
  add_named(out, "mac", network.mac);
  add_list(out, "link-local", &network.link_local_ips);
  add_named(out, "gateway", network.gw_priority);
  return "";
}

static void add_port(struct sd_str *out, const struct sd_port *port) {
  sd_str_addf(out, "host %u-%u container %u-%u %s", port->host_first, port->host_last, port->first,
              port->last, port->protocol);
  add_named(out, "ip", port->ip);
}

static const char *read_port(struct sd_arena *arena, const char *text, struct sd_str *out,
                             struct sd_error *err) {
  struct sd_port port = {0};
  if (!sd_port_parse(arena, text, &port, err))
    return NULL;
  add_port(out, &port);
  return sd_port_format(arena, &port);
}

static const char *read_expose(struct sd_arena *arena, const char *text, struct sd_str *out,
                               struct sd_error *err) {
  struct sd_port port = {0};
  if (!sd_expose_parse(arena, text, &port, err))
    return NULL;
  add_port(out, &port);
  return sd_expose_format(arena, &port);
}

static const char *read_device(struct sd_arena *arena, const char *text, struct sd_str *out,
                               struct sd_error *err) {
  struct sd_device device = {0};
  if (!sd_device_parse(arena, text, &device, err))
    return NULL;
  sd_str_add(out, device.path);
  add_true(out, "cdi", device.cdi);
  add_named(out, "target", device.target);
  add_named(out, "permissions", device.permissions);
  return sd_device_format(arena, &device);
}

static const char *read_gpus(struct sd_arena *arena, const char *text, struct sd_str *out,
                             struct sd_error *err) {
  struct sd_gpus gpus = {0};
  if (!sd_gpus_parse(arena, text, &gpus, err))
    return NULL;
  sd_str_addf(out, "count %" PRId64, gpus.count);
  add_list(out, "devices", &gpus.devices);
  add_list(out, "capabilities", &gpus.capabilities);
  add_true(out, "nvidia", gpus.nvidia);
  return sd_gpus_format(arena, &gpus);
}

static const char *read_host(struct sd_arena *arena, const char *text, struct sd_str *out,
                             struct sd_error *err) {
  struct sd_extra_host host = {0};
  if (!sd_extra_host_parse(arena, text, &host, err))
    return NULL;
  sd_str_addf(out, "%s is %s", host.name, host.address);
  return "";
}

static const char *read_ip(struct sd_arena *arena, const char *text, struct sd_str *out,
                           struct sd_error *err) {
  const char *ip = NULL;
  (void)out;
  return sd_ip_parse(arena, text, &ip, err) ? ip : NULL;
}

/* Behind a blank: what it may be within. */
static const char *read_subnet(struct sd_arena *arena, const char *text, struct sd_str *out,
                               struct sd_error *err) {
  struct sd_subnet subnet = {0};
  struct sd_subnet outer = {0};
  const char *blank = strchr(text, ' ');
  if (blank == NULL)
    blank = text + strlen(text);
  if (!sd_subnet_parse(arena, sd_arena_strndup(arena, text, (size_t)(blank - text)), &subnet, err))
    return NULL;
  sd_str_addf(out, "%s %u bits", subnet.v6 ? "v6" : "v4", subnet.bits);
  for (size_t i = 0; i < (subnet.v6 ? sizeof(subnet.address) : 4); i++)
    sd_str_addf(out, " %u", (unsigned)subnet.address[i]);
  if (*blank == ' ') {
    if (!sd_subnet_parse(arena, blank + 1, &outer, err))
      return NULL;
    sd_str_add(out, sd_subnet_within(&subnet, &outer) ? " within" : " not within");
  }
  return subnet.text;
}

/* -- the rest ------------------------------------------------------------------------------------ */

static const char *read_security(struct sd_arena *arena, const char *text, struct sd_str *out,
                                 struct sd_error *err) {
  struct sd_security security = {0};
  if (!sd_security_parse(arena, text, &security, err))
    return NULL;
  sd_str_addf(out, "key %d", (int)security.key);
  add_named(out, "value", security.value);
  add_true(out, "enabled", security.enabled);
  return "";
}

static const char *read_ulimit(struct sd_arena *arena, const char *text, struct sd_str *out,
                               struct sd_error *err) {
  struct sd_ulimit ulimit = {0};
  if (!sd_ulimit_parse(arena, text, &ulimit, err))
    return NULL;
  sd_str_addf(out, "%s %" PRId64 " %" PRId64, ulimit.name, ulimit.soft, ulimit.hard);
  return sd_ulimit_format(arena, &ulimit);
}

static const char *read_restart(struct sd_arena *arena, const char *text, struct sd_str *out,
                                struct sd_error *err) {
  struct sd_restart restart = {0};
  if (!sd_restart_parse(arena, text, &restart, err))
    return NULL;
  sd_str_add(out, restart.policy);
  add_number(out, "retries", restart.max_retries);
  return "";
}

static const char *read_user(struct sd_arena *arena, const char *text, struct sd_str *out,
                             struct sd_error *err) {
  struct sd_user_spec user = {0};
  if (!sd_user_parse(arena, text, &user, err))
    return NULL;
  sd_str_add(out, user.user);
  add_named(out, "group", user.group);
  if (user.user_numeric)
    sd_str_addf(out, " uid=%" PRIu32, user.uid);
  if (user.group_numeric)
    sd_str_addf(out, " gid=%" PRIu32, user.gid);
  return "";
}

static void add_pair(struct sd_str *out, const struct sd_pair *pair) {
  sd_str_addf(out, "%s", pair->name);
  add_named(out, "value", pair->value);
  sd_str_add(out, sd_pair_fits_file(pair) ? "" : " fits no file");
}

static const char *read_pair(struct sd_arena *arena, const char *text, struct sd_str *out,
                             struct sd_error *err) {
  struct sd_pair pair = {0};
  if (!sd_pair_parse(arena, text, &pair, err))
    return NULL;
  add_pair(out, &pair);
  return "";
}

static const char *read_pairs(struct sd_arena *arena, const char *text, struct sd_str *out,
                              struct sd_error *err) {
  struct sd_pairs pairs = {0};
  if (!sd_pairs_parse_file(arena, "the file", text, strlen(text), &pairs, err))
    return NULL;
  for (size_t i = 0; i < pairs.v.len; i++) {
    sd_str_add(out, i > 0 ? "; " : "");
    add_pair(out, &pairs.v.items[i]);
  }
  return "";
}

static const char *read_image(struct sd_arena *arena, const char *text, struct sd_str *out,
                              struct sd_error *err) {
  struct sd_image image = {0};
  if (!sd_image_parse(arena, text, &image, err))
    return NULL;
  sd_str_add(out, image.is_id ? "id" : image.maybe_id ? "name, or id" : "name");
  add_named(out, "name", image.name);
  add_named(out, "tag", image.tag);
  add_named(out, "digest", image.digest);
  return image.canonical;
}

static const char *read_path(struct sd_arena *arena, const char *text, struct sd_str *out,
                             struct sd_error *err) {
  const char *path = NULL;
  (void)out;
  return sd_path_clean(arena, text, &path, err) ? path : NULL;
}

/* -- all ----------------------------------------------------------------------------------------- */

static const struct {
  const char *kind;
  reader *read;
} readers[] = {
    {"device", read_device},   {"expose", read_expose},     {"gpus", read_gpus},
    {"host", read_host},       {"image", read_image},       {"ip", read_ip},
    {"mount", read_mount},     {"network", read_network},   {"pair", read_pair},
    {"pairs", read_pairs},     {"path", read_path},         {"port", read_port},
    {"restart", read_restart}, {"security", read_security}, {"subnet", read_subnet},
    {"tmpfs", read_tmpfs},     {"ulimit", read_ulimit},     {"user", read_user},
    {"volume", read_volume},
};

bool read_value(struct sd_arena *arena, const char *kind, const char *text, struct sd_str *out) {
  struct sd_error err;
  struct sd_str found;
  sd_error_init(&err, arena);
  sd_str_init(&found, arena);
  for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
    if (strcmp(readers[i].kind, kind) != 0)
      continue;
    const char *canonical = readers[i].read(arena, text, &found, &err);
    if (canonical == NULL)
      sd_str_addf(out, "  no: %s\n      %s\n", err.message, err.hint != NULL ? err.hint : "");
    else
      sd_str_addf(out, "  yes: %s\n", sd_str_text(&found));
    if (canonical != NULL && canonical[0] != '\0')
      sd_str_addf(out, "      %s\n", canonical);
    return true;
  }
  return false;
}
