/* SPDX-License-Identifier: Apache-2.0 */
#include "facts_socket.h"

#define SOCKET(member) offsetof(struct fact_socket, member)
static const struct fact_row socket_rows[] = {
    {"engine", FACT_TEXT, SOCKET(engine), NULL},
    {"found", FACT_TEXT, SOCKET(found), NULL},
    {"copy_of", FACT_TEXT, SOCKET(copy_of), NULL},
    {"runs_as", FACT_NUMBER, SOCKET(runs_as), NULL},
    {"place", FACT_OBJECT, SOCKET(place), &fact_place_shape},
    {"members", FACT_TEXTS, SOCKET(members), NULL},
    {"own", FACT_TEXTS, SOCKET(own), NULL},
    {"mounted", FACT_TEXT, SOCKET(mounted), NULL},
};
const struct fact_shape fact_socket_shape = FACT_SHAPE(struct fact_socket, socket_rows);

#define SOCKETS(member) offsetof(struct facts_sockets, member)
static const struct fact_row rows[] = {
    {"looked", FACT_TRUTH, SOCKETS(looked), NULL},
    {"endpoints", FACT_TEXTS, SOCKETS(endpoints), NULL},
    {"processes", FACT_TRUTH, SOCKETS(processes), NULL},
    {"left_out", FACT_NUMBER, SOCKETS(left_out), NULL},
    {"list", FACT_OBJECTS, SOCKETS(list), &fact_socket_shape},
};
const struct fact_shape facts_sockets_shape = FACT_SHAPE(struct facts_sockets, rows);
