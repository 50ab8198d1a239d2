#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a hardened container, with busybox: what people do all day. One line "ok NAME" or "no NAME" each, and
# "end" last. /w is the caller's home, /ro a folder of it mounted read-only, /vol a named volume, /t a tmpfs. PROFILE
# says under which profile; what safe-docker-strict refuses must fail there.

works() {
  name=$1
  shift
  if said=$("$@" 2>&1); then echo "ok $name"; else echo "no $name: $said"; fi
}
fails() {
  name=$1
  shift
  if said=$("$@" 2>&1); then echo "no $name: it worked: $said"; else echo "ok $name"; fi
}
# Works, but not under the strict profile.
works_but() {
  if [ "$PROFILE" = safe-docker-strict ]; then fails "$@"; else works "$@"; fi
}
is() { if [ "$2" = "$3" ]; then echo "ok $1"; else echo "no $1: is $2, should be $3"; fi }
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }
write() { echo x >"$1"; }

is "the profile, as the process sees it" "$(cat /proc/self/attr/current)" "$PROFILE (enforce)"
is "the caller's uid and gid" "$(id -u):$(id -g)" "$WANTED"
for set in CapInh CapPrm CapEff CapBnd CapAmb; do is "$set" "$(status $set)" 0000000000000000; done
is "no new privileges" "$(status NoNewPrivs)" 1
is "seccomp filter" "$(status Seccomp)" 2
is "AppArmor stays over exec" "$(sh -c 'busybox cat /proc/self/attr/current')" "$PROFILE (enforce)"

# --- processes ------------------------------------------------------------------------------------------
is "pipeline" "$(seq 1 100 | sort -rn | head -n 1 | tr 0 1)" 111
is "background jobs" "$(for i in 1 2 3; do (echo "$i") & done | sort | tr -d '\n'; wait)" 123
here() {
  cat <<END
$WANTED
END
}
is "here-document" "$(here)" "$WANTED"
trapped() { sh -c 'trap "echo caught; exit 0" USR1; kill -USR1 $$; sleep 1'; }
is "trap" "$(trapped)" caught
ended() {
  sleep 60 &
  kill -9 $!
  wait $! 2>/dev/null
  echo $?
}
is "kill of a child" "$(ended)" 137
works "ps" sh -c 'ps | grep -q "[e]veryday"'
is "exit status" "$(sh -c 'exit 42'; echo $?)" 42

# --- files ----------------------------------------------------------------------------------------------
files_in() {
  mkdir -p "$1/a/b" && echo text >"$1/a/b/f" && ln -s f "$1/a/b/s" && ln "$1/a/b/f" "$1/a/b/h" &&
    mv "$1/a/b/h" "$1/a/h" && chmod 600 "$1/a/h" && [ "$(cat "$1/a/b/s")" = text ] && mkfifo "$1/a/p" &&
    dd if=/dev/zero of="$1/a/z" bs=64k count=4 && cp /bin/busybox "$1/a/busybox" && rm -r "$1/a/b"
}
for place in /tmp /w /vol; do
  works "files in $place" files_in "$place"
  case $place in
    /tmp) works_but "a program from $place" "$place/a/busybox" true ;;
    *) works "a program from $place" "$place/a/busybox" true ;;
  esac
  works "removal in $place" rm -r "$place/a"
done
works "files in a tmpfs" files_in /t
works "fifo" sh -c 'mkfifo /tmp/p && { echo x >/tmp/p & } && [ "$(cat /tmp/p)" = x ]'
works "the caller's files" grep -q mine /w/mine
works "read of a read-only mount" grep -q fixed /ro/fixed
fails "write to a read-only mount" write /ro/fixed
works "tar and gzip" sh -c 'tar -cf - /etc | gzip | gunzip | tar -tf - | grep -q etc/passwd'
for device in null zero full random urandom; do works "/dev/$device" head -c 0 /dev/$device; done
works "write to /dev/null" write /dev/null

# --- /proc and /sys -------------------------------------------------------------------------------------
for file in status maps smaps cmdline environ mountinfo limits cgroup stat statm io oom_score_adj attr/current comm; do
  works "read of /proc/self/$file" cat /proc/self/$file
done
for link in exe root cwd fd/0 ns/mnt; do works "link /proc/self/$link" readlink /proc/self/$link; done
works "list of /proc/self/fd" ls /proc/self/fd
works_but "read of the own shell's environ" cat /proc/$$/environ
for file in meminfo cpuinfo stat uptime loadavg mounts version filesystems vmstat diskstats net/dev net/tcp \
  sys/kernel/hostname sys/kernel/ostype sys/kernel/pid_max sys/kernel/random/uuid sys/vm/overcommit_memory \
  sys/net/core/somaxconn sys/fs/file-max; do
  works "read of /proc/$file" cat /proc/$file
done
for file in class/net/lo/mtu devices/system/cpu/online kernel/mm/transparent_hugepage/enabled fs/cgroup/memory.max; do
  works "read of /sys/$file" cat /sys/$file
done
works "own name" sh -c 'echo renamed >/proc/self/comm'
works "own OOM score" sh -c 'echo 500 >/proc/self/oom_score_adj'
works "own core dump filter" sh -c 'echo 0x33 >/proc/self/coredump_filter'
works "own timer slack" sh -c 'echo 60000 >/proc/$$/timerslack_ns'
for file in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/sys/vm/swappiness /proc/sys/net/ipv4/ip_forward \
  /sys/kernel/mm/transparent_hugepage/enabled /sys/fs/cgroup/memory.max; do
  fails "write to $file" write $file
done
for file in /proc/kallsyms /proc/kmsg /sys/firmware/acpi/tables/FACP; do fails "read of $file" cat $file; done
fails "mount" mount -t tmpfs none /mnt
fails "a byte of /proc/kcore" sh -c 'head -c 1 /proc/kcore | grep -q .'

# --- network --------------------------------------------------------------------------------------------
nc_loop() {
  echo hello | timeout 20 nc -l -p 9000 >/tmp/got &
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ "$(timeout 10 nc 127.0.0.1 9000 </dev/null)" = hello ] && return 0
    sleep 0.3
  done
  return 1
}
works "nc over loopback" nc_loop
works "ifconfig" ifconfig lo

STRICTLY='route netlink|ptrace of a traced child|ptrace by attaching|program in a memfd'
if [ "$PROFILE" = safe-docker-strict ]; then
  probe everyday /tmp | sed -E "s/^no ($STRICTLY)\$/OK \1/; s/^ok ($STRICTLY)\$/no \1: it worked/; s/^OK/ok/"
else
  probe everyday /tmp
fi
echo end
