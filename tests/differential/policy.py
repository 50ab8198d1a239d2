# SPDX-License-Identifier: Apache-2.0
"""The policy as the tests read it: the shipped default with a test's file merged over it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_POLICY = ROOT / "profiles/policy/default.json"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
UNITS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def read_commented_json(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(TOKEN.sub(lambda m: m.group(0) if m.group(0).startswith('"') else " ", text))


@cache
def seccomp_profile(name: str = "default") -> Any:
    return read_commented_json(ROOT / f"profiles/seccomp/{name}.json")


def effective(own: dict[str, Any]) -> dict[str, Any]:
    return _merge(read_commented_json(DEFAULT_POLICY), own)


def _merge(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return below | {key: _merge(below.get(key), value) for key, value in above.items()}


def size(text: str | int) -> int:
    """Bytes of "512m", "64MB", "2GiB" or 1024."""
    match = re.fullmatch(r"([0-9.]+) ?([bkmgt]?)i?b?", str(text).lower())
    if not match:
        raise ValueError(f"not a size: {text}")
    return int(Decimal(match.group(1)) * 1024 ** UNITS[match.group(2)])


def nano_cpus(text: str) -> int:
    return int(Decimal(text) * 10**9)


def ulimit_default(row: dict[str, Any]) -> tuple[int, int]:
    soft, _, hard = str(row["default"]).partition(":")
    return int(soft), int(hard or soft)
