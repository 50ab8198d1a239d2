#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `policy schema`: what editors check policies by. It says the same as the parser, which a corpus and chance show.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  PROGRAM=$SD_HOME/prefix/bin/safe-docker
  VERDICTS=${SD_BUILD:-$SD_ROOT/build/engine}/tests/unit/policy/policy-verdicts
}

# The interpreter for which Debian's python3-jsonschema is installed.
compare() {
  /usr/bin/python3 -W ignore "$SD_ROOT/tests/cli/policy_schema.py" "$PROGRAM" "$VERDICTS" "$SD_ROOT" "$@"
}

@test "the schema and the parser say the same of a corpus of policies" {
  run compare cases
  printf '%s\n' "$output"
  equal "$status" 0
}

@test "the schema and the parser say the same of the default policy, changed by chance" {
  run compare fuzz 10
  printf '%s\n' "$output"
  equal "$status" 0
}

@test "the comparison finds what it looks for" {
  local change
  for change in 'del(.definitions.resources.additionalProperties)' \
    '.definitions.isolation.enum = ["owner"]' \
    '.definitions.docker.properties.path.pattern = "^/"' \
    '.definitions.resources.properties.pids.properties.max.maximum += 1' \
    '.definitions.mounts.properties.bind.items.required = []' \
    '.properties["$schema"].type = "number"'; do
    printf '#!/bin/sh\nif [ "$2" = schema ]; then "%s" policy schema | jq '"'%s'"'; else exec "%s" "$@"; fi\n' \
      "$PROGRAM" "$change" "$PROGRAM" >"$BATS_TEST_TMPDIR/changed"
    chmod +x "$BATS_TEST_TMPDIR/changed"
    PROGRAM=$BATS_TEST_TMPDIR/changed run compare cases
    printf '%s: %s\n' "$change" "$status"
    equal "$status" 1
  done
}

@test "policy schema: the installed file, without a policy and with a broken one, and no words behind it" {
  run --separate-stderr "$PROGRAM" policy schema
  equal "$status: $stderr" "0: "
  cmp <(printf '%s\n' "$output") "$SD_HOME/prefix/share/safe-docker/policy.schema.json"
  equal "$(jq -r '."$schema", .required[0], .additionalProperties' <<<"$output")" \
    $'http://json-schema.org/draft-07/schema#\nversion\nfalse'
  printf '{' >"$SD_HOME/etc/safe-docker/policy.json"
  run "$PROGRAM" policy schema
  rm -f "$SD_HOME/etc/safe-docker/policy.json"
  equal "$status" 0
  run "$PROGRAM" policy schema x
  equal "$status: ${lines[0]}" "125: safe-docker: policy schema: too many words"
  run "$PROGRAM" policy schema --help
  equal "$status" 0
  holds "$output" policy.schema.json
}

@test "the key \$schema is taken in policy files and drop-ins, and changes nothing" {
  local etc=$SD_HOME/etc/safe-docker with without
  printf '{"version": 1, "isolation": "shared"}' >"$etc/policy.json"
  without=$("$PROGRAM" policy show --format json | jq -S '.policy | del(."$schema")')
  printf '{"$schema": "file:///x", "version": 1, "isolation": "shared"}' >"$etc/policy.json"
  printf '{"$schema": "/y"}' >"$etc/policy.d/10.json"
  with=$("$PROGRAM" policy show --format json | jq -S '.policy | del(."$schema")')
  run "$PROGRAM" policy check
  rm -f "$etc/policy.json" "$etc/policy.d/10.json"
  lacks "$status" 125
  equal "$with" "$without"
}
