# SPDX-License-Identifier: Apache-2.0
"""Random sequences of commands of two callers on one daemon that remembers: neither touches nor sees what is the other's.

Who made what is this test's own ledger, not what labels say. For every command of a sequence:
  - no request acts on a thing of the other's, and none of the other's things is changed,
  - nothing of the other's is on the terminal but what was typed.
Then the first caller's part of the sequence is run once more on a daemon where the other has never been: statuses, output and
what there is at the end must be the same, but for ids. So the other cannot be noticed at all, in any state."""

from __future__ import annotations

import json
import random
import re
import shlex
import time
from dataclasses import dataclass, field, replace
from functools import cache

from daemon_objects import add_image
from daemon_store import Store, Thing
from harness import Lane, spawn, surroundings_of
from stage import Answer, leaks, policy_of
from stateful_daemon import StatefulDaemon

ACTORS = ("alice", "bob")  # the world's account and the other one
STEPS = 24
SHRINK_SECONDS = 60
# {c} {v} {n}: a container, volume, network of anybody's by one of its names; {C} {V} {N}: a name of the actor's that is new or not.
# {m}: text that only the actor's things have. The first word is a mark: "=" what must be the same without the other; "~" what the other's
# names or numbers may change (a name that is taken, events of everybody's), so that only what is touched and seen is judged.
COMMANDS = """= run -d --name {C} --label note={m} -e TOKEN={m} alpine sleep 600
= run -d --name {C} -v {V}:/data --network {N} -e TOKEN={m} nginx
= run -dit --name {C} --label {m}=1 alpine sh
= run -d --rm --name {C} alpine sleep 5
= run --rm alpine echo {m}
= create --name {C} -v {V}:/data:ro alpine true
= create --name {C} --label note={m} alpine echo {m}
= create --network-alias {m} --name {C} --network {N} alpine true
~ create --name {c} alpine true
~ run -d -v {v}:/data -e TOKEN={m} alpine true
~ create --mount type=volume,src={v},dst=/data alpine true
~ create --tmpfs /t --volumes-from {c} alpine true
~ create --network {n} alpine true
~ create --network container:{c} alpine true
~ create --ipc container:{c} alpine true
~ create --link {c}:other alpine true
~ volume create {v}
~ network create {n}
= volume create {V}
= volume create --label note={m} {V}
= network create {N}
= network create --label note={m} {N}
= start {c}
= start {c} {c}
= stop {c}
= stop -t 1 {c} {c}
= restart {c}
= kill {c}
= kill -s HUP {c}
= pause {c}
= unpause {c} {c}
= wait {c}
= rename {c} {C}
~ rename {c} {c}
= update --memory 64m --memory-swap 64m {c}
= rm {c}
= rm -f {c}
= rm -f {c} {c}
= rm -fv {c}
= rm -l {c}/other
= container prune -f
= container prune -f --filter label=note={m}
= container prune -f --filter label!=note={m}
= exec {c} ls
= exec -d {c} sleep 5
= exec -e TOKEN={m} {c} env
= attach --no-stdin {c}
= logs {c}
= logs --tail 1 {c}
= top {c}
= stats --no-stream {c}
= port {c}
= diff {c}
= cp {c}:/data/a.txt -
= cp /etc/hostname {c}:/tmp/{m}
= export {c}
= commit {c}
= inspect {c}
= inspect {c} {v} {n}
= inspect --type container {c}
= inspect --type network {n}
= inspect -f {{.Name}} {v}
= container inspect {c} {c}
= ps -a
= ps -aq --no-trunc
= ps -a --filter name={c}
= ps -a --filter id={c}
= ps -a --filter volume={v}
= ps -a --filter network={n}
= ps -a --filter since={c}
= ps -a --filter before={c}
= ps -a --filter label=note={o}
= ps -l
= ps -n 2
= volume ls
= volume ls -q --filter name={v}
= volume ls --filter dangling=true
= volume inspect {v}
= volume inspect {v} {v}
= volume rm {v}
= volume rm -f {v} {v}
= volume prune -f
= volume prune -f --filter label=note={o}
= network ls
= network ls -q --no-trunc --filter name={n}
= network inspect {n}
= network inspect -v {n} {n}
= network rm {n}
= network rm {n} {n}
= network prune -f
= network connect {n} {c}
= network connect --alias {m} {n} {c}
= network disconnect {n} {c}
= network disconnect -f {n} {c}
~ events --since 0 --until 1
~ events --since 0 --until 1 -f container={c}
~ system df -v
~ info"""
ROWS = [line.partition(" ")[::2] for line in COMMANDS.splitlines()]
BUILDING = [row for row in ROWS if row[0] == "=" and "--name {C}" in row[1] or row[1].startswith(("volume create", "network create"))]
FORMS = ("name", "name", "name", "id", "12", "6", "/name")


@dataclass(frozen=True)
class Reference:
    """The `index`-th thing that `owner` made of a kind, in one of its forms."""

    kind: str
    owner: str
    index: int
    form: str


