/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_kernel.h"

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_kernel, looked), NULL},
};
const struct fact_shape facts_kernel_shape = FACT_SHAPE(struct facts_kernel, rows);
