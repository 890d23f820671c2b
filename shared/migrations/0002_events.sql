-- Events, their seat maps, tiers, areas and blocked seats.

-- Finds titles in spite of a typing error.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Immutable: the hash of the geometry document is its name and stands in its address.
CREATE TABLE seat_maps (
    hash       text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    geometry   jsonb NOT NULL,
    seat_count integer NOT NULL CHECK (seat_count >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE events (
    id                 uuid PRIMARY KEY,
    organiser_id       uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    title              text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description        text NOT NULL CHECK (length(description) <= 10000),
    category           text NOT NULL CHECK (category IN
                           ('concert', 'theatre', 'sport', 'comedy', 'festival', 'conference', 'cinema', 'other')),
    venue              text NOT NULL CHECK (length(venue) BETWEEN 1 AND 200),
    city               text NOT NULL CHECK (length(city) BETWEEN 1 AND 200),
    time_zone          text NOT NULL,
    starts_at          timestamptz NOT NULL,
    sale_opens_at      timestamptz NOT NULL,
    demand             text NOT NULL CHECK (demand IN ('direct', 'queue')),
    status             text NOT NULL DEFAULT 'draft'
                           CHECK (status IN ('draft', 'published', 'cancelled', 'archived')),
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    tickets_per_person integer NOT NULL CHECK (tickets_per_person BETWEEN 1 AND 100),
    -- Fans may cancel until this many minutes before the start; null: never.
    cancel_until_minutes integer CHECK (cancel_until_minutes >= 0),
    -- How long seats stay held before checkout.
    hold_seconds       integer NOT NULL DEFAULT 600 CHECK (hold_seconds BETWEEN 5 AND 3600),
    seat_map_hash      text REFERENCES seat_maps,
    -- What its waiting room is opened with at publication; from then on waiting_rooms has it.
    waiting_room       jsonb,
    -- Grows with every change; the ETag.
    version            bigint NOT NULL DEFAULT 1,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    search             tsvector NOT NULL GENERATED ALWAYS AS (
                           setweight(to_tsvector('simple', title), 'A')
                           || setweight(to_tsvector('simple', venue || ' ' || city), 'B')
                           || setweight(to_tsvector('simple', description), 'C')) STORED,
    CHECK (sale_opens_at < starts_at),
    CHECK (status = 'draft' OR status = 'cancelled' OR seat_map_hash IS NOT NULL)
);
CREATE INDEX events_search_idx ON events USING gin (search);
CREATE INDEX events_listing_idx ON events (starts_at, id) WHERE status = 'published';
CREATE INDEX events_organiser_idx ON events (organiser_id, id);

CREATE TABLE price_tiers (
    event_id    uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    tier        smallint NOT NULL CHECK (tier BETWEEN 0 AND 99),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    price_minor bigint NOT NULL CHECK (price_minor BETWEEN 0 AND 100000000),
    PRIMARY KEY (event_id, tier)
);

-- Seats of this event that are not for sale.
CREATE TABLE blocked_seats (
    event_id   uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    seat_index integer NOT NULL CHECK (seat_index >= 0),
    PRIMARY KEY (event_id, seat_index)
);

-- Standing areas: the check is the proof that none is sold beyond its capacity.
CREATE TABLE area_stock (
    event_id   uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    area_index smallint NOT NULL CHECK (area_index >= 0),
    capacity   integer NOT NULL CHECK (capacity BETWEEN 1 AND 1000000),
    sold       integer NOT NULL DEFAULT 0,
    PRIMARY KEY (event_id, area_index),
    CONSTRAINT area_stock_within_capacity CHECK (sold BETWEEN 0 AND capacity)
);
