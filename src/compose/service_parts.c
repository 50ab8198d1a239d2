/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a service that are objects themselves. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "reader.h"

#define ROWS(table) table, sizeof(table) / sizeof((table)[0])
#define TEXT(key, option)                                                                          \
  { key, SD_COMPOSE_KEY_TEXT, option, NULL, NULL }
#define PAIRS(key, option)                                                                         \
  { key, SD_COMPOSE_KEY_PAIRS, option, NULL, NULL }
#define READ(key, function)                                                                        \
  { key, SD_COMPOSE_KEY_READ, NULL, NULL, function }
#define IGNORE(key)                                                                                \
  { key, SD_COMPOSE_KEY_IGNORE, NULL, NULL, NULL }
#define NO(key, reason, hint)                                                                      \
  { key, SD_COMPOSE_KEY_NO, reason, hint, NULL }

/* The text of a member; "" where there is none. */
static const char *member(struct sd_compose_reader *reader, const struct sd_json *object,
                          const char *name) {
  const struct sd_json *value = sd_json_get(object, name);
  const char *text =
      value == NULL || value->type == SD_JSON_NULL ? "" : sd_compose_text(reader, name, value);
  return text != NULL ? text : "";
}

/* Refuses members that are not among `names`, which ends with NULL. */
static void only(struct sd_compose_reader *reader, const char *key, const struct sd_json *object,
                 const char *const *names) {
  for (size_t i = 0; i < object->members.len; i++) {
    const char *name = object->members.items[i].key;
    bool known = sd_text_starts_with(name, "x-");
    for (size_t j = 0; names[j] != NULL; j++)
      known = known || strcmp(names[j], name) == 0;
    if (!known)
      sd_compose_refuse(reader, "compose-key", key, "leave it out",
                        "%s: no key of it that is "
                        "handled",
                        sd_text_safe(reader->arena, name));
  }
}

/* -- blkio_config ------------------------------------------------------------------------------- */

void sd_compose_read_blkio(struct sd_compose_reader *reader, const char *key,
                           const struct sd_json *value) {
  static const char reason[] = "it names devices of the host";
  static const char hint[] = "leave it out; weight is allowed";
  static const struct sd_compose_key keys[] = {
      NO("device_read_bps", reason, hint),  NO("device_read_iops", reason, hint),
      NO("device_write_bps", reason, hint), NO("device_write_iops", reason, hint),
      TEXT("weight", "blkio-weight"),       NO("weight_device", reason, hint),
  };
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "blkio_config.", ROWS(keys));
}

/* -- deploy ------------------------------------------------------------------------------------- */

static void read_mode(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value) {
  const char *mode = sd_compose_text(reader, key, value);
  if (mode != NULL && mode[0] != '\0' && strcmp(mode, "replicated") != 0)
    sd_compose_refuse(reader, "compose-key", key, "leave it out", "it is for a cluster");
}

/* What compose makes of it: pkg/compose/create.go, getRestartPolicy. */
static void read_restart_policy(struct sd_compose_reader *reader, const char *key,
                                const struct sd_json *value) {
  static const char *const names[] = {"condition", "delay", "max_attempts", "window", NULL};
  if (!sd_compose_is_object(reader, key, value))
    return;
  only(reader, key, value, names);
  const char *condition = member(reader, value, "condition");
  const char *attempts = member(reader, value, "max_attempts");
  if (strcmp(condition, "none") == 0)
    condition = "no";
  else if (strcmp(condition, "any") == 0)
    condition = "always";
  if (attempts[0] != '\0' && strcmp(condition, "on-failure") == 0)
    condition = sd_arena_printf(reader->arena, "%s:%s", condition, attempts);
  if (condition[0] != '\0')
    sd_compose_word(reader, "restart", condition);
}

static void read_limits(struct sd_compose_reader *reader, const char *key,
                        const struct sd_json *value) {
  static const struct sd_compose_key keys[] = {
      TEXT("cpus", "cpus"),
      NO("devices", "it opens devices of the host", "leave it out"),
      NO("generic_resources", "it is for a cluster", "leave it out"),
      TEXT("memory", "memory"),
      TEXT("pids", "pids-limit"),
  };
  (void)key;
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "deploy.resources.limits.", ROWS(keys));
}

static void read_reservations(struct sd_compose_reader *reader, const char *key,
                              const struct sd_json *value) {
  static const struct sd_compose_key keys[] = {
      IGNORE("cpus"),
      NO("devices", "GPU requests run vendor hooks as root and open devices of the host",
         "leave it out"),
      NO("generic_resources", "it is for a cluster", "leave it out"),
      TEXT("memory", "memory-reservation"),
      IGNORE("pids"),
  };
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "deploy.resources.reservations.", ROWS(keys));
}

