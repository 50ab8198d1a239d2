# SPDX-License-Identifier: Apache-2.0
"""Facts about the CLIs that a wrapper must know: each is shown on the plain CLI, then safe-docker is held to it.

Numbered as a list of twenty-five; where the fact is about the engine, the half that the CLI has is here, and ENGINE says
what tests/engine must show."""

from __future__ import annotations

import os
from collections.abc import Callable

from checks import faithful, plain_body, refuses, wrapped_body
from environment import record
from harness import Lane

Check = Callable[[Lane], list[str]]

# Number -> what only a real dockerd or a real door can show.
ENGINE = {
    7: "a bind source that is swapped for a symlink between create and start gives no more than the caller has",
    10: "a container cannot leave set-user-id files or device nodes of root in the caller's folder",
    16: "the caller cannot ptrace the real CLI's process, nor read its memory or environment",
    23: "the owner label of an image does not make its container somebody's own",
    25: "names that look like ids, and ids that look like names, mean what the caller owns",
}


def expect(what: str, good: bool) -> list[str]:
    return [] if good else [what]


def _all_refused(lane: Lane, lines: list[str], rule: str = "-") -> list[str]:
    return [failure for line in lines for failure in refuses(lane, *line.split(" "), rule=rule)]


def _all_taken(lane: Lane, lines: list[str]) -> list[str]:
    return [f"the plain CLI does not take: {line}" for line in lines if not plain_body(lane, *line.split(" "))]


def decoy_globals_do_not_stop_the_command(lane: Lane) -> list[str]:
    lines = [f"{decoy} run --privileged bb:1" for decoy in ("-v", "--version", "--help", "-h")]
    lines += ["container --help run --privileged bb:1", "container --help=true run --privileged bb:1"]
    return _all_taken(lane, lines) + _all_refused(lane, [*lines, "-v rm -f x", "--help rm", "--version ps"])


def a_double_dash_swallows_the_decoy(lane: Lane) -> list[str]:
    lines = ["container -- ps run --privileged bb:1", "-- run --privileged bb:1"]
    return _all_taken(lane, lines) + _all_refused(lane, lines)


def test_flags_are_dropped(lane: Lane) -> list[str]:
    lines = ["run -test.x bb:1", "run -itest.x bb:1", "-test.x run bb:1", "create -test.v=1 bb:1"]
    body = plain_body(lane, "run", "-itest.x", "bb:1")
    failures = expect("-itest.x sets -e", not body.get("Env"))
    return failures + _all_taken(lane, lines) + _all_refused(lane, lines)


def equals_signs_and_booleans(lane: Lane) -> list[str]:
    odd = plain_body(lane, "create", "-u=", "bb:1")
    half = plain_body(lane, "create", "-it=false", "bb:1")
    failures = expect(f"-u= gives {odd.get('User')!r}", odd.get("User") == "=")
    failures += expect("-it=false is -i and not -t", half.get("OpenStdin") is True and half.get("Tty") is False)
    failures += expect("--rm false names an image", plain_body(lane, "run", "--rm", "false", "x").get("Image") == "false")
    failures += refuses(lane, "create", "-u=", "bb:1") + refuses(lane, "run", "-volume=/:/h", "bb:1")
    failures += refuses(lane, "run", "--priv", "bb:1") + refuses(lane, "run", "--r", "bb:1")
    failures += faithful(lane, "create", "-it=false", "bb:1") + faithful(lane, "run", "--rm", "false", "bb:1")
    return failures + faithful(lane, "run", "-v={W}/app:/y", "-e=A=1", "bb:1")


def the_first_network_wins(lane: Lane) -> list[str]:
    mode = plain_body(lane, "create", "--net", "host", "--network", "none", "bb:1")["HostConfig"]["NetworkMode"]
    failures = expect(f"of two networks {mode} wins", mode == "host")
    for spelling in ("name=HOST", '"name=host"', " name=host", "{NL}name=host"):
        mode = plain_body(lane, "create", "--network", spelling, "bb:1")["HostConfig"]["NetworkMode"]
        failures += expect(f"{spelling!r} is {mode}", mode == "host")
        failures += refuses(lane, "create", "--network", spelling, "bb:1")
    return failures + _all_refused(lane, ["run --net host --network none bb:1", "run --network none --net host bb:1"])


