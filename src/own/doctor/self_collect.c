/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "own/policy/policy_command.h"
#include "own/setup/setup.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/launch.h"
#include "self_collect.h"

#define ROTATE "/etc/logrotate.d"
#define ROTATE_MAX 65536

/* -- the policy ----------------------------------------------------------------------------------- */

static const char *describe(struct sd_arena *arena, const struct sd_policy_finding *finding) {
  return sd_arena_printf(arena, "%s:%u:%u: %s. %s", finding->source, finding->line, finding->column,
                         finding->message, finding->advice);
}

/* The first of that severity. */
static const char *worst(struct sd_arena *arena, const struct sd_policy_findings *findings,
                         enum sd_policy_severity severity) {
  for (size_t i = 0; i < findings->v.len; i++)
    if (findings->v.items[i].severity == severity)
      return describe(arena, &findings->v.items[i]);
  return "";
}

static void add_sources(struct doctor *doctor, struct fact_policy *out) {
  static const char between[] = ", ";
  const char *text = doctor->session->policy.sources;
  out->sources.known = true;
  while (strcmp(doctor->session->policy.sources, "built-in") != 0 && *text != '\0') {
    const char *end = strstr(text, between);
    size_t len = end != NULL ? (size_t)(end - text) : strlen(text);
    sd_strv_add(&out->sources.list, doctor->arena, sd_arena_strndup(doctor->arena, text, len));
    text += len + (end != NULL ? strlen(between) : 0);
  }
}

static void add_policy(struct doctor *doctor, struct fact_policy *out) {
  struct session *session = doctor->session;
  struct sd_policy_findings findings = {0};
  struct sd_error err;
  sd_error_init(&err, doctor->arena);
  out->chosen = session->chosen != NULL ? session->chosen : "";
  out->problem = out->danger = out->warning = "";
  bool good = policy_check_find(session, NULL, &findings, &err);
  out->loads = fact_truth_of(good);
  if (!good) {
    out->problem = err.message;
    return;
  }
  add_sources(doctor, out);
  out->dangers = fact_number_of((int64_t)findings.dangers);
  out->warnings = fact_number_of((int64_t)findings.warnings);
  out->notes = fact_number_of((int64_t)findings.notes);
  out->danger = worst(doctor->arena, &findings, SD_POLICY_DANGER);
  out->warning = worst(doctor->arena, &findings, SD_POLICY_WARNING);
}

/* -- profiles ------------------------------------------------------------------------------------- */

static void add_confinement(struct doctor *doctor, struct fact_confinement *out) {
  static const char *const kernels[] = {[SD_LSM_HIDDEN] = "hidden",
                                        [SD_LSM_WITHOUT] = "without",
                                        [SD_LSM_OFF] = "off",
                                        [SD_LSM_ON] = "on"};
  static const char *const states[] = {[SD_APPARMOR_PROFILE_UNKNOWN] = "unknown",
                                       [SD_APPARMOR_ABSENT] = "absent",
                                       [SD_APPARMOR_PROFILE_MISSING] = "missing",
                                       [SD_APPARMOR_PROFILE_LOOSE] = "loose",
                                       [SD_APPARMOR_PROFILE_LOADED] = "loaded"};
  static const char *const modes[] = {
      [SD_APPARMOR_AUTO] = "auto", [SD_APPARMOR_REQUIRE] = "require", [SD_APPARMOR_OFF] = "off"};
  struct session *session = doctor->session;
  const struct sd_policy *policy = &session->policy;
  struct sd_error err;
  sd_error_init(&err, doctor->arena);
  out->kernel = kernels[session->apparmor.kernel];
  for (size_t i = 0; i < session->apparmor.profiles.len; i++)
    *sd_vec_push(doctor->arena, &out->profiles) =
        (struct fact_profile){.name = session->apparmor.profiles.items[i].name,
                              .state = states[session->apparmor.profiles.items[i].state]};
  if (!session->has_policy)
    return;
  out->mode = modes[policy->apparmor.mode];
  out->needs = policy->apparmor.profile;
  out->allow.known = true;
  out->allow.list = policy->apparmor.allow;
  out->seccomp = policy->seccomp.profile;
  out->seccomp_usable = fact_truth_of(session_read_profile(session, &err));
  out->seccomp_problem = out->seccomp_usable == FACT_YES ? "" : err.message;
}

