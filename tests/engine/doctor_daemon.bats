#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What `safe-docker doctor` sees of a real dockerd and of what pretends to be one; its table of keys against dockerd's own.
# shellcheck disable=SC2154 # bats sets stderr

load common

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  D=$SD_HOME/doctor
  F=$D/daemon.json
  OWN=""
  mkdir "$D"
  printf '{}\n' >"$F"
}

teardown() {
  [[ -z $OWN ]] || { kill "$OWN" 2>/dev/null && tail --pid="$OWN" -f /dev/null; } || true
  # A dockerd that did not come up leaves its data mounted.
  umount -l "$D/data" 2>/dev/null || true
  rm -rf "$D"
}

# start WORDS...: a dockerd of this test's own, with $F.
start() {
  dockerd --config-file "$F" --data-root "$D/data" --exec-root "$D/exec" --pidfile "$D/pid" --bridge=none --iptables=false \
    --ip6tables=false --ip-forward=false --ip-masq=false "$@" >"$D/log" 2>&1 3>&- &
  OWN=$!
  for _ in $(seq 100); do
    grep -q 'API listen on' "$D/log" && return
    kill -0 "$OWN" || break
    sleep 0.2
  done
  cat "$D/log" >&2
  return 1
}

facts() { "$SAFE" doctor --record | jq -c --arg config "$F" '.daemons.list[] | select(.config.path == $config)'; }
# found FILTER: STATUS CHECK SUBJECT of what is found of the recorded facts on standard input, as jq selects.
judged() {
  jq '{format: 1, daemons: {looked: true, selinux: false, cgroup2: true, list: [.]}}' >"$D/facts.json"
  "$SAFE" doctor --format json --facts "$D/facts.json" | jq -r '.findings[] | select(.area == "daemon" or .area == "exposure") |
    "\(.status) \(.check) \(.subject)"'
}

# certificates: a CA, and a certificate and key for 127.0.0.1.
certificates() {
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -days "${1:-400}" -keyout "$D/ca-key.pem" -out "$D/ca.pem" 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$D/key.pem" -out "$D/csr.pem" 2>/dev/null
  openssl x509 -req -in "$D/csr.pem" -CA "$D/ca.pem" -CAkey "$D/ca-key.pem" -set_serial 1 -days "${1:-400}" \
    -extfile <(printf 'subjectAltName=IP:127.0.0.1') -out "$D/cert.pem" 2>/dev/null
  chmod 0600 "$D/key.pem" "$D/ca-key.pem"
}

@test "a dockerd at its unix socket: who it is, what it is told, where it listens" {
  start --host "unix://$D/d.sock"
  facts >"$D/seen"
  equal "$(jq -c '[.pid, .uid, .user, .elsewhere, .config.kind, .config.changers, .config.text]' "$D/seen")" "[$OWN,0,\"root\",false,\"file\",[],\"{}\\n\"]"
  equal "$(jq -r '.argv | join(" ")' "$D/seen")" "$(tr '\0' ' ' <"/proc/$OWN/cmdline" | sed 's/ $//')"
  holds "$(jq -r '.listeners[]' "$D/seen")" "unix://$D/d.sock"
  lacks "$(jq -r '.listeners[]' "$D/seen")" "tcp://"
  equal "$(jq -r .version "$D/seen")" "$(dockerd --version | grep -oE '[0-9]+([.][0-9]+)+' | head -n 1)"
  judged <"$D/seen" >"$D/found"
  grep -qxF "pass tcp-listening $F" "$D/found"
  grep -qxF "pass daemon-restart $F" "$D/found"
  # Green when the remedy was carried out and dockerd started again; until then it is said that it was not.
  grep -qxF "warn no-new-privileges $F" "$D/found"
  sleep 0.3
  jq -r --arg check no-new-privileges '.findings[] | select(.check == $check) | .commands[]' <("$SAFE" doctor --format json --facts "$D/facts.json") >"$D/commands"
  PATH=$SD_HOME/prefix/bin:$PATH sh -e "$D/commands"
  equal "$(jq -c . "$F")" '{"no-new-privileges":true}'
  facts | judged >"$D/found"
  grep -qxF "warn daemon-restart $F" "$D/found"
  kill "$OWN" && tail --pid="$OWN" -f /dev/null
  start --host "unix://$D/d.sock"
  facts | judged >"$D/found"
  grep -qxF "pass daemon-restart $F" "$D/found"
  grep -qxF "pass no-new-privileges $F" "$D/found"
}