@dataclass(frozen=True)
class Step:
    actor: str
    alone: bool  # whether it is also run, and compared, without the other
    words: tuple[str | tuple[str | Reference, ...], ...]


def _touched_name(kind: str, ident: str) -> str:
    """As the daemon's store notes what a request is about."""
    return "volume " + ident if kind == "v" else ident


@dataclass
class Ledger:
    """Who made what, in order: ids of containers and networks, names of volumes."""

    made: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    maker: dict[str, str] = field(default_factory=dict)  # of what there is; a volume's name may be used again by the other
    names: dict[str, str] = field(default_factory=dict)  # of an id, as it was made

    def of(self, kind: str, owner: str) -> list[str]:
        return self.made.setdefault((kind, owner), [])

    def note(self, actor: str, before: Store, after: Store) -> None:
        for kind, old, new in (("c", before.containers, after.containers), ("n", before.networks, after.networks), ("v", before.volumes, after.volumes)):
            for ident in old.keys() - new.keys():
                self.maker.pop(_touched_name(kind, ident), None)
            for ident in new.keys() - old.keys():
                if "io.safe-docker.keeper" in (new[ident].get("Config", {}).get("Labels") or {}):
                    continue
                self.of(kind, actor).append(ident)
                self.maker[_touched_name(kind, ident)] = actor
                self.names[ident] = new[ident]["Name"].removeprefix("/")

    def foreign(self, actor: str) -> set[str]:
        return {ident for ident, maker in self.maker.items() if maker != actor}

    def spell(self, reference: Reference) -> str:
        made = self.of(reference.kind, reference.owner)
        if not made:
            return "nobody-has-it"
        ident = made[reference.index % len(made)]
        # What is called like the beginning of an id is meant by the id of its own: which of the two a name means is the daemon's choice.
        if (reference.form in ("id", "12", "6") or re.fullmatch("[0-9a-f]{6,}", self.names[ident])) and reference.kind != "v":
            return ident[:{"12": 12, "6": 6}.get(reference.form, 64)]
        return ("/" if reference.form == "/name" and reference.kind == "c" else "") + self.names[ident]


# -- making them ---------------------------------------------------------------------------------------------


def sequence(source: random.Random) -> list[Step]:
    steps = [_step(source, actor, source.choice(BUILDING)) for actor in ACTORS * 2]
    return steps + [_step(source, source.choice(ACTORS), source.choice(ROWS)) for _ in range(STEPS)]


def _step(source: random.Random, actor: str, row: tuple[str, str]) -> Step:
    mark, line = row
    words = []
    for word in line.replace("{{", "\0").split():
        parts = tuple(_part(source, actor, part) for part in re.split(r"(\{\w\})", word) if part)
        words.append(tuple(part.replace("\0", "{{") if isinstance(part, str) else part for part in parts))
    return Step(actor, mark == "=", tuple(words))


def _part(source: random.Random, actor: str, part: str) -> str | Reference:
    other = ACTORS[actor == ACTORS[0]]
    if part in ("{c}", "{v}", "{n}"):
        owner = actor if source.random() < 0.45 else other
        return Reference(part[1], owner, source.randrange(6), source.choice(FORMS))
    if part in ("{C}", "{V}", "{N}"):
        return f"{actor}s-{part[1].lower()}{source.randrange(5)}"
    return {"{m}": f"{actor}s-mark", "{o}": f"{other}s-mark"}.get(part, part)


# -- running them --------------------------------------------------------------------------------------------


class Pair:
    """A daemon for one lane, and the two who use it."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.daemon = StatefulDaemon(str(lane.policy_path.with_suffix(".pair")), lane.cli.api)
        self.policy = lane.policy_path.with_suffix(".pair.json")
        self.policy.write_text(json.dumps(policy_of(lane, self.daemon)), encoding="utf-8")
        for image in ("nginx:latest", "alpine:latest"):
            add_image(self.daemon.store, image)
        self.empty = self.daemon.picture()
        world = lane.world
        self.worlds = {"alice": world, "bob": replace(world, account=world.other, work=world.other.home)}

    def begin(self, first_number: int) -> None:
        """A daemon with nothing but images, whose ids begin elsewhere."""
        picture = replace(self.empty, counters={kind: first_number for kind in ("container", "network", "volume", "exec")})
        self.daemon.put_back(picture)

    def run(self, actor: str, words: list[str]) -> Answer:
        world = self.worlds[actor]
        self.daemon.exchanges()
        chosen = {"SAFE_DOCKER_POLICY": str(self.policy)}
        status, out, err = spawn([str(self.lane.safe_docker), *words], surroundings_of(world) | chosen, world)
        return Answer(status, out, err, self.daemon.exchanges(), self.daemon.picture(), {})


@cache
def pair_of(lane: Lane) -> Pair:
    return Pair(lane)


def resolve(step: Step, ledger: Ledger, others: dict[Reference, str]) -> list[str]:
    """The words; what the other's things are called is found in `others` where it is known from an earlier run."""
    def text(part: str | Reference) -> str:
        if isinstance(part, str):
            return part
        if part.owner == step.actor or part not in others:
            spelled = ledger.spell(part)
            if part.owner != step.actor:
                others[part] = spelled
            return spelled
        return others[part]

    return ["".join(map(text, word)) for word in step.words]


