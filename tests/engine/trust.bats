#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Which image runs: names, digests and ids against images.allow, tags that somebody re-points on the host or in the registry, and the
# program that approves. With a registry of our own on loopback.

load common

setup_file() {
  export REGISTRY REGISTRY_PID
  REGISTRY=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  mkdir -p "$SD_HOME/registry"
  cat >"$SD_HOME/registry.yml" <<CONFIG
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $SD_HOME/registry}}
http: {addr: $REGISTRY}
CONFIG
  docker-registry serve "$SD_HOME/registry.yml" >"$SD_HOME/registry.log" 2>&1 3>&- &
  REGISTRY_PID=$!
  wait_for 20 eval "exec 8<>/dev/tcp/${REGISTRY/://}"
}

teardown_file() {
  kill "$REGISTRY_PID"
  remove_images
}

remove_images() {
  local name
  plain images --format '{{.Repository}}:{{.Tag}}' | grep -vxF "$SD_IMAGE" | grep -v '<none>' | while read -r name; do
    plain rmi --force "$name" >/dev/null 2>&1 || true
  done
  plain image prune --force >/dev/null
}

# make NAME WORD: an image that says the word.
make() {
  local container
  container=$(plain create --network=none "$SD_IMAGE" true)
  plain commit --change "CMD [\"echo\", \"$2\"]" "$container" "$1" >/dev/null
  plain rm "$container" >/dev/null
}

id_of() { plain image inspect --format '{{.Id}}' "$1"; }
digest_of() { plain image inspect --format '{{index .RepoDigests 0}}' "$1" | sed 's/.*@//'; }

# good/app:1 says good and is in the registry; evil:1 says evil and is on the host alone.
setup() {
  common_setup
  GOOD=$REGISTRY/good/app
  make "$GOOD:1" good
  plain push --quiet "$GOOD:1" >/dev/null
  DIGEST=$(digest_of "$GOOD:1")
  make evil:1 evil
  VERIFIER=$SD_HOME/verifier
}

teardown() {
  [[ -z ${SWAPPER:-} ]] || kill "$SWAPPER" 2>/dev/null || true
  common_teardown
  remove_images
}

allow() { policy "{\"images\": {\"allow\": $1 ${2:+, $2}}, \"commands\": {\"allow\": [\"run\", \"create\", \"start\", \"pull\", \"tag\", \"load\", \"import\", \"commit\", \"build\", \"compose\", \"volume create\"]}}"; }

start_image() { run sdocker run --rm --network=none "$@"; }
is_good() { equal "$status ${lines[-1]}" "0 good"; }
is_denied() {
  refused
  holds "$output" "  $1 "
  lacks "$output" $'\nevil'
}

# re-points good/app:1 in the registry; the host keeps what it has.
repoint_registry() {
  plain tag evil:1 "$GOOD:1"
  plain push --quiet "$GOOD:1" >/dev/null
}

# --- names -------------------------------------------------------------------------------------------------

@test "each form of an allowed image runs, and is pinned by its digest" {
  local form id
  allow "[\"$REGISTRY/good/*\"]"
  for form in "$GOOD:1" "$GOOD@$DIGEST" "$GOOD:1@$DIGEST" "$(id_of "$GOOD:1")" "$(id_of "$GOOD:1" | cut -c8-19)"; do
    start_image "$form"
    is_good
  done
  id=$(sdocker create --network=none "$GOOD:1")
  equal "$(plain inspect --format '{{.Config.Image}}' "$id")" "$GOOD:1@$DIGEST"
  equal "$(plain ps --all --format '{{.Image}}')" "$GOOD:1"
  equal "$(jq -rc '.images[0] | [.name, .content, .verified]' "$SD_HOME/audit.jsonl" | tail -n 1)" "[\"$GOOD:1\",\"$GOOD@$DIGEST\",false]"
}

