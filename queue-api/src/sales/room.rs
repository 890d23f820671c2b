//! The waiting room of a sale.

use shared::{
    clock::from_unix_ms,
    domain::{Demand, EventStatus, RoomPhase},
    store::events::EventRecord,
};

use super::{store, views::RoomReport};
use crate::{
    app::App,
    problem::Problem,
    waiting_room::{lanes::lane_documents, look::RoomView, reply::RoomError},
};

/// The room of an event that has one; none for other events, and while it is being made again.
pub(super) async fn report(app: &App, event: &EventRecord) -> Result<Option<RoomReport>, Problem> {
    if event.demand != Demand::Queue || event.status == EventStatus::Draft {
        return Ok(None);
    }
    let (view, offers) = tokio::join!(app.waiting_rooms.view(event.id), store::offers(&app.pool, event.id));
    let offers = offers?;
    let no_shows = offers.lapsed.unsigned_abs();
    match view {
        Ok(view) => {
            let report = of(&view, offers.offered.unsigned_abs(), no_shows);
            let lanes = lane_documents(&view, &event.lanes);
            Ok(Some(RoomReport { lanes, ..report }))
        }
        Err(error) if matches!(*error, RoomError::Missing) => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "sales: cannot look at the waiting room");
            Err(Problem::unavailable(1))
        }
    }
}

/// Redis says how many leases live; the record, up to a second behind, says how many of them were not taken up.
fn of(view: &RoomView, offered: u64, no_shows: u64) -> RoomReport {
    let leases = view.shopping;
    let offered = offered.min(leases);
    let over = view.phase == RoomPhase::Closed;
    RoomReport {
        phase: view.phase,
        pause_reason: Some(view.pause_reason.clone()).filter(|reason| !reason.is_empty()),
        joined: view.joined,
        waiting: if over { 0 } else { view.waiting() },
        lanes: Vec::new(),
        serving: view.serving,
        offered,
        shopping: leases - offered,
        leases,
        lease_cap: view.settings.lease_cap,
        admitted_last_minute: view.admitted_last_minute,
        rate_per_minute: view.settings.rate_per_minute,
        held_to_per_minute: view.held_to_per_minute,
        no_shows,
        lobby_opens_at: from_unix_ms(view.settings.lobby_opens_at_ms),
        opens_at: from_unix_ms(view.settings.opens_at_ms),
        claim_window_seconds: view.settings.claim_window_ms / 1_000,
        grace_seconds: view.settings.grace_ms / 1_000,
        pass_ttl_seconds: view.settings.pass_ttl_ms / 1_000,
    }
}
