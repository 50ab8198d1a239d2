/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_self.h"

#define FILE(member) offsetof(struct fact_file, member)
static const struct fact_row file_rows[] = {
    {"role", FACT_TEXT, FILE(role), NULL},
    {"place", FACT_OBJECT, FILE(place), &fact_place_shape},
};
const struct fact_shape fact_file_shape = FACT_SHAPE(struct fact_file, file_rows);

#define USER(member) offsetof(struct fact_user, member)
static const struct fact_row user_rows[] = {
    {"name", FACT_TEXT, USER(name), NULL},      {"uid", FACT_NUMBER, USER(uid), NULL},
    {"groups", FACT_TEXTS, USER(groups), NULL}, {"because", FACT_TEXTS, USER(because), NULL},
    {"sudo", FACT_TEXTS, USER(sudo), NULL},
};
const struct fact_shape fact_user_shape = FACT_SHAPE(struct fact_user, user_rows);

#define DEPLOYMENT(member) offsetof(struct fact_deployment, member)
static const struct fact_row deployment_rows[] = {
    {"name", FACT_TEXT, DEPLOYMENT(name), NULL},
    {"state", FACT_TEXT, DEPLOYMENT(state), NULL},
    {"missing", FACT_TEXTS, DEPLOYMENT(missing), NULL},
};
const struct fact_shape fact_deployment_shape = FACT_SHAPE(struct fact_deployment, deployment_rows);

#define POLICY(member) offsetof(struct fact_policy, member)
static const struct fact_row policy_rows[] = {
    {"chosen", FACT_TEXT, POLICY(chosen), NULL},
    {"loads", FACT_TRUTH, POLICY(loads), NULL},
    {"problem", FACT_TEXT, POLICY(problem), NULL},
    {"sources", FACT_TEXTS, POLICY(sources), NULL},
    {"dangers", FACT_NUMBER, POLICY(dangers), NULL},
    {"warnings", FACT_NUMBER, POLICY(warnings), NULL},
    {"notes", FACT_NUMBER, POLICY(notes), NULL},
    {"danger", FACT_TEXT, POLICY(danger), NULL},
    {"warning", FACT_TEXT, POLICY(warning), NULL},
};
const struct fact_shape fact_policy_shape = FACT_SHAPE(struct fact_policy, policy_rows);

#define PROFILE(member) offsetof(struct fact_profile, member)
static const struct fact_row profile_rows[] = {
    {"name", FACT_TEXT, PROFILE(name), NULL},
    {"state", FACT_TEXT, PROFILE(state), NULL},
};
const struct fact_shape fact_profile_shape = FACT_SHAPE(struct fact_profile, profile_rows);

#define CONFINEMENT(member) offsetof(struct fact_confinement, member)
static const struct fact_row confinement_rows[] = {
    {"kernel", FACT_TEXT, CONFINEMENT(kernel), NULL},
    {"mode", FACT_TEXT, CONFINEMENT(mode), NULL},
    {"needs", FACT_TEXT, CONFINEMENT(needs), NULL},
    {"allow", FACT_TEXTS, CONFINEMENT(allow), NULL},
    {"profiles", FACT_OBJECTS, CONFINEMENT(profiles), &fact_profile_shape},
    {"seccomp", FACT_TEXT, CONFINEMENT(seccomp), NULL},
    {"seccomp_usable", FACT_TRUTH, CONFINEMENT(seccomp_usable), NULL},
    {"seccomp_problem", FACT_TEXT, CONFINEMENT(seccomp_problem), NULL},
};
const struct fact_shape fact_confinement_shape =
    FACT_SHAPE(struct fact_confinement, confinement_rows);

#define AUDIT(member) offsetof(struct fact_audit, member)
static const struct fact_row audit_rows[] = {
    {"file", FACT_TEXT, AUDIT(file), NULL},
    {"syslog", FACT_TRUTH, AUDIT(syslog), NULL},
    {"required", FACT_TRUTH, AUDIT(required), NULL},
    {"file_problem", FACT_TEXT, AUDIT(file_problem), NULL},
    {"syslog_problem", FACT_TEXT, AUDIT(syslog_problem), NULL},
    {"free", FACT_NUMBER, AUDIT(free), NULL},
    {"size", FACT_NUMBER, AUDIT(size), NULL},
    {"rotated", FACT_TRUTH, AUDIT(rotated), NULL},
};
const struct fact_shape fact_audit_shape = FACT_SHAPE(struct fact_audit, audit_rows);

#define CLI(member) offsetof(struct fact_cli, member)
static const struct fact_row cli_rows[] = {
    {"path", FACT_TEXT, CLI(path), NULL},
    {"usable", FACT_TRUTH, CLI(usable), NULL},
    {"problem", FACT_TEXT, CLI(problem), NULL},
    {"helpers", FACT_TEXTS, CLI(helpers), NULL},
};
const struct fact_shape fact_cli_shape = FACT_SHAPE(struct fact_cli, cli_rows);

#define FEATURES(member) offsetof(struct fact_features, member)
static const struct fact_row features_rows[] = {
    {"landlock", FACT_NUMBER, FEATURES(landlock), NULL},
    {"openat2", FACT_TRUTH, FEATURES(openat2), NULL},
    {"seals", FACT_TRUTH, FEATURES(seals), NULL},
};
const struct fact_shape fact_features_shape = FACT_SHAPE(struct fact_features, features_rows);

#define SELF(member) offsetof(struct facts_self, member)
static const struct fact_row self_rows[] = {
    {"looked", FACT_TRUTH, SELF(looked), NULL},
    {"policy", FACT_OBJECT, SELF(policy), &fact_policy_shape},
    {"confinement", FACT_OBJECT, SELF(confinement), &fact_confinement_shape},
    {"audit", FACT_OBJECT, SELF(audit), &fact_audit_shape},
    {"cli", FACT_OBJECT, SELF(cli), &fact_cli_shape},
    {"features", FACT_OBJECT, SELF(features), &fact_features_shape},
    {"group", FACT_TEXT, SELF(group), NULL},
    {"sudo", FACT_TRUTH, SELF(sudo), NULL},
    {"sudoers_read", FACT_TRUTH, SELF(sudoers_read), NULL},
    {"doas", FACT_TEXTS, SELF(doas), NULL},
    {"files", FACT_OBJECTS, SELF(files), &fact_file_shape},
    {"deployments", FACT_OBJECTS, SELF(deployments), &fact_deployment_shape},
    {"users", FACT_OBJECTS, SELF(users), &fact_user_shape},
};
const struct fact_shape facts_self_shape = FACT_SHAPE(struct facts_self, self_rows);
