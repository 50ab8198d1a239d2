#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Bad days: whatever is broken, 125, 126 or 127, a clear message, and nothing run.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  WORK=$(sd_as sd-alice mktemp -d "$(sd_home_of sd-alice)/work.XXXXXX")
  good_policy
}

teardown() {
  ! mountpoint -q "$SD_HOME/small" || umount "$SD_HOME/small"
  rm -rf "${WORK:?}" "$SD_HOME/etc/safe-docker"
  mkdir -p "$SD_HOME/etc/safe-docker/policy.d"
}

# policy [CLI] [AUDIT]: a whole policy, from scratch.
policy() {
  local audit='{ "syslog": false, "file": "", "required": false }'
  rm -rf "$POLICY"
  cat >"$POLICY" <<JSON
{ "version": 1,
  "docker": { "path": "${1:-$SD_HOME/probe}", "host": "unix://$SD_HOME/no.sock", "config_dir": "$SD_HOME/config" },
  "audit": ${2:-$audit} }
JSON
  chmod 0644 "$POLICY"
}
good_policy() { policy; }

sdocker() { sd_as sd-alice "$SD_HOME/door/docker" "$@"; }
request() { sdocker run --network=none image true; }

# After `run`: broken STATUS [TEXT...]: the status, a message of ours that holds the texts, and nothing was run.
broken() {
  local want=$1 text
  shift
  if [[ $status -ne $want || $output == *'"uids"'* ]]; then
    printf 'expected %s and nothing run, got %s: %s\n' "$want" "$status" "$output" >&2
    return 1
  fi
  for text in "safe-docker: " "$@"; do
    [[ $output == *"$text"* ]] || {
      printf 'expected to hold: %s\n             got: %s\n' "$text" "$output" >&2
      return 1
    }
  done
}

ran() {
  [[ $status -eq 0 && $output == *'"uids"'* ]] && return 0
  printf 'expected it to run, got %s: %s\n' "$status" "$output" >&2
  return 1
}

@test "the good day: the request reaches the CLI" {
  run request
  ran
}

# --- the policy -----------------------------------------------------------------------------------------

@test "no policy: the built-in one" {
  rm "$POLICY"
  run sdocker --explain=json run --network=none image true
  [[ $status -eq 0 && $output == *"unix:///var/run/docker.sock"* ]]
}

@test "a policy that is empty, truncated, no JSON, or holds binary" {
  local text
  for text in '' '{' '{"version": 1' '{"version": 1,}x' 'version: 1' '[]' '1' '"x"' 'null' '{"version": 1} {"version": 1}' \
    '{"version": 1}{' '\x00' '{"version": 1, "docker": {"path": "\xff\xfe"}}' '{"version": 1, "isolation": "own\x00er"}'; do
    printf '%b' "$text" >"$POLICY"
    run request
    broken 125 policy.json || { echo "text: $text" && return 1; }
  done
}

