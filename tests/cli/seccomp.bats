#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What `safe-docker seccomp` prints of good and bad profiles, to an account without rights.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  DIR=$SD_HOME/profiles
  install -d -o sd-alice -m 0755 "$DIR"
  policy '{}'
}

teardown() {
  rm -rf "$POLICY" "$DIR"
}

# policy JSON: what is changed of a plain one.
policy() {
  jq -n --argjson more "$1" '{version: 1, docker: {host: "unix:///nowhere/docker.sock"},
    audit: {syslog: false, file: "", required: false}} * $more' >"$POLICY"
}

seccomp() { sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" seccomp "$@"; }

# profile NAME [HEAD]: rules on standard input.
profile() {
  printf '{\n%s,\n"syscalls": [\n%s\n]}\n' "${2:-\"defaultAction\": \"SCMP_ACT_ERRNO\"}" "$(cat)" >"$DIR/$1"
}

@test "the usage" {
  for word in "" --help -h; do
    run -0 seccomp ${word:+"$word"}
    holds "$output" "Usage:  safe-docker seccomp COMMAND"
  done
  for words in help "show --help" "check -h default" "test default prctl -h"; do
    # shellcheck disable=SC2086 # words
    run -0 seccomp $words
    holds "$output" "Usage:  safe-docker seccomp COMMAND"
  done
  run -0 seccomp learn --strace x --help
  holds "$output" "safe-docker seccomp learn [OPTIONS]"
  run -125 --separate-stderr seccomp chek
  holds "$stderr" 'there is no command "chek"'
  holds "$stderr" 'did you mean "check"?'
  equal "$output" ""
  run -125 seccomp --arch arm64 show
  holds "$output" "options stand behind the command"
}

@test "options are understood or refused by name" {
  run -125 seccomp show --capp SYS_ADMIN default
  holds "$output" "did you mean --cap?"
  run -125 seccomp show --cap
  holds "$output" "--cap needs a value"
  run -125 seccomp show --cap SYS_ADMEN default
  holds "$output" "SYS_ADMIN"
  run -125 seccomp show --arch amd65 default
  holds "$output" "did you mean amd64?"
  run -125 seccomp show --kernel 5 default
  holds "$output" "two numbers, such as 5.10"
  run -125 seccomp show --format yaml default
  holds "$output" "text or json"
  run -125 seccomp show default strict
  holds "$output" "too many words"
  run -125 seccomp diff default
  holds "$output" "too few words"
  holds "$output" "safe-docker seccomp diff [OPTION]... PROFILE PROFILE"
  equal "$(seccomp show default --arch=arm64)" "$(seccomp show --arch arm64 default)"
  run -0 seccomp show -- default
}

@test "check: the shipped profiles have no errors" {
  for name in default strict no-network; do
    run -0 seccomp check "$name"
    holds "$output" "$name: 0 errors, "
    lacks "$output" "error:"
    for kind in duplicate covered conflict repeats-default never-applies multiplexer-open misleading-errno default-allows; do
      lacks "$output" "[$kind]"
    done
  done
}

@test "check: a profile without any doubt" {
  profile good <<<'{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"}'
  run -0 seccomp check "$DIR/good"
  equal "$output" "$DIR/good: no mistakes found"
}

@test "check: all errors at once, each at its place" {
  profile bad <<'RULES'
{"names": ["read", "getpidd"], "action": "SCMP_ACT_ALLOW"},
{"names": ["write"], "action": "SCMP_ACT_ALOW"},
{"names": ["ptrace"], "action": "SCMP_ACT_ALLOW"}
RULES
  run -125 seccomp check "$DIR/bad"
  holds "${lines[0]}" "$DIR/bad:4:20: error: unknown system call \"getpidd\""
  holds "${lines[0]}" "did you mean getpid?"
  holds "${lines[1]}" "$DIR/bad:5:32: error: unknown action \"SCMP_ACT_ALOW\""
  holds "${lines[2]}" "$DIR/bad:6:12: warning: ptrace is allowed"
  equal "${lines[3]}" "$DIR/bad: 2 errors, 1 warning"
}

@test "check: what is no JSON" {
  printf '{"defaultAction": ' >"$DIR/torn"
  run -125 seccomp check "$DIR/torn"
  holds "$output" "$DIR/torn:1:"
  holds "$output" "1 error, 0 warnings"
  : >"$DIR/empty"
  run -125 seccomp check "$DIR/empty"
  holds "$output" "$DIR/empty: the file is empty"
}

@test "check: profiles of all ages, of Docker and of Podman" {
  cat >"$DIR/of 2016" <<'PROFILE'
{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], "syscalls": [
  {"name": "accept", "action": "SCMP_ACT_ALLOW", "args": []},
  {"name": "personality", "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 8, "valueTwo": 0, "op": "SCMP_CMP_EQ"}]}]}
PROFILE
  cat >"$DIR/of 2018" <<'PROFILE'
{"defaultAction": "SCMP_ACT_ERRNO", "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}], "syscalls": [
  {"names": ["accept"], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "", "includes": {}, "excludes": {}},
  {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "args": null, "comment": "", "includes": {"minKernel": "4.8"}, "excludes": {}},
  {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 1, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}],
   "comment": "s390", "includes": {"arches": ["s390", "s390x"]}, "excludes": {"caps": ["CAP_SYS_ADMIN"]}}]}
PROFILE
  cat >"$DIR/of 2024" <<'PROFILE'
{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
  {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}], "syscalls": [
  {"names": ["accept", "fchmodat2", "riscv_hwprobe"], "action": "SCMP_ACT_ALLOW"},
  {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "excludes": {"caps": ["CAP_SYS_ADMIN"]}}]}
