#!/usr/bin/python3 -I
# SPDX-License-Identifier: Apache-2.0
"""Stands for the compose plugin: what docker starts for `docker compose`.

`config` prints the model that lies in the file of --file (or compose.json of the current folder), each $ twice, as the
real one does. Whatever the sub-command, the folder "seen" beside this file gets a record of how it was called."""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
METADATA = {"SchemaVersion": "0.1.0", "Vendor": "tests", "Version": "v2.0.0", "ShortDescription": "stands for compose"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def files_of(arguments):
    return [word.split("=", 1)[1] for word in arguments if word.startswith("--file=")]


def descriptors():
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
    return found


def sealed(number):
    """Whether anybody could change what it holds."""
    try:
        with open(number, "r+b", closefd=False) as file:
            file.write(b"x")
            file.flush()
    except OSError:
        return True
    return False


def note(name, arguments, **more):
    record = {"argv": arguments, "environ": dict(os.environ), "uid": os.getresuid(), "gid": os.getresgid(),
              "groups": os.getgroups(), "descriptors": descriptors(), **more}
    with open(f"{HERE}/seen/{name}.json", "w", encoding="utf-8") as file:
        json.dump(record, file)


def main():
    arguments = sys.argv[1:]
    if arguments == ["docker-cli-plugin-metadata"]:
        print(json.dumps(METADATA))
    elif any(word == "config" for word in arguments):
        note("asked", arguments)
        try:
            sys.stdout.write(read((files_of(arguments) or ["compose.json"])[0]).replace("$", "$$"))
        except OSError:
            sys.exit("no configuration file provided: not found")
    else:
        more = {"model": json.loads(read(path)) for path in files_of(arguments)}
        if os.path.exists("/proc/self/fd/3"):
            more |= {"seccomp": read("/proc/self/fd/3"), "sealed": sealed(3) and sealed(7)}
        note("called", arguments, **more)
        print("done")


main()
