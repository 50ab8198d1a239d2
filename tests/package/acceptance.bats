#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What README says, done by two people in a clean Debian: admin, who may use sudo, and alice, who may nothing. The commands are
# taken from README and typed as they stand.
# shellcheck disable=SC2030,SC2031

load package

setup_file() {
  export ROOT=$SD_HOME/root
  clean_root "$ROOT"
  acceptance_people
  acceptance_daemon
}

teardown_file() {
  sd_daemon_stop "$SD_HOME/daemon" "$ROOT/run/docker.sock"
  clean_remove "$ROOT"
}

acceptance_people() {
  printf '127.0.0.1 localhost %s\n' "$(uname -n)" >"$ROOT/etc/hosts"
  in_root useradd --create-home --shell /bin/bash --uid 4001 alice
  in_root useradd --create-home --shell /bin/bash --uid 4002 --groups sudo admin
  printf 'admin ALL=(ALL:ALL) NOPASSWD: ALL\n' >"$ROOT/etc/sudoers.d/admin"
  chmod 0440 "$ROOT/etc/sudoers.d/admin"
  install -d -o 4002 -g 4002 "$ROOT/home/admin/safe-docker"
  cp "$DEB" "$ROOT/home/admin/"
}

# A dockerd of this machine, whose socket lies in the root and is of its group docker.
acceptance_daemon() {
  local socket=$ROOT/run/docker.sock
  sd_daemon_start "$SD_HOME/daemon" "$socket"
  SD_IMAGE=busybox sd_image_make "$SD_HOME" "$socket"
  chgrp "$(awk -F: '$1 == "docker" { print $3 }' "$ROOT/etc/group")" "$socket"
}

# by NAME COMMAND: typed at a terminal after a new log-in. Nobody has a network; who is asked says yes. su keeps the shell from
# the control of jobs, of which bash tells.
by() {
  python3 "$BATS_TEST_DIRNAME/person.py" unshare --net chroot "$ROOT" /usr/bin/env -i TERM=dumb su - "$1" -c \
    'cd ~/safe-docker 2>/dev/null; exec bash -l -i -c "$0"' "$2" |
    grep -vE '^bash: (cannot set terminal process group|no job control)'
  return "${PIPESTATUS[0]}"
}

# typed NAME: the commands of a block of README that shows a terminal.
typed() { readme_commands "$1" | sed -n 's/^\$ //p'; }

