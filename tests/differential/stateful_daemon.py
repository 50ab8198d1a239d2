# SPDX-License-Identifier: Apache-2.0
"""A daemon that remembers: what it was asked to make is there afterwards, and all that it was asked and answered is kept.

Enough of the Docker API for every command that people type. It runs nothing: a container is what was asked for."""

from __future__ import annotations

import copy
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

import daemon_containers
import daemon_objects
import daemon_views
from daemon_store import Failed, Store
from fake_daemon import Answer, FakeDaemon, Request

Handler = Callable[..., Answer]
ROUTES: list[tuple[str, re.Pattern[str], Handler]] = [
    (method, re.compile(pattern), handler)
    for module in (daemon_containers, daemon_views, daemon_objects) for method, pattern, handler in module.ROUTES]
# What only looks at an object, and gives no more than the object's own description.
DESCRIPTION = re.compile(r"/(containers|images)/.+/json|/(networks|volumes)/[^/]+")


@dataclass(frozen=True)
class Exchange:
    """One request, what was answered, and the containers, volumes ("volume NAME") and networks that it was about."""

    request: Request
    status: int
    body: bytes
    touched: tuple[str, ...]

    def only_describes(self) -> bool:
        return self.request.method in ("GET", "HEAD") and DESCRIPTION.fullmatch(self.request.path) is not None


class StatefulDaemon(FakeDaemon):
    """Listens on `path` until `stop`; `exchanges` empties the memory of what was said, `put_back` goes to an earlier state."""

    def __init__(self, path: str, api_version: str) -> None:
        major, minor = api_version.split(".")
        self.store = Store(api=(int(major), int(minor)))
        self._exchanges: list[Exchange] = []
        self._touched: dict[int, tuple[str, ...]] = {}
        for name, driver in (("bridge", "bridge"), ("host", "host"), ("none", "null")):
            daemon_objects.add_network(self.store, name, driver)
        super().__init__(path, api_version, 0)

    def answer(self, request: Request) -> Answer:
        with self._lock:
            self.store.touched = []
            answer = self._dispatch(request)
            self._touched[id(request)] = tuple(self.store.touched)
        return answer

    def _dispatch(self, request: Request) -> Answer:
        plain = replace(request, path=unquote(re.sub("/+", "/", request.path)))
        for method, pattern, handler in ROUTES:
            match = pattern.fullmatch(plain.path)
            if match and method == request.method:
                try:
                    answer = handler(self.store, plain, *match.groups())
                except Failed as error:
                    return Answer(error.status, {"message": error.message})
                except Exception:
                    return Answer(500, {"message": "the test's daemon is broken: " + traceback.format_exc()})
                return replace(answer, body=copy.deepcopy(answer.body))
        return super().answer(request) if request.path == "/_ping" else Answer(404, {"message": "page not found"})

    def answered(self, request: Request, answer: Answer, body: bytes) -> None:
        with self._lock:
            self._exchanges.append(Exchange(request, answer.status, body, self._touched.pop(id(request), ())))

    def exchanges(self) -> list[Exchange]:
        with self._lock:
            gone, self._exchanges = self._exchanges, []
        return gone

    def picture(self) -> Store:
        """What there is now, to compare or to put back."""
        with self._lock:
            return copy.deepcopy(self.store)

    def put_back(self, picture: Store) -> None:
        with self._lock:
            self.store = copy.deepcopy(picture)
