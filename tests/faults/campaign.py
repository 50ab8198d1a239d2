#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Lets each system call of safe-docker fail in turn, in every door and command, and judges what came of it.

    campaign.py --home HOME --injector PATH --stub PATH [--seed N] [--seconds N] [--all] [--part K/N] [--only DOOR/COMMAND]

In a mount namespace of its own, as root; tests/faults/run makes one. A line for each finding, and a last line with the
counts."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import calls  # noqa: E402
import verdict  # noqa: E402
from scenarios import SCENARIOS, Scenario, make_answers, make_home, read_home  # noqa: E402
from verdict import Call, Outcome  # noqa: E402
from world import UIDS, CALLER, Door, World  # noqa: E402

SECONDS_EACH = 15  # what takes longer hangs
TRIES = 3          # at two runs without faults that are the same
SOME = 30          # faults of one door and command, where not all are wanted


@dataclass(frozen=True)
class Case:
    door: Door
    scenario: Scenario

    @property
    def name(self) -> str:
        return f"{self.door.name}/{self.scenario.name}"


@dataclass(frozen=True)
class Fault:
    case: Case
    call: Call
    way: str
    sticky: bool

    @property
    def name(self) -> str:
        again = "+" if self.sticky else ""
        return f"{self.case.name} {self.call.label} {self.way}{again}"


class Stage:
    """Runs cases in a world, each in a fresh home."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.home: dict[str, bytes] | None = None
        self.ready = ""
        self.log = world.folder / "log"
        self.out, self.err = world.folder / "out", world.folder / "err"

    def _make_ready(self, case: Case) -> None:
        if self.ready != case.name:
            uid = 0 if case.door.name == "root" else UIDS[case.door.user or CALLER]
            self.world.policy(case.scenario.policy)
            make_answers(self.world.folder / "answers", uid)
            self.home = None
        if self.home is None or read_home(self.world) != self.home:
            make_home(self.world, case.door)
            self.home = read_home(self.world)
        self.ready = case.name
        self.world.drain()

    def run(self, case: Case, *options: str) -> Outcome:
        self._make_ready(case)
        place = str(self.world.folder)
        words = [word.replace("@WORLD@", place) for word in case.scenario.words]
        user = ["-u", case.door.user] if case.door.user else []
        stdin = self.world.work / case.scenario.stdin if case.scenario.stdin else Path("/dev/null")
        with open(stdin, "rb") as source, open(self.out, "wb") as out, open(self.err, "wb") as err:
            ended = subprocess.run(
                [str(self.world.injector), *options, "-t", str(SECONDS_EACH), *user, "-p", str(self.world.work), str(self.log),
                 case.door.program, *case.door.argv, *words],
                env=case.door.env, stdin=source, stdout=out, stderr=err, timeout=SECONDS_EACH * 4, check=False)
        if ended.returncode != 0:
            raise SystemExit(f"campaign.py: {case.name}: the injector ended with {ended.returncode}")
        events = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        return verdict.read(events, self.out.read_bytes(), self.err.read_bytes(), self.home or {}, read_home(self.world),
                            self.world.drain())


# -- which faults ---------------------------------------------------------------------------------------


def cases(world: World, only: str) -> list[Case]:
    found = [Case(world.doors[door], scenario) for scenario in SCENARIOS for door in scenario.doors]
    return [case for case in found if re.search(only, case.name)]


class Plan:
    """What a run without faults is, and all the ways in which it can be disturbed. Of what is the same from the start on in
    several commands of a door, or in several children, the first alone."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.names, self.ways = stage, calls.names(), calls.ways()
        self.usual: dict[str, Outcome] = {}
        self.seen: set[int] = set()

    def look_at(self, case: Case) -> list[Call]:
        for _ in range(TRIES):
            first, second = self.stage.run(case), self.stage.run(case, "-c")
            difference = verdict.difference(first, second)
            if not difference or case.scenario.tells:
                break
        else:
            raise SystemExit(f"campaign.py: {case.name} is not the same twice: {difference}")
        self.usual[case.name] = first
        return second.calls(self.names)

    def faults(self, case: Case) -> Iterator[Fault]:
        so_far: dict[int, int] = {}
        for call in self.look_at(case):
            before = so_far.get(call.process, hash((case.door.name, call.process == 0)))
            now = so_far[call.process] = hash((before, call.name, call.path))
            if now in self.seen:
                continue
            self.seen.add(now)
            for number, way in enumerate(self.ways.get(call.name, calls.OTHERS)):
                yield Fault(case, call, way, False)
                if number == 0 and way[0] == "e":
                    yield Fault(case, call, way, True)


