# shellcheck shell=sh
# @MADE@
# docker is safe-docker for members of @GROUP@, in interactive shells.
case $- in
  *i*)
    if [ "$(/usr/bin/id -u)" -ne 0 ] && /usr/bin/id -nG | /usr/bin/tr ' ' '\n' | /usr/bin/grep -qxF '@GROUP@'; then
      alias docker='doas @PROGRAM@'
      if [ -n "${BASH_VERSION-}" ] && [ -r '@DATADIR@/../bash-completion/completions/safe-docker' ]; then
        . '@DATADIR@/../bash-completion/completions/safe-docker'
        # shellcheck disable=SC3044
        complete -F _safe_docker docker
      fi
    fi
    ;;
esac
