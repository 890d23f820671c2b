-- Waiting lists: who wants what returns after an event is sold out, and what was offered to whom.

-- What an organiser set, and what the offering needs to know; no row: the defaults, and nobody ever joined.
CREATE TABLE waiting_lists (
    event_id      uuid PRIMARY KEY REFERENCES events ON DELETE CASCADE,
    -- Off: nobody joins, nothing is offered, what returns is for everybody; entries stay.
    enabled       boolean NOT NULL DEFAULT true,
    -- How long an offer stands at most.
    offer_minutes integer NOT NULL DEFAULT 30 CHECK (offer_minutes BETWEEN 1 AND 2880),
    -- How many ever joined: the next position. Joins of one event queue up for this row, so positions are the order
    -- in which entries became visible.
    joins         bigint NOT NULL DEFAULT 0 CHECK (joins >= 0),
    -- There may be something to offer, to end or to open.
    active        boolean NOT NULL DEFAULT false
);
CREATE INDEX waiting_lists_active_idx ON waiting_lists (event_id) WHERE active;

CREATE TABLE waiting_list_entries (
    id        uuid PRIMARY KEY,
    event_id  uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    user_id   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    position  bigint NOT NULL CHECK (position > 0),
    quantity  integer NOT NULL CHECK (quantity BETWEEN 1 AND 100),
    -- Null: any.
    tier      smallint,
    -- Side by side; a standing area is always that.
    together  boolean NOT NULL,
    status    text NOT NULL DEFAULT 'waiting'
                  CHECK (status IN ('waiting', 'offered', 'served', 'lapsed', 'declined', 'left', 'closed')),
    joined_at timestamptz NOT NULL DEFAULT now(),
    ended_at  timestamptz,
    CONSTRAINT waiting_list_entries_position_key UNIQUE (event_id, position),
    CHECK ((status IN ('waiting', 'offered')) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX waiting_list_entries_person_key ON waiting_list_entries (event_id, user_id)
    WHERE status IN ('waiting', 'offered');
CREATE INDEX waiting_list_entries_waiting_idx ON waiting_list_entries (event_id, position) WHERE status = 'waiting';
CREATE INDEX waiting_list_entries_user_idx ON waiting_list_entries (user_id, event_id, position);

-- Written before its seats are held, under the id the hold will have: whoever finds it finishes it.
CREATE TABLE waiting_list_offers (
    id         uuid PRIMARY KEY,
    entry_id   uuid NOT NULL REFERENCES waiting_list_entries ON DELETE CASCADE,
    event_id   uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    hold_id    uuid NOT NULL,
    -- Numbered seats, or places in one area.
    seats      integer[] NOT NULL,
    area       smallint,
    places     integer NOT NULL CHECK (places >= 0),
    status     text NOT NULL DEFAULT 'preparing'
                   CHECK (status IN ('preparing', 'offered', 'taken', 'lapsed', 'declined', 'void')),
    -- Of a void one: seats-gone, limit, over.
    reason     text,
    fence      bigint,
    made_at    timestamptz NOT NULL DEFAULT now(),
    -- How long it was to stand, then until when it stands.
    ttl_ms     bigint NOT NULL CHECK (ttl_ms > 0),
    deadline   timestamptz,
    ended_at   timestamptz,
    CONSTRAINT waiting_list_offers_hold_key UNIQUE (hold_id),
    CHECK ((area IS NULL) = (places = 0)),
    CHECK ((area IS NULL) <> (cardinality(seats) = 0)),
    CHECK ((status = 'void') = (reason IS NOT NULL)),
    CHECK ((status IN ('preparing', 'offered')) = (ended_at IS NULL)),
    CHECK (status IN ('preparing', 'void') OR (fence IS NOT NULL AND deadline IS NOT NULL))
);
CREATE UNIQUE INDEX waiting_list_offers_standing_key ON waiting_list_offers (entry_id)
    WHERE status IN ('preparing', 'offered');
CREATE INDEX waiting_list_offers_open_idx ON waiting_list_offers (event_id) WHERE status IN ('preparing', 'offered');
CREATE INDEX waiting_list_offers_user_idx ON waiting_list_offers (user_id);

-- A mail is about a booking or about an offer.
ALTER TABLE notifications
    ALTER COLUMN booking_id DROP NOT NULL,
    ADD COLUMN offer_id uuid REFERENCES waiting_list_offers ON DELETE CASCADE,
    ADD CONSTRAINT notifications_about_one CHECK ((booking_id IS NULL) <> (offer_id IS NULL)),
    ADD CONSTRAINT notifications_offer_once_key UNIQUE (offer_id, channel, template);