def _things(store: Store, idents: set[str]) -> dict[str, Thing]:
    found = {ident: thing for ident, thing in {**store.containers, **store.networks}.items() if ident in idents}
    return found | {"volume " + name: thing for name, thing in store.volumes.items() if "volume " + name in idents}


def judge_step(actor: str, words: list[str], answer: Answer, before: Store, foreign: set[str]) -> list[str]:
    other = ACTORS[actor == ACTORS[0]]
    # Names of lists and forms of "inspect" repeat what was typed on the standard output.
    failures = leaks(answer, words, f"{other}s-", foreign, True)
    failures += [f"a request acts on the other's: {e.request.line()} {e.request.query}" for e in answer.exchanges
                 if not e.only_describes() and foreign & set(e.touched)]
    old, new = _things(before, foreign), _things(answer.after, foreign)
    failures += [f"{name[:20]} of the other's is not what it was" for name, thing in old.items() if new.get(name) != thing]
    return failures + ["the test's daemon is broken: " + e.body.decode() for e in answer.exchanges if b"daemon is broken" in e.body]


@dataclass
class Played:
    failures: list[str]
    told: list[tuple[list[str], str]]  # of the first actor's steps that are run alone too
    end: list[str]


def _plain_words(text: str, ledger: Ledger, actor: str) -> str:
    """Without the ids of the actor's own things and the numbers of their volumes, which differ from run to run."""
    for kind in "cnv":
        for number, ident in enumerate(ledger.of(kind, actor)):
            for form in (ident, ident[:12], ident[:6]):
                if re.fullmatch("[0-9a-f]+", form):
                    text = text.replace(form, f"<{kind}{number}>")
    return re.sub(r"[ \t]+", " ", re.sub(r"named_[0-9a-f]{6}|(?<=io\.safe-docker\.id\": \")[0-9a-f]+", "made", text))


def play(pair: Pair, steps: list[Step], first: int, others: dict[tuple[int, Reference], str], alone: bool) -> Played:
    pair.begin(first)
    ledger, played, actor = Ledger(), Played([], [], []), ACTORS[0]
    for number, step in enumerate(steps):
        if alone and (step.actor != actor or not step.alone):
            continue
        known = {reference: text for (at, reference), text in others.items() if at == number}
        words = resolve(step, ledger, known)
        others.update({(number, reference): text for reference, text in known.items()})
        before = pair.daemon.picture()
        answer = pair.run(step.actor, words)
        ledger.note(step.actor, before, answer.after)
        lines = judge_step(step.actor, words, answer, before, ledger.foreign(step.actor))
        played.failures += [f"step {number + 1}, {step.actor}: docker {shlex.join(words)}: {line}" for line in lines]
        if step.actor == actor and step.alone:
            told = f"status {answer.status}\n{answer.out}\n{answer.err}"
            played.told.append((words, _plain_words(told, ledger, actor)))
    end = pair.daemon.picture()
    own = {_touched_name(kind, i) for kind in "cnv" for i in ledger.of(kind, actor)}
    played.end = sorted(_plain_words(name, ledger, actor) for name in _things(end, own))
    return played


def compared(pair: Pair, steps: list[Step]) -> list[str]:
    """What the sequence breaks. The first actor's "~" steps are left out of the comparison by leaving them out of both."""
    others: dict[tuple[int, Reference], str] = {}
    whole = play(pair, steps, 100, others, False)
    if whole.failures:
        return whole.failures
    steps = [step for step in steps if step.actor != ACTORS[0] or step.alone]
    others = {}
    both, single = play(pair, steps, 100, others, False), play(pair, steps, 1000, others, True)
    failures = both.failures + single.failures
    for (words, told), (_, without) in zip(both.told, single.told, strict=True):
        if told != without:
            return [*failures, f"alice: docker {shlex.join(words)}: {told!r} beside bob, {without!r} without"]
    return failures + ([] if both.end == single.end else [f"at the end alice has {both.end} beside bob, {single.end} without"])


def shrunk(pair: Pair, steps: list[Step]) -> list[Step]:
    """As few of the steps as still break something."""
    deadline, at = time.monotonic() + SHRINK_SECONDS, 0
    while at < len(steps) and time.monotonic() < deadline:
        fewer = steps[:at] + steps[at + 1:]
        if compared(pair, fewer):
            steps = fewer
        else:
            at += 1
    return steps


def check_sequence(lane: Lane, seed: str) -> list[str]:
    if lane.safe_docker is None:
        return []
    pair = pair_of(lane)
    steps = sequence(random.Random(seed))
    if not compared(pair, steps):
        return []
    steps = shrunk(pair, steps)
    return [f"(shortened to {len(steps)} steps) {line}" for line in compared(pair, steps) or ["it does not fail every time"]]
