# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Once for all files here: an installed safe-docker with its own policy folder, a private dockerd, an image,
# two accounts, the doors (sudo, doas, setgid, setuid). Everything is undone in teardown_suite.

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"

suite_compile() {
  gcc -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -static -o "$2" "$BATS_TEST_DIRNAME/$1"
}

# Besides the plain door there is one sudo rule that lets the caller's environment through and one doas rule
# with keepenv, because administrators write such rules.
suite_sudo_rules() {
  local rules=$SD_HOME/sudoers
  cat >"$rules" <<RULES
Defaults!$SD_HOME/prefix/bin/safe-docker !requiretty
Defaults!$SD_HOME/doors/setenv/safe-docker !env_reset, setenv
sd-alice, sd-bob ALL=(root) NOPASSWD: $SD_HOME/prefix/bin/safe-docker
sd-alice ALL=(root) NOPASSWD: SETENV: $SD_HOME/doors/setenv/safe-docker
RULES
  visudo -cqf "$rules" && install -m 0440 "$rules" /etc/sudoers.d/safe-docker-test
}

suite_doas_rules() {
  [[ ! -e /etc/doas.conf ]] || cp -p /etc/doas.conf "$SD_HOME/doas.conf.saved"
  cat >"$SD_HOME/doas.conf" <<RULES
permit nopass sd-alice as root cmd $SD_HOME/prefix/bin/safe-docker
permit nopass keepenv sd-alice as root cmd $SD_HOME/doors/setenv/safe-docker
RULES
  install -m 0400 "$SD_HOME/doas.conf" /etc/doas.conf
}

suite_doors() {
  local binary=$SD_HOME/prefix/bin/safe-docker
  mkdir -p "$SD_HOME"/doors/{setgid,setuid,setenv,lower}
  install -o root -g docker -m 2755 "$binary" "$SD_HOME/doors/setgid/docker"
  install -o root -g root -m 4755 "$binary" "$SD_HOME/doors/setuid/docker"
  install -m 0755 "$binary" "$SD_HOME/doors/setenv/safe-docker"
  suite_sudo_rules
  suite_doas_rules
}

# Written once; a test adds its own in policy.d, which is merged over this one. A daemon without CAP_SYS_RESOURCE
# cannot give a container more open files than it has itself.
suite_policy() {
  export SD_NOFILE
  SD_NOFILE=$(sd_daemon_nofile 16384)
  mkdir -p "$SD_HOME/etc/safe-docker/policy.d" "$SD_HOME/config"
  cat >"$SD_HOME/etc/safe-docker/policy.json" <<POLICY
{ "version": 1,
  "docker": { "host": "unix://$SD_SOCKET", "path": "/usr/bin/docker", "config_dir": "$SD_HOME/config" },
  "resources": { "ulimits": { "nofile": { "default": "1024:$SD_NOFILE" } } },
  "audit": { "syslog": false, "file": "$SD_HOME/audit.jsonl", "required": true } }
POLICY
  install -o root -g docker -m 0660 /dev/null "$SD_HOME/audit.jsonl"
}

setup_suite() {
  set -eu
  export SD_HOME SD_SOCKET SD_IMAGE
  SD_HOME=$(sd_make_home)
  SD_SOCKET=$SD_HOME/docker.sock
  sd_build_install "${SD_BUILD:-$SD_ROOT/build/engine}" "$SD_HOME"
  suite_compile probe.c "$SD_HOME/probe"
  sd_account_add sd-alice
  groupadd --force sd-crew
  sd_account_add sd-bob sd-crew
  usermod --append --groups sd-crew sd-alice
  sd_daemon_start "$SD_HOME/daemon" "$SD_SOCKET"
  sd_image_make "$SD_HOME" "$SD_SOCKET" "$SD_HOME/probe"
  suite_policy
  suite_doors
}

teardown_suite() {
  rm -f /etc/sudoers.d/safe-docker-test
  if [[ -e $SD_HOME/doas.conf.saved ]]; then
    mv "$SD_HOME/doas.conf.saved" /etc/doas.conf
  elif [[ -e $SD_HOME/doas.conf ]]; then
    rm -f /etc/doas.conf
  fi
  sd_daemon_stop "$SD_HOME/daemon" "$SD_SOCKET"
  sd_account_remove sd-alice
  sd_account_remove sd-bob
  groupdel sd-crew 2>/dev/null || true
  sd_remove_home "$SD_HOME"
}