@test "an image that is not allowed does not start: by name, digest, id, short id" {
  local form
  make "$REGISTRY/evil/app:1" evil
  plain push --quiet "$REGISTRY/evil/app:1" >/dev/null
  allow "[\"$REGISTRY/good/*\"]"
  start_image evil:1
  is_denied image
  start_image "$REGISTRY/evil/app@$(digest_of "$REGISTRY/evil/app:1")"
  is_denied image
  # The content of another repository is none of this one's: the registry is asked for it.
  form=$GOOD@$(digest_of "$REGISTRY/evil/app:1")
  start_image "$form"
  equal "$status" 125
  holds "$output" "manifest unknown"
  lacks "$output" $'\nevil'
  start_image --pull=never "$form"
  is_denied pull
  for form in evil:1 "$REGISTRY/evil/app:1"; do
    start_image "$(id_of "$form")"
    is_denied image-id
    start_image "$(id_of "$form" | cut -c8-15)"
    is_denied image-id
  done
}

@test "a tag that was re-pointed on the host does not start, but where the administrator gives such names" {
  plain tag evil:1 "$GOOD:1"
  allow "[\"$REGISTRY/good/*\"]"
  start_image "$GOOD:1"
  is_denied image-repointed
  start_image "$(id_of evil:1)"
  is_denied image-id
  run sdocker create --network=none "$GOOD:1"
  is_denied image-repointed
  start_image --pull=never "$GOOD:1"
  is_denied image-repointed
  start_image --volume data:/data "$GOOD:1"
  is_denied image-repointed
  allow "[\"$REGISTRY/good/*\"]" "\"local\": [\"$REGISTRY/good/app:1\"]"
  start_image "$GOOD:1"
  equal "$output" evil
  # docker pull, and --pull=always, bring the repository's own.
  allow "[\"$REGISTRY/good/*\"]"
  start_image --pull=always "$GOOD:1"
  is_good
  start_image "$GOOD:1"
  equal "$output" good
}

@test "a tag of a digest that the policy names: re-pointed in the registry or here it does not start" {
  allow "[\"$GOOD@$DIGEST\"]"
  start_image "$GOOD:1"
  is_good
  repoint_registry
  start_image "$GOOD:1"
  is_denied image
  start_image --pull=always "$GOOD:1"
  is_denied image
  plain rmi --force "$GOOD:1" >/dev/null
  start_image "$GOOD:1"
  is_denied image
  start_image "$GOOD@$DIGEST"
  is_good
}

@test "what is not there is pulled first, as docker run would, and recorded; --explain pulls nothing" {
  plain rmi --force "$GOOD:1" >/dev/null
  allow "[\"$REGISTRY/good/*\"]"
  run sdocker --explain run --rm --network=none "$GOOD:1"
  equal "$status" 0
  holds "$output" "pull -- $GOOD:1"
  start_image --pull=never "$GOOD:1"
  is_denied pull
  run ! plain image inspect "$GOOD:1"
  run --separate-stderr sdocker run --rm --network=none "$GOOD:1"
  equal "$status $output" "0 good"
  # shellcheck disable=SC2154 # bats assigns it
  holds "$stderr" "Unable to find image '$GOOD:1' locally"
  holds "$stderr" "Digest: $DIGEST"
  equal "$(tail -n 2 "$SD_HOME/audit.jsonl" | jq -rc '[.decision, .argv[2]]' | tr '\n' ' ')" '["allow","pull"] ["allow","run"] '
  start_image "$GOOD:none"
  equal "$status" 125
  holds "$output" "manifest unknown"
}

@test "policy: always, missing and never are kept with what is pinned" {
  local when
  for when in always missing never; do
    allow "[\"$REGISTRY/good/*\"]" "\"pull\": \"$when\""
    start_image "$GOOD:1"
    is_good
  done
  allow "[\"$REGISTRY/good/*\"]" "\"pull\": \"always\""
  repoint_registry
  plain pull --quiet "$GOOD@$DIGEST" >/dev/null
  plain tag "$GOOD@$DIGEST" "$GOOD:1"
  # The repository itself has another one now, and that is what always means.
  start_image "$GOOD:1"
  equal "$status ${lines[-1]}" "0 evil"
}