@test "TCP with TLS of both sides, seen at the process, and its files" {
  certificates
  printf '{"hosts": ["unix://%s/d.sock", "tcp://127.0.0.1:32376"], "tlsverify": true, "tlscacert": "%s/ca.pem", "tlscert": "%s/cert.pem", "tlskey": "%s/key.pem"}' "$D" "$D" "$D" "$D" >"$F"
  start
  facts >"$D/seen"
  holds "$(jq -r '.listeners[]' "$D/seen")" "tcp://127.0.0.1:32376"
  # Made one after the other: a day may end in between.
  equal "$(jq -c '.certificates | (.cert_days, .ca_days) |= (. == 399 or . == 400)' "$D/seen")" \
    '{"asked":true,"pair":true,"signed_by_ca":true,"cert_days":true,"ca_days":true}'
  judged <"$D/seen" | grep -E ' (tcp|tls)-' | LC_ALL=C sort >"$D/found"
  diff "$D/found" - <<ROWS
pass tcp-without-tls tcp://127.0.0.1:32376
pass tls-chain $D/cert.pem
pass tls-expiry $D/ca.pem
pass tls-expiry $D/cert.pem
pass tls-files $D/ca-key.pem
pass tls-files $D/ca.pem
pass tls-files $D/cert.pem
pass tls-files $D/key.pem
pass tls-key $D/ca-key.pem
pass tls-key $D/ca.pem
pass tls-key $D/cert.pem
pass tls-key $D/key.pem
pass tls-pair $D/cert.pem
warn tcp-listening tcp://127.0.0.1:32376
ROWS
  # The same files, worse.
  cp "$D/ca-key.pem" "$D/key.pem"
  chmod 0644 "$D/key.pem"
  chgrp docker "$D/ca-key.pem"
  chmod 0640 "$D/ca-key.pem"
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other -days 10 -keyout /dev/null -out "$D/ca.pem" 2>/dev/null
  facts | judged | grep -E '^(warn|fail|unknown) tls-' | LC_ALL=C sort >"$D/found"
  diff "$D/found" - <<ROWS
fail tls-key $D/ca-key.pem
fail tls-key $D/key.pem
warn tls-chain $D/cert.pem
warn tls-expiry $D/ca.pem
warn tls-pair $D/cert.pem
ROWS
  # What others may change is not shown to openssl.
  chown sd-alice "$D/cert.pem"
  facts >"$D/seen"
  equal "$(jq -c '.certificates | [.pair, .signed_by_ca, .cert_days]' "$D/seen")" '[null,null,null]'
  judged <"$D/seen" | grep -qxF "fail tls-key $D/cert.pem"
}

@test "TCP without TLS, and TLS that asks nobody" {
  start --host "unix://$D/d.sock" --host tcp://127.0.0.1:32375
  facts | judged >"$D/found"
  grep -qxF "fail tcp-without-tls tcp://127.0.0.1:32375" "$D/found"
  kill "$OWN" && tail --pid="$OWN" -f /dev/null
  certificates 5
  start --host tcp://127.0.0.1:32375 --tls --tlscert "$D/cert.pem" --tlskey "$D/key.pem" --tlscacert "$D/ca.pem"
  facts | judged >"$D/found"
  grep -qxF "fail tcp-without-tlsverify tcp://127.0.0.1:32375" "$D/found"
  grep -qxF "warn tls-expiry $D/cert.pem" "$D/found"
}

