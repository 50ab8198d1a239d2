# SPDX-License-Identifier: Apache-2.0
"""Deals out each value of interest of each option, and each form of writing it, one to a line, so that none is left to luck.

A deck has all of them in an order that is the seed's. Most lines get the next card; when all are dealt, the deck is shuffled anew."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import grammar_values as v
from grammar_options import KINDS, VALUES, singles
from options_table import Option, table

# The plain CLI would wait for a terminal, or for the keys that end the attachment.
LEFT_OUT = {"tty"}
# So many lines of each round get a card; the others are free.
ROUND, DEALT = 5, 4


@dataclass(frozen=True)
class Card:
    row: Option
    about: str  # the value, or the form
    ways: tuple[tuple[str, ...], ...]  # of writing it, one of which is taken


def options_of(version: tuple[int, ...]) -> list[Option]:
    return [row for name, row in sorted(table().items()) if name not in LEFT_OUT and row.since <= version]


def _value(row: Option, value: str) -> Card:
    ways = [(f"--{row.name}", value), (f"--{row.name}={value}",)]
    if row.shorthand:
        ways += [(f"-{row.shorthand}", value), (f"-{row.shorthand}{value}",)] if value else [(f"-{row.shorthand}", value)]
    return Card(row, value, tuple(ways))


def _form(row: Option, *words: str) -> Card:
    return Card(row, "form " + " ".join(words), (words,))


def _forms(row: Option) -> list[Card]:
    """A good value in each form of writing, and no value."""
    value = VALUES.get(row.name, KINDS.get(row.kind, KINDS["TEXT"]))(random.Random(row.name), False)
    long, short = f"--{row.name}", f"-{row.shorthand}"
    cards = [_form(row, long), _form(row, f"{long}="), _form(row, long, ""), _form(row, long, "--rm"), _form(row, long, "--"),
        _form(row, f"{long}=", value), _form(row, f"{long}=={value}"), _form(row, long.upper(), value), _form(row, f"-{long}", value),
        _form(row, long[:-1], value)]
    if row.shorthand:
        cards += [_form(row, short), _form(row, f"{short}="), _form(row, short, ""), _form(row, f"{short}=", value), _form(row, f"{short}={value}"),
            _form(row, f"{short}=={value}"), _form(row, f"-i{row.shorthand}", value), _form(row, f"-i{row.shorthand}{value}"),
            _form(row, f"-i={short}", value), _form(row, f"{short}-i"), _form(row, f"-{row.shorthand}", "--")]
    return cards


def _truths(row: Option) -> list[Card]:
    words = [*v.BOOLEANS, *v.NOT_BOOLEANS]
    names = [f"--{row.name}", *([f"-{row.shorthand}"] if row.shorthand else [])]
    cards = [Card(row, f"={word}", tuple((f"{name}={word}",) for name in names)) for word in words]
    return cards + [_form(row, name, *more) for name in names for more in ((), ("true",), ("false",), ("",))]


@cache
def _cards(version: tuple[int, ...]) -> tuple[Card, ...]:
    cards: list[Card] = []
    for row in options_of(version):
        cards += _truths(row) if row.boolean else [*(_value(row, value) for value in singles(row)), *_forms(row)]
    return tuple(cards)


@cache
def _shuffled(seed: int, version: tuple[int, ...], deal: int) -> list[Card]:
    cards = list(_cards(version))
    random.Random(f"deck {seed}/{deal}").shuffle(cards)
    return cards


def _dealt(version: tuple[int, ...], index: int) -> tuple[int, int] | None:
    """The deal of a line's card and its place in it; None: it has none."""
    turn, place = divmod(index, ROUND)
    return divmod(turn * DEALT + place, len(_cards(version))) if place < DEALT else None


def card(seed: int, version: tuple[int, ...], index: int) -> Card | None:
    """The card of a line; None: it has none."""
    dealt = _dealt(version, index)
    return _shuffled(seed, version, dealt[0])[dealt[1]] if dealt is not None else None


def opened_for(seed: int, version: tuple[int, ...], index: int) -> bool:
    """Whether the policy of a line with a card is the one that opens nearly all: it alternates from deal to deal."""
    deal, _ = _dealt(version, index) or (0, 0)
    dealt = card(seed, version, index)
    first = random.Random(f"policy {seed} {dealt.row.name} {dealt.about}").randrange(2) if dealt is not None else 0
    return (first + deal) % 2 == 0


def deck_size(version: tuple[int, ...]) -> int:
    return len(_cards(version))
