/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_daemon.h"

#define PLACE(name, kind)                                                                          \
  { #name, kind, offsetof(struct fact_daemon_file, name), NULL }
static const struct fact_row place_rows[] = {
    PLACE(role, FACT_TEXT),      PLACE(path, FACT_TEXT),    PLACE(kind, FACT_TEXT),
    PLACE(uid, FACT_NUMBER),     PLACE(gid, FACT_NUMBER),   PLACE(mode, FACT_NUMBER),
    PLACE(changers, FACT_TEXTS), PLACE(readers, FACT_TEXT), PLACE(changed, FACT_NUMBER),
    PLACE(text, FACT_TEXT),
};
static const struct fact_shape place_shape = FACT_SHAPE(struct fact_daemon_file, place_rows);

#define CERTIFICATE(name, kind)                                                                    \
  { #name, kind, offsetof(struct fact_certificates, name), NULL }
static const struct fact_row certificate_rows[] = {
    CERTIFICATE(asked, FACT_TRUTH),        CERTIFICATE(pair, FACT_TRUTH),
    CERTIFICATE(signed_by_ca, FACT_TRUTH), CERTIFICATE(cert_days, FACT_NUMBER),
    CERTIFICATE(ca_days, FACT_NUMBER),
};
static const struct fact_shape certificate_shape =
    FACT_SHAPE(struct fact_certificates, certificate_rows);

#define DOCKERD(name, kind, shape)                                                                 \
  { #name, kind, offsetof(struct facts_dockerd, name), shape }
static const struct fact_row dockerd_rows[] = {
    DOCKERD(pid, FACT_NUMBER, NULL),
    DOCKERD(uid, FACT_NUMBER, NULL),
    DOCKERD(user, FACT_TEXT, NULL),
    DOCKERD(program, FACT_TEXT, NULL),
    DOCKERD(elsewhere, FACT_TRUTH, NULL),
    DOCKERD(started, FACT_NUMBER, NULL),
    DOCKERD(version, FACT_TEXT, NULL),
    DOCKERD(argv, FACT_TEXTS, NULL),
    DOCKERD(listeners, FACT_TEXTS, NULL),
    DOCKERD(unit, FACT_TEXT, NULL),
    DOCKERD(unit_files, FACT_TEXTS, NULL),
    DOCKERD(sockets, FACT_TEXTS, NULL),
    DOCKERD(socket_unit, FACT_TEXT, NULL),
    DOCKERD(config, FACT_OBJECT, &place_shape),
    DOCKERD(places, FACT_OBJECTS, &place_shape),
    DOCKERD(certificates, FACT_OBJECT, &certificate_shape),
    DOCKERD(group, FACT_TEXT, NULL),
    DOCKERD(members, FACT_TEXTS, NULL),
};
static const struct fact_shape dockerd_shape = FACT_SHAPE(struct facts_dockerd, dockerd_rows);

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_daemons, looked), NULL},
    {"selinux", FACT_TRUTH, offsetof(struct facts_daemons, selinux), NULL},
    {"cgroup2", FACT_TRUTH, offsetof(struct facts_daemons, cgroup2), NULL},
    {"list", FACT_OBJECTS, offsetof(struct facts_daemons, list), &dockerd_shape},
};
const struct fact_shape facts_daemons_shape = FACT_SHAPE(struct facts_daemons, rows);
