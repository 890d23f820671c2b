//! Making offers and ending them.

use shared::{
    contracts::{Event, EventKind, events::OfferFact},
    domain::{EventStatus, HoldId, OfferId, UserId, waiting_list::Choice},
    locks::{HoldOutcome, HoldRequest},
    store::events::EventRecord,
};

use super::{
    WaitingListError,
    offer_store::{self as store, End, Fate},
};
use crate::worker::Worker;

/// No offer is shorter, whatever the time left until the event.
const SHORTEST_MS: i64 = 5 * 60 * 1_000;

/// An offer with what it needs to be held.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) id: OfferId,
    pub(super) user: UserId,
    pub(super) hold: HoldId,
    pub(super) what: Choice,
    pub(super) ttl_ms: i64,
}

/// What became of holding an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Offered,
    /// Somebody was quicker.
    Gone,
    /// The person holds as many others as one may have.
    OverLimit,
}

/// How long an offer stands: as the event says, but no longer than a quarter of the time left until it begins; five
/// minutes at least.
pub(super) fn ttl_ms(minutes: i32, until_start: time::Duration) -> i64 {
    let quarter = i64::try_from((until_start / 4_i32).whole_milliseconds()).unwrap_or(i64::MAX);
    let set = i64::from(minutes) * 60_000;
    set.min(quarter.max(SHORTEST_MS))
}

/// Finishes what another began; takes it back when nothing is offered any more.
pub(super) async fn finish_prepared(
    worker: &Worker,
    event: &EventRecord,
    offering: bool,
) -> Result<(), WaitingListError> {
    for offer in store::prepared(&worker.pool, event.id).await? {
        if offering {
            hold(worker, event, &offer).await?;
        } else {
            worker.holds.release(event.id, offer.hold, offer.user).await?;
            store::void(&worker.pool, offer.id, "over").await?;
        }
    }
    Ok(())
}

/// Holds what an offer names, and tells. May be repeated: the same hold is found then.
pub(super) async fn hold(
    worker: &Worker,
    event: &EventRecord,
    offer: &Offer,
) -> Result<Held, WaitingListError> {
    let (seats, areas) = match &offer.what {
        Choice::Seats(seats) => (seats.clone(), Vec::new()),
        Choice::Places(area, places) => (Vec::new(), vec![(*area, *places)]),
    };
    let request = HoldRequest {
        hold_id: offer.hold,
        event_id: event.id,
        user_id: offer.user,
        seats,
        areas,
        limit: event.tickets_per_person,
        ttl_ms: u64::try_from(offer.ttl_ms).unwrap_or(0),
        lease: None,
    };
    let (fence, deadline_ms) = match worker.holds.hold_offered(&request).await? {
        HoldOutcome::Held { fence, deadline_ms } => (fence, deadline_ms),
        HoldOutcome::LimitReached { .. } => {
            store::void(&worker.pool, offer.id, "limit").await?;
            return Ok(Held::OverLimit);
        }
        HoldOutcome::Taken { .. }
        | HoldOutcome::AreaFull { .. }
        | HoldOutcome::LeaseOver
        | HoldOutcome::HoldExists { .. } => {
            store::void(&worker.pool, offer.id, "seats-gone").await?;
            return Ok(Held::Gone);
        }
    };
    let fact = OfferFact {
        offer_id: offer.id,
        event_id: event.id,
        user_id: offer.user,
        hold_id: offer.hold,
        until_ms: deadline_ms,
    };
    let fact = Event::new(EventKind::OfferMade(fact), worker.processor.clock().now());
    store::offered(&worker.pool, offer.id, fence, deadline_ms, &fact).await?;
    worker.committed.notify_one();
    worker.metrics.repaired("offered", 1);
    tracing::info!(event = %event.id, offer = %offer.id, "waiting list: offered");
    Ok(Held::Offered)
}

/// Ends the offers whose hold is over.
pub(super) async fn settle(worker: &Worker, record: &EventRecord) -> Result<(), WaitingListError> {
    let event = record.id;
    for standing in store::standing(&worker.pool, event).await? {
        // First the hold, then the booking: whoever books pins the hold before, so one of them is seen.
        let held = worker.holds.get_settled(event, standing.hold).await?.is_some();
        let fate = store::fate(&worker.pool, standing.hold).await?;
        let end = match fate {
            Fate::Booked => End::Taken,
            Fate::Rejected => End::Lapsed,
            Fate::Undecided => continue,
            Fate::Nothing if held => continue,
            Fate::Nothing if standing.time_is_over => End::Lapsed,
            Fate::Nothing => End::Declined,
        };
        let now = worker.processor.clock().now();
        // A booking that was rejected, and an event that was called off, are told in mails of their own.
        let tell = end == End::Lapsed && fate == Fate::Nothing && record.status == EventStatus::Published;
        let fact = tell.then(|| {
            let fact = OfferFact {
                offer_id: standing.offer,
                event_id: event,
                user_id: standing.user,
                hold_id: standing.hold,
                until_ms: standing.deadline_ms,
            };
            Event::new(EventKind::OfferLapsed(fact), now)
        });
        if store::ended(&worker.pool, standing.offer, end, fact).await? {
            worker.committed.notify_one();
            tracing::info!(%event, offer = %standing.offer, ?end, "waiting list: an offer ended");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_get_shorter_towards_the_start_of_the_event() {
        let minutes = |set: i32, left: i64| ttl_ms(set, time::Duration::minutes(left)) / 60_000;
        assert_eq!(minutes(30, 10_000), 30);
        assert_eq!(minutes(30, 60), 15);
        assert_eq!(minutes(30, 8), 5);
        assert_eq!(minutes(2, 8), 2);
    }
}
