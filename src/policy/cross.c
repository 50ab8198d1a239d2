/* SPDX-License-Identifier: Apache-2.0 */
/* What several keys of a policy must be to each other, seen after everything is merged. */
#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "schema.h"

/* The node at a dotted path; the deepest one there is when a part is missing. */
static const struct sd_json *node_at(struct sd_arena *arena, const struct sd_json *tree,
                                     const char *path) {
  while (*path != '\0') {
    size_t len = strcspn(path, ".");
    const struct sd_json *next =
        tree->type == SD_JSON_OBJECT ? sd_json_get(tree, sd_arena_strndup(arena, path, len)) : NULL;
    if (next == NULL)
      break;
    tree = next;
    path += len + (path[len] == '.');
  }
  return tree;
}

/* A dotted path as the one key of a path. */
static struct sd_policy_path path_of(const char *path) {
  return (struct sd_policy_path){.key = path};
}

static bool fail_at(const struct sd_policy_reading *in, const struct sd_json *tree,
                    const char *path, struct sd_error *err, const char *what) {
  const struct sd_policy_path at = path_of(path);
  return sd_policy_fail(err, node_at(in->arena, tree, path), &at, "%s", what);
}

/* -- limits ------------------------------------------------------------------------------------ */

/* Blames the one of the two that a file says, where only one is from a file: that line has to
 * change. */
static bool above_max(const struct sd_policy_reading *in, const struct sd_json *tree,
                      const char *path, const char *value, const char *max, struct sd_error *err) {
  const char *value_path = sd_arena_printf(in->arena, "%s.default", path);
  const char *max_path = sd_arena_printf(in->arena, "%s.max", path);
  const struct sd_json *value_node = node_at(in->arena, tree, value_path);
  const struct sd_json *max_node = node_at(in->arena, tree, max_path);
  const struct sd_policy_path value_at = path_of(value_path);
  const struct sd_policy_path max_at = path_of(max_path);
  if (strcmp(value_node->source, SD_POLICY_BUILTIN_NAME) == 0)
    return sd_policy_fail(err, max_node, &max_at,
                          "%s is below the default, %s (%s:%u:%u); set %s as well", max, value,
                          value_node->source, value_node->line, value_node->column, value_path);
  return sd_policy_fail(err, value_node, &value_at, "%s is above the maximum, %s (%s:%u:%u)", value,
                        max, max_node->source, max_node->line, max_node->column);
}

static const char *format_count(struct sd_arena *arena, int64_t value) {
  return sd_arena_printf(arena, "%jd", (intmax_t)value);
}

static bool check_limits(const struct sd_policy_reading *in, const struct sd_json *tree,
                         const struct sd_policy *policy, struct sd_error *err) {
  const struct {
    const char *path;
    const struct sd_limit *limit;
    const char *(*format)(struct sd_arena *, int64_t);
  } limits[] = {
      {"resources.memory", &policy->resources.memory, sd_number_format_size},
      {"resources.cpus", &policy->resources.cpus, sd_number_format_cpus},
      {"resources.pids", &policy->resources.pids, format_count},
      {"resources.shm_size", &policy->resources.shm_size, sd_number_format_size},
      {"resources.tmpfs_size", &policy->resources.tmpfs_size, sd_number_format_size},
  };
  for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
    if (limits[i].limit->value > limits[i].limit->max)
      return above_max(in, tree, limits[i].path,
                       limits[i].format(in->arena, limits[i].limit->value),
                       limits[i].format(in->arena, limits[i].limit->max), err);
  return true;
}

static const char *ulimit_path(const struct sd_policy_reading *in,
                               const struct sd_ulimit_policy *ulimit) {
  return sd_arena_printf(in->arena, "resources.ulimits.%s", ulimit->name);
}

/* Of a ulimit one of the two may be left out: the maximum is then the default, and the other way
 * round. */
static bool check_ulimits(const struct sd_policy_reading *in, const struct sd_json *tree,
                          struct sd_policy *policy, struct sd_error *err) {
  const struct sd_json *ulimits = node_at(in->arena, tree, "resources.ulimits");
  for (size_t i = 0; i < policy->resources.ulimits.len; i++) {
    struct sd_ulimit_policy *ulimit = &policy->resources.ulimits.items[i];
    const struct sd_json *node = sd_json_get(ulimits, ulimit->name);
    bool has_default = sd_json_get(node, "default") != NULL;
    bool has_max = sd_json_get(node, "max") != NULL;
    if (!has_default && !has_max)
      return fail_at(in, tree, ulimit_path(in, ulimit), err, "has neither \"default\" nor \"max\"");
    if (!has_default)
      ulimit->soft = ulimit->hard = ulimit->max;
    if (!has_max)
      ulimit->max = ulimit->hard;
    if (ulimit->hard > ulimit->max)
      return above_max(in, tree, ulimit_path(in, ulimit), format_count(in->arena, ulimit->hard),
                       format_count(in->arena, ulimit->max), err);
  }
  return true;
}

/* -- the daemon -------------------------------------------------------------------------------- */

