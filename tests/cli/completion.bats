#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Completion as shells ask for it: what is offered, whose names, and what the real CLI is asked. A stand-in for the real
# CLI lists things of sd-alice (alice-...) to who asks for sd-alice's own, and everybody's to who asks without a filter.

bats_require_minimum_version 1.5.0

source "$BATS_TEST_DIRNAME/../../scripts/lib.sh"
source "$BATS_TEST_DIRNAME/../assert.bash"

setup() {
  POLICY=$SD_HOME/etc/safe-docker/policy.json
  ASKED=$SD_HOME/asked
  install -m 0666 /dev/null "$ASKED"
  jq -n --arg cli "$SD_HOME/cli" --arg config "$SD_HOME/config" '{version: 1,
    docker: {path: $cli, host: "unix:///nowhere/docker.sock", config_dir: $config},
    audit: {syslog: false, file: "", required: false}}' >"$POLICY"
  cat >"$SD_HOME/cli" <<CLI
#!/bin/bash
asked="\$*"
printf '%s\n' "\$asked" >>"$ASKED"
who=(bob alice)
[[ \$asked != *"label=io.safe-docker.owner=$(id -u sd-alice)"* ]] || who=(alice)
case \$asked in
  "--host=unix:///nowhere/docker.sock ps "*status=exited*) kind=stopped ;;
  "--host=unix:///nowhere/docker.sock ps "*status=paused*) kind=paused ;;
  "--host=unix:///nowhere/docker.sock ps --all=true "*) kind=any ;;
  "--host=unix:///nowhere/docker.sock ps "*) kind=running ;;
  "--host=unix:///nowhere/docker.sock network ls "*) kind=network ;;
  "--host=unix:///nowhere/docker.sock volume ls "*) kind=volume ;;
  "--host=unix:///nowhere/docker.sock images --format={{.Repository}}:{{.Tag}}") printf 'alpine:3\nteam/tool:1\n<none>:<none>\n' && exit ;;
  *) echo "not understood" >&2 && exit 1 ;;
esac
for name in "\${who[@]}"; do printf '%s\n' "\$name-\$kind" "\$name \$(touch $SD_HOME/acted)"; done
CLI
  chmod 0755 "$SD_HOME/cli"
}

teardown() {
  rm -f "$SD_HOME/cli" "$ASKED" "$POLICY" "$SD_HOME/acted"
}

docker() { sd_as sd-alice "$SD_HOME/door/docker" "$@"; }

# offered WORDS...: the candidates for the last word, in one line.
offered() { docker __completeNoDesc "$@" | sed '$d' | paste -sd ' '; }
directive() { docker __completeNoDesc "$@" | tail -n 1; }

# merge JSON: over the policy.
merge() {
  jq --argjson more "$1" '. * $more' "$POLICY" >"$POLICY.new"
  mv "$POLICY.new" "$POLICY"
}

# tab SHELL TEXT: the line that TEXT and the Tab key make in an interactive SHELL of sd-alice.
tab() {
  docker completion "$1" >"$BATS_TEST_TMPDIR/script"
  chmod 0644 "$BATS_TEST_TMPDIR/script"
  chmod 0711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_SUITE_TMPDIR"
  cp "$BATS_TEST_DIRNAME/type.zsh" "$BATS_TEST_TMPDIR/script" "$SD_HOME/"
  sd_as sd-alice env "PATH=$SD_HOME/door:$SD_HOME/prefix/bin:/usr/bin:/bin" \
    timeout 30 zsh -f "$SD_HOME/type.zsh" "$1" "$SD_HOME/script" "$2"
}

# --- the protocol ---------------------------------------------------------------------------------------

@test "candidates have descriptions behind a tab, and the directive is the last line" {
  equal "$(docker __complete vers)" $'version\tShow the versions of the docker command and the daemon\n:4'
  equal "$(docker __completeNoDesc vers)" $'version\n:4'
  equal "$(docker -D __completeNoDesc vers)" $'version\n:4'
  equal "$(docker __completeNoDesc run --env-file "")" ":0"
}

@test "commands are those that the policy allows" {
  merge '{"commands": {"allow": ["ps", "run", "volume ls", "volume rm"]}}'
  equal "$(offered "")" "completion container ps run volume help apparmor audit doctor policy seccomp setup"
  equal "$(offered container "")" "ls run"
  equal "$(offered volume "")" "ls rm"
  equal "$(offered stop "")" ""
  equal "$(cat "$ASKED")" ""
}

@test "options are those of the command that are not refused; nobody is asked" {
  holds " $(offered run --) " " --cap-add "
  lacks " $(offered run --) " " --privileged "
  lacks " $(offered run --) " " --gpus "
  merge '{"options": {"allow": ["gpus"]}}'
  holds " $(offered run --) " " --gpus "
  equal "$(offered logs --f)" "--follow"
  equal "$(cat "$ASKED")" ""
}

