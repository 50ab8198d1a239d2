#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor` about containers of a real daemon: what was launched and is still allowed is told to nobody, what is not is
# told with its rule, and the commands of each finding, carried out, make it go away.

load common
setup() {
  common_setup
  SAFE=$SD_HOME/prefix/bin/safe-docker
  ANSWER=$BATS_TEST_TMPDIR/answer
}
teardown() {
  common_teardown
  plain network rm mine >/dev/null 2>&1 || true
  plain rmi --force labelled:1 >/dev/null 2>&1 || true
}

# As root itself, whoever runs the tests.
doctor() { env -u SUDO_UID -u DOAS_USER -u PKEXEC_UID "$SAFE" doctor "$@"; }

# look [WORDS...]: asks, and keeps the answer.
look() { doctor --format json "$@" >"$ANSWER" || [[ $? -eq 1 ]]; }

# found: STATUS CHECK SUBJECT of all that did not pass.
found() { jq -r '.findings[] | select(.area == "containers" and .status != "pass") | "\(.status) \(.check) \(.subject)"' "$ANSWER"; }

passed() { jq -r '[.findings[] | select(.area == "containers" and .status == "pass")] | length' "$ANSWER"; }

# what CHECK SUBJECT
what() { jq -r --arg check "$1" --arg subject "$2" '.findings[] | select(.check == $check and .subject == $subject) | .what' "$ANSWER"; }

# finds LINES: just these findings.
finds() {
  look
  equal "$(found | LC_ALL=C sort)" "$(printf '%s\n' "$@" | LC_ALL=C sort)"
}

# mend: every command, as it stands, in a shell of root's; one that several findings have in common is carried out once.
mend() {
  jq -r '.findings[] | select(.area == "containers" and .status != "pass") | .commands[]' "$ANSWER" | awk '!seen[$0]++' >"$BATS_TEST_TMPDIR/commands"
  [[ -s $BATS_TEST_TMPDIR/commands ]]
  while read -r line; do
    sh -c "$line" </dev/null >/dev/null || return 1
  done <"$BATS_TEST_TMPDIR/commands"
  look
  equal "$(found)" ""
  equal "$(passed)" 9
}

launch() { sdocker run --detach --stop-signal KILL --network=none "$@" >/dev/null; }
made() { sdocker create --network=none "$@" >/dev/null; }

# --- launched and allowed -------------------------------------------------------------------------------

@test "what was launched and is allowed passes every check" {
  launch --name plain "$SD_IMAGE" sleep 1000
  made --name stopped "$SD_IMAGE" true
  finds
  equal "$(passed)" 9
  equal "$(doctor --record | jq -c '.containers.list[] | [.name, .launched, .own, .owner, .seccomp, .refused]')" \
    "$(printf '%s\n' '["plain",true,true,"sd-alice","same",false]' '["stopped",true,true,"sd-alice","same",false]')"
}

# lines: options of a launch that this policy allows.
lines() {
  sed -e "s|@HOME@|$WORK|g; s|@UID@|$ALICE|g; s|@GID@|$ALICE_GROUP|g" <<'LINES'
--memory 64m
--memory 64m --memory-swap 64m
--memory 100m --memory-reservation 50m
--cpus 0.5
--cpu-period 100000 --cpu-quota 50000
--cpu-shares 512
--cpuset-cpus 0 --cpuset-mems 0
--pids-limit 20
--shm-size 1m
--ulimit nofile=100:200
--ulimit core=0
--cap-drop ALL
--cap-drop NET_RAW
--read-only --tmpfs /tmp
--tmpfs /t:size=1m,mode=700,noexec
--tmpfs /t:uid=5,gid=6,ro
--mount type=tmpfs,target=/t
--mount type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1777
--mount type=volume,target=/v
--mount type=volume,source=vol1,target=/v,readonly
--mount type=volume,source=vol1,target=/v,volume-nocopy
-v vol2:/data
-v vol2:/data:ro,nocopy
-v /anonymous
-v @HOME@:/h
-v @HOME@:/h:ro
--mount type=bind,source=@HOME@,target=/h,readonly
--mount type=bind,source=@HOME@,target=/h,bind-propagation=rprivate
--mount type=bind,source=@HOME@,target=/h,bind-nonrecursive
--user @UID@
--user @UID@:@GID@
--group-add @GID@
--security-opt no-new-privileges
--security-opt seccomp=strict
--security-opt seccomp=no-network
--restart on-failure:3
--log-driver none
--log-driver local --log-opt max-size=1m
--log-opt max-size=1m --log-opt max-file=2
--hostname web --domainname example.org
--add-host db:10.0.0.1
--add-host v6:::1
--dns 9.9.9.9 --dns-option ndots:1 --dns-search example.org
--ipc none
--cgroupns private
--oom-score-adj 500
--blkio-weight 100
--env A=b --label x=y --workdir /tmp
--init --tty --interactive
--stop-signal SIGINT --stop-timeout 5
--health-cmd true --health-interval 5s --health-retries 3
--entrypoint sh
--expose 80 --expose 100-110/udp
--publish 8081:80
--publish 127.0.0.1:8082:80/udp
--publish 127.0.0.1::80
--publish [::1]:8083:80
--publish 127.0.0.1:9000-9002:80-82
--network none
--network mine
--network mine --network-alias web
--name named-one
--rm
--platform linux/amd64
LINES
}