bool sd_endpoint_is_here(const struct sd_endpoint *endpoint) {
  switch (endpoint->machine) {
  case SD_MACHINE_THIS:
    return true;
  case SD_MACHINE_AUTO:
    return sd_text_starts_with(endpoint->host, "unix://");
  case SD_MACHINE_OTHER:
    break;
  }
  return false;
}

static bool check_endpoint(const struct sd_policy_reading *in, const struct sd_json *tree,
                           const char *path, const struct sd_endpoint *endpoint,
                           struct sd_error *err) {
  const struct sd_tls *tls = &endpoint->tls;
  int given = (*tls->ca != '\0') + (*tls->cert != '\0') + (*tls->key != '\0');
  bool tcp = sd_text_starts_with(endpoint->host, "tcp://");
  if (tcp && given < 3)
    return fail_at(in, tree, sd_arena_printf(in->arena, "%s.host", path), err,
                   "tcp:// needs the files tls.ca, tls.cert and tls.key: without them anybody on "
                   "the way could "
                   "give orders to the daemon");
  if (!tcp && given > 0)
    return fail_at(in, tree, sd_arena_printf(in->arena, "%s.tls", path), err,
                   "is for tcp:// alone; set ca, cert and key to \"\"");
  return true;
}

static const char *or_else(const char *text, const char *otherwise) {
  return text != NULL ? text : otherwise;
}

static bool check_endpoints(const struct sd_policy_reading *in, const struct sd_json *tree,
                            struct sd_policy *policy, struct sd_error *err) {
  policy->docker.endpoint.name = "";
  if (!check_endpoint(in, tree, "docker", &policy->docker.endpoint, err))
    return false;
  for (size_t i = 0; i < policy->docker.contexts.len; i++) {
    struct sd_endpoint *context = &policy->docker.contexts.items[i];
    const char *path = sd_arena_printf(in->arena, "docker.contexts.%s", context->name);
    context->run_as = or_else(context->run_as, policy->docker.endpoint.run_as);
    context->tls.ca = or_else(context->tls.ca, "");
    context->tls.cert = or_else(context->tls.cert, "");
    context->tls.key = or_else(context->tls.key, "");
    if (!check_endpoint(in, tree, path, context, err))
      return false;
  }
  return true;
}

/* -- lists that must hold each other ----------------------------------------------------------- */

static bool check_capabilities(const struct sd_policy_reading *in, const struct sd_json *tree,
                               const struct sd_policy *policy, struct sd_error *err) {
  for (size_t i = 0; i < policy->capabilities.defaults.v.len; i++) {
    const char *name = policy->capabilities.defaults.v.items[i];
    if (!sd_strv_contains(&policy->capabilities.allow, name))
      return fail_at(in, tree, "capabilities.default", err,
                     sd_arena_printf(in->arena, "%s is not in capabilities.allow", name));
  }
  return true;
}

static bool check_publish(const struct sd_policy_reading *in, const struct sd_json *tree,
                          const struct sd_policy *policy, struct sd_error *err) {
  const char *address = policy->network.default_address;
  if (*address == '\0' || sd_strv_contains(&policy->network.addresses, address))
    return true;
  return fail_at(in, tree, "network.publish.default_address", err,
                 sd_arena_printf(in->arena, "%s is not in network.publish.addresses", address));
}

/* -- what approves images ------------------------------------------------------------------------ */

static size_t count_images(const struct sd_strv *command) {
  size_t count = 0;
  for (size_t i = 0; i < command->v.len; i++)
    for (const char *at = command->v.items[i]; (at = strstr(at, SD_POLICY_IMAGE_TEMPLATE)) != NULL;
         at += strlen(SD_POLICY_IMAGE_TEMPLATE))
      count++;
  return count;
}

static bool check_verify(const struct sd_policy_reading *in, const struct sd_json *tree,
                         const struct sd_policy *policy, struct sd_error *err) {
  static const char path[] = "images.verify.command";
  const struct sd_strv *command = &policy->images.verify.command;
  if (command->v.len == 0)
    return true;
  if (!sd_policy_is_clean_path(command->v.items[0]) || strcmp(command->v.items[0], "/") == 0)
    return fail_at(in, tree, path, err, "must begin with the absolute path of a program");
  if (strstr(command->v.items[0], SD_POLICY_IMAGE_TEMPLATE) != NULL || count_images(command) == 0)
    return fail_at(
        in, tree, path, err,
        "needs {image} in a word behind the program: what it approves is what then runs");
  if (policy->images.content_trust)
    return fail_at(in, tree, path, err,
                   "cannot stand with images.content_trust: the docker command would then run what "
                   "the signature server names, and not what was approved");
  return true;
}

bool sd_policy_check_whole(const struct sd_policy_reading *in, const struct sd_json *tree,
                           struct sd_policy *policy, struct sd_error *err) {
  return check_endpoints(in, tree, policy, err) && check_capabilities(in, tree, policy, err) &&
         check_limits(in, tree, policy, err) && check_ulimits(in, tree, policy, err) &&
         check_publish(in, tree, policy, err) && check_verify(in, tree, policy, err);
}
