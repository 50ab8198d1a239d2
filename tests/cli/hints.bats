#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Each hint names something that works: the request is denied by the rule, with the words of the hint, and what the
# hint says is then allowed. One row a denial: RULE | part of the hint | denied words | the words after the hint.

# shellcheck disable=SC2154 # bats sets stderr
bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  ALICE_HOME=$(sd_home_of sd-alice)
  WORK=$(sd_as sd-alice mktemp -d "$ALICE_HOME/hints.XXXXXX")
  jq -n --arg probe "$SD_HOME/probe" --arg config "$SD_HOME/config" '{version: 1,
    docker: {path: $probe, host: "unix:///nowhere/docker.sock", config_dir: $config},
    apparmor: {mode: "off"}, audit: {syslog: false, file: "", required: false}}' >"$POLICY"
  # shellcheck disable=SC2016 # for the other shell
  sd_as sd-alice sh -c 'cd "$1" && mkdir -p work/inner holds && mkfifo fifo && printf "A=1\n" >env && ln -s /etc link' sh "$WORK"
  sd_as sd-alice python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$WORK/holds/socket"
}

teardown() {
  rm -rf "${WORK:?}" "$POLICY"
}

rows() {
  cat <<'ROWS'
privileged | --cap-add; allowed here: NET_BIND_SERVICE | run --privileged alpine | run --cap-add NET_BIND_SERVICE alpine
capabilities | choose from what is allowed here: NET_BIND_SERVICE | run --cap-add SYS_ADMIN alpine | run --cap-add NET_BIND_SERVICE alpine
capabilities | leave it out | run --cap-add ALL alpine | run alpine
user | runs as {uid}:{gid} | run -u root alpine | run alpine
user | runs as {uid}:{gid} | run -u 0:0 alpine | run -u {uid}:{gid} alpine
group-add | the number of a group of yours: {gid} | run --group-add 0 alpine | run --group-add {gid} alpine
no-new-privileges | leave it out | run --security-opt no-new-privileges=false alpine | run alpine
seccomp | leave it out | run --security-opt seccomp=unconfined alpine | run alpine
selinux-label | leave it out | run --security-opt label=disable alpine | run alpine
invalid-value | use apparmor, no-new-privileges or seccomp | run --security-opt foo=bar alpine | run --security-opt no-new-privileges alpine
memory | at most 2g | run -m 10g alpine | run -m 2g alpine
memory-swap | leave it out | run --memory-swap -1 alpine | run alpine
memory-reservation | no more than --memory | run --memory-reservation 3g alpine | run -m 1g --memory-reservation 1g alpine
cpus | at most 2 | run --cpus 100 alpine | run --cpus 2 alpine
cpus | use --cpus alone | run --cpus 1 --cpu-quota 5000 alpine | run --cpus 1 alpine
cpus | use --cpus, at most 2 | run --cpu-period 5 alpine | run --cpus 2 alpine
cpu-shares | use 2 to 1024 | run --cpu-shares 4096 alpine | run --cpu-shares 1024 alpine
cpuset | 0-3,7 | run --cpuset-cpus a alpine | run --cpuset-cpus 0-3,7 alpine
cpu-realtime | --cpus or --cpu-shares | run --cpu-rt-runtime 5 alpine | run --cpu-shares 2 alpine
pids-limit | at most 1024 | run --pids-limit -1 alpine | run --pids-limit 1024 alpine
shm-size | at most 256m | run --shm-size 9g alpine | run --shm-size 256m alpine
ulimit | at most nofile=65536 | run --ulimit nofile=9999999 alpine | run --ulimit nofile=65536 alpine
ulimit | these may be set here: nofile, core | run --ulimit memlock=1 alpine | run --ulimit core=0 alpine
blkio-weight | use 10 to 500 | run --blkio-weight 900 alpine | run --blkio-weight 500 alpine
blkio-device | --blkio-weight is allowed | run --device-read-bps /dev/sda:1mb alpine | run --blkio-weight 10 alpine
oom-score-adj | use 0 to 1000 | run --oom-score-adj -5 alpine | run --oom-score-adj 1000 alpine
oom-kill-disable | use --memory | run --oom-kill-disable alpine | run --memory 1g alpine
kernel-memory | use --memory | run --kernel-memory 5m alpine | run --memory 5m alpine
cgroup-parent | leave it out | run --cgroup-parent /x alpine | run alpine
pid-namespace | leave it out | run --pid host alpine | run alpine
ipc-namespace | --ipc=none | run --ipc host alpine | run --ipc=none alpine
ipc-namespace | --shm-size gives more | run --ipc host alpine | run --shm-size 128m alpine
cgroup-namespace | --cgroupns=private | run --cgroupns host alpine | run --cgroupns=private alpine
uts-namespace | --hostname | run --uts host alpine | run --hostname box alpine
annotation | use --label | run --annotation a=b alpine | run --label a=b alpine
sysctl | net.ipv4.ip_unprivileged_port_start | run --sysctl kernel.core_pattern=x alpine | run --sysctl net.ipv4.ip_unprivileged_port_start=80 alpine
bind-source | allowed sources: {home} (rw) | run -v /usr/share:/e alpine | run -v {work}/work:/e alpine
bind-source | -e TZ=Europe/Berlin | run -v /etc/localtime:/etc/localtime:ro alpine | run -e TZ=Europe/Berlin alpine
bind-protected | with --shm-size | run -v /dev/shm:/dev/shm alpine | run --shm-size 128m alpine
bind-missing | with mkdir -p {work}/gone, or | run -v {work}/gone:/e alpine | run -v {work}/work:/e alpine
bind-device | use --device=/dev/null instead | run -v /dev/null:/e alpine | run alpine
bind-protected | a folder of your own | run -v {work}/link:/e alpine | run -v {work}/work:/e alpine
bind-missing | name something that exists | run -v {work}/gone:/e alpine | run -v {work}/work:/e alpine
bind-contains | bind a folder below it | run -v {work}/holds:/e alpine | run -v {work}/work/inner:/e alpine
bind-fifo | use a file | run -v {work}/fifo:/e alpine | run -v {work}/env:/e alpine
bind-relabel | leave it out | run -v {work}/work:/e:z alpine | run -v {work}/work:/e alpine
bind-propagation | write rprivate | run -v {work}/work:/e:rshared alpine | run -v {work}/work:/e:rprivate alpine
invalid-value | add readonly | run --mount type=bind,source={work}/work,target=/e,bind-recursive=writable alpine | run --mount type=bind,source={work}/work,target=/e,bind-recursive=writable,readonly alpine
invalid-value | type=tmpfs | run --mount type=image,source=x,target=/e alpine | run --mount type=tmpfs,target=/e alpine
mount-target | choose another folder | run -v {work}/work:/proc alpine | run -v {work}/work:/e alpine
mount-duplicate | a target of its own | run -v {work}/work:/e --tmpfs /e alpine | run -v {work}/work:/e --tmpfs /f alpine
tmpfs-size | at most 512m | run --tmpfs /x:size=10g alpine | run --tmpfs /x:size=512m alpine
tmpfs-options | leave suid out | run --tmpfs /x:suid alpine | run --tmpfs /x alpine
tmpfs-options | from 0 to 1777 | run --tmpfs /x:mode=7777 alpine | run --tmpfs /x:mode=1777 alpine
invalid-value | nr_inodes=N, uid=N, gid=N, ro, rw, exec, noexec, nodev or nosuid | run --tmpfs /x:foo alpine | run --tmpfs /x:size=1m,mode=700,nr_inodes=9,uid=1,gid=1,rw,exec,nodev,nosuid alpine
volume-driver | leave it out | run --volume-driver nfs alpine | run alpine
workdir | a folder of the image | run -w /proc/self/fd/7 alpine | run -w /tmp alpine
network | default, bridge, none | run --network host alpine | run --network none alpine
network-multiple | name one network | run --network none --network bridge alpine | run --network none alpine
network-address | leave it out | run --ip 192.0.2.1 alpine | run alpine
publish-port | from 1024 to 65535 | run -p 80:80 alpine | run -p 1024:80 alpine
publish-port | leave it out for any free one | run -p 80:80 alpine | run -p 80 alpine
publish-port | such as 8080 | run -p 80:80 alpine | run -p 8080:80 alpine
publish-address | leave the address out | run -p 0.0.0.0:8080:80 alpine | run -p 8080:80 alpine
publish-address | 127.0.0.1, ::1 | run -p 0.0.0.0:8080:80 alpine | run -p [::1]:8080:80 alpine
publish-all | with -p | run -P alpine | run -p 80 alpine
publish-count | at most 256 | run -p 2000-3000:2000-3000 alpine | run -p 2000-2255:2000-2255 alpine
expose | at most 256 | run --expose 1-9999 alpine | run --expose 1-256 alpine
dns | ::1 | run --dns foo alpine | run --dns ::1 alpine
add-host | gateway:host-gateway | run --add-host foo alpine | run --add-host gateway:host-gateway alpine
restart | no, on-failure | run --restart always alpine | run --restart on-failure alpine
restart | from 1 to 5 | run --restart on-failure:9 alpine | run --restart on-failure:5 alpine
log-driver | allowed: json-file, local, journald, none | run --log-driver syslog alpine | run --log-driver journald alpine
log-option | max-file, max-size | run --log-opt foo=bar alpine | run --log-opt max-size=10m --log-opt max-file=3 alpine
log-option | such as 10m | run --log-opt max-size=100t alpine | run --log-opt max-size=10m alpine
stop-timeout | from 0 to 3600 | run --stop-timeout -1 alpine | run --stop-timeout 3600 alpine
health-interval | from 1s to 24h | run --health-interval 1ms alpine | run --health-interval 1s alpine
health-interval | write 0 | run --health-interval 1ms alpine | run --health-interval 0 alpine
name | a letter after f | run --name abcdef012345 alpine | run --name abcdeg012345 alpine
name | another length | run --name abcdef012345 alpine | run --name abcdef0123456 alpine
label-reserved | another name | run --label io.safe-docker.owner=0 alpine | run --label owner=0 alpine
cidfile | a new file in a folder that you may write to | run --cidfile /etc/x alpine | run --cidfile {work}/cid alpine
attach | stdin, stdout or stderr | run -a foo alpine | run -a stdout alpine
isolation | leave it out | run --isolation hyperv alpine | run alpine
windows-option | use --cpus | run --cpu-count 2 alpine | run --cpus 2 alpine
content-trust | leave it out | run --disable-content-trust=false alpine | run alpine
platform | linux/amd64 | run --platform x:y alpine | run --platform linux/amd64 alpine
invalid-value | always, missing or never | run --pull sometimes alpine | run --pull missing alpine
unknown-option | did you mean --memory? | run --memroy 5m alpine | run --memory 5m alpine
unknown-command | did you mean restart? | restrat x | info
missing-image | docker run --rm alpine echo hello | run | run --rm alpine echo hello
invalid-image | in lower case | run ALPINE | run alpine
global-option | leave it out | --host x run alpine | run alpine
context | leave --context out | --context foo run alpine | run alpine
file-unreadable | with your own rights | run --env-file /etc/shadow alpine | run --env-file {work}/env alpine
file-type | a regular file | run --env-file {work}/fifo alpine | run --env-file {work}/env alpine
image-all-tags | name the tag | pull -a alpine | pull alpine:3
command-not-allowed | lists the commands that are allowed | build . | info
option-refused | leave it out | version --kubeconfig x | version
ROWS
}

