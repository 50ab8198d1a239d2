/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as BPF, by the steps of the engine (which rules are taken over) and of the runtime
 * (which are left out because they repeat the default action), so that tests see what a container
 * would get. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "safe-docker/base/text.h"
#include "seccomp_target.h"

struct compilation {
  const struct sd_seccomp_profile *profile;
  const struct sd_seccomp_target *target;
  const struct sd_seccomp_arch *arch;
  scmp_filter_ctx filter;
};

static void release_filter(scmp_filter_ctx *filter) {
  if (*filter != NULL)
    seccomp_release(*filter);
}

static void close_fd(const int *fd) {
  if (*fd >= 0)
    (void)close(*fd);
}

static bool add_arch(const struct compilation *job, const struct sd_seccomp_arch *arch,
                     struct sd_error *err) {
  if (arch->token == 0)
    return sd_fail(err, "%s is newer than the libseccomp of this build", arch->name);
  int rc = seccomp_arch_add(job->filter, arch->token);
  return rc == 0 || rc == -EEXIST ? true : sd_fail_errno(err, -rc, "cannot add %s", arch->name);
}

static bool add_arches(const struct compilation *job, struct sd_error *err) {
  uint32_t native = seccomp_arch_native();
  struct sd_seccomp_arch_rows rows = {{NULL, 0, 0}};
  sd_seccomp_list_arches(err->arena, job->profile, job->arch, &rows);
  /* A new filter has the architecture of this machine, whose byte order the others would have to share. */
  if (native != job->arch->token)
    (void)seccomp_arch_remove(job->filter, native);
  for (size_t i = 0; i < rows.v.len; i++)
    if (!add_arch(job, rows.v.items[i], err))
      return false;
  return true;
}

/* The runtime leaves out what repeats the default action. */
static bool is_taken(const struct compilation *job, const struct sd_seccomp_rule *rule) {
  return rule->action != job->profile->default_action && sd_seccomp_applies(rule, job->target);
}

static bool add_rule(const struct compilation *job, const struct sd_seccomp_rule *rule,
                     struct sd_error *err) {
  struct scmp_arg_cmp args[6];
  unsigned count = 0;
  for (size_t i = 0; i < rule->conditions.len; i++) {
    const struct sd_seccomp_condition *condition = &rule->conditions.items[i];
    args[count++] = (struct scmp_arg_cmp){.arg = condition->index,
                                          .op = condition->op,
                                          .datum_a = condition->value,
                                          .datum_b = condition->value_two};
  }
  for (size_t i = 0; i < rule->names.v.len; i++) {
    const char *name = rule->names.v.items[i];
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR)
      continue; /* newer than this libseccomp: refused, as by a runtime built with it */
    int rc = seccomp_rule_add_array(job->filter, rule->action, number, count, args);
    if (rc != 0)
      return sd_fail_errno(err, -rc, "%s:%u: cannot add the rule for %s",
                           sd_text_safe(err->arena, job->profile->source), rule->line, name);
  }
  return true;
}

static bool export_program(struct sd_arena *arena, scmp_filter_ctx filter,
                           struct sd_seccomp_program *out, struct sd_error *err) {
  __attribute__((cleanup(close_fd))) int fd = memfd_create("seccomp", MFD_CLOEXEC);
  if (fd < 0)
    return sd_fail_errno(err, errno, "cannot make a file in memory");
  int rc = seccomp_export_bpf(filter, fd);
  if (rc != 0)
    return sd_fail_errno(err, -rc, "cannot compile the seccomp profile");
  struct stat info;
  if (fstat(fd, &info) != 0)
    return sd_fail_errno(err, errno, "cannot look at the compiled seccomp profile");
  size_t size = (size_t)info.st_size;
  char *bytes = sd_arena_alloc(arena, size);
  if (pread(fd, bytes, size, 0) != (ssize_t)size)
    return sd_fail(err, "cannot read the compiled seccomp profile");
  *out = (struct sd_seccomp_program){.code = bytes, .len = size};
  return true;
}

bool sd_seccomp_compile(struct sd_arena *arena, const struct sd_seccomp_profile *profile,
                        const struct sd_seccomp_target *target, struct sd_seccomp_program *out,
                        struct sd_error *err) {
  struct compilation job = {.profile = profile, .target = target};
  job.arch = sd_seccomp_find_token(target->arch);
  if (job.arch == NULL)
    return sd_fail(err, "unknown architecture %#x", target->arch);
  __attribute__((cleanup(release_filter))) scmp_filter_ctx filter =
      seccomp_init(profile->default_action);
  if (filter == NULL)
    return sd_fail(err, "libseccomp refuses the default action of the profile");
  job.filter = filter;
  if (!add_arches(&job, err))
    return false;
  for (size_t i = 0; i < profile->rules.len; i++)
    if (is_taken(&job, &profile->rules.items[i]) && !add_rule(&job, &profile->rules.items[i], err))
      return false;
  return export_program(arena, filter, out, err);
}