@test "values come from the policy" {
  merge '{"capabilities": {"allow": ["CHOWN"]}, "restart": {"allow": ["no", "always"]}, "images": {"pull": "never"}}'
  equal "$(offered run --cap-add "")" "CHOWN"
  equal "$(offered run --restart=)" "no always"
  equal "$(offered create --pull "")" "never"
}

@test "words of safe-docker itself" {
  equal "$(offered --expl)" "--explain --explain=json"
  equal "$(offered --explain=)" "json text"
  local word
  for word in check diff show; do holds " $(offered policy "") " " $word "; done
  equal "$(offered policy check --strict st)" strict
  equal "$(offered policy check --)" "--format --strict"
  equal "$(offered doctor --)" "--all --facts --format --record --strict"
  equal "$(offered doctor "")" "set unset"
  equal "$(offered doctor set --)" "--config"
  equal "$(offered seccomp show "")" "default no-network strict docker"
  equal "$(directive seccomp show "")" ":0"
  equal "$(directive policy check "")" ":0"
}

# --- names ----------------------------------------------------------------------------------------------

@test "names are the caller's own alone" {
  equal "$(offered rm "")" "alice-any"
  equal "$(offered container stop "")" "alice-running"
  equal "$(offered start "")" "alice-stopped"
  equal "$(offered unpause "")" "alice-paused"
  equal "$(offered network rm "")" "alice-network"
  equal "$(offered volume rm "")" "alice-volume"
  equal "$(offered run --network a)" "alice-network"
  equal "$(offered run --network b)" "bridge"
  equal "$(offered cp "")" "alice-any:"
  equal "$(offered inspect "")" "alice-any alpine:3 team/tool:1 alice-network alice-volume"
  equal "$(offered inspect --type=volume "")" "alice-volume"
  equal "$(offered rm bob)" ""
  equal "$(offered rm alice-any "")" ""
}

@test "under isolation shared they are everybody's" {
  merge '{"isolation": "shared"}'
  equal "$(offered rm "")" "bob-any alice-any"
}

@test "images are everybody's" {
  equal "$(offered run "")" "alpine:3 team/tool:1"
  equal "$(offered run --rm -it a)" "alpine:3"
}

@test "the real CLI gets no word of the caller's, and is asked once" {
  docker __complete rm --force=x '$(id)' --nonsense -- "ali" >/dev/null
  equal "$(cat "$ASKED")" "--host=unix:///nowhere/docker.sock ps --all=true --format={{.Names}} --filter=label=io.safe-docker.owner=$(id -u sd-alice)"
}

@test "names that a shell would act on are left out" {
  lacks "$(docker __complete rm "")" touch
  [[ ! -e $SD_HOME/acted ]]
}

@test "a daemon that does not answer has no names, and no message disturbs the line" {
  printf '#!/bin/sh\necho "cannot connect" >&2\nexit 1\n' >"$SD_HOME/cli"
  equal "$(docker __complete rm "" 2>&1)" ":4"
}

@test "asking the daemon is recorded where the policy wants records; offering commands is not" {
  install -m 0660 -o root -g docker /dev/null "$SD_HOME/audit.log"
  merge "{\"audit\": {\"file\": \"$SD_HOME/audit.log\"}}"
  equal "$(offered start --attac)" "--attach"
  [[ ! -s $SD_HOME/audit.log ]]
  equal "$(offered rm "")" "alice-any"
  equal "$(jq -c '[.decision, .command, .argv[2:4]]' "$SD_HOME/audit.log")" '["allow","__completeNoDesc",["ps","--all=true"]]'
  rm -f "$SD_HOME/audit.log"
}

@test "explain: what safe-docker answers itself executes nothing" {
  equal "$(docker --explain=json completion bash | jq -c '[.decision, .argv]')" '["allow",[]]'
  holds "$(docker --explain __complete rm "")" "would execute: nothing"
  equal "$(cat "$ASKED")" ""
}

# --- the shells -----------------------------------------------------------------------------------------

@test "the scripts are installed where the shells look for them" {
  local share=$SD_HOME/prefix/share
  bash -n "$share/bash-completion/completions/safe-docker"
  zsh -n "$share/zsh/site-functions/_safe-docker"
  fish -n "$share/fish/vendor_completions.d/safe-docker.fish"
  holds "$(head -n 1 "$share/zsh/site-functions/_safe-docker")" "#compdef safe-docker"
  lacks "$(grep '^complete' "$share/bash-completion/completions/safe-docker")" " docker"
}

@test "completion bash, zsh and fish print scripts for the name docker" {
  holds "$(docker completion bash)" "complete -F _safe_docker docker"
  holds "$(docker completion zsh)" "#compdef docker"
  holds "$(docker completion fish)" "__safe_docker_register docker"
  holds "$(docker completion zsh --no-descriptions)" "__completeNoDesc"
}

