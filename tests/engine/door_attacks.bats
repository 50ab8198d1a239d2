#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What callers try at the doors: borrowed identities and groups, swapped files, hostile limits, kernels' helpers.

load common

setup_file() {
  local rules=$SD_HOME/sudoers.red
  # Rules as administrators write them besides the documented ones.
  cat >"$rules" <<RULES
sd-alice ALL=(root) NOPASSWD: $SD_HOME/doors/setgid/docker
sd-alice ALL=(sd-alice:docker) NOPASSWD: $SD_HOME/prefix/bin/safe-docker
RULES
  visudo -cqf "$rules"
  install -m 0440 "$rules" /etc/sudoers.d/safe-docker-test-red
  gcc -O1 -Wall -Werror -o "$SD_HOME/swap" -xc - <<'C'
#include <unistd.h>
/* Lets a name be nothing and a link in turns. */
int main(int argc, char **argv) {
  if (argc != 3 || chdir(argv[1]) != 0)
    return 1;
  for (;;) {
    (void)unlink("id");
    if (symlink(argv[2], "id") != 0)
      continue; /* the CLI was faster */
  }
}
C
}
teardown_file() { rm -f /etc/sudoers.d/safe-docker-test-red; }

setup() {
  common_setup
  probe_policy
}
teardown() {
  # shellcheck disable=SC2046
  kill -KILL $(jobs -p) 2>/dev/null || true
  common_teardown
}

# A process that stop_swapper ends; not through a function, so that $! is its own id.
stop_swapper() {
  kill -KILL "$1"
  wait "$1" || true
}

setgid_run() { sd_as sd-alice "$@" "$SD_HOME/doors/setgid/docker" run --network=none "$SD_IMAGE" true; }
last_record() { tail -n 1 "$SD_HOME/audit.jsonl"; }

# --- whose request it is --------------------------------------------------------------------------------

@test "a sudo rule on the setgid program: the caller is who called sudo, not root" {
  run sd_as sd-alice sudo -n "$SD_HOME/doors/setgid/docker" run --network=none "$SD_IMAGE" true
  equal "$status" 0
  equal "$(jq -c '[.uids, .gids]' <<<"$output")" \
    "[[$ALICE,$ALICE,$ALICE,$ALICE],[$DOCKER_GROUP,$DOCKER_GROUP,$DOCKER_GROUP,$DOCKER_GROUP]]"
  equal "$(last_record | jq -r '.caller.user + " " + .caller.via')" "sd-alice sudo"
  run sd_as sd-alice sudo -n "$SD_HOME/doors/setgid/docker" run --env-file=/etc/shadow "$SD_IMAGE" true
  refused
  holds "$output" file-unreadable
}

@test "sudo -g lends a group that cannot be put aside: refused before a file is opened with it" {
  install -o root -g docker -m 0640 /dev/null "$SD_HOME/of-docker"
  echo "A=secret" >"$SD_HOME/of-docker"
  run sd_as sd-alice sudo -n -g docker "$SD_HOME/prefix/bin/safe-docker" run --env-file="$SD_HOME/of-docker" "$SD_IMAGE" true
  refused
  holds "$output" "cannot be put aside"
  lacks "$output" secret
}

# --- rights that the kernel takes away ------------------------------------------------------------------

@test "traced from the start, or without new privileges: the setgid program has no group to give" {
  local words
  for words in "strace -qq -o /dev/null" "setpriv --no-new-privs"; do
    # shellcheck disable=SC2086
    run sd_as sd-alice $words "$SD_HOME/doors/setgid/docker" --explain=json run --network=none "$SD_IMAGE" true
    equal "$words $(jq -r .caller.via <<<"$output")" "$words direct"
    # It cannot even write the record that this policy requires.
    # shellcheck disable=SC2086
    run setgid_run $words
    equal "$words $status" "$words 125"
    lacks "$output" uids
  done
}

@test "a user namespace with a mount tree of the caller's has no group either" {
  sd_as sd-alice unshare --user --map-root-user --mount true || skip "no user namespaces for accounts here"
  mkdir -p "$WORK/etc"
  printf '{"version": 1, "docker": {"path": "%s", "host": "unix://%s"}, "privileged": {"allow": true}}\n' \
    "$SD_HOME/probe" "$SD_SOCKET" >"$WORK/etc/policy.json"
  chown -R sd-alice: "$WORK/etc"
  # Nor is a file believed that is root's in there alone.
  run sd_as sd-alice unshare --user --map-root-user --mount sh -c \
    "mount --bind $WORK/etc $SD_HOME/etc/safe-docker && SAFE_DOCKER_POLICY= $SD_HOME/doors/setgid/docker run --network=none $SD_IMAGE true; id -G"
  lacks "$output" "$DOCKER_GROUP"
}

# --- what the caller can do to the process --------------------------------------------------------------

