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
RECORDS=/var/log/safe-docker.jsonl
FEATURES=/sys/kernel/security/apparmor/features
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
note() { printf '# %ss %s\n' "$SECONDS" "${*//$'\n'/$'\n# '}" >&3; }

equal() { if [[ $2 == "$3" ]]; then result ok "$1"; else result no "$1" "is '$2', should be '$3'"; fi; }
holds() { if [[ $2 == *"$3"* ]]; then result ok "$1"; else result no "$1" "'$3' is not in: $2"; fi; }
lacks() { if [[ $2 != *"$3"* ]]; then result ok "$1"; else result no "$1" "'$3' is in: $2"; fi; }
works() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then result ok "$name"; else result no "$name" "status $?: $said"; fi
}

# fails NAME STATUS WORDS COMMAND...: ends with STATUS, and says WORDS.
fails() {
  local name=$1 want=$2 words=$3 said status=0
  shift 3
  said=$("$@" 2>&1) || status=$?
  equal "$name: ends with $want" "$status" "$want"
  holds "$name: says why" "$said" "$words"
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
  mount -t tmpfs -o mode=0755 tmpfs /run
  mount -t tmpfs tmpfs /tmp
  busybox ip link set lo up
  hostname vm
  echo 127.0.0.1 localhost vm >/etc/hosts
}

install_ours() {
  install -m 0755 "$PAYLOAD/safe-docker" /usr/bin/safe-docker
  install -m 0755 "$PAYLOAD/safe-docker-admin" /usr/sbin/safe-docker-admin
  (cd "$PAYLOAD/apparmor" && find . -type f -exec install -D -m 0644 {} /etc/apparmor.d/{} ';')
  mkdir -p /etc/safe-docker
  getent group docker >/dev/null || groupadd --system docker
  install -o root -g docker -m 2755 "$PAYLOAD/safe-docker" /usr/local/bin/docker-door
  useradd --create-home --shell /bin/bash --user-group alice
  echo "alice ALL=(root) NOPASSWD: /usr/bin/safe-docker" >/etc/sudoers.d/alice
  chmod 0440 /etc/sudoers.d/alice
}

# In a control group of its own, as a service manager would start it.
start_docker() {
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
  mkdir -p "$folder"/{bin,dev,etc,mnt,proc,run,sys,tmp,var/run,vol,w}
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
    PATH=/usr/bin:/bin TERM=dumb timeout -k 5 100 "$@" 3>&- </dev/null
}
safe() { as_alice sudo -n /usr/bin/safe-docker "$@"; }
door() { as_alice /usr/local/bin/docker-door "$@"; }
plain() { timeout -k 5 60 docker "$@" 3>&- </dev/null; }

# --- tests ----------------------------------------------------------------------------------------------

# everyday PROFILE OPTION...
everyday() {
  local profile=$1
  shift
  relay "everyday under $profile" "$(safe run --rm --network none --volume /home/alice:/w --volume /home/alice/kept:/ro:ro \
    --volume things:/vol --tmpfs /t --env "WANTED=$(id -u alice):$(id -g alice)" --env "PROFILE=$profile" "$@" "$IMAGE" everyday.sh 2>&1)"
}

test_everyday() {
  echo mine >/home/alice/mine
  mkdir -p /home/alice/kept
  echo fixed >/home/alice/kept/fixed
  chown -R alice: /home/alice
  everyday safe-docker-default
  policy '{"version": 1, "apparmor": {"allow": ["safe-docker-strict"]}}'
  everyday safe-docker-strict --security-opt apparmor=safe-docker-strict
  rm "$POLICY"
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

# attack PROFILE WORD...: the probe as root with every capability and device, without seccomp, masked paths and a
# process namespace of its own. Nothing but AppArmor is left. Prints "refused" or "reached" and what.
attack() {
  local profile=$1 place places=()
  shift
  for place in $(sed -n '/^static const char \*const sockets/,/^};/s/^ *"\(.*\)",$/\1/p' "$PAYLOAD/probe.c") /fresh/docker.sock; do
    places+=(--volume "/run/docker.sock:$place")
  done
  plain run --rm --network none --privileged --pid host --security-opt "apparmor=$profile" "${places[@]}" \
    --volume /sys/kernel/security:/sys/kernel/security \
    --volume /sys/kernel/debug:/sys/kernel/debug --volume /sys/kernel/tracing:/sys/kernel/tracing \
    "$IMAGE" probe "$@" 2>&1
}

# What this kernel's AppArmor has no hook for: "unseen NAME" tells whether.
unseen() {
  case $1 in
    connect*) ! compgen -G "$FEATURES/network*/af_unix" >/dev/null ;;
    "make a user namespace") ! grep -qs userns_create "$FEATURES/namespaces/mask" || ! parser_knows userns ;;
    "mount by file descriptors") [[ ! -e $FEATURES/mount/move_mount ]] ;;
    # Old kernels take CAP_SYS_ADMIN for CAP_SYSLOG.
    "read the kernel's log") true ;;
    *) false ;;
  esac
}

