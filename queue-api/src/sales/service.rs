//! Gathering the report.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;
use shared::{
    domain::{EventId, EventStatus, SeatIndex, SeatState, SeatStates},
    locks::AreaStock,
    store::events::EventRecord,
};

use super::{
    room, stock, store,
    views::{BookingCounts, MailCounts, Revenue, SalesHistory, SalesReport},
};
use crate::{app::App, problem::Problem};

/// How old a report may be; many who ask at the same time share one.
const REPORT_TTL: Duration = Duration::from_secs(1);
const CACHED_REPORTS: u64 = 1_000;

/// The reports that are fresh.
pub struct Sales(Cache<EventId, Arc<SalesReport>>);

impl Default for Sales {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(CACHED_REPORTS).time_to_live(REPORT_TTL).build())
    }
}

/// How the sale of an event goes.
///
/// # Errors
/// 503 when an engine is away.
pub(super) async fn report(app: &App, event: Arc<EventRecord>) -> Result<Arc<SalesReport>, Problem> {
    let id = event.id;
    // On the heap: three engines are asked at once.
    let gathering = async { Box::pin(gather(app, &event)).await.map(Arc::new) };
    let gathered = app.sales.0.try_get_with(id, gathering).await;
    gathered.map_err(|problem| problem.again())
}

async fn gather(app: &App, event: &EventRecord) -> Result<SalesReport, Problem> {
    let counts = async { store::counts(&app.pool, event.id).await.map_err(Problem::from) };
    let (counts, (states, areas), waiting_room) =
        tokio::try_join!(counts, states(app, event), room::report(app, event))?;
    let counted = stock::count(event, &states, &areas);
    Ok(SalesReport {
        event: event.id,
        status: event.status,
        demand: event.demand,
        as_of: app.clock.now(),
        currency: event.currency,
        total: counted.total,
        tiers: counted.tiers,
        areas: counted.areas,
        revenue: Revenue {
            currency: event.currency,
            captured_minor: counts.captured_minor,
            refunded_minor: counts.refunded_minor,
            net_minor: counts.captured_minor - counts.refunded_minor,
        },
        bookings: BookingCounts {
            confirmed: counts.confirmed,
            processing: counts.processing,
            rejected: counts.rejected,
            cancelled: counts.cancelled,
            last_minute: counts.last_minute,
            tickets: counts.tickets,
        },
        mails: MailCounts { pending: counts.mails_pending, failed: counts.mails_failed },
        waiting_room,
    })
}

/// The states of all seats, and the stock of the areas. A draft has no live view yet, only blocked seats.
async fn states(app: &App, event: &EventRecord) -> Result<(SeatStates, Vec<AreaStock>), Problem> {
    let seat_count = event.seat_map.as_ref().map_or(0, |map| map.seat_count());
    if event.status == EventStatus::Draft || event.seat_map.is_none() {
        let mut states = SeatStates::available(seat_count);
        for seat in store::blocked(&app.pool, event.id).await? {
            states.set(SeatIndex::try_from(seat).unwrap_or(SeatIndex::MAX), SeatState::Blocked);
        }
        return Ok((states, Vec::new()));
    }
    let (snapshot, stock) = tokio::try_join!(app.holds.snapshot(event.id), app.holds.stock(event.id))?;
    Ok((SeatStates::from_bytes(snapshot.bits, seat_count), stock.areas))
}

/// The last hour, minute by minute.
///
/// # Errors
/// 503 when PostgreSQL is away.
pub(super) async fn history(app: &App, event: &EventRecord) -> Result<SalesHistory, Problem> {
    let minutes = store::minutes(&app.pool, event.id).await?;
    Ok(SalesHistory { event: event.id, currency: event.currency, minutes })
}
