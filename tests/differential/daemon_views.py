# SPDX-License-Identifier: Apache-2.0
"""What the stateful daemon shows of its containers: lists, logs, statistics, files, and processes that exec starts in them."""

from __future__ import annotations

import base64
import io
import json
import struct
import tarfile
from typing import Any

from daemon_containers import need_running
from daemon_store import EPOCH, WHEN, Failed, Store, Thing, any_of, asked, by_name, by_prefix, has_labels, read_filters, truthy
from fake_daemon import Answer, Request

LIST_FILTERS = ("ancestor", "before", "exited", "expose", "health", "id", "is-task", "isolation", "label", "name",
                "network", "publish", "since", "status", "volume")
HIJACK = {"Connection": "Upgrade", "Upgrade": "tcp"}


def framed(text: bytes, stream: int = 1) -> bytes:
    return struct.pack(">BxxxI", stream, len(text)) + text


def talk(thing: Thing, text: bytes, hijack: bool, api: tuple[int, int]) -> Answer:
    """A stream of a container: raw on a terminal, else with a header for each piece."""
    tty = thing["Config"].get("Tty") if "Config" in thing else thing.get("Tty")
    kind = "raw" if tty or api < (1, 42) else "multiplexed"
    headers = {"Content-Type": f"application/vnd.docker.{kind}-stream"} | (HIJACK if hijack else {})
    return Answer(101 if hijack else 200, text if tty else framed(text), headers, hijack)


# -- looking -------------------------------------------------------------------------------------------------


