# SPDX-License-Identifier: Apache-2.0
"""Images, volumes, networks and the daemon itself: what the requests about them do and answer."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

from daemon_containers import endpoint
from daemon_store import (EPOCH, WHEN, Failed, Store, Thing, any_of, asked, by_name, by_pattern, by_prefix, has_labels, normalised,
                          read_filters, truthy)
from fake_daemon import Answer, Request

# -- images --------------------------------------------------------------------------------------------------


def add_image(store: Store, tag: str, labels: dict[str, str] | None = None, command: list[str] | None = None) -> Thing:
    ident = "sha256:" + store.new_id("image")
    config = {"Labels": labels, "Env": ["PATH=/bin"], "Cmd": command or ["sh"], "Entrypoint": None, "WorkingDir": "", "User": "",
              "Volumes": None, "ExposedPorts": None, "Hostname": "", "Image": ""}
    image = {"Id": ident, "RepoTags": [], "RepoDigests": [], "Created": WHEN, "Size": 4096000, "VirtualSize": 4096000, "Os": "linux",
             "Architecture": "amd64", "Parent": "", "Comment": "", "Author": "", "DockerVersion": "20.10", "Config": config, "ContainerConfig": config,
             "GraphDriver": {"Name": "overlay2", "Data": {}}, "RootFS": {"Type": "layers", "Layers": ["sha256:" + store.new_id("layer")]},
             "Metadata": {"LastTagTime": WHEN}}
    store.images[ident] = image
    _tag(store, image, tag)
    return image


def _tag(store: Store, image: Thing, tag: str) -> None:
    if not tag:
        return
    for other in store.images.values():
        if tag in other["RepoTags"]:
            other["RepoTags"].remove(tag)
    image["RepoTags"].append(normalised(tag))


def _lines(*entries: Thing) -> Answer:
    return Answer(200, "".join(json.dumps(entry) + "\r\n" for entry in entries))


def image_create(store: Store, request: Request) -> Answer:
    """pull and import."""
    if asked(request, "fromSrc"):
        reference = ":".join(filter(None, (asked(request, "repo"), asked(request, "tag"))))
        return _lines({"status": add_image(store, reference)["Id"]})
    name, tag = asked(request, "fromImage"), asked(request, "tag") or "latest"
    if "missing" in name:
        raise Failed(404, f"pull access denied for {name}, repository does not exist or may require 'docker login'")
    reference = normalised(name if tag.startswith("sha256:") else f"{name}:{tag}")
    if not any(reference in image["RepoTags"] for image in store.images.values()):
        add_image(store, reference)
    return _lines({"status": f"Pulling from {name}", "id": tag}, {"status": "Digest: sha256:" + "d1" * 32},
                  {"status": f"Status: Downloaded newer image for {reference}"})


def image_list(store: Store, request: Request) -> Answer:
    filters = read_filters(request.query, ("before", "dangling", "label", "reference", "since", "until"))
    for key in ("before", "since"):
        for name in filters.get(key, []):
            store.image(name)
    rows = [{"Id": i["Id"], "RepoTags": i["RepoTags"] or ["<none>:<none>"], "RepoDigests": i["RepoDigests"], "Created": EPOCH, "Size": i["Size"],
             "VirtualSize": i["Size"], "SharedSize": -1, "Containers": -1, "Labels": i["Config"]["Labels"], "ParentId": ""}
            for i in store.images.values() if has_labels(i["Config"]["Labels"], filters) and by_pattern(filters, i["RepoTags"])
            and any_of(filters, "dangling", lambda wanted, i=i: (wanted in ("1", "true")) == (not i["RepoTags"]))]
    return Answer(200, rows)


def image_inspect(store: Store, request: Request, name: str) -> Answer:
    return Answer(200, store.image(name))


def image_history(store: Store, request: Request, name: str) -> Answer:
    image = store.image(name)
    return Answer(200, [{"Id": image["Id"], "Created": EPOCH, "CreatedBy": "/bin/sh -c #(nop) CMD", "Tags": image["RepoTags"], "Size": 4, "Comment": ""}])


def image_tag(store: Store, request: Request, name: str) -> Answer:
    _tag(store, store.image(name), f"{asked(request, 'repo')}:{asked(request, 'tag') or 'latest'}")
    return Answer(201)


def image_push(store: Store, request: Request, name: str) -> Answer:
    reference = f"{name}:{asked(request, 'tag') or 'latest'}"
    store.image(reference)
    return _lines({"status": f"The push refers to repository [{name}]"}, {"status": f"{asked(request, 'tag')}: digest: sha256:{'d1' * 32} size: 1"})


def image_remove(store: Store, request: Request, name: str) -> Answer:
    image, reference = store.image(name), normalised(name)
    users = [c["Id"] for c in store.containers.values() if c["Image"] == image["Id"]]
    if len(image["RepoTags"]) > 1 and reference in image["RepoTags"]:
        image["RepoTags"].remove(reference)
        return Answer(200, [{"Untagged": reference}])
    if users and not truthy(request, "force"):
        raise Failed(409, f"conflict: unable to remove repository reference \"{name}\" (must force) - container {users[0][:12]} is using "
                          f"its referenced image {image['Id'][7:19]}")
    del store.images[image["Id"]]
    return Answer(200, [{"Untagged": tag} for tag in image["RepoTags"]] + [{"Deleted": image["Id"]}])


def image_prune(store: Store, request: Request) -> Answer:
    read_filters(request.query, ("dangling", "label", "label!", "until"))
    return Answer(200, {"ImagesDeleted": None, "SpaceReclaimed": 0})


def image_load(store: Store, request: Request) -> Answer:
    """The tar's manifest says which names come; what is in it does not matter here."""
    with tarfile.open(fileobj=io.BytesIO(request.body)) as archive:
        file = archive.extractfile("manifest.json") if "manifest.json" in archive.getnames() else None
        tags = [tag for entry in json.loads(file.read()) for tag in entry["RepoTags"]] if file else []
    for tag in tags:
        add_image(store, tag)
    return _lines(*({"stream": f"Loaded image: {tag}\n"} for tag in tags))


