#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The log, read again: what safe-docker itself wrote, followed through rotations, and what others put there.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  LOG=$SD_HOME/audit.log
  install -m 0660 -o root -g docker /dev/null "$LOG"
  policy '{}'
}

teardown() {
  rm -f "$POLICY" "$LOG" "$LOG".* "$LOG"-* "$SD_HOME/out" "$SD_HOME/etc/safe-docker/policy.d/50-suggested.json"
}

# policy JSON: what is changed of a plain one.
policy() {
  jq -n --arg log "$LOG" --argjson more "$1" '{version: 1, docker: {host: "unix:///nowhere/docker.sock"},
    audit: {syslog: false, file: $log, required: true}} * $more' >"$POLICY"
}

safe_docker() { "$SD_HOME/prefix/bin/safe-docker" "$@"; }
audit() { safe_docker audit "$@"; }

# request WORDS...: as sd-alice through the setgid door, whatever comes of it.
request() { sd_as sd-alice "$SD_HOME/door/docker" "$@" >/dev/null 2>&1 || true; }

# record USER UID SECONDS DECISION: one that was not written by safe-docker.
record() {
  jq -cn --arg user "$1" --argjson uid "$2" --argjson when "$3" --arg decision "$4" '{
    time: ($when | todateiso8601), caller: {uid: $uid, gid: $uid, user: $user, via: "sudo"}, login_uid: null,
    command: "run", decision: $decision, policy: "built-in", policy_sha256: "ab",
    rules: (if $decision == "deny" then ["privileged"] else [] end), cwd: "/tmp",
    typed: ["docker", "run", "bb:1"], argv: null}'
}

# wait_for TEXT FILE: until it holds it.
wait_for() {
  for _ in {1..100}; do
    ! grep -qF -- "$1" "$2" || return 0
    sleep 0.1
  done
  printf 'never came: %s\n' "$1" >&2
  cat "$2" >&2
  return 1
}

@test "what was decided is shown, with the reason of a denial" {
  request run --privileged bb:1
  request version
  run -0 --separate-stderr audit
  holds "$output" "deny   sd-alice (setgid)  $SD_HOME/door/docker run --privileged bb:1"
  holds "$output" "privileged           --privileged: gives the container every capability"
  holds "$output" "safe-docker policy explain privileged"
  equal "$stderr" ""
  equal "$(audit --format json)" "$(cat "$LOG")"
  equal "$(jq -r 'select(.decision == "deny") | .violations[0].rule' "$LOG")" privileged
  equal "$(jq -c 'select(.decision == "allow") | .violations' "$LOG" | sort -u)" null
}

@test "records are chosen by user, group, decision, rule, command and time" {
  local now
  now=$(date +%s)
  { record alice 1000 $((now - 90000)) deny && record bob 1001 $((now - 3600)) allow && record root 0 $((now - 60)) deny; } >"$LOG"
  users() { audit --format json "$@" | jq -r .caller.user | paste -sd ' '; }
  equal "$(users)" "alice bob root"
  equal "$(users --user alice --user 1001)" "alice bob"
  equal "$(users --denied)" "alice root"
  equal "$(users --allowed)" "bob"
  equal "$(users --rule privileged --since 2h)" "root"
  equal "$(users --command run --until '30m ago')" "alice bob"
  equal "$(users --command ps)" ""
  equal "$(users --group root)" "root"
  equal "$(users -n 1)" "root"
  equal "$(users --lines 2 --denied)" "alice root"
  equal "$(users --since "@$((now - 3600))" --until "@$((now - 3600))")" "bob"
  equal "$(audit --summary --format json | jq -c '[.allowed, .denied, .rules[0]]')" \
    '[1,2,{"name":"privileged","denied":2,"allowed":0}]'
  run -0 audit --summary
  holds "$output" "3 requests: 1 allowed, 2 denied"
  run -0 --separate-stderr audit --user nobody
  equal "$output" ""
  holds "$stderr" "none of 3 records in $LOG matches"
}

@test "words that are not understood" {
  run -125 audit --sinse today
  holds "$output" "did you mean --since?"
  run -125 audit --since soon
  holds "$output" '"soon" is no point in time'
  run -125 audit --since now --until 1h
  holds "$output" "--until is before --since"
  run -125 audit --group no-such-group
  holds "$output" 'there is no group "no-such-group"'
  run -125 audit --rule privilegd
  holds "$output" 'did you mean "privileged"?'
  run -125 audit --denied --allowed
  run -125 audit --lines many
  run -125 audit --summary --follow
  run -125 audit chnages
  run -125 audit --file /no/such/file
  holds "$output" "/no/such/file: No such file or directory"
  run -125 audit --file /dev/null
  holds "$output" "not a regular file"
  for words in --help "changes --help" "suggest -h"; do
    # shellcheck disable=SC2086 # words
    run -0 audit $words
    holds "$output" "Usage:  safe-docker audit"
  done
}

