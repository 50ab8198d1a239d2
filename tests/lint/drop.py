#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves, from the code of the program as LLVM sees it, that no way leads from the start to the caller's words or to
execve without the completed and verified drop. Usage: drop.py FOLDER, with a FILE.c.ll for each C file.

1. The words: `main` hands argv to `dispatch` and to nothing else, and calls it only with the token of the drop.
2. The token: sd_privileges_drop alone makes it, nothing is cast to it, and on each path on which it does, every step was
   done and verified (VERIFIED).
3. Before: all that can be reached from `main` other than through `dispatch`, by any reference to a function, called or
   not, lies in the files of BEFORE and calls nothing of other libraries than LIBRARY. What parses, judges and executes
   is not among it.
4. Who may: functions that change ids, start programs or read variables are referred to where MAY says."""

import re
import subprocess
import sys
import tempfile

import ir
import paths

START, GATE, DROP, TOKEN = "main", "src/main.c:dispatch", "sd_privileges_drop", "src/sys/privileges.c:drop_token"
TYPE = "%struct.sd_dropped*"

# function | conditions in their order, on each path on which it succeeds | a condition that excuses one
VERIFIED = {
    DROP: [("drop_from_root", "geteuid != 0"), ("drop_group", "geteuid == 0", "who.door != 4"),
           ("drop_capabilities", "who.uid == 0", "plan.uid == 0"), ("is_closed",), ("is_irreversible",)],
    "drop_from_root": [("setgroups == 0",), ("has_groups",), ("setresgid == 0",), ("has_gids",), ("setresuid == 0",),
                       ("has_uids",)],
    "drop_group": [("setresgid == 0",), ("has_gids",)],
    "drop_capabilities": [("syscall == 0",), ("has_no_capabilities",)],
    "has_no_capabilities": [("syscall == 0",), ("arrayidx.effective | arrayidx.permitted | arrayidx.inheritable == 0",)],
    "is_closed": [("prctl == 0",), ("prctl#2 == 0",)],
    "is_irreversible": [("setresuid != 0", "who.uid == 0", "plan.uid == 0"),
                        ("setuid != 0", "who.uid == 0", "plan.uid == 0")],
    "has_uids": [("getresuid == 0",), ("r == real",), ("e == effective",), ("s == saved",)],
    "has_gids": [("getresgid == 0",), ("r == real",), ("e == effective",), ("s == saved",)],
    "has_groups": [("getgroups == wanted.len",), ("memcmp == 0",)],
    "sd_process_harden": [("prctl == 0",), ("setrlimit == 0",), ("open_standard",), ("close_range == 0",),
                          ("reset_signals()",), ("check_limits",)],
    "sd_privileges_take_up": [("setresgid == 0",), ("has_gids",)],
    "take_up_uid": [("setresuid == 0",), ("has_uids",)],
    "sd_privileges_forget": [("setresgid == 0",), ("has_gids",), ("setresuid == 0",), ("has_uids",)],
    "session_prepare": [("sd_identity_find",), ("settle()",),
                        ("sd_privileges_drop returned", "start_stand_ins returned")],
}

# function | what it calls | what must have held on each path to there
AHEAD = [
    (START, "dispatch", [("sd_process_harden",), ("session_prepare != null",)]),
    ("sd_stand_in_start", "stand_by", [("sd_privileges_drop != null",)]),
    ("sd_stand_in_act", "put_byte", [("sd_privileges_forget",)]),
    ("src/sys/stand_in.c:guard", "put_byte", [("sd_privileges_take_up",)]),
    ("src/sys/child.c:become", "execve", [("place_files",), ("close_range == 0",), ("take_up",), ("end_with",)]),
    ("src/execute.c:carry_out", "sd_launch", [("prepare",), ("run_record",), ("sd_privileges_take_up",)]),
    ("compose_carry_out", "sd_launch", [("run_record",), ("sd_privileges_take_up",)]),
    ("load_images", "sd_launch", [("run_record",), ("sd_privileges_take_up",)]),
    ("src/volumes.c:start", "sd_launch", [("sd_privileges_take_up",)]),
    ("admin_hand_over", "launch", [("sd_privileges_forget",)]),
]

# Ahead of the drop: who asks, the files of root, the state of the host, and what they are made of. src/docker reads no
# words there: it has the names of commands and options, which a policy holds, too.
BEFORE = """src/main.c src/output.c src/session.c
src/base/arena.c src/base/error.c src/base/format.c src/base/json.c src/base/json_checks.c src/base/json_words.c
src/base/number.c src/base/sha256.c src/base/str.c src/base/text.c src/base/text_map.c
src/confine/capability.c src/confine/seccomp.c
src/docker/commands.c src/docker/options.c src/docker/spec_subnet.c
src/policy/cross.c src/policy/default_tree.c src/policy/describe.c src/policy/files.c src/policy/load.c
src/policy/merge.c src/policy/mistake.c src/policy/read.c src/policy/read_special.c src/policy/template.c
src/policy/values.c
src/sys/audit_sink.c src/sys/environ.c src/sys/identity.c src/sys/lsm.c src/sys/privileges.c src/sys/socket.c
src/sys/stand_in.c src/sys/trusted.c""".split()

LIBRARY = {
    "memory and texts": """__ctype_b_loc __errno_location calloc free inet_ntop inet_pton memchr memcmp memmem qsort
        strcasecmp strchr strcmp strcspn strerrordesc_np strlen strncmp strpbrk strrchr strspn strstr strtod vsnprintf
        bcmp""",
    "JSON of root's files": "yajl_alloc yajl_complete_parse yajl_config yajl_get_bytes_consumed yajl_get_error yajl_parse",
    "names of capabilities": "cap_free cap_from_name cap_to_name",
    "state of the host": "aa_find_mountpoint aa_is_enabled getauxval",
    "who asks": """getegid getenv geteuid getgid getgrgid_r getgrnam_r getgrouplist getgroups getpid getpwnam_r getpwuid_r getresgid
        getresuid getuid""",
    "files": """close close_range closedir dirfd fclose fcntl64 fdopen fdopendir feof fstat64 getline lstat64 open64
        openat64 read readdir64 readlinkat stat64""",
    "the log": "connect socket",
    "messages": "poll write",
    "the drop": """getrlimit64 prctl setgroups setresgid setresuid setrlimit64 setuid sigaction sigemptyset signal
        sigprocmask syscall umask __libc_current_sigrtmax""",
    "processes that keep other ids": "_exit fork kill recv send sigaddset sigfillset socketpair waitpid",
}
# Made by the build: texts and tables.
MADE = re.compile(r"^(llvm\.|sd_policy_default_|sd_seccomp_\w+_text(_len)?$)")

# What the kernel is asked for by number: getcwd, capget, capset, pidfd_open.
NUMBERS = {"79", "125", "126", "434"}
VARIABLES = {"SUDO_UID", "DOAS_USER", "PKEXEC_UID", "SAFE_DOCKER_POLICY"}

NONE = ()
MAY = {
    "execve": ("sd_launch", "src/sys/child.c:become"),
    **dict.fromkeys("""execv execvp execvpe execl execlp execle execveat fexecve posix_spawn posix_spawnp system popen vfork
        clone dlopen setuid32 seteuid setegid setreuid setregid setfsuid setfsgid setgid initgroups capset cap_set_proc
        cap_setuid cap_setgroups cap_iab_set_proc cap_launch secure_getenv getlogin putenv setenv
        getopt getopt_long program_invocation_name program_invocation_short_name __progname""".split(), NONE),
    "fork": ("sd_child_fork", "sd_child_start", "sd_stand_in_start", "sd_worker_start", "src/sys/stand_in.c:fork_guarded"),
    "setgroups": ("sd_privileges_take_up", "src/sys/privileges.c:drop_from_root"),
    "setresgid": ("sd_privileges_forget", "sd_privileges_take_up", "src/sys/privileges.c:drop_from_root",
                  "src/sys/privileges.c:drop_group", "src/sys/worker.c:give_up_parked"),
    "setresuid": ("sd_privileges_forget", "src/sys/privileges.c:drop_from_root", "src/sys/privileges.c:is_irreversible",
                  "src/sys/privileges.c:take_up_uid", "src/sys/worker.c:give_up_parked"),
    "setuid": ("src/sys/privileges.c:is_irreversible", "src/sys/worker.c:give_up_parked"),
    "getenv": ("sd_environ_get",),
    "environ": ("sd_environ_callers",),
    "unsetenv": ("sd_clock_zone",),
    GATE: (START,),
    TOKEN: (DROP,),
    "session_prepare": (START,),
    DROP: ("sd_stand_in_start", "session_prepare", "src/own/policy/whatif.c:become"),
    "sd_launch": ("compose_carry_out", "load_images", "src/execute.c:carry_out", "src/own/admin.c:launch",
                  "src/volumes.c:start"),
}


class Proof:
    """Counts what holds, and says what does not."""

    def __init__(self, program):
        self.program, self.passed, self.failed = program, 0, 0

    def check(self, holds, words):
        """One claim."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"not ok - {words}")

    def function(self, name):
        """By its own name where that is the only one, or by its full one."""
        if name in self.program.functions:
            return self.program.functions[name]
        found = [one for full, one in self.program.functions.items() if full.startswith("src/sys/privileges.c:")
                 and full.endswith(":" + name)]
        self.check(len(found) == 1, f"there is one function {name}")
        return found[0] if found else None


