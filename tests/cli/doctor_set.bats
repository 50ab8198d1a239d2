#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor set` and `unset`: one key of daemon.json, everything else as it was.
# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  D=$SD_HOME/daemon
  F=$D/daemon.json
  rm -rf "$D"
  mkdir -m 0755 "$D"
}

teardown() { rm -rf "$D"; }

edit() { "$SAFE" doctor "$@" --config "$F"; }

# refused TEXT WORDS...: ends with 125, says it, and leaves the file as it was.
refused() {
  local told=$1 before=""
  shift
  [[ ! -f $F ]] || before=$(cat "$F")
  run -125 --separate-stderr timeout 10 "$SAFE" doctor "$@" --config "$F"
  holds "$stderr" "$told"
  equal "$output" ""
  [[ ! -f $F ]] || equal "$(cat "$F")" "$before"
}

@test "a file that is not there is made, and its folder" {
  local file=$D/a/b/daemon.json
  run -0 --separate-stderr "$SAFE" doctor set icc false --config "$file"
  holds "$output" '"icc" was not set, is false now'
  holds "$output" "systemctl restart docker"
  equal "$(cat "$file")" $'{\n  "icc": false\n}'
  equal "$(stat -c '%U:%G %a' "$file" "$D/a" "$D/a/b" | tr '\n' ' ')" "root:root 644 root:root 755 root:root 755 "
  equal "$(ls -A "$D/a/b")" daemon.json
}

@test "what else stands there stays byte for byte" {
  local before after key value
  while IFS='|' read -r before key value after; do
    printf '%b' "$before" >"$F"
    if [[ $value == - ]]; then edit unset "$key"; else edit set "$key" "$value"; fi
    equal "$before $key: $(cat "$F")" "$before $key: $(printf '%b' "$after")"
    equal "$(cat "$F.saved")" "$(printf '%b' "$before")"
  done <<'ROWS'
{}|icc|false|{\n  "icc": false\n}
 \n|icc|false|{\n  "icc": false\n}\n
{"icc": true}|icc|false|{"icc": false}
{"icc":true,"debug":true}|icc|false|{"icc":false,"debug":true}
{\n\t"icc" : true ,\n\t"debug":true\n}\n|debug|false|{\n\t"icc" : true ,\n\t"debug":false\n}\n
{\n\t"debug": true\n}\n|icc|false|{\n\t"debug": true,\n\t"icc": false\n}\n
{"labels": ["a=}", "b=]\\\\\\"{"], "icc": true}|icc|false|{"labels": ["a=}", "b=]\\\\\\"{"], "icc": false}
{"log-opts": {"icc": "x"}, "icc": true}|icc|false|{"log-opts": {"icc": "x"}, "icc": false}
{"\\u0069cc": true}|icc|false|{"\\u0069cc": false}
{"hosts": ["a"]}|hosts|[]|{"hosts": []}
{"log-opts":{"max-size":"1m"}}|log-opts|{"max-size":"10m"}|{"log-opts":{"max-size": "10m"}}
{"icc": true}|icc|-|{}
{"icc": true, "debug": true}|icc|-|{"debug": true}
{"icc": true, "debug": true}|debug|-|{"icc": true}
{"a": [1, {"b": "}"}], "icc": 0.5, "z": null}|a|-|{"icc": 0.5, "z": null}
{"a": [1, {"b": "}"}], "icc": 0.5, "z": null}|icc|-|{"a": [1, {"b": "}"}], "z": null}
{"a": [1, {"b": "}"}], "icc": 0.5, "z": null}|z|-|{"a": [1, {"b": "}"}], "icc": 0.5}
{\n  "host": ["x"],\n  "icc": false\n}\n|host|-|{\n  "icc": false\n}\n
ROWS
}

@test "any order of any changes leaves JSON that holds just them" {
  local key
  printf '{"registry-mirrors": ["https://a.example"], "x y": {"q": "\\"}{"}}\n' >"$F"
  for _ in 1 2 3; do
    for key in icc debug init ipv6 experimental; do edit set "$key" true >/dev/null; done
    equal "$(jq -c . "$F")" '{"registry-mirrors":["https://a.example"],"x y":{"q":"\"}{"},"icc":true,"debug":true,"init":true,"ipv6":true,"experimental":true}'
    for key in debug icc experimental init ipv6; do edit unset "$key" >/dev/null; done
    equal "$(cat "$F")" '{"registry-mirrors": ["https://a.example"], "x y": {"q": "\"}{"}}'
  done
}

