#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor`, the kernel: what is read of /proc and /sys, and that the commands of its findings, carried out by a shell as
# they stand, turn them green. Files of the test's own lie over the switches, in a mount namespace: the machine keeps its own.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

SWITCHES="fs.protected_symlinks fs.protected_hardlinks fs.protected_fifos fs.protected_regular kernel.dmesg_restrict
  kernel.kptr_restrict kernel.perf_event_paranoid kernel.unprivileged_bpf_disabled net.core.bpf_jit_harden
  vm.unprivileged_userfaultfd fs.suid_dumpable kernel.core_pattern"

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  FAKE=$BATS_TEST_TMPDIR/fake
  mkdir "$FAKE" "$FAKE/etc" "$FAKE/default"
  printf '{"version": 1, "docker": {"host": "unix://%s"}, "audit": {"syslog": false, "file": "", "required": false}}' \
    "$SD_HOME/nowhere.sock" >"$SD_HOME/etc/safe-docker/policy.json"
}

teardown() {
  rm -f "$SD_HOME/etc/safe-docker/policy.json"
}

# switch NAME VALUE: a file that will lie over the one of /proc/sys.
switch() { printf '%s\n' "$2" >"$FAKE/$1"; }

# inside COMMAND...: with the made switches, and folders of /etc of the test's own. What this kernel has not cannot be laid over.
inside() {
  # shellcheck disable=SC2016
  unshare --mount sh -c '
    fake=$1; shift
    for file in "$fake"/*.*; do
      at=/proc/sys/$(basename "$file" | tr . /)
      [ ! -e "$file" ] || [ ! -e "$at" ] || mount --bind "$file" "$at" || exit 9
    done
    mkdir -p /etc/sysctl.d && mount --bind "$fake/etc" /etc/sysctl.d || exit 9
    exec "$@"' sh "$FAKE" "$@"
}

# found: STATUS CHECK SUBJECT of the kernel.
found() {
  { inside "$SAFE" doctor --format json || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
  jq -r '.findings[] | select(.area == "kernel") | "\(.status) \(.check) \(.subject)"' "$BATS_TEST_TMPDIR/answer"
}

# commands STATUS-LINE: of that finding, a line each.
commands() {
  jq -r --arg line "$1" '.findings[] | select("\(.status) \(.check) \(.subject)" == $line) | .commands[]' "$BATS_TEST_TMPDIR/answer"
}

open_everything() {
  local name
  for name in $SWITCHES; do switch "$name" 0; done
  switch kernel.perf_event_paranoid -1
  switch vm.unprivileged_userfaultfd 1
  switch fs.suid_dumpable 1
  switch kernel.core_pattern "|/usr/bin/collector %p '\$(id)'"
}

@test "the commands of every open switch, carried out as they stand, close it; a second time changes nothing" {
  local name line
  open_everything
  printf '# kept\nfs.protected_fifos=0\nkernel.dmesg_restrict = 0\nkernelXdmesg_restrict = 7\n' >"$FAKE/etc/90-safe-docker.conf"
  found >"$BATS_TEST_TMPDIR/before"
  for name in $SWITCHES; do
    [[ -e /proc/sys/${name//.//} ]] || continue
    line=$(grep -E "^warn [a-z-]+ $name\$" "$BATS_TEST_TMPDIR/before")
    commands "$line" >>"$BATS_TEST_TMPDIR/mend"
  done
  [[ $(wc -l <"$BATS_TEST_TMPDIR/mend") -ge 30 ]]
  while read -r line; do inside sh -c "$line"; done <"$BATS_TEST_TMPDIR/mend"
  cp "$FAKE/etc/90-safe-docker.conf" "$BATS_TEST_TMPDIR/once"
  while read -r line; do inside sh -c "$line"; done <"$BATS_TEST_TMPDIR/mend"
  cmp <(sort "$FAKE/etc/90-safe-docker.conf") <(sort "$BATS_TEST_TMPDIR/once")
  found >"$BATS_TEST_TMPDIR/after"
  for name in $SWITCHES; do
    [[ -e /proc/sys/${name//.//} ]] || continue
    grep -E "^pass [a-z-]+ $name\$" "$BATS_TEST_TMPDIR/after"
    equal "$name: $(grep -cE "^${name//./\\.} = " "$FAKE/etc/90-safe-docker.conf")" "$name: 1"
  done
  grep -qxF '# kept' "$FAKE/etc/90-safe-docker.conf"
  grep -qxF 'kernelXdmesg_restrict = 7' "$FAKE/etc/90-safe-docker.conf"
  run ! grep -F 'protected_fifos=0' "$FAKE/etc/90-safe-docker.conf"
}

@test "what the commands write is what sysctl reads" {
  local line
  command -v sysctl >/dev/null || skip "there is no sysctl: apt-get install procps"
  open_everything
  found >"$BATS_TEST_TMPDIR/before"
  commands "$(grep 'protected_symlinks' "$BATS_TEST_TMPDIR/before")" >"$BATS_TEST_TMPDIR/mend"
  # All but the last, which sets it at once.
  head -n -1 "$BATS_TEST_TMPDIR/mend" | while read -r line; do inside sh -c "$line"; done
  equal "$(cat "$FAKE/fs.protected_symlinks")" 0
  inside sysctl --load /etc/sysctl.d/90-safe-docker.conf
  equal "$(cat "$FAKE/fs.protected_symlinks")" 1
}

@test "a switch that is no number, or was not there to be read, is no good one" {
  switch kernel.kptr_restrict "1 1"
  switch fs.protected_symlinks ""
  switch kernel.core_pattern ""
  found >"$BATS_TEST_TMPDIR/after"
  grep -qxF "unknown kernel-addresses kernel.kptr_restrict" "$BATS_TEST_TMPDIR/after"
  grep -qxF "unknown protected-links fs.protected_symlinks" "$BATS_TEST_TMPDIR/after"
}

@test "without /proc/sys nothing of it passes" {
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mount -t tmpfs none /proc/sys && { "$@" || [ $? -eq 1 ]; }' sh "$SAFE" doctor --format json >"$BATS_TEST_TMPDIR/answer"
  equal "$(jq -r '.findings[] | select(.area == "kernel" and .status == "pass") | .check' "$BATS_TEST_TMPDIR/answer" | sort -u | grep -vE '^(kernel-lsm|processor-holes|reboot-required)$')" ""
}

@test "what is recorded is what /proc and /sys say" {
  local name recorded
  "$SAFE" doctor --record >"$BATS_TEST_TMPDIR/record"
  while read -r name; do
    recorded=$(jq -r --arg name "$name" '.kernel.switches[] | select(.name == $name) | .value // "none"' "$BATS_TEST_TMPDIR/record")
    equal "$name: $recorded" "$name: $(cat "/proc/sys/${name//.//}" 2>/dev/null || printf none)"
  done < <(jq -r '.kernel.switches[].name' "$BATS_TEST_TMPDIR/record")
  equal "$(jq -r .kernel.release "$BATS_TEST_TMPDIR/record")" "$(uname -r)"
  equal "$(jq -r .kernel.swap_kib "$BATS_TEST_TMPDIR/record")" "$(awk '$1 == "SwapTotal:" { print $2 }' /proc/meminfo)"
  equal "$(jq -c '[.kernel.processor[] | "\(.name)=\(.value)"] | sort' "$BATS_TEST_TMPDIR/record")" \
    "$(grep -H . /sys/devices/system/cpu/vulnerabilities/* 2>/dev/null | sed 's|^.*/vulnerabilities/||; s/:/=/' | jq -R . | jq -sc sort)"
}

