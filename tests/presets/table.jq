# SPDX-License-Identifier: Apache-2.0
# The table of docs/presets.md, of the four policies in the order of its columns: jq --raw-output --slurp --from-file.
# Each input is what "safe-docker policy show" prints as "policy".

def code: "`" + . + "`";
def list($none): if length == 0 then $none else map(code) | join(", ") end;
def limit: (.default | tostring | code) + ", at most " + (.max | tostring | code);
def commands($default): (. - $default | map("+" + .)) + ($default - . | map("−" + .)) | if . == [] then "the usual" else map(code) | join(" ") end;
def ports: if .addresses == [] then "none" else (.addresses | list("none")) + " " + (.ports | tostring) end;
def folders: map((.source | code) + " " + .access) | join("<br>");

.[0].commands.allow as $usual
| [["memory", (.[] | .resources.memory | limit)],
   ["CPUs", (.[] | .resources.cpus | limit)],
   ["processes", (.[] | .resources.pids | limit)],
   ["/dev/shm", (.[] | .resources.shm_size | limit)],
   ["each tmpfs", (.[] | .resources.tmpfs_size | limit)],
   ["open files", (.[] | .resources.ulimits.nofile | limit)],
   ["one budget for all containers", (.[] | .resources.cgroup_parent | if . == "" then "no" else code end)],
   ["who a container is", (.[] | .user.mode)],
   ["capabilities to ask for", (.[] | .capabilities.allow | list("none"))],
   ["folders", (.[] | .mounts.bind | folders)],
   ["named volumes", (.[] | .mounts.volumes.allow | list("none"))],
   ["networks, besides one's own", (.[] | .network.allow | list("`none`"))],
   ["ports of the host", (.[] | .network.publish | ports)],
   ["images", (.[] | .images.allow | list("none"))],
   ["by digest alone", (.[] | if .images.require_digest then "yes" else "no" end)],
   ["names of images of one's own", (.[] | .images.own | list("none"))],
   ["log-ins at registries", (.[] | if .images.credentials == "caller" then "the caller's" else "the administrator's" end)],
   ["root file system", (.[] | .filesystem.read_only | if . == "require" then "read-only" else "as asked for" end)],
   ["system calls", (.[] | .seccomp.profile | code)],
   ["AppArmor", (.[] | .apparmor | (.profile | code) + (if .mode == "require" then ", or nothing runs" else ", where the host has it" end))],
   ["restart", (.[] | .restart.allow | list("no"))],
   ["logs", (.[] | .logging.drivers | list("none"))],
   ["devices", (.[] | .devices.allow | map(.path) | list("none"))],
   ["commands", (.[] | .commands.allow | commands($usual))]]
| ("| | default | strict | ci | lab |", "| --- | --- | --- | --- | --- |", (.[] | "| " + join(" | ") + " |"))
