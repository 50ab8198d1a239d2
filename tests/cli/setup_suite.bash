# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Once for all files here: an installed safe-docker with its own policy folder, an account, a setgid door and a
# probe in the real CLI's place. No daemon.

# shellcheck source=tests/engine/setup_suite.bash
source "$BATS_TEST_DIRNAME/../engine/setup_suite.bash"

setup_suite() {
  set -eu
  export SD_HOME
  SD_HOME=$(sd_make_home)
  local build=${SD_BUILD:-$SD_ROOT/build/engine}
  sd_build_install "$build" "$SD_HOME"
  sd_ninja "$build" tests/unit/policy/policy-verdicts # of schema.bats
  gcc -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -static -o "$SD_HOME/probe" "$SD_ROOT/tests/engine/probe.c"
  gcc -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -shared -fPIC -o "$SD_HOME/no-memory.so" "$SD_ROOT/tests/cli/no_memory.c"
  getent group docker >/dev/null || groupadd --system docker
  sd_account_add sd-alice
  mkdir -p "$SD_HOME/etc/safe-docker/policy.d" "$SD_HOME/config" "$SD_HOME/door"
  install -o root -g docker -m 2755 "$SD_HOME/prefix/bin/safe-docker" "$SD_HOME/door/docker"
}

teardown_suite() {
  sd_account_remove sd-alice
  sd_remove_home "$SD_HOME"
}
