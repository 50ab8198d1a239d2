# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Archives by programs that use several threads; a copy by rsync, which is two processes and a pipe.
set -eu
mkdir -p tree
for n in 1 2 3 4 5 6; do seq "$n" 60000 >"tree/$n"; done
tar -cf - tree | xz -0 -T2 --block-size=524288 >tree.tar.xz
tar --use-compress-program='zstd -T2 -q' -cf tree.tar.zst tree
tar -czf tree.tar.gz tree
for kind in xz zst gz; do
  mkdir -p "out-$kind"
  tar -xf "tree.tar.$kind" -C "out-$kind"
  cmp tree/6 "out-$kind/tree/6"
done
rsync --archive --checksum tree/ rsynced/
cmp tree/6 rsynced/6
echo finished