# no_false_alarm CLI: nothing is found of a container of each line, and of pairs of lines that go together.
no_false_alarm() {
  local cli=$1 line other made=0 i=0
  local -a all
  policy "{\"docker\": {\"path\": \"$cli\"}, \"seccomp\": {\"caller_profiles\": \"stricter\"}}"
  plain network inspect mine >/dev/null 2>&1 || sdocker network create mine >/dev/null
  mapfile -t all < <(lines)
  for line in "${all[@]}"; do
    # shellcheck disable=SC2086 # words
    sdocker create $line "$SD_IMAGE" true >/dev/null || {
      printf 'not made: %s\n' "$line" >&2
      return 1
    }
    made=$((made + 1))
  done
  # Lines that contradict each other are refused, and so make no container.
  for ((i = 0; i < ${#all[@]}; i++)); do
    other=${all[(i * 37 + 11) % ${#all[@]}]}
    # shellcheck disable=SC2086 # words
    ! sdocker create ${all[i]/--name named-one/} ${other/--name named-one/} "$SD_IMAGE" true >/dev/null 2>&1 || made=$((made + 1))
  done
  printf '%s: %s containers\n' "$cli" "$made" >&3
  [[ $made -ge 100 ]]
  look
  equal "$(found)" ""
  equal "$(passed)" 9
}

@test "no false alarm: of many launches with many options none is told under the policy that allowed them" {
  no_false_alarm /usr/bin/docker
}

@test "no false alarm: the same with a newer docker command" {
  [[ -x /usr/local/bin/docker ]] || skip "there is no second docker command"
  no_false_alarm /usr/local/bin/docker
}

# --- the policy was tightened -----------------------------------------------------------------------------

@test "refused now: memory, a capability, a source that is gone, an image; each with its rule, and removed by its commands" {
  policy '{"capabilities": {"allow": ["SYS_NICE"]}}'
  launch --name hungry --memory 400m "$SD_IMAGE" sleep 1000
  launch --name able --memory 50m --cap-add SYS_NICE "$SD_IMAGE" sleep 1000
  sd_as sd-alice mkdir "$WORK/gone"
  made --name bound --memory 50m -v "$WORK/gone:/x" "$SD_IMAGE" true
  launch --name itself --rm --memory 400m "$SD_IMAGE" sleep 1000
  launch --name asleep --memory 400m "$SD_IMAGE" sleep 1000
  plain pause asleep >/dev/null
  launch --name small --memory 50m "$SD_IMAGE" sleep 1000
  finds
  rmdir "$WORK/gone"
  policy '{"resources": {"memory": {"default": "50m", "max": "100m"}}}'
  finds "warn container-refused-now hungry" "warn container-refused-now able" "warn container-refused-now bound" \
    "warn container-refused-now itself" "warn container-refused-now asleep"
  holds "$(what container-refused-now hungry)" "of sd-alice runs with what the policy of now refuses"
  holds "$(what container-refused-now hungry)" "the policy allows at most 100m (memory)"
  holds "$(what container-refused-now able)" "SYS_NICE (capabilities)"
  holds "$(what container-refused-now bound)" "$WORK/gone does not exist; Docker would create it as root (bind-missing)"
  holds "$(what container-refused-now bound)" "is stopped, and its owner may start it again"
  mend
  equal "$(plain ps --all --format '{{.Names}}')" small
  policy '{"images": {"allow": ["alpine"]}}'
  finds "warn container-refused-now small"
  holds "$(what container-refused-now small)" "the policy does not allow this image (image)"
  mend
}

@test "refused now: a stopped one is told because its owner may start it again, with all that it has" {
  made --name stopped --memory 400m "$SD_IMAGE" sleep 1000
  policy '{"resources": {"memory": {"default": "50m", "max": "100m"}}}'
  finds "warn container-refused-now stopped"
  sdocker start stopped
  equal "$(plain inspect --format '{{.HostConfig.Memory}} {{.State.Running}}' stopped)" "419430400 true"
}

@test "refused now: each is decided as its owner" {
  policy '{"overrides": [{"users": ["sd-bob"], "policy": {"resources": {"memory": {"max": "100m", "default": "50m"}}}}]}'
  launch --name of-alice --memory 400m "$SD_IMAGE" sleep 1000
  finds
  policy '{"overrides": [{"users": ["sd-alice"], "policy": {"resources": {"memory": {"max": "100m", "default": "50m"}}}}]}'
  sd_as sd-bob sudo -n "$SAFE" run --detach --stop-signal KILL --network=none --name of-bob --memory 400m "$SD_IMAGE" sleep 1000 >/dev/null
  finds "warn container-refused-now of-alice"
}

@test "profile: compared by what it means, not by its text" {
  local profile=$SD_HOME/etc/safe-docker/profile.json
  launch --name first "$SD_IMAGE" sleep 1000
  jq --indent 7 . "$SD_ROOT/profiles/seccomp/default.json" >"$profile"
  policy "{\"seccomp\": {\"profile\": \"$profile\"}}"
  finds
  equal "$(doctor --record | jq -r '.containers.list[0].seccomp')" same
  policy '{"seccomp": {"profile": "strict"}}'
  finds "warn container-profile first"
  mend
  # The other way round: the policy's allows more now.
  policy '{"seccomp": {"profile": "strict"}}'
  launch --name second "$SD_IMAGE" sleep 1000
  policy '{}'
  finds
  equal "$(doctor --record | jq -r '.containers.list[0].seccomp')" stricter
  rm -f "$profile"
}

# --- made past safe-docker --------------------------------------------------------------------------------

@test "forged: labels of nobody's making, whatever number they name" {
  local uid
  for uid in "$ALICE" 0 99999999999 -1 sd-alice; do
    plain run --detach --stop-signal KILL --network none --name "forged-$uid" --label "io.safe-docker.owner=$uid" "$SD_IMAGE" sleep 1000 >/dev/null
  done
  plain create --network none --name forged-stopped --label io.safe-docker.owner=1 "$SD_IMAGE" true >/dev/null
  finds "fail container-forged forged-$ALICE" "fail container-forged forged-0" "fail container-forged forged-99999999999" \
    "fail container-forged forged--1" "fail container-forged forged-sd-alice" "fail container-forged forged-stopped"
  run -1 doctor
  mend
}

@test "forged: one that copies much of a launch is found where it does not copy all" {
  plain run --detach --stop-signal KILL --network none --name copied --label "io.safe-docker.owner=$ALICE" --user "$ALICE:$ALICE_GROUP" --cap-drop ALL \
    --memory 64m --memory-swap 64m --pids-limit 20 --cpus 1 --ipc private --cgroupns private --security-opt no-new-privileges \
    "$SD_IMAGE" sleep 1000 >/dev/null
  finds "fail container-forged copied"
}

@test "foreign: the image has the label; its image is gone; it runs as a person; it has their home" {
  printf 'FROM %s\nLABEL io.safe-docker.owner=%s\n' "$SD_IMAGE" "$ALICE" >"$WORK/Dockerfile"
  ID=$(plain create --network none --label "io.safe-docker.owner=$ALICE" "$SD_IMAGE" true)
  plain commit "$ID" labelled:1 >/dev/null
  plain rm "$ID" >/dev/null
  plain run --detach --stop-signal KILL --network none --name of-image labelled:1 sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name as-alice --user "$ALICE" "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name home --volume "$WORK:/x:ro" "$SD_IMAGE" sleep 1000 >/dev/null
  finds "warn container-foreign of-image" "warn container-foreign as-alice" "warn container-foreign home"
  holds "$(what container-foreign as-alice)" "runs as sd-alice, and safe-docker did not launch it"
  holds "$(what container-foreign home)" "lies in the home of sd-alice"
  mend
}

@test "orphan: its account is gone" {
  sd_account_add sd-gone
  sd_as sd-gone "$SD_HOME/doors/setgid/docker" run --detach --stop-signal KILL --network=none --name left "$SD_IMAGE" sleep 1000 >/dev/null
  finds
  sd_account_remove sd-gone
  finds "warn container-orphan left"
  mend
}

# --- ways to the host ---------------------------------------------------------------------------------------

@test "escape and socket: privileged, the whole host, the engine's socket, a volume that is the socket" {
  plain create --network none --name privileged --privileged --restart always "$SD_IMAGE" true >/dev/null
  plain create --network none --name not-again --privileged "$SD_IMAGE" true >/dev/null
  plain run --detach --stop-signal KILL --network none --name host --volume /:/host:ro "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name processes --pid host "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name admin --cap-add SYS_ADMIN "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name socket --volume "$SD_SOCKET:/s:ro" "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name folder --volume "$SD_HOME:/s" "$SD_IMAGE" sleep 1000 >/dev/null
  plain volume create --driver local --opt type=none --opt o=bind --opt "device=$SD_HOME" innocent >/dev/null
  plain run --detach --stop-signal KILL --network none --name volume --volume innocent:/data "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name open --security-opt seccomp=unconfined --security-opt systempaths=unconfined \
    "$SD_IMAGE" sleep 1000 >/dev/null
  finds "warn container-escape privileged" "warn container-escape host" "warn container-escape processes" "warn container-escape admin" \
    "warn container-socket socket" "warn container-socket folder" "warn container-socket volume" "warn container-unconfined open"
  holds "$(what container-escape privileged)" "is privileged; safe-docker lets nobody enter it"
  holds "$(what container-socket volume)" "$SD_SOCKET"
  # As it is said: not under safe-docker, also where things are not kept apart.
  policy '{"isolation": "shared"}'
  run sdocker exec admin true
  equal "$status" 125
  mend
}

# --- bad days -------------------------------------------------------------------------------------------------

@test "what is recorded is judged the same, and holds no secret" {
  sdocker run --detach --stop-signal KILL --network=none --name secret --env TOKEN=hunter2 --label note=hunter2 "$SD_IMAGE" sleep 1000 >/dev/null
  plain run --detach --stop-signal KILL --network none --name forged --label io.safe-docker.owner=0 --label $'x=\e[31m' --env $'A=\e[31mhunter2\nB' "$SD_IMAGE" sh -c 'sleep 1000 # hunter2' >/dev/null
  doctor --record >"$BATS_TEST_TMPDIR/facts"
  lacks "$(cat "$BATS_TEST_TMPDIR/facts")" hunter2
  look
  found >"$BATS_TEST_TMPDIR/now"
  look --facts "$BATS_TEST_TMPDIR/facts"
  equal "$(found)" "$(cat "$BATS_TEST_TMPDIR/now")"
  equal "$(found)" "fail container-forged forged"
}

@test "a container that is gone before it is looked at is left out" {
  local cli=$SD_HOME/disappearing
  launch --name there "$SD_IMAGE" sleep 1000
  cat >"$cli" <<'CLI'
#!/bin/sh
/usr/bin/docker "$@" || exit $?
case "$*" in *" ps "*) echo ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff ;; esac
CLI
  chmod 0755 "$cli"
  policy "{\"docker\": {\"path\": \"$cli\"}}"
  finds
  equal "$(doctor --record | jq -c '[.containers.list[].name]')" '["there"]'
  rm -f "$cli"
}

@test "an engine that does not answer, or says what is no id: nothing is taken for good" {
  local cli=$SD_HOME/liar
  policy "{\"docker\": {\"host\": \"unix://$SD_HOME/nowhere.sock\"}}"
  look
  equal "$(found | awk '{ print $1 }' | sort | uniq -c | tr -s ' ')" " 9 unknown"
  printf '#!/bin/sh\ncase "$*" in *" ps "*) echo --privileged ;; *) exec /usr/bin/docker "$@" ;; esac\n' >"$cli"
  chmod 0755 "$cli"
  policy "{\"docker\": {\"path\": \"$cli\"}}"
  look
  equal "$(found | awk '{ print $1 }' | sort | uniq -c | tr -s ' ')" " 9 unknown"
  rm -f "$cli"
}
