//! Reading tickets, with what is printed on them.

use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use super::events::EventRecord;
use crate::{
    contracts::process_booking::Admission,
    domain::{BookingId, Currency, EventId, Locale, Money, TicketId, TicketStatus, TierIndex, UserId},
    ticket_document::{EventDetails, PrintedTicket, TicketDocument},
    tokens::Tokens,
};

/// One ticket and whose it is.
#[derive(Clone, Debug)]
pub struct TicketRecord {
    /// Its id.
    pub id: TicketId,
    /// Its event.
    pub event_id: EventId,
    /// Its booking.
    pub booking_id: BookingId,
    /// Whose booking that is.
    pub user_id: UserId,
    /// That person's name.
    pub holder: String,
    /// The language that person is written to.
    pub locale: Locale,
    /// What it admits to.
    pub what: Admission,
    /// Its price tier.
    pub tier: TierIndex,
    /// What it cost.
    pub price: Money,
    /// Where it is in its life.
    pub status: TicketStatus,
    /// Part of its code; older codes are void.
    pub generation: u8,
    /// When it admitted.
    pub used_at: Option<OffsetDateTime>,
}

struct Row {
    id: TicketId,
    event_id: EventId,
    booking_id: BookingId,
    user_id: UserId,
    holder: String,
    locale: Locale,
    seat_index: Option<i32>,
    area_index: Option<i16>,
    tier: i16,
    price_minor: i64,
    currency: String,
    status: TicketStatus,
    generation: i16,
    used_at: Option<OffsetDateTime>,
}

macro_rules! ticket_rows {
    ($condition:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT t.id AS "id: TicketId", t.event_id AS "event_id: EventId",
                      t.booking_id AS "booking_id: BookingId", b.user_id AS "user_id: UserId",
                      coalesce(u.name, '') AS "holder!", u.locale AS "locale: Locale", t.seat_index, t.area_index, t.tier, t.price_minor, b.currency,
                      t.status AS "status: TicketStatus", t.generation, t.used_at
               FROM tickets t JOIN bookings b ON b.id = t.booking_id JOIN users u ON u.id = b.user_id
               WHERE "# + $condition,
            $($argument),*
        )
    };
}

/// One ticket.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not a ticket.
pub async fn find(pool: &PgPool, ticket: TicketId) -> Result<Option<TicketRecord>, sqlx::Error> {
    ticket_rows!("t.id = $1", ticket.0).fetch_optional(pool).await?.map(TryInto::try_into).transpose()
}

/// The tickets of one booking, by seat, then by area.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not a ticket.
pub async fn of_booking(pool: &PgPool, booking: BookingId) -> Result<Vec<TicketRecord>, sqlx::Error> {
    of_bookings(pool, &[booking]).await
}

/// The tickets of several bookings, all by seat, then by area.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not a ticket.
pub async fn of_bookings(pool: &PgPool, bookings: &[BookingId]) -> Result<Vec<TicketRecord>, sqlx::Error> {
    let ids: Vec<Uuid> = bookings.iter().map(|booking| booking.0).collect();
    let rows = ticket_rows!("t.booking_id = ANY($1) ORDER BY t.seat_index, t.area_index, t.id", &ids);
    rows.fetch_all(pool).await?.into_iter().map(TryInto::try_into).collect()
}

/// The tickets of one person, newest first, at most `most`; those before `before` when it is given.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not a ticket.
pub async fn of_user(
    pool: &PgPool,
    user: UserId,
    before: Option<TicketId>,
    most: i64,
) -> Result<Vec<TicketRecord>, sqlx::Error> {
    let rows = ticket_rows!(
        "b.user_id = $1 AND ($2::uuid IS NULL OR t.id < $2) ORDER BY t.id DESC LIMIT $3",
        user.0,
        before.map(|ticket| ticket.0),
        most
    );
    rows.fetch_all(pool).await?.into_iter().map(TryInto::try_into).collect()
}

