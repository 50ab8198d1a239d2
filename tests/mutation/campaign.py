# SPDX-License-Identifier: Apache-2.0
"""The fast tests, built from woven sources, and which of them see which mutant."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from weave import Mutant

# A mutant that makes a test last so long is seen by that; sd_mutant.h limits processor time and memory as well. What waits
# for ever, as a test does that crashed while it held the lock of malloc(3), is given so many times what the test takes, and more.
WALL_SECONDS = 60
WALL_TIMES = 20
WALL_LEAST = 10


@dataclass
class Test:
    name: str
    words: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    reaches: bytes = b""  # of each mutant, by its number: not 0 where the test comes by


@dataclass
class Campaign:
    build: Path
    folder: Path  # where the tests run
    tests: list[Test]
    jobs: int
    seen_by: dict[int, str] = field(default_factory=dict)  # mutant -> the test that saw it
    unreached: set[int] = field(default_factory=set)
    _hits: dict[tuple[str, str], int] = field(default_factory=dict)  # (file, test) -> mutants seen
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # -- one run -----------------------------------------------------------------------------------

    def _run(self, test: Test, **variables: str) -> bool:
        """True: the test passed."""
        patience = min(WALL_SECONDS, WALL_LEAST + WALL_TIMES * test.seconds) if test.seconds else WALL_SECONDS
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **test.variables, **variables}
        try:
            run = subprocess.run(
                test.words, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, timeout=patience, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
        return run.returncode == 0

    # -- what is reached ---------------------------------------------------------------------------

    def measure(self, highest: int) -> list[str]:
        """Runs every test with no mutant alive and notes what it reaches. Returns those that fail as they are, and are not used."""
        failed = []
        for test in self.tests:
            with tempfile.NamedTemporaryFile() as seen:
                seen.truncate(highest + 1)
                begin = time.monotonic()
                passed = self._run(test, SD_MUTANT="0", SD_MUTANT_SEEN=seen.name)
                test.seconds = time.monotonic() - begin
                test.reaches = Path(seen.name).read_bytes()
                if not passed and any(test.reaches):
                    failed.append(test.name)
        self.tests = [test for test in self.tests if any(test.reaches) and test.name not in failed]
        return failed

    def restrict_tables(self, mutants: list[Mutant], extern: set[str]) -> None:
        """A row is set at the start of every program; only a test that comes by a function of its file can see it."""
        functions: dict[str, list[int]] = {}
        for mutant in mutants:
            if not mutant.of_table:
                functions.setdefault(mutant.file, []).append(mutant.number)
        for test in self.tests:
            reaches = bytearray(test.reaches)
            here = {file: any(reaches[number] for number in numbers) for file, numbers in functions.items()}
            for mutant in mutants:
                if mutant.of_table and mutant.file not in extern and not here.get(mutant.file, True):
                    reaches[mutant.number] = 0
            test.reaches = bytes(reaches)

    # -- all ---------------------------------------------------------------------------------------

    def judge(self, mutant: Mutant) -> Mutant:
        """Runs the tests that reach a mutant until one fails, the likely ones first."""
        with self._lock:
            tests = [test for test in self.tests if test.reaches[mutant.number]]
            tests.sort(key=lambda test: (-self._hits.get((mutant.file, test.name), 0) / (test.seconds + 0.01), test.seconds))
        if not tests:
            self.unreached.add(mutant.number)
        for test in tests:
            if not self._run(test, SD_MUTANT=str(mutant.number)):
                with self._lock:
                    self.seen_by[mutant.number] = test.name
                    key = (mutant.file, test.name)
                    self._hits[key] = self._hits.get(key, 0) + 1
                break
        return mutant

    def run(self, mutants: list[Mutant], say: Callable[[str], None], survived: Callable[[Mutant], None]) -> None:
        done = 0
        begin = time.monotonic()
        with ThreadPoolExecutor(self.jobs) as pool:
            for mutant in pool.map(self.judge, mutants):
                done += 1
                if mutant.number not in self.seen_by:
                    survived(mutant)
                if done % 500 == 0:
                    say(f"{done} of {len(mutants)} in {time.monotonic() - begin:.0f} s, {len(self.seen_by)} killed")


def tests_of(build: Path, root: Path) -> list[Test]:
    """The unit tests and the replayed corpora of a build that are programs of their own, and what the presets decide."""
    shown = subprocess.run(["meson", "introspect", "--tests", str(build)], stdout=subprocess.PIPE, check=True).stdout
    found = [
        Test(entry["name"], entry["cmd"], entry["env"])
        for entry in json.loads(shown)
        if Path(entry["cmd"][0]).is_relative_to(build) and not entry["name"].startswith(("seccomp", "capability"))
    ]
    program = str(build / "src/safe-docker")
    for table in sorted((root / "tests/presets").glob("*.table")):
        policy = root / "profiles/policy" / (table.stem + ".json")
        found.append(Test(f"preset {table.stem}", [program, "policy", "test", str(table), "--policy", str(policy)]))
    return found


def limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
