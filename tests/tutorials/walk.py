# SPDX-License-Identifier: Apache-2.0
"""What becomes of a line under a preset: it is decided as it stands, and else what the messages say is done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ask import Asker, Decision, Suggestion
from follow import NOBODY, Edit, follow
from place import Place, merge, preset_policy
from shell import Shell, typed_words
from stateful_daemon import StatefulDaemon

ROUNDS = 6
# What stands there already when somebody types the lines of "around", and those that join another container.
THERE = ("run -d --name web there", "run -d --name some-postgres there", "run -d --name some-mysql there",
         "create --name tmp there", "volume create pgdata")


# What becomes of a line; "stuck" is what must not be.
KINDS = {
    "yes": "allowed as it stands",
    "instead": "allowed in the words that the messages give: another port, folder or network, a smaller number, another restart policy",
    "ask": "allowed once the administrator has added what `safe-docker policy suggest` prints; until then without the option",
    "never": "no policy allows all of it; what the messages say instead is allowed, without what the option is for",
    "nothing": "nobody but the administrator, and the message says so",
    "stuck": "the messages do not say what to do, or it does not work",
}


@dataclass(frozen=True)
class Line:
    number: int
    topic: str
    text: str

    def counted(self) -> bool:
        return self.text.startswith("docker run ")

    def words(self) -> list[str]:
        return typed_words(self.text)


@dataclass(frozen=True)
class Verdict:
    """`kind`: one of KINDS. `edits`: what to type instead. `keys`: what the administrator adds to the policy, for the whole
    line, or for "never" for what is left of it."""

    kind: str
    edits: tuple[Edit, ...] = ()
    keys: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # what was allowed in the end, as typed

    def told(self) -> str:
        told = [edit.told() for edit in self.edits]
        told += [f"the administrator's `{'`, `'.join(self.keys)}`"] if self.keys else []
        return "; ".join(told)


class Walker:
    """One preset, its daemon, and the account in its project."""

    def __init__(self, preset: str, place: Place, program: Path) -> None:
        self.preset, self.place = preset, place
        base = place.world.base
        self.daemon = StatefulDaemon(str(base / f"{preset}.stateful"), "1.41")
        self.policy = preset_policy(preset, base, self.daemon.host)
        self.file = base / f"{preset}.json"
        self.more = base / f"{preset}.more.json"
        self._write(self.file, self.policy)
        self.asker = Asker(program, place, self.file)
        self.shell = Shell(place.start())
        usual = base / f"{preset}.there.json"  # under which nothing of it is refused
        self._write(usual, preset_policy("default", base, self.daemon.host))
        for words in THERE:
            self.asker.run(words.split(), usual)
        self.start = self.daemon.picture()
        self.made: list[Path] = []

    def close(self) -> None:
        self.daemon.stop()

    @staticmethod
    def _write(path: Path, policy: dict[str, Any]) -> None:
        path.write_text(json.dumps(policy), encoding="utf-8")

    def _do(self, words: Sequence[str]) -> None:
        self.asker.run(words)

    def _decide(self, typed: Sequence[str], policy: Path | None = None) -> Decision:
        return self.asker.decide(self.shell.expand(typed)[1:], policy)

    def _first(self, edit: Edit) -> None:
        """What a hint has somebody type before."""
        words = self.shell.expand(edit.new)
        if words[0] == "docker":
            self._do(words[1:])
            return
        self.made.append(self.place.make(words[-1]))

    def _tidy(self) -> None:
        for folder in self.made:
            shutil.rmtree(folder, ignore_errors=True)
        self.made = []
        self.daemon.put_back(self.start)

    def _proposals(self, decision: Decision, typed: Sequence[str]) -> list[Edit]:
        """Folders in them are named as for every account."""
        said, place = self.shell.expand(typed), self.place
        refusals = [replace(refusal, hint=place.general(refusal.hint or "")) for refusal in decision.refusals]
        return [edit for refusal in refusals for edit in follow(refusal, typed, said)]

    def _follow(self, typed: list[str], policy: Path | None = None) -> tuple[bool, list[str], list[Edit]]:
        """Does what the hints say until there is nothing more to do: whether it is allowed then, the line, and what was done."""
        done: list[Edit] = []
        decision = self._decide(typed, policy)
        for _ in range(ROUNDS):
            edits = self._proposals(decision, typed)
            if decision.allowed or not edits:
                break
            for edit in dict.fromkeys(edits):
                if edit.kind == "first":
                    if edit not in done:
                        self._first(edit)
                        done.append(edit)
                elif edit.fits(typed):
                    typed = edit.apply(typed)
                    done.append(edit)
            decision = self._decide(typed, policy)
        return decision.allowed, typed, done

    def _added(self, typed: list[str], firsts: list[Edit]) -> Suggestion:
        """What the administrator can add, done and tried. What shows up then, such as a network that is to be made first, is
        done as well, and goes to `firsts`."""
        found = self.asker.suggest(self.shell.expand(typed)[1:])
        if not found.enough:
            return found
        self._write(self.more, merge(self.policy, found.policy))
        allowed, _, edits = self._follow(typed, self.more)
        firsts += [edit for edit in edits if edit.kind == "first"]
        return replace(found, enough=allowed and all(edit.kind == "first" for edit in edits))

    def judge(self, line: Line) -> Verdict:
        typed = line.words()
        if self._decide(typed).allowed:
            return Verdict("yes", words=tuple(typed))
        try:
            return self._judge_refused(typed)
        finally:
            self._tidy()

    def _judge_refused(self, line: list[str]) -> Verdict:
        allowed, typed, edits = self._follow(line)
        if allowed and all(edit.kind != "without" for edit in edits):
            return Verdict("instead", tuple(edits), words=tuple(typed))
        firsts = [edit for edit in edits if edit.kind == "first"]
        whole = self._added(line, firsts)
        if whole.enough:
            return Verdict("ask", tuple(edits if allowed else firsts), whole.keys, words=tuple(typed if allowed else ()))
        if allowed:
            return Verdict("never", tuple(edits), reasons=whole.never, words=tuple(typed))
        rest = self._added(typed, edits)
        if rest.enough:
            return Verdict("never", tuple(edits), rest.keys, whole.never, tuple(typed))
        nobody = all(NOBODY.match(refusal.hint or "") for refusal in self._decide(typed).refusals)
        return Verdict("nothing" if nobody and not edits else "stuck", tuple(edits), rest.keys, whole.never)


def read_lines(path: Path) -> list[Line]:
    rows = [(number, text.split("\t")) for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if text and not text.startswith("#")]
    for number, row in rows:
        if len(row) != 2:
            raise ValueError(f"{path.name}:{number}: {len(row)} columns, not 2")
    return [Line(number, topic, text) for number, (topic, text) in rows]