static void read_resources(struct sd_compose_reader *reader, const char *key,
                           const struct sd_json *value) {
  static const struct sd_compose_key keys[] = {
      READ("limits", read_limits),
      READ("reservations", read_reservations),
  };
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "deploy.resources.", ROWS(keys));
}

/* Its limits take the place of those of the service, so both would have to be written the same. */
void sd_compose_read_deploy(struct sd_compose_reader *reader, const char *key,
                            const struct sd_json *value) {
  static const struct sd_compose_key keys[] = {
      IGNORE("endpoint_mode"),
      IGNORE("labels"),
      READ("mode", read_mode),
      IGNORE("placement"),
      READ("replicas", sd_compose_scale),
      READ("resources", read_resources),
      READ("restart_policy", read_restart_policy),
      IGNORE("rollback_config"),
      IGNORE("update_config"),
  };
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "deploy.", ROWS(keys));
}

/* -- depends_on --------------------------------------------------------------------------------- */

static const char *known_condition(const char *text) {
  static const char *const conditions[] = {"service_started", "service_healthy",
                                           "service_completed_successfully"};
  for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
    if (strcmp(conditions[i], text) == 0)
      return conditions[i];
  return NULL;
}

void sd_compose_read_depends_on(struct sd_compose_reader *reader, const char *key,
                                const struct sd_json *value) {
  static const char *const names[] = {"condition", "required", "restart", NULL};
  if (!sd_compose_is_object(reader, key, value))
    return;
  for (size_t i = 0; i < value->members.len; i++) {
    const struct sd_json *item = value->members.items[i].value;
    if (!sd_compose_is_object(reader, key, item))
      return;
    only(reader, key, item, names);
    const struct sd_json *restart = sd_json_get(item, "restart");
    const struct sd_json *required = sd_json_get(item, "required");
    const char *condition = known_condition(member(reader, item, "condition"));
    if (condition == NULL)
      sd_compose_refuse(reader, "compose-value", key,
                        "write service_started, service_healthy or "
                        "service_completed_successfully",
                        "no condition that is known");
    *sd_vec_push(reader->arena, &reader->service->dependencies.v) = (struct sd_compose_dependency){
        .service = value->members.items[i].key,
        .condition = condition,
        .restart = restart != NULL && sd_compose_flag(reader, key, restart),
        .required = required == NULL || sd_compose_flag(reader, key, required)};
  }
}

/* -- devices ------------------------------------------------------------------------------------ */

void sd_compose_read_devices(struct sd_compose_reader *reader, const char *key,
                             const struct sd_json *value) {
  static const char *const names[] = {"permissions", "source", "target", NULL};
  if (!sd_compose_is_list(reader, key, value))
    return;
  for (size_t i = 0; i < value->items.len; i++) {
    const struct sd_json *item = value->items.items[i];
    if (item->type != SD_JSON_OBJECT) {
      const char *text = sd_compose_text(reader, key, item);
      if (text != NULL)
        sd_compose_word(reader, "device", text);
      continue;
    }
    only(reader, key, item, names);
    const char *source = member(reader, item, "source");
    const char *target = member(reader, item, "target");
    const char *permissions = member(reader, item, "permissions");
    bool cdi = strcmp(source, target) == 0 && source[0] != '/';
    sd_compose_word(reader, "device",
                    cdi ? source
                        : sd_arena_printf(reader->arena, "%s:%s%s%s", source, target,
                                          permissions[0] != '\0' ? ":" : "", permissions));
  }
}

/* -- healthcheck -------------------------------------------------------------------------------- */

static void read_disable(struct sd_compose_reader *reader, const char *key,
                         const struct sd_json *value) {
  if (sd_compose_flag(reader, key, value))
    sd_compose_word(reader, "no-healthcheck", "true");
}

/* It runs in the container, as its user; which words it has is of no matter. */
static void read_test(struct sd_compose_reader *reader, const char *key,
                      const struct sd_json *value) {
  struct sd_strv *test = &reader->service->health;
  if (value->type == SD_JSON_STRING)
    sd_strv_add(test, reader->arena, "CMD-SHELL");
  sd_compose_texts(reader, key, value, test);
  const char *first = test->v.len > 0 ? test->v.items[0] : "";
  if (test->v.len > 0 && strcmp(first, "NONE") != 0 && strcmp(first, "CMD") != 0 &&
      strcmp(first, "CMD-SHELL") != 0)
    sd_compose_refuse(reader, "compose-value", key, "begin it with CMD, CMD-SHELL or NONE",
                      "no form of a test that is known");
}

void sd_compose_read_healthcheck(struct sd_compose_reader *reader, const char *key,
                                 const struct sd_json *value) {
  static const struct sd_compose_key keys[] = {
      READ("disable", read_disable),
      TEXT("interval", "health-interval"),
      TEXT("retries", "health-retries"),
      TEXT("start_interval", "health-start-interval"),
      TEXT("start_period", "health-start-period"),
      READ("test", read_test),
      TEXT("timeout", "health-timeout"),
  };
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "healthcheck.", ROWS(keys));
}

