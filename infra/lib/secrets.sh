# shellcheck shell=bash
# The secrets of an instance: made once, kept with mode 600, and used again. Those in the environment win.

load_secrets() {
    local file=$STATE/secrets.env
    if [[ ! -s $file ]]; then
        (umask 077 && make_secrets >"$file.new") || die "cannot make the secrets in $file"
        mv -- "$file.new" "$file"
    fi
    # One that was made before there were demo accounts.
    if ! grep -q '^ONSALE_DEMO_PASSWORD=' "$file"; then
        printf 'ONSALE_DEMO_PASSWORD=%s\n' "$(openssl rand -hex 12)" >>"$file"
    fi
    # One that was made before there were pushes.
    if ! grep -q '^ONSALE_VAPID_KEY=' "$file"; then
        local key
        key=$(make_vapid_key) || die "cannot make a key in $file"
        printf 'ONSALE_VAPID_KEY=%s\n' "$key" >>"$file"
    fi
    local name value
    while IFS='=' read -r name value; do
        [[ -n ${!name:-} ]] || export "$name=$value"
    done <"$file"
}

# P-256, with which push services know who sends.
make_vapid_key() {
    local key
    # Asked for DER, OpenSSL would write such a key in the older form.
    key=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 |
        openssl pkcs8 -topk8 -nocrypt -outform DER | base64 -w0) || return 1
    [[ -n $key ]] && printf '%s' "$key"
}

make_secrets() {
    local key
    key=$(openssl genpkey -algorithm ed25519 -outform DER | base64 -w0) || return 1
    [[ -n $key ]] || return 1
    printf 'ONSALE_SIGNING_KEY=%s\n' "$key"
    printf 'ONSALE_TOKEN_SECRET=%s\n' "$(openssl rand -hex 32)"
    printf 'ONSALE_ADMIN_EMAIL=%s\n' admin@onsale.example
    printf 'ONSALE_ADMIN_PASSWORD=%s\n' "$(openssl rand -hex 12)"
    printf 'ONSALE_DEMO_PASSWORD=%s\n' "$(openssl rand -hex 12)"
}
