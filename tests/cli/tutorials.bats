#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Command lines of tutorials: every eighth of them is decided under three presets, what the messages say is done, what is
# accepted goes through the real CLIs, and docs/tutorials.md says so. All of them: tests/tutorials/run.py.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"

tutorials() { python3 "$SD_ROOT/tests/tutorials/run.py" --safe-docker "$SD_HOME/prefix/bin/safe-docker" --account sd-alice "$@"; }

@test "tutorials: each line is allowed, or its messages say what is" {
  run tutorials --part 1/8 --deliver
  printf '%s\n' "$output"
  [[ $status -eq 0 && ${lines[-1]} =~ ^[0-9]+\ passed,\ 0\ failed,\ 0\ skipped$ ]]
}

@test "tutorials: docs/tutorials.md has every line, and nothing else" {
  local line text
  while IFS=$'\t' read -r _ text; do
    line=${text//|/\\|}
    grep -qF -- "\`$line\` | " "$SD_ROOT/docs/tutorials.md" || {
      printf 'not in docs/tutorials.md: %s\n' "$text" >&2
      return 1
    }
  done < <(grep -v '^#' "$SD_ROOT/tests/tutorials/lines.tsv")
  [[ $(grep -c '^| `' "$SD_ROOT/docs/tutorials.md") -eq $(grep -vc '^#' "$SD_ROOT/tests/tutorials/lines.tsv") ]]
  [[ $(grep -c $'\tdocker run ' "$SD_ROOT/tests/tutorials/lines.tsv") -ge 320 ]]
  run ! grep -q '| stuck |' "$SD_ROOT/docs/tutorials.md"
}
