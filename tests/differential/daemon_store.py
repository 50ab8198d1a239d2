# SPDX-License-Identifier: Apache-2.0
"""What the stateful daemon keeps: containers, images, volumes, networks, execs, events; and how dockerd finds them.

Every object that a request names is noted in `touched`, so that a test can tell whom a request was about."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fake_daemon import Request

Thing = dict[str, Any]
EPOCH = 1700000000  # when everything was made
WHEN = "2023-11-14T22:13:20.000000000Z"


class Failed(Exception):
    """The daemon's answer is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Store:
    api: tuple[int, int] = (1, 41)
    containers: dict[str, Thing] = field(default_factory=dict)
    images: dict[str, Thing] = field(default_factory=dict)  # by id, with sha256:
    volumes: dict[str, Thing] = field(default_factory=dict)
    networks: dict[str, Thing] = field(default_factory=dict)
    execs: dict[str, Thing] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)

    def new_id(self, kind: str) -> str:
        self.counters[kind] = self.counters.get(kind, 0) + 1
        return digest(f"{kind} {self.counters[kind]}")

    def event(self, kind: str, action: str, ident: str, attributes: dict[str, str]) -> None:
        if "io.safe-docker.keeper" in attributes:  # which the plain CLI does not have
            return
        number = len(self.events)
        self.events.append({
            "Type": kind, "Action": action, "Actor": {"ID": ident, "Attributes": attributes}, "scope": "local",
            "time": EPOCH + number, "timeNano": (EPOCH + number) * 10**9, "status": action, "id": ident,
            "from": attributes.get("image", "")})

    # -- finding ---------------------------------------------------------------------------------------

    def container(self, name: str) -> Thing:
        """By full id, then by name, then by a prefix of the id that is the only one."""
        found = self.containers.get(name) or next(
            (c for c in self.containers.values() if c["Name"] == "/" + name.removeprefix("/")), None)
        if found is None:
            matches = [c for ident, c in self.containers.items() if name and ident.startswith(name)]
            if len(matches) > 1:
                self.touched += [c["Id"] for c in matches]
                raise Failed(500 if self.api < (1, 44) else 400, f"multiple IDs found with provided prefix: {name}")
            if not matches:
                raise Failed(404, f"No such container: {name}")
            found = matches[0]
        self.touched.append(found["Id"])
        return found

    def image(self, name: str) -> Thing:
        reference = normalised(name)
        for image in self.images.values():
            if reference in image["RepoTags"] or name in (image["Id"], *image["RepoDigests"]):
                return image
        bare = name.removeprefix("sha256:")
        matches = [i for i in self.images.values() if re.fullmatch("[0-9a-f]{3,64}", bare) and i["Id"][7:].startswith(bare)]
        if len(matches) != 1:
            raise Failed(404, f"No such image: {reference if bare == name else name}")
        return matches[0]

    def volume(self, name: str) -> Thing:
        if name not in self.volumes:
            raise Failed(404, f"get {name}: no such volume")
        self.touched.append("volume " + name)
        return self.volumes[name]

    def network(self, name: str) -> Thing:
        """By full id, then by name, then by a prefix of the id."""
        found = [n for n in self.networks.values() if n["Id"] == name] or [n for n in self.networks.values() if n["Name"] == name]
        found = found or [n for n in self.networks.values() if name and n["Id"].startswith(name)]
        self.touched += [n["Id"] for n in found]
        if len(found) > 1:
            raise Failed(400, f"network {name} is ambiguous ({len(found)} matches found on name)")
        if not found:
            raise Failed(404, f"network {name} not found")
        return found[0]

    def volume_users(self, name: str) -> list[str]:
        return [c["Id"] for c in self.containers.values() if any(m.get("Name") == name for m in c["Mounts"])]

    def make_volume(self, name: str, labels: dict[str, str] | None, options: dict[str, str] | None = None) -> Thing:
        """An existing one is given as it is, with its labels, as dockerd does."""
        if name in self.volumes:
            self.touched.append("volume " + name)
            return self.volumes[name]
        volume = {"Name": name, "Driver": "local", "Scope": "local", "Options": options, "Labels": labels, "CreatedAt": WHEN,
                  "Mountpoint": f"/var/lib/docker/volumes/{name}/_data"}
        self.volumes[name] = volume
        self.event("volume", "create", name, {"driver": "local"})
        return volume


def normalised(name: str) -> str:
    """An image reference as RepoTags have it: the familiar name with a tag."""
    if "@" in name:
        return name
    familiar = name.removeprefix("docker.io/").removeprefix("library/")
    return familiar if ":" in familiar.rsplit("/", 1)[-1] else familiar + ":latest"


def asked(request: Request, key: str, default: str = "") -> str:
    return request.query.get(key, [default])[0]


def truthy(request: Request, key: str) -> bool:
    return asked(request, key).lower() in ("1", "true")


# -- filters -----------------------------------------------------------------------------------------------

Filters = dict[str, list[str]]


def read_filters(query: dict[str, list[str]], known: Iterable[str]) -> Filters:
    """The query's filters; dockerd refuses keys it does not know."""
    raw = json.loads(query.get("filters", ["{}"])[0] or "{}")
    filters = {key: list(values) for key, values in raw.items()}
    for key in filters:
        if key not in known:
            raise Failed(400, f"invalid filter '{key}'")
    return filters


def has_labels(labels: dict[str, str] | None, filters: Filters) -> bool:
    """Every label= must be there, and none of the label!=."""
    def one(wanted: str) -> bool:
        key, sign, value = wanted.partition("=")
        return key in (labels or {}) and (not sign or (labels or {})[key] == value)

    return all(map(one, filters.get("label", []))) and not any(map(one, filters.get("label!", [])))


def any_of(filters: Filters, key: str, matches: Callable[[str], bool]) -> bool:
    """Values of one key are alternatives."""
    return key not in filters or any(map(matches, filters[key]))


def by_name(filters: Filters, name: str, key: str = "name") -> bool:
    return any_of(filters, key, lambda wanted: wanted == name or re.search(wanted, name) is not None)


def by_prefix(filters: Filters, ident: str, key: str = "id") -> bool:
    return any_of(filters, key, ident.startswith)


def by_pattern(filters: Filters, names: Iterable[str], key: str = "reference") -> bool:
    names = list(names)
    return any_of(filters, key, lambda wanted: any(fnmatch.fnmatch(n, wanted) or n.split(":")[0] == wanted for n in names))
