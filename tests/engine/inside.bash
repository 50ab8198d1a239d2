# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Attacks from inside: the program, what it is to be answered, commands of the shell, and what a host looks like.

# The program as $SD_HOME/inside, and its table beside it.
inside_make() {
  [[ $(uname -m) == x86_64 ]] || skip "the table of calls is for x86-64"
  gcc -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -static -o "$SD_HOME/inside" "$BATS_TEST_DIRNAME"/inside*.c
  "$SD_HOME/inside" --table >"$SD_HOME/inside.table"
}

# The profile with refusals that nobody can mistake for the kernel's: a signal that ends who calls.
signalling() {
  jq '.defaultAction = "SCMP_ACT_TRAP" | del(.defaultErrnoRet)
    | .syscalls |= map(if .action == "SCMP_ACT_ERRNO" then .action = "SCMP_ACT_KILL_PROCESS" | del(.errnoRet) else . end)' \
    "$SD_ROOT/profiles/seccomp/$1.json" >"$SD_HOME/signalling.json"
}

# answered COLUMN FILTER ROWS: $output is what the table says. COLUMN: 2 default, 3 no-network, 4 strict, 5 none. FILTER:
# how the filter says no, "errno" or "signal". ROWS: "all", or "filter" for what the filter answers alone.
answered() {
  awk -v column="$1" -v filter="$2" -v rows="$3" '
    NR == FNR { want[$1] = $column; next }
    { got[$1] = $2 }
    END {
      for (name in want) {
        count = split(want[name], words, "|"); right = rows == "filter" && want[name] !~ /^!/
        for (i = 1; i <= count; i++) {
          by_filter = sub(/^!/, "", words[i])
          right = right || got[name] == (by_filter && filter == "signal" ? "SIGSYS" : words[i])
        }
        if (!right) { print name ": " got[name] ", not " want[name]; bad++ }
      }
      exit bad > 0 || length(want) < 250
    }' "$SD_HOME/inside.table" - <<<"$output"
}

# --- what a shell has ------------------------------------------------------------------------------------

# inside_commands [PATTERN]: a script that tries commands of busybox, by a name each, and prints lines "NAME STATUS WORDS".
# Where one should ever work, it changes nothing that lasts.
inside_commands() {
  sed -E "/^[a-z-]+\\|/ { /^(${1:-.*})\\|/! d }" <<'COMMANDS'
while IFS='|' read -r name command; do
  words=$(sh -c "$command" 2>&1)
  printf '%s %s %s\n' "$name" "$?" "$(echo $words)"
done <<'TABLE'
bind|mount --bind / /tmp
mount|mount -t tmpfs none /tmp
remount|mount -o remount,rw,bind /proc/sys
nsenter|nsenter -t 1 -m true
chroot|chroot / true
mknod-char|mknod /tmp/null c 1 3
mknod-block|mknod /tmp/disk b 8 0
unshare-user|unshare -r true
unshare|unshare -mipnu true
hostname|hostname evil
dmesg-clear|dmesg -c
insmod|insmod /bin/busybox
rmmod|rmmod ext4
sysctl|sysctl -w kernel.core_pattern="$(cat /proc/sys/kernel/core_pattern)"
swapon|swapon /bin/busybox
reboot|reboot -f
ifconfig|ifconfig lo mtu 1000
route|route add -host 10.1.2.3 dev lo
link|ip link add dummy0 type dummy
bridge|brctl addbr br0
ping|ping -c 1 -w 1 127.0.0.1
nice|renice -n -20 -p $$
io-class|ionice -c 1 true
owner|touch /tmp/f && chown 0:0 /tmp/f
su|su -c true
files|ulimit -Hn 1048576
oom|echo -1000 >/proc/self/oom_score_adj
cgroup|mkdir /sys/fs/cgroup/memory/x || mkdir /sys/fs/cgroup/x
release|echo 1 >/sys/fs/cgroup/memory/notify_on_release || echo 1 >/sys/fs/cgroup/cgroup.procs
pivot|pivot_root /tmp /tmp
umount|umount -l /proc
TABLE
COMMANDS
}

# --- the host, as far as a container could have changed it ---------------------------------------------

host_state() {
  hostname
  cat /proc/sys/kernel/domainname /proc/modules /proc/swaps 2>/dev/null || true
  grep btime /proc/stat | tr -dc '0-9' | awk '{ print "boot", int(($1 + 30) / 60) }'
  grep -vE "docker|containerd| /var/lib/sd-| $SD_HOME|$SD_ROOT/build" /proc/self/mountinfo
  find /proc/sys/kernel /proc/sys/vm /proc/sys/fs /proc/sys/user /proc/sys/abi -type f -readable 2>/dev/null | sort |
    grep -vE 'random|dentry-state|inode-|file-nr|aio-nr|ns_last_pid|/pty/nr|last_pid|compact_memory|/quota/|stat_refresh|nr_' |
    while read -r file; do printf '%s=%s\n' "$file" "$(head -c 4096 "$file" 2>/dev/null | tr '\0\n' '  ')"; done
  find /sys/fs/cgroup -maxdepth 2 -name release_agent -exec cat {} + 2>/dev/null || true
  getent passwd root
  getent shadow root | sha256sum
  stat -c '%n %s %Y' /etc/hosts /etc/sudoers
}
