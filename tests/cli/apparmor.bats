#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The AppArmor profiles: what the parser says of them for several kernels, and that the rules which carry weight stand in
# them; `apparmor status` and `apparmor load` on a machine as it is. What they do on a kernel that has AppArmor is looked at in a
# virtual machine.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  files=$(cd "$BATS_TEST_DIRNAME/../../apparmor" && pwd)
  base=$files/abstractions/safe-docker-base
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

compile() { apparmor_parser -Q -K -I "${OVER:-$files}" -I "$files" "$@"; }

# has FILE RULE: the rule, alone on its line.
has() {
  grep -qxF "  $2" "$1" || {
    echo "$1 lacks: $2" >&2
    return 1
  }
}

# --- the parser -----------------------------------------------------------------------------------------

@test "a kernel that knows everything: not one warning" {
  need_parser
  local name
  for name in default strict; do
    run compile --warn=all --Werror -M "$files/abi/safe-docker" "$files/safe-docker-$name"
    equal "$output" ""
    equal "$status" 0
  done
}

# What a kernel does not know is said to be left out; there is nothing else to say.
@test "kernels that know less, such as Debian 12's: no other warning than what they leave out" {
  need_parser
  local name kernel seen=0
  for kernel in /usr/share/apparmor-features/features /etc/apparmor.d/abi/kernel-5.4-vanilla /etc/apparmor.d/abi/kernel-5.4-outoftree-network; do
    [ -e "$kernel" ] || continue
    for name in default strict; do
      run compile --warn=all -M "$kernel" "$files/safe-docker-$name"
      equal "$status" 0
      equal "$(grep -vE -e '^$' -e ' (dbus|network|extended network unix socket) rules not enforced$' -e ': downgrading extended network unix socket rule to generic network rule$' <<<"$output")" ""
      seen=$((seen + 1))
    done
  done
  [ "$seen" -ge 4 ]
}

@test "the parser refuses a profile with a mistake, also in what it includes" {
  need_parser
  OVER=$BATS_TEST_TMPDIR/over
  mkdir -p "$OVER/abstractions"
  sed 's/deny mount,/deny mount/' "$base" >"$OVER/abstractions/safe-docker-base"
  run compile "$files/safe-docker-default"
  [ "$status" -ne 0 ]
}

@test "each file defines one profile, of its own name" {
  need_parser
  local name
  for name in default strict; do
    run --separate-stderr apparmor_parser -N -I "$files" "$files/safe-docker-$name"
    equal "$status" 0
    equal "$output" "safe-docker-$name"
  done
}

# What the parser makes of it, whatever the kernel.
expressions() { compile -D rule-exprs -M "$files/abi/safe-docker" "$files/safe-docker-$1" 2>&1 | tr -d '\0'; }

@test "the site adds by local/, by tunables and by the abstraction's own folder" {
  need_parser
  OVER=$BATS_TEST_TMPDIR/over
  mkdir -p "$OVER/local" "$OVER/tunables/safe-docker.d" "$OVER/abstractions/safe-docker-base.d"
  run expressions default
  lacks "$output" "/site/"
  lacks "$output" their-engine.sock
  echo 'deny /site/one w,' >"$OVER/local/safe-docker-default"
  echo '@{SD_SOCKETS}+=their-engine.sock' >"$OVER/tunables/safe-docker.d/engine"
  echo 'deny /site/both w,' >"$OVER/abstractions/safe-docker-base.d/both"
  run expressions default
  holds "$output" "/site/one"
  holds "$output" "/site/both"
  holds "$output" "their-engine"
  run expressions strict
  lacks "$output" "/site/one"
  holds "$output" "/site/both"
  holds "$output" "their-engine"
}

# A features file of ours names what parsers and kernels from 4.0 and 6.7 on know; older ones pass over it. Nothing
# allows it, so where it is known it is refused.
@test "user namespaces: named in the ABI, allowed by no rule" {
  grep -A2 '^namespaces' "$files/abi/safe-docker" | grep -q userns_create
  local name
  for name in "$base" "$files/safe-docker-default" "$files/safe-docker-strict"; do
    run grep -nE '^ *(allow |audit )*(userns|io_uring)' "$name"
    equal "$status" 1
  done
  grep -qxF 'abi <abi/safe-docker>,' "$files/safe-docker-default"
  grep -qxF 'abi <abi/safe-docker>,' "$files/safe-docker-strict"
}

# --- the rules ------------------------------------------------------------------------------------------

@test "the profiles are enforced, share what is common, and let nobody change them" {
  local name
  for name in default strict; do
    run grep -nE 'flags=.*(complain|unconfined|default_allow|kill|prompt|audit)' "$files/safe-docker-$name"
    equal "$status" 1
    has "$files/safe-docker-$name" "include <abstractions/safe-docker-base>"
    has "$files/safe-docker-$name" "include if exists <local/safe-docker-$name>"
  done
  run grep -rnE '^ *(allow |audit )*(change_profile|all|mount|remount|umount|pivot_root|network|signal|ptrace),' "$files"
  equal "$status" 1
}

@test "mounts are refused" {
  has "$base" "deny mount,"
  has "$base" "deny remount,"
  has "$base" "deny umount,"
  has "$base" "deny pivot_root,"
}

