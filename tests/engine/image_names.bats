#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Names of images: a caller gives, replaces and removes those within images.own alone; archives, contexts and files are
# read and written with the caller's rights.

load common
setup() {
  common_setup
  policy '{"commands": {"allow": ["build", "commit", "create", "history", "image inspect", "images", "import", "load", "push", "rm",
    "rmi", "run", "save", "tag"]}, "images": {"own": ["{user}/**"]}, "network": {"allow": ["none"]}}'
  plain tag "$SD_IMAGE" bobs/image:1
  BEFORE=$(foreign)
}
teardown() {
  local name
  common_teardown
  plain rmi --force bobs/image:1 >/dev/null 2>&1 || true
  for name in $(plain images --format '{{.Repository}}:{{.Tag}}' 'sd-alice/*'); do plain rmi --force "$name" >/dev/null; done
  plain image prune --force >/dev/null
}

# Every name that is not alice's, and what it names.
foreign() { plain images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | grep -v '^sd-alice/\|^<none>' | sort; }
untouched() { equal "$(foreign)" "$BEFORE"; }
# After `run`: refused by that rule.
by_rule() { equal "$status" 125 && holds "$output" "$1" && untouched; }

# --- giving and taking ----------------------------------------------------------------------------------

@test "tag gives names of one's own alone" {
  local name
  sdocker tag "$SD_IMAGE" sd-alice/app
  equal "$(plain image inspect --format '{{.Id}}' sd-alice/app:latest)" "$(plain image inspect --format '{{.Id}}' "$SD_IMAGE")"
  for name in bobs/image:1 bobs/new "$SD_IMAGE" docker.io/bobs/image:1 index.docker.io/bobs/image:1 localhost/sd-alice/x sd-alice; do
    run sdocker tag "$SD_IMAGE" "$name"
    by_rule image-own
  done
}

@test "rmi takes names of one's own alone, by name and by id" {
  local id
  id=$(plain image inspect --format '{{.Id}}' "$SD_IMAGE")
  sdocker tag "$SD_IMAGE" sd-alice/app:1
  for name in bobs/image:1 "$SD_IMAGE" "$id" "$(cut -c8-19 <<<"$id")"; do
    run sdocker rmi --force "$name"
    by_rule image-own
    run sdocker rmi --force sd-alice/app:1 "$name"
    by_rule image-own
  done
  run sdocker rmi sd-alice/app:1
  equal "$status $output" "0 Untagged: sd-alice/app:1"
  untouched
}

@test "rmi of an image of one's own by its id" {
  local id
  tar -c -C "$WORK" . | sdocker import - sd-alice/app:1
  id=$(plain image inspect --format '{{.Id}}' sd-alice/app:1)
  run sdocker rmi "$(cut -c8-19 <<<"$id")"
  equal "$status" 0
  run plain image inspect "$id"
  equal "$status" 1
}

@test "commit: a name of one's own, and no label of the owner in the image" {
  sdocker create --name mine --network=none "$SD_IMAGE" true
  run sdocker commit mine bobs/image:1
  by_rule image-own
  run sdocker commit mine
  by_rule image-own
  run sdocker commit --change 'LABEL "io.safe-docker".owner=0' mine sd-alice/app
  by_rule label-reserved
  sdocker commit --change 'CMD ["sh"]' mine sd-alice/app
  equal "$(plain image inspect --format '{{index .Config.Labels "io.safe-docker.owner"}}{{.Config.Cmd}}' sd-alice/app)" "[sh]"
}

@test "push asks for names of one's own alone" {
  run sdocker push bobs/image:1
  by_rule image-own
  run sdocker push --all-tags "$SD_IMAGE"
  by_rule image-own
}

# --- files and archives ---------------------------------------------------------------------------------

@test "save and load of one's own" {
  sdocker tag "$SD_IMAGE" sd-alice/app:1
  (cd "$WORK" && sdocker save --output app.tar sd-alice/app)
  equal "$(stat -c '%U %a' "$WORK/app.tar")" "sd-alice 600"
  sdocker rmi sd-alice/app:1
  run sdocker load --input "$WORK/app.tar"
  equal "$status $output" "0 Loaded image: sd-alice/app:1"
  sdocker rmi sd-alice/app:1
  run sdocker load <"$WORK/app.tar"
  equal "$status $output" "0 Loaded image: sd-alice/app:1"
  untouched
}

