# SPDX-License-Identifier: Apache-2.0
"""What safe-docker makes of a create request: the plain CLI's body with the hardening put in, and nothing else.

Each function below is one paragraph of the hardening. Whatever they do not touch must arrive as it is."""

from __future__ import annotations

import copy
import os
import posixpath
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import policy as policies
from mounts import Mount, read_mounts
from world import Account, World

Body = dict[str, Any]
OWNER, VERSION = "io.safe-docker.owner", "io.safe-docker.version"
MOUNT_KEYS = ("Binds", "Mounts", "Tmpfs")


def expected_body(plain: Body, policy: dict[str, Any], world: World) -> Body:
    """What has to arrive, in the form that `comparable` gives."""
    body = comparable(plain, world.work)
    host, account = body["HostConfig"], world.account
    _privileges(body, host, policy, account)
    _resources(host, policy["resources"], account)
    _namespaces(host)
    _devices(host, policy)
    _mounts(body, policy)
    _network(host, policy["network"]["publish"])
    _life(body, host, policy, account)
    return drop_confinement(body)


def comparable_query(query: dict[str, list[str]]) -> dict[str, list[str]]:
    """The daemon takes "/n" and "n" for one name."""
    return query | ({"name": [name.removeprefix("/") for name in query["name"]]} if "name" in query else {})


def comparable(body: Body, folder: Path) -> Body:
    """The same request with everything that has several spellings in one of them. It was typed in `folder`."""
    body = copy.deepcopy(body)
    host = body["HostConfig"]
    body["Env"] = _last_wins(body.get("Env") or [])
    body["Mounted"] = [_mount_json(mount, folder) for mount in read_mounts(body)]
    for bindings in (host.get("PortBindings") or {}).values():
        for binding in bindings:  # any that is free
            binding["HostPort"] = "" if binding["HostPort"] == "0" else binding["HostPort"]
    if body.get("ExposedPorts"):  # a protocol goes out as the daemon writes it
        body["ExposedPorts"] = {port.lower(): value for port, value in body["ExposedPorts"].items()}
    body.pop("Volumes", None)
    for key in MOUNT_KEYS:
        host.pop(key, None)
    for key in ("CapAdd", "CapDrop"):
        host[key] = sorted(_capability(name) for name in host.get(key) or [])
    options = {_security(text) for text in host.get("SecurityOpt") or []}
    host["SecurityOpt"] = sorted(options - {"writable-cgroups=false"})  # what holds anyway
    host["Ulimits"] = sorted(host.get("Ulimits") or [], key=lambda row: row["Name"])
    host["GroupAdd"] = list(dict.fromkeys(host.get("GroupAdd") or []))
    host["RestartPolicy"]["Name"] = host["RestartPolicy"]["Name"] or "no"
    host["Isolation"] = host["Isolation"].removeprefix("default")
    _networks(body)
    host["ExtraHosts"] = [_extra_host(text) for text in host.get("ExtraHosts") or []]
    if (body.get("WorkingDir") or "").startswith("/"):  # as the daemon does
        body["WorkingDir"] = posixpath.normpath("/" + body["WorkingDir"].lstrip("/"))
    if host.get("ContainerIDFile"):
        host["ContainerIDFile"] = os.path.realpath(folder / host["ContainerIDFile"])
    (body.get("Labels") or {}).pop(VERSION, None)
    return body


def _last_wins(entries: list[str]) -> dict[str, str | None]:
    """The environment that a program sees: the last of several counts, the order says nothing."""
    pairs = (entry.partition("=") for entry in entries)
    return {name: value if sign else None for name, sign, value in pairs}


def _mount_json(mount: Mount, folder: Path) -> dict[str, Any]:
    """Binds go out as mounts, which fail when the source is gone; "rprivate" is what no propagation means.

    A relative source is made absolute by the CLI from 23 on; 20.10 hands it on and the daemon refuses it."""
    if mount.kind == "volume" and mount.source.startswith("."):
        mount = replace(mount, kind="bind")
    propagation = "" if mount.propagation == "rprivate" else mount.propagation
    source = os.path.realpath(folder / mount.source) if mount.kind == "bind" else mount.source
    labels = tuple(label for label in mount.labels if not label.startswith("io.safe-docker."))
    short = mount.short and mount.kind != "bind"
    return replace(mount, propagation=propagation, source=source, labels=labels, short=short).as_json()


def _networks(body: Body) -> None:
    """An address goes out in one spelling; the plain CLI hands on those of a network as they were written."""
    for endpoint in ((body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}).values():
        given = (endpoint or {}).get("IPAMConfig") or {}
        for key in ("IPv4Address", "IPv6Address"):
            if given.get(key):
                given[key] = _address(given[key])
        if given.get("LinkLocalIPs"):
            given["LinkLocalIPs"] = [_address(text) for text in given["LinkLocalIPs"]]


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return text


def _extra_host(text: str) -> str:
    name, _, address = text.partition(":")
    return f"{name}:{ip_address(address)}" if ":" in address else text


