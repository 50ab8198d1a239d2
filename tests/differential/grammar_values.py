# SPDX-License-Identifier: Apache-2.0
"""Values for every option of run and create: good ones, the boundaries of each type, and what mutation makes of them.

GOOD is what the policies mostly allow, TYPED what the type of the option holds at its edges; MUTATIONS spoil either."""

from __future__ import annotations

import random
from functools import partial

INTEGERS = [
    "0", "1", "-1", "+1", "-0", "+0", "2", "7", "00", "01", "010", "08", "0x10", "0X1f", "0xg", "0b11", "0B2", "0o17", "0O7", "1_000", "_1",
    "1_", "1__0", "0_1", "0x_1f", "0_x1", "0b_1", "-0x1", "+-1", "--1", "1e3", "1.0", ".5", "1k", " 1", "1 ", "٣", "１", "−1", "1,000",
    "127", "128", "255", "256", "999", "1000", "1001", "1023", "1024", "1025", "32767", "65535", "65536", "0xffff", "0x10000", "2147483647",
    "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "0x7fffffffffffffff",
    "0777777777777777777777", "1" + "0" * 40, "0" * 70 + "1", "nan", "inf", "0x", "0b", "0o", "true",
]
BOOLEANS = ["true", "false", "1", "0", "t", "f", "T", "F", "TRUE", "FALSE", "True", "False"]
NOT_BOOLEANS = ["yes", "no", "on", "off", "tRUE", "TrUe", "2", "-1", "", " true", "true ", "00", "01", "y", "N", "null", "="]
SIZES = [
    "4m", "6m", "64m", "64M", "64mb", "64MB", "64MiB", "64mib", "64 m", "64  m", "64m ", " 64m", "1g", "1.5g", "0.5g", ".5g", "1.g", "2g", "2G",
    "2048m", "2049m", "3g", "1t", "1p", "1e", "1e9", "0x4000000", "67108864", "67108864b", "67108864B", "67108863.9", "0", "0b", "-1", "-1b",
    "-0", "+64m", "064m", "0064m", "64_000_000", "1,5g", "1.5.5g", "64mm", "64bb", "64ib", "64i", "64ki", "64KiB", "9223372036854775807",
    "9223372036854775808", "8191p", "8192p", "18446744073709551615", "1.0000000001g", "0.0000001m", "6291456", "6291455", "4194304", "inf",
    "infm", "nan", "1e2m", "1E2m", "0x1pm", "0x1p10", "1m2", "m", "b", "", "１g", "64м", "64.m", "64.0m", "64.000000000000000000001m", "100000k",
]
DURATIONS = [
    "0", "+0", "-0", "1s", "1ns", "999us", "999µs", "999μs", "1ms", "1m", "1h", "24h", "25h", "1h30m", "1m30s", "1.5h", ".5s", "1.s", "-1s", "+1s",
    "1", "1 s", " 1s", "1S", "1d", "0s", "0.0s", "1h1h", "2562047h47m16.854775807s", "2562047h47m16.854775808s", "-2562047h47m16.854775808s",
    "9223372036854775807ns", "9223372036854775808ns", "1.0000000001s", "1e3s", "", "s", ".s", "1m-1s", "１s", "0.000000001s", "0.0000000001s",
]
FLOATS = [
    "1", "0.5", ".5", "1.", "2", "2.0", "1.50", "0.01", "0.009", "0.001", "0.000000001", "0.0000000001", "1e0", "1E-1", "5e-1", "1/2", "2/1",
    "0x1", "0x1p-1", "0b1", "01", "1.5e0", "1_0", "inf", "nan", "-1", "-0", "+1", "0", "0.0", "64", "9223372036", "9223372037", "1e9", "1e-9",
    " 1", "1 ", "", "1,5", ".", "１", "0.1234567891", "1.000000000", "1.0000000000",
]
ADDRESSES = [
    "127.0.0.1", "0.0.0.0", "::1", "::", "10.0.0.2", "192.168.1.1", "8.8.8.8", "fe80::1", "2001:db8::1", "::ffff:127.0.0.1", "::127.0.0.1",
    "127.1", "127.0.0.01", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "256.0.0.1", "127.0.0.1.", "1.2.3.4/8", "fe80::1%eth0", "[::1]", "localhost",
    "::1 ", " ::1", "0:0:0:0:0:0:0:1", "::FFFF:1.2.3.4", "2001:DB8::A", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "", "host-gateway", "1.2.3",
]
PORTS = ["80", "8080", "1024", "1023", "65535", "65536", "0", "1", "08080", "+8080", "-1", "80-82", "8000-8003", "8003-8000", "80-", "-80",
         "8080 ", "0x50", "http", "", "1-65535", "8000-8255", "8000-8256", "80-80", "1_0", "８０"]
