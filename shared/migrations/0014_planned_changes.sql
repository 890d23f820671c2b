-- Changes of a waiting room that come into force at a time set beforehand.
CREATE TABLE planned_changes (
    id         uuid PRIMARY KEY,
    event_id   uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    due_at     timestamptz NOT NULL,
    -- As for a change made at once.
    change     jsonb NOT NULL CHECK (jsonb_typeof(change) = 'object'),
    planned_by uuid NOT NULL REFERENCES users,
    planned_at timestamptz NOT NULL DEFAULT now(),
    -- planned → applied | refused (the phase did not allow it) | cancelled
    outcome    text CHECK (outcome IN ('applied', 'refused', 'cancelled')),
    settled_at timestamptz,
    CHECK ((settled_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX planned_changes_due_idx ON planned_changes (event_id, due_at) WHERE settled_at IS NULL;
CREATE INDEX planned_changes_settled_idx ON planned_changes (event_id, settled_at DESC) WHERE settled_at IS NOT NULL;

-- Closed because everything was sold, not by anybody: seats that come back may open it again.
ALTER TABLE waiting_rooms ADD COLUMN sold_out boolean NOT NULL DEFAULT false CHECK (NOT sold_out OR phase = 'closed');
