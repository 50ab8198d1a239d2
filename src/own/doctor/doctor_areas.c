/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor.h"

static void collect_nothing(struct doctor *doctor, struct facts *out) {
  (void)doctor;
  (void)out;
}

const struct doctor_area doctor_areas[] = {
    {"daemon", "daemon.json: mistakes, and defaults that harden", doctor_collect_daemon,
     doctor_judge_daemon},
    {"exposure", "who reaches the daemon over the network, and TLS", collect_nothing,
     doctor_judge_exposure},
    {"socket", "sockets of this and other engines, and who may use them", doctor_collect_socket,
     doctor_judge_socket},
    {"engine", "versions with known holes, user namespaces, limits that work",
     doctor_collect_engine, doctor_judge_engine},
    {"kernel", "switches of the kernel", doctor_collect_kernel, doctor_judge_kernel},
    {"safe-docker", "its files, its deployment, and ways round it", doctor_collect_self,
     doctor_judge_self},
    {"containers", "containers that the policy would not let start", doctor_collect_containers,
     doctor_judge_containers},
};
const size_t doctor_areas_count = sizeof(doctor_areas) / sizeof(doctor_areas[0]);
