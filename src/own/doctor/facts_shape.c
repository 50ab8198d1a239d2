/* SPDX-License-Identifier: Apache-2.0 */
/* The whole structure: what its members are called. */
#include "doctor.h"

static const struct fact_row rows[] = {
    {"daemons", FACT_OBJECT, offsetof(struct facts, daemons), &facts_daemons_shape},
    {"sockets", FACT_OBJECT, offsetof(struct facts, sockets), &facts_sockets_shape},
    {"engine", FACT_OBJECT, offsetof(struct facts, engine), &facts_engine_shape},
    {"kernel", FACT_OBJECT, offsetof(struct facts, kernel), &facts_kernel_shape},
    {"safe_docker", FACT_OBJECT, offsetof(struct facts, self), &facts_self_shape},
    {"containers", FACT_OBJECT, offsetof(struct facts, containers), &facts_containers_shape},
};
const struct fact_shape facts_shape = FACT_SHAPE(struct facts, rows);
