# SPDX-License-Identifier: Apache-2.0
"""The commands that are disturbed, what lies in the caller's folder for them, and what the program in the real CLI's place
answers."""

from __future__ import annotations

import io
import json
import os
import pwd
import shutil
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from world import CREW, ID, KEYS, Door, World

ALL = ("direct", "setgid", "setuid", "sudo", "doas", "pkexec")
ROOTS = ("setuid", "sudo", "doas", "pkexec")  # that can become another account
MAIN = ("setgid", "sudo")                      # rights from the start, and rights of root: for what comes after the drop
OWN = ("direct", "setgid", "sudo")            # of safe-docker's own commands
STRICTER = {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read", "write", "exit_group"], "action": "SCMP_ACT_ALLOW"}]}
MODEL = {"name": "shop", "services": {"web": {"image": "busybox", "command": None, "entrypoint": None,
                                              "networks": {"default": None}}},
         "networks": {"default": {"name": "shop_default", "ipam": {}}}}


@dataclass(frozen=True)
class Scenario:
    name: str
    words: tuple[str, ...]
    doors: tuple[str, ...] = ALL
    stdin: str = ""        # a file of the caller's folder
    policy: dict[str, Any] = field(default_factory=dict)
    tells: bool = False    # it tells what it could find out, so that what it says may differ


def _s(name: str, words: str, *, doors: tuple[str, ...] = MAIN, **more: Any) -> Scenario:
    return Scenario(name, tuple(words.split()), doors=doors, **more)


LAB = {"docker": {"contexts": {"lab": {"host": "unix://@WORLD@/lab.sock", "run_as": KEYS}}}}
GROUPS = {"overrides": [{"groups": [CREW[0]], "policy": {"resources": {"memory": {"max": "256m", "default": "128m"}}}}]}

SCENARIOS = (
    _s("run", "run --rm --network=none -e FAULT_VALUE -v @WORLD@/home:/h --group-add " + str(CREW[1]) + " image true", doors=ALL),
    _s("run-files", "run --env-file env --label-file labels --security-opt seccomp=profile.json --network=none image"),
    _s("run-cidfile", "run --cidfile id --network=none image", doors=ALL),
    _s("run-groups", "run --network=none image", doors=ALL, policy=GROUPS),
    _s("run-as", "run --network=none image", doors=ROOTS, policy={"docker": {"run_as": KEYS}}),
    _s("run-as-root", "run --network=none image", doors=ROOTS, policy={"docker": {"run_as": "root"}}),
    _s("denied", "run --privileged -v /:/host image", doors=ALL),
    _s("unknown", "run --no-such-option image"),
    _s("create-volume", "create -v data:/data --network=none image", doors=ALL),
    _s("run-volume", "run -v data:/data --network=none image"),
    _s("exec", "exec -e FAULT_VALUE web id", doors=ALL),
    _s("ps", "ps --all"),
    _s("stats", "stats --no-stream"),
    _s("stop", "stop web"),
    _s("rm", "rm -f web none"),
    _s("theirs", "rm -f theirs"),
    _s("cp-out", "cp web:/etc/thing out"),
    _s("cp-in", "cp in web:/tmp", doors=ALL),
    _s("cp-stdout", "cp web:/etc/thing -"),
    _s("cp-stdin", "cp - web:/tmp", stdin="in.tar"),
    _s("volume-create", "volume create data"),
    _s("volume-rm", "volume rm data"),
    _s("network-rm", "network rm net"),
    _s("load", "load", stdin="images.tar"),
    _s("save", "save -o saved image"),
    _s("build", "build -t own/x context"),
    _s("build-stdin", "build -t own/x -", stdin="context/Dockerfile"),
    _s("login", "login -u me --password-stdin r.example", doors=ALL, stdin="password"),
    _s("logout", "logout r.example"),
    _s("pull", "pull image"),
    _s("compose-up", "compose -f compose.json up -d", doors=ALL),
    _s("compose-config", "compose -f compose.json config"),
    _s("context", "--context lab ps", doors=ROOTS, policy=LAB),
    _s("complete", "__complete stop w", tells=True),
    _s("explain", "--explain run --network=none -v @WORLD@/home:/h image true", doors=ALL),
    _s("explain-denied", "--explain=json run --privileged image"),
    _s("help", "--help", doors=OWN),
    _s("policy-check", "policy check mine.json", doors=OWN, tells=True),
    _s("policy-show", "policy show", doors=OWN),
    _s("seccomp-check", "seccomp check profile.json", doors=OWN),
    _s("setup-status", "setup status", doors=("root",), tells=True),
    _s("root-run", "run --network=none image", doors=("root",)),
)

# -- what lies about ------------------------------------------------------------------------------------


def _tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
        if name.endswith("/"):
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _files() -> dict[str, bytes]:
    manifest = [{"Config": "c.json", "RepoTags": ["own/x:1"], "Layers": []}]
    auths = {"auths": {"r.example": {"auth": "bWU6Z2VoZWlt"}, "other.example": {"auth": "bWU6Z2VoZWlt"}}}
    return {"work/env": b"A=1\nFAULT_VALUE\n", "work/labels": b"l=1\n", "work/profile.json": json.dumps(STRICTER).encode(),
            "work/in": b"in\n" * 50000, "work/in.tar": _tar({"x": b"x" * 70000}), "work/password": b"geheim\n",
            "work/images.tar": _tar({"manifest.json": json.dumps(manifest).encode(), "c.json": b'{"rootfs": {}}'}),
            "work/context/Dockerfile": b"FROM image\nCOPY thing /\n", "work/context/thing": b"t" * 70000,
            "work/compose.json": json.dumps(MODEL).encode(), "work/mine.json": b'{"version": 1, "isolation": "shared"}',
            ".docker/config.json": json.dumps(auths).encode()}


def read_home(world: World) -> dict[str, bytes]:
    """What the caller has now: names and contents."""
    top = world.folder / "home"
    return {str(path.relative_to(top)): path.read_bytes() if path.is_file() and not path.is_symlink() else b"(no file)"
            for path in sorted(top.rglob("*")) if not path.is_dir()}


def make_home(world: World, door: Door) -> None:
    top = world.folder / "home"
    uid = pwd.getpwnam(door.user).pw_uid if door.user else int(door.env.get("PKEXEC_UID", "0"))
    shutil.rmtree(top)
    top.mkdir(mode=0o755)
    for name, content in _files().items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for path in (top, *top.rglob("*")):
        os.chown(path, uid, uid)


def make_answers(folder: Path, uid: int) -> None:
    """Of a daemon where "web", "data" and "net" are the caller's."""
    owner = {"io.safe-docker.owner": str(uid), "io.safe-docker.version": "1", "io.safe-docker.id": "b" * 32}
    web = {"Id": ID, "Name": "/web", "Image": "sha256:" + "c" * 64, "State": {"Running": True},
           "Config": {"User": f"{uid}:{uid}", "Labels": owner}, "Mounts": [], "HostConfig": {
               "CapDrop": ["ALL"], "SecurityOpt": ["seccomp={}", "no-new-privileges=true"], "Memory": 1, "MemorySwap": 1,
               "NanoCpus": 1, "PidsLimit": 1, "IpcMode": "private", "CgroupnsMode": "private"}}
    theirs = {**web, "Id": "d" * 64, "Name": "/theirs", "Config": {"User": "0:0", "Labels": {}}}
    volume = [{"Name": "data", "Driver": "local", "Mountpoint": "/m", "Options": None, "Scope": "local", "Labels": owner}]
    network = [{"Id": "e" * 64, "Name": "net", "IPAM": {}, "Driver": "bridge", "Labels": owner, "Containers": {}}]
    texts = {"container-inspect": json.dumps([web]), "container-inspect-none": json.dumps([web]),
             "container-inspect-none.err": "Error: No such container: none\n", "container-inspect-theirs": json.dumps([theirs]),
             "volume-inspect": json.dumps(volume), "network-inspect": json.dumps(network), "volume-create": "data\n",
             "ps": f"{ID}\n", "create": f"{ID}\n", "rm": f"{ID}\n", "stop": f"{ID}\n", "network-rm": "e" * 64 + "\n",
             "network-create": "f" * 64 + "\n", "volume-prune": "Deleted Volumes:\ndata\n\nTotal reclaimed space: 0B\n",
             "login.err": "Error saving credentials: mkdir /proc/safe-docker: no such file or directory\n",
             "compose-config": json.dumps(MODEL)}
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    thing = _tar({"thing": b"thing\n" * 20000})
    (folder / f"cp-{ID}:_etc_thing").write_bytes(thing)
    (folder / f"cp-{ID}:_tmp--").write_bytes(_tar({"tmp/": b""}))
