#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A rootless dockerd of the caller's own: who its containers are, what they reach on the host, and what the path of its
# socket, which is the caller's to change, does not lead to.

load common
load rootless

setup_file() {
  rootless_start sd-alice
  sd_image_make "$SD_HOME" "$(rootless_socket sd-alice)" "$SD_HOME/probe"
}

teardown_file() { rootless_stop sd-alice; }

setup() {
  common_setup
  SOCKET=$(rootless_socket sd-alice)
  BOB=$(id -u sd-bob)
  rootless_policy
}

teardown() {
  local id
  [[ ! -d /run/user/$ALICE.away ]] || mv "/run/user/$ALICE.away" "/run/user/$ALICE"
  [[ ! -e $SOCKET.kept ]] || mv -f "$SOCKET.kept" "$SOCKET"
  [[ -z ${RELAY:-} ]] || sd_stop_pid "$RELAY"
  for id in $(rootless ps --all --quiet); do rootless rm --force --volumes "$id" >/dev/null 2>&1 || true; done
  for id in $(rootless volume ls --quiet); do rootless volume rm "$id" >/dev/null 2>&1 || true; done
  rm -f "$SD_HOME/cli"
  common_teardown
}

# rootless_policy [JSON]: of callers who have such a daemon; a record would need the group of the other one.
rootless_policy() {
  policy "$(jq -nc --argjson more "${1:-{\}}" '{docker: {host: "unix:///run/user/{uid}/docker.sock"},
    audit: {file: "", required: false}} * $more')"
}

# The caller's daemon, asked past safe-docker.
rootless() { sd_as sd-alice docker --host "unix://$SOCKET" "$@"; }
sdocker() { via_direct "$@"; }

# user_of WORDS...: --user of the container that would be made.
user_of() { "$@" | jq -r '.argv[] | select(startswith("--user=")) | sub("--user="; "")'; }

# steal: the path leads to the daemon of root's.
steal() {
  sd_as sd-alice mv "$SOCKET" "$SOCKET.kept"
  sd_as sd-alice ln -s "$SD_SOCKET" "$SOCKET"
}

BOUNDARIES="via_sudo via_doas via_setgid via_setuid"

# --- who a container is ---------------------------------------------------------------------------------

@test "a container runs as root of the daemon, which is its caller, and has no rights but theirs" {
  run hardened sh -c 'id -u; id -g; cat /proc/self/uid_map; cat /proc/self/status'
  equal "$status" 0
  equal "$(head -n 2 <<<"$output" | xargs)" "0 0"
  equal "$(sed -n 3p <<<"$output" | xargs)" "0 $ALICE 1"
  local line
  for line in CapInh CapPrm CapEff CapBnd CapAmb; do holds "$output" "$line:"$'\t'0000000000000000; done
  holds "$output" NoNewPrivs:$'\t'1
  holds "$output" Seccomp:$'\t'2
}

@test "everything else that a launch has, it has there too" {
  sdocker create --name c1 --network=none "$SD_IMAGE" true
  run rootless inspect c1
  jq -e --arg uid "$ALICE" '.[0] | .Config.User == "0:0" and .Config.Labels["io.safe-docker.owner"] == $uid and (.HostConfig |
    .Privileged == false and .CapDrop == ["ALL"] and .CapAdd == null and .Memory > 0 and .MemorySwap == .Memory and
    .NanoCpus > 0 and .PidsLimit > 0 and .IpcMode == "private" and .CgroupnsMode == "private" and .PidMode == "" and
    .UTSMode == "" and .UsernsMode == "" and .Binds == null and .Devices == [] and .GroupAdd == null and
    (.SecurityOpt[0] | startswith("seccomp={")) and .SecurityOpt[-1] == "no-new-privileges=true")' <<<"$output"
}

@test "--user: root is the caller; the caller's numbers stay what they are; another one is refused" {
  local words
  for words in 0 0:0 root; do
    run hardened_as "$words"
    equal "$words: $output" "$words: 0 0"
  done
  for words in "$ALICE" "$ALICE:$ALICE_GROUP"; do
    run hardened_as "$words"
    equal "$words: $output" "$words: $ALICE $ALICE_GROUP"
  done
  for words in 1:1 0:1 "$BOB:$BOB" nobody "$ALICE:0" root:root; do
    run hardened_as "$words"
    equal "$words: $status" "$words: 125"
    holds "$output" "the container then runs as 0:0"
  done
}
hardened_as() { sdocker run --rm --network=none --user="$1" "$SD_IMAGE" sh -c 'echo "$(id -u) $(id -g)"'; }

@test "user.mode non-root means what it says; any takes every number" {
  rootless_policy '{"user": {"mode": "non-root"}}'
  equal "$(user_of sdocker --explain=json run "$SD_IMAGE")" "$ALICE:$ALICE_GROUP"
  run hardened_as 0:0
  equal "$status" 125
  rootless_policy '{"user": {"mode": "any"}}'
  equal "$(user_of sdocker --explain=json run "$SD_IMAGE")" 0:0
  run sdocker run --rm --network=none --user=1:1 --mount "type=bind,src=$WORK,dst=/w" "$SD_IMAGE" sh -c 'id -u; echo x >/w/x'
  equal "${lines[0]}" 1
  holds "$output" "Permission denied"
}

