# SPDX-License-Identifier: Apache-2.0
"""Where the lines are typed: an ordinary account, a project in its home, a daemon that knows what the lines name, and the
presets as policies."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/differential"))

from policy import read_commented_json  # noqa: E402
from world import Account, World  # noqa: E402

PRESETS = ("default", "ci", "lab")

# What a reader of a tutorial has already. What is not here, such as ./data, Docker would make.
FILES = {
    ".env": "MODE=production\n", "prometheus.yml": "", "Dockerfile": "FROM alpine\n", "html/index.html": "<p>hello\n", "script.js": "", "app.tar": "",
    "models/readme": "", "certs/domain.crt": "", "conf/seccomp_profile.json": '{"defaultAction": "SCMP_ACT_ERRNO"}\n',
    **{f"conf/{name}": "" for name in ("nginx.conf", "redis.conf", "traefik.yml", "envoy.yaml", "default.vcl", "mosquitto.conf",
                                       "config.yaml", "prometheus.yml", "loki-config.yaml")},
}
HOME_FILES = (".aws/config", ".ssh/config", ".m2/settings.xml", ".kube/config", ".config/rclone/rclone.conf",
              ".config/gcloud/config", "datasets/train.csv", "media/film")
# Folders of a host that has the programs which the lines are about. A line that names one is not decided by whether this
# host happens to have them.
OUTSIDE = ("/lib/modules", "/tmp/.X11-unix", "/var/lib/gitea")


@dataclass(frozen=True)
class Place:
    world: World
    project: Path

    def general(self, text: str) -> str:
        """In words that hold for every account."""
        ids = f"{self.world.account.uid}:{self.world.account.gid}"
        text = text.replace(str(self.project), "$PWD").replace(str(self.world.account.home), "$HOME")
        return text.replace(ids, "$(id -u):$(id -g)")

    def make(self, folder: str) -> Path:
        """As "mkdir -p" of the account; what is to be removed to undo it."""
        top = Path(folder)
        while not top.parent.exists():
            top = top.parent
        subprocess.run(["mkdir", "-p", folder], check=True, **self.start())
        return top

    def start(self) -> dict[str, Any]:
        """How a program of the account starts, for subprocess."""
        account = self.world.account
        env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(account.home), "USER": account.name, "LANG": "C.UTF-8",
               "PWD": str(self.project), "DISPLAY": ":0", "SSH_AUTH_SOCK": str(account.home / "agent/socket"), "TERM": "xterm"}
        return {"user": account.uid, "group": account.gid, "extra_groups": account.groups(), "cwd": self.project, "env": env}


def merge(below: Any, over: Any) -> Any:
    """A drop-in over a policy."""
    if not isinstance(below, dict) or not isinstance(over, dict):
        return over
    return below | {key: merge(below.get(key), value) for key, value in over.items()}


def preset_policy(name: str, base: Path, host: str) -> dict[str, Any]:
    """The preset with what a test needs: its own daemon, no log of the host, and no log-ins, which need an installed folder."""
    own = {
        "docker": {"path": "/usr/bin/docker", "host": host, "config_dir": str(base / "config")},
        "audit": {"syslog": False, "file": "", "required": False},
    }
    return merge(merge(read_commented_json(ROOT / f"profiles/policy/{name}.json"), own), {"images": {"credentials": "policy"}})


@contextmanager
def open_outside() -> Iterator[None]:
    made = [Path(path) for path in OUTSIDE if not Path(path).exists()]
    try:
        for folder in made:
            folder.mkdir(mode=0o755)
        yield
    finally:
        for folder in made:
            folder.rmdir()


_ACCOUNTS = threading.Lock()  # useradd gives up where another one is at it


def _add_account() -> str:
    with _ACCOUNTS:
        return _first_free()


def _first_free() -> str:
    for number in range(1, 40):
        name = f"sdreader{number}"
        command = ["useradd", "--system", "--user-group", "--create-home", "--home-dir", f"/home/{name}", "--shell", "/bin/sh", name]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return name
    raise RuntimeError("useradd could not add an account for the test")


@contextmanager
def open_place(existing: str | None) -> Iterator[Place]:
    """Adds an account, unless one is named, and takes away all that was made."""
    if os.geteuid() != 0:
        raise SystemExit("run.py: needs root, to act as another account (sudo tests/tutorials/run.py)")
    account = Account.of(existing or _add_account())
    base = Path(tempfile.mkdtemp(prefix="safe-docker-tutorials.", dir="/var/lib"))
    home = account.home
    names = ("builds", "agent", *{path.split("/")[0] for path in HOME_FILES})
    made = [home / name for name in names if not (home / name).exists()]
    world = World(account, account, base, home / "builds/project")
    try:
        base.chmod(0o755)
        home.chmod(0o755)
        (base / "config").mkdir()
        _furnish(world)
        for top in made:
            _own(top, account)
        yield Place(world, world.work)
    finally:
        for top in [*made, base]:
            shutil.rmtree(top, ignore_errors=True)
        if not existing:
            with _ACCOUNTS:
                subprocess.run(["userdel", "--remove", account.name], capture_output=True, check=False)
            shutil.rmtree(home, ignore_errors=True)


def _furnish(world: World) -> None:
    home = world.account.home
    for path, text in ({world.work / name: text for name, text in FILES.items()} | {home / name: "" for name in HOME_FILES}).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _listen(home / "agent/socket")


def _listen(path: Path) -> None:
    """A socket of an ssh agent that is not there any more: for a rule it is a socket."""
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def _own(top: Path, account: Account) -> None:
    for parent, _, names in os.walk(top):
        for name in [".", *names]:
            os.lchown(os.path.join(parent, name), account.uid, account.gid)
