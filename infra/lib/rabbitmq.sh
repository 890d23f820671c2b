# shellcheck shell=bash
# A private RabbitMQ with its management plugin, and a private epmd (Erlang's port registry).

need_ports_rabbitmq() {
    need_port "$AMQP_PORT" RabbitMQ
    need_port "$DIST_PORT" "RabbitMQ's distribution"
    need_port "$MANAGEMENT_PORT" "RabbitMQ's management"
    running epmd || need_port "$EPMD_PORT" "RabbitMQ's epmd"
}

launch_rabbitmq() {
    local home=$STATE/rabbitmq
    need_ports_rabbitmq
    # A first start that was killed leaves half a node, which later ones may refuse.
    [[ -e $home/complete ]] || rm -rf -- "$home"
    mkdir -p -- "$home"
    # A lobby's places stay unacknowledged until they are drawn and released: longer than the usual half hour.
    cat >"$home/rabbitmq.conf" <<CONF
management.tcp.ip = 127.0.0.1
management.tcp.port = $MANAGEMENT_PORT
disk_free_limit.absolute = 200MB
vm_memory_high_watermark.absolute = 2GB
consumer_timeout = 86400000
CONF
    printf '[rabbitmq_management].\n' >"$home/enabled_plugins"
    : >"$home/rabbitmq-env.conf"
    if ! running epmd; then
        launch epmd epmd -address 127.0.0.1 -port "$EPMD_PORT"
        await epmd 10 port_taken "$EPMD_PORT"
    fi
    # RabbitMQ hands the folder to a shell without quoting it (its disk monitor then waits for ever),
    # so one with unusual letters in its path is named by way of the working folder.
    local folder=$home
    [[ $home =~ ^[A-Za-z0-9/._+-]+$ ]] || folder=/proc/self/cwd
    # The script of this name in /usr/sbin changes user; RUNNING_UNDER_SYSTEMD makes this one become
    # the Erlang machine instead of watching over it, so the pid we remember is the node's.
    # Erlang's schedulers would otherwise spin while idle, and take the time from everybody else.
    LAUNCH_IN=$home launch rabbitmq env HOME="$home" RUNNING_UNDER_SYSTEMD=true \
        RABBITMQ_NODENAME="onsale-$NAME@localhost" \
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$AMQP_PORT" \
        RABBITMQ_DIST_PORT="$DIST_PORT" ERL_EPMD_PORT="$EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_MNESIA_BASE="$folder/mnesia" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_LOGS=- \
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq" RABBITMQ_CONF_ENV_FILE="$folder/rabbitmq-env.conf" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" RABBITMQ_PID_FILE="$folder/pid" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
}

rabbitmq_answers() {
    port_taken "$AMQP_PORT" && management GET overview
}

# Calls RabbitMQ's management API: `management METHOD PATH`.
management() {
    curl -fsS -m 5 -o /dev/null -u guest:guest -X "$1" "http://127.0.0.1:$MANAGEMENT_PORT/api/$2"
}

await_rabbitmq() {
    await rabbitmq 90 rabbitmq_answers
    touch -- "$STATE/rabbitmq/complete"
}

# Makes a virtual host anew: `remake_vhost NAME`.
remake_vhost() {
    management DELETE "vhosts/$1" 2>/dev/null || true
    management PUT "vhosts/$1"
}
