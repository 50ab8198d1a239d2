# SPDX-License-Identifier: Apache-2.0
"""How each system call may fail: the table from which the faults are made."""

from __future__ import annotations

import errno
import re
import subprocess

# The name of the call | the ways, as HOW:VALUE of inject.c; an errno by its name.
TABLE = """
read pread64 readv      | e:EIO e:EINTR e:EAGAIN 2:1
write pwrite64 writev   | e:ENOSPC e:EIO e:EINTR e:EPIPE 2:1
open openat openat2     | e:EMFILE e:ENFILE e:EACCES e:ENOMEM e:EIO e:EINTR
stat lstat fstat newfstatat statx access faccessat faccessat2 | e:EACCES e:EIO e:ENOMEM
readlink readlinkat     | e:EACCES e:EIO
getdents64              | e:EIO e:ENOMEM
close                   | l:EIO l:EINTR
close_range             | e:ENOMEM e:ENOSYS
fork vfork clone clone3 | e:EAGAIN e:ENOMEM
execve                  | e:ENOMEM e:EACCES e:ETXTBSY e:E2BIG
mmap mprotect munmap mremap madvise | e:ENOMEM
brk                     | 0:0
setuid setgid setresuid setresgid setreuid setregid setfsuid setfsgid setgroups | e:EPERM e:EAGAIN
getresuid getresgid getgroups | e:EPERM
prctl capset capget     | e:EPERM e:EINVAL
memfd_create            | e:EMFILE e:ENOMEM e:ENOSYS
fcntl                   | e:EMFILE e:EINVAL e:EPERM
dup dup2 dup3           | e:EMFILE e:EBUSY e:EINTR
ftruncate               | e:EIO e:EINTR
lseek                   | e:EIO
socket socketpair       | e:EMFILE e:ENOMEM e:EACCES
connect                 | e:ECONNREFUSED e:EACCES e:EPROTOTYPE e:EINTR
sendto sendmsg          | e:ENOBUFS e:EAGAIN e:ECONNREFUSED e:EMSGSIZE e:EINTR
recvfrom recvmsg        | e:ECONNRESET e:EINTR r:0
setsockopt getsockopt   | e:ENOMEM
getrandom               | e:ENOSYS e:EINTR 1:1
poll ppoll              | e:ENOMEM e:EINTR
wait4 waitid            | e:ECHILD e:EINTR
pipe pipe2              | e:EMFILE e:ENFILE
pidfd_open              | e:EMFILE e:ENOSYS
landlock_create_ruleset landlock_add_rule landlock_restrict_self | e:ENOSYS e:EOPNOTSUPP e:EPERM e:ENOMEM
chdir fchdir            | e:EACCES e:ENOENT
getcwd                  | e:ENOENT e:ENOMEM
prlimit64 setrlimit getrlimit | e:EPERM
rename renameat renameat2 unlink unlinkat mkdir mkdirat fchmod fchmodat fchown fchownat utimensat fsync symlinkat linkat | e:EIO e:ENOSPC e:EACCES
setsid setpgid kill     | e:EPERM
getuid geteuid getgid getegid getpid getppid gettid getpgrp umask alarm set_tid_address exit exit_group rt_sigreturn restart_syscall sched_yield rt_sigaction rt_sigprocmask futex |
"""
OTHERS = ("e:EPERM", "e:ENOSYS")  # of a call that the table does not name


def _value(text: str) -> int:
    return int(text) if text.isdigit() else getattr(errno, text)


def ways() -> dict[str, tuple[str, ...]]:
    found = {}
    for row in TABLE.strip().splitlines():
        names, _, kinds = row.partition("|")
        found.update({name: tuple(kinds.split()) for name in names.split()})
    return found


def spec(process: int, number: int, nth: int, way: str) -> str:
    """As inject takes it."""
    how, _, value = way.partition(":")
    return f"{process}:{number}:{nth}:{how}:{_value(value)}"


def names() -> dict[int, str]:
    """The numbers of the calls on this machine, from the C library's own header."""
    text = subprocess.run(["cc", "-E", "-dM", "-include", "asm/unistd.h", "-x", "c", "/dev/null"], check=True,
                          capture_output=True, text=True).stdout
    return {int(number): name for name, number in re.findall(r"^#define __NR_(\w+) (\d+)$", text, re.MULTILINE)}
