/* SPDX-License-Identifier: Apache-2.0 */
/* The end of tests that make files. */
#ifndef SAFE_DOCKER_TESTS_UNIT_REMOVE_TREE_H
#define SAFE_DOCKER_TESTS_UNIT_REMOVE_TREE_H

#include <ftw.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *info, int type,
                             struct FTW *place) {
  (void)info;
  (void)type;
  (void)place;
  return remove(path);
}

/* Removes the folder and all in it, following no symlink; 0 where nothing is left. */
static inline int remove_tree(const char *folder) {
  return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
