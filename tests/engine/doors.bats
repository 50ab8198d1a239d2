#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The real doors, with a program in the real CLI's place that tells what it was given.

load common
setup() {
  common_setup
  probe_policy
}
teardown() {
  common_teardown
}

BOUNDARIES="via_sudo via_doas via_setgid via_setuid"

# probe DOOR [WORDS...]: what the CLI was given through the door.
probe() {
  local door=$1
  shift
  "$door" run --rm --network=none "$@" "$SD_IMAGE" true
}

# hostile DOOR NAME=VALUE...: the same, with these in the caller's environment, as far as the door lets them in.
hostile() {
  local door=$1
  shift
  case $door in
    via_sudo) sd_as sd-alice env "$@" sudo -n "$SD_HOME/prefix/bin/safe-docker" run --network=none "$SD_IMAGE" true ;;
    via_sudo_setenv) sd_as sd-alice env "$@" sudo -nE "$SD_HOME/doors/setenv/safe-docker" run --network=none "$SD_IMAGE" true ;;
    via_doas) sd_as sd-alice env "$@" doas -n "$SD_HOME/prefix/bin/safe-docker" run --network=none "$SD_IMAGE" true ;;
    via_setgid) sd_as sd-alice env "$@" "$SD_HOME/doors/setgid/docker" run --network=none "$SD_IMAGE" true ;;
    via_setuid) sd_as sd-alice env "$@" "$SD_HOME/doors/setuid/docker" run --network=none "$SD_IMAGE" true ;;
  esac
}
HOSTILE="via_sudo via_sudo_setenv via_doas via_setgid via_setuid"

@test "through every door the CLI is the caller, with the socket's group as its primary one" {
  local door
  for door in $BOUNDARIES; do
    run probe "$door"
    equal "$door $status" "$door 0"
    equal "$(jq -c .uids <<<"$output")" "[$ALICE,$ALICE,$ALICE,$ALICE]"
    equal "$(jq -c .gids <<<"$output")" "[$DOCKER_GROUP,$DOCKER_GROUP,$DOCKER_GROUP,$DOCKER_GROUP]"
    equal "$(jq -r '.groups | sort | map(tostring) | join(" ")' <<<"$output")" \
      "$(id -G sd-alice | tr ' ' '\n' | sort -n | paste -sd' ')"
  done
}

@test "through every door the CLI has no capability" {
  local door
  for door in $BOUNDARIES; do
    run probe "$door"
    equal "$door $(jq -r '[.CapInh, .CapPrm, .CapEff, .CapAmb] | unique | join(" ")' <<<"$output")" "$door 0000000000000000"
  done
}

@test "the doors are told apart" {
  local door
  for door in sudo doas setgid setuid; do
    run "via_$door" --explain=json run --network=none "$SD_IMAGE" true
    equal "$(jq -r '.caller.via + " " + .caller.user' <<<"$output")" "$door sd-alice"
  done
  run via_direct --explain=json run --network=none "$SD_IMAGE" true
  equal "$(jq -r '.caller.via + " " + .caller.user' <<<"$output")" "direct sd-alice"
}

@test "the CLI's environment is built from nothing" {
  local door names
  for door in $HOSTILE; do
    run hostile "$door" DOCKER_HOST=tcp://evil DOCKER_CONTEXT=evil DOCKER_CONFIG=/tmp/evil DOCKER_TLS_VERIFY=1 \
      DOCKER_CERT_PATH=/tmp/evil DOCKER_API_VERSION=1.12 DOCKER_CONTENT_TRUST=0 DOCKER_CLI_PLUGIN_EXTRA_DIRS=/tmp/evil \
      DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND=x DOCKER_DEFAULT_PLATFORM=linux/s390x DOCKER_BUILDKIT=1 DOCKER_HIDE_LEGACY_COMMANDS=1 \
      LD_LIBRARY_PATH=/tmp/evil LD_AUDIT=/tmp/evil.so GCONV_PATH=/tmp/evil HTTP_PROXY=http://evil https_proxy=http://evil \
      XDG_RUNTIME_DIR=/tmp/evil XDG_CONFIG_HOME=/tmp/evil OTEL_EXPORTER_OTLP_ENDPOINT=http://evil BUILDKIT_HOST=tcp://evil \
      GODEBUG=http2debug=2 GOTRACEBACK=crash TMPDIR=/tmp/evil BASH_ENV=/tmp/evil IFS=x SSH_AUTH_SOCK=/tmp/evil \
      MALLOC_TRACE=/tmp/evil LOCPATH=/tmp/evil TERM=xterm LANG=C.UTF-8 LC_TIME=C TZ=UTC NO_COLOR=1 COLUMNS=77 SECRET=evil
    equal "$door $status" "$door 0"
    lacks "$(jq -c '.env' <<<"$output")" evil
    names=$(jq -r '.env[] | split("=")[0]' <<<"$output" | grep -vxE 'PATH|HOME|DOCKER_CONFIG|TMPDIR|TERM|LANG|LC_[A-Z]+|TZ|NO_COLOR|COLUMNS' || true)
    equal "$door: $names" "$door: "
    holds "$(jq -c '.env' <<<"$output")" "\"DOCKER_CONFIG=$SD_HOME/config\""
  done
}

