# SPDX-License-Identifier: Apache-2.0
"""Whose log-ins registries see, and who writes them where: the header X-Registry-Auth of what the real CLIs ask of a
daemon that plays a registry's part as well."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fake_daemon import Answer, FakeDaemon, Request
from harness import TIMEOUT, Lane, Outcome, base_policy, surroundings_of
from world import make_evil

SERVER = "registry.example:5000"
IMAGE = f"{SERVER}/team/app:1"
INDEX = "https://index.docker.io/v1/"
SECRET = "s3cret-pässword"
WRONG = "wrong-password"
SPEAKERS = [
    (("create", IMAGE, "true"), "POST /images/create"),
    (("pull", IMAGE), "POST /images/create"),
    (("push", IMAGE), f"POST /images/{SERVER}/team/app/push"),
]
# Puts the folder that an installation has there, for one process: over the nearest folder that there is.
FURNISH = 'mount -t tmpfs -o mode=755 tmpfs "$1" && mkdir -p "$2" && ln -s /proc/self/fd/6 "$2/config.json" && shift 2 && exec "$@"'


class Registry(FakeDaemon):
    """Has no image until it is pulled; says yes to any password but one; looks where the password can be seen."""

    def __init__(self, path: str, api_version: str, owner: int) -> None:
        self.pulled = False
        self.secret = f"{SECRET}-{Path(path).stem}"  # other lanes have theirs
        self.seen_in: list[str] = []
        super().__init__(path, api_version, owner)

    def answer(self, request: Request) -> Answer:
        if request.line() == "POST /auth":
            self.seen_in += in_processes(self.secret)
            if request.json()["password"] == WRONG:
                return Answer(401, {"message": "Get \"https://x/v2/\": unauthorized"})
            return Answer(200, {"Status": "Login Succeeded", "IdentityToken": ""})
        if request.line() == "POST /images/create":
            self.pulled = True
        if request.line() == "POST /containers/create" and not self.pulled:
            return Answer(404, {"message": f"No such image: {IMAGE}"})
        if request.method == "POST" and (request.path == "/build" or request.path.endswith("/push")):
            return Answer(200, {"status": "done"})
        return super().answer(request)


def in_processes(secret: str) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                if secret.encode() in (folder / name).read_bytes():
                    found.append(f"{name} of {(folder / 'comm').read_text().strip()}")
            except OSError:
                continue
    return found


def entry(user: str, password: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def sent(requests: list[Request], line: str = "POST /images/create") -> list[tuple[str, str]]:
    """User and password of each such request."""
    found = []
    for request in requests:
        if request.line() != line:
            continue
        header = {name.lower(): value for name, value in request.headers.items()}.get("x-registry-auth", "")
        auth = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)) or b"{}")
        found.append((auth.get("username", ""), auth.get("password", "")))
    return found


class Bench:
    """A registry, a policy and a configuration folder of the caller, for one check."""

    def __init__(self, lane: Lane, whose: str) -> None:
        stem = lane.policy_path.stem
        self.lane, world = lane, lane.world
        self.registry = Registry(str(world.base / f"{stem}.registry"), lane.cli.api, world.account.uid)
        self.folder = world.work / f"config-{stem}"
        self.admin = world.base / f"admin-{stem}"
        self.audit = world.base / f"audit-{stem}"
        self.evil = world.work / f"helper-{stem}"
        make_evil(self.evil)
        self.admin.mkdir()
        (self.admin / "config.json").write_text(json.dumps({"auths": {SERVER: entry("admin", "admins")}}))
        self.folder.mkdir(mode=0o700)
        os.chown(self.folder, world.account.uid, world.account.gid)
        self.audit.write_text("")
        os.chown(self.audit, world.account.uid, world.account.gid)
        self.policy = world.base / f"{stem}.credentials.json"
        base = base_policy(world, lane.cli.path, self.registry.host)
        base["docker"]["config_dir"] = str(self.admin)
        base["audit"]["file"] = str(self.audit)
        self.policy.write_text(json.dumps(base | {
            "commands": {"allow": ["build", "create", "login", "logout", "pull", "push"]},
            "images": {"credentials": whose, "own": ["**"]}}))

    @property
    def file(self) -> Path:
        return self.folder / "config.json"

    def write(self, config: Any) -> None:
        self.file.write_text(config if isinstance(config, str) else json.dumps(config))
        os.chown(self.file, self.lane.world.account.uid, self.lane.world.account.gid)

    def auths(self) -> Any:
        return json.loads(self.file.read_text())["auths"]

    def run(self, *words: str, given: str = "", typed: tuple[str, ...] = (), installed: bool = True) -> Outcome:
        """`given` is the standard input; or a terminal where each of `typed` answers a prompt."""
        account = self.lane.world.account
        env = surroundings_of(self.lane.world) | {
            "DOCKER_CONFIG": str(self.folder), "SAFE_DOCKER_POLICY": str(self.policy),
            "PATH": f"{self.evil}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
        groups = ",".join(str(group) for group in account.groups())
        argv = ["setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", f"--groups={groups}", str(self.lane.safe_docker), *words]
        if installed:
            argv = [*furnished(self.lane), *argv]
        self.registry.take()
        status, out, err = converse(argv, env, self.lane.world.work, typed) if typed else feed(argv, env, self.lane.world.work, given)
        return Outcome(status, out, err, self.registry.take())

    def close(self) -> None:
        self.registry.stop()


@contextmanager
def bench(lane: Lane, whose: str = "caller") -> Iterator[Bench]:
    made = Bench(lane, whose)
    try:
        yield made
    finally:
        made.close()
        for folder in (made.folder, made.admin, made.evil):
            subprocess.run(["rm", "-rf", str(folder)], check=True)


def furnished(lane: Lane) -> list[str]:
    """Words before a command that make it see the installed folder, where there is none; safe-docker names it."""
    text = lane.safe_docker.read_bytes()
    found = re.search(rb"(/[^\0\s]*/safe-docker)/login\0", text)
    if found is None:
        raise AssertionError("safe-docker names no folder for log-ins")
    folder = Path(found.group(1).decode()) / "login"
    if folder.is_dir():
        return []
    there = next(parent for parent in folder.parents if parent.is_dir())
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", FURNISH, "sh", str(there), str(folder)]


def feed(argv: list[str], env: dict[str, str], folder: Path, given: str) -> tuple[int, str, str]:
    done = subprocess.run(argv, env=env, cwd=folder, input=given.encode(), capture_output=True, timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def converse(argv: list[str], env: dict[str, str], folder: Path, typed: tuple[str, ...]) -> tuple[int, str, str]:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(argv[0], argv, env)
    shown = b""
    answers = list(typed)
    end = time.monotonic() + TIMEOUT
    os.set_blocking(terminal, False)
    status = 0
    while time.monotonic() < end:
        try:
            shown += os.read(terminal, 4096)
        except BlockingIOError:
            time.sleep(0.02)
        except OSError:
            break
        if answers and re.search(rb"(Username|Password): $", shown):
            time.sleep(0.1)
            os.write(terminal, answers.pop(0).encode() + b"\n")
            shown += b"\n"
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    return status, shown.decode(errors="replace"), ""


# -- what is checked ---------------------------------------------------------------------------------

def expect(what: str, got: Any, wanted: Any, outcome: Outcome) -> list[str]:
    return [] if got == wanted else [f"{what} is {got!r}, not {wanted!r}; {outcome.why()}"]


def builders(lane: Lane) -> list[str]:
    """A build sends all log-ins there are in X-Registry-Config."""
    with bench(lane) as b:
        b.write({"auths": {SERVER: entry("me", "mine"), "b.example": entry("b", "bs")}, "credsStore": "evil"})
        folder = b.folder / "app"
        folder.mkdir(mode=0o755)
        (folder / "Dockerfile").write_text("FROM scratch\n")
        for path in (folder, folder / "Dockerfile"):
            os.chown(path, lane.world.account.uid, lane.world.account.gid)
        outcome = b.run("build", "-t", IMAGE, str(folder))
        headers = [r.headers.get("X-Registry-Config", "") for r in outcome.requests if r.line() == "POST /build"]
        seen = [{server: (auth.get("username"), auth.get("password")) for server, auth in json.loads(base64.urlsafe_b64decode(h)).items()}
                for h in headers]
        failures = expect("what was sent", seen, [{SERVER: ("me", "mine"), "b.example": ("b", "bs")}], outcome)
        return failures + expect("the note", "names credential helpers" in outcome.stderr, True, outcome)


def policys_own(lane: Lane) -> list[str]:
    with bench(lane, "policy") as b:
        b.write({"auths": {SERVER: entry("me", "mine")}})
        outcome = b.run("create", IMAGE, "true")
        failures = expect("what was sent", sent(outcome.requests), [("admin", "admins")], outcome)
        for words in (("login", "-u", "u", "--password-stdin", SERVER), ("logout", SERVER)):
            outcome = b.run(*words, given=SECRET)
            failures += expect(f"{words[0]}: rules", outcome.rules(), ["login-credentials"], outcome)
            failures += expect(f"{words[0]}: requests", outcome.requests, [], outcome)
        return failures


def callers_own(lane: Lane) -> list[str]:
    """Log-ins and nothing else of the file; nothing of the administrator's."""
    with bench(lane) as b:
        config = json.loads((b.evil / "config.json").read_text())
        failures = []
        for words, line in SPEAKERS:
            b.registry.pulled = False
            b.write(config | {"auths": {SERVER: entry("me", "mine")}, "credHelpers": {SERVER: "evil"}})
            outcome = b.run(*words)
            failures += expect(f"{words[0]}: what was sent", sent(outcome.requests, line), [("me", "mine")], outcome)
            b.registry.pulled = False
            b.write({"auths": {"other.example": entry("me", "mine")}})
            outcome = b.run(*words)
            failures += expect(f"{words[0]}: what was sent", sent(outcome.requests, line), [("", "")], outcome)
            if any("x-evil" in (name.lower() for name in request.headers) for request in outcome.requests):
                failures.append("a header of the caller's configuration was sent")
        if (b.evil / "marker").exists():
            failures.append("a program of the caller's was run")
        return failures


