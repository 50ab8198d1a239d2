/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_engine.h"

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_engine, looked), NULL},
};
const struct fact_shape facts_engine_shape = FACT_SHAPE(struct facts_engine, rows);