@test "what was rotated away is read first, packed or not" {
  record one 1 1700000000 deny | gzip >"$LOG.10.gz"
  record two 2 1700000001 deny | gzip >"$LOG.2.gz"
  record three 3 1700000002 deny >"$LOG.1"
  record four 4 1700000003 deny >"$LOG"
  record never 5 1700000003 deny >"$LOG.old"
  record never 5 1700000003 deny >"$LOG.1.bak"
  equal "$(audit --format json | jq -r .caller.user | paste -sd ' ')" "one two three four"
  rm "$LOG".*
  record one 1 1700000000 deny | gzip >"$LOG-20261120.gz"
  record two 2 1700000001 deny >"$LOG-20261121"
  equal "$(audit --format json | jq -r .caller.user | paste -sd ' ')" "one two four"
  touch -d "2 days ago" "$LOG-20261121"
  equal "$(audit --format json --since 1d | jq -r .caller.user | paste -sd ' ')" ""
  printf 'not packed' >"$LOG-20261120.gz"
  run -125 audit
  holds "$output" "$LOG-20261120.gz cannot be read to its end"
}

@test "followed: what comes, through rename and create, and when the file is emptied" {
  record before 1 1700000000 deny >"$LOG"
  timeout 60 "$SD_HOME/prefix/bin/safe-docker" audit --follow >"$SD_HOME/out" 2>&1 3>&- &
  local pid=$!
  wait_for before "$SD_HOME/out"
  request run --privileged first-bb:1
  wait_for first-bb "$SD_HOME/out"
  mv "$LOG" "$LOG.1"
  record late 1 1700000000 deny >>"$LOG.1"
  install -m 0660 -o root -g docker /dev/null "$LOG"
  request run --privileged second-bb:1
  wait_for second-bb "$SD_HOME/out"
  wait_for late "$SD_HOME/out"
  : >"$LOG"
  sleep 0.6
  request run --privileged third-bb:1
  wait_for third-bb "$SD_HOME/out"
  printf '{"time":"2026-' >>"$LOG"
  sleep 0.6
  kill "$pid"
  wait "$pid" || true
  equal "$(grep -c 'deny  ' "$SD_HOME/out")" 5
  lacks "$(cat "$SD_HOME/out")" damaged
}

@test "followed: ends with its reader, and by an interrupt" {
  run -0 bash -c "set -o pipefail; '$SD_HOME/prefix/bin/safe-docker' audit -f | true; echo \${PIPESTATUS[0]}"
  equal "$output" 141
  run timeout --preserve-status --signal=INT 1 env --default-signal=INT "$SD_HOME/prefix/bin/safe-docker" audit -f
  equal "$status" 130
  for _ in {1..2000}; do record alice 1000 1700000000 deny; break; done >"$LOG"
  for _ in {1..12}; do cat "$LOG" "$LOG" >"$LOG.1" && cat "$LOG.1" >"$LOG"; done
  rm "$LOG.1"
  run -0 bash -c "'$SD_HOME/prefix/bin/safe-docker' audit | head -n 1 >/dev/null; echo \${PIPESTATUS[0]}"
  equal "$output" 141
}

@test "damaged lines are counted, never shown, and nothing is lost behind them" {
  {
    record alice 1000 1700000000 deny
    printf '\033[2Jclear me\n{"time":"x"}\n\n{]\n'
    record bob 1001 1700000001 deny | sed 's/cwd.*//' | tr -d '\n'
    printf '\n'
    head -c 9000000 /dev/zero | tr '\0' x
    printf '\n'
    record carol 1002 1700000002 deny
    head -c 300000 /dev/urandom | tr -d '\n'
    printf '\n'
    record dave 1003 1700000003 deny | tr -d '\n'
  } >"$LOG"
  run -0 --separate-stderr audit
  for user in alice bob carol dave; do holds "$output" "deny   $user"; done
  holds "$output" "the end of this record is lost"
  lacks "$output" "clear me"
  lacks "$output" $'\033'
  holds "$stderr" "5 lines are damaged and were passed over"
  holds "$stderr" "1 record has lost its end"
}

