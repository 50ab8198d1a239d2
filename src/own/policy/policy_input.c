/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_input.h"

#include <string.h>

#include "config.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/environ.h"
#include "safe-docker/sys/host.h"

#include "whatif.h"

/* Those of profiles/policy but the example, which is the built-in one with words: a test compares. */
static const char *const shipped[] = {"default", "ci", "lab", "strict"};

#define SHIPPED (sizeof(shipped) / sizeof(shipped[0]))

const char *policy_input_shipped(size_t index) {
  return index < SHIPPED ? shipped[index] : NULL;
}

static const char *shipped_at(const void *context, size_t index) {
  (void)context;
  return shipped[index];
}

static bool is_shipped(const char *word) {
  for (size_t i = 0; i < SHIPPED; i++)
    if (strcmp(shipped[i], word) == 0)
      return true;
  return false;
}

/* A file goes before a shipped policy of the same name: what is there to be seen is what is meant. */
static bool means_shipped(struct session *session, const char *operand) {
  const struct sd_host *host = sd_host_real();
  struct sd_resolved found;
  if (strchr(operand, '/') != NULL || !is_shipped(operand))
    return false;
  host->resolve(host->context, session->arena, operand, &found);
  return found.node != SD_NODE_FILE;
}

/* What would have been the right word, for one that is no file. */
static const char *hint_for(struct session *session, const char *operand) {
  struct sd_strv names = {0};
  if (strchr(operand, '/') != NULL)
    return NULL;
  const char *near = sd_text_nearest(operand, SHIPPED, shipped_at, NULL);
  if (near != NULL && strcmp(near, operand) == 0)
    return "it comes with safe-docker and is installed with it: meson install";
  if (near != NULL)
    return sd_arena_printf(session->arena, "did you mean %s, which comes with safe-docker?", near);
  for (size_t i = 0; i < SHIPPED; i++)
    sd_strv_add(&names, session->arena, shipped[i]);
  return sd_arena_printf(session->arena, "name a file, or one that comes with safe-docker: %s",
                         sd_strv_join(&names, session->arena, ", "));
}

static bool read_one(struct session *session, const char *operand, const char *path,
                     struct sd_policy_texts *out, struct sd_error *err) {
  const struct sd_host *host = sd_host_real();
  struct sd_policy_text text = {.name = sd_text_safe(session->arena, path)};
  struct sd_error why;
  sd_error_init(&why, session->arena);
  if (!host->read_file(host->context, session->arena, path, SD_JSON_MAX_BYTES, &text.text,
                       &text.len, &why)) {
    const char *hint = hint_for(session, operand);
    return sd_fail_rule(err, NULL, hint != NULL ? hint : why.hint, "%s: %s", text.name,
                        why.message);
  }
  *out = (struct sd_policy_texts){{NULL, 0, 0}};
  *sd_vec_push(session->arena, &out->v) = text;
  return true;
}

/* SAFE_DOCKER_POLICY counts here where it counted for the session. */
static bool read_in_force(struct session *session, struct sd_policy_texts *out,
                          struct sd_error *err) {
  const char *chosen = sd_environ_get("SAFE_DOCKER_POLICY");
  bool counts = chosen != NULL && chosen[0] != '\0' && !session->variable_ignored;
  return sd_policy_files_read(session->arena, SD_SYSCONFDIR, counts ? chosen : NULL,
                              session->who.uid, out, err);
}

bool policy_input_texts(struct session *session, const char *operand, struct sd_policy_texts *out,
                        struct sd_error *err) {
  if (operand == NULL)
    return read_in_force(session, out, err);
  if (!means_shipped(session, operand))
    return read_one(session, operand, operand, out, err);
  if (strcmp(operand, shipped[0]) == 0) {
    *out = (struct sd_policy_texts){{NULL, 0, 0}};
    return true;
  }
  return read_one(session, operand,
                  sd_arena_printf(session->arena, "%s/policy/%s.json", SD_DATADIR, operand), out,
                  err);
}

const char *policy_input_name(struct session *session, const char *operand) {
  if (operand == NULL)
    return "the policy in force";
  return means_shipped(session, operand) ? sd_arena_printf(session->arena, "the policy %s", operand)
                                         : sd_text_safe(session->arena, operand);
}

/* -- accounts ------------------------------------------------------------------------------------ */

struct account {
  struct sd_arena *arena;
  struct sd_identity who;
};

static const struct sd_gids *groups_of(void *context) {
  struct account *account = context;
  return sd_identity_groups(account->arena, &account->who);
}

bool policy_input_caller(struct session *session, const char *name, struct sd_policy_caller *out,
                         struct sd_error *err) {
  struct account *account = sd_arena_alloc(session->arena, sizeof(*account));
  account->arena = session->arena;
  if (!whatif_find_user(session->arena, name, &account->who, err))
    return false;
  *out = (struct sd_policy_caller){.uid = account->who.uid,
                                   .gid = account->who.gid,
                                   .user = account->who.user,
                                   .home = account->who.home,
                                   .groups = groups_of,
                                   .context = account};
  return true;
}
