# SPDX-License-Identifier: Apache-2.0
"""The syntax tree of a C file, as clang has it: nodes with where they stand in the text of that file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

CLANG = ["clang", "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", "-w", "-Xclang", "-ast-dump=json"]

Node = dict  # as clang writes it


class Source:
    """A file and its tree."""

    def __init__(self, path: Path, text: str, tree: Node) -> None:
        self.path = path
        self.text = text
        self.tree = tree
        self.enums = self._read_enums()

    def _read_enums(self) -> dict[str, list[str]]:
        """Each enumerator: the enumerators of its enum, in order."""
        enums: dict[str, list[str]] = {}
        for node in self.tree["inner"]:
            if node.get("kind") == "EnumDecl":
                names = [entry["name"] for entry in inner(node) if entry["kind"] == "EnumConstantDecl"]
                enums.update(dict.fromkeys(names, names))
        return enums

    def functions(self) -> Iterator[tuple[str, Node, Node]]:
        """Name, declaration and body of what this file itself defines."""
        for node in self.tree["inner"]:
            if node.get("kind") != "FunctionDecl" or not inner(node) or inner(node)[-1]["kind"] != "CompoundStmt":
                continue
            if self._stands_here(node) and self.text[self.span(inner(node)[-1])[0]] == "{":
                yield node["name"], node, inner(node)[-1]

    def tables(self) -> Iterator[Node]:
        """Constant arrays of the file, but for those inside of functions."""
        for node in self.tree["inner"]:
            if node.get("kind") == "VarDecl" and self._stands_here(node) and is_table(node):
                yield node

    def _stands_here(self, node: Node) -> bool:
        at = node.get("loc", {}).get("offset")
        name = node.get("name", "")
        return at is not None and self.text.startswith(name, at) and self.span(node) is not None

    def span(self, node: Node) -> tuple[int, int] | None:
        """Where a node begins and ends; None: not in this text."""
        begin, end = node.get("range", {}).get("begin"), node.get("range", {}).get("end")
        if not begin or not end:
            return None
        begin, end = begin.get("expansionLoc", begin), end.get("expansionLoc", end)
        if "offset" not in begin or "offset" not in end:
            return None
        last = end["offset"] + end["tokLen"]
        if "expansionLoc" in node["range"]["end"] and self.text[last : last + 1] == "(":
            last = self._closing(last)
        return (begin["offset"], last) if begin["offset"] < last <= len(self.text) else None

    def _closing(self, at: int) -> int:
        depth = 0
        for index in range(at, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[index], 0)
            if depth == 0:
                return index + 1
        return at

    def is_macro(self, node: Node) -> bool:
        """The whole node is the use of one macro, whose inside is not to be touched."""
        begin, end = node.get("range", {}).get("begin", {}), node.get("range", {}).get("end", {})
        if "expansionLoc" not in begin or "expansionLoc" not in end:
            return False
        return begin["expansionLoc"].get("offset") == end["expansionLoc"].get("offset")

    def words(self, node: Node) -> str:
        span = self.span(node)
        return " ".join(self.text[span[0] : span[1]].split()) if span else ""

    def shown(self, begin: int, end: int, becomes: str) -> tuple[str, str]:
        """The lines of a piece of text as they are, and with something else in its place; blanks are one each."""
        first = self.text.rfind("\n", 0, begin) + 1
        last = self.text.find("\n", end)
        other = self.text[first:begin] + becomes + self.text[end:last]
        return " ".join(self.text[first:last].split()), " ".join(other.split())

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


def inner(node: Node) -> list[Node]:
    return [entry for entry in node.get("inner", []) if "kind" in entry]


def type_of(node: Node) -> str:
    return node.get("type", {}).get("desugaredQualType") or node.get("type", {}).get("qualType", "")


def is_table(node: Node) -> bool:
    rows = [entry for entry in inner(node) if entry["kind"] == "InitListExpr"]
    return "[" in type_of(node) and bool(rows) and "const" in type_of(node)


def strip_casts(node: Node) -> Node:
    while node["kind"] in ("ImplicitCastExpr", "ParenExpr", "ConstantExpr") and inner(node):
        node = inner(node)[0]
    return node


def parse(path: Path, includes: list[Path]) -> Source:
    words = [*CLANG, *(f"-I{folder}" for folder in includes), str(path)]
    run = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"{path}: {run.stderr.decode()}")
    return Source(path, path.read_text(encoding="latin-1"), json.loads(run.stdout))
