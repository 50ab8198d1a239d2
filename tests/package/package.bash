# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The Debian package: how it is built, and a clean Debian to install it in. SD_HOME, DEB and CLEAN come from setup_suite.bash.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

# --- README ---------------------------------------------------------------------------------------------

# readme_commands NAME: the lines of the block of README.md behind the mark `<!-- tested: NAME -->`, without comments.
readme_commands() {
  awk -v mark="<!-- tested: $1 -->" '$0 == mark { found = 1; next } found && /^```/ { if (inside) exit; inside = 1; next }
    inside && !/^#/ && NF' "$SD_ROOT/README.md" | sed 's/[[:space:]]*#[[:space:]].*//'
}

# --- the package ----------------------------------------------------------------------------------------

# package_source FOLDER: what is in the tree of the project and nothing that lies about in it.
package_source() {
  mkdir -p "$1"
  if git -C "$SD_ROOT" -c safe.directory='*' ls-files --cached -z >"$SD_HOME/files" 2>/dev/null && [[ -s $SD_HOME/files ]]; then
    (cd "$SD_ROOT" && xargs -0 -a "$SD_HOME/files" sh -c 'for file do [ ! -e "$file" ] || printf "%s\0" "$file"; done' sh |
      tar --null -T - -cf -) | tar -xf - -C "$1"
  else
    tar -C "$SD_ROOT" --exclude=./build* --exclude=./.git -cf - . | tar -xf - -C "$1"
  fi
}

# package_build FOLDER: by the command that README.md names, in a clean copy of the tree.
package_build() {
  local command
  command=$(readme_commands build | grep dpkg-buildpackage) || return 1
  package_source "$1" || return 1
  (cd "$1" && DEB_BUILD_OPTIONS="nocheck noautodbgsym parallel=2" nice -n 5 bash -c "$command") >"$1.log" 2>&1 </dev/null && return 0
  tail -n 60 "$1.log" >&2
  return 1
}

# package_file FOLDER: the package that was built from it.
package_file() { compgen -G "$(dirname "$1")/safe-docker_*.deb"; }

# --- a clean Debian -------------------------------------------------------------------------------------

CLEAN_CACHE=$SD_ROOT/build/package
CLEAN_SECONDS=400
# A Debian on which Docker runs and somebody may use sudo.
CLEAN_HAS=sudo,docker.io,logrotate,opendoas
# What the package asks for, at hand for apt so that installing needs no network.
CLEAN_AT_HAND="apparmor libapparmor1 libcap2 libseccomp2 libyajl2"
# What its commands may say to install.
CLEAN_LATER="openssl libssl3"

# clean_tar_make FILE SUITE: the lists of apt stay in it.
clean_tar_make() {
  local work=$1.new
  mkdir -p "$CLEAN_CACHE"
  sd_debian_sources >"$work.list"
  sd_debian_apt_options >"$work.conf"
  nice -n 5 timeout -k 10 "$CLEAN_SECONDS" mmdebstrap --mode=root --variant=apt --format=tar --include="$CLEAN_HAS" \
    --aptopt="$work.conf" --aptopt='APT::Install-Recommends "false"' --skip=cleanup/apt --dpkgopt=force-unsafe-io \
    --customize-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get -y --download-only install $CLEAN_AT_HAND $CLEAN_LATER" \
    --customize-hook='rm "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
    "$2" "$work" "$work.list" >"$work.log" 2>&1 || {
    tail -n 30 "$work.log" >&2
    return 1
  }
  mv "$work" "$1"
}

# Prints the tar; makes it where there is none for just these packages.
clean_tar() {
  local suite key tar
  suite=$(sd_debian_suite) || return 1
  key=$({
    printf '%s\n' "$suite $CLEAN_HAS $CLEAN_AT_HAND $CLEAN_LATER"
    declare -f clean_tar_make
  } | sha256sum | cut -c1-16)
  tar=$CLEAN_CACHE/root-$key.tar
  if [[ ! -s $tar ]]; then
    rm -f "$CLEAN_CACHE"/root-*
    clean_tar_make "$tar" "$suite" || return 1
  fi
  printf '%s\n' "$tar"
}

# clean_root FOLDER: a new root, with the kernel's file systems in it.
clean_root() {
  mkdir -p "$1"
  tar -C "$1" --numeric-owner -xf "$(clean_tar)" && mount -t proc proc "$1/proc" && mount --rbind /dev/pts "$1/dev/pts" &&
    mount --make-rslave "$1/dev/pts"
}

# clean_remove FOLDER: and nothing that is mounted in it.
clean_remove() {
  umount "$1/proc" "$1/dev/pts" 2>/dev/null || true
  ! mountpoint -q "$1/proc" && rm -rf --one-file-system "$1"
}

# in_root COMMAND...: as root in ROOT, with nothing of this machine's environment. Programs may not start services there.
in_root() {
  chroot "$ROOT" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    TERM=dumb DEBIAN_FRONTEND=noninteractive "$@"
}

# Every file with its kind, mode, owner and contents; not dpkg's and apt's own records of what they did. dh_apparmor's own
# lines remove apparmor.d/disable where it is empty, though it is another package's.
root_listing() {
  (cd "$ROOT" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/lib/dpkg -o -path ./var/lib/apt \
    -o -path ./var/cache -o -path ./var/log/apt -o -path ./var/log/dpkg.log -o -path ./var/log/alternatives.log \
    -o -path ./etc/apparmor.d/disable \) -prune -o \
    -printf '%p %y %m %U:%G %l\n' -type f -exec sha256sum {} +) | LC_ALL=C sort
}
