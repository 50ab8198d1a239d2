/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine tells of itself, asked of the real CLI: `docker version` and `docker info` as JSON, as 20.10 to 29 write it. */
#include <ctype.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "safe-docker/base/text.h"

#define KUBELET "/var/lib/kubelet"
#define DELETED " (deleted)"

/* -- members of JSON: what is not there, or of another type, is unknown ---------------------------- */

static const struct sd_json *get(const struct sd_json *object, const char *key,
                                 enum sd_json_type type) {
  if (object == NULL || object->type != SD_JSON_OBJECT)
    return NULL;
  const struct sd_json *value = sd_json_get(object, key);
  return value != NULL && value->type == type ? value : NULL;
}

static const char *text_of(const struct sd_json *object, const char *key) {
  const struct sd_json *value = get(object, key, SD_JSON_STRING);
  return value != NULL && value->string[0] != '\0' ? value->string : NULL;
}

static enum fact_truth truth_of(const struct sd_json *object, const char *key) {
  const struct sd_json *value = get(object, key, SD_JSON_BOOL);
  return value == NULL ? FACT_UNKNOWN : value->boolean ? FACT_YES : FACT_NO;
}

/* null is an empty list, as Go writes one. */
static struct fact_texts texts_of(struct sd_arena *arena, const struct sd_json *object,
                                  const char *key) {
  const struct sd_json *value = get(object, key, SD_JSON_ARRAY);
  struct fact_texts texts = {.known = value != NULL || get(object, key, SD_JSON_NULL) != NULL};
  for (size_t i = 0; value != NULL && i < value->items.len; i++) {
    if (value->items.items[i]->type != SD_JSON_STRING)
      return (struct fact_texts){0};
    sd_strv_add(&texts.list, arena, value->items.items[i]->string);
  }
  return texts;
}

static void add_component(struct doctor *doctor, struct facts_engine *out, const char *name,
                          const char *version) {
  struct fact_component *component = sd_vec_push(doctor->arena, &out->components);
  *component = (struct fact_component){.name = name, .version = version};
}

/* -- docker version -------------------------------------------------------------------------------- */

static void read_version(struct doctor *doctor, const struct sd_json *root,
                         struct facts_engine *out) {
  static const struct {
    const char *theirs, *ours;
  } names[] = {{"Engine", "engine"}, {"containerd", "containerd"}, {"runc", "runc"}};
  const struct sd_json *server = get(root, "Server", SD_JSON_OBJECT);
  const struct sd_json *parts = get(server, "Components", SD_JSON_ARRAY);
  add_component(doctor, out, "cli", text_of(get(root, "Client", SD_JSON_OBJECT), "Version"));
  if (server != NULL && parts == NULL)
    add_component(doctor, out, "engine", text_of(server, "Version"));
  for (size_t i = 0; parts != NULL && i < parts->items.len; i++) {
    const char *name = text_of(parts->items.items[i], "Name");
    for (size_t k = 0; name != NULL && k < sizeof(names) / sizeof(names[0]); k++)
      if (strcmp(name, names[k].theirs) == 0)
        add_component(doctor, out, names[k].ours, text_of(parts->items.items[i], "Version"));
  }
}

/* -- docker info ----------------------------------------------------------------------------------- */

/* [["Backing Filesystem", "extfs"], ...] */
static struct fact_texts driver_status(struct sd_arena *arena, const struct sd_json *info) {
  const struct sd_json *value = get(info, "DriverStatus", SD_JSON_ARRAY);
  struct fact_texts texts = {.known = value != NULL};
  for (size_t i = 0; value != NULL && i < value->items.len; i++) {
    const struct sd_json *pair = value->items.items[i];
    if (pair->type == SD_JSON_ARRAY && pair->items.len == 2 &&
        pair->items.items[0]->type == SD_JSON_STRING &&
        pair->items.items[1]->type == SD_JSON_STRING)
      sd_strv_add(&texts.list, arena,
                  sd_arena_printf(arena, "%s=%s", pair->items.items[0]->string,
                                  pair->items.items[1]->string));
  }
  return texts;
}

static struct fact_texts insecure_registries(struct sd_arena *arena, const struct sd_json *info) {
  const struct sd_json *config = get(info, "RegistryConfig", SD_JSON_OBJECT);
  const struct sd_json *indexes = get(config, "IndexConfigs", SD_JSON_OBJECT);
  struct fact_texts texts = texts_of(arena, config, "InsecureRegistryCIDRs");
  for (size_t i = 0; indexes != NULL && i < indexes->members.len; i++) {
    const struct sd_json_member *member = &indexes->members.items[i];
    if (truth_of(member->value, "Secure") != FACT_YES)
      sd_strv_add(&texts.list, arena, member->key);
  }
  return texts;
}

static void read_plugins(struct doctor *doctor, const struct sd_json *info,
                         struct facts_engine *out) {
  const struct sd_json *plugins =
      get(get(info, "ClientInfo", SD_JSON_OBJECT), "Plugins", SD_JSON_ARRAY);
  for (size_t i = 0; plugins != NULL && i < plugins->items.len; i++) {
    const char *name = text_of(plugins->items.items[i], "Name");
    if (name != NULL && (strcmp(name, "buildx") == 0 || strcmp(name, "compose") == 0))
      add_component(doctor, out, name, text_of(plugins->items.items[i], "Version"));
  }
}