@test "kernel settings and memory are refused" {
  has "$base" "deny @{PROC}/* w,"
  has "$base" "deny @{PROC}/sys/kernel/{?,??,[^s]**,s[^h]**,sh[^m]**} w,"
  has "$base" "deny @{PROC}/sysrq-trigger rwklx,"
  has "$base" "deny @{PROC}/kcore rwklx,"
  has "$base" "deny @{PROC}/@{pid}/{,task/@{tid}/}attr/** wklx,"
  has "$base" "deny /sys/** wklx,"
  has "$base" "deny /sys/firmware/** rwklx,"
  has "$base" "deny /sys/kernel/security/** rwklx,"
  has "$base" "deny /sys/devices/virtual/powercap/** rwklx,"
}

@test "raw and packet sockets are refused, and in strict netlink too" {
  has "$base" "deny network inet raw,"
  has "$base" "deny network inet6 raw,"
  has "$base" "deny network packet,"
  has "$files/safe-docker-strict" "deny network netlink,"
}

@test "sockets of engines are refused by name and by folder" {
  has "$base" "deny /{,**/}@{SD_SOCKETS} rwklx,"
  has "$base" "deny /{,var/}run/{,user/*/}@{SD_SOCKET_FOLDERS}/** rwklx,"
  local name
  for name in docker.sock containerd.sock containerd.sock.ttrpc crio.sock podman.sock buildkitd.sock cri-dockerd.sock dockershim.sock; do
    grep -qE "^@\{SD_SOCKETS\}\+?=.*\b$name( |$)" "$files/tunables/safe-docker"
  done
  for name in docker containerd crio podman libpod buildkit; do
    grep -qE "^@\{SD_SOCKET_FOLDERS\}\+?=(.* )?$name( |$)" "$files/tunables/safe-docker"
  done
}

@test "tracing and signals stay within the profile; strict has no tracing and no capability" {
  has "$base" "signal (send, receive) peer=@{profile_name},"
  has "$files/safe-docker-default" "ptrace (trace, read, tracedby, readby) peer=@{profile_name},"
  has "$files/safe-docker-strict" "deny ptrace,"
  has "$files/safe-docker-strict" "deny capability,"
  run grep -nhE '^ *signal \([^)]*send' "$base" "$files/safe-docker-default" "$files/safe-docker-strict"
  equal "${#lines[@]}" 1
}

# --- the commands ---------------------------------------------------------------------------------------

here() { if [ -e /sys/module/apparmor ]; then skip "this machine has AppArmor"; fi; }
status() { "$SD_HOME/prefix/bin/safe-docker" apparmor "$@"; }

@test "status: without AppArmor in the kernel, for everybody, in words and as JSON" {
  here
  local door
  for door in "$SD_HOME/prefix/bin/safe-docker" "$SD_HOME/door/docker"; do
    run sd_as sd-alice "$door" apparmor status
    equal "$status" 0
    holds "$output" "has no AppArmor"
    holds "$output" "safe-docker-strict: not loaded"
    holds "$output" "start without AppArmor"
  done
  run sd_as sd-alice "$SD_HOME/door/docker" apparmor status --format=json
  equal "$(jq -c '[.kernel, .starts, .problem, .apparmor, .apparmor_state, .policy.mode, [.profiles[] | [.name, .state, .mode]]]' <<<"$output")" \
    '["absent",true,null,null,"absent","auto",[["safe-docker-default","absent",null],["safe-docker-strict","absent",null]]]'
}

@test "status: ends with 1 where no container would start, and says why" {
  here
  local policy=$BATS_TEST_TMPDIR/policy.json
  echo '{"version": 1, "apparmor": {"mode": "require", "allow": ["mine"]}}' >"$policy"
  chmod 0755 "$BATS_TEST_TMPDIR"
  SAFE_DOCKER_POLICY=$policy run status status
  # The folder of the test may be one that others write to; then the policy is not read, and that is said.
  equal "$status" 1
  holds "$output" "none starts"
  mkdir -p "$SD_HOME/etc-apparmor"
  echo '{"version": 1, "apparmor": {"mode": "require", "allow": ["mine"]}}' >"$SD_HOME/etc-apparmor/policy.json"
  SAFE_DOCKER_POLICY=$SD_HOME/etc-apparmor/policy.json run status status --format json
  rm -rf "$SD_HOME/etc-apparmor"
  equal "$status" 1
  equal "$(jq -c '[.starts, .problem.rule, .policy, [.profiles[].name]]' <<<"$output")" \
    '[false,"apparmor-required",{"mode":"require","profile":"safe-docker-default","allow":["mine"]},["safe-docker-default","safe-docker-strict","mine"]]'
}

# Others are handed over: admin.bats.
@test "load: where the kernel has no AppArmor there is nothing to load into" {
  here
  run status load
  equal "$status" 1
  holds "$output" "no AppArmor"
}

@test "other words are not understood" {
  local words
  for words in "" unload "status x" "status --format" "status --format=yaml" "status --format json x" "load x" "status --formatjson"; do
    # shellcheck disable=SC2086
    run status $words
    equal "$status" 125
    holds "$output" "safe-docker apparmor status"
  done
}
