# SPDX-License-Identifier: Apache-2.0
"""What safe-docker says of a command line: its decision, and what the administrator could add."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from place import Place


@dataclass(frozen=True)
class Refusal:
    rule: str
    option: str | None
    message: str
    hint: str | None


@dataclass(frozen=True)
class Decision:
    allowed: bool
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Suggestion:
    enough: bool
    keys: tuple[str, ...]
    never: tuple[str, ...]
    policy: dict[str, Any] = field(default_factory=dict)


class Asker:
    """safe-docker under one policy, as the account of a place."""

    def __init__(self, program: Path, place: Place, policy: Path) -> None:
        self.program, self.place, self.policy = program, place, policy

    def run(self, words: Sequence[str], policy: Path | None = None) -> subprocess.CompletedProcess[str]:
        """`words` are those behind "docker"."""
        start = self.place.start()
        start["env"] = start["env"] | {"SAFE_DOCKER_POLICY": str(policy or self.policy)}
        return subprocess.run([str(self.program), *words], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=60, check=False, **start)

    def _json(self, words: Sequence[str], policy: Path) -> Any:
        done = self.run(words, policy)
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise ValueError(f"{' '.join(words)}: {done.stdout}{done.stderr}") from error

    def decide(self, words: Sequence[str], policy: Path | None = None) -> Decision:
        answer = self._json(["--explain=json", *words], policy or self.policy)
        return Decision(answer["decision"] == "allow", tuple(Refusal(v["rule"], v["option"], v["message"], v["hint"])
                                                             for v in answer["violations"]))

    def suggest(self, words: Sequence[str]) -> Suggestion:
        answer = self._json(["policy", "suggest", "--policy", str(self.policy), "--format", "json", "--", *words], self.policy)
        return Suggestion(answer["enough"], tuple(one["key"] for one in answer["additions"]), tuple(answer["never"]),
                          answer["policy"] or {})
