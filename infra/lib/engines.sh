# shellcheck shell=bash
# The engines of one instance: private PostgreSQL, Redis, RabbitMQ and the mailbox, on loopback only.
# An engine that the environment names (DATABASE_URL, REDIS_URL, AMQP_URL, SMTP_URL) is used instead
# of a private one, and never touched.

# What is given, at the moment the scripts start: private addresses exported later are not.
GIVEN_DATABASE_URL=${DATABASE_URL:-}
GIVEN_REDIS_URL=${REDIS_URL:-}
GIVEN_AMQP_URL=${AMQP_URL:-}
GIVEN_SMTP_URL=${SMTP_URL:-}

# Forgets what the environment names: the tests run on engines of their own, or they could hurt yours.
own_engines_only() {
    if [[ -n $GIVEN_DATABASE_URL$GIVEN_REDIS_URL$GIVEN_AMQP_URL$GIVEN_SMTP_URL ]]; then
        say "The tests run on engines of their own; DATABASE_URL, REDIS_URL, AMQP_URL and SMTP_URL are not used."
    fi
    GIVEN_DATABASE_URL='' GIVEN_REDIS_URL='' GIVEN_AMQP_URL='' GIVEN_SMTP_URL=''
    unset DATABASE_URL REDIS_URL AMQP_URL SMTP_URL
}

# The private engines that this instance needs, in starting order (the slowest first).
private_engines() {
    [[ -n $GIVEN_AMQP_URL ]] || printf 'rabbitmq\n'
    [[ -n $GIVEN_DATABASE_URL ]] || printf 'postgres\n'
    [[ -n $GIVEN_REDIS_URL ]] || printf 'redis\n'
    ! throwaway || printf 'cluster\n'
    [[ -n $GIVEN_SMTP_URL ]] || printf 'mailbox\n'
}

# Starts those that do not run and waits until all answer. When one fails, those that were started
# here are stopped by the caller's EXIT trap (stop_launched).
start_engines() {
    launch_engines
    await_engines
}

# Starts those that do not run, together. They become ready while the caller does something else.
launch_engines() {
    local engine needed
    mapfile -t needed < <(private_engines)
    claim engines 150 || die "another start or stop of these engines (instance $NAME) is still under way"
    need_engine_ports
    need_free "$STATE" 400 "starting the engines"
    for engine in "${needed[@]}"; do
        running "$engine" || "launch_$engine"
    done
}

await_engines() {
    local engine needed
    mapfile -t needed < <(private_engines)
    for engine in "${needed[@]}"; do
        "await_$engine"
    done
    write_engines_env
    release engines
}

# Private engines that were started and have ended without being stopped.
ended_engines() {
    local engine
    for engine in rabbitmq postgres redis cluster mailbox; do
        [[ ! -e $RUN/$engine.pid ]] || running "$engine" || printf '%s\n' "$engine"
    done
}

revive_engines() {
    local engine ended
    mapfile -t ended < <(ended_engines)
    for engine in "${ended[@]}"; do "launch_$engine"; done
    for engine in "${ended[@]}"; do "await_$engine"; done
}

# Gives up early, before anything is started, when a port is taken.
need_engine_ports() {
    local engine
    for engine in $(private_engines); do
        running "$engine" || "need_ports_$engine"
    done
}

stop_engines() {
    claim engines 150 || die "another start or stop of these engines (instance $NAME) is still under way"
    finish 30 INT postgres &
    finish 30 TERM redis cluster mailbox rabbitmq
    wait $!
    finish 5 TERM epmd
    tell_killed
    release engines
}

# Stops whatever this script started: for EXIT traps, after a failure. Not as patient as usual, for a
# RabbitMQ that is still starting does not listen; all engines survive being killed.
stop_launched() {
    ((${#LAUNCHED[@]})) || return 0
    local name others=() quick=()
    for name in "${LAUNCHED[@]}"; do
        case $name in
            postgres) quick=(postgres) ;;
            epmd) ;;
            *) others=("$name" "${others[@]}") ;;
        esac
    done
    ((${#others[@]} == 0)) || finish 8 TERM "${others[@]}"
    ((${#quick[@]} == 0)) || finish 8 INT "${quick[@]}"
    [[ " ${LAUNCHED[*]} " != *" epmd "* ]] || finish 5 TERM epmd
    LAUNCHED=()
}

# The addresses, as lines for `eval`. May hold a password of yours, hence the mode.
write_engines_env() {
    local file=$STATE/engines.env
    (umask 077 && engines_env >"$file.new") || die "cannot write $file (is the disk full?)"
    mv -- "$file.new" "$file"
}

engines_env() {
    printf 'export DATABASE_URL=%q\n' "${GIVEN_DATABASE_URL:-$(private_url postgres)}"
    printf 'export REDIS_URL=%q\n' "${GIVEN_REDIS_URL:-$(private_url redis)}"
    ! throwaway || printf 'export REDIS_CLUSTER_URL=%q\n' "$(private_url cluster)"
    printf 'export AMQP_URL=%q\n' "${GIVEN_AMQP_URL:-$(private_url rabbitmq)}"
    [[ -n $GIVEN_AMQP_URL ]] || printf 'export RABBITMQ_MANAGEMENT_URL=%q\n' "http://guest:guest@127.0.0.1:$MANAGEMENT_PORT"
    printf 'export SMTP_URL=%q\n' "${GIVEN_SMTP_URL:-$(private_url mailbox)}"
    [[ -n $GIVEN_SMTP_URL ]] || printf 'export MAILBOX_URL=%q\n' "http://127.0.0.1:$MAILBOX_PORT"
}

private_url() {
    case $1 in
        postgres) printf 'postgres://onsale@127.0.0.1:%s/onsale' "$POSTGRES_PORT" ;;
        redis) printf 'redis://127.0.0.1:%s/0' "$REDIS_PORT" ;;
        cluster)
            printf 'redis-cluster://127.0.0.1:%s?node=127.0.0.1:%s&node=127.0.0.1:%s' \
                "$CLUSTER_PORT" $((CLUSTER_PORT + 1)) $((CLUSTER_PORT + 2))
            ;;
        rabbitmq) printf 'amqp://guest:guest@127.0.0.1:%s/%%2f' "$AMQP_PORT" ;;
        mailbox) printf 'smtp://127.0.0.1:%s' "$SMTP_PORT" ;;
    esac
}
