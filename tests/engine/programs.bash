# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2153,SC2154
# Real programs: an image of Debian packages, what a user types to run each, and the table that says what works where.

# --- the image ------------------------------------------------------------------------------------------

PROGRAMS_IMAGE=safe-docker-programs:1
PROGRAMS_CACHE=$SD_ROOT/build/programs
PROGRAMS_SECONDS=400
PROGRAMS_PACKAGES=busybox,curl,ecj,gcc,git,libc6-dev,luajit,make,nginx-light,nodejs,openjdk-17-jre-headless,openssh-client,openssh-server,perl,php-cli,postgresql,procps,python3,redis-server,rsync,sqlite3,strace,xz-utils,zstd

# programs_tar_make FILE SUITE: one root as a tar. No cluster of PostgreSQL is made: who runs it makes his own. The
# folders of manual pages are there though empty, for update-alternatives puts links into them.
programs_tar_make() {
  local work=$1.new
  mkdir -p "$PROGRAMS_CACHE"
  sd_debian_sources >"$work.list"
  sd_debian_apt_options >"$work.conf"
  timeout -k 10 "$PROGRAMS_SECONDS" mmdebstrap --mode=root --variant=essential --format=tar \
    --include="$PROGRAMS_PACKAGES" --aptopt="$work.conf" --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/i18n/*' \
    --dpkgopt='path-exclude=/usr/bin/*lto-dump*' \
    --essential-hook='mkdir -p "$1/etc/postgresql-common" "$1/usr/share/man/man1" "$1/usr/share/man/man7"
      echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
    "$2" "$work" "$work.list" >"$work.log" 2>&1 || {
    tail -n 30 "$work.log" >&2
    return 1
  }
  mv "$work" "$1"
}

# Prints the tar; makes it where there is none for just these packages.
programs_tar() {
  local suite key tar
  suite=$(sd_debian_suite) || return 1
  key=$({
    printf '%s\n' "$suite $PROGRAMS_PACKAGES"
    declare -f programs_tar_make
  } | sha256sum | cut -c1-16)
  tar=$PROGRAMS_CACHE/root-$key.tar
  if [[ ! -s $tar ]]; then
    rm -f "$PROGRAMS_CACHE"/root-*
    programs_tar_make "$tar" "$suite" || return 1
  fi
  printf '%s\n' "$tar"
}

# The programs of PostgreSQL lie outside of PATH in Debian, and inside of it in everybody's images.
programs_image() {
  local tar
  tar=$(programs_tar) || return 1
  plain import --change "ENV PATH=$(programs_path "$tar")" "$tar" "$PROGRAMS_IMAGE" >/dev/null
}
programs_path() {
  printf '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/%s' \
    "$(tar -tf "$1" --wildcards './usr/lib/postgresql/*/bin/' | head -n 1 | sed 's|^\./||; s|/$||')"
}

# --- what is run ----------------------------------------------------------------------------------------

