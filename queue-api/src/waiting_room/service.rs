//! What fans do with rooms: look, come in, leave. How they join is in [`super::joining`], how they ask for their turn in
//! [`super::asking`].

use std::sync::Arc;

use cookie::Cookie;
use shared::{
    clock::from_unix_ms,
    domain::{Demand, EventId, EventStatus, RoomPhase, waiting_room::ClaimError},
    store::events::EventRecord,
    tokens::{PassClaims, PlaceClaims},
};

use super::{
    documents::{PassDocument, RoomDocument},
    own,
    reply::RoomError,
    stock, store,
};
use crate::{app::App, problem::Problem, turn_notices};

impl From<RoomError> for Problem {
    fn from(error: RoomError) -> Self {
        match error {
            RoomError::Missing => Self::unavailable(2),
            RoomError::Redis(error) => error.into(),
            RoomError::Reply(_) => Self::internal(error),
        }
    }
}

/// An event that sells through a waiting room.
///
/// # Errors
/// 404 when there is none that is published; 409 when it sells directly.
pub async fn queue_event(app: &App, event: EventId) -> Result<Arc<EventRecord>, Problem> {
    let record = app.events.get(event).await.map_err(|error| {
        tracing::warn!(%error, "the event cannot be read");
        Problem::unavailable(1)
    })?;
    let record = record.filter(|record| record.status != EventStatus::Draft);
    let record = record.ok_or_else(|| Problem::not_found("event"))?;
    if record.demand != Demand::Queue {
        return Err(Problem::conflict("no-waiting-room", "This event sells without a waiting room."));
    }
    Ok(record)
}

/// Takes up the offer: the pass, and the cookie that carries it.
///
/// # Errors
/// 409 before the turn, 410 when the offer is over.
pub async fn claim(app: &App, claims: &PlaceClaims) -> Result<(PassDocument, Cookie<'static>), Problem> {
    let claimed = app.waiting_rooms.room(claims.event).claim(claims.ordinal).await?;
    let claimed = claimed.map_err(|error| match error {
        ClaimError::NotYet => Problem::conflict("not-your-turn", "It is not your turn yet."),
        ClaimError::Over => {
            Problem::gone("offer-over", "The offer was not taken up in time, or the pass has ended.")
        }
        ClaimError::Left => Problem::gone("place-left", "This place was given up."),
        ClaimError::Closed => closed(),
    })?;
    // A pass ends with its lease; every call behind it checks the lease itself.
    let exp = claimed.expires_at_ms.div_euclid(1_000) + 1;
    let pass = PassClaims::new(claims.sub, claims.event, claims.ordinal, exp).given_at(app.clock.now_ms());
    let document = PassDocument {
        pass: app.tokens.sign_pass(&pass).map_err(Problem::internal)?,
        place_id: claims.sub,
        event_id: claims.event,
        expires_at: from_unix_ms(claimed.expires_at_ms),
        expires_in_ms: claimed.expires_at_ms - claimed.now_ms,
    };
    let cookie = own::pass_cookie(&document);
    Ok((document, cookie))
}

/// Gives up a place, an offer or a pass; [`own::given_up`] are the cookies to take away with it. Doing it again
/// changes nothing.
///
/// # Errors
/// 503 while the room is being made again.
pub async fn leave(app: &App, claims: &PlaceClaims) -> Result<(), Problem> {
    if app.waiting_rooms.room(claims.event).leave(claims.ordinal, claims.sub).await? {
        app.waiting_rooms.wake(claims.event).notify_one();
        turn_notices::forget_place(app, claims.sub).await;
    }
    Ok(())
}

/// The public status of a room.
///
/// # Errors
/// 503 while the room is being made again.
pub async fn status(app: &App, event: EventId) -> Result<RoomDocument, Problem> {
    let record = queue_event(app, event).await?;
    match app.waiting_rooms.view(event).await {
        Ok(view) => {
            let stock = app.holds.known_stock(event).await.ok().flatten();
            let tiers = match &stock {
                Some(stock) => stock::priced(&record, &stock::by_tier(app, &record, stock).await),
                None => Vec::new(),
            };
            let available = stock.map(|stock| stock.available());
            Ok(RoomDocument { tiers, ..RoomDocument::new(&record, &view, available) })
        }
        Err(error) if matches!(*error, RoomError::Missing) => {
            let room = store::load(&app.pool, event).await?;
            // A finished room is not made again; any other one will be in a moment.
            let finished = room.filter(|room| room.phase == RoomPhase::Closed);
            finished.map(|room| RoomDocument::recorded(&record, &room)).ok_or_else(|| Problem::unavailable(2))
        }
        Err(error) => {
            tracing::warn!(%error, "waiting room: cannot look");
            Err(Problem::unavailable(1))
        }
    }
}

/// 410: nobody joins or comes in any more.
pub(super) fn closed() -> Problem {
    Problem::gone("waiting-room-closed", "The waiting room is closed: sold out or over.")
}
