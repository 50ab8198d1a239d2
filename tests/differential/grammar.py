#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random command lines of run and create, through the real CLIs alone and behind safe-docker: the two must agree.

    grammar.py [--safe-docker PATH] [--seconds N | --lines N] [--seed N] [--jobs N] [--cli PATH] [--policy NAME]

Needs root, as run.py does. --lines and --seconds are for each CLI. Prints the seed, which gives the same lines whatever the
number of jobs, then each finding with the shortest line that shows it and its row for grammar-cases.tsv. The last line counts
the lines of all CLIs: each is a test."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from grammar_cases import written  # noqa: E402
from grammar_deck import card, deck_size  # noqa: E402
from grammar_generate import Place, command_line, policy_of  # noqa: E402
from grammar_judge import SAMPLE, Verdict, judge  # noqa: E402
from grammar_policies import WEIGHTS  # noqa: E402
from grammar_pool import Station  # noqa: E402
from grammar_shrink import shrink  # noqa: E402
from harness import Cli, find_clis  # noqa: E402
from world import World, furnish, open_world  # noqa: E402

BATCH = 50


@dataclass(frozen=True)
class Share:
    """What one worker does of a plan."""

    plan: Plan
    world: World
    binary: Path
    number: int
    jobs: int


@dataclass(frozen=True)
class Plan:
    cli: Cli
    seed: int
    first: int
    lines: int
    end: float  # of the monotonic clock; 0: none
    policy: str


def find_safe_docker(given: str | None) -> Path:
    names = [Path(given)] if given else [HERE.parents[1] / name / "src/safe-docker" for name in ("build", "build/gcc")]
    found = [path for path in names if path.is_file()]
    if not found:
        raise SystemExit("grammar.py: no safe-docker; build it (meson setup build && ninja -C build) or name it: --safe-docker PATH")
    return found[0]


class Worker:
    def __init__(self, station: Station) -> None:
        self.station = station
        self.kinds: set[str] = set()

    def batch(self, plan: Plan) -> tuple[Counter[str], list[str]]:
        version = tuple(int(part) for part in plan.cli.version.split("."))
        ways: Counter[str] = Counter()
        told: list[str] = []
        for index in range(plan.first, plan.first + plan.lines):
            if plan.end and time.monotonic() > plan.end:
                break
            place = Place(plan.seed, version, index)
            self.station.choose(plan.policy or policy_of(place))
            words = command_line(place, frozenset(self.station.policy.get("options", {}).get("allow", [])))
            began = sum(os.times()[:4])
            verdict = self._judge(words, place.source("sample").randrange(100) < SAMPLE)
            ways[verdict.way] += 1
            ways["microseconds"] += int((sum(os.times()[:4]) - began) * 1e6)
            if verdict.bad:
                ways["findings"] += 1
                told += self._tell(str(place), words, verdict)
        return ways, told

    def _judge(self, words: list[str], sampled: bool) -> Verdict:
        try:
            return judge(self.station, [self.station.expand(word) for word in words], sampled)
        except Exception:  # a judge that fails is a finding, and the others go on
            return Verdict("judge", (traceback.format_exc().strip(),))

    def _tell(self, seed: str, words: list[str], verdict: Verdict) -> list[str]:
        kind = _kind(verdict)
        if kind in self.kinds:  # seen, and shrunk
            return [f"again {kind}: {seed}"]
        self.kinds.add(kind)
        short = shrink(words, lambda less: _kind(self._judge(less, True)) == kind)
        last = self._judge(short, True)
        row = "\t".join([verdict.way, self.station.policy_name, self.station.cli.series, written(short)[:3000]])
        return [f"FAIL {seed} {verdict.way}, policy {self.station.policy_name}: {written(words)[:500]}",
            *(f"     {line[:900]}" for line in last.told[:6] or ("it does so no more; before:", *verdict.told[:6])), f"     row: {row}"]


def _kind(verdict: Verdict) -> str:
    """What is taken for the same finding: the kind, and what it is about without the values."""
    if not verdict.told:
        return ""
    return f"{verdict.way} {verdict.told[0].split(':')[0].split(' ')[0]}" if verdict.way != "grammar" else f"grammar {shape(verdict.told[0])}"


def shape(text: str) -> str:
    """A message without what was typed."""
    rule, _, rest = text.partition(": ")
    return rule + ": " + rest.rpartition(": ")[2][:40]


