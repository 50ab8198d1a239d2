# SPDX-License-Identifier: Apache-2.0
"""Runs a command for each C file below src/ that the build compiles, two at a time, with what the preprocessor is told
about it and the file behind it. Usage: units.py BUILD SOURCE OUT COMMAND...; OUT in the command becomes the path of a
file below OUT, with its folder. Prints what was said; fails where a command did."""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

# It makes what assume.h says of it.
ASSUMED = "src/base/error.c"


def flags(entry, build):
    """-I and -D of a command, with folders that hold wherever it is run."""
    words = []
    for word in shlex.split(entry["command"]):
        if word.startswith("-I"):
            words.append("-I" + os.path.normpath(os.path.join(build, word[2:])))
        elif word.startswith("-D") and "FORTIFY" not in word:
            words.append(word)
    return list(dict.fromkeys(words))


def units(build, source):
    """FILE -> its flags."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as commands:
        entries = json.load(commands)
    out = {}
    for entry in entries:
        path = os.path.realpath(os.path.join(entry["directory"], entry["file"]))
        if path.startswith(source + "/src/") and os.path.exists(path):
            out.setdefault(os.path.relpath(path, source), flags(entry, build))
    return out


def run(source, out, command, file, words):
    """(status, what it said)"""
    if file == ASSUMED and "-include" in command:
        at = command.index("-include")
        command = command[:at] + command[at + 2:]
    place = os.path.join(out, file)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    done = subprocess.run([word.replace("OUT", place) for word in command] + words + [file], cwd=source, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout


def main():
    """One status for all."""
    build, source, out = (os.path.realpath(folder) for folder in sys.argv[1:4])
    command, failed, files = sys.argv[4:], 0, units(build, source)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for status, said in pool.map(lambda item: run(source, out, command, *item), sorted(files.items())):
            failed += status != 0
            sys.stdout.write(said)
    sys.exit(1 if failed or not files else 0)


main()
