# SPDX-License-Identifier: Apache-2.0
"""The process that the real CLI becomes: a program in its place writes down what it was given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from harness import Lane, base_policy
from world import World

RECORDER = """#!/usr/bin/python3 -I
import json, os, sys
links = {}
for name in os.listdir("/proc/self/fd"):
    try:
        links[name] = os.readlink("/proc/self/fd/" + name)
    except OSError:
        pass
json.dump({"argv": sys.argv[1:], "env": dict(os.environ), "fds": links}, sys.stdout)
"""
ALLOWED = re.compile(r"PATH|HOME|DOCKER_CONFIG|TMPDIR|TERM|LANG|LC_[A-Z]+|TZ|NO_COLOR|COLUMNS")
TOKEN = re.compile(r"--[a-z0-9-]+=.*", re.DOTALL)
HOSTILE = {
    "DOCKER_HOST": "unix://{DECOY}", "DOCKER_CONTEXT": "evil", "DOCKER_CONFIG": "{EVIL}", "HOME": "{EVIL}",
    "PATH": "{EVIL}:/usr/bin:/bin", "LD_LIBRARY_PATH": "{EVIL}", "XDG_RUNTIME_DIR": "{EVIL}", "HTTPS_PROXY": "http://evil:1",
    "http_proxy": "http://evil:1", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://evil:1", "BUILDKIT_HOST": "unix://{DECOY}",
    "DOCKER_API_VERSION": "1.24", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "{EVIL}", "GODEBUG": "netdns=1",
    "SSH_AUTH_SOCK": "{DECOY}",
    "DOCKER_CLI_HINTS": "x", "DOCKER_CUSTOM_HEADERS": "X-Evil=1", "EDITOR": "evil", "IFS": "x", "TOKEN": "s3cret-value",
    "LANG": "C.UTF-8", "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "80",
}


def install_recorder(world: World) -> Path:
    path = world.base / "recorder"
    path.write_text(RECORDER, encoding="utf-8")
    path.chmod(0o755)
    return path


def record(lane: Lane, *words: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """What the program in the real CLI's place was given; {} when it did not run."""
    policy = lane.policy_path.with_name(f"recorder-{lane.policy_path.name}")
    own = base_policy(lane.world, str(lane.world.base / "recorder"), lane.daemon.host)
    policy.write_text(json.dumps(own), encoding="utf-8")
    spoken = [lane.expand(word) for word in words]
    outcome = lane.wrapped(spoken, {k: lane.expand(v) for k, v in (env or {}).items()}, policy=policy)
    return json.loads(outcome.stdout) if outcome.stdout.startswith("{") else {}


def check_process(lane: Lane) -> list[str]:
    if lane.safe_docker is None:
        return []
    words = ["run", "--rm", "-e", "TOKEN", "-e", "A=1", "-v", "{W}/a b:/x", "-m", "64m", "--", "bb:1", "--privileged"]
    seen = record(lane, *words, env=HOSTILE)
    if not seen:
        return ["the real CLI was not run"]
    return [*_check_env(lane, seen["env"]), *_check_argv(lane, seen["argv"]), *_check_fds(seen["fds"])]


def _check_env(lane: Lane, env: dict[str, str]) -> list[str]:
    failures = [f"{name} is in the environment" for name in env if not ALLOWED.fullmatch(name)]
    failures += [f"{name} is the caller's: {value}" for name, value in env.items() if "evil" in value]
    if env.get("DOCKER_CONFIG") != str(lane.world.base / "config"):
        failures.append(f"DOCKER_CONFIG is {env.get('DOCKER_CONFIG')}")
    return failures


def _check_argv(lane: Lane, argv: list[str]) -> list[str]:
    failures = []
    if argv[0] != f"--host={lane.daemon.host}" or "--" not in argv:
        return [f"the command line is {argv}"]
    end = argv.index("--")
    if argv[end:] != ["--", "bb:1", "--privileged"]:
        failures.append(f"behind the options stands {argv[end:]}")
    options = [word for word in argv[:end] if word != "run"]
    failures += [f"not one self-contained token: {word}" for word in options if not TOKEN.fullmatch(word)]
    if any("s3cret-value" in word for word in argv):
        failures.append("a value of the environment is on the command line")
    return failures


def _check_fds(links: dict[str, str]) -> list[str]:
    return [f"descriptor {number} is {target}" for number, target in links.items()
            if int(number) > 2 and not target.startswith("/memfd:") and not re.fullmatch(r"/proc/\d+/fd", target)]
