# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A client's questions, a snapshot by a child process, the log rewritten by another.
set -eu
if pgrep -f unixsocket >/dev/null; then
  cli() { redis-cli -s /tmp/redis.sock "$@"; }
else
  cli() { redis-cli "$@"; }
fi
for _ in $(seq 100); do
  [ "$(cli ping 2>/dev/null)" != PONG ] || break
  sleep 0.1
done
[ "$(cli set greeting hello)" = OK ]
[ "$(cli get greeting)" = hello ]
[ "$(cli eval 'return redis.call("incrby", KEYS[1], 41) + 1' 1 counter)" = 42 ]
idle() {
  for _ in $(seq 100); do
    cli info persistence | grep -qE '^(rdb_bgsave_in_progress|aof_rewrite_in_progress|aof_rewrite_scheduled):1' || return 0
    sleep 0.1
  done
  return 1
}
cli bgsave >/dev/null
idle
cli info persistence | grep -q '^rdb_last_bgsave_status:ok'
[ -s dump.rdb ]
cli config set appendonly yes >/dev/null
idle
cli info persistence | grep -q '^aof_last_bgrewrite_status:ok'
echo finished
