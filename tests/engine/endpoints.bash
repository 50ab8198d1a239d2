# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What the tests of remote daemons share: a second dockerd that speaks TLS, certificates, an sshd, the account that holds
# the keys. endpoints_start makes all of it, endpoints_stop undoes it.

KEYS_OF=sd-keys  # whom docker.run_as names
REMOTE=sd-remote # who is logged in to by ssh

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# certificate FOLDER NAME CA SUBJECT-ALT-NAME USAGE DAYS: NAME.pem and NAME-key.pem, signed by CA.
certificate() {
  local folder=$1 name=$2 ca=$3 san=$4 usage=$5 days=$6
  openssl req -newkey rsa:2048 -nodes -keyout "$folder/$name-key.pem" -out "$folder/$name.csr" -subj "/CN=$name" 2>/dev/null &&
    openssl x509 -req -in "$folder/$name.csr" -CA "$folder/$ca.pem" -CAkey "$folder/$ca-key.pem" -CAcreateserial -days "$days" \
      -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$san" "$usage") -out "$folder/$name.pem" 2>/dev/null
}

authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$2" -keyout "$1/$2-key.pem" -out "$1/$2.pem" \
    -addext basicConstraints=critical,CA:true 2>/dev/null
}

# The authority's own key and the server's stay root's; of the client's files the key is the account's alone.
make_certificates() {
  local made=$SD_HOME/made
  TLS=$SD_HOME/tls
  mkdir -m 0700 "$made" && mkdir -m 0755 "$TLS" || return 1
  authority "$made" ca && authority "$made" other-ca &&
    certificate "$made" server ca IP:127.0.0.1 serverAuth 2 &&
    certificate "$made" old ca IP:127.0.0.1 serverAuth -1 &&
    certificate "$made" client ca DNS:client clientAuth 2 &&
    certificate "$made" stranger other-ca DNS:stranger clientAuth 2 || return 1
  install -m 0644 "$made"/{ca,other-ca,client,stranger}.pem "$TLS" &&
    install -m 0600 -o "$KEYS_OF" "$made/client-key.pem" "$TLS/key.pem" &&
    install -m 0600 -o "$KEYS_OF" "$made/stranger-key.pem" "$TLS/stranger-key.pem"
}

start_tls_daemon() {
  TLS_PORT=$(free_port)
  TLS_SOCKET=$SD_HOME/second.sock
  sd_daemon_start "$SD_HOME/second" "$TLS_SOCKET" --host "tcp://127.0.0.1:$TLS_PORT" --tlsverify \
    --tlscacert "$SD_HOME/made/ca.pem" --tlscert "$SD_HOME/made/server.pem" --tlskey "$SD_HOME/made/server-key.pem" &&
    sd_image_make "$SD_HOME/second" "$TLS_SOCKET"
}

# The account on the far side may do one thing: speak to the daemon.
start_sshd() {
  local home keys folder=$SD_HOME/sshd
  SSH_PORT=$(free_port)
  mkdir -m 0755 "$folder" && mkdir -p /run/sshd || return 1
  ssh-keygen -q -t ed25519 -N '' -f "$folder/host_key" || return 1
  cat >"$folder/config" <<CONFIG
Port $SSH_PORT
ListenAddress 127.0.0.1
HostKey $folder/host_key
PidFile $folder/pid
AuthorizedKeysFile $folder/authorized_keys
PasswordAuthentication no
UsePAM no
CONFIG
  usermod --password '*' "$REMOTE" # an account without a password, but not a locked one
  home=$(sd_home_of "$KEYS_OF")
  keys=$home/.ssh
  install -d -m 0700 -o "$KEYS_OF" "$keys" &&
    ssh-keygen -q -t ed25519 -N '' -C safe-docker -f "$keys/id_ed25519" || return 1
  printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d' ' -f1,2 "$folder/host_key.pub")" >"$keys/known_hosts"
  chown -R "$KEYS_OF:" "$keys"
  printf 'restrict,command="/usr/bin/docker --host unix://%s system dial-stdio" %s\n' "$TLS_SOCKET" \
    "$(cat "$keys/id_ed25519.pub")" >"$folder/authorized_keys"
  chmod 0644 "$folder/authorized_keys"
  /usr/sbin/sshd -f "$folder/config" -E "$folder/log" 3>&- 4>&-
}

endpoints_start() {
  sd_account_add "$KEYS_OF" && sd_account_add "$REMOTE" docker && make_certificates && start_tls_daemon && start_sshd &&
    export TLS TLS_PORT TLS_SOCKET SSH_PORT
}

endpoints_stop() {
  [[ ! -e $SD_HOME/sshd/pid ]] || sd_stop_pid "$(cat "$SD_HOME/sshd/pid")"
  sd_daemon_stop "$SD_HOME/second" "$SD_HOME/second.sock"
  sd_account_remove "$KEYS_OF"
  sd_account_remove "$REMOTE"
}

# How the second daemon is asked for the truth.
second() { /usr/bin/docker --host "unix://$TLS_SOCKET" "$@"; }

# tls_files [KEY]: docker.tls, with the key of another certificate where one is named.
tls_files() {
  printf '{"ca": "%s", "cert": "%s", "key": "%s"}' "$TLS/ca.pem" "$TLS/${1:-client}.pem" "$TLS/${1:+$1-}key.pem"
}

# The daemon of docker.host stays the first one; "lab" and "far" are the second one, by TLS and by ssh.
contexts_policy() {
  policy "{\"docker\": {\"contexts\": {
    \"lab\": {\"host\": \"tcp://127.0.0.1:$TLS_PORT\", \"tls\": $(tls_files), \"run_as\": \"$KEYS_OF\"},
    \"far\": {\"host\": \"ssh://$REMOTE@127.0.0.1:$SSH_PORT\", \"run_as\": \"$KEYS_OF\"},
    \"near\": {\"host\": \"unix://$TLS_SOCKET\"}}${1:-}}}"
}

# host_policy: docker.host is the second daemon by TLS.
host_policy() {
  policy "{\"docker\": {\"host\": \"tcp://127.0.0.1:$TLS_PORT\", \"tls\": $(tls_files "${1:-}"), \"run_as\": \"$KEYS_OF\"}}"
}

ssh_policy() { policy "{\"docker\": {\"host\": \"ssh://$REMOTE@127.0.0.1:$SSH_PORT\", \"run_as\": \"$KEYS_OF\"}}"; }
