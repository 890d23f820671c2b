//! What happens to holds.

use std::sync::Arc;

use axum::http::HeaderMap;
use shared::{
    domain::{Demand, EventId, EventStatus, HoldId, SeatMap},
    locks::{Hold, HoldOutcome, HoldRequest, Released},
    store::events::EventRecord,
};

use super::{
    chooser::Wanted,
    wish::{HoldInput, Wish},
};
use crate::{app::App, events, extract::Caller, passes, problem::Problem, robots, waiting_list};

/// How often seats are chosen anew when others were quicker.
const CHOICES: usize = 8;

/// Locks what a fan asks for, or says why not.
pub(super) async fn create(
    app: &App,
    caller: Caller,
    event: EventId,
    headers: &HeaderMap,
    input: HoldInput,
) -> Result<(Hold, Arc<EventRecord>), Problem> {
    let event = events::visible(app, Some(caller), event).await?;
    let map = event.seat_map.clone().ok_or_else(|| Problem::not_found("event"))?;
    refuse_not_on_sale(app, &event)?;
    let lease = match event.demand {
        Demand::Direct => None,
        // The script that locks looks at the lease itself; the pass only says which.
        Demand::Queue => Some(passes::read(app, headers, event.id)?),
    };
    let in_since_ms = lease.as_ref().and_then(|pass| pass.given_at_ms);
    robots::admit_to_hold(app, event.id, caller.user, headers, in_since_ms).await?;
    let mut request = HoldRequest {
        hold_id: HoldId::new(),
        event_id: event.id,
        user_id: caller.user,
        seats: Vec::new(),
        areas: Vec::new(),
        limit: event.tickets_per_person,
        ttl_ms: u64::from(event.hold_seconds) * 1_000,
        lease: lease.map(|pass| pass.ordinal),
    };
    let outcome = match input.into_wish(&event, &map)? {
        Wish::Best(wanted) => hold_best(app, &map, &mut request, wanted).await?,
        Wish::Seats(seats) => {
            request.seats = seats;
            app.holds.hold(&request).await?
        }
        Wish::Areas(areas) => {
            request.areas = areas;
            app.holds.hold(&request).await?
        }
    };
    let HoldOutcome::Held { fence, deadline_ms } = outcome else {
        return Err(refusal(outcome, &event, &map));
    };
    let HoldRequest { hold_id, event_id, user_id, seats, areas, lease, .. } = request;
    let (extended, pinned) = (false, false);
    Ok((
        Hold { hold_id, event_id, user_id, seats, areas, fence, deadline_ms, extended, pinned, lease },
        event,
    ))
}

/// Chooses seats and locks them; when others were quicker, chooses again from what is left.
async fn hold_best(
    app: &App,
    map: &Arc<SeatMap>,
    request: &mut HoldRequest,
    wanted: Wanted,
) -> Result<HoldOutcome, Problem> {
    let mut outcome = HoldOutcome::Taken { seats: Vec::new() };
    for round in 0..CHOICES {
        app.chooser.count(round);
        let chosen = app.chooser.choose(request.event_id, Arc::clone(map), wanted.clone()).await?;
        request.seats.clone_from(&chosen.seats);
        outcome = app.holds.hold(request).await?;
        if !matches!(outcome, HoldOutcome::Taken { .. }) {
            break;
        }
    }
    Ok(outcome)
}

/// Whether tickets of an event may be held and paid now.
///
/// # Errors
/// 409, saying why not.
pub(crate) fn refuse_not_on_sale(app: &App, event: &EventRecord) -> Result<(), Problem> {
    let now = app.clock.now();
    if event.status != EventStatus::Published {
        return Err(Problem::conflict("not-on-sale", "This event is not on sale."));
    }
    if event.starts_at <= now {
        return Err(Problem::conflict("sale-over", "The event has begun."));
    }
    // With a waiting room it is the room that opens the sale: whoever has a pass may buy.
    if event.demand == Demand::Direct && event.sale_opens_at > now {
        let opens_at = event.sale_opens_at.format(&time::format_description::well_known::Rfc3339);
        let problem = Problem::conflict("sale-not-open", "The sale has not opened yet.");
        return Err(problem.with("sale_opens_at", opens_at.unwrap_or_default()));
    }
    Ok(())
}

fn refusal(outcome: HoldOutcome, event: &EventRecord, map: &SeatMap) -> Problem {
    match outcome {
        HoldOutcome::Taken { seats } => {
            let labels: Vec<_> = seats.iter().filter_map(|seat| map.seat_label(*seat)).collect();
            let detail =
                "Somebody was quicker. The seats that are gone are named; the others are still free.";
            Problem::conflict("seats-taken", detail).with("seats", seats).with("labels", labels)
        }
        HoldOutcome::AreaFull { area, left } => {
            let detail = format!("Only {left} places are left there.");
            Problem::conflict("area-full", detail).with("area", area).with("left", left)
        }
        HoldOutcome::LimitReached { has } => {
            let limit = event.tickets_per_person;
            let detail = format!("One person may have {limit} tickets of this event; you have {has}.");
            Problem::conflict("limit-reached", detail).with("has", has).with("limit", limit)
        }
        HoldOutcome::LeaseOver => passes::over(),
        HoldOutcome::HoldExists { hold_id } => {
            let detail = "You hold seats already. Pay for them or give them back first.";
            Problem::conflict("hold-exists", detail).with("hold", hold_id)
        }
        HoldOutcome::Held { .. } => Problem::internal("a hold that was made is no refusal"),
    }
}

/// A living hold of the caller.
pub(super) async fn own(
    app: &App,
    caller: Caller,
    hold: HoldId,
) -> Result<(Hold, Arc<EventRecord>), Problem> {
    let hold = app.holds.find(hold).await?.filter(|hold| hold.user_id == caller.user);
    let hold = hold.ok_or_else(|| Problem::not_found("hold"))?;
    let event = app.events.get(hold.event_id).await?.ok_or_else(|| Problem::not_found("hold"))?;
    Ok((hold, event))
}

/// Gives the caller's hold back.
pub(super) async fn release(app: &App, caller: Caller, hold: HoldId) -> Result<(), Problem> {
    let (hold, _) = own(app, caller, hold).await?;
    match app.holds.release(hold.event_id, hold.hold_id, caller.user).await? {
        Released::Done => waiting_list::gave_back(app, hold.hold_id).await,
        Released::Gone => Err(Problem::not_found("hold")),
        Released::Pinned => {
            let detail = "A booking was accepted for these seats. Cancel the booking instead.";
            Err(Problem::conflict("booking-accepted", detail))
        }
    }
}