PROTOCOLS = ["", "", "/tcp", "/udp", "/sctp", "/TCP", "/Udp", "/icmp", "/", "/tcp/udp", "/tcp "]
NAMES = ["n1", "web-1", "a_b", "A.B", "a", "", "/n2", "//n2", "-n", "a b", "n" * 255, "ünï", "a/b", "{UID}", "c0ffee", "a" * 12, "f" * 64, ".", "_x"]
WORDS = ["", "=", " ", "0", "-", "--", "x,y", "a=b", "a:b:c", "--privileged", "-v/:/h", "--", "none", "host", "default", "/", ".", "..", "~", "*",
         "{W}", "{x80}", "{xFF}{xFE}", "{xC0}{xAF}", "{xED}{xA0}{x80}", "{NL}", "{TAB}", "{x1B}[31m", "{x7F}", "{x01}", "\u200b", "\u202e", "\ufeff",
         "\u2028", "é", "e\u0301", "深", "\U0001f433", "%s%n", "$(id)", "`id`", "${HOME}", "\\", "'", '"', '""', "#", ";", "a" * 300, "x" * 70000]
# What an option that is not free text is tried with.
EDGES = ["", "=", " ", "0", "-", "--", "x,y", "a=b", "a:b:c", "none", "host", "default", "/", "..", "{x80}", "{NL}", "{x01}", "é", '"', "x" * 70000]
SOURCES = ["{W}", "{W}/app", "{W}/data", "{W}/app/src", "{W}/a b", "{W}/plain,comma", '{W}/q"uote', "{W}/p,src=", "{W}/ünïcode/深", "{W}/link",
           "{W}/.hidden", "{W}/-dash", "{W}/app/package.json", ".", "./app", "app", "..", "./link", "{W}/app/../data", "{W}//app/", "{W}/./app",
           "{BASE}/shared", "{HOME}"]
BAD_SOURCES = ["/", "/etc", "/var/run/docker.sock", "{SOCK}", "{W}/rootlink", "{W}/etclink", "{W}/socklink", "{W}/uplink", "{W}/proclink",
               "{W}/loop", "{W}/missing", "/proc/self", "/proc/1/root", "/sys", "/dev", "/run", "/proc/self/fd/0", "{W}/../../..", "{W}/rootlink/etc",
               "~", "~/x", "{W}/chain/root", "{BASE}", "{W}/runlink", "{W}/deviceslink/null", "C:\\x", "\\\\.\\pipe\\docker_engine", ""]
TARGETS = ["/a", "/app", "/w/x", "/srv/data", "/a/../b", "//a//b/", "/a b", "/ünï", "/a,b", "/a.b-c_d"]
BAD_TARGETS = ["/", "a", ".", "", "/proc", "/sys/x", "/etc/passwd", "/a:b", "/a\\b", "..", "/..", "/dev/x", "/a ", "/run/docker.sock"]


MODES = ["", ":ro", ":rw", ":z", ":Z", ":ro,z"]
ODD_MODES = [":rshared", ":rslave", ":rprivate", ":nocopy", ":cached", ":delegated", ":ro,rw", ":", ":RO", ":ro:", ":ro,", ":consistent", ":x", ":U"]


def volume(source: random.Random, nasty: bool) -> str:
    sources = [*SOURCES, "vol", "vol-2"] if not nasty else [*SOURCES, *BAD_SOURCES, "vol", "a", "v/w", "v" * 256]
    target = source.choice(TARGETS if not nasty or source.random() < 0.6 else BAD_TARGETS)
    modes = ["", "", *MODES, *(ODD_MODES if nasty else [])]
    if source.random() < 0.08:
        return target
    chosen = source.choice(sources)
    if not chosen.startswith(("/", "{", ".")) and source.random() < 0.8:  # named volumes are verified by several runs of the CLI
        chosen = "{W}/app"
    return f"{chosen}:{target}{source.choice(modes)}"