@test "load refuses names of others, and what is compressed" {
  plain save bobs/image:1 >"$WORK/bobs.tar"
  run sdocker load <"$WORK/bobs.tar"
  by_rule image-own
  run sdocker load --input "$WORK/bobs.tar"
  by_rule image-own
  gzip "$WORK/bobs.tar"
  run sdocker load <"$WORK/bobs.tar.gz"
  by_rule load-archive
  holds "$output" gunzip
}

@test "no archive brings in a name that is not one's own" {
  plain save "$SD_IMAGE" >"$WORK/image.tar"
  run "$BATS_TEST_DIRNAME/load_names.py" \
    "setpriv --reuid=sd-alice --regid=sd-alice --init-groups sudo -n $SD_HOME/prefix/bin/safe-docker" \
    "/usr/bin/docker --host unix://$SD_SOCKET" sd-alice/ "$WORK/image.tar"
  printf '%s\n' "$output"
  equal "$status" 0
  untouched
}

@test "files are read and written with the caller's rights" {
  local words
  install -m 0600 /dev/null "$SD_HOME/roots"
  for words in "load --input $SD_HOME/roots" "import $SD_HOME/roots sd-alice/app" "save --output $SD_HOME/roots $SD_IMAGE" \
    "save --output $SD_HOME/new $SD_IMAGE"; do
    # shellcheck disable=SC2086
    run sdocker $words
    equal "$words $status" "$words 125"
    holds "$output" "Permission denied"
  done
  equal "$(stat -c %s "$SD_HOME/roots")" 0
  [[ ! -e $SD_HOME/new ]]
  rm "$SD_HOME/roots"
}

@test "import takes no address" {
  run sdocker import http://127.0.0.1/x sd-alice/app
  by_rule import-url
}

# --- building -------------------------------------------------------------------------------------------

context() {
  mkdir "$WORK/ctx" && printf 'FROM %s\n%s\n' "$SD_IMAGE" "$1" >"$WORK/ctx/Dockerfile"
  chown -R sd-alice: "$WORK/ctx"
}

@test "build: names of one's own, steps within the limits" {
  context 'RUN cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; ls /sys/class/net; ulimit -c'
  run sdocker build --no-cache --tag sd-alice/app:1 "$WORK/ctx"
  equal "$status" 0
  holds "$output" "Successfully tagged sd-alice/app:1"
  lacks "$output" eth0
  run sdocker build --tag bobs/image:1 "$WORK/ctx"
  by_rule image-own
  run sdocker build "$WORK/ctx"
  by_rule image-own
}

@test "build reads the folder with the caller's rights" {
  context 'COPY . /ctx'
  install -m 0600 /dev/null "$WORK/ctx/roots"
  run sdocker build --tag sd-alice/app "$WORK/ctx"
  equal "$status" 125
  holds "$output" "Permission denied"
  printf 'roots\n' >"$WORK/ctx/.dockerignore"
  run sdocker build --quiet --tag sd-alice/app "$WORK/ctx"
  equal "$status" 0
  ln -s /etc/shadow "$WORK/ctx/link"
  run sdocker build --quiet --tag sd-alice/app --file "$WORK/ctx/link" "$WORK/ctx"
  equal "$status" 125
}

@test "build leaves out what .dockerignore names" {
  context 'COPY . /ctx'
  mkdir -p "$WORK"/ctx/{a,b/node_modules}
  touch "$WORK"/ctx/{a/secret,b/node_modules/x,b/keep,b/y.log,z.log}
  printf '# words\n*.log\n**/node_modules\na\nDockerfile\n' >"$WORK/ctx/.dockerignore"
  sdocker build --quiet --tag sd-alice/app "$WORK/ctx"
  run plain run --rm --network=none sd-alice/app ls -R /ctx
  holds "$output" keep
  holds "$output" y.log
  lacks "$output" z.log
  lacks "$output" node_modules
  lacks "$output" secret
}
