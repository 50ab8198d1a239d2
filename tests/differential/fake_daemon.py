# SPDX-License-Identifier: Apache-2.0
"""A daemon that only listens: enough of the Docker API on a unix socket for `docker create` and `docker run`
to finish, and a log of everything that was asked of it."""

from __future__ import annotations

import json
import os
import re
import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

CONTAINER_ID = "c0ffee" + "0" * 58
VERSION_PREFIX = re.compile(r"^/v\d+\.\d+(?=/)")


@dataclass(frozen=True)
class Request:
    """One request as it came in. `path` is without the API version and the query."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hijack: bool = False


class FakeDaemon:
    """Listens on `path` until `stop`; `take` empties the log. One that is `experimental` is a swarm manager too."""

    experimental = False
    removes = False  # whether the last container was made with --rm
    reads = False  # and with --interactive, which `docker start` looks at

    def __init__(self, path: str, api_version: str, owner: int) -> None:
        self.path = path
        self.api_version = api_version
        self.owner = owner
        self._log: list[Request] = []
        self._lock = threading.Lock()
        self._server = _Server(path, self)
        os.chmod(path, 0o666)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def host(self) -> str:
        return f"unix://{self.path}"

    def record(self, request: Request) -> None:
        with self._lock:
            self._log.append(request)

    def answered(self, request: Request, answer: Answer, body: bytes) -> None:
        """Called with what is about to be sent."""

    def take(self) -> list[Request]:
        with self._lock:
            log, self._log = self._log, []
        return log

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        os.unlink(self.path)

    def answer(self, request: Request) -> Answer:
        if request.line() == "POST /containers/create":
            self.removes = bool((request.json().get("HostConfig") or {}).get("AutoRemove"))
            self.reads = bool(request.json().get("OpenStdin"))
        for method, pattern, handler in _ROUTES:
            match = pattern.fullmatch(request.path)
            if match and method in (request.method, "*"):
                return handler(self, match)
        return Answer(404, {"message": "page not found"})


def _ping(daemon: FakeDaemon, _: re.Match[str]) -> Answer:
    headers = {
        "Api-Version": daemon.api_version,
        "Docker-Experimental": str(daemon.experimental).lower(),
        "Swarm": "active/manager" if daemon.experimental else "inactive",
        "Ostype": "linux",
        "Builder-Version": "2",
        "Server": f"Docker/fake ({daemon.api_version})",
    }
    return Answer(200, "OK", headers)


def _version(daemon: FakeDaemon, _: re.Match[str]) -> Answer:
    body = {"Version": "28.2.2", "ApiVersion": daemon.api_version, "MinAPIVersion": "1.24", "Os": "linux"}
    return Answer(200, body | {"Arch": "amd64", "GitCommit": "0", "KernelVersion": "6.1"})


def _info(daemon: FakeDaemon, _: re.Match[str]) -> Answer:
    body = {"ID": "fake", "OSType": "linux", "Architecture": "x86_64", "ServerVersion": "28.2.2"}
    return Answer(200, body | {"SecurityOptions": ["name=seccomp,profile=default"], "Plugins": {}})


def _create(_: FakeDaemon, __: re.Match[str]) -> Answer:
    return Answer(201, {"Id": CONTAINER_ID, "Warnings": []})


def _inspect(daemon: FakeDaemon, match: re.Match[str]) -> Answer:
    body = {
        "Id": CONTAINER_ID,
        "Name": "/" + match.group(1),
        "State": {"Status": "running", "Running": True, "Pid": 1, "ExitCode": 0},
        "Config": {"Tty": False, "OpenStdin": daemon.reads, "Labels": _labels(daemon)},
        "HostConfig": {"AutoRemove": daemon.removes, "LogConfig": {"Type": "json-file"}},
        "NetworkSettings": {"Networks": {}},
    }
    return Answer(200, body)


def _labels(daemon: FakeDaemon) -> dict[str, str]:
    return {"io.safe-docker.owner": str(daemon.owner), "io.safe-docker.version": "0"}


def _volume(daemon: FakeDaemon, match: re.Match[str]) -> Answer:
    name = match.group(1) if match.re.groups else "volume"
    body = {"Name": name, "Driver": "local", "Scope": "local", "Options": None, "Mountpoint": "/nowhere"}
    return Answer(200, body | {"Labels": _labels(daemon)})


def _network(daemon: FakeDaemon, match: re.Match[str]) -> Answer:
    body = {"Name": match.group(1), "Id": "4e" * 32, "Driver": "bridge", "Scope": "local"}
    return Answer(200, body | {"Labels": _labels(daemon)})


def _attach(_: FakeDaemon, __: re.Match[str]) -> Answer:
    headers = {"Content-Type": "application/vnd.docker.raw-stream", "Connection": "Upgrade", "Upgrade": "tcp"}
    return Answer(101, None, headers, hijack=True)


def _wait(_: FakeDaemon, __: re.Match[str]) -> Answer:
    return Answer(200, {"StatusCode": 0})


def _empty(_: FakeDaemon, __: re.Match[str]) -> Answer:
    return Answer(204)


def _stream(_: FakeDaemon, __: re.Match[str]) -> Answer:
    return Answer(200, {"status": "done"})


def _list(_: FakeDaemon, __: re.Match[str]) -> Answer:
    return Answer(200, [])


def _image(daemon: FakeDaemon, match: re.Match[str]) -> Answer:
    body = {"Id": "sha256:" + "1a" * 32, "RepoTags": [match.group(1)], "Os": "linux", "Architecture": "amd64"}
    return Answer(200, body | {"Config": {"Labels": None}})


Handler = Callable[[FakeDaemon, "re.Match[str]"], Answer]
_ROUTES: list[tuple[str, re.Pattern[str], Handler]] = [
    ("*", re.compile(r"/_ping"), _ping),
    ("GET", re.compile(r"/version"), _version),
    ("GET", re.compile(r"/info"), _info),
    ("GET", re.compile(r"/events"), _stream),
    ("POST", re.compile(r"/containers/create"), _create),
    ("GET", re.compile(r"/containers/json"), _list),
    ("GET", re.compile(r"/containers/([^/]+)/json"), _inspect),
    ("POST", re.compile(r"/containers/([^/]+)/attach"), _attach),
    ("POST", re.compile(r"/containers/([^/]+)/wait"), _wait),
    ("POST", re.compile(r"/containers/([^/]+)/(start|stop|kill|resize|restart|rename)"), _empty),
    ("DELETE", re.compile(r"/containers/.+"), _empty),
    ("POST", re.compile(r"/images/create"), _stream),
    ("GET", re.compile(r"/images/json"), _list),
    ("GET", re.compile(r"/images/(.+)/json"), _image),
    ("POST", re.compile(r"/volumes/create"), _volume),
    ("GET", re.compile(r"/volumes/(.+)"), _volume),
    ("GET", re.compile(r"/networks/(.+)"), _network),
]


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: str, daemon: FakeDaemon) -> None:
        self.fake = daemon
        super().__init__(path, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no event."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """The log is FakeDaemon's."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _serve(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        path = VERSION_PREFIX.sub("", url.path)
        request = Request(self.command, path, query, dict(self.headers), self._body())
        self.server.fake.record(request)
        answer = self.server.fake.answer(request)
        body = b"" if answer.body is None else _encode(answer.body)
        self.server.fake.answered(request, answer, body)
        self._reply(answer, body)

    def _reply(self, answer: Answer, body: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (101, 204):
            if "Content-Type" not in answer.headers:
                self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body and self.command != "HEAD":
            self.wfile.write(body)
        if answer.hijack:
            self.close_connection = True
            self._hear_out()

    def _hear_out(self) -> None:
        """Reads what the client still says: closing on it would break its connection before it has read all."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(2)
        try:
            while self.connection.recv(65536):
                pass
        except OSError:
            return

    do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = _serve


def _encode(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode() + b"\n"