/// Tickets by their ids, in the order of these.
///
/// # Errors
/// When PostgreSQL does not answer, or what it holds is not a ticket.
pub async fn of_ids(pool: &PgPool, ids: &[TicketId]) -> Result<Vec<TicketRecord>, sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = ticket_rows!("t.id = ANY($1) ORDER BY array_position($1, t.id)", &ids);
    rows.fetch_all(pool).await?.into_iter().map(TryInto::try_into).collect()
}

impl TicketRecord {
    /// "Stalls · Row F · 12" in a language, or the name of the standing area.
    #[must_use]
    pub fn admits_to(&self, event: &EventRecord, locale: Locale) -> String {
        event.admission_label(self.what, locale)
    }

    /// Name of its price tier.
    #[must_use]
    pub fn tier_name(&self, event: &EventRecord) -> String {
        event.tier(self.tier).map_or_else(String::new, |tier| tier.name.clone())
    }

    /// The code its QR carries.
    #[must_use]
    pub fn code(&self, tokens: &Tokens) -> String {
        tokens.ticket_code(self.event_id, self.id, self.generation)
    }

    /// Whether its code still means something: it admits, or has admitted.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.status, TicketStatus::Valid | TicketStatus::Used)
    }
}

impl EventRecord {
    /// "Stalls · Row F · 12" in a language, or the name of the standing area.
    #[must_use]
    pub fn admission_label(&self, what: Admission, locale: Locale) -> String {
        let map = self.seat_map.as_deref();
        let (seat_word, standing) = match locale {
            Locale::En => ("Seat", "Standing"),
            Locale::De => ("Platz", "Stehplatz"),
            Locale::Fr => ("Place", "Place debout"),
        };
        match what {
            Admission::Seat(seat) => {
                let label = map.and_then(|map| map.seat_label_in(seat, locale));
                label.unwrap_or_else(|| format!("{seat_word} {seat}"))
            }
            Admission::Area(area) => {
                map.and_then(|map| map.area(area)).map_or_else(|| standing.into(), |area| area.name.clone())
            }
        }
    }

    /// What tickets, mails and calendars tell of it.
    #[must_use]
    pub fn details(&self) -> EventDetails {
        EventDetails {
            event_id: self.id,
            title: self.title.clone(),
            venue: self.venue.clone(),
            city: self.city.clone(),
            starts_at: self.starts_at,
            time_zone: self.time_zone.clone(),
        }
    }
}

/// The tickets as a document to print; `None` without tickets. All are of one booking of the event.
#[must_use]
pub fn document(
    event: &EventRecord,
    tokens: &Tokens,
    tickets: &[TicketRecord],
    locale: Locale,
) -> Option<TicketDocument> {
    let first = tickets.first()?;
    let printed = |ticket: &TicketRecord| PrintedTicket {
        ticket_id: ticket.id,
        admits_to: ticket.admits_to(event, locale),
        tier: ticket.tier_name(event),
        price: ticket.price,
        code: ticket.code(tokens),
    };
    Some(TicketDocument {
        event: event.details(),
        locale,
        holder: first.holder.clone(),
        booking_id: first.booking_id,
        tickets: tickets.iter().map(printed).collect(),
    })
}

impl TryFrom<Row> for TicketRecord {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let damaged = |what: &str| sqlx::Error::Decode(format!("ticket {}: {what}", row.id).into());
        let what = match (row.seat_index, row.area_index) {
            (Some(seat), None) => Admission::Seat(seat.try_into().map_err(|_| damaged("seat"))?),
            (None, Some(area)) => Admission::Area(area.try_into().map_err(|_| damaged("area"))?),
            _ => return Err(damaged("neither seat nor area")),
        };
        let currency: Currency = row.currency.parse().map_err(|_| damaged("currency"))?;
        Ok(Self {
            what,
            tier: row.tier.try_into().map_err(|_| damaged("tier"))?,
            price: Money::new(row.price_minor, currency),
            generation: row.generation.try_into().map_err(|_| damaged("generation"))?,
            id: row.id,
            event_id: row.event_id,
            booking_id: row.booking_id,
            user_id: row.user_id,
            holder: row.holder,
            locale: row.locale,
            status: row.status,
            used_at: row.used_at,
        })
    }
}
