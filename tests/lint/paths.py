# SPDX-License-Identifier: Apache-2.0
"""Every path through one function in LLVM's text form (after mem2reg), with what was called on it and which way each
condition went. What is not known is taken to go both ways; a condition that was decided stays decided.

A condition is written as the source would have it: `has_uids`, `!has_uids`, `setresuid == 0`, `who.uid == 0`. The second
call of a function on a path is `prctl#2`. What was read from memory is not believed any longer behind a call or a store."""

import re

CALL = re.compile(r"^(?:(%\S+) = )?(?:tail |notail )?call .*?(@[-\w.$:/]+|%[-\w.$]+)\((.*)")
ASSIGN = re.compile(r"^(%[-\w.$]+) = (.*)")
GEP = re.compile(r"^getelementptr (?:inbounds )?[^,]*, \S+ (%[-\w.$]+|@[-\w.$:/]+)(.*)")
COMPARE = re.compile(r"^icmp (\w+) \S+ ([^,]+), (.+)$")
SIGNS = {"eq": "==", "ne": "!=", "slt": "<", "sgt": ">", "sle": "<=", "sge": ">=", "ult": "<", "ugt": ">", "ule": "<=", "uge": ">="}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MOST_STEPS = 200000
MOST_ROUNDS = 8
NEVER_TRUE = ("sd_fail", "sd_fail_rule", "sd_fail_errno")  # proved of each before it is used


class TooMany(Exception):
    """More paths than can be walked; nothing is proved then."""


class Loaded(str):
    """The name of a place in memory, for what it held."""


class Fact:
    """A condition that may hold or not: `words` when it does, `negated` when it does not."""

    def __init__(self, words, negated, loaded=False):
        self.words, self.negated, self.loaded = words, negated, loaded

    def other(self):
        """That it does not hold."""
        return Fact(self.negated, self.words, self.loaded)


class State:
    """Where a path is, and what is known on it."""

    def __init__(self):
        self.values, self.memory, self.facts, self.trace, self.calls = {}, {}, {}, [], {}
        self.block, self.before, self.at, self.visits = "entry", None, 0, {}

    def copy(self):
        """For the other way at a fork."""
        out = State()
        out.values, out.memory, out.facts = dict(self.values), dict(self.memory), dict(self.facts)
        out.trace, out.visits, out.calls = list(self.trace), dict(self.visits), dict(self.calls)
        out.block, out.before, out.at = self.block, self.before, self.at
        return out


def plain(name):
    """A name of the source, without what the compiler adds."""
    name = re.sub(r"^.*:", "", name.lstrip("%@"))
    return re.sub(r"(\.addr)?\d*$", "", name) or name


def value_of(state, text):
    """A constant, a Fact, or words for what is not known."""
    text = text.strip()
    text = re.sub(r"^(?:[\w.%*\[\]{} ]+ )?(?=[%@-]|\d|null|true|false)", "", text) if " " in text else text
    if text in state.values:
        return state.values[text]
    if text in ("null", "false"):
        return 0
    if text == "true":
        return 1
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return text.lstrip("%") if text.startswith("%") else text


def shown(value, null):
    """In a condition."""
    if value == 0 and null:
        return "null"
    return plain(value) if isinstance(value, str) and value[:1] in "%@" else str(value)


def compare(state, sign, left, right, line):
    """Decided where both are known; else a Fact."""
    if isinstance(left, Fact):
        if isinstance(right, int) and sign in ("eq", "ne"):
            holds = (right != 0) == (sign == "eq")
            return left if holds else left.other()
        return Fact("?", "!?")
    if isinstance(left, int) and isinstance(right, int):
        mark = SIGNS[sign]
        return int({"==": left == right, "!=": left != right, "<": left < right, ">": left > right,
                    "<=": left <= right, ">=": left >= right}[mark])
    null = "*" in line
    a, b, mark = shown(left, null), shown(right, null), SIGNS[sign]
    loaded = isinstance(left, Loaded) or isinstance(right, Loaded)
    return Fact(f"{a} {mark} {b}", f"{a} {OPPOSITE[mark]} {b}", loaded)


def load(state, line):
    """What was stored there on this path, or the name of the place."""
    place = re.search(r", \S+\* (\S+?)(?:,|$)", line)
    where = place.group(1) if place else "?"
    if where in state.memory:
        return state.memory[where]
    name = state.values.get(where, where)
    name = plain(name) if isinstance(name, str) else "?"
    return Loaded(name)


def compute(state, line):
    """The value of the right side of an assignment that is no call."""
    word = line.split(" ", 1)[0]
    if word == "icmp":
        sign, left, right = COMPARE.match(line).groups()
        return compare(state, sign, value_of(state, left), value_of(state, right), line)
    if word in ("zext", "trunc", "freeze", "sext", "bitcast"):
        inner = value_of(state, re.sub(r" to [^,]*$", "", line.split(" ", 1)[1]))
        return Fact(inner, "!" + inner, True) if line.startswith("trunc i8") and isinstance(inner, str) else inner
    if word == "getelementptr":
        found = GEP.match(line)
        return plain(found.group(1)) if found else "?"
    if word == "load":
        return load(state, line)
    if word in ("add", "xor", "or"):
        left, right = line.rsplit(",", 1)
        a, b = value_of(state, left.split(" ")[-1]), value_of(state, right)
        if word == "xor" and isinstance(a, Fact):
            return a.other()
        if isinstance(a, int) and isinstance(b, int):
            return {"add": a + b, "xor": a ^ b, "or": a | b}[word]
        if word == "or":
            return Loaded(f"{shown(a, False)} | {shown(b, False)}")
    return "?"


