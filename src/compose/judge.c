/* SPDX-License-Identifier: Apache-2.0 */
/* Judging a project: its services by the rules of docker create, its networks by those of docker network create, and
 * whether everything that bears its names is the caller's.
 *
 * MUST: leave no service, network, volume or container of the project without a judgement. */
#include <string.h>

#include "safe-docker/base/text.h"

#include "reader.h"

static void deny(struct sd_decision *decision, const char *rule, const char *kind, const char *name,
                 const char *hint, const char *reason) {
  const char *shown = sd_text_safe(decision->arena, name);
  sd_problem_add(&decision->problems, rule, shown, hint, "%s %s: %s", kind, shown, reason);
}

static bool is_wanted(const struct sd_decision *decision, const struct sd_want *want) {
  for (size_t i = 0; i < decision->wants.v.len; i++)
    if (decision->wants.v.items[i].kind == want->kind &&
        strcmp(decision->wants.v.items[i].text, want->text) == 0)
      return true;
  return false;
}

/* What was found about a part, as found about the whole. */
static void take_over(const struct sd_decision *part, const char *place,
                      struct sd_decision *decision) {
  struct sd_arena *arena = decision->arena;
  for (size_t i = 0; i < part->problems.list.len; i++) {
    const struct sd_problem *problem = &part->problems.list.items[i];
    sd_problem_add(&decision->problems, problem->rule, problem->option, problem->hint, "%s: %s",
                   place, problem->message);
  }
  for (size_t i = 0; i < part->changes.len; i++) {
    struct sd_change change = part->changes.items[i];
    change.option = sd_arena_printf(arena, "%s: %s", place, change.option);
    *sd_vec_push(arena, &decision->changes) = change;
  }
  if (part->wants.list != SD_OWN_LIST_NONE)
    decision->wants.list = part->wants.list;
  for (size_t i = 0; i < part->wants.v.len; i++)
    if (!is_wanted(decision, &part->wants.v.items[i]))
      *sd_vec_push(arena, &decision->wants.v) = part->wants.v.items[i];
}

/* One service without a profile speaks for all: the record must not sound better than it is. */
static void take_apparmor(const struct sd_decision *part, struct sd_decision *decision) {
  if (part->apparmor.state != NULL &&
      (decision->apparmor.state == NULL || part->apparmor.profile == NULL))
    decision->apparmor = part->apparmor;
}

static struct sd_decision new_decision(struct sd_arena *arena) {
  return (struct sd_decision){.arena = arena, .problems = {.arena = arena}};
}

static const char *const *words_of(struct sd_arena *arena, const struct sd_strv *words) {
  return (const char *const *)sd_strv_argv(words, arena);
}

/* A text that is no name could be a path of the daemon's API. */
static bool is_possible(struct sd_decision *decision, enum sd_object_kind kind,
                        const struct sd_compose_object *object) {
  if (sd_object_name_is_possible(kind, object->name))
    return true;
  deny(decision, kind == SD_OBJECT_NETWORK ? "compose-network" : "compose-volume",
       sd_object_kind_name(kind), object->name, "use letters, digits, _ . and - alone",
       "no name that Docker takes");
  return false;
}

/* -- services ----------------------------------------------------------------------------------- */

/* On a network of the project: which one is judged apart, so here it counts as none. */
static struct sd_strv create_words(struct sd_arena *arena,
                                   const struct sd_compose_service *service) {
  struct sd_strv words = {0};
  sd_strv_add(&words, arena, "create");
  if (!service->has_mode)
    sd_strv_add(&words, arena, "--network=none");
  for (size_t i = 0; i < service->words.v.len; i++)
    sd_strv_add(&words, arena, service->words.v.items[i]);
  sd_strv_add(&words, arena, "--");
  sd_strv_add(&words, arena, service->image);
  for (size_t i = 0; i < service->command.v.len; i++)
    sd_strv_add(&words, arena, service->command.v.items[i]);
  return words;
}

/* Volumes of a service that are to be made, each once. */
static void take_volumes(const struct sd_decision *part, struct sd_decision *decision) {
  for (size_t i = 0; i < part->volumes.v.len; i++) {
    bool known = false;
    for (size_t j = 0; j < decision->volumes.v.len; j++)
      known =
          known || strcmp(decision->volumes.v.items[j].name, part->volumes.v.items[i].name) == 0;
    if (!known)
      *sd_vec_push(decision->arena, &decision->volumes.v) = part->volumes.v.items[i];
  }
}

static void take_images(const struct sd_decision *part, struct sd_decision *decision) {
  for (size_t i = 0; i < part->pulls.v.len; i++)
    *sd_vec_push(decision->arena, &decision->pulls.v) = part->pulls.v.items[i];
  for (size_t i = 0; i < part->used.v.len; i++)
    *sd_vec_push(decision->arena, &decision->used.v) = part->used.v.items[i];
}

