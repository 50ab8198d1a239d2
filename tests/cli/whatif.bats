#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What would be decided: `policy test` and `policy suggest`. Nothing is executed, recorded or asked.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  DIR=$SD_HOME/whatif
  install -d -o root -m 0755 "$DIR"
  install -d -o sd-alice -m 0755 "$DIR/alice"
  # The probe in the real CLI's place would leave what it saw.
  policy '{}'
  : >"$DIR/log"
  chmod 0600 "$DIR/log"
}

teardown() {
  rm -rf "$POLICY" "$DIR"
}

# policy JSON: what is changed of a plain one. Each request must be recorded in a file.
policy() {
  jq -n --arg cli "$SD_HOME/whatif/cli" --arg log "$SD_HOME/whatif/log" --argjson more "$1" \
    '{version: 1, docker: {path: $cli, host: "unix:///nowhere/docker.sock"},
      audit: {syslog: false, file: $log, required: true}} * $more' >"$POLICY"
  printf '#!/bin/sh\ntouch %s/ran\n' "$DIR" >"$DIR/cli"
  chmod 0755 "$DIR/cli"
}

sdocker() { "$SD_HOME/prefix/bin/safe-docker" "$@"; }
alice() { sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" "$@"; }
# table NAME: lines on standard input.
table() { cat >"$DIR/$1.table"; }
policy_test() { sdocker policy test "$DIR/$1.table" "${@:2}"; }

nothing_happened() {
  [[ ! -e $DIR/ran ]] || { printf 'the docker command was run\n' >&2; return 1; }
  equal "$(cat "$DIR/log")" ""
}

# --- tables -----------------------------------------------------------------------------------------------

@test "a table as the page describes it" {
  policy '{"overrides": [{"groups": ["sd-no-such-group"], "policy": {"resources": {"memory": {"max": "16g"}}}},
                         {"groups": [4711], "policy": {"resources": {"pids": {"max": 4000}}}},
                         {"users": ["bob"], "policy": {"capabilities": {"allow": ["NET_RAW"]}}}]}'
  table good <<'E'
# Who there is
user alice groups=sd-no-such-group,x:4711
user bob uid=3000 gid=3001 home=/srv/home/bob   # a comment

folder /srv/data
read-only /home/alice/ro
socket /home/alice/agent/s
file "/home/alice/a file"
missing /home/alice/gone

alice allow docker run --rm -m 16g debian:12 make
+ --memory=17179869184 --cap-drop=ALL --user=2001:2001
! --privileged** --cap-add**
alice allow run --pids-limit 4000 debian
bob   deny:memory run -m 16g debian
bob   deny:pids-limit run --pids-limit 4000 debian
bob   allow run --cap-add NET_RAW debian
+ --user=3000:3001
alice deny:capabilities run --cap-add NET_RAW debian
bob   deny:privileged,bind-source run --privileged -v /srv/data:/data debian:12
bob   allow run -v /srv/home/bob:/b debian
bob   deny:bind-source run -v /home/alice:/a debian
alice deny:bind-missing run -v /home/alice/gone:/a debian
alice deny:bind-missing run -v /home/alice/never-named:/a debian
alice allow run -v '/home/alice/a file:/a' --env-file /home/alice/a\ file debian sh -c 'echo "$HOME"; true'
+ '--mount=type=bind,source=/home/alice/a file,target=/a' 'echo "$HOME"; true'
alice deny:bind-contains run -v /home/alice/agent:/a debian
alice deny:bind-socket run -v /home/alice/agent/s:/a debian
alice deny:bind-protected run -v /etc:/e debian
alice allow run -v ./ro:/ro debian
+ --mount=type=bind,source=/home/alice/ro,target=/ro
cd /srv/home/bob
bob   allow run -v .:/b debian
+ --mount=type=bind,source=/srv/home/bob,target=/b
alice deny:bind-source run -v .:/b debian
cd
alice allow run -v .:/b --cidfile new debian
alice deny:cidfile run --cidfile ro/new debian
E
  run -0 policy_test good
  holds "$output" "20 command lines"
  holds "$output" "all as expected"
  nothing_happened
}

@test "every command, --context, --help and --version are decided, and nothing is run" {
  policy '{"images": {"own": ["a/**"]}, "commands": {"allow": ["attach", "build", "commit", "compose", "container prune", "cp",
    "exec", "images", "import", "info", "inspect", "kill", "load", "login", "logs", "network connect", "network rm", "ps", "pull",
    "push", "rename", "rm", "rmi", "run", "save", "search", "start", "stats", "stop", "tag", "update", "version", "volume create",
    "volume prune", "volume rm"]}}'
  table all <<'E'