def image_get(store: Store, request: Request, name: str = "") -> Answer:
    images = [store.image(wanted) for wanted in ([name] if name else request.query.get("names", []))]
    buffer, manifest = io.BytesIO(), json.dumps([{"RepoTags": i["RepoTags"]} for i in images]).encode()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))
    return Answer(200, buffer.getvalue(), {"Content-Type": "application/x-tar"})


def image_search(store: Store, request: Request) -> Answer:
    term = asked(request, "term")
    return Answer(200, [{"name": term, "description": f"about {term}", "star_count": 7, "is_official": True, "is_automated": False}])


def commit(store: Store, request: Request) -> Answer:
    container = store.container(asked(request, "container"))
    reference = f"{asked(request, 'repo')}:{asked(request, 'tag') or 'latest'}" if asked(request, "repo") else ""
    return Answer(201, {"Id": add_image(store, reference, container["Config"]["Labels"])["Id"]})


# -- volumes -------------------------------------------------------------------------------------------------


def volume_create(store: Store, request: Request) -> Answer:
    wanted = request.json()
    return Answer(201, store.make_volume(wanted.get("Name") or store.new_id("volume"), wanted.get("Labels"), wanted.get("DriverOpts")))


def volume_list(store: Store, request: Request) -> Answer:
    filters = read_filters(request.query, ("dangling", "driver", "label", "name"))
    found = [v for v in store.volumes.values() if has_labels(v["Labels"], filters) and by_name(filters, v["Name"])
             and any_of(filters, "driver", "local".__eq__)
             and any_of(filters, "dangling", lambda wanted, v=v: (wanted in ("1", "true")) == (not store.volume_users(v["Name"])))]
    return Answer(200, {"Volumes": found, "Warnings": None})


def volume_inspect(store: Store, request: Request, name: str) -> Answer:
    return Answer(200, store.volume(name))


def volume_remove(store: Store, request: Request, name: str) -> Answer:
    if name not in store.volumes and truthy(request, "force"):
        return Answer(204)
    store.volume(name)
    users = store.volume_users(name)
    if users:
        raise Failed(409, f"remove {name}: volume is in use - [{', '.join(users)}]")
    del store.volumes[name]
    return Answer(204)


def volume_prune(store: Store, request: Request) -> Answer:
    filters = read_filters(request.query, ("all", "label", "label!"))
    everyone = store.api < (1, 42) or any(value in ("1", "true") for value in filters.get("all", []))
    gone = [name for name, volume in store.volumes.items() if has_labels(volume["Labels"], filters) and not store.volume_users(name)
            and (everyone or len(name) == 64)]
    for name in gone:
        store.touched.append("volume " + name)
        del store.volumes[name]
    return Answer(200, {"VolumesDeleted": gone, "SpaceReclaimed": 512 * len(gone)})


# -- networks ------------------------------------------------------------------------------------------------