@test "fewer than ten commands set up the sudo deployment" {
  local commands command
  mapfile -t commands < <(readme_commands install)
  [[ ${#commands[@]} -ge 2 ]]
  [[ $(readme_commands build | wc -l) -ge 1 ]]
  [[ $(($(readme_commands build | wc -l) + ${#commands[@]})) -lt 10 ]]
  run by alice 'docker run --rm --network none busybox id'
  [[ $status -ne 0 ]]
  for command in "${commands[@]}"; do
    run by admin "$command"
    printf '$ %s\n%s\n' "$command" "$output" >&2
    equal "$command: $status" "$command: 0"
  done
}

@test "records go to a file where the line of the policy that came along is active" {
  sed -i 's|^  //"audit":|  "audit":|' "$ROOT/etc/safe-docker/policy.json"
  run by admin 'safe-docker policy check'
  equal "$status" 0
  run by alice 'docker ps'
  equal "$status" 0
  holds "$(cat "$ROOT/var/log/safe-docker/audit.jsonl")" '"alice"'
}

@test "alice types docker, and has a container as herself" {
  run typed use
  equal "${lines[0]}" "docker run --rm --network none busybox id"
  equal "${#lines[@]}" 1
  run by alice "${lines[0]}"
  equal "$output" "uid=4001 gid=4001 groups=4001"
  run by alice 'type docker'
  holds "$output" safe-docker
}

@test "what is not allowed is refused in words" {
  run by alice 'docker run --rm --network none --privileged busybox id'
  equal "$status" 125
  holds "$output" "safe-docker: denied by policy"
  run by alice 'docker run --rm --network none -v /etc:/x busybox id'
  equal "$status" 125
}

@test "sudo gives alice safe-docker and nothing else" {
  local command
  for command in "docker ps" "/usr/bin/docker run --privileged busybox id" "safe-docker-admin setup sudo --undo --yes" "/usr/sbin/safe-docker-admin ps" \
    "/bin/sh" "env safe-docker ps" "-u admin safe-docker ps" "-g docker safe-docker ps" "-E safe-docker ps" "DOCKER_HOST=x safe-docker ps"; do
    run by alice "sudo -n $command"
    [[ $status -eq 1 ]] || { printf 'ended with %s: sudo %s\n%s\n' "$status" "$command" "$output" >&2 && return 1; }
    [[ $output == *"password is required"* || $output == *"not allowed"* || $output == *"preserve the environment"* ]]
  done
  run by alice 'docker setup sudo --undo --yes'
  [[ $status -ne 0 ]]
  run by alice 'docker run --rm --network none busybox id'
  equal "$status" 0
}

@test "who is not in the group has no docker" {
  in_root useradd --create-home --shell /bin/bash --uid 4003 mallory
  run by mallory 'sudo -n safe-docker run --rm --network none busybox id'
  equal "$status" 1
  run by mallory '/usr/bin/docker ps'
  equal "$status" 1
}

# --- README's questions of administrators ---------------------------------------------------------------

# answers NAME WHO STATUS WHAT...: README's one command for it, typed by WHO, ends with STATUS and says each WHAT.
answers() {
  local name=$1 who=$2 expected=$3 command what
  shift 3
  command=$(typed "$name")
  [[ -n $command && $command != *$'\n'* ]]
  run by "$who" "$command"
  printf '$ %s\n%s\n' "$command" "$output" >&2
  equal "$command: $status" "$command: $expected"
  for what in "$@"; do holds "$output" "$what"; done
}

@test "every question has one command" {
  run grep -c '^\*\*.*?\*\*' "$SD_ROOT/README.md"
  # One of them is answered by keys of the policy.
  equal "$output" 9
  for name in why explain suggest changes may would dangerous round undo; do equal "$(typed "$name" | wc -l)" 1; done
}

@test "README: why was this denied" {
  local words='docker run --rm --network none -v /srv/data:/data:ro busybox ls /data'
  install -d "$ROOT/srv/data"
  in_root groupadd ml
  in_root usermod --append --groups ml alice
  run by alice "$words"
  equal "$status" 125
  answers why admin 0 "deny   alice (sudo)" "${words#docker }" bind-source "is not within a source that the policy allows" \
    "safe-docker policy explain bind-source"
  answers explain alice 0 "Rule bind-source" "mounts.bind"
}

@test "README: how do I allow it for a group" {
  answers suggest admin 0 '"groups": ["ml"]' '{"source": "/srv/data", "access": "ro"}' "risk: "
  local addition
  addition=$(by admin "$(typed suggest)" | awk '/^{/ { inside = 1 } inside { print } /^}/ { exit }')
  printf '%s\n' "$addition" >"$ROOT/etc/safe-docker/policy.d/20-ml.json"
  # The daemon of these tests lives outside of this root, and so has no such folder.
  run by alice 'docker --explain run --rm --network none -v /srv/data:/data:ro busybox ls /data'
  equal "$status" 0
  holds "$output" "decision: allow"
  run by alice 'docker --explain run --rm --network none -v /srv/data:/data busybox ls /data'
  equal "$status" 125
}

@test "README: what changed since yesterday" {
  answers changes admin 1 "Policies:" policy.d/20-ml.json "in force" "-v /srv/data:/data:ro" \
    "was denied (bind-source), would be allowed" "1 decided differently"
}

@test "README: what may alice do, would this be allowed, is my policy dangerous" {
  answers may admin 0 '/srv/data' '/etc/safe-docker/policy.d/20-ml.json' alice
  answers would alice 125 "caller:   alice (uid 4001, gid 4001) via sudo" "decision: deny"
  answers dangerous admin 0 "no mistakes found" "instead:"
}

@test "README: who goes round it" {
  answers round admin 0 "sudo     complete" "containers: alice"
  lacks "$output" mallory
  in_root gpasswd --add mallory docker
  answers round admin 0 mallory
  in_root gpasswd --delete mallory docker
}

@test "README: how do I undo it" {
  answers undo admin 0 "done: /etc/sudoers.d/safe-docker is removed"
  run by alice 'sudo -n safe-docker ps'
  equal "$status" 1
  run by alice 'type docker'
  holds "$output" /usr/bin/docker
  [[ ! -e $ROOT/etc/sudoers.d/safe-docker && -e $ROOT/etc/safe-docker/policy.json ]]
}
