# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# What the scripts and the tests share: packages, a private dockerd, a small image, accounts. Sourced, never run.
# Whoever calls a function that starts or makes something calls the one that stops or removes it.

SD_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SD_IMAGE=safe-docker-test:1
SD_ACCOUNT_MARK="safe-docker test account"

sd_say() { printf '%s\n' "$*" >&2; }
sd_die() {
  sd_say "$(basename "$0"): $*"
  exit 1
}

sd_need_root() {
  [[ $EUID -eq 0 ]] || sd_die "must run as root: sudo $0"
}

# --- packages -------------------------------------------------------------------------------------------

SD_PACKAGES_BUILD="gcc libc6-dev meson ninja-build pkg-config libseccomp-dev libcap-dev libapparmor-dev
  libyajl-dev libcmocka-dev scdoc"
SD_PACKAGES_ENGINE="sudo busybox-static util-linux procps openssl openssh-client openssh-server docker.io=dockerd docker-registry rootlesskit uidmap"
SD_PACKAGES_TEST="apparmor=apparmor_parser bats jq strace opendoas python3 python3-jsonschema bsdutils zsh fish valgrind"
SD_PACKAGES_VM="qemu-system-x86 mmdebstrap e2fsprogs debian-archive-keyring"
SD_PACKAGES_CLANG="clang llvm libclang-rt-14-dev=asan-runtime"
SD_PACKAGES_LINT="clang clang-format clang-tidy llvm cppcheck shellcheck codespell python3"
SD_PACKAGES_PACKAGE="debhelper dh-apparmor dpkg-dev fakeroot lintian logrotate systemd=systemd-analyze mmdebstrap
  debian-archive-keyring"
SD_PACKAGES_BENCH="hyperfine jq opendoas sudo bsdutils binutils python3 valgrind"

# An entry is PACKAGE, or PACKAGE=COMMAND where another package may bring the command as well.
sd_has_package() {
  case $1 in
    *=asan-runtime)
      [[ -e $(clang -print-file-name=libclang_rt.asan-x86_64.a 2>/dev/null) ]] ||
        compgen -G "$(clang -print-resource-dir 2>/dev/null)/lib/linux/libclang_rt.fuzzer-*.a" >/dev/null
      ;;
    *=*) command -v "${1#*=}" >/dev/null ;;
    *) [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]] ;;
  esac
}