MOUNT_KEYS: dict[str, list[str]] = {
    "readonly": ["", "=true", "=false", "=1", "=0", "=T", "=yes", "="], "ro": ["", "=true", "=false", "=f"],
    "bind-propagation": ["=rprivate", "=private", "=rshared", "=shared", "=rslave", "=slave", "=", "=RPRIVATE", "=x", ""],
    "bind-nonrecursive": ["", "=true", "=false", "=1", "=x"], "bind-recursive": ["=enabled", "=disabled", "=writable", "=readonly",
        "=x"],
    "consistency": ["=cached", "=default", "=delegated", "=consistent", "=CACHED", "=x", "="],
    "volume-nocopy": ["", "=true", "=false"], "volume-label": ["=a=b", "=a", "=io.safe-docker.owner=0", "=", "==x"],
    "volume-driver": ["=local", "=nfs", "=", "=LOCAL"], "volume-opt": ["=device=/", "=type=none", "=o=bind", "=a", "="],
    "volume-subpath": ["=a", "=../x", "=/x", "=a/b"], "bind-create-src": ["", "=true", "=false"],
    "tmpfs-size": ["=" + size for size in SIZES],
    "tmpfs-mode": ["=1777", "=0700", "=700", "=01777", "=07777", "=10000", "=9", "=0o700", "=-1", "=", "=+7"],
    "image-subpath": ["=a"], "cluster": ["=x"], "source": ["=/", "={W}/app"], "target": ["=/b"],
        "type": ["=bind", "=volume"],
}
OF_KIND = {"bind": ["readonly", "ro", "bind-propagation", "bind-nonrecursive", "consistency", "bind-recursive", "bind-create-src"],
           "tmpfs": ["tmpfs-size", "tmpfs-mode", "consistency"], "volume": ["readonly", "volume-nocopy", "volume-label", "volume-driver",
               "volume-opt", "volume-subpath"]}


def mount(source: random.Random, nasty: bool) -> str:
    kind = source.choice(["bind", "bind", "bind", "tmpfs", "tmpfs", "volume"])
    fields = [source.choice(["type=", "type=", "type=", "TYPE=", "Type="]) + (kind if source.random() < 0.9 else kind.upper())]
    if nasty and source.random() < 0.15:
        fields = source.choice([[], ["type="], ["type"], ["type=npipe"], ["type=image"], ["type=cluster"], ["type=x"]])
    if kind != "tmpfs":
        where = source.choice(SOURCES if kind == "bind" else ["vol", "anon"]) if not nasty or source.random() < 0.7 else source.choice(BAD_SOURCES)
        if kind == "bind" or source.random() < 0.2:
            fields.append(source.choice(["source", "src", "src", "SRC"]) + "=" + where)
    fields.append(source.choice(["target", "dst", "destination",
        "Target"]) + "=" + source.choice(TARGETS if not nasty or source.random() < 0.8 else BAD_TARGETS))
    for _ in range(source.choice([0, 0, 1, 1, 2, 3])):
        key = source.choice(OF_KIND[kind] if not nasty or source.random() < 0.75 else list(MOUNT_KEYS))
        fields.append((key if source.random() < 0.9 else key.upper()) + source.choice(MOUNT_KEYS[key]))
    if source.random() < 0.3:
        source.shuffle(fields)
    return csv(source, fields, nasty)


def csv(source: random.Random, fields: list[str], nasty: bool) -> str:
    """Fields that need it are quoted; some that do not, too, and in nasty texts some wrongly."""
    def written(field: str) -> str:
        needs = any(char in field for char in ',"')
        if nasty and source.random() < 0.06:
            return source.choice([f'"{field}', f'{field}"', f' "{field}"', f'"{field}" ', field, f" {field}", f"{field} ", ""])
        return '"' + field.replace('"', '""') + '"' if needs or source.random() < 0.08 else field
    return ",".join(map(written, fields))