def unreadable(lane: Lane) -> list[str]:
    """A link leads no further than the caller's own rights; what is no log-in is refused; so is a missing folder."""
    with bench(lane) as b:
        secret = b.admin / "config.json"
        secret.chmod(0o600)
        failures = []
        for config in (None, {"auths": {SERVER: {"auth": "%%%"}}}, '{"auths": {}, "x": 1.5}', {"auths": {SERVER: 1}}):
            if config is None:
                b.file.symlink_to(secret)
            else:
                b.file.unlink()
                b.write(config)
            outcome = b.run("create", IMAGE, "true")
            failures += expect(f"{config}: rules", outcome.rules(), ["credentials"], outcome)
            failures += expect(f"{config}: requests", outcome.requests, [], outcome)
            outcome = b.run("login", "-u", "u", "--password-stdin", SERVER, given=SECRET)
            failures += expect(f"{config}: login asked", outcome.requests, [], outcome)
            failures += expect(f"{config}: login ended", outcome.status != 0, True, outcome)
        b.file.unlink()
        if furnished(lane):
            outcome = b.run("create", IMAGE, "true", installed=False)
            failures += expect("not installed: rules", outcome.rules(), ["credentials"], outcome)
        return failures


def log_in(lane: Lane) -> list[str]:
    ways: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = [
        (("-u", "u", "--password-stdin", SERVER), "{secret}\n", ()),
        (("--username=u", "-p", "{secret}", f"https://{SERVER}/v1/"), "", ()),
        ((SERVER,), "", ("u", "{secret}")),
        (("-u", "u", SERVER), "", ("{secret}",)),
    ]
    failures = []
    for number, way in enumerate(ways):
        with bench(lane) as b:
            secret = b.registry.secret
            words, typed = (tuple(word.format(secret=secret) for word in part) for part in (way[0], way[2]))
            given = way[1].format(secret=secret)
            before = {"psFormat": "x", "auths": {"other.example": entry("o", "p")}, "credsStore": "evil"}
            b.write(before)
            outcome = b.run("login", *words, given=given, typed=typed)
            failures += expect(f"login {number}", (outcome.status, "Login Succeeded" in outcome.stdout), (0, True), outcome)
            asked = [r.json() for r in outcome.requests if r.line() == "POST /auth"]
            failures += expect("what was asked", asked, [{"username": "u", "password": secret, "serveraddress": SERVER}], outcome)
            after = before | {"auths": {"other.example": entry("o", "p"), SERVER: entry("u", secret)}}
            failures += expect("the file", json.loads(b.file.read_text()), after, outcome)
            info = b.file.stat()
            failures += expect("its mode and owner", (stat.S_IMODE(info.st_mode), info.st_uid), (0o600, lane.world.account.uid), outcome)
            failures += expect("what is in the folder", os.listdir(b.folder), ["config.json"], outcome)
            failures += hidden(b, outcome, "-p" in words)
            outcome = b.run("create", IMAGE, "true")
            failures += expect("what was sent", sent(outcome.requests), [("u", secret)], outcome)
    return failures


