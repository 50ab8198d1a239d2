#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tutorials: what people are told to type, decided under three presets, and what the messages say instead, carried out.

    run.py [--safe-docker PATH] [--account NAME] [--write] [--only TEXT] [--part N/M] [--deliver]
           [--workers N]

Needs root, to act as an unprivileged account (one is added and removed, unless --account names one). --write writes
docs/tutorials.md; else it is compared. --part does every M-th line, from the N-th. --deliver sends what is accepted through
the real CLIs to a daemon that only listens. A line for each failure, and a last line with the counts."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/differential")]

import table  # noqa: E402
from deliver import Deliverer, deliverable  # noqa: E402
from harness import find_clis  # noqa: E402
from place import PRESETS, Place, open_outside, open_place  # noqa: E402
from walk import Line, Verdict, Walker, read_lines  # noqa: E402

DELIVERED = ("default", "lab")
PAGE = ROOT / "docs/tutorials.md"
Found = dict[Line, dict[str, Verdict]]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--safe-docker", metavar="PATH", default=ROOT / "build/src/safe-docker", type=Path)
    parser.add_argument("--account", metavar="NAME", help="an existing account to act as")
    parser.add_argument("--write", action="store_true", help="write docs/tutorials.md")
    parser.add_argument("--only", metavar="TEXT", default="", help="lines that hold TEXT")
    parser.add_argument("--part", metavar="N/M", default="1/1", help="every M-th line, from the N-th")
    parser.add_argument("--deliver", action="store_true", help="what is accepted is sent through the real CLIs, too")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many go side by side")
    return parser.parse_args()


def chosen(given: argparse.Namespace) -> list[Line]:
    first, _, step = given.part.partition("/")
    lines = [line for line in read_lines(HERE / "lines.tsv") if given.only in line.text]
    return lines[int(first) - 1::int(step)]


def walk(preset: str, lines: list[Line], place: Place, program: Path) -> dict[Line, Verdict]:
    with closing(Walker(preset, place, program)) as walker:
        walker.shell.learn(word for line in lines for word in line.words())
        return {line: walker.judge(line) for line in lines}


def work(lines: list[Line], given: argparse.Namespace, account: str | None) -> tuple[Found, list[str]]:
    """One worker: some of the lines, in a place of its own."""
    with open_place(account) as place:
        program = Path(shutil.copy(given.safe_docker, place.world.base / "safe-docker"))
        program.chmod(0o755)
        both = {preset: walk(preset, lines, place, program) for preset in PRESETS}
        found = {line: {preset: both[preset][line] for preset in PRESETS} for line in lines}
        return found, deliver(found, place, program) if given.deliver else []


def work_all(lines: list[Line], given: argparse.Namespace) -> tuple[Found, list[str]]:
    clis, missing = find_clis()
    with open_outside(), ThreadPoolExecutor(given.workers) as pool:
        jobs = [pool.submit(work, lines[number::given.workers], given, None if number else given.account)
                for number in range(min(given.workers, len(lines)))]
        done = [job.result() for job in jobs]
    found = {line: verdicts for some, _ in done for line, verdicts in some.items()}
    failures = [failure for _, some in done for failure in some]
    return {line: found[line] for line in lines}, failures + (missing if given.deliver else [])


def deliver(found: Found, place: Place, program: Path) -> list[str]:
    """Each line once: by turns with one of the CLIs, and under one of the presets that allow it."""
    clis, _ = find_clis()
    failures = []
    senders = {(preset, cli): Deliverer(preset, place, program, cli, number)
               for number, preset in enumerate(DELIVERED) for cli in clis}
    try:
        for number, (line, verdicts) in enumerate(found.items()):
            takers = [preset for preset in DELIVERED if deliverable(line, verdicts[preset])]
            if takers and clis:
                preset, cli = takers[number % len(takers)], clis[number // 2 % len(clis)]
                told = senders[preset, cli].check(verdicts[preset])
                failures += [f"{preset}, docker {cli.version}: {line.text}: {failure}" for failure in told]
    finally:
        for sender in senders.values():
            sender.close()
    return failures


def compare(found: Found, given: argparse.Namespace) -> list[str]:
    text = table.write(found)
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    if given.part == "1/1" and not given.only:
        return list(table.differences(page, text))
    rows = {row for row in text.splitlines() if row.startswith("| `")}
    return [f"not in docs/tutorials.md: {row}" for row in sorted(rows - set(page.splitlines()))]


def main() -> int:
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the account is taken away again
    lines = chosen(given)
    found, failures = work_all(lines, given)
    failures += [f"{preset}: {line.text}: stuck: {verdict.told()} {verdict.reasons}" for line, verdicts in found.items()
                 for preset, verdict in verdicts.items() if verdict.kind == "stuck"]
    failures += compare(found, given)
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{max(len(lines) * len(PRESETS) - len(failures), 0)} passed, {len(failures)} failed, 0 skipped")
    return 1 if failures or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
