# shellcheck shell=bash
# The web application: Node, its packages, its build. Needs the network only when packages are missing.

WEB=$ROOT/queue-api/web
NODE_AT_LEAST=18.18

want_web() {
    want nodejs have node
    want npm have npm
}

# The browser of the browser tests.
want_browser() {
    want chromium have chromium
}

# Gives up when the Node that is there is too old; to be called once everything is installed.
need_node() {
    local found
    found=$(node --version 2>/dev/null) || die "node does not work here: install Node $NODE_AT_LEAST or newer"
    printf '%s\n' "$NODE_AT_LEAST" "${found#v}" | sort -C -V ||
        die "Node ${found#v} is too old for the web application: install $NODE_AT_LEAST or newer (or take it off the PATH: Debian's is used then)"
}

# Runs a script of package.json quietly: `web_script NAME [ARGS...]`.
web_script() {
    local name=$1 QUIET_LINES=80
    shift
    quietly "web-$name" npm --prefix "$WEB" run --silent "$name" -- "$@"
}

# What the build is made of, as one hash.
web_sources() {
    find "$WEB" \( -name node_modules -o -name .svelte-kit -o -name build -o -name tests -o -name screenshots \) -prune \
        -o -type f -print0 | sort -z | xargs -0 sha256sum | sed "s#  $WEB/#  #" | sha256sum | cut -d' ' -f1
}

# The hash of the sources that the build was made of.
WEB_BUILT=$WEB/node_modules/.onsale-built

web_is_installed() {
    node "$INFRA/lib/installed.mjs" "$WEB" >/dev/null
}

web_is_built() {
    [[ -s $WEB/build/index.html && -s $WEB_BUILT && $(<"$WEB_BUILT") == "$(web_sources)" ]]
}

# Installs the packages that package-lock.json names, unless exactly those are there. One at a time.
install_web() {
    web_is_installed || alone_with_web install_web_now
}

install_web_now() {
    # Another script may have done it while this one waited for it.
    web_is_installed || npm --prefix "$WEB" ci --no-audit --no-fund
}

# Builds the application, unless that was done for the same sources. One at a time.
build_web() {
    web_is_built || alone_with_web build_web_now
}

build_web_now() {
    local sources
    sources=$(web_sources)
    ! web_is_built || return 0
    npm --prefix "$WEB" run --silent build && printf '%s\n' "$sources" >"$WEB_BUILT"
}

# Tells the browser tests where the system is that they are to use, and how its administrator signs in.
browser_environment() {
    load_secrets
    export ONSALE_WEB_TEST_URL=http://127.0.0.1:$API_PORT
    export ONSALE_WEB_TEST_MAILBOX_URL=${MAILBOX_URL:-}
}

# Writes the OpenAPI document of a built queue-api, and the types made from it: `make_api_types PROGRAM FOLDER`.
make_api_types() {
    "$1" openapi >"$2/openapi.json" || die "queue-api cannot print its OpenAPI document"
    quietly web-types npm --prefix "$WEB" exec --offline -- \
        openapi-typescript "$2/openapi.json" --output "$2/schema.d.ts" --alphabetize
}

# Runs a command while no other script of this checkout installs or builds: `alone_with_web COMMAND...`.
alone_with_web() {
    mkdir -p -- "$INFRA/.state"
    (
        flock 8
        "$@" 8>&-
    ) 8>>"$INFRA/.state/web.lock"
}

# Installs and builds beside what the caller does meanwhile; await_web waits for it.
launch_web() {
    need_node
    WEB_LOG=$LOGS/web-build.log
    setsid "$INFRA/lib/web-build" >"$WEB_LOG" 2>&1 </dev/null &
    BESIDE=$!
}

await_web() {
    local status=0
    wait "$BESIDE" || status=$?
    BESIDE=
    if ((status)); then
        tail_log "$WEB_LOG" 40
        die "the web application could not be built"
    fi
}

# Installs and builds now, unless that is under way.
need_web() {
    [[ -n $BESIDE ]] || launch_web
    await_web
}
