/* SPDX-License-Identifier: Apache-2.0 */
/* Digests that are known, however the bytes come. */
#include "safe-docker/base/sha256.h"

#include <string.h>

#include "../support.h"

static const char *hash_of(struct sd_arena *arena, const char *text, size_t len, size_t chunk) {
  struct sd_sha256 hash;
  sd_sha256_init(&hash);
  for (size_t i = 0; i < len; i += chunk)
    sd_sha256_add(&hash, text + i, len - i < chunk ? len - i : chunk);
  return sd_sha256_finish(&hash, arena);
}

/* Examples of FIPS 180-4 (the first four), and lengths around the edges of a block, as sha256sum
 * has them. */
static void known_digests(void **state) {
  (void)state;
  static const struct {
    char byte;
    size_t count;
    const char *text;
    const char *digest;
  } rows[] = {
      {0, 0, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {0, 0, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {0, 0, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {'a', 1000000, NULL, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
      {'x', 55, NULL, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
      {'x', 56, NULL, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
      {'x', 57, NULL, "ae14a2563ccf969d99aca69ce6bb74981f734bbf9f655f73b8f06db68cab5217"},
      {'x', 63, NULL, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
      {'x', 64, NULL, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
      {'x', 65, NULL, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
      {'x', 119, NULL, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c"},
      {'x', 120, NULL, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98"},
      {'x', 128, NULL, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464"},
  };
  struct sd_arena arena;
  sd_arena_init(&arena);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    size_t len = rows[i].text != NULL ? strlen(rows[i].text) : rows[i].count;
    char *text = sd_arena_alloc(&arena, len + 1);
    memset(text, rows[i].byte, len);
    if (rows[i].text != NULL)
      memcpy(text, rows[i].text, len);
    static const size_t chunks[] = {1, 3, 55, 63, 64, 65, 1000001};
    for (size_t c = 0; c < sizeof(chunks) / sizeof(chunks[0]); c++)
      assert_string_equal(hash_of(&arena, text, len, chunks[c]), rows[i].digest);
  }
  sd_arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(known_digests)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
