#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Seccomp profiles that callers bring (seccomp.caller_profiles "stricter"): whatever is taken allows, in a real container,
# nothing that the policy's profile refuses; and a container made with one stays its owner's.

load common

# As the default profile, but with refusals that nobody can mistake for the kernel's: see filter.c.
POLICY_PROFILE='.defaultAction = "SCMP_ACT_TRAP" | del(.defaultErrnoRet)
  | .syscalls |= map(if has("errnoRet") then .errnoRet = 3333 else . end)'

setup_file() {
  local id
  [[ $(uname -m) == x86_64 ]] || skip "the calls are those of x86-64"
  gcc -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -static -no-pie -o "$SD_HOME/filter" "$BATS_TEST_DIRNAME/filter.c"
  jq "$POLICY_PROFILE" "$SD_ROOT/profiles/seccomp/default.json" >"$SD_HOME/etc/safe-docker/outer.json"
  common_setup
  id=$(plain create "$SD_IMAGE")
  plain cp "$SD_HOME/filter" "$id:/bin/filter" >/dev/null
  plain commit "$id" "$IMAGE" >/dev/null
  plain rm "$id" >/dev/null
}

IMAGE=safe-docker-filter:1

setup() {
  common_setup
  policy "{\"seccomp\": {\"caller_profiles\": \"stricter\", \"profile\": \"$SD_HOME/etc/safe-docker/outer.json\"}}"
}

teardown() { common_teardown; }

teardown_file() {
  common_setup
  common_teardown
  plain image rm --force "$IMAGE" >/dev/null
  rm -f "$SD_HOME/etc/safe-docker/outer.json"
}

# brought JQ: a profile of the caller's, made from the policy's.
brought() {
  jq "$1" "$SD_HOME/etc/safe-docker/outer.json" >"$WORK/mine.json"
  chmod 0644 "$WORK/mine.json"
}

# wider: what of $output is allowed that $POLICY_ANSWERS has as refused, and how many calls are refused besides.
wider() {
  paste -d' ' <(fold -w1 <<<"$POLICY_ANSWERS") <(fold -w1 <<<"$output") |
    awk '$1 ~ /[SM]/ && $2 == "a" { wider++ } $1 == "a" && $2 != "a" { less++ } END { print wider + 0, (less > 0 ? "less" : "same") }'
}

@test "what a brought profile allows in a container, the policy's allows as well" {
  POLICY_ANSWERS=$(hardened true && sdocker run --rm --network=none "$IMAGE" filter)
  [[ ${#POLICY_ANSWERS} -gt 6000 && $POLICY_ANSWERS == *S* && $POLICY_ANSWERS == *M* ]]
  while read -r change; do
    brought "$change"
    run --separate-stderr sdocker run --rm --network=none --security-opt "seccomp=$WORK/mine.json" "$IMAGE" filter
    equal "$status ${#output}" "0 ${#POLICY_ANSWERS}"
    equal "$(wider)" "0 less"
  done <<'CHANGES'
.syscalls[0].names -= ["statx", "mremap", "msgget", "splice", "flock"]
.defaultAction = "SCMP_ACT_KILL_PROCESS" | .syscalls[0].names -= ["statx", "sync"]
.archMap[0].subArchitectures = []
.syscalls |= map(select(.names != ["socketcall"]) | .names -= ["socket", "socketpair", "bind", "connect", "listen", "accept", "accept4", "getsockopt", "setsockopt", "getsockname", "getpeername", "shutdown", "recv", "recvfrom", "recvmsg", "recvmmsg", "recvmmsg_time64", "send", "sendto", "sendmsg", "sendmmsg"] | select(.names != []))
.syscalls[0].names -= ["personality", "lseek"] | .syscalls += [{"names": ["lseek"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 2, "value": 2, "op": "SCMP_CMP_LT"}]}]
CHANGES
}

# Docker 20.10 takes no default errno from a profile, so that its runtime would drop the rule that closes socketcall.
@test "a profile that would open socketcall by another default errno is refused" {
  jq '.defaultErrnoRet = 38 | .syscalls |= map(if .names == ["socketcall"] then .errnoRet = 1 else . end)' \
    "$SD_ROOT/profiles/seccomp/default.json" >"$WORK/mine.json"
  chmod 0644 "$WORK/mine.json"
  policy '{"seccomp": {"caller_profiles": "stricter"}}'
  run sdocker run --rm --network=none --security-opt "seccomp=$WORK/mine.json" "$IMAGE" filter
  refused
  holds "$output" "opens socketcall on 32-bit x86"
}

@test "a container with a brought profile starts again and runs commands for its owner, and what it has is our spelling" {
  local id
  brought '.syscalls[0].names -= ["statx"] | .syscalls[0].comment = "</nothing of this>"'
  id=$(sdocker create --name=brought --network=none --security-opt "seccomp=$WORK/mine.json" "$IMAGE" sleep 60)
  brought '.syscalls = []'
  sdocker start brought
  equal "$(sdocker exec brought id -u)" "$ALICE"
  sdocker restart --time=0 brought
  [[ $(sdocker ps --quiet --no-trunc) == "$id" ]]
  plain inspect --format '{{json .HostConfig.SecurityOpt}}' brought >"$WORK/options"
  jq -e 'map(select(startswith("seccomp="))) | length == 1 and (.[0] | contains("nothing of this") or contains("comment") | not)' "$WORK/options"
  sdocker rm --force brought
}

@test "files that are no profiles of the caller's are not taken" {
  install -m 0600 "$SD_HOME/etc/safe-docker/outer.json" "$SD_HOME/etc/safe-docker/secret.json"
  mkfifo "$WORK/fifo"
  chmod 0666 "$WORK/fifo"
  ln -s "$SD_HOME/etc/safe-docker/secret.json" "$WORK/link"
  for file in "$SD_HOME/etc/safe-docker/secret.json" "$WORK/link" "$WORK/fifo" "$WORK" /dev/stdin /proc/self/fd/3 /dev/zero \
    unconfined builtin '{"defaultAction":"SCMP_ACT_ALLOW"}' ''; do
    for option in "seccomp=$file" "seccomp:$file"; do
      run sdocker run --rm --network=none --security-opt "$option" "$IMAGE" true </dev/null
      refused
    done
  done
  rm "$SD_HOME/etc/safe-docker/secret.json"
}
