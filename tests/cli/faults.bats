#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# System calls that fail: some in each door and command, always the same ones in the same order (tests/faults/run takes
# others each time, and with --all every one), and those that were once mended, each by name.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"

faults() { SD_HOME=$SD_HOME "$SD_ROOT/tests/faults/run" "$@"; }

@test "calls that fail: the same outcome, or a closed one in words" {
  run faults --seconds 15 --seed 1568
  printf '%s\n' "$output" | tail -n 30
  [[ $status -eq 0 ]]
}

@test "calls whose failure was once taken for something else" {
  # Groups that cannot be looked up; a look into the container that could not be had; an answer that broke off; output that
  # could not be written; a new output file of a request that was not carried out.
  run faults --all --only '^setgid/(run-groups|cp-in|stop|save)$' \
    --call 'openat:.*/etc/group|^3:(prctl|setresgid|execve)|^0:(dup2|ftruncate|poll):|^0:(read|write):[1-9]\(\)$'
  printf '%s\n' "$output" | grep -E '^FAIL|passed' | tail -n 30
  [[ $status -eq 0 ]]
}
