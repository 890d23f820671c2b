//! Seats that the organiser takes out of the sale, and puts back into it: also while it runs.

use std::collections::HashSet;

use axum::{Json, extract::State};
use garde::Validate;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{EventId, EventStatus, SeatIndex, SeatMap},
    store::events::EventRecord,
};
use utoipa::ToSchema;

use super::{service, store};
use crate::{
    app::{App, AppState},
    events::{organised, refuse_over},
    extract::{Caller, PathId, ValidJson},
    problem::Problem,
};

/// Most seats of one call.
const MOST: usize = 20_000;

/// Which seats.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SeatsChange {
    /// Not for sale from now on.
    #[serde(default)]
    #[garde(length(max = MOST))]
    block: Vec<SeatIndex>,
    /// For sale again: house seats that are released, say.
    #[serde(default)]
    #[garde(length(max = MOST))]
    unblock: Vec<SeatIndex>,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub(super) struct SeatsChanged {
    /// Seats that could not be blocked because somebody holds or has them.
    refused: Vec<SeatIndex>,
    /// What they are called.
    refused_labels: Vec<String>,
    /// All seats that are blocked now, rising.
    blocked: Vec<SeatIndex>,
}

/// Take seats out of the sale, or put them back, also while it runs; everybody who looks sees it at once. Seats that are
/// held or sold stay so, and are named. Repeating it changes nothing.
#[utoipa::path(patch, path = "/api/events/{event}/seats", tag = "organisers", params(("event" = EventId, Path)),
    request_body = SeatsChange, security(("bearer" = [])),
    responses((status = 200, body = SeatsChanged), (status = 401), (status = 403), (status = 404),
              (status = 409, description = "`event-over`"), (status = 422)))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
    ValidJson(SeatsChange { block, unblock }): ValidJson<SeatsChange>,
) -> Result<Json<SeatsChanged>, Problem> {
    let event = organised(&app, caller, event).await?;
    refuse_over(&event)?;
    let map = service::map_of(&event)?;
    check(&map, "block", &block)?;
    check(&map, "unblock", &unblock)?;
    let blocked: HashSet<_> = block.iter().collect();
    if let Some(twice) = unblock.iter().find(|seat| blocked.contains(seat)) {
        return Err(Problem::invalid("unblock", format!("{twice} is in block too")));
    }
    let refused = apply(&app, &event, block, &unblock).await?;
    Ok(Json(SeatsChanged {
        refused_labels: refused.iter().filter_map(|seat| map.seat_label(*seat)).collect(),
        refused,
        blocked: service::blocked(&app, event.id).await?,
    }))
}

/// A seat that was shown wrongly.
#[derive(Serialize, ToSchema)]
pub(super) struct MendedSeat {
    seat: SeatIndex,
    label: String,
    /// As it was shown: 0 available, 1 held, 2 sold, 3 blocked.
    was: u8,
    /// As it is.
    is: u8,
}

/// Compare every seat that fans see with the records and the locks, and mend what differs. The view heals itself when it is
/// lost; this is for whoever does not trust it. Safe while the sale runs.
#[utoipa::path(post, path = "/api/events/{event}/seats/repair", tag = "organisers", params(("event" = EventId, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "What was mended; nothing, as a rule", body = [MendedSeat]), (status = 401),
              (status = 403), (status = 404, description = "There is none, or it is not published")))]
pub(super) async fn repair(
    State(app): State<AppState>,
    caller: Caller,
    PathId(event): PathId<EventId>,
) -> Result<Json<Vec<MendedSeat>>, Problem> {
    let event = organised(&app, caller, event).await?;
    if event.status != EventStatus::Published {
        return Err(Problem::not_found("live view"));
    }
    let map = service::map_of(&event)?;
    let mended = app.holds.repair_view(event.id).await?.into_iter().map(|mended| MendedSeat {
        seat: mended.seat,
        label: map.seat_label(mended.seat).unwrap_or_default(),
        was: mended.was as u8,
        is: mended.is as u8,
    });
    Ok(Json(mended.collect()))
}

fn check(map: &SeatMap, field: &str, seats: &[SeatIndex]) -> Result<(), Problem> {
    match seats.iter().position(|seat| *seat >= map.seat_count()) {
        Some(position) => Err(service::no_such_seat(&format!("{field}[{position}]"), map)),
        None => Ok(()),
    }
}

/// The seats that could not be blocked. What the locks say goes first where seats are taken away, last where they are
/// given: whatever stops this in between, no seat is for sale that should not be.
pub(super) async fn apply(
    app: &App,
    event: &EventRecord,
    mut block: Vec<SeatIndex>,
    unblock: &[SeatIndex],
) -> Result<Vec<SeatIndex>, Problem> {
    let is_live = event.status == EventStatus::Published;
    let mut refused = Vec::new();
    if !block.is_empty() {
        if is_live {
            refused = app.holds.block(event.id, &block).await?;
            let kept: HashSet<_> = refused.iter().collect();
            block.retain(|seat| !kept.contains(seat));
        }
        store::set_blocked(&app.pool, event.id, &block, true).await?;
    }
    if !unblock.is_empty() {
        store::set_blocked(&app.pool, event.id, unblock, false).await?;
        if is_live {
            app.holds.unblock(event.id, unblock).await?;
        }
    }
    Ok(refused)
}
