//! What fans do with rooms: join, look, come in, leave.

use std::{net::IpAddr, sync::Arc};

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, StatusCode};
use rand::RngExt as _;
use shared::{
    clock::from_unix_ms,
    domain::{
        Demand, EventId, EventStatus, RoomPhase,
        waiting_room::{ClaimError, JoinError},
    },
    store::events::EventRecord,
    tokens::{PassClaims, PlaceClaims},
};

use super::{
    documents::{PassDocument, PlaceDocument, PlaceState, RoomDocument, Turn, Wait, poll_after_ms},
    joins::{JoinFailure, SafePlace},
    own::{self, Joined},
    reply::RoomError,
    stock, store,
    who::{DEVICE_HEADER, Joiner, joiner},
};
use crate::{app::App, cookies, extract::Caller, problem::Problem, robots, socket, turn_notices};

/// A place token outlives the event by this, seconds.
const TOKEN_OUTLIVES_S: i64 = 24 * 3_600;

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

/// Joins the room. Who holds a place of it already, and shows it, keeps that one: also when signing in has made
/// somebody else of the joiner meanwhile.
///
/// # Errors
/// A problem; joining again is safe.
pub async fn join(
    app: &App,
    event: EventId,
    caller: Option<Caller>,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<Joined, Problem> {
    let record = queue_event(app, event).await?;
    if record.status != EventStatus::Published {
        return Err(closed());
    }
    if let Ok(shown) = own::shown(app, event, headers) {
        let place = look_up(app, &shown.claims).await?;
        if place.state.lives() {
            return Ok(Joined::new(app, place, &shown.claims, shown.token, None));
        }
    }
    let account = caller.map(|caller| caller.user);
    let joiner = joiner(&app.tokens, event, account, headers);
    let joined = match robots::admit_to_join(app, event, &joiner, headers, address).await {
        Ok(proof) => number(app, event, &joiner, proof.as_ref()).await?,
        Err(problem) => return Err(remembering(app, problem, joiner)),
    };
    let exp = record.starts_at.unix_timestamp() + TOKEN_OUTLIVES_S;
    let claims = PlaceClaims::new(joined.place.place, event, joined.place.ordinal, exp);
    let token = app.tokens.sign_place(&claims).map_err(Problem::internal)?;
    app.joined(account, &claims);
    let place = match joined_document(app, &record, &joined) {
        Some(document) => document,
        None => look_up(app, &claims).await?,
    };
    let mut joined = Joined::new(app, place, &claims, token, joiner.new_device);
    joined.cookies.extend(robots::overcome(event, headers));
    Ok(joined)
}

/// Gets a place; a proof that brought none may be used again.
async fn number(
    app: &App,
    event: EventId,
    joiner: &Joiner,
    proof: Option<&robots::challenge::Proof>,
) -> Result<SafePlace, Problem> {
    let joined = app.waiting_rooms.joins.join(event, joiner.who.clone()).await;
    if let (Err(_), Some(proof)) = (&joined, proof) {
        robots::give_back(app, event, proof).await;
    }
    joined.map_err(|failure| join_problem(&failure))
}

/// A puzzle is for one device: a new one must be known when it comes back.
fn remembering(app: &App, mut problem: Problem, joiner: Joiner) -> Problem {
    if let Some(token) = joiner.new_device {
        let headers = problem.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&token)
            && cookies::set(app, headers, cookies::device(token)).is_ok()
        {
            headers.insert(DEVICE_HEADER, value);
        }
    }
    problem
}

