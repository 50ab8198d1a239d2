#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What other programs and administrators rely on: the JSON of --explain, the exit statuses, where the policy comes
# from, how it is merged, and what each of its keys means.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup_file() {
  groupadd --force sd-guild
  usermod --append --groups sd-guild sd-alice
  cat >"$SD_HOME/sudoers" <<RULES
Defaults!$SD_HOME/prefix/bin/safe-docker !requiretty
sd-alice ALL=(root) NOPASSWD: SETENV: $SD_HOME/prefix/bin/safe-docker
RULES
  visudo -cqf "$SD_HOME/sudoers" && install -m 0440 "$SD_HOME/sudoers" /etc/sudoers.d/safe-docker-contract
}

teardown_file() {
  rm -f /etc/sudoers.d/safe-docker-contract
  groupdel sd-guild
}

setup() {
  ETC=$SD_HOME/etc/safe-docker
  POLICY=$ETC/policy.json
  ALICE=$(id -u sd-alice)
  GROUP=$(id -g sd-alice)
  ALICE_HOME=$(sd_home_of sd-alice)
  WORK=$(sd_as sd-alice mktemp -d "$ALICE_HOME/work.XXXXXX")
}

teardown() {
  rm -rf "${WORK:?}" "$ETC"
  mkdir -p "$ETC/policy.d"
}

# policy [JSON]: policy.json is the part that every test here needs, with JSON merged over it.
policy() {
  jq -n --arg probe "$SD_HOME/probe" --arg config "$SD_HOME/config" --argjson more "${1:-{\}}" '{version: 1,
    docker: {path: $probe, host: "unix:///nowhere/docker.sock", config_dir: $config},
    audit: {syslog: false, file: "", required: false}} * $more' >"$POLICY"
}
part() { printf '%s\n' "$2" >"$ETC/policy.d/$1"; }

