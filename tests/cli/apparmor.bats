#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The AppArmor profile: what the parser says of it, and that the rules which carry weight stand in it. What it
# does on a kernel is looked at in a virtual machine.

bats_require_minimum_version 1.5.0

setup() {
  root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
  profile=$root/apparmor/safe-docker-default
  PATH=$PATH:/usr/sbin:/sbin
}

need_parser() {
  command -v apparmor_parser >/dev/null && return
  [ "${CI:-}" != true ] || {
    echo "apparmor_parser is missing: apt-get install apparmor" >&2
    return 1
  }
  skip "apparmor_parser is missing: apt-get install apparmor"
}

# The rule, alone on its line.
has() {
  grep -qxF "  $1" "$profile" || {
    echo "the profile lacks: $1" >&2
    return 1
  }
}

@test "the parser accepts the profile" {
  need_parser
  run apparmor_parser -Q -K "$profile"
  echo "$output"
  [ "$status" -eq 0 ]
}

@test "the parser refuses a profile with a mistake" {
  need_parser
  sed 's/deny mount,/deny mount/' "$profile" >"$BATS_TEST_TMPDIR/broken"
  run apparmor_parser -Q -K "$BATS_TEST_TMPDIR/broken"
  [ "$status" -ne 0 ]
}

@test "the file defines one profile, of the name that the policy asks for" {
  need_parser
  run --separate-stderr apparmor_parser -N "$profile"
  [ "$status" -eq 0 ]
  [ "$output" = safe-docker-default ]
}

@test "the profile is enforced" {
  run grep -nE 'flags=.*(complain|unconfined|default_allow|kill)' "$profile"
  [ "$status" -eq 1 ]
}

@test "mounts are refused" {
  has "deny mount,"
  has "deny remount,"
  has "deny umount,"
  has "deny pivot_root,"
}

@test "kernel settings and memory are refused" {
  has "deny @{PROC}/* w,"
  has "deny @{PROC}/sys/[^k]** w,"
  has "deny @{PROC}/sys/kernel/{?,??,[^s]**,s[^h]**,sh[^m]**} w,"
  has "deny @{PROC}/sysrq-trigger rwklx,"
  has "deny @{PROC}/kcore rwklx,"
  has "deny /sys/** wklx,"
  has "deny /sys/firmware/** rwklx,"
  has "deny /sys/kernel/security/** rwklx,"
  has "deny /sys/devices/virtual/powercap/** rwklx,"
}

@test "raw and packet sockets are refused" {
  has "deny network inet raw,"
  has "deny network inet6 raw,"
  has "deny network packet,"
}

@test "no rule opens all networks" {
  run grep -nxE ' *network,' "$profile"
  [ "$status" -eq 1 ]
}

@test "tracing and signals stay within the profile" {
  has "ptrace (trace, read, tracedby, readby) peer=safe-docker-default,"
  has "signal (send, receive) peer=safe-docker-default,"
  run grep -nE '^ *(ptrace|signal)( \([^)]*\))?,' "$profile"
  [ "$status" -eq 1 ]
  run grep -nE '^ *signal \([^)]*send' "$profile"
  [ "${#lines[@]}" -eq 1 ]
}
