# SPDX-License-Identifier: Apache-2.0
"""Runs a command line through a real CLI, plain or behind safe-docker, and says what arrived at the daemon."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from fake_daemon import FakeDaemon, Request
from world import World, make_evil

# What the CLIs speak with a daemon of their own version.
KNOWN_CLIS = {"/usr/bin/docker": "20.10", "/usr/local/bin/docker": "28.2"}
API_VERSIONS = {"20.10": "1.41", "28.2": "1.50"}
TIMEOUT = 20


@dataclass(frozen=True)
class Cli:
    path: str
    version: str  # "20.10.24"

    @property
    def series(self) -> str:
        return ".".join(self.version.split(".")[:2])

    @property
    def api(self) -> str:
        return API_VERSIONS[self.series]


def find_clis() -> tuple[list[Cli], list[str]]:
    """The CLIs that are here, and words for those that are not."""
    found, missing = [], []
    for path, series in KNOWN_CLIS.items():
        if not os.access(path, os.X_OK):
            missing.append(f"{path} is missing: install docker {series}")
            continue
        text = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        match = re.search(r"version (\d+\.\d+\.\d+)", text)
        if match and match.group(1).startswith(series + "."):
            found.append(Cli(path, match.group(1)))
        else:
            missing.append(f"{path} is not docker {series}: {text.strip()}")
    return found, missing


# A container that safe-docker makes to hold volumes while they are verified, and removes again (src/keeper.h).
KEEPER = b'"io.safe-docker.keeper":"true"'


@dataclass
class Outcome:
    status: int
    stdout: str
    stderr: str
    requests: list[Request]
    decoy: list[Request] = field(default_factory=list)

    def created(self) -> list[Request]:
        return [r for r in self.requests if r.line() == "POST /containers/create" and KEEPER not in r.body]

    def keepers(self) -> list[Request]:
        return [r for r in self.requests if r.line() == "POST /containers/create" and KEEPER in r.body]

    def rules(self) -> list[str]:
        """The rules that safe-docker's refusal names: the first word of each problem."""
        return re.findall(r"^  ([a-z0-9-]+)  ", self.stderr, re.MULTILINE)

    def why(self) -> str:
        return f"status {self.status}, stderr: {self.stderr.strip()[:600]!r}"


class Lane:
    """One CLI with daemons and a policy of its own, for one thread at a time."""

    def __init__(self, world: World, cli: Cli, number: int, safe_docker: Path | None) -> None:
        stem = f"{cli.series}-{number}"
        self.world, self.cli, self.safe_docker = world, cli, safe_docker
        self.daemon = FakeDaemon(str(world.base / f"{stem}.sock"), cli.api, world.account.uid)
        self.decoy = FakeDaemon(str(world.base / f"{stem}.decoy"), cli.api, world.account.uid)
        self.evil = world.work / f"evil-{stem}"
        make_evil(self.evil)
        self.policy_path = world.base / f"{stem}.json"
        self.policy = base_policy(world, cli.path, self.daemon.host)
        self.policy_path.write_text(json.dumps(self.policy), encoding="utf-8")

    def close(self) -> None:
        self.daemon.stop()
        self.decoy.stop()

    def expand(self, text: str) -> str:
        return self.world.expand(text, self.daemon.path, self.decoy.path, str(self.evil))

    def fell_for(self) -> bool:
        """Whether a program of the caller's was run since the last time."""
        marker = self.evil / "marker"
        ran = marker.exists()
        marker.unlink(missing_ok=True)
        return ran

    def plain(self, words: Sequence[str], env: Mapping[str, str] = {}, tty: bool = False) -> Outcome:
        """The real CLI alone. The daemon is named by the environment, so that the words stay as they are."""
        own = {"DOCKER_HOST": self.daemon.host, "DOCKER_CONFIG": str(self.world.base / "config")}
        return self._run([self.cli.path, *words], {**own, **env}, tty)

    def alone(self, cli: Cli, words: Sequence[str], host: str) -> Outcome:
        """Any real CLI, with any daemon."""
        return self._run([cli.path, *words], {"DOCKER_HOST": host, "DOCKER_CONFIG": str(self.world.base / "config")}, False)

    def wrapped(self, words: Sequence[str], env: Mapping[str, str] = {}, tty: bool = False,
                policy: Path | None = None) -> Outcome:
        chosen = {"SAFE_DOCKER_POLICY": str(policy or self.policy_path)}
        return self._run([str(self.safe_docker), *words], {**env, **chosen}, tty)

    def _run(self, argv: list[str], env: Mapping[str, str], tty: bool) -> Outcome:
        surroundings = {**surroundings_of(self.world), **env}
        self.daemon.take()
        self.decoy.take()
        status, out, err = spawn(argv, surroundings, self.world, tty)
        return Outcome(status, out, err, self.daemon.take(), self.decoy.take())


def base_policy(world: World, cli: str, host: str) -> dict[str, Any]:
    """Merged over the built-in default: what the corpora are written for."""
    return {
        "version": 1,
        "docker": {"path": cli, "host": host, "config_dir": str(world.base / "config")},
        "audit": {"syslog": False, "file": "", "required": False},
        "mounts": {"bind": [{"source": str(world.account.home), "access": "rw"},
                            {"source": str(world.base / "shared"), "access": "ro"}]},
    }


def surroundings_of(world: World) -> dict[str, str]:
    """The environment that a login gives."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(world.account.home), "TERM": "xterm", "LANG": "C.UTF-8",
            "USER": world.account.name}


def spawn(argv: list[str], env: Mapping[str, str], world: World, tty: bool = False, stdin: str = os.devnull) -> tuple[int, str, str]:
    """Runs it as the world's account, in its folder: status, stdout, stderr."""
    with open(stdin, "rb") as source:
        return _spawn(argv, env, world, tty, source)


def _spawn(argv: list[str], env: Mapping[str, str], world: World, tty: bool, stdin: BinaryIO) -> tuple[int, str, str]:
    main, side = pty.openpty() if tty else (-1, -1)
    process = subprocess.Popen(
        argv, env=dict(env), cwd=world.work, stdin=side if tty else stdin,
        stdout=side if tty else subprocess.PIPE, stderr=subprocess.PIPE, user=world.account.uid,
        group=world.account.gid, extra_groups=world.account.groups(), start_new_session=True)
    output: list[bytes] = []
    drain = threading.Thread(target=_drain, args=(main, output), daemon=True)
    if tty:
        os.close(side)
        drain.start()
    try:
        out, err = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        err += b"\n(killed by the test: it did not end)"
    if tty:
        drain.join(timeout=5)
        os.close(main)
        out = b"".join(output)
    return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def _drain(descriptor: int, output: list[bytes]) -> None:
    """Reads a terminal until nobody holds its other end."""
    try:
        while data := os.read(descriptor, 65536):
            output.append(data)
    except OSError:
        return