def _work(share: Share, pipe: Connection) -> None:
    """In the new process, which is root at first: every so many batches of the lines, with what came of each into the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    plan = share.plan
    station = Station(share.world, plan.cli, share.number, share.binary)
    station.become_account()
    worker, last = Worker(station), plan.first + plan.lines
    for first in range(plan.first + BATCH * share.number, last, BATCH * share.jobs):
        if plan.end and time.monotonic() > plan.end:
            break
        pipe.send(worker.batch(replace(plan, first=first, lines=min(BATCH, last - first))))
    pipe.send(None)


@contextmanager
def own_worlds(world: World, jobs: int) -> Iterator[list[World]]:
    """A folder of files for each worker."""
    folders = [Path(tempfile.mkdtemp(prefix="work.", dir=world.account.home)) for _ in range(jobs)]
    try:
        for folder in folders:
            furnish(folder, world.account)
        yield [replace(world, work=folder) for folder in folders]
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def run_cli(world: World, binary: Path, cli: Cli, given: argparse.Namespace) -> tuple[Counter[str], float]:
    start = time.monotonic()
    plan = Plan(cli, given.seed, given.first, given.lines or 10**9, start + given.seconds if given.seconds else 0.0, given.policy)
    ways: Counter[str] = Counter()
    with own_worlds(world, given.jobs) as worlds:
        shares = [Share(plan, own, binary, number, given.jobs) for number, own in enumerate(worlds)]
        for found, told in _results(shares):
            ways += found
            for line in told:
                print(line, flush=True)
    return ways, time.monotonic() - start


def _results(shares: list[Share]) -> Iterator[tuple[Counter[str], list[str]]]:
    """What the workers say, as it comes; one that ends before its share is done is a finding."""
    context = multiprocessing.get_context("fork")
    workers, pipes = [], []
    try:
        for share in shares:
            here, there = context.Pipe(duplex=False)
            workers.append(context.Process(target=_work, args=(share, there), daemon=True))
            workers[-1].start()
            there.close()
            pipes.append(here)
        while pipes:
            for pipe in wait(pipes):
                try:
                    result = pipe.recv()
                except EOFError:
                    result = None
                    yield Counter({"worker": 1, "findings": 1}), ["FAIL a worker has ended before its time"]
                if result is None:
                    pipes.remove(pipe)
                else:
                    yield result
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def dealt(cli: Cli, first: int, lines: int) -> str:
    """How much of what there is to try one by one those lines have tried."""
    version = tuple(int(part) for part in cli.version.split("."))
    return f"{len({card(0, version, index) for index in range(first, first + lines)} - {None})} of {deck_size(version)} values dealt"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--safe-docker", metavar="PATH")
    parser.add_argument("--seconds", type=float, default=0, metavar="N")
    parser.add_argument("--lines", type=int, default=0, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the number of the first line (0)")
    parser.add_argument("--seed", type=int, metavar="N")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--cli", metavar="PATH", help="one of the CLIs alone")
    parser.add_argument("--policy", default="", choices=["", *WEIGHTS], metavar="NAME", help="one of the policies alone: " + ", ".join(WEIGHTS))
    parser.add_argument("--account", metavar="NAME", help="an existing account to act as")
    given = parser.parse_args()
    given.seed = secrets.randbelow(10**9) if given.seed is None else given.seed
    given.lines = given.lines or (0 if given.seconds else 2000)
    return given


def main() -> int:
    given = options()
    print(f"seed {given.seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    found, missing = find_clis()
    strict = os.environ.get("CI") == "true"
    clis = [cli for cli in found if given.cli in (None, cli.path)]
    missing = [] if given.cli else missing
    for text in missing:
        print(f"{'FAIL' if strict else 'SKIP'} {text}")
    passed, failed = 0, len(missing) if strict else 0
    with open_world(given.account) as world:
        binary = Path(shutil.copy(find_safe_docker(given.safe_docker), world.base / "safe-docker"))
        binary.chmod(0o755)
        for cli in clis:
            ways, seconds = run_cli(world, binary, cli, given)
            bad, spent = ways.pop("findings", 0), ways.pop("microseconds", 0)
            lines = ways.total()
            print(f"{cli.path} {cli.version}: {lines} lines, seed {given.seed}, {seconds:.0f} s, {lines / max(seconds, 0.001):.0f} lines a second, "
                  f"{spent / 1000 / max(lines, 1):.1f} ms of CPU a line: "
                  + ", ".join(f"{count} {way}" for way, count in sorted(ways.items())) + f"; {dealt(cli, given.first, lines)}", flush=True)
            passed, failed = passed + lines - bad, failed + bad
    print(f"{passed} passed, {failed} failed, {0 if strict else len(missing)} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
