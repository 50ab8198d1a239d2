# SPDX-License-Identifier: Apache-2.0
"""Where the cases run: an unprivileged account, its files, and a folder of root's for policies and sockets."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PLACEHOLDER = re.compile(r"\{(W|HOME|BASE|SOCK|DECOY|EVIL|UID|GID|USER|NL|TAB|x[0-9A-F]{2})\}")

FOLDERS = [
    "app/src", "html", "data", "cache", "conf", "plain,comma", "a b", 'q"uote', "p,src=", "ünïcode/深",
    "deep/er/still", ".hidden", "-dash", "app2",
]
FILES = {
    "env.list": "# settings\nMODE=production\nEMPTY=\nQUOTED=\"a b\"\n\n  INDENTED=1\nURL=http://x/?a=b&c=d\nHOME\nNOT_SET\n",
    "more.env": "MODE=staging\nEXTRA=ünï cöde\n",
    "labels.txt": "com.example.team=core\ncom.example.empty\n",
    "app/package.json": "{}\n",
    "html/index.html": "<p>hello\n",
    "conf/nginx.conf": "events {}\n",
    "data/input.csv": "a,b\n",
    "bad.env": "GOOD=1\nno good=2\n",
    "owner.labels": "io.safe-docker.owner=0\n",
    "open.json": '{"defaultAction": "SCMP_ACT_ALLOW"}\n',
}
LINKS = {
    "link": "app", "rootlink": "/", "etclink": "/etc", "socklink": "/var/run/docker.sock", "uplink": "../../..",
    "shadow.env": "/etc/shadow", "dangling.cid": "/etc/nologin", "proclink": "/proc/self/root", "chain": "rootlink",
    "loop": "loop", "deviceslink": "/dev", "runlink": "/run", "homes": "/home",
}


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    home: Path

    @classmethod
    def of(cls, name: str) -> Account:
        entry = pwd.getpwnam(name)
        return cls(name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir))

    def groups(self) -> list[int]:
        return os.getgrouplist(self.name, self.gid)


@dataclass(frozen=True)
class World:
    account: Account
    other: Account  # who has things of their own, which are none of the account's business
    base: Path  # root's own: programs, policies, sockets; everybody may look
    work: Path  # the account's own, below its home; where the commands are typed

    def expand(self, text: str, sock: str, decoy: str, evil: str) -> str:
        """Placeholders of a corpus; {xHH} is a byte, in the spelling of os.fsencode."""
        values = {
            "W": str(self.work), "HOME": str(self.account.home), "BASE": str(self.base), "SOCK": sock, "DECOY": decoy, "EVIL": evil,
            "UID": str(self.account.uid), "GID": str(self.account.gid), "USER": self.account.name, "NL": "\n", "TAB": "\t",
        }

        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            return values[name] if name in values else "\0" + name[1:] + "\0"

        marked = os.fsencode(PLACEHOLDER.sub(value, text))
        raw = re.sub(rb"\0(..)\0", lambda m: bytes.fromhex(m.group(1).decode()), marked)
        return os.fsdecode(raw)


def furnish(work: Path, account: Account) -> None:
    """Makes the files of the tests in a new folder of the account's."""
    work.chmod(0o755)
    for name in FOLDERS:
        (work / name).mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (work / name).write_text(text, encoding="utf-8")
    for name, target in LINKS.items():
        (work / name).symlink_to(target)
    _own(work, account)


def make_evil(folder: Path) -> None:
    """A docker config that would run programs and add to requests, if anybody read it. The programs leave a marker."""
    (folder / "cli-plugins").mkdir(parents=True)
    folder.chmod(0o777)
    script = f"#!/bin/sh\necho ran >>'{folder}/marker'\n"
    for name in ("cli-plugins/docker-evil", "docker-credential-evil", "docker", "ssh"):
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o755)
    config = """{"HttpHeaders": {"X-Evil": "1"}, "credsStore": "evil", "currentContext": "evil",
      "proxies": {"default": {"httpProxy": "http://evil:1"}}, "plugins": {"evil": {"hooks": "run"}},
      "features": {"hooks": "true"}, "cliPluginsExtraDirs": ["%s"]}""" % (folder / "cli-plugins")
    (folder / "config.json").write_text(config, encoding="utf-8")


def _own(folder: Path, account: Account) -> None:
    for parent, folders, files in os.walk(folder):
        for name in [*folders, *files, "."]:
            os.lchown(os.path.join(parent, name), account.uid, account.gid)


def _add_account() -> str:
    for number in range(1, 20):
        name = "sdtest" if number == 1 else f"sdtest{number}"
        command = ["useradd", "--system", "--user-group", "--create-home", "--home-dir", f"/home/{name}",
                   "--shell", "/bin/sh", name]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return name
    raise RuntimeError("useradd could not add an account for the test")


@contextmanager
def open_world(existing: str | None) -> Iterator[World]:
    """Makes the account (or takes `existing`) and its files, and takes them away again."""
    if os.geteuid() != 0:
        raise SystemExit("run.py: needs root, to act as another account (sudo tests/differential/run.py)")
    name, other = existing or _add_account(), _add_account()
    account = Account.of(name)
    base = Path(tempfile.mkdtemp(prefix="safe-docker-differential.", dir="/var/lib"))
    base.chmod(0o755)
    account.home.chmod(0o755)
    work = Path(tempfile.mkdtemp(prefix="work.", dir=account.home))
    (base / "shared").mkdir()
    (base / "config").mkdir()
    try:
        furnish(work, account)
        yield World(account, Account.of(other), base, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(base, ignore_errors=True)
        for added in [other] if existing else [other, name]:
            subprocess.run(["userdel", "--remove", added], capture_output=True, check=False)
