#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2030,SC2031
# Daemons that are elsewhere: a real dockerd behind TLS, and behind a real sshd, with keys that callers must not have.

load common
load endpoints

setup_file() { endpoints_start; }
teardown_file() { endpoints_stop; }

setup() { common_setup; }
teardown() {
  local id
  for id in $(second ps --all --quiet); do second rm --force --volumes "$id" >/dev/null 2>&1 || true; done
  common_teardown
}

die() {
  printf '%s\n' "$*" >&2
  return 1
}

the_cli() { pgrep -u "$KEYS_OF" -f '^/usr/bin/docker '; }

# start_second DOOR: a container of the second daemon whose CLI waits on its standard input; CLI is its process.
start_second() {
  mkfifo "$SD_HOME/hold" && exec 9<>"$SD_HOME/hold"
  "$1" run --rm --interactive --network=none "$SD_IMAGE" cat <"$SD_HOME/hold" >/dev/null 2>&1 3>&- 9>&- &
  wait_for 20 eval '[[ -n $(second ps --quiet) ]]' && CLI=$(the_cli)
}
stop_second() {
  exec 9>&-
  rm -f "$SD_HOME/hold"
  wait_for 10 eval '! the_cli'
}

# --- TLS ------------------------------------------------------------------------------------------------

@test "tcp with TLS, through sudo and doas: what people do all day" {
  local door id
  host_policy
  for door in via_sudo via_doas; do
    run "$door" run --rm --network=none "$SD_IMAGE" id -u
    equal "$door $status $output" "$door 0 $ALICE"
    id=$("$door" run --detach --network=none "$SD_IMAGE" sh -c 'echo from-the-log; sleep 60')
    run "$door" ps --quiet --no-trunc
    equal "$output" "$id"
    run "$door" exec "$id" id -u
    equal "$output" "$ALICE"
    run "$door" logs "$id"
    equal "$output" from-the-log
    echo data >"$WORK/file" && chown sd-alice "$WORK/file"
    run "$door" cp "$WORK/file" "$id:/tmp/file"
    equal "$door $status" "$door 0"
    run "$door" cp "$id:/tmp/file" -
    equal "$status" 0
    run "$door" rm --force "$id"
    equal "$status" 0
  done
  # It was the other daemon.
  equal "$(plain ps --all --quiet)" ""
}

@test "tcp with TLS: nothing that callers can name reads the key or reaches the process that holds it" {
  local word file id
  host_policy
  printf 'FROM scratch\nCOPY key /key\n' >"$WORK/Dockerfile"
  ln -s "$TLS/key.pem" "$WORK/key"
  chown -hR sd-alice: "$WORK"
  for word in "--env-file=$TLS/key.pem" "--label-file=$TLS/key.pem" "--volume=$TLS/key.pem:/k" "--mount=type=bind,src=$TLS,dst=/k" \
    "--security-opt=seccomp=$TLS/key.pem" "--cidfile=$TLS/key.pem" "--tlskey=$TLS/key.pem" "--config=$TLS"; do
    run via_sudo run --rm --network=none "$word" "$SD_IMAGE" cat /k
    equal "$word $status" "$word 125"
    lacks "$output" "PRIVATE KEY"
  done
  id=$(via_sudo create --network=none "$SD_IMAGE" true)
  for word in "cp $TLS/key.pem $id:/tmp" "cp -L $WORK/key $id:/tmp" "build $TLS" "build -f $TLS/key.pem $WORK" "load -i $TLS/key.pem" \
    "save -o $TLS/key.pem $SD_IMAGE" "import $TLS/key.pem"; do
    # shellcheck disable=SC2086
    run via_sudo $word
    [[ $status != 0 ]] || die "$word: $output"
    lacks "$output" "PRIVATE KEY"
  done
  start_second via_sudo
  equal "$(stat -c %U "/proc/$CLI")" "$KEYS_OF"
  for file in environ mem maps fd root cwd auxv; do
    run sd_as sd-alice sh -c "ls -L /proc/$CLI/$file/. || cat /proc/$CLI/$file"
    [[ $status != 0 ]] || die "/proc/PID/$file"
  done
  run sd_as sd-alice kill -USR1 "$CLI"
  [[ $status != 0 ]]
  run sd_as sd-alice strace -qq -p "$CLI"
  [[ $status != 0 ]]
  stop_second
}

