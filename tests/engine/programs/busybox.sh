# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A day's work of a shell: pipes, text, archives, background jobs, signals.
set -eu
seq 1 2000 >numbers
[ "$(awk '{ s += $1 } END { print s }' numbers)" = 2001000 ]
[ "$(sed -n 's/^1999$/found/p' numbers)" = found ]
[ "$(sort -rn numbers | uniq | head -n 1)" = 2000 ]
mkdir -p tree/deep
cp numbers tree/deep/
tar -czf tree.tar.gz tree
mkdir -p copy
tar -xzf tree.tar.gz -C copy
cmp tree/deep/numbers copy/tree/deep/numbers
[ "$(find copy -type f -print0 | xargs -0 sha256sum | cut -c1-8)" = "$(sha256sum numbers | cut -c1-8)" ]
trap 'echo caught >signal' USR1
(sleep 0.2 && kill -USR1 $$) &
wait || true
wait
[ "$(cat signal)" = caught ]
mkfifo pipe
cat pipe >through &
cat numbers >pipe
wait
cmp numbers through
echo finished
