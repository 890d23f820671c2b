//! What happens to entries.

use std::sync::Arc;

use shared::{
    domain::{Demand, EntryStatus, EventId, EventStatus, HoldId, RoomPhase, SeatStates, waiting_list},
    locks::Released,
    store::{bookings, events::EventRecord},
};

use super::{
    http::{WaitingListSettings, WaitingListWish},
    store,
    views::{EntryView, ListSummary, ListView},
};
use crate::{accounts, app::App, events, extract::Caller, holds::refuse_not_on_sale, problem::Problem};

/// The list and one's own entry.
pub(super) async fn look(app: &App, caller: Option<Caller>, event: EventId) -> Result<ListView, Problem> {
    let event = events::visible(app, caller, event).await?;
    let now = app.clock.now();
    let published = event.status == EventStatus::Published && now < event.starts_at;
    let over = match event.demand {
        Demand::Direct => event.sale_opens_at <= now,
        Demand::Queue => store::phase(&app.pool, event.id).await? == Some(RoomPhase::Closed),
    };
    let open = published && over && store::enabled(&app.pool, event.id).await?;
    let entry = match caller {
        Some(caller) => store::own(&app.pool, event.id, caller.user).await?.map(|own| own.view),
        None => None,
    };
    let sold_out = open && app.holds.stock(event.id).await?.available() == 0;
    Ok(ListView { open, sold_out, entry, server_time: now })
}

/// Joins at the end.
pub(super) async fn join(
    app: &App,
    caller: Caller,
    event: EventId,
    wish: &WaitingListWish,
) -> Result<EntryView, Problem> {
    let event = events::visible(app, Some(caller), event).await?;
    check(app, caller, &event, wish).await?;
    accounts::ensure_email(app, caller, wish.email.as_deref()).await?;
    let inserted = store::insert(&app.pool, event.id, caller.user, wish).await?;
    // Also for who is on the list already: the first request may have died before this.
    app.holds.keep_for_list(event.id).await?;
    let own = store::own(&app.pool, event.id, caller.user).await?;
    let own = own.ok_or_else(|| Problem::internal("an entry that was made is gone"))?;
    if inserted {
        return Ok(own.view);
    }
    let detail = "You are on the waiting list already. Leave it first to change what you want.";
    Err(Problem::conflict("on-the-list", detail).with("entry", own.view))
}

async fn check(
    app: &App,
    caller: Caller,
    event: &Arc<EventRecord>,
    wish: &WaitingListWish,
) -> Result<(), Problem> {
    refuse_not_on_sale(app, event)?;
    if !store::enabled(&app.pool, event.id).await? {
        return Err(Problem::conflict("waiting-list-off", "This event has no waiting list."));
    }
    let bought = bookings::tickets_of(&app.pool, event.id, caller.user).await?;
    let most = event.tickets_per_person.saturating_sub(bought);
    if most == 0 {
        let detail = "You have as many tickets of this event as one person may have.";
        return Err(Problem::conflict("limit-reached", detail).with("limit", event.tickets_per_person));
    }
    if !(1..=most).contains(&wish.quantity) {
        return Err(Problem::invalid("quantity", format!("from 1 to {most} tickets")));
    }
    if wish.tier.is_some_and(|tier| event.tier(tier).is_none()) {
        return Err(Problem::invalid("tier", "the event has no such tier"));
    }
    // Of a sale with a waiting room: only when nobody stands in line any more who could take it.
    let in_line =
        event.demand == Demand::Queue && store::phase(&app.pool, event.id).await? != Some(RoomPhase::Closed);
    if in_line || can_be_had(app, event, wish).await? {
        let detail = "What you want is still on sale. The waiting list is for what is sold out.";
        return Err(Problem::conflict("not-sold-out", detail));
    }
    Ok(())
}

/// Whether everybody could buy it now.
async fn can_be_had(app: &App, event: &Arc<EventRecord>, wish: &WaitingListWish) -> Result<bool, Problem> {
    let map = event.seat_map.clone().ok_or_else(|| Problem::not_found("event"))?;
    let stock = app.holds.stock(event.id).await?;
    let snapshot = app.holds.snapshot(event.id).await?;
    let free = waiting_list::Free {
        seats: SeatStates::from_bytes(snapshot.bits, map.seat_count()),
        areas: stock.areas.iter().map(|area| (area.area, area.available())).collect(),
        map,
    };
    let wish = waiting_list::Wish { quantity: wish.quantity, tier: wish.tier, together: wish.together };
    let looking = tokio::task::spawn_blocking(move || free.give(&wish).is_some());
    looking.await.map_err(Problem::internal)
}

/// Leaves the list, and gives back what is offered.
pub(super) async fn leave(app: &App, caller: Caller, event: EventId) -> Result<(), Problem> {
    let own = store::own(&app.pool, event, caller.user).await?;
    let own = own.ok_or_else(|| Problem::not_found("entry"))?;
    match (own.view.status, own.offer) {
        (EntryStatus::Waiting, _) if store::leave(&app.pool, own.id).await? => Ok(()),
        (EntryStatus::Offered, Some((_, hold))) if own.view.offer.is_some() => {
            match app.holds.release(event, hold, caller.user).await? {
                // Gone: its time ran out, or it was given back before; if it was booked, that stays.
                Released::Done | Released::Gone => gave_back(app, hold).await,
                Released::Pinned => {
                    let detail = "A booking was accepted for these seats. Cancel the booking instead.";
                    Err(Problem::conflict("booking-accepted", detail))
                }
            }
        }
        // It is being offered this very moment.
        (EntryStatus::Waiting | EntryStatus::Offered, _) => Err(Problem::unavailable(1)),
        _ => Err(Problem::not_found("entry")),
    }
}

/// A hold was given back: if it was an offer, that is declined. Else the worker would find out.
///
/// # Errors
/// When PostgreSQL is away.
pub(crate) async fn gave_back(app: &App, hold: HoldId) -> Result<(), Problem> {
    Ok(store::declined(&app.pool, hold).await?)
}

/// Whether a hold is a standing offer.
///
/// # Errors
/// When PostgreSQL is away.
pub(crate) async fn is_offered(app: &App, hold: HoldId) -> Result<bool, Problem> {
    Ok(store::is_offered(&app.pool, hold).await?)
}

/// The list as its organiser sees it.
pub(super) async fn summary(app: &App, event: EventId) -> Result<ListSummary, Problem> {
    Ok(store::summary(&app.pool, event).await?)
}

/// Changes what the organiser sets; the worker follows within a second.
pub(super) async fn change(
    app: &App,
    event: EventId,
    settings: &WaitingListSettings,
) -> Result<ListSummary, Problem> {
    store::change(&app.pool, event, settings).await?;
    summary(app, event).await
}
