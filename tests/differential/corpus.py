# SPDX-License-Identifier: Apache-2.0
"""Reads everyday.tsv and attacks.tsv: tab-separated columns, the last one a command line as a shell takes it.

A command line may begin with NAME=value words, which are the caller's environment, and has the placeholders
of world.World.expand. '#' begins a comment line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=", re.ASCII)


@dataclass(frozen=True)
class Line:
    number: int
    env: dict[str, str]
    words: tuple[str, ...]  # after "docker"; placeholders still in place
    text: str


@dataclass(frozen=True)
class Everyday:
    line: Line
    series: str  # "all" or the only CLI series that takes it
    tty: bool


@dataclass(frozen=True)
class Attack:
    line: Line
    kind: str
    rule: str  # expected name in the refusal; "-": any; "allow": runs, but without effect of the attack
    taken_by: str  # which plain CLIs create a container from it: "all", "none" or a series


def parse_line(number: int, text: str) -> Line:
    words = shlex.split(text)
    env = {}
    while words and ASSIGNMENT.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    if not words or words[0] != "docker":
        raise ValueError(f"line {number}: not a docker command: {text}")
    return Line(number, env, tuple(words[1:]), text)


def read_rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text or text.startswith("#"):
            continue
        fields = text.split("\t")
        if len(fields) != columns:
            raise ValueError(f"{path.name}:{number}: {len(fields)} columns, not {columns}")
        yield number, fields


def read_everyday(path: Path) -> list[Everyday]:
    cases = []
    for number, (where, text) in read_rows(path, 2):
        marks = where.split(",")
        cases.append(Everyday(parse_line(number, text), marks[0], "tty" in marks))
    return cases


def read_attacks(path: Path) -> list[Attack]:
    return [Attack(parse_line(number, text), kind, rule, taken_by)
            for number, (kind, rule, taken_by, text) in read_rows(path, 4)]
