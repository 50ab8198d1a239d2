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

#define SD_OPTION(id, name, shorthand, kind, field, disposition, since, flags, rule, reason, hint) \
  SD_OPTION_FITS(name, rule, reason, hint)
#include "safe-docker/docker/options.def"
#undef SD_OPTION

const struct sd_option *sd_option_find(const struct sd_option *rows, size_t count, const char *name,
                                       size_t len) {
  size_t low = 0;
  size_t high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const char *other = rows[middle].name;
    int order = strncmp(name, other, len);
    if (order == 0 && other[len] == '\0')
      return &rows[middle];
    if (order > 0)
      low = middle + 1;
    else /* also where `name` is only the beginning of `other` */
      high = middle;
  }
  return NULL;
}

const struct sd_option *sd_option_find_shorthand(const struct sd_option *rows, size_t count,
                                                 char shorthand) {
  for (size_t i = 0; i < count; i++)
    if (shorthand != 0 && rows[i].shorthand == shorthand)
      return &rows[i];
  return NULL;
}

static const char *name_at(const void *rows, size_t index) {
  return ((const struct sd_option *)rows)[index].name;
}

const char *sd_option_find_nearest(const struct sd_option *rows, size_t count, const char *name) {
  return sd_text_nearest(name, count, name_at, rows);
}

const struct sd_option *sd_option_by_name(const char *name, size_t len) {
  return sd_option_find(sd_options, SD_OPT_COUNT, name, len);
}

const struct sd_option *sd_option_by_shorthand(char shorthand) {
  return sd_option_find_shorthand(sd_options, SD_OPT_COUNT, shorthand);
}

const char *sd_option_nearest(const char *name) {
  return sd_option_find_nearest(sd_options, SD_OPT_COUNT, name);
}
