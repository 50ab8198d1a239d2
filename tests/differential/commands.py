# SPDX-License-Identifier: Apache-2.0
"""The commands other than run and create, with a daemon that remembers: the caller's own things as with the plain CLI, others' as if
they were not there."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import Line, parse_line, read_rows
from daemon_store import Store
from fake_daemon import Request
from harness import KEEPER, Lane
from jsondiff import differences
from stage import OWNER, Answer, Stage, nobodys, stage_of, target
from stateful_daemon import Exchange

SHOWN = 4  # failures of one spelling
SLOTS = {"C": ("web", "job"), "N": ("net",), "V": ("vol", "spare")}


@dataclass(frozen=True)
class Typed:
    """A line of other-commands.tsv."""

    line: Line
    marks: frozenset[str]  # a CLI series or "all"; tty, fails, everybody


@dataclass(frozen=True)
class Attempt:
    """A line of other-attacks.tsv."""

    line: Line
    kind: str
    answer: str  # absent, harmless, or the rule that the refusal names ("-": any)


def read_typed(path: Path) -> list[Typed]:
    return [Typed(parse_line(number, text), frozenset(marks.split(","))) for number, (marks, text) in read_rows(path, 2)]


def read_attempts(path: Path) -> list[Attempt]:
    return [Attempt(parse_line(number, text), kind, answer) for number, (kind, answer, text) in read_rows(path, 3)]


# -- fidelity ------------------------------------------------------------------------------------------------


def check_typed(lane: Lane, case: Typed) -> list[str]:
    stage = stage_of(lane)
    words = [stage.expand(word, **_own_slots(stage)) for word in case.line.words]
    plain = stage.run(words, False, stage.all if "everybody" in case.marks else stage.own, "tty" in case.marks)
    if (plain.status != 0) != ("fails" in case.marks):
        return [f"the plain CLI: {plain.why()}"]
    if lane.safe_docker is None:
        return []
    wrapped = stage.run(words, True, stage.all, "tty" in case.marks)
    failures = differences(plain.status, wrapped.status, "status") + differences(plain.files, wrapped.files, "files")
    for what in ("out", "err"):
        failures += differences(_words(getattr(plain, what)), _words(getattr(wrapped, what)), what)
    failures += differences(_effect(stage, plain.after), _effect(stage, wrapped.after), "effect")
    failures += _compare_requests(stage, plain, wrapped) + stage.leaks(wrapped, words) + stage.acts(wrapped, stage.all)
    return [line for line in failures if "everybody" not in case.marks or "other people's" not in line] and \
        [*failures, wrapped.why()]


def _own_slots(stage: Stage) -> dict[str, str]:
    """{web}, {web12}, {web4}: the id of the caller's container, and its beginnings; {front} and so on of the network."""
    slots = {}
    for name in ("web", "job", "db", "old"):
        ident = stage.container_id(name)
        slots |= {f"{name}:id": ident, f"{name}:12": ident[:12], f"{name}:6": ident[:6]}
    slots["like-id"] = stage.like_id
    ident = stage.network_id("front")
    return slots | {"front:id": ident, "front:12": ident[:12]}


def _words(text: str) -> str:
    text = re.sub(r"(volume is in use) - \[.*\]", r"\1", text)
    return text.replace("\r\n", "\n")


def _without_owner(labels: dict[str, str] | None) -> dict[str, str]:
    return {key: value for key, value in (labels or {}).items() if not key.startswith("io.safe-docker.")}


def _effect(stage: Stage, store: Store) -> dict[str, Any]:
    """What there is of the caller's, without what safe-docker must have added; containers that are new are tested elsewhere."""
    theirs = stage.theirs(store)
    volumes = {name: v | {"Labels": _without_owner(v["Labels"])} for name, v in store.volumes.items() if "volume " + name not in theirs}
    networks = {i: n | {"Labels": _without_owner(n["Labels"])} for i, n in store.networks.items() if i not in theirs}
    containers = {i: c | {"_files": str(c["_files"])} if i in stage.own.containers else c["Name"]
                  for i, c in store.containers.items() if i not in theirs}
    execs = {i: {key: value for key, value in e.items() if key != "User"} for i, e in store.execs.items()}
    images = {i: image | {"Config": image["Config"] | {"Labels": _without_owner(image["Config"]["Labels"])}} for i, image in store.images.items()}
    return {"volumes": volumes, "networks": networks, "containers": containers, "execs": execs, "images": images}


