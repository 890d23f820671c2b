//! Withdrawing confirmed bookings: tickets, counts, stock and the fact in one transaction; the money follows.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    contracts::{Event, EventKind, events::BookingFact},
    domain::{AreaIndex, BookingId, EventId, HoldId, PaymentId, PaymentStatus, SeatIndex, UserId},
    payments::{Charge, ChargeReference},
    store::outbox,
};

/// A booking that was just cancelled, and what is to be done for it.
#[derive(Clone, Debug)]
pub struct Cancelled {
    /// The booking.
    pub booking_id: BookingId,
    /// Its event.
    pub event_id: EventId,
    /// Whose it was.
    pub user_id: UserId,
    /// The hold it was made from.
    pub hold_id: HoldId,
    /// Seats to return to the live view.
    pub seats: Vec<SeatIndex>,
    /// Standing places to return, one entry an area.
    pub areas: Vec<(AreaIndex, u32)>,
    /// Where its payment stood.
    pub payment: PaymentStatus,
    /// The charge to refund, or to void when it was not captured yet.
    pub charge: Charge,
}

/// Cancels those of `ids` that are confirmed and whose tickets are all unused; the others are left as they are.
/// The lock order is payments, bookings, tickets, persons, areas, the same as when they are made.
///
/// # Errors
/// When PostgreSQL is away.
pub async fn cancel(
    connection: &mut PgConnection,
    ids: &[BookingId],
    now: OffsetDateTime,
) -> Result<Vec<Cancelled>, sqlx::Error> {
    let mut cancelled = lock(connection, ids).await?;
    let ids: Vec<Uuid> = cancelled.iter().map(|booking| booking.booking_id.0).collect();
    if ids.is_empty() {
        return Ok(cancelled);
    }
    sqlx::query!("UPDATE bookings SET status = 'cancelled', cancelled_at = $2 WHERE id = ANY($1)", &ids, now)
        .execute(&mut *connection)
        .await?;
    withdraw_tickets(connection, &ids, &mut cancelled).await?;
    return_persons(connection, &cancelled).await?;
    return_areas(connection, &cancelled).await?;
    let events: Vec<Event> = cancelled
        .iter()
        .map(|booking| {
            let fact = BookingFact {
                booking_id: booking.booking_id,
                event_id: booking.event_id,
                user_id: booking.user_id,
                reason: None,
            };
            Event::new(EventKind::BookingCancelled(fact), now)
        })
        .collect();
    outbox::insert(connection, &events).await?;
    Ok(cancelled)
}

async fn lock(connection: &mut PgConnection, ids: &[BookingId]) -> Result<Vec<Cancelled>, sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query_scalar!("SELECT id FROM payments WHERE booking_id = ANY($1) ORDER BY id FOR UPDATE", &ids)
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query_scalar!("SELECT id FROM bookings WHERE id = ANY($1) ORDER BY id FOR UPDATE", &ids)
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query_scalar!("SELECT id FROM tickets WHERE booking_id = ANY($1) ORDER BY id FOR UPDATE", &ids)
        .fetch_all(&mut *connection)
        .await?;
    let rows = sqlx::query!(
        r#"SELECT b.id, b.event_id, b.user_id, b.hold_id, p.id AS payment_id, p.gateway_reference,
                  p.status AS "payment: PaymentStatus"
           FROM bookings b JOIN payments p ON p.booking_id = b.id
           WHERE b.id = ANY($1) AND b.status = 'confirmed'
             AND NOT EXISTS (SELECT FROM tickets t WHERE t.booking_id = b.id AND t.status <> 'valid')
           ORDER BY b.id"#,
        &ids,
    )
    .fetch_all(connection)
    .await?;
    let cancelled = rows.into_iter().map(|row| Cancelled {
        booking_id: BookingId(row.id),
        event_id: EventId(row.event_id),
        user_id: UserId(row.user_id),
        hold_id: HoldId(row.hold_id),
        seats: Vec::new(),
        areas: Vec::new(),
        payment: row.payment,
        charge: Charge {
            payment_id: PaymentId(row.payment_id),
            reference: row.gateway_reference.map(ChargeReference),
        },
    });
    Ok(cancelled.collect())
}

