/* SPDX-License-Identifier: Apache-2.0 */
/* The model as a whole: its name, networks, volumes and services.
 *
 * MUST: take a name of a network, volume or project from the caller only where nobody else's thing can bear it, or
 * where it is looked up. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "reader.h"

#define NAME_MAX_LEN 100
#define SERVICES_MAX 100

/* -- names -------------------------------------------------------------------------------------- */

/* [a-z0-9] and then these, _ and -: what compose takes for the name of a project. */
static bool is_project_name(const char *name) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  size_t len = strlen(name);
  return len > 0 && len <= NAME_MAX_LEN && strspn(name, letters) == len && name[0] != '_' &&
         name[0] != '-';
}

static bool is_key(const char *name) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  size_t len = strlen(name);
  return len > 0 && len <= NAME_MAX_LEN && strspn(name, letters) == len;
}

/* The plugin finds what belongs to a project by its name alone, so nobody may take another's. No two callers' names
 * can be the same: the digits end at the first "-". */
const char *sd_compose_own_name(struct sd_arena *arena, const struct sd_policy *policy, uid_t uid,
                                const char *name) {
  const char *mark = sd_arena_printf(arena, "u%u-", (unsigned)uid);
  if (policy->isolation == SD_ISOLATION_SHARED || sd_text_starts_with(name, mark))
    return name;
  return sd_arena_printf(arena, "%s%s", mark, name);
}

static bool read_name(struct sd_compose_reader *reader, const struct sd_rule_input *in,
                      const struct sd_json *model) {
  const struct sd_json *name = sd_json_get(model, "name");
  const char *given = name != NULL && name->type == SD_JSON_STRING ? name->string : "";
  if (!is_project_name(given)) {
    sd_compose_refuse(reader, "compose-project", "name",
                      "name it with --project-name, in small letters, digits, - and _",
                      "no name of a project");
    return false;
  }
  reader->given_name = given;
  reader->project->name = sd_compose_own_name(reader->arena, in->policy, in->caller->uid, given);
  return true;
}

/* A name that compose made of the project's becomes one of the name that the project gets here. */
static const char *own_object_name(struct sd_compose_reader *reader, const char *key,
                                   const char *name) {
  const char *made = sd_arena_printf(reader->arena, "%s_%s", reader->given_name, key);
  return strcmp(made, name) == 0 || name[0] == '\0'
             ? sd_arena_printf(reader->arena, "%s_%s", reader->project->name, key)
             : name;
}

/* -- networks and volumes ----------------------------------------------------------------------- */

typedef bool read_member(struct sd_compose_reader *reader, struct sd_compose_object *object,
                         const char *key, const struct sd_json *value);

static void add_word(struct sd_compose_reader *reader, struct sd_compose_object *object,
                     const char *option, const char *value) {
  sd_strv_add(&object->words, reader->arena,
              sd_arena_printf(reader->arena, "--%s=%s", option, value));
}

static void read_subnets(struct sd_compose_reader *reader, struct sd_compose_object *object,
                         const struct sd_json *ipam) {
  static const char *const options[][2] = {
      {"subnet", "subnet"}, {"gateway", "gateway"}, {"ip_range", "ip-range"}};
  const struct sd_json *list = sd_json_get(ipam, "config");
  for (size_t i = 0; list != NULL && i < list->items.len; i++) {
    const struct sd_json *pool = list->items.items[i];
    if (!sd_compose_is_object(reader, "ipam", pool))
      return;
    for (size_t j = 0; j < pool->members.len; j++) {
      const char *option = NULL;
      for (size_t k = 0; k < sizeof(options) / sizeof(options[0]); k++)
        if (strcmp(options[k][0], pool->members.items[j].key) == 0)
          option = options[k][1];
      const char *text = sd_compose_text(reader, "ipam", pool->members.items[j].value);
      if (option == NULL)
        sd_compose_refuse(reader, "compose-network", "ipam", "leave it out", "%s is not handled",
                          sd_text_safe(reader->arena, pool->members.items[j].key));
      else if (text != NULL)
        add_word(reader, object, option, text);
    }
  }
  const struct sd_json *driver = sd_json_get(ipam, "driver");
  if (driver != NULL && !sd_compose_is_nothing(driver) &&
      (driver->type != SD_JSON_STRING || strcmp(driver->string, "default") != 0))
    sd_compose_refuse(reader, "compose-network", "ipam.driver", "leave it out",
                      "drivers of addresses run as root on the host");
}

