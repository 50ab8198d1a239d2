# SPDX-License-Identifier: Apache-2.0
"""The table of options against the --help of the real CLIs, in both directions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness import Lane
from policy import ROOT

TABLE = ROOT / "include/safe-docker/docker/options.def"
HIDDEN = Path(__file__).with_name("hidden-options.txt")
ROW = re.compile(r"^SD_OPTION\(\w+, \"([a-z0-9-]+)\", (?:0|'(\w)'), (\w+), \w+, (\w+), SD_SINCE_(\w+), ([^,]+), ", re.M)
HELP = re.compile(r"^ +(?:-(\w), )?--([a-z0-9-]+)(?: ([a-zA-Z0-9-]+))?(?:  |$)", re.M)


@dataclass(frozen=True)
class Option:
    name: str
    shorthand: str
    boolean: bool
    since: tuple[int, ...] = (0,)
    flags: str = ""
    kind: str = ""
    disposition: str = ""


@cache
def table() -> dict[str, Option]:
    found = {}
    for name, short, kind, disposition, since, flags in ROW.findall(TABLE.read_text(encoding="utf-8")):
        version = tuple(int(part) for part in since.split("_"))
        found[name] = Option(name, short, kind == "BOOL", version, flags, kind, disposition)
    return found


def hidden() -> dict[str, str]:
    """Name -> a value that its grammar takes."""
    rows = [line.split("\t") for line in HIDDEN.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {name: value for name, value, _ in rows}


def from_help(lane: Lane, command: str) -> dict[str, Option]:
    text = lane.plain([command, "--help"]).stdout
    return {name: Option(name, short, not kind) for short, name, kind in HELP.findall(text)}


def check_options(lane: Lane, command: str) -> list[str]:
    known, helped = table(), from_help(lane, command)
    version = tuple(int(part) for part in lane.cli.version.split("."))
    failures = [] if len(helped) > 80 else [f"--help of {lane.cli.path} shows only {len(helped)} options"]
    for name, option in helped.items():
        row = known.get(name)
        if row is None:
            failures.append(f"--{name} is not in the table")
        elif (row.shorthand, row.boolean) != (option.shorthand, option.boolean):
            failures.append(f"--{name}: the table has {row}, --help has {option}")
        elif row.since > version or "HIDDEN" in row.flags:
            failures.append(f"--{name} is in the --help of {lane.cli.version}; the table says since {row.since}, {row.flags}")
    for name, row in known.items():
        absent = "HIDDEN" in row.flags or row.since > version or (command == "create" and "SD_OPTION_RUN" in row.flags)
        if not absent and name not in helped and not ("STUB" in row.flags and version[0] >= 23):
            failures.append(f"--{name} of the table is not in --help of {lane.cli.version}")
        if command == "create" and "SD_OPTION_RUN" in row.flags and name in helped:
            failures.append(f"--{name} is an option of create too")
    return failures


def check_hidden(lane: Lane) -> list[str]:
    """Hidden options are in the table as such, and the real CLI knows them."""
    listed = hidden()
    failures = [f"--{name} is hidden in the table and not in {HIDDEN.name}"
                for name, row in table().items() if "HIDDEN" in row.flags and name not in listed]
    for name, value in listed.items():
        if name not in table():
            failures.append(f"--{name} is not in the table")
        outcome = lane.plain(["create", f"--{name}={value}", "bb:1"])
        if "unknown flag" in outcome.stderr:
            failures.append(f"--{name} is not an option of {lane.cli.version}")
        if f"--{name} " in lane.plain(["create", "--help"]).stdout:
            failures.append(f"--{name} is not hidden in {lane.cli.version}")
    return failures
