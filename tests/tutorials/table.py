# SPDX-License-Identifier: Apache-2.0
"""docs/tutorials.md: written from what was found, and compared with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from place import PRESETS
from walk import KINDS, Line, Verdict

TOPICS = {
    "database": "Databases", "queue": "Queues and object storage", "web": "Web servers and proxies", "language": "Languages",
    "ci": "Continuous integration, scanners and linters", "ml": "Machine learning", "app": "Applications", "tool": "Tools",
    "around": "What stands around them",
}
HEAD = """# Tutorials

What becomes of command lines as tutorials and README files of popular images write them, under three of the policies that
come along: `default`, `ci` and `lab` ([presets.md](presets.md)), for somebody who is in no group that a policy names. Each line
is decided by safe-docker as a caller's, in a folder of a project that has the files which the tutorial is about. What
it is refused for is read, what the message says is done to the letter, and the line is decided again; what only the
administrator can allow is added as `safe-docker policy suggest` prints it, and the line is decided under that. This page is
written by `tests/tutorials/run.py --write`, and a test compares it with what safe-docker does.
"""
FOOT = """
*without* says which word is left out: the container starts, and lacks what the word is for. Where a program is about just
that (a manager of all containers, a Docker in Docker, a look at the host's processes, the network of the host), it is no
program for people who must not be root, and the table says `never`. What is *allowed by* a key is for the administrator: the
line is allowed as it stands, once what *first* says is done and the policy has what `safe-docker policy suggest` prints.
"""


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{_escape(text)}{fence}"


def _told(verdict: Verdict) -> str:
    edits = _escape("; ".join(edit.told() for edit in verdict.edits))
    keys = ", ".join(f"`{key}`" for key in verdict.keys)
    if not keys:
        return edits
    if verdict.kind == "never":
        return f"{edits}; allowed by {keys}"
    return f"{edits}, or allowed by {keys}" if edits else f"allowed by {keys}"


def _instead(verdicts: Mapping[str, Verdict]) -> str:
    """Presets of which the same is told stand together."""
    same: dict[str, list[str]] = {}
    for preset in PRESETS:
        told = _told(verdicts[preset])
        if told:
            same.setdefault(told, []).append(preset)
    alone = len(same) == 1 and len(next(iter(same.values()))) == sum(v.kind != "yes" for v in verdicts.values())
    return "<br>".join(told if alone else f"*{', '.join(presets)}*: {told}" for told, presets in same.items())


def counts(found: Mapping[Line, Mapping[str, Verdict]]) -> list[str]:
    lines = [line for line in found if line.counted()]
    out = ["", f"{len(lines)} lines with `docker run`, and {len(found) - len(lines)} of other commands that stand around them. "
           "Of those with `docker run`:", "", "| | what it means | " + " | ".join(PRESETS) + " |", "| --- | --- |" + " --- |" * len(PRESETS)]
    for kind, meaning in KINDS.items():
        numbers = [sum(found[line][preset].kind == kind for line in lines) for preset in PRESETS]
        if any(numbers):
            out.append(f"| {kind} | {meaning} | " + " | ".join(map(str, numbers)) + " |")
    best = [min(list(KINDS).index(found[line][preset].kind) for preset in PRESETS) for line in lines]
    told = ", ".join(f"{best.count(number)} {kind}" for number, kind in enumerate(KINDS) if number in best)
    return [*out, "", f"By the best of the three: {told}."]


def write(found: Mapping[Line, Mapping[str, Verdict]]) -> str:
    out = [HEAD, *counts(found)[1:], FOOT]
    for topic, title in TOPICS.items():
        out += [f"## {title}", "", "| line | " + " | ".join(PRESETS) + " | instead |", "| --- |" + " --- |" * (len(PRESETS) + 1)]
        for line, verdicts in found.items():
            if line.topic == topic:
                kinds = " | ".join(verdicts[preset].kind for preset in PRESETS)
                out.append(f"| {_code(line.text)} | {kinds} | {_instead(verdicts)} |")
        out.append("")
    return "\n".join(out).rstrip("\n") + "\n"


def differences(before: str, after: str) -> Sequence[str]:
    """The rows that are not as they were; those of the counts follow from them."""
    old, new = before.splitlines(), after.splitlines()
    gone = [f"in docs/tutorials.md: {line}" for line in old if line not in set(new)]
    return gone + [f"but found:           {line}" for line in new if line not in set(old)]
