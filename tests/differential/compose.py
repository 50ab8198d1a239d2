# SPDX-License-Identifier: Apache-2.0
"""docker compose with a program in the plugin's place: what the plugin is asked, what it is executed on, and what would
become of the containers if it did what the real one does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness import Lane, base_policy, spawn, surroundings_of
from invariants import check_invariants
from policy import effective
from stateful_daemon import StatefulDaemon

FILES = Path(__file__).resolve().parent / "compose_files"
OWNER = "io.safe-docker.owner"
FIXED = ["--project-directory=/", "--env-file=/dev/null", "--file=/proc/self/fd/7"]
ENVIRONMENT = {"PATH", "HOME", "TMPDIR", "DOCKER_CONFIG", "TERM", "LANG", "COMPOSE_MENU", "DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND",
               "DOCKER_CLI_PLUGIN_SOCKET", "LC_CTYPE", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_EXPORTER_OTLP_ENDPOINT"}
Thing = dict[str, Any]


class Scene:
    """A daemon, a policy that allows compose, and a plugin of root's, for one check."""

    def __init__(self, lane: Lane, name: str) -> None:
        self.lane, self.account = lane, lane.world.account
        stem = f"{lane.policy_path.stem}-{name}"
        self.config = lane.world.base / f"config-{stem}"
        self.seen = self.config / "cli-plugins/seen"
        self.seen.mkdir(parents=True)
        self.seen.chmod(0o777)
        shutil.copy(FILES / "plugin.py", self.config / "cli-plugins/docker-compose")
        (self.config / "cli-plugins/docker-compose").chmod(0o755)
        self.daemon = StatefulDaemon(str(lane.world.base / f"{stem}.sock"), lane.cli.api)
        policy = base_policy(lane.world, lane.cli.path, self.daemon.host)
        policy["docker"] |= {"config_dir": str(self.config), "annotations": self.daemon.store.api >= (1, 43)}
        policy["commands"] = {"allow": ["compose", "network create", "run"]}
        self.own_policy = policy
        self.policy = lane.policy_path.with_name(f"{stem}.json")
        self.policy.write_text(json.dumps(policy), encoding="utf-8")
        self.folder = lane.world.work / f"project-{stem}"
        self.folder.mkdir()
        shutil.chown(self.folder, self.account.uid, self.account.gid)

    def close(self) -> None:
        self.daemon.stop()

    def run(self, words: list[str], model: Thing | None = None, env: dict[str, str] = {}) -> tuple[int, str, str]:
        path = self.folder / "compose.json"
        path.write_text(json.dumps(model if model is not None else wordpress()), encoding="utf-8")
        for record in self.seen.glob("*.json"):
            record.unlink()
        line = [str(self.lane.safe_docker), "compose", f"--file={path}", *words]
        chosen = surroundings_of(self.lane.world) | env | {"SAFE_DOCKER_POLICY": str(self.policy)}
        return spawn(line, chosen, self.lane.world)

    def record(self, name: str) -> Thing:
        path = self.seen / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def project(self, name: str = "blog") -> str:
        return f"u{self.account.uid}-{name}"


def wordpress() -> Thing:
    return json.loads((FILES / "wordpress.json").read_text(encoding="utf-8"))


# -- what the real plugin makes of a service: pkg/compose/create.go of docker/compose -----------------------------------


