# shellcheck shell=bash
# Everything below infra/lib, in the order in which it builds on each other.

lib=$(dirname -- "${BASH_SOURCE[0]}")
source "$lib/say.sh"
source "$lib/process.sh"
source "$lib/settings.sh"
source "$lib/install.sh"
source "$lib/postgres.sh"
source "$lib/redis.sh"
source "$lib/rabbitmq.sh"
source "$lib/mailbox.sh"
source "$lib/engines.sh"
source "$lib/build.sh"
source "$lib/web.sh"
source "$lib/secrets.sh"
source "$lib/system.sh"
unset lib
