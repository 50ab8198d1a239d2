# SPDX-License-Identifier: Apache-2.0
# zsh -f type.zsh SHELL SCRIPT TEXT: what the line of an interactive bash or zsh, which has read SCRIPT, is after TEXT
# and the Tab key.

zmodload zsh/zpty

case $1 in
  zsh)
    zpty shell "TERM=dumb zsh -f -i"
    zpty -w shell "autoload -Uz compinit; compinit -u -D; source ${(q)2}"
    zpty -w shell 'show-line() { print -r -- "line<$BUFFER>"; BUFFER=; zle .accept-line }; zle -N show-line'
    zpty -w shell 'bindkey "^X" show-line; bindkey "^I" complete-word; unsetopt auto_list list_beep beep'
    ;;
  bash)
    zpty shell "TERM=dumb bash --norc --noprofile -i"
    zpty -w shell "source ${(q)2}"
    zpty -w shell 'show_line() { printf "line<%s>\n" "$READLINE_LINE"; READLINE_LINE=; }'
    zpty -w shell $'bind -x \'"\\C-x": show_line\'; bind "set bell-style none"; bind "set enable-bracketed-paste off"'
    ;;
esac

zpty -w shell 'printf "%s\n" rea""dy'
zpty -r -m shell seen '*ready*'
zpty -n -w shell "$3"$'\t'$'\x18'
zpty -r -m shell seen '*line<*>*'
print -r -- "${${seen##*line<}%%>*}"
zpty -d shell
