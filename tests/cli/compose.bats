#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docker compose through the doors: with which rights the plugin sees the caller's files, and with which ones it is
# executed. A program stands in the plugin's place; the real CLI starts it.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup_file() {
  cat >"$SD_HOME/sudoers" <<RULES
sd-alice ALL=(root) NOPASSWD: $SD_HOME/prefix/bin/safe-docker
RULES
  visudo -cqf "$SD_HOME/sudoers" && install -m 0440 "$SD_HOME/sudoers" /etc/sudoers.d/safe-docker-compose
  PLUGINS=$SD_HOME/compose/cli-plugins
  mkdir -p "$PLUGINS/seen"
  chmod 0777 "$PLUGINS/seen"
  install -m 0755 "$SD_ROOT/tests/differential/compose_files/plugin.py" "$PLUGINS/docker-compose"
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$SD_HOME/daemon.sock"
  chgrp docker "$SD_HOME/daemon.sock"
  chmod 0660 "$SD_HOME/daemon.sock"
}

teardown_file() {
  rm -rf /etc/sudoers.d/safe-docker-compose "$SD_HOME/compose" "$SD_HOME/daemon.sock"
}

setup() {
  ETC=$SD_HOME/etc/safe-docker
  SEEN=$SD_HOME/compose/cli-plugins/seen
  GROUP=$(id -g sd-alice)
  ALICE_HOME=$(sd_home_of sd-alice)
  jq -n --arg config "$SD_HOME/compose" --arg host "unix://$SD_HOME/daemon.sock" '{version: 1, commands: {allow: ["compose"]},
    docker: {path: "/usr/bin/docker", host: $host, config_dir: $config},
    audit: {syslog: false, file: "", required: false}}' >"$ETC/policy.json"
  rm -f "$SEEN"/*
  sd_as sd-alice tee "$ALICE_HOME/compose.json" >/dev/null <<<'{"name": "shop", "services": {}}'
}

teardown() {
  rm -f "$ETC/policy.json" "$ALICE_HOME/compose.json" "$SEEN"/*
}

through() {
  local door=$1
  shift
  case $door in
  setgid) sd_as sd-alice "$SD_HOME/door/docker" "$@" ;;
  sudo) sd_as sd-alice sudo -n "$SD_HOME/prefix/bin/safe-docker" "$@" ;;
  esac
}

# seen RECORD FILTER: what the plugin saw of itself.
seen() { jq -c "$2" "$SEEN/$1.json"; }

@test "the plugin reads the caller's files with the caller's ids alone, through any door" {
  for door in setgid sudo; do
    rm -f "$SEEN"/*
    run --separate-stderr through "$door" compose -f "$ALICE_HOME/compose.json" config
    equal "$status" 0
    equal "$(seen asked '[.uid, .gid]')" "[[$(id -u sd-alice),$(id -u sd-alice),$(id -u sd-alice)],[$GROUP,$GROUP,$GROUP]]"
    equal "$(seen asked "[.groups[] | select(. == $(getent group docker | cut -d: -f3))]")" "[]"
    equal "$(seen asked .environ.HOME)" "\"$ALICE_HOME\""
    equal "$(seen asked '[.descriptors | to_entries[] | select((.key | tonumber) > 2 and (.value | startswith("/proc/") | not) and (.value | startswith("socket:") | not))]')" "[]"
  done
}

@test "a file that the caller cannot read is not read" {
  install -m 0600 /dev/null "$SD_HOME/secret.json"
  for door in setgid sudo; do
    run through "$door" compose -f "$SD_HOME/secret.json" up -d
    equal "$status" 125
    holds "$output" compose-model
    [[ ! -e $SEEN/called.json ]]
  done
  rm "$SD_HOME/secret.json"
}

@test "a host without the plugin is told as that" {
  ! compgen -G '/usr/*/docker/cli-plugins/docker-compose' && ! compgen -G '/usr/local/*/docker/cli-plugins/docker-compose' ||
    skip "this host has a plugin of its own"
  mkdir "$SD_HOME/compose/none"
  for docker in /usr/bin/docker /usr/local/bin/docker; do
    [[ -x $docker ]] || continue
    jq --arg config "$SD_HOME/compose/none" --arg path "$docker" '.docker.config_dir = $config | .docker.path = $path' \
      "$ETC/policy.json" >"$ETC/policy.new" && mv "$ETC/policy.new" "$ETC/policy.json"
    run through setgid compose -f "$ALICE_HOME/compose.json" up -d
    equal "$status" 125
    holds "$output" "this host has no compose plugin that docker finds"
    lacks "$output" Usage
  done
  rmdir "$SD_HOME/compose/none"
}

@test "the socket's group is there when the plugin is executed, and not before" {
  local docker
  docker=$(getent group docker | cut -d: -f3)
  for door in setgid sudo; do
    rm -f "$SEEN"/*
    run through "$door" compose version
    equal "$status" 0
    equal "$(seen called .gid)" "[$docker,$docker,$docker]"
    equal "$(seen called '[.argv[] | select(startswith("--host=") | not)]')" '["compose","version"]'
  done
}

@test "what a policy does not name is not allowed" {
  jq '.commands.allow = ["run"]' "$ETC/policy.json" >"$ETC/policy.new" && mv "$ETC/policy.new" "$ETC/policy.json"
  run through setgid compose -f "$ALICE_HOME/compose.json" config
  equal "$status" 125
  holds "$output" command-not-allowed
  [[ ! -e $SEEN/asked.json ]]
}