# What safe-docker asks on its own account, besides descriptions: cp reads what it copies, and volumes are made and removed in more steps.
NOTHING = "nothing"  # the name of what does not exist, for which nobody is asked a second time
OWN_QUESTIONS = re.compile(r"GET /(version|info|containers/json) .*|(POST|DELETE) /volumes/.*|(GET|HEAD) /containers/[0-9a-f]{64}/archive .*")


def _compare_requests(stage: Stage, plain: Answer, wrapped: Answer) -> list[str]:
    """The same apart from what safe-docker asks on its own account."""
    before, after = _requests(stage, plain), _requests(stage, wrapped)
    return [f"{request}: {count} times less" for request, count in (before - after).items()
            if not OWN_QUESTIONS.fullmatch(request) and NOTHING not in request] + \
        [f"{request}: {count} times more" for request, count in (after - before).items() if not OWN_QUESTIONS.fullmatch(request)]


def _requests(stage: Stage, answer: Answer) -> Counter[str]:
    keepers = {ident for e in answer.exchanges for ident in _made(e)}
    return Counter(f"{target(e.request, stage.all)} {_query(stage, e.request)} {_body(stage, e.request)}" for e in answer.exchanges
                   if not e.only_describes() and e.request.path != "/_ping" and not _is_about(e, keepers))


def _is_about(exchange: Exchange, containers: set[str]) -> bool:
    return bool(containers) and not containers.isdisjoint((*exchange.request.path.split("/"), *_made(exchange)))


def _made(exchange: Exchange) -> set[str]:
    """The keeper that was created, if any."""
    if exchange.request.path != "/containers/create" or KEEPER not in exchange.request.body or exchange.status != 201:
        return set()
    return {json.loads(exchange.body)["Id"]}


def _query(stage: Stage, request: Request) -> dict[str, Any]:
    query: dict[str, Any] = dict(request.query)
    filters = {key: sorted(values) for key, values in json.loads(query.pop("filters", ["{}"])[0] or "{}").items()}
    own = f"{OWNER}={stage.world.account.uid}"
    if own in filters.get("label", []):
        filters["label"].remove(own)
    if request.path == "/containers/prune":  # safe-docker names the time of its look, or the caller's where that is earlier
        filters.pop("until", None)
    if request.path == "/containers/prune":
        filters.pop("until", None)  # safe-docker sets one: nothing newer than what it has looked at
    if request.path == "/events" and filters.get("type") == ["container"]:  # what safe-docker adds, too
        del filters["type"]
    if "changes" in query:
        query["changes"] = [text for text in query["changes"] if not text.startswith("LABEL io.safe-docker.")]
    for key in ("since", "until"):  # of what was written as "1s"
        if re.fullmatch(r"\d{10}(\.\d+)?", query.get(key, [""])[0]):
            query[key] = ["a moment"]
    for key in ("repo", "fromImage"):
        if key in query:
            query[key] = [name.removeprefix("docker.io/").removeprefix("library/") for name in query[key]]
    if "container" in query:
        query["container"] = [target(Request("", "/containers/" + query["container"][0], {}, {}, b""), stage.all)]
    return {key: values for key, values in (query | filters).items() if values}


def _body(stage: Stage, request: Request) -> Any:
    if not request.body.startswith(b"{") or request.path == "/containers/create":
        return len(request.body) > 0
    body = {key: value for key, value in request.json().items() if key != "User"}
    if "Container" in body:
        body["Container"] = target(Request("", "/containers/" + body["Container"], {}, {}, b""), stage.all)
    return body | ({"Labels": _without_owner(body["Labels"])} if "Labels" in body else {})


