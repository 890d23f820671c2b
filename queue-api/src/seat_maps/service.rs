//! What happens to seat maps.

use std::sync::Arc;

use axum::http::StatusCode;
use shared::{
    domain::{
        EventId, EventStatus, SeatIndex, SeatMap, SeatMapDocument, SeatStates, seat_map::SeatMapErrors,
    },
    store::events::EventRecord,
};

use super::store::{self, Replaced};
use crate::{
    app::App,
    events::refuse_over,
    problem::{FieldError, Problem},
};

/// The live view of an event, at one version.
pub(super) struct View {
    pub version: u64,
    pub states: SeatStates,
}

pub(super) fn parse(document: SeatMapDocument) -> Result<SeatMap, Problem> {
    SeatMap::new(document).map_err(|SeatMapErrors(errors)| {
        let errors = errors.into_iter();
        Problem::invalid_fields(
            errors.map(|error| FieldError { field: error.field, message: error.message }).collect(),
        )
    })
}

/// Gives an event its seats. After publication it is possible until the sale opens; once something was sold, never.
pub(super) async fn replace(
    app: &App,
    event: &EventRecord,
    map: &SeatMap,
    mut blocked: Vec<SeatIndex>,
) -> Result<(), Problem> {
    refuse_over(event)?;
    if let Some(position) = blocked.iter().position(|seat| *seat >= map.seat_count()) {
        let message = format!("the map has the seats 0 to {}", i64::from(map.seat_count()) - 1);
        return Err(Problem::invalid(format!("blocked[{position}]"), message));
    }
    blocked.sort_unstable();
    blocked.dedup();
    if event.status == EventStatus::Published {
        refuse_on_sale(app, event, map)?;
    }
    match store::replace(&app.pool, event, map, &blocked).await? {
        Replaced::Done => {}
        Replaced::Sold => {
            let detail = "Somebody has bought a seat of this map; it stays as it is.";
            return Err(Problem::conflict("seats-sold", detail));
        }
        Replaced::Changed => {
            let detail = "The event has changed since you read it. Read it again.";
            let (status, title) = (StatusCode::PRECONDITION_FAILED, "Changed meanwhile");
            return Err(Problem::new(status, "precondition-failed", title, detail));
        }
    }
    app.events.forget(event.id).await;
    if event.status == EventStatus::Published {
        app.holds.drop_view(event.id).await?;
    }
    Ok(())
}

fn refuse_on_sale(app: &App, event: &EventRecord, map: &SeatMap) -> Result<(), Problem> {
    if event.sale_opens_at <= app.clock.now() {
        let detail = "The sale has opened; fans are choosing from this map.";
        return Err(Problem::conflict("sale-open", detail));
    }
    let missing: Vec<_> = map.tiers().into_iter().filter(|tier| event.tier(*tier).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(
        "sections",
        format!("the event is published and has no price for the tiers {missing:?}"),
    ))
}

pub(super) async fn blocked(app: &App, event: EventId) -> Result<Vec<SeatIndex>, Problem> {
    Ok(store::blocked(&app.pool, event).await?)
}

/// The seat map of an event.
pub(super) fn map_of(event: &EventRecord) -> Result<Arc<SeatMap>, Problem> {
    event.seat_map.clone().ok_or_else(|| Problem::not_found("seat map"))
}

/// The states of all seats; of a draft nothing but the blocked ones is known.
pub(super) async fn view(app: &App, event: &EventRecord) -> Result<View, Problem> {
    let map = map_of(event)?;
    let snapshot = app.holds.snapshot(event.id).await?;
    Ok(View { version: snapshot.version, states: SeatStates::from_bytes(snapshot.bits, map.seat_count()) })
}
