#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The administrator's commands behind a door: who is handed over to sudo, doas or pkexec, with which rights and words. In
# the places of these stands a program that tells what it was given, in a mount namespace of the test's own.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  ADMIN=$SD_HOME/prefix/sbin/safe-docker-admin
  ALICE=$(id -u sd-alice)
  GROUP=$(id -g sd-alice)
  # The socket's group is what a door parks.
  printf '{"version": 1, "docker": {"host": "unix://%s"}}' "$SD_HOME/daemon.sock" >"$SD_HOME/etc/safe-docker/policy.json"
  install -o root -g docker -m 0660 /dev/null "$SD_HOME/daemon.sock"
}

teardown() {
  rm -f "$SD_HOME/etc/safe-docker/policy.json" "$SD_HOME/daemon.sock"
}

# with_probe TOOL COMMAND...: the probe in the place of the tool.
with_probe() {
  local tool=$1
  shift
  # shellcheck disable=SC2016
  unshare --mount sh -c '[ -e "/usr/bin/$1" ] || touch "/usr/bin/$1"; mount --bind "$2" "/usr/bin/$1"; shift 2; exec "$@"' \
    sh "$tool" "$SD_HOME/probe" "$@"
}

# without TOOLS COMMAND...: nothing that could be asked.
without_tools() {
  unshare --mount sh -c 'for tool in sudo doas pkexec; do
    [ ! -e "/usr/bin/$tool" ] || mount --bind /dev/null "/usr/bin/$tool"; done; exec "$@"' sh "$@"
}

callers_rights_alone() {
  equal "$(jq -c .uids <<<"$output")" "[$ALICE,$ALICE,$ALICE,$ALICE]"
  equal "$(jq -c .gids <<<"$output")" "[$GROUP,$GROUP,$GROUP,$GROUP]"
  equal "$(jq -r '.groups | sort | map(tostring) | join(" ")' <<<"$output")" \
    "$(id -G sd-alice | tr ' ' '\n' | sort -n | paste -sd' ')"
  equal "$(jq -r '[.CapInh, .CapPrm, .CapEff, .CapAmb] | unique | join(" ")' <<<"$output")" 0000000000000000
  equal "$(jq -r .NoNewPrivs <<<"$output")" 0
  # A pipe is never above 2 here; the folder that the probe reads is its own.
  equal "$(jq -c '[.fds[].fd | select(. > 2)] | length' <<<"$output")" 0
}

@test "behind sudo, doas and pkexec the same tool is asked, with the caller's rights and no parked group" {
  local row tool variable words
  for row in "sudo SUDO_UID=$ALICE" "doas DOAS_USER=sd-alice" "pkexec PKEXEC_UID=$ALICE"; do
    read -r tool variable <<<"$row"
    run --separate-stderr with_probe "$tool" env "$variable" "$SAFE" apparmor load 5</etc/passwd
    equal "$tool $status" "$tool 0"
    equal "$stderr" "safe-docker: this is for administrators, and no command of docker: $tool decides"
    callers_rights_alone
    words="\"--\",\"$ADMIN\",\"apparmor\",\"load\"]"
    [ "$tool" != pkexec ] || words="\"$ADMIN\",\"apparmor\",\"load\"]"
    equal "$(jq -c .argv <<<"$output")" "[\"$tool\",$words"
  done
}

@test "at a terminal it is sudo's question that says for what; who is asked nothing is told nothing" {
  local seen
  seen=$(with_probe sudo python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' env "SUDO_UID=$ALICE" "$SAFE" apparmor load </dev/null | tr -d '\r')
  lacks "${seen%%\{*}" "administrators"
  equal "$(jq -c '.argv[1:3]' <<<"$seen")" \
    '["--prompt=safe-docker: this is for administrators, and no command of docker\n[sudo] password for %p: ","--"]'
}

@test "through a setgid program and without a door sudo is asked" {
  local program
  for program in "$SD_HOME/door/docker" "$SAFE"; do
    run --separate-stderr with_probe sudo sh -c 'setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$@"' sh "$program" apparmor load
    equal "$status" 0
    callers_rights_alone
    equal "$(jq -c .argv <<<"$output")" "[\"sudo\",\"--\",\"$ADMIN\",\"apparmor\",\"load\"]"
  done
}

@test "the words arrive as they were typed, whatever they look like" {
  run --separate-stderr with_probe sudo env "SUDO_UID=$ALICE" "$SAFE" seccomp learn --output=-u -- -- --shell 'a b' '' $'x\ny'
  equal "$status" 0
  equal "$(jq -c .argv <<<"$output")" \
    "[\"sudo\",\"--\",\"$ADMIN\",\"seccomp\",\"learn\",\"--output=-u\",\"--\",\"--\",\"--shell\",\"a b\",\"\",\"x\\ny\"]"
}

@test "of the environment TERM and LANG arrive, where they are plain" {
  run --separate-stderr with_probe sudo env -i "SUDO_UID=$ALICE" TERM=xterm LANG=C.UTF-8 PATH=/tmp/evil HOME=/tmp/evil SUDO_ASKPASS=/tmp/evil \
    LD_PRELOAD= EDITOR=/tmp/evil LC_ALL=C DOCKER_HOST=tcp://evil SAFE_DOCKER_POLICY=/tmp/evil "$SAFE" apparmor load
  equal "$(jq -c '.env | sort' <<<"$output")" '["LANG=C.UTF-8","TERM=xterm"]'
  run --separate-stderr with_probe sudo env -i "SUDO_UID=$ALICE" TERM=/tmp/evil LANG=$'a\nb' "$SAFE" apparmor load
  equal "$(jq -c '.env' <<<"$output")" '[]'
}

@test "where nothing can be asked, the line to type as root is told" {
  run without_tools setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$SAFE" apparmor load
  equal "$status" 125
  holds "$output" "as root: $ADMIN apparmor load"
  run without_tools env "SUDO_UID=$ALICE" "$SAFE" apparmor load
  equal "$status" 125
  holds "$output" "sudo $ADMIN apparmor load"
}

@test "root is never handed over twice: safe-docker-admin, a root shell, a setgid program as root" {
  local door=$SD_HOME/door/docker
  run --separate-stderr with_probe sudo env "SUDO_UID=$ALICE" DOAS_USER=sd-alice "PKEXEC_UID=$ALICE" "$ADMIN" apparmor load
  lacks "$output" argv
  run --separate-stderr with_probe sudo "$SAFE" apparmor load
  lacks "$output" argv
  run --separate-stderr with_probe sudo "$door" apparmor load
  lacks "$output" argv
}

@test "safe-docker-admin changes nothing for one who is not root" {
  run --separate-stderr with_probe sudo setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$ADMIN" apparmor load
  callers_rights_alone
  run sd_as sd-alice env SUDO_UID=0 "$ADMIN" --explain=json run --network=none x
  equal "$(jq -r '.caller.user + " " + .caller.via' <<<"$output")" "sd-alice direct"
}

@test "safe-docker-admin is root's, and writable by nobody else" {
  equal "$(stat -c '%U:%G %a' "$ADMIN")" "root:root 755"
}