# -- attacks -------------------------------------------------------------------------------------------------


def check_attempt(lane: Lane, case: Attempt) -> list[str]:
    stage = stage_of(lane)
    slot = next((name for name in SLOTS if any("{" + name + "}" in word for word in case.line.words)), None)
    failures = []
    for name in _spellings(stage, case, slot):
        failures += [f"{name}: {line}" if name else line for line in _attempt(stage, case, slot, name)][:SHOWN]
    return failures


def _spellings(stage: Stage, case: Attempt, slot: str | None) -> list[str]:
    """Ways of naming what is another's: the first and two of the others, not the same for every line and CLI."""
    found = _all_spellings(stage, case, slot)
    turn = case.line.number + (stage.lane.cli.series == "28.2")
    rest = found[1:]
    return found[:1] + [rest[(2 * turn + i) % len(rest)] for i in range(min(2, len(rest)))]


def _all_spellings(stage: Stage, case: Attempt, slot: str | None) -> list[str]:
    if slot is not None and case.kind == "forged":
        return ["bob-secret-forged", stage.container_id("bob-secret-forged"), stage.container_id("bob-secret-forged")[:12]]
    if slot is None:
        return [""]
    if slot == "V":
        return ["bob-secret-vol", "bob-secret-spare"]
    if slot == "N":
        ident = stage.network_id("bob-secret-net")
        return ["bob-secret-net", "bob-secret-unused", ident, ident[:12]]
    web = stage.container_id("bob-secret-web")
    return ["bob-secret-web", web, web[:12], "/bob-secret-web", "bob-secret-job", "bob-secret-root"]


def _attempt(stage: Stage, case: Attempt, slot: str | None, name: str) -> list[str]:
    def words(filling: str) -> list[str]:
        return [stage.expand(word, **_own_slots(stage), **({slot: filling} if slot else {})) for word in case.line.words]

    picture = {"forged": stage.forged, "confusing": stage.confusing}.get(case.kind, stage.all)
    if stage.lane.safe_docker is None:
        plain = stage.run(words(name), False, picture)
        taken = any(stage.foreign & set(e.touched) for e in plain.exchanges)
        return [] if taken or case.answer != "absent" or name[:1] == "/" else [f"the plain CLI does no harm: {plain.why()}"]
    answer = stage.run(words(name), True, picture)
    failures = stage.leaks(answer, words(name), case.answer == "absent") + stage.acts(answer, picture)
    if case.kind == "forged":  # what carries the label is looked at, to tell whose it is
        failures = [line for line in failures if not line.startswith("GET /containers/json was answered")]
    if case.answer == "absent":
        return failures + _like_nothing(stage, answer, words(name), name, stage.run(words(nobodys(name)), True, picture))
    if case.answer != "harmless":
        if answer.status != 125 or (case.answer != "-" and f"\n  {case.answer}  " not in "\n" + answer.err):
            failures.append(f"not refused by the rule {case.answer}: {answer.why()}")
        failures += [f"the daemon was asked: {e.request.line()}" for e in answer.exchanges if not e.only_describes() and e.request.path not in ("/_ping", "/containers/json")]
    return failures


def _like_nothing(stage: Stage, answer: Answer, words: list[str], name: str, nothing: Answer) -> list[str]:
    """Another's is answered as what does not exist: the same words but for the name, the same status, the same effect."""
    forced = "rm" in words and {"-f", "-fv", "--force"} & set(words)  # what does not exist counts as removed
    failures = [f"what does not exist is no failure: {nothing.why()}"] if nothing.status == 0 and not forced else []
    failures += differences(nothing.status, answer.status, "status")
    for what in ("out", "err"):
        failures += differences(getattr(nothing, what).replace(nobodys(name), "X"), getattr(answer, what).replace(name, "X"), what)
    return failures + differences(_effect(stage, nothing.after), _effect(stage, answer.after), "effect")
