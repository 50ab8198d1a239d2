# SPDX-License-Identifier: Apache-2.0
"""A command line as a person types it: its words as they stand there, and what a shell makes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence

PLAIN = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=:/.,@%+")


def typed_words(line: str) -> list[str]:
    """The words of a simple command, quotes and $(...) as they are; what a redirection brings is left out."""
    words, word, quote, depth = [], "", "", 0
    for char in line + " ":
        if char in " <" and not quote and depth == 0:
            if word:
                words.append(word)
            word = ""
            if char == "<":
                break
            continue
        word += char
        if char in "'\"" and quote in ("", char) and depth == 0:
            quote = "" if quote else char
        depth += (char == "(" and quote != "'") - (char == ")" and quote != "'")
    return words


class Shell:
    """Expands words as one account's shell in one folder does, and remembers them."""

    def __init__(self, start: Mapping[str, object]) -> None:
        self._start = dict(start)  # of subprocess: user, group, extra_groups, cwd, env
        self._known: dict[str, str] = {}

    def learn(self, words: Iterable[str]) -> None:
        """One shell for all of them."""
        new = sorted({word for word in words if word not in self._known and not set(word) <= PLAIN})
        if not new:
            return
        script = "".join(f"printf '%s\\0' {word}\n" for word in new)
        done = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, check=True, **self._start)
        values = done.stdout.split("\0")[:-1]
        if len(values) != len(new):
            raise ValueError(f"{len(new)} words are {len(values)} for the shell")
        self._known.update(zip(new, values))

    def expand(self, words: Sequence[str]) -> list[str]:
        self.learn(words)
        return [self._known.get(word, word) for word in words]
