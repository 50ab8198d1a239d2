/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_daemon.h"

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_daemons, looked), NULL},
};
const struct fact_shape facts_daemons_shape = FACT_SHAPE(struct facts_daemons, rows);
