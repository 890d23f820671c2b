//! Who is next: the first entry by joining whose whole wish can be given (see [`shared::domain::waiting_list`]).

use std::{collections::HashSet, sync::Arc};

use shared::{
    domain::{
        EntryId, SeatState, SeatStates, UserId,
        waiting_list::{Choice, Free, Wish},
    },
    locks::{Holds, Kept, LockError},
    store::events::EventRecord,
};

use super::WaitingListError;

/// Somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) entry: EntryId,
    pub(super) user: UserId,
    pub(super) wish: Wish,
}

/// What may be offered: what is kept for the list, and what everybody may take.
pub(super) async fn free(holds: &Holds, event: &EventRecord, kept: &Kept) -> Result<Free, WaitingListError> {
    let map = event.seat_map.clone().ok_or(LockError::NoSeatMap(event.id))?;
    let snapshot = holds.snapshot(event.id).await?;
    let mut seats = SeatStates::from_bytes(snapshot.bits, map.seat_count());
    for seat in &kept.seats {
        seats.set(*seat, SeatState::Available);
    }
    let stock = holds.stock(event.id).await?;
    let areas = stock.areas.iter().map(|area| {
        let kept = kept.areas.iter().find(|(kept, _)| *kept == area.area).map_or(0, |(_, places)| *places);
        (area.area, area.available() + kept)
    });
    Ok(Free { areas: areas.collect(), map, seats })
}

/// The first of those who wait, in their order, whose wish can be given. Looks at every seat of the map, so it does
/// not belong on a thread that others wait for.
pub(super) async fn first(
    event: &Arc<EventRecord>,
    free: Free,
    waiting: Vec<Waiting>,
) -> Result<Option<(Waiting, Choice)>, WaitingListError> {
    let most = event.tickets_per_person;
    let choosing = tokio::task::spawn_blocking(move || {
        let mut in_vain = HashSet::new();
        waiting.into_iter().filter(|waiting| waiting.wish.quantity <= most).find_map(|waiting| {
            // What cannot be given to one cannot be given to the next who wants the same.
            if in_vain.contains(&waiting.wish) {
                return None;
            }
            let choice = free.give(&waiting.wish);
            if choice.is_none() {
                in_vain.insert(waiting.wish);
            }
            Some((waiting, choice?))
        })
    });
    Ok(choosing.await?)
}
