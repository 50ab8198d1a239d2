#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every kind of finding that `policy check` can tell is described in safe-docker-policy(1), and nothing else is; each has its
cases in test_lint.c, but for those that the command itself finds.

usage: kinds.py SOURCE_ROOT"""
import pathlib
import re
import sys

NAME = r"[a-z]+(?:-[a-z]+)*"
# struct lint_words = {severity, "kind", ...; also with a choice of two kinds
WORDS = re.compile(rf'SD_POLICY_(?:NOTE|WARNING|DANGER|[a-z]+),\s*"({NAME})",')
CHOICES = re.compile(rf'\? "({NAME})" : "({NAME})",')
ROWS = re.compile(rf'lint_add_row\([^;]*?"[a-z.]+", "({NAME})",')
CAPABILITY = re.compile(rf'lint_add_row\(lint, item, keys\[k\], "({NAME})"')
JUDGED = re.compile(rf'\{{"[a-z._]+", "({NAME})", [a-z]+, COUNT|= \{{"[a-z._]+", "({NAME})", [a-z]+, COUNT')
COMMAND = re.compile(rf'\.kind = "({NAME})"')
OF_THE_COMMAND = {"seccomp-looser"}
OF_FACTS = {"socket-group-members", "socket-open", "override-socket-group"}


def used(root):
    kinds = set()
    for path in sorted((root / "src/policy").glob("lint*.c")) + [root / "src/own/policy/policy_check.c"]:
        text = path.read_text(encoding="utf-8")
        for pattern in (WORDS, CHOICES, ROWS, CAPABILITY, JUDGED, COMMAND):
            for found in pattern.findall(text):
                kinds.update(k for k in (found if isinstance(found, tuple) else (found,)) if k)
    return kinds


def described(root):
    page = (root / "docs/man/safe-docker-policy.1.scd").read_text(encoding="utf-8")
    part = page[page.index("The kinds of findings"):page.index("\n# SHOW")]
    kinds = []
    for line in part.splitlines():
        if line.startswith("*"):
            kinds += re.findall(rf"\*({NAME})\*", line)
    return kinds


def main():
    root = pathlib.Path(sys.argv[1])
    names, page = used(root), described(root)
    tested = set(re.findall(rf'\{{"({NAME})",\s*(?:SD_POLICY|SILENT)',
                            (root / "tests/unit/policy/test_lint.c").read_text(encoding="utf-8")))
    bad = [f"safe-docker-policy(1) does not describe {k}" for k in sorted(names - set(page))]
    bad += [f"safe-docker-policy(1) describes {k}, which nothing tells" for k in sorted(set(page) - names)]
    bad += [f"safe-docker-policy(1) describes {k} twice" for k in sorted(set(page)) if page.count(k) > 1]
    bad += [f"test_lint.c has no case of {k}" for k in sorted(names - tested - OF_THE_COMMAND - OF_FACTS)]
    for line in bad:
        print(line, file=sys.stderr)
    print(f"{len(names)} kinds")
    return 1 if bad or len(names) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