def create_body(service: Thing, project: Thing, seccomp: str) -> Thing:
    options = [f"seccomp={seccomp}" if text == "seccomp=/proc/self/fd/3" else text for text in service["security_opt"]]
    networks = [project["networks"][key]["name"] for key in service.get("networks", {})]
    restart, _, count = service.get("restart", "").partition(":")
    ports: dict[str, list[Thing]] = {}
    for port in service.get("ports", []):
        binding = {"HostIp": port.get("host_ip", ""), "HostPort": port.get("published", "")}
        ports.setdefault(f"{port['target']}/{port['protocol']}", []).append(binding)
    host = {
        "Annotations": pairs(service.get("annotations", [])), "Binds": [], "Mounts": [mount(m, project) for m in service.get("volumes", [])],
        "CapAdd": service.get("cap_add", []), "CapDrop": service.get("cap_drop", []), "Init": service.get("init"),
        "NetworkMode": service.get("network_mode") or (networks or ["none"])[0], "IpcMode": service.get("ipc", ""),
        "CgroupnsMode": service.get("cgroup", ""), "PidMode": service.get("pid", ""), "UTSMode": service.get("uts", ""),
        "UsernsMode": service.get("userns_mode", ""), "Privileged": service.get("privileged", False),
        "ReadonlyRootfs": service.get("read_only", False), "ShmSize": service.get("shm_size", 0), "Sysctls": pairs(service.get("sysctls", [])),
        "RestartPolicy": {"Name": restart, "MaximumRetryCount": int(count or 0)}, "PortBindings": ports, "SecurityOpt": options,
        "Memory": service.get("mem_limit", 0), "MemorySwap": service.get("memswap_limit", 0), "PidsLimit": service.get("pids_limit", 0),
        "NanoCpus": int(service.get("cpus", 0) * 1e9), "CpuPeriod": service.get("cpu_period", 0), "CpuQuota": service.get("cpu_quota", 0),
        "CgroupParent": service.get("cgroup_parent", ""), "Runtime": service.get("runtime", ""), "GroupAdd": service.get("group_add", []),
        "Tmpfs": dict((text.partition(":")[0], text.partition(":")[2]) for text in service.get("tmpfs", [])),
        "LogConfig": {"Type": service.get("logging", {}).get("driver", ""), "Config": service.get("logging", {}).get("options", {})},
        "Ulimits": [{"Name": name, "Soft": row["soft"], "Hard": row["hard"]} for name, row in service.get("ulimits", {}).items()],
        "Devices": service.get("devices", []), "DeviceRequests": service.get("gpus", []), "VolumesFrom": service.get("volumes_from", []),
    }
    return {"Image": service["image"], "User": service.get("user", ""), "Labels": pairs(service.get("labels", [])),
            "Env": [text.replace("$$", "$") for text in service.get("environment", [])], "HostConfig": host,
            "NetworkingConfig": {"EndpointsConfig": {name: {} for name in networks}}}


def pairs(texts: list[str]) -> dict[str, str]:
    return dict(text.split("=", 1) for text in texts)


def mount(volume: Thing, project: Thing) -> Thing:
    kind, source = volume["type"], volume.get("source", "")
    row = {"Type": kind, "Target": volume["target"], "ReadOnly": volume.get("read_only", False)}
    if kind == "volume":
        return row | ({"Source": project["volumes"][source]["name"]} if source else {})
    if kind == "tmpfs":
        return row | {"TmpfsOptions": {"SizeBytes": volume["tmpfs"].get("size", 0), "Mode": volume["tmpfs"].get("mode", 0)}}
    return row | {"Source": source, "BindOptions": {"Propagation": volume["bind"]["propagation"],
                                                   "CreateMountpoint": volume["bind"]["create_host_path"]}}


# -- the checks ----------------------------------------------------------------------------------------------------------


def up(scene: Scene) -> list[str]:
    """A real-life project: nothing is asked with more than the caller's rights, all that runs is hardened."""
    status, out, err = scene.run(["--ansi", "never", "up", "-d", "wordpress"], env={"COMPOSE_FILE": "x", "DOCKER_HOST": "unix:///x"})
    asked, called = scene.record("asked"), scene.record("called")
    if status != 0 or not called:
        return [f"status {status}, {err}"]
    project, host = called["model"], f"--host={scene.daemon.host}"
    words = [host, "compose", "--ansi=never", f"--project-name={scene.project()}", *FIXED, "up", "--detach=true", "--renew-anon-volumes=true", "--", "wordpress"]
    failures = [] if [word for word in called["argv"] if word != host] == words[1:] else [f"executed: {called['argv']}"]
    failures += [f"in the environment: {name}" for name in called["environ"].keys() - ENVIRONMENT]
    failures += [f"descriptor {n} is {to}" for n, to in called["descriptors"].items()
                 if int(n) > 2 and not to.startswith(("/memfd:", "/proc/", "socket:", "anon_inode:", "pipe:"))]
    if not called["sealed"]:
        failures.append("the model can be changed")
    if asked["argv"][:1] != ["compose"] or asked["argv"][-2:] != ["config", "--format=json"]:
        failures.append(f"asked: {asked['argv']}")
    if "DOCKER_HOST" in asked["environ"] or asked["environ"]["DOCKER_CONFIG"] != str(scene.config):
        failures.append("the plugin is asked with a daemon or a configuration of the caller's")
    policy = effective(scene.own_policy)
    policy["network"]["allow"] = [*policy["network"]["allow"], "none", *scene.daemon.store.networks]
    for name, service in project["services"].items():
        body = create_body(service, project, called["seccomp"])
        failures += [f"{name}: {line}" for line in check_invariants(body, policy, scene.account)]
    if "MYSQL_PASSWORD=pa$ss${word" not in create_body(project["services"]["db"], project, "")["Env"]:
        failures.append("the password did not arrive as it was written")
    return failures + things(scene, project)


