# SPDX-License-Identifier: Apache-2.0
"""A reader of LLVM's text form, as far as the checks of calls need it: functions, their blocks, and which names each
function and each constant refers to. A static name is FILE:NAME, so that no two are taken for one."""

import os
import re

NAME = re.compile(r'@("(?:[^"]*)"|[-\w.$]+)')
DEFINE = re.compile(r"^define (.*?)@([-\w.$]+)\((.*)")
GLOBAL = re.compile(r"^@([-\w.$]+) = (.*)")
LABEL = re.compile(r"^([-\w.$]+):")
TEXT = re.compile(r'c"((?:[^"\\]|\\.)*)\\00"')
LOCAL = re.compile(r"\b(internal|private)\b")


class Function:
    """`blocks`: label -> lines; `refers`: names used anywhere in it."""

    def __init__(self, name, file, head):
        self.name, self.file, self.head = name, file, head
        self.blocks, self.refers = {}, set()

    def lines(self):
        """All of them, in order."""
        return [line for block in self.blocks.values() for line in block]


class Program:
    """All files together."""

    def __init__(self):
        self.functions, self.constants, self.texts = {}, {}, {}
        self.tables, self.mutable = [], set()


def static_names(lines, file):
    """The names that only this file means, as a map to their full names."""
    out = {}
    for line in lines:
        found = DEFINE.match(line)
        if found and LOCAL.search(found.group(1)):
            out[found.group(2)] = f"{file}:{found.group(2)}"
        found = GLOBAL.match(line)
        if found and LOCAL.search(found.group(2)):
            out[found.group(1)] = f"{file}:{found.group(1)}"
    return out


def read_file(program, path, file):
    """Adds one file."""
    with open(path, encoding="utf-8") as text:
        lines = text.read().split("\n")
    if file != "src/main.c" and any(line.startswith("define ") and "@main(" in line for line in lines):
        return  # a program of the build
    own = static_names(lines, file)
    function, label = None, None
    for line in lines:
        if function is not None:
            if line == "}":
                function = None
                continue
            found = LABEL.match(line)
            if found:
                label = found.group(1)
                function.blocks[label] = []
            elif line.strip():
                line = NAME.sub(lambda name: "@" + own.get(name.group(1), name.group(1)), line.strip())
                function.blocks[label].append(line)
                function.refers.update(re.findall(r"@([-\w.$:/]+)", line))
            continue
        found = DEFINE.match(line)
        if found:
            name = own.get(found.group(2), found.group(2))
            function, label = Function(name, file, line), "entry"
            program.functions[name] = function
            continue
        found = GLOBAL.match(line)
        if found:
            name = own.get(found.group(1), found.group(1))
            if " external " not in " " + found.group(2):
                refers = {own.get(other, other) for other in NAME.findall(TEXT.sub("", found.group(2)))}
                program.constants[name] = refers
                program.tables.append((file, refers))
                if re.search(r"\bglobal\b", found.group(2).split("{")[0].split("[")[0]) and not re.search(r"\bconstinit", name):
                    program.mutable.add(name)
            text = TEXT.search(found.group(2))
            if text:
                program.texts[name] = text.group(1)


def read_folder(folder):
    """Every .ll of a folder and below; a file is called as the C file that it was made of."""
    program = Program()
    for place, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".ll"):
                path = os.path.join(place, name)
                read_file(program, path, os.path.relpath(path, folder)[:-3])
    return program


def closure(program, roots, cut=()):
    """All that can be reached from `roots` by any reference, a call or an address, in code or in constants, but through
    `cut`. A pointer that is called was taken somewhere that is reached, so that calls through pointers are in it."""
    seen, open_ends = set(roots), list(roots)
    while open_ends:
        name = open_ends.pop()
        if name in program.functions:
            further = program.functions[name].refers
        else:
            further = program.constants.get(name, ())
        for other in further:
            if other not in seen and other not in cut:
                seen.add(other)
                open_ends.append(other)
    return seen
