# SPDX-License-Identifier: Apache-2.0
"""Two callers and an administrator on one daemon that remembers: where the commands other than run and create are tried.

The account of the world has its things; the other one's, and the administrator's, are none of its business. Everything of
theirs has MARKER in its name, labels or environment, so that a glance at a text tells whether something of them is in it."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import tree
from daemon_objects import add_image
from daemon_store import Store, Thing, digest, normalised
from fake_daemon import Request
from harness import Lane, base_policy, spawn, surroundings_of
from stateful_daemon import Exchange, StatefulDaemon
from world import World

MARKER = "bob-secret"
OWNER, VERSION = "io.safe-docker.owner", "io.safe-docker.version"
SHADOW = Path("/etc/shadow").read_bytes().splitlines()[0] if os.geteuid() == 0 else b"root:"
IMAGES = ("nginx:latest", "alpine:latest", "bb:1", "{USER}/app:1", "others/app:1")
# As people type them.
MINE = """volume create data
volume create spare
network create front
network create unused
run -d --name web -v data:/data -p 127.0.0.1:8080:80 -e MODE=prod --label tier=front nginx
create --name job alpine echo hello
run -d --name db --network front alpine sleep 600
run -d --name old alpine true
stop old
run -dit --name shell alpine sh"""
OTHERS = f"""volume create {MARKER}-vol
volume create {MARKER}-spare
network create {MARKER}-net
network create {MARKER}-unused
run -d --name {MARKER}-web -v {MARKER}-vol:/data --network {MARKER}-net -e TOKEN={MARKER}-env --label note={MARKER}-label nginx
create --name {MARKER}-job --label note={MARKER}-label alpine echo {MARKER}-word
run -d --name {MARKER}-both --label {MARKER}-key=1 alpine sleep 600"""
ROOTS = f"""run -d --name {MARKER}-root nginx"""
# The administrator's, without safe-docker, from an image whose labels claim to be the caller's.
FORGED = f"""run -d --name {MARKER}-forged forged:1
create --name {MARKER}-pruned --label note={MARKER}-label forged:1"""
# A container that is called like an image.
LIKE_IMAGE = f"create --name nginx --label note={MARKER}-label alpine true"


@dataclass(frozen=True)
class Answer:
    """What one command line did."""

    status: int
    out: str
    err: str
    exchanges: list[Exchange]
    after: Store
    files: dict[str, str]  # what it wrote, below {OUT}

    def terminal(self) -> str:
        return self.out + self.err + "".join(self.files.values())

    def why(self) -> str:
        return f"status {self.status}, stdout {self.out.strip()[:300]!r}, stderr {self.err.strip()[:600]!r}"


def policy_of(lane: Lane, daemon: StatefulDaemon) -> dict[str, Any]:
    """Every command that a policy can allow, and what the lines of these tests need."""
    names = [name for name, handling, flags in tree.commands().values()
             if handling != "REFUSED" and "ALWAYS" not in flags and name != "compose"]
    policy = base_policy(lane.world, lane.cli.path, daemon.host)
    policy["docker"]["annotations"] = daemon.store.api >= (1, 43)
    return policy | {"commands": {"allow": names}, "images": {"own": ["{user}/**"]}, "network": {"subnets": ["10.20.0.0/16"]}}


class Stage:
    def __init__(self, lane: Lane) -> None:
        self.lane, self.world = lane, lane.world
        self.daemon = StatefulDaemon(str(lane.policy_path.with_suffix(".stateful")), lane.cli.api)
        self.out = lane.world.work / f"out-{lane.policy_path.stem}"
        self.policy = lane.policy_path.with_suffix(".stage.json")
        self.policy.write_text(json.dumps(policy_of(lane, self.daemon)), encoding="utf-8")
        for image in IMAGES:
            add_image(self.daemon.store, lane.expand(image))
        add_image(self.daemon.store, "forged:1", {OWNER: str(self.world.account.uid), VERSION: "0"})
        self._furnish(self.world, MINE, lane.safe_docker is not None)
        self.own = self.daemon.picture()  # a daemon with nobody else's things, nor what came and went meanwhile
        self.own.events = [e for e in self.own.events if e["Type"] != "container" or e["Actor"]["Attributes"].get(OWNER, "0")]
        other = replace(self.world, account=self.world.other, work=self.world.other.home)
        self._furnish(other, OTHERS, lane.safe_docker is not None)
        self._furnish(self.world, ROOTS, False)
        self.all = self.daemon.picture()
        self._furnish(self.world, FORGED, False)
        self._furnish(other, LIKE_IMAGE, lane.safe_docker is not None)
        self.forged = self.daemon.picture()
        self.like_id = self.container_id(f"{MARKER}-web")[:8]  # the caller's own, and called like the beginning of another's id
        self._furnish(self.world, f"create --name {self.like_id} alpine true", lane.safe_docker is not None)
        self.confusing = self.daemon.picture()
        self.own.counters = dict(self.all.counters)  # what is made next has the same id on either
        self.foreign = set(self.forged.containers) - set(self.own.containers) | set(self.all.networks) - set(self.own.networks)
        self.foreign |= {"volume " + name for name in set(self.all.volumes) - set(self.own.volumes)}

    def _furnish(self, world: World, lines: str, wrapped: bool) -> None:
        for line in lines.splitlines():
            answer = self._spawn(world, line.split(), wrapped)
            if answer[0] != 0:
                raise RuntimeError(f"{line}: status {answer[0]}, {answer[2]}")

    def _spawn(self, world: World, words: list[str], wrapped: bool, tty: bool = False, stdin: str = "/dev/null") -> tuple[int, str, str]:
        plain = {"DOCKER_HOST": self.daemon.host, "DOCKER_CONFIG": str(world.base / "config")}
        chosen = {"SAFE_DOCKER_POLICY": str(self.policy)} if wrapped else plain
        program = str(self.lane.safe_docker) if wrapped else self.lane.cli.path
        return spawn([program, *words], surroundings_of(world) | chosen, world, tty, stdin)

    def run(self, words: list[str], wrapped: bool, picture: Store, tty: bool = False) -> Answer:
        """As the account, on a daemon as it is in the picture. "< FILE" at the end is the standard input."""
        out, stdin = self.out, "/dev/null"
        if "<" in words:
            words, stdin = words[:words.index("<")], str(self.world.work / words[-1])
        self.daemon.put_back(picture)
        self.daemon.exchanges()
        out.mkdir()
        shutil.chown(out, self.world.account.uid, self.world.account.gid)
        try:
            status, stdout, stderr = self._spawn(self.world, words, wrapped, tty, stdin)
            files = {str(path.relative_to(out)): path.read_text(encoding="utf-8", errors="replace")
                     for path in sorted(out.rglob("*")) if path.is_file()}
        finally:
            shutil.rmtree(out)
        return Answer(status, stdout, stderr, self.daemon.exchanges(), self.daemon.picture(), files)

    def expand(self, word: str, **slots: str) -> str:
        for name, value in slots.items():
            word = word.replace("{" + name + "}", value)
        return self.lane.expand(word.replace("{OUT}", str(self.out)).replace("{OTHER}", str(self.world.other.uid)))

    # -- whose things --------------------------------------------------------------------------------------

    def theirs(self, store: Store) -> dict[str, Thing]:
        """Everything that is not the account's, by how `touched` names it."""
        found = {ident: thing for ident, thing in {**store.containers, **store.networks}.items() if ident in self.foreign}
        return found | {"volume " + name: thing for name, thing in store.volumes.items() if "volume " + name in self.foreign}

    def container_id(self, name: str) -> str:
        return next(ident for ident, c in self.forged.containers.items() if c["Name"] == "/" + name)

    def network_id(self, name: str) -> str:
        return next(ident for ident, n in self.all.networks.items() if n["Name"] == name)

    def leaks(self, answer: Answer, words: list[str], echoes: bool = False) -> list[str]:
        failures = leaks(answer, words, MARKER, self.foreign, echoes)
        return failures + ["what root alone may read is on its way" for body in [answer.terminal().encode(), *(e.request.body for e in answer.exchanges)]
                           if SHADOW in body]

    def acts(self, answer: Answer, picture: Store) -> list[str]:
        """Requests about other people's things that do more than describe them, and what has become of the things."""
        failures = [f"a request acts on another's: {e.request.line()} {e.request.query}" for e in answer.exchanges
                    if not e.only_describes() and self.foreign & set(e.touched)]
        before, after = self.theirs(picture), self.theirs(answer.after)
        return failures + [f"{name} is not what it was" for name, thing in before.items() if after.get(name) != thing]


