#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Names that change hands between the check and the use, two callers who take one name at once, and images that claim an owner.

load common
load isolation
setup() { common_setup; }
teardown() {
  [[ -z ${SWAPPER:-} ]] || kill "$SWAPPER" 2>/dev/null || true
  common_teardown
  plain network rm mine-network >/dev/null 2>&1 || true
  plain rmi --force forged:1 >/dev/null 2>&1 || true
}

# speaking CALLER NAME: a container of the caller's that has said whose it is.
speaking() { "$1" run --detach --network=none --name "$2" "$SD_IMAGE" sh -c "echo $1; exec sleep 1000" >/dev/null; }

# The name "it" goes from alice's container to bob's and back until the test ends.
swap_names() {
  local bobs=$1 alices=$2
  while plain rename "$alices" hers && plain rename "$bobs" it && plain rename "$bobs" his && plain rename "$alices" it; do :; done >/dev/null 2>&1
}

@test "a name that goes to another container between check and use: never the other's" {
  local bobs alices try served=0 words
  speaking as_alice it
  speaking as_bob his
  alices=$(id_of it)
  bobs=$(id_of his)
  wait_for 5 eval '[[ -n $(plain logs it) && -n $(plain logs his) ]]'
  swap_names "$bobs" "$alices" 3>&- &
  SWAPPER=$!
  for ((try = 0; try < 6; try++)); do
    for words in "logs it" "inspect --format {{.Id}} it" "exec it sh -c true" "container inspect --format {{.Id}} it" "update --cpus 0.5 it" \
      "restart --time 0 it"; do
      # shellcheck disable=SC2086
      run as_alice $words
      lacks "$words: $output" as_bob
      lacks "$words: $output" "$bobs"
      if [[ $status -eq 0 ]]; then
        served=$((served + 1))
      else
        [[ $output == *"o such "* ]] || { printf '%s: %s\n' "$words" "$output" >&2 && return 1; }
      fi
    done
  done
  kill "$SWAPPER"
  [[ $served -gt 0 ]]
  equal "$(plain container inspect --format '{{.RestartCount}} {{.HostConfig.NanoCpus}} {{.State.Status}}' "$bobs")" "0 1000000000 running"
}

@test "a name that is removed and made again by another between check and use" {
  local try
  for ((try = 0; try < 4; try++)); do
    speaking as_alice it
    rm -f "$SD_HOME/came"
    (plain rm --force it && speaking as_bob it && touch "$SD_HOME/came") >/dev/null 2>&1 3>&- &
    run as_alice rm --force it
    wait $! || true
    run as_alice rm --force it
    # bob's may fail to come where alice's was still there; it never goes once it has come
    [[ ! -e $SD_HOME/came ]] || equal "$(plain logs it)" as_bob
    plain rm --force it >/dev/null 2>&1 || true
  done
}

@test "two callers take one volume at once: exactly one gets it, the other is refused in words" {
  local try first second owner
  for ((try = 0; try < 5; try++)); do
    as_alice run --rm --network=none --volume "race$try:/x" "$SD_IMAGE" true >"$SD_HOME/race-alice" 2>&1 3>&- &
    first=$!
    as_bob run --rm --network=none --volume "race$try:/x" "$SD_IMAGE" true >"$SD_HOME/race-bob" 2>&1 3>&- &
    second=$!
    wait $first && first=0 || first=$?
    wait $second && second=0 || second=$?
    owner=$(plain volume inspect --format '{{index .Labels "io.safe-docker.owner"}}' "race$try")
    case $first,$second in
      0,125) equal "$owner" "$(id -u sd-alice)" && holds "$(cat "$SD_HOME/race-bob")" "race$try" ;;
      125,0) equal "$owner" "$(id -u sd-bob)" && holds "$(cat "$SD_HOME/race-alice")" "race$try" ;;
      *) printf 'alice %s, bob %s\n%s\n' "$first" "$second" "$(cat "$SD_HOME"/race-*)" >&2 && return 1 ;;
    esac
  done
}

@test "two callers take one name at once: exactly one gets it" {
  local try first second
  for ((try = 0; try < 4; try++)); do
    as_alice create --network=none --name "race$try" "$SD_IMAGE" true >/dev/null 2>&1 3>&- &
    first=$!
    as_bob create --network=none --name "race$try" "$SD_IMAGE" true >/dev/null 2>&1 3>&- &
    second=$!
    wait $first && first=0 || first=1
    wait $second && second=0 || second=1
    equal "$((first + second))" 1
  done
}

@test "an image that claims an owner gives nobody the containers that others start from it" {
  local words id before
  plain commit --change "LABEL io.safe-docker.owner=$ALICE" --change "LABEL io.safe-docker.version=0" \
    "$(plain create --network=none "$SD_IMAGE" true)" forged:1 >/dev/null
  plain ps --all --quiet | xargs -r /usr/bin/docker --host "unix://$SD_SOCKET" rm --force >/dev/null
  id=$(plain run --detach --network=none --name roots --user "$ALICE:$ALICE_GROUP" forged:1 sh -c 'echo roots-word; exec sleep 1000')
  plain create --network=none --name rests forged:1 true >/dev/null
  equal "$(plain container inspect --format '{{index .Config.Labels "io.safe-docker.owner"}}' roots)" "$ALICE"
  before=$(plain container inspect roots rests)
  for words in "exec % id" "inspect %" "container inspect %" "logs %" "top %" "stop --time 0 %" "restart --time 0 %" "kill %" "pause %" \
    "rename % taken" "update --cpus 0.1 %" "cp %:/etc/passwd -" "export %" "rm --force %" "diff %" "port %" "attach --no-stdin %" "wait %"; do
    # shellcheck disable=SC2086
    like_nothing "$id" "$NOBODY" $words
  done
  like_nothing rests nobodys start %
  like_nothing roots nobodys inspect %
  like_nothing rests nobodys rm %
  run as_alice container prune --force
  equal "$status" 125
  holds "$output" prune-label
  equal "$(plain container inspect roots rests)" "$before"
}