# name | program | what it does | who asks, in the same container by docker exec (a file of programs/) or - | what is typed
#
# The words are run as they stand, in a folder of the caller's home with the files of programs/. IMAGE is the image, and
# `--network none` is added, for the daemon of these tests has no bridge.
PROGRAMS='busybox|busybox|a shell: pipes, archives, jobs, signals|-|docker run --rm -v "$PWD:/work" -w /work IMAGE busybox sh busybox.sh
terminal|bash|a terminal: its size, jobs in the background, Ctrl-C|-|docker run -it --rm IMAGE bash
read-only|python3|the work of the next row with a root that cannot be written|-|docker run --rm --read-only --tmpfs /tmp -w /tmp -v "$PWD:/work:ro" IMAGE python3 /work/python.py
python|python3|threads, processes by fork, spawn and fork server, shared memory, asyncio, sqlite3|-|docker run --rm -v "$PWD:/work" -w /work IMAGE python3 python.py
memfd|python3|memory as a file that may be executed|-|docker run --rm -v "$PWD:/work" -w /work IMAGE python3 memfd.py
python-web|python3|`http.server`, and 20 requests at once|web-client.sh|docker run -d --name web -p 8080:8080 -v "$PWD:/work" -w /work IMAGE python3 -m http.server 8080
node|node|compiled code, worker threads, WebAssembly, watched files, children|-|docker run --rm -v "$PWD:/work" -w /work IMAGE node node.js
node-web|node|a cluster of two web servers, and 20 requests at once|web-client.sh|docker run -d --name web -p 8080:8080 -v "$PWD:/work" -w /work IMAGE node server.js
java|java|a program compiled and run: hot code, threads, garbage collection, mapped files, a child|-|docker run --rm -v "$PWD:/work" -w /work IMAGE ecj -proc:none -17 Work.java && docker run --rm -v "$PWD:/work" -w /work IMAGE java Work
luajit|luajit|compiled code, calls into the C library and back|-|docker run --rm -v "$PWD:/work" -w /work IMAGE luajit luajit.lua
php|php|compiled code, processes, files|-|docker run --rm -v "$PWD:/work" -w /work IMAGE php -d opcache.enable_cli=1 -d opcache.jit_buffer_size=16M -d opcache.jit=tracing work.php
php-web|php|its web server, and 20 requests at once|web-client.sh|docker run -d --name web -p 8080:8080 -v "$PWD:/work" -w /work IMAGE php -S 0.0.0.0:8080
perl|perl|threads, processes, System V messages, alarms, locks|-|docker run --rm -v "$PWD:/work" -w /work IMAGE perl perl.pl
gcc|gcc, make|a library and a program compiled by four jobs, and run: threads, timers, epoll|-|docker run --rm -v "$PWD:/work" -w /work IMAGE make -j4 check
strace|strace|another program traced|-|docker run --rm -v "$PWD:/work" -w /work IMAGE strace -f -o trace sh -c "/bin/true; echo finished"
git|git|init, commit, merge, clone, push, gc, fsck|-|docker run --rm -e HOME=/tmp -v "$PWD:/work" -w /work IMAGE sh git.sh
ssh|sshd, ssh, scp, git|a command, a terminal, copies and a clone through a server in a container|ssh-client.sh|getent passwd "$USER" >passwd && docker run --rm -v "$PWD/passwd:/etc/passwd:ro" -v "$PWD:/work" -w /work IMAGE sh keys.sh && docker run -d --name host -v "$PWD/passwd:/etc/passwd:ro" -v "$PWD:/work" IMAGE /usr/sbin/sshd -D -e -f /work/sshd_config
redis|redis|questions by TCP, a snapshot, the log rewritten|redis-client.sh|docker run -d --name cache -v "$PWD:/data" -w /data IMAGE redis-server
redis-socket|redis|the same by a unix socket|redis-client.sh|docker run -d --name cache -v "$PWD:/data" -w /data IMAGE redis-server --port 0 --unixsocket /tmp/redis.sock
nginx|nginx|port 80 in the container: files, gzip, a proxy, two workers, a reload|nginx-client.sh|docker run -d --name web -p 8080:80 -v "$PWD:/site:ro" IMAGE nginx -e stderr -c /site/nginx.conf -g "daemon off;"
postgresql|postgresql|by TCP: tables, clients at once, parallel and compiled queries, a dump|postgres-client.sh|getent passwd "$USER" >passwd && docker run --rm -v "$PWD/passwd:/etc/passwd:ro" -v "$PWD:/work" IMAGE initdb -D /work/data && docker run -d --name db -p 5432:5432 -v "$PWD/passwd:/etc/passwd:ro" -v "$PWD:/work" IMAGE postgres -D /work/data -k ""
postgresql-socket|postgresql|the same by a unix socket|postgres-client.sh|getent passwd "$USER" >passwd && docker run --rm -v "$PWD/passwd:/etc/passwd:ro" -v "$PWD:/work" IMAGE initdb -D /work/data && docker run -d --name db -v "$PWD/passwd:/etc/passwd:ro" -v "$PWD:/work" IMAGE postgres -D /work/data -k /tmp -h ""
sqlite|sqlite3|two processes write into one database|-|docker run --rm -v "$PWD:/work" -w /work IMAGE sh sqlite.sh
archives|tar, xz, zstd, rsync|archives by several threads, a copy|-|docker run --rm -v "$PWD:/work" -w /work IMAGE sh pack.sh'

# program_row NAME: sets PROGRAM, DOES, CLIENT, TYPED, and NAME to the container's where it has one.
program_row() {
  local name
  while IFS='|' read -r name PROGRAM DOES CLIENT TYPED; do
    [[ $name == "$1" ]] || continue
    NAME=no-name
    [[ ! $TYPED =~ --name\ ([a-z]+) ]] || NAME=${BASH_REMATCH[1]}
    return 0
  done <<<"$PROGRAMS"
  return 1
}

# --- running it -----------------------------------------------------------------------------------------

PROFILES="default strict no-network"

# Whose docker it is: the caller's, through the door ...
docker_of_caller() { sd_as sd-alice timeout --foreground 60 sudo -n "$SD_HOME/prefix/bin/safe-docker" "$@"; }

# ... or the bare one with its own seccomp profile, for a container of the same user without capabilities. Its container has
# another name, because both run at the same time.
docker_alone() {
  local word words=()
  for word in "$@"; do
    [[ $word != "$NAME" ]] || word+=-alone
    words+=("$word")
    [[ $word != run ]] || words+=(--user="$(id -u sd-alice):$(id -g sd-alice)" --cap-drop=ALL)
  done
  timeout --foreground 60 /usr/bin/docker --host "unix://$SD_SOCKET" "${words[@]}"
}

# program_typed DOCKER WORDS: as a user types it, with this docker.
program_typed() (
  whose=$1
  # shellcheck disable=SC2317
  docker() {
    [[ $1 != run ]] || set -- run --network=none "${@:2}"
    "$whose" "$@"
  }
  USER=sd-alice
  eval "${2//IMAGE/$PROGRAMS_IMAGE}"
)

