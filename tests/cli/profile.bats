#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Seccomp profiles that a policy names and that callers bring: when they are read, and what is said of them.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  OWN=$SD_HOME/etc/safe-docker/own.json
  DIR=$SD_HOME/brought
  install -d -o sd-alice -m 0755 "$DIR"
  cp "$SD_ROOT/profiles/seccomp/default.json" "$OWN"
}

teardown() {
  rm -rf "$POLICY" "$OWN" "$DIR"
}

# policy JSON: what is changed of a plain one.
policy() {
  jq -n --argjson more "$1" '{version: 1, docker: {host: "unix:///nowhere/docker.sock"},
    audit: {syslog: false, file: "", required: false}} * $more' >"$POLICY"
}

alice() { (cd "$DIR" && sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" "$@"); }

explain() { alice --explain=json "$@"; }

@test "a mistake in the policy's own profile stops what would use it, and policy check tells of it" {
  policy "{\"seccomp\": {\"profile\": \"$OWN\"}}"
  run --separate-stderr alice policy check
  equal "$status" 0
  explain run image | jq -e '.decision == "allow"'
  sed -i 's/"openat2"/"opnat2"/' "$OWN"
  run --separate-stderr alice policy check
  equal "$status" 125
  [[ $stderr == *"seccomp.profile: $OWN:"*"unknown system call \"opnat2\""*"did you mean openat2?"* ]]
  run explain run image
  equal "$(jq -c '[.decision, .violations[].rule]' <<<"$output")" '["deny","policy"]'
  run explain create image
  equal "$(jq -c '[.decision, .violations[].rule]' <<<"$output")" '["deny","policy"]'
  explain images | jq -e '.decision == "allow"'
}

@test "a profile that is missing or that others may write stops everything" {
  policy "{\"seccomp\": {\"profile\": \"$OWN\"}}"
  chmod 0666 "$OWN"
  run --separate-stderr alice --explain images
  equal "$status" 125
  [[ $stderr == *"$OWN"* ]]
  rm "$OWN"
  run --separate-stderr alice --explain images
  equal "$status" 125
}

@test "a caller's profile is taken when it is within the policy's, the shipped one or a file" {
  jq '.syscalls[0].names -= ["openat2", "statx"]' "$OWN" >"$DIR/mine.json"
  jq '.syscalls[0].names += ["kexec_load"]' "$OWN" >"$DIR/wide.json"
  for profile in default "$OWN"; do
    policy "{\"seccomp\": {\"caller_profiles\": \"stricter\", \"profile\": \"$profile\"}}"
    explain run --security-opt seccomp=mine.json image | jq -e '.decision == "allow"'
    explain run --security-opt seccomp=strict image | jq -e '.decision == "allow"'
    run explain run --security-opt seccomp=wide.json image
    equal "$(jq -r '.decision, .violations[].rule' <<<"$output" | tr '\n' ' ')" "deny seccomp "
    [[ $(jq -r '.violations[].message' <<<"$output") == *"wide.json:"*": the rule allows kexec_load, which the policy's profile refuses"* ]]
  done
}

@test "a name that is a shipped profile and a file as well is neither" {
  policy '{"seccomp": {"caller_profiles": "stricter"}}'
  cp "$OWN" "$DIR/strict"
  run explain run --security-opt seccomp=strict image
  equal "$(jq -r '.decision' <<<"$output")" deny
  explain run --security-opt seccomp=./strict image | jq -e '.decision == "allow"'
}
