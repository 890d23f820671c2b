//! Mending a live view that does not show what PostgreSQL and the locks say.

use std::collections::HashSet;

use super::{
    Holds, LockError,
    scripts::{self, parse, texts},
};
use crate::domain::{EventId, SeatIndex, SeatState, SeatStates};

/// Seats of one call of the script: a command has only so many arguments.
const CHUNK: u32 = 500;

/// A seat that was shown wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Which one.
    pub seat: SeatIndex,
    /// As it was shown.
    pub was: SeatState,
    /// As it is.
    pub is: SeatState,
}

impl Holds {
    /// Compares every seat of the view with PostgreSQL and the locks, mends those that differ, tells whoever looks, and
    /// gives what it mended. Safe while the sale runs, and several times at once.
    ///
    /// # Errors
    /// When an engine is away; what was mended stays so.
    pub async fn repair_view(&self, event_id: EventId) -> Result<Vec<Mended>, LockError> {
        // In this order: what was decided before the view was read is in PostgreSQL.
        let view = self.snapshot(event_id).await?;
        let truth = self.read_truth(event_id).await?.states;
        let returning = self.returning(event_id).await?;
        let seen = SeatStates::from_bytes(view.bits, truth.seat_count());
        let mut mended = Vec::new();
        for first in (0..truth.seat_count()).step_by(CHUNK as usize) {
            let seats = first..(first + CHUNK).min(truth.seat_count());
            let digits = |states: &SeatStates, kept: &HashSet<SeatIndex>| -> String {
                let digit =
                    |seat| if kept.contains(&seat) { '-' } else { char::from(b'0' + states.get(seat) as u8) };
                seats.clone().map(digit).collect()
            };
            let args = texts([first.to_string(), digits(&seen, &HashSet::new()), digits(&truth, &returning)]);
            let reply = self.run_on_view(event_id, &scripts::REPAIR, args).await?;
            let Some((_, triples)) = reply.split_first().filter(|(word, _)| *word == "done") else {
                return Err(LockError::Reply(reply.join(" ")));
            };
            for triple in triples.chunks_exact(3) {
                let state = |text: &str| parse(text).map(SeatState::from_bits);
                let one =
                    Mended { seat: parse(&triple[0])?, was: state(&triple[1])?, is: state(&triple[2])? };
                tracing::warn!(%event_id, seat = one.seat, was = ?one.was, is = ?one.is, "a seat was shown wrongly");
                mended.push(one);
            }
        }
        Ok(mended)
    }

    /// Seats of cancelled bookings whose return to the view may be under way.
    async fn returning(&self, event_id: EventId) -> Result<HashSet<SeatIndex>, LockError> {
        let seats = sqlx::query_scalar!(
            r#"SELECT seat_index AS "seat!" FROM tickets JOIN bookings ON bookings.id = booking_id
               WHERE tickets.event_id = $1 AND seat_index IS NOT NULL AND bookings.status = 'cancelled'"#,
            event_id.0
        );
        let seats = seats.fetch_all(&self.pool).await?;
        Ok(seats.into_iter().filter_map(|seat| seat.try_into().ok()).collect())
    }
}
