# SPDX-License-Identifier: Apache-2.0
"""What every create request has to keep, whatever the caller wrote: looked at in the JSON that reached the daemon."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address
from typing import Any

import policy as policies
from hardening import OWNER, VERSION
from mounts import Mount, read_mounts
from world import Account

Body = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    body: Body
    policy: dict[str, Any]
    account: Account

    @property
    def host(self) -> Body:
        return self.body["HostConfig"]

    def opened(self, *options: str) -> bool:
        """Whether the policy's options.allow has one of them."""
        return any(option in self.policy["options"]["allow"] for option in options)


def check_invariants(body: Body, policy: dict[str, Any], account: Account) -> list[str]:
    """What is wrong with the request: empty when nothing is. `policy` is the effective one."""
    subject = Subject(body, policy, account)
    return [f"{check.__name__.lstrip('_')}: {line}" for check in _CHECKS for line in check(subject)]


def _privileges(s: Subject) -> Iterator[str]:
    if s.host.get("Privileged"):
        yield "Privileged is set"
    if s.host.get("CapDrop") != ["ALL"]:
        yield f"CapDrop is {s.host.get('CapDrop')}"
    for name in s.host.get("CapAdd") or []:
        if name.upper().removeprefix("CAP_") not in [*s.policy["capabilities"]["allow"], *s.policy["capabilities"]["default"]]:
            yield f"CapAdd has {name}"


def _security_options(s: Subject) -> Iterator[str]:
    options = [re.split("[=:]", text, maxsplit=1) for text in s.host.get("SecurityOpt") or []]
    values: dict[str, list[str]] = {}
    for key, *value in options:
        values.setdefault(key, []).append(value[0] if value else "true")
    if values.get("no-new-privileges", [""])[-1] not in ("true", ""):
        yield f"no-new-privileges is {values['no-new-privileges']}"
    if "no-new-privileges" not in values:
        yield "no-new-privileges is missing"
    profiles = values.get("seccomp", [])
    if len(profiles) != 1 or not profiles[0].startswith("{"):
        yield f"seccomp is {profiles}"
    elif json.loads(profiles[0]) != policies.seccomp_profile(s.policy["seccomp"]["profile"]):
        yield "seccomp is not the profile of the policy"
    for profile in values.get("apparmor", []):
        if profile != s.policy["apparmor"]["profile"]:
            yield f"apparmor is {profile}"
    for key in values.keys() - {"no-new-privileges", "seccomp", "apparmor"}:
        yield f"SecurityOpt has {key}"


def _system_paths(s: Subject) -> Iterator[str]:
    for key in ("MaskedPaths", "ReadonlyPaths"):
        if s.host.get(key) is not None:
            yield f"{key} is {s.host[key]}"


def _resources(s: Subject) -> Iterator[str]:
    limits, host = s.policy["resources"], s.host
    memory = host.get("Memory") or 0
    if not 0 < memory <= policies.size(limits["memory"]["max"]):
        yield f"Memory is {memory}"
    if not memory <= (host.get("MemorySwap") or 0) <= memory + policies.size(limits["swap"]["max"]):
        yield f"MemorySwap is {host.get('MemorySwap')} with Memory {memory}"
    if not 0 < (host.get("PidsLimit") or 0) <= limits["pids"]["max"]:
        yield f"PidsLimit is {host.get('PidsLimit')}"
    if not 0 < (host.get("ShmSize") or 0) <= policies.size(limits["shm_size"]["max"]):
        yield f"ShmSize is {host.get('ShmSize')}"
    nano, most = _cpus(host), policies.nano_cpus(limits["cpus"]["max"])
    if not 10_000_000 <= nano <= most:
        yield f"{nano} billionths of a CPU"
    if host.get("OomKillDisable"):
        yield "OomKillDisable is set"
    if (host.get("OomScoreAdj") or 0) < 0:
        yield f"OomScoreAdj is {host['OomScoreAdj']}"
    if host.get("KernelMemory"):
        yield "KernelMemory is set"


