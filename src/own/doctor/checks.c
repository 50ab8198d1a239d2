/* SPDX-License-Identifier: Apache-2.0 */
#include "finding.h"

#include "safe-docker/base/row.h"

#define CHECK(symbol, id, severity, title, why, source)                                            \
  [CHECK_##symbol] = {id, AREA, CHECK_##severity, title, why, source},

const struct check checks[CHECK_COUNT] = {
#define AREA "exposure"
#include "checks_exposure.def"
#undef AREA
#define AREA "daemon"
#include "checks_daemon.def"
#undef AREA
#define AREA "socket"
#include "checks_socket.def"
#undef AREA
#define AREA "engine"
#include "checks_engine.def"
#undef AREA
#define AREA "kernel"
#include "checks_kernel.def"
#undef AREA
#define AREA "safe-docker"
#include "checks_self.def"
#undef AREA
#define AREA "containers"
#include "checks_containers.def"
#undef AREA
};
#undef CHECK

#define CHECK(symbol, its_id, severity, its_title, its_why, its_source)                            \
  SD_ROW_FITS(struct check, id, its_id);                                                           \
  SD_ROW_FITS(struct check, title, its_title);                                                     \
  SD_ROW_FITS(struct check, why, its_why);                                                         \
  SD_ROW_FITS(struct check, source, its_source);
#include "checks.def"
