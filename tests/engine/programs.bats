#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Programs that people run do their real work under the default policy, and docs/programs.md says which of them do it under the
# other profiles. Each is run as a user types it, from an image of Debian packages, and once with the bare docker for comparison.

load common
load programs
load inside

setup_file() {
  local start=$SECONDS
  : >"$SD_HOME/programs"
  : >"$SD_HOME/programs.log"
  programs_image
  printf '# the image was there after %s seconds, %s\n' "$((SECONDS - start))" "$(plain info --format '{{.Driver}}')" >&3
}
teardown_file() {
  [[ -z ${SD_PROGRAMS_LOG:-} ]] || cp "$SD_HOME/programs.log" "$SD_PROGRAMS_LOG"
  plain rmi --force "$PROGRAMS_IMAGE" >/dev/null
}
setup() { common_setup; }
teardown() { common_teardown; }

@test "busybox: a shell: pipes, archives, jobs, signals" { program busybox; }
@test "bash: a terminal: its size, jobs in the background, Ctrl-C" { program terminal; }
@test "python3: the work of the next row with a root that cannot be written" { program read-only; }
@test "python3: threads, processes by fork, spawn and fork server, shared memory, asyncio, sqlite3" { program python; }
@test "python3: memory as a file that may be executed" { program memfd; }
@test "python3: http.server, and 20 requests at once" { program python-web; }
@test "node: compiled code, worker threads, WebAssembly, watched files, children" { program node; }
@test "node: a cluster of two web servers, and 20 requests at once" { program node-web; }
@test "java: a program compiled and run: hot code, threads, garbage collection, mapped files, a child" { program java; }
@test "luajit: compiled code, calls into the C library and back" { program luajit; }
@test "php: compiled code, processes, files" { program php; }
@test "php: its web server, and 20 requests at once" { program php-web; }
@test "perl: threads, processes, System V messages, alarms, locks" { program perl; }
@test "gcc, make: a library and a program compiled by four jobs, and run: threads, timers, epoll" { program gcc; }
@test "strace: another program traced" { program strace; }
@test "git: init, commit, merge, clone, push, gc, fsck" { program git; }
@test "sshd, ssh, scp, git: a command, a terminal, copies and a clone through a server in a container" { program ssh; }
@test "redis: questions by TCP, a snapshot, the log rewritten" { program redis; }
@test "redis: the same by a unix socket" { program redis-socket; }
@test "nginx: port 80 in the container: files, gzip, a proxy, two workers, a reload" { program nginx; }
@test "postgresql: by TCP: tables, clients at once, parallel and compiled queries, a dump" { program postgresql; }
@test "postgresql: the same by a unix socket" { program postgresql-socket; }
@test "sqlite3: two processes write into one database" { program sqlite; }
@test "tar, xz, zstd, rsync: archives by several threads, a copy" { program archives; }

@test "the table of docs/programs.md says what these runs have shown" {
  local name profile
  while IFS='|' read -r name _; do
    for profile in $PROFILES; do equal "$name $(grep -c "^$name|$profile|" "$SD_HOME/programs")" "$name 1"; done
  done <<<"$PROGRAMS"
  programs_table >"$WORK/table"
  [[ -z ${SD_PROGRAMS_RENEW:-} ]] || programs_renew "$WORK/table"
  equal "$(programs_table_of_page)" "$(cat "$WORK/table")" || {
    printf 'renew it, as root: SD_PROGRAMS_RENEW=1 bats tests/engine/programs.bats\n' >&2
    return 1
  }
}

@test "a program that asks for the user's name needs a passwd file of the caller's, and is content with one line" {
  run sdocker run --rm --network=none "$PROGRAMS_IMAGE" ssh nobody@127.0.0.1
  holds "$output" "No user exists for uid $ALICE"
  run sdocker run --rm --network=none "$PROGRAMS_IMAGE" initdb -D /tmp/data
  holds "$output" "could not look up effective user ID $ALICE"
  sd_as sd-alice sh -c "getent passwd sd-alice >'$WORK/passwd'"
  run sdocker run --rm --network=none -v "$WORK/passwd:/etc/passwd:ro" "$PROGRAMS_IMAGE" id -un
  equal "$status $output" "0 sd-alice"
}

# The program comes with the caller's home; the same attempts as in inside.bats, and what Debian has for them.
@test "an attacker in this image is answered as in any other" {
  inside_make
  install -m 0755 "$SD_HOME/inside" "$WORK/inside"
  local profile column=2
  for profile in default no-network strict; do
    policy "{\"seccomp\": {\"profile\": \"$profile\"}}"
    run sdocker run --rm --network=none --tmpfs=/tmp --volume="$WORK:/w:ro" "$PROGRAMS_IMAGE" sh -c '/w/inside; true'
    equal "$status" 0
    answered "$column" errno all || { printf 'under %s\n' "$profile" && return 1; }
    column=$((column + 1))
  done
}

@test "programs that Debian makes setuid gain nothing" {
  run sdocker run --rm --network=none "$PROGRAMS_IMAGE" sh -c 'find /usr/bin -perm -4000 -type f | grep -c .; su -c true </dev/null; chsh -s /bin/sh </dev/null; unshare -r true; true'
  [[ ${lines[0]} -ge 3 ]]
  holds "$output" "su: "
  holds "$output" "unshare failed: Operation not permitted"
}