NETWORKS = ["none", "host", "container:x", "container:", "HOST", "None", "name=host", "name=none", " none", "none ", "", "mine", "a.b", "c0ffee",
    "a b", "bridge,none", "=", "name", "x=y", "name =none", "name= none", "é=none", "bridge=", "host:x", "ns:/proc/1/ns/net", "slirp4netns", "private",
    "{NL}host", "f" * 64]
NETWORK_NAMES = ["bridge", "host", "none", "", "BRIDGE", '"', "container:x", "a=b"]
NETWORK_KEYS = {"alias": ["a", "b.c", "", "A"], "ip": ADDRESSES, "ip6": ADDRESSES, "driver-opt": ["a=b", "com.docker.network.endpoint.sysctls=x=y", "a",
    ""], "mac-address": ["02:42:ac:11:00:02", "x", ""], "link-local-ip": ADDRESSES, "gw-priority": INTEGERS, "Name": ["host"], "x": ["y"]}


def network(source: random.Random, nasty: bool) -> str:
    if source.random() < (0.5 if nasty else 0.8):
        return source.choice(NETWORKS if nasty else ["none", "bridge", "default", "none"])
    fields = ["name=" + source.choice(NETWORK_NAMES if nasty else ["bridge", "none", "default"])]
    for key in source.sample(list(NETWORK_KEYS), source.choice([0, 0, 1, 1, 2]) if nasty else 0):
        fields.append(f"{key}={source.choice(NETWORK_KEYS[key])}")
    return csv(source, fields, nasty)


def port(source: random.Random, nasty: bool) -> str:
    good = ["80", "8080", "8000-8003", "443", "5432"]
    inner = source.choice(PORTS if nasty else good) + source.choice(PROTOCOLS if nasty else ["", "", "/tcp", "/udp"])
    if source.random() < 0.15:
        return inner
    outer = source.choice([*PORTS, *good] if nasty else ["8080", "1024", "65535", "9000-9003", ""] if "-" not in inner else ["9000-9003", ""])
    if nasty and source.random() < 0.2:
        fields = [f"target={inner}", f"published={outer}", f"protocol={source.choice(['tcp', 'udp', 'TCP', 'x', ''])}",
            f"mode={source.choice(['host', 'ingress', 'x', ''])}",
                  f"host_ip={source.choice(ADDRESSES)}", "target=81", "published"]
        return ",".join(source.sample(fields, source.randint(1, 4)))
    if source.random() < 0.5:
        return f"{outer}:{inner}"
    address = source.choice(ADDRESSES) if nasty else source.choice(["127.0.0.1", "[::1]"])
    return f"{address}:{outer}:{inner}"


TMPFS = ["size=1m", "size=64m", "mode=1777", "mode=700", "noexec", "nosuid", "nodev", "rw", "ro", "exec", "uid={UID}", "gid={GID}"]
ODD_TMPFS = ["suid", "dev", "size=0", "size=50%", "size=3g", "mode=9", "uid=0", "nr_inodes=10", "SIZE=1m", "", "x", "huge=always", "mpol=x", "noatime",
    "sync", "bind", "rshared", "size", "size=", "mode=04777", "size=1.5m", "defaults", "remount", "nr_blocks=10", "rprivate", "private", "async",
    "relatime", "atime", "mode=", "mode=0", "mode=1", "mode=+7", "size=1M", "size=1mb", "size=100%", "size=-1", "uid=", "nr_inodes=", "noswap", "ro,rw",
    "size=1m,size=2m", "exec,noexec", "mand", "dirsync", "diratime", "strictatime"]


def tmpfs(source: random.Random, nasty: bool) -> str:
    picked = source.sample([*TMPFS, *(ODD_TMPFS if nasty else [])], source.choice([0, 0, 1, 1, 2, 3]))
    target = source.choice(TARGETS if not nasty or source.random() < 0.7 else BAD_TARGETS)
    return target + (":" + ",".join(picked) if picked else "")


GPUS = ["device=0", "device=1", "count=1", "count=all", "device=GPU-x", '"device=0,1"', "device=all", "count=-1", "device=vendor.com/c=x"]
GPU_KEYS = ["driver=nvidia", "driver=cdi", "driver=", "capabilities=gpu", '"capabilities=gpu,utility"', "options=a=b", "x=y", "2", "all"]


