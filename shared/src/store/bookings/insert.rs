//! Writing a plan: one statement a table, whatever the size of the batch. Rows that two batches may both want
//! (seats, persons, areas) are written in sorted order, so that batches wait for each other and never in a circle.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::plan::Plan;
use crate::{
    contracts::{
        Event, EventKind, ProcessBooking,
        events::BookingFact,
        process_booking::{Admission, BookingItem},
    },
    domain::{BookingStatus, EventId, RejectionReason, TicketId},
    store::outbox,
};

/// Why a plan could not be written.
pub(super) enum Breach {
    /// A booking wants what is not there.
    Wanting,
    /// Something else.
    Failed(sqlx::Error),
}

impl From<sqlx::Error> for Breach {
    fn from(error: sqlx::Error) -> Self {
        let constraint = error.as_database_error().and_then(|db| db.constraint());
        match constraint {
            Some("tickets_live_seat_key" | "area_stock_within_capacity" | "buyers_within_limit") => {
                Self::Wanting
            }
            _ => Self::Failed(error),
        }
    }
}

/// Writes everything of a plan.
pub(super) async fn write(
    connection: &mut PgConnection,
    plan: &Plan<'_>,
    now: OffsetDateTime,
) -> Result<(), Breach> {
    if plan.confirm.is_empty() && plan.reject.is_empty() {
        return Ok(());
    }
    insert_bookings(connection, plan, now).await?;
    outbox::insert(connection, &events(plan, now)).await?;
    if plan.confirm.is_empty() {
        return Ok(());
    }
    insert_tickets(connection, &plan.confirm, now).await?;
    count_persons(connection, &plan.confirm).await?;
    take_areas(connection, &plan.confirm).await
}

fn decided<'a>(
    plan: &'a Plan<'a>,
) -> impl Iterator<Item = (&'a ProcessBooking, Option<RejectionReason>)> + Clone {
    let confirmed = plan.confirm.iter().map(|booking| (*booking, None));
    confirmed.chain(plan.reject.iter().map(|(booking, reason)| (*booking, Some(*reason))))
}

fn status(reason: Option<RejectionReason>) -> BookingStatus {
    reason.map_or(BookingStatus::Confirmed, |_| BookingStatus::Rejected)
}