user a
a allow
a allow --help
a allow -v
a allow --version
a allow run --help
a allow container
a allow volume --help
a allow attach c
a allow build -t a/x .
a allow commit c a/x
a allow container prune -f
a allow cp c:/x .
a allow cp . c:/x
a allow exec -it c sh
a allow images
a allow import - a/x
a allow info
a allow inspect c
a allow kill c
a allow load
a allow logs -f c
a allow network connect bridge c
a allow network rm n
a allow ps -a
a allow pull debian
a allow push a/x
a allow rename c dd
a allow rm -f c d
a allow rmi a/x
a allow run --network n -v vol:/v debian
a allow save debian
a allow search x
a allow start c
a allow stats
a allow stop c
a allow tag debian a/x
a allow update -m 1g c
a allow version
a allow volume create v
a allow volume prune -f
a allow volume rm v
a allow compose version
a deny:context --context=elsewhere ps
a deny:global-option -H tcp://x:1 ps
a deny:unknown-command frobnicate
a deny:unknown-option run --frobnicate debian
a deny:command-refused swarm init
a deny:command-not-allowed top c
E
  run -0 policy_test all
  nothing_happened
  # Of a compose project nothing is known without its plugin: no answer is neither of the two.
  for expected in allow deny; do
    printf 'user a\na %s compose up -d\n' "$expected" | table compose
    run -1 policy_test compose
    holds "$output" "decided:  nothing"
    holds "$output" "known to the compose plugin alone"
  done
  nothing_happened
}

@test "what is not as expected is told, in three ways" {
  table bad <<'E'
user a
a allow ps
a deny ps
a allow run --privileged -m 1t debian
a deny:memory run --privileged -m 1t debian
a allow run debian
+ --memory=1
! --cap-drop=*
a deny run -m 1t debian # fine
E
  run -1 policy_test bad
  holds "$output" "bad.table:3: a: ps"
  holds "$output" "expected: deny:memory"
  holds "$output" "decided:  deny:privileged,memory"
  holds "$output" "memory: -m 1t: "
  holds "$output" "no word like --memory=1"
  holds "$output" "6 command lines"
  holds "$output" "4 not as expected"
  run -1 policy_test bad --format tap
  equal "$(grep -c '^not ok' <<<"$output")" 4
  equal "$(grep -c '^ok' <<<"$output")" 2
  holds "$output" "1..6"
  holds "$output" 'debian \# fine'
  run -1 policy_test bad --format json
  equal "$(jq -c '[.failures, .lines, (.results | map(.good))]' <<<"$output")" '[4,6,[true,false,false,false,false,true]]'
  equal "$(jq -c '.results[3].rules' <<<"$output")" '["privileged","memory"]'
}

@test "mistakes of a table, each with its place" {
  local text want
  while IFS='|' read -r want text; do
    printf '\n%b\n' "$text" | table wrong
    run -125 policy_test wrong
    holds "$output" "wrong.table:$want"
  done <<'E'
2:6: a shell would take $|a all$w ps
2:13: a single quote|a allow run 'x
2:13: a double quote|a allow run "x
2:13: nothing follows|a allow run \\
2:1: the line is not complete|alice
2:1: "maybe" is no decision|alice maybe ps
2:1: a rule has no name|alice deny:,memory ps
2:1: "deny:" is no decision|alice deny: ps
2:1: a user has no name|user
2:1: "shell=/bin/sh" is nothing|user a shell=/bin/sh
2:1: "-1" is no number|user a uid=-1
2:1: "4294967295" is no number|user a uid=4294967295
2:1: "home" is no absolute path|user a home=home
3:1: the user is there already|user a\nuser a
3:1: the group g has another number|user a groups=g:1\nuser b groups=g:2
2:1: folder takes one path|folder /a /b
2:1: "a" is no absolute path|file a
2:1: cd takes one folder|cd / /
2:1: the line above this one|+ --x
4:1: the line above this one|user a\na deny ps\n! --x
4:1: no word follows|user a\na allow ps\n+
E
  run -125 policy_test nothing
  holds "$output" "nothing.table"
  printf 'a allow ps\n' | table fine
  run -125 policy_test fine --policy "$DIR/fine.table"
  holds "$output" "fine.table:1:"
  run -125 sdocker policy test
  holds "$output" "too few words"
}