def gpus(source: random.Random, nasty: bool) -> str:
    if source.random() < 0.4:
        return source.choice(["all", "1", "0", "-1", "2"] if not nasty else ["all", "ALL", "", *INTEGERS])
    fields = [source.choice(GPUS), *source.sample(GPU_KEYS, source.choice([0, 1, 2]))]
    return csv(source, fields, nasty) if nasty and source.random() < 0.3 else ",".join(fields)


ULIMITS = ["nofile", "core", "nproc", "memlock", "stack", "as", "NOFILE", "", "cpu", "rtprio", "nice", "x", "fsize", " core", "rss", "data", "locks",
    "msgqueue", "rttime", "sigpending", "RLIMIT_CORE"]


def ulimit(source: random.Random, nasty: bool) -> str:
    if not nasty:
        return source.choice(["nofile=1024", "nofile=1024:4096", "core=0", "core=0:0", "nofile=0"])
    name = source.choice(ULIMITS)
    limit = partial(source.choice, [*INTEGERS, "0", "1024", "4096", "-1", "unlimited"])
    return source.choice([f"{name}={limit()}", f"{name}={limit()}:{limit()}", f"{name}={limit()}:", f"{name}", f"{name}={limit()}:{limit()}:1",
        f"{name}:{limit()}"])


PAIR_VALUES = ["b", "", "x=y", "a b", "深", "=", "{x09}t", "l1{NL}l2", '"q"', "$(id)", "v" * 2000]
INHERITED = ["HOME", "PATH", "NOT_SET", "TERM", "LANG", "USER", "DOCKER_X", "A"]
RESERVED = ["io.safe-docker.owner", "io.safe-docker.x", "IO.safe-docker.owner", "com.docker.compose.project", "io.safe-docker.", "io.safe-docker"]


def _pair(source: random.Random, nasty: bool, names: list[str]) -> str:
    value = source.choice(WORDS if nasty and source.random() < 0.3 else PAIR_VALUES)
    return source.choice(WORDS if nasty and source.random() < 0.2 else names) + source.choice(["=", "=", "=", ""]) + value


def env(source: random.Random, nasty: bool) -> str:
    return source.choice(INHERITED) if source.random() < 0.2 else _pair(source, nasty, ["A", "B_1", "HOME", "PATH", "a.b", "Ü", "LD_PRELOAD", "1", "A",
        "A"])


def label(source: random.Random, nasty: bool) -> str:
    return _pair(source, nasty, ["a", "com.example.x", "A", "ü", *(RESERVED if nasty else [])])


SECURITY = ["no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups", "credentialspec", "unmask", "x", "SECCOMP", ""]
SECURITY_VALUES = ["unconfined", "true", "false", "1", "builtin", "docker-default", "disable", "open.json", "{W}/open.json", "default", "", "strict",
    " unconfined", "unconfined ", "type:spc_t", "user=a", "/etc/shadow", "missing", "T", "complain", "safe-docker-default"]


def security(source: random.Random, nasty: bool) -> str:
    if not nasty:
        return source.choice(["no-new-privileges", "no-new-privileges=true", "no-new-privileges:true"])
    key, value = source.choice(SECURITY), source.choice(SECURITY_VALUES)
    return source.choice([key, f"{key}={value}", f"{key}={value}", f"{key}:{value}", f"{key}:{value}=x", f"{key}=={value}", f" {key}={value}"])


DEVICES = ["/dev/null", "/dev/fuse", "/dev", "/dev/../etc", "/dev/sda", "null", "{W}/deviceslink/null", "vendor.com/c=x", "/dev/kmsg", "a/b=c"]
DEVICE_ENDS = ["", ":/dev/x", "::", ":/dev/x:r", ":rwm", ":r", ":/x:rw", ":wm", ":rr", ":/dev/x:x", ":/dev/x:m:r"]


def device(source: random.Random, nasty: bool) -> str:
    path = source.choice(["/dev/null", "/dev/fuse", "/dev/zero"] if not nasty else DEVICES)
    return path + source.choice(DEVICE_ENDS if nasty else ["", ":/dev/x", ":rw", ":/dev/x:r"])
