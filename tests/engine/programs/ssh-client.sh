# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A command, a terminal, a copy and a clone through ssh.
set -eu
cd /work
export GIT_SSH_COMMAND='ssh -i /work/key -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/tmp/known_hosts'
over() { $GIT_SSH_COMMAND -p 2222 "$@"; }
for _ in $(seq 50); do
  ! over 127.0.0.1 true 2>/dev/null || break
  sleep 0.1
done
[ "$(over 127.0.0.1 'echo there' </dev/null)" = there ]
case $(over -tt 127.0.0.1 tty </dev/null) in */dev/pts/*) ;; *) exit 1 ;; esac
scp -q -i key -P 2222 -o UserKnownHostsFile=/tmp/known_hosts 127.0.0.1:/work/page copied
cmp page copied
scp -O -q -i key -P 2222 -o UserKnownHostsFile=/tmp/known_hosts page 127.0.0.1:/work/copied-back
cmp page copied-back
git -c user.name=Alice -c user.email=alice@example.org init --quiet --initial-branch=main project
cd project
echo one >file
git add file
git -c user.name=Alice -c user.email=alice@example.org commit --quiet --message first
cd ..
git clone --quiet ssh://127.0.0.1:2222/work/project cloned
cmp project/file cloned/file
echo finished
