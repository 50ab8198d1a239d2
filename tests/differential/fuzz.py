# SPDX-License-Identifier: Apache-2.0
"""Random command lines from a seed: what safe-docker lets through keeps every invariant, and what it refuses reaches nobody."""

from __future__ import annotations

import random
import shlex

from checks import broken_invariants, check_refused, compare_outcomes
from harness import Lane, Outcome
from options_table import Option, table

COMMANDS = [["run"], ["create"], ["container", "run"], ["container", "create"], ["-D", "run"], ["run", "--rm"]]
BOOLEANS = ["", "=true", "=false", "=1", "=0", "=T", "=f", "=TRUE", "=False", "=yes", "="]
IMAGES = ["bb:1", "alpine", "docker.io/library/alpine:3.19", "--", "-", "Bad", "bb:1 "]
TAILS = [[], ["true"], ["--privileged"], ["-v", "/:/h"], ["--", "x"], ["sh", "-c", "id; exit 1"], [""]]
ODD = ["", "=", " ", "0", "-1", "1", "true", "none", "host", "{W}", "/", "x,y", "a=b", "{xFF}", "{NL}", "a:b:c", "--privileged"]
PREFIXES, SUFFIXES = ["", "", "", "", " ", "=", "+", "{NL}", '"'], ["", "", "", "", " ", "{NL}", ",", ":", "{x1B}", '"']

VALUES: dict[str, list[str]] = {
    "volume": ["{W}:/w", "{W}/app:/a:ro", "vol:/v", "/anon", "/:/h", "{W}/link:/l", "{W}/rootlink:/r", "./app:/a", "app:/x",
               "{W}/a b:/s", "{W}/p,src=:/p", "/var/run/docker.sock:/s", "{W}/../..:/h", "{W}/app:/w:rshared", "{W}:/proc"],
    "mount": ["type=bind,source={W}/app,target=/a", "type=bind,src=/,dst=/h", "type=tmpfs,dst=/t", "source=vol,target=/v",
              "type=tmpfs,dst=/t,tmpfs-size=1m", 'type=bind,"source={W}/plain,comma",target=/c', "TYPE=bind,SRC={W},DST=/x",
              "type=bind,source={W}/app,source=/,target=/x", "type=volume,src=vol,dst=/v,volume-opt=device=/",
              "type=bind,source={W}/data,target=/d,readonly,bind-propagation=rshared", '{NL}type=bind,source=/etc,target=/e'],
    "tmpfs": ["/t", "/t:size=1m", "/t:size=64m,mode=1777,noexec", "/t:size=0", "/t:size=2g", "/t:suid", "/run:rw,nosuid"],
    "network": ["none", "bridge", "default", "host", "container:x", "name=host", "name=bridge", "HOST", "mine"],
    "publish": ["8080:80", "127.0.0.1:8080:80", "80:80", "8080", "0.0.0.0:8080:80", "8000-8003:8000-8003", "[::1]:8080:80",
                "published=8080,target=80", "host_ip=127.0.0.1,published=8080,target=80", "127.0.0.1::80/udp"],
    "memory": ["64m", "2g", "3g", "0", "1e9", "1.5g", "268435456", "-1", "18446744073709551615", "6m", "0x10000000"],
    "memory-swap": ["-1", "0", "64m", "2g", "512m"], "cpus": ["1", "0.5", ".5", "2", "3", "0.000001", "1e-9", "1/2", "0x1"],
    "pids-limit": ["100", "0", "-1", "010", "1_000", "1024", "1025", "0x10"], "cpu-quota": ["50000", "-1", "0", "1000000"],
    "cpu-period": ["100000", "1000", "0", "999"], "shm-size": ["64m", "1g", "0", "256m"],
    "ulimit": ["nofile=1024", "nofile=1024:65536", "nofile=-1", "core=0", "nproc=5", "nofile=99999999", "core=0:0"],
    "user": ["{UID}", "{UID}:{GID}", "root", "0", "0:0", "", "{UID}:0", "nobody", "+{UID}", "00"],
    "security-opt": ["no-new-privileges", "no-new-privileges=false", "seccomp=unconfined", "apparmor=unconfined",
                     "label=disable", "systempaths=unconfined", "no-new-privileges:true", "seccomp:unconfined"],
    "env": ["A=1", "B=", "HOME", "NOT_SET", "A=x=y", "L=a{NL}b", "=x", "Ü=ü"], "env-file": ["env.list", "bad.env", "/etc/shadow", "more.env"],
    "label": ["a=b", "io.safe-docker.owner=0", "x", "y=", "IO.safe-docker.owner=0"], "label-file": ["labels.txt", "owner.labels"],
    "restart": ["no", "always", "on-failure", "on-failure:3", "on-failure:0", "on-failure:99", ""],
    "log-driver": ["json-file", "none", "syslog", "local", ""], "log-opt": ["max-size=10m", "syslog-address=udp://x:1", "a=b"],
    "cap-add": ["NET_BIND_SERVICE", "net_bind_service", "CAP_NET_BIND_SERVICE", "SYS_ADMIN", "ALL"], "cap-drop": ["ALL", "all", "NET_RAW"],
    "pid": ["host", "", "private"], "ipc": ["private", "none", "host", "shareable"], "uts": ["host", ""], "userns": ["host", ""],
    "cgroupns": ["private", "host", ""], "device": ["/dev/null", "/dev/fuse", "vendor.com/x=y"], "group-add": ["{GID}", "0", "docker"],
    "sysctl": ["net.ipv4.ip_unprivileged_port_start=0", "net.ipv4.ip_forward=1"], "workdir": ["/w", "rel", "/proc/self/fd/7"],
    "name": ["n1", "/n2", "a b"], "entrypoint": ["sh", ""], "hostname": ["h1", "h{NL}"], "platform": ["linux/amd64", "x"],
    "pull": ["never", "missing", "always", "x"], "stop-signal": ["SIGTERM", "9"], "health-interval": ["1s", "0", "1ns"],
    "cidfile": ["/etc/x", "{W}/missing/x"], "health-cmd": ["true", "curl -f http://localhost/ || exit 1"],
}
for _alias, _name in (("net", "network"), ("memory-reservation", "memory"), ("dns-opt", "log-opt")):
    VALUES[_alias] = VALUES[_name]
