# SPDX-License-Identifier: Apache-2.0
"""What is demanded of one command line, in the words of the corpora. Each check gives the failures, none when all is well."""

from __future__ import annotations

from collections import Counter
from typing import Any

import policy as policies
from corpus import Attack, Everyday, Line
from hardening import OWNER, comparable, comparable_query, drop_confinement, expected_body
from harness import Lane, Outcome
from invariants import check_invariants
from jsondiff import differences

# What safe-docker may ask the daemon on its own account.
OWN_QUESTIONS = ("/_ping", "/version", "/info", "/volumes", "/networks")


def check_everyday(lane: Lane, case: Everyday) -> list[str]:
    plain = _run_tidy(lane, case.line, False, case.tty)
    if plain.status != 0 or len(plain.created()) != 1:
        return [f"the plain CLI does not create a container: {plain.why()}"]
    if lane.safe_docker is None:
        return []
    wrapped = _run_tidy(lane, case.line, True, case.tty)
    return compare_outcomes(lane, plain, wrapped)


def compare_outcomes(lane: Lane, plain: Outcome, wrapped: Outcome) -> list[str]:
    """Fidelity: the same but for the hardening, and the invariants."""
    if len(wrapped.created()) != 1:
        return [f"refused: {wrapped.why()}"]
    failures = broken_invariants(lane, wrapped)
    before, after = plain.created()[0], wrapped.created()[0]
    expected = expected_body(before.json(), policies.effective(lane.policy), lane.world)
    arrived = drop_confinement(comparable(after.json(), lane.world.work))
    held = any(r.path.startswith("/volumes/") for r in wrapped.requests)
    failures += differences(expected, arrived)
    failures += differences(comparable_query(before.query), comparable_query(after.query), "query")
    if _others(plain, held) != _others(wrapped, held):
        failures.append(f"requests: {_others(plain, held)} -> {_others(wrapped, held)}")
    for what in ("status", "stdout"):
        failures += differences(getattr(plain, what), getattr(wrapped, what), what)
    return failures


def broken_invariants(lane: Lane, outcome: Outcome) -> list[str]:
    effective = policies.effective(lane.policy)
    broken = [line for request in outcome.created()
              for line in check_invariants(request.json(), effective, lane.world.account)]
    # A keeper is nobody's, so that nobody can remove it.
    return broken + [f"keeper: {line}" for request in outcome.keepers()
                     for line in check_invariants(request.json(), effective, lane.world.account) if OWNER not in line]


def _others(outcome: Outcome, held: bool) -> Counter[str]:
    """`run --detach` waits and `start` does not, though neither hears the answer; and the keeper of the volumes is removed."""
    ignored = ("/containers/create", "/json", "/wait") if held else ("/containers/create", "/json")
    return Counter(f"{r.line()} {r.query}" for r in outcome.requests
                   if not r.path.startswith(OWN_QUESTIONS) and not r.path.endswith(ignored) and not (held and r.method == "DELETE"))


def check_attack(lane: Lane, case: Attack) -> list[str]:
    words, env = _spoken(lane, case.line)
    taken = bool(lane.plain(words, env).created())
    if taken != (case.taken_by in ("all", lane.cli.series)):
        return [f"the plain CLI {'creates' if taken else 'does not create'} a container; the corpus says otherwise"]
    if lane.safe_docker is None:
        return []
    lane.fell_for()
    outcome = lane.wrapped(words, env)
    if case.rule == "allow":
        return _harmless(lane, outcome)
    return check_refused(outcome, case.rule)


def check_refused(outcome: Outcome, rule: str = "-") -> list[str]:
    failures = []
    if outcome.status != 125:
        failures.append(f"not refused with 125: {outcome.why()}")
    asked = [r for r in outcome.requests if r.path != "/_ping"]
    networks = [r for r in asked if r.method == "GET" and r.path.startswith("/networks/")]
    volumes = [r for r in asked if r.method == "GET" and r.path.startswith("/volumes/")]
    asked = [r for r in asked if r not in networks and not (networks and r in volumes)]  # whose they are is looked up in one go
    for where, requests in (("daemon", asked), ("decoy", outcome.decoy)):
        if requests:
            failures.append(f"the {where} was asked: {[r.line() for r in requests]}")
    named = outcome.rules()
    if not named if rule == "-" else rule not in named:
        failures.append(f"the rule {rule} is not named: {outcome.why()}")
    if any(ord(char) < 32 and char not in "\n\t" for char in outcome.stderr):
        failures.append(f"control characters on the terminal: {outcome.why()}")
    return failures


def _harmless(lane: Lane, outcome: Outcome) -> list[str]:
    failures = broken_invariants(lane, outcome)
    if outcome.status != 0 or len(outcome.created()) != 1:
        failures.append(f"did not arrive at the policy's daemon: {outcome.why()}")
    if outcome.decoy:
        failures.append(f"the decoy was asked: {[r.line() for r in outcome.decoy]}")
    if any("X-Evil" in r.headers or b"evil" in r.body for r in outcome.requests):
        failures.append("the caller's configuration reached the daemon")
    if any("platform" in r.query for r in outcome.created()):
        failures.append("the caller's environment chose the platform")
    if lane.fell_for():
        failures.append("a program of the caller's was run")
    return failures


def _spoken(lane: Lane, line: Line) -> tuple[list[str], dict[str, str]]:
    return [lane.expand(word) for word in line.words], {k: lane.expand(v) for k, v in line.env.items()}


def _run_tidy(lane: Lane, line: Line, wrapped: bool, tty: bool) -> Outcome:
    """Runs the line; a cidfile must be new each time, and no other lane may be in the way."""
    words, env = _spoken(lane, line)
    words = [word.replace(".cid", f"-{lane.cli.series}.cid") for word in words]
    outcome = lane.wrapped(words, env, tty) if wrapped else lane.plain(words, env, tty)
    for path in lane.world.work.glob(f"*-{lane.cli.series}.cid"):
        if any(path.name in word for word in words):
            path.unlink()
    return outcome


def refuses(lane: Lane, *words: str, rule: str = "-", env: dict[str, str] | None = None) -> list[str]:
    if lane.safe_docker is None:
        return []
    outcome = lane.wrapped([lane.expand(word) for word in words], env or {})
    return [f"{' '.join(words)}: {line}" for line in check_refused(outcome, rule)]


def faithful(lane: Lane, *words: str, env: dict[str, str] | None = None) -> list[str]:
    spoken = [lane.expand(word) for word in words]
    plain = lane.plain(spoken, env or {})
    if len(plain.created()) != 1:
        return [f"{' '.join(words)}: the plain CLI does not take it: {plain.why()}"]
    if lane.safe_docker is None:
        return []
    return [f"{' '.join(words)}: {line}" for line in compare_outcomes(lane, plain, lane.wrapped(spoken, env or {}))]


def plain_body(lane: Lane, *words: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """What the plain CLI sends; {} when it sends nothing."""
    created = lane.plain([lane.expand(word) for word in words], env or {}).created()
    return created[0].json() if created else {}


def wrapped_body(lane: Lane, *words: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    created = lane.wrapped([lane.expand(word) for word in words], env or {}).created()
    return created[0].json() if created else {}