# Installs what is missing. Touches no network when nothing is.
sd_install() {
  local entry missing=()
  for entry in "$@"; do
    sd_has_package "$entry" || missing+=("${entry%%=*}")
  done
  [[ ${#missing[@]} -eq 0 ]] && return 0
  command -v apt-get >/dev/null || sd_die "missing and no apt-get to install them with: ${missing[*]}"
  sd_say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update >/dev/null </dev/null || sd_say "apt-get update failed; trying with the lists at hand"
  apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null </dev/null ||
    sd_die "could not install ${missing[*]}"
}

# --- Debian ---------------------------------------------------------------------------------------------

# The machine's own Debian archives, as lines for apt.
sd_debian_sources() {
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
    grep -E ' main$' | sort -u
}

# How this machine's apt reaches its archives, such as a proxy.
sd_debian_apt_options() { apt-config dump | grep -iE '^Acquire::(http|https|ftp|Retries)(::| )' || true; }

# The suite of this machine: the archive without -updates or -security.
sd_debian_suite() {
  local suite
  suite=$(sd_debian_sources | awk '{ print length($3), $3 }' | sort -n | sed -n '1s/.* //p')
  [[ -n $suite ]] && printf '%s\n' "$suite"
}

# --- folders --------------------------------------------------------------------------------------------

# Prints a new folder that passes safe-docker's trust checks: root's, 0755, nobody else may write on the
# way to it. Not below /tmp (world-writable) nor /run (often nosuid).
sd_make_home() {
  local folder
  folder=$(mktemp -d /var/lib/safe-docker-test.XXXXXX) || return 1
  chmod 0755 "$folder"
  printf '%s\n' "$folder"
}

# Removes a folder of sd_make_home, and first whatever is still mounted in it.
sd_remove_home() {
  local folder=$1 point
  [[ $folder == /var/lib/safe-docker-test.?* && $folder != *..* ]] || return 1
  awk -v below="$folder/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
    while read -r point; do umount -l "$point" || true; done
  rm -rf --one-file-system "$folder"
}

# --- the daemon -----------------------------------------------------------------------------------------

# sd_daemon_start FOLDER SOCKET [OPTION...]: a dockerd of our own. FOLDER keeps its data, log and pid.
# The socket is root:docker 0660, as on a real machine. No bridge: containers need --network none.
sd_daemon_start() {
  local folder=$1 socket=$2
  shift 2
  mkdir -p "$folder"
  chmod 0711 "$folder"
  echo "{}" >"$folder/daemon.json"
  getent group docker >/dev/null || groupadd --system docker
  sd_mount_cgroups
  setsid dockerd --host "unix://$socket" --group docker --data-root "$folder/data" \
    --exec-root "$folder/exec" --pidfile "$folder/pid" --config-file "$folder/daemon.json" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false "$@" \
    </dev/null >"$folder/log" 2>&1 3>&- 4>&- &
  local child=$! try
  for ((try = 0; try < 300; try++)); do
    docker --host "unix://$socket" version >/dev/null 2>&1 && return 0
    kill -0 "$child" 2>/dev/null || break
    sleep 0.2
  done
  sd_say "dockerd did not start:"
  tail -n 20 "$folder/log" >&2
  sd_daemon_stop "$folder" "$socket"
  return 1
}

# sd_daemon_nofile WANTED: the most open files up to WANTED that a container of a daemon of ours can get.
# A machine that is a container itself often lacks CAP_SYS_RESOURCE; then our own hard limit is the end.
sd_daemon_nofile() {
  local hard
  hard=$(ulimit -Hn)
  if [[ $hard != unlimited && $hard -lt $1 ]] && ! (ulimit -Hn "$1") 2>/dev/null; then
    printf '%s\n' "$hard"
  else
    printf '%s\n' "$1"
  fi
}

# A bare container or VM may come without cgroup file systems; dockerd needs them.
sd_mount_cgroups() {
  [[ -e /sys/fs/cgroup/cgroup.controllers || -d /sys/fs/cgroup/memory ]] && return 0
  mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null || sd_say "cannot mount cgroup2; dockerd may not start"
}

sd_stop_pid() {
  local pid=$1 try
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((try = 0; try < 150; try++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

# Stops the dockerd of sd_daemon_start, and its containerd, by their own pids.
sd_daemon_stop() {
  local folder=$1 socket=$2 file pid
  for file in "$folder/pid" "$folder/exec/containerd/containerd.pid"; do
    pid=$(cat "$file" 2>/dev/null) || continue
    case $(cat "/proc/$pid/comm" 2>/dev/null) in
      dockerd | containerd) sd_stop_pid "$pid" ;;
    esac
  done
  rm -f "$socket"
}

# --- the image ------------------------------------------------------------------------------------------

# sd_image_make FOLDER SOCKET [PROGRAM]: the image SD_IMAGE, of busybox alone. It is hostile where an image can
# be: root is its default user, its /etc/passwd and /etc/group promise ids to callers, and PROGRAM is in it as
# /bin/setuid-root.
sd_image_make() {
  local folder=$1/image socket=$2 program=${3:-} applet
  rm -rf "$folder"
  mkdir -p "$folder"/{bin,dev,etc,home,proc,root,run,sys,tmp,usr/bin,var/tmp,mnt}
  cp -L /bin/busybox "$folder/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [[ $applet == busybox ]] || ln -s busybox "$folder/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nsd-alice:x:0:0::/root:/bin/sh\n' >"$folder/etc/passwd"
  printf 'root:x:0:\ndocker:x:998:sd-alice\n' >"$folder/etc/group"
  chmod 0755 "$folder" "$folder"/bin/busybox
  chmod 1777 "$folder/tmp" "$folder/var/tmp"
  [[ -z $program ]] || install -m 4755 "$program" "$folder/bin/setuid-root"
  tar -C "$folder" --numeric-owner --owner=0 --group=0 -cf - . |
    docker --host "unix://$socket" import --change 'ENV PATH=/bin:/usr/bin' --change 'CMD ["sh"]' - "$SD_IMAGE" >/dev/null
  rm -rf "$folder"
}

# --- accounts -------------------------------------------------------------------------------------------

# sd_account_add NAME [GROUP,...]: a plain account with a home. Never takes over an account of somebody else.
sd_account_add() {
  local name=$1 groups=${2:-}
  sd_account_remove "$name" || return 1
  useradd --create-home --shell /bin/bash --comment "$SD_ACCOUNT_MARK" --user-group \
    ${groups:+--groups "$groups"} "$name" 2>/dev/null || return 1
  chmod 0700 "$(sd_home_of "$name")"
}

sd_home_of() { getent passwd "$1" | cut -d: -f6; }

# Removes an account that sd_account_add made; what still runs in its name is ended.
sd_account_remove() {
  local name=$1 entry pid
  entry=$(getent passwd "$name") || return 0
  [[ $entry == *":$SD_ACCOUNT_MARK:"* ]] || {
    sd_say "account $name exists and is not one of ours"
    return 1
  }
  while read -r pid; do kill -KILL "$pid" 2>/dev/null || true; done < <(pgrep -u "$name")
  userdel --remove "$name" >/dev/null 2>&1 || userdel --force --remove "$name" >/dev/null 2>&1
}

# sd_as NAME COMMAND...: with exactly the rights and a login-like environment of NAME.
sd_as() {
  local name=$1
  shift
  setpriv --reuid="$name" --regid="$name" --init-groups --inh-caps=-all \
    env -i HOME="$(sd_home_of "$name")" USER="$name" LOGNAME="$name" SHELL=/bin/bash \
    PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin TERM=dumb "$@"
}

# --- building -------------------------------------------------------------------------------------------

# sd_configure FOLDER [MESON-OPTION...]: a build folder with these options, also where it was there with others.
sd_configure() {
  local folder=$1
  shift
  if [[ -e $folder/build.ninja ]]; then
    meson configure "$folder" "$@" >/dev/null
  else
    meson setup "$folder" "$SD_ROOT" "$@" >/dev/null || {
      tail -n 30 "$folder/meson-logs/meson-log.txt" >&2
      return 1
    }
  fi
}

# sd_ninja FOLDER [TARGET...]
sd_ninja() {
  local folder=$1
  shift
  ninja -C "$folder" -j 2 "$@" >"$folder/ninja.log" 2>&1 || {
    tail -n 60 "$folder/ninja.log" >&2
    return 1
  }
}

# sd_build FOLDER [MESON-OPTION...]: everything, the tests too.
sd_build() { sd_configure "$@" && sd_ninja "$1"; }

# sd_build_install FOLDER HOME: the program, its pages and the schema alone; it reads its policy from HOME/etc and
# lives in HOME/prefix.
sd_build_install() {
  local pages
  CC=gcc sd_configure "$1" "-Dprefix=$2/prefix" "-Dsysconfdir=$2/etc" && sd_ninja "$1" build.ninja || return 1
  pages=$(ninja -C "$1" -t targets all | sed -nE 's#^(docs/[^:]*|src/policy/policy[.]schema[.]json): CUSTOM_COMMAND.*#\1#p')
  # shellcheck disable=SC2086
  sd_ninja "$1" src/safe-docker $pages && (umask 022 && meson install -C "$1" --no-rebuild --quiet >/dev/null)
}