PROFILE
  cat >"$DIR/of Podman" <<'PROFILE'
{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "defaultErrno": "ENOSYS", "archMap": [], "syscalls": [
  {"names": ["bdflush"], "action": "SCMP_ACT_ERRNO", "args": [], "comment": "", "includes": {}, "excludes": {}, "errnoRet": 1, "errno": "EPERM"},
  {"names": ["accept"], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "", "includes": {}, "excludes": {}}]}
PROFILE
  for age in "of 2016" "of 2018" "of 2024" "of Podman"; do
    run -0 seccomp check "$DIR/$age"
    lacks "$output" "error:"
    run -0 seccomp test "$DIR/$age" accept
  done
  run -1 seccomp test --arch amd64 "$DIR/of Podman" mount
  holds "$output" "errno 38 (ENOSYS)"
}

@test "the configuration of a container is told from a profile" {
  printf '{"ociVersion": "1.0.2", "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO"}}}\n' >"$DIR/config.json"
  for words in "check $DIR/config.json" "show $DIR/config.json" "diff default $DIR/config.json"; do
    # shellcheck disable=SC2086 # words
    run -125 seccomp $words
    holds "$output" "the configuration of a container (OCI), not a seccomp profile"
    holds "$output" "linux.seccomp"
  done
  jq .linux.seccomp "$DIR/config.json" >"$DIR/profile"
  run -0 seccomp check "$DIR/profile"
}

