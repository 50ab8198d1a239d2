#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# `safe-docker doctor` on a clean Debian with docker.io as it is installed, and a dockerd that runs there by its own unit: what it
# names, and that the commands it gives, carried out as they stand, turn each finding green. Then the mistakes that tutorials teach.
#
# The root has processes, a network and mounts of its own, as a machine has; systemctl there is tests/package/systemctl.
# shellcheck disable=SC2030,SC2031

load package

setup_file() {
  export ROOT=$SD_HOME/doctor-root ANSWER=$SD_HOME/doctor-answer
  clean_root "$ROOT"
  mkdir "$ROOT/tmp/packages"
  cp "$DEB" "$ROOT/tmp/packages/"
  # shellcheck disable=SC2086
  in_root apt-get -qq -y --no-download --no-install-recommends install $CLEAN_AT_HAND
  in_root dpkg --install "/tmp/packages/$(basename "$DEB")" </dev/null
  install -m 0755 "$BATS_TEST_DIRNAME/systemctl" "$ROOT/usr/local/bin/systemctl"
  in_root useradd --create-home --shell /bin/bash --uid 4001 alice
  machine_start
  in_machine systemctl start docker || { tail -n 20 "$ROOT/var/log/dockerd.log" >&2 && return 1; }
}

teardown_file() {
  machine_stop
  clean_remove "$ROOT"
}

# --- a machine ------------------------------------------------------------------------------------------

# The first process of the root: what it starts ends with it.
machine_start() {
  sd_mount_cgroups
  # shellcheck disable=SC2016
  unshare --mount --net --pid --uts --fork --kill-child sh -euc 'mount --make-rprivate / && mount --bind "$1" "$1" && cd "$1" &&
    { umount proc || :; } && mount -t proc proc proc && { umount -R dev/pts || :; } && mount --rbind /dev dev && mount --rbind /sys sys &&
    mount -t tmpfs -o mode=755 tmpfs run && hostname machine && ip link set lo up && touch run/up &&
    exec chroot . /bin/bash -c "while :; do sleep 1000 & wait; done"' sh "$ROOT" </dev/null >"$SD_HOME/machine.log" 2>&1 3>&- 4>&- &
  export MACHINE=$! FIRST try
  for ((try = 0; try < 100; try++)); do
    FIRST=$(pgrep -P "$MACHINE") && [[ $(cat "/proc/$FIRST/comm") == bash ]] && return 0
    sleep 0.1
  done
  cat "$SD_HOME/machine.log" >&2
  return 1
}

machine_stop() {
  kill -KILL "$FIRST" 2>/dev/null || return 0
  wait "$MACHINE" 2>/dev/null || true
}

# in_machine COMMAND...: as root on the machine, after a log-in.
in_machine() {
  nsenter --target "$FIRST" --mount --net --pid --uts --root="/proc/$FIRST/root" --wd=/ -- /usr/bin/env -i -C / \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb "$@" 3>&- 4>&-
}

# --- findings -------------------------------------------------------------------------------------------

# The four themes: areas, and checks of other areas that belong to them. The switches of the kernel are not among them: this kernel is that
# of the machine on which the tests run.
THEMES='(.area == "exposure" or .area == "socket" or .area == "daemon" or (.check | test("^engine-(seccomp|seccomp-default|lsm)$")))'

# look: what doctor finds now.
look() {
  in_machine safe-docker doctor --format json >"$ANSWER" || [[ $? -eq 1 ]]
}

# status_of CHECK SUBJECT
status_of() {
  jq -r --arg check "$1" --arg subject "$2" '[.findings[] | select(.check == $check and .subject == $subject) | .status] | unique | join(" ")' "$ANSWER"
}

# statuses CHECK: of all that it is about.
statuses() { jq -r --arg check "$1" '[.findings[] | select(.check == $check) | .status] | unique | join(" ")' "$ANSWER"; }

