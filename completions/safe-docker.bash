# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of safe-docker for bash 4 and later. `docker completion bash` prints it for the name docker as well.
#
# The words are handed to the program itself (__completeNoDesc), which knows what the policy allows. Nothing of what
# was typed, and nothing of what the program prints, is evaluated.

# Sets `tool` to what stands for the word NAME, and makes sudo and doas ask for no password.
_safe_docker_tool() {
  local alias=${BASH_ALIASES[$1]-}
  tool=("${1/#\~\//$HOME/}")
  [[ $alias =~ ^[[:alnum:]_./=\ -]+$ ]] || return 0
  read -ra tool <<<"$alias"
  case ${tool[0]} in
    sudo | doas) tool=("${tool[0]}" -n "${tool[@]:1}") ;;
  esac
}

# Sets `words` to what was typed up to the cursor. bash also breaks words at = and :, which docker does not.
_safe_docker_words() {
  local line=${COMP_LINE:0:COMP_POINT} part blank i
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blank=${line%%[![:space:]]*}
    line=${line#"$blank"}
    part=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || part=$line
    line=${line#"$part"}
    if [[ $i -eq 0 || -n $blank ]]; then
      words+=("$part")
    else
      words[${#words[@]} - 1]+=$part
    fi
  done
}

# Sets `kept` to how much of the word WORD bash keeps, because it breaks the word there.
_safe_docker_kept() {
  local mark
  kept=
  for mark in = :; do
    [[ $COMP_WORDBREAKS == *"$mark"* && $1 == *"$mark"* ]] || continue
    local head=${1%"${1##*"$mark"}"}
    ((${#head} <= ${#kept})) || kept=$head
  done
}

_safe_docker() {
  local -a tool words lines
  local kept word line directive option=
  COMPREPLY=()
  _safe_docker_tool "${COMP_WORDS[0]}"
  _safe_docker_words
  if [[ ${words[${#words[@]} - 2]} =~ ^[0-9]*[\<\>] ]]; then
    compopt -o default
    return 0
  fi
  mapfile -t lines < <("${tool[@]}" __completeNoDesc "${words[@]:1}" 2>/dev/null </dev/null)
  ((${#lines[@]} > 0)) || return 0
  directive=${lines[${#lines[@]} - 1]#:}
  [[ $directive =~ ^[0-9]+$ ]] || return 0
  unset "lines[${#lines[@]} - 1]"
  word=${words[${#words[@]} - 1]}
  _safe_docker_kept "$word"
  [[ $word != --*=* ]] || option=${word%%=*}=
  for line in "${lines[@]}"; do
    line=$option$line
    COMPREPLY+=("${line#"$kept"}")
  done
  ((directive & 2)) && compopt -o nospace
  ((directive & 4)) || compopt -o default
  return 0
}

complete -F _safe_docker safe-docker