@test "check: warnings end with 0, and name their kind" {
  profile doubtful <<'RULES'
{"names": ["read", "read"], "action": "SCMP_ACT_ALLOW"},
{"names": ["mount"], "action": "SCMP_ACT_ERRNO"},
{"names": ["open"], "action": "SCMP_ACT_ERRNO", "errnoRet": 11},
{"names": ["write"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_BPF"]}, "excludes": {"caps": ["CAP_BPF"]}},
{"names": ["socket"], "action": "SCMP_ACT_ALLOW"},
{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38, "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 38}]}
RULES
  run -0 seccomp check "$DIR/doubtful"
  holds "$output" ":4:20: warning: read: named twice in the rule [duplicate]"
  holds "$output" ":5:1: warning: the action of the rule is the default action (errno 1 (EPERM))"
  holds "$output" "[repeats-default]"
  holds "$output" ":6:1: warning: refusing with errno 11 (EAGAIN): programs try again, for ever"
  holds "$output" "it includes and excludes CAP_BPF [never-applies]"
  holds "$output" ":9:12: warning: socket: this rule says errno 38 (ENOSYS), the one of line 8 allow, and both can hold; for socket(AF_ALG)"
  holds "$output" "[conflict]"
}

@test "check: dangerous calls by the capabilities that the container holds" {
  profile caps <<<'{"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_BPF"]}}'
  run -0 seccomp check "$DIR/caps"
  lacks "$output" "bpf is allowed"
  for cap in BPF cap_bpf ALL; do
    run -0 seccomp check --cap "$cap" "$DIR/caps"
    holds "$output" "bpf is allowed"
  done
  run -0 seccomp check --cap none "$DIR/caps"
  lacks "$output" "bpf is allowed"
  policy '{"capabilities": {"default": ["BPF"], "allow": ["BPF"]}}'
  run -0 seccomp check "$DIR/caps"
  holds "$output" "bpf is allowed"
  run -0 seccomp check --cap CHOWN "$DIR/caps"
  lacks "$output" "bpf is allowed"
}

@test "check: as JSON" {
  profile doubtful <<<'{"names": ["ptrace", "nosuchcall"], "action": "SCMP_ACT_ALLOW"}'
  run -125 seccomp check --format json "$DIR/doubtful"
  jq -e '.errors == 1 and .warnings == 1 and .complete and
    ([.findings[] | .severity + " " + .kind] | sort) == ["error error", "warning dangerous-call"]' <<<"$output"
}

@test "show: a profile, beside Docker's" {
  profile own '"defaultAction": "SCMP_ACT_ERRNO"' <<'RULES'
{"names": ["read", "keyctl"], "action": "SCMP_ACT_ALLOW"},
{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 38}]},
{"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}
RULES
  run -0 seccomp show --arch amd64 "$DIR/own"
  equal "${lines[0]}" "$DIR/own on amd64, any kernel, no capabilities"
  equal "${lines[1]}" "calls that no rule names: errno 1 (EPERM)"
  holds "${lines[2]}" "beside Docker's own profile"
  equal "${lines[3]}" "  allowed (2)"
  equal "${lines[4]}" "  + keyctl    read"
  equal "${lines[5]}" "  allowed for some arguments (1)"
  equal "${lines[6]}" "  ~ socket        arg0 == 38 (AF_ALG); else errno 1 (EPERM)"
  holds "${lines[7]}" "  refused: errno 1 (EPERM) ("
  holds "$output" "  refused: errno 38 (ENOSYS) (1)"
  holds "$output" "  - write"
}

@test "show: what no rule of a denylist names" {
  profile deny '"defaultAction": "SCMP_ACT_ALLOW"' <<<'{"names": ["socket"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 38}]}'
  run -0 seccomp show --arch amd64 "$DIR/deny"
  holds "$output" "unless arg0 == 38 (AF_ALG): errno 1 (EPERM)"
}

@test "show: no line is longer than 80 columns, and the same with another architecture" {
  for arch in amd64 arm64; do
    for name in default strict no-network docker; do
      run -0 seccomp show --arch "$arch" "$name"
      equal "$(awk 'length($0) > 80' <<<"$output")" ""
    done
  done
  run -0 seccomp show --arch riscv64 default
  lacks "$output" "beside Docker's own profile"
  run -125 seccomp show --arch s390x default
  holds "$output" "programs for s390x can only be made on a machine of the same byte order"
}

@test "show: the policy's profile, where none is named" {
  policy '{"seccomp": {"profile": "strict"}}'
  run -0 seccomp show
  holds "${lines[0]}" "strict on "
  rm "$POLICY"
  printf '{' >"$POLICY"
  run -125 seccomp show
  holds "$output" "$POLICY:1:"
  run -0 seccomp show default
}

@test "a policy that names no profile is told which there are" {
  policy '{"seccomp": {"profile": "strickt"}}'
  run -125 seccomp show
  holds "$output" "seccomp.profile: "
  holds "$output" "default, no-network and strict come with safe-docker"
}

@test "show: as JSON" {
  run -0 seccomp show --arch amd64 --kernel 4.7 --cap SYS_ADMIN --format json docker
  jq -e '.kernel == "4.7" and .capabilities == ["SYS_ADMIN"] and
    [.architectures[].arch] == ["amd64", "x86", "x32"]' <<<"$output"
  jq -e '[.architectures[0].calls[] | select(.name | IN("mount", "ptrace", "socket")) | .allowed] ==
    ["always", "never", "sometimes"]' <<<"$output"
}

@test "test: allowed, refused, not understood" {
  run -0 seccomp test --arch amd64 default socket AF_INET SOCK_STREAM 0
  equal "${lines[0]}" "socket(AF_INET, SOCK_STREAM, 0) under default (amd64, any kernel, no capabilities)"
  equal "${lines[1]}" "  amd64: allow"
  holds "${lines[2]}" ": allow where arg0 == 2 (AF_INET)"
  run -1 seccomp test --arch amd64 default socket AF_ALG
  holds "$output" "  amd64: errno 1 (EPERM)"
  holds "$output" "  x86 through socketcall: errno 38 (ENOSYS)"
  run -1 seccomp test default mount
  run -0 seccomp test docker mount --cap SYS_ADMIN
  run -125 seccomp test default ptrce
  holds "$output" "did you mean ptrace?"
  run -125 seccomp test default socket AF_INETT
  holds "$output" "did you mean AF_INET?"
  run -125 seccomp test default read 1 2 3 4 5 6 7
  run -0 seccomp test strict memfd_create 0 'MFD_CLOEXEC|MFD_NOEXEC_SEAL'
  run -1 seccomp test strict memfd_create 0 MFD_EXEC
  run -125 seccomp test --arch amd64 default 41
  holds "$output" "did you mean socket?"
  run -125 seccomp test default socket af_inet
  holds "$output" "did you mean AF_INET?"
  run -125 seccomp test default open /etc/passwd
  holds "$output" "a filter sees the address of a text"
}

@test "test: numbers in every spelling" {
  profile one <<<'{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 16}]}'
  for word in 16 0x10 020 AF_NETLINK 'AF_NETLINK|0'; do
    run -0 seccomp test --arch amd64 "$DIR/one" socket "$word"
  done
  for word in 17 -1 0x100000010; do
    run -1 seccomp test --arch amd64 "$DIR/one" socket "$word"
  done
}

@test "test: allowed by any way in is allowed" {
  profile ways '"defaultAction": "SCMP_ACT_ERRNO", "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}]' \
    <<<'{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1}]}'
  run -0 seccomp test --arch amd64 "$DIR/ways" socket AF_ALG
  holds "$output" "  amd64: errno 1 (EPERM)"
  holds "$output" "  x86 through socketcall: allow"
}

@test "test: as JSON" {
  run -1 seccomp test --arch amd64 --format json default mount
  jq -e '.call == "mount()" and .answers[0] == {arch: "amd64", through: null, allowed: false,
    action: "errno 1 (EPERM)", rules: []}' <<<"$output"
}

@test "diff: the same, and what each allows alone" {
  run -0 seccomp diff default default
  holds "$output" "no difference"
  run -1 seccomp diff --arch amd64 docker default
  holds "$output" "only docker allows"
  lacks "$output" "only default allows"
  run -1 seccomp diff --arch amd64 default docker
  holds "$output" "only docker allows"
  profile a <<<'{"names": ["read", "socket"], "action": "SCMP_ACT_ALLOW"}'
  profile b <<'RULES'
{"names": ["write"], "action": "SCMP_ACT_ALLOW"},
{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_LT", "value": 5}]}
RULES
  run -1 seccomp diff --arch amd64 "$DIR/a" "$DIR/b"
  equal "${lines[1]}" "amd64"
  equal "${lines[2]}" "  only $DIR/a allows (1)"
  equal "${lines[3]}" "    read"
  equal "${lines[4]}" "  only $DIR/b allows (1)"
  equal "${lines[5]}" "    write"
  equal "${lines[6]}" "  $DIR/a allows for more arguments, for example (1)"
  holds "${lines[7]}" "    socket("
  run -1 seccomp diff --format json --arch amd64 "$DIR/a" "$DIR/b"
  jq -e '(.same | not) and [.architectures[0].calls[] | .name + " " + .second_allows] ==
    ["read less", "socket less", "write more"]' <<<"$output"
}

@test "diff: the same sums of other rules do not differ" {
  profile a <<<'{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_LT", "value": 2}]}'
  profile b <<'RULES'
{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1}]},
{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 0}]}
RULES
  run -0 seccomp diff --arch amd64 "$DIR/a" "$DIR/b"
}

