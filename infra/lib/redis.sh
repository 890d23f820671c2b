# shellcheck shell=bash
# A private Redis.

need_ports_redis() {
    need_port "$REDIS_PORT" Redis
}

launch_redis() {
    need_ports_redis
    mkdir -p -- "$STATE/redis"
    local settings=(--bind 127.0.0.1 --port "$REDIS_PORT" --dir "$STATE/redis" --save "")
    if throwaway; then
        settings+=(--appendonly no)
    else
        settings+=(--appendonly yes --appendfsync everysec)
    fi
    launch redis redis-server "${settings[@]}"
}

redis_answers() {
    [[ $(redis-cli -h 127.0.0.1 -p "$REDIS_PORT" ping) == PONG ]]
}

await_redis() {
    await redis 60 redis_answers
}
