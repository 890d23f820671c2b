# shellcheck shell=bash
# Background processes that are remembered by pid AND start time: a pid that the kernel has given
# to somebody else in the meantime is never mistaken for ours, and never sent a signal.

# The start time of a process in clock ticks since boot; fails when it is gone or a zombie.
start_time() {
    local stat fields
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != Z ]] || return 1
    printf '%s' "${fields[19]}"
}

# Whether the process in this pid file lives: `pid_file_alive FILE`; sets PID.
pid_file_alive() {
    local started
    PID=
    read -r PID started 2>/dev/null <"$1" || return 1
    [[ -n $started && $(start_time "$PID") == "$started" ]]
}

# Whether the process remembered under this name runs; sets PID.
running() {
    pid_file_alive "$RUN/$1.pid"
}

any_running() {
    local file
    for file in "$RUN"/*.pid; do
        pid_file_alive "$file" && return 0
    done
    return 1
}

# Starts a command in a session of its own (Ctrl-C in the terminal does not reach it):
# `launch NAME COMMAND...`, output in $LOGS/NAME.log, the one before kept as NAME.log.before.
launch() {
    local name=$1 log=$LOGS/$1.log
    shift
    [[ ! -s $log ]] || mv -f -- "$log" "$log.before"
    rm -f -- "$RUN/$name.pid"
    setsid "$INFRA/lib/launch" "$RUN/$name.pid" "$@" >"$log" 2>&1 </dev/null &
    disown
    LAUNCHED+=("$name")
    wait_until 10 test -s "$RUN/$name.pid" || die "cannot start $name (is the disk full?)"
}
LAUNCHED=()

# Waits for a condition: `wait_until SECONDS COMMAND...`.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" 2>/dev/null; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# Waits until a launched process is ready: `await NAME SECONDS COMMAND...`. When it ends instead,
# or takes too long, shows its last log lines and gives up.
await() {
    local name=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ! running "$name"; then
            tail_log "$LOGS/$name.log"
            die "$name ended while it was starting"
        fi
        if ((SECONDS >= deadline)); then
            tail_log "$LOGS/$name.log"
            "$@" 2>&1 | sed 's/^/    it answers: /' >&2 || true
            die "$name did not become ready in time"
        fi
        sleep 0.05
    done
}

# Ends processes together: `finish SECONDS SIGNAL NAME...`; whoever has not left by then is killed,
# and noted in KILLED.
finish() {
    local patience=$1 signal=$2 name
    shift 2
    for name in "$@"; do
        running "$name" && kill -s "$signal" "$PID" 2>/dev/null
    done
    for name in "$@"; do
        if ! wait_until "$patience" stopped "$name" && running "$name"; then
            KILLED+=("$name")
            kill -s KILL "$PID" 2>/dev/null || true
            wait_until 5 stopped "$name" || warn "$name (pid $PID) cannot be killed"
        fi
        rm -f -- "$RUN/$name.pid"
    done
}

KILLED=()

# Names those that had to be killed since the last time.
tell_killed() {
    ((${#KILLED[@]} == 0)) || warn "did not stop when asked to, and had to be killed: ${KILLED[*]}"
    KILLED=()
}

stopped() {
    ! running "$1"
}

# Whether anything listens on this port of this machine.
port_taken() {
    local hex
    hex=$(printf '%04X' "$1")
    grep -qsE "^ *[0-9]+: [0-9A-F]+:$hex [0-9A-F]+:[0-9A-F]+ 0A " /proc/net/tcp /proc/net/tcp6
}

# Gives up when a port is taken: `need_port PORT WHAT`.
need_port() {
    ! port_taken "$1" || die "port $1 (for $2) is taken by another process; free it, or choose other ports with ONSALE_PORT_BASE"
}

# Lets only one script at a time do this to the instance: `claim WHAT SECONDS`; fails when another
# one still does after SECONDS. The claim ends with the script.
claim() {
    wait_until "$2" try_claim "$1"
}

try_claim() {
    (
        flock 9
        if pid_file_alive "$RUN/$1.claim" && ((PID != $$)); then
            exit 1
        fi
        printf '%s %s\n' "$$" "$(start_time $$)" >"$RUN/$1.claim"
    ) 9>>"$RUN/claims.lock"
}

# Ends a claim of this script.
release() {
    if pid_file_alive "$RUN/$1.claim" && ((PID == $$)); then
        rm -f -- "$RUN/$1.claim"
    fi
}

# Lets this session, and what it starts, go before the others until the script ends: Linux shares the cores among
# sessions alike, and all fans of a rehearsal are one session beside a dozen of Onsale's. What they wait for would be
# themselves.
load_first() {
    local nice
    nice=$(sed 's/.* nice //' /proc/self/autogroup 2>/dev/null) || return 0
    if { echo -10 >/proc/self/autogroup; } 2>/dev/null; then
        # shellcheck disable=SC2064 # What it was is known now.
        trap "echo $nice >/proc/self/autogroup" EXIT
    else
        say "the load has no more of the cores than each process of Onsale's"
    fi
}