def hidden(b: Bench, outcome: Outcome, on_command_line: bool) -> list[str]:
    """The password is in no process but the one that was given it so, in no record, and not on the terminal."""
    failures = [] if on_command_line or not b.registry.seen_in else [f"the password is in {b.registry.seen_in}"]
    if [where for where in b.registry.seen_in if where == "cmdline of docker"]:
        failures.append("the password is on the real CLI's command line")
    if b.registry.secret in b.audit.read_text():
        failures.append(f"the password is in the record: {b.audit.read_text()}")
    if b.registry.secret in outcome.stdout + outcome.stderr:
        failures.append(f"the password was shown; {outcome.why()}")
    if (b.evil / "marker").exists():
        failures.append("a program of the caller's was run")
    return failures


def wrong_password(lane: Lane) -> list[str]:
    with bench(lane) as b:
        outcome = b.run("login", "-u", "u", "--password-stdin", SERVER, given=WRONG)
        failures = expect("the status", (outcome.status, "unauthorized" in outcome.stderr), (1, True), outcome)
        failures += expect("the file", b.file.exists(), False, outcome)
        outcome = b.run("login", "-u", "u", "--password-stdin", given=SECRET)
        failures += expect("Docker Hub", b.auths(), {INDEX: entry("u", SECRET)}, outcome)
        outcome = b.run("login", SERVER)
        return failures + expect("without a terminal", (outcome.status, outcome.requests), (1, []), outcome)


def log_out(lane: Lane) -> list[str]:
    with bench(lane) as b:
        text = '{"auths": {"%s": {"auth": "dTpw"},\n "b": {"auth": "dTpw"}}, "x": [1 , 2]}\n' % SERVER
        b.write(text)
        outcome = b.run("logout", SERVER)
        failures = expect("the words", outcome.stdout, f"Removing login credentials for {SERVER}\n", outcome)
        failures += expect("the file", b.file.read_text(), '{"auths": {"b": {"auth": "dTpw"}}, "x": [1 , 2]}\n', outcome)
        outcome = b.run("logout", "nowhere.example")
        return failures + expect("an unknown one", (outcome.status, outcome.requests), (0, []), outcome)


CHECKS: list[Callable[[Lane], list[str]]] = [policys_own, callers_own, builders, unreadable, log_in, wrong_password, log_out]


def check_credentials(lane: Lane, check: Callable[[Lane], list[str]]) -> list[str]:
    return [] if lane.safe_docker is None else check(lane)
