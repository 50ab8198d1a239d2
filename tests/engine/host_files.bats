#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a process with the socket's group makes, reads and leaves on the host, with a program in the real CLI's place.

load common
setup() {
  common_setup
  allow '"build", "stop"'
}
teardown() {
  rm -f "$SD_HOME/cli" "$SD_HOME/leader"
  common_teardown
}

BOUNDARIES="via_sudo via_doas via_setgid via_setuid"

allow() {
  policy "{\"docker\": {\"path\": \"$SD_HOME/cli\"}, \"commands\": {\"allow\": [$1]}, \"images\": {\"own\": [\"own/*\"]}}"
}

# cli TEXT: the program, a shell script.
cli() {
  printf '#!/bin/sh\n%s\n' "$1" >"$SD_HOME/cli"
  chmod 0755 "$SD_HOME/cli"
}

@test "the CLI finds no folder for temporary files, which would be the caller's with the socket's group" {
  local door
  # shellcheck disable=SC2016
  cli 'echo "$(id -g) $TMPDIR"; mkdir -p "$TMPDIR" 2>/dev/null && echo made'
  for door in $BOUNDARIES; do
    run "$door" build -t own/x - <<<'FROM x'
    equal "$door $output" "$door $DOCKER_GROUP /proc/safe-docker"
  done
}

@test "build: a Dockerfile on standard input is packed before the socket's group is taken up" {
  local door
  cli 'tar -xOvf -'
  for door in $BOUNDARIES; do
    run "$door" build -t own/x - <<<'FROM x'
    equal "$door $output" "$door Dockerfile"$'\n'"FROM x"
  done
  run sdocker build -t own/x -f sub/file - <<<'FROM x'
  equal "$output" "sub/file"$'\n'"FROM x"
}

@test "build: an archive on standard input arrives as it is" {
  cli 'exec sha256sum'
  tar -C / -c etc/hostname >"$SD_HOME/plain.tar"
  gzip -k "$SD_HOME/plain.tar"
  for file in plain.tar plain.tar.gz; do
    run sdocker build -t own/x - <"$SD_HOME/$file"
    equal "$output" "$(sha256sum <"$SD_HOME/$file")"
  done
  rm -f "$SD_HOME"/plain.tar*
}

@test "build: what the CLI might take for a Dockerfile is not handed on" {
  cli 'echo ran'
  head -c 3000 /dev/zero >"$SD_HOME/zeros"
  run sdocker build -t own/x - <"$SD_HOME/zeros"
  equal "$status" 125
  lacks "$output" ran
  holds "$output" "neither a Dockerfile nor an archive"
  rm -f "$SD_HOME/zeros"
}

@test "info does not tell who the administrator's log-in is" {
  allow '"info", "version"'
  # shellcheck disable=SC2016
  cli 'echo "$DOCKER_CONFIG"'
  run sdocker info
  equal "$output" /proc/safe-docker
  run sdocker version
  equal "$output" "$SD_HOME/config"
}

@test "-o: what the file held stays until the request is recorded, and goes then" {
  allow '"save"'
  cli 'echo new'
  printf 'what was there before\n' >"$WORK/out"
  chown sd-alice "$WORK/out"
  # shellcheck disable=SC2016
  run sd_as sd-alice bash -c 'ulimit -f 0; exec "$@"' - "$SD_HOME/doors/setgid/docker" save -o "$WORK/out" image:1
  equal "$status" 125
  equal "$(cat "$WORK/out")" "what was there before"
  run via_setgid save -o "$WORK/out" image:1
  equal "$status $(cat "$WORK/out")" "0 new"
}

@test "who asks the daemon ends when safe-docker is ended" {
  local signal pid
  cli 'exec sleep 778'
  for signal in TERM KILL; do
    setsid --fork sh -c "echo \$\$ >$SD_HOME/leader; exec setpriv --reuid=$ALICE --regid=$ALICE_GROUP --init-groups \
      $SD_HOME/doors/setgid/docker stop c1" >/dev/null 2>&1 3>&-
    wait_for 10 pgrep -u "$ALICE" -f 'sleep 778'
    pid=$(cat "$SD_HOME/leader")
    kill -"$signal" "$pid"
    wait_for 10 eval "! pgrep -u $ALICE -f 'sleep 778'"
  done
}

@test "a lookup that is ended is no word about what exists" {
  # shellcheck disable=SC2016
  cli 'echo "Error: No such object: c1" >&2; kill -KILL $$'
  run sdocker stop c1
  equal "$status" 1
  lacks "$output" "No such container"
  holds "$output" "did not say why"
}
