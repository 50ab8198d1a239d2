/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the engine for every container, and of those that name them for the images and volumes. What is gone between two
 * questions is left out. */
#include <stdlib.h>
#include <string.h>

#include "containers.h"
#include "decide.h"
#include "lookup.h"
#include "safe-docker/base/text.h"

struct collect {
  struct doctor *doctor;
  struct run run;
  struct container_defaults defaults;
  struct sd_objects containers, images, volumes;
  struct container_owners owners;
  struct facts_containers *out;
};

/* -- asking ---------------------------------------------------------------------------------------- */

static bool ask_engine(struct collect *collect, struct sd_error *err) {
  static const char *const words[] = {"info",
                                      "--format={\"runtime\":{{json .DefaultRuntime}},"
                                      "\"log\":{{json .LoggingDriver}},"
                                      "\"security\":{{json .SecurityOptions}}}",
                                      NULL};
  struct sd_arena *arena = collect->doctor->arena;
  struct fact_texts security = {0};
  struct sd_answer answer;
  struct sd_json *json = NULL;
  if (!doctor_ask(collect->doctor, words, &answer, err) ||
      !sd_json_read_fractions(arena, "docker info", answer.out, answer.out_len, &json, err))
    return false;
  collect->defaults = (struct container_defaults){.runtime = container_text(json, "runtime"),
                                                  .log_driver = container_text(json, "log")};
  container_texts(arena, json, "security", &security);
  collect->out->rootless = security.known ? FACT_NO : FACT_UNKNOWN;
  collect->out->remapped = collect->out->rootless;
  for (size_t i = 0; i < security.list.v.len; i++) {
    if (sd_text_starts_with(security.list.v.items[i], "name=rootless"))
      collect->out->rootless = FACT_YES;
    if (sd_text_starts_with(security.list.v.items[i], "name=userns"))
      collect->out->remapped = FACT_YES;
  }
  return true;
}

static bool ask_containers(struct collect *collect, struct sd_error *err) {
  static const char *const list[] = {"ps", "--all=true", "--quiet=true", "--no-trunc=true"};
  struct sd_arena *arena = collect->doctor->arena;
  struct sd_strv words = {0};
  struct sd_strv ids = {0};
  struct sd_wants wants = {0};
  for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
    sd_strv_add(&words, arena, list[i]);
  if (!lookup_ids(&collect->run, &words, &ids, err))
    return false;
  for (size_t i = 0; i < ids.v.len; i++)
    *sd_vec_push(arena, &wants.v) =
        (struct sd_want){.kind = SD_OBJECT_CONTAINER, .text = ids.v.items[i]};
  return lookup_kind(&collect->run, &wants, SD_OBJECT_CONTAINER, &collect->containers, err);
}

static void want(struct collect *collect, struct sd_wants *wants, enum sd_object_kind kind,
                 const char *text) {
  for (size_t i = 0; i < wants->v.len; i++)
    if (strcmp(wants->v.items[i].text, text) == 0)
      return;
  if (sd_object_name_is_possible(kind, text))
    *sd_vec_push(collect->doctor->arena, &wants->v) = (struct sd_want){.kind = kind, .text = text};
}

static bool has_label(const struct sd_json *json) {
  return container_text(container_at(json, "Config", "Labels"), SD_OWNER_LABEL)[0] != '\0';
}

static void want_volumes(struct collect *collect, struct sd_wants *wants,
                         const struct sd_json *json) {
  const struct sd_json *mounts = container_at(json, NULL, "Mounts");
  for (size_t i = 0; mounts != NULL && i < mounts->items.len; i++)
    if (strcmp(container_text(mounts->items.items[i], "Type"), "volume") == 0)
      want(collect, wants, SD_OBJECT_VOLUME, container_text(mounts->items.items[i], "Name"));
}

static bool ask_others(struct collect *collect, struct sd_error *err) {
  struct sd_wants images = {0};
  struct sd_wants volumes = {0};
  for (size_t i = 0; i < collect->containers.v.len; i++) {
    const struct sd_json *json = collect->containers.v.items[i].json;
    want_volumes(collect, &volumes, json);
    if (has_label(json))
      want(collect, &images, SD_OBJECT_IMAGE, container_text(json, "Image"));
  }
  return lookup_kind(&collect->run, &images, SD_OBJECT_IMAGE, &collect->images, err) &&
         lookup_kind(&collect->run, &volumes, SD_OBJECT_VOLUME, &collect->volumes, err);
}

