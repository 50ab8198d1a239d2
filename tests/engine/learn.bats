#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `seccomp learn` on a real engine: what it learns serves the same program, and nothing else; nothing else on the
# machine notices.
# shellcheck disable=SC2030,SC2031,SC2154

load common

setup() {
  common_setup
  SERVICE_PIDS=()
  LEARNED=$SD_HOME/learned.json # where nobody but root writes, as for every profile of a policy
  rm -f "$LEARNED"
}

teardown() {
  [[ -z ${LEARNER:-} ]] || kill -KILL "$LEARNER" 2>/dev/null || true
  rm -rf /run/safe-docker-learn.{nobody,link}
  services_stop
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
  printf '%s\n' "$stderr" # shown where it fails
  equal "$output" $'caught\nState:\tt (tracing stop)\nState:\tS (sleeping)\n143'
}

# The CLI tells the size when the container runs already.
@test "a terminal is the program's: its size, and Ctrl-C" {
  mkfifo "$WORK/keys"
  exec 8<>"$WORK/keys"
  script --quiet --return --command "stty rows 33 cols 99; ${ROOT[*]} $SD_HOME/prefix/bin/safe-docker seccomp learn \
    --output $LEARNED -- run --rm --interactive --tty --network=none $SD_IMAGE \
    sh -c 'trap \"echo interrupted; exit 4\" INT; until stty size 2>/dev/null | grep 99; do sleep 0.1; done; echo ready; while sleep 0.1; do :; done'" /dev/null \
    <"$WORK/keys" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- 8>&- &
  local terminal=$!
  wait_for 20 grep -q ready "$BATS_TEST_TMPDIR/out"
  printf '\003' >&8
  local ended=0
  wait "$terminal" || ended=$?
  exec 8>&-
  equal "$ended" 4
  holds "$(<"$BATS_TEST_TMPDIR/out")" "33 99"
  holds "$(<"$BATS_TEST_TMPDIR/out")" interrupted
  holds "$(<"$BATS_TEST_TMPDIR/out")" "learned "
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
}

folders() { find /run -maxdepth 1 -name 'safe-docker-learn.*' | sort; }

@test "the folder of a learner that was killed is removed by the next one, one in use is not" {
  learn_in_background --name learned "$SD_IMAGE" sleep 100
  local used
  used=$(folders)
  equal "$(wc -l <<<"$used")" 1
  run learn "$SD_IMAGE" true
  equal "$status" 0
  equal "$(folders)" "$used"
  kill -KILL "$LEARNER"
  wait "$LEARNER" || true
  LEARNER=
  equal "$(folders)" "$used"
  run learn "$SD_IMAGE" true
  equal "$(folders)" ""
  mkdir -m 0700 /run/safe-docker-learn.nobody
  chown sd-alice /run/safe-docker-learn.nobody
  ln -s "$WORK" /run/safe-docker-learn.link
  touch "$WORK/id"
  run learn "$SD_IMAGE" true
  equal "$(folders)" $'/run/safe-docker-learn.link\n/run/safe-docker-learn.nobody'
  [[ -e $WORK/id ]]
}

@test "threads: the first one ends, another executes; what cannot be seen from outside is told" {
  mkdir "$WORK/root" "$WORK/root/tmp"
  chmod 1777 "$WORK/root/tmp"
  gcc -std=gnu17 -D_GNU_SOURCE -O1 -static -pthread -o "$WORK/root/threads" -x c - <<'PROGRAM'
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *other(void *word) {
  usleep(200000);
  mkdir("/tmp/folder", 0700);
  if (syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0) == 0)
    _exit(0);
  execl("/threads", "threads", "again", (char *)0);
  return word;
}
int main(int count, char **words) {
  pthread_t thread;
  if (count > 1 && words[1][0] == 'p')
    return ptrace(PTRACE_TRACEME, 0, 0, 0) == -1 ? 5 : 6;
  if (count > 1)
    return rmdir("/tmp/folder") == 0 ? 4 : 3;
  pthread_create(&thread, NULL, other, NULL);
  pthread_exit(NULL);
}
PROGRAM
  tar -C "$WORK/root" -c . | plain import - learn-threads:1 >/dev/null
  run --separate-stderr learn learn-threads:1 /threads
  equal "$status" 4
  holds "$(allowed "$LEARNED" | tr '\n' ' ')" " mkdir "
  holds "$(allowed "$LEARNED" | tr '\n' ' ')" " rmdir "
  holds "$stderr" "started processes with CLONE_UNTRACED"
  run --separate-stderr learn learn-threads:1 /threads p
  equal "$status" 5
  holds "$stderr" "traces processes (ptrace)"
  plain rmi learn-threads:1 >/dev/null
}

