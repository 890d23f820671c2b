# shellcheck shell=bash
# Building with cargo: what it needs, where the programs are then.

RUSTUP_HINT="cargo is missing; get it with: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"

# Gives up when there is no cargo, or it cannot bring the toolchain that rust-toolchain.toml names.
need_cargo() {
    local said
    command -v cargo >/dev/null || die "$RUSTUP_HINT"
    said=$(cd -- "$ROOT" && cargo --version 2>&1) || die "cargo does not work here: ${said%%$'\n'*}"
}

target_folder() {
    local found
    found=$(cd -- "$ROOT" && cargo metadata --format-version 1 --no-deps --offline 2>/dev/null) || found=
    found=$(grep -o '"target_directory":"[^"]*"' <<<"$found" | cut -d'"' -f4) || true
    printf '%s' "${found:-${CARGO_TARGET_DIR:-$ROOT/target}}"
}

# Whether there has been a build before: `is_built debug|release`.
is_built() {
    [[ -d $(target_folder)/$1/deps ]]
}

# Gives up when the disk is too full: a first build takes 6 GB, what comes after little.
need_room() {
    if is_built "$1"; then
        need_free "$(target_folder)" 500 "the build"
    else
        need_free "$(target_folder)" 6000 "the first build"
    fi
}

# Runs a long command so that Ctrl-C or a signal ends it at once, with everything that it started:
# it leads a process group of its own, which interrupt_child ends.
interruptible() {
    local status=0
    setsid "$@" </dev/null &
    CHILD=$!
    wait "$CHILD" || status=$?
    CHILD=
    return "$status"
}
CHILD=
# Another one, that runs beside (see web.sh).
BESIDE=

interrupt_child() {
    local child
    for child in $CHILD $BESIDE; do
        kill -s TERM -- "-$child" 2>/dev/null || true
        wait_until 15 child_gone "$child" || kill -s KILL -- "-$child" 2>/dev/null || true
    done
    CHILD='' BESIDE=''
}

child_gone() {
    ! start_time "$1" >/dev/null
}

# Builds every program of the workspace: `build_programs debug|release`; sets BIN to their folder.
# The whole workspace at once, because a part of it would build dependencies with other features.
build_programs() {
    local profile=()
    [[ $1 == debug ]] || profile=("--$1")
    cd -- "$ROOT" || return 1
    SQLX_OFFLINE=true interruptible cargo build --locked --workspace --bins "${profile[@]}" ||
        die "the build failed (see above; if it misses a query, run infra/queries)"
    BIN=$(target_folder)/$1
}

# Runs a program with its output in a log, whose end is shown when it fails: `quietly NAME COMMAND...`.
quietly() {
    local log=$LOGS/$1.log name=$1
    shift
    if ! NO_COLOR=1 interruptible "$@" >"$log" 2>&1; then
        tail_log "$log" "$QUIET_LINES"
        die "$name failed"
    fi
}
QUIET_LINES=20