def _cpus(host: Body) -> int:
    if host.get("NanoCpus"):
        return int(host["NanoCpus"])
    return int((host.get("CpuQuota") or 0) * 10**9 // (host.get("CpuPeriod") or 100_000))


def _ulimits(s: Subject) -> Iterator[str]:
    rows = s.policy["resources"]["ulimits"]
    given = {row["Name"]: row for row in s.host.get("Ulimits") or []}
    for name in rows.keys() - given.keys():
        yield f"{name} is missing"
    for name, row in given.items():
        most = rows[name]["max"] if name in rows else -1
        if not 0 <= row["Soft"] <= row["Hard"] <= most:
            yield f"{row}"


def _namespaces(s: Subject) -> Iterator[str]:
    allowed = {"PidMode": [""], "UTSMode": [""], "UsernsMode": [""], "CgroupnsMode": ["private"],
               "IpcMode": ["private", "none"], "Cgroup": [""], "Isolation": ["", "default"],
               "CgroupParent": [s.policy["resources"]["cgroup_parent"].replace("{uid}", str(s.account.uid))]}
    for key, values in allowed.items():
        if s.host.get(key, "") not in values:
            yield f"{key} is {s.host.get(key)!r}"


def _networks(s: Subject) -> Iterator[str]:
    allowed = ["none", *s.policy["network"]["allow"]]
    names = {s.host.get("NetworkMode"), *(s.body.get("NetworkingConfig", {}).get("EndpointsConfig") or {})}
    for name in names:
        if name not in allowed:
            yield f"network {name!r}"
    for name, endpoint in (s.body.get("NetworkingConfig", {}).get("EndpointsConfig") or {}).items():
        for key, options in _ADDRESSES.items():
            if (endpoint or {}).get(key) and not s.opened(*options):
                yield f"{key} of {name} is {endpoint[key]}"
    if s.body.get("MacAddress") and not s.opened("mac-address"):
        yield "MacAddress is set"


_ADDRESSES = {"IPAMConfig": ("ip", "ip6", "link-local-ip"), "Links": (), "MacAddress": ("mac-address",), "DriverOpts": ()}


def _ports(s: Subject) -> Iterator[str]:
    publish = s.policy["network"]["publish"]
    first, last = (int(port) for port in publish["ports"].split("-"))
    every = {"0.0.0.0", "::"} <= set(publish["addresses"])  # what no address means
    if s.host.get("PublishAllPorts") and not publish["all"]:
        yield "PublishAllPorts is set"
    for port, bindings in (s.host.get("PortBindings") or {}).items():
        for binding in bindings:
            address, number = binding.get("HostIp", ""), binding.get("HostPort", "")
            if not (every if not address else ip_address(address) in map(ip_address, publish["addresses"])):
                yield f"{port} on {address!r}"
            low, _, high = number.partition("-")
            if number and not first <= int(low) <= int(high or low) <= last:
                yield f"{port} on port {number}"


# What the API has for options that the policy can open, and for those that it cannot.
_NOT_GIVEN = {
    "DeviceCgroupRules": "", "DeviceRequests": "gpus", "BlkioWeightDevice": "blkio-weight-device", "BlkioDeviceReadBps": "device-read-bps",
    "BlkioDeviceWriteBps": "device-write-bps", "BlkioDeviceReadIOps": "device-read-iops", "BlkioDeviceWriteIOps": "device-write-iops",
    "VolumeDriver": "", "VolumesFrom": "volumes-from", "Links": "link", "StorageOpt": "storage-opt", "CpuRealtimePeriod": "cpu-rt-period",
    "CpuRealtimeRuntime": "cpu-rt-runtime", "CpuCount": "", "CpuPercent": "", "IOMaximumIOps": "", "IOMaximumBandwidth": "",
}


def _not_given(s: Subject) -> Iterator[str]:
    for key, option in _NOT_GIVEN.items():
        if s.host.get(key) and not s.opened(option):
            yield f"{key} is {s.host[key]}"
    for name in (s.host.get("Sysctls") or {}).keys() - set(s.policy["sysctls"]["allow"]):
        yield f"sysctl {name}"
    runtime = s.host.get("Runtime")
    if runtime and runtime not in s.policy["runtimes"]["allow"] and not (s.opened("runtime") and re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*",
        runtime)):
        yield f"Runtime is {runtime!r}"
    annotations = {key: value for key, value in (s.host.get("Annotations") or {}).items() if (key, value) != (OWNER, str(s.account.uid))}
    if annotations and (not s.opened("annotation") or any(re.match(r"io\.safe-docker\.|org\.systemd\.|run\.oci\.", key) for key in annotations)):
        yield f"Annotations are {s.host['Annotations']}"


def _devices(s: Subject) -> Iterator[str]:
    access = {row["path"]: row["access"] for row in s.policy["devices"]["allow"]}
    for row in s.host.get("Devices") or []:
        inside, asked = os.path.normpath(row.get("PathInContainer", "")), row.get("CgroupPermissions") or "rwm"
        if not set(asked) <= set(access.get(row["PathOnHost"], "")):
            yield f"device {row}"
        if not inside.startswith("/dev/") or inside.startswith("/dev/shm"):
            yield f"device at {inside!r}"


