#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a request costs, in instructions: the same number whatever else the machine does.

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

@test "the smallest request keeps its budget, and nothing grows faster than its input" {
  run /usr/bin/python3 "$SD_ROOT/tests/bench/instructions.py" check "$SD_HOME/prefix/bin/safe-docker"
  printf '%s\n' "$output"
  equal "$status" 0
}