# Held up at its denial by a standard error that nobody reads.
@test "after the drop the caller can look into the process by no way, and the denial is recorded by then" {
  sd_as sd-alice python3 - "$SD_HOME/doors/setgid/docker" >"$WORK/out" 2>&1 <<'P'
import ctypes, fcntl, os, subprocess, sys, time
read, write = os.pipe()
fcntl.fcntl(write, 1031, 4096)  # F_SETPIPE_SZ
os.write(write, b"x" * 4096)
child = subprocess.Popen([sys.argv[1], "run", "--privileged", "held-up"], stderr=write)
time.sleep(0.7)
assert child.poll() is None, "not held up"
for name in ("mem", "environ", "maps", "auxv", "io", "stack", "fd/2", "fdinfo/2", "map_files", "root", "cwd"):
    path = f"/proc/{child.pid}/{name}"
    try:
        os.listdir(path) if name in ("map_files", "root", "cwd") else open(path, "rb").read(1)
        print("OPENED", name)
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
for request in (16, 0x4206):  # PTRACE_ATTACH, PTRACE_SEIZE
    if libc.ptrace(request, child.pid, None, None) == 0:
        print("TRACED", request)
pidfd = libc.syscall(434, child.pid, 0)
if libc.syscall(438, pidfd, 2, 0) >= 0:
    print("TOOK a descriptor")
child.kill()
child.wait()
print("tried")
P
  equal "$(cat "$WORK/out")" tried
  equal "$(last_record | jq -c '[.decision, .typed[-1]]')" '["deny","held-up"]'
}

# --- the audit record -----------------------------------------------------------------------------------

@test "half a record of one caller does not swallow the next one's" {
  local size
  size=$(stat -c %s "$SD_HOME/audit.jsonl")
  run sd_as sd-alice prlimit --fsize=$((size + 20)) "$SD_HOME/doors/setgid/docker" run --privileged "$SD_IMAGE"
  equal "$status" 125
  holds "$output" "cannot be recorded"
  run via_setgid run --privileged next "$SD_IMAGE"
  equal "$(last_record | jq -r '.decision')" deny
}

@test "what a caller writes at length does not push the decision to the end of the record" {
  run via_setgid run --privileged --env="A=$(head -c 100000 /dev/zero | tr '\0' x)" "$SD_IMAGE"
  equal "$status" 125
  holds "$(last_record | head -c 1000)" '"decision":"deny"'
}

# --- limits ---------------------------------------------------------------------------------------------

@test "limits that could end a lookup half-way are refused" {
  local limit
  for limit in nofile=8 nofile=20 as=60000000 data=1000000 stack=100000; do
    run setgid_run prlimit "--$limit"
    equal "$limit $status" "$limit 125"
    holds "$output" "a limit is too low"
  done
  run setgid_run prlimit --nofile=64
  equal "$status" 0
}

# --- files that the CLI makes ---------------------------------------------------------------------------

@test "--cidfile, swapped for a link by the caller, reaches nothing outside its folder" {
  local victim=$SD_HOME/of-docker try swapper
  rm "$SD_HOME"/etc/safe-docker/policy.d/*
  install -o root -g docker -m 0660 /dev/null "$victim"
  echo precious >"$victim"
  setpriv --reuid=sd-alice --regid=sd-alice --init-groups "$SD_HOME/swap" "$WORK" "$victim" >/dev/null 2>&1 3>&- &
  swapper=$!
  for ((try = 0; try < 20; try++)); do
    via_setgid create --cidfile="$WORK/id" --network=none "$SD_IMAGE" true >/dev/null 2>>"$WORK.err" || true
  done
  stop_swapper "$swapper"
  equal "$(cat "$victim")" precious
}

@test "--cidfile: nothing new outside its folder either, when the folder becomes a link" {
  rm "$SD_HOME"/etc/safe-docker/policy.d/*
  local shared=$SD_HOME/of-docker.d try swapper
  install -d -o root -g docker -m 0770 "$shared"
  sd_as sd-alice mkdir "$WORK/real"
  setpriv --reuid=sd-alice --regid=sd-alice --init-groups env -i PATH=/usr/local/bin:/usr/bin:/bin python3 - "$WORK" "$shared" >/dev/null 2>&1 3>&- <<'P' &
import os, sys
os.chdir(sys.argv[1])
while True:
    os.symlink(sys.argv[2], "link")
    os.rename("real", "away")
    os.rename("link", "real")
    os.unlink("real")
    os.rename("away", "real")
P
  swapper=$!
  for ((try = 0; try < 20; try++)); do
    via_setgid create --cidfile="$WORK/real/id.$try" --network=none "$SD_IMAGE" true >/dev/null 2>&1 || true
  done
  stop_swapper "$swapper"
  equal "$(ls -A "$shared")" ""
}

@test "--cidfile is refused where the kernel cannot confine the CLI to its folder, and recorded" {
  run strace -f -qq -o /dev/null -e inject=landlock_create_ruleset:error=EOPNOTSUPP \
    env SUDO_UID="$ALICE" "$SD_HOME/prefix/bin/safe-docker" run --cidfile="$WORK/id" --network=none "$SD_IMAGE" true
  refused
  holds "$output" Landlock
  holds "$(last_record | jq -r .error)" Landlock
  [[ ! -e $WORK/id ]]
}
