#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# With the real CLI and the real daemon: the rights it was lent cannot be taken, bent or turned elsewhere.

load common
setup() { common_setup; }
teardown() {
  stop_cli
  common_teardown
}

@test "the waiting CLI is the caller's uid, the socket's group, the caller's groups" {
  local door
  for door in via_sudo via_doas via_setgid via_setuid; do
    start_cli "$door"
    equal "$door $(status_of "$CLI" Uid)" "$door $ALICE $ALICE $ALICE $ALICE"
    equal "$door $(status_of "$CLI" Gid)" "$door $DOCKER_GROUP $DOCKER_GROUP $DOCKER_GROUP $DOCKER_GROUP"
    equal "$(status_of "$CLI" Groups | xargs -n1 | sort -n | paste -sd' ')" "$(id -G sd-alice | xargs -n1 | sort -n | paste -sd' ')"
    equal "$(status_of "$CLI" CapPrm)" 0000000000000000
    equal "$(readlink "/proc/$CLI/exe")" /usr/bin/docker
    stop_cli
  done
}

@test "the caller cannot ptrace the waiting CLI, nor read its memory, environment or descriptors" {
  local door
  for door in via_sudo via_setgid via_setuid; do
    start_cli "$door"
    run sd_as sd-alice timeout 5 strace -p "$CLI"
    [[ $status -ne 0 && $status -ne 124 ]]
    holds "$output" "not permitted"
    run sd_as sd-alice cat "/proc/$CLI/environ"
    [[ $status -ne 0 ]]
    run sd_as sd-alice dd if="/proc/$CLI/mem" bs=1 count=1
    holds "$output" "Permission denied"
    run sd_as sd-alice readlink "/proc/$CLI/fd/0" "/proc/$CLI/fd/3" "/proc/$CLI/exe" "/proc/$CLI/cwd"
    [[ $status -ne 0 ]]
    run sd_as sd-alice cat "/proc/$CLI/maps"
    [[ $status -ne 0 ]]
    stop_cli
  done
}

@test "the caller can ptrace a process of its own, so the test above says something" {
  sd_as sd-alice sleep 30 3>&- &
  local pid
  wait_for 5 pgrep -u sd-alice -x sleep
  pid=$(pgrep -u sd-alice -x sleep)
  run sd_as sd-alice cat "/proc/$pid/environ"
  equal "$status" 0
  kill "$pid"
}

@test "the caller has no other way to the socket" {
  run sd_as sd-alice /usr/bin/docker --host "unix://$SD_SOCKET" version
  holds "$output" "permission denied"
  run sd_as sd-alice /usr/bin/docker --host "unix://$SD_SOCKET" run --privileged "$SD_IMAGE" true
  [[ $status -ne 0 ]]
}

@test "no option reads a file that the caller may not read" {
  local words door
  sd_as sd-alice ln -s /etc/shadow "$WORK/link"
  sd_as sd-alice ln "$WORK/link" "$WORK/hard" || true
  for door in via_sudo via_setgid via_setuid; do
    for words in --env-file=/etc/shadow --label-file=/etc/shadow --env-file="$WORK/link" --label-file="$WORK/link" \
      --security-opt=seccomp=/etc/shadow --security-opt=seccomp="$WORK/link" --volume=/etc/shadow:/s --volume="$WORK/link:/s" \
      --env-file=/etc/sudoers --env-file=/proc/1/environ --env-file=/dev/stdin --env-file=/proc/self/fd/0 \
      --env-file="$SD_HOME/audit.jsonl" --env-file="$SD_SOCKET" --env-file=/etc; do
      run "$door" run --rm --network=none "$words" "$SD_IMAGE" env </etc/shadow
      refused || { echo "$door $words" && return 1; }
      lacks "$output" 'root:'
      lacks "$output" '::0:99999'
    done
  done
}

@test "no option writes or removes a file that the caller may not" {
  local door path
  sd_as sd-alice ln -s /etc/sd-test-nologin "$WORK/dangling"
  sd_as sd-alice touch "$WORK/there"
  for door in via_sudo via_setgid via_setuid; do
    for path in /etc/sd-test-nologin "$WORK/dangling" "$WORK/there" "$SD_HOME/cid" /root/cid "$WORK/no/such/folder"; do
      run "$door" run --rm --network=none --cidfile="$path" "$SD_IMAGE" true
      refused || { echo "$door --cidfile=$path" && return 1; }
    done
  done
  [[ ! -e /etc/sd-test-nologin && ! -e $SD_HOME/cid && -e $WORK/there ]]
}