@test "what a caller types acts on no terminal and forges no line" {
  local bell=$'\033]0;owned\a' clear=$'\033[2J' bidi=$'\u202egpj.exe' line=$'\n2026-11-22 14:00:05  allow  root (direct)  docker ps'
  request run --name "$line" "$bell" "$clear"
  request "$line" "$bidi"
  request run --privileged -e "X=$line" -v "$line:/x" "$(head -c 60000 /dev/zero | tr '\0' w)" $'\xff\xc2\x9b31m'
  printf 'Nov 22 14:00:05 host safe-docker[1]: %s\n' "$(record $'\033[2Jroot\n' 0 1700000000 deny)" >"$SD_HOME/out"
  # Bytes that are not UTF-8 are U+FFFD in the record.
  odd_bytes() { printf '%s' "${output//$'\uFFFD'/}" | tr -d '\n' | LC_ALL=C tr -dc '\000-\037\177-\377' | wc -c; }
  for format in text json; do
    run -0 audit --format "$format"
    equal "$(odd_bytes)" 0
    equal "$(grep -c '^2026-11-22 14:00:05' <<<"$output")" 0
    run -0 audit --format "$format" --file "$SD_HOME/out"
    equal "$(odd_bytes)" 0
  done
  equal "$(audit | grep -c '  deny   ')" 3
  [[ $(audit | wc -c) -lt 8000 ]]
}

@test "what any user may send to syslog is told from what is evidence" {
  local real
  real=$(record alice 1000 1700000000 deny)
  {
    printf 'Nov 22 14:00:05 host safe-docker[1]: %s\n' "$real"
    printf 'Nov 22 14:00:05 host sshd[1]: Invalid user safe-docker[1]: %s\n' "$real"
    printf 'Nov 22 14:00:05 host safe-docker[1]: %s\n' "{\"MESSAGE\":\"x\"}"
    jq -cn --arg m "$real" '{_UID: "1000", _EXE: "/usr/bin/docker", MESSAGE: $m}'
    jq -cn --arg m "$real" '{_UID: "1000", _EXE: "/usr/bin/logger", MESSAGE: $m}'
    jq -cn --arg m "$real" '{_UID: "1001", _EXE: "/usr/bin/docker", MESSAGE: $m}'
  } >"$SD_HOME/out"
  run -0 --separate-stderr bash -c "'$SD_HOME/prefix/bin/safe-docker' audit --format json --file - <'$SD_HOME/out'"
  equal "$(jq -c '[.verified, .forged_by]' <<<"$output" | paste -sd ' ')" '[false,null] [null,null] [false,null] [false,1001]'
  holds "$stderr" "1 line is damaged"
  holds "$stderr" "1 record is forged"
  holds "$stderr" "2 records are unverified"
  # The kernel vouches for the number alone: somebody else's name is no evidence about them.
  local other=$(($(id -u sd-alice) + 1))
  jq -cn --arg m "$(record sd-alice $other 1700000000 deny)" --arg uid $other '{_UID: $uid, MESSAGE: $m}' >"$SD_HOME/name"
  run -0 --separate-stderr audit --format json --file "$SD_HOME/name"
  equal "$(jq .verified <<<"$output")" false
  jq -cn --arg m "$(record sd-alice "$(id -u sd-alice)" 1700000000 deny)" --arg uid "$(id -u sd-alice)" '{_UID: $uid, MESSAGE: $m}' >"$SD_HOME/name"
  equal "$(audit --format json --file "$SD_HOME/name" | jq .verified)" null
  rm "$SD_HOME/name"
  run -0 audit --file "$SD_HOME/out"
  holds "$output" "forged: uid 1001 sent this record to syslog, not uid 1000"
  holds "$output" "[unverified]"
}

@test "who may not read the log is told so, and gets nothing by the setgid door" {
  chmod 0600 "$LOG"
  run -125 sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" audit
  holds "$output" "Permission denied"
  chmod 0640 "$LOG" # of the socket's group, which the door parks
  run -125 sd_as sd-alice "$SD_HOME/door/docker" audit
  holds "$output" "Permission denied"
  run -0 bash -c "$(declare -f sd_as); printf '' | sd_as sd-alice '$SD_HOME/door/docker' audit --file -"
  mkdir -m 0700 "$SD_HOME/closed" && install -m 0600 "$LOG" "$SD_HOME/closed/audit.log"
  policy "{\"audit\": {\"file\": \"$SD_HOME/closed/audit.log\"}}"
  run -125 sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" audit
  rm -r "$SD_HOME/closed"
  holds "$output" "Permission denied"
  holds "$output" "an administrator types: sudo safe-docker audit"
}

