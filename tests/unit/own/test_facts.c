/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of facts: every member that they name is written and read again as itself, and no two share their memory. */
#include "../with_arena.h"

#include <string.h>

#include "own/doctor/doctor.h"

#define LIST 2 /* objects and texts of each list */

struct any_vec {
  char *items;
  size_t len, cap;
};

/* A different value at each call. */
struct filler {
  int64_t next;
};

static void fill(struct filler *filler, const struct fact_shape *shape, void *to);

static void fill_row(struct filler *filler, const struct fact_row *row, void *at) {
  struct fact_texts *texts = at;
  struct any_vec *vec = at;
  int64_t number = ++filler->next;
  const char *text =
      sd_arena_printf(&arena, "%s \"%lld\" \x1b \xc3\xa4", row->name, (long long)number);
  switch (row->kind) {
  case FACT_TEXT:
    *(const char **)at = text;
    return;
  case FACT_TRUTH:
    *(enum fact_truth *)at = number % 2 == 0 ? FACT_NO : FACT_YES;
    return;
  case FACT_NUMBER:
    *(struct fact_number *)at = (struct fact_number){.known = true, .value = -number};
    return;
  case FACT_TEXTS:
    texts->known = true;
    for (size_t i = 0; i < LIST; i++)
      sd_strv_add(&texts->list, &arena, text);
    return;
  case FACT_OBJECT:
    fill(filler, row->shape, at);
    return;
  case FACT_OBJECTS:
    for (size_t i = 0; i < LIST; i++)
      fill(filler, row->shape,
           sd_vec_grow(&arena, (void **)&vec->items, &vec->len, &vec->cap, row->shape->size));
    return;
  }
}

static void fill(struct filler *filler, const struct fact_shape *shape, void *to) {
  for (size_t i = 0; i < shape->count; i++)
    fill_row(filler, &shape->rows[i], (char *)to + shape->rows[i].offset);
}

static const char *written(const struct facts *facts) {
  struct sd_str out;
  sd_str_init(&out, &arena);
  facts_write(&arena, facts, &out);
  return sd_str_text(&out);
}

static void read_again(const char *text, struct facts *out) {
  struct sd_error err;
  sd_error_init(&err, &arena);
  if (!facts_read(&arena, "facts", text, strlen(text), out, &err))
    fail_msg("%s", err.message);
}

static void every_member_is_read_as_it_was_written(void **state) {
  struct facts facts = {0};
  struct facts again = {0};
  struct filler filler = {0};
  (void)state;
  fill(&filler, &facts_shape, &facts);
  assert_true(filler.next > 0);
  read_again(written(&facts), &again);
  assert_string_equal(written(&facts), written(&again));
}

static void what_is_unknown_stays_unknown(void **state) {
  struct facts facts = {0};
  struct facts again;
  struct facts nothing = {0};
  (void)state;
  memset(&again, 1, sizeof(again));
  read_again(written(&facts), &again);
  assert_string_equal(written(&again), written(&nothing));
  read_again("{\"format\": 1}", &again);
  assert_string_equal(written(&again), written(&nothing));
}

/* -- the tables: members that lie within their struct, one beside the other ----------------------- */

static size_t size_of(const struct fact_row *row) {
  switch (row->kind) {
  case FACT_TEXT:
    return sizeof(const char *);
  case FACT_TRUTH:
    return sizeof(enum fact_truth);
  case FACT_NUMBER:
    return sizeof(struct fact_number);
  case FACT_TEXTS:
    return sizeof(struct fact_texts);
  case FACT_OBJECT:
    return row->shape->size;
  case FACT_OBJECTS:
    return sizeof(struct any_vec);
  }
  return 0;
}

static void check_shape(const struct fact_shape *shape, const char *name) {
  size_t all = 0;
  assert_true(shape->count > 0);
  for (size_t i = 0; i < shape->count; i++) {
    const struct fact_row *row = &shape->rows[i];
    size_t end = row->offset + size_of(row);
    if (end > shape->size)
      fail_msg("%s.%s is not within its struct", name, row->name);
    for (size_t k = 0; k < i; k++) {
      const struct fact_row *other = &shape->rows[k];
      if (strcmp(row->name, other->name) == 0)
        fail_msg("%s.%s is there twice", name, row->name);
      if (row->offset < other->offset + size_of(other) && other->offset < end)
        fail_msg("%s.%s and %s.%s share their memory", name, row->name, name, other->name);
    }
    if (row->name[strspn(row->name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
      fail_msg("%s.%s: names are small letters, digits and _", name, row->name);
    if ((row->kind == FACT_OBJECT || row->kind == FACT_OBJECTS) != (row->shape != NULL))
      fail_msg("%s.%s: objects have a shape, and nothing else has", name, row->name);
    if (row->shape != NULL)
      check_shape(row->shape, row->name);
    all += size_of(row);
  }
  /* What no row names would be lost; some bytes are only there to align what follows. */
  if (all + shape->count * sizeof(void *) < shape->size)
    fail_msg("%s: of %zu bytes only %zu have a row", name, shape->size, all);
}

static void tables_name_every_member_once(void **state) {
  (void)state;
  assert_int_equal(facts_shape.size, sizeof(struct facts));
  check_shape(&facts_shape, "facts");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_member_is_read_as_it_was_written),
      cmocka_unit_test(what_is_unknown_stays_unknown),
      cmocka_unit_test(tables_name_every_member_once),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