/* -- facts ----------------------------------------------------------------------------------------- */

static const char *socket_of(const struct collect *collect) {
  const char *host = collect->doctor->session->policy.docker.endpoint.host;
  return sd_text_starts_with(host, "unix://") ? host + strlen("unix://") : "";
}

static void read_image(struct collect *collect, const struct sd_json *json, struct sd_strv *names,
                       struct facts_container *out) {
  const struct sd_object *image =
      has_label(json) ? sd_objects_find(collect->doctor->arena, &collect->images, SD_OBJECT_IMAGE,
                                        container_text(json, "Image"))
                      : NULL;
  struct fact_texts tags = {0};
  if (image == NULL)
    return;
  container_texts(collect->doctor->arena, image->json, "RepoTags", &tags);
  *names = tags.list;
  out->image_label = container_text(container_at(image->json, "Config", "Labels"), SD_OWNER_LABEL);
}

static void read_container(struct collect *collect, const struct sd_object *object) {
  struct sd_arena *arena = collect->doctor->arena;
  const struct sd_json *json = object->json;
  const struct sd_json *config = container_at(json, NULL, "HostConfig");
  struct sd_strv names = {0};
  struct facts_container *out = sd_vec_push(arena, &collect->out->list);
  *out = (struct facts_container){
      .id = object->id,
      .name = object->name,
      .image = container_text(container_at(json, NULL, "Config"), "Image"),
      .state = container_text(container_at(json, NULL, "State"), "Status"),
      .restart = container_text(container_at(config, NULL, "RestartPolicy"), "Name"),
      .auto_remove = container_truth(config, "AutoRemove"),
  };
  read_image(collect, json, &names, out);
  container_host(arena, json, &collect->volumes, socket_of(collect), out);
  const struct container_job job = {object, &collect->defaults, &names};
  container_judge(&collect->owners, &job, out);
}

/* Stable: qsort(3) of pointers into one array. */
static int compare(const void *a, const void *b) {
  const struct sd_object *left = *(const struct sd_object *const *)a;
  const struct sd_object *right = *(const struct sd_object *const *)b;
  bool runs[2];
  const struct sd_object *both[2] = {left, right};
  for (size_t i = 0; i < 2; i++)
    runs[i] = container_truth(container_at(both[i]->json, NULL, "State"), "Running") == FACT_YES;
  if (runs[0] != runs[1])
    return runs[0] ? -1 : 1;
  return strcmp(left->name, right->name);
}

static void read_all(struct collect *collect) {
  size_t count = collect->containers.v.len;
  const struct sd_object **order =
      sd_arena_alloc(collect->doctor->arena, (count + 1) * sizeof(*order));
  for (size_t i = 0; i < count; i++)
    order[i] = &collect->containers.v.items[i];
  if (count > 1)
    qsort(order, count, sizeof(*order), compare);
  for (size_t i = 0; i < count; i++)
    read_container(collect, order[i]);
}

static void find_cli(struct collect *collect) {
  const struct sd_policy *policy = &collect->doctor->session->policy;
  struct fact_texts *cli = &collect->out->cli;
  cli->known = true;
  sd_strv_add(&cli->list, collect->doctor->arena, policy->docker.path);
  decide_add_endpoint(collect->doctor->arena, &policy->docker.endpoint, &cli->list);
  collect->out->owners_apart = policy->isolation == SD_ISOLATION_OWNER ? FACT_YES : FACT_NO;
}

void doctor_collect_containers(struct doctor *doctor, struct facts *out) {
  struct session *session = doctor->session;
  struct collect collect = {.doctor = doctor, .out = &out->containers};
  struct sd_error err;
  sd_error_init(&err, doctor->arena);
  out->containers.looked = FACT_YES;
  if (!session->has_policy) {
    out->containers.problem = "there is no policy that names the engine";
    return;
  }
  collect.run = (struct run){.arena = doctor->arena,
                             .session = session,
                             .endpoint = &session->policy.docker.endpoint,
                             .seconds = DOCTOR_PATIENCE};
  find_cli(&collect);
  container_owners_begin(&collect.owners, doctor);
  if (!ask_engine(&collect, &err) || !ask_containers(&collect, &err) ||
      !ask_others(&collect, &err)) {
    out->containers.problem = err.message;
    return;
  }
  collect.owners.rootless = out->containers.rootless == FACT_YES;
  read_all(&collect);
}
