# SPDX-License-Identifier: Apache-2.0
"""What is of interest as a value of each option of run and create.

VALUES has a maker for each; a Choice is one that knows its values, and SINGLE has some of those that the other makers put
together. `singles` is all that can be named of an option: grammar_deck deals them out, so that each is tried."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import grammar_values as v
from options_table import Option

Value = Callable[[random.Random, bool], str]


@dataclass(frozen=True)
class Choice:
    good: tuple[str, ...]
    nasty: tuple[str, ...]

    def __call__(self, source: random.Random, spoil: bool) -> str:
        return source.choice(self.nasty if spoil else self.good)


def _choice(good: list[str], nasty: list[str]) -> Choice:
    return Choice(tuple(good), tuple(nasty))


def _file(good: list[str]) -> Choice:
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


def _mounts() -> list[str]:
    """Each value of each key, of the kind of mount that has it."""
    homes = {key: kind for kind, keys in v.OF_KIND.items() for key in keys}
    starts = {"bind": "type=bind,src={W}/app,dst=/m", "tmpfs": "type=tmpfs,dst=/m", "volume": "type=volume,dst=/m"}
    kinds = ["type=npipe,src=x", "type=image,src=bb:1", "type=cluster,src=x", "type=x", "type", "type=", "type= bind", "TYPE=TMPFS", "type=tmpfs,src=x",
        "type=volume,src=vol", "type=volume,src="]
    texts = [f"{starts[homes.get(key, 'bind')]},{key}{value}" for key, values in v.MOUNT_KEYS.items() for value in values]
    texts += [f"{kind},dst=/m" for kind in kinds] + [f"type=bind,src={text},dst=/m" for text in v.SOURCES + v.BAD_SOURCES if not set(text) & set(',"')]
    return texts + [f"type=tmpfs,dst={text}" for text in v.TARGETS + v.BAD_TARGETS if "," not in text]


def _networks() -> list[str]:
    names = [f"name={name}" for name in v.NETWORK_NAMES]
    return [*v.NETWORKS, *names, *(f"name=bridge,{key}={value}" for key, values in v.NETWORK_KEYS.items() for value in values if key != "gw-priority")]


def _ports() -> list[str]:
    fields = [f"protocol={text}" for text in ("tcp", "udp", "sctp", "TCP", "x", "")] + [f"mode={text}" for text in ("host", "ingress", "x", "")]
    fields += [f"published={text}" for text in v.PORTS] + ["target=81", "published", "x=y", ""]
    return [*(port + protocol for port in v.PORTS for protocol in ("", "/udp")), *("80" + protocol for protocol in v.PROTOCOLS),
        *(f"{port}:80" for port in v.PORTS), *(f"{address}:8080:80" for address in v.ADDRESSES), *(f"target=80,{field}" for field in fields),
        *(f"8080:{port}" for port in v.PORTS), "127.0.0.1::80", "[::1]::80", "[::1]:8080:80", ":80", "80:", "::80", "::", ":"]


def _security() -> list[str]:
    known = v.SECURITY[:6]
    signed = [f"{key}={value}" for key in v.SECURITY for value in (v.SECURITY_VALUES if key in known else v.SECURITY_VALUES[:4])]
    return [*v.SECURITY, *signed, *(f"{key}:unconfined" for key in v.SECURITY), "no-new-privileges:false", "no-new-privileges:true=x", "seccomp==unconfined",
        " seccomp=unconfined", "apparmor:unconfined=x"]


# Some of what the makers of VALUES put together, each tried on its own.
SINGLE: dict[str, list[str]] = {
    "volume": [*(f"{text}:/m" for text in v.SOURCES + v.BAD_SOURCES), *(f"{{W}}/app:{text}" for text in v.TARGETS + v.BAD_TARGETS),
        *(f"{{W}}/app:/m{mode}" for mode in v.MODES + v.ODD_MODES), *v.TARGETS, "vol:/m", "vol:/m:nocopy", "a:/m", "v/w:/m", "/m:ro", ":/m", "a:b:c:d"],
    "mount": _mounts(),
    "network": _networks(),
    "net": v.NETWORKS[:8],
    "publish": _ports(),
    "tmpfs": [*(f"/t:{option}" for option in v.TMPFS + v.ODD_TMPFS), *v.TARGETS, *v.BAD_TARGETS],
    "gpus": ["all", "ALL", "", *v.INTEGERS[:14], *v.GPUS, *(f"count=1,{key}" for key in v.GPU_KEYS)],
    "ulimit": [*(f"nofile={text}" for text in v.INTEGERS), *(f"{name}=1" for name in v.ULIMITS), *(f"core=0:{text}" for text in v.INTEGERS[:30]), "core",
        "core=", "core=1:", "core=:1", "core=2:1", "core=1:1:1", "core:1", "nofile=unlimited", "nofile=-1:-1", "nofile=1024:-1"],
    "env": [*v.INHERITED, *(f"A={value}" for value in v.PAIR_VALUES + v.WORDS), "=x", "", "a.b=c", "Ü=1", "LD_PRELOAD=x", "1=2", " =x", "A B=c"],
    "label": [*v.RESERVED, *(f"{name}=0" for name in v.RESERVED), *(f"a={value}" for value in v.PAIR_VALUES + v.WORDS), "=x", "", "a", "a b=c", "Ü=1"],
    "security-opt": _security(),
    "device": [path + end for path in ("/dev/null", "/dev/fuse") for end in v.DEVICE_ENDS] + v.DEVICES,
}
# Their values are anything; the others are tried with few strange words.
FREE = {"entrypoint", "health-cmd", "hostname", "domainname", "workdir", "name", "user", "network-alias", "detach-keys", "cidfile",
    "log-opt"}
# What no policy opens, and what has the parser of another option.
FEW = {"cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops", "device-cgroup-rule", "kernel-memory", "device-write-bps", "device-write-iops",
    "cpu-rt-period", "cpu-rt-runtime", "device-read-iops", "health-start-interval", "health-timeout", "net-alias", "dns-opt"}
TYPED = {"INT", "SIZE", "DURATION", "CPUS"}  # their own lists have what is at the edge


def singles(row: Option) -> list[str]:
    """The values of an option that are tried one by one, each once."""
    value = VALUES.get(row.name, KINDS.get(row.kind, KINDS["TEXT"]))
    known = [*value.good, *value.nasty] if isinstance(value, Choice) else []
    words = v.WORDS if row.name in FREE else [] if row.name in FEW or row.kind in TYPED else v.EDGES
    return list(dict.fromkeys([*SINGLE.get(row.name, []), *(known[:12] if row.name in FEW else known), *words]))