# --- who looks --------------------------------------------------------------------------------------------

@test "root looks as the account that would ask; others as themselves, and say so" {
  policy '{"mounts": {"bind": [{"source": "/", "access": "rw"}]}}'
  install -d -o root -m 0700 "$DIR/secret"
  install -d -o root -m 0755 "$DIR/secret/in"
  table who <<E
sd-alice deny:bind-unreachable run -v $DIR/secret/in:/x debian
sd-alice allow run -v $DIR/alice:/x debian
+ --user=$(id -u sd-alice):$(id -g sd-alice)
- allow run -v $DIR/secret/in:/x debian
sd-alice deny:file-unreadable run --env-file $DIR/log debian
nobody deny:cidfile run --cidfile $DIR/alice/new debian
sd-alice allow run --cidfile $DIR/alice/new debian
cd $DIR/secret
sd-alice deny ps
E
  run -1 policy_test who
  holds "$output" "7 command lines"
  holds "$output" "1 not as expected"
  holds "$output" "cannot be entered as the one who would ask"
  lacks "$output" "note:"
  printf 'sd-alice allow ps\nroot allow ps\n' | table notes
  run -0 alice policy test "$DIR/notes.table"
  holds "$output" "note: files were looked at with your own rights"
  printf 'sd-alice allow ps\n- allow ps\n' | table notes
  run -0 alice policy test "$DIR/notes.table"
  lacks "$output" "note:"
  printf 'no-such-account allow ps\n' | table notes
  run -1 alice policy test "$DIR/notes.table"
  holds "$output" "no account no-such-account"
  nothing_happened
}

@test "variables of whoever runs a test are not those of the ones who would ask" {
  table variables <<'E'
user made
made allow run -e SECRET_OF_ROOT debian
! **hunter2** --env-file**
sd-alice allow run -e SECRET_OF_ROOT debian
! **hunter2** --env-file**
- allow run -e SECRET_OF_ROOT debian
+ --env-file**
E
  SECRET_OF_ROOT=hunter2 run -0 policy_test variables
}

@test "with a policy of their own a caller executes nothing, whatever door they come through" {
  install -d -o sd-alice -m 0755 "$DIR/alice/bin"
  printf '#!/bin/sh\nid >%s/alice/ran\n' "$DIR" >"$DIR/alice/bin/evil"
  chmod 0755 "$DIR/alice/bin/evil"
  jq -n --arg evil "$DIR/alice/bin/evil" '{version: 1, docker: {path: $evil, host: "unix:///nowhere/s", run_as: "root"},
    commands: {allow: ["ps", "run", "logs"]}, isolation: "shared",
    audit: {syslog: false, file: ($evil + ".log"), required: true}}' >"$DIR/alice/p.json"
  printf -- '- allow ps\n- allow logs c\n- allow run --network n debian\n' >"$DIR/alice/t.table"
  for door in "$SD_HOME/door/docker" "$SD_HOME/prefix/bin/safe-docker"; do
    run -0 sd_as sd-alice "$door" policy test "$DIR/alice/t.table" --policy "$DIR/alice/p.json"
    run -0 sd_as sd-alice "$door" policy suggest --ask-daemon --policy "$DIR/alice/p.json" -- logs c
    run -0 sd_as sd-alice "$door" policy suggest --ask-daemon --as root --policy "$DIR/alice/p.json" -- logs c
  done
  [[ ! -e $DIR/alice/ran && ! -e $DIR/alice/bin/evil.log ]]
  nothing_happened
}

@test "a request cannot get what is only imagined" {
  # No variable and no word leads there; the one place that makes it is not part of a request.
  equal "$(cd "$SD_ROOT" && grep -rlE '\.imagined *= *[^=]' src)" "src/own/policy/whatif.c"
  policy '{"commands": {"allow": ["ps", "logs"]}, "docker": {"path": "/bin/false"}}'
  # The docker command is asked in earnest, and it says that there is no such container.
  export SAFE_DOCKER_WHATIF=1 SAFE_DOCKER_IMAGINED=1
  for words in "logs c" "--explain logs c" "--explain=json logs c"; do
    # shellcheck disable=SC2086 # words
    run sdocker $words
    [[ $status -ne 0 ]]
    holds "$output" "the docker command failed"
  done
}

# --- suggestions ------------------------------------------------------------------------------------------

