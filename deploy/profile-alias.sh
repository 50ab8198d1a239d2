# SPDX-License-Identifier: Apache-2.0
# @MADE@
# docker is safe-docker in interactive shells: a guard rail, and no boundary.
# shellcheck shell=sh disable=SC1091,SC3044
case $- in
  *i*)
    if [ "$(/usr/bin/id -u)" -ne 0 ]; then
      alias docker='@PROGRAM@'
      if [ -n "${BASH_VERSION-}" ] && [ -r '@COMPLETION@' ]; then
        . '@COMPLETION@'
        complete -F _safe_docker docker
      fi
    fi
    ;;
esac
