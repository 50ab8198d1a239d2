#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What names mean is asked of the real CLI, once for all of a kind. A stand-in for it says what each test lets it say, and
# writes down what it was asked.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

ID=$(printf 'a%.0s' {1..64})
OTHER=$(printf 'b%.0s' {1..64})

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  ASKED=$SD_HOME/asked
  install -m 0666 /dev/null "$ASKED"
  jq -n --arg cli "$SD_HOME/cli" --arg config "$SD_HOME/config" '{version: 1,
    docker: {path: $cli, host: "unix:///nowhere/docker.sock", config_dir: $config},
    audit: {syslog: false, file: "", required: false}}' >"$POLICY"
  UID_OF=$(id -u sd-alice)
}

teardown() {
  rm -f "$SD_HOME/cli" "$ASKED" "$POLICY"
}

docker() { sd_as sd-alice "$SD_HOME/door/docker" "$@"; }

# cli: the stand-in does what standard input says, in bash; "$asked" has the words behind --host.
cli() {
  {
    printf '#!/bin/bash\nasked="${*:2}"\nprintf "%%s\\n" "$asked" >>%q\n' "$ASKED"
    cat
  } >"$SD_HOME/cli"
  chmod 0755 "$SD_HOME/cli"
}

# container ID NAME UID: as inspect shows one that safe-docker launched for the caller.
container() {
  jq -cn --arg id "$1" --arg name "/$2" --arg uid "$3" --arg user "$3:$(id -g sd-alice)" '{Id: $id, Name: $name,
    Config: {User: $user, Labels: {"io.safe-docker.owner": $uid}}, HostConfig: {CapDrop: ["ALL"],
    SecurityOpt: ["seccomp={}", "no-new-privileges=true"], Memory: 1, MemorySwap: 1, NanoCpus: 1, PidsLimit: 1,
    IpcMode: "private", CgroupnsMode: "private"}}'
}

# A daemon with web, which is the caller's, and theirs.
two() {
  cli <<CLI
case \$asked in
  "container inspect -- "*)
    [[ \$asked != *theirs* ]] || { echo '[$(container "$ID" web "$UID_OF"),$(container "$OTHER" theirs 0)]'; exit; }
    echo '[$(container "$ID" web "$UID_OF")]'
    [[ \$asked != *none* ]] || { echo "Error: No such container: none" >&2 && exit 1; } ;;
  *) printf '%s\n' "\${@: -1}" ;;
esac
CLI
}

@test "what is the caller's is handed on by its id, and said in the caller's words" {
  two
  equal "$(docker stop web)" web
  equal "$(cat "$ASKED")" $'container inspect -- web\nstop -- '"$ID"
  equal "$(docker stop "$ID")" "$ID"
  equal "$(docker pause /web)" /web
  equal "$(docker rm -f aaaa)" aaaa
  equal "$(docker logs web)" "$ID"
}

@test "what is another's is like what does not exist" {
  two
  run --separate-stderr docker stop theirs
  equal "$status $output $stderr" "1  Error response from daemon: No such container: theirs"
  run --separate-stderr docker stop web none theirs
  equal "$status $output" "1 web"
  equal "$stderr" $'Error response from daemon: No such container: none\nError response from daemon: No such container: theirs'
  run --separate-stderr docker exec theirs id
  equal "$status $output $stderr" "1  Error response from daemon: No such container: theirs"
  lacks "$(cat "$ASKED")" exec
  run --separate-stderr docker inspect --type container theirs
  equal "$status $output $stderr" "1 [] Error response from daemon: No such container: theirs"
}

@test "names that nothing can have are never asked for" {
  cli <<<'echo "[]"'
  for name in .. -- . a/b a/../b '' ' ' $'a\nb' 'a?all=1' 'a%2e' é; do
    run --separate-stderr docker logs -- "$name"
    equal "$status" 1
    holds "$stderr" "No such container:"
  done
  equal "$(cat "$ASKED")" ""
}

@test "a daemon that cannot be asked: the words and the status of the real CLI" {
  cli <<<'echo "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?" >&2; exit 1'
  for words in "logs web" "stop a b" "stats --no-stream" "container prune -f" "inspect x"; do
    # shellcheck disable=SC2086
    run --separate-stderr docker $words
    equal "$status $output $stderr" "1  Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?"
  done
  cli <<<'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1'
  run --separate-stderr docker logs web
  equal "$status $stderr" "1 permission denied while trying to connect to the Docker daemon socket"
  cli <<<'exit 1'
  run --separate-stderr docker logs web
  equal "$status" 1
  holds "$stderr" "did not say why"
}

@test "every CLI's words for what does not exist" {
  local words
  for words in "Error: No such container: x" "Error response from daemon: No such container: x" \
    "Error response from daemon: Multiple IDs found with provided prefix: x" "error: no such object: x"; do
    cli <<<"echo '[]'; echo 'WARNING: Error loading config file' >&2; echo '$words' >&2; exit 1"
    run --separate-stderr docker logs x
    equal "$status $stderr" "1 Error response from daemon: No such container: x"
  done
  cli <<<"echo '[]'; echo 'Error response from daemon: No such container: x' >&2; echo 'Error response from daemon: on fire' >&2; exit 1"
  run --separate-stderr docker logs x
  equal "$status $stderr" "1 Error response from daemon: on fire"
}

@test "an answer that cannot be read is no leave" {
  for answer in "" "{" "{}" "[]x" "[{]"; do
    cli <<<"printf '%s' '$answer'"
    run --separate-stderr docker stop web
    equal "$status" 125
    holds "$stderr" "could not be looked up"
    lacks "$(cat "$ASKED")" stop
  done
}

@test "many names are asked for in several calls" {
  cli <<<'echo "[]"'
  local names
  mapfile -t names < <(seq -f 'n%.0f' 1201)
  run --separate-stderr docker stop "${names[@]}"
  equal "$status" 1
  equal "$(wc -l <"$ASKED")" 3
  equal "$(tail -n 1 "$ASKED" | wc -w)" 204
  mapfile -t names < <(seq -f 'n%.0f' 10001)
  run --separate-stderr docker stop "${names[@]}"
  equal "$status" 125
  holds "$stderr" "more than 10000 things"
}

@test "stats and container prune ask for the caller's own, and believe no label alone" {
  cli <<CLI
case \$asked in
  "ps "*) [[ \$asked == *"--filter=label=io.safe-docker.owner=$UID_OF"* ]] && echo $ID && echo $OTHER ;;
  "container inspect -- $ID $OTHER") echo '[$(container "$ID" web "$UID_OF"),$(container "$OTHER" forged "$UID_OF" | jq -c '.HostConfig = {}')]' ;;
  *) echo "\$asked" ;;
esac
CLI
  equal "$(docker stats --no-stream)" "stats --no-stream=true -- $ID"
  run --separate-stderr docker container prune -f
  equal "$status" 125
  holds "$stderr" prune-label
  lacks "$(cat "$ASKED")" "container prune"
  cli <<<'true'
  equal "$(docker stats --no-stream | cut -c1-21)" "CONTAINER ID   NAME  "
  equal "$(docker stats --no-stream --format '{{.Name}}')" ""
  lacks "$(cat "$ASKED")" "stats --no-stream=true"$'\n'
  cli <<<'echo not-an-id'
  run --separate-stderr docker stats
  equal "$status" 125
}
