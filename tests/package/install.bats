#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The package comes into a clean Debian and goes again, without a network and without services. acceptance.bats has it
# installed by apt.

load package

setup_file() {
  export ROOT=$SD_HOME/install-root
  clean_root "$ROOT"
  mkdir "$ROOT/tmp/packages"
  cp "$DEB" "$ROOT/tmp/packages/"
  # What it depends on stays; the tests look at what the package itself leaves.
  # shellcheck disable=SC2086
  in_root apt-get -qq -y --no-download --no-install-recommends install $CLEAN_AT_HAND
  root_listing >"$SD_HOME/before"
}

teardown_file() { clean_remove "$ROOT"; }

teardown() { in_root dpkg --purge safe-docker >/dev/null 2>&1 || true; }

install_package() { in_root dpkg --install "/tmp/packages/$(basename "$DEB")" </dev/null; }

# older_package: the package as it could have been before: another version, another policy as it came along.
older_package() {
  local work=$BATS_TEST_TMPDIR/older
  dpkg-deb -R "$DEB" "$work"
  sed -i 's/^Version: .*/Version: 0.0.1/' "$work/DEBIAN/control"
  sed -i '1i// as it was' "$work/etc/safe-docker/policy.json"
  dpkg-deb --root-owner-group -b "$work" "$ROOT/tmp/packages/older.deb" >/dev/null
  in_root dpkg --install /tmp/packages/older.deb </dev/null
  equal "$(in_root dpkg-query -W -f='${Version}' safe-docker)" 0.0.1
}

@test "installed, the program runs, the policy holds, and nobody got rights" {
  install_package
  # A drop-in docker: its version is that of the real CLI, and its own is in its help.
  holds "$(in_root safe-docker --version)" "Docker version "
  holds "$(in_root safe-docker help)" "safe-docker $(dpkg-deb -f "$DEB" Version)"
  run in_root safe-docker policy check
  equal "$status" 0
  equal "$(in_root stat -c '%a %U:%G' /usr/bin/safe-docker /usr/sbin/safe-docker-admin /var/log/safe-docker /etc/safe-docker /etc/safe-docker/policy.d /etc/safe-docker/policy.json |
    paste -sd,)" "755 root:root,755 root:root,2750 root:adm,755 root:root,755 root:root,644 root:root"
  equal "$(in_root find / -xdev -newer /tmp/packages \( -perm /6000 -o -path '/etc/sudoers*' -o -path /etc/doas.conf -o -path '/etc/profile.d/*' \) -type f)" ""
  equal "$(in_root readlink -f /usr/bin/docker)" /usr/bin/docker
  [[ ! -e $ROOT/etc/docker/daemon.json ]]
}

@test "every manual page is there and can be read" {
  install_package
  local page pages
  pages=$(cd "$ROOT/usr/share/man" && find . -name 'safe-docker*')
  [[ $(wc -l <<<"$pages") -ge 7 ]]
  for page in $pages; do
    zcat -f "$ROOT/usr/share/man/$page" | grep -q '^\.SH NAME'
  done
}

@test "what the administrator decided about the folder of records stays" {
  in_root dpkg-statoverride --add root root 0700 /var/log/safe-docker
  install_package
  equal "$(stat -c '%a %U:%G' "$ROOT/var/log/safe-docker")" "700 root:root"
  in_root dpkg-statoverride --remove /var/log/safe-docker
  # What setup setgid makes of it.
  in_root chgrp adm /var/log/safe-docker
  in_root chmod 2751 /var/log/safe-docker
  install_package
  equal "$(in_root stat -c '%a %U:%G' /var/log/safe-docker)" "2751 root:adm"
}

@test "removed, the configuration stays; purged, the tree is as it was" {
  install_package
  printf '{ "version": 1 }\n' >"$ROOT/etc/safe-docker/policy.d/50-mine.json"
  printf '{}\n' >"$ROOT/var/log/safe-docker/audit.jsonl"
  in_root dpkg --remove safe-docker
  [[ ! -e $ROOT/usr/bin/safe-docker && -e $ROOT/etc/safe-docker/policy.json && -e $ROOT/var/log/safe-docker/audit.jsonl ]]
  in_root dpkg --purge safe-docker
  diff "$SD_HOME/before" <(root_listing)
}

@test "installed and purged at once, the tree is as it was" {
  install_package
  in_root dpkg --purge safe-docker
  diff "$SD_HOME/before" <(root_listing)
}

