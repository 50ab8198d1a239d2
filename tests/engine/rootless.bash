# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A rootless dockerd of an account, as dockerd-rootless.sh starts it, but in the network of the host: slirp4netns
# needs /dev/net/tun for everybody. No bridge: containers need --network none.

rootless_socket() { printf '/run/user/%s/docker.sock\n' "$(id -u "$1")"; }

# rootless_folder NAME: what pam_systemd would make at a login.
rootless_folder() {
  local folder
  folder=/run/user/$(id -u "$1")
  mkdir -p "$folder" && chown "$1:" "$folder" && chmod 0700 "$folder"
  grep -q "^$1:" /etc/subuid || usermod --add-subuids 300000-365535 --add-subgids 300000-365535 "$1"
}

# rootless_start NAME: sets nothing, waits until the daemon answers.
rootless_start() {
  local name=$1 folder socket try
  rootless_folder "$name"
  folder=/run/user/$(id -u "$name")
  socket=$folder/docker.sock
  # shellcheck disable=SC2016
  sd_as "$name" setsid sh -c 'cd && export XDG_RUNTIME_DIR=$0 && exec rootlesskit --net=host --copy-up=/etc --copy-up=/run \
    --propagation=rslave --state-dir="$0/rootlesskit" sh -c "rm -f /run/docker /run/containerd; exec dockerd --rootless \
    --storage-driver=vfs --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --bridge=none \
    --host=unix://$0/docker.sock --data-root=$HOME/rootless --exec-root=$0/docker --pidfile=$0/docker.pid"' \
    "$folder" </dev/null >"$SD_HOME/rootless.log" 2>&1 3>&- 4>&- &
  for ((try = 0; try < 300; try++)); do
    sd_as "$name" docker --host "unix://$socket" version >/dev/null 2>&1 && return 0
    sleep 0.1
  done
  tail -n 20 "$SD_HOME/rootless.log" >&2
  return 1
}

# rootless_stop NAME: ends its processes, all of which are a test's, and removes the folder. What the daemon kept
# belongs to ids that the account's own rm cannot remove; sd_account_remove removes the home.
rootless_stop() {
  local uid pid try
  uid=$(id -u "$1")
  while read -r pid; do sd_stop_pid "$pid"; done < <(pgrep -u "$uid" -x rootlesskit)
  for ((try = 0; try < 50; try++)); do
    pgrep -u "$uid" -x 'dockerd|containerd' >/dev/null || break
    sleep 0.1
  done
  rm -rf "/run/user/${uid:?}" "$(sd_home_of "$1")/rootless"
}
