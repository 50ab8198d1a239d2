#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs as process 1 of the virtual machine, from the folder that the second disk brought: a real AppArmor, a real
# dockerd with cgroup v2, and safe-docker with its built-in policy behind sudo. TAP goes to the second serial line,
# what helps after a failure to the console. Ends by switching the machine off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
PAYLOAD=$(dirname "$0")
PROFILE=/etc/apparmor.d/safe-docker-default
POLICY=/etc/safe-docker/policy.json
LOCAL=/etc/apparmor.d/local/safe-docker-default
IMAGE=vm-test:1
NUMBER=0
FAILED=0

# --- TAP ------------------------------------------------------------------------------------------------

exec 3>/dev/ttyS1

# result ok|no NAME [WHY]
result() {
  local sign=ok
  NUMBER=$((NUMBER + 1))
  [[ $1 == ok ]] || sign="not ok" FAILED=$((FAILED + 1))
  printf '%s %s - %s\n' "$sign" "$NUMBER" "$2" >&3
  [[ $1 == ok ]] || printf '%s\n' "$3" | head -n 20 | sed 's/^/# /' >&3
}
note() { printf '# %ss %s\n' "$SECONDS" "$*" >&3; }

equal() { if [[ $2 == "$3" ]]; then result ok "$1"; else result no "$1" "is '$2', should be '$3'"; fi; }
holds() { if [[ $2 == *"$3"* ]]; then result ok "$1"; else result no "$1" "'$3' is not in: $2"; fi; }
lacks() { if [[ $2 != *"$3"* ]]; then result ok "$1"; else result no "$1" "'$3' is in: $2"; fi; }
works() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then result ok "$name"; else result no "$name" "status $?: $said"; fi
}

# Every line "ok NAME" or "no NAME" that a container printed, up to the line "end".
relay() {
  local word name ended=no
  while read -r word name; do
    case $word in
      ok | no) result "$word" "$1: ${name%%: *}" "$name" ;;
      end) ended=ok ;;
    esac
  done <<<"$2"
  result "$ended" "$1: runs to its end" "$2"
}

# --- the machine ----------------------------------------------------------------------------------------

off() {
  note "kernel's refusals: $(dmesg | grep -c 'apparmor="DENIED"')"
  [[ $FAILED -eq 0 ]] || dmesg | grep 'apparmor="DENIED"' | tail -n 60
  [[ $FAILED -eq 0 ]] || tail -n 30 /var/log/dockerd
  printf '1..%s\n' "$NUMBER" >&3
  sync
  exec busybox poweroff -f
}

give_up() {
  result no "$1" "$(tail -n 20 "${2:-/dev/null}")"
  off
}

mounts() {
  mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security
  mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
  mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
  mkdir -p /dev/pts /dev/shm
  mountpoint -q /dev/pts || mount -t devpts devpts /dev/pts
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /tmp
  busybox ip link set lo up
  hostname vm
  echo 127.0.0.1 localhost vm >/etc/hosts
}

install_ours() {
  install -m 0755 "$PAYLOAD/safe-docker" /usr/bin/safe-docker
  install -D -m 0644 "$PAYLOAD/profile" "$PROFILE"
  mkdir -p /etc/safe-docker
  useradd --create-home --shell /bin/bash --user-group alice
  echo "alice ALL=(root) NOPASSWD: /usr/bin/safe-docker" >/etc/sudoers.d/alice
  chmod 0440 /etc/sudoers.d/alice
}

# In a control group of its own, as a service manager would start it.
start_docker() {
  getent group docker >/dev/null || groupadd --system docker
  echo "+cpu +memory +pids" >/sys/fs/cgroup/cgroup.subtree_control
  mkdir -p /sys/fs/cgroup/service
  (echo "$BASHPID" >/sys/fs/cgroup/service/cgroup.procs && exec dockerd --host unix:///var/run/docker.sock --group docker --bridge=none --iptables=false --ip6tables=false \
    --ip-forward=false --ip-masq=false) >/var/log/dockerd 2>&1 </dev/null 3>&- &
  DOCKERD=$!
  local try
  for ((try = 0; try < 240; try++)); do
    docker version >/dev/null 2>&1 && return 0
    kill -0 "$DOCKERD" 2>/dev/null || return 1
    sleep 0.5
  done
  return 1
}

make_image() {
  local folder=/tmp/image applet
  mkdir -p "$folder"/{bin,dev,etc,mnt,proc,run,sys,tmp,vol,w}
  cp /bin/busybox "$folder/bin/"
  for applet in $(busybox --list); do [[ -e $folder/bin/$applet ]] || ln -s busybox "$folder/bin/$applet"; done
  install -m 0755 "$PAYLOAD/probe" "$PAYLOAD/everyday.sh" "$folder/bin/"
  echo 'root:x:0:0::/:/bin/sh' >"$folder/etc/passwd"
  chmod 1777 "$folder/tmp" "$folder/vol"
  tar -C "$folder" -cf - . | timeout 60 docker import --change 'ENV PATH=/bin' - "$IMAGE" >/dev/null
  rm -rf "$folder"
}

