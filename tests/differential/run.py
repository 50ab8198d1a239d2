#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The real docker CLIs as the oracle of grammar: what reaches a fake daemon with safe-docker and without it.

    run.py [--safe-docker PATH] [--only NAME] [--account NAME] [--plain] [--seed N] [--sequences N]

Needs root, to act as an unprivileged account (one is added and removed, unless --account names one). --plain proves the
corpora on the CLIs alone. A line for each failure, and a last line with the counts."""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from checks import check_attack, check_everyday  # noqa: E402
from commands import check_attempt, check_typed, read_attempts, read_typed  # noqa: E402
from compose import CHECKS as COMPOSE, check_compose  # noqa: E402
from corpus import read_attacks, read_everyday  # noqa: E402
from credentials import CHECKS, check_credentials  # noqa: E402
from environment import check_process, install_recorder  # noqa: E402
from grammar_cases import check_grammar, read_cases  # noqa: E402
from harness import Cli, Lane, find_clis  # noqa: E402
from mutations import check_mutations  # noqa: E402
from options_table import check_hidden, check_options  # noqa: E402
from policies import CASES, check_case  # noqa: E402
from sequences import check_sequence  # noqa: E402
from surprises import SURPRISES  # noqa: E402
from tree import check_rows, check_tree  # noqa: E402
from world import open_world  # noqa: E402

WORKERS = 2
BINARIES = ("build/src/safe-docker", "build-gcc/src/safe-docker", "builddir/src/safe-docker")


@dataclass(frozen=True)
class Test:
    name: str
    cli: Cli
    check: Callable[[Lane], list[str]]


def tests_for(cli: Cli, seed: int, sequences: int) -> list[Test]:
    tests = [Test(f"everyday/{cli.version}/{case.line.number}", cli, partial(check_everyday, case=case))
             for case in read_everyday(HERE / "everyday.tsv") if case.series in ("all", cli.series)]
    tests += [Test(f"attacks/{cli.version}/{case.kind}/{case.line.number}", cli, partial(check_attack, case=case))
              for case in read_attacks(HERE / "attacks.tsv")]
    tests += [Test(f"surprises/{cli.version}/{number:02}-{check.__name__}", cli, check)
              for number, check in enumerate(SURPRISES, 1)]
    tests += [Test(f"options/{cli.version}/{command}", cli, partial(check_options, command=command))
              for command in ("run", "create")]
    tests += [Test(f"policies/{cli.version}/{number:02}", cli, partial(check_case, case=case)) for number, case in enumerate(CASES, 1)]
    tests.append(Test(f"options/{cli.version}/hidden", cli, check_hidden))
    tests += [Test(f"commands/{cli.version}/{case.line.number}", cli, partial(check_typed, case=case))
              for case in read_typed(HERE / "other-commands.tsv") if case.marks & {"all", cli.series}]
    tests += [Test(f"commands/{cli.version}/{case.kind}/{case.line.number}", cli, partial(check_attempt, case=case))
              for case in read_attempts(HERE / "other-attacks.tsv")]
    tests.append(Test(f"tree/{cli.version}/help", cli, check_tree))
    tests.append(Test(f"tree/{cli.version}/rows", cli, check_rows))
    tests += [Test(f"credentials/{cli.version}/{check.__name__}", cli, partial(check_credentials, check=check)) for check in CHECKS]
    tests += [Test(f"compose/{cli.version}/{check.__name__}", cli, partial(check_compose, check=check)) for check in COMPOSE]
    tests.append(Test(f"process/{cli.version}", cli, check_process))
    tests.append(Test(f"invariants/{cli.version}", cli, check_mutations))
    tests += [Test(f"grammar/{cli.version}/{case.number}", cli, partial(check_grammar, case=case))
              for case in read_cases() if case.series in ("all", cli.series)]
    tests += [Test(f"sequences/{cli.version}/{seed}.{i}", cli, partial(check_sequence, seed=f"{cli.series}/{seed}/{i}"))
              for i in range(sequences)]
    return tests


def judge(test: Test, lanes: dict[Cli, queue.SimpleQueue[Lane]]) -> list[str]:
    lane = lanes[test.cli].get()
    try:
        return test.check(lane)
    except Exception:  # a broken test is a failed one, and the others go on
        return [traceback.format_exc().strip()]
    finally:
        lanes[test.cli].put(lane)


def run_all(tests: list[Test], lanes: dict[Cli, queue.SimpleQueue[Lane]]) -> int:
    failed = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for test, failures in zip(tests, pool.map(lambda test: judge(test, lanes), tests)):
            failed += bool(failures)
            for line in failures:
                print(f"FAIL {test.name}: {line}", flush=True)
    return failed


def find_safe_docker(given: str | None) -> Path:
    root = HERE.parents[1]
    found = [Path(given)] if given else [root / name for name in BINARIES if (root / name).exists()]
    if not found or not found[0].is_file():
        raise SystemExit("run.py: no safe-docker; build it (meson setup build && ninja -C build) or name it: --safe-docker PATH")
    return found[0]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--safe-docker", metavar="PATH")
    parser.add_argument("--only", metavar="NAME", default="", help="tests whose name contains NAME")
    parser.add_argument("--account", metavar="NAME", help="an existing account to act as")
    parser.add_argument("--plain", action="store_true", help="the corpora on the plain CLIs alone")
    parser.add_argument("--seed", type=int, default=1, help="of the random command lines")
    parser.add_argument("--sequences", type=int, default=6, metavar="N", help="random sequences of two callers for each CLI")
    return parser.parse_args()


def main() -> int:
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the account is taken away again
    binary = None if given.plain else find_safe_docker(given.safe_docker)
    clis, missing = find_clis()
    strict = os.environ.get("CI") == "true"
    for text in missing:
        print(f"{'FAIL' if strict else 'SKIP'} {text}")
    tests = [test for cli in clis for test in tests_for(cli, given.seed, given.sequences) if given.only in test.name]
    with open_world(given.account) as world:
        if binary is not None:
            binary = Path(shutil.copy(binary, world.base / "safe-docker"))
            binary.chmod(0o755)
            install_recorder(world)
        all_lanes = [Lane(world, cli, number, binary) for cli in clis for number in range(WORKERS)]
        lanes: dict[Cli, queue.SimpleQueue[Lane]] = {cli: queue.SimpleQueue() for cli in clis}
        for lane in all_lanes:
            lanes[lane.cli].put(lane)
        try:
            failed = run_all(tests, lanes)
        finally:
            for lane in all_lanes:
                lane.close()
    failed_all = failed + (len(missing) if strict else 0)
    print(f"{len(tests) - failed} passed, {failed_all} failed, {0 if strict else len(missing)} skipped")
    return 1 if failed_all or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
