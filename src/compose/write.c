/* SPDX-License-Identifier: Apache-2.0 */
/* The hardened model.
 *
 * MUST: write values of the decided requests alone; refuse a request that has a setting without a key here; leave the
 * plugin nothing to replace, to add or to read (variables, a default network, files). */
#include <inttypes.h>
#include <string.h>

#include "safe-docker/compose/compose.h"

#include "writer.h"

/* -- rows --------------------------------------------------------------------------------------- */

typedef void write_key(struct sd_compose_writer *writer, const char *key,
                       const struct sd_request *request);

enum shape {
  NEVER, /* no request of a service has it */
  TEXT,
  LIST,
  FLAG,
  NUMBER,
  OWN,       /* by a function */
  ELSEWHERE, /* another row, or the service itself, has the field */
};

/* Of the options of `docker create`: which key of a service says the same. */
static const struct row {
  enum shape shape;
  const char *key;
  write_key *write;
} rows[SD_OPT_COUNT] = {
    [SD_OPT_ADD_HOST] = {LIST, "extra_hosts", NULL},
    [SD_OPT_ANNOTATION] = {LIST, "annotations", NULL},
    [SD_OPT_BLKIO_WEIGHT] = {OWN, "blkio_config", sd_compose_write_blkio},
    [SD_OPT_CAP_ADD] = {LIST, "cap_add", NULL},
    [SD_OPT_CAP_DROP] = {LIST, "cap_drop", NULL},
    [SD_OPT_CGROUP_PARENT] = {TEXT, "cgroup_parent", NULL},
    [SD_OPT_CGROUPNS] = {TEXT, "cgroup", NULL},
    [SD_OPT_CPU_PERIOD] = {NUMBER, "cpu_period", NULL},
    [SD_OPT_CPU_QUOTA] = {NUMBER, "cpu_quota", NULL},
    [SD_OPT_CPU_SHARES] = {NUMBER, "cpu_shares", NULL},
    [SD_OPT_CPUS] = {OWN, "cpus", sd_compose_write_cpus},
    [SD_OPT_CPUSET_CPUS] = {TEXT, "cpuset", NULL},
    [SD_OPT_DEVICE] = {OWN, "devices", sd_compose_write_devices},
    [SD_OPT_DNS] = {LIST, "dns", NULL},
    [SD_OPT_DNS_OPT] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_DNS_OPTION] = {LIST, "dns_opt", NULL},
    [SD_OPT_DNS_SEARCH] = {LIST, "dns_search", NULL},
    [SD_OPT_DOMAINNAME] = {TEXT, "domainname", NULL},
    [SD_OPT_ENV] = {OWN, "environment", sd_compose_write_environment},
    [SD_OPT_ENV_FILE] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_EXPOSE] = {LIST, "expose", NULL},
    [SD_OPT_GROUP_ADD] = {LIST, "group_add", NULL},
    [SD_OPT_HEALTH_INTERVAL] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_HEALTH_RETRIES] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_HEALTH_START_INTERVAL] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_HEALTH_START_PERIOD] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_HEALTH_TIMEOUT] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_HOSTNAME] = {TEXT, "hostname", NULL},
    [SD_OPT_INIT] = {FLAG, "init", NULL},
    [SD_OPT_INTERACTIVE] = {FLAG, "stdin_open", NULL},
    [SD_OPT_IPC] = {TEXT, "ipc", NULL},
    [SD_OPT_LABEL] = {OWN, "labels", sd_compose_write_labels},
    [SD_OPT_LABEL_FILE] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_LOG_DRIVER] = {OWN, "logging", sd_compose_write_logging},
    [SD_OPT_LOG_OPT] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_MAC_ADDRESS] = {TEXT, "mac_address", NULL},
    [SD_OPT_MEMORY] = {NUMBER, "mem_limit", NULL},
    [SD_OPT_MEMORY_RESERVATION] = {NUMBER, "mem_reservation", NULL},
    [SD_OPT_MEMORY_SWAP] = {NUMBER, "memswap_limit", NULL},
    [SD_OPT_MEMORY_SWAPPINESS] = {NUMBER, "mem_swappiness", NULL},
    [SD_OPT_MOUNT] = {OWN, "volumes", sd_compose_write_mounts},
    [SD_OPT_NAME] = {TEXT, "container_name", NULL},
    [SD_OPT_NET] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_NET_ALIAS] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_NETWORK] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_NETWORK_ALIAS] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_NO_HEALTHCHECK] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_OOM_SCORE_ADJ] = {NUMBER, "oom_score_adj", NULL},
    [SD_OPT_PID] = {TEXT, "pid", NULL},
    [SD_OPT_PIDS_LIMIT] = {NUMBER, "pids_limit", NULL},
    [SD_OPT_PLATFORM] = {TEXT, "platform", NULL},
    [SD_OPT_PUBLISH] = {OWN, "ports", sd_compose_write_ports},
    [SD_OPT_PULL] = {TEXT, "pull_policy", NULL},
    [SD_OPT_READ_ONLY] = {FLAG, "read_only", NULL},
    [SD_OPT_RESTART] = {TEXT, "restart", NULL},
    [SD_OPT_RUNTIME] = {TEXT, "runtime", NULL},
    [SD_OPT_SECURITY_OPT] = {OWN, "security_opt", sd_compose_write_security},
    [SD_OPT_SHM_SIZE] = {NUMBER, "shm_size", NULL},
    [SD_OPT_STOP_SIGNAL] = {TEXT, "stop_signal", NULL},
    [SD_OPT_STOP_TIMEOUT] = {OWN, "stop_grace_period", sd_compose_write_grace},
    [SD_OPT_SYSCTL] = {LIST, "sysctls", NULL},
    [SD_OPT_TMPFS] = {OWN, "tmpfs", sd_compose_write_tmpfs},
    [SD_OPT_TTY] = {FLAG, "tty", NULL},
    [SD_OPT_ULIMIT] = {OWN, "ulimits", sd_compose_write_ulimits},
    [SD_OPT_USER] = {TEXT, "user", NULL},
    [SD_OPT_USERNS] = {TEXT, "userns_mode", NULL},
    [SD_OPT_UTS] = {TEXT, "uts", NULL},
    [SD_OPT_VOLUME] = {ELSEWHERE, NULL, NULL},
    [SD_OPT_WORKDIR] = {TEXT, "working_dir", NULL},
};

