#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Suggestions, tried from outside: suggest.py SAFE-DOCKER POLICY LINES RULES FOLDER

A line "policy JSON" of LINES changes the policy for those below it. For each other command line: `policy suggest` finds a way; POLICY with it, merged here and written to a file of its own,
allows the line, by `policy test` and as a request with --explain; and with any addition left out it is refused. Every rule
that a suggestion can lift, one a line in RULES, is one that some line was refused by."""

import copy
import json
import os
import subprocess
import sys

PROGRAM, POLICY, LINES, RULES, FOLDER = sys.argv[1:]


def merge(below, over):
    if not (isinstance(below, dict) and isinstance(over, dict)):
        return over
    return {key: merge(below[key], over[key]) if key in below and key in over else over.get(key, below.get(key))
            for key in [*below, *(key for key in over if key not in below)]}


def at(tree, key):
    for part in key.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def put(tree, key, value):
    *parts, last = key.split(".")
    for part in parts:
        tree = tree.setdefault(part, {})
    if value is None:
        tree.pop(last, None)
    else:
        tree[last] = value


def subject(item):
    """What an item of a list is about: the word, or the source of {"source": ..., "access": ...}."""
    return next(iter(item.values())) if isinstance(item, dict) else item


def without(base, policy, addition):
    less = copy.deepcopy(policy)
    key, value = addition["key"], addition["value"]
    before = at(base["whole"], key)
    if isinstance(before, list):
        put(less, key, [item for item in at(less, key) if subject(item) != subject(value)]
            + [item for item in before if subject(item) == subject(value)])
    else:
        put(less, key, before)
    return less


def run(*words, policy=None):
    env = {"PATH": "/usr/bin:/bin", **({"SAFE_DOCKER_POLICY": policy} if policy else {})}
    return subprocess.run([PROGRAM, *words], env=env, capture_output=True, text=True, timeout=60, check=False)


def decide(policy, line, partial=False):
    file, table = f"{FOLDER}/with.json", f"{FOLDER}/line.table"
    for name, text in ((file, json.dumps(policy)), (table, f"- allow {line}\n")):
        with open(name, "w", encoding="utf-8") as out:
            out.write(text)
    answer = run("policy", "test", table, "--policy", file, "--format", "json")
    if partial and answer.returncode == 125:  # half of an addition can be a mistake
        return False, [], file
    assert answer.returncode in (0, 1), answer.stderr
    result = json.loads(answer.stdout)["results"][0]
    assert result["decision"] is not None, result
    return result["decision"] == "allow", result["rules"], file


def request(file, line):
    """As a request: what it names cannot be looked up, for want of a daemon; nothing else is refused."""
    answer = run("--explain=json", *line.split(), policy=file)
    explained = json.loads(answer.stdout)
    return explained["decision"] == "allow" or [v["rule"] for v in explained["violations"]] == ["lookup"], explained


def change(change_of):
    """The policy below the lines that follow, in a file and as it is with the built-in one."""
    file = f"{FOLDER}/base.json"
    policy = merge(json.load(open(POLICY, encoding="utf-8")), change_of)
    with open(file, "w", encoding="utf-8") as out:
        json.dump(policy, out)
    shown = run("policy", "show", policy=file)
    assert shown.returncode == 0, shown.stderr
    return {"file": file, "policy": policy, "whole": json.loads(shown.stdout)["policy"]}


def main():
    met, count, additions = set(), 0, 0
    base = change({})
    for line in filter(None, (text.split("#")[0].strip() for text in open(LINES, encoding="utf-8"))):
        line = line.replace("FOLDER", FOLDER)
        if line.startswith("policy "):
            base = change(json.loads(line.removeprefix("policy ")))
            continue
        allowed, rules, _ = decide(base["policy"], line)
        assert not allowed, f"{line}: it is allowed already"
        met.update(rules)
        answer = run("policy", "suggest", "--policy", base["file"], "--format", "json", "--", *line.split())
        assert answer.returncode == 0, f"{line}: {answer.stdout}{answer.stderr}"
        found = json.loads(answer.stdout)
        assert found["enough"] and found["additions"] and not found["never"], f"{line}: {found}"
        met.update(one["rule"] for one in found["additions"])
        policy = merge(base["policy"], found["policy"])
        allowed, rules, file = decide(policy, line)
        assert allowed, f"{line}: {rules} with {found['policy']}"
        good, explained = request(file, line)
        assert good, f"{line}: the request is refused: {explained['violations']}"
        for one in found["additions"]:
            assert one["risk"], one
            allowed, rules, _ = decide(without(base, policy, one), line, partial=True)
            assert not allowed, f"{line}: {one} is needless"
        count, additions = count + 1, additions + len(found["additions"])
    missing = set(open(RULES, encoding="utf-8").read().split()) - met
    assert not missing, f"no line is refused by: {sorted(missing)}"
    print(f"{count} lines, {additions} additions, none needless, {len(met)} rules")


if __name__ == "__main__":
    os.umask(0o022)
    main()
