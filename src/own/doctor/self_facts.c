/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_self.h"

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_self, looked), NULL},
};
const struct fact_shape facts_self_shape = FACT_SHAPE(struct facts_self, rows);
