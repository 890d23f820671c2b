-- The durable side of the waiting rooms. Redis decides, RabbitMQ holds the line; this keeps what must outlive
-- both: the settings, the draw's secret, a checkpoint, and the record of every admission.

CREATE TABLE waiting_rooms (
    event_id              uuid PRIMARY KEY REFERENCES events ON DELETE CASCADE,
    phase                 text NOT NULL DEFAULT 'scheduled'
                              CHECK (phase IN ('scheduled', 'lobby', 'open', 'paused', 'closed')),
    lobby_opens_at        timestamptz NOT NULL,
    opens_at              timestamptz NOT NULL,
    -- At most this many live leases.
    lease_cap             integer NOT NULL CHECK (lease_cap BETWEEN 1 AND 1000000),
    -- At most this many admissions in any 60 s.
    rate_per_minute       integer NOT NULL CHECK (rate_per_minute BETWEEN 1 AND 10000000),
    claim_window_seconds  integer NOT NULL CHECK (claim_window_seconds BETWEEN 5 AND 86400),
    pass_ttl_seconds      integer NOT NULL CHECK (pass_ttl_seconds BETWEEN 30 AND 86400),
    pause_reason          text CHECK (length(pause_reason) <= 500),
    -- The draw: the seed is secret until drawn_at is set; its SHA-256 is public from the start.
    seed                  bytea NOT NULL CHECK (length(seed) = 32),
    seed_commitment       bytea NOT NULL CHECK (length(seed_commitment) = 32),
    lobby_count           bigint CHECK (lobby_count >= 0),
    drawn_at              timestamptz,
    -- Checkpoint of the line, written about once a second by whoever releases.
    next_ordinal          bigint NOT NULL DEFAULT 0 CHECK (next_ordinal >= 0),
    serving               bigint NOT NULL DEFAULT 0 CHECK (serving >= 0),
    -- Grows with every change of the settings or, by somebody, of the phase.
    version               bigint NOT NULL DEFAULT 1,
    -- How often the room was made in Redis.
    epoch                 bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    -- When a closed room had nothing left to write down.
    finished_at           timestamptz,
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CHECK ((drawn_at IS NULL) = (lobby_count IS NULL)),
    CHECK (lobby_opens_at <= opens_at)
);

-- One row per released place, with the times Redis's clock gave. The audit reads promises 4 and 5 from it.
CREATE TABLE admissions (
    event_id    uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    -- The place's number after the draw, and its ordinal (order of joining).
    number      bigint NOT NULL CHECK (number >= 0),
    ordinal     bigint NOT NULL CHECK (ordinal >= 0),
    place_id    uuid NOT NULL,
    -- Keyed hash of who joined.
    who         text NOT NULL DEFAULT '',
    -- Admitted beyond the rate by an operator's "admit n now"; not counted in it.
    extra       boolean NOT NULL DEFAULT false,
    admitted_at timestamptz NOT NULL,
    claimed_at  timestamptz,
    -- When the lease ended, and why: left, expired, given_back, finished.
    ended_at    timestamptz,
    outcome     text CHECK (outcome IN ('left', 'expired', 'given_back', 'finished')),
    PRIMARY KEY (event_id, number)
);
CREATE INDEX admissions_time_idx ON admissions (event_id, admitted_at);
CREATE UNIQUE INDEX admissions_ordinal_key ON admissions (event_id, ordinal);

-- Places that left before their turn: they stay gone when Redis loses its memory.
CREATE TABLE departures (
    event_id uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    ordinal  bigint NOT NULL CHECK (ordinal >= 0),
    left_at  timestamptz NOT NULL,
    PRIMARY KEY (event_id, ordinal)
);

-- Append-only: who changed what of a waiting room, and when; actor null: the system.
CREATE TABLE waiting_room_changes (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id   uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    changed_at timestamptz NOT NULL DEFAULT now(),
    actor_id   uuid REFERENCES users,
    phase      text NOT NULL,
    lease_cap  integer NOT NULL,
    rate_per_minute integer NOT NULL,
    -- What was asked for, e.g. {"admit": 50} or {"pause_reason": "…"}.
    change     jsonb NOT NULL
);
CREATE INDEX waiting_room_changes_event_idx ON waiting_room_changes (event_id, changed_at);