@test "every truncation of a good policy" {
  local text len
  text=$(cat "$POLICY")
  for ((len = 0; len < ${#text}; len += 7)); do
    printf '%s' "${text:0:len}" >"$POLICY"
    run request
    broken 125 policy.json || { echo "length $len" && return 1; }
  done
}

@test "unknown, duplicate and misplaced keys name file, line, column, key and the nearest key" {
  printf '{ "version": 1,\n  "isolatoin": "owner" }\n' >"$POLICY"
  run request
  broken 125 "policy.json:2:" isolatoin isolation
  printf '{ "version": 1,\n  "resources": { "memory": { "maxx": "2g" } } }\n' >"$POLICY"
  run request
  broken 125 "policy.json:2:" maxx max
  printf '{ "version": 1,\n "isolation": "owner",\n "isolation": "shared" }\n' >"$POLICY"
  run request
  broken 125 "policy.json:3:" isolation
  printf '{ "version": 1,\n "overrides": [ { "users": ["x"], "policy": { "audit": { "required": false } } } ] }\n' >"$POLICY"
  run request
  broken 125 "policy.json:2:" audit
}

@test "wrong types, values out of range, an unknown version" {
  local text
  for text in '{"version": 2}' '{"version": "1"}' '{}' '{"version": 1, "docker": []}' '{"version": 1, "isolation": "none"}' \
    '{"version": 1, "isolation": true}' '{"version": 1, "resources": {"memory": {"max": "-1"}}}' \
    '{"version": 1, "resources": {"memory": {"max": "99999999999999999999g"}}}' '{"version": 1, "resources": {"cpus": {"max": "0"}}}' \
    '{"version": 1, "resources": {"pids": {"max": 0}}}' '{"version": 1, "capabilities": {"allow": ["NO_SUCH"]}}' \
    '{"version": 1, "docker": {"host": "tcp://1.2.3.4:2375"}}' '{"version": 1, "docker": {"path": "docker"}}' \
    '{"version": 1, "mounts": {"bind": [{"source": "relative", "access": "rw"}]}}' '{"version": 1, "user": {"mode": "root"}}'; do
    printf '%s\n' "$text" >"$POLICY"
    run request
    broken 125 policy.json || { echo "text: $text" && return 1; }
  done
}

@test "a huge policy and a deep one" {
  { printf '{"version": 1'; head -c 67108864 /dev/zero | tr '\0' ' '; printf '}'; } >"$POLICY"
  run request
  broken 125 policy.json
  { printf '{"version": 1, "docker": '; head -c 200000 /dev/zero | tr '\0' '['; } >"$POLICY"
  run request
  broken 125 policy.json
}

@test "a policy that others may write, or that is not root's" {
  local mode
  for mode in 0666 0664 0646 0622; do
    chmod "$mode" "$POLICY"
    run request
    broken 125 policy.json || { echo "$mode" && return 1; }
  done
  chmod 0644 "$POLICY"
  chown sd-alice "$POLICY"
  run request
  broken 125 policy.json
}

@test "a policy folder that others may write, or that is not root's" {
  local mode folder=$SD_HOME/etc/safe-docker
  for mode in 0777 1777 0775 0757; do
    chmod "$mode" "$folder"
    run request
    chmod 0755 "$folder"
    broken 125 || { echo "$mode" && return 1; }
  done
  chown sd-alice "$folder"
  run request
  chown root "$folder"
  broken 125
}

@test "a part in policy.d is checked like the policy" {
  local part=$SD_HOME/etc/safe-docker/policy.d/10-part.json
  printf '{ "isolatoin": "owner" }\n' >"$part"
  run request
  broken 125 10-part.json isolatoin
  printf '{ "isolation": "shared" }\n' >"$part"
  run request
  ran
  chmod 0666 "$part"
  run request
  broken 125 10-part.json
  rm "$part"
  chmod 0777 "$SD_HOME/etc/safe-docker/policy.d"
  run request
  broken 125 policy.d
}

@test "a policy that is a link into somebody's folder, a dangling link, a folder, a fifo, a device" {
  cp "$POLICY" "$WORK/policy.json"
  rm "$POLICY" && ln -s "$WORK/policy.json" "$POLICY"
  run request
  broken 125 "not trusted"
  ln -sfn "$SD_HOME/nowhere" "$POLICY"
  run request
  broken 125 nowhere
  rm "$POLICY" && mkdir "$POLICY"
  run request
  broken 125 policy.json
  rmdir "$POLICY" && mkfifo "$POLICY"
  run timeout 10 setpriv --reuid=sd-alice --regid=sd-alice --clear-groups "$SD_HOME/door/docker" run --network=none image true
  broken 125 policy.json
  rm "$POLICY" && ln -s /dev/zero "$POLICY"
  run timeout 10 setpriv --reuid=sd-alice --regid=sd-alice --clear-groups "$SD_HOME/door/docker" run --network=none image true
  broken 125
}

@test "a policy that the caller cannot read by the folder's mode is still read by the door" {
  chmod 0640 "$POLICY"
  chgrp docker "$POLICY"
  run request
  ran
}

@test "policy check tells good from bad" {
  run sdocker policy check "$POLICY"
  [[ $status -eq 0 ]]
  printf '{ "version": 1, "isolatoin": "owner" }\n' >"$POLICY"
  run sdocker policy check "$POLICY"
  [[ $status -eq 125 && $output == *isolatoin* ]]
  run sdocker policy check "$WORK/missing.json"
  [[ $status -eq 125 && $output == *missing.json* ]]
}

# --- the audit record -----------------------------------------------------------------------------------

audit_to() { policy "" "{ \"syslog\": false, \"file\": \"$1\", \"required\": ${2:-true} }"; }

audit_file() {
  install -o root -g docker -m 0660 /dev/null "$1"
}

@test "no space for a required audit record: nothing is run" {
  mkdir -p "$SD_HOME/small" && mount -t tmpfs -o size=4k,mode=0755 none "$SD_HOME/small"
  audit_file "$SD_HOME/small/audit"
  audit_to "$SD_HOME/small/audit"
  run request
  ran
  head -c 8192 /dev/zero >>"$SD_HOME/small/audit" || true
  run request
  broken 125 audit
  run sdocker run --privileged --network=none image true
  broken 125
}

@test "no space for an audit record that is not required: a warning, and it runs" {
  mkdir -p "$SD_HOME/small" && mount -t tmpfs -o size=4k,mode=0755 none "$SD_HOME/small"
  audit_file "$SD_HOME/small/audit"
  head -c 8192 /dev/zero >>"$SD_HOME/small/audit" || true
  audit_to "$SD_HOME/small/audit" false
  run request
  ran
}

@test "an audit file that cannot be opened, when a record is required: nothing is run" {
  local file
  mkdir -p "$SD_HOME/folder"
  sd_as sd-alice ln -s /etc/hostname "$WORK/link"
  for file in "$SD_HOME/no/such/folder/audit" "$SD_HOME/folder" "$WORK/link" /dev/full; do
    audit_to "$file"
    run request
    broken 125 || { echo "$file" && return 1; }
  done
}

@test "a record is one line of JSON, whatever the caller writes" {
  audit_file "$SD_HOME/audit"
  audit_to "$SD_HOME/audit"
  run sdocker run --network=none --label $'x=a\nb"\e[31m\xff' --privileged image true
  broken 125
  [[ $(wc -l <"$SD_HOME/audit") -eq 1 ]]
  jq -e .decision "$SD_HOME/audit"
  lines_with_controls=$(tr -d '\n' <"$SD_HOME/audit" | tr -dc '\000-\037\177-\377' | wc -c)
  [[ $lines_with_controls -eq 0 ]]
}

# --- the descriptors ------------------------------------------------------------------------------------

# with_stderr KIND WORDS...: prints the status of the request.
with_stderr() {
  sd_as sd-alice python3 - "$@" <<'PYTHON'
import fcntl, os, subprocess, sys
kind, words = sys.argv[1], sys.argv[2:]
reader, writer = os.pipe()
if kind == "full":
    fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        pass
elif kind == "closed":
    os.close(reader)
elif kind == "device":
    writer = os.open("/dev/full", os.O_WRONLY)
print(subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=writer, timeout=20).returncode)
PYTHON
}

@test "a full, a closed or a broken stderr changes no decision" {
  local kind
  for kind in full closed device; do
    run with_stderr "$kind" "$SD_HOME/door/docker" run --privileged image true
    [[ $output == 125 ]] || { echo "$kind, denied: $output" && return 1; }
    run with_stderr "$kind" "$SD_HOME/door/docker" run --network=none image true
    [[ $output == 0 ]] || { echo "$kind, allowed: $output" && return 1; }
  done
}

@test "--explain that cannot be written is no success" {
  run sd_as sd-alice sh -c "$SD_HOME/door/docker --explain=json run --network=none image true >/dev/full"
  [[ $status -eq 125 ]]
}

# --- the real CLI ---------------------------------------------------------------------------------------

@test "the CLI is missing: 127" {
  policy "$SD_HOME/nowhere/docker"
  run -127 request
  broken 127 "$SD_HOME/nowhere"
}

@test "the CLI cannot be executed: 126" {
  install -m 0644 /bin/busybox "$SD_HOME/not-executable"
  policy "$SD_HOME/not-executable"
  run -126 request
  broken 126 not-executable
  install -m 0755 /dev/null "$SD_HOME/empty"
  policy "$SD_HOME/empty"
  run -126 request
  broken 126 empty
}

@test "the CLI may be changed by others, or is not root's: 125" {
  install -m 0757 "$SD_HOME/probe" "$SD_HOME/writable"
  policy "$SD_HOME/writable"
  run request
  broken 125 writable
  install -o sd-alice -m 0755 "$SD_HOME/probe" "$SD_HOME/alices"
  policy "$SD_HOME/alices"
  run request
  broken 125 alices
  sd_as sd-alice cp "$SD_HOME/probe" "$WORK/docker"
  policy "$WORK/docker"
  run request
  broken 125 "not trusted"
  ln -sfn "$WORK/docker" "$SD_HOME/link"
  policy "$SD_HOME/link"
  run request
  broken 125
  mkdir -p "$SD_HOME/open" && cp "$SD_HOME/probe" "$SD_HOME/open/docker" && chmod 0777 "$SD_HOME/open"
  policy "$SD_HOME/open/docker"
  run request
  broken 125 open
}

@test "the CLI is safe-docker itself, under any name: 125" {
  policy "$SD_HOME/door/docker"
  run request
  broken 125
  ln -sfn "$SD_HOME/door/docker" "$SD_HOME/itself"
  policy "$SD_HOME/itself"
  run request
  broken 125
  ln -f "$SD_HOME/door/docker" "$SD_HOME/hard"
  policy "$SD_HOME/hard"
  run request
  broken 125
}

@test "the CLI is what setup put in the place of docker: 125, and no chain without end" {
  sed "s|@MADE@|made by safe-docker setup divert, sha256 0|; s|@REAL@|$SD_HOME/probe|; s|@THROUGH@|$SD_HOME/door/docker|; s|@PROGRAM@|$SD_HOME/door/docker|" \
    "$SD_ROOT/deploy/docker" >"$SD_HOME/launcher"
  chmod 0755 "$SD_HOME/launcher"
  policy "$SD_HOME/launcher"
  run request
  broken 125 "must name the real docker command"
}

@test "the CLI is a folder or a device" {
  local path
  mkdir -p "$SD_HOME/folder"
  for path in "$SD_HOME/folder" /dev/null /; do
    policy "$path"
    run request
    [[ $status -eq 125 || $status -eq 126 ]] && broken "$status" || { echo "$path: $status" && return 1; }
  done
}

@test "the daemon is gone: the real CLI says so" {
  policy /usr/bin/docker
  run request
  [[ $status -ne 0 && $output == *no.sock* ]]
}

# --- too little of everything ---------------------------------------------------------------------------

@test "no memory for an allocation, whichever it is: the same request or none" {
  [[ -z ${SD_COVERAGE:-} ]] || skip "a program that counts its lines allocates before everything else"
  local number want plain=$SD_HOME/prefix/bin/safe-docker
  want=$(sd_as sd-alice env SAFE_DOCKER_POLICY="$POLICY" "$plain" run --network=none image true | jq -c .argv)
  [[ $want == *network* ]]
  for number in {1..40} {50..400..25}; do
    status=0
    output=$(sd_as sd-alice env SAFE_DOCKER_POLICY="$POLICY" bash -c \
      "NO_MEMORY_AT=$number LD_PRELOAD=$SD_HOME/no-memory.so exec $plain run --network=none image true" 2>&1) || status=$?
    case $status in
      0) [[ $(jq -c .argv <<<"$output") == "$want" ]] ;;
      125 | 126 | 127) [[ $output != *'"uids"'* && -n $output ]] ;;
      # The C library's account lookup itself ends so when it has no memory (glibc's nss_database.c).
      134 | 139) [[ $output != *'"uids"'* && $number -lt 6 ]] ;;
      *)
        echo "allocation $number: $status $output"
        return 1
        ;;
    esac
  done
}