def assume(state, fact, holds):
    """Decides it; False where this path has it otherwise."""
    words = fact.words if holds else fact.negated
    other = fact.negated if holds else fact.words
    if other in state.facts:
        return False
    if words not in state.facts:
        state.trace.append(words)
        if "?" not in words:
            state.facts[words] = fact.loaded
    return True


def forks(state, value):
    """[(truth, state)] of a condition."""
    if isinstance(value, int):
        return [(bool(value), state)]
    if not isinstance(value, Fact):
        return [(True, state), (False, state.copy())]
    out = []
    for holds in (True, False):
        one = state.copy()
        if assume(one, value, holds):
            out.append((holds, one))
    return out


def forget(state):
    """What was in memory may have changed."""
    state.facts = {words: loaded for words, loaded in state.facts.items() if not loaded}
    state.memory = {}


def note_call(state, found, returns):
    """A call, in the trace as NAME()."""
    result, name = found.group(1), found.group(2)
    name = "(pointer)" if name.startswith("%") else plain(name)
    if not name.startswith("llvm."):
        forget(state)
        state.calls[name] = state.calls.get(name, 0) + 1
        name += f"#{state.calls[name]}" if state.calls[name] > 1 else ""
        state.trace.append(name + "()")
    if result and name.split("#")[0] in NEVER_TRUE:
        state.values[result] = 0
    elif result:
        state.values[result] = Fact(name, "!" + name) if returns == "i1" else name


def go(state, label):
    """To another block. Nothing is proved of a loop that may go round for ever."""
    state.before, state.block, state.at = state.block, label, 0
    state.visits[label] = state.visits.get(label, 0) + 1
    if state.visits[label] > MOST_ROUNDS:
        raise TooMany(label)
    return state


def branch(state, line):
    """The states behind the end of a block."""
    labels = re.findall(r"label %([-\w.$]+)", line)
    if line.startswith("switch"):
        return [go(state.copy(), label) for label in labels]
    if len(labels) == 1:
        return [go(state, labels[0])]
    condition = value_of(state, line.split(",")[0].split(" ")[-1])
    return [go(one, labels[0 if holds else 1]) for holds, one in forks(state, condition)]


def phis(state, block):
    """All at once, as they are meant."""
    new = {}
    while state.at < len(block) and " = phi " in block[state.at]:
        name, right = ASSIGN.match(block[state.at]).groups()
        for value, label in re.findall(r"\[ (.*?), %([-\w.$]+) \]", right):
            if label == state.before:
                new[name] = value_of(state, value)
        state.at += 1
    state.values.update(new)


def step(function, state):
    """One instruction. Returns (states to go on with, (state, value) of an end or None)."""
    block = function.blocks[state.block]
    if state.at == 0:
        phis(state, block)
    line = block[state.at]
    state.at += 1
    if line.startswith("ret"):
        value = 0 if line == "ret void" else value_of(state, line.split(" ", 1)[1])
        return [], (state, value)
    if line.startswith(("br ", "switch ")):
        return branch(state, line), None
    if line.startswith("unreachable"):
        return [], (state, None)
    assigned = ASSIGN.match(line)
    right = assigned.group(2) if assigned else line
    found = CALL.match(line)
    if found and re.match(r"(tail |notail )?call ", right):
        note_call(state, found, "i1" if re.search(r"call [\w ]*\bi1 [@%(]", right) else "")
    elif assigned and right.startswith("select "):
        parts = re.match(r"select i1 ([^,]+), (.+), ([^,]+)$", right).groups()
        out = []
        for holds, one in forks(state, value_of(state, parts[0])):
            one.values[assigned.group(1)] = value_of(one, parts[1] if holds else parts[2])
            out.append(one)
        return out, None
    elif assigned and right.startswith("alloca "):
        state.values[assigned.group(1)] = plain(assigned.group(1))
    elif assigned:
        state.values[assigned.group(1)] = compute(state, right)
        if right.startswith("getelementptr"):
            name_field(state, assigned.group(1))
    elif line.startswith("store "):
        forget(state)
        found = re.match(r"store (\S+ \S+), \S+\* (%[-\w.$]+)(?:,|$)", line)
        if found:
            state.memory[found.group(2)] = value_of(state, found.group(1))
    return [state], None


def name_field(state, name):
    """who.uid: the name that the compiler gives the address of a member, behind that of its structure."""
    field = plain(name)
    if re.fullmatch(r"\d*", field) or field in ("arrayidx", "arraydecay", "incdec.ptr"):
        return
    state.values[name] = f"{state.values[name]}.{field}"


def walk(function):
    """Yields (state, value) for each path to its end; None is the value where it does not return. state.trace: calls and
    conditions in their order."""
    states, steps = [State()], 0
    while states:
        state = states.pop()
        while state is not None:
            steps += 1
            if steps > MOST_STEPS:
                raise TooMany(function.name)
            following, end = step(function, state)
            if end:
                yield end
            state = following[0] if following else None
            states.extend(following[1:])


def successes(function):
    """The traces on which it returns true, or a pointer that is not null."""
    for state, value in walk(function):
        if value is None:
            continue
        if isinstance(value, Fact):
            if not assume(state, value, True):
                continue
        elif isinstance(value, int) and value == 0:
            continue
        elif isinstance(value, str):
            state.trace.append(f"{value} returned")
        yield state.trace


def ahead_of(function, callee):
    """The traces that lead to a call of `callee`, up to it."""
    for state, _ in walk(function):
        if callee + "()" in state.trace:
            yield state.trace[:state.trace.index(callee + "()")]
