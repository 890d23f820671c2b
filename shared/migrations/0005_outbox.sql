-- What a committed change must tell the world, and what was told.

CREATE TABLE outbox (
    id           uuid PRIMARY KEY,
    -- The routing key, e.g. booking.confirmed.
    topic        text NOT NULL,
    payload      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);
CREATE INDEX outbox_waiting_idx ON outbox (id) WHERE published_at IS NULL;

-- One row per logical message to a person; the unique key makes a redelivered event harmless.
CREATE TABLE notifications (
    id           uuid PRIMARY KEY,
    booking_id   uuid NOT NULL REFERENCES bookings ON DELETE CASCADE,
    channel      text NOT NULL CHECK (channel IN ('email')),
    template     text NOT NULL,
    status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
    retry_count  integer NOT NULL DEFAULT 0,
    last_error   text,
    -- While a notifier is sending; another may take over after it has passed.
    leased_until timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    sent_at      timestamptz,
    CONSTRAINT notifications_once_key UNIQUE (booking_id, channel, template)
);