def follows(trace, wanted):
    """What of `wanted` is not on the path, in this order; or None."""
    at = 0
    for words, *excuses in wanted:
        if words in trace[at:]:
            at += trace[at:].index(words) + 1
        elif not any(excuse in trace for excuse in excuses):
            return words
    return None


def check_paths(proof):
    """VERIFIED and AHEAD."""
    for name in paths.NEVER_TRUE:
        function = proof.function(name)
        proof.check(function and not list(paths.successes(function)), f"{name} never returns true")
    cases = [(name, None, wanted) for name, wanted in VERIFIED.items()]
    for name, callee, wanted in cases + AHEAD:
        function = proof.function(name)
        if function is None:
            continue
        try:
            traces = list(paths.ahead_of(function, callee) if callee else paths.successes(function))
        except paths.TooMany as where:
            proof.check(False, f"{name}: too many paths ({where})")
            continue
        goal = f"calls {callee}" if callee else "succeeds"
        proof.check(traces, f"{name}: no path {goal}")
        for trace in traces:
            missing = follows(trace, wanted)
            proof.check(missing is None, f"{name} {goal} without `{missing}`: {', '.join(trace)}")


def check_words(proof):
    """What becomes of argv in main."""
    tainted = {"%argv"}
    for line in proof.program.functions[START].lines():
        names = set(re.findall(r"%[-\w.$]+", line.split(" = ", 1)[-1]))
        if not names & tainted:
            continue
        assigned = paths.ASSIGN.match(line)
        called = paths.CALL.match(line)
        if called:
            proof.check(called.group(2) == "@" + GATE, f"main hands argv to {called.group(2)}")
        else:
            passed_on = assigned and re.match(r"(phi|select|bitcast|getelementptr) ", assigned.group(2))
            proof.check(passed_on, f"main reads argv: {line}")
            if assigned:
                tainted.add(assigned.group(1))
    proof.check(len(tainted) > 1, "main has argv")