def other_bytes_name_other_files(lane: Lane) -> list[str]:
    sent = plain_body(lane, "create", "-v", "{W}/{xFF}:/x", "bb:1")["HostConfig"]["Binds"][0]
    failures = expect("FF does not arrive as U+FFFD", "\N{REPLACEMENT CHARACTER}" in sent)
    raw = os.path.join(os.fsencode(str(lane.world.work)), b"\xff")
    os.makedirs(raw, exist_ok=True)
    for words in (["-v", "{W}/{xFF}:/x"], ["--mount", "type=bind,source={W}/{xFF},target=/x"], ["-e", "A={xFF}"],
                  ["-l", "a={xC3}"], ["-w", "/{xFF}"], ["--name", "a{xFF}"]):
        failures += refuses(lane, "create", *words, "bb:1")
    return failures + refuses(lane, "create", "bb:1", "{xFF}")


def symlinks_are_resolved_before_the_daemon(lane: Lane) -> list[str]:
    sent = plain_body(lane, "create", "-v", "{W}/link:/x", "bb:1")["HostConfig"]["Binds"][0]
    failures = expect("the plain CLI resolves the link", sent.startswith(f"{lane.world.work}/link:"))
    if lane.safe_docker is None:
        return failures
    mounts = wrapped_body(lane, "create", "-v", "{W}/link:/x", "bb:1").get("HostConfig", {}).get("Mounts") or [{}]
    return failures + expect(f"arrives as {mounts}", mounts[0].get("Source") == f"{lane.world.work}/app")


def magic_links_are_refused(lane: Lane) -> list[str]:
    sources = ["/proc/self/root{W}", "/proc/self/cwd", "/proc/thread-self/root/etc", "/dev/fd/../x", "{W}/proclink{W}", "/proc/1/root"]
    return [line for source in sources for line in refuses(lane, "run", "-v", f"{source}:/x", "bb:1")]


def missing_sources_are_not_created(lane: Lane) -> list[str]:
    failures = expect("-v needs its source", bool(plain_body(lane, "create", "-v", "/no/such:/x", "bb:1")))
    failures += refuses(lane, "create", "-v", "{W}/no-such:/x", "bb:1") + refuses(lane, "create", "-v", "/etc/nologin:/x", "bb:1")
    if lane.safe_docker is None:
        return failures
    host = wrapped_body(lane, "create", "-v", "{W}/app:/x", "bb:1").get("HostConfig", {})
    return failures + expect("a bind goes out as one that the daemon creates", not host.get("Binds") and bool(host.get("Mounts")))


def a_writable_bind_never_meets_root(lane: Lane) -> list[str]:
    failures = expect("plain containers run as the image's user", plain_body(lane, "create", "bb:1").get("User") == "")
    failures += refuses(lane, "run", "-v", "{W}:/x", "-u", "0", "bb:1") + refuses(lane, "run", "-v", "{W}:/x", "-u", "root", "bb:1")
    return failures + faithful(lane, "run", "-v", "{W}:/x", "bb:1")


def users_are_numbers(lane: Lane) -> list[str]:
    spellings = ["00", "+0", ":0", ":", "0", "root", "{UID}:", "{UID}:0", "alice", "{UID}:root", "0x0", "4294967296", " {UID}"]
    failures = [line for user in spellings if user != "{UID}:" for line in refuses(lane, "run", "-u", user, "bb:1")]
    failures += refuses(lane, "run", "--user", "", "bb:1") + refuses(lane, "run", "--group-add", "root", "bb:1")
    return failures + faithful(lane, "run", "-u", "{UID}", "bb:1")


def tiny_cpus_are_no_limit(lane: Lane) -> list[str]:
    wrapped = plain_body(lane, "create", "--cpus", "18446744073.709551617", "bb:1")["HostConfig"]["NanoCpus"]
    failures = expect(f"it wraps to {wrapped}", wrapped == 1)
    values = {"--cpus": ["0.000001", "18446744073.709551617", "1e-9", "0.009", "-1", "NaN", "Inf"],
              "--pids-limit": ["0", "-1", "-5"], "-m": ["99999999999g", "0", "9223372036854775808"]}
    return failures + [line for option, rows in values.items() for value in rows
                       for line in refuses(lane, "run", option, value, "bb:1")]


def integers_have_a_base(lane: Lane) -> list[str]:
    seen = plain_body(lane, "create", "--pids-limit", "010", "bb:1")["HostConfig"]["PidsLimit"]
    failures = expect(f"010 is {seen}", seen == 8)
    lines = [f"run --pids-limit {value} bb:1" for value in ("0x7fffffff", "1_000_000", "0b1111111111111")]
    lines += ["run --oom-score-adj -0x3e8 bb:1", "run -m 1e12 bb:1", "run -m +4g bb:1"]
    if lane.safe_docker is not None:
        limit = wrapped_body(lane, "create", "--pids-limit", "010", "bb:1").get("HostConfig", {}).get("PidsLimit")
        failures += expect(f"010 arrives as {limit}", limit in (None, 8))
    return failures + _all_refused(lane, lines)


