#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The manual pages as a whole: each is built, named in SEE ALSO of safe-docker(1), made by scdoc and shown by man
without a warning, and names other pages of ours that exist. Every command and option of safe-docker's own is in one.

usage: pages.py SOURCE_ROOT"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def unmarked(text):
    """The text without scdoc's asterisks, underlines and backslashes, on one line."""
    return " ".join(re.sub(r"\\(.)|[*]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\1", text).split())


def check_lists(root, pages):
    built = set(re.findall(r"'(safe-docker[a-z-]*\.\d)'", (root / "docs/meson.build").read_text(encoding="utf-8")))
    main = pages["safe-docker.1"]
    also = {f"{name}.{section}" for name, section in
            re.findall(r"\*(safe-docker[a-z-]*)\*\((\d)\)", main[main.index("# SEE ALSO"):])}
    problems = [f"{name} is not in docs/meson.build" for name in sorted(set(pages) - built)]
    problems += [f"docs/meson.build names {name}, which is not there" for name in sorted(built - set(pages))]
    problems += [f"{name} is not in SEE ALSO of safe-docker(1)" for name in sorted(set(pages) - also - {"safe-docker.1"})]
    for page, text in sorted(pages.items()):
        for name, section in re.findall(r"\*(safe-docker[a-z-]*)\*\((\d)\)", text):
            if f"{name}.{section}" not in pages:
                problems.append(f"{page} names {name}({section}), which is not there")
    return problems


def check_shown(pages):
    """What scdoc and man have to say about each page."""
    if not shutil.which("scdoc") or not shutil.which("man"):
        if os.environ.get("CI") == "true":
            return ["scdoc and man are needed: apt-get install scdoc man-db groff"]
        print("skipped: scdoc or man is missing (apt-get install scdoc man-db groff)")
        return []
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sorted(pages.items()):
            made = subprocess.run(["scdoc"], input=text.encode(), capture_output=True, check=False)
            file = pathlib.Path(folder) / name
            file.write_bytes(made.stdout)
            shown = subprocess.run(["man", "--warnings", "-l", str(file)], capture_output=True, check=False,
                                   env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat", "MANWIDTH": "80"})
            for program, result in (("scdoc", made), ("man", shown)):
                if result.returncode != 0 or result.stderr or not result.stdout:
                    problems.append(f"{name}: {program}: {result.stderr.decode(errors='replace').strip()}")
    return problems


def own_commands(root):
    """{(group, word): options} of the table of completion, which a person can ask for."""
    text = (root / "src/report/completion_own.c").read_text(encoding="utf-8")
    tables = {name: re.findall(r'\{"(--[a-z-]+)"', body)
              for name, body in re.findall(r"struct own_option (\w+)\[\] = \{(.*?)\};", text, re.S)}
    table = re.search(r"\} commands\[\] = \{\n(.*?)\n\};", text, re.S).group(1)
    rows = re.findall(r'\{"([a-z]+)",\s*"([a-z-]*)",\s*(?:"[^"]*"\s*)+,\s*(\w+),', table)
    return {(group, word): tables[options] for group, word, options in rows}, len(re.findall(r'^    \{"', table, re.M))


def check_own(root, pages):
    commands, rows = own_commands(root)
    texts = {name: unmarked(text) for name, text in pages.items()}
    problems = []
    if len(commands) != rows or rows < 9:
        problems.append(f"{len(commands)} of {rows} own commands were understood: has their table changed its form?")
    for (group, word), options in sorted(commands.items()):
        name = f"{group} {word}".strip()
        found = [text for text in texts.values() if re.search(rf"\b{group}\b[ a-z|]*\b{word}\b" if word else rf"\b{group}\b", text)]
        if not found:
            problems.append(f"safe-docker {name} is in no page")
        for option in options:
            if found and not any(re.search(rf"(?<![a-z-]){option}(?![a-z-])", text) for text in found):
                problems.append(f"safe-docker {name} {option} is in no page that has the command")
    modes = re.findall(r'\{"(--[a-z]+)(?:=[a-z]+)?", EXPLAIN', (root / "src/main.c").read_text(encoding="utf-8"))
    problems += [f"{mode} is not in safe-docker(1)" for mode in sorted(set(modes)) if mode not in texts["safe-docker.1"]]
    return problems


def main():
    root = pathlib.Path(sys.argv[1])
    pages = {path.name.removesuffix(".scd"): path.read_text(encoding="utf-8")
             for path in (root / "docs/man").glob("*.scd")}
    problems = check_lists(root, pages) + check_shown(pages) + check_own(root, pages)
    if len(pages) < 6:
        problems.append(f"only {len(pages)} pages were found")
    print("\n".join(problems) or f"{len(pages)} pages")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