/* -- whether a request has a setting ------------------------------------------------------------- */

/* Of the kinds that options without a key have; of the others there is none. */
static bool is_set(const struct sd_option *row, const void *field) {
  switch (row->kind) {
  case SD_KIND_BOOL:
    return ((const struct sd_flag *)field)->set && ((const struct sd_flag *)field)->value;
  case SD_KIND_INT:
  case SD_KIND_SIZE:
  case SD_KIND_CPUS:
  case SD_KIND_DURATION:
    return ((const struct sd_number *)field)->set;
  case SD_KIND_TEXT:
    return ((const struct sd_text *)field)->set &&
           ((const struct sd_text *)field)->value[0] != '\0';
  case SD_KIND_LIST:
    return ((const struct sd_texts *)field)->v.len > 0;
  case SD_KIND_ENV:
  case SD_KIND_ENV_FILE:
  case SD_KIND_LABEL:
  case SD_KIND_LABEL_FILE:
  case SD_KIND_MOUNT:
  case SD_KIND_VOLUME:
  case SD_KIND_TMPFS:
  case SD_KIND_NETWORK:
  case SD_KIND_PORT:
  case SD_KIND_SECURITY:
  case SD_KIND_ULIMIT:
  case SD_KIND_DEVICE:
    break;
  }
  return true;
}

static void write_list(struct sd_compose_writer *writer, const char *key,
                       const struct sd_texts *list) {
  if (list->v.len == 0)
    return;
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < list->v.len; i++)
    sd_compose_put_text(writer, NULL, list->v.items[i].value);
  sd_compose_close(writer, ']');
}