async fn insert_bookings(
    connection: &mut PgConnection,
    plan: &Plan<'_>,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let all = decided(plan);
    let column = |of: fn(&ProcessBooking) -> Uuid| all.clone().map(|(b, _)| of(b)).collect::<Vec<_>>();
    let fences: Vec<i64> = all.clone().map(|(booking, _)| booking.fence).collect();
    let statuses: Vec<&str> = all.clone().map(|(_, reason)| status(reason).as_str()).collect();
    let reasons: Vec<Option<&str>> =
        all.clone().map(|(_, reason)| reason.map(RejectionReason::as_str)).collect();
    let totals: Vec<i64> = all.clone().map(|(booking, _)| booking.total_minor()).collect();
    let currencies: Vec<&str> = all.clone().map(|(booking, _)| booking.currency.as_str()).collect();
    let counts: Vec<i32> = all.clone().map(|(booking, _)| count(booking)).collect();
    let accepted: Vec<OffsetDateTime> = all.clone().map(|(booking, _)| booking.accepted_at).collect();
    sqlx::query!(
        "INSERT INTO bookings (id, event_id, user_id, hold_id, fence, status, reason, total_minor, currency,
                               ticket_count, created_at, decided_at)
         SELECT b.*, $12 FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[],
                                     $7::text[], $8::bigint[], $9::text[], $10::integer[],
                                     $11::timestamptz[]) AS b",
        &column(|booking| booking.booking_id.0),
        &column(|booking| booking.event_id.0),
        &column(|booking| booking.user_id.0),
        &column(|booking| booking.hold_id.0),
        &fences,
        &statuses as _,
        &reasons as _,
        &totals,
        &currencies as _,
        &counts,
        &accepted,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_tickets(
    connection: &mut PgConnection,
    bookings: &[&ProcessBooking],
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let mut tickets: Vec<(&ProcessBooking, &BookingItem)> =
        bookings.iter().flat_map(|booking| booking.items.iter().map(|item| (*booking, item))).collect();
    tickets.sort_by_key(|(booking, item)| (booking.event_id, seat(item)));
    let ids: Vec<Uuid> = tickets.iter().map(|_| TicketId::new().0).collect();
    let events: Vec<Uuid> = tickets.iter().map(|(booking, _)| booking.event_id.0).collect();
    let owners: Vec<Uuid> = tickets.iter().map(|(booking, _)| booking.booking_id.0).collect();
    let seats: Vec<Option<i32>> = tickets.iter().map(|(_, item)| seat(item)).collect();
    let areas: Vec<Option<i16>> = tickets.iter().map(|(_, item)| area(item)).collect();
    let tiers: Vec<i16> =
        tickets.iter().map(|(_, item)| i16::try_from(item.tier).unwrap_or(i16::MAX)).collect();
    let prices: Vec<i64> = tickets.iter().map(|(_, item)| item.price_minor).collect();
    sqlx::query!(
        "INSERT INTO tickets (id, event_id, booking_id, seat_index, area_index, tier, price_minor, created_at)
         SELECT t.*, $8 FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::smallint[],
                                    $6::smallint[], $7::bigint[]) AS t",
        &ids,
        &events,
        &owners,
        &seats as &[Option<i32>],
        &areas as &[Option<i16>],
        &tiers,
        &prices,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn count_persons(
    connection: &mut PgConnection,
    bookings: &[&ProcessBooking],
) -> Result<(), sqlx::Error> {
    let mut persons: BTreeMap<(Uuid, Uuid), (i32, i32)> = BTreeMap::new();
    for booking in bookings {
        let limit = i32::try_from(booking.tickets_per_person).unwrap_or(i32::MAX);
        let entry = persons.entry((booking.event_id.0, booking.user_id.0)).or_default();
        entry.0 += count(booking);
        entry.1 = entry.1.max(limit);
    }
    let events: Vec<Uuid> = persons.keys().map(|(event, _)| *event).collect();
    let users: Vec<Uuid> = persons.keys().map(|(_, user)| *user).collect();
    let counts: Vec<i32> = persons.values().map(|(count, _)| *count).collect();
    let limits: Vec<i32> = persons.values().map(|(_, limit)| *limit).collect();
    sqlx::query!(
        "INSERT INTO buyers (event_id, user_id, tickets, tickets_per_person)
         SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::integer[], $4::integer[])
         ON CONFLICT (event_id, user_id) DO UPDATE
             SET tickets = buyers.tickets + EXCLUDED.tickets, tickets_per_person = EXCLUDED.tickets_per_person",
        &events,
        &users,
        &counts,
        &limits,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Areas come last: their rows are the hot ones, locked until the transaction ends.
async fn take_areas(connection: &mut PgConnection, bookings: &[&ProcessBooking]) -> Result<(), Breach> {
    let mut areas: BTreeMap<(EventId, i16), i32> = BTreeMap::new();
    for booking in bookings {
        for area in booking.items.iter().filter_map(area) {
            *areas.entry((booking.event_id, area)).or_default() += 1;
        }
    }
    if areas.is_empty() {
        return Ok(());
    }
    let events: Vec<Uuid> = areas.keys().map(|(event, _)| event.0).collect();
    let indexes: Vec<i16> = areas.keys().map(|(_, area)| *area).collect();
    let counts: Vec<i32> = areas.values().copied().collect();
    let taken = sqlx::query!(
        "WITH wanted AS (
             SELECT * FROM UNNEST($1::uuid[], $2::smallint[], $3::integer[]) AS w (event_id, area_index, count)
         ), locked AS (
             SELECT s.event_id, s.area_index, w.count FROM area_stock s
             JOIN wanted w USING (event_id, area_index)
             ORDER BY s.event_id, s.area_index FOR UPDATE OF s
         )
         UPDATE area_stock s SET sold = s.sold + l.count FROM locked l
         WHERE s.event_id = l.event_id AND s.area_index = l.area_index",
        &events,
        &indexes,
        &counts,
    )
    .execute(connection)
    .await?;
    // An area that does not exist has no room either.
    if taken.rows_affected() == areas.len() as u64 { Ok(()) } else { Err(Breach::Wanting) }
}

fn events(plan: &Plan<'_>, now: OffsetDateTime) -> Vec<Event> {
    let event = |(booking, reason): (&ProcessBooking, Option<RejectionReason>)| {
        let fact = BookingFact {
            booking_id: booking.booking_id,
            event_id: booking.event_id,
            user_id: booking.user_id,
            reason: reason.map(|reason| reason.as_str().to_owned()),
        };
        let kind = if reason.is_some() {
            EventKind::BookingRejected(fact)
        } else {
            EventKind::BookingConfirmed(fact)
        };
        Event::new(kind, now)
    };
    decided(plan).map(event).collect()
}

fn count(booking: &ProcessBooking) -> i32 {
    i32::try_from(booking.items.len()).unwrap_or(i32::MAX)
}

/// The plan let only indexes through that fit.
fn seat(item: &BookingItem) -> Option<i32> {
    match item.what {
        Admission::Seat(seat) => i32::try_from(seat).ok(),
        Admission::Area(_) => None,
    }
}

fn area(item: &BookingItem) -> Option<i16> {
    match item.what {
        Admission::Area(area) => i16::try_from(area).ok(),
        Admission::Seat(_) => None,
    }
}
