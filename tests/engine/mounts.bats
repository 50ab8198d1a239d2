#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Host files in containers: what the caller may reach, and that a container gives no more.

load common
setup() { common_setup; }
teardown() { common_teardown; }

with() { sdocker run --rm --network=none "$@"; }

@test "the caller's own folder, writable: what is written belongs to the caller" {
  run with --volume="$WORK:/w" "$SD_IMAGE" sh -c 'echo hello >/w/new && mkdir /w/sub'
  equal "$status" 0
  equal "$(stat -c '%u:%g' "$WORK/new" "$WORK/sub")" "$ALICE:$ALICE_GROUP"$'\n'"$ALICE:$ALICE_GROUP"
  equal "$(cat "$WORK/new")" hello
}

@test "the caller's own folder, read-only" {
  run with --volume="$WORK:/w:ro" "$SD_IMAGE" sh -c 'touch /w/new'
  [[ $status -ne 0 && ! -e $WORK/new ]]
  holds "$output" "Read-only"
  run with --mount="type=bind,source=$WORK,target=/w,readonly" "$SD_IMAGE" sh -c 'touch /w/new'
  [[ $status -ne 0 && ! -e $WORK/new ]]
}

@test "a relative source is the caller's folder" {
  sd_as sd-alice touch "$WORK/marker"
  cd "$WORK"
  run with --volume=.:/w "$SD_IMAGE" ls /w
  equal "$output" marker
}

@test "the setuid and setgid bits of a bound file do not help" {
  run with --volume="$WORK:/w" "$SD_IMAGE" sh -c 'cp /bin/busybox /w/own && chmod 6755 /w/own && chown 0:0 /w/own'
  [[ $status -ne 0 ]]
  equal "$(stat -c %u:%g "$WORK/own")" "$ALICE:$ALICE_GROUP"
}

@test "a root-owned setuid program in the caller's folder gives no root in the container" {
  install -o root -m 4755 "$SD_HOME/probe" "$WORK/setuid-root"
  run with --volume="$WORK:/w" "$SD_IMAGE" /w/setuid-root
  equal "$(jq -c '[.uids, .CapEff]' <<<"$output")" "[[$ALICE,$ALICE,$ALICE,$ALICE],\"0000000000000000\"]"
}

@test "a device node cannot be made in a bound folder" {
  run with --volume="$WORK:/w" "$SD_IMAGE" mknod /w/disk b 254 0
  [[ $status -ne 0 && ! -e $WORK/disk ]]
}

@test "files that the caller may not read stay closed, though the folder is the caller's" {
  install -o root -m 0600 /etc/hostname "$WORK/secret"
  run with --volume="$WORK:/w" "$SD_IMAGE" cat /w/secret
  [[ $status -ne 0 ]]
  holds "$output" "Permission denied"
  rm -f "$WORK/secret"
}

@test "a source swapped for a root-only folder after create gives the caller nothing at restart" {
  local id secret=$SD_HOME/root-only
  mkdir -p "$secret" && chmod 0700 "$secret" && echo top-secret >"$secret/file"
  sd_as sd-alice mkdir "$WORK/src"
  id=$(sdocker create --network=none --volume="$WORK/src:/w" "$SD_IMAGE" sh -c 'ls /w; cat /w/file; echo x >/w/mine; echo done')
  rmdir "$WORK/src"
  sd_as sd-alice ln -s "$secret" "$WORK/src"
  run plain start --attach "$id"
  lacks "$output" top-secret
  [[ ! -e $secret/mine ]]
  rm -rf "$secret"
}

@test "a source swapped for / or /etc after create reads nothing that the caller could not" {
  local id target
  for target in / /etc; do
    sd_as sd-alice mkdir "$WORK/src"
    id=$(sdocker create --network=none --volume="$WORK/src:/w" "$SD_IMAGE" sh -c 'cat /w/shadow /w/etc/shadow; touch /w/x /w/etc/x; echo done')
    rmdir "$WORK/src"
    sd_as sd-alice ln -s "$target" "$WORK/src"
    run plain start --attach "$id"
    lacks "$output" "root:"
    [[ ! -e /x && ! -e /etc/x ]]
    rm -f "$WORK/src"
  done
}

@test "sources outside the policy, protected ones, sockets, and ways to spell them are refused" {
  local source
  sd_as sd-alice ln -s / "$WORK/root"
  sd_as sd-alice ln -s /etc "$WORK/etc"
  sd_as sd-alice ln -s "$SD_SOCKET" "$WORK/sock"
  for source in / /etc /etc/shadow /proc /sys /dev /run /var/run/docker.sock "$SD_SOCKET" "$SD_HOME" /root /home \
    "$(sd_home_of sd-bob)" "$WORK/root" "$WORK/root/etc" "$WORK/etc/shadow" "$WORK/sock" "$WORK/../../.." \
    /proc/self/root /proc/self/cwd /dev/fd/0 "/$WORK/../../etc"; do
    run with --volume="$source:/w" "$SD_IMAGE" ls /w
    refused || { echo "-v $source" && return 1; }
    run with --mount="type=bind,src=$source,dst=/w" "$SD_IMAGE" ls /w
    refused || { echo "--mount $source" && return 1; }
  done
}

@test "a missing source is refused and not created" {
  run with --volume="$WORK/missing:/w" "$SD_IMAGE" true
  refused
  [[ ! -e $WORK/missing ]]
}

@test "a socket that the caller puts into an own folder makes the folder no source" {
  # shellcheck disable=SC2016
  sd_as sd-alice python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$WORK/s"
  run with --volume="$WORK:/w" "$SD_IMAGE" true
  refused
  holds "$output" socket
}

@test "mount propagation to the host is refused" {
  local mode
  for mode in shared rshared slave rslave; do
    run with --volume="$WORK:/w:$mode" "$SD_IMAGE" true
    refused || { echo "$mode" && return 1; }
  done
}

@test "a named volume is made by the local driver without options, and stays" {
  run with --volume=data:/w "$SD_IMAGE" sh -c 'touch /w/x 2>&1; ls -d /w'
  holds "$output" /w
  equal "$(plain volume ls --quiet)" data
  equal "$(plain volume inspect --format '{{.Driver}} {{json .Options}}' data)" "local {}"
}

@test "an anonymous volume goes with its container" {
  run with --volume=/w "$SD_IMAGE" ls -d /w
  equal "$status $output" "0 /w"
  equal "$(plain volume ls --quiet)" ""
}

@test "volume options that reach the host are refused" {
  run with --mount='type=volume,source=vol,target=/w,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/' "$SD_IMAGE" true
  refused
  run with --volume-driver=nfs --volume=vol:/w "$SD_IMAGE" true
  refused
  equal "$(plain volume ls --quiet)" ""
}

@test "tmpfs sizes: the default, the caller's own, and no more than the policy" {
  run with --tmpfs=/t:size=1m "$SD_IMAGE" sh -c 'df -k /t | awk "END{print \$2}"; dd if=/dev/zero of=/t/x bs=1k count=2000 2>&1'
  equal "${lines[0]}" 1024
  holds "$output" "No space"
  run with --mount=type=tmpfs,destination=/t,tmpfs-size=2m "$SD_IMAGE" sh -c 'df -k /t | awk "END{print \$2}"'
  equal "$output" 2048
  run with --tmpfs=/t:size=100g "$SD_IMAGE" true
  refused
}
