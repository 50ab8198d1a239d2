# SPDX-License-Identifier: Apache-2.0
"""explained.tsv: mutants that no test can see, and why. Columns: file, function or table, the text, what it becomes,
and the reason. A mutant is known by its text, not by its line. '#' begins a comment line."""

from __future__ import annotations

from pathlib import Path

Key = tuple[str, str, str, str]


def read(path: Path) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text or text.startswith("#"):
            continue
        cells = text.split("\t")
        if len(cells) != 5 or not cells[4]:
            raise SystemExit(f"{path.name}:{number}: {len(cells)} columns, not file, function, text, what it becomes, why")
        key = (cells[0], cells[1], cells[2], cells[3])
        if key in found:
            raise SystemExit(f"{path.name}:{number}: explained twice")
        found[key] = cells[4]
    return found
