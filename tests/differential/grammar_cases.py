# SPDX-License-Identifier: Apache-2.0
"""The lines that random search has found once: grammar-cases.tsv, judged again on every run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import parse_line, read_rows
from grammar_judge import judge
from grammar_policies import POLICIES
from harness import Lane, Outcome

CASES = Path(__file__).with_name("grammar-cases.tsv")


@dataclass(frozen=True)
class Case:
    number: int
    kind: str  # of the finding that it was
    policy: str
    series: str  # "all", or the only CLI series that takes it so
    words: tuple[str, ...]


def read_cases() -> list[Case]:
    return [Case(number, kind, policy, series, parse_line(number, text).words) for number, (kind, policy, series, text) in read_rows(CASES, 4)]


def written(words: Sequence[str]) -> str:
    """A command line as a row has it: what is not printable, and every blank but " ", as {xHH}."""
    text = "docker " + shlex.join(words)
    return "".join(char if char.isprintable() else "".join(f"{{x{byte:02X}}}" for byte in char.encode(errors="surrogateescape")) for char in text)


class _OnLane:
    """A lane with another policy, as the judge wants it."""

    def __init__(self, lane: Lane, name: str) -> None:
        self.lane, self.world, self.cli = lane, lane.world, lane.cli
        self.policy = POLICIES[name](lane.world, lane.cli, lane.daemon.host)
        self._path = lane.policy_path.with_suffix(".grammar.json")
        self._path.write_text(json.dumps(self.policy), encoding="utf-8")

    def plain(self, words: Sequence[str]) -> Outcome:
        return self._tidied(self.lane.plain(words))

    def wrapped(self, words: Sequence[str]) -> Outcome:
        return self._tidied(self.lane.wrapped(words, policy=self._path))

    def _tidied(self, outcome: Outcome) -> Outcome:
        for path in self.world.work.glob("*.cid"):  # must be new each time
            if not path.is_symlink():
                path.unlink(missing_ok=True)
        return outcome


def check_grammar(lane: Lane, case: Case) -> list[str]:
    if lane.safe_docker is None:
        return []
    verdict = judge(_OnLane(lane, case.policy), [lane.expand(word) for word in case.words], True)
    return [f"{verdict.way}: {text}" for text in verdict.told]
