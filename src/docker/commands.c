/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/commands.h"

#include <string.h>

#include "safe-docker/base/text.h"

const struct sd_command sd_commands[SD_COMMAND_COUNT] = {
#define SD_COMMAND(id, name, handling, operands, min, max, flags, reason, hint)                    \
  {SD_COMMAND_##id, name, handling, operands, min, max, flags, reason, hint},
#include "safe-docker/docker/commands.def"
#undef SD_COMMAND
};
#define SD_COMMAND(id, its_name, handling, operands, min, max, flags, its_reason, its_hint)        \
  SD_ROW_FITS(struct sd_command, name, its_name);                                                  \
  SD_ROW_FITS(struct sd_command, reason, its_reason);                                              \
  SD_ROW_FITS(struct sd_command, hint, its_hint);
#include "safe-docker/docker/commands.def"
#undef SD_COMMAND

/* Every spelling. Plugins that Docker ships (buildx, compose) are named so that messages can say what
 * they are. */
/* clang-format off */
const struct sd_command_path sd_command_paths[] = {
  {"__complete", SD_COMMAND_COMPLETE},
  {"__completeNoDesc", SD_COMMAND_COMPLETE_NO_DESC},
  {"attach", SD_COMMAND_ATTACH},
  {"bake", SD_COMMAND_BAKE},
  {"build", SD_COMMAND_BUILD},
  {"builder build", SD_COMMAND_BUILD},
  {"builder prune", SD_COMMAND_BUILDER_PRUNE},
  {"buildx", SD_COMMAND_BUILDX},
  {"checkpoint create", SD_COMMAND_CHECKPOINT_CREATE},
  {"checkpoint list", SD_COMMAND_CHECKPOINT_LS},
  {"checkpoint ls", SD_COMMAND_CHECKPOINT_LS},
  {"checkpoint remove", SD_COMMAND_CHECKPOINT_RM},
  {"checkpoint rm", SD_COMMAND_CHECKPOINT_RM},
  {"commit", SD_COMMAND_COMMIT},
  {"completion bash", SD_COMMAND_COMPLETION_BASH},
  {"completion fish", SD_COMMAND_COMPLETION_FISH},
  {"completion powershell", SD_COMMAND_COMPLETION_POWERSHELL},
  {"completion zsh", SD_COMMAND_COMPLETION_ZSH},
  {"compose", SD_COMMAND_COMPOSE},
  {"config create", SD_COMMAND_CONFIG_CREATE},
  {"config inspect", SD_COMMAND_CONFIG_INSPECT},
  {"config list", SD_COMMAND_CONFIG_LS},
  {"config ls", SD_COMMAND_CONFIG_LS},
  {"config remove", SD_COMMAND_CONFIG_RM},
  {"config rm", SD_COMMAND_CONFIG_RM},
  {"container attach", SD_COMMAND_ATTACH},
  {"container commit", SD_COMMAND_COMMIT},
  {"container cp", SD_COMMAND_CP},
  {"container create", SD_COMMAND_CREATE},
  {"container diff", SD_COMMAND_DIFF},
  {"container exec", SD_COMMAND_EXEC},
  {"container export", SD_COMMAND_EXPORT},
  {"container inspect", SD_COMMAND_CONTAINER_INSPECT},
  {"container kill", SD_COMMAND_KILL},
  {"container list", SD_COMMAND_PS},
  {"container logs", SD_COMMAND_LOGS},
  {"container ls", SD_COMMAND_PS},
  {"container pause", SD_COMMAND_PAUSE},
  {"container port", SD_COMMAND_PORT},
  {"container prune", SD_COMMAND_CONTAINER_PRUNE},
  {"container ps", SD_COMMAND_PS},
  {"container remove", SD_COMMAND_RM},
  {"container rename", SD_COMMAND_RENAME},
  {"container restart", SD_COMMAND_RESTART},
  {"container rm", SD_COMMAND_RM},
  {"container run", SD_COMMAND_RUN},
  {"container start", SD_COMMAND_START},
  {"container stats", SD_COMMAND_STATS},
  {"container stop", SD_COMMAND_STOP},
  {"container top", SD_COMMAND_TOP},
  {"container unpause", SD_COMMAND_UNPAUSE},
  {"container update", SD_COMMAND_UPDATE},
  {"container wait", SD_COMMAND_WAIT},
  {"context create", SD_COMMAND_CONTEXT_CREATE},
  {"context export", SD_COMMAND_CONTEXT_EXPORT},
  {"context import", SD_COMMAND_CONTEXT_IMPORT},
  {"context inspect", SD_COMMAND_CONTEXT_INSPECT},
  {"context list", SD_COMMAND_CONTEXT_LS},
  {"context ls", SD_COMMAND_CONTEXT_LS},
  {"context remove", SD_COMMAND_CONTEXT_RM},
  {"context rm", SD_COMMAND_CONTEXT_RM},
  {"context show", SD_COMMAND_CONTEXT_SHOW},
  {"context update", SD_COMMAND_CONTEXT_UPDATE},
  {"context use", SD_COMMAND_CONTEXT_USE},
  {"cp", SD_COMMAND_CP},
  {"create", SD_COMMAND_CREATE},
  {"diff", SD_COMMAND_DIFF},
  {"events", SD_COMMAND_EVENTS},
  {"exec", SD_COMMAND_EXEC},
  {"export", SD_COMMAND_EXPORT},
  {"history", SD_COMMAND_HISTORY},
  {"image build", SD_COMMAND_BUILD},
  {"image history", SD_COMMAND_HISTORY},
  {"image import", SD_COMMAND_IMPORT},
  {"image inspect", SD_COMMAND_IMAGE_INSPECT},
  {"image list", SD_COMMAND_IMAGES},
  {"image load", SD_COMMAND_LOAD},
  {"image ls", SD_COMMAND_IMAGES},
  {"image prune", SD_COMMAND_IMAGE_PRUNE},
  {"image pull", SD_COMMAND_PULL},
  {"image push", SD_COMMAND_PUSH},
  {"image remove", SD_COMMAND_RMI},
  {"image rm", SD_COMMAND_RMI},
  {"image rmi", SD_COMMAND_RMI},
  {"image save", SD_COMMAND_SAVE},
  {"image tag", SD_COMMAND_TAG},
  {"images", SD_COMMAND_IMAGES},
  {"import", SD_COMMAND_IMPORT},
  {"info", SD_COMMAND_INFO},
  {"inspect", SD_COMMAND_INSPECT},
  {"kill", SD_COMMAND_KILL},
  {"load", SD_COMMAND_LOAD},
  {"login", SD_COMMAND_LOGIN},
  {"logout", SD_COMMAND_LOGOUT},
  {"logs", SD_COMMAND_LOGS},
  {"manifest annotate", SD_COMMAND_MANIFEST_ANNOTATE},
  {"manifest create", SD_COMMAND_MANIFEST_CREATE},
  {"manifest inspect", SD_COMMAND_MANIFEST_INSPECT},
  {"manifest push", SD_COMMAND_MANIFEST_PUSH},
  {"manifest rm", SD_COMMAND_MANIFEST_RM},
  {"network connect", SD_COMMAND_NETWORK_CONNECT},
  {"network create", SD_COMMAND_NETWORK_CREATE},
  {"network disconnect", SD_COMMAND_NETWORK_DISCONNECT},
  {"network inspect", SD_COMMAND_NETWORK_INSPECT},
  {"network list", SD_COMMAND_NETWORK_LS},
  {"network ls", SD_COMMAND_NETWORK_LS},
  {"network prune", SD_COMMAND_NETWORK_PRUNE},
  {"network remove", SD_COMMAND_NETWORK_RM},
  {"network rm", SD_COMMAND_NETWORK_RM},
  {"node demote", SD_COMMAND_NODE_DEMOTE},
  {"node inspect", SD_COMMAND_NODE_INSPECT},
  {"node list", SD_COMMAND_NODE_LS},
  {"node ls", SD_COMMAND_NODE_LS},
  {"node promote", SD_COMMAND_NODE_PROMOTE},
  {"node ps", SD_COMMAND_NODE_PS},
  {"node remove", SD_COMMAND_NODE_RM},
  {"node rm", SD_COMMAND_NODE_RM},
  {"node update", SD_COMMAND_NODE_UPDATE},
  {"pause", SD_COMMAND_PAUSE},
  {"plugin create", SD_COMMAND_PLUGIN_CREATE},
  {"plugin disable", SD_COMMAND_PLUGIN_DISABLE},
  {"plugin enable", SD_COMMAND_PLUGIN_ENABLE},
  {"plugin inspect", SD_COMMAND_PLUGIN_INSPECT},
  {"plugin install", SD_COMMAND_PLUGIN_INSTALL},
  {"plugin list", SD_COMMAND_PLUGIN_LS},
  {"plugin ls", SD_COMMAND_PLUGIN_LS},
  {"plugin push", SD_COMMAND_PLUGIN_PUSH},
  {"plugin remove", SD_COMMAND_PLUGIN_RM},
  {"plugin rm", SD_COMMAND_PLUGIN_RM},
  {"plugin set", SD_COMMAND_PLUGIN_SET},
  {"plugin upgrade", SD_COMMAND_PLUGIN_UPGRADE},
  {"port", SD_COMMAND_PORT},
  {"ps", SD_COMMAND_PS},
  {"pull", SD_COMMAND_PULL},
  {"push", SD_COMMAND_PUSH},
  {"remove", SD_COMMAND_RM},
  {"rename", SD_COMMAND_RENAME},
  {"restart", SD_COMMAND_RESTART},
  {"rm", SD_COMMAND_RM},
  {"rmi", SD_COMMAND_RMI},
  {"run", SD_COMMAND_RUN},
  {"save", SD_COMMAND_SAVE},
  {"search", SD_COMMAND_SEARCH},
  {"secret create", SD_COMMAND_SECRET_CREATE},
  {"secret inspect", SD_COMMAND_SECRET_INSPECT},
  {"secret list", SD_COMMAND_SECRET_LS},
  {"secret ls", SD_COMMAND_SECRET_LS},
  {"secret remove", SD_COMMAND_SECRET_RM},
  {"secret rm", SD_COMMAND_SECRET_RM},
  {"service create", SD_COMMAND_SERVICE_CREATE},
  {"service inspect", SD_COMMAND_SERVICE_INSPECT},
  {"service list", SD_COMMAND_SERVICE_LS},
  {"service logs", SD_COMMAND_SERVICE_LOGS},
  {"service ls", SD_COMMAND_SERVICE_LS},
  {"service ps", SD_COMMAND_SERVICE_PS},
  {"service remove", SD_COMMAND_SERVICE_RM},
  {"service rm", SD_COMMAND_SERVICE_RM},
  {"service rollback", SD_COMMAND_SERVICE_ROLLBACK},
  {"service scale", SD_COMMAND_SERVICE_SCALE},
  {"service update", SD_COMMAND_SERVICE_UPDATE},
  {"stack config", SD_COMMAND_STACK_CONFIG},
  {"stack deploy", SD_COMMAND_STACK_DEPLOY},
  {"stack down", SD_COMMAND_STACK_RM},
  {"stack list", SD_COMMAND_STACK_LS},
  {"stack ls", SD_COMMAND_STACK_LS},
  {"stack ps", SD_COMMAND_STACK_PS},
  {"stack remove", SD_COMMAND_STACK_RM},
  {"stack rm", SD_COMMAND_STACK_RM},
  {"stack services", SD_COMMAND_STACK_SERVICES},
  {"stack up", SD_COMMAND_STACK_DEPLOY},
  {"start", SD_COMMAND_START},
  {"stats", SD_COMMAND_STATS},
  {"stop", SD_COMMAND_STOP},
  {"swarm ca", SD_COMMAND_SWARM_CA},
  {"swarm init", SD_COMMAND_SWARM_INIT},
  {"swarm join", SD_COMMAND_SWARM_JOIN},
  {"swarm join-token", SD_COMMAND_SWARM_JOIN_TOKEN},
  {"swarm leave", SD_COMMAND_SWARM_LEAVE},
  {"swarm unlock", SD_COMMAND_SWARM_UNLOCK},
  {"swarm unlock-key", SD_COMMAND_SWARM_UNLOCK_KEY},
  {"swarm update", SD_COMMAND_SWARM_UPDATE},
  {"system df", SD_COMMAND_SYSTEM_DF},
  {"system dial-stdio", SD_COMMAND_SYSTEM_DIAL_STDIO},
  {"system events", SD_COMMAND_EVENTS},
  {"system info", SD_COMMAND_INFO},
  {"system prune", SD_COMMAND_SYSTEM_PRUNE},
  {"tag", SD_COMMAND_TAG},
  {"top", SD_COMMAND_TOP},
  {"trust inspect", SD_COMMAND_TRUST_INSPECT},
  {"trust key generate", SD_COMMAND_TRUST_KEY_GENERATE},
  {"trust key load", SD_COMMAND_TRUST_KEY_LOAD},
  {"trust revoke", SD_COMMAND_TRUST_REVOKE},
  {"trust sign", SD_COMMAND_TRUST_SIGN},
  {"trust signer add", SD_COMMAND_TRUST_SIGNER_ADD},
  {"trust signer remove", SD_COMMAND_TRUST_SIGNER_REMOVE},
  {"unpause", SD_COMMAND_UNPAUSE},
  {"update", SD_COMMAND_UPDATE},
  {"version", SD_COMMAND_VERSION},
  {"volume create", SD_COMMAND_VOLUME_CREATE},
  {"volume inspect", SD_COMMAND_VOLUME_INSPECT},
  {"volume list", SD_COMMAND_VOLUME_LS},
  {"volume ls", SD_COMMAND_VOLUME_LS},
  {"volume prune", SD_COMMAND_VOLUME_PRUNE},
  {"volume remove", SD_COMMAND_VOLUME_RM},
  {"volume rm", SD_COMMAND_VOLUME_RM},
  {"volume update", SD_COMMAND_VOLUME_UPDATE},
  {"wait", SD_COMMAND_WAIT},
};
/* clang-format on */

const size_t sd_command_path_count = sizeof(sd_command_paths) / sizeof(sd_command_paths[0]);

/* -- options of the commands but run and create ------------------------------------------------- */

/* Their values fill no struct: `id` and `field` say nothing. */
#define SD_COMMAND_OPTION(command, name, shorthand, kind, disposition, since, flags, rule, reason, \
                          hint)                                                                    \
  {SD_OPT_COUNT, name, shorthand, SD_KIND_##kind, 0, disposition, since, flags, rule, reason, hint},
static const struct sd_option option_rows[] = {
#include "safe-docker/docker/command_options.def"
};
#undef SD_COMMAND_OPTION
#define SD_COMMAND_OPTION(command, name, shorthand, kind, disposition, since, flags, rule, reason, \
                          hint)                                                                    \
  SD_COMMAND_##command,