async fn withdraw_tickets(
    connection: &mut PgConnection,
    ids: &[Uuid],
    cancelled: &mut [Cancelled],
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE tickets SET status = 'cancelled' WHERE booking_id = ANY($1) AND status = 'valid'
         RETURNING booking_id, seat_index, area_index",
        ids,
    )
    .fetch_all(connection)
    .await?;
    for row in rows {
        let Some(booking) = cancelled.iter_mut().find(|booking| booking.booking_id.0 == row.booking_id)
        else {
            continue;
        };
        booking.seats.extend(row.seat_index.and_then(|seat| SeatIndex::try_from(seat).ok()));
        let Some(area) = row.area_index.and_then(|area| AreaIndex::try_from(area).ok()) else { continue };
        match booking.areas.iter_mut().find(|(index, _)| *index == area) {
            Some((_, count)) => *count += 1,
            None => booking.areas.push((area, 1)),
        }
    }
    Ok(())
}

impl Cancelled {
    fn tickets(&self) -> i32 {
        let standing: u32 = self.areas.iter().map(|(_, count)| count).sum();
        i32::try_from(self.seats.len())
            .unwrap_or(i32::MAX)
            .saturating_add(i32::try_from(standing).unwrap_or(i32::MAX))
    }
}

async fn return_persons(connection: &mut PgConnection, cancelled: &[Cancelled]) -> Result<(), sqlx::Error> {
    let events: Vec<Uuid> = cancelled.iter().map(|booking| booking.event_id.0).collect();
    let users: Vec<Uuid> = cancelled.iter().map(|booking| booking.user_id.0).collect();
    let counts: Vec<i32> = cancelled.iter().map(Cancelled::tickets).collect();
    sqlx::query!(
        "WITH returned AS (
             SELECT event_id, user_id, sum(count)::integer AS count
             FROM UNNEST($1::uuid[], $2::uuid[], $3::integer[]) AS r (event_id, user_id, count)
             GROUP BY event_id, user_id
         ), locked AS (
             SELECT b.event_id, b.user_id, r.count FROM buyers b JOIN returned r USING (event_id, user_id)
             ORDER BY b.event_id, b.user_id FOR UPDATE OF b
         )
         UPDATE buyers b SET tickets = b.tickets - l.count FROM locked l
         WHERE b.event_id = l.event_id AND b.user_id = l.user_id",
        &events,
        &users,
        &counts,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn return_areas(connection: &mut PgConnection, cancelled: &[Cancelled]) -> Result<(), sqlx::Error> {
    let (mut events, mut areas, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for booking in cancelled {
        for (area, count) in &booking.areas {
            events.push(booking.event_id.0);
            areas.push(i16::try_from(*area).unwrap_or(i16::MAX));
            counts.push(i32::try_from(*count).unwrap_or(i32::MAX));
        }
    }
    if events.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "WITH returned AS (
             SELECT event_id, area_index, sum(count)::integer AS count
             FROM UNNEST($1::uuid[], $2::smallint[], $3::integer[]) AS r (event_id, area_index, count)
             GROUP BY event_id, area_index
         ), locked AS (
             SELECT s.event_id, s.area_index, r.count FROM area_stock s
             JOIN returned r USING (event_id, area_index)
             ORDER BY s.event_id, s.area_index FOR UPDATE OF s
         )
         UPDATE area_stock s SET sold = s.sold - l.count FROM locked l
         WHERE s.event_id = l.event_id AND s.area_index = l.area_index",
        &events,
        &areas,
        &counts,
    )
    .execute(connection)
    .await?;
    Ok(())
}
