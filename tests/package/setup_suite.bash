# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Once for all files here: the package, built from a clean copy of the tree, and the archive of a clean Debian.

source "$BATS_TEST_DIRNAME/package.bash"

setup_suite() {
  set -eu
  export SD_HOME DEB
  SD_HOME=$(sd_make_home)
  package_build "$SD_HOME/one/safe-docker"
  DEB=$(package_file "$SD_HOME/one/safe-docker")
  clean_tar >/dev/null
}

teardown_suite() { sd_remove_home "$SD_HOME"; }
