# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A page from the disk, compressed, through the proxy, from new workers after a reload.
set -eu
timeout 15 sh -c 'until curl -sf --max-time 5 http://127.0.0.1/page; do sleep 0.1; done'
get() { curl -sf --max-time 5 --compressed "http://127.0.0.1/$1"; }
workers() { pgrep -f 'nginx: worker' | sort | tr '\n' ' '; }
[ "$(get page)" = "the page" ]
[ "$(get numbers | tail -n 1)" = 20000 ]
[ "$(get through/page)" = "the page" ]
before=$(workers)
[ "$(echo "$before" | wc -w)" = 2 ]
kill -HUP "$(cat /tmp/nginx.pid)"
for _ in $(seq 100); do
  after=$(workers)
  [ "$(echo "$after" | wc -w)" != 2 ] || [ "$after" = "$before" ] || break
  sleep 0.1
done
[ "$after" != "$before" ]
[ "$(get page)" = "the page" ]
echo finished
