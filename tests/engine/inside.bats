#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# bats file_tags=inside
# Attacks from inside a container, under each shipped seccomp profile. The table in inside_calls.c and inside_acts.c
# says what each attempt is answered, and by whom; here it is held to that, and the host is compared before and after.

load common
load inside

setup_file() {
  inside_make
  host_state >"$SD_HOME/host.before"
  common_setup
  image_with_inside
  sdocker run --detach --name=witness --network=none "$SD_IMAGE" sleep 3600 >/dev/null
}

# The program is in the image, where an attacker would have it too.
image_with_inside() {
  local id
  id=$(plain create "$SD_IMAGE")
  plain cp "$SD_HOME/inside" "$id:/bin/inside" >/dev/null
  plain commit "$id" "$IMAGE" >/dev/null
  plain rm "$id" >/dev/null
}

IMAGE=safe-docker-inside:1
OPTIONS='--network=none --tmpfs=/tmp'

setup() { common_setup; }

# The witness lives on.
teardown() {
  local id
  for id in $(plain ps --all --quiet --no-trunc | grep -v "$(plain ps --quiet --no-trunc --filter name=witness)"); do
    plain rm --force --volumes "$id" >/dev/null 2>&1 || true
  done
  rm -rf "${WORK:?}"
}

teardown_file() {
  common_setup
  common_teardown
  plain image rm --force "$IMAGE" >/dev/null
}

# --- how it is run --------------------------------------------------------------------------------------

# under PROFILE [MORE-POLICY]: what callers get.
under() { policy "{\"seccomp\": {\"profile\": \"$1\"}${2:+, $2}}"; }

# As a caller's container is, by the plain CLI. The shell is process 1, of the same user.
# bare SECCOMP [OPTION...]
bare() {
  local seccomp=$1
  shift
  # shellcheck disable=SC2086
  plain run --rm --user="$ALICE:$ALICE_GROUP" --cap-drop=ALL --security-opt=no-new-privileges --ulimit=core=0 \
    --security-opt="seccomp=$seccomp" $OPTIONS "$@" "$IMAGE" sh -c 'inside; true'
}

# attack [OPTION...]: everything, in a container of the caller.
attack() {
  # shellcheck disable=SC2086
  sdocker run --rm $OPTIONS "$@" "$IMAGE" sh -c 'inside; true'
}

# bomb OPTIONS WORD
bomb() {
  # shellcheck disable=SC2086
  sdocker run --rm $OPTIONS $1 "$IMAGE" inside --bomb "$2"
}

# --- calls ----------------------------------------------------------------------------------------------

@test "under each profile every attempt is answered as the table says" {
  local profile column=2
  for profile in default no-network strict; do
    under "$profile"
    run attack
    equal "$status" 0
    answered "$column" errno all || { printf 'under %s\n' "$profile" && return 1; }
    column=$((column + 1))
  done
}

@test "it is the filter that says what the table calls the filter's" {
  local profile column=2
  for profile in default no-network strict; do
    signalling "$profile"
    run bare "$SD_HOME/signalling.json"
    equal "$status" 0
    answered "$column" signal all || { printf 'under %s\n' "$profile" && return 1; }
    column=$((column + 1))
  done
}

@test "without a filter the kernel is willing, or refuses first where the table says so" {
  run bare unconfined
  equal "$status" 0
  answered 5 errno all
  [[ $(awk '$2 ~ /^!/ && $5 ~ /worked/' "$SD_HOME/inside.table" | wc -l) -ge 30 ]]
  equal "$(awk '{ n = split($5, words, "|"); if ($2 == "!EPERM" && n == 1 && $5 == "EPERM") print $1 }' "$SD_HOME/inside.table" |
    grep -cE '^(x32|32)-')" 0
}

@test "root inside, without capabilities, gets the same answers from the filter" {
  local profile column=2
  for profile in default no-network strict; do
    under "$profile" '"user": {"mode": "any"}'
    run attack --user=0:0
    equal "$status" 0
    answered "$column" errno filter || { printf 'under %s\n' "$profile" && return 1; }
    column=$((column + 1))
  done
}