def the_last_no_new_privileges_wins(lane: Lane) -> list[str]:
    lines = [f"run --security-opt {value} bb:1" for value in (
        "no-new-privileges=false", "no-new-privileges:false", "systempaths=unconfined", "no-new-privileges=0", "no-new-privileges=F")]
    failures = _all_refused(lane, [*lines, "run --security-opt no-new-privileges --security-opt no-new-privileges=false bb:1"])
    if lane.safe_docker is None:
        return failures
    options = wrapped_body(lane, "create", "--security-opt", "no-new-privileges", "bb:1").get("HostConfig", {}).get("SecurityOpt") or []
    own = [option for option in options if option.startswith("no-new-privileges")]
    return failures + expect(f"arrives as {own}", len(own) == 1 and options[-1] == own[0])


def mounts_are_csv(lane: Lane) -> list[str]:
    shouted = plain_body(lane, "create", "--mount", "TYPE=BIND,SOURCE=/,TARGET=/h,source=/etc", "bb:1")["HostConfig"]["Mounts"][0]
    failures = expect(f"the last key wins: {shouted}", shouted["Type"] == "bind" and shouted["Source"] == "/etc")
    later = plain_body(lane, "create", "--mount", "{NL}type=tmpfs,target=/t{NL}x", "bb:1")
    failures += expect("a leading newline and a second record are errors", bool(later))
    for value in ("TYPE=BIND,SOURCE=/,TARGET=/h", "type=bind,source={W}/app,source=/etc,target=/h", "{NL}type=bind,source=/etc,target=/h",
                  "type=volume,source=vol,target=/h,volume-opt=o=bind,volume-opt=device=/", '"type=bind","source=/","target=/h"'):
        failures += refuses(lane, "create", "--mount", value, "bb:1")
    return failures + faithful(lane, "create", "-v", "{W}/p,src=:/data", "bb:1") + faithful(lane, "create", "-v", '{W}/q"uote:/q', "bb:1")


def the_cli_process_keeps_no_group_but_one(lane: Lane) -> list[str]:
    """The ids of a real door are tests/engine's; here, that nothing is left open and no variable of the caller stays."""
    if lane.safe_docker is None:
        return []
    seen = record(lane, "run", "bb:1", env={"LD_PRELOAD": "", "DOCKER_HOST": "unix://{DECOY}"})
    return expect(f"environment {seen.get('env')}", bool(seen) and not {"LD_PRELOAD", "DOCKER_HOST"} & seen["env"].keys())


def files_are_read_as_the_caller(lane: Lane) -> list[str]:
    failures = []
    for option in ("--env-file", "--label-file"):
        for path in ("/etc/shadow", "/etc/gshadow", "{W}/shadow.env", "{W}/etclink/shadow", "/proc/1/environ"):
            failures += refuses(lane, "run", option, path, "bb:1")
    failures += refuses(lane, "run", "--security-opt", "seccomp=/etc/shadow", "bb:1")
    if lane.safe_docker is None:
        return failures
    said = lane.wrapped(["run", "--env-file", str(lane.world.work / "bad.env"), "bb:1"]).stderr
    return failures + expect(f"a line of the file is shown: {said!r}", "no good" not in said)


def cidfiles_are_new_and_the_callers(lane: Lane) -> list[str]:
    paths = ["/etc/nologin", "{W}/dangling.cid", "{W}/etclink/x", "/etc/cron.d/x", "/proc/self/fd/1", "{W}/env.list", "{W}/rootlink/x"]
    failures = [line for path in paths for line in refuses(lane, "run", "--cidfile", path, "bb:1")]
    return failures + expect("/etc/nologin was made", not os.path.exists("/etc/nologin"))


def plugins_are_not_run(lane: Lane) -> list[str]:
    env = {"DOCKER_CONFIG": str(lane.evil), "HOME": str(lane.evil)}
    lane.fell_for()
    lane.plain(["ps", "--help"], env)
    failures = expect("ps --help runs no plugin", lane.fell_for())
    if lane.safe_docker is None:
        return failures
    for line in ([], ["--help"], ["help"], ["ps", "--help"], ["info"], ["help", "evil"], ["evil"], ["run", "--help"],
                 ["__complete", "run", ""], ["completion", "bash"], ["--version"]):
        lane.wrapped(line, env)
        failures += expect(f"{line} runs a plugin", not lane.fell_for())
    return failures