/* -- audit ---------------------------------------------------------------------------------------- */

/* Whether a file of logrotate(8) names it in so many words. */
static enum fact_truth is_rotated(struct sd_arena *arena, const char *file) {
  struct sd_strv names = {0};
  if (!self_list(arena, ROTATE, &names))
    return FACT_NO;
  for (size_t i = 0; i < names.v.len; i++) {
    const char *text =
        doctor_read(arena, sd_arena_printf(arena, "%s/%s", ROTATE, names.v.items[i]), ROTATE_MAX);
    if (text != NULL && strstr(text, file) != NULL)
      return FACT_YES;
  }
  return FACT_NO;
}

static void add_audit(struct doctor *doctor, struct facts_self *self) {
  const struct session *session = doctor->session;
  const struct sd_policy *policy = &session->policy;
  struct fact_audit *out = &self->audit;
  struct statvfs space;
  struct stat info;
  if (!session->has_policy)
    return;
  out->file = policy->audit.file;
  out->syslog = fact_truth_of(policy->audit.syslog);
  out->required = fact_truth_of(policy->audit.required);
  out->file_problem = session->sink.file_problem != NULL ? session->sink.file_problem : "";
  out->syslog_problem = session->sink.syslog_problem != NULL ? session->sink.syslog_problem : "";
  if (out->file[0] == '\0')
    return;
  self_add_file(doctor->arena, self, "audit file", out->file);
  const char *folder =
      sd_arena_strndup(doctor->arena, out->file, (size_t)(strrchr(out->file, '/') - out->file));
  if (statvfs(folder[0] != '\0' ? folder : "/", &space) == 0)
    out->free = fact_number_of((int64_t)(space.f_bfree * space.f_frsize));
  if (stat(out->file, &info) == 0)
    out->size = fact_number_of(info.st_size);
  out->rotated = is_rotated(doctor->arena, out->file);
}

/* -- the kernel ----------------------------------------------------------------------------------- */

static enum fact_truth has_openat2(void) {
  struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                         .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
  int fd = (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));
  if (fd >= 0)
    (void)close(fd);
  return fact_truth_of(fd >= 0);
}

static enum fact_truth has_seals(void) {
  int fd = memfd_create("safe-docker doctor", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  bool good = fd >= 0 && fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE) == 0;
  if (fd >= 0)
    (void)close(fd);
  return fact_truth_of(good);
}

static void add_features(struct fact_features *out) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  out->landlock = fact_number_of(version > 0 ? version : 0);
  out->openat2 = has_openat2();
  out->seals = has_seals();
}

/* -- all of it ------------------------------------------------------------------------------------ */

static void add_deployments(struct doctor *doctor, struct facts_self *out) {
  struct setup setup = {.session = doctor->session,
                        .arena = doctor->arena,
                        .group = setup_group_in_place(doctor->session)};
  const struct setup_state *states = setup_states(&setup);
  out->group = setup.group;
  for (size_t i = 0; i < setup_deployments_count; i++)
    *sd_vec_push(doctor->arena, &out->deployments) =
        (struct fact_deployment){.name = states[i].deployment->name,
                                 .state = states[i].state,
                                 .missing = {.known = true, .list = states[i].missing}};
  if (setup_owner_of(doctor->arena, SETUP_SUDOERS) != NULL)
    out->sudoers_read = fact_truth_of(!setup_sudoers_unread(doctor->arena));
}

static void add_cli(struct doctor *doctor, struct fact_cli *out) {
  const struct session *session = doctor->session;
  struct sd_error err;
  sd_error_init(&err, doctor->arena);
  if (!session->has_policy)
    return;
  out->path = session->policy.docker.path;
  out->usable = fact_truth_of(sd_launch_check(doctor->arena, out->path, session->owner, &err));
  out->problem = out->usable == FACT_YES ? "" : err.message;
}

void doctor_collect_self(struct doctor *doctor, struct facts *out) {
  struct facts_self *self = &out->self;
  self->looked = FACT_YES;
  add_policy(doctor, &self->policy);
  add_confinement(doctor, &self->confinement);
  add_audit(doctor, self);
  add_cli(doctor, &self->cli);
  add_features(&self->features);
  add_deployments(doctor, self);
  self_add_files(doctor, self);
  self_add_people(doctor, self);
}
