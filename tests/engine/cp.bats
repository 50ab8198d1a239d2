#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# docker cp: as the plain CLI copies, but with the caller's rights alone on the host, and whatever the container says.

load common

setup() {
  common_setup
  cd "$WORK" || return
}

teardown() {
  cd / || return
  common_teardown
}

# --- a tree on both sides -------------------------------------------------------------------------------

# tree FOLDER: the commands that make it there.
tree() {
  cat <<TREE
rm -rf $1/f $1/d $1/e $1/x $1/y $1/o $1/*l $1/dangling $1/n*; mkdir -p $1/d/sub $1/e $1/x/d $1/y/f $1/o
echo one >$1/f; echo two >$1/d/a; echo three >$1/d/sub/b; echo old >$1/x/f
ln $1/d/a $1/d/hard; ln -s a $1/d/rel; ln -s ../f $1/d/up; ln -s d $1/dl; ln -s f $1/fl; ln -s e/new $1/dangling
chmod 640 $1/f; chmod 1770 $1/d/sub; touch -d @1000000 $1/d/a
TREE
}

# inside NAME: a container of alice's with the tree in /w, made as root.
inside() {
  [[ -n $(plain ps --quiet --filter "name=^$1\$") ]] ||
    sdocker run --detach --name="$1" --network=none "$SD_IMAGE" sleep 1000 >/dev/null
  plain exec --user 0 "$1" sh -c "mkdir -p /w; $(tree /w)"
}

outside() {
  sd_as sd-alice sh -c "mkdir -p $1; $(tree "$1")"
}

host_list() {
  (cd "$1" && find . -printf '%p %y %m %l %n\n' | sed 's/ d \([0-9]*\)  [0-9]*$/ d \1/' | sort &&
    find . -type f -exec md5sum {} + | sort && find . -name a -printf '%p %T@\n' | sort)
}

container_list() {
  plain cp "$1:/w" - | tar --numeric-owner --full-time -tvf - | sed 's/ 20[0-9][0-9]-[0-9-]* [0-9:.]*//'
  plain cp "$1:/w" - | tar -xOf - | md5sum
}

