# SPDX-License-Identifier: Apache-2.0
"""terminal.py UID GID DOCKER CONTAINER IMAGE: what a terminal does to `DOCKER --context lab ...`, one line each.

The words are run in a session of their own whose controlling terminal is a pseudo terminal, as the caller's shell would:
in the foreground."""
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import time

uid, gid, docker, container, image = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]


def start(*words):
    """The terminal's other end, and the process. It is told about the end of its child by this one alone."""
    pid, master = pty.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        # A session leader's group is an orphaned one, which terminals do not stop: a shell stands between.
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execve(docker, [docker, "--context", "lab", *words], {"PATH": "/usr/bin:/bin", "TERM": "dumb"})
        # As shells do, with the rights of the caller.
        signal.signal(signal.SIGHUP, lambda *_: os.killpg(child, signal.SIGHUP))
        while True:
            _, status = os.waitpid(child, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                report(f"stopped: signal {os.WSTOPSIG(status)}")
                os.killpg(child, signal.SIGCONT)
                continue
            report(f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}")
            os._exit(0)
    return master, pid


def report(text):
    os.write(told, (text + "\n").encode())


def hear():
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(heard, 1)
        if not part:
            break
        text += part
    return text.decode().strip()


def read_until(master, what):
    text = b""
    while what not in text:
        text += os.read(master, 4096)
    return text


heard, told = os.pipe()
signal.alarm(60)

master, pid = start("logs", "--follow", container)
read_until(master, b"ready")
os.write(master, b"\x03")
print("interrupted:", hear())
os.close(master)
os.waitpid(pid, 0)

master, pid = start("logs", "--follow", container)
read_until(master, b"ready")
os.write(master, b"\x1a")
print(hear())
time.sleep(0.3)
os.write(master, b"\x03")
print("continued:", hear())
os.close(master)
os.waitpid(pid, 0)

master, pid = start("run", "--rm", "-it", "--network=none", image, "sh", "-c", "while read line; do stty size; done")
time.sleep(1.5)
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
time.sleep(0.5)
os.write(master, b"x\n")
read_until(master, b"33 77")
print("size: 33 77")
os.write(master, b"\x04")
hear()
os.close(master)
os.waitpid(pid, 0)

master, pid = start("logs", "--follow", container)
read_until(master, b"ready")
os.close(master)
print("hung up:", hear())