/// The document of a place that just joined, unless its turn may have come already.
fn joined_document(app: &App, record: &EventRecord, joined: &SafePlace) -> Option<PlaceDocument> {
    let (place, room) = (joined.place, &joined.room);
    let turn = Turn::of(place.ordinal, room.draw().as_ref(), room.serving);
    if turn.number.is_some_and(|number| number < room.serving) {
        return None;
    }
    let opens_in_ms = record.sale_opens_at.unix_timestamp() * 1_000 - room.now_ms;
    Some(PlaceDocument {
        id: place.place,
        event_id: record.id,
        token: None,
        state: PlaceState::Waiting,
        phase: room.phase,
        ordinal: place.ordinal,
        number: turn.number,
        position: turn.position,
        serving: room.serving,
        until: None,
        wait: None,
        poll_after_ms: poll_after_ms(PlaceState::Waiting, turn, opens_in_ms),
        socket_url: socket::url(app, place.place.0.as_u128()),
    })
}

/// A place as it is.
///
/// # Errors
/// 503 while the room is being made again.
pub async fn look_up(app: &App, claims: &PlaceClaims) -> Result<PlaceDocument, Problem> {
    let (room, place) = app.waiting_rooms.room(claims.event).look_at(claims.ordinal).await?;
    let state = PlaceState::of(&room, &place);
    let mut turn = Turn::of(claims.ordinal, room.draw().as_ref(), room.serving);
    if state != PlaceState::Waiting {
        turn.position = None;
    }
    let wait = turn.position.and_then(|position| Wait::at(position, room.admitted_last_minute));
    Ok(PlaceDocument {
        id: claims.sub,
        event_id: claims.event,
        token: None,
        state,
        phase: room.phase,
        ordinal: claims.ordinal,
        number: turn.number,
        position: turn.position,
        serving: room.serving,
        until: place.lease_until_ms.map(from_unix_ms),
        wait,
        poll_after_ms: poll_after_ms(state, turn, room.settings.opens_at_ms - room.now_ms),
        socket_url: socket::url(app, claims.sub.0.as_u128()),
    })
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
                Some(stock) => stock::by_tier(app, &record, stock).await,
                None => Vec::new(),
            };
            let available = stock.map(|stock| stock.available());
            Ok(RoomDocument { tiers, ..RoomDocument::new(event, &view, available) })
        }
        Err(error) if matches!(*error, RoomError::Missing) => {
            let record = store::load(&app.pool, event).await?;
            // A finished room is not made again; any other one will be in a moment.
            let finished = record.filter(|record| record.phase == RoomPhase::Closed);
            finished.map(|record| RoomDocument::recorded(&record)).ok_or_else(|| Problem::unavailable(2))
        }
        Err(error) => {
            tracing::warn!(%error, "waiting room: cannot look");
            Err(Problem::unavailable(1))
        }
    }
}

fn join_problem(failure: &JoinFailure) -> Problem {
    let refused = match failure {
        // Not all at the same time.
        JoinFailure::Busy => return Problem::unavailable(rand::rng().random_range(2..=6)),
        JoinFailure::Unavailable => return Problem::unavailable(rand::rng().random_range(1..=3)),
        JoinFailure::Refused(refused) => refused,
    };
    match refused.why {
        JoinError::NotYet => {
            let opens_at = refused.lobby_opens_at_ms.map(from_unix_ms);
            let format = &time::format_description::well_known::Rfc3339;
            let opens_at = opens_at.and_then(|at| at.format(format).ok());
            Problem::conflict("lobby-not-open", "The waiting room has not opened yet.")
                .with("opens_at", opens_at)
        }
        JoinError::Closed => closed(),
        JoinError::Full => {
            let detail = "The waiting room is full.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "waiting-room-full", "Full", detail)
                .retry_after(rand::rng().random_range(60..=90))
        }
    }
}

fn closed() -> Problem {
    Problem::gone("waiting-room-closed", "The waiting room is closed: sold out or over.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn those_who_found_the_door_full_do_not_come_again_all_together() {
        let after: BTreeSet<_> =
            (0..200).filter_map(|_| join_problem(&JoinFailure::Busy).retry_after_s()).collect();
        assert_eq!(after, (2..=6).collect());
    }
}
