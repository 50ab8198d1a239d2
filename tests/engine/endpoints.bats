#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Daemons that are elsewhere: a real dockerd behind TLS, and behind a real sshd, with keys that callers must not have.

load common
load endpoints

setup_file() { endpoints_start; }
teardown_file() { endpoints_stop; }

setup() { common_setup; }
teardown() {
  local id
  for id in $(second ps --all --quiet); do second rm --force --volumes "$id" >/dev/null 2>&1 || true; done
  common_teardown
}

# --- TLS ------------------------------------------------------------------------------------------------

@test "tcp with TLS, through sudo and doas: what people do all day" {
  local door id
  host_policy
  for door in via_sudo via_doas; do
    run "$door" run --rm --network=none "$SD_IMAGE" id -u
    equal "$door $status $output" "$door 0 $ALICE"
    id=$("$door" run --detach --network=none "$SD_IMAGE" sh -c 'echo from-the-log; sleep 60')
    run "$door" ps --quiet --no-trunc
    equal "$output" "$id"
    run "$door" exec "$id" id -u
    equal "$output" "$ALICE"
    run "$door" logs "$id"
    equal "$output" from-the-log
    echo data >"$WORK/file" && chown sd-alice "$WORK/file"
    run "$door" cp "$WORK/file" "$id:/tmp/file"
    equal "$door $status" "$door 0"
    run "$door" cp "$id:/tmp/file" -
    equal "$status" 0
    run "$door" rm --force "$id"
    equal "$status" 0
  done
  # It was the other daemon.
  equal "$(plain ps --all --quiet)" ""
}
