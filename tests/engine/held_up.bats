#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A caller can hold up the real CLI for as long as they like, between what was checked and what is done. Here the real CLI waits at
# a word of its command line, and a volume's name changes hands meanwhile.

load common
load isolation

setup() {
  common_setup
  HELD=$SD_HOME/held
  mkdir -p "$HELD"
  chmod 0777 "$HELD"
  echo nothing >"$HELD/words"
  # Only alice's is held up, once, at the words in the file.
  cat >"$SD_HOME/slow" <<SCRIPT
#!/bin/sh
words=\$(cat "$HELD/words")
case " \$* " in
*" volume \$words "*) exec /usr/bin/docker "\$@" ;;
*" \$words "*) [ "\$(id -u)" != $ALICE ] || ! rm "$HELD/armed" 2>/dev/null || {
  : >"$HELD/reached"
  while [ ! -e "$HELD/go" ]; do sleep 0.05; done
} ;;
esac
exec /usr/bin/docker "\$@"
SCRIPT
  chmod 0755 "$SD_HOME/slow"
  policy "{\"docker\": {\"path\": \"$SD_HOME/slow\"}, \"options\": {\"allow\": [\"volumes-from\"]}}"
  as_alice volume create data >/dev/null
}

teardown() {
  : >"$HELD/go"
  common_teardown
  rm -rf "$HELD"
}

# hold_up WORDS COMMAND...: alice's command waits where the real CLI is given these words.
hold_up() {
  printf '%s\n' "$1" >"$HELD/words"
  : >"$HELD/armed"
  chmod 0666 "$HELD/armed"
  shift
  as_alice "$@" >"$SD_HOME/held-output" 2>&1 3>&- &
  HELD_PID=$!
  wait_for 20 test -e "$HELD/reached"
}

# Bob makes a volume of the name that alice's had, and puts something into it.
change_hands() {
  plain volume rm data >/dev/null
  as_bob run --rm --network=none --volume data:/x --tmpfs /t "$SD_IMAGE" sh -c 'ls -ld /x' >/dev/null
  plain run --rm --network=none --volume data:/x "$SD_IMAGE" sh -c 'echo bobs-secret >/x/secret; chmod 0644 /x/secret'
}

go_on() {
  : >"$HELD/go"
  STATUS=0
  wait "$HELD_PID" || STATUS=$?
  OUTPUT=$(cat "$SD_HOME/held-output")
}

@test "run: a volume that becomes another's is never read, and no container stays" {
  hold_up create run --rm --network=none --volume data:/x "$SD_IMAGE" cat /x/secret
  change_hands
  go_on
  equal "$STATUS" 125
  holds "$OUTPUT" "taken by somebody else"
  lacks "$OUTPUT" bobs-secret
  equal "$(plain ps --all --quiet)" ""
  equal "$(plain volume inspect --format '{{index .Labels "io.safe-docker.owner"}}' data)" "$(id -u sd-bob)"
}

@test "create: a volume that becomes another's gets into no container, and nothing is copied into it" {
  plain run --name source --network=none "$SD_IMAGE" sh -c 'mkdir /x && echo planted >/x/planted' >/dev/null
  plain commit source planting:1 >/dev/null
  plain rm source >/dev/null
  hold_up create create --name trap --network=none --volume data:/x planting:1 cat /x/secret
  plain volume rm data >/dev/null
  as_bob volume create data >/dev/null
  go_on
  equal "$STATUS" 125
  holds "$OUTPUT" "taken by somebody else"
  equal "$(plain ps --all --quiet)" ""
  equal "$(as_bob run --rm --network=none --volume data:/x "$SD_IMAGE" ls /x)" ""
  plain rmi planting:1 >/dev/null
}

@test "while the container is created nobody can take the volume away, nor what keeps it" {
  hold_up "--tmpfs=/t:size=67108864" run --rm --network=none --tmpfs /t --volume data:/x "$SD_IMAGE" true
  keeper=$(plain ps --all --quiet --no-trunc --filter label=io.safe-docker.keeper)
  equal "${#keeper}" 64
  equal "$(as_alice ps --all --quiet)" ""
  run as_alice rm "$keeper"
  equal "$status $output" "1 Error response from daemon: No such container: $keeper"
  run as_alice volume rm data
  equal "$status" 1
  holds "$output" "volume is in use"
  go_on
  equal "$STATUS" 0
  equal "$(plain ps --all --quiet)" ""
}

@test "volume rm: another's volume of that name stays" {
  hold_up "volume prune" volume rm data
  change_hands
  go_on
  equal "$STATUS" 1
  equal "$(plain volume inspect --format '{{index .Labels "io.safe-docker.owner"}}' data)" "$(id -u sd-bob)"
}

@test "volume create: what is there is not created again, without the label by which it is removed" {
  printf 'volume create\n' >"$HELD/words"
  : >"$HELD/armed"
  chmod 0666 "$HELD/armed"
  run as_alice volume create data
  equal "$status $output" "0 data"
  test ! -e "$HELD/reached"
  rm "$HELD/armed"
  run as_alice volume create new
  equal "$status $output" "0 new"
  label=$(plain volume inspect --format '{{index .Labels "io.safe-docker.id"}}' new)
  equal "${#label}" 32
}

@test "without anybody in between it is as ever" {
  run as_alice run --rm --network=none --volume data:/x "$SD_IMAGE" sh -c 'exit 7'
  equal "$status" 7
  run as_alice run --detach --name held --network=none --volume data:/x "$SD_IMAGE" sleep 100
  equal "$output" "$(id_of held)"
  run as_alice volume rm data
  equal "$status" 1
  holds "$output" "volume is in use"
  run as_alice rm --force held
  run as_alice volume rm data
  equal "$status $output" "0 data"
}
