#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Each command on a real daemon with one's own things, with another caller's, with nobody's: by name, by the beginning of the id,
# by the whole id. Another's must be answered like nobody's, and stay as it is.

load common
load isolation
setup_file() { bob_furnish; }
teardown_file() { bob_clear; }
setup() { common_setup; }
teardown() {
  alice_clear
  rm -rf "${WORK:?}"
}

# --- looking --------------------------------------------------------------------------------------------

@test "logs" { cells running 'equal "$output" from-alice' logs %; }
@test "logs, with options around the name" { cells running 'holds "$output" from-alice' logs --tail 1 % -t; }
@test "inspect" { cells running 'holds "$output" "$ID"' inspect %; }
@test "inspect --type container" { cells running 'equal "$output" "$ID"' inspect --type container --format '{{.Id}}' %; }
@test "container inspect" { cells running 'equal "$output" /mine' container inspect --format '{{.Name}}' %; }
@test "top" { cells running 'holds "$output" "sleep 1000"' top %; }
@test "port" { cells running 'equal "$output" ""' port %; }
@test "diff" { cells running : diff %; }
@test "stats" {
  alice_has running
  run as_alice stats --no-stream --format '{{.Name}}' mine
  equal "$status $output" "0 mine"
  run as_alice stats --no-stream --format '{{.Name}}'
  equal "$status $output" "0 mine"
  others stats --no-stream %
}
@test "export" { cells running 'tar -tf "$WORK/mine.tar" bin/busybox' export --output "$WORK/mine.tar" %; }
@test "attach" { cells ending 'equal "$output" from-alice' attach --no-stdin %; }
@test "wait" { cells ending 'equal "$output" 0' wait %; }

# --- doing ----------------------------------------------------------------------------------------------

@test "exec" { cells running 'equal "$output" "uid=$ALICE gid=$ALICE_GROUP"' exec % sh -c 'echo uid=$(id -u) gid=$(id -g)'; }
@test "exec --detach" { cells running : exec --detach % true; }
@test "cp from a container" { cells running 'holds "$output" "sd-alice:x:0:0"' cp %:/etc/passwd -; }
@test "cp into a container" {
  echo hello >"$WORK/file"
  cells running 'equal "$(plain exec mine cat /tmp/file)" hello' cp "$WORK/file" %:/tmp/
}
@test "start" { cells stopped 'in_state exited' start --attach %; }
@test "stop" { cells fresh 'in_state exited' stop --time 0 %; }
@test "restart" { cells fresh 'in_state running' restart --time 0 %; }
@test "kill" { cells fresh 'wait_for 5 in_state exited' kill --signal KILL %; }
@test "pause" { cells fresh 'in_state paused' pause %; }
@test "unpause" { cells paused 'in_state running' unpause %; }
@test "rename" { cells fresh 'equal "$(plain container inspect --format "{{.Name}}" "$ID")" /renamed' rename % renamed; }
@test "update" { cells running 'equal "$(plain container inspect --format "{{.HostConfig.Memory}}" mine)" 104857600' update --memory 100m --memory-swap 100m %; }
@test "rm" { cells stopped 'gone plain container inspect mine' rm %; }
@test "rm --force --volumes" { cells fresh 'gone plain container inspect mine' rm --force --volumes %; }
@test "commit" {
  policy '{"commands": {"allow": ["commit", "run", "create"]}, "images": {"own": ["{user}/**"]}}'
  cells running 'plain image inspect sd-alice/copy:1' commit % sd-alice/copy:1
  plain rmi --force sd-alice/copy:1
}

# --- volumes and networks ---------------------------------------------------------------------------------

@test "volume inspect" { object_cells volume volume inspect %; }
@test "volume rm" { object_cells volume volume rm %; }
@test "inspect a volume" { object_cells volume inspect %; }
@test "network inspect" { object_cells network network inspect %; }
@test "network rm" { object_cells network network rm %; }
@test "inspect a network" { object_cells network inspect %; }

@test "network connect and disconnect: both must be one's own" {
  local before
  as_alice network create mine-network >/dev/null
  as_alice run --detach --network=mine-network --name mine "$SD_IMAGE" sleep 1000 >/dev/null
  before=$(bob_state)
  like_nothing "$MARK-network" nobodys network connect % mine
  like_nothing "$MARK-network" nobodys network disconnect --force % mine
  like_nothing "$MARK-up" nobodys network connect mine-network %
  like_nothing "$MARK-up" nobodys network disconnect --force mine-network %
  equal "$(bob_state)" "$before"
  run as_alice network disconnect mine-network mine
  equal "$status $output" "0 $output"
  run as_alice network connect --alias db mine-network mine
  equal "$status $output" "0 $output"
}

# --- several at once --------------------------------------------------------------------------------------