@test "little address space: the same request or none" {
  local size
  for size in 1000000 3000000 5000000 8000000 16000000 64000000; do
    status=0
    output=$(sd_as sd-alice prlimit --as="$size" "$SD_HOME/door/docker" run --privileged image true 2>&1) || status=$?
    [[ $status -ne 0 && $output != *'"uids"'* ]] || { echo "$size: $status $output" && return 1; }
  done
}

@test "no process may be started: the CLI takes our place, so it still runs" {
  run setpriv --reuid=sd-alice --regid=sd-alice --init-groups prlimit --nproc=0 "$SD_HOME/door/docker" run --network=none image true
  ran
}

@test "the working folder is gone" {
  sd_as sd-alice mkdir "$WORK/gone"
  run sd_as sd-alice bash -c "cd '$WORK/gone' && rmdir '$WORK/gone' && exec '$SD_HOME/door/docker' run --network=none image true"
  [[ $status -eq 125 ]] || ran
}

@test "no words, empty words, very many and very long words" {
  run sdocker ''
  broken 125
  run sdocker run
  broken 125
  run sdocker run ''
  broken 125
  run sdocker run --network=none "$(head -c 100000 /dev/zero | tr '\0' x)" true
  broken 125
  # shellcheck disable=SC2046
  run sdocker run --network=none $(printf -- '--label=a%d=b ' {1..20000}) image true
  [[ $status -eq 125 ]] || ran
}

@test "no name at all: argv may be empty" {
  run sd_as sd-alice bash -c "exec -a '' $SD_HOME/door/docker run --network=none image true"
  ran
  run sd_as sd-alice bash -c "exec -a '' $SD_HOME/door/docker run --privileged image true"
  broken 125
}
