/* SPDX-License-Identifier: Apache-2.0 */
/* Linked with --wrap=calloc, so that memory can be made to run out at any allocation. */
#include "safe-docker/base/arena.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support.h"

#include "safe-docker/base/json.h"
#include "safe-docker/base/str.h"

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static long calls_left = -1; /* below 0: memory never runs out */

void *__wrap_calloc(size_t count, size_t size) {
  if (calls_left == 0)
    return NULL;
  if (calls_left > 0)
    calls_left--;
  return __real_calloc(count, size);
}

static void memory_is_zeroed_and_aligned(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  static const size_t sizes[] = {0, 1, 15, 16, 17, 32767, 262143, 262144, 262145, 1000000, 3};
  for (size_t round = 0; round < 3; round++) {
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
      unsigned char *memory = sd_arena_alloc(&arena, sizes[i]);
      assert_non_null(memory);
      assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
      for (size_t j = 0; j < sizes[i]; j++)
        assert_int_equal(memory[j], 0);
      memset(memory, 0xAA, sizes[i]);
    }
    sd_arena_reset(&arena);
  }
  sd_arena_finish(&arena);
  sd_arena_finish(&arena);
}

static void extending_keeps_and_zeroes(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  unsigned char *first = sd_arena_alloc(&arena, 20);
  memset(first, 1, 20);
  unsigned char *second = sd_arena_extend(&arena, first, 20, 100);
  assert_ptr_equal(first, second);
  unsigned char *other = sd_arena_alloc(&arena, 1);
  *other = 2;
  memset(second + 20, 3, 80);
  assert_int_equal(*other, 2);
  /* Not the last any more, and more than a block has room for. */
  static const size_t sizes[] = {200, 1000000};
  for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
    unsigned char *third = sd_arena_extend(&arena, second, 100, sizes[i]);
    assert_ptr_not_equal(third, second);
    assert_memory_equal(third, second, 100);
    for (size_t j = 100; j < sizes[i]; j++)
      assert_int_equal(third[j], 0);
  }
  assert_non_null(sd_arena_extend(&arena, NULL, 0, 0));
  sd_arena_finish(&arena);
}

static void texts_are_copies(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  char text[] = "abc";
  const char *copy = sd_arena_strdup(&arena, text);
  text[0] = 'x';
  assert_string_equal(copy, "abc");
  assert_memory_equal(sd_arena_strndup(&arena, "a\0b", 3), "a\0b", 4);
  assert_string_equal(sd_arena_strndup(&arena, "abc", 0), "");
  assert_string_equal(sd_arena_printf(&arena, "%s-%d", "a", 7), "a-7");
  assert_int_equal(strlen(sd_arena_printf(&arena, "%*d", 100000, 1)), 100000);
  sd_arena_finish(&arena);
}

SD_PRINTF(2, 3)
static void same_as_stdio(struct sd_arena *arena, const char *format, ...) {
  char expected[400];
  va_list args;
  va_start(args, format);
  int len = vsnprintf(expected, sizeof(expected), format, args);
  va_end(args);
  va_start(args, format);
  const char *text = sd_arena_vprintf(arena, format, args);
  va_end(args);
  assert_true(len >= 0 && (size_t)len < sizeof(expected));
  assert_string_equal(text, expected);
}

static void formats_are_those_of_stdio(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  same_as_stdio(&arena, "%s", "");
  same_as_stdio(&arena, "plain, \xC3\xA4");
  same_as_stdio(&arena, "%%%s%%%c|%c%%", "%s", 'x', '\xFF');
  same_as_stdio(&arena, "%d %d %d %d", 0, -1, INT_MIN, INT_MAX);
  same_as_stdio(&arena, "%u %u:%zu %zu", 0U, UINT_MAX, (size_t)0, SIZE_MAX);
  same_as_stdio(&arena, "%jd,%jd,%jd", INTMAX_MIN, INTMAX_MAX, (intmax_t)-10);
  same_as_stdio(&arena, "%lld %lld", LLONG_MIN, LLONG_MAX);
  same_as_stdio(&arena, "%lu %lu", 0UL, ULONG_MAX);
  same_as_stdio(&arena, "%04d %04d %09d %01u %02u:%03lld", -5, -50000, -1, 0U, 7U, -1LL);
  same_as_stdio(&arena, "%012d %0d %09zu", 5, 6, (size_t)7);
  for (int len = 250; len < 262; len++) {
    char *text = sd_arena_alloc(&arena, (size_t)len + 1);
    memset(text, 'x', (size_t)len);
    same_as_stdio(&arena, "%s", text);
    same_as_stdio(&arena, "%d%s%s", 7, text, "end");
  }
  same_as_stdio(&arena, "%s.%s[%zu]: %s", "a", "b", (size_t)7, "end");
  /* Left to stdio, also behind what is not. */
  same_as_stdio(&arena, "%s %04x %s", "a", 0xABU, "b");
  same_as_stdio(&arena, "%s%.*s%5d%-5d|", "a", 2, "bcd", 1, 2);
  same_as_stdio(&arena, "%llu %lld %ju %ld", 1ULL, -1LL, UINTMAX_MAX, -5L);
  const char *volatile none = NULL; /* unknown to the compiler, which would warn */
  assert_string_equal(sd_arena_printf(&arena, "<%s>", none), "<(null)>");
  sd_arena_finish(&arena);
}