@test "under strict no capability opens a call" {
  local all='"SYS_ADMIN", "SYS_PTRACE", "SYS_CHROOT", "SYS_TIME", "SYS_NICE", "SYS_BOOT", "MKNOD", "NET_RAW", "NET_ADMIN", "DAC_READ_SEARCH", "SYSLOG", "SYS_PACCT", "SYS_TTY_CONFIG"'
  local -a options=(--user=0:0)
  local word
  for word in ${all//[\",]/}; do options+=("--cap-add=$word"); done
  under strict "\"user\": {\"mode\": \"any\"}, \"capabilities\": {\"allow\": [$all]}"
  run attack "${options[@]}"
  equal "$status" 0
  answered 4 errno filter
  under default "\"user\": {\"mode\": \"any\"}, \"capabilities\": {\"allow\": [$all]}"
  # shellcheck disable=SC2086
  run sdocker run --rm $OPTIONS "${options[@]}" "$IMAGE" inside unshare-uts chroot fspick
  equal "$output" $'fspick worked\nchroot worked\nunshare-uts worked'
}

# --- files ----------------------------------------------------------------------------------------------

# Everything below a folder that a process inside can open for writing, or make files in.
writable() {
  # shellcheck disable=SC2086
  "$@" $OPTIONS "$IMAGE" sh -c 'for top in /proc /sys /dev; do inside --bomb walk=$top; done' | sort
}

# The pressure files are the host's in any container: who may open them can ask for a signal, and read them.
ours='^/dev/(null|zero|full|random|urandom|tty|ptmx|console|pts/ptmx|pts/[0-9]+|shm/|mqueue/)?$|^/proc/pressure/(cpu|io|memory)$'

@test "the caller can write nothing of /proc, /sys and /dev but devices of everybody" {
  run writable sdocker run --rm
  equal "$status" 0
  holds "$output" /dev/null
  equal "$(grep -vE "$ours" <<<"$output")" ""
}

@test "root inside can write nothing of /proc and /sys" {
  under default '"user": {"mode": "any"}'
  run writable sdocker run --rm --user=0:0
  equal "$status" 0
  holds "$output" /dev/null
  equal "$(grep -vE "$ours|^/dev/$|^/dev/pts/$" <<<"$output")" ""
}

@test "a container that is not confined can write the files of the kernel" {
  # shellcheck disable=SC2086
  run plain run --rm --security-opt=systempaths=unconfined $OPTIONS "$IMAGE" inside --bomb walk=/proc
  holds "$output" /proc/sys/kernel/core_pattern
  holds "$output" /proc/irq/
}

# --- what a shell has -------------------------------------------------------------------------------------

@test "no command of the shell changes anything, and each says that it may not" {
  # shellcheck disable=SC2086
  run sdocker run --rm $OPTIONS "$IMAGE" sh -c "$(inside_commands)"
  equal "$(awk '$2 == 0 { print $1 }' <<<"$output")" ""
  equal "$(grep -viE 'not permitted|permission denied|read-only file system|must be suid' <<<"$output")" ""
  equal "${#lines[@]}" "$(inside_commands | grep -cE '^[a-z-]+\|')"
}

@test "the same commands work for those who may" {
  local may='bind|mount|nsenter|chroot|mknod-char|unshare|hostname|ifconfig|route|ping|nice|io-class|owner'
  # shellcheck disable=SC2086
  run plain run --rm --cap-add=SYS_ADMIN --cap-add=NET_ADMIN --cap-add=SYS_NICE --security-opt=seccomp=unconfined \
    $OPTIONS "$IMAGE" sh -c "$(inside_commands "$may")"
  equal "${#lines[@]}" 13
  equal "$(awk '$2 != 0' <<<"$output")" ""
}

@test "a setuid program gains nothing, be it of the image or from the caller's home" {
  install -m 4755 -o root "$SD_HOME/probe" "$WORK/setuid-root"
  local program
  for program in /w/setuid-root setuid-root; do
    # shellcheck disable=SC2086
    run sdocker run --rm $OPTIONS --volume="$WORK:/w:ro" "$SD_IMAGE" "$program"
    equal "$status" 0
    equal "$(jq -c .uids <<<"$output")" "[$ALICE,$ALICE,$ALICE,$ALICE]"
  done
  # shellcheck disable=SC2086
  run plain run --rm --user="$ALICE" $OPTIONS --volume="$WORK:/w:ro" "$SD_IMAGE" /w/setuid-root
  equal "$(jq -c .uids <<<"$output")" "[$ALICE,0,0,0]"
}

@test "the terminal inside is the container's own" {
  # shellcheck disable=SC2086
  run sdocker run --rm --tty $OPTIONS "$SD_IMAGE" sh -c 'readlink /proc/self/fd/0; ls /dev/pts | wc -l'
  equal "$status" 0
  equal "$(tr -d '\r' <<<"$output" | tr '\n' ' ')" '/dev/pts/0 2 '
}

# --- limits ---------------------------------------------------------------------------------------------

@test "a fork bomb ends at the pids limit, and its container with it" {
  run bomb --pids-limit=50 fork
  holds "$output" "processes 49 EAGAIN"
  run bomb --pids-limit=50 forks
  wait_for 10 eval '[[ -z $(pgrep -u sd-alice -f "inside --bomb") ]]'
}

@test "memory, memory files, tmpfs and /dev/shm end at the memory limit" {
  run bomb "--memory=64m" memory
  equal "$status" 137
  [[ ${#lines[@]} -ge 30 && ${#lines[@]} -le 64 ]]
  run bomb "--memory=64m" memfd
  equal "$status" 137
  [[ ${lines[-1]} -ge 30 && ${lines[-1]} -le 64 ]]
  run bomb "--memory=64m --shm-size=200m" fill=/dev/shm/file
  equal "$status" 137
  run bomb "--memory=200m" fill=/dev/shm/file
  equal "$output" "MiB 64 ENOSPC"
  run bomb "--memory=200m" fill=/tmp/file
  equal "$output" "MiB 64 ENOSPC"
}

@test "buffers of pipes and sockets, and names of files, count as the container's memory" {
  local kind
  for kind in sockets pipes inodes; do
    run bomb "--memory=64m --ulimit=nofile=$SD_NOFILE:$SD_NOFILE" "$kind"
    printf '%s: %s %s\n' "$kind" "$status" "$output"
    [[ $status -eq 137 ]]
  done
}

@test "open files end at the limit" {
  run bomb "" files
  equal "$output" "files 1021 EMFILE"
}

@test "processors end at the limit" {
  local id used before
  # shellcheck disable=SC2086
  id=$(sdocker run --detach --cpus=0.5 $OPTIONS "$IMAGE" sh -c 'inside --bomb cpu; sleep 30')
  wait_for 10 eval '[[ $(plain top '"$id"' | grep -c "bomb cpu") -ge 8 ]]'
  before=$(cpu_used "$id")
  sleep 2
  used=$(($(cpu_used "$id") - before))
  printf 'used %s ms of 2000 ms\n' "$used"
  [[ $used -ge 20 && $used -le 1300 ]]
}
cpu_used() {
  if [[ -d /sys/fs/cgroup/cpuacct ]]; then
    echo $(($(cgroup_of "$1" cpuacct cpuacct.usage -) / 1000000))
  else
    echo $(($(cgroup_of "$1" - - cpu.stat | awk '/usage_usec/ { print $2 }') / 1000))
  fi
}

@test "a crash leaves no core" {
  # shellcheck disable=SC2086
  run --separate-stderr sdocker run --rm $OPTIONS "$IMAGE" sh -c 'cd /tmp; ulimit -c; inside --bomb core; ls -A /tmp'
  equal "${lines[0]}" 0
  lacks "$(ls -A "$WORK")" core
  equal "$(grep -c '^core' <<<"$output")" 0
}

# --- the host -------------------------------------------------------------------------------------------

@test "the host is as it was, the daemon answers, the caller's other container lives" {
  run diff "$SD_HOME/host.before" <(host_state)
  equal "$output" ""
  equal "$(sdocker ps --format '{{.Names}} {{.State}}')" "witness running"
  equal "$(sdocker exec witness echo alive)" alive
  equal "$(plain version --format '{{.Server.Version}}' | grep -c .)" 1
}
