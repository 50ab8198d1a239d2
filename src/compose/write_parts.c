/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a hardened service that are objects or lists of their own. */
#include <inttypes.h>
#include <string.h>

#include "safe-docker/base/number.h"

#include "writer.h"

#define PERIOD ((int64_t)100000) /* microseconds; what Docker divides --cpus by */
#define NANO ((int64_t)1000000000)

/* -- JSON --------------------------------------------------------------------------------------- */

static void separate(struct sd_compose_writer *writer, const char *key) {
  if (!writer->first)
    sd_str_add_char(&writer->text, ',');
  writer->first = false;
  if (key == NULL)
    return;
  sd_str_add_json(&writer->text, key);
  sd_str_add_char(&writer->text, ':');
}

void sd_compose_open(struct sd_compose_writer *writer, const char *key, char bracket) {
  separate(writer, key);
  sd_str_add_char(&writer->text, bracket);
  writer->first = true;
}

void sd_compose_close(struct sd_compose_writer *writer, char bracket) {
  sd_str_add_char(&writer->text, bracket);
  writer->first = false;
}

void sd_compose_put_text(struct sd_compose_writer *writer, const char *key, const char *text) {
  struct sd_str doubled;
  sd_str_init(&doubled, writer->arena);
  for (const char *at = text; *at != '\0'; at++) {
    sd_str_add_char(&doubled, *at);
    if (*at == '$')
      sd_str_add_char(&doubled, '$');
  }
  separate(writer, key);
  sd_str_add_json(&writer->text, sd_str_text(&doubled));
}

void sd_compose_put_number(struct sd_compose_writer *writer, const char *key, int64_t number) {
  separate(writer, key);
  sd_str_addf(&writer->text, "%" PRId64, number);
}

void sd_compose_put_raw(struct sd_compose_writer *writer, const char *key, const char *json) {
  separate(writer, key);
  sd_str_add(&writer->text, json);
}

static void put_flag(struct sd_compose_writer *writer, const char *key, bool value) {
  sd_compose_put_raw(writer, key, value ? "true" : "false");
}

/* -- resources ---------------------------------------------------------------------------------- */

void sd_compose_write_blkio(struct sd_compose_writer *writer, const char *key,
                            const struct sd_request *request) {
  if (!request->blkio_weight.set)
    return;
  sd_compose_open(writer, key, '{');
  sd_compose_put_number(writer, "weight", request->blkio_weight.value);
  sd_compose_close(writer, '}');
}

/* Compose reads CPUs as a float32, which may come out above the limit; a quota is exact. */
void sd_compose_write_cpus(struct sd_compose_writer *writer, const char *key,
                           const struct sd_request *request) {
  (void)key;
  if (!request->cpus.set)
    return;
  if (request->cpu_quota.set || request->cpu_period.set) {
    (void)sd_fail_rule(writer->err, "cpus", "write one of the two",
                       "cpus cannot stand beside cpu_quota and cpu_period");
    return;
  }
  sd_compose_put_number(writer, "cpu_period", PERIOD);
  sd_compose_put_number(writer, "cpu_quota", request->cpus.value / (NANO / PERIOD));
}

void sd_compose_write_ulimits(struct sd_compose_writer *writer, const char *key,
                              const struct sd_request *request) {
  if (request->ulimits.v.len == 0)
    return;
  sd_compose_open(writer, key, '{');
  for (size_t i = 0; i < request->ulimits.v.len; i++) {
    const struct sd_ulimit *ulimit = &request->ulimits.v.items[i];
    sd_compose_open(writer, ulimit->name, '{');
    sd_compose_put_number(writer, "soft", ulimit->soft);
    sd_compose_put_number(writer, "hard", ulimit->hard);
    sd_compose_close(writer, '}');
  }
  sd_compose_close(writer, '}');
}

/* -- texts -------------------------------------------------------------------------------------- */

static void write_entries(struct sd_compose_writer *writer, const char *key,
                          const struct sd_entries *entries, bool bare_is_variable) {
  if (entries->v.len == 0)
    return;
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < entries->v.len; i++) {
    const struct sd_entry *entry = &entries->v.items[i];
    const char *value = entry->value != NULL ? entry->value : "";
    /* A variable that the caller has not would be looked up again, in the plugin's environment. */
    if (entry->value != NULL || !bare_is_variable)
      sd_compose_put_text(writer, NULL,
                          sd_arena_printf(writer->arena, "%s=%s", entry->name, value));
  }
  sd_compose_close(writer, ']');
}

void sd_compose_write_environment(struct sd_compose_writer *writer, const char *key,
                                  const struct sd_request *request) {
  write_entries(writer, key, &request->env, true);
}

void sd_compose_write_labels(struct sd_compose_writer *writer, const char *key,
                             const struct sd_request *request) {
  write_entries(writer, key, &request->labels, false);
}