static bool read_network_member(struct sd_compose_reader *reader, struct sd_compose_object *object,
                                const char *key, const struct sd_json *value) {
  if (strcmp(key, "driver") == 0) {
    const char *driver = sd_compose_text(reader, key, value);
    if (driver != NULL && driver[0] != '\0')
      add_word(reader, object, "driver", driver);
  } else if (strcmp(key, "internal") == 0) {
    add_word(reader, object, "internal", sd_compose_flag(reader, key, value) ? "true" : "false");
  } else if (strcmp(key, "enable_ipv6") == 0) {
    add_word(reader, object, "ipv6", sd_compose_flag(reader, key, value) ? "true" : "false");
  } else if (strcmp(key, "ipam") == 0) {
    if (sd_compose_is_object(reader, key, value))
      read_subnets(reader, object, value);
  } else if (strcmp(key, "attachable") != 0) { /* of any local network true */
    return false;
  }
  return true;
}

static bool read_volume_member(struct sd_compose_reader *reader, struct sd_compose_object *object,
                               const char *key, const struct sd_json *value) {
  (void)object;
  if (strcmp(key, "driver") != 0)
    return false;
  const char *driver = sd_compose_text(reader, key, value);
  if (driver != NULL && driver[0] != '\0' && strcmp(driver, "local") != 0)
    sd_compose_refuse(reader, "volume-driver", key, "leave it out: volumes are of the local driver",
                      "the volume driver %s runs as root on the host",
                      sd_text_safe(reader->arena, driver));
  return true;
}

/* Keys of both kinds; what an external one is made like is nobody's to say. */
static void read_object_member(struct sd_compose_reader *reader, struct sd_compose_object *object,
                               const struct sd_json_member *member, read_member *read) {
  const struct sd_json *value = member->value;
  if (sd_text_starts_with(member->key, "x-") || value->type == SD_JSON_NULL)
    return;
  if (strcmp(member->key, "name") == 0)
    object->name = sd_compose_text(reader, "name", value);
  else if (strcmp(member->key, "external") == 0)
    object->external = sd_compose_flag(reader, "external", value);
  else if (strcmp(member->key, "labels") != 0 && /* of the caller's no command asks for them */
           !read(reader, object, member->key, value) && !sd_compose_is_nothing(value))
    sd_compose_refuse(reader, "compose-key", member->key, "leave it out",
                      strcmp(member->key, "driver_opts") == 0
                          ? "driver options reach devices, folders and interfaces of the host"
                          : "no key that safe-docker handles");
}

static void read_objects(struct sd_compose_reader *reader, const struct sd_json *model,
                         const char *section, const char *kind, read_member *read,
                         struct sd_compose_objects *out) {
  const struct sd_json *all = sd_json_get(model, section);
  if (all == NULL || all->type == SD_JSON_NULL || !sd_compose_is_object(reader, section, all))
    return;
  for (size_t i = 0; i < all->members.len; i++) {
    const struct sd_json *json = all->members.items[i].value;
    struct sd_compose_object object = {.key = all->members.items[i].key, .name = ""};
    reader->place = sd_arena_printf(reader->arena, "%s %s", kind, object.key);
    if (!is_key(object.key))
      sd_compose_refuse(reader, "compose-key", "", "use letters, digits, . _ and -",
                        "no name that compose takes");
    for (size_t j = 0; j < json->members.len; j++)
      read_object_member(reader, &object, &json->members.items[j], read);
    if (object.name == NULL)
      object.name = "";
    object.name = object.external ? object.name : own_object_name(reader, object.key, object.name);
    *sd_vec_push(reader->arena, &out->v) = object;
  }
}

/* -- services ----------------------------------------------------------------------------------- */

