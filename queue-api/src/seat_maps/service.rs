//! What happens to seat maps.

use std::{collections::BTreeSet, sync::Arc};

use shared::{
    domain::{
        EventId, EventStatus, SeatIndex, SeatMap, SeatMapDocument, SeatStates,
        seat_map::{SeatMapError, SeatMapErrors},
    },
    store::events::EventRecord,
};

use super::{
    blocking, files,
    store::{self, Replaced},
};
use crate::{
    app::App,
    events::{refuse_over, version_changed},
    problem::{FieldError, Problem},
};

/// The live view of an event, at one version.
pub(super) struct View {
    pub version: u64,
    pub states: SeatStates,
}

/// A map from its document; every fault is named by its field, which stands below `within`: "" or "document.".
pub(crate) fn parse_in(document: SeatMapDocument, within: &str) -> Result<SeatMap, Problem> {
    SeatMap::new(document).map_err(|SeatMapErrors(errors)| {
        let fault =
            |SeatMapError { field, message }| FieldError { field: format!("{within}{field}"), message };
        Problem::invalid_fields(errors.into_iter().map(fault).collect())
    })
}

/// Gives an event its seats. After publication it is possible until the sale opens; from then on the same seats may be
/// painted anew.
pub(super) async fn replace(
    app: &App,
    event: &EventRecord,
    map: &SeatMap,
    mut blocked: Vec<SeatIndex>,
) -> Result<(), Problem> {
    refuse_over(event)?;
    if let Some(position) = blocked.iter().position(|seat| *seat >= map.seat_count()) {
        return Err(no_such_seat(&format!("blocked[{position}]"), map));
    }
    refuse_unknown_files(app, map).await?;
    blocked.sort_unstable();
    blocked.dedup();
    if event.status == EventStatus::Published {
        refuse_unpriced(event, map)?;
        if event.sale_opens_at <= app.clock.now() {
            return repaint(app, event, map, blocked).await;
        }
    }
    match store::replace(&app.pool, event, map, &blocked).await? {
        Replaced::Done => {}
        Replaced::Sold => {
            let detail = "Somebody has bought a seat of this map; it stays as it is.";
            return Err(Problem::conflict("seats-sold", detail));
        }
        Replaced::Changed => return Err(version_changed()),
    }
    app.events.forget(event.id).await;
    if event.status == EventStatus::Published {
        app.holds.drop_view(event.id).await?;
    }
    Ok(())
}

/// While fans choose, the seats stay: what they cost, what is said of them and whether they are for sale may change.
async fn repaint(
    app: &App,
    event: &EventRecord,
    map: &SeatMap,
    blocked: Vec<SeatIndex>,
) -> Result<(), Problem> {
    if !event.seat_map.as_ref().is_some_and(|now| now.same_seats(map)) {
        let detail = "The sale has opened; fans are choosing from these seats. Only tiers, marks and drawings may change.";
        return Err(Problem::conflict("sale-open", detail));
    }
    if !store::repaint(&app.pool, event, map).await? {
        return Err(version_changed());
    }
    app.events.forget(event.id).await;
    if event.seat_map.as_ref().is_none_or(|now| now.hash() != map.hash()) {
        app.holds.tell_repainted(event.id, map.hash()).await?;
    }
    let now: BTreeSet<_> = store::blocked(&app.pool, event.id).await?.into_iter().collect();
    let wanted: BTreeSet<_> = blocked.into_iter().collect();
    let block: Vec<_> = wanted.difference(&now).copied().collect();
    let unblock: Vec<_> = now.difference(&wanted).copied().collect();
    // Whoever was quicker has the seat; the answer shows what is blocked now.
    blocking::apply(app, event, block, &unblock).await.map(|_| ())
}

pub(super) fn no_such_seat(field: &str, map: &SeatMap) -> Problem {
    Problem::invalid(field, format!("the map has the seats 0 to {}", i64::from(map.seat_count()) - 1))
}

/// Whatever the document names has to be there: the drawing behind the seats, their ids, the views.
pub(crate) async fn refuse_unknown_files(app: &App, map: &SeatMap) -> Result<(), Problem> {
    let document = map.document();
    let missing = files::missing(&app.pool, &files::named_by(document)).await?;
    match missing.first() {
        Some(hash) if document.background.as_ref().is_some_and(|background| background.file == *hash) => {
            Err(Problem::invalid("background.file", "there is no such drawing; import it first"))
        }
        Some(hash) if document.identities.as_ref() == Some(hash) => {
            Err(Problem::invalid("identities", "there is no such file; import it first"))
        }
        Some(hash) => {
            let section = document.sections.iter().position(|section| section.view.as_ref() == Some(hash));
            let field = format!("sections[{}].view", section.unwrap_or_default());
            Err(Problem::invalid(field, "there is no such picture; upload it first"))
        }
        None => Ok(()),
    }
}

fn refuse_unpriced(event: &EventRecord, map: &SeatMap) -> Result<(), Problem> {
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

/// A map by its hash.
pub(super) async fn by_hash(app: &App, hash: &str) -> Result<Arc<SeatMap>, Problem> {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let map = if is_hash { app.events.seat_map(hash).await? } else { None };
    map.ok_or_else(|| Problem::not_found("seat map"))
}

/// The states of all seats; of a draft nothing but the blocked ones is known.
pub(super) async fn view(app: &App, event: &EventRecord) -> Result<View, Problem> {
    let map = map_of(event)?;
    let snapshot = app.holds.snapshot(event.id).await?;
    Ok(View { version: snapshot.version, states: SeatStates::from_bytes(snapshot.bits, map.seat_count()) })
}
