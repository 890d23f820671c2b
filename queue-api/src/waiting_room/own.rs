//! What a fan carries: the proof of a place, the pass, and the cookies that keep both for a browser. The headers
//! `Onsale-Place` and `Onsale-Pass` go before the cookies.

use cookie::Cookie;
use http::{HeaderMap, StatusCode};
use shared::{
    domain::{EventId, PlaceId},
    tokens::{PlaceClaims, TokenError},
};

use super::documents::{PassDocument, PlaceDocument};
use crate::{app::App, cookies, problem::Problem};

/// Header that carries the proof of a place.
pub const PLACE_HEADER: &str = "onsale-place";
/// The pass's cookie outlives the pass by this, so that a fan is told the time is over and not that it never was,
/// seconds.
const PASS_COOKIE_OUTLIVES_S: i64 = 24 * 3_600;

/// The proof of a place that a request carries.
#[derive(Clone, Debug)]
pub struct ShownPlace {
    /// What it says.
    pub claims: PlaceClaims,
    /// The proof itself.
    pub token: String,
}

/// A place that was joined.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The place, with its token.
    pub place: PlaceDocument,
    /// Token of the device, when it had none before: for the header `Onsale-Device`.
    pub new_device: Option<String>,
    /// What a browser keeps.
    pub cookies: Vec<Cookie<'static>>,
}

impl Joined {
    pub(super) fn new(
        app: &App,
        place: PlaceDocument,
        claims: &PlaceClaims,
        token: String,
        new_device: Option<String>,
    ) -> Self {
        let mut kept = vec![place_cookie(app, claims, token.clone())];
        kept.extend(new_device.clone().map(cookies::device));
        Self { place: PlaceDocument { token: Some(token), ..place }, new_device, cookies: kept }
    }
}

/// The cookie with the proof of a place.
#[must_use]
pub fn place_cookie(app: &App, claims: &PlaceClaims, token: String) -> Cookie<'static> {
    cookies::everywhere(cookies::place(claims.event), token, claims.exp - app.clock.now_s())
}

/// The place in the room of `event` that a request shows.
///
/// # Errors
/// 404 `no-place` where there is none, 401 for a header that is not good.
pub fn shown(app: &App, event: EventId, headers: &HeaderMap) -> Result<ShownPlace, Problem> {
    let shown = match in_header(app, headers)? {
        Some(shown) => Some(shown),
        None => in_cookies(app, headers, &cookies::place(event)).next(),
    };
    shown.filter(|shown| shown.claims.event == event).ok_or_else(|| {
        let detail = "You have no place in this waiting room.";
        Problem::new(StatusCode::NOT_FOUND, "no-place", "No place", detail)
    })
}

/// The proof of this very place.
///
/// # Errors
/// 401 without a good proof, 404 when the header is the proof of another place.
pub fn proven(app: &App, place: PlaceId, headers: &HeaderMap) -> Result<PlaceClaims, Problem> {
    if let Some(shown) = in_header(app, headers)? {
        return if shown.claims.sub == place { Ok(shown.claims) } else { Err(Problem::not_found("place")) };
    }
    let shown = in_cookies(app, headers, cookies::PLACE_PREFIX).find(|shown| shown.claims.sub == place);
    shown.map(|shown| shown.claims).ok_or_else(|| {
        Problem::unauthorized("Onsale-Place, or the cookie of the place, must carry the token of the place.")
    })
}

/// The cookie of a pass.
#[must_use]
pub fn pass_cookie(pass: &PassDocument) -> Cookie<'static> {
    let life_s = pass.expires_in_ms.div_euclid(1_000) + PASS_COOKIE_OUTLIVES_S;
    cookies::everywhere(cookies::pass(pass.event_id), pass.pass.clone(), life_s)
}

/// The cookies that a fan without a place does not have, as they are taken away.
#[must_use]
pub fn given_up(event: EventId) -> [Cookie<'static>; 2] {
    [cookies::place(event), cookies::pass(event)]
        .map(|name| cookies::removed(cookies::everywhere(name, "", 0)))
}

fn in_header(app: &App, headers: &HeaderMap) -> Result<Option<ShownPlace>, Problem> {
    let Some(value) = headers.get(PLACE_HEADER) else { return Ok(None) };
    let token = value.to_str().unwrap_or_default();
    let claims = app.tokens.verify_place(token).map_err(|error| match error {
        TokenError::Expired => Problem::unauthorized("The token of the place has expired."),
        TokenError::Invalid => Problem::unauthorized("The token of the place is not valid."),
    })?;
    Ok(Some(ShownPlace { claims, token: token.to_owned() }))
}

/// The good proofs in the cookies whose names begin so.
fn in_cookies<'h>(
    app: &'h App,
    headers: &'h HeaderMap,
    prefix: &'h str,
) -> impl Iterator<Item = ShownPlace> + 'h {
    cookies::values(headers, prefix).filter_map(|token| {
        let claims = app.tokens.verify_place(token).ok()?;
        Some(ShownPlace { claims, token: token.to_owned() })
    })
}