@test "somebody's program that calls itself dockerd is theirs, and leads nowhere" {
  local text=$'\e[2J$(touch '"$D/touched"')'
  install -d -o sd-alice -g sd-alice "$D/alice"
  install -o sd-alice -m 0755 "$(command -v sleep)" "$D/alice/dockerd"
  mkfifo "$D/alice/fifo"
  chown sd-alice "$D/alice/fifo"
  (cd "$D/alice" && exec setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$D/alice/dockerd" 1000 "--config-file=$D/alice/fifo" "$text" 3>&- 2>/dev/null) &
  OWN=$!
  # sleep(1) would refuse such words: python calls itself dockerd in its place.
  cat >"$D/alice/fake.py" <<'PYTHON'
import ctypes, socket, sys, time
ctypes.CDLL(None).prctl(15, b"dockerd")
listener = socket.create_server(("127.0.0.1", 32375))
time.sleep(60)
PYTHON
  wait "$OWN" || true
  (exec setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all /usr/bin/python3 "$D/alice/fake.py" --config-file=/etc/shadow "$text" -H 'tcp://0.0.0.0:2375' 3>&-) &
  OWN=$!
  for _ in $(seq 50); do
    "$SAFE" doctor --record | jq -c ".daemons.list[] | select(.pid == $OWN)" >"$D/seen"
    ! grep -q 32375 "$D/seen" || break
    sleep 0.1
  done
  equal "$(jq -c '[.uid, .user, .listeners, .config.path, .config.text]' "$D/seen")" \
    "[$(id -u sd-alice),\"sd-alice\",[\"tcp://127.0.0.1:32375\"],\"/etc/shadow\",null]"
  equal "$(judged <"$D/seen" | grep -v ' pass ')" "$(printf 'pass userns-remap sd-alice\nwarn rootless-listening sd-alice')"
  lacks "$(cat "$D/seen")" "$(cut -d: -f2 /etc/shadow | grep -m 1 '....' || printf none)"
  lacks "$("$SAFE" doctor --all --facts "$D/facts.json" | cat)" $'\e'
  # A FIFO of theirs holds nobody up.
  kill "$OWN"
  wait "$OWN" || true
  (exec setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all /usr/bin/python3 "$D/alice/fake.py" "--config-file=$D/alice/fifo" 3>&-) &
  OWN=$!
  sleep 0.5
  timeout 60 "$SAFE" doctor --record | jq -c ".daemons.list[] | select(.pid == $OWN) | .config | [.kind, .text]" >"$D/seen"
  equal "$(cat "$D/seen")" '["other",null]'
  [[ ! -e $D/touched ]]
}

@test "no password gets into what is recorded" {
  printf '{"cgroup-parent": "https://eve:s3cret@mirror.example"}' >"$F"
  start --host "unix://$D/d.sock" --label 'proxy=http://bob:hunter2@proxy.example'
  facts >"$D/seen"
  lacks "$(cat "$D/seen")" s3cret
  lacks "$(cat "$D/seen")" hunter2
  holds "$(cat "$D/seen")" '**********@mirror.example'
}

# --- the table of keys ----------------------------------------------------------------------------------

KEYS=$BATS_TEST_DIRNAME/../../src/own/doctor/daemon_keys.def

# says JSON: what dockerd says of such a daemon.json. It reads the file, then sees that its pid file is taken.
says() {
  printf '%s' "$1" >"$F"
  printf '%s' "$$" >"$D/taken"
  timeout 20 dockerd --config-file "$F" --pidfile "$D/taken" --data-root "$D/data" --exec-root "$D/exec" 2>&1 3>&- || true
}

@test "dockerd knows the keys of the table that are of its version, and no other; and values of the kinds there" {
  local name kind since until version good bad said
  version=$(dockerd --version | sed -E 's/[^0-9]*([0-9]+)[.]([0-9]+).*/\1 \2/' | awk '{ printf "%d%02d", $1, $2 }')
  while IFS=',' read -r name kind since until; do
    case $kind in
      TRUTH) good=false bad='"false"' ;;
      TEXT) good='""' bad=1 ;;
      NUMBER) good=1 bad='"1"' ;;
      TEXTS) good='[]' bad='[1]' ;;
      MAP) good='{}' bad='{"a": 1}' ;;
      MAPS) good='{"x": {}}' bad='"x"' ;;
      TRUTHS | RECORD) good='{}' bad='"x"' ;;
      RECORDS) good='[]' bad='"x"' ;;
    esac
    # An older dockerd looks at what is inside.
    [[ $name != proxies ]] || good='{"http-proxy": ""}'
    said=$(says "{\"$name\": $good}")
    if [[ $version -ge $since && ($until -eq 0 || $version -le $until) ]]; then
      lacks "$name: $said" "don't match any configuration option"
      # Some that nobody reads any more are of no kind; of proxies those inside are looked at.
      case $name in deprecated-key-path | containerd-plugins-namespace | host-gateway-ip) continue ;; esac
      holds "$name: $(says "{\"$name\": $bad}")" "unable to configure the Docker daemon"
    else
      holds "$name: $said" "unable to configure the Docker daemon"
    fi
  done < <(grep -oE '^KEY\([^)]*' "$KEYS" | sed -E 's/^KEY\("//; s/"?, */,/g' | cut -d, -f1-4)
}

@test "every option of dockerd is in the table, but those that daemon.json does not have" {
  local option
  for option in $(dockerd --help | grep -oE -- '^ +(-[a-zA-Z], )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+' | cut -c3-); do
    case $option in config-file | help | validate | version) continue ;; esac
    grep -qE "\"$option\", ('.'|0)\)" "$KEYS" || { printf 'not there: %s\n' "$option" >&2 && false; }
  done
}

@test "a key with the name of an option: dockerd starts and takes no notice, as the finding says" {
  lacks "$(says '{"host": ["tcp://127.0.0.1:32375"]}')" "unable to configure"
  holds "$(says '{"tlsca": "/x"}')" "don't match any configuration option: tlsca"
}
