#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The Debian package by itself: what is in it, and how it is made.

load package

setup() { SOURCE=$SD_HOME/one/safe-docker; }

# package_listing: mode, owner and path of each file, with the target of a link, and of each empty folder.
package_listing() {
  dpkg-deb -c "$DEB" | awk '{ print $6, $1, $2, $7, $8 }' | LC_ALL=C sort |
    awk 'NR > 1 && !(was ~ /\/$/ && index($1, was) == 1) { print line } { was = $1; line = $2 " " $3 " " $1 ($4 == "->" ? " -> " $5 : "") }
      END { print line }'
}

tree() {
  dpkg-deb -x "$DEB" "$BATS_TEST_TMPDIR/tree"
  TREE=$BATS_TEST_TMPDIR/tree
}

@test "README's command builds it, and its build dependencies suffice" {
  [[ -s $DEB ]]
  run readme_commands build
  equal "${lines[0]}" "sudo apt-get build-dep ."
  equal "${#lines[@]}" 2
  cd "$SOURCE" && dpkg-checkbuilddeps
}

@test "lintian has nothing to say" {
  cd "$SD_HOME/one"
  run --separate-stderr lintian --allow-root --tag-display-limit 0 ./*.changes
  equal "$output" ""
  equal "$status" 0
  # What is overridden has a reason, here as there.
  [[ ! -e $SOURCE/debian/source/lintian-overrides ]]
  equal "$(grep -v '^#' "$SOURCE/debian/safe-docker.lintian-overrides")" \
    "safe-docker: script-not-executable [usr/share/safe-docker/setup/docker]"
}

@test "every file, its mode and its owner are in a list, and nothing else is in the package" {
  diff -u "$BATS_TEST_DIRNAME/contents.txt" <(package_listing)
  equal "$(dpkg-deb -c "$DEB" | awk '/^d/ && ($1 != "drwxr-xr-x" || $2 != "root/root")')" ""
}

@test "every file below /etc is a conffile" {
  local listed
  listed=$(dpkg-deb -c "$DEB" | awk '$6 ~ /^\.\/etc\/.*[^\/]$/ { print substr($6, 2) }' | LC_ALL=C sort)
  equal "$(dpkg-deb -I "$DEB" conffiles | LC_ALL=C sort)" "$listed"
}

@test "no file of it names the folder that it was built in" {
  tree
  run grep -rlF "$SD_HOME" "$TREE"
  equal "$output" ""
  equal "$status" 1
}

@test "the program is hardened" {
  tree
  local headers
  headers=$(readelf -Wldh "$TREE/usr/bin/safe-docker")
  holds "$headers" "DYN (Position-Independent Executable file)"
  holds "$headers" GNU_RELRO
  holds "$headers" BIND_NOW
  [[ $headers =~ GNU_STACK[^$'\n']*RW\  ]]
  holds "$(readelf -Ws --dyn-syms "$TREE/usr/bin/safe-docker")" __stack_chk_fail
  holds "$(readelf -Ws --dyn-syms "$TREE/usr/bin/safe-docker")" _chk@GLIBC
}

@test "it asks for all libraries that the program is linked with, and for nothing of the build" {
  tree
  local needed field
  field=$(dpkg-deb -f "$DEB" Depends)
  needed=$(readelf -Wd "$TREE/usr/bin/safe-docker" | sed -nE 's/.*NEEDED.*\[(lib[a-z]+)\.so.*/\1/p')
  for library in $needed; do holds "$field" "$library"; done
  lacks "$field" -dev
}

@test "its policy, all in comments, changes nothing of the built-in one" {
  tree
  run "$SOURCE"/obj-*/src/safe-docker policy check "$TREE/etc/safe-docker/policy.json"
  equal "$status" 0
  equal "$(sed -E 's|//.*||' "$TREE/etc/safe-docker/policy.json" | tr -d '[:space:]')" '{"version":1}'
}

@test "what setup puts in place is right for those who read it" {
  tree
  fill_in sudoers 0440
  visudo -cf "$BATS_TEST_TMPDIR/sudoers"
  fill_in doas.conf 0400
  doas -C "$BATS_TEST_TMPDIR/doas.conf"
}
fill_in() {
  sed 's|@MADE@|made for a test|; s|@GROUP@|containers|g; s|@PROGRAM@|/usr/bin/safe-docker|g' \
    "$TREE/usr/share/safe-docker/setup/$1" >"$BATS_TEST_TMPDIR/$1"
  lacks "$(cat "$BATS_TEST_TMPDIR/$1")" @
  chmod "$2" "$BATS_TEST_TMPDIR/$1"
}

@test "logrotate reads its rule, and turns over a file of records" {
  tree
  local folder=$BATS_TEST_TMPDIR/log
  mkdir -m 0750 "$folder"
  echo '{}' >"$folder/audit.jsonl"
  sed "s|/var/log/safe-docker|$folder|g" "$TREE/etc/logrotate.d/safe-docker" >"$BATS_TEST_TMPDIR/rule"
  chmod 0644 "$BATS_TEST_TMPDIR/rule"
  run logrotate --debug "$BATS_TEST_TMPDIR/rule"
  equal "$status" 0
  lacks "$output" error
  logrotate --force --state "$BATS_TEST_TMPDIR/state" "$BATS_TEST_TMPDIR/rule"
  [[ -s $(compgen -G "$folder/audit.jsonl-*") ]]
}

@test "systemd takes the limits of the slices" {
  command -v systemd-analyze >/dev/null || skip "systemd-analyze is missing: apt-get install systemd"
  tree
  local units=$BATS_TEST_TMPDIR/units
  mkdir -p "$units"
  cp -r "$TREE"/usr/lib/systemd/system/safedocker-.slice.d "$units"
  printf '[Unit]\nDescription=containers of one caller\n' >"$units/safedocker-u1000.slice"
  run systemd-analyze verify --man=no "$units/safedocker-u1000.slice"
  equal "$output" ""
  equal "$status" 0
}

@test "meson install needs no network, and brings what the package has" {
  local tree=$BATS_TEST_TMPDIR/plain
  DESTDIR=$tree unshare --net meson install -C "$(compgen -G "$SOURCE/obj-*")" --no-rebuild --quiet
  run grep -rlF "$SD_HOME" "$tree"
  equal "$output" ""
  equal "$(find "$tree" -type f -not -perm 0644 -printf '%P %m\n' | LC_ALL=C sort)" \
    $'usr/bin/safe-docker 755\nusr/sbin/safe-docker-admin 755\nusr/share/safe-docker/ssh/ssh 755'
  equal "$(find "$tree" -type d -not -perm 0755)" ""
  # Debian has its own places for zsh's completion and compresses pages.
  diff <(cd "$tree" && find . -type f | sed -E 's|zsh/site-functions|zsh/vendor-completions|; s|(man[0-9]/.*)|\1.gz|' | LC_ALL=C sort) \
    <(dpkg-deb -c "$DEB" | awk '$1 ~ /^-/ { print $6 }' |
      grep -vE '^\./(usr/share/doc|usr/share/lintian|etc/logrotate\.d|etc/safe-docker|usr/lib/systemd)/' | LC_ALL=C sort)
}

@test "built twice, in other folders, by other people, it is the same" {
  (umask 077 && export TZ=Pacific/Auckland LC_ALL=C HOME=/nonexistent && package_build "$SD_HOME/a-second-folder/safe-docker")
  cmp "$DEB" "$(package_file "$SD_HOME/a-second-folder/safe-docker")"
}