@test "among several operands one's own are served and the others do not exist" {
  local before
  alice_has fresh
  before=$(bob_state)
  run as_alice stop --time 0 "$MARK-up" mine nobodys
  [[ $status -ne 0 ]]
  in_state exited
  holds "$output" "No such container: $MARK-up"
  holds "$output" "No such container: nobodys"
  run as_alice rm --force "$(id_of "$MARK-down")" mine
  equal "$status" 0 # the real CLI's --force forgives what does not exist
  holds "$output" "No such container: $(id_of "$MARK-down")"
  gone plain container inspect mine
  equal "$(bob_state)" "$before"
}

@test "lists show one's own alone, whatever is filtered for" {
  local words
  alice_has running
  as_alice volume create mine-volume >/dev/null
  as_alice network create mine-network >/dev/null
  for words in "ps --all" "ps --all --filter name=." "ps --all --filter label=note" "ps --all --filter volume=$MARK-volume" "ps --last 100" "ps --all --quiet --no-trunc" "volume ls" \
    "volume ls --filter name=$MARK" "network ls" "network ls --filter name=$MARK" "network ls --filter type=custom" \
    "events --since 1h --until 0s" "events --since 1h --until 0s --filter type=volume" "events --since 1h --until 0s --filter type=network"; do
    # shellcheck disable=SC2086
    run as_alice $words
    equal "$words $status" "$words 0"
    lacks "$output" "$MARK"
    lacks "$output" "$(id_of "$MARK-up" | cut -c1-12)"
    lacks "$output" "$(id_of "$MARK-down" | cut -c1-12)"
  done
  run as_alice ps --all --filter "label=io.safe-docker.owner=$(id -u sd-bob)"
  equal "$status" 125
  run as_alice ps --format '{{.Names}}'
  equal "$output" mine
  run as_alice volume ls --quiet
  equal "$output" mine-volume
  run as_alice network ls --filter driver=bridge --format '{{.Name}}'
  equal "$output" mine-network
}

@test "prune removes one's own alone" {
  local before
  alice_has stopped
  as_alice volume create mine-volume >/dev/null
  as_alice network create mine-network >/dev/null
  plain run --detach --network=none --name roots "$SD_IMAGE" true >/dev/null
  before=$(bob_state)
  as_alice container prune --force
  as_alice volume prune --force
  as_alice network prune --force
  run as_alice container prune --force --filter "label=io.safe-docker.owner=$(id -u sd-bob)"
  equal "$status" 125
  as_alice volume prune --force --filter "label!=x"
  as_alice network prune --force --filter until=1s
  gone plain container inspect mine
  gone plain volume inspect mine-volume
  gone plain network inspect mine-network
  plain rm roots
  equal "$(bob_state)" "$before"
}

@test "what run names must be one's own" {
  local before words
  before=$(bob_state)
  for words in "--volumes-from=$MARK-up" "--network=container:$MARK-up" "--pid=container:$MARK-up" "--ipc=container:$MARK-up" "--link=$MARK-up" \
    "--volume=$MARK-volume:/x" "--mount=type=volume,source=$MARK-volume,target=/x" "--network=$MARK-network" "--name=$MARK-up"; do
    run as_alice run --rm --network=none "$words" "$SD_IMAGE" true
    [[ $words != --network=* ]] || run as_alice run --rm "$words" "$SD_IMAGE" true
    equal "$words: $status" "$words: 125"
    # the daemon's own refusal of a name tells the id: SECURITY.md
    [[ $words == --name=* ]] || lacks "$output" "$(id_of "$MARK-up" | cut -c1-12)"
  done
  equal "$(bob_state)" "$before"
  equal "$(plain ps --all --format '{{.Names}}' | sort | paste -sd' ')" "$MARK-down $MARK-up"
}

@test "shared: what safe-docker did not launch, or holds another caller's files, is shown and not entered" {
  local words home
  home=$(sd_home_of sd-bob)
  sd_as sd-bob mkdir -p "$home/own"
  as_bob run --detach --interactive --network=none --name "$MARK-bind" --volume "$home/own:/own" "$SD_IMAGE" sh >/dev/null
  plain run --detach --interactive --network=none --name roots "$SD_IMAGE" sh >/dev/null
  policy '{"isolation": "shared", "commands": {"allow": ["exec", "attach", "cp", "export", "commit", "start", "restart", "logs", "run"]}, "images": {"own": ["{user}/**"]}}'
  for words in "exec roots id" "attach roots" "cp roots:/etc/passwd -" "export --output $WORK/roots.tar roots" "commit roots sd-alice/copy:1" "restart roots" \
    "exec $MARK-bind id" "attach $MARK-bind" "attach --no-stdin=false $MARK-bind" "restart $MARK-bind"; do
    # shellcheck disable=SC2086
    run as_alice $words <<<'echo typed >/typed; echo typed >/own/typed'
    equal "$words: $status" "$words: 125"
  done
  run as_alice logs roots
  equal "$status $output" "0 "
  equal "$(plain exec roots sh -c 'ls -d /typed 2>&1')" "ls: /typed: No such file or directory"
  equal "$(ls -A "$home/own")" ""
  gone plain image inspect sd-alice/copy:1
  plain rm --force roots "$MARK-bind"
}
