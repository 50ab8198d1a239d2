# SPDX-License-Identifier: Apache-2.0
"""Differences between two JSON values, one line each: PATH: expected -> actual."""

from __future__ import annotations

import json
from typing import Any

ABSENT = object()


def _show(value: Any) -> str:
    return "(absent)" if value is ABSENT else json.dumps(value, ensure_ascii=False)[:300]


def differences(expected: Any, actual: Any, path: str = "$") -> list[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        keys = sorted(expected.keys() | actual.keys())
        return [line for key in keys
                for line in differences(expected.get(key, ABSENT), actual.get(key, ABSENT), f"{path}.{key}")]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [line for i, (left, right) in enumerate(zip(expected, actual))
                for line in differences(left, right, f"{path}[{i}]")]
    if type(expected) is type(actual) and expected == actual:
        return []
    return [f"{path}: {_show(expected)} -> {_show(actual)}"]
