# shellcheck shell=sh
# @MADE@
# docker is safe-docker in interactive shells: a guard rail, and no boundary.
case $- in
  *i*)
    if [ "$(/usr/bin/id -u)" -ne 0 ]; then
      alias docker='@PROGRAM@'
      if [ -n "${BASH_VERSION-}" ] && [ -r '@DATADIR@/../bash-completion/completions/safe-docker' ]; then
        . '@DATADIR@/../bash-completion/completions/safe-docker'
        # shellcheck disable=SC3044
        complete -F _safe_docker docker
      fi
    fi
    ;;
esac