static bool pulls(const struct sd_compose_line *line) {
  return strcmp(line->command->name, "pull") == 0;
}

/* The plugin asks for no signature, whatever it is told (docker/compose has no such option). */
static void judge_signatures(const struct sd_rule_input *in, const struct sd_compose_line *line,
                             struct sd_decision *decision) {
  const struct sd_compose_command *command = line->command;
  bool fetches = command->handling == SD_COMPOSE_CREATE || pulls(line);
  if (fetches && in->policy->images.content_trust)
    deny(decision, "content-trust", "compose", command->name,
         "use docker run or docker pull; the administrator can require digests "
         "(images.require_digest) or have images verified (images.verify) instead",
         "the policy requires signed images, and the compose plugin looks for no signatures");
}

static void judge_service(const struct sd_rule_input *in, struct sd_compose_service *service,
                          struct sd_decision *decision) {
  struct sd_arena *arena = in->arena;
  struct sd_strv words = create_words(arena, service);
  struct sd_command_line line;
  struct sd_decision own = new_decision(arena);
  sd_cli_parse(arena, words_of(arena, &words), &line, &own.problems);
  if (line.verb == SD_VERB_CREATE) {
    struct sd_rule_input about = *in;
    sd_request_build(arena, &line, in->host, &service->request, &own.problems);
    about.request = &service->request;
    about.invocation = NULL;
    sd_rules_decide(&about, &own);
  } else if (own.problems.list.len == 0) {
    sd_problem_add(&own.problems, "compose-value", "", "", "it could not be read as an option");
  }
  service->decision = own;
  take_over(&own, sd_arena_printf(arena, "service %s", sd_text_safe(arena, service->name)),
            decision);
  take_volumes(&own, decision);
  take_images(&own, decision);
  take_apparmor(&own, decision);
}

/* -- networks ----------------------------------------------------------------------------------- */

/* As `docker network create` would be judged; what the plugin finds the network by is added. */
static void judge_new_network(const struct sd_rule_input *in,
                              const struct sd_compose_project *project,
                              struct sd_compose_object *network, struct sd_decision *decision) {
  struct sd_arena *arena = in->arena;
  struct sd_strv words = {0};
  struct sd_command_line line;
  struct sd_decision own = new_decision(arena);
  struct sd_error err;
  sd_error_init(&err, arena);
  sd_strv_add(&words, arena, "network");
  sd_strv_add(&words, arena, "create");
  for (size_t i = 0; i < network->words.v.len; i++)
    sd_strv_add(&words, arena, network->words.v.items[i]);
  sd_strv_add(&words, arena,
              sd_arena_printf(arena, "--label=com.docker.compose.network=%s", network->key));
  sd_strv_add(&words, arena,
              sd_arena_printf(arena, "--label=com.docker.compose.project=%s", project->name));
  sd_strv_add(&words, arena, "--");
  sd_strv_add(&words, arena, network->name);
  sd_cli_parse(arena, words_of(arena, &words), &line, &own.problems);
  if (line.verb == SD_VERB_OTHER) {
    struct sd_invocation *invocation = sd_arena_alloc(arena, sizeof(*invocation));
    struct sd_rule_input about = *in;
    struct sd_emit_paths paths = {0};
    struct sd_emitted emitted = {0};
    sd_invocation_build(arena, &line, in->host, invocation, &own.problems);
    about.invocation = invocation;
    about.request = NULL;
    sd_rules_command(&about, &own);
    if (!sd_invocation_emit(arena, &own.invocation, &paths, &emitted, &err))
      sd_problem_add(&own.problems, "compose-network", "", err.hint, "%s", err.message);
    network->make = emitted.argv;
  }
  take_over(&own, sd_arena_printf(arena, "network %s", sd_text_safe(arena, network->key)),
            decision);
}

/* A network of the administrator's that the policy gives to everybody may be named where it is external; those of the
 * daemon itself, the host's among them, are for network_mode, which the rules judge. */
static bool is_given(const struct sd_rule_input *in, const struct sd_compose_object *network,
                     const struct sd_object *found) {
  static const char *const built_in[] = {"bridge", "container", "default", "host", "none"};
  for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
    if (strcmp(built_in[i], found->name) == 0 || strcmp(built_in[i], network->name) == 0)
      return false;
  return network->external && sd_policy_matches_any(&in->policy->network.allow, found->name);
}

/* Where the things of callers are not kept apart it is some caller's, and none of the daemon's own. */
static bool is_of_caller(const struct sd_object *network) {
  const struct sd_json *labels = sd_json_get(network->json, "Labels");
  const struct sd_json *owner = labels != NULL ? sd_json_get(labels, SD_OWNER_LABEL) : NULL;
  return owner != NULL && owner->type == SD_JSON_STRING && owner->string[0] != '\0';
}