def _file_system(s: Subject) -> Iterator[str]:
    if s.policy["filesystem"]["read_only"] == "require" and not s.host.get("ReadonlyRootfs"):
        yield "the root file system can be written to"


def _user(s: Subject) -> Iterator[str]:
    mine, user = f"{s.account.uid}:{s.account.gid}", s.body.get("User") or ""
    if user != mine and (s.policy["user"]["mode"] == "caller" or not re.fullmatch(r"[0-9]+:[0-9]+", user)):
        yield f"User is {user!r}"
    if user != mine and any(mount.kind == "bind" for mount in read_mounts(s.body)):
        yield f"User is {user!r}, with a folder of the host"
    groups = {str(gid) for gid in s.account.groups() if gid != 0}
    for group in s.host.get("GroupAdd") or []:
        if group not in groups:
            yield f"GroupAdd has {group!r}"


def _life(s: Subject) -> Iterator[str]:
    restart = s.host.get("RestartPolicy") or {}
    name, count = restart.get("Name") or "no", restart.get("MaximumRetryCount", 0)
    if name not in s.policy["restart"]["allow"]:
        yield f"restart {name}"
    if name == "on-failure" and not 0 < count <= s.policy["restart"]["max_retries"]:
        yield f"restart {name}:{count}"
    driver = (s.host.get("LogConfig") or {}).get("Type", "")
    if driver and driver not in s.policy["logging"]["drivers"]:
        yield f"log driver {driver}"


def _labels(s: Subject) -> Iterator[str]:
    own = {k: v for k, v in (s.body.get("Labels") or {}).items() if k.startswith("io.safe-docker.")}
    if own.get(OWNER) != str(s.account.uid) or not own.get(VERSION) or len(own) != 2:
        yield f"{own}"


def _mounts(s: Subject) -> Iterator[str]:
    for mount in read_mounts(s.body):
        yield from _MOUNT_CHECKS.get(mount.kind, _unknown_mount)(s, mount)


def _unknown_mount(_: Subject, mount: Mount) -> Iterator[str]:
    yield f"kind of {mount}"


def _bind(s: Subject, mount: Mount) -> Iterator[str]:
    rows = [(_expand(row["source"], s.account), row["access"]) for row in s.policy["mounts"]["bind"]]
    inside = [access for source, access in rows if mount.source == source or mount.source.startswith(source + "/")]
    if mount.short:
        yield f"{mount.source} would be created when it is missing"
    if os.path.realpath(mount.source) != mount.source or not inside:
        yield f"source {mount.source!r}"
    if inside and "rw" not in inside and not mount.read_only:
        yield f"{mount.source!r} is writable"
    if mount.propagation not in ("", "rprivate", "private") or "CreateMountpoint" in mount.flags:
        yield f"{mount}"
    if os.path.exists(mount.source) and not _is_plain(mount.source):
        yield f"{mount.source!r} is neither a file nor a folder"


def _is_plain(path: str) -> bool:
    mode = os.stat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _expand(text: str, account: Account) -> str:
    return text.replace("{home}", str(account.home)).replace("{user}", account.name)


def _volume(s: Subject, mount: Mount) -> Iterator[str]:
    if mount.driver:
        yield f"driver {mount.driver}"
    if mount.source and not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*", mount.source):
        yield f"volume name {mount.source!r}"
    if mount.source and not any(fnmatchcase(mount.source, p) for p in s.policy["mounts"]["volumes"]["allow"]):
        yield f"volume {mount.source!r}"
    if any(label.startswith("io.safe-docker.") and label != f"{OWNER}={s.account.uid}" for label in mount.labels):
        yield f"volume labels {mount.labels}"


def _tmpfs(s: Subject, mount: Mount) -> Iterator[str]:
    if not 0 < mount.size <= policies.size(s.policy["resources"]["tmpfs_size"]["max"]):
        yield f"tmpfs {mount.target} has size {mount.size}"
    if set(mount.flags) & {"suid", "dev"}:
        yield f"tmpfs {mount.target} has {mount.flags}"


_MOUNT_CHECKS: dict[str, Callable[[Subject, Mount], Iterator[str]]] = {"bind": _bind, "volume": _volume, "tmpfs": _tmpfs}
_CHECKS: tuple[Callable[[Subject], Iterator[str]], ...] = (
    _privileges, _security_options, _system_paths, _resources, _ulimits, _namespaces, _networks, _ports, _not_given,
    _devices, _file_system, _user, _life, _labels, _mounts,
)
