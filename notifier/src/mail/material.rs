//! What a mail tells, read from the stores.

use std::{collections::HashMap, sync::Arc};

use shared::{
    domain::{BookingId, BookingStatus, EventId, Locale, Money, RejectionReason},
    store::{
        Together,
        events::{EventCache, EventRecord},
        tickets::{self, TicketRecord},
        together,
    },
};
use sqlx::PgPool;
use uuid::Uuid;

/// A booking with everything a mail about it needs.
pub(super) struct Material {
    pub(super) booking_id: BookingId,
    pub(super) status: BookingStatus,
    pub(super) reason: Option<RejectionReason>,
    pub(super) total: Money,
    pub(super) name: String,
    pub(super) email: String,
    /// The language of the mail.
    pub(super) locale: Locale,
    /// Whether the mail must open the booking by itself.
    pub(super) guest: bool,
    pub(super) event: Arc<EventRecord>,
    pub(super) tickets: Vec<TicketRecord>,
}

/// Why a mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum MaterialError {
    /// A store does not answer.
    #[error("PostgreSQL: {0}")]
    Store(#[from] Arc<sqlx::Error>),
    /// What the fact speaks of does not exist.
    #[error("{0}")]
    Missing(&'static str),
}

/// Reads what confirmed, rejected and cancelled bookings are told; for all that are to be told at the same time at once.
pub(super) struct Materials {
    events: EventCache,
    rows: Together<BookingId, Option<Written>>,
}

/// What is written of a booking.
type Written = (Row, Vec<TicketRecord>);

/// A booking and who made it.
#[derive(Clone)]
struct Row {
    id: BookingId,
    event_id: EventId,
    status: BookingStatus,
    reason: Option<RejectionReason>,
    total_minor: i64,
    currency: String,
    name: Option<String>,
    email: Option<String>,
    guest: bool,
    locale: Locale,
}

impl Materials {
    /// Over one database.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub(super) fn new(pool: &PgPool, events: &EventCache) -> Self {
        let rows = together(pool, |pool, bookings| Box::pin(read(pool, bookings)));
        Self { events: events.clone(), rows }
    }

    /// Of one booking.
    pub(super) async fn load(&self, booking: BookingId) -> Result<Material, MaterialError> {
        let read = self.rows.ask(booking).await?;
        let (row, tickets) = read.ok_or(MaterialError::Missing("there is no such booking"))?;
        let currency =
            row.currency.parse().map_err(|_| MaterialError::Missing("the booking has no currency"))?;
        let event = self.events.get(row.event_id).await?;
        Ok(Material {
            booking_id: booking,
            status: row.status,
            reason: row.reason,
            total: Money::new(row.total_minor, currency),
            name: row.name.ok_or(MaterialError::Missing("the guest has no name"))?,
            email: row.email.ok_or(MaterialError::Missing("the guest has no address"))?,
            locale: row.locale,
            guest: row.guest,
            event: event.ok_or(MaterialError::Missing("there is no such event"))?,
            tickets,
        })
    }
}

async fn read(pool: &PgPool, bookings: &[BookingId]) -> Result<Vec<Option<Written>>, sqlx::Error> {
    let ids: Vec<Uuid> = bookings.iter().map(|booking| booking.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT b.id AS "id: BookingId", b.event_id AS "event_id: EventId", b.status AS "status: BookingStatus",
                  b.reason AS "reason: RejectionReason", b.total_minor, b.currency, u.name AS "name?",
                  u.email AS "email?", u.guest, u.locale AS "locale: Locale"
           FROM bookings b JOIN users u ON u.id = b.user_id WHERE b.id = ANY($1)"#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    let mut tickets: HashMap<BookingId, Vec<TicketRecord>> = HashMap::new();
    for ticket in tickets::of_bookings(pool, bookings).await? {
        tickets.entry(ticket.booking_id).or_default().push(ticket);
    }
    let mut with_tickets = HashMap::new();
    for row in rows {
        let tickets = tickets.remove(&row.id).unwrap_or_default();
        with_tickets.insert(row.id, (row, tickets));
    }
    Ok(bookings.iter().map(|booking| with_tickets.get(booking).cloned()).collect())
}
