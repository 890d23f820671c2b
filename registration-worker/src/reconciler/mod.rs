//! The reconciler: finds what a crash, a silent gateway or a lost broker left between two steps, and finishes it.
//! Each repair is the ordinary step done again; it may race with the API, the workers and other reconcilers.
//!
//! | finds | does |
//! |---|---|
//! | checkouts never turned into a booking | gives them up, voids what may be reserved |
//! | accepted bookings nobody decided | processes them from the command in their payment |
//! | confirmed bookings with uncaptured money | captures it; cancels the booking when that can never be |
//! | rejected bookings with reserved money | voids it |
//! | cancelled bookings with money | returns seats and money |
//! | confirmed bookings of cancelled events | cancels them |
//! | guests who never bought and did not come again | forgets them |
//! | files that were made for a seat map and are named by none | removes them |

mod store;

use std::{sync::Arc, time::Duration};

use shared::{
    domain::BookingStatus,
    payments::{Charge, settle},
    processing::ProcessingError,
    store::bookings::Outcome,
};
use time::OffsetDateTime;

use crate::{consumer, worker::Worker};

/// Looks until the shutdown.
pub async fn run(worker: Arc<Worker>) {
    let every = Duration::from_millis(worker.config.reconciler.reconcile_every_ms);
    while worker.shutdown.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
        let cycle = Arc::clone(&worker);
        // In a task of its own: what it works on comes from the store, and nothing there may end the reconciler.
        match tokio::spawn(async move { reconcile(&cycle).await }).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "reconciler: trying again");
            }
            Err(error) => tracing::error!(%error, "reconciler: a cycle broke off"),
        }
    }
}

/// One look at everything.
///
/// # Errors
/// When an engine fails; the next look goes on.
pub async fn reconcile(worker: &Worker) -> Result<(), ProcessingError> {
    give_up(worker).await?;
    process_forgotten(worker).await?;
    settle_decided(worker).await?;
    cancel_called_off(worker).await?;
    return_cancelled(worker).await?;
    forget_guests(worker).await?;
    remove_map_files(worker).await
}

/// How long somebody may think about a drawing or a picture before a map is saved with it, seconds.
const MAP_FILES_KEPT_SECONDS: u64 = 7 * 24 * 60 * 60;

fn ago(worker: &Worker, seconds: u64) -> OffsetDateTime {
    worker.processor.clock().now() - Duration::from_secs(seconds)
}

async fn give_up(worker: &Worker) -> Result<(), ProcessingError> {
    let before = ago(worker, worker.config.reconciler.abandon_after_seconds);
    let given_up = store::give_up(&worker.pool, before).await?;
    worker.metrics.repaired("given_up", given_up);
    let charges = store::to_void(&worker.pool).await?;
    let voided = settle::void(&worker.pool, worker.processor.gateway(), &charges).await?;
    worker.metrics.repaired("voided", voided.done.len());
    Ok(())
}

async fn process_forgotten(worker: &Worker) -> Result<(), ProcessingError> {
    let before = ago(worker, worker.config.reconciler.process_after_seconds);
    let commands = store::undecided(&worker.pool, before).await?;
    if commands.is_empty() {
        return Ok(());
    }
    let outcomes = consumer::decide(worker, &commands).await?;
    worker.committed.notify_one();
    worker.processor.settle(&commands, &outcomes).await?;
    for (command, outcome) in commands.iter().zip(&outcomes) {
        match outcome {
            Outcome::Decided(decided) => worker.metrics.decided(decided),
            Outcome::Invalid(problem) => {
                tracing::error!(booking = %command.booking_id, problem, "reconciler: cannot be decided");
            }
        }
    }
    worker.metrics.repaired("processed", outcomes.len());
    Ok(())
}

async fn settle_decided(worker: &Worker) -> Result<(), ProcessingError> {
    let before = ago(worker, worker.config.reconciler.settle_after_seconds);
    let unsettled = store::unsettled(&worker.pool, before).await?;
    let of = |status: BookingStatus| -> Vec<Charge> {
        unsettled.iter().filter(|found| found.status == status).map(|found| found.charge.clone()).collect()
    };
    let (confirmed, rejected) = (of(BookingStatus::Confirmed), of(BookingStatus::Rejected));
    let gateway = worker.processor.gateway();
    let captured = settle::capture(&worker.pool, gateway, &confirmed).await?;
    worker.metrics.repaired("captured", captured.done.len());
    let voided = settle::void(&worker.pool, gateway, &rejected).await?;
    worker.metrics.repaired("voided", voided.done.len());
    let unpaid: Vec<_> = unsettled
        .iter()
        .filter(|found| captured.refused.contains(&found.charge.payment_id))
        .map(|found| found.booking_id)
        .collect();
    if !unpaid.is_empty() {
        let cancelled = worker.processor.cancel(&unpaid).await?;
        worker.committed.notify_one();
        worker.metrics.repaired("cancelled_unpaid", cancelled.len());
    }
    Ok(())
}

async fn cancel_called_off(worker: &Worker) -> Result<(), ProcessingError> {
    let ids = store::confirmed_of_cancelled_events(&worker.pool).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let cancelled = worker.processor.cancel(&ids).await?;
    worker.committed.notify_one();
    worker.metrics.repaired("cancelled_with_event", cancelled.len());
    worker.processor.return_cancelled(&cancelled).await
}

async fn return_cancelled(worker: &Worker) -> Result<(), ProcessingError> {
    let before = ago(worker, worker.config.reconciler.settle_after_seconds);
    let cancelled = store::unreturned(&worker.pool, before).await?;
    worker.processor.return_cancelled(&cancelled).await?;
    worker.metrics.repaired("returned", cancelled.len());
    Ok(())
}

async fn forget_guests(worker: &Worker) -> Result<(), ProcessingError> {
    let forgotten = store::forget_guests(&worker.pool, worker.processor.clock().now()).await?;
    worker.metrics.repaired("guests_forgotten", forgotten);
    Ok(())
}

async fn remove_map_files(worker: &Worker) -> Result<(), ProcessingError> {
    let removed = store::remove_map_files(&worker.pool, ago(worker, MAP_FILES_KEPT_SECONDS)).await?;
    worker.metrics.repaired("map_files_removed", removed);
    Ok(())
}
