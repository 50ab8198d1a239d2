# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A table, rows from several clients at once, a query by parallel workers with compiled code, a copy of the data.
set -eu
for _ in $(seq 200); do
  for host in /tmp 127.0.0.1; do ! pg_isready -q -h "$host" || break 2; done
  sleep 0.1
done
ask() { psql -h "$host" -d postgres -v ON_ERROR_STOP=1 -qAtX -c "$1"; }
ask 'create table sold (n integer primary key, what text)'
ask "insert into sold select n, 'thing ' || n from generate_series(1, 20000) n"
for client in 1 2 3; do
  ask "insert into sold select n, 'more' from generate_series($client * 100000, $client * 100000 + 999) n" &
done
wait
[ "$(ask 'select count(*) from sold')" = 23000 ]
[ "$(ask 'set jit = on; set jit_above_cost = 0; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
  set min_parallel_table_scan_size = 0; select sum(n) from sold where n <= 20000')" = 200010000 ]
ask checkpoint
ask 'vacuum sold'
pg_dump -h "$host" postgres >/tmp/dump.sql
grep -q 'COPY public.sold' /tmp/dump.sql
echo finished
