#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the tests ran of src/, by folder and by file, and every line that they did not.

    report.py --program PROGRAM --profile FILE [--out FOLDER] [--judge]

PROGRAM was built with coverage and holds all of src/; FILE is what llvm-profdata merged. Prints the figures. The whole list
goes to FOLDER/uncovered.txt, the figures of each file to FOLDER/files.txt. With --judge the status is 1 where a folder of
JUDGED is below its limit, a line of it that was not run has no reason in unreached.tsv, or a reason fits no line; each is
told, and the last line has the counts."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REASONS = Path(__file__).resolve().with_name("unreached.tsv")
JUDGED = ("src/confine", "src/docker", "src/policy", "src/rules")
LEAST = 95.0
# Braces, comments and labels alone say nothing: what stands behind them is listed.
NO_CODE = re.compile(r"^(?:[{}();]*|\}? *else *\{?|/\*.*|\*.*|#.*|case [^;?]*:|default:)$")
# Behind such a line a new statement begins.
END = re.compile(r"[;{}:]$|\*/$|^#")
WHOLE = "*"


@dataclass
class Share:
    """Of so many lines and branches so many were run."""

    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    def add(self, other: Share) -> None:
        self.lines += other.lines
        self.lines_run += other.lines_run
        self.branches += other.branches
        self.branches_run += other.branches_run

    def percent(self) -> float:
        return 100.0 * self.lines_run / self.lines if self.lines else 100.0

    def text(self) -> str:
        branches = 100.0 * self.branches_run / self.branches if self.branches else 100.0
        return (f"lines {self.percent():6.2f} % ({self.lines_run} of {self.lines}), "
                f"branches {branches:6.2f} % ({self.branches_run} of {self.branches})")


@dataclass
class Source:
    """One file of src/."""

    name: str
    share: Share
    missed: list[int]
    functions: list[tuple[int, int, str]] = field(default_factory=list)

    def function_at(self, line: int) -> str:
        inside = [entry for entry in self.functions if entry[0] <= line <= entry[1]]
        return max(inside)[2] if inside else "-"


@dataclass(frozen=True)
class Missed:
    """A statement that was not run, by its first line; WHOLE for a function that was never called. Numbers of lines are for
    people: they change with every line above."""

    file: str
    function: str
    text: str


def lines_missed(segments: list[list[Any]]) -> list[int]:
    """The lines that no test ran, by the rule of llvm-cov: the most that a region on the line, or the region that reaches
    into it, was run."""
    by_line: dict[int, list[list[Any]]] = defaultdict(list)
    for segment in segments:
        by_line[segment[0]].append(segment)
    missed = []
    wrapped = None
    for line in range(segments[0][0], segments[-1][0] + 1) if segments else ():
        here = by_line.get(line, [])
        starts = [entry for entry in here if entry[3] and entry[4] and not entry[5]]
        skipped = bool(here) and not here[0][3] and here[0][4]
        counts = [entry[2] for entry in starts]
        if wrapped is not None and wrapped[3]:
            counts.append(wrapped[2])
        if counts and not skipped and max(counts) == 0:
            missed.append(line)
        if here:
            wrapped = here[-1]
    return missed