void sd_compose_write_logging(struct sd_compose_writer *writer, const char *key,
                              const struct sd_request *request) {
  if (!request->log_driver.set && request->log_opts.v.len == 0)
    return;
  sd_compose_open(writer, key, '{');
  if (request->log_driver.set && request->log_driver.value[0] != '\0')
    sd_compose_put_text(writer, "driver", request->log_driver.value);
  sd_compose_open(writer, "options", '{');
  for (size_t i = 0; i < request->log_opts.v.len; i++) {
    const char *option = request->log_opts.v.items[i].value;
    size_t len = strcspn(option, "=");
    sd_compose_put_text(writer, sd_arena_strndup(writer->arena, option, len),
                        option[len] == '=' ? option + len + 1 : "");
  }
  sd_compose_close(writer, '}');
  sd_compose_close(writer, '}');
}

/* In order: of several no-new-privileges the daemon takes the last. */
void sd_compose_write_security(struct sd_compose_writer *writer, const char *key,
                               const struct sd_request *request) {
  static const char *const names[] = {
      [SD_SECURITY_SECCOMP] = "seccomp",
      [SD_SECURITY_APPARMOR] = "apparmor",
      [SD_SECURITY_NO_NEW_PRIVILEGES] = "no-new-privileges",
      [SD_SECURITY_LABEL] = "label",
      [SD_SECURITY_SYSTEMPATHS] = "systempaths",
      [SD_SECURITY_CREDENTIALSPEC] = "credentialspec",
      [SD_SECURITY_WRITABLE_CGROUPS] = "writable-cgroups",
  };
  sd_compose_open(writer, key, '[');
  sd_compose_put_text(writer, NULL, sd_arena_printf(writer->arena, "seccomp=%s", writer->seccomp));
  for (size_t i = 0; i < request->security.v.len; i++) {
    const struct sd_security *security = &request->security.v.items[i];
    const char *name = names[security->key];
    sd_compose_put_text(writer, NULL,
                        security->value[0] == '\0'
                            ? name
                            : sd_arena_printf(writer->arena, "%s=%s", name, security->value));
  }
  sd_compose_close(writer, ']');
}

void sd_compose_write_grace(struct sd_compose_writer *writer, const char *key,
                            const struct sd_request *request) {
  if (request->stop_timeout.set)
    sd_compose_put_text(
        writer, key, sd_arena_printf(writer->arena, "%" PRId64 "s", request->stop_timeout.value));
}

/* -- health ------------------------------------------------------------------------------------- */

static void put_time(struct sd_compose_writer *writer, const char *key,
                     const struct sd_number *time) {
  if (time->set)
    sd_compose_put_text(writer, key, sd_arena_printf(writer->arena, "%" PRId64 "ns", time->value));
}

void sd_compose_write_health(struct sd_compose_writer *writer,
                             const struct sd_compose_service *service) {
  const struct sd_request *out = &service->decision.out;
  bool disabled = out->no_healthcheck.set && out->no_healthcheck.value;
  bool timed = out->health_interval.set || out->health_timeout.set || out->health_retries.set ||
               out->health_start_period.set || out->health_start_interval.set;
  if (!disabled && service->health.v.len == 0 && !timed)
    return;
  sd_compose_open(writer, "healthcheck", '{');
  if (disabled) {
    put_flag(writer, "disable", true);
    sd_compose_close(writer, '}');
    return;
  }
  if (service->health.v.len > 0) {
    sd_compose_open(writer, "test", '[');
    for (size_t i = 0; i < service->health.v.len; i++)
      sd_compose_put_text(writer, NULL, service->health.v.items[i]);
    sd_compose_close(writer, ']');
  }
  put_time(writer, "interval", &out->health_interval);
  put_time(writer, "timeout", &out->health_timeout);
  put_time(writer, "start_period", &out->health_start_period);
  put_time(writer, "start_interval", &out->health_start_interval);
  if (out->health_retries.set)
    sd_compose_put_number(writer, "retries", out->health_retries.value);
  sd_compose_close(writer, '}');
}

/* -- mounts, devices, ports ----------------------------------------------------------------------- */

/* A bind with options goes through the daemon's mounts, where a missing source is an error. */
static void write_bind(struct sd_compose_writer *writer, const struct sd_mount *mount) {
  sd_compose_open(writer, "bind", '{');
  put_flag(writer, "create_host_path", false);
  sd_compose_put_text(writer, "propagation",
                      mount->propagation != NULL ? mount->propagation : "rprivate");
  const char *recursive = mount->nonrecursive == SD_TRUE ? "disabled" : mount->recursive;
  if (recursive != NULL)
    sd_compose_put_text(writer, "recursive", recursive);
  sd_compose_close(writer, '}');
}

