//! A sold-out sale with a waiting list.

use std::sync::Arc;

use registration_worker::{waiting_list, worker::Worker};
use shared::{
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{HoldId, SeatIndex, UserId},
    locks::{HoldOutcome, HoldRequest, Holds},
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::Bench;

/// A sale of which only a few seats were ever for sale, all of them sold one by one.
pub(super) struct SoldOut {
    pub(super) bench: Bench,
    pub(super) worker: Arc<Worker>,
    pub(super) holds: Holds,
    bookings: Vec<ProcessBooking>,
}

/// What became of an entry: its status, and the seats of its last offer.
pub(super) type Told = (String, Option<Vec<i32>>);

impl SoldOut {
    /// These seats, and nothing else.
    pub(super) async fn of(seats: std::ops::Range<SeatIndex>) -> Self {
        Self::selling(&seats.map(Admission::Seat).collect::<Vec<_>>()).await
    }

    /// This, and nothing else.
    pub(super) async fn selling(what: &[Admission]) -> Self {
        let bench = Bench::start().await;
        let sale = &bench.sale;
        let seat =
            |one: &Admission| if let Admission::Seat(seat) = one { i32::try_from(*seat).ok() } else { None };
        let area =
            |one: &Admission| if let Admission::Area(area) = one { i16::try_from(*area).ok() } else { None };
        sqlx::query(
            "INSERT INTO blocked_seats SELECT $1, seat FROM generate_series(0, 999) AS seat WHERE seat <> ALL ($2)",
        )
        .bind(sale.event_id)
        .bind(what.iter().filter_map(seat).collect::<Vec<_>>())
        .execute(&sale.pool)
        .await
        .unwrap();
        sqlx::query(
            "UPDATE area_stock SET sold = capacity - (SELECT count(*) FROM unnest($1) AS area WHERE area = area_index)",
        )
        .bind(what.iter().filter_map(area).collect::<Vec<_>>())
        .execute(&sale.pool)
        .await
        .unwrap();
        let mut bookings = Vec::new();
        for one in what {
            let booking = sale.accepted(sale.fan().await, &[*one]).await;
            sale.commit(&booking).await;
            bookings.push(booking);
        }
        let worker = bench.worker(&[]);
        let holds = Holds::new(bench.engines.redis.clone(), bench.engines.pool.clone());
        Self { bench, worker, holds, bookings }
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.bench.engines.pool
    }

    /// Somebody joins, as the API has it.
    pub(super) async fn joins(&self, quantity: i32, together: bool) -> (Uuid, UserId) {
        let (id, user) = (Uuid::now_v7(), self.bench.sale.fan().await);
        sqlx::query(
            "WITH list AS (INSERT INTO waiting_lists AS l (event_id, joins, active) VALUES ($2, 1, true)
                           ON CONFLICT (event_id) DO UPDATE SET joins = l.joins + 1, active = true RETURNING joins)
             INSERT INTO waiting_list_entries (id, event_id, user_id, position, quantity, together)
             SELECT $1, $2, $3, joins, $4, $5 FROM list",
        )
        .bind(id)
        .bind(self.bench.sale.event_id)
        .bind(user)
        .bind(quantity)
        .bind(together)
        .execute(self.pool())
        .await
        .unwrap();
        self.holds.keep_for_list(self.bench.sale.event_id).await.unwrap();
        (id, user)
    }

    /// The bookings of these are cancelled, and their seats return.
    pub(super) async fn returns(&self, which: std::ops::Range<usize>) {
        let ids: Vec<_> = self.bookings[which].iter().map(|booking| booking.booking_id).collect();
        let cancelled = self.worker.processor.cancel(&ids).await.unwrap();
        assert_eq!(cancelled.len(), ids.len());
        self.worker.processor.return_cancelled(&cancelled).await.unwrap();
    }

    pub(super) async fn look(&self) {
        waiting_list::look(&self.worker).await.unwrap();
    }

    pub(super) async fn entry(&self, entry: Uuid) -> Told {
        sqlx::query_as(
            "SELECT e.status, (SELECT seats FROM waiting_list_offers o WHERE o.entry_id = e.id
                               ORDER BY o.id DESC LIMIT 1)
             FROM waiting_list_entries e WHERE id = $1",
        )
        .bind(entry)
        .fetch_one(self.pool())
        .await
        .unwrap()
    }

    pub(super) async fn status(&self, entry: Uuid) -> String {
        self.entry(entry).await.0
    }

    /// The hold behind an entry's standing offer.
    pub(super) async fn hold_of(&self, entry: Uuid) -> HoldId {
        let hold: Uuid = sqlx::query_scalar(
            "SELECT hold_id FROM waiting_list_offers WHERE entry_id = $1 AND status = 'offered'",
        )
        .bind(entry)
        .fetch_one(self.pool())
        .await
        .unwrap();
        HoldId(hold)
    }

    /// Somebody without an entry tries to take seats.
    pub(super) async fn grabs(&self, seats: &[SeatIndex]) -> HoldOutcome {
        grab(&self.holds, &self.bench, seats).await
    }

    pub(super) async fn facts(&self, topic: &str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic = $1")
            .bind(topic)
            .fetch_one(self.pool())
            .await
            .unwrap()
    }

    /// An offer as one leaves it who is killed before holding anything.
    pub(super) async fn prepared(&self, entry: Uuid, user: UserId, seat: i32, ttl_ms: i64) {
        for statement in [
            "UPDATE waiting_list_entries SET status = 'offered' WHERE id = $1",
            "INSERT INTO waiting_list_offers (id, entry_id, event_id, user_id, hold_id, seats, places, ttl_ms)
             SELECT $2, $1, $3, $4, $5, ARRAY[$6], 0, $7",
        ] {
            let query = sqlx::query(statement).bind(entry);
            let query = if statement.starts_with("INSERT") {
                query
                    .bind(Uuid::now_v7())
                    .bind(self.bench.sale.event_id)
                    .bind(user)
                    .bind(Uuid::now_v7())
                    .bind(seat)
                    .bind(ttl_ms)
            } else {
                query
            };
            query.execute(self.pool()).await.unwrap();
        }
    }

    pub(super) async fn finish(self) {
        self.worker.pool.close().await;
        self.bench.finish().await;
    }
}

async fn grab(holds: &Holds, bench: &Bench, seats: &[SeatIndex]) -> HoldOutcome {
    let request = HoldRequest {
        hold_id: HoldId::new(),
        event_id: bench.sale.event_id,
        user_id: UserId::new(),
        seats: seats.to_vec(),
        areas: Vec::new(),
        limit: 8,
        ttl_ms: 60_000,
        lease: None,
    };
    holds.hold(&request).await.unwrap()
}

pub(super) fn offered(seats: &[i32]) -> Told {
    ("offered".into(), Some(seats.to_vec()))
}
