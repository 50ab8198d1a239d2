/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to policy. MUST: check every text by itself before anything is merged, so that a mistake is
 * found even where a later text hides it; check the merged whole again; write nothing on failure.
 */
#include <string.h>

#include "safe-docker/base/sha256.h"
#include "schema.h"

/* Made at build time from profiles/policy/default.json. */
extern const char sd_policy_default_text[];
extern const size_t sd_policy_default_text_len;
extern const char sd_policy_default_text_sha256[];

struct sd_policy_text sd_policy_builtin(void) {
  return (struct sd_policy_text){.name = SD_POLICY_BUILTIN_NAME,
                                 .text = sd_policy_default_text,
                                 .len = sd_policy_default_text_len};
}

/* Texts and overrides are checked for an account like any other: whether they are well made must
 * not depend on who calls. */
const struct sd_policy_caller sd_policy_anybody = {
    .uid = 1000, .gid = 1000, .user = "anybody", .home = "/home/anybody"};

static bool is_drop_in(const char *name) {
  const char *file = strrchr(name, '/');
  static const char folder[] = "policy.d";
  size_t len = sizeof(folder) - 1;
  return file != NULL && (size_t)(file - name) > len && file[-(ptrdiff_t)len - 1] == '/' &&
         memcmp(file - len, folder, len) == 0;
}

static bool read_text(struct sd_arena *arena, const struct sd_policy_text *text, bool first,
                      struct sd_json **tree, struct sd_error *err) {
  if (!sd_json_read(arena, text->name, text->text, text->len, true, tree, err))
    return false;
  const struct sd_policy_reading in = {.arena = arena, .caller = &sd_policy_anybody};
  struct sd_policy *scratch = sd_arena_alloc(arena, sizeof(*scratch));
  if (!sd_policy_read_shape(&in, &sd_policy_root, NULL, *tree, scratch, err))
    return false;
  if (first && !is_drop_in(text->name) && sd_json_get(*tree, "version") == NULL)
    return sd_policy_fail(err, *tree, NULL, "the key \"version\" is missing; write \"version\": 1");
  return true;
}

bool sd_policy_merge_texts(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                           struct sd_json **tree, const char **hash, struct sd_error *err) {
  struct sd_sha256 state;
  sd_sha256_init(&state);
  *tree = sd_policy_builtin_tree(arena);
  for (size_t i = 0; i < count; i++) {
    struct sd_json *over = NULL;
    if (!read_text(arena, &texts[i], i == 0, &over, err))
      return false;
    sd_sha256_add(&state, texts[i].text, texts[i].len);
    *tree = sd_policy_merge(arena, *tree, over);
  }
  *hash = count > 0 ? sd_sha256_finish(&state, arena) : sd_policy_default_text_sha256;
  return true;
}

static const char *name_sources(struct sd_arena *arena, const struct sd_policy_text *texts,
                                size_t count) {
  struct sd_strv names = {0};
  if (count == 0)
    return SD_POLICY_BUILTIN_NAME;
  for (size_t i = 0; i < count; i++)
    sd_strv_add(&names, arena, texts[i].name);
  return sd_strv_join(&names, arena, ", ");
}

/* The built-in default asks for a record where the host can keep one; an administrator who writes
 * it means it. */
static bool is_required_by_admin(const struct sd_policy *policy) {
  const struct sd_json *audit = sd_json_get(policy->effective, "audit");
  const struct sd_json *required = audit != NULL ? sd_json_get(audit, "required") : NULL;
  return policy->audit.required && required != NULL &&
         strcmp(required->source, SD_POLICY_BUILTIN_NAME) != 0;
}

bool sd_policy_load(struct sd_arena *arena, const struct sd_policy_text *texts, size_t count,
                    const struct sd_policy_caller *caller, struct sd_policy *out,
                    struct sd_error *err) {
  struct sd_policy policy = {0};
  struct sd_json *tree = NULL;
  if (!sd_policy_merge_texts(arena, texts, count, &tree, &policy.hash, err) ||
      !sd_policy_apply_overrides(arena, tree, caller, &policy.effective, err))
    return false;
  const struct sd_policy_reading in = {.arena = arena, .caller = caller};
  if (!sd_policy_read_shape(&in, &sd_policy_root, NULL, policy.effective, &policy, err) ||
      !sd_policy_check_whole(&in, policy.effective, &policy, err))
    return false;
  policy.sources = name_sources(arena, texts, count);
  policy.audit.required_by_admin = is_required_by_admin(&policy);
  *out = policy;
  return true;
}
