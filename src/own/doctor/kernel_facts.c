/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_kernel.h"

static const struct fact_row switch_rows[] = {
    {"name", FACT_TEXT, offsetof(struct fact_switch, name), NULL},
    {"value", FACT_TEXT, offsetof(struct fact_switch, value), NULL},
};
static const struct fact_shape switch_shape = FACT_SHAPE(struct fact_switch, switch_rows);

static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, offsetof(struct facts_kernel, looked), NULL},
    {"release", FACT_TEXT, offsetof(struct facts_kernel, release), NULL},
    {"switches", FACT_OBJECTS, offsetof(struct facts_kernel, switches), &switch_shape},
    {"processor", FACT_OBJECTS, offsetof(struct facts_kernel, processor), &switch_shape},
    {"lsm", FACT_TEXT, offsetof(struct facts_kernel, lsm), NULL},
    {"apparmor", FACT_TRUTH, offsetof(struct facts_kernel, apparmor), NULL},
    {"apparmor_built", FACT_TRUTH, offsetof(struct facts_kernel, apparmor_built), NULL},
    {"selinux", FACT_TRUTH, offsetof(struct facts_kernel, selinux), NULL},
    {"swap_kib", FACT_NUMBER, offsetof(struct facts_kernel, swap_kib), NULL},
    {"rootless", FACT_TRUTH, offsetof(struct facts_kernel, rootless), NULL},
    {"reboot", FACT_TRUTH, offsetof(struct facts_kernel, reboot), NULL},
};
const struct fact_shape facts_kernel_shape = FACT_SHAPE(struct facts_kernel, rows);
