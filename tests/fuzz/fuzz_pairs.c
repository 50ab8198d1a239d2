/* SPDX-License-Identifier: Apache-2.0 */
/* Files of --env-file and --label-file, and single pairs. */
#include "spec_fuzz.h"

/* The pairs that fit, written to a file, are read back as they were. */
static void check_fits(struct sd_arena *arena, const struct sd_pairs *pairs) {
  struct sd_str file;
  struct sd_pairs again;
  struct sd_error err;
  size_t found = 0;
  sd_str_init(&file, arena);
  sd_error_init(&err, arena);
  for (size_t i = 0; i < pairs->v.len; i++)
    if (sd_pair_fits_file(&pairs->v.items[i]))
      sd_str_addf(&file, "%s=%s\n", pairs->v.items[i].name, pairs->v.items[i].value);
  REQUIRE(sd_pairs_parse_file(arena, "again", sd_str_text(&file), file.len, &again, &err));
  for (size_t i = 0; i < pairs->v.len; i++) {
    const struct sd_pair *pair = &pairs->v.items[i];
    if (!sd_pair_fits_file(pair))
      continue;
    REQUIRE(found < again.v.len && strcmp(again.v.items[found].name, pair->name) == 0);
    REQUIRE(again.v.items[found].value != NULL);
    REQUIRE(strcmp(again.v.items[found].value, pair->value) == 0);
    found++;
  }
  REQUIRE(found == again.v.len);
}

static const char *run_pair(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_pair pair;
  struct sd_pairs one = {0};
  if (!sd_pair_parse(arena, text, &pair, err))
    return NULL;
  *sd_vec_push(arena, &one.v) = pair;
  check_fits(arena, &one);
  return pair.value == NULL ? pair.name : sd_arena_printf(arena, "%s=%s", pair.name, pair.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct sd_arena arena;
  struct sd_error err;
  struct sd_pairs pairs;
  sd_arena_init(&arena);
  sd_error_init(&err, &arena);
  if (sd_pairs_parse_file(&arena, "file", (const char *)data, size, &pairs, &err))
    check_fits(&arena, &pairs);
  else
    REQUIRE(strncmp(err.message, "file, line ", 11) == 0);
  sd_arena_finish(&arena);
  return fuzz_with(data, size, run_pair);
}
