//! After a breach: who of a batch cannot have what it wants. One reading of the store, then the batch is gone
//! through in order as if one came after the other, so that a loser never takes a seat from another.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::plan::Refused;
use crate::{
    contracts::{ProcessBooking, process_booking::Admission},
    domain::{AreaIndex, EventId, RejectionReason, SeatIndex, UserId},
};

/// What is there, and what the batch has taken of it so far.
#[derive(Default)]
struct Stock {
    taken: HashSet<(EventId, SeatIndex)>,
    left: HashMap<(EventId, AreaIndex), i64>,
    persons: HashMap<(EventId, UserId), i64>,
}

/// The losers among `wanted`, with their reasons.
pub(super) async fn losers(
    connection: &mut PgConnection,
    wanted: &[&ProcessBooking],
) -> Result<Refused, sqlx::Error> {
    let mut stock = Stock::read(connection, wanted).await?;
    let mut in_order = wanted.to_vec();
    in_order.sort_by_key(|booking| (booking.accepted_at, booking.booking_id));
    let lost = in_order
        .into_iter()
        .filter_map(|booking| stock.take(booking).err().map(|reason| (booking.booking_id, reason)));
    Ok(lost.collect())
}

impl Stock {
    async fn read(connection: &mut PgConnection, wanted: &[&ProcessBooking]) -> Result<Self, sqlx::Error> {
        let mut stock = Self::default();
        let (events, seats): (Vec<Uuid>, Vec<i32>) = wanted
            .iter()
            .flat_map(|booking| booking.items.iter().map(|item| (booking.event_id.0, item.what)))
            .filter_map(|(event, what)| match what {
                Admission::Seat(seat) => Some((event, i32::try_from(seat).ok()?)),
                Admission::Area(_) => None,
            })
            .unzip();
        let taken = sqlx::query!(
            r#"SELECT t.event_id, t.seat_index AS "seat_index!" FROM tickets t
               JOIN UNNEST($1::uuid[], $2::integer[]) AS w (event_id, seat_index) USING (event_id, seat_index)
               WHERE t.status IN ('valid', 'used')"#,
            &events,
            &seats,
        )
        .fetch_all(&mut *connection)
        .await?;
        let seat = |index: i32| SeatIndex::try_from(index).ok();
        stock.taken =
            taken.iter().filter_map(|row| Some((EventId(row.event_id), seat(row.seat_index)?))).collect();
        stock.read_areas(connection, wanted).await?;
        stock.read_persons(connection, wanted).await?;
        Ok(stock)
    }

    async fn read_areas(
        &mut self,
        connection: &mut PgConnection,
        wanted: &[&ProcessBooking],
    ) -> Result<(), sqlx::Error> {
        let events: Vec<Uuid> = wanted.iter().map(|booking| booking.event_id.0).collect();
        let areas = sqlx::query!(
            r#"SELECT event_id, area_index, capacity - sold AS "left!" FROM area_stock WHERE event_id = ANY($1)"#,
            &events,
        )
        .fetch_all(connection)
        .await?;
        let area = |index: i16| AreaIndex::try_from(index).ok();
        self.left = areas
            .iter()
            .filter_map(|row| Some(((EventId(row.event_id), area(row.area_index)?), i64::from(row.left))))
            .collect();
        Ok(())
    }

    async fn read_persons(
        &mut self,
        connection: &mut PgConnection,
        wanted: &[&ProcessBooking],
    ) -> Result<(), sqlx::Error> {
        let events: Vec<Uuid> = wanted.iter().map(|booking| booking.event_id.0).collect();
        let users: Vec<Uuid> = wanted.iter().map(|booking| booking.user_id.0).collect();
        let persons = sqlx::query!(
            "SELECT b.event_id, b.user_id, b.tickets FROM buyers b
             JOIN (SELECT DISTINCT * FROM UNNEST($1::uuid[], $2::uuid[])) AS w (event_id, user_id)
                 USING (event_id, user_id)",
            &events,
            &users,
        )
        .fetch_all(connection)
        .await?;
        self.persons = persons
            .iter()
            .map(|row| ((EventId(row.event_id), UserId(row.user_id)), i64::from(row.tickets)))
            .collect();
        Ok(())
    }

    /// Takes all of a booking, or nothing and says why.
    fn take(&mut self, booking: &ProcessBooking) -> Result<(), RejectionReason> {
        let event = booking.event_id;
        let mut seats = HashSet::new();
        let mut areas: HashMap<AreaIndex, i64> = HashMap::new();
        for item in &booking.items {
            match item.what {
                Admission::Seat(seat) => {
                    if self.taken.contains(&(event, seat)) || !seats.insert(seat) {
                        return Err(RejectionReason::SeatTaken);
                    }
                }
                Admission::Area(area) => *areas.entry(area).or_default() += 1,
            }
        }
        let room = |area: &AreaIndex| self.left.get(&(event, *area)).copied().unwrap_or(0);
        if areas.iter().any(|(area, count)| *count > room(area)) {
            return Err(RejectionReason::AreaFull);
        }
        let has = self.persons.entry((event, booking.user_id)).or_default();
        let will_have = *has + i64::try_from(booking.items.len()).unwrap_or(i64::MAX);
        if will_have > i64::from(booking.tickets_per_person) {
            return Err(RejectionReason::LimitReached);
        }
        *has = will_have;
        self.taken.extend(seats.into_iter().map(|seat| (event, seat)));
        for (area, count) in areas {
            *self.left.entry((event, area)).or_default() -= count;
        }
        Ok(())
    }
}
