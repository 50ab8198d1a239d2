/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_place.h"

#define RIGHTS(member) offsetof(struct fact_rights, member)
static const struct fact_row rights_rows[] = {
    {"path", FACT_TEXT, RIGHTS(path), NULL},   {"owner", FACT_TEXT, RIGHTS(owner), NULL},
    {"group", FACT_TEXT, RIGHTS(group), NULL}, {"uid", FACT_NUMBER, RIGHTS(uid), NULL},
    {"gid", FACT_NUMBER, RIGHTS(gid), NULL},   {"mode", FACT_NUMBER, RIGHTS(mode), NULL},
    {"acl", FACT_TEXTS, RIGHTS(acl), NULL},
};
const struct fact_shape fact_rights_shape = FACT_SHAPE(struct fact_rights, rights_rows);

#define PLACE(member) offsetof(struct fact_place, member)
static const struct fact_row rows[] = {
    {"path", FACT_TEXT, PLACE(path), NULL},
    {"kind", FACT_TEXT, PLACE(kind), NULL},
    {"rights", FACT_OBJECT, PLACE(rights), &fact_rights_shape},
    {"links", FACT_NUMBER, PLACE(links), NULL},
    {"privileged", FACT_TRUTH, PLACE(privileged), NULL},
    {"way", FACT_OBJECTS, PLACE(way), &fact_rights_shape},
};
const struct fact_shape fact_place_shape = FACT_SHAPE(struct fact_place, rows);
