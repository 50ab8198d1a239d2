# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Fetches a page of whoever serves port 8080 here, often and at once.
set -eu
url=http://127.0.0.1:8080/page
timeout 15 sh -c "until curl -sf --max-time 5 $url; do sleep 0.1; done" | grep page
# Parallel transfers have a meter that -s does not silence.
[ "$(curl -sf --max-time 10 --parallel "$url?[1-20]" 2>/dev/null | grep -c page)" = 20 ]
echo finished