@test "a tag that goes back and forth while containers are launched: never the other image" {
  local try served=0
  allow "[\"$REGISTRY/good/*\"]"
  plain tag "$GOOD:1" keep:1
  while plain tag evil:1 "$GOOD:1" && plain tag keep:1 "$GOOD:1"; do :; done >/dev/null 2>&1 3>&- &
  SWAPPER=$!
  for ((try = 0; try < 12; try++)); do
    run sdocker run --rm --network=none "$GOOD:1"
    lacks "$output" $'evil\n'
    [[ ${lines[-1]} != evil ]]
    [[ $status -ne 0 ]] || served=$((served + 1))
  done
  kill "$SWAPPER"
  [[ $served -gt 0 && $served -lt 12 ]]
}

@test "nobody makes an allowed name mean something else through safe-docker" {
  allow "[\"$REGISTRY/good/*\", \"mine/*\", \"evil\"]" '"own": ["mine/*"], "local": ["evil"]'
  run sdocker tag evil:1 "$GOOD:1"
  is_denied image-own
  run sdocker import - "$GOOD:1" </dev/null
  is_denied image-own
  printf 'FROM evil:1\n' >"$WORK/Dockerfile"
  run sdocker build --tag "$GOOD:1" "$WORK"
  is_denied image-own
  plain tag evil:1 "$GOOD:2"
  plain save "$GOOD:2" >"$WORK/archive"
  run sdocker load <"$WORK/archive"
  is_denied image-own
  start_image "$GOOD:1"
  is_good
  # A name of one's own is one that is taken for what one made of it.
  run sdocker tag evil:1 mine/app:1
  equal "$status" 0
  start_image mine/app:1
  equal "$output" evil
}

# A program stands in the plugin's place: it tells which model it was given.
@test "compose: services are judged and pinned as run does" {
  local plugins=$SD_HOME/compose/cli-plugins
  mkdir -p "$plugins/seen"
  chmod 0777 "$plugins/seen"
  install -m 0755 "$SD_ROOT/tests/differential/compose_files/plugin.py" "$plugins/docker-compose"
  allow "[\"$REGISTRY/good/*\"]" "\"pull\": \"\"}, \"docker\": {\"config_dir\": \"$SD_HOME/compose\""
  model() { printf '{"name": "shop", "services": {"a": {"image": "%s", "network_mode": "none"}}}\n' "$1" >"$WORK/compose.json"; }
  model "$GOOD:1"
  run -0 sdocker compose --file "$WORK/compose.json" create
  equal "$(jq -r '.model.services.a.image' "$plugins/seen/called.json")" "$GOOD:1@$DIGEST"
  rm "$plugins/seen/called.json"
  plain tag evil:1 "$GOOD:2"
  for name in evil:1 "$GOOD:2" "$(id_of evil:1)"; do
    model "$name"
    run -125 sdocker compose --file "$WORK/compose.json" create
    holds "$output" image
    [[ ! -e $plugins/seen/called.json ]]
  done
  rm -rf "$SD_HOME/compose"
}

# --- approval ----------------------------------------------------------------------------------------------

# verifier LINE...: the program that approves, a shell script.
verifier() {
  printf '%s\n' '#!/bin/sh' 'set -eu' "$@" >"$VERIFIER"
  chmod 0755 "$VERIFIER"
  allow '["**"]' "\"verify\": {\"command\": [\"$VERIFIER\", \"--key\", \"k\", \"--key\", \"{image}\"], \"timeout\": 2}"
}

@test "what the program approves runs, by the digest that it was asked for" {
  verifier "echo \"\$*\" >>$SD_HOME/asked" "chmod 666 $SD_HOME/asked"
  install -m 0666 /dev/null "$SD_HOME/asked"
  verifier "echo \"\$*\" >>$SD_HOME/asked"
  start_image "$GOOD:1"
  is_good
  equal "$(cat "$SD_HOME/asked")" "--key k --key $GOOD@$DIGEST"
  equal "$(tail -n 1 "$SD_HOME/audit.jsonl" | jq -rc '.images[0] | [.content, .verified]')" "[\"$GOOD@$DIGEST\",true]"
  run sdocker --explain=json run --rm --network=none "$GOOD:1"
  equal "$(jq -r '.changes[] | select(.rule == "image-verify").option' <<<"$output")" "$VERIFIER $GOOD@$DIGEST"
  equal "$(wc -l <"$SD_HOME/asked")" 1
  # Moved in the registry while it is being approved: what was approved runs.
  verifier "sleep 1"
  sdocker run --rm --network=none "$GOOD:1" >"$SD_HOME/said" 2>&1 3>&- &
  local launch=$!
  sleep 0.5
  repoint_registry
  wait "$launch"
  equal "$(cat "$SD_HOME/said")" good
}

