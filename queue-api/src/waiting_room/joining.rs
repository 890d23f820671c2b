//! Joining: what stands in front of it, the place, and the answer.

use std::net::IpAddr;

use cookie::Cookie;
use http::{HeaderMap, HeaderValue, StatusCode};
use rand::RngExt as _;
use shared::{
    clock::from_unix_ms,
    domain::{EventId, EventStatus, LaneIndex, PlaceId, RoomPhase, waiting_room::JoinError},
    store::events::EventRecord,
    tokens::PlaceClaims,
};

use super::{
    access::{self, Refusal},
    asking::look_up,
    documents::{PlaceDocument, PlaceState},
    joins::{JoinFailure, SafePlace},
    lanes,
    own::{self, Joined},
    room::JoinRefused,
    service::{closed, queue_event},
    turn::{Turn, poll_after_ms},
    who::{DEVICE_HEADER, Joiner, joiner},
};
use crate::{
    access_codes::{self, Redeemed},
    app::App,
    cookies,
    extract::Caller,
    problem::Problem,
    robots, socket,
};

/// A place token outlives the event by this, seconds.
const TOKEN_OUTLIVES_S: i64 = 24 * 3_600;

/// Somebody who wants to join.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// The account.
    pub caller: Option<Caller>,
    /// The code that was typed, perhaps nothing; none: nobody was asked, so the one this browser keeps counts.
    pub code: Option<&'a str>,
    /// The lane that is asked for; a code that opens one goes before it.
    pub lane: Option<LaneIndex>,
    /// What came along: cookies, tokens of the device and of the place, a proof.
    pub headers: &'a HeaderMap,
    /// Where it came from.
    pub address: IpAddr,
}

/// A place that was just given, or was there.
struct Given {
    claims: PlaceClaims,
    /// As it was numbered just now.
    numbered: Option<SafePlace>,
    /// What a browser keeps of it.
    kept: Vec<Cookie<'static>>,
}

/// Why there is no place.
enum Stopped {
    /// Who asks may not join; a place that was given before stays.
    Access(Refusal),
    /// Anything else.
    Other(Problem),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Access(refusal)
    }
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}

/// Joins the room. Who holds a place of it already, and shows it, keeps that one: also when signing in has made
/// somebody else of the joiner meanwhile. Who may not join (any more) still finds a place that was given before.
///
/// # Errors
/// A problem; joining again is safe.
pub async fn join(app: &App, event: EventId, knock: Knock<'_>) -> Result<Joined, Problem> {
    let record = queue_event(app, event).await?;
    if record.status != EventStatus::Published {
        return Err(closed());
    }
    if let Ok(shown) = own::shown(app, event, knock.headers) {
        let place = look_up(app, &shown.claims).await?;
        if place.state.lives() {
            return Ok(Joined::new(app, place, &shown.claims, shown.token, None));
        }
    }
    let account = knock.caller.map(|caller| caller.user);
    let joiner = joiner(&app.tokens, event, account, knock.headers);
    let given = match enter(app, &record, &joiner, knock).await {
        Ok(given) => Ok(given),
        Err(Stopped::Other(problem)) => Err(problem),
        Err(Stopped::Access(refusal)) => match found(app, &record, &joiner).await {
            Ok(Some(given)) => Ok(given),
            Ok(None) => Err(refused(app, event, refusal, knock.code)),
            Err(problem) => Err(problem),
        },
    };
    let given = match given {
        Ok(given) => given,
        Err(problem) => return Err(remembering(app, problem, joiner)),
    };
    let token = app.tokens.sign_place(&given.claims).map_err(Problem::internal)?;
    app.joined(account, &given.claims);
    let document = match &given.numbered {
        Some(numbered) => joined_document(app, &record, numbered).await,
        None => None,
    };
    let place = match document {
        Some(document) => document,
        None => look_up(app, &given.claims).await?,
    };
    let mut joined = Joined::new(app, place, &given.claims, token, joiner.new_device);
    joined.cookies.extend(given.kept);
    joined.cookies.extend(robots::overcome(event, knock.headers));
    Ok(joined)
}

/// The refusal; a browser keeps what was typed, so that it can be corrected.
fn refused(app: &App, event: EventId, refusal: Refusal, typed: Option<&str>) -> Problem {
    let mut problem = Problem::from(refusal);
    if let Some(typed) = typed
        && cookies::set(app, problem.headers_mut(), access::code_cookie(event, typed)).is_err()
    {
        tracing::error!("the cookie of a code cannot be written");
    }
    problem
}

