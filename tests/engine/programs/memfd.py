# SPDX-License-Identifier: Apache-2.0
"""A file that lies in memory alone, and a program in it."""
import os
import shutil

memory = os.memfd_create("program")
with open(shutil.which("true"), "rb") as program:
    assert os.write(memory, program.read()) > 0
assert os.spawnv(os.P_WAIT, f"/proc/self/fd/{memory}", ["true"]) == 0
print("finished")
