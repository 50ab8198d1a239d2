#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor`: what it finds on the recorded hosts of tests/hosts, and the command itself.
#
# Beside each NAME.json stands NAME.expect: a line `STATUS CHECK SUBJECT` for every finding that is not a pass, and no other;
# lines `pass CHECK SUBJECT` for passes that must be there besides. Looked at are the areas whose facts the host has: a
# recorded host may be about some alone. Empty lines and lines with # in front say something to a reader.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

HOSTS=$BATS_TEST_DIRNAME/../hosts

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  FACTS=$BATS_TEST_TMPDIR/facts.json
  # A daemon that nobody looks for on this machine: what is recorded here is not this test's concern.
  printf '{"version": 1, "docker": {"host": "unix://%s"}, "audit": {"syslog": false, "file": "", "required": false}}' \
    "$SD_HOME/nowhere.sock" >"$SD_HOME/etc/safe-docker/policy.json"
}

teardown() {
  rm -f "$SD_HOME/etc/safe-docker/policy.json"
}

doctor() { "$SAFE" doctor "$@"; }

# facts TEXT: a recorded host.
facts() { printf '%s' "$1" >"$FACTS"; }

# --- recorded hosts -------------------------------------------------------------------------------------

# areas_of HOST: of which areas its facts are.
areas_of() {
  jq -c '[keys[] | {daemons: ["daemon", "exposure"], sockets: ["socket"], safe_docker: ["safe-docker"], format: []}[.] // [.]] | add' "$1"
}

# found HOST: STATUS CHECK SUBJECT of each finding about its areas.
found() {
  "$SAFE" doctor --format json --facts "$1" >"$BATS_TEST_TMPDIR/answer" || [[ $? -eq 1 ]] || return 1
  jq -r --argjson areas "$(areas_of "$1")" '.findings[] | select(.area as $area | $areas | any(. == $area)) |
    "\(.status) \(.check) \(.subject)"' "$BATS_TEST_TMPDIR/answer" | sed 's/ *$//' | LC_ALL=C sort
}

expected() { sed -e '/^#/d; /^ *$/d; s/ *$//' "$1" | LC_ALL=C sort; }

# as_expected NAME: tells what differs.
as_expected() {
  local host=$HOSTS/$1 line bad=0
  found "$host.json" >"$BATS_TEST_TMPDIR/found" || return 1
  diff -u --label "$1.expect" --label found <(expected "$host.expect" | grep -v '^pass ') <(grep -v '^pass ' "$BATS_TEST_TMPDIR/found") >&2 || bad=1
  while read -r line; do
    grep -qxF -e "$line" "$BATS_TEST_TMPDIR/found" || { printf '%s: missing: %s\n' "$1" "$line" >&2 && bad=1; }
  done < <(expected "$host.expect" | grep '^pass ')
  return "$bad"
}

