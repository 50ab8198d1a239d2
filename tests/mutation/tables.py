# SPDX-License-Identifier: Apache-2.0
"""Mutants of constant tables: a row is gone (its neighbour stands there twice), or one cell of it is another.

A table cannot choose at run time what is in it, so each mutant is a row of its own that is copied over the true one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sites import Change
from syntax import Node, Source, inner, strip_casts

# What a cell may become, by its text: first of all the more permissive one.
CELLS = {
    "SD_DENY": ["SD_CHECK", "SD_PASS"],
    "SD_CHECK": ["SD_PASS", "SD_DENY"],
    "SD_PASS": ["SD_CHECK", "SD_DENY"],
    "SD_REFUSED": ["SD_HANDLED"],
    "SD_HANDLED": ["SD_REFUSED"],
    "SD_HANDLED_RUN": ["SD_REFUSED"],
    "true": ["false"],
    "false": ["true"],
}
NUMBER = re.compile(r"-?[0-9]+")
ROW = re.compile(r"^(SD_\w+)\((.*)\)$", re.MULTILINE)


@dataclass
class Row:
    """One mutant of a table: which row becomes what."""

    table: str
    index: int
    change: Change  # its code is the row that is copied there
    line: int
    file: str = ""  # where the row stands; "": in the file itself


def cells_of(word: str) -> list[str]:
    """What stands in a cell -> what may stand there."""
    if word in CELLS:
        return CELLS[word]
    if NUMBER.fullmatch(word):
        return [str(int(word) + 1)] + ([str(int(word) - 1)] if int(word) > 0 else [])
    if " | " in word:
        parts = word.split(" | ")
        return [" | ".join(parts[:at] + parts[at + 1 :]) for at in range(len(parts))]
    return []


def in_file(source: Source, table: Node) -> list[Row]:
    """The mutants of a table that is written out."""
    rows = [entry for entry in inner(table) if entry["kind"] == "InitListExpr"][0]
    entries = [strip_casts(entry) for entry in inner(rows) or rows.get("array_filler", [])[1:]]
    found = []
    name = table["name"]
    for index, entry in enumerate(entries):
        span = source.span(entry)
        if span is None or entry["kind"] == "ImplicitValueInitExpr" or source.is_macro(entry):
            continue
        line, words = source.line_of(span[0]), source.words(entry)
        if len(entries) > 1:
            neighbour = index - 1 if index > 0 else 1
            found.append(Row(name, index, Change(words, "(no such row)", f"&{name}[{neighbour}]"), line))
        for cell, other in _cells(source, entry):
            begin, end = source.span(cell)
            text = source.text[span[0] : begin] + other + source.text[end : span[1]]
            found.append(Row(name, index, Change(words, " ".join(text.split()), text), line))
    return found


def _cells(source: Source, entry: Node) -> list[tuple[Node, str]]:
    """Each cell of a row, and what may stand there."""
    found: list[tuple[Node, str]] = []
    for child in inner(entry) if entry["kind"] == "InitListExpr" else [entry]:
        cell = strip_casts(child)
        if source.span(cell) is None or cell["kind"] == "ImplicitValueInitExpr":
            continue
        if cell["kind"] == "InitListExpr":
            found += _cells(source, cell)
            continue
        words = source.words(cell)
        others = cells_of(words)
        if not others and cell["kind"] == "DeclRefExpr" and words in source.enums:
            names = source.enums[words]
            others = [names[(names.index(words) + 1) % len(names)]]
        found += [(cell, other) for other in others if other != words]
    return found


def arguments(text: str) -> list[str]:
    """The arguments of a row of a .def file; strings may hold commas."""
    return [part.strip() for part in re.findall(r'((?:"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^,"\'])+)', text)]


def in_def(def_file: str, def_text: str, macro: str, table: str) -> list[Row]:
    """The mutants of a table whose rows are in a .def file."""
    found = []
    for index, match in enumerate(row for row in ROW.finditer(def_text) if row.group(1) == macro):
        line = def_text.count("\n", 0, match.start()) + 1
        cells = arguments(match.group(2))
        shown = f"{macro}({', '.join(cells[:7])}, ...)"
        neighbour = index - 1 if index > 0 else 1
        found.append(Row(table, index, Change(shown, "(no such row)", f"&{table}[{neighbour}]"), line, def_file))
        for at, cell in enumerate(cells):
            for other in _others(macro, at, cell):
                row = f"{macro}({', '.join(cells[:at] + [other] + cells[at + 1 :])})"
                found.append(Row(table, index, Change(shown, f"{cell} -> {other}", row), line, def_file))
    return found


def _others(macro: str, at: int, cell: str) -> list[str]:
    if re.fullmatch(r"'.'|SD_(OPTION|COMMAND)_[A-Z_]+", cell):
        return ["0"]
    if cell == "0" and macro == "SD_COMMAND" and at == 6:
        return ["SD_COMMAND_DEFAULT"]
    if cell == "0" and macro != "SD_COMMAND":
        return []
    if cell.startswith("SD_SINCE_") and cell != "SD_SINCE_20_10":
        return ["SD_SINCE_20_10"]
    if cell.startswith("SD_OPERANDS_") and cell not in ("SD_OPERANDS_WORDS", "SD_OPERANDS_NONE"):
        return ["SD_OPERANDS_WORDS"]
    return cells_of(cell)
