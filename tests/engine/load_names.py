#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Archives that try to give an image a name that is not the caller's: what the engine calls images afterwards is the proof.

usage: load_names.py SAFE_DOCKER PLAIN_DOCKER OWN IMAGE_ARCHIVE

SAFE_DOCKER and PLAIN_DOCKER are commands (words with blanks between); OWN is the beginning of the names that are the
caller's, such as "alice/"; IMAGE_ARCHIVE is an archive of one image, as docker save wrote it. Every archive is given to
SAFE_DOCKER load; of the names that are there afterwards all new ones must begin with OWN. Some must be accepted."""
import io
import json
import random
import subprocess
import sys
import tarfile

EVIL = "victim/image:1"


def run(command, *words, data=None):
    return subprocess.run(command.split() + list(words), input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120)


class Archive:
    """Entries of the image, its manifest and repositories taken apart."""

    def __init__(self, path):
        self.entries = []
        with tarfile.open(path) as tar:
            for info in tar:
                data = tar.extractfile(info).read() if info.isreg() else b""
                if info.name == "manifest.json":
                    self.manifest = json.loads(data)
                elif info.name != "repositories":
                    self.entries.append((info, data))

    def manifest_with(self, *names):
        image = dict(self.manifest[0], RepoTags=list(names))
        return json.dumps([image]).encode()


def member(name, data=b"", kind=tarfile.REGTYPE, link="", pax=None):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.pax_headers = kind, link, len(data), pax or {}
    return info, data


def pack(entries, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def repaired(data, at):
    """The header at that offset with its checksum put right."""
    header = bytearray(data[at:at + 512])
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return data[:at] + bytes(header) + data[at + 512:]


def tricks(archive, own):
    """(what, bytes): every one tries to bring EVIL in beside or in place of the caller's name."""
    good, evil, both = archive.manifest_with(own), archive.manifest_with(EVIL), archive.manifest_with(own, EVIL)
    base = archive.entries
    mine, theirs = member("manifest.json", good), member("manifest.json", evil)
    yield "good", pack(base + [mine])
    yield "good in ustar", pack(base + [mine], tarfile.USTAR_FORMAT)
    yield "good in gnu", pack(base + [mine], tarfile.GNU_FORMAT)
    yield "evil", pack(base + [theirs])
    yield "both", pack(base + [member("manifest.json", both)])
    yield "twice", pack(base + [mine, theirs])
    yield "twice, other order", pack(base + [theirs, mine])
    for name in ("./manifest.json", "/manifest.json", "x/../manifest.json", "manifest.json/", "x//../manifest.json", "././manifest.json"):
        yield "as " + name, pack(base + [mine, member(name, evil)])
        yield "before, as " + name, pack(base + [member(name, evil), mine])
    yield "symbolic link", pack(base + [member("evil", evil), member("manifest.json", kind=tarfile.SYMTYPE, link="evil")])
    yield "symbolic link behind", pack(base + [mine, member("evil", evil), member("manifest.json", kind=tarfile.SYMTYPE, link="evil")])
    yield "hard link", pack(base + [member("evil", evil), member("manifest.json", kind=tarfile.LNKTYPE, link="evil")])
    yield "write through a hard link", pack(base + [mine, member("x", kind=tarfile.LNKTYPE, link="manifest.json"), member("x", evil)])
    yield "folder link", pack(base + [mine, member("x", kind=tarfile.SYMTYPE, link="."), member("x/manifest.json", evil)])
    yield "whiteout", pack(base + [mine, member(".wh.manifest.json"), member("repositories", json.dumps({"victim/image": {"1": "x"}}).encode())])
    yield "pax path", pack(base + [mine, member("short", evil, pax={"path": "manifest.json"})])
    yield "pax path away", pack(base + [theirs, member("x", good)])
    yield "sparse name", pack(base + [mine, member("x", evil, pax={"GNU.sparse.name": "manifest.json", "GNU.sparse.major": "1", "GNU.sparse.minor": "0"})])
    yield "case of keys", pack(base + [member("manifest.json", good.replace(b'"RepoTags"', b'"RepoTags": ["%s"], "REPOTAGS"' % EVIL.encode()))])
    yield "folded key", pack(base + [member("manifest.json", good[:-2] + ', "RepoTag\\u017f": ["'.encode() + EVIL.encode() + b'"]}]')])
    yield "same key twice", pack(base + [member("manifest.json", good[:-2] + b', "RepoTags": ["' + EVIL.encode() + b'"]}]')])
    yield "second document", pack(base + [member("manifest.json", good + evil)])
    yield "second document first", pack(base + [member("manifest.json", evil + good)])
    yield "byte order mark", pack(base + [member("manifest.json", b"\xef\xbb\xbf" + evil)])
    yield "repositories beside", pack(base + [mine, member("repositories", json.dumps({"victim/image": {"1": "x"}}).encode())])
    whole = pack(base + [mine])
    bare = whole.rstrip(b"\0")
    bare += b"\0" * (-len(bare) % 512)
    other = pack([theirs])
    yield "behind the end", whole + other
    yield "behind one block of zeros", bare + b"\0" * 512 + other
    yield "behind three blocks of zeros", bare + b"\0" * 1536 + other
    yield "no end", bare
    yield "a second archive without an end between", bare + other
    at = len(pack(base).rstrip(b"\0"))
    at += -at % 512
    for what, offset, new in (("base-256 size", 124, b"\x80" + len(good).to_bytes(11, "big")),
                              ("negative size", 124, b"\xff" * 12),
                              ("prefix", 345, b"x"), ("star prefix", 508, b"tar\0"), ("version", 263, b"01"),
                              ("old magic", 257, b"\0" * 8), ("gnu magic", 257, b"ustar  \0"),
                              ("type D", 156, b"D"), ("type 7", 156, b"7"), ("type NUL", 156, b"\0")):
        changed = whole[:at + offset] + new + whole[at + offset + len(new):]
        yield what, repaired(changed, at)
    for seed in range(60):
        dice = random.Random(seed)
        entries = base + [mine, member("x" * dice.randrange(1, 180), evil, pax={"comment": "x"} if dice.random() < .5 else None)]
        dice.shuffle(entries)
        data = bytearray(pack(entries, dice.choice([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])))
        heads = [i for i in range(0, len(data), 512) if data[i + 257:i + 262] == b"ustar"]
        for _ in range(dice.randrange(1, 4)):
            head = dice.choice(heads)
            field = dice.choice([0, 100, 124, 135, 156, 157, 257, 263, 345, 500])
            data[head + field] = dice.choice(b"\0 01257xgLKS/.m\x80\xff")
            data = bytearray(repaired(bytes(data), head))
        yield f"changed at random, {seed}", bytes(data)


def names(plain):
    out = run(plain, "images", "--format", "{{.Repository}}:{{.Tag}}").stdout.decode()
    return {line for line in out.split() if line != "<none>:<none>"}


def main():
    safe, plain, own, path = sys.argv[1:]
    mine = own + "loaded:1"
    before, failed, accepted = names(plain), 0, 0
    for what, data in tricks(Archive(path), mine):
        answer = run(safe, "load", data=data)
        got = names(plain) - before
        foreign = {name for name in got if not name.startswith(own)}
        accepted += mine in got
        if foreign or (what.startswith("good") and mine not in got):
            failed += 1
            print(f"not ok: {what}: {sorted(got)} {answer.stderr.decode()}")
        for name in got:
            run(plain, "rmi", name)
    print(f"{accepted} archives were loaded, {failed} were not answered right")
    return 1 if failed or accepted < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
