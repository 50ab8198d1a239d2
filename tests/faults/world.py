# SPDX-License-Identifier: Apache-2.0
"""Where the faults happen: a mount namespace with an /etc, a /dev and accounts of its own, every door to safe-docker, and
a program in the real CLI's place. Nothing of it is left behind, nor seen by anybody else."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALLER, MEMBER, KEYS = "sd-fault", "sd-fault-in", "sd-fault-keys"
UIDS = {CALLER: 59000, MEMBER: 59001, KEYS: 59002}
SOCKET_GROUP, CREW = ("sd-fault-sock", 59010), ("sd-fault-crew", 59011)
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
ID = "a" * 64


@dataclass(frozen=True)
class Door:
    name: str
    user: str | None  # None: root
    argv: list[str]
    program: str
    env: dict[str, str]


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


class World:
    """MUST be made in a mount namespace of its own."""

    def __init__(self, home: Path, folder: Path, injector: Path, stub: Path) -> None:
        self.home, self.folder, self.injector = home, folder, injector
        self.program = home / "prefix/bin/safe-docker"
        self.audit = folder / "audit.jsonl"
        self.work = folder / "home/work"
        self._etc()
        self._dev()
        self._files(stub)
        self.doors = {door.name: door for door in self._doors()}

    # -- the machine ------------------------------------------------------------------------------------

    def _etc(self) -> None:
        etc = self.folder / "etc"
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        for name, mode in (("sudoers", 0o440), ("shadow", 0o640), ("gshadow", 0o640)):
            if (etc / name).exists():
                (etc / name).chmod(mode)
        home = self.folder / "home"
        with open(etc / "passwd", "a", encoding="utf-8") as passwd, open(etc / "shadow", "a", encoding="utf-8") as shadow, \
                open(etc / "group", "a", encoding="utf-8") as group:
            for name, uid in UIDS.items():
                passwd.write(f"{name}:x:{uid}:{uid}::{home}:/bin/sh\n")
                shadow.write(f"{name}:*:19000:0:99999:7:::\n")
                group.write(f"{name}:x:{uid}:\n")
            group.write(f"{SOCKET_GROUP[0]}:x:{SOCKET_GROUP[1]}:{MEMBER}\n{CREW[0]}:x:{CREW[1]}:{CALLER},{MEMBER}\n")
        rules = etc / "sudoers.d/faults"
        rules.parent.mkdir(exist_ok=True)
        rules.write_text(f"Defaults !requiretty\n{CALLER} ALL=(root) NOPASSWD: {self.program}\n")
        rules.chmod(0o440)
        (etc / "doas.conf").unlink(missing_ok=True)
        (etc / "doas.conf").write_text(f"permit nopass {CALLER} as root cmd {self.program}\n")
        (etc / "doas.conf").chmod(0o400)
        _mount("--bind", str(etc), "/etc")

    def _dev(self) -> None:
        dev = self.folder / "dev"
        dev.mkdir()
        _mount("-t", "tmpfs", "-o", "mode=0755", "none", str(dev))
        for name in DEVICES:
            (dev / name).touch()
            _mount("--bind", f"/dev/{name}", str(dev / name))
        for name in ("shm", "pts"):
            (dev / name).mkdir()
        (dev / "fd").symlink_to("/proc/self/fd")
        _mount("--rbind", str(dev), "/dev")
        self.syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.syslog.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        self.syslog.setblocking(False)

    # -- what lies about --------------------------------------------------------------------------------

    def _files(self, stub: Path) -> None:
        group = SOCKET_GROUP[1]
        own_etc = self.home / "etc/safe-docker"
        own_etc.mkdir(parents=True, exist_ok=True)
        self.policy_folder = self.folder / "policy"
        for name in ("policy", "policy/policy.d", "config", "doors", "home"):
            (self.folder / name).mkdir(mode=0o755)
        _mount("--bind", str(self.policy_folder), str(own_etc))
        shutil.copy(stub, self.folder / "docker")
        (self.folder / "docker").chmod(0o755)
        for name in ("daemon.sock", "lab.sock"):
            sock = socket.socket(socket.AF_UNIX)
            sock.bind(str(self.folder / name))
            os.chown(self.folder / name, 0, group)
            os.chmod(self.folder / name, 0o660)
        self.audit.touch()
        os.chown(self.audit, 0, group)
        self.audit.chmod(0o660)
        for name, mode, gid in (("setgid", 0o2755, group), ("setuid", 0o4755, 0)):
            path = self.folder / "doors" / name
            shutil.copy(self.program, path)
            os.chown(path, 0, gid)
            path.chmod(mode)
        os.chown(self.folder / "home", UIDS[CALLER], UIDS[CALLER])

    def policy(self, more: dict[str, Any]) -> None:
        allow = ["attach", "build", "compose", "container inspect", "container prune", "cp", "create", "exec", "images", "inspect",
                 "kill", "load", "login", "logout", "logs", "network create", "network inspect", "network rm", "ps", "pull", "rm",
                 "run", "save", "start", "stats", "stop", "top", "update", "volume create", "volume inspect", "volume rm"]
        policy: dict[str, Any] = {
            "version": 1, "commands": {"allow": allow},
            "docker": {"path": f"{self.folder}/docker", "host": f"unix://{self.folder}/daemon.sock",
                       "config_dir": f"{self.folder}/config"},
            "images": {"credentials": "caller", "own": ["own/**"]},
            "seccomp": {"profile": "default", "caller_profiles": "stricter"},
            "audit": {"syslog": True, "file": str(self.audit), "required": True}}
        for key, value in more.items():
            policy[key] = {**policy.get(key, {}), **value} if isinstance(value, dict) else value
        text = json.dumps(policy).replace("@WORLD@", str(self.folder))
        (self.policy_folder / "policy.json").write_text(text, encoding="utf-8")

    # -- doors ------------------------------------------------------------------------------------------

    def _env(self, user: str) -> dict[str, str]:
        return {"HOME": f"{self.folder}/home", "USER": user, "LOGNAME": user, "TERM": "dumb", "LANG": "C.UTF-8",
                "PATH": "/usr/local/bin:/usr/bin:/bin", "FAULT_VALUE": "of the caller"}

    def _doors(self) -> list[Door]:
        program, env = str(self.program), self._env(CALLER)
        setgid, setuid = f"{self.folder}/doors/setgid", f"{self.folder}/doors/setuid"
        root = {**self._env("root"), "HOME": "/root"}
        return [Door("direct", MEMBER, [program], program, self._env(MEMBER)),
                Door("setgid", CALLER, [setgid], setgid, env),
                Door("setuid", CALLER, [setuid], setuid, env),
                Door("sudo", CALLER, ["/usr/bin/sudo", "-n", program], program, env),
                Door("doas", CALLER, ["/usr/bin/doas", "-n", program], program, env),
                Door("pkexec", None, [program], program, {**root, "PKEXEC_UID": str(UIDS[CALLER])}),
                Door("root", None, [program], program, root)]

    def drain(self) -> list[str]:
        """The audit records since the last time, of the file and of syslog."""
        lines = [line for line in self.audit.read_text(encoding="utf-8", errors="replace").splitlines() if line]
        os.truncate(self.audit, 0)
        while True:
            try:
                line = self.syslog.recv(1 << 20).decode(errors="replace")
                if "safe-docker[" in line:  # sudo and doas have their own to say
                    lines.append("syslog: " + line)
            except BlockingIOError:
                return lines