/// Comes past everything that stands in front of joining, and gets a place.
async fn enter(app: &App, event: &EventRecord, joiner: &Joiner, knock: Knock<'_>) -> Result<Given, Stopped> {
    let code = access::asked(event, knock)?;
    let asked = lanes::asked(event, knock.lane, code.is_some())?;
    let proof = robots::admit_to_join(app, event.id, joiner, knock.headers, knock.address).await?;
    let redeemed = match code {
        Some(code) => match redeem(app, event.id, joiner, code, knock.address).await {
            Ok(redeemed) => Some(redeemed),
            Err(stopped) => {
                give_back(app, event.id, proof.as_ref()).await;
                return Err(stopped);
            }
        },
        None => None,
    };
    let opened = redeemed.and_then(|redeemed| LaneIndex::try_from(redeemed.lane?).ok());
    let (who, lane) = (joiner.who.clone(), opened.unwrap_or(asked));
    let joined = app.waiting_rooms.joins.join_lane(event.id, who, lane).await;
    if joined.is_err() {
        give_back(app, event.id, proof.as_ref()).await;
    }
    let numbered = joined.map_err(|failure| join_problem(&failure))?;
    let claims = claims(event, numbered.place.place, numbered.place.ordinal);
    let kept = redeemed.zip(code).map(|(_, code)| access::code_cookie(event.id, code));
    Ok(Given { claims, numbered: Some(numbered), kept: kept.into_iter().collect() })
}

/// A proof that brought no place may be used again.
async fn give_back(app: &App, event: EventId, proof: Option<&robots::challenge::Proof>) {
    if let Some(proof) = proof {
        robots::give_back(app, event, proof).await;
    }
}

/// Redeems a code, unless nobody can join now: a use is for a place.
async fn redeem(
    app: &App,
    event: EventId,
    joiner: &Joiner,
    code: &str,
    address: IpAddr,
) -> Result<Redeemed, Stopped> {
    let known = app.waiting_rooms.view(event).await.ok().map(|view| view.phase);
    if !known.is_some_and(may_join) {
        let room = app.waiting_rooms.room(event).look().await.map_err(Problem::from)?;
        if !may_join(room.phase) {
            let why = if room.phase == RoomPhase::Closed { JoinError::Closed } else { JoinError::NotYet };
            let lobby_opens_at_ms = Some(room.settings.lobby_opens_at_ms);
            let refused = JoinFailure::Refused(JoinRefused { why, lobby_opens_at_ms });
            return Err(join_problem(&refused).into());
        }
    }
    Ok(access_codes::redeem(app, event, joiner, code, address).await??)
}

fn may_join(phase: RoomPhase) -> bool {
    matches!(phase, RoomPhase::Lobby | RoomPhase::Open | RoomPhase::Paused)
}

/// The place that was given to this joiner before.
async fn found(app: &App, event: &EventRecord, joiner: &Joiner) -> Result<Option<Given>, Problem> {
    if joiner.new_device.is_some() {
        return Ok(None);
    }
    let place = app.waiting_rooms.room(event.id).find(&joiner.who).await?;
    Ok(place.map(|(ordinal, place)| Given {
        claims: claims(event, place, ordinal),
        numbered: None,
        kept: Vec::new(),
    }))
}

fn claims(event: &EventRecord, place: PlaceId, ordinal: u64) -> PlaceClaims {
    PlaceClaims::new(place, event.id, ordinal, event.starts_at.unix_timestamp() + TOKEN_OUTLIVES_S)
}

/// A puzzle is for one device, and so is the use of a code: a new one must be known when it comes back.
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
async fn joined_document(app: &App, record: &EventRecord, joined: &SafePlace) -> Option<PlaceDocument> {
    let (place, room) = (joined.place, &joined.room);
    let turn = Turn::of(place.ordinal, &room.lanes, room.draw().as_ref(), room.serving);
    if turn.may_have_come(room.serving) {
        return None;
    }
    let view = app.waiting_rooms.view(record.id).await.ok()?;
    let opens_in_ms = record.sale_opens_at.unix_timestamp() * 1_000 - room.now_ms;
    Some(PlaceDocument {
        id: place.place,
        event_id: record.id,
        token: None,
        state: PlaceState::Waiting,
        phase: room.phase,
        ordinal: place.ordinal,
        lane: turn.lane,
        number: turn.number,
        position: turn.position,
        serving: room.serving,
        until: None,
        grace_from: None,
        wait: None,
        poll_after_ms: poll_after_ms(
            PlaceState::Waiting,
            turn,
            &view.settings,
            view.held_to_per_minute,
            opens_in_ms,
        ),
        socket_url: socket::url(app, place.place.0.as_u128()),
    })
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
