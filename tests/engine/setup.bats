#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker setup` on the real thing: sudo, doas, dpkg, groups and shells of this machine, in a mount namespace where what
# is written to /etc, /usr and dpkg's database is seen by the test alone.

load common

bats_require_minimum_version 1.5.0

setup() {
  SAFE=$SD_HOME/prefix/bin/safe-docker
  WORLD=$BATS_TEST_TMPDIR/world
  mkdir -p "$WORLD"
  rm -f "$SD_HOME"/etc/safe-docker/policy.d/*
}

# world SCRIPT [WORD...]: runs the script (bash -eu) in a world of its own. In it: setup is safe-docker setup as root, tree prints
# all that setup could have changed, refuses and holds as in other tests.
world() {
  local script=$1
  shift
  # shellcheck disable=SC2016
  SD_SAFE=$SAFE unshare --mount --propagation private bash -c '
    set -eu
    mount -t tmpfs -o mode=0755 none "$1"
    lower() { # FOLDER: what is written there stays here
      local name=${1//\//_}
      mkdir -p "$world/$name/upper" "$world/$name/work"
      mount -t overlay overlay -o "lowerdir=$1,upperdir=$world/$name/upper,workdir=$world/$name/work" "$1"
    }
    world=$1
    for folder in /etc /usr/bin /usr/local/bin /var/lib/dpkg "$SD_HOME/etc" "$SD_HOME/prefix"; do lower "$folder"; done
    touch /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid # from now on copies, whoever changes the others
    rm -f /etc/sudoers.d/safe-docker-test /etc/doas.conf "$SD_HOME/etc/safe-docker/policy.json" /usr/local/bin/docker
    setup() { "$SD_SAFE" setup "$@" </dev/null; }
    tree() {
      find /etc /usr/bin/docker* /usr/local/bin "$SD_HOME/etc" "$SD_HOME/prefix" /var/lib/dpkg/diversions /var/lib/dpkg/statoverride \
        \( -name "passwd-" -o -name "group-" -o -name "gshadow-" -o -name "shadow-" -o -name "*-old" -o -name .pwd.lock \) -prune -o \
        ! -type d -printf "%p %M %u:%g %l " \( -type l -printf "\n" -o -type f -exec sha256sum {} \; -o -printf "\n" \) | sort
      find /etc /usr/local/bin "$SD_HOME/etc" -type d -printf "%p %M %u:%g\n" | sort
    }
    alice() {
      setpriv --reuid=sd-alice --regid=sd-alice --init-groups --inh-caps=-all \
        env -i HOME="$(getent passwd sd-alice | cut -d: -f6)" PATH=/usr/local/bin:/usr/bin:/bin TERM=dumb "$@"
    }
    # shellcheck disable=SC1091
    source "$3"
    script=$2
    shift 3
    cd /
    eval "$script"' world "$WORLD" "$script" "$BATS_TEST_DIRNAME/../assert.bash" "$@"
}

# Makes the deployment, makes it again, undoes it, undoes it again; afterwards everything is as before.
round() {
  # shellcheck disable=SC2016
  world '
    tree >"$world/before"
    out=$(setup "$@" --dry-run); holds "$out" "  make     "; holds "$out" "only shown"
    tree | cmp - "$world/before"
    status=0; out=$(setup "$@" 2>&1) || status=$?
    equal "$status" 1; holds "$out" "add --yes"; holds "$out" "no terminal"
    tree | cmp - "$world/before"
    setup "$@" --yes
    tree >"$world/made"
    ! cmp -s "$world/made" "$world/before"
    out=$(setup "$@" --yes); holds "$out" "nothing to do"; lacks "$out" "  make "
    tree | cmp - "$world/made"
    equal "$(setup status --format=json | jq -r --arg name "$1" ".deployments[] | select(.name == \$name).state")" complete
    setup "$1" --undo --yes
    tree | diff "$world/before" -
    out=$(setup "$1" --undo --yes); holds "$out" "nothing to undo"
    tree | cmp - "$world/before"
    equal "$(setup status --format=json | jq -r "[.deployments[].state] | unique[]")" absent' "$@"
}

@test "sudo: shown, made, made again, undone: everything is as before" { round sudo; }
@test "doas: the same" { round doas; }
@test "setgid: the same" { round setgid; }
@test "divert: the same" { round divert; }
@test "alias: the same" { round alias; }
@test "policy: the same" { round policy strict; }

@test "sudo: a member types docker, and is decided by safe-docker; the rule gives nothing else" {
  # shellcheck disable=SC2016
  world '
    setup sudo --user sd-alice --yes >/dev/null
    equal "$(stat -c "%U:%G %a" /etc/sudoers.d/safe-docker)" "root:root 440"
    visudo -c >/dev/null
    out=$(alice bash -lic "docker --explain=json run --network=none x; type docker" 2>/dev/null)
    holds "$out" "\"via\":\"sudo\""; holds "$out" "\"user\":\"sd-alice\""
    for words in "id" "-u sd-bob $SD_SAFE" "-g docker $SD_SAFE" "A=b $SD_SAFE" "-E $SD_SAFE" "$SD_HOME/prefix/sbin/safe-docker-admin" \
      "-u#-1 $SD_SAFE" "-g root $SD_SAFE" "-D /root $SD_SAFE" "-R /tmp $SD_SAFE" "-s $SD_SAFE" "-i $SD_SAFE" "-e $SD_SAFE" \
      "--preserve-env=PATH $SD_SAFE" "SUDO_UID=0 $SD_SAFE" "LD_PRELOAD=/x $SD_SAFE"; do
      status=0; out=$(alice sudo -n $words version 2>&1) || status=$?
      equal "$words: $status" "$words: 1"; holds "$out" "sudo: "
    done
    # What is the administrator'\''s ends with a refusal by sudo, and nothing else.
    tree >"$world/before"
    for words in "setup sudo --undo --yes" "setup status" "setup policy strict --yes" "apparmor load"; do
      status=0; out=$(alice sudo -n "$SD_SAFE" $words 2>&1) || status=$?
      equal "$words: $status" "$words: 1"; holds "$out" "sudo: "
      equal "$(grep "^safe-docker: " <<<"$out")" "safe-docker: this is for administrators, and no command of docker: sudo decides"
    done
    tree | cmp - "$world/before"
    # Nor does a member read with more than their own rights, whichever words name the file.
    echo "{\"version\": 1, \"TOPSECRET\": 1}" >/etc/sd-secret.json; chmod 0600 /etc/sd-secret.json
    for words in "policy check /etc/sd-secret.json" "policy show /etc/sd-secret.json" "policy diff default /etc/sd-secret.json" \
      "policy test /etc/sd-secret.json" "policy suggest --policy /etc/sd-secret.json -- ps" "seccomp check /etc/sd-secret.json"; do
      status=0; out=$(alice sudo -n "$SD_SAFE" $words 2>&1) || status=$?
      equal "$words: $status" "$words: 125"; holds "$out" "you may not look there"; lacks "$out" TOPSECRET
    done'
}

@test "an administrator behind sudo gets there by the same words" {
  # shellcheck disable=SC2016
  world '
    echo "sd-alice ALL=(ALL:ALL) NOPASSWD: ALL" >/etc/sudoers.d/admins; chmod 0440 /etc/sudoers.d/admins
    alice sudo -n "$SD_SAFE" setup sudo --user sd-bob --yes </dev/null >/dev/null
    holds "$(getent group containers)" sd-bob
    holds "$(alice sudo -n "$SD_SAFE" setup status)" "sudo     complete"
    holds "$(alice sudo -n "$SD_SAFE" setup status)" "group containers: sd-bob"'
}

@test "doas: other lines stay, a member gets in, and the lines go again" {
  # shellcheck disable=SC2016
  world '
    printf "permit persist :wheel\ndeny sd-bob" >/etc/doas.conf; chmod 0400 /etc/doas.conf
    setup doas --user sd-alice --yes >/dev/null
    equal "$(head -n 2 /etc/doas.conf)" "$(printf "permit persist :wheel\ndeny sd-bob")"
    equal "$(stat -c "%U:%G %a" /etc/doas.conf)" "root:root 400"
    holds "$(alice doas -n "$SD_SAFE" --explain=json version)" "\"via\":\"doas\""
    status=0; alice doas -n /usr/bin/id >/dev/null 2>&1 || status=$?; equal "$status" 1
    setup doas --undo --yes >/dev/null
    equal "$(cat /etc/doas.conf)" "$(printf "permit persist :wheel\ndeny sd-bob")"
    setup doas --yes >/dev/null
    sed -i "s/permit nopass/permit nopass keepenv/" /etc/doas.conf
    status=0; out=$(setup doas --undo --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "were changed since"; grep -q keepenv /etc/doas.conf'
}

@test "setgid: docker is safe-docker for everybody, and root still sets up" {
  # shellcheck disable=SC2016
  world '
    setup setgid --yes >/dev/null
    equal "$(stat -Lc "%U:%G %a" /usr/local/bin/docker)" "root:docker 2755"
    holds "$(alice docker --explain=json version)" "\"via\":\"setgid\""
    holds "$(alice docker --explain=json version)" "\"argv\":[\"/usr/bin/docker\""
    holds "$(setup setgid --yes)" "nothing to do"'
}

@test "setgid: the audit file is opened with the socket's group, also behind a folder that only adm may enter" {
  # shellcheck disable=SC2016
  world '
    log=$SD_HOME/prefix/log
    printf "{\"version\": 1, \"audit\": {\"file\": \"%s\", \"syslog\": false}}" "$log/audit.log" >"$SD_HOME/etc/safe-docker/policy.json"
    mkdir -m 0750 "$log"; chgrp adm "$log"
    setup setgid --yes >"$world/said" # the file is made
    holds "$(cat "$world/said")" "$log/audit.log, which becomes root:docker 660"
    equal "$(stat -c "%U:%G %a" "$log" "$log/audit.log")" "$(printf "root:adm 751\nroot:docker 660")"
    status=0; out=$(alice docker run --privileged x 2>&1) || status=$?
    equal "$status" 125; holds "$out" "privileged"
    holds "$(cat "$log/audit.log")" "\"user\":\"sd-alice\""
    for attempt in "cat $log/audit.log" "ls $log" "truncate -s 0 $log/audit.log"; do
      status=0; alice $attempt >/dev/null 2>&1 || status=$?; lacks "$status" 0
    done
    holds "$(setup setgid --yes)" "nothing to do"
    # One of before, which keeps its records.
    setup setgid --undo --yes >/dev/null
    chown root:adm "$log/audit.log"; chmod 0640 "$log/audit.log"; chmod 0750 "$log"
    setup setgid --yes >/dev/null
    equal "$(stat -c "%U:%G %a" "$log" "$log/audit.log")" "$(printf "root:adm 751\nroot:docker 660")"
    holds "$(cat "$log/audit.log")" "\"user\":\"sd-alice\""
    # What does not take records is told, and nothing is done.
    chmod 0640 "$log/audit.log"
    holds "$(setup status)" "setgid   incomplete"
    status=0; out=$(alice docker run --network=none x 2>&1) || status=$?
    equal "$status" 125; holds "$out" "$log/audit.log"
    rm "$log/audit.log"; mkfifo "$log/audit.log"
    status=0; out=$(setup setgid --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "is not a regular file of root"'
}

@test "setgid: a package's program stays setgid through an upgrade, until it is undone" {
  # shellcheck disable=SC2016
  world '
    package() { # VERSION: one that has the program
      mkdir -p "$world/deb/DEBIAN" "$world/deb${SD_SAFE%/*}"
      cp "$SD_SAFE" "$world/deb$SD_SAFE" && chmod 0755 "$world/deb$SD_SAFE"
      printf "Package: sd-test-program\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: test\n" "$1" >"$world/deb/DEBIAN/control"
      dpkg-deb --root-owner-group --build "$world/deb" "$world/$1.deb" >/dev/null
      dpkg --log="$world/log" --install "$world/$1.deb" >/dev/null
    }
    package 1
    equal "$(stat -c "%U:%G %a" "$SD_SAFE")" "root:root 755"
    setup setgid --yes >/dev/null
    equal "$(stat -c "%U:%G %a" "$SD_SAFE")" "root:docker 2755"
    package 2
    equal "$(stat -c "%U:%G %a" "$SD_SAFE")" "root:docker 2755"
    holds "$(setup status)" "setgid   complete"
    setup setgid --undo --yes >/dev/null
    package 3
    equal "$(stat -c "%U:%G %a" "$SD_SAFE")" "root:root 755"
    dpkg-statoverride --update --add root adm 0750 "$SD_SAFE"
    status=0; out=$(setup setgid --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "dpkg was told otherwise"'
}

@test "divert: docker is safe-docker without a shell, through the rule that is there; root itself has the real one" {
  # shellcheck disable=SC2016
  world '
    setup sudo --user sd-alice --yes >/dev/null
    setup divert --yes >/dev/null
    holds "$(alice /usr/bin/docker --explain=json version)" "\"via\":\"sudo\""
    holds "$(alice /usr/bin/docker --explain=json version)" "\"argv\":[\"/usr/bin/docker.distrib\""
    holds "$(env -u SUDO_UID /usr/bin/docker --version)" "Docker version"
    holds "$(SUDO_UID=$(id -u sd-alice) /usr/bin/docker --explain=json version)" "\"user\":\"sd-alice\""
    holds "$(dpkg-divert --list /usr/bin/docker)" "local diversion of /usr/bin/docker to /usr/bin/docker.distrib"
    setup sudo --undo --yes >/dev/null
    holds "$(setup status)" "divert   incomplete"
    setup divert --yes >/dev/null
    holds "$(alice /usr/bin/docker --explain=json version)" "\"via\":\"direct\""'
}

@test "divert: without dpkg, and ended between its steps" {
  # shellcheck disable=SC2016
  world '
    for tool in dpkg-divert dpkg-query; do mount --bind /dev/null "/usr/bin/$tool"; done
    tree >"$world/before"
    mv /usr/bin/docker /usr/bin/docker.distrib
    setup divert --yes >/dev/null
    holds "$(alice /usr/bin/docker --explain=json version)" "\"argv\":[\"/usr/bin/docker.distrib\""
    setup divert --undo --yes >/dev/null
    tree | diff "$world/before" -'
}

@test "a policy of the host is kept and brought back, and one with mistakes is not put there" {
  # shellcheck disable=SC2016
  world '
    etc=$SD_HOME/etc/safe-docker share=$SD_HOME/prefix/share/safe-docker/policy
    echo "{\"version\": 1, \"resources\": {\"memory\": {\"max\": \"3g\"}}}" >"$etc/policy.json"
    out=$(setup policy strict --dry-run)
    holds "$out" "           > "; holds "$out" "resources.memory.max"; holds "$out" 3g
    setup policy strict --yes >/dev/null
    grep -q 3g "$etc/policy.json.saved"
    setup policy ci --yes >/dev/null
    grep -q 3g "$etc/policy.json.saved"
    echo "// mine" >>"$etc/policy.json"
    status=0; out=$(setup policy lab --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "is in the way"; grep -q "^// mine" "$etc/policy.json"
    setup policy --undo --yes >/dev/null
    grep -q 3g "$etc/policy.json"; grep -q "^// mine" "$etc/policy.json.edited"
    echo "{\"version\": 1, \"nonsense\": 1}" >"$share/bad.json"
    status=0; out=$(setup policy bad --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "nonsense"; grep -q 3g "$etc/policy.json"
    for name in ../../../etc/passwd nowhere /etc/passwd "a b"; do
      status=0; out=$(setup policy "$name" --yes 2>&1) || status=$?
      [ "$status" -ne 0 ]; grep -q 3g "$etc/policy.json"
    done'
}

@test "what somebody changed is kept aside, and what setup did not make stays" {
  # shellcheck disable=SC2016
  world '
    echo "# by hand" >/etc/sudoers.d/safe-docker; chmod 0440 /etc/sudoers.d/safe-docker
    tree >"$world/before"
    status=0; out=$(setup sudo --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "/etc/sudoers.d/safe-docker is there already"; holds "$out" "nothing was changed"
    tree | cmp - "$world/before"
    rm /etc/sudoers.d/safe-docker
    setup sudo --yes >/dev/null
    echo "# by hand" >>/etc/sudoers.d/safe-docker
    holds "$(setup status)" "sudo     incomplete"
    setup sudo --yes >/dev/null
    grep -q "by hand" /etc/sudoers.d/safe-docker.saved
    ! grep -q "by hand" /etc/sudoers.d/safe-docker
    echo "# again" >>/etc/sudoers.d/safe-docker
    status=0; out=$(setup sudo --undo --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "cannot be renamed"; grep -q again /etc/sudoers.d/safe-docker
    rm /etc/sudoers.d/safe-docker.saved
    setup sudo --undo --yes >/dev/null
    grep -q again /etc/sudoers.d/safe-docker.saved; [ ! -e /etc/sudoers.d/safe-docker ]'
}

@test "links, folders and files of users at the places of setup are refused, and nothing is written through them" {
  # shellcheck disable=SC2016
  world '
    home=$(getent passwd sd-alice | cut -d: -f6)
    alice touch "$home/target"
    refused() {
      status=0; out=$(setup "$@" --yes 2>&1) || status=$?
      equal "$* $status" "$* 1"; holds "$out" "nothing was changed"
      [ ! -s "$home/target" ]; ! getent group containers >/dev/null
    }
    for path in /etc/sudoers.d/safe-docker /etc/profile.d/safe-docker.sh "$SD_HOME/etc/safe-docker/policy.json"; do
      ln -s "$home/target" "$path"; refused sudo; rm "$path"
      mkdir "$path"; refused sudo; rmdir "$path"
      mkfifo "$path"; refused sudo; rm "$path"
    done
    # A folder that a user may write to, and one behind a link of a user'\''s.
    chmod o+w /etc/profile.d; refused sudo; chmod o-w /etc/profile.d
    chown sd-alice /etc/sudoers.d; refused sudo; chown root /etc/sudoers.d
    mv /etc/profile.d /etc/profile.before; alice mkdir "$home/d"; ln -s "$home/d" /etc/profile.d; refused sudo
    [ -z "$(ls -A "$home/d")" ]
    rm -r "$home/d" "$home/target"'
}

@test "undoing needs nothing of what was installed but the program" {
  # shellcheck disable=SC2016
  world '
    tree | grep -v /setup/ >"$world/before"
    setup sudo --yes >/dev/null; setup divert --yes >/dev/null
    mount -t tmpfs none "$SD_HOME/prefix/share/safe-docker"
    setup divert --undo --yes >/dev/null; setup sudo --undo --yes >/dev/null
    umount "$SD_HOME/prefix/share/safe-docker"
    tree | grep -v /setup/ | diff "$world/before" -'
}

@test "a leftover of a run that was ended is no obstacle, even as a link" {
  # shellcheck disable=SC2016
  world '
    ln -s /etc/passwd /etc/sudoers.d/.safe-docker.setup~
    sum=$(sha256sum </etc/passwd)
    setup sudo --yes >/dev/null
    equal "$(sha256sum </etc/passwd)" "$sum"
    [ ! -e /etc/sudoers.d/.safe-docker.setup~ ] && [ ! -L /etc/sudoers.d/.safe-docker.setup~ ]'
}

@test "hostile names of groups and users are refused before anything is looked at" {
  # shellcheck disable=SC2016
  world '
    tree >"$world/before"
    for name in "" " " "a b" "-x" "%all" "ALL ALL" "#0" "a,b" $'\''a\nb'\'' "a/b" "../x" "é" "$(printf "a%.0s" {1..33})" "a=b" "a:b" "!a" "\"a"; do
      for option in --group --user; do
        status=0; out=$(setup sudo "$option" "$name" --yes 2>&1) || status=$?
        equal "$option $name: $status" "$option $name: 125"
      done
    done
    for words in "--user nobody-of-that-name" "--group root" "--group docker"; do
      status=0; out=$(setup sudo $words --yes 2>&1) || status=$?
      equal "$words $status" "$words 1"; holds "$out" "nothing was changed"
    done
    tree | diff "$world/before" -'
}

@test "PATH, IFS and other variables of the caller choose nothing" {
  # shellcheck disable=SC2016
  world '
    mkdir "$world/evil"
    for tool in groupadd gpasswd visudo dpkg-divert sudo id sh; do
      printf "#!/bin/sh\ntouch %s/ran\n" "$world" >"$world/evil/$tool"; chmod 0755 "$world/evil/$tool"
    done
    PATH=$world/evil:$PATH IFS=/ ENV=$world/evil/sh BASH_ENV=$world/evil/sh VISUAL=$world/evil/sh EDITOR=$world/evil/sh \
      SUDO_EDITOR=$world/evil/sh DPKG_ROOT=$world DPKG_ADMINDIR=$world "$SD_SAFE" setup sudo --user sd-alice --yes </dev/null >/dev/null
    [ ! -e "$world/ran" ]; holds "$(getent group containers)" sd-alice'
}

@test "a terminal is asked, and anything but yes changes nothing; an interrupt leaves nothing half" {
  # shellcheck disable=SC2016
  world '
    tree >"$world/before"
    for reply in n "" no Y maybe "yes please"; do
      out=$( (sleep 0.7; printf "%s\n" "$reply") | script -qec "$SD_SAFE setup sudo" /dev/null) || true
      holds "$out" "[y/N]"; holds "$out" "not agreed to"
      tree | cmp - "$world/before"
    done
    (sleep 1; printf "\003") | script -qec "$SD_SAFE setup sudo" /dev/null >/dev/null || true
    tree | cmp - "$world/before"
    (sleep 0.7; printf "y\n") | script -qec "$SD_SAFE setup sudo" /dev/null >/dev/null
    holds "$(setup status)" "sudo     complete"
    setup sudo --undo --yes >/dev/null
    tree | diff "$world/before" -'
}

@test "killed at any moment, it is completed by running it again" {
  # shellcheck disable=SC2016
  world '
    tree >"$world/before"
    for ms in 005 015 030 050 080 120; do
      timeout --signal=KILL "0.$ms" "$SD_SAFE" setup sudo --yes </dev/null >/dev/null 2>&1 || true
      visudo -c >/dev/null
      rm -f /etc/group.lock /etc/gshadow.lock # of a groupadd that was ended, where nobody takes away the dead
      setup sudo --yes >/dev/null
      holds "$(setup status)" "sudo     complete"
      setup sudo --undo --yes >/dev/null
      tree | diff "$world/before" -
    done'
}

@test "a step that fails ends it: what was done is told, and the next run completes it" {
  # shellcheck disable=SC2016
  world '
    mount --bind /bin/false /usr/sbin/visudo
    status=0; out=$(setup sudo --yes 2>&1) || status=$?
    equal "$status" 1; holds "$out" "done: the group containers"; holds "$out" "not complete"; holds "$out" "visudo"
    [ ! -e /etc/sudoers.d/safe-docker ] && [ ! -e /etc/profile.d/safe-docker.sh ]
    umount /usr/sbin/visudo
    setup sudo --yes >/dev/null
    holds "$(setup status)" "sudo     complete"'
}

@test "what goes round it is named: the socket's group, sudo rules, a socket for everybody" {
  # shellcheck disable=SC2016
  world '
    gpasswd --add sd-bob docker >/dev/null
    printf "sd-alice ALL=(root) NOPASSWD: /usr/bin/docker\nsd-bob ALL=(ALL:ALL) ALL\n" >/etc/sudoers.d/other; chmod 0440 /etc/sudoers.d/other
    python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\"$SD_HOME/prefix/daemon.sock\")"
    chmod 0666 "$SD_HOME/prefix/daemon.sock"; chgrp docker "$SD_HOME/prefix/daemon.sock"
    echo "{\"version\": 1, \"docker\": {\"host\": \"unix://$SD_HOME/prefix/daemon.sock\"}}" >"$SD_HOME/etc/safe-docker/policy.json"
    out=$(setup sudo --user sd-alice --user sd-bob --yes)
    holds "$out" "sd-bob is in the group docker"
    holds "$out" "sudo lets sd-alice run /usr/bin/docker"
    holds "$out" "sudo lets sd-bob run ALL"
    holds "$out" "everybody may write to the daemon"
    equal "$(setup status --format json | jq ".warnings | length")" 4
    rm /etc/sudoers.d/other; gpasswd --delete sd-bob docker >/dev/null; chmod 0660 "$SD_HOME/prefix/daemon.sock"
    equal "$(setup status --format json | jq -c .warnings)" "[]"'
}

# systemd reads safedocker-.slice.d for each safedocker-NAME.slice: a value that it does not know is seen there.
@test "the limits of the slices are those of each user's slice" {
  # shellcheck disable=SC2016
  world '
    folder=/etc/systemd/system/safedocker-.slice.d
    mkdir -p "$folder"
    printf "[Slice]\n" >/etc/systemd/system/safedocker-u1000.slice
    cp "$SD_HOME/prefix/share/safe-docker/setup/safedocker-.slice.d/10-limits.conf" "$folder/"
    equal "$(systemd-analyze verify safedocker-u1000.slice 2>&1)" ""
    for key in MemoryMax MemorySwapMax CPUQuota TasksMax IOWeight; do
      sed "s/^$key=.*/$key=nonsense/" "$SD_HOME/prefix/share/safe-docker/setup/safedocker-.slice.d/10-limits.conf" >"$folder/10-limits.conf"
      holds "$(systemd-analyze verify safedocker-u1000.slice 2>&1)" "$folder/10-limits.conf"
    done'
}

@test "words that are not understood" {
  local words
  for words in sud "sudo more" "status x y" policy "--nonsense" "sudo --group"; do
    # shellcheck disable=SC2086
    run "$SAFE" setup $words </dev/null
    equal "$words: $status" "$words: 125"
    holds "$output" "safe-docker: setup"
  done
  run "$SAFE" setup --help
  equal "$status" 0
  holds "$output" "safe-docker-setup(8)"
  run sd_as sd-alice "$SAFE" setup sudo --help
  equal "$status" 0
}
