/* SPDX-License-Identifier: Apache-2.0 */
/* The deployments there are. A step stands behind those that it needs; --undo goes the other way. */
#include "setup.h"

#include "config.h"
#include "safe-docker/sys/setup_tool.h"

#define PROFILE_D "/etc/profile.d/safe-docker.sh"

static bool check_sudoers(struct sd_arena *arena, const char *path, struct sd_error *err) {
  const char *const words[] = {"visudo", "-c", "-q", "-f", path, NULL};
  return sd_setup_run(arena, words, err);
}

static const struct setup_file sudoers = {
    .path = SETUP_SUDOERS, .template = "sudoers", .mode = 0440, .check = check_sudoers};
static const struct setup_file alias_sudo = {
    .path = PROFILE_D, .template = "profile-sudo.sh", .mode = 0644};
static const struct setup_file alias_doas = {
    .path = PROFILE_D, .template = "profile-doas.sh", .mode = 0644};
static const struct setup_file alias_plain = {
    .path = PROFILE_D, .template = "profile-alias.sh", .mode = 0644};
static const struct setup_file policy = {.path = SETUP_FOLDER "/policy.json",
                                         .template = "../policy/example.json",
                                         .mode = 0644,
                                         .kept = true};
static const struct setup_file names_diverted = {
    .path = SETUP_FOLDER "/policy.d/10-divert.json", .template = "divert.json", .mode = 0644};
static const struct setup_file launcher = {
    .path = SETUP_REAL, .template = "docker", .mode = 0755, .moved = SETUP_DIVERTED};

#define FILE_STEP(which)                                                                           \
  {                                                                                                \
    .look = setup_file_look, .make = setup_file_make, .unmake = setup_file_unmake,                 \
    .file = &(which)                                                                               \
  }
#define STEP(name)                                                                                 \
  { .look = setup_##name##_look, .make = setup_##name##_make, .unmake = setup_##name##_unmake }
#define SHARED_STEP(name)                                                                          \
  {                                                                                                \
    .look = setup_##name##_look, .make = setup_##name##_make, .unmake = setup_##name##_unmake,     \
    .shared = true                                                                                 \
  }
#define POLICY_STEP                                                                                \
  {                                                                                                \
    .look = setup_file_look, .make = setup_file_make, .unmake = setup_file_unmake,                 \
    .file = &policy, .shared = true                                                                \
  }

static const struct setup_step sudo_steps[] = {
    SHARED_STEP(group),    SHARED_STEP(members), POLICY_STEP,          SHARED_STEP(audit),
    SHARED_STEP(apparmor), FILE_STEP(sudoers),   FILE_STEP(alias_sudo)};
static const struct setup_step doas_steps[] = {
    SHARED_STEP(group),    SHARED_STEP(members), POLICY_STEP,          SHARED_STEP(audit),
    SHARED_STEP(apparmor), STEP(doas),           FILE_STEP(alias_doas)};
static const struct setup_step setgid_steps[] = {POLICY_STEP, SHARED_STEP(audit),
                                                 SHARED_STEP(apparmor), STEP(program), STEP(link)};
static const struct setup_step divert_steps[] = {STEP(rename), FILE_STEP(names_diverted),
                                                 FILE_STEP(launcher)};
static const struct setup_step alias_steps[] = {FILE_STEP(alias_plain)};
static const struct setup_step policy_steps[] = {STEP(preset)};

#define STEPS(steps) (steps), sizeof(steps) / sizeof((steps)[0])

const struct setup_deployment setup_deployments[] = {
    {"sudo", "a sudo rule for a group, docker='sudo safe-docker' for them", STEPS(sudo_steps),
     "members have it from their next login on, and what is in place is told by: safe-docker setup "
     "status"},
    {"doas", "the same with doas", STEPS(doas_steps),
     "members have it from their next login on, and what is in place is told by: safe-docker setup "
     "status"},
    {"setgid", "setgid to the socket's group, first in PATH as docker", STEPS(setgid_steps), NULL},
    {"divert", "docker itself becomes safe-docker, for scripts, too", STEPS(divert_steps), NULL},
    {"alias", "docker='safe-docker' in shells: a guard rail, no boundary", STEPS(alias_steps),
     "it holds in shells that are started from now on"},
    {"policy", "one of the policies that come along is policy.json", STEPS(policy_steps),
     "it holds from the next request on; what is dangerous in it is told by: safe-docker policy "
     "check"},
};

const size_t setup_deployments_count = sizeof(setup_deployments) / sizeof(setup_deployments[0]);
