//! Finding a ticket at the door without its code: by name, address, seat, or the number printed on it.

use serde::{Deserialize, Serialize};
use shared::{
    domain::{BookingId, EventId, Locale, Role, TicketId, TicketStatus},
    store::tickets::TicketRecord,
};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::{service::door_of, store};
use crate::{app::App, extract::Caller, orders::Search, problem::Problem, rate_limit::RateLimit};

/// Most tickets that are found.
const MOST: i64 = 20;
/// Shorter texts find everybody.
const SHORTEST: usize = 2;
/// A person types a few a minute; a program that reads out the guest list does not get far.
const SEARCHES: RateLimit = RateLimit { most: 120, window_ms: 60_000 };

/// Which tickets.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DoorQuery {
    /// At least 2 characters: part of the holder's name or e-mail address, a seat ("Stalls F 12"), or at least 4
    /// characters of the number of the booking or the ticket, as printed on it.
    pub q: String,
}

/// Tickets that were found at a door.
#[derive(Serialize, ToSchema)]
pub(super) struct DoorSearch {
    pub event: EventId,
    /// By holder, at most 20.
    pub tickets: Vec<FoundTicket>,
    /// There are more: search more precisely.
    pub more: bool,
}

/// A ticket that was found.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundTicket {
    pub id: TicketId,
    pub booking: BookingId,
    /// Like "Stalls · Row F · 12", or the name of the area.
    pub label: String,
    pub tier_name: String,
    pub holder: String,
    /// `valid` or `used`.
    pub status: TicketStatus,
    #[serde(with = "time::serde::rfc3339::option")]
    pub used_at: Option<OffsetDateTime>,
    /// To check it in with: `code` of `POST /api/check-ins`.
    pub code: String,
}

/// Valid and used tickets of an event.
///
/// # Errors
/// 403 and 404 as for every call of the door, 422 when the text is too short or too long, 429.
pub(super) async fn search(
    app: &App,
    caller: Caller,
    event: EventId,
    query: &DoorQuery,
) -> Result<DoorSearch, Problem> {
    let event = door_of(app, caller, event).await?;
    if caller.role == Role::Staff {
        SEARCHES.count(&app.redis, "door-search", &caller.user.to_string()).await?;
    }
    let search = Search::of(&event, Some(&query.q))?.filter(|search| search.text.chars().count() >= SHORTEST);
    let search = search.ok_or_else(|| Problem::invalid("q", "at least 2 characters"))?;
    let mut tickets = store::find(&app.pool, event.id, &search, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = tickets.len() > most;
    tickets.truncate(most);
    let found = |ticket: TicketRecord| FoundTicket {
        label: ticket.admits_to(&event, Locale::En),
        tier_name: ticket.tier_name(&event),
        code: ticket.code(&app.tokens),
        id: ticket.id,
        booking: ticket.booking_id,
        holder: ticket.holder,
        status: ticket.status,
        used_at: ticket.used_at,
    };
    Ok(DoorSearch { event: event.id, tickets: tickets.into_iter().map(found).collect(), more })
}