@test "tcp with TLS: a daemon that is not the one, or that does not know us, is told in words" {
  local port
  # An authority that has not signed the daemon's certificate.
  policy "{\"docker\": {\"host\": \"tcp://127.0.0.1:$TLS_PORT\", \"run_as\": \"$KEYS_OF\",
    \"tls\": {\"ca\": \"$TLS/other-ca.pem\", \"cert\": \"$TLS/client.pem\", \"key\": \"$TLS/key.pem\"}}}"
  run via_sudo ps
  [[ $status != 0 ]] && holds "$output" "signed by unknown authority"
  # Another name.
  policy "{\"docker\": {\"host\": \"tcp://localhost:$TLS_PORT\", \"run_as\": \"$KEYS_OF\", \"tls\": $(tls_files)}}"
  run via_sudo ps
  [[ $status != 0 ]] && holds "$output" "certificate is not valid for any names"
  # A certificate of ours that the daemon's authority has not signed.
  host_policy stranger
  run via_sudo ps
  [[ $status != 0 ]] && holds "$output" "tls:"
  # A certificate of the daemon's that has expired.
  port=$(free_port)
  openssl s_server -quiet -accept "127.0.0.1:$port" -cert "$SD_HOME/made/old.pem" -key "$SD_HOME/made/old-key.pem" \
    </dev/null >/dev/null 2>&1 3>&- &
  wait_for 5 bash -c "exec 5<>/dev/tcp/127.0.0.1/$port"
  policy "{\"docker\": {\"host\": \"tcp://127.0.0.1:$port\", \"run_as\": \"$KEYS_OF\", \"tls\": $(tls_files)}}"
  run via_sudo ps
  kill %1
  [[ $status != 0 ]] && holds "$output" "expired"
}

@test "a key that the account cannot read, or that the caller can, is told before anything is asked" {
  host_policy
  chmod 0644 "$TLS/key.pem"
  run via_sudo ps
  equal "$status" 125
  holds "$output" "endpoint-files" && holds "$output" "chmod 0600 $TLS/key.pem"
  chmod 0600 "$TLS/key.pem"
  chown root: "$TLS/key.pem"
  run via_sudo ps
  equal "$status" 125
  holds "$output" "docker.tls.key: $TLS/key.pem cannot be read by $KEYS_OF"
  mv "$TLS/key.pem" "$TLS/away.pem"
  run via_sudo ps
  holds "$output" "docker.tls.key: $TLS/key.pem cannot be read by $KEYS_OF, whom the docker command runs as: No such file"
  mv "$TLS/away.pem" "$TLS/key.pem"
  chown "$KEYS_OF" "$TLS/key.pem"
  run via_sudo ps
  equal "$status" 0
  # A caller's own key is the caller's to read.
  policy "{\"docker\": {\"host\": \"tcp://127.0.0.1:$TLS_PORT\", \"tls\": $(tls_files)}}"
  run via_sudo ps
  equal "$status" 125
  holds "$output" "cannot be read by the caller"
}

# --- contexts -------------------------------------------------------------------------------------------

@test "a context with other ids: every kind of command reaches its daemon, and no other" {
  local context id
  contexts_policy ', "path": "/usr/bin/docker"'
  printf 'FROM %s\nCOPY file /file\n' "$SD_IMAGE" >"$WORK/Dockerfile"
  echo text >"$WORK/file"
  printf 'services: { web: { image: "%s", network_mode: none, command: ["sleep", "60"] } }\n' "$SD_IMAGE" >"$WORK/compose.yaml"
  chown -R sd-alice: "$WORK"
  for context in lab far near; do
    run via_sudo --context "$context" run --rm --network=none "$SD_IMAGE" sh -c 'id -u; exit 42'
    equal "$context $status $output" "$context 42 $ALICE"
    id=$(via_doas --context "$context" run --detach --name "sd-$context" --network=none "$SD_IMAGE" sleep 60)
    run via_sudo --context "$context" ps --format '{{.Names}}'
    equal "$output" "sd-$context"
    run via_sudo --context "$context" exec "$id" id -u
    equal "$output" "$ALICE"
    run via_sudo --context "$context" cp "$WORK/file" "sd-$context:/tmp/file"
    equal "$context $status" "$context 0"
    run via_sudo --context "$context" __complete --context "$context" stop ""
    holds "$output" "sd-$context"
    run via_sudo __complete --context "$context" stop ""
    holds "$output" "sd-$context"
    run via_sudo __complete stop ""
    lacks "$output" "sd-$context"
    run via_sudo --explain=json --context "$context" rm --force "sd-$context"
    holds "$(jq -r '.argv | join(" ")' <<<"$output")" "$id"
    run via_sudo --explain --context "$context" rm "sd-$context"
    equal "$status" 0
    run via_sudo --context "$context" volume create "sd-$context"
    equal "$output" "sd-$context"
    run via_sudo --context "$context" run --rm --network=none --volume "sd-$context:/data" "$SD_IMAGE" true
    equal "$context $status $output" "$context 0 "
    run via_sudo --context "$context" volume rm "sd-$context"
    equal "$output" "sd-$context"
    run via_sudo --context "$context" rm --force "sd-$context"
    equal "$output" "sd-$context"
    run via_sudo --context "$context" exec nothing true
    equal "$status" 1
  done
  equal "$(plain ps --all --quiet)$(plain volume ls --quiet)" ""
}

