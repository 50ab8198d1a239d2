# SPDX-License-Identifier: Apache-2.0
"""Puts every mutant of a file into one text, asleep: SDM(number) is true where the environment wakes it up. So a file is
compiled once, however many mutants it has."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sites
import tables
from sites import Site
from syntax import Source, inner, is_table, parse

# file -> its tables whose rows are in a .def file: the file, the macro of a row, the table.
DEFINED = {
    "src/docker/options.c": [("include/safe-docker/docker/options.def", "SD_OPTION", "sd_options")],
    "src/docker/commands.c": [
        ("include/safe-docker/docker/commands.def", "SD_COMMAND", "sd_commands"),
        ("include/safe-docker/docker/command_options.def", "SD_COMMAND_OPTION", "option_rows"),
    ],
}
ERROR = re.compile(r"^[^:\n]+:(\d+):\d+: (?:fatal )?error:", re.MULTILINE)


@dataclass
class Mutant:
    number: int
    file: str
    line: int
    where: str  # the function, or the table
    was: str
    becomes: str
    of_table: bool
    builds: bool = True

    def key(self) -> tuple[str, str, str, str]:
        return (self.file, self.where, self.was, self.becomes)


@dataclass
class Insertion(Site):
    """Text between two statements."""

    text: str = ""


def _render(text: str, found: list[Site]) -> str:
    plain = [site for site in found if not isinstance(site, Insertion)]
    parts, at = [], 0
    for site in sorted((one for one in found if isinstance(one, Insertion)), key=lambda one: one.begin):
        parts.append(sites.render(text, at, site.begin, [one for one in plain if at <= one.begin < site.begin]))
        parts.append(site.text)
        at = site.begin
    parts.append(sites.render(text, at, len(text), [one for one in plain if at <= one.begin]))
    return "".join(parts)


class Weaver:
    """One file."""

    def __init__(self, root: Path, includes: list[Path]) -> None:
        self.root = root
        self.includes = includes
        self.numbers = count(1)
        self.mutants: list[Mutant] = []

    def weave(self, name: str) -> str:
        """The woven text of a file. What cannot be built is left out, and marked so."""
        source = parse(self.root / name, self.includes)
        found = self._functions(name, source)
        at_end = self._tables(name, source)
        own = [mutant for mutant in self.mutants if mutant.file == name or mutant.file in self._def_files(name)]
        text = self._text(source, found, at_end, set())
        bad: set[int] = set()
        while lines := self._errors(name, text):
            before = len(bad)
            bad |= self._on_lines(text, lines)
            if len(bad) == before:
                raise RuntimeError(f"{name}: the woven text does not build, whatever is left out: lines {sorted(lines)}")
            text = self._text(source, found, at_end, bad)
        for mutant in own:
            mutant.builds = mutant.number not in bad
        return text

    @staticmethod
    def _def_files(name: str) -> list[str]:
        return [entry[0] for entry in DEFINED.get(name, [])]

    # -- numbers -----------------------------------------------------------------------------------

    def _functions(self, name: str, source: Source) -> list[Site]:
        found: list[Site] = []
        for function, declaration, body in source.functions():
            here = sites.of_function(source, declaration, body)
            for site in sites.flat(here):
                for change in site.changes:
                    change.number = next(self.numbers)
                    was, becomes = source.shown(site.begin, site.end, change.becomes)
                    line = source.line_of(site.begin)
                    self.mutants.append(Mutant(change.number, name, line, function, was, becomes, False))
            found += here + self._local_tables(name, source, function, body)
        return found

    def _local_tables(self, name: str, source: Source, function: str, node: dict) -> list[Site]:
        found: list[Site] = []
        for child in inner(node):
            declared = inner(child)[-1:] if child["kind"] == "DeclStmt" else []
            if declared and declared[0].get("storageClass") == "static" and is_table(declared[0]):
                rows = tables.in_file(source, declared[0])
                at = source.span(child)[1]
                found.append(Insertion(at, at, True, [], [], self._patches(name, function, rows)))
            else:
                found += self._local_tables(name, source, function, child)
        return found

    def _patches(self, name: str, where: str, rows: list[tables.Row]) -> str:
        """Statements, of which each wakes up one row."""
        parts = []
        for row in rows:
            number = next(self.numbers)
            self.mutants.append(Mutant(number, row.file or name, row.line, where, row.change.was, row.change.becomes, True))
            if row.change.code.startswith("&"):
                other = row.change.code
                parts.append(f"SDP({number}, &{row.table}[{row.index}], {other}, sizeof({row.table}[0]));")
                continue
            code = row.change.code.replace("\n", " ")
            parts.append(f"{{ static const __typeof__({row.table}[0]) sd_row[] = {{ {code} }}; SDP({number}, &{row.table}[{row.index}], sd_row, sizeof(sd_row[0])); }}")
        return " ".join(parts)

    def _tables(self, name: str, source: Source) -> str:
        """What stands at the end of the file: the tables outside of functions."""
        parts = []
        defined = {entry[2] for entry in DEFINED.get(name, [])}
        for table in source.tables():
            if table["name"] not in defined and table["name"] != "option_owners":
                parts.append(self._patches(name, table["name"], tables.in_file(source, table)))
        macros = ""
        for def_file, macro, table in DEFINED.get(name, []):
            start = source.text.index(f"#define {macro}(")
            end = re.compile(r"(?<!\\)\n").search(source.text, start).end()
            macros += f"#undef {macro}\n" + source.text[start:end]
            rows = tables.in_def(def_file, (self.root / def_file).read_text(encoding="ascii"), macro, table)
            parts.append(self._patches(name, table, rows))
        body = "\n".join(parts).replace("; SDP(", ";\nSDP(").replace("} {", "}\n{")
        return macros + f"__attribute__((constructor(102))) static void sd_rows_start(void) {{\n{body}\n}}\n" if parts else ""

    # -- text --------------------------------------------------------------------------------------

    def _text(self, source: Source, found: list[Site], at_end: str, bad: set[int]) -> str:
        text = '#include "sd_mutant.h" /* */ ' + _render(source.text, _without(found, bad))
        lines = [line for line in at_end.splitlines() if not any(_has(line, number) for number in bad)]
        return text + "\n" + "\n".join(lines) + "\n"

    def _errors(self, name: str, text: str) -> set[int]:
        flags = [f"-I{folder}" for folder in [Path(__file__).parent, (self.root / name).parent, *self.includes]]
        words = ["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-w", "-fsyntax-only", "-fmax-errors=0", *flags, "-x", "c", "-"]
        run = subprocess.run(words, input=text.encode("latin-1"), stderr=subprocess.PIPE, check=False)
        if run.returncode == 0:
            return set()
        return {int(line) for line in ERROR.findall(run.stderr.decode(errors="replace"))}

    @staticmethod
    def _on_lines(text: str, lines: set[int]) -> set[int]:
        every = text.split("\n")
        chosen = [every[line - 1] for line in lines if line <= len(every)]
        return {int(number) for line in chosen for number in re.findall(r"SD[MP]\((\d+)", line)}


def shift(mutants: list[Mutant], text: str, by: int) -> str:
    """Numbers that begin after `by`, in the mutants and in the woven text."""
    for mutant in mutants:
        mutant.number += by
    return re.sub(r"\bSD([MP])\((\d+)", lambda match: f"SD{match[1]}({int(match[2]) + by}", text)


def _has(line: str, number: int) -> bool:
    return re.search(rf"SDP\({number},", line) is not None


def _without(found: list[Site], bad: set[int]) -> list[Site]:
    """The sites without the changes that cannot be built."""
    kept: list[Site] = []
    for site in found:
        below = _without(site.inside, bad)
        if isinstance(site, Insertion):
            kept += [] if any(_has(site.text, number) for number in bad) else [site]
            continue
        changes = [change for change in site.changes if change.number not in bad]
        kept += [Site(site.begin, site.end, site.statement, changes, below)] if changes else below
    return kept
