#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# policy explain: the manual pages' sections about rules and keys, with the values in force for the caller.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  jq -n --arg probe "$SD_HOME/probe" --arg config "$SD_HOME/config" '{version: 1,
    docker: {path: $probe, host: "unix:///nowhere/docker.sock", config_dir: $config},
    audit: {syslog: false, file: "", required: false},
    overrides: [{users: ["sd-alice"], policy: {resources: {memory: {max: "3g"}}}}]}' >"$POLICY"
}

teardown() {
  rm -f "$POLICY"
}

explain() { sd_as sd-alice "$SD_HOME/door/docker" policy explain "$@"; }

@test "a value in force is told once, also where a rule names a key and one above it" {
  run -0 explain user
  equal "$(grep -c '^    user.mode = ' <<<"$output")" 1
  equal "$(explain user --format json | jq -c '[.[][0].in_force[] | select(.key == "user.mode")] | length')" 1
}

@test "a rule: what it refuses, why, what to do instead, and the key that allows it" {
  run -0 explain bind-source
  holds "$output" "Rule bind-source"
  holds "$output" "  Why: "
  holds "$output" "  Attack: "
  holds "$output" "  Instead: "
  holds "$output" "  To allow: "
  holds "$output" 'mounts.bind = [{"source": "{home}", "access": "rw"}]'
  lacks "$output" '\*'
  [ "$(awk 'length > 79' <<<"$output" | grep -vc '^    ')" -eq 0 ]
}

@test "every rule of the page is there, and says what the page says" {
  local page=$SD_ROOT/docs/man/safe-docker-rules.7.scd name names
  names=$(grep -E '^\*[a-z0-9-]+\*(, \*[a-z0-9-]+\*)*$' "$page" | tr -d '* ' | tr ',' '\n' | sort)
  run -0 explain --format json
  [ "$(jq -r '.rules[].rule' <<<"$output" | sort)" = "$names" ]
  [ "$(jq '[.rules[] | select(.summary == "")] | length' <<<"$output")" -eq 0 ]
  # shellcheck disable=SC2086 # one word a rule, in batches that fit
  for name in $(xargs -n 40 echo <<<"$names" | tr ' ' ':'); do
    run -0 explain --format json ${name//:/ }
    [ "$(jq '[.explained[] | select(.rule == null or .why == null or .instead == null or .to_allow == null)] | length' <<<"$output")" -eq 0 ]
  done
}

@test "without a name: every rule, a line each" {
  run -0 explain
  [ "${#lines[@]}" -gt 170 ]
  holds "$output" $'\nbind-source '
  [ "$(awk 'length > 125' <<<"$output" | wc -l)" -eq 0 ]
}

@test "a key: what it means, its value for this caller, and where it was written" {
  run -0 explain resources.memory.max
  holds "$output" 'resources.memory.max = "3g"'
  holds "$output" "from $POLICY:"
  run -0 explain --format json resources.memory.max
  [ "$(jq -r '.explained[0].in_force[0] | .key + " " + .value' <<<"$output")" = "resources.memory.max 3g" ]
  [ "$(jq -r '.explained[0].in_force[0].origin' <<<"$output" | cut -d: -f1)" = "$POLICY" ]
  # A rule names the keys that allow it, with their values.
  run -0 explain --format json memory
  jq -e '.explained[0].in_force[] | select(.key == "resources.memory.max" and .value == "3g")' <<<"$output"
}

@test "a group of keys lists them; a rule and a key of one name are both told" {
  run -0 explain resources
  holds "$output" "resources.swap.max"
  run -0 explain isolation
  holds "$output" "Rule isolation"
  holds "$output" "Key isolation"
}

@test "several names at once, as a denial lists them" {
  run -0 explain privileged memory
  holds "$output" "Rule privileged"
  holds "$output" "Rule memory"
}

@test "what there is not: the nearest name, and status 125" {
  run -125 explain bind-sorce
  holds "$output" 'there is no rule and no key "bind-sorce"'
  holds "$output" 'did you mean "bind-source"?'
  run -125 explain $'no\e[31msuch-thing-at-all'
  lacks "$output" $'\e'
  holds "$output" "safe-docker policy explain lists the rules"
  run -125 explain ""
  run -125 explain --format xml memory
}

@test "without a policy that can be read, the pages still can" {
  printf '{' >"$POLICY"
  run -0 explain privileged
  holds "$output" "To allow: "
  lacks "$output" "In force"
  run -0 explain --format json memory
  [ "$(jq 'has("in_force")' <<<"$(jq '.explained[0]' <<<"$output")")" = false ]
}

@test "names are completed" {
  run -0 sd_as sd-alice "$SD_HOME/door/docker" __complete policy explain bind-so
  holds "$output" $'bind-socket\t'
  holds "$output" $'bind-source\t'
  run -0 sd_as sd-alice "$SD_HOME/door/docker" __complete policy explain mounts.b
  holds "$output" "mounts.bind"
}