def leaks(answer: Answer, words: list[str], marker: str, foreign: set[str], echoes: bool) -> list[str]:
    """What the terminal shows of other people's things. Complaints may repeat what the caller has typed, and nothing more; where it
    `echoes`, so may the standard output."""
    typed = {text for word in words for text in [*re.findall(re.escape(marker) + r"[\w-]*", word), *re.findall("[0-9a-f]{12,64}", word)]}

    def without(text: str) -> str:
        text = re.sub(r'(already in use by container )\\?"[0-9a-f]{64}\\?"', r"\1", text)  # the daemon's words; see SECURITY.md
        for each in sorted(typed, key=len, reverse=True):
            text = re.sub(rf"{each}(?![\w-])", "", text)
        return text

    shown = (without(answer.out) if echoes else answer.out) + "".join(answer.files.values()) + without(answer.err)
    failures = [f"{marker} is on the terminal: {answer.why()}"] if marker in shown else []
    failures += [f"the id {ident[:12]} is on the terminal: {answer.why()}" for ident in foreign
                 if not ident.startswith("volume ") and ident[:12] in shown]
    return failures + [f"{e.request.line()} was answered with other people's things" for e in answer.exchanges
                       if not e.only_describes() and marker in without(e.body.decode(errors="replace"))]


@cache
def _stage_of(lane: Lane) -> Stage | str:
    try:
        return Stage(lane)
    except RuntimeError as error:
        return str(error)


