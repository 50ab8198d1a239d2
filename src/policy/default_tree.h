/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in default as a tree that is ready but for its pointers: no text is read at a start, and the loader has
 * no pointers to relocate. src/policy/embed_default.c writes it at build time from what sd_json_read makes of
 * profiles/policy/default.json; a unit test compares the two. */
#ifndef SAFE_DOCKER_POLICY_DEFAULT_TREE_H
#define SAFE_DOCKER_POLICY_DEFAULT_TREE_H

#include <stddef.h>
#include <stdint.h>

/* A value; the members of an object and the items of a list follow theirs, each with all that is in it. */
struct sd_policy_cell {
  uint32_t
      value; /* strings: where in the texts; numbers and booleans: that; objects and lists: how many follow */
  uint32_t key; /* of a member: where in the texts */
  uint16_t line, column, key_line, key_column;
  uint8_t type; /* enum sd_json_type */
};

extern const struct sd_policy_cell sd_policy_default_cells[];
extern const size_t sd_policy_default_cells_count;
extern const size_t sd_policy_default_members; /* how many of them have a key */
extern const size_t sd_policy_default_items;   /* how many of them are in a list */
extern const char sd_policy_default_texts[];   /* each ends with NUL */

#endif
