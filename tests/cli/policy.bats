#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What `policy check`, `policy show` and `policy diff` tell, to whom, and with which exit status.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup_file() {
  cat >"$SD_HOME/sudoers-policy" <<RULES
Defaults!$SD_HOME/prefix/bin/safe-docker !requiretty
sd-alice ALL=(root) NOPASSWD: $SD_HOME/prefix/bin/safe-docker
RULES
  visudo -cqf "$SD_HOME/sudoers-policy" && install -m 0440 "$SD_HOME/sudoers-policy" /etc/sudoers.d/safe-docker-policy
}
teardown_file() { rm -f /etc/sudoers.d/safe-docker-policy; }

setup() {
  ETC=$SD_HOME/etc/safe-docker
  POLICY=$ETC/policy.json
  WORK=$(mktemp -d "$SD_HOME/work.XXXXXX")
  chmod 0755 "$WORK"
}
teardown() {
  rm -rf "${WORK:?}" "$ETC"
  mkdir -p "$ETC/policy.d"
}

sdocker() { "$SD_HOME/prefix/bin/safe-docker" policy "$@"; }
alice() { sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" policy "$@"; }
via_sudo() { sd_as sd-alice sudo -n "$SD_HOME/prefix/bin/safe-docker" policy "$@"; }
write() { printf '%b\n' "$2" >"$1"; }

# --- check ----------------------------------------------------------------------------------------------

@test "check: the policies that come along have no danger, the built-in one no warning but for what the host is" {
  local file name
  for file in "$SD_ROOT"/profiles/policy/*.json; do
    name=$(basename "$file" .json)
    [[ $name != example ]] || continue
    run sdocker check --format json "$name"
    equal "$name $status" "$name 0"
    jq -e --arg name "$name" '.valid and .dangers == 0 and .source == "the policy " + $name' <<<"$output"
    holds " $("$SD_HOME/prefix/bin/safe-docker" __completeNoDesc policy check "" | paste -sd ' ') " " $name "
  done
  run sdocker check --format json default
  jq -e '[.findings[] | select(.severity == "warning" and .kind != "limit-beyond-host")] == []' <<<"$output"
}

@test "check: a danger has its place, what an attacker does, what to write, and exit status 1" {
  write "$WORK/p.json" '{"version": 1,\n "capabilities": {"allow": ["SYS_ADMIN"]}}'
  run sdocker check "$WORK/p.json"
  equal "$status" 1
  holds "$output" "$WORK/p.json:2:29: danger: capabilities.allow: SYS_ADMIN is next to root on the host [capability]"
  holds "$output" "attacker: mounts the host's disk"
  holds "$output" "instead:  leave it out"
  holds "$output" "$WORK/p.json: 1 danger, "
}

@test "check: exit status 0 with warnings, 1 with --strict, 125 with a mistake, in JSON too" {
  write "$WORK/p.json" '{"version": 1, "isolation": "shared"}'
  run sdocker check "$WORK/p.json"
  equal "$status" 0
  run sdocker check --strict "$WORK/p.json"
  equal "$status" 1
  write "$WORK/p.json" '{"version": 1, "isolatoin": "owner"}'
  run --separate-stderr sdocker check "$WORK/p.json"
  equal "$status" 125
  holds "$stderr" "$WORK/p.json:1:16: "
  run --separate-stderr sdocker check --format json "$WORK/p.json"
  equal "$status" 125
  jq -e '.valid == false and (.error | contains("isolatoin")) and .findings == []' <<<"$output"
}

@test "check: JSON has every member, of one type each" {
  write "$WORK/p.json" '{"version": 1, "overrides": [{"groups": ["root"], "policy": {"user": {"mode": "any"}}}]}'
  run sdocker check --format json "$WORK/p.json"
  equal "$status" 1
  jq -e 'keys == ["dangers", "error", "findings", "hint", "notes", "source", "valid", "warnings"]' <<<"$output"
  jq -e 'all(.findings[]; keys == ["attack", "column", "for", "instead", "key", "kind", "line", "message", "severity", "source"])' <<<"$output"
  jq -e '.dangers == ([.findings[] | select(.severity == "danger")] | length)' <<<"$output"
  jq -e 'any(.findings[]; .kind == "user-any-binds" and .for == "group root")' <<<"$output"
}

@test "check: sockets are found on the host, behind a link too" {
  mkdir "$WORK/data" "$WORK/empty"
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$WORK/data/s"
  ln -s "$WORK/data" "$WORK/link"
  ln -s /etc "$WORK/conf"
  local source
  for source in data link data/s; do
    write "$WORK/p.json" '{"version": 1, "mounts": {"bind": [{"source": "'"$WORK/$source"'"}]}}'
    run sdocker check "$WORK/p.json"
    equal "$source $status" "$source 1"
    holds "$output" "[bind-socket]"
  done
  write "$WORK/p.json" '{"version": 1, "mounts": {"bind": [{"source": "'"$WORK"'/conf", "access": "rw"}]}}'
  run sdocker check "$WORK/p.json"
  equal "$status" 1
  holds "$output" "which leads to /etc, configures the host"
  write "$WORK/p.json" '{"version": 1, "mounts": {"bind": [{"source": "'"$WORK"'/empty"}]}}'
  run sdocker check "$WORK/p.json"
  equal "$status" 0
}

@test "check: a seccomp profile is held against Docker's own, that of an override too, and must be there" {
  printf '{"defaultAction": "SCMP_ACT_ALLOW"}\n' >"$WORK/loose.json"
  cp "$SD_ROOT/profiles/seccomp/strict.json" "$WORK/tight.json"
  write "$WORK/p.json" '{"version": 1, "overrides": [{"users": ["root"], "policy": {"seccomp": {"profile": "'"$WORK"'/loose.json"}}}]}'
  run sdocker check --strict "$WORK/p.json"
  equal "$status" 1
  holds "$output" "[seccomp-looser]"
  holds "$output" "for:      user root"
  write "$WORK/p.json" '{"version": 1, "seccomp": {"profile": "'"$WORK"'/tight.json"}}'
  run sdocker check "$WORK/p.json"
  equal "$status" 0
  [[ $output != *seccomp-looser* ]]
  write "$WORK/p.json" '{"version": 1, "overrides": [{"users": ["root"], "policy": {"seccomp": {"profile": "/nowhere/p.json"}}}]}'
  run sdocker check "$WORK/p.json"
  equal "$status" 125
  holds "$output" "cannot open /nowhere"
}

@test "check: those in the group of the socket are named" {
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$WORK/d.sock"
  groupadd --force sd-engine
  chgrp sd-engine "$WORK/d.sock"
  chmod 0660 "$WORK/d.sock"
  usermod --append --groups sd-engine sd-alice
  write "$WORK/p.json" '{"version": 1, "docker": {"host": "unix://'"$WORK"'/d.sock"}, "overrides": [{"users": ["sd-alice"], "policy": {}}]}'
  run sdocker check "$WORK/p.json"
  gpasswd --delete sd-alice sd-engine
  groupdel sd-engine
  equal "$status" 0
  holds "$output" "the group sd-engine of the socket has members whom no policy binds: sd-alice"
  holds "$output" "[override-socket-group]"
  chmod 0666 "$WORK/d.sock"
  run sdocker check "$WORK/p.json"
  equal "$status" 1
  holds "$output" "[socket-open]"
}

@test "check: what a policy says is safe to show" {
  printf '{"version": 1, "mounts": {"bind": [{"source": "/etc/\\u202ex"}]}, "images": {"own": ["a\\u202eb"]}}\n' >"$WORK/p.json"
  run sdocker check "$WORK/p.json"
  [[ $output != *$'\u202e'* ]]
  holds "$output" 'u{202e}'
}

# --- show -----------------------------------------------------------------------------------------------

@test "show: in words, with the file or the override that says so" {
  write "$POLICY" '{"version": 1, "resources": {"memory": {"max": "4g"}},\n "overrides": [{"users": ["sd-alice"], "policy": {"resources": {"memory": {"max": "16g"}}}}]}'
  run alice show --format text
  equal "$status" 0
  holds "$output" "What sd-alice (uid "
  holds "$output" "memory          512m if not asked for, at most 16g; no swap"
  holds "$output" "resources.memory.max: $POLICY:2:"
  holds "$output" ", for user sd-alice"
  run sdocker show --format text --user nobody
  holds "$output" "512m if not asked for, at most 4g"
  [[ $output != *"for user"* ]]
}

@test "show: JSON stays what it is, and is that of another account with --user" {
  write "$POLICY" '{"version": 1, "overrides": [{"users": ["sd-alice"], "policy": {"isolation": "shared"}}]}'
  equal "$(alice show)" "$(alice show --format json)"
  equal "$(sdocker show --user sd-alice | jq -r '.policy.isolation, .caller.user' | paste -sd' ')" "shared sd-alice"
  equal "$(sdocker show --user "$(id -u sd-alice)" | jq -r .policy.isolation)" shared
  equal "$(sdocker show | jq -r .policy.isolation)" owner
  equal "$(sdocker show strict | jq -r .policy.filesystem.read_only)" require
  run sdocker show --user sd-nobody-here
  equal "$status" 125
  holds "$output" sd-nobody-here
}

@test "show: what is for others needs the right to read the files; behind sudo, too" {
  write "$POLICY" '{"version": 1, "overrides": [{"users": ["root"], "policy": {"isolation": "shared"}}]}'
  chmod 0600 "$POLICY"
  run via_sudo show
  equal "$status" 0
  local words
  for words in "show --user root" "show --format text" "check" "diff" "diff default"; do
    # shellcheck disable=SC2086
    run via_sudo $words
    equal "$words $status" "$words 125"
    holds "$output" "$POLICY"
    [[ $output != *shared* ]]
  done
}

@test "a file of the caller's is read with the caller's rights, not with those of the door" {
  write "$WORK/secret.json" '{"version": 1, "isolation": "SECRET"}'
  chmod 0600 "$WORK/secret.json"
  local words
  for words in "check" "show" "diff"; do
    run via_sudo "$words" "$WORK/secret.json"
    equal "$words $status" "$words 125"
    [[ $output != *SECRET* ]]
  done
}

@test "a file here goes before a policy that comes along" {
  cd "$WORK"
  write "$WORK/strict" '{"version": 1, "isolation": "shared"}'
  equal "$(sdocker show strict | jq -r .policy.isolation)" shared
  run sdocker show strct
  equal "$status" 125
  holds "$output" "did you mean strict"
}

# --- diff -----------------------------------------------------------------------------------------------

@test "diff: the built-in default beside what is in force, a file beside it, and two files" {
  write "$POLICY" '{"version": 1, "resources": {"pids": {"max": 2000}}}'
  write "$WORK/p.json" '{"version": 1, "resources": {"pids": {"max": 3000}}}'
  run alice diff
  equal "$status" 1
  holds "$output" "loosens   resources.pids.max: 1024 -> 2000"
  holds "$output" "to $POLICY:1:"
  run alice diff "$WORK/p.json"
  equal "$status" 1
  holds "$output" "tightens  resources.pids.max: 3000 -> 2000"
  run alice diff "$WORK/p.json" "$WORK/p.json"
  equal "$status" 0
  holds "$output" "no differences"
  run alice diff "$POLICY" "$WORK/p.json" --format json
  equal "$status" 1
  jq -e '.loosens == 1 and .differences[0].key == "resources.pids.max" and .differences[0].new == 3000' <<<"$output"
  run alice diff "$WORK/nothing.json"
  equal "$status" 125
}

@test "diff: what differs for one account, and what for a group" {
  write "$POLICY" '{"version": 1, "overrides": [{"users": ["sd-alice"], "policy": {"isolation": "shared"}}]}'
  run sdocker diff
  equal "$status" 1
  holds "$output" "For user sd-alice:"
  run sdocker diff --user sd-alice
  equal "$status" 1
  holds "$output" "for sd-alice:"
  run sdocker diff --user root
  equal "$status" 0
}

# --- all ------------------------------------------------------------------------------------------------

@test "each has help, and words for words that it does not know" {
  local command
  for command in check show diff; do
    run sdocker "$command" --help
    equal "$command $status" "$command 0"
    holds "$output" "Usage:  safe-docker policy $command"
    run sdocker "$command" --nothing
    equal "$command $status" "$command 125"
    run sdocker "$command" --format yaml
    equal "$command $status" "$command 125"
    run sdocker "$command" a b c
    equal "$command $status" "$command 125"
  done
}
