#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The policies that come along: each parses, says only what differs from the default, explains each of its keys, and is what
# docs/presets.md says of it. What they decide is in tests/presets; what comes of it on a daemon in tests/engine/presets.bats.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICIES=$SD_HOME/prefix/share/safe-docker/policy
  SOURCES=$SD_ROOT/profiles/policy
  PAGE=$SD_ROOT/docs/presets.md
  WORK=$(mktemp -d "$SD_HOME/work.XXXXXX")
}
teardown() { rm -rf "${WORK:?}"; }

sdocker() { "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# shown FILE: what `policy show` prints where FILE is the policy.
shown() { SAFE_DOCKER_POLICY=$1 sdocker policy show; }

# leaves FILE: "PATH VALUE" of each value that holds, a line each.
leaves() { shown "$1" | jq -r '.policy | paths((type != "object" and type != "array") or length == 0) as $p | "\($p | map(tostring) | join(".")) \(getpath($p))"'; }

@test "every policy of the sources is installed, as it is, and has no mistake" {
  local file name count=0
  for file in "$SOURCES"/*.json; do
    name=$(basename "$file")
    cmp "$file" "$POLICIES/$name"
    run sdocker policy check "$POLICIES/$name"
    equal "$name $status" "$name 0"
    count=$((count + 1))
  done
  equal "$count" 5
}

@test "a policy says what differs from the default, and which group of keys it is about is explained" {
  local name line before
  for name in ci lab; do
    shown "$POLICIES/$name.json" | jq -r --arg file "$POLICIES/$name.json" '.policy as $policy | .origin | to_entries[] |
      select(.value | startswith($file)) | .key' >"$WORK/own"
    [[ -s $WORK/own ]]
    leaves "$POLICIES/default.json" | sort >"$WORK/default"
    leaves "$POLICIES/$name.json" | sort >"$WORK/here"
    comm -3 "$WORK/default" "$WORK/here" | tr -d '\t' | cut -d' ' -f1 >"$WORK/differs"
    while read -r line; do
      grep -q "^${line//./\\.}\(\.\| \|$\)" "$WORK/differs" || [[ $line == version ]] || {
        printf '%s: %s is as in the default\n' "$name" "$line" >&2
        return 1
      }
    done <"$WORK/own"
  done
  for name in strict ci lab; do
    before=
    while IFS= read -r line; do
      [[ ! $line =~ ^\ \ \"[a-z] || $line == *//* || $before == *//* || $line == *'"version"'* ]] || {
        printf '%s: no word about%s\n' "$name" "$line" >&2
        return 1
      }
      before=$line
    done <"$POLICIES/$name.json"
  done
}

@test "every line of the tables is decided as it says there, and not by the other policies" {
  local name other table
  for name in default strict ci lab; do
    table=$SD_ROOT/tests/presets/$name.table
    [[ $(grep -cE '^[a-z-]+ allow ' "$table") -ge 15 && $(grep -cE '^[a-z-]+ deny' "$table") -ge 20 ]]
    run sdocker policy test "$table" --policy "$name"
    printf '%s\n' "$output"
    equal "$name $status" "$name 0"
    for other in default strict ci lab; do
      [[ $other != "$name" ]] || continue
      run sdocker policy test "$table" --policy "$other"
      equal "$name by $other $status" "$name by $other 1"
    done
  done
}

# found NAME: "SEVERITY KIND" of what the lint says of a policy, each once.
found() { sdocker policy check --format json "$1" | jq -r '.findings[] | "\(.severity) \(.kind)"' | sort -u; }

@test "the lint finds no danger in a policy, and warns of nothing that the policy does not speak of" {
  local name
  for name in default strict; do
    run sdocker policy check --strict "$name"
    equal "$name $status" "$name 0"
  done
  for name in ci lab; do
    run sdocker policy check "$name"
    equal "$name $status" "$name 0"
  done
  equal "$(found ci | grep -v '^note ')" "warning command"
  equal "$(sdocker policy check --format json ci | jq -c '[.findings[] | select(.severity == "warning") | .message | split(" ")[1]] | sort')" '["build","push"]'
  # The host of the test may be large enough, or have the groups.
  equal "$(found lab | grep -v '^note ' | grep -vE '^warning (device|limit-beyond-host|override-unknown-group)$' || true)" ""
  holds "$(found lab)" "warning device"
}

@test "the table of what a caller may do is what the policies say" {
  local name
  for name in default strict ci lab; do shown "$POLICIES/$name.json" | jq .policy; done |
    jq --raw-output --slurp --from-file "$SD_ROOT/tests/presets/table.jq" >"$WORK/table"
  [[ $(wc -l <"$WORK/table") -gt 20 ]]
  sed -n '/^| | default /,/^$/p' "$PAGE" | sed '/^$/d' >"$WORK/page"
  diff "$WORK/page" "$WORK/table"
}

@test "the table of the benchmark has each number once, and what it rests on is written in the policy" {
  local number held keys key
  awk -f "$SD_ROOT/tests/presets/cis.awk" "$PAGE" >"$WORK/rows"
  equal "$(cut -d' ' -f1 "$WORK/rows" | tr '\n' ' ')" "$(printf '5.%s ' {1..32})"
  shown "$POLICIES/strict.json" | jq -r --arg file "$POLICIES/strict.json" '.origin | to_entries[] | select(.value | startswith($file)) | .key' >"$WORK/own"
  while read -r number held keys; do
    [[ $held == @(policy|always|host|nobody) ]]
    [[ $held != policy || $keys != - ]]
    for key in ${keys//,/ }; do
      [[ $key == - ]] || grep -q "^${key//./\\.}\(\.\|$\)" "$WORK/own" || {
        printf '%s: strict.json does not write %s\n' "$number" "$key" >&2
        return 1
      }
    done
    [[ $held != policy ]] || grep -qE "//.*[^0-9.]${number//./\\.}([^0-9]|$)" "$POLICIES/strict.json" || {
      printf '%s: strict.json does not say where\n' "$number" >&2
      return 1
    }
    [[ $held != @(policy|always) ]] || grep -qE "[^0-9.]${number//./\\.}([^0-9]|$)" "$SD_ROOT/tests/presets/strict.table" || {
      printf '%s: no line of strict.table is about it\n' "$number" >&2
      return 1
    }
  done <"$WORK/rows"
}

@test "the example is the default, and each of its parts is ready to be uncommented" {
  local blocks block
  equal "$(shown "$POLICIES/example.json" | jq -cS .policy)" "$(shown "$POLICIES/default.json" | jq -cS .policy)"
  awk -v want=0 -v blocks="$WORK/blocks" -f "$SD_ROOT/tests/presets/uncomment.awk" "$POLICIES/example.json" >"$WORK/all.json"
  blocks=$(cat "$WORK/blocks")
  [[ $blocks -ge 9 ]]
  for ((block = 0; block <= blocks; block++)); do
    awk -v want=$block -f "$SD_ROOT/tests/presets/uncomment.awk" "$POLICIES/example.json" >"$WORK/one.json"
    run sdocker policy check "$WORK/one.json"
    equal "$block $status" "$block 0"
    # It is of some effect: for everybody, or in its overrides.
    grep -q '^ *"overrides"' "$WORK/one.json" ||
      [[ $(shown "$WORK/one.json" | jq -cS .policy) != $(shown "$POLICIES/default.json" | jq -cS .policy) ]]
  done
  lacks "$(grep -c '^ *//"' "$WORK/all.json" || true)" 1
}

@test "the commands of the example are those of the default and three more" {
  awk -v want=5 -f "$SD_ROOT/tests/presets/uncomment.awk" "$POLICIES/example.json" >"$WORK/one.json"
  equal "$(shown "$WORK/one.json" | jq -c '.policy.commands.allow | sort')" \
    "$(shown "$POLICIES/default.json" | jq -c '.policy.commands.allow + ["push", "rmi", "tag"] | sort')"
}

@test "what would allow a request for GPUs is the GPU that it is about" {
  local asked gpu
  while read -r asked gpu; do
    run sdocker policy suggest --policy lab -- run --gpus "$asked" pytorch/pytorch
    equal "$asked $status" "$asked 0"
    holds "$output" "{\"path\": \"nvidia.com/gpu=$gpu\", \"access\": \"rw\"}"
    lacks "$output" '"options"'
  done <<'REQUESTS'
all all
1 0
device=3 3
"device=0,1" all
count=2,capabilities=utility all
REQUESTS
}
