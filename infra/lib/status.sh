# shellcheck shell=bash
# What runs and where, for people and for programs.

# The addresses of a running instance are those it was started with.
load_addresses() {
    if [[ -s $STATE/engines.env ]]; then
        # shellcheck source=/dev/null
        source "$STATE/engines.env"
    else
        # shellcheck source=/dev/null
        source <(engines_env)
    fi
}

# An address without the password in it.
without_password() {
    sed -E 's#(://[^:/@]*):[^@]*@#\1:***@#' <<<"$1"
}

# Prints one engine as "NAME URL private|given running|stopped|given".
engine_lines() {
    local engine url
    for engine in postgres redis rabbitmq mailbox; do
        case $engine in
            postgres) url=$DATABASE_URL ;;
            redis) url=$REDIS_URL ;;
            rabbitmq) url=$AMQP_URL ;;
            mailbox) url=$SMTP_URL ;;
        esac
        if [[ $url == "$(private_url "$engine")" ]]; then
            printf '%s %s private %s
' "$engine" "$url" "$(condition "$engine")"
        else
            printf '%s %s given given
' "$engine" "$(without_password "$url")"
        fi
    done
}

condition() {
    if running "$1"; then printf running; else printf stopped; fi
}

# Prints one process as "NAME KIND ADDRESS HEALTH running|stopped ready|unready".
process_lines() {
    local name port is_ready
    while read -r name port; do
        is_ready=unready
        if running "$name" && ready "$port" >/dev/null 2>&1; then is_ready=ready; fi
        printf '%s %s http://127.0.0.1:%s http://127.0.0.1:%s/health/ready %s %s\n' \
            "$name" "${name%-*}" "$port" "$port" "$(condition "$name")" "$is_ready"
    done < <(processes)
}

status_text() {
    local name kind address health state is_ready url whose
    load_addresses
    if is_up; then
        say "Onsale is running: http://127.0.0.1:$API_PORT/   (the API: http://127.0.0.1:$API_PORT/api/docs)"
    else
        say "Onsale is not running (infra/up starts it)."
    fi
    say
    while read -r name kind address health state is_ready; do
        [[ $kind != notifier ]] || address=ws${address#http}/ws
        printf '  %-11s %-29s %-8s %-8s %s\n' "$name" "$address" "$state" "$is_ready" "$health"
    done < <(process_lines)
    while read -r name url whose state; do
        printf '  %-11s %-52s %s\n' "$name" "$url" "$state"
    done < <(engine_lines)
    [[ -z ${MAILBOX_URL:-} ]] || printf '  %-11s %s\n' 'read mail' "$MAILBOX_URL"
    printf '  %-11s %s\n' logs "$LOGS"
    printf '  %-11s %s\n' 'admin' "ONSALE_ADMIN_EMAIL and ONSALE_ADMIN_PASSWORD in $STATE/secrets.env"
    printf '  %-11s %s\n' 'demo' "organiser@onsale.example, staff@onsale.example, fan@onsale.example; ONSALE_DEMO_PASSWORD there"
}

status_browser_env() {
    is_up || die "Onsale is not running (infra/up starts it)"
    load_addresses
    browser_environment
    local name
    for name in ONSALE_WEB_TEST_URL ONSALE_WEB_TEST_MAILBOX_URL ONSALE_ADMIN_EMAIL ONSALE_ADMIN_PASSWORD; do
        printf 'export %s=%q\n' "$name" "${!name}"
    done
}

json_string() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# Joins lines with commas.
json_array() {
    printf '['
    paste -sd, - | tr -d '\n'
    printf ']'
}

status_json() {
    local up=false
    load_addresses
    ! is_up || up=true
    printf '{"running":%s,"address":%s,' "$up" "$(json_string "http://127.0.0.1:$API_PORT")"
    printf '"processes":%s,' "$(process_lines | while read -r line; do process_json "$line"; done | json_array)"
    printf '"apis":%s,' "$(process_lines | grep ' api ' | while read -r _ _ url _; do json_line "$url"; done | json_array)"
    printf '"websockets":%s,' "$(process_lines | grep ' notifier ' | while read -r _ _ url _; do json_line "ws${url#http}/ws"; done | json_array)"
    printf '"mailbox":{"smtp":%s,"web":%s},' "$(json_string "$(without_password "$SMTP_URL")")" \
        "$([[ -n ${MAILBOX_URL:-} ]] && json_string "$MAILBOX_URL" || printf null)"
    printf '"engines":%s,' "$(engine_lines | while read -r line; do engine_json "$line"; done | json_array)"
    printf '"logs":%s}\n' "$(json_string "$LOGS")"
}

json_line() {
    json_string "$1"
    printf '\n'
}

process_json() {
    local name kind address health state is_ready websocket=null pid=null
    read -r name kind address health state is_ready <<<"$1"
    [[ $kind != notifier ]] || websocket=$(json_string "ws${address#http}/ws")
    ! running "$name" || pid=$PID
    printf '{"name":"%s","kind":"%s","address":"%s","websocket":%s,"health":"%s","running":%s,"ready":%s,"pid":%s}\n' \
        "$name" "$kind" "$address" "$websocket" "$health" "$(truth "$state" running)" "$(truth "$is_ready" ready)" "$pid"
}

engine_json() {
    local name url whose state running=null
    read -r name url whose state <<<"$1"
    # Whether one that was given runs is not ours to know.
    [[ $whose == given ]] || running=$(truth "$state" running)
    printf '{"name":"%s","url":%s,"private":%s,"running":%s}\n' \
        "$name" "$(json_string "$url")" "$(truth "$whose" private)" "$running"
}

truth() {
    if [[ $1 == "$2" ]]; then printf true; else printf false; fi
}
