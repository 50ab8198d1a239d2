#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How many instructions safe-docker takes, up to where it executes the docker command, and how that grows with the input.

    instructions.py phases PROGRAM            what each phase of some requests takes, and how many page faults the smallest has
    instructions.py check PROGRAM             the budgets of the smallest request, and that nothing grows faster than its input
    instructions.py policy REQUEST FOLDER CLI the policy of such a request, for other measurements
    instructions.py words REQUEST             the words of it

Needs root, to act as `nobody`. valgrind counts, so the number hardly differs between two runs, whatever else the machine does;
what the kernel does is not in it. In the docker command's place stands a file that the kernel refuses to execute. A line for
each failure of `check`, and a last line with the counts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

NOBODY = 65534
REFUSED = "Exec format error"
WORKERS = 2

# Of the smallest request. What the loader does is the same for each request; it hangs on the C library too.
BUDGET_LOADER = 340_000
BUDGET_OWN = 360_000
BUDGET_TOGETHER = 150_000  # bytes that src/request.ld puts together, of code and of data each
FIRST_STEPS = 0x400  # bytes of the C library's that start a program
GROWTH = 2.3  # twice the input takes no more than this

# A phase is what these functions take with all that they call; none of them is called by another one.
PHASES = {
    "process": ["sd_process_harden"],
    "identity": ["sd_identity_find"],
    "policy": ["sd_policy_files_read", "sd_policy_load"],
    "rights": ["sd_run_as_find", "sd_lsm_look", "sd_audit_open", "sd_privileges_drop"],
    "parse": ["sd_cli_parse", "sd_request_build"],
    "rules": ["sd_rules_decide"],
    "emit": ["sd_emit"],
    "audit": ["sd_report_audit", "sd_audit_write"],
    "exec": ["sd_launch_check", "sd_hand_over", "sd_privileges_take_up", "sd_launch"],
}


@dataclass(frozen=True)
class Case:
    """A request that can have any size, and the policy that it needs."""

    size: int  # half of what is compared; what the rules or the policy bound is below that bound
    words: Callable[[int], list[str]]
    policy: Callable[[int], dict] = lambda n: {}
    by_time: bool = False  # it makes system calls that valgrind does not know


def _options(option: str, value: str, *before: str) -> Callable[[int], list[str]]:
    def words(n: int) -> list[str]:
        pairs = [word for i in range(n) for word in (option, value.format(i, 20000 + i))]
        return ["run", *before, *pairs, "busybox"]

    return words


def _smallest(n: int) -> list[str]:
    return ["run", "busybox"]


def _many(n: int) -> list[str]:
    """So many different options, each with its own row and rule."""
    options = [
        "--rm", "--init", "--interactive", "--name=web", "--hostname=web", "--domainname=a.example", "--workdir=/work",
        "--memory=256m", "--memory-swap=256m", "--memory-reservation=64m", "--cpus=0.5", "--cpu-shares=512",
        "--pids-limit=64", "--shm-size=16m", "--ulimit=nofile=512:1024", "--env=A=b", "--env=C=d", "--label=a=b",
        "--label=c=d", "--volume=/data", "--tmpfs=/t:size=1m", "--publish=127.0.0.1:8080:80", "--expose=80",
        "--entrypoint=/bin/sh", "--stop-signal=TERM", "--stop-timeout=5", "--restart=no", "--pull=missing",
        "--platform=linux/amd64", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--log-driver=none",
        "--add-host=a:10.0.0.1", "--dns=10.0.0.1", "--dns-search=example", "--health-cmd=true", "--health-interval=5s",
        "--health-retries=3", "--attach=stdout",
    ]  # fmt: skip
    return ["run", *options[:n], "busybox"]


def _overrides(n: int) -> dict:
    return {"overrides": [{"users": [f"user-{i}"], "policy": {"isolation": "shared"}} for i in range(n)]}


def _binds(n: int) -> dict:
    return {"mounts": {"bind": [{"source": f"/srv/projects/{i}", "access": "ro"} for i in range(n)]}}


GROWING = {
    "--env": Case(300, _options("--env", "NAME_{}=value")),
    "--label": Case(300, _options("--label", "name-{}=value")),
    "--add-host": Case(200, _options("--add-host", "host-{}:10.0.0.1")),
    "--publish": Case(100, _options("--publish", "127.0.0.1:{1}:80")),
    "--volume": Case(150, _options("--volume", "/data/{}")),
    "--volume of the host": Case(
        500,
        _options("--volume", "/etc/hostname:/data/{}:ro"),
        lambda n: {"mounts": {"bind": [{"source": "/etc/hostname", "access": "ro"}]}},
        by_time=True,
    ),
    "words of the container": Case(1000, lambda n: [*_smallest(0), *["word"] * n]),
    "overrides": Case(150, _smallest, _overrides),
    "bind sources": Case(300, _smallest, _binds),
    "image patterns": Case(300, _smallest, lambda n: {"images": {"allow": [*(f"site-{i}/*" for i in range(n)), "**"]}}),
}

