-- The library of an organiser's houses, and the files that seat maps refer to.

-- A house with the map it has now. Events take the map; what they sold stays when the house changes.
CREATE TABLE venues (
    id            uuid PRIMARY KEY,
    organiser_id  uuid NOT NULL REFERENCES users ON DELETE RESTRICT,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    seat_map_hash text NOT NULL REFERENCES seat_maps,
    -- Grows with every change; the ETag.
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX venues_name_idx ON venues (organiser_id, lower(name));

-- What a geometry document names by its hash: a drawing behind the seats, the ids that seats had in the drawing they
-- came from, a picture of the view. Immutable.
CREATE TABLE seat_map_files (
    hash       text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL CHECK (media_type IN ('image/svg+xml', 'application/json', 'image/jpeg')),
    content    bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