@test "--explain tells why" {
  run sdocker --explain run "$SD_IMAGE"
  holds "$output" "rootless: the container's root is you"
}

@test "--group-add: group 0 is the caller's own there; other people's groups are refused as everywhere" {
  run sdocker run --rm --network=none --group-add=0 "$SD_IMAGE" id -G
  equal "$output" 0
  run sdocker run --rm --network=none --group-add="$DOCKER_GROUP" "$SD_IMAGE" true
  equal "$status" 125
}

# --- files of the host ----------------------------------------------------------------------------------

@test "what a container writes in a bound folder is the caller's" {
  run sdocker run --rm --network=none -v "$WORK:/w" "$SD_IMAGE" sh -c 'echo text >/w/made && mkdir /w/folder && stat -c %u /w'
  equal "$output" 0
  equal "$(stat -c '%u %g' "$WORK/made" "$WORK/folder" | sort -u)" "$ALICE $ALICE_GROUP"
  run sd_as sd-alice rm -r "$WORK/made" "$WORK/folder"
  equal "$status" 0
}

@test "files of root and of others stay closed" {
  local file
  echo secret >"$WORK/root" && echo secret >"$WORK/bob"
  chmod 0600 "$WORK/root" "$WORK/bob" && chown sd-bob: "$WORK/bob"
  for file in root bob; do
    run sdocker run --rm --network=none -v "$WORK:/w" "$SD_IMAGE" sh -c "cat /w/$file; echo x >/w/$file; chown 0:0 /w/$file"
    lacks "$output" secret
    equal "$(cat "$WORK/$file")" secret
  done
}

@test "the daemon's socket and folders that the policy does not name are refused as bind sources" {
  local source
  for source in "$SOCKET" /etc "/run/user/$ALICE"; do
    run sdocker run --rm --network=none -v "$source:/x" "$SD_IMAGE" true
    equal "$source $status" "$source 125"
  done
}

# --- other commands -------------------------------------------------------------------------------------

@test "the caller's containers are theirs; those of the plain CLI are not" {
  rootless run --detach --name other --network=none "$SD_IMAGE" sleep 600
  sdocker run --detach --name c1 --network=none -v "$WORK:/w" "$SD_IMAGE" sh -c 'echo said; exec sleep 600'
  equal "$(sdocker ps --format '{{.Names}}')" c1
  equal "$(sdocker logs c1)" said
  run sdocker exec c1 sh -c 'id -u; echo x >/w/exec'
  equal "$output" 0
  equal "$(stat -c %u "$WORK/exec")" "$ALICE"
  run sdocker exec --user="$ALICE:$ALICE_GROUP" c1 id -u
  equal "$output" "$ALICE"
  run sdocker exec --user=1:1 c1 id
  equal "$status" 125
  for words in "exec other id" "stop other" "rm other" "logs other"; do
    # shellcheck disable=SC2086
    run sdocker $words
    equal "$words $status" "$words 1"
    holds "$output" "No such container"
  done
  sdocker stop -t 1 c1 && sdocker rm c1
  equal "$(rootless ps --all --format '{{.Names}}')" other
}

@test "a volume of the caller's is theirs to write" {
  sdocker volume create data
  run sdocker run --rm --network=none -v data:/data "$SD_IMAGE" sh -c 'echo kept >/data/file && stat -c %u /data/file'
  equal "$output" 0
  run sdocker run --rm --network=none -v data:/data "$SD_IMAGE" cat /data/file
  equal "$output" kept
}

@test "cp: what is copied in can be read there, and what is copied out is the caller's" {
  sd_as sd-alice sh -c "umask 077; echo text >$WORK/in"
  sdocker run --detach --name c1 --network=none "$SD_IMAGE" sleep 600
  sdocker cp "$WORK/in" c1:/tmp/in
  run sdocker exec c1 cat /tmp/in
  equal "$output" text
  sdocker cp c1:/tmp/in "$WORK/out"
  equal "$(stat -c '%u %a' "$WORK/out")" "$ALICE 600"
}

# --- the path of the socket is the caller's -------------------------------------------------------------

@test "behind sudo, doas and setgid the daemon is reached with the caller's own rights, and no others" {
  local door
  printf '#!/bin/sh\ngrep -E "^(Uid|Gid|Groups)" /proc/self/status | xargs\nexec docker "$@"\n' >"$SD_HOME/cli"
  chmod 0755 "$SD_HOME/cli"
  rootless_policy "{\"docker\": {\"path\": \"$SD_HOME/cli\"}}"
  for door in $BOUNDARIES; do
    run "$door" run --rm --network=none "$SD_IMAGE" id -u
    equal "$door $status ${lines[1]}" "$door 0 0"
    holds "${lines[0]}" "Uid: $ALICE $ALICE $ALICE $ALICE Gid: $ALICE_GROUP $ALICE_GROUP $ALICE_GROUP $ALICE_GROUP "
    lacks " ${lines[0]} " " $DOCKER_GROUP "
  done
}

