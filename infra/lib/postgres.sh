# shellcheck shell=bash
# A private PostgreSQL. It refuses to run as root, so root runs it as the system user postgres.

# Runs a command as the user that PostgreSQL runs as.
as_postgres() {
    if ((EUID == 0)); then
        setpriv --reuid postgres --regid postgres --init-groups -- "$@"
    else
        "$@"
    fi
}

# The newest installed version's programs, or those that made the data folder.
postgres_bin() {
    local data=$1 bin
    if [[ -s $data/PG_VERSION ]]; then
        bin=/usr/lib/postgresql/$(<"$data/PG_VERSION")/bin
        [[ -x $bin/postgres ]] || die "$data was made by PostgreSQL $(<"$data/PG_VERSION"), which is not installed (infra/down --purge throws the data away)"
    else
        bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
        [[ -x ${bin:-/}/postgres ]] || die "PostgreSQL is not installed"
    fi
    printf '%s' "$bin"
}

# The data folder: below the state folder. Where the user postgres cannot get there (a checkout below
# /root), it is /var/lib/onsale-<hash of the checkout's path>/NAME, and the state folder holds a link.
postgres_home() {
    local home=$STATE/postgres fallback
    fallback=/var/lib/onsale-$(printf '%s' "$ROOT" | sha256sum | cut -c1-12)/$NAME
    if [[ -L $home ]]; then
        home=$(readlink -- "$home")
    elif [[ ! -d $home ]] && ! as_postgres test -x "$STATE"; then
        (umask 022 && mkdir -p -- "$fallback") && ln -s -- "$fallback" "$home" || return 1
        home=$fallback
    fi
    mkdir -p -- "$home" || return 1
    if ((EUID == 0)) && [[ $(stat -c %U -- "$home") != postgres ]]; then
        chown -R postgres: -- "$home" || return 1
    fi
    printf '%s' "$home"
}

# Makes the cluster under another name first: a run killed in the middle leaves no half of one.
init_postgres() {
    local home=$1 bin=$2
    [[ ! -s $home/data/PG_VERSION ]] || return 0
    as_postgres rm -rf -- "$home/data" "$home/data.new"
    (cd / && as_postgres "$bin/initdb" -D "$home/data.new" -U onsale --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8) >"$LOGS/initdb.log" 2>&1 || {
        tail_log "$LOGS/initdb.log"
        die "PostgreSQL's data folder could not be made"
    }
    as_postgres mv -- "$home/data.new" "$home/data"
}

need_ports_postgres() {
    need_port "$POSTGRES_PORT" PostgreSQL
}

launch_postgres() {
    local home bin
    home=$(postgres_home) || die "cannot make PostgreSQL's data folder (is the disk full?)"
    bin=$(postgres_bin "$home/data")
    need_ports_postgres
    init_postgres "$home" "$bin"
    # What is left of a run that was killed names a pid that may be anybody's now. A postmaster
    # that lives is one we remember, and then we are not here.
    rm -f -- "$home/data/postmaster.pid"
    local settings=(
        -c listen_addresses=127.0.0.1 -c port="$POSTGRES_PORT" -c unix_socket_directories=
        -c max_connections=300 -c shared_buffers=256MB -c timezone=UTC
    )
    if throwaway; then
        # Data of tests needs not survive the machine; without waiting for the disk they are quick.
        settings+=(-c fsync=off -c full_page_writes=off -c synchronous_commit=off)
    fi
    local become=()
    ((EUID != 0)) || become=(setpriv --reuid postgres --regid postgres --init-groups --)
    launch postgres "${become[@]}" "$bin/postgres" -D "$home/data" "${settings[@]}"
}

postgres_answers() {
    psql -qtAX "postgres://onsale@127.0.0.1:$POSTGRES_PORT/postgres?connect_timeout=2" -c 'select 1'
}

await_postgres() {
    await postgres 60 postgres_answers
    make_database onsale
}

# The address of another database on the same server: `beside URL NAME`.
beside() {
    local server=${1%%\?*} options=
    [[ $1 != *\?* ]] || options="?${1#*\?}"
    printf '%s/%s%s' "${server%/*}" "$2" "$options"
}

# Makes a database on the private PostgreSQL unless it is there: `make_database NAME`.
make_database() {
    local server
    server=$(beside "$(private_url postgres)" postgres)
    if [[ -z $(psql -qtAX "$server" -c "select 1 from pg_database where datname = '$1'") ]]; then
        psql -qX "$server" -c "create database \"$1\""
    fi
}

# Makes a database anew, whoever is connected to it: `remake_database NAME URL-ON-THAT-SERVER`.
remake_database() {
    drop_database "$1" "$2"
    psql -qX "$2" -c "create database \"$1\""
}

drop_database() {
    psql -qX "$2" -c "set client_min_messages = warning" -c "drop database if exists \"$1\" with (force)"
}

# Deletes the data where it lies outside the state folder (see postgres_home).
purge_postgres() {
    local home
    [[ -L $STATE/postgres ]] || return 0
    home=$(readlink -- "$STATE/postgres")
    [[ $home == /var/lib/onsale-*/"$NAME" ]] || return 0
    rm -rf -- "$home"
    rmdir -- "${home%/*}" 2>/dev/null || true
}
