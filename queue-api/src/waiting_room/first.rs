//! The room of an event that is being published: made at once, so that the first fans need not wait for the releaser.
//!
//! It is begun while the event's row is locked and still a draft: no releaser can know of the room yet, nobody can have
//! joined it, and of two who publish only one comes here. Whoever makes the room later, because this process died,
//! Redis was away, or Redis forgot it, overtakes what was begun here, so an empty room never takes the place of
//! one that has places.

use std::collections::HashMap;

use shared::domain::EventId;

use super::{
    build::{Blueprint, Building, Built},
    store,
};
use crate::app::App;

/// Begins to make the room of an event whose publication is not committed yet. None when Redis does not answer: the
/// releaser will make it.
pub(crate) async fn begin(app: &App, event: EventId) -> Option<Building> {
    let begun = app.waiting_rooms.room(event).begin().await;
    begun
        .inspect_err(|error| tracing::warn!(%error, %event, "waiting room: made by the releaser"))
        .ok()
        .flatten()
}

/// Makes the room, now that the publication is committed.
pub(crate) async fn finish(app: &App, event: EventId, building: Option<Building>) {
    let Some(building) = building else { return };
    match make(app, event, &building).await {
        Ok(Some(Built::Made)) => tracing::info!(%event, "waiting room: made for the first time"),
        Ok(_) => {}
        Err(error) => tracing::warn!(error, %event, "waiting room: made by the releaser"),
    }
}

async fn make(app: &App, event: EventId, building: &Building) -> Result<Option<Built>, String> {
    let record = store::load(&app.pool, event).await.map_err(|error| error.to_string())?;
    let Some(record) = record else { return Ok(None) };
    let now_ms = app.waiting_rooms.room(event).now_ms().await.map_err(|error| error.to_string())?;
    let room = record.room(&[], now_ms);
    let blueprint = Blueprint {
        room: &room,
        places: &HashMap::new(),
        epoch: record.epoch,
        version: record.version,
        seed: &record.seed,
        pause_reason: record.pause_reason.as_deref().unwrap_or_default(),
        now_ms,
    };
    building.finish(&blueprint).await.map(Some).map_err(|error| error.to_string())
}