@test "attack: the path leads to the daemon of root's; refused in words" {
  local door
  steal
  for door in $BOUNDARIES; do
    run "$door" run --rm --network=none "$SD_IMAGE" id
    refused
    holds "$output" "socket-place" && holds "$output" "not your own daemon"
  done
  run via_direct --explain=json run "$SD_IMAGE"
  equal "$(user_of via_direct --explain=json run "$SD_IMAGE")" "$ALICE:$ALICE_GROUP"
  run via_direct run --rm --network=none "$SD_IMAGE" id
  [[ $status -ne 0 ]]
  holds "$output" "permission denied"
}

@test "attack: the path is changed after it was looked at; the docker command has no rights there" {
  local door
  printf '#!/bin/sh\nmv %s %s.kept\nln -s %s %s\nexec docker "$@"\n' "$SOCKET" "$SOCKET" "$SD_SOCKET" "$SOCKET" >"$SD_HOME/cli"
  chmod 0755 "$SD_HOME/cli"
  rootless_policy "{\"docker\": {\"path\": \"$SD_HOME/cli\"}}"
  for door in $BOUNDARIES via_direct; do
    run "$door" run --rm --network=none "$SD_IMAGE" id
    [[ $status -ne 0 ]]
    holds "$output" "permission denied"
    equal "$(plain ps --all --quiet)" ""
    mv -f "$SOCKET.kept" "$SOCKET"
  done
}

@test "attack: the folder is not there when it is looked at, and is made before the docker command connects" {
  local door folder=/run/user/$ALICE
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nid -G | tr " " "\\n" | grep -qx %s && echo HAS THE GROUP\ntrue\n' "$DOCKER_GROUP" >"$SD_HOME/cli"
  chmod 0755 "$SD_HOME/cli"
  rootless_policy "{\"docker\": {\"path\": \"$SD_HOME/cli\"}}"
  mv "$folder" "$folder.away"
  for door in $BOUNDARIES; do
    run "$door" run --rm --network=none "$SD_IMAGE" id
    equal "$door $status $output" "$door 0 "
  done
  mv "$folder.away" "$folder"
}

@test "a relay of the caller's to the daemon of root's is no rootless daemon: the container's root would be root" {
  local socket=$WORK/relay.sock
  cat >"$SD_HOME/relay.py" <<'RELAY'
import socket, sys, threading
def pump(a, b):
    while data := a.recv(65536): b.sendall(data)
    b.shutdown(socket.SHUT_WR)
server = socket.socket(socket.AF_UNIX); server.bind(sys.argv[1]); server.listen(16)
while True:
    near, _ = server.accept(); far = socket.socket(socket.AF_UNIX); far.connect(sys.argv[2])
    for pair in ((near, far), (far, near)): threading.Thread(target=pump, args=pair, daemon=True).start()
RELAY
  setpriv --reuid=sd-alice --regid=sd-alice --groups="$DOCKER_GROUP" /usr/bin/python3 "$SD_HOME/relay.py" "$socket" "$SD_SOCKET" \
    </dev/null >/dev/null 2>&1 3>&- &
  RELAY=$!
  wait_for 10 test -S "$socket"
  rootless_policy "{\"docker\": {\"host\": \"unix://$socket\"}}"
  run hardened sh -c 'echo "$(id -u) $(id -g)"'
  equal "$output" "$ALICE $ALICE_GROUP"
}

# --- somebody else's ------------------------------------------------------------------------------------

@test "another account's rootless daemon, by run_as that account: containers stay the caller's numbers" {
  local host="\"host\": \"unix://$SOCKET\""
  rootless_policy "{\"docker\": {$host, \"run_as\": \"sd-alice\"}}"
  run sd_as sd-bob sudo -n "$SD_HOME/prefix/bin/safe-docker" run --rm --network=none "$SD_IMAGE" id -u
  equal "$output" "$BOB"
  run sd_as sd-bob sudo -n "$SD_HOME/prefix/bin/safe-docker" run --rm --network=none --user=0:0 "$SD_IMAGE" id -u
  equal "$status" 125
}

@test "another account's rootless daemon: not as root, whose rights its owner could lead elsewhere, and not as the caller" {
  local host="\"host\": \"unix://$SOCKET\""
  rootless_policy "{\"docker\": {$host, \"run_as\": \"root\"}}"
  run sd_as sd-bob sudo -n "$SD_HOME/prefix/bin/safe-docker" run --rm --network=none "$SD_IMAGE" id -u
  equal "$status" 125
  holds "$output" "others can change what lies at the path of its socket"
  holds "$output" "$(dirname "$SOCKET") is not trusted"
  rootless_policy "{\"docker\": {$host}}"
  for door in "sudo -n $SD_HOME/prefix/bin/safe-docker" "$SD_HOME/doors/setgid/docker" "$SD_HOME/prefix/bin/safe-docker"; do
    # shellcheck disable=SC2086
    run sd_as sd-bob $door run --rm --network=none "$SD_IMAGE" id -u
    [[ $status -ne 0 ]]
    lacks "$output" "$BOB"
  done
}