# -- all of it ------------------------------------------------------------------------------------------


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--injector", type=Path, required=True)
    parser.add_argument("--stub", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--part", default="0/1")
    parser.add_argument("--only", default="", help="a pattern of DOOR/COMMAND")
    parser.add_argument("--call", default="", help="a pattern of the calls that are to fail: PROCESS:NAME:NTH(PATH)")
    parser.add_argument("--show", action="store_true", help="what each run without faults does, and each verdict")
    return parser.parse_args()


def choose(asked: argparse.Namespace, plan: Plan, every: list[Case]) -> Iterator[Fault]:
    """All of this part; or, until the time is up, some of one case after another."""
    part, _, parts = asked.part.partition("/")
    chance = random.Random(f"{asked.seed}/{part}")
    if not asked.all:
        chance.shuffle(every)
    for case in every[int(part)::int(parts)] if asked.all else every:
        found = [fault for fault in plan.faults(case) if re.search(asked.call, fault.call.label)]
        if asked.show:
            print(case.name, len(found), plan.usual[case.name].show())
        yield from found if asked.all else chance.sample(found, min(SOME, len(found)))


def main() -> int:
    asked = options()
    with tempfile.TemporaryDirectory(prefix="faults.", dir=asked.home) as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            return campaign(asked, World(asked.home, folder, asked.injector, asked.stub))
        finally:
            for line in reversed(Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()):
                place = line.split()[1]
                if place.startswith(name) or place in ("/etc", "/dev"):
                    subprocess.run(["umount", "-l", place], check=False)


def campaign(asked: argparse.Namespace, world: World) -> int:
    stage = Stage(world)
    every = cases(world, asked.only)
    plan = Plan(stage)
    end = time.monotonic() + (asked.seconds if not asked.all else 1e9)
    found: Counter[str] = Counter()
    messages: Counter[str] = Counter()
    for fault in choose(asked, plan, every):
        if time.monotonic() > end:
            break
        sticky = ["-s"] if fault.sticky else []
        outcome = stage.run(fault.case, "-f", calls.spec(fault.call.process, fault.call.number, fault.call.nth, fault.way), *sticky)
        judged = verdict.judge(fault.case.scenario, plan.usual[fault.case.name], outcome, fault.call, fault.way, fault.sticky)
        found[judged.kind] += 1
        if judged.kind == "closed":
            messages[verdict.first_words(outcome)] += 1
        if judged.problems or asked.show:
            print(f"{'FAIL' if judged.problems else judged.kind} {fault.name}: {'; '.join(judged.problems)}"
                  f" | status {outcome.status} | {outcome.err.decode(errors='replace')[:300]!r}", flush=True)
    bad = found.pop("bad", 0)
    print(f"seed {asked.seed}: {sum(found.values()) + bad} faults in {len(plan.usual)} pairs of door and command: "
          + ", ".join(f"{count} {kind}" for kind, count in sorted(found.items())))
    if asked.all:
        for words, count in messages.most_common():
            print(f"  {count:6} {words}")
    print(f"{sum(found.values())} passed, {bad} failed, 0 skipped")
    return 1 if bad or not sum(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