@test "every rule of the page is one that an addition lifts, or one that none does" {
  local page=$SD_ROOT/docs/man/safe-docker-rules.7.scd code=$SD_ROOT/src/own/policy/suggest_rules.c
  equal "$({
    sed -n '/struct suggest_row rows/,/^};/s/^    {"\([a-z-]*\)".*/\1/p' "$code"
    sed -n '/finals\[\]/,/^};/p' "$code" | grep -oE '"[a-z-]+"' | tr -d '"'
  } | sort)" "$(grep -oE '^\*[a-z-]+\*(, \*[a-z-]+\*)*$' "$page" | tr ',' '\n' | tr -d '* ' | sort)"
}

@test "suggestions are enough, needed in every part, and hold for requests" {
  local dir=$DIR/suggest
  mkdir -p "$dir/ro/dir" "$dir/other"
  ln -s /etc/alternatives "$dir/link"
  jq -n --arg ro "$dir/ro" '{version: 1, docker: {host: "unix:///nowhere/docker.sock"},
    audit: {syslog: false, file: "", required: false}, images: {allow: ["bb:*"]},
    mounts: {bind: [{source: $ro, access: "ro"}], tmpfs: false, volumes: {allow: ["mine*"]}},
    network: {allow: ["none"], publish: {addresses: ["127.0.0.1"], default_address: "", ports: "8000-9000"}},
    filesystem: {read_only: "require"}, apparmor: {mode: "off"}}' >"$dir/policy.json"
  cp "$SD_ROOT/tests/cli/suggest.lines" "$dir/lines"
  # A volume has an owner, and a name an image, where there is a daemon alone; the last line is refused where there is no AppArmor.
  sed -n '/struct suggest_row rows/,/^};/s/^    {"\([a-z-]*\)".*/\1/p' "$SD_ROOT/src/own/policy/suggest_rules.c" | grep -vxE 'volume-owner|image-repointed' >"$dir/rules"
  if [[ -e /sys/kernel/security/apparmor ]]; then
    head -n -2 "$dir/lines" >"$dir/less"
    mv "$dir/less" "$dir/lines"
    sed -i /^apparmor-required$/d "$dir/rules"
  fi
  cd "$dir"
  run -0 python3 "$SD_ROOT/tests/cli/suggest.py" "$SD_HOME/prefix/bin/safe-docker" "$dir/policy.json" "$dir/lines" "$dir/rules" "$dir"
  holds "$output" "none needless"
  printf '# %s\n' "$output" >&3
}

@test "a suggestion for some goes behind the overrides that are there, and holds what they hold" {
  policy '{"overrides": [{"users": ["sd-alice"], "policy": {"capabilities": {"allow": ["NET_RAW"]}}},
                         {"groups": ["ml"], "policy": {"mounts": {"tmpfs": false}}}]}'
  run -0 sdocker policy suggest --user sd-alice --format json -- run --cap-add CHOWN debian
  equal "$(jq -c '.policy.overrides | map(.policy)' <<<"$output")" \
    '[{"capabilities":{"allow":["NET_RAW"]}},{"mounts":{"tmpfs":false}},{"capabilities":{"allow":["NET_RAW","CHOWN"]}}]'
  equal "$(jq -c '.policy.overrides[2].users' <<<"$output")" '["sd-alice"]'
  # A group gets what anybody has and one thing more: not what one of its members has.
  run -0 sdocker policy suggest --group ml --as sd-alice --format json -- run --cap-add CHOWN --tmpfs /x debian
  equal "$(jq -c '.policy.overrides[2] | [.groups, .policy]' <<<"$output")" \
    '[["ml"],{"capabilities":{"allow":["NET_BIND_SERVICE","CHOWN"]},"mounts":{"tmpfs":true}}]'
  # As it stands it is a drop-in.
  jq .policy <<<"$output" >"$SD_HOME/etc/safe-docker/policy.d/50-ml.json"
  run -0 sdocker policy check
  rm "$SD_HOME/etc/safe-docker/policy.d/50-ml.json"
  nothing_happened
}

@test "the example of the page is as expected by the policy that it names" {
  local page=$SD_ROOT/docs/man/safe-docker-policy-test.5.scd
  awk '/^```/ { inside = !inside; block += inside; next } inside && block == 1' "$page" >"$SD_HOME/table"
  awk '/^```/ { inside = !inside; block += inside; next } inside && block == 2' "$page" >"$SD_HOME/page.json"
  run -0 sdocker policy test --policy "$SD_HOME/page.json" --format tap "$SD_HOME/table"
  equal "$(grep -c '^ok ' <<<"$output")" "$(grep -cE '^(alice|bob) ' "$SD_HOME/table")"
  rm "$SD_HOME/table" "$SD_HOME/page.json"
}

