# SPDX-License-Identifier: Apache-2.0
"""Runs command lines fast: one process a worker, which has become the account and is the daemon of what it starts.

The sockets are opened and the policies written while the worker is root; then it is the account for good, so that a program
is started without a change of ids (posix_spawn), and answers while it waits for the end of what it has started."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fake_daemon import CONTAINER_ID, VERSION_PREFIX, Answer, FakeDaemon, Request, _encode
from grammar_policies import POLICIES
from harness import Cli, Outcome, surroundings_of
from world import World, make_evil

TIMEOUT = 60.0
PLAIN_ONLY = {"GOMAXPROCS": "1", "GOGC": "off"}  # quicker, and nothing else
HEAD = re.compile(rb"(\w+) (\S+) HTTP/1.1\r\n(.*?)\r\n\r\n", re.DOTALL)


class LeanDaemon(FakeDaemon):
    """The fake daemon without threads: `serve` is called when one of its descriptors has something to say."""

    def __init__(self, path: str, api_version: str, owner: int) -> None:
        self.path, self.api_version, self.owner = path, api_version, owner
        self.log: list[Request] = []
        self._talks: dict[int, _Talk] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        os.chmod(path, 0o666)
        self._listener.listen(64)
        self._listener.setblocking(False)

    def register(self, poll: Any) -> None:
        self._poll = poll
        poll.register(self._listener.fileno(), select.EPOLLIN)

    def serve(self, descriptor: int) -> bool:
        """Whether the descriptor is one of its own."""
        if descriptor == self._listener.fileno():
            self._accept()
            return True
        if descriptor not in self._talks:
            return False
        if not self._talks[descriptor].read(self):
            self._talks.pop(descriptor).close()
        return True

    def _accept(self) -> None:
        try:
            talk = _Talk(self._listener.accept()[0])
        except BlockingIOError:
            return
        self._talks[talk.number] = talk
        self._poll.register(talk.number, select.EPOLLIN)

    def take(self) -> list[Request]:
        """Also forgets who is still connected: the program has ended."""
        for talk in self._talks.values():
            talk.close()
        self._talks.clear()
        self._accept_late()
        log, self.log = self.log, []
        return log

    def _accept_late(self) -> None:
        try:
            while True:
                self._listener.accept()[0].close()
        except BlockingIOError:
            return


class _Talk:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._buffer, self._hijacked = connection, b"", False
        self.number = connection.fileno()

    def close(self) -> None:
        self._connection.close()

    def read(self, daemon: LeanDaemon) -> bool:
        """False: it is over."""
        try:
            data = self._connection.recv(1 << 20)
        except OSError:
            return False
        if not data or self._hijacked:
            return bool(data)
        self._buffer += data
        while (request := self._next()) is not None:
            daemon.log.append(request)
            if not self._reply(request, daemon.answer(request)):
                return False
        return True

    def _next(self) -> Request | None:
        match = HEAD.match(self._buffer)
        if match is None:
            return None
        headers = dict(line.split(": ", 1) for line in match[3].decode("latin-1").split("\r\n") if ": " in line)
        rest = self._buffer[match.end():]
        found = _chunked(rest) if headers.get("Transfer-Encoding") == "chunked" else _sized(rest, int(headers.get("Content-Length", 0)))
        if found is None:
            return None
        body, self._buffer = found
        url = urlsplit(match[2].decode("latin-1"))
        return Request(match[1].decode(), VERSION_PREFIX.sub("", url.path), parse_qs(url.query, keep_blank_values=True), headers, body)

    def _reply(self, request: Request, answer: Answer) -> bool:
        body = b"" if answer.body is None else _encode(answer.body)
        head = [f"HTTP/1.1 {answer.status} x", *(f"{name}: {value}" for name, value in answer.headers.items())]
        if answer.status not in (101, 204):
            head += ["Content-Type: application/json"] if "Content-Type" not in answer.headers else []
            head.append(f"Content-Length: {len(body)}")
        try:
            self._connection.sendall("\r\n".join([*head, "", ""]).encode() + (b"" if request.method == "HEAD" else body))
            if answer.hijack:
                self._hijacked = True
                self._connection.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        return True


def _sized(rest: bytes, size: int) -> tuple[bytes, bytes] | None:
    return (rest[:size], rest[size:]) if len(rest) >= size else None


def _chunked(rest: bytes) -> tuple[bytes, bytes] | None:
    body = b""
    while b"\r\n" in rest:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if len(rest) < size + 2:
            return None
        body, rest = body + rest[:size], rest[size + 2:]
        if size == 0:
            return body, rest
    return None


class Station:
    """What a harness.Lane is, for one worker and several policies: `choose` says which one holds."""

    def __init__(self, world: World, cli: Cli, number: int, safe_docker: Path) -> None:
        stem = f"grammar-{cli.series}-{number}"
        self.world, self.cli, self.safe_docker = world, cli, safe_docker
        self.daemon = LeanDaemon(str(world.base / f"{stem}.sock"), cli.api, world.account.uid)
        self.decoy = LeanDaemon(str(world.base / f"{stem}.decoy"), cli.api, world.account.uid)
        self.evil = world.work / f"evil-{stem}"
        make_evil(self.evil)
        self.policies = {name: (world.base / f"{stem}.{name}.json", make(world, cli, self.daemon.host)) for name, make in POLICIES.items()}
        for path, policy in self.policies.values():
            path.write_text(json.dumps(policy), encoding="utf-8")
        self.choose("default")
        self._out = [os.memfd_create("out"), os.memfd_create("err")]
        self._poll = select.epoll()
        for daemon in (self.daemon, self.decoy):
            daemon.register(self._poll)
        own = {"DOCKER_HOST": self.daemon.host, "DOCKER_CONFIG": str(world.base / "config")}
        self._plain_env = {**surroundings_of(world), **own, **PLAIN_ONLY}
        self._files = set(os.listdir(world.work))

    def choose(self, policy: str) -> None:
        self.policy_name = policy
        self.policy_path, self.policy = self.policies[policy]

    def become_account(self) -> None:
        account = self.world.account
        os.setgroups(account.groups())
        os.setresgid(account.gid, account.gid, account.gid)
        os.setresuid(account.uid, account.uid, account.uid)
        os.chdir(self.world.work)

    def expand(self, word: str) -> str:
        return self.world.expand(word, self.daemon.path, self.decoy.path, str(self.evil)) if "{" in word else word

    def plain(self, words: Sequence[str]) -> Outcome:
        return self._run([self.cli.path, *words], self._plain_env)

    def wrapped(self, words: Sequence[str]) -> Outcome:
        return self._run([str(self.safe_docker), *words], {**surroundings_of(self.world), "SAFE_DOCKER_POLICY": str(self.policy_path)})

    def _run(self, argv: list[str], env: Mapping[str, str]) -> Outcome:
        for descriptor in self._out:
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), *((os.POSIX_SPAWN_DUP2, fd, n) for n, fd in enumerate(self._out, 1))]
        try:
            pid = os.posix_spawn(argv[0], argv, env, file_actions=actions, setsid=True)
        except OSError as problem:  # longer than the kernel takes
            return Outcome(126, "", str(problem), [])
        status, late = self._attend(pid)
        out, err = (os.pread(fd, os.fstat(fd).st_size, 0).decode(errors="replace") for fd in self._out)
        self._tidy()
        return Outcome(status, out, err + late, self.daemon.take(), self.decoy.take())

    def _attend(self, pid: int) -> tuple[int, str]:
        """Answers until it has ended."""
        handle, late, end = os.pidfd_open(pid), "", time.monotonic() + TIMEOUT
        self._poll.register(handle, select.EPOLLIN)
        try:
            while True:
                ready = [number for number, _ in self._poll.poll(max(0.1, end - time.monotonic()))]
                for number in ready:
                    if number != handle and not self.daemon.serve(number):
                        self.decoy.serve(number)
                if handle in ready:
                    break
                if time.monotonic() > end:
                    os.killpg(pid, signal.SIGKILL)
                    late = "\n(killed by the test: it did not end)"
        finally:
            self._poll.unregister(handle)
            os.close(handle)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), late

    def _tidy(self) -> None:
        """A cidfile must be new each time, wherever it was made."""
        for folder in (self.world.work, self.world.work / "app", self.world.work.parent):
            for name in os.listdir(folder):
                path = folder / name
                if folder == self.world.work and name in self._files or not path.is_file() or path.is_symlink():
                    continue
                if path.read_bytes().startswith(CONTAINER_ID.encode()[:12]):
                    path.unlink()
