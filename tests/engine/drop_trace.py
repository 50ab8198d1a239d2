#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads what `strace -ff -o TRACE` wrote of a door, a file for each process,
and judges what safe-docker did ahead of the end of its drop. Usage: drop_trace.py DOOR CALLER PROGRAM REAL FOREIGN TRACE...

DOOR: root (all ids change), setgid (the group changes), or direct (nothing does). PROGRAM is safe-docker, REAL what it
executes. FOREIGN is what the caller named: nothing with it may be touched ahead of the drop. All traces, of different
words, must have the same calls up to there. Prints what is wrong."""

import glob
import re
import sys

CALL = re.compile(r"^\w+\(")
MARK = "prctl(PR_GET_DUMPABLE"
NUMBER = re.compile(r"0x[0-9a-f]+|\b\d{3,}\b")

# What is called in this order between the first change and the end; the results are looked at as well.
STEPS = {
    "root": ["setgroups", "getgroups", "setresgid", "getresgid", "setresuid", "getresuid", "prctl(PR_CAP_AMBIENT", "capset",
             "capget", "prctl(PR_SET_DUMPABLE", MARK, "setresuid(-1, 0, -1) = -1 EPERM", "setuid(0) = -1 EPERM"],
    "setgid": ["setresgid", "getresgid", "prctl(PR_CAP_AMBIENT", "capset", "capget", "prctl(PR_SET_DUMPABLE", MARK,
               "setresuid(-1, 0, -1) = -1 EPERM", "setuid(0) = -1 EPERM"],
    "direct": ["prctl(PR_CAP_AMBIENT", "capset", "capget", "prctl(PR_SET_DUMPABLE", MARK,
               "setresuid(-1, 0, -1) = -1 EPERM", "setuid(0) = -1 EPERM"],
}
# What opens or asks by a path; ahead of the drop all of it is the system's.
PATHS = re.compile(r'^(?:open|openat|openat2|stat|lstat|newfstatat|statx|access|faccessat2?|readlink(?:at)?|connect|execve)\b')
SYSTEM = ("/etc/", "/lib/", "/lib64/", "/usr/", "/proc/", "/sys/", "/dev/", "/run/", "/var/run/", "/var/lib/sss/")
NEVER = re.compile(r"^(execve|execveat|chdir|fchdir|unlink|rename|mkdir|ptrace|clone3?|v?fork|bind|accept4?|listen)\(")
LINE_OF_WORDS = re.compile(r'"/proc/(self|\d+)/(cmdline|environ|cwd|fd)')


def calls_of(path, program):
    """The calls of safe-docker from its own execve on; its process may have been another program before."""
    for name in glob.glob(path + ".*"):
        with open(name, encoding="utf-8", errors="replace") as lines:
            calls = [line.rstrip() for line in lines if CALL.match(line)]
        for at, call in enumerate(calls):
            if call.startswith(f'execve("{program}"') and call.endswith(" = 0"):
                return calls[at:]
    return []


def end_of_drop(calls):
    """The index behind the last step."""
    at = next((i for i, call in enumerate(calls) if call.startswith(MARK)), None)
    return None if at is None else at + 3


def steps(door, calls):
    """What of STEPS is missing, failed, or out of order."""
    at = 0
    for step in STEPS[door]:
        name = step.split(" = ")[0]
        found = next((i for i in range(at, len(calls)) if calls[i].startswith(name)), None)
        if found is None:
            return f"{step} is missing or too early"
        result = calls[found].rsplit(" = ", 1)[-1]
        if " = " in step:
            if not result.startswith(step.rsplit(" = ", 1)[1]):
                return f"{calls[found]}: not refused"
        elif result.startswith("-1") and "PR_CAP_AMBIENT" not in step:
            return f"{calls[found]}: failed"
        at = found + 1
    return None


def ids(door, caller, calls):
    """The last word of the kernel on each kind of id. Everything but what is parked is the caller's."""
    for name in ("getresuid", "getresgid") if door == "root" else ("getresgid",) if door == "setgid" else ():
        last = [call for call in calls if call.startswith(name)][-1]
        seen = re.findall(r"\[(\d+)\]", last)
        if len(seen) != 3 or seen[0] != seen[1] or seen[0] != caller[name]:
            yield f"{last}: not the caller's"
    if door == "root":
        parked = [call for call in calls if call.startswith("getresuid")][-1]
        if re.findall(r"\[(\d+)\]", parked)[2] != caller["getresuid"]:
            yield f"{parked}: more is kept than the group"
    if not any(call.startswith("capget") and "effective=0, permitted=0, inheritable=0" in call for call in calls):
        yield "nothing shows that no capability is left"


