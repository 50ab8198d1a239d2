#compdef safe-docker
# SPDX-License-Identifier: Apache-2.0
# Completion of safe-docker for zsh. `docker completion zsh` prints it for the name docker as well.
#
# The words are handed to the program itself (__complete), which knows what the policy allows. Nothing of what was
# typed, and nothing of what the program prints, is evaluated.

_safe_docker() {
  local -a tool typed lines found
  local line directive tab=$'\t' none=1

  tool=("${${(Q)words[1]}/#\~\//$HOME/}")
  typed=(${_safe_docker_request:-__complete} "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  # Behind sudo or doas with their rights, where they ask for no password; else without.
  lines=("${(@f)$($_comp_priv_prefix "${tool[@]}" "${typed[@]}" 2>/dev/null </dev/null)}")
  if [[ $lines[-1] != :<-> && -n $_comp_priv_prefix ]]; then
    lines=("${(@f)$("${tool[@]}" "${typed[@]}" 2>/dev/null </dev/null)}")
  fi
  [[ $lines[-1] == :<-> ]] || return 1
  directive=${lines[-1]#:}
  lines[-1]=()

  for line in "${lines[@]}"; do
    if [[ $line == *$tab* ]]; then
      found+=("${${line%%$tab*}//:/\\:}:${line#*$tab}")
    else
      found+=("${line//:/\\:}")
    fi
  done

  [[ $PREFIX != --*=* ]] || compset -P '*='
  if ((${#found} > 0)); then
    if ((directive & 2)); then
      _describe -t words 'word' found -S '' && none=0
    else
      _describe -t words 'word' found && none=0
    fi
  fi
  ((directive & 4)) || { _files && none=0 }
  return $none
}

# As a file in fpath this is the body of a function; sourced, it registers itself.
if [[ ${funcstack[1]-} == (_safe-docker|_docker) ]]; then
  _safe_docker "$@"
else
  compdef _safe_docker safe-docker ${_safe_docker_also-}
fi