def add_network(store: Store, name: str, driver: str = "bridge", wanted: Thing | None = None) -> Thing:
    asked_for = wanted or {}
    network = {"Name": name, "Id": store.new_id("network"), "Created": WHEN, "Scope": "local", "Driver": driver, "EnableIPv6": False,
               "EnableIPv4": True, "IPAM": {"Driver": "default", "Options": None,
                                           "Config": (asked_for.get("IPAM") or {}).get("Config") or [{"Subnet": "172.30.0.0/16"}]},
               "Internal": bool(asked_for.get("Internal")), "Attachable": bool(asked_for.get("Attachable")), "Ingress": False,
               "ConfigFrom": {"Network": ""}, "ConfigOnly": False, "Containers": {}, "Options": asked_for.get("Options") or {},
               "Labels": asked_for.get("Labels") or {}}
    store.networks[network["Id"]] = network
    store.event("network", "create", network["Id"], {"name": name, "type": driver})
    return network


def network_create(store: Store, request: Request) -> Answer:
    wanted = request.json()
    if any(network["Name"] == wanted["Name"] for network in store.networks.values()):
        raise Failed(409, f"network with name {wanted['Name']} already exists")
    return Answer(201, {"Id": add_network(store, wanted["Name"], wanted.get("Driver") or "bridge", wanted)["Id"], "Warning": ""})


def network_list(store: Store, request: Request) -> Answer:
    filters = read_filters(request.query, ("dangling", "driver", "id", "label", "name", "scope", "type"))
    builtin = ("bridge", "host", "none")
    return Answer(200, [n for n in store.networks.values() if has_labels(n["Labels"], filters) and by_name(filters, n["Name"])
                        and by_prefix(filters, n["Id"]) and any_of(filters, "driver", n["Driver"].__eq__) and any_of(filters, "scope", "local".__eq__)
                        and any_of(filters, "type", lambda wanted, n=n: (wanted == "builtin") == (n["Name"] in builtin))])


def network_inspect(store: Store, request: Request, name: str) -> Answer:
    network = store.network(name)
    inside = {c["Id"]: {"Name": c["Name"][1:], "EndpointID": "", "IPv4Address": "172.30.0.2/16"} for c in store.containers.values()
              if c["State"]["Running"] and network["Name"] in c["NetworkSettings"]["Networks"]}
    return Answer(200, network | {"Containers": inside})


def network_remove(store: Store, request: Request, name: str) -> Answer:
    network = store.network(name)
    if network["Name"] in ("bridge", "host", "none"):
        raise Failed(403, f"{network['Name']} is a pre-defined network and cannot be removed")
    if network_inspect(store, request, network["Id"]).body["Containers"]:
        raise Failed(403, f"error while removing network: network {network['Name']} id {network['Id']} has active endpoints")
    del store.networks[network["Id"]]
    return Answer(204)


def network_connect(store: Store, request: Request, name: str) -> Answer:
    network, wanted = store.network(name), request.json()
    store.container(wanted["Container"])["NetworkSettings"]["Networks"][network["Name"]] = endpoint(network, wanted.get("EndpointConfig"))
    return Answer(200)


def network_disconnect(store: Store, request: Request, name: str) -> Answer:
    network, container = store.network(name), store.container(request.json()["Container"])
    if container["NetworkSettings"]["Networks"].pop(network["Name"], None) is None:
        raise Failed(500, f"container {container['Id']} is not connected to network {network['Name']}")
    return Answer(200)


def network_prune(store: Store, request: Request) -> Answer:
    filters = read_filters(request.query, ("label", "label!", "until"))
    used = {name for c in store.containers.values() for name in c["NetworkSettings"]["Networks"]} | {"bridge", "host", "none"}
    gone = [n for n in store.networks.values() if has_labels(n["Labels"], filters) and n["Name"] not in used]
    for network in gone:
        store.touched.append(network["Id"])
        del store.networks[network["Id"]]
    return Answer(200, {"NetworksDeleted": [n["Name"] for n in gone]})


# -- the daemon ----------------------------------------------------------------------------------------------


def events(store: Store, request: Request) -> Answer:
    """What has been since the moment asked for; then the stream ends, also where a real one would go on."""
    known = ("config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret", "service", "type", "volume")
    filters = read_filters(request.query, known)

    def wanted(event: dict[str, Any]) -> bool:
        attributes, ident = event["Actor"]["Attributes"], event["Actor"]["ID"]
        return (has_labels(attributes, filters) and any_of(filters, "type", event["Type"].__eq__) and any_of(filters, "event", event["Action"].__eq__)
                and any_of(filters, "image", attributes.get("image", "").__eq__)
                and all(any_of(filters, kind, lambda value, kind=kind: event["Type"] == kind and (
                    ident.startswith(value) or attributes.get("name") == value)) for kind in ("container", "network", "volume")))

    past = store.events if asked(request, "since") else []
    return Answer(200, "".join(json.dumps(event) + "\n" for event in past if wanted(event)))