@test "PATH and HOME of the CLI are not the caller's" {
  local door
  for door in $HOSTILE; do
    run hostile "$door" PATH="$ALICE_HOME/bin:/usr/bin:/bin" HOME=/tmp/evil
    equal "$door $status" "$door 0"
    lacks "$(jq -c '.env' <<<"$output")" "$ALICE_HOME/bin"
    lacks "$(jq -c '.env' <<<"$output")" evil
  done
}

@test "a library of the caller is loaded into nothing" {
  cat >"$WORK/evil.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor)) static void loaded(void) { fclose(fopen(MARK, "w")); }
C
  sd_as sd-alice gcc -shared -fPIC -DMARK="\"$WORK/loaded\"" -o "$WORK/evil.so" "$WORK/evil.c"
  local door
  for door in $HOSTILE; do
    run hostile "$door" LD_PRELOAD="$WORK/evil.so" LD_LIBRARY_PATH="$WORK"
    # The constructor runs in env, sudo and doas themselves where those are plain programs of the caller.
    lacks "$(jq -c '.env' <<<"$output")" LD_
  done
  rm -f "$WORK/loaded"
  run via_setgid_preloaded
  equal "$status" 0
  [[ ! -e $WORK/loaded ]]
}
# exec'd by the kernel as the first thing that sees the variable
via_setgid_preloaded() {
  sd_as sd-alice /bin/busybox env LD_PRELOAD="$WORK/evil.so" "$SD_HOME/doors/setgid/docker" run --network=none "$SD_IMAGE" true
}

@test "descriptors above 2 are closed but for sealed memfds" {
  printf 'A=b\n' >"$WORK/env"
  run with_open_files via_setgid run --network=none --env-file="$WORK/env" "$SD_IMAGE" true
  equal "$status" 0
  equal "$(jq -r '.fds[] | select(.fd > 2) | select((.target | startswith("/memfd:") | not) or .seals < 15) | .target' <<<"$output")" ""
  holds "$(jq -c .memfds <<<"$output")" "A=b"
}
with_open_files() { "$@" 5</etc/passwd 7>"$SD_HOME/leak" 9</etc; }

@test "closed descriptors 0, 1 and 2 are opened before anything else is" {
  local door command
  for door in $BOUNDARIES; do
    "$door" run --network=none --cidfile="$WORK/cid" "$SD_IMAGE" true >"$WORK/out" 2>&1 <&- || true
    # For privileged programs the C library itself has done it by then, with a write-only /dev/full.
    holds '"/dev/null" "/dev/full"' "$(jq -c '.fds[] | select(.fd == 0) | .target' "$WORK/out")"
    equal "$door $(jq -c '[.fds[].fd] | index(0)' "$WORK/out")" "$door 0"
  done
  for command in "<&- >&- 2>&-" ">&-" "2>&-" ">&- 2>&-"; do
    run sd_as sd-alice sh -c "$SD_HOME/doors/setgid/docker run --privileged x $command"
    equal "$command: $status" "$command: 125"
  done
  tail -n 1 "$SD_HOME/audit.jsonl" | jq -e . >/dev/null
}

@test "umask, working folder, signals, core size and dumpable are sane" {
  local door
  for door in $BOUNDARIES; do
    run in_work "$door"
    equal "$door $status" "$door 0"
    equal "$(jq -c '[.umask, .limits.core]' <<<"$output")" "[18,[0,0]]"
    equal "$(jq -r .SigBlk <<<"$output")" 0000000000000000
    # SIGHUP and SIGINT stay ignored, as nohup and background jobs want it; the others do not.
    equal "$(jq -r .SigIgn <<<"$output")" 0000000000000003
  done
}
in_work() {
  local words
  read -ra words < <(door_words "$1")
  sd_as sd-alice python3 -c '
import os, signal, sys
os.umask(0)
os.chdir(sys.argv[1])
for s in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGPIPE, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
os.execvp(sys.argv[2], sys.argv[2:])' "$WORK" "${words[@]}" run --network=none "$SD_IMAGE" true
}
door_words() {
  case $1 in
    via_sudo) echo "sudo -n $SD_HOME/prefix/bin/safe-docker" ;;
    via_doas) echo "doas -n $SD_HOME/prefix/bin/safe-docker" ;;
    via_setgid) echo "$SD_HOME/doors/setgid/docker" ;;
    via_setuid) echo "$SD_HOME/doors/setuid/docker" ;;
  esac
}

