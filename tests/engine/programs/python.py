# SPDX-License-Identifier: Apache-2.0
"""Threads, processes, shared memory, a database, sockets of a kind that needs no network."""
import asyncio
import fcntl
import mmap
import multiprocessing
import multiprocessing.shared_memory
import os
import selectors
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time


def square(number):
    return number * number


def threads():
    results = []
    workers = [threading.Thread(target=lambda n=n: results.append(square(n))) for n in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(results) == [square(n) for n in range(20)]


def processes():
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(square, range(50)) == [square(n) for n in range(50)]
    block = multiprocessing.shared_memory.SharedMemory(create=True, size=4096)
    block.buf[:5] = b"share"
    block.close()
    block.unlink()


def commands():
    shown = subprocess.run("seq 5 | tail -n 1", shell=True, check=True, capture_output=True, text=True)
    assert shown.stdout == "5\n"
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    child.terminate()
    assert child.wait(10) == -15


def database():
    with sqlite3.connect("python.db") as base:
        base.execute("pragma journal_mode=wal")
        base.execute("create table t (n integer)")
        base.executemany("insert into t values (?)", ((n,) for n in range(100)))
        assert base.execute("select sum(n) from t").fetchone() == (4950,)


def files():
    with tempfile.NamedTemporaryFile(dir=".") as file:
        file.truncate(8192)
        with mmap.mmap(file.fileno(), 8192) as area:
            area[:4] = b"page"
            area.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert file.read(4) == b"page"
        os.posix_fallocate(file.fileno(), 0, 16384)
        with open("copy", "wb") as copy:
            assert os.copy_file_range(file.fileno(), copy.fileno(), 4096, 0) == 4096
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    os.nice(1)
    time.sleep(0.01)


def talk():
    left, right = socket.socketpair()
    with selectors.DefaultSelector() as selector:
        selector.register(right, selectors.EVENT_READ)
        left.sendall(b"hello")
        assert selector.select(5)
        assert right.recv(5) == b"hello"
    socket.send_fds(left, [b"fd"], [0])
    message, descriptors, _, _ = socket.recv_fds(right, 2, 1)
    assert message == b"fd" and len(descriptors) == 1


async def tasks():
    child = await asyncio.create_subprocess_exec("echo", "async", stdout=subprocess.PIPE)
    output, _ = await child.communicate()
    assert output == b"async\n"
    await asyncio.gather(*(asyncio.sleep(0.01) for _ in range(100)))


if __name__ == "__main__":
    for work in (threads, processes, commands, database, files, talk):
        work()
    asyncio.run(tasks())
    print("finished")
