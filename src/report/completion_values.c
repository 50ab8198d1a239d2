/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of options and the operands of commands are. */
#include <string.h>

#include "completion.h"

/* -- values of options -------------------------------------------------------------------------- */

static void add_list(const struct sd_completion_place *place, const char *const *words) {
  for (; *words != NULL; words++)
    sd_completion_add(place, *words, "");
}

static void add_strv(const struct sd_completion_place *place, const struct sd_strv *words) {
  for (size_t i = 0; i < words->v.len; i++)
    sd_completion_add(place, words->v.items[i], "");
}

static void add_networks(const struct sd_completion_place *place) {
  add_strv(place, &place->policy->network.allow);
  place->out->names |= SD_NAMES_NETWORKS;
}

static void add_contexts(const struct sd_completion_place *place) {
  for (size_t i = 0; i < place->policy->docker.contexts.len; i++)
    sd_completion_add(place, place->policy->docker.contexts.items[i].name, "");
}

static void add_log_levels(const struct sd_completion_place *place) {
  static const char *const words[] = {"debug", "info", "warn", "error", "fatal", NULL};
  add_list(place, words);
}

static void add_restart(const struct sd_completion_place *place) {
  sd_completion_add(place, "no", "");
  add_strv(place, &place->policy->restart.allow);
}

static void add_pull(const struct sd_completion_place *place) {
  static const char *const words[] = {"always", "missing", "never", NULL};
  const char *wanted = place->policy->images.pull;
  if (wanted != NULL && wanted[0] != '\0')
    sd_completion_add(place, wanted, "");
  else
    add_list(place, words);
}

static void add_log_drivers(const struct sd_completion_place *place) {
  add_strv(place, &place->policy->log_drivers);
}

static void add_capabilities(const struct sd_completion_place *place) {
  add_strv(place, &place->policy->capabilities.allow);
}

static void add_dropped(const struct sd_completion_place *place) {
  sd_completion_add(place, "ALL", "");
  add_strv(place, &place->policy->capabilities.defaults);
}

static void add_runtimes(const struct sd_completion_place *place) {
  add_strv(place, &place->policy->runtimes);
}

static void add_devices(const struct sd_completion_place *place) {
  for (size_t i = 0; i < place->policy->devices.len; i++)
    sd_completion_add(place, place->policy->devices.items[i].path,
                      place->policy->devices.items[i].access);
}

static void add_types(const struct sd_completion_place *place) {
  static const char *const words[] = {"container", "image", "network", "volume", NULL};
  add_list(place, words);
}

static void add_signals(const struct sd_completion_place *place) {
  static const char *const words[] = {"SIGHUP",  "SIGINT",  "SIGKILL",  "SIGQUIT", "SIGTERM",
                                      "SIGUSR1", "SIGUSR2", "SIGWINCH", NULL};
  add_list(place, words);
}

static void add_files(const struct sd_completion_place *place) {
  place->out->directive = SD_DIRECTIVE_FILES;
}

static const struct {
  const char *option;
  void (*add)(const struct sd_completion_place *place);
} sources[] = {
    {"cap-add", add_capabilities},
    {"cap-drop", add_dropped},
    {"cidfile", add_files},
    {"context", add_contexts},
    {"device", add_devices},
    {"env-file", add_files},
    {"file", add_files},
    {"iidfile", add_files},
    {"input", add_files},
    {"label-file", add_files},
    {"log-level", add_log_levels},
    {"log-driver", add_log_drivers},
    {"mount", add_files},
    {"net", add_networks},
    {"network", add_networks},
    {"output", add_files},
    {"pull", add_pull},
    {"restart", add_restart},
    {"runtime", add_runtimes},
    {"signal", add_signals},
    {"stop-signal", add_signals},
    {"type", add_types},
    {"volume", add_files},
};

void sd_completion_values(const struct sd_completion_place *place, const char *option,
                          enum sd_kind kind) {
  static const char *const booleans[] = {"true", "false", NULL};
  if (kind == SD_KIND_BOOL) {
    add_list(place, booleans);
    return;
  }
  for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
    if (strcmp(sources[i].option, option) == 0)
      sources[i].add(place);
}

const char *sd_completion_kind(enum sd_kind kind) {
  static const char *const kinds[] = {
      [SD_KIND_INT] = "a number",
      [SD_KIND_SIZE] = "a size: 512m",
      [SD_KIND_CPUS] = "a number of CPUs: 1.5",
      [SD_KIND_DURATION] = "a time: 30s",
      [SD_KIND_TEXT] = "",
      [SD_KIND_LIST] = "may be given again",
      [SD_KIND_ENV] = "NAME=VALUE, or NAME",
      [SD_KIND_ENV_FILE] = "a file of NAME=VALUE lines",
      [SD_KIND_LABEL] = "KEY=VALUE",
      [SD_KIND_LABEL_FILE] = "a file of KEY=VALUE lines",
      [SD_KIND_MOUNT] = "type=bind,source=FOLDER,target=PATH",
      [SD_KIND_VOLUME] = "FOLDER:PATH, or VOLUME:PATH",
      [SD_KIND_TMPFS] = "PATH:size=64m",
      [SD_KIND_NETWORK] = "a network",
      [SD_KIND_PORT] = "HOST-PORT:PORT",
      [SD_KIND_SECURITY] = "a security option",
      [SD_KIND_ULIMIT] = "NAME=SOFT:HARD",
      [SD_KIND_DEVICE] = "a device",
      [SD_KIND_BOOL] = "",
  };
  return (size_t)kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind] : "";
}