static const enum sd_command_id option_owners[] = {
#include "safe-docker/docker/command_options.def"
};
#undef SD_COMMAND_OPTION
#define SD_COMMAND_OPTION(command, name, shorthand, kind, disposition, since, flags, rule, reason, \
                          hint)                                                                    \
  SD_OPTION_FITS(name, rule, reason, hint)
#include "safe-docker/docker/command_options.def"
#undef SD_COMMAND_OPTION

struct sd_option_table sd_command_options(const struct sd_command *command) {
  struct sd_option_table table = {0};
  if (command->handling == SD_HANDLED_RUN)
    return (struct sd_option_table){sd_options, SD_OPT_COUNT};
  for (size_t i = 0; i < sizeof(option_owners) / sizeof(option_owners[0]); i++) {
    if (option_owners[i] != command->id)
      continue;
    if (table.count == 0)
      table.rows = &option_rows[i];
    table.count++;
  }
  return table;
}

bool sd_option_exists(const struct sd_command *command, const struct sd_option *row) {
  return (row->flags & SD_OPTION_RUN) == 0 || command->id == SD_COMMAND_RUN;
}

/* -- paths -------------------------------------------------------------------------------------- */

const struct sd_command_path *sd_command_path_find(const char *path) {
  size_t low = 0;
  size_t high = sd_command_path_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(path, sd_command_paths[middle].path);
    if (order == 0)
      return &sd_command_paths[middle];
    if (order > 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const struct sd_command *sd_command_find(const char *path) {
  const struct sd_command_path *found = sd_command_path_find(path);
  return found == NULL ? NULL : &sd_commands[found->id];
}

bool sd_command_is_group(const char *path) {
  size_t len = strlen(path);
  for (size_t i = 0; i < sd_command_path_count; i++)
    if (sd_text_starts_with(sd_command_paths[i].path, path) && sd_command_paths[i].path[len] == ' ')
      return true;
  return false;
}

void sd_command_words(struct sd_arena *arena, const char *path, struct sd_strv *argv) {
  for (const char *at = path; *at != '\0'; at += strspn(at, " ")) {
    size_t len = strcspn(at, " ");
    sd_strv_add(argv, arena, sd_arena_strndup(arena, at, len));
    at += len;
  }
}

static const char *path_at(const void *handled, size_t index) {
  const struct sd_command_path *path = &sd_command_paths[index];
  return handled != NULL && sd_commands[path->id].handling == SD_REFUSED ? "" : path->path;
}

const char *sd_command_nearest(const char *path) {
  static const bool handled = true;
  const char *nearest = sd_text_nearest(path, sd_command_path_count, path_at, &handled);
  return nearest != NULL && nearest[0] != '\0'
             ? nearest
             : sd_text_nearest(path, sd_command_path_count, path_at, NULL);
}
