# SPDX-License-Identifier: Apache-2.0
"""The containers of the stateful daemon: what the requests about them do and answer."""

from __future__ import annotations

import copy

from daemon_store import WHEN, Failed, Store, Thing, asked, has_labels, read_filters, truthy
from fake_daemon import Answer, Request

FILES = {"/etc/os-release": b"NAME=fake\n", "/data/a.txt": b"first\n", "/data/sub/b.txt": b"second\n", "/tmp/.keep": b""}
DEFAULTS = {  # what dockerd fills in
    "NetworkMode": "default", "IpcMode": "private", "CgroupnsMode": "private", "Runtime": "runc", "ShmSize": 67108864,
    "LogConfig": {"Type": "json-file", "Config": {}},
    "MaskedPaths": ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
                    "/proc/sched_debug", "/proc/scsi", "/sys/firmware"],
    "ReadonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]}
UPDATABLE = ("CpuShares", "Memory", "NanoCpus", "CpuPeriod", "CpuQuota", "CpusetCpus", "CpusetMems", "MemoryReservation",
             "MemorySwap", "PidsLimit", "BlkioWeight", "RestartPolicy")


def log_event(store: Store, container: Thing, action: str, **more: str) -> None:
    attributes = {"name": container["Name"][1:], "image": container["Config"]["Image"], **(container["Config"]["Labels"] or {}), **more}
    store.event("container", action, container["Id"], attributes)


# -- create --------------------------------------------------------------------------------------------------


def create(store: Store, request: Request) -> Answer:
    asked_for = request.json()
    host = asked_for.pop("HostConfig", None) or {}
    asked_networks = (asked_for.pop("NetworkingConfig", None) or {}).get("EndpointsConfig") or {}
    image = store.image(asked_for["Image"])
    ident = store.new_id("container")
    name = "/" + (asked(request, "name").removeprefix("/") or f"named_{ident[:6]}")
    for other in store.containers.values():
        if other["Name"] == name:
            raise Failed(409, f'Conflict. The container name "{name}" is already in use by container "{other["Id"]}". You have to'
                              ' remove (or rename) that container to be able to reuse that name.')
    if not (host.get("LogConfig") or {}).get("Type"):
        host["LogConfig"] = None
    host = host | {key: value for key, value in copy.deepcopy(DEFAULTS).items() if not host.get(key) and host.get(key) != []}
    _look_up_others(store, host)
    config = asked_for | {"Labels": {**(image["Config"]["Labels"] or {}), **(asked_for.get("Labels") or {})}}
    command = [*(config.get("Entrypoint") or image["Config"]["Entrypoint"] or []), *(config.get("Cmd") or image["Config"]["Cmd"] or [])]
    container = {
        "Id": ident, "Created": WHEN, "Path": command[0] if command else "", "Args": command[1:], "Image": image["Id"], "Name": name,
        "RestartCount": 0, "Driver": "overlay2", "Platform": "linux", "MountLabel": "", "ProcessLabel": "", "AppArmorProfile": "",
        "ExecIDs": None, "HostConfig": host, "Config": config, "Mounts": _mounts(store, host), "State": _state("created"),
        "NetworkSettings": {"Ports": _ports(host), "Networks": _networks(store, host, asked_networks)},
        "_files": dict(FILES), "_ends": False}
    store.containers[ident] = container
    log_event(store, container, "create")
    return Answer(201, {"Id": ident, "Warnings": []})


def _look_up_others(store: Store, host: Thing) -> None:
    others = [value.split(":")[0] for value in (host.get("VolumesFrom") or []) + (host.get("Links") or [])]
    others += [host[key].split(":", 1)[1] for key in ("NetworkMode", "PidMode", "IpcMode") if host.get(key, "").startswith("container:")]
    for other in others:
        store.container(other)


def _mounts(store: Store, host: Thing) -> list[Thing]:
    mounts = []
    for bind in host.get("Binds") or []:
        source, target, *mode = bind.split(":")
        mounts.append({"Type": "bind" if source.startswith("/") else "volume", "Source": source, "Target": target, "ReadOnly": "ro" in mode})
    found = []
    for mount in mounts + (host.get("Mounts") or []):
        shown = {"Type": mount["Type"], "Source": mount.get("Source", ""), "Destination": mount["Target"], "Mode": "",
                 "RW": not mount.get("ReadOnly"), "Propagation": "rprivate" if mount["Type"] == "bind" else ""}
        if mount["Type"] == "volume":
            name = mount.get("Source") or store.new_id("volume")
            volume = store.make_volume(name, (mount.get("VolumeOptions") or {}).get("Labels"))
            shown |= {"Name": name, "Source": volume["Mountpoint"], "Driver": "local", "Mode": "z"}
        found.append(shown)
    return found


def _ports(host: Thing) -> Thing:
    return {port: [{"HostIp": b.get("HostIp") or "0.0.0.0", "HostPort": b.get("HostPort") or "49153"} for b in bound]
            for port, bound in (host.get("PortBindings") or {}).items()}


def endpoint(network: Thing, asked_for: Thing | None = None) -> Thing:
    return (asked_for or {}) | {"NetworkID": network["Id"], "EndpointID": "", "Gateway": "", "IPAddress": "172.30.0.2", "IPPrefixLen": 16}


