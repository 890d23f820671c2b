-- What the evidence pack of a sale tells of places that never came in.

ALTER TABLE departures
    -- Tells when it was joined (a UUIDv7); null where nobody has ever shown it.
    ADD COLUMN place_id uuid,
    -- left: by the fan. forfeited: numbered, but its join was never confirmed to anybody. closed: it still waited when
    -- the room was over; left_at is that moment.
    ADD COLUMN reason text NOT NULL DEFAULT 'left' CHECK (reason IN ('left', 'forfeited', 'closed'));
