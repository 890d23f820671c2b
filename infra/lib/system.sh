# shellcheck shell=bash
# Onsale's own processes: several of each, their environment, their health.

# The processes of this instance, one line each: NAME PORT. Written when they are started.
processes() {
    [[ ! -s $STATE/processes ]] || cat -- "$STATE/processes"
}

process_names() {
    processes | cut -d' ' -f1
}

# Gives up when infra/up does not run; else BIN and the environment are those of what runs, built as it is now.
need_running() {
    use_instance up
    is_up || die "Onsale is not running (infra/up --detach --release starts it)"
    BIN=$(<"$STATE/ready")
    build_programs "$(basename -- "$BIN")"
    export_environment
    ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || true
}

# Plans N of each: `plan_processes APIS WORKERS NOTIFIERS`.
plan_processes() {
    local n
    {
        for ((n = 1; n <= $3; n++)); do printf 'notifier-%s %s\n' "$n" $((NOTIFIER_PORT + n - 1)); done
        for ((n = 1; n <= $2; n++)); do printf 'worker-%s %s\n' "$n" $((WORKER_PORT + n - 1)); done
        for ((n = 1; n <= $1; n++)); do printf 'api-%s %s\n' "$n" $((API_PORT + n - 1)); done
    } >"$STATE/processes"
}

# Whether Onsale runs as a whole: it was ready once, nobody has stopped it since, its supervisor (unless
# it was detached) lives, and so does at least one of its processes.
is_up() {
    local name
    [[ -s $STATE/ready ]] && { [[ -e $STATE/detached ]] || pid_file_alive "$RUN/up.claim"; } || return 1
    for name in $(process_names); do
        ! running "$name" || return 0
    done
    return 1
}

# What every process is told. The addresses of the engines are those that start_engines has written.
export_environment() {
    local name port sockets=()
    # shellcheck source=/dev/null
    source "$STATE/engines.env"
    load_secrets
    while read -r name port; do
        [[ $name != notifier-* ]] || sockets+=("ws://127.0.0.1:$port/ws")
    done < <(processes)
    ONSALE_NOTIFIER_URLS=$(IFS=, && printf '%s' "${sockets[*]}")
    export ONSALE_NOTIFIER_URLS
    export ONSALE_PUBLIC_URL=${ONSALE_PUBLIC_URL:-http://127.0.0.1:$API_PORT}
    export ONSALE_WEB_FOLDER=${ONSALE_WEB_FOLDER:-$WEB/build}
    export ONSALE_MAIL_FROM=${ONSALE_MAIL_FROM:-Onsale <tickets@onsale.example>}
    # What went wrong in a word, not where in the code: a panic still has its trace.
    export RUST_LIB_BACKTRACE=${RUST_LIB_BACKTRACE:-0}
    export ONSALE_LOG=${ONSALE_LOG:-info} ONSALE_LOG_FORMAT=${ONSALE_LOG_FORMAT:-text}
}

# Brings the database up to date and makes the administrator.
prepare_database() {
    quietly migrate "$BIN/queue-api" migrate
    quietly create-admin "$BIN/queue-api" create-admin
}

# Starts the planned processes that do not run, together, and waits until each is ready.
start_processes() {
    local name port
    # Sockets count as open files.
    ulimit -Sn "$(ulimit -Hn)" 2>/dev/null || true
    while read -r name port; do
        running "$name" || launch_process "$name" "$port"
    done < <(processes)
    while read -r name port; do
        await "$name" 30 ready "$port"
    done < <(processes)
}

launch_process() {
    local program nice=0
    case $1 in
        api-*) program=queue-api ;;
        worker-*) program=registration-worker ;;
        # Seven of them that tell lines and write mails would leave two APIs a ninth of the cores each.
        notifier-*) program=notifier nice=5 ;;
    esac
    need_port "$2" "$1"
    LAUNCH_NICE=$nice launch "$1" env NO_COLOR=1 ONSALE_LISTEN="127.0.0.1:$2" "$BIN/$program" serve
}

ready() {
    curl -sS --fail-with-body -w '\n' -m 3 "http://127.0.0.1:$1/health/ready"
}

# Stops the processes of this instance: APIs first, so that nothing new comes in.
stop_processes() {
    local names
    mapfile -t names < <(process_names | grep '^api-')
    finish 20 TERM "${names[@]}"
    mapfile -t names < <(process_names | grep -v '^api-')
    finish 20 TERM "${names[@]}"
    tell_killed
    rm -f -- "$STATE/ready" "$STATE/detached"
}

# Gives up early, before anything is started, when a port of a process is taken.
need_process_ports() {
    local name port
    while read -r name port; do
        running "$name" || need_port "$port" "$name"
    done < <(processes)
}