static void write_row(struct sd_compose_writer *writer, const struct sd_request *request,
                      const struct sd_option *option, const struct row *row) {
  const void *field = (const unsigned char *)request + option->field;
  const struct sd_text *text = field;
  const struct sd_flag *flag = field;
  const struct sd_number *number = field;
  switch (row->shape) {
  case TEXT:
    if (text->set && text->value[0] != '\0')
      sd_compose_put_text(writer, row->key, text->value);
    return;
  case LIST:
    write_list(writer, row->key, field);
    return;
  case FLAG:
    if (flag->set)
      sd_compose_put_raw(writer, row->key, flag->value ? "true" : "false");
    return;
  case NUMBER:
    if (number->set)
      sd_compose_put_number(writer, row->key, number->value);
    return;
  case OWN:
    row->write(writer, row->key, request);
    return;
  case ELSEWHERE:
    return;
  case NEVER:
    break;
  }
  if (is_set(option, field))
    (void)sd_fail_rule(writer->err, "compose-unsupported", "use docker run",
                       "--%s: a service of compose cannot have it", option->name);
}

/* -- a service ---------------------------------------------------------------------------------- */

static void write_words(struct sd_compose_writer *writer, const char *key,
                        const struct sd_strv *words) {
  sd_compose_open(writer, key, '[');
  for (size_t i = 0; i < words->v.len; i++)
    sd_compose_put_text(writer, NULL, words->v.items[i]);
  sd_compose_close(writer, ']');
}

static void write_attachments(struct sd_compose_writer *writer,
                              const struct sd_compose_service *service) {
  sd_compose_open(writer, "networks", '{');
  for (size_t i = 0; i < service->networks.v.len; i++) {
    const struct sd_compose_attachment *to = &service->networks.v.items[i];
    sd_compose_open(writer, to->network, '{');
    if (to->aliases.v.len > 0)
      write_words(writer, "aliases", &to->aliases);
    if (to->priority != 0)
      sd_compose_put_number(writer, "priority", to->priority);
    sd_compose_close(writer, '}');
  }
  sd_compose_close(writer, '}');
}

/* Without either the plugin would add a network of its own making. */
static void write_network(struct sd_compose_writer *writer,
                          const struct sd_compose_service *service) {
  const struct sd_request *out = &service->decision.out;
  if (!service->has_mode && service->networks.v.len > 0)
    write_attachments(writer, service);
  else if (service->has_mode && out->networks.v.len == 1)
    sd_compose_put_text(writer, "network_mode", out->networks.v.items[0].name);
  else
    sd_compose_put_text(writer, "network_mode", "none");
}

static bool has_service(const struct sd_compose_project *project, const char *name) {
  for (size_t i = 0; i < project->services.v.len; i++)
    if (strcmp(project->services.v.items[i].name, name) == 0)
      return true;
  return false;
}

static void write_dependencies(struct sd_compose_writer *writer,
                               const struct sd_compose_project *project,
                               const struct sd_compose_service *service) {
  if (service->dependencies.v.len == 0)
    return;
  sd_compose_open(writer, "depends_on", '{');
  for (size_t i = 0; i < service->dependencies.v.len; i++) {
    const struct sd_compose_dependency *on = &service->dependencies.v.items[i];
    if (!has_service(project, on->service))
      continue; /* of another profile */
    sd_compose_open(writer, on->service, '{');
    sd_compose_put_text(writer, "condition", on->condition);
    if (on->restart)
      sd_compose_put_raw(writer, "restart", "true");
    if (!on->required)
      sd_compose_put_raw(writer, "required", "false");
    sd_compose_close(writer, '}');
  }
  sd_compose_close(writer, '}');
}

static void write_service(struct sd_compose_writer *writer,
                          const struct sd_compose_project *project,
                          const struct sd_compose_service *service) {
  const struct sd_request *out = &service->decision.out;
  sd_compose_open(writer, service->name, '{');
  sd_compose_put_text(writer, "image", out->image.given);
  if (service->has_command)
    write_words(writer, "command", &service->command);
  if (service->has_entrypoint)
    write_words(writer, "entrypoint", &service->entrypoint);
  if (service->attach == SD_FALSE)
    sd_compose_put_raw(writer, "attach", "false");
  if (service->scale >= 0)
    sd_compose_put_number(writer, "scale", service->scale);
  sd_compose_write_health(writer, service);
  for (size_t i = 0; i < SD_OPT_COUNT; i++)
    write_row(writer, out, &sd_options[i], &rows[i]);
  write_network(writer, service);
  write_dependencies(writer, project, service);
  sd_compose_close(writer, '}');
}