def things(scene: Scene, project: Thing) -> list[str]:
    """Networks and volumes are there before the plugin runs, are the caller's, and are named so that they stay it."""
    failures = []
    store, uid = scene.daemon.store, str(scene.account.uid)
    for key, row in project["networks"].items():
        network = store.networks.get(row["name"], {})
        if not row.get("external") or network.get("Labels", {}).get(OWNER) != uid:
            failures.append(f"network {key}: {row}, {network}")
        if network.get("Labels", {}).get("com.docker.compose.project") != project["name"]:
            failures.append(f"network {key} is not the project's")
    for key, row in project["volumes"].items():
        volume = store.volumes.get(row["name"], {})
        if not row.get("external") or (volume.get("Labels") or {}).get(OWNER) != uid:
            failures.append(f"volume {key}: {row}, {volume}")
    if not store.networks[project["networks"]["back"]["name"]]["Internal"]:
        failures.append("the network back is not internal")
    return failures


def again_and_down(scene: Scene) -> list[str]:
    """What there is is used again; `down --volumes` may remove it, because it is the project's own."""
    first = scene.run(["up", "-d"]), scene.record("called")
    second = scene.run(["up", "-d"]), scene.record("called")
    failures = [] if first[1].get("model") == second[1].get("model") else ["the second time another model is executed"]
    status, _, err = scene.run(["down", "-v"])
    project = scene.record("called").get("model", {})
    if status != 0:
        return [*failures, f"down: {err}"]
    names = {row["name"] for row in project["volumes"].values() if not row.get("external")}
    if names != {scene.project("blog_db"), scene.project("blog_wordpress")}:
        failures.append(f"down removes the volumes {names}")
    return failures


def others(scene: Scene) -> list[str]:
    """Names that others hold, and containers of others with the project's label."""
    failures = []
    picture = scene.daemon.picture()
    for kind, words in (("volumes", ["volume", "create", "--label", f"{OWNER}=1", "bobs"]),
                        ("networks", ["network", "create", "--label", f"{OWNER}=1", "bobs"])):
        scene.lane.alone(scene.lane.cli, words, scene.daemon.host)
        for external in (True, False):
            model = wordpress()
            model[kind]["db" if kind == "volumes" else "back"] = {"name": "bobs", "external": external}
            for command in (["up", "-d"], ["down", "-v"], ["ps"]):
                status, _, err = scene.run(command, model)
                if status != 125 or f"compose-{kind[:-1]}" not in err or scene.record("called"):
                    failures.append(f"{kind}, external {external}, {command}: status {status}, {err}")
        scene.daemon.put_back(picture)
    from daemon_objects import add_image
    add_image(scene.daemon.store, "bb:1")
    label = f"com.docker.compose.project={scene.project()}"
    scene.lane.alone(scene.lane.cli, ["create", "--label", label, "--label", f"{OWNER}={scene.account.uid}", "bb:1"], scene.daemon.host)
    for command in (["up", "-d"], ["down"], ["ps"], ["logs"], ["stop"], ["rm", "-f"]):
        status, _, err = scene.run(command)
        if status != 125 or "compose-project" not in err or scene.record("called"):
            failures.append(f"planted container, {command}: status {status}, {err}")
    return failures