as_alice() {
  setpriv --reuid=alice --regid=alice --init-groups --inh-caps=-all env -i HOME=/home/alice USER=alice \
    PATH=/usr/bin:/bin TERM=dumb timeout 100 "$@" 3>&- </dev/null
}
safe() { as_alice sudo -n /usr/bin/safe-docker "$@"; }
plain() { timeout 60 docker "$@" 3>&- </dev/null; }

# --- tests ----------------------------------------------------------------------------------------------

test_everyday() {
  echo mine >/home/alice/mine
  mkdir -p /home/alice/kept
  echo fixed >/home/alice/kept/fixed
  chown -R alice: /home/alice
  relay everyday "$(safe run --rm --network none --volume /home/alice:/w --volume /home/alice/kept:/ro:ro \
    --volume things:/vol --tmpfs /t --env "WANTED=$(id -u alice):$(id -g alice)" "$IMAGE" everyday.sh 2>&1)"
}

test_terminal() {
  local said
  said=$(as_alice script -qec "sudo -n /usr/bin/safe-docker run --rm -it --network none $IMAGE sh -c 'tty; stty size >/dev/null && echo sized; cat /proc/self/attr/current'" /dev/null 2>&1)
  holds "a terminal" "$said" /dev/pts/0
  holds "a terminal that can be asked" "$said" sized
  holds "the profile holds on a terminal" "$said" "safe-docker-default (enforce)"
}

