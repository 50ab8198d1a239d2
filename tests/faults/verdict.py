# SPDX-License-Identifier: Apache-2.0
"""What came of a command, and whether that may come of a fault: the complete usual outcome, or a closed one in words.
Never anything executed with other rights, words, variables or files than without the fault; no crash, no process left."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

SIGNALS = 1000  # a status above it: ended by a signal
CRASHES = {SIGNALS + number for number in (3, 4, 5, 6, 7, 8, 11, 31)}
CLOSED = {125, 126, 127}
READER_GONE = 141  # of answers to a pipe that nobody reads
PR_SET_DUMPABLE = 4
KEYBOARD = 0x6  # SIGINT and SIGQUIT are ignored while a child is waited for, and what is started after that keeps it
LOOKS = {"inspect", "ps"}
RANDOM = (re.compile(r"(io\.safe-docker\.id=)[0-9a-f]{32}"), re.compile(r"^(pipe|socket|/var/tmp/#|anon_inode).*$"))


@dataclass(frozen=True)
class Call:
    """A system call of a run without faults: the nth of its kind in that process."""

    process: int
    number: int
    nth: int
    name: str
    path: str
    args: tuple[int, ...]
    loading: bool  # the loader is still at work, and nothing of the program's own

    @property
    def label(self) -> str:
        return f"{self.process}:{self.name}:{self.nth}({self.path})"

    @property
    def is_of_groups(self) -> bool:
        """What the C library reads to look groups up."""
        return self.path in ("/etc/group", "/etc/nsswitch.conf") or self.name in ("read", "newfstatat", "lseek", "mmap", "brk")

    @property
    def is_about_stderr(self) -> bool:
        """Then nothing can be said."""
        return self.name == "poll" or (self.name in ("write", "writev", "close") and self.args[0] == 2)


@dataclass(frozen=True)
class Verdict:
    kind: str  # "complete", "closed", "unreached", "bad"
    problems: list[str]


@dataclass
class Outcome:
    status: int  # -1: it never ended
    out: bytes
    err: bytes
    before: dict[str, bytes]  # the caller's files
    home: dict[str, bytes]    # and what became of them
    records: list[str]
    events: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    @property
    def executed(self) -> list[str]:
        """What was started in the program's place or by it, with all that it was given."""
        return sorted(json.dumps(_normal(event), sort_keys=True) for event in self.of("exec") if event["watched"])

    def calls(self, names: dict[int, str]) -> list[Call]:
        """The program's own work begins with the process being made undumpable."""
        found = []
        loading = True
        nth: Counter[tuple[int, int]] = Counter()
        for event in self.of("call"):
            name = names.get(event["number"], str(event["number"]))
            loading = loading and not (name == "prctl" and event["args"][:2] == [PR_SET_DUMPABLE, 0])
            key = (event["process"], event["number"])
            nth[key] += 1
            found.append(Call(*key, nth[key], name, event["path"], tuple(event["args"]), loading))
        return found

    def show(self) -> str:
        verbs = [verb_of(json.loads(one)["argv"]) for one in self.executed]
        return f"status {self.status}, executes {verbs}, {len(self.records)} records, {self.err[:200]!r}"


def verb_of(argv: list[str]) -> str:
    return " ".join([word for word in argv[1:] if not word.startswith("-")][:2])


def _normal(event: dict[str, Any]) -> dict[str, Any]:
    def plain(text: str) -> str:
        for pattern in RANDOM:
            text = pattern.sub(r"\1", text)
        return "/var/tmp/#" if text.startswith("/memfd:spool") else text
    words = [plain(word) for word in event["argv"]]
    status = {**event["status"], "SigIgn": f"{int(event['status']['SigIgn'], 16) & ~KEYBOARD:016x}"}
    words[:1] = ["/usr/bin/tar"] if words[:1] == ["/bin/tar"] else words[:1]  # either is looked for
    return {"image": event["image"], "argv": words, "env": event["env"],
            "status": status, "folder": event["folder"],
            "files": {number: plain(target) for number, target in event["files"].items()}}


def _plain_records(records: list[str]) -> list[str]:
    return [re.sub(r'"(time|cwd)": ?"[^"]*"|\[\d+\]', "", record) for record in records]


def read(events: list[dict[str, Any]], out: bytes, err: bytes, before: dict[str, bytes], home: dict[str, bytes],
         records: list[str]) -> Outcome:
    ends = [event["status"] for event in events if event["event"] == "end"]
    return Outcome(ends[0] if ends else -1, out, err, before, home, records, events)


def difference(usual: Outcome, now: Outcome) -> str:
    """What is another than usual: "" where nothing is. The words on stderr do not count."""
    pairs = {"status": (usual.status, now.status), "executed": (usual.executed, now.executed), "output": (usual.out, now.out),
             "files": (usual.home, now.home), "records": (_plain_records(usual.records), _plain_records(now.records))}
    return ", ".join(name for name, (a, b) in pairs.items() if a != b)


def first_words(outcome: Outcome) -> str:
    lines = outcome.err.decode(errors="replace").splitlines()
    note = "" if outcome.records else " [no record]"
    return f"{outcome.status} {re.sub(r'[0-9]+', 'N', lines[0])[:150] if lines else '(no words)'}{note}"


# -- judging --------------------------------------------------------------------------------------------


def _without_groups(one: dict[str, Any]) -> str:
    return json.dumps({**one, "status": {**one["status"], "Groups": ""}}, sort_keys=True)


