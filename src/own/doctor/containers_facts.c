/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_containers.h"

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_containers, looked), NULL},
};
const struct fact_shape facts_containers_shape = FACT_SHAPE(struct facts_containers, rows);
