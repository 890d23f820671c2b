-- The sandbox payment gateway's own ledger. It plays an outside party: nothing of Onsale joins it but the audit.

CREATE SCHEMA sandbox_gateway;

CREATE TABLE sandbox_gateway.charges (
    -- Made by the gateway.
    reference      uuid PRIMARY KEY,
    -- Made by the caller; repeating a call with it changes nothing.
    idempotency_key text NOT NULL,
    payment_id     uuid NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor >= 0),
    currency       text NOT NULL,
    -- The name of the test card; numbers are never stored.
    card           text NOT NULL,
    status         text NOT NULL CHECK (status IN ('authorized', 'declined', 'captured', 'voided', 'refunded')),
    captured_minor bigint NOT NULL DEFAULT 0 CHECK (captured_minor BETWEEN 0 AND amount_minor),
    refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND captured_minor),
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT charges_idempotency_key UNIQUE (idempotency_key)
);
CREATE INDEX charges_payment_idx ON sandbox_gateway.charges (payment_id);
