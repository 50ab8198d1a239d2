#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor`, areas socket and safe-docker: what is collected on the real thing, in a mount namespace where accounts,
# rules and sockets are the test's alone; and commands that are carried out as they stand.
# shellcheck disable=SC2016 # worlds are scripts

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

HOSTS=$BATS_TEST_DIRNAME/../hosts

setup() {
  export SAFE=$SD_HOME/prefix/bin/safe-docker
  mkdir -p "$BATS_TEST_TMPDIR/world"
}

# world SCRIPT [WORD...]: runs it (bash -eu) where /etc and /run are the test's own. In it: record writes the facts of now,
# found tells STATUS CHECK SUBJECT of what is not well, mend CHECK carries out the commands of its findings; listener PATH has
# a program called dockerd listen there.
world() {
  local script=$1
  shift
  unshare --mount --pid --fork --mount-proc --propagation private bash -c '
    set -eu
    world=$1 script=$2
    source "$3"
    shift 3
    mount -t tmpfs -o mode=0755 none "$world"
    mkdir "$world/etc" "$world/work"
    mount -t overlay overlay -o "lowerdir=/etc,upperdir=$world/etc,workdir=$world/work" /etc
    mount -t tmpfs -o mode=0755 none /run
    touch /etc/passwd /etc/group /etc/shadow /etc/gshadow
    mkdir -p /etc/sudoers.d
    mount -t tmpfs -o mode=0755 none /srv
    mkdir /srv/sd
    cp "$(python3 -c "import os, sys; print(os.path.realpath(sys.executable))")" /srv/sd/dockerd
    PYTHONHOME=$(python3 -c "import sys; print(sys.base_prefix)"); export PYTHONHOME
    export SAFE_DOCKER_POLICY=/srv/sd/policy.json
    echo "{\"version\": 1, \"docker\": {\"host\": \"unix:///run/docker.sock\"}, \"audit\": {\"syslog\": false, \"file\": \"\", \"required\": false}}" >"$SAFE_DOCKER_POLICY"
    record() { "$SAFE" doctor --record; }
    answer() { "$SAFE" doctor --format json >/srv/sd/answer || [ $? -eq 1 ]; }
    found() { answer; jq -r ".findings[] | select(.status != \"pass\") | \"\(.status) \(.check) \(.subject)\"" /srv/sd/answer; }
    mend() {
      answer
      jq -r --arg check "$1" ".findings[] | select(.check == \$check and .status != \"pass\") | .commands[]" /srv/sd/answer >/srv/sd/commands
      while read -r line; do sh -c "$line" >/dev/null </dev/null; done </srv/sd/commands
    }
    listener() { # PATH MODE [USER]: until the world ends
      local as=()
      [ $# -lt 3 ] || as=(setpriv "--reuid=$3" "--regid=$3" --clear-groups)
      "${as[@]}" /srv/sd/dockerd -c "import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); os.chmod(sys.argv[1], int(sys.argv[2], 8))
while True: s.accept()[0].close()" "$1" "$2" &
      for _ in $(seq 100); do [ ! -S "$1" ] || [ "$(stat -c %a "$1")" != "$2" ] || return 0; sleep 0.05; done
      return 1
    }
    eval "$script"' world "$BATS_TEST_TMPDIR/world" "$script" "$BATS_TEST_DIRNAME/../assert.bash" "$@"
}

@test "the socket of the policy: chmod 666 and usermod -aG, mended by the commands" {
  world '
    listener /run/docker.sock 666
    groupadd -f docker; chgrp docker /run/docker.sock
    useradd -M sd-c1; usermod -aG docker sd-c1; useradd -M -g docker -s /bin/sh sd-c2
    out=$(found)
    holds "$out" "fail socket-mode /run/docker.sock"
    holds "$out" "fail socket-members /run/docker.sock: sd-c1"
    holds "$out" "fail socket-members /run/docker.sock: sd-c2"
    mend socket-mode; mend socket-members
    out=$(found)
    lacks "$out" socket-mode; lacks "$out" "sd-c1"; lacks "$out" "sd-c2"
    equal "$(stat -c %a /run/docker.sock)" 660
    lacks " $(id -Gn sd-c1) $(id -Gn sd-c2) " " docker "'
}

@test "a socket of a dockerd at any path: ACL, folders, owner; a path that means to deceive; each mended" {
  world '
    folder=/srv/sd/$(printf "a;touch \$(echo x >pwned) \047\n\033[31m b")
    mkdir -m 0777 "$folder"
    listener "$folder/d.sock" 666
    holds "$(found)" "fail socket-mode /srv/sd/a;touch"
    lacks "$(found)" "$(printf "\033")"
    mend socket-folder; mend socket-mode # in a folder of everybody root changes nothing
    equal "$(stat -c %a "$folder") $(stat -c %a "$folder/d.sock")" "755 660"
    equal "$(ls -A | grep -c pwned || :)" 0
    listener /srv/sd/plain.sock 660
    setfacl -m u:daemon:rw /srv/sd/plain.sock 2>/dev/null || mount -t tmpfs none /mnt
    if getfacl -c /srv/sd/plain.sock 2>/dev/null | grep -q daemon; then
      holds "$(found)" "fail socket-acl /srv/sd/plain.sock"
      mend socket-acl
      lacks "$(found)" "socket-acl"
    fi
    chown daemon /srv/sd/plain.sock
    holds "$(found)" "fail socket-owner /srv/sd/plain.sock"
    mend socket-owner
    lacks "$(found)" "plain.sock"'
}

@test "a mount of the socket, and of the folder that it is in, are found; a closed folder keeps everybody out" {
  world '
    listener /run/docker.sock 660
    touch /srv/sd/copy.sock; mount --bind /run/docker.sock /srv/sd/copy.sock
    mkdir /srv/sd/jail; mount --bind /run /srv/sd/jail
    out=$(found)
    holds "$out" "warn socket-copy /srv/sd/copy.sock"; holds "$out" "warn socket-copy /srv/sd/jail/docker.sock"
    mend socket-copy
    lacks "$(found)" "copy.sock"
    umount /srv/sd/jail
    lacks "$(found)" "socket-copy"
    mkdir -m 0700 /srv/sd/closed; listener /srv/sd/closed/d.sock 666
    lacks "$(found)" "/srv/sd/closed"'
}

@test "rules of sudo, as sudo tells them, of everybody who has a door; none is left out" {
  world '
    rm -f /etc/sudoers.d/*; groupadd -f containers
    for i in $(seq 1 60); do printf "sd-m%d:x:%d:100::/:/bin/sh\n" "$i" $((7000 + i)) >>/etc/passwd; done
    sed -i "/^containers:/d" /etc/group
    printf "containers:x:7000:%s\n" "$(seq -f "sd-m%g" -s, 1 60)" >>/etc/group
    cat >/etc/sudoers.d/sd <<RULES
%containers ALL=(root) NOPASSWD: NOSETENV: /usr/bin/safe-docker
sd-m60 ALL=(ALL) NOPASSWD: /usr/bin/docker
sd-m59 ALL=(root) /bin/ls, /usr/bin/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, /usr/bin/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, /usr/bin/vim
sd-m58 ALL=(root) /usr/bin/less /var/log/a\\,\\ b
sd-m57 ALL=(root) /bin/ls /tmp\\, ALL, /usr/bin/systemctl restart nginx
sd-m56 ALL=(root) /usr/bin/vim, !/usr/bin/vim
sd-m55 ALL=(root) SETENV: /srv/sd/tool
nobody ALL=(root) /usr/bin/safe-docker, ALL
RULES
    chmod 0440 /etc/sudoers.d/sd; visudo -c >/dev/null
    printf "#!/bin/sh\n" >/srv/sd/tool; chmod 0777 /srv/sd/tool
    out=$(found | grep -E "user-sudo|sudo-programs" | LC_ALL=C sort)
    equal "$out" "$(printf "%s\n" "fail sudo-programs /srv/sd/tool" "fail user-sudo nobody: ALL" "fail user-sudo sd-m55: /srv/sd/tool" \
      "fail user-sudo sd-m58: /usr/bin/less /var/log/a\\, b" "fail user-sudo sd-m59: /usr/bin/vim" "fail user-sudo sd-m60: /usr/bin/docker")"
    mend sudo-programs
    equal "$(stat -c %a /srv/sd/tool)" 755
    holds "$("$SAFE" setup status)" "sudo lets sd-m60 run /usr/bin/docker, which goes round safe-docker"
    holds "$("$SAFE" setup status)" "sudo lets sd-m59 run /usr/bin/vim, which goes round safe-docker"'
}

@test "rules of doas, and groups that are as good as root, of users whom the policy names" {
  world '
    groupadd -f containers; useradd -M -s /bin/sh sd-c1; usermod -aG disk sd-c1
    printf "permit nopass sd-c1 as root cmd /usr/bin/less\ndeny sd-c1 cmd /usr/bin/less\npermit sd-c1 as root # all\n" >/etc/doas.conf
    lacks "$(found)" "sd-c1"
    echo "{\"version\": 1, \"overrides\": [{\"users\": [\"sd-c1\"], \"policy\": {}}]}" >"$SAFE_DOCKER_POLICY"
    out=$(found)
    holds "$out" "fail user-groups sd-c1: disk"; holds "$out" "fail user-doas sd-c1: ALL"; lacks "$out" "sd-c1: /usr/bin/less"
    mend user-groups
    lacks "$(found)" "user-groups"'
}

@test "files: the policy, plugins, the real command and clients that others can change, mended by the commands" {
  world '
    mkdir -p /srv/sd/config/cli-plugins
    cp /bin/true /srv/sd/real; cp /bin/true /srv/sd/config/cli-plugins/docker-x; echo "{\"credsStore\": \"sd\"}" >/srv/sd/config/config.json
    echo "{\"version\": 1, \"docker\": {\"path\": \"/srv/sd/real\", \"config_dir\": \"/srv/sd/config\"}}" >"$SAFE_DOCKER_POLICY"
    found | grep -E "real-cli|cli-|policy-files|policy-loads" >/srv/sd/said && exit 1
    chmod 0666 /srv/sd/real; chown daemon /srv/sd/config/cli-plugins/docker-x; chmod 0664 /srv/sd/config/config.json
    out=$(found)
    holds "$out" "fail real-cli /srv/sd/real"; holds "$out" "fail cli-plugins /srv/sd/config/cli-plugins/docker-x"; holds "$out" "fail cli-config /srv/sd/config/config.json"
    mend real-cli; mend cli-plugins; mend cli-config
    chmod 0755 /srv/sd/real
    out=$(found); lacks "$out" real-cli; lacks "$out" cli-plugins; lacks "$out" cli-config
    chmod 0777 /srv/sd/config
    out=$(found); holds "$out" "fail policy-loads"; chmod 0755 /srv/sd/config
    echo "{\"version\": 1, \"mounts\": {\"bind\": [{\"source\": \"/\", \"access\": \"rw\"}]}}" >"$SAFE_DOCKER_POLICY"
    holds "$(found)" "fail policy-dangers"
    echo "{" >"$SAFE_DOCKER_POLICY"
    holds "$(found)" "fail policy-loads"'
}

@test "very many members: the page stays one, and the commands name each" {
  run --separate-stderr "$SAFE" doctor --format json --facts "$HOSTS/socket-5000-members.json"
  equal "$(jq -r '.findings[] | select(.check == "socket-members" and .status == "fail") | .commands[]' <<<"$output" | grep -oE 'user[0-9]{4}' | sort -u | wc -l)" 5000
  equal "$(jq '[.findings[] | select(.check == "socket-members" and .status == "fail")] | length' <<<"$output")" 21
  [[ $("$SAFE" doctor --facts "$HOSTS/socket-5000-members.json" | wc -l) -lt 600 ]]
}