static enum sd_found find_network(const struct sd_rule_input *in, struct sd_decision *decision,
                                  const struct sd_compose_object *network,
                                  const struct sd_object **found) {
  enum sd_found state = sd_rule_find(in, decision, SD_OBJECT_NETWORK, network->name, found);
  if (state == SD_FOUND_NOTHING || (*found)->json == NULL)
    return state;
  if (state == SD_FOUND_OWN && !is_of_caller(*found))
    state = SD_FOUND_FOREIGN;
  return state == SD_FOUND_FOREIGN && is_given(in, network, *found) ? SD_FOUND_OWN : state;
}

static void judge_network(const struct sd_rule_input *in, const struct sd_compose_line *line,
                          const struct sd_compose_project *project,
                          struct sd_compose_object *network, struct sd_decision *decision) {
  const struct sd_object *found = NULL;
  if (!is_possible(decision, SD_OBJECT_NETWORK, network))
    return;
  network->id = NULL;
  network->make = (struct sd_strv){0};
  enum sd_found state = find_network(in, decision, network, &found);
  network->exists = state == SD_FOUND_OWN;
  switch (state) {
  case SD_FOUND_OWN:
    network->id = found->id;
    /* Where it has not been looked up yet, what making it would take is looked up along with it. */
    if (found->json != NULL || network->external)
      return;
    break;
  case SD_FOUND_NOTHING:
    if (network->external && network->used) {
      deny(decision, "compose-network", "network", network->name,
           "make it with docker network create", "you have no network of this name");
      return;
    }
    break;
  case SD_FOUND_FOREIGN:
    deny(decision, "compose-network", "network", network->name, "choose another name",
         network->external ? "you have no network of this name"
                           : "the name is taken by a network that is not yours");
    return;
  }
  if (network->used && line->command->handling == SD_COMPOSE_CREATE)
    judge_new_network(in, project, network, decision);
}

/* -- volumes and containers --------------------------------------------------------------------- */

static void judge_volume(const struct sd_rule_input *in, struct sd_compose_object *volume,
                         struct sd_decision *decision) {
  if (!is_possible(decision, SD_OBJECT_VOLUME, volume))
    return;
  volume->shared = sd_policy_matches_any(&in->policy->mounts.shared_volumes, volume->name);
  enum sd_found found = sd_rule_find(in, decision, SD_OBJECT_VOLUME, volume->name, NULL);
  volume->exists = found == SD_FOUND_OWN;
  if (volume->shared)
    return;
  if (found == SD_FOUND_FOREIGN)
    deny(decision, "compose-volume", "volume", volume->name, "choose another name",
         volume->external ? "you have no volume of this name"
                          : "the name is taken by a volume that is not yours");
  else if (found == SD_FOUND_NOTHING && volume->external && volume->used)
    deny(decision, "compose-volume", "volume", volume->name, "make it with docker volume create",
         "you have no volume of this name");
}

/* The plugin takes every container with the project's label for one of the project. */
static void judge_container(const struct sd_rule_input *in, const char *id,
                            const struct sd_compose_project *project,
                            struct sd_decision *decision) {
  const struct sd_object *found = NULL;
  enum sd_found state = sd_rule_find(in, decision, SD_OBJECT_CONTAINER, id, &found);
  if (state == SD_FOUND_FOREIGN || (state == SD_FOUND_OWN && !sd_object_is_launched(in, found)))
    deny(decision, "compose-project", "project", project->name,
         "choose another name with --project-name",
         "there are containers of this project that are not yours, or that safe-docker did not "
         "make");
}

void sd_compose_judge(const struct sd_rule_input *in, const struct sd_compose_line *line,
                      struct sd_compose_project *project, struct sd_decision *decision) {
  struct sd_rule_input services = *in;
  services.nothing_starts = line->command->handling != SD_COMPOSE_CREATE;
  services.pulls_names = pulls(line);
  judge_signatures(in, line, decision);
  for (size_t i = 0; i < project->services.v.len; i++)
    judge_service(&services, &project->services.v.items[i], decision);
  for (size_t i = 0; i < project->networks.v.len; i++)
    judge_network(in, line, project, &project->networks.v.items[i], decision);
  for (size_t i = 0; i < project->volumes.v.len; i++)
    judge_volume(in, &project->volumes.v.items[i], decision);
  for (size_t i = 0; i < project->containers.v.len; i++)
    judge_container(in, project->containers.v.items[i], project, decision);
  decision->seccomp_profile = in->seccomp_profile;
  decision->seccomp_name = in->policy->seccomp.profile;
}
