/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor.h"

void doctor_collect_engine(struct doctor *doctor, struct facts *out) {
  (void)doctor;
  out->engine.looked = FACT_YES;
}