def info(store: Store, request: Request) -> Answer:
    states = [c["State"]["Status"] for c in store.containers.values()]
    counts = {"Containers": len(states), "ContainersRunning": states.count("running"), "ContainersPaused": states.count("paused"),
              "ContainersStopped": len(states) - states.count("running"), "Images": len(store.images)}
    return Answer(200, counts | {
        "ID": "fake", "Name": "fakehost", "OSType": "linux", "OperatingSystem": "fake", "Architecture": "x86_64", "ServerVersion": "28.2.2", "NCPU": 2,
        "MemTotal": 2**31, "KernelVersion": "6.1", "Driver": "overlay2", "DriverStatus": [], "LoggingDriver": "json-file", "CgroupDriver": "systemd",
        "CgroupVersion": "2", "SecurityOptions": ["name=seccomp,profile=default"], "Swarm": {"LocalNodeState": "inactive"}, "DefaultRuntime": "runc",
        "Plugins": {"Volume": ["local"], "Network": ["bridge", "host", "null"], "Log": ["json-file"]}, "Runtimes": {"runc": {"path": "runc"}}})


def version(store: Store, request: Request) -> Answer:
    api = ".".join(map(str, store.api))
    details = {"ApiVersion": api, "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64", "GitCommit": "0", "GoVersion": "go1", "KernelVersion": "6.1",
               "BuildTime": WHEN, "Experimental": "false"}
    return Answer(200, {"Platform": {"Name": "fake"}, "Version": "28.2.2", "Components": [{"Name": "Engine", "Version": "28.2.2", "Details": details}],
                        **details, "Experimental": False})


def disk_usage(store: Store, request: Request) -> Answer:
    rows = [{"Id": c["Id"], "Names": [c["Name"]], "Image": c["Config"]["Image"], "ImageID": c["Image"], "Command": c["Path"], "Created": EPOCH,
             "State": c["State"]["Status"], "Status": c["State"]["Status"], "Labels": c["Config"]["Labels"], "Mounts": c["Mounts"]}
            for c in store.containers.values()]
    store.touched += list(store.containers)
    return Answer(200, {"LayersSize": 1, "Images": image_list(store, Request("GET", "/images/json", {}, {}, b"")).body, "Containers": rows,
                        "Volumes": [v | {"UsageData": {"Size": 1, "RefCount": 0}} for v in store.volumes.values()], "BuildCache": None})


def auth(store: Store, request: Request) -> Answer:
    return Answer(200, {"Status": "Login Succeeded", "IdentityToken": ""})


def build_prune(store: Store, request: Request) -> Answer:
    return Answer(200, {"CachesDeleted": None, "SpaceReclaimed": 0})


def not_swarm(store: Store, request: Request, _: str = "") -> Answer:
    raise Failed(503, "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.")


def no_plugin(store: Store, request: Request, name: str) -> Answer:
    raise Failed(404, f'plugin "{name}" not found')


ROUTES = [
    ("POST", r"/images/create", image_create),
    ("GET", r"/images/json", image_list),
    ("GET", r"/images/search", image_search),
    ("GET", r"/images/get", image_get),
    ("POST", r"/images/load", image_load),
    ("POST", r"/images/prune", image_prune),
    ("GET", r"/images/(.+)/json", image_inspect),
    ("GET", r"/images/(.+)/history", image_history),
    ("GET", r"/images/(.+)/get", image_get),
    ("POST", r"/images/(.+)/tag", image_tag),
    ("POST", r"/images/(.+)/push", image_push),
    ("DELETE", r"/images/(.+)", image_remove),
    ("POST", r"/commit", commit),
    ("POST", r"/volumes/create", volume_create),
    ("POST", r"/volumes/prune", volume_prune),
    ("GET", r"/volumes", volume_list),
    ("GET", r"/volumes/(.+)", volume_inspect),
    ("DELETE", r"/volumes/(.+)", volume_remove),
    ("POST", r"/networks/create", network_create),
    ("POST", r"/networks/prune", network_prune),
    ("GET", r"/networks", network_list),
    ("POST", r"/networks/(.+)/connect", network_connect),
    ("POST", r"/networks/(.+)/disconnect", network_disconnect),
    ("GET", r"/networks/(.+)", network_inspect),
    ("DELETE", r"/networks/(.+)", network_remove),
    ("GET", r"/events", events),
    ("GET", r"/info", info),
    ("GET", r"/version", version),
    ("GET", r"/system/df", disk_usage),
    ("POST", r"/auth", auth),
    ("POST", r"/build/prune", build_prune),
    ("GET", r"/plugins/(.+)/json", no_plugin),
    ("GET", r"/(?:services|tasks|nodes|secrets|configs)/?(.*)", not_swarm),
]
