-- Being told when one's turn comes, by mail and by Web Push, and what accounts want to be told.

ALTER TABLE users
    -- Of every waiting room joined while signed in.
    ADD COLUMN turn_email boolean NOT NULL DEFAULT false,
    ADD COLUMN turn_push  boolean NOT NULL DEFAULT false;

-- Browsers of an account that may be pushed to.
CREATE TABLE push_subscriptions (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    endpoint   text NOT NULL CHECK (length(endpoint) <= 1024),
    -- The browser's public key and secret (RFC 8291): what is pushed can be read by nobody else.
    p256dh     bytea NOT NULL CHECK (length(p256dh) = 65),
    auth       bytea NOT NULL CHECK (length(auth) = 16),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT push_subscriptions_endpoint_key UNIQUE (endpoint)
);
CREATE INDEX push_subscriptions_user_idx ON push_subscriptions (user_id);

-- One row for each place and address that is to be told. It is deleted when it was told, when it is too late for
-- that, when the place is given up, and when the room is over: an address is kept for nothing else.
CREATE TABLE turn_notices (
    id          uuid PRIMARY KEY,
    event_id    uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    place_id    uuid NOT NULL,
    ordinal     bigint NOT NULL CHECK (ordinal >= 0),
    channel     text NOT NULL CHECK (channel IN ('email', 'push')),
    locale      text NOT NULL CHECK (locale IN ('en', 'de', 'fr')),
    -- The account that asked; its own address is meant where no other is told.
    user_id     uuid REFERENCES users ON DELETE CASCADE,
    email       text CHECK (length(email) BETWEEN 3 AND 254),
    endpoint    text CHECK (length(endpoint) <= 1024),
    p256dh      bytea CHECK (length(p256dh) = 65),
    auth        bytea CHECK (length(auth) = 16),
    -- Null: the turn has not come.
    come_in_by  timestamptz,
    -- When it is due, again after a failure, or when another may take over from one who died.
    next_try_at timestamptz,
    retry_count integer NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((come_in_by IS NULL) = (next_try_at IS NULL)),
    CHECK (CASE channel
               WHEN 'email' THEN (user_id IS NOT NULL OR email IS NOT NULL) AND endpoint IS NULL
               ELSE endpoint IS NOT NULL AND p256dh IS NOT NULL AND auth IS NOT NULL AND email IS NULL
           END)
);
CREATE UNIQUE INDEX turn_notices_email_key ON turn_notices (place_id) WHERE channel = 'email';
CREATE UNIQUE INDEX turn_notices_push_key ON turn_notices (place_id, endpoint) WHERE channel = 'push';
CREATE INDEX turn_notices_event_idx ON turn_notices (event_id);
CREATE INDEX turn_notices_user_idx ON turn_notices (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX turn_notices_endpoint_idx ON turn_notices (endpoint) WHERE endpoint IS NOT NULL;
CREATE INDEX turn_notices_due_idx ON turn_notices (channel, next_try_at) WHERE come_in_by IS NOT NULL;
