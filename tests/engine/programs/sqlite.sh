# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Two processes write into one database, which wants locks and shared memory.
set -eu
sqlite3 shop.db 'pragma journal_mode=wal; create table sold (n integer);' >/dev/null
add() { for n in 1 2 3 4 5 6 7 8 9 10; do sqlite3 -cmd '.timeout 20000' shop.db "insert into sold values ($n);"; done; }
add &
add
wait
[ "$(sqlite3 shop.db 'select count(*), sum(n) from sold;')" = '20|110' ]
echo finished
