# SPDX-License-Identifier: Apache-2.0
"""The table of commands and those of their options against the real CLIs, in both directions.

The CLIs' help is walked with a daemon that has everything (experimental, a swarm manager), because they hide what a daemon has not.
A row that help does not show is tried: an option that a command does not know is refused even before --help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from fake_daemon import FakeDaemon
from harness import Cli, Lane, Outcome, find_clis
from options_table import HELP
from policy import ROOT

TABLES = ROOT / "include/safe-docker/docker"
SPELLINGS = ROOT / "src/docker/commands.c"
HIDDEN = Path(__file__).with_name("hidden-commands.txt")
COMMAND_ROW = re.compile(r'^SD_COMMAND\((\w+), "([^"]+)", SD_(\w+), \w+, \w+, \w+, ([A-Z_0-9| ]+), ', re.M)
OPTION_ROW = re.compile(r"^SD_COMMAND_OPTION\((\w+), \"([a-z0-9-]+)\", (?:0|'(\w)'), (\w+), \w+, SD_SINCE_(\w+), ([^,]+), ", re.M)
PATH_ROW = re.compile(r'^  \{"([^"]+)", SD_COMMAND_(\w+)\},', re.M)
SECTION = re.compile(r"^([A-Z][A-Za-z ]*):", re.M)
ENTRY = re.compile(r"^  ([a-z][a-z-]*)\*? {2,}\S", re.M)
UNKNOWN = re.compile(r"unknown (?:shorthand )?flag: (?:'(\w)'|--([a-z0-9-]+))")
VALUES = {"BOOL": "true", "INT": "1", "SIZE": "1g", "CPUS": "1", "DURATION": "1s", "ENV_FILE": "more.env"}
# What a grammar of its own takes.
OWN_VALUES = {"publish": "80", "ulimit": "nofile=1", "add-host": "h:1.2.3.4", "ip": "1.2.3.4", "ip6": "::1", "link-local-ip": "1.2.3.4", "blkio-weight": "10",
              "gateway": "1.2.3.4", "cpu-rt-period": "1", "filter": "label=x", "tag": "x", "output": "x", "secret": "id=x", "ssh": "default",
              "link": "a:b", "aux-address": "a=b", "ipam-opt": "a=b", "opt": "a=b", "driver-opt": "a=b", "label": "a=b", "security-opt": "a=b", "build-arg": "a=b"}


@dataclass(frozen=True)
class Row:
    command: str
    name: str
    shorthand: str
    kind: str
    since: tuple[int, ...]
    flags: str

    def spelled(self) -> str:
        value = VALUES.get(self.kind, "a=b") if self.kind == "BOOL" else OWN_VALUES.get(self.name, VALUES.get(self.kind, "a=b"))
        return f"--{self.name}={value}"


@cache
def commands() -> dict[str, tuple[str, str, str]]:
    """Id -> name, handling, flags."""
    text = (TABLES / "commands.def").read_text(encoding="utf-8")
    return {ident: (name, handling, flags) for ident, name, handling, flags in COMMAND_ROW.findall(text)}


@cache
def spellings() -> dict[str, str]:
    """Path -> id."""
    return dict(PATH_ROW.findall(SPELLINGS.read_text(encoding="utf-8")))


@cache
def rows() -> dict[str, dict[str, Row]]:
    """Id -> long name -> row, of the handled commands but run and create."""
    found: dict[str, dict[str, Row]] = {ident: {} for ident, (_, handling, _) in commands().items() if handling == "HANDLED"}
    for ident, name, short, kind, since, flags in OPTION_ROW.findall((TABLES / "command_options.def").read_text(encoding="utf-8")):
        found[ident][name] = Row(ident, name, short, kind, tuple(int(part) for part in since.split("_")), flags)
    return found


def hidden(series: str) -> Iterator[tuple[str, str]]:
    """The paths that help does not show: path, and the series that have it ("none": only newer ones)."""
    for line in HIDDEN.read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            path, where, _ = line.split("\t")
            if where in ("all", series, "none"):
                yield path, where


class Tree:
    """One CLI, with a daemon of its own."""

    def __init__(self, lane: Lane, cli: Cli) -> None:
        self.lane, self.cli = lane, cli
        self.daemon = FakeDaemon(str(lane.policy_path.with_suffix(f".tree-{cli.series}")), cli.api, 0)
        self.daemon.experimental = True

    def ask(self, *words: str) -> Outcome:
        return self.lane.alone(self.cli, words, self.daemon.host)

    @cached_property
    def leaves(self) -> dict[str, str]:
        """Path -> help, of the commands that have no others below them."""
        return dict(self._walk([]))

    def _walk(self, path: list[str]) -> Iterator[tuple[str, str]]:
        text = self.ask(*path, "--help").stdout
        parts = SECTION.split(text)
        entries = [name for title, body in zip(parts[1::2], parts[2::2]) if title.endswith("Commands") for name in ENTRY.findall(body)]
        for name in entries:
            if [*path, name] != ["help"]:
                yield from self._walk([*path, name])
        if path and not entries:
            yield " ".join(path), text

    def spellings(self) -> Iterator[tuple[str, str]]:
        """Every path with the one that it is an alias of."""
        for path, text in self.leaves.items():
            yield path, path
            found = re.search(r"^Aliases:\n  (.*)", text, re.M)
            for alias in found.group(1).split(", ") if found else []:
                # 20.10 names the last word alone; newer ones the whole line
                yield alias.removeprefix("docker ") if alias.startswith("docker ") else " ".join([*path.split()[:-1], alias]), path

    def knows(self, path: str) -> bool:
        """Whether it is a command: for others the help is that of what stands before."""
        outcome = self.ask(*path.split(), "--help")
        return outcome.status == 0 and re.search(r"^Usage:\s+docker( \[OPTIONS\])?( [a-z]+)? COMMAND", outcome.stdout, re.M) is None


def check_tree(lane: Lane) -> list[str]:
    tree, failures = Tree(lane, lane.cli), []
    if len(tree.leaves) < 100:
        failures.append(f"the help of {lane.cli.path} shows only {len(tree.leaves)} commands")
    for path, leaf in tree.spellings():
        if path not in spellings():
            failures.append(f"{path}: not in the table of spellings")
        elif spellings()[path] != spellings().get(leaf, spellings()[path]):
            failures.append(f"{path}: it is {leaf}, not {spellings()[path]}")
    for path, text in tree.leaves.items():
        failures += _check_leaf(path, text, lane.cli)
    failures += [f"{path}: hidden, and not in the table of spellings" for path, _ in hidden(lane.cli.series) if path not in spellings()]
    return failures + [f"{path}: {lane.cli.version} has no such command" for path, where in hidden(lane.cli.series)
                       if where != "none" and not path.startswith("__") and not tree.knows(path)]


def _check_leaf(path: str, text: str, cli: Cli) -> list[str]:
    """The options that help shows have their rows."""
    version, failures = tuple(int(part) for part in cli.version.split(".")), []
    table = rows().get(spellings().get(path, ""))
    if table is None:  # refused, or run and create, whose options have a test of their own
        return []
    for short, name, kind in HELP.findall(text):
        row = table.get(name)
        if row is None:
            failures.append(f"{path} --{name}: no row")
        elif row.kind == "BOOL" if kind else row.kind != "BOOL":
            failures.append(f"{path} --{name}: the row says {row.kind}, help {kind or 'bool'}")
        elif row.shorthand != short and not any(twin.shorthand == short and "SHORT" in twin.flags for twin in table.values()):
            failures.append(f"{path} --{name}: the row says {row.shorthand!r}, help {short!r}")
        elif row.since > version or "HIDDEN" in row.flags:
            failures.append(f"{path} --{name}: in the help of {cli.version}; the row says {row.since} {row.flags}")
    return failures


def check_rows(lane: Lane) -> list[str]:
    """Every row is one of a real CLI, and none that this CLI lacks claims to be as old as it is."""
    tree, failures = Tree(lane, lane.cli), []
    others = [Tree(lane, cli) for cli in find_clis()[0] if cli != lane.cli]
    version = tuple(int(part) for part in lane.cli.version.split("."))
    for ident, table in rows().items():
        name = commands()[ident][0]
        if name.startswith("__") or name == "compose":
            continue
        here = _unknown(tree, name, list(table.values()))
        for option in here:
            if not any(option not in _unknown(other, name, [table[option]]) for other in others):
                failures.append(f"{name} --{option}: no CLI here has it")
        failures += [f"{name} --{row.name}: {lane.cli.version} has it; the row says {row.since}" for row in table.values()
                     if row.name not in here and row.since > version]
    known = [path for path, _ in hidden(lane.cli.series)] + [path for path, where in hidden("none")]
    for path in spellings():
        if path not in known and not any(one.knows(path) for one in [tree, *others]):
            failures.append(f"{path}: in the table of spellings, and no CLI here has it")
    return failures


def _unknown(tree: Tree, command: str, table: list[Row]) -> set[str]:
    """The rows that the CLI refuses. It names one at a time."""
    left, unknown = list(table), set()
    while True:
        outcome = tree.ask(*command.split(), *(row.spelled() for row in left if row.name != "help"), "--help")
        found = UNKNOWN.search(outcome.stderr)
        if found is None:
            if "Usage:" not in outcome.stdout and left:
                raise RuntimeError(f"{command}: {outcome.why()}")
            return unknown
        unknown.add(found.group(2))
        left = [row for row in left if row.name != found.group(2)]
