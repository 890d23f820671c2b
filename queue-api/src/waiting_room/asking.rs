//! Asking for one's place, and whether its turn has come.

use std::time::Duration;

use shared::{clock::from_unix_ms, tokens::PlaceClaims};

use super::{
    documents::{PlaceDocument, PlaceState, Wait},
    look::{PlaceView, RoomView},
    turn::{Turn, poll_after_ms},
};
use crate::{
    app::App,
    overload::{self, Stage},
    problem::Problem,
    socket,
};

/// A place as it is.
///
/// # Errors
/// 503 while the room is being made again.
pub async fn look_up(app: &App, claims: &PlaceClaims) -> Result<PlaceDocument, Problem> {
    let (room, place) = app.waiting_rooms.room(claims.event).look_at(claims.ordinal).await?;
    app.overload.note_turn(Duration::from_millis(u64::try_from(room.settings.offer_ms()).unwrap_or(0)));
    Ok(document(app, claims, &room, &place))
}

/// The same for the many who ask again and again. With too much to do nobody looks for a place whose turn is still to come:
/// that it waits, unless it was given up, and how many are ahead shows in the room as it was half a second ago. Those who may
/// have been called are no more than the room lets in.
///
/// # Errors
/// 503 while the room cannot be reached.
pub(super) async fn ask(app: &App, claims: &PlaceClaims) -> Result<PlaceDocument, Problem> {
    if let Some(_slot) = app.overload.enter(Stage::Asking) {
        return look_up(app, claims).await;
    }
    let room = app.waiting_rooms.view(claims.event).await;
    let room = room.map_err(|_| overload::come_again(app, Stage::Asking))?;
    if turn(&room, claims).may_have_come(room.serving) {
        return look_up(app, claims).await;
    }
    Ok(document(app, claims, &room, &PlaceView::WAITS))
}

fn turn(room: &RoomView, claims: &PlaceClaims) -> Turn {
    Turn::of(claims.ordinal, &room.lanes, room.draw().as_ref(), room.serving)
}

fn document(app: &App, claims: &PlaceClaims, room: &RoomView, place: &PlaceView) -> PlaceDocument {
    let state = PlaceState::of(room, place);
    let mut turn = turn(room, claims);
    if state != PlaceState::Waiting {
        turn.position = None;
    }
    let waits = turn.number.filter(|_| state == PlaceState::Waiting);
    let ahead = waits.map(|number| room.lanes.ahead(room.serving, number, &room.next));
    let wait = ahead.and_then(|ahead| Wait::at(ahead, room.admitted_last_minute));
    PlaceDocument {
        id: claims.sub,
        event_id: claims.event,
        token: None,
        state,
        phase: room.phase,
        ordinal: claims.ordinal,
        lane: turn.lane,
        number: turn.number,
        position: turn.position,
        serving: room.serving,
        until: place.lease_until_ms.map(from_unix_ms),
        grace_from: place.grace_from_ms(&room.settings).map(from_unix_ms),
        wait,
        poll_after_ms: poll_after_ms(
            state,
            turn,
            &room.settings,
            room.held_to_per_minute,
            room.settings.opens_at_ms - room.now_ms,
        ),
        socket_url: socket::url(app, claims.sub.0.as_u128()),
    }
}
