# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Two callers on one real daemon: what belongs to whom, and the cells of the matrix {own, another's, nobody's} x {by name, with a
# slash, by the beginning of the id, by the whole id}.

as_alice() { sdocker "$@"; }
as_bob() { sd_as sd-bob sudo -n "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# Everything of bob's has this in its name, environment or output.
MARK=bobs-secret

# Once for a file: bob's things. They must be at the end what they were.
bob_furnish() {
  rm -f "$SD_HOME"/etc/safe-docker/policy.d/*
  as_bob volume create "$MARK-volume" >/dev/null
  as_bob network create "$MARK-network" >/dev/null
  as_bob run --detach --network=none --name "$MARK-up" --env TOKEN=$MARK-token --volume $MARK-volume:/data \
    "$SD_IMAGE" sh -c "echo "$MARK-output"; exec sleep 1000" >/dev/null
  as_bob create --network=none --name "$MARK-down" --label note=$MARK-label "$SD_IMAGE" echo "$MARK-word" >/dev/null
}

bob_clear() {
  local id
  for id in $(plain ps --all --quiet); do plain rm --force --volumes "$id" >/dev/null 2>&1 || true; done
  plain volume rm "$MARK-volume" >/dev/null 2>&1 || true
  plain network rm "$MARK-network" >/dev/null 2>&1 || true
}

# All that the daemon knows of bob's things.
bob_state() {
  plain container inspect "$MARK-up" "$MARK-down"
  plain volume inspect "$MARK-volume"
  plain network inspect "$MARK-network"
}

# id_of NAME
id_of() { plain container inspect --format '{{.Id}}' "$1"; }

# --- alice's container ----------------------------------------------------------------------------------

# alice_has running|fresh|stopped|paused|ending: a container "mine" of hers; "running" may be one that is there.
alice_has() {
  [[ $1 != running || $(plain container inspect --format '{{.State.Status}}' mine 2>/dev/null) != running ]] || return 0
  plain rm --force mine renamed >/dev/null 2>&1 || true
  case $1 in
    stopped) as_alice create --network=none --name mine "$SD_IMAGE" echo from-alice >/dev/null ;;
    ending) as_alice run --detach --network=none --name mine "$SD_IMAGE" sh -c 'sleep 1; echo from-alice; exit 0' >/dev/null ;;
    *) as_alice run --detach --network=none --name mine "$SD_IMAGE" sh -c 'echo from-alice; exec sleep 1000' >/dev/null ;;
  esac
  [[ $1 != paused ]] || plain pause mine >/dev/null
}

alice_clear() {
  plain rm --force mine renamed >/dev/null 2>&1 || true
  plain volume rm mine-volume >/dev/null 2>&1 || true
  plain network rm mine-network >/dev/null 2>&1 || true
}

# gone COMMAND...: it fails.
gone() { ! "$@" >/dev/null 2>&1; }

# in_state STATUS: alice's container is in it.
in_state() { equal "$(plain container inspect --format '{{.State.Status}}' mine)" "$1"; }

# --- the cells ------------------------------------------------------------------------------------------

# filled OPERAND WORDS...: sets WORDS with the operand in the place of each %.
filled() {
  local operand=$1
  shift
  WORDS=("${@//%/$operand}")
}

# unnamed TEXT OPERAND: the text without the operand.
unnamed() { printf '%s\n' "${1//$2/NAME}"; }

# like_nothing THEIRS NOBODYS WORDS...: alice gets the same answer for both, and it says nothing of bob.
like_nothing() {
  local theirs=$1 nobodys=$2 answer answer_status
  shift 2
  filled "$theirs" "$@"
  run as_alice "${WORDS[@]}"
  answer=$(unnamed "$output" "$theirs")
  answer_status=$status
  filled "$nobodys" "$@"
  run as_alice "${WORDS[@]}"
  equal "$theirs: $answer_status: $answer" "$theirs: $status: $(unnamed "$output" "$nobodys")"
  [[ $status -ne 0 || $output == *"o such "* ]] || { printf '%s: status 0\n' "${WORDS[*]}" >&2 && return 1; }
  lacks "$answer" $MARK
}

NOBODY=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

# others WORDS...: bob's container, in every way of naming it, is to alice what does not exist.
others() {
  local before id
  before=$(bob_state)
  id=$(id_of "$MARK-up")
  like_nothing "$MARK-up" nobodys "$@"
  like_nothing "/$MARK-up" /nobodys "$@"
  like_nothing "${id:0:12}" "${NOBODY:0:12}" "$@"
  like_nothing "$id" "$NOBODY" "$@"
  like_nothing "$MARK-down" nobodys "$@"
  equal "$(bob_state)" "$before"
}

# own STATE CHECK WORDS...: alice's container in that state, in every way of naming it; CHECK is a command, ID the container.
own() {
  local state=$1 check=$2 way
  shift 2
  for way in mine short full; do
    alice_has "$state"
    ID=$(id_of mine)
    case $way in
      short) filled "${ID:0:12}" "$@" ;;
      full) filled "$ID" "$@" ;;
      *) filled mine "$@" ;;
    esac
    run as_alice "${WORDS[@]}"
    equal "${WORDS[*]}: $status: $output" "${WORDS[*]}: 0: $output"
    eval "$check"
  done
}

# cells STATE CHECK WORDS...: all of one command.
cells() {
  own "$@"
  shift 2
  others "$@"
}

# object_cells KIND WORDS...: the same for bob's volume or network; alice's is made by MAKE and may be gone afterwards.
object_cells() {
  local kind=$1 before id
  shift
  as_alice "$kind" create "mine-$kind" >/dev/null
  filled "mine-$kind" "$@"
  run as_alice "${WORDS[@]}"
  equal "${WORDS[*]}: $status: $output" "${WORDS[*]}: 0: $output"
  before=$(bob_state)
  like_nothing "$MARK-$kind" nobodys "$@"
  if [[ $kind == network ]]; then
    id=$(plain network inspect --format '{{.Id}}' $MARK-network)
    like_nothing "$id" "$NOBODY" "$@"
    like_nothing "${id:0:12}" "${NOBODY:0:12}" "$@"
  fi
  equal "$(bob_state)" "$before"
}
