#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule name that the sources use is described in safe-docker-rules(7), and nothing else is.

usage: described.py SOURCE_ROOT"""
import pathlib
import re
import sys

NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
FIRST_TEXT = rf'\s*[^"();]*?(?:\([^()]*\))?[^"();]*?,\s*"({NAME})"\s*[,)]'
CALLS = re.compile(
    r"\b(?:sd_deny|sd_command_deny|sd_operand_deny|sd_changed|sd_problem_add|sd_problem_add_error|sd_check_failed|sd_fail_rule"
    r"|deny_image|sd_rule_only_security|check_list|check_host_name|check_word)\(" + FIRST_TEXT)
# A row of a table of options begins with its id, and the rule stands second: {SD_OPT_PID, "pid-namespace", ...
ROWS = re.compile(rf'\{{\s*SD_OPT_[A-Z0-9_]+,\s*"({NAME})"')
# SD_OPTION(id, name, shorthand, kind, field, disposition, since, flags, rule, reason, hint)
OPTIONS = re.compile(rf'^SD_OPTION\(\w+, "[^"]*", [^"]*?, "({NAME})", "', re.M)
# Words with a hyphen in the rules are rule names, unless they are words of Docker.
HYPHENS = re.compile(rf'"({NAME})"')
WORDS_OF_DOCKER = {
    "all-tags", "cache-from", "disable-content-trust", "force-rm", "no-cache", "follow-link",
    "cpuset-cpus", "cpuset-mems", "on-failure", "unless-stopped", "json-file", "env-regex", "labels-regex", "max-buffer-size",
    "max-file", "max-size", "non-blocking", "libvirt-sock", "link-local-ip", "mac-address",
    "aux-address", "config-from", "config-only", "ip-range", "ipam-driver", "ipam-opt",
    "safe-docker", "host-gateway", "password-stdin", "driver-opt", "gw-priority",
}


def used(root):
    names = {}
    for path in sorted((root / "src").rglob("*.c")):
        text = path.read_text(encoding="utf-8")
        found = CALLS.findall(text) + ROWS.findall(text)
        if path.parent.name == "rules":
            found += [n for n in HYPHENS.findall(text) if "-" in n and n not in WORDS_OF_DOCKER]
        if path.parent.name == "compose" or path.name == "compose_command.c":
            found += [n for n in HYPHENS.findall(text) if n.startswith("compose-")]
        for name in found:
            names.setdefault(name, path.name)
    table = root / "include/safe-docker/docker/options.def"
    for name in OPTIONS.findall(table.read_text(encoding="utf-8")):
        names.setdefault(name, table.name)
    return names


def described(root):
    """Lines such as *name* or *name*, *other* that stand alone, in order."""
    page = (root / "docs/man/safe-docker-rules.7.scd").read_text(encoding="utf-8")
    heads = re.findall(r"^(\*[a-z0-9-]+\*(?:, \*[a-z0-9-]+\*)*)\n\t\S", page, re.M)
    return [name for head in heads for name in re.findall(r"\*([a-z0-9-]+)\*", head)]


def main():
    root = pathlib.Path(sys.argv[1])
    names, page = used(root), described(root)
    problems = [f"{where}: the rule {name} is not described" for name, where in sorted(names.items())
                if name not in page]
    problems += [f"the rule {name} is described, but nothing uses it" for name in sorted(set(page))
                 if name not in names]
    problems += [f"the rule {name} is described twice" for name in sorted(set(page))
                 if page.count(name) > 1]
    if len(names) < 90:
        problems.append(f"only {len(names)} rule names were found: has the code changed its ways?")
    print("\n".join(problems) or f"{len(names)} rules, each described")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
