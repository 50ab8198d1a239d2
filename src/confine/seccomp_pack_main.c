/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp-pack NAME FILE [NAME FILE]...: writes the C file with the packed profiles. Runs when safe-docker is built. */
#include <inttypes.h>
#include <stdio.h>

#include "seccomp_pack.h"

/* Every shipped profile is far smaller. */
static char text[SD_JSON_MAX_BYTES];

static bool pack_file(struct sd_arena *arena, const char *path, size_t index, size_t *count) {
  struct sd_seccomp_words words = {{NULL, 0, 0}};
  struct sd_seccomp_profile *profile = NULL;
  struct sd_error err;
  sd_error_init(&err, arena);
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    return false;
  }
  size_t len = fread(text, 1, sizeof(text), file);
  (void)fclose(file);
  if (!sd_seccomp_parse(arena, path, text, len, &profile, &err)) {
    (void)fprintf(stderr, "%s\n", err.message);
    return false;
  }
  sd_seccomp_pack(arena, profile, &words);
  (void)printf("static const uint64_t words_%zu[] = {\n", index);
  for (size_t i = 0; i < words.v.len; i++)
    (void)printf("%#" PRIx64 ",\n", words.v.items[i]);
  (void)printf("};\n");
  *count = words.v.len;
  return true;
}

int main(int argc, char **argv) {
  struct sd_arena arena;
  bool good = argc > 1 && argc % 2 == 1;
  sd_arena_init(&arena);
  size_t *counts = sd_arena_alloc(&arena, (size_t)argc * sizeof(*counts));
  (void)printf("/* Made from profiles/seccomp. */\n#include \"seccomp_pack.h\"\n");
  for (int i = 1; good && i < argc; i += 2)
    good = pack_file(&arena, argv[i + 1], (size_t)i, &counts[i]);
  (void)printf("const struct sd_seccomp_pack sd_seccomp_packs[] = {\n");
  for (int i = 1; good && i < argc; i += 2)
    (void)printf("{\"%s\", words_%d, %zu},\n", argv[i], i, counts[i]);
  (void)printf("{NULL, NULL, 0}};\n");
  sd_arena_finish(&arena);
  return good ? 0 : 1;
}