# program_in_terminal DOCKER WORDS: the same at a terminal, and somebody at its keys. What the terminal shows, without its
# control sequences.
program_in_terminal() {
  local screen=$PWD/screen
  export -f docker_of_caller docker_alone program_typed sd_as sd_home_of
  WHOSE=$1 WORDS=$2 NAME=$NAME PROGRAMS_IMAGE=$PROGRAMS_IMAGE SHELL=/bin/bash \
    script -qefc 'stty rows 33 cols 99; program_typed "$WHOSE" "$WORDS"' /dev/null < <(typist "$screen") |
    tee "$screen" | sed -E 's/\r//g; s/\x1b\[[?0-9;]*[A-Za-z]//g'
}

# Types when the screen SCREEN is ready for it. What is typed shows no word that the shell is waited for to say.
typist() {
  wait_for 30 grep -qF '$ ' "$1"
  printf '%s\r' 'until [ "$(stty size)" = "33 99" ]; do sleep 0.1; done; sleep 60 & kill %1; wait; echo re""ady; sleep 60'
  wait_for 30 grep -q ready "$1" && sleep 0.2
  printf '\003'
  wait_for 10 grep -qF '^C' "$1" && sleep 0.2
  printf '%s\r' 'echo fin""ished; exit'
  wait_for 10 grep -q finished "$1"
}

# program_run DOCKER: the program of program_row in a fresh folder; its last word is "finished" when all of it was right.
program_run() {
  local folder=$WORK/$1 how=program_typed said status=0
  [[ $TYPED != *" -it "* ]] || how=program_in_terminal
  cp -r "$BATS_TEST_DIRNAME/programs" "$folder" || return 1
  echo "the page" >"$folder/page"
  seq 20000 >"$folder/numbers"
  chown -R sd-alice: "$folder"
  said=$(cd "$folder" && "$how" "$1" "$TYPED" 2>&1 3>&-) || status=$?
  if [[ $status -eq 0 && $CLIENT != - ]]; then
    said=$("$1" exec -i "$NAME" sh <"$folder/$CLIENT" 2>&1 3>&-) || status=$?
    [[ $status -eq 0 ]] || said+=$'\n'$("$1" logs --tail 20 "$NAME" 2>&1)
  fi
  [[ $CLIENT == - ]] || "$1" rm --force "$NAME" >/dev/null 2>&1
  rm -rf "$folder"
  printf '%s: %s\n' "$status" "$said"
  [[ $status -eq 0 ]] && grep -qx finished <<<"$said"
}

# program_under PROFILE: what becomes of it is kept for the table, and the end of what it said for whoever asks.
program_under() {
  local result=works
  rm -f "$SD_HOME"/etc/safe-docker/policy.d/*
  [[ $1 == default ]] || policy "{\"seccomp\": {\"profile\": \"$1\"}}"
  program_run docker_of_caller >"$WORK/said" || result=fails
  printf '%s|%s|%s\n' "$ROW" "$1" "$result" >>"$SD_HOME/programs"
  printf '%s under %s: %s %s\n' "$ROW" "$1" "$result" "$(tail -n 3 "$WORK/said" | tr '\n' ' ')" >>"$SD_HOME/programs.log"
  [[ $1 != default || $result == works ]] || cat "$WORK/said"
}

# program NAME: it works for the caller under the default profile, as it does with the bare docker. Other profiles may
# break it: the table says so.
program() {
  local ROW=$1 PROGRAM DOES CLIENT TYPED NAME profile alone
  program_row "$ROW"
  program_run docker_alone >"$WORK/said-alone" &
  alone=$!
  for profile in $PROFILES; do program_under "$profile"; done
  wait "$alone" || { printf 'fails with the bare docker, too: %s\n' "$(cat "$WORK/said-alone")" && return 1; }
  grep -qxF "$ROW|default|works" "$SD_HOME/programs"
}

# --- the table ------------------------------------------------------------------------------------------

PROGRAMS_PAGE=$SD_ROOT/docs/programs.md

# What the runs before have shown, as rows of Markdown.
programs_table() {
  local name profile cells PROGRAM DOES CLIENT TYPED NAME
  printf '| program | what it does | %s | what is typed |\n| --- | --- | --- | --- | --- | --- |\n' "${PROFILES// / | }"
  while IFS='|' read -r name _; do
    program_row "$name"
    cells=
    for profile in $PROFILES; do
      cells+=" $(sed -n "s/^$name|$profile|//p" "$SD_HOME/programs") |"
    done
    printf '| %s | %s |%s `%s` |\n' "$PROGRAM" "$DOES" "$cells" "${TYPED// && /\`<br>\`}"
  done <<<"$PROGRAMS"
}

programs_table_of_page() { sed -n '/^| program |/,/^$/p' "$PROGRAMS_PAGE" | sed '/^$/d'; }

# Puts the table TABLE into the page, in place of the one there.
programs_renew() {
  local new
  new=$(awk -v table="$1" '/^\| program \|/ { while ((getline line <table) > 0) print line; skip = 1 }
    /^$/ { skip = 0 } !skip' "$PROGRAMS_PAGE") && printf '%s\n' "$new" >"$PROGRAMS_PAGE"
}