@test "a context goes with its own ids, and docker.host with its own, whichever is asked" {
  contexts_policy ", \"path\": \"$SD_HOME/probe\""
  run via_sudo run --network=none "$SD_IMAGE" true
  equal "$(jq -c '[.uids[1], .gids[1]]' <<<"$output")" "[$ALICE,$DOCKER_GROUP]"
  holds "$(jq -r '.argv | join(" ")' <<<"$output")" "--host=unix://$SD_SOCKET"
  for context in lab far; do
    run via_sudo --context "$context" run --network=none "$SD_IMAGE" true
    equal "$context $(jq -c '[.uids, .gids] | map(unique)' <<<"$output")" "$context [[$(id -u "$KEYS_OF")],[$(id -g "$KEYS_OF")]]"
    holds "$(jq -r '.argv | join(" ")' <<<"$output")" "127.0.0.1:"
    equal "$(jq -r '[.CapInh, .CapPrm, .CapEff, .CapAmb] | unique | join(" ")' <<<"$output")" 0000000000000000
  done
}

@test "a context that this door cannot give is told when it is chosen, and hinders nothing else" {
  contexts_policy
  run via_setgid --context lab ps
  equal "$status" 125
  holds "$output" "--context lab: the policy lets the docker command run as $KEYS_OF, which needs a sudo or doas rule"
  run via_setgid run --rm --network=none "$SD_IMAGE" id -u
  equal "$status $output" "0 $ALICE"
  run via_setgid --context near run --rm --network=none "$SD_IMAGE" id -u
  equal "$status $output" "0 $ALICE"
  policy "{\"docker\": {\"contexts\": {\"lab\": {\"host\": \"unix://$TLS_SOCKET\", \"run_as\": \"nobody-here\"}}}}"
  run via_sudo --context lab ps
  equal "$status" 125
  holds "$output" "no account nobody-here"
  run via_sudo ps
  equal "$status" 0
}

@test "one record a request, by who acts; nothing is left of who was not wanted" {
  local word
  contexts_policy
  for word in "--context lab" "--context far" ""; do
    : >"$SD_HOME/audit.jsonl"
    # shellcheck disable=SC2086
    run via_sudo $word run --rm --network=none "$SD_IMAGE" true
    equal "$word $status $(wc -l <"$SD_HOME/audit.jsonl")" "$word 0 1"
    # shellcheck disable=SC2086
    run via_sudo $word run --privileged "$SD_IMAGE" true
    equal "$word $status $(wc -l <"$SD_HOME/audit.jsonl")" "$word 125 2"
  done
  run via_sudo --context nothing ps
  equal "$status" 125
  holds "$output" "the policy names no such context"
  for word in "--version" "doctor --help" "policy show" "ps" "--context lab policy show" "--help" "policy check"; do
    # shellcheck disable=SC2086
    run via_sudo $word
    run pgrep -f "^$SD_HOME/prefix/bin/safe-docker"
    equal "$word: $output" "$word: "
  done
}

@test "where no process is left to watch over the docker command, the context is refused in words, and recorded" {
  contexts_policy
  : >"$SD_HOME/audit.jsonl"
  run sd_as sd-alice prlimit --nproc=1 "$SD_HOME/doors/setuid/docker" --context lab ps
  equal "$status" 125
  holds "$output" "--context lab: no process can be started to watch over the docker command"
  equal "$(jq -r '.decision' "$SD_HOME/audit.jsonl")" deny
}