@test "no option chooses another daemon or configuration" {
  local words
  for words in "-H unix:///nowhere" "--host=unix:///nowhere" "--context=other" "-c other" "--config=$WORK" "--tls" \
    "--tlsverify" "--tlscacert=$WORK/x" "--tlscert=$WORK/x" "--tlskey=$WORK/x" "-v" "--version" "--help" "-h"; do
    # shellcheck disable=SC2086
    run sdocker $words run --rm --network=none "$SD_IMAGE" true
    refused || { echo "$words" && return 1; }
  done
}

@test "the caller's environment chooses no other daemon" {
  local door=$SD_HOME/doors/setgid/docker
  run sd_as sd-alice env DOCKER_HOST=unix:///nowhere DOCKER_CONTEXT=nowhere DOCKER_CONFIG="$WORK" DOCKER_TLS_VERIFY=1 \
    DOCKER_API_VERSION=1.12 "$door" run --rm --network=none "$SD_IMAGE" echo reached
  equal "$status $output" "0 reached"
}

@test "no program of the caller is run: plugins, credential helpers, a docker in PATH" {
  local file
  sd_as sd-alice mkdir -p "$ALICE_HOME/.docker/cli-plugins" "$WORK/bin"
  printf '{"credsStore": "evil", "aliases": {"builder": "evil"}, "features": {"hooks": "true"}, "cliPluginsExtraDirs": ["%s"]}' \
    "$WORK/bin" >"$ALICE_HOME/.docker/config.json"
  for file in "$ALICE_HOME/.docker/cli-plugins/docker-evil" "$WORK/bin/docker-evil" "$WORK/bin/docker-credential-evil" \
    "$WORK/bin/docker" "$WORK/bin/ssh" "$WORK/bin/pass" "$WORK/bin/docker-credential-secretservice"; do
    printf '#!/bin/sh\ntouch %s/ran-$(basename "$0")\n' "$WORK" >"$file"
    chmod 0755 "$file"
  done
  chown -R sd-alice: "$ALICE_HOME/.docker" "$WORK"
  for file in "run --rm --network=none --pull=always nosuch.invalid/x" "run --network=none nosuch:1" "evil" "help evil" "pull x" "" "--help" "info"; do
    # shellcheck disable=SC2086
    run sd_as sd-alice env PATH="$WORK/bin:/usr/bin:/bin" DOCKER_CONFIG="$ALICE_HOME/.docker" HOME="$ALICE_HOME" \
      DOCKER_CLI_PLUGIN_EXTRA_DIRS="$WORK/bin" timeout 60 "$SD_HOME/doors/setgid/docker" $file
  done
  equal "$(compgen -G "$WORK/ran-*")" ""
  rm -rf "$ALICE_HOME/.docker"
}

@test "the caller's folder is no policy, and no other program of the caller can become the CLI" {
  policy "{\"docker\": {\"path\": \"$WORK/docker\"}}"
  sd_as sd-alice cp /bin/busybox "$WORK/docker"
  run sdocker run --network=none "$SD_IMAGE" true
  refused
}

@test "another caller's run is not mistaken for this one's" {
  run sd_as sd-bob sudo -n "$SD_HOME/prefix/bin/safe-docker" run --rm --network=none "$SD_IMAGE" id -u
  equal "$output" "$(id -u sd-bob)"
  run sd_as sd-bob "$SD_HOME/doors/setgid/docker" run --rm --network=none "$SD_IMAGE" id -u
  equal "$output" "$(id -u sd-bob)"
  run sd_as sd-bob "$SD_HOME/doors/setgid/docker" run --rm --network=none --volume="$ALICE_HOME:/h" "$SD_IMAGE" ls /h
  refused
}

@test "supplementary groups of the caller may be added, others not" {
  run sdocker run --rm --network=none --group-add="$(getent group sd-crew | cut -d: -f3)" "$SD_IMAGE" id -G
  equal "$output" "$ALICE_GROUP $(getent group sd-crew | cut -d: -f3)"
  run sdocker run --rm --network=none --group-add="$DOCKER_GROUP" "$SD_IMAGE" true
  refused
}
