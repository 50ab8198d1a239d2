/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_containers.h"

#define ROW(type, member, kind, shape)                                                             \
  { #member, FACT_##kind, offsetof(struct type, member), shape }

static const struct fact_row binds[] = {
    ROW(facts_container_bind, source, TEXT, NULL),
    ROW(facts_container_bind, target, TEXT, NULL),
    ROW(facts_container_bind, volume, TEXT, NULL),
    ROW(facts_container_bind, node, TEXT, NULL),
    ROW(facts_container_bind, home_of, TEXT, NULL),
    ROW(facts_container_bind, writable, TRUTH, NULL),
    ROW(facts_container_bind, sockets, TEXTS, NULL),
};
static const struct fact_shape bind_shape = FACT_SHAPE(struct facts_container_bind, binds);

static const struct fact_row ports[] = {
    ROW(facts_container_port, address, TEXT, NULL),
    ROW(facts_container_port, host, TEXT, NULL),
    ROW(facts_container_port, container, TEXT, NULL),
};
static const struct fact_shape port_shape = FACT_SHAPE(struct facts_container_port, ports);

static const struct fact_row violations[] = {
    ROW(facts_container_violation, rule, TEXT, NULL),
    ROW(facts_container_violation, option, TEXT, NULL),
    ROW(facts_container_violation, message, TEXT, NULL),
    ROW(facts_container_violation, hint, TEXT, NULL),
};
static const struct fact_shape violation_shape =
    FACT_SHAPE(struct facts_container_violation, violations);

#define OF(member, kind) ROW(facts_container, member, kind, NULL)
static const struct fact_row container[] = {
    OF(id, TEXT),
    OF(name, TEXT),
    OF(image, TEXT),
    OF(state, TEXT),
    OF(restart, TEXT),
    OF(auto_remove, TRUTH),
    OF(label, TEXT),
    OF(annotation, TEXT),
    OF(image_label, TEXT),
    OF(owner, TEXT),
    OF(launched, TRUTH),
    OF(own, TRUTH),
    OF(user, TEXT),
    OF(person, TEXT),
    OF(privileged, TRUTH),
    OF(no_new_privileges, TRUTH),
    OF(system_paths, TRUTH),
    OF(pid, TEXT),
    OF(ipc, TEXT),
    OF(network, TEXT),
    OF(userns, TEXT),
    OF(seccomp, TEXT),
    OF(apparmor, TEXT),
    OF(capabilities, TEXTS),
    OF(devices, TEXTS),
    OF(device_rules, TEXTS),
    OF(unconfined, TEXTS),
    ROW(facts_container, binds, OBJECTS, &bind_shape),
    ROW(facts_container, ports, OBJECTS, &port_shape),
    OF(words, TEXTS),
    OF(undecided, TEXT),
    OF(refused, TRUTH),
    ROW(facts_container, violations, OBJECTS, &violation_shape),
};
static const struct fact_shape container_shape = FACT_SHAPE(struct facts_container, container);

static const struct fact_row rows[] = {
    ROW(facts_containers, looked, TRUTH, NULL),
    ROW(facts_containers, problem, TEXT, NULL),
    ROW(facts_containers, cli, TEXTS, NULL),
    ROW(facts_containers, rootless, TRUTH, NULL),
    ROW(facts_containers, remapped, TRUTH, NULL),
    ROW(facts_containers, owners_apart, TRUTH, NULL),
    ROW(facts_containers, list, OBJECTS, &container_shape),
};
const struct fact_shape facts_containers_shape = FACT_SHAPE(struct facts_containers, rows);