# Needs a terminal, or makes the plain CLI wait.
LEFT_OUT = {"tty", "help", "detach-keys"}


def command_line(source: random.Random, version: tuple[int, ...]) -> list[str]:
    rows = [row for name, row in sorted(table().items()) if name not in LEFT_OUT and row.since <= version]
    likely = [row for row in rows if row.name in VALUES or row.boolean]
    words = list(source.choice(COMMANDS))
    for _ in range(source.choice([0, 1, 1, 2, 2, 3, 4, 6])):
        words += _option(source, source.choice(likely if source.random() < 0.9 else rows))
    if source.random() < 0.1:
        words.append("--")
    image = "bb:1" if source.random() < 0.85 else source.choice(IMAGES)
    return [*words, image, *source.choice(TAILS)]


def _option(source: random.Random, row: Option) -> list[str]:
    name = f"--{row.name}"
    if source.random() < 0.03:
        name = source.choice([name.upper(), name[:-1], name[1:], name + "x", "-" + name, "-test.x"])
    if row.boolean:
        return _boolean(source, row, name)
    value = _value(source, row)
    if row.shorthand and source.random() < 0.5:
        cluster = "-" + source.choice(["", "", "", "i", "d", "id"]) + row.shorthand
        return source.choice([[cluster, value], [cluster + value], [f"{cluster}={value}"]])
    return source.choice([[name, value], [f"{name}={value}"]])


def _boolean(source: random.Random, row: Option, name: str) -> list[str]:
    form = source.choice(BOOLEANS)
    if row.shorthand and source.random() < 0.5:
        return [f"-{row.shorthand}{form}"]
    return [name + form]


def _value(source: random.Random, row: Option) -> str:
    values = VALUES.get(row.name)
    value = source.choice(values) if values and source.random() < 0.92 else source.choice(ODD)
    if source.random() < 0.08:
        return source.choice(PREFIXES) + value + source.choice(SUFFIXES)
    return value


def check_random(lane: Lane, seed: str) -> list[str]:
    template = command_line(random.Random(seed), tuple(int(part) for part in lane.cli.version.split(".")))
    words = [lane.expand(word) for word in template]
    plain = lane.plain(words)
    if lane.safe_docker is None:
        return []
    outcome = lane.wrapped(words)
    failures = _judge(lane, plain, outcome)
    return [f"{shlex.join(template)}: {line}" for line in failures]


def _judge(lane: Lane, plain: Outcome, outcome: Outcome) -> list[str]:
    if outcome.stderr.startswith("safe-docker: "):
        return check_refused(outcome)
    if not outcome.created():  # the real CLI was run and has refused it
        return [f"the plain CLI creates what it does not create behind safe-docker: {outcome.why()}"] if plain.created() else []
    if not plain.created():
        return [*broken_invariants(lane, outcome), "safe-docker creates what the plain CLI does not"]
    return compare_outcomes(lane, plain, outcome)