@test "diff: rules in another order" {
  jq '.syscalls |= (reverse | map(.names |= reverse))' "$SD_HOME/prefix/share/safe-docker/seccomp/default.json" >"$DIR/turned"
  run -0 seccomp diff default "$DIR/turned"
  holds "$output" "no difference"
}

# --- what the manual prints -----------------------------------------------------------------------------

# manual COMMAND: what docs/man/safe-docker-seccomp.1.scd prints below it.
manual() {
  awk -v command="\$ safe-docker seccomp $1" '$0 == command { found = 1; next } found && $0 == "```" { exit } found' \
    "$BATS_TEST_DIRNAME/../../docs/man/safe-docker-seccomp.1.scd"
}

@test "the examples of the manual are what is printed" {
  [[ $(uname -m) == x86_64 ]] || skip "the examples are of amd64"
  cat >"$DIR/web.json" <<'PROFILE'
{
  "defaultAction": "SCMP_ACT_ERRNO",
  "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
  "syscalls": [
    {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
    {"names": ["read"], "action": "SCMP_ACT_ALLOW"}
  ]
}
PROFILE
  cd "$DIR"
  for words in "check web.json" "test default socket AF_INET" "diff docker default"; do
    expected=$(manual "$words")
    # shellcheck disable=SC2086 # words
    run seccomp $words
    output=${output//$'\n'/ }
    expected=${expected//$'\n'/ }
    [[ $expected == ?* && $output == "${expected%% ...}"* ]] || { printf '%s\n' "$output" "$expected" && false; }
    [[ $expected == *" ..." || $output == "$expected" ]]
  done
}

# --- readers --------------------------------------------------------------------------------------------

@test "a reader that closes early is no failure, one that is slow is waited for" {
  for words in "seccomp show --format json" "seccomp diff docker strict" "--explain=json run image"; do
    # shellcheck disable=SC2086 # words
    run -141 --separate-stderr sd_as sd-alice python3 -c '
import os, subprocess, sys
reader, writer = os.pipe()
os.close(reader)
status = subprocess.run(sys.argv[1:], stdout=writer).returncode
sys.exit(status)' "$SD_HOME/prefix/bin/safe-docker" $words
    equal "$output$stderr" ""
  done
  (
    set -o pipefail
    seccomp show --format json default | (sleep 3 && cat) >"$DIR/slow"
  )
  equal "$(jq -r .profile "$DIR/slow")" "default"
  run -125 sd_as sd-alice sh -c "$SD_HOME/prefix/bin/safe-docker seccomp show default >/dev/full"
  holds "$output" "the output could not be written"
}

# --- doors ----------------------------------------------------------------------------------------------

DOORS="direct sudo doas pkexec setgid setuid"

# by DOOR WORD...: as sd-alice. The first three of these are what sudo, doas and pkexec start as root.
by() {
  local door=$1 uid
  uid=$(id -u sd-alice)
  shift
  case $door in
    direct) sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" "$@" ;;
    sudo) env -i SUDO_UID="$uid" SUDO_GID="$uid" SUDO_USER=sd-alice "$SD_HOME/prefix/bin/safe-docker" "$@" ;;
    doas) env -i DOAS_USER=sd-alice "$SD_HOME/prefix/bin/safe-docker" "$@" ;;
    pkexec) env -i PKEXEC_UID="$uid" "$SD_HOME/prefix/bin/safe-docker" "$@" ;;
    setgid) sd_as sd-alice "$SD_HOME/door/docker" "$@" ;;
    setuid) sd_as sd-alice "$SD_HOME/door/setuid" "$@" ;;
  esac
}

