-- What the organiser's and the door's pages read, and posters.

-- Pictures as they are served: made anew from what was uploaded, never the uploaded file. Immutable: the hash of
-- the large one is its name and stands in its address.
CREATE TABLE posters (
    hash       text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    -- JPEG, at most 1600 and 640 pixels wide.
    large      bytea NOT NULL,
    small      bytea NOT NULL,
    -- Of the large one, pixels.
    width      integer NOT NULL CHECK (width BETWEEN 1 AND 1600),
    height     integer NOT NULL CHECK (height > 0),
    -- The average colour, for the place it will take.
    colour     text NOT NULL CHECK (colour ~ '^#[0-9a-f]{6}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE events
    ADD COLUMN poster_hash text REFERENCES posters,
    -- What the poster shows, for those who cannot see it; empty: nothing beyond the title.
    ADD COLUMN poster_alt text NOT NULL DEFAULT '' CHECK (length(poster_alt) <= 300);
CREATE INDEX events_poster_idx ON events (poster_hash) WHERE poster_hash IS NOT NULL;

-- The orders of an event, newest first, and its revenue.
CREATE INDEX payments_event_idx ON payments (event_id, booking_id);
-- What was sold in the last minutes.
CREATE INDEX bookings_time_idx ON bookings (event_id, created_at);
-- Mails that wait or were given up: few, whatever was sent.
CREATE INDEX notifications_open_idx ON notifications (booking_id) WHERE status <> 'sent';
-- Offers that wait to be claimed, and those nobody claimed.
CREATE INDEX admissions_offered_idx ON admissions (event_id) WHERE claimed_at IS NULL AND ended_at IS NULL;
CREATE INDEX admissions_lapsed_idx ON admissions (event_id) WHERE claimed_at IS NULL AND outcome = 'expired';