@test "bash completes" {
  equal "$(tab bash "docker versi")" "docker version "
  equal "$(tab bash "safe-docker polic")" "safe-docker policy "
  equal "$(tab bash "safe-docker seccomp diff --arch=am")" "safe-docker seccomp diff --arch=amd64 "
  equal "$(tab bash "docker --explain=js")" "docker --explain=json "
  equal "$(tab bash "docker run --network=no")" "docker run --network=none "
  equal "$(tab bash "docker run alpine:")" "docker run alpine:3 "
  equal "$(tab bash "docker run --env-file=/etc/hostna")" "docker run --env-file=/etc/hostname "
  equal "$(tab bash "docker cp ali")" "docker cp alice-any:"
  equal "$(tab bash "docker rm bo")" "docker rm bo"
  equal "$(tab bash "docker stop a")" "docker stop alice-running "
}

@test "bash: an alias stands for what it says, and nothing typed is evaluated" {
  docker completion bash >"$SD_HOME/script"
  echo "alias d='safe-docker'; complete -F _safe_docker d" >>"$SD_HOME/script"
  equal "$(sd_as sd-alice env "PATH=$SD_HOME/prefix/bin:/usr/bin:/bin" \
    zsh -f "$BATS_TEST_DIRNAME/type.zsh" bash "$SD_HOME/script" "d versi")" "d version "
  tab bash "docker run \$(touch $SD_HOME/acted) \`touch $SD_HOME/acted\` al" >/dev/null
  [[ ! -e $SD_HOME/acted ]]
}

@test "zsh completes" {
  equal "$(tab zsh "docker versi")" "docker version "
  equal "$(tab zsh "safe-docker polic")" "safe-docker policy "
  equal "$(tab zsh "safe-docker seccomp diff --arch=am")" "safe-docker seccomp diff --arch=amd64 "
  equal "$(tab zsh "docker --explain=js")" "docker --explain=json "
  equal "$(tab zsh "docker run --network=no")" "docker run --network=none "
  equal "$(tab zsh "docker run alpine:")" "docker run alpine:3 "
  equal "$(tab zsh "docker run --env-file=/etc/hostna")" "docker run --env-file=/etc/hostname "
  equal "$(tab zsh "docker cp ali")" "docker cp alice-any:"
  equal "$(tab zsh "docker rm bo")" "docker rm bo"
  tab zsh "docker run \$(touch $SD_HOME/acted) \`touch $SD_HOME/acted\` al" >/dev/null
  [[ ! -e $SD_HOME/acted ]]
}

@test "fish completes" {
  local script=$SD_HOME/script
  docker completion fish >"$script"
  fish_offers() {
    sd_as sd-alice env "PATH=$SD_HOME/door:$SD_HOME/prefix/bin:/usr/bin:/bin" \
      fish --no-config -c "source $script; complete -C '$1'"
  }
  equal "$(fish_offers "docker versi")" $'version\tShow the versions of the docker command and the daemon'
  equal "$(fish_offers "safe-docker polic" | cut -f1)" "policy"
  equal "$(fish_offers "safe-docker seccomp test no-net" | cut -f1)" "no-network"
  equal "$(fish_offers "docker run --network=n")" "--network=none"
  equal "$(fish_offers "docker run alp")" "alpine:3"
  equal "$(fish_offers "docker run --env-file=/etc/hostna")" "--env-file=/etc/hostname"
  equal "$(fish_offers "docker rm ")" "alice-any"
}

# --- help -----------------------------------------------------------------------------------------------

@test "help reaches the real CLI by the words that were typed, with the daemon of the policy" {
  printf '#!/bin/sh\nprintf "%%s\\n" "$*"\n' >"$SD_HOME/cli"
  local host="--host=unix:///nowhere/docker.sock"
  equal "$(docker container ls --help)" "$host container ls --help"
  equal "$(docker help ps)" "$host ps --help"
  equal "$(docker run --help)" "$host run --help"
  equal "$(docker container)" "$host container --help"
  equal "$(docker network --help)" "$host network --help"
  equal "$(docker -v)" "--version"
}

@test "help on what is refused says why" {
  local words
  for words in "swarm" "swarm --help" "help swarm" "swarm init --help" "help swarm init"; do
    # shellcheck disable=SC2086
    run docker $words
    equal "$status" 125
    holds "$output" "command-refused"
    holds "$output" "a cluster is the administrator's"
  done
  run docker build --help
  holds "$output" "command-not-allowed"
}

@test "help names the allowed commands by their kinds" {
  merge '{"commands": {"allow": ["ps", "run", "images", "volume ls", "info"]}}'
  local help
  help=$(docker help)
  holds "$help" $'  containers ps, run\n  images     images\n  volumes    volume ls\n  other      info\n'
  equal "$(docker)" "$help"
  equal "$(docker --help)" "$help"
}