/* The key of the project's volume of that name; services are written with keys. */
static const char *key_of(struct sd_compose_writer *writer, const char *name) {
  const struct sd_compose_objects *volumes = &writer->project->volumes;
  for (size_t i = 0; i < volumes->v.len; i++)
    if (strcmp(volumes->v.items[i].name, name) == 0)
      return volumes->v.items[i].key;
  (void)sd_fail_rule(writer->err, "compose-volume", "", "the project has no volume of this name");
  return "";
}

static void write_volume(struct sd_compose_writer *writer, const struct sd_mount *mount) {
  if (mount->source != NULL)
    sd_compose_put_text(writer, "source", key_of(writer, mount->source));
  sd_compose_open(writer, "volume", '{');
  if (mount->nocopy)
    put_flag(writer, "nocopy", true);
  if (mount->subpath != NULL)
    sd_compose_put_text(writer, "subpath", mount->subpath);
  sd_compose_close(writer, '}');
}

static void write_tmpfs_mount(struct sd_compose_writer *writer, const struct sd_mount *mount) {
  sd_compose_open(writer, "tmpfs", '{');
  if (mount->tmpfs_size >= 0)
    sd_compose_put_number(writer, "size", mount->tmpfs_size);
  if (mount->tmpfs_mode >= 0)
    sd_compose_put_number(writer, "mode", mount->tmpfs_mode);
  sd_compose_close(writer, '}');
}

static void write_mount(struct sd_compose_writer *writer, const struct sd_mount *mount) {
  static const char *const types[] = {
      [SD_MOUNT_BIND] = "bind", [SD_MOUNT_VOLUME] = "volume", [SD_MOUNT_TMPFS] = "tmpfs"};
  sd_compose_open(writer, NULL, '{');
  sd_compose_put_text(writer, "type", types[mount->kind]);
  sd_compose_put_text(writer, "target", mount->target);
  if (mount->read_only)
    put_flag(writer, "read_only", true);
  switch (mount->kind) {
  case SD_MOUNT_BIND:
    sd_compose_put_text(writer, "source", mount->source);
    write_bind(writer, mount);
    break;
  case SD_MOUNT_VOLUME:
    write_volume(writer, mount);
    break;
  case SD_MOUNT_TMPFS:
    write_tmpfs_mount(writer, mount);
    break;
  }
  sd_compose_close(writer, '}');
}

void sd_compose_write_mounts(struct sd_compose_writer *writer, const char *key,
                             const struct sd_request *request) {
  if (request->mounts.v.len == 0)
    return;
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < request->mounts.v.len; i++)
    write_mount(writer, &request->mounts.v.items[i]);
  sd_compose_close(writer, ']');
}

void sd_compose_write_tmpfs(struct sd_compose_writer *writer, const char *key,
                            const struct sd_request *request) {
  if (request->tmpfs.v.len == 0)
    return;
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < request->tmpfs.v.len; i++)
    sd_compose_put_text(writer, NULL, sd_tmpfs_format(writer->arena, &request->tmpfs.v.items[i]));
  sd_compose_close(writer, ']');
}

void sd_compose_write_devices(struct sd_compose_writer *writer, const char *key,
                              const struct sd_request *request) {
  if (request->devices.v.len == 0)
    return;
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < request->devices.v.len; i++)
    sd_compose_put_text(writer, NULL,
                        sd_device_format(writer->arena, &request->devices.v.items[i]));
  sd_compose_close(writer, ']');
}

/* Host ports of a range go along with those of the container, or one of them with the only one. */
static const char *published(struct sd_arena *arena, const struct sd_port *port, unsigned offset) {
  if (port->host_first == 0)
    return "";
  if (port->first == port->last && port->host_last > port->host_first)
    return sd_arena_printf(arena, "%u-%u", port->host_first, port->host_last);
  return sd_arena_printf(arena, "%u", port->host_first + offset);
}

static void write_port(struct sd_compose_writer *writer, const struct sd_port *port,
                       unsigned offset) {
  const char *host = published(writer->arena, port, offset);
  sd_compose_open(writer, NULL, '{');
  sd_compose_put_number(writer, "target", port->first + offset);
  if (host[0] != '\0')
    sd_compose_put_text(writer, "published", host);
  if (port->ip != NULL)
    sd_compose_put_text(writer, "host_ip", port->ip);
  sd_compose_put_text(writer, "protocol", port->protocol);
  sd_compose_put_text(writer, "mode", "ingress");
  sd_compose_close(writer, '}');
}

void sd_compose_write_ports(struct sd_compose_writer *writer, const char *key,
                            const struct sd_request *request) {
  if (request->ports.v.len == 0)
    return;
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < request->ports.v.len; i++)
    for (unsigned p = 0; p <= request->ports.v.items[i].last - request->ports.v.items[i].first; p++)
      write_port(writer, &request->ports.v.items[i], p);
  sd_compose_close(writer, ']');
}