@test "what is so already is not written again" {
  printf '{"icc":  false}' >"$F"
  local before
  before=$(stat -c '%i %Y' "$F")
  run -0 edit set icc false
  holds "$output" '"icc" is false already'
  run -0 edit unset debug
  holds "$output" '"debug" is not set already'
  equal "$(stat -c '%i %Y' "$F")" "$before"
  [[ ! -e $F.saved ]]
}

@test "a file that only root may read stays so" {
  printf '{"icc": true}' >"$F"
  chmod 0600 "$F"
  edit set icc false
  equal "$(stat -c '%a' "$F" "$F.saved" | tr '\n' ' ')" "600 600 "
}

@test "what dockerd would not start with is refused, and what would work is said" {
  printf '{"icc": true}' >"$F"
  refused 'did you mean "hosts"?' set host '["fd://"]'
  refused 'did you mean "tlscacert"?' set tlsca '"/x"'
  refused 'did you mean "tlsverify"?' set tls_verify true
  refused 'did you mean "insecure-registries"?' set insecure-registry '["a"]'
  refused 'did you mean "log-opts"?' set log-opt '{}'
  refused '"icc" must be true or false' set icc '"false"'
  refused '"icc" must be true or false' set icc 0
  refused '"hosts" must be a list of texts' set hosts '"fd://"'
  refused '"hosts" must be a list of texts' set hosts '["fd://", 1]'
  refused '"log-opts" must be an object of texts' set log-opts '{"max-file": 3}'
  refused '"mtu" must be a whole number' set mtu '"1500"'
  refused 'VALUE:1:1' set icc nonsense
  refused 'VALUE:' set icc 'true, "debug": true'
  refused 'null is no value' set icc null
  refused 'too few words' set icc
  refused 'too many words' unset icc debug
  run -125 --separate-stderr "$SAFE" doctor set icc false --config daemon.json
  holds "$stderr" 'is not an absolute path'
}

@test "a file that dockerd cannot read is not changed" {
  local text
  for text in '{"icc": true,}' '{"icc": true' '// x' '[]' '"x"' '{"icc": true, "icc": false}' '{} {}'; do
    printf '%s' "$text" >"$F"
    refused 'dockerd cannot read the file as it is' set icc false
    refused 'dockerd cannot read the file as it is' unset icc
  done
  printf '{"icc": true}\0' >"$F"
  refused 'a byte 0' unset icc
  head -c 2000000 /dev/zero | tr '\0' ' ' >"$F"
  refused 'larger than' set icc false
}

@test "nothing of others is read, followed or written to" {
  mkfifo "$F"
  refused 'is not a regular file' set icc false
  rm "$F"
  mkdir "$F"
  refused 'cannot open' set icc false
  rmdir "$F"
  printf '{"icc": true}' >"$F"
  chown sd-alice "$F"
  refused 'is not trusted' set icc false
  chown root "$F"
  chmod 0666 "$F"
  refused 'is not trusted' set icc false
  chmod 0644 "$F"
  chown sd-alice "$D"
  refused 'is not trusted' set icc false
  chown root "$D"
  mkdir "$SD_HOME/alices-own"
  chown sd-alice "$SD_HOME/alices-own"
  printf '{}' >"$SD_HOME/alices-own/x"
  ln -sf "$SD_HOME/alices-own/x" "$F"
  refused 'is not trusted' set icc false
  equal "$(cat "$SD_HOME/alices-own/x")" '{}'
  rm -rf "$SD_HOME/alices-own"
  # What lies in the way under the name of the new file is not followed, either.
  rm -f "$F"
  ln -s "$D/elsewhere" "$D/.daemon.json.setup~"
  edit set icc false
  [[ ! -e $D/elsewhere && ! -L $D/.daemon.json.setup~ ]]
}

@test "a link of root's is followed: the file it leads to is changed" {
  mkdir "$D/real"
  printf '{"icc": true}' >"$D/real/x.json"
  ln -s real/x.json "$F"
  edit set icc false
  equal "$(cat "$D/real/x.json") $(readlink "$F") $(cat "$D/real/x.json.saved")" '{"icc": false} real/x.json {"icc": true}'
}

@test "it is root's alone: others are handed over" {
  printf '{"icc": true}' >"$F"
  run --separate-stderr unshare --mount sh -c 'mount --bind "$1" /usr/bin/sudo; shift; exec setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all "$@"' \
    sh "$SD_HOME/probe" "$SAFE" doctor set icc false --config "$F"
  equal "$(jq -c .argv <<<"$output")" "[\"sudo\",\"--\",\"$SD_HOME/prefix/sbin/safe-docker-admin\",\"doctor\",\"set\",\"icc\",\"false\",\"--config\",\"$F\"]"
  equal "$(cat "$F")" '{"icc": true}'
}
