# SPDX-License-Identifier: Apache-2.0
"""Follows hints to the letter: what a refusal proposes becomes an edit of the line, and nothing else is tried.

A row of HINTS says how a hint reads and what it has somebody do. A hint that no row knows cannot be followed, which is a
failure: people could not follow it either."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ask import Refusal

SOURCE = re.compile(r"(?P<before>(.*,)?(source|src)=|)(?P<source>[^,]*?)(?P<rest>(,|:/).*)")
# What no hint can help with, and says so.
NOBODY = re.compile(r"ask the administrator$")


@dataclass(frozen=True)
class Edit:
    """`kind`: "first" (a command typed before), "write" (something else in its place), "without"."""

    kind: str
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    def _at(self, words: Sequence[str]) -> int:
        count = len(self.old)
        return next((at for at in range(len(words)) if tuple(words[at:at + count]) == self.old), -1)

    def fits(self, words: Sequence[str]) -> bool:
        return self._at(words) >= 0

    def apply(self, words: Sequence[str]) -> list[str]:
        at = self._at(words)
        return [*words[:at], *self.new, *words[at + len(self.old):]]

    def told(self) -> str:
        old, new = " ".join(self.old), " ".join(self.new)
        return {"first": f"first `{new}`", "write": f"`{new}` for `{old}`", "without": f"without `{old}`"}[self.kind]


@dataclass(frozen=True)
class Asked:
    """The words of the line that a refusal is about: as they are typed, and the name and the value of the option."""

    typed: tuple[str, ...]
    flag: str  # "-p", "--publish=", or "" for a word that is no option
    value: str
    line: tuple[str, ...] = ()

    def with_value(self, value: str) -> tuple[str, ...]:
        return (self.flag + value,) if len(self.typed) == 1 else (self.flag, value)


def find_asked(refusal: Refusal, typed: Sequence[str], said: Sequence[str]) -> Asked | None:
    """`said` is what the shell makes of `typed`. A message begins with the words that it is about."""
    for start in range(1, len(said)):
        for count in (2, 1):
            words = " ".join(said[start:start + count])
            if len(said[start:start + count]) == count and refusal.message.startswith(f"{words}: "):
                return _asked(tuple(typed[start:start + count]))
    for start in range(1, len(said)):  # a cluster such as -itu, or a value that follows its letter
        for count in (1, 2):
            if refusal.option and "".join(said[start:start + count]) == refusal.message.split(": ")[0].replace(" ", ""):
                return _asked(tuple(typed[start:start + count]))
    return None


def _asked(typed: tuple[str, ...]) -> Asked:
    if len(typed) == 2:
        return Asked(typed, typed[0], typed[1])
    word = typed[0]
    if word.startswith("--"):
        name, sign, value = word.partition("=")
        return Asked(typed, name + sign, value)
    return Asked(typed, word[:2], word[2:]) if word.startswith("-") else Asked(typed, "", word)


def _without(asked: Asked, _: re.Match[str]) -> list[Edit]:
    return [Edit("without", asked.typed)]


def _at_most(asked: Asked, hint: re.Match[str]) -> list[Edit]:
    return [Edit("write", asked.typed, asked.with_value(hint["value"]))]


def _mkdir(_: Asked, hint: re.Match[str]) -> list[Edit]:
    return [Edit("first", (), tuple(hint["command"].split()))]


def _own_network(asked: Asked, hint: re.Match[str]) -> list[Edit]:
    return [Edit("first", (), ("docker", *hint["command"].split()[1:]))]


def _one_network(asked: Asked, _: re.Match[str]) -> list[Edit]:
    network = Edit("first", (), ("docker", "network", "create", "mine"))
    return [network, Edit("write", asked.typed, ("--network", "mine"))]


def _port(asked: Asked, hint: re.Match[str]) -> list[Edit]:
    *address, _, inside = asked.value.split(":")
    return [Edit("write", asked.typed, asked.with_value(":".join([*address, hint["port"], inside])))]


def _single_port(asked: Asked, hint: re.Match[str]) -> list[Edit]:
    return [Edit("write", asked.typed, tuple(hint["option"].split()))]


def _address(asked: Asked, _: re.Match[str]) -> list[Edit]:
    return [Edit("write", asked.typed, asked.with_value(":".join(asked.value.split(":")[-2:])))]


def _own_folder(asked: Asked, _: re.Match[str]) -> list[Edit]:
    """A folder of the same name in the project."""
    value = re.sub("['\"]", "", asked.value)
    match = SOURCE.fullmatch(value)
    if match is None:
        return []
    name = re.sub("[${}]", "", match["source"].rstrip("/").rpartition("/")[2]) or "files"
    quote = '"' if value != asked.value else ""
    return [Edit("write", asked.typed, asked.with_value(f"{quote}{match['before']}$PWD/{name}{match['rest']}{quote}"))]


def _suffix(asked: Asked, _: re.Match[str]) -> list[Edit]:
    """What stands behind the second colon, or the part of it that the hint is about."""
    quote = asked.value[-1] if asked.value[-1] in "'\"" else ""
    head, _, options = asked.value.removesuffix(quote).rpartition(":")
    left = [option for option in options.split(",") if option not in ("z", "Z", "shared", "rshared", "slave", "rslave")]
    return [Edit("write", asked.typed, asked.with_value(":".join([head, *([",".join(left)] if left else [])]) + quote))]


def _volume_options(asked: Asked, _: re.Match[str]) -> list[Edit]:
    kept = [part for part in asked.value.strip("'").split(",") if not part.startswith("volume-opt")]
    return [Edit("write", asked.typed, asked.with_value(",".join(kept)))]


def _device(asked: Asked, hint: re.Match[str]) -> list[Edit]:
    return [Edit("write", asked.typed, (hint["option"],))]


def _other_command(asked: Asked, hint: re.Match[str]) -> list[Edit]:
    return [Edit("write", asked.line, tuple(hint["command"].split()))]


Follower = Callable[[Asked, "re.Match[str]"], list[Edit]]
HINTS: tuple[tuple[re.Pattern[str], Follower], ...] = tuple((re.compile(pattern), follower) for pattern, follower in (
    (r"create it first, with (?P<command>mkdir -p \S+), or name something that exists", _mkdir),
    (r"leave it out to get \S+, or ask for at most (?P<value>\S+)", _at_most),
    (r"leave it out, or ask for at most (?P<value>\S+=\S+)", _at_most),
    (r"leave it out, or use 2 to (?P<value>1024)", _at_most),
    (r"write one of: .*\b(?P<value>on-failure); or leave it out", _at_most),
    (r"write on-failure:N with N from 1 to (?P<n>\d+)", lambda asked, hint: [
        Edit("write", asked.typed, asked.with_value(f"on-failure:{hint['n']}"))]),
    (r"use a host port from \d+ to \d+, such as (?P<port>\d+), or", _port),
    (r"publish single ports with -p: (?P<option>-p 80) ", _single_port),
    (r"leave the address out for ", _address),
    (r"make it with (?P<command>docker network create \S+); ", _own_network),
    (r"put both (containers )?on (one|a) network of your own", _one_network),
    (r"leave it out, or write rprivate|leave it out; where the host has SELinux", _suffix),
    (r"bind a folder of your own|name a file or folder below the allowed sources: ", _own_folder),
    (r"leave volume-opt out", _volume_options),
    (r"use (?P<option>--device=\S+) instead, once the administrator has allowed it", _device),
    (r"leave it out|leave log options out with this driver|write one of: no; or leave it out", _without),
    (r"run the docker command outside the container|reach the service over the network instead", _without),
    (r"choose another folder of the container", _without),
    (r"use (?P<command>docker container prune), ", _other_command),
))


def follow(refusal: Refusal, typed: Sequence[str], said: Sequence[str]) -> list[Edit]:
    """What the hint has somebody do; nothing where the hint is not for them but for the administrator."""
    asked = find_asked(refusal, typed, said)
    asked = replace(asked, line=tuple(typed)) if asked is not None else None
    for pattern, follower in HINTS:
        match = pattern.match(refusal.hint or "")
        if match and asked is not None:
            return follower(asked, match)
    return []
