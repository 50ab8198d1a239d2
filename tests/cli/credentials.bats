#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The caller's own log-ins through a door: whose rights open and write the caller's file, and what the program in the
# real CLI's place, which has the socket's group, is given of it.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

# A socket of the group, and a program that tells what it has. `login` ends as the real CLI's does where only saving failed.
setup_file() {
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$SD_HOME/daemon.sock"
  chgrp docker "$SD_HOME/daemon.sock" && chmod 0660 "$SD_HOME/daemon.sock"
  cat >"$SD_HOME/stub" <<'STUB'
#!/bin/sh
echo "group $(id -g) config $DOCKER_CONFIG words $*" >>"${0%/*}/stub.log"
case " $* " in
*" login "*)
  [ "$(cat)" = geheim ] || { echo "Error response from daemon: unauthorized" >&2; exit 1; }
  echo "Error saving credentials: mkdir $DOCKER_CONFIG: no such file or directory" >&2
  exit 1 ;;
esac
cat "$DOCKER_CONFIG/config.json"
STUB
  chmod 0755 "$SD_HOME/stub"
}

teardown_file() { rm -f "$SD_HOME"/daemon.sock "$SD_HOME"/stub "$SD_HOME"/stub.log; }

setup() {
  ETC=$SD_HOME/etc/safe-docker
  ALICE_HOME=$(sd_home_of sd-alice)
  FILE=$ALICE_HOME/.docker/config.json
  AUDIT=$SD_HOME/login-audit
  DOCKER_GROUP=$(getent group docker | cut -d: -f3)
  rm -rf "$ALICE_HOME/.docker"
  install -m 0666 /dev/null "$SD_HOME/stub.log"
  install -o root -g docker -m 0660 /dev/null "$AUDIT"
  policy caller
}

teardown() {
  rm -rf "${ALICE_HOME:?}/.docker" "$ETC" "$AUDIT"
  mkdir -p "$ETC/policy.d"
}

policy() {
  jq -n --arg home "$SD_HOME" --arg whose "$1" '{version: 1, commands: {allow: ["create", "login", "logout"]},
    docker: {path: ($home + "/stub"), host: "unix://\($home)/daemon.sock", config_dir: ($home + "/config")},
    images: {credentials: $whose}, audit: {syslog: false, file: ($home + "/login-audit"), required: true}}' >"$ETC/policy.json"
}

# config TEXT [OWNER MODE]
config() {
  sd_as sd-alice mkdir -p "${FILE%/*}"
  printf '%s' "$1" >"$FILE"
  chown "${2:-sd-alice:sd-alice}" "$FILE" && chmod "${3:-0600}" "$FILE"
}

sdocker() { sd_as sd-alice "$SD_HOME/door/docker" "$@"; }
logged() { cat "$SD_HOME/stub.log"; }

@test "installed: a folder of root's with one link" {
  local folder=$SD_HOME/prefix/share/safe-docker/login
  equal "$(ls -A "$folder")" config.json
  equal "$(readlink "$folder/config.json")" /proc/self/fd/6
  equal "$(stat -c '%U %a' "$folder")" "root 755"
}

@test "the command gets the caller's log-ins and nothing else of the file" {
  config '{"auths": {"r.example": {"auth": "dTpw"}}, "credsStore": "evil", "HttpHeaders": {"X": "1"}}'
  run --separate-stderr sdocker create image
  equal "$output" '{"auths":{"r.example":{"auth":"dTpw"}}}'
  holds "$(logged)" "group $DOCKER_GROUP config $SD_HOME/prefix/share/safe-docker/login "
}

@test "without a file of the caller's there is no log-in, and no helper program is looked for" {
  run --separate-stderr sdocker create image
  equal "$output" '{"auths":{"safe-docker.invalid":{}}}'
}

@test "a file that only the socket's group may read is not read" {
  config '{"auths": {"r.example": {"auth": "dTpw"}}}' root:docker 0640
  run sdocker create image
  equal "$status" 125
  holds "$output" "  credentials  "
  equal "$(logged)" ""
}

@test "a link to a file that only the socket's group may read is neither read nor written" {
  printf '{"auths": {"r.example": {"auth": "dTpw"}}}' >"$SD_HOME/admin.json"
  chown root:docker "$SD_HOME/admin.json" && chmod 0660 "$SD_HOME/admin.json"
  sd_as sd-alice mkdir -p "${FILE%/*}" && sd_as sd-alice ln -s "$SD_HOME/admin.json" "$FILE"
  run sdocker login -u u --password-stdin r.example <<<geheim
  equal "$status" 125
  equal "$(logged)" ""
  equal "$(cat "$SD_HOME/admin.json")" '{"auths": {"r.example": {"auth": "dTpw"}}}'
  rm -f "$SD_HOME/admin.json"
}

@test "login: the password goes through standard input, the file is the caller's alone" {
  config '{"psFormat": "x"}' sd-alice:sd-alice 0644
  run sdocker login -u u --password-stdin r.example <<<geheim
  equal "$status" 0
  holds "$output" "Login Succeeded"
  equal "$(jq -c . "$FILE")" '{"auths":{"r.example":{"auth":"dTpnZWhlaW0="}},"psFormat":"x"}'
  equal "$(stat -c '%U %G %a' "$FILE")" "sd-alice sd-alice 600"
  equal "$(logged)" "group $DOCKER_GROUP config /proc/safe-docker words --host=unix://$SD_HOME/daemon.sock login --password-stdin=true --username=u -- r.example"
}

@test "login: a refused password is not kept" {
  run sdocker login -u u --password-stdin r.example <<<other
  equal "$status" 1
  holds "$output" "unauthorized"
  [[ ! -e $FILE ]]
}

@test "login: a password on the command line is in no record" {
  run sdocker login -u u -p geheim r.example
  equal "$status" 0
  holds "$output" "WARNING! Using --password via the CLI is insecure"
  run sdocker login --passwort=geheim r.example
  equal "$status" 125
  run sdocker -X login -pgeheim r.example
  equal "$status" 125
  equal "$(wc -l <"$AUDIT")" 3
  lacks "$(cat "$AUDIT" "$SD_HOME/stub.log")" geheim
  equal "$(head -n 1 "$AUDIT" | jq -c '.typed[1:]')" '["login","-u","u","-p","***","r.example"]'
}

@test "login --explain names no password and runs nothing" {
  run sdocker --explain=json login -u u -p geheim r.example
  equal "$status" 0
  lacks "$output" geheim
  equal "$(logged)" ""
}

@test "logout takes away the one entry" {
  config '{"auths": {"a": {"auth": "dTpw"}, "b": {"auth": "dTpw"}}}'
  run sdocker logout a
  equal "$output" "Removing login credentials for a"
  equal "$(cat "$FILE")" '{"auths": {"b": {"auth": "dTpw"}}}'
  equal "$(logged)" ""
}

@test "login and logout are refused where the administrator's credentials are used" {
  policy policy
  run sdocker login -u u --password-stdin r.example <<<geheim
  equal "$status" 125
  holds "$output" "login-credentials"
  run sdocker logout
  equal "$status" 125
  equal "$(logged)" ""
}

@test "without the installed folder the request is refused, in words that name it" {
  local folder=$SD_HOME/prefix/share/safe-docker/login
  mv "$folder" "$folder.away"
  run sdocker create image
  mv "$folder.away" "$folder"
  equal "$status" 125
  holds "$output" "ask the administrator to install $folder"
  equal "$(logged)" ""
}