ATTACKS: list[Thing] = [
    {"privileged": True}, {"cap_add": ["ALL"]}, {"pid": "host"}, {"ipc": "service:db"}, {"network_mode": "host", "networks": {}},
    {"network_mode": "service:db", "networks": {}}, {"userns_mode": "host"}, {"cgroup": "host"}, {"use_api_socket": True},
    {"volumes": [{"type": "bind", "source": "/", "target": "/host"}]},
    {"volumes": [{"type": "bind", "source": "/var/run/docker.sock", "target": "/s", "bind": {"create_host_path": True}}]},
    {"devices": [{"source": "/dev/mem", "target": "/dev/mem", "permissions": "rwm"}]}, {"security_opt": ["seccomp=unconfined"]},
    {"security_opt": ["seccomp:/proc/self/fd/7"]}, {"security_opt": ["no-new-privileges=false"]}, {"user": "0"}, {"build": {"context": "."}},
    {"deploy": {"resources": {"limits": {"memory": "1099511627776"}}}}, {"deploy": {"replicas": 1000}}, {"extends": {"service": "x"}},
    {"secrets": [{"source": "s"}]}, {"configs": [{"source": "c"}]}, {"env_file": ["/etc/shadow"]}, {"provider": {"type": "/bin/sh"}},
    {"post_start": [{"command": ["id"], "privileged": True}]}, {"volumes_from": ["container:bobs"]}, {"external_links": ["bobs"]},
    {"labels": {"com.docker.compose.project": "bobs"}}, {"labels": {OWNER: "0"}}, {"a_new_key": 1}, {"image": "alpine", "runtime": "x"},
]


def attacks(scene: Scene) -> list[str]:
    failures = []
    for attack in ATTACKS:
        model = wordpress()
        model["services"]["wordpress"] |= attack
        for command in (["up", "-d"], ["down"]):
            status, _, err = scene.run(command, model)
            if status != 125 or scene.record("called") or not any(words in err for words in ("denied by policy", "not understood")):
                failures.append(f"{attack}, {command}: status {status}, {err}")
    model = wordpress()
    model["services"]["wordpress"]["x-privileged"] = {"privileged": True}
    status, _, err = scene.run(["up", "-d"], model)
    if status != 0 or "privileged" in json.dumps(scene.record("called").get("model", "privileged")).replace("no-new-privileges", ""):
        failures.append(f"x- keys: status {status}, {err}")
    return failures


def print_alone(scene: Scene) -> list[str]:
    """`config` runs with nothing but the caller's rights, and nothing is asked of the daemon."""
    scene.daemon.exchanges()
    status, out, err = scene.run(["config", "--format", "json"], env={"SECRET": "x"})
    asked = scene.record("asked")
    failures = [] if status == 0 and json.loads(out.replace("$$", "$")) == wordpress() else [f"status {status}, {err}"]
    if asked.get("argv", [])[-2:] != ["config", "--format=json"] or set(asked["gid"]) != {scene.account.gid}:
        failures.append(f"asked: {asked.get('argv')}, {asked.get('gid')}")
    if asked.get("environ", {}).get("SECRET") != "x":
        failures.append("variables of the caller's do not reach the plugin")
    return failures + [f"asked of the daemon: {e.request.line()}" for e in scene.daemon.exchanges()]


def off_by_default(scene: Scene) -> list[str]:
    policy = scene.own_policy | {"commands": {}}
    scene.policy.write_text(json.dumps(policy), encoding="utf-8")
    status, _, err = scene.run(["up", "-d"])
    good = status == 125 and "command-not-allowed" in err and not scene.record("asked")
    return [] if good else [f"status {status}, {err}"]


CHECKS: list[Callable[[Scene], list[str]]] = [up, again_and_down, others, attacks, print_alone, off_by_default]


def check_compose(lane: Lane, check: Callable[[Scene], list[str]]) -> list[str]:
    if lane.safe_docker is None:
        return []
    scene = Scene(lane, check.__name__)
    try:
        return check(scene)
    finally:
        scene.close()