def _networks(store: Store, host: Thing, asked_for: Thing) -> Thing:
    mode = host["NetworkMode"]
    if mode.startswith("container:"):
        return {}
    names = {"bridge" if name == "default" else name: value for name, value in ({mode: None} | asked_for).items()}
    found = {name: store.network(name) for name in names}
    return {found[name]["Name"]: endpoint(found[name], value) for name, value in names.items()}


# -- state ---------------------------------------------------------------------------------------------------


def _state(status: str, code: int = 0) -> Thing:
    running = status in ("running", "paused")
    return {"Status": status, "Running": running, "Paused": status == "paused", "Restarting": False, "OOMKilled": False, "Dead": False,
            "Pid": 4242 if running else 0, "ExitCode": code, "Error": "", "StartedAt": WHEN if status != "created" else "0001-01-01T00:00:00Z",
            "FinishedAt": WHEN if status == "exited" else "0001-01-01T00:00:00Z"}


def _end(store: Store, container: Thing, code: int) -> None:
    container["State"] = _state("exited", code)
    log_event(store, container, "die", exitCode=str(code))
    if container["HostConfig"].get("AutoRemove"):
        store.containers.pop(container["Id"], None)
        log_event(store, container, "destroy")


def need_running(container: Thing) -> None:
    if not container["State"]["Running"]:
        raise Failed(409, f"Container {container['Id']} is not running")


def start(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    if container["State"]["Running"]:
        return Answer(304)
    container["State"] = _state("running")
    log_event(store, container, "start")
    if container.pop("_ends", False):
        _end(store, container, 0)
    return Answer(204)


def stop(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    if not container["State"]["Running"]:
        return Answer(304)
    log_event(store, container, "stop")
    _end(store, container, 143)
    return Answer(204)


def restart(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    container["State"] = _state("running")
    log_event(store, container, "restart")
    return Answer(204)


def kill(store: Store, request: Request, name: str) -> Answer:
    try:
        container = store.container(name)
    except Failed as error:
        raise Failed(error.status, f"Cannot kill container: {name}: {error.message}") from error
    if not container["State"]["Running"]:
        raise Failed(409, f"Cannot kill container: {name}: Container {container['Id']} is not running")
    signal = asked(request, "signal") or "KILL"
    log_event(store, container, "kill", signal=signal)
    if signal.upper().removeprefix("SIG") in ("KILL", "9", "TERM", "15", "INT", "2"):
        _end(store, container, 137)
    return Answer(204)


def pause(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    need_running(container)
    if container["State"]["Paused"]:
        raise Failed(409, f"Container {container['Id']} is already paused")
    container["State"] = _state("paused")
    return Answer(204)


def unpause(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    if not container["State"]["Paused"]:
        raise Failed(500, f"Container {container['Id']} is not paused")
    container["State"] = _state("running")
    return Answer(204)


def wait(store: Store, request: Request, name: str) -> Answer:
    """Nothing runs on its own here, so nobody need wait."""
    return Answer(200, {"StatusCode": store.container(name)["State"]["ExitCode"]})


def rename(store: Store, request: Request, name: str) -> Answer:
    container, new = store.container(name), "/" + asked(request, "name").removeprefix("/")
    for other in store.containers.values():
        if other["Name"] == new:
            raise Failed(409, f'Error when allocating new name: Conflict. The container name "{new}" is already in use by container '
                              f'"{other["Id"]}". You have to remove (or rename) that container to be able to reuse that name.')
    container["Name"] = new
    return Answer(204)


def update(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    container["HostConfig"] |= {key: value for key, value in request.json().items() if key in UPDATABLE and value}
    return Answer(200, {"Warnings": []})


def remove(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    if truthy(request, "link"):
        raise Failed(400, f"Cannot remove link {name}")
    if container["State"]["Running"] and not truthy(request, "force"):
        raise Failed(409, f"You cannot remove a running container {container['Id']}. Stop the container before attempting removal or force remove")
    _forget(store, container, truthy(request, "v"))
    return Answer(204)


def _forget(store: Store, container: Thing, volumes: bool) -> None:
    del store.containers[container["Id"]]
    for mount in container["Mounts"] if volumes else []:
        if len(mount.get("Name", "")) == 64:
            store.volumes.pop(mount["Name"], None)
    log_event(store, container, "destroy")


def prune(store: Store, request: Request) -> Answer:
    filters = read_filters(request.query, ("label", "label!", "until"))
    gone = [c for c in store.containers.values() if not c["State"]["Running"] and has_labels(c["Config"]["Labels"], filters)]
    for container in gone:
        store.touched.append(container["Id"])
        _forget(store, container, False)
    return Answer(200, {"ContainersDeleted": [c["Id"] for c in gone], "SpaceReclaimed": 4096 * len(gone)})


ROUTES = [
    ("POST", r"/containers/create", create),
    ("POST", r"/containers/prune", prune),
    ("POST", r"/containers/([^/]+)/start", start),
    ("POST", r"/containers/([^/]+)/stop", stop),
    ("POST", r"/containers/([^/]+)/restart", restart),
    ("POST", r"/containers/([^/]+)/kill", kill),
    ("POST", r"/containers/([^/]+)/pause", pause),
    ("POST", r"/containers/([^/]+)/unpause", unpause),
    ("POST", r"/containers/([^/]+)/wait", wait),
    ("POST", r"/containers/([^/]+)/rename", rename),
    ("POST", r"/containers/([^/]+)/update", update),
    ("DELETE", r"/containers/([^/]+)", remove),
]
