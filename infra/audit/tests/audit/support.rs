//! A healthy store with one of everything in it.

use audit::{Audit, Finding, promises::mails::TEMPLATE};
use shared::{
    clock::Clock,
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{Demand, UserId},
    payments::settle,
    store::bookings::{Decided, cancel},
    testing::{TestEngines, sale::Sale},
};
use uuid::Uuid;

/// Engines, a sale, and what was sold.
pub(crate) struct Store {
    pub(crate) engines: TestEngines,
    pub(crate) sale: Sale,
    pub(crate) audit: Audit,
    /// Seats 1 and 2 and a standing place, confirmed; seat 1 was used.
    pub(crate) confirmed: ProcessBooking,
    /// Seat 3, confirmed, then cancelled.
    pub(crate) refunded: ProcessBooking,
    /// Seat 1, rejected.
    pub(crate) rejected: ProcessBooking,
}

impl Store {
    pub(crate) async fn healthy() -> Self {
        let engines = TestEngines::start().await;
        let sale = Sale::open(&engines.pool, Demand::Queue, 4).await;
        let what = [Admission::Seat(1), Admission::Seat(2), Admission::Area(1)];
        let confirmed = sale.accepted(sale.fan().await, &what).await;
        capture(&sale, &sale.commit(&confirmed).await).await;
        let refunded = sale.accepted(sale.fan().await, &[Admission::Seat(3)]).await;
        capture(&sale, &sale.commit(&refunded).await).await;
        let mut tx = sale.pool.begin().await.unwrap();
        let ids = [refunded.booking_id];
        let cancelled = cancel::cancel(&mut tx, &ids, Clock::System.now()).await.unwrap();
        tx.commit().await.unwrap();
        settle::refund(&sale.pool, &sale.gateway, &[cancelled[0].charge.clone()]).await.unwrap();
        let rejected = sale.accepted(sale.fan().await, &[Admission::Seat(1)]).await;
        let decided = sale.commit(&rejected).await;
        settle::void(&sale.pool, &sale.gateway, &[decided.charge]).await.unwrap();
        let audit = Audit { pool: engines.pool.clone(), broker: engines.broker(), mailbox: None };
        let store = Self { engines, sale, audit, confirmed, refunded, rejected };
        store.run("UPDATE outbox SET published_at = now()").await;
        store.mail(&store.confirmed).await;
        store.door().await;
        store.line().await;
        store
    }

    /// The mail of a booking, sent.
    pub(crate) async fn mail(&self, booking: &ProcessBooking) {
        sqlx::query(
            "INSERT INTO notifications (id, booking_id, channel, template, status, sent_at)
             VALUES ($1, $2, 'email', $3, 'sent', now())",
        )
        .bind(Uuid::now_v7())
        .bind(booking.booking_id)
        .bind(TEMPLATE)
        .execute(&self.sale.pool)
        .await
        .unwrap();
    }

    /// The first ticket of the confirmed booking is used, and its second scan was refused.
    async fn door(&self) {
        self.run("UPDATE tickets SET status = 'used', used_at = now() WHERE seat_index = 1").await;
        for outcome in ["admitted", "already_used"] {
            sqlx::query(
                "INSERT INTO check_ins (id, event_id, ticket_id, door, staff_id, scanned_at, outcome)
                 SELECT $1, event_id, id, 'North', $2, now(), $3 FROM tickets WHERE status = 'used'",
            )
            .bind(Uuid::now_v7())
            .bind(self.sale.organiser_id)
            .bind(outcome)
            .execute(&self.sale.pool)
            .await
            .unwrap();
        }
    }

    /// A waiting room for two at a time and three a minute, that kept to it.
    async fn line(&self) {
        sqlx::query(
            "INSERT INTO waiting_rooms (event_id, phase, lobby_opens_at, opens_at, lease_cap, rate_per_minute,
                                        claim_window_seconds, pass_ttl_seconds, seed, seed_commitment)
             VALUES ($1, 'open', now(), now(), 2, 3, 30, 300, decode(repeat('00', 32), 'hex'),
                     decode(repeat('00', 32), 'hex'))",
        )
        .bind(self.sale.event_id)
        .execute(&self.sale.pool)
        .await
        .unwrap();
        for (number, admitted_s, ended_s) in [(0, 0, 10), (1, 0, 20), (2, 10, 70), (4, 60, 90)] {
            self.admit(number, admitted_s, ended_s).await;
        }
    }

    /// An admission, so many seconds after midnight.
    pub(crate) async fn admit(&self, number: i64, admitted_s: i32, ended_s: i32) {
        sqlx::query(
            "INSERT INTO admissions (event_id, number, ordinal, place_id, admitted_at, ended_at, outcome)
             SELECT $1, $2, $2, $3, midnight + make_interval(secs => $4), midnight + make_interval(secs => $5),
                    'finished'
             FROM (SELECT timestamptz '2026-01-01 00:00:00Z' AS midnight) AS day",
        )
        .bind(self.sale.event_id)
        .bind(number)
        .bind(Uuid::now_v7())
        .bind(admitted_s)
        .bind(ended_s)
        .execute(&self.sale.pool)
        .await
        .unwrap();
    }

    /// Plants something.
    pub(crate) async fn run(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.sale.pool).await.unwrap();
    }

    /// Plants something about a booking: `$1` is its payment.
    pub(crate) async fn run_for(&self, booking: &ProcessBooking, statement: &'static str) {
        sqlx::query(statement).bind(booking.payment_id).execute(&self.sale.pool).await.unwrap();
    }

    /// The numbers of the promises that do not hold.
    pub(crate) async fn broken(&self) -> Vec<u8> {
        let findings = self.audit.look().await.unwrap();
        findings.iter().filter(|finding| !finding.holds()).map(|finding| finding.promise).collect()
    }

    pub(crate) async fn finding(&self, promise: u8) -> Finding {
        let findings = self.audit.look().await.unwrap();
        findings.into_iter().find(|finding| finding.promise == promise).unwrap()
    }

    /// Asserts that a promise is broken for good, and that a breach says so.
    pub(crate) async fn breaks(&self, promise: u8, says: &str) {
        let finding = self.finding(promise).await;
        let found = finding.breaches.iter().any(|breach| breach.contains(says));
        assert!(found, "{says:?} is not among {:?}", finding.breaches);
    }

    /// Asserts that a promise waits for something, which says so.
    pub(crate) async fn waits(&self, promise: u8, says: &str) {
        let finding = self.finding(promise).await;
        let found = finding.unsettled.iter().any(|waiting| waiting.contains(says));
        assert!(found, "{says:?} is not among {:?}", finding.unsettled);
    }

    pub(crate) async fn fan(&self) -> UserId {
        self.sale.fan().await
    }

    pub(crate) async fn finish(self) {
        self.audit.pool.close().await;
        self.engines.finish().await;
    }
}

pub(crate) async fn capture(sale: &Sale, decided: &Decided) {
    settle::capture(&sale.pool, &sale.gateway, std::slice::from_ref(&decided.charge)).await.unwrap();
}