@test "through no door is anything read or written with other rights than the caller's" {
  install -o root -m 4755 "$SD_HOME/prefix/bin/safe-docker" "$SD_HOME/door/setuid"
  printf '{"defaultAction": "SCMP_ACT_ERRNO"}\n' >"$SD_HOME/secret"
  printf 'read(3, "", 0) = 0\n' >"$DIR/trace"
  cp "$DIR/trace" "$SD_HOME/trace"
  chmod 0600 "$SD_HOME/secret" "$SD_HOME/trace"
  ln -s "$SD_HOME/secret" "$DIR/link"
  ln -s "$SD_HOME" "$DIR/folder"
  mkfifo -m 0666 "$DIR/pipe"
  mkdir -m 0755 "$SD_HOME/roots"
  for owner in root:root root:docker; do
    chown "$owner" "$SD_HOME/secret" "$SD_HOME/trace" "$SD_HOME/roots"
    [[ $owner == root:root ]] || chmod 0660 "$SD_HOME/secret" "$SD_HOME/trace"
    [[ $owner == root:root ]] || chmod 0775 "$SD_HOME/roots"
    before=$(sha256sum <"$SD_HOME/secret")
    for door in $DOORS; do
      for file in "$SD_HOME/secret" "$DIR/link" "$DIR/folder/secret"; do
        run -125 by "$door" seccomp check "$file"
        holds "$output" "the file cannot be opened"
        run -125 by "$door" seccomp diff default "$file"
        run -125 by "$door" seccomp learn --profile "$file" --strace "$DIR/trace"
      done
      run -125 by "$door" seccomp learn --strace "$SD_HOME/trace"
      for file in "$SD_HOME/secret" "$DIR/folder/new" "$SD_HOME/roots/new" /etc/new /dev/stdout /proc/self/fd/1 /proc/self/fd/2 "$DIR/pipe" "$DIR"; do
        run -125 timeout 10 bash -c "$(declare -f by sd_as sd_home_of); SD_HOME=$SD_HOME by $door seccomp learn --output '$file' --strace '$DIR/trace'"
      done
      equal "$(sha256sum <"$SD_HOME/secret")" "$before"
      equal "$(ls -A "$SD_HOME/roots")" ""
      run -0 by "$door" seccomp learn --output "$DIR/own" --strace "$DIR/trace"
      equal "$(stat -c '%U:%G %a' "$DIR/own")" "sd-alice:sd-alice 644"
      rm "$DIR/own"
    done
  done
  [[ ! -e /etc/new ]]
  rm -r "$SD_HOME/secret" "$SD_HOME/trace" "$SD_HOME/roots" "$SD_HOME/door/setuid"
}

