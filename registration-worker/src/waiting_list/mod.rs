//! The waiting list: what returns after an event is sold out is offered in the order of joining.
//!
//! One process at a time looks after an event, under an advisory lock of PostgreSQL. Each step is written down
//! before it is taken or may be taken again, so whoever looks next goes on where another was killed:
//!
//! | step | killed after it |
//! |---|---|
//! | the offer is written as `preparing`, with the id its hold will have | the hold is made under the same id |
//! | the seats are held, atomically, out of what is kept for the list | the same hold is found |
//! | the offer is `offered`, with its fact in the outbox, in one transaction | the relay publishes, once |
//! | the hold is over: the offer has lapsed, with its fact, in one transaction | the next look offers the seats |

mod choose;
mod offer_store;
mod offers;
mod store;

use std::{collections::HashSet, sync::Arc, time::Duration};

use shared::{
    domain::{EntryId, EventId, EventStatus},
    locks::LockError,
    store::{bookings, events::EventRecord},
};

use crate::worker::Worker;
use choose::Waiting;
use offers::Held;

/// So shortly before its event begins nothing is offered any more.
const LAST_OFFER: Duration = Duration::from_secs(5 * 60);
/// So often in one look somebody else may be quicker; then the next look goes on.
const MOST_MISSES: u32 = 8;

/// Why a look broke off; the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum WaitingListError {
    /// PostgreSQL is away.
    #[error("PostgreSQL failed")]
    Store(#[from] sqlx::Error),
    /// PostgreSQL is away.
    #[error("PostgreSQL failed")]
    Events(#[from] Arc<sqlx::Error>),
    /// Redis is away.
    #[error("the locks failed")]
    Locks(#[from] LockError),
    /// Choosing seats broke off.
    #[error("choosing seats broke off")]
    Choosing(#[from] tokio::task::JoinError),
}

/// Looks until the shutdown.
pub async fn run(worker: Arc<Worker>) {
    let every = Duration::from_millis(worker.config.offers.offer_every_ms);
    while worker.shutdown.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
        let cycle = Arc::clone(&worker);
        // In a task of its own: what it works on comes from the store, and nothing there may end the offering.
        match tokio::spawn(async move { look(&cycle).await }).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "waiting list: trying again");
            }
            Err(error) => tracing::error!(%error, "waiting list: a look broke off"),
        }
    }
}

/// One look at every event that has a list. What fails for one event keeps no other waiting.
///
/// # Errors
/// The last failure; the next look goes on.
pub async fn look(worker: &Worker) -> Result<(), WaitingListError> {
    let mut outcome = Ok(());
    for event in store::active(&worker.pool).await? {
        if let Err(error) = serve(worker, event).await {
            tracing::warn!(%event, error = &error as &dyn std::error::Error, "waiting list: a look broke off");
            outcome = Err(error);
        }
    }
    outcome
}

/// Serves one event, unless another process is at it.
///
/// # Errors
/// When an engine fails.
pub async fn serve(worker: &Worker, event: EventId) -> Result<(), WaitingListError> {
    let Some(guard) = store::guard(&worker.pool, event).await? else { return Ok(()) };
    let served = serve_alone(worker, event).await;
    guard.commit().await?;
    served
}

async fn serve_alone(worker: &Worker, event: EventId) -> Result<(), WaitingListError> {
    let Some(record) = worker.events.get(event).await? else { return Ok(()) };
    let now = worker.processor.clock().now();
    let over = record.status != EventStatus::Published || record.starts_at - now < LAST_OFFER;
    let list = store::list(&worker.pool, event).await?;
    offers::finish_prepared(worker, &record, !over && list.enabled).await?;
    offers::settle(worker, &record).await?;
    if over {
        store::close_entries(&worker.pool, event).await?;
        return stop(worker, event, list.joins).await;
    }
    if !list.enabled || !store::anybody_waits(&worker.pool, event).await? {
        return stop(worker, event, list.joins).await;
    }
    let mut kept = worker.holds.kept_for_list(event).await?;
    if kept.mark.is_none() {
        kept = worker.holds.keep_for_list(event).await?;
    }
    // What has run out is shown as held until it is swept, and belongs to the list from then on.
    worker.holds.sweep(event).await?;
    offer(worker, &record, list.offer_minutes, &kept.mark).await
}

/// Nothing is to be offered: what is kept is for everybody. An entry made since keeps it up.
async fn stop(worker: &Worker, event: EventId, joins: i64) -> Result<(), WaitingListError> {
    let kept = worker.holds.kept_for_list(event).await?;
    if let Some(mark) = &kept.mark {
        worker.holds.keep_no_more(event, mark).await?;
    } else if !kept.seats.is_empty() || !kept.areas.is_empty() {
        worker.holds.open_to_all(event, &kept).await?;
    }
    store::rest(&worker.pool, event, joins).await?;
    Ok(())
}

/// Offers in the order of joining until nobody can take any of it, then opens the rest.
async fn offer(
    worker: &Worker,
    event: &Arc<EventRecord>,
    minutes: i32,
    mark: &Option<String>,
) -> Result<(), WaitingListError> {
    let mut passed_over: HashSet<EntryId> = HashSet::new();
    let mut misses = 0;
    loop {
        let kept = worker.holds.kept_for_list(event.id).await?;
        // After that look: an offer whose seats are kept again is over before they are offered to another.
        offers::settle(worker, event).await?;
        let free = choose::free(&worker.holds, event, &kept).await?;
        let waiting =
            if free.is_empty() { Vec::new() } else { store::waiting(&worker.pool, event.id).await? };
        let waiting: Vec<Waiting> =
            waiting.into_iter().filter(|waiting| !passed_over.contains(&waiting.entry)).collect();
        let Some((next, choice)) = choose::first(event, free, waiting).await? else {
            // Only what was looked at: what returned meanwhile is for the next look. Somebody who joined meanwhile may
            // want it too, and has raised another mark.
            if kept.mark == *mark && (!kept.seats.is_empty() || !kept.areas.is_empty()) {
                worker.holds.open_to_all(event.id, &kept).await?;
            }
            return Ok(());
        };
        if bookings::tickets_of(&worker.pool, event.id, next.user).await? + next.wish.quantity
            > event.tickets_per_person
        {
            store::close_entry(&worker.pool, next.entry).await?;
            continue;
        }
        let ttl_ms = offers::ttl_ms(minutes, event.starts_at - worker.processor.clock().now());
        let Some(offer) = offer_store::prepare(&worker.pool, event.id, &next, &choice, ttl_ms).await? else {
            // Left meanwhile.
            continue;
        };
        match offers::hold(worker, event, &offer).await? {
            Held::Offered => {}
            // It holds other tickets at the moment.
            Held::OverLimit => {
                passed_over.insert(next.entry);
            }
            // Somebody was quicker at what is for everybody: what is left is the same entry's first.
            Held::Gone if misses < MOST_MISSES => misses += 1,
            Held::Gone => return Ok(()),
        }
    }
}
