#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command, alias and option of the tables is in safe-docker-options(7), with what the tables do with it, and
nothing else is. The rules that it names are described in safe-docker-rules(7).

usage: options_page.py SOURCE_ROOT"""
import pathlib
import re
import sys

DEF = "include/safe-docker/docker/"
STRING = r'"([^"]*)"'
SHORT = r"(0|'.')"
OPTION = re.compile(rf"^SD_OPTION\(\w+, {STRING}, {SHORT}, \w+, \w+, (SD_\w+), (\w+), ([^\"]*?), {STRING}, ", re.M)
COMMAND = re.compile(rf"^SD_COMMAND\((\w+), {STRING}, (\w+), \w+, \w+, \w+, ([^\"]*?), {STRING}, {STRING}\)", re.M)
COMMAND_OPTION = re.compile(rf"^SD_COMMAND_OPTION\((\w+), {STRING}, {SHORT}, \w+, (SD_\w+), \w+, [^\"]*?, {STRING}, ", re.M)
COMPOSE_OPTION = re.compile(rf"^SD_COMPOSE_OPTION\((\w+), {STRING}, {SHORT}, \w+, (SD_\w+), ", re.M)
PATH = re.compile(rf"^  \{{{STRING}, SD_COMMAND_(\w+)\}}", re.M)
LABELS = {"SD_PASS": "Handed on", "SD_CHECK": "Judged", "SD_DENY": "Refused", "SD_DENY_TRUE": "Refused"}
SINCE = {"SD_SINCE_20_10": "", "SD_SINCE_23": "23.0", "SD_SINCE_25": "25.0", "SD_SINCE_28_2": "28.2"}
WORD = r"\*([^*\n]+)\*"
PAGE_OPTION = re.compile(r"(?:\*-(.)\*, )?\*--([a-z0-9-]+)\*(?: \(\*([a-z-]+)\*\))?")


def joined(text):
    return [" ".join(part.split()) for part in text.strip("\n").split("\n\n")]


def entries(text):
    """Head lines and the paragraphs that are indented below them."""
    return [(head, joined(body)) for head, body in
            re.findall(r"^(\*[^\n]*(?:\n\*[^\n]*)*)\n((?:\t[^\n]*\n|\n(?=\t))+)", text, re.M)]


class Check:
    def __init__(self, root):
        self.root = root
        self.problems = []
        self.count = 0
        page = self.read("docs/man/safe-docker-options.7.scd")
        self.part = dict(zip(re.findall(r"^# (.*)$", page, re.M), re.split(r"^# .*$", page, flags=re.M)[1:]))
        rules = self.read("docs/man/safe-docker-rules.7.scd")
        heads = re.findall(rf"^({WORD}(?:, {WORD})*)\n\t", rules, re.M)
        self.rules = {name for head in heads for name in re.findall(WORD, head[0])}

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def fail(self, *words):
        self.problems.append(" ".join(words))

    def same(self, what, expected, got):
        for name in sorted(set(expected) - set(got)):
            self.fail(what, str(name), "is in the code and not on the page")
        for name in sorted(set(got) - set(expected)):
            self.fail(what, str(name), "is on the page and not in the code")

    def rules_of(self, where, names):
        for name in names:
            if name not in self.rules:
                self.fail(where, "names the rule", name, "which is not described")

    def run_options(self):
        page = {}
        for head, paragraphs in entries(self.part["OPTIONS OF RUN AND CREATE"]):
            short, name, _ = PAGE_OPTION.fullmatch(head).groups()
            page[name] = (short or "", paragraphs[0])
        rows = OPTION.findall(self.read(DEF + "options.def"))
        self.count += len(rows)
        self.same("run: the option", [row[0] for row in rows], page)
        for name, short, disposition, since, flags, rule in rows:
            if name in page:
                self.run_option(name, short, disposition, since, flags, rule, page[name])

    def run_option(self, name, short, disposition, since, flags, rule, page):
        text = page[1]
        start = {
            "SD_PASS": "Handed on.", "SD_CHECK": "Judged: *", "SD_DENY_TRUE": f"Refused when true: *{rule}*.",
            "SD_DENY": f"Refused unless _options.allow_ names it: *{rule}*." if "SD_OPTION_POLICY" in flags
                       else f"Refused: *{rule}*."}[disposition]
        if not text.startswith(start):
            self.fail("run: --" + name, "should begin with", repr(start))
        if page[0] != short.strip("'0"):
            self.fail("run: --" + name, "has another shorthand")
        if ("*run* alone." in text) != ("SD_OPTION_RUN" in flags):
            self.fail("run: --" + name, "is wrong about being an option of run alone")
        if (f"Since Docker {SINCE[since]}." in text) != (SINCE[since] != ""):
            self.fail("run: --" + name, "is wrong about the version that has it")
        if disposition == "SD_CHECK":
            self.rules_of("run: --" + name, re.findall(WORD, text.split(".")[0]))

    def options(self, what, rows, paragraphs):
        """ROWS are (name, short, disposition, rule); the paragraphs begin with a label."""
        expected = {(LABELS[d], short.strip("'0"), name) for name, short, d, _ in rows}
        refused = {name: rule for name, _, d, rule in rows if LABELS[d] == "Refused" and rule}
        got = set()
        for paragraph in paragraphs:
            label = re.match(r"(Handed on|Judged|Refused)(?: \(\*compose-option\*\))?: ", paragraph)
            for short, name, rule in PAGE_OPTION.findall(paragraph) if label else []:
                got.add((label.group(1), short, name))
                self.rules_of(f"{what} --{name}", [rule] if rule else [])
                if name in refused and rule != refused[name]:
                    self.fail(f"{what} --{name}", "is refused by", refused[name])
        self.count += len(expected)
        self.same(what, expected, got)

    def commands(self):
        commands = {row[0]: row[1:] for row in COMMAND.findall(self.read(DEF + "commands.def"))}
        rows = COMMAND_OPTION.findall(self.read(DEF + "command_options.def"))
        aliases = PATH.findall(self.read("src/docker/commands.c"))
        page = {re.fullmatch(WORD, head).group(1): paragraphs for head, paragraphs in entries(self.part["COMMANDS"])}
        handled = {key: row for key, row in commands.items() if row[1] != "SD_REFUSED" and not row[0].startswith("__")}
        self.same("the command", [row[0] for row in handled.values()], page)
        for key, (name, _, flags, _, _) in handled.items():
            if name not in page:
                continue
            when = ("Always allowed." if "SD_COMMAND_ALWAYS" in flags else
                    "Allowed by default." if "SD_COMMAND_DEFAULT" in flags else
                    "Allowed where _commands.allow_ names it.")
            if not page[name][0].startswith(when):
                self.fail("the command", name, "should begin with", repr(when))
            others = [path for path, owner in aliases if owner == key and path != name]
            self.same(f"{name}: the alias", others, re.findall(WORD, page[name][0]))
            self.options(name, [row[1:] for row in rows if row[0] == key], page[name])
        self.main_page(handled.values())
        self.refused([row for row in commands.values() if row[1] == "SD_REFUSED"])

    def main_page(self, handled):
        """The two lists of safe-docker(1): what the built-in policy allows, and what a policy may also allow."""
        page = self.read("docs/man/safe-docker.1.scd")
        allowed, also = re.search(r"What the\s+built-in policy allows:\n(.*?)\nA policy may also allow(.*?);", page, re.S).groups()
        also = {" ".join(name.split()) for name in re.findall(r"\*([^*]+)\*", also)}
        names = {flag: [row[0] for row in handled if ("SD_COMMAND_DEFAULT" in row[2]) == flag and "ALWAYS" not in row[2]]
                 for flag in (True, False)}
        self.same("safe-docker(1): allowed by default:", names[True], re.findall(r"\*([^*]+)\*", allowed))
        self.same("safe-docker(1): allowed by a policy:", names[False], also)

    def refused(self, rows):
        page = {}
        for head, paragraphs in entries(self.part["REFUSED COMMANDS"]):
            for name in re.findall(WORD, " ".join(head.split())):
                page[name] = paragraphs[0].lower()
        self.count += len(rows)
        self.same("the refused command", [row[0] for row in rows], page)
        for name, _, _, reason, hint in rows:
            if name in page and page[name] != f"{reason}. Instead: {hint}.".lower():
                self.fail("the refused command", name, "has another reason or hint")

    def compose(self):
        rows = COMPOSE_OPTION.findall(self.read("include/safe-docker/compose/options.def"))
        page = {re.fullmatch(WORD, head).group(1).removeprefix("compose "): paragraphs
                for head, paragraphs in entries(self.part["COMPOSE"])}
        self.same("compose: the command", [row[0] for row in rows], page)
        for name, paragraphs in page.items():
            self.options("compose " + name, [(*row[1:], "") for row in rows if row[0] == name], paragraphs)


def main():
    check = Check(pathlib.Path(sys.argv[1]))
    check.run_options()
    check.commands()
    check.compose()
    if check.count < 500:
        check.fail(f"only {check.count} rows were found: have the tables changed their form?")
    print("\n".join(check.problems) or f"{check.count} options and refused commands, each on the page")
    return 1 if check.problems else 0


if __name__ == "__main__":
    sys.exit(main())