@test "a link in the place of the output is not followed" {
  printf 'read(3, "", 0) = 0\n' >"$DIR/trace"
  printf 'mine\n' >"$DIR/target"
  chown sd-alice: "$DIR/target"
  ln -s "$DIR/target" "$DIR/out"
  run -125 by sudo seccomp learn --output "$DIR/out" --strace "$DIR/trace"
  holds "$output" "is no file"
  equal "$(cat "$DIR/target")" "mine"
  equal "$(find "$DIR" -name 'out.*')" ""
}

@test "what the policy's profile says in comments is not shown" {
  jq '.syscalls[0].comment = "seen by root alone"' "$SD_HOME/prefix/share/safe-docker/seccomp/default.json" >"$SD_HOME/etc/own.json"
  chmod 0600 "$SD_HOME/etc/own.json"
  policy "{\"seccomp\": {\"profile\": \"$SD_HOME/etc/own.json\"}}"
  printf 'read(3, "", 0) = 0\n' >"$DIR/trace"
  for words in "show" "show --format json" "learn --strace $DIR/trace"; do
    # shellcheck disable=SC2086 # words
    run -0 by sudo seccomp $words
    lacks "$output" "seen by root"
  done
  rm "$SD_HOME/etc/own.json"
}

@test "asking leaves no record, as for the policy" {
  policy "{\"audit\": {\"file\": \"$SD_HOME/asked.jsonl\"}}"
  printf 'read(3, "", 0) = 0\n' >"$DIR/trace"
  for words in "seccomp show" "seccomp test default read" "seccomp learn --strace $DIR/trace" "apparmor status" "policy show"; do
    # shellcheck disable=SC2086 # words
    by sudo $words >/dev/null 2>&1 || true
  done
  [[ ! -s $SD_HOME/asked.jsonl ]]
  by sudo run image >/dev/null 2>&1 || true
  [[ -s $SD_HOME/asked.jsonl ]]
  rm "$SD_HOME/asked.jsonl"
}

