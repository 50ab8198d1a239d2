/* SPDX-License-Identifier: Apache-2.0 */
/* MUST: open the caller's file with the caller's rights; hand on nothing of it but log-ins; write nothing. */
#include "credentials.h"

#include <string.h>
#include <unistd.h>

#include "config.h"
#include "safe-docker/base/json.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/host.h"
#include "safe-docker/sys/launch.h"
#include "safe-docker/sys/trusted.h"

/* -- which commands ----------------------------------------------------------------------------- */

/* Those whose requests carry X-Registry-Auth or X-Registry-Config. Where a missing log-in is the likely reason of a
 * failure, `tell` says what was not looked at. */
static const struct {
  enum sd_command_id id;
  bool tell;
} speakers[] = {
    {SD_COMMAND_BUILD, true},   {SD_COMMAND_COMPOSE, false}, {SD_COMMAND_CREATE, false},
    {SD_COMMAND_PULL, true},    {SD_COMMAND_PUSH, true},     {SD_COMMAND_RUN, false},
    {SD_COMMAND_SEARCH, false},
};

/* -- the caller's file -------------------------------------------------------------------------- */

static const char *path_of_file(const struct run *run) {
  const char *folder = sd_environ_get("DOCKER_CONFIG");
  const char *home = run->session->who.home;
  if (folder != NULL && folder[0] != '\0')
    return sd_arena_printf(run->arena, "%s/config.json", folder);
  if (home == NULL || home[0] != '/' || home[1] == '\0')
    return NULL;
  return sd_arena_printf(run->arena, "%s/.docker/config.json", home);
}

static bool read_text(struct run *run, const struct sd_resolved *found,
                      struct credentials_file *out, struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  const char *shown = sd_text_safe(run->arena, found->path);
  struct sd_error why;
  size_t len = 0;
  sd_error_init(&why, run->arena);
  if (found->node == SD_NODE_MISSING)
    return true;
  if (found->node == SD_NODE_UNREACHABLE)
    return sd_fail(err, "%s: %s", shown, found->reason);
  if (!host->read_file(host->context, run->arena, found->path, SD_JSON_MAX_BYTES, &out->text, &len,
                       &why))
    return sd_fail_rule(err, NULL, why.hint, "%s: %s", shown, why.message);
  return sd_auths_read(run->arena, found->path, out->text, len, &out->auths, err);
}

bool credentials_read(struct run *run, struct credentials_file *out, struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  struct sd_resolved found;
  *out = (struct credentials_file){.path = path_of_file(run), .text = ""};
  if (out->path == NULL)
    return true;
  host->resolve(host->context, run->arena, out->path, &found);
  out->path = found.path;
  return read_text(run, &found, out, err);
}

const char *credentials_note(struct sd_arena *arena, const struct credentials_file *file) {
  if (!file->auths.helpers)
    return NULL;
  return sd_arena_printf(arena,
                         "safe-docker: %s names credential helpers (credsStore or credHelpers); "
                         "they are not run, and their log-ins are not seen\n",
                         sd_text_safe(arena, file->path));
}

/* -- the folder that the real CLI reads --------------------------------------------------------- */

/* What is in the installed folder was put there by root: one link to what this process hands over. */
static bool check_folder(struct run *run, const char *path, struct sd_error *err) {
  const char *expected = sd_handed_path(SD_HANDED_CONFIG);
  char target[64] = "";
  int folder = -1;
  if (!sd_trusted_open_folder(run->arena, path, run->session->owner, &folder, NULL, err))
    return false;
  ssize_t len = readlinkat(folder, "config.json", target, sizeof(target) - 1);
  (void)close(folder);
  return (len > 0 && strcmp(target, expected) == 0) ||
         sd_fail(err, "%s/config.json is not a link to %s", path, expected);
}

static bool prepare(struct run *run, bool tell, struct sd_error *err) {
  static const char folder[] = SD_DATADIR "/login";
  struct credentials_file file;
  if (!check_folder(run, folder, err)) {
    err->hint = "ask the administrator to install " SD_DATADIR
                "/login, a folder of root's with a link config.json to /proc/self/fd/6";
    return false;
  }
  if (!credentials_read(run, &file, err))
    return false;
  run->config = sd_auths_text(run->arena, &file.auths);
  run->note = tell ? credentials_note(run->arena, &file) : NULL;
  run_environ(run, folder, &run->environ);
  return true;
}

void credentials_prepare(struct run *run) {
  struct sd_error err;
  sd_error_init(&err, run->arena);
  if (run->line.known == NULL)
    return;
  if (run->line.known->id == SD_COMMAND_INFO)
    run_environ(run, CREDENTIALS_NOWHERE, &run->environ);
  bool elsewhere = run->imagined != NULL && run->imagined->host != NULL;
  if (run->session->policy.images.credentials != SD_CREDENTIALS_CALLER || elsewhere)
    return; /* of a machine that is imagined there are no log-ins */
  if (run->line.known->id == SD_COMMAND_LOGIN)
    run_environ_alone(run, CREDENTIALS_NOWHERE, &run->environ);
  for (size_t i = 0; i < sizeof(speakers) / sizeof(speakers[0]); i++)
    if (speakers[i].id == run->line.known->id && !prepare(run, speakers[i].tell, &err))
      sd_problem_add(&run->decision.problems, "credentials", "",
                     err.hint != NULL ? err.hint : "repair the file, or move it away", "%s",
                     err.message);
}
