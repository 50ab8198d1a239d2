#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The schema that editors check policies by and the parser say the same of the same policies.

usage: policy_schema.py SAFE_DOCKER VERDICTS SOURCE_ROOT cases [all]    a corpus, made from the schema's keys and written by hand
       policy_schema.py SAFE_DOCKER VERDICTS SOURCE_ROOT fuzz SECONDS [SEED]          changes of the default policy

VERDICTS is tests/unit/policy/policy-verdicts of the build: the parser alone, for many policies. What is written by hand goes
through `safe-docker policy check` as well.

Nothing that the parser accepts may be refused by the schema. What the schema accepts, the parser may refuse for the reasons
in CANNOT_SAY alone."""
import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "unit/policy"))
from described_keys import page_entries, resolve, schema_keys, without_comments  # noqa: E402

# What a schema cannot say, by the parser's message.
CANNOT_SAY = [
    # Keys that depend on each other, of which each may stand in another file.
    (r"is above the maximum", "a default above its maximum"),
    (r"is below the default", "a maximum below the built-in default"),
    (r"images\.verify\.command: (must begin|needs|cannot stand)", "what the words of a command are together, and with another key"),
    (r"is not in capabilities\.allow", "a default that is not allowed"),
    (r"is not in network\.publish\.addresses", "a default that is not among the addresses"),
    (r"tcp:// needs the files|is for tcp:// alone", "tls with and without tcp://"),
    (r'has neither "default" nor "max"', "a ulimit that another file may complete"),
    # Two parts of one text.
    (r"the soft limit is above the hard one", "the order of two numbers in a text"),
    (r"the first port is above the last one", "the order of two numbers in a text"),
    (r"has bits behind its prefix", "arithmetic"),
    # What validators see of JSON.
    (r"stands here a second time", "a key given twice"),
    (r"\b-?[0-9]+(\.0+|[eE].*|\.[0-9]*[eE].*) is not a whole number", "1.0 and 1e3 are whole numbers to a schema"),
    (r"a string is not valid Unicode|the character NUL", "text that is no Unicode"),
    (r"nested too deeply", "depth"),
    # Numbers in texts beyond 64 bits, or below a byte.
    (r"not within the range of a size", "numbers beyond 64 bits"),
    (r"each below 2\^63|and below 2\^63", "numbers beyond 64 bits"),
    (r"max: must be above 0|default: must be above 0", "a fraction of which no byte is left"),
    # Patterns that would be too hard to read.
    (r"more than 107 bytes", "a length in bytes, after templates"),
    (r"is not (ssh|tcp)://", "an IPv6 address within an address"),
    (r"is not a subnet", "an IPv6 address within a subnet"),
]
# What `policy check` looks up besides.
OF_THE_HOST = re.compile(r"no account \S+ in the passwd database|seccomp\.profile: cannot open")
# The parser reads a set of a pattern twice, and the first time takes the ] that stands first in it for its end.
PARSER_ONLY = re.compile(r"\[[!^]?\][^\]]*\{|\[:[a-z]*:\][^\]]*\{")


def ecma(validator, pattern, instance, _schema):
    """In ECMA 262, which schemas are written in, $ is the end; in Python it is also in front of a final newline."""
    if validator.is_type(instance, "string") and not re.search(pattern.replace("$", r"\Z"), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match")


def read_file(path):
    """The bytes of a file as text, whatever they are: `as_bytes` gives them back."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def as_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def read_json(text):
    """As an editor does: comments are allowed; NaN, and bytes that are no UTF-8, are not."""
    def refuse(word):
        raise ValueError(word)
    text.encode("utf-8")
    return json.loads(without_comments(text), parse_constant=refuse)


