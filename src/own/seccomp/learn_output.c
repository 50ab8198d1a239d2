/* SPDX-License-Identifier: Apache-2.0 */
#include "learn_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/write.h"

bool learn_output_open(struct sd_arena *arena, const char *path, struct learn_output *out,
                       struct sd_error *err) {
  *out = (struct learn_output){.arena = arena, .path = path, .fd = -1};
  if (path == NULL)
    return true;
  struct stat info;
  if (lstat(path, &info) == 0 && !S_ISREG(info.st_mode))
    return sd_fail(err, "--output %s: it is there, and is no file", sd_text_safe(arena, path));
  out->made = sd_arena_printf(arena, "%s.XXXXXX", path);
  out->fd = mkostemp(out->made, O_CLOEXEC);
  if (out->fd >= 0)
    return true;
  out->made = NULL;
  return sd_fail_errno(err, errno, "--output %s", sd_text_safe(arena, path));
}

bool learn_output_write(struct learn_output *output, const char *text, struct sd_error *err) {
  if (output->path == NULL)
    return output_answer(output->arena, text, 0) == 0 ||
           sd_fail(err, "the profile could not be written to standard output");
  if (!sd_write_all(output->fd, text, strlen(text)) || fchmod(output->fd, 0644) != 0 ||
      fsync(output->fd) != 0 || rename(output->made, output->path) != 0)
    return sd_fail_errno(err, errno, "--output %s", sd_text_safe(output->arena, output->path));
  output->made = NULL;
  return true;
}

void learn_output_close(struct learn_output *output) {
  if (output->fd >= 0)
    (void)close(output->fd);
  if (output->made != NULL)
    (void)unlink(output->made);
}