via_setgid() { sd_as sd-alice "$SD_HOME/door/docker" "$@"; }
via_sudo() { sd_as sd-alice sudo -n "$SD_HOME/prefix/bin/safe-docker" "$@"; }
via_direct() { sd_as sd-alice env "SAFE_DOCKER_POLICY=${CHOSEN:-}" "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# json WORDS...: the decision about them, in JSON and STATUS.
json() {
  STATUS=0
  JSON=$(via_setgid --explain=json "$@") || STATUS=$?
}

# is FILTER [JQ-OPTION...]: FILTER is true for JSON.
is() {
  local filter=$1
  shift
  jq -e "$@" "$filter" <<<"$JSON" >/dev/null && return 0
  printf 'not so: %s\n    in: %s\n' "$filter" "$JSON" >&2
  return 1
}

# shown FILTER [JQ-OPTION...]: what holds for the caller.
shown() {
  local filter=$1
  shift
  via_setgid policy show | jq -c "$@" "$filter"
}

# mistake TEXT PLACE WORD...: TEXT as policy.json is refused with PLACE (LINE:COLUMN) and WORDS; nothing runs.
mistake() {
  local place=$2 word
  printf '%b' "$1" >"$POLICY"
  run via_setgid run image
  equal "$status" 125
  holds "$output" "$POLICY:$place: "
  shift 2
  for word in "$@"; do holds "$output" "$word"; done
}

# --- the JSON of --explain ------------------------------------------------------------------------------

@test "explain=json, allowed: exactly these members, of these types" {
  policy
  json run --rm -v "$WORK:/work" image true
  equal "$STATUS" 0
  is 'keys == ["argv", "caller", "changes", "command", "confinement", "decision", "env", "violations"]'
  is '.decision == "allow" and .command == "run" and .violations == []'
  is '.caller == {uid: $uid, gid: $gid, user: "sd-alice", via: "setgid"}' --argjson uid "$ALICE" --argjson gid "$GROUP"
  is '(.argv | type == "array" and length > 3 and all(type == "string")) and (.env | type == "object" and all(type == "string"))'
  is '.argv[0:3] == [$probe, "--host=unix:///nowhere/docker.sock", "run"] and .argv[-3:] == ["--", "image", "true"]' --arg probe "$SD_HOME/probe"
  is '.env.DOCKER_CONFIG == $config' --arg config "$SD_HOME/config"
}

@test "explain=json, denied: argv is null, every violation has rule, option, message and hint" {
  policy
  json run --privileged --volume=/var/run/docker.sock:/s --memory=99g image
  equal "$STATUS" 125
  is 'keys == ["argv", "caller", "changes", "command", "confinement", "decision", "env", "violations"]'
  is '.decision == "deny" and .argv == null and (.changes | type == "array")'
  is '[.violations[] | keys == ["hint", "message", "option", "rule"] and all(type == "string" and length > 0)] | length == 3 and all'
  is '[.violations[].rule] | sort == ["bind-socket", "memory", "privileged"]'
  is '[.violations[] | select(.rule == "bind-socket").option] == ["--volume=/var/run/docker.sock:/s"]'
}

@test "explain=json: denied in the same form where the command line cannot be read" {
  policy
  local words
  for words in "frobnicate" "run" "run --frob image" "--tls run image" "build ." "--context nowhere run image" "-D"; do
    # shellcheck disable=SC2086
    json $words
    equal "$STATUS" 125
    is '.decision == "deny" and .argv == null and (.violations | length > 0) and .caller.user == "sd-alice"'
    is '[.violations[] | keys == ["hint", "message", "option", "rule"] and (.rule | test("^[a-z]+(-[a-z]+)*$"))] | all'
  done
}

# What this machine's kernel has of AppArmor; a profile of safe-docker is not loaded on it.
apparmor_here() { if [ -e /sys/module/apparmor ]; then echo missing; else echo absent; fi; }

@test "explain=json and the record: what confines the container, and nothing where none is made" {
  policy "{\"audit\": {\"file\": \"$SD_HOME/confinement.jsonl\"}, \"apparmor\": {\"profile\": \"sd-none-such\"}}"
  install -o root -g docker -m 0660 /dev/null "$SD_HOME/confinement.jsonl"
  json run image
  is '.confinement == {seccomp: "default", apparmor: null, apparmor_state: $state}' --arg state "$(apparmor_here)"
  json ps
  is 'has("confinement") | not'
  via_setgid run image || true
  via_setgid ps || true
  policy "{\"audit\": {\"file\": \"$SD_HOME/confinement.jsonl\"}, \"apparmor\": {\"mode\": \"off\"}}"
  via_setgid create image || true
  via_setgid run --security-opt apparmor=unconfined image || true
  policy "{\"audit\": {\"file\": \"$SD_HOME/confinement.jsonl\"}, \"docker\": {\"host\": \"ssh://nobody@nowhere\"}}"
  via_setgid run image || true
  equal "$(jq -c '[.command, .confinement.seccomp, .confinement.apparmor, .confinement.apparmor_state]' "$SD_HOME/confinement.jsonl" | tr '\n' ' ')" \
    "$(printf '%s ' '["run","default",null,"'"$(apparmor_here)"'"]' '["ps",null,null,null]' '["create","default",null,"off"]' \
      '["run","default",null,"refused"]' '["run","default","safe-docker-default","remote"]')"
  rm -f "$SD_HOME/confinement.jsonl"
}

@test "explain=json: changes have rule, option and reason, and stand in argv" {
  policy
  json run --memory=64m image
  is '[.changes[] | keys == ["option", "reason", "rule"] and all(type == "string" and length > 0)] | length > 8 and all'
  is '[.changes[] | select(.option == "--cap-drop=ALL")] | length == 1'
  is '[.changes[] | select(.option == "--security-opt=no-new-privileges=true").rule] == ["no-new-privileges"]'
  is '[.changes[] | select(.option == $user).rule] == ["user"]' --arg user "--user=$ALICE:$GROUP"
  is '[.changes[] | select(.rule == "memory")] == [] and ([.changes[] | select(.rule == "memory-swap")] | length == 1)'
  is '(.argv | index("--cap-drop=ALL") and index("--security-opt=no-new-privileges=true") and index($user))' --arg user "--user=$ALICE:$GROUP"
}

@test "explain=json: argv and env are exactly what is executed" {
  policy
  local words=(run --rm -it -e "A=b c" -v "$WORK:/w" --entrypoint= --label 'x="y"' image sh -c 'echo $0 "*"') ran
  json "${words[@]}"
  ran=$(via_setgid "${words[@]}")
  equal "$(jq -c .argv <<<"$ran")" "$(jq -c .argv <<<"$JSON")"
  equal "$(jq -c '.env | map(split("=") | {(.[0]): (.[1:] | join("="))}) | add' <<<"$ran")" "$(jq -c .env <<<"$JSON")"
}

@test "explain=json: via names the door" {
  policy
  chmod 0644 "$POLICY"
  equal "$(via_sudo --explain=json run image | jq -r .caller.via)" sudo
  equal "$(via_setgid --explain=json run image | jq -r .caller.via)" setgid
  equal "$(via_direct --explain=json run image | jq -r .caller.via)" direct
}

@test "explain, explain=text: the same decision in words; an unknown form is refused" {
  policy
  local how
  for how in --explain --explain=text; do
    run via_setgid "$how" run image
    equal "$status" 0
    holds "$output" "decision: allow"
    holds "$output" --cap-drop=ALL
    run via_setgid "$how" run --privileged image
    equal "$status" 125
    holds "$output" "decision: deny"
    holds "$output" --privileged
  done
  run via_setgid --explain=yaml run image
  equal "$status" 125
}

# --- exit statuses --------------------------------------------------------------------------------------

@test "exit status: the real CLI's own, 125, 126 and 127" {
  local cli=$SD_HOME/cli want
  for want in 0 1 42 125 137 255; do
    printf '#!/bin/sh\nexit %s\n' "$want" >"$cli"
    chmod 0755 "$cli"
    policy "{\"docker\": {\"path\": \"$cli\"}}"
    run via_setgid run image
    equal "$status" "$want"
  done
  run via_setgid run --privileged image
  equal "$status" 125
  chmod 0644 "$cli"
  run via_setgid run image
  equal "$status" 126
  rm "$cli"
  run -127 via_setgid run image
  echo '{"version": 1, "x": 1}' >"$POLICY"
  run via_setgid run image
  equal "$status" 125
}

# --- where the policy comes from ------------------------------------------------------------------------

@test "without files the built-in policy holds, which is the shipped file" {
  local shipped=$SD_HOME/prefix/share/safe-docker/policy/default.json
  cmp "$shipped" "$SD_ROOT/profiles/policy/default.json"
  equal "$(shown '[.origin[] | startswith("built-in:")] | all')" true
  local built
  built=$(shown .policy)
  cp "$shipped" "$POLICY"
  equal "$(shown .policy)" "$built"
  equal "$(shown '[.origin[] | startswith($path + ":")] | all' --arg path "$POLICY")" true
}

@test "the shipped default has every key of the contract, and the values that are promised" {
  equal "$(shown '.policy | [.version, .docker.path, .docker.host, .docker.tls, .docker.config_dir, .docker.run_as, .docker.contexts]')" \
    '[1,"/usr/bin/docker","unix:///var/run/docker.sock",{"ca":"","cert":"","key":""},"/etc/safe-docker/docker","caller",{}]'
  equal "$(shown '.policy | [.isolation, .capabilities.default, .capabilities.allow, .user.mode, .user.root_fallback]')" \
    '["owner",[],["NET_BIND_SERVICE"],"caller","65534:65534"]'
  equal "$(shown '.policy.resources | [.memory, .swap, .cpus, .pids, .shm_size, .tmpfs_size, .ulimits.core, .cgroup_parent]')" \
    '[{"default":"512m","max":"2g"},{"max":"0"},{"default":"1","max":"2"},{"default":256,"max":1024},{"default":"64m","max":"256m"},{"default":"64m","max":"512m"},{"default":"0","max":0},""]'
  equal "$(shown '.policy.mounts | [.bind, .protect, .volumes, .tmpfs]')" \
    '[[{"source":"{home}","access":"rw"}],[],{"allow":["*"],"shared":[]},true]'
  equal "$(shown '.policy.network | [.allow, .publish.addresses, .publish.default_address, .publish.ports, .publish.all]')" \
    '[["default","bridge","none"],["127.0.0.1","::1"],"127.0.0.1","1024-65535",false]'
  equal "$(shown '.policy | [.images.allow, .images.require_digest, .images.content_trust, .images.pull, .filesystem]')" \
    '[["**"],false,false,"",{"read_only":"allow"}]'
  equal "$(shown '.policy | [.seccomp.profile, .seccomp.caller_profiles, .apparmor.profile, .apparmor.mode, .apparmor.allow]')" \
    '["default","deny","safe-docker-default","auto",[]]'
  equal "$(shown '.policy | [.restart, .logging, .sysctls, .devices, .runtimes, .options, .audit]')" \
    '[{"allow":["no","on-failure"],"max_retries":5},{"drivers":["json-file","local","journald","none"]},{"allow":["net.ipv4.ip_unprivileged_port_start","net.ipv4.ping_group_range"]},{"allow":[]},{"allow":[]},{"allow":[]},{"syslog":true,"file":"","required":true}]'
  equal "$(shown '[.policy.commands.allow | index("run", "create") != null] | all')" true
}

@test "merging: policy.json, then policy.d in byte order; objects by key, arrays and scalars replace" {
  policy '{"resources": {"memory": {"default": "100m", "max": "200m"}}, "network": {"allow": ["default", "one"]}}'
  part 9.json '{"resources": {"memory": {"default": "90m"}}, "network": {"allow": ["two"]}}'
  part 10.json '{"resources": {"memory": {"default": "110m"}}, "network": {"allow": ["three"]}}'
  part B.json '{"resources": {"pids": {"default": 66}}}'
  part a.json '{"resources": {"pids": {"default": 97}}}'
  part ignored.txt 'no policy'
  part .hidden.json 'no policy'
  equal "$(shown '.policy.resources | [.memory.default, .memory.max, .pids.default, .pids.max, .cpus.default]')" '["90m","200m",97,1024,"1"]'
  equal "$(shown .policy.network.allow)" '["two"]'
  equal "$(shown '.origin["resources.memory.default", "resources.memory.max", "resources.pids.max", "network.allow"] | split(":")[0]' -r | tr '\n' ' ')" \
    "$ETC/policy.d/9.json $POLICY built-in $ETC/policy.d/9.json "
}

@test "policy show: each value with file, line and column" {
  printf '{\n  "version": 1, // comment\n  /* and\n  one more */ "isolation": "shared",\n  "audit": {"syslog": false, "required": false}\n}\n' >"$POLICY"
  equal "$(shown .origin.isolation -r)" "$POLICY:4:28"
  equal "$(shown .origin.version -r)" "$POLICY:2:14"
  equal "$(shown '.origin["audit.syslog"]' -r)" "$POLICY:5:23"
  equal "$(shown '(.policy | [paths(type != "object") | select(all(type == "string")) | join(".")]) - (.origin | keys)')" '[]'
}

@test "SAFE_DOCKER_POLICY: replaces everything for the caller's own process" {
  policy '{"isolation": "owner"}'
  part 10.json '{"resources": {"pids": {"default": 10}}}'
  sd_as sd-alice sh -c "echo '{\"version\": 1, \"isolation\": \"shared\"}' >$WORK/own.json"
  CHOSEN=$WORK/own.json
  equal "$(via_direct policy show | jq -c '[.policy.isolation, .policy.resources.pids.default, .policy.docker.path, (.sources | length)]')" \
    '["shared",256,"/usr/bin/docker",1]'
  chmod 0666 "$WORK/own.json"
  run via_direct policy show
  equal "$status" 125
  CHOSEN=/tmp/safe-docker-contract.$$
  sd_as sd-alice sh -c "echo '{\"version\": 1}' >$CHOSEN"
  run via_direct policy show
  rm -f "$CHOSEN"
  equal "$status" 125
  holds "$output" /tmp
}

@test "SAFE_DOCKER_POLICY: ignored at every door, and the record says so" {
  local audit=$SD_HOME/contract.jsonl
  install -o root -g docker -m 0660 /dev/null "$audit"
  policy "{\"audit\": {\"file\": \"$audit\", \"required\": true}}"
  sd_as sd-alice sh -c "echo '{\"version\": 1, \"isolation\": \"shared\"}' >$WORK/own.json"
  equal "$(sd_as sd-alice env "SAFE_DOCKER_POLICY=$WORK/own.json" "$SD_HOME/door/docker" policy show | jq -r .policy.isolation)" owner
  equal "$(sd_as sd-alice sudo -n "SAFE_DOCKER_POLICY=$WORK/own.json" "$SD_HOME/prefix/bin/safe-docker" policy show | jq -r .policy.isolation)" owner
  sd_as sd-alice env "SAFE_DOCKER_POLICY=$WORK/own.json" "$SD_HOME/door/docker" run image >/dev/null
  sd_as sd-alice sudo -n "SAFE_DOCKER_POLICY=$WORK/own.json" "$SD_HOME/prefix/bin/safe-docker" run --privileged image || equal $? 125
  via_setgid run image >/dev/null
  equal "$(jq -c '[.decision, .caller.via, .policy_variable]' "$audit" | tr '\n' ' ')" \
    '["allow","setgid","ignored"] ["deny","sudo","ignored"] ["allow","setgid",null] '
  rm -f "$audit"
}

@test "ownership: regular, root's, writable by nobody else, and so the folders above" {
  local mode
  for mode in 0664 0646 0666; do
    policy
    chmod "$mode" "$POLICY"
    run via_setgid run image
    equal "$status" 125
    holds "$output" policy.json
    rm -f "$POLICY"
  done
  policy
  chown sd-alice "$POLICY"
  run via_setgid run image
  equal "$status" 125
  chown root "$POLICY"
  chmod 1777 "$ETC"
  run via_setgid run image
  chmod 0755 "$ETC"
  equal "$status" 125
  run via_setgid run image
  equal "$status" 0
}

@test "mistakes: file, line, column, key, and the nearest key" {
  mistake '{\n  "version": 1,\n  "resource": {}\n}\n' 3:3 '"resource"' 'resources'
  mistake '{"version": 1,\n "network": {"publish": {"port": "1"}}}\n' 2:26 '"network.publish.port"' '"ports"'
  mistake '{"version": 1,\n "isolation": "owner",\n "isolation": "owner"}\n' 3:2 '"isolation"'
  mistake '{"version": 1,\n "isolation": 1}\n' 2:15 isolation
  mistake '{"version": 1,\n "isolation": null}\n' 2:15 isolation
  mistake '{"version": 1,\n "isolation": "none"}\n' 2:15 isolation
  mistake '{"version": 1,\n "resources": {"pids": {"max": 0}}}\n' 2:32 resources.pids.max
  mistake '{"version": 1,\n "resources": {"pids": {"default": 1.5}}}\n' 2:36 'whole number'
  mistake '{"version": 2}\n' 1:13 version
  mistake '{"version": 1,\n "overrides": [{"users": ["nobody"], "policy": {"version": 1}}]}\n' 2:49 version
  mistake '{"version": 1,\n "overrides": [{"users": ["nobody"], "policy": {"audit": {}}}]}\n' 2:49 audit
  mistake '{"version": 1,\n "overrides": [{"users": ["nobody"], "policy": {"overrides": []}}]}\n' 2:49 overrides
  mistake '{"version": 1,\n "overrides": [{"users": ["nobody"], "policy": {"isolatoin": "owner"}}]}\n' 2:49 isolatoin isolation
}

# --- overrides and templates ----------------------------------------------------------------------------

# memory_with OVERRIDES: the caller's default of memory.
memory_with() {
  policy "{\"overrides\": $1}"
  shown .policy.resources.memory.default -r
}

gives() { printf '{"%s": ["%s"], "policy": {"resources": {"memory": {"default": "%s"}}}}' "$1" "$2" "$3"; }

@test "overrides: by name and id of user, primary and secondary group; the last that matches wins" {
  equal "$(memory_with "[$(gives users sd-alice 11m)]")" 11m
  equal "$(memory_with "[$(gives users "$ALICE" 12m)]")" 12m
  equal "$(memory_with "[$(gives groups sd-alice 13m)]")" 13m
  equal "$(memory_with "[$(gives groups "$GROUP" 14m)]")" 14m
  equal "$(memory_with "[$(gives groups sd-guild 15m)]")" 15m
  equal "$(memory_with "[$(gives groups "$(getent group sd-guild | cut -d: -f3)" 16m)]")" 16m
  equal "$(memory_with "[$(gives users root 17m), $(gives groups root 18m), $(gives groups no-such-group 19m), $(gives users "$GROUP$ALICE" 20m)]")" 512m
  equal "$(memory_with "[$(gives users sd-alice 21m), $(gives groups sd-guild 22m), $(gives users root 23m)]")" 22m
  equal "$(memory_with "[$(gives groups sd-guild 24m), $(gives users sd-alice 25m)]")" 25m
}

@test "overrides: either of users and groups is enough, and what they leave out stays" {
  policy '{"overrides": [{"users": ["root"], "groups": ["sd-guild"], "policy": {"resources": {"memory": {"max": "3g"}}}}]}'
  equal "$(shown .policy.resources.memory)" '{"default":"512m","max":"3g"}'
}

@test "templates come from the passwd database" {
  policy '{"mounts": {"bind": [{"source": "{home}/in", "access": "rw"}], "volumes": {"allow": ["{user}-*", "{uid}.{gid}"]}}}'
  sd_as sd-alice mkdir -p "$ALICE_HOME/in/deep"
  local name
  for name in "sd-alice-data" "$ALICE.$GROUP" "$ALICE_HOME/in" "$ALICE_HOME/in/deep"; do
    json run -v "$name:/x" image
    equal "$STATUS" 0
  done
  for name in "sd-bob-data" data "$ALICE_HOME"; do
    json run -v "$name:/x" image
    equal "$STATUS" 125
  done
  rm -rf "$ALICE_HOME/in"
  JSON=$(sd_as sd-alice env HOME=/ USER=root LOGNAME=root "$SD_HOME/door/docker" --explain=json run -v /srv:/x image) || true
  is '.decision == "deny"'
}

# --- what the keys mean ---------------------------------------------------------------------------------

# Lines of POLICY|WORDS|WANT: WANT is the rule that refuses, or the words that argv has to hold.
judge() {
  local more words want wanted
  while IFS='|' read -r more words want; do
    [[ -n $more ]] || continue
    policy "$more"
    words=${words//HOME/$ALICE_HOME} wanted=${want//HOME/$ALICE_HOME}
    wanted=${wanted//ALICE/$ALICE:$GROUP}
    # shellcheck disable=SC2086
    json $words
    case $want in
      deny:*) is '.argv == null and ([.violations[].rule] == [$rule])' --arg rule "${want#deny:}" ;;
      *) is '.argv != null and (($want | split(" ")) - .argv == [])' --arg want "$wanted" ;;
    esac || {
      printf 'policy: %s\n words: %s\n' "$more" "$words" >&2
      return 1
    }
  done
}

@test "resources: left out is injected, beyond is refused and never lowered, less is granted" {
  judge <<'TABLE'
{"resources": {"memory": {"default": "100m", "max": "200m"}}}|run image|--memory=104857600 --memory-swap=104857600
{"resources": {"memory": {"default": "100m", "max": "200m"}}}|run -m 200m image|--memory=209715200 --memory-swap=209715200
{"resources": {"memory": {"default": "100m", "max": "200m"}}}|run -m 201m image|deny:memory
{"resources": {"memory": {"default": "100m", "max": "200m"}}}|run -m 10m image|--memory=10485760
{"resources": {"memory": {"default": 104857600, "max": 104857600}}}|run image|--memory=104857600
{"resources": {"memory": {"default": "100m", "max": "200m"}}}|run -m 0 image|deny:memory
{"resources": {"swap": {"max": "100m"}}}|run -m 100m --memory-swap 200m image|--memory-swap=209715200
{"resources": {"swap": {"max": "100m"}}}|run -m 100m --memory-swap 201m image|deny:memory-swap
{}|run -m 100m --memory-swap 101m image|deny:memory-swap
{"resources": {"cpus": {"default": "0.5", "max": "1.5"}}}|run image|--cpus=0.5
{"resources": {"cpus": {"default": "0.5", "max": "1.5"}}}|run --cpus 1.5 image|--cpus=1.5
{"resources": {"cpus": {"default": "0.5", "max": "1.5"}}}|run --cpus 1.51 image|deny:cpus
{"resources": {"pids": {"default": 7, "max": 9}}}|run image|--pids-limit=7
{"resources": {"pids": {"default": 7, "max": 9}}}|run --pids-limit 9 image|--pids-limit=9
{"resources": {"pids": {"default": 7, "max": 9}}}|run --pids-limit 10 image|deny:pids-limit
{"resources": {"pids": {"default": 7, "max": 9}}}|run --pids-limit -1 image|deny:pids-limit
{"resources": {"shm_size": {"default": "1m", "max": "2m"}}}|run image|--shm-size=1048576
{"resources": {"shm_size": {"default": "1m", "max": "2m"}}}|run --shm-size 3m image|deny:shm-size
{"resources": {"tmpfs_size": {"default": "1m", "max": "2m"}}}|run --mount type=tmpfs,dst=/t image|--mount=type=tmpfs,target=/t,tmpfs-size=1048576
{"resources": {"tmpfs_size": {"default": "1m", "max": "2m"}}}|run --tmpfs /t:size=3m image|deny:tmpfs-size
{"resources": {"ulimits": {"nofile": {"default": "5:6", "max": 7}}}}|run image|--ulimit=nofile=5:6 --ulimit=core=0:0
{"resources": {"ulimits": {"nofile": {"default": "5:6", "max": 7}}}}|run --ulimit nofile=7 image|--ulimit=nofile=7:7
{"resources": {"ulimits": {"nofile": {"default": "5:6", "max": 7}}}}|run --ulimit nofile=8 image|deny:ulimit
{"resources": {"ulimits": {"nproc": {"default": 5, "max": 7}}}}|run image|--ulimit=nproc=5:5
{}|run --ulimit nproc=5 image|deny:ulimit
{"resources": {"cgroup_parent": "sd-u{uid}.slice"}}|run --cgroup-parent other.slice image|deny:cgroup-parent
TABLE
  policy '{"resources": {"cgroup_parent": "sd-u{uid}.slice"}}'
  json run image
  is '.argv | index($want)' --arg want "--cgroup-parent=sd-u$ALICE.slice"
}

@test "capabilities, user, mounts" {
  judge <<'TABLE'
{"capabilities": {"default": ["CHOWN"], "allow": ["CHOWN", "KILL"]}}|run image|--cap-drop=ALL --cap-add=CHOWN
{"capabilities": {"default": ["CHOWN"], "allow": ["CHOWN", "KILL"]}}|run --cap-add CAP_KILL image|--cap-drop=ALL --cap-add=KILL
{"capabilities": {"default": [], "allow": ["CHOWN"]}}|run --cap-add NET_BIND_SERVICE image|deny:capabilities
{}|run image|--user=ALICE
{}|run -u 12345:12345 image|deny:user
{"user": {"mode": "non-root"}}|run -u 12345:12346 image|--user=12345:12346
{"user": {"mode": "non-root"}}|run -u 0:0 image|deny:user
{"user": {"mode": "any"}}|run -u 0:0 image|--user=0:0
{}|run -v HOME:/x image|--mount=type=bind,source=HOME,target=/x
{"mounts": {"bind": [{"source": "{home}", "access": "ro"}]}}|run -v HOME:/x image|deny:bind-read-only
{"mounts": {"bind": [{"source": "{home}", "access": "ro"}]}}|run -v HOME:/x:ro image|--cap-drop=ALL
{"mounts": {"bind": []}}|run -v HOME:/x image|deny:bind-source
{"mounts": {"protect": ["{home}"]}}|run -v HOME:/x image|deny:bind-protected
{"mounts": {"protect": ["{home}/deep"]}}|run -v HOME:/x image|deny:bind-protected
{"mounts": {"volumes": {"allow": ["data-?"]}}}|run -v data-1:/x image|--cap-drop=ALL
{"mounts": {"volumes": {"allow": ["data-?"]}}}|run -v other:/x image|deny:volume-name
{"mounts": {"tmpfs": false}}|run --tmpfs /x image|deny:tmpfs
TABLE
}

@test "network, images, filesystem, restart, logging" {
  judge <<'TABLE'
{"network": {"allow": ["team-*"]}}|run --network team-a image|--network=team-a
{"network": {"allow": ["team-*"]}}|run --network bridge image|deny:network
{"network": {"allow": ["**"]}}|run --network host image|deny:network
{"network": {"allow": ["host"]}}|run --network host image|--network=host
{}|run -p 8080:80 image|--publish=127.0.0.1:8080:80/tcp
{"network": {"publish": {"addresses": ["10.1.2.3"], "default_address": "10.1.2.3"}}}|run -p 8080:80 image|--publish=10.1.2.3:8080:80/tcp
{"network": {"publish": {"addresses": ["10.1.2.3"], "default_address": "10.1.2.3"}}}|run -p 127.0.0.1:8080:80 image|deny:publish-address
{"network": {"publish": {"ports": "9000-9001"}}}|run -p 9001:80 image|--publish=127.0.0.1:9001:80/tcp
{"network": {"publish": {"ports": "9000-9001"}}}|run -p 9002:80 image|deny:publish-port
{}|run -P image|deny:publish-all
{"network": {"publish": {"all": true}}}|run -P image|--publish-all=true
{"images": {"allow": ["alpine"]}}|run docker.io/library/alpine:3|docker.io/library/alpine:3
{"images": {"allow": ["docker.io/library/*"]}}|run alpine|alpine
{"images": {"allow": ["docker.io/*"]}}|run alpine/git|deny:image
{"images": {"allow": ["docker.io/*/*"]}}|run alpine/git|alpine/git
{"images": {"allow": ["reg.example/*"]}}|run reg.example/a/b|deny:image
{"images": {"allow": ["reg.example/**"]}}|run reg.example/a/b|reg.example/a/b
{"images": {"require_digest": true}}|run alpine|deny:image-digest
{"images": {"pull": "always"}}|run image|--pull=always
{"images": {"pull": "always"}}|run --pull never image|deny:pull
{"filesystem": {"read_only": "default"}}|run image|--read-only=true
{"filesystem": {"read_only": "default"}}|run --read-only=false image|--read-only=false
{"filesystem": {"read_only": "require"}}|run --read-only=false image|deny:read-only
{"restart": {"allow": ["always"]}}|run --restart always image|--restart=always
{}|run --restart always image|deny:restart
{}|run --restart on-failure:6 image|deny:restart
{"restart": {"max_retries": 6}}|run --restart on-failure:6 image|--restart=on-failure:6
{"logging": {"drivers": ["none"]}}|run --log-driver local image|deny:log-driver
{"logging": {"drivers": ["local"]}}|run --log-driver local image|--log-driver=local
TABLE
}

@test "sysctls, devices, runtimes, options, seccomp, commands" {
  judge <<'TABLE'
{"sysctls": {"allow": ["net.core.somaxconn"]}}|run --sysctl net.core.somaxconn=512 image|--sysctl=net.core.somaxconn=512
{}|run --sysctl net.core.somaxconn=512 image|deny:sysctl
{}|run --device /dev/null image|deny:device
{"devices": {"allow": [{"path": "/dev/null", "access": "r"}]}}|run --device /dev/null:/dev/null:rw image|deny:device
{"runtimes": {"allow": ["runsc"]}}|run --runtime runsc image|--runtime=runsc
{"runtimes": {"allow": ["runsc"]}}|run --runtime kata image|deny:runtime
{}|run --gpus all image|deny:gpus
{"options": {"allow": ["gpus"]}}|run --gpus all image|--cap-drop=ALL
{}|run --security-opt seccomp=unconfined image|deny:seccomp
{"seccomp": {"caller_profiles": "stricter"}}|run --security-opt seccomp=unconfined image|deny:seccomp
{"apparmor": {"mode": "off"}}|run --security-opt apparmor=unconfined image|deny:apparmor
{"commands": {"allow": ["create"]}}|run image|deny:command-not-allowed
{"commands": {"allow": ["create"]}}|container create image|create
{"commands": {"allow": ["container run"]}}|run image|run
{"commands": {"allow": ["run"]}}|ps|deny:command-not-allowed
TABLE
}

@test "docker: contexts by name only, config_dir and path as the policy says" {
  policy '{"docker": {"contexts": {"other": {"host": "unix:///nowhere/docker.sock"}}}}'
  json --context other run image
  is '.argv[1] == "--host=unix:///nowhere/docker.sock"'
  json --context nowhere run image
  is '.violations[0].rule == "context"'
  policy "{\"docker\": {\"path\": \"$SD_HOME/prefix/bin/safe-docker\"}}"
  run via_setgid run image
  [[ $status -ge 125 && $status -le 127 ]]
  policy '{"docker": {"host": "tcp://10.0.0.1:2376"}}'
  run via_setgid run image
  equal "$status" 125
  holds "$output" "docker.host: tcp://"
}

# --- what a person sees ---------------------------------------------------------------------------------

@test "help and version need no image and reach the real CLI; other words before the command do not" {
  policy
  equal "$(via_setgid run --help | jq -c '.argv[2:]')" '["run","--help"]'
  equal "$(via_setgid help run | jq -c '.argv[2:]')" '["run","--help"]'
  equal "$(via_setgid --version | jq -c '.argv[1:]')" '["--version"]'
  equal "$(via_setgid -D run image | jq -c '.argv[2:4]')" '["--debug=true","run"]'
  run via_setgid --help
  equal "$status" 0
  holds "$output" "Commands that the policy allows:"
  holds "$output" "  containers attach, "
  local words
  for words in "--help run image" "-v run image" "--version run image" "-H unix:///x run image" "--config /x run image" "-- run image"; do
    # shellcheck disable=SC2086
    run via_setgid $words
    equal "$status" 125
    holds "$output" "safe-docker: "
  done
}

# on_terminal [NAME=VALUE]: a refusal, written to a terminal.
on_terminal() {
  sd_as sd-alice env TERM=xterm "$@" script -qec "$SD_HOME/door/docker run --privileged image" /dev/null </dev/null || true
}

@test "messages: colours on a terminal alone and not under NO_COLOR" {
  policy
  holds "$(on_terminal)" $'\033[1;31m'
  holds "$(on_terminal)" --privileged
  local text
  for text in "$(on_terminal NO_COLOR=1)" "$(on_terminal TERM=dumb)" "$(sd_as sd-alice env TERM=xterm "$SD_HOME/door/docker" run --privileged image 2>&1 || true)"; do
    holds "$text" --privileged
    [[ $text != *$'\033'* ]]
  done
}

@test "messages: control characters of the caller are written out, long words cut" {
  policy
  local word option
  for word in $'a\033[31mb' $'a\rb' $'a\nb' $'a\x7fb' $'a\xc2\x9bb'; do
    for option in "$word" "--name=$word" "--$word" "--volume=/$word:/x" "--env-file=$word"; do
      run via_setgid run "$option" image
      equal "$status" 125
      [[ $output != *"$word"* ]]
    done
  done
  run via_setgid run "$(printf 'A%.0s' {1..100000})"
  equal "$status" 125
  [[ ${#output} -lt 4000 ]]
}
