/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#define ANY INT64_MAX

const struct kernel_switch kernel_switches[] = {
    {CHECK_PROTECTED_LINKS, "fs.protected_symlinks", 1, ANY, "1", ABSENT_IS_BAD,
     "programs follow symlinks that others laid in shared folders", ""},
    {CHECK_PROTECTED_LINKS, "fs.protected_hardlinks", 1, ANY, "1", ABSENT_IS_BAD,
     "everybody makes links to files of others", ""},
    {CHECK_PROTECTED_LINKS, "fs.protected_fifos", 1, ANY, "1", ABSENT_IS_BAD,
     "programs write into FIFOs that others laid in shared folders", ""},
    {CHECK_PROTECTED_LINKS, "fs.protected_regular", 1, ANY, "2", ABSENT_IS_BAD,
     "programs write into files that others laid in shared folders", ""},
    {CHECK_KERNEL_ADDRESSES, "kernel.dmesg_restrict", 1, ANY, "1", ABSENT_IS_BAD,
     "everybody reads the kernel's messages", "who must read them needs root or the journal"},
    {CHECK_KERNEL_ADDRESSES, "kernel.kptr_restrict", 1, ANY, "1", ABSENT_IS_BAD,
     "files of /proc show the kernel's pointers",
     "profilers without root show no names of the kernel"},
    {CHECK_KERNEL_ADDRESSES, "kernel.perf_event_paranoid", 2, ANY, "2", ABSENT_IS_GOOD,
     "everybody measures the kernel", "profilers without root see their own programs only"},
    {CHECK_PTRACE_SCOPE, "kernel.yama.ptrace_scope", 1, ANY, "1", ABSENT_IS_BAD,
     "a program reads the memory of every other one of its account",
     "debuggers attach to programs that they started themselves, and to others as root only"},
    {CHECK_UNPRIVILEGED_BPF, "kernel.unprivileged_bpf_disabled", 1, ANY, "1", ABSENT_IS_GOOD,
     "everybody loads BPF programs", "it cannot be switched back before the next boot"},
    {CHECK_UNPRIVILEGED_BPF, "net.core.bpf_jit_harden", 1, ANY, "1", ABSENT_IS_GOOD,
     "what others put into socket and seccomp filters lies in the kernel's code as they wrote it",
     "such filters get slower"},
    {CHECK_UNPRIVILEGED_USERFAULTFD, "vm.unprivileged_userfaultfd", 0, 0, "0", ABSENT_IS_GOOD,
     "everybody holds up the kernel's page faults",
     "emulators that move running guests need root or CAP_SYS_PTRACE for it"},
};
const size_t kernel_switches_count = sizeof(kernel_switches) / sizeof(kernel_switches[0]);