static void read_services(struct sd_compose_reader *reader, const struct sd_json *model) {
  const struct sd_json *all = sd_json_get(model, "services");
  reader->place = "services";
  if (all == NULL || !sd_compose_is_object(reader, "", all))
    return;
  if (all->members.len > SERVICES_MAX) {
    sd_compose_refuse(reader, "compose-scale", "", "split the project", "more than %d services",
                      SERVICES_MAX);
    return;
  }
  for (size_t i = 0; i < all->members.len; i++) {
    const char *name = all->members.items[i].key;
    struct sd_compose_service service = {.name = name, .scale = -1};
    reader->place = sd_arena_printf(reader->arena, "service %s", name);
    reader->service = &service;
    if (!is_key(name) || name[0] == '-')
      sd_compose_refuse(reader, "compose-key", "", "use letters, digits, . _ and -",
                        "no name that compose takes");
    sd_compose_read_service(reader, all->members.items[i].value);
    *sd_vec_push(reader->arena, &reader->project->services.v) = service;
  }
  reader->service = NULL;
}

static struct sd_compose_service *find_service(const struct sd_compose_project *project,
                                               const char *name, size_t len) {
  for (size_t i = 0; i < project->services.v.len; i++) {
    struct sd_compose_service *service = &project->services.v.items[i];
    if (strlen(service->name) == len && strncmp(service->name, name, len) == 0)
      return service;
  }
  return NULL;
}

/* -- what the command line says about services ---------------------------------------------------- */

static void apply_scale(struct sd_compose_reader *reader, const char *text) {
  size_t len = strcspn(text, "=");
  struct sd_json number = {.type = SD_JSON_STRING, .string = text + len + (text[len] == '=')};
  reader->service = find_service(reader->project, text, len);
  if (reader->service != NULL)
    sd_compose_scale(reader, "--scale", &number);
  else
    sd_compose_refuse(reader, "compose-scale", "--scale", "write SERVICE=NUMBER",
                      "%s: the project has no such service", sd_text_safe(reader->arena, text));
}

/* --pull takes the place of every service's pull_policy; the last of an option counts. */
static void apply_pull(struct sd_compose_reader *reader, const char *policy) {
  if (strcmp(policy, "policy") == 0)
    return;
  for (size_t i = 0; i < reader->project->services.v.len; i++) {
    reader->service = &reader->project->services.v.items[i];
    sd_compose_word(reader, "pull", policy);
  }
}

static void check_operands(struct sd_compose_reader *reader, const struct sd_compose_line *line) {
  const struct sd_strv *operands = &line->own.operands;
  size_t ports = line->command->ports;
  if (operands->v.len < ports + (ports > 0 ? 1 : 0)) {
    sd_compose_refuse(reader, "operands", "", "write SERVICE PORT", "too few words follow");
    return;
  }
  for (size_t i = 0; i < operands->v.len - ports; i++) {
    const char *name = operands->v.items[i];
    if (find_service(reader->project, name, strlen(name)) == NULL)
      sd_compose_refuse(reader, "operands", name, "see docker compose config --services",
                        "no such service");
  }
}

static void apply_line(struct sd_compose_reader *reader, const struct sd_compose_line *line) {
  reader->place = line->own.command->name;
  for (size_t i = 0; i < line->own.settings.len; i++) {
    const struct sd_setting *setting = &line->own.settings.items[i];
    if (strcmp(setting->row->name, "scale") == 0)
      apply_scale(reader, setting->text);
    else if (strcmp(setting->row->name, "pull") == 0)
      apply_pull(reader, setting->text);
  }
  reader->service = NULL;
  check_operands(reader, line);
}

/* -- all ---------------------------------------------------------------------------------------- */

bool sd_compose_read(struct sd_arena *arena, const struct sd_rule_input *in,
                     const struct sd_compose_line *line, const char *text, size_t len,
                     struct sd_compose_project *out, struct sd_problems *problems) {
  struct sd_json *model = NULL;
  struct sd_error err;
  size_t before = problems->list.len;
  *out = (struct sd_compose_project){.name = ""};
  struct sd_compose_reader reader = {
      .arena = arena, .problems = problems, .project = out, .place = "the model"};
  sd_error_init(&err, arena);
  if (!sd_json_read_fractions(arena, "docker compose config", text, len, &model, &err)) {
    sd_compose_refuse(&reader, "compose-model", "", "", "%s", err.message);
    return false;
  }
  if (!sd_compose_is_object(&reader, "", model) || !read_name(&reader, in, model))
    return false;
  read_objects(&reader, model, "networks", "network", read_network_member, &out->networks);
  read_objects(&reader, model, "volumes", "volume", read_volume_member, &out->volumes);
  read_services(&reader, model);
  apply_line(&reader, line);
  return problems->list.len == before;
}