/* -- the rest of the project --------------------------------------------------------------------- */

/* Where containers are made, a network is there already, and is named by what nobody can take from it. One that is not
 * there when `down` is decided is not removed, whoever makes it meanwhile. */
static void write_networks(struct sd_compose_writer *writer, const struct sd_compose_line *line,
                           const struct sd_compose_project *project) {
  bool make = line->command->handling == SD_COMPOSE_CREATE;
  sd_compose_open(writer, "networks", '{');
  for (size_t i = 0; i < project->networks.v.len; i++) {
    const struct sd_compose_object *network = &project->networks.v.items[i];
    if (!network->used)
      continue;
    sd_compose_open(writer, network->key, '{');
    sd_compose_put_text(writer, "name", make && network->id != NULL ? network->id : network->name);
    if (make || network->external || !network->exists)
      sd_compose_put_raw(writer, "external", "true");
    sd_compose_close(writer, '}');
  }
  sd_compose_close(writer, '}');
}

/* The plugin removes a volume by its name, which somebody else's may have by then, however long the plugin is held up in
 * between: only where nobody else would call one so. */
static bool may_be_removed(struct sd_arena *arena, const struct sd_compose_project *project,
                           const struct sd_compose_object *volume) {
  const char *made = sd_arena_printf(arena, "%s_%s", project->name, volume->key);
  return volume->exists && !volume->shared && strcmp(volume->name, made) == 0;
}

/* The same; what everybody shares is never removed by `down`. */
static bool is_external(struct sd_arena *arena, const struct sd_compose_line *line,
                        const struct sd_compose_project *project,
                        const struct sd_compose_object *volume) {
  if (volume->external)
    return true;
  if (line->command->handling != SD_COMPOSE_CREATE)
    return !may_be_removed(arena, project, volume);
  for (size_t i = 0; i < project->services.v.len; i++) {
    const struct sd_own_volumes *made = &project->services.v.items[i].decision.volumes;
    for (size_t j = 0; j < made->v.len; j++)
      if (strcmp(made->v.items[j].name, volume->name) == 0)
        return true;
  }
  return false;
}

static void write_volumes(struct sd_compose_writer *writer, const struct sd_compose_line *line,
                          const struct sd_compose_project *project) {
  sd_compose_open(writer, "volumes", '{');
  for (size_t i = 0; i < project->volumes.v.len; i++) {
    const struct sd_compose_object *volume = &project->volumes.v.items[i];
    if (!volume->used && line->command->handling == SD_COMPOSE_CREATE)
      continue;
    sd_compose_open(writer, volume->key, '{');
    sd_compose_put_text(writer, "name", volume->name);
    if (is_external(writer->arena, line, project, volume))
      sd_compose_put_raw(writer, "external", "true");
    sd_compose_close(writer, '}');
  }
  sd_compose_close(writer, '}');
}

bool sd_compose_write(struct sd_arena *arena, const struct sd_compose_line *line,
                      const struct sd_compose_project *project, const char *seccomp,
                      const char **out, struct sd_error *err) {
  struct sd_compose_writer writer = {
      .arena = arena, .project = project, .seccomp = seccomp, .err = err, .first = true};
  sd_str_init(&writer.text, arena);
  sd_compose_open(&writer, NULL, '{');
  sd_compose_put_text(&writer, "name", project->name);
  sd_compose_open(&writer, "services", '{');
  for (size_t i = 0; i < project->services.v.len; i++)
    write_service(&writer, project, &project->services.v.items[i]);
  sd_compose_close(&writer, '}');
  write_networks(&writer, line, project);
  write_volumes(&writer, line, project);
  sd_compose_close(&writer, '}');
  sd_str_add_char(&writer.text, '\n');
  if (err->message != NULL)
    return false;
  *out = sd_str_text(&writer.text);
  return true;
}
