# SPDX-License-Identifier: Apache-2.0
"""person.py COMMAND...: runs it at a terminal, as a person does who says y to each question.

Prints what it printed, without carriage returns; ends as it ended, or with 124 after two minutes."""
import os
import pty
import re
import select
import sys
import time

QUESTION = re.compile(rb"\[[Yy]/[Nn]\]")
SECONDS = 120
PATIENCE = 0.5


def watch(terminal):
    """All that comes until the terminal is closed, and whether it was closed in time. What was typed before a program is ready to
    read may be lost, so that a question that stays is answered again."""
    end = time.monotonic() + SECONDS
    seen = asked = b""
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], PATIENCE)
        if not ready:
            if QUESTION.search(asked):
                os.write(terminal, b"y\n")
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux says that nobody holds the other side any more
            part = b""
        if not part:
            return seen, True
        seen += part
        asked = (asked + part)[-100:]
    return seen, False


def main():
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    seen, ended = watch(terminal)
    if not ended:
        os.kill(pid, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.stdout.buffer.write(seen.replace(b"\r", b""))
    return 124 if not ended else status if status >= 0 else 128 - status


sys.exit(main())