static void read_info(struct doctor *doctor, const struct sd_json *info, struct facts_engine *out) {
  struct sd_arena *arena = doctor->arena;
  out->storage_driver = text_of(info, "Driver");
  out->cgroup_version = text_of(info, "CgroupVersion");
  out->cgroup_driver = text_of(info, "CgroupDriver");
  out->default_runtime = text_of(info, "DefaultRuntime");
  out->swarm = text_of(get(info, "Swarm", SD_JSON_OBJECT), "LocalNodeState");
  out->memory_limit = truth_of(info, "MemoryLimit");
  out->swap_limit = truth_of(info, "SwapLimit");
  out->pids_limit = truth_of(info, "PidsLimit");
  out->cpu_limit = truth_of(info, "CpuCfsQuota");
  if (out->cpu_limit == FACT_UNKNOWN) /* as the API calls it */
    out->cpu_limit = truth_of(info, "CPUCfsQuota");
  out->experimental = truth_of(info, "ExperimentalBuild");
  out->live_restore = truth_of(info, "LiveRestoreEnabled");
  out->driver_status = driver_status(arena, info);
  out->security_options = texts_of(arena, info, "SecurityOptions");
  out->warnings = texts_of(arena, info, "Warnings");
  out->authorization = texts_of(arena, get(info, "Plugins", SD_JSON_OBJECT), "Authorization");
  out->insecure_registries = insecure_registries(arena, info);
  out->mirrors = texts_of(arena, get(info, "RegistryConfig", SD_JSON_OBJECT), "Mirrors");
  read_plugins(doctor, info, out);
}

/* -- programs that were replaced while they run ---------------------------------------------------- */

static const char *replaced_program(struct sd_arena *arena, const char *pid) {
  char target[256];
  ssize_t len = readlink(sd_arena_printf(arena, "/proc/%s/exe", pid), target, sizeof(target) - 1);
  if (len <= (ssize_t)strlen(DELETED))
    return NULL;
  target[len] = '\0';
  char *end = target + len - strlen(DELETED);
  if (strcmp(end, DELETED) != 0)
    return NULL;
  *end = '\0';
  const char *slash = strrchr(target, '/');
  const char *name = slash == NULL ? target : slash + 1;
  bool ours = strcmp(name, "dockerd") == 0 || strcmp(name, "containerd") == 0;
  return ours ? sd_arena_strdup(arena, name) : NULL;
}

static void collect_replaced(struct doctor *doctor, struct facts_engine *out) {
  DIR *folder = opendir("/proc");
  if (folder == NULL)
    return;
  out->replaced.known = true;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const char *name = isdigit((unsigned char)entry->d_name[0]) != 0
                           ? replaced_program(doctor->arena, entry->d_name)
                           : NULL;
    if (name != NULL && !sd_strv_contains(&out->replaced.list, name))
      sd_strv_add(&out->replaced.list, doctor->arena, name);
  }
  (void)closedir(folder);
}

/* -- asking ---------------------------------------------------------------------------------------- */

static bool ask(struct doctor *doctor, const char *command, struct sd_json **out,
                struct sd_error *err) {
  const char *words[] = {command, "--format={{json .}}", NULL};
  struct sd_answer answer = {0};
  bool answered = doctor_ask(doctor, words, &answer, err);
  struct sd_error broken;
  sd_error_init(&broken, doctor->arena);
  /* A CLI that reaches no daemon tells of itself nevertheless. */
  bool read =
      answer.out != NULL && sd_json_read_fractions(doctor->arena, "docker", answer.out,
                                                   answer.out_len, out, answered ? err : &broken);
  return answered && read;
}

static void ask_engine(struct doctor *doctor, struct facts_engine *out) {
  struct sd_json *version = NULL;
  struct sd_json *info = NULL;
  struct sd_error err;
  sd_error_init(&err, doctor->arena);
  bool reached = ask(doctor, "version", &version, &err);
  read_version(doctor, version, out);
  reached = reached && ask(doctor, "info", &info, &err);
  read_info(doctor, info, out);
  if (!reached)
    out->failure = err.message;
}

void doctor_collect_engine(struct doctor *doctor, struct facts *out) {
  const struct session *session = doctor->session;
  struct facts_engine *engine = &out->engine;
  engine->looked = FACT_YES;
  engine->kubernetes = access(KUBELET, F_OK) == 0 ? FACT_YES : FACT_NO;
  if (session->has_policy) {
    bool socket = sd_text_starts_with(session->policy.docker.endpoint.host, "unix://");
    engine->local = socket ? FACT_YES : FACT_NO;
    engine->content_trust = session->policy.images.content_trust ? FACT_YES : FACT_NO;
  }
  ask_engine(doctor, engine);
  engine_collect_packages(doctor, engine);
  collect_replaced(doctor, engine);
}
