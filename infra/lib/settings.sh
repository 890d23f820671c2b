# shellcheck shell=bash
# Where things are: the checkout, the state folder of one NAME, its ports.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
INFRA=$ROOT/infra

# Puts Debian's system folders and cargo's own on the path, so that a bare environment (cron, env -i) works.
export PATH="${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/local/sbin:/usr/sbin:/sbin"
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export HOME
if ! command -v cargo >/dev/null && [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi

# Chooses the instance that the script works on: its state folder and ports.
# Everything an instance writes is below STATE, except PostgreSQL's data where postgres.sh says so.
use_instance() {
    NAME=$1
    [[ $NAME =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "--name must be lower-case letters, digits and dashes, not '$NAME'"
    STATE=$INFRA/.state/$NAME
    RUN=$STATE/run
    LOGS=$STATE/log
    use_ports "$(chosen_port_base)"
}

# A running instance keeps the ports it was started with, whatever the environment says now.
chosen_port_base() {
    local recorded=$STATE/port-base
    if [[ -s $recorded ]] && any_running; then
        cat -- "$recorded"
    elif [[ -n ${ONSALE_PORT_BASE:-} ]]; then
        printf '%s' "$ONSALE_PORT_BASE"
    else
        case $NAME in
            up) printf 24000 ;;
            test) printf 25000 ;;
            dev) printf 26000 ;;
            *) printf 27000 ;;
        esac
    fi
}

use_ports() {
    PORT_BASE=$1
    if [[ ! $PORT_BASE =~ ^[0-9]{4,5}$ ]] || ((PORT_BASE < 1024 || PORT_BASE > 64000)); then
        die "ONSALE_PORT_BASE must be a number from 1024 to 64000, not '$PORT_BASE'"
    fi
    API_PORT=$PORT_BASE
    NOTIFIER_PORT=$((PORT_BASE + 100))
    WORKER_PORT=$((PORT_BASE + 200))
    POSTGRES_PORT=$((PORT_BASE + 432))
    REDIS_PORT=$((PORT_BASE + 379))
    CLUSTER_PORT=$((PORT_BASE + 380))
    CLUSTER_BUS_PORT=$((PORT_BASE + 390))
    AMQP_PORT=$((PORT_BASE + 672))
    DIST_PORT=$((PORT_BASE + 673))
    MANAGEMENT_PORT=$((PORT_BASE + 674))
    EPMD_PORT=$((PORT_BASE + 369))
    SMTP_PORT=$((PORT_BASE + 25))
    MAILBOX_PORT=$((PORT_BASE + 80))
}

# Makes the state folder. It can be traversed by the system user postgres; what is secret in it has mode 600.
make_state() {
    if ! (umask 022 && mkdir -p -- "$RUN" "$LOGS") 2>/dev/null || [[ ! -w $STATE || ! -w $RUN || ! -w $LOGS ]]; then
        die "cannot write to $STATE (does it belong to another user? run as that user, or remove it)"
    fi
    printf '%s\n' "$PORT_BASE" 2>/dev/null >"$STATE/port-base" || die "cannot write to $STATE (is the disk full?)"
}

# Gives up when a disk is too full: `need_free FOLDER MEGABYTES WHAT`.
need_free() {
    local folder=$1 free_mb
    while [[ ! -d $folder ]]; do folder=$(dirname -- "$folder"); done
    free_mb=$(df --output=avail -m -- "$folder" | tail -n 1)
    ((free_mb >= $2)) || die "not enough room at $folder: $3 needs $2 MB, $((free_mb)) MB are free"
}

# Instances whose data may be thrown away, so their engines need not wait for the disk.
throwaway() {
    [[ $NAME == test || $NAME == dev ]]
}
