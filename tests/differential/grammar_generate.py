# SPDX-License-Identifier: Apache-2.0
"""Random command lines of `docker run` and `docker create`, mostly nearly valid.

A line is a few options with good values, and often one thing about it that is nasty: a value at the edge of its type, a spoilt
one, a form of writing, a word in the wrong place. The words have the placeholders of world.World.expand."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, partial

import grammar_values as v
from options_table import Option, table

COMMANDS = [["create"]] * 24 + [["container", "create"]] * 3 + [["run", "-d"]] * 4 + [["run"]] * 2 + [["container", "run", "-d"]]
ODD_COMMANDS = [["run", "create"], ["container"], ["container", "--", "create"], ["container", "-x", "create"], ["Create"], ["creat"], ["container",
    "container", "create"],
                ["-v", "create"], ["--help", "create"], ["help", "create"], ["--", "create"], ["-", "create"], ["--x", "create"], ["-c", "default",
                    "create"],
                ["container", "-D", "create"], [""], ["image", "create"], ["exec"], ["container", "--help"], ["create", "create"], ["--version"],
                    ["-D", "-D", "create"]]
GLOBALS = [["-D"], ["--debug"], ["-l", "debug"], ["-lerror"], ["--log-level=warn"], ["-D=true"], ["--debug=false"], ["-l=info"], ["--log-level",
    "fatal"]]
ODD_GLOBALS = [["--config", "{EVIL}"], ["--config={EVIL}"], ["--context", "default"], ["--context=evil"], ["-c", "evil"], ["-H", "unix://{DECOY}"],
    ["-Hunix://{DECOY}"],
               ["--host=unix://{DECOY}"], ["--tls"], ["--tlsverify"], ["--tlscacert=x"], ["--tlskey", "x"], ["-l", "x"], ["-l", "DEBUG"], ["-Dl",
                   "debug"],
               ["-lD"], ["-D=x"], ["--debug="], ["-D1"], ["-test.v"], ["--test.v"], ["-DH", "unix://{DECOY}"], ["-l="], ["--log-level="], ["-l",
                   "trace"],
               ["--log-level=panic"], ["-l", "warning"], ["-h"], ["-v"], ["--host", ""], ["-H="], ["--debu"], ["--DEBUG"], ["--context="], ["-D", ""]]
IMAGES = ["bb:1"] * 40 + ["alpine", "docker.io/library/alpine:3.19", "nginx@sha256:" + "ab" * 32, "localhost:5000/x/y:t", "a/b/c", "bb"]
ODD_IMAGES = ["", "-", "Bad", "bb:1 ", " bb:1", "bb:", ":1", "bb@", "bb@sha256:x", "a//b", "a/", "/a", "bb:1:2", "ü", "a__b", "a___b", "a..b", "a--b",
    "-a", "a_", "A/b", "A.b/c",
              "localhost/x", "index.docker.io/a", "docker.io/a", "[::1]:5000/a", "a:b/c", "ab" * 32, "sha256:" + "ab" * 32, "sha256:abc",
                  "bb:" + "t" * 128, "bb:" + "t" * 129,
              "n" * 255, "a" * 256, "scratch", "{x80}", "bb{NL}", "bb:1@sha512:" + "ab" * 64, "docker.io:443/a", "example.com/a:0", "bb:.t", "bb:-t",
                  "bb:_t", "http://x/y", "a%b", "library/bb"]
TAILS = [[], [], ["true"], ["sh", "-c", "id; exit 1"], ["--privileged"], ["-v", "/:/h"], ["--", "x"], [""], ["--rm", "--", "-p"], ["é深"], ["-"],
    ["a{NL}b"], ["run", "--privileged", "bb:1"]]
ODD_TAILS = [["{xFF}"], ["{x01}{x1B}[2J"], ["w" * 100000], ["{xED}{xA0}{x80}"], ["a"] * 300, ["--help"], ["--", "--"]]
# The plain CLI would wait for a terminal, or for the keys that end the attachment.
LEFT_OUT = {"tty"}
# Seldom: several runs of the CLI, or files.
SELDOM = {"help", "cidfile", "sig-proxy", "detach-keys", "attach", "pull", "volumes-from", "link"}
# How often those are taken that have a grammar of their own, or that a container hangs on.
OFTEN = {"volume": 7, "mount": 7, "publish": 4, "network": 4, "tmpfs": 4, "env": 3, "user": 3, "security-opt": 3, "memory": 3, "memory-swap": 3,
    "cpus": 2, "label": 2,
         "cap-add": 2, "env-file": 2, "ulimit": 2, "restart": 2, "device": 2, "gpus": 2}

Value = Callable[[random.Random, bool], str]


def _choice(good: list[str], nasty: list[str]) -> Value:
    return lambda source, spoil: source.choice(nasty if spoil else good)


def _file(good: list[str]) -> Value:
    return _choice(good, ["missing", "/etc/shadow", "bad.env", "app", "", "-", "/dev/null", "/dev/stdin", "/proc/self/environ", "{W}/shadow.env",
        "{W}/loop", "rootlink/etc/passwd"])


VALUES: dict[str, Value] = {
    "volume": v.volume,
    "mount": v.mount,
    "network": v.network,
    "net": v.network,
    "publish": v.port,
    "tmpfs": v.tmpfs,
    "gpus": v.gpus,
    "ulimit": v.ulimit,
    "env": v.env,
    "label": v.label,
    "security-opt": v.security,
    "device": v.device,
    "env-file": _file(["env.list", "more.env", "{W}/env.list", "./env.list"]),
    "label-file": _file(["labels.txt", "{W}/labels.txt"]),
    "annotation": _choice(["a=b", "team=core"], ["a", "=", "org.systemd.property.X=1", "io.safe-docker.owner=0", "run.oci.x=y", "a=b=c"]),
    "add-host": _choice(["db:10.0.0.2", "h:host-gateway", "x:::1", "a:1.2.3.4"], [f"h{sign}{ip}" for sign in ":=" for ip in v.ADDRESSES] + ["h",
        ":1.2.3.4", "a b:1.2.3.4", "h:[::1]", "a:b:1.2.3.4", "a=b:1.2.3.4", "H_X:1.2.3.4"]),
    "attach": _choice(["stdin", "stdout", "stderr", "STDOUT"], ["", "x", "STDIN ", "std", "0"]),
    "cap-add": _choice(["NET_BIND_SERVICE", "net_bind_service", "CAP_NET_BIND_SERVICE"], ["SYS_ADMIN", "ALL", "all", "CAP_ALL", "", "NET_RAW",
        " NET_RAW", "NET_BIND_SERVICE,SYS_ADMIN", "CAP_CAP_NET_RAW", "Net_Bind_Service", "x", "cap_chown", "{NL}ALL"]),
    "cap-drop": _choice(["ALL", "all", "NET_RAW", "CAP_CHOWN"], ["", "x", "CAP_ALL", "ALL ", "net_raw", "NONE", "CAP_"]),
    "cgroup-parent": _choice(["safedocker-u{UID}.slice", ""], ["/", "x", "../x", "a.slice", "system.slice"]),
    "cgroupns": _choice(["private", ""], ["host", "PRIVATE", "x", "private "]),
    "ipc": _choice(["private", "none", ""], ["host", "shareable", "container:x", "container:", "x", "Private", ":"]),
    "pid": _choice([""], ["host", "private", "container:x", "x", "Host", " "]),
    "uts": _choice([""], ["host", "private", "x", "HOST"]),
    "userns": _choice([""], ["host", "x", "private", " host"]),
    "cidfile": _choice(["{W}/a.cid", "b.cid"], ["/etc/x", "{W}/missing/x", "", "{W}/app", "dangling.cid", "{W}/app/package.json", "/dev/null",
        "{W}/é.cid", "-.cid", "../x.cid"]),
    "cpuset-cpus": _choice(["0", "0-1", "0,1"], ["", "0-", "1-0", "x", "0,,1", "-1", "999999", "0-99999999", " 0", "0x1", "00"]),
    "cpuset-mems": _choice(["0"], ["", "0-1", "x", "1-0", "0-"]),
    "detach-keys": _choice(["ctrl-p,ctrl-q", "a"], ["", "ctrl-", "ctrl-{", "ctrl-,", "x,y,z", "ctrl-p ctrl-q"]),
    "dns": _choice(["8.8.8.8", "1.1.1.1", "2001:db8::1"], v.ADDRESSES),
    "dns-search": _choice(["example.com", "."], ["", "a b", ".example.com", "example.com.", "x" * 64 + ".a", "-a", "a_b"]),
    "dns-option": _choice(["ndots:2", "rotate", "timeout:1"], ["", "x", "a b", "ndots:"]),
    "dns-opt": _choice(["ndots:2"], [""]),
    "domainname": _choice(["example.com"], ["", "a b", "x" * 65]),
    "hostname": _choice(["h1", "web-1", "a.b"], ["", "-h", "h" * 64, "H", "h_1", "a..b", ".", "h1.", *v.NAMES]),
    "entrypoint": _choice(["sh", "", "/bin/sh -c"], v.WORDS),
    "health-cmd": _choice(["true", "curl -f http://localhost/ || exit 1", ""], v.WORDS),
    "workdir": _choice(["/w", "/a/../b", "/"], [*v.BAD_TARGETS, "rel", "/proc/self/fd/7"]),
    "expose": _choice(["80", "80/tcp", "8000-8003", "53/udp"], [p + q for p in v.PORTS for q in ("", "/tcp", "/x", "/")] + ["80:80", "127.0.0.1:80"]),
    "group-add": _choice(["{GID}"], ["0", "docker", "root", "", "00", "+{GID}", " {GID}", "-1", "2147483648", "audio", "0{GID}"]),
    "io-maxbandwidth": _choice(["1m"], v.SIZES),
    "io-maxiops": _choice(["1"], v.INTEGERS),
    "kernel-memory": _choice(["64m"], v.SIZES),
    "ip": _choice(["10.0.0.2"], v.ADDRESSES),
    "ip6": _choice(["2001:db8::2"], v.ADDRESSES),
    "link-local-ip": _choice(["169.254.1.1"], v.ADDRESSES),
    "mac-address": _choice(["02:42:ac:11:00:02"], ["", "02-42-ac-11-00-02", "02:42:AC:11:00:02", "0242.ac11.0002", "02:42:ac:11:00", "x",
        "02:42:ac:11:00:02:03:04", "2:42:ac:11:0:2", "ff:ff:ff:ff:ff:ff"]),
    "isolation": _choice(["", "default"], ["hyperv", "process", "x", "DEFAULT"]),
    "link": _choice(["x:y"], ["x", "x:y:z", ":", "", "/x:y"]),
    "log-driver": _choice(["json-file", "none", "local", ""], ["syslog", "journald", "x", "JSON-FILE", " local", "fluentd"]),
    "log-opt": _choice(["max-size=10m", "max-file=3", "tag=x", "compress=true", "mode=non-blocking"], ["max-size=0", "max-size=1.5g", "max-file=0",
        "max-file=1000", "a=b", "a", "", "syslog-address=udp://x:1", "tag={{.Name}}", "tag={{index .X 0}}", "env=A", "max-size", "max-buffer-size=1m",
        "max-size=10 m"]),
    "name": _choice(["n1", "web-1", "a_b"], [*v.NAMES]),
    "network-alias": _choice(["db", "a.b"], v.NAMES),
    "net-alias": _choice(["db"], v.NAMES),
    "platform": _choice(["linux/amd64", "linux"], ["", "x", "linux/x/y/z", "windows/amd64", "LINUX/AMD64", "linux/", "/", "linux/arm64/v8", "linux,x",
        "linux(1)/amd64"]),
    "pull": _choice(["missing", "never", "always"], ["", "x", "Always", "MISSING", "always "]),
    "restart": _choice(["no", "on-failure", "on-failure:3", ""], ["always", "unless-stopped", "on-failure:0", "on-failure:-1", "on-failure:99",
        "on-failure:", "no:1", "No", "always:1", "x", ":", ":3", "on-failure:3:4", "on-failure:+3", "on-failure:0x3", "on-failure:2147483648",
        "on-failure:03"]),
    "runtime": _choice(["runc", "crun"], ["", "../x", "runsc", "{NL}x", "io.containerd.runc.v2", "RUNC", "/usr/bin/x"]),
    "stop-signal": _choice(["SIGTERM", "TERM", "9", "SIGINT"], ["", "x", "0", "65", "64", "sigterm", "SIGRTMIN+1", "RTMAX-1", "SIGRTMIN", "-9", " 9",
        "009"]),
    "storage-opt": _choice(["size=10G"], ["size=0", "size=-1", "a=b", "size", "", "size=1.5g", "dm.x=y"]),
    "sysctl": _choice(["net.ipv4.ip_unprivileged_port_start=0", "net.ipv4.ping_group_range=0 0"], ["net.ipv4.ip_forward=1", "kernel.x=1", "a", "=",
        "", "net/ipv4/ip_forward=1", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_unprivileged_port_start=",
        "NET.ipv4.ip_unprivileged_port_start=0", "net.ipv4.ip_unprivileged_port_start=70000"]),
    "user": _choice(["{UID}:{GID}", "{UID}"], ["root", "0", "0:0", "", "{UID}:0", "nobody", "+{UID}", "00", "{UID}:", ":{GID}", "{UID}:{GID}:0",
        "2147483647:1", "2147483648", "-1", "4294967296:0", "0x0", "{USER}", " {UID}", "{UID} ", "a:b", "4711:4711"]),
    "volume-driver": _choice(["", "local"], ["nfs", "LOCAL", "x", "local "]),
    "volumes-from": _choice(["x"], ["", "x:ro", "x:rw:z", ":", "a,b"]),
    "device-cgroup-rule": _choice(["c 1:3 rwm"], ["a *:* rwm", "c 1:3", "", "x", "c 1:3  rwm"]),
    "device-read-bps": _choice(["/dev/sda:1mb"], ["/dev/sda", "/dev/sda:", "sda:1", "/dev/sda:-1", "/dev/../etc:1", "/dev/sda:0", "/dev/sda:1:2",
        *v.SIZES]),
    "blkio-weight-device": _choice(["/dev/sda:100"], ["/dev/sda:9", "/dev/sda:1001", "/dev/sda:0", "sda:10", "/dev/sda:x", "/dev/sda",
        "/dev/sda:010"]),
    "memory": _choice(["64m", "512m", "1g", "268435456"], v.SIZES),
    "memory-swap": _choice(["512m", "1g", "0"], v.SIZES),
    "memory-reservation": _choice(["32m", "16m"], v.SIZES),
    "shm-size": _choice(["64m", "1m"], v.SIZES),
    "cpus": _choice(["1", "0.5", "1.5"], v.FLOATS),
    "pids-limit": _choice(["100", "1", "256"], v.INTEGERS),
    "cpu-shares": _choice(["512", "2"], v.INTEGERS),
    "cpu-period": _choice(["100000", "50000"], [*v.INTEGERS, "999", "1000000", "1000001"]),
    "cpu-quota": _choice(["50000", "100000"], [*v.INTEGERS, "999999999"]),
    "blkio-weight": _choice(["0", "10", "500", "1000"], [*v.INTEGERS, "9", "1001"]),
    "memory-swappiness": _choice(["-1", "0", "60"], [*v.INTEGERS, "100", "101"]),
    "oom-score-adj": _choice(["0", "100"], [*v.INTEGERS, "1000", "1001", "-1000"]),
    "stop-timeout": _choice(["10", "0"], [*v.INTEGERS, "3600", "3601"]),
    "health-retries": _choice(["3"], v.INTEGERS),
}
for _name in ("device-write-bps", "device-read-iops", "device-write-iops"):
    VALUES[_name] = VALUES["device-read-bps"]
KINDS: dict[str, Value] = {"INT": _choice(["1", "10"], v.INTEGERS), "DURATION": _choice(["1s", "30s", "1m30s"], v.DURATIONS), "SIZE": _choice(["64m"],
    v.SIZES), "TEXT": _choice(["x"], v.WORDS), "LIST": _choice(["x"], v.WORDS)}


@cache
def _rows(version: tuple[int, ...], opened: frozenset[str]) -> tuple[list[Option], list[Option]]:
    """All options of that CLI, and those that the policy gives something of."""
    rows = [row for name, row in sorted(table().items()) if name not in LEFT_OUT and row.since <= version for _ in range(OFTEN.get(name, 1))]
    return rows, [row for row in rows if (row.disposition != "SD_DENY" or row.name in opened) and row.name not in SELDOM]


def command_line(seed: str, version: tuple[int, ...], opened: frozenset[str]) -> list[str]:
    """The line of a seed: the same whoever asks, and whenever. `opened` are the options that the policy opens."""
    source = random.Random(seed)
    rows, usual = _rows(version, opened)
    nasty = source.choice(["value"] * 11 + ["spoilt"] * 3 + ["form"] * 3 + ["option", "command", "global", "image", "tail", "word", "nothing",
        "nothing"])
    words = [] if source.random() < 0.9 else list(source.choice(GLOBALS))
    words += source.choice(ODD_GLOBALS) if nasty == "global" else []
    words += source.choice(ODD_COMMANDS if nasty == "command" else COMMANDS)
    runs = "run" in words
    parts = [_option(source, source.choice(usual if source.random() < 0.98 else rows), "") for _ in range(source.choice([0, 0, 0, 1, 1, 1, 2, 3, 5]))]
    if nasty in ("value", "spoilt", "form", "option"):
        parts.append(_option(source, source.choice(rows if source.random() < 0.85 else usual), nasty))
    if runs:
        parts = [part for part in parts if part[0].lstrip("-").split("=")[0] not in ("d", "detach", "i", "interactive") or nasty == "form"]
    source.shuffle(parts)
    if parts and source.random() < 0.06:  # again, with another value
        parts.append(_again(source, source.choice(parts)))
    for part in parts:
        words += part
    if nasty == "word":
        words.insert(source.randint(0, len(words)), source.choice(v.WORDS + ["--", "--", "-", "-test.v", "--rm", "--privileged", "bb:1"]))
    words += ["--"] if source.random() < 0.08 else []
    words.append(source.choice(ODD_IMAGES if nasty == "image" else IMAGES))
    return words + source.choice(ODD_TAILS if nasty == "tail" else TAILS)


def _again(source: random.Random, part: list[str]) -> list[str]:
    name = part[0].split("=")[0]
    row = table().get(name[2:]) if name.startswith("--") else None
    return _option(source, row, source.choice(["", "value"])) if row is not None else list(part)


def _option(source: random.Random, row: Option, nasty: str) -> list[str]:
    if nasty == "option":
        return source.choice([_misspelt, _cluster])(source, row)
    if row.boolean:
        return _boolean(source, row, nasty)
    value = _value(source, row, nasty in ("value", "spoilt"))
    if nasty == "spoilt":
        for _ in range(source.choice([1, 1, 1, 2, 3])):
            value = _spoil(source, value)
    if nasty == "form" and source.random() < 0.3:
        return [f"--{row.name}"] if source.random() < 0.5 else [f"--{row.name}", *source.choice([["--"], ["-"], [""], ["--rm"], ["-i"], ["-d", "x"]])]
    if row.shorthand and source.random() < (0.8 if nasty == "form" else 0.35):
        flags = "".join(source.sample(["i", "P", "q", "d"], source.choice([0, 0, 0, 1, 2] if nasty == "form" else [0, 0, 0, 0, 1]))).replace("P",
            "").replace("q", "")
        cluster = f"-{flags.replace('d', '')}{row.shorthand}"
        if nasty == "form" and source.random() < 0.15:
            return [f"{cluster}="]
        return source.choice([[cluster, value], [cluster + value], [f"{cluster}={value}"]])
    return source.choice([[f"--{row.name}", value], [f"--{row.name}={value}"]])


def _value(source: random.Random, row: Option, nasty: bool) -> str:
    if nasty and source.random() < 0.1:
        return source.choice(v.WORDS)
    return VALUES.get(row.name, KINDS.get(row.kind, KINDS["TEXT"]))(source, nasty and source.random() < 0.9)


def _boolean(source: random.Random, row: Option, nasty: str) -> list[str]:
    off = row.disposition == "SD_DENY_TRUE" or row.name in ("publish-all", "help", "disable-content-trust")
    form = source.choice(["=false", "=0", "=F", "=f"] if off and not nasty else ["", "", *(f"={text}" for text in v.BOOLEANS)])
    if nasty in ("value", "spoilt"):
        form = "=" + source.choice(v.NOT_BOOLEANS + v.BOOLEANS)
    if nasty == "form" and source.random() < 0.3:
        return [f"--{row.name}", source.choice(["true", "false", "1", ""])]
    return [f"-{row.shorthand}{form}" if row.shorthand and source.random() < 0.5 else f"--{row.name}{form}"]


def _misspelt(source: random.Random, row: Option) -> list[str]:
    name = row.name
    forms = [f"--{name.upper()}", f"--{name[:-1]}", f"--{name}x", f"-{name}", f"---{name}", f"--no-{name}", f"--{name} ", f"-- {name}", f"--{name}:x",
        f"--={name}",
             f"--{name.replace('-', '_')}", f"--{name.title()}", f"-test.{name}", "-test.v", "--test.v", f"--{name}\u200b", f"—{name}",
                 f"--{{x00}}{name}"[:2] + name[::-1], "--", "-", "-=x", "--=", "-é"]
    return [source.choice(forms), *source.choice([[], ["x"]])]


def _cluster(source: random.Random, row: Option) -> list[str]:
    letters = "".join(source.choice("idPqtaecmhlpuvwD=-x1") for _ in range(source.randint(1, 6)))
    return ["-" + letters.replace("t", ""), *source.choice([[], ["x"], ["1"], ["64m"], ["8080:80"]])]


def _spoil(source: random.Random, value: str) -> str:
    """One small change; placeholders stay whole."""
    odd = source.choice([" ", "=", ",", ":", "/", '"', "'", "-", "+", "0", "_", ".", "\\", "%", "{NL}", "{TAB}", "{x1B}", "{x80}", "{xFF}", "{x7F}",
        "é", "\u2028", "\u200b", "ＡＢ", "\u00a0", "\u0130", "\u212a"])
    if "{" in value:
        return source.choice([odd + value, value + odd, value + value, value.upper() if "{W}" not in value else value, f'"{value}"'])
    at = source.randint(0, len(value))
    return source.choice([
        value[:at] + odd + value[at:], value[:at] + odd + value[at:], value[:at] + value[at + 1:], value[:at] + odd + value[at + 1:],
            value[:at] + value[at:].swapcase(),
        odd + value, value + odd, value + value, value + "," + value, value[::-1], value[:at], value.upper(), value.title(), f'"{value}"',
            f"'{value}'", value.replace("=", ":"), value.replace(":", "="),
    ])