@test "what the program does not approve does not start: refusal, death, silence, absence, strangers" {
  verifier "echo 'no signature'; echo evil; exit 3"
  start_image "$GOOD:1"
  is_denied image-verify
  holds "$output" "does not approve of"
  holds "$output" "status 3: no signature"
  # shellcheck disable=SC2016
  verifier 'kill -KILL $$'
  start_image "$GOOD:1"
  is_denied image-verify
  verifier "sleep 100"
  start_image "$GOOD:1"
  is_denied image-verify
  holds "$output" "within 2 seconds"
  verifier "exec >&- 2>&-; sleep 100 & sleep 100"
  start_image "$GOOD:1"
  is_denied image-verify
  chmod 0644 "$VERIFIER"
  start_image "$GOOD:1"
  is_denied image-verify
  verifier "exit 0"
  chown sd-alice "$VERIFIER"
  start_image "$GOOD:1"
  is_denied image-verify
  rm "$VERIFIER"
  start_image "$GOOD:1"
  is_denied image-verify
  holds "$output" "could not be asked about"
  holds "$output" "hint: ask the administrator"
  verifier "exit 0"
  start_image evil:1 # it has no digest that could be approved
  is_denied image-verify
  start_image "$(id_of evil:1)"
  is_denied image-id
  run ! pgrep -x sleep --uid sd-alice --runstates R,S,D,T
}

@test "the caller can stop the program and end it, and neither trace it nor start anything so" {
  local pid program PROGRAM
  verifier "sleep 1.5"
  for program in STOP KILL; do
    sdocker run --rm --network=none "$GOOD:1" >"$SD_HOME/said" 2>&1 3>&- &
    pid=$!
    wait_for 5 eval 'PROGRAM=$(pgrep --uid sd-alice --full "^/bin/sh $VERIFIER")'
    run sd_as sd-alice strace -f -p "$PROGRAM"
    [[ $status -ne 0 ]]
    holds "$output" "Operation not permitted"
    run ! sd_as sd-alice cat "/proc/$PROGRAM/environ" "/proc/$PROGRAM/mem"
    sd_as sd-alice kill -"$program" "$PROGRAM"
    status=0
    wait "$pid" || status=$?
    equal "$status" 125
    holds "$(cat "$SD_HOME/said")" image-verify
  done
  # With no more files or memory than the caller gives, either.
  verifier 'exec 3</etc/passwd 4</etc/passwd' 'x=$(cat /etc/passwd)'
  run ! sd_as sd-alice bash -c "ulimit -n 4; exec sudo -n $SD_HOME/prefix/bin/safe-docker run --rm --network=none $GOOD:1"
}

# --- signatures --------------------------------------------------------------------------------------------

@test "content trust: what is not looked at by the docker command is refused, and what is fails without its server" {
  local form
  allow '["**"]' '"content_trust": true'
  for form in "$GOOD@$DIGEST" "$(id_of "$GOOD:1")"; do
    start_image "$form"
    is_denied content-trust
  done
  for form in "$GOOD:1" "$GOOD:1@$DIGEST" "$SD_IMAGE"; do
    start_image "$form"
    [[ $status -ne 0 ]]
    # It cannot keep whom it trusts where only the administrator may write, or there is no such server.
    [[ $output == *"trust repository"* || $output == *"notary server"* ]]
  done
  printf '#!/bin/sh\necho Docker version 29.0.1, build 0\n' >"$SD_HOME/new"
  chmod 0755 "$SD_HOME/new"
  policy "{\"images\": {\"content_trust\": true}, \"docker\": {\"path\": \"$SD_HOME/new\"}}"
  start_image "$GOOD:1"
  is_denied content-trust
  holds "$output" "from 29.0 on"
  run sdocker pull "$GOOD:1"
  is_denied content-trust
}
