# SPDX-License-Identifier: Apache-2.0
"""What a create request mounts, whichever of the API's five ways it was written in."""

from __future__ import annotations

import posixpath
from dataclasses import asdict, dataclass
from typing import Any

from policy import size

CONSISTENCY = {"cached", "consistent", "delegated", "default"}  # of Docker Desktop; without effect elsewhere
BIND_FLAGS = ("NonRecursive", "CreateMountpoint", "ReadOnlyNonRecursive", "ReadOnlyForceRecursive")


@dataclass(frozen=True)
class Mount:
    kind: str  # bind, volume, tmpfs, or what else the API may have
    source: str
    target: str
    read_only: bool = False
    propagation: str = ""
    flags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    driver: str = ""
    size: int = 0
    short: bool = False  # from Binds: the daemon creates what is missing

    def as_json(self) -> dict[str, Any]:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}


def _clean(path: str) -> str:
    return posixpath.normpath("/" + path.lstrip("/")) if path.startswith("/") else path


def _from_bind(text: str) -> Mount:
    source, target, *rest = text.split(":")
    options = rest[0].split(",") if rest and rest[0] else []
    propagation = [o for o in options if o.lstrip("r") in ("shared", "slave", "private", "unbindable")]
    flags = sorted(set(options) - set(propagation) - {"ro", "rw"} - CONSISTENCY)
    kind = "bind" if source.startswith("/") else "volume"
    return Mount(kind, source, _clean(target), "ro" in options, "".join(propagation), tuple(flags), short=True)


def _from_mount(row: dict[str, Any]) -> Mount:
    bind, volume, tmpfs = (row.get(key) or {} for key in ("BindOptions", "VolumeOptions", "TmpfsOptions"))
    flags = [name for name in BIND_FLAGS if bind.get(name)]
    flags += ["nocopy"] if volume.get("NoCopy") else []
    flags += [f"subpath={volume['Subpath']}"] if volume.get("Subpath") else []
    flags += [f"mode={tmpfs['Mode']:o}"] if tmpfs.get("Mode") else []
    driver = volume.get("DriverConfig") or {}
    return Mount(
        row.get("Type", ""), row.get("Source", ""), _clean(row.get("Target", "")), bool(row.get("ReadOnly")),
        bind.get("Propagation") or "", tuple(sorted(flags)),
        tuple(f"{k}={v}" for k, v in sorted((volume.get("Labels") or {}).items())),
        f"{driver}" if driver.get("Name") or driver.get("Options") else "", tmpfs.get("SizeBytes") or 0)


def _from_tmpfs(target: str, options: str) -> Mount:
    rows = [option for option in options.split(",") if option]
    sizes = [size(option[5:]) for option in rows if option.startswith("size=") and "%" not in option]
    flags = [_mode(option) for option in rows if not option.startswith("size=") or "%" in option]
    return Mount("tmpfs", "", _clean(target), flags=tuple(sorted(flags)), size=sizes[-1] if sizes else 0, short=True)


def _mode(option: str) -> str:
    return f"mode={int(option[5:], 8):o}" if option.startswith("mode=") else option


def read_mounts(body: dict[str, Any]) -> list[Mount]:
    host = body["HostConfig"]
    found = [_from_bind(text) for text in host.get("Binds") or []]
    found += [_from_mount(row) for row in host.get("Mounts") or []]
    found += [_from_tmpfs(target, options) for target, options in (host.get("Tmpfs") or {}).items()]
    for text in body.get("Volumes") or {}:
        found.append(Mount("volume", "", _clean(text), short=True) if ":" not in text else _from_bind(text))
    return sorted(found, key=lambda mount: (mount.target, mount.kind, mount.source))
