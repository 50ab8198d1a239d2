#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The drop, as the kernel sees it: every system call of every door up to its end, for words of all kinds. tests/lint/drop.py
# proves of the code what is seen here of some runs.

load common
setup() {
  common_setup
  probe_policy
  printf 'FROM_FILE=yes\n' >"$WORK/foreign"
  chown sd-alice: "$WORK/foreign"
}
teardown() { common_teardown; }

# traced DOOR PROGRAM COMMAND...: runs the door with words of all kinds, and judges what the kernel saw.
traced() {
  local door=$1 program=$2 number=0 words
  shift 2
  for words in "run --env-file=$WORK/foreign --network=none $SD_IMAGE true" \
    "--explain=json create --label-file=$WORK/foreign --memory=7g --name=some-name --publish=8080:80 $SD_IMAGE -- a b c" \
    "compose --file=$WORK/foreign --no-such --privileged run -v /:/host"; do
    number=$((number + 1))
    rm -f "$SD_HOME/trace.$number".*
    # shellcheck disable=SC2086
    strace -ff -qq -s 300 -e signal=none -o "$SD_HOME/trace.$number" "$@" $words </dev/null >/dev/null 2>&1 3>&- || true
  done
  python3 "$BATS_TEST_DIRNAME/drop_trace.py" "$door" "$ALICE:$ALICE_GROUP" "$program" "$SD_HOME/probe" "$WORK/foreign" \
    "$SD_HOME"/trace.1 "$SD_HOME/trace.2" "$SD_HOME/trace.3"
}

@test "sudo: nothing of the caller is looked at ahead of the verified drop" {
  traced root "$SD_HOME/prefix/bin/safe-docker" -u sd-alice sudo -n "$SD_HOME/prefix/bin/safe-docker"
}

@test "doas: nothing of the caller is looked at ahead of the verified drop" {
  traced root "$SD_HOME/prefix/bin/safe-docker" -u sd-alice doas -n "$SD_HOME/prefix/bin/safe-docker"
}

@test "setuid: nothing of the caller is looked at ahead of the verified drop" {
  traced root "$SD_HOME/doors/setuid/docker" -u sd-alice "$SD_HOME/doors/setuid/docker"
}

@test "setgid: nothing of the caller is looked at ahead of the verified drop" {
  traced setgid "$SD_HOME/doors/setgid/docker" -u sd-alice "$SD_HOME/doors/setgid/docker"
}

@test "no door: nothing is looked at ahead of what a drop would be" {
  traced direct "$SD_HOME/prefix/bin/safe-docker" -u sd-alice "$SD_HOME/prefix/bin/safe-docker"
}