SHOWN = {
    "smallest": Case(0, _smallest),
    "40 options": Case(40, _many),
    "5,000 --env": Case(5000, GROWING["--env"].words),
    "1,000 overrides": Case(1000, _smallest, _overrides),
    "10,000 bind sources": Case(10000, _smallest, _binds),
}


def policy_text(case: Case, n: int, folder: Path, cli: Path) -> str:
    base = {
        "version": 1,
        "docker": {"path": str(cli), "config_dir": str(folder)},
        "audit": {"syslog": False, "required": False},
    }
    return json.dumps(base | case.policy(n))


class Counter:
    """Runs safe-docker below valgrind, in a folder of its own that policies may be read from."""

    def __init__(self, program: Path) -> None:
        self.program = program
        self.numbers = count()
        self.folder = Path(tempfile.mkdtemp(prefix="safe-docker-test.", dir="/var/lib"))
        self.folder.chmod(0o755)
        self.cli = self.folder / "docker"
        self.cli.write_text("no program\n")
        self.cli.chmod(0o755)
        (self.folder / "out").mkdir()
        os.chown(self.folder / "out", NOBODY, NOBODY)

    def close(self) -> None:
        shutil.rmtree(self.folder)

    def environment(self, case: Case, n: int) -> dict[str, str]:
        policy = self.folder / f"policy-{next(self.numbers)}.json"
        policy.write_text(policy_text(case, n, self.folder, self.cli))
        policy.chmod(0o644)
        return {"PATH": "/usr/bin:/bin", "SAFE_DOCKER_POLICY": str(policy)}

    def profile(self, case: Case, n: int, *more: str) -> Path:
        out = self.folder / "out" / str(next(self.numbers))
        done = subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", *more, self.program, *case.words(n)],
            env=self.environment(case, n), cwd="/", user=NOBODY, group=NOBODY, extra_groups=[],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if REFUSED not in done.stderr or not out.exists():
            raise RuntimeError(f"it did not get to the docker command: {done.stderr.strip()[:400]}")
        return out

    def total(self, case: Case, n: int) -> int:
        found = re.search(r"^totals: (\d+)", self.profile(case, n).read_text(), re.M)
        if found is None:
            raise RuntimeError("valgrind wrote no total")
        return int(found[1])

    def functions(self, case: Case, n: int) -> tuple[int, dict[str, int]]:
        """All, and what each function takes with all that it calls."""
        out = self.profile(case, n)
        shown = subprocess.run(
            ["callgrind_annotate", "--inclusive=yes", "--threshold=100", out], capture_output=True, text=True, check=True
        ).stdout
        taken: dict[str, int] = {}
        for number, name in re.findall(r"^ *([0-9,]+) \([ 0-9.]+%\)\s+\S*?:?(\w+) \[", shown, re.M):
            taken[name] = max(taken.get(name, 0), int(number.replace(",", "")))
        total = re.search(r"^ *([0-9,]+) \([ 0-9.]+%\)  PROGRAM TOTALS", shown, re.M)
        if total is None or "main" not in taken:
            raise RuntimeError("callgrind_annotate names no main")
        return int(total[1].replace(",", "")), taken

    def usage(self, command: list[str | Path], environment: dict[str, str]) -> tuple[int, int]:
        """Page faults and microseconds of the processor, the fewest of some runs."""
        faults, micros = [], []
        for _ in range(7):
            child = subprocess.Popen(
                command, env=environment, cwd="/", user=NOBODY, group=NOBODY, extra_groups=[],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            faults.append(usage.ru_minflt)
            micros.append(int((usage.ru_utime + usage.ru_stime) * 1_000_000))
        return min(faults), min(micros)

    def cost(self, case: Case, n: int) -> int:
        if not case.by_time:
            return self.total(case, n)
        return self.usage([self.program, *case.words(n)], self.environment(case, n))[1]


def split(total: int, taken: dict[str, int]) -> dict[str, int]:
    phases = {"loader": total - taken["main"]}
    phases |= {phase: sum(taken.get(name, 0) for name in names) for phase, names in PHASES.items()}
    return phases | {"rest": total - sum(phases.values()), "all": total}


def show_phases(counter: Counter) -> int:
    with ThreadPoolExecutor(WORKERS) as pool:
        rows = list(pool.map(lambda case: split(*counter.functions(case, case.size)), SHOWN.values()))
    print(f"  {'instructions':<20}" + "".join(f" {phase:>10}" for phase in rows[0]))
    for name, row in zip(SHOWN, rows):
        print(f"  {name:<20}" + "".join(f" {number:>10}" for number in row.values()))
    smallest = counter.usage([counter.program, *_smallest(0)], counter.environment(SHOWN["smallest"], 0))[0]
    print(f"  page faults of the smallest: {smallest}, of /bin/true: {counter.usage([Path('/bin/true')], {})[0]}")
    return 0


def judge_growth(counter: Counter, name: str, instructions: int) -> str | None:
    """Less what the smallest takes, which would hide how the rest grows."""
    case = GROWING[name]
    try:
        smallest = counter.cost(case, 0) if case.by_time else instructions
        once, twice = (counter.cost(case, n) - smallest for n in (case.size, 2 * case.size))
    except RuntimeError as error:
        return f"{name}: {error}"
    unit = "microseconds" if case.by_time else "instructions"
    print(f"  {name:<24} {case.size:>5}: {once:>10}, {2 * case.size:>5}: {twice:>10} {unit}, {twice / max(once, 1):.2f} times")
    return None if twice <= GROWTH * once else f"{name}: twice as many take {twice / once:.2f} times as long"


def judge_smallest(counter: Counter) -> tuple[int, list[str | None]]:
    total, taken = counter.functions(SHOWN["smallest"], 0)
    verdicts: list[str | None] = []
    for what, number, budget in (("loader", total - taken["main"], BUDGET_LOADER), ("own", taken["main"], BUDGET_OWN)):
        print(f"  smallest request, {what}: {number} instructions of {budget}")
        verdicts.append(None if number <= budget else f"{what}: {number} instructions are more than {budget}")
    for phase, names in PHASES.items():
        missing = [name for name in names if name not in taken]
        verdicts.append(f"the phase {phase} counts nothing: no {', '.join(missing)}" if missing == names else None)
    return total, verdicts


def places_of(profile: Path, program: str) -> dict[str, set[int]]:
    """The functions that valgrind names in the program, and where in the file their instructions are."""
    places: dict[str, set[int]] = {}
    here, name, called = False, "", False
    for line in profile.read_text().splitlines():
        if line.startswith("ob="):
            here = line == f"ob={program}"
        elif line.startswith("fn="):
            name = line[len("fn=") :]
        elif line.startswith("calls="):
            called = True
        elif line.startswith("0x"):
            if here and not called:
                places.setdefault(name, set()).add(int(line.split()[0], 16))
            called = False
    return places


def judge_order(counter: Counter) -> list[str | None]:
    """The names in src/request.ld fit files of the program, and those that the smallest request needs are among them."""
    shown = subprocess.run(["readelf", "-SW", counter.program], capture_output=True, text=True, check=True).stdout
    verdicts: list[str | None] = []
    end = 0
    for section in (".rodata.request", ".text.request"):
        found = re.search(re.escape(section) + r"\s+\w+\s+(\w+)\s+\w+\s+(\w+)", shown)
        start, size = (int(found[1], 16), int(found[2], 16)) if found else (0, 0)
        end = start + size
        print(f"  {section}: {size} bytes")
        verdicts.append(None if size >= BUDGET_TOGETHER else f"{section} has {size} bytes: do the names in src/request.ld fit?")
    # valgrind finds no program behind what lies in .text.request; what the compiler starts every program with lies right behind it.
    plain = ("--dump-instr=yes", "--compress-strings=no", "--compress-pos=no")
    places = places_of(counter.profile(SHOWN["smallest"], 0, *plain), counter.program)
    strays = [name for name, at in places.items() if any(not start <= place < end + FIRST_STEPS for place in at)]
    if not places:
        strays = ["valgrind names nothing of the program"]
    verdicts.append(f"the smallest request runs what src/request.ld does not name: {' '.join(strays)}" if strays else None)
    return verdicts


def check(counter: Counter) -> int:
    smallest, verdicts = judge_smallest(counter)
    verdicts += judge_order(counter)
    with ThreadPoolExecutor(WORKERS) as pool:
        verdicts += list(pool.map(lambda name: judge_growth(counter, name, smallest), GROWING))
    failures = [verdict for verdict in verdicts if verdict is not None]
    for failure in failures:
        print(f"FAIL {failure}")
    print(f"{len(verdicts) - len(failures)} passed, {len(failures)} failed, 0 skipped")
    return 1 if failures else 0


def main(argv: list[str]) -> int:
    if argv[:1] == ["words"] and len(argv) == 2:
        print(" ".join(SHOWN[argv[1]].words(SHOWN[argv[1]].size)))
        return 0
    if argv[:1] == ["policy"] and len(argv) == 4:
        case = SHOWN[argv[1]]
        print(policy_text(case, case.size, Path(argv[2]), Path(argv[3])))
        return 0
    modes = {"phases": show_phases, "check": check}
    if len(argv) != 2 or argv[0] not in modes:
        print(__doc__, file=sys.stderr)
        return 2
    counter = Counter(Path(argv[1]))
    try:
        return modes[argv[0]](counter)
    finally:
        counter.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
