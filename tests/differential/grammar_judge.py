# SPDX-License-Identifier: Apache-2.0
"""What is wrong with what a line did: four kinds of findings.

    invariant   what arrived through safe-docker breaks an invariant of DESIGN.md, or something arrived elsewhere
    refused     safe-docker accepts it, and the real CLI alone does not
    meaning     both accept it, and what arrives differs by more than the hardening
    grammar     safe-docker refuses it as not understood, and the real CLI creates a container from it"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from checks import broken_invariants, check_refused, compare_outcomes
from corpus import read_rows
from harness import Cli, Outcome
from world import World

# The rules that say that a line is not understood; all others say what the policy does not allow.
NOT_UNDERSTOOD = {"invalid-value", "invalid-image", "missing-image", "unknown-option", "unknown-command", "security-opt", "global-option"}
PROBLEM = re.compile(r"^  ([a-z0-9-]+)  (.*?)(?=\n  [a-z0-9-]+  |\Z)", re.MULTILINE | re.DOTALL)
# Of what is refused in words of the policy the plain CLI is asked this often, in a hundred.
SAMPLE = 3


class Station(Protocol):
    """Where a line is tried: grammar_pool.Station, or a lane of run.py."""

    world: World
    cli: Cli
    policy: dict[str, Any]

    def plain(self, words: Sequence[str]) -> Outcome: ...

    def wrapped(self, words: Sequence[str]) -> Outcome: ...


@dataclass(frozen=True)
class Verdict:
    way: str  # accepted, denied, strict, both (refuse), or the kind of the finding
    told: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        return bool(self.told)


@cache
def _meant(kind: str) -> list[re.Pattern[str]]:
    rows = read_rows(Path(__file__).with_name("grammar-strict.tsv"), 3)
    return [re.compile(pattern, re.DOTALL) for _, (its_kind, pattern, _) in rows if its_kind == kind]


def is_meant(kind: str, text: str) -> bool:
    """Whether safe-docker is meant to be stricter, or more lenient, than the CLI: grammar-strict.tsv."""
    return any(pattern.search(text) for pattern in _meant(kind))


def problems(stderr: str) -> list[tuple[str, str]]:
    """Rule and text of each problem that a refusal tells."""
    return [(rule, " ".join(text.split())) for rule, text in PROBLEM.findall(stderr)]


def judge(station: Station, words: Sequence[str], sampled: bool) -> Verdict:
    """`words` are expanded."""
    outcome = station.wrapped(words)
    if outcome.decoy:
        return Verdict("invariant", ("another daemon was asked",))
    if outcome.stderr.startswith("safe-docker: "):
        return _refused(station, words, outcome, sampled)
    plain = station.plain(words)
    if len(outcome.created()) > 1:
        return Verdict("invariant", ("several containers are created",))
    if outcome.created():
        return _accepted(station, plain, outcome)
    if plain.created():
        return Verdict("meaning", (f"the plain CLI creates what it does not create behind safe-docker: {outcome.why()}",))
    if plain.status == 0 or outcome.status == 0:
        same = (plain.status, _page(plain.stdout)) == (outcome.status, _page(outcome.stdout)) or _is_help(outcome)
        return Verdict("both") if same else Verdict("meaning", (f"{plain.why()} became {outcome.why()}",
            f"{plain.stdout[:200]!r} became {outcome.stdout[:200]!r}"))
    return Verdict("both")


def _is_help(outcome: Outcome) -> bool:
    """Nothing was created, and the help of docker is safe-docker's own; it comes also where a value beside it is wrong."""
    return outcome.status == 0 and outcome.stdout.lstrip().startswith(("Usage:", "safe-docker "))


def _page(text: str) -> str:
    """The list of options in a help has the given values for defaults."""
    return text.partition("\nOptions:\n")[0]


def _accepted(station: Station, plain: Outcome, outcome: Outcome) -> Verdict:
    if broken := broken_invariants(station, outcome):
        return Verdict("invariant", tuple(broken))
    if not plain.created():
        if is_meant("lenient", plain.stderr):
            return Verdict("lenient")
        return Verdict("refused", (f"safe-docker creates what the plain CLI does not: {plain.why()}",))
    differences = compare_outcomes(station, plain, outcome)
    return Verdict("meaning", tuple(differences)) if differences else Verdict("accepted")


def _refused(station: Station, words: Sequence[str], outcome: Outcome, sampled: bool) -> Verdict:
    if failures := check_refused(outcome):
        return Verdict("invariant", tuple(failures))
    found = problems(outcome.stderr)
    if len(found) != len(outcome.rules()):
        return Verdict("invariant", (f"the problems cannot be told apart: {outcome.stderr[:600]!r}",))
    misread = [(rule, text) for rule, text in found if rule in NOT_UNDERSTOOD]
    strange = [f"{rule}: {text}" for rule, text in misread if not is_meant("strict", f"{rule}: {text}")]
    if not strange and not sampled:
        return Verdict("strict" if misread else "denied")
    taken = station.plain(words).created()
    if strange and taken:
        return Verdict("grammar", tuple(strange))
    return Verdict("denied" if not misread else "strict" if taken else "both")
