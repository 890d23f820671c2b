-- How long an offer stands after its claim window, while the fan is asked once more. Rooms that are there have none.
ALTER TABLE waiting_rooms
    ADD COLUMN grace_seconds integer NOT NULL DEFAULT 0 CHECK (grace_seconds BETWEEN 0 AND 600);