def read_export(program: Path, profile: Path) -> dict[str, Source]:
    exported = subprocess.run(["llvm-cov", "export", str(program), f"-instr-profile={profile}"], check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    data = json.loads(exported.stdout)["data"][0]
    sources = {}
    for entry in data["files"]:
        path = Path(entry["filename"]).resolve()
        if ROOT / "src" not in path.parents or not entry["segments"]:
            continue
        lines, branches = entry["summary"]["lines"], entry["summary"]["branches"]
        name = str(path.relative_to(ROOT))
        sources[name] = Source(name, Share(lines["count"], lines["covered"], branches["count"], branches["covered"]),
                               lines_missed(entry["segments"]))
    for entry in data["functions"]:
        path = Path(entry["filenames"][0]).resolve()
        source = sources.get(str(path.relative_to(ROOT))) if ROOT in path.parents else None
        if source is not None:
            body = entry["regions"][0]
            source.functions.append((body[0], body[2], entry["name"].split(":")[-1]))
    return sources


def missed_statements(source: Source) -> list[tuple[int, Missed]]:
    texts = [text.strip() for text in (ROOT / source.name).read_text(encoding="utf-8").splitlines()]
    lines = set(source.missed)
    found = []
    for line in source.missed:
        function = source.function_at(line)
        if any(name == function and first in lines for first, _, name in source.functions):
            found.append((line, Missed(source.name, function, WHOLE)))
        elif not NO_CODE.match(texts[line - 1]) and (line - 1 not in lines or END.search(without_comment(texts[line - 2]))):
            found.append((line, Missed(source.name, function, texts[line - 1])))
    return [(line, missed) for i, (line, missed) in enumerate(found) if missed not in (entry[1] for entry in found[:i])]


def without_comment(text: str) -> str:
    return re.sub(r"\s*/\*.*\*/$", "", text) or text


def read_reasons(problems: list[str]) -> dict[Missed, str]:
    reasons = {}
    for number, line in enumerate(REASONS.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 4 or not all(column.strip() for column in columns):
            problems.append(f"{REASONS.name}:{number}: wants FILE, FUNCTION, LINE and REASON, with a tab between them")
            continue
        key = Missed(*columns[:3])
        if key in reasons:
            problems.append(f"{REASONS.name}:{number}: stands there twice")
        reasons[key] = columns[3]
    return reasons


def folder_of(name: str) -> str:
    parts = name.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else "src/*.c"


def without_source(sources: dict[str, Source]) -> list[str]:
    """Files of the judged folders that the program does not hold, and so nobody counted. Tables have no lines to run, and
    programs with a main of their own make tables when safe-docker is built."""
    found = [str(path.relative_to(ROOT)) for folder in JUDGED for path in sorted((ROOT / folder).glob("*.c"))]
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in found if name not in sources}
    return [name for name, text in texts.items() if re.search(r"^\w.*\) \{$", text, re.M) and "\nint main(" not in text]


def judge(sources: dict[str, Source], folders: dict[str, Share]) -> tuple[list[str], int]:
    """What is wrong, and how many statements have a reason."""
    problems = [f"{name}: no line of it was counted" for name in without_source(sources)]
    problems += [f"{folder}: {folders[folder].percent():.2f} % of lines; {LEAST} % is the least"
                 for folder in JUDGED if folders[folder].percent() < LEAST]
    reasons = read_reasons(problems)
    used = set()
    for source in sources.values():
        for line, missed in missed_statements(source) if folder_of(source.name) in JUDGED else []:
            if missed in reasons:
                used.add(missed)
            else:
                problems.append(f"{source.name}:{line}: {missed.function}: not run, and no reason in {REASONS.name}: {missed.text}")
    problems += [f"{REASONS.name}: is run, or is not there: {entry.file}: {entry.function}: {entry.text}"
                 for entry in reasons if entry not in used]
    return problems, len(used)


def write_lists(out: Path, sources: dict[str, Source]) -> None:
    with open(out / "uncovered.txt", "w", encoding="utf-8") as stream:
        for source in sources.values():
            for line, missed in missed_statements(source):
                print(f"{missed.file}:{line}\t{missed.function}\t{missed.text}", file=stream)
    with open(out / "files.txt", "w", encoding="utf-8") as stream:
        for source in sources.values():
            print(f"{source.name}: {source.share.text()}", file=stream)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--judge", action="store_true")
    arguments = parser.parse_args()
    sources = dict(sorted(read_export(arguments.program, arguments.profile).items()))
    folders: dict[str, Share] = defaultdict(Share)
    for source in sources.values():
        folders[folder_of(source.name)].add(source.share)
    if arguments.out is not None:
        write_lists(arguments.out, sources)
    for name, share in sorted(folders.items()):
        print(f"{name:12} {share.text()}")
    if not arguments.judge:
        return 0
    problems, explained = judge(sources, folders)
    for problem in problems:
        print(f"not ok - {problem}")
    judged = sum(len(missed_statements(source)) for source in sources.values() if folder_of(source.name) in JUDGED)
    words = f"{judged} statements of {', '.join(JUDGED)} were not run, of which {explained} have a reason; {len(problems)} problems"
    print(f"{'not ok' if problems else 'ok'} - {words}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
