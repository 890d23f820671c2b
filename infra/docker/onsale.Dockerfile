# syntax=docker/dockerfile:1
# Images of Onsale, a target each: api, worker, notifier, demo, mailbox. Built by infra/compose.yaml.
# Not built yet on a machine with a container engine: written by the rules, read by tools only.

FROM rust:1.95.0-bookworm AS build
WORKDIR /source
COPY . .
# The queries were checked against the schema when .sqlx was written; no database is needed here.
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --locked --release --workspace --bins \
    && install -D -t /programs target/release/queue-api target/release/registration-worker \
        target/release/notifier target/release/demo

FROM node:18-bookworm-slim AS web
WORKDIR /web
COPY queue-api/web/package.json queue-api/web/package-lock.json queue-api/web/.npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY queue-api/web .
RUN npm run build

FROM debian:bookworm-slim AS run
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl openssl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home onsale \
    && install -d -o onsale -m 700 /secrets
COPY infra/docker/entrypoint /usr/local/bin/
COPY infra/lib/say.sh infra/lib/secrets.sh /usr/local/lib/onsale/
USER onsale
ENV ONSALE_LISTEN=0.0.0.0:8080
ENTRYPOINT ["entrypoint"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/health/ready"]

FROM run AS api
COPY --from=build /programs/queue-api /usr/local/bin/
COPY --from=web /web/build /usr/local/share/onsale/web
ENV ONSALE_WEB_FOLDER=/usr/local/share/onsale/web
CMD ["queue-api", "serve"]

FROM run AS worker
COPY --from=build /programs/registration-worker /usr/local/bin/
CMD ["registration-worker", "serve"]

FROM run AS notifier
COPY --from=build /programs/notifier /usr/local/bin/
CMD ["notifier", "serve"]

FROM run AS demo
COPY --from=build /programs/demo /usr/local/bin/
HEALTHCHECK NONE
CMD ["demo", "--api", "http://api:8080"]

FROM debian:bookworm-slim AS mailbox
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-aiosmtpd \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home mailbox \
    && install -d -o mailbox /mail
COPY infra/mailbox /usr/local/lib/mailbox
USER mailbox
CMD ["python3", "-B", "/usr/local/lib/mailbox", "--listen", "0.0.0.0", "--smtp-port", "2525", "--web-port", "8080", "--folder", "/mail"]
HEALTHCHECK --interval=5s --timeout=3s \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=2)"]
