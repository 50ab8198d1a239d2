/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_socket.h"

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_sockets, looked), NULL},
};
const struct fact_shape facts_sockets_shape = FACT_SHAPE(struct facts_sockets, rows);
