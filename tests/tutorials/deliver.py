# SPDX-License-Identifier: Apache-2.0
"""Accepted lines, sent: what the real CLI asks of a daemon keeps every invariant, and is what the line alone asks for."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from checks import compare_outcomes
from harness import Cli, Lane
from place import Place, merge, preset_policy
from shell import Shell
from walk import Line, Verdict

TERMINAL = re.compile(r"-[a-zA-Z]*t[a-zA-Z]*|--tty")


class Deliverer:
    """One CLI under one preset."""

    def __init__(self, preset: str, place: Place, program: Path, cli: Cli, number: int) -> None:
        world = replace(place.world, work=place.project)
        self.lane = Lane(world, cli, number, program)
        own = {"docker": {"path": cli.path}}
        self.lane.policy = merge(preset_policy(preset, world.base, self.lane.daemon.host), own)
        self.lane.policy_path.write_text(json.dumps(self.lane.policy), encoding="utf-8")
        self.shell = Shell(place.start())
        self.place = place

    def close(self) -> None:
        self.lane.close()

    def check(self, verdict: Verdict) -> list[str]:
        """What the caller types in the end, in the folders that were to be made first."""
        made = [self.place.make(self.shell.expand(edit.new)[-1]) for edit in verdict.edits if edit.kind == "first"]
        try:
            return self._check(self.shell.expand(verdict.words)[1:])
        finally:
            for folder in made:
                shutil.rmtree(folder, ignore_errors=True)

    def _check(self, words: Sequence[str]) -> list[str]:
        tty = any(TERMINAL.fullmatch(word) for word in words)
        plain = self.lane.plain(words, tty=tty)
        for made in self.place.project.glob("*.cid"):  # must be new each time
            made.unlink()
        if plain.status != 0 or len(plain.created()) != 1:
            return [f"the plain CLI does not create a container: {plain.why()}"]
        return compare_outcomes(self.lane, plain, self.lane.wrapped(words, tty=tty))


def deliverable(line: Line, verdict: Verdict) -> bool:
    """The daemon knows no networks of callers, and its images come from nowhere, which "ci" does not allow."""
    networks = any(edit.new[0] == "docker" for edit in verdict.edits if edit.kind == "first")
    return line.counted() and bool(verdict.words) and not networks and not (verdict.kind == "never" and verdict.keys)