# setup DEPLOYMENT [WORDS...]: as the administrator agrees to it.
setup_there() { in_root safe-docker-admin setup "$@" --yes </dev/null; }

docker_is_real() {
  cmp "$SD_HOME/docker" "$ROOT/usr/bin/docker"
  [[ ! -e $ROOT/usr/bin/docker.distrib && ! -L $ROOT/usr/local/bin/docker ]]
  equal "$(in_root dpkg-divert --list '*docker*')" ""
  equal "$(in_root dpkg-statoverride --list '*docker*' || true)" ""
  [[ $(in_root sh -c 'command -v docker') == /usr/bin/docker ]]
}

@test "docker was diverted: without the package it is the real one again" {
  cp "$ROOT/usr/bin/docker" "$SD_HOME/docker"
  install_package
  setup_there divert
  run ! cmp -s "$SD_HOME/docker" "$ROOT/usr/bin/docker"
  install_package
  run ! cmp -s "$SD_HOME/docker" "$ROOT/usr/bin/docker"
  in_root dpkg --remove safe-docker
  docker_is_real
}

@test "safe-docker was setgid and first in PATH: without the package nothing of that is left" {
  cp "$ROOT/usr/bin/docker" "$SD_HOME/docker"
  install_package
  setup_there setgid
  equal "$(in_root stat -c '%a %U:%G' /usr/bin/safe-docker)" "2755 root:docker"
  install_package
  equal "$(in_root stat -c '%a %U:%G' /usr/bin/safe-docker)" "2755 root:docker"
  in_root dpkg --remove safe-docker
  docker_is_real
}

@test "what cannot be undone keeps the package" {
  cp "$ROOT/usr/bin/docker" "$SD_HOME/docker"
  install_package
  setup_there divert
  mv "$ROOT/usr/sbin/safe-docker-admin" "$ROOT/usr/sbin/aside"
  run in_root dpkg --remove safe-docker
  [[ $status -ne 0 ]]
  holds "$output" "The package stays"
  mv "$ROOT/usr/sbin/aside" "$ROOT/usr/sbin/safe-docker-admin"
  in_root dpkg --remove safe-docker
  docker_is_real
}

@test "purged after a deployment by sudo, nothing is left but the group and what was changed by hand" {
  install_package
  setup_there sudo
  [[ -e $ROOT/etc/sudoers.d/safe-docker && -e $ROOT/etc/profile.d/safe-docker.sh ]]
  in_root dpkg --remove safe-docker
  [[ -e $ROOT/etc/sudoers.d/safe-docker ]]
  install_package
  printf '# mine\n' >>"$ROOT/etc/profile.d/safe-docker.sh"
  run in_root dpkg --purge safe-docker
  equal "$status" 0
  holds "$output" "Removing /etc/sudoers.d/safe-docker, which safe-docker setup made"
  holds "$output" "/etc/profile.d/safe-docker.sh stays: it was changed by hand"
  [[ ! -e $ROOT/etc/sudoers.d/safe-docker && ! -e $ROOT/etc/safe-docker ]]
  rm "$ROOT/etc/profile.d/safe-docker.sh"
  in_root groupdel containers
  diff <(grep -vE ' ./etc/g?shadow-?$| ./etc/group-?$|^./etc/(group|gshadow)-? ' "$SD_HOME/before") \
    <(root_listing | grep -vE ' ./etc/g?shadow-?$| ./etc/group-?$|^./etc/(group|gshadow)-? ')
}

@test "an upgrade keeps a changed policy, and takes the new one beside it" {
  older_package
  printf '{ "version": 1, "isolation": "owner" } // mine\n' >"$ROOT/etc/safe-docker/policy.json"
  in_root dpkg --force-confdef --install "/tmp/packages/$(basename "$DEB")" </dev/null
  equal "$(cat "$ROOT/etc/safe-docker/policy.json")" '{ "version": 1, "isolation": "owner" } // mine'
  [[ -e $ROOT/etc/safe-docker/policy.json.dpkg-dist ]]
  in_root safe-docker policy check
}

@test "an upgrade replaces a policy that nobody changed" {
  older_package
  install_package
  equal "$(in_root dpkg-query -W -f='${Version}' safe-docker)" "$(dpkg-deb -f "$DEB" Version)"
  lacks "$(cat "$ROOT/etc/safe-docker/policy.json")" "as it was"
}

@test "installed again over itself nothing changes" {
  install_package
  root_listing >"$BATS_TEST_TMPDIR/once"
  install_package
  diff "$BATS_TEST_TMPDIR/once" <(root_listing)
}
