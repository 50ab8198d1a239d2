#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What a container is allowed to be, seen from within and in the kernel's own files.

load common
setup() { common_setup; }
teardown() { common_teardown; }

@test "a container has no capability in any set, no new privileges, and a seccomp filter" {
  run hardened cat /proc/self/status
  equal "$status" 0
  local set
  for set in CapInh CapPrm CapEff CapBnd CapAmb; do
    holds "$output" "$set:"$'\t'"0000000000000000"
  done
  holds "$output" "NoNewPrivs:"$'\t'"1"
  holds "$output" "Seccomp:"$'\t'"2"
}

@test "a container runs as the caller's uid and gid alone, whatever the image says" {
  run hardened sh -c 'id -u; id -g; grep Groups: /proc/self/status | tr -d "\t "'
  equal "$status" 0
  equal "${lines[0]}" "$ALICE"
  equal "${lines[1]}" "$ALICE_GROUP"
  holds "Groups: Groups:$ALICE_GROUP" "${lines[2]}"
}

@test "through every door the container is the same" {
  local door
  for door in via_sudo via_doas via_setgid via_setuid; do
    run "$door" run --rm --network=none "$SD_IMAGE" sh -c 'echo $(id -u):$(id -g) $(grep -c "^Cap.*0000000000000000$" /proc/self/status)'
    equal "$door $status $output" "$door 0 $ALICE:$ALICE_GROUP 5"
  done
}

@test "a setuid root program of the image gains nothing" {
  run hardened setuid-root
  equal "$status" 0
  equal "$(jq -c .uids <<<"$output")" "[$ALICE,$ALICE,$ALICE,$ALICE]"
  run plain run --rm --network=none --user="$ALICE" "$SD_IMAGE" setuid-root
  equal "$(jq -c .uids <<<"$output")" "[$ALICE,0,0,0]"
}

@test "a granted capability is there, and no other" {
  run sdocker run --rm --network=none --cap-add=NET_BIND_SERVICE "$SD_IMAGE" grep CapBnd /proc/self/status
  equal "$status" 0
  equal "$output" "CapBnd:"$'\t'"0000000000000400"
}

@test "memory, swap, cpu and pids limits of the policy are in the cgroup files" {
  local id
  id=$(sdocker run --detach --network=none "$SD_IMAGE" sleep 60)
  equal "$(cgroup_of "$id" memory memory.limit_in_bytes memory.max)" 536870912
  equal "$(cgroup_of "$id" pids pids.max pids.max)" 256
  if [[ -d /sys/fs/cgroup/cpu ]]; then
    equal "$(cgroup_of "$id" cpu cpu.cfs_quota_us -)" 100000
    equal "$(cgroup_of "$id" cpu cpu.cfs_period_us -)" 100000
    [[ ! -e /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes ]] ||
      equal "$(cgroup_of "$id" memory memory.memsw.limit_in_bytes -)" 536870912
  else
    equal "$(cgroup_of "$id" cpu - cpu.max)" "100000 100000"
    equal "$(cgroup_of "$id" memory - memory.swap.max)" 0
  fi
}

@test "limits that the caller asks for within the policy are in the cgroup files" {
  local id
  id=$(sdocker run --detach --network=none --memory=100m --cpus=0.5 --pids-limit=17 "$SD_IMAGE" sleep 60)
  equal "$(cgroup_of "$id" memory memory.limit_in_bytes memory.max)" 104857600
  equal "$(cgroup_of "$id" pids pids.max pids.max)" 17
  equal "$(cgroup_of "$id" cpu cpu.cfs_quota_us cpu.max | cut -d' ' -f1)" 50000
}

@test "open files, core size, /dev/shm and tmpfs are limited" {
  run sdocker run --rm --network=none --tmpfs /t "$SD_IMAGE" sh -c 'ulimit -Sn; ulimit -Hn; ulimit -Hc; df -k /dev/shm /t | awk "NR>1{print \$2}"'
  equal "$status" 0
  equal "$output" $'1024\n'"$SD_NOFILE"$'\n0\n65536\n65536'
}

