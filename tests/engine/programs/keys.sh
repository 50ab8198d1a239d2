# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The keys of a server and of its user.
set -eu
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f key
echo finished
