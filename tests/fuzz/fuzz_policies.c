/* SPDX-License-Identifier: Apache-2.0 */
/* Two policies with a NUL between. They differ from themselves in nothing, what loosens one way tightens the other, and what
 * is told of them can be read by programs and acts on no terminal. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../fake_host.h"
#include "../known_groups.h"
#include "safe-docker/base/text.h"
#include "safe-docker/report/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const gid_t group_ids[] = {1000, 27};
static struct sd_gids groups = {.items = group_ids, .len = 2};
static struct fake_host fake = {.node = SD_NODE_DIRECTORY};
static const struct sd_policy_caller caller = {.uid = 1000,
                                               .gid = 1000,
                                               .user = "al",
                                               .home = "/home/al",
                                               .groups = known_groups,
                                               .context = &groups};

static void require(bool holds) {
  if (!holds)
    abort();
}

static void check_shown(const char *text) {
  uint32_t point = 0;
  size_t len = strlen(text);
  require(len > 0 && text[len - 1] == '\n');
  for (size_t i = 0, step = 0; i < len; i += step) {
    step = sd_text_decode(text + i, len - i, &point);
    require(step > 0 && (point == '\n' || !sd_text_is_deceptive(point)));
  }
}

static void check_json(struct sd_arena *arena, const char *text) {
  struct sd_json *json = NULL;
  struct sd_error err;
  sd_error_init(&err, arena);
  check_shown(text);
  require(sd_json_read_large(arena, "report", text, strlen(text), &json, &err));
}

static bool diff(struct sd_arena *arena, const struct sd_policy_text *a,
                 const struct sd_policy_text *b, const struct sd_policy_caller *who,
                 struct sd_policy_differences *out) {
  const struct sd_policy_side sides[2] = {{a, 1}, {b, 1}};
  struct sd_error err;
  sd_error_init(&err, arena);
  *out = (struct sd_policy_differences){0};
  bool good = sd_policy_diff(arena, sides, who, out, &err);
  require(good == (err.message == NULL));
  require(good || sd_text_is_printable(err.message));
  return good;
}

static size_t count(const struct sd_policy_differences *all, enum sd_policy_change change) {
  size_t found = 0;
  for (size_t i = 0; i < all->v.len; i++)
    found += all->v.items[i].change == change ? 1 : 0;
  return found;
}

static void check_diff(struct sd_arena *arena, const struct sd_policy_text *a,
                       const struct sd_policy_text *b, const struct sd_policy_caller *who) {
  struct sd_policy_differences there;
  struct sd_policy_differences back;
  struct sd_policy_differences none;
  struct sd_policy_pair pair = {{"a", "b"}, who != NULL ? "al" : NULL, &there};
  if (!diff(arena, a, b, who, &there))
    return;
  require(diff(arena, b, a, who, &back) && diff(arena, a, a, who, &none));
  require(none.v.len == 0 && there.v.len == back.v.len);
  require(count(&there, SD_POLICY_LOOSENS) == count(&back, SD_POLICY_TIGHTENS));
  check_shown(sd_report_policy_diff_text(arena, &pair));
  check_json(arena, sd_report_policy_diff_json(arena, &pair));
}

static void check_one(struct sd_arena *arena, const struct sd_policy_text *text) {
  const struct sd_host host = fake_host_of(&fake);
  const struct sd_policy_facts facts = {.host = &host, .memory = 1 << 30, .nano_cpus = 2000000000};
  struct sd_policy_findings findings = {0};
  struct sd_policy policy;
  struct sd_json *tree = NULL;
  struct sd_error err;
  sd_error_init(&err, arena);
  if (!sd_policy_lint(arena, text, 1, &facts, &findings, &err))
    return;
  check_shown(sd_report_policy_check_text(arena, text->name, &findings));
  check_json(arena, sd_report_policy_check_json(arena, text->name, &findings));
  if (sd_policy_tree(arena, text, 1, &tree, &err) &&
      sd_policy_load_tree(arena, tree, &caller, &policy, &err))
    check_shown(sd_report_policy_show_text(arena, &policy, tree, &caller));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  const char *text = sd_arena_strndup(&arena, (const char *)data, size);
  size_t len = strlen(text);
  const struct sd_policy_text a = {"/a.json", text, len};
  const struct sd_policy_text b = {"/b.json", len < size ? text + len + 1 : "",
                                   len < size ? size - len - 1 : 0};
  check_one(&arena, &a);
  check_diff(&arena, &a, &b, NULL);
  check_diff(&arena, &a, &b, &caller);
  sd_arena_finish(&arena);
  return 0;
}
