# SPDX-License-Identifier: Apache-2.0
"""The shortest line with the same kind of finding: words are left out, then characters of words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# A placeholder is one character to it.
ATOM = re.compile(r"\{(?:W|HOME|BASE|SOCK|DECOY|EVIL|UID|GID|USER|NL|TAB|x[0-9A-F]{2})\}|.", re.DOTALL)
TRIES = 400


class _Patience:
    def __init__(self, holds: Callable[[list[str]], bool]) -> None:
        self._holds, self._left = holds, TRIES

    def holds(self, words: list[str]) -> bool:
        self._left -= 1
        return self._left >= 0 and self._holds(words)


def shrink(words: Sequence[str], holds: Callable[[list[str]], bool]) -> list[str]:
    """`holds` says whether a line still shows what was found."""
    patience, shortest = _Patience(holds), list(words)
    while True:
        before = list(shortest)
        shortest = _fewer(shortest, patience.holds)
        for place in range(len(shortest)):
            letters = _fewer(ATOM.findall(shortest[place]), lambda less, place=place: patience.holds([*shortest[:place], "".join(less),
                *shortest[place + 1:]]))
            shortest[place] = "".join(letters)
        if shortest == before:
            return shortest


def _fewer(items: list[str], holds: Callable[[list[str]], bool]) -> list[str]:
    """Without every run of items that is not needed, long runs first."""
    size = len(items)
    while size > 0:
        start = 0
        while start < len(items):
            less = items[:start] + items[start + size:]
            if holds(less):
                items = less
            else:
                start += size
        size //= 2
    return items