def inspect(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    size = {"SizeRw": 12, "SizeRootFs": 4096} if truthy(request, "size") else {}
    return Answer(200, {key: value for key, value in container.items() if key[0] != "_"} | size)


def _status_words(container: Thing) -> str:
    state = container["State"]
    words = {"created": "Created", "running": "Up 5 minutes", "paused": "Up 5 minutes (Paused)"}
    return words.get(state["Status"], f"Exited ({state['ExitCode']}) 5 minutes ago")


def _row(container: Thing, size: bool) -> Thing:
    words = " ".join([container["Path"], *container["Args"]])
    bound = container["NetworkSettings"]["Ports"]
    ports = [{"IP": b["HostIp"], "PrivatePort": int(port.split("/")[0]), "PublicPort": int(b["HostPort"]), "Type": port.split("/")[1]}
             for port, all_bound in bound.items() for b in all_bound]
    row = {"Id": container["Id"], "Names": [container["Name"]], "Image": container["Config"]["Image"], "ImageID": container["Image"],
           "Command": words, "Created": EPOCH, "Ports": ports, "Labels": container["Config"]["Labels"], "State": container["State"]["Status"],
           "Status": _status_words(container), "HostConfig": {"NetworkMode": container["HostConfig"]["NetworkMode"]},
           "NetworkSettings": {"Networks": container["NetworkSettings"]["Networks"]}, "Mounts": container["Mounts"]}
    return row | ({"SizeRw": 12, "SizeRootFs": 4096} if size else {})


def _matches(container: Thing, filters: dict[str, list[str]]) -> bool:
    mounted = [m.get("Name", m["Source"]) for m in container["Mounts"]] + [m["Destination"] for m in container["Mounts"]]
    networks = [text for name, n in container["NetworkSettings"]["Networks"].items() for text in (name, n["NetworkID"])]
    return (has_labels(container["Config"]["Labels"], filters) and by_prefix(filters, container["Id"])
            and (by_name(filters, container["Name"]) or by_name(filters, container["Name"][1:]))
            and any_of(filters, "status", container["State"]["Status"].__eq__)
            and any_of(filters, "exited", str(container["State"]["ExitCode"]).__eq__)
            and any_of(filters, "ancestor", lambda image: container["Config"]["Image"] in (image, image + ":latest"))
            and any_of(filters, "volume", mounted.__contains__) and any_of(filters, "network", networks.__contains__))


def listed(store: Store, request: Request) -> Answer:
    filters, limit = read_filters(request.query, LIST_FILTERS), int(asked(request, "limit", "0"))
    for key in ("before", "since"):
        for name in filters.get(key, []):
            store.container(name)
    everyone = truthy(request, "all") or limit > 0 or "status" in filters or "exited" in filters
    rows = [_row(c, truthy(request, "size")) for c in reversed(store.containers.values())
            if (everyone or c["State"]["Running"]) and _matches(c, filters)]
    return Answer(200, rows[:limit] if limit > 0 else rows)


def logs(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    stamp = WHEN + " " if truthy(request, "timestamps") else ""
    details = "a=b " if truthy(request, "details") else ""
    lines = [f"{stamp}{details}{container['Name'][1:]} says {n}\n" for n in ("one", "two", "three")]
    tail = asked(request, "tail", "all")
    text = "".join(lines[-int(tail):] if tail.isdigit() and int(tail) else [] if tail == "0" else lines)
    return talk(container, text.encode(), False, store.api)


def attach(store: Store, request: Request, name: str) -> Answer:
    """One who listens before the start is one who waits for the end; nothing runs on its own here."""
    container = store.container(name)
    container["_ends"] = not container["State"]["Running"]
    return talk(container, f"{container['Name'][1:]} speaks\n".encode(), True, store.api)


def top(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    need_running(container)
    titles = ["UID", "PID", "CMD"] + (["ARGS"] if asked(request, "ps_args") not in ("", "-ef") else [])
    process = ["1000", "4242", container["Name"][1:], asked(request, "ps_args")]
    return Answer(200, {"Titles": titles, "Processes": [process[:len(titles)]]})


def stats(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    usage = {"cpu_usage": {"total_usage": 100, "usage_in_kernelmode": 10, "usage_in_usermode": 90}, "system_cpu_usage": 1000, "online_cpus": 2}
    one = {"read": WHEN, "preread": WHEN, "id": container["Id"], "name": container["Name"], "cpu_stats": usage, "precpu_stats": usage,
           "memory_stats": {"usage": 1048576, "limit": 536870912, "stats": {"cache": 0}}, "pids_stats": {"current": 1},
           "blkio_stats": {"io_service_bytes_recursive": None}, "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}}, "num_procs": 0,
           "storage_stats": {}}
    text = json.dumps(one) + "\n"
    return Answer(200, text if asked(request, "stream", "1") in ("0", "false") else text * 3)


def changes(store: Store, request: Request, name: str) -> Answer:
    store.container(name)
    return Answer(200, [{"Path": "/data", "Kind": 0}, {"Path": "/data/a.txt", "Kind": 1}])


def resize(store: Store, request: Request, name: str) -> Answer:
    store.container(name)
    return Answer(200)


# -- exec ----------------------------------------------------------------------------------------------------


def exec_create(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    need_running(container)
    ident = store.new_id("exec")
    store.execs[ident] = request.json() | {"ContainerID": container["Id"], "ID": ident, "Running": False, "ExitCode": None}
    return Answer(201, {"Id": ident})


def _exec(store: Store, ident: str) -> Thing:
    if ident not in store.execs:
        raise Failed(404, f"No such exec instance: {ident}")
    store.touched.append(store.execs[ident]["ContainerID"])
    return store.execs[ident]


def exec_start(store: Store, request: Request, ident: str) -> Answer:
    process, asked_for = _exec(store, ident), request.json() or {}
    process["ExitCode"] = 3 if process["Cmd"] == ["false"] else 0
    if asked_for.get("Detach"):
        return Answer(200)
    shown: dict[str, Any] = {key: process.get(key) for key in ("Cmd", "Env", "WorkingDir", "Tty", "AttachStdin")}
    return talk(process, ("exec " + json.dumps(shown) + "\n").encode(), True, store.api)


def exec_inspect(store: Store, request: Request, ident: str) -> Answer:
    return Answer(200, _exec(store, ident) | {"ProcessConfig": {"tty": False}, "Pid": 4243, "OpenStdin": False})


def exec_resize(store: Store, request: Request, ident: str) -> Answer:
    _exec(store, ident)
    return Answer(200)


# -- files ---------------------------------------------------------------------------------------------------


def _clean(path: str) -> str:
    return "/" + "/".join(part for part in path.split("/") if part not in ("", "."))


def _found(container: Thing, path: str) -> tuple[str, bool]:
    """The clean path and whether it is a folder; folders are there as long as files are in them."""
    path = _clean(path)
    if path in container["_files"]:
        return path, False
    if path != "/" and not any(name.startswith(path + "/") for name in container["_files"]):
        raise Failed(404, f"Could not find the file {path} in container {container['Id']}")
    return path, True


def _archive(container: Thing, path: str, folder: bool, whole: bool = False) -> bytes:
    """A tar of what is there, its names below the last part of the path; below "." of the `whole` of a folder ("/data/.")."""
    top = "." if whole else path.rsplit("/", 1)[-1] or "/"
    names = {name: top + name[len(path.rstrip("/")):] for name in container["_files"]
             if name == path or (folder and name.startswith(path.rstrip("/") + "/"))}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for shown in sorted({top} | {name.rsplit("/", 1)[0] for name in names.values()}) if folder else []:
            entry = tarfile.TarInfo(shown)
            entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, EPOCH
            archive.addfile(entry)
        for name, shown in names.items():
            entry = tarfile.TarInfo(shown)
            entry.size, entry.mode, entry.mtime = len(container["_files"][name]), 0o644, EPOCH
            archive.addfile(entry, io.BytesIO(container["_files"][name]))
    return buffer.getvalue()


def archive_get(store: Store, request: Request, name: str) -> Answer:
    """GET and HEAD; the client reads what kind of file it is from a header."""
    container = store.container(name)
    path, folder = _found(container, asked(request, "path"))
    size = 4096 if folder else len(container["_files"][path])
    name = asked(request, "path").rstrip("/").rsplit("/", 1)[-1] or "/"
    stat = {"name": name, "size": size, "mode": 0o755 | 1 << 31 if folder else 0o644, "mtime": WHEN, "linkTarget": ""}
    header = {"X-Docker-Container-Path-Stat": base64.b64encode(json.dumps(stat).encode()).decode(), "Content-Type": "application/x-tar"}
    return Answer(200, _archive(container, path, folder, asked(request, "path").endswith("/.")) if request.method == "GET" else b"", header)


def archive_put(store: Store, request: Request, name: str) -> Answer:
    container = store.container(name)
    path, folder = _found(container, asked(request, "path"))
    if not folder:
        raise Failed(400, "extraction point is not a directory")
    with tarfile.open(fileobj=io.BytesIO(request.body)) as archive:
        for entry in archive:
            file = archive.extractfile(entry)
            if file is not None:
                container["_files"][_clean(path + "/" + entry.name)] = file.read()
    return Answer(200)


def export(store: Store, request: Request, name: str) -> Answer:
    return Answer(200, _archive(store.container(name), "/", True), {"Content-Type": "application/octet-stream"})


ROUTES = [
    ("GET", r"/containers/json", listed),
    ("GET", r"/containers/([^/]+)/json", inspect),
    ("POST", r"/containers/([^/]+)/resize", resize),
    ("POST", r"/containers/([^/]+)/attach", attach),
    ("POST", r"/containers/([^/]+)/exec", exec_create),
    ("GET", r"/containers/([^/]+)/logs", logs),
    ("GET", r"/containers/([^/]+)/top", top),
    ("GET", r"/containers/([^/]+)/stats", stats),
    ("GET", r"/containers/([^/]+)/changes", changes),
    ("POST", r"/exec/([^/]+)/start", exec_start),
    ("GET", r"/exec/([^/]+)/json", exec_inspect),
    ("POST", r"/exec/([^/]+)/resize", exec_resize),
    ("GET", r"/containers/([^/]+)/archive", archive_get),
    ("HEAD", r"/containers/([^/]+)/archive", archive_get),
    ("PUT", r"/containers/([^/]+)/archive", archive_put),
    ("GET", r"/containers/([^/]+)/export", export),
]
