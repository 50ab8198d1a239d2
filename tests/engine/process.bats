#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What people do all day must work as with the real CLI: statuses, signals, terminals, files, ports.

load common
setup() { common_setup; }
teardown() {
  stop_cli
  common_teardown
}

@test "the status of the container's program is the status of the command" {
  local code
  for code in 0 1 3 42 124 125 126 127 255; do
    run "-$code" hardened sh -c "exit $code"
  done
}

@test "a command that is missing or cannot be executed in the image: 127 and 126, as with docker" {
  run -127 hardened /no/such/program
  run -126 hardened /etc/passwd
}

@test "what the program prints and reads is untouched" {
  equal "$(printf 'a\0b\377' | via_sudo run --rm --interactive --network=none "$SD_IMAGE" cat | od -An -tx1 | tr -d ' ')" 610062ff
  run --separate-stderr hardened sh -c 'echo out; echo err >&2'
  equal "$output" out
  # shellcheck disable=SC2154
  equal "$stderr" err
}

@test "arguments arrive as they were written" {
  run hardened printf '[%s]' a 'b c' '' '--privileged' '-v' '/:/h' '$HOME' '*'
  equal "$output" '[a][b c][][--privileged][-v][/:/h][$HOME][*]'
}

@test "SIGTERM to the CLI reaches the container" {
  sdocker run --name=signalled --network=none "$SD_IMAGE" sh -c 'trap "echo got it; exit 7" TERM; echo ready; while :; do sleep 0.1; done' >"$WORK/out" 2>&1 3>&- &
  local job=$! code=0
  wait_for 20 grep -q ready "$WORK/out"
  kill -TERM "$(cli_pid)"
  wait "$job" || code=$?
  equal "$code" 7
  holds "$(cat "$WORK/out")" "got it"
}

@test "the caller may signal the CLI directly when it was started through the setgid door" {
  via_setgid run --network=none "$SD_IMAGE" sh -c 'trap "exit 9" INT; echo ready; while :; do sleep 0.1; done' >"$WORK/out" 2>&1 3>&- &
  local job=$! code=0
  wait_for 20 grep -q ready "$WORK/out"
  sd_as sd-alice kill -INT "$(cli_pid)"
  wait "$job" || code=$?
  equal "$code" 9
}

@test "a terminal: -it gives the container one" {
  run script -qec "setpriv --reuid=sd-alice --regid=sd-alice --init-groups sudo -n $SD_HOME/prefix/bin/safe-docker run --rm -it --network=none $SD_IMAGE sh -c 'test -t 0 && test -t 1 && tty'" /dev/null </dev/null
  holds "$output" "/dev/pts/"
}

@test "--cidfile is written, belongs to the caller and holds the id" {
  local id
  id=$(cd "$WORK" && sdocker create --network=none --cidfile="$WORK/cid" "$SD_IMAGE" true)
  equal "$(cat "$WORK/cid")" "$id"
  equal "$(stat -c %u "$WORK/cid")" "$ALICE"
}

@test "environment: -e, -e NAME and --env-file give what docker would give" {
  printf 'FROM_FILE=file value\n# comment\nBOTH=file\n' >"$WORK/env"
  run via_setgid_with_value run --rm --network=none --env-file="$WORK/env" -e BOTH=option -e GIVEN "$SD_IMAGE" \
    sh -c 'echo "$FROM_FILE|$BOTH|$GIVEN"'
  equal "$output" "file value|option|from caller"
}
via_setgid_with_value() { sd_as sd-alice env GIVEN="from caller" "$SD_HOME/doors/setgid/docker" "$@"; }

@test "values that were not typed are not on the CLI's command line" {
  printf 'SECRET_A=hush-in-file\n' >"$WORK/env"
  sd_as sd-alice env SECRET_B=hush-in-env "$SD_HOME/doors/setgid/docker" run --rm --network=none \
    --env-file="$WORK/env" --env SECRET_B "$SD_IMAGE" sh -c 'echo $SECRET_A $SECRET_B; sleep 2' >"$WORK/out" 3>&- &
  wait_for 20 grep -q hush "$WORK/out"
  local words
  words=$(tr '\0' ' ' <"/proc/$(cli_pid)/cmdline")
  holds "$words" run
  lacks "$words" hush
  equal "$(cat "$WORK/out")" "hush-in-file hush-in-env"
  wait
}

@test "published ports are bound to the policy's address" {
  local id
  id=$(sdocker create --network=bridge --publish=8080:80 "$SD_IMAGE" true)
  equal "$(plain inspect --format '{{json .HostConfig.PortBindings}}' "$id")" '{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]}'
  plain rm "$id"
  run sdocker create --publish=80:80 "$SD_IMAGE" true
  refused
  run sdocker create --publish=0.0.0.0:8080:80 "$SD_IMAGE" true
  refused
}

@test "--explain decides, prints and runs nothing" {
  run sdocker --explain=json run --rm --network=none "$SD_IMAGE" true
  equal "$status" 0
  equal "$(jq -r '.decision, .caller.user, .caller.via, .argv[0]' <<<"$output")" $'allow\nsd-alice\nsudo\n/usr/bin/docker'
  run sdocker --explain=json run --privileged "$SD_IMAGE" true
  equal "$status" 125
  equal "$(jq -r '.decision, .argv' <<<"$output")" $'deny\nnull'
  equal "$(plain ps --all --quiet)" ""
}

@test "what --explain shows is what is executed" {
  local shown
  shown=$(sdocker --explain=json run --rm --network=none --memory=100m -e A=b "$SD_IMAGE" echo hi | jq -c .argv)
  policy "{\"docker\": {\"path\": \"$SD_HOME/probe\"}}"
  equal "$(sdocker run --rm --network=none --memory=100m -e A=b "$SD_IMAGE" echo hi | jq -c '.argv[1:]')" "$(jq -c '.[1:]' <<<"$shown")"
}

@test "each request leaves one audit record, allowed or denied" {
  : >"$SD_HOME/audit.jsonl"
  hardened true
  run sdocker run --privileged "$SD_IMAGE" true
  equal "$(jq -r .decision "$SD_HOME/audit.jsonl")" $'allow\ndeny'
  holds "$(cat "$SD_HOME/audit.jsonl")" sd-alice
}