# Whether the parser knows a kind of rule.
parser_knows() { printf 'profile x { %s, }\n' "$1" | apparmor_parser -QK >/dev/null 2>&1; }

# judge PROFILE BARE THEIRS OURS: what nothing refuses but the profile, and what docker-default refuses too.
judge() {
  local what name errno
  while read -r what name; do
    errno=${name##* #} name=${name% #*}
    if unseen "$name"; then
      note "this kernel's AppArmor does not see: $name ($what)"
    elif grep -qF "reached $name #" <<<"$2"; then
      result "$([[ $what == refused ]] && echo ok || echo no)" "$1 alone refuses: $name" "errno $errno"
    elif grep -qF "refused $name #" <<<"$3" && [[ $what != refused ]]; then
      result no "$1: as strict as docker-default: $name" "errno $errno"
    fi
  done <<<"$4"
}

test_attacks() {
  local bare theirs ours strict
  sleep 1000 3>&- &
  VICTIM=$!
  bare=$(attack unconfined attack "$VICTIM")
  theirs=$(attack docker-default attack "$VICTIM")
  ours=$(attack safe-docker-default attack "$VICTIM")
  strict=$(attack safe-docker-strict attack "$VICTIM")
  printf 'unconfined:\n%s\ndocker-default:\n%s\nsafe-docker-default:\n%s\nsafe-docker-strict:\n%s\n' "$bare" "$theirs" "$ours" "$strict"
  result "$([[ $(wc -l <<<"$ours") -gt 90 ]] && echo ok || echo no)" "the attacks run to their end" "$ours"
  note "docker-default refuses $(grep -c ^refused <<<"$theirs") of $(wc -l <<<"$theirs"), safe-docker-default $(grep -c ^refused <<<"$ours"), safe-docker-strict $(grep -c ^refused <<<"$strict"), nothing at all $(grep -c ^refused <<<"$bare")"
  judge safe-docker-default "$bare" "$theirs" "$ours"
  judge safe-docker-strict "$bare" "$theirs" "$strict"
  bare=$(attack safe-docker-default strict)
  strict=$(attack safe-docker-strict strict)
  printf 'what strict alone refuses:\n%s\n%s\n' "$bare" "$strict"
  result "$([[ $(wc -l <<<"$strict") -ge 10 ]] && echo ok || echo no)" "what strict alone refuses runs to its end" "$strict"
  lacks "safe-docker-default lets a debugger, a builder and a resolver work" "$bare" refused
  judge safe-docker-strict "$bare" "" "$strict"
  kill "$VICTIM"
}

# --- limits ---------------------------------------------------------------------------------------------

# number TEXT NAME: the number behind NAME.
number() { sed -n "s/^$2 *//p" <<<"$1" | head -n 1; }
between() {
  if [[ -n $2 && $2 -ge $3 && $2 -le $4 ]]; then result ok "$1"; else result no "$1" "is '$2', should be from $3 to $4"; fi
}

# What the limits do, not only what they say. There is swap, and it is used where Docker's own default lets it.
test_limits() {
  local said
  busybox dd if=/dev/zero of=/swap bs=1M count=192 2>/dev/null
  chmod 0600 /swap
  busybox mkswap /swap >/dev/null && swapon /swap
  local bomb='probe memory 128; echo "status $?"; cd /sys/fs/cgroup; for f in memory.max memory.swap.max memory.peak memory.swap.current; do echo "$f $(cat $f)"; done; cat memory.events'
  said=$(plain run --rm --network none --memory 64m --memory-swap 192m "$IMAGE" sh -c "$bomb" 2>&1)
  holds "the bomb fits where there is swap" "$said" "held 128 MiB"
  note "control, docker run --memory 64m --memory-swap 192m: $(paste -sd' ' <<<"$said")"
  said=$(safe run --rm --network none --memory 64m "$IMAGE" sh -c "$bomb" 2>&1)
  note "memory: $(paste -sd' ' <<<"$said")"
  equal "a memory bomb is killed" "$(number "$said" status)" 137
  between "memory.peak is at the limit" "$(number "$said" memory.peak)" $((56 << 20)) $((64 << 20))
  equal "no swap is used" "$(number "$said" memory.swap.current)" 0
  between "the kernel killed for memory" "$(number "$said" oom_kill)" 1 9
  swapoff /swap
  said=$(safe run --rm --network none --pids-limit 32 "$IMAGE" sh -c 'probe forks; cat /sys/fs/cgroup/pids.max; cat /sys/fs/cgroup/pids.events' 2>&1)
  note "processes: $(paste -sd' ' <<<"$said")"
  between "a fork bomb ends at pids.max" "$(sed -n 's/ processes, errno 11$//p' <<<"$said")" 16 32
  said=$(safe run --rm --network none --cpus 0.25 "$IMAGE" sh -c 's() { sed -n "s/^$1 //p" /sys/fs/cgroup/cpu.stat; }
    a=$(s usage_usec); b=$(cut -d" " -f1 /proc/uptime | tr -d .); probe burn 4; c=$(s usage_usec); d=$(cut -d" " -f1 /proc/uptime | tr -d .)
    echo "share $(((c - a) / (d - b) / 100))"; echo "throttled $(s nr_throttled)"' 2>&1)
  note "cpu: $(paste -sd' ' <<<"$said")"
  between "a burner gets a quarter of a processor, in percent" "$(number "$said" share)" 18 32
  between "it was throttled" "$(number "$said" throttled)" 10 1000
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

policy() { printf '%s\n' "$1" >"$POLICY"; }
require() { policy "{\"version\":1,\"apparmor\":{\"mode\":\"$1\"},\"audit\":{\"syslog\":false,\"file\":\"$RECORDS\"}}"; }
record() { tail -n 1 "$RECORDS" | sed -n 's/.*"confinement":\({[^}]*}\).*/\1/p'; }
current() { "$@" run --rm --network none "$IMAGE" cat /proc/self/attr/current; }

# refused NAME RULE: by auto and by require.
refused() {
  local mode
  for mode in auto require; do
    require "$mode"
    fails "mode $mode, $1" 125 "$2" safe run --rm --network none "$IMAGE" echo ran
    result "$([[ $(record) == *'"apparmor":null'* ]] && echo ok || echo no)" "mode $mode, $1: the record has no profile" "$(record)"
  done
  fails "status, $1" 1 "none starts" safe apparmor status
}

test_not_loaded() {
  works "the profile can be taken away" apparmor_parser -R "$PROFILE"
  refused "profile not loaded" apparmor-not-loaded
  # Of the same name, in a namespace that no container is in.
  works "the profile in another namespace" apparmor_parser -r -K -n other "$PROFILE"
  refused "profile in another namespace" apparmor-not-loaded
  apparmor_parser -R -K -n other "$PROFILE"
  works "the hint is a command that works" safe-docker apparmor load
  equal "mode require, profile loaded: runs under it" "$(current safe)" "safe-docker-default (enforce)"
  equal "the record names it" "$(record)" '{"seccomp":"default","apparmor":"safe-docker-default","apparmor_state":"enforce"}'
}

test_complain() {
  works "the profile in mode complain" apparmor_parser -r -K -C "$PROFILE"
  refused "profile in mode complain" "mode complain"
  holds "status names the mode" "$(safe apparmor status)" "safe-docker-default: loaded, mode complain"
  # A caller must not choose such a one either.
  policy '{"version": 1, "apparmor": {"profile": "safe-docker-strict", "allow": ["safe-docker-default", "none-such"]}}'
  equal "another profile of the policy" "$(current safe)" "safe-docker-strict (enforce)"
  fails "a profile to choose from, in mode complain" 125 "mode complain" \
    safe run --rm --network none --security-opt apparmor=safe-docker-default "$IMAGE" echo ran
  fails "a profile to choose from, not loaded" 125 "not loaded" \
    safe run --rm --network none --security-opt apparmor=none-such "$IMAGE" echo ran
  works "load takes it out of mode complain" safe-docker apparmor load
  equal "chosen by the caller" "$(safe run --rm --network none --security-opt apparmor=safe-docker-default "$IMAGE" cat /proc/self/attr/current)" \
    "safe-docker-default (enforce)"
  rm "$POLICY"
  # What a site does to keep a profile from refusing anything.
  mkdir -p /etc/apparmor.d/force-complain
  ln -s "$PROFILE" /etc/apparmor.d/force-complain/
  fails "load of what is forced to complain" 1 "mode complain, which refuses nothing" safe-docker apparmor load
  rm -r /etc/apparmor.d/force-complain
  works "load without that" safe-docker apparmor load
}

# What a door shows, and what it does without root's list of profiles.
test_doors() {
  local said
  said=$(door apparmor status)
  equal "status through a setgid door: the same answer" "$?" 0
  equal "status through a setgid door: the same words" "$said" "$(safe apparmor status)"
  equal "status of somebody with no door at all" "$(as_alice /usr/bin/safe-docker apparmor status)" "$said"
  lacks "status tells nothing of other profiles of the host" "$said$(safe apparmor status --format=json | tr '"' ' ')" " docker-default"
  note "$said"
  require require
  chgrp docker "$RECORDS" && chmod 0660 "$RECORDS"
  equal "a setgid door, mode require" "$(current door)" "safe-docker-default (enforce)"
  holds "a setgid door, mode require: the record" "$(record)" '"apparmor_state":"enforce"'
  fails "load through sudo" 1 "sudo: " safe apparmor load
  fails "load through a setgid door" 1 "sudo: " door apparmor load
  works "load as root itself" env SUDO_UID=1000 safe-docker-admin apparmor load
}

# Nobody can see what is loaded: under auto the daemon is relied upon, under require nobody.
blind() { unshare --mount sh -c 'mount -t tmpfs none /sys/kernel/security; exec "$@"' sh "$@"; }
blind_door() { blind setpriv --reuid=alice --regid=alice --init-groups --inh-caps=-all env -i PATH=/usr/bin:/bin timeout 100 /usr/local/bin/docker-door "$@" 3>&- </dev/null; }
test_unknown() {
  require auto
  equal "unknown, mode auto: the daemon has it" "$(current blind_door)" "safe-docker-default (enforce)"
  holds "unknown, mode auto: the record" "$(record)" '"apparmor":"safe-docker-default","apparmor_state":"unknown"'
  require require
  fails "unknown, mode require" 125 apparmor-required blind_door run --rm --network none "$IMAGE" echo ran
  holds "unknown, mode require: the record" "$(record)" '"apparmor":null,"apparmor_state":"unknown"'
  fails "unknown, status" 1 "cannot be seen" blind_door apparmor status
}

# What load reads must be root's.
test_load() {
  local file
  for file in "$PROFILE" /etc/apparmor.d/abstractions/safe-docker-base /etc/apparmor.d/tunables/safe-docker /etc/apparmor.d/abi/safe-docker; do
    chmod 0664 "$file"
    fails "load of $file, which a group may write" 1 "$file is not trusted" safe-docker apparmor load
    chmod 0644 "$file"
    mv "$file" /tmp/away
    fails "load without $file" 1 "$file" safe-docker apparmor load
    mv /tmp/away "$file"
  done
  mkdir -p /etc/apparmor.d/tunables/safe-docker.d /etc/apparmor.d/local
  for file in "$LOCAL" /etc/apparmor.d/tunables/safe-docker.d/site; do
    echo '# nothing' >"$file"
    chown alice "$file"
    fails "load of $file, which is alice's" 1 "$file is not trusted" safe-docker apparmor load
    chown root "$file"
  done
  echo 'deny /etc/passwd' >"$LOCAL"
  fails "load of a mistake" 1 "apparmor_parser: " safe-docker apparmor load
  holds "a mistake leaves the profile that was there" "$(cat /sys/kernel/security/apparmor/profiles)" "safe-docker-default (enforce)"
  echo 'deny /site/** rw,' >"$LOCAL"
  works "load of what the site adds" safe-docker apparmor load
  rm -r "$LOCAL" /etc/apparmor.d/tunables/safe-docker.d
  works "load without what the site added" safe-docker apparmor load
}

test_mode_off() {
  require off
  lacks "mode off: no profile is asked for" "$(safe --explain run --network none "$IMAGE" true 2>&1)" "apparmor="
  equal "mode off: Docker's own profile" "$(current safe)" "docker-default (enforce)"
  holds "mode off: the record" "$(record)" '"apparmor":null,"apparmor_state":"off"'
  rm "$POLICY"
  holds "no file: the profile is asked for" "$(safe --explain run --network none "$IMAGE" true 2>&1)" \
    "apparmor=safe-docker-default"
}

# The policy strict as it is installed; the image here comes from no registry, so that it has no digest.
test_preset() {
  local profile=/etc/apparmor.d/safe-docker-strict drop_in=/etc/safe-docker/policy.d/digest.json said
  mkdir -p /etc/safe-docker/policy.d
  install -m 0644 "$PAYLOAD/strict.json" "$POLICY"
  printf '{"images": {"require_digest": false, "local": ["**"]}, "audit": {"syslog": false, "file": "%s"}}\n' "$RECORDS" >"$drop_in"
  holds "strict is asked for" "$(safe policy check 2>&1)" "no mistakes found"
  equal "strict: the profile of a container" "$(safe run --rm "$IMAGE" cat /proc/self/attr/current)" "safe-docker-strict (enforce)"
  said=$(safe run --rm "$IMAGE" sh -c 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max; ls /sys/class/net; grep -E "^(CapBnd|NoNewPrivs|Seccomp):" /proc/self/status | tr -d "\t"; touch /new' 2>&1)
  equal "strict: limits, no network, no rights, nothing written" "${said//$'\n'/ }" \
    "268435456 128 lo CapBnd:0000000000000000 NoNewPrivs:1 Seccomp:2 touch: /new: Read-only file system"
  works "strict: the profile can be taken away" apparmor_parser -R "$profile"
  fails "strict: without its profile" 125 apparmor-not-loaded safe run --rm "$IMAGE" echo ran
  fails "strict: another profile will not do" 125 apparmor safe run --rm --security-opt apparmor=safe-docker-default "$IMAGE" echo ran
  works "strict: its profile loads" safe-docker apparmor load
  works "strict: runs again" safe run --rm "$IMAGE" true
  rm -r "$POLICY" /etc/safe-docker/policy.d
}

# Before anything is loaded, and how it gets there.
first_load() {
  fails "status before anything is loaded" 1 "safe-docker-default: not loaded" safe apparmor status
  safe-docker apparmor load >/tmp/load 2>&1 || give_up "the profiles load" /tmp/load
  lacks "the parser has nothing to say about the profiles" "$(cat /tmp/load)" apparmor_parser
  note "$(cat /tmp/load)"
  local name
  for name in safe-docker-default safe-docker-strict; do
    holds "$name is enforced" "$(cat /sys/kernel/security/apparmor/profiles)" "$name (enforce)"
  done
}

main() {
  mounts
  note "booted"
  [[ $(cat /sys/module/apparmor/parameters/enabled) == Y ]] || give_up "the kernel has AppArmor"
  install_ours
  first_load
  start_docker || give_up "dockerd starts" /var/log/dockerd
  make_image || give_up "an image is imported" /var/log/dockerd
  local part parts
  read -r parts <"$PAYLOAD/parts"
  for part in ${parts:-everyday terminal service attacks limits choices not_loaded complain doors unknown load mode_off preset}; do
    note "$part"
    "test_$part"
  done
  off
}

main