# archive NAME PYTHON: of the entries that add(name, type, link, mode, data) makes.
archive() {
  python3 - "$SD_HOME/$1.tar" <<PYTHON
import io, sys, tarfile
tar = tarfile.open(sys.argv[1], "w")
def add(name, kind=tarfile.REGTYPE, link="", mode=0o755, data=b""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.size = kind, link, mode, len(data)
    tar.addfile(info, io.BytesIO(data))
D, S, L, C = tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE
$2
tar.close()
PYTHON
}

# --- as the plain CLI -----------------------------------------------------------------------------------

@test "out of a container: what and where the plain CLI copies" {
  local from to options expected got plain_status plain_words safe_words
  inside c1
  while read -r from to; do
    outside "$WORK/p" && outside "$WORK/s"
    plain_status=0 status=0 options=()
    [[ $from != -L* ]] || options=(--follow-link)
    plain_words=$(cd p && plain cp "${options[@]}" "c1:/w/${from#-L}" "$to" 2>&1) || plain_status=$?
    safe_words=$(cd s && sdocker cp "${options[@]}" "c1:/w/${from#-L}" "$to" 2>&1) || status=$?
    expected=$(host_list p) got=$(host_list s)
    equal "$from $to: $status" "$from $to: $plain_status"
    equal "$got" "$expected" || { echo "in: $from $to" >&2 && return 1; }
    [[ -z $plain_words || -n $safe_words ]]
    sd_as sd-alice rm -rf "$WORK/s" && rm -rf "$WORK/p"
  done <<'ROWS'
f .
f o
f o/new
f new
f new/
f x/f
f x
f y
f none/f
f fl
f dangling
d o
d new
d new/
d f
d x
d dl
d/. o
d/. new
d/ o/new
dl o
dl/ o
dl/. new
-Ldl o
-Lfl new
-Ldangling o
dangling o
none o
f/ o
x/. y
y/. x
ROWS
}

@test "into a container: what and where the plain CLI copies" {
  local from to options expected got plain_status plain_words safe_words
  outside "$WORK/in"
  cd in
  while read -r from to; do
    inside c1 && inside c2
    plain_status=0 status=0 options=()
    [[ $from != -L* ]] || options=(--follow-link)
    plain_words=$(plain cp "${options[@]}" "${from#-L}" "c1:/w/$to" 2>&1) || plain_status=$?
    safe_words=$(sdocker cp "${options[@]}" "${from#-L}" "c2:/w/$to" 2>&1) || status=$?
    expected=$(container_list c1) got=$(container_list c2)
    equal "$from $to: $status" "$from $to: $plain_status"
    equal "$got" "$expected" || { echo "in: $from $to" >&2 && return 1; }
    [[ -z $plain_words || -n $safe_words ]]
  done <<'ROWS'
f o
f o/new
f new/
f x/f
f y
f none/f
f fl
f dangling
d o
d new
d f
d x
d dl
d/. o
d/. new
dl o
dl/ o
-Ldl o
-Lfl new
dangling o
none o
f/ o
x/. y
./f o/.
ROWS
}

@test "standard output and input are tar; what comes in has no set-id bits and no devices" {
  inside c1 && outside "$WORK/in"
  equal "$(sdocker cp c1:/w/d - | tar -tf - | sort | tr '\n' ' ')" "d/ d/a d/hard d/rel d/sub/ d/sub/b d/up "
  tar -C in -cf - d | sdocker cp - c1:/w/o
  equal "$(plain exec c1 cat /w/o/d/a)" two
  run sdocker cp - c1:/w/e < <(tar -C in -czf - d)
  equal "$status" 1
  holds "$output" "the archive is damaged"
  archive odd 'add("x/f", mode=0o6755, data=b"text"); add("x/l", L, "x/f", 0o6755); add("./y", mode=0o4711)'
  plain exec --user 0 c1 mkdir /w/e/x
  sdocker cp - c1:/w/e <"$SD_HOME/odd.tar"
  equal "$(plain cp c1:/w/e - | tar -tvf - | cut -c1-10 | sort | uniq -c | tr -s ' \n' ' ')" " 1 -rwx--x--x 1 -rwxr-xr-x 2 drwxr-xr-x 1 hrwxr-xr-x "
  for what in 'add("null", C)' 'add("../up")' 'add("l", L, "../../etc/passwd")'; do
    archive odd "$what"
    run sdocker cp - c1:/w/e <"$SD_HOME/odd.tar"
    equal "$status" 1
  done
  equal "$(plain cp c1:/w/e - | tar -tf - | sort | tr '\n' ' ')" "e/ e/x/ e/x/f e/x/l e/y "
  run sdocker cp - c1:/w/f </dev/null
  equal "$status" 1
  equal "$output" 'destination "c1:/w/f" must be a directory'
}

@test "the plain CLI's words" {
  inside c1
  run sdocker cp c1:/none .
  equal "$status: $output" "1: Error: No such container:path: c1:/none"
  run sdocker cp none:/x .
  equal "$status: $output" "1: Error response from daemon: No such container: none"
  run sdocker cp c1:/w/f none/x
  equal "$status: $output" "1: invalid output path: directory \"$WORK/none\" does not exist"
  run sdocker cp c1:/w/f none/
  equal "$status: $output" "1: no such directory"
  run sdocker cp c1:/w/f /dev/null
  equal "$status: $output" "1: invalid output path: \"/dev/null\" must be a directory or a regular file: got a device"
  run sdocker cp /etc/hostname c1:/none/x
  equal "$status: $output" "1: Error: No such container:path: c1:/none"
  run sdocker cp /etc c1:/w/f
  equal "$status: $output" "1: cannot copy directory"
  run sdocker cp c1:/w c1:/x
  equal "$status" 125 && holds "$output" "copying between containers is not supported"
  run sdocker cp f f2
  equal "$status" 125 && holds "$output" "must specify at least one container source"
}

@test "names of all kinds arrive as they are" {
  local name
  inside c1
  for name in 'with blank' 'with"quote' 'ünï' '-dash' 'a:b' '*' $'new\nline' "$(printf 'l%.0s' {1..200})"; do
    echo "$name" >"./$name" && chown sd-alice "./$name"
    sdocker cp "./$name" c1:/w/o/
    sdocker cp "c1:/w/o/$name" back
    equal "$(cat back)" "$name"
    rm -f -- "./$name" back
  done
}

# --- rights on the host ---------------------------------------------------------------------------------

@test "what is copied out is the caller's, without set-id bits, through every door" {
  local door
  inside c1
  plain exec --user 0 c1 sh -c 'chmod 6755 /w/f && chmod 6777 /w/d && chown 0:0 /w/f'
  for door in via_sudo via_doas via_setgid via_setuid; do
    "$door" cp c1:/w/f new && "$door" cp c1:/w/d newd
    equal "$(stat -c '%u:%g %a' new)" "$ALICE:$ALICE_GROUP 755"
    equal "$(stat -c '%u:%g %a' newd)" "$ALICE:$ALICE_GROUP 777"
    equal "$(find . ! -uid "$ALICE" -o ! -gid "$ALICE_GROUP" -o -perm /6000)" ""
    sd_as sd-alice rm -rf new newd
  done
}

@test "files that the caller may not read are not copied in, and none is written where the caller may not write" {
  local secret=$SD_HOME/group-secret
  inside c1
  install -o root -g docker -m 0640 /etc/hostname "$secret"
  install -o root -g root -m 0600 /etc/hostname "$WORK/closed"
  for file in "$secret" /etc/shadow "$WORK/closed"; do
    run sdocker cp "$file" c1:/w/o/
    equal "$status" 1
    holds "$output" "Permission denied"
  done
  run sdocker cp -L "$WORK/closed" c1:/w/o/new
  equal "$status" 1
  equal "$(plain exec c1 ls /w/o)" ""
  install -d -o root -g docker -m 0770 "$SD_HOME/group-folder"
  for folder in /etc "$SD_HOME/group-folder" /root; do
    run sdocker cp c1:/w/f "$folder/new"
    equal "$status" 1
    holds "$output" "Permission denied"
    [[ ! -e $folder/new ]]
  done
  rm -rf "$secret" "$SD_HOME/group-folder" "$WORK/closed"
}

@test "what cannot be read is left out and told; the rest arrives" {
  inside c1 && outside "$WORK/in"
  install -o root -m 0600 /etc/hostname "$WORK/in/d/closed"
  run sdocker cp in/d c1:/w/o
  equal "$status" 1
  holds "$output" "in/d/closed: Permission denied"
  equal "$(plain exec c1 cat /w/o/d/sub/b)" three
}

# --- whose containers -----------------------------------------------------------------------------------

@test "containers with folders of the host are refused, volumes are not" {
  sdocker run --detach --name=bound --network=none --volume="$WORK:/b" "$SD_IMAGE" sleep 1000
  sdocker run --detach --name=kept --network=none --volume=/v "$SD_IMAGE" sleep 1000
  for words in "bound:/etc/hostname out" "bound:/b -" "in bound:/tmp" "- bound:/b"; do
    # shellcheck disable=SC2086
    run sdocker cp $words </dev/null
    equal "$status" 125
    holds "$output" "copy-mounts"
  done
  run sdocker cp /etc/hostname kept:/v/x
  equal "$status" 0
  run sdocker cp kept:/v/x x
  equal "$status" 0
}

@test "nobody else's container, and none that was not launched by safe-docker" {
  local id
  id=$(sd_as sd-bob "$SD_HOME/doors/setgid/docker" run --detach --name=bobs --network=none "$SD_IMAGE" sleep 1000)
  plain run --detach --name=roots --network=none "$SD_IMAGE" sleep 1000
  for name in bobs "$id" "${id:0:12}" roots; do
    run sdocker cp "$name:/etc/passwd" out
    equal "$status: $output" "1: Error response from daemon: No such container: $name"
    run sdocker cp /etc/hostname "$name:/tmp/x"
    equal "$status: $output" "1: Error response from daemon: No such container: $name"
  done
}

# --- a container, or a daemon, that lies ----------------------------------------------------------------

# lying SCRIPT: a real CLI whose cp runs SCRIPT in its place.
lying() {
  cat >"$SD_HOME/liar" <<LIAR
#!/bin/bash
for word; do
  [[ \$word != cp ]] || { $1; exit 0; }
done
exec /usr/bin/docker "\$@"
LIAR
  chmod 0755 "$SD_HOME/liar"
  policy "{\"docker\": {\"path\": \"$SD_HOME/liar\"}}"
}

@test "an archive that lies reaches nothing outside, and leaves no device and no set-id file" {
  local before what
  inside c1
  sd_as sd-alice sh -c 'echo safe >precious; mkdir deep deep/out'
  before=$(host_list .)
  archive above 'add("d", D); add("d/../../precious", data=b"bad")'
  archive rooted "add('d', D); add('$WORK/precious', data=b'bad')"
  archive beside 'add("d", D); add("precious", data=b"bad")'
  archive link "add('d', D); add('d/l', S, '$WORK'); add('d/l/precious', data=b'bad')"
  archive uplink 'add("d", D); add("d/l", S, "../../..")'
  archive top "add('d', S, '$WORK'); add('d/precious', data=b'bad')"
  archive hard 'add("d", D); add("d/h", L, "../precious"); add("d/h", data=b"bad")'
  archive hardroot "add('d', D); add('d/h', L, '/etc/passwd')"
  archive device 'add("d", D); add("d/null", C)'
  for what in above rooted beside link uplink top hard hardroot device; do
    lying "cat $SD_HOME/$what.tar"
    run sdocker cp c1:/w/d deep/out/d
    equal "$what: $status" "$what: 1"
    sd_as sd-alice find deep/out -mindepth 1 -delete
    equal "$(host_list .)" "$before"
  done
}

@test "a stream that ends early, is damaged, or is none fails" {
  inside c1
  plain cp c1:/w/d - >"$SD_HOME/whole.tar"
  for script in 'true' "head -c 700 $SD_HOME/whole.tar" 'head -c 100000 /dev/urandom' 'echo hello' \
    "head -c 1024 $SD_HOME/whole.tar; head -c 2000 /dev/urandom" 'echo broken >&2; exit 7' 'kill -KILL $$'; do
    lying "$script"
    run sdocker cp c1:/w/d out
    [[ $status -ne 0 && -n $output ]] || [[ $script == kill* && $status -eq 137 ]]
    sd_as sd-alice rm -rf out
  done
}

@test "the real CLI opens no file that the caller names" {
  inside c1 && outside "$WORK/in"
  # shellcheck disable=SC2016
  lying 'printf "%s\n" "$*" >>'"$SD_HOME/words"'; readlink /proc/$$/fd/* >>'"$SD_HOME/words; exec /usr/bin/docker \"\$@\""
  install -m 0666 /dev/null "$SD_HOME/words"
  sdocker cp c1:/w/d out && sdocker cp in/d c1:/w/new
  lacks "$(cat "$SD_HOME/words")" "$WORK"
  holds "$(cat "$SD_HOME/words")" "cp -- - "
  rm -f "$SD_HOME/words"
}

# --- ends -----------------------------------------------------------------------------------------------

@test "no process stays behind when it is interrupted or ended" {
  local signal pid
  inside c1
  plain cp c1:/w/d - >"$SD_HOME/whole.tar"
  lying "head -c 700 $SD_HOME/whole.tar; exec sleep 777"
  for signal in INT TERM KILL; do
    setsid --fork sh -c "echo \$\$ >$SD_HOME/leader; exec setpriv --reuid=$ALICE --regid=$ALICE_GROUP --init-groups \
      $SD_HOME/doors/setgid/docker cp c1:/w/d $WORK/out" >/dev/null 2>&1 3>&-
    wait_for 10 pgrep -f 'sleep 777'
    pid=$(cat "$SD_HOME/leader")
    if [[ $signal == INT ]]; then kill -INT -- "-$pid"; else kill -"$signal" "$pid"; fi
    wait_for 10 eval "! kill -0 $pid"
    wait_for 10 eval "! pgrep -u $ALICE -f doors/setgid/docker"
    pkill -KILL -f 'sleep 777' || true
    rm -rf "$WORK/out"
  done
}

@test "one record before anything happens, with what is executed" {
  inside c1
  : >"$SD_HOME/audit.jsonl"
  sdocker cp c1:/w/f new
  equal "$(jq -c '[.command, .decision, .argv[-1]]' "$SD_HOME/audit.jsonl")" '["cp","allow","-"]'
  run sdocker --explain cp new c1:/w
  equal "$status" 0
  holds "$output" "      -- \\"
}