@test "two contexts with the same ids share one process, and who has none of them starts none" {
  contexts_policy ", \"path\": \"$SD_HOME/probe\""
  forks() { strace -qq -f -o "$SD_HOME/trace" -e trace=clone,clone3,fork,vfork "$SD_HOME/prefix/bin/safe-docker" "$@" >/dev/null && grep -cE '(clone3?|v?fork)\(' "$SD_HOME/trace"; }
  # As root, which is who may trace it. "near" has the ids of docker.host.
  equal "$(forks --version)" 1
  policy "{\"docker\": {\"path\": \"$SD_HOME/probe\"}}"
  equal "$(forks --version || true)" 0
}

@test "no file and no device of another machine, unless the policy says that it is this one" {
  local context
  contexts_policy
  mkdir "$ALICE_HOME/data" && chown sd-alice: "$ALICE_HOME/data"
  for context in lab far; do
    run via_sudo --context "$context" run --rm --network=none --volume "$ALICE_HOME/data:/data" "$SD_IMAGE" true
    equal "$context $status" "$context 125"
    holds "$output" "bind-remote"
  done
  run via_sudo --context near run --rm --network=none --volume "$ALICE_HOME/data:/data" "$SD_IMAGE" touch /data/file
  equal "$status" 0
  equal "$(stat -c %U "$ALICE_HOME/data/file")" sd-alice
  policy "{\"docker\": {\"machine\": \"this\", \"host\": \"tcp://127.0.0.1:$TLS_PORT\", \"tls\": $(tls_files), \"run_as\": \"$KEYS_OF\"}}"
  run via_sudo run --rm --network=none --volume "$ALICE_HOME/data:/data" "$SD_IMAGE" ls /data
  equal "$status $output" "0 file"
}

# --- as if the CLI stood in place ----------------------------------------------------------------------

# in_place SCRIPT: a shell in a container of the other daemon; FIRST is the process that the caller's shell knows.
in_place() {
  contexts_policy
  rm -f "$SD_HOME/said"
  sd_as sd-alice "$SD_HOME/doors/setuid/docker" --context lab run --rm --network=none "$SD_IMAGE" sh -c "$1" >"$SD_HOME/said" 2>&1 3>&- &
  JOB=$!
  wait_for 20 grep -q ready "$SD_HOME/said" && FIRST=$(pgrep -P "$JOB")
}

is_in_state() { [[ $(awk '{ print $3 }' "/proc/$1/stat") == "$2" ]]; }

@test "signals to the process that the caller knows reach the CLI of the other account" {
  local name status
  for name in TERM INT HUP USR1; do
    in_place "trap 'exit 7' $name; echo ready; while :; do sleep 0.1; done"
    equal "$name $(stat -c %U "/proc/$(the_cli)")" "$name $KEYS_OF"
    sd_as sd-alice kill "-$name" "$FIRST"
    status=0
    wait_for 10 eval "! kill -0 $JOB" && wait "$JOB" || status=$?
    equal "$name $status" "$name 7"
  done
}

@test "stopped and continued with it, and gone when it is killed" {
  local cli
  in_place 'echo ready; exec sleep 60'
  cli=$(the_cli)
  sd_as sd-alice kill -TSTP "$FIRST"
  wait_for 5 is_in_state "$cli" T && wait_for 5 is_in_state "$FIRST" T
  sd_as sd-alice kill -CONT "$FIRST"
  wait_for 5 eval "! is_in_state $cli T" && wait_for 5 eval "! is_in_state $FIRST T"
  # Who stops it waits alone; who kills it has no CLI left.
  sd_as sd-alice kill -STOP "$FIRST"
  run sd_as sd-alice kill -TERM "$cli"
  [[ $status != 0 ]]
  sd_as sd-alice kill -KILL "$FIRST"
  wait_for 5 eval '! the_cli'
  wait_for 5 eval '! pgrep -f "doors/setuid/docker --context lab"'
}

@test "a terminal: ^C, ^Z and fg, its size, and its end" {
  contexts_policy
  id=$(via_sudo --context lab run --detach --network=none "$SD_IMAGE" sh -c 'echo ready; exec sleep 60')
  run python3 "$BATS_TEST_DIRNAME/terminal.py" "$(id -u sd-alice)" "$(id -g sd-alice)" "$SD_HOME/doors/setuid/docker" "$id" "$SD_IMAGE"
  equal "$output" "interrupted: signal 2
stopped: signal 20
continued: signal 2
size: 33 77
hung up: signal 1"
  wait_for 5 eval '! the_cli'
}

