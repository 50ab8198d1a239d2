# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Helpers of every test file here; SD_HOME, SD_SOCKET and SD_IMAGE come from setup_suite.bash.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

# How the daemon is asked for the truth: the plain CLI, as root, past safe-docker.
plain() { /usr/bin/docker --host "unix://$SD_SOCKET" "$@"; }

# One caller, one door each. The words are those of docker.
via_sudo() { sd_as sd-alice sudo -n "$SD_HOME/prefix/bin/safe-docker" "$@"; }
via_doas() { sd_as sd-alice doas -n "$SD_HOME/prefix/bin/safe-docker" "$@"; }
via_setgid() { sd_as sd-alice "$SD_HOME/doors/setgid/docker" "$@"; }
via_setuid() { sd_as sd-alice "$SD_HOME/doors/setuid/docker" "$@"; }
via_direct() { sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# The usual one.
sdocker() { via_sudo "$@"; }

# hardened COMMAND...: what `docker run` prints for a shell command in a container of the caller.
hardened() { sdocker run --rm --network=none "$SD_IMAGE" "$@"; }

policy() { printf '%s\n' "$1" >"$SD_HOME/etc/safe-docker/policy.d/50-test.json"; }

# probe_policy: the real CLI is a program that tells what it was given.
probe_policy() { policy "{\"docker\": {\"path\": \"$SD_HOME/probe\"}}"; }

common_setup() {
  rm -f "$SD_HOME"/etc/safe-docker/policy.d/*
  ALICE=$(id -u sd-alice)
  ALICE_GROUP=$(id -g sd-alice)
  ALICE_HOME=$(sd_home_of sd-alice)
  DOCKER_GROUP=$(getent group docker | cut -d: -f3)
  WORK=$(sd_as sd-alice mktemp -d "$ALICE_HOME/work.XXXXXX")
}

common_teardown() {
  local id
  for id in $(plain ps --all --quiet); do plain rm --force --volumes "$id" >/dev/null 2>&1 || true; done
  for id in $(plain volume ls --quiet); do plain volume rm "$id" >/dev/null 2>&1 || true; done
  rm -rf "${WORK:?}"
}

# --- what a test says -----------------------------------------------------------------------------------

# After `run`: refused by safe-docker, in words, and nothing reached the daemon.
refused() {
  equal "$status" 125 && holds "$output" "safe-docker: " && equal "$(plain ps --all --quiet)" ""
}

# --- waiting processes ----------------------------------------------------------------------------------

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local tenths=$(($1 * 10)) try
  shift
  for ((try = 0; try < tenths; try++)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  printf 'waited in vain for: %s\n' "$*" >&2
  return 1
}

cli_pid() { pgrep -u sd-alice -x docker; }

# Starts a container whose CLI waits on its standard input, and sets CLI to the CLI's process. stop_cli ends it.
start_cli() {
  mkfifo "$SD_HOME/hold" && exec 9<>"$SD_HOME/hold"
  "$@" run --rm --interactive --network=none "$SD_IMAGE" cat <"$SD_HOME/hold" >/dev/null 2>&1 3>&- 9>&- &
  wait_for 20 eval '[[ -n $(plain ps --quiet) ]]' && CLI=$(cli_pid)
}

stop_cli() {
  [[ -p $SD_HOME/hold ]] || return 0
  exec 9>&-
  rm -f "$SD_HOME/hold"
  wait_for 10 eval '! cli_pid' || kill -KILL "$(cli_pid)"
}

status_of() { awk -v key="$2:" '$1 == key { $1 = ""; print substr($0, 2) }' "/proc/$1/status" | tr '\t' ' '; }

# Every line of the file a container names for a controller, be the host on cgroup v1 or v2.
# cgroup_of ID CONTROLLER FILE-V1 FILE-V2
cgroup_of() {
  local pid path
  pid=$(plain inspect --format '{{.State.Pid}}' "$1")
  path=$(awk -F: -v want="$2" '{ n = split($2, names, ","); for (i = 1; i <= n; i++) if (names[i] == want) print $3 }' "/proc/$pid/cgroup")
  if [[ -n $path ]]; then
    cat "/sys/fs/cgroup/$2$path/$3"
  else
    cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/$4"
  fi
}