# --- a daemon as systemd starts it ----------------------------------------------------------------------

# services_containerd: one of its own, and not the daemon's child.
services_containerd() {
  mkdir -p "$SERVICES/c"
  cat >"$SERVICES/c/config.toml" <<CONFIG
version = 2
root = "$SERVICES/c/root"
state = "$SERVICES/c/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$SERVICES/c/sock"
CONFIG
  setsid containerd --config "$SERVICES/c/config.toml" </dev/null >"$SERVICES/c/log" 2>&1 3>&- 4>&- &
  SERVICE_PIDS+=($!)
  wait_for 20 test -S "$SERVICES/c/sock"
}

# services_dockerd CONFIG OPTIONS...: with a socket that somebody else made listen, and holds.
services_dockerd() {
  printf '%s\n' "$1" >"$SERVICES/daemon.json"
  rm -f "$SERVICES/sock"
  setsid python3 -c '
import os, signal, socket, sys
made = socket.socket(socket.AF_UNIX)
made.bind(sys.argv[1])
made.listen(16)
child = os.fork()
if child == 0:
    os.dup2(made.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execvp("dockerd", sys.argv[2:])
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
os.waitpid(child, 0)' "$SERVICES/sock" dockerd --host fd:// --data-root "$SERVICES/data" --exec-root "$SERVICES/exec" \
    --pidfile "$SERVICES/pid" --config-file "$SERVICES/daemon.json" --bridge=none --iptables=false --ip6tables=false \
    --ip-forward=false --ip-masq=false "${@:2}" </dev/null >"$SERVICES/log" 2>&1 3>&- 4>&- &
  SERVICE_PIDS+=($!)
  wait_for 30 /usr/bin/docker --host "unix://$SERVICES/sock" version
}

services_stop() {
  local at
  for ((at = ${#SERVICE_PIDS[@]} - 1; at >= 0; at--)); do sd_stop_pid "${SERVICE_PIDS[at]}"; done
  SERVICE_PIDS=()
}

# services_learn: from a program on that daemon.
services_learn() {
  run --separate-stderr learn "$SD_IMAGE" sh -c 'mkdir /tmp/folder; echo made'
  equal "$status $output" "0 made"
  holds "$(allowed "$LEARNED" | tr '\n' ' ')" " mkdir "
}

@test "a containerd that is a service of its own, and a socket that systemd made, by option and by daemon.json" {
  SERVICES=$SD_HOME/services
  mkdir -p "$SERVICES"
  policy "{\"docker\": {\"host\": \"unix://$SERVICES/sock\"}}"
  services_containerd
  services_dockerd '{}' "--containerd=$SERVICES/c/sock"
  plain save "$SD_IMAGE" | /usr/bin/docker --host "unix://$SERVICES/sock" load >/dev/null
  services_learn
  sd_stop_pid "${SERVICE_PIDS[1]}"
  unset 'SERVICE_PIDS[1]'
  rm "$LEARNED"
  services_dockerd "{\"containerd\": \"$SERVICES/c/sock\"}"
  services_learn
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

@test "tracing is for root, who came by no door; others are refused by sudo or doas" {
  local door
  for door in via_direct via_sudo via_doas via_setgid via_setuid; do
    run "$door" seccomp learn -- run --network=none "$SD_IMAGE" true
    equal "$door $status" "$door 1"
    equal "$(grep "^safe-docker: " <<<"$output" | grep -v ": this is for administrators")" ""
  done
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