# --- ssh ------------------------------------------------------------------------------------------------

@test "ssh, through sudo and doas, with the account's key and known hosts" {
  local door
  ssh_policy
  for door in via_sudo via_doas; do
    run "$door" run --rm --network=none "$SD_IMAGE" id -u
    equal "$door $status $output" "$door 0 $ALICE"
  done
  equal "$(plain ps --all --quiet)" ""
}

@test "ssh asks the caller nothing: an unknown host, a changed one, a key with a passphrase, no key" {
  local keys
  keys=$(sd_home_of "$KEYS_OF")/.ssh
  ssh_policy
  cp -a "$keys" "$SD_HOME/keys.saved"
  : >"$keys/known_hosts"
  asked "Host key verification failed"
  equal "$(cat "$keys/known_hosts")" ""
  printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d' ' -f1,2 "$keys/id_ed25519.pub")" >"$keys/known_hosts"
  asked "Host key verification failed"
  cp -a "$SD_HOME/keys.saved/known_hosts" "$keys/"
  ssh-keygen -q -p -P '' -N secret -f "$keys/id_ed25519"
  chown "$KEYS_OF" "$keys/id_ed25519"
  asked "Permission denied (publickey"
  rm "$keys/id_ed25519"
  asked "Permission denied (publickey"
  rm -rf "$keys"
  mv "$SD_HOME/keys.saved" "$keys"
  via_sudo ps
}

# asked WORDS: with a terminal that answers yes to whatever is asked.
asked() {
  run timeout 20 script -qec "$(declare -f sd_as sd_home_of via_sudo); SD_HOME=$SD_HOME; via_sudo ps" /dev/null < <(printf 'yes\nyes\nyes\n')
  [[ $status != 0 ]]
  holds "$output" "$1"
  lacks "$output" "(yes/no"
  lacks "$output" "passphrase for"
}

@test "ssh gets nothing of the caller's: variables, agent, folder, umask, config, escape characters" {
  local keys
  keys=$(sd_home_of "$KEYS_OF")/.ssh
  ssh_policy
  printf 'Match exec "id -u >$SD_HOME/ssh.seen; env >>$SD_HOME/ssh.seen; pwd >>$SD_HOME/ssh.seen; umask >>$SD_HOME/ssh.seen"\n' |
    sed "s#\$SD_HOME#$SD_HOME#g" >"$keys/config"
  install -m 0600 -o "$KEYS_OF" /dev/null "$SD_HOME/ssh.seen"
  mkdir -p "$WORK/.ssh" && printf 'Host *\nProxyCommand touch %s/owned\n' "$WORK" >"$WORK/.ssh/config"
  cp -a "$WORK/.ssh" "$ALICE_HOME/.ssh" && chown -R sd-alice: "$ALICE_HOME/.ssh" "$WORK"
  run sd_as sd-alice env HOME="$WORK" SSH_AUTH_SOCK="$WORK/agent" SSH_ASKPASS=/tmp/evil SSH_ASKPASS_REQUIRE=force DISPLAY=:0 SHELL=/tmp/evil \
    LC_ALL=C.UTF-8 TERM=xterm sh -c "cd $WORK && umask 0 && $SD_HOME/doors/setuid/docker ps"
  equal "$status" 0
  equal "$(sed -n 1p "$SD_HOME/ssh.seen")" "$(id -u "$KEYS_OF")"
  run cat "$SD_HOME/ssh.seen"
  lacks "$output" evil
  lacks "$output" "$WORK"
  lacks "$output" TERM=
  holds "$output" "0077"
  [[ ! -e $WORK/owned ]]
  rm -rf "$keys/config" "$ALICE_HOME/.ssh"
}

@test "without the program that asks nothing no ssh is found at all" {
  ssh_policy
  mv "$SD_HOME/prefix/share/safe-docker/ssh/ssh" "$SD_HOME/ssh.away"
  run via_sudo ps
  mv "$SD_HOME/ssh.away" "$SD_HOME/prefix/share/safe-docker/ssh/ssh"
  equal "$status" 125
  holds "$output" "ssh:// needs the program that asks nobody anything"
}