/* -- logging ------------------------------------------------------------------------------------ */

void sd_compose_read_logging(struct sd_compose_reader *reader, const char *key,
                             const struct sd_json *value) {
  static const struct sd_compose_key keys[] = {
      TEXT("driver", "log-driver"),
      PAIRS("options", "log-opt"),
  };
  if (sd_compose_is_object(reader, key, value))
    sd_compose_members(reader, value, "logging.", ROWS(keys));
}

/* -- networks ----------------------------------------------------------------------------------- */

static void read_attachment(struct sd_compose_reader *reader, const char *key,
                            const struct sd_json *value, struct sd_compose_attachment *out) {
  static const char *const plain[] = {"aliases", "priority", NULL};
  const struct sd_json *aliases = NULL;
  const struct sd_json *priority = NULL;
  if (value->type == SD_JSON_NULL || !sd_compose_is_object(reader, key, value))
    return;
  only(reader, key, value, plain);
  aliases = sd_json_get(value, "aliases");
  priority = sd_json_get(value, "priority");
  if (aliases != NULL)
    sd_compose_texts(reader, key, aliases, &out->aliases);
  if (priority != NULL)
    (void)sd_compose_number(reader, key, priority, -1000000, 1000000, &out->priority);
  for (size_t i = 0; i < out->aliases.v.len; i++)
    sd_compose_word(reader, "network-alias", out->aliases.v.items[i]);
}

void sd_compose_read_networks(struct sd_compose_reader *reader, const char *key,
                              const struct sd_json *value) {
  if (!sd_compose_is_object(reader, key, value))
    return;
  for (size_t i = 0; i < value->members.len; i++) {
    struct sd_compose_attachment attachment = {.network = value->members.items[i].key};
    struct sd_compose_object *network =
        sd_compose_find_object(&reader->project->networks, attachment.network);
    if (network == NULL)
      sd_compose_refuse(reader, "compose-network", key,
                        "name it under networks:", "the project has no network %s",
                        sd_text_safe(reader->arena, attachment.network));
    else
      network->used = true;
    read_attachment(reader, key, value->members.items[i].value, &attachment);
    *sd_vec_push(reader->arena, &reader->service->networks.v) = attachment;
  }
}

/* -- ports -------------------------------------------------------------------------------------- */

void sd_compose_read_ports(struct sd_compose_reader *reader, const char *key,
                           const struct sd_json *value) {
  static const char *const names[] = {"app_protocol", "host_ip",   "mode",   "name",
                                      "protocol",     "published", "target", NULL};
  if (!sd_compose_is_list(reader, key, value))
    return;
  for (size_t i = 0; i < value->items.len; i++) {
    const struct sd_json *item = value->items.items[i];
    if (!sd_compose_is_object(reader, key, item))
      return;
    only(reader, key, item, names);
    const char *ip = member(reader, item, "host_ip");
    const char *protocol = member(reader, item, "protocol");
    const char *published = member(reader, item, "published");
    const char *open = strchr(ip, ':') != NULL ? "[" : "";
    const char *shut = open[0] != '\0' ? "]" : "";
    const char *host =
        ip[0] != '\0' ? sd_arena_printf(reader->arena, "%s%s%s:", open, ip, shut) : "";
    const char *colon = ip[0] != '\0' || published[0] != '\0' ? ":" : "";
    sd_compose_word(reader, "publish",
                    sd_arena_printf(reader->arena, "%s%s%s%s/%s", host, published, colon,
                                    member(reader, item, "target"),
                                    protocol[0] != '\0' ? protocol : "tcp"));
  }
}

/* -- ulimits ------------------------------------------------------------------------------------ */

void sd_compose_read_ulimits(struct sd_compose_reader *reader, const char *key,
                             const struct sd_json *value) {
  static const char *const names[] = {"hard", "single", "soft", NULL};
  if (!sd_compose_is_object(reader, key, value))
    return;
  for (size_t i = 0; i < value->members.len; i++) {
    const char *name = sd_compose_plain(reader, key, value->members.items[i].key);
    const struct sd_json *item = value->members.items[i].value;
    if (item->type != SD_JSON_OBJECT) {
      const char *number = sd_compose_text(reader, key, item);
      if (number != NULL)
        sd_compose_word(reader, "ulimit", sd_arena_printf(reader->arena, "%s=%s", name, number));
      continue;
    }
    only(reader, key, item, names);
    const char *soft = member(reader, item, "soft");
    const char *hard = member(reader, item, "hard");
    sd_compose_word(reader, "ulimit",
                    sd_arena_printf(reader->arena, "%s=%s:%s", name, soft[0] != '\0' ? soft : "0",
                                    hard[0] != '\0' ? hard : "0"));
  }
}
