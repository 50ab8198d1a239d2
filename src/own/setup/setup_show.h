/* SPDX-License-Identifier: Apache-2.0 */
/* What setup says before it does something. */
#ifndef SAFE_DOCKER_SRC_SETUP_SHOW_H
#define SAFE_DOCKER_SRC_SETUP_SHOW_H

#include "setup.h"

struct setup_views {
  SD_VEC(struct setup_view) v;      /* one a step, in the deployment's order */
  size_t open;                      /* how many there are to make, or to undo */
  const struct setup_view *blocked; /* the first one that cannot be; NULL: none */
};

/* Looks at each step. */
void setup_views_look(struct setup *setup, const struct setup_deployment *deployment,
                      struct setup_views *out);
/* The steps, with the exact text of each file, and `warnings`. */
const char *setup_views_text(const struct setup *setup, const struct setup_views *views,
                             const struct sd_strv *warnings);

#endif