def stage_of(lane: Lane) -> Stage:
    stage = _stage_of(lane)
    if isinstance(stage, str):
        raise RuntimeError(f"the stage cannot be furnished: {stage}")
    return stage


def nobodys(word: str) -> str:
    """A word of the same shape that names nothing."""
    bare = word.removeprefix("/")
    return word[:len(word) - len(bare)] + (digest("nobody")[:len(bare)] if bare.isalnum() and len(bare) >= 6 else "nobody-has-it")


IMAGE_PATH = re.compile(r"/images/(.+?)(/tag|/push|/history|/get)?")


def target(request: Request, picture: Store) -> str:
    """The request line with the id for whatever names a container or network, and an image's familiar name."""
    parts = request.path.split("/")
    image = IMAGE_PATH.fullmatch(request.path)
    if image and parts[2] not in ("json", "create", "search", "load", "get", "prune"):
        return f"{request.method} /images/{normalised(image.group(1))}{image.group(2) or ''}"
    if len(parts) > 2 and parts[1] in ("containers", "networks"):
        things = {c["Name"][1:]: ident for ident, c in picture.containers.items()} if parts[1] == "containers" else {
            n["Name"]: ident for ident, n in picture.networks.items()}
        known = {*picture.containers, *picture.networks}
        prefixed = [ident for ident in known if len(parts[2]) >= 4 and ident.startswith(parts[2])]
        parts[2] = things.get(parts[2], prefixed[0] if len(prefixed) == 1 else parts[2])
    return f"{request.method} {'/'.join(parts)}"
