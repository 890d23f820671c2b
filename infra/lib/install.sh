# shellcheck shell=bash
# Installs what is missing, with apt, as root or by sudo.

# Notes a Debian package that is needed: `want PACKAGE TEST-COMMAND...`.
want() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || MISSING+=("$package")
}
MISSING=()

have() {
    command -v "$1"
}

have_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' && have psql
}

want_engines() {
    [[ -n $GIVEN_DATABASE_URL ]] || want postgresql have_postgres
    want postgresql-client have psql
    [[ -n $GIVEN_REDIS_URL ]] || want redis-server have redis-server
    want redis-tools have redis-cli
    [[ -n $GIVEN_AMQP_URL ]] || want rabbitmq-server test -x /usr/lib/rabbitmq/bin/rabbitmq-server
    [[ -n $GIVEN_SMTP_URL ]] || want python3-aiosmtpd /usr/bin/python3 -c 'import aiosmtpd'
    want curl have curl
    want ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
}

want_build() {
    want build-essential have cc
    want openssl have openssl
}

want_journey() {
    want poppler-utils have pdftotext
    want zbar-tools have zbarimg
}

install_engines() {
    want_engines
    install_missing
}

# One line on what is installed, then apt; one line and the end when that cannot be.
install_missing() {
    ((${#MISSING[@]})) || return 0
    command -v apt-get >/dev/null || die "please install: ${MISSING[*]} (this system has no apt-get)"
    local become=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
            die "please install (needs root or sudo): apt-get install ${MISSING[*]}"
        fi
        become=(sudo)
    fi
    say "Installing ${MISSING[*]} ..."
    local log
    log=$(mktemp)
    if ! apt_install "${become[@]}" >"$log" 2>&1; then
        tail_log "$log"
        rm -f -- "$log"
        die "apt could not install ${MISSING[*]}"
    fi
    rm -f -- "$log"
    MISSING=()
    hash -r
}

# Debian starts a service when its package is installed. That would be a second engine beside ours, on
# the standard port, so while apt runs a policy says no. It names this process and so ends with it,
# should we be killed before it is removed. One that the system has already stays as it is.
apt_install() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [[ ! -e $policy ]] || grep -qs 'written by onsale' "$policy"; then
        printf '#!/bin/sh\n# written by onsale\nkill -0 %s 2>/dev/null && exit 101\nexit 0\n' "$$" |
            "$@" tee "$policy" >/dev/null
        "$@" chmod 755 "$policy"
    else
        policy=
    fi
    local apt=("$@" env DEBIAN_FRONTEND=noninteractive apt-get -q)
    # An index that cannot be fetched may still be fresh enough.
    "${apt[@]}" update || true
    "${apt[@]}" install -y --no-install-recommends "${MISSING[@]}" || status=$?
    [[ -z $policy ]] || "$@" rm -f -- "$policy"
    return "$status"
}