static void items_of_shortened_vectors_are_zeroed(void **state) {
  struct sd_arena arena;
  SD_VEC(int) vec = {0};
  (void)state;
  sd_arena_init(&arena);
  *sd_vec_push(&arena, &vec) = 1;
  *sd_vec_push(&arena, &vec) = 2;
  vec.len = 1;
  assert_int_equal(*sd_vec_push(&arena, &vec), 0);
  sd_arena_finish(&arena);
}

static void vectors_grow(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  SD_VEC(struct {
    int a;
    char b;
  })
  vec = {0};
  for (int i = 0; i < 10000; i++) {
    __typeof__(vec.items) item = sd_vec_push(&arena, &vec);
    assert_int_equal(item->a, 0);
    item->a = i;
    item->b = 'x';
  }
  assert_int_equal(vec.len, 10000);
  for (int i = 0; i < 10000; i++)
    assert_int_equal(vec.items[i].a, i);
  sd_arena_finish(&arena);
}

static void read_document(const char *text, size_t len) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_error err;
  sd_error_init(&err, &arena);
  struct sd_json *root = NULL;
  if (!sd_json_read(&arena, "file", text, len, true, &root, &err))
    _exit(1);
  sd_arena_finish(&arena);
}

static void ask_for_too_much(const char *text, size_t len) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  (void)text;
  (void)sd_arena_alloc(&arena, SIZE_MAX - len);
}

static void wrap_a_string(const char *text, size_t len) {
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_str str;
  sd_str_init(&str, &arena);
  sd_str_add_bytes(&str, text, SIZE_MAX - len);
}

/* Runs `work` in a child where `allowed` allocations succeed; returns its status and what it wrote. */
static int run_short_of_memory(void (*work)(const char *text, size_t len), const char *text,
                               size_t len, long allowed, char *words, size_t size) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    (void)dup2(ends[1], STDERR_FILENO);
    calls_left = allowed;
    work(text, len);
    _exit(0);
  }
  (void)close(ends[1]);
  ssize_t got = read(ends[0], words, size - 1);
  assert_true(got >= 0);
  words[got] = '\0';
  (void)close(ends[0]);
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

/* Whichever allocation fails: the same message, status 125, and never a crash within yajl. */
static void every_failing_allocation(void **state) {
  (void)state;
  struct sd_arena arena;
  sd_arena_init(&arena);
  struct sd_str text;
  sd_str_init(&text, &arena);
  sd_str_add(&text, "{\"list\": [");
  for (int i = 0; i < 6000; i++)
    sd_str_addf(&text, "{\"key\": \"a\\n%d\", \"other\": [1, 2, %d]}, ", i, i);
  sd_str_add(&text, "null]}");
  char words[200];
  long allowed = 0;
  for (; allowed < 1000; allowed++) {
    int status =
        run_short_of_memory(read_document, text.data, text.len, allowed, words, sizeof(words));
    if (status == 0)
      break;
    assert_int_equal(status, 125);
    assert_string_equal(words, "safe-docker: out of memory; nothing was run\n");
  }
  assert_in_range(allowed, 3, 999);
  sd_arena_finish(&arena);
}

static void sizes_never_wrap(void **state) {
  (void)state;
  char words[200];
  static const size_t below[] = {0, 1, 15, 16, 17, 64};
  for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
    assert_int_equal(run_short_of_memory(ask_for_too_much, "", below[i], -1, words, sizeof(words)),
                     125);
    assert_int_equal(run_short_of_memory(wrap_a_string, "", below[i], -1, words, sizeof(words)),
                     125);
    assert_string_equal(words, "safe-docker: out of memory; nothing was run\n");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_is_zeroed_and_aligned),
      cmocka_unit_test(extending_keeps_and_zeroes),
      cmocka_unit_test(texts_are_copies),
      cmocka_unit_test(formats_are_those_of_stdio),
      cmocka_unit_test(vectors_grow),
      cmocka_unit_test(items_of_shortened_vectors_are_zeroed),
      cmocka_unit_test(every_failing_allocation),
      cmocka_unit_test(sizes_never_wrap),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
