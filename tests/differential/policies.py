# SPDX-License-Identifier: Apache-2.0
"""What other policies than the default open, and what they must not open along with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from checks import check_refused
from harness import Lane, Outcome

ALLOWED = ""


@dataclass(frozen=True)
class Case:
    """A change of the policy, and command lines of `docker run` with the rule that refuses each (ALLOWED: none)."""

    policy: dict[str, Any]
    lines: dict[str, str]
    series: tuple[str, ...] = field(default=("20.10", "28.2"))


def binds(*sources: tuple[str, str]) -> dict[str, Any]:
    return {"mounts": {"bind": [{"source": source, "access": access} for source, access in sources]}}


def options(*names: str) -> dict[str, Any]:
    return {"options": {"allow": list(names)}}


CASES = [
    # A source that the caller has made a link: it does not decide what the policy gives.
    Case(binds(("{W}/rootlink", "rw")), {"-v /usr:/x": "bind-source", "-v {W}/rootlink/usr:/x:ro": "bind-source"}),
    Case(binds(("{W}/link/src", "rw")), {"-v {W}/app/src:/x": "bind-source"}),
    Case(binds(("{W}/app/src", "rw")), {"-v {W}/link/src:/x": ALLOWED}),
    # What is for reading within what can be written to.
    Case(binds(("{W}", "rw"), ("{W}/data", "ro")),
         {"-v {W}:/x": "bind-read-only", "-v {W}:/x:ro": ALLOWED, "-v {W}/app:/x": ALLOWED, "-v {W}/data:/x": "bind-read-only"}),
    # A folder that the caller may bind but not write to: nothing is created there as root.
    Case(binds(("{BASE}/shared", "rw"), ("{W}", "rw")),
         {"-v {BASE}/shared:/x -w /x/new": "mount-point", "-v {BASE}/shared:/x --tmpfs /x/new": "mount-point",
          "-v {BASE}/shared:/x -v {W}/app/package.json:/x/new": "mount-point", "-v {BASE}/shared:/etc": "mount-point",
          "-v {BASE}/shared:/x -w /x": ALLOWED, "-v {W}/app:/x -v vol:/x/new": ALLOWED, "-v {BASE}/shared:/x:ro -w /x/new": ALLOWED,
          "-v {W}/app:/x -v {W}/data:/x/link": ALLOWED, "-v {W}:/x --tmpfs /x/rootlink/usr": "mount-point"}),
    Case({"mounts": {"protect": ["{HOME}/**.key"]}}, {"-v {W}/app:/x": "bind-protected", "-v {W}/app/package.json:/x": ALLOWED}),
    # options.allow opens an option, not every value of it.
    Case(options("gpus"), {"--gpus all": ALLOWED, "--gpus driver=cdi,device=vendor.com/class=x": "gpus",
                           "--gpus device=vendor.com/class=x": "gpus"}),
    Case({"devices": {"allow": [{"path": "nvidia.com/gpu=0", "access": "rw"}]}},
         {"--gpus 1": ALLOWED, "--gpus device=0": ALLOWED, "--gpus device=0,capabilities=utility,driver=nvidia": ALLOWED,
          "--gpus all": "gpus", "--gpus 2": "gpus", "--gpus device=1": "gpus", "--gpus device=all": "gpus", "--gpus device=0 --gpus all": "gpus"}),
    Case(options("annotation"), {"--annotation team=core": ALLOWED, "--annotation org.systemd.property.MemoryMax=1": "annotation",
                                 "--annotation run.oci.hooks.stdout=/etc/x": "annotation"}, ("28.2",)),
    Case(options("device-read-bps"), {"--device-read-bps /dev/sda:1mb": ALLOWED, "--device-read-bps /dev/../root/x:1mb": "blkio-device"}),
    Case(options("runtime"), {"--runtime runc": ALLOWED, "--runtime ../x": "runtime", "--runtime {x0A}x": "runtime"}),
    # A device is made in the runtime's own /dev, never in a folder of the host.
    Case({"devices": {"allow": [{"path": "/dev/null", "access": "rw"}]}},
         {"--device /dev/null:/dev/mine": ALLOWED, "-v {W}/app:/x --device /dev/null:/x/null": "device"}),
    # Another user comes without a folder of the caller's.
    Case({"user": {"mode": "any"}}, {"--user 0:0": ALLOWED, "--user 0:0 -v {W}:/x": "bind-foreign-user", "--user 0": ALLOWED}),
    Case({"user": {"mode": "non-root"}}, {"--user 4711:4711": ALLOWED, "--user 4711:0": "user", "--user 4711:4711 -v {W}:/x": "bind-foreign-user"}),
]


def same_devices(lane: Lane, words: list[str], wrapped: Outcome) -> list[str]:
    """GPUs and other devices are asked of the daemon as the real CLI asks for them."""
    asked = [json.loads(outcome.created()[0].body)["HostConfig"].get("DeviceRequests") or []
             for outcome in (lane.plain(words), wrapped)]
    if "--gpus" in words and not asked[0]:
        return ["the plain CLI asks for no GPU"]
    return [] if asked[0] == asked[1] else [f"DeviceRequests: {asked[0]} became {asked[1]}"]


def check_case(lane: Lane, case: Case) -> list[str]:
    if lane.safe_docker is None or lane.cli.series not in case.series:
        return []
    change = json.loads(lane.expand(json.dumps(case.policy)))
    path = lane.policy_path.with_suffix(".changed.json")
    path.write_text(json.dumps({**lane.policy, **change}), encoding="utf-8")
    failures = []
    for line, rule in case.lines.items():
        words = ["run", *(lane.expand(word) for word in line.split()), "bb:1"]
        outcome = lane.wrapped(words, policy=path)
        if rule != ALLOWED:
            found = check_refused(outcome, rule)
        else:
            found = same_devices(lane, words, outcome) if outcome.status == 0 and len(outcome.created()) == 1 else [f"refused: {outcome.why()}"]
        failures += [f"{line}: {text}" for text in found]
    return failures
