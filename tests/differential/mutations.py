# SPDX-License-Identifier: Apache-2.0
"""Whether check_invariants sees what it should: a good request, spoilt in one place at a time."""

from __future__ import annotations

import copy
import json
from typing import Any

import policy as policies
from checks import plain_body
from harness import Lane
from invariants import check_invariants

SPOILT: list[tuple[str, Any]] = [
    ("HostConfig.Privileged", True), ("HostConfig.CapDrop", None), ("HostConfig.CapDrop", ["NET_RAW"]),
    ("HostConfig.CapAdd", ["SYS_ADMIN"]), ("HostConfig.CapAdd", ["CAP_SYS_ADMIN"]), ("HostConfig.CapAdd", ["ALL"]),
    ("HostConfig.SecurityOpt", None), ("HostConfig.SecurityOpt", ["no-new-privileges"]), ("HostConfig.MaskedPaths", []),
    ("HostConfig.ReadonlyPaths", []), ("HostConfig.Memory", 0), ("HostConfig.Memory", 1 << 40), ("HostConfig.MemorySwap", -1),
    ("HostConfig.MemorySwap", 0), ("HostConfig.NanoCpus", 0), ("HostConfig.NanoCpus", 1), ("HostConfig.NanoCpus", 64 * 10**9),
    ("HostConfig.PidsLimit", 0), ("HostConfig.PidsLimit", -1), ("HostConfig.ShmSize", 0), ("HostConfig.ShmSize", 1 << 40),
    ("HostConfig.OomKillDisable", True), ("HostConfig.OomScoreAdj", -1), ("HostConfig.Ulimits", None),
    ("HostConfig.Ulimits", [{"Name": "nofile", "Soft": -1, "Hard": -1}]), ("HostConfig.PidMode", "host"),
    ("HostConfig.IpcMode", "host"), ("HostConfig.IpcMode", ""), ("HostConfig.UTSMode", "host"), ("HostConfig.UsernsMode", "host"),
    ("HostConfig.CgroupnsMode", "host"), ("HostConfig.NetworkMode", "host"), ("HostConfig.NetworkMode", "container:x"),
    ("HostConfig.CgroupParent", "/"), ("HostConfig.PublishAllPorts", True), ("HostConfig.Runtime", "x"),
    ("HostConfig.PortBindings", {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}),
    ("HostConfig.PortBindings", {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "80"}]}),
    ("HostConfig.Devices", [{"PathOnHost": "/dev/sda"}]), ("HostConfig.DeviceRequests", [{"Driver": "cdi"}]),
    ("HostConfig.DeviceCgroupRules", ["a *:* rwm"]), ("HostConfig.Sysctls", {"net.ipv4.ip_forward": "1"}),
    ("HostConfig.Annotations", {"a": "b"}), ("HostConfig.VolumesFrom", ["x"]), ("HostConfig.Links", ["x"]),
    ("HostConfig.VolumeDriver", "x"), ("HostConfig.StorageOpt", {"size": "1"}), ("User", ""), ("User", "0:0"), ("User", "1"),
    ("HostConfig.GroupAdd", ["0"]), ("HostConfig.GroupAdd", ["docker"]), ("Labels", {}), ("Labels", {"io.safe-docker.owner": "0"}),
    ("HostConfig.RestartPolicy", {"Name": "always"}), ("HostConfig.RestartPolicy", {"Name": "on-failure", "MaximumRetryCount": 0}),
    ("HostConfig.LogConfig", {"Type": "syslog"}), ("HostConfig.Binds", ["/:/h"]), ("HostConfig.Binds", ["{W}/app:/h"]),
    ("HostConfig.Mounts", [{"Type": "bind", "Source": "/", "Target": "/h"}]),
    ("HostConfig.Mounts", [{"Type": "bind", "Source": "{W}/etclink", "Target": "/h"}]),
    ("HostConfig.Mounts", [{"Type": "bind", "Source": "{W}/app/../../..", "Target": "/h"}]),
    ("HostConfig.Mounts", [{"Type": "bind", "Source": "{BASE}/shared", "Target": "/h"}]),
    ("HostConfig.Mounts", [{"Type": "bind", "Source": "{W}/app", "Target": "/h", "BindOptions": {"Propagation": "rshared"}}]),
    ("HostConfig.Mounts", [{"Type": "volume", "Source": "v", "Target": "/h", "VolumeOptions": {"DriverConfig": {"Options": {"o": "bind"}}}}]),
    ("HostConfig.Mounts", [{"Type": "volume", "Source": "../x", "Target": "/h"}]), ("HostConfig.Mounts", [{"Type": "image", "Target": "/h"}]),
    ("HostConfig.Mounts", [{"Type": "tmpfs", "Target": "/h"}]), ("HostConfig.Tmpfs", {"/h": ""}), ("HostConfig.Tmpfs", {"/h": "size=1t"}),
]


def _good(lane: Lane) -> dict[str, Any]:
    body = plain_body(lane, "create", "bb:1")
    account = lane.world.account
    body |= {"User": f"{account.uid}:{account.gid}", "Labels": {"io.safe-docker.owner": str(account.uid), "io.safe-docker.version": "1"}}
    body["HostConfig"] |= {
        "CapDrop": ["ALL"], "SecurityOpt": ["seccomp=" + json.dumps(policies.seccomp_profile()), "no-new-privileges=true"],
        "Memory": 1 << 29, "MemorySwap": 1 << 29, "NanoCpus": 10**9, "PidsLimit": 256, "ShmSize": 1 << 26, "IpcMode": "private",
        "CgroupnsMode": "private", "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 16384}, {"Name": "core", "Soft": 0, "Hard": 0}],
    }
    return body


def check_mutations(lane: Lane) -> list[str]:
    good, effective = _good(lane), policies.effective(lane.policy)
    failures = [f"a good request is refused: {line}" for line in check_invariants(good, effective, lane.world.account)]
    for path, value in SPOILT:
        body = copy.deepcopy(good)
        *folders, name = path.split(".")
        place = body
        for folder in folders:
            place = place[folder]
        place[name] = json.loads(lane.expand(json.dumps(value)))
        if not check_invariants(body, effective, lane.world.account):
            failures.append(f"{path} = {value} goes unseen")
    return failures
