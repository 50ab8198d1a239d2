/* SPDX-License-Identifier: Apache-2.0 */
/* --gpus: what the CLI reads, and only what cannot be read as more. */
#include "spec_fixture.h"

static const char *run(struct sd_arena *arena, const char *text, struct sd_error *err) {
  struct sd_gpus gpus;
  return sd_gpus_parse(arena, text, &gpus, err) ? sd_gpus_format(arena, &gpus) : NULL;
}

static void requests(void **state) {
  static const struct spec_case rows[] = {
      {"all", "count=all", NULL},
      {"2", "count=2", NULL},
      SPEC_SAME("count=all"),
      SPEC_SAME("device=0"),
      SPEC_SAME("device=0:1"),
      SPEC_SAME("device=all"),
      SPEC_SAME("\"device=0,1\""),
      SPEC_SAME("\"device=0,GPU-3faa8e21-0a\",capabilities=utility"),
      SPEC_SAME("\"device=0,1\",\"capabilities=compute,utility\""),
      {"driver=nvidia,device=MIG-3faa8e21", "device=MIG-3faa8e21,driver=nvidia", NULL},
      {"capabilities=utility,all", "count=all,capabilities=utility", NULL},
      {"driver=nvidia", "count=1,driver=nvidia", NULL},
      SPEC_REFUSED("", "empty"),
      SPEC_REFUSED("0", "number of GPUs"),
      SPEC_REFUSED("-1", "number of GPUs"),
      SPEC_REFUSED("00", "number of GPUs"),
      SPEC_REFUSED("+1", "number of GPUs"),
      SPEC_REFUSED("1025", "number of GPUs"),
      SPEC_REFUSED("ALL", "number of GPUs"),
      SPEC_REFUSED(" all", "number of GPUs"),
      SPEC_REFUSED("all,", "twice"),
      SPEC_REFUSED(",all", "neither all"),
      SPEC_REFUSED("all,1", "twice"),
      SPEC_REFUSED("1,count=all", "twice"),
      SPEC_REFUSED("device=0,1", "contradict"),
      SPEC_REFUSED("device=0,device=1", "twice"),
      SPEC_REFUSED("device=", "neither the number"),
      SPEC_REFUSED("device=00", "neither the number"),
      SPEC_REFUSED("device=0:", "neither the number"),
      SPEC_REFUSED("device=0:1:2", "neither the number"),
      SPEC_REFUSED("device=GPU-", "neither the number"),
      SPEC_REFUSED("device=GPU-1=2", "neither the number"),
      SPEC_REFUSED("device=none", "neither the number"),
      SPEC_REFUSED("device=nvidia.com/gpu=all", "neither the number"),
      SPEC_REFUSED("\"device=0,\"", "neither the number"),
      SPEC_REFUSED("driver=cdi,device=0", "driver"),
      SPEC_REFUSED("\"driver=cdi\",count=1", "driver"),
      SPEC_REFUSED("driver=", "driver"),
      SPEC_REFUSED("capabilities=all", "capability"),
      SPEC_REFUSED("capabilities=", "capability"),
      SPEC_REFUSED("options=x=y", "unknown key"),
      SPEC_REFUSED("\"all", "never closed"),
      SPEC_REFUSED("al\"l\"", "quote"),
      SPEC_REFUSED("all\n", "control"),
  };
  (void)state;
  CHECK_CASES(rows, run);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(requests)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