def check_token(proof):
    """Nothing else becomes one. Memory of another type is not cast to one, so that null is the only other value."""
    returns = {name for name, one in proof.program.functions.items() if TYPE in one.head.split("@")[0]}
    want = {DROP, "session_prepare", "src/session.c:start_stand_ins"}
    proof.check(returns == want, f"only these return the token: {returns ^ want}")
    for name, one in proof.program.functions.items():
        for line in one.lines():
            if TYPE not in line:
                continue
            proof.check(not re.search(rf"(bitcast|inttoptr|addrspacecast)\b.* to {re.escape(TYPE)}", line),
                        f"{name} casts to the token: {line}")
            stores = re.match(rf"store {re.escape(TYPE)} (\S+),", line)
            proof.check(not stores or name in ("sd_stand_in_start", "src/session.c:start_stand_ins"),
                        f"{name} keeps a token: {line}")


def check_before(proof):
    """What can be reached ahead of the drop."""
    program = proof.program
    allowed = {name for names in LIBRARY.values() for name in names.split()}
    reached = ir.closure(program, [START], cut={GATE})
    for name in sorted(reached):
        if name in program.functions:
            file = program.functions[name].file
            proof.check(file in BEFORE, f"{name} of {file} can be reached ahead of the drop")
        elif name not in program.constants:
            proof.check(name in allowed or MADE.match(name), f"{name}() can be reached ahead of the drop")
    for name in sorted(reached & set(program.functions)):
        for line in program.functions[name].lines():
            check_call(proof, name, line)
    count = len(reached & set(program.functions))
    proof.check(count > 200, f"{count} functions can be reached ahead of the drop; it should be more")
    return count


def check_call(proof, name, line):
    """Calls whose meaning is in their first argument."""
    number = re.search(r"@syscall\(i64 noundef ([^,)]+)", line)
    proof.check(not number or number.group(1) in NUMBERS, f"{name} asks the kernel for {line}")
    if "@sd_environ_get(" in line:
        text = re.search(r"@([-\w.$/:]+), i64 0, i64 0\)", line)
        variable = proof.program.texts.get(text.group(1)) if text else None
        proof.check(variable in VARIABLES, f"{name} reads the variable {variable}")


def check_may(proof):
    """MAY, whether by a call or by taking the address, in code or in a table."""
    program = proof.program
    places = [(name, one.refers) for name, one in program.functions.items()] + list(program.constants.items())
    for name, refers in places:
        for banned in refers & set(MAY):
            proof.check(name in MAY[banned], f"{name} refers to {banned}")
    for banned, allowed in MAY.items():
        for name in allowed:
            one = program.functions.get(name)
            proof.check(one is not None and banned in one.refers, f"{name} does not refer to {banned} any more; say so here")


def read(folder):
    """With main and what VERIFIED and AHEAD name in the form that paths.py reads."""
    program = ir.read_folder(folder)
    names = {name for name, _, _ in AHEAD} | set(VERIFIED) | set(paths.NEVER_TRUE)
    files = {program.functions[name].file for name in names if name in program.functions}
    with tempfile.TemporaryDirectory() as place:
        for file in sorted(files | {"src/sys/privileges.c"}):
            out = f"{place}/{file.replace('/', '_')}.ll"
            subprocess.run(["opt", "-passes=mem2reg", "-S", f"{folder}/{file}.ll", "-o", out], check=True)
            ir.read_file(program, out, file)
    return program


def main():
    """The last line has the numbers."""
    proof = Proof(read(sys.argv[1]))
    check_words(proof)
    check_token(proof)
    check_paths(proof)
    count = check_before(proof)
    check_may(proof)
    print(f"{len(proof.program.functions)} functions, {count} of them within reach ahead of the drop")
    print(f"{proof.passed} passed, {proof.failed} failed, 0 skipped")
    sys.exit(1 if proof.failed else 0)


main()