@test "tiny limits end in a refusal or in the same request, never in another one" {
  local door limit want words
  for door in via_setgid via_setuid; do
    read -ra words < <(door_words "$door")
    want=$(probe "$door" | jq -c '[.uids, .gids, .groups, .argv]')
    for limit in nofile=3 nofile=4 nofile=6 stack=65536 as=3000000 as=20000000 fsize=0 nproc=1 cpu=1 data=100000; do
      status=0
      output=$(sd_as sd-alice prlimit "--$limit" "${words[@]}" run --rm --network=none "$SD_IMAGE" true 2>&1) || status=$?
      case $status in
        0) equal "$(jq -c '[.uids, .gids, .groups, .argv]' <<<"$output")" "$want" ;;
        125 | 126 | 127) [[ -n $output && $output != *uids* ]] ;;
        *) [[ $limit == as=* || $limit == stack=* || $limit == data=* ]] || {
          echo "$door $limit: $status $output"
          return 1
        } ;;
      esac
    done
  done
}

@test "SUDO_UID, DOAS_USER and PKEXEC_UID are believed from root alone" {
  local door name
  for door in via_setgid via_setuid via_direct_plain; do
    for name in SUDO_UID=0 SUDO_UID=$(id -u sd-bob) SUDO_USER=sd-bob DOAS_USER=sd-bob DOAS_USER=root PKEXEC_UID=0; do
      run forged "$door" "$name"
      equal "$door $name $(jq -r .caller.user <<<"$output")" "$door $name sd-alice"
    done
  done
}
forged() {
  local words
  case $1 in
    via_direct_plain) sd_as sd-alice env "$2" "$SD_HOME/prefix/bin/safe-docker" --explain=json run --network=none "$SD_IMAGE" true ;;
    *)
      read -ra words < <(door_words "$1")
      sd_as sd-alice env "$2" "${words[@]}" --explain=json run --network=none "$SD_IMAGE" true
      ;;
  esac
}

@test "sudo: forged DOAS_USER and PKEXEC_UID next to SUDO_UID are refused or change nothing" {
  local name
  for name in DOAS_USER=root DOAS_USER=sd-bob PKEXEC_UID=0; do
    run sd_as sd-alice env "$name" sudo -nE "$SD_HOME/doors/setenv/safe-docker" --explain=json run --network=none "$SD_IMAGE" true
    case $status in
      0) equal "$name $(jq -r .caller.user <<<"$output")" "$name sd-alice" ;;
      125) holds "$output" "safe-docker: " ;;
      *) equal "$name $status" "$name 125" ;;
    esac
  done
}

@test "doas with keepenv and a forged SUDO_UID is refused" {
  local name
  for name in SUDO_UID=0 SUDO_UID=$(id -u sd-bob) PKEXEC_UID=0 PKEXEC_UID=$(id -u sd-bob); do
    run sd_as sd-alice env "$name" doas -n "$SD_HOME/doors/setenv/safe-docker" run --network=none "$SD_IMAGE" true
    equal "$name $status" "$name 125"
    holds "$output" "safe-docker: "
  done
}

@test "impossible values of SUDO_UID behind a root door are refused" {
  local value
  for value in "" -1 4294967295 4294967296 0x3e8 1e3 " 1001" 1001x 99999999; do
    run env SUDO_UID="$value" "$SD_HOME/prefix/bin/safe-docker" run --network=none "$SD_IMAGE" true
    equal "'$value' $status" "'$value' 125"
  done
}

@test "SAFE_DOCKER_POLICY is for the direct door alone" {
  printf '{"version": 1, "docker": {"path": "/bin/true", "host": "unix:///nowhere"}}\n' >"$WORK/policy.json"
  chown sd-alice: "$WORK/policy.json"
  local door
  for door in $HOSTILE; do
    run hostile "$door" SAFE_DOCKER_POLICY="$WORK/policy.json"
    equal "$door $status" "$door 0"
    holds "$(jq -c .argv <<<"$output")" "unix://$SD_SOCKET"
  done
}

@test "the caller's own policy is used where safe-docker acts for nobody else" {
  local own=$SD_HOME/own.json
  printf '{"version": 1, "docker": {"path": "%s", "host": "unix:///nowhere"}, "audit": {"syslog": false, "required": false}}\n' "$SD_HOME/probe" >"$own"
  chown sd-alice: "$own"
  run sd_as sd-alice env SAFE_DOCKER_POLICY="$own" "$SD_HOME/prefix/bin/safe-docker" run --network=none "$SD_IMAGE" true
  equal "$status" 0
  holds "$(jq -c .argv <<<"$output")" unix:///nowhere
  rm -f "$own"
}

@test "where the door can set groups, they are those of the database and not those of the process" {
  run setpriv --reuid=sd-alice --regid=sd-alice --groups="$DOCKER_GROUP,0" "$SD_HOME/doors/setuid/docker" run --network=none "$SD_IMAGE" true
  equal "$status" 0
  equal "$(jq -r '.groups | sort | map(tostring) | join(" ")' <<<"$output")" "$(id -G sd-alice | tr ' ' '\n' | sort -n | paste -sd' ')"
}
