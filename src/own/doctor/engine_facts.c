/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_engine.h"

static const struct fact_row component_rows[] = {
    {"name", FACT_TEXT, offsetof(struct fact_component, name), NULL},
    {"version", FACT_TEXT, offsetof(struct fact_component, version), NULL},
};
static const struct fact_shape component_shape = FACT_SHAPE(struct fact_component, component_rows);

static const struct fact_row package_rows[] = {
    {"name", FACT_TEXT, offsetof(struct fact_package, name), NULL},
    {"version", FACT_TEXT, offsetof(struct fact_package, version), NULL},
    {"candidate", FACT_TEXT, offsetof(struct fact_package, candidate), NULL},
    {"cves", FACT_TEXTS, offsetof(struct fact_package, cves), NULL},
};
static const struct fact_shape package_shape = FACT_SHAPE(struct fact_package, package_rows);

#define ROW(name, kind) #name, (kind), offsetof(struct facts_engine, name), NULL
static const struct fact_row rows[] = {
    {ROW(looked, FACT_TRUTH)},
    {ROW(failure, FACT_TEXT)},
    {ROW(local, FACT_TRUTH)},
    {ROW(content_trust, FACT_TRUTH)},
    {ROW(kubernetes, FACT_TRUTH)},
    {ROW(firewalld, FACT_TRUTH)},
    {"components", FACT_OBJECTS, offsetof(struct facts_engine, components), &component_shape},
    {"packages", FACT_OBJECTS, offsetof(struct facts_engine, packages), &package_shape},
    {ROW(replaced, FACT_TEXTS)},
    {ROW(storage_driver, FACT_TEXT)},
    {ROW(cgroup_version, FACT_TEXT)},
    {ROW(cgroup_driver, FACT_TEXT)},
    {ROW(default_runtime, FACT_TEXT)},
    {ROW(swarm, FACT_TEXT)},
    {ROW(memory_limit, FACT_TRUTH)},
    {ROW(swap_limit, FACT_TRUTH)},
    {ROW(pids_limit, FACT_TRUTH)},
    {ROW(cpu_limit, FACT_TRUTH)},
    {ROW(experimental, FACT_TRUTH)},
    {ROW(live_restore, FACT_TRUTH)},
    {ROW(driver_status, FACT_TEXTS)},
    {ROW(security_options, FACT_TEXTS)},
    {ROW(warnings, FACT_TEXTS)},
    {ROW(authorization, FACT_TEXTS)},
    {ROW(insecure_registries, FACT_TEXTS)},
    {ROW(mirrors, FACT_TEXTS)},
};
const struct fact_shape facts_engine_shape = FACT_SHAPE(struct facts_engine, rows);