@test "a log that is not there or empty is told as that; a journal of which one may see the own part alone is an error" {
  rm -f "$LOG" # which root would make
  run -0 --separate-stderr sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" audit
  equal "$stderr" "safe-docker: $LOG is not there: nothing was recorded yet"
  touch "$LOG"
  run -0 --separate-stderr audit --denied
  equal "$stderr" "safe-docker: there are no records in $LOG"
  policy '{"audit": {"file": ""}}'
  # shellcheck disable=SC2016
  run unshare --mount bash -c 'mount -t tmpfs none /var/log && mkdir -p /var/log/journal/1 && touch /var/log/journal/1/system.journal &&
    chmod 0640 /var/log/journal/1/system.journal && mount --bind /bin/true /usr/bin/journalctl && shift 2 && "$@"' \
    sh x x setpriv --reuid=sd-alice --regid=sd-alice --clear-groups "$SD_HOME/prefix/bin/safe-docker" audit
  equal "$status" 125
  holds "$output" "the journal is for root and for members of groups such as adm"
}

@test "the local time is the host's, not that of a file which TZ names" {
  record alice 1000 1700000000 deny >"$LOG"
  equal "$(TZ=Pacific/Kiritimati audit | head -n 1 | cut -d ' ' -f 1-2)" "$(env -u TZ date -d @1700000000 '+%Y-%m-%d %H:%M:%S')"
}

@test "changes: the policies of the log, and what is decided differently now" {
  request run --privileged bb:1
  request run --network none --pid host bb:1
  request run --network none bb:1
  request login -p secret registry.example
  run -0 audit changes
  holds "$output" "0 decided differently"
  holds "$output" "in force"
  holds "$output" "1 with a password, which is not recorded"
  policy '{"images": {"allow": ["other/**"]}}'
  run -1 audit changes
  holds "$output" "$SD_HOME/door/docker run --network none bb:1"
  holds "$output" "was allowed, would be denied (image)"
  holds "$output" "in force, and not in this log"
  run -1 audit changes --format json
  equal "$(jq -c '[.different[] | [.was, .now, .words[-1]]]' <<<"$output")" '[["allow","deny","bb:1"]]'
  run -0 audit changes --denied
  : >"$LOG"
  request run --network none bb:1
  policy '{}'
  run -1 audit changes
  holds "$output" "was denied (image), would be allowed"
  equal "$(grep -c . "$LOG")" 1 # nothing was recorded
}

@test "suggest: what was denied today, and a policy that would allow it; nothing is written" {
  install -d -o sd-alice -m 0755 "$SD_HOME/data"
  request run --network none -v "$SD_HOME/data:/d" bb:1
  request run --network none -v "$SD_HOME/data:/d" bb:1
  request run --network none --privileged bb:1
  record sd-alice "$(id -u sd-alice)" 1700000000 deny >>"$LOG"
  equal "$(jq -r .decision "$LOG" | sort | uniq -c | tr -s ' ')" " 4 deny"
  run -0 audit suggest --user sd-alice
  holds "$output" "run --network none -v $SD_HOME/data:/d bb:1"
  holds "$output" "; 2 times"
  holds "$output" '"users": ["sd-alice"]'
  holds "$output" "$SD_HOME/data"
  holds "$output" "no addition allows privileged"
  # Each filter by itself, so that it is seen which of them left nothing.
  run -0 audit suggest --user sd-alice --group adm --rule privileged
  holds "$output" "Nothing that was denied is chosen. Since $(date +%F) 00:00:00 there are 3 denials."
  holds "$output" "--user sd-alice chooses 3 of them"
  holds "$output" "--rule privileged chooses 1 of them"
  holds "$output" "--group adm chooses 0 of them"
  holds "$output" "--for-group allows it to a group"
  run -0 audit suggest --rule bind-source --for-group no-such-group --format json
  equal "$(jq -r '.denials[] | [.user, .count, .rules[0]] | @tsv' <<<"$output" | tr '\t' ' ')" "sd-alice 2 bind-source"
  equal "$(jq .suggestion.enough <<<"$output")" true
  # What is suggested does what it says.
  audit suggest --rule bind-source --user sd-alice --format json |
    jq '.suggestion.policy | if type == "string" then fromjson else . end' >"$SD_HOME/out"
  install -m 0644 "$SD_HOME/out" "$SD_HOME/etc/safe-docker/policy.d/50-suggested.json"
  run -1 audit changes --denied --since today
  rm "$SD_HOME/etc/safe-docker/policy.d/50-suggested.json"
  holds "$output" "was denied (bind-source), would be allowed"
  holds "$output" "1 decided differently"
  run -125 audit suggest --allowed
  run -0 audit suggest --since now
  holds "$output" "Nothing that was denied is chosen."
  equal "$(grep -c . "$LOG")" 4
  rm -r "$SD_HOME/data"
}
