/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor.h"
#include "lookup.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/trusted.h"

bool doctor_ask(struct doctor *doctor, const char *const *words, struct sd_answer *out,
                struct sd_error *err) {
  struct session *session = doctor->session;
  struct run run = {.arena = doctor->arena,
                    .session = session,
                    .endpoint = &session->policy.docker.endpoint,
                    .seconds = DOCTOR_PATIENCE};
  struct sd_strv list = {0};
  if (!session->has_policy)
    return sd_fail(err, "there is no policy that names the daemon: %s", session->problem.message);
  for (; *words != NULL; words++)
    sd_strv_add(&list, doctor->arena, *words);
  if (doctor->silent)
    return sd_fail(err, "the daemon gave no answer within %d seconds", DOCTOR_PATIENCE);
  int64_t begin = sd_clock_ms();
  if (!lookup_ask(&run, &list, out, err)) {
    doctor->silent = sd_clock_ms() - begin >= DOCTOR_PATIENCE * INT64_C(1000);
    return false;
  }
  return out->status == 0 || sd_fail(err, "docker %s: %s", list.v.len > 0 ? list.v.items[0] : "",
                                     sd_text_safe(doctor->arena, out->err));
}

const char *doctor_read(struct sd_arena *arena, const char *path, size_t max) {
  struct sd_error ignored;
  struct stat info;
  const char *text = NULL;
  size_t len = 0;
  sd_error_init(&ignored, arena);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return NULL;
  bool good = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
              sd_trusted_read_all(arena, fd, path, max, &text, &len, &ignored);
  (void)close(fd);
  if (!good)
    return NULL;
  while (len > 0 && text[len - 1] == '\n')
    len--;
  return sd_arena_strndup(arena, text, len);
}