@test "each recorded host has just the findings that are expected" {
  local file bad=0
  for file in "$HOSTS"/*.json; do
    as_expected "$(basename "$file" .json)" || bad=1
  done
  equal "$bad" 0
}

# commands HOST: of findings about its areas.
commands() {
  "$SAFE" doctor --format json --facts "$HOSTS/$1.json" >"$BATS_TEST_TMPDIR/answer" || [[ $? -eq 1 ]] || return 1
  jq -c --argjson areas "$(areas_of "$HOSTS/$1.json")" \
    '[.findings[] | select(.area as $area | $areas | any(. == $area)) | .commands[]]' "$BATS_TEST_TMPDIR/answer"
}

@test "root is given no command about what somebody else can swap for a link" {
  equal "$(commands socket-in-homes)" '[]'
}

@test "root is given no command that writes a mask in the place of a secret" {
  equal "$(commands daemon-secrets)" '[]'
}

@test "a recorded host and its expectation stand beside each other" {
  equal "$(cd "$HOSTS" && printf '%s\n' *.json | sed 's/[.]json$//')" "$(cd "$HOSTS" && printf '%s\n' *.expect | sed 's/[.]expect$//')"
  [[ $(find "$HOSTS" -name '*.json' | wc -l) -ge 1 ]]
}

@test "every bad finding of the recorded hosts says what is wrong, why, and what mends it; every unknown one how it could be known" {
  local file
  for file in "$HOSTS"/*.json; do
    found "$file" >/dev/null
    jq -r --arg host "$(basename "$file")" '.findings[] | select(.status != "pass") |
      select(.what == "" or .why == "" or .title == "" or .source == "" or .remedy == "") | "\($host): \(.check) \(.subject)"' "$BATS_TEST_TMPDIR/answer"
  done | LC_ALL=C sort -u >"$BATS_TEST_TMPDIR/poor"
  equal "$(cat "$BATS_TEST_TMPDIR/poor")" ""
}

@test "the commands of a remedy are whole lines that a shell understands, without a place to fill in" {
  local file
  for file in "$HOSTS"/*.json; do
    found "$file" >/dev/null
    jq -c '.findings[] | .commands[]' "$BATS_TEST_TMPDIR/answer"
  done | LC_ALL=C sort -u >"$BATS_TEST_TMPDIR/commands"
  while read -r file; do
    jq -r . <<<"$file" >"$BATS_TEST_TMPDIR/line"
    equal "$file: $(wc -l <"$BATS_TEST_TMPDIR/line")" "$file: 1"
    sh -n "$BATS_TEST_TMPDIR/line"
    run ! grep -E '<[A-Za-z]+>|\.\.\.|(^| )(NAME|FILE|USER|KEY|VALUE|PATH)( |$)' "$BATS_TEST_TMPDIR/line"
  done <"$BATS_TEST_TMPDIR/commands"
}

# --- the facts ------------------------------------------------------------------------------------------

# everything: a host whose facts have every member, unknown ones as null.
everything() {
  facts '{"format": 1}'
  doctor --record --facts "$FACTS"
}

@test "what is recorded is read again as the same" {
  local host name
  for host in "$HOSTS"/*.json; do
    name=$BATS_TEST_TMPDIR/$(basename "$host")
    doctor --record --facts "$host" >"$name"
    doctor --record --facts "$name" >"$name.again"
    cmp "$name" "$name.again"
    # Nothing that the host says is lost: what is written holds all of it.
    equal "$(jq -n --slurpfile given "$host" --slurpfile written "$name" '$given[0] as $g | $written[0] as $w |
      [$g | paths(scalars)] | all(. as $at | ($g | getpath($at)) == ($w | getpath($at)))')" true
    equal "$(found "$name" >/dev/null && jq -S . "$BATS_TEST_TMPDIR/answer")" "$(found "$host" >/dev/null && jq -S . "$BATS_TEST_TMPDIR/answer")"
  done
}

@test "every area has its facts, also where nothing is known" {
  everything >"$BATS_TEST_TMPDIR/all"
  equal "$(jq -c 'keys' "$BATS_TEST_TMPDIR/all")" '["containers","daemons","engine","format","kernel","safe_docker","sockets"]'
  equal "$(jq -c '[.. | scalars | select(. != null and . != 1)]' "$BATS_TEST_TMPDIR/all")" '[]'
}

@test "of a host of which nothing is known nothing passes" {
  facts '{"format": 1}'
  run --separate-stderr doctor --format json --all --facts "$FACTS"
  equal "$(jq -r '.findings[] | select(.status == "pass") | .check' <<<"$output")" ""
}

@test "this machine recorded and judged is this machine judged" {
  doctor --record >"$FACTS"
  found "$FACTS" >/dev/null
  # Some things change while they are looked at; the areas and checks do not.
  equal "$(jq -c '[.findings[].check] | unique' "$BATS_TEST_TMPDIR/answer")" \
    "$(doctor --format json | jq -c '[.findings[].check] | unique')"
}

@test "facts that are none are told with line and column" {
  local text told
  while IFS='|' read -r text told; do
    facts "$text"
    run -125 --separate-stderr doctor --facts "$FACTS"
    holds "$stderr" "$told"
    equal "$output" ""
  done <<'ROWS'
{|facts.json:1:2: the text ends here
{"format": 2}|"format": 1 is missing
{}|"format": 1 is missing
[]|"format": 1 is missing
{"format": 1, "sockts": {}}|facts.json:1:15: there is no fact called sockts
{"format": 1, "sockets": []}|facts.json:1:26: an object must stand here
{"format": 1, "kernel": {"looked": "yes"}}|facts.json:1:36: true or false must stand here
{"format": 1, "kernel": {"\u001b[31m": 1}}|there is no fact called \x1b[31m
{"format": "1"}|"format": 1 is missing
ROWS
  run -125 --separate-stderr doctor --facts "$SD_HOME/nothing"
  holds "$stderr" "there is no such file"
  run -125 --separate-stderr doctor --facts "$SD_HOME"
  holds "$stderr" "cannot be read"
}

# --- the command ----------------------------------------------------------------------------------------

@test "the usage" {
  local words
  for words in --help -h "--all --help" "--format text -h"; do
    # shellcheck disable=SC2086
    run -0 doctor $words
    holds "$output" "Usage:  safe-docker doctor [OPTIONS]"
  done
  run -125 --separate-stderr doctor --stric
  holds "$stderr" "did you mean --strict?"
  run -125 --separate-stderr doctor --format yaml
  holds "$stderr" '"yaml" is no value of --format'
  run -125 --separate-stderr doctor --facts
  holds "$stderr" "--facts needs a value"
  run -125 --separate-stderr doctor everything
  holds "$stderr" 'there is no command "everything"'
  equal "$output" ""
}

@test "the status is 1 where something fails, with --strict also where something is warned of" {
  local file fails warns seen=""
  for file in "$HOSTS"/*.json; do
    doctor --format json --facts "$file" >"$BATS_TEST_TMPDIR/answer" && status=0 || status=$?
    fails=$(jq '[.findings[] | select(.status == "fail")] | length > 0' "$BATS_TEST_TMPDIR/answer")
    warns=$(jq '[.findings[] | select(.status == "warn")] | length > 0' "$BATS_TEST_TMPDIR/answer")
    seen+=" $fails-$warns"
    equal "$file: $status" "$file: $([[ $fails == true ]] && printf 1 || printf 0)"
    doctor --strict --facts "$file" >/dev/null && status=0 || status=$?
    equal "$file --strict: $status" "$file --strict: $([[ $fails$warns == *true* ]] && printf 1 || printf 0)"
  done
  holds "$seen" true-
  holds "$seen" false-true
  holds "$seen" false-false
}

@test "JSON: one object, every finding whole, the summary counts them" {
  local file
  for file in "$HOSTS"/*.json; do
    doctor --format json --facts "$file" >"$BATS_TEST_TMPDIR/answer" || true
    equal "$(jq -c 'keys' "$BATS_TEST_TMPDIR/answer")" '["findings","format","summary"]'
    equal "$(jq -c '.format' "$BATS_TEST_TMPDIR/answer")" 1
    equal "$(jq -c '[.findings[] | keys] | unique - [["area","check","commands","remedy","source","status","subject","title","what","why"]]' \
      "$BATS_TEST_TMPDIR/answer")" '[]'
    equal "$(jq -c '[.findings[][] | type] | unique - ["array","string"]' "$BATS_TEST_TMPDIR/answer")" '[]'
    equal "$(jq -c '.summary' "$BATS_TEST_TMPDIR/answer")" \
      "$(jq -c '. as $all | [["pass", "warn", "fail", "unknown"][] as $status | {($status): [$all.findings[] | select(.status == $status)] | length}] | add' \
        "$BATS_TEST_TMPDIR/answer")"
  done
}

@test "text: every bad finding and every command whole, on lines that fit; a summary at the end" {
  local file line
  for file in "$HOSTS"/*.json; do
    doctor --format json --facts "$file" >"$BATS_TEST_TMPDIR/answer" || true
    doctor --facts "$file" >"$BATS_TEST_TMPDIR/text" || true
    equal "$(tail -n 1 "$BATS_TEST_TMPDIR/text")" "$(jq -r '.summary | "\(.fail) failure\(if .fail == 1 then "" else "s" end), " +
      "\(.warn) warning\(if .warn == 1 then "" else "s" end), \(.pass) passed, \(.unknown) unknown"' "$BATS_TEST_TMPDIR/answer")"
    equal "$(grep -c '^fail: ' "$BATS_TEST_TMPDIR/text" || true)" "$(jq .summary.fail "$BATS_TEST_TMPDIR/answer")"
    equal "$(grep -cE '^  (fail|warn|unknown|pass) ' "$BATS_TEST_TMPDIR/text" || true)" "$(jq '[.findings[] | select(.status != "pass")] | length' "$BATS_TEST_TMPDIR/answer")"
    while read -r line; do
      grep -qxF -e "              $line" "$BATS_TEST_TMPDIR/text" || { printf 'not a line of its own: %s\n' "$line" >&2 && return 1; }
    done < <(jq -r '.findings[] | select(.status != "pass") | .commands[]' "$BATS_TEST_TMPDIR/answer")
    # What is longer is a command, or a single word.
    run ! grep -E '^.{81}' <(grep -vE '^ {14}|^  (fail|warn|unknown)|^fail: ' "$BATS_TEST_TMPDIR/text" | grep -vE '^ *[^ ]+$')
    lacks "$(cat "$BATS_TEST_TMPDIR/text")" $'\033'
  done
}

@test "text: --all shows what passed, too" {
  local file
  for file in "$HOSTS"/*.json; do
    doctor --format json --facts "$file" >"$BATS_TEST_TMPDIR/answer" || true
    equal "$(doctor --all --facts "$file" | grep -cE '^  (fail|warn|unknown|pass) ' || true)" "$(jq '.findings | length' "$BATS_TEST_TMPDIR/answer")"
  done
}

# at_terminal COLUMNS COMMAND...: at a terminal so wide.
at_terminal() {
  local columns=$1
  shift
  TERM=xterm python3 -c 'import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try: got = os.read(fd, 65536)
    except OSError: break
    sys.stdout.buffer.write(got)
os.waitpid(pid, 0)' "$columns" "$@" | tr -d '\r'
}

@test "at a terminal there are colours, unless somebody wants none, and lines of its width" {
  local host=$HOSTS/nothing-known.json wide
  holds "$(at_terminal 80 "$SAFE" doctor --facts "$host")" $'\033['
  lacks "$(NO_COLOR=1 at_terminal 80 "$SAFE" doctor --facts "$host")" $'\033['
  for wide in 50 100; do
    NO_COLOR=1 at_terminal "$wide" "$SAFE" doctor --facts "$host" | grep -E '^ {10}[^ ]+ ' | awk '{ print length($0) }' | sort -n | tail -n 1 >"$BATS_TEST_TMPDIR/longest"
    [[ $(cat "$BATS_TEST_TMPDIR/longest") -le $wide && $(cat "$BATS_TEST_TMPDIR/longest") -gt $((wide - 20)) ]]
  done
}

@test "who is not root is handed over to sudo, and told what to type where that refuses" {
  run --separate-stderr unshare --mount sh -c 'mount --bind "$1" /usr/bin/sudo; shift; exec setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$@"' \
    sh "$SD_HOME/probe" "$SAFE" doctor --format json
  equal "$(jq -c .argv <<<"$output")" "[\"sudo\",\"--\",\"$SD_HOME/prefix/sbin/safe-docker-admin\",\"doctor\",\"--format\",\"json\"]"
  run --separate-stderr unshare --mount sh -c 'for tool in sudo doas pkexec; do [ ! -e "/usr/bin/$tool" ] || mount --bind /dev/null "/usr/bin/$tool"; done
    exec setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$@"' sh "$SAFE" doctor --record
  equal "$status" 125
  holds "$stderr" "as root: $SD_HOME/prefix/sbin/safe-docker-admin doctor"
  equal "$output" ""
}

@test "a recorded host is judged for anybody, and read with their rights alone" {
  install -m 0644 "$HOSTS/nothing-known.json" "$SD_HOME/host.json"
  run --separate-stderr sd_as sd-alice "$SAFE" doctor --facts "$SD_HOME/host.json"
  holds "$output" " unknown"
  chmod 0600 "$SD_HOME/host.json"
  run -125 --separate-stderr sd_as sd-alice "$SAFE" doctor --facts "$SD_HOME/host.json"
  holds "$stderr" "cannot be read"
  # Behind a door it is the caller's file, too.
  run -125 --separate-stderr env "SUDO_UID=$(id -u sd-alice)" "$SAFE" doctor --facts "$SD_HOME/host.json"
  holds "$stderr" "cannot be read"
  rm -f "$SD_HOME/host.json"
}

# --- the pages and tables -------------------------------------------------------------------------------

PAGE=$BATS_TEST_DIRNAME/../../docs/man/safe-docker-doctor.8.scd
DEFS=$BATS_TEST_DIRNAME/../../src/own/doctor

# ids_of_tables: a row of checks_*.def begins with its symbol and id.
ids_of_tables() {
  tr '\n' ' ' < <(cat "$DEFS"/checks_*.def) | grep -oE 'CHECK\([A-Z0-9_]+, *"[a-z0-9-]+"' | grep -oE '[a-z0-9-]+"$' | tr -d '"' | LC_ALL=C sort
}

# ids_of_page: the paragraphs of CHECKS that begin with *id*, or *id*, *id*.
ids_of_page() {
  awk '/^# /{ inside = $0 == "# CHECKS" } inside && /^\*[a-z0-9-]+\*/' "$PAGE" | grep -oE '\*[a-z0-9-]+\*' | tr -d '*' | LC_ALL=C sort
}

@test "the manual page tells of every check, and of no other" {
  diff <(ids_of_tables) <(ids_of_page)
  [[ $(ids_of_tables | wc -l) -ge 7 ]]
  equal "$(ids_of_tables | uniq -d)" ""
}

@test "every finding is of an area that --help and the page know, and every row of a check is whole" {
  facts '{"format": 1}'
  local area
  for area in $(doctor --format json --facts "$FACTS" | jq -r '[.findings[].area] | unique[]'); do
    holds "$(cat "$PAGE")" "## $area"
  done
  # A text that is empty stands as "" in the table.
  run ! grep -nE '(^|[ ,(])""([,)]|$)' "$DEFS"/checks_*.def
}
