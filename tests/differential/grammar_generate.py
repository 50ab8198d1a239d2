# SPDX-License-Identifier: Apache-2.0
"""Random command lines of `docker run` and `docker create`, mostly nearly valid.

A line is a few options with good values, and often one thing about it that is nasty: a value at the edge of its type, a spoilt
one, a form of writing, a word in the wrong place. The words have the placeholders of world.World.expand."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import grammar_values as v
from grammar_deck import Card, card, opened_for, options_of
from grammar_options import KINDS, VALUES
from grammar_policies import WEIGHTS
from options_table import Option, table

COMMANDS = [["create"]] * 24 + [["container", "create"]] * 3 + [["run", "-d"]] * 4 + [["run"]] * 2 + [["container", "run", "-d"]]
ODD_COMMANDS = [["run", "create"], ["container"], ["container", "--", "create"], ["container", "-x", "create"], ["Create"], ["creat"], ["container",
    "container", "create"],
                ["-v", "create"], ["--help", "create"], ["help", "create"], ["--", "create"], ["-", "create"], ["--x", "create"], ["-c", "default",
                    "create"],
                ["container", "-D", "create"], [""], ["image", "create"], ["exec"], ["container", "--help"], ["create", "create"], ["--version"],
                    ["-D", "-D", "create"]]
GLOBALS = [["-D"], ["--debug"], ["-l", "debug"], ["-lerror"], ["--log-level=warn"], ["-D=true"], ["--debug=false"], ["-l=info"], ["--log-level",
    "fatal"]]
ODD_GLOBALS = [["--config", "{EVIL}"], ["--config={EVIL}"], ["--context", "default"], ["--context=evil"], ["-c", "evil"], ["-H", "unix://{DECOY}"],
    ["-Hunix://{DECOY}"],
               ["--host=unix://{DECOY}"], ["--tls"], ["--tlsverify"], ["--tlscacert=x"], ["--tlskey", "x"], ["-l", "x"], ["-l", "DEBUG"], ["-Dl",
                   "debug"],
               ["-lD"], ["-D=x"], ["--debug="], ["-D1"], ["-test.v"], ["--test.v"], ["-DH", "unix://{DECOY}"], ["-l="], ["--log-level="], ["-l",
                   "trace"],
               ["--log-level=panic"], ["-l", "warning"], ["-h"], ["-v"], ["--host", ""], ["-H="], ["--debu"], ["--DEBUG"], ["--context="], ["-D", ""]]
IMAGES = ["bb:1"] * 40 + ["alpine", "docker.io/library/alpine:3.19", "nginx@sha256:" + "ab" * 32, "localhost:5000/x/y:t", "a/b/c", "bb"]
ODD_IMAGES = ["", "-", "Bad", "bb:1 ", " bb:1", "bb:", ":1", "bb@", "bb@sha256:x", "a//b", "a/", "/a", "bb:1:2", "ü", "a__b", "a___b", "a..b", "a--b",
    "-a", "a_", "A/b", "A.b/c",
              "localhost/x", "index.docker.io/a", "docker.io/a", "[::1]:5000/a", "a:b/c", "ab" * 32, "sha256:" + "ab" * 32, "sha256:abc",
                  "bb:" + "t" * 128, "bb:" + "t" * 129,
              "n" * 255, "a" * 256, "scratch", "{x80}", "bb{NL}", "bb:1@sha512:" + "ab" * 64, "docker.io:443/a", "example.com/a:0", "bb:.t", "bb:-t",
                  "bb:_t", "http://x/y", "a%b", "library/bb"]
TAILS = [[], [], ["true"], ["sh", "-c", "id; exit 1"], ["--privileged"], ["-v", "/:/h"], ["--", "x"], [""], ["--rm", "--", "-p"], ["é深"], ["-"],
    ["a{NL}b"], ["run", "--privileged", "bb:1"]]
ODD_TAILS = [["{xFF}"], ["{x01}{x1B}[2J"], ["w" * 100000], ["{xED}{xA0}{x80}"], ["a"] * 300, ["--help"], ["--", "--"]]
# Seldom: several runs of the CLI, or files.
SELDOM = {"help", "cidfile", "sig-proxy", "detach-keys", "attach", "pull", "volumes-from", "link"}
# What is nasty about a line, as often as it stands here.
FREE = ["value"] * 6 + ["spoilt"] * 4 + ["form"] * 3 + ["option", "command", "global", "image", "tail", "word", "nothing"]
# How often those are taken that have a grammar of their own, or that a container hangs on.
OFTEN = {"volume": 7, "mount": 7, "publish": 4, "network": 4, "tmpfs": 4, "env": 3, "user": 3, "security-opt": 3, "memory": 3, "memory-swap": 3,
    "cpus": 2, "label": 2,
         "cap-add": 2, "env-file": 2, "ulimit": 2, "restart": 2, "device": 2, "gpus": 2}

@cache
def _rows(version: tuple[int, ...], opened: frozenset[str]) -> tuple[list[Option], list[Option]]:
    """All options of that CLI, and those that the policy gives something of."""
    rows = [row for row in options_of(version) for _ in range(OFTEN.get(row.name, 1))]
    return rows, [row for row in rows if (row.disposition != "SD_DENY" or row.name in opened) and row.name not in SELDOM]


@dataclass(frozen=True)
class Place:
    """Which line it is: the same words whoever asks, and whenever."""

    seed: int
    version: tuple[int, ...]
    index: int

    def __str__(self) -> str:
        return f"{self.seed}/{'.'.join(map(str, self.version))}/{self.index}"

    def source(self, what: str) -> random.Random:
        return random.Random(f"{what} {self}")

    def card(self) -> Card | None:
        return card(self.seed, self.version, self.index)


def policy_of(place: Place) -> str:
    """What a policy must open is mostly tried with the one that opens it; each other card in turn with that one and without."""
    dealt, source = place.card(), place.source("policy")
    weights = dict(WEIGHTS)
    if dealt is not None:
        closed = dealt.row.disposition == "SD_DENY" and "POLICY" in dealt.row.flags
        opened = source.random() < 0.8 if closed else opened_for(place.seed, place.version, place.index)
        weights = {name: weight for name, weight in WEIGHTS.items() if (name == "wide") == opened}
    return source.choices(list(weights), list(weights.values()))[0]


def command_line(place: Place, opened: frozenset[str]) -> list[str]:
    """`opened` are the options that the policy opens."""
    source, dealt = place.source("line"), place.card()
    nasty = source.choice(FREE if dealt is None or source.random() < 0.2 else ["nothing"])
    words = [] if source.random() < 0.9 else list(source.choice(GLOBALS))
    words += source.choice(ODD_GLOBALS) if nasty == "global" else []
    words += source.choice(ODD_COMMANDS if nasty == "command" else COMMANDS)
    parts = _parts(source, _rows(place.version, opened), nasty)
    if "run" in words:
        parts = [part for part in parts if part[0].lstrip("-").split("=")[0] not in ("d", "detach", "i", "interactive") or nasty == "form"]
    parts += [list(source.choice(dealt.ways))] if dealt is not None else []
    source.shuffle(parts)
    if parts and source.random() < 0.06:  # again, with another value
        parts.append(_again(source, source.choice(parts)))
    for part in parts:
        words += part
    if nasty == "word":
        words.insert(source.randint(0, len(words)), source.choice(v.WORDS + ["--", "--", "-", "-test.v", "--rm", "--privileged", "bb:1"]))
    words += ["--"] if source.random() < 0.08 else []
    words.append(source.choice(ODD_IMAGES if nasty == "image" else IMAGES))
    return words + source.choice(ODD_TAILS if nasty == "tail" else TAILS)


def _parts(source: random.Random, options: tuple[list[Option], list[Option]], nasty: str) -> list[list[str]]:
    """Options that are mostly well, and a nasty one."""
    rows, usual = options
    parts = [_option(source, source.choice(usual if source.random() < 0.98 else rows), "") for _ in range(source.choice([0, 0, 0, 1, 1, 1, 2, 3, 5]))]
    if nasty in ("value", "spoilt", "form", "option"):
        parts.append(_option(source, source.choice(rows if source.random() < 0.85 else usual), nasty))
    return parts


def _again(source: random.Random, part: list[str]) -> list[str]:
    name = part[0].split("=")[0]
    row = table().get(name[2:]) if name.startswith("--") else None
    return _option(source, row, source.choice(["", "value"])) if row is not None else list(part)


def _option(source: random.Random, row: Option, nasty: str) -> list[str]:
    if nasty == "option":
        return source.choice([_misspelt, _cluster])(source, row)
    if row.boolean:
        return _boolean(source, row, nasty)
    value = _value(source, row, nasty in ("value", "spoilt"))
    if nasty == "spoilt":
        for _ in range(source.choice([1, 1, 1, 2, 3])):
            value = _spoil(source, value)
    if nasty == "form" and source.random() < 0.3:
        return [f"--{row.name}"] if source.random() < 0.5 else [f"--{row.name}", *source.choice([["--"], ["-"], [""], ["--rm"], ["-i"], ["-d", "x"]])]
    if row.shorthand and source.random() < (0.8 if nasty == "form" else 0.35):
        flags = "".join(source.sample(["i", "P", "q", "d"], source.choice([0, 0, 0, 1, 2] if nasty == "form" else [0, 0, 0, 0, 1]))).replace("P",
            "").replace("q", "")
        cluster = f"-{flags.replace('d', '')}{row.shorthand}"
        if nasty == "form" and source.random() < 0.15:
            return [f"{cluster}="]
        return source.choice([[cluster, value], [cluster + value], [f"{cluster}={value}"]])
    return source.choice([[f"--{row.name}", value], [f"--{row.name}={value}"]])


def _value(source: random.Random, row: Option, nasty: bool) -> str:
    if nasty and source.random() < 0.1:
        return source.choice(v.WORDS)
    return VALUES.get(row.name, KINDS.get(row.kind, KINDS["TEXT"]))(source, nasty and source.random() < 0.9)


def _boolean(source: random.Random, row: Option, nasty: str) -> list[str]:
    off = row.disposition == "SD_DENY_TRUE" or row.name in ("publish-all", "help", "disable-content-trust")
    form = source.choice(["=false", "=0", "=F", "=f"] if off and not nasty else ["", "", *(f"={text}" for text in v.BOOLEANS)])
    if nasty in ("value", "spoilt"):
        form = "=" + source.choice(v.NOT_BOOLEANS + v.BOOLEANS)
    if nasty == "form" and source.random() < 0.3:
        return [f"--{row.name}", source.choice(["true", "false", "1", ""])]
    return [f"-{row.shorthand}{form}" if row.shorthand and source.random() < 0.5 else f"--{row.name}{form}"]


def _misspelt(source: random.Random, row: Option) -> list[str]:
    name = row.name
    forms = [f"--{name.upper()}", f"--{name[:-1]}", f"--{name}x", f"-{name}", f"---{name}", f"--no-{name}", f"--{name} ", f"-- {name}", f"--{name}:x",
        f"--={name}",
             f"--{name.replace('-', '_')}", f"--{name.title()}", f"-test.{name}", "-test.v", "--test.v", f"--{name}\u200b", f"—{name}",
                 f"--{{x00}}{name}"[:2] + name[::-1], "--", "-", "-=x", "--=", "-é"]
    return [source.choice(forms), *source.choice([[], ["x"]])]


def _cluster(source: random.Random, row: Option) -> list[str]:
    letters = "".join(source.choice("idPqtaecmhlpuvwD=-x1") for _ in range(source.randint(1, 6)))
    return ["-" + letters.replace("t", ""), *source.choice([[], ["x"], ["1"], ["64m"], ["8080:80"]])]


def _spoil(source: random.Random, value: str) -> str:
    """One small change; placeholders stay whole."""
    odd = source.choice([" ", "=", ",", ":", "/", '"', "'", "-", "+", "0", "_", ".", "\\", "%", "{NL}", "{TAB}", "{x1B}", "{x80}", "{xFF}", "{x7F}",
        "é", "\u2028", "\u200b", "ＡＢ", "\u00a0", "\u0130", "\u212a"])
    if "{" in value:
        return source.choice([odd + value, value + odd, value + value, value.upper() if "{W}" not in value else value, f'"{value}"'])
    at = source.randint(0, len(value))
    return source.choice([
        value[:at] + odd + value[at:], value[:at] + odd + value[at:], value[:at] + value[at + 1:], value[:at] + odd + value[at + 1:],
            value[:at] + value[at:].swapcase(),
        odd + value, value + odd, value + value, value + "," + value, value[::-1], value[:at], value.upper(), value.title(), f'"{value}"',
            f"'{value}'", value.replace("=", ":"), value.replace(":", "="),
    ])
