# SPDX-License-Identifier: Apache-2.0
# @MADE@
# docker is safe-docker for members of @GROUP@, in interactive shells.
# shellcheck shell=sh disable=SC1091,SC3044
case $- in
  *i*)
    if [ "$(/usr/bin/id -u)" -ne 0 ] && /usr/bin/id -nG | /usr/bin/tr ' ' '\n' | /usr/bin/grep -qxF '@GROUP@'; then
      alias docker='doas @PROGRAM@'
      if [ -n "${BASH_VERSION-}" ] && [ -r '@COMPLETION@' ]; then
        . '@COMPLETION@'
        complete -F _safe_docker docker
      fi
    fi
    ;;
esac
