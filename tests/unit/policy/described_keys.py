#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""safe-docker-policy(5) and the schema of the policy agree: the same keys in the same order, and of each the same type,
default and need; the defaults are those of the shipped policy; the rules that a key governs exist.

usage: described_keys.py SOURCE_ROOT SCHEMA"""
import json
import pathlib
import re
import sys

HEAD = re.compile(r"^\*([^*\s]+)\*$")
# Which rules these govern cannot be said: they are about the host, or for whom.
WITHOUT_RULES = re.compile(r"version|\$schema|overrides\b.*|docker\.(path|run_as|tls\..*|contexts\.NAME\..*)")


def without_comments(text):
    """JSON from JSON with comments."""
    return re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m.group(1) or " ", text, flags=re.S)


def resolve(schema, node):
    while "$ref" in node:
        node = schema["definitions"][node["$ref"].rsplit("/", 1)[1]]
    return node


def schema_keys(schema):
    """{path: (node, required)} in order; required is None for an item, which has no key of its own."""
    keys = {}

    def walk(node, path, required):
        node = resolve(schema, node)
        if path:
            keys[path] = (node, required)
        if path == "overrides[].policy":
            return
        for key, inner in node.get("properties", {}).items():
            walk(inner, f"{path}.{key}" if path else key, key in node.get("required", []))
        if isinstance(node.get("additionalProperties"), dict):
            walk(node["additionalProperties"], path + ".NAME", None)
        if "properties" in node.get("items", {}):
            walk(node["items"], path + "[]", None)

    walk(schema, "", None)
    return keys


def page_entries(text):
    """{path: [paragraph, ...]} in order, with the backslashes of the page taken away; paths that stand twice."""
    entries, twice, current = {}, [], None
    text = text[text.index("\n# KEYS\n"):text.index("\n# EDITORS\n")]
    for line in text.split("\n"):
        head = HEAD.match(line)
        if head:
            current = []
            twice += [head.group(1)] if head.group(1) in entries else []
            entries[head.group(1)] = current
        elif line.startswith("\t") and current is not None:
            if not current:
                current.append("")
            current[-1] += (" " if current[-1] else "") + re.sub(r"\\(.)", r"\1", line[1:])
        elif line == "" and current:
            current.append("")
        elif line != "":
            current = None
    return {path: [p for p in body if p] for path, body in entries.items()}, twice


def facts(node, required):
    text = f"Type: {node['$comment']}."
    if "default" in node:
        return text + f" Default: {json.dumps(node['default'], ensure_ascii=False)}."
    if required:
        return text + " Required."
    return text if node["$comment"] == "object" else text + " Default: none."


def compare(keys, entries):
    for path in keys:
        if path not in entries:
            yield f"{path} is a key, but has no entry in the page"
    for path in entries:
        if path not in keys:
            yield f"{path} has an entry in the page, but is no key"
    if list(keys) != list(entries) and set(keys) == set(entries):
        yield "the entries stand in another order than the keys: " + next(
            f"{a} and {b}" for a, b in zip(keys, entries) if a != b)
    for path, body in entries.items():
        if path in keys and (not body or body[0] != facts(*keys[path])):
            yield f"{path}: the page says\n  {body[0] if body else ''}\n and the schema\n  {facts(*keys[path])}"
        if path in keys and len(body) < 2:
            yield f"{path} is not described"


def check_nodes(keys):
    for path, (node, _) in keys.items():
        if len(node.get("description", "")) < 8:
            yield f"{path}: the schema has no description"


def check_defaults(keys, shipped, path=""):
    """Every value of the shipped policy is the schema's default, and no default comes from elsewhere."""
    for key, value in shipped.items():
        here = f"{path}.{key}" if path else key
        node = keys.get(here, ({}, False))[0]
        if node.get("$comment") == "object":
            yield from check_defaults(keys, value, here)
        elif node.get("default") != value:
            yield f"{here}: the schema's default is {node.get('default')}, the shipped policy's {value}"


def known_rules(root):
    page = (root / "docs/man/safe-docker-rules.7.scd").read_text(encoding="utf-8")
    heads = re.findall(r"^(\*[a-z0-9-]+\*(?:, \*[a-z0-9-]+\*)*)\n\t\S", page, re.M)
    return {name for head in heads for name in re.findall(r"\*([a-z0-9-]+)\*", head)}, page


def check_rules(keys, entries, root):
    rules, page = known_rules(root)
    for path, body in entries.items():
        named = [p for p in body if p.startswith("Rules: ")]
        for paragraph in named:
            if not re.fullmatch(r"Rules: \*[a-z0-9-]+\*(, \*[a-z0-9-]+\*)*\.", paragraph):
                yield f"{path}: not of the form of the page: {paragraph}"
            for rule in re.findall(r"\*([a-z0-9-]+)\*", paragraph):
                if rule not in rules:
                    yield f"{path}: there is no rule {rule}"
        if not named and path in keys and not keys[path][0]["$comment"].startswith("object") and \
                not WITHOUT_RULES.fullmatch(path):
            yield f"{path} names no rules"
    roots = "|".join(sorted({path.split(".")[0] for path in keys if path[0] not in "$v"}))
    for path in set(re.findall(rf"_((?:{roots})(?:\.[a-z_]+)+)_", page)):
        if path not in keys:
            yield f"safe-docker-rules(7) speaks of {path}, which is no key"


def main():
    root = pathlib.Path(sys.argv[1])
    keys = schema_keys(json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")))
    entries, twice = page_entries((root / "docs/man/safe-docker-policy.5.scd").read_text(encoding="utf-8"))
    shipped = json.loads(without_comments((root / "profiles/policy/default.json").read_text(encoding="utf-8")))
    problems = [f"{path} has two entries" for path in twice]
    problems += [*compare(keys, entries), *check_nodes(keys), *check_defaults(keys, shipped),
                 *check_rules(keys, entries, root)]
    if len(keys) < 100:
        problems.append(f"only {len(keys)} keys were found: has the schema changed its ways?")
    print("\n".join(problems) or f"{len(keys)} keys, each described")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
