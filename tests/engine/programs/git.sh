# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A repository from its first commit to a clone, a push and a clean-up.
set -eu
git config --global user.name Alice
git config --global user.email alice@example.org
git init --quiet --initial-branch=main project
cd project
seq 1 1000 >numbers
git add numbers
git commit --quiet --message first
git checkout --quiet -b other
echo more >>numbers
git commit --quiet --all --message second
git checkout --quiet main
git merge --quiet other
cd ..
git clone --quiet --bare project central.git
git clone --quiet central.git copy
cd copy
echo again >>numbers
git commit --quiet --all --message third
git push --quiet origin main
git gc --quiet
git fsck --no-progress
[ "$(git -C ../central.git log --format=%s main | tr '\n' ' ')" = 'third second first ' ]
echo finished
