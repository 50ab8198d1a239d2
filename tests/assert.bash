# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What a test says of a text: it succeeds, or tells what was expected and what came.

equal() {
  [[ $1 == "$2" ]] && return 0
  printf 'expected: %s\n     got: %s\n' "$2" "$1" >&2
  return 1
}

holds() {
  [[ $1 == *"$2"* ]] && return 0
  printf 'expected to hold: %s\n             got: %s\n' "$2" "$1" >&2
  return 1
}

lacks() {
  [[ $1 != *"$2"* ]] && return 0
  printf 'expected without: %s\n             got: %s\n' "$2" "$1" >&2
  return 1
}