@test "somebody's rootless engine is seen by its socket, and then user namespaces are needed" {
  local line
  # shellcheck disable=SC2016
  rootless() {
    unshare --mount sh -c 'mkdir -p /run/user && mount -t tmpfs none /run/user && mkdir -p "/run/user/4711/podman" && : >"/run/user/4711/$1" && shift && exec "$@"' sh "$@"
  }
  equal "$(rootless docker.sock "$SAFE" doctor --record | jq .kernel.rootless)" true
  equal "$(rootless podman/podman.sock "$SAFE" doctor --record | jq .kernel.rootless)" true
  equal "$(rootless other.sock "$SAFE" doctor --record | jq .kernel.rootless)" false
}

# --- the command line of the kernel ---------------------------------------------------------------------

@test "what is added to the kernel's command line is there once, beside what was there" {
  local row subject wanted line
  printf '{"format": 1, "engine": {"looked": true, "local": true, "cgroup_version": "1", "swap_limit": false, "security_options": []},
    "kernel": {"looked": true, "apparmor": false, "apparmor_built": true, "selinux": false, "swap_kib": 5}}' >"$BATS_TEST_TMPDIR/facts"
  { "$SAFE" doctor --format json --facts "$BATS_TEST_TMPDIR/facts" || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
  for row in "fail limits-work memory and swap|cgroup_enable=memory swapaccount=1" "warn cgroup-version |systemd.unified_cgroup_hierarchy=1" \
    "warn kernel-lsm AppArmor|apparmor=1 security=apparmor"; do
    subject=${row%|*} wanted=${row#*|}
    commands "$subject" | grep -v '^apt-get ' >"$BATS_TEST_TMPDIR/mend"
    equal "$(tail -n 1 "$BATS_TEST_TMPDIR/mend")" update-grub
    rm -rf "${FAKE:?}/default"/*
    for _ in 1 2; do
      head -n -1 "$BATS_TEST_TMPDIR/mend" | while read -r line; do
        # shellcheck disable=SC2016
        unshare --mount sh -c 'mkdir -p /etc/default && mount --bind "$1" /etc/default && shift && exec "$@"' sh "$FAKE/default" sh -c "$line"
      done
    done
    # As grub-mkconfig reads them.
    # shellcheck disable=SC2016
    equal "$(sh -c 'GRUB_CMDLINE_LINUX="quiet"; for file in "$1"/grub.d/*.cfg; do . "$file"; done; printf "%s" "$GRUB_CMDLINE_LINUX"' sh "$FAKE/default")" "quiet $wanted"
  done
}
