# SPDX-License-Identifier: Apache-2.0
"""Mutation testing of src/rules and src/docker: every small break of the code is to be seen by a fast test, or explained.

Works on a copy of the tree in a folder of its own. Run by scripts/mutate, which installs what is needed."""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import explained
from campaign import Campaign, limit_self, tests_of
from weave import DEFINED, Mutant, Weaver, shift

ROOT = Path(__file__).resolve().parents[2]
AREAS = ("src/rules", "src/docker")
OPTIONS = ["-Doptimization=0", "-Ddebug=false", "-Dwerror=false", "-Dtests=true"]


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def write_if_other(path: Path, data: bytes) -> None:
    """Leaves the time of a file that is the same, so that it is not compiled again."""
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_tree(target: Path) -> None:
    """What git knows or would know, but for the files that will be woven."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, stdout=subprocess.PIPE, check=True,
    ).stdout.decode().split("\0")  # fmt: skip
    wanted = {name for name in listed if name and (ROOT / name).is_file()}
    for name in wanted:
        if not (name.startswith(AREAS) and name.endswith(".c")):
            write_if_other(target / name, (ROOT / name).read_bytes())
            shutil.copymode(ROOT / name, target / name)
    for path in target.rglob("*"):
        if path.is_file() and str(path.relative_to(target)) not in wanted and path.name != "sd_mutant.h":
            path.unlink()


def run_tool(words: list[str], log: Path, **more) -> None:
    with log.open("wb") as out:
        if subprocess.run(words, stdout=out, stderr=subprocess.STDOUT, check=False, **more).returncode != 0:
            sys.exit(f"mutate: {' '.join(words)}: failed; {log}:\n{log.read_text(errors='replace')[-3000:]}")


def weave_all(tree: Path, build: Path, jobs: int) -> list[Mutant]:
    """Every file, woven into the copy. What has been woven before is kept."""
    names = sorted(str(path.relative_to(ROOT)) for area in AREAS for path in (ROOT / area).glob("*.c"))
    includes = [ROOT / "include", build]

    shared = hash_of([*ROOT.glob("include/**/*.[hd]*"), *Path(__file__).parent.glob("*.py")])
    kept = build.parent / "woven"
    kept.mkdir(exist_ok=True)

    def one(name: str) -> tuple[list[Mutant], str]:
        digest = hash_of([ROOT / name, *(ROOT / name).parent.glob("*.h")])
        file = kept / f"{Path(name).stem}.{hashlib.sha256((shared + digest).encode()).hexdigest()[:32]}"
        if not file.exists():
            weaver = Weaver(ROOT, includes)
            file.write_bytes(pickle.dumps((weaver.mutants, weaver.weave(name))))
        return pickle.loads(file.read_bytes())

    mutants: list[Mutant] = []
    with ThreadPoolExecutor(jobs) as pool:
        for name, (own, text) in zip(names, pool.map(one, names), strict=True):
            text = shift(own, text, len(mutants))
            mutants += own
            write_if_other(tree / name, text.encode("latin-1"))
            write_if_other((tree / name).parent / "sd_mutant.h", (Path(__file__).parent / "sd_mutant.h").read_bytes())
    return mutants


def hash_of(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in sorted(files))).hexdigest()


def make_build(tree: Path, build: Path) -> None:
    if not (build / "build.ninja").exists():
        for name in AREAS:  # meson wants to see every file; they are woven later
            for path in (ROOT / name).glob("*.c"):
                write_if_other(tree / name / path.name, path.read_bytes())
        run_tool(["meson", "setup", str(build), str(tree), *OPTIONS], build.parent / "meson.log", env={**os.environ, "CC": "gcc", "CFLAGS": "-w"})


class Report:
    """Tells of survivors as they come, and the numbers at the end."""

    def __init__(self, table: Path, kept: Path) -> None:
        self.table = table
        self.kept = kept  # of the survivors, for --again
        self.reasons = explained.read(table)
        self.survivors: list[Mutant] = []

    def survived(self, mutant: Mutant, reached: bool) -> None:
        self.survivors.append(mutant)
        if mutant.key() not in self.reasons:
            how = "survived" if reached else "no test comes by"
            print(f"{mutant.file}:{mutant.line}: {mutant.where}: {how}\n- {mutant.was}\n+ {mutant.becomes}", flush=True)

    def finish(self, chosen: list[Mutant], unbuilt: int, whole: bool) -> int:
        """The numbers by file and of all, and what is explained without need. Returns the exit status."""
        missing = [mutant for mutant in self.survivors if mutant.key() not in self.reasons]
        self.kept.write_bytes(pickle.dumps({mutant.key() for mutant in missing}))
        alive = {mutant.key() for mutant in self.survivors}
        known = {mutant.key() for mutant in chosen}
        stale = [key for key in self.reasons if key not in alive and (whole or key in known)]
        for key in stale:
            print(f"{self.table.name}: explains what is killed, or is no mutant any more: {' | '.join(key)}")
        every, survivors, unexplained = (Counter(one.file for one in group) for group in (chosen, self.survivors, missing))
        print("mutants killed explained unexplained file")
        for file in sorted(every):
            killed, told = every[file] - survivors[file], survivors[file] - unexplained[file]
            print(f"{every[file]:7} {killed:6} {told:9} {unexplained[file]:11} {file}")
        print(
            f"{len(chosen)} mutants: {len(chosen) - len(self.survivors)} killed, {len(self.survivors) - len(missing)} explained, "
            f"{len(missing)} unexplained; {unbuilt} do not build; {len(stale)} explanations of nothing"
        )
        return 1 if missing or stale else 0


def read_words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="how many tests run at the same time")
    parser.add_argument("--files", default="*", help="only the mutants of files whose path below src/ fits, such as 'rules/m*'")
    parser.add_argument("--sample", type=int, default=0, help="only so many of the mutants, chosen by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", action="store_true", help="only those that survived the last run and were not explained")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutate", help="where the copy and its build are kept")
    return parser.parse_args()


def main() -> int:
    words = read_words()
    limit_self()
    folder = words.folder.resolve()
    tree, build, home, kept = folder / "tree", folder / "build", folder / "home", folder / "survivors"
    home.mkdir(parents=True, exist_ok=True)
    copy_tree(tree)
    make_build(tree, build)
    mutants = weave_all(tree, build, words.jobs)
    say(f"{len(mutants)} mutants; building")
    run_tool(["ninja", "-C", str(build), "build.ninja"], folder / "ninja.log")  # a test may be new, or gone
    tests = tests_of(build, tree)
    wanted = sorted({str(Path(test.words[0]).relative_to(build)) for test in tests})
    run_tool(["ninja", "-C", str(build), "-j", str(words.jobs), *wanted], folder / "ninja.log")
    campaign = Campaign(build, home, tests, words.jobs)
    failed = campaign.measure(len(mutants))
    for name in failed:
        print(f"{name}: left out, because it fails with no mutant alive")
    campaign.restrict_tables(mutants, {entry[0] for entries in DEFINED.values() for entry in entries})
    chosen = [mutant for mutant in mutants if fnmatch.fnmatch(mutant.file, f"*/{words.files}")]
    if words.again:
        last = pickle.loads(kept.read_bytes())
        chosen = [mutant for mutant in chosen if mutant.key() in last]
    whole = len(chosen) == len(mutants) and not words.sample
    unbuilt = sum(not mutant.builds for mutant in chosen)
    chosen = [mutant for mutant in chosen if mutant.builds]
    if words.sample and words.sample < len(chosen):
        chosen = random.Random(words.seed).sample(chosen, words.sample)
    say(f"{len(chosen)} mutants, {len(campaign.tests)} tests")
    report = Report(Path(__file__).parent / "explained.tsv", kept)
    campaign.run(chosen, say, lambda mutant: report.survived(mutant, mutant.number not in campaign.unreached))
    return report.finish(chosen, unbuilt, whole) or bool(failed)


if __name__ == "__main__":
    sys.exit(main())