def without_references(node, definitions):
    """The same schema, read faster."""
    if isinstance(node, dict):
        if "$ref" in node:
            return without_references(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
        return {key: without_references(inner, definitions) for key, inner in node.items() if key != "definitions"}
    return [without_references(inner, definitions) for inner in node] if isinstance(node, list) else node


class Both:
    def __init__(self, program, verdicts, schema):
        jsonschema.Draft7Validator.check_schema(schema)
        schema = without_references(schema, schema["definitions"])
        kind = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": ecma})
        self.validator = kind(schema, format_checker=jsonschema.FormatChecker(formats=["ipv4", "ipv6"]))
        self.program = program
        self.verdicts = subprocess.Popen([verdicts], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.folder = tempfile.TemporaryDirectory()
        self.file = os.path.join(self.folder.name, "policy.json")
        self.accepted = self.refused = 0
        self.unsaid = {}
        self.problems = []

    def parser(self, text):
        data = as_bytes(text)
        self.verdicts.stdin.write(b"%d\n%s" % (len(data), data))
        self.verdicts.stdin.flush()
        line = self.verdicts.stdout.readline().decode("utf-8", "replace").strip()
        return line[0] == "+", line[1:]

    def check(self, text):
        """By the command, where 1 means right, but not wise."""
        with open(self.file, "wb") as out:
            out.write(as_bytes(text))
        done = subprocess.run([self.program, "policy", "check", self.file], capture_output=True, check=False)
        if done.returncode not in (0, 1, 125):
            self.problems.append(f"status {done.returncode}: {text}")
        return done.returncode != 125, done.stderr.decode("utf-8", "replace").strip()

    def schema(self, text):
        try:
            value = read_json(text)
        except (ValueError, RecursionError) as error:
            return False, f"not JSON: {error}"
        error = next(self.validator.iter_errors(value), None)
        return error is None, error.message if error else ""

    def compare(self, text, expected=None, by_command=False):
        good, why = self.parser(text)
        checked, said = self.check(text) if by_command else (good, "")
        if checked != good and not OF_THE_HOST.search(said):
            self.problems.append(f"policy check says otherwise of {text}\n  {said}")
        right, because = self.schema(text)
        self.accepted += good
        self.refused += not good
        if expected is not None and good != expected:
            self.problems.append(f"the parser {'accepts' if good else 'refuses'} {text}\n  {why}")
        if right and not good:
            reason = next((r for pattern, r in CANNOT_SAY if re.search(pattern, why)), None)
            if reason is None:
                self.problems.append(f"the parser alone refuses {text}\n  {why}")
            else:
                self.unsaid[reason] = self.unsaid.get(reason, 0) + 1
        if good and not right and not PARSER_ONLY.search(text):
            self.problems.append(f"the schema alone refuses {text}\n  {because}")

    def result(self):
        print(f"{self.accepted} accepted, {self.refused} refused; {sum(self.unsaid.values())} for what a schema cannot say")
        print("\n".join(self.problems[:20]).encode("utf-8", "backslashreplace").decode("utf-8"))
        return 1 if self.problems else 0


# -- policies from keys ------------------------------------------------------------------------------------

WRONG_TYPES = [None, True, 7, -1, 1.5, "x", "", [], ["x"], [1], [[]], {}, {"x": 1}]
TEXTS = [
    "a", "A", "-a", ".a", "_", "a b", "a/b", "/a", "/a/", "/", "//a", "/a//b", "/a/../b", "/..", "/.a", "/...", "/a/.", "a\n", "/a\n", "\t", "é", "/é",
    "{user}", "{uid}", "{gid}", "{home}", "/{user}", "{home}/a", "/a{home}", "/{home}", "{home}{home}", "/.{home}", "/..{user}", "/a/{uid}/b",
    "{nobody}", "{", "}", "{user", "user}", "{{user}}", "\\{user}", "x{home}", "{home}x", "{home}/..", "{home}/",
    "*", "**", "?", "[a]", "[a", "a]", "[]a]", "[!a]", "[^]]", "[", "[]", "[!", "\\", "a\\", "\\a", "\\[", "[[:alpha:]]", "[[:alpha:]", "[[:", "[:]", "[\\]]", "[a]{user}", "[{user}]", "/a/*", "/[/]",
    "unconfined", "default", "strict", "ALL", "CAP_ALL", "CAP_", "CAP_NET_RAW", "NET_RAW", "net_raw", "_NET", "CAP__X", "CAPX", "NET-RAW",
    "0", "1", "01", "-1", "65535", "65536", "1-2", "2-1", "1-", "-2", "0-1", "1:1", "0:1", "1:0", "1:", ":1", "1:2:3", "4294967294:1", "4294967295:1", "1:4294967294", "1:4294967295",
    "0.01", "0.009", "0.0099999999", ".5", "0.5", "00.5", "5.", "1.", "1.1234567891", "1.123456789", "1000000", "1000000.0", "1000000.000000001", "1000001", "999999.999999999", "9999999", "1e3", "+1", " 1", "1 ",
    "1k", "1K", "1kb", "1kib", "1kI", "1 g", "1  g", "1.5g", ".5g", "1.g", "0g", "0.0k", "0.5", "0.5b", "0.001k", "1b", "1B ", "b", "1p", "1e", "8191p", "8192p", "9223372036854775807", "9223372036854775808", "99999999999999999999g",
    "127.0.0.1", "127.1", "01.2.3.4", "256.1.1.1", "0.0.0.0", "::", "::1", ":::", "1::2::3", "::ffff:1.2.3.4", "::1.2.3", "fe80::1%eth0", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "g::", "localhost",
    "10.0.0.0/8", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0", "10.0.0.0/08", "fd00::/8", "fd00::/129", "::/0", "0.0.0.0/0", "/8", "10.0.0/8",
    "unix:///a", "unix:///", "unix://a", "unix:///a/../b", "unix:///run/{uid}/s", "unix://{home}/s", "unix:///" + "a" * 106, "unix:///" + "a" * 107,
    "tcp://h", "tcp://h:1", "tcp://h:123456", "tcp://-h", "tcp://h/", "tcp://[::1]:1", "tcp://[::1]", "tcp://[::1]x", "tcp://[1.2.3.4]", "tcp://u@h", "tcp://", "tcp://{user}:1",
    "ssh://h", "ssh://u@h", "ssh://-u@h", "ssh://u@-h", "ssh://u@h:22", "ssh://h/a", "ssh://h/", "ssh://h//", "ssh://h/../a", "ssh://@h", "ssh://u@u@h", "ssh://h:", "ssh://h:x", "fd://", "http://h",
    "vendor.com/class=name", "vendor/class", "a/b/c=d", "a=b/c", "a=b/c=d", "/dev/fuse", "/dev/s*", "dev/fuse=", "-v/c=n",
    "r", "w", "m", "rw", "wr", "mrw", "rr", "rx", "rwmr", "R",
    "a.slice", "a-b.slice", "a..b", "/a..b", "a@b", "a:b", "a\\b", "..", "safedocker-u{uid}.slice", "a{home}",
    "net.ipv4.tcp_syncookies", "net/ipv4", "net.*", "kernel.shm max", "docker-default", "/usr/bin/a", "//usr/bin/a", "a+b", "snap.docker", "./a",
    "caller", "root", "1000", "{uid}{gid}", "{uid}a", "a{uid}", "nobody", "a.b", "a$",
    "run", "ps", "container ls", "container prune", "container", "rnu", "__complete", "help", "--help", "run ", " run", "compose", "privileged", "gpus", "storage-opt", "memory", "--gpus", "Gpus",
    "a" * 300, "\x7f", "\x85", "\u200b", "\ud800", "a\0b", "😀", "/😀",
]


def path_parts(path):
    return re.findall(r"[^.\[\]]+|\[\]", path)


# What an item needs besides the key that is tried.
NEEDED = {"docker.contexts.NAME": {"host": "unix:///s"}, "mounts.bind[]": {"source": "/a"}, "overrides[]": {"users": ["alice"], "policy": {}},
          "devices.allow[]": {"path": "/dev/fuse", "access": "r"}}


def policy_with(path, value):
    """The smallest policy in which the key at `path` has the value."""
    policy = {"version": 1}
    here, walked, parts = policy, "", path_parts(path)
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if part == "[]":
            walked += "[]"
            continue
        walked += ("." if walked else "") + part
        name = {"docker.contexts.NAME": "lab", "resources.ulimits.NAME": "nproc"}.get(walked, part)
        following = walked + ("[]" if i + 1 < len(parts) and parts[i + 1] == "[]" else "")
        if following != walked:
            item = copy.deepcopy(NEEDED.get(following, {}))
            here[name] = [value] if i + 2 == len(parts) else [item]
            here = item
        elif last:
            here[name] = value
        else:
            here = here.setdefault(name, copy.deepcopy(NEEDED.get(walked, {})))
    return policy


def values_for(node, schema):
    """What is tried for a key: all types, its words and their slips, its bounds, and texts where it takes texts."""
    node = resolve(schema, node)
    yield from WRONG_TYPES
    for part in [node, *node.get("anyOf", [])]:
        for bound in ("minimum", "maximum"):
            if bound in part:
                yield from (part[bound] - 1, part[bound], part[bound] + 1)
        for word in part.get("enum", [])[:200]:
            yield from (word, word + "x", word[1:], word.upper())
    if "default" in node:
        yield node["default"]
    yield from node.get("examples", [])


def takes_texts(node):
    return any("pattern" in part or "enum" in part for part in [node, *node.get("anyOf", [])])


def cases(both, schema, keys, entries, root, every):
    for path, (node, _) in keys.items():
        if path == "$schema":
            continue
        list_items = node.get("items", {}) if "properties" not in node.get("items", {}) else {}
        for value in values_for(node, schema):
            both.compare(json.dumps(policy_with(path, value)))
        if list_items:
            for value in WRONG_TYPES + ["a", "*"]:
                both.compare(json.dumps(policy_with(path, [value])))
        for example in node.get("examples", []):
            both.compare(json.dumps(policy_with(path, example)), None if ".tls." in path else True, True)
        if node.get("properties"):
            for key in list(resolve(schema, node)["properties"])[:3]:
                both.compare(json.dumps(policy_with(path, {key[:-1] + "_": 1})), False)
                both.compare(json.dumps(policy_with(path, {key.upper(): 1})), False)
            both.compare(json.dumps(policy_with(path, {"unknown": 1})), False, True)
    for path, body in entries.items():
        for paragraph in body:
            if paragraph.startswith("Example: "):
                value, _ = json.JSONDecoder().raw_decode(paragraph[len("Example: "):])
                both.compare(json.dumps(policy_with(path, value)), True)
    for file in sorted((root / "tests/fuzz/corpus/policy").iterdir()):
        both.compare(read_file(file), None, True)
    for file in sorted((root / "profiles/policy").glob("*.json")):
        both.compare(file.read_text(encoding="utf-8"), True, True)
    for text, good in WRITTEN:
        both.compare(text, good, True)
    # Each kind of text, at one key of it.
    kinds = {}
    for path, (node, _) in keys.items():
        for part, make in ((node, lambda v: v), (node.get("items", {}), lambda v: [v])):
            if takes_texts(part):
                kinds.setdefault(json.dumps([part.get("pattern"), part.get("enum"), part.get("anyOf")]), (path, make))
    for number, (path, make) in enumerate(kinds.values()):
        for text in TEXTS if every else TEXTS[number % 3::3]:
            both.compare(json.dumps(policy_with(path, make(text))))


WRITTEN = [
    ('{}', False), ('{"version": 1}', True), ('{"version": 2}', False), ('{"version": "1"}', False), ('{"version": 1.0}', False), ('{"version": true}', False),
    ('[]', False), ('', False), ('null', False), ('{"version": 1,}', False), ("{'version': 1}", False), ('// a\n{"version": 1 /* b */}', True),
    ('{"version": 1, "version": 1}', False), ('{"version": 1, "isolation": "owner", "isolation": "owner"}', False),
    ('{"version": 1, "$schema": "x"}', True), ('{"version": 1, "$schema": ""}', True), ('{"version": 1, "$schema": 1}', False), ('{"version": 1, "$Schema": "x"}', False),
    ('{"version": 1, "overrides": [{"users": ["a"], "policy": {"$schema": "x"}}]}', False),
    ('{"version": 1, "overrides": [{"users": ["a"], "policy": {"version": 1}}]}', False),
    ('{"version": 1, "overrides": [{"users": ["a"], "policy": {"audit": {}}}]}', False),
    ('{"version": 1, "overrides": [{"users": ["a"], "policy": {"overrides": []}}]}', False),
    ('{"version": 1, "overrides": [{"users": [], "policy": {}}]}', True), ('{"version": 1, "overrides": [{"policy": {}}]}', False),
    ('{"version": 1, "overrides": [{"users": [0, "0", "a b"], "groups": [4294967294], "policy": {"user": {"mode": "any"}}}]}', True),
    ('{"version": 1, "overrides": [{"users": [4294967295], "policy": {}}]}', False), ('{"version": 1, "overrides": [{"users": [""], "policy": {}}]}', False),
    ('{"version": 1, "overrides": [{"users": ["a"], "policy": {"resources": {"memory": {"mx": 1}}}}]}', False),
    ('{"version": 1, "overrides": [{"users": ["a"], "policy": {"resources": {"memory": {"max": "16g"}}}}]}', True),
    ('{"version": 1, "resources": {"memory": {"max": "256m"}}}', False), ('{"version": 1, "resources": {"memory": {"default": "256m", "max": "256m"}}}', True),
    ('{"version": 1, "resources": {"ulimits": {"nofle": {"max": 1}}}}', False), ('{"version": 1, "resources": {"ulimits": {"nproc": {}}}}', False),
    ('{"version": 1, "resources": {"ulimits": {"nofile": {}}}}', True), ('{"version": 1, "resources": {"ulimits": {"core": {"default": "2:1", "max": 5}}}}', False),
    ('{"version": 1, "resources": {"pids": {"default": 1, "max": 1e3}}}', False), ('{"version": 1, "resources": {"pids": {"default": -0}}}', False),
    ('{"version": 1, "docker": {"host": "tcp://h:1"}}', False),
    ('{"version": 1, "docker": {"host": "tcp://h:1", "tls": {"ca": "/a", "cert": "/b", "key": "/c"}}}', True),
    ('{"version": 1, "docker": {"contexts": {"default": {"host": "unix:///s"}}}}', False), ('{"version": 1, "docker": {"contexts": {"a": {}}}}', False),
    ('{"version": 1, "network": {"publish": {"addresses": []}}}', False), ('{"version": 1, "network": {"publish": {"addresses": [], "default_address": ""}}}', True),
    ('{"version": 1, "capabilities": {"default": ["CHOWN"]}}', False), ('{"version": 1, "capabilities": {"default": ["CHOWN"], "allow": ["CAP_CHOWN"]}}', True),
]


# -- policies by chance ------------------------------------------------------------------------------------

def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, path + (key,))


def change_text(chance, text):
    pieces = ["/", "..", "{user}", "{home}", "*", "[", "]", "\\", ":", "-", "0", "9", ".", " ", "g", "A", "\n", "{", "é", "[:alpha:]", "::", "@", "=", "!"]
    at = chance.randrange(len(text) + 1)
    how = chance.randrange(4)
    if how == 0:
        return text[:at] + chance.choice(pieces) + text[at:]
    if how == 1:
        return text[:at] + text[at + 1:]
    if how == 2:
        return text[:at] + chance.choice(TEXTS) + text[at:]
    return chance.choice(TEXTS)


def change(chance, value):
    if isinstance(value, str) and chance.random() < 0.8:
        return change_text(chance, value)
    if isinstance(value, bool) or value is None:
        return chance.choice([True, False, None, 0, "true"])
    if isinstance(value, int) and chance.random() < 0.8:
        return chance.choice([value + 1, value - 1, -value, 0, 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, value * 1024, str(value), float(value)])
    if isinstance(value, list) and chance.random() < 0.8:
        return value + [chance.choice(TEXTS + value + WRONG_TYPES)]
    if isinstance(value, dict) and value and chance.random() < 0.8:
        value = dict(value)
        key = chance.choice(list(value))
        how = chance.randrange(3)
        inner = value.pop(key) if how < 2 else copy.deepcopy(value[key])
        if how:
            value[change_text(chance, key) if how == 1 else chance.choice(["nproc", "lab", "users", "allow", key + "s"])] = inner
        return value
    return chance.choice(WRONG_TYPES)


def replace(value, path, make):
    if not path:
        return make(value)
    value = copy.copy(value)
    value[path[0]] = replace(value[path[0]], path[1:], make)
    return value


def fuzz(both, start, seconds, seed):
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not both.problems:
        policy = start
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            policy = replace(policy, chance.choice(list(places(policy))), lambda value: change(chance, value))
            if not isinstance(policy, (dict, list)):
                break
        both.compare(json.dumps(policy))


def fuller(default, keys):
    """The default policy, and an example of each key of which it has none."""
    policy = copy.deepcopy(default)
    policy["overrides"] = [{"users": ["alice"], "groups": [1], "policy": {key: value for key, value in copy.deepcopy(default).items()
                                                                          if key not in ("version", "audit", "overrides", "$schema")}}]
    policy["docker"]["contexts"] = {"lab": {"host": "ssh://u@h:22", "tls": {"ca": "", "cert": "", "key": ""}, "run_as": "root"}}
    policy["resources"]["cgroup_parent"] = "a-{uid}.slice"
    for path in ("mounts.protect", "mounts.volumes.shared", "network.subnets", "images.own", "apparmor.allow", "devices.allow", "runtimes.allow", "options.allow"):
        here = policy
        for part in path.split(".")[:-1]:
            here = here[part]
        here[path.split(".")[-1]] = copy.deepcopy(keys[path][0]["examples"][0])
    return policy


def main():
    program, verdicts, root, what = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4]
    schema = json.loads(subprocess.run([program, "policy", "schema"], capture_output=True, check=True).stdout)
    keys = schema_keys(schema)
    both = Both(program, verdicts, schema)
    if what == "cases":
        entries, _ = page_entries((root / "docs/man/safe-docker-policy.5.scd").read_text(encoding="utf-8"))
        cases(both, schema, keys, entries, root, "all" in sys.argv)
        if both.accepted < 300 or both.refused < 1000 or len(both.unsaid) < 10:
            both.problems.append(f"too few cases: {both.unsaid}")
        return both.result()
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    default = read_json((root / "profiles/policy/default.json").read_text(encoding="utf-8"))
    start = fuller(default, keys)
    both.compare(json.dumps(start), True)
    fuzz(both, start, float(sys.argv[5]), seed)
    return both.result()


if __name__ == "__main__":
    sys.exit(main())
