//! What happens to events.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use shared::{
    domain::{Demand, EventId, EventStatus, Role},
    locks::Stock,
    store::events::{EventRecord, load},
};

use super::{
    checklist,
    fields::{EventChange, EventFields, WaitingRoomSettings},
    store,
};
use crate::{
    app::App,
    etag::is_asked_for,
    extract::Caller,
    problem::{FieldError, Problem},
    waiting_room::first,
};

/// An event this caller may see: a draft is seen by its organiser only.
pub(crate) async fn visible(
    app: &App,
    caller: Option<Caller>,
    event: EventId,
) -> Result<Arc<EventRecord>, Problem> {
    let record = app.events.get(event).await?.ok_or_else(|| Problem::not_found("event"))?;
    let own = caller.is_some_and(|caller| is_organiser(&caller, &record));
    if record.status == EventStatus::Draft && !own {
        return Err(Problem::not_found("event"));
    }
    Ok(record)
}

/// An event of this organiser, as it is now; an admin organises all.
pub(crate) async fn organised(app: &App, caller: Caller, event: EventId) -> Result<EventRecord, Problem> {
    caller.require(&[Role::Organiser])?;
    let record = load(&app.pool, event).await?.ok_or_else(|| Problem::not_found("event"))?;
    if is_organiser(&caller, &record) {
        Ok(record)
    } else if record.status == EventStatus::Draft {
        Err(Problem::not_found("event"))
    } else {
        Err(Problem::forbidden("not-your-event", "This event has another organiser."))
    }
}

/// An event of this organiser, at most a second old; for everybody else there is none.
pub(crate) async fn owned(app: &App, caller: Caller, event: EventId) -> Result<Arc<EventRecord>, Problem> {
    let record = app.events.get(event).await?.filter(|record| is_organiser(&caller, record));
    record.ok_or_else(|| Problem::not_found("event"))
}

fn is_organiser(caller: &Caller, event: &EventRecord) -> bool {
    caller.role == Role::Admin || (caller.role == Role::Organiser && caller.user == event.organiser_id)
}

/// Refuses a change that was made against another version than the one that is there.
pub(crate) fn if_match(headers: &HeaderMap, event: &EventRecord) -> Result<(), Problem> {
    if is_asked_for(headers, event.version) { Ok(()) } else { Err(changed()) }
}

/// 412: somebody else changed it first.
pub(crate) fn changed() -> Problem {
    let detail = "The event has changed since you read it. Read it again.";
    Problem::new(StatusCode::PRECONDITION_FAILED, "precondition-failed", "Changed meanwhile", detail)
}

/// What is still to be had of a published event; none when it cannot be known right now.
pub(super) async fn stock(app: &App, event: &EventRecord) -> Option<Stock> {
    if event.status != EventStatus::Published {
        return None;
    }
    let stock = app.holds.stock(event.id).await;
    stock.inspect_err(|error| tracing::warn!(%error, "an event is shown without its stock")).ok()
}

/// What the waiting room of a draft will open with; none when it cannot be known right now.
pub(super) async fn draft_room(app: &App, event: &EventRecord) -> Option<WaitingRoomSettings> {
    if event.status != EventStatus::Draft || event.demand != Demand::Queue {
        return None;
    }
    let settings = store::draft_room(&app.pool, event.id).await;
    settings.inspect_err(|error| tracing::warn!(%error, "a draft is shown without its room")).ok().flatten()
}

pub(super) async fn create(app: &App, caller: Caller, fields: EventFields) -> Result<EventRecord, Problem> {
    caller.require(&[Role::Organiser])?;
    refuse_faults(fields.faults())?;
    let event = EventId::new();
    store::insert(&app.pool, event, caller.user, &fields).await?;
    reload(app, event).await
}

pub(super) async fn change(
    app: &App,
    caller: Caller,
    event: &EventRecord,
    change: EventChange,
) -> Result<EventRecord, Problem> {
    let (fields, fixed) = change.apply(event);
    refuse_over(event)?;
    if event.status == EventStatus::Published && !fixed.is_empty() {
        let detail = "A published event keeps what fans have already relied on.";
        return Err(Problem::conflict("event-published", detail).with("fields", fixed));
    }
    let mut faults = fields.faults();
    if let Some(missing) = missing_tiers(event, &fields).filter(|_| event.status == EventStatus::Published) {
        faults.push(missing);
    }
    refuse_faults(faults)?;
    if !store::update(&app.pool, caller.user, event, &fields).await? {
        return Err(changed());
    }
    let now = reload(app, event.id).await?;
    if event.status == EventStatus::Published && now.tiers != event.tiers {
        tell_prices(app, &now).await;
    }
    Ok(now)
}

