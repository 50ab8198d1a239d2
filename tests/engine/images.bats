#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What an image brings along, and what its name or id may mean.

load common
setup() { common_setup; }
teardown() {
  plain rmi --force sd-labelled:1 >/dev/null 2>&1 || true
  common_teardown
}

# An image made from the usual one with more in its configuration.
with_change() {
  local container
  container=$(plain create --network=none "$SD_IMAGE" true)
  plain commit "$@" "$container" sd-labelled:1 >/dev/null
  plain rm "$container" >/dev/null
}

@test "labels of an image do not say whose container it is" {
  with_change --change 'LABEL io.safe-docker.owner=0 io.safe-docker.version=9 team=blue'
  local id
  id=$(sdocker create --network=none sd-labelled:1 true)
  equal "$(plain inspect --format '{{json .Config.Labels}}' "$id" | jq -c '[."io.safe-docker.owner", .team]')" "[\"$ALICE\",\"blue\"]"
  run plain inspect --format '{{index .Config.Labels "io.safe-docker.version"}}' "$id"
  lacks "$output" 9
}

@test "an image's user, entrypoint and environment do not change who runs" {
  with_change --change 'USER root:0' --change 'ENV DOCKER_HOST=unix:///x'
  run sdocker run --rm --network=none sd-labelled:1 sh -c 'id -u; id -g'
  equal "$output" "$ALICE"$'\n'"$ALICE_GROUP"
}

@test "an image id works where every image is allowed, and only there" {
  local id
  id=$(plain inspect --format '{{.Id}}' "$SD_IMAGE")
  run sdocker run --rm --network=none "$id" echo by id
  equal "$status $output" "0 by id"
  run sdocker run --rm --network=none "$(cut -c8-19 <<<"$id")" echo by short id
  equal "$status $output" "0 by short id"
  policy '{"images": {"allow": ["trusted/*", "docker.io/library/*"]}}'
  run sdocker run --rm --network=none "$id" echo by id
  refused
  holds "$output" image-id
  run sdocker run --rm --network=none "$(cut -c8-19 <<<"$id")" echo by short id
  refused
  holds "$output" image-id
}

@test "a name of the form of an id cannot be taken" {
  local id
  id=$(sdocker create --network=none --name=mine "$SD_IMAGE" true)
  run sdocker create --network=none --name="$(cut -c1-12 <<<"$id")" "$SD_IMAGE" true
  equal "$status" 125
  holds "$output" "name "
  run sdocker create --network=none --name=/mine "$SD_IMAGE" true
  equal "$status" 1 || equal "$status" 125
  lacks "$output" "safe-docker: denied"
  holds "$output" "already in use"
}
