#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule name that the sources use is described in safe-docker-rules(7), and nothing else is. Each section has its
parts in their order: what, Why with a source, Attack unless it is no boundary, Instead, To allow with a key of the
policy or a reason why none does it. The keys that it names exist in src/policy/schema.c.

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
# SD_COMMAND_OPTION(command, name, shorthand, kind, disposition, since, flags, rule, reason, hint)
COMMAND_OPTIONS = re.compile(rf'^SD_COMMAND_OPTION\(\w+, "[^"]*", [^"]*?, "({NAME})", "', re.M)
# Words with a hyphen in the rules are rule names, unless they are words of Docker.
HYPHENS = re.compile(rf'"({NAME})"')
WORDS_OF_DOCKER = {
    "all-tags", "cache-from", "disable-content-trust", "force-rm", "no-cache", "follow-link",
    "cpuset-cpus", "cpuset-mems", "on-failure", "unless-stopped", "json-file", "env-regex", "labels-regex", "max-buffer-size",
    "max-file", "max-size", "non-blocking", "libvirt-sock", "link-local-ip", "mac-address",
    "aux-address", "config-from", "config-only", "ip-range", "ipam-driver", "ipam-opt",
    "safe-docker", "host-gateway", "password-stdin", "no-stdin", "driver-opt", "gw-priority",
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
    for table, rows in (("options.def", OPTIONS), ("command_options.def", COMMAND_OPTIONS)):
        text = (root / "include/safe-docker/docker" / table).read_text(encoding="utf-8")
        for name in rows.findall(text):
            names.setdefault(name, table)
    return names


def keys(root):
    """Every key of a policy as a path, groups of keys included."""
    text = (root / "src/policy/schema.c").read_text(encoding="utf-8")
    tables = {name: re.findall(r'\{\.key = "([^"]+)"(?:[^{}]*?\.shape = &(\w+)_shape)?', body) for name, body in
              re.findall(r"struct sd_policy_field (\w+)_rows\[\] = \{\n(.*?)\n\};", text, re.S)}
    found = set()

    def walk(table, prefix):
        for key, shape in tables[table]:
            found.add(prefix + key)
            if shape and key != "overrides":
                walk(shape, prefix + key + ".")
    walk("root", "")
    return found


def sections(root):
    """Lines such as *name* or *name*, *other* that stand alone, with the indented text below them, in order."""
    page = (root / "docs/man/safe-docker-rules.7.scd").read_text(encoding="utf-8")
    found = re.findall(r"^(\*[a-z0-9-]+\*(?:, \*[a-z0-9-]+\*)*)\n((?:\t[^\n]*\n|\n(?=\t))+)", page, re.M)
    return [(re.findall(r"\*([a-z0-9-]+)\*", head), text) for head, text in found]


PART = re.compile(r"^\*(Why|Attack|Instead|To allow):\* (.*)$", re.S)
SOURCE = re.compile(r"CVE-\d{4}-\d{4,}|CIS 5\.\d|\(\d\)|documentation|specification|RFC \d|^No boundary: .")
KEY = re.compile(r"_([a-z][a-z_]*(?:\.[a-z_]+)*)_(?![a-z])")
NO_KEY = ("No policy allows", "Nothing")


def check_section(name, text, known):
    """What is wrong with the section of one rule."""
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    labelled = [PART.match(part) for part in parts]
    labels = [match.group(1) if match else "" for match in labelled]
    body = {match.group(1): match.group(2) for match in labelled if match}
    no_boundary = body.get("Why", "").startswith("No boundary")
    wanted = ["", "Why"] + ([] if no_boundary else ["Attack"]) + ["Instead", "To allow"]
    problems = []
    if labels != wanted:
        problems.append(f"the section {name} has the parts {labels} and not {wanted}")
    if not SOURCE.search(body.get("Why", "")):
        problems.append(f"the section {name} names no source")
    named = [key for key in KEY.findall(text) if "." in key and "/" not in key and key.split(".")[0] in known]
    problems += [f"the section {name} names the key {key}, which no policy has" for key in named if key not in known]
    allow = body.get("To allow", "")
    if not allow.startswith(NO_KEY) and not any(key in known for key in KEY.findall(allow)):
        problems.append(f"the section {name} does not say which key allows it")
    summary = re.split(r"(?<=[.:])\s", parts[0])[0]
    if len(summary) > 240:
        problems.append(f"the first sentence of {name} is too long for a list")
    return problems


def main():
    root = pathlib.Path(sys.argv[1])
    names, known = used(root), keys(root)
    page = [name for heads, _ in sections(root) for name in heads]
    problems = [f"{where}: the rule {name} is not described" for name, where in sorted(names.items())
                if name not in page]
    problems += [f"the rule {name} is described, but nothing uses it" for name in sorted(set(page))
                 if name not in names]
    problems += [f"the rule {name} is described twice" for name in sorted(set(page))
                 if page.count(name) > 1]
    for heads, text in sections(root):
        problems += check_section(heads[0], text, known)
    if len(known) < 90:
        problems.append(f"only {len(known)} keys were found: has the schema changed its ways?")
    if len(names) < 170:
        problems.append(f"only {len(names)} rule names were found: has the code changed its ways?")
    print("\n".join(problems) or f"{len(names)} rules, each described")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
