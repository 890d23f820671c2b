-- Lanes of a waiting room: separate lines with a share of those who come in each.

ALTER TABLE waiting_rooms
    -- Those besides everybody's, in their order: [{"name": "…", "share_percent": 20, "entry": "open" | "code"}].
    ADD COLUMN lanes jsonb NOT NULL DEFAULT '[]'
        CHECK (jsonb_typeof(lanes) = 'array' AND jsonb_array_length(lanes) < 4),
    -- lobby_count by lane.
    ADD COLUMN lane_lobby bigint[],
    -- Part of the checkpoint: how many ordinals of each lane were given.
    ADD COLUMN lane_next bigint[] NOT NULL DEFAULT '{}';

-- Ordinals of a lane that stay nobody's: the line had passed their slots before anybody joined for them. Counted as the
-- order of joining the lane, from `first` to before `beyond`.
CREATE TABLE lane_gaps (
    event_id  uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    lane      smallint NOT NULL CHECK (lane BETWEEN 0 AND 3),
    first     bigint NOT NULL CHECK (first >= 0),
    beyond    bigint NOT NULL CHECK (beyond > first),
    passed_at timestamptz NOT NULL,
    PRIMARY KEY (event_id, lane, first)
);
