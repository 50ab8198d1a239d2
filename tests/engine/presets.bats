#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The policies that come along, on a real daemon: for strict each recommendation of the CIS Docker Benchmark that a container as
# created can show, for ci what a job does, for lab two people of different groups.

load common
setup() {
  common_setup
  POLICIES=$SD_HOME/prefix/share/safe-docker/policy
  LAB=$SD_HOME/srv
}
teardown() {
  common_teardown
  plain network prune --force >/dev/null 2>&1 || true
  rm -rf "${LAB:?}" "${ALICE_HOME:?}"/{containers,builds,.docker}
}

teardown_file() {
  groupdel sd-ml 2>/dev/null || true
  find /sys/fs/cgroup -maxdepth 2 -type d -name "safedocker-u*.slice" -exec rmdir {} + 2>/dev/null || true
}

# preset NAME [SED-SCRIPT]: it holds, over what every test of the suite needs. The image of the tests comes from no registry.
preset() {
  sed "${2:-}" "$POLICIES/$1.json" >"$SD_HOME/etc/safe-docker/policy.d/40-preset.json"
  printf '{"images": {"local": ["%s"]}}\n' "${SD_IMAGE%:*}" >"$SD_HOME/etc/safe-docker/policy.d/45-local.json"
}

# This kernel need not have AppArmor, and the image of the tests comes from no registry, so that it has no digest.
strict() {
  preset strict
  policy '{"apparmor": {"mode": "auto"}, "images": {"require_digest": false}}'
}

