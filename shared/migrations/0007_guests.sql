-- Guests: accounts without a password, made so that one can buy at once. Their e-mail address and name are told
-- when they book, if ever; an address may belong to several guests and to one account at the same time.

ALTER TABLE users
    ALTER COLUMN email DROP NOT NULL,
    ALTER COLUMN name DROP NOT NULL,
    ALTER COLUMN password_hash DROP NOT NULL,
    ADD COLUMN guest boolean NOT NULL DEFAULT false,
    -- The language of one's mails.
    ADD COLUMN locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('en', 'de', 'fr')),
    -- When a guest who never bought is forgotten; none: never.
    ADD COLUMN forget_at timestamptz,
    ADD CONSTRAINT users_account_complete
        CHECK (guest OR (email IS NOT NULL AND name IS NOT NULL AND password_hash IS NOT NULL)),
    ADD CONSTRAINT users_guest_cannot_sign_in CHECK (NOT guest OR (password_hash IS NULL AND role = 'fan')),
    ADD CONSTRAINT users_account_is_kept CHECK (guest OR forget_at IS NULL),
    DROP CONSTRAINT users_email_key;
CREATE UNIQUE INDEX users_email_key ON users (email) WHERE NOT guest;
CREATE INDEX users_forget_idx ON users (forget_at) WHERE forget_at IS NOT NULL;

-- What refers to an account is looked for when one is deleted.
CREATE INDEX refresh_tokens_user_idx ON refresh_tokens (user_id);
CREATE INDEX buyers_user_idx ON buyers (user_id);
CREATE INDEX check_ins_staff_idx ON check_ins (staff_id);
CREATE INDEX waiting_room_changes_actor_idx ON waiting_room_changes (actor_id);
