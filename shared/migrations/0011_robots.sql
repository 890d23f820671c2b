-- Against robots: how hard the puzzle in front of a waiting room is, and the fans that were held back.

-- 0: no puzzle; each level doubles the work of the one before.
ALTER TABLE events
    ADD COLUMN challenge_level smallint NOT NULL DEFAULT 0 CHECK (challenge_level BETWEEN 0 AND 8);

-- One for each fan that was held back at an event: what the organiser looks up by the code the fan tells.
CREATE TABLE appeals (
    event_id         uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    -- Keyed hash of the account or the device, another one for each event, as in admissions.
    who              text NOT NULL CHECK (length(who) BETWEEN 1 AND 64),
    -- Eight letters and digits that are not taken for one another.
    code             text NOT NULL CHECK (code ~ '^[CDFGHJKMPQRTVWXY34679]{8}$'),
    -- Why it was held back last, and what was counted then; no address, no name.
    reason           text NOT NULL
                         CHECK (reason IN ('joined_often', 'held_often', 'paid_often', 'held_fast', 'paid_fast')),
    facts            jsonb NOT NULL,
    times            integer NOT NULL DEFAULT 1 CHECK (times > 0),
    first_held_at    timestamptz NOT NULL DEFAULT now(),
    last_held_at     timestamptz NOT NULL DEFAULT now(),
    status           text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'let_in', 'refused')),
    -- What the organiser tells the fan.
    note             text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    resolved_by      uuid REFERENCES users,
    resolved_at      timestamptz,
    PRIMARY KEY (event_id, who),
    UNIQUE (event_id, code),
    CHECK ((status = 'open') = (resolved_at IS NULL))
);
CREATE INDEX appeals_time_idx ON appeals (event_id, last_held_at DESC);
