#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor` asks a real engine what it is, and the packages that it came from.
# shellcheck disable=SC2154 # bats sets stderr

source "$BATS_TEST_DIRNAME/common.bash"

setup() {
  common_setup
  ADMIN=$SD_HOME/prefix/bin/safe-docker
}
teardown() { common_teardown; }

record() { "$ADMIN" doctor --record; }

@test "versions, limits and confinement are those that the engine tells" {
  record | jq .engine >"$BATS_TEST_TMPDIR/record"
  plain version --format '{{json .}}' >"$BATS_TEST_TMPDIR/version"
  plain info --format '{{json .}}' >"$BATS_TEST_TMPDIR/info"
  equal "$(jq -r .failure "$BATS_TEST_TMPDIR/record")" null
  equal "$(jq -r .local "$BATS_TEST_TMPDIR/record")" true
  equal "$(jq -rc '[.components[] | select(.name == ("engine", "containerd", "runc")) | .version]' "$BATS_TEST_TMPDIR/record")" \
    "$(jq -rc '[.Server.Components[] | select(.Name == ("Engine", "containerd", "runc")) | .Version]' "$BATS_TEST_TMPDIR/version")"
  equal "$(jq -r '.components[] | select(.name == "engine") | .version' "$BATS_TEST_TMPDIR/record")" "$(plain version --format '{{.Server.Version}}')"
  equal "$(jq -c '[.memory_limit, .swap_limit, .pids_limit, .cpu_limit, .storage_driver, .cgroup_version, .cgroup_driver, .default_runtime, .security_options, .swarm, .live_restore]' "$BATS_TEST_TMPDIR/record")" \
    "$(jq -c '[.MemoryLimit, .SwapLimit, .PidsLimit, .CpuCfsQuota, .Driver, .CgroupVersion, .CgroupDriver, .DefaultRuntime, .SecurityOptions, .Swarm.LocalNodeState, .LiveRestoreEnabled]' "$BATS_TEST_TMPDIR/info")"
}

@test "packages are those of dpkg, with what their changelogs name" {
  local name
  record | jq .engine >"$BATS_TEST_TMPDIR/record"
  for name in docker.io containerd runc; do
    dpkg-query --show "$name" >/dev/null 2>&1 || continue
    equal "$name $(jq -r --arg name "$name" '.packages[] | select(.name == $name) | .version' "$BATS_TEST_TMPDIR/record")" \
      "$name $(dpkg-query --show --showformat='${Version}' "$name")"
    equal "$name $(jq -r --arg name "$name" '.packages[] | select(.name == $name) | .cves | sort | join(" ")' "$BATS_TEST_TMPDIR/record")" \
      "$name $(zgrep -ohE 'CVE-[0-9]{4}-[0-9]{4,7}' "/usr/share/doc/$name/changelog.Debian.gz" | LC_ALL=C sort -u | paste -sd' ')"
  done
}

@test "an old hole of the engine is told, or mended by its package" {
  local version
  version=$(plain version --format '{{.Server.Version}}')
  { "$ADMIN" doctor --format json || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
  equal "$(jq -r --arg version "engine $version" '[.findings[] | select(.subject == $version) | .check] | sort | join(" ")' "$BATS_TEST_TMPDIR/answer")" \
    "known-escapes known-holes"
  # 20.10.24 has it by its version, and Debian mended it.
  [[ $version == 20.10.24+dfsg1 ]] || skip "this engine is another one: $version"
  lacks "$(jq -r '.findings[] | select(.subject | startswith("engine ")) | .what' "$BATS_TEST_TMPDIR/answer")" CVE-2024-41110
}

# with_changelog FILE COMMAND...: as the changelog of runc.
with_changelog() {
  # shellcheck disable=SC2016
  unshare --mount sh -c 'mount --bind "$1" /usr/share/doc/runc/changelog.Debian.gz && shift && exec "$@"' sh "$@"
}

cves() { jq -c '.engine.packages[] | select(.name == "runc") | .cves'; }

@test "a changelog that is huge, a bomb or none is looked through in time, and mends nothing" {
  local log=$BATS_TEST_TMPDIR/log
  [[ -e /usr/share/doc/runc/changelog.Debian.gz ]] || skip "runc is not Debian's: apt-get install runc"
  # 100 MB of words, and one name at the end.
  { head -c 100000000 /dev/zero | tr '\0' 'a' | fold -w 100; printf '\nCVE-2025-31133\n'; } | gzip -1 >"$log"
  equal "$(with_changelog "$log" timeout 60 "$ADMIN" doctor --record | cves)" '["CVE-2025-31133"]'
  # Names without end, each another one: more than are plausible.
  seq 1000 60000 | sed 's/^/CVE-2025-/' | gzip -1 >"$log"
  equal "$(with_changelog "$log" timeout 60 "$ADMIN" doctor --record | cves)" null
  # More than is read of it.
  seq 10000 99999 | sed 's/^/CVE-2025-/' | gzip -1 >"$log"
  equal "$(with_changelog "$log" timeout 60 "$ADMIN" doctor --record | cves)" null
  printf 'no gzip \037\213' >"$log"
  equal "$(with_changelog "$log" timeout 60 "$ADMIN" doctor --record | cves)" '[]'
  printf '\037\213\010broken' >"$log"
  [[ $(with_changelog "$log" timeout 60 "$ADMIN" doctor --record | cves) =~ ^(null|\[\])$ ]]
  # No CVE of ours: a name within another word, too long, too short.
  printf 'CVE-2025-311\nCVE-2025-31133000\nxCVE-20256-31133\n' | gzip >"$log"
  lacks "$(with_changelog "$log" timeout 60 "$ADMIN" doctor --record | cves)" '"CVE-2025-31133"'
}