/// Open pages take the event again when they are told of its map, be it the same. One that is not told sees it with its
/// next snapshot.
async fn tell_prices(app: &App, event: &EventRecord) {
    let Some(map) = &event.seat_map else { return };
    if let Err(error) = app.holds.tell_repainted(event.id, map.hash()).await {
        tracing::warn!(%error, event = %event.id, "open pages were not told of new prices");
    }
}

pub(super) async fn delete(app: &App, event: &EventRecord) -> Result<(), Problem> {
    if event.status != EventStatus::Draft || !store::delete_draft(&app.pool, event.id).await? {
        let detail = "Only a draft can be deleted. Cancel the event instead.";
        return Err(Problem::conflict("event-published", detail));
    }
    app.events.forget(event.id).await;
    Ok(())
}

pub(super) async fn publish(app: &App, event: &EventRecord) -> Result<EventRecord, Problem> {
    match event.status {
        EventStatus::Draft => {}
        EventStatus::Published => return reload(app, event.id).await,
        EventStatus::Cancelled | EventStatus::Archived => return Err(over(event)),
    }
    let missing = checklist::missing(app, event).await?;
    if !missing.is_empty() {
        let detail = "The event is not ready: see errors for everything that is missing.";
        let title = "Not ready to publish";
        let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not-ready", title, detail);
        return Err(problem.with("errors", missing));
    }
    let publishing = store::publish(&app.pool, event).await?.ok_or_else(changed)?;
    let room = match event.demand {
        Demand::Queue => first::begin(app, event.id).await,
        Demand::Direct => None,
    };
    publishing.commit().await?;
    first::finish(app, event.id, room).await;
    if let Err(error) = app.holds.rebuild_view(event.id).await {
        tracing::warn!(%error, "the view will be built by the first hold");
    }
    app.waiting_rooms.published.notify_one();
    reload(app, event.id).await
}

pub(super) async fn cancel(app: &App, event: &EventRecord) -> Result<EventRecord, Problem> {
    match event.status {
        EventStatus::Published => store::cancel(&app.pool, event.id).await?,
        EventStatus::Cancelled => {}
        EventStatus::Archived => return Err(over(event)),
        EventStatus::Draft => {
            let detail = "A draft is nobody's business yet. Delete it instead.";
            return Err(Problem::conflict("event-draft", detail));
        }
    }
    reload(app, event.id).await
}

/// A tier that the seat map of a published event uses must keep a price.
fn missing_tiers(event: &EventRecord, fields: &EventFields) -> Option<FieldError> {
    let used = event.seat_map.as_ref()?.tiers();
    let missing = used.into_iter().find(|tier| !fields.tiers.iter().any(|known| known.tier == *tier))?;
    let message = format!("the seat map uses tier {missing}, which has no price");
    Some(FieldError { field: "tiers".into(), message })
}

fn refuse_faults(faults: Vec<FieldError>) -> Result<(), Problem> {
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid_fields(faults)) }
}

/// Refuses to change what is over.
pub(crate) fn refuse_over(event: &EventRecord) -> Result<(), Problem> {
    match event.status {
        EventStatus::Draft | EventStatus::Published => Ok(()),
        EventStatus::Cancelled | EventStatus::Archived => Err(over(event)),
    }
}

fn over(event: &EventRecord) -> Problem {
    Problem::conflict("event-over", format!("The event is {} and does not change any more.", event.status))
}

/// The event as it is after this process's own change.
async fn reload(app: &App, event: EventId) -> Result<EventRecord, Problem> {
    app.events.forget(event).await;
    load(&app.pool, event).await?.ok_or_else(|| Problem::not_found("event"))
}

/// What the waiting room of an event opens with.
pub(super) fn room_of(demand: Demand, settings: Option<WaitingRoomSettings>) -> Option<WaitingRoomSettings> {
    match demand {
        Demand::Queue => Some(settings.unwrap_or_default()),
        Demand::Direct => None,
    }
}