def is_of_system(call, own):
    """By its path, which may lead to a folder of the tests step by step; what is relative is so to an open folder."""
    found = PATHS.match(call) and re.search(r'"([^"]*)"', call)
    if not found:
        return True
    path = found.group(1)
    if not path.startswith("/"):
        return "AT_FDCWD" not in call
    return path.startswith(SYSTEM + (own,)) or own.startswith(path.rstrip("/") + "/")


def ahead(calls, own, foreign):
    """What must not be done so early."""
    for call in calls:
        if NEVER.match(call):
            yield f"{call}: ahead of the drop"
        if foreign.split("/")[-2] in call or LINE_OF_WORDS.search(call):
            yield f"{call}: what the caller names, ahead of the drop"
        if re.match(r"(read|pread64|readv|recv\w*)\(0,", call):
            yield f"{call}: standard input, ahead of the drop"
        if not is_of_system(call, own):
            yield f"{call}: not of the system"


def plain(call):
    """Without what differs between two runs of anything."""
    call = re.sub(r"^(brk|mmap|munmap|mprotect|getrandom|set_tid_address|set_robust_list|rseq|getpid)\(.*", r"\1", call)
    return NUMBER.sub("N", re.sub(r"st_size=\d+", "st_size=N", call))  # of the audit file


def last_steps(real, calls):
    """execve comes last, and with the ids taken up and read back."""
    at = next((i for i, call in enumerate(calls) if call.startswith(f'execve("{real}"')), None)
    if at is None:
        return None
    before = [call for call in calls[:at] if re.match(r"(setres[ug]id|getres[ug]id|setgroups)\(", call)]
    if not before or not before[-1].startswith("getres"):
        return "execve without ids that were read back"
    return None


def judge(door, caller, program, real, foreign, trace):
    """(problems, calls up to the end of the drop, whether FOREIGN was touched behind it)"""
    own = program.rsplit("/", 3)[0] + "/"
    calls = calls_of(trace, program)
    end = end_of_drop(calls)
    if end is None:
        return ["the drop does not end"], [], False
    early = calls[:end]
    problems = [problem for problem in [steps(door, early), last_steps(real, calls)] if problem]
    problems += [*ids(door, caller, early), *ahead(early[1:], own, foreign)]
    touched = any(foreign in call for call in calls[end:])
    return problems, [plain(call) for call in early[1:]], touched


def main():
    """Nothing is printed where all is well."""
    door, uid_gid, program, real, foreign = sys.argv[1:6]
    uid, gid = uid_gid.split(":")
    caller = {"getresuid": uid, "getresgid": gid}
    first, bad, used = None, False, False
    for trace in sys.argv[6:]:
        problems, early, touched = judge(door, caller, program, real, foreign, trace)
        used = used or touched
        first = early if first is None else first
        if early != first:
            differs = next((pair for pair in zip(early, first) if pair[0] != pair[1]), (len(early), len(first)))
            problems.append(f"the words change what is done ahead of the drop: {differs}")
        for problem in problems:
            print(f"{trace.rsplit('/', 1)[-1]}: {problem}")
            bad = True
    if not used:
        print(f"nothing was done with {foreign}, so that this shows nothing")
        bad = True
    sys.exit(1 if bad else 0)


main()
