# SPDX-License-Identifier: Apache-2.0
"""The policies that random lines are judged by: the shipped ones, and one that allows nearly all that a policy can."""

from __future__ import annotations

from typing import Any

from harness import Cli, base_policy
from options_table import table
from policy import ROOT, read_commented_json
from world import World

# How often each is taken.
WEIGHTS = {"default": 4, "wide": 5, "ci": 1, "lab": 1, "strict": 1}


def _default(world: World, cli: Cli, host: str) -> dict[str, Any]:
    return base_policy(world, cli.path, host)


def _preset(name: str) -> Any:
    def make(world: World, cli: Cli, host: str) -> dict[str, Any]:
        """The preset, with the folders of the tests, and without what the fake daemon or this host lacks."""
        own = read_commented_json(ROOT / f"profiles/policy/{name}.json") | _default(world, cli, host)
        own.pop("images", None)
        own["network"] = {**own.get("network", {}), "allow": ["default", "bridge", "none"]}
        own["apparmor"] = {**own.get("apparmor", {}), "mode": "auto"}
        return own
    return make


def _wide(world: World, cli: Cli, host: str) -> dict[str, Any]:
    opened = [row.name for row in table().values() if "POLICY" in row.flags and row.name not in ("annotation", "volumes-from", "link", "ipc", "pid")]
    return _default(world, cli, host) | {
        "options": {"allow": [*opened, *(["annotation"] if cli.series != "20.10" else [])]},
        "capabilities": {"default": ["CHOWN"], "allow": ["NET_BIND_SERVICE", "CHOWN", "NET_RAW", "SYS_PTRACE"]},
        "resources": {
            "memory": {"default": "1g", "max": "64t"}, "swap": {"max": "64t"}, "cpus": {"default": "1.5", "max": "1024"}, "pids": {"default": 100,
                "max": 4000000},
            "shm_size": {"default": "65m", "max": "64t"}, "tmpfs_size": {"default": "33m", "max": "64t"},
            "ulimits": {name: {"default": "10:20", "max": 9223372036854775807} for name in ("nofile", "core", "nproc", "memlock", "stack", "cpu")},
        },
        "user": {"mode": "any"},
        "network": {"allow": ["default", "bridge", "none", "host", "mine", "a.b"],
                    "publish": {"addresses": ["127.0.0.1", "::1", "0.0.0.0", "::", "10.0.0.2", "192.168.1.1"], "default_address": "",
                        "ports": "1-65535", "all": True}},
        "restart": {"allow": ["no", "on-failure", "always", "unless-stopped"], "max_retries": 1000},
        "logging": {"drivers": ["json-file", "local", "journald", "none", "syslog"]},
        "sysctls": {"allow": ["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.ip_forward"]},
        "devices": {"allow": [{"path": "/dev/null", "access": "rw"}, {"path": "/dev/zero", "access": "rwm"}, {"path": "nvidia.com/gpu=0",
            "access": "rw"}]},
        "runtimes": {"allow": ["runc", "crun"]},
    }


POLICIES = {"default": _default, "ci": _preset("ci"), "lab": _preset("lab"), "strict": _preset("strict"), "wide": _wide}
