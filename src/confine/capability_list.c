/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/capability.h>

#include "safe-docker/base/text.h"
#include "safe-docker/confine/capability.h"

#define PREFIX "cap_"
#define NUMBERS 64 /* bits of a set of the kernel */

static void free_name(char **name) {
  if (*name != NULL)
    (void)cap_free(*name);
}

void sd_capability_list(struct sd_arena *arena, struct sd_strv *out) {
  for (cap_value_t value = 0; value < NUMBERS; value++) {
    __attribute__((cleanup(free_name))) char *name = cap_to_name(value);
    struct sd_error unused;
    const char *known = NULL;
    sd_error_init(&unused, arena);
    /* A number without a name is "NUMBER". */
    if (name != NULL && sd_text_starts_with(name, PREFIX) &&
        sd_capability_parse(arena, name, &known, &unused))
      sd_strv_add(out, arena, known);
  }
}