def credential_helpers_are_not_run(lane: Lane) -> list[str]:
    env = {"DOCKER_CONFIG": str(lane.evil), "PATH": f"{lane.evil}:/usr/bin:/bin"}
    lane.fell_for()
    lane.plain(["run", "--pull", "always", "bb:1"], env)
    failures = expect("run --pull=always runs no credential helper", lane.fell_for())
    if lane.safe_docker is None:
        return failures
    outcome = lane.wrapped(["run", "--pull", "always", "bb:1"], env)
    failures += expect("a credential helper of the caller is run", not lane.fell_for())
    return failures + expect(f"refused: {outcome.why()}", outcome.status == 0)


def the_api_is_not_a_pipe(lane: Lane) -> list[str]:
    lines = ["system dial-stdio", "dial-stdio", "system dial-stdio --help"]
    return _all_refused(lane, lines)


def variables_stay_out_of_the_process_list(lane: Lane) -> list[str]:
    env = {"TOKEN": "s3cret"}
    failures = expect("-e NAME takes no value from the CLI's environment",
                      plain_body(lane, "create", "-e", "TOKEN", "bb:1", env=env).get("Env") == ["TOKEN=s3cret"])
    failures += faithful(lane, "create", "-e", "TOKEN", "--env-file", "env.list", "-e", "MODE=x", "bb:1", env=env)
    if lane.safe_docker is None:
        return failures
    argv = record(lane, "create", "-e", "TOKEN", "--env-file", "env.list", "bb:1", env=env).get("argv", ["s3cret"])
    return failures + expect(f"the command line is {argv}", not any("s3cret" in word or "production" in word for word in argv))


def the_owner_label_is_ours(lane: Lane) -> list[str]:
    lines = [f"run {option} bb:1" for option in (
        "-l io.safe-docker.owner=0", "--label=io.safe-docker.version=x", "--label-file owner.labels", "-lio.safe-docker.owner")]
    return _all_refused(lane, lines) + faithful(lane, "create", "-l", "a=b", "bb:1")


def published_ports_name_an_address(lane: Lane) -> list[str]:
    bindings = plain_body(lane, "create", "-p", "host_ip=127.0.0.1,published=8080,target=80", "bb:1")["HostConfig"]["PortBindings"]
    failures = expect(f"host_ip counts: {bindings}", bindings["80/tcp"][0]["HostIp"] == "")
    failures += refuses(lane, "create", "-p", "host_ip=127.0.0.1,published=8080,target=80", "bb:1")
    return failures + faithful(lane, "create", "-p", "published=8080,target=80", "-p", "8081:81", "-p", "82", "bb:1")


def options_belong_to_their_command(lane: Lane) -> list[str]:
    shares = plain_body(lane, "create", "-c", "512", "-l", "a=b", "-h", "x", "bb:1")
    failures = expect("-c -l -h of create are --cpu-shares --label --hostname", shares["HostConfig"]["CpuShares"] == 512
                      and shares["Labels"] == {"a": "b"} and shares["Hostname"] == "x")
    lines = ["-c evil run bb:1", "-h run bb:1", "-v run bb:1", "run -H unix:///x bb:1", "run --name /x bb:1", "run -D bb:1"]
    return failures + _all_refused(lane, lines) + faithful(lane, "create", "-c", "512", "-l", "a=b", "-h", "x", "bb:1")


SURPRISES: list[Check] = [
    decoy_globals_do_not_stop_the_command, a_double_dash_swallows_the_decoy, test_flags_are_dropped, equals_signs_and_booleans,
    the_first_network_wins, other_bytes_name_other_files, symlinks_are_resolved_before_the_daemon, magic_links_are_refused,
    missing_sources_are_not_created, a_writable_bind_never_meets_root, users_are_numbers, tiny_cpus_are_no_limit,
    integers_have_a_base, the_last_no_new_privileges_wins, mounts_are_csv, the_cli_process_keeps_no_group_but_one,
    files_are_read_as_the_caller, cidfiles_are_new_and_the_callers, plugins_are_not_run, credential_helpers_are_not_run,
    the_api_is_not_a_pipe, variables_stay_out_of_the_process_list, the_owner_label_is_ours, published_ports_name_an_address,
    options_belong_to_their_command,
]
