# shellcheck shell=bash
# A private Redis, and for tests a cluster of three beside it.

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

need_ports_cluster() {
    local node
    for node in 0 1 2; do
        need_port $((CLUSTER_PORT + node)) "the Redis Cluster"
        need_port $((CLUSTER_BUS_PORT + node)) "the Redis Cluster's bus"
    done
}

launch_cluster() {
    need_ports_cluster
    launch cluster "$INFRA/lib/redis-cluster" "$STATE/cluster" "$CLUSTER_PORT" "$CLUSTER_BUS_PORT"
}

cluster_answers() {
    [[ $(redis-cli -p "$CLUSTER_PORT" cluster info) == *cluster_state:ok* ]] &&
        [[ $(redis-cli -p $((CLUSTER_PORT + 2)) cluster info) == *cluster_state:ok* ]]
}

await_cluster() {
    await cluster 60 cluster_answers
}