as_bob() { sd_as sd-bob sudo -n "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# of FILTER: FILTER of what the daemon says of the container.
of() { plain container inspect "$ID" | jq -r ".[0] | $1"; }

# --- strict ---------------------------------------------------------------------------------------------

@test "strict: nothing runs without AppArmor, or by a tag" {
  preset strict
  run sdocker run --rm "$SD_IMAGE" true
  refused
  holds "$output" "image-digest"
  [[ -d /sys/kernel/security/apparmor ]] || holds "$output" "apparmor-required  "
  policy '{"images": {"require_digest": false}}'
  [[ -d /sys/kernel/security/apparmor ]] || {
    run sdocker run --rm "$SD_IMAGE" true
    refused
    holds "$output" "apparmor-required  "
  }
}

@test "strict: a container as created, by the numbers of the benchmark" {
  strict
  sd_as sd-alice mkdir -p "$ALICE_HOME/containers/site"
  ID=$(sdocker run --detach --restart on-failure --volume "$ALICE_HOME/containers/site:/site:ro" --volume sd-alice-data:/data "$SD_IMAGE" sleep 60)
  equal "5.4 $(of '.HostConfig | [.CapDrop, .CapAdd // []] | tojson')" '5.4 [["ALL"],[]]'
  equal "5.5 $(of .HostConfig.Privileged)" "5.5 false"
  equal "5.6 $(of '[.Mounts[] | select(.Type == "bind") | .Source] | tojson')" "5.6 [\"$ALICE_HOME/containers/site\"]"
  equal "5.8 5.9 5.14 $(of '[.HostConfig.PortBindings // {}, .HostConfig.PublishAllPorts] | tojson')" "5.8 5.9 5.14 [{},false]"
  equal "5.10 5.30 $(of '.HostConfig.NetworkMode + (.NetworkSettings.Networks | keys | tojson)')" '5.10 5.30 none["none"]'
  equal "5.11 $(of '.HostConfig | [.Memory, .MemorySwap] | tojson')" "5.11 [268435456,268435456]"
  equal "5.12 $(of .HostConfig.NanoCpus)" "5.12 500000000"
  equal "5.13 $(of .HostConfig.ReadonlyRootfs)" "5.13 true"
  equal "5.15 $(of '.HostConfig.RestartPolicy | [.Name, .MaximumRetryCount] | tojson')" '5.15 ["on-failure",5]'
  equal "5.16 $(of .HostConfig.PidMode)" "5.16 "
  equal "5.17 $(of .HostConfig.IpcMode)" "5.17 private"
  equal "5.18 $(of '.HostConfig | [.Devices // [], .DeviceRequests // [], .DeviceCgroupRules // []] | tojson')" "5.18 [[],[],[]]"
  equal "5.19 $(of '[.HostConfig.Ulimits[] | "\(.Name)=\(.Soft):\(.Hard)"] | sort | tojson')" '5.19 ["core=0:0","nofile=1024:4096"]'
  equal "5.20 $(of '[.Mounts[] | select(.Type == "bind") | .Propagation] | tojson')" '5.20 ["rprivate"]'
  equal "5.21 $(of .HostConfig.UTSMode)" "5.21 "
  holds "5.22 $(of '.HostConfig.SecurityOpt | map(select(startswith("seccomp="))) | tojson')" '"defaultAction'
  lacks "5.22 $(of '.HostConfig.SecurityOpt | tojson')" unconfined
  lacks "5.22 $(of '.HostConfig.SecurityOpt | tojson')" ptrace
  equal "5.24 $(of .Config.User)" "5.24 $ALICE:$ALICE_GROUP"
  equal "5.25 $(of .HostConfig.CgroupParent)" "5.25 "
  equal "5.26 $(of '.HostConfig.SecurityOpt | map(select(startswith("no-new-privileges"))) | tojson')" '5.26 ["no-new-privileges=true"]'
  equal "5.29 $(of .HostConfig.PidsLimit)" "5.29 128"
  equal "5.31 $(of .HostConfig.UsernsMode)" "5.31 "
  lacks "5.32 $(of '.Mounts | tojson')" .sock
}

@test "strict: and from within" {
  strict
  run sdocker run --rm --tmpfs /tmp "$SD_IMAGE" sh -c 'id -u; touch /new 2>&1; touch /tmp/new && echo tmp; ls /sys/class/net; grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status | tr "\t\n" "  "'
  equal "$status" 0
  equal "${lines[0]}" "$ALICE"
  holds "${lines[1]}" "Read-only file system"
  equal "${lines[2]} ${lines[3]}" "tmp lo"
  equal "${lines[4]}" "CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 "
  ID=$(sdocker run --detach "$SD_IMAGE" sleep 60)
  equal "5.24 $(sdocker exec "$ID" id -u)" "5.24 $ALICE"
  run sdocker exec --privileged "$ID" id
  equal "5.23 $status" "5.23 125"
}

@test "strict: two containers reach each other on a network of the caller's own, and another caller cannot join it" {
  strict
  sdocker network create backend >/dev/null
  sdocker run --detach --name server --network backend "$SD_IMAGE" sh -c 'while :; do echo hello | nc -l -p 4711; done' >/dev/null
  local address
  address=$(plain container inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' server)
  run --separate-stderr sdocker run --rm --network backend "$SD_IMAGE" sh -c "for i in 1 2 3 4 5; do nc -w 3 $address 4711 && exit; sleep 1; done"
  equal "$status $output" "0 hello"
  run as_bob run --rm --network backend "$SD_IMAGE" true
  equal "$status" 125
  holds "$output" "network  "
}

# --- ci -------------------------------------------------------------------------------------------------

# The workspace of alice's runner, with a source to work on and the runner's own token beside it.
workspace() {
  sd_as sd-alice mkdir -p "$ALICE_HOME/builds/t1/0/shop" "$ALICE_HOME/.docker"
  sd_as sd-alice sh -c "echo 'echo built by \$(id -u)' >$ALICE_HOME/builds/t1/0/shop/make.sh; echo '{}' >$ALICE_HOME/.docker/config.json"
  JOB=$ALICE_HOME/builds/t1/0/shop
}

@test "ci: a step in a container reads and writes the workspace as the account, within its limits" {
  preset ci
  workspace
  run sdocker run --rm --network none -v "$JOB:/app" -w /app "$SD_IMAGE" sh -c 'sh make.sh | tee result'
  equal "$status $output" "0 built by $ALICE"
  equal "$(stat -c '%u:%g' "$JOB/result")" "$ALICE:$ALICE_GROUP"
  ID=$(sdocker run --detach --network none --memory 3g "$SD_IMAGE" sleep 60)
  equal "$(cgroup_of "$ID" memory memory.limit_in_bytes memory.max)" 3221225472
  equal "$(of .HostConfig.CgroupParent)" "safedocker-u$ALICE.slice"
  holds "$(cat "/proc/$(of .State.Pid)/cgroup")" "safedocker-u$ALICE.slice"
}

@test "ci: a service on a network of the job, asked by its alias; neither is there for another account" {
  preset ci
  workspace
  sdocker network create job-17 >/dev/null
  sdocker run --detach --name db-17 --network job-17 --network-alias db "$SD_IMAGE" sh -c 'while :; do echo "select 1" | nc -l -p 5432; done' >/dev/null
  run --separate-stderr sdocker run --rm --network job-17 -v "$JOB:/app" "$SD_IMAGE" sh -c 'for i in 1 2 3 4 5; do nc -w 3 db 5432 && exit; sleep 1; done'
  equal "$status $output" "0 select 1"
  run as_bob logs db-17
  equal "$status" 1
  holds "$output" "No such container: db-17"
  run as_bob run --rm --network job-17 "$SD_IMAGE" true
  equal "$status" 125
  run sdocker rm --force db-17
  equal "$status" 0
  run sdocker network rm job-17
  equal "$status" 0
}

@test "ci: an image is built, run, tagged and removed by the account's names, and no other name is given" {
  preset ci
  workspace
  sd_as sd-alice sh -c "printf 'FROM $SD_IMAGE\nCOPY make.sh /make.sh\nCMD [\"sh\", \"/make.sh\"]\n' >$JOB/Dockerfile"
  run sdocker build --network none -t sd-alice/shop:17 "$JOB"
  equal "$status" 0
  run sdocker run --rm --network none sd-alice/shop:17
  equal "$status $output" "0 built by $ALICE"
  run sdocker tag sd-alice/shop:17 sd-alice/shop:latest
  equal "$status" 0
  run sdocker tag sd-alice/shop:17 "$SD_IMAGE"
  equal "$status" 125
  holds "$output" "image-own  "
  run as_bob run --rm --network none sd-alice/shop:17
  equal "$status" 125
  holds "$output" "image  "
  run as_bob rmi sd-alice/shop:17
  equal "$status" 125
  run sdocker rmi sd-alice/shop:17 sd-alice/shop:latest
  equal "$status" 0
}

@test "ci: the runner's own files stay out of containers, by a link in the workspace, too" {
  preset ci
  workspace
  local source
  sd_as sd-alice ln -s "$ALICE_HOME/.docker" "$JOB/link"
  for source in "$ALICE_HOME" "$ALICE_HOME/.docker" "$ALICE_HOME/builds/../.docker" "$JOB/link" "$JOB/link/config.json"; do
    run sdocker run --rm --network none -v "$source:/x" "$SD_IMAGE" cat /x/config.json
    refused
    holds "$output" "bind-source  "
  done
  # A link that is followed from within ends in the container.
  run sdocker run --rm --network none -v "$JOB:/app" "$SD_IMAGE" cat /app/link/config.json
  equal "$status" 1
  # The workspaces themselves, made a link to the home.
  rm -rf "${ALICE_HOME:?}/builds"
  sd_as sd-alice ln -s "$ALICE_HOME" "$ALICE_HOME/builds"
  run sdocker run --rm --network none -v "$ALICE_HOME/builds/.docker:/x" "$SD_IMAGE" cat /x/config.json
  refused
}

# --- lab ------------------------------------------------------------------------------------------------

# Alice is in the group that the policy calls ml, bob is not.
lab() {
  mkdir -p "$LAB/data" "$LAB/scratch/sd-alice" "$LAB/scratch/sd-bob" "$LAB/ml"
  echo sample >"$LAB/data/sample"
  chmod 0777 "$LAB/data"
  chmod 0666 "$LAB/data/sample"
  chown sd-alice "$LAB/scratch/sd-alice"
  chown sd-bob "$LAB/scratch/sd-bob"
  groupadd --force sd-ml
  usermod --append --groups sd-ml sd-alice
  preset lab "s|\"/srv/|\"$LAB/|; s|\"ml\"|\"sd-ml\"|"
}

@test "lab: memory by group, seen from within; what one may another may not" {
  lab
  local asked='cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max'
  equal "$(sdocker run --rm --network none "$SD_IMAGE" sh -c "$asked")" 8589934592
  equal "$(as_bob run --rm --network none "$SD_IMAGE" sh -c "$asked")" 2147483648
  equal "$(sdocker run --rm --network none -m 16g --shm-size 4g "$SD_IMAGE" sh -c "$asked; df -m /dev/shm | tail -n 1 | tr -s ' ' | cut -d' ' -f2")" "17179869184"$'\n'"4096"
  run as_bob run --rm --network none -m 16g "$SD_IMAGE" true
  refused
  holds "$output" "memory  "
  run as_bob run --rm --network none --group-add "$(getent group sd-ml | cut -d: -f3)" -m 16g "$SD_IMAGE" true
  refused
  holds "$output" "group-add  "
  # Nor by a container that is there already.
  as_bob create --name mine --network none "$SD_IMAGE" true >/dev/null
  run as_bob update --memory 16g --memory-swap 16g mine
  equal "$status" 125
  equal "$(plain container inspect --format '{{.HostConfig.Memory}}' mine)" 2147483648
  gpasswd --delete sd-alice sd-ml >/dev/null
  run sdocker run --rm --network none -m 16g "$SD_IMAGE" true
  equal "$status" 125
}

@test "lab: data is for reading even where its files are not, and scratch space is its owner's" {
  lab
  run sdocker run --rm --network none -v "$LAB/data:/data:ro" -v "$LAB/scratch/sd-alice:/out" "$SD_IMAGE" sh -c 'cat /data/sample; echo x 2>&1 >/data/sample; cp /data/sample /out/'
  equal "$status" 0
  equal "${lines[0]}" sample
  holds "${lines[1]}" "Read-only file system"
  equal "$(cat "$LAB/data/sample") $(stat -c %U "$LAB/scratch/sd-alice/sample")" "sample sd-alice"
  run sdocker run --rm --network none -v "$LAB/data:/data" "$SD_IMAGE" true
  refused
  holds "$output" "bind-read-only  "
  run sdocker run --rm --network none -v "$LAB/scratch/sd-bob:/out" "$SD_IMAGE" true
  refused
  run as_bob run --rm --network none -v "$LAB/ml:/ml:ro" "$SD_IMAGE" true
  refused
  run sdocker run --rm --network none -v "$LAB/ml:/ml:ro" "$SD_IMAGE" true
  equal "$status" 0
}

@test "lab: a group that the host does not know gives nothing and stops nothing" {
  lab
  getent group sd-nobody-has-this-group && return 1
  preset lab "s|\"/srv/|\"$LAB/|; s|\"ml\"|\"sd-nobody-has-this-group\"|; s|\"gpu\"|\"sd-nor-this\"|"
  run sdocker run --rm --network none "$SD_IMAGE" true
  equal "$status" 0
  run sdocker run --rm --network none -m 16g "$SD_IMAGE" true
  refused
}