# mend CHECK SUBJECT: carries out what the finding says, line by line, as it stands; then it is green: nothing bad is said of that subject,
# and the check has passed, or does not apply as nothing listens on TCP any more.
mend() {
  local check=$1 subject=$2 line
  local lines
  mapfile -t lines < <(jq -r --arg check "$check" --arg subject "$subject" \
    '[.findings[] | select(.check == $check and .subject == $subject and .status != "pass")][0].commands[]' "$ANSWER")
  [[ ${#lines[@]} -ge 1 ]] || { printf '%s %s: no commands\n' "$check" "$subject" >&2 && return 1; }
  for line in "${lines[@]}"; do
    printf '# %s %s: %s\n' "$check" "$subject" "$line" >&2
    in_machine sh -c "$line" </dev/null >&2 || { printf 'ended with %s: %s\n' "$?" "$line" >&2 && return 1; }
  done
  look
  [[ $(status_of "$check" "$subject") =~ ^(pass)?$ && ($(statuses "$check") == *pass* || $(statuses "$check")$(statuses tcp-listening) == pass) ]] ||
    { jq -c --arg check "$check" '.findings[] | select(.check == $check)' "$ANSWER" >&2 && return 1; }
}

# up: the daemon answers.
up() { in_machine docker version >/dev/null; }

# mend_all: what is bad and was not BEFORE, one after the other, as what mends one may mend another. What has no commands stays.
mend_all() {
  local try check subject
  for ((try = 0; try < 40; try++)); do
    IFS=$'\t' read -r check subject < <(jq -r --arg before "$BEFORE" "[.findings[] | select($THEMES and .status != \"pass\" and (.commands | length) > 0) |
      select(\"\(.status) \(.check) \(.subject)\" as \$line | \$before | split(\"\n\") | all(. != \$line))][0] | \"\(.check // \"\")\t\(.subject // \"\")\"" "$ANSWER")
    [[ -n $check ]] || return 0
    mend "$check" "$subject" || return 1
  done
  printf 'there is no end to it\n' >&2
  return 1
}

# lines: STATUS CHECK SUBJECT of what is not green in the themes.
lines() { jq -r ".findings[] | select($THEMES and .status != \"pass\") | \"\(.status) \(.check) \(.subject)\"" "$ANSWER" | LC_ALL=C sort; }

# begin: the machine as it was hardened, and what is bad there before a mistake.
begin() {
  rm -rf "$ROOT/etc/systemd/system/docker.service.d" "$ROOT/etc/docker/tls"
  cp "$SD_HOME/hardened.json" "$ROOT/etc/docker/daemon.json"
  in_machine systemctl restart docker || return 1
  look
  BEFORE=$(lines)
}

# named CHECK TEXT: a failure or warning of this check, which was not there before, tells of TEXT.
named() {
  look
  local found
  found=$(jq -r --arg check "$1" '.findings[] | select(.check == $check and (.status | test("fail|warn"))) | "\(.status) \(.check) \(.subject)\t\(.what) \(.remedy)"' "$ANSWER")
  while IFS=$'\t' read -r line words; do
    [[ "$line $words" != *"$2"* ]] || grep -qxF -e "$line" <<<"$BEFORE" || return 0
  done <<<"$found"
  printf 'not named by %s: %s\n%s\n' "$1" "$2" "$(lines)" >&2
  return 1
}

# mended: by doctor's own commands; then nothing is bad that was not before the mistake, and the daemon runs.
mended() {
  mend_all || return 1
  equal "$(comm -13 <(printf '%s\n' "$BEFORE") <(lines))" ""
  up
}

# daemon_json FILTER: changes daemon.json as an editor would, whatever dockerd says to that.
daemon_json() {
  local file=$ROOT/etc/docker/daemon.json
  jq "$1" "$file" >"$file.new" && mv "$file.new" "$file"
}

# restarted: dockerd with its daemon.json; where it refuses that, too.
restarted() { in_machine systemctl restart docker 2>/dev/null || true; }

# --- as installed ---------------------------------------------------------------------------------------

@test "a stock docker.io: every departure from the four themes is named" {
  up
  look
  equal "$(lines)" "$(printf 'warn %s /etc/docker/daemon.json\n' default-cgroupns-mode default-ulimits icc live-restore log-limits no-new-privileges \
    userland-proxy userns-remap)"
  # What Debian has as it should be was looked at, too, in every theme.
  local check
  for check in tcp-listening socket-mode socket-owner socket-members seccomp-profile insecure-registries engine-seccomp; do
    equal "$check: $(statuses "$check")" "$check: pass"
  done
}

@test "README: is this host hardened" {
  local line command
  command=$(readme_commands doctor | sed -n 's/^\$ sudo //p')
  run in_machine sh -c "$command"
  [[ $command == safe-docker\ doctor && $status -le 1 ]]
  while read -r line; do
    [[ $line == ... || $line == '$ '* ]] || holds "$output" "$line" || return 1
  done < <(readme_commands doctor)
}

@test "every finding's own commands, carried out as they stand, turn it green" {
  look
  BEFORE=""
  mend_all
  up
  equal "$(lines)" ""
  cp "$ROOT/etc/docker/daemon.json" "$SD_HOME/hardened.json"
}

# --- what tutorials teach -------------------------------------------------------------------------------

@test "tutorial: TCP in daemon.json, while the unit has -H: the daemon does not start" {
  begin
  daemon_json '. + {hosts: ["unix:///run/docker.sock", "tcp://127.0.0.1:2375"]}'
  restarted
  run ! up
  named daemon-json-twice hosts
  mended
}

@test "tutorial: TCP without TLS in daemon.json, and a drop-in that takes -H away" {
  begin
  mkdir -p "$ROOT/etc/systemd/system/docker.service.d"
  printf '[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --containerd=/run/containerd/containerd.sock\n' \
    >"$ROOT/etc/systemd/system/docker.service.d/override.conf"
  daemon_json '. + {hosts: ["unix:///run/docker.sock", "tcp://127.0.0.1:2375"]}'
  restarted
  up
  named tcp-without-tls 2375
  mended
}

@test "tutorial: TCP without TLS in a drop-in of the unit" {
  begin
  mkdir -p "$ROOT/etc/systemd/system/docker.service.d"
  printf '[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://127.0.0.1:2375\n' \
    >"$ROOT/etc/systemd/system/docker.service.d/override.conf"
  restarted
  up
  named tcp-without-tls 2375
  mended
}

# certificates FOLDER: a CA, and a certificate for the daemon.
certificates() {
  mkdir -p "$1"
  (
    cd "$1" || exit
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -keyout ca-key.pem -out ca.pem -subj /CN=ca
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request.pem -subj /CN=machine
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 365 -out cert.pem \
      -extfile <(printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
    rm request.pem ca-key.pem ca.srl
    chmod 0600 key.pem
    chmod 0644 ca.pem cert.pem
  ) >/dev/null 2>&1
}

TLS='tlscacert: "/etc/docker/tls/ca.pem", tlscert: "/etc/docker/tls/cert.pem", tlskey: "/etc/docker/tls/key.pem"'

# begin_tls: the same with a daemon that is told in daemon.json where to listen, with TLS of both sides.
begin_tls() {
  begin
  certificates "$ROOT/etc/docker/tls"
  mkdir -p "$ROOT/etc/systemd/system/docker.service.d"
  printf '[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd\n' >"$ROOT/etc/systemd/system/docker.service.d/override.conf"
  daemon_json ". + {hosts: [\"unix:///run/docker.sock\", \"tcp://127.0.0.1:2376\"], tlsverify: true, $TLS}"
  restarted
  up
  look
  BEFORE=$(lines)
}

@test "what openssl is asked for is not known without it, and known when it was installed as doctor says" {
  begin_tls
  equal "$(status_of tls-pair /etc/docker/tls/cert.pem)" unknown
  mend tls-pair /etc/docker/tls/cert.pem
  equal "$(lines)" "warn tcp-listening tcp://127.0.0.1:2376"
}

@test "TCP with TLS of both sides: that it is there is all that is said" {
  begin_tls
  equal "$BEFORE" "warn tcp-listening tcp://127.0.0.1:2376"
  equal "$(statuses tcp-without-tls) $(statuses tls-key) $(statuses tls-pair) $(statuses tls-chain)" "pass pass pass pass"
  mend tcp-listening tcp://127.0.0.1:2376
  up
  equal "$(lines)" ""
}

@test "tutorial: TCP with tls and not tlsverify: whoever trusts the daemon gets in" {
  begin_tls
  daemon_json 'del(.tlsverify) | .tls = true'
  restarted
  up
  named tcp-without-tlsverify 2376
  mended
}

@test "tutorial: a key of TLS that everybody reads" {
  begin_tls
  chmod 0644 "$ROOT/etc/docker/tls/key.pem"
  named tls-key key.pem
  mended
  equal "$(stat -c %A "$ROOT/etc/docker/tls/key.pem" | cut -c5-)" "------"
}

@test "tutorial: tlsca for tlscacert: the daemon does not start, and daemon.json alone says why" {
  begin_tls
  daemon_json '. + {tlsca: .tlscacert} | del(.tlscacert)'
  restarted
  run ! up
  named daemon-json-keys tlsca
  mended
}

@test "tutorial: host for hosts: the daemon starts, and takes no notice of it" {
  begin
  daemon_json '. + {host: ["tcp://127.0.0.1:2375"]}'
  restarted
  up
  named daemon-json-keys host
  mended
}

@test "tutorial: chmod 666 of the socket" {
  begin
  in_machine chmod 0666 /run/docker.sock
  named socket-mode /run/docker.sock
  mended
  equal "$(in_machine stat -c '%a %U:%G' /run/docker.sock)" "660 root:docker"
}

@test "tutorial: usermod -aG docker alice" {
  begin
  in_machine usermod --append --groups docker alice
  named socket-members alice
  mended
  equal "$(in_machine id -nG alice)" alice
}

@test "tutorial: values of daemon.json" {
  local key value check
  while read -r key check value; do
    begin
    daemon_json ". + {\"$key\": $value}"
    restarted
    named "$check" "$key" || return 1
    mended || return 1
  done <<'ROWS'
insecure-registries insecure-registries ["registry.example:5000"]
seccomp-profile seccomp-profile "unconfined"
icc icc true
no-new-privileges no-new-privileges false
userns-remap userns-remap ""
live-restore live-restore false
ROWS
}

@test "tutorial: what was hardened is taken out again" {
  local key
  for key in icc no-new-privileges userns-remap log-opts default-ulimits; do
    begin
    daemon_json "del(.\"$key\")"
    restarted
    named "${key/log-opts/log-limits}" "${key/log-opts/log-limits}" || return 1
    mended || return 1
  done
}