@test "system paths are masked or read-only" {
  run hardened sh -c 'for f in /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug; do [ ! -e $f ] || head -c1 $f; done
    for d in /proc/acpi /sys/firmware /proc/scsi; do [ ! -d $d ] || ls -A $d; done
    grep -c "^[a-z]* /proc/sys [a-z]* ro," /proc/mounts; echo x 2>/dev/null >/proc/sys/kernel/hostname || echo read-only'
  equal "$output" $'1\nread-only'
}

@test "systempaths=unconfined and other switches that open system paths are refused" {
  run sdocker run --rm --network=none --security-opt systempaths=unconfined "$SD_IMAGE" true
  refused
}

@test "pid, ipc, uts, cgroup, mount and network namespaces are the container's own" {
  run hardened sh -c 'cd /proc/self/ns; for n in pid ipc uts cgroup mnt net; do readlink $n; done'
  equal "$status" 0
  local kind i=0
  for kind in pid ipc uts cgroup mnt net; do
    holds "${lines[i]}" "$kind:["
    [[ ${lines[i]} != "$(readlink "/proc/self/ns/$kind")" ]]
    i=$((i + 1))
  done
}

@test "the processes of the host cannot be seen" {
  run hardened sh -c 'ls -d /proc/[0-9]* | wc -l'
  [[ $output -lt 5 ]]
}

@test "the daemon's own record of the container says the same" {
  local id
  id=$(sdocker create --network=none "$SD_IMAGE" true)
  run plain inspect --format '{{json .HostConfig}}' "$id"
  equal "$(jq -c '[.Privileged, .CapDrop, .CapAdd, .PidMode, .UTSMode, .UsernsMode, .Devices, .Memory == .MemorySwap, .NanoCpus, .PidsLimit, .GroupAdd]' <<<"$output")" \
    '[false,["ALL"],null,"","","",[],true,1000000000,256,null]'
  holds "$output" no-new-privileges
  holds "$(jq -r .IpcMode <<<"$output")" private
  holds "$(jq -r .CgroupnsMode <<<"$output")" private
  equal "$(plain inspect --format '{{.Config.User}} {{index .Config.Labels "io.safe-docker.owner"}}' "$id")" "$ALICE:$ALICE_GROUP $ALICE"
}

@test "what would undo the hardening is refused, each in words" {
  local words
  while read -r words; do
    # shellcheck disable=SC2086
    run sdocker run --rm --network=none $words "$SD_IMAGE" true
    refused || { echo "for: $words" && return 1; }
  done <<'TABLE'
--privileged
--privileged=1
--cap-add=ALL
--cap-add SYS_ADMIN
--cap-add=cap_sys_admin
--security-opt seccomp=unconfined
--security-opt=apparmor=unconfined
--security-opt no-new-privileges=false
--security-opt label=disable
--pid=host
--ipc=host
--uts=host
--userns=host
--cgroupns=host
--network host
--net=host
--device=/dev/kmsg
--device-cgroup-rule=b\x20*:*\x20rwm
--user=0
--user root
--user 0:0
--group-add 0
--group-add docker
--memory=-1
--memory=100g
--memory-swap=-1
--cpus=0
--cpus=1000
--cpus=0.000001
--pids-limit=-1
--pids-limit=0
--ulimit nofile=1048576
--shm-size=100g
--restart=always
--runtime=io.containerd.runc.v2
--cgroup-parent=/
--sysctl=kernel.shm_rmid_forced=1
--volumes-from=x
--oom-kill-disable
--oom-score-adj=-1000
--use-api-socket
--log-driver=syslog
--gpus=all
--storage-opt=size=1t
--isolation=process
--label=io.safe-docker.owner=0
-itest.x
--no-such-option
TABLE
}