def _capability(name: str) -> str:
    return name.upper().removeprefix("CAP_")


def _security(text: str) -> str:
    key, sign, value = text.replace(":", "=", 1).partition("=") if "=" not in text.split(":")[0] else text.partition("=")
    if key in ("no-new-privileges", "writable-cgroups"):
        value = {"1": "true", "t": "true", "0": "false", "f": "false"}.get(value.lower(), value.lower())
    return f"{key}={value}" if sign else f"{key}=true"


def _privileges(body: Body, host: Body, policy: dict[str, Any], account: Account) -> None:
    body["User"] = _user(body.get("User") or "", policy["user"]["mode"], account)
    given = set() if "ALL" in host["CapDrop"] else set(policy["capabilities"]["default"]) - set(host["CapDrop"])
    host["CapAdd"] = sorted(set(host["CapAdd"]) | given)
    host["CapDrop"] = ["ALL"]
    host["SecurityOpt"] = sorted(set(host["SecurityOpt"]) | {"no-new-privileges=true"})


def _user(asked: str, mode: str, account: Account) -> str:
    """Another user than the caller, where the policy has it; never without a group, which the image would choose."""
    if mode == "caller" or not asked:
        return f"{account.uid}:{account.gid}"
    if asked in ("0", "root"):
        return "0:0"
    return asked if ":" in asked else f"{asked}:{account.gid}"


def _resources(host: Body, limits: dict[str, Any], account: Account) -> None:
    host["CgroupParent"] = limits["cgroup_parent"].replace("{uid}", str(account.uid))
    host["Memory"] = host["Memory"] or policies.size(limits["memory"]["default"])
    host["MemorySwap"] = host["MemorySwap"] or host["Memory"]
    if host["CpuPeriod"] and not host["CpuQuota"]:
        host["CpuQuota"] = policies.nano_cpus(limits["cpus"]["default"]) * host["CpuPeriod"] // 10**9
    if not host["CpuQuota"]:
        host["NanoCpus"] = host["NanoCpus"] or policies.nano_cpus(limits["cpus"]["default"])
    host["PidsLimit"] = host["PidsLimit"] or limits["pids"]["default"]
    host["ShmSize"] = host["ShmSize"] or policies.size(limits["shm_size"]["default"])
    given = {row["Name"] for row in host["Ulimits"]}
    for name, row in limits["ulimits"].items():
        if name not in given:
            soft, hard = policies.ulimit_default(row)
            host["Ulimits"].append({"Name": name, "Soft": soft, "Hard": hard})
    host["Ulimits"].sort(key=lambda row: row["Name"])


def _namespaces(host: Body) -> None:
    host["IpcMode"] = host["IpcMode"] or "private"
    host["CgroupnsMode"] = host["CgroupnsMode"] or "private"


def _mounts(body: Body, policy: dict[str, Any]) -> None:
    if body["HostConfig"]["VolumeDriver"] == "local":  # what holds anyway
        body["HostConfig"]["VolumeDriver"] = ""
    for mount in body["Mounted"]:
        mount["driver"] = "" if mount["driver"] == "{'Name': 'local'}" else mount["driver"]
        if mount["kind"] == "tmpfs":
            mount["size"] = mount["size"] or policies.size(policy["resources"]["tmpfs_size"]["default"])


def _devices(host: Body, policy: dict[str, Any]) -> None:
    access = {row["path"]: row["access"] for row in policy["devices"]["allow"]}
    for device in host.get("Devices") or []:
        if device["CgroupPermissions"] == "rwm":  # what the CLI fills in
            device["CgroupPermissions"] = access.get(device["PathOnHost"], "")
    if policy["filesystem"]["read_only"] != "allow" and not host.get("ReadonlyRootfs"):
        host["ReadonlyRootfs"] = True


def _network(host: Body, publish: dict[str, Any]) -> None:
    for bindings in (host.get("PortBindings") or {}).values():
        for binding in bindings:
            binding["HostIp"] = binding["HostIp"] or publish["default_address"]


def _life(body: Body, host: Body, policy: dict[str, Any], account: Account) -> None:
    body["Labels"] = (body.get("Labels") or {}) | {OWNER: str(account.uid)}
    restart = host["RestartPolicy"]
    if restart["Name"] == "on-failure" and not restart["MaximumRetryCount"]:
        restart["MaximumRetryCount"] = policy["restart"]["max_retries"]


def drop_confinement(body: Body) -> Body:
    """Takes our seccomp and AppArmor profiles out, which check_invariants looks at, and the owner's annotation."""
    host = body["HostConfig"]
    host["SecurityOpt"] = [o for o in host["SecurityOpt"] if o.partition("=")[0] not in ("seccomp", "apparmor")]
    annotations = {k: v for k, v in (host.get("Annotations") or {}).items() if k != OWNER}
    host.pop("Annotations", None)
    if annotations:
        host["Annotations"] = annotations
    return body