/* -- operands ----------------------------------------------------------------------------------- */

#define ANY (SD_NAMES_ALL | SD_NAMES_IMAGES | SD_NAMES_NETWORKS | SD_NAMES_VOLUMES)

/* What the operands of a command are, where its row in the table of commands does not say it all. */
static const struct operands {
  enum sd_command_id id;
  unsigned first, others; /* enum sd_names: of the first operand, of those behind it */
  bool files_first, files;
} rows[] = {
    {SD_COMMAND_ATTACH, SD_NAMES_RUNNING, 0, false, false},
    {SD_COMMAND_BUILD, 0, 0, true, false},
    {SD_COMMAND_COMMIT, SD_NAMES_ALL, 0, false, false},
    {SD_COMMAND_COMPOSE, 0, 0, false, true},
    {SD_COMMAND_CP, SD_NAMES_ALL, SD_NAMES_ALL, true, true},
    {SD_COMMAND_CREATE, SD_NAMES_IMAGES, 0, false, true},
    {SD_COMMAND_EXEC, SD_NAMES_RUNNING, 0, false, true},
    {SD_COMMAND_IMPORT, 0, 0, true, false},
    {SD_COMMAND_KILL, SD_NAMES_RUNNING, SD_NAMES_RUNNING, false, false},
    {SD_COMMAND_NETWORK_CONNECT, SD_NAMES_NETWORKS, SD_NAMES_ALL, false, false},
    {SD_COMMAND_NETWORK_DISCONNECT, SD_NAMES_NETWORKS, SD_NAMES_ALL, false, false},
    {SD_COMMAND_PAUSE, SD_NAMES_RUNNING, SD_NAMES_RUNNING, false, false},
    {SD_COMMAND_PORT, SD_NAMES_RUNNING, 0, false, false},
    {SD_COMMAND_RENAME, SD_NAMES_ALL, 0, false, false},
    {SD_COMMAND_RUN, SD_NAMES_IMAGES, 0, false, true},
    {SD_COMMAND_START, SD_NAMES_STOPPED, SD_NAMES_STOPPED, false, false},
    {SD_COMMAND_STATS, SD_NAMES_RUNNING, SD_NAMES_RUNNING, false, false},
    {SD_COMMAND_STOP, SD_NAMES_RUNNING, SD_NAMES_RUNNING, false, false},
    {SD_COMMAND_TAG, SD_NAMES_IMAGES, 0, false, false},
    {SD_COMMAND_TOP, SD_NAMES_RUNNING, 0, false, false},
    {SD_COMMAND_UNPAUSE, SD_NAMES_PAUSED, SD_NAMES_PAUSED, false, false},
    {SD_COMMAND_WAIT, SD_NAMES_RUNNING, SD_NAMES_RUNNING, false, false},
};

static struct operands operands_of(const struct sd_command *command) {
  static const unsigned names[] = {
      [SD_OPERANDS_NONE] = 0,
      [SD_OPERANDS_CONTAINERS] = SD_NAMES_ALL,
      [SD_OPERANDS_IMAGES] = SD_NAMES_IMAGES,
      [SD_OPERANDS_NETWORKS] = SD_NAMES_NETWORKS,
      [SD_OPERANDS_VOLUMES] = SD_NAMES_VOLUMES,
      [SD_OPERANDS_OBJECTS] = ANY,
      [SD_OPERANDS_WORDS] = 0,
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (rows[i].id == command->id)
      return rows[i];
  unsigned own = names[command->operands];
  return (struct operands){command->id, own, own, false, false};
}

static unsigned names_of_type(const char *type) {
  static const struct {
    const char *type;
    unsigned names;
  } types[] = {{"container", SD_NAMES_ALL},
               {"image", SD_NAMES_IMAGES},
               {"network", SD_NAMES_NETWORKS},
               {"volume", SD_NAMES_VOLUMES}};
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    if (strcmp(types[i].type, type) == 0)
      return types[i].names;
  return 0;
}

/* Those that are handled; what compose itself takes behind them is not known here. */
static void add_compose(const struct sd_completion_place *place) {
  static const char *const words[] = {
      "config",  "create", "down",  "images", "kill", "logs",    "pause", "port",    "ps", "pull",
      "restart", "rm",     "start", "stop",   "top",  "unpause", "up",    "version", NULL};
  if (place->operand == 0)
    add_list(place, words);
}

void sd_completion_operands(const struct sd_completion_place *place) {
  struct sd_completion *out = place->out;
  if (place->operand >= place->command->max)
    return;
  struct operands row = operands_of(place->command);
  bool files = place->operand == 0 ? row.files_first : row.files;
  out->names = place->operand == 0 ? row.first : row.others;
  if (out->names == ANY && place->type != NULL)
    out->names = names_of_type(place->type);
  if (files)
    out->directive = SD_DIRECTIVE_FILES;
  if (place->command->id == SD_COMMAND_COMPOSE)
    add_compose(place);
  if (place->command->id == SD_COMMAND_CP) {
    bool path = strchr(out->start, '/') != NULL || out->start[0] == '.' || out->start[0] == '-';
    out->names = path ? 0 : out->names;
    out->directive |= path ? 0 : SD_DIRECTIVE_NO_SPACE;
    out->suffix = ":";
  }
}
