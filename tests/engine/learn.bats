#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `seccomp learn` on a real engine: what it learns serves the same program, and nothing else; nothing else on the
# machine notices.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup() {
  common_setup
  LEARNED=$SD_HOME/learned.json # where nobody but root writes, as for every profile of a policy
  rm -f "$LEARNED"
}

teardown() {
  [[ -z ${LEARNER:-} ]] || kill -KILL "$LEARNER" 2>/dev/null || true
  common_teardown
}

# Root itself, whoever started the tests; what bash starts in the background would ignore SIGINT.
ROOT=(env -u SUDO_UID -u DOAS_USER --default-signal)
as_root() { "${ROOT[@]}" "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# learn OPTIONS-OF-RUN...: as root, for the image.
learn() { as_root seccomp learn --output "$LEARNED" -- run --rm --network=none "$@"; }

start_learning() {
  "${ROOT[@]}" "$SD_HOME/prefix/bin/safe-docker" seccomp learn --output "$LEARNED" -- run --rm --network=none "$@" \
    >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
  LEARNER=$!
}

# learn_in_background OPTIONS-OF-RUN...: until it is told to end; LEARNER is its process.
learn_in_background() {
  start_learning --detach "$@"
  wait_for 30 grep -q "learning until" "$BATS_TEST_TMPDIR/err" || { cat "$BATS_TEST_TMPDIR/err" "$BATS_TEST_TMPDIR/out" >&2; return 1; }
}

allowed() { jq -r '[.syscalls[] | select(.action == "SCMP_ACT_ALLOW") | .names[]] | unique | .[]' "$1"; }

# The process that starts the daemon's containers, and who traces it.
engine_pid() { pgrep -P "$(<"$SD_HOME/daemon/pid")" -x containerd; }
engine_tracers() { cat /proc/"$(engine_pid)"/task/*/status | awk '$1 == "TracerPid:" { print $2 }' | sort -u; }

# Files, forks, pipes and sockets, but no folder is made. (Single quotes: it is the container's shell that reads it.)
# The server keeps its side open for a while: a client that sees it closed goes away before it has sent anything.
WORK_OF_PROGRAM='
  echo one >/tmp/a && cat /tmp/a | tr a-z A-Z | sort
  sleep 2 | nc -l -p 4000 >/tmp/got & until echo two | nc -w 1 127.0.0.1 4000 2>/dev/null; do sleep 0.1; done; wait
  cat /tmp/got; ls -l /tmp/a | wc -l; chmod 600 /tmp/a; rm /tmp/a; exit 7'
OUTPUT_OF_PROGRAM=$'ONE\ntwo\n1'

learn_program() {
  run --separate-stderr learn "$SD_IMAGE" sh -c "$WORK_OF_PROGRAM"
  equal "$status" 7
  equal "$output" "$OUTPUT_OF_PROGRAM"
}

@test "what was learned serves the same program, and refuses what it did not do" {
  learn_program
  local names of
  names=$(allowed "$LEARNED" | wc -l)
  of=$(sed -nE 's/.*learned ([0-9]+) of the ([0-9]+) .*/\2/p' <<<"$stderr")
  printf '# learned %s of %s calls\n' "$names" "$of" >&3
  ((names > 30 && names < of / 3))
  policy "{\"seccomp\": {\"profile\": \"$LEARNED\"}}"
  local try
  for try in 1 2 3; do
    run hardened sh -c "$WORK_OF_PROGRAM"
    equal "$status $output" "7 $OUTPUT_OF_PROGRAM"
  done
  run hardened sh -c 'mkdir /tmp/folder; echo $?'
  holds "$output" "Operation not permitted"
  rm "$SD_HOME/etc/safe-docker/policy.d/50-test.json"
  run hardened sh -c 'mkdir /tmp/folder; echo $?'
  equal "$output" 0
}

@test "a caller may bring what was learned, because it is within the policy's profile" {
  learn_program
  install -o sd-alice -m 0644 "$LEARNED" "$WORK/mine.json"
  policy '{"seccomp": {"caller_profiles": "stricter"}}'
  run sdocker run --rm --network=none --security-opt "seccomp=$WORK/mine.json" "$SD_IMAGE" sh -c "$WORK_OF_PROGRAM"
  equal "$status $output" "7 $OUTPUT_OF_PROGRAM"
  run sdocker run --rm --network=none --security-opt "seccomp=$WORK/mine.json" "$SD_IMAGE" mkdir /tmp/folder
  holds "$output" "Operation not permitted"
}

@test "the same program gives the same profile" {
  learn_program
  mv "$LEARNED" "$LEARNED.first"
  learn_program
  # calls that a race decides may differ: a shell that waits may be interrupted or not
  local differing
  differing=$(diff <(allowed "$LEARNED.first") <(allowed "$LEARNED") | grep -c '^[<>]' || true)
  ((differing <= 2))
}

@test "without --output the profile is standard output alone, and the container's output is told as an error" {
  run --separate-stderr as_root seccomp learn -- run --rm --network=none "$SD_IMAGE" echo hello
  equal "$status" 0
  equal "$(jq -r .defaultAction <<<"$output")" SCMP_ACT_ERRNO
  holds "$stderr" hello
}

@test "what the program tried in vain is told" {
  run --separate-stderr learn "$SD_IMAGE" sh -c 'unshare -U true; mount -t tmpfs none /mnt; true'
  equal "$status" 0
  holds "$stderr" "refused, as the policy's profile does: unshare: errno 1 (EPERM)"
  holds "$stderr" "refused, as the policy's profile does: mount: errno 1 (EPERM)"
  lacks "$(allowed "$LEARNED")" unshare
  lacks "$(allowed "$LEARNED")" mount
}

@test "--profile is learned under as if the policy named it" {
  run --separate-stderr as_root seccomp learn --output "$LEARNED" --profile no-network -- \
    run --rm --network=none "$SD_IMAGE" sh -c 'nc -w 1 127.0.0.1 9; true'
  equal "$status" 0
  holds "$stderr" "refused, as no-network does: socket"
  lacks "$(allowed "$LEARNED")" socket
}

@test "docker exec counts, and so does what a health check runs" {
  learn_in_background --name learned --health-cmd 'ln -sf a /tmp/b' --health-interval 1s "$SD_IMAGE" sleep 1000
  plain exec learned mkdir /tmp/folder
  wait_for 20 eval '[[ $(plain inspect --format "{{.State.Health.Status}}" learned) == healthy ]]'
  plain stop --time 1 learned >/dev/null
  wait "$LEARNER"
  LEARNER=
  holds "$(allowed "$LEARNED" | tr '\n' ' ')" " mkdir "
  holds "$(allowed "$LEARNED" | tr '\n' ' ')" " symlink "
  equal "$(engine_tracers)" 0
}

@test "other containers that start at the same time are not learned from" {
  local other
  for other in 1 2 3 4 5 6; do
    plain run --detach --network=none "$SD_IMAGE" sh -c 'i=0; while [ $i -lt 500 ]; do mkdir /tmp/$i; rmdir /tmp/$i; i=$((i+1)); done' \
      >/dev/null 3>&- &
    [[ $other != 3 ]] || learn "$SD_IMAGE" sh -c 'sleep 1; echo finished' >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
  done
  wait
  holds "$(<"$BATS_TEST_TMPDIR/out")" finished
  lacks "$(allowed "$LEARNED")" mkdir
  lacks "$(allowed "$LEARNED")" rmdir
  equal "$(plain ps --all --quiet | wc -l)" 6
}

@test "stopped processes stay stopped while they are watched, and signals reach them" {
  run --separate-stderr learn "$SD_IMAGE" sh -c '
    trap "echo caught" USR1; kill -USR1 $$
    sleep 100 & p=$!; sleep 0.2; kill -STOP $p; sleep 0.5; grep State /proc/$p/status
    kill -CONT $p; sleep 0.5; grep State /proc/$p/status; kill $p; wait $p; echo $?'
  equal "$output" $'caught\nState:\tt (tracing stop)\nState:\tS (sleeping)\n143'
}

@test "an interrupt ends the learning, not the container" {
  learn_in_background --name learned "$SD_IMAGE" sh -c 'while sleep 0.1; do :; done'
  kill -INT "$LEARNER"
  wait "$LEARNER"
  LEARNER=
  equal "$(plain inspect --format '{{.State.Running}}' learned)" true
  equal "$(awk '$1 == "TracerPid:" { print $2 }' "/proc/$(plain inspect --format '{{.State.Pid}}' learned)/status")" 0
  holds "$(allowed "$LEARNED")" execve
  plain exec learned true
}

@test "killing the learner harms neither the engine nor the container" {
  learn_in_background --name learned "$SD_IMAGE" sh -c 'while sleep 0.1; do echo tick; done'
  kill -KILL "$LEARNER"
  wait "$LEARNER" || true
  LEARNER=
  equal "$(plain inspect --format '{{.State.Running}}' learned)" true
  local before
  before=$(plain logs learned | wc -l)
  wait_for 10 eval "(( \$(plain logs learned | wc -l) > $before + 5 ))"
  equal "$(plain run --rm --network=none "$SD_IMAGE" echo alive)" alive
  equal "$(plain exec learned echo exec)" exec
  equal "$(engine_tracers)" 0
}

@test "killing the learner before the shim is there harms nothing, either" {
  local try
  for try in 0.02 0.05 0.1 0.15 0.2 0.25 0.3; do
    start_learning "$SD_IMAGE" true
    sleep "$try"
    kill -KILL "$LEARNER" 2>/dev/null || true
    wait "$LEARNER" || true
    LEARNER=
  done
  equal "$(plain run --rm --network=none "$SD_IMAGE" echo alive)" alive
  equal "$(engine_tracers)" 0
  wait_for 20 eval '[[ -z $(plain ps --quiet) ]]'
  rm -rf /run/safe-docker-learn.*
}

@test "a request that the policy refuses is not run and nothing is written" {
  run learn --privileged "$SD_IMAGE" true
  refused
  [[ ! -e $LEARNED ]]
  run learn no-such-image:1 true
  equal "$status" 125
  [[ ! -e $LEARNED ]]
  run as_root seccomp learn -- ps
  equal "$status" 125
  holds "$output" 'only "run" can be learned from'
  equal "$(find /run -maxdepth 1 -name 'safe-docker-learn.*')" ""
}

@test "tracing is for root, who came by no door; others are told what works" {
  local door
  run via_direct seccomp learn -- run --network=none "$SD_IMAGE" true
  equal "$status" 125
  holds "$output" "it takes root itself"
  holds "$output" "--strace FILE"
  for door in via_sudo via_doas via_setgid via_setuid; do
    run "$door" seccomp learn -- run --network=none "$SD_IMAGE" true
    equal "$status" 125
    holds "$output" "it takes root itself"
  done
  run via_sudo seccomp learn -- run --network=none "$SD_IMAGE" true
  holds "$output" "sudo env -u SUDO_UID safe-docker seccomp learn"
  equal "$(plain ps --all --quiet)" ""
}

@test "anybody may learn from what strace wrote, with their own rights" {
  cat >"$WORK/trace" <<'TRACE'
100 mkdir("/tmp/a", 0755) = 0
100 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3
100 mount("none", "/mnt", "tmpfs", 0, NULL) = -1 EPERM (Operation not permitted)
100 not a call
TRACE
  chown sd-alice "$WORK/trace"
  run --separate-stderr via_direct seccomp learn --strace "$WORK/trace"
  equal "$status" 0
  holds "$(allowed <(printf '%s' "$output") | tr '\n' ' ')" " mkdir "
  holds "$stderr" "1 lines were not understood, the first is line 4"
  holds "$stderr" "refused, as the policy's profile does: mount: errno 1 (EPERM)"
  install -m 0600 "$WORK/trace" "$SD_HOME/secret"
  run via_sudo seccomp learn --strace "$SD_HOME/secret"
  equal "$status" 125
  holds "$output" "opened with your own rights"
  run via_sudo seccomp learn --strace "$WORK/trace" --output "$SD_HOME/etc/safe-docker/learned.json"
  equal "$status" 125
  [[ ! -e $SD_HOME/etc/safe-docker/learned.json ]]
}