@test "files are opened with the caller's rights" {
  (umask 077 && printf '{"defaultAction": "SCMP_ACT_ERRNO"}\n' >"$SD_HOME/secret.json")
  run -125 seccomp check "$SD_HOME/secret.json"
  holds "$output" "secret.json: the file cannot be opened"
  run -125 sd_as sd-alice "$SD_HOME/door/docker" seccomp check "$SD_HOME/secret.json"
  holds "$output" "secret.json: the file cannot be opened"
  rm "$SD_HOME/secret.json"
}

@test "what is no profile: devices, pipes, folders, odd names" {
  mkfifo "$DIR/pipe"
  chmod 0666 "$DIR/pipe"
  for file in /dev/zero "$DIR/pipe" "$DIR" /proc/self/fd/0; do
    run -125 sd_as sd-alice timeout 10 "$SD_HOME/prefix/bin/safe-docker" seccomp check "$file" </dev/zero
  done
  for name in - "" $'a\e[31mb' $'a\nb' "$DIR/missing"; do
    run -125 --separate-stderr seccomp check "$name"
    lacks "$stderr" $'\e'
  done
  run -125 seccomp check defualt
  holds "$output" "did you mean the profile default?"
  run -125 seccomp check mine.json
  holds "$output" '"mine.json" is no profile and no file'
  holds "$output" "default, no-network, strict and docker"
}

@test "control bytes of a profile do not reach the terminal" {
  profile odd <<<'{"names": ["re\u001b[31mad"], "action": "SCMP_ACT_\u0007"}'
  run -125 seccomp check "$DIR/odd"
  lacks "$output" $'\e'
  lacks "$output" $'\a'
}

@test "huge profiles and those that libseccomp chokes on end soon, in words" {
  jq -cn '{defaultAction: "SCMP_ACT_ERRNO", syscalls: [range(3000) | {names: ["socket"], action: "SCMP_ACT_ALLOW",
    args: [{index: 0, op: "SCMP_CMP_EQ", value: .}]}]}' >"$DIR/many"
  jq -cn '{defaultAction: "SCMP_ACT_ERRNO", syscalls: [range(24) as $i | {names: ["socket"], action: "SCMP_ACT_ALLOW",
    args: [range(3) | {index: ., op: (if $i % 2 == 0 then "SCMP_CMP_NE" else "SCMP_CMP_GT" end), value: ($i * . + 3)}]}]}' >"$DIR/deep"
  jq -cn '{defaultAction: "SCMP_ACT_ERRNO", syscalls: [{names: [range(90000) | "read"], action: "SCMP_ACT_ALLOW"}]}' >"$DIR/names"
  for name in many deep names; do
    for command in check show; do
      SECONDS=0
      run -125 seccomp "$command" "$DIR/$name"
      holds "$output" "libseccomp would take too long"
      ((SECONDS < 10))
    done
  done
  head -c 1100000 /dev/zero | tr '\0' ' ' >"$DIR/large"
  run -125 seccomp check "$DIR/large"
  holds "$output" "larger than"
}

@test "learning from many files of strace's takes no more memory than the largest" {
  yes 'read(3, "", 0) = 0' | head -c 30000000 >"$DIR/trace"
  local words=()
  for _ in 1 2 3 4 5 6; do words+=(--strace "$DIR/trace"); done
  run -0 sd_as sd-alice prlimit --as=150000000 "$SD_HOME/prefix/bin/safe-docker" seccomp learn "${words[@]}"
  holds "$output" "safe-docker: learned "
}
