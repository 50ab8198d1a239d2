#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Promises of the house that the text of the sources does not show: what is referred to behind macros and through
pointers, what can change, and what calls itself. Usage: house.py FOLDER, with a FILE.c.ll for each C file; on standard
input the bans of scripts/lint, NAMES~FILES~INSTEAD a line."""

import re
import sys

import ir

# name | why it may change
MUTABLE = {"src/keeper.c:came": "a handler of signals tells by it which one came"}

# Where numbers are read, and where the real CLI's way to round a size for a message is followed.
FLOATING = {"src/base/number.c", "src/copy.c"}

# A group of functions that call each other, by one of them | what ends it
RECURSIVE = {
    "sd_json_write_lines": "the depth of JSON, which the reader bounds",
    "sd_policy_merge": "the depth of JSON, which the reader bounds",
    "sd_setup_folder": "each step takes a part of a path away",
    "src/base/json_write.c:write_line": "the depth of JSON, which the reader bounds",
    "src/confine/seccomp_word.c:find_around": "the number of steps that its caller allows",
    "src/docker/archive.c:has_urls": "the depth of JSON, which the reader bounds",
    "src/own/doctor/facts.c:read_shape": "the depth of a constant table",
    "src/own/doctor/facts.c:write_shape": "the depth of a constant table",
    "src/own/policy/suggest_additions.c:write_pretty": "the depth of JSON, which the reader bounds",
    "src/own/round/round_commands.c:why_followed": "each step looks at what is left of a text",
    "src/policy/default_tree.c:build": "the depth of a constant table",
    "src/policy/diff.c:compare_trees": "the depth of JSON, which the reader bounds",
    "src/policy/diff.c:holds": "the depth of JSON, which the reader bounds",
    "src/policy/json_schema.c:add_root_keys": "the depth of a constant table",
    "src/policy/mistake.c:add_path": "the depth of JSON, which the reader bounds",
    "src/policy/show.c:write_origin": "the depth of JSON, which the reader bounds",
    "src/report/pages_show.c:each_leaf": "the depth of JSON, which the reader bounds",
    "src/report/policy_show.c:add_origin": "the depth of JSON, which the reader bounds",
    "src/sys/stream_pack.c:pack_folder": "each folder keeps a descriptor open, and their number is limited",
}


def banned(program, bans):
    """References to what may be used only in some files."""
    names = {}
    for function in program.functions.values():
        for name in function.refers - set(program.functions) - set(program.constants):
            names.setdefault(name, set()).add(function.file)
    for file, refers in program.tables:
        for name in refers - set(program.functions) - set(program.constants):
            names.setdefault(name, set()).add(file)
    for what, where, instead in bans:
        for name in names:
            if not re.fullmatch(what, name):
                continue
            for file in sorted(names[name]):
                if not re.search(where, file):
                    yield f"{file} refers to {name}; use {instead}"


def changing(program):
    """Variables that outlive a function."""
    for name in sorted(program.mutable - set(MUTABLE)):
        yield f"{name} can change"
    for name in sorted(set(MUTABLE) - program.mutable):
        yield f"{name} cannot change any more; say so here"


def instructions(program):
    """What no function has."""
    for name, function in program.functions.items():
        for line in function.lines():
            bare = re.sub(r'c?"(?:[^"\\]|\\.)*"', "", line)
            if re.search(r"\b(double|float|x86_fp80)\b", bare) and function.file not in FLOATING:
                yield f"{name} of {function.file} calculates with floating point"
                break
        for line in function.lines():
            if re.search(r"= alloca .*, i(32|64) %", line):
                yield f"{name} of {function.file} has an array of variable length"
            if re.search(r"\bcall .*\basm\b", line):
                yield f"{name} of {function.file} has assembler"
            if re.search(r"@(_?setjmp|_?longjmp|sigsetjmp|siglongjmp|llvm\.eh)\b", line):
                yield f"{name} of {function.file} jumps out of functions"


def groups(calls):
    """Functions that can be called again while they run: components of the graph of calls (Tarjan, without a stack)."""
    index, low, stack, on_stack, out = {}, {}, [], set(), []
    for root in calls:
        work = [] if root in index else [(root, None)]
        while work:
            name, rest = work.pop()
            if rest is None:
                index[name] = low[name] = len(index)
                stack.append(name)
                on_stack.add(name)
                rest = iter(calls[name])
            for other in rest:
                if other not in index:
                    work += [(name, rest), (other, None)]
                    break
                if other in on_stack:
                    low[name] = min(low[name], low[other])
            else:
                close(name, calls, low, index, stack, on_stack, out)
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[name])
    return out


def close(name, calls, low, index, stack, on_stack, out):
    """The end of a visit."""
    if low[name] != index[name]:
        return
    group = set()
    while name not in group:
        group.add(stack.pop())
    on_stack -= group
    if len(group) > 1 or name in calls[name]:
        out.append(group)


def recursive(program):
    """What calls itself, without what ends it."""
    calls = {}
    for name, function in program.functions.items():
        called = {other for line in function.lines() for other in re.findall(r"\bcall [^@]*?@([-\w.$:/]+)\(", line)}
        calls[name] = called & set(program.functions)
    known = set()
    for group in groups(calls):
        named = group & set(RECURSIVE)
        known |= named
        if not named:
            yield f"{', '.join(sorted(group))}: calls itself, and nothing says what ends it"
    for name in sorted(set(RECURSIVE) - known):
        yield f"{name} does not call itself any more; say so here"


def main():
    """Prints what is wrong."""
    program = ir.read_folder(sys.argv[1])
    bans = [line.rstrip("\n").split("~") for line in sys.stdin if line.strip()]
    found = [*banned(program, bans), *changing(program), *instructions(program), *recursive(program)]
    print("\n".join(found))
    if len(program.functions) < 1000 or not bans:
        sys.exit("too little was read to tell")
    sys.exit(1 if found else 0)


main()