cgroup_file() { cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/$2" 2>&1; }

# One container that stays, seen from outside.
test_service() {
  local id pid
  id=$(safe run --detach --network none --health-cmd 'test -e /tmp/ready' --health-interval 1s "$IMAGE" \
    sh -c 'trap "exit 3" TERM; trap "echo woken" USR1; touch /tmp/ready; while :; do sleep 0.2; done')
  pid=$(plain inspect --format '{{.State.Pid}}' "$id")
  equal "profile, from outside" "$(cat "/proc/$pid/attr/current")" "safe-docker-default (enforce)"
  equal "profile, as dockerd keeps it" "$(plain inspect --format '{{.AppArmorProfile}}' "$id")" safe-docker-default
  equal "memory.max" "$(cgroup_file "$pid" memory.max)" 536870912
  equal "memory.swap.max" "$(cgroup_file "$pid" memory.swap.max)" 0
  equal "cpu.max" "$(cgroup_file "$pid" cpu.max)" "100000 100000"
  equal "pids.max" "$(cgroup_file "$pid" pids.max)" 256
  equal "exec is confined too" "$(plain exec "$id" cat /proc/self/attr/current)" "safe-docker-default (enforce)"
  works "docker exec" plain exec "$id" sh -c 'echo x >/tmp/x && ps | grep -q sleep'
  works "docker top" plain top "$id"
  works "docker pause" plain pause "$id"
  works "docker unpause" plain unpause "$id"
  works "docker cp" plain cp "$id:/etc/passwd" /tmp/copied
  works "docker kill with a signal that is caught" plain kill --signal USR1 "$id"
  works "docker exec sends signals" plain exec "$id" kill -USR1 1
  test_health "$id"
  test_local "$id"
  works "docker stop" plain stop --time 20 "$id"
  equal "the signal of docker stop is caught" "$(plain inspect --format '{{.State.ExitCode}}' "$id")" 3
  holds "docker logs" "$(plain logs "$id")" woken
  id=$(safe run --detach --network none "$IMAGE" sleep 300)
  works "docker kill" plain kill "$id"
  equal "what docker kill leaves" "$(plain inspect --format '{{.State.ExitCode}}' "$id")" 137
}

test_health() {
  local try state=""
  for ((try = 0; try < 20; try++)); do
    state=$(plain inspect --format '{{.State.Health.Status}}' "$1")
    [[ $state == starting ]] || break
    sleep 1
  done
  equal "healthcheck" "$state" healthy
}

# The site's additions hold at once, for what runs already as well.
test_local() {
  mkdir -p "$(dirname "$LOCAL")"
  works "a file before the site refuses it" plain exec "$1" cat /etc/passwd
  echo "deny /etc/passwd r," >"$LOCAL"
  works "reload with additions of the site" apparmor_parser -r "$PROFILE"
  holds "additions of the site hold for a running container" "$(plain exec "$1" cat /etc/passwd 2>&1)" "ermission denied"
  rm "$LOCAL"
  works "reload without them" apparmor_parser -r "$PROFILE"
  works "the file again" plain exec "$1" cat /etc/passwd
}

# --- what the profile alone refuses ---------------------------------------------------------------------

# attack PROFILE: the probe as root with every capability and device, without seccomp, masked paths and a process
# namespace of its own. Nothing but AppArmor is left. Prints "refused" or "reached" and what.
attack() {
  plain run --rm --network none --privileged --pid host --security-opt "apparmor=$1" \
    --volume /run/docker.sock:/run/docker.sock --volume /sys/kernel/security:/sys/kernel/security \
    --volume /sys/kernel/debug:/sys/kernel/debug --volume /sys/kernel/tracing:/sys/kernel/tracing \
    "$IMAGE" probe attack "$VICTIM" 2>&1
}

test_attacks() {
  local bare theirs ours what name errno
  sleep 1000 3>&- &
  VICTIM=$!
  bare=$(attack unconfined)
  theirs=$(attack docker-default)
  ours=$(attack safe-docker-default)
  printf 'unconfined:\n%s\ndocker-default:\n%s\nsafe-docker-default:\n%s\n' "$bare" "$theirs" "$ours"
  result "$([[ $(wc -l <<<"$ours") -gt 40 ]] && echo ok || echo no)" "the attacks run to their end" "$ours"
  while read -r what name; do
    errno=${name##* #} name=${name% #*}
    # Whether AppArmor sees connect(2) to a socket with a path depends on the kernel.
    if [[ $name == connect* ]] && ! compgen -G "/sys/kernel/security/apparmor/features/network*/af_unix" >/dev/null; then
      note "this kernel's AppArmor does not see: $name ($what)"
    elif grep -qF "reached $name #" <<<"$bare"; then
      result "$([[ $what == refused ]] && echo ok || echo no)" "AppArmor alone refuses: $name" "errno $errno"
    elif grep -qF "refused $name #" <<<"$theirs" && [[ $what != refused ]]; then
      result no "as strict as docker-default: $name" "errno $errno"
    fi
  done <<<"$ours"
  kill "$VICTIM"
}

# --- safe-docker and the state of AppArmor --------------------------------------------------------------

test_choices() {
  local said
  said=$(safe run --rm --network none --security-opt apparmor=unconfined "$IMAGE" echo ran 2>&1)
  equal "apparmor=unconfined is refused" "$?" 125
  holds "apparmor=unconfined: the rule" "$said" "apparmor "
  lacks "apparmor=unconfined: nothing runs" "$said" "ran"
  said=$(safe run --rm --network none --security-opt apparmor=docker-default "$IMAGE" true 2>&1)
  equal "a profile that the policy does not list is refused" "$?" 125
}

require() { printf '{"version":1,"apparmor":{"mode":"%s"}}\n' "$1" >"$POLICY"; }

test_not_loaded() {
  local said mode hint
  works "the profile can be taken away" apparmor_parser -R "$PROFILE"
  for mode in auto require; do
    require "$mode"
    said=$(safe run --rm --network none "$IMAGE" echo ran 2>&1)
    equal "mode $mode, profile not loaded: refused" "$?" 125
    holds "mode $mode, profile not loaded: the rule" "$said" apparmor-not-loaded
  done
  hint=$(sed -n 's/.*run: \(apparmor_parser .*\)$/\1/p' <<<"$said")
  works "the hint is a command that works: $hint" sh -c "${hint:-false}"
  said=$(safe run --rm --network none "$IMAGE" cat /proc/self/attr/current)
  equal "mode require, profile loaded: runs under it" "$said" "safe-docker-default (enforce)"
}

test_mode_off() {
  require off
  lacks "mode off: no profile is asked for" "$(safe --explain run --network none "$IMAGE" true 2>&1)" "apparmor="
  equal "mode off: Docker's own profile" \
    "$(safe run --rm --network none "$IMAGE" cat /proc/self/attr/current)" "docker-default (enforce)"
  rm "$POLICY"
  holds "no file: the profile is asked for" "$(safe --explain run --network none "$IMAGE" true 2>&1)" \
    "apparmor=safe-docker-default"
}

main() {
  mounts
  note "booted"
  [[ $(cat /sys/module/apparmor/parameters/enabled) == Y ]] || give_up "the kernel has AppArmor"
  install_ours
  apparmor_parser -r "$PROFILE" >/tmp/parser 2>&1 || give_up "the profile loads" /tmp/parser
  equal "the parser has nothing to say about the profile" "$(cat /tmp/parser)" ""
  holds "the profile is enforced" "$(cat /sys/kernel/security/apparmor/profiles)" "safe-docker-default (enforce)"
  start_docker || give_up "dockerd starts" /var/log/dockerd
  make_image || give_up "an image is imported" /var/log/dockerd
  local part
  for part in everyday terminal service attacks choices not_loaded mode_off; do
    note "$part"
    "test_$part"
  done
  off
}

main
