# SPDX-License-Identifier: Apache-2.0
# Completion of safe-docker for fish. `docker completion fish` prints it for the name docker as well.
#
# The words are handed to the program itself (__complete), which knows what the policy allows. Nothing of what was
# typed, and nothing of what the program prints, is evaluated.

function __safe_docker_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l tool $words[1]
    set -e words[1]
    set -l request __complete
    set -q __safe_docker_request; and set request $__safe_docker_request

    set -l lines ($tool $request $words "$current" 2>/dev/null </dev/null)
    set -l directive $lines[-1]
    string match -qr '^:[0-9]+$' -- "$directive"; or return
    set -e lines[-1]

    set -l option (string match -r '^--[^=]+=' -- "$current")
    for line in $lines
        printf '%s%s\n' "$option" $line
    end
    if contains -- $directive :0 :2
        for line in (__fish_complete_path (string replace -r '^--[^=]+=' '' -- "$current"))
            printf '%s%s\n' "$option" $line
        end
    end
end

function __safe_docker_register
    complete -e -c $argv[1]
    complete -c $argv[1] -f -a '(__safe_docker_complete)'
end

__safe_docker_register safe-docker
