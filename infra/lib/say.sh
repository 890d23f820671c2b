# shellcheck shell=bash
# What the scripts tell their user: plain lines on stdout, one clear line on stderr when they give up.

# Seconds since the script started, as m:ss.
elapsed() {
    printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60))
}

say() {
    printf '%s\n' "$*"
}

# Heads a step, with the time since the start.
heading() {
    printf '\n== %s [%s]\n' "$*" "$(elapsed)"
}

warn() {
    printf '%s: %s\n' "infra/${0##*/}" "$*" >&2
}

# One line, exit code 1. Whatever must be undone is undone by the caller's EXIT trap.
die() {
    warn "$@"
    exit 1
}

# The last lines of a log, indented, on stderr: `tail_log FILE [LINES]`.
tail_log() {
    [[ -s $1 ]] || return 0
    printf '  last lines of %s:\n' "$1" >&2
    tail -n "${2:-20}" -- "$1" | sed 's/^/    /' >&2
}

# Prints the comment at the head of the script that runs.
usage() {
    sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"
}
