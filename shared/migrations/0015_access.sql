-- Who may join a waiting room, and the codes of those who are invited.

ALTER TABLE events
    ADD COLUMN waiting_access text NOT NULL DEFAULT 'everyone'
        CHECK (waiting_access IN ('everyone', 'accounts', 'invited'));

CREATE TABLE access_codes (
    id           uuid PRIMARY KEY,
    event_id     uuid NOT NULL REFERENCES events ON DELETE CASCADE,
    -- As it is looked up: capital letters and digits only.
    code         text NOT NULL CHECK (code ~ '^[0-9A-Z]{6,40}$'),
    -- As it is shown and sent.
    written      text NOT NULL CHECK (length(written) BETWEEN 6 AND 60),
    -- What the organiser calls those it was made for.
    label        text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
    most_uses    integer NOT NULL CHECK (most_uses BETWEEN 1 AND 1000000),
    uses         integer NOT NULL DEFAULT 0,
    -- The lane of the line that it opens; null: the one for everybody.
    lane         smallint CHECK (lane >= 0),
    made_at      timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    CONSTRAINT access_codes_within_uses CHECK (uses BETWEEN 0 AND most_uses),
    CONSTRAINT access_codes_code_key UNIQUE (event_id, code)
);
CREATE INDEX access_codes_label_idx ON access_codes (event_id, label, id);
CREATE INDEX access_codes_good_idx ON access_codes (event_id) WHERE withdrawn_at IS NULL;

-- A use belongs to whoever joined with it first, also when the place is given up.
CREATE TABLE access_code_uses (
    code_id uuid NOT NULL REFERENCES access_codes ON DELETE CASCADE,
    -- Keyed hash of the account or the device, as in admissions.
    who     text NOT NULL CHECK (length(who) BETWEEN 1 AND 64),
    used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (code_id, who)
);

ALTER TABLE appeals
    DROP CONSTRAINT appeals_reason_check,
    ADD CONSTRAINT appeals_reason_check CHECK (reason IN
        ('joined_often', 'held_often', 'paid_often', 'held_fast', 'paid_fast', 'guessed_often'));
