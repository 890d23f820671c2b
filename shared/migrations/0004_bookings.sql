-- Payments, bookings, tickets, check-ins. The unique index on live tickets alone decides who has a seat.

-- Made at checkout, before any money moves; booking_id is the id the booking will have.
CREATE TABLE payments (
    id                uuid PRIMARY KEY,
    booking_id        uuid NOT NULL,
    hold_id           uuid NOT NULL,
    event_id          uuid NOT NULL REFERENCES events ON DELETE RESTRICT,
    user_id           uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    status            text NOT NULL DEFAULT 'pending' CHECK (status IN
                          ('pending', 'authorized', 'captured', 'refunded', 'voided', 'failed')),
    gateway           text NOT NULL,
    gateway_reference text,
    amount_minor      bigint NOT NULL CHECK (amount_minor >= 0),
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    captured_minor    bigint NOT NULL DEFAULT 0 CHECK (captured_minor BETWEEN 0 AND amount_minor),
    refunded_minor    bigint NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND captured_minor),
    -- Authorisation attempts so far (a declined card may be followed by another).
    attempts          integer NOT NULL DEFAULT 0,
    failure           text,
    -- What the price was made of when it was shown, one entry a ticket, and the fence of the hold.
    items             jsonb NOT NULL,
    fence             bigint NOT NULL,
    -- The booking command, written before it is published: what is left if the broker loses it.
    command           jsonb,
    created_at        timestamptz NOT NULL DEFAULT now(),
    -- When the booking command was accepted (202 or 201); null: never.
    accepted_at       timestamptz,
    -- Given up; the gateway has not yet been told to let go of what it may have reserved.
    to_void           boolean NOT NULL DEFAULT false,
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT to_void OR status IN ('voided', 'failed')),
    CHECK (accepted_at IS NULL OR command IS NOT NULL),
    CONSTRAINT payments_booking_key UNIQUE (booking_id),
    CONSTRAINT payments_hold_key UNIQUE (hold_id)
);
CREATE INDEX payments_open_idx ON payments (updated_at) WHERE status IN ('pending', 'authorized');
CREATE INDEX payments_user_idx ON payments (user_id, booking_id);
CREATE INDEX payments_to_void_idx ON payments (updated_at) WHERE to_void;

CREATE TABLE bookings (
    id            uuid PRIMARY KEY,
    event_id      uuid NOT NULL REFERENCES events ON DELETE RESTRICT,
    user_id       uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    hold_id       uuid NOT NULL,
    -- The fence of the hold it was made from; grows within an event.
    fence         bigint NOT NULL,
    status        text NOT NULL CHECK (status IN
                      ('processing', 'confirmed', 'rejected', 'cancelled', 'refunded')),
    -- Why it was rejected: a stable word, see RejectionReason.
    reason        text,
    total_minor   bigint NOT NULL CHECK (total_minor >= 0),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    ticket_count  integer NOT NULL CHECK (ticket_count > 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    decided_at    timestamptz,
    cancelled_at  timestamptz,
    CONSTRAINT bookings_hold_key UNIQUE (hold_id),
    CHECK ((status = 'rejected') = (reason IS NOT NULL))
);
CREATE INDEX bookings_user_idx ON bookings (user_id, id);
CREATE INDEX bookings_event_idx ON bookings (event_id, status, id);
CREATE INDEX bookings_to_refund_idx ON bookings (id) WHERE status = 'cancelled';

CREATE TABLE tickets (
    id          uuid PRIMARY KEY,
    event_id    uuid NOT NULL REFERENCES events ON DELETE RESTRICT,
    booking_id  uuid NOT NULL REFERENCES bookings ON DELETE RESTRICT,
    seat_index  integer CHECK (seat_index >= 0),
    area_index  smallint CHECK (area_index >= 0),
    tier        smallint NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    status      text NOT NULL DEFAULT 'valid'
                    CHECK (status IN ('valid', 'used', 'cancelled', 'transferred')),
    -- Part of the signed code; a new generation makes older codes void.
    generation  smallint NOT NULL DEFAULT 0 CHECK (generation BETWEEN 0 AND 255),
    used_at     timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((seat_index IS NULL) <> (area_index IS NULL)),
    CHECK ((status = 'used') = (used_at IS NOT NULL))
);
CREATE UNIQUE INDEX tickets_live_seat_key ON tickets (event_id, seat_index)
    WHERE seat_index IS NOT NULL AND status IN ('valid', 'used');
CREATE INDEX tickets_booking_idx ON tickets (booking_id);

-- Live tickets per person and event; the check holds the event's limit, copied at the first booking.
CREATE TABLE buyers (
    event_id           uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    user_id            uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    tickets            integer NOT NULL,
    tickets_per_person integer NOT NULL,
    PRIMARY KEY (event_id, user_id),
    CONSTRAINT buyers_within_limit CHECK (tickets BETWEEN 0 AND tickets_per_person)
);

-- Every scan that was recorded, admitted or not; the id comes from the scanner.
CREATE TABLE check_ins (
    id          uuid PRIMARY KEY,
    event_id    uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    ticket_id   uuid REFERENCES tickets ON DELETE CASCADE,
    door        text NOT NULL CHECK (length(door) BETWEEN 1 AND 100),
    staff_id    uuid NOT NULL REFERENCES users,
    scanned_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    outcome     text NOT NULL CHECK (outcome IN
                    ('admitted', 'already_used', 'cancelled', 'transferred', 'wrong_event', 'forged', 'superseded'))
);
CREATE UNIQUE INDEX check_ins_admitted_key ON check_ins (ticket_id) WHERE outcome = 'admitted';