fill() {
  local text=$1
  text=${text//\{uid\}/$(id -u sd-alice)}
  text=${text//\{gid\}/$(id -g sd-alice)}
  text=${text//\{home\}/$ALICE_HOME}
  printf '%s\n' "${text//\{work\}/$WORK}"
}

# decide WORDS: the JSON of the decision about them.
decide() {
  local words
  read -ra words <<<"$1"
  sd_as sd-alice "$SD_HOME/door/docker" --explain=json "${words[@]}" || true
}

@test "what a hint says is allowed" {
  local rule hint denied allowed json count=0 bad=0
  while IFS='|' read -r rule hint denied allowed; do
    rule=${rule% } hint=$(fill "$hint") hint=${hint# } hint=${hint% }
    json=$(decide "$(fill "$denied")")
    if ! jq -e --arg rule "$rule" --arg hint "$hint" '.decision == "deny" and
        ([.violations[] | select(.rule == $rule and (.hint | contains($hint)))] | length > 0)' <<<"$json" >/dev/null; then
      printf 'expected of%s: %s with the hint "%s"\n got: %s\n' "$denied" "$rule" "$hint" "$(jq -c .violations <<<"$json")" >&2
      bad=1
    fi
    json=$(decide "$(fill "$allowed")")
    if ! jq -e '.decision == "allow"' <<<"$json" >/dev/null; then
      printf 'the hint "%s" of%s does not work:%s\n got: %s\n' "$hint" "$denied" "$allowed" "$(jq -c .violations <<<"$json")" >&2
      bad=1
    fi
    count=$((count + 1))
  done < <(rows)
  [ "$count" -gt 90 ] && [ "$bad" -eq 0 ]
}

# terminal WORDS: what a person at a terminal reads.
terminal() {
  sd_as sd-alice env TERM=xterm script -qec "$SD_HOME/door/docker $*" /dev/null | tr -d '\r'
}

@test "on a terminal a denial ends with the command that tells more, and it works" {
  local words
  words=$(terminal run --privileged -m 90g alpine || true)
  holds "$words" "more: safe-docker policy explain privileged memory"
  # Not in a file, which programs read.
  run -125 --separate-stderr sd_as sd-alice "$SD_HOME/door/docker" run --privileged -m 90g alpine
  lacks "$stderr" "more:"
  run -0 sd_as sd-alice "$SD_HOME/prefix/bin/safe-docker" policy explain privileged memory
  holds "$output" "Rule privileged"
  holds "$output" "Rule memory"
}
