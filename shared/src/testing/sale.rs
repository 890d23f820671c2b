//! A sale for tests: an event with a map, fans, and bookings as far along as a test wants them.

use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

use crate::{
    clock::Clock,
    contracts::{
        ProcessBooking,
        process_booking::{Admission, BookingItem},
    },
    domain::{BookingId, Demand, EventId, HoldId, Money, PaymentId, SeatMap, UserId},
    payments::{Authorization, PaymentGateway as _, PaymentMethod, sandbox::SandboxGateway},
    store::{
        bookings::{self, Command, Decided, Outcome},
        payments::{self, Accepted, Made, NewPayment},
    },
};

/// Number of the test card that succeeds.
pub const GOOD_CARD: &str = "4242424242424242";
/// Number of the test card whose capture answers slowly.
pub const SLOW_CAPTURE_CARD: &str = "4000000000000341";
/// Price of every ticket of a test's sale, minor units.
pub const PRICE_MINOR: i64 = 4_500;

/// One published event: 1,000 seats and two standing areas, of 100 and of 5 places.
pub struct Sale {
    /// The test's database.
    pub pool: PgPool,
    /// The sandbox gateway over the same.
    pub gateway: SandboxGateway,
    /// The event.
    pub event_id: EventId,
    /// Who made it.
    pub organiser_id: UserId,
    /// Most tickets a person.
    pub tickets_per_person: u32,
}

impl Sale {
    /// Opens a sale.
    ///
    /// # Panics
    /// When PostgreSQL is away.
    pub async fn open(pool: &PgPool, demand: Demand, tickets_per_person: u32) -> Self {
        let map = map();
        let organiser_id = person(pool, "organiser").await;
        let event_id = EventId::new();
        sqlx::query("INSERT INTO seat_maps VALUES ($1, $2::jsonb, $3) ON CONFLICT DO NOTHING")
            .bind(map.hash())
            .bind(map.canonical_json().parse::<serde_json::Value>().expect("JSON"))
            .bind(i32::try_from(map.seat_count()).expect("a small map"))
            .execute(pool)
            .await
            .expect("a seat map");
        sqlx::query(
            "INSERT INTO events (id, organiser_id, title, description, category, venue, city, time_zone,
                                 starts_at, sale_opens_at, demand, status, currency, tickets_per_person,
                                 cancel_until_minutes, seat_map_hash)
             VALUES ($1, $2, 'Hamlet', '', 'theatre', 'Globe', 'London', 'Europe/London', now() + '7 days',
                     now() - '1 hour'::interval, $3, 'published', 'GBP', $4, 60, $5)",
        )
        .bind(event_id)
        .bind(organiser_id)
        .bind(demand.as_str())
        .bind(i32::try_from(tickets_per_person).expect("a small limit"))
        .bind(map.hash())
        .execute(pool)
        .await
        .expect("an event");
        for statement in [
            "INSERT INTO price_tiers VALUES ($1, 0, 'All', 4500)",
            "INSERT INTO area_stock (event_id, area_index, capacity) VALUES ($1, 0, 100), ($1, 1, 5)",
        ] {
            sqlx::query(statement).bind(event_id).execute(pool).await.expect("prices and stock");
        }
        let gateway = SandboxGateway::new(pool.clone());
        Self { pool: pool.clone(), gateway, event_id, organiser_id, tickets_per_person }
    }

    /// A new fan.
    ///
    /// # Panics
    /// When PostgreSQL is away.
    pub async fn fan(&self) -> UserId {
        person(&self.pool, "fan").await
    }

    /// A booking that was paid for and accepted, its command not yet processed.
    ///
    /// # Panics
    /// When PostgreSQL is away or the card is no good.
    pub async fn accepted(&self, user_id: UserId, what: &[Admission]) -> ProcessBooking {
        self.accepted_with(user_id, what, GOOD_CARD).await
    }

    /// The same with a card of the test's choice.
    ///
    /// # Panics
    /// When PostgreSQL is away or the card is no good.
    pub async fn accepted_with(&self, user_id: UserId, what: &[Admission], card: &str) -> ProcessBooking {
        let command = self.authorized_with(user_id, what, card).await;
        self.accept(&command).await;
        command
    }

    /// Writes down that a booking is accepted.
    ///
    /// # Panics
    /// When PostgreSQL is away or the payment is not authorised.
    pub async fn accept(&self, command: &ProcessBooking) {
        let made = Made { command: command.clone(), reference: None };
        assert_eq!(payments::commands_made(&self.pool, &[made]).await.expect("PostgreSQL"), [true]);
        let accepted = Accepted { payment: command.payment_id, at: command.accepted_at };
        payments::accepted(&self.pool, &[accepted]).await.expect("PostgreSQL");
    }

    /// A booking that was paid for; the command that would accept it.
    ///
    /// # Panics
    /// When PostgreSQL is away or the card is no good.
    pub async fn authorized_with(&self, user_id: UserId, what: &[Admission], card: &str) -> ProcessBooking {
        let items = what.iter().map(|what| BookingItem { what: *what, tier: 0, price_minor: PRICE_MINOR });
        let new = NewPayment {
            id: PaymentId::new(),
            booking_id: BookingId::new(),
            hold_id: HoldId::new(),
            fence: 1,
            event_id: self.event_id,
            user_id,
            gateway: self.gateway.name(),
            items: items.collect(),
            currency: "GBP".parse().expect("a currency"),
        };
        let payment = payments::open(&self.pool, &[new]).await.expect("a payment").remove(0);
        let authorization = Authorization {
            payment_id: payment.id,
            attempt: payment.attempts,
            amount: Money::new(payment.amount.amount_minor, payment.amount.currency),
            method: PaymentMethod::SandboxCard { number: card.to_owned() },
        };
        let reference = self.gateway.authorize(&authorization).await.expect("a good card");
        assert!(payments::authorized(&self.pool, payment.id, &reference).await.expect("PostgreSQL"));
        payment.to_command(None, self.tickets_per_person, now())
    }

    /// Decides one command.
    ///
    /// # Panics
    /// When PostgreSQL is away or no booking can come of it.
    pub async fn commit(&self, booking: &ProcessBooking) -> Decided {
        let command = Command { booking, refused: None };
        let mut outcomes = bookings::commit(&self.pool, &[command], now()).await.expect("PostgreSQL");
        match outcomes.remove(0) {
            Outcome::Decided(decided) => decided,
            Outcome::Invalid(why) => panic!("{why}"),
        }
    }

    /// One number from the test's database.
    ///
    /// # Panics
    /// When the statement is wrong.
    pub async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(&self.pool).await.expect("a count")
    }
}

fn now() -> OffsetDateTime {
    Clock::System.now()
}

fn map() -> SeatMap {
    let shape = json!({"kind": "rectangle", "x_cm": 0, "y_cm": 9000, "width_cm": 1000, "height_cm": 500});
    let document = json!({
        "sections": [{"name": "Stalls", "x_cm": 0, "y_cm": 0, "rows": [{"count": 20, "seats": 50, "tier": 0}]}],
        "areas": [{"name": "Pit", "capacity": 100, "tier": 0, "shape": shape},
                  {"name": "Balcony", "capacity": 5, "tier": 0, "shape": shape}]});
    SeatMap::new(serde_json::from_value(document).expect("a document")).expect("a map")
}

async fn person(pool: &PgPool, name: &str) -> UserId {
    let id = UserId::new();
    sqlx::query("INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, $3, '!')")
        .bind(id)
        .bind(format!("{id}@example.test"))
        .bind(name)
        .execute(pool)
        .await
        .expect("a person");
    id
}
