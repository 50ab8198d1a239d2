#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor`, the engine: what a command line may answer, and what is made of it. In the real CLI's place stands a script that prints what the
# test wants.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  ANSWERS=$SD_HOME/answers
  FACTS=$BATS_TEST_TMPDIR/facts.json
  mkdir "$ANSWERS"
  cat >"$SD_HOME/fake-docker" <<'SCRIPT'
#!/bin/sh
# The last word but one is the command.
for word in "$@"; do case $word in version | info) command=$word ;; esac; done
folder=${0%/*}/answers
[ ! -e "$folder/$command.err" ] || cat "$folder/$command.err" >&2
[ ! -e "$folder/$command.sh" ] || exec sh "$folder/$command.sh"
[ ! -e "$folder/$command" ] || cat "$folder/$command"
[ ! -e "$folder/$command.err" ] || exit 1
SCRIPT
  chmod 755 "$SD_HOME/fake-docker"
  policy '{}'
}

teardown() {
  rm -rf "${SD_HOME:?}/etc/safe-docker/policy.json" "$SD_HOME/answers" "$SD_HOME/fake-docker"
}

# policy IMAGES
policy() {
  printf '{"version": 1, "docker": {"host": "unix://%s", "path": "%s"}, "images": %s, "audit": {"syslog": false, "file": "", "required": false}}' \
    "$SD_HOME/nowhere.sock" "$SD_HOME/fake-docker" "$1" >"$SD_HOME/etc/safe-docker/policy.json"
}

answer() { printf '%s' "$2" >"$ANSWERS/$1"; }

record() { "$SAFE" doctor --record | jq -c .engine; }

# found FACTS: STATUS CHECK SUBJECT of the engine.
found() {
  printf '{"format": 1, "engine": {"looked": true, "local": true, %s}}' "$1" >"$FACTS"
  { "$SAFE" doctor --format json --facts "$FACTS" || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
  jq -r '.findings[] | select(.area == "engine") | "\(.status) \(.check) \(.subject)"' "$BATS_TEST_TMPDIR/answer" | sed 's/ *$//'
}

@test "an engine of 20.10 and one of 29 are understood" {
  answer version '{"Client": {"Version": "20.10.24"}, "Server": {"Components": [{"Name": "Engine", "Version": "20.10.24"}, {"Name": "containerd", "Version": "1.6.20"},
    {"Name": "runc", "Version": "1.1.5"}, {"Name": "docker-init", "Version": "0.19.0"}], "Version": "20.10.24"}}'
  answer info '{"Driver": "overlay2", "CgroupVersion": "1", "SwapLimit": false, "MemoryLimit": true, "Containers": 3, "Warnings": null, "SystemTime": 1.5,
    "SecurityOptions": ["name=seccomp,profile=default"], "RegistryConfig": {"IndexConfigs": {"docker.io": {"Secure": true}, "evil:5000": {"Secure": false}},
    "InsecureRegistryCIDRs": ["127.0.0.0/8"], "Mirrors": ["http://m/"]}, "Plugins": {"Authorization": null}, "ClientInfo": {"Plugins": [
    {"Name": "buildx", "Version": "v0.10.0", "Path": "/x"}, {"Name": "scan", "Version": "1"}]}, "Swarm": {"LocalNodeState": "inactive"}}'
  equal "$(record | jq -c '[.components[] | "\(.name) \(.version)"]')" '["cli 20.10.24","engine 20.10.24","containerd 1.6.20","runc 1.1.5","buildx v0.10.0"]'
  equal "$(record | jq -c '[.failure, .swap_limit, .memory_limit, .pids_limit, .warnings, .authorization, .insecure_registries, .mirrors, .swarm]')" \
    '[null,false,true,null,[],[],["127.0.0.0/8","evil:5000"],["http://m/"],"inactive"]'
  answer version '{"Client": {"Version": "29.9.0"}, "Server": {"Version": "29.9.0", "Platform": {"Name": "Docker Engine"}}}'
  answer info '{"Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]], "CPUCfsQuota": true, "ClientInfo": {"Plugins": null}}'
  equal "$(record | jq -c '[.components, .driver_status, .cpu_limit]')" \
    '[[{"name":"cli","version":"29.9.0"},{"name":"engine","version":"29.9.0"}],["driver-type=io.containerd.snapshotter.v1"],true]'
}

@test "where no engine answers that is told once, with why, and nothing of it passes" {
  answer version '{"Client": {"Version": "28.2.2"}, "Server": null}'
  printf 'Cannot connect to the Docker daemon\033[2J' >"$ANSWERS/version.err"
  equal "$(record | jq -c .components)" '[{"name":"cli","version":"28.2.2"}]'
  { "$SAFE" doctor --format json || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
  equal "$(jq -r '.findings[] | select(.area == "engine") | "\(.status) \(.check)"' "$BATS_TEST_TMPDIR/answer")" "unknown engine-reached"
  holds "$(jq -r '.findings[] | select(.check == "engine-reached") | .what' "$BATS_TEST_TMPDIR/answer")" 'Cannot connect to the Docker daemon\x1b[2J'
}

@test "answers that are none, or of other shapes, are no good ones" {
  local row
  answer info '{"Driver": "overlay2"}'
  for row in '' 'null' '[]' '{' '{"Server": 1}' '"x"' '{"Server": {"Components": {}}}' '{"Server": {"Components": [1, [], {"Name": 1}, {"Name": "runc"}, {"Name": "runc", "Version": 1.1}]}}' \
    '{"Server": {"a": 1, "a": 2}}' '{"Client": {"Version": "1\u00002"}}' "{\"x\": $(printf '%100s' '' | tr ' ' '[')}"; do
    answer version "$row"
    { "$SAFE" doctor --format json || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
    equal "$row: $(jq -r '.findings[] | select(.status == "pass" and (.check == "known-escapes" or .check == "engine-maintained")) | .check' "$BATS_TEST_TMPDIR/answer")" "$row: "
  done
  answer version '{"Server": {"Version": "29.9.0"}}'
  for row in '' 'null' '[]' '{' '{}' '{"SecurityOptions": "name=seccomp", "MemoryLimit": "true", "SwapLimit": 1, "PidsLimit": null, "Warnings": {}, "DefaultRuntime": [], "Driver": {}}' \
    '{"SecurityOptions": [1, "name=seccomp"], "Warnings": [null], "RegistryConfig": [], "Plugins": [], "CgroupVersion": 2, "DriverStatus": [["a"], 1, ["b", 2]]}'; do
    answer info "$row"
    { "$SAFE" doctor --format json || [[ $? -eq 1 ]]; } >"$BATS_TEST_TMPDIR/answer"
    equal "$row: $(jq -r '.findings[] | select(.area == "engine" and .status == "pass") | .check' "$BATS_TEST_TMPDIR/answer" |
      grep -vE '^(engine-reached|known-escapes|known-holes|engine-maintained|engine-restarted)$')" "$row: "
  done
}

@test "an answer that is too large is given up" {
  answer version '{"Client": {"Version": "28.2.2"}, "Server": {"Version": "28.2.2"}}'
  printf 'head -c 70000000 /dev/zero | tr "\\0" a' >"$ANSWERS/info.sh"
  run -0 timeout 60 "$SAFE" doctor --record
  holds "$(jq -r .engine.failure <<<"$output")" "more than"
}

@test "a large answer is read" {
  answer version '{"Client": {"Version": "28.2.2"}, "Server": {"Version": "28.2.2"}}'
  { printf '{"Warnings": ["x"'; yes ',"No swap limit support"' | head -n 200000 | tr -d '\n'; printf '], "Driver": "vfs"}'; } >"$ANSWERS/info"
  equal "$(timeout 60 "$SAFE" doctor --record | jq -c '[.engine.failure, .engine.storage_driver, (.engine.warnings | length)]')" '[null,"vfs",200001]'
}

@test "daemons that run a program which is gone are seen" {
  local pid
  cp "$(command -v sleep)" "$BATS_TEST_TMPDIR/dockerd"
  "$BATS_TEST_TMPDIR/dockerd" 60 3>&- &
  pid=$!
  equal "$(record | jq -c '.replaced | index("dockerd")')" null
  rm "$BATS_TEST_TMPDIR/dockerd"
  equal "$(record | jq -c '.replaced | index("dockerd") != null')" true
  kill "$pid"
}

# --- judging --------------------------------------------------------------------------------------------

@test "a hole that needs what the engine has not does not count; where that is not known it does" {
  local engine='"components": [{"name": "engine", "version": "27.1.0"}, {"name": "runc", "version": "1.1.4"}, {"name": "containerd", "version": "1.6.0"}]'
  # cves CHECK PART
  cves() { jq -r --arg check "$1" --arg part "$2" '.findings[] | select(.check == $check and (.subject | startswith($part))) | .what' "$BATS_TEST_TMPDIR/answer"; }
  found "$engine" >/dev/null
  holds "$(cves known-escapes engine)" CVE-2024-41110
  holds "$(cves known-holes engine)" CVE-2025-54410
  holds "$(cves known-holes runc)" CVE-2023-25809
  holds "$(cves known-escapes containerd)" CVE-2022-23648
  found "$engine"', "authorization": [], "firewalld": false, "kubernetes": false, "security_options": ["name=seccomp,profile=default"]' >/dev/null
  lacks "$(cves known-escapes engine)" CVE-2024-41110
  lacks "$(cves known-holes engine)" CVE-2025-54410
  lacks "$(cves known-holes runc)" CVE-2023-25809
  lacks "$(cves known-escapes containerd)" CVE-2022-23648
  found "$engine"', "authorization": ["opa"], "firewalld": true, "kubernetes": true, "security_options": ["name=rootless"]' >/dev/null
  holds "$(cves known-escapes engine)" CVE-2024-41110
  holds "$(cves known-holes engine)" CVE-2025-54410
  holds "$(cves known-holes runc)" CVE-2023-25809
  holds "$(cves known-escapes containerd)" CVE-2022-23648
}

@test "a changelog mends what it names, in the package that runs, and nothing else" {
  local row package expected
  while IFS='|' read -r package expected; do
    equal "$package: $(found '"components": [{"name": "runc", "version": "1.1.11"}], "packages": ['"$package"']' | grep 'known-escapes runc')" "$package: $expected known-escapes runc 1.1.11"
  done <<'ROWS'
|fail
{"name": "runc", "version": "1.1.11-1", "cves": ["CVE-2024-21626", "CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881", "CVE-2026-119101"]}|pass
{"name": "runc", "version": "1.1.11-1", "cves": ["CVE-2024-21626", "CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881"]}|fail
{"name": "runc", "version": "1.1.12-1", "cves": ["CVE-2024-21626", "CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881", "CVE-2026-119101"]}|fail
{"name": "runc", "version": "1.1.11-1"}|fail
{"name": "runc-evil", "version": "1.1.11-1", "cves": ["CVE-2024-21626", "CVE-2025-31133", "CVE-2025-52565", "CVE-2025-52881", "CVE-2026-119101"]}|fail
{"version": "1.1.11-1"}|fail
{"name": "runc"}|fail
ROWS
}

@test "every part that the table has holes of is looked at" {
  local part table=$BATS_TEST_DIRNAME/../../src/own/doctor/holes.def
  [[ $(grep -c '^HOLE(' "$table") -ge 35 ]]
  while read -r part; do
    holds "$(found "\"components\": [{\"name\": \"$part\", \"version\": \"0.0.1\"}]")" "known-holes $part 0.0.1"
  done < <(grep -oE '^HOLE\("[a-z]+"' "$table" | cut -d'"' -f2 | sort -u)
}

@test "a registry without TLS and a seccomp profile that the settings name are left to the area daemon" {
  found '"insecure_registries": ["127.0.0.0/8", "r.example:5000"], "mirrors": []' >"$BATS_TEST_TMPDIR/found"
  grep -qxF 'warn registries-in-use r.example:5000' "$BATS_TEST_TMPDIR/found"
  found '"insecure_registries": ["127.0.0.0/8", "r.example:5000"], "mirrors": []}, "daemons": {"list": [{"argv": ["dockerd", "--insecure-registry=r.example:5000"]}]' >"$BATS_TEST_TMPDIR/found"
  grep -qxF 'pass registries-in-use' "$BATS_TEST_TMPDIR/found"
  found '"insecure_registries": [], "mirrors": ["http://m/"], "security_options": ["name=seccomp,profile=unconfined"]' >"$BATS_TEST_TMPDIR/found"
  grep -qxF 'warn registries-in-use http://m/' "$BATS_TEST_TMPDIR/found"
  grep -qxF 'warn engine-seccomp-default' "$BATS_TEST_TMPDIR/found"
  found '"insecure_registries": [], "mirrors": ["http://m/"], "security_options": ["name=seccomp,profile=unconfined"]}, "daemons": {"list": [{"config":
    {"text": "{\"registry-mirrors\": [\"http://m/\"], \"seccomp-profile\": \"unconfined\"}"}}]' >"$BATS_TEST_TMPDIR/found"
  run ! grep -E 'http://m|engine-seccomp-default' "$BATS_TEST_TMPDIR/found"
}
