# shellcheck shell=bash
# Checks of the source: lints, and SQL against the schema.

# Builds the workspace with all its tests as `cargo clippy -- -D warnings` would check it: clippy stands
# in for rustc (that is all cargo-clippy does), but code is generated too. So dependencies are built
# once, not once to check and once to run, and what is checked is what is run. `checked_cargo ARGS...`.
checked_cargo() {
    (($# > 0)) || return 1
    RUSTC_WORKSPACE_WRAPPER=$(command -v clippy-driver) CLIPPY_ARGS=$(<"$STATE/clippy-args") \
        interruptible cargo "$@"
}

# Makes the next checked build look at every query again, although no source has changed: clippy's
# arguments are part of what cargo watches, and this one means nothing.
forget_checked_build() {
    printf -- '-Dwarnings__CLIPPY_HACKERY__--cfg=checked_%s' "$(date +%s)" >"$STATE/clippy-args"
}

# Makes a database with today's schema to check queries against: `make_schema NAME SERVER-URL`;
# sets SCHEMA_URL.
make_schema() {
    local file
    remake_database "$1" "$2"
    SCHEMA_URL=$(beside "$2" "$1")
    for file in "$ROOT"/shared/migrations/*.sql; do
        psql -qX -v ON_ERROR_STOP=1 --single-transaction -f "$file" "$SCHEMA_URL" >/dev/null ||
            die "${file#"$ROOT/"} cannot be applied"
    done
}

# Says how fresh query descriptions differ from those in .sqlx, a line each: `compare_queries FRESH`;
# fails when they differ.
compare_queries() {
    local committed=$ROOT/.sqlx fresh=$1 name change same=true
    while read -r name; do
        if [[ ! -e $committed/$name ]]; then
            change=missing
        elif [[ ! -e $fresh/$name ]]; then
            change=unused
        elif cmp -s -- "$committed/$name" "$fresh/$name"; then
            continue
        else
            change=outdated
        fi
        same=false
        printf '%-8s .sqlx/%s: %s\n' "$change" "$name" "$(query_start "$name" "$fresh" "$committed")" >&2
    done < <(find "$committed" "$fresh" -name 'query-*.json' -printf '%f\n' 2>/dev/null | sort -u)
    $same
}

# The beginning of the SQL in a query description, from the first folder that has it.
query_start() {
    local name=$1 folder=$2
    [[ -e $folder/$name ]] || folder=$3
    sed -n 's/^  "query": "\(.*\)",$/\1/p' "$folder/$name" | sed 's/\\n/ /g; s/\\"/"/g; s/  */ /g' | cut -c1-80
}

# Every script and what it sources.
check_scripts() {
    local scripts
    cd -- "$ROOT" || return 1
    mapfile -t scripts < <(grep -lsE '^#!/usr/bin/env bash' infra/* infra/lib/* infra/docker/* .ci/*)
    shellcheck -a "${scripts[@]}"
}
