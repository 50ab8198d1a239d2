/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/options.h"

#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/request.h"

const struct sd_option sd_options[SD_OPT_COUNT] = {
#define SD_OPTION(id, name, shorthand, kind, field, disposition, since, flags, rule, reason, hint) \
  {SD_OPT_##id, name,  shorthand, SD_KIND_##kind, offsetof(struct sd_request, field),              \
   disposition, since, flags,     rule,           reason,                                          \
   hint},
#include "safe-docker/docker/options.def"
#undef SD_OPTION
};

const struct sd_option *sd_option_by_name(const char *name, size_t len) {
  size_t low = 0;
  size_t high = SD_OPT_COUNT;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const char *other = sd_options[middle].name;
    int order = strncmp(name, other, len);
    if (order == 0 && other[len] == '\0')
      return &sd_options[middle];
    if (order > 0)
      low = middle + 1;
    else /* also where `name` is only the beginning of `other` */
      high = middle;
  }
  return NULL;
}

const struct sd_option *sd_option_by_shorthand(char shorthand) {
  for (size_t i = 0; i < SD_OPT_COUNT; i++)
    if (shorthand != 0 && sd_options[i].shorthand == shorthand)
      return &sd_options[i];
  return NULL;
}

static const char *name_at(const void *context, size_t index) {
  (void)context;
  return sd_options[index].name;
}

const char *sd_option_nearest(const char *name) {
  return sd_text_nearest(name, SD_OPT_COUNT, name_at, NULL);
}