def _lacks_groups_alone(usual: Outcome, now: Outcome, call: Call) -> bool:
    a, b = (sorted(_without_groups(json.loads(one)) for one in outcome.executed) for outcome in (usual, now))
    return call.is_of_groups and difference(usual, now) == "executed" and a == b


def _with_fewer_groups(event: dict[str, Any], known: list[str]) -> bool:
    """Fewer supplementary groups are fewer rights: the C library does not tell of a database that it could not read."""
    return any(_without_groups(other) == _without_groups(event)
               and set(event["status"]["Groups"].split()) < set(other["status"]["Groups"].split())
               for other in map(json.loads, known))


def _is_harder(event: dict[str, Any], known: list[str]) -> bool:
    """Where it cannot be known whether the host has AppArmor, the profile is named, and the daemon decides."""
    return _without_profile(event) in [_without_profile(json.loads(one)) for one in known]


def _without_profile(event: dict[str, Any]) -> dict[str, Any]:
    """Without the name of an AppArmor profile, among the words or in the model that compose is given."""
    files = {number: re.sub(r"[\s,]+", "", re.sub('"apparmor=[^"]*"', "", text)) for number, text in event["files"].items()}
    return {**event, "argv": [word for word in event["argv"] if not word.startswith("--security-opt=apparmor=")], "files": files}


def _strange(usual: Outcome, now: Outcome, call: Call) -> list[str]:
    """What was executed that the usual run does not execute, told by the nearest that it does."""
    found = []
    known = usual.executed
    for one in now.executed:
        event = json.loads(one)
        if one in known or call.is_of_groups and _with_fewer_groups(event, known) or _is_harder(event, known):
            continue
        near = [json.loads(other) for other in known if json.loads(other)["argv"][1:] == event["argv"][1:]]
        if not near:
            found.append(f"executes {event['argv']}")
            continue
        found += [f"executes {verb_of(event['argv'])} with another {key}: {event[key]} and not {near[0][key]}"
                  for key in event if event[key] != near[0][key]]
    return found


def _ended_badly(usual: Outcome, now: Outcome) -> list[str]:
    found = [f"left running: {event['image']}" for event in now.of("left")]
    if now.status == -1:
        found.append("hangs")
    crashed = [event for event in now.of("child") + now.of("end") if event["status"] in CRASHES]
    if crashed and usual.status not in CRASHES:
        found.append(f"a process ended by signal {crashed[0]['status'] - SIGNALS}")
    return found


def acts(outcome: Outcome) -> list[str]:
    verbs = [verb_of(json.loads(one)["argv"]) for one in outcome.executed]
    return [verb for verb in verbs if not LOOKS & set(verb.split())]


def _only_leaves_more(usual: Outcome, now: Outcome, muted: bool) -> bool:
    """All is done, but something could not be removed, and that is told."""
    missing = Counter(usual.executed) - Counter(now.executed)
    kept = all(verb_of(json.loads(one)["argv"]).startswith("rm ") for one in missing)
    return difference(usual, now) == "executed" and kept and (muted or b"could not be removed" in now.err)


def _only_new_and_empty(usual: Outcome, now: Outcome) -> bool:
    """Made with the caller's rights before the others were taken up, and not taken away after that."""
    new = {name: content for name, content in now.home.items() if usual.before.get(name) != content}
    return set(usual.before) <= set(now.home) and all(content == b"" and name not in usual.before for name, content in new.items())


def _closed(usual: Outcome, now: Outcome, call: Call, muted: bool) -> list[str]:
    found = []
    if now.status == usual.status and call.path.startswith("/sys/module/apparmor") and len(now.executed) == len(usual.executed):
        return []
    if now.status == 0 and not _only_leaves_more(usual, now, muted):
        found.append(f"status 0, but another outcome: {difference(usual, now)}")
    elif now.status not in {0} | CLOSED | {1, usual.status, READER_GONE}:
        found.append(f"status {now.status}")
    words = now.err.strip() or (now.out.strip() and now.out != usual.out)
    if not words and not muted and not call.is_about_stderr and now.status != READER_GONE:
        found.append("no words")
    if now.home not in (usual.before, usual.home) and not _only_new_and_empty(usual, now):
        changed = {name for name in now.home.keys() | usual.home.keys() if now.home.get(name) != usual.home.get(name)}
        found.append(f"half-written: {sorted(changed)}")
    if acts(now) and not now.records:
        found.append("acts without a record")
    return found


def judge(scenario: Any, usual: Outcome, now: Outcome, call: Call, way: str, sticky: bool) -> Verdict:
    if not now.of("fault"):
        return Verdict("unreached", [])
    if call.loading and now.status in CRASHES and not now.executed:
        return Verdict("ended by the loader", [])
    problems = _strange(usual, now, call) + _ended_badly(usual, now)
    unread = call.name == "write" and call.args[0] == 1 and way == "e:EPIPE"  # nobody misses what is not read
    complete = difference(usual, now) in ("", "output" if unread else "") or _lacks_groups_alone(usual, now, call)
    if not complete and not (scenario.tells and now.status == usual.status):
        problems += _closed(usual, now, call, muted=sticky and call.name in ("write", "poll"))
    kind = "bad" if problems else "complete" if complete else "closed after acting" if acts(now) else "closed"
    return Verdict(kind, problems)
