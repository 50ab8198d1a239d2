/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped profiles: their texts are in the program, so that it needs no installed file. */
#include "safe-docker/confine/seccomp.h"

#include <string.h>

/* Made by scripts/embed from profiles/seccomp/NAME.json. */
extern const char sd_seccomp_default_text[];
extern const size_t sd_seccomp_default_text_len;
extern const char sd_seccomp_no_network_text[];
extern const size_t sd_seccomp_no_network_text_len;
extern const char sd_seccomp_strict_text[];
extern const size_t sd_seccomp_strict_text_len;

static const struct {
  const char *name, *text;
  const size_t *len;
} shipped[] = {
    {"default", sd_seccomp_default_text, &sd_seccomp_default_text_len},
    {"no-network", sd_seccomp_no_network_text, &sd_seccomp_no_network_text_len},
    {"strict", sd_seccomp_strict_text, &sd_seccomp_strict_text_len},
};

const char *sd_seccomp_shipped(size_t index) {
  return index < sizeof(shipped) / sizeof(shipped[0]) ? shipped[index].name : NULL;
}

const char *sd_seccomp_builtin(const char *name, size_t *len) {
  for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++)
    if (strcmp(shipped[i].name, name) == 0) {
      *len = *shipped[i].len;
      return shipped[i].text;
    }
  return NULL;
}