@test "a suggestion alone is a drop-in with its risks, and what no policy allows stays out of it" {
  policy '{"overrides": [{"groups": ["ml"], "policy": {"mounts": {"tmpfs": false}}}]}'
  run -1 --separate-stderr sdocker policy suggest --group ml --format policy -- run --privileged --tmpfs /x -m 8g debian
  holds "$output" '// resources.memory.max "8g"'
  holds "$output" "//     risk: each of their containers can take so much memory"
  lacks "$output" "no addition"
  holds "$stderr" "no addition allows privileged: "
  printf '%s\n' "$output" >"$SD_HOME/etc/safe-docker/policy.d/50-ml.json"
  run -0 sdocker policy check
  rm "$SD_HOME/etc/safe-docker/policy.d/50-ml.json"
  run -0 --separate-stderr sdocker policy suggest --format policy -- ps
  equal "$output" ""
  equal "$stderr" "nothing need be added"
  nothing_happened
}

@test "what no policy allows is told, with what to do instead; the rest is suggested all the same" {
  run -1 sdocker policy suggest -- docker run --privileged -m 8g -v /var/run/docker.sock:/s --pid host --cap-add ALL debian
  holds "$output" 'memory: resources.memory.max "8g"'
  holds "$output" "risk: each of their containers can take so much memory"
  for rule in privileged pid-namespace capabilities; do
    holds "$output" "no addition allows $rule: "
  done
  holds "$output" "instead: leave it out, or ask for single capabilities"
  run -0 sdocker policy suggest -- ps
  equal "$output" "nothing need be added: it is allowed already"
  run -1 sdocker policy suggest --format json -- run --frobnicate debian
  equal "$(jq -c '[.enough, .additions, .policy]' <<<"$output")" '[false,[],null]'
  run -125 sdocker policy suggest
  holds "$output" 'no command line follows "--"'
  run -125 sdocker policy suggest --as no-such-account -- ps
  holds "$output" "no account no-such-account"
  nothing_happened
}

@test "what is suggested is judged: words of a request may ask for the host itself" {
  run -0 sdocker policy suggest --user sd-alice -- run --network none --device /dev/sda --device /dev/mem debian
  holds "$output" "danger: devices.allow: /dev/sda is a disk of the host, for user sd-alice; an attacker reads and writes any file of the host"
  holds "$output" "danger: devices.allow: /dev/mem is the memory of the machine"
  run -0 sdocker policy suggest --format json -- run --network none --cap-add SYS_ADMIN debian
  equal "$(jq -c '[.warnings[] | split(":")[0]] | unique' <<<"$output")" '["danger"]'
  # What was there before is not told again, and what is harmless not at all.
  policy '{"devices": {"allow": [{"path": "/dev/sda", "access": "r"}]}}'
  run -0 sdocker policy suggest --format json -- run --network none -m 8g debian
  lacks "$(jq -c .warnings <<<"$output")" sda
  nothing_happened
}

@test "a request with very many refusals costs little, and is no reason to look at no other" {
  local words=() i
  for ((i = 0; i < 3000; i++)); do words+=("--device=/dev/x$i"); done
  run -1 timeout 20 bash -c 'ulimit -v 400000; exec "$@"' bash "$SD_HOME/prefix/bin/safe-docker" policy suggest -- run "${words[@]}" debian
  holds "$output" "a request of root: it is refused for 3000 reasons, and no more than 100 are looked at"
  policy '{"audit": {"file": "'"$DIR/requests"'"}}'
  install -m 0640 /dev/null "$DIR/requests"
  "$SD_HOME/prefix/bin/safe-docker" run --network none "${words[@]}" debian >/dev/null 2>&1 || true
  "$SD_HOME/prefix/bin/safe-docker" run --network none --cap-add CHOWN debian >/dev/null 2>&1 || true
  run -0 timeout 20 bash -c 'ulimit -v 400000; exec "$@"' bash "$SD_HOME/prefix/bin/safe-docker" audit suggest
  holds "$output" "a request of root: it is refused for 300"
  holds "$output" 'capabilities: capabilities.allow "CHOWN"'
}
